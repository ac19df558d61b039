"""Toy sets have the shapes, the noise and the difficulty they say."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import deepdays as dd
from deepdays.data.sets import toy


@pytest.mark.parametrize("make", toy.ALL)
@pytest.mark.parametrize("n", [1, 7, 500])
def test_shapes_kinds_and_seeds(make, n):
    x, y = make(n, seed=3)
    again, _ = make(n, seed=3)
    other, _ = make(n, seed=4)
    assert x.shape[0] == n
    assert x.dtype == np.float64
    assert y.shape == (n,)
    assert y.dtype in (np.int64, np.float64)
    assert np.isfinite(x).all()
    assert np.array_equal(x, again)
    assert not np.array_equal(x, other)


@pytest.mark.parametrize("make", toy.ALL)
def test_bad_arguments_are_refused(make):
    with pytest.raises(dd.data.DataError, match=r"n must be a whole number"):
        make(0)
    with pytest.raises(dd.data.DataError, match=r"noise must be a number at least 0"):
        make(10, noise=-1)


@pytest.mark.parametrize(
    ("make", "num_classes"),
    [(toy.moons, 2), (toy.circles, 2), (toy.blobs, 3), (toy.spirals, 3), (toy.gaussian_ring, 8)],
)
def test_classes_are_balanced_and_mixed(make, num_classes):
    _, labels = make(10 * num_classes + 1)
    counts = np.bincount(labels, minlength=num_classes)
    assert counts.max() - counts.min() == 1
    assert len(np.unique(labels[: 5 * num_classes])) == num_classes


def test_without_noise_the_points_lie_on_their_curves():
    x, labels = toy.moons(400, noise=0)
    centre = np.where(labels[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.allclose(np.linalg.norm(x - centre, axis=1), 1)
    x, labels = toy.circles(400, noise=0, ratio=0.3)
    assert np.allclose(np.linalg.norm(x, axis=1), np.where(labels == 0, 1.0, 0.3))
    x, t = toy.swiss_roll(400, noise=0)
    assert np.allclose(np.hypot(x[:, 0], x[:, 2]), t)
    x, _ = toy.gaussian_ring(400, noise=0, num_modes=5)
    assert np.allclose(np.linalg.norm(x, axis=1), 2)
    assert len(np.unique(x.round(9), axis=0)) == 5
    x, y = toy.steps(2000, noise=0)
    assert len(np.unique(y)) == 6
    assert (np.diff(y[np.argsort(x[:, 0])]) != 0).sum() == 5


@pytest.mark.parametrize("noise", [0.05, 0.2])
def test_noise_is_the_standard_deviation(noise):
    x, labels = toy.circles(20_000, noise=noise, ratio=0.5)
    away = np.linalg.norm(x, axis=1) - np.where(labels == 0, 1.0, 0.5)
    assert np.std(away[labels == 0]) == pytest.approx(noise, rel=0.05)
    x, labels = toy.blobs(20_000, noise=noise, num_features=5)
    for label in range(3):
        assert np.allclose(x[labels == label].std(axis=0), noise, rtol=0.05)
    x, modes = toy.gaussian_ring(20_000, noise=noise)
    assert x[modes == 3].std(axis=0).mean() == pytest.approx(noise, rel=0.05)
    _, y = toy.steps(20_000, noise=noise)
    _, exact = toy.steps(20_000, noise=0)
    assert np.std(y - exact) == pytest.approx(noise, rel=0.05)


@pytest.mark.parametrize("make", [toy.moons, toy.circles, toy.spirals])
def test_a_line_fails_where_neighbours_succeed(make):
    x, labels = make(600, seed=1)
    cut = 400
    line = LogisticRegression().fit(x[:cut], labels[:cut]).score(x[cut:], labels[cut:])
    near = KNeighborsClassifier(5).fit(x[:cut], labels[:cut]).score(x[cut:], labels[cut:])
    assert line < 0.92
    assert near > 0.97


@pytest.mark.parametrize("num_classes", [2, 3, 6])
def test_blobs_lie_apart_for_every_seed(num_classes):
    for seed in range(20):
        x, labels = toy.blobs(60 * num_classes, noise=0.5, seed=seed, num_classes=num_classes)
        centres = np.array([x[labels == label].mean(axis=0) for label in range(num_classes)])
        gaps = np.linalg.norm(centres[:, None] - centres, axis=2)[~np.eye(num_classes, dtype=bool)]
        assert gaps.min() > 3
