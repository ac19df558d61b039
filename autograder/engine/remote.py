"""The examiner's side of the conversation: learners' names as stand-ins that forward what a test does to them.

Nothing that comes back is trusted: values are decoded strictly, comparisons between a stand-in and plain data are
refused (an object may claim to equal everything), and an operator must not turn a stand-in into plain data (an
object may answer the difference to the expected value with zero).
"""

import builtins
import weakref

import numpy as np

from autograder.engine import wire
from autograder.engine.handles import by_name, safe_class, trusted_class
from autograder.engine.rendering import call_text, render
from autograder.engine.server import BINARY, COMPARISONS, PLAIN_VERBS, UNARY


class LearnerError(Exception):
    """Base of the exceptions that stand for one raised by the learner's code.

    Attributes:
        kind: the exception's type name. text: its message. place: (cell, line, source line) or None.
    """

    kind, text, place = "Exception", "", None

    def __str__(self):
        return self.text


class Unusable(AssertionError):
    """The learner's code returned something a test cannot use; the text says what and what was due."""


class Session:
    """One conversation with an examinee.

    Args:
        exchange: sends a request and returns the reply, answering callbacks with `answer_callback` on the way.

    Attributes:
        requests: every request that a test made, as messages, for replaying.
        calls: the text of the calls made, newest last. outcomes: what came of each.
    """

    def __init__(self, exchange):
        self._exchange = exchange
        self._remotes = weakref.WeakValueDictionary()
        self._callbacks: list = []
        self._dropped: list[int] = []
        self.requests: list = []
        self.calls: list[str] = []
        self.outcomes: list[str] = []

    def name(self, name: str):
        """The learner's value of that name: a stand-in, or plain data by value; NameError if there is none."""
        value = self.do("name", (name,))
        if isinstance(value, Remote):
            object.__setattr__(value, "_label", name)
        return value

    def run(self, source: str, name: str) -> None:
        """Run a cell in the examinee."""
        self.do("run", (source, name))

    def begin(self, seed: int) -> None:
        """Start an exercise: the examinee forgets what this side held and seeds its random numbers."""
        self.do("begin", (seed,))

    def do(self, verb: str, args: tuple, kwargs: dict | None = None, text: str | None = None):
        """Do something on the examinee's side and return the result by value or as a stand-in."""
        kwargs = kwargs or {}
        plain = verb in PLAIN_VERBS
        tagged = list(args) if plain else [self._encode(arg) for arg in args]
        named = [[key, self._encode(value)] for key, value in kwargs.items()]
        dropped, self._dropped = self._dropped, []
        message = [verb, tagged, named, dropped]
        if verb not in ("run", "begin"):
            self.requests.append(message)
        if text:
            self.calls.append(text)
            self.outcomes.append("gave no answer")
        reply = self._exchange(message, self.answer_callback)
        return self._understood(reply, args, kwargs, bool(text))

    def replay(self, request, recorder: "Session"):
        """Send a request that another session recorded; that session's functions answer the callbacks."""
        return self._exchange(request, recorder.answer_callback)

    def _understood(self, reply, args, kwargs, called: bool):
        if not isinstance(reply, list) or not reply:
            raise wire.WireError("a reply that is not one")
        if reply[0] == "raise":
            error = as_exception(*reply[1:])
            if called:
                self.outcomes[-1] = f"raised {error.kind}: {error.text}" if error.text else f"raised {error.kind}"
            raise error
        if reply[0] == "unsendable":
            raise Unusable(f"it returned a value that cannot be examined: {str(reply[1])[:300]}")
        if reply[0] != "ok" or len(reply) != 3:
            raise wire.WireError("a reply that is not one")
        passed = dict([*enumerate(args), *kwargs.items()])
        aliases = [(key, value) for key, value in passed.items() if isinstance(value, np.ndarray)]
        result = wire.decode(reply[1], self._from_tag, aliases)
        for key, tagged in reply[2]:
            write_back(passed[key], wire.decode(tagged, self._from_tag))
        if called:
            self.outcomes[-1] = f"returned {render(result)}"
        return result

    def answer_callback(self, number, args, kwargs) -> list:
        """Call the test's function that the learner's code was given; the reply to send."""
        function = self._callbacks[number]
        values = [wire.decode(arg, self._from_tag) for arg in args]
        named = {key: wire.decode(arg, self._from_tag) for key, arg in kwargs}
        try:
            return ["return", self._encode(function(*values, **named))]
        except Exception as error:
            kind = next(base.__name__ for base in type(error).__mro__ if hasattr(builtins, base.__name__))
            return ["raise", kind, str(error)]

    def _encode(self, value):
        return wire.encode(value, self._to_tag)

    def _to_tag(self, value):
        if type(value) is Remote:
            return ["handle", value._number]
        named = by_name(value)
        if named:
            return named
        if callable(value):
            self._callbacks.append(value)
            return ["callback", len(self._callbacks) - 1, getattr(value, "__name__", "function")]
        raise TypeError(
            f"a test passed a {type(value).__name__}, which cannot cross to the learner; build it in a fixture cell"
        )

    def _from_tag(self, tag, rest):
        if tag == "class":
            found = safe_class(*rest[:2])
            return found if found else self._from_tag("handle", rest[2:])
        if tag == "callback":
            return self._callbacks[rest[0]]
        if tag != "handle":
            raise wire.WireError(f"an unknown tag {tag!r}")
        number, type_name, bases, name = rest
        if type(number) is not int or not isinstance(type_name, str) or not isinstance(bases, list):
            raise wire.WireError("a malformed handle")
        remote = self._remotes.get(number)
        if remote is None:
            if number in self._dropped:
                self._dropped.remove(number)
            label = name if isinstance(name, str) else f"the {type_name[:80]}"
            base = next((found for found in map(trusted_class, bases[:30]) if found), None)
            remote = Remote(self, number, type_name[:80], base, label[:80])
            self._remotes[number] = remote
        return remote

    def forget(self, number: int) -> None:
        self._dropped.append(number)


