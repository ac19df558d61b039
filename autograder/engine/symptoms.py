"""What a wrong answer's replies show by themselves, where they are no known mistake's: a sign turned, a mean summed.

Each symptom is told in a plain sentence, and only if it accounts for every reply that is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.engine import wire
from autograder.engine.relations import Pair, relation
from autograder.engine.resemblance import leaves, numbers, same_leaf

_COMPARED = 40  # calls of which each is compared with each
_MORE_THAN_ROUNDING, _LESS_THAN_IDEAS = 1e-8, 1e-3  # of float64, relative to the largest number
_HELD_OTHERWISE = "The numbers are right. What is not is what holds them: a list, an array, a number of another type."
_IN_PLACE = "Your code changes one of its arguments in place, and the caller still needs it: work on a copy."


@dataclass(frozen=True)
class Evidence:
    """A learner's replies beside those due.

    Attributes:
        wrong: (request, reply, reply due) of those that are not as due; right: of the others.
        pairs: the parts of the wrong replies that are wrong, all of them numeric; None if some part is not.
    """

    wrong: list[tuple]
    right: list[tuple]
    pairs: list[Pair] | None

    @property
    def some_calls_right(self) -> bool:
        return any(request[0] == "call" for request, _, _ in self.right)


def symptom(requests: Sequence, replies: Sequence, due: Sequence, parameters: Sequence[str]) -> str | None:
    """The sentence of the first symptom that accounts for all that is wrong; None if there is none.

    Args:
        requests, replies, due: in order; the replies may end before the others do.
        parameters: the names of the function's parameters, for calls by position.
    """
    found = _evidence(requests, replies, due)
    if not found.wrong:
        return _other_kind(replies, due) or _other_dtype(replies, due) or _few_digits(replies, due)
    told = (look(found) for look in _LOOKS)
    return next(filter(None, told), None) or _ignored_argument(found, parameters)


def first_symptom(replies: Sequence, due: Sequence) -> str | None:
    """The sentence of what is certain of the first wrong reply, though more may be wrong; None if nothing is."""
    for came, expected in zip(replies, due, strict=False):
        if _off(leaves(came, expected), leaves(expected, expected)):
            return _IN_PLACE if came[0] == expected[0] == "ok" and came[2] and not expected[2] else None
    return None


def _evidence(requests, replies, due) -> Evidence:
    wrong: list[tuple] = []
    right: list[tuple] = []
    pairs: list[Pair] | None = []
    for request, came, expected in zip(requests, replies, due, strict=False):
        off = _off(leaves(came, expected), leaves(expected, expected))
        (wrong if off else right).append((request, came, expected))
        for mine, theirs in off:
            one, other = numbers(mine), numbers(theirs)
            if pairs is None or one is None or other is None:
                pairs = None
            else:
                pairs.append(Pair(one, other, _sizes(request)))
    return Evidence(wrong, right, pairs or None)


def _off(came: dict, due: dict) -> list[tuple]:
    """The leaves, as they came and as they are due, that are not alike; None where there is none."""
    both = [(came.get(path), due.get(path)) for path in {**came, **due}]
    return [(mine, theirs) for mine, theirs in both if not same_leaf(mine, theirs)]


def _sizes(request) -> frozenset[int]:
    """The lengths of the axes of a request's arrays, but for 1."""
    arrays = map(numbers, [*request[1], *(value for _, value in request[2])])
    return frozenset(length for array in arrays if array is not None for length in array.shape) - {0, 1}


def _nothing_returned(found: Evidence) -> str | None:
    if all(came[:2] == ["ok", None] and due[0] == "ok" for _, came, due in found.wrong):
        return "Nothing comes back: a function that ends without `return` gives None."
    return None


def _changed_in_place(found: Evidence) -> str | None:
    """An argument that the reference leaves alone."""
    if all(came[0] == due[0] == "ok" and came[2] and not due[2] for _, came, due in found.wrong):
        return _IN_PLACE
    return None


