"""Answers that lie, forge, hang or kill. None earns a point, and none touches the exercise after it."""

import pytest

from autograder.engine.notebook_code import day_cells

STATE = "class Cheat:\n{methods}\n\ndef welford_update(count, mean, m2, x):\n    return {result}\n"


def _cheat(methods: str, result: str = "Cheat()") -> str:
    return STATE.format(methods="\n".join(f"    {line}" for line in methods.split("\n")), result=result)


LIES = {
    "equals everything": _cheat("__eq__ = lambda self, other: True\n__hash__ = None"),
    "equals everything, inside a tuple": _cheat("__eq__ = lambda self, other: True", "(1, Cheat(), Cheat())"),
    "answers every difference with zero": _cheat(
        "__sub__ = __rsub__ = __truediv__ = __abs__ = lambda self, *other: 0.0\n__lt__ = __eq__ = lambda self, o: True",
        "(count + 1, Cheat(), Cheat())",
    ),
    "is less than everything": _cheat(
        "__lt__ = __le__ = __gt__ = __ge__ = __eq__ = lambda self, other: True\n"
        "__sub__ = __truediv__ = __rsub__ = __abs__ = __getitem__ = lambda self, *other: self\n"
        "__iter__ = lambda self: iter([1, self, self])"
    ),
    "a float that lies": (
        "class Float(float):\n"
        "    __eq__ = __lt__ = lambda self, other: True\n"
        "    __sub__ = __rsub__ = __truediv__ = __abs__ = lambda self, *other: Float(0)\n\n"
        "def welford_update(count, mean, m2, x):\n    return count + 1, Float(7), Float(7)\n"
    ),
    "a tuple that lies": (
        "class Pair(tuple):\n    __eq__ = lambda self, other: True\n\n"
        "def welford_update(count, mean, m2, x):\n    return Pair((1, 2, 3))\n"
    ),
    "an array that lies": (
        "import numpy as np\n"
        "class Array(np.ndarray):\n"
        "    shape = property(lambda self: (3,))\n    dtype = property(lambda self: np.dtype('f8'))\n"
        "    __eq__ = __lt__ = lambda self, other: True\n\n"
        "def welford_update(count, mean, m2, x):\n    return np.zeros(3).view(Array)\n"
    ),
    "an array of objects": (
        "import numpy as np\ndef welford_update(count, mean, m2, x):\n    return np.array([print, 1, 2], dtype=object)\n"
    ),
    "changes between two reads": _cheat(
        "n = 0\ndef __array__(self, *a, **k):\n    import numpy as np\n    Cheat.n += 1\n    return np.full(3, Cheat.n)"
    ),
    "raises on print": _cheat("def __repr__(self):\n    raise SystemExit\n__str__ = __format__ = __repr__"),
    "returns itself for ever": "def welford_update(*a):\n    x = []\n    x.append(x)\n    return x\n",
    "nests a million deep": "def welford_update(*a):\n    x = ()\n    for _ in range(1000000):\n        x = (x,)\n    return x\n",
    "an endless generator": "def welford_update(*a):\n    while True:\n        yield 1\n",
    "not a number": "def welford_update(count, mean, m2, x):\n    return count + 1, float('nan'), float('nan')\n",
    "infinity": "def welford_update(count, mean, m2, x):\n    return count + 1, float('inf'), float('inf')\n",
    "a huge whole number": "def welford_update(count, mean, m2, x):\n    return 10 ** 1000000, 0, 0\n",
    "a huge array": "import numpy as np\ndef welford_update(*a):\n    return np.zeros(2**27)\n",
    "a text full of control characters": "def welford_update(*a):\n    return '\\x1b[2J<script>alert(1)</script>' * 1000\n",
    "an exception of a false name": (
        "def welford_update(*a):\n    raise type('AssertionError', (Exception,), {'__str__': lambda s: 1 / 0})()\n"
    ),
    "its own assertion": "def welford_update(*a):\n    raise AssertionError\n",
    "an exception that leaves": "def welford_update(*a):\n    raise SystemExit(0)\n",
    "an interrupt": "def welford_update(*a):\n    raise KeyboardInterrupt\n",
    "claims to be a NumPy array": _cheat("__class__ = property(lambda self: __import__('numpy').ndarray)"),
    "only right for what is visible": (
        "def welford_update(count, mean, m2, x):\n    return (1, 5.0, 0.0) if x == 5.0 else (0, 0.0, 0.0)\n"
    ),
    "switches assertions off": (
        "import builtins\nbuiltins.AssertionError = type('Quiet', (Exception,), {})\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "replaces NumPy's functions": (
        "import numpy as np\nnp.var = np.allclose = np.asarray = lambda *a, **k: True\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "replaces the builtins": (
        "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.isinstance = lambda *a: True\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "replaces the comparers": (
        "import deepdays as dd\ndd.check.close = dd.check.equal = lambda *a, **k: None\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "traces every line": (
        "import sys\nsys.settrace(lambda *a: (_ for _ in ()).throw(SystemExit))\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "hooks the imports": (
        "import sys\nsys.meta_path.insert(0, None)\nsys.modules['numpy'] = None\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "forges replies by replacing the server": (
        "from autograder.engine.server import Server\n"
        "Server.handle = lambda self, message: ['ok', ['tuple', [1, 5.0, 0.0]], []]\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "forges replies of every broken kind": (
        "from autograder.engine.server import Server\nimport itertools\n"
        "kinds = itertools.cycle([None, 7, [], ['ok'], ['ok', ['handle', -1], []], ['ok', ['array', 'O', [1], 'C', b'x'], []],\n"
        "    ['raise', 5, 5, 5], ['callback', 99, [], []], ['ok', ['view', 9, 0, '<f8', [9], [8], True], []], {'a': 1}])\n"
        "Server.handle = lambda self, message: next(kinds)\n"
        "def welford_update(*a):\n    return 0, 0.0, 0.0\n"
    ),
    "writes raw bytes to every descriptor": (
        "import os\n"
        "def welford_update(*a):\n"
        "    for number in range(3, 30):\n"
        "        try:\n            os.write(number, b'\\xff' * 64)\n        except OSError:\n            pass\n"
        "    return 0, 0.0, 0.0\n"
    ),
    "closes every descriptor": "import os\ndef welford_update(*a):\n    os.closerange(3, 300)\n    return 0, 0.0, 0.0\n",
    "ends its process": "import os\ndef welford_update(*a):\n    os._exit(0)\n",
    "kills itself": "import os, signal\ndef welford_update(*a):\n    os.kill(os.getpid(), 9)\n    os.abort()\n",
    "kills its process group and its parent": (
        "import os, signal\ndef welford_update(*a):\n"
        "    for victim in (0, -1, os.getppid()):\n"
        "        try:\n            os.kill(victim, signal.SIGTERM)\n        except OSError:\n            pass\n"
        "    os._exit(1)\n"
    ),
    "crashes the interpreter": "import ctypes\ndef welford_update(*a):\n    ctypes.string_at(0)\n",
    "hangs": "def welford_update(*a):\n    while True:\n        pass\n",
    "sleeps": "import time\ndef welford_update(*a):\n    time.sleep(3600)\n",
    "hangs and ignores signals": (
        "import signal\nfor n in range(1, 60):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\n"
        "def welford_update(*a):\n    while True:\n        pass\n"
    ),
    "matches a hopeless pattern": "import re\ndef welford_update(*a):\n    re.match('(a+)+$', 'a' * 64 + 'b')\n",
    "recurses without end": "def welford_update(*a):\n    return welford_update(*a)\n",
    "leaves threads behind": (
        "import threading\n"
        "def spin():\n    while True:\n        pass\n"
        "def welford_update(*a):\n    threading.Thread(target=spin, daemon=True).start()\n    return 0, 0.0, 0.0\n"
    ),
    "starts threads without end": (
        "import threading, time\n"
        "def welford_update(*a):\n    while True:\n        threading.Thread(target=time.sleep, args=(60,)).start()\n"
    ),
    "prints a gigabyte": "def welford_update(*a):\n    print('x' * 2**28, end='' )\n    return 0, 0.0, 0.0\n",
    "is too deep to compile": "x = " + "-" * 100_000 + "1\ndef welford_update(*a):\n    return 0, 0.0, 0.0\n",
    "is not Python": "def welford_update(count, mean m2, x:\n",
    "hangs before it defines anything": "while True:\n    pass\n",
    "dies before it defines anything": "import os\nos._exit(0)\n",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda name: name.replace(" ", "-"))
