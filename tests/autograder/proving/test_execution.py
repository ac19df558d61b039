"""Running a whole notebook and seeing how it behaved."""

from autograder.days.reader import read_day
from autograder.proving.execution import run_solution


def test_a_large_caller_does_not_count_as_the_notebook_s_memory(sample):
    ballast = bytearray(600 * 2**20)
    execution = run_solution(sample)
    assert len(ballast) == 600 * 2**20
    assert 50 < execution.peak_mb < 500


def test_errors_and_words_on_stderr_are_problems(edited, sample):
    first = next(cell for cell in sample.cells if cell.kind == "demo").source.splitlines()[0]
    execution = run_solution(read_day(edited((first, f"import sys; print('note', file=sys.stderr); 1 / 0\n{first}"))))
    assert any("wrote to stderr: note" in problem for problem in execution.problems)
    assert any("ZeroDivisionError" in problem for problem in execution.problems)


def test_a_logged_warning_between_what_is_printed_is_a_problem(edited, sample):
    first = next(cell for cell in sample.cells if cell.kind == "demo").source.splitlines()[0]
    logged = r"print('a number\nWARNING:tensorflow:5 calls triggered retracing.\nanother')"
    (problem,) = run_solution(read_day(edited((first, f"{logged}; print('a WARNING: of our own')\n{first}")))).problems
    assert problem.endswith("shows a warning: WARNING:tensorflow:5 calls triggered retracing.")
