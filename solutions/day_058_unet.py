# ---
# day: 58
# title: Semantic segmentation with U-Net
# week: 12
# minutes: 110
# backend: tensorflow
# needs: [5, 7, 33, 38, 46, 47, 52]
# data: [scenes]
# papers:
# - "Long, Shelhamer and Darrell 2015, Fully convolutional networks for semantic segmentation"
# - "Ronneberger, Fischer and Brox 2015, U-Net: convolutional networks for biomedical image segmentation"
# - "Milletari, Navab and Ahmadi 2016, V-Net: fully convolutional neural networks for volumetric medical image
#   segmentation"
# - "Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning"
# - "Odena, Dumoulin and Olah 2016, Deconvolution and checkerboard artifacts"
# ---

# %% [markdown]
# # Day 58 · Semantic segmentation with U-Net
#
# By the end you can build a network that names every pixel of a picture, train it with a loss made for the purpose,
# and say with one number how good its maps are.
#
# - **You will build** the measure by which maps are judged, a loss that counts overlap, the layer that makes maps
#   larger, and from two blocks a whole U-Net. Trained, it reaches a mean IoU of over 0.75 on scenes that it has not
#   seen.
# - **You need** cross-entropy (Day 5), the confusion matrix (Day 7), batch normalisation (Day 33), functional models
#   (Day 38), convolution and its gradient (Days 46 and 47).
# - **Not today:** telling two circles apart that touch (instance segmentation), and boxes (from Day 61).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N, H, W$ | pictures in a batch, their rows and columns | | |
# | $C, D$ | channels that go into a layer, channels that come out | | |
# | $x$ | what goes into a layer, pictures or maps | $(N, H, W, C)$ | `x` |
# | $w$ | filters of a transposed convolution | $(f_H, f_W, D, C)$ | `w` |
# | $s$ | stride | | `stride` |
# | $K$ | classes of pixels, the background one of them | | `num_classes` |
# | $y$, $\hat y$ | class maps, true and predicted: 0 to $K - 1$ in each pixel | $(N, H, W)$ | `y`, `pred` |
# | $p$ | probabilities of the classes in each pixel | $(N, H, W, K)$ | `probs` |
# | $t$ | $y$, one-hot | $(N, H, W, K)$ | |
# | $A_k$, $B_k$ | the pixels that are of class $k$; those that are said to be | | |
# | $M$ | levels of the network, counted from 0 at the top | | `len(filters)` |
# | $F_i$, $F$ | filters of the convolutions of level $i$, or of the level at hand | | `filters` |
# | $L_{\mathrm{Dice}}$ | the loss | $()$ | `dice_loss(y, probs)` |

# %% setup
import math
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## A label for every pixel
#
# A classifier has one answer for a picture. **Semantic segmentation** has one for each pixel: which class does this
# one belong to? The truth is a **class map**, a whole number for every pixel, and no longer a row of labels. Somebody
# has to paint it, which takes minutes a picture, and for a busy street more than an hour. Ours come with the scenes.

# %% demo
NAMES = ("background", *CLASSES)
COLOURS = ListedColormap(["0.88", *dd.plot.PALETTE, "#e377c2"])


def pixels_and_maps(n, seed):
    """Scenes, float32 (n, 64, 64, 3), about -2 to 2, and their class maps, int64 (n, 64, 64)."""
    found = dd.data.scenes(n, seed=seed)
    return (found.images.astype("float32") - 115) / 64, found.class_maps()


def show_picture(ax, x, title=""):
    ax.imshow(np.clip(x * 64 + 115, 0, 255).astype("uint8"))
    ax.set_title(title)
    ax.set_axis_off()


def show_map(ax, classes, title=""):
    """Draws a class map, and gives what a legend needs."""
    drawn_map = ax.imshow(classes, cmap=COLOURS, vmin=-0.5, vmax=7.5, interpolation="nearest")
    ax.set_title(title)
    ax.set_axis_off()
    return drawn_map


def legend(fig, drawn_map, axes):
    bar = fig.colorbar(drawn_map, ax=axes, ticks=range(8), shrink=0.9)
    bar.ax.set_yticklabels(NAMES)


x_test, y_test = pixels_and_maps(200, seed=1)
fig, axes = plt.subplots(2, 4, figsize=(9, 4.2))
for i in range(4):
    show_picture(axes[0, i], x_test[i], f"scene {i}")
    drawn_map = show_map(axes[1, i], y_test[i])
legend(fig, drawn_map, axes)
dd.plot.show(
    "Four small scenes of shapes and digits on photographs, and under each its class map: the pixels of every object "
    "have the colour of their class, all others that of the background."
)
shares = np.bincount(y_test.ravel(), minlength=8) / y_test.size
print("share of the pixels:", ", ".join(f"{name} {share:.1%}" for name, share in zip(NAMES, shares, strict=True)))

# %% [markdown]
# ## How good is a map?
#
# More than four pixels in five are background. So whoever answers "background" everywhere is right more than four
# times in five, and has found nothing. Accuracy over pixels is of little use. What is asked instead is, for each class
# $k$, how well the pixels that *are* of the class, $A_k$, and those that are *said* to be, $B_k$, cover each other:
#
# $$\mathrm{IoU}_k = \frac{|A_k \cap B_k|}{|A_k \cup B_k|} = \frac{|A_k \cap B_k|}{|A_k| + |B_k| - |A_k \cap B_k|} ,$$
#
# **intersection over union**. It is 1 for sets that are equal and 0 for sets that share nothing. Its mean over the
# classes is the **mean IoU**, in which the rare star weighs as much as the wide background. By hand, for $K = 4$:
#
# $$y = \begin{pmatrix} 0 & 0 & 1 \\ 0 & 2 & 1 \end{pmatrix}, \qquad
# \hat y = \begin{pmatrix} 0 & 1 & 1 \\ 0 & 0 & 1 \end{pmatrix} .$$
#
# Class 0: both have the two pixels on the left; together they have four. $\mathrm{IoU}_0 = \frac24$. Class 1 shares
# two of three, $\mathrm{IoU}_1 = \frac23$. Class 2 occurs in $y$ and is never said: $\mathrm{IoU}_2 = 0$, and it
# would be 0 as well if it were said where there is none. Class 3 occurs in neither. Its IoU is $0/0$, and it is **left
# out** of the mean: counted as 0 it would punish, as 1 it would reward, what nobody did. The mean is
# $\frac13 (\frac12 + \frac23 + 0) = 0.389$.
#
# One more choice has to be said aloud. Pixels are counted over the **whole set**, and then divided. Averaging one mean
# IoU a picture would let a speck of five pixels weigh as much as an object of five hundred.


# %% exercise: mean_iou
def mean_iou(y, pred, num_classes):
    """Intersection over union of each class of pixels, and its mean, over a whole set of maps.

    Args:
        y: the true class maps, array (N, H, W), or of any other shape, whole numbers of any integer type or bools.
        pred: the predicted ones, the same shape. Both are left unchanged.
        num_classes: K, int >= 1.

    Returns:
        (mean, ious): ious, float array (K,), has for each class the IoU of its pixels in y and its pixels in pred, and
        nan for a class that occurs in neither; mean, a float, is the mean of those that are not nan. No warning is
        raised. About 10 lines.

    Raises:
        ValueError: y and pred differ in shape, or have no pixels, or one of them holds a number that is no class, which
            is below 0 or not below K.
    """
    ### BEGIN SOLUTION
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(f"y and pred must have pixels, and one shape. Received: {y.shape}, {pred.shape}")
    if any(np.any((classes < 0) | (classes >= num_classes)) for classes in (y, pred)):
        raise ValueError(f"classes must be from 0 to {num_classes - 1}")
    ious = np.full(num_classes, np.nan)
    for k in range(num_classes):
        there, said = y == k, pred == k
        union = np.sum(there | said)
        if union > 0:
            ious[k] = np.sum(there & said) / union
    return float(np.nanmean(ious)), ious
    ### END SOLUTION


