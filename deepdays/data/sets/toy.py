"""Small point sets whose shape makes a point: moons, circles, blobs, spirals, a roll, a ring and steps.

All take n points, noise and seed; each function says what its noise is. Rows are in random order.
"""

import numpy as np

from deepdays.data.card import Card
from deepdays.data.errors import check_amount, check_count


def _start(n, noise, seed):
    check_count(n)
    check_amount(noise, "noise")
    return np.random.default_rng(seed)


def _shuffled(rng, *arrays):
    order = rng.permutation(len(arrays[0]))
    return tuple(array[order] for array in arrays)


def moons(n: int = 500, noise: float = 0.1, seed: int = 0):
    """Two half circles that grip each other: no straight line separates them.

    Args:
        n: points in all, half in each class.
        noise: standard deviation added to each coordinate; the half circles have radius 1.
        seed: of the points.

    Returns:
        (x, labels): float64 (n, 2) and int64 (n,) in {0, 1}.
    """
    rng = _start(n, noise, seed)
    labels = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(labels[:, None] == 0, upper, [1.0, 0.5] - upper)
    return _shuffled(rng, x + noise * rng.standard_normal((n, 2)), labels)


def circles(n: int = 500, noise: float = 0.05, seed: int = 0, ratio: float = 0.5):
    """A circle inside a circle: the class is the distance from the centre.

    Args:
        n: points in all, half on each circle.
        noise: standard deviation added to each coordinate; the outer circle has radius 1.
        seed: of the points.
        ratio: radius of the inner circle, class 1, over the outer one, class 0.

    Returns:
        (x, labels): float64 (n, 2) and int64 (n,) in {0, 1}.
    """
    rng = _start(n, noise, seed)
    check_amount(ratio, "ratio", 0.0, 1.0)
    labels = np.arange(n) % 2
    angle = 2 * np.pi * rng.random(n)
    x = np.where(labels == 0, 1.0, ratio)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(rng, x + noise * rng.standard_normal((n, 2)), labels)


def blobs(n: int = 500, noise: float = 1.0, seed: int = 0, num_classes: int = 3, num_features: int = 2):
    """Round Gaussian clusters with centres spread over [-8, 8].

    Args:
        n: points in all, shared as evenly as can be.
        noise: standard deviation of each cluster along each axis.
        seed: of the centres and the points.
        num_classes: clusters.
        num_features: coordinates of a point.

    Returns:
        (x, labels): float64 (n, num_features) and int64 (n,).
    """
    rng = _start(n, noise, seed)
    check_count(num_classes, "num_classes", high=1000)
    check_count(num_features, "num_features", high=1000)
    centres = 16 * rng.random((1, num_features)) - 8
    for _ in range(num_classes - 1):  # the next centre is the one of 20 that lies farthest from the others
        candidates = 16 * rng.random((20, num_features)) - 8
        distances = np.min(((candidates[:, None] - centres) ** 2).sum(axis=2), axis=1)
        centres = np.concatenate([centres, candidates[[np.argmax(distances)]]])
    labels = np.arange(n) % num_classes
    return _shuffled(rng, centres[labels] + noise * rng.standard_normal((n, num_features)), labels)


def spirals(n: int = 300, noise: float = 0.03, seed: int = 0, num_classes: int = 3, turns: float = 0.75):
    """Interleaved spiral arms, one a class: no line separates them, a small network does.

    Args:
        n: points in all, shared as evenly as can be.
        noise: standard deviation added to each coordinate; the arms end at radius 1.
        seed: of the points.
        num_classes: arms.
        turns: of each arm round the centre.

    Returns:
        (x, labels): float64 (n, 2) and int64 (n,).
    """
    rng = _start(n, noise, seed)
    check_count(num_classes, "num_classes", high=1000)
    labels = np.arange(n) % num_classes
    radius = 0.05 + 0.95 * rng.random(n)
    angle = 2 * np.pi * (turns * radius + labels / num_classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(rng, x + noise * rng.standard_normal((n, 2)), labels)


def swiss_roll(n: int = 1000, noise: float = 0.1, seed: int = 0):
    """A sheet rolled up in three dimensions: near in space is not near along the sheet.

    Args:
        n: points.
        noise: standard deviation added to each coordinate; the roll is some 26 wide and 21 long.
        seed: of the points.

    Returns:
        (x, t): float64 (n, 3), and float64 (n,), the angle along the roll from 1.5 pi to 4.5 pi.
    """
    rng = _start(n, noise, seed)
    t = 1.5 * np.pi * (1 + 2 * rng.random(n))
    x = np.stack([t * np.cos(t), 21 * rng.random(n), t * np.sin(t)], axis=1)
    return x + noise * rng.standard_normal((n, 3)), t


def gaussian_ring(n: int = 2000, noise: float = 0.1, seed: int = 0, num_modes: int = 8):
    """Equal Gaussians in a ring of radius 2: does a generative model find every mode?

    Args:
        n: points in all, shared as evenly as can be.
        noise: standard deviation of each Gaussian along each axis.
        seed: of the points.
        num_modes: Gaussians; mode k stands at angle 2 pi k / num_modes.

    Returns:
        (x, modes): float64 (n, 2) and int64 (n,).
    """
    rng = _start(n, noise, seed)
    check_count(num_modes, "num_modes", high=1000)
    modes = np.arange(n) % num_modes
    angle = 2 * np.pi * modes / num_modes
    centres = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(rng, centres + noise * rng.standard_normal((n, 2)), modes)


def steps(n: int = 200, noise: float = 0.15, seed: int = 0):
    """A staircase: easy for a tree, hard for a polynomial.

    Args:
        n: points.
        noise: standard deviation added to y; the levels lie between -1 and 2.
        seed: of the points; the staircase never changes.

    Returns:
        (x, y): float64 (n, 1) in [0, 1), and float64 (n,).
    """
    rng = _start(n, noise, seed)
    x = rng.random((n, 1))
    edges, levels = np.array([0.15, 0.32, 0.55, 0.7, 0.88]), np.array([0.0, 1.0, 0.4, 2.0, -1.0, 0.6])
    y = levels[np.searchsorted(edges, x[:, 0], side="right")]
    return x, y + noise * rng.standard_normal(n)


ALL = (moons, circles, blobs, spirals, swiss_roll, gaussian_ring, steps)


def draw(figure):
    for place, make in enumerate(ALL, start=1):
        x, y = make()
        if x.shape[1] == 3:
            axes = figure.add_subplot(2, 4, place, projection="3d")
            axes.scatter(*x.T, c=y, s=2, cmap="viridis")
        elif x.shape[1] == 2:
            axes = figure.add_subplot(2, 4, place)
            axes.scatter(*x.T, c=y, s=3, cmap="viridis")
            axes.set_aspect("equal")
        else:
            axes = figure.add_subplot(2, 4, place)
            axes.scatter(x[:, 0], y, s=3)
        axes.set_title(make.__name__)


CARD = Card(
    name="toy",
    title="moons, circles, blobs, spirals, swiss_roll, gaussian_ring, steps",
    size="as many points as asked for, in one to three dimensions",
    origin="made",
    licence="MIT, as the project",
    make=lambda: {make.__name__: make() for make in ALL},
    fingerprint="03cf147479b5b7cce759a48ffdacf13f6a45a30cf5eac91659cd498ad03336a9",
    draw=draw,
)
