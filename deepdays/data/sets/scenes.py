"""Small colour scenes: shapes and real digits lie on photographs, and everything about them is known."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from sklearn.datasets import load_digits

from deepdays.data import stencils
from deepdays.data.card import Card
from deepdays.data.errors import DataError, check_count
from deepdays.data.sets.photos import patches

SIDE = 64
CLASSES = ("circle", "square", "triangle", "star", "cross", "heart", "digit")
COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "white")
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MOST = 6  # objects in a scene
_RGB = np.array(
    [
        (0.82, 0.12, 0.12),
        (0.93, 0.49, 0.08),
        (0.95, 0.85, 0.15),
        (0.15, 0.60, 0.20),
        (0.13, 0.32, 0.82),
        (0.52, 0.20, 0.66),
        (0.95, 0.95, 0.93),
    ]
)
_TURN = np.deg2rad([180, 45, 60, 36, 45, 25, 12])  # the most that a class is turned, either way
_SPAN = 0.72  # of the unit square that a shape takes
_GROUNDS = ("astronaut", "cat", "china", "coffee", "flower", "motorcycle", "retina", "rocket", "tissue")
_BATCH = 128


@dataclass(frozen=True)
class Scenes:
    """Scenes and what is in them; K is the greatest number of objects in a scene.

    Attributes:
        images: uint8 (n, 64, 64, 3), red, green, blue.
        labels: int64 (n, K), the class, an index into CLASSES; -1 where a scene has fewer objects.
        boxes: int64 (n, K, 4), (x_min, y_min, x_max, y_max) in pixels from the upper left; the maxima are exclusive,
            so a box's width is x_max - x_min. Tight around the visible pixels; 0 where there is no object.
        masks: bool (n, K, 64, 64), the visible pixels: where objects overlap, the later one hides the earlier.
        colors: int64 (n, K), an index into COLORS; -1 where there is no object.
        digits: int64 (n, K), the digit 0 to 9 that a "digit" shows; -1 for all else.
    """

    images: np.ndarray
    labels: np.ndarray
    boxes: np.ndarray
    masks: np.ndarray
    colors: np.ndarray
    digits: np.ndarray

    def object_captions(self) -> list[list[str]]:
        """A caption for each object of each scene, such as "a red star" or "a white seven"."""
        nouns = np.where(self.digits >= 0, len(CLASSES) + self.digits, self.labels)
        names = CLASSES + NUMERALS
        return [
            [_caption(COLORS[color], names[noun]) for color, noun in zip(*row, strict=True) if noun >= 0]
            for row in zip(self.colors.tolist(), nouns.tolist(), strict=True)
        ]

    def captions(self) -> list[str]:
        """A caption for each scene, its objects from left to right: "a red star, a blue circle and a white seven"."""
        places = np.where(self.labels >= 0, self.boxes[..., 0] + self.boxes[..., 2], 2 * SIDE + 1)
        orders = np.argsort(places, axis=1, kind="stable").tolist()
        texts = []
        for order, objects in zip(orders, self.object_captions(), strict=True):
            *front, last = (objects[k] for k in order[: len(objects)])
            texts.append(f"{', '.join(front)} and {last}" if front else last)
        return texts

    def class_maps(self) -> np.ndarray:
        """For every pixel 0, background, or 1 plus the class of what is seen there: int64 (n, 64, 64)."""
        return (self.masks * (self.labels + 1)[:, :, None, None]).sum(axis=1)


def _caption(color, noun):
    return f"{'an' if color[0] in 'aeiou' else 'a'} {color} {noun}"


def scenes(n: int = 1000, seed: int = 0, num_objects: tuple[int, int] = (1, 4)) -> Scenes:
    """Scenes of shapes and handwritten digits, lit from a side, with shadows, on photographs.

    Class, colour, size, turn and place are drawn independently. Objects lie wholly inside the scene, overlap a little
    at most, and are smaller where there are more of them.

    Args:
        n: scenes.
        seed: of everything.
        num_objects: the least and the most objects in a scene, between 1 and 6; each number is as likely.

    Returns:
        Scenes.

    Raises:
        DataError: an argument is out of range, or the photographs cannot be had.
    """
    check_count(n, high=100_000)
    least, most = _bounds(num_objects)
    rng = np.random.default_rng(seed)
    count = least + (rng.random(n) * (most - least + 1)).astype(int)
    there = np.arange(most) < count[:, None]
    labels = np.where(there, (rng.random((n, most)) * len(CLASSES)).astype(int), -1)
    colors = np.where(there, (rng.random((n, most)) * len(COLORS)).astype(int), -1)
    fields, values = _fields()
    drawn = (rng.random((n, most)) * len(values)).astype(int)
    digits = np.where(labels == CLASSES.index("digit"), values[drawn], -1)
    size = 14 + (np.minimum(36, 48 / np.sqrt(count))[:, None] - 14) * rng.random((n, most))  # pixels
    centres = _places(size, there, rng)
    which = np.where(digits >= 0, len(CLASSES) - 1 + drawn, labels)
    turn = _TURN[labels] * (2 * rng.random((n, most)) - 1)
    aspect = np.exp(0.08 * (2 * rng.random((n, most)) - 1))
    inverse = _inverse(turn, size * aspect / _SPAN, size / aspect / _SPAN)
    paint = np.clip(_RGB[colors] * (0.85 + 0.25 * rng.random((n, most, 1))) + 0.05 * rng.random((n, most, 3)), 0, 1)

    angle = 2 * np.pi * rng.random(n)
    light = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    noise = 0.005 + 0.015 * rng.random(n)
    ground = patches(n, SIDE, [seed, 1], _GROUNDS)
    images = np.empty((n, SIDE, SIDE, 3), dtype="uint8")
    masks = np.zeros((n, most, SIDE, SIDE), dtype=bool)
    for begin in range(0, n, _BATCH):
        rows = slice(begin, begin + _BATCH)
        picture = _exposed(ground[rows], rng)
        grain = picture[:, ::-1, ::-1].mean(axis=3) - np.float32(0.5)
        for k in range(most):
            offset = 0.5 - (inverse[rows, k] * (centres[rows, k] - (SIDE - 1) / 2)[:, None]).sum(axis=2)
            distance = stencils.sample(fields, which[rows, k], inverse[rows, k], offset, (SIDE, SIDE))
            distance = distance * (size[rows, k] / _SPAN).astype("float32")[:, None, None]  # pixels
            distance[~there[rows, k]] = -SIDE
            _lay(picture, distance, paint[rows, k], light[rows], grain)
            masks[rows, :k] &= distance[:, None] < 0
            masks[rows, k] = distance >= 0
        picture += noise[rows, None, None, None] * rng.standard_normal(picture.shape)
        images[rows] = np.clip(255 * picture + 0.5, 0, 255)
    return Scenes(images, labels, _boxes(masks), masks, colors, digits)


def _bounds(num_objects):
    try:
        least, most = num_objects
    except (TypeError, ValueError):
        raise DataError(f"num_objects must be a pair (least, most). Received: {num_objects!r}") from None
    return check_count(least, "num_objects[0]", high=MOST), check_count(most, "num_objects[1]", low=least, high=MOST)


@cache
def _fields():
    """The fields of the six shapes and of scikit-learn's digits (6 + 1797, side, side), and the digits' values."""
    shapes = [stencils.outline_field([0.5 + 0.5 * _SPAN * outline]) for outline in _outlines()]
    ink = np.pad(load_digits().images / 16, ((0, 0), (1, 1), (1, 1)))  # (1797, 10, 10)
    position = (np.arange(stencils.SIDE) + 0.5) / stencils.SIDE * 10 - 0.5
    spline = _cubic(position[:, None] - np.arange(10))  # (side, 10)
    smooth = spline @ ink @ spline.T
    digits = (smooth - 0.4) * 0.1  # ink falls from one to nothing over about a pixel of ten
    return np.concatenate([np.stack(shapes), digits.astype("float32")]), load_digits().target.astype("int64")


def _cubic(x):
    """The cubic B-spline: smooth, and positive where |x| < 2."""
    x = np.abs(x)
    return np.where(x < 1, 2 / 3 - x**2 + x**3 / 2, np.maximum(2 - x, 0) ** 3 / 6)


def _outlines():
    """Circle, square, triangle, star, cross and heart: (points, 2) in a circle of radius 1 or a little more."""
    angle = 2 * np.pi * np.arange(60) / 60
    ring = np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    star = ring[::6] * np.where(np.arange(10) % 2 == 0, 1.12, 0.48)[:, None]
    arm, end = 0.3, 1.0
    corner = np.array([(arm, -end), (arm, -arm), (end, -arm)])
    turns = [np.array([[c, -s], [s, c]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    cross = np.concatenate([corner @ turn.T for turn in turns])
    heart = np.stack(
        [
            16 * np.sin(angle) ** 3,
            -(13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)),
        ],
        axis=1,
    )
    square = 0.81 * np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    triangle = np.array([(0.0, -1.0), (1.0, 0.75), (-1.0, 0.75)])
    return ring, square, triangle, star, cross, heart / 16.5 + [0, -0.1]


def _places(size, there, rng):
    """Centres (n, K, 2), x and y: of 40 places for an object the one farthest from the objects before it."""
    n, most = size.shape
    centres = np.zeros((n, most, 2))
    for k in range(most):
        free = SIDE - 1.16 * size[:, k, None, None]
        candidates = (SIDE - 1) / 2 + free * (rng.random((n, 40, 2)) - 0.5)
        if k == 0:
            centres[:, 0] = candidates[:, 0]
            continue
        away = np.linalg.norm(candidates[:, :, None] - centres[:, None, :k], axis=3)
        gap = away - 0.5 * (size[:, None, :k] + size[:, k, None, None])  # (n, 40, k)
        gap = np.where(there[:, None, :k], gap, SIDE).min(axis=2)
        fits = gap > -0.12 * size[:, k, None]
        best = np.where(fits.any(axis=1), fits.argmax(axis=1), gap.argmax(axis=1))
        centres[:, k] = candidates[np.arange(n), best]
    return centres


def _inverse(turn, width, height):
    """From pixels to the unit square (n, K, 2, 2): turn back, then shrink."""
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([np.stack([cos, sin], -1) / width[..., None], np.stack([-sin, cos], -1) / height[..., None]], -2)


def _exposed(ground, rng):
    """Photographs as float32 from 0 to 1, each a little darker or paler."""
    shape = (len(ground), 1, 1, 1)
    strength = (0.6 + 0.4 * rng.random(shape)).astype("float32")
    lift = (1 - strength) * rng.random(shape).astype("float32")
    return ground.astype("float32") / 255 * strength + lift


def _lay(picture, distance, paint, light, grain):
    """Lay an object and its shadow on pictures (n, 64, 64, 3), in place; distance is in pixels."""
    slope_y, slope_x = np.gradient(distance, axis=(1, 2))
    toward = (slope_x * light[:, 0, None, None] + slope_y * light[:, 1, None, None]).astype("float32")
    shadow = np.clip(0.5 + (distance + 2.5 * toward) / 5, 0, 1)
    picture *= (1 - 0.5 * shadow)[..., None]
    inward = np.maximum(distance, 0) / 2
    bevel = 1 / (1 + inward + inward**2)
    shade = 0.95 - 0.45 * toward * bevel + 0.3 * grain
    cover = np.clip(distance + 0.5, 0, 1)[..., None]
    picture += cover * (paint.astype("float32")[:, None, None] * shade[..., None] - picture)


def _boxes(masks):
    """Tight boxes (n, K, 4) of masks (n, K, 64, 64)."""
    edges = []
    for axis in (2, 3):  # columns for x, then rows for y
        line = masks.any(axis=axis)
        edges += [line.argmax(axis=2), np.where(line.any(axis=2), SIDE - line[..., ::-1].argmax(axis=2), 0)]
    return np.stack([edges[0], edges[2], edges[1], edges[3]], axis=2).astype("int64")


def draw(figure):
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    made = scenes(n=15)
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    left.imshow(_tiled(made.images[:12].reshape(3, 4, SIDE, SIDE, 3)), interpolation="nearest")
    maps = colormaps["nipy_spectral"](made.class_maps()[12:] / len(CLASSES), bytes=True)[..., :3]
    right.imshow(_tiled(np.stack([made.images[12:], maps], axis=1)), interpolation="nearest")
    for row in range(3):
        for x_min, y_min, x_max, y_max in made.boxes[12 + row][made.labels[12 + row] >= 0]:
            corner = (x_min - 0.5, y_min - 0.5 + row * SIDE)
            right.add_patch(Rectangle(corner, x_max - x_min, y_max - y_min, fill=False, edgecolor="white"))
    left.set_axis_off()
    right.set_axis_off()


def _tiled(images):
    """Images (rows, columns, height, width, 3) as one."""
    rows, columns, height, width, _ = images.shape
    return images.swapaxes(1, 2).reshape(rows * height, columns * width, 3)


CARD = Card(
    name="scenes",
    title="shapes and digits on photographs, with classes, boxes, masks and captions",
    size="1,000 images, 64 x 64 x 3, of one to four objects",
    origin="made, on the photographs and digits inside scikit-image and scikit-learn",
    licence="MIT, as the project; the photographs as photos, the digits CC BY 4.0",
    make=scenes,
    fingerprint="56506623b9378446a731d26548dc96423e43a4d50b23d5ad1085773c7c45981a",
    draw=draw,
    needs=("skimage",),
)
