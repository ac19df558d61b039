# ---
# day: 59
# title: Face verification and one-shot learning
# week: 12
# minutes: 150
# backend: tensorflow
# needs: [7, 13, 18, 36, 38]
# data: [faces]
# papers:
# - "Bromley, Guyon, LeCun, Säckinger and Shah 1993, Signature verification using a siamese time delay neural network"
# - "Viola and Jones 2001, Rapid object detection using a boosted cascade of simple features"
# - "Hadsell, Chopra and LeCun 2006, Dimensionality reduction by learning an invariant mapping"
# - "Taigman, Yang, Ranzato and Wolf 2014, DeepFace: closing the gap to human-level performance in face verification"
# - "Schroff, Kalenichenko and Philbin 2015, FaceNet: a unified embedding for face recognition and clustering"
# ---

# %% [markdown]
# # Day 59 · Face verification and one-shot learning
#
# By the end you can find a face in a picture, tell whether two pictures show one person whom the network has never
# seen, and keep a book of who came.
#
# - **You will build** a detector of integral images and a cascade, two losses that make distances mean something, a
#   way to pick the triplets worth learning from, and a book in a database. Together they take attendance. Pairs of
#   people that were in no training are told apart at over 0.9.
# - **You need** thresholds and their errors (Day 7), boosted stumps (Day 13), the tape (Day 36) and functional models
#   (Day 38).
# - **Not today:** detectors that are networks (from Day 61), and what it does to people to be recognised. Our faces are
#   drawings of nobody; with real ones, ask before you collect.
# - **Time:** about 150 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x$ | a grey picture | $(H, W)$ | `x`, `image` |
# | $S$ | its integral image | $(H + 1, W + 1)$ | `integral` |
# | $v$ | value of a Haar-like feature | $()$ | |
# | $s$ | standard deviation of the pixels of a window | $()$ | |
# | $e$ | embedding of a face, a point of length 1 | $(D,)$ | `e1`, `embeddings` |
# | $d$ | distance of two embeddings | $()$ | `d` |
# | $e_a, e_p, e_n$ | anchor, positive and negative of a triplet | $(D,)$ each | `a`, `p`, `n` |
# | $m$ | margin | | `margin` |
# | $\tau$ | threshold | | `threshold` |
# | $k$ | neighbours that are asked | | `k` |

# %% setup
import math
import os
import sqlite3
import tempfile

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.data.sets.photos import patches

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Knowing somebody by one picture
#
# A school wants a camera at the door that notes who came. A classifier with one class a pupil is the wrong tool: it
# wants hundreds of pictures of each, and every new pupil means training again. **One-shot learning** asks for more: one
# picture of a person must do. The way out is not to learn *people* but to learn **sameness**: a function of two
# pictures that says how alike the faces are. It is trained on some people and used on all others.
#
# Four steps lie between the camera and the book: *find* the face, turn it into a point (an **embedding**), *compare*
# points, *write down* the name. We go through them in this order.
#
# ## Find it: sums of rectangles in no time
#
# Eyes are darker than cheeks, and the bridge of the nose is lighter than the eyes. Viola and Jones (2001) looked for
# faces with nothing but such comparisons of rectangles, fast enough for the cameras of their day. Their first trick is
# the **integral image** $S$, in which $S_{ij}$ is the sum of all pixels above row $i$ and left of column $j$:
#
# $$S_{ij} = \sum_{i' < i} \sum_{j' < j} x_{i'j'}, \qquad
# x = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}, \qquad
# S = \begin{pmatrix} 0 & 0 & 0 & 0 \\ 0 & 1 & 3 & 6 \\ 0 & 5 & 12 & 21 \end{pmatrix} .$$
#
# It has a row and a column of zeros more than the picture, so that nothing has to be treated apart at the border. With
# it, the sum of **any** rectangle takes four look-ups, however large it is. Rows $t$ to $t + h - 1$, columns $l$ to
# $l + w - 1$:
#
# $$\text{sum} = S_{t+h,\,l+w} - S_{t,\,l+w} - S_{t+h,\,l} + S_{t,\,l} .$$
#
# The last term comes back because it was taken off twice. The four pixels on the right of $x$: $21 - 0 - 5 + 0 = 16$.
#
# A **Haar-like feature** is a weighted sum of a few rectangles, light ones with a positive and dark ones with a
# negative weight. We write it as a list of $(t, l, h, w, c)$: top, left, height and width inside a window, and the
# weight $c$. Put down with the window's corner at row `top` and column `left`, its value is
#
# $$v = \sum_{(t, l, h, w, c)} c \cdot \text{sum of the rectangle at } (\text{top} + t,\ \text{left} + l) .$$
#
# With $x$ from above, "first column minus second", $[(0, 0, 2, 1, 1), (0, 1, 2, 1, -1)]$, is $5 - 7 = -2$, and one
# column further right, $7 - 9 = -2$. Thousands of windows want the same feature, so `top` and `left` may be arrays.


# %% exercise: integral_image_and_haar_feature
def integral_image(x):
    """Sums of all pixels above and to the left of each corner between pixels.

    Args:
        x: grey picture, array (H, W), bools, whole numbers of any type or floats; left unchanged.

    Returns:
        New float64 array (H + 1, W + 1); its first row and column are 0. About 3 lines, no loop.
    """
    ### BEGIN SOLUTION
    integral = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    integral[1:, 1:] = np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
    return integral
    ### END SOLUTION


def haar_feature(integral, rectangles, top=0, left=0):
    """The value of a Haar-like feature in one window or in many.

    Args:
        integral: integral image, float array (H + 1, W + 1); left unchanged.
        rectangles: list of (t, l, h, w, c), ints but for the weight c, inside the window.
        top, left: the window's corner, ints, or arrays of ints that broadcast with each other. The rectangles lie
            inside the picture there. Left unchanged.

    Returns:
        The value, a float, or a float array of the shape that top and left have together. About 6 lines, no loop over
        windows.
    """
    ### BEGIN SOLUTION
    value = np.zeros(np.broadcast_shapes(np.shape(top), np.shape(left)))
    for t, l, h, w, c in rectangles:
        first, last = top + t, top + t + h
        start, end = left + l, left + l + w
        total = integral[last, end] - integral[first, end] - integral[last, start] + integral[first, start]
        value = value + c * total
    return value
    ### END SOLUTION


# %% test: integral_image_and_haar_feature, points=3
x = np.array([[1, 2, 3], [4, 5, 6]])
with dd.check.unchanged(x, what="x"):
    result = integral_image(x)
due = np.array([[0.0, 0, 0, 0], [0, 1, 3, 6], [0, 5, 12, 21]])
dd.check.like(result, due, dtype="float64", why="this is the example worked by hand")
integral = np.array([[0.0, 0, 0, 0], [0, 1, 3, 6], [0, 5, 12, 21]])
edge = [(0, 0, 2, 1, 1), (0, 1, 2, 1, -1)]
with dd.check.unchanged(integral, what="integral"):
    dd.check.close(haar_feature(integral, edge), -2.0, what="the value", why="5 - 7, as worked by hand")
dd.check.close(haar_feature(integral, edge, 0, np.array([0, 1])), [-2.0, -2.0], what="the values of two windows")
block = [(0, 0, 2, 2, 0.5)]
dd.check.close(haar_feature(integral, block, left=1), 8.0, what="half the sum of four pixels", why="half of 16")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(59)
for shape, kind in (((1, 1), "float64"), ((4, 7), "uint8"), ((30, 50), "uint8"), ((9, 2), "int8"), ((5, 3), "bool")):
    x = (rng.random(shape) * (1 if kind == "bool" else 120)).round().astype(kind)
    if kind == "uint8":
        x[0, 0] = 255
    with dd.check.unchanged(x, what="x"):
        result = integral_image(x)
    due = np.array([[x[:i, :j].sum(dtype=float) for j in range(shape[1] + 1)] for i in range(shape[0] + 1)])
    dd.check.like(result, due, dtype="float64", what=f"of {shape} pixels of {kind}", why="corner by corner")
x = np.full((400, 500), 0.1, "float32")
due = 200000 * float(np.float32(0.1))
dd.check.close(
    integral_image(x)[-1, -1], due, rtol=1e-9, what="the last corner", why="add in float64: float32 loses digits"
)
x = rng.normal(size=(6, 8))
dd.check.close(integral_image(x[::2, ::-1])[3, 8], x[::2].sum(), what="the last corner of a view")

rng = np.random.default_rng(590)
for _ in range(12):
    x = rng.normal(size=(12, 15))
    integral = np.zeros((13, 16))
    integral[1:, 1:] = x.cumsum(axis=0).cumsum(axis=1)
    rectangles = []
    for _ in range(rng.integers(1, 4)):
        h, w = rng.integers(1, 6, 2)
        rectangles.append(
            (int(rng.integers(0, 7 - h)), int(rng.integers(0, 7 - w)), int(h), int(w), float(rng.normal()))
        )
    tops, lefts = rng.integers(0, 7, 5), rng.integers(0, 10, 5)

    def slow(top, left, rectangles=rectangles, x=x):
        return sum(c * x[top + t : top + t + h, left + l : left + l + w].sum() for t, l, h, w, c in rectangles)

    with (
        dd.check.unchanged(integral, what="integral"),
        dd.check.unchanged(tops, what="top"),
        dd.check.unchanged(lefts, what="left"),
    ):
        result = haar_feature(integral, rectangles, tops, lefts)
    due = np.array([slow(top, left) for top, left in zip(tops, lefts, strict=True)])
    dd.check.like(result, due, rtol=1e-9, atol=1e-9, what="the values of five windows", why="pixel by pixel")
    grid = haar_feature(integral, rectangles, tops[:3, np.newaxis], lefts[np.newaxis, :4])
    due = np.array([[slow(top, left) for left in lefts[:4]] for top in tops[:3]])
    dd.check.like(grid, due, rtol=1e-9, atol=1e-9, what="a grid of windows", why="top and left broadcast")
    one = haar_feature(integral, rectangles, int(tops[0]), int(lefts[0]))
    dd.check.close(one, slow(tops[0], lefts[0]), rtol=1e-9, atol=1e-9, what="one window")
### END HIDDEN TESTS

# %% mistakes: integral_image_and_haar_feature
# - replace: integral[1:, 1:] =
#   with: integral[:-1, :-1] =
#   hint: "The zeros are at the end. They come first, above and to the left."
# - replace: np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
#   with: np.cumsum(x, axis=0, dtype=float)
#   hint: "You add along one axis only."
# - replace: np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
#   with: np.cumsum(np.cumsum(x, axis=1, dtype=float), axis=1)
#   hint: "You add along one axis twice, and along the other never."
# - replace: np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
#   with: np.cumsum(x, dtype=float).reshape(x.shape)
#   hint: "Your sum runs on from row to row. Each corner counts only what is above it and to its left."
# - replace: np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
#   with: np.cumsum(np.cumsum(x, axis=0, dtype=x.dtype), axis=1, dtype=x.dtype)
#   hint: "Sums in the type of the pixels: bytes wrap around at 256, and float32 loses digits. Add in float64."
# - replace: " + integral[first, start]"
#   with: ""
#   hint: "The corner in the upper left was taken off twice and has to come back."
# - replace: " + integral[first, start]"
#   with: " - integral[first, start]"
#   hint: "The corner in the upper left was taken off twice already. It is added."
# - replace: first, last = top + t, top + t + h
#   with: first, last = top + t, top + t + h - 1
#   hint: "Your rectangles lack their last row. S at the end of a rectangle counts up to, and without, that row."
# - replace: first, last = top + t, top + t + h
#   with: first, last = t, t + h
#   hint: "top is not used: all windows are at the upper border."
# - replace: start, end = left + l, left + l + w
#   with: start, end = l, l + w
#   hint: "left is not used: all windows are at the left border."
# - replace: value = value + c * total
#   with: value = c * total
#   hint: "Only the last rectangle counts. A feature is the sum of all."
# - replace: value + c * total
#   with: value + math.copysign(1, c) * total
#   hint: "You use the sign of the weights, and not how large they are."
# - replace: value + c * total
#   with: value + c * total / (h * w)
#   hint: "You take the mean of each rectangle. A feature is made of sums; dividing is left to the weights."
# - replace: start, end = left + l, left + l + w
#   with: start, end = left + l, left + l + h
#   hint: "Width and height are mixed up; for squares nobody notices."
# - replace: " - integral[first, end] - integral[last, start] + integral[first, start]"
#   with: " - integral[first, start]"
#   hint: "The difference of two corners is no rectangle, but an L. A rectangle takes four corners."


# %% mistake: integral_image_and_haar_feature
# hint: "The row and the column of zeros are missing, and rectangles at the border have no corner to look up."
def integral_image(x):
    return np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)


def haar_feature(integral, rectangles, top=0, left=0):
    value = np.zeros(np.broadcast_shapes(np.shape(top), np.shape(left)))
    for t, l, h, w, c in rectangles:
        first, last = top + t, top + t + h
        start, end = left + l, left + l + w
        total = integral[last, end] - integral[first, end] - integral[last, start] + integral[first, start]
        value = value + c * total
    return value


# %% mistake: integral_image_and_haar_feature
# hint: "With arrays for top and left, you give one number for all windows. Each has a value of its own."
def integral_image(x):
    integral = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    integral[1:, 1:] = np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
    return integral


def haar_feature(integral, rectangles, top=0, left=0):
    value = 0.0
    for t, l, h, w, c in rectangles:
        for i, j in zip(*map(np.ravel, np.broadcast_arrays(top, left)), strict=True):
            corners = integral[i + t :: h, j + l :: w][:2, :2]
            value += c * (corners[1, 1] - corners[0, 1] - corners[1, 0] + corners[0, 0])
    return value


# %% mistake: integral_image_and_haar_feature
# hint: "You move top and left themselves, and they belong to whoever gave them. Add into new arrays."
def integral_image(x):
    integral = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    integral[1:, 1:] = np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
    return integral