# %% fixture
def strict_mean_iou(y, pred, num_classes):
    """mean_iou, with warnings as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return mean_iou(y, pred, num_classes)


# %% test: mean_iou, points=2
y = np.array([[[0, 0, 1], [0, 2, 1]]])
pred = np.array([[[0, 1, 1], [0, 0, 1]]])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(pred, what="pred"):
    mean, ious = mean_iou(y, pred, 4)
due = np.array([1 / 2, 2 / 3, 0, np.nan])
dd.check.like(ious, due, equal_nan=True, what="ious", why="this is the example worked by hand")
dd.check.close(mean, 7 / 18, what="mean", why="the mean of 1/2, 2/3 and 0; class 3 occurs in neither")
with dd.check.raises(ValueError, why="class 2 does not exist if there are two classes"):
    mean_iou(y, pred, 2)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(58)


def slow_ious(y, pred, num_classes):
    ious = []
    for k in range(num_classes):
        there = [i for i, c in enumerate(y.ravel().tolist()) if c == k]
        said = [i for i, c in enumerate(pred.ravel().tolist()) if c == k]
        either = set(there) | set(said)
        ious.append(len(set(there) & set(said)) / len(either) if either else math.nan)
    return np.array(ious)


for shape, num_classes, kind in (
    ((3, 4, 5), 3, "int64"),
    ((1, 1, 1), 2, "int32"),
    ((2, 7, 3), 6, "uint8"),
    ((40,), 9, "int8"),
    ((2, 6, 5, 1), 4, "int64"),
    ((3, 30, 20), 200, "uint8"),
    ((2, 25, 30), 100, "int8"),
):
    y = rng.integers(0, num_classes, shape).astype(kind)
    pred = np.where(rng.random(shape) < 0.5, y, rng.integers(0, num_classes, shape)).astype(kind)
    due = slow_ious(y, pred, num_classes)
    with dd.check.unchanged(y, what="y"), dd.check.unchanged(pred, what="pred"):
        mean, ious = strict_mean_iou(y, pred, num_classes)
    what = f"for {shape} pixels of type {kind} and {num_classes} classes"
    dd.check.like(ious, due, equal_nan=True, what=f"ious {what}", why="each class by itself, its pixels as sets")
    dd.check.like(mean, float(np.nanmean(due)), kind=(float, np.floating), what=f"mean {what}")
absent = np.array([[1, 1, 4], [4, 1, 1]])
said = np.array([[1, 3, 4], [1, 1, 1]])
mean, ious = strict_mean_iou(absent, said, 6)
due = np.array([np.nan, 3 / 5, np.nan, 0, 1 / 2, np.nan])
why = "class 3 is said and not there, which is an error; 0, 2 and 5 occur in neither"
dd.check.like(ious, due, equal_nan=True, what="ious", why=why)
dd.check.close(mean, 11 / 30, what="mean", why=why)
mean, ious = strict_mean_iou(np.zeros((2, 3, 3), int), np.zeros((2, 3, 3), int), 3)
dd.check.close(mean, 1.0, what="mean of maps that are equal", why="the one class that occurs is found wholly")
uneven = np.zeros((2, 10, 10), int)
uneven[0, :5], uneven[1, 0, 0] = 1, 1
mean, ious = strict_mean_iou(uneven, np.zeros_like(uneven), 2)
dd.check.close(ious[0], 149 / 200, what="ious[0]", why="pixels are counted over both maps, and then divided")
flags = np.array([True, False, True, True])
mean, ious = strict_mean_iou(flags, np.array([True, True, False, True]), 2)
dd.check.close(ious, [0.0, 0.5], what="ious of bools", why="False is class 0 and True is class 1")
mean, ious = strict_mean_iou(uneven[:, ::2, ::3], uneven[:, ::2, ::3], 2)
dd.check.close(ious, [1.0, 1.0], what="ious of views")
low, high = np.array([0, 1, -1]), np.array([0, 1, 3])
fine = np.array([0, 1, 2])
for pair in ((low, fine), (fine, low), (high, fine), (fine, high)):
    with dd.check.raises(ValueError, why=f"of {pair[0]} and {pair[1]} one has a number that is no class"):
        mean_iou(*pair, 3)
for pair in ((fine, fine[:1]), (fine, fine[:, np.newaxis]), (fine[:0], fine[:0]), (np.zeros((2, 3), int), fine)):
    with dd.check.raises(ValueError, why=f"shapes {pair[0].shape} and {pair[1].shape}"):
        mean_iou(*pair, 3)
### END HIDDEN TESTS

# %% mistakes: mean_iou
# - replace: np.full(num_classes, np.nan)
#   with: np.zeros(num_classes)
#   hint: "A class that occurs nowhere counts as 0 in your mean. It is left out: there was nothing to find."
# - replace: np.full(num_classes, np.nan)
#   with: np.ones(num_classes)
#   hint: "A class that occurs nowhere counts as 1 in your mean, a reward for nothing. It is left out."
# - replace: np.sum(there | said)
#   with: np.sum(there) + np.sum(said)
#   hint: "Your union counts the shared pixels twice."
# - replace: np.sum(there & said) / union
#   with: 2 * np.sum(there & said) / (np.sum(there) + np.sum(said))
#   hint: "That is the Dice coefficient, twice the shared part over the sum of both. Here the union is below."
# - replace: float(np.nanmean(ious))
#   with: float(np.mean(ious))
#   hint: "One class that occurs nowhere makes your mean nan. It is left out of the mean."
# - replace: float(np.nanmean(ious))
#   with: float(np.nanmean(ious[1:]))
#   hint: "Your mean leaves the background out. Class 0 is a class like any other here."
# - replace: y.shape != pred.shape or y.size == 0
#   with: y.size == 0
#   hint: "Maps of different shapes get through, or fail in another way. A ValueError is due."
# - replace: y.shape != pred.shape or y.size == 0
#   with: y.size != pred.size or y.size == 0
#   hint: "As many pixels are not enough: a map of another shape has its pixels in other places."
# - replace: " or y.size == 0"
#   with: ""
#   hint: "Maps without pixels are let through. There is nothing to divide by: a ValueError is due."
# - replace: (classes < 0) | (classes >= num_classes)
#   with: classes >= num_classes
#   hint: "Negative numbers get through. They are no classes."
# - replace: in (y, pred))
#   with: in (y,))
#   hint: "You look for numbers that are no class in y alone. pred may hold one too."
# - replace: classes >= num_classes
#   with: classes > num_classes
#   hint: "The number K itself gets through. Classes are counted from 0, so the last is K - 1."
# - replace: float(np.nanmean(ious))
#   with: float(np.nansum(ious * [np.mean(y == k) for k in range(num_classes)]))
#   hint: "Your mean weighs classes by how often they occur, so the background decides. All classes weigh alike."
# - replace: return float(np.nanmean(ious)), ious
#   with: return float(np.nanmean(ious)), np.nan_to_num(ious)
#   hint: "In ious, a class that occurs in neither map has an entry other than nan."


# %% mistake: mean_iou
# hint: "You average one mean IoU a map. Pixels are counted over the whole set first, and then divided."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y).astype(int), np.asarray(pred).astype(int)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    table = np.full((len(y), num_classes), np.nan)
    for i, k in np.ndindex(table.shape):
        either = np.sum((y[i] == k) | (pred[i] == k))
        if either:
            table[i, k] = np.sum((y[i] == k) & (pred[i] == k)) / either
    present = ~np.all(np.isnan(table), axis=0)
    ious = np.full(num_classes, np.nan)
    ious[present] = np.nanmean(table[:, present], axis=0)
    return float(np.nanmean(ious)), ious


# %% mistake: mean_iou
# hint: "A class that is said and not there is left out. Saying it is an error, and its IoU is 0."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    ious = np.full(num_classes, np.nan)
    for k in np.unique(y):
        ious[int(k)] = np.sum((y == k) & (pred == k)) / np.sum((y == k) | (pred == k))
    return float(np.nanmean(ious)), ious


# %% mistake: mean_iou
# hint: "You divide by the true pixels alone, which is recall: whoever says a class everywhere gets 1."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y).astype(int), np.asarray(pred).astype(int)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    ious = np.full(num_classes, np.nan)
    for k in range(num_classes):
        if np.any(y == k):
            ious[k] = np.mean(pred[y == k] == k)
        elif np.any(pred == k):
            ious[k] = 0
    return float(np.nanmean(ious)), ious


# %% mistake: mean_iou
# hint: "K times a class does not fit into bytes: the numbers of pairs wrap around. Turn maps into int64 first."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    pairs = num_classes * y + pred if y.dtype != bool else num_classes * y.astype(int) + pred
    table = np.bincount(pairs.ravel().astype(np.int64) % num_classes**2, minlength=num_classes**2)
    table = table.reshape(num_classes, num_classes)
    hits = np.diag(table)
    union = table.sum(axis=0) + table.sum(axis=1) - hits
    ious = np.full(num_classes, np.nan)
    ious[union > 0] = hits[union > 0] / union[union > 0]
    return float(np.nanmean(ious)), ious


# %% mistake: mean_iou
# hint: "K times a class does not fit into the maps' own small type, and wraps around. Turn the maps into int64 first."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    table = np.bincount((num_classes * y + pred).ravel(), minlength=num_classes**2).reshape(num_classes, num_classes)
    hits = np.diag(table)
    union = table.sum(axis=0) + table.sum(axis=1) - hits
    ious = np.full(num_classes, np.nan)
    ious[union > 0] = hits[union > 0] / union[union > 0]
    return float(np.nanmean(ious)), ious


# %% mistake: mean_iou
# hint: "A class that occurs in neither map is 0/0, and NumPy warns of it. Divide only where the union has pixels."
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y).astype(int), np.asarray(pred).astype(int)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError(y.shape)
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError(num_classes)
    hits = np.array([np.sum((y == k) & (pred == k)) for k in range(num_classes)])
    union = np.array([np.sum((y == k) | (pred == k)) for k in range(num_classes)])
    ious = hits / union
    return float(np.nanmean(ious)), ious


# %% accepts: mean_iou
def mean_iou(y, pred, num_classes):
    # A confusion matrix by np.add.at, in which classes are rows and what is said are columns.
    y, pred = np.array(y, dtype=np.int64), np.array(pred, dtype=np.int64)
    if y.shape != pred.shape:
        raise ValueError("shapes differ")
    if not y.size:
        raise ValueError("no pixels")
    if not (np.isin(y, range(num_classes)).all() and np.isin(pred, range(num_classes)).all()):
        raise ValueError("no such class")
    table = np.zeros((num_classes, num_classes))
    np.add.at(table, (y, pred), 1)
    hits = table.diagonal()
    union = table.sum(axis=1) + table.sum(axis=0) - hits
    ious = np.divide(hits, union, out=np.full(num_classes, np.nan), where=union > 0)
    return ious[union > 0].mean(), ious


# %% accepts: mean_iou
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or not y.size:
        raise ValueError("y and pred must have pixels and be of one shape")
    low, high = min(y.min(), pred.min()), max(y.max(), pred.max())
    if low < 0 or high >= num_classes:
        raise ValueError("no such class")
    y, pred = y.astype(np.int64).ravel(), pred.astype(np.int64).ravel()
    hits = np.bincount(y[y == pred], minlength=num_classes)
    union = np.bincount(y, minlength=num_classes) + np.bincount(pred, minlength=num_classes) - hits
    ious = [hit / pixels if pixels else float("nan") for hit, pixels in zip(hits, union, strict=True)]
    counted = [iou for iou, pixels in zip(ious, union, strict=True) if pixels]
    return sum(counted) / len(counted), np.array(ious)


# %% [markdown]
# What do its values feel like? Here are four maps for our 200 scenes: nothing but background, and the truth itself,
# moved to the right by one, two and four pixels.

# %% demo
guesses = {"background everywhere": np.zeros_like(y_test)}
for step in (1, 2, 4):
    guesses[f"the truth, moved by {step}"] = np.roll(y_test, step, axis=2)
for name, guess in guesses.items():
    mean, ious = mean_iou(y_test, guess, 8)
    print(f"{name:21} accuracy {np.mean(guess == y_test):.3f}  mean IoU {mean:.3f}", end="  ")
    print(f"IoU of the background {ious[0]:.3f}, of stars {ious[4]:.3f}")

# %% [markdown]
# Background everywhere: four pixels in five are right, and the mean IoU is barely above 0.1, for one class of eight is
# found. And the measure is strict with edges. One pixel to the side costs 0.15, two cost more than a quarter, since our
# objects are small and a large part of their pixels lies near an edge. So a mean IoU of 0.75 is what the truth itself
# gets if it is put down between one and two pixels off.
#
# ## A loss that counts overlap
#
# IoU can't be trained: it counts pixels, and a count has no slope. Cross-entropy can, pixel by pixel, and a network
# that says the shares of the classes everywhere already has a low one. One would like to train what one measures. The
# **Dice coefficient** is the sister of IoU, twice the shared part over the sum of both, and it can be written with
# probabilities in place of sets:
#
# $$\mathrm{Dice}_k = \frac{2 |A_k \cap B_k|}{|A_k| + |B_k|} \quad\longrightarrow\quad
# \frac{2 \sum t_k\, p_k + \epsilon}{\sum t_k + \sum p_k + \epsilon}, \qquad
# L_{\mathrm{Dice}} = 1 - \frac1K \sum_k \mathrm{Dice}_k ,$$
#
# with sums over all pixels of all pictures of the batch: $\sum t_k$ is the number of pixels of the class, $\sum p_k$
# what the network says of that number, and $\sum t_k\, p_k$ the part of it that is in the right place. The smoothing
# $\epsilon$, `smooth` in code and usually 1, does two things. A class that a batch lacks has 0 above, and with
# $\epsilon$ it is $\epsilon / (\sum p_k + \epsilon)$, so that saying less of it is better, up to 1 for nothing. And
# there is no division by 0. (V-Net, from where the loss comes, has squares in the denominator. Ours is the plain form.)
#
# Without $\epsilon$ and with sets, Dice and IoU are two scales for one thing, $\mathrm{Dice} = 2\,\mathrm{IoU} /
# (1 + \mathrm{IoU})$: an IoU of $\frac12$ is a Dice coefficient of $\frac23$. Which of two maps of a class is better,
# they agree on.
#
# By hand: a row of four pixels, two classes, $y = (0, 0, 0, 1)$, and class 1 has the probabilities
# $(0, 0, \frac12, \frac12)$, class 0 the rest, $(1, 1, \frac12, \frac12)$. With $\epsilon = 1$,
#
# $$\mathrm{Dice}_0 = \frac{2 \cdot 2.5 + 1}{3 + 3 + 1} = \frac67, \qquad
# \mathrm{Dice}_1 = \frac{2 \cdot 0.5 + 1}{1 + 1 + 1} = \frac23, \qquad
# L_{\mathrm{Dice}} = 1 - \tfrac12 \left( \tfrac67 + \tfrac23 \right) = \tfrac{5}{21} .$$
#
# The function has to pass gradients on, so it is made of `keras.ops`. And Keras turns the targets into floats before it
# calls a loss, so classes may come as floats.


# %% exercise: dice_loss
def dice_loss(y, probs, smooth=1.0):
    """One minus the mean Dice coefficient of the classes, with probabilities in place of sets.

    Args:
        y: class maps (N, H, W), an array or a tensor of whole numbers 0 to K - 1, as ints or as floats.
        probs: probabilities (N, H, W, K), float32, an array or a tensor; N, H and W may be unknown while Keras traces
            the function.
        smooth: epsilon, a number > 0, added above and below.

    Returns:
        scalar tensor through which gradients pass: for each class, sums over all pixels of all pictures together; then
        the mean over all K classes, those that do not occur among them. About 5 lines.
    """
    ### BEGIN SOLUTION
    truth = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    truth = ops.cast(truth, probs.dtype)  # (N, H, W, K)
    hits = ops.sum(truth * probs, axis=(0, 1, 2))  # (K,)
    sizes = ops.sum(truth, axis=(0, 1, 2)) + ops.sum(probs, axis=(0, 1, 2))  # (K,)
    return 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
    ### END SOLUTION


# %% fixture
def dice_gradient(y, probs):
    """The gradient of dice_loss along probs."""
    given = tf.constant(probs)
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = dice_loss(tf.constant(y), given)
    found = tape.gradient(loss, given)
    return None if found is None else ops.convert_to_numpy(found)


def traced_dice(y, probs):
    """dice_loss as Keras calls it: traced, with sizes that are unknown, and y as floats."""
    num_classes = probs.shape[-1]
    signature = [
        tf.TensorSpec([None, None, None], "float32"),
        tf.TensorSpec([None, None, None, num_classes], "float32"),
    ]
    traced = tf.function(dice_loss, input_signature=signature)
    return ops.convert_to_numpy(traced(tf.constant(y, "float32"), tf.constant(probs, "float32")))


# %% test: dice_loss, points=2
y = np.array([[[0, 0, 0, 1]]])
second = np.array([0, 0, 0.5, 0.5])
probs = np.stack([1 - second, second], axis=-1).reshape(1, 1, 4, 2).astype("float32")
with dd.check.unchanged(y, what="y"), dd.check.unchanged(probs, what="probs"):
    loss = dice_loss(y, probs)
dd.check.shape(loss, (), what="dice_loss(y, probs)")
dd.check.close(loss, 5 / 21, rtol=1e-5, what="dice_loss(y, probs)", why="this is the example worked by hand")
dd.check.close(dice_loss(y.astype("float32"), probs), 5 / 21, rtol=1e-5, what="the loss for y as floats")
slopes = dice_gradient(y, probs)
assert slopes is not None, "no gradient passes: build the loss of keras.ops alone"
assert slopes[0, 0, 3, 1] < 0 < slopes[0, 0, 0, 1], (
    "more of class 1 where it is lowers the loss, elsewhere it raises it"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(580)


def slow_dice(y, probs, smooth):
    total = 0.0
    for k in range(probs.shape[-1]):
        there = y == k
        shared = probs[..., k][there].sum(dtype=float)
        total += (2 * shared + smooth) / (there.sum() + probs[..., k].sum(dtype=float) + smooth)
    return 1 - total / probs.shape[-1]


for shape, num_classes, highest, smooth in (
    ((2, 3, 5), 3, 3, 1.0),
    ((1, 1, 1), 2, 1, 1.0),
    ((3, 4, 2), 5, 4, 0.5),
    ((2, 6, 7), 4, 2, 10.0),
    ((4, 1, 9), 6, 3, 1e-3),
):
    y = rng.integers(0, highest, shape)  # the highest class is absent where `highest` is below K
    probs = rng.dirichlet(np.ones(num_classes), shape).astype("float32")
    due = slow_dice(y, probs, smooth)
    what = f"the loss for {shape} pixels, {num_classes} classes, smooth={smooth}"
    with dd.check.unchanged(y, what="y"), dd.check.unchanged(probs, what="probs"):
        loss = dice_loss(y, probs, smooth)
    dd.check.shape(loss, (), what=what)
    dd.check.close(loss, due, rtol=1e-5, atol=1e-6, what=what, why="each class by itself, all classes in the mean")
    due = slow_dice(y, probs, 1.0)
    dd.check.close(dice_loss(y.astype("int32"), probs), due, rtol=1e-5, atol=1e-6, what="the loss with smooth left out")
    if highest < num_classes:  # TensorFlow warns of a function that is traced five times
        came = traced_dice(y, probs)
        why = "sizes are unknown then"
        dd.check.close(came, due, rtol=1e-5, atol=1e-6, what="the loss while Keras traces it", why=why)
slopes = dice_gradient(y, probs)
assert slopes is not None, "no gradient passes: build the loss of keras.ops alone"
truth = np.eye(num_classes)[y]
below = truth.sum(axis=(0, 1, 2)) + probs.sum(axis=(0, 1, 2)) + 1
above = 2 * (truth * probs).sum(axis=(0, 1, 2)) + 1
due = -(2 * truth * below - above) / below**2 / num_classes
why = "the quotient rule: a slope of 2 t above, and of 1 below"
dd.check.close(slopes, due, rtol=1e-4, atol=1e-6, what="the gradient along probs", why=why)
perfect = np.eye(5, dtype="float32")[np.array([[[0, 1], [3, 1]]])]
dd.check.close(dice_loss(np.array([[[0, 1], [3, 1]]]), perfect), 0.0, atol=1e-6, what="the loss of the truth itself")
### END HIDDEN TESTS

# %% mistakes: dice_loss
# - replace: 2 * hits + smooth
#   with: hits + smooth
#   hint: "The shared part counts twice above, since below it is in both sums. Even the truth has a loss of a half."
# - replace: 2 * hits + smooth
#   with: 2 * hits
#   hint: "The smoothing is added below and not above, so a class that does not occur costs a full 1."
# - replace: sizes + smooth
#   with: sizes + 1e-7
#   hint: "The smoothing is added above and not below: a class that does not occur blows the loss up."
# - replace: (2 * hits + smooth) / (sizes + smooth)
#   with: 2 * hits / (sizes + 1e-7)
#   hint: "smooth is not used. It is added above and below."
# - replace: (2 * hits + smooth) / (sizes + smooth)
#   with: (2 * hits + 1) / (sizes + 1)
#   hint: "smooth is not used: yours is always 1."
# - replace: 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: ops.mean((2 * hits + smooth) / (sizes + smooth))
#   hint: "That is the coefficient, which is best at 1. A loss is best at 0."
# - replace: 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: 1 - ops.mean((hits + smooth) / (sizes - hits + smooth))
#   hint: "That is the soft form of IoU. Dice has twice the shared part above, and the sum of both below."
# - replace: 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: 1 - (2 * ops.sum(hits) + smooth) / (ops.sum(sizes) + smooth)
#   hint: "You add the classes up before you divide, and the background outweighs all. Divide class by class."
# - replace: 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: 1 - ops.mean((2 * hits + smooth * ops.sum(truth)) / (sizes + smooth * ops.sum(truth)))
#   hint: "You take means over the pixels, beside which the smoothing is huge. Sums are due."
# - replace: 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: ops.cast(probs.shape[-1], probs.dtype) - ops.sum((2 * hits + smooth) / (sizes + smooth))
#   hint: "You add the losses of the classes up. Their mean is due."
# - replace: ops.mean((2 * hits + smooth) / (sizes + smooth))
#   with: ops.mean(((2 * hits + smooth) / (sizes + smooth))[1:])
#   hint: "You leave the background out. It is a class like any other here."
# - replace: "ops.sum(probs, axis=(0, 1, 2))  # (K,)"
#   with: "ops.sum(probs * probs, axis=(0, 1, 2))"
#   hint: "That is V-Net's form, with squares below. Here it is the plain sum of the probabilities."
# - replace: ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
#   with: tf.one_hot(y, probs.shape[-1])
#   hint: "Keras hands a loss its targets as floats, and one_hot wants whole numbers. Cast them."
# - replace: truth * probs, axis=(0, 1, 2)
#   with: truth * ops.one_hot(ops.argmax(probs, axis=-1), probs.shape[-1]), axis=(0, 1, 2)
#   hint: "An argmax has no slope, so nothing is learned from the shared part. Multiply by the probabilities."


# %% mistake: dice_loss
# hint: "You average one loss a picture. Sum over all pictures of the batch first, then divide."
def dice_loss(y, probs, smooth=1.0):
    truth = ops.cast(ops.one_hot(ops.cast(y, "int32"), probs.shape[-1]), probs.dtype)
    hits = ops.sum(truth * probs, axis=(1, 2))
    sizes = ops.sum(truth, axis=(1, 2)) + ops.sum(probs, axis=(1, 2))
    return 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))


# %% mistake: dice_loss
# hint: "You sum over the classes of each pixel. Sum over the pixels, class by class."
def dice_loss(y, probs, smooth=1.0):
    truth = ops.cast(ops.one_hot(ops.cast(y, "int32"), probs.shape[-1]), probs.dtype)
    hits = ops.sum(truth * probs, axis=-1)
    sizes = ops.sum(truth, axis=-1) + ops.sum(probs, axis=-1)
    return 1 - ops.mean((2 * hits + smooth) / (sizes + smooth))


# %% mistake: dice_loss
# hint: "No gradient passes through NumPy. The loss has to be made of keras.ops, or nothing is learned."
def dice_loss(y, probs, smooth=1.0):
    y, probs = np.asarray(y).astype(int), np.asarray(probs)
    truth = np.eye(probs.shape[-1])[y]
    hits = (truth * probs).sum(axis=(0, 1, 2))
    sizes = truth.sum(axis=(0, 1, 2)) + probs.sum(axis=(0, 1, 2))
    return ops.convert_to_tensor(1 - np.mean((2 * hits + smooth) / (sizes + smooth)), "float32")


# %% mistake: dice_loss
# hint: "You leave classes out that the batch lacks. With smooth they count too: saying them anyway costs."
def dice_loss(y, probs, smooth=1.0):
    truth = ops.cast(ops.one_hot(ops.cast(y, "int32"), probs.shape[-1]), probs.dtype)
    hits = ops.sum(truth * probs, axis=(0, 1, 2))
    there = ops.sum(truth, axis=(0, 1, 2))
    dice = (2 * hits + smooth) / (there + ops.sum(probs, axis=(0, 1, 2)) + smooth)
    present = ops.cast(there > 0, probs.dtype)
    return 1 - ops.sum(dice * present) / ops.sum(present)


# %% equivalents: dice_loss
# - replace: ops.cast(y, "int32"), probs.shape[-1]
#   with: y, probs.shape[-1]
#   reason: "Keras's one_hot makes whole numbers of floats itself."
# - replace: truth = ops.cast(truth, probs.dtype)
#   with: pass
#   reason: "one_hot gives float32 already, the type of the probabilities."
# - replace: truth = ops.cast(truth, probs.dtype)
#   with: truth = truth
#   reason: "one_hot gives float32 already, the type of the probabilities."
# - replace: truth * probs, axis=(0, 1, 2)
#   with: truth * probs, axis=(0, 1, 2), keepdims=True
#   reason: "The mean over all entries is that of the classes, with axes of length 1 or without."
# - replace: ops.sum(truth, axis=(0, 1, 2))
#   with: ops.sum(truth, axis=(0, 1, 2), keepdims=True)
#   reason: "The mean over all entries is that of the classes, with axes of length 1 or without."
# - replace: ops.sum(probs, axis=(0, 1, 2))
#   with: ops.sum(probs, axis=(0, 1, 2), keepdims=True)
#   reason: "The mean over all entries is that of the classes, with axes of length 1 or without."


# %% accepts: dice_loss
def dice_loss(y, probs, smooth=1.0):
    # Class by class, over pixels in one row.
    num_classes = probs.shape[-1]
    classes = ops.reshape(ops.cast(y, "int32"), (-1,))
    flat = ops.reshape(ops.convert_to_tensor(probs), (-1, num_classes))
    total = 0.0
    for k in range(num_classes):
        there = ops.cast(ops.equal(classes, k), flat.dtype)
        shared = ops.sum(there * flat[:, k])
        total = total + 1 - (2 * shared + smooth) / (ops.sum(there) + ops.sum(flat[:, k]) + smooth)
    return total / num_classes


# %% accepts: dice_loss
def dice_loss(y, probs, smooth=1.0):
    probs = tf.convert_to_tensor(probs)
    truth = tf.one_hot(tf.cast(y, tf.int64), probs.shape[-1], dtype=probs.dtype)
    missed = tf.einsum("nhwk,nhwk->k", truth, 1 - probs)
    wrong = tf.einsum("nhwk,nhwk->k", 1 - truth, probs)
    return tf.reduce_mean((missed + wrong) / (tf.reduce_sum(truth + probs, axis=[0, 1, 2]) + smooth))


# %% demo
truth = np.eye(8, dtype="float32")[y_test]
said = {
    "the shares of the classes": np.broadcast_to(shares, truth.shape).astype("float32"),
    "background, for 99%": np.broadcast_to([0.99, *[0.01 / 7] * 7], truth.shape).astype("float32"),
    "the truth, for 60%": 0.6 * truth + 0.05,
}
for name, probs in said.items():
    cross_entropy = -np.mean(np.log((truth * probs).sum(axis=-1)))
    print(f"{name:26} cross-entropy {cross_entropy:.2f}  Dice loss {float(dice_loss(y_test, probs)):.2f}")

# %% [markdown]
# (The third puts 0.65 on the right class of each pixel and 0.05 on every other.) Both losses prefer it. But Dice takes
# the first two for what they are, equally useless: one class of eight is found, and $\frac78$ is $0.875$. Cross-entropy
# thinks better of the first by more than a quarter, though it does not know of a single object either, since the many
# easy pixels make its mean. Dice has a weakness of its own, a slope that is uneven where a class has few pixels. Their
# sum is a common choice, and will be ours.

# %% [markdown]
# ## From small to large: the transposed convolution
#
# A network that recognises things makes its maps smaller and smaller, and in the end there has to be an answer for
# every pixel. So some layer must make maps **larger**. Repeating each pixel does that, or blending between neighbours,
# and neither learns anything. The **transposed convolution** does: each pixel of the input puts down a copy of the
# filter, multiplied by its value. Copies of neighbours lie $s$ apart, and where they overlap they are added. In a row,
# with $x = (1, 2)$, the filter $(1, 10, 100)$ and stride $2$:
#
# $$\begin{array}{rrrrr} 1 & 10 & 100 & & \\ & & 2 & 20 & 200 \\ \hline 1 & 10 & 102 & 20 & 200 \end{array}$$
#
# From $H$ pixels, $s (H - 1) + f$ are reached by a filter of length $f$. A filter shorter than the stride leaves gaps,
# and the layer then goes on to the end of the last gap: $s (H - 1) + \max(f, s)$ pixels.
#
# That is `padding="valid"` in Keras, and what you will write. With `padding="same"` it gives $s H$ pixels, by cutting
# off $\max(f - s, 0)$ of the above, the smaller half in front. Keras's "padding" of such a layer is something cut
# *off*, which confuses everybody once. For $f = s$ the two are the same.
#
# Where does the name come from? A convolution is linear, so for pictures laid out in one column it is a matrix. The
# layer above multiplies by the **transpose** of that matrix, which is what the backward pass of a convolution does with
# a gradient (Day 47). It does *not* undo the convolution, though people call it deconvolution. It follows how Keras
# lays out the filters: $(f_H, f_W, D, C)$, the channels that come **out before those that go in**, because they are the
# filters of the convolution that leads from $D$ back to $C$. With channels, copy $(u, v)$ of pixel $(i, j)$ is
#
# $$\text{out}_{n,\, s i + u,\, s j + v,\, d} \mathrel{+}= \sum_c w_{u v d c}\; x_{n i j c} .$$
#
# **By hand, with channels.** One pixel, $C = 2$ channels $(1, 2)$, a $1 \times 1$ filter to $D = 3$, that is a
# $3 \times 2$ table $w_{00} = \begin{pmatrix} 1 & 0 \\ 0 & 1 \\ 1 & 1 \end{pmatrix}$: out come $(1, 2, 3)$.


# %% exercise: conv_transpose2d
def conv_transpose2d(x, w, stride):
    """Transposed convolution with valid padding and without bias.

    Args:
        x: maps, array (N, H, W, C), floats or whole numbers of any type; left unchanged.
        w: filters, array (f_H, f_W, D, C), which are not flipped; left unchanged.
        stride: int >= 1, along rows and along columns.

    Returns:
        New float array (N, s (H - 1) + max(f_H, s), s (W - 1) + max(f_W, s), D), the numbers that Keras's
        Conv2DTranspose gives with padding="valid"; 0 where no filter reaches. About 8 lines; it needs no loop over the
        pixels.

    Raises:
        ValueError: x and the last axis of w have different numbers of channels (NumPy's own will do).
    """
    ### BEGIN SOLUTION
    w = np.asarray(w, dtype=float)
    (n, height, width, _), (f_h, f_w, filters, _) = x.shape, w.shape
    rows, columns = stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
    y = np.zeros((n, rows, columns, filters))
    for u, v in np.ndindex(f_h, f_w):
        y[:, u : u + stride * height : stride, v : v + stride * width : stride] += x @ w[u, v].T
    return y
    ### END SOLUTION


# %% fixture
def transposed_by_keras(x, w, stride):
    """What Keras makes of the same maps and filters."""
    return ops.convert_to_numpy(ops.conv_transpose(x, w, strides=stride, padding="valid"))


# %% test: conv_transpose2d, points=4
x = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
w = np.array([1.0, 10.0, 100.0]).reshape(1, 3, 1, 1)
with dd.check.unchanged(x, what="x"), dd.check.unchanged(w, what="w"):
    result = conv_transpose2d(x, w, 2)
due = np.zeros((1, 2, 5, 1))
due[0, 0, :, 0] = [1, 10, 102, 20, 200]
dd.check.like(result, due, what="conv_transpose2d(x, w, 2)", why="this is the row by hand; below it lies a gap of one")
pixel = np.array([1.0, 2.0]).reshape(1, 1, 1, 2)
table = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]).reshape(1, 1, 3, 2)
due = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 1, 3)
dd.check.like(conv_transpose2d(pixel, table, 1), due, what="one pixel of two channels", why="this is worked by hand")
result = conv_transpose2d(np.ones((2, 3, 4, 5)), np.ones((2, 3, 6, 5)), 3)
dd.check.like(result[:, :8], np.full((2, 8, 12, 6), 5.0) * (np.arange(8) % 3 < 2)[:, None, None], what="8 rows of ones")
with dd.check.raises(ValueError, why="x has 5 channels, and the filters are for 6"):
    conv_transpose2d(np.ones((2, 3, 4, 5)), np.ones((2, 3, 5, 6)), 3)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5858)


def slow_transposed(x, w, stride):
    """The formula, a copy of the filter for each pixel."""
    (n, height, width, _), (f_h, f_w, d, _) = x.shape, w.shape
    y = np.zeros((n, stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride), d))
    for i, j in np.ndindex(height, width):
        copies = np.einsum("nc,uvdc->nuvd", x[:, i, j].astype(float), w.astype(float))
        y[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w] += copies
    return y


for x_shape, w_shape in (
    ((1, 1, 1, 1), (1, 1, 1, 1)),
    ((2, 3, 5, 4), (3, 2, 6, 4)),
    ((3, 4, 2, 1), (2, 4, 3, 1)),
    ((1, 2, 6, 3), (5, 1, 1, 3)),
    ((2, 5, 3, 2), (2, 2, 4, 2)),
):
    for stride in (1, 2, 3, 4):
        x, w = rng.normal(size=x_shape), rng.normal(size=w_shape)
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(w, what="w"):
            result = conv_transpose2d(x, w, stride)
        what = f"conv_transpose2d of {x_shape} with {w_shape} and stride {stride}"
        dd.check.like(result, slow_transposed(x, w, stride), rtol=1e-9, atol=1e-9, what=what, why="copy by copy")
        due = transposed_by_keras(x.astype("float32"), w.astype("float32"), stride)
        dd.check.close(result, due.astype(float), rtol=1e-4, atol=1e-4, what=what, why="it is what Keras gives")
pixels = rng.integers(0, 256, (2, 4, 3, 3), dtype="uint8")
for kind in ("uint8", "int8", "int64"):
    w = rng.integers(0, 100, (3, 2, 2, 3)).astype(kind)
    result = conv_transpose2d(pixels, w, 2)
    dd.check.like(result, slow_transposed(pixels, w, 2), what=f"bytes, and filters of {kind}", why="bytes are numbers")
x, w = rng.normal(size=(2, 4, 5, 3)).astype("float32"), rng.normal(size=(3, 3, 2, 3)).astype("float32")
due = slow_transposed(x, w, 2)
dd.check.like(conv_transpose2d(x, w, 2), due, rtol=1e-5, atol=1e-5, what="the result for float32")
view = conv_transpose2d(x[:, ::-1, ::2], np.ascontiguousarray(w[::-1])[::-1], 2)
dd.check.like(view, slow_transposed(x[:, ::-1, ::2], w, 2), rtol=1e-5, atol=1e-5, what="the result for views")
assert conv_transpose2d(x[:0], w, 2).shape == (0, 9, 11, 2), "no maps go in, and none come out"
big = np.array([1e8, 1.0]).reshape(1, 1, 2, 1)
one = conv_transpose2d(big, np.ones((1, 1, 1, 1)), 1)
dd.check.like(one, big, rtol=1e-12, what="a filter that copies", why="float64 keeps 16 digits")
assert not np.shares_memory(one, big), "a new array is due, also where the filter copies"
for wrong in ((2, 2, 3, 4), (2, 2, 1, 1), (3, 3, 2, 6)):
    with dd.check.raises(ValueError, why=f"x has 3 channels, and w is {wrong}"):
        conv_transpose2d(x, np.ones(wrong), 2)
### END HIDDEN TESTS

# %% mistakes: conv_transpose2d
# - replace: x @ w[u, v].T
#   with: x @ w[f_h - 1 - u, f_w - 1 - v].T
#   hint: "You flip the filter. Each pixel puts it down as it is."
# - replace: "stride] += x"
#   with: "stride] = x"
#   hint: "Where copies overlap, the last one wins. They are added."
# - replace: max(f_h, stride), stride * (width - 1) + max(f_w, stride)
#   with: f_h, stride * (width - 1) + f_w
#   hint: "With a filter shorter than the stride, the gap behind the last copy is missing."
# - replace: stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
#   with: stride * height + f_h, stride * width + f_w
#   hint: "Your maps are too large: the last copy begins at s (H - 1), not at s H."
# - replace: max(f_h, stride), stride * (width - 1) + max(f_w, stride)
#   with: max(f_w, stride), stride * (width - 1) + max(f_h, stride)
#   hint: "The filter's height and width are exchanged; for square filters nobody notices."
# - replace: return y
#   with: |-
#     top, left = max(f_h - stride, 0) // 2, max(f_w - stride, 0) // 2
#         return y[:, top : top + stride * height, left : left + stride * width]
#   hint: "That is same padding: you cut the maps down to s H by s W. Valid keeps every pixel that a copy reaches."
# - replace: w = np.asarray(w, dtype=float)
#   with: w = np.asarray(w)
#   hint: "Products of bytes wrap around at 256. Compute in floats."
# - replace: x @ w[u, v].T
#   with: np.sum(x[..., np.newaxis, :] * w[u, v], axis=-1)
#   hint: "Filters for another number of channels must raise a ValueError, whatever broadcasting makes of them."
# - replace: x @ w[u, v].T
#   with: x.sum(axis=-1, keepdims=True) * w[u, v].mean(axis=-1)
#   hint: "The channels are added up before they are weighed. Each channel has weights of its own."
# - replace: "u : u + stride * height : stride, v : v + stride * width : stride"
#   with: "u : u + height, v : v + width"
#   hint: "Your copies lie one pixel apart whatever the stride. They lie s apart."


# %% mistake: conv_transpose2d
# hint: "You take the filters as (f_H, f_W, C, D). Channels that come out are before those that go in."
def conv_transpose2d(x, w, stride):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    (n, height, width, channels), (f_h, f_w, given, filters) = x.shape, w.shape
    if channels != given:
        raise ValueError(f"x has {channels} channels. Received: w of shape {w.shape}")
    rows, columns = stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
    y = np.zeros((n, rows, columns, filters))
    for u, v in np.ndindex(f_h, f_w):
        y[:, u : u + stride * height : stride, v : v + stride * width : stride] += x @ w[u, v]
    return y


# %% mistake: conv_transpose2d
# hint: "You repeat each pixel and convolve. A transposed convolution puts a copy of the filter down for each pixel."
def conv_transpose2d(x, w, stride):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    if x.shape[-1] != w.shape[-1]:
        raise ValueError("channels")
    f_h, f_w = w.shape[:2]
    large = x.repeat(stride, axis=1).repeat(stride, axis=2)
    rows = stride * (x.shape[1] - 1) + max(f_h, stride)
    columns = stride * (x.shape[2] - 1) + max(f_w, stride)
    y = np.zeros((len(x), rows + f_h + stride, columns + f_w + stride, w.shape[2]))
    for u, v in np.ndindex(f_h, f_w):
        y[:, u : u + large.shape[1], v : v + large.shape[2]] += large @ w[u, v].T
    return y[:, :rows, :columns]


# %% mistake: conv_transpose2d
# hint: "You take the filters as (f_H, f_W, C, D). Channels that come out are before those that go in."
def conv_transpose2d(x, w, stride):
    (n, height, width, _), (f_h, f_w, _, filters) = x.shape, w.shape
    rows, columns = stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
    y = np.zeros((n, rows, columns, filters))
    for u, v in np.ndindex(f_h, f_w):
        y[:, u : u + stride * height : stride, v : v + stride * width : stride] += x @ w[u, v].astype(float)
    return y


# %% mistake: conv_transpose2d
# hint: "A later copy replaces what lies below it. Where copies overlap, they are added."
def conv_transpose2d(x, w, stride):
    (n, height, width, _), (f_h, f_w, filters, _) = x.shape, w.shape
    rows, columns = stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
    y = np.zeros((n, rows, columns, filters))
    for i, j in np.ndindex(height, width):
        copy = np.tensordot(x[:, i, j].astype(float), w.astype(float), axes=(1, 3))  # (N, f_H, f_W, D)
        y[:, stride * i : stride * i + f_h, stride * j : stride * j + f_w] = copy
    return y


# %% mistake: conv_transpose2d
# hint: "Sums in the type of small whole numbers wrap around. Compute in floats from the start."
def conv_transpose2d(x, w, stride):
    (n, height, width, _), (f_h, f_w, filters, _) = x.shape, w.shape
    rows, columns = stride * (height - 1) + max(f_h, stride), stride * (width - 1) + max(f_w, stride)
    y = np.zeros((n, rows, columns, filters), np.result_type(x, w))
    for u, v in np.ndindex(f_h, f_w):
        y[:, u : u + stride * height : stride, v : v + stride * width : stride] += x @ w[u, v].T
    return y.astype(float)


# %% mistake: conv_transpose2d
# hint: "You flip the filter. Each pixel puts it down as it is."
def conv_transpose2d(x, w, stride):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    (n, height, width, channels), (f_h, f_w, _, given) = x.shape, w.shape
    if channels != given:
        raise ValueError("channels")
    spread = np.zeros((n, stride * (height - 1) + 1, stride * (width - 1) + 1, channels))
    spread[:, ::stride, ::stride] = x
    extra_h, extra_w = max(stride - f_h, 0), max(stride - f_w, 0)
    padded = np.pad(spread, [(0, 0), (f_h - 1, f_h - 1 + extra_h), (f_w - 1, f_w - 1 + extra_w), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))
    return np.einsum("nijcuv,uvdc->nijd", windows, w)


# %% accepts: conv_transpose2d
def conv_transpose2d(x, w, stride):
    # A convolution with the flipped filter over the input with zeros between its pixels.
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    (n, height, width, channels), (f_h, f_w, _, given) = x.shape, w.shape
    if channels != given:
        raise ValueError("channels")
    spread = np.zeros((n, stride * (height - 1) + 1, stride * (width - 1) + 1, channels))
    spread[:, ::stride, ::stride] = x
    extra_h, extra_w = max(stride - f_h, 0), max(stride - f_w, 0)
    padded = np.pad(spread, [(0, 0), (f_h - 1, f_h - 1 + extra_h), (f_w - 1, f_w - 1 + extra_w), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))
    return np.einsum("nijcuv,uvdc->nijd", windows, w[::-1, ::-1])


# %% accepts: conv_transpose2d
def conv_transpose2d(x, w, stride):
    # Pixel by pixel, in the type that both have in common, which is at least float32.
    kind = np.result_type(x, w, "float32")
    kind = np.dtype("float64") if np.result_type(x, w).kind in "iu" else kind
    if x.shape[3] != w.shape[3]:
        raise ValueError(f"{x.shape[3]} channels against {w.shape[3]}")
    sizes = [stride * (x.shape[a] - 1) + max(w.shape[a - 1], stride) for a in (1, 2)]
    y = np.zeros((x.shape[0], *sizes, w.shape[2]), kind)
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            copy = np.tensordot(x[:, i, j].astype(kind), w.astype(kind), axes=(1, 3))  # (N, f_H, f_W, D)
            y[:, i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += copy
    return y


# %% [markdown]
# Two questions to your function. Are its numbers Keras's, with both paddings? And is it the transpose: for the matrix
# $T$ of a convolution, maps $q$ that go into it and maps $x$ of the size that comes out, is
# $(T q) \cdot x = q \cdot (T^\top x)$?

# %% demo
rng = np.random.default_rng(0)
for f, s in ((2, 2), (3, 2), (4, 2), (5, 3), (2, 3)):
    x, w = rng.normal(size=(2, 6, 5, 4)), rng.normal(size=(f, f, 3, 4))
    mine = conv_transpose2d(x, w, s)
    front = max(f - s, 0) // 2
    cut = mine[:, front : front + 6 * s, front : front + 5 * s]
    apart = []
    for padding, came in (("valid", mine), ("same", cut)):
        layer = layers.Conv2DTranspose(3, f, strides=s, padding=padding, use_bias=False)
        layer.build(x.shape)
        layer.set_weights([w])
        apart.append(np.abs(ops.convert_to_numpy(layer(x.astype("float32"))) - came).max())
    print(f"filter {f}, stride {s}: apart from Keras by at most {apart[0]:.0e} (valid) and {apart[1]:.0e} (same)")
q, w = rng.normal(size=(1, 11, 9, 3)), rng.normal(size=(3, 3, 3, 4))
convolved_q = ops.convert_to_numpy(ops.conv(q.astype("float32"), w.astype("float32"), strides=2))  # (1, 5, 4, 4)
x = rng.normal(size=convolved_q.shape)
print(f"(T q) . x = {np.sum(convolved_q * x):.4f}, q . (T^T x) = {np.sum(q * conv_transpose2d(x, w, 2)):.4f}")

# %% [markdown]
# ## Checkerboards
#
# Where copies overlap, sums are larger. If the overlaps are uneven, so is the output, even for an input that is the
# same everywhere. How many copies meet in each pixel? Count, with filters and inputs of ones and stride 2:

# %% demo
fig, axes = plt.subplots(1, 3, figsize=(11, 3.9))
for ax, f in zip(axes, (2, 3, 4), strict=True):
    counts = conv_transpose2d(np.ones((1, 4, 4, 1)), np.ones((f, f, 1, 1)), 2)[0, :, :, 0]
    dd.plot.matrix(counts.astype(int), ax, title=f"filter {f} × {f}, stride 2")
    ax.set(xlabel="column", ylabel="row")
dd.plot.show(
    "Three squares of numbers. Filter 2 by 2: all ones. Filter 3 by 3: ones, twos and fours alternate like a "
    "chessboard with lines between. Filter 4 by 4: ones in the corners, twos along the edges, fours everywhere inside."
)

# %% [markdown]
# With filters of $3 \times 3$ and stride 2, pixels in even rows and columns (but the outermost) get four copies,
# others two or one: a **checkerboard**, the pattern that made early generated pictures look woven. Training can
# unlearn it, but has to. Two ways out: a filter size that the stride divides, such as $4$ or $2$ for stride $2$, whose
# overlaps are even away from the border; or repeating pixels first and an ordinary convolution behind. Even overlaps
# are no guarantee: a $2 \times 2$ filter with four unlike weights weaves its own pattern. U-Net takes $2 \times 2$ with
# stride 2 and lets two convolutions smooth things over.
#
# ## Down, up, and across
#
# Now the network. To know that a pixel belongs to a heart one has to see the whole heart, so the network needs a wide
# view. An **encoder** gets it as classifiers do: convolutions, then pooling, again and again, with more channels each
# time. It ends in few, wise pixels. A **decoder** brings them back to full size, step by step.
#
# What has been lost on the way? Suppose the decoder got the *perfect* answer at the end of the encoder, the true class
# of every second, fourth or eighth pixel, and could only repeat it:

# %% demo
fig, axes = plt.subplots(1, 4, figsize=(9, 2.6))
for ax, step in zip(axes, (1, 2, 4, 8), strict=True):
    coarse = y_test[:, step // 2 :: step, step // 2 :: step].repeat(step, axis=1).repeat(step, axis=2)
    drawn_map = show_map(ax, coarse[3], f"{64 // step} × {64 // step}: {mean_iou(y_test, coarse, 8)[0]:.2f}")
legend(fig, drawn_map, axes)
dd.plot.show(
    "One class map four times, ever coarser: at 64 by 64 it is the truth, at 32 its edges have steps, at 16 they are "
    "ragged, and at 8 by 8 the objects are a few large squares. The mean IoU over 200 scenes in the titles falls from "
    "1 with each step."
)

# %% [markdown]
# At $8 \times 8$ the objects are there, and where they end is gone. (A network can hide some of it in its channels, as
# it may know that an edge runs left of the centre; it has to learn that, pattern by pattern.) But the encoder *had* the
# edges, before it pooled. Hence U-Net's idea: what each level of the encoder has found goes **across** to the level of
# the decoder that has the same size, and is laid beside what comes from below. These are **skip connections**, and they
# concatenate where those of ResNet (Day 52) add: what and where, side by side, and the next convolution weighs them.
#
# The network of 2015 had convolutions without padding, so its skips had to be cropped and its answer was smaller than
# the picture, $388 \times 388$ pixels out of $572 \times 572$. Ours pads, as most do today, and has norms, which came
# up in the same year. A block of the encoder:
#
# - twice: convolution $3 \times 3$, norm, ReLU. The result is the **skip**;
# - max pooling $2 \times 2$ of the skip. The result goes on **down**.
#
# Its norms have momentum $0.9$ in place of Keras's $0.99$. The running averages then follow the last ten or twenty
# batches, and are of use already after the short training of a lesson.


# %% exercise: encoder_block
def encoder_block(x, filters):
    """One level of the way down: two convolutions, then pooling.

    Args:
        x: symbolic tensor (N, H, W, C), N, H and W perhaps unknown.
        filters: F, int >= 1, of both convolutions.

    Returns:
        (pooled, skip): skip, symbolic (N, H, W, F), what comes out of twice convolution 3×3, norm, ReLU; pooled,
        symbolic (N, H // 2, W // 2, F), the maximum of each 2×2 of skip, an odd row or column at the end left out.
        Convolutions have "same" padding and no bias; norms have momentum 0.9; all other settings are Keras's own.
        About 6 lines.
    """
    ### BEGIN SOLUTION
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    return layers.MaxPooling2D(2)(x), x
    ### END SOLUTION


# %% fixture
def drawn(kind, shape):
    """Weights that depend on their kind and shape alone, so that the order of layers does not matter."""
    seeds = {"kernel": 0, "bias": 1, "scale": 2, "shift": 3, "mean": 4, "variance": 5}
    values = np.random.default_rng([58, seeds[kind], *shape]).normal(size=shape)
    if kind == "kernel":
        return 1.5 * values / math.sqrt(math.prod(shape[:2]) * shape[-1])
    return {"scale": 2 + 0.3 * values, "variance": 4 + values**2}.get(kind, values)


def leaves(model):
    """The layers of a model, and in place of a layer that is made of others, those."""
    for layer in model.layers:
        yield from leaves(layer) if hasattr(layer, "layers") else (layer,)


def filled(model):
    """The model with weights that are `drawn`."""
    for layer in leaves(model):
        kinds = ("kernel", "bias") if hasattr(layer, "kernel") else ("scale", "shift", "mean", "variance")
        old = layer.get_weights()
        layer.set_weights([drawn(kind, weight.shape) for kind, weight in zip(kinds, old, strict=False)])
    return model


def convolved(x, filters, size=3):
    """A convolution with a drawn kernel and zeros around, and no bias."""
    kernel, margin = drawn("kernel", (size, size, x.shape[-1], filters)), size // 2
    padded = np.pad(x, [(0, 0), (margin, margin), (margin, margin), (0, 0)])
    y = np.zeros((*x.shape[:3], filters))
    for u, v in np.ndindex(size, size):
        y += padded[:, u : u + x.shape[1], v : v + x.shape[2]] @ kernel[u, v]
    return y


def level_by_hand(x, filters):
    """Twice convolution, norm, ReLU, with drawn weights and running averages."""
    for _ in range(2):
        scale, shift, mean, variance = (drawn(kind, (filters,)) for kind in ("scale", "shift", "mean", "variance"))
        x = np.maximum(scale * (convolved(x, filters) - mean) / np.sqrt(variance + 1e-3) + shift, 0)
    return x


def pooled_by_hand(x):
    rows, columns = x.shape[1] // 2, x.shape[2] // 2
    return x[:, : 2 * rows, : 2 * columns].reshape(len(x), rows, 2, columns, 2, -1).max(axis=(2, 4))


def raised_by_hand(x, filters):
    """A transposed convolution 2×2 with stride 2, a drawn kernel and a drawn bias."""
    copies = np.einsum("nijc,uvdc->niujvd", x, drawn("kernel", (2, 2, filters, x.shape[-1])))
    return copies.reshape(len(x), 2 * x.shape[1], 2 * x.shape[2], filters) + drawn("bias", (filters,))


def encoder_model(shape, filters):
    """A model of one encoder_block for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, encoder_block(inputs, filters)))


