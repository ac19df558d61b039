"""Cartoon faces of invented people, 64x64, of which everything is known."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from deepdays.data.card import Card
from deepdays.data.errors import UnknownName, check_amount, check_count
from deepdays.data.sets._head import LANDMARKS, PARTS, SIDE, landmarks
from deepdays.data.sets._portrait import paint
from deepdays.data.sets.photos import patches

EXPRESSIONS = ("neutral", "happy", "sad", "surprised", "angry")
HAIR = ("black", "brown", "blond", "red", "grey")
STYLES = ("bald", "short", "side parting", "fringe", "long", "curly", "bun")
# What a skew may change, and the usual shares.
SHARES = {"glasses": 0.3, "happy": 0.2, "dark": 0.5, "old": 0.25, "beard": 0.25, "habit": 0.0}
_SKIN = np.array(
    [
        (0.97, 0.84, 0.74),
        (0.92, 0.74, 0.60),
        (0.83, 0.62, 0.46),
        (0.68, 0.47, 0.33),
        (0.50, 0.33, 0.23),
        (0.37, 0.25, 0.18),
    ]
)
_HAIR_RGB = np.array(
    [(0.10, 0.09, 0.09), (0.34, 0.21, 0.12), (0.82, 0.66, 0.38), (0.64, 0.28, 0.11), (0.70, 0.70, 0.71)]
)
_EYES = np.array([(0.30, 0.18, 0.09), (0.20, 0.38, 0.62), (0.25, 0.45, 0.25), (0.42, 0.44, 0.46)])
# Per style: volume, how low the hair reaches, hairline, parting, peak, curly, bun, burns, how low those reach.
_STYLE = np.array(
    [
        (0.00, 0.0, -2.0, 0.0, 0.0, 0, 0, 0.0, 0.0),
        (0.08, 0.1, -0.62, 0.0, 0.12, 0, 0, 0.0, 0.1),
        (0.13, 0.15, -0.60, 0.35, 0.1, 0, 0, 0.0, 0.15),
        (0.14, 0.5, -0.44, 0.0, 0.05, 0, 0, 0.15, 0.5),
        (0.16, 1.5, -0.66, 0.15, 0.35, 0, 0, 0.2, 1.5),
        (0.30, 0.45, -0.58, 0.0, 0.1, 1, 0, 0.1, 0.3),
        (0.06, 0.1, -0.66, 0.0, 0.2, 0, 1, 0.0, 0.1),
    ]
)
# Per expression: smile, mouth open, brows raised, brows tilted (inner end down), eyes open, mouth's width.
_EXPRESSION = np.array(
    [
        (0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
        (0.13, 0.11, 0.03, 0.00, -0.10, 0.06),
        (-0.11, 0.00, 0.02, -0.09, -0.12, -0.03),
        (-0.02, 0.20, 0.13, -0.02, 0.22, -0.08),
        (-0.05, 0.00, -0.06, 0.11, -0.08, 0.00),
    ]
)
_BATCH = 16  # small enough for a processor's cache


@dataclass(frozen=True)
class Faces:
    """Faces and what they were drawn from.

    Attributes:
        images: uint8 (n, 64, 64, 3), red, green, blue.
        identity: int64 (n,), who it is: 0 to num_identities - 1, each as often, to within one.
        expression: int64 (n,), an index into EXPRESSIONS.
        pose: float64 (n, 3), yaw (to the picture's right), pitch (down) and roll (clockwise) in degrees.
        age: float64 (n,), years, 18 to 85; a person's pictures span ten years.
        hair: int64 (n,), the colour as seen, an index into HAIR: hair turns grey with age.
        style: int64 (n,), an index into STYLES; always the same for a person.
        skin: int64 (n,), 0 (lightest) to 5 (darkest); always the same for a person.
        beard: bool (n,); always the same for a person.
        glasses: bool (n,).
        landmarks: float64 (n, 12, 3), for each of LANDMARKS x and y in pixels from the upper left (0.0 is the middle of
            the first pixel) and z in pixels towards the viewer. Left and right are the picture's.
        visible: bool (n, 12), whether the landmark is seen: not behind the head and not under hair.
        parts: uint8 (n, 64, 64), what each pixel shows, an index into PARTS.
    """

    images: np.ndarray
    identity: np.ndarray
    expression: np.ndarray
    pose: np.ndarray
    age: np.ndarray
    hair: np.ndarray
    style: np.ndarray
    skin: np.ndarray
    beard: np.ndarray
    glasses: np.ndarray
    landmarks: np.ndarray
    visible: np.ndarray
    parts: np.ndarray


def faces(n: int = 1000, num_identities: int = 50, seed: int = 0, skew: dict[str, float] | None = None) -> Faces:
    """Portraits of invented people with varying expression, pose, light, age and glasses.

    Attributes are independent of each other unless skew asks otherwise.

    Args:
        n: pictures.
        num_identities: people; the first ones are the same whatever their number.
        seed: of everything.
        skew: shares that differ from the usual ones: "glasses" (of pictures, 0.3), "happy" (of pictures, 0.2; the other
            expressions share the rest), "dark" (of people, the darker three of six skin tones, 0.5), "old" (of people,
            60 years or older, 0.25), "beard" (of people, 0.25) and "habit" (of pictures, those in which a person shows
            the expression that is their habit instead of any, 0.0).

    Returns:
        Faces.

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n, high=100_000)
    check_count(num_identities, "num_identities", high=10_000)
    shares = _shares(skew)
    rng = np.random.default_rng([seed, 1])
    people = _people(num_identities, seed, shares)
    identity = rng.permutation(np.arange(n) % num_identities)
    expression = _expressions(n, shares, people.habit[identity], rng)
    f = SimpleNamespace(**{name: value[identity] for name, value in vars(people).items()})
    f.glasses = (rng.random(n) < shares["glasses"]).astype(float)
    age = f.age + 10 * rng.random(n)
    _grow_old(f, age)
    _express(f, expression, 0.7 + 0.3 * rng.random(n))
    _stand(f, rng)
    points, facing = landmarks(f)
    ground = patches(n, 16, [seed, 2]).astype("float32") / 255
    noise = 0.004 + 0.012 * rng.random((n, 1, 1, 1))
    images, parts = np.empty((n, SIDE, SIDE, 3), "uint8"), np.empty((n, SIDE, SIDE), "uint8")
    for begin in range(0, n, _BATCH):
        rows = slice(begin, begin + _BATCH)
        batch = SimpleNamespace(**{name: value[rows] for name, value in vars(f).items()})
        picture, parts[rows] = paint(batch, _blurred(ground[rows]))
        picture = np.moveaxis(picture, 0, 3)
        picture += noise[rows] * rng.standard_normal(picture.shape)
        images[rows] = np.clip(255 * picture + 0.5, 0, 255)
    visible = _visible(points, facing, parts)
    pose = np.rad2deg(np.stack([f.yaw, f.pitch, f.roll], axis=1))
    hair = np.where(f.grey > 0.5, HAIR.index("grey"), f.hair_index)
    return Faces(
        images,
        identity,
        expression,
        pose,
        age,
        hair,
        f.style,
        f.tone,
        f.beard > 0,
        f.glasses > 0,
        points,
        visible,
        parts,
    )