def as_exception(names, text, place) -> Exception:
    """A local exception for a learner's: of the nearest builtin type, so that `except ValueError` catches it."""
    if not isinstance(names, list) or not isinstance(text, str) or not all(isinstance(name, str) for name in names):
        raise wire.WireError("a malformed exception")
    base = RuntimeError
    for name in names:
        found = getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, UnicodeError):
            base = found
            break
    kind = names[0] if names else "Exception"
    attributes = {"kind": kind[:80], "text": text, "place": place if isinstance(place, list) else None}
    return type("Learner" + base.__name__, (LearnerError, base), attributes)()


def write_back(local, changed) -> None:
    """Make a local argument what the learner's code made of its copy, in place."""
    if isinstance(local, np.ndarray) and isinstance(changed, np.ndarray):
        if local.shape == changed.shape and local.dtype == changed.dtype and local.flags.writeable:
            local[...] = changed
    elif isinstance(local, dict) and isinstance(changed, dict):
        for key in [key for key in local if key not in changed]:
            del local[key]
        for key, value in changed.items():
            local[key] = _merged(local.get(key), value)
    elif isinstance(local, (list, bytearray)) and isinstance(changed, type(local)):
        local[:] = [_merged(old, new) for old, new in zip([*local, *changed[len(local) :]], changed, strict=False)]
    elif isinstance(local, set) and isinstance(changed, set):
        local.clear()
        local.update(changed)