def decoder_model(shape, skip_shape, filters):
    """A model of one decoder_block for inputs (N, *shape) and skips (N, *skip_shape), with weights that are drawn."""
    inputs, skip = keras.Input(shape), keras.Input(skip_shape)
    return filled(keras.Model([inputs, skip], decoder_block(inputs, skip, filters)))


def unet_model(*arguments, **settings):
    """A model of build_unet, with weights that are drawn."""
    return filled(build_unet(*arguments, **settings))


def momenta(model):
    return [float(layer.momentum) for layer in leaves(model) if isinstance(layer, layers.BatchNormalization)]


def epsilons(model):
    return [float(layer.epsilon) for layer in leaves(model) if isinstance(layer, layers.BatchNormalization)]


def first_kernels(shape, filters):
    """The kernels of a new encoder_block for inputs (N, *shape), as its layers draw them."""
    inputs = keras.Input(shape)
    model = keras.Model(inputs, encoder_block(inputs, filters))
    return [ops.convert_to_numpy(layer.kernel) for layer in leaves(model) if hasattr(layer, "kernel")]


def in_training(model, *inputs):
    """What the model gives in training, when norms use the batch's own statistics."""
    came = model(list(inputs) if len(inputs) > 1 else inputs[0], training=True)
    return ops.convert_to_numpy(came[-1] if isinstance(came, (list, tuple)) else came)


