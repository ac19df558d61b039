"""What a cell is."""

import pytest

from autograder.engine.cell_code import as_python, facts_of
from autograder.engine.trusted import as_facts


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("x = 1", "x = 1"),
        ("x = (7\n  % 4)", "x = (7\n  % 4)"),
        ("ok = (1\n!= 2)", "ok = (1\n!= 2)"),
        ('"""\n% of all\n! and more\n"""\nx = 1', '"""\n% of all\n! and more\n"""\nx = 1'),
        ("await thing()", "await thing()"),
        ("    x = 1\n    y = 2\n", "x = 1\ny = 2\n"),
        ("if True:\n    %time x = 1\n", "if True:\n    get_ipython().run_line_magic('time', 'x = 1')\n"),
        ("!pip install \\\n  numpy\n", "get_ipython().system('pip install    numpy')\n"),
        ("np.sum?\n", "get_ipython().run_line_magic('pinfo', 'np.sum')\n"),
        ("files = !ls\n", "files = get_ipython().getoutput('ls')\n"),
        ("%%bash\nrm -rf /\n", "get_ipython().run_cell_magic('bash', '', 'rm -rf /\\n')\n"),
        ("def f(:\n    pass\n", "def f(:\n    pass\n"),
    ],
    ids=lambda text: repr(text[:25]),
)
def test_a_cell_becomes_python_as_in_ipython(source, plain):
    assert as_python(source) == plain


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
        ("%time x = f(y)", {"x"}, {"f", "y"}),
        ("%%time\nx = f(y)", {"x"}, {"f", "y"}),
        ("x = %time f(y)", {"x"}, {"f", "y"}),
        ("%%capture\n%time x = f(y)", {"x"}, {"f", "y"}),
        ("%timeit x = f(y)", set(), set()),
        ("%%bash\nx = 1", set(), set()),
        ("    x = y", {"x"}, {"y"}),
        ("x = await y()", {"x"}, {"y"}),
        ("%matplotlib inline\nimport numpy as np", {"np"}, set()),
    ],
    ids=lambda value: repr(sorted(value) if isinstance(value, set) else value)[:25],
)
def test_names(source, bound, loaded):
    found = as_facts(facts_of(source))
    assert found.bound == bound
    assert found.loaded >= loaded
    assert not found.opaque


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("table.update(x=1)", {"table"}),
        ("tables[0].rows.append(row)", {"tables", "row"}),
        ("shuffle(rows)", {"rows"}),
        ("rng.shuffle(rows)", {"rng", "rows"}),
        ("for row in rows:\n    kept.append(row)", {"kept", "row"}),
        ("print(rows)", set()),
        ("x = f(rows)", set()),
        ("def f():\n    rows.clear()", set()),
    ],
)
def test_names_whose_objects_a_call_may_change(source, changed):
    assert as_facts(facts_of(source)).changed == changed


@pytest.mark.parametrize(
    "source",
    ["from math import *", "exec('x = 1')", "globals()['x'] = 1", "vars().update(x=1)", "%run mine.py",
     "%%writefile mine.py\nx = 1", "if True:\n    from mine import *", "%%time\nexec('x = 1')"],
)  # fmt: skip
def test_cells_that_may_bind_anything(source):
    assert as_facts(facts_of(source)).opaque


def test_digests_are_of_the_program():
    def digest(source):
        return as_facts(facts_of(source)).digest

    assert digest("x = 1  # one") == digest("# here\n\nx  =  1\n")
    assert digest("x = 1") != digest("x = 2")
    assert digest("def f(:") is None
    assert digest("x = '\ud800'") is None or len(digest("x = '\ud800'")) == 64


@pytest.mark.parametrize("source", ["-" * 100_000 + "1", "(" * 5000, "x = " + "[" * 300 + "]" * 300, "\0", "\x0c" * 9])
def test_facts_of_code_that_no_one_writes(source):
    assert as_facts(facts_of(source)).bound <= {"x"}
