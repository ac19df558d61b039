"""A site's figures: one file for each kind of page, named by what is in it."""

import base64
import io
import re

import pytest
from PIL import Image

from autograder.publishing.figures import Figures
from deepdays.plot import DARK


def png(colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def figures(tmp_path):
    return Figures(tmp_path)


def test_a_figure_has_a_picture_for_light_and_one_for_dark_pages(figures, tmp_path):
    shown = figures.picture({"image/png": png("white"), DARK: png("black")}, 'A "line" < 1', "../")
    light, dark = re.findall(r"<img [^>]*>", shown)
    assert 'class="only-light"' in light
    assert 'class="only-dark"' in dark
    for tag, colour in ((light, (255, 255, 255)), (dark, (0, 0, 0))):
        assert 'alt="A &quot;line&quot; &lt; 1"' in tag
        assert 'width="40" height="30"' in tag
        name = re.search(r'src="\.\./figures/([^"]+)"', tag)[1]
        with Image.open(tmp_path / "figures" / name) as picture:
            assert picture.size == (40, 30)
            assert picture.convert("RGB").getpixel((5, 5)) == colour


def test_without_a_dark_one_it_is_shown_on_white(figures):
    shown = figures.picture({"image/png": png("white")}, "A line", "")
    assert re.findall(r'class="([^"]+)" src', shown) == ["dd-on-white"]


def test_the_same_picture_is_one_file_and_is_not_written_twice(figures, tmp_path):
    figures.picture({"image/png": png("white")}, "one", "")
    (path,) = (tmp_path / "figures").iterdir()
    path.write_bytes(b"as it was")
    figures.picture({"image/png": png("white")}, "two", "")
    assert path.read_bytes() == b"as it was"


def test_what_no_page_shows_any_more_is_removed(figures, tmp_path):
    old = tmp_path / "figures" / "old.webp"
    old.write_bytes(b"old")
    figures.picture({"image/png": png("white")}, "one", "")
    figures.drop_others()
    assert [path.name for path in (tmp_path / "figures").iterdir()] == list(figures.kept)
