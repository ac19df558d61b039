"""A class's statistics as a page that stands alone and runs nothing."""

from autograder.classroom.pages import template
from autograder.classroom.statistics import HELP_BELOW, DayStatistics, TermStatistics, commonest

MOST_MISTAKES = 20


def day_page(day: DayStatistics, title: str) -> str:
    """The page of one day."""
    return _render(f"Day {day.day} · {title}", day=day, term=None, mistakes=commonest(day)[:MOST_MISTAKES])


def term_page(term: TermStatistics) -> str:
    """The page of several days."""
    return _render(f"Days {term.days[0].day} to {term.days[-1].day}", day=None, term=term, mistakes=[])


def _render(title: str, **parts) -> str:
    return template("statistics.html").render(title=title, help_below=HELP_BELOW, **parts)