def haar_feature(integral, rectangles, top=0, left=0):
    value, moved = 0.0, (0, 0)
    for t, l, h, w, c in rectangles:
        top += t - moved[0]
        left += l - moved[1]
        moved = t, l
        total = integral[top + h, left + w] - integral[top, left + w] - integral[top + h, left] + integral[top, left]
        value = value + c * total
    return value


# %% mistake: integral_image_and_haar_feature
# hint: "Every top meets every left in yours. Arrays for top and left broadcast: five and five are five windows."
def integral_image(x):
    integral = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    integral[1:, 1:] = np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
    return integral


def haar_feature(integral, rectangles, top=0, left=0):
    value = np.zeros((np.size(top), np.size(left)))
    for t, l, h, w, c in rectangles:
        first, start = np.ravel(top)[:, np.newaxis] + t, np.ravel(left) + l
        last, end = first + h, start + w
        total = integral[last, end] - integral[first, end] - integral[last, start] + integral[first, start]
        value = value + c * total
    return value[0, 0] if value.size == 1 else value.squeeze()


# %% equivalents: integral_image_and_haar_feature
# - replace: np.broadcast_shapes(np.shape(top), np.shape(left))
#   with: np.broadcast_shapes(np.shape(left), np.shape(top))
#   reason: "Shapes broadcast the same in either order."


# %% accepts: integral_image_and_haar_feature
def integral_image(x):
    return np.pad(np.asarray(x, dtype=float), ((1, 0), (1, 0))).cumsum(axis=1).cumsum(axis=0)


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.broadcast_arrays(top, left)
    total = np.zeros(top.shape)
    for t, l, h, w, c in rectangles:
        for down, right, sign in ((h, w, 1), (0, w, -1), (h, 0, -1), (0, 0, 1)):
            total = total + sign * c * integral[top + t + down, left + l + right]
    return total


# %% accepts: integral_image_and_haar_feature
def integral_image(x):
    rows, columns = x.shape
    below, right = np.tri(rows + 1, rows, -1), np.tri(columns + 1, columns, -1)
    return below @ x.astype(float) @ right.T


def haar_feature(integral, rectangles, top=0, left=0):
    def rectangle(t, l, h, w):
        strip = integral[top + t + h] - integral[top + t]  # every column's corner
        if np.ndim(strip) == 1:
            return strip[left + l + w] - strip[left + l]
        rows = np.indices(strip.shape[:-1])
        return (
            strip[(*rows, np.broadcast_to(left + l + w, strip.shape[:-1]))]
            - strip[(*rows, np.broadcast_to(left + l, strip.shape[:-1]))]
        )

    if np.ndim(top) or np.ndim(left):
        top, left = np.broadcast_arrays(top, left)
    return sum(c * rectangle(t, l, h, w) for t, l, h, w, c in rectangles)


# %% [markdown]
# One feature finds no face. Many weak ones together do, each a **stump** that votes with a weight, as in AdaBoost
# (Day 13). But a picture has thousands of windows, nearly all of them empty, and asking each hundreds of questions
# takes time. Hence the **cascade**: a few cheap questions first. Whoever fails a stage is out for good, and only what
# is left sees the next, longer one. A stage must lose almost no face and may let many others through, since the stages
# multiply: three that pass 99% of the faces and 30% of the rest leave 97% and 2.7%.
#
# Light changes all sums, so each window is measured by its own contrast. Features have weights that add up to 0 over
# their pixels, so brightness drops out, and their values are divided by the standard deviation $s$ of the window's
# pixels, at least 1. It takes two rectangles: $s^2$ is the mean of $x^2$ minus the square of the mean of $x$, and the
# first comes from the integral image of $x^2$.
#
# A stump is `(rectangles, threshold, sign, weight)`. It votes, with its weight, if
# $\text{sign} \cdot v / s < \text{sign} \cdot \text{threshold}$: with sign $1$ for small values and with sign $-1$ for
# large ones. A stage is `(stumps, needed)`, and a window passes if its votes add up to at least `needed`.


# %% exercise: cascade_detect
def cascade_detect(image, stages, window):
    """The windows of a picture that pass every stage of a cascade.

    Args:
        image: grey picture, array (H, W), whole numbers of any type or floats; left unchanged.
        stages: list of at least one stage (stumps, needed) as above.
        window: side of the square window in pixels, int >= 1.

    Returns:
        (places, scores, survivors): places, int array (n, 2), row and column of the upper left corner of each window
        that passes all stages, row by row from the top, each row from the left; scores, float array (n,), their votes
        in the last stage; survivors, list of ints, how many windows there were at first and after each stage. Windows
        lie inside the picture, at every pixel; a picture smaller than the window has none. About 18 lines.
    """
    ### BEGIN SOLUTION
    image = np.asarray(image, dtype=float)
    rows, columns = (max(side - window + 1, 0) for side in image.shape)
    top, left = (places.ravel() for places in np.indices((rows, columns)))
    integral, squares = integral_image(image), integral_image(image**2)
    mean_of = [(0, 0, window, window, 1 / window**2)]
    variance = haar_feature(squares, mean_of, top, left) - haar_feature(integral, mean_of, top, left) ** 2
    s = np.sqrt(np.maximum(variance, 1))
    survivors = [len(top)]
    for stumps, needed in stages:
        votes = np.zeros(len(top))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, top, left) / s < sign * threshold)
        passed = votes >= needed
        top, left, s, votes = top[passed], left[passed], s[passed], votes[passed]
        survivors.append(len(top))
    return np.stack([top, left], axis=1), votes, survivors
    ### END SOLUTION


# %% test: cascade_detect, points=4
image = np.zeros((5, 6))
image[1:3, 2:4] = [[100, 0], [100, 0]]
bright_left = [([(0, 0, 2, 1, 0.5), (0, 1, 2, 1, -0.5)], 1.0, -1, 1.0)]  # v / s above 1
bright_top = [([(0, 0, 1, 2, 0.5), (1, 0, 1, 2, -0.5)], 0.5, -1, 2.0), ([(0, 0, 2, 2, 0.0)], 1.0, 1, 0.5)]
with dd.check.unchanged(image, what="image"):
    places, scores, survivors = cascade_detect(image, [(bright_left, 1.0)], 2)
dd.check.like(places, np.array([[0, 2], [1, 2], [2, 2]]), what="places", why="there, the left column is lighter")
dd.check.close(scores, [1.0, 1.0, 1.0], what="scores", why="one stump of weight 1 votes")
dd.check.equal(survivors, [20, 3], what="survivors", why="4 rows of 5 windows, and what is left of them")
places, scores, survivors = cascade_detect(image, [(bright_left, 1.0), (bright_top, 2.0)], 2)
dd.check.like(places, np.array([[2, 2]]), what="places", why="of the three, one has its upper row lighter")
dd.check.close(scores, [2.5], what="scores", why="both stumps of the last stage vote")
dd.check.equal(survivors, [20, 3, 1], what="survivors")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(591)


def slow_detect(image, stages, window):
    image = image.astype(float)
    found, scores, survivors = [], [], [0] * (len(stages) + 1)
    for top in range(image.shape[0] - window + 1):
        for left in range(image.shape[1] - window + 1):
            pixels = image[top : top + window, left : left + window]
            s = max(pixels.std(), 1.0)
            survivors[0] += 1
            for i, (stumps, needed) in enumerate(stages):
                votes = 0.0
                for rectangles, threshold, sign, weight in stumps:
                    v = sum(c * pixels[t : t + h, l : l + w].sum() for t, l, h, w, c in rectangles) / s
                    votes += weight if sign * v < sign * threshold else 0.0
                if votes < needed:
                    break
                survivors[i + 1] += 1
            else:
                found.append((top, left))
                scores.append(votes)
    return np.array(found, dtype=int).reshape(-1, 2), np.array(scores, dtype=float), survivors


def drawn_stage(window, number, needed):
    stumps = []
    for _ in range(number):
        h, w = rng.integers(1, window // 2 + 1, 2)
        t, l = rng.integers(0, window - 2 * h + 1), rng.integers(0, window - w + 1)
        rectangles = [(int(t), int(l), int(h), int(w), 1 / (h * w)), (int(t + h), int(l), int(h), int(w), -1 / (h * w))]
        stumps.append((rectangles, float(rng.normal(0, 0.3)), int(rng.choice([-1, 1])), float(rng.uniform(0.5, 1.5))))
    return stumps, needed


for shape, window, kind, scale in (
    ((9, 12), 4, "float64", 40),
    ((8, 6), 5, "uint8", 60),
    ((7, 7), 7, "float64", 30),
    ((10, 9), 4, "float32", 0.5),
    ((3, 9), 4, "float64", 50),
    ((2, 9), 4, "float64", 50),
):
    image = np.clip(128 + scale * rng.normal(size=shape), 0, 255).astype(kind)
    stages = [drawn_stage(window, 2, 0.7), drawn_stage(window, 4, 1.5), drawn_stage(window, 5, 2.0)]
    for used in (stages[:1], stages):
        with dd.check.unchanged(image, what="image"):
            places, scores, survivors = cascade_detect(image, used, window)
        due, due_scores, due_survivors = slow_detect(image, used, window)
        what = f"for {shape} pixels of {kind}, a window of {window} and {len(used)} stages"
        dd.check.equal([int(number) for number in survivors], due_survivors, what=f"survivors {what}")
        dd.check.like(places, due, what=f"places {what}", why="window by window, row by row")
        dd.check.close(scores, due_scores, rtol=1e-9, what=f"scores {what}", why="votes of the last stage")
flat = np.full((4, 5), 7.0)
places, scores, survivors = cascade_detect(flat, [([([(0, 0, 1, 3, 1.0), (1, 0, 1, 3, -1.0)], 0.5, 1, 1.0)], 1.0)], 3)
dd.check.equal(survivors, [6, 6], what="survivors in a picture of one grey", why="the standard deviation is at least 1")
even = [([(0, 0, 1, 3, 1.0), (1, 0, 1, 3, -1.0)], 0.0, sign, 1.0) for sign in (1, -1)]
survivors = cascade_detect(flat, [(even, 0.5)], 3)[2]
dd.check.equal(survivors, [6, 0], what="survivors", why="a value equal to the threshold is neither below nor above it")
wall = [([([(0, 0, 1, 3, 1.0), (1, 0, 1, 3, -1.0)], 0.5, 1, 1.0)], 1.0)]
survivors = cascade_detect(np.full((6, 7), 33.3), wall, 3)[2]
why = "the standard deviation is at least 1, also where rounding puts the variance below 0"
dd.check.equal(survivors, [20, 20], what="survivors in a picture of 33.3 everywhere", why=why)
### END HIDDEN TESTS

# %% mistakes: cascade_detect
# - replace: max(side - window + 1, 0)
#   with: max(side - window, 0)
#   hint: "The last row and the last column of windows are missing: a side of n has n - window + 1 places."
# - replace: haar_feature(integral, rectangles, top, left) / s <
#   with: haar_feature(integral, rectangles, top, left) <
#   hint: "Values are not divided by the window's standard deviation, so contrast decides who passes."
# - replace: np.maximum(variance, 1)
#   with: np.maximum(variance, 1e-12)
#   hint: "In a window of almost one grey you divide by almost nothing. The standard deviation is at least 1."
# - replace: np.sqrt(np.maximum(variance, 1))
#   with: np.maximum(np.sqrt(variance), 1)
#   hint: "Rounding may put the variance of an even window below 0, and its root is nan. Set the limit before the root."
# - replace: np.sqrt(np.maximum(variance, 1))
#   with: np.full(len(top), max(image.std(), 1))
#   hint: "You divide by the standard deviation of the whole picture. Each window has one of its own."
# - replace: |-
#     for stumps, needed in stages:
#             votes = np.zeros(len(top))
#   with: |-
#     votes = np.zeros(0)
#         for stumps, needed in stages:
#             if len(top) == 0:
#                 break
#             votes = np.zeros(len(top))
#   hint: "Where no window is left, the stages still count: survivors has a number for each, here 0."
# - replace: / s < sign * threshold
#   with: / s < threshold
#   hint: "The sign turns both sides round: it belongs to the threshold too."
# - replace: votes >= needed
#   with: votes > needed
#   hint: "A window whose votes reach exactly what is needed passes."
# - replace: "weight * (sign"
#   with: "1.0 * (sign"
#   hint: "All stumps vote alike in yours. Each has a weight."
# - replace: "- haar_feature(integral, mean_of, top, left) ** 2"
#   with: ""
#   hint: "The mean of the squares is no variance yet: the square of the mean is to be taken off."
# - replace: votes = np.zeros(len(top))
#   with: votes = votes if len(survivors) > 1 else np.zeros(len(top))
#   hint: "Votes of earlier stages are carried over. Each stage counts its own."
# - replace: np.stack([top, left], axis=1)
#   with: np.stack([left, top], axis=1)
#   hint: "Row and column are exchanged in places: the row comes first."
# - replace: survivors.append(len(top))
#   with: survivors.append(len(passed) - len(top))
#   hint: "You count the windows that fail. Those that are left are due."
# - replace: image = np.asarray(image, dtype=float)
#   with: image = np.asarray(image)
#   hint: "Squares of bytes wrap around at 256. Turn the picture into floats first."


# %% mistake: cascade_detect
# hint: "Your windows of later stages are those that failed before, or all. Only what passed a stage sees the next."
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = (max(side - window + 1, 0) for side in image.shape)
    top, left = (places.ravel() for places in np.indices((rows, columns)))
    integral, squares = integral_image(image), integral_image(image**2)
    mean_of = [(0, 0, window, window, 1 / window**2)]
    variance = haar_feature(squares, mean_of, top, left) - haar_feature(integral, mean_of, top, left) ** 2
    s = np.sqrt(np.maximum(variance, 1))
    survivors = [len(top)]
    for stumps, needed in stages:
        votes = np.zeros(len(top))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, top, left) / s < sign * threshold)
        passed = votes >= needed
        survivors.append(int(passed.sum()))
    return np.stack([top, left], axis=1)[passed], votes[passed], survivors


