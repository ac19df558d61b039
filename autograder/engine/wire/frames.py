"""Messages between processes: msgpack, with the bytes of arrays beside it, framed by their lengths.

What lies beside is never copied into the msgpack part and never becomes more than one object, so a bound on the part
that does become objects (the envelope) bounds what a hostile sender can make the receiver allocate.
"""

import socket
import struct
import time
from collections.abc import Callable

import msgpack
import numpy as np

MAX_ENVELOPE = 32 * 2**20  # bytes; an object of the receiver may take some 70 times what it took here
MAX_RANGE = 2_000_000  # numbers of a range, which comes as three
MAX_BLOCKS = 260 * 2**20  # bytes: an array of 256 MB and a little more
_HEADER = struct.Struct(">QQ")
_BLOCK = 1  # msgpack's extension type for "the next so many bytes beside the envelope"
_ALIGNMENT = 16
_SMALL = 2**16
_SHORTEST_WAIT, _LONGEST_WAIT = 0.02, 1.0  # seconds


class WireError(Exception):
    """A message that is not what the protocol allows; the text says what was wrong with it."""


class Closed(WireError):
    """The other side hung up."""


class TimedOut(WireError):
    """No whole message came while there was time."""


class Block:
    """Bytes that travel beside the envelope; as sent they are any buffer of bytes, as received a writable one."""

    __slots__ = ("data",)

    def __init__(self, data):
        self.data = memoryview(data)

    def __len__(self):
        return self.data.nbytes

    def __eq__(self, other):
        if not isinstance(other, Block) or len(self) != len(other):
            return False
        return np.array_equal(np.frombuffer(self.data, np.uint8), np.frombuffer(other.data, np.uint8))

    __hash__ = None  # type: ignore[assignment]  # as Python spells a class whose instances have none


def within(seconds: float) -> Callable[[], float]:
    """Tells how many of these seconds of wall-clock time are left."""
    deadline = time.monotonic() + seconds
    return lambda: deadline - time.monotonic()


def send(sock: socket.socket, message, left: Callable[[], float] | None = None) -> None:
    """Send one message: lists of None, booleans, numbers, strings, bytes and Blocks.

    Args:
        left: tells how many seconds are left, by whatever clock, and is asked again and again; without it, no end.
    """
    parts = _packed(message)
    for part in [b"".join(parts)] if sum(map(len, parts)) < _SMALL else parts:
        _send_all(sock, part, left)


def receive(sock: socket.socket, left: Callable[[], float] | None = None):
    """Receive one message; raises WireError for anything malformed, Closed at the end, TimedOut when no time is left.

    Args:
        left: as in `send`.
    """
    length, size = _lengths(_exactly(sock, _HEADER.size, left))
    envelope = _exactly(sock, length, left)
    return _unpacked(envelope, memoryview(_exactly(sock, size, left)) if size else memoryview(b""))


def to_bytes(message) -> bytes:
    """A message as it would be sent, to be kept."""
    return b"".join(_packed(message))


def from_bytes(data: bytes):
    """The message that `to_bytes` turned into these bytes; raises WireError for anything else."""
    if len(data) < _HEADER.size:
        raise WireError("a message without its lengths")
    length, size = _lengths(data[: _HEADER.size])
    if len(data) != _HEADER.size + length + size:
        raise WireError("a message of another length than it says")
    return _unpacked(data[_HEADER.size : _HEADER.size + length], memoryview(data)[_HEADER.size + length :])


def _packed(message) -> list[memoryview | bytes]:
    """The parts of a message in order, the first of them its lengths and its envelope."""
    blocks: list[memoryview | bytes] = []

    def beside(value):
        if not isinstance(value, Block):
            raise TypeError(f"a {type(value).__name__} in a message")
        blocks.append(value.data)
        padding = -len(value) % _ALIGNMENT
        if padding:
            blocks.append(bytes(padding))
        return msgpack.ExtType(_BLOCK, len(value).to_bytes(8))

    envelope = msgpack.packb(message, default=beside, unicode_errors="surrogatepass")
    size = sum(map(len, blocks))
    if len(envelope) > MAX_ENVELOPE or size > MAX_BLOCKS:
        raise WireError(f"a message of {len(envelope) + size:,} bytes, too large to cross")
    return [_HEADER.pack(len(envelope), size) + envelope, *blocks]


def _lengths(header) -> tuple[int, int]:
    """Of the envelope and of what lies beside it."""
    length, size = _HEADER.unpack(header)
    if length > MAX_ENVELOPE or size > MAX_BLOCKS:
        raise WireError(f"a message of {length + size:,} bytes, too large to cross")
    return length, size


def _unpacked(envelope, beside: memoryview):
    end = 0

    def block(code, data):
        nonlocal end
        start, count = end, int.from_bytes(data)
        end = start + count + -count % _ALIGNMENT
        if code != _BLOCK or len(data) != 8 or end > len(beside):
            raise WireError("a message without the bytes it speaks of")
        return Block(beside[start : start + count])

    try:
        message = msgpack.unpackb(envelope, max_map_len=0, ext_hook=block, unicode_errors="surrogatepass")
    except Exception as error:
        raise WireError(f"a message that cannot be read ({type(error).__name__})") from None
    if end != len(beside):
        raise WireError("a message with bytes it does not speak of")
    return message


def _send_all(sock: socket.socket, data, left: Callable[[], float] | None) -> None:
    unsent = memoryview(data).cast("B")
    while unsent:
        unsent = unsent[_waited(sock, sock.send, unsent, left) :]


def _exactly(sock: socket.socket, count: int, left: Callable[[], float] | None) -> bytearray:
    data = bytearray(count)
    unfilled = memoryview(data)
    while unfilled:
        received = _waited(sock, sock.recv_into, unfilled, left)
        if not received:
            raise Closed("the other side is gone")
        unfilled = unfilled[received:]
    return data


def _waited(sock: socket.socket, do: Callable, data: memoryview, left: Callable[[], float] | None) -> int:
    """Send or receive what can be, however often it has to be waited for; TimedOut also where it could be at once."""
    while left is None or (seconds := left()) > 0:
        try:
            sock.settimeout(None if left is None else min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT))
            return do(data)
        except TimeoutError:
            continue
        except OSError:
            raise Closed("the other side is gone") from None
    raise TimedOut("no answer in time")


def block_or_bytes(raw):
    """Bytes as a tag holds them, from the envelope or from beside it, as a buffer."""
    if isinstance(raw, Block):
        return raw.data
    if not isinstance(raw, bytes):
        raise WireError(f"a {type(raw).__name__} where bytes were due")
    return raw


def frozen(message):
    """The message with copies of its blocks, which the memory that they lie in can no longer change."""
    if isinstance(message, Block):
        return Block(bytes(message.data))
    return [frozen(item) for item in message] if isinstance(message, list) else message
