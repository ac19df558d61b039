"""A head as a sphere: where its features are, and where each pixel of its picture lies on it.

A head is the unit sphere in its own coordinates: x to the picture's right, y down, z out of the face. Turned by yaw and
pitch it is seen from the front, squeezed to the head's width and tapered to the jaw, turned by roll and scaled to
pixels. A canvas traces each pixel back to its place on the sphere, where features are flat shapes in x and y.

Whatever is a pixel's is float32 and made by sums, products, quotients and roots alone, or rounded from double
precision, so that every processor gives the same picture.
"""

import numpy as np

SIDE = 64
PARTS = ("background", "clothes", "neck", "skin", "ear", "hair", "beard", "brow", "eye", "nose", "mouth", "glasses")
LANDMARKS = (
    "left_brow",
    "right_brow",
    "left_eye",
    "right_eye",
    "nose_tip",
    "mouth_left",
    "mouth_right",
    "upper_lip",
    "lower_lip",
    "chin",
    "left_ear",
    "right_ear",
)
NOSE_OUT = 0.16  # by which the tip stands out of the sphere
EAR_BELOW, EAR_OUT = 0.13, 0.06  # the eyes' height; the edge of the head


def turn_of(f):
    """Cosine and sine of yaw and of pitch, each (n,)."""
    return np.cos(f.yaw), np.sin(f.yaw), np.cos(f.pitch), np.sin(f.pitch)


def turned(x, y, z, turn):
    """A point of the head as seen from the front; turn is as from `turn_of`."""
    cos_yaw, sin_yaw, cos_pitch, sin_pitch = turn
    x, z = x * cos_yaw + z * sin_yaw, z * cos_yaw - x * sin_yaw
    return x, y * cos_pitch + z * sin_pitch, z * cos_pitch - y * sin_pitch


def turned_back(x, y, z, turn):
    """The inverse of `turned`."""
    cos_yaw, sin_yaw, cos_pitch, sin_pitch = turn
    y, z = y * cos_pitch - z * sin_pitch, z * cos_pitch + y * sin_pitch
    return x * cos_yaw - z * sin_yaw, y, z * cos_yaw + x * sin_yaw


def taper(q, jaw):
    """The width of the head at a height, as a share of its greatest width."""
    return 1 - jaw * np.clip(q + 0.1, 0, 1.3) ** 2


def landmarks(f):
    """Where the features of the faces f are.

    Returns:
        (points, facing): float64 (n, 12, 3), for each of LANDMARKS x and y in pixels from the upper left and z in
        pixels towards the viewer; bool (n, 12), whether the head is not in its way.
    """
    zero = np.zeros_like(f.yaw)
    brow, ear = f.brow_y - f.brow_raise, f.eye_y + EAR_BELOW
    flat = [
        (-f.brow_x, brow),
        (f.brow_x, brow),
        (-f.eye_x, f.eye_y),
        (f.eye_x, f.eye_y),
        (zero, f.nose_y),
        (-f.mouth_w, f.mouth_y - f.smile),
        (f.mouth_w, f.mouth_y - f.smile),
        (zero, f.mouth_y - 0.76 * f.lip),
        (zero, f.mouth_y + f.open + 1.2 * f.lip),
        (zero, zero + 0.955),
        (zero - 1, ear),
        (zero + 1, ear),
    ]
    x, y = (np.stack(axis, axis=1) for axis in zip(*flat, strict=True))
    z = np.sqrt(np.maximum(1 - x**2 - y**2, 0))
    z[:, LANDMARKS.index("nose_tip")] += NOSE_OUT
    p, q, depth = turned(x, y, z, [part[:, None] for part in turn_of(f)])
    p = p * f.width[:, None] * taper(q, f.jaw[:, None])
    p[:, -2:] += np.array([-EAR_OUT, EAR_OUT])
    cos, sin, scale = np.cos(f.roll)[:, None], np.sin(f.roll)[:, None], f.scale[:, None]
    points = [f.x[:, None] + scale * (p * cos - q * sin), f.y[:, None] + scale * (p * sin + q * cos), scale * depth]
    return np.stack(points, axis=2), depth > 0