# %% mistake: cascade_detect
# hint: "Your scores add up the votes of all stages. Those of the last stage are due."
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = (max(side - window + 1, 0) for side in image.shape)
    top, left = (places.ravel() for places in np.indices((rows, columns)))
    integral, squares = integral_image(image), integral_image(image**2)
    mean_of = [(0, 0, window, window, 1 / window**2)]
    variance = haar_feature(squares, mean_of, top, left) - haar_feature(integral, mean_of, top, left) ** 2
    s = np.sqrt(np.maximum(variance, 1))
    survivors, scores = [len(top)], np.zeros(len(top))
    for stumps, needed in stages:
        votes = np.zeros(len(top))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, top, left) / s < sign * threshold)
        passed = votes >= needed
        top, left, s, scores = top[passed], left[passed], s[passed], (scores + votes)[passed]
        survivors.append(len(top))
    return np.stack([top, left], axis=1), scores, survivors


# %% accepts: cascade_detect
def cascade_detect(image, stages, window):
    # Window by window, and out at the first stage that fails.
    image = np.array(image, dtype=np.float64)
    integral = integral_image(image)
    places, scores, survivors = [], [], [0] * (1 + len(stages))
    for i in range(image.shape[0] - window + 1):
        for j in range(image.shape[1] - window + 1):
            s = max(image[i : i + window, j : j + window].std(), 1)
            survivors[0] += 1
            for number, (stumps, needed) in enumerate(stages, 1):
                votes = sum(c for r, t, g, c in stumps if g * haar_feature(integral, r, i, j) / s < g * t)
                if votes < needed:
                    break
                survivors[number] += 1
            else:
                places.append([i, j])
                scores.append(votes)
    return np.array(places, dtype=int).reshape(-1, 2), np.array(scores, dtype=float), survivors


# %% accepts: cascade_detect
def cascade_detect(image, stages, window):
    image = np.asarray(image).astype(float)
    if min(image.shape) < window:
        return np.zeros((0, 2), int), np.zeros(0), [0] * (len(stages) + 1)
    pixels = np.lib.stride_tricks.sliding_window_view(image, (window, window))
    s = np.maximum(pixels.std(axis=(2, 3)), 1.0)
    alive, survivors = np.ones(s.shape, bool), [s.size]
    for stumps, needed in stages:
        votes = np.zeros(s.shape)
        for rectangles, threshold, sign, weight in stumps:
            v = sum(c * pixels[..., t : t + h, l : l + w].sum(axis=(2, 3)) for t, l, h, w, c in rectangles) / s
            votes += np.where(sign * v < sign * threshold, weight, 0.0)
        alive &= votes >= needed
        survivors.append(int(alive.sum()))
    return np.argwhere(alive), votes[alive], survivors


# %% [markdown]
# Where do the stumps come from? From AdaBoost: of some hundred random features take the one that separates best,
# raise the weight of what it gets wrong, take the next. Below is a short one. Its faces are cut from camera pictures,
# its other windows are all the rest of those pictures: a blurred wall, half a face, an ear.

# %% demo
SIDE, SHRINK, WINDOW = 144, 3, 16  # a camera picture; how much smaller it is searched; the window there


def camera(n, num_people, seed):
    """Pictures of somebody before a blurred background.

    Returns (pictures uint8 (n, 144, 144, 3), corner of the face's 64 × 64 pixels (n, 2), who it is (n,)).
    """
    rng, faces = np.random.default_rng(seed), dd.data.faces(n, num_identities=num_people, seed=seed)
    at = np.clip((np.arange(SIDE) + 0.5) / 8 - 0.5, 0, 16.999)
    low, share = at.astype(int), (at % 1)[:, np.newaxis, np.newaxis]
    corners, pictures = rng.integers(0, SIDE - 63, (n, 2)), np.empty((n, SIDE, SIDE, 3), "uint8")
    for i, patch in enumerate(patches(n, 18, [seed, 5]).astype(float)):
        wall = patch[low] * (1 - share) + patch[low + 1] * share
        wall = wall[:, low] * (1 - share[:, 0]) + wall[:, low + 1] * share[:, 0]
        top, left = corners[i]
        behind = wall[top : top + 64, left : left + 64]
        behind[...] = np.where((faces.parts[i] > 0)[..., np.newaxis], faces.images[i], behind)
        pictures[i] = np.clip(wall + rng.normal(0, 3, wall.shape), 0, 255)
    return pictures, corners, faces.identity