# %% test: encoder_block, points=2
model = encoder_model((6, 4, 3), 5)
pooled, skip = model(np.ones((2, 6, 4, 3), "float32"))
dd.check.shape(skip, (2, 6, 4, 5), what="skip", why="before pooling, rows and columns are as they were")
dd.check.shape(pooled, (2, 3, 2, 5), what="pooled", why="pooling halves both")
due = 9 * 3 * 5 + 9 * 5 * 5 + 2 * 4 * 5
why = "two kernels, and two norms of 4 numbers a channel"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
dd.check.equal(momenta(model), [0.9, 0.9], what="the momentum of the norms")
skip = np.asarray(skip)
due = skip.reshape(2, 3, 2, 2, 2, 5).max(axis=(2, 4))
dd.check.close(pooled, due, what="pooled", why="the maximum of each 2×2 of skip")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(581)
for shape, filters in (((5, 4, 2), 3), ((2, 7, 4), 4), ((3, 2, 1), 1)):
    x = rng.normal(size=(2, *shape)).astype("float32")
    model = encoder_model(shape, filters)
    with dd.check.unchanged(x, what="x"):
        pooled, skip = model(x)
    due = level_by_hand(x, filters)
    what = f"for x {x.shape} and {filters} filters"
    dd.check.shape(skip, due.shape, what=f"skip {what}")
    why = "convolution, norm and ReLU, twice"
    dd.check.close(skip, due, rtol=1e-3, atol=1e-3, what=f"skip {what}", why=why)
    due = pooled_by_hand(due)
    dd.check.shape(pooled, due.shape, what=f"pooled {what}", why="an odd row or column is left out")
    dd.check.close(pooled, due, rtol=1e-3, atol=1e-3, what=f"pooled {what}", why="the maximum of each 2×2 of skip")
