"""Answers that need no thought, to exercises of real days: none earns a point from the days' own tests."""

import pytest

from autograder.days.reader import read_day
from autograder.engine.notebook_code import day_cells
from autograder.grading.grader import Grader, Settings
from autograder.project import day_path
from tests.support.places import ROOT

DAYS = (2, 25, 26)

CHEAP = {
    "nothing": "def cheap(*args, **kwargs):\n    return None",
    "zero": "def cheap(*args, **kwargs):\n    return 0.0",
    "true": "def cheap(*args, **kwargs):\n    return True",
    "what it was given": "def cheap(*args, **kwargs):\n    return args[0] if args else None",
    "everything it was given": "def cheap(*args, **kwargs):\n    return args",
    "not a number": "def cheap(*args, **kwargs):\n    return np.full_like(args[0], np.nan) if args and hasattr(args[0], 'shape') else float('nan')",
    "zeros, and its arguments made zero": """
def cheap(*args, **kwargs):
    for arg in args:
        for array in arg.values() if isinstance(arg, dict) else [arg]:
            if isinstance(array, np.ndarray):
                array[...] = 0
    return np.zeros_like(args[0]) if args and isinstance(args[0], np.ndarray) else 0.0
""",
    "something that is everything": """
class cheap:
    def __init__(self, *args, **kwargs):
        pass
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self
    def __call__(self, *args, **kwargs):
        return self
    def __array__(self, dtype=None, copy=None):
        return np.zeros(())
    def __iter__(self):
        return iter([self, self])
    def _self(self, *others):
        return self
    def _yes(self, *others):
        return True
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _self
    __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __getitem__ = __enter__ = _self
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __exit__ = _yes
    __hash__ = object.__hash__
    __len__ = lambda self: 3
    __float__ = lambda self: 0.0
    __int__ = __index__ = lambda self: 0
    __repr__ = __str__ = lambda self: ""
""",
    "what raises whatever is called for": """
class Whatever(ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, RuntimeError):
    pass
def cheap(*args, **kwargs):
    raise Whatever("must be shape dtype positive empty negative")
""",
}


@pytest.fixture(scope="module", params=DAYS)
def real_day(request):
    day = read_day(day_path(ROOT, request.param))
    with Grader(day, Settings(limits=(("seconds_per_call", 2.0), ("seconds", 30.0)))) as grader:
        yield day, grader


@pytest.mark.parametrize("cheap", CHEAP, ids=lambda name: name.replace(" ", "-"))
def test_cheap_answers_earn_nothing(real_day, cheap):
    day, grader = real_day
    earned = []
    for exercise in day.exercises:
        source = CHEAP[cheap] + "\n" + "\n".join(f"{name} = cheap" for name in exercise.names)
        (verdict,) = grader.examine(day_cells(day, {exercise.name: source}), diagnose=False, only=exercise.name)
        if verdict.points:
            earned.append(exercise.name)
    assert earned == []
