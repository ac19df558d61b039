"""What the code runs on."""

import os
import sys


def device() -> str:
    """Name the device that computations run on, for a reader.

    It asks the framework that is already imported, Keras's backend first, and imports none.

    Returns:
        A GPU's or TPU's name such as "NVIDIA H100 80GB HBM3", "2 x ..." for several, or "CPU (2 cores)", which adds
        ", no framework loaded" where nothing has been asked.
    """
    framework = _framework()
    if framework is None:
        return f"{_cpu()}, no framework loaded"
    names = _ACCELERATORS[framework](sys.modules[framework]) if framework in _ACCELERATORS else []
    if not names:
        return _cpu()
    return names[0] if len(names) == 1 else f"{len(names)} x {names[0]}"


def cores() -> int:
    """How many CPU cores this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _framework() -> str | None:
    """The imported framework that counts, by its module's name."""
    if "keras" in sys.modules:
        return sys.modules["keras"].config.backend()
    return next((name for name in _ACCELERATORS if name in sys.modules), None)


def _cpu() -> str:
    number = cores()
    return f"CPU ({number} core{'s' * (number != 1)})"


def _tensorflow_accelerators(tensorflow) -> list[str]:
    details = tensorflow.config.experimental.get_device_details
    return [details(gpu).get("device_name", "GPU") for gpu in tensorflow.config.get_visible_devices("GPU")]


def _jax_accelerators(jax) -> list[str]:
    return [device.device_kind for device in jax.devices() if device.platform != "cpu"]


def _torch_accelerators(torch) -> list[str]:
    if torch.cuda.is_available():
        return [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return ["Apple GPU"] if torch.backends.mps.is_available() else []


_ACCELERATORS = {
    "tensorflow": _tensorflow_accelerators,
    "jax": _jax_accelerators,
    "torch": _torch_accelerators,
}
