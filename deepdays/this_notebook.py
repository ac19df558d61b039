"""Which notebook a cell stands in, as saved on disk; found by what each front end tells its kernel."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


class NotFound(Exception):
    """Why the notebook can't be found, a sentence with the mend."""


def find(namespace: dict) -> Path:
    """The file of the notebook that this kernel serves.

    JupyterLab and its kin tell the kernel by an environment variable, VS Code by a name in the kernel's namespace,
    Colab when it is asked, which gives the notebook as it is on the screen. Elsewhere, or after a rename, it is the
    notebook in the working folder that holds most of the cells that have run.

    Args:
        namespace: the kernel's user namespace.

    Raises:
        NotFound: nothing tells.
    """
    if (colab := _of_colab()) is not None:
        return colab
    told = [os.environ.get("JPY_SESSION_NAME"), namespace.get("__vsc_ipynb_file__")]
    for name in filter(None, told):
        path = Path(name)
        if path.suffix == ".ipynb" and path.is_file():
            return path
    found = [(shared, path) for path in sorted(Path.cwd().glob("*.ipynb")) if (shared := _shared(path, run(namespace)))]
    if not found:
        raise NotFound("This notebook can't be found on disk. Save it in the folder that the kernel works in.")
    return max(found)[1]


def run(namespace: dict) -> list[str]:
    """The cells that have run in this kernel, in order, the present one last."""
    return [source for source in namespace.get("In", []) if source]


def sources(notebook: Path) -> list[str]:
    """The sources of a saved notebook's code cells."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def unsaved(notebook: Path, cells_run: Iterable[str]) -> bool:
    """Whether a cell that has run since is not in the file as it was saved: the last that defined something."""
    saved = {source.strip() for source in sources(notebook)}
    defining = [source for source in cells_run if source.lstrip().startswith(("def ", "class ", "@"))]
    return bool(defining) and defining[-1].strip() not in saved


def _shared(path: Path, cells_run: list[str]) -> int:
    return len({source.strip() for source in sources(path)}.intersection(source.strip() for source in cells_run))


def _of_colab() -> Path | None:
    """What Colab's front end shows, written to a temporary file; None where this is not Colab."""
    try:
        from google.colab import _message
    except ImportError:
        return None
    content = _message.blocking_request("get_ipynb", timeout_sec=30)["ipynb"]
    path = Path(tempfile.gettempdir()) / "colab_notebook.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
