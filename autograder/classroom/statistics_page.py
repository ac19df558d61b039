"""A class's statistics as a page that stands alone and runs nothing."""

from datetime import datetime
from functools import cache

from autograder.basics.plain_text import one_line, visible
from autograder.classroom.statistics import HELP_BELOW, DayStatistics, TermStatistics, commonest
from autograder.result import points

MOST_MISTAKES = 20


def day_page(day: DayStatistics, title: str) -> str:
    """The page of one day."""
    return _render(f"Day {day.day} · {title}", day=day, term=None, mistakes=commonest(day)[:MOST_MISTAKES])


def term_page(term: TermStatistics) -> str:
    """The page of several days."""
    return _render(f"Days {term.days[0].day} to {term.days[-1].day}", day=None, term=term, mistakes=[])


def _render(title: str, **parts) -> str:
    return _template().render(title=title, help_below=HELP_BELOW, **parts)


def _when(stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M %Z}"


@cache
def _template():
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("autograder.classroom"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, one_line=one_line, points=points, when=_when)
    return environment.get_template("statistics.html")
