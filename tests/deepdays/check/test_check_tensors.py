"""The comparers on tensors of the backends."""

import subprocess
import sys

import numpy as np
import pytest

from deepdays import check


def complaint(function, *args, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        function(*args, **kwargs)
    return str(caught.value)


def _backend(name: str):
    """Functions of one framework: an array as its tensor, in the named dtype."""
    if name == "tensorflow":
        tensorflow = pytest.importorskip("tensorflow")
        return lambda x, dtype="float32": tensorflow.constant(x, dtype=dtype)
    if name == "jax":
        numpy = pytest.importorskip("jax.numpy")
        return lambda x, dtype="float32": numpy.asarray(x, dtype=dtype)
    torch = pytest.importorskip("torch")
    return lambda x, dtype="float32": torch.tensor(x, dtype=getattr(torch, dtype))


@pytest.mark.parametrize("name", ["tensorflow", "jax", "torch"])
def test_tensors_are_compared_as_arrays_are(name):
    tensor = _backend(name)
    matrix = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    check.close(tensor(matrix), matrix)
    check.close(matrix, tensor(matrix))
    check.close([tensor(1.5), tensor(2.5)], [1.5, 2.5])
    check.equal({"w": tensor(matrix)}, {"w": matrix})
    check.shape(tensor(matrix), (2, 3))
    check.finite(tensor(matrix))
    check.kind(tensor(matrix), "tensor")
    check.dtype(tensor(matrix), "float32")
    check.dtype(tensor([1], "int32"), "int")
    assert "element [1, 2] is 6, 7 was due" in complaint(check.close, tensor(matrix), [[1, 2, 3], [4, 5, 7]])
    assert "(2, 3) came back, (3, 2) was due. It looks transposed" in complaint(
        check.close, tensor(matrix), np.zeros((3, 2))
    )
    assert "result is a tensor, where a NumPy array was due" in complaint(check.kind, tensor(matrix), np.ndarray)
    assert "element [1] is NaN" in complaint(check.finite, tensor([1.0, np.nan]))


@pytest.mark.parametrize("name", ["tensorflow", "jax", "torch"])
def test_bfloat16_is_a_float_like_others(name):
    tensor = _backend(name)([1.0, 1.5], "bfloat16")
    check.close(tensor, [1.0, 1.5])
    check.equal(tensor, [1.0, 1.5])
    check.dtype(tensor, "bfloat16")
    check.dtype(tensor, "float")
    check.finite(tensor)
    assert "element [1] is 1.5, 2 was due" in complaint(check.close, tensor, [1.0, 2.0])


def test_variables_and_changes_to_them_are_seen():
    tensorflow = pytest.importorskip("tensorflow")
    variable = tensorflow.Variable([1.0, 2.0])
    check.close(variable, [1, 2])
    with (
        pytest.raises(AssertionError, match=r"element \['w'\]\[0\] was 1 and is 2 now"),
        check.unchanged({"w": variable}),
    ):
        variable.assign_add([1.0, 0.0])


def test_a_symbolic_tensor_is_refused_with_the_reason():
    keras = pytest.importorskip("keras")
    assert "cannot be read as an array" in complaint(check.close, keras.Input((3,)), np.zeros(3))


def test_a_torch_tensor_that_requires_a_gradient_is_detached():
    torch = pytest.importorskip("torch")
    check.close(torch.ones(2, requires_grad=True) * 3, [3, 3])
    check.close(torch.tensor(1 + 2j).conj(), 1 - 2j)


def test_comparing_arrays_imports_no_framework():
    code = (
        "import sys, numpy as np, deepdays as dd\n"
        "dd.check.close([1.0], np.ones(1)); dd.check.equal('a', 'a'); dd.check.kind(1.0, (float, 'tensor'))\n"
        "sys.exit(bool({'tensorflow', 'keras', 'jax', 'torch', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
