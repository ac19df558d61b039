"""Figures that look alike: one style, and the few plots that many days draw.

Colours differ in lightness as well as in hue, and line styles and markers change with them, so every figure is
legible in grey and to a colour-blind reader. On white, and on a dark page after `darken`, each has the contrast of
3 : 1 that WCAG 2.2 asks of what is needed to understand a graphic (success criterion 1.4.11).
"""

import base64
import html
import io
import math
import os

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.ticker import MaxNLocator

from deepdays.darkening import darken
from deepdays.tensors import to_array

DARK = "application/x-dark-png"
"""The kind under which a notebook's output keeps a figure's version for dark pages."""

PALETTE = ("#00153e", "#9b2202", "#047668", "#6c0677", "#aa7200", "#1d9be2")
LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (2, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
_PROBABILITY = LinearSegmentedColormap.from_list("probability", ["#5468a8", "#b9bdd0", "#fff0dd"])  # dark to light


def style() -> None:
    """Set Matplotlib's defaults for the rest of the session: the course's colours, fonts, sizes and layout."""
    mpl.rcParams.update(
        {
            "figure.figsize": (7.0, 4.5),
            "figure.dpi": 100,
            "savefig.dpi": 100,
            "figure.constrained_layout.use": True,
            "font.size": 12,
            "axes.titlesize": 13,
            "axes.labelsize": 12,
            "xtick.labelsize": 11,
            "ytick.labelsize": 11,
            "legend.fontsize": 11,
            "legend.framealpha": 0.85,
            "legend.edgecolor": "none",
            "lines.linewidth": 2.0,
            "lines.markersize": 6.0,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.grid": True,
            "grid.color": "0.88",
            "image.cmap": "viridis",
            "axes.prop_cycle": mpl.rcsetup.cycler(color=PALETTE, linestyle=LINE_STYLES),
        }
    )


def show(alt: str) -> None:
    """Show the figures drawn so far, as `plt.show` does, with a text for those who can't see them.

    Args:
        alt: what the figure shows: its axes, and what can be read off it. It becomes the picture's alternative text.

    With DEEPDAYS_DARK in the environment a second picture comes with it, for dark pages.

    Raises:
        ValueError: alt is empty, or there is no figure to show.
    """
    if not alt.strip():
        raise ValueError("alt must say what the figure shows. Received: an empty text")
    if not plt.get_fignums():
        raise ValueError("there is no figure to show: draw one first, and show it once")
    if "inline" not in mpl.get_backend():  # outside a notebook nothing could hold the text
        plt.show()
        return
    from IPython.display import display

    for number in plt.get_fignums():
        figure = plt.figure(number)
        pictures = {"image/png": _png(figure)}
        image = f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{pictures["image/png"]}">'
        if os.environ.get("DEEPDAYS_DARK"):
            darken(figure)
            pictures[DARK] = _png(figure)
        # JupyterLab, VS Code and Colab give an image no alternative text, but show HTML that has one instead of it.
        display(pictures | {"text/html": image, "text/plain": alt}, raw=True, metadata={"image/png": {"alt": alt}})
        plt.close(figure)


def _png(figure) -> str:
    """A figure as base64 text, cut to what is drawn, as notebooks show figures."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", facecolor=figure.get_facecolor())
    return base64.b64encode(file.getvalue()).decode()


def learning_curve(history, ax=None, *, metric=None, title="Learning curve", xlabel="epoch", ylabel=None):
    """Draw how a loss or score went over training.

    Args:
        history: what Keras's `fit` returns, a dict of names to sequences of one number a step, or one such sequence.
        ax: the Axes to draw on; a new figure's if None.
        metric: draw only this name and its validation twin, `val_` + metric; every name if None.
        title, xlabel: texts.
        ylabel: the vertical axis's text; the metric's name if None.

    Returns:
        The Axes.

    Raises:
        ValueError: history has nothing of that name.
    """
    series = getattr(history, "history", history)
    if not isinstance(series, dict):
        series = {metric or "loss": series}
    names = [name for name in series if metric is None or name in (metric, f"val_{metric}")]
    if not names:
        raise ValueError(f"history has no {metric!r}, only {', '.join(map(repr, series))}. Received: metric={metric!r}")
    ax = ax or plt.subplots()[1]
    for name in names:
        values = to_array(series[name])
        label = f"validation {name[4:]}" if name.startswith("val_") else f"training {name}"
        ax.plot(np.arange(1, len(values) + 1), values, label=label if len(names) > 1 else name)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel or metric or names[0])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(names) > 1:
        ax.legend()
    return ax


def decision_regions(predict, x, y, ax=None, *, resolution=200, class_names=None, title="Decision regions"):
    """Draw what a classifier says all over a plane, and the points it is about.

    Args:
        predict: a function of points (m, 2) that returns (m,) class indices, or the probabilities of class 1.
        x: (n, 2) points.
        y: (n,) class indices from 0.
        ax: the Axes to draw on; a new figure's if None.
        resolution: grid points along each side.
        class_names: a name a class; "class 0" and so on if None.
        title: text.

    Returns:
        The Axes; a probability map is labelled by a colour bar and its boundary is drawn at 0.5.

    Raises:
        ValueError: x is not (n, 2), or predict returns another shape than (m,).
    """
    x, y = to_array(x), to_array(y).astype(int)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x must have the shape (n, 2). Received: shape {x.shape}")
    ax = ax or plt.subplots()[1]
    margin = 0.08 * np.ptp(x, axis=0) + 1e-9
    axes = np.linspace(x.min(axis=0) - margin, x.max(axis=0) + margin, resolution)  # (resolution, 2)
    horizontal, vertical = np.meshgrid(axes[:, 0], axes[:, 1])
    said = to_array(predict(np.column_stack([horizontal.ravel(), vertical.ravel()])))
    if said.shape != (resolution**2,):
        raise ValueError(f"predict must return one value a point, ({resolution**2},). Received: shape {said.shape}")
    said = said.reshape(resolution, resolution)
    if (said % 1).any():
        _probability_map(ax, horizontal, vertical, said)
        num_classes = 2
    else:
        num_classes = int(max(said.max(), y.max())) + 1
        _regions(ax, horizontal, vertical, said, num_classes)
    for label in range(num_classes):
        name = class_names[label] if class_names is not None else f"class {label}"
        look = {"color": _cycled(PALETTE, label), "marker": _cycled(MARKERS, label)}
        ax.scatter(*x[y == label].T, s=36, edgecolors="white", linewidths=0.8, label=name, **look)
    ax.set(title=title, xlabel="$x_0$", ylabel="$x_1$")
    ax.grid(False)
    ax.legend()
    return ax


def _probability_map(ax, horizontal, vertical, probability):
    filled = ax.contourf(horizontal, vertical, probability, np.linspace(0, 1, 11), cmap=_PROBABILITY)
    ax.contour(horizontal, vertical, probability, [0.5], colors="black", linewidths=1.5)
    ax.figure.colorbar(filled, ax=ax, label="probability of class 1")


def _regions(ax, horizontal, vertical, labels, num_classes):
    tints = [_tint(_cycled(PALETTE, label)) for label in range(num_classes)]
    extent = (horizontal.min(), horizontal.max(), vertical.min(), vertical.max())
    look = {"cmap": ListedColormap(tints), "vmin": -0.5, "vmax": num_classes - 0.5, "interpolation": "nearest"}
    ax.imshow(labels, origin="lower", extent=extent, aspect="auto", **look)
    for label in range(num_classes):
        if 0 < (labels == label).mean() < 1:
            ax.contour(horizontal, vertical, labels == label, [0.5], colors="0.25", linewidths=1.0)


def image_grid(images, titles=None, columns=8, *, cmap="gray"):
    """Draw images side by side, on one scale of brightness.

    Args:
        images: (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels, or a list of such images of
            any sizes. Colour is uint8 from 0 to 255 or float from 0 to 1; grey may have any range.
        titles: n texts, or None.
        columns: images a row, at least 1.
        cmap: Matplotlib's name of the colours of grey images.

    Returns:
        An array (n,) of Axes.

    Raises:
        ValueError: an image has another number of axes or channels, or there is none.
    """
    images = [_as_image(to_array(image)) for image in images]
    if not images:
        raise ValueError("images must hold at least one image. Received: none")
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    height = 1.15 if titles is None else 1.45
    axes = plt.subplots(rows, columns, figsize=(1.15 * columns, height * rows), squeeze=False)[1]
    grey = [image for image in images if image.ndim == 2]
    limits = {"vmin": min(map(np.min, grey)), "vmax": max(map(np.max, grey)), "cmap": cmap} if grey else {}
    for ax in axes.flat:
        ax.set_axis_off()
    for i, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image, **(limits if image.ndim == 2 else {}))
        if titles is not None:
            ax.set_title(str(titles[i]), fontsize=10)
    return axes.flat[: len(images)]


def _as_image(image: np.ndarray) -> np.ndarray:
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim == 2:
        return image.astype(float)
    if image.ndim != 3 or image.shape[2] not in (3, 4):
        raise ValueError(f"an image must be (height, width) or (height, width, 1, 3 or 4). Received: {image.shape}")
    return image if image.dtype.kind in "iu" else np.clip(image.astype(float), 0, 1)


def matrix(values, ax=None, row_labels=None, column_labels=None, title=None, fmt=None, *, cmap="Blues"):
    """Draw a matrix as coloured cells with their numbers written in, such as attention weights or counts of errors.

    Args:
        values: (rows, columns) numbers.
        ax: the Axes to draw on; a new figure's if None.
        row_labels, column_labels: a text a row and a column; indices if None.
        title: text, or None.
        fmt: format of the numbers, "" to write none; "d" for ints and ".2f" for floats if None.
        cmap: Matplotlib's name of the colours.

    Returns:
        The Axes.

    Raises:
        ValueError: values has not two axes.
    """
    values = to_array(values)
    if values.ndim != 2:
        raise ValueError(f"values must have two axes. Received: shape {values.shape}")
    rows, columns = values.shape
    ax = ax or plt.subplots(figsize=(min(1.6 + 0.62 * columns, 12), min(1.3 + 0.5 * rows, 9)))[1]
    fmt = ("d" if values.dtype.kind in "iu" else ".2f") if fmt is None else fmt
    image = ax.imshow(values.astype(float), cmap=cmap, aspect="auto")
    if fmt:
        _write_numbers(ax, values, image, fmt)
    ax.set_xticks(range(columns), range(columns) if column_labels is None else column_labels)
    ax.set_yticks(range(rows), range(rows) if row_labels is None else row_labels)
    if column_labels is not None and max(map(len, map(str, column_labels)), default=0) > 4:
        ax.tick_params(axis="x", rotation=45)
    ax.set_title(title or "")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def _write_numbers(ax, values, image, fmt):
    """Write each number into its cell, black or white, no wider or higher than the cell."""
    rows, columns = values.shape
    texts = {index: format(value.item(), fmt) for index, value in np.ndenumerate(values)}
    width, height = (72 * side / ax.figure.dpi for side in (ax.bbox.width, ax.bbox.height))  # points
    widest = max(map(len, texts.values()), default=1)
    fontsize = min(10, width / columns / (0.7 * widest), 0.7 * height / rows)
    for (row, column), text in texts.items():
        ink = _legible_on(image.cmap(image.norm(float(values[row, column]))))
        ax.text(column, row, text, ha="center", va="center", fontsize=fontsize, color=ink)


def loss_contours(cost, x_range, y_range, paths=None, ax=None, *, resolution=60, title=None, xlabel="w", ylabel="b"):
    """Draw a cost over two parameters, and the paths that descents took on it.

    Args:
        cost: a function of two numbers that returns a number.
        x_range, y_range: (low, high) of the two parameters.
        paths: a (steps, 2) array of parameters, or a dict of names to such arrays, or None.
        ax: the Axes to draw on; a new figure's if None.
        resolution: grid points along each side; cost is called resolution**2 times.
        title, xlabel, ylabel: texts.

    Returns:
        The Axes. The levels lie closer where the cost is low; a ring marks the start of a path.
    """
    ax = ax or plt.subplots()[1]
    xs, ys = (np.linspace(low, high, resolution) for low, high in (x_range, y_range))
    costs = np.array([[float(to_array(cost(x, y))) for x in xs] for y in ys])
    levels = costs.min() + np.ptp(costs) * np.linspace(0, 1, 16) ** 2
    filled = ax.contourf(xs, ys, costs, levels, cmap="Greys", alpha=0.5)
    ax.contour(xs, ys, costs, levels, colors="0.55", linewidths=0.6)
    ax.figure.colorbar(filled, ax=ax, label="cost", format="%.2g")
    named = paths if isinstance(paths, dict) else {} if paths is None else {"": paths}
    for i, (name, steps) in enumerate(named.items()):
        path, color = to_array(steps), _cycled(PALETTE, i)
        look = {"color": color, "linestyle": _cycled(LINE_STYLES, i), "linewidth": 1.5, "marker": _cycled(MARKERS, i)}
        ax.plot(*path.T, markersize=4, label=name, **look)
        ax.plot(*path[0], color=color, marker="o", markersize=12, fillstyle="none")
    ax.set(xlim=x_range, ylim=y_range, title=title or "", xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    if any(named):
        ax.legend()
    return ax


def _cycled(looks, i: int):
    return looks[i % len(looks)]


def _tint(color: str) -> tuple:
    """A colour mixed with much white."""
    return tuple(1 - 0.35 * (1 - channel) for channel in to_rgb(color))


def _legible_on(color) -> str:
    """Black or white, whichever has the greater contrast to an RGB colour by the rule of WCAG 2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    luminance = np.dot(linear, (0.2126, 0.7152, 0.0722))
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"
