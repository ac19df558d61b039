"""A copy of Colab: its versions of the packages in an environment of their own, a kernel in `/…/content`, and
`google.colab` to be imported. `make test-colab` makes the environment in build/colab."""

import json
import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.places import ROOT

PYTHON = ROOT / "build" / "colab" / "bin" / "python"
ADDED = ("deepdays", "jupytext", "num2words", "pycountry")
CELL_SECONDS = 300


_FRONT_END = """
import json, os

def blocking_request(kind, request="", timeout_sec=None):
    assert kind == "get_ipynb"
    return {"ipynb": json.load(open(os.environ["SHOWN"]))}
"""


class Colab:
    """The copy of Colab; `package` is the address that its notebooks install the course's package from."""

    def __init__(self, folder: Path):
        self.package = f"git+file://{_repository(folder / 'repository')}@main"
        self.content = folder / "content"
        self.content.mkdir()
        stub = folder / "stub" / "google" / "colab"
        stub.mkdir(parents=True)
        (stub / "__init__.py").touch()
        (stub / "_message.py").write_text(_FRONT_END)
        self._shown = folder / "shown.ipynb"
        self._environment = {
            "PYTHONPATH": str(folder / "stub"),
            "DEEPDAYS_CACHE": str(folder / "cache"),
            "DEEPDAYS_HOME": str(folder / "home"),
            "SHOWN": str(self._shown),
        }
        kernel = folder / "jupyter" / "kernels" / "colab"
        kernel.mkdir(parents=True)
        spec = {
            "argv": [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Colab",
            "language": "python",
            "env": self._environment,
        }
        (kernel / "kernel.json").write_text(json.dumps(spec))

    def show(self, notebook: nbformat.NotebookNode) -> None:
        """What the front end has on its screen from now on: as Colab keeps it, a cell's id in its metadata."""
        content = json.loads(nbformat.writes(notebook))
        for cell in content["cells"]:
            cell["metadata"]["id"] = cell.pop("id")
        self._shown.write_text(json.dumps(content | {"nbformat_minor": 0}))

    def python(self, *arguments: str) -> str:
        """Run Colab's Python; what it prints."""
        command, environment = [str(PYTHON), *arguments], os.environ | self._environment
        done = subprocess.run(
            command, cwd=self.content, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def begin_anew(self) -> set[str]:
        """Take away what earlier notebooks installed; the packages that are left."""
        self.python("-m", "pip", "uninstall", "--quiet", "--yes", *ADDED)
        return self.packages()

    def packages(self) -> set[str]:
        """What `pip freeze` lists, pip and setuptools included."""
        return set(self.python("-m", "pip", "freeze", "--all").splitlines())

    def run(self, notebook: nbformat.NotebookNode) -> list[str]:
        """Run a notebook to its end; the errors, each with its cell."""
        client = NotebookClient(
            notebook,
            kernel_name="colab",
            timeout=CELL_SECONDS,
            allow_errors=True,
            resources={"metadata": {"path": str(self.content)}},
        )
        client.execute()
        outputs = [(cell, output) for cell in notebook.cells for output in cell.get("outputs", [])]
        return [
            f"cell {cell.id} raised {output.ename}: {output.evalue}\n{cell.source}\n" + "\n".join(output.traceback)
            for cell, output in outputs
            if output.output_type == "error"
        ]


def _repository(folder: Path) -> Path:
    """A git repository with the files of this checkout as they are now, committed on `main`."""

    def git(*arguments: str, cwd: Path = folder) -> bytes:
        identity = ["-c", "user.name=Colab", "-c", "user.email=colab@localhost", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *identity, *arguments], cwd=cwd, stdout=subprocess.PIPE, check=True).stdout

    folder.mkdir()
    git("init", "--quiet", "--initial-branch=main")
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git("add", "--all")
    git("commit", "--quiet", "--message", "As it is now")
    return folder


@pytest.fixture(scope="session")
def colab(tmp_path_factory):
    if not PYTHON.exists():
        pytest.fail("The copy of Colab is not there. Run `make test-colab`, which makes it.")
    folder = tmp_path_factory.mktemp("colab")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.delenv("MPLBACKEND", raising=False)
        yield Colab(folder)
