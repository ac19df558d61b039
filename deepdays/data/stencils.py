"""Shapes as fields of signed distance: rendered once from an outline, then drawn in batches at any size and slant.

A field is a square of samples that say how far a point lies inside the outline (outside: negative), in units of the
square's side. Adding to it makes strokes heavier, and its zero stays sharp when it is sampled at any scale: Green 2007,
Improved alpha-tested magnification for vector textures and special effects.
"""

import numpy as np
from scipy.ndimage import distance_transform_edt

SIDE = 64  # samples along each side of a field
_FINE = 2  # pixels of the filled outline to a sample


def fill(contours, side: int) -> np.ndarray:
    """Which pixels of a square lie inside an outline, by the nonzero winding rule.

    Args:
        contours: list of (points, 2) arrays, closed polygons (x, y) in the unit square, y downwards.
        side: pixels along each side.

    Returns:
        bool (side, side); a pixel counts by its centre.
    """
    begin = np.concatenate(contours)
    end = np.concatenate([np.roll(points, -1, axis=0) for points in contours])
    centres = (np.arange(side)[:, None] + 0.5) / side
    upward = (begin[:, 1] <= centres) & (end[:, 1] > centres)  # (side, edges)
    downward = (end[:, 1] <= centres) & (begin[:, 1] > centres)
    row, edge = np.nonzero(upward | downward)
    (x0, y0), (x1, y1) = begin[edge].T, end[edge].T
    crossing = x0 + (centres[row, 0] - y0) * (x1 - x0) / (y1 - y0)
    column = np.clip(np.ceil(crossing * side - 0.5), 0, side).astype(int)
    winding = np.zeros((side, side + 1), dtype=int)
    np.add.at(winding, (row, column), np.where(upward[row, edge], 1, -1))
    return np.cumsum(winding, axis=1)[:, :side] != 0


def field(inside: np.ndarray) -> np.ndarray:
    """The field of a filled shape.

    Args:
        inside: bool (k * SIDE, k * SIDE) for some whole k; neither empty nor full.

    Returns:
        float32 (SIDE, SIDE), signed distance in units of the square's side.
    """
    fine = len(inside)
    distance = distance_transform_edt(inside) - distance_transform_edt(~inside)
    distance -= 0.5 * np.sign(distance)  # the outline runs between pixels
    per_sample = fine // SIDE
    blocks = distance.reshape(SIDE, per_sample, SIDE, per_sample)
    return (blocks.mean(axis=(1, 3)) / fine).astype("float32")


def outline_field(contours) -> np.ndarray:
    """The field (SIDE, SIDE) of an outline; see `fill` for the contours."""
    return field(fill(contours, _FINE * SIDE))


def sample(fields: np.ndarray, which: np.ndarray, inverse: np.ndarray, offset: np.ndarray, shape) -> np.ndarray:
    """Sample a field for each image of a batch, bilinearly.

    Args:
        fields: float32 (num_fields, SIDE, SIDE).
        which: int (n,), the field of each image.
        inverse: (n, 2, 2), takes a pixel's (x, y) from the image's centre to (x, y) in the unit square.
        offset: (n, 2), the point of the unit square at the image's centre.
        shape: (height, width) of the images.

    Returns:
        float32 (n, height, width): signed distances in units of the square's side. Beyond the square the nearest
        sample counts.
    """
    height, width = shape
    x = np.arange(width, dtype="float32") - np.float32((width - 1) / 2)
    y = np.arange(height, dtype="float32")[:, None] - np.float32((height - 1) / 2)
    inverse = (SIDE * np.asarray(inverse)).astype("float32")[..., None, None]
    offset = (SIDE * np.asarray(offset) - 0.5).astype("float32")[..., None, None]
    u = np.clip(inverse[:, 0, 0] * x + inverse[:, 0, 1] * y + offset[:, 0], 0, SIDE - 1.001)
    v = np.clip(inverse[:, 1, 0] * x + inverse[:, 1, 1] * y + offset[:, 1], 0, SIDE - 1.001)
    left, top = u.astype("int32"), v.astype("int32")
    u -= left
    v -= top
    corner = (np.asarray(which, dtype="int32") * SIDE * SIDE)[:, None, None] + SIDE * top + left
    flat = fields.ravel()
    upper = flat[corner] * (1 - u) + flat[corner + 1] * u
    lower = flat[corner + SIDE] * (1 - u) + flat[corner + SIDE + 1] * u
    return upper * (1 - v) + lower * v


def coverage(distance: np.ndarray, pixels) -> np.ndarray:
    """How much of each pixel a shape covers, from 0 to 1, with edges one pixel soft.

    Args:
        distance: float32 (n, height, width) from `sample`.
        pixels: (n,) or a number: pixels along the side of the unit square.
    """
    pixels = np.asarray(pixels, dtype="float32").reshape(-1, 1, 1)
    return np.clip(distance * pixels + np.float32(0.5), 0, 1)
