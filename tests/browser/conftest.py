"""A real Chromium, a real JupyterLab; both run once for all tests here. Pictures are written with --screenshots."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.support.places import ROOT
from tests.support.workplace import DEEPDAYS, workplace

PICTURES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 860}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]


def pytest_addoption(parser):
    parser.addoption("--screenshots", action="store_true", help="write the README's pictures to docs/images")


@pytest.fixture(scope="session")
def place():
    with workplace() as made:
        settings = made.home / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')  # else it asks
        yield made


@pytest.fixture(scope="session")
def lab(place):
    """JupyterLab as `make lab` starts it, with day 2 started.

    It notices a dead kernel sooner than it would, restarts it once, and takes a young kernel for an old one.
    """
    started = place.deepdays("start", "2")
    assert started.returncode == 0, started.stderr
    restarter = {"time_to_dead": 0.5, "restart_limit": 1, "random_ports_until_alive": False}
    options = [f"--KernelRestarter.{name}={value}" for name, value in restarter.items()]
    options += [f"--KernelSpecManager.allowed_kernelspecs={name}" for name in ("deepdays", "ordinary")]
    with place.serving(DEEPDAYS, "lab", "--", *options, cwd=place.project) as server:
        yield server


@pytest.fixture(scope="session")
def chromium(place):
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("These tests need Chromium. Install it with your system's packages: apt-get install chromium")
    with sync_playwright() as playwright:
        environment = place.environment | {"TMPDIR": str(place.home)}
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES, env=environment)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport=SIZE, locale="en-GB", color_scheme="light", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def picture(request):
    """Write what a page shows to docs/images/NAME.png, if the pictures are asked for."""

    def take(page, name: str) -> None:
        if request.config.getoption("--screenshots"):
            page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")

    return take
