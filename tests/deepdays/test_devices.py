"""dd.device: what it says, and that it loads nothing to say it."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from deepdays import devices

FRAMEWORKS = ("keras", "tensorflow", "jax", "torch")


@pytest.fixture
def loaded(monkeypatch):
    """A function that makes the given modules, and no other framework, the imported ones."""

    def load(**modules):
        for name in FRAMEWORKS:
            monkeypatch.delitem(sys.modules, name, raising=False)
        for name, module in modules.items():
            monkeypatch.setitem(sys.modules, name, module)

    return load


def tensorflow_with(*names):
    """As much of TensorFlow as names GPUs, for a machine without any."""
    gpus = [SimpleNamespace(device_type="GPU", label=name) for name in names]
    experimental = SimpleNamespace(get_device_details=lambda gpu: {"device_name": gpu.label})
    visible = {"GPU": gpus}
    return SimpleNamespace(config=SimpleNamespace(experimental=experimental, get_visible_devices=visible.get))


def jax_with(*names, platform="gpu"):
    return SimpleNamespace(devices=lambda: [SimpleNamespace(platform=platform, device_kind=name) for name in names])


def torch_with(*names, mps=False):
    cuda = SimpleNamespace(
        is_available=lambda: bool(names), device_count=lambda: len(names), get_device_name=names.__getitem__
    )
    return SimpleNamespace(cuda=cuda, backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps)))


def keras_on(backend):
    return SimpleNamespace(config=SimpleNamespace(backend=lambda: backend))


def test_without_a_framework_it_says_so_and_imports_none():
    code = (
        "import sys, deepdays as dd; print(dd.device())\n"
        "sys.exit(bool({'tensorflow', 'keras', 'jax', 'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"CPU \(\d+ cores?\), no framework loaded\n", done.stdout)


def test_it_asks_the_real_tensorflow_and_keras():
    keras = pytest.importorskip("keras")
    assert keras.config.backend()
    assert "no framework" not in devices.device()


def test_accelerators_are_named_through_each_framework(loaded):
    loaded(tensorflow=tensorflow_with("NVIDIA A100"))
    assert devices.device() == "NVIDIA A100"
    loaded(jax=jax_with("TPU v4", "TPU v4", platform="tpu"))
    assert devices.device() == "2 x TPU v4"
    loaded(torch=torch_with("NVIDIA H100"))
    assert devices.device() == "NVIDIA H100"
    loaded(torch=torch_with(mps=True))
    assert devices.device() == "Apple GPU"


def test_without_accelerators_it_is_the_cpu(loaded):
    for modules in (
        {"tensorflow": tensorflow_with()},
        {"jax": jax_with("cpu", platform="cpu")},
        {"torch": torch_with()},
        {"keras": keras_on("numpy")},
    ):
        loaded(**modules)
        assert re.fullmatch(r"CPU \(\d+ cores?\)", devices.device())


def test_the_backend_of_keras_decides_where_several_are_loaded(loaded):
    loaded(keras=keras_on("torch"), tensorflow=tensorflow_with("wrong"), torch=torch_with("right"))
    assert devices.device() == "right"


def test_the_cores_are_those_that_this_process_may_use():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system has no affinity")
    allowed = os.sched_getaffinity(0)
    assert devices.cores() == len(allowed)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert devices.cores() == 1
        assert devices.device().startswith("CPU (1 core)")
    finally:
        os.sched_setaffinity(0, allowed)
