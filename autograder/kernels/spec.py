"""The kernelspec `deepdays`: an ordinary Python kernel that starts warm."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.project import build_folder

NAME = "deepdays"

KERNEL = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Deep Days (warm)",
    "language": "python",
    "interrupt_mode": "signal",
    "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": "deepdays-warm"}},
}


def install(prefix: Path | str = sys.prefix) -> Path:
    """Install the kernelspec into an environment; returns its folder. Installing again renews it."""
    from jupyter_client.kernelspec import KernelSpecManager

    with TemporaryDirectory() as folder:
        _write(Path(folder))
        return Path(KernelSpecManager().install_kernel_spec(folder, NAME, prefix=str(prefix)))


def stand_in(root: Path) -> str:
    """A folder for JUPYTER_PATH in which the warm kernel is called `python3`.

    Notebooks ask for `python3`, so that they run anywhere; with this folder first, they start warm as they are.
    """
    folder = build_folder(root) / "jupyter"
    _write(folder / "kernels" / "python3")
    return str(folder)


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.json").write_text(json.dumps(KERNEL, indent=1) + "\n", encoding="utf-8")
