"""The site as a reader meets it: in Chromium, offline, in both themes, on a desktop and on a phone."""

import functools
import http.server
import subprocess
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from autograder.days.reader import read_day
from autograder.project import day_path
from tests.support.places import ROOT
from tests.support.workplace import DEEPDAYS

NUMBERS = (1, 2, 4, 14, 16, 22, 28, 34, 84)
DAYS = [read_day(day_path(ROOT, number)) for number in NUMBERS]
SLUG = {day.number: day.slug for day in DAYS}
PAGES = (
    "index.html", "exercises.html", "symbols.html", "papers.html", "weeks/week_01.html", "teaching.html",
    "reference/data.html", f"days/{SLUG[2]}.html", f"days/{SLUG[14]}.html", f"days/{SLUG[84]}.html",
)  # fmt: skip
WIDTHS = {"desktop": 1280, "phone": 360}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a site of some days; what the proofs' runs printed and drew is taken from there."""
    folder = tmp_path_factory.mktemp("site")
    command = [DEEPDAYS, "site", *map(str, NUMBERS), "--to", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def address(site):
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(chromium, address):
    """Open a page, every other host out of reach; a test fails if it asks one of those, or for what is not there."""
    contexts, missing = [], []

    def open_page(name: str, theme: str = "light", width: int = WIDTHS["desktop"]):
        size = {"width": width, "height": 860}
        context = chromium.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce", accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.route(
            lambda url: not url.startswith(address), lambda route: (missing.append(route.request.url), route.abort())
        )
        page = context.new_page()
        page.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
        page.goto(address + name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert missing == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_bars_anybody_from_ten_pages(theme, width, opened, address):
    page = opened("index.html", theme, width)
    for name in PAGES:
        page.goto(address + name)
        page.wait_for_function("!window.MathJax?.startup || MathJax.startup.promise.then(() => true)")
        found = Axe().run(page, options={"preload": False})  # else it asks for style sheets at addresses of its own
        assert found.violations_count == 0, f"{name}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_formulas_are_set_by_what_comes_with_the_site(opened):
    page = opened(f"days/{SLUG[2]}.html")
    expect(page.locator("mjx-container").first).to_be_attached()
    assert page.locator("mjx-merror").count() == 0
    assert page.evaluate("document.fonts.ready.then(() => [...document.fonts].some(font => /MJX/.test(font.family)))")


@pytest.mark.parametrize("number", NUMBERS)
def test_no_formula_is_in_error(number, opened):
    page = opened(f"days/{SLUG[number]}.html")
    page.wait_for_function("MathJax.startup.promise.then(() => true)")
    assert page.locator("mjx-merror, [data-mjx-error]").all_text_contents() == []


@pytest.mark.parametrize(
    ("theme", "shown", "hidden"), [("light", "only-light", "only-dark"), ("dark", "only-dark", "only-light")]
)
def test_a_figure_suits_the_theme(theme, shown, hidden, opened):
    page = opened(f"days/{SLUG[2]}.html", theme)
    figure = page.locator(".dd-figure").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator(f".{shown}")).to_be_visible()
    expect(figure.locator(f".{hidden}")).to_be_hidden()
    assert len(figure.locator(f".{shown}").get_attribute("alt")) > 40
    page.wait_for_function("document.querySelector('.dd-figure img:not([hidden])').complete")
    assert figure.locator(f".{shown}").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("hypothesis", "Linear regression by gradient descent"),
        ("mse_gradient", "Linear regression by gradient descent"),
        ("Legendre", "Papers and books"),
        ("alpha", "Symbols"),
        ("perceptron", "The perceptron"),
    ],
)
def test_search_finds_a_term_an_exercise_an_author_a_symbol(words, due, opened):
    page = opened("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.locator("ul.search a").filter(has_text=due).first).to_be_visible()


def test_the_keyboard_leads_past_the_menus_and_a_figures_code_opens_with_it(opened):
    page = opened(f"days/{SLUG[2]}.html")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    folded = page.locator("details.hide").first
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(folded.locator("pre").first).to_be_visible()


def test_a_day_leads_to_its_week_to_its_neighbours_to_colab_and_gives_its_notebook(opened):
    page = opened(f"days/{SLUG[2]}.html")
    bar = page.locator(".dd-bar")
    expect(bar).to_contain_text("day 2 of 5")
    expect(bar).to_contain_text("about 90 minutes")
    assert bar.get_by_role("link", name="Open in Colab").get_attribute("href").endswith(f"{SLUG[2]}.ipynb")
    with page.expect_download() as download:
        bar.get_by_role("link", name="Download the notebook").click()
    assert download.value.suggested_filename == f"{SLUG[2]}.ipynb"
    assert page.locator("a.left-prev").get_attribute("href") == f"{SLUG[1]}.html"
    assert page.locator("a.right-next").get_attribute("href") == f"{SLUG[4]}.html"
    bar.get_by_role("link", name="Week 1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Linear models")


def test_the_front_page_says_what_it_is_in_one_screen_and_shows_a_real_hint(opened, picture):
    page = opened("index.html")
    picture(page, "site")
    for each in (page.locator(".dd-lead"), page.locator(".dd-hero img:visible"), page.get_by_text("You contribute")):
        expect(each).to_be_in_viewport()
    hint = next(day for day in DAYS if day.number == 2).exercise("mse_gradient").mistakes[0].hint
    expect(page.locator(".dd-hero .dd-said")).to_contain_text(hint)
    assert page.locator(".dd-map li").count() == 125
    assert page.locator(".dd-map li a").count() == len(NUMBERS)


def test_no_page_weighs_a_megabyte_and_nothing_that_is_hidden_is_in_the_site(site):
    weights = {path.name: path.stat().st_size for path in site.rglob("*.html")}
    assert {name for name, weight in weights.items() if weight > 1_000_000} == set()
    texts = {
        path: path.read_text(encoding="utf-8") for path in site.rglob("*") if path.suffix in (".html", ".js", ".ipynb")
    }
    assert [(line, path.name) for line in hidden_lines() for path, text in texts.items() if line in text] == []


def hidden_lines() -> set[str]:
    """Lines of answers and hidden tests that no learner is shown, without what HTML would spell otherwise."""
    exercises = [exercise for day in DAYS for exercise in day.exercises]
    texts = [cell.source for day in DAYS for cell in day.cells if cell.kind.is_handed_out and not cell.kind.is_named]
    shown = "\n".join(texts + [each.stub + each.test.visible for each in exercises])
    hidden = "\n".join(each.answer + "\n" + each.test.source for each in exercises)
    lines = {line.strip() for line in hidden.splitlines()}
    return {line for line in lines if len(line) > 30 and line not in shown and not set(line) & set("\"'<>&#")}
