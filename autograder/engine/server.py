"""The examinee's side of the conversation: a request in, a reply out, over a namespace of the learner's names."""

import importlib
import linecache
import mmap
import operator
import traceback
from pathlib import Path

import numpy as np

from autograder.engine import wire
from autograder.engine.cell_code import facts_of
from autograder.engine.fixtures import Fixtures
from autograder.engine.handles import Handles, by_name, resolve
from autograder.engine.protocol import BINARY, COMPARISONS, MAX_TEXT, PLAIN_VERBS, UNARY
from autograder.engine.provided import provide
from autograder.engine.seeding import reseed
from autograder.engine.shell import run_code

CELL_PREFIX = "<cell "
_RESERVE = 8 * 2**20  # bytes of addresses, with which an answer that took all can still be said to have done so


def _call(function, *args, **kwargs):
    return function(*args, **kwargs)


def _exit_context(manager, failed):
    return bool(manager.__exit__(*((ValueError, ValueError(), None) if failed else (None, None, None))))


VERBS = {
    "call": _call,
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "isinstance": isinstance,
    "len": len,
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "array": np.asarray,
    "float": float,
    "int": int,
    "bool": bool,
    "complex": complex,
    "index": operator.index,
    "str": str,
    "repr": repr,
    "format": format,
    "dir": dir,
    "enter": lambda manager: manager.__enter__(),
    "exit": _exit_context,
    **{name: getattr(operator, name) for name in (*BINARY, *COMPARISONS, *UNARY)},
}


class Server:
    """Answers requests on one namespace.

    Args:
        namespace: the globals that cells run in; the verb `name` looks names up there.
        ask: sends a callback's request to the examiner and returns its reply.
    """

    def __init__(self, namespace: dict, ask):
        self.namespace = namespace
        self._ask = ask
        self._fixtures = Fixtures(namespace)
        self._handles = Handles()
        self._named: dict[int, list] = {}
        self._reserve: mmap.mmap | None = mmap.mmap(-1, _RESERVE)

    def handle(self, message) -> list:
        """The reply to one request, whatever the learner's code did."""
        verb, args, kwargs, dropped = message
        self._handles.drop(dropped)
        try:
            if verb in PLAIN_VERBS:
                return ["ok", wire.encode(getattr(self, f"_{verb}")(*args), self._to_tag), []]
            values = [wire.decode(arg, self._from_tag, copy=True) for arg in args]
            named = {key: wire.decode(arg, self._from_tag, copy=True) for key, arg in kwargs}
            result = VERBS[verb](*values, **named)
            passed = [*enumerate(values), *named.items()]
            tagged = wire.encode(result, self._to_tag, passed)
            return ["ok", tagged, self._changed(passed, [*args, *(arg for _, arg in kwargs)])]
        except wire.WireError as error:
            return ["unsendable", str(error)]
        except BaseException as error:  # also SystemExit and KeyboardInterrupt: nothing of the learner's ends the loop
            if isinstance(error, MemoryError):
                self._reserve = None
            return self._described(error)

    def _provide(self, name: str, source: str) -> None:
        provide(name, source)

    def _place(self, name: str, content: bytes) -> None:
        Path(name).write_bytes(content)
        importlib.invalidate_caches()

    def _facts(self, sources: list[str]) -> list[list]:
        return [facts_of(source) for source in sources]

    def _run(self, source: str, name: str, seed: int, kind: str) -> None:
        """Run a cell; its lines show up in tracebacks as `<cell NAME>`."""
        reseed(seed)
        filename = f"{CELL_PREFIX}{name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        globals_ = self._fixtures if kind == "fixture" else self.namespace
        before = dict(globals_)
        run_code(source, filename, globals_)
        if kind == "fixture":
            self._fixtures.hand_out(before)
        elif kind == "setup":
            self._fixtures.keep(before)

    def _begin(self, seed: int) -> None:
        """Start an exercise: fresh handle numbers, fresh random numbers."""
        self._handles = Handles()
        reseed(seed)

    def _name(self, name: str):
        try:
            return self._fixtures[name]
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None

    def _changed(self, passed, originals) -> list:
        """`[key, value]` of each argument that is not what it was when it came."""
        changed = []
        for (key, value), original in zip(passed, originals, strict=True):
            if wire.is_mutable(value) or isinstance(value, tuple):
                tagged = wire.encode(value, self._to_tag_of_argument)
                if tagged != original:
                    changed.append([key, tagged])
        return changed

    def _to_tag(self, value):
        if id(value) in self._named:
            return self._named[id(value)]
        if isinstance(value, Callback):
            return ["callback", value.number, value.__name__]
        if isinstance(value, type):
            named = by_name(value)
            if named:
                return ["class", *named[1:], *self._handles.add(value)[1:]]
        return self._handles.add(value)

    def _to_tag_of_argument(self, value):
        return self._handles.known(value) or self._to_tag(value)

    def _from_tag(self, tag, rest):
        if tag == "handle":
            return self._handles[rest[0]]
        if tag == "callback":
            return Callback(rest[0], rest[1], self)
        if tag == "name":
            value = resolve(*rest)
            self._named[id(value)] = [tag, *rest]
            return value
        raise wire.WireError(f"an unknown tag {tag!r}")

    def call_back(self, number: int, args, kwargs):
        """Call a function of the examiner's and return its result."""
        tagged = [wire.encode(value, self._to_tag) for value in args]
        named = [[key, wire.encode(value, self._to_tag)] for key, value in kwargs.items()]
        reply = self._ask(["callback", number, tagged, named])
        if reply[0] == "return":
            return wire.decode(reply[1], self._from_tag)
        raise getattr(__import__("builtins"), reply[1], RuntimeError)(reply[2])

    def _described(self, error: BaseException) -> list:
        own = type(error).__module__ == "__main__"
        return [*describe_exception(error), self._handles.add(error) if own else None]


class Callback:
    """A function of the examiner's, as the learner's code sees it."""

    def __init__(self, number: int, name: str, server: Server):
        self.number, self.__name__, self._server = number, name, server

    def __call__(self, *args, **kwargs):
        return self._server.call_back(self.number, args, kwargs)


def describe_exception(error: BaseException) -> list:
    """`["raise", type names, text, place]`; place is `[cell, line, source line]` or None."""
    names = [base.__name__ for base in type(error).__mro__ if base is not object]
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:MAX_TEXT]
    except BaseException:
        text = "(its message cannot be read)"
    return ["raise", names[:20], text, _place(error)]


def _place(error):
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(CELL_PREFIX):
        return [error.filename[len(CELL_PREFIX) : -1], error.lineno or 1, (error.text or "").strip()[:200]]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__, limit=-50)
        if frame.filename.startswith(CELL_PREFIX)
    ]
    if not frames:
        return None
    last = frames[-1]
    return [last.filename[len(CELL_PREFIX) : -1], last.lineno or 1, (last.line or "").strip()[:200]]