def small_grey(pictures):
    """Grey, and a third as large: (n, 48, 48)."""
    grey = pictures.mean(axis=-1)
    return grey.reshape(len(grey), SIDE // SHRINK, SHRINK, SIDE // SHRINK, SHRINK).mean(axis=(2, 4))


def drawn_feature(rng):
    """Two halves, above each other or side by side, or a middle between two quarters, somewhere in the window."""
    while True:
        (h, w), kind = rng.integers(2, WINDOW + 1, 2), rng.integers(3)
        if h % 2 == 0 and kind == 0:
            parts = [(0, 0, h // 2, w, 1), (h // 2, 0, h // 2, w, -1)]
        elif w % 2 == 0 and kind == 1:
            parts = [(0, 0, h, w // 2, 1), (0, w // 2, h, w // 2, -1)]
        elif w % 4 == 0 and kind == 2:
            parts = [(0, 0, h, w, -1), (0, w // 4, h, w // 2, 2)]
        else:
            continue
        t, l = rng.integers(0, WINDOW + 1 - h), rng.integers(0, WINDOW + 1 - w)
        return [(t + i, l + j, high, wide, c / (h * w)) for i, j, high, wide, c in parts]


def boosted(values, is_face, features, rounds):
    """Stumps by AdaBoost from values (n, number of features)."""
    order = values.argsort(axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    weights, stumps = np.where(is_face, 0.5 / is_face.sum(), 0.5 / (~is_face).sum()), []
    for _ in range(rounds):
        weights = weights / weights.sum()
        signed = np.where(is_face, weights, -weights)[order].cumsum(axis=0)  # faces minus others, up to each value
        errors = weights[is_face].sum() - signed  # of "face, if the value is not larger"
        i, j = np.unravel_index(np.maximum(errors, 1 - errors).argmax(), errors.shape)
        sign, error = (1, errors[i, j]) if errors[i, j] < 0.5 else (-1, 1 - errors[i, j])
        threshold = ordered[i : i + 2, j].mean()
        weight = np.log((1 - error) / max(error, 1e-6))
        right = (sign * values[:, j] < sign * threshold) == is_face
        weights = weights * np.exp(-weight * right)
        stumps.append((features[j], threshold, sign, weight))
    return stumps


def values_of(windows, features):
    """Values / s of features in windows (n, 16, 16), which are laid below each other for one integral image."""
    integral = integral_image(windows.reshape(-1, WINDOW))
    s = np.maximum(windows.std(axis=(1, 2)), 1)
    return np.stack([haar_feature(integral, each, WINDOW * np.arange(len(s)), 0) / s for each in features], axis=1)


pictures, corners, _ = camera(350, num_people=100, seed=3)
rng = np.random.default_rng(59)
face_windows, others = [], []
for picture, corner in zip(small_grey(pictures), corners, strict=True):
    middle = np.round((corner + 8) / SHRINK).astype(int)  # the head fills 48 of the 64 pixels
    tried = rng.integers(0, SIDE // SHRINK - WINDOW + 1, (24, 2))
    far = tried[np.abs(tried - middle).max(axis=1) > 2]
    face_windows.append(picture[middle[0] :, middle[1] :][:WINDOW, :WINDOW])
    others += [picture[t : t + WINDOW, l : l + WINDOW] for t, l in far]
face_windows, others = np.array(face_windows), np.array(others)
features = [drawn_feature(rng) for _ in range(300)]
face_values, other_values = values_of(face_windows, features), values_of(others, features)
stages = []
for rounds in (6, 15, 30):
    is_face = np.arange(len(face_values) + len(other_values)) < len(face_values)
    stumps = boosted(np.concatenate([face_values, other_values]), is_face, features, rounds)
    columns = [next(i for i, each in enumerate(features) if each is stump[0]) for stump in stumps]

    def votes(values, stumps=stumps, columns=columns):
        ways = zip(columns, stumps, strict=True)
        return sum(weight * (sign * values[:, j] < sign * limit) for j, (_, limit, sign, weight) in ways)

    needed = np.quantile(votes(face_values), 0.01)
    stages.append((stumps, needed))
    passed = votes(other_values) >= needed
    print(f"{rounds:2} stumps pass 99% of the faces and {passed.mean():.0%} of {len(passed):6,} other windows")
    other_values = other_values[passed]

# %% [markdown]
# What do the first stumps look at, and does the cascade find faces in new pictures? A face passes in several windows
# next to each other, and here and there something else does. So of all windows that pass, we take the place where they
# are densest, each counted by its score.


# %% demo
def locate(picture):
    """Corner of the 64 × 64 pixels with the face, float (2,), or None; and how many windows were left by the stages."""
    places, scores, survivors = cascade_detect(small_grey(picture[np.newaxis])[0], stages, WINDOW)
    if len(places) == 0:
        return None, survivors
    close = np.abs(places[:, np.newaxis] - places).max(axis=-1) <= 2  # (n, n)
    best = close[(close @ scores).argmax()]
    return places[best].mean(axis=0) * SHRINK - 8, survivors


new_pictures, new_corners, _ = camera(60, num_people=30, seed=5)
located = [locate(picture) for picture in new_pictures]
apart = [
    np.inf if corner is None else np.abs(corner - true).max()
    for (corner, _), true in zip(located, new_corners, strict=True)
]
survivors = np.mean([left for _, left in located], axis=0)
print("windows left, on average:", " -> ".join(f"{number:.0f}" for number in survivors))
print(f"within 6 pixels of the truth: {np.mean(np.array(apart) <= 6):.0%}")

fig, axes = plt.subplots(1, 4, figsize=(11, 3.1))
axes[0].imshow(face_windows.mean(axis=0), cmap="gray")
for (rectangles, _, _, _), style in zip(stages[0][0][:2], ("-", "--"), strict=True):
    for t, l, h, w, c in rectangles:
        color = "white" if c > 0 else "black"
        axes[0].add_patch(plt.Rectangle((l - 0.5, t - 0.5), w, h, fill=False, edgecolor=color, ls=style, lw=2))
axes[0].set_title("mean face, two features")
for ax, i in zip(axes[1:], range(3), strict=True):
    ax.imshow(new_pictures[i])
    if located[i][0] is not None:
        top, left = located[i][0]
        ax.add_patch(plt.Rectangle((left, top), 64, 64, fill=False, edgecolor="white", linewidth=4))
        ax.add_patch(plt.Rectangle((left, top), 64, 64, fill=False, edgecolor="black", linewidth=1.5))
    ax.set_title(f"new picture {i}")
for ax in axes:
    ax.set_axis_off()
dd.plot.show(
    "Left: the mean of the training windows, a blurred face, with the rectangles of two features drawn on it. Then "
    "three camera pictures of a drawn person before a blurred background, each with a square where the cascade says "
    "that the face is. It is not always right."
)

# %% [markdown]
# Six stumps throw out about half of the windows, before any longer question is asked. Most faces are found to within
# six pixels: with six other draws of pictures and features, it was between 65% and 85% of them. The others? Drawn heads
# turn and wear hair of all kinds, and fifty-one stumps are few. (The detector of 2001 had over 6,000 features in 38
# stages, and searched many sizes.)
#
# ## Compare: losses on distances
#
# From here on, a face is $64 \times 64$ pixels, and a network turns it into a point $e$ of length 1, its **embedding**.
# What should training want? Two networks with the *same* weights see the two pictures of a pair, hence **siamese
# networks**; in practice it is one network called twice. One way is **binary classification**: a logistic unit on top
# of $|e_1 - e_2|$ says "same" or not (DeepFace did so). Another is to shape the distances themselves. With
# $d = \lVert e_1 - e_2 \rVert$ and $\text{same} \in \{0, 1\}$, the **contrastive loss** of a pair is
#
# $$\text{same} \cdot d^2 + (1 - \text{same}) \cdot \max(0,\ m - d)^2 .$$
#
# Partners are drawn together, strangers pushed apart, but only up to the margin $m$: without it, all effort would go
# into pushing those further who are far apart anyway. (Hadsell and others have a factor $\frac12$ in front, which
# changes nothing but the rate.) By hand, $d = (0.5, 0.5, 1.5)$, same $= (1, 0, 0)$, $m = 1$: $0.25$, $0.25$ and $0$,
# with the mean $\frac16$.
#
# The contrastive loss wants all partners at distance 0, and some people simply look more different from day to day. The
# **triplet loss** wants less: an **anchor** $e_a$ should be nearer to a **positive** $e_p$, another picture of the
# person, than to a **negative** $e_n$, somebody else, by a margin in *squared* distance:
#
# $$\max\big(0,\ \lVert e_a - e_p \rVert^2 - \lVert e_a - e_n \rVert^2 + m \big) ,$$
#
# and the mean over all triplets, those at 0 included. Why is there a margin? Without it, a network that maps every
# face to one point has a loss of 0. By hand, $m = 0.2$, $e_a = (0, 0)$, $e_p = (1, 0)$: the negative $(0, 1)$ gives
# $1 - 1 + 0.2 = 0.2$, the negative $(2, 0)$ gives $1 - 4 + 0.2 < 0$, that is 0. The mean is $0.1$.


# %% exercise: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    """Contrastive loss of a batch of pairs.

    Args:
        d: distances, float array or tensor (N,), not negative.
        same: 1 or True for pairs of one person, 0 or False for others, (N,), of any type.
        margin: m, a number > 0.

    Returns:
        scalar tensor, the mean over all pairs, through which gradients pass. About 4 lines.
    """
    ### BEGIN SOLUTION
    same = ops.cast(same, d.dtype)
    return ops.mean(same * d**2 + (1 - same) * ops.relu(margin - d) ** 2)
    ### END SOLUTION


def triplet_loss(a, p, n, margin):
    """Triplet loss of a batch.

    Args:
        a, p, n: embeddings of anchors, positives and negatives, float arrays or tensors (T, D).
        margin: m, a number > 0.

    Returns:
        scalar tensor, the mean over all triplets, through which gradients pass to all three. About 4 lines.
    """
    ### BEGIN SOLUTION
    near = ops.sum(ops.square(ops.subtract(a, p)), axis=-1)  # (T,)
    far = ops.sum(ops.square(ops.subtract(a, n)), axis=-1)
    return ops.mean(ops.relu(near - far + margin))
    ### END SOLUTION


# %% fixture
def slopes_of(loss, *tensors):
    """Gradients of loss(*tensors) along each, None for one that gets none."""
    given = [tf.constant(tensor) for tensor in tensors]
    with tf.GradientTape() as tape:
        for tensor in given:
            tape.watch(tensor)
        value = loss(*given)
    return [None if slope is None else ops.convert_to_numpy(slope) for slope in tape.gradient(value, given)]


def contrastive_slopes(d, same, margin):
    return slopes_of(lambda d: contrastive_loss(d, tf.constant(same), margin), d)[0]


def triplet_slopes(a, p, n, margin):
    return slopes_of(lambda a, p, n: triplet_loss(a, p, n, margin), a, p, n)


# %% test: contrastive_and_triplet_loss, points=3
d, same = np.array([0.5, 0.5, 1.5], "float32"), np.array([1, 0, 0])
with dd.check.unchanged(d, what="d"), dd.check.unchanged(same, what="same"):
    loss = contrastive_loss(d, same, 1.0)
dd.check.shape(loss, (), what="the loss")
dd.check.close(loss, 1 / 6, rtol=1e-5, what="the loss", why="this is the example worked by hand")
slopes = contrastive_slopes(d, same, 1.0)
assert slopes is not None, "no gradient passes: build the loss of keras.ops alone"
dd.check.close(slopes, np.array([1, -1, 0]) / 3, rtol=1e-5, atol=1e-7, what="the gradient", why="2 d, -2 (m - d) and 0")
a, p = np.zeros((2, 2), "float32"), np.array([[1, 0], [1, 0]], "float32")
n = np.array([[0, 1], [2, 0]], "float32")
with dd.check.unchanged(a, what="a"), dd.check.unchanged(p, what="p"), dd.check.unchanged(n, what="n"):
    loss = triplet_loss(a, p, n, 0.2)
dd.check.shape(loss, (), what="the loss")
dd.check.close(loss, 0.1, rtol=1e-5, what="the loss", why="this is the example worked by hand")
slopes = triplet_slopes(a, p, n, 0.2)
assert all(slope is not None for slope in slopes), "gradients have to pass to a, p and n"
dd.check.close(slopes[2], [[0, -1], [0, 0]], rtol=1e-5, atol=1e-7, what="the gradient along n", why="it is pushed away")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(592)
for number, margin in ((1, 0.5), (7, 1.0), (40, 1.5), (5, 0.2)):
    d = rng.uniform(0, 2, number).astype("float32")
    same = rng.integers(0, 2, number)
    due = np.mean([each**2 if one else max(0, margin - each) ** 2 for each, one in zip(d, same, strict=True)])
    for kind in ("int64", "bool", "float32", "uint8"):
        loss = contrastive_loss(d, same.astype(kind), margin)
        dd.check.close(
            loss, due, rtol=1e-5, atol=1e-7, what=f"the loss of {number} pairs, same of {kind}, margin {margin}"
        )
    slopes = contrastive_slopes(d, same, margin)
    due = np.where(same == 1, 2 * d, -2 * np.maximum(margin - d, 0)) / number
    dd.check.close(slopes, due, rtol=1e-4, atol=1e-6, what="the gradient", why="far strangers get none")

rng = np.random.default_rng(593)
for number, width, margin in ((1, 3, 0.2), (6, 1, 0.5), (9, 4, 1.0), (5, 8, 0.05)):
    a, p, n = (rng.normal(size=(number, width)).astype("float32") for _ in range(3))
    terms = [sum((a[i] - p[i]) ** 2) - sum((a[i] - n[i]) ** 2) + margin for i in range(number)]
    what = f"the loss of {number} triplets of width {width}, margin {margin}"
    loss = triplet_loss(a, p, n, margin)
    dd.check.shape(loss, (), what=what)
    dd.check.close(loss, np.mean(np.maximum(terms, 0)), rtol=1e-4, atol=1e-6, what=what, why="zeros count in the mean")
    slopes = triplet_slopes(a, p, n, margin)
    on = (np.array(terms) > 0)[:, np.newaxis] / number
    for name, slope, due in zip("apn", slopes, (2 * (n - p), 2 * (p - a), 2 * (a - n)), strict=True):
        assert slope is not None, f"no gradient passes to {name}"
        dd.check.close(slope, on * due, rtol=1e-3, atol=1e-5, what=f"the gradient along {name}")
### END HIDDEN TESTS

# %% mistakes: contrastive_and_triplet_loss
# - replace: ops.relu(margin - d) ** 2
#   with: (margin - d) ** 2
#   hint: "Strangers further apart than the margin are drawn back to it. They cost nothing: cut off at 0."
# - replace: ops.relu(margin - d) ** 2
#   with: ops.relu(margin - d**2)
#   hint: "You compare the squared distance with the margin. It is the square of what is left up to the margin."
# - replace: ops.relu(margin - d) ** 2
#   with: ops.relu(margin - d)
#   hint: "What strangers lack up to the margin is squared, as the distance of partners is."
# - replace: same * d**2 + (1 - same)
#   with: (1 - same) * d**2 + same
#   hint: "Your roles are exchanged: partners are pushed apart. Here same is 1 for one person (some papers write 0)."
# - replace: same * d**2
#   with: same * d
#   hint: "The distance of partners is squared."
# - replace: ops.mean(same
#   with: ops.sum(same
#   hint: "You add the pairs up. Their mean is due."
# - replace: ops.mean(same
#   with: 0.5 * ops.mean(same
#   hint: "There is no factor of one half in today's form."
# - replace: same = ops.cast(same, d.dtype)
#   with: same = ops.convert_to_tensor(same)
#   hint: "same may be bools or whole numbers, which do not multiply with floats. Cast it."
# - replace: near - far + margin
#   with: far - near + margin
#   hint: "Your signs are turned round: the positive is pushed away and the negative drawn near."
# - replace: near - far + margin
#   with: near - far - margin
#   hint: "With the margin taken off, a negative may be nearer than the positive. It is added."
# - replace: ops.relu(near - far + margin)
#   with: near - far + margin
#   hint: "Triplets that are right by more than the margin lower your loss for ever. Cut off at 0."
# - replace: ops.relu(near - far + margin)
#   with: ops.relu(near - far) + margin
#   hint: "The margin is outside of the cut, where it changes nothing. It belongs inside."
# - replace: ops.relu(near - far + margin)
#   with: ops.relu(ops.sqrt(near) - ops.sqrt(far) + margin)
#   hint: "You take distances. The margin is one of squared distances here."
# - replace: ops.mean(ops.relu
#   with: ops.sum(ops.relu
#   hint: "You add the triplets up. Their mean is due."
# - replace: ops.mean(ops.relu(near - far + margin))
#   with: ops.sum(ops.relu(near - far + margin)) / ops.maximum(ops.sum(ops.sign(ops.relu(near - far + margin))), 1)
#   hint: "You average over the triplets with a loss alone. Those at 0 count in the mean too."
# - replace: ops.square(ops.subtract(a, n))
#   with: ops.square(ops.subtract(a, ops.stop_gradient(n)))
#   hint: "The negative is held fixed in yours: it gets no gradient. It is to be pushed away."
# - replace: ops.square(ops.subtract(a, n))
#   with: ops.square(ops.subtract(p, n))
#   hint: "You measure from the positive to the negative. Both distances start at the anchor."
# - replace: ops.relu(near - far + margin)
#   with: ops.relu(ops.mean(near) - ops.mean(far) + margin)
#   hint: "You average before the cut, so easy triplets hide hard ones. Cut each triplet off by itself."
# - replace: |-
#     near = ops.sum(ops.square(ops.subtract(a, p)), axis=-1)  # (T,)
#         far = ops.sum(ops.square(ops.subtract(a, n)), axis=-1)
#   with: |-
#     near = ops.mean(ops.square(ops.subtract(a, p)), axis=-1)
#         far = ops.mean(ops.square(ops.subtract(a, n)), axis=-1)
#   hint: "You average over the coordinates. A squared distance is their sum."


# %% mistake: contrastive_and_triplet_loss
# hint: "No gradient passes through NumPy. Build the loss of keras.ops."
def contrastive_loss(d, same, margin):
    d, same = np.asarray(d), np.asarray(same).astype(float)
    return ops.convert_to_tensor(np.mean(same * d**2 + (1 - same) * np.maximum(margin - d, 0) ** 2), "float32")


def triplet_loss(a, p, n, margin):
    near = ops.sum(ops.square(ops.subtract(a, p)), axis=-1)  # (T,)
    far = ops.sum(ops.square(ops.subtract(a, n)), axis=-1)
    return ops.mean(ops.relu(near - far + margin))


# %% equivalents: contrastive_and_triplet_loss
# - replace: ops.subtract(a, p)
#   with: ops.subtract(p, a)
#   reason: "Its square is the same."
# - replace: ops.subtract(a, n)
#   with: ops.subtract(n, a)
#   reason: "Its square is the same."
# - replace: ops.square(ops.subtract(a, p)), axis=-1
#   with: ops.square(ops.subtract(a, p)), axis=1
#   reason: "Embeddings come with two axes."
# - replace: ops.square(ops.subtract(a, n)), axis=-1
#   with: ops.square(ops.subtract(a, n)), axis=1
#   reason: "Embeddings come with two axes."


# %% accepts: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "bool")
    return ops.mean(ops.where(same, ops.square(d), ops.square(ops.maximum(margin - d, 0.0))))


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    gap = ops.sum((a - p) ** 2 - (a - n) ** 2, axis=1)
    return ops.mean(ops.maximum(gap + margin, 0.0))


# %% accepts: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    d = tf.convert_to_tensor(d)
    weight = tf.cast(same, d.dtype)
    apart = tf.nn.relu(margin - d)
    return tf.reduce_sum(weight * d * d + (1 - weight) * apart * apart) / tf.cast(tf.size(d), d.dtype)


def triplet_loss(a, p, n, margin):
    # Without the squares of a: |a - p|^2 - |a - n|^2 = (n - p) . (2 a - p - n).
    a, p, n = (tf.convert_to_tensor(each) for each in (a, p, n))
    gap = tf.einsum("td,td->t", n - p, 2 * a - p - n)
    return tf.reduce_mean(tf.nn.relu(gap + margin))


# %% [markdown]
# Most triplets of a trained network are **easy**: right by more than the margin, with a loss and a gradient of 0. The
# other extreme, always the **hardest** negative, makes young networks collapse: the quickest way to be less wrong is to
# map all faces to one point. **Semi-hard** negatives lie between. They are further away than the positive, but by less
# than the margin:
#
# $$\lVert e_a - e_p \rVert^2 < \lVert e_a - e_n \rVert^2 < \lVert e_a - e_p \rVert^2 + m .$$
#
# Of these, the nearest is taken, for every ordered pair of anchor and positive; a pair without one is left out. By
# hand, points on a line at $0, 1, 1.1, 3$, people $0, 0, 1, 1$, $m = 0.5$. Anchor 0, positive 1: squared distance $1$.
# The strangers lie at $1.21$ and $9$, so 2 is semi-hard. Anchor 1, positive 0: strangers at $0.01$ (too hard) and $4$
# (too easy), none. Anchor 2, positive 3: $3.61$, strangers at $1.21$ and $0.01$, none. Anchor 3, positive 2: $3.61$,
# strangers at $9$ and $4$; 1 is semi-hard. Two triplets, $(0, 1, 2)$ and $(3, 2, 1)$.


# %% exercise: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    """The nearest semi-hard negative for every pair of anchor and positive in a batch.

    Args:
        embeddings: float array (N, D); left unchanged.
        labels: who each is, int array (N,); left unchanged.
        margin: m, a number > 0, of squared distances.

    Returns:
        int array (T, 3), rows (anchor, positive, negative) of indices from 0 to N - 1, ordered by anchor, then by
        positive; of negatives equally near, the one with the lowest index. T may be 0. About 10 lines.
    """
    ### BEGIN SOLUTION
    squared = np.sum((embeddings[:, np.newaxis] - embeddings) ** 2, axis=-1)  # (N, N)
    triplets = []
    for a, p in np.argwhere(labels[:, np.newaxis] == labels):
        fits = (labels != labels[a]) & (squared[a] > squared[a, p]) & (squared[a] < squared[a, p] + margin)
        if a != p and fits.any():
            triplets.append((a, p, np.where(fits, squared[a], np.inf).argmin()))
    return np.array(triplets, dtype=int).reshape(-1, 3)
    ### END SOLUTION


# %% test: mine_semi_hard, points=3
embeddings, labels = np.array([[0.0], [1.0], [1.1], [3.0]]), np.array([0, 0, 1, 1])
with dd.check.unchanged(embeddings, what="embeddings"), dd.check.unchanged(labels, what="labels"):
    result = mine_semi_hard(embeddings, labels, 0.5)
dd.check.like(result, np.array([[0, 1, 2], [3, 2, 1]]), why="this is the example worked by hand")
result = mine_semi_hard(embeddings, labels, 0.1)
dd.check.like(result, np.zeros((0, 3), int), what="with a margin of 0.1", why="nobody is that close behind a positive")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(594)


def slow_mining(embeddings, labels, margin):
    found = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            if a == p or labels[a] != labels[p]:
                continue
            near, best = sum((embeddings[a] - embeddings[p]) ** 2), None
            for n in range(len(labels)):
                far = sum((embeddings[a] - embeddings[n]) ** 2)
                fits = labels[n] != labels[a] and near < far < near + margin
                if fits and (best is None or far < best[0]):
                    best = far, n
            if best:
                found.append((a, p, best[1]))
    return np.array(found, dtype=int).reshape(-1, 3)


for number, people, width, margin in (
    (12, 4, 2, 0.5),
    (20, 3, 5, 2.0),
    (9, 9, 2, 1.0),
    (7, 1, 3, 1.0),
    (25, 5, 2, 0.05),
):
    embeddings, labels = rng.normal(size=(number, width)), rng.integers(0, people, number) * 7 - 3
    if people == number:
        labels = rng.permutation(number)
    with dd.check.unchanged(embeddings, what="embeddings"), dd.check.unchanged(labels, what="labels"):
        result = mine_semi_hard(embeddings, labels, margin)
    what = f"for {number} embeddings of up to {people} people, margin {margin}"
    dd.check.like(result, slow_mining(embeddings, labels, margin), what=what, why="pair by pair")
on_line = np.array([[0.0], [1.0], [1.25], [-1.25], [1.0], [2.0]])
result = mine_semi_hard(on_line, np.array([0, 0, 1, 2, 3, 4]), 1.0)
why = "of two negatives equally near, the first; the one exactly as near as the positive is not further away"
dd.check.like(result, np.array([[0, 1, 2]]), what="with ties", why=why)
squared_edge = np.array([[0.0], [0.0], [1.0]])
result = mine_semi_hard(squared_edge, np.array([0, 0, 1]), 1.0)
dd.check.like(result, np.zeros((0, 3), int), what="a negative exactly at the margin", why="it is not nearer than that")
single = mine_semi_hard(rng.normal(size=(10, 3)).astype("float32"), np.arange(10) % 3, 1.5)
dd.check.kind(single, np.ndarray, what="the result for float32")
### END HIDDEN TESTS

# %% mistakes: mine_semi_hard
# - replace: "(squared[a] > squared[a, p]) & "
#   with: ""
#   hint: "Negatives nearer than the positive get in: those are hard, not semi-hard."
# - replace: " & (squared[a] < squared[a, p] + margin)"
#   with: ""
#   hint: "Negatives beyond the margin get in. They are easy, and teach nothing."
# - replace: squared[a] > squared[a, p]
#   with: squared[a] >= squared[a, p]
#   hint: "A negative exactly as near as the positive is not further away than it."
# - replace: squared[a] < squared[a, p] + margin
#   with: squared[a] <= squared[a, p] + margin
#   hint: "A negative exactly at the margin has a loss of 0 already."
# - replace: np.where(fits, squared[a], np.inf).argmin()
#   with: np.where(fits, squared[a], -np.inf).argmax()
#   hint: "You take the furthest of the semi-hard negatives. The nearest has the largest loss."
# - replace: np.where(fits, squared[a], np.inf).argmin()
#   with: fits.argmax()
#   hint: "You take the first semi-hard negative. The nearest is due."
# - replace: if a != p and fits.any()
#   with: if a < p and fits.any()
#   hint: "Each pair occurs twice: either of the two can be the anchor."
# - replace: if a != p and fits.any()
#   with: if fits.any()
#   hint: "A picture is its own positive in yours. That is no pair."
# - replace: "(labels != labels[a]) & "
#   with: ""
#   hint: "Your negatives may be of the same person."
# - replace: ".reshape(-1, 3)"
#   with: ""
#   hint: "Without any triplet, the result is to have shape (0, 3) as well."
# - replace: np.sum((embeddings[:, np.newaxis] - embeddings) ** 2, axis=-1)
#   with: np.sqrt(np.sum((embeddings[:, np.newaxis] - embeddings) ** 2, axis=-1))
#   hint: "You compare distances. The margin is one of squared distances here."
# - replace: if a != p and fits.any()
#   with: if a != p
#   hint: "A pair without a semi-hard negative is left out. You give it one that does not fit."


# %% mistake: mine_semi_hard
# hint: "You keep every semi-hard negative of a pair. One is due, the nearest."
def mine_semi_hard(embeddings, labels, margin):
    squared = np.sum((embeddings[:, np.newaxis] - embeddings) ** 2, axis=-1)
    triplets = []
    for a, p in np.argwhere(labels[:, np.newaxis] == labels):
        fits = (labels != labels[a]) & (squared[a] > squared[a, p]) & (squared[a] < squared[a, p] + margin)
        triplets += [(a, p, n) for n in np.flatnonzero(fits) if a != p]
    return np.array(triplets, dtype=int).reshape(-1, 3)


# %% mistake: mine_semi_hard
# hint: "You take the nearest stranger of all, and nobody if that one is too near. Look among the semi-hard ones."
def mine_semi_hard(embeddings, labels, margin):
    squared = np.sum((embeddings[:, np.newaxis] - embeddings) ** 2, axis=-1)
    triplets = []
    for a, p in np.argwhere(labels[:, np.newaxis] == labels):
        n = np.where(labels != labels[a], squared[a], np.inf).argmin()
        if a != p and labels[n] != labels[a] and squared[a, p] < squared[a, n] < squared[a, p] + margin:
            triplets.append((a, p, n))
    return np.array(triplets, dtype=int).reshape(-1, 3)


# %% equivalents: mine_semi_hard
# - replace: triplets.append(
#   with: triplets.extend(
#   reason: "The numbers in a row are cut into threes afterwards."
# - replace: reshape(-1, 3)
#   with: reshape(-2, 3)
#   reason: "NumPy takes any negative length as the one to be found."


# %% accepts: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    # All at once, (N, N, N).
    points, labels = np.asarray(embeddings, dtype=np.float64), np.asarray(labels)
    squared = ((points[:, None] - points[None, :]) ** 2).sum(axis=2)
    same = labels[:, None] == labels[None, :]
    near, far = squared[:, :, None], squared[:, None, :]
    fits = ~same[:, None, :] & (far > near) & (far < near + margin)
    anchor, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool) & fits.any(axis=2))
    negative = np.where(fits, far, np.inf).argmin(axis=2)[anchor, positive]
    return np.stack([anchor, positive, negative], axis=1)


# %% accepts: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    rows = []
    for a, anchor in enumerate(embeddings):
        squared = [float(np.sum((np.float64(anchor) - other) ** 2)) for other in embeddings]
        for p in range(len(labels)):
            if p == a or labels[p] != labels[a]:
                continue
            pool = [n for n in range(len(labels)) if labels[n] != labels[a]]
            pool = [n for n in pool if squared[p] < squared[n] < squared[p] + margin]
            if pool:
                rows.append([a, p, min(pool, key=lambda n: squared[n])])
    return np.array(rows, dtype=int).reshape(len(rows), 3)


# %% [markdown]
# The first minute of training, or rather its first seconds: a small network, your miner and your loss. A step takes 16
# people with 4 pictures each, so that there are pairs to find.


# %% demo
def portraits(n, num_people, seed):
    """Faces, float32 (n, 64, 64, 3), about -2 to 2, and whose they are."""
    found = dd.data.faces(n, num_identities=num_people, seed=seed)
    return (found.images.astype("float32") - 115) / 64, found.identity


def build_embedder():
    inputs = x = keras.Input((64, 64, 3))
    for filters in (16, 32, 64, 64):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return keras.Model(inputs, layers.UnitNormalization()(layers.Dense(32)(layers.Flatten()(x))))


x_train, who_train = portraits(600, num_people=60, seed=0)
rng = np.random.default_rng(0)
dd.seed(0)
embedder, optimizer = build_embedder(), keras.optimizers.Adam(0.002)
counts, losses = [], []
for _ in range(40):
    people = rng.choice(60, 16, replace=False)
    batch = np.concatenate([rng.choice(np.flatnonzero(who_train == person), 4, replace=False) for person in people])
    with tf.GradientTape() as tape:
        points = embedder(x_train[batch], training=True)
        triplets = mine_semi_hard(ops.convert_to_numpy(points), who_train[batch], margin=0.2)
        if len(triplets) == 0:
            continue
        loss = triplet_loss(*(ops.take(points, column, axis=0) for column in triplets.T), margin=0.2)
    optimizer.apply(tape.gradient(loss, embedder.trainable_variables), embedder.trainable_variables)
    counts.append(len(triplets))
    losses.append(float(loss))
print(
    f"{embedder.count_params():,} parameters; triplets in a step of 192 pairs:",
    counts[0],
    "at first,",
    counts[-1],
    "at last",
)

# %% [markdown]
# ## Same, or not?
#
# **Verification** is one question: is this the person whom the badge names? The answer is a threshold on the distance,
# $d < \tau$. Who sets $\tau$ decides between two errors. A low one turns partners away (**false rejection**), a high
# one lets strangers in (**false acceptance**).


# %% exercise: verify
def verify(e1, e2, threshold):
    """Whether pairs of embeddings are of one person.

    Args:
        e1, e2: float arrays (D,) or (N, D), or one of each; left unchanged.
        threshold: tau, a number.

    Returns:
        bool, or bool array (N,): whether the Euclidean distance is below the threshold. About 1 line.
    """
    ### BEGIN SOLUTION
    return np.linalg.norm(np.subtract(e1, e2, dtype=float), axis=-1) < threshold
    ### END SOLUTION


# %% test: verify, points=1
e1 = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
e2 = np.array([[3.0, 4.0], [1.0, 1.5], [0.8, 0.8], [1.15, 0.0]])
with dd.check.unchanged(e1, what="e1"), dd.check.unchanged(e2, what="e2"):
    result = verify(e1, e2, 1.2)
why = "the distances are 5, 0.5, 1.13 and 1.15"
dd.check.like(result, np.array([False, True, True, True]), what="verify(e1, e2, 1.2)", why=why)
one = verify(e1[0], e2[0], 5.0)
assert not one and np.shape(one) == (), "a distance of 5 is not below 5, and one pair has one answer"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(595)
for shape, other in (((6, 3), (6, 3)), ((1, 4), (1, 4)), ((5, 2), (2,)), ((2,), (5, 2)), ((0, 3), (0, 3))):
    e1, e2 = rng.normal(size=shape), rng.normal(size=other)
    wide = np.broadcast_arrays(e1, e2)
    due = np.array([math.dist(p, q) < 1.7 for p, q in zip(*wide, strict=True)], dtype=bool)
    dd.check.like(verify(e1, e2, 1.7), due, what=f"for {shape} and {other}", why="pair by pair")
single = verify(e1.astype("float32"), e2.astype("float32"), 1.7)
assert bool(verify(np.array([3, 250], "uint8"), np.array([5, 250], "uint8"), 2.5)), "2 is below 2.5, for bytes too"
assert bool(verify(np.array([1.0, 0.0]), np.array([1.0, 0.0]), 1e-9)), "equal embeddings have distance 0"
assert not bool(verify(np.zeros(2), np.zeros(2), 0.0)), "0 is not below 0"
assert not bool(verify(np.zeros(2), np.array([0.5, 0.0]), -1.0)), "no distance is below -1, and 0.5 is not"
### END HIDDEN TESTS

# %% mistakes: verify
# - replace: ", axis=-1) < threshold"
#   with: ", axis=-1) > threshold"
#   hint: "You answer the opposite: small distances are of one person."
# - replace: ", axis=-1) < threshold"
#   with: ", axis=-1) <= threshold"
#   hint: "A distance equal to the threshold is not below it."
# - replace: ", axis=-1) < threshold"
#   with: ") < threshold"
#   hint: "You take one length over all pairs together. Each pair has its own."
# - replace: ", axis=-1) < threshold"
#   with: ", axis=-1) ** 2 < threshold"
#   hint: "You compare the squared distance."
# - replace: axis=-1
#   with: axis=0
#   hint: "You measure along the pairs. The coordinates of an embedding are the last axis."
# - replace: np.subtract(e1, e2, dtype=float)
#   with: e1 - e2
#   hint: "Differences of bytes wrap around below 0. Turn embeddings into floats first."
# - replace: np.linalg.norm(np.subtract(e1, e2, dtype=float), axis=-1)
#   with: np.abs(np.subtract(e1, e2, dtype=float)).sum(axis=-1)
#   hint: "You add the differences up. The Euclidean distance is the root of their squares' sum."
# - replace: np.linalg.norm(np.subtract(e1, e2, dtype=float), axis=-1) < threshold
#   with: np.sum(np.subtract(e1, e2, dtype=float) ** 2, axis=-1) < threshold**2
#   hint: "With both sides squared, a threshold below 0 becomes one above it. No distance is below that."
# - replace: np.subtract(e1, e2, dtype=float)
#   with: np.subtract(*(e / np.maximum(np.linalg.norm(e, axis=-1, keepdims=True), 1e-12) for e in (e1, e2)))
#   hint: "You scale to length 1 before you measure. The distance is that of the embeddings as they come."
# - replace: np.linalg.norm(np.subtract(e1, e2, dtype=float), axis=-1) < threshold
#   with: np.sum(np.asarray(e1, dtype=float) * e2, axis=-1) > threshold
#   hint: "You compare the product, a similarity. The threshold is one of distances."


# %% equivalents: verify
# - replace: np.subtract(e1, e2, dtype=float)
#   with: np.subtract(e2, e1, dtype=float)
#   reason: "A difference is as long as its negative."


# %% accepts: verify
def verify(e1, e2, threshold):
    gap = np.asarray(e1, dtype=float) - np.asarray(e2, dtype=float)
    return np.sqrt((gap**2).sum(axis=-1)) < threshold


# %% accepts: verify
def verify(e1, e2, threshold):
    e1, e2 = np.broadcast_arrays(np.asarray(e1, dtype=float), np.asarray(e2, dtype=float))
    if e1.ndim == 1:
        return math.dist(e1, e2) < threshold
    return np.array([math.dist(p, q) < threshold for p, q in zip(e1, e2, strict=True)], dtype=bool)


# %% [markdown]
# To compare networks, one wants a number without a threshold. Turn $\tau$ until both errors are equal: that error is
# the **equal error rate**, EER. It is usually told for *scores* that are high for the same person; minus a distance is
# one. A pair is accepted if its score is the threshold or more. By hand: partners score $0.9, 0.8, 0.4$, strangers
# $0.7, 0.3, 0.2, 0.1$.
#
# | threshold | false rejections | false acceptances | apart by |
# |---|---|---|---|
# | 0.4 | 0 of 3 | 1 of 4 | 0.25 |
# | 0.7 | 1 of 3 | 1 of 4 | 0.083 |
# | 0.8 | 1 of 3 | 0 of 4 | 0.333 |
#
# With so few pairs they are never equal. We take the threshold at which they are closest, among the scores themselves,
# and the mean of both rates there: $\frac12 (\frac13 + \frac14) = 0.292$ at $0.7$. Each rate is a share of *its* kind:
# strangers are far more numerous than partners, and may not outvote them.


# %% exercise: equal_error_rate
def equal_error_rate(scores, same):
    """The error at the threshold where false rejections and false acceptances are equally frequent.

    Args:
        scores: float array (N,), higher for pairs that are more alike; left unchanged.
        same: whether each pair is of one person, bool or 0 and 1, (N,); left unchanged.

    Returns:
        (rate, threshold), two floats: of all scores, the threshold at which the two rates are closest, the lowest if
        there are several; and the mean of both rates there. A pair is accepted if its score is at least the threshold.
        About 9 lines.

    Raises:
        ValueError: scores and same differ in shape, or there is no pair of one person, or none of two.
    """
    ### BEGIN SOLUTION
    same = np.asarray(same).astype(bool)
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("scores and same must have one shape, with pairs of one person and of two")
    candidates = np.unique(scores)  # sorted
    rejected = np.searchsorted(np.sort(scores[same]), candidates) / same.sum()
    accepted = 1 - np.searchsorted(np.sort(scores[~same]), candidates) / (~same).sum()
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(candidates[best])
    ### END SOLUTION


# %% test: equal_error_rate, points=2
scores = np.array([0.9, 0.1, 0.8, 0.7, 0.4, 0.3, 0.2])
same = np.array([True, False, True, False, True, False, False])
with dd.check.unchanged(scores, what="scores"), dd.check.unchanged(same, what="same"):
    rate, threshold = equal_error_rate(scores, same)
dd.check.close(rate, 7 / 24, what="rate", why="the mean of 1/3 and 1/4, as worked by hand")
dd.check.close(threshold, 0.7, what="threshold", why="there, the two rates are closest")
with dd.check.raises(ValueError, why="without strangers nobody can be accepted falsely"):
    equal_error_rate(scores[same], same[same])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(596)


def slow_rate(scores, same):
    best = None
    for t in sorted(set(scores.tolist())):
        rejected = sum(s < t for s, one in zip(scores, same, strict=True) if one) / sum(bool(one) for one in same)
        accepted = sum(s >= t for s, one in zip(scores, same, strict=True) if not one) / sum(not one for one in same)
        if best is None or abs(rejected - accepted) < best[0] - 1e-12:
            best = abs(rejected - accepted), (rejected + accepted) / 2, t
    return best[1:]


for number, share, kind in (
    (40, 0.5, "bool"),
    (300, 0.07, "int64"),
    (64, 0.9, "uint8"),
    (11, 0.4, "float64"),
    (2, 0.5, "bool"),
):
    same = np.arange(number) < max(1, round(share * number))
    scores = rng.normal(size=number) + 1.2 * same - 5
    order = rng.permutation(number)
    scores, same = scores[order], same[order]
    with dd.check.unchanged(scores, what="scores"):
        rate, threshold = equal_error_rate(scores, same.astype(kind))
    due = slow_rate(scores, same)
    dd.check.close(rate, due[0], rtol=1e-9, what=f"rate for {number} pairs, {same.sum()} of one person")
    dd.check.close(threshold, due[1], rtol=1e-9, what=f"threshold for {number} pairs, {same.sum()} of one person")
rate, threshold = equal_error_rate(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 1]))
dd.check.close([rate, threshold], [0.0, 3.0], what="rate and threshold", why="3 tells all pairs apart")
rate, threshold = equal_error_rate(np.array([4.0, 3.0, 2.0, 1.0]), np.array([0, 0, 1, 1]))
dd.check.close(rate, 1.0, what="rate", why="all pairs are the wrong way round")
rate, threshold = equal_error_rate(np.array([2.0, 2.0, 2.0, 2.0]), np.array([0, 1, 1, 0]))
dd.check.close([rate, threshold], [0.5, 2.0], what="rate and threshold", why="all are accepted at the only threshold")
tied = np.array([1, 1, 2, 2, 2, 2, 3, 3]), np.array([1, 0, 1, 1, 0, 0, 1, 0])
rate, threshold = equal_error_rate(*tied)
why = "at 2 and at 3 the rates are 1/4 and 3/4, one way and the other"
dd.check.close([rate, threshold], [0.5, 2.0], what="rate and threshold with ties", why=why)
for bad in ((scores, same[:-1]), (scores, np.ones(number)), (scores, np.zeros(number)), (scores, same[:, np.newaxis])):
    with dd.check.raises(
        ValueError, why=f"shapes {np.shape(bad[0])} and {np.shape(bad[1])}, {int(np.sum(bad[1]))} same"
    ):
        equal_error_rate(*bad)
### END HIDDEN TESTS

# %% mistakes: equal_error_rate
# - replace: np.sort(scores[same]), candidates) / same.sum()
#   with: 'np.sort(scores[same]), candidates, side="right") / same.sum()'
#   hint: "A partner whose score equals the threshold is rejected in yours. At least the threshold is accepted."
# - replace: np.sort(scores[~same]), candidates) / (~same).sum()
#   with: 'np.sort(scores[~same]), candidates, side="right") / (~same).sum()'
#   hint: "A stranger whose score equals the threshold counts as turned away. At least the threshold is accepted."
# - replace: candidates) / same.sum()
#   with: candidates) / len(same)
#   hint: "False rejections are a share of the pairs of one person, not of all pairs."
# - replace: candidates) / (~same).sum()
#   with: candidates) / len(same)
#   hint: "False acceptances are a share of the pairs of two people, not of all pairs."
# - replace: (rejected[best] + accepted[best]) / 2
#   with: rejected[best]
#   hint: "Where the two rates differ, you tell one of them. The mean of both is due."
# - replace: (rejected[best] + accepted[best]) / 2
#   with: rejected[best] + accepted[best]
#   hint: "You add both rates up. Their mean is due."
# - replace: np.abs(rejected - accepted).argmin()
#   with: (rejected + accepted).argmin()
#   hint: "You look for the smallest sum of errors. Equal error is where the two rates are closest."
# - replace: "1 - np.searchsorted(np.sort(scores[~same]), candidates)"
#   with: "np.searchsorted(np.sort(scores[~same]), candidates)"
#   hint: "You count the strangers that are turned away. Those that are let in are the error."
# - replace: candidates = np.unique(scores)  # sorted
#   with: candidates = np.unique(scores)[::-1]
#   hint: "Of several thresholds equally good you take the highest. The lowest is due."
# - replace: candidates = np.unique(scores)  # sorted
#   with: "candidates = (lambda at: (at[1:] + at[:-1]) / 2 if len(at) > 1 else at)(np.unique(scores))"
#   hint: "Your thresholds lie half-way between scores. The scores themselves are tried."
# - replace: " or not same.any() or same.all()"
#   with: ""
#   hint: "Without pairs of both kinds one of the rates is 0/0. A ValueError is due."
# - replace: scores.shape != same.shape or
#   with: ""
#   hint: "scores and same of different shapes get through, or fail in another way than by a ValueError."


# %% mistake: equal_error_rate
# hint: "You take small scores for the same person. Scores are high for those; only distances are low."
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same).astype(bool)
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("pairs of both kinds")
    candidates = np.unique(scores)
    rejected = np.array([np.mean(scores[same] > t) for t in candidates])
    accepted = np.array([np.mean(scores[~same] <= t) for t in candidates])
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(candidates[best])


# %% mistake: equal_error_rate
# hint: "With same as 0 and 1 you look up scores 0 and 1 again and again. A mask has to be of bools."
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same)
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("pairs of both kinds")
    candidates = np.unique(scores)
    rejected = np.array([np.mean(scores[same] < t) for t in candidates])
    accepted = np.array([np.mean(scores[~same] >= t) for t in candidates])
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(candidates[best])


# %% mistake: equal_error_rate
# hint: "A pair whose score is the threshold itself is rejected in yours. It is accepted: at least the threshold."
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("pairs of both kinds")
    candidates = np.unique(scores)
    rejected = np.array([np.mean(scores[same] <= t) for t in candidates])
    accepted = np.array([np.mean(scores[~same] > t) for t in candidates])
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(candidates[best])


# %% mistake: equal_error_rate
# hint: "Both rates are shares of their own kind of pairs, not of all pairs, or strangers outvote partners."
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("pairs of both kinds")
    candidates = np.unique(scores)
    rejected = np.array([np.mean(same & (scores < t)) for t in candidates])
    accepted = np.array([np.mean(~same & (scores >= t)) for t in candidates])
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(candidates[best])


# %% mistake: equal_error_rate
# hint: "You sort the scores in place, and they belong to whoever gave them. Sort a copy."
def equal_error_rate(scores, same):
    if scores.shape != same.shape or not same.any() or same.all():
        raise ValueError("pairs of both kinds")
    same = same[scores.argsort()].astype(bool)
    scores.sort()
    rejected = np.array([np.mean(scores[same] < t) for t in scores])
    accepted = np.array([np.mean(scores[~same] >= t) for t in scores])
    best = np.abs(rejected - accepted).argmin()
    return float((rejected[best] + accepted[best]) / 2), float(scores[best])


# %% accepts: equal_error_rate
def equal_error_rate(scores, same):
    scores, same = np.array(scores, float), np.array(same) != 0
    if scores.shape != same.shape:
        raise ValueError("shapes differ")
    if np.all(same) or not np.any(same):
        raise ValueError("one kind of pair only")
    best = None
    for t in np.sort(scores):
        said = scores >= t
        wrong = np.mean(~said[same]), np.mean(said[~same])
        if best is None or abs(wrong[0] - wrong[1]) < best[0]:
            best = abs(wrong[0] - wrong[1]), sum(wrong) / 2, t
    return float(best[1]), float(best[2])


# %% accepts: equal_error_rate
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("pairs")
    t = np.unique(scores)[:, np.newaxis]
    rejected, accepted = np.mean(scores[same] < t, axis=1), np.mean(scores[~same] >= t, axis=1)
    best = np.argmin(np.abs(rejected - accepted))
    return 0.5 * float(rejected[best] + accepted[best]), float(t[best, 0])


# %% [markdown]
# The rest of the training takes a minute or two and was done beforehand by `data/zoo/faces_embedder.py`: the same
# network, loss and mining, 900 steps on 6,000 pictures of 300 people. `dd.zoo.load` reads the result. Now for people
# whom *neither* has seen. The threshold is chosen on one group of them and judged on another; who chooses and judges on
# the same pairs tells a fairy tale.


# %% demo
def embedded(model, x):
    return np.concatenate([ops.convert_to_numpy(model(x[i : i + 100])) for i in range(0, len(x), 100)])


def all_pairs(points, who):
    """First and second of each pair of different pictures, and whether they are of one person."""
    first, second = np.triu_indices(len(who), 1)
    return points[first], points[second], who[first] == who[second]


trained = dd.zoo.load("faces_embedder")
(x_choose, who_choose), (x_judge, who_judge) = portraits(300, 30, seed=2), portraits(300, 30, seed=1)
fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), sharey=True)
accuracy = {}
for ax, (name, model) in zip(axes, {"first seconds": embedder, "trained": trained}.items(), strict=True):
    e1, e2, same = all_pairs(embedded(model, x_choose), who_choose)
    rate, score = equal_error_rate(-np.linalg.norm(e1 - e2, axis=1), same)
    threshold = -score
    e1, e2, same = all_pairs(embedded(model, x_judge), who_judge)
    said = verify(e1, e2, threshold)
    accuracy[name] = (np.mean(said[same]) + np.mean(~said[~same])) / 2
    rate, _ = equal_error_rate(-np.linalg.norm(e1 - e2, axis=1), same)
    print(f"{name:13} threshold {threshold:.2f}, equal error rate {rate:.3f}", end=", ")
    print(f"right {accuracy[name]:.3f} (partners {np.mean(said[same]):.3f}, strangers {np.mean(~said[~same]):.3f})")
    for kind, hatch, pairs in (("one person", "", same), ("two people", "//", ~same)):
        d = np.linalg.norm(e1[pairs] - e2[pairs], axis=1)
        ax.hist(d, bins=np.linspace(0, 2, 41), density=True, alpha=0.6, hatch=hatch, label=kind)
    ax.axvline(threshold, linestyle="--", color="0.3", label="threshold")
    ax.set(title=name, xlabel="distance of two pictures")
axes[0].set_ylabel("density")
axes[1].legend()
dd.plot.show(
    "Histograms of the distances of pairs of unseen people, for one person and for two. Pairs of one person lie at "
    "small distances and pairs of two at larger ones. After the first seconds there are many of both around the "
    "threshold, a dashed line; trained, there are few, and most pairs of two are far beyond it."
)
assert accuracy["trained"] > 0.9
assert accuracy["trained"] > accuracy["first seconds"]

# %% [markdown]
# "Right" is the mean of the share of partners accepted and of strangers turned away. It is over 0.9 for people who were
# in no training. That is what was meant by learning sameness. But mind the base rate: at a door where a thousand
# strangers pass for each partner, an error of 5% among strangers lets in fifty of them for one.
#
# ## Who is it?
#
# **Identification** asks without a badge: which of the people in the database is this, if any? That is
# **$k$-nearest neighbours** on embeddings. The $k$ nearest entries vote, as long as they are below a threshold; if none
# is, it is nobody we know. A new person is one more row, and nothing is trained.


# %% exercise: identify
def identify(e, database, k=1, threshold=math.inf):
    """The name of a face by its nearest neighbours.

    Args:
        e: embedding, float array (D,); left unchanged.
        database: (embeddings, names): float array (N, D), N >= 1, left unchanged, and a list of N names; a name may
            occur several times.
        k: how many of the nearest entries are asked, int >= 1; all, if there are fewer.
        threshold: entries at this distance or further are not asked.

    Returns:
        The name with the most votes; of several, the one whose nearest entry is nearest. None if nobody is asked. (No
        two entries are equally near.) About 9 lines.
    """
    ### BEGIN SOLUTION
    embeddings, names = database
    distances = np.linalg.norm(embeddings - e, axis=1)
    asked = [names[i] for i in np.argsort(distances)[:k] if distances[i] < threshold]
    if not asked:
        return None
    return max(asked, key=asked.count)  # the first of several, and the nearest come first
    ### END SOLUTION


# %% test: identify, points=2
database = np.array([[0.0, 0.0], [3.0, 0.0], [4.0, 0.0], [10.0, 0.0]]), ["Ada", "Bo", "Bo", "Cy"]
e = np.array([1.0, 0.0])
with dd.check.unchanged(e, what="e"), dd.check.unchanged(database[0], what="embeddings"):
    dd.check.equal(identify(e, database), "Ada", what="identify(e, database)", why="she is nearest")
dd.check.equal(identify(e, database, k=3), "Bo", what="with k=3", why="two of the three nearest are Bo's")
dd.check.equal(identify(e, database, k=2), "Ada", what="with k=2", why="one vote each, and Ada is nearer")
dd.check.equal(
    identify(e, database, k=3, threshold=0.5), None, what="with a threshold of 0.5", why="nobody is that near"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(597)


def slow_identify(e, database, k, threshold):
    order = sorted(range(len(database[1])), key=lambda i: math.dist(e, database[0][i]))
    votes, nearest = {}, {}
    for i in order[:k]:
        d = math.dist(e, database[0][i])
        if d < threshold:
            votes[database[1][i]] = votes.get(database[1][i], 0) + 1
            nearest.setdefault(database[1][i], d)
    return min(votes, key=lambda name: (-votes[name], nearest[name])) if votes else None


for number, people, width in ((1, 1, 2), (7, 3, 1), (30, 4, 3), (15, 15, 2)):
    names = [f"person {i}" for i in rng.integers(0, people, number)]
    embeddings = rng.normal(size=(number, width))
    for k in (1, 2, 3, 4, 6, 50):
        for threshold in (math.inf, 1.0, 0.3):
            e = rng.normal(size=width)
            due = slow_identify(e, (embeddings, names), k, threshold)
            with dd.check.unchanged(embeddings, what="embeddings"):
                came = identify(e, (embeddings, names), k, threshold)
            what = f"the name among {number} entries for k={k}, threshold={threshold}"
            assert (came is None) == (due is None) and (due is None or str(came) == due), f"{what}: {due!r} is due"
line = np.array([[1.0], [2.0], [3.0], [4.0]]), ["Bo", "Ada", "Ada", "Bo"]
dd.check.equal(identify(np.zeros(1), line, 4), "Bo", what="with two votes each", why="Bo's nearest entry is nearest")
dd.check.equal(
    identify(np.zeros(1), line, 4, 4.0), "Ada", what="with a threshold of 4", why="the entry at 4 isn't asked"
)
### END HIDDEN TESTS

# %% mistakes: identify
# - replace: np.argsort(distances)[:k]
#   with: np.argsort(-distances)[:k]
#   hint: "You ask the furthest entries."
# - replace: "distances[i] < threshold"
#   with: "distances[i] <= threshold"
#   hint: "An entry exactly at the threshold is not asked."
# - replace: " if distances[i] < threshold"
#   with: ""
#   hint: "The threshold is not used: a stranger gets a name whatever the distance."
# - replace: np.argsort(distances)[:k]
#   with: np.argsort(distances)[:1]
#   hint: "k is not used: only the nearest entry is asked."
# - replace: max(asked, key=asked.count)
#   with: max(sorted(asked), key=asked.count)
#   hint: "Of names with equally many votes you take the first of the alphabet. The nearest wins."
# - replace: np.argsort(distances)[:k]
#   with: sorted(np.argsort(distances)[:k])
#   hint: "Of names with equally many votes you take the one that is first in the database. The nearest wins."
# - replace: np.argsort(distances)[:k]
#   with: np.argpartition(distances, k - 1)[:k][np.argsort(distances[np.argpartition(distances, k - 1)[:k]])]
#   hint: "A database with fewer entries than k is too small for yours. All are asked then."
# - replace: np.linalg.norm(embeddings - e, axis=1)
#   with: np.sum((embeddings - e) ** 2, axis=1)
#   hint: "You hold squared distances against the threshold. It is one of distances."
# - replace: max(asked, key=asked.count)
#   with: asked[0]
#   hint: "k is not used: only the nearest entry is asked."
# - replace: max(asked, key=asked.count)
#   with: max(reversed(asked), key=asked.count)
#   hint: "Of names with equally many votes you take the one furthest away. The nearest wins."
# - replace: |-
#     if not asked:
#             return None
#   with: |-
#     if len(asked) < min(k, len(names)):
#             return None
#   hint: "As soon as one of the k is too far, you give nobody. The others may still vote."


# %% mistake: identify
# hint: "Only the nearest entry is held to the threshold. Each that votes has to be below it."
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    distances = np.linalg.norm(np.asarray(embeddings, dtype=float) - e, axis=-1)
    nearest = np.argsort(distances)[:k]
    asked = [names[i] for i in nearest]
    return max(asked, key=asked.count) if distances[nearest[0]] < threshold else None


# %% mistake: identify
# hint: "You ask all entries below the threshold, not the k nearest of them."
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    distances = np.linalg.norm(np.asarray(embeddings, dtype=float) - e, axis=-1)
    asked = [names[i] for i in np.argsort(distances) if distances[i] < threshold]
    return max(asked, key=asked.count) if asked else None


# %% mistake: identify
# hint: "You compare products, and embeddings that are longer win. The nearest by distance are asked."
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    likeness = np.asarray(embeddings) @ np.asarray(e)
    distances = np.linalg.norm(np.asarray(embeddings) - e, axis=-1)
    asked = [names[i] for i in np.argsort(-likeness)[:k] if distances[i] < threshold]
    return max(asked, key=asked.count) if asked else None


# %% mistake: identify
# hint: "Votes of near entries weigh more in yours. Each of the k has one vote, whatever its distance."
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    distances = np.linalg.norm(np.asarray(embeddings, dtype=float) - e, axis=-1)
    votes = {}
    for i in np.argsort(distances)[:k]:
        if distances[i] < threshold:
            votes[names[i]] = votes.get(names[i], 0) + 1 / (distances[i] + 1e-12)
    return max(votes, key=votes.get) if votes else None


# %% equivalents: identify
# - replace: axis=1
#   with: axis=-1
#   reason: "The embeddings have two axes."


# %% accepts: identify
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    near = sorted((math.dist(e, other), str(name)) for other, name in zip(embeddings, names, strict=True))[:k]
    votes = {}
    for d, name in near:
        if d < threshold:
            votes.setdefault(name, []).append(d)
    if not votes:
        return None
    return max(votes, key=lambda name: (len(votes[name]), -votes[name][0]))


# %% accepts: identify
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = np.asarray(database[0], float), np.array(database[1])
    d = np.sqrt(((embeddings - np.asarray(e)) ** 2).sum(axis=1))
    nearest = np.argsort(d)[:k]
    nearest = nearest[d[nearest] < threshold]
    if nearest.size == 0:
        return None
    found, first, counts = np.unique(names[nearest], return_index=True, return_counts=True)
    best = counts == counts.max()
    return str(found[best][first[best].argmin()])


# %% [markdown]
# What does the space look like? Here are the embeddings of eight unseen people, each projected onto the two directions
# of largest variance (Day 18), which is a small part of 32.

# %% demo
points = embedded(trained, x_judge)
chosen = who_judge < 8
centred = points[chosen] - points[chosen].mean(axis=0)
_, _, directions = np.linalg.svd(centred, full_matrices=False)
on_map = centred @ directions[:2].T
fig, ax = plt.subplots(figsize=(7, 5.5))
for person in range(8):
    mine = on_map[who_judge[chosen] == person]
    marker = "osD^vP*X"[person]
    ax.scatter(mine[:, 0], mine[:, 1], marker=marker, s=45, label=f"person {person}")
    aside = dict(xytext=(30 if person % 2 else -30, 0), textcoords="offset points", ha="center", va="center")
    ax.annotate(str(person), mine.mean(axis=0), fontsize=15, **aside)
ax.margins(0.12)
ax.set(title="Embeddings of eight people not in the training", xlabel="first direction", ylabel="second direction")
ax.legend(ncols=2, fontsize=8)
dd.plot.show(
    "A map of embeddings, a mark for each of eight people, with the number of the person beside. The pictures of one "
    "person lie close together. Some clusters stand alone, others touch or lie on each other in this flat map."
)

# %% [markdown]
# ## Write it down
#
# A camera sees a pupil in twenty pictures a minute, and somebody will start the program twice. Still there has to be
# **one entry a person a day**, with the *first* time. A list in memory is gone with the program, and a check "is it
# there already?" before writing fails as soon as two programs run at once. A database can promise it: a table with
# `UNIQUE (name, day)` refuses a second row, whoever writes it, and `INSERT OR IGNORE` takes the refusal calmly. Three
# habits more: `CREATE TABLE IF NOT EXISTS`, so that opening the book again keeps what is in it; values as parameters,
# `?`, never pasted into the SQL, for there are people called O'Brien; and a **commit** after every entry, or nobody
# else sees it. `with connection:` commits at its end.


# %% exercise: AttendanceBook
class AttendanceBook:
    """Who came on which day, kept in an SQLite file: one entry a person a day.

    `AttendanceBook(path)` opens the book at path, a str, and begins it if it isn't there. It may be open several times
    at once, and closed and opened again; all see the same entries.

    Methods:
        mark(name, day, time): note that name (any str) came; day is "2031-05-06", time "08:15". True if it is the
            person's first entry that day. Otherwise False, and the first entry stays as it is.
        entries(day): list of (name, time) of that day, by time, then by name; empty if nobody came.
        close(): no more to be done.

    About 14 lines.
    """

    ### BEGIN SOLUTION
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute(
                "CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))"
            )

    def mark(self, name, day, time):
        with self.connection:
            done = self.connection.execute("INSERT OR IGNORE INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return done.rowcount == 1

    def entries(self, day):
        rows = self.connection.execute("SELECT name, time FROM attendance WHERE day = ? ORDER BY time, name", (day,))
        return rows.fetchall()

    def close(self):
        self.connection.close()

    ### END SOLUTION


# %% fixture
FOLDERS = {}


def opened(key):
    """An AttendanceBook at a path that belongs to key; at a new one, there is no file yet."""
    if key not in FOLDERS:
        FOLDERS[key] = tempfile.TemporaryDirectory()
    return AttendanceBook(os.path.join(FOLDERS[key].name, "book.db"))


# %% test: AttendanceBook, points=3
book = opened("a school")
assert bool(book.mark("Ada", "2031-05-06", "08:15")), "her first entry of the day is new"
assert not bool(book.mark("Ada", "2031-05-06", "08:15")), "the same once more is not"
assert not bool(book.mark("Ada", "2031-05-06", "08:16")), "a later one of the same day is not"
assert bool(book.mark("Ada", "2031-05-07", "08:02")), "another day is another entry"
assert bool(book.mark("Bo", "2031-05-06", "07:58")), "Bo has not come yet that day"
due = [("Bo", "07:58"), ("Ada", "08:15")]
dd.check.equal([tuple(row) for row in book.entries("2031-05-06")], due, what="entries", why="by time, each person once")
book.close()
again = opened("a school")
dd.check.equal([tuple(row) for row in again.entries("2031-05-06")], due, what="entries after opening the book again")
assert not bool(again.mark("Bo", "2031-05-06", "09:30")), (
    "the book knows that Bo has come, after being opened again too"
)
again.close()
### BEGIN HIDDEN TESTS
first = opened("a club")
dd.check.equal(list(first.entries("2031-05-06")), [], what="entries of an empty book")
assert bool(first.mark("Zoe", "2031-05-06", "08:00"))
second = opened("a club")
rows = [tuple(row) for row in second.entries("2031-05-06")]
dd.check.equal(rows, [("Zoe", "08:00")], what="entries in a second open book", why="each entry is committed at once")
assert not bool(second.mark("Zoe", "2031-05-06", "08:01")), "she is in the book, though this one was opened later"
assert bool(second.mark("Yan", "2031-05-06", "07:00")), "Yan is new"
assert not bool(first.mark("Yan", "2031-05-06", "07:30")), "the other open book has marked Yan"
assert not bool(first.mark("Yan", "2031-05-06", "06:30")), "Yan is in the book, whatever time is given now"
for name in ("O'Brien", 'Robert"); DROP TABLE attendance; --', "Zoe ", "zoe", "Åsa Öberg", ""):
    assert bool(first.mark(name, "2031-05-06", "08:00")), f"{name!r} has not come yet"
    assert not bool(second.mark(name, "2031-05-06", "09:00")), f"{name!r} has come"
due = [("Yan", "07:00"), *sorted((name, "08:00") for name in ("Zoe", "Zoe ", "zoe", "Åsa Öberg", "", "O'Brien"))]
due.insert(3, ('Robert"); DROP TABLE attendance; --', "08:00"))
rows = [tuple(row) for row in first.entries("2031-05-06")]
dd.check.equal(sorted(rows), sorted(due), what="entries", why="any text is a name, and each came once")
dd.check.equal(
    [time for _, time in rows], ["07:00"] + 7 * ["08:00"], what="the times", why="sorted, and those entered first"
)
plain = [name for name, _ in rows if name in ("O'Brien", "Zoe", "zoe")]
dd.check.equal(plain, ["O'Brien", "Zoe", "zoe"], what="the names at one time", why="sorted by name")
dd.check.equal(list(second.entries("2031-05-05")), [], what="entries of another day")
first.close()
assert bool(second.mark("Xi", "2031-05-05", "10:00")), "a book stays open when another one on the file is closed"
dd.check.equal([tuple(row) for row in second.entries("2031-05-05")], [("Xi", "10:00")], what="entries of that day")
second.close()
other = opened("an office")
dd.check.equal(list(other.entries("2031-05-06")), [], what="entries of a book at another path")
other.close()
### END HIDDEN TESTS

# %% mistakes: AttendanceBook
# - replace: "CREATE TABLE IF NOT EXISTS attendance"
#   with: "CREATE TABLE attendance"
#   hint: "Opening a book that exists fails, since its table is there already."
# - replace: UNIQUE (name, day)
#   with: UNIQUE (name)
#   hint: "A person can come once in a lifetime in your book. The pair of name and day is unique."
# - replace: UNIQUE (name, day)
#   with: UNIQUE (name, day, time)
#   hint: "The same person at another time is a new entry in yours. Name and day alone are unique."
# - replace: ", UNIQUE (name, day))"
#   with: )
#   hint: "Nothing keeps a second entry out. Let the table refuse it."
# - replace: INSERT OR IGNORE
#   with: INSERT OR REPLACE
#   hint: "A later entry replaces the first. The first time of the day is to stay."
# - replace: INSERT OR IGNORE
#   with: INSERT
#   hint: "The refusal of a second entry goes through to the caller as an error. It is to be False."
# - replace: ORDER BY time, name
#   with: ORDER BY name
#   hint: "Your entries are sorted by name. The time comes first."
# - replace: ' ORDER BY time, name'
#   with: ""
#   hint: "Your entries come in the order in which they were written. Sort them by time, then by name."
# - replace: ORDER BY time, name
#   with: ORDER BY time
#   hint: "People who came at one time are in the order in which they were written. Sort those by name."
# - replace: (name TEXT, day TEXT
#   with: (name TEXT COLLATE NOCASE, day TEXT
#   hint: "Names that differ in capitals alone are one person in your book. Any other text is another name."
# - replace: return done.rowcount == 1
#   with: |-
#     change = "UPDATE attendance SET time = min(time, ?) WHERE name = ? AND day = ?"
#             with self.connection:
#                 self.connection.execute(change, (time, name, day))
#             return done.rowcount == 1
#   hint: "An earlier time that is told later replaces the first. The entry that was written first stays as it is."
# - replace: return done.rowcount == 1
#   with: |-
#     change = "UPDATE attendance SET time = ? WHERE name = ? AND day = ?"
#             with self.connection:
#                 self.connection.execute(change, (time, name, day))
#             return done.rowcount == 1
#   hint: "A later entry replaces the first. The first time of the day is to stay."
# - replace: return done.rowcount == 1
#   with: return True
#   hint: "mark says True whatever happens. It is True for an entry that is new."
# - replace: return done.rowcount == 1
#   with: return done.rowcount == 0
#   hint: "mark answers the opposite: True is for an entry that is new."


# %% mistake: AttendanceBook
# hint: "What is marked is never committed: others do not see it, and it is gone when the book is closed."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=0.1)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))"
        )

    def mark(self, name, day, time):
        done = self.connection.execute("INSERT OR IGNORE INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return done.rowcount == 1

    def entries(self, day):
        return self.connection.execute(
            "SELECT name, time FROM attendance WHERE day = ? ORDER BY time, name", (day,)
        ).fetchall()

    def close(self):
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "You commit when the book is closed. Until then no other book on the file sees an entry or can write one."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=0.1)
        with self.connection:
            self.connection.execute(
                "CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))"
            )

    def mark(self, name, day, time):
        done = self.connection.execute("INSERT OR IGNORE INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return done.rowcount == 1

    def entries(self, day):
        return self.connection.execute(
            "SELECT name, time FROM attendance WHERE day = ? ORDER BY time, name", (day,)
        ).fetchall()

    def close(self):
        self.connection.commit()
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "Opening the book empties it. Begin a table only where there is none."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute("DROP TABLE IF EXISTS attendance")
            self.connection.execute("CREATE TABLE attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))")

    def mark(self, name, day, time):
        with self.connection:
            done = self.connection.execute("INSERT OR IGNORE INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return done.rowcount == 1

    def entries(self, day):
        return self.connection.execute(
            "SELECT name, time FROM attendance WHERE day = ? ORDER BY time, name", (day,)
        ).fetchall()

    def close(self):
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "A name with an apostrophe breaks your SQL, since it is pasted into it. Give values as parameters."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute(
                "CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))"
            )

    def mark(self, name, day, time):
        with self.connection:
            done = self.connection.execute(f"INSERT OR IGNORE INTO attendance VALUES ('{name}', '{day}', '{time}')")
        return done.rowcount == 1

    def entries(self, day):
        return self.connection.execute(
            f"SELECT name, time FROM attendance WHERE day = '{day}' ORDER BY time, name"
        ).fetchall()

    def close(self):
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "You remember in the program who came, and another book on the same file does not know. Ask the table."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute("CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT)")
        self.seen = set()

    def mark(self, name, day, time):
        if (name, day) in self.seen:
            return False
        self.seen.add((name, day))
        with self.connection:
            self.connection.execute("INSERT INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return True

    def entries(self, day):
        return self.connection.execute(
            "SELECT name, time FROM attendance WHERE day = ? ORDER BY time, name", (day,)
        ).fetchall()

    def close(self):
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "Entries are kept in memory until the book is closed. Another book on the file doesn't see them: write at once."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute("CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT)")
        rows = self.connection.execute("SELECT name, day, time FROM attendance")
        self.came = {(name, day): time for name, day, time in rows}

    def mark(self, name, day, time):
        new = (name, day) not in self.came
        self.came.setdefault((name, day), time)
        return new

    def entries(self, day):
        rows = [(name, time) for (name, when), time in self.came.items() if when == day]
        return sorted(rows, key=lambda row: (row[1], row[0]))

    def close(self):
        with self.connection:
            self.connection.execute("DELETE FROM attendance")
            rows = [(name, day, time) for (name, day), time in self.came.items()]
            self.connection.executemany("INSERT INTO attendance VALUES (?, ?, ?)", rows)
        self.connection.close()


# %% mistake: AttendanceBook
# hint: "entries gives all days together. Those of one day are asked for."
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        with self.connection:
            self.connection.execute(
                "CREATE TABLE IF NOT EXISTS attendance (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))"
            )

    def mark(self, name, day, time):
        with self.connection:
            done = self.connection.execute("INSERT OR IGNORE INTO attendance VALUES (?, ?, ?)", (name, day, time))
        return done.rowcount == 1

    def entries(self, day):
        return self.connection.execute("SELECT name, time FROM attendance ORDER BY time, name").fetchall()

    def close(self):
        self.connection.close()


# %% equivalents: AttendanceBook
# - replace: self.connection.close()
#   with: pass
#   reason: "Everything is committed, and a connection is closed when nobody holds it any more."
# - replace: self.connection.close()
#   with: |-
#     return None
#             self.connection.close()
#   reason: "Everything is committed, and a connection is closed when nobody holds it any more."


# %% accepts: AttendanceBook
class AttendanceBook:
    def __init__(self, path):
        self._db = sqlite3.connect(path, isolation_level=None)  # every statement commits by itself
        self._db.execute(
            "create table if not exists book (day text not null, person text not null, at text not null, "
            "primary key (day, person)) without rowid"
        )

    def mark(self, name, day, time):
        try:
            self._db.execute(
                "insert into book (person, day, at) values (:who, :day, :at)", dict(who=name, day=day, at=time)
            )
        except sqlite3.IntegrityError:
            return False
        return True

    def entries(self, day):
        found = self._db.execute("select person, at from book where day = :day", {"day": day})
        return sorted(found, key=lambda row: (row[1], row[0]))

    def close(self):
        self._db.close()


# %% accepts: AttendanceBook
class AttendanceBook:
    """Opens the file anew for each call."""

    def __init__(self, path):
        self.path = path
        self._run("CREATE TABLE IF NOT EXISTS came (name TEXT, day TEXT, time TEXT)")
        self._run("CREATE UNIQUE INDEX IF NOT EXISTS once ON came (name, day)")

    def _run(self, sql, values=()):
        connection = sqlite3.connect(self.path)
        try:
            cursor = connection.execute(sql, values)
            rows, count = cursor.fetchall(), cursor.rowcount
            connection.commit()
            return rows, count
        finally:
            connection.close()

    def mark(self, name, day, time):
        sql = "INSERT INTO came (name, day, time) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        return self._run(sql, (name, day, time))[1] > 0

    def entries(self, day):
        return self._run("SELECT name, time FROM came WHERE day = ? ORDER BY time ASC, name ASC", [day])[0]

    def close(self):
        pass


# %% [markdown]
# ## Put it together: a morning at the door
#
# Twelve new people are enrolled with two portraits each. Then the camera takes 48 pictures. In each, the cascade finds
# the face, the network embeds it, the neighbours name it, and the book notes it. Then the program is started a second
# time on the same pictures, as happens.

# %% demo
people = ["Ana", "Ben", "Chi", "Dov", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lev"]
x_door, who_door = portraits(24, num_people=12, seed=7)
database = embedded(trained, x_door), [people[i] for i in who_door]
seen, _, who_seen = camera(48, num_people=12, seed=7)
e1, e2, same = all_pairs(embedded(trained, x_choose), who_choose)
_, score = equal_error_rate(-np.linalg.norm(e1 - e2, axis=1), same)


def name_of(picture):
    """Who is in a camera's picture, or None."""
    corner, _ = locate(picture)
    if corner is None:
        return None
    top, left = np.clip(np.round(corner), 0, SIDE - 64).astype(int)
    face = (picture[top : top + 64, left : left + 64].astype("float32") - 115) / 64
    return identify(embedded(trained, face[np.newaxis])[0], database, k=3, threshold=-score)


named = [name_of(picture) for picture in seen]
right = [name == people[i] for name, i in zip(named, who_seen, strict=True)]
unknown = sum(name is None for name in named)
print(
    f"of 48 pictures, {sum(right)} named rightly, {unknown} left without a name, {48 - sum(right) - unknown} mistaken"
)
with tempfile.TemporaryDirectory() as folder:
    for start in ("first", "second"):
        book = AttendanceBook(os.path.join(folder, "morning.db"))
        new = [
            book.mark(name, "2031-05-06", f"08:{minute:02}") for minute, name in enumerate(named) if name is not None
        ]
        came = book.entries("2031-05-06")
        print(f"{start} start: {len(new)} faces named, {sum(new)} new entries, {len(came)} in the book")
        book.close()
print("  ".join(f"{time} {name}" for name, time in came))
assert len(came) == len({name for name in named if name}) and sum(new) == 0
assert np.mean(right) > 3 / 12  # far from guessing one of twelve

# %% [markdown]
# One row a person, and the second start adds none. Where the chain fails, one can say at which link: a face that was
# not found has no name, one found some pixels off looks strange to the network, and a person whose two portraits were
# both taken from the side is hard to match. More portraits and more pictures help with all three; the book takes care
# that asking often does no harm.
#
# ## What you should remember
#
# 1. One-shot recognition learns sameness: embeddings in which distance means "another person". New people are new rows.
# 2. An integral image gives the sum of any rectangle with four look-ups, and a cascade spends its time on the few
#    windows that need it.
# 3. Contrastive loss works on pairs, triplet loss on order. Both need a margin. Mine semi-hard negatives: easy ones
#    teach nothing, and the hardest make everything collapse.
# 4. Choose the threshold on people other than those you judge by. The equal error rate compares without one.
# 5. Let the database keep your promises: `UNIQUE`, parameters, commit.
#
# ## Check yourself, without code
#
# 1. A network maps every face to the same point. What are its triplet loss with margin $m$, its equal error rate, and
#    how many semi-hard negatives are there?
# 2. A picture has $640 \times 480$ pixels. How many additions and subtractions does the sum of a rectangle of
#    $100 \times 100$ take with the integral image, and how many without?
# 3. Embeddings have length 1. Which squared distance belongs to a cosine similarity of $0.8$? Do nearest neighbours by
#    distance and by cosine differ?
#
# <details><summary>Answers</summary>
#
# 1. $m$, and nothing can be told apart: all distances are 0, so every pair is accepted or none, and the rate is
#    $\frac12$. There is no semi-hard negative: none is *further* away than the positive.
# 2. Three, against 9,999.
# 3. $\lVert e_1 - e_2 \rVert^2 = 1 + 1 - 2 \cdot 0.8 = 0.4$. The larger the similarity, the smaller it is, so the order
#    is the same.
#
# </details>
#
# ## Go further
#
# - Bromley and others (1993), *Signature verification using a siamese time delay neural network*, NIPS.
# - Viola and Jones (2001), *Rapid object detection using a boosted cascade of simple features*, CVPR.
# - Hadsell, Chopra and LeCun (2006), *Dimensionality reduction by learning an invariant mapping*, CVPR: pairs.
# - Taigman, Yang, Ranzato and Wolf (2014), *DeepFace*, CVPR: frontal faces, a siamese network and a binary answer.
# - Schroff, Kalenichenko and Philbin (2015), *FaceNet*, CVPR: triplets, and why semi-hard ones.
