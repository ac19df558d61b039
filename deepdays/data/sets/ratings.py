"""Invented viewers rate invented films: low rank, noise, tastes that drift, and viewers who have only just come."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_amount, check_count

GENRES = ("action", "comedy", "crime", "documentary", "drama", "family", "horror", "romance", "science fiction")
RANK = 4  # of the taste part of `truth`, without the biases
DAYS = 730
COLD_FRACTION = 0.1
_FIRST = (
    "Amber Autumn Black Broken Crimson Distant Electric Empty Endless Fallen Final Frozen Gentle Glass "
    "Golden Hidden Hollow Iron Last Little Lonely Long Lost Midnight Northern Paper Pale Quiet Restless "
    "Rising Second Secret Silent Silver Slow Small Stolen Strange Summer Velvet Wandering White Wild "
    "Winter"
)
_SECOND = (
    "Archive Bridge Canal Carnival Circuit City Coast Country Crossing Daughter Detective Door Engine "
    "Evening Field Fire Garden Ghost Guest Harbour Harvest Highway Hotel House Hunter Island Journey "
    "Kitchen Letter Lighthouse Machine Mirror Mountain Neighbour Ocean Orchard Passenger Piano Planet "
    "Promise River Road Room Season Shadow Signal Sister Station Stranger Teacher Theatre Train Village "
    "Visitor Voice Waltz Weekend Window Witness"
)


@dataclass(frozen=True)
class Ratings:
    """Ratings of films, and what they were made from.

    Attributes:
        events: DataFrame, oldest first: user, item (int64), rating (int64, 1 to 5 stars), day (int64, 0 to 729),
            test (bool: the last fifth of a viewer's ratings, and all but the first two of a cold viewer's).
        items: DataFrame: item, title, year, and one 0/1 column a genre.
        users: DataFrame: user, cold (bool).
        truth: float64 (num_users, num_items), each viewer's mean opinion before noise, drift and rounding to stars.
    """

    events: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame
    truth: np.ndarray

    def matrix(self, test: bool = False):
        """The training or the test ratings as a matrix.

        Args:
            test: which part.

        Returns:
            (ratings, mask): float64 (num_users, num_items), 0.0 where there is none, and bool of the same shape.
        """
        part = self.events[self.events["test"] == test]
        ratings = np.zeros(self.truth.shape)
        ratings[part["user"], part["item"]] = part["rating"]
        return ratings, ratings > 0


def ratings(num_users: int = 600, num_items: int = 300, seed: int = 0, noise: float = 0.5, drift: float = 0.5):
    """Star ratings of films by viewers whose tastes have rank 4.

    A rating is a mean of 3.5, plus how kind the viewer is, how good the film is, and how the viewer's taste in four
    dimensions agrees with the film's, which follows from its genres; then noise; then rounded to stars. Films people
    like are watched more, and a few films are watched by most. The model is that of Koren, Bell and Volinsky 2009,
    Matrix factorization techniques for recommender systems.

    Args:
        num_users: viewers, a tenth of them cold.
        num_items: films.
        seed: of everything.
        noise: standard deviation in stars of one opinion, before rounding.
        drift: how far a taste moves over the two years, as a share of its size.

    Returns:
        Ratings.

    Raises:
        DataError: an argument is out of range.
    """
    check_count(num_users, "num_users", low=10, high=100_000)
    check_count(num_items, "num_items", low=20, high=10_000)
    check_amount(noise, "noise")
    check_amount(drift, "drift")
    rng = np.random.default_rng(seed)
    items, genres = _items(num_items, rng)
    item_taste = genres @ (0.9 * rng.standard_normal((len(GENRES), RANK)))
    item_taste = item_taste + 0.35 * rng.standard_normal((num_items, RANK))
    user_taste = 0.55 * rng.standard_normal((num_users, RANK))
    change = 0.55 * drift * rng.standard_normal((num_users, RANK))
    quality, kindness = 0.4 * rng.standard_normal(num_items), 0.35 * rng.standard_normal(num_users)
    truth = 3.5 + kindness[:, None] + quality + user_taste @ item_taste.T

    cold = np.arange(num_users) >= round((1 - COLD_FRACTION) * num_users)
    user, item = _watched(truth, quality, cold, rng)
    day = np.where(cold[user], DAYS - 60, 0) + (np.where(cold[user], 60, DAYS) * rng.random(len(user))).astype(int)
    moved = np.sum(change[user] * item_taste[item], axis=1) * (day / DAYS - 0.5)
    opinion = truth[user, item] + moved + noise * rng.standard_normal(len(user))
    events = pd.DataFrame(
        {"user": user, "item": item, "rating": np.clip(np.round(opinion), 1, 5).astype("int64"), "day": day}
    )
    events = events.sort_values(["day", "user", "item"], ignore_index=True)
    events["test"] = _held_out(events["user"], cold)
    users = pd.DataFrame({"user": np.arange(num_users), "cold": cold})
    return Ratings(events, items, users, truth)


def _items(num_items, rng):
    """The films' table, and their genres as rows that sum to 1."""
    pairs = [f"The {first} {second}" for first in _FIRST.split() for second in _SECOND.split()]
    titles = [pairs[k] for k in np.resize(rng.permutation(len(pairs)), num_items)]
    score = rng.random((num_items, len(GENRES)))
    how_many = 1 + (rng.random(num_items) < 0.6) + (rng.random(num_items) < 0.25)
    flags = (np.argsort(np.argsort(-score, axis=1), axis=1) < how_many[:, None]).astype("int64")
    years = 2024 - np.floor(45 * rng.random(num_items) ** 1.8).astype("int64")
    items = pd.DataFrame({"item": np.arange(num_items), "title": titles, "year": years})
    return items.assign(**dict(zip(GENRES, flags.T, strict=True))), flags / flags.sum(axis=1, keepdims=True)


