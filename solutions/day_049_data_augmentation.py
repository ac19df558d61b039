# ---
# day: 49
# title: Data augmentation
# week: 10
# minutes: 110
# backend: any
# needs: [5, 20, 32, 37, 41, 48]
# needs_code: [48]
# data: [glyphs, photos]
# papers:
# - "Simard, Steinkraus and Platt 2003, Best practices for convolutional neural networks applied to visual document
#   analysis"
# - "Krizhevsky, Sutskever and Hinton 2012, ImageNet classification with deep convolutional neural networks"
# - "DeVries and Taylor 2017, Improved regularization of convolutional neural networks with cutout"
# - "Zhang, Cisse, Dauphin and Lopez-Paz 2018, mixup: beyond empirical risk minimization"
# - "Yun, Han, Oh, Chun, Choe and Yoo 2019, CutMix: regularization strategy to train strong classifiers with localizable
#   features"
# - "Cubuk, Zoph, Shlens and Le 2020, RandAugment: practical automated data augmentation with a reduced search space"
# ---

# %% [markdown]
# # Day 49 · Data augmentation
#
# By the end you can make many training pictures out of few, know which changes leave a label right and which make it a
# lie, and measure what the trick is worth.
#
# - **You will build** flips, crops, rotations and shears, colour jitter, cutout, mixup, and the same out of Keras's
#   layers. With 200 letters to learn from, LeNet reads about half of all others; with your rotations and shears, the
#   same 200 letters and as many steps, it reads more in each of five runs, by about ten points on average.
# - **You need** cross-entropy (Day 5), overfitting and its cures (Day 32), `fit` (Day 37), LeNet and `shift_images`
#   (Day 48).
# - **Not today:** bounding boxes and masks, which have to move with their pictures (Day 61).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$ | rows and columns of a picture | | |
# | $C$ | channels | | |
# | $x$ | pictures; one of them on its own is an image $(H, W, C)$ | $(N, H, W, C)$ | `x`, `image` |
# | $y$ | targets: one-hot rows, or mixtures of such | $(N, K)$ | `y` |
# | $K$ | number of classes | | |
# | $p$ | predicted probabilities | $(N, K)$ | |
# | $M, t$ | matrix and offset of an affine map | $(2, 2)$, $(2,)$ | `matrix` is both, $(2, 3)$ |
# | $u, v$ | a place in the output, and the place in the image that it takes its value from | $(2,)$ | |
# | $\lambda_i$ | share of picture $i$ in mixture $i$ | $(N,)$ together | |
# | $\pi$ | a permutation of the batch: picture $i$ is mixed with picture $\pi(i)$ | | |
# | $a$ | parameter of the Beta distribution that $\lambda_i$ is drawn from | | `alpha` |

# %% setup
import logging

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one

from deepdays.earlier import day_048

dd.plot.style()

# %% [markdown]
# ## What a label allows
#
# A photograph of a cat, mirrored, is a photograph of a cat. Nobody has to label it anew, and to the network it is a new
# picture. **Data augmentation** changes training pictures at random in ways that keep their labels right, afresh each
# time they are used. It is the cheapest cure for overfitting, because it says something that the network can't know
# from few pictures: which differences don't matter.
#
# It says so whether it is true or not. A transformation is **label-preserving** for a task, never in itself. A mirrored
# word is no word. A 6 turned upside down is a 9: turn digits by any angle, and the network is told that the same shape
# is called both. Which of our letters survive what?

# %% demo
(x_all, labels_all), (x_test, y_test) = dd.data.glyphs()
x_all, x_test = x_all[..., None], x_test[..., None]  # (10000, 28, 28, 1) and (2000, 28, 28, 1) uint8
alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def most_alike(name, other):
    """The letter of this name, of the first 2,000, whose ink changes least under `other`, a function of pictures."""
    of_class = np.flatnonzero(labels_all[:2000] == alphabet.index(name))
    pictures = x_all[of_class].astype(float)
    changed = np.abs(pictures - other(pictures)).mean(axis=(1, 2, 3))
    return of_class[(changed / pictures.mean(axis=(1, 2, 3))).argmin()]  # a share of the ink


shown = [most_alike(name, lambda x: x[:, :, ::-1]) for name in "AMW"]
shown += [most_alike(name, lambda x: x[:, ::-1, ::-1]) for name in "NZ"]
shown.append(most_alike("L", lambda x: x.transpose(0, 2, 1, 3)[:, ::-1, ::-1]))
shown.append(most_alike("J", lambda x: x_all[shown[5], :, ::-1].astype(float)))
shown.append(most_alike("S", lambda x: x[:, ::-1, ::-1]))
shown.append(most_alike("B", lambda x: x[:, ::-1]))
upright = x_all[shown]  # (9, 28, 28, 1)
turns = {
    "as it is": upright,
    "mirrored": upright[:, :, ::-1],
    "upside down": upright[:, ::-1],
    "turned by 180°": upright[:, ::-1, ::-1],
    "turned by 90°": np.rot90(upright, axes=(1, 2)),
}
axes = dd.plot.image_grid(np.concatenate(list(turns.values())), columns=9)
for ax, name in zip(axes[::9], turns, strict=True):
    ax.set_axis_on()
    ax.set(xticks=[], yticks=[])
    ax.set_ylabel(name, rotation=0, ha="right", va="center")
plt.gcf().suptitle("Nine letters, and what becomes of them")
dd.plot.show(
    "Five rows of the letters A, M, W, N, Z, L, J, S and B. As they are; mirrored, where A, M and W look as before and "
    "L resembles J; upside down, where M looks like W and W like M; turned by 180 degrees, where N, Z and S look as "
    "before and M and W have changed places; turned by 90 degrees, where N looks like Z and Z like N."
)

# %% [markdown]
# Read it column by column. The mirror spares A, M and W and makes L into something like J. Half a turn spares N, Z
# and S, and exchanges M and W, just like 6 and 9. A quarter turn exchanges N and Z. Upside down a B is a B. Most
# others become shapes that are no letter, which does no harm *between* classes but teaches the network to recognise
# what never occurs. A turn by ten degrees spares them all. So the question is always how *far*, and nobody can answer
# it but someone who knows the task: colour means little for letters, much for traffic lights, and everything for a
# skin rash.
#
# Two rules go with it. Training pictures are augmented, held-out ones are not: they measure the world as it is. And the
# change is drawn anew in every epoch, or the network learns the changed pictures by heart instead.
#
# ## Flips and crops
#
# The mirror needs one slice. What takes thought is that *each picture* tosses its own coin: half of a batch mirrored,
# another half the next time.