assert np.abs(in_training(model, x) - np.asarray(skip)).max() > 0.1, "in training, norms use the batch's statistics"
dd.check.equal(epsilons(model), [1e-3, 1e-3], what="epsilon of the norms", why="that setting is Keras's own")
for kernel in first_kernels((4, 4, 40), 8):
    limit = math.sqrt(6 / (9 * sum(kernel.shape[2:])))
    largest = float(np.abs(kernel).max())
    assert 0.95 * limit < largest < 1.01 * limit, (
        f"new kernels of shape {kernel.shape} are to lie between -{limit:.3f} and {limit:.3f}, as Keras's own "
        f"initializer (Glorot's uniform one) draws them; the largest is {largest:.3f} from 0"
    )
### END HIDDEN TESTS

# %% mistakes: encoder_block
# - replace: return layers.MaxPooling2D(2)(x), x
#   with: return x, layers.MaxPooling2D(2)(x)
#   hint: "Skip and pooled are exchanged: pooled comes first."
# - replace: return layers.MaxPooling2D(2)(x), x
#   with: |-
#     x = layers.MaxPooling2D(2)(x)
#         return x, x
#   hint: "Your skip is taken after the pooling, and has lost the very detail that it is to carry across."
# - replace: layers.MaxPooling2D(2)(x), x
#   with: layers.AveragePooling2D(2)(x), x
#   hint: "You take the mean of each 2×2. It is the maximum here."
# - replace: layers.MaxPooling2D(2)(x), x
#   with: layers.MaxPooling2D(2, padding="same")(x), x
#   hint: "You keep an odd row or column at the end. It is left out."
# - replace: layers.MaxPooling2D(2)(x), x
#   with: layers.MaxPooling2D(3, strides=2, padding="same")(x), x
#   hint: "Your pooling looks at 3×3 pixels. It is 2×2."
# - replace: for _ in range(2)
#   with: for _ in range(1)
#   hint: "One convolution is missing: there are two a level."
# - replace: BatchNormalization(momentum=0.9)
#   with: BatchNormalization()
#   hint: "Your norms have Keras's momentum of 0.99, which is too slow for a short training. It is 0.9 here."
# - replace: momentum=0.9
#   with: momentum=0.9, epsilon=1e-5
#   hint: "Your norms have an epsilon of their own, such as PyTorch's. All but the momentum is Keras's own here."
# - replace: padding="same", use_bias=False
#   with: padding="same", use_bias=False, kernel_initializer="he_normal"
#   hint: "Your kernels are drawn by another initializer than Keras's own. That setting stays as it is."
# - replace: ", use_bias=False"
#   with: ""
#   hint: "Your convolutions have a bias. With a norm right behind, none is of use."
# - replace: ', padding="same", use_bias=False'
#   with: ", use_bias=False"
#   hint: "Your convolutions do not pad, so each takes a border of one pixel away."
# - replace: |-
#     x = layers.BatchNormalization(momentum=0.9)(x)
#             x = layers.ReLU()(x)
#   with: |-
#     x = layers.ReLU()(x)
#             x = layers.BatchNormalization(momentum=0.9)(x)
#   hint: "You norm after the ReLU. The norm comes right behind its convolution."


