"""The process that warm kernels are forked from, and what a fork becomes.

Unlike the zygote that grades, it is neither isolated nor scrubbed: a kernel runs the learner's own code as the learner.
It has the environment of the Jupyter server that started it, and each fork takes over that of its own kernel.

    python -m autograder.kernels.warm SOCKET IDLE_SECONDS
"""

import gc
import importlib
import os
import signal
import sys
import traceback
from pathlib import Path

import matplotlib.backends

from autograder.engine import zygote

PRELOADED = (
    "numpy", "pandas", "matplotlib.figure", "matplotlib.backends.backend_agg",
    "sklearn.linear_model", "deepdays.check", "ipykernel.kernelapp", "ipykernel.debugger",
    "IPython.core.completer", "IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "sqlite3", "tornado.platform.asyncio", "tornado.queues", "jedi", "keras",
    "tensorflow",
)  # fmt: skip


class KernelZygote(zygote.Zygote):
    """Forks kernels; one whose client hangs up is killed with everything it started."""

    def _become(self, role: str, request: dict, descriptor: int, scratch: str) -> None:
        """In the child: drop what is the parent's, take over the kernel's surroundings, run the kernel."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.closerange(3, 65536)
            os.setsid()
            os.environ.clear()
            os.environ.update(request["environment"])
            os.chdir(request["folder"])
            run_kernel(request["arguments"])
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)


def run_kernel(arguments: list[str]) -> None:
    """Be an ordinary IPython kernel until it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    os.environ.pop("JPY_PARENT_PID", None)  # the parent is this project's process, which watches by itself
    os.environ.setdefault("PYDEVD_USE_FRAME_EVAL", "NO")  # as debugpy leaves it, which the warm process has imported
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    sys.argv = ["ipykernel_launcher.py", *arguments]
    sys.path.insert(0, "")
    gc.unfreeze()
    IPKernelApp.launch_instance(argv=arguments)


def main(path: str, idle_seconds: float) -> None:
    """Become warm, then listen at `path` and serve."""
    for name in PRELOADED:
        importlib.import_module(name)
    matplotlib.backends.backend_registry.list_all()  # looks for plots' backends among all installed packages
    gc.collect()
    gc.freeze()
    zygote.listen(path, lambda listener: KernelZygote(listener, str(Path(path).parent), ["processes"], idle_seconds))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
