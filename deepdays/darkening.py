"""A figure for a dark page: the same drawing with light and dark exchanged, pictures and colour maps left alone."""

import colorsys
from collections.abc import Iterator

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

PAPER, INK = 0.10, 0.94  # lightness that white and black turn into
_COLOURS = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def darken(figure: Figure) -> None:
    """Exchange light and dark in a figure, in place; hues stay.

    What is drawn over a picture or a colour map (images, filled contours, their points, lines and numbers) keeps its
    colours, and so does the paper under it; only what stands around such a plot is changed.
    """
    artists: list[Artist] = [figure.patch]
    for axes in figure.axes:
        artists += _frame(axes) if _has_colour_map(axes) else axes.findobj()
    artists += [part for whole in (*figure.texts, *figure.legends) for part in whole.findobj()]
    artists += [each.arrow_patch for each in artists if isinstance(each, Annotation) and each.arrow_patch]
    artists += [box for each in artists if isinstance(each, Text) and (box := each.get_bbox_patch())]
    for artist in dict.fromkeys(artists):
        if not isinstance(artist, Axes):  # whose colour is that of its patch
            _repaint(artist)


def _has_colour_map(axes: Axes) -> bool:
    mapped = [each for each in axes.collections if each.get_array() is not None]
    return bool(axes.images or mapped) or hasattr(axes, "_colorbar")


def _frame(axes: Axes) -> Iterator[Artist]:
    """What stands around the plot: axis lines, ticks, labels and titles."""
    titles = (axes.title, axes._left_title, axes._right_title)  # type: ignore[attr-defined]  # it has no other name
    for part in (axes.xaxis, axes.yaxis, *titles, *axes.spines.values()):
        yield from part.findobj()


def _repaint(artist: Artist) -> None:
    had = {name: getter() for name in _COLOURS if (getter := getattr(artist, f"get_{name}", None))}
    for name, colours in had.items():  # all were read before one is set: a marker's may be that of its line
        setter = getattr(artist, f"set_{name}", None)
        if setter and not (name == "color" and "facecolor" in had):
            if isinstance(artist, Collection):
                setter([_exchanged(colour) for colour in np.atleast_2d(colours)] if len(colours) else colours)
            elif isinstance(colours, str) and colours in ("none", "auto"):
                continue
            else:
                setter(_exchanged(colours))


def _exchanged(colour) -> tuple[float, float, float, float]:
    """The colour with its lightness turned round, as RGBA."""
    red, green, blue, alpha = to_rgba(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return (*colorsys.hls_to_rgb(hue, INK - (INK - PAPER) * lightness, saturation), alpha)
