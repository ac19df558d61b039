"""A graded class as a teacher sees it: formgrader on the course, and the feedback pages."""

import json
import os
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from deepdays.asking import Card

DAY = "day_002_linear_regression"
LIMIT = "--limit=seconds_per_call=2"  # one of the class never comes to an end
HOSTILE = (
    "</pre></td><script>alert('owned'); document.title = 'owned'</script>"
    "<img src=x onerror=\"alert('owned'); document.title = 'owned'\">"
)


@pytest.fixture(scope="module")
def course(place):
    """The demonstration class of day 2 and a student whose notebook is full of scripts, graded."""
    folder, submissions = place.project / "course", place.project / "class"
    made = place.deepdays("demo-class", "2", str(submissions))
    assert made.returncode == 0, made.stderr
    handed_out = json.loads((place.project / "curriculum" / DAY / f"{DAY}.ipynb").read_text())
    (submissions / "mallory").mkdir()
    (submissions / "mallory" / f"{DAY}.ipynb").write_text(json.dumps(with_scripts(handed_out)))
    graded = place.deepdays("grade", "2", str(submissions), "--course", str(folder), LIMIT, "--json")
    assert graded.returncode == 0, graded.stderr
    results = [json.loads(line) for line in graded.stdout.splitlines()]
    return folder, {result["student"]: result for result in results}


def with_scripts(notebook: dict) -> dict:
    """The notebook with scripts wherever a learner can put text."""
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["predict"]["source"] = f"def predict(x, w, b):\n    raise ValueError({HOSTILE!r})"
    cells["mse_cost"]["source"] = f"def mse_cost(x, y, w, b):\n    return {HOSTILE!r}"
    cells["r2_score"]["source"] = f"# {HOSTILE}\ndef r2_score(y, prediction):\n    return 0.0"
    page = {"text/html": HOSTILE, "application/javascript": "alert('owned')", "image/svg+xml": f"<svg>{HOSTILE}</svg>"}
    cells["demo-1"]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": page}]
    cells["markdown-2"]["source"] = HOSTILE
    text = f"{HOSTILE}\n\n[a link](javascript:alert('owned'))\n\n$$\\href{{javascript:alert('owned')}}{{x}}$$"
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text})
    return notebook


@pytest.fixture
def dialogs(page) -> list[str]:
    """What scripts on the page said in dialogs."""
    said = []

    def note(dialog):
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return said


@pytest.fixture(scope="module")
def formgrader(place, course):
    """JupyterLab opened on the course."""
    as_root = ["--allow-root"] if os.getuid() == 0 else []
    with place.serving(sys.executable, "-m", "jupyterlab", *as_root, cwd=course[0]) as server:
        yield server


def test_formgrader_shows_the_students_and_their_scores(page, formgrader, course, picture):
    page.goto(formgrader.url("lab"))
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Manage Students").click()
    for student, result in course[1].items():
        row = frame.get_by_role("row").filter(has=frame.get_by_text(student, exact=True))
        expect(row).to_contain_text(f"{result['score']:g} / {result['max_score']:g}")
    page.goto(f"{formgrader.address}/formgrader/manage_students")
    expect(page.get_by_text("mallory", exact=True)).to_be_visible()
    picture(page, "formgrader")


def test_a_submission_in_formgrader_shows_the_verdicts_and_runs_nothing(page, formgrader, course, dialogs):
    page.goto(formgrader.url("lab"))  # which lets this browser in
    page.goto(f"{formgrader.address}/formgrader/manage_students/mallory/{DAY}")
    page.locator("tbody").get_by_role("link", name=DAY, exact=True).click()
    expect(page.get_by_text("document.title = 'owned'").first).to_be_visible()
    page.wait_for_load_state("load")
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []
    assert page.title() != "owned"


def test_a_feedback_page_shows_the_failing_call_and_the_hint(page, course, picture):
    page.goto(feedback(course, "barbara"))
    failed = page.locator("section.exercise").filter(has=page.get_by_role("heading", name="mse_cost", exact=True))
    expect(failed.get_by_text("mse_cost(")).to_be_visible()
    expect(failed.get_by_text("was due")).to_be_visible()
    expect(failed.get_by_text("Hint.")).to_be_visible()
    expect(failed.get_by_text("Your cost grows with the number of examples")).to_be_visible()
    expect(page.get_by_text("5 of 10 points")).to_be_visible()
    picture(page, "feedback")


