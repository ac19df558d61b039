"""What a test asked of the reference answer and what came back, and how known mistakes reply to the same requests."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from autograder.engine import wire
from autograder.engine.session import Session

MAX_BEGUN = 32 * 2**20  # bytes
_QUICKLY = 1  # zlib's level


class Exchanges(list):
    """(request, reply) in order, as they were when they were added."""

    def append(self, exchange: tuple) -> None:
        super().append(tuple(map(wire.frozen, exchange)))


class Begun(Sequence):
    """(request, reply) of a test as far as it came, so that a replay can go on from there.

    They are kept packed, since few are ever looked at. It empties itself for good once it holds more bytes than are
    worth keeping.
    """

    def __init__(self):
        self._packed: list[bytes] = []
        self._left = MAX_BEGUN

    def append(self, exchange: tuple) -> None:
        try:
            packed = wire.to_bytes([*exchange])
        except wire.WireError:  # the two together are larger than a message may be
            self._left = -1
        else:
            self._left -= len(packed)
            self._packed.append(packed)
        if self._left < 0:
            self._packed.clear()

    def __len__(self) -> int:
        return len(self._packed)

    def __getitem__(self, index):
        return wire.from_bytes(self._packed[index])

    def forget_message(self) -> None:
        """Leave out what was asked at the end for the message on the failure: how objects show themselves."""
        while self and self[-1][0][0] == "repr":
            self._packed.pop()

    def begins(self, recording: "Recording") -> bool:
        """Whether these are the first requests of a recording."""
        both = zip(self, recording.exchanges, strict=False)
        return 0 < len(self) <= len(recording.exchanges) and all(mine == due for (mine, _), (due, _) in both)


@dataclass(frozen=True)
class Attempt:
    """A learner's failed answer, and the way to its examinee.

    Attributes:
        source: its cell's. begun: what the test has asked of the examinee since its random numbers were seeded.
        converse: opens a conversation with the examinee.
    """

    source: str
    begun: Begun
    converse: Callable[[], Session]


class Shelf(Protocol):
    """Where packed recordings lie, by exercise: a dict, or something that stands for one elsewhere."""

    def __getitem__(self, exercise: str) -> bytes: ...

    def __setitem__(self, exercise: str, recording: bytes) -> None: ...


@dataclass
class Recording:
    """A test's conversation with the reference answer.

    Attributes:
        exchanges: (request, reply) in order.
        session: the one that made them, which answers for the functions that the test passed on.
        passes_functions: whether the test passed any; they may keep state, so each replay needs a fresh recording.
        replies: those of mistakes, by their answers; None of one that never ends or cannot be run.
    """

    exchanges: list
    session: Session
    passes_functions: bool
    replies: dict[str, list | None] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The recording as bytes, without its session.

        Raises:
            WireError: it is too large to be kept.
        """
        return zlib.compress(wire.to_bytes([self.exchanges, self.passes_functions, [*self.replies.items()]]), _QUICKLY)

    @classmethod
    def unpacked(cls, data: bytes, session: Session) -> "Recording":
        """The recording that was packed.

        Args:
            session: any new one; it answers for no function.

        Raises:
            WireError: the bytes are none.
        """
        try:
            exchanges, passes_functions, replies = wire.from_bytes(zlib.decompress(data))
            return cls(exchanges, session, passes_functions, dict(replies))
        except (zlib.error, TypeError, ValueError) as error:
            raise wire.WireError(f"a recording that cannot be read ({error})") from None
