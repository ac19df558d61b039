# ---
# day: 16
# title: K-means clustering
# week: 4
# minutes: 100
# backend: numpy
# needs: [1, 2, 3, 4]
# data: [photos, toy]
# papers:
# - Thorndike 1953, Who belongs in the family?
# - MacQueen 1967, Some methods for classification and analysis of multivariate observations
# - Lloyd 1982, Least squares quantization in PCM
# - "Rousseeuw 1987, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis"
# - "Arthur and Vassilvitskii 2007, k-means++: the advantages of careful seeding"
# - Aloise, Deshpande, Hansen and Popat 2009, NP-hardness of Euclidean sum-of-squares clustering
# ---

# %% [markdown]
# # Day 16 · K-means clustering
#
# By the end you can find groups in data that nobody has labelled, start the search so that it seldom goes
# astray, and say how far to trust the groups, and their number, when it has ended.
#
# - **You will build** six small NumPy functions: the two halves of k-means, its cost, the loop, a good start,
#   and a score for each point. They repaint a photograph in 2, 4, 8 and 16 colours.
# - **You need** distances between rows (Day 1) and standardised columns (Day 3).
# - **Not today:** clusters with a shape of their own (Day 17 gives one Gaussian an ellipse), fewer columns
#   instead of fewer rows (Day 18).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of points, of features | scalars | `len(x)`, `x.shape[1]` |
# | $k$ | number of clusters, chosen by you | scalar | `k` |
# | $X$, $x_i$ | the points, one a row; point $i$ | $(m, n)$, $(n,)$ | `x`, `x[i]` |
# | $\mu_j$ | centroid of cluster $j$, from 0 to $k - 1$ | $(k, n)$ together | `centroids` |
# | $c_i$ | the cluster of point $i$, from 0 to $k - 1$ | $(m,)$ together | `labels` |
# | $J$ | inertia: sum of squared distances to the own centroid | scalar | `inertia(x, labels, centroids)` |
# | $d_i$ | distance of point $i$ to the nearest centroid chosen so far | $(m,)$ together | |
# | $a_i,\ b_i$ | mean distance of point $i$ to its own, and to the nearest other cluster | $(m,)$ together | |
# | $s_i$ | silhouette of point $i$ | $(m,)$ together | `silhouette(x, labels)` |
#
# There is no $y$. So far each row came with an answer. In **unsupervised learning** there are only rows, and
# the question is what structure they have. **Clustering** asks for groups: rows that are near each other and
# far from the rest.

# %% setup
import itertools
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Two questions that answer each other
#
# Five points: $(2, 5)$, $(4, 7)$, $(7, 0)$, $(3, 1)$, $(0, 6)$. You want $k = 2$ groups. There are two things
# you do not know, and each would be easy if you knew the other:
#
# - If you knew the middle of each group, its **centroid**, you could give every point to the nearest.
# - If you knew the groups, the centroids would be their means.
#
# K-means guesses one and improves both in turn. As a first guess take two of the points themselves,
# $\mu_0 = (2, 5)$ and $\mu_1 = (4, 7)$. The squared distances are
#
# | | $(2, 5)$ | $(4, 7)$ | $(7, 0)$ | $(3, 1)$ | $(0, 6)$ |
# |---|---|---|---|---|---|
# | to $\mu_0$ | 0 | 8 | 50 | 17 | 5 |
# | to $\mu_1$ | 8 | 0 | 58 | 37 | 17 |
# | nearest, $c_i$ | 0 | 1 | 0 | 0 | 0 |
#
# This half is called **assignment**. It needs no root: what is nearest by squared distance is nearest. When
# two centroids are equally near, the one with the lower number gets the point, so that everybody's answer is
# the same.
#
# **Shapes.** Points are $(m, n)$ and centroids $(k, n)$; the table above has a number for each pair, and one
# of its axes vanishes when you look for the smallest.
#
# **Two traps.** Pixels are `uint8`, whole numbers from 0 to 255 that wrap around: in that dtype $3 - 5$ is
# 254, and a square of 16 is 0. And Day 1's shortcut, $\sum x^2 - 2 \sum x \mu + \sum \mu^2$, subtracts huge
# numbers from each other when the data lies far from the origin: at $10^8$ nothing is left of differences of
# 1. Today's functions must be right in both cases. (The next cell catches warnings, as on Day 4.)


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: assign
def assign(x, centroids):
    """The nearest centroid of every point.

    Args:
        x: points, array of shape (m, n), m >= 1, float or any int dtype, also uint8; may lie far from the origin;
            left unchanged.
        centroids: array of shape (k, n), k >= 1, of the same sorts; left unchanged.

    Returns:
        Labels, int array of shape (m,), from 0 to k - 1. Of centroids equally near it is the first. About 2 lines.
    """
    ### BEGIN SOLUTION
    gaps = x[:, None, :].astype(float) - centroids  # (m, k, n)
    return np.argmin(np.sum(gaps**2, axis=2), axis=1)
    ### END SOLUTION