def _shares(skew):
    skew = dict(skew or {})
    for name, share in skew.items():
        if name not in SHARES:
            raise UnknownName(name, SHARES, what="skew")
        check_amount(share, f"skew[{name!r}]", high=1.0)
    return SHARES | skew


def _people(num, seed, shares):
    """What stays with a person: arrays (num, ...). Each has a stream of their own, so more people change none."""
    r = np.stack([np.random.default_rng([seed, 0, person]).random(48) for person in range(num)])
    column = iter(range(48))

    def between(low, high):
        return low + (high - low) * r[:, next(column)]

    def choice(number):
        return (number * r[:, next(column)]).astype(int)

    f = SimpleNamespace()
    dark = r[:, next(column)] < shares["dark"]
    f.tone = choice(3) + 3 * dark
    f.skin = _SKIN[f.tone] * between(0.95, 1.05)[:, None]
    old = r[:, next(column)] < shares["old"]
    f.age = np.where(old, between(60, 75), between(18, 50))
    f.style = np.array([0, *np.repeat(range(1, 7), 2)])[choice(13)]
    for k, name in enumerate(
        ("volume", "hair_low", "hairline", "parting", "peak", "curly", "bun", "burns", "burn_low")
    ):
        setattr(f, name, _STYLE[f.style, k])
    f.volume = f.volume * between(0.85, 1.2)
    f.parting = f.parting * np.where(between(0, 1) < 0.5, -1, 1)
    f.hairline = f.hairline + between(-0.05, 0.03)
    f.hair_index = choice(4)
    f.hair = _HAIR_RGB[f.hair_index] * between(0.85, 1.15)[:, None]
    f.grey_from = between(42, 62)
    f.strand = between(0.8, 1.3)
    f.beard = (r[:, next(column)] < shares["beard"]).astype(float)
    f.width, f.jaw = between(0.72, 0.88), between(0.02, 0.26)
    f.eye_x, f.eye_y, f.eye_w = between(0.31, 0.42), between(-0.12, -0.02), between(0.165, 0.215)
    f.shape, f.slant, f.iris = between(0.52, 0.68), between(-0.15, 0.15), between(0.085, 0.105)
    f.eye, f.lash = _EYES[choice(4)], between(0, 1)
    f.brow_y, f.brow_h, f.arch = f.eye_y - between(0.20, 0.26), between(0.022, 0.05), between(-0.04, 0.04)
    f.nose_y, f.nose_w = between(0.20, 0.32), between(0.10, 0.17)
    f.mouth_y, f.wide, f.lip = f.nose_y + between(0.27, 0.34), between(0.27, 0.37), between(0.045, 0.085)
    f.lips = f.skin * np.array([0.86, 0.55, 0.55]) + [0.06, 0.0, 0.02]
    f.blush = between(0.05, 0.4)
    f.lens, f.square = f.eye_x - between(0.06, 0.11), (between(0, 1) < 0.5).astype(float)
    f.frame = np.array([(0.08, 0.08, 0.1), (0.35, 0.2, 0.1), (0.6, 0.1, 0.12), (0.62, 0.6, 0.55)])[choice(4)]
    f.habit = choice(len(EXPRESSIONS))
    return f