def test_it_earns_nothing_and_costs_only_itself(lie, examine):
    verdicts = examine(LIES[lie])
    assert verdicts["welford_update"].points == 0
    assert verdicts["welford_update"].status not in ("passed", "unanswered")
    message = verdicts["welford_update"].message
    assert message
    assert len(message) < 5000
    assert not [character for character in message if ord(character) < 32 and character not in "\n\t"]


def test_nothing_of_it_stays_with_the_examiner(day, grader):
    """After all of that the same examiner still gives right answers their points, and no more."""
    for _ in range(3):
        verdicts = grader.examine(day_cells(day))
        assert [(verdict.status, verdict.points) for verdict in verdicts] == [("passed", 3), ("passed", 2)]


def test_the_exercise_after_a_dead_one_is_still_examined(examine):
    verdicts = examine("import os\n\ndef welford_update(*a):\n    os._exit(0)\n")
    assert verdicts["welford_update"].status == "crashed"
    assert verdicts["running_variance"].status != "passed"  # it builds on the first, which died again
    assert verdicts["running_variance"].message


def test_the_same_answer_always_gets_the_same_result(examine):
    source = LIES["not a number"]
    first = [(name, verdict.status, verdict.message) for name, verdict in examine(source).items()]
    for _ in range(3):
        assert [(name, verdict.status, verdict.message) for name, verdict in examine(source).items()] == first


def test_what_the_replays_for_hints_show_comes_too_late_for_the_next_exercise(day, grader):
    """Wrong in the first exercise on purpose, to be shown the arguments that a right answer would have brought about."""
    spies = (
        "shown = []\n\n\ndef welford_update(*arguments):\n    shown.append(arguments)\n    return 0, 0.0, 0.0\n",
        "def running_variance(*_):\n    raise RuntimeError(f'{len(shown)} calls were shown')\n",
    )
    cells = day_cells(day, dict(zip(("welford_update", "running_variance"), spies, strict=True)))
    update, variance = grader.examine(cells)
    assert update.status == "failed"
    assert "1 calls were shown" in variance.message