# %% test: assign, points=2
x = np.array([[2.0, 5.0], [4.0, 7.0], [7.0, 0.0], [3.0, 1.0], [0.0, 6.0]])
centroids = np.array([[2.0, 5.0], [4.0, 7.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(centroids, what="centroids"):
    labels = assign(x, centroids)
dd.check.like(labels, np.array([0, 1, 0, 0, 0]), what="labels", why="this is the table worked by hand")
labels = assign(x, np.array([[9.0, 9.0], [3.0, 3.0], [4.0, 7.0]]))
dd.check.like(labels, np.array([1, 2, 1, 1, 2]), what="labels", why="each point goes to the nearest of three")
labels = assign(np.array([[1.0, 0.0], [1.0, 5.0]]), np.array([[2.0, 9.0], [0.0, 0.0], [2.0, 0.0]]))
dd.check.like(labels, np.array([1, 0]), what="labels", why="of two centroids equally near the first is meant")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(160)


def slow_assign(x, centroids):
    labels = []
    for row in np.asarray(x, float):
        squares = [sum((a - b) ** 2 for a, b in zip(row, mu, strict=True)) for mu in np.asarray(centroids, float)]
        labels.append(squares.index(min(squares)))
    return np.array(labels)


for m, k, n in ((1, 1, 1), (1, 4, 3), (5, 1, 2), (8, 3, 1), (4, 4, 4), (9, 2, 5), (30, 7, 2)):
    x, centroids = rng.normal(0.5, 2.0, (m, n)), rng.normal(0.0, 2.0, (k, n))
    due = slow_assign(x, centroids)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(centroids, what="centroids"):
        labels = assign(x, centroids)
    dd.check.like(labels, due, what="labels", why="each is the number of the nearest centroid")
    moved = assign(1e8 + np.round(x, 3), 1e8 + np.round(centroids, 3))
    why = "moving everything together changes no distance"
    dd.check.like(moved, slow_assign(np.round(x, 3), np.round(centroids, 3)), what="labels far out", why=why)
    small = assign(x.astype("float32"), centroids.astype("float32"))
    dd.check.like(small, due, what="labels of float32", why="each is the number of the nearest centroid")
    backwards = assign(np.asfortranarray(x)[::-1], centroids)
    dd.check.like(backwards, due[::-1], what="labels", why="the rows came in the opposite order")

pixels = rng.integers(0, 256, (40, 3)).astype("uint8")
colours = np.array([[250, 4, 128], [5, 250, 130], [120, 120, 0]], dtype="uint8")
dd.check.like(assign(pixels, colours), slow_assign(pixels, colours), what="labels", why="uint8 may not wrap around")
dd.check.like(assign(pixels, colours + 0.5), slow_assign(pixels, colours + 0.5), what="labels of uint8")
between = assign(np.array([[11], [12]], dtype="uint8"), np.array([[10.9], [11.8]]))
dd.check.like(between, np.array([0, 1]), what="labels of uint8", why="centroids have fractions where pixels have none")
small = np.array([[-120, 7], [120, -7], [0, 90]], dtype="int8")
dd.check.like(assign(small, small[::-1]), np.array([2, 1, 0]), what="labels", why="int8 may not wrap around")
equal = assign(np.array([[0, 0], [3, 3], [1, 2]]), np.array([[2, 0], [0, 2], [2, 0], [0, 2]]))
dd.check.like(equal, np.array([0, 0, 1]), what="labels", why="of centroids equally near the first is meant")
### END HIDDEN TESTS

# %% mistakes: assign
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: np.argmax(np.sum(gaps**2, axis=2), axis=1)
#   hint: "Your points go to the centroid that is farthest away."
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: np.argmin(np.sum(gaps**2, axis=2), axis=0)
#   hint: "You ask for each centroid which point is nearest. Which axis of the table counts the centroids?"
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: np.min(np.sum(gaps**2, axis=2), axis=1)
#   hint: "You return how near the nearest centroid is. Which one it is was asked for."
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: np.argmin(np.sum(gaps, axis=2), axis=1)
#   hint: "Differences of opposite sign cancel in your sum. What does Euclid do to them before he adds?"
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: np.argmin(np.sum(np.abs(gaps), axis=2), axis=1)
#   hint: "You add up sizes of differences, the city-block distance. Distances of today are Euclid's."
# - replace: x[:, None, :].astype(float) - centroids
#   with: x[:, None, :] - centroids
#   hint: "Whole numbers of 8 bits wrap around: 3 - 5 is 254 in uint8. In which dtype is a difference safe?"
# - replace: np.argmin(np.sum(gaps**2, axis=2), axis=1)
#   with: (k := len(centroids)) - 1 - np.argmin(np.sum(gaps**2, axis=2)[:, ::-1], axis=1)
#   hint: "Of centroids equally near you take the last. The docstring settles ties."


# %% mistake: assign
# hint: "Far from the origin your labels are noise: you subtract huge sums from each other. Which difference could
#   be taken first, while the numbers are still what they are?"
def assign(x, centroids):
    x, centroids = x.astype(float), centroids.astype(float)
    return np.argmin((x**2).sum(axis=1)[:, None] - 2 * x @ centroids.T + (centroids**2).sum(axis=1), axis=1)


# %% mistake: assign
# hint: "You put the centroids into the dtype of the points. If those are whole numbers, every fraction is cut off."
def assign(x, centroids):
    gaps = x[:, None].astype(float) - centroids.astype(x.dtype).astype(float)
    return np.argmin(np.sum(gaps**2, axis=2), axis=1)


# %% mistake: assign
# hint: "The labels are right but come as a list of Python numbers. An array was asked for."
def assign(x, centroids):
    return [int(np.argmin(np.sum((row.astype(float) - centroids) ** 2, axis=1))) for row in x]


# %% mistake: assign
# hint: "Whole numbers of 8 bits wrap around before the norm is taken: 3 - 5 is 254 in uint8. In which dtype is a
#   difference safe?"
def assign(x, centroids):
    return np.linalg.norm(x[:, None] - centroids, axis=2).argmin(axis=1)


# %% equivalents: assign
# - replace: np.sum(gaps**2, axis=2)
#   with: np.mean(gaps**2, axis=2)
#   reason: "Dividing all squared distances by n changes no order."


# %% accepts: assign
def assign(x, centroids):
    labels = np.zeros(len(x), dtype=int)
    nearest = np.full(len(x), np.inf)
    for j, centroid in enumerate(centroids.astype(float)):
        distances = np.linalg.norm(x - centroid, axis=1)
        labels[distances < nearest] = j
        nearest = np.minimum(nearest, distances)
    return labels


# %% accepts: assign
def assign(x, centroids):
    middle = np.mean(x, axis=0)  # what lies far out is first brought home, then the square may be expanded
    near_x, near_c = x - middle, centroids - middle
    scores = np.einsum("kn,kn->k", near_c, near_c) - 2 * near_x @ near_c.T
    return np.argmin(np.round(scores, 9), axis=1)


# %% [markdown]
# The other half is the **update**: each centroid moves to the mean of its points. Why the mean? Because of
# all places it has the smallest sum of squared distances to them. Above, cluster 0 has $(2, 5)$, $(7, 0)$,
# $(3, 1)$ and $(0, 6)$, so $\mu_0 = (3, 3)$; cluster 1 keeps $\mu_1 = (4, 7)$.
#
# **Empty clusters.** A centroid that is nobody's nearest has no points and no mean: 0 divided by 0, and NaN
# from then on. Nothing forbids it, with bad starts or many clusters it happens, and everybody must decide
# what to do. Our rule, which in essence is scikit-learn's: an empty cluster gets the point that is worst
# served, the one farthest from the mean of its own cluster. A second empty cluster gets the second worst, and
# so on, so that no row of `x` is given away twice. The point stays in its old mean until the next
# assignment, and the cost can only fall.
#
# By hand, with $k = 3$ and labels $(2, 2, 0, 0, 2)$: the means are $\mu_0 = (5, 0.5)$ and $\mu_2 = (2, 6)$,
# and the squared distances of the five points to theirs are $1, 5, 4.25, 4.25, 4$. The worst served is
# $(4, 7)$, and $\mu_1$ goes there.


# %% exercise: update_centroids
def update_centroids(x, labels, k):
    """The mean of every cluster; an empty one gets the point that is farthest from its own cluster's mean.

    Args:
        x: points, array of shape (m, n), float or any int dtype; may lie far from the origin; left unchanged.
        labels: the cluster of each point, int array of shape (m,), from 0 to k - 1; some clusters may have no
            point. Left unchanged.
        k: number of clusters, int, 1 <= k <= m.

    Returns:
        Centroids, float64 array of shape (k, n), computed in float64 whatever the dtype of x. In the order of their
        numbers, empty clusters get the point farthest from the mean of the cluster it is labelled with, the
        second farthest, and so on; of points equally far the first comes first, and no row is used twice. Never
        warns. About 10 lines.
    """
    ### BEGIN SOLUTION
    x = x.astype(float)
    counts = np.bincount(labels, minlength=k)
    centroids = np.zeros((k, x.shape[1]))
    for j in np.flatnonzero(counts):
        centroids[j] = np.mean(x[labels == j], axis=0)
    unserved = np.sum((x - centroids[labels]) ** 2, axis=1)  # (m,)
    for j in np.flatnonzero(counts == 0):
        worst = np.argmax(unserved)
        centroids[j] = x[worst]
        unserved[worst] = -1.0
    return centroids
    ### END SOLUTION


# %% test: update_centroids, points=3
x = np.array([[2.0, 5.0], [4.0, 7.0], [7.0, 0.0], [3.0, 1.0], [0.0, 6.0]])
labels = np.array([0, 1, 0, 0, 0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
    centroids = update_centroids(x, labels, 2)
why = "each is the mean of its points, as worked by hand"
dd.check.like(centroids, np.array([[3.0, 3.0], [4.0, 7.0]]), what="centroids", why=why)
labels = np.array([2, 2, 0, 0, 2])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
    centroids = update_centroids(x, labels, 3)
due = np.array([[5.0, 0.5], [4.0, 7.0], [2.0, 6.0]])
dd.check.like(centroids, due, what="centroids", why="cluster 1 is empty and gets the worst served point, (4, 7)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(161)


def slow_update(x, labels, k):
    rows = [[float(value) for value in row] for row in x]
    means = {}
    for j in set(labels.tolist()):
        mine = [row for row, label in zip(rows, labels, strict=True) if label == j]
        means[j] = [sum(column) / len(mine) for column in zip(*mine, strict=True)]
    far = [sum((a - b) ** 2 for a, b in zip(row, means[c], strict=True)) for row, c in zip(rows, labels, strict=True)]
    waiting = sorted(range(len(rows)), key=lambda i: -far[i])  # sorted keeps the order of equals
    return np.array([means[j] if j in means else rows[waiting.pop(0)] for j in range(k)])


for m, n, k in ((1, 1, 1), (1, 3, 1), (6, 1, 2), (5, 4, 5), (9, 2, 3), (12, 3, 4), (20, 2, 9)):
    x = rng.normal(1.0, 2.0, (m, n))
    full = np.concatenate([np.arange(k), rng.integers(0, k, m - k)])
    for labels in (rng.permutation(full), np.minimum(full, max(k - 2, 0)), np.maximum(full, k // 2)):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
            centroids = update_centroids(x, labels, k)
        due = slow_update(x, labels, k)
        why = "it is the mean of its points, or for an empty cluster the worst served point that is left"
        dd.check.like(centroids, due, dtype="float64", rtol=1e-9, what="centroids", why=why)
        far_out = update_centroids(1e8 + x, labels, k) - 1e8
        if len(set(labels.tolist())) == k:
            dd.check.close(far_out, due, atol=1e-6, what="centroids less 1e8", why="they move with the points")

two = np.array([[0.0], [4.0], [10.0], [12.0]])
lonely = update_centroids(two, np.array([0, 0, 3, 3]), 4)
dd.check.close(lonely, [[2.0], [0.0], [4.0], [11.0]], what="centroids", why="rows 0 and 1 are farthest, in that order")
alike = update_centroids(np.array([[0.0], [1.0], [5.0], [6.0]]), np.zeros(4, int), 4)
why = "the squared distances from the mean are 9, 4, 4, 9, and of equals the first comes first"
dd.check.close(alike, [[3.0], [0.0], [6.0], [1.0]], what="centroids", why=why)
same = update_centroids(np.full((5, 2), 0.1), np.array([1, 1, 1, 1, 1]), 3)
dd.check.close(same, np.full((3, 2), 0.1), what="centroids", why="all points are in one place")
near = update_centroids(np.array([[0.0], [0.2], [0.5], [0.9]]), np.array([2, 2, 2, 2]), 3)
why = "the distances from the mean, 0.4, are 0.5 and 0.4 for the worst served, rows 3 and 0"
dd.check.close(near, [[0.9], [0.0], [0.4]], what="centroids", why=why)
served = update_centroids(np.array([[1.0], [7.0], [7.0], [7.0]]), np.array([0, 3, 3, 3]), 4)
dd.check.close(
    served, [[1.0], [1.0], [7.0], [7.0]], what="centroids", why="all are 0 from their mean, rows 0 and 1 come first"
)
warned = warnings_from(update_centroids, two, np.array([0, 0, 3, 3]), 4)
dd.check.equal(warned, [], what="the list of warnings", why="an empty cluster is no accident")
farthest = np.array([[0.0, 0.0], [0.0, 2.0], [9.0, 9.0], [9.0, 10.0], [9.0, 14.0], [9.0, 15.0]])
moved = update_centroids(farthest, np.array([1, 1, 2, 2, 2, 2]), 3)
why = "a point's distance is from the mean of its own cluster, here row 2's (9, 12)"
dd.check.close(moved, [[9.0, 9.0], [0.0, 1.0], [9.0, 12.0]], what="centroids", why=why)

pixels = rng.integers(100, 256, (50, 3)).astype("uint8")
labels = np.arange(50) % 4
due = slow_update(pixels, labels, 6)
why = "means of whole numbers are fractions, and uint8 may not wrap around"
dd.check.like(update_centroids(pixels, labels, 6), due, dtype="float64", what="centroids", why=why)
many = np.full((60_000, 2), 16.7, dtype="float32")
due = np.full((1, 2), float(np.float32(16.7)))
result = update_centroids(many, np.zeros(60_000, int), 1)
dd.check.like(result, due, dtype="float64", rtol=1e-9, what="centroids", why="the mean is taken in float64")
### END HIDDEN TESTS

# %% mistakes: update_centroids
# - replace: np.mean(x[labels == j], axis=0)
#   with: np.mean(x[labels == j])
#   hint: "One number for a whole cluster: you average over its columns as well as its points."
# - replace: np.mean(x[labels == j], axis=0)
#   with: np.median(x[labels == j], axis=0)
#   hint: "That is the median, which makes the sum of distances small column by column. The mean does that for the
#     squares."
# - replace: np.mean(x[labels == j], axis=0)
#   with: np.sum(x[labels == j], axis=0) / len(x)
#   hint: "You divide by the number of all points. A mean belongs to the points that were added up."
# - replace: x = x.astype(float)
#   with: x = x + 0
#   hint: "In which dtype are your sums and differences taken? Small ones wrap around or lose digits."
# - replace: unserved[worst] = -1.0
#   with: unserved = unserved + 0
#   hint: "Two empty clusters get the same point, and one of them will be empty again. A row is given away once."
# - replace: worst = np.argmax(unserved)
#   with: worst = np.argmin(unserved)
#   hint: "Your empty cluster gets the point that is served best. Which point has most to gain?"
# - replace: worst = np.argmax(unserved)
#   with: worst = j
#   hint: "An empty cluster gets the row of its own number, which says nothing about where a centroid is missing."
# - replace: centroids[labels]
#   with: np.mean(x, axis=0)
#   hint: "You look for the point farthest from the mean of all. Worst served is who is far from its own centroid."
# - replace: centroids = np.zeros((k, x.shape[1]))
#   with: |-
#     k = int(np.max(labels)) + 1
#         centroids = np.zeros((k, x.shape[1]))
#   hint: "You count the clusters by the highest label. The last one may have no point today."


# %% mistake: update_centroids
# hint: "An empty cluster is left at the origin, wherever the data may lie. The docstring says what it gets."
def update_centroids(x, labels, k):
    hot = labels == np.arange(k)[:, None]  # (k, m)
    return hot.astype(float) @ x / np.maximum(hot.sum(axis=1, keepdims=True), 1)


# %% mistake: update_centroids
# hint: "A cluster without points has no mean: you divide 0 by 0, and NaN spreads from there."
def update_centroids(x, labels, k):
    return np.array([x[labels == j].mean(axis=0) for j in range(k)])


# %% mistake: update_centroids
# hint: "Clusters without a point are missing in yours. k says how many centroids are due, whichever labels occur."
def update_centroids(x, labels, k):
    return np.array([x[labels == j].astype(float).mean(axis=0) for j in np.unique(labels)])


# %% mistake: update_centroids
# hint: "An empty cluster goes to the middle of all data, where it may stay empty. The docstring says what it gets."
def update_centroids(x, labels, k):
    x = x.astype(float)
    return np.array([x[labels == j].mean(axis=0) if np.any(labels == j) else x.mean(axis=0) for j in range(k)])


# %% mistake: update_centroids
# hint: "Your empty cluster gets the point farthest from its *nearest* centroid. The docstring measures from the mean
#   of the cluster that the point is labelled with."
def update_centroids(x, labels, k):
    x = x.astype(float)
    centroids = np.full((k, x.shape[1]), np.inf)
    for j in np.unique(labels):
        centroids[j] = x[labels == j].mean(axis=0)
    for j in range(k):
        if not np.any(labels == j):
            placed = centroids[np.isfinite(centroids[:, 0])]
            centroids[j] = x[np.argmax(np.min(np.sum((x[:, None] - placed) ** 2, axis=2), axis=1))]
    return centroids


# %% equivalents: update_centroids
# - replace: np.zeros((k, x.shape[1]))
#   with: np.ones((k, x.shape[1]))
#   reason: "Every row is filled: with a mean or with a point."
# - replace: np.mean(x[labels == j], axis=0)
#   with: np.mean(x[labels == j], axis=0, keepdims=True)
#   reason: "A table of one row is assigned to a row as that row."
# - replace: np.sum((x - centroids[labels]) ** 2, axis=1)
#   with: np.mean((x - centroids[labels]) ** 2, axis=1)
#   reason: "Dividing all squared distances by n changes no order."
# - replace: np.sum((x - centroids[labels]) ** 2, axis=1)
#   with: np.sum((x - centroids[labels]) ** 2, axis=1, keepdims=True)
#   reason: "argmax counts along the flat array, and a column is in the same order."
# - replace: unserved[worst] = -1.0
#   with: unserved[worst] = -2.0
#   reason: "Any negative number is below all squared distances."


# %% accepts: update_centroids
def update_centroids(x, labels, k):
    x = np.asarray(x, dtype=np.float64)
    hot = (labels[:, None] == np.arange(k)).astype(float)  # (m, k)
    counts = hot.sum(axis=0)
    origin = x[0]
    centroids = origin + hot.T @ (x - origin) / np.maximum(counts, 1)[:, None]
    order = np.argsort(-np.linalg.norm(x - centroids[labels], axis=1).round(9), kind="stable")
    empty = counts == 0
    centroids[empty] = x[order[: empty.sum()]]
    return centroids


# %% accepts: update_centroids
def update_centroids(x, labels, k):
    groups = [x[labels == j].astype(float) for j in range(k)]
    means = [group.mean(axis=0) if len(group) else None for group in groups]
    far = [(float(np.sum((x[i].astype(float) - means[labels[i]]) ** 2)), -i) for i in range(len(x))]
    spare = sorted(far, reverse=True)
    return np.array([x[-spare.pop(0)[1]].astype(float) if mean is None else mean for mean in means])


# %% [markdown]
# ## What k-means makes small
#
# Both halves serve one cost, the **inertia**: the sum, over all points, of the squared distance to the own
# centroid,
#
# $$J = \sum_{i} \lVert x_i - \mu_{c_i} \rVert^2 .$$
#
# It is a sum and not a mean, by custom. By hand at the start: $0 + 0 + 50 + 17 + 5 = 72$. Mind the index: the
# centroid that counts is the one the label *names*, also when another happens to be nearer.


# %% exercise: inertia
def inertia(x, labels, centroids):
    """Sum of squared distances of the points to the centroids that their labels name.

    Args:
        x: points, array of shape (m, n), float or any int dtype; may lie far from the origin; left unchanged.
        labels: int array of shape (m,), from 0 to k - 1, not necessarily those of the nearest; left unchanged.
        centroids: array of shape (k, n), of the sorts that x may be; left unchanged.

    Returns:
        The inertia, a float. About 1 line.
    """
    ### BEGIN SOLUTION
    return np.sum((x.astype(float) - centroids[labels]) ** 2)
    ### END SOLUTION


# %% test: inertia, points=1
x = np.array([[2.0, 5.0], [4.0, 7.0], [7.0, 0.0], [3.0, 1.0], [0.0, 6.0]])
centroids = np.array([[2.0, 5.0], [4.0, 7.0]])
labels = np.array([0, 1, 0, 0, 0])
with dd.check.unchanged(x), dd.check.unchanged(labels), dd.check.unchanged(centroids):
    result = inertia(x, labels, centroids)
dd.check.like(result, 72.0, why="this is the sum worked by hand")
dd.check.like(inertia(x, np.array([0, 0, 0, 1, 0]), centroids), 100.0, why="a label counts, nearest or not")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(162)
for m, k, n in ((1, 1, 1), (1, 4, 3), (5, 1, 2), (8, 3, 1), (4, 4, 4), (30, 7, 2)):
    x, centroids, labels = rng.normal(0.5, 2.0, (m, n)), rng.normal(0.0, 2.0, (k, n)), rng.integers(0, k, m)
    due = 0.0
    for row, label in zip(x, labels, strict=True):
        due += sum((a - b) ** 2 for a, b in zip(row, centroids[label], strict=True))
    with dd.check.unchanged(x), dd.check.unchanged(labels), dd.check.unchanged(centroids):
        result = inertia(x, labels, centroids)
    dd.check.like(result, float(due), rtol=1e-9, why="it is the sum over points and columns")
    moved = inertia(1e8 + x, labels, 1e8 + centroids)
    dd.check.close(moved, due, rtol=1e-5, atol=1e-6, why="moving everything together changes no distance")
    twice = inertia(np.concatenate([x, x]), np.concatenate([labels, labels]), centroids)
    dd.check.close(twice, 2 * due, rtol=1e-9, why="twice the points have twice the sum")
    small = inertia(x.astype("float32"), labels, centroids.astype("float32"))
    dd.check.close(small, due, rtol=1e-4, why="float32 costs digits, not the result")
pixels = np.array([[0, 250, 3], [255, 0, 5]], dtype="uint8")
due = 255.0**2 + 250.0**2 + 4
crossed = inertia(pixels, np.array([1, 0]), pixels)
dd.check.like(crossed, 2 * due, why="uint8 may not wrap around")
dd.check.like(inertia(pixels, np.array([1, 1]), pixels), due, why="two points may share a centroid")
dd.check.like(inertia(pixels, np.array([0, 1]), pixels + 0.5), 1.5, why="centroids have fractions, if pixels have none")
### END HIDDEN TESTS

# %% mistakes: inertia
# - replace: np.sum((x.astype(float) - centroids[labels]) ** 2)
#   with: np.mean((x.astype(float) - centroids[labels]) ** 2)
#   hint: "You average. Inertia is by custom a sum."
# - replace: np.sum((x.astype(float) - centroids[labels]) ** 2)
#   with: np.sum((x.astype(float) - centroids[labels]) ** 2) / len(x)
#   hint: "You average over the points. Inertia is by custom a sum."
# - replace: np.sum((x.astype(float) - centroids[labels]) ** 2)
#   with: np.sum(np.linalg.norm(x.astype(float) - centroids[labels], axis=1))
#   hint: "You add up distances. The mean is the best centroid for their squares."
# - replace: np.sum((x.astype(float) - centroids[labels]) ** 2)
#   with: np.sqrt(np.sum((x.astype(float) - centroids[labels]) ** 2))
#   hint: "You took the root of the whole sum."
# - replace: np.sum((x.astype(float) - centroids[labels]) ** 2)
#   with: np.sum((x.astype(float) - centroids[assign(x, centroids)]) ** 2)
#   hint: "You use the nearest centroid. The labels that you were given may name another."
# - replace: x.astype(float) - centroids[labels]
#   with: x - centroids[labels]
#   hint: "Whole numbers of 8 bits wrap around. In which dtype is a difference safe?"


# %% mistake: inertia
# hint: "Whole numbers of 8 bits wrap around before they are added up. In which dtype is a difference safe?"
def inertia(x, labels, centroids):
    return float(np.sum((x - centroids[labels]) ** 2))


# %% mistake: inertia
# hint: "You expand the square, and far from the origin huge sums are subtracted that nearly agree. Differences first."
def inertia(x, labels, centroids):
    x, own = x.astype(float), centroids.astype(float)[labels]
    return float(max(np.sum(x * x) - 2 * np.sum(x * own) + np.sum(own * own), 0.0))


# %% mistake: inertia
# hint: "Every point meets every centroid in your sum. Only the one that its label names counts."
def inertia(x, labels, centroids):
    return np.sum((x[:, None].astype(float) - centroids) ** 2)


# %% mistake: inertia
# hint: "You measure from the means of the clusters. The centroids that you were given may lie elsewhere."
def inertia(x, labels, centroids):
    return float(sum(np.sum((x[labels == j] - x[labels == j].mean(axis=0)) ** 2) for j in np.unique(labels)))


# %% accepts: inertia
def inertia(x, labels, centroids):
    total = 0.0
    for j, centroid in enumerate(centroids.astype(float)):
        gaps = x[labels == j] - centroid
        total += float(np.vdot(gaps, gaps))
    return total


# %% accepts: inertia
def inertia(x, labels, centroids):
    return float(np.linalg.norm(x.astype(float) - np.take(centroids, labels, axis=0)) ** 2)


# %% [markdown]
# ## The loop
#
# Now alternate. This is **Lloyd's algorithm** (found at Bell Labs in 1957, published in 1982; the name
# k-means is MacQueen's):
#
# 1. Assign every point to the nearest of the given centroids.
# 2. Take a step: update the centroids, then assign again.
# 3. Stop after a step that has left every label as it was, or after `max_steps` steps.
#
# Assigning never raises $J$, since each point picks its smallest distance; updating never raises $J$, since
# means are best for their points. A cost that cannot rise, and a finite number of ways to label $m$ points: so
# the loop comes to rest. By hand: $J = 72$ at the start; after step 1 the centroids are $(3, 3)$ and $(4, 7)$,
# the last point has changed sides and $J = 51$; after step 2 they are $(4, 2)$ and $(2, 6.5)$, the first point
# has changed sides and $J = 25.75$; after step 3 they are $(5, 0.5)$ and $(2, 6)$, nobody moves, and
# $J = 18.5$.
#
# As on Day 2, a history has one more entry than there were steps.


# %% exercise: k_means
def k_means(x, centroids, max_steps):
    """K-means from given centroids (Lloyd 1982).

    Args:
        x: points, array of shape (m, n), float or any int dtype; left unchanged.
        centroids: where to start, array of shape (k, n), 1 <= k <= m, of the sorts that x may be; left unchanged.
        max_steps: most steps to take, int >= 0.

    Returns:
        Tuple (centroids, labels, history): a new float array of shape (k, n); an int array of shape (m,), every
        point's nearest of these centroids; and an array of shape (steps + 1,), history[0] the inertia of the start
        and history[t] that after step t. A step updates, then assigns; the first that changes no label is the
        last. Empty clusters are refilled as in update_centroids. About 9 lines.
    """
    ### BEGIN SOLUTION
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        centroids = update_centroids(x, labels, len(centroids))
        before, labels = labels, assign(x, centroids)
        history.append(inertia(x, labels, centroids))
        if np.array_equal(before, labels):
            break
    return centroids, labels, np.array(history)
    ### END SOLUTION


# %% test: k_means, points=3
x = np.array([[2.0, 5.0], [4.0, 7.0], [7.0, 0.0], [3.0, 1.0], [0.0, 6.0]])
start = np.array([[2.0, 5.0], [4.0, 7.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(start, what="the start"):
    result = k_means(x, start, max_steps=10)
due = (np.array([[5.0, 0.5], [2.0, 6.0]]), np.array([1, 1, 0, 0, 1]), np.array([72.0, 51.0, 25.75, 18.5]))
dd.check.like(result, due, why="these are the three steps worked by hand")
result = k_means(x, start, max_steps=1)
due = (np.array([[3.0, 3.0], [4.0, 7.0]]), np.array([0, 1, 0, 0, 1]), np.array([72.0, 51.0]))
dd.check.like(result, due, why="this is the first step worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(163)


def slow_k_means(x, mu, max_steps):
    x, mu = np.array(x, float), np.array(mu, float)

    def nearest():
        table = np.array([[np.sum((row - other) ** 2) for other in mu] for row in x])
        return table.argmin(axis=1), table.min(axis=1).sum()

    labels, cost = nearest()
    history = [cost]
    for _ in range(max_steps):
        old = labels
        far = np.array([np.sum((row - x[old == c].mean(axis=0)) ** 2) for row, c in zip(x, old, strict=True)])
        spare = iter(np.argsort(-far, kind="stable"))
        mu = np.array([x[old == j].mean(axis=0) if np.any(old == j) else x[next(spare)] for j in range(len(mu))])
        labels, cost = nearest()
        history.append(cost)
        if np.all(labels == old):
            break
    return mu, labels, np.array(history)


cases = [(1, 1, 1, 3), (6, 1, 2, 4), (7, 2, 1, 0), (9, 3, 3, 1), (40, 2, 4, 2), (60, 3, 5, 50), (60, 2, 3, 50)]
for m, n, k, max_steps in cases:
    x = rng.normal(0.0, 1.0, (m, n)) + 3.0 * rng.integers(0, 3, (m, 1))
    start = rng.normal(1.0, 1.0, (k, n))
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(start, what="the start"):
        result = k_means(x, start, max_steps)
    due = slow_k_means(x, start, max_steps)
    dd.check.like(result, due, rtol=1e-9, why=f"that is where k-means is after {len(due[2]) - 1} steps")
    assert not np.shares_memory(result[0], start), "The centroids must be a new array, also after 0 steps."
    assert np.all(np.diff(result[2]) <= 1e-9), "Inertia never rises from one step to the next."
    far_out = k_means(x + 1e6, start + 1e6, max_steps)
    dd.check.close(far_out[1], due[1], what="labels far out", why="moving everything together changes no label")

x = np.concatenate([rng.normal(place, 0.2, (12, 2)) for place in (0.0, 5.0, 10.0)])
start = np.tile(x[:1], (3, 1))  # three times the same: two clusters are empty at first
centroids, labels, history = k_means(x, start, 30)
dd.check.like((centroids, labels, history), slow_k_means(x, start, 30), rtol=1e-9, why="empty clusters are refilled")
dd.check.equal(np.sort(np.bincount(labels, minlength=3)), [12, 12, 12], what="the clusters' sizes")
away = k_means(x, np.array([[5.0, 5.0], [900.0, 900.0]]), 30)
dd.check.like(away, slow_k_means(x, np.array([[5.0, 5.0], [900.0, 900.0]]), 30), rtol=1e-9, why="one starts empty")
pixels = rng.integers(0, 256, (30, 3)).astype("uint8")
result = k_means(pixels, pixels[:4], 20)
dd.check.like(result, slow_k_means(pixels, pixels[:4], 20), rtol=1e-9, why="pixels may come as uint8")
settled = k_means(x, centroids, 5)
dd.check.shape(settled[2], (2,), what="history", why="it is at rest, and one step without a change shows that")
stays = k_means(pixels, pixels[:4], 0)
dd.check.like(stays[0], pixels[:4].astype(float), what="centroids", why="0 steps leave them where they are, as floats")
stays = k_means(pixels, pixels[:4] + 0.75, 0)
dd.check.like(stays[0], pixels[:4] + 0.75, what="centroids", why="centroids have fractions where pixels have none")
### END HIDDEN TESTS

# %% mistakes: k_means
# - replace: history = [inertia(x, labels, centroids)]
#   with: history = []
#   hint: "Your history lacks the cost at the start: with t steps there are t + 1 costs."
# - replace: |-
#     centroids = update_centroids(x, labels, len(centroids))
#         before, labels = labels, assign(x, centroids)
#         history.append(inertia(x, labels, centroids))
#   with: |-
#     before, labels = labels, assign(x, centroids)
#         centroids = update_centroids(x, labels, len(centroids))
#         history.append(inertia(x, labels, centroids))
#   hint: "You assign, then update, so the first step finds the labels as they were and stops. In which order do the
#     two halves of a step come?"
# - replace: |-
#     if np.array_equal(before, labels):
#                 break
#   with: |-
#     if np.array_equal(before, labels):
#                 history.pop()
#                 break
#   hint: "The last step changes no label, but it moves centroids and counts as a step: it has a cost of its own."
# - replace: |-
#     if np.array_equal(before, labels):
#                 break
#   with: pass
#   hint: "You go on after everything has come to rest. Which sign says that nothing will change any more?"
# - replace: centroids = centroids.astype(float)
#   with: pass
#   hint: "After 0 steps you hand back the caller's own array, or whole numbers. A new array of floats is due."
# - replace: before, labels = labels, assign(x, centroids)
#   with: before = labels = assign(x, centroids)
#   hint: "Your first step is always the last. Which labels should be compared with which, and should one of them be
#     as before, or all?"
# - replace: range(max_steps)
#   with: range(max_steps - 1)
#   hint: "You take one step too few. The assignment before the first update is no step."
# - replace: history.append(inertia(x, labels, centroids))
#   with: history.append(inertia(x, before, centroids))
#   hint: "Your costs are those between update and assignment. A step has both behind it."
# - replace: range(max_steps)
#   with: range(max_steps + 1)
#   hint: "You may take one step too many."
# - replace: return centroids, labels, np.array(history)
#   with: return centroids, labels, history
#   hint: "The history comes as a list. An array was asked for."


# %% mistake: k_means
# hint: "Your loop ends before the labels are assigned anew, so they belong to earlier centroids than those you return."
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        labels = assign(x, centroids)
        centroids = update_centroids(x, labels, len(centroids))
        history.append(inertia(x, assign(x, centroids), centroids))
        if np.array_equal(labels, assign(x, centroids)):
            break
    return centroids, labels, np.array(history)


# %% mistake: k_means
# hint: "When no label changes you throw the step away. It has moved the centroids, and it is the last that counts."
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        moved = update_centroids(x, labels, len(centroids))
        new = assign(x, moved)
        if np.array_equal(new, labels):
            break
        centroids, labels = moved, new
        history.append(inertia(x, labels, centroids))
    return centroids, labels, np.array(history)


# %% mistake: k_means
# hint: "You stop when the cost stays the same, which takes one step more than it need. What says a step earlier that
#   nothing will change?"
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        centroids = update_centroids(x, labels, len(centroids))
        labels = assign(x, centroids)
        history.append(inertia(x, labels, centroids))
        if history[-1] == history[-2]:
            break
    return centroids, labels, np.array(history)


# %% mistake: k_means
# hint: "A step of yours assigns, then updates. The labels of the start are already there, so a step begins with the
#   update, and its cost is that of the labels after it."
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    history, labels = [inertia(x, assign(x, centroids), centroids)], None
    for _ in range(max_steps):
        new = assign(x, centroids)
        centroids = update_centroids(x, new, len(centroids))
        history.append(inertia(x, new, centroids))
        if labels is not None and np.array_equal(new, labels):
            break
        labels = new
    return centroids, assign(x, centroids), np.array(history)


# %% equivalents: k_means
# - replace: np.array_equal(before, labels)
#   with: np.array_equal(labels, before)
#   reason: "Equality does not mind the order."


# %% accepts: k_means
def k_means(x, centroids, max_steps):
    places = [np.array(centroids, dtype=float)]
    sides = [assign(x, places[0])]
    while len(places) <= max_steps and not (len(sides) > 1 and (sides[-1] == sides[-2]).all()):
        places.append(update_centroids(x, sides[-1], len(places[0])))
        sides.append(assign(x, places[-1]))
    costs = [inertia(x, side, place) for side, place in zip(sides, places, strict=True)]
    return places[-1], sides[-1], np.array(costs)


# %% accepts: k_means
def k_means(x, centroids, max_steps):
    def nearest(mu):
        squares = np.sum((x[:, None].astype(float) - mu) ** 2, axis=-1)
        return squares.argmin(axis=1), squares.min(axis=1).sum()

    mu = centroids + 0.0
    labels, cost = nearest(mu)
    history, moving = [cost], True
    while moving and len(history) <= max_steps:
        mu = update_centroids(x, labels, len(mu))
        new, cost = nearest(mu)
        history.append(cost)
        moving = bool(np.any(new != labels))
        labels = new
    return mu, labels, np.asarray(history)


# %% [markdown]
# How do the five points find their sides? Each panel is one step further; the dashed line is where both
# centroids are equally near.

# %% demo
five = np.array([[2.0, 5.0], [4.0, 7.0], [7.0, 0.0], [3.0, 1.0], [0.0, 6.0]])
fig, panels = plt.subplots(1, 4, figsize=(14, 3.7), sharex=True, sharey=True)
along = np.array([-20.0, 20.0])
for steps, ax in enumerate(panels):
    mu, labels, history = k_means(five, five[:2], steps)
    for j, marker in enumerate("os"):
        ax.scatter(*five[labels == j].T, s=70, marker=marker, color=f"C{j}", label=f"cluster {j}")
        ax.scatter(*mu[j], s=240, marker="*", color=f"C{j}", edgecolors="black", zorder=3)
    border = np.mean(mu, axis=0) + along[:, None] * np.array([[-1.0, 1.0]]) * (mu[1] - mu[0])[::-1]
    ax.plot(*border.T, color="0.4", linestyle="--", linewidth=1.2)
    ax.set(xlim=(-1, 9), ylim=(-1.5, 8.5), xlabel="$x_0$", aspect="equal")
    ax.set_title(
        f"After {steps} steps, $J$ = {history[-1]:g}" if steps != 1 else f"After 1 step, $J$ = {history[-1]:g}"
    )
panels[0].set_ylabel("$x_1$")
panels[0].legend(loc="upper right")
dd.plot.show(
    "Four panels with the same five points in the plane and two stars, the centroids. From panel to panel the stars "
    "move apart and the border between them turns, until two points lie on one side and three on the other."
)

# %% [markdown]
# Both stars begin in the same group, at the top left, and still the border swings round: as soon as one star
# is dragged towards the two points at the bottom, it loses the upper ones to the other star, which makes it
# freer still. The final border separates two from three, and no step raised $J$.
#
# ## It comes to rest, but where?
#
# "Never rises" is not "reaches the lowest". Finding the best of all clusterings is in general NP-hard, already
# for two clusters (Aloise et al. 2009). The loop only finds a place where no single half-step helps. Eight round
# clouds, and eight of their points drawn at random as the start:

# %% demo
clouds, cloud_labels = dd.data.blobs(n=600, noise=0.6, seed=0, num_classes=8)


def random_start(x, k, seed):
    """k different rows of x, all equally likely."""
    return x[np.random.default_rng(seed).choice(len(x), k, replace=False)]


finals = [k_means(clouds, random_start(clouds, 8, seed), 100) for seed in range(100)]
costs_random = np.array([history[-1] for _, _, history in finals])
fig, panels = plt.subplots(1, 3, figsize=(14, 4.3))
for ax, place in zip(panels, (np.argmin(costs_random), np.argsort(costs_random)[75]), strict=False):
    mu, labels, history = finals[place]
    for j in range(8):
        ax.scatter(*clouds[labels == j].T, s=8, marker="os^Dv"[j % 5], color=f"C{j % 6}")
    ax.scatter(*mu.T, s=200, marker="*", color="white", edgecolors="black", zorder=3)
    ax.set(xlabel="$x_0$", ylabel="$x_1$", title=f"Come to rest at $J$ = {history[-1]:.0f}")
for _, _, history in finals[:12]:
    panels[2].semilogy(history, color="C0" if history[-1] < 1.02 * costs_random.min() else "0.6", linestyle="-")
panels[2].set(xlabel="step", ylabel="inertia $J$ (log scale)", title="Twelve random starts")
dd.plot.show(
    "Left: eight clouds of points, each with a star in its middle. Middle: the same clouds, one or more holding "
    "several stars while two clouds share one. Right: twelve falling curves of inertia by step that end at "
    "different heights, few of them at the lowest."
)

# %% [markdown]
# On the left each cloud has its star. In the middle some star sits between two clouds, and another cloud
# holds two: a **local minimum**. Single steps cannot mend it, because a star would have to cross empty land
# where every step is a step up. On the right all curves fall and then lie flat, at very different heights: a
# flat curve says that k-means is done, not that it is good.
#
# ## A careful start: k-means++
#
# Random rows put several stars into one cloud and none into another. Why not take points that are far from
# each other? Always taking the *farthest* picks outliers. **K-means++** (Arthur and Vassilvitskii 2007) keeps
# the chance and loads the dice:
#
# 1. The first centroid is a row of $X$, all equally likely.
# 2. For every row let $d_i$ be the distance to the nearest centroid chosen so far. The next centroid is row
#    $i$ with probability
#
# $$\frac{d_i^2}{\sum_l d_l^2} .$$
#
# 3. Repeat until there are $k$.
#
# By hand, in one dimension: points $0, 1, 3$, and 0 was drawn first. The squared distances are $0, 1, 9$, so
# the next is 1 with probability $\frac{1}{10}$ and 3 with probability $\frac{9}{10}$. If it is 3, the
# distances to the *nearest* are $0, 1, 0$, and 1 must come next. A row that is already a centroid has weight
# 0, and so has each of its copies. If that is true of all rows there is nothing left to tell them apart;
# then any row will do. The squared distance is each row's share of $J$, and that is why the square is right:
# the dice favour rows in proportion to what the present centroids leave unserved.
#
# The dice are yours. The tests do not ask for particular draws but look at many seeds: how often each row
# comes first, and how often each comes next.


# %% exercise: kmeans_plus_plus
def kmeans_plus_plus(x, k, seed):
    """Starting centroids for k-means, drawn with probability proportional to the squared distance.

    Args:
        x: points, array of shape (m, n), float or any int dtype; may lie far from the origin, and rows may occur
            several times; left unchanged.
        k: number of centroids, int, 1 <= k <= m.
        seed: int >= 0; the same seed gives the same centroids, on any number of calls.

    Returns:
        Float64 array of shape (k, n), each row a row of x, in the order in which they were drawn: the first with
        all rows equally likely, each further one with probability proportional to the squared distance of a row
        to the nearest centroid so far. While rows differ from all chosen ones, no chosen one is repeated; after
        that all rows are equally likely. Never warns. About 8 lines.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    chosen = [rng.integers(len(x))]
    nearest = np.full(len(x), np.inf)  # squared distance to the nearest centroid so far
    while len(chosen) < k:
        nearest = np.minimum(nearest, np.sum((x - x[chosen[-1]]) ** 2, axis=1))
        weights = nearest / np.sum(nearest) if np.any(nearest) else None
        chosen.append(rng.choice(len(x), p=weights))
    return x[chosen]
    ### END SOLUTION


# %% test: kmeans_plus_plus, points=3
x = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [0.0, 2.0], [5.0, 5.0]])
with dd.check.unchanged(x, what="x"):
    start = kmeans_plus_plus(x, 3, seed=7)
dd.check.shape(start, (3, 2), what="the start", why="there is one row for each centroid")
dd.check.dtype(start, "float64", what="the start")
for centroid in start:
    assert np.any(np.all(x == centroid, axis=1)), f"Each centroid is a row of x, and {centroid} is none."
dd.check.equal(len(np.unique(start, axis=0)), 3, what="the number of different rows", why="no row is drawn twice")
dd.check.close(kmeans_plus_plus(x, 3, seed=7), start, what="the start", why="the same seed gives the same centroids")

line = np.array([[0.0], [1.0], [3.0]])
pairs = [tuple(kmeans_plus_plus(line, 2, seed)[:, 0]) for seed in range(100)]
follows = [second for first, second in pairs if first == 0.0]
share = follows.count(3.0) / max(len(follows), 1)
assert share >= 0.6, f"After 0 comes 3 with probability 9/10; it did so in a share of {share:.2f}."
### BEGIN HIDDEN TESTS
import math


def shares_of_starts(rows, k):
    """The probability of each ordered start, from the definition, as a dict of tuples of row numbers."""
    shares = {(i,): 1 / len(rows) for i in range(len(rows))}
    for _ in range(k - 1):
        longer = {}
        for taken, share in shares.items():
            weights = [min(float(np.sum((row - rows[j]) ** 2)) for j in taken) for row in rows]
            for i, weight in enumerate(weights):
                if weight > 0:
                    longer[(*taken, i)] = share * weight / sum(weights)
        shares = longer
    return shares


def surprise(rows, k, num_seeds, first_seed=1000):
    """The chi-square statistic of the counts of starts as a standard normal number (Wilson and Hilferty 1931)."""
    counts = dict.fromkeys(shares_of_starts(np.asarray(rows, float), k), 0)
    for seed in range(first_seed, first_seed + num_seeds):
        start = kmeans_plus_plus(rows, k, seed)
        key = tuple(int(np.flatnonzero(np.all(rows == row, axis=1))[0]) for row in start)
        assert key in counts, f"A start of {start.tolist()} has probability 0: a chosen row is repeated."
        counts[key] += 1
    due = {key: num_seeds * share for key, share in shares_of_starts(np.asarray(rows, float), k).items()}
    large = [key for key in due if due[key] >= 4]
    cells = [(counts[key], due[key]) for key in large]
    cells.append((num_seeds - sum(came for came, _ in cells), num_seeds - sum(d for _, d in cells)))
    cells = [cell for cell in cells if cell[1] > 1e-9]
    statistic, freedom = sum((came - d) ** 2 / d for came, d in cells), len(cells) - 1
    spread = 2 / (9 * freedom)
    return ((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)


far_off = "Over many seeds the starts are not drawn with the probabilities that the docstring gives."
few = np.array([[1.0, 1.0]] * 6 + [[1.0, 1.5], [4.0, 1.0]])
everywhere = np.array([[1.0, 1.0], [1.0, 1.5], [4.0, 1.0]])
for seed in range(15):
    with dd.check.unchanged(few, what="x"):
        start = kmeans_plus_plus(few, 3, seed)
    why = "copies of a chosen row count as chosen while others remain"
    dd.check.close(np.unique(start, axis=0), everywhere, what="the different rows of the start", why=why)
    more = kmeans_plus_plus(few, 6, seed)
    dd.check.shape(more, (6, 2), what="the start")
    dd.check.close(np.unique(more, axis=0), everywhere, what="the different rows of the start", why=why)
warned = warnings_from(kmeans_plus_plus, np.full((5, 2), 0.1), 4, 0)
dd.check.equal(warned, [], what="the list of warnings", why="0 must not be divided by 0")
same = kmeans_plus_plus(np.full((5, 2), 0.1), 4, 0)
dd.check.like(same, np.full((4, 2), 0.1), what="the start", why="where all rows are equal any of them will do")
for m, n, k in ((1, 1, 1), (6, 1, 6), (7, 3, 1), (9, 2, 4)):
    x = np.random.default_rng(m).normal(0.0, 1.0, (m, n))
    start = kmeans_plus_plus(x, k, 3)
    dd.check.shape(start, (k, n), what="the start")
    dd.check.equal(len(np.unique(start, axis=0)), k, what="the number of different rows")
    dd.check.close(kmeans_plus_plus(x, k, 3), start, what="the start", why="the same seed gives the same centroids")
pixels = np.array([[0, 1], [9, 9], [200, 3]], dtype="uint8")
dd.check.dtype(kmeans_plus_plus(pixels, 2, 0), "float64", what="the start", why="centroids are floats")
seeds_differ = {tuple(kmeans_plus_plus(np.arange(40.0)[:, None], 2, seed)[:, 0]) for seed in range(12)}
assert len(seeds_differ) > 4, "Different seeds must give different starts."
assert surprise(np.array([[0, 7], [144, 7], [200, 7]], dtype="uint8"), 2, 120) < 4.5, f"{far_off} x is uint8 here."
assert surprise(np.array([[0.0, 0.0], [2.0, 2.0], [7.0, 0.0], [7.0, 3.0]]), 3, 700) < 4.5, far_off
assert surprise(1e8 + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]]), 2, 120) < 4.5, f"{far_off} x lies far out here."
assert surprise(np.array([[-100, 0], [100, 0], [60, 0]], dtype="int8"), 2, 120) < 4.5, f"{far_off} x is int8 here."
### END HIDDEN TESTS

# %% mistakes: kmeans_plus_plus
# - replace: np.sum((x - x[chosen[-1]]) ** 2, axis=1)
#   with: np.sqrt(np.sum((x - x[chosen[-1]]) ** 2, axis=1))
#   hint: "Your dice are loaded with the distance. With 1 and 3 away the odds should be 1 to 9."
# - replace: np.minimum(nearest, np.sum((x - x[chosen[-1]]) ** 2, axis=1))
#   with: np.sum((x - x[chosen[-1]]) ** 2, axis=1)
#   hint: "You look at the centroid drawn last only, so an earlier one can be drawn again."
# - replace: "np.minimum(nearest, "
#   with: "np.maximum(np.where(np.isinf(nearest), 0.0, nearest), "
#   hint: "You take the distance to the farthest centroid so far. A point is served by the nearest."
# - replace: chosen = [rng.integers(len(x))]
#   with: chosen = [0]
#   hint: "Your first centroid is always row 0. All rows should be equally likely."
# - replace: chosen.append(rng.choice(len(x), p=weights))
#   with: chosen.append(int(np.argmax(nearest)))
#   hint: "You always take the farthest row, which in real data is an outlier. The distance loads the dice; it does not
#     replace them."
# - replace: rng = np.random.default_rng(seed)
#   with: rng = np.random.default_rng(0)
#   hint: "Every seed gives the same start."
# - replace: weights = nearest / np.sum(nearest) if np.any(nearest) else None
#   with: weights = nearest / max(np.sum(nearest), 1e-300)
#   hint: "When all rows are already centroids, every weight is 0 and no probabilities are left. What then?"
# - replace: chosen.append(rng.choice(len(x), p=weights))
#   with: chosen.append(rng.choice(len(x)))
#   hint: "All rows are equally likely in every draw, so a chosen one can come again. The distances should load the
#     dice."
# - replace: x = x.astype(float)
#   with: pass
#   hint: "Your distances, or the centroids you return, keep the dtype of x. Whole numbers of 8 bits wrap around, and
#     centroids are floats."


# %% mistake: kmeans_plus_plus
# hint: "That is a random start: all rows equally likely, only none twice. The distances should load the dice."
def kmeans_plus_plus(x, k, seed):
    return x[np.random.default_rng(seed).choice(len(x), k, replace=False)].astype(float)


# %% mistake: kmeans_plus_plus
# hint: "You add up the distances to all centroids so far, so a row that is already a centroid can be drawn again. A
#   point is served by the nearest alone."
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    centroids = [x[rng.integers(len(x))]]
    for _ in range(k - 1):
        weights = np.sum([np.sum((x - mu) ** 2, axis=1) for mu in centroids], axis=0)
        total = np.sum(weights)
        centroids.append(x[rng.choice(len(x), p=weights / total if total else None)])
    return np.array(centroids)


# %% equivalents: kmeans_plus_plus
# - replace: np.sum((x - x[chosen[-1]]) ** 2, axis=1)
#   with: np.mean((x - x[chosen[-1]]) ** 2, axis=1)
#   reason: "The weights are divided by their sum, so a common factor cancels."


# %% accepts: kmeans_plus_plus
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng([seed, 1])
    rows = np.array(x, dtype=float)
    centroids = rows[[int(rng.random() * len(rows))]]
    for _ in range(k - 1):
        gaps = rows[:, None] - centroids
        weights = np.cumsum(np.min(np.sum(gaps * gaps, axis=2), axis=1))
        if weights[-1] == 0:
            index = int(rng.random() * len(rows))
        else:
            index = int(np.searchsorted(weights, rng.random() * weights[-1], side="right"))
        centroids = np.vstack([centroids, rows[index]])
    return centroids


# %% accepts: kmeans_plus_plus
def kmeans_plus_plus(x, k, seed):
    dice = np.random.RandomState(seed % 2**32)
    x = x.astype(float)
    picked = [dice.randint(len(x))]
    for _ in range(1, k):
        d = np.min([np.sum((x - x[j]) ** 2, axis=1) for j in picked], axis=0)
        total = d.sum()
        picked.append(dice.choice(len(x), p=d / total) if total > 0 else dice.randint(len(x)))
    return np.take(x, picked, axis=0)


# %% [markdown]
# Does it pay? The same eight clouds, 100 starts of each kind, everything else equal. And not to judge by one
# set of clouds, four more, with 50 starts of each kind.


# %% demo
def final_costs(x, k, start, seeds):
    """The inertia at which k-means comes to rest, for each seed."""
    return np.array([k_means(x, start(x, k, seed), 100)[2][-1] for seed in seeds])


costs_plus = final_costs(clouds, 8, kmeans_plus_plus, range(100))
lowest = min(costs_random.min(), costs_plus.min())
fig, ax = plt.subplots(figsize=(8, 4.2))
bins = np.linspace(1, max(costs_random.max(), costs_plus.max()) / lowest, 25)
look = {"bins": bins, "color": ["0.75", "C0"], "label": ["random rows", "k-means++"], "edgecolor": "black"}
ax.hist([costs_random / lowest, costs_plus / lowest], **look)
ax.set(xlabel="final inertia, lowest found = 1", ylabel="starts, of 100 each", title="Where do 100 starts end?")
ax.legend()
dd.plot.show(
    "Histogram of the final inertia as a multiple of the lowest. Most k-means++ starts are in the first bar, at 1; "
    "random starts are spread out over multiples up to ten and more, few of them at 1."
)
print("share of starts that end within 2% of the lowest cost found")
good = [np.mean(costs < 1.02 * lowest) for costs in (costs_random, costs_plus)]
print(f"clouds 0: random {good[0]:.2f}, k-means++ {good[1]:.2f}")
for set_number in range(1, 5):
    points, _ = dd.data.blobs(n=600, noise=0.6, seed=set_number, num_classes=8)
    found = [final_costs(points, 8, start, range(50)) for start in (random_start, kmeans_plus_plus)]
    good = [np.mean(costs < 1.02 * np.min(found)) for costs in found]
    print(f"clouds {set_number}: random {good[0]:.2f}, k-means++ {good[1]:.2f}")

# %% [markdown]
# Of the random starts about one in six finds the eight clouds; of the careful ones about half or more do, and
# those that fail mostly fail by less. The price is $k - 1$ more passes over the data, about as much as one step of
# the loop. There is a promise too: already *before* the first step the cost of a k-means++ start is, on
# average, at most $8(\ln k + 2)$ times the lowest possible. That is a loose bound for the worst data, and
# nothing like it holds for random rows.
#
# Chance remains, so everybody does the obvious: start several times and keep the lowest $J$. With half of the
# starts good, ten of them all fail once in a thousand. scikit-learn's default start is k-means++ as well, in
# a variant that draws a few candidates each time and keeps the best.


# %% demo
def best_k_means(x, k, num_starts, seed=0):
    """The k-means of lowest inertia among several k-means++ starts."""
    runs = [k_means(x, kmeans_plus_plus(x, k, 1000 * seed + start), 100) for start in range(num_starts)]
    return min(runs, key=lambda run: run[2][-1])


# %% [markdown]
# ## How many clusters? The silhouette of a point
#
# $J$ cannot choose $k$: with every further centroid the lowest $J$ falls, until at $k = m$ it is 0. One looks
# for the **elbow** instead, the $k$ after which $J$ falls no longer steeply but slowly (the idea is
# Thorndike's, 1953). That is a matter of the eye, so it is good to have a second opinion that can go down
# again.
#
# The **silhouette** (Rousseeuw 1987) asks every point whether it is in the right place. Let $a_i$ be its mean
# distance to the *other* points of its cluster. For every other cluster take the mean distance to its points;
# the smallest of these is $b_i$, the distance to the neighbours. Distances, not squares. Then
#
# $$s_i = \frac{b_i - a_i}{\max(a_i, b_i)} .$$
#
# Near 1 the point is far nearer to its own than to any others; at 0 it is between two clusters; below 0
# the neighbours are nearer than its own. A point that is alone in its cluster has no others, and gets $s_i = 0$
# by definition. So does one with $a_i = b_i = 0$. The mean over all points scores the clustering.
#
# By hand: points $0, 2, 8$ on a line, labels $(0, 0, 1)$. For the first $a = 2$, $b = 8$ and
# $s = \frac{6}{8}$; for the second $a = 2$, $b = 6$ and $s = \frac{4}{6}$; the third is alone, $s = 0$.
#
# This exercise is stated by its contract. Any labels will do, also such as 3, 7 and $-1$.


# %% exercise: silhouette
def silhouette(x, labels):
    """The silhouette of every point (Rousseeuw 1987), with Euclidean distances.

    Args:
        x: points, array of shape (m, n), float or any int dtype; may lie far from the origin; left unchanged.
        labels: int array of shape (m,), any integers, at least two different ones; left unchanged.

    Returns:
        Float array of shape (m,), from -1 to 1; 0 for a point that is alone in its cluster, and for one at
        distance 0 of its own and of the nearest other cluster. Never warns. About 12 lines.
    """
    ### BEGIN SOLUTION
    gaps = x[:, None, :].astype(float) - x  # (m, m, n)
    distances = np.sqrt(np.sum(gaps**2, axis=2))  # (m, m)
    clusters, own, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.stack([distances[:, labels == c].sum(axis=1) for c in clusters], axis=1)  # (m, clusters)
    rows = np.arange(len(x))
    a = sums[rows, own] / np.maximum(sizes[own] - 1, 1)  # the point itself adds 0, and does not count
    means = sums / sizes
    means[rows, own] = np.inf
    b = np.min(means, axis=1)
    larger = np.maximum(a, b)
    defined = (sizes[own] > 1) & (larger > 0)
    return np.where(defined, (b - a) / np.where(defined, larger, 1), 0.0)
    ### END SOLUTION


# %% test: silhouette, points=3
x = np.array([[0.0], [2.0], [8.0]])
labels = np.array([0, 0, 1])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
    s = silhouette(x, labels)
dd.check.like(s, np.array([6 / 8, 4 / 6, 0.0]), what="silhouettes", why="these are worked by hand")
corners = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 10.0], [6.0, 8.0], [3.0, 14.0]])
s = silhouette(corners, np.array([7, 7, 3, -1, 3]))
a, b = 5.0, [10.0, 5.0]  # of rows 0 and 1: row 3 is the nearest other cluster of both
dd.check.close(s[[0, 1, 3]], [(b[0] - a) / b[0], 0.0, 0.0], what="silhouettes of rows 0, 1 and 3", why="see s above")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(165)


def slow_silhouette(x, labels):
    x, result = np.asarray(x, float), []
    for i, label in enumerate(labels):
        mean = {}
        for c in set(labels.tolist()):
            others = [math.dist(x[i], x[j]) for j in range(len(x)) if labels[j] == c and j != i]
            mean[c] = sum(others) / len(others) if others else None
        a, b = mean[int(label)], min(mean[c] for c in mean if c != label)
        result.append(0.0 if a is None or max(a, b) == 0 else (b - a) / max(a, b))
    return np.array(result)


for m, n, k in ((2, 1, 2), (3, 2, 2), (6, 1, 3), (9, 4, 3), (20, 2, 6), (15, 3, 2)):
    x = rng.normal(0.0, 1.0, (m, n))
    names = rng.permutation(np.arange(-3, 9))[:k]
    labels = names[np.concatenate([np.arange(k), rng.integers(0, k, m - k)])]
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
        s = silhouette(x, labels)
    due = slow_silhouette(x, labels)
    dd.check.like(s, due, rtol=1e-9, what="silhouettes", why="each is (b - a) / max(a, b)")
    dd.check.close(silhouette(1000 * x, labels), due, what="silhouettes", why="other units change nothing")
    far_out = silhouette(1e8 + np.round(x, 3), labels)
    due = slow_silhouette(np.round(x, 3), labels)
    dd.check.close(far_out, due, atol=1e-5, what="silhouettes far out", why="moving all points changes nothing")
place = np.array([[1.0, 2.0]] * 4)
dd.check.like(silhouette(place, np.array([0, 0, 5, 5])), np.zeros(4), what="silhouettes", why="a = b = 0 gives 0")
for points, labels in ((x, np.arange(len(x)) // 2), (place, np.array([0, 0, 5, 5])), (x[:3], np.array([0, 0, 1]))):
    warned = warnings_from(silhouette, points, labels)
    dd.check.equal(warned, [], what="the list of warnings", why="0 must not be divided by 0")
alone = silhouette(place[:2], np.array([1, 0]))
dd.check.like(alone, np.zeros(2), what="silhouettes", why="each is alone in its cluster")
wrong = silhouette(np.array([[0.0], [0.1], [9.0], [9.1]]), np.array([0, 1, 1, 0]))
assert np.all(wrong < 0), "Points that are nearer to the other cluster have negative silhouettes."
pixels = rng.integers(0, 256, (12, 3)).astype("uint8")
labels = np.arange(12) % 3
due = slow_silhouette(pixels, labels)
dd.check.close(silhouette(pixels, labels), due, what="silhouettes", why="uint8 may not wrap around")
reordered = rng.permutation(12)
turned = silhouette(pixels[reordered].astype(float), labels[reordered])
dd.check.close(turned, due[reordered], what="silhouettes", why="the rows may come in any order")
### END HIDDEN TESTS

# %% mistakes: silhouette
# - replace: np.maximum(sizes[own] - 1, 1)
#   with: sizes[own]
#   hint: "The point itself is among those you average over, at distance 0. The mean is over the others."
# - replace: np.sqrt(np.sum(gaps**2, axis=2))
#   with: np.sum(gaps**2, axis=2)
#   hint: "You use squared distances. A silhouette compares distances."
# - replace: means[rows, own] = np.inf
#   with: pass
#   hint: "Your nearest cluster may be the point's own. The neighbours are the nearest of the others."
# - replace: np.min(means, axis=1)
#   with: np.mean(np.where(np.isinf(means), np.nan, means), axis=1, where=~np.isinf(means))
#   hint: "You average over all other clusters. Only the nearest of them counts."
# - replace: (b - a) / np.where(defined, larger, 1)
#   with: (a - b) / np.where(defined, larger, 1)
#   hint: "Your signs are turned: a point near its own and far from others should score close to 1."
# - replace: defined = (sizes[own] > 1) & (larger > 0)
#   with: defined = larger > 0
#   hint: "A point that is alone has no others to be near to. What does the definition give it?"
# - replace: larger = np.maximum(a, b)
#   with: larger = a + b
#   hint: "You divide by the sum of a and b. The larger of the two is meant."
# - replace: x[:, None, :].astype(float) - x
#   with: x[:, None, :] - x
#   hint: "Whole numbers of 8 bits wrap around. In which dtype is a difference safe?"
# - replace: return np.where(defined, (b - a) / np.where(defined, larger, 1), 0.0)
#   with: return np.mean(np.where(defined, (b - a) / np.where(defined, larger, 1), 0.0))
#   hint: "You return the mean over all points. Each point has a silhouette of its own."


# %% mistake: silhouette
# hint: "You measure distances to the middles of clusters. The definition averages distances to their points."
def silhouette(x, labels):
    x = x.astype(float)
    clusters, own = np.unique(labels, return_inverse=True)
    middles = np.stack([x[labels == c].mean(axis=0) for c in clusters])
    table = np.linalg.norm(x[:, None] - middles, axis=2)
    rows = np.arange(len(x))
    a = table[rows, own].copy()
    table[rows, own] = np.inf
    b = table.min(axis=1)
    larger = np.maximum(a, b)
    return np.where((larger > 0) & (np.bincount(own)[own] > 1), (b - a) / np.where(larger > 0, larger, 1), 0.0)


# %% mistake: silhouette
# hint: "The point itself is among those you average over, at distance 0, and one that is alone even scores 1. The mean
#   is over the *other* points."
def silhouette(x, labels):
    x, s = x.astype(float), np.zeros(len(x))
    for i in range(len(x)):
        distances = np.linalg.norm(x - x[i], axis=1)
        a = distances[labels == labels[i]].mean()
        b = min(distances[labels == c].mean() for c in np.unique(labels) if c != labels[i])
        s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% mistake: silhouette
# hint: "Your b is the mean distance to all points of other clusters. Only the nearest of those clusters counts."
def silhouette(x, labels):
    x, s = x.astype(float), np.zeros(len(x))
    for i in range(len(x)):
        distances = np.linalg.norm(x - x[i], axis=1)
        mine = labels == labels[i]
        if mine.sum() > 1:
            a, b = distances[mine].sum() / (mine.sum() - 1), distances[~mine].mean()
            s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% equivalents: silhouette
# - replace: np.sqrt(np.sum(gaps**2, axis=2))
#   with: np.sqrt(np.mean(gaps**2, axis=2))
#   reason: "A silhouette is a ratio of distances, so a common factor cancels."
# - replace: np.where(defined, larger, 1)
#   with: np.where(defined, larger, 2)
#   reason: "Where it is not defined the quotient is thrown away; it must only not divide by 0."


# %% accepts: silhouette
def silhouette(x, labels):
    x, s = np.asarray(x, float), np.zeros(len(x))
    for i in range(len(x)):
        distances = np.linalg.norm(x - x[i], axis=1)
        mine = labels == labels[i]
        if mine.sum() == 1:
            continue
        a = distances[mine].sum() / (mine.sum() - 1)
        b = min(distances[labels == c].mean() for c in set(labels[~mine].tolist()))
        s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% accepts: silhouette
def silhouette(x, labels):
    hot = (labels[:, None] == np.unique(labels)).astype(float)  # (m, clusters)
    distances = np.sqrt(((x[:, None].astype(float) - x[None].astype(float)) ** 2).sum(-1))
    sums, sizes = distances @ hot, hot.sum(axis=0)
    a = np.sum(sums * hot, axis=1) / np.maximum(hot @ sizes - 1, 1)
    b = np.min(np.where(hot == 1, np.inf, sums / sizes), axis=1)
    s = np.divide(b - a, np.maximum(a, b), out=np.zeros(len(x)), where=np.maximum(a, b) > 0)
    return s * (hot @ sizes > 1)


# %% [markdown]
# What does one cluster too many look like? Four round clouds, cut into four and into five. Each bar is a point,
# sorted within its cluster; the dashed line is the mean.

# %% demo
four_clouds, _ = dd.data.blobs(n=300, noise=0.7, seed=3, num_classes=4)
fig, panels = plt.subplots(1, 2, figsize=(11, 4), sharex=True)
for ax, k in zip(panels, (4, 5), strict=True):
    _, labels, _ = best_k_means(four_clouds, k, 10)
    s = silhouette(four_clouds, labels)
    top = 0
    for j in range(k):
        bars = np.sort(s[labels == j])
        ax.barh(top + np.arange(len(bars)), bars, height=1.0, color=f"C{j}")
        ax.text(-0.02, top + len(bars) / 2, str(j), ha="right", va="center")
        top += len(bars) + 10
    ax.axvline(np.mean(s), color="black", linestyle="--", linewidth=1)
    ax.set(xlabel="silhouette", yticks=[], xlim=(-0.25, 1), title=f"$k$ = {k}: mean {np.mean(s):.2f}")
panels[0].set_ylabel("points, by cluster")
dd.plot.show(
    "Two panels of horizontal bars, one a point, in blocks by cluster. With four clusters all blocks are wide, most "
    "bars over 0.7. With five, two blocks are short and taper off towards 0, and the mean, a dashed line, is lower."
)

# %% [markdown]
# With four clusters every block is a broad slab. With five, one cloud was cut in two, and its halves are the
# blocks that taper off: their points are nearly as near to the other half as to their own.
#
# Now three kinds of data, and for each the lowest $J$ of ten starts and the mean silhouette, for every $k$
# from 1 or 2 to 12. Do the two agree?

# %% demo
rng = np.random.default_rng(16)
angle = 2 * np.pi * np.arange(3) / 3
corners = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (3, 2)
middles = (6.0 * corners[:, None] + 1.5 * corners).reshape(9, 2)  # three groups of three
kinds = {
    "four clouds": four_clouds,
    "three groups of three": middles[np.arange(297) % 9] + rng.normal(0.0, 0.15, (297, 2)),
    "no clusters": rng.uniform(0, 10, (300, 2)),
}
numbers = np.arange(1, 13)
fig, panels = plt.subplots(3, 3, figsize=(13, 10))
for column, (name, points) in enumerate(kinds.items()):
    runs = [best_k_means(points, k, 10) for k in numbers]
    costs = np.array([history[-1] for _, _, history in runs])
    scores = np.array([np.nan, *(np.mean(silhouette(points, labels)) for _, labels, _ in runs[1:])])
    cloud, elbow, mean_s = panels[:, column]
    cloud.scatter(*points.T, s=8, color="0.4")
    cloud.set(title=name.capitalize(), xlabel="$x_0$", ylabel="$x_1$", aspect="equal")
    elbow.plot(numbers, costs / costs[0], marker="o")
    elbow.set(xlabel="number of clusters $k$", ylabel="lowest $J$, that of $k=1$ is 1", title="Elbow plot")
    mean_s.plot(numbers, scores, marker="s", color="C1", linestyle="-")
    mean_s.set(xlabel="number of clusters $k$", ylabel="mean silhouette", ylim=(0, 1), title="Silhouettes")
    for ax in (elbow, mean_s):
        ax.set_xticks(numbers)
    print(f"{name}: silhouette highest at k = {np.nanargmax(scores) + 1}, with {np.nanmax(scores):.2f}")
dd.plot.show(
    "Nine panels. Top: four round clouds; three groups of three small clouds; evenly spread points. Middle: inertia by "
    "number of clusters, with an elbow at 4, an elbow at 3, and a smooth curve. Bottom: mean silhouette, with a peak "
    "at 4, a peak at 9, and a nearly flat line near 0.4."
)

# %% [markdown]
# - **Left:** the elbow is at 4, the silhouette is highest at 4. When clusters are plain, everything agrees.
# - **Middle:** they differ, and neither is wrong. $J$ counts squared units, so the large gaps between the
#   three groups drown all else, and the elbow is at 3; the fall from there to 9 is hard to see. The silhouette
#   compares each point with its *nearest* neighbours, so it sees nine, with lower hills before it. How many
#   there are depends on what you want them for.
# - **Right:** no elbow, and a silhouette that is level near 0.4. K-means cuts any data into $k$ pieces, and
#   says nothing of its own about whether there is anything to cut.
#
# So look at both, and above all at whether a cluster means something: to the person who will treat its
# members alike, or to a model that gets the label as a feature. A $k$ is good when it is useful.
#
# ## Where k-means fails
#
# A point goes to the nearest centroid, so every border is a straight line halfway between two centroids.
# That suits clusters that are round, of similar width, and not too unequal in number. What happens
# otherwise? In each panel the *colour and marker* show what k-means found, with the right $k$ and the best of
# ten starts; the title says what share of the points it got right.


# %% demo
def agreement(labels, truth, k):
    """The share of points in the right cluster, under the best way to number the clusters."""
    return max(np.mean(np.array(order)[labels] == truth) for order in itertools.permutations(range(k)))


rng = np.random.default_rng(17)
side = np.arange(300) % 2
long = np.stack([4.0 * rng.normal(size=300), 2.0 * side + 0.35 * rng.normal(size=300)], axis=1)
size = np.repeat([0, 1, 2], [400, 30, 30])
width = np.array([1.8, 0.3, 0.3])[size][:, None]
unequal = np.array([[0.0, 0.0], [5.0, 1.2], [5.0, -1.2]])[size] + width * rng.normal(size=(460, 2))
moons, moon = dd.data.moons(n=300, noise=0.06, seed=2)
shapes = {
    "Elongated": (long, side, 2),
    "The same, standardised": ((long - long.mean(axis=0)) / long.std(axis=0), side, 2),
    "Unequal": (unequal, size, 3),
    "Bent": (moons, moon, 2),
}
fig, panels = plt.subplots(1, 4, figsize=(15, 4.2))
for ax, (name, (points, truth, k)) in zip(panels, shapes.items(), strict=True):
    mu, labels, _ = best_k_means(points, k, 10)
    for j in range(k):
        ax.scatter(*points[labels == j].T, s=12, marker="os^"[j], color=f"C{j}")
    ax.scatter(*mu.T, s=220, marker="*", color="white", edgecolors="black", zorder=3)
    ax.set(xlabel="$x_0$", ylabel="$x_1$", title=f"{name}: {agreement(labels, truth, k):.0%} right", aspect="equal")
dd.plot.show(
    "Four panels. Two long flat stripes cut across the middle instead of between them; the same stripes standardised, "
    "now told apart; a wide cloud cut in two while two small clouds beside it share one centroid; two bent moons, each "
    "cut so that its tip belongs to the other."
)

# %% [markdown]
# - **Elongated:** $J$ is paid by the long axis, so k-means cuts the stripes across. If an axis is long because
#   of its *unit*, dollars against years, standardising (Day 3) mends it, as the second panel shows. If it is
#   long by nature, or slanted, it does not.
# - **Unequal:** most of $J$ belongs to the wide cloud, so it gets two centroids, and the two small clouds must
#   share one. The true clustering would have a *higher* $J$; here the cost, not the search, is at fault.
# - **Bent:** no straight border can separate the moons.
#
# Day 17 draws the ellipse that fits one elongated cloud; a mixture of several such Gaussians is the usual
# next tool for the first two cases. Outliers are a fourth case: a mean follows them, and with $k$ large enough
# one becomes a cluster of its own.
#
# What is k-means used for? To summarise customers by a few typical ones, to make a codebook for compression,
# to turn a position into a category that a linear model can use, to choose a few hundred varied rows for people
# to label, or, as now, to divide a picture into regions.
#
# ## Put it together: a photograph in k colours
#
# A pixel is a point in three dimensions: red, green, blue. Clusters of pixels are regions of similar colour,
# and that is the simplest **image segmentation**. Paint every pixel in the colour of its centroid, and $k$
# colours remain. Are sixteen enough for a photograph that has over a hundred thousand? The score is the share
# of the colours' variance that survives, $1 - J / J_1$, where $J_1$ is the inertia of all pixels around a
# single mean colour.
#
# We fit on 3,000 random pixels and then assign all 262,144: centroids of a fair sample are nearly those of
# the whole, and the loop is eighty times cheaper.

# %% demo
photo = dd.data.photos()["astronaut"]  # (512, 512, 3) uint8: Eileen Collins, a photograph by NASA
pixels = photo.reshape(-1, 3)  # (262144, 3)
rng = np.random.default_rng(0)
sample = pixels[rng.choice(len(pixels), 3000, replace=False)]
one_colour = inertia(pixels, np.zeros(len(pixels), int), pixels.mean(axis=0)[None])
painted, kept = {}, {}
for k in (2, 4, 8, 16):
    palette, _, _ = best_k_means(sample, k, num_starts=3)
    labels = assign(pixels, palette)
    painted[k] = np.round(palette).astype("uint8")[labels].reshape(photo.shape)
    kept[k] = 1 - inertia(pixels, labels, palette) / one_colour
    print(f"{k:2d} colours keep {kept[k]:.1%} of the variance; bits a pixel: {np.log2(k):.0f} in place of 24")
assert kept[16] > 0.95

fig, panels = plt.subplots(1, 5, figsize=(15, 3.5))
for ax, (k, picture) in zip(panels, [*painted.items(), ("all", photo)], strict=True):
    ax.imshow(picture)
    ax.set_title(f"{k} colours" if k != "all" else f"{len(np.unique(pixels, axis=0)):,} colours")
    ax.set_axis_off()
dd.plot.show(
    "Five versions of a portrait of an astronaut in an orange suit before a flag. Two colours give a dark and a light "
    "region, four add the orange, eight draw the face in greys, and sixteen are hard to tell from the photograph at "
    "this size."
)

# %% [markdown]
# Two colours find dark and light, four the orange of the suit, and eight draw the face in greys and the stripes
# of the flag in a dark red. Sixteen pass for the photograph until you look for what is missing: the background
# has bands where it should blend, and the skin is paler than it was, since too few pixels have its colour to be
# worth a centroid. Sixteen keep over 95% of the variance at a sixth of the bits, and nobody told k-means about
# suits or flags.
#
# Is there an elbow, and what do sixteen colours look like as points?

# %% demo
numbers = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24])
some = sample[:1500]
costs = [best_k_means(some, k, num_starts=3)[2][-1] / len(some) for k in numbers]
fig, (elbow, colours) = plt.subplots(1, 2, figsize=(12, 4.4))
elbow.plot(numbers, np.sqrt(costs), marker="o")
elbow.set(
    xlabel="number of colours $k$", ylabel="root mean squared error (of 255)", title="Elbow plot of the photograph"
)
elbow.set_xticks([1, 2, 4, 8, 12, 16, 24])
labels = assign(sample, palette)
colours.scatter(sample[:, 0], sample[:, 2], s=6, color=palette[labels] / 255)
colours.scatter(palette[:, 0], palette[:, 2], s=130, color=palette / 255, edgecolors="black", zorder=3)
colours.set(xlabel="red", ylabel="blue", title="3,000 pixels and their 16 centroids", facecolor="0.75")
colours.grid(False)
dd.plot.show(
    "Left: the error in colour falls steeply up to about 4 colours and then ever more slowly, without a sharp bend. "
    "Right: pixels by red and blue, painted in their cluster's colour, with 16 large dots, many of them along the "
    "diagonal of greys and some in the orange corner of high red and low blue."
)

# %% [markdown]
# The curve bends over softly: colours of a photograph are no separate clouds, so no $k$ is the true one, and
# you choose by what a colour costs you. On the right many centroids lie along the diagonal, where red equals
# blue: the greys. Some sit in the corner of high red and low blue: the suit. Where there are many pixels there
# are many centroids, which is what squares of distances ask for, and a small spot of a rare colour is
# painted over. Distances in red, green and blue are also not those that the eye sees; colour spaces made for
# that (CIELAB) give better pictures with the same algorithm.
#
# ## What you should remember
#
# - K-means alternates two halves: every point to its nearest centroid, every centroid to the mean of its
#   points. Neither ever raises the inertia $J$.
# - It ends in a local minimum. Start with k-means++, several times, and keep the lowest $J$.
# - An empty cluster needs a rule, or NaN spreads. Ours: it gets the point that is served worst.
# - $J$ always falls with $k$; an elbow and the silhouettes are two opinions on where to stop, and both can be
#   blind.
# - It finds round clusters of similar size, whatever the data looks like; standardise first.
#
# ## Check yourself
#
# 1. Two runs end with $J = 410$ and $J = 395$ and different labels. Which do you keep, and what does the
#    difference tell you about the loop?
# 2. You multiply one column by 1,000 and run k-means again. What will the borders look like?
# 3. Every point of a cluster has a silhouette near 0. Name two pictures of the data that would explain it.
#
# <details><summary>Answers</summary>
#
# 1. The one with 395: both have come to rest, and $J$ is what they were asked to lower. At least the other one
#    is only a local minimum, so a third start may be better still.
# 2. All borders are across that column: it decides every distance, and the others hardly count.
# 3. One true cluster was cut in two, and these are the halves along the cut; or the cluster overlaps with
#    another, so that its points are as near to the neighbours as to their own.
#
# </details>
#
# ## Go further
#
# - R. L. Thorndike, "Who Belongs in the Family?", *Psychometrika* 18, 1953: the elbow, and doubts about it.
# - J. MacQueen, "Some Methods for Classification and Analysis of Multivariate Observations", *Fifth Berkeley
#   Symposium*, 1967: the name, and a version that updates after every point.
# - S. P. Lloyd, "Least Squares Quantization in PCM", *IEEE Transactions on Information Theory* 28, 1982: the
#   algorithm, written in 1957 to send sound over wires with few bits.
# - P. J. Rousseeuw, "Silhouettes: A Graphical Aid to the Interpretation and Validation of Cluster Analysis",
#   *Journal of Computational and Applied Mathematics* 20, 1987.
# - D. Arthur and S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding", *SODA*, 2007: short,
#   readable, and with the proof of the bound.
# - D. Aloise, A. Deshpande, P. Hansen and P. Popat, "NP-hardness of Euclidean Sum-of-Squares Clustering",
#   *Machine Learning* 75, 2009.
#
# Today a row belonged to its nearest centroid, however far away that was. Tomorrow, on Day 17, we ask the other
# question: when is a row so far from everything that it belongs to nothing?
