"""What a cell is."""

import pytest

from autograder.engine.cell_code import facts_of, plain_python
from autograder.engine.trusted import as_facts


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("x = 1\n!pip install numpy\ny = 2", "x = 1\npass\ny = 2"),
        ("if True:\n    %time x = 1\n    y = 2", "if True:\n    pass\n    y = 2"),
        ("np.sum?\nx = 1", "pass\nx = 1"),
        ("?np.sum", "pass"),
        ("files = !ls\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%timeit -n 3\nx = 1", "\n\nx = 1"),
        ("%%bash\nrm -rf /", ""),
        ("%%html\n<b>", ""),
        ("x = (7\n  % 4)", "x = (7\n  % 4)"),
        ("ok = (1\n!= 2)", "ok = (1\n!= 2)"),
        ('"""\n% of all\n! and more\n"""\nx = 1', '"""\n% of all\n! and more\n"""\nx = 1'),
        ("def f(:\n    pass", "def f(:\n    pass"),
        ("%cd x\n%%wrong\ndef f(:", "pass\npass\ndef f(:"),
    ],
    ids=lambda text: repr(text[:25]),
)
def test_plain_python(source, plain):
    assert plain_python(source) == plain


@pytest.mark.parametrize(
    ("source", "bound", "loaded"),
    [
        ("x = y", {"x"}, {"y"}),
        ("import numpy as np, os.path", {"np", "os"}, set()),
        ("def f(a):\n    return a + helper(a)", {"f"}, {"helper"}),
        ("def f():\n    global count\n    count = 1", {"f", "count"}, set()),
        ("class A(B):\n    x = C()\n    def g(self):\n        return D", {"A"}, {"B", "C", "D"}),
        ("Value.tanh = tanh", {"Value"}, {"Value", "tanh"}),
        ("table['x'] = 1", {"table"}, {"table"}),
        ("for i in items: pass", {"i"}, {"items"}),
        ("x += 1", {"x"}, set()),
        ("%time x = 1", set(), set()),
    ],
    ids=lambda value: repr(value)[:25],
)
def test_names(source, bound, loaded):
    found = as_facts(facts_of(source))
    assert found.bound == bound
    assert found.loaded >= loaded


def test_digests_are_of_the_program():
    assert facts_of("x = 1  # one")[2] == facts_of("# here\n\nx  =  1\n")[2]
    assert facts_of("x = 1")[2] != facts_of("x = 2")[2]
    assert facts_of("def f(:") == ([], [], None)
    assert facts_of("x = '\ud800'")[2] is None or len(facts_of("x = '\ud800'")[2]) == 64


@pytest.mark.parametrize("source", ["-" * 100_000 + "1", "(" * 5000, "x = " + "[" * 300 + "]" * 300, "\0", "\x0c" * 9])
def test_facts_of_code_that_no_one_writes(source):
    assert facts_of(source)[0] == [] or facts_of(source)[0] == ["x"]
