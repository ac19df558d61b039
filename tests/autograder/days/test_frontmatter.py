"""What the front matter takes is what the guide says and what grading knows."""

import re

from autograder.days import frontmatter
from autograder.engine.limits import Limits
from tests.support.places import ROOT


def test_the_guide_names_every_key():
    guide = (ROOT / "docs" / "writing_a_day.md").read_text(encoding="utf-8")
    table = guide.partition("## Front matter")[2].partition("## Cells")[0]
    first_cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    keys = {key for cell in first_cells for key in re.findall(r"`(\w+)`", cell)}
    assert keys == set(frontmatter.FrontMatter.model_fields)


def test_the_guide_names_every_limit_and_grading_takes_each():
    guide = (ROOT / "docs" / "writing_a_day.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `limits` \| optional: (.*) \|$", guide, re.MULTILINE)
    limits = frontmatter.Limits.model_fields
    assert re.findall(r"`(\w+)`", row) == list(limits)
    given = {name: float(field.examples[0]) for name, field in limits.items()}
    taken = Limits().overridden(given, "here").model_dump()
    assert {name: taken[name] for name in given} == given
