"""Faces are what they say: landmarks lie on the features drawn, people stay themselves, attributes are independent."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

import deepdays as dd
from deepdays.data.sets._head import LANDMARKS, PARTS
from deepdays.data.sets.faces import EXPRESSIONS, HAIR, STYLES

SIDE = 64


@pytest.fixture(scope="module")
def made():
    return dd.data.faces(1500, num_identities=20)


@pytest.fixture(scope="module")
def down(made):
    """A step of one pixel down along each face's upright."""
    roll = np.deg2rad(made.pose[:, 2])
    return np.stack([-np.sin(roll), np.cos(roll)], axis=1)


def point(faces, name):
    return faces.landmarks[:, LANDMARKS.index(name), :2]


def seen(faces, name):
    return faces.visible[:, LANDMARKS.index(name)]


def near(faces, points, part, pixels):
    """Whether a part is found within so many pixels of a point (n, 2): bool (n,)."""
    x, y = np.arange(SIDE), np.arange(SIDE)[:, None]
    away = np.hypot(x - points[:, 0, None, None], y - points[:, 1, None, None])
    return np.where(np.isin(faces.parts, [PARTS.index(name) for name in part]), away, np.inf).min(axis=(1, 2)) <= pixels


def test_shapes_kinds_and_ranges(made):
    n = 1500
    assert made.images.shape == (n, 64, 64, 3)
    assert made.images.dtype == np.uint8
    assert made.parts.shape == (n, 64, 64)
    assert made.parts.max() == len(PARTS) - 1
    assert made.landmarks.shape == (n, len(LANDMARKS), 3)
    assert made.visible.shape == (n, len(LANDMARKS))
    for array in (made.identity, made.expression, made.hair, made.style, made.skin):
        assert array.dtype == np.int64
        assert array.shape == (n,)
    for array in (made.beard, made.glasses):
        assert array.dtype == bool
    assert made.pose.shape == (n, 3)
    assert np.abs(made.pose).max(axis=0) == pytest.approx([32, 12, 12], abs=0.2)
    assert made.age.min() >= 18
    assert made.age.max() <= 85
    assert set(made.expression) == set(range(len(EXPRESSIONS)))
    assert made.landmarks[..., :2].min() > 0
    assert made.landmarks[..., :2].max() < SIDE


def test_a_person_stays_the_same(made):
    counts = np.bincount(made.identity)
    assert counts.tolist() == [75] * 20
    for person in range(20):
        rows = made.identity == person
        for fixed in (made.style, made.skin, made.beard):
            assert len(np.unique(fixed[rows])) == 1
        assert np.ptp(made.age[rows]) <= 10
        assert 0 < made.glasses[rows].mean() < 1
        assert len(np.unique(made.expression[rows])) == 5


def test_more_people_or_pictures_change_nobody(made):
    many = dd.data.faces(120, num_identities=60)
    for person in range(20):
        mine, theirs = np.flatnonzero(made.identity == person)[0], np.flatnonzero(many.identity == person)[0]
        for fixed in ("style", "skin", "beard"):
            assert getattr(made, fixed)[mine] == getattr(many, fixed)[theirs]


@pytest.mark.parametrize(
    ("name", "parts", "pixels"),
    [
        ("left_eye", ("eye",), 0.8),
        ("right_eye", ("eye",), 0.8),
        ("left_brow", ("brow", "glasses"), 1.0),
        ("right_brow", ("brow", "glasses"), 1.0),
        ("nose_tip", ("nose",), 0.8),
        ("mouth_left", ("mouth",), 0.9),
        ("mouth_right", ("mouth",), 0.9),
        ("upper_lip", ("mouth",), 0.9),
        ("lower_lip", ("mouth",), 0.9),
        ("left_ear", ("ear",), 0.8),
        ("right_ear", ("ear",), 0.8),
        ("chin", ("skin", "beard"), 1.0),
    ],
)
def test_landmarks_lie_on_the_features_drawn(made, name, parts, pixels):
    visible = seen(made, name)
    assert visible.mean() > 0.5
    assert near(made, point(made, name), parts, pixels)[visible].mean() > 0.985


