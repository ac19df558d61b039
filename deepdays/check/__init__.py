"""Comparers for tests: strict about shape, NaN and type, and plain about what went wrong.

Every failure is an AssertionError whose text says what came, what was due and where. Nothing is broadcast. Each
value is turned into a plain array once, at the start; an object's own `==` or `.shape` is never consulted.
A comparer that is itself used wrongly, with an expected value that makes no sense, raises TypeError.
"""

from deepdays.check.arrays import close, finite, gradient, shape
from deepdays.check.effects import raises, unchanged
from deepdays.check.kinds import dtype, kind
from deepdays.check.likeness import like
from deepdays.check.structures import equal

__all__ = ["close", "dtype", "equal", "finite", "gradient", "kind", "like", "raises", "shape", "unchanged"]