def _merged(old, new):
    """`old` changed in place to `new` where both are containers of one kind and shape, else `new`."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        same = old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable
    else:
        same = type(old) is type(new) and isinstance(old, (dict, list, set))
    if same and old is not new:
        write_back(old, new)
        return old
    return new


class Remote:
    """A stand-in for an object on the examinee's side."""

    __slots__ = ("__weakref__", "_base", "_label", "_number", "_session", "_type_name")
    __array_ufunc__ = None  # NumPy's operators leave a stand-in on the right to its reflected method

    def __init__(self, session: Session, number: int, type_name: str, base: type | None, label: str):
        for name, value in zip(
            ("_session", "_number", "_type_name", "_base", "_label"),
            (session, number, type_name, base, label),
            strict=True,
        ):
            object.__setattr__(self, name, value)

    @property
    def __class__(self):
        return object.__getattribute__(self, "_base") or Remote

    def __del__(self):
        self._session.forget(self._number)

    def _do(self, verb, *args, **kwargs):
        return self._session.do(verb, (self, *args), kwargs)

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__name__", "__qualname__", "__doc__", "__dict__"):
            raise AttributeError(f"{self._type_name} has no attribute {name!r}")
        value = self._do("getattr", name)
        if type(value) is Remote:
            object.__setattr__(value, "_label", f"{self._label}.{name}")
        return value

    def __setattr__(self, name, value):
        self._do("setattr", name, value)

    def __delattr__(self, name):
        self._do("delattr", name)

    def __call__(self, *args, **kwargs):
        return self._session.do("call", (self, *args), kwargs, call_text(self._label, args, kwargs))

    def __getitem__(self, key):
        return self._do("getitem", key)

    def __setitem__(self, key, value):
        self._do("setitem", key, value)

    def __delitem__(self, key):
        self._do("delitem", key)

    def __contains__(self, item):
        return bool(self._do("contains", item))

    def __len__(self):
        return _whole(self._do("len"), self)

    def __iter__(self):
        return _stand_in(self._do("iter"), self, "an iterator")

    def __next__(self):
        return self._do("next")

    def __reversed__(self):
        return _stand_in(self._do("reversed"), self, "an iterator")

    def __enter__(self):
        return self._do("enter")

    def __exit__(self, kind, *_):
        return bool(self._do("exit", kind is not None))

    def __array__(self, dtype=None, copy=None):
        value = self._do("array")
        if not isinstance(value, np.ndarray):
            raise Unusable(f"{self._label} is a {self._type_name} where an array was due")
        return value if dtype is None else value.astype(dtype)

    def __float__(self):
        return _number(self._do("float"), self, float)

    def __int__(self):
        return _number(self._do("int"), self, int)

    def __index__(self):
        return _number(self._do("index"), self, int)

    def __complex__(self):
        return _number(self._do("complex"), self, complex)

    def __bool__(self):
        return bool(self._do("bool"))

    def __hash__(self):
        return hash((id(self._session), self._number))

    def __repr__(self):
        return _text(self._do("repr"))

    def __str__(self):
        return _text(self._do("str"))

    def __format__(self, spec):
        return _text(self._do("format", spec))

    def __dir__(self):
        return list(self._do("dir"))


def _whole(value, remote):
    if type(value) is not int or value < 0:
        raise Unusable(f"len of {remote._label} is not a whole number")
    return value


def _number(value, remote, kind):
    if type(value) is not kind:
        raise Unusable(f"{remote._label} does not turn into a number")
    return value


def _text(value):
    if type(value) is not str:
        raise Unusable("its text is not a string")
    return value


def _stand_in(value, remote, due: str):
    if type(value) is not Remote:
        raise Unusable(f"{remote._label} gave {render(value)} where {due} was due")
    return value


def _operator(verb: str, reflected: bool):
    def method(self, *others):
        args = (*others, self) if reflected else (self, *others)
        return _stand_in(self._session.do(verb, args), self, f"another {self._type_name}")

    return method


def _comparison(verb: str):
    def method(self, other):
        if type(other) is Remote:
            return bool(self._do(verb, other))
        if other is None and verb in ("eq", "ne"):
            return verb == "ne"
        raise Unusable(f"{self._label} is a {self._type_name} object where {render(other)} was due")

    return method


for _verb in BINARY:
    _name = _verb.rstrip("_")
    setattr(Remote, f"__{_name}__", _operator(_verb, reflected=False))
    setattr(Remote, f"__r{_name}__", _operator(_verb, reflected=True))
for _verb in UNARY:
    setattr(Remote, f"__{_verb}__", _operator(_verb, reflected=False))
for _verb in COMPARISONS:
    setattr(Remote, f"__{_verb}__", _comparison(_verb))
