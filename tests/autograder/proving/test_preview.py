"""The preview of a day: its page, its figures in light and dark, from what was proved where it was."""

import matplotlib.pyplot as plt
import pytest

from autograder.days.reader import read_day
from autograder.errors import DeepDaysError
from autograder.proving import whole_notebook
from autograder.proving.memory import Memory
from autograder.proving.preview import preview

DEMO = "print(running_variance(stream))"
DRAWING = (
    "import deepdays as dd\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    'dd.plot.show("A line that rises.")\nprint("a printed line")\n'
)


def test_it_has_the_page_and_each_figure_twice(edited, tmp_path, monkeypatch):
    day, memory = read_day(edited((DEMO, DRAWING + DEMO))), Memory(tmp_path)
    page, light, dark = preview(day, memory, tmp_path / "preview")
    text = page.read_text(encoding="utf-8")
    assert "A line that rises." in text
    assert "a printed line" in text
    assert "YOUR CODE HERE" in text
    assert 'alt="A line that rises."' in text
    assert "the variance of the whole stream" not in text  # that is hidden
    assert (light.name, dark.name) == ("figure-01-light.png", "figure-01-dark.png")
    assert plt.imread(light)[0, 0, :3].min() == 1.0
    assert plt.imread(dark)[0, 0, :3].max() < 0.15

    monkeypatch.setattr(whole_notebook, "run_solution", lambda *_: pytest.fail("it was executed before"))
    (tmp_path / "preview" / "figure-02-light.png").write_bytes(b"old")
    assert preview(day, memory, tmp_path / "preview") == [page, light, dark]
    assert not (tmp_path / "preview" / "figure-02-light.png").exists()


def test_a_day_that_does_not_run_is_told(edited, tmp_path):
    day = read_day(edited((DEMO, "1 / 0")))
    with pytest.raises(DeepDaysError, match="Day 0 does not run: cell demo-2 raised ZeroDivisionError"):
        preview(day, Memory(tmp_path), tmp_path / "preview")
