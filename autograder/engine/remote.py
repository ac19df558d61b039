"""Stand-ins: learners' objects as the examiner's test code sees them, forwarding what is done to them.

Nothing that comes back is trusted. A stand-in is never compared with plain data (an object may claim to equal
everything); plain data meets it in an operator only where the day's own classes define that operator (an object
may answer the difference to the expected value with zero); and what such an operator gave does not turn into a number.
"""

import numpy as np

from autograder.engine.line import Lost
from autograder.engine.protocol import BINARY, COMPARISONS, UNARY
from autograder.engine.rendering import render

_LONGEST_REPR = 80  # characters


class LearnerError(Exception):
    """Base of the exceptions that stand for one raised by the learner's code.

    Attributes:
        kind: the exception's type name. text: its message. place: (cell, line, source line) or None.
        remote: the stand-in of the exception itself, if the learner's code defines its type; its attributes are
            found on this exception too.
    """

    kind, text, place, remote = "Exception", "", None, None

    def __str__(self):
        return self.text

    def __getattr__(self, name):
        if self.remote is None or name.startswith("__"):
            raise AttributeError(f"{self.kind} has no attribute {name!r}")
        return getattr(self.remote, name)


class Unusable(AssertionError):
    """The learner's code returned something that a test cannot use; the text says what and what was due."""


class Remote:
    """A stand-in for an object on the examinee's side.

    Args:
        session: the conversation it belongs to. number: the object's handle.
        type_name: its type's name. passes_for: the class that `isinstance` finds. label: what messages call it.
    """

    __slots__ = ("__weakref__", "_computed", "_label", "_number", "_passes_for", "_session", "_type_name")
    __array_ufunc__ = None  # NumPy's operators leave a stand-in on the right to its reflected method

    def __init__(self, session, number: int, type_name: str, passes_for: type, label: str):
        for name, value in zip(
            ("_session", "_number", "_type_name", "_passes_for", "_label", "_computed"),
            (session, number, type_name, passes_for, label, False),
            strict=True,
        ):
            object.__setattr__(self, name, value)

    @property  # type: ignore[misc]  # it is told to `isinstance`, and can't be set
    def __class__(self):
        return object.__getattribute__(self, "_passes_for")

    def __del__(self):
        self._session.forget(self._number)

    def __instancecheck__(self, instance):
        if isinstance(instance, LearnerError):
            instance = instance.remote
        return bool(self._session.do("isinstance", (instance, self)))

    def _do(self, verb, *args):
        return self._session.do(verb, (self, *args))

    def _plain(self, verb: str, kind: type):
        """What a conversion to plain data gives."""
        if self._computed and kind is not str:
            raise Unusable(f"an operator gave {with_article(self._type_name)} where a number or an array was due")
        value = self._do(verb)
        if type(value) is not kind:
            raise Unusable(f"{with_article(self._type_name)} came where {_DUE[verb]} was due")
        return value

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
        return self._session.do("call", (self, *args), kwargs, label=self._label)

    def __getitem__(self, key):
        return self._do("getitem", key)

    def __setitem__(self, key, value):
        self._do("setitem", key, value)

    def __delitem__(self, key):
        self._do("delitem", key)

    def __contains__(self, item):
        if type(item) is not Remote and "__contains__" not in self._session.operators:
            raise Unusable(f"{with_article(self._type_name)} came where a container was due")
        return bool(self._do("contains", item))

    def __len__(self):
        length = self._plain("len", int)
        if length < 0:
            raise Unusable(f"len({self._label}) is negative")
        return length

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
        array = self._plain("array", np.ndarray)
        return array if dtype is None else array.astype(dtype)

    def __float__(self):
        return self._plain("float", float)

    def __int__(self):
        return self._plain("int", int)

    def __index__(self):
        return self._plain("index", int)

    def __complex__(self):
        return self._plain("complex", complex)

    def __bool__(self):
        return self._plain("bool", bool)

    def _shown(self) -> str:
        """What messages show of the object: its own repr, if its class has one that says something; else its type."""
        try:
            text = self._plain("repr", str)
        except (Exception, Lost):  # a message is made of what can still be had
            text = ""
        is_plain = not text or " at 0x" in text or "\n" in text or len(text) > _LONGEST_REPR
        return with_article(self._type_name) if is_plain else text

    def __hash__(self):
        return hash((id(self._session), self._number))

    def __repr__(self):
        return self._plain("repr", str)

    def __str__(self):
        return self._plain("str", str)

    def __format__(self, spec):
        text = self._do("format", spec)
        return text if type(text) is str else repr(text)

    def __dir__(self):
        return list(self._do("dir"))


_DUE = {
    "array": "an array", "float": "a number", "int": "a whole number", "index": "a whole number",
    "complex": "a number", "bool": "True or False", "len": "something with a length", "str": "text", "repr": "text",
}  # fmt: skip


def with_article(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _stand_in(value, remote, due: str):
    if type(value) is not Remote:
        raise Unusable(f"{remote._label} gave {render(value)} where {due} was due")
    return value


def _operator(verb: str, reflected: bool):
    own_names = {f"__{verb.rstrip('_')}__", f"__r{verb.rstrip('_')}__"}

    def method(self, other):
        if type(other) is not Remote and not own_names & self._session.operators:
            raise Unusable(f"{with_article(self._type_name)} came where a number or an array was due")
        args = (other, self) if reflected else (self, other)
        result = _stand_in(self._session.do(verb, args), self, f"another {self._type_name}")
        if type(other) is not Remote or other._computed or self._computed:
            object.__setattr__(result, "_computed", True)
        return result

    return method


def _unary(verb: str):
    def method(self):
        result = _stand_in(self._do(verb), self, f"another {self._type_name}")
        object.__setattr__(result, "_computed", result._computed or self._computed)
        return result

    return method


def _comparison(verb: str):
    def method(self, other):
        if type(other) is Remote:
            return bool(self._do(verb, other))
        if other is None and verb in ("eq", "ne"):
            return verb == "ne"
        raise Unusable(f"{self._shown()} came where {render(other)} was due")

    return method


for _verb in BINARY:
    _name = _verb.rstrip("_")
    setattr(Remote, f"__{_name}__", _operator(_verb, reflected=False))
    setattr(Remote, f"__r{_name}__", _operator(_verb, reflected=True))
for _verb in UNARY:
    setattr(Remote, f"__{_verb}__", _unary(_verb))
for _verb in COMPARISONS:
    setattr(Remote, f"__{_verb}__", _comparison(_verb))