# %% mistake: encoder_block
# hint: "The norms are missing, or one of them is. Each convolution has one behind it."
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2)(x), x


# %% mistake: encoder_block
# hint: "A ReLU is missing. Both convolutions have one, behind the norm."
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2)(x), x


# %% mistake: encoder_block
# hint: "The second norm has no ReLU behind it, so your skip goes below 0. Both convolutions have a norm and a ReLU."
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.MaxPooling2D(2)(x), x


# %% mistake: encoder_block
# hint: "Your skip is what the first convolution leads to. It is what comes out behind both."
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    skip = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(skip)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2)(x), skip


# %% accepts: encoder_block
def encoder_block(x, filters):
    def unit(y):
        y = layers.Conv2D(filters=filters, kernel_size=(3, 3), padding="same", use_bias=False)(y)
        return layers.Activation("relu")(layers.BatchNormalization(axis=-1, momentum=0.9)(y))

    skip = unit(unit(x))
    return layers.MaxPool2D(pool_size=(2, 2), strides=(2, 2))(skip), skip


# %% accepts: encoder_block
def encoder_block(x, filters):
    for _ in ("first", "second"):
        convolution = layers.Conv2D(filters, 3, 1, "same", use_bias=False)
        x = ops.relu(layers.BatchNormalization(momentum=0.9)(convolution(x)))
    return ops.max_pool(x, 2, 2, "valid"), x


# %% [markdown]
# A block of the decoder goes the other way. It gets $x$ from below, of half the size, and the skip from across:
#
# - a transposed convolution $2 \times 2$ with stride 2 and a bias, to $F$ filters: $x$ is raised to the size of the
#   skip;
# - skip and raised $x$ laid side by side, the skip first;
# - twice convolution $3 \times 3$, norm, ReLU, to $F$ filters. But that is a level of the encoder, without its pooling.
#
# In numbers: $x$ is $(N, 8, 8, 128)$, the skip $(N, 16, 16, 64)$, $F = 64$. Raised, $x$ is $(N, 16, 16, 64)$; side by
# side they have 128 channels, and the block gives $(N, 16, 16, 64)$.


