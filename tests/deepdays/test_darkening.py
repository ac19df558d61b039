"""Figures for dark pages: light and dark are exchanged, what lies on a picture or a colour map stays."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepdays import plot
from deepdays.darkening import darken


@pytest.fixture(autouse=True)
def clean():
    plot.style()
    yield
    plt.close("all")
    mpl.rcdefaults()


def lightness(colour) -> float:
    colour = to_rgb(colour)
    return (max(colour) + min(colour)) / 2


def test_ink_becomes_light_and_paper_dark():
    figure, ax = plt.subplots()
    (line,) = ax.plot([0, 1], color="black", marker="o", label="a line")
    points = ax.scatter([0, 1], [0, 1], color="white", edgecolors="black")
    (bar,) = ax.bar([0], [1], color="0.2")
    arrow = ax.annotate("here", (0, 0), (1, 1), arrowprops={"arrowstyle": "->"})
    legend = ax.legend()
    title, suptitle = ax.set_title("title"), figure.suptitle("all")
    darken(figure)
    for paper in (
        figure.get_facecolor(),
        ax.get_facecolor(),
        legend.get_frame().get_facecolor()[:3],
        points.get_facecolor()[0],
    ):
        assert lightness(paper[:3]) < 0.15
    inks = [
        line.get_color(),
        line.get_markerfacecolor(),
        line.get_markeredgecolor(),
        bar.get_facecolor(),
        points.get_edgecolor()[0],
        arrow.get_color(),
        title.get_color(),
    ]
    inks += [suptitle.get_color(), legend.get_texts()[0].get_color(), arrow.arrow_patch.get_edgecolor()]
    inks += [ax.xaxis.get_ticklabels()[0].get_color(), ax.spines["left"].get_edgecolor()]
    for ink in inks:
        assert lightness(ink[:3] if not isinstance(ink, str) else ink) > 0.7


def test_hue_and_transparency_stay():
    figure, ax = plt.subplots()
    (line,) = ax.plot([0, 1], color=(0.6, 0.2, 0.2, 0.5))
    darken(figure)
    red, green, blue, alpha = line.get_color()
    assert red > green == pytest.approx(blue)
    assert alpha == 0.5


def test_every_colour_of_the_palette_can_be_told_from_dark_paper():
    figure, ax = plt.subplots()
    lines = [ax.plot([0, 1])[0] for _ in plot.PALETTE]
    darken(figure)
    paper = luminance(ax.get_facecolor()[:3])
    assert min((luminance(line.get_color()[:3]) + 0.05) / (paper + 0.05) for line in lines) >= 3


def luminance(colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("draw", ["image", "contours", "matrix"])
def test_what_lies_on_a_picture_or_a_colour_map_stays(draw):
    figure, ax = plt.subplots()
    if draw == "image":
        ax.imshow(np.eye(3))
    elif draw == "contours":
        ax.contourf(np.eye(3))
    else:
        plot.matrix(np.eye(3), ax=ax)
    text, (line,) = ax.text(0, 0, "on it", color="black"), ax.plot([0, 1], color="white")
    darken(figure)
    assert (text.get_color(), line.get_color()) == ("black", "white")
    assert ax.get_facecolor()[:3] == (1.0, 1.0, 1.0)
    assert lightness(ax.xaxis.label.get_color()[:3]) > 0.7


def test_the_box_around_a_text_is_paper_and_the_text_ink():
    figure, ax = plt.subplots()
    text = ax.text(0.5, 0.5, "tanh", bbox={"facecolor": "white", "edgecolor": "black"})
    darken(figure)
    box = text.get_bbox_patch()
    assert lightness(box.get_facecolor()[:3]) < 0.15
    assert lightness(box.get_edgecolor()[:3]) > 0.7
    assert lightness(text.get_color()) > 0.7


@pytest.mark.parametrize("place", ["left", "center", "right"])
def test_each_title_of_a_picture_is_ink(place):
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 2)))
    title = ax.set_title("maps", loc=place)
    darken(figure)
    assert lightness(title.get_color()) > 0.7


def test_a_box_on_a_picture_stays():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 2)))
    text = ax.text(0, 0, "star", color="white", bbox={"facecolor": "black"})
    darken(figure)
    assert lightness(text.get_bbox_patch().get_facecolor()[:3]) < 0.15
    assert lightness(text.get_color()) > 0.7
