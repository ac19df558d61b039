"""Capital letters in many typefaces, 28x28: as easy to use as MNIST and a good deal harder."""

from functools import cache

import numpy as np

from deepdays.data import stencils
from deepdays.data.card import Card
from deepdays.data.errors import DataError, check_count
from deepdays.data.typefaces import FACES, LETTERS, outlines

SIDE = 28
_INK = 0.66  # of the square of a field that a letter's height takes
_ROTATION = np.deg2rad(10.0)
_SLANT = 0.2  # of a letter's height, by which its top leans
_SHIFT = 2.7  # pixels
_SMALLEST = 0.82  # of the largest size, along each axis
_WEIGHT = 0.012  # of the square, by which an outline moves out or in
_CONTRAST = 0.2
_NOISE = 0.1
_BATCH = 512


def glyphs(n: int = 10_000, n_test: int = 2_000, seed: int = 0, letters: str = LETTERS):
    """Letters A to Z in 25 typefaces, each drawn with a rotation, slant, size, place, weight and noise of its own.

    The typefaces are those inside Matplotlib: upright, italic, bold, monospaced, hollow, script and blackletter. No
    transformation occurs twice, so the test part holds only letters that were never seen as they stand. Like notMNIST
    (Bulatov 2011) this tests more than the digits do; unlike it, nothing is mislabelled.

    Args:
        n: training images.
        n_test: test images.
        seed: of everything.
        letters: which letters to draw, such as "AEIOU"; labels count through the whole alphabet all the same.

    Returns:
        ((x_train, y_train), (x_test, y_test)): x uint8 (n, 28, 28) and (n_test, 28, 28), ink from 0 to 255 on black;
        y int64, 0 for A to 25 for Z. Each part has every letter equally often, to within one, in random order.

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n)
    check_count(n_test, "n_test", low=0)
    classes = _classes(letters)
    return tuple(_part(count, classes, np.random.default_rng([seed, k])) for k, count in enumerate((n, n_test)))


def _classes(letters):
    if not isinstance(letters, str) or not letters or set(letters) - set(LETTERS):
        raise DataError(f"letters must be a text of capital letters A to Z. Received: {letters!r}")
    return np.array(sorted(LETTERS.index(letter) for letter in set(letters)))


@cache
def _fields():
    """Every letter in every face: float32 (num_faces * 26, side, side)."""
    return np.stack([stencils.outline_field(_placed(letter)) for face in outlines() for letter in face])


def _placed(contours):
    """A letter's outline, centred in the unit square, of one height unless it is very wide."""
    points = np.concatenate(contours)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    size = max(height, 0.8 * width)
    return [0.5 + _INK * (contour - (low + high) / 2) / size * [1, -1] for contour in contours]


def _part(n, classes, rng):
    labels = classes[rng.permutation(np.arange(n) % len(classes))]
    which = (rng.random(n) * len(FACES)).astype(int) * len(LETTERS) + labels
    size = SIDE * (_SMALLEST + (1.05 - _SMALLEST) * rng.random((n, 2)))  # pixels along the unit square's sides
    inverse = _inverse(_ROTATION * _either(rng, n), _SLANT * _either(rng, n), size)
    offset = 0.5 - (inverse * (_SHIFT * _either(rng, (n, 1, 2)))).sum(axis=2)
    weight = _WEIGHT * _either(rng, (n, 1, 1))
    contrast = 1 - _CONTRAST * rng.random((n, 1, 1))
    noise = _NOISE * rng.random((n, 1, 1))
    images = np.empty((n, SIDE, SIDE), dtype="uint8")
    for begin in range(0, n, _BATCH):
        rows = slice(begin, begin + _BATCH)
        distance = stencils.sample(_fields(), which[rows], inverse[rows], offset[rows], (SIDE, SIDE))
        ink = contrast[rows] * stencils.coverage(distance + weight[rows], np.sqrt(size[rows].prod(axis=1)))
        ink += noise[rows] * rng.standard_normal(ink.shape)
        images[rows] = np.clip(255 * ink + 0.5, 0, 255)
    return images, labels


def _either(rng, shape):
    """Uniform numbers in [-1, 1)."""
    return 2 * rng.random(shape) - 1


def _inverse(rotation, slant, size):
    """From pixels to the unit square (n, 2, 2): turn back, lean back, shrink."""
    cos, sin = np.cos(rotation), np.sin(rotation)
    x = np.stack([cos + slant * sin, sin - slant * cos], axis=1) / size[:, :1]
    y = np.stack([-sin, cos], axis=1) / size[:, 1:]
    return np.stack([x, y], axis=1)


def draw(figure):
    (images, labels), _ = glyphs(n=26 * 3, n_test=0)
    alphabets = images[np.argsort(labels, kind="stable")].reshape(26, 3, SIDE, SIDE).swapaxes(0, 1)
    rows = alphabets.reshape(6, 13, SIDE, SIDE).swapaxes(1, 2)
    axes = figure.subplots()
    axes.imshow(rows.reshape(6 * SIDE, 13 * SIDE), cmap="gray", interpolation="nearest")
    axes.set_axis_off()


CARD = Card(
    name="glyphs",
    title="letters A to Z in many typefaces, a harder MNIST",
    size="10,000 + 2,000 images, 28 x 28",
    origin="made, from the typefaces inside Matplotlib",
    licence="MIT, as the project; the typefaces: Bitstream Vera, STIX and BaKoMa licences",
    make=glyphs,
    fingerprint="c570c1c4e6b4d64d5102930f348072fe1d8c5afb56f6874821e24983cb2c5e40",
    draw=draw,
)
