"""Chapters that are pages of the repository already, and the reference of `deepdays`."""

import re
from pathlib import Path, PurePosixPath

from deepdays import data, plot

CHAPTERS = ("teaching.md", "writing_a_day.md", "notation.md", "devices.md", "benchmarks.md", "headlines.md")
_LINK = re.compile(r"(?P<open>\]\()(?P<path>[^)#\s]+)(?P<rest>[^)]*\))")
_OUTSIDE = re.compile(r"[a-z]+:|#|/")


def chapter(root: Path, name: str, repository: str) -> str:
    """A page of `docs/` whose links to what is no chapter lead to the repository.

    Args:
        root: the project's folder.
        repository: the address that files of its branch are found below.
    """

    def mended(found: re.Match) -> str:
        path = found["path"]
        if _OUTSIDE.match(path) or path in CHAPTERS:
            return found[0]
        parts: list[str] = []
        for part in (PurePosixPath("docs") / path).parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        return f"{found['open']}{repository}/{'/'.join(parts)}{found['rest']}"

    return _LINK.sub(mended, (root / "docs" / name).read_text(encoding="utf-8"))


def reference() -> dict[str, str]:
    """The pages of the reference, markdown by file name; Sphinx fills them from the docstrings."""
    asking = ["ask", "hint", "solution", "mine", "progress", "track", "seed", "quiet", "device", "visible_tests_pass"]
    checks = ["like", "close", "equal", "shape", "dtype", "kind", "finite", "gradient", "raises", "unchanged"]
    sets = "\n".join(_function(f"{data.home(name)}.{name}", name) for name in data.available())
    plots = [name for name in vars(plot) if not name.startswith("_") and _is_own(plot, name)]
    return {
        "notebook.md": _page("deepdays in a notebook", "What every notebook can use.", "deepdays", asking),
        "check.md": _page("deepdays.check", "The comparers that tests use.", "deepdays.check", checks),
        "plot.md": _page("deepdays.plot", "Figures that look alike.", "deepdays.plot", plots),
        "zoo.md": _page("deepdays.zoo", "Small trained networks.", "deepdays.zoo", ["names", "card", "load"]),
        "data.md": f"# deepdays.data\n\nThe data that notebooks use, without a download.\n\n{sets}",
    }


def _is_own(module, name: str) -> bool:
    return callable(getattr(module, name)) and getattr(getattr(module, name), "__module__", "") == module.__name__


def _page(title: str, opening: str, module: str, names: list[str]) -> str:
    return f"# {title}\n\n{opening}\n\n" + "\n".join(_function(f"{module}.{name}", name) for name in names)


def _function(path: str, name: str) -> str:
    return f"## `{name}`\n\n```{{eval-rst}}\n.. autofunction:: {path}\n   :no-index-entry:\n```\n"