# %% exercise: decoder_block
def decoder_block(x, skip, filters):
    """One level of the way up: a larger map, the skip laid beside it, two convolutions.

    Args:
        x: symbolic tensor (N, H, W, C), N, H and W perhaps unknown.
        skip: symbolic tensor (N, 2 H, 2 W, S).
        filters: F, int >= 1, of the transposed convolution and of both convolutions.

    Returns:
        symbolic tensor (N, 2 H, 2 W, F): x raised by a transposed convolution 2×2 with stride 2 and a bias; skip and
        that, side by side, skip first; then two convolutions with norms and ReLUs as in encoder_block. About 4 lines.

    Raises:
        ValueError: skip has other than twice the rows or the columns of x, where these are known (Keras's own will do).
    """
    ### BEGIN SOLUTION
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    together = layers.Concatenate()([skip, raised])
    return encoder_block(together, filters)[1]
    ### END SOLUTION


# %% test: decoder_block, points=2
model = decoder_model((3, 2, 4), (6, 4, 7), 5)
x, skip = np.ones((2, 3, 2, 4), "float32"), np.ones((2, 6, 4, 7), "float32")
dd.check.shape(model([x, skip]), (2, 6, 4, 5), what="the output")
due = (4 * 4 * 5 + 5) + 9 * (7 + 5) * 5 + 9 * 5 * 5 + 2 * 4 * 5
why = "a kernel (2, 2, 5, 4) and 5 biases; kernels (3, 3, 12, 5) and (3, 3, 5, 5); two norms"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
with dd.check.raises(ValueError, why="x raised has 6 rows and the skip has 5"):
    decoder_model((3, 2, 4), (5, 4, 7), 5)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(582)
for shape, channels, filters in (((2, 3, 3), 2, 4), ((1, 2, 1), 3, 2)):
    skip_shape = (2 * shape[0], 2 * shape[1], channels)
    x, skip = (rng.normal(size=(2, *one)).astype("float32") for one in (shape, skip_shape))
    model = decoder_model(shape, skip_shape, filters)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(skip, what="skip"):
        came = model([x, skip])
    due = level_by_hand(np.concatenate([skip, raised_by_hand(x, filters)], axis=-1), filters)
    what = f"the output for x {x.shape}, skip {skip.shape} and {filters} filters"
    dd.check.shape(came, due.shape, what=what)
    dd.check.close(came, due, rtol=1e-3, atol=1e-3, what=what, why="raised, laid beside the skip, and twice convolved")
dd.check.equal(momenta(model), [0.9, 0.9], what="the momentum of the norms", why="they are as in encoder_block")
moved = np.abs(in_training(model, x, skip) - np.asarray(came)).max()
assert moved > 0.1, "in training, norms use the batch's statistics"
for skip_shape in ((6, 6, 2), (8, 4, 2), (3, 4, 2)):
    with dd.check.raises(ValueError, why=f"x raised is 6 × 4 and the skip is {skip_shape[0]} × {skip_shape[1]}"):
        decoder_model((3, 2, 4), skip_shape, 5)
### END HIDDEN TESTS

# %% mistakes: decoder_block
# - replace: "[skip, raised]"
#   with: "[raised, skip]"
#   hint: "The skip comes first, and behind it what was raised."
# - replace: "layers.Concatenate()([skip, raised])"
#   with: "raised"
#   hint: "The skip goes unused. Without it, nobody knows where edges were."
# - replace: "layers.Concatenate()([skip, raised])"
#   with: "layers.Concatenate()([skip, layers.UpSampling2D(2)(x)])"
#   hint: "You repeat pixels. The way up is learned here: raise x by a transposed convolution."
# - replace: layers.Conv2DTranspose(filters, 2, strides=2)(x)
#   with: layers.Conv2D(filters, 2, padding="same")(layers.UpSampling2D(2)(x))
#   hint: "You repeat pixels and convolve. The way up is one transposed convolution here, a copy for each pixel."
# - replace: layers.Conv2DTranspose(filters, 2, strides=2)
#   with: layers.Conv2DTranspose(filters, 3, strides=2, padding="same")
#   hint: "Your transposed convolution is 3×3, whose overlaps at stride 2 are uneven. It is 2×2."
# - replace: layers.Conv2DTranspose(filters, 2, strides=2)
#   with: layers.Conv2DTranspose(x.shape[-1], 2, strides=2)
#   hint: "The transposed convolution keeps the channels of x. It has F filters."
# - replace: layers.Conv2DTranspose(filters, 2, strides=2)
#   with: layers.Conv2DTranspose(filters, 2, strides=2, activation="relu")
#   hint: "There is a ReLU on what is raised. The transposed convolution has none; ReLUs come behind the norms."
# - replace: layers.Conv2DTranspose(filters, 2, strides=2)
#   with: layers.Conv2DTranspose(filters, 2, strides=2, use_bias=False)
#   hint: "The transposed convolution has a bias: no norm comes right behind it."
# - replace: encoder_block(together, filters)[1]
#   with: encoder_block(together, filters)[0]
#   hint: "You give what is pooled, and the map is as small again as it came. The other result is due."
# - replace: encoder_block(together, filters)[1]
#   with: layers.ReLU()(layers.Conv2D(filters, 3, padding="same")(together))
#   hint: "One convolution is not enough: there are two, with norm and ReLU each, as in encoder_block."
# - replace: encoder_block(together, filters)[1]
#   with: |-
#     layers.ReLU()(
#             layers.BatchNormalization(momentum=0.9)(
#                 layers.Conv2D(filters, 3, padding="same", use_bias=False)(together)
#             )
#         )
#   hint: "One convolution is not enough: there are two, with norm and ReLU each, as in encoder_block."


# %% mistake: decoder_block
# hint: "You add the skip, as ResNet does. U-Net lays it beside what was raised, and the next convolution weighs both."
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    if skip.shape[-1] != filters:
        skip = layers.Conv2D(filters, 1)(skip)
    return encoder_block(layers.Add()([skip, raised]), filters)[1]


# %% mistake: decoder_block
# hint: "You cut the larger of the two to fit. A skip that is not twice as large as x is to be refused by a ValueError."
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    if None not in (*raised.shape[1:3], *skip.shape[1:3]):
        rows, columns = (min(raised.shape[a], skip.shape[a]) for a in (1, 2))
        raised, skip = raised[:, :rows, :columns], skip[:, :rows, :columns]
    return encoder_block(layers.Concatenate()([skip, raised]), filters)[1]


# %% mistake: decoder_block
# hint: "You lay the skip beside the result of both convolutions. It comes before them, so that they can weigh it."
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    return layers.Concatenate()([skip, encoder_block(raised, filters)[1]])


# %% accepts: decoder_block
def decoder_block(x, skip, filters):
    y = layers.Conv2DTranspose(filters, kernel_size=(2, 2), strides=(2, 2), padding="same")(x)
    y = ops.concatenate([skip, y], axis=-1)
    for _ in range(2):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        y = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(y))
    return y


# %% accepts: decoder_block
def decoder_block(x, skip, filters):
    if None not in (*x.shape[1:3], *skip.shape[1:3]) and any(2 * x.shape[a] != skip.shape[a] for a in (1, 2)):
        raise ValueError(f"skip must be twice as large as x. Received: {x.shape}, {skip.shape}")
    y = layers.concatenate([skip, layers.Conv2DTranspose(filters, 2, 2)(x)])
    _, y = encoder_block(y, filters)
    return y


# %% [markdown]
# ## The whole U
#
# With $M$ levels and filters $F_0, \dots, F_{M-1}$: the first $M - 1$ levels are encoder blocks, one below the other.
# The last is the bottom of the U: two convolutions with $F_{M-1}$ filters and no pooling, since there is nothing
# further down. Then $M - 1$ decoder blocks go up, with the filters in reverse, $F_{M-2}$ first; each takes the skip of
# *its* level, the last one made first. At the end a $1 \times 1$ convolution makes $K$ channels of $F_0$, a dense layer
# over each pixel, and a softmax over the classes makes them probabilities.
#
# Count the convolutions: two in each of $2 M - 1$ blocks, $M - 1$ transposed, one at the end. The network of 2015 has
# $M = 5$ and so $18 + 4 + 1 = 23$ layers, as its authors say. Its filters are 64 to 1024; ours 16 to 128.
#
# No layer asks how large a picture is. Such a network is **fully convolutional**: trained on $64 \times 64$, it works
# on any size, as long as halving it $M - 1$ times leaves nothing over.


