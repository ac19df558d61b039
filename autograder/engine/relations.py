"""What the numbers of wrong replies are to those due, where it is something simple that holds for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RTOL = 1e-5  # mistakes differ by ideas, not by rounding
_NOTICEABLE = 1e-3  # a factor nearer to 1 is no one's idea
_ENOUGH = 2  # numbers of which there must be more, so that a relation between them says something


@dataclass(frozen=True)
class Pair:
    """A part of a reply that is wrong: the array that came, the one due, and the lengths of the call's axes."""

    came: np.ndarray
    due: np.ndarray
    sizes: frozenset[int]


def relation(pairs: Sequence[Pair]) -> str | None:
    """A sentence on the first relation that holds for every pair; None if none does."""
    return next(filter(None, (tell(pairs) for tell in _RELATIONS)), None)


def _not_finite(pairs: Sequence[Pair]) -> str | None:
    """Right wherever it is a number."""
    for pair in pairs:
        if pair.came.shape != pair.due.shape or pair.came.dtype.kind not in "fc":
            return None
        bad = ~np.isfinite(pair.came)
        if not (bad & np.isfinite(pair.due)).any() or not _close(pair.came[~bad], pair.due[~bad]):
            return None
    return (
        "Where it is a number it is right, but for some arguments it is NaN or infinite: something on the way "
        "overflows, or divides by zero."
    )


def _transposed(pairs: Sequence[Pair]) -> str | None:
    if all(
        pair.due.ndim == 2 and pair.came.shape == pair.due.shape[::-1] and _close(pair.came.T, pair.due)
        for pair in pairs
    ):
        return "The numbers are right, but rows and columns are exchanged."
    return None


def _arranged_otherwise(pairs: Sequence[Pair]) -> str | None:
    if any(pair.came.shape == pair.due.shape or pair.came.size != pair.due.size for pair in pairs):
        return None
    if not all(_close(pair.came.ravel(), pair.due.ravel()) for pair in pairs):
        return None
    squeezed = [tuple(length for length in pair.due.shape if length != 1) == pair.came.shape for pair in pairs]
    if all(squeezed):
        return "The numbers are right, but an axis of length 1 is missing: `keepdims=True` or `reshape` keeps it."
    return "The numbers are right and in order, but the shape is another than the one due."


def _sign_turned(pairs: Sequence[Pair]) -> str | None:
    if _are_enough(pairs) and all(_says_something(pair) and _close(pair.came, -pair.due) for pair in pairs):
        return "The numbers that are wrong have the opposite sign of those due."
    return None


def _summed_or_averaged(pairs: Sequence[Pair]) -> str | None:
    """A factor that is one of the call's sizes; more than one size, so that no fixed factor passes for it."""
    factors = [factor for pair in pairs if (factor := _factor(pair))]
    if len(factors) < len(pairs):
        return None
    for word, power in (("summed where a mean is due", 1), ("averaged where a sum is due", -1)):
        sizes = [_as_size(factor**power, pair.sizes) for factor, pair in zip(factors, pairs, strict=True)]
        if None not in sizes and len(set(sizes)) > 1:
            return f"What is wrong is off by the number of something that was given: it is {word}."
    return None


def _as_size(factor: float, sizes: frozenset[int]) -> int | None:
    return next((size for size in sizes if abs(factor - size) <= _RTOL * size), None)


def _scaled(pairs: Sequence[Pair]) -> str | None:
    factors = [factor for pair in pairs if (factor := _factor(pair))]
    if len(factors) < len(pairs) or not np.allclose(factors, factors[0], rtol=_RTOL, atol=0):
        return None
    first = factors[0]
    if abs(first - 1) < _NOTICEABLE or not _are_enough(pairs):
        return None
    words = {2.0: "twice", 0.5: "half"}.get(round(first, 4), f"{first:.4g} times")
    return f"The numbers that are wrong are {words} those due: is there a factor too many or too few?"


def _factor(pair: Pair) -> float | None:
    """By what all that came is the multiple of what was due."""
    if not _says_something(pair):
        return None
    largest = np.unravel_index(np.abs(pair.due).argmax(), pair.due.shape)
    factor = float(pair.came[largest] / pair.due[largest])
    return factor if _close(pair.came, factor * pair.due) else None


def _off_by_the_same(pairs: Sequence[Pair]) -> str | None:
    """A constant that was added everywhere, whole and near 1, as counts and indices are off."""
    offsets = set()
    for pair in pairs:
        are_whole = pair.came.dtype.kind in "iu" and pair.due.dtype.kind in "iu"
        if pair.came.shape != pair.due.shape or not pair.due.size or not are_whole:
            return None
        offsets |= set(np.unique(pair.came.astype(np.int64) - pair.due.astype(np.int64)).tolist())
    if len(offsets) == 1 and abs(offset := offsets.pop()) == 1:
        return f"Every whole number is one too {'large' if offset > 0 else 'small'}: where does the count begin?"
    return None


def _cut_to_whole_numbers(pairs: Sequence[Pair]) -> str | None:
    for pair in pairs:
        is_cut = pair.came.dtype.kind in "iu" and pair.due.dtype.kind == "f" and pair.came.shape == pair.due.shape
        if not is_cut or not _close(pair.came, np.trunc(pair.due)):
            return None
    return "Fractions are cut off: the result is made of whole numbers. Which dtype did the array get when it was made?"


def _shifted(pairs: Sequence[Pair]) -> str | None:
    """Moved along the first axis by one place."""
    if any(pair.came.shape != pair.due.shape or pair.due.ndim < 1 or len(pair.due) < 3 for pair in pairs):
        return None
    for word, late, early in (("late", slice(1, None), slice(None, -1)), ("early", slice(None, -1), slice(1, None))):
        if all(_close(pair.came[late], pair.due[early]) and not _is_constant(pair.due) for pair in pairs):
            return f"Every entry comes one place too {word}."
    return None


def _ordered_otherwise(pairs: Sequence[Pair]) -> str | None:
    for pair in pairs:
        if pair.due.ndim != 1 or pair.due.dtype.kind == "b" or pair.came.shape != pair.due.shape:
            return None
        is_distinct = np.unique(pair.due).size == pair.due.size > _ENOUGH
        if not is_distinct or not _close(np.sort(pair.came), np.sort(pair.due)):
            return None
    return "The entries are the right ones, but their order is another."


def _are_enough(pairs: Sequence[Pair]) -> bool:
    """Whether there are so many numbers that a relation between them is no accident."""
    return sum(map(np.count_nonzero, (pair.due for pair in pairs))) > _ENOUGH


def _says_something(pair: Pair) -> bool:
    is_numeric = pair.came.dtype.kind in "iuf" and pair.due.dtype.kind in "iuf"
    return is_numeric and pair.came.shape == pair.due.shape and bool(np.isfinite(pair.due).all() and pair.due.any())


def _is_constant(array: np.ndarray) -> bool:
    return bool((array == array[0]).all())


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        scale = np.abs(other).max(initial=0.0)
        return bool(np.allclose(one, other, rtol=_RTOL, atol=1e-7 * scale))


_RELATIONS = (
    _not_finite,
    _transposed,
    _arranged_otherwise,
    _sign_turned,
    _summed_or_averaged,
    _scaled,
    _off_by_the_same,
    _cut_to_whole_numbers,
    _shifted,
    _ordered_otherwise,
)
