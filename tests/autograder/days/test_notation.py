"""The symbols of the days' tables, and the list of letters made of them."""

import pytest

from autograder.days.notation import BEGIN, END, letters, page, with_letters, write_letters
from autograder.days.symbols import declared
from tests.support.places import ROOT

HEAD = ["| symbol | meaning | shape | in code |", "|---|---|---|---|"]


def symbols(*rows):
    return list(declared(enumerate([*HEAD, *rows, "", "| a | table |", "|---|---|", "| $q$ | of something else |"], 1)))


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (r"$m,\ r$", ["m", "r"]),
        ("$w$, $b$; $W_l$, $b_l$", ["w", "b", "W_l", "b_l"]),
        (r"$\hat y_i = w x_i + b$", [r"\hat y_i"]),
        (r"$J(w, b) = \frac1m \sum_i e_i^2$", ["J(w, b)"]),
        (r"$n_0, n_1, \dots, n_L$", ["n_0", "n_1", "n_L"]),
        (r"$b_1 < b_2 < \dots$", ["b_1"]),
        (r"$p \to v$", ["p"]),
        ("text", []),
    ],
)
def test_the_symbols_of_a_row(cell, names):
    assert [symbol.name for symbol in symbols(f"| {cell} | something | $(n,)$ | `x` |")] == names


def test_a_symbol_knows_its_row():
    alone, first, second = symbols("| $x$ | the inputs | $(m, n)$ | `x` |", "| $w, b$ | weights and bias | | |")
    assert (alone.name, alone.meaning, alone.shape, alone.line, alone.alone) == ("x", "the inputs", "$(m, n)$", 3, True)
    assert (first.meaning, second.line, second.alone) == ("weights and bias", 4, False)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("x_i", "x"), (r"\hat y_{ij}", "y"), ("R^2", "R"), ("a'", "a"), (r"\alpha_t", r"\alpha"), ("J(w, b)", "J"),
        (r"\bar v", "v"), (r"\partial L/\partial x", r"\partial L/\partial x"), (r"\mathrm{IoU}", "IoU"),
    ],
)  # fmt: skip
def test_the_letter_of_a_symbol(name, letter):
    assert symbols(f"| ${name}$ | something | |")[0].letter == letter


@pytest.fixture
def project(tmp_path):
    (tmp_path / "solutions").mkdir()
    for number, row in ((1, "$m$ | number of examples"), (2, "$m_s$ | the number of examples, in a stratum"),
                        (3, r"$m, \lambda$ | boxes, strength"), (12, "$n$ | features")):  # fmt: skip
        lines = [*HEAD, f"| {row} | | |"]
        path = tmp_path / "solutions" / f"day_{number:03d}_x.py"
        path.write_text("".join(f"# {line}\n" for line in lines), encoding="utf-8")
    return tmp_path


def test_a_letter_is_listed_once_it_means_two_things(project):
    assert letters(project).split("\n")[2:] == ["| $m$ | number of examples (1, 2); boxes, strength (3) |"]


def test_only_the_part_between_the_marks_is_written(project):
    write_letters(project)
    assert not page(project).exists()
    page(project).parent.mkdir()
    page(project).write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_letters(project)
    text = page(project).read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n\n| letter |")
    assert text.endswith(f"(3) |\n\n{END}\nafter\n")
    assert with_letters(text, project) == text
    assert with_letters("no marks", project) == "no marks"


def test_the_page_is_current():
    text = page(ROOT).read_text(encoding="utf-8")
    assert BEGIN in text
    assert text == with_letters(text, ROOT), "run `make build`"
