"""raises and unchanged."""

import numpy as np
import pandas as pd
import pytest

from deepdays import check


def test_raises_accepts_the_error_due_and_its_subclasses():
    with check.raises(ValueError):
        raise ValueError("shapes (2, 3) and (4,) do not match")
    with check.raises((TypeError, ValueError), match=r"shapes \(2"):
        raise UnicodeError("shapes (2, 3)")
    with check.raises(StopIteration):
        next(iter([]))


def test_raises_refuses_silence_another_error_and_another_text():
    with (
        pytest.raises(AssertionError, match=r"^ValueError was due, nothing was raised\. The axis must exist\.$"),
        check.raises(ValueError, why="the axis must exist"),
    ):
        pass
    with (
        pytest.raises(AssertionError, match=r"ValueError was due, KeyError \(\"'w'\"\) was raised") as caught,
        check.raises(ValueError),
    ):
        raise KeyError("w")
    assert isinstance(caught.value.__cause__, KeyError)
    with (
        pytest.raises(AssertionError, match=r"ValueError \('odd'\) was raised .* does not match 'even'"),
        check.raises(ValueError, match="even"),
    ):
        raise ValueError("odd")


def test_an_exercise_not_done_yet_is_no_runtime_error():
    with pytest.raises(AssertionError, match="NotImplementedError"), check.raises(RuntimeError):
        raise NotImplementedError
    with check.raises(NotImplementedError):
        raise NotImplementedError


def test_raises_lets_an_interrupt_through():
    with pytest.raises(KeyboardInterrupt), check.raises(ValueError):
        raise KeyboardInterrupt


def _changed(x, change, **kwargs) -> str:
    """The message of the failure that changing x must end in."""
    with pytest.raises(AssertionError) as caught, check.unchanged(x, **kwargs):
        change(x)
    return str(caught.value)


@pytest.mark.parametrize(
    "x",
    [
        np.ones((2, 3)),
        np.array([np.nan, 1.0]),
        np.array(2.0),
        np.array(["a"]),
        np.array([None, [1]], dtype=object),
        [1, float("nan"), "a", None],
        {"w": [np.zeros(2), {"b": (1, np.ones(1))}], "tags": {1, 2}},
        pd.DataFrame({"x": [1.0, np.nan], "s": ["a", None]}),
        3,
    ],
)
def test_what_is_only_read_is_unchanged(x):
    with check.unchanged(x):
        repr(x)


def test_a_changed_array_is_located():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    message = _changed(x, lambda x: x.__setitem__((1, 0), 0.5), what="x", why="the caller still needs it")
    assert message == (
        "x was changed in place: element [1, 0] was 3 and is 0.5 now (1 of 4 elements changed). Work on a copy. "
        "The caller still needs it."
    )


@pytest.mark.parametrize(
    ("x", "change", "says"),
    [
        (np.zeros(3), lambda x: x.__iadd__(np.nan), "element [0] was 0 and is NaN now (3 of 3"),
        (np.full(2, np.nan), lambda x: x.fill(1), "element [0] was NaN and is 1 now"),
        (np.zeros(4), lambda x: x.resize((2, 2), refcheck=False), "the shape was (4,) and is (2, 2) now"),
        (np.array(1.0), lambda x: x.__iadd__(1), "it was 1 and is 2 now"),
        (np.array(["a", "b"]), lambda x: x.__setitem__(1, "c"), "element [1] was 'b' and is 'c' now"),
        ([3, 1, 2], list.sort, "entry [0] was 3 and is 1 now"),
        ([1, 2], lambda x: x.append(3), "it had 2 entries and has 3 now"),
        ([1, 2], lambda x: x.__setitem__(0, 1.0), "entry [0] was an int (1) and is a float (1.0) now"),
        ([1, 2], lambda x: x.__setitem__(0, object()), "it now is no number and no array"),
        ({"a": 1}, lambda x: x.update(b=2), "it gained the key 'b'"),
        ({"a": 1}, dict.clear, "it lost the key 'a'"),
        ({"a": {1, 2}}, lambda x: x["a"].add(3), "entry ['a'] lost 0 and gained 1 members"),
        (({"w": [np.ones(2)]}, 1), lambda x: x[0]["w"][0].fill(5), "element [0]['w'][0][0] was 1 and is 5 now"),
        (np.array([None, [1]], dtype=object), lambda x: x[1].append(2), "entry [1] had 1 entries and has 2 now"),
    ],
)
def test_a_change_is_located(x, change, says):
    assert says in _changed(x, change)


def test_a_changed_frame_names_its_columns():
    def frame():
        return pd.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"]})

    assert "other values, another index or another dtype in ['x']" in _changed(frame(), lambda f: f.update({"x": [0]}))
    assert "had the columns ['x', 's'] and has ['x', 's', 'y'] now" in _changed(frame(), lambda f: f.insert(2, "y", 0))
    assert "another index" in _changed(frame(), lambda f: setattr(f, "index", [1, 0]))
    assert "it has other values" in _changed(frame()["x"], lambda s: s.__setitem__(0, 9.0))


def test_an_error_in_the_block_is_not_hidden():
    x = np.zeros(2)
    with pytest.raises(KeyError), check.unchanged(x):
        x += 1
        raise KeyError("w")


def test_what_cannot_be_watched_is_refused():
    with (
        pytest.raises(TypeError, match=r"the argument cannot be watched: it .* Received: an object"),
        check.unchanged(object()),
    ):
        pass


def test_what_was_changed_is_called_by_its_name():
    weights, other = np.ones(3), np.zeros(2)
    with pytest.raises(AssertionError, match=r"^`weights` was changed in place"), check.unchanged(weights):
        weights[0] = 5
    with (
        pytest.raises(AssertionError, match=r"^one of `weights`, `other` was changed"),
        check.unchanged([weights, other]),
    ):
        other[0] = 5
    layers = {"first": np.ones(3)}
    with pytest.raises(AssertionError, match=r"^the argument was changed"), check.unchanged(layers["first"]):
        layers["first"][0] = 5