def _shared_memory(found: Evidence) -> str | None:
    """What comes back is an argument or a view of one, where a new array is due."""
    tags = [(came[1], due[1]) for _, came, due in found.wrong if came[0] == due[0] == "ok"]
    if len(tags) < len(found.wrong) or any(_tag(due) in ("same", "view") for _, due in tags):
        return None
    if all(_tag(came) == "same" for came, _ in tags):
        return "What comes back is the argument itself, where something new is due."
    if all(_tag(came) in ("same", "view") for came, _ in tags):
        return (
            "What comes back shares its memory with an argument: whoever changes one changes the other. Return a copy."
        )
    return None


def _nothing_refused(found: Evidence) -> str | None:
    """Values where errors are due, and nothing else that is wrong."""
    if found.some_calls_right and all(came[0] == "ok" and due[0] == "raise" for _, came, due in found.wrong):
        return "Results are right where there is one. But what the docstring refuses is taken: an error is due there."
    return None


def _all_refused(found: Evidence) -> str | None:
    """Errors that the learner's own `raise` makes where results are due, and nothing else that is wrong."""
    if found.some_calls_right and all(_is_own_raise(came) and due[0] == "ok" for _, came, due in found.wrong):
        return "Your own `raise` refuses what is allowed: what does its condition catch that it shouldn't?"
    return None


def _is_own_raise(came) -> bool:
    match came:
        case ["raise", _, _, [_, _, str(line)], *_]:
            return line.lstrip().startswith("raise")
    return False


def _other_container(found: Evidence) -> str | None:
    """The numbers due, as a list, a tuple, an array or a number of another kind."""
    wrong = [(came[1], due[1]) for _, came, due in found.wrong if came[0] == due[0] == "ok" and came[2] == due[2]]
    if len(wrong) == len(found.wrong) and all(_same_numbers(came, due) for came, due in wrong):
        return _HELD_OTHERWISE
    return None


def _other_kind(replies: Sequence, due: Sequence) -> str | None:
    """An array, tensor or number where another of the three is due, always."""
    kinds = [
        tuple(_tag(each) if _tag(each) in ("array", "tensor") else "number" for each in (mine[path], theirs[path]))
        for mine, theirs in ((leaves(came, each), leaves(each, each)) for came, each in zip(replies, due, strict=False))
        for path in mine.keys() & theirs.keys()
        if numbers(theirs[path]) is not None
    ]
    return _HELD_OTHERWISE if kinds and all(one != other for one, other in kinds) else None


def _same_numbers(came, due) -> bool:
    """Whether two tagged values hold the same numbers, in containers of the same shape."""
    one, other = _as_array(came), _as_array(due)
    if one is not None and other is not None:
        return one.shape == other.shape and same_leaf(*(wire.encode(each.astype(np.float64)) for each in (one, other)))
    if _tag(came) in ("tuple", "list") and _tag(due) in ("tuple", "list") and len(came[1]) == len(due[1]):
        return all(map(_same_numbers, came[1], due[1]))
    return same_leaf(came, due)


def _as_array(tagged) -> np.ndarray | None:
    """The real numbers that a tagged array, number, or list of either stands for; None if it is none."""
    array = numbers(tagged)
    if array is None and _tag(tagged) in ("tuple", "list") and tagged[1]:
        parts = [part for item in tagged[1] if (part := _as_array(item)) is not None]
        if len(parts) == len(tagged[1]) and len({part.shape for part in parts}) == 1:
            array = np.array(parts)
    return array if array is not None and array.dtype.kind in "biuf" else None


def _remembers(found: Evidence) -> str | None:
    """Two calls that are the same, and due the same, have different results; all others are of the right form."""
    calls = [each for each in (*found.wrong, *found.right) if each[0][0] == "call" and each[1][0] == each[2][0] == "ok"]
    if not found.pairs or any(pair.came.shape != pair.due.shape for pair in found.pairs):
        return None
    for index, (request, came, due) in enumerate(calls[:_COMPARED]):
        for other_request, other_came, other_due in calls[:index]:
            is_again = request[1:3] == other_request[1:3] and same_leaf(due[1], other_due[1])
            if is_again and not same_leaf(came[1], other_came[1]):
                return (
                    "The same call gives another result the second time, and shouldn't: it draws on something other "
                    "than its arguments, such as random numbers without their seed."
                )
    return None


