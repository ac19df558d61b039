"""Ratings have the rank, the noise, the cold viewers and the difficulty they say."""

import numpy as np
import pandas as pd
import pytest

import deepdays as dd
from deepdays.data.sets.ratings import DAYS, GENRES, RANK


@pytest.fixture(scope="module")
def made():
    return dd.data.ratings()


def biases(ratings, mask, sweeps=15):
    mean = ratings[mask].mean()
    user, item = np.zeros(len(ratings)), np.zeros(ratings.shape[1])
    for _ in range(sweeps):
        user = ((ratings - mean - item) * mask).sum(axis=1) / (mask.sum(axis=1) + 3)
        item = ((ratings - mean - user[:, None]) * mask).sum(axis=0) / (mask.sum(axis=0) + 3)
    return mean + user[:, None] + item


def factorise(residual, mask, rank, sweeps=12, penalty=2.0):
    rng = np.random.default_rng(0)
    left, right = (0.1 * rng.standard_normal((size, rank)) for size in residual.shape)
    for _ in range(sweeps):
        for one, other, values, seen in ((left, right, residual, mask), (right, left, residual.T, mask.T)):
            for row in range(len(one)):
                known = other[seen[row]]
                gram = known.T @ known + penalty * np.eye(rank)
                one[row] = np.linalg.solve(gram, known.T @ values[row, seen[row]])
    return left @ right.T


def rmse(predicted, ratings, mask):
    return np.sqrt(np.mean((predicted - ratings)[mask] ** 2))


def test_tables_and_kinds(made):
    assert list(made.events.columns) == ["user", "item", "rating", "day", "test"]
    assert made.events["rating"].isin([1, 2, 3, 4, 5]).all()
    assert made.events["day"].between(0, DAYS - 1).all()
    assert made.events["day"].is_monotonic_increasing
    assert not made.events.duplicated(["user", "item"]).any()
    assert made.truth.shape == (600, 300)
    assert len(made.users) == 600
    assert made.users["cold"].sum() == 60
    assert list(made.items.columns) == ["item", "title", "year", *GENRES]
    assert made.items["title"].is_unique
    assert made.items["year"].between(1979, 2024).all()
    assert made.items[list(GENRES)].sum(axis=1).between(1, 3).all()


def test_the_truth_has_the_rank_it_says(made):
    taste = made.truth - made.truth.mean(axis=0) - made.truth.mean(axis=1, keepdims=True) + made.truth.mean()
    singular = np.linalg.svd(taste, compute_uv=False)
    assert singular[RANK - 1] > 0.3 * singular[0]
    assert singular[RANK] < 1e-9 * singular[0]


@pytest.mark.parametrize("noise", [0.3, 0.8])
def test_the_noise_is_as_asked(noise):
    made = dd.data.ratings(noise=noise, drift=0.0, seed=1)
    expected = made.truth[made.events["user"], made.events["item"]]
    middle = (expected > 2) & (expected < 4)
    away = made.events["rating"].to_numpy()[middle] - expected[middle]
    assert np.std(away) == pytest.approx(np.sqrt(noise**2 + 1 / 12), rel=0.05)


def test_tastes_drift_away_from_the_middle_of_the_record():
    made = dd.data.ratings(noise=0.0, drift=1.0, seed=1)
    expected = made.truth[made.events["user"], made.events["item"]]
    away = np.abs(made.events["rating"] - expected)
    edge = (made.events["day"] < 60) | (made.events["day"] > DAYS - 60)
    centre = made.events["day"].between(DAYS / 2 - 60, DAYS / 2 + 60)
    assert away[edge].mean() > 1.3 * away[centre].mean()


def test_parts_are_disjoint_and_later(made):
    ratings, mask = made.matrix()
    test_ratings, test_mask = made.matrix(test=True)
    assert ratings.dtype == np.float64
    assert not (mask & test_mask).any()
    assert mask.sum() + test_mask.sum() == len(made.events)
    assert (ratings[~mask] == 0).all()
    assert (test_ratings[test_mask] >= 1).all()
    first = made.events[made.events["test"]].groupby("user")["day"].min()
    last = made.events[~made.events["test"]].groupby("user")["day"].max()
    assert (first >= last.reindex(first.index)).all()


def test_cold_viewers_have_two_ratings_to_learn_from(made):
    _, mask = made.matrix()
    _, test_mask = made.matrix(test=True)
    cold = made.users["cold"].to_numpy()
    assert (mask.sum(axis=1)[cold] == 2).all()
    assert (test_mask.sum(axis=1)[cold] >= 3).all()
    assert mask.sum(axis=1)[~cold].min() >= 4
    assert made.events.loc[cold[made.events["user"]], "day"].min() >= DAYS - 60


def test_a_few_films_are_seen_by_many(made):
    count = np.sort(np.bincount(made.events["item"], minlength=300))[::-1]
    assert count[:60].sum() > 0.35 * count.sum()
    assert made.events["rating"].mean() > 3.5


def test_factors_beat_every_mean_by_15_percent(made):
    ratings, mask = made.matrix()
    test_ratings, test_mask = made.matrix(test=True)
    mean = ratings[mask].mean()
    film = (ratings.sum(axis=0) + 5 * mean) / (mask.sum(axis=0) + 5)
    base = biases(ratings, mask)
    found = base + factorise((ratings - base) * mask, mask, RANK)
    reached = rmse(found, test_ratings, test_mask)
    assert reached < 0.75 * rmse(np.full(ratings.shape, mean), test_ratings, test_mask)
    assert reached < 0.80 * rmse(np.broadcast_to(film, ratings.shape), test_ratings, test_mask)
    assert reached < 0.85 * rmse(base, test_ratings, test_mask)
    cold = made.users["cold"].to_numpy()[:, None]
    assert rmse(found, test_ratings, test_mask & cold) > 1.2 * rmse(found, test_ratings, test_mask & ~cold)


def test_the_seed_fixes_everything(made):
    again, other = dd.data.ratings(), dd.data.ratings(seed=1)
    pd.testing.assert_frame_equal(made.events, again.events)
    pd.testing.assert_frame_equal(made.items, again.items)
    assert not made.events["item"].head(100).equals(other.events["item"].head(100))


def test_sizes_and_bad_arguments():
    small = dd.data.ratings(10, 20)
    assert small.truth.shape == (10, 20)
    assert set(small.events["user"]) == set(range(10))
    for arguments, words in (
        ({"num_users": 3}, "num_users must be"),
        ({"num_items": -1}, "num_items must be"),
        ({"noise": -1}, "noise must be"),
        ({"drift": "a lot"}, "drift must be"),
    ):
        with pytest.raises(dd.data.DataError, match=words):
            dd.data.ratings(**arguments)
