"""Prints how the grader meets the strangers' answers of some days, or of all, and puts it on record.

python -m tests.strangers [DAY]...
"""

import sys

from autograder.days.reader import read_day
from autograder.project import day_path, root
from tests.strangers import Met, files, meet, read, share
from tests.strangers.record import digest, letter, write


def main(days: list[int]) -> None:
    everything: list[Met] = []
    for number in days or files():
        day = read_day(day_path(root(), number))
        of = digest(day, files()[number])
        met = meet(day, read(files()[number]))
        write({number: (of, "".join(map(letter, met)))})
        print(f"\nday {number}")
        for each in met:
            print(f"  line {each.answer.line:<4} {_word(each)}")
        everything += met
        print(summary(met))
    if len(days) != 1:
        print(f"\ntogether\n{summary(everything)}")


def summary(met: list[Met]) -> str:
    """Shares of right answers accepted, of wrong ones rejected, and of the rejected that were named, rightly or not."""
    right = [each for each in met if each.answer.right]
    wrong = [each for each in met if not each.answer.right]
    rejected = [each for each in wrong if not each.accepted]
    return (
        f"  {len(right)} right, {share(right, lambda each: each.accepted):.1%} accepted; "
        f"{len(wrong)} wrong, {share(wrong, lambda each: not each.accepted):.1%} rejected; "
        f"a fitting hint for {share(rejected, lambda each: each.named):.1%} of those, "
        f"one that doesn't fit for {sum(each.misnamed for each in rejected)}"
    )


def _word(each: Met) -> str:
    answer, verdict = each.answer, each.verdict
    kind = "right" if answer.right else "wrong"
    fault = "" if each.accepted == answer.right and not each.misnamed else "  <<<"
    lines = [f"{kind} {answer.exercise}: {verdict.status}{fault}"]
    if not answer.right:
        lines.append(f"idea: {answer.idea}")
    if verdict.message:
        lines.append("said: " + " ".join(verdict.message.split())[:300])
    if verdict.hint:
        fit = "fits" if each.named else "fits nothing that is listed"
        lines.append(f"hint ({fit}): {verdict.hint}")
    return "\n            ".join(lines)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
