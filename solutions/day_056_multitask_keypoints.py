# ---
# day: 56
# title: Keypoints and multi-task learning
# week: 12
# minutes: 110
# backend: tensorflow
# needs: [2, 3, 18, 20, 24, 29, 36, 38, 40, 45, 46, 49, 50, 55]
# data: [faces]
# papers:
# - "Caruana 1997, Multitask learning"
# - "Kendall, Gal and Cipolla 2018, Multi-task learning using uncertainty to weigh losses for scene geometry and
#   semantics"
# - "Hartley and Zisserman 2004, Multiple view geometry in computer vision"
# ---

# %% [markdown]
# # Day 56 · Keypoints and multi-task learning
#
# By the end you can train one network that answers several questions about a picture, find the landmarks of a face
# with it, and turn these flat points into a head with depth.
#
# - **You will build** coordinates that fit every size of picture, a loss that overlooks hidden points, a trunk with
#   several heads, two ways to weigh their losses, a camera, and the way back from the picture into space. With them
#   you draw landmarks on faces, and compare one trunk with two networks.
# - **You need** least squares (Day 2), the singular value decomposition (Day 18), losses (Day 24), functional models
#   (Day 38), training loops and the tape (Days 36 and 40), convolution (Day 46).
# - **Not today:** boxes and any number of objects (Day 61).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$ | rows and columns of a picture | | `size` |
# | $n$ | landmarks of a face, 12 here | | |
# | $q_i$ | landmark $i$ in pixels, $(x, y)$ | $(2,)$ | a row of `points` |
# | $u_i, \hat u_i$ | landmark $i$ as shares of the picture, and as predicted | $(2,)$ | `y`, `pred` |
# | $v_i$ | whether landmark $i$ can be seen | $()$ | `visible` |
# | $t$ | a task | | a key of `losses` |
# | $L_t, \lambda_t$ | loss of task $t$, and its weight | $()$ | `losses`, `weights` |
# | $s_t$ | logarithm of the variance that task $t$ is left with | $()$ | `log_variances` |
# | $L$ | what is minimised | $()$ | |
# | $M$ | camera | $(3, 4)$ | `camera` |
# | $T$ | template: a head's landmarks in space | $(n, 3)$ | `template` |
# | $R$ | rotation | $(3, 3)$ | `rotation` |
# | $k$ | pixels for one unit of the template | $()$ | `scale` |

# %% setup
import math
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.data.sets._head import LANDMARKS

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## A landmark is two numbers
#
# A classifier says *what*. Now the question is *where*: where are the eyes, the tip of the nose, the corners of the
# mouth? Such points are called **landmarks** or **keypoints**, and finding them is **regression**, twelve times two
# numbers for a face. Our faces are drawn, so their landmarks are known, and also which of them can be **seen**: an
# ear may be under hair or behind the head.

# %% demo
train = dd.data.faces(800, 160, seed=0)
held_out = dd.data.faces(200, 40, seed=1)  # other people


def draw_landmarks(ax, image, points, visible, marker="o", color="white"):
    """Draw an image and the landmarks that can be seen; hidden ones become crosses."""
    height, width = image.shape[:2]
    ax.imshow(image)
    look = {"markeredgecolor": "black", "markeredgewidth": 0.8, "linestyle": "none"}
    ax.plot(*points[visible].T, marker, color=color, markersize=6, **look)
    ax.plot(*points[~visible].T, "X", color="#e3a41c", markersize=8, **look)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    ax.set_axis_off()


chosen = [0, int(np.flatnonzero(train.pose[:, 0] > 25)[0]), int(np.flatnonzero(train.pose[:, 0] < -25)[0])]
fig, axes = plt.subplots(1, 3, figsize=(10, 3.9))
for ax, i in zip(axes, chosen, strict=True):
    draw_landmarks(ax, train.images[i], train.landmarks[i, :, :2], train.visible[i])
    ax.set_title(f"{train.pose[i, 0]:+.0f}° sideways, {train.age[i]:.0f} years")
dd.plot.show(
    "Three cartoon faces with twelve landmarks each: brows, eyes, tip of the nose, corners and lips of the mouth, chin "
    "and ears. Visible ones are round dots; hidden ears are marked by crosses."
)
print(", ".join(LANDMARKS))
print(f"{train.visible.mean():.1%} of all landmarks can be seen, of the ears {train.visible[:, -2:].mean():.1%}")

# %% [markdown]
# ## Coordinates for every size
#
# Pixels are a poor unit. Shrink a picture to half its side, and all of its landmarks change. And a network whose
# weights start small would have to reach numbers like 40. So points become shares of the picture, from 0 at its left
# or upper edge to 1 at its right or lower one:
#
# $$u = \Big( \frac{x + \frac12}{W},\ \frac{y + \frac12}{H} \Big), \qquad q = (x, y) .$$
#
# Why the half? Our landmarks count from the **middle** of the first pixel, as Matplotlib does and as array indices
# do: $x = 0$ lies in that middle, the picture's left edge half a pixel before it, at $x = -\frac12$, and its right
# edge at $W - \frac12$. Forget the half, and landmarks of a shrunk picture are off by a fraction of a pixel, always
# to the same side. Networks learn such errors faithfully.
#
# **By hand.** In a picture of 4 rows and 8 columns, the point $q = (1, 3)$ becomes $u = (1.5/8,\ 3.5/4) =
# (0.1875,\ 0.875)$. Twice as large, 8 rows and 16 columns, the same $u$ lies at $(0.1875 \cdot 16 - 0.5,\ 0.875
# \cdot 8 - 0.5) = (2.5, 6.5)$.
#
# Watch out for a trap here: shapes of arrays say rows first, $(H, W)$, while points say $x$ first.


# %% exercise: normalize_keypoints
def normalize_keypoints(points, size):
    """Points in pixels as shares of the picture.

    Args:
        points: array or lists (..., 2) of x and y, 0 being the middle of the first pixel; floats or ints, any number of
            leading axes. Points may lie outside of the picture. Left unchanged.
        size: (H, W) of the picture, ints >= 1, as in image.shape[:2].

    Returns:
        A new float array (..., 2): x and y, 0 at the left or upper edge of the picture and 1 at the other, and beyond
        where a point lies outside. About 4 lines.

    Raises:
        ValueError: the last axis of points has not 2 entries.
    """
    ### BEGIN SOLUTION
    points = np.asarray(points, dtype=float)
    if points.shape[-1] != 2:
        raise ValueError(f"points must be (..., 2). Received shape: {points.shape}")
    return (points + 0.5) / np.array([size[1], size[0]])
    ### END SOLUTION


def denormalize_keypoints(shares, size):
    """The inverse: shares of a picture as points in pixels.

    Args:
        shares: array or lists (..., 2), as normalize_keypoints gives them, floats or ints; left unchanged.
        size: (H, W) of the picture, perhaps of another one than they came from.

    Returns:
        A new float array (..., 2) of x and y in pixels, neither rounded nor clipped. About 4 lines.

    Raises:
        ValueError: the last axis of shares has not 2 entries.
    """
    ### BEGIN SOLUTION
    shares = np.asarray(shares, dtype=float)
    if shares.shape[-1] != 2:
        raise ValueError(f"shares must be (..., 2). Received shape: {shares.shape}")
    return shares * np.array([size[1], size[0]]) - 0.5
    ### END SOLUTION


# %% test: normalize_keypoints, points=2
points = np.array([[1.0, 3.0], [0.0, 0.0], [7.5, 3.5]])
with dd.check.unchanged(points):
    shares = normalize_keypoints(points, (4, 8))
due = np.array([[0.1875, 0.875], [0.0625, 0.125], [1.0, 1.0]])
dd.check.like(shares, due, what="the shares", why="the first is worked by hand, the last is the lower right corner")
with dd.check.unchanged(shares):
    back = denormalize_keypoints(shares, (8, 16))