def _watched(truth, quality, cold, rng):
    """Which viewer saw which film: index arrays (events,)."""
    num_users, num_items = truth.shape
    activity = np.where(cold, 12 / num_items, 0.13 * np.exp(0.6 * rng.standard_normal(num_users)))
    fame = np.exp(0.9 * rng.standard_normal(num_items) + 0.6 * quality)
    appeal = fame * np.exp(0.35 * (truth - truth.mean()))
    chance = activity[:, None] * appeal / appeal.mean(axis=1, keepdims=True)
    seen = rng.random(truth.shape) < np.minimum(chance, 0.95)
    few = np.flatnonzero(seen.sum(axis=1) < 5)
    seen[few[:, None], np.argsort(-appeal[few], axis=1)[:, :5]] = True
    return np.nonzero(seen)


def _held_out(user, cold):
    """Which of the events, oldest first, are for testing."""
    place = user.groupby(user).cumcount().to_numpy()
    count = user.groupby(user).transform("size").to_numpy()
    return np.where(cold[user], place >= 2, place >= np.ceil(0.8 * count))


def draw(figure):
    made = ratings()
    left, middle, right = figure.subplots(1, 3, width_ratios=(2, 1, 1))
    stars, mask = made.matrix()
    left.imshow(np.where(mask, stars, np.nan)[:, :200], cmap="viridis", aspect="auto", interpolation="nearest")
    left.set(xlabel="film", ylabel="viewer", title="stars; white is unseen, cold viewers last")
    made.events["rating"].value_counts().sort_index().plot.bar(ax=middle, rot=0, color="tab:blue")
    middle.set(xlabel="stars", ylabel="ratings", title="how kind people are")
    count = np.sort(np.bincount(made.events["item"]))[::-1]
    right.plot(count)
    right.set(xlabel="film, by rank", ylabel="ratings", title="a long tail")


CARD = Card(
    name="ratings",
    title="star ratings of films by viewers, with genres, dates and cold viewers",
    size="600 viewers x 300 films, some 23,800 ratings",
    origin="made",
    licence="MIT, as the project",
    make=ratings,
    fingerprint="a0643eb0366536ce9f6a193b63b51ccbbfbdb11e78bdfb784368bcd98e50a84f",
    draw=draw,
)
