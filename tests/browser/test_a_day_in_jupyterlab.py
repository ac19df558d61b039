"""Day 2 as a learner works on it: run it, see a test fail, mend the answer, see it pass, have it checked."""

import json
import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.jupyter_api import Api

NOTEBOOK = "day_002_linear_regression.ipynb"


class Notebook:
    """An open notebook, by its nbgrader names."""

    def __init__(self, page: Page, names: list[str]):
        self._page, self._names = page, names

    def cell(self, name: str) -> Locator:
        """The cell of that name, scrolled into view."""
        found = self._page.locator(".jp-Notebook .jp-Cell").nth(self._names.index(name))
        found.scroll_into_view_if_needed()
        return found

    def choose(self, menu: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self._page.get_by_role("menuitem", name=menu, exact=True).click()
        self._page.get_by_role("menuitem", name=entry, exact=True).click()

    def replace_line(self, name: str, old: str, new: str) -> None:
        """Select a line of a cell with the keyboard and type another in its place."""
        self.cell(name).locator(".cm-line").filter(has_text=old).click()
        self._page.keyboard.press("End")
        self._page.keyboard.press("Shift+Home")
        self._page.keyboard.type(new)

    def run(self, name: str) -> Locator:
        """Run a cell and return its output area once the cell has a number."""
        cell = self.cell(name)
        cell.locator(".cm-content").click()
        self._page.keyboard.press("Control+Enter")
        expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
        self.wait_until_idle()
        return cell.locator(".jp-Cell-outputArea")

    def wait_until_idle(self) -> None:
        expect(self._page.locator("#jp-main-statusbar")).to_contain_text("Deep Days (warm) | Idle", timeout=60_000)


@pytest.fixture
def notebook(page, place, lab) -> Iterator[Notebook]:
    """Day 2, opened from JupyterLab's list of files."""
    page.goto(lab.url(f"lab/workspaces/{uuid.uuid4().hex}"))  # none of the tests before left its layout there
    page.get_by_role("listitem", name=NOTEBOOK).dblclick()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_role("tab", name="Launcher").locator(".lm-TabBar-tabCloseIcon").click()
    page.keyboard.press("Control+B")  # puts the list of files away
    cells = json.loads((place.project / "my_days" / NOTEBOOK).read_text())["cells"]
    opened = Notebook(page, [cell["id"] for cell in cells])
    opened.wait_until_idle()
    yield opened
    Api(lab).shut_down_all()


def run_above(page: Page, notebook: Notebook, code: str) -> Locator:
    """Type code into a new cell above the first exercise, save, and run it; returns the notebook's outputs."""
    notebook.cell("predict").locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("a")  # a new cell above
    page.keyboard.press("Enter")
    page.keyboard.type(code)
    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    return page.locator(".jp-Notebook")


def test_a_learner_answers_the_first_exercise(page, notebook, place, picture):
    notebook.choose("Run", "Run All Cells")
    failed = notebook.cell("test_predict").locator(".jp-Cell-outputArea")
    expect(failed).to_contain_text("NotImplementedError", timeout=60_000)
    notebook.wait_until_idle()
    figure = notebook.cell("demo-1").locator(".jp-OutputArea img")
    expect(figure).to_be_visible()
    assert len(figure.get_attribute("alt")) > 40, "whoever can't see the figure is told what it shows"
    assert figure.evaluate("image => image.naturalWidth") > 500

    notebook.replace_line("predict", "raise NotImplementedError()", "return w * x")
    notebook.run("predict")
    wrong = notebook.run("test_predict")
    expect(wrong).to_contain_text("CheckFailed")
    expect(wrong).to_contain_text("this is the example worked by hand")

    notebook.replace_line("predict", "return w * x", "return w * x + b")
    notebook.run("predict")
    expect(notebook.run("test_predict")).not_to_contain_text("Error")
    expect(notebook.run("demo-4").locator("img")).to_be_visible()
    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 1200})
    expect(page.locator("#jp-main-statusbar")).not_to_contain_text("Saving")
    notebook.cell("predict").evaluate("cell => cell.scrollIntoView()")
    picture(page, "notebook")

    checked = place.deepdays("check", "2", "--json")
    exercises = {each["name"]: each for each in json.loads(checked.stdout)["exercises"]}
    assert (exercises["predict"]["status"], exercises["predict"]["points"]) == ("passed", 1)
    assert exercises["mse_cost"]["status"] == "unanswered"
    assert checked.returncode == 1, "there are exercises left"


def test_nothing_but_the_course_s_own_check_is_in_sight(page, notebook):
    """nbgrader's Validate runs the visible tests alone and calls that success."""
    for nbgraders in ("Validate", "Nbgrader", "Create Assignment"):
        expect(page.get_by_text(nbgraders, exact=True)).to_have_count(0)
    expect(page.get_by_role("menuitem", name="Kernel", exact=True)).to_be_visible()


def test_the_table_of_contents_lists_the_exercises(page, notebook):
    page.get_by_role("tab", name="Table of Contents").click()
    listed = page.locator(".jp-TableOfContents-tree")
    for name in ("predict", "mse_cost", "mse_gradient", "gradient_descent", "r2_score"):
        expect(listed.get_by_text(f"✎ Exercise: {name}", exact=True)).to_be_visible()


def test_the_full_check_from_a_cell(page, notebook, place):
    """Answered and saved, `dd.ask()` in the notebook's last cell says what `deepdays check` says, as a card."""
    day = json.loads((place.project / "my_days" / NOTEBOOK).read_text())
    assert day["metadata"]["deepdays"]["day"] == 2
    notebook.choose("Run", "Run All Cells")
    notebook.wait_until_idle()
    run_above(page, notebook, 'import deepdays as dd; dd.ask("mse_cost")')
    card = page.get_by_role("group", name="Check")
    expect(card).to_contain_text("mse_cost", timeout=60_000)
    expect(card).to_contain_text("no answer yet")
    expect(card).to_contain_text("Next: mse_cost.")
    assert card.evaluate("card => card.dataset.theme") is None


@pytest.fixture
def dark(place) -> Iterator[None]:
    """JupyterLab's dark theme, for pages that are opened from now on."""
    settings = place.home / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    theme = settings / "themes.jupyterlab-settings"
    theme.write_text('{"theme": "JupyterLab Dark"}')
    yield
    theme.unlink()


def test_hints_and_progress_from_a_cell_in_the_dark_theme(dark, page, notebook):
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    output = run_above(page, notebook, 'import deepdays as dd; dd.hint("mse_cost"); print(dd.progress()); dd.ask()')
    expect(output).to_contain_text("Hint 1 of", timeout=60_000)
    card = page.get_by_role("group", name="Check")
    expect(card).to_have_attribute("data-theme", "dark", timeout=60_000)
    page.set_viewport_size({"width": 400, "height": 900})
    expect(card.get_by_role("heading")).to_be_visible()