due = np.array([[2.5, 6.5], [0.5, 0.5], [15.5, 7.5]])
dd.check.like(back, due, what="the points in a picture twice as large", why="the first is worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(56)
for lead, size in (
    ((), (5, 3)),
    ((1,), (7, 9)),
    ((4,), (64, 48)),
    ((2, 12), (3, 100)),
    ((0,), (6, 2)),
    ((2, 2), (1, 8)),
):
    points = rng.uniform(-20, 120, (*lead, 2))
    due = np.zeros(points.shape)
    for index in np.ndindex(lead):
        x, y = points[index]
        due[index] = [(x + 0.5) / size[1], (y + 0.5) / size[0]]
    what = f"the result for points {points.shape} and size {size}"
    with dd.check.unchanged(points):
        shares = normalize_keypoints(points, size)
    dd.check.like(shares, due, what=what, why="(x + 1/2) / W and (y + 1/2) / H, also outside of the picture")
    assert not np.shares_memory(shares, points), "the result of normalize_keypoints must be a new array"
    with dd.check.unchanged(due):
        back = denormalize_keypoints(due, size)
    dd.check.like(back, points, rtol=1e-9, what=f"the result for shares {due.shape}, size {size}", why="the inverse")
    assert not np.shares_memory(back, due), "the result of denormalize_keypoints must be a new array"
for kind in ("uint8", "int8", "int64", "float32"):
    points = np.array([[127, 3], [0, 90]], dtype=kind)
    with dd.check.unchanged(points):
        shares = normalize_keypoints(points, (100, 255))
    dd.check.dtype(shares, "float", what=f"the shares of points that are {kind}")
    due = [[0.5, 0.035], [0.5 / 255, 0.905]]
    dd.check.close(shares, due, rtol=1e-6, what=f"the shares of points that are {kind}")
    whole = np.array([[0, 1], [1, 0]], dtype=kind)
    back = denormalize_keypoints(whole, (300, 200))
    dd.check.dtype(back, "float", what=f"points from shares that are {kind}")
    dd.check.close(back, [[-0.5, 299.5], [199.5, -0.5]], what=f"points from shares that are {kind}")
dd.check.close(normalize_keypoints([[1, 3]], (4, 8)), [[0.1875, 0.875]], what="the shares of a list of points")
dd.check.close(denormalize_keypoints([[0.5, 0.25]], (4, 8)), [[3.5, 0.5]], what="the points from a list of shares")
for bad in ((3,), (4, 3), (2, 1), (2, 12, 3)):
    with dd.check.raises(ValueError, why=f"points of shape {bad} have no x and y alone"):
        normalize_keypoints(np.ones(bad), (4, 8))
    with dd.check.raises(ValueError, why=f"shares of shape {bad} have no x and y alone"):
        denormalize_keypoints(np.ones(bad), (4, 8))
### END HIDDEN TESTS

# %% mistakes: normalize_keypoints
# - replace: return (points + 0.5) / np.array([size[1], size[0]])
#   with: return (points + 0.5) / np.array([size[0], size[1]])
#   hint: "You divide x by the number of rows. A shape says rows first, a point x first."
# - replace: |-
#     return (points + 0.5) / np.array([size[1], size[0]])
#   with: |-
#     return points / np.array([size[1], size[0]])
#   hint: "The half pixel is missing: 0 is the middle of the first pixel, not the picture's edge."
# - replace: return (points + 0.5) / np.array([size[1], size[0]])
#   with: return points / (np.array([size[1], size[0]]) - 1)
#   hint: "You divide by one less, so that the middles of the first and last pixel are 0 and 1. The edges should be."
# - replace: return (points + 0.5) / np.array([size[1], size[0]])
#   with: return 2 * (points + 0.5) / np.array([size[1], size[0]]) - 1
#   hint: "Your shares go from -1 to 1. The picture's edges are to be 0 and 1."
# - replace: return (points + 0.5) / np.array([size[1], size[0]])
#   with: return np.clip((points + 0.5) / np.array([size[1], size[0]]), 0, 1)
#   hint: "You clip. A point outside of the picture lies outside afterwards too."
# - replace: return (points + 0.5) / np.array([size[1], size[0]])
#   with: return (points + 0.5) / max(size)
#   hint: "You divide both coordinates by the same number. Each has its own side of the picture."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return shares * np.array([size[1], size[0]])"
#   hint: "On the way back the half pixel must be taken off again."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return shares * np.array([size[1], size[0]]) + 0.5"
#   hint: "On the way back the half pixel is added once more. It must be taken off."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return (shares - 0.5) * np.array([size[1], size[0]])"
#   hint: "Half a pixel is taken off before the shares become pixels. The inverse undoes the last step first."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return np.round(shares * np.array([size[1], size[0]]) - 0.5)"
#   hint: "You round to whole pixels. Points may lie anywhere between."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return np.clip(shares * np.array([size[1], size[0]]) - 0.5, 0, np.array([size[1], size[0]]) - 1)"
#   hint: "On the way back you clip to the picture. A point outside of it lies outside afterwards too."
# - replace: "return shares * np.array([size[1], size[0]]) - 0.5"
#   with: "return shares * np.array([size[0], size[1]]) - 0.5"
#   hint: "You multiply x by the number of rows. A shape says rows first, a point x first."
# - replace: "if points.shape[-1] != 2:"
#   with: "if False:"
#   hint: "Points without exactly two coordinates get through, or fail with an error of NumPy's own."
# - replace: "if shares.shape[-1] != 2:"
#   with: "if False:"
#   hint: "Shares without exactly two coordinates get through, or fail with an error of NumPy's own."


# %% mistake: normalize_keypoints
# hint: "You change the array that was handed in. A new one is due."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    if not isinstance(points, np.ndarray) or points.dtype != float:
        points = np.array(points, dtype=float)
    points += 0.5
    points /= [size[1], size[0]]
    return points


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * [size[1], size[0]] - 0.5


# %% mistake: normalize_keypoints
# hint: "Both ways x goes with the number of rows. A shape says rows first, a point x first."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return (np.asarray(points, dtype=float) + 0.5) / np.array(size)


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * np.array(size) - 0.5


# %% mistake: normalize_keypoints
# hint: "The half pixel is missing both ways. In a picture of another size the point has moved then."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return np.asarray(points, dtype=float) / [size[1], size[0]]


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * [size[1], size[0]]


# %% mistake: normalize_keypoints
# hint: "With W - 1 and H - 1 the middles of the first and last pixel are 0 and 1. The edges should be."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return np.asarray(points, dtype=float) / np.maximum([size[1] - 1, size[0] - 1], 1)


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * np.maximum([size[1] - 1, size[0] - 1], 1)


# %% mistake: normalize_keypoints
# hint: "With W - 1 and H - 1 the middles of the first and last pixel are 0 and 1; of a single row nothing is left."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return np.asarray(points, dtype=float) / [size[1] - 1, size[0] - 1]


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * [size[1] - 1, size[0] - 1]


# %% mistake: normalize_keypoints
# hint: "The half has the wrong sign both ways: x = 0 lies half a pixel to the right of the edge, so add it there."
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return (np.asarray(points, dtype=float) - 0.5) / [size[1], size[0]]


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * [size[1], size[0]] + 0.5


# %% mistake: normalize_keypoints
# hint: "You take axis 1 for the last one. Points may have any number of leading axes, or none: count from the end."
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[1] != 2:
        raise ValueError("points must be (..., 2)")
    return np.column_stack([(points[:, 0] + 0.5) / size[1], (points[:, 1] + 0.5) / size[0]])


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.column_stack([shares[:, 0] * size[1] - 0.5, shares[:, 1] * size[0] - 0.5])


# %% mistake: normalize_keypoints
# hint: "The shares have the dtype of the points, and of whole points nothing is left but 0. Make floats of them first."
def normalize_keypoints(points, size):
    points = np.asarray(points)
    if points.shape[-1] != 2:
        raise ValueError("points must be (..., 2)")
    return ((points + 0.5) / [size[1], size[0]]).astype(points.dtype)


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError("shares must be (..., 2)")
    return np.asarray(shares, dtype=float) * [size[1], size[0]] - 0.5


# %% equivalents: normalize_keypoints
# - replace: points = np.asarray(points, dtype=float)
#   with: points = np.asarray(points)
#   reason: "A half added to whole numbers makes floats of them."
# - replace: shares = np.asarray(shares, dtype=float)
#   with: shares = np.asarray(shares)
#   reason: "A half taken off whole numbers makes floats of them; before, they are int64, as the sides are."


# %% accepts: normalize_keypoints
def normalize_keypoints(points, size):
    height, width = size
    points = np.array(points, dtype="float64")
    if points.shape[-1:] != (2,):
        raise ValueError("x and y, please")
    points[..., 0] = points[..., 0] / width + 0.5 / width
    points[..., 1] = points[..., 1] / height + 0.5 / height
    return points


def denormalize_keypoints(shares, size):
    *_, coordinates = np.shape(shares)
    if coordinates != 2:
        raise ValueError("x and y, please")
    x, y = np.moveaxis(np.asarray(shares, dtype=float), -1, 0)
    return np.stack([x * size[1] - 0.5, y * size[0] - 0.5], axis=-1)


# %% accepts: normalize_keypoints
def normalize_keypoints(points, size):
    if np.shape(points)[-1] != 2:
        raise ValueError(np.shape(points))
    return np.divide(np.add(points, 0.5, dtype=float), size[::-1])


def denormalize_keypoints(shares, size):
    if np.shape(shares)[-1] != 2:
        raise ValueError(np.shape(shares))
    return (np.asarray(shares, dtype=float) @ np.diag(size[::-1])) - 0.5


# %% [markdown]
# The network will see pictures shrunk to half their side. Do the same shares fit both sizes?

# %% demo
small = train.images.reshape(-1, 32, 2, 32, 2, 3).mean(axis=(2, 4)).astype("uint8")  # (800, 32, 32, 3)
shares = normalize_keypoints(train.landmarks[..., :2], (64, 64))  # (800, 12, 2)
fig, axes = plt.subplots(1, 2, figsize=(7.5, 4.1))
for ax, image in zip(axes, (train.images[0], small[0]), strict=True):
    draw_landmarks(ax, image, denormalize_keypoints(shares[0], image.shape[:2]), train.visible[0])
    ax.set_title(f"{image.shape[0]}×{image.shape[1]} pixels")
dd.plot.show(
    "One face in 64 by 64 and in 32 by 32 pixels. The same twelve shares of the picture, turned into pixels of either, "
    "lie on the same brows, eyes, nose, mouth and chin."
)

# %% [markdown]
# ## A loss that overlooks what is hidden
#
# How wrong is a predicted landmark? By its squared distance from the true one. What of a landmark that cannot be
# seen? Nobody can say where it is, and whoever annotates photographs leaves it out: its entry holds a zero, a guess
# of theirs, or "not a number". The loss must not learn from it, and the mean must not count it:
#
# $$L_{\text{landmarks}} = \frac{\sum_i v_i \, \lVert \hat u_i - u_i \rVert^2}{\sum_i v_i} ,$$
#
# over all landmarks of all pictures of the batch together. If none can be seen, there is nothing to learn, and the
# loss is 0.
#
# **By hand.** Two landmarks in one picture, $u_0 = (0.5, 0.5)$, seen, and $u_1$ hidden. The head of the network gives
# four numbers in a row, x and y of landmark 0 and then of landmark 1, say $(0.8, 0.1, 0.9, 0.9)$. The loss is
# $0.3^2 + 0.4^2 = 0.25$, the square of a distance of 0.5, divided by *one* landmark.
#
# Multiplying by $v$ is not quite enough. A product of zero and not-a-number is not a number, and one of them is
# enough to spoil the whole sum and every gradient. So the hidden entry must be replaced *before* anything is
# computed with it.


# %% exercise: keypoint_loss
def keypoint_loss(y, pred, visible):
    """Mean squared distance of predicted landmarks from the true ones, over those that can be seen.

    Args:
        y: true landmarks as shares of the picture, array or tensor (N, n, 2), floats. Where visible is False, the
            entries may be anything, NaN too. Left unchanged.
        pred: predictions, tensor float32 (N, 2 n): x and y of landmark 0, then of landmark 1, and so on.
        visible: bool, array or tensor (N, n).

    Returns:
        float32 tensor (), the sum of squared distances of all visible landmarks of the batch, divided by their
        number; 0 if there is none. Its gradient is finite always, and 0 at hidden landmarks. It works inside
        tf.function too. About 6 lines.
    """
    ### BEGIN SOLUTION
    mask = ops.cast(visible, "float32")  # (N, n)
    truth = ops.cast(y, "float32")  # (N, n, 2)
    points = ops.reshape(pred, ops.shape(truth))
    truth = ops.where(ops.cast(visible, "bool")[..., None], truth, ops.zeros_like(truth))
    squared = ops.sum(ops.square(points - truth), axis=-1)  # (N, n)
    return ops.sum(mask * squared) / ops.maximum(ops.sum(mask), 1.0)
    ### END SOLUTION


# %% fixture
def loss_and_gradient(y, pred, visible):
    """The value of keypoint_loss, and its gradient with respect to pred."""
    pred = tf.constant(pred, dtype="float32")
    with tf.GradientTape() as tape:
        tape.watch(pred)
        loss = keypoint_loss(y, pred, visible)
    gradient = tape.gradient(loss, pred)
    return loss, None if gradient is None else ops.convert_to_numpy(gradient)


def compiled_loss(y, pred, visible):
    """The value of keypoint_loss inside tf.function, as in a training step."""
    return tf.function(keypoint_loss)(*map(tf.constant, (y, pred, visible)))


# %% test: keypoint_loss, points=3
y = np.array([[[0.5, 0.5], [0.0, 0.0]]], dtype="float32")
pred = np.array([[0.8, 0.1, 0.9, 0.9]], dtype="float32")
visible = np.array([[True, False]])
with dd.check.unchanged(y):
    loss, gradient = loss_and_gradient(y, pred, visible)
dd.check.shape(loss, (), what="the loss")
dd.check.close(loss, 0.25, rtol=1e-5, what="the loss", why="it is worked by hand: one landmark can be seen")
due = [[0.6, -0.8, 0.0, 0.0]]
dd.check.close(gradient, due, rtol=1e-5, atol=1e-7, what="its gradient", why="hidden landmarks teach nothing")
y[0, 1] = np.nan
loss, gradient = loss_and_gradient(y, pred, visible)
dd.check.close(loss, 0.25, rtol=1e-5, what="the loss with NaN where nothing can be seen")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(562)
for shape, share in (((3, 5), 0.6), ((1, 4), 0.5), ((4, 1), 0.5), ((2, 12), 1.0), ((5, 3), 0.2), ((6, 2), 0.5)):
    y, pred = rng.uniform(0, 1, (*shape, 2)), rng.uniform(0, 1, (shape[0], 2 * shape[1])).astype("float32")
    visible = rng.uniform(0, 1, shape) < share
    visible[0, 0] = True
    if len(visible) > 4:
        visible[1] = False  # a picture in which nothing can be seen
    total, due = 0.0, np.zeros(pred.shape)
    for i, j in zip(*np.nonzero(visible), strict=True):
        difference = pred[i, 2 * j : 2 * j + 2].astype(float) - y[i, j]
        total += difference @ difference
        due[i, 2 * j : 2 * j + 2] = 2 * difference / visible.sum()
    what = f"the loss of {shape[0]} pictures with {shape[1]} landmarks, {visible.sum()} of them visible"
    for kind, hidden in (("float32", None), ("float64", None), ("float32", np.nan), ("float64", np.inf)):
        given = y.astype(kind)
        if hidden is not None:
            given[~visible] = hidden
        with dd.check.unchanged(given), dd.check.unchanged(visible):
            loss, gradient = loss_and_gradient(given, pred, visible)
        dd.check.shape(loss, (), what=what)
        assert ops.is_tensor(loss) and "float32" in str(loss.dtype), "the loss must be a tensor of float32"
        extra = "" if hidden is None else f", and hidden entries {hidden}"
        why = "the sum over visible landmarks, divided by their number"
        dd.check.close(loss, total / visible.sum(), rtol=1e-5, what=what + extra, why=why)
        dd.check.close(gradient, due, rtol=1e-4, atol=1e-6, what=what + extra + ": its gradient", why=why)
none = np.zeros((2, 3), dtype=bool)
for hidden in (0.3, np.nan):
    y = np.full((2, 3, 2), hidden, dtype="float32")
    loss, gradient = loss_and_gradient(y, np.full((2, 6), 0.7, "float32"), none)
    dd.check.close(loss, 0.0, what="the loss where nothing at all can be seen")
    dd.check.close(gradient, np.zeros((2, 6)), what="its gradient where nothing at all can be seen")
far = np.full((1, 2, 2), 0.5)
loss, _ = loss_and_gradient(far, np.array([[100.5, 0.5, 0.5, 0.5]], "float32"), np.array([[True, True]]))
dd.check.close(loss, 5000.0, rtol=1e-5, what="the loss of a prediction that is far out", why="10,000 over 2 landmarks")
tensors = (tf.constant(far), tf.constant([[0.5, 0.7, 0.5, 0.5]]), tf.constant([[True, False]]))
loss, _ = loss_and_gradient(*tensors)
dd.check.close(loss, 0.04, rtol=1e-4, what="the loss of three tensors")
y, pred = np.array([[[0.5, 0.5], [np.nan, 0.0]]], "float32"), np.array([[0.5, 0.7, 0.5, 0.5]], "float32")
for visible, due in (([[True, False]], 0.04), ([[False, False]], 0.0)):
    loss = compiled_loss(y, pred, np.array(visible))
    dd.check.close(loss, due, rtol=1e-4, what=f"the loss inside tf.function, visible={visible}")
### END HIDDEN TESTS

# %% mistakes: keypoint_loss
# - replace: ops.maximum(ops.sum(mask), 1.0)
#   with: ops.cast(ops.shape(mask)[0], "float32")
#   hint: "You divide by the number of pictures. The number of visible landmarks is due."
# - replace: ops.maximum(ops.sum(mask), 1.0)
#   with: ops.cast(ops.size(mask), "float32")
#   hint: "You divide by the number of all landmarks. Pictures with many hidden ones then seem better than they are."
# - replace: ops.maximum(ops.sum(mask), 1.0)
#   with: ops.sum(mask)
#   hint: "With nothing visible you divide 0 by 0."
# - replace: ops.maximum(ops.sum(mask), 1.0)
#   with: ops.maximum(2 * ops.sum(mask), 1.0)
#   hint: "You take the mean over coordinates, which is half. The loss is a mean over landmarks: squared distances."
# - replace: ops.maximum(ops.sum(mask), 1.0)
#   with: (ops.sum(mask) + 1.0)
#   hint: "You add 1 to the number of visible landmarks, so that every loss is a little too small."
# - replace: ops.sum(mask * squared) / ops.maximum(ops.sum(mask), 1.0)
#   with: ops.sum(mask * squared)
#   hint: "That is the sum. It grows with the batch; the mean over visible landmarks is due."
# - replace: ops.sum(mask * squared)
#   with: ops.sum(squared)
#   hint: "Hidden landmarks are counted as if they were at 0. They are to count for nothing."
# - replace: "    truth = ops.where(ops.cast(visible, \"bool\")[..., None], truth, ops.zeros_like(truth))\n"
#   with: ""
#   hint: "Zero times NaN is NaN: replace hidden entries before you compute with them."
# - replace: "points = ops.reshape(pred, ops.shape(truth))"
#   with: "points = ops.transpose(ops.reshape(pred, (truth.shape[0], 2, truth.shape[1])), (0, 2, 1))"
#   hint: "You read all x first and then all y. The numbers come as x and y of landmark 0, then of landmark 1."
# - replace: "points = ops.reshape(pred, ops.shape(truth))"
#   with: "points = ops.flip(ops.reshape(pred, ops.shape(truth)), axis=-1)"
#   hint: "You exchange x and y. Both come with x first."
# - replace: ops.square(points - truth)
#   with: ops.abs(points - truth)
#   hint: "You add absolute differences. Squared ones are due."
# - replace: "    return ops.sum(mask * squared) /"
#   with: "    return ops.sum(mask * ops.sqrt(squared)) /"
#   hint: "That is the mean distance. The mean of squared distances is due (and a square root has no slope at 0)."


# %% mistake: keypoint_loss
# hint: "You take a mean in each picture and then the mean of these. All visible landmarks of the batch count alike."
def keypoint_loss(y, pred, visible):
    mask = ops.cast(visible, "float32")
    truth = ops.cast(y, "float32")
    truth = ops.where(ops.cast(visible, "bool")[..., None], truth, ops.zeros_like(truth))
    squared = ops.sum(ops.square(ops.reshape(pred, ops.shape(truth)) - truth), axis=-1)
    return ops.mean(ops.sum(mask * squared, axis=-1) / ops.maximum(ops.sum(mask, axis=-1), 1.0))


# %% mistake: keypoint_loss
# hint: "With NumPy no gradient can be had: the tape sees only the framework's own operations."
def keypoint_loss(y, pred, visible):
    visible = np.asarray(visible)
    difference = np.asarray(pred).reshape(np.shape(y)) - np.asarray(y)
    if not visible.any():
        return ops.convert_to_tensor(0.0)
    return ops.convert_to_tensor(np.sum(difference[visible] ** 2) / visible.sum(), "float32")


# %% mistake: keypoint_loss
# hint: "You put zeros in place of NaN in the product. Its value is right then, but the gradient still meets the NaN."
def keypoint_loss(y, pred, visible):
    mask = ops.cast(visible, "float32")
    truth = ops.cast(y, "float32")
    squared = ops.sum(ops.square(ops.reshape(pred, ops.shape(truth)) - truth), axis=-1)
    kept = ops.where(ops.cast(visible, "bool"), squared, ops.zeros_like(squared))
    return ops.sum(kept) / ops.maximum(ops.sum(mask), 1.0)


# %% equivalents: keypoint_loss
# - replace: ops.cast(visible, "bool")[..., None]
#   with: visible[..., None]
#   reason: "visible is bool already."
# - replace: ops.zeros_like(truth)
#   with: ops.ones_like(truth)
#   reason: "What is put in place of hidden entries doesn't matter: their squares are multiplied by 0."


# %% accepts: keypoint_loss
def keypoint_loss(y, pred, visible):
    # Only visible landmarks are picked out.
    seen = tf.cast(visible, tf.bool)
    points = tf.reshape(pred, (-1, tf.shape(seen)[1], 2))
    difference = tf.boolean_mask(points, seen) - tf.boolean_mask(tf.cast(y, tf.float32), seen)
    count = tf.cast(tf.shape(difference)[0], tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(difference * difference), count)


# %% accepts: keypoint_loss
def keypoint_loss(y, pred, visible):
    # The hidden truth is taken to be what is predicted.
    seen = ops.repeat(ops.cast(visible, "bool"), 2, axis=1)  # (N, 2 n)
    flat = ops.cast(ops.reshape(y, (len(y), -1)), "float32")
    difference = ops.where(seen, pred - ops.where(seen, flat, 0.0), 0.0)
    number = ops.sum(ops.cast(seen, "float32")) / 2
    return ops.sum(difference**2) / ops.where(number > 0, number, 1.0)


# %% [markdown]
# A loss of landmarks is hard to read. Its root, times the width of the picture, is a distance in pixels: the root
# mean square. What does guessing give? Say of every face that its landmarks are where they are on average.

# %% demo
u_train, u_test = (
    normalize_keypoints(faces.landmarks[..., :2], (64, 64)).astype("float32") for faces in (train, held_out)
)
average = u_train.mean(axis=0)  # (12, 2)


def pixels_off(points, faces):
    """Mean distance in pixels of points (N, 12, 2), shares of the picture, from the landmarks that can be seen."""
    apart = denormalize_keypoints(points, (64, 64)) - faces.landmarks[..., :2]
    return float(np.linalg.norm(apart, axis=-1)[faces.visible].mean())


guess = np.tile(average.reshape(1, -1), (len(u_test), 1))  # (200, 24)
loss = float(keypoint_loss(u_test, ops.convert_to_tensor(guess, "float32"), held_out.visible))
guess_off = pixels_off(np.tile(average, (len(u_test), 1, 1)), held_out)
rms = 64 * math.sqrt(loss)
print(f"the average face: loss {loss:.5f}, root mean square {rms:.1f} pixels, mean distance {guess_off:.1f} pixels")

# %% [markdown]
# ## One trunk, several heads
#
# How *old* is the person? Does he or she wear *glasses*? One could train a network for each question. But the first
# layers of all of them would find edges, eyes and mouths. **Multi-task learning** lets them share: a common **trunk**
# turns the picture into features, and each task has a small **head** of its own that reads them (Caruana 1997). The
# trunk is computed once, its gradient is the sum of what the heads send back, and each task can profit from what
# the others teach the trunk. It can suffer from it as well, as you will measure.
#
# | task | outputs of the head | activation | loss |
# |---|---|---|---|
# | landmarks | $2 n$ numbers | sigmoid: shares lie between 0 and 1 | `keypoint_loss` |
# | age | one number | none | mean squared error |
# | glasses, yes or no | one logit | none, the sigmoid is in the loss | binary cross-entropy |
# | one of $K$ expressions | $K$ logits | none, the softmax is in the loss | cross-entropy |
#
# A sigmoid has a price: a head that ends in one can never say that a landmark lies outside the picture. And whatever
# comes between trunk and head, it must not lose the *place*: averages over a whole map (Day 50) say that there is an
# eye, and not where. So maps are flattened.
#
# **Example.** A trunk with maps $(2, 3, 4)$ has 24 features. A head with a hidden layer of 5 units and 2 outputs has
# $24 \cdot 5 + 5 = 125$ parameters and $5 \cdot 2 + 2 = 12$ more.


# %% exercise: multi_task_model
def multi_task_model(trunk, heads, width):
    """A model with one trunk and a head for each task.

    Args:
        trunk: Keras model from pictures (N, H, W, C) to features, maps (N, H', W', D) or rows (N, D). Its weights
            become the model's and are not copied.
        heads: dict, for each task's name the number of its outputs and their activation, (units, "sigmoid") or
            (units, None), for one.
        width: int >= 1, units of the hidden layer that each head has for itself.

    Returns:
        keras.Model from what the trunk takes to a dict with the outputs (N, units) by the names of the tasks. A head is
        the flattened features, a dense layer of `width` units with ReLU, and a dense layer with the activation.
        About 7 lines.

    Raises:
        ValueError: there are no heads.
    """
    ### BEGIN SOLUTION
    if not heads:
        raise ValueError(f"there must be a head at least. Received: {heads}")
    inputs = keras.Input(trunk.input_shape[1:])
    features = layers.Flatten()(trunk(inputs))
    outputs = {}
    for task, (units, activation) in heads.items():
        hidden = layers.Dense(width, activation="relu")(features)
        outputs[task] = layers.Dense(units, activation=activation)(hidden)
    return keras.Model(inputs, outputs)
    ### END SOLUTION


# %% fixture
def small_trunk(shape=(4, 6, 3), channels=4, maps=True):
    """A trunk with a convolution of stride 2, and a mean over its maps if these are not wanted."""
    inputs = keras.Input(shape)
    x = layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu")(inputs)
    return keras.Model(inputs, x if maps else layers.GlobalAveragePooling2D()(x))


def drawn_weights(model, seed):
    """Give a model new weights, all of them drawn; returns the model."""
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    return model


def answers(model, x):
    """The outputs of a model as a dict of arrays, or the name of the type of whatever else it gives."""
    outputs = model(x)
    if not isinstance(outputs, dict):
        return type(outputs).__name__
    return {task: np.array(ops.convert_to_numpy(value)) for task, value in outputs.items()}


def dense_weights(model):
    """Kernel and bias of each dense layer, in the model's order."""
    weights = model.get_weights()
    return [(w, weights[i + 1]) for i, w in enumerate(weights) if w.ndim == 2]


def reached(model, x):
    """For each task, the numbers of those weights of the model that its output depends on."""
    found = {}
    for task in model(x):
        with tf.GradientTape() as tape:
            total = ops.sum(model(x)[task])
        gradients = tape.gradient(total, model.trainable_weights)
        found[task] = [i for i, gradient in enumerate(gradients) if gradient is not None]
    return found


# %% test: multi_task_model, points=3
trunk = drawn_weights(small_trunk(), 0)
model = multi_task_model(trunk, {"landmarks": (6, "sigmoid"), "age": (2, None)}, 5)
came = answers(drawn_weights(model, 1), np.zeros((3, 4, 6, 3), "float32"))
dd.check.kind(came, dict, what="what the model gives")
dd.check.equal(sorted(came), ["age", "landmarks"], what="the names of the outputs, in order of letters")
dd.check.shape(came["landmarks"], (3, 6), what="the landmarks of 3 pictures")
dd.check.shape(came["age"], (3, 2), what="the age of 3 pictures")
due = trunk.count_params() + 2 * (24 * 5 + 5) + (5 * 6 + 6) + (5 * 2 + 2)
dd.check.equal(model.count_params(), due, what="the number of parameters", why="a trunk, two heads of two layers each")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(563)
x = rng.normal(size=(3, 4, 6, 3)).astype("float32")


def relu(values):
    return np.maximum(values, 0)


def by_hand(features, pairs, activation):
    (kernel, bias), (last_kernel, last_bias) = pairs
    z = relu(features.reshape(len(features), -1) @ kernel + bias) @ last_kernel + last_bias
    return 1 / (1 + np.exp(-z)) if activation == "sigmoid" else z


def check_model(trunk, heads, width, x):
    model = multi_task_model(trunk, heads, width)
    drawn_weights(model, 7)
    features = np.array(ops.convert_to_numpy(trunk(x)))
    came = answers(model, x)
    dd.check.kind(came, dict, what="what the model gives")
    dd.check.equal(sorted(came), sorted(heads), what="the names of the outputs")
    dense = dense_weights(model)
    dd.check.equal(len(dense), 2 * len(heads), what="the number of dense layers", why="two in each head")
    for task, (units, activation) in heads.items():
        lasts = [pair for pair in dense if pair[0].shape == (width, units)]
        firsts = [pair for pair in dense if pair[0].shape == (features[0].size, width)]
        assert lasts and len(firsts) == len(heads), "each head has a hidden layer that reads the flattened features"
        tried = [by_hand(features, (first, last), activation) for first in firsts for last in lasts]
        nearest = min(tried, key=lambda due: float(np.abs(due - came[task]).max()))
        why = "a dense layer with ReLU over the trunk's features, and a dense layer with the task's activation"
        dd.check.close(came[task], nearest, rtol=1e-3, atol=1e-4, what=f"the output {task!r}", why=why)
    return model


three = {"a": (3, None), "b": (4, "sigmoid"), "c": (2, None)}
model = check_model(drawn_weights(small_trunk(), 1), three, 5, x)
depends = reached(model, x)
for one in three:
    dd.check.equal(len(depends[one]), 6, what=f"the number of kernels and biases behind {one!r}", why="2 + 2 + 2")
    for other in three:
        common = len(set(depends[one]) & set(depends[other]))
        why = "the trunk's kernel and bias, and nothing of the heads"
        if one != other:
            dd.check.equal(common, 2, what=f"the number of those that {one!r} and {other!r} share", why=why)
rows = drawn_weights(small_trunk(maps=False), 2)
model = check_model(rows, {"only": (1, None)}, 7, x)
before = answers(model, x)["only"]
rows.set_weights([weight + 1 for weight in rows.get_weights()])
after = answers(model, x)["only"]
assert np.abs(after - before).max() > 1e-3, "the model must use the trunk itself, so that it changes along"
with dd.check.raises(ValueError, why="a model without heads answers nothing"):
    multi_task_model(rows, {}, 4)
### END HIDDEN TESTS

# %% mistakes: multi_task_model
# - replace: layers.Dense(width, activation="relu")(features)
#   with: layers.Dense(width, activation=activation)(features)
#   hint: "The hidden layers have the activation of their outputs. They have ReLU; the task's own comes last."
# - replace: layers.Flatten()(trunk(inputs))
#   with: layers.GlobalAveragePooling2D()(trunk(inputs))
#   hint: "You average each map. That says what is there and no longer where; flatten them."
# - replace: features = layers.Flatten()(trunk(inputs))
#   with: |-
#     features = trunk(inputs)
#         if len(features.shape) > 2:
#             features = layers.GlobalAveragePooling2D()(features)
#   hint: "You average maps before the heads. That says what is there and no longer where; flatten them."
# - replace: features = layers.Flatten()(trunk(inputs))
#   with: |-
#     trunk.trainable = False
#         features = layers.Flatten()(trunk(inputs))
#   hint: "You freeze the trunk. It is to learn from all heads."
# - replace: layers.Flatten()(trunk(inputs))
#   with: layers.Flatten()(keras.models.clone_model(trunk)(inputs))
#   hint: "You copy the trunk, and the copy starts from new weights. The model should use the trunk itself."
# - replace: activation=activation)(hidden)
#   with: activation="sigmoid")(hidden)
#   hint: "Every head ends in a sigmoid. Which activation a task has is in heads."
# - replace: activation=activation)(hidden)
#   with: activation=None)(hidden)
#   hint: "No head has an activation. Which one a task has is in heads."
# - replace: activation=activation)(hidden)
#   with: activation=activation or "relu")(hidden)
#   hint: "Where the activation is None you take another. None means that the numbers come out as they are."
# - replace: layers.Dense(width, activation="relu")(features)
#   with: layers.Dense(width)(features)
#   hint: "The hidden layers lack their ReLU, and two dense layers in a row are one."
# - replace: "        outputs[task] = layers.Dense(units, activation=activation)(hidden)"
#   with: "        outputs[task] = features = layers.Dense(units, activation=activation)(hidden)"
#   hint: "A head reads what the head before it gives out. Each reads the trunk's features."
# - replace: |-
#     hidden = layers.Dense(width, activation="relu")(features)
#             outputs[task] = layers.Dense(units, activation=activation)(hidden)
#   with: |-
#     outputs[task] = layers.Dense(units, activation=activation)(features)
#   hint: "The heads have no hidden layer of their own."
# - replace: return keras.Model(inputs, outputs)
#   with: return keras.Model(inputs, list(outputs.values()))
#   hint: "The outputs come as a list. A dict with the tasks' names is due."


# %% mistake: multi_task_model
# hint: "All heads share one hidden layer. Each is to have its own."
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    inputs = keras.Input(trunk.input_shape[1:])
    hidden = layers.Dense(width, activation="relu")(layers.Flatten()(trunk(inputs)))
    return keras.Model(inputs, {task: layers.Dense(u, activation=a)(hidden) for task, (u, a) in heads.items()})


# %% mistake: multi_task_model
# hint: "Without heads a model comes back all the same. Nothing is asked of it, so that is refused."
def multi_task_model(trunk, heads, width):
    features = layers.Flatten()(trunk.output)
    outputs = {} if heads else {"features": features}
    for task, (units, activation) in heads.items():
        hidden = layers.Dense(width, activation="relu")(features)
        outputs[task] = layers.Dense(units, activation=activation)(hidden)
    return keras.Model(trunk.input, outputs)


# %% mistake: multi_task_model
# hint: "Every head stands on a trunk of its own. That is several networks; the trunk is to be computed once, for all."
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    inputs = keras.Input(trunk.input_shape[1:])
    outputs = {}
    for i, (task, (units, activation)) in enumerate(heads.items()):
        own = keras.models.clone_model(trunk) if i else trunk
        hidden = layers.Dense(width, activation="relu")(layers.Flatten()(own(inputs)))
        outputs[task] = layers.Dense(units, activation=activation)(hidden)
    return keras.Model(inputs, outputs)


# %% equivalents: multi_task_model
# - replace: |-
#     if not heads:
#             raise ValueError(f"there must be a head at least. Received: {heads}")
#   with: pass
#   reason: "Keras refuses a model without outputs with a ValueError of its own."
# - replace: 'raise ValueError(f"there must be a head at least. Received: {heads}")'
#   with: pass
#   reason: "Keras refuses a model without outputs with a ValueError of its own."


# %% accepts: multi_task_model
def multi_task_model(trunk, heads, width):
    # The trunk's own input, layers with names.
    if len(heads) == 0:
        raise ValueError("heads is empty")
    features = layers.Flatten()(trunk.output)

    def head(task, units, activation):
        last = layers.Dense(units, activation=activation, name=task)
        return last(layers.ReLU()(layers.Dense(width, name=f"{task}_hidden")(features)))

    return keras.Model(inputs=trunk.input, outputs={task: head(task, *heads[task]) for task in heads})


# %% accepts: multi_task_model
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads, no answers")
    x = keras.Input(shape=trunk.input_shape[1:])
    maps = trunk(x)
    flat = layers.Reshape((-1,))(maps) if len(maps.shape) > 2 else maps
    firsts = {task: layers.Dense(units=width, activation=keras.activations.relu)(flat) for task in heads}
    return keras.Model(x, {t: layers.Dense(heads[t][0], heads[t][1])(firsts[t]) for t in heads})


# %% [markdown]
# ## Weighing losses
#
# Several losses must become one number. The plain way is a weighted sum,
#
# $$L = \sum_t \lambda_t L_t .$$
#
# Which weights? For the average face and the average age, the landmarks' loss is about 0.008, a squared share of the
# picture, and that of the age some 250, in squared years. With equal weights the landmarks are 1 in 30,000 or so of the
# sum, and the trunk learns about age and nothing else. Measure the age in decades, and its loss is a hundredth,
# though the question is the same. So a first remedy is **target scaling**: subtract the mean of the training set,
# and divide by its standard deviation (Day 3). Still nobody says that tasks in equal units deserve equal weights.
#
# Kendall, Gal and Cipolla (2018) let the network find the weights. Suppose that the errors of task $t$ are normally
# distributed with variance $\sigma_t^2$. The negative log likelihood (Day 20) of an error $e$ is then
# $\frac{e^2}{2 \sigma_t^2} + \frac12 \ln \sigma_t^2$ and a constant. Learn the variance along with all else, as its
# logarithm $s_t = \ln \sigma_t^2$, which may take any value, and take means over the batch:
#
# $$L = \sum_{t \text{ regression}} \Big( \tfrac12 e^{-s_t} L_t + \tfrac12 s_t \Big)
# + \sum_{t \text{ classification}} \Big( e^{-s_t} L_t + \tfrac12 s_t \Big) .$$
#
# The first part of each bracket falls as $s_t$ grows: an uncertain task weighs less. The second part grows, or else
# every task would declare itself hopeless. For classification the logits are thought of as divided by $\sigma_t^2$,
# and an approximation leads to the second form, without the half before the loss.
#
# **By hand.** A regression with $L_t = 0.25$ and $s_t = 0$ adds $0.125$. The best $s_t$ is where the slope
# $-\frac12 e^{-s_t} L_t + \frac12$ is 0: at $s_t = \ln L_t = -1.386$. There the weight is $\frac12 e^{-s_t} = 2$, and
# the bracket $\frac12 + \frac12 \ln L_t$. So in the long run this method minimises the sum of *logarithms* of the
# regressions' losses. Multiply a loss by a hundred, and the sum changes by a constant: units do not matter any more.
# And what $L$ says is no longer an error: it may well be negative.
#
# How well known the *task* is, not one picture, is what $s_t$ says (Day 45 calls it aleatoric uncertainty, here the
# same for all inputs).


# %% exercise: weighted_loss
def weighted_loss(losses, weights):
    """A weighted sum of the losses of several tasks.

    Args:
        losses: dict of scalars (tensors, or floats), by the names of tasks.
        weights: dict of floats >= 0 by the same names, perhaps in another order.

    Returns:
        scalar, the sum of weight times loss. Weights are taken as they are: they need not add up to 1. About 3 lines.

    Raises:
        ValueError: the names in losses and weights are not the same.
    """
    ### BEGIN SOLUTION
    if set(losses) != set(weights):
        raise ValueError(f"losses and weights must have the same names. Received: {set(losses)} and {set(weights)}")
    return sum(weights[task] * loss for task, loss in losses.items())
    ### END SOLUTION


def uncertainty_loss(losses, log_variances, classification=()):
    """Losses weighed by learned uncertainty (Kendall, Gal and Cipolla 2018).

    Args:
        losses: dict of scalars (tensors, or floats), by the names of tasks.
        log_variances: dict of scalars s (variables, tensors, or floats) by the same names, perhaps in another order.
        classification: names of the tasks that are classifications; all others are regressions.

    Returns:
        scalar, the sum of exp(-s) loss / 2 + s / 2 over regressions and of exp(-s) loss + s / 2 over
        classifications. Gradients flow to losses and log variances. About 7 lines.

    Raises:
        ValueError: the names in losses and log_variances are not the same.
    """
    ### BEGIN SOLUTION
    if set(losses) != set(log_variances):
        raise ValueError(f"names must be the same. Received: {set(losses)} and {set(log_variances)}")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        half = 1.0 if task in classification else 0.5
        total = total + half * ops.exp(-s) * loss + 0.5 * s
    return total
    ### END SOLUTION


# %% fixture
def gradients_of(function, losses, others):
    """Gradients of function(losses, others), two dicts of floats, as two dicts of floats."""
    given = [{task: tf.constant(float(value)) for task, value in each.items()} for each in (losses, others)]
    with tf.GradientTape() as tape:
        tape.watch([list(each.values()) for each in given])
        total = function(*given)
    found = tape.gradient(total, given)
    return [{task: math.nan if g is None else float(g) for task, g in each.items()} for each in found]


def uncertainty_gradients(losses, log_variances, classification):
    """Gradients of uncertainty_loss along losses and along log variances."""
    return gradients_of(lambda one, two: uncertainty_loss(one, two, classification), losses, log_variances)


def loss_gradients(losses, weights):
    """Gradient of weighted_loss along each loss."""
    return gradients_of(lambda one, two: weighted_loss(one, weights), losses, {})[0]


# %% test: weighted_loss, points=3
losses = {"landmarks": 0.25, "age": 3.0}
total = weighted_loss(losses, {"age": 0.5, "landmarks": 4.0})
dd.check.close(float(total), 2.5, what="the weighted sum", why="4 · 0.25 + 0.5 · 3: by names, not by order")
total = uncertainty_loss(losses, {"age": 0.0, "landmarks": 0.0})
dd.check.close(float(total), 1.625, rtol=1e-5, what="the loss of two regressions", why="0.25 / 2 + 3 / 2, as s is 0")
total = uncertainty_loss(losses, {"age": 0.0, "landmarks": 0.0}, classification=("age",))
dd.check.close(float(total), 3.125, rtol=1e-5, what="the loss with age a classification", why="0.25 / 2 + 3")
total = uncertainty_loss({"landmarks": 0.25}, {"landmarks": math.log(0.25)})
due = 0.5 + 0.5 * math.log(0.25)
dd.check.close(float(total), due, rtol=1e-5, what="the loss at the best s", why="it is worked by hand, and negative")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(564)
for names in (["a"], ["a", "b"], ["c", "a", "b"], ["d", "b", "a", "c"]):
    losses = {task: float(rng.uniform(0.1, 4)) for task in names}
    shuffled = [str(task) for task in rng.permutation(names)]
    weights = {task: float(rng.uniform(0, 3)) for task in shuffled}
    s = {task: float(rng.uniform(-3, 3)) for task in shuffled}
    with dd.check.unchanged(losses), dd.check.unchanged(weights):
        total = weighted_loss(losses, weights)
    due = math.fsum(weights[task] * losses[task] for task in names)
    dd.check.close(float(total), due, rtol=1e-5, what=f"the weighted sum of {len(names)} losses")
    slopes = loss_gradients(losses, weights)
    for task in names:
        dd.check.close(slopes[task], weights[task], rtol=1e-5, what=f"the gradient along the loss {task!r}")
    for classes in ((), ("a",), ["b", "a"], {"a", "b", "c", "d"}, ("d", "nothing")):
        due, slopes = 0.0, {}
        for task in names:
            kept = 1 if task in classes else 0.5
            due += kept * math.exp(-s[task]) * losses[task] + s[task] / 2
            slopes[task] = kept * math.exp(-s[task]), 0.5 - kept * math.exp(-s[task]) * losses[task]
        what = f"the loss of {len(names)} tasks with classification={classes}"
        with dd.check.unchanged(losses), dd.check.unchanged(s):
            total = uncertainty_loss(losses, s, classes)
        dd.check.close(float(total), due, rtol=1e-5, atol=1e-6, what=what)
        along_losses, along_s = uncertainty_gradients(losses, s, classes)
        for task in names:
            what_task = f"{what}: its gradient along"
            dd.check.close(along_losses[task], slopes[task][0], rtol=1e-4, what=f"{what_task} the loss {task!r}")
            dd.check.close(along_s[task], slopes[task][1], rtol=1e-4, atol=1e-5, what=f"{what_task} s of {task!r}")
for one, two in (({"a": 1.0}, {"b": 1.0}), ({"a": 1.0, "b": 1.0}, {"a": 1.0}), ({"a": 1.0}, {"a": 1.0, "b": 1.0})):
    with dd.check.raises(ValueError, why=f"a task is missing: {list(one)} and {list(two)}"):
        weighted_loss(one, two)
    with dd.check.raises(ValueError, why=f"a task is missing: {list(one)} and {list(two)}"):
        uncertainty_loss(one, two)
### END HIDDEN TESTS

# %% mistakes: weighted_loss
# - replace: "total = total + half * ops.exp(-s) * loss + 0.5 * s"
#   with: "total = total + ops.exp(-s) * loss + s"
#   hint: "You take exp(-s) times the loss plus s for every task. That is twice what is due for a regression."
# - replace: return sum(weights[task] * loss for task, loss in losses.items())
#   with: return sum(weight * loss for weight, loss in zip(weights.values(), losses.values(), strict=True))
#   hint: "You pair weights and losses by their order. They belong together by name."
# - replace: return sum(weights[task] * loss for task, loss in losses.items())
#   with: return sum(weights[task] * loss for task, loss in losses.items()) / sum(weights.values())
#   hint: "You divide by the sum of the weights. They are taken as they are."
# - replace: return sum(weights[task] * loss for task, loss in losses.items())
#   with: return sum(losses.values())
#   hint: "The weights are not used."
# - replace: half * ops.exp(-s) * loss
#   with: half * ops.exp(s) * loss
#   hint: "Your weight grows with the variance. The more uncertain a task, the less it should weigh."
# - replace: half * ops.exp(-s) * loss
#   with: half * loss / s
#   hint: "You divide by s. It is the logarithm of the variance, and the weight is exp(-s)."
# - replace: half * ops.exp(-s) * loss
#   with: half * ops.exp(-2 * s) * loss
#   hint: "You take s for the logarithm of the standard deviation. It is that of the variance."
# - replace: "+ 0.5 * s"
#   with: ""
#   hint: "Without the term s / 2 every task can make its loss vanish by declaring itself uncertain."
# - replace: "+ 0.5 * s"
#   with: "+ s"
#   hint: "The second term is a whole s. It is half of it: the logarithm of a standard deviation."
# - replace: "+ 0.5 * s"
#   with: "+ 0.5 * ops.exp(s)"
#   hint: "The second term is of the variance. Its logarithm is due, which is s."
# - replace: "+ 0.5 * s"
#   with: "+ half * s"
#   hint: "For classifications the second term is doubled as well. It is s / 2 for every task."
# - replace: 1.0 if task in classification else 0.5
#   with: "0.5"
#   hint: "Classifications are weighed like regressions. For them there is no half before the loss."
# - replace: 1.0 if task in classification else 0.5
#   with: "1.0"
#   hint: "Regressions are weighed like classifications. For them there is a half before the loss."
# - replace: 1.0 if task in classification else 0.5
#   with: 0.5 if task in classification else 1.0
#   hint: "It is the regressions that have a half before the loss, from the normal distribution."
# - replace: "if set(losses) != set(weights):"
#   with: "if False:"
#   hint: "A task that has no loss or no weight gets through, or fails with a KeyError."
# - replace: "if set(losses) != set(log_variances):"
#   with: "if False:"
#   hint: "A task that has no loss or no variance gets through, or fails with a KeyError."
# - replace: "if set(losses) != set(weights):"
#   with: "if len(losses) != len(weights):"
#   hint: "You compare how many names there are. They must be the same names."


# %% mistake: weighted_loss
# hint: "Tasks that lack a weight or a variance are left out in silence. Names that differ get through like that."
def weighted_loss(losses, weights):
    return sum(weights[task] * loss for task, loss in losses.items() if task in weights)


def uncertainty_loss(losses, log_variances, classification=()):
    total = 0.0
    for task in losses.keys() & log_variances.keys():
        half = 1.0 if task in classification else 0.5
        total = total + half * ops.exp(-log_variances[task]) * losses[task] + 0.5 * log_variances[task]
    return total


# %% mistake: weighted_loss
# hint: "With NumPy or floats no gradient can be had. Compute with what you are given, and with the framework's exp."
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("names")
    total = 0.0
    for task in losses:
        s = float(log_variances[task])
        total += (1.0 if task in classification else 0.5) * math.exp(-s) * losses[task] + s / 2
    return total


# %% mistake: weighted_loss
# hint: "In both functions you pair values by the order of the dicts. They belong together by name."
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("names")
    return sum(weight * loss for weight, loss in zip(weights.values(), losses.values(), strict=True))


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("names")
    total = 0.0
    for (task, loss), s in zip(losses.items(), log_variances.values(), strict=True):
        total = total + (1.0 if task in classification else 0.5) * ops.exp(-s) * loss + 0.5 * s
    return total


# %% mistake: weighted_loss
# hint: "You take s for the logarithm of the standard deviation. It is that of the variance: exp(-s) and s / 2."
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("names")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        total = total + (1.0 if task in classification else 0.5) * ops.exp(-2 * s) * loss + s
    return total


# %% mistake: weighted_loss
# hint: "A weight or a variance without a loss goes unnoticed. The names must be the same on both sides."
def weighted_loss(losses, weights):
    if not losses.keys() <= weights.keys():
        raise ValueError("names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if not losses.keys() <= log_variances.keys():
        raise ValueError("names")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        total = total + (1.0 if task in classification else 0.5) * ops.exp(-s) * loss + 0.5 * s
    return total


# %% mistake: weighted_loss
# hint: "You hold s at 0 or above. A task with small errors has a variance below 1, and then s is negative."
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("names")
    total = 0.0
    for task, loss in losses.items():
        s = ops.maximum(log_variances[task], 0.0)
        total = total + (1.0 if task in classification else 0.5) * ops.exp(-s) * loss + 0.5 * s
    return total


# %% mistake: weighted_loss
# hint: "You stop the gradient at the variances, so they never move."
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("names")
    weights = {
        task: (1.0 if task in classification else 0.5) * ops.stop_gradient(ops.exp(-ops.convert_to_tensor(s)))
        for task, s in log_variances.items()
    }
    return weighted_loss(losses, weights) + sum(0.5 * s for s in log_variances.values())


# %% accepts: weighted_loss
def weighted_loss(losses, weights):
    if sorted(losses) != sorted(weights):
        raise ValueError("different tasks")
    tasks = list(losses)
    together = ops.stack([ops.cast(losses[task], "float32") for task in tasks])
    return ops.sum(together * ops.stack([ops.cast(weights[task], "float32") for task in tasks]))


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() ^ log_variances.keys():
        raise ValueError("different tasks")
    total = ops.zeros(())
    for task in losses:
        variance = ops.exp(ops.cast(log_variances[task], "float32"))
        loss = 2 * losses[task] if task in classification else losses[task]
        total += (loss / variance + ops.log(variance)) / 2
    return total


# %% accepts: weighted_loss
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError(f"{losses.keys()} and {weights.keys()}")
    total = 0
    for task in weights:
        total += losses[task] * weights[task]
    return total


def uncertainty_loss(losses, log_variances, classification=()):
    factors = {name: tf.exp(-tf.convert_to_tensor(s)) for name, s in log_variances.items()}
    for name in factors:
        factors[name] *= 1.0 if name in classification else 0.5
    return weighted_loss(losses, factors) + sum(log_variances.values()) / 2.0


# %% [markdown]
# Let $s$ of two tasks go downhill on losses that stay as they are, 0.008 and 250. Where do the weights go?

# %% demo
fixed = {"landmarks": 0.008, "age": 250.0}
s_now = {task: tf.Variable(0.0) for task in fixed}
for _ in range(401):
    with tf.GradientTape() as tape:
        total = uncertainty_loss(fixed, s_now)
    for task, slope in tape.gradient(total, s_now).items():
        s_now[task].assign_sub(0.1 * tf.clip_by_value(slope, -1.0, 1.0))
for task, s in s_now.items():
    weight = 0.5 * math.exp(-float(s))
    print(
        f"{task:10} loss {fixed[task]:7.3f}: s {float(s):5.2f}, ln of the loss {math.log(fixed[task]):5.2f}, ", end=""
    )
    print(f"weight {weight:7.3f}, weight times loss {weight * fixed[task]:.2f}")

# %% [markdown]
# Each $s$ comes to rest at the logarithm of its loss, and then each task counts for one half, whatever its unit. It
# takes time, though. Adam moves any number by about its learning rate in a step (Day 29), so with the network's rate
# of 0.003 a way of five takes 1,700 steps, more than we have. The variances get an optimizer of their own with a
# larger rate. That detail decides whether the method works in a short training at all, and few descriptions mention
# it.

# %% [markdown]
# ## Training with several losses
#
# What goes into a step is no longer a picture and a label, but a picture and a whole set of targets, each with its
# own shape, scale and mask. The function that makes a batch out of single examples is called a **collate function**;
# this one shrinks and scales the pictures, turns pixels into shares, and standardises the ages with the mean and
# standard deviation of the *training* set, for the held-out faces too.
#
# Eight hundred faces are few, so each is used a second time in a **mirror** (Day 49). A mirror changes targets as
# well: $u_0$ becomes $1 - u_0$, and left and right exchange their names. Left and right are the *picture's*, so what
# was the left eye is now the right one, in the coordinates and in the mask.

# %% demo
AGE_MEAN, AGE_STD = float(train.age.mean()), float(train.age.std())
TASKS = {"landmarks": (2 * len(LANDMARKS), "sigmoid"), "age": (1, None)}


def collate(faces):
    """A dict of arrays: pictures (N, 32, 32, 3) from -1 to 1, landmarks (N, 12, 2), visible (N, 12), age (N, 1)."""
    pictures = faces.images.reshape(-1, 32, 2, 32, 2, 3).mean(axis=(2, 4)) / 127.5 - 1
    return {
        "pictures": pictures.astype("float32"),
        "landmarks": normalize_keypoints(faces.landmarks[..., :2], (64, 64)).astype("float32"),
        "visible": faces.visible,
        "age": ((faces.age - AGE_MEAN) / AGE_STD).astype("float32")[:, None],
    }


def mirrored(data):
    """The same examples in a mirror."""
    names = [name.replace("left", "?").replace("right", "left").replace("?", "right") for name in LANDMARKS]
    order = [LANDMARKS.index(name) for name in names]  # whose place each landmark takes
    landmarks = data["landmarks"][:, order] * np.array([-1, 1], "float32") + np.array([1, 0], "float32")
    changed = {"pictures": data["pictures"][:, :, ::-1], "landmarks": landmarks, "visible": data["visible"][:, order]}
    return data | changed


def losses_of(outputs, batch):
    """The loss of each task for which there are outputs."""
    found = {}
    if "landmarks" in outputs:
        found["landmarks"] = keypoint_loss(batch["landmarks"], outputs["landmarks"], batch["visible"])
    if "age" in outputs:
        found["age"] = ops.mean(ops.square(outputs["age"] - batch["age"]))
    return found


def new_trunk():
    """Three convolutions: maps (N, 4, 4, 48) of pictures (N, 32, 32, 3)."""
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (16, 32, 48):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        model.add(layers.Conv2D(filters, 3, strides=2, **settings))
    return model


def train_model(data, tasks, weights=None, start=0, epochs=8, rate=0.003):
    """A model for these tasks, with fixed weights, or with learned uncertainties if there are none."""
    dd.seed(start)
    model = multi_task_model(new_trunk(), {task: TASKS[task] for task in tasks}, width=64)
    log_variances = {task: tf.Variable(0.0) for task in tasks}
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, epochs * (len(data["age"]) // 32)))
    fast = keras.optimizers.Adam(0.05)  # of the variances, which have far to go
    optimizer.build(model.trainable_variables)
    fast.build(list(log_variances.values()))

    @tf.function
    def step(batch):
        with tf.GradientTape() as tape:
            losses = losses_of(model(batch["pictures"], training=True), batch)
            total = weighted_loss(losses, weights) if weights else uncertainty_loss(losses, log_variances)
        along_weights, along_s = tape.gradient(total, (model.trainable_variables, list(log_variances.values())))
        optimizer.apply_gradients(zip(along_weights, model.trainable_variables, strict=True))
        if not weights:
            fast.apply_gradients(zip(along_s, log_variances.values(), strict=True))

    rng = np.random.default_rng(start)
    for _ in range(epochs):
        order = rng.permutation(len(data["age"]))
        for i in range(0, len(order) - 31, 32):
            step({name: values[order[i : i + 32]] for name, values in data.items()})
    return model, {task: float(s) for task, s in log_variances.items()}


def errors(model, faces, data):
    """Mean distance of visible landmarks in pixels, and mean error of the age in years."""
    outputs = {task: ops.convert_to_numpy(value) for task, value in model(data["pictures"]).items()}
    found = {}
    if "landmarks" in outputs:
        found["landmarks"] = pixels_off(outputs["landmarks"].reshape(-1, len(LANDMARKS), 2), faces)
    if "age" in outputs:
        found["age"] = float(np.abs(outputs["age"][:, 0] * AGE_STD + AGE_MEAN - faces.age).mean())
    return found


# %% [markdown]
# ## One trunk, or two networks
#
# Four trainings on the same 800 faces and their mirror images, with the same steps: a network for the landmarks
# alone and one for the age alone; then one trunk with two heads, once with equal weights and once with learned
# uncertainties. They are tested on 200 faces of other people.

# %% demo
data, test_data = collate(train), collate(held_out)
data = {name: np.concatenate([data[name], other]) for name, other in mirrored(data).items()}
both = tuple(TASKS)
plans = {
    "landmarks alone": (("landmarks",), {"landmarks": 1.0}),
    "age alone": (("age",), {"age": 1.0}),
    "one trunk, equal weights": (both, {"landmarks": 1.0, "age": 1.0}),
    "one trunk, uncertainty": (both, None),
}
models, results, s_found = {}, {}, {}
for name, (tasks, weights) in plans.items():
    models[name], s_found[name] = train_model(data, tasks, weights, start=2)
    results[name] = errors(models[name], held_out, test_data)
guessed = {"landmarks": guess_off, "age": float(np.abs(held_out.age - AGE_MEAN).mean())}
print(f"{'':26} parameters  landmarks      age")
for name, found in {"the averages": guessed, **results}.items():
    size = f"{models[name].count_params():10,d}" if name in models else " " * 10
    pixels = f"{found['landmarks']:5.2f} pixels" if "landmarks" in found else " " * 12
    years = f"{found['age']:5.1f} years" if "age" in found else ""
    print(f"{name:26} {size} {pixels}  {years}")
print("s:", ", ".join(f"{task} {s:.2f}" for task, s in s_found["one trunk, uncertainty"].items()))

fig, axes = plt.subplots(1, 2, figsize=(10, 3.8))
for ax, task, unit in zip(axes, both, ("pixels", "years"), strict=True):
    bars = {name: found[task] for name, found in {"the averages": guessed, **results}.items() if task in found}
    ax.barh(list(bars), list(bars.values()), color=dd.plot.PALETTE[2])
    for i, value in enumerate(bars.values()):
        ax.text(value, i, f" {value:.2f}", va="center")
    ax.set(title=f"Mean error of {task}", xlabel=f"{unit} off, on people never seen")
    ax.set_xlim(0, 1.25 * max(bars.values()))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
dd.plot.show(
    "Two bar charts, the mean error of landmarks in pixels and of age in years: the averages, a network of its own, "
    "one trunk with equal weights, one trunk with uncertainty."
)

# %% [markdown]
# With **equal weights** the landmarks suffer badly. Standardised ages have a loss of about 1 at first, landmarks one
# of 0.008, so the trunk serves the age. **Uncertainty** finds weights that bring back most of what was lost, without
# a single trial: $s$ of the landmarks falls far below that of the age, so that their weight is many times larger.
#
# In this run one trunk with learned weights is about a match for two networks. It is a single start of each, so small
# differences should not be read into the table; with another trunk or another start the landmarks may come out a
# third of a pixel worse than alone. Not many parameters are saved here, for most lie in the heads' first dense
# layers, 768 by 64 each. What is saved is computing: the convolutions, most of the multiply-adds, are done once for
# both. With unfit weights, though, one of the tasks pays, and nothing warns of it.
#
# ## From the picture into space
#
# A face is no flat thing, and its landmarks lie in space. How do points of space get into a picture? In **homogeneous
# coordinates**, with a 1 appended, a camera is a matrix $M$ of three rows and four columns (Hartley and Zisserman
# 2004):
#
# $$\begin{pmatrix} a \\ b \\ c \end{pmatrix} = M \begin{pmatrix} X \\ Y \\ Z \\ 1 \end{pmatrix}, \qquad
# q = \Big( \frac a c,\ \frac b c \Big) .$$
#
# The division by $c$, which is how far the point lies in front of the camera, makes what is far away small. Two
# cameras:
#
# $$M_{\text{pinhole}} = \begin{pmatrix} f & 0 & x_0 & 0 \\ 0 & f & y_0 & 0 \\ 0 & 0 & 1 & 0 \end{pmatrix}, \qquad
# M_{\text{weak}} = \begin{pmatrix} k & 0 & 0 & x_0 \\ 0 & k & 0 & y_0 \\ 0 & 0 & 0 & 1 \end{pmatrix} .$$
#
# The **pinhole camera** has a focal length of $f$ pixels and looks along $Z$ at the pixel $(x_0, y_0)$. Of the **weak
# perspective** camera the last row gives $c = 1$ for every point. It only scales, and suits things whose depth is
# small beside their distance, as a head's is in a portrait.
#
# **By hand.** With $f = 100$ and $(x_0, y_0) = (32, 32)$, the point $(1, 2, 5)$ gives $(100 + 160,\ 200 + 160,\ 5)$
# and so the pixel $(52, 72)$. Twice as far away, $(1, 2, 10)$, it is $(42, 52)$: half as far from the middle.
#
# A point behind the camera, $c < 0$, would come out mirrored, and one with $c = 0$ has no picture at all.


# %% exercise: project_points
def project_points(points_3d, camera):
    """Where points of space are seen.

    Args:
        points_3d: array (..., 3) of X, Y and Z, floats or ints, any number of leading axes; left unchanged.
        camera: array (3, 4), M, floats or ints; left unchanged.

    Returns:
        A new float array (..., 2) of x and y in pixels. NaN in both where c <= 0: such a point cannot be seen. No
        warning is raised. About 6 lines.

    Raises:
        ValueError: camera is not (3, 4).
    """
    ### BEGIN SOLUTION
    points_3d, camera = np.asarray(points_3d, dtype=float), np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(f"camera must be (3, 4). Received shape: {camera.shape}")
    homogeneous = points_3d @ camera[:, :3].T + camera[:, 3]  # (..., 3): a, b, c
    c = homogeneous[..., 2:]
    return homogeneous[..., :2] / np.where(c > 0, c, np.nan)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: project_points, points=2
pinhole = np.array([[100.0, 0.0, 32.0, 0.0], [0.0, 100.0, 32.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
points = np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 10.0], [0.0, 0.0, 7.0], [1.0, 2.0, -5.0]])
with dd.check.unchanged(points), dd.check.unchanged(pinhole):
    seen = project_points(points, pinhole)
due = np.array([[52.0, 72.0], [42.0, 52.0], [32.0, 32.0], [np.nan, np.nan]])
dd.check.like(seen, due, equal_nan=True, what="the pixels", why="worked by hand; the last lies behind the camera")
weak = np.array([[3.0, 0.0, 0.0, 10.0], [0.0, 3.0, 0.0, 20.0], [0.0, 0.0, 0.0, 1.0]])
due = np.array([[13.0, 26.0], [13.0, 26.0], [10.0, 20.0], [13.0, 26.0]])
dd.check.like(project_points(points, weak), due, what="the pixels of a weak perspective camera", why="c is always 1")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(565)
for lead in ((), (1,), (5,), (3,), (4,), (2, 6), (0,), (3, 1, 2)):
    points, camera = rng.normal(0, 2, (*lead, 3)), rng.normal(0, 1, (3, 4))
    due = np.zeros((*lead, 2))
    for index in np.ndindex(lead):
        a, b, c = (sum(camera[i, j] * value for j, value in enumerate([*points[index], 1.0])) for i in range(3))
        due[index] = [a / c, b / c] if c > 0 else [np.nan, np.nan]
    with dd.check.unchanged(points), dd.check.unchanged(camera):
        seen = project_points(points, camera)
    what = f"the pixels of points {points.shape} in a camera of any kind"
    dd.check.like(seen, due, rtol=1e-6, atol=1e-9, equal_nan=True, what=what, why="(a / c, b / c), NaN where c <= 0")
whole = project_points(np.array([[1, 2, 5], [3, 1, 0]]), pinhole.astype(int))
dd.check.dtype(whole, "float", what="the pixels of whole numbers")
dd.check.close(whole, [[52.0, 72.0], [np.nan, np.nan]], equal_nan=True, what="the pixels, c 0 for one")
small = project_points(np.array([[100, 50, 120]], dtype="uint8"), pinhole.astype("float32"))
dd.check.close(small, [[32 + 10000 / 120, 32 + 5000 / 120]], rtol=1e-6, what="the pixels of points that are uint8")
both = project_points(np.array([[100, 50, 120]], dtype="uint8"), pinhole.astype("uint8"))
what = "the pixels of points and a camera that are uint8"
dd.check.close(both, [[32 + 10000 / 120, 32 + 5000 / 120]], rtol=1e-6, what=what, why="100 times 100 is no uint8")
near = project_points(np.array([[1e-6, 0.0, 1e-6]]), pinhole)
dd.check.close(near, [[132.0, 32.0]], rtol=1e-6, what="the pixel of a point just in front of the camera")
for awkward in (np.array([[0.0, 0.0, 0.0]]), np.array([[1.0, 1.0, 0.0], [1.0, 1.0, -2.0]])):
    found = warnings_from(project_points, awkward, pinhole)
    dd.check.equal(found, [], what=f"the warnings for points {awkward.tolist()}")
    dd.check.close(project_points(awkward, pinhole), np.full((len(awkward), 2), np.nan), equal_nan=True)
for bad in ((4, 3), (3, 3), (4, 4), (2, 4)):
    with dd.check.raises(ValueError, why=f"a camera of shape {bad} is none"):
        project_points(np.ones((2, 3)), np.ones(bad))
### END HIDDEN TESTS

# %% mistakes: project_points
# - replace: " + camera[:, 3]  # (..., 3): a, b, c"
#   with: ""
#   hint: "The last column of the camera, where it stands, is not used."
# - replace: "return homogeneous[..., :2] / np.where(c > 0, c, np.nan)"
#   with: "return homogeneous[..., :2]"
#   hint: "You do not divide by c, so nothing gets smaller in the distance."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "points_3d[..., 2:]"
#   hint: "You divide by Z. It is c that counts, the third number that the camera gives."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "np.where(points_3d[..., 2:] > 0, points_3d[..., 2:], np.nan)"
#   hint: "You divide by Z, and look at its sign. It is c that counts, the third number that the camera gives."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "c"
#   hint: "Points behind the camera come out mirrored, as if they were seen, and c = 0 makes a warning."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "np.where(c != 0, c, np.nan)"
#   hint: "Points behind the camera come out mirrored, as if they were seen."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "np.maximum(c, 1e-6)"
#   hint: "You hold c above a small number, so that what cannot be seen gets a place somewhere far out. It gets NaN."
# - replace: "np.where(c > 0, c, np.nan)"
#   with: "np.where(c > 0, np.sqrt(np.sum(homogeneous**2, axis=-1, keepdims=True)), np.nan)"
#   hint: "You divide by a distance. It is c that counts, how far *in front* of the camera the point lies."
# - replace: camera[:, :3].T
#   with: camera[:, :3]
#   hint: "The camera is applied transposed. Row by row: a is the first row of M times the point."
# - replace: "if camera.shape != (3, 4):"
#   with: "if camera.shape[1] != 4:"
#   hint: "You look at the columns only. A camera has three rows, too."
# - replace: "if camera.shape != (3, 4):"
#   with: "if camera.shape[1] not in (3, 4):"
#   hint: "A matrix that is no camera gets through, or fails with an error of NumPy's own."


# %% mistake: project_points
# hint: "Points that cannot be seen are dropped. They keep their place, and NaN is in it."
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(camera.shape)
    homogeneous = np.asarray(points_3d, dtype=float) @ camera[:, :3].T + camera[:, 3]
    homogeneous = homogeneous[homogeneous[..., 2] > 0]
    return homogeneous[..., :2] / homogeneous[..., 2:]


# %% mistake: project_points
# hint: "You divide by c everywhere and put NaN in afterwards: where c is 0, NumPy has given a warning by then."
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(camera.shape)
    homogeneous = np.asarray(points_3d, dtype=float) @ camera[:, :3].T + camera[:, 3]
    pixels = homogeneous[..., :2] / homogeneous[..., 2:]
    pixels[homogeneous[..., 2] <= 0] = np.nan
    return pixels


# %% mistake: project_points
# hint: "A point with c = 0 gets infinity, or a place. It cannot be seen either: NaN where c is 0 or below."
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(camera.shape)
    homogeneous = np.asarray(points_3d, dtype=float) @ camera[:, :3].T + camera[:, 3]
    with np.errstate(all="ignore"):
        pixels = homogeneous[..., :2] / homogeneous[..., 2:]
    pixels[homogeneous[..., 2] < 0] = np.nan
    return pixels


# %% mistake: project_points
# hint: "You make one long table of all points. The leading axes stay as they were, also where there is none."
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(camera.shape)
    homogeneous = np.asarray(points_3d, dtype=float).reshape(-1, 3) @ camera[:, :3].T + camera[:, 3]
    c = homogeneous[:, 2:]
    return homogeneous[:, :2] / np.where(c > 0, c, np.nan)


# %% mistake: project_points
# hint: "Only tables (n, 3) go through. Points may have any number of leading axes, or none."
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError(camera.shape)
    points_3d = np.asarray(points_3d, dtype=float)
    homogeneous = np.hstack([points_3d, np.ones((len(points_3d), 1))]) @ camera.T
    c = homogeneous[:, 2:]
    return homogeneous[:, :2] / np.where(c > 0, c, np.nan)


# %% equivalents: project_points
# - replace: np.asarray(points_3d, dtype=float)
#   with: np.asarray(points_3d)
#   reason: "The camera is of floats, and so is the product with it."
# - replace: np.asarray(camera, dtype=float)
#   with: np.asarray(camera)
#   reason: "The points are floats, and so is the product with them."


# %% accepts: project_points
def project_points(points_3d, camera):
    camera = np.array(camera, dtype="float64")
    if camera.shape != (3, 4):
        raise ValueError("a camera has three rows and four columns")
    points = np.array(points_3d, dtype="float64")
    ones = np.ones((*points.shape[:-1], 1))
    a, b, c = np.moveaxis(np.einsum("ij,...j->...i", camera, np.concatenate([points, ones], axis=-1)), -1, 0)
    with np.errstate(all="ignore"):
        pixels = np.stack([a / c, b / c], axis=-1)
    pixels[c <= 0] = np.nan
    return pixels


# %% accepts: project_points
def project_points(points_3d, camera):
    if np.shape(camera) != (3, 4):
        raise ValueError(np.shape(camera))
    points = np.asarray(points_3d, dtype=float)
    result = np.full((*points.shape[:-1], 2), np.nan)
    for index in np.ndindex(points.shape[:-1]):
        seen = np.asarray(camera, dtype=float) @ [*points[index], 1.0]
        if seen[2] > 0:
            result[index] = seen[:2] / seen[2]
    return result


# %% [markdown]
# ## And back: lifting
#
# From pixels back into space? A pixel is a whole ray, and depth is lost. But heads are much alike. Take the
# landmarks of an average head, the **template** $T$, and ask how it must be scaled, turned and moved for its picture
# to lie on the points that were found. Then take the depth from the template, turned the same way. For weak
# perspective:
#
# 1. **Fit** an affine map by least squares (Day 2), $q_i \approx A T_i + d$ with $A$ $(2, 3)$ and a shift $d$ $(2,)$.
#    It is easiest with the mean taken off both sides: $q_i - \bar q \approx A (T_i - \bar T)$.
# 2. **Clean up.** For a scaled and turned head the rows of $A$ are at right angles and equally long, $k$. Found ones
#    are not quite. The nearest such matrix comes from the singular values (Day 18): with $A = U S V^\top$, $V^\top$
#    $(2, 3)$, take $k = \frac{S_0 + S_1}{2}$, and $U V^\top$ for the first two rows of $R$.
# 3. **Complete** $R$: its third row is the cross product of the first two, as in every rotation.
# 4. **Lift**: $x$ and $y$ stay as they were observed, and $z_i = k \, (R (T_i - \bar T))_2$, in pixels.
#
# **By hand.** A template of four points, $(1, 0, 0)$, $(-1, 0, 0)$, $(0, 1, 0)$ and $(0, -1, 2)$, with mean $(0, 0,
# 0.5)$, is seen at $(10, 5)$ and scaled by 2: at $(12, 5)$, $(8, 5)$, $(10, 7)$ and $(10, 3)$. Nothing has turned, so
# $R$ is the identity, $k = 2$, and $z = (-1, -1, -1, 3)$: the last point stands out by 4 pixels.
#
# Flat templates have no depth to give, and with points that all lie in one plane, $A$ cannot be found: the table of
# least squares then has rank 2 instead of 3. That, and too few points, is refused.


# %% exercise: lift_points
def lift_points(points_2d, template):
    """Give points of a picture the depth of a template that is turned to lie on them, under weak perspective.

    Args:
        points_2d: array (n, 2) of x and y in pixels, floats or ints; left unchanged.
        template: array (n, 3), the same points on an average head, in any unit; left unchanged.

    Returns:
        (lifted, rotation, scale): float arrays (n, 3), x and y as in points_2d and z in pixels around a mean of 0, and
        (3, 3), R, orthogonal with determinant 1; and a float k > 0. About 11 lines.

    Raises:
        ValueError: the numbers of points differ, or the template's points lie in a plane (as fewer than 4 always do).
    """
    ### BEGIN SOLUTION
    points_2d, template = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    centred = template - template.mean(axis=0)  # (n, 3)
    if len(points_2d) != len(template) or np.linalg.matrix_rank(centred, rtol=1e-9) < 3:
        raise ValueError(f"template must be {len(points_2d)} points that lie in no plane. Received: {template}")
    affine, *_ = np.linalg.lstsq(centred, points_2d - points_2d.mean(axis=0), rcond=None)  # (3, 2), A transposed
    u, singular, vt = np.linalg.svd(affine.T, full_matrices=False)
    scale = float(singular.mean())
    first, second = u @ vt  # (3,) each
    rotation = np.stack([first, second, np.cross(first, second)])
    depth = scale * centred @ rotation[2]  # (n,)
    return np.column_stack([points_2d, depth]), rotation, scale
    ### END SOLUTION


# %% fixture
def turned(degrees, axis):
    """The rotation by an angle about axis 0, 1 or 2."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rotation = np.eye(3)
    i, j = [k for k in range(3) if k != axis]
    rotation[[i, i, j, j], [i, j, i, j]] = cos, -sin, sin, cos
    return rotation


# %% test: lift_points, points=3
template = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, -1.0, 2.0]])
points = np.array([[12.0, 5.0], [8.0, 5.0], [10.0, 7.0], [10.0, 3.0]])
with dd.check.unchanged(points), dd.check.unchanged(template):
    lifted, rotation, scale = lift_points(points, template)
due = np.array([[12.0, 5.0, -1.0], [8.0, 5.0, -1.0], [10.0, 7.0, -1.0], [10.0, 3.0, 3.0]])
dd.check.like(lifted, due, atol=1e-9, what="the lifted points", why="they are worked by hand")
dd.check.like(rotation, np.eye(3), atol=1e-9, what="the rotation", why="nothing has turned")
dd.check.like(scale, 2.0, what="the scale")
with dd.check.raises(ValueError, why="three points always lie in a plane"):
    lift_points(points[:3], template[:3])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(566)
turns = ((0, 35, 0), (20, -30, 10), (-15, 5, 80), (150, 0, 9))
for n, size, angles in zip((4, 5, 12, 7), (1.0, 0.01, 300.0, 1.0), turns, strict=True):
    template = size * rng.normal(0, 1, (n, 3)) + size * np.array([3.0, -2.0, 5.0])
    true_rotation = turned(angles[0], 0) @ turned(angles[1], 1) @ turned(angles[2], 2)
    true_scale = float(rng.uniform(0.5, 30)) / size
    in_space = true_scale * (template - template.mean(axis=0)) @ true_rotation.T
    points = in_space[:, :2] + np.array([31.0, 40.0])
    with dd.check.unchanged(points), dd.check.unchanged(template):
        lifted, rotation, scale = lift_points(points, template)
    what = f"of {n} points, a template turned by {angles} degrees about its axes"
    dd.check.like(rotation, true_rotation, rtol=1e-6, atol=1e-7, what=f"the rotation {what}")
    dd.check.like(scale, true_scale, rtol=1e-6, what=f"the scale {what}")
    due = np.column_stack([points, in_space[:, 2]])
    dd.check.like(lifted, due, rtol=1e-6, atol=1e-6, what=f"the lifted points {what}", why="they are where they were")
for n in (4, 6, 12):
    template, points = rng.normal(0, 1, (n, 3)), rng.normal(0, 9, (n, 2)) + 32
    lifted, rotation, scale = lift_points(points, template)
    what = f"the rotation for {n} points that fit no head"
    dd.check.close(rotation @ rotation.T, np.eye(3), atol=1e-7, what=what + ", times its transpose")
    dd.check.close(np.linalg.det(rotation), 1.0, rtol=1e-6, what=what + ": its determinant")
    centred = template - template.mean(axis=0)
    # The affine map from the normal equations, and its polar factor from a square root of a matrix of two rows.
    affine = (points - points.mean(axis=0)).T @ centred @ np.linalg.inv(centred.T @ centred)
    square = affine @ affine.T
    root_det = math.sqrt(np.linalg.det(square))
    root = (square + root_det * np.eye(2)) / math.sqrt(np.trace(square) + 2 * root_det)
    dd.check.close(scale, np.trace(root) / 2, rtol=1e-6, what="the scale", why="the mean of both singular values")
    due = np.linalg.solve(root, affine)
    dd.check.close(rotation[:2], due, rtol=1e-5, atol=1e-7, what=what + ": two rows", why="U times V transposed")
    dd.check.close(lifted[:, :2], points, what="x and y of the lifted points", why="they stay as they were observed")
    depth = scale * centred @ np.cross(due[0], due[1])
    dd.check.close(lifted[:, 2], depth, rtol=1e-5, atol=1e-6, what="the depth of the lifted points")
pixels = np.array([[12, 5], [8, 5], [10, 7], [10, 3]], dtype="uint8")
whole, _, _ = lift_points(pixels, np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 2]], dtype="int8"))
dd.check.close(whole, [[12, 5, -1], [8, 5, -1], [10, 7, -1], [10, 3, 3]], atol=1e-9, what="points of uint8, lifted")
flat = np.column_stack([rng.normal(0, 1, (6, 2)), np.zeros(6)]) @ turned(30, 0)
solid = rng.normal(0, 1, (6, 3))
for bad in ((points[:6], flat), (points[:6], flat + 4.0), (points[:5], solid), (points[:6], solid[:4])):
    with dd.check.raises(ValueError, why="the template is flat, or has another number of points"):
        lift_points(*bad)
### END HIDDEN TESTS

# %% mistakes: lift_points
# - replace: "np.cross(first, second)])"
#   with: "np.cross(second, first)])"
#   hint: "The cross product is taken the wrong way round: your matrix has determinant -1, and the face is inside out."
# - replace: "depth = scale * centred @ rotation[2]"
#   with: "depth = centred @ rotation[2]"
#   hint: "The depth is in the template's unit. In pixels it is scaled like x and y."
# - replace: "depth = scale * centred @ rotation[2]"
#   with: "depth = scale * template @ rotation[2]"
#   hint: "The depth has a mean that depends on where the template lies. Around a mean of 0 it is due."
# - replace: "depth = scale * centred @ rotation[2]"
#   with: "depth = scale * centred[:, 2]"
#   hint: "The template's depth is not turned with the head."
# - replace: "depth = scale * centred @ rotation[2]"
#   with: "depth = scale * centred @ rotation[:, 2]"
#   hint: "You take a column of R for the depth. It is the third row that gives the third coordinate."
# - replace: "scale = float(singular.mean())"
#   with: "scale = float(singular[0])"
#   hint: "The scale is one of the singular values. It is their mean."
# - replace: "scale = float(singular.mean())"
#   with: "scale = float(singular.sum())"
#   hint: "The scale is the sum of the singular values. It is their mean."
# - replace: "first, second = u @ vt"
#   with: "first, second = affine.T / scale"
#   hint: "The rows of A are used as they were found. They are neither quite at right angles nor equally long."
# - replace: "first, second = u @ vt"
#   with: "first, second = affine.T / np.linalg.norm(affine.T, axis=1, keepdims=True)"
#   hint: "The rows have length 1 now, but are not at right angles. The nearest rotation comes from U and V."
# - replace: "first, second = u @ vt"
#   with: "first, second = vt"
#   hint: "You take the rows of V transposed alone. Without U they are turned within the picture."
# - replace: "return np.column_stack([points_2d, depth]), rotation, scale"
#   with: "return np.column_stack([points_2d, depth]), rotation.T, scale"
#   hint: "Your rotation is transposed, which turns the other way."
# - replace: "return np.column_stack([points_2d, depth]), rotation, scale"
#   with: "return np.column_stack([points_2d - points_2d.mean(axis=0), depth]), rotation, scale"
#   hint: "You give x and y with their mean taken off. They stay as they were observed."
# - replace: "return np.column_stack([points_2d, depth]), rotation, scale"
#   with: "return scale * centred @ rotation.T + [*points_2d.mean(axis=0), 0.0], rotation, scale"
#   hint: "You return the turned template. Only its depth is wanted; x and y stay as they were observed."
# - replace: "len(points_2d) != len(template) or np.linalg.matrix_rank(centred, rtol=1e-9) < 3"
#   with: "len(points_2d) != len(template)"
#   hint: "A flat template gets through. From it no depth can be had."
# - replace: "np.linalg.matrix_rank(centred, rtol=1e-9) < 3"
#   with: "np.linalg.matrix_rank(template, rtol=1e-9) < 3"
#   hint: "Whether points lie in a plane shows only with their mean taken off: a plane need not go through 0."
# - replace: "np.linalg.matrix_rank(centred, rtol=1e-9) < 3"
#   with: "len(template) < 4"
#   hint: "Four points and more may lie in a plane too."


# %% mistake: lift_points
# hint: "You take the mean off the points, but not off the template, and fit a map through 0."
def lift_points(points_2d, template):
    points_2d, template = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    centred = template - template.mean(axis=0)
    if len(points_2d) != len(template) or np.linalg.matrix_rank(centred, rtol=1e-9) < 3:
        raise ValueError("template")
    affine = np.linalg.lstsq(template, points_2d - points_2d.mean(axis=0), rcond=None)[0]
    u, singular, vt = np.linalg.svd(affine.T, full_matrices=False)
    first, second = u @ vt
    rotation = np.stack([first, second, np.cross(first, second)])
    scale = float(singular.mean())
    return np.column_stack([points_2d, scale * centred @ rotation[2]]), rotation, scale


# %% mistake: lift_points
# hint: "You divide the rows of A by their lengths, but they are not at right angles. The nearest rotation is U V^T."
def lift_points(points_2d, template):
    points_2d, template = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    centred = template - template.mean(axis=0)
    if len(points_2d) != len(template) or np.linalg.matrix_rank(centred, rtol=1e-9) < 3:
        raise ValueError("template")
    affine = np.linalg.lstsq(centred, points_2d - points_2d.mean(axis=0), rcond=None)[0].T
    lengths = np.linalg.norm(affine, axis=1)
    first, second = affine / lengths[:, None]
    rotation = np.stack([first, second, np.cross(first, second)])
    scale = float(lengths.mean())
    return np.column_stack([points_2d, scale * centred @ rotation[2]]), rotation, scale


# %% mistake: lift_points
# hint: "You keep the first row of A and straighten the second. The nearest rotation treats both alike."
def lift_points(points_2d, template):
    points_2d, template = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    centred = template - template.mean(axis=0)
    if len(points_2d) != len(template) or np.linalg.matrix_rank(centred, rtol=1e-9) < 3:
        raise ValueError("template")
    first, second = np.linalg.lstsq(centred, points_2d - points_2d.mean(axis=0), rcond=None)[0].T
    scale = float(np.linalg.norm(first) + np.linalg.norm(second)) / 2
    first = first / np.linalg.norm(first)
    second = second - (second @ first) * first
    second = second / np.linalg.norm(second)
    rotation = np.stack([first, second, np.cross(first, second)])
    return np.column_stack([points_2d, scale * centred @ rotation[2]]), rotation, scale


# %% equivalents: lift_points
# - replace: points_2d, template = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
#   with: pass
#   reason: "Both are arrays already, and taking off a mean makes floats of whole numbers."
# - replace: np.asarray(points_2d, dtype=float)
#   with: np.asarray(points_2d)
#   reason: "Taking off the mean, and putting floats beside them, makes floats of whole numbers."
# - replace: np.asarray(template, dtype=float)
#   with: np.asarray(template)
#   reason: "Taking off the mean makes floats of whole numbers."
# - replace: template.mean(axis=0)
#   with: template.mean(axis=0, keepdims=True)
#   reason: "A row (1, 3) is taken off every row just like (3,)."
# - replace: "len(points_2d) != len(template) or "
#   with: ""
#   reason: "Least squares refuses tables of different lengths with LinAlgError, which is a ValueError."
# - replace: points_2d - points_2d.mean(axis=0)
#   with: points_2d + points_2d.mean(axis=0)
#   reason: "The columns of the template have a mean of 0, so a shift of the points changes no slope."
# - replace: points_2d - points_2d.mean(axis=0)
#   with: points_2d
#   reason: "The columns of the template have a mean of 0, so a shift of the points changes no slope."
# - replace: points_2d - points_2d.mean(axis=0)
#   with: points_2d - points_2d.sum(axis=0)
#   reason: "The columns of the template have a mean of 0, so a shift of the points changes no slope."
# - replace: points_2d - points_2d.mean(axis=0)
#   with: points_2d - points_2d.mean()
#   reason: "The columns of the template have a mean of 0, so a shift of the points changes no slope."
# - replace: points_2d.mean(axis=0)
#   with: points_2d.mean(axis=0, keepdims=True)
#   reason: "A row (1, 2) is taken off every row just like (2,)."
# - replace: centred @ rotation[2]
#   with: centred @ rotation[2].T
#   reason: "A row of one axis is its own transpose."


# %% accepts: lift_points
def lift_points(points_2d, template):
    # A with a column of ones, the rotation from the eigenvectors of A times its transpose.
    points_2d, template = np.array(points_2d, dtype=float), np.array(template, dtype=float)
    if template.shape[0] != points_2d.shape[0]:
        raise ValueError("as many points as the template has")
    middle = template.mean(axis=0, keepdims=True)
    widths = np.linalg.svd(template - middle, compute_uv=False)
    if len(template) < 4 or widths[2] < 1e-9 * widths[0]:
        raise ValueError("the template is flat")
    extended = np.hstack([template - middle, np.ones((len(template), 1))])
    affine = (np.linalg.pinv(extended) @ points_2d)[:3].T  # (2, 3)
    values, vectors = np.linalg.eigh(affine @ affine.T)
    rows = vectors @ np.diag(values**-0.5) @ vectors.T @ affine
    third = np.array(
        [
            rows[0, 1] * rows[1, 2] - rows[0, 2] * rows[1, 1],
            rows[0, 2] * rows[1, 0] - rows[0, 0] * rows[1, 2],
            rows[0, 0] * rows[1, 1] - rows[0, 1] * rows[1, 0],
        ]
    )
    k = float(np.sqrt(values).sum()) / 2
    depth = (template - middle) @ third * k
    return np.concatenate([points_2d, depth[:, None]], axis=1), np.vstack([rows, third]), k


# %% accepts: lift_points
def lift_points(points_2d, template):
    q, t = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if q.shape[0] != t.shape[0]:
        raise ValueError("numbers of points differ")
    t = t - t.mean(axis=0)
    if np.linalg.matrix_rank(t.T @ t / np.trace(t.T @ t), tol=1e-15) < 3:
        raise ValueError("no depth")
    affine = np.linalg.solve(t.T @ t, t.T @ q).T
    u, (large, small), vt = np.linalg.svd(affine)
    two = u @ vt[:2]
    rotation = np.array([two[0], two[1], np.cross(two[0], two[1])])
    k = float(large + small) / 2
    return np.hstack([q, (k * t @ rotation.T)[:, 2:]]), rotation, k


# %% [markdown]
# ## Put it together: landmarks on faces, and heads in space
#
# The template is the mean of the training faces' landmarks in space, each with its own mean taken off. For each
# held-out face, the trunk with uncertainty weights finds the landmarks, `lift_points` gives them depth, and the
# rotation that it found tells which way the head is turned. Its third row is
# $(-\sin \psi \cos \theta, -\sin \theta, \cos \psi \cos \theta)$ for a head turned sideways by $\psi$ and down by
# $\theta$.

# %% demo
in_space = train.landmarks - train.landmarks.mean(axis=1, keepdims=True)  # (800, 12, 3)
template = in_space.mean(axis=0)  # (12, 3)
outputs = models["one trunk, uncertainty"](test_data["pictures"])
found = denormalize_keypoints(ops.convert_to_numpy(outputs["landmarks"]).reshape(-1, 12, 2), (64, 64))


def lifted_and_yaw(points):
    """Landmarks (12, 3) with depth, and how far the head is turned to the picture's right, in degrees."""
    lifted, rotation, _ = lift_points(points, template)
    return lifted, math.degrees(math.atan2(-rotation[2, 0], rotation[2, 2]))


true_yaw, true_depth = held_out.pose[:, 0], held_out.landmarks[..., 2]
true_depth = true_depth - true_depth.mean(axis=1, keepdims=True)
yaw_off, depth_off = {}, {}
for name, all_points in (("from true landmarks", held_out.landmarks[..., :2]), ("from found landmarks", found)):
    heads = [lifted_and_yaw(points) for points in all_points]
    yaw_off[name] = float(np.mean([abs(yaw - true) for (_, yaw), true in zip(heads, true_yaw, strict=True)]))
    depths = np.array([lifted[:, 2] for lifted, _ in heads])
    depth_off[name] = float(np.abs(depths - true_depth).mean())
yaw_off["always 0°"] = float(np.abs(true_yaw).mean())
depth_off["the template, not turned"] = float(np.abs(template[:, 2] - true_depth).mean())
for what, table, unit in (("turned sideways", yaw_off, "°"), ("depth", depth_off, " pixels")):
    print(f"{what}: off by " + ", ".join(f"{value:.1f}{unit} ({name})" for name, value in table.items()))

LINES = ([0, 2], [1, 3], [2, 4, 3], [5, 7, 6, 8, 5], [10, 9, 11])  # brow to eye, eyes to nose, mouth, ear to chin
camera = np.array([[120.0, 0.0, 31.5, 0.0], [0.0, 120.0, 31.5, 0.0], [0.0, 0.0, 1.0, 0.0]])
shown = [int(np.argmin(np.abs(true_yaw - angle))) for angle in (-25, 0, 25)]
fig, axes = plt.subplots(2, 3, figsize=(10, 7.2))
for (top, bottom), i in zip(axes.T, shown, strict=True):
    draw_landmarks(top, held_out.images[i], found[i], held_out.visible[i])
    top.plot(*held_out.landmarks[i, :, :2].T, "+", color="black", markersize=9, markeredgewidth=2)
    lifted, yaw = lifted_and_yaw(found[i])
    top.set_title(f"turned by {true_yaw[i]:+.0f}°, found {yaw:+.0f}°")
    for angle, color, style in ((0, "C0", "-"), (50, "C1", "--")):
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x, y, z = (lifted - lifted.mean(axis=0)).T
        head = np.column_stack([x * cos + z * sin, y, 120 - (z * cos - x * sin)])  # 120 in front of the camera
        seen = project_points(head, camera)
        for line in LINES:
            bottom.plot(*seen[line].T, color=color, linestyle=style, marker="o", markersize=4)
    bottom.set(xlim=(0, 63), ylim=(63, 0), aspect="equal", xlabel="x in pixels", title="solid: as seen, dashed: +50°")
axes[1, 0].set_ylabel("y in pixels")
dd.plot.show(
    "Top: three held-out faces turned to the left, to the front and to the right, with twelve found landmarks as white "
    "dots (orange where the true ones are hidden) and the true ones as black crosses, some three pixels apart. Bottom: "
    "the same landmarks lifted into space and joined by lines, as a pinhole camera sees them (solid) and turned by a "
    "further 50 degrees to the right (dashed): the nose moves to the right, the chin to the left."
)

# %% [markdown]
# The dots are three pixels off on average: near their features, not quite on them, for 800 faces and a small network
# are little. Lifted, even the true landmarks do not tell the direction exactly, as a template is a mean and each
# face has its own shape. The found ones are off by about three times as much, which is still much better than always
# saying 0°. And no depth was *seen* in any of these pictures. It was looked up in a template and turned.
#
# ## What you should remember
#
# 1. Landmarks are regression. As shares of the picture they fit every size; mind the half pixel, and that shapes say
#    rows first while points say $x$ first.
# 2. What cannot be seen is masked before anything is computed with it, and the mean is over what remains.
# 3. One trunk, a head and a loss for each task: the trunk's gradient is the weighted sum of theirs.
# 4. Units decide the weights if nobody else does. Standardise targets; learned uncertainties make each regression
#    count by the logarithm of its loss.
# 5. A camera divides by the depth, which is lost. A template with the nearest rotation brings it back, roughly.
#
# ## Check yourself, without code
#
# 1. A picture of 48 rows and 64 columns is shrunk to half its side. Where is its middle, $(31.5, 23.5)$, afterwards,
#    and where would it seem to be without the half pixels?
# 2. Ages are measured in days instead of years. What changes with equal weights, and what with learned uncertainties?
# 3. Why can no network say from a picture alone how far away a head is, if heads differ in size?
#
# <details><summary>Answers</summary>
#
# 1. At $(15.5, 11.5)$, again the middle, of 24 rows and 32 columns. Dividing by 2 alone gives $(15.75, 11.75)$, a
#    quarter of a pixel to the right and below.
# 2. The loss grows by $365^2$, about 133,000, so with equal weights age is all that is learned. With uncertainties
#    the best $s$ grows by $\ln 133{,}000 \approx 11.8$, and the weights of the network end up the same, if $s$ gets
#    there in time.
# 3. A head twice as large at twice the distance has the same picture: $f X / Z$ stays. Only what is known besides,
#    such as the usual distance of two eyes, can decide.
#
# </details>
#
# ## Go further
#
# - Caruana (1997), *Multitask learning*, Machine Learning 28: why tasks help each other, and when.
# - Kendall, Gal and Cipolla (2018), *Multi-task learning using uncertainty to weigh losses for scene geometry and
#   semantics*, CVPR: three tasks on street scenes.
# - Hartley and Zisserman (2004), *Multiple view geometry in computer vision*: cameras, and several of them.
# - To use a large trained trunk, hand `multi_task_model` a VGG16 without its top (`keras.applications.VGG16`), frozen
#   as on Day 55.
# - Day 61: what to do when nobody knows how many points there are.
