"""What JupyterLab shows a learner: the days, one kernel, and no button whose word is not the grader's."""

import json
from pathlib import Path

from autograder.project import build_folder

ONE_KERNEL = "--KernelSpecManager.allowed_kernelspecs=python3"
"""Of the kernels that are installed, the one that notebooks ask for."""

_PAGE = {"disabledExtensions": {"@jupyter/nbgrader": True}}  # its Validate runs the visible tests and says "Success!"


def settings(root: Path) -> str:
    """A folder for JUPYTER_CONFIG_PATH that leaves nbgrader's menu, panels and Validate button out."""
    folder = build_folder(root) / "jupyter" / "config"
    page = folder / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(json.dumps(_PAGE, indent=1) + "\n", encoding="utf-8")
    return str(folder)