def _tag(value) -> str | None:
    return value[0] if isinstance(value, list) and value else None


def _other_dtype(replies: Sequence, due: Sequence) -> str | None:
    """Right numbers of another width than the one due, always."""
    pairs = [
        (one.dtype, other.dtype)
        for came, expected in zip(replies, due, strict=False)
        for one, other in _arrays(came, expected)
        if one.dtype != other.dtype
    ]
    if pairs and all(one == "float32" and other == "float64" for one, other in pairs):
        return "The numbers are right but for their rounding: they are float32 where float64 is due."
    if pairs and len(set(pairs)) == 1:
        return f"The numbers are right, but they are {pairs[0][0]} where {pairs[0][1]} is due."
    return None


def _few_digits(replies: Sequence, due: Sequence) -> str | None:
    """Numbers that differ by less than ideas do, and by more than rounding."""
    deviations = [
        float(np.abs(one - other).max() / (np.abs(other).max() or 1.0))
        for came, expected in zip(replies, due, strict=False)
        for one, other in _arrays(came, expected)
        if one.dtype == other.dtype == "float64" and one.size and np.isfinite(one).all() and np.isfinite(other).all()
    ]
    if not _MORE_THAN_ROUNDING < max(deviations, default=0.0) < _LESS_THAN_IDEAS:
        return None
    return (
        "The numbers are right to some digits and no further: is a small number added or cut off on the way, too few "
        "steps taken, or something computed in float32?"
    )


def _arrays(came, due) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    mine, theirs = leaves(came, due), leaves(due, due)
    for path in mine.keys() & theirs.keys():
        one, other = numbers(mine[path]), numbers(theirs[path])
        if one is not None and other is not None:
            yield one, other


def _ignored_argument(found: Evidence, parameters: Sequence[str]) -> str | None:
    """The one argument by which the reference's replies differ and the learner's never do."""
    calls = [
        (request, came, due)
        for request, came, due in (*found.wrong, *found.right)
        if request[0] == "call" and came[0] == due[0] == "ok" and _stands_alone(came[1])
    ]
    told: dict[str, bool] = {}
    for index, (request, came, due) in enumerate(calls[:_COMPARED]):
        for other_request, other_came, other_due in calls[:index]:
            name = _only_difference(request, other_request, parameters)
            if name and not same_leaf(due[1], other_due[1]):
                told[name] = told.get(name, True) and same_leaf(came[1], other_came[1])
    ignored = [name for name, is_ignored in told.items() if is_ignored]
    return f"The result is the same whatever `{ignored[0]}` is: where is it used?" if len(ignored) == 1 else None


def _stands_alone(tagged) -> bool:
    """Whether a reply holds its own values, and none that it only refers to: an argument, a view, an object."""
    if not isinstance(tagged, list | tuple):
        return True
    return _tag(tagged) not in ("same", "view", "handle") and all(map(_stands_alone, tagged))


def _only_difference(first, second, parameters: Sequence[str]) -> str | None:
    """The name of the only argument by which two calls of one function differ."""
    one, other = (_arguments(request, parameters) for request in (first, second))
    if one is None or other is None or first[1][0] != second[1][0] or one.keys() != other.keys():
        return None
    differing = [name for name in one if not same_leaf(one[name], other[name])]
    return differing[0] if len(differing) == 1 else None


def _arguments(request, parameters: Sequence[str]) -> dict | None:
    positional = request[1][1:]
    if len(positional) > len(parameters):
        return None
    return dict(zip(parameters, positional, strict=False)) | {key: value for key, value in request[2]}


_LOOKS: tuple[Callable[[Evidence], str | None], ...] = (
    _nothing_returned,
    _changed_in_place,
    _shared_memory,
    _nothing_refused,
    _all_refused,
    _other_container,
    _remembers,
    lambda found: relation(found.pairs) if found.pairs else None,
)