def test_lips_and_chin_are_at_the_edge_of_what_is_drawn(made, down):
    """Two pixels beyond the upper and the lower lip there is no mouth, and three below the chin no face."""
    assert near(made, point(made, "upper_lip") - 2.2 * down, ("mouth",), 0.5).mean() < 0.05
    assert near(made, point(made, "lower_lip") + 2.2 * down, ("mouth",), 0.5).mean() < 0.05
    assert near(made, point(made, "chin") + 5 * down, ("skin", "beard"), 0.5).mean() < 0.05


def test_the_pixels_alone_show_the_pupils(made):
    """Around an eye's landmark the darkest spot is the pupil."""
    plain = ~made.glasses & (made.skin < 3) & (np.abs(made.pose[:, 0]) < 20)
    grey = made.images.mean(axis=3)
    for name in ("left_eye", "right_eye"):
        errors = []
        for i in np.flatnonzero(plain):
            x, y = point(made, name)[i]
            rows, columns = np.mgrid[int(y) - 1 : int(y) + 3, int(x) - 2 : int(x) + 4]
            darkness = np.maximum(130 - grey[i, rows, columns], 0) ** 2
            darkness /= darkness.sum()
            errors.append([(darkness * columns).sum() - x, (darkness * rows).sum() - y])
        assert np.abs(np.mean(errors, axis=0)).max() < 0.5
        assert np.median(np.hypot(*np.transpose(errors))) < 1.0


def test_landmarks_turn_with_the_pose(made):
    yaw, pitch, roll = made.pose.T
    across = made.landmarks[:, LANDMARKS.index("right_eye")] - made.landmarks[:, LANDMARKS.index("left_eye")]
    middle = (point(made, "left_eye") + point(made, "right_eye")) / 2
    level = np.abs(yaw) < 5
    assert np.abs(np.rad2deg(np.arctan2(across[:, 1], across[:, 0])) - roll)[level].max() < 2.5
    assert np.corrcoef(across[:, 2], yaw)[0, 1] < -0.97  # the eye on the side turned to is farther away
    nose = point(made, "nose_tip") - middle
    cos, sin = np.cos(np.deg2rad(roll)), np.sin(np.deg2rad(roll))
    assert np.corrcoef(nose[:, 0] * cos + nose[:, 1] * sin, yaw)[0, 1] > 0.9
    assert np.corrcoef(nose[:, 1] * cos - nose[:, 0] * sin, pitch)[0, 1] > 0.3


def test_hair_turns_grey_and_beards_are_seen(made):
    grey = made.hair == HAIR.index("grey")
    assert grey[made.age > 75].all()
    assert not grey[made.age < 45].any()
    beard = (made.parts == PARTS.index("beard")).sum(axis=(1, 2))
    assert (beard[made.beard] > 20).all()
    assert (beard[~made.beard] == 0).all()
    rims = (made.parts == PARTS.index("glasses")).sum(axis=(1, 2))
    assert (rims[made.glasses] > 20).all()
    assert (rims[~made.glasses] == 0).all()
    hair = (made.parts == PARTS.index("hair")).sum(axis=(1, 2))
    assert ((hair == 0) == (made.style == STYLES.index("bald"))).all()


def test_darker_tones_are_darker(made):
    skin = made.parts == PARTS.index("skin")
    tones = np.unique(made.skin)
    brightness = [made.images[made.skin == tone][skin[made.skin == tone]].mean() for tone in tones]
    assert len(tones) >= 5
    assert (np.diff(brightness) < 0).all()


