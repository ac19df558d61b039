"""Seeds in demos are found and raised, and what printed numbers do under it is said."""

from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.proving.reseeding import shifted, spread


def demo(sample, source: str) -> str:
    cell = next(cell for cell in sample.cells if cell.kind == "demo")
    day = replace(sample, cells=(replace(cell, source=source), *sample.cells))
    return shifted(day, 100).cells[0].source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rng = np.random.default_rng(7)", "rng = np.random.default_rng(107)"),
        ("np.random.default_rng([1, 2])", "np.random.default_rng([101, 102])"),
        ("train_test_split(x, random_state=0, test_size=5)", "train_test_split(x, random_state=100, test_size=5)"),
        ("split(x, seed=3)", "split(x, seed=103)"),
        ("keras.utils.set_random_seed(12)", "keras.utils.set_random_seed(112)"),
        ("dd.seed(1)\nSEED = 5", "dd.seed(101)\nSEED = 105"),
        ("seeds = (0, 10)", "seeds = (100, 110)"),
        ("for seed in (1, 2):\n    f(seed)", "for seed in (101, 102):\n    f(seed)"),
        ("[f(seed) for seed in [1]]", "[f(seed) for seed in [101]]"),
        ("é = f(seed=1); g(seed=2)", "é = f(seed=101); g(seed=102)"),
        ("f(7, n=5)\nrandom_state = None\nx = default_rng(n)", "f(7, n=5)\nrandom_state = None\nx = default_rng(n)"),
        ("f(seed=True)", "f(seed=True)"),
    ],
)
def test_seeds_are_raised_and_nothing_else_is(sample, before, after):
    assert demo(sample, before) == after


def test_only_demos_change(sample):
    changed = [cell.kind for cell, other in zip(sample.cells, shifted(sample, 1).cells, strict=True) if cell != other]
    assert set(changed) <= {"demo"}


def printed(*texts: str):
    cells = [
        new_code_cell(id=f"demo-{number}", outputs=[new_output("stream", text=text)])
        for number, text in enumerate(texts)
    ]
    return new_notebook(cells=cells)


def test_the_numbers_that_move_are_shown_as_ranges():
    runs = [
        printed("accuracy 0.94 of 450\n", "same 3"),
        printed("accuracy 0.91 of 450\n", "same 3"),
        printed("accuracy 0.95 of 450\n", "same 3"),
    ]
    assert spread(runs) == ["cell demo-0: accuracy 0.91 … 0.95 of 450"]
    assert spread(runs[:1]) == []


def test_negative_and_tiny_numbers_are_ranged_too():
    assert spread([printed("w -1.5, 2e-05"), printed("w 0.5, 3e-06")]) == ["cell demo-0: w -1.5 … 0.5, 3e-06 … 2e-05"]


def test_another_text_is_shown_as_it_is():
    assert spread([printed("best: tree"), printed("best: forest")]) == ["cell demo-0: best: tree"]
    assert spread([printed("a 1"), printed("a 1 2")]) == ["cell demo-0: a 1 | a 1 2"]
    assert spread([printed("a\nb"), printed("a")]) == ["cell demo-0 prints another number of lines"]