# %% exercise: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    """Mirror some pictures: left becomes right.

    Args:
        x: pictures, array (N, H, W, C) of any number dtype; left unchanged.
        rng: np.random.Generator, the only source of randomness.
        rate: the probability with which each picture is mirrored, on its own, 0 to 1.

    Returns:
        A new array of x's shape and dtype. About 4 lines.
    """
    ### BEGIN SOLUTION
    flipped = x.copy()
    chosen = rng.random(len(x)) < rate
    flipped[chosen] = x[chosen, :, ::-1]
    return flipped
    ### END SOLUTION


# %% test: horizontal_flip, points=1
x = np.arange(48, dtype="uint8").reshape(2, 3, 4, 2)
with dd.check.unchanged(x, what="x"):
    always = horizontal_flip(x, np.random.default_rng(0), rate=1.0)
    never = horizontal_flip(x, np.random.default_rng(0), rate=0.0)
dd.check.like(always, x[:, :, ::-1], dtype="uint8", what="horizontal_flip with rate=1", why="columns, last one first")
dd.check.like(never, x, dtype="uint8", what="horizontal_flip with rate=0", why="nothing is mirrored")
many = np.tile(np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1), (400, 2, 1, 1))
share = np.mean(horizontal_flip(many, np.random.default_rng(1))[:, 0, 0, 0] == 3)
assert 0.4 < share < 0.6, f"of 400 pictures about half should be mirrored, each on its own; {share:.0%} are"
### BEGIN HIDDEN TESTS
assert not np.shares_memory(never, x), "a new array is to be returned, also where nothing is mirrored"
for shape, dtype, rate in (
    ((300, 2, 3, 1), "float64", 0.2),
    ((500, 1, 2, 3), "uint8", 0.8),
    ((1, 4, 5, 2), "float32", 1.0),
):
    x = np.random.default_rng(49).integers(1, 250, shape).astype(dtype)
    with dd.check.unchanged(x, what="x"):
        came = horizontal_flip(x, np.random.default_rng(3), rate=rate)
        again = horizontal_flip(x, np.random.default_rng(3), rate=rate)
    what = f"horizontal_flip(x, rng, {rate}) for x of shape {shape}"
    dd.check.shape(came, shape, what=what)
    dd.check.dtype(came, dtype, what=what)
    dd.check.equal(again, came, what=f"{what}, a second time", why="the same generator gives the same choice")
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(came, x, strict=True)]
    kept = [np.array_equal(a, b) for a, b in zip(came, x, strict=True)]
    assert all(a or b for a, b in zip(mirrored, kept, strict=True)), (
        f"{what}: each picture is mirrored or left as it is"
    )
    found = np.mean([a and not b for a, b in zip(mirrored, kept, strict=True)])
    assert abs(found - rate) < 0.1, f"{what}: a share of {rate} was asked for, and {found:.2f} are mirrored"
rng = np.random.default_rng(5)
first, second = (horizontal_flip(many, rng)[:, 0, 0, 0] for _ in range(2))
assert (first != second).any(), "two calls with one generator must draw anew"
pairs = [tuple(horizontal_flip(many[:2], rng)[:, 0, 0, 0]) for _ in range(60)]
assert len(set(pairs)) == 4, (
    "of two pictures none, the first, the second or both should be mirrored now and then: each tosses its own coin"
)
### END HIDDEN TESTS

# %% mistakes: horizontal_flip
# - replace: x[chosen, :, ::-1]
#   with: x[chosen, ::-1]
#   hint: "You turn pictures upside down. Left and right are along the columns, the third axis."
# - replace: x[chosen, :, ::-1]
#   with: x[chosen, :, :, ::-1]
#   hint: "You reverse the channels, which exchanges red and blue."
# - replace: x[chosen, :, ::-1]
#   with: x[chosen, :, ::-1, ::-1]
#   hint: "The columns are reversed, and the channels too, which exchanges red and blue."
# - replace: flipped = x.copy()
#   with: flipped = x
#   hint: "The pictures that were handed over have been mirrored as well. Work on a copy."
# - replace: rng.random(len(x)) < rate
#   with: np.full(len(x), rng.random() < rate)
#   hint: "One coin decides for the whole batch. Each picture tosses its own."
# - replace: rng.random(len(x)) < rate
#   with: rng.random(len(x)) > rate
#   hint: "You mirror the share that should be left as it is."
# - replace: rng.random(len(x)) < rate
#   with: rng.random(len(x)) < 0.5
#   hint: "rate goes unused."
# - replace: rng.random(len(x)) < rate
#   with: np.random.default_rng(0).random(len(x)) < rate
#   hint: "Every call mirrors the same places of a batch: you make a generator of your own and leave rng untouched."
# - replace: rng.random(len(x)) < rate
#   with: np.random.random(len(x)) < rate
#   hint: "You draw from NumPy's global state. rng should be the only source."


# %% mistake: horizontal_flip
# hint: "Exactly the first share of the batch is mirrored. Each picture should toss a coin of its own."
def horizontal_flip(x, rng, rate=0.5):
    flipped = x.copy()
    count = round(rate * len(x))
    flipped[:count] = x[:count, :, ::-1]
    return flipped


# %% mistake: horizontal_flip
# hint: "Always the same number of pictures is mirrored, and only which ones is drawn. Each should toss a coin of its
#   own, so that the number varies."
def horizontal_flip(x, rng, rate=0.5):
    flipped = x.copy()
    chosen = rng.choice(len(x), round(rate * len(x)), replace=False)
    flipped[chosen] = x[chosen, :, ::-1]
    return flipped


# %% equivalents: horizontal_flip
# - replace: 'rng.random(len(x)) < rate'
#   with: 'rng.random(len(x)) <= rate'
#   reason: "A draw that is exactly rate has no weight."


# %% accepts: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    coins = rng.binomial(1, rate, size=(len(x), 1, 1, 1)).astype(bool)
    return np.where(coins, np.flip(x, axis=2), x)


# %% accepts: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    # Picture by picture.
    return np.stack([image[:, ::-1] if rng.uniform() < rate else image for image in x])


# %% [markdown]
# A **random crop** cuts a window of fixed size out of each picture, anywhere. In a picture of 6 rows a window of 4 can
# begin at row 0, 1 or 2: there are $H - \text{rows} + 1$ places, all equally likely. A crop shifts what is seen and
# hides its edges, so that the network can't rely on one part being there. Where pictures are small, one pads them with
# black before, on each side, and cuts out the old size. A 28 by 28 letter padded by 2 has 32 rows and $32 - 28 + 1 = 5$
# places along each axis, 25 in all: a random shift of up to two pixels.
#
# Krizhevsky, Sutskever and Hinton (2012) trained their network on windows of 224 by 224 pixels out of 256 by 256 and on
# their mirror images. Without that, they wrote, it overfitted so much that they would have had to make it smaller.


# %% exercise: random_crop
def random_crop(x, size, rng, pad=0):
    """Cut a window out of each picture, each from a place of its own.

    Args:
        x: pictures, array (N, H, W, C) of any number dtype; left unchanged.
        size: (rows, columns) of the windows, two ints >= 1.
        rng: np.random.Generator, the only source of randomness.
        pad: rows and columns of 0 to add on each of the four sides first, int >= 0.

    Returns:
        A new array (N, rows, columns, C) of x's dtype. All places are equally likely, for each picture on its own and
        for rows and columns on their own. About 8 lines.

    Raises:
        ValueError: the window is larger than the padded picture, along either axis.
    """
    ### BEGIN SOLUTION
    rows, columns = size
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    places = padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
    if min(places) < 1:
        raise ValueError(f"the window must fit into {padded.shape[1:3]}. Received: size={size}")
    cropped = np.empty((len(x), rows, columns, x.shape[3]), x.dtype)
    for i, (top, left) in enumerate(rng.integers(0, places, size=(len(x), 2))):
        cropped[i] = padded[i, top : top + rows, left : left + columns]
    return cropped
    ### END SOLUTION


# %% test: random_crop, points=2
x = np.arange(2 * 5 * 6 * 3, dtype="uint8").reshape(2, 5, 6, 3)
with dd.check.unchanged(x, what="x"):
    came = random_crop(x, (4, 3), np.random.default_rng(0))
dd.check.shape(came, (2, 4, 3, 3), what="random_crop(x, (4, 3), rng)")
dd.check.dtype(came, "uint8", what="random_crop(x, (4, 3), rng)")
for cut, image in zip(came, x, strict=True):
    windows = [image[top : top + 4, left : left + 3] for top in range(2) for left in range(4)]
    assert any(np.array_equal(cut, window) for window in windows), "a crop must be a window of its own picture"
dd.check.equal(random_crop(x, (5, 6), np.random.default_rng(1)), x, what="a window of the full size", why="one place")
with dd.check.raises(ValueError, why="a window of 6 rows does not fit into 5"):
    random_crop(x, (6, 6), np.random.default_rng(0))
padded = random_crop(np.ones((50, 1, 2, 1)), (1, 2), np.random.default_rng(0), pad=1)
assert padded.min() == 0 and padded.max() == 1, "with a pad of 1, black must come in here and there, and not everywhere"
### BEGIN HIDDEN TESTS
for (height, width), size, pad in (((4, 3), (2, 3), 0), ((3, 5), (3, 2), 0), ((2, 3), (3, 3), 1), ((1, 1), (2, 4), 2)):
    places = height + 2 * pad - size[0] + 1, width + 2 * pad - size[1] + 1
    count = 150 * places[0] * places[1]
    image = np.arange(1, height * width * 2 + 1, dtype="float32").reshape(height, width, 2)
    page = np.zeros((height + 2 * pad, width + 2 * pad, 2), "float32")
    page[pad : pad + height, pad : pad + width] = image
    x = np.tile(image, (count, 1, 1, 1))
    with dd.check.unchanged(x, what="x"):
        came = random_crop(x, size, np.random.default_rng(6), pad=pad)
        again = random_crop(x, size, np.random.default_rng(6), pad=pad)
    what = f"random_crop(x, {size}, rng, pad={pad}) for pictures of {height} by {width}"
    dd.check.shape(came, (count, *size, 2), what=what)
    dd.check.dtype(came, "float32", what=what)
    dd.check.equal(again, came, what=f"{what}, a second time", why="the same generator gives the same places")
    windows = {}
    for top in range(places[0]):
        for left in range(places[1]):
            windows.setdefault(page[top : top + size[0], left : left + size[1]].tobytes(), []).append((top, left))
    found = dict.fromkeys(windows, 0)
    for cut in came:
        key = np.ascontiguousarray(cut).tobytes()
        assert key in windows, f"{what}: something came back that is no window of the padded picture"
        found[key] += 1
    for key, number in found.items():
        share, due = number / count, len(windows[key]) / (places[0] * places[1])
        where = windows[key][0]
        assert abs(share - due) < 0.05 + 0.25 * due, (
            f"{what}: all places are equally likely, so {due:.2f} of the windows should be those from {where}; "
            f"{share:.2f} are"
        )
x = np.random.default_rng(49).integers(1, 99, (300, 4, 4, 1))
came = random_crop(x, (1, 1), np.random.default_rng(7))
for i in range(300):
    assert came[i, 0, 0, 0] in x[i], f"picture {i}: its window was cut out of another picture"
places = random_crop(np.tile(np.arange(16).reshape(1, 4, 4, 1), (300, 1, 1, 1)), (1, 1), np.random.default_rng(8))
assert len(np.unique(places)) == 16, "rows and columns are drawn on their own: all 16 places occur"
rng = np.random.default_rng(9)
first, second = (random_crop(x, (2, 2), rng) for _ in range(2))
assert (first != second).any(), "two calls with one generator must draw anew"
whole = random_crop(x, (4, 4), rng)
assert not np.shares_memory(whole, x), "a new array is to be returned, also where the window is the whole picture"
for size, pad in (((5, 4), 0), ((4, 5), 0), ((7, 6), 1), ((2, 9), 2)):
    with dd.check.raises(ValueError, why=f"a window of {size} does not fit into 4 by 4 padded by {pad}"):
        random_crop(x, size, rng, pad=pad)
### END HIDDEN TESTS

# %% mistakes: random_crop
# - replace: padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
#   with: padded.shape[1] - rows, padded.shape[2] - columns
#   hint: "You lose the last place. A window of 4 in 6 rows can begin at 0, 1 or 2, and one of the full size at 0."
# - replace: padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
#   with: x.shape[1] - rows + 1, x.shape[2] - columns + 1
#   hint: "You count the places of the picture without its padding, so that the far sides are never reached."
# - replace: for i, (top, left) in enumerate(rng.integers(0, places, size=(len(x), 2)))
#   with: for i, (top, left) in enumerate(np.repeat(rng.integers(0, places, size=(1, 2)), len(x), axis=0))
#   hint: "All pictures are cut at the same place. Each should get one of its own."
# - replace: "padded[i, top : top + rows, left : left + columns]"
#   with: padded[i, (padded.shape[1] - rows) // 2 :, (padded.shape[2] - columns) // 2 :][:rows, :columns]
#   hint: "You always cut out the middle."
# - replace: np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
#   with: np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge")
#   hint: "You pad with the picture's edge. It should be 0."
# - replace: np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
#   with: np.pad(x, ((0, 0), (0, pad), (0, pad), (0, 0)))
#   hint: "You pad on two sides. There are four."
# - replace: np.empty((len(x), rows, columns, x.shape[3]), x.dtype)
#   with: np.empty((len(x), rows, columns, x.shape[3]))
#   hint: "The crops should have x's dtype."
# - replace: rng.integers(0, places, size=(len(x), 2))
#   with: np.random.default_rng(0).integers(0, places, size=(len(x), 2))
#   hint: "Every call cuts at the same places: you make a generator of your own and leave rng untouched."


# %% mistake: random_crop
# hint: "One number serves for the row and for the column, so that all windows lie on the diagonal. Draw two."
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    places = padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
    if min(places) < 1:
        raise ValueError(size)
    starts = rng.random(len(x))
    tops, lefts = ((starts * place).astype(int) for place in places)
    return np.stack([page[t : t + rows, l : l + columns] for page, t, l in zip(padded, tops, lefts, strict=True)])


# %% mistake: random_crop
# hint: "You add pad rows in all. So many belong on each side, and as many columns."
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, ((0, 0), *[(pad // 2, pad - pad // 2)] * 2, (0, 0)))
    if rows > padded.shape[1] or columns > padded.shape[2]:
        raise ValueError(size)
    cropped = []
    for page in padded:
        top, left = rng.integers(0, page.shape[0] - rows + 1), rng.integers(0, page.shape[1] - columns + 1)
        cropped.append(page[top : top + rows, left : left + columns])
    return np.stack(cropped)


# %% mistake: random_crop
# hint: "You round, so that the first and the last place are half as likely as the others."
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    last = np.array([padded.shape[1] - rows, padded.shape[2] - columns])
    if min(last) < 0:
        raise ValueError(size)
    starts = np.round(rng.random((len(x), 2)) * last).astype(int)
    return np.stack([page[t : t + rows, l : l + columns] for page, (t, l) in zip(padded, starts, strict=True)])


# %% mistake: random_crop
# hint: "You lose the last place. A window of 4 in 6 rows can begin at 0, 1 or 2, and integers leaves out its upper
#   end."
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    last = padded.shape[1] - rows, padded.shape[2] - columns
    if min(last) < 0:
        raise ValueError(size)
    starts = rng.integers(0, np.maximum(last, 1), size=(len(x), 2))
    return np.stack([page[t : t + rows, l : l + columns] for page, (t, l) in zip(padded, starts, strict=True)])


# %% mistake: random_crop
# hint: "A window that does not fit is cut short. That is the caller's mistake, and should be said."
def random_crop(x, size, rng, pad=0):
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows, columns = (min(length, side) for length, side in zip(size, padded.shape[1:3], strict=True))
    places = padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
    starts = rng.integers(0, places, size=(len(x), 2))
    return np.stack([page[t : t + rows, l : l + columns] for page, (t, l) in zip(padded, starts, strict=True)])


# %% equivalents: random_crop
# - replace: 'np.pad(x, ((0, 0), (pad, pad)'
#   with: 'np.pad(x, ((0, 1), (pad, pad)'
#   reason: "One more picture at the end is never looked at."
# - replace: 'if min(places) < 1:'
#   with: 'if max(places) < 1:'
#   reason: "rng.integers raises ValueError itself where there is no place."
# - replace: |-
#     raise ValueError(f"the window must fit into {padded.shape[1:3]}. Received: size={size}")
#   with: pass
#   reason: "rng.integers raises ValueError itself where there is no place."
# - replace: |-
#     if min(places) < 1:
#             raise ValueError(f"the window must fit into {padded.shape[1:3]}. Received: size={size}")
#   with: pass
#   reason: "rng.integers raises ValueError itself where there is no place."
# - replace: 'if min(places) < 1:'
#   with: 'if min(places) < 0:'
#   reason: "rng.integers raises ValueError itself where there is no place."


# %% accepts: random_crop
def random_crop(x, size, rng, pad=0):
    # All windows as a view, and one of each picture picked by index.
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    if size[0] > padded.shape[1] or size[1] > padded.shape[2]:
        raise ValueError("no such window")
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, tuple(size), axis=(1, 2)
    )  # (N, tops, lefts, C, rows, columns)
    tops = rng.integers(windows.shape[1], size=len(x))
    lefts = rng.integers(windows.shape[2], size=len(x))
    return windows[np.arange(len(x)), tops, lefts].transpose(0, 2, 3, 1).copy()


# %% accepts: random_crop
def random_crop(x, size, rng, pad=0):
    cropped = []
    for image in x:
        page = np.zeros((image.shape[0] + 2 * pad, image.shape[1] + 2 * pad, image.shape[2]), x.dtype)
        page[pad : pad + image.shape[0], pad : pad + image.shape[1]] = image
        if page.shape[0] < size[0] or page.shape[1] < size[1]:
            raise ValueError(size)
        top = int(rng.random() * (page.shape[0] - size[0] + 1))
        left = int(rng.random() * (page.shape[1] - size[1] + 1))
        cropped.append(page[top : top + size[0], left : left + size[1]])
    return np.array(cropped, dtype=x.dtype)


# %% [markdown]
# ## Rotate, shear, scale: one formula
#
# Turning, leaning, stretching and moving are all **affine**: a place is multiplied by a matrix, and an offset is added.
# The natural way is to send each pixel of the image to its new place. It fails: stretched to twice its size, an image
# has too few pixels for the new places, and gaps remain. So one goes **backwards**: for each place $u$ of the *output*,
# ask where it comes from, and look there:
#
# $$v = M u + t .$$
#
# $u$ and $v$ are (row, column), measured from the middle of the picture, which is at row $\frac{H-1}2$ and column
# $\frac{W-1}2$; so a turn turns about the middle. Since the question runs backwards, so does the answer: with $M =
# \begin{pmatrix} 2 & 0 \\ 0 & 2 \end{pmatrix}$ each output looks twice as far out, and what is seen gets *smaller*.
# With $t = (1, 0)$ each output looks one row further down, and the picture moves *up*.
#
# | effect | $M$ |
# |---|---|
# | turn by the angle $\theta$ | $\begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{pmatrix}$ |
# | shear: lean to one side | $\begin{pmatrix} 1 & 0 \\ s & 1 \end{pmatrix}$ |
# | scale by $1/q$ and $1/r$ | $\begin{pmatrix} q & 0 \\ 0 & r \end{pmatrix}$ |
# | several, one after another | their product |
#
# $v$ is rarely a whole number. **Bilinear interpolation** takes the four pixels around it and weighs each by how near
# it is, along both axes. With $v$ at row $1.25$ and column $3.5$ the pixels are those of rows 1 and 2, columns 3 and 4:
#
# $$0.75 \cdot 0.5\, x_{1,3} + 0.75 \cdot 0.5\, x_{1,4} + 0.25 \cdot 0.5\, x_{2,3} + 0.25 \cdot 0.5\, x_{2,4} .$$
#
# A neighbour outside the image counts as black. So an image of one row $(4, 8)$, moved by $t = (0, 0.5)$, becomes
# $(6, 4)$: halfway between 4 and 8, and halfway between 8 and nothing.


# %% exercise: affine
def affine(image, matrix, fill=0.0):
    """An image under an affine map, with bilinear interpolation.

    Args:
        image: array (H, W, C), uint8 or float; left unchanged.
        matrix: array (2, 3), M and in the last column t. The output at place u takes its value from place M u + t of
            the image, both (row, column) from the middle; left unchanged.
        fill: float, the value of all pixels outside the image.

    Returns:
        New float64 array (H, W, C). About 16 lines.
    """
    ### BEGIN SOLUTION
    height, width = image.shape[:2]
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle  # (H, W, 2)
    sources = places @ matrix[:, :2].T + matrix[:, 2] + middle
    first = np.floor(sources).astype(int)
    share = sources - first  # of the pixel after the first, along each axis
    result = np.zeros(image.shape)
    for down in (0, 1):
        for right in (0, 1):
            rows, columns = first[..., 0] + down, first[..., 1] + right
            inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
            values = image[rows.clip(0, height - 1), columns.clip(0, width - 1)].astype(float)
            values[~inside] = fill
            weight = np.abs(1 - down - share[..., 0]) * np.abs(1 - right - share[..., 1])
            result += weight[..., None] * values
    return result
    ### END SOLUTION


# %% test: affine, points=3
image = np.array([[4.0, 8.0]]).reshape(1, 2, 1)
matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.5]])
with dd.check.unchanged(image, what="image"), dd.check.unchanged(matrix, what="matrix"):
    came = affine(image, matrix)
dd.check.like(came, np.array([6.0, 4.0]).reshape(1, 2, 1), what="the row moved by half a pixel", why="as in the text")
image = np.arange(24, dtype="uint8").reshape(4, 3, 2)
came = affine(image, np.array([[1, 0, 0], [0, 1, 0]]))
dd.check.like(came, image.astype(float), what="the image under M = 1 and t = 0", why="each pixel looks where it is")
came = affine(image, np.array([[1, 0, 1], [0, 1, 0]]), fill=7.0)
due = np.concatenate([image[1:], np.full((1, 3, 2), 7)]).astype(float)
dd.check.like(came, due, what="the image with t = (1, 0)", why="each output looks one row further down")
square = np.arange(9.0).reshape(3, 3, 1)
came = affine(square, np.array([[0, -1, 0], [1, 0, 0]]))
due = np.array([[6, 3, 0], [7, 4, 1], [8, 5, 2]], dtype=float)[..., None]
dd.check.like(came, due, atol=1e-9, what="a quarter turn", why="the output at (0, 1) from the middle looks at (-1, 0)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(49)


def by_loops(image, matrix, fill):
    height, width, channels = image.shape
    due = np.zeros(image.shape)
    for i in range(height):
        for j in range(width):
            u = np.array([i - (height - 1) / 2, j - (width - 1) / 2, 1.0])
            row = sum(matrix[0] * u) + (height - 1) / 2
            column = sum(matrix[1] * u) + (width - 1) / 2
            for k in range(int(np.floor(row)), int(np.floor(row)) + 2):
                for m in range(int(np.floor(column)), int(np.floor(column)) + 2):
                    weight = max(0.0, 1 - abs(row - k)) * max(0.0, 1 - abs(column - m))
                    for c in range(channels):
                        value = image[k, m, c] if 0 <= k < height and 0 <= m < width else fill
                        due[i, j, c] += weight * float(value)
    return due


cases = [
    ("a turn by 30 degrees", [[0.75**0.5, -0.5, 0.0], [0.5, 0.75**0.5, 0.0]], 0.0),
    ("a shear", [[1.0, 0.0, 0.0], [0.3, 1.0, 0.0]], 0.0),
    ("twice the view", [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]], 50.0),
    ("half the view, moved", [[0.5, 0.0, -0.7], [0.0, 0.4, 1.3]], 0.0),
    ("a mirror", [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0]], 9.0),
    ("far away", [[1.0, 0.0, 40.0], [0.0, 1.0, -3.0]], 3.5),
    ("all of it", [[0.9, -0.4, 0.6], [0.2, 1.2, -1.1]], -2.0),
]
for shape, dtype in (((5, 4, 2), "float64"), ((3, 7, 1), "uint8"), ((6, 6, 3), "float32"), ((1, 5, 1), "float64")):
    image = (rng.integers(0, 256, shape) if dtype == "uint8" else rng.normal(size=shape) * 50).astype(dtype)
    for name, rows, fill in cases:
        matrix = np.array(rows)
        with dd.check.unchanged(image, what="image"), dd.check.unchanged(matrix, what="matrix"):
            came = affine(image, matrix, fill=fill)
        what = f"{name}, of an image {shape} of {dtype},"
        why = "backwards, from the middle, four neighbours by nearness, and fill for those outside"
        dd.check.like(came, by_loops(image, matrix, fill), dtype="float64", rtol=1e-6, atol=1e-6, what=what, why=why)
identity = affine(image, np.eye(2, 3))
assert not np.shares_memory(identity, image), "a new array is to be returned"
### END HIDDEN TESTS

# %% mistakes: affine
# - replace: places @ matrix[:, :2].T + matrix[:, 2] + middle
#   with: places @ matrix[:, :2] + matrix[:, 2] + middle
#   hint: "You multiply by the transposed matrix, which turns the other way round."
# - replace: places @ matrix[:, :2].T + matrix[:, 2] + middle
#   with: places @ matrix[:, :2].T - matrix[:, 2] + middle
#   hint: "The offset goes the wrong way: the output at u looks at M u + t."
# - replace: places @ matrix[:, :2].T + matrix[:, 2] + middle
#   with: (places + matrix[:, 2]) @ matrix[:, :2].T + middle
#   hint: "You add the offset before you multiply. It is added to M u."
# - replace: places @ matrix[:, :2].T + matrix[:, 2] + middle
#   with: (places + middle) @ matrix[:, :2].T + matrix[:, 2]
#   hint: "You measure from the top left corner. A turn should turn about the middle."
# - replace: places @ matrix[:, :2].T + matrix[:, 2] + middle
#   with: (places - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T + middle
#   hint: "You take the map forwards and invert it. The matrix says already where the output looks."
# - replace: middle = np.array([(height - 1) / 2, (width - 1) / 2])
#   with: middle = np.array([height / 2, width / 2])
#   hint: "The middle is off by half a pixel: the first row is number 0 and the last one H - 1."
# - replace: middle = np.array([(height - 1) / 2, (width - 1) / 2])
#   with: middle = np.array([height // 2, width // 2])
#   hint: "The middle of an even number of pixels lies between two of them."
# - replace: first = np.floor(sources).astype(int)
#   with: first = sources.astype(int)
#   hint: "astype(int) cuts towards 0, so that a place of -0.5 has the wrong neighbours. Which function rounds down?"
# - replace: first = np.floor(sources).astype(int)
#   with: |-
#     sources = np.round(sources)
#         first = sources.astype(int)
#   hint: "You take the nearest pixel. Bilinear interpolation weighs the four around."
# - replace: "np.abs(1 - down - share[..., 0]) * np.abs(1 - right - share[..., 1])"
#   with: "np.abs(down - share[..., 0]) * np.abs(right - share[..., 1])"
#   hint: "The weights are exchanged: the nearer a pixel, the more it counts."
# - replace: values[~inside] = fill
#   with: pass
#   hint: "Beyond its border the image's edge is drawn out. Pixels outside count as fill."
# - replace: values[~inside] = fill
#   with: values[~inside] = 0
#   hint: "fill goes unused."
# - replace: np.zeros(image.shape)
#   with: np.zeros(image.shape, image.dtype)
#   hint: "Fractions do not fit into the image's dtype. The result is float64."


# %% mistake: affine
# hint: "A pixel with one neighbour outside becomes fill altogether. Only that neighbour's share is fill."
def affine(image, matrix, fill=0.0):
    height, width = image.shape[:2]
    result = np.full(image.shape, float(fill))
    for i in range(height):
        for j in range(width):
            u = np.array([i - (height - 1) / 2, j - (width - 1) / 2])
            row, column = matrix[:, :2] @ u + matrix[:, 2] + np.array([(height - 1) / 2, (width - 1) / 2])
            top, left = int(np.floor(row)), int(np.floor(column))
            if top in range(height - 1) and left in range(width - 1):
                a, b = row - top, column - left
                upper = (1 - b) * image[top, left].astype(float) + b * image[top, left + 1].astype(float)
                lower = (1 - b) * image[top + 1, left].astype(float) + b * image[top + 1, left + 1].astype(float)
                result[i, j] = (1 - a) * upper + a * lower
    return result


# %% mistake: affine
# hint: "A place with one neighbour outside becomes fill altogether. Only that neighbour's share is fill."
def affine(image, matrix, fill=0.0):
    height, width = image.shape[:2]
    last = np.array([height - 1, width - 1])
    u = np.stack(np.indices((height, width)), axis=-1) - last / 2
    places = u @ matrix[:, :2].T + matrix[:, 2] + last / 2
    outside = (places < 0).any(axis=-1) | (places > last).any(axis=-1)
    places = np.clip(places, 0, last)
    top, left = np.moveaxis(np.floor(places).astype(int), -1, 0)
    a, b = places[..., 0, None] - top[..., None], places[..., 1, None] - left[..., None]
    page = np.pad(image.astype(float), ((0, 1), (0, 1), (0, 0)))
    upper = (1 - b) * page[top, left] + b * page[top, left + 1]
    result = (1 - a) * upper + a * ((1 - b) * page[top + 1, left] + b * page[top + 1, left + 1])
    result[outside] = fill
    return result


# %% mistake: affine
# hint: "astype(int) cuts towards 0, so that a place of -0.5 has the wrong neighbours. Which function rounds down?"
def affine(image, matrix, fill=0.0):
    height, width = image.shape[:2]
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = (np.stack(np.indices((height, width)), axis=-1) - middle) @ matrix[:, :2].T + matrix[:, 2] + middle
    first = places.astype(int)
    a, b = np.moveaxis(places - first, -1, 0)
    result = np.zeros(image.shape)
    for down, right, weight in ((0, 0, (1 - a) * (1 - b)), (0, 1, (1 - a) * b), (1, 0, a * (1 - b)), (1, 1, a * b)):
        rows, columns = first[..., 0] + down, first[..., 1] + right
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        values = np.full(image.shape, float(fill))
        values[inside] = image[rows[inside], columns[inside]]
        result += weight[..., None] * values
    return result


# %% mistake: affine
# hint: "You send each pixel of the image to its new place, and places that none is sent to stay empty. Ask for each
#   place of the output where it comes from."
def affine(image, matrix, fill=0.0):
    height, width = image.shape[:2]
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    result = np.full(image.shape, float(fill))
    for i in range(height):
        for j in range(width):
            row, column = np.round(matrix[:, :2] @ (np.array([i, j]) - middle) + matrix[:, 2] + middle).astype(int)
            if 0 <= row < height and 0 <= column < width:
                result[row, column] = image[i, j]
    return result


# %% mistake: affine
# hint: "You take the first number of a place for the column. Places are (row, column)."
def affine(image, matrix, fill=0.0):
    matrix = np.asarray(matrix)[::-1][:, [1, 0, 2]]
    height, width = image.shape[:2]
    result = np.zeros(image.shape)
    for i in range(height):
        for j in range(width):
            u = np.array([i - (height - 1) / 2, j - (width - 1) / 2, 1.0])
            row, column = matrix @ u + np.array([(height - 1) / 2, (width - 1) / 2])
            for k in (int(np.floor(row)), int(np.floor(row)) + 1):
                for m in (int(np.floor(column)), int(np.floor(column)) + 1):
                    value = image[k, m].astype(float) if 0 <= k < height and 0 <= m < width else fill
                    result[i, j] += (1 - abs(row - k)) * (1 - abs(column - m)) * value
    return result


# %% equivalents: affine
# - replace: 'rows.clip(0, height - 1)'
#   with: 'rows.clip(-1, height - 1)'
#   reason: "What is read for a row outside is overwritten by fill."
# - replace: 'columns.clip(0, width - 1)'
#   with: 'columns.clip(-1, width - 1)'
#   reason: "What is read for a column outside is overwritten by fill."


# %% accepts: affine
def affine(image, matrix, fill=0.0):
    # On a page wide enough that every neighbour is on it or far away.
    matrix = np.asarray(matrix, dtype=float)
    height, width, channels = image.shape
    page = np.full((height + 4, width + 4, channels), float(fill))
    page[2:-2, 2:-2] = image
    i, j = np.indices((height, width))
    u = np.stack([i - (height - 1) / 2, j - (width - 1) / 2, np.ones((height, width))])
    row, column = np.tensordot(matrix, u, axes=1) + np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    row, column = np.clip(row, -1.5, height + 0.5) + 2, np.clip(column, -1.5, width + 0.5) + 2
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    a, b = (row - top)[..., None], (column - left)[..., None]
    upper = (1 - b) * page[top, left] + b * page[top, left + 1]
    lower = (1 - b) * page[top + 1, left] + b * page[top + 1, left + 1]
    return (1 - a) * upper + a * lower


# %% [markdown]
# One image, eight random maps. `random_matrix` draws angle, shear, two scales and an offset, and multiplies the
# matrices; the closing run will use it again.


# %% demo
def random_matrix(rng, degrees=10.0, shear=0.2, scale=0.15, shift=2.5):
    """A (2, 3) matrix for `affine`: a turn, a shear and scales, up to the bounds given, and an offset in pixels."""
    angle, lean = np.deg2rad(rng.uniform(-degrees, degrees)), rng.uniform(-shear, shear)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[1, 0], [lean, 1]]) @ np.diag(rng.uniform(1 - scale, 1 + scale, 2))
    return np.column_stack([linear, rng.uniform(-shift, shift, 2)])


rng = np.random.default_rng(49)
letter = upright[8]  # the B, (28, 28, 1)
changed = [affine(letter, random_matrix(rng)) for _ in range(8)]
dd.plot.image_grid([letter, *changed], ["as it is", *[f"map {i}" for i in range(8)]], columns=9)
plt.gcf().suptitle("A B under eight random maps")
dd.plot.show(
    "A letter B as it is, and eight versions of it: turned a little, leaning, wider or narrower, off centre. All of "
    "them are easily read as a B."
)

# %% [markdown]
# Eight letters B that nobody had to collect. Affine maps keep straight lines straight; Simard, Steinkraus and Platt
# (2003) went on to *elastic* ones, in which each pixel moves a little on its own and its neighbours nearly alike, as
# the muscles of a hand do, and brought a dense network's errors on handwritten digits from 1.6% to 0.7%. Text that is
# drawn from typefaces, such as our letters, is **synthesis**: where one can *make* examples, with their labels, one
# need not change any. The two differ in where they start, at a real picture or at nothing, and share a danger: the
# network learns the world of the maker.
#
# ## Colour
#
# Light changes colours, and cameras do. Three factors cover most of it, 1 each for "leave it":
#
# | factor | each pixel becomes |
# |---|---|
# | brightness $b$ | $b\, x$ |
# | contrast $c$ | $m + c\, (x - m)$, with $m$ the mean grey of the whole picture |
# | saturation $s$ | $g + s\, (x - g)$, with $g$ the grey of this pixel |
#
# Contrast and saturation are one idea: away from, or towards, something grey. At $c = 0$ the picture is one even grey;
# at $s = 0$ it is black and white; between 0 and 1 each lies on the way, above 1 beyond. **Grey** is how bright a
# colour looks to us, and green looks brightest:
#
# $$g = 0.299\, \text{red} + 0.587\, \text{green} + 0.114\, \text{blue} .$$
#
# After each of the three, values below 0 and above 1 are cut off, as in a picture that was stored in between. By
# hand, a single pixel $(0.4, 0.2, 0.0)$ with $b = 2$: $(0.8, 0.4, 0)$. Its grey is $0.299 \cdot 0.8 + 0.587 \cdot 0.4
# = 0.474$. With $s = 0.5$, halfway to grey: $(0.637, 0.437, 0.237)$. A fourth factor, the hue, turns colours round
# the circle from red over green and blue to red; for that one changes to hue, saturation and value, adds, and changes
# back.


# %% exercise: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    """Change brightness, then contrast, then saturation of a picture.

    Args:
        image: array (H, W, 3) of floats from 0 to 1: red, green, blue; left unchanged.
        brightness, contrast, saturation: factors, floats >= 0, as in the table above. Each step works on what the one
            before it has left, and cuts its result off to 0 to 1.

    Returns:
        New float array (H, W, 3). About 8 lines.
    """
    ### BEGIN SOLUTION
    luma = np.array([0.299, 0.587, 0.114])
    changed = np.clip(brightness * image, 0, 1)
    mean = (changed @ luma).mean()
    changed = np.clip(mean + contrast * (changed - mean), 0, 1)
    grey = (changed @ luma)[..., None]  # (H, W, 1)
    return np.clip(grey + saturation * (changed - grey), 0, 1)
    ### END SOLUTION


# %% test: color_jitter, points=2
pixel = np.array([[[0.4, 0.2, 0.0]]])
with dd.check.unchanged(pixel, what="image"):
    came = color_jitter(pixel, brightness=2.0, saturation=0.5)
due = np.array([[[0.637, 0.437, 0.237]]])
dd.check.like(came, due, rtol=1e-5, what="color_jitter(pixel, 2.0, 1.0, 0.5)", why="this is the pixel worked by hand")
image = np.array(
    [[[0.2, 0.4, 0.6], [0.9, 0.3, 0.1]], [[0.0, 0.5, 1.0], [0.7, 0.7, 0.7]], [[0.1, 0.8, 0.3], [1.0, 0.0, 0.6]]]
)
with dd.check.unchanged(image, what="image"):
    same = color_jitter(image)
dd.check.like(same, image, rtol=1e-6, atol=1e-9, what="with all factors 1", why="nothing changes")
grey = color_jitter(image, saturation=0.0)
due = np.repeat(image @ np.array([[0.299], [0.587], [0.114]]), 3, axis=2)
dd.check.like(grey, due, rtol=1e-6, what="with saturation 0", why="each pixel's own grey, three times")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(49)


def step_by_step(image, brightness, contrast, saturation):
    cut = lambda value: min(max(value, 0.0), 1.0)  # noqa: E731
    weigh = lambda colour: 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]  # noqa: E731
    pixels = [[cut(brightness * float(v)) for v in colour] for row in image for colour in row]
    mean = sum(weigh(colour) for colour in pixels) / len(pixels)
    pixels = [[cut(mean + contrast * (v - mean)) for v in colour] for colour in pixels]
    pixels = [[cut(weigh(colour) + saturation * (v - weigh(colour))) for v in colour] for colour in pixels]
    return np.array(pixels).reshape(image.shape)


factors = [
    (1.5, 1.0, 1.0),
    (1.0, 1.8, 1.0),
    (1.0, 1.0, 2.5),
    (1.7, 0.4, 1.9),
    (0.3, 2.5, 0.0),
    (0, 1, 1),
    (1, 0, 1),
    (2, 3, 4),
]
for shape, dtype in (((3, 4, 3), "float64"), ((1, 5, 3), "float32"), ((6, 1, 3), "float64")):
    image = rng.random(shape).astype(dtype)
    for brightness, contrast, saturation in factors:
        with dd.check.unchanged(image, what="image"):
            came = color_jitter(image, brightness, contrast, saturation)
        what = f"color_jitter(image, {brightness}, {contrast}, {saturation})"
        why = "brightness, contrast, saturation, in this order, each cut off to 0 to 1"
        due = step_by_step(image, brightness, contrast, saturation)
        dd.check.like(came, due, dtype="float", rtol=1e-4, atol=1e-5, what=what, why=why)
        assert not np.shares_memory(came, image), "a new array is to be returned"
assert not np.shares_memory(color_jitter(image), image), "a new array is to be returned, also where nothing changes"
### END HIDDEN TESTS

# %% mistakes: color_jitter
# - replace: np.clip(brightness * image, 0, 1)
#   with: brightness * image
#   hint: "After the brightness nothing is cut off. Each of the three steps ends between 0 and 1."
# - replace: np.clip(mean + contrast * (changed - mean), 0, 1)
#   with: mean + contrast * (changed - mean)
#   hint: "After the contrast nothing is cut off. Each of the three steps ends between 0 and 1."
# - replace: np.clip(grey + saturation * (changed - grey), 0, 1)
#   with: grey + saturation * (changed - grey)
#   hint: "The result leaves the range from 0 to 1."
# - replace: np.array([0.299, 0.587, 0.114])
#   with: np.array([1, 1, 1]) / 3
#   hint: "You take the plain mean of the colours for grey. Green looks brighter to us than blue."
# - replace: np.array([0.299, 0.587, 0.114])
#   with: np.array([0.114, 0.587, 0.299])
#   hint: "Your grey takes red and blue for each other."
# - replace: mean = (changed @ luma).mean()
#   with: mean = 0.5
#   hint: "Contrast turns about the mean grey of this picture, not about one half."
# - replace: mean = (changed @ luma).mean()
#   with: mean = (image @ luma).mean()
#   hint: "The mean grey is that of the picture as the brightness has left it."
# - replace: mean = (changed @ luma).mean()
#   with: mean = changed.mean(axis=(0, 1))
#   hint: "Each colour has a mean of its own in your contrast, which changes the hue. There is one, of the grey."
# - replace: mean = (changed @ luma).mean()
#   with: mean = (changed @ luma)[..., None]
#   hint: "You treat contrast like saturation. Contrast is about the mean of the whole picture."
# - replace: mean = (changed @ luma).mean()
#   with: mean = changed.mean()
#   hint: "The mean is that of the grey, in which the three colours count differently."
# - replace: grey + saturation * (changed - grey)
#   with: changed + saturation * (grey - changed)
#   hint: "Your saturation runs backwards: at 1 the picture is grey, at 0 it is as it was."
# - replace: brightness * image
#   with: image + brightness - 1
#   hint: "Brightness multiplies. Yours adds, and takes the black out of shadows."


# %% mistake: color_jitter
# hint: "Right one by one, but in another order: first brightness, then contrast, then saturation."
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    luma = np.array([0.299, 0.587, 0.114])
    grey = (image @ luma)[..., None]
    changed = np.clip(grey + saturation * (image - grey), 0, 1)
    mean = (changed @ luma).mean()
    changed = np.clip(mean + contrast * (changed - mean), 0, 1)
    return np.clip(brightness * changed, 0, 1)


# %% mistake: color_jitter
# hint: "Saturation comes last: first brightness, then contrast, then saturation."
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    luma = np.array([0.299, 0.587, 0.114])
    changed = np.clip(brightness * image, 0, 1)
    grey = (changed @ luma)[..., None]
    changed = np.clip(grey + saturation * (changed - grey), 0, 1)
    mean = (changed @ luma).mean()
    return np.clip(mean + contrast * (changed - mean), 0, 1)


# %% mistake: color_jitter
# hint: "Only the last step cuts off. Each of the three ends between 0 and 1."
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    luma = np.array([0.299, 0.587, 0.114])
    changed = brightness * image
    mean = (changed @ luma).mean()
    changed = mean + contrast * (changed - mean)
    grey = (changed @ luma)[..., None]
    return np.clip(grey + saturation * (changed - grey), 0, 1)


# %% mistake: color_jitter
# hint: "All your greys are those of the picture as it came. Each step works on what the one before it has left."
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    grey = (image @ np.array([0.299, 0.587, 0.114]))[..., None]
    changed = np.clip(brightness * image, 0, 1)
    changed = np.clip(grey.mean() + contrast * (changed - grey.mean()), 0, 1)
    return np.clip(grey + saturation * (changed - grey), 0, 1)


# %% mistake: color_jitter
# hint: "The picture that was handed over has changed too. Work on a new array."
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    luma = np.array([0.299, 0.587, 0.114])
    image *= brightness
    np.clip(image, 0, 1, out=image)
    mean = (image @ luma).mean()
    image[...] = np.clip(mean + contrast * (image - mean), 0, 1)
    grey = (image @ luma)[..., None]
    return np.clip(grey + saturation * (image - grey), 0, 1)


# %% equivalents: color_jitter
# - replace: 'np.clip(brightness * image, 0, 1)'
#   with: 'np.clip(0, brightness * image, 1)'
#   reason: "The middle one of three numbers, whichever of the lower two is called the bound."
# - replace: 'np.clip(brightness * image, 0, 1)'
#   with: 'np.clip(brightness * image, -1, 1)'
#   reason: "Neither factor nor picture is negative."
# - replace: 'mean = (changed @ luma).mean()'
#   with: 'mean = (changed @ luma.T).mean()'
#   reason: "The transposed of an array with one axis is the array."
# - replace: 'np.clip(mean + contrast * (changed - mean), 0, 1)'
#   with: 'np.clip(0, mean + contrast * (changed - mean), 1)'
#   reason: "The middle one of three numbers, whichever of the lower two is called the bound."
# - replace: 'grey = (changed @ luma)[..., None]'
#   with: 'grey = (changed @ luma.T)[..., None]'
#   reason: "The transposed of an array with one axis is the array."
# - replace: 'np.clip(grey + saturation * (changed - grey), 0, 1)'
#   with: 'np.clip(0, grey + saturation * (changed - grey), 1)'
#   reason: "The middle one of three numbers, whichever of the lower two is called the bound."


# %% accepts: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    # One blend for all three: with black, with one grey, with each pixel's own.
    def gray(picture):
        return 0.299 * picture[..., 0] + 0.587 * picture[..., 1] + 0.114 * picture[..., 2]

    def blend(picture, other, factor):
        return np.minimum(np.maximum(factor * picture + (1 - factor) * other, 0.0), 1.0)

    picture = blend(np.array(image, dtype=float), 0.0, brightness)
    picture = blend(picture, gray(picture).mean(), contrast)
    return blend(picture, gray(picture)[:, :, np.newaxis], saturation)


# %% [markdown]
# ## Hide a part
#
# **Cutout** (DeVries and Taylor 2017) blackens a square in each picture. A network that has found one telling detail,
# the ear of the cat, has to find others. The square's middle may be any pixel, also one at the border: then a part of
# the square lies outside and less is hidden. That is on purpose, since a picture that is sometimes nearly whole is
# worth having too. It is dropout (Day 32) for whole regions of the input; single pixels, dropped out here and there,
# would hide nothing, for their neighbours give them away.


# %% exercise: cutout
def cutout(x, size, rng):
    """Blacken a square in each picture.

    Args:
        x: pictures, array (N, H, W, C) of any number dtype; left unchanged.
        size: rows and columns of the square, int >= 1; may exceed the picture.
        rng: np.random.Generator, the only source of randomness.

    Returns:
        A new array of x's shape and dtype. In each picture a pixel (i, j) is drawn, all equally likely, each picture on
        its own; rows i - size // 2 to i - size // 2 + size - 1 and columns j - size // 2 to j - size // 2 + size - 1
        are 0 in all channels, as far as they lie inside. About 8 lines.
    """
    ### BEGIN SOLUTION
    result = x.copy()
    for image, (row, column) in zip(result, rng.integers(0, x.shape[1:3], size=(len(x), 2)), strict=True):
        top, left = row - size // 2, column - size // 2
        image[max(top, 0) : top + size, max(left, 0) : left + size] = 0
    return result
    ### END SOLUTION


# %% test: cutout, points=2
x = np.full((40, 5, 7, 2), 9, dtype="uint8")
with dd.check.unchanged(x, what="x"):
    came = cutout(x, 3, np.random.default_rng(0))
dd.check.shape(came, (40, 5, 7, 2), what="cutout(x, 3, rng)")
dd.check.dtype(came, "uint8", what="cutout(x, 3, rng)")
for image in came:
    hidden = np.argwhere(image[..., 0] == 0)
    assert len(hidden), "in each picture something must be black: the drawn pixel lies inside"
    (top, left), (bottom, right) = hidden.min(axis=0), hidden.max(axis=0)
    assert bottom - top < 3 and right - left < 3, "no more than 3 rows and 3 columns may be black"
    assert (image[top : bottom + 1, left : right + 1] == 0).all(), "the black part is a rectangle, in all channels"
assert len(np.unique(came, axis=0)) > 5, "each picture has its square in a place of its own"
### BEGIN HIDDEN TESTS
for shape, size in (((3, 4), 1), ((4, 3), 2), ((2, 5), 3), ((5, 1), 4), ((3, 3), 7)):
    count = 120 * shape[0] * shape[1]
    x = np.arange(1.0, 2 * shape[0] * shape[1] + 1).reshape(1, *shape, 2).repeat(count, axis=0)
    with dd.check.unchanged(x, what="x"):
        came = cutout(x, size, np.random.default_rng(10))
        again = cutout(x, size, np.random.default_rng(10))
    what = f"cutout(x, {size}, rng) for pictures of {shape[0]} by {shape[1]}"
    dd.check.shape(came, x.shape, what=what)
    dd.check.dtype(came, "float64", what=what)
    dd.check.equal(again, came, what=f"{what}, a second time", why="the same generator gives the same squares")
    due = {}
    for i in range(shape[0]):
        for j in range(shape[1]):
            kept = [
                [not (0 <= r - i + size // 2 < size and 0 <= c - j + size // 2 < size) for c in range(shape[1])]
                for r in range(shape[0])
            ]
            due.setdefault(np.array(kept).tobytes(), []).append((i, j))
    found = dict.fromkeys(due, 0)
    for image in came:
        kept = image[..., 0] != 0
        assert np.array_equal(image, x[0] * kept[..., None]), (
            f"{what}: the square is black in all channels, the rest kept"
        )
        assert kept.tobytes() in due, (
            f"{what}: rows {np.flatnonzero(~kept.all(1)).tolist()} and columns "
            f"{np.flatnonzero(~kept.all(0)).tolist()} are black, which no square about a pixel of the picture gives"
        )
        found[kept.tobytes()] += 1
    for key, number in found.items():
        share, expected = number / count, len(due[key]) / (shape[0] * shape[1])
        assert abs(share - expected) < 0.04 + 0.25 * expected, (
            f"{what}: all pixels are equally likely, so a share of {expected:.2f} should have its middle at "
            f"{' or '.join(map(str, due[key][:2]))}; {share:.2f} have"
        )
rng = np.random.default_rng(11)
first, second = (cutout(x, 1, rng) for _ in range(2))
assert (first != second).any(), "two calls with one generator must draw anew"
one = cutout(np.ones((1, 2, 2, 1), "float32"), 1, rng)
dd.check.dtype(one, "float32", what="cutout of a float32 picture")
dd.check.equal(one.sum(), 3, what="what is left of 4 pixels", why="a square of 1 by 1 hides one")
### END HIDDEN TESTS

# %% mistakes: cutout
# - replace: result = x.copy()
#   with: result = x
#   hint: "The pictures that were handed over have holes now. Work on a copy."
# - replace: "max(top, 0) : top + size, max(left, 0) : left + size"
#   with: "top : top + size, left : left + size"
#   hint: "Above and to the left of the picture your slices turn negative, and count from the other end."
# - replace: rng.integers(0, x.shape[1:3], size=(len(x), 2))
#   with: np.repeat(rng.integers(0, x.shape[1:3], size=(1, 2)), len(x), axis=0)
#   hint: "One place serves the whole batch. Each picture gets its own."
# - replace: top, left = row - size // 2, column - size // 2
#   with: top, left = row, column
#   hint: "The pixel that was drawn is the middle of the square; yours is its corner."
# - replace: rng.integers(0, x.shape[1:3], size=(len(x), 2))
#   with: rng.integers(size // 2, np.maximum(np.array(x.shape[1:3]) - size // 2, size // 2 + 1), size=(len(x), 2))
#   hint: "You keep the whole square inside. Its middle may be any pixel, and then some of it may lie outside."
# - replace: rng.integers(0, x.shape[1:3], size=(len(x), 2))
#   with: rng.integers(0, np.array(x.shape[1:3]) - 1, size=(len(x), 2)) if min(x.shape[1:3]) > 1 else
#     np.zeros((len(x), 2), int)
#   hint: "The last row and the last column are never drawn. integers leaves out its upper end by itself."
# - replace: "max(left, 0) : left + size] = 0"
#   with: "max(left, 0) : left + size, 0] = 0"
#   hint: "Only the first channel is black."
# - replace: "max(left, 0) : left + size] = 0"
#   with: "max(left, 0) : left + size] = image.mean()"
#   hint: "You fill the square with the picture's mean. It should be 0."
# - replace: rng.integers(0, x.shape[1:3], size=(len(x), 2))
#   with: np.random.default_rng(0).integers(0, x.shape[1:3], size=(len(x), 2))
#   hint: "Every call hides the same places: you make a generator of your own and leave rng untouched."
# - replace: top + size, max(left
#   with: top + 2 * (size // 2) + 1, max(left
#   hint: "Your square has one row too many where size is even."
# - replace: "top + size, max(left, 0) : left + size]"
#   with: "top + 2 * (size // 2) + 1, max(left, 0) : left + 2 * (size // 2) + 1]"
#   hint: "Where size is even, your square has one row and one column too many."
# - replace: top, left = row - size // 2, column - size // 2
#   with: top, left = row - (size - 1) // 2, column - (size - 1) // 2
#   hint: "Where size is even, your square begins too late: size // 2 of it comes before the drawn pixel."
# - replace: rng.integers(0, x.shape[1:3], size=(len(x), 2))
#   with: rng.integers(0, min(x.shape[1:3]), size=(len(x), 2))
#   hint: "Row and column are drawn from one range. A picture need not be square."


# %% mistake: cutout
# hint: "You keep the whole square inside. Its middle may be any pixel, and then some of it may lie outside."
def cutout(x, size, rng):
    result = x.copy()
    corners = np.maximum(np.array(x.shape[1:3]) - size, 0) + 1
    for image, (top, left) in zip(result, rng.integers(0, corners, size=(len(x), 2)), strict=True):
        image[top : top + size, left : left + size] = 0
    return result


# %% mistake: cutout
# hint: "You drop single pixels, here and there. A square was asked for: neighbours give single pixels away."
def cutout(x, size, rng):
    hidden = rng.random(x.shape[:3]) < size**2 / (x.shape[1] * x.shape[2])
    return np.where(hidden[..., None], np.zeros((), x.dtype), x)


# %% accepts: cutout
def cutout(x, size, rng):
    # A mask for the whole batch, from the distances of rows and columns.
    height, width = x.shape[1:3]
    i = rng.integers(height, size=(len(x), 1, 1))
    j = rng.integers(width, size=(len(x), 1, 1))
    below = np.arange(height)[:, None] - i + size // 2
    beside = np.arange(width)[None, :] - j + size // 2
    hidden = (below >= 0) & (below < size) & (beside >= 0) & (beside < size)
    return np.where(hidden[..., None], np.zeros((), x.dtype), x)


# %% accepts: cutout
def cutout(x, size, rng):
    result = np.array(x)
    for number in range(len(x)):
        where = int(rng.random() * x.shape[1] * x.shape[2])
        i, j = divmod(where, x.shape[2])
        for row in range(i - size // 2, i - size // 2 + size):
            for column in range(j - size // 2, j - size // 2 + size):
                if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                    result[number, row, column] = 0
    return result


# %% [markdown]
# ## Mix two
#
# All so far keep the label. **Mixup** (Zhang, Cisse, Dauphin and Lopez-Paz 2018) changes it, and says by how much:
# it lays two pictures over one another and mixes their targets in the same proportion,
#
# $$\tilde x_i = \lambda_i\, x_i + (1 - \lambda_i)\, x_{\pi(i)}, \qquad
# \tilde y_i = \lambda_i\, y_i + (1 - \lambda_i)\, y_{\pi(i)} .$$
#
# $\pi$ is a permutation of the batch, so that every picture is once a partner; nothing has to be loaded twice. The
# targets have to be rows, one-hot to begin with. By hand: $x_0 = (8, 0)$ with $y_0 = (1, 0)$ and $x_1 = (0, 4)$ with
# $y_1 = (0, 1)$, mixed by $\lambda_0 = 0.75$: $\tilde x_0 = (6, 1)$ and $\tilde y_0 = (0.75, 0.25)$. Such a target is
# called **soft**: it asks for a probability of three quarters for the first class. The cross-entropy takes it as it is,
#
# $$-\sum_k \tilde y_{ik} \log p_{ik}
# = -\lambda_i \log p_{i, c_i} - (1 - \lambda_i) \log p_{i, c_{\pi(i)}} ,$$
#
# with $c_i$ the right class of picture $i$: the two ordinary losses in the same proportion. In Keras it is the
# *categorical* cross-entropy, without "sparse", which wants rows.
#
# If $x$ and $y$ are mixed with different partners, or by different $\lambda$, the targets are lies, and training still
# runs. That is the classic mistake.
#
# How is $\lambda$ drawn? From the **Beta distribution** with both parameters equal to $a$, which lies between 0
# and 1 and is symmetric about $\frac12$, with variance $1 / (4\, (2a + 1))$:

# %% demo
fig, ax = plt.subplots(figsize=(7.5, 3.6))
for i, alpha in enumerate((0.2, 1.0, 5.0)):
    draws = np.random.default_rng(0).beta(alpha, alpha, 20_000)
    share, edges = np.histogram(draws, bins=20, range=(0, 1))
    ax.plot((edges[:-1] + edges[1:]) / 2, share / 20_000, color=f"C{i}", marker="os^"[i], label=f"$a$ = {alpha}")
ax.set(title="Shares drawn from Beta($a$, $a$)", xlabel="$\\lambda$", ylabel="share of 20,000 draws")
ax.legend()
dd.plot.show(
    "Histograms of 20,000 draws for three values of a. At 0.2 most lie near 0 or 1, at 1 all values are equally "
    "frequent, at 5 most lie near one half."
)

# %% [markdown]
# For $a = 0.2$ most mixtures are nearly pure, with a faint ghost of the other; at 1 every share is as likely; at 5
# most are muddled. The paper found 0.1 to 0.4 best for photographs.


# %% exercise: mixup
def mixup(x, y, alpha, rng):
    """Mix each example of a batch with another one.

    Args:
        x: inputs, array (N, ...) with any axes after the first, of any number dtype; left unchanged.
        y: targets, array (N, K), one-hot or soft rows of any number dtype; left unchanged.
        alpha: parameter of the Beta distribution, float > 0.
        rng: np.random.Generator, the only source of randomness.

    Returns:
        (mixed_x, mixed_y), two new float arrays of the shapes of x and y, as in the formulas above: a share for each
        example, and one permutation of the batch, drawn from all. About 7 lines.
    """
    ### BEGIN SOLUTION
    share = rng.beta(alpha, alpha, size=len(x))
    partner = rng.permutation(len(x))

    def mix(values):
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return weight * values + (1 - weight) * values[partner]

    return mix(x), mix(y)
    ### END SOLUTION


# %% test: mixup, points=3
x, y = np.eye(40).reshape(40, 8, 5, 1), np.eye(40)  # each example has a pixel of its own
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    mixed_x, mixed_y = mixup(x, y, 1.0, np.random.default_rng(0))
dd.check.shape(mixed_x, (40, 8, 5, 1), what="mixed_x")
dd.check.shape(mixed_y, (40, 40), what="mixed_y")
dd.check.close(mixed_y.sum(axis=1), np.ones(40), what="sums of the rows of mixed_y", why="the shares add up to 1")
dd.check.close(
    mixed_x.reshape(40, 40), mixed_y, what="mixed_x, pixel by pixel", why="x and y have like partners and shares"
)
own = np.diag(mixed_y)
assert (own > 0).all() and (own <= 1).all(), "each example must be part of its own mixture"
partners = np.array([np.flatnonzero((row > 0) & (np.arange(40) != i)) for i, row in enumerate(mixed_y)], dtype=object)
assert max(map(len, partners)) == 1, "no mixture may have more than one partner"
### BEGIN HIDDEN TESTS
dd.check.dtype(mixed_x, "float", what="mixed_x")


def shares_and_partners(mixed):
    """From the mixture of an identity matrix: the share of each example, and whom it was mixed with."""
    share = np.diag(mixed)
    others = mixed - np.diag(share)
    return share, np.where(others.max(axis=1) > 0, others.argmax(axis=1), np.arange(len(mixed)))


for count, alpha in ((60, 1.0), (25, 3.0), (1, 1.0), (2, 2.0)):
    eye = np.eye(count)
    _, mixed = mixup(eye.reshape(count, 1, count), eye, alpha, np.random.default_rng(count))
    share, partner = shares_and_partners(mixed)
    what = f"the partners of {count} examples"
    dd.check.equal(np.sort(partner), np.arange(count), what=f"{what}, sorted", why="each is the partner of one example")
rng = np.random.default_rng(12)
eye = np.eye(60)
orders = [tuple(shares_and_partners(mixup(eye, eye, 1.0, rng)[1])[1]) for _ in range(3)]
assert len(set(orders)) == 3, "each call draws a permutation of its own"
kept = np.mean([np.equal(order, np.arange(60)).mean() for order in orders])
assert kept < 0.2, "the permutation is drawn from all of them; nearly everyone keeps their place in yours"
assert any(np.diff(order).tolist() != [-1] * 59 for order in orders), "the permutation is drawn, not always the reverse"
turned = [tuple(np.mod(np.array(order) - np.arange(60), 60)) for order in orders]
assert any(len(set(order)) > 1 for order in turned), "the permutation is drawn from all, not only from the rotations"
share, _ = shares_and_partners(mixup(eye, eye, 1.0, np.random.default_rng(14))[1])
assert len(np.unique(share)) > 50, "one share serves the whole batch, where each example should have its own"
for alpha in (0.2, 1.0, 4.0):
    draws = np.concatenate(
        [shares_and_partners(mixup(eye, eye, alpha, np.random.default_rng(k))[1])[0] for k in range(40)]
    )
    # A fixed point, mixed with itself, has share 1; there is about one in 60, so it is left out.
    draws = draws[draws < 1 - 1e-12] if alpha > 0.5 else draws
    dd.check.close(
        draws.mean(), 0.5, rtol=0, atol=0.05, what=f"the mean share for alpha = {alpha}", why="Beta is symmetric"
    )
    due = 1 / (4 * (2 * alpha + 1))
    why = "that is the variance of Beta(alpha, alpha)"
    dd.check.close(draws.var(), due, rtol=0.15, what=f"the variance of the shares for alpha = {alpha}", why=why)
data = np.random.default_rng(49)
for x_shape, x_dtype, classes, y_dtype in (((7, 4, 3, 2), "uint8", 3, "int64"), ((5, 6), "float32", 2, "float32")):
    x = data.integers(0, 256, x_shape).astype(x_dtype)
    y = np.eye(classes)[data.integers(0, classes, len(x))].astype(y_dtype)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        mixed_x, mixed_y = mixup(x, y, 0.7, np.random.default_rng(15))
        again = mixup(x, y, 0.7, np.random.default_rng(15))
    what = f"of {x_dtype} {x_shape}"
    dd.check.dtype(mixed_x, "float", what=f"mixed_x {what}")
    dd.check.dtype(mixed_y, "float", what=f"mixed_y {what}")
    dd.check.shape(mixed_x, x_shape, what=f"mixed_x {what}")
    dd.check.shape(mixed_y, y.shape, what=f"mixed_y {what}")
    dd.check.equal(again[0], mixed_x, what=f"mixed_x {what}, a second time", why="the same generator, the same draws")
    dd.check.equal(again[1], mixed_y, what=f"mixed_y {what}, a second time", why="the same generator, the same draws")
    flat, mixed_flat = x.reshape(len(x), -1).astype(float), mixed_x.reshape(len(x), -1).astype(float)
    partners = []
    for i in range(len(x)):
        fits = []
        for j in range(len(x)):
            apart = flat[i] - flat[j]
            share = 1.0 if i == j else float((mixed_flat[i] - flat[j]) @ apart / (apart @ apart))
            line = share * flat[i] + (1 - share) * flat[j]
            target = share * y[i] + (1 - share) * y[j].astype(float)
            if np.allclose(line, mixed_flat[i], atol=1e-2) and np.allclose(target, mixed_y[i], atol=1e-4):
                fits.append(j)
        assert fits, f"mixture {i} {what} is not its own example and one partner, x and y in the same proportion"
        partners.append(fits)
    assert {j for fits in partners for j in fits} == set(range(len(x))), "each example is the partner of one"
soft = np.array([[0.5, 0.5], [0.2, 0.8], [1.0, 0.0]])
_, mixed = mixup(np.zeros((3, 1)), soft, 1.0, np.random.default_rng(16))
dd.check.close(mixed.sum(axis=1), np.ones(3), what="sums of mixed soft rows", why="targets may be soft already")
### END HIDDEN TESTS

# %% mistakes: mixup
# - replace: return mix(x), mix(y)
#   with: |-
#     mixed_x = mix(x)
#         partner = rng.permutation(len(x))
#         return mixed_x, mix(y)
#   hint: "x and y are mixed with different partners, so that targets speak of other pictures. Draw one permutation."
# - replace: return mix(x), mix(y)
#   with: |-
#     mixed_x = mix(x)
#         share = rng.beta(alpha, alpha, size=len(x))
#         return mixed_x, mix(y)
#   hint: "x and y are mixed in different proportions. Draw the shares once, for both."
# - replace: return mix(x), mix(y)
#   with: |-
#     mixed_x = mix(x)
#         share = 1 - share
#         return mixed_x, mix(y)
#   hint: "The targets have the two shares exchanged: the larger part of a picture gets the smaller part of its target."
# - replace: return mix(x), mix(y)
#   with: return mix(x), y.astype(float)
#   hint: "The targets are still those of the first partner alone. They are mixed like the pictures."
# - replace: return mix(x), mix(y)
#   with: return mix(x), np.where(share[:, None] >= 0.5, y, y[partner]).astype(float)
#   hint: "You give each mixture the target of the larger part. A soft target says how much of each there is."
# - replace: rng.beta(alpha, alpha, size=len(x))
#   with: np.full(len(x), rng.beta(alpha, alpha))
#   hint: "One share serves the whole batch. Here each example has its own."
# - replace: rng.beta(alpha, alpha, size=len(x))
#   with: rng.uniform(size=len(x))
#   hint: "alpha goes unused: shares are drawn evenly, which is right for alpha = 1 only."
# - replace: rng.beta(alpha, alpha, size=len(x))
#   with: rng.beta(alpha, 1.0, size=len(x))
#   hint: "Both parameters of the Beta distribution are alpha; yours leans to one side."
# - replace: rng.beta(alpha, alpha, size=len(x))
#   with: np.full(len(x), alpha)
#   hint: "You take alpha for the share itself. The share is drawn, from a distribution with that parameter."
# - replace: rng.permutation(len(x))
#   with: rng.integers(0, len(x), size=len(x))
#   hint: "Some examples are partners of several others, and some of none. That is no permutation."
# - replace: rng.permutation(len(x))
#   with: np.arange(len(x))[::-1]
#   hint: "The partners are always the same, from the other end of the batch. Draw the permutation."
# - replace: rng.permutation(len(x))
#   with: np.roll(np.arange(len(x)), 1)
#   hint: "Everyone is mixed with the neighbour in the batch. Draw the permutation from all."
# - replace: (1 - weight) * values[partner]
#   with: weight * values[partner]
#   hint: "The two shares do not add up to 1."
# - replace: share.reshape(-1, *[1] * (values.ndim - 1))
#   with: share.reshape(-1, *[1] * (values.ndim - 1)).astype(values.dtype)
#   hint: "The shares lose their fractions: they get the dtype of the pixels, which may be whole numbers."
# - replace: return mix(x), mix(y)
#   with: return mix(x).astype(x.dtype), mix(y)
#   hint: "The mixtures are cut off to the dtype of x. Float arrays were asked for."


# %% mistake: mixup
# hint: "You mix in place while you go, so that later mixtures have partners that were mixed already."
def mixup(x, y, alpha, rng):
    mixed_x, mixed_y = x.astype(float), y.astype(float)
    partner = rng.permutation(len(x))
    for i, j in enumerate(partner):
        share = rng.beta(alpha, alpha)
        mixed_x[i] = share * mixed_x[i] + (1 - share) * mixed_x[j]
        mixed_y[i] = share * mixed_y[i] + (1 - share) * mixed_y[j]
    return mixed_x, mixed_y


# %% equivalents: mixup
# - replace: 'share.reshape(-1, '
#   with: 'share.reshape(-2, '
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: mixup
def mixup(x, y, alpha, rng):
    # Example by example; Beta as a ratio of two Gamma draws.
    first, second = rng.gamma(alpha, size=(2, len(x)))
    shares = first / (first + second)
    order = np.argsort(rng.random(len(x)))
    mixed_x = [share * x[i] + (1 - share) * x[j] for i, (j, share) in enumerate(zip(order, shares, strict=True))]
    mixed_y = [share * y[i] + (1 - share) * y[j] for i, (j, share) in enumerate(zip(order, shares, strict=True))]
    return np.array(mixed_x), np.array(mixed_y)


# %% accepts: mixup
def mixup(x, y, alpha, rng):
    order = np.arange(len(x))
    rng.shuffle(order)
    weight = rng.beta(alpha, alpha, len(x))
    matrix = np.diag(weight)
    np.add.at(matrix, (np.arange(len(x)), order), 1 - weight)  # (N, N): row i says what mixture i is made of
    return np.tensordot(matrix, x.astype(float), axes=1), matrix @ y.astype(float)


# %% [markdown]
# All of it on a photograph, and two letters mixed:

# %% demo
photos = dd.data.photos()
cat = photos["cat"][20:276, 80:336]  # (256, 256, 3) uint8
batch = np.repeat(cat[None], 8, axis=0)
rng = np.random.default_rng(50)
colours = [color_jitter(cat / 255, *rng.uniform(0.5, 1.5, 3)) for _ in range(8)]
maps = [affine(cat, random_matrix(rng, degrees=20, scale=0.2, shift=20)) / 255 for _ in range(8)]
crops = horizontal_flip(random_crop(batch, (160, 160), rng), rng) / 255
holes = cutout(batch, 96, rng) / 255
axes = dd.plot.image_grid([*colours, *maps, *crops, *holes], columns=8)
for ax, name in zip(axes[::8], ["colour", "affine", "crop, flip", "cutout"], strict=True):
    ax.set_axis_on()
    ax.set(xticks=[], yticks=[])
    ax.set_ylabel(name, rotation=0, ha="right", va="center")
dd.plot.show(
    "Four rows of eight versions of a photograph of a cat. Brighter and darker, paler and more colourful; turned, "
    "leaning and moved, with black corners; parts of it, some mirrored; with a black square somewhere, at times partly "
    "outside."
)

pair = upright[[0, 8]].astype(float)  # an A and a B
shares = np.linspace(0, 1, 8)[:, None, None, None]
dd.plot.image_grid(shares * pair[0] + (1 - shares) * pair[1], [f"{s:.2f} A" for s in shares.ravel()], columns=8)
plt.gcf().suptitle("Mixtures of an A and a B, and their soft targets")
dd.plot.show("Eight pictures that fade from a B to an A; the target of each says how much of it is A, from 0 to 1.")

# %% [markdown]
# A third way with two pictures is **CutMix** (Yun and others 2019): a rectangle of one is pasted into the other, and
# the targets are mixed by area. And since one must choose kinds and strengths, **RandAugment** (Cubuk and others
# 2020) leaves two numbers to tune: how many transformations are drawn out of a list, and how strong all of them are.
#
# ## As layers
#
# Keras has all of these as layers, which can go into a model, where they work only in training, or into the input
# pipeline (Day 41). Their conventions are worth reading twice:
#
# | layer | its numbers | beware |
# |---|---|---|
# | `RandomTranslation(height_factor, width_factor)` | shares of the side, each way | |
# | `RandomRotation(factor)` | shares of a full turn: 0.25 is a quarter turn each way | not degrees |
# | `RandomZoom(height_factor)` | share; one draw for both sides if `width_factor` is not given | |
# | `RandomFlip(mode)` | `"horizontal"`, `"vertical"` or both | both unless you say otherwise |
#
# The first three fill what comes in from outside by `fill_mode`. Unless told otherwise, that is `"reflect"`, the
# picture mirrored at its edge; with letters that paints pieces of a second letter. `"constant"` takes `fill_value`, 0
# for black.
#
# Where does an augmenter work? `fit` calls the model with `training=True`, `evaluate` and `predict` with
# `training=False`, under which these layers hand pictures through. Called directly, as `layer(x)`, they take `training`
# for **True**: other layers do not. So say it.
#
# The last exercise is stated by its contract alone.


# %% exercise: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    """A model of Keras's layers that moves, turns and zooms pictures at random, each on its own.

    Args:
        shift: greatest move along rows and along columns, as a share of the picture's height and width, 0 <= shift < 1.
        rotation: greatest turn to either side, in degrees, 0 to 180.
        zoom: greatest change of size to either side, as a share, the same for height and width of a picture,
            0 <= zoom < 1.
        flip: whether to mirror about half of the pictures left to right. Nothing is ever turned upside down by it.

    Returns:
        keras.Sequential from (N, H, W, C), for any N, H, W and C, uint8 or float, to float tensors of the same shape.
        In training, pictures are changed, all draws anew in each call, with 0 where nothing was; with training=False
        they are handed through. About 8 lines.
    """
    ### BEGIN SOLUTION
    black = {"fill_mode": "constant", "fill_value": 0.0}
    layers = [
        keras.layers.RandomTranslation(shift, shift, **black),
        keras.layers.RandomRotation(rotation / 360, **black),
        keras.layers.RandomZoom(zoom, **black),
    ]
    if flip:
        layers.append(keras.layers.RandomFlip("horizontal"))
    return keras.Sequential(layers)
    ### END SOLUTION


# %% test: build_augmenter, points=3
x = np.zeros((64, 21, 31, 1), "float32")
x[:, 10, 15] = 1  # a bright pixel in the middle
x[:, 10, 24] = 2  # and a brighter one to the right of it
with dd.check.unchanged(x, what="x"):
    handed_through = build_augmenter()(x, training=False)
dd.check.like(
    handed_through, ops.convert_to_tensor(x), what="the pictures with training=False", why="nothing is changed"
)
augmenter = build_augmenter(shift=0.0, rotation=0.0, zoom=0.0, flip=True)
dd.check.kind(augmenter, keras.Sequential, what="build_augmenter(...)")
came = np.asarray(augmenter(x, training=True))
dd.check.shape(came, x.shape, what="the pictures in training")
mirrored, kept = (np.isclose(came, each, atol=1e-3).all(axis=(1, 2, 3)) for each in (x[:, :, ::-1], x))
assert (mirrored | kept).all(), "with flip alone each picture is mirrored left to right, or left as it is"
assert 16 <= mirrored.sum() <= 48, f"with flip=True about half of 64 pictures are mirrored; {mirrored.sum()} are"


### BEGIN HIDDEN TESTS
def middle_of(pictures, channel=0):
    """Where the light of each picture is centred: rows, columns."""
    pictures = np.asarray(pictures, float)[..., channel]
    total = pictures.sum(axis=(1, 2))
    rows = (pictures.sum(axis=2) * np.arange(pictures.shape[1])).sum(axis=1) / total
    columns = (pictures.sum(axis=1) * np.arange(pictures.shape[2])).sum(axis=1) / total
    return rows, columns


spot = np.zeros((120, 21, 41, 1), "float32")
spot[:, 10, 20] = 1
off = np.zeros((120, 41, 41, 2), "float32")
off[:, 20, 32] = 1  # 12 to the right of the middle

rows, columns = middle_of(build_augmenter(0.2, 0.0, 0.0)(spot, training=True))
for name, moved, side in (("rows", rows - 10, 21), ("columns", columns - 20, 41)):
    most = 0.2 * side
    why = f"shift=0.2 of {side} {name} is {most:.1f} to either side"
    assert np.abs(moved).max() < most + 0.6, f"a picture has moved by {np.abs(moved).max():.1f} {name}; {why}"
    assert moved.max() > 0.7 * most and moved.min() < -0.7 * most, f"pictures move too little along the {name}; {why}"
assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.4, "rows and columns are moved by draws of their own"

for degrees in (90.0, 8.0):
    rows, columns = middle_of(build_augmenter(0.0, degrees, 0.0)(off, training=True), channel=1)
    turned = np.rad2deg(np.arctan2(rows - 20, columns - 20))
    why = f"rotation={degrees} is in degrees, to either side"
    assert np.abs(turned).max() < degrees + 3, f"a picture is turned by {np.abs(turned).max():.0f} degrees; {why}"
    assert turned.max() > 0.7 * degrees and turned.min() < -0.7 * degrees, f"pictures are turned too little; {why}"
    far = np.hypot(rows - 20, columns - 20)
    dd.check.close(far, np.full(120, 12.0), rtol=0.1, what="the distance from the middle after turns", why="no zoom")

bars = np.zeros((120, 41, 41, 1), "float32")
bars[:, 20, 10:31] = 1
bars[:, 10:31, 20] = 1  # a cross of 21 by 21
came = np.asarray(build_augmenter(0.0, 0.0, 0.4)(bars, training=True))[..., 0]
high, wide = (came.max(axis=axis) for axis in (2, 1))
tall, broad = (high > 0.3).sum(axis=1) / 21, (wide > 0.3).sum(axis=1) / 21
assert tall.max() > 1.25 and tall.min() < 0.8, "with zoom=0.4 some crosses should be much larger, and some much smaller"
assert np.abs(tall - broad).max() < 0.15, "height and width of a picture change alike"
assert tall.max() < 1.8 and tall.min() > 0.6, "with zoom=0.4 sizes change by no more than about 40%"

white = np.full((40, 9, 12, 3), 200, "uint8")
for name, settings in (("shift", (0.4, 0.0, 0.0)), ("rotation", (0.0, 45.0, 0.0)), ("zoom", (0.0, 0.0, 0.5))):
    came = np.asarray(build_augmenter(*settings)(white, training=True))
    dd.check.dtype(came, "float", what=f"white pictures under {name}")
    dd.check.shape(came, white.shape, what=f"white pictures under {name}")
    assert came.min() < 1, f"with {name} black comes in where nothing was; here all pixels are {came.min():.0f} or more"
    assert came.max() < 201, "pixels stay in their range: nothing is scaled"

augmenter = build_augmenter(0.2, 30.0, 0.2, True)
first, second = (np.asarray(augmenter(off[:5], training=True)) for _ in range(2))
assert np.abs(first - second).max() > 0.1, "two calls draw anew"
assert np.abs(first[0] - first[1]).max() > 0.1, "each picture of a batch has draws of its own"
for size in ((1, 8, 6, 1), (3, 10, 10, 3)):
    pictures = np.random.default_rng(49).integers(0, 256, size, dtype="uint8")
    dd.check.shape(augmenter(pictures, training=True), size, what="what comes back for other sizes")
    through = augmenter(pictures, training=False)
    dd.check.close(through, pictures, what="uint8 pictures with training=False", why="they are handed through")
tilted = np.zeros((100, 15, 15, 1), "float32")
tilted[:, 3, 4] = 1
rows, columns = middle_of(build_augmenter(0.0, 0.0, 0.0, True)(tilted, training=True))
dd.check.close(
    rows, np.full(100, 3.0), atol=0.2, what="the row of a pixel under flip=True", why="only left and right change"
)
rows, columns = middle_of(build_augmenter(0.0, 0.0, 0.0)(tilted, training=True))
dd.check.close(
    columns, np.full(100, 4.0), atol=0.2, what="the column of a pixel without flip", why="flip is False by itself"
)
dd.check.equal(len(augmenter.trainable_weights), 0, what="number of trainable weights", why="there is nothing to learn")
### END HIDDEN TESTS

# %% mistakes: build_augmenter
# - replace: keras.layers.RandomRotation(rotation / 360
#   with: keras.layers.RandomRotation(rotation / 180
#   hint: "Pictures are turned too far. The layer's factor is a share of a full turn."
# - replace: keras.layers.RandomRotation(rotation / 360
#   with: keras.layers.RandomRotation(rotation * np.pi / 180 if rotation < 57 else 1.0
#   hint: "You hand over radians. The layer's factor is a share of a full turn."
# - replace: keras.layers.RandomRotation(rotation / 360
#   with: keras.layers.RandomRotation(rotation
#   hint: "Degrees go into the layer as they are. Its factor is a share of a full turn."
# - replace: keras.layers.RandomRotation(rotation / 360
#   with: keras.layers.RandomRotation(min(rotation, 1.0)
#   hint: "Degrees go into the layer as they are, cut off at 1. Its factor is a share of a full turn."
# - replace: keras.layers.RandomRotation(rotation / 360
#   with: keras.layers.RandomRotation(rotation / 100
#   hint: "You divide the degrees by 100. A full turn has 360, and the layer's factor is a share of it."
# - replace: keras.layers.RandomFlip("horizontal")
#   with: keras.layers.RandomFlip()
#   hint: "Some pictures are turned upside down: without a mode the layer flips both ways."
# - replace: keras.layers.RandomFlip("horizontal")
#   with: keras.layers.RandomFlip("vertical")
#   hint: "You turn pictures upside down. Left and right were to be exchanged."
# - replace: "black = {\"fill_mode\": \"constant\", \"fill_value\": 0.0}"
#   with: "black = {}"
#   hint: "The picture is mirrored at its edges where black should come in. That is the layers' own habit."
# - replace: "black = {\"fill_mode\": \"constant\", \"fill_value\": 0.0}"
#   with: "black = {\"fill_mode\": \"nearest\"}"
#   hint: "The picture's edges are drawn out where black should come in."
# - replace: "black = {\"fill_mode\": \"constant\", \"fill_value\": 0.0}"
#   with: "black = {\"fill_mode\": \"wrap\"}"
#   hint: "What leaves on one side comes back on the other, where black should come in."
# - replace: RandomTranslation(shift, shift, **black)
#   with: RandomTranslation(shift, 0.0, **black)
#   hint: "Pictures move along one axis only."
# - replace: RandomTranslation(shift, shift, **black)
#   with: RandomTranslation((0.0, shift), (0.0, shift), **black)
#   hint: "Pictures move to one side only. They should move to either."
# - replace: |-
#     keras.layers.RandomTranslation(shift, shift, **black),
#             keras.layers.RandomRotation(rotation / 360, **black),
#             keras.layers.RandomZoom(zoom, **black),
#   with: |-
#     keras.layers.RandomTranslation((0.0, shift), (0.0, shift), **black),
#             keras.layers.RandomRotation((0.0, rotation / 360), **black),
#             keras.layers.RandomZoom((0.0, zoom), **black),
#   hint: "All your ranges begin at 0: pictures move, turn and change to one side only. They should to either."
# - replace: keras.layers.RandomZoom(zoom, **black)
#   with: keras.layers.RandomZoom(zoom, zoom, **black)
#   hint: "Height and width are zoomed by draws of their own, which squeezes the pictures."
# - replace: keras.layers.RandomZoom(zoom, **black)
#   with: keras.layers.RandomZoom((-zoom, 0.0), **black)
#   hint: "Pictures only grow. They should also shrink."
# - replace: if flip
#   with: if not flip
#   hint: "flip has the opposite effect."
# - replace: if flip
#   with: if flip is not None
#   hint: "The mirror is always there. With flip=False it should be left out."
# - replace: keras.Sequential(layers)
#   with: keras.Sequential([keras.layers.Rescaling(1 / 255), *layers])
#   hint: "You also scale the pixels. Their range should stay as it was."


# %% accepts: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    # Added one by one, the mirror first, ranges as pairs.
    model = keras.Sequential(name="augmenter")
    if flip:
        model.add(keras.layers.RandomFlip(mode="horizontal"))
    turn = rotation / 360.0
    model.add(keras.layers.RandomRotation((-turn, turn), fill_mode="constant", interpolation="bilinear"))
    model.add(keras.layers.RandomZoom((-zoom, zoom), fill_mode="constant"))
    model.add(keras.layers.RandomTranslation((-shift, shift), (-shift, shift), fill_mode="constant"))
    return model


# %% [markdown]
# ## Put it together: 200 letters
#
# 200 letters, seven or eight of each kind, are all that LeNet gets, and it sees each of them 30 times. In the first way
# it sees them as they are; in the second each time under another `random_matrix`; in the third mirrored by a coin as
# well; in the fourth as they are, but mixed. Batches, order and number of steps are the same. Each way runs five times,
# with other letters and other weights to start from, and is judged by the same 2,000 letters, none of them changed.

# %% demo
PASSES, BATCH = 30, 50
reader = day_048.build_lenet((28, 28, 1), 26)
reader.compile(keras.optimizers.Adam(0.002), keras.losses.CategoricalCrossentropy(from_logits=True))
reader.optimizer.build(reader.trainable_variables)
optimizer_at_start = [ops.convert_to_numpy(variable) for variable in reader.optimizer.variables]


def train_anew(x, y, seed):
    """Train the reader from other weights and a fresh optimizer, on each picture once, in order; its test accuracy."""
    dd.seed(seed)
    reader.set_weights(day_048.build_lenet((28, 28, 1), 26).get_weights())
    for variable, value in zip(reader.optimizer.variables, optimizer_at_start, strict=True):
        variable.assign(value)
    reader.fit(x.astype("float32"), y, batch_size=BATCH, shuffle=False, verbose=0)
    logits = reader.predict(x_test, batch_size=500, verbose=0)
    return np.mean(logits.argmax(axis=1) == y_test)


ways = {"as they are": [], "mixup": [], "affine, mirrored": [], "affine": []}
for seed in range(5):
    rng = np.random.default_rng(4900 + seed)
    few = rng.choice(len(x_all), 200, replace=False)
    order = np.concatenate([rng.permutation(few) for _ in range(PASSES)])  # (6000,)
    x, y = x_all[order], np.eye(26, dtype="float32")[labels_all[order]]
    moved = np.stack([affine(image, random_matrix(rng)) for image in x])
    batches = [slice(i, i + BATCH) for i in range(0, len(x), BATCH)]
    mixed = [mixup(x[batch], y[batch], 0.2, rng) for batch in batches]
    mixed_x, mixed_y = (np.concatenate(parts) for parts in zip(*mixed, strict=True))
    ways["as they are"].append(train_anew(x, y, seed))
    ways["mixup"].append(train_anew(mixed_x, mixed_y, seed))
    ways["affine, mirrored"].append(train_anew(horizontal_flip(moved, rng), y, seed))
    ways["affine"].append(train_anew(moved, y, seed))
for name, accuracies in ways.items():
    print(f"{name:17}", *(f"{accuracy:.3f}" for accuracy in accuracies), f"  mean {np.mean(accuracies):.3f}")

fig, ax = plt.subplots(figsize=(8.5, 3.6))
for i, accuracies in enumerate(ways.values()):
    ax.plot(accuracies, [i] * 5, linestyle="", marker="os^D"[i], color=f"C{i}", markersize=8, alpha=0.8)
    ax.plot([np.mean(accuracies)] * 2, [i - 0.3, i + 0.3], color="0.4", linestyle="-")
ax.set_yticks(range(4), ways)
ax.set(title="Five runs each, from 200 letters", xlabel="accuracy on 2,000 letters", ylabel="training pictures")
ax.set(xlim=(0, 1), ylim=(-0.6, 3.6))
dd.plot.show(
    "Accuracies of five runs for each of four ways, with a line at the mean. As they are: about 0.5. Mixup: about the "
    "same. Affine and mirrored: about the same again, and more scattered. Affine: about 0.6."
)

# %% [markdown]
# Each affine run beats its neighbour that saw the letters as they are, by about ten points on average, and they would
# gain from more steps: after 60 passes in place of 30, three runs each gave about 0.73 against 0.52 when this was
# written. A network that sees the same 200 pictures again and again has learned them by heart long before.
#
# Mirrors take away most of what the affine maps had given, if not more: the network spends its steps on letters that
# nobody will show it, and L and J, or N and its mirror image, become harder to tell apart. Mixup alone changes little
# here. Its gains have been reported for large networks trained for long; another share or more passes may do better.
#
# Be fair to the figure: our letters were *made* by turning, leaning, scaling and moving, within bounds much like
# those of `random_matrix`. The augmentation knows exactly what varies. With photographs one has to guess, gains are
# smaller, and a guess that goes too far costs something, as the mirrors did.
#
# ## Ask several times
#
# Augmentation can also help after training. **Test-time augmentation** shows a picture to the network in several
# versions and averages the probabilities. It costs as many predictions as there are versions, and no training.
# Krizhevsky and his colleagues averaged over ten crops, five places and their mirror images. Here: the letter as it
# is, and moved by one pixel in each of four directions.

# %% demo
versions = [day_048.shift_images(x_test, *move) for move in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
probabilities = [
    ops.convert_to_numpy(ops.softmax(reader.predict(each, batch_size=500, verbose=0))) for each in versions
]
single = [np.mean(each.argmax(axis=1) == y_test) for each in probabilities]
together = np.mean(np.mean(probabilities, axis=0).argmax(axis=1) == y_test)
print("each version alone:", *(f"{accuracy:.3f}" for accuracy in single))
print(f"their probabilities averaged: {together:.3f}")

augmenter = build_augmenter(shift=0.08, rotation=10.0, zoom=0.1)
keras_versions = ops.convert_to_numpy(augmenter(np.repeat(upright[[8]], 8, axis=0), training=True))
dd.plot.image_grid(np.concatenate([upright[[8]].astype(float), keras_versions]), columns=9)
plt.gcf().suptitle("A B, and what the augmenter of Keras's layers makes of it")
dd.plot.show("A letter B as it is, and eight versions: turned a little, larger or smaller, moved, with black around.")

gains = np.array(ways["affine"]) - np.array(ways["as they are"])
print("gain of affine maps, run by run:", *(f"{gain:.3f}" for gain in gains))
assert gains.min() > 0.02 and gains.mean() > 0.07
assert np.mean(ways["affine, mirrored"]) < np.mean(ways["affine"]) - 0.05

# %% [markdown]
# The versions make mistakes of their own, which the average smooths away. With a network that was trained on moved
# letters already, don't expect more than a point or so.
#
# ## What you should remember
#
# 1. An augmentation is a claim about the task: this difference does not matter. A 6 is no turned 9, an M no turned W.
# 2. Every picture draws for itself, anew in each epoch; held-out pictures are left as they are.
# 3. Affine maps run backwards: the output asks where it comes from, and four pixels answer.
# 4. Mixup's targets are soft: one partner and one share for picture and target, $\lambda$ from Beta$(a, a)$.
# 5. Read a layer's conventions: shares of a turn, reflected edges, flips both ways. And judge by several runs.
#
# ## Check yourself, without code
#
# 1. A colleague augments first and splits into training and held-out pictures afterwards. The held-out accuracy is
#    wonderful. Why?
# 2. For which of these is a horizontal flip label-preserving: X-rays of the chest with the question "is the heart
#    enlarged?", the same with "is it a case of organs on the wrong side?", street signs, cells under a microscope?
# 3. With mixup the training loss stays well above zero however long you train. Is something wrong?
#
# <details><summary>Answers</summary>
#
# 1. Versions of one picture are on both sides. The network has seen nearly the same picture in training.
# 2. Cells: yes, there is no left or right to them. Street signs: no, arrows turn round. The enlarged heart: the answer
#    stays right, though mirrored chests hardly occur. Organs on the wrong side: it turns the answer into its opposite.
# 3. No. The best prediction for a soft target $(0.75, 0.25)$ is just that, and its cross-entropy is the target's own
#    entropy, 0.56 (Day 20).
#
# </details>
#
# ## Go further
#
# - Simard, Steinkraus and Platt (2003), *Best practices for convolutional neural networks applied to visual document
#   analysis*, ICDAR: elastic distortions.
# - Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural networks*, NIPS,
#   section 4.1.
# - DeVries and Taylor (2017), *Improved regularization of convolutional neural networks with cutout*.
# - Zhang, Cisse, Dauphin and Lopez-Paz (2018), *mixup: beyond empirical risk minimization*, ICLR.
# - Yun and others (2019), *CutMix*, ICCV; Cubuk and others (2020), *RandAugment*.
# - Day 50: deeper networks, for which all this becomes necessary.