def test_what_is_entered_in_formgrader_is_on_the_page_after_the_class_is_graded_again(page, place, formgrader, course):
    page.goto(formgrader.url("lab"))
    page.goto(f"{formgrader.address}/formgrader/manage_students/barbara/{DAY}")
    page.locator("tbody").get_by_role("link", name=DAY, exact=True).click()
    score = page.locator("input.score#test_mse_cost")
    expect(score).to_have_attribute("placeholder", "0")  # the automatic score is there, so the page is ready
    for entry, value in ((score, "1.5"), (page.locator("textarea.comment").nth(1), "Nearly there.")):
        entry.fill(value)
        with page.expect_response(lambda response: response.request.method == "PUT" and response.ok):
            entry.press("Tab")
    for _ in range(2):
        graded = place.deepdays("grade", "2", str(place.project / "class"), "--course", str(course[0]), LIMIT)
        assert graded.returncode == 0, graded.stderr
        page.goto(feedback(course, "barbara"))
        exercise = page.locator("section.exercise").filter(has=page.get_by_role("heading", name="mse_cost", exact=True))
        expect(exercise).to_contain_text("Your teacher gave 1.5 of 2 points.")
        expect(exercise).to_contain_text("says: Nearly there.")
        expect(page.get_by_text("6.5 of 10 points")).to_be_visible()


def test_the_scripts_do_run_in_a_page_that_lets_them(page, dialogs):
    page.set_content(f"<table><tr><td><pre>{HOSTILE}")
    page.wait_for_function("document.title == 'owned'")
    assert set(dialogs) == {"owned"}


@pytest.mark.parametrize("is_enforced", [True, False], ids=["with its policy", "even without its policy"])
def test_a_feedback_page_runs_nothing_of_a_submission(chromium, course, is_enforced):
    context = chromium.new_context(bypass_csp=not is_enforced)
    page, said = context.new_page(), []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(feedback(course, "mallory"))
    expect(page.get_by_text("document.title = 'owned'").first).to_be_visible()
    assert said == []
    assert page.title().endswith("mallory")
    assert page.locator("script, img, iframe, svg, a").count() == 0
    context.close()


def feedback(course, student: str) -> str:
    return (course[0] / "feedback" / student / DAY / f"{DAY}.html").as_uri()


WIDTHS = (400, 1280)
SCHEMES = ("light", "dark")


def faults_of(page, width: int, scheme: str) -> list[str]:
    """What axe-core finds on the page as it is shown, a line a fault; and whether it must be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    faults = [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return faults + ["wider than the screen"] * is_wide


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_read_the_feedback_pages(page, course, width, scheme):
    folder, results = course
    for student in ("mallory", *results):
        page.goto((folder / "feedback" / student / DAY / f"{DAY}.html").as_uri())
        assert faults_of(page, width, scheme) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_read_the_class_page(page, place, course, width, scheme, picture):
    folder, results = course
    made = place.deepdays("stats", "2", "--course", str(folder), "--html")
    assert made.returncode == 0, made.stderr
    page.goto(Path(made.stdout.strip()).as_uri())
    assert faults_of(page, width, scheme) == []
    handed_in = page.get_by_role("listitem").filter(has_text="handed in")
    expect(handed_in).to_contain_text(str(len(results)))
    expect(page.get_by_role("img", name="How many students have which share of the points")).to_be_visible()
    page.get_by_text("who", exact=True).first.click()
    if (width, scheme) == (1280, "light"):
        picture(page, "class")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_read_the_card(page, course, width, scheme):
    """On a page as dark as JupyterLab's dark theme, and as light as its light one."""
    _, results = course
    cards = "".join(Card(results[student])._repr_html_() for student in ("mallory", *results))
    colours = {"light": "background: #fff; color: #000", "dark": "background: #111; color: #fff"}[scheme]
    notebook = f"<main><h1>A notebook</h1><h2>An exercise</h2>{cards}</main>"
    page.set_content(f'<html lang="en"><title>A notebook</title><body style="{colours}">{notebook}</body></html>')
    assert faults_of(page, width, scheme) == []
    assert {card.get_attribute("data-theme") for card in page.get_by_role("group", name="Check").all()} == {
        {"light": None, "dark": "dark"}[scheme]
    }
