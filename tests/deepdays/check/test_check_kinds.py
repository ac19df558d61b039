"""kind and dtype."""

import ml_dtypes
import numpy as np
import pytest

from deepdays import check


def complaint(function, *args, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        function(*args, **kwargs)
    return str(caught.value)


class Layer:
    pass


class StandsInForALayer:
    __class__ = Layer


class PretendClass(type):
    """A class whose instances are decided by a mark, as a stand-in for a remote class does it."""

    def __instancecheck__(cls, instance):
        return hasattr(instance, "mark")


class Marked(metaclass=PretendClass):
    pass


@pytest.mark.parametrize(
    ("actual", "types"),
    [
        (1, int),
        (np.int32(1), int),
        (1.0, float),
        (np.float32(1), float),
        (True, bool),
        (np.True_, bool),
        (1j, complex),
        (np.complex64(1), complex),
        ((1, 2), tuple),
        ([1], (tuple, list)),
        (np.zeros(2), np.ndarray),
        (np.zeros(2), "array"),
        (np.zeros(2), ("tensor", "array")),
        (None, (float, type(None))),
        (True, (int, bool)),
        (Layer(), Layer),
        (StandsInForALayer(), Layer),
        (True, object),
    ],
)
def test_kind_accepts(actual, types):
    check.kind(actual, types)


def test_kind_asks_a_class_that_only_stands_in_for_one():
    marked = Layer()
    marked.mark = True
    check.kind(marked, Marked)
    assert "a Layer, where a Marked was due" in complaint(check.kind, Layer(), Marked)


@pytest.mark.parametrize(
    ("actual", "types", "says"),
    [
        (True, int, "result is a bool (True), where an int was due"),
        (np.True_, int, "result is a NumPy bool, where an int was due"),
        (1, float, "result is an int (1), where a float was due"),
        (1.5, int, "result is a float (1.5), where an int was due"),
        (1, bool, "where a bool was due"),
        ([1], np.ndarray, "result is a list, where a NumPy array was due"),
        (np.zeros((2, 3)), float, "result is a NumPy array of shape (2, 3), where a float was due"),
        (np.zeros(2), "tensor", "where a tensor was due"),
        (None, (tuple, list), "result is None, where a tuple or a list was due. Is a return missing?"),
        (Layer(), tuple, "result is a Layer, where a tuple was due"),
        (StandsInForALayer(), tuple, "result is a Layer, where a tuple was due"),
    ],
)
def test_kind_refuses(actual, types, says):
    assert says in complaint(check.kind, actual, types)


def test_kind_refuses_names_it_does_not_know():
    with pytest.raises(TypeError, match="Received: 'matrix'"):
        check.kind(np.zeros(2), "matrix")


@pytest.mark.parametrize(
    ("actual", "kind"),
    [
        (np.zeros(2, np.float32), "float"),
        (np.zeros(2, np.float16), "float"),
        (np.zeros(2, ml_dtypes.bfloat16), "float"),
        (np.zeros(2, ml_dtypes.bfloat16), "bfloat16"),
        (np.zeros(2, ml_dtypes.int4), "int"),
        (np.zeros(2, np.float32), "float32"),
        (np.zeros(2, np.float32), np.float32),
        (np.zeros(2, np.uint8), "int"),
        ([1, 2], "int"),
        (True, "bool"),
        ([[True]], bool),
        (1.5, float),
        (1j, "complex"),
        (["a"], "str"),
        (np.zeros((0, 2)), "float64"),
    ],
)
def test_dtype_accepts(actual, kind):
    check.dtype(actual, kind)


@pytest.mark.parametrize(
    ("actual", "kind", "says"),
    [
        (np.zeros(2), "int", "result has dtype float64, where an int dtype was due"),
        ([True], "int", "result has dtype bool, where an int dtype was due"),
        ([1], "bool", "where a bool dtype was due"),
        (np.zeros(2), "float32", "result has dtype float64, where float32 was due"),
        (np.zeros(2, ml_dtypes.bfloat16), "float16", "result has dtype bfloat16, where float16 was due"),
        (np.zeros(2), "bfloat16", "where bfloat16 was due"),
        (None, "float", "result is None, where a float dtype was due"),
        (np.array([None]), "float", "holds Python objects"),
    ],
)
def test_dtype_refuses(actual, kind, says):
    assert says in complaint(check.dtype, actual, kind)


def test_a_dtype_that_lies_is_not_believed():
    class Lying(np.ndarray):
        dtype = np.dtype("float32")

    assert "has dtype int64" in complaint(check.dtype, np.zeros(2, np.int64).view(Lying), "float32")


def test_a_misspelt_dtype_is_the_tests_fault():
    with pytest.raises(TypeError, match="flaot32"):
        check.dtype(np.zeros(2), "flaot32")
