"""The namespace of a day's fixtures, which what a learner binds doesn't reach."""

import builtins
import types


class Fixtures(dict):
    """Globals of the fixture cells: their own names and those of the set-up first, then the learner's answers.

    Args:
        learners: the globals of the learner's cells.
    """

    def __init__(self, learners: dict):
        super().__init__(__builtins__=builtins)
        self._learners = learners

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return self._learners[name]

    def keep(self, before: dict) -> None:
        """Keep what a set-up cell has bound, as it is now.

        Args:
            before: the learner's globals as they were before the cell ran.
        """
        self.update((name, value) for name, value in self._learners.items() if before.get(name, self) is not value)

    def hand_out(self, before: dict) -> None:
        """Let the learner's code use what a fixture cell has bound: copies of its functions, the very objects else.

        Args:
            before: these globals as they were before the cell ran.
        """
        for name, value in self.items():
            if before.get(name, self) is not value:
                self._learners[name] = self._copied(value)

    def _copied(self, value):
        if type(value) is not types.FunctionType or value.__globals__ is not self:
            return value
        parts = value.__code__, self._learners, value.__name__, value.__defaults__, value.__closure__
        copied = types.FunctionType(*parts)
        copied.__kwdefaults__ = value.__kwdefaults__
        return copied
