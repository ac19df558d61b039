"""The examiner's side of the conversation: requests out, replies in, and nothing in a reply trusted."""

import builtins
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from autograder.engine import wire
from autograder.engine.arguments import write_back
from autograder.engine.handles import by_name, resolve, safe_class, stand_in_class
from autograder.engine.protocol import MAX_TEXT, PLAIN_VERBS
from autograder.engine.remote import LearnerError, Remote, Unusable
from autograder.engine.rendering import SMALL, call_text, render
from autograder.engine.wire.plain import abridged

SHOWN = SMALL + 1  # items of a container: one more than messages show, which says that there are more


class Recorder(Protocol):
    """What keeps requests and their replies."""

    def append(self, exchange: tuple) -> None: ...


@dataclass
class Call:
    """A call that a test made, kept as it crossed because the test may change its values since.

    Attributes:
        label: what was called. args, kwargs: what it was called with, tagged. passed: the same, as it is now.
        outcome: the reply, None before there is one.
    """

    label: str
    args: list
    kwargs: list
    passed: dict
    outcome: list | None = None


class Session:
    """One conversation with an examinee.

    Args:
        exchange: sends a request and returns the reply, answering callbacks with `answer_callback` on the way.
        operators: the operator methods (`__add__`) that the day's own classes define.
        namespace: the test's globals, where classes of the set-up are found.
        recorder: what each request that the test itself makes is added to with its reply, for replaying; it copies
            them at once, since the memory that they lie in may change.

    Attributes:
        callbacks: the functions that the other side was given.
    """

    def __init__(self, exchange, operators=frozenset(), namespace=None, recorder: Recorder | None = None):
        self._exchange, self.operators = exchange, operators
        self._namespace = {"__name__": None} if namespace is None else namespace
        self._recorder = recorder
        self._remotes: weakref.WeakValueDictionary[int, Remote] = weakref.WeakValueDictionary()
        self._dropped: list[int] = []
        self._names: set[tuple[str, str]] = set()
        self._last: Call | None = None
        self.callbacks: list = []

    def name(self, name: str):
        """The learner's value of that name: a stand-in, or plain data by value; NameError if there is none."""
        value = self.do("name", (name,))
        if type(value) is Remote:
            object.__setattr__(value, "_label", name)
        return value

    def provide(self, modules: dict[str, str]) -> None:
        """Give the examinee the modules of `deepdays.earlier` that the day imports, sources by name."""
        for name, source in modules.items():
            self.do("provide", (name, source))

    def place(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put files beside the learner's code, names and contents."""
        for name, content in files:
            self.do("place", (name, content))

    def facts(self, sources: list[str]):
        """What cells' code is and does (see `notebook_code.Facts`), found out in the examinee; in order."""
        return self.do("facts", (sources,))

    def run(self, source: str, name: str, seed: int, kind: str = "") -> None:
        """Run a cell in the examinee; a fixture where the learner's names don't take the place of its own."""
        self.do("run", (source, name, seed, kind))

    def begin(self, seed: int) -> None:
        """Start an exercise: the examinee forgets what this side held and seeds its random numbers."""
        self.do("begin", (seed,))

    def do(self, verb: str, args: tuple, kwargs: dict | None = None, label: str | None = None):
        """Do something on the examinee's side and return the result by value or as a stand-in.

        Args:
            label: of a call, what it calls; messages then speak of it.
        """
        kwargs = kwargs or {}
        tagged = list(args) if verb in PLAIN_VERBS else [self._encoded(arg) for arg in args]
        named = [[key, self._encoded(value)] for key, value in kwargs.items()]
        dropped, self._dropped = self._dropped, []
        message = [verb, tagged, named, dropped]
        passed = dict([*enumerate(args), *kwargs.items()])
        call = Call(label, tagged[1:], named, passed) if label else None
        self._last = call or self._last
        reply = self._exchange(message, self.answer_callback)
        if self._recorder is not None and verb != "begin":
            self._recorder.append((message, reply))
        if call:
            call.outcome, self._last = reply, call  # a callback may have made calls of its own meanwhile
        return self._understood(reply, passed)

    def replay(self, request, recorded: "Session"):
        """Send a request that another session recorded and return the raw reply; that session answers callbacks."""
        return self._exchange(request, recorded.answer_callback)

    def _understood(self, reply, passed: dict):
        match reply:
            case ["ok", value, list(changes)]:
                for change in changes:  # first, since the result may be a view of a changed argument
                    self._write_back(passed, change)
                return wire.decode(value, self._from_tag, passed.items())
            case ["raise", list(names), str(text), place, handle]:
                remote = None if handle is None else wire.decode(handle, self._from_tag)
                raise as_exception(names, text, place, remote)
            case ["unsendable", str(text)]:
                raise Unusable(f"it returned what cannot be examined: {text[:300]}")
        raise wire.WireError("a reply that is not one")

    def _write_back(self, passed: dict, change) -> None:
        match change:
            case [int() | str() as key, tagged] if key in passed:
                if not write_back(passed[key], wire.decode(tagged, self._from_tag)):
                    raise Unusable("it changed the shape or the kind of one of its arguments in place")
            case _:
                raise wire.WireError("a change to something that was not passed")

    def answer_callback(self, number, args, kwargs) -> list:
        """Call the test's function that the learner's code was given; the reply to send."""
        if type(number) is not int or not 0 <= number < len(self.callbacks):
            raise wire.WireError("a call of a function that it was not given")
        values = [wire.decode(arg, self._from_tag) for arg in args]
        named = dict(wire.decode(["tuple", pair], self._from_tag) for pair in kwargs)
        recorder, self._recorder = self._recorder, None
        try:
            return ["return", self._encoded(self.callbacks[number](*values, **named))]
        except Exception as error:
            kind = next(base.__name__ for base in type(error).__mro__ if hasattr(builtins, base.__name__))
            return ["raise", kind, str(error)[:MAX_TEXT]]
        finally:
            self._recorder = recorder

    def _encoded(self, value):
        return wire.encode(value, self._to_tag)

    def _to_tag(self, value):
        if type(value) is Remote:
            return ["handle", value._number]
        named = by_name(value)
        if named:
            self._names.add((named[1], named[2]))
            return named
        if callable(value):
            self.callbacks.append(value)
            return ["callback", len(self.callbacks) - 1, getattr(value, "__name__", "function")]
        raise TypeError(
            f"a test passed a {type(value).__name__}, which cannot cross to the learner; build it in a fixture cell"
        )

    def _from_tag(self, tag, rest):
        match tag, rest:
            case "handle", [int(number)] if number in self._remotes:
                return self._remotes[number]
            case "handle", [int(number), str(type_name), list(bases), name]:
                return self._stand_in(number, type_name, bases, name)
            case "class", [module, name, *handle]:
                return safe_class(module, name) or self._from_tag("handle", handle)
            case "callback", [int(number), _] if 0 <= number < len(self.callbacks):
                return self.callbacks[number]
            case "name", [str(module), str(name)] if (module, name) in self._names:
                return resolve(module, name)
        raise wire.WireError(f"a {tag[:40]!r} that is not one")

    def _stand_in(self, number: int, type_name: str, bases: list, name) -> Remote:
        remote = self._remotes.get(number)
        if remote is None:
            if number in self._dropped:
                self._dropped.remove(number)
            label = name if isinstance(name, str) else f"the {type_name[:80]}"
            passes_for = stand_in_class([str(base) for base in bases[:30]], self._namespace)
            remote = self._remotes[number] = Remote(self, number, type_name[:80], passes_for, label[:80])
        return remote

    def forget(self, number: int) -> None:
        self._dropped.append(number)

    def last_call(self) -> str:
        """The last call that the test made, as a reader would write it; empty if it made none."""
        if self._last is None:
            return ""
        try:
            args = [wire.decode(abridged(arg, SHOWN), self._from_tag) for arg in self._last.args]
            kwargs = {key: wire.decode(abridged(value, SHOWN), self._from_tag) for key, value in self._last.kwargs}
            return call_text(self._last.label, args, kwargs)
        except Exception:
            return f"{self._last.label}(…)"

    def last_outcome(self) -> str:
        """What came of the last call: `returned 3`."""
        if self._last is None or self._last.outcome is None:
            return "gave no answer"
        try:
            match self._last.outcome:
                case ["ok", value, *_]:
                    passed = self._last.passed.items()
                    return f"returned {render(wire.decode(abridged(value, SHOWN), self._from_tag, passed))}"
                case ["raise", [str(kind), *_], str(text), *_]:
                    return f"raised {kind}: {text}" if text else f"raised {kind}"
        except Exception:  # what cannot be decoded or shown is the learner's doing
            return "returned something that cannot be shown"
        return "gave no answer that can be read"


def as_exception(names, text: str, place, remote=None) -> Exception:
    """A local exception for a learner's: of the nearest builtin type, so that `except ValueError` catches it."""
    names = [name for name in names if isinstance(name, str)]
    base = next((found for name in names if (found := getattr(builtins, name, None)) in _CAUGHT_AS), RuntimeError)
    match place:
        case [str(cell), int(line), str(source)]:
            place = (cell[:100], line, source[:200])
        case _:
            place = None
    kind = names[0][:80] if names else "Exception"
    attributes = {"kind": kind, "text": text[:MAX_TEXT], "place": place, "remote": remote}
    error = type(kind if kind.isidentifier() else base.__name__, (LearnerError, base), attributes)()
    error.args = (text[:MAX_TEXT],)
    return error


_CAUGHT_AS = frozenset(
    found
    for found in vars(builtins).values()
    if isinstance(found, type)
    and issubclass(found, Exception)
    and not issubclass(found, (UnicodeError, BaseExceptionGroup))
)