# %% exercise: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    """A U-Net that gives each pixel its probabilities.

    Args:
        input_shape: (H, W, C); H and W are multiples of 2^(M - 1), and at least twice that; or None where any will do.
        num_classes: K, int >= 2.
        filters: tuple or list of at least two ints, one a level from the top to the bottom; left unchanged.

    Returns:
        keras.Model, uncompiled, from (N, H, W, C) to probabilities (N, H, W, K), which add up to 1 in each pixel. Made
        of encoder_block and decoder_block, and a last convolution 1×1 with bias. About 11 lines.
    """
    ### BEGIN SOLUTION
    inputs = x = keras.Input(input_shape)
    skips = []
    for count in filters[:-1]:
        x, skip = encoder_block(x, count)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for count in reversed(filters[:-1]):
        x = decoder_block(x, skips.pop(), count)
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))
    ### END SOLUTION


# %% test: build_unet, points=3
model = unet_model((4, 8, 3), 5, (2, 4))
dd.check.equal(model.output_shape, (None, 4, 8, 5), what="the output shape")
due = 18 * 3 + 18 * 2 + 16 + (36 * 2 + 36 * 4 + 32) + (16 * 2 + 2) + (18 * 4 + 18 * 2 + 16) + (2 * 5 + 5)
why = "a level of 2 filters, the bottom of 4, the way up, and the last 1×1"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
probs = np.asarray(model(np.ones((2, 4, 8, 3), "float32")))
dd.check.close(probs.sum(axis=-1), np.ones((2, 4, 8)), rtol=1e-5, what="the sums over the classes", why="softmax")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(583)


def unet_by_hand(x, num_classes, filters):
    skips = []
    for count in filters[:-1]:
        skips.append(level_by_hand(x, count))
        x = pooled_by_hand(skips[-1])
    x = level_by_hand(x, filters[-1])
    for count in filters[-2::-1]:
        x = level_by_hand(np.concatenate([skips.pop(), raised_by_hand(x, count)], axis=-1), count)
    z = convolved(x, num_classes, 1) + drawn("bias", (num_classes,))
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


for shape, num_classes, filters, sizes in (
    ((8, 12, 1), 3, (3, 2, 4), ((8, 12),)),
    ((None, None, 2), 2, [2, 3], ((4, 6), (8, 4))),
):
    with dd.check.unchanged(filters, what="filters"):
        model = unet_model(shape, num_classes, filters)
    for size in sizes:
        x = rng.normal(size=(2, *size, shape[-1])).astype("float32")
        due = unet_by_hand(x, num_classes, filters)
        what = f"the output for x {x.shape}, {num_classes} classes and filters {filters}"
        came = model(x)
        dd.check.shape(came, due.shape, what=what, why="no layer asks how large a picture is")
        dd.check.close(came, due, rtol=1e-2, atol=2e-3, what=what, why="down, and up with the skip of each level")
assert np.abs(in_training(model, x) - np.asarray(came)).max() > 0.01, "in training, norms use the batch's statistics"
model = build_unet((16, 16, 3), 8)
what = "the number of parameters with filters left out"
dd.check.equal(model.count_params(), 484264, what=what, why="they are 16, 32, 64 and 128")
assert not model.compiled, "the model is to come uncompiled: whoever trains it chooses loss and optimizer"
### END HIDDEN TESTS

# %% mistakes: build_unet
# - replace: skips.pop()
#   with: skips.pop(0)
#   hint: "Your skips go to the wrong levels: the one that was made last is used first."
# - replace: 'num_classes, 1, activation="softmax"'
#   with: num_classes, 1
#   hint: "Your model gives logits. Probabilities are due, by a softmax over the classes."
# - replace: '1, activation="softmax"'
#   with: '1, activation="sigmoid"'
#   hint: "Each class has a probability of its own, and they do not add up to 1. A pixel has one class: softmax."
# - replace: '1, activation="softmax"'
#   with: '3, padding="same", activation="softmax"'
#   hint: "The last convolution looks at neighbours. It is 1×1."
# - replace: x = encoder_block(x, filters[-1])[1]
#   with: x = encoder_block(x, filters[-1])[0]
#   hint: "You pool at the bottom too. There is nothing further down."
# - replace: "    x = encoder_block(x, filters[-1])[1]\n"
#   with: ""
#   hint: "The bottom of the U is missing: two convolutions with the last number of filters."
# - replace: reversed(filters[:-1])
#   with: filters[:-1]
#   hint: "On the way up the filters are in reverse: the level next to the bottom comes first."
# - replace: count in reversed(filters[:-1])
#   with: count in reversed(filters[1:])
#   hint: "Each decoder block has the filters of the level that it goes up to, not of the one it comes from."
# - replace: skips = []
#   with: |-
#     filters = [filters[0] * 2**i for i in range(len(filters))]
#         skips = []
#   hint: "Your filters double from level to level, whatever is given. Take the given ones."
# - replace: return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))
#   with: |-
#     model = keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))
#         model.compile("adam", "sparse_categorical_crossentropy")
#         return model
#   hint: "Your model is compiled. Whoever trains it chooses loss and optimizer."
# - replace: keras.Input(input_shape)
#   with: keras.Input((*input_shape[:2], 3))
#   hint: "Your network takes three channels whatever the shape says."


# %% mistake: build_unet
# hint: "Your network works for the default number of levels only. Go through filters, however many there are."
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    inputs = keras.Input(input_shape)
    a, b, c, d = filters
    x, skip_a = encoder_block(inputs, a)
    x, skip_b = encoder_block(x, b)
    x, skip_c = encoder_block(x, c)
    x = encoder_block(x, d)[1]
    x = decoder_block(decoder_block(decoder_block(x, skip_c, c), skip_b, b), skip_a, a)
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))


# %% mistake: build_unet
# hint: "The softmax goes along an axis of pixels. Classes are the last axis."
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    inputs = x = keras.Input(input_shape)
    skips = []
    for count in filters[:-1]:
        x, skip = encoder_block(x, count)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for count in reversed(filters[:-1]):
        x = decoder_block(x, skips.pop(), count)
    return keras.Model(inputs, layers.Softmax(axis=1)(layers.Conv2D(num_classes, 1)(x)))


# %% mistake: build_unet
# hint: "You take numbers off the list of filters, and whoever gave it lacks them afterwards. Work on a copy."
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    filters = filters if isinstance(filters, list) else list(filters)
    inputs = x = keras.Input(input_shape)
    skips, bottom = [], filters.pop()
    for count in filters:
        x, skip = encoder_block(x, count)
        skips.append(skip)
    x = encoder_block(x, bottom)[1]
    while skips:
        x = decoder_block(x, skips.pop(), filters.pop())
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))


# %% accepts: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    # One level around the next: each calls itself for what lies below.
    def level(x, counts):
        if len(counts) == 1:
            return encoder_block(x, counts[0])[1]
        down, skip = encoder_block(x, counts[0])
        return decoder_block(level(down, counts[1:]), skip, counts[0])

    inputs = keras.Input(shape=input_shape)
    logits = layers.Conv2D(num_classes, (1, 1))(level(inputs, list(filters)))
    return keras.Model(inputs=inputs, outputs=layers.Softmax()(logits))


# %% accepts: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    inputs = keras.Input(input_shape)
    *ways, bottom = filters
    x, skips = inputs, {}
    for i, count in enumerate(ways):
        x, skips[i] = encoder_block(x, count)
    x = encoder_block(x, bottom)[1]
    for i in range(len(ways) - 1, -1, -1):
        x = decoder_block(x, skips[i], ways[i])
    x = layers.Conv2D(num_classes, 1, kernel_initializer="he_normal")(x)
    return keras.Model(inputs, ops.softmax(x, axis=-1))


# %% [markdown]
# ## Put it together: the scenes
#
# The first minute of training, or rather a few seconds of it: your network, your loss added to cross-entropy, 64
# scenes, three times each.


# %% demo
def both_losses(y, probs):
    return ops.mean(keras.losses.sparse_categorical_crossentropy(y, probs)) + dice_loss(y, probs)


def maps_of(model, x):
    """Class maps, int64 (n, H, W), the most probable class of each pixel."""
    said = [ops.convert_to_numpy(model(x[i : i + 50])).argmax(axis=-1) for i in range(0, len(x), 50)]
    return np.concatenate(said)


x_train, y_train = pixels_and_maps(64, seed=0)
dd.seed(0)
beginner = build_unet((64, 64, 3), 8)
beginner.compile(keras.optimizers.Adam(0.003), both_losses, jit_compile=False)  # compiling would take longer
history = beginner.fit(x_train, y_train, batch_size=8, epochs=3, verbose=0).history["loss"]
early = maps_of(beginner, x_test)
print(f"{beginner.count_params():,} parameters, loss", *(f"{value:.2f}" for value in history))
print(f"mean IoU after the first seconds: {mean_iou(y_test, early, 8)[0]:.3f}")

# %% [markdown]
# The rest takes some minutes and was done beforehand by `data/zoo/scenes_unet.py`: the same network and loss, 4,000
# scenes, six times each, a rate that falls along a cosine. `dd.zoo.load` reads the result, and its weights fit into
# *your* network, if it is what it should be. It is built for pictures of any size here, which costs nothing. The test
# scenes are in neither training.

# %% demo
network = build_unet((None, None, 3), 8)
network.set_weights(dd.zoo.load("scenes_unet").get_weights())
said = maps_of(network, x_test)
final_mean, final_ious = mean_iou(y_test, said, 8)
print(f"mean IoU {final_mean:.3f}, accuracy {np.mean(said == y_test):.3f}")

fig, axes = plt.subplots(5, 6, figsize=(9.6, 7.6))
for i in range(6):
    show_picture(axes[0, i], x_test[i], f"{mean_iou(y_test[i], said[i], 8)[0]:.2f}")
    for ax, classes in zip(axes[1:4, i], (y_test[i], early[i], said[i]), strict=True):
        drawn_map = show_map(ax, classes)
    axes[4, i].imshow(said[i] != y_test[i], cmap="gray_r", vmin=0, vmax=1)
    axes[4, i].set_axis_off()
for ax, name in zip(axes[:, 0], ("picture", "truth", "first seconds", "trained", "wrong pixels"), strict=True):
    ax.set_axis_on()
    ax.spines[:].set_visible(False)
    ax.set(ylabel=name, xticks=[], yticks=[])
legend(fig, drawn_map, axes)
dd.plot.show(
    "Six scenes in columns, with the mean IoU of each above. Rows: the picture, its true class map, the map after the "
    "first seconds of training, the map of the trained network, and the pixels where that is wrong, in black. The "
    "trained maps look like the truth with rounder corners; wrong pixels are thin outlines, and now and then a part of "
    "an object that is taken for another class."
)

# %% [markdown]
# Read the last row. Most of what is wrong is a thin line along an edge, where two annotators would differ as well. The
# rest are whole patches that are given to another class. A map can have two classes in one object, for nothing in the
# network knows what an object is: every pixel decides for itself, with a view of its surroundings.
#
# Which classes are hard? And does it work on a picture of another size, six scenes pasted into one of
# $128 \times 192$?

# %% demo
early_ious = mean_iou(y_test, early, 8)[1]
fig, ax = plt.subplots(figsize=(9, 3.8))
places = np.arange(8)
ax.bar(places - 0.2, early_ious, 0.4, label="first seconds")
ax.bar(places + 0.2, final_ious, 0.4, label="trained", hatch="//")
ax.axhline(0.75, linestyle=":", color="0.4")
ax.set(title="IoU of each class on 200 new scenes", ylabel="IoU", xlabel="class of pixels", ylim=(0, 1))
ax.set_xticks(places, NAMES, rotation=20)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
dd.plot.show(
    "Bars of the IoU of eight classes of pixels, two a class. After the first seconds, the background stands out and "
    "most others are near 0. Trained, the background is almost 1 and the seven classes of objects lie around 0.9."
)
mosaic = x_test[6:12].reshape(2, 3, 64, 64, 3).transpose(0, 2, 1, 3, 4).reshape(1, 128, 192, 3)
truth_there = y_test[6:12].reshape(2, 3, 64, 64).transpose(0, 2, 1, 3).reshape(1, 128, 192)
said_there = maps_of(network, mosaic)
fig, axes = plt.subplots(1, 2, figsize=(10, 3.2))
show_picture(axes[0], mosaic[0], "six scenes as one picture")
drawn_map = show_map(axes[1], said_there[0], f"mean IoU {mean_iou(truth_there, said_there, 8)[0]:.2f}")
legend(fig, drawn_map, axes)
dd.plot.show("A picture pasted together of two rows of three scenes, and the map that the network gives for all of it.")
assert final_mean > 0.75
assert final_mean > mean_iou(y_test, early, 8)[0] + 0.3

# %% [markdown]
# The bar of 0.75 is the dotted line, and the mean lies above it. The score belongs to one training from one seed; on
# other sets of 200 new scenes it moves by a point or two.
#
# ## What you should remember
#
# 1. Segmentation names every pixel. Judge it by mean IoU over the whole set: accuracy is high for "background".
# 2. A class that occurs in neither map is left out of the mean, and one that is only said counts as 0.
# 3. Dice loss is overlap with probabilities in place of sets. It sees a rare class as well as a frequent one.
# 4. A transposed convolution puts down a copy of its filter for each pixel, $s$ apart, and adds. It is the transpose of
#    a convolution, not its inverse. Sizes that the stride does not divide make checkerboards.
# 5. U-Net: down for *what*, up for *where*, and skips across, which carry the detail that pooling loses.
#
# ## Check yourself, without code
#
# 1. A map misses exactly half of the pixels of the only star there is, and says no star anywhere else. What are IoU and
#    Dice of the class star? By how much does the accuracy fall if the star has 200 of $64 \times 64$ pixels?
# 2. A transposed convolution has filters of $4 \times 4$ and stride 2. How large is its output for $16 \times 16$
#    pixels with valid padding, and what does same padding cut off on each side?
# 3. Why does the network, as it is, refuse pictures of $100 \times 100$ pixels? What would you do with one?
#
# <details><summary>Answers</summary>
#
# 1. $\mathrm{IoU} = \frac12$ and $\mathrm{Dice} = \frac{2 \cdot 100}{200 + 100} = \frac23$. The accuracy falls by 100
#    pixels in 4,096, less than 2.5 points.
# 2. $2 \cdot 15 + 4 = 34$; same padding gives 32 and cuts one row and one column off on each side.
# 3. $100 \to 50 \to 25 \to 12$: raised again, 12 gives 24, which does not fit beside a skip of 25. Pad the picture to
#    $104 \times 104$, say by mirroring its border, and cut the answer back to size.
#
# </details>
#
# ## Go further
#
# - Long, Shelhamer and Darrell (2015), *Fully convolutional networks for semantic segmentation*, CVPR: classifiers made
#   into segmenters, with skips that are added.
# - Ronneberger, Fischer and Brox (2015), *U-Net*, MICCAI: thirty training pictures of cells were enough, with much
#   augmentation and a loss that weighs the lines between cells.
# - Milletari, Navab and Ahmadi (2016), *V-Net*, 3DV: Dice as a loss, in three dimensions.
# - Dumoulin and Visin (2016), *A guide to convolution arithmetic for deep learning*: all sizes, drawn.
# - Odena, Dumoulin and Olah (2016), *Deconvolution and checkerboard artifacts*, Distill.
# - Day 104 meets U-Net again: the networks of diffusion models have its shape.
