"""What the gradebook has besides the automatic scores: what a teacher entered by hand, and the penalty for lateness."""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from autograder.errors import DeepDaysError

Penalty = Callable[[str, float, float], float]
"""From a student, their score and the seconds that they were late to the points that are taken off."""


@dataclass(frozen=True)
class Mark:
    """What a teacher entered for one exercise.

    Attributes:
        manual_score: the score given in place of the automatic one; None if that counts.
        extra_credit: points on top. comment: the words under it; empty if there are none.
    """

    manual_score: float | None = None
    extra_credit: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class Marks:
    """One submission's marks.

    Attributes:
        by_exercise: what a teacher entered, for exercises with an entry.
        penalty: the points that lateness costs.
        score: what it all comes to.
    """

    by_exercise: dict[str, Mark] = field(default_factory=dict)
    penalty: float = 0.0
    score: float = 0.0


def late_penalty(course: Path, config: Config) -> Penalty:
    """The penalty that nbgrader's plugin takes off, as the course's settings choose and set it up.

    Raises:
        DeepDaysError: the plugin can't be loaded.
    """
    from nbgrader.preprocessors import AssignLatePenalties

    with _importing_from(course):
        try:
            preprocessor = AssignLatePenalties(config=config)
            preprocessor.init_plugin()
        except Exception as error:  # the plugin is the instructor's own Python
            mend = "Mend AssignLatePenalties.plugin_class in nbgrader_config.py."
            raise DeepDaysError(f"The plugin for late penalties can't be used: {error}. {mend}") from error
    plugin = preprocessor.plugin_inst

    def penalty(student: str, score: float, seconds_late: float) -> float:
        if seconds_late <= 0:
            return 0.0
        return min(max(0.0, plugin.late_submission_penalty(student, score, seconds_late) or 0.0), score)

    return penalty


@contextmanager
def _importing_from(folder: Path):
    """Modules in a folder can be imported, as when nbgrader is run there."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
