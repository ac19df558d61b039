"""The site: its pages' sources in `site_source/`, and what Sphinx makes of them in `site/`."""

import hashlib
import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.basics.files import write_if_changed
from autograder.day import Day
from autograder.errors import DeepDaysError
from autograder.notebooks import colab
from autograder.notebooks.building import notebook_bytes, student_bytes
from autograder.project import handed_out, notebook_name
from autograder.proving.memory import Memory
from autograder.proving.whole_notebook import executed
from autograder.publishing import chapters, listings
from autograder.publishing.day_pages import NOTEBOOKS, day_page
from autograder.publishing.example import example, picture
from autograder.publishing.figures import Figures
from autograder.result import points
from deepdays.devices import cores

_SETTINGS = Path(__file__).parent / "sphinx"


def write_site(days: Sequence[Day], root: Path, folder: Path, progress: Callable[[str], None]) -> Path:
    """Write the site of some days; what did not change since the last time is left as it is.

    Args:
        days: those that get a page; the others of the plan are told as to come.
        root: the project's folder; its `build/` remembers what the proofs' runs printed and drew.
        folder: gets `site/`, the site itself, and beside it what it is made from.
        progress: told what is being done.

    Returns:
        The page to begin with.

    Raises:
        DeepDaysError: a day does not run, or Sphinx finds fault with a page.
    """
    site = folder / "site"
    name, branch = colab.settings(root / "pyproject.toml")
    repository = f"https://github.com/{name}"
    figures, pages = Figures(site), _Pages(folder / "site_source")
    weeks = listings.weeks(root, days)
    runs = _runs(days, Memory(root), progress)
    _write_days(weeks, runs, figures, pages, progress)
    _write_notebooks(days, root, site / NOTEBOOKS)
    progress("the front page")
    front = {"example": example(days), "picture": picture(runs, figures)}
    _write_lists(days, weeks, pages, front, repository)
    for chapter in chapters.CHAPTERS:
        pages.write(chapter, chapters.chapter(root, chapter, f"{repository}/blob/{branch}"))
    for page, text in chapters.reference().items():
        pages.write(f"reference/{page}", text)
    pages.drop_others()
    progress("Sphinx")
    _build(folder, repository)
    figures.drop_others()
    return site / "index.html"


class _Pages:
    """The sources of the site's pages; writes those that changed, and removes those that are no longer there."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._written: set[Path] = set()

    def write(self, name: str, content: str | bytes) -> None:
        path = self._folder / name
        self._written.add(path)
        write_if_changed(path, content.encode() if isinstance(content, str) else content)

    def drop_others(self) -> None:
        for path in list(self._folder.rglob("*")):
            if path.is_file() and path not in self._written:
                path.unlink()


def _runs(days: Sequence[Day], memory: Memory, progress) -> dict[int, NotebookNode]:
    """The executed notebooks by the day's number; those that have to be run, one a core."""

    def run(day: Day) -> NotebookNode:
        progress(f"day {day.number}: what it printed and drew")
        return executed(day, memory)

    with ThreadPoolExecutor(cores()) as pool:
        return dict(zip((day.number for day in days), pool.map(run, days), strict=True))


def _write_days(weeks, runs: Mapping[int, NotebookNode], figures: Figures, pages: _Pages, progress) -> None:
    addresses = {day.number: notebook_name(day.slug) for week in weeks for day in week.days}
    for week in weeks:
        for position, entry in enumerate(week.entries, 1):
            if (day := entry.day) is None:
                continue
            progress(f"day {day.number}")
            title = f'<a href="../weeks/{week.name}.html">Week {week.number}: {week.title}</a>'
            place = f"{title}, day {position} of {len(week.entries)}"
            page = day_page(day, runs[day.number], figures, addresses, place)
            pages.write(f"days/{notebook_name(day.slug)}", notebook_bytes(page))


def _write_notebooks(days: Sequence[Day], root: Path, folder: Path) -> None:
    """Put the learners' notebooks where pages let one download them."""
    for day in days:
        committed = handed_out(root, day.slug)
        content = committed.read_bytes() if committed.is_file() else student_bytes(day)
        write_if_changed(folder / notebook_name(day.slug), content)
    for path in set(folder.glob("*.ipynb")) - {folder / notebook_name(day.slug) for day in days}:
        path.unlink()


def _write_lists(days: Sequence[Day], weeks, pages: _Pages, front: dict, repository: str) -> None:
    known = front | {
        "weeks": weeks,
        "days": days,
        "repository": repository,
        "chapters": chapters.CHAPTERS,
        "reference": sorted(chapters.reference()),
        "exercises": listings.exercises(days),
        "symbols": listings.symbols(days),
        "papers": listings.papers(days),
    }
    for page in ("index.md", "exercises.md", "symbols.md", "papers.md", "reference.md"):
        pages.write(page, _template(page).render(known))
    for week in weeks:
        pages.write(f"weeks/{week.name}.md", _template("week.md").render(week=week))


@cache
def _template(name: str):
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("autograder.publishing"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["points"] = points
    return environment.get_template(name)


def _settings() -> str:
    """A hash of how pages are made; where it is another, Sphinx writes all of them again."""
    files = sorted(path for path in _SETTINGS.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _build(folder: Path, repository: str) -> None:
    """Run Sphinx, which reads and writes again only what changed."""
    from sphinx.application import Sphinx
    from sphinx.util.console import nocolor

    nocolor()
    said = io.StringIO()
    sphinx = Sphinx(
        srcdir=folder / "site_source",
        confdir=_SETTINGS,
        outdir=folder / "site",
        doctreedir=folder / "site_doctrees",
        buildername="html",
        confoverrides={"html_theme_options.repository_url": repository, "html_context.settings": _settings()},
        status=None,
        warning=said,
        parallel=2,
    )
    sphinx.build()
    if sphinx.statuscode or said.getvalue():
        shutil.rmtree(folder / "site_doctrees")  # else the next run would take these pages for good
        raise DeepDaysError(f"Sphinx finds fault with the site's pages:\n{said.getvalue().strip()}")