def _expressions(n, shares, habit, rng):
    others = [k for k, name in enumerate(EXPRESSIONS) if name != "happy"]
    happy = rng.random(n) < shares["happy"]
    any_one = np.where(happy, EXPRESSIONS.index("happy"), np.array(others)[(rng.random(n) * len(others)).astype(int)])
    return np.where(rng.random(n) < shares["habit"], habit, any_one)


def _grow_old(f, age):
    f.grey = np.clip((age - f.grey_from) / 18, 0, 1)
    f.hair = f.hair + f.grey[:, None] * (_HAIR_RGB[4] - f.hair)
    f.brow = f.hair * 0.75
    f.wrinkles = np.clip((age - 38) / 40, 0, 1)


def _express(f, expression, strength):
    smile, mouth, raised, tilt, eyes, wide = (_EXPRESSION[expression] * strength[:, None]).T
    f.smile, f.open, f.brow_raise, f.brow_tilt = smile, mouth, raised, f.arch + tilt
    f.eye_open, f.mouth_w = f.shape + eyes, f.wide + wide
    f.teeth = (expression == EXPRESSIONS.index("happy")).astype(float)
    f.brow_x = f.eye_x + 0.03


def _stand(f, rng):
    """Pose, place, light and clothes."""
    n = len(f.eye_x)
    f.yaw, f.pitch, f.roll = np.deg2rad([32, 12, 12])[:, None] * (2 * rng.random((3, n)) - 1)
    f.scale = 22 + 3 * rng.random(n)
    f.x, f.y = 31.5 + 5 * (rng.random(n) - 0.5), 33 + 4 * (rng.random(n) - 0.5)
    across, down = 1.6 * rng.random(n) - 0.8, -0.2 - 0.5 * rng.random(n)
    f.light_x, f.light_y, f.light_z = np.stack([across, down, 0.8 + 0 * across]) / np.sqrt(across**2 + down**2 + 0.64)
    f.cloth = 0.1 + 0.75 * rng.random((n, 3))


def _visible(points, facing, parts):
    """Whether landmarks are seen: all but ears need to face the viewer without hair on them, ears show or do not."""
    x, y = np.clip(np.round(points[..., :2]), 0, SIDE - 1).astype(int).transpose(2, 0, 1)
    shown = parts[np.arange(len(parts))[:, None], y, x]
    is_ear = np.array([name.endswith("ear") for name in LANDMARKS])
    return np.where(is_ear, shown == PARTS.index("ear"), facing & (shown != PARTS.index("hair")))


def _blurred(ground):
    """Small photographs (n, 16, 16, 3) as backgrounds out of focus (3, n, 64, 64)."""
    position = np.clip((np.arange(SIDE) + 0.5) / 4 - 0.5, 0, 14.999).astype("float32")
    low = position.astype(int)
    share = position - low
    planes = np.moveaxis(ground, 3, 0)
    wide = planes[..., low] * (1 - share) + planes[..., low + 1] * share
    return wide[:, :, low] * (1 - share[:, None]) + wide[:, :, low + 1] * share[:, None]


def draw(figure):
    made = faces(n=18, num_identities=18)
    rows = made.images.reshape(3, 6, SIDE, SIDE, 3).swapaxes(1, 2)
    axes = figure.subplots()
    axes.imshow(rows.reshape(3 * SIDE, 6 * SIDE, 3), interpolation="nearest")
    axes.set_axis_off()


CARD = Card(
    name="faces",
    title="cartoon faces with identity, expression, pose, age, hair, glasses and landmarks",
    size="1,000 images, 64 x 64 x 3, of 50 people",
    origin="made",
    licence="MIT, as the project; the blurred backgrounds as photos",
    make=faces,
    fingerprint="1c5511755a7916893412c62a8a0d6d958ef66d733653c3cd460513fc4bc780a8",
    draw=draw,
    needs=("skimage",),
)
