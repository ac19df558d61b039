"""A day closes with what to remember, questions with their answers, and where to go further."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.day import Day
from autograder.linting.finding import Problem
from autograder.linting.text import Passage, markdown, passages

REMEMBER, CHECK, FURTHER = "What you should remember", "Check yourself", "Go further"
LINES, QUESTIONS = 5, 3
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")


def problems(day: Day, root: Path) -> Iterator[Problem]:
    sections = _sections(day)
    last = [heading for heading in sections][-3:]
    due = [REMEMBER, CHECK, FURTHER]
    if [heading.removesuffix(", without code") for heading in last] != due:
        line = sections[last[-1]][0].line if last else 1
        mend = f"End with `## {due[0]}`, `## {due[1]}`, `## {due[2]}`, in this order."
        yield Problem(line, "the day does not close as days do", mend)
        return
    remember, check, further = (sections[heading] for heading in last)
    if (count := _items(remember)) != LINES:
        yield Problem(remember[0].line, f"there are {count} things to remember", f"Make it {LINES} items of a list.")
    yield from _questions(check)
    if not _items(further):
        yield Problem(
            further[0].line, "nothing says where to go further", "List papers, each with what it is good for."
        )


def _sections(day: Day) -> dict[str, list[Passage]]:
    """The passages under each second-level heading, the heading first."""
    sections: dict[str, list[Passage]] = {}
    for passage in passages(markdown(day)):
        if passage.text.startswith("## "):
            sections[passage.heading] = [passage]
        elif sections:
            sections[next(reversed(sections))].append(passage)
    return sections


def _items(section: list[Passage]) -> int:
    return sum(bool(_ITEM.match(passage.text)) for passage in section)


def _questions(section: list[Passage]) -> Iterator[Problem]:
    begin = next((at for at, each in enumerate(section) if "<summary>Answers</summary>" in each.text), None)
    end = next((at for at, each in enumerate(section) if each.text.endswith("</details>")), None)
    line = section[0].line
    if begin is None or end is None or end < begin:
        mend = "Put them between `<details><summary>Answers</summary>` and `</details>`, each a line of its own."
        yield Problem(line, "the answers are not folded away", mend)
        return
    asked, answered = _items(section[:begin]), _items(section[begin:end])
    if asked != QUESTIONS:
        yield Problem(line, f"there are {asked} questions", f"Ask {QUESTIONS}, in a numbered list.")
    if asked != answered:
        yield Problem(section[begin].line, f"{asked} questions have {answered} answers", "Answer each in its place.")