def independence(a, b):
    """The p-value of a chi-square test."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    return chi2_contingency(table[table.any(axis=1)][:, table.any(axis=0)]).pvalue


def test_attributes_are_independent(made):
    assert independence(made.identity, made.expression) > 0.01
    assert independence(made.identity, made.glasses.astype(int)) > 0.01
    assert independence(made.expression, made.glasses.astype(int)) > 0.01
    assert independence(made.expression, (made.pose[:, 0] > 0).astype(int)) > 0.01
    crowd = dd.data.faces(600, num_identities=600, seed=1)
    assert independence(crowd.skin, crowd.hair) > 0.01
    assert independence(crowd.skin, crowd.style) > 0.01
    assert independence(crowd.style, crowd.beard.astype(int)) > 0.01
    assert crowd.glasses.mean() == pytest.approx(0.3, abs=0.06)
    assert (crowd.age >= 60).mean() == pytest.approx(0.25, abs=0.06)
    assert (crowd.skin >= 3).mean() == pytest.approx(0.5, abs=0.07)


def test_a_skew_is_what_was_asked_for():
    skew = {"glasses": 0.05, "happy": 0.7, "dark": 0.1, "old": 0.6, "beard": 0.0}
    made = dd.data.faces(400, num_identities=400, skew=skew)
    assert made.glasses.mean() == pytest.approx(0.05, abs=0.035)
    assert (made.expression == EXPRESSIONS.index("happy")).mean() == pytest.approx(0.7, abs=0.07)
    assert (made.skin >= 3).mean() == pytest.approx(0.1, abs=0.05)
    assert (made.age >= 60).mean() == pytest.approx(0.6, abs=0.08)
    assert not made.beard.any()


def test_a_habit_ties_expression_to_identity():
    made = dd.data.faces(400, num_identities=10, skew={"habit": 0.8})
    assert independence(made.identity, made.expression) < 1e-20
    table = np.zeros((10, 5))
    np.add.at(table, (made.identity, made.expression), 1)
    assert (table.max(axis=1) / table.sum(axis=1)).mean() == pytest.approx(0.84, abs=0.07)


def test_who_it_is_and_what_they_feel_can_be_seen(made):
    """Coarse colours tell twenty people apart; the pixels around the mouth tell expressions."""
    coarse = made.images.reshape(1500, 16, 4, 16, 4, 3).mean(axis=(2, 4)).reshape(1500, -1) / 255
    middle = np.round((point(made, "mouth_left") + point(made, "mouth_right")) / 2).astype(int)
    rows = middle[:, 1, None, None] + np.arange(-5, 8)[:, None]
    columns = middle[:, 0, None, None] + np.arange(-9, 10)
    mouths = made.images[np.arange(1500)[:, None, None], rows, columns].mean(axis=3).reshape(1500, -1)
    mouths = (mouths - mouths.mean(axis=1, keepdims=True)) / mouths.std(axis=1, keepdims=True)
    with threadpool_limits(1):
        for x, y, strength, least in ((coarse, made.identity, 1.0, 0.8), (mouths, made.expression, 0.1, 0.55)):
            model = LogisticRegression(C=strength, tol=1e-3, max_iter=300).fit(x[:1100], y[:1100])
            assert model.score(x[1100:], y[1100:]) > least  # by chance: 0.05 and 0.2


def test_the_seed_fixes_everything():
    first, again, other = dd.data.faces(12, 6), dd.data.faces(12, 6), dd.data.faces(12, 6, seed=1)
    for field in first.__dataclass_fields__:
        assert np.array_equal(getattr(first, field), getattr(again, field))
    assert not np.array_equal(first.images, other.images)
    assert not np.array_equal(first.landmarks, other.landmarks)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be"),
        ({"num_identities": 0}, "num_identities must be"),
        ({"skew": {"glases": 0.5}}, "No skew is called 'glases'. Did you mean 'glasses'"),
        ({"skew": {"glasses": 1.5}}, r"skew\['glasses'\] must be a number from 0 to 1"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        dd.data.faces(**arguments)