class Canvas:
    """Pictures of the faces f on a background (3, n, 64, 64).

    Attributes:
        picture: float32 (3, n, 64, 64), from 0 to 1 or a little beyond.
        parts: uint8 (n, 64, 64), indices into PARTS.
        f: the faces' parameters, (n,) or (n, 3); n: the same as float32, (n, 1, 1) or (n, 1, 1, 3).
        p, q: a pixel's place in the upright head, from its middle, in units of half its height, all (n, 64, 64).
        round: p on the sphere. radius: how far round and q lie from the middle; the head's edge is at 1.
        u, v, w: the place in the head's own coordinates.
        head: how much of a pixel the head covers. light: how much light falls on it.
    """

    def __init__(self, f, background):
        self.f = f
        self.n = n = {name: _wide(value) for name, value in vars(f).items()}
        self.turn = [_wide(part) for part in turn_of(f)]
        self.picture = background.copy()
        self.parts = np.zeros(background.shape[1:], dtype="uint8")
        dx = (np.arange(SIDE, dtype="float32") - n["x"]) / n["scale"]
        dy = (np.arange(SIDE, dtype="float32")[:, None] - n["y"]) / n["scale"]
        cos, sin = _wide(np.cos(f.roll)), _wide(np.sin(f.roll))
        self.p, self.q = dx * cos + dy * sin, dy * cos - dx * sin
        self.round = self.p / (n["width"] * taper(self.q, n["jaw"]))
        self.radius = radius = np.sqrt(self.round**2 + self.q**2)
        self.head = self.soft(1 - radius)
        inside = np.minimum(radius, 0.999) / np.maximum(radius, 1e-3)
        x, y, z = self.round * inside, self.q * inside, np.sqrt(1 - np.minimum(radius, 0.999) ** 2)
        self.u, self.v, self.w = turned_back(x, y, z, self.turn)
        self.light = 0.5 + 0.62 * np.maximum(x * n["light_x"] + y * n["light_y"] + z * n["light_z"], 0)

    def soft(self, distance):
        """Coverage, where distance is positive inside and in units of half the head's height."""
        return np.clip(distance * self.n["scale"] + np.float32(0.5), 0, 1)

    def lay(self, cover, color, part=None, shade=1):
        """Lay a colour, (n, 3) or three numbers, times shade where cover says; name the pixels it mostly covers."""
        channels = np.broadcast_to(np.asarray(color, "float32"), (self.parts.shape[0], 3)).T[..., None, None]
        for k, channel in enumerate(channels):
            self.picture[k] += cover * (channel * shade - self.picture[k])
        if part is not None:
            self.parts[np.broadcast_to(cover, self.parts.shape) > 0.5] = PARTS.index(part)


def _wide(values):
    return np.asarray(values, "float32")[:, None, None]


def wave(x):
    """The sine of float32 numbers."""
    return np.sin(x, dtype="float64").astype("float32")


def bell(x):
    """A smooth bump, 1 at 0 and gone at 2; nearly exp(-x**2)."""
    bump = np.maximum(1 - 0.25 * x**2, 0) ** 2
    return bump * bump


def ellipse(x, y, center_x, center_y, radius_x, radius_y):
    """Roughly the distance into an ellipse."""
    away = np.sqrt(((x - center_x) / radius_x) ** 2 + ((y - center_y) / radius_y) ** 2)
    return (1 - away) * np.minimum(radius_x, radius_y)


def stroke(x, y, curve, low, high, half_width):
    """The distance into a stroke along y = curve(x), low <= x <= high."""
    return np.minimum(np.minimum(half_width - np.abs(y - curve), x - low), high - x)
