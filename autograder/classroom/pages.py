"""The pages that a class's results are shown on: templates that take nothing of a submission for HTML."""

from datetime import datetime
from functools import cache

from autograder.basics.plain_text import one_line, visible
from autograder.result import Status, points


@cache
def template(name: str):
    """A template of this room, by its file's name; a name that it uses and is not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("autograder.classroom"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, one_line=one_line, points=points, when=_when)
    environment.globals["passed"] = Status.PASSED
    return environment.get_template(name)


def _when(stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M %Z}"
