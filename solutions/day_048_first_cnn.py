# ---
# day: 48
# title: LeNet and a first CNN in Keras
# week: 10
# minutes: 100
# backend: any
# needs: [5, 33, 37, 46, 47]
# needs_code: [37]
# data: [glyphs, fashion_mnist]
# papers:
# - "LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition"
# - "Zeiler and Fergus 2014, Visualizing and understanding convolutional networks"
# - "Azulay and Weiss 2019, Why do deep convolutional networks generalize so poorly to small image transformations?"
# - Zhang 2019, Making convolutional networks shift-invariant again
# ---

# %% [markdown]
# # Day 48 · LeNet and a first CNN in Keras
#
# By the end you can build a convolutional network out of Keras's layers, say where its weights and where its work
# lie, look at what it sees inside, and measure how much of its skill is left when a picture moves.
#
# - **You will build** a way to move pictures, a count of a layer's weights, LeNet as it is taught today, a look at its
#   feature maps and a measure of its robustness. The network reads the letters of Day 37 with over 0.92 right, at
#   least five points above the dense network there, and loses less when they move.
# - **You need** logits (Day 5), `fit` and its history (Day 37), convolution, padding and receptive fields (Day 46),
#   pooling (Day 47).
# - **Not today:** training pictures that are moved on purpose (Day 49), and deeper networks (Day 50).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | number of pictures | | `len(x)` |
# | $H, W$ | rows and columns of a picture or a map | | |
# | $C, D$ | channels that come in, channels that go out: filters | | `in_ch`, `out_ch` |
# | $x$ | pictures, channels last | $(N, H, W, C)$ | `x` |
# | $f_H, f_W$ | rows and columns of a filter | | `kernel` |
# | $q$ | pairs of an incoming and an outgoing channel that are linked | | `links` |
# | $K$ | number of classes | | `num_classes` |
# | $z$ | the logits | $(N, K)$ | `logits` |
# | $c_i$ | the right class of picture $i$ | $(N,)$ together | `y` |
# | $a_j$ | output $j$ of LeNet-5's last hidden layer | $(84,)$ together | |
# | $t_{kj}$ | pixel $j$ of the code of class $k$, $-1$ or $1$ | $(K, 84)$ | `codes` |
# | $r_k$ | squared distance of the $a_j$ from the code of class $k$ | $(K,)$ | |

# %% setup
import logging
import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one

from deepdays.earlier import day_037

dd.plot.style()

# %% [markdown]
# ## A letter that has moved
#
# Day 37 ended with a suspicion: to a dense layer, a letter that has moved by three pixels is a new letter. To test it
# we need letters that have moved, and nothing else about them may change.
#
# Moving a picture means that each row is copied to another place. Some pixels leave it, and on the other side a strip
# appears about which nothing is known. Our letters lie on black, so the strip is filled with 0. Take
#
# $$\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix} \quad \text{one to the right:} \quad
# \begin{pmatrix} 0 & 1 & 2 \\ 0 & 4 & 5 \end{pmatrix}, \quad \text{one up:} \quad
# \begin{pmatrix} 4 & 5 & 6 \\ 0 & 0 & 0 \end{pmatrix} .$$
#
# What left on the right doesn't come back on the left. Whoever moves by more than the picture is wide has an empty
# one. Rows are counted downwards from the top, so *down* means larger row numbers.


# %% exercise: shift_images
def shift_images(x, down, right):
    """Move pictures over a black ground.

    Args:
        x: pictures, array (N, H, W, C) of any number dtype; left unchanged.
        down: int, how many rows each picture moves down; up if negative. May exceed H.
        right: int, how many columns it moves to the right; to the left if negative. May exceed W.

    Returns:
        A new array of x's shape and dtype; 0 where nothing moved in. About 6 lines.
    """
    ### BEGIN SOLUTION
    moved = np.zeros_like(x)
    height, width = x.shape[1:3]
    rows, from_rows = (slice(max(by, 0), max(height + by, 0)) for by in (down, -down))
    columns, from_columns = (slice(max(by, 0), max(width + by, 0)) for by in (right, -right))
    moved[:, rows, columns] = x[:, from_rows, from_columns]
    return moved
    ### END SOLUTION


# %% test: shift_images, points=2
x = np.array([[1, 2, 3], [4, 5, 6]], dtype="uint8").reshape(1, 2, 3, 1)
with dd.check.unchanged(x, what="x"):
    to_the_right, up = shift_images(x, 0, 1), shift_images(x, -1, 0)
due = np.array([[0, 1, 2], [0, 4, 5]], dtype="uint8").reshape(1, 2, 3, 1)
dd.check.like(to_the_right, due, dtype="uint8", what="shift_images(x, 0, 1)", why="this is the example worked by hand")
due = np.array([[4, 5, 6], [0, 0, 0]], dtype="uint8").reshape(1, 2, 3, 1)
dd.check.like(up, due, dtype="uint8", what="shift_images(x, -1, 0)", why="a negative number of rows is upwards")
x = np.random.default_rng(0).normal(size=(3, 4, 5, 2))
moved = shift_images(x, 2, -1)
dd.check.shape(moved, x.shape, what="shift_images(x, 2, -1)")
dd.check.close(moved[:, 2:, :-1], x[:, :-2, 1:], what="what moved down by 2 and to the left by 1")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(48)
for shape, dtype in (
    ((2, 4, 3, 2), "float64"),
    ((1, 3, 5, 1), "uint8"),
    ((3, 1, 4, 3), "float32"),
    ((2, 5, 1, 1), "int64"),
):
    x = rng.integers(1, 200, shape).astype(dtype)
    height, width = shape[1:3]
    for down in (0, 1, -1, height - 1, -height, height + 2, -height - 3):
        for right in (0, -2, 1, width, -width + 1, width + 1, -width - 2):
            due = np.zeros_like(x)
            for row in range(height):
                for column in range(width):
                    if 0 <= row - down < height and 0 <= column - right < width:
                        due[:, row, column] = x[:, row - down, column - right]
            with dd.check.unchanged(x, what="x"):
                moved = shift_images(x, down, right)
            what = f"shift_images(x, {down}, {right}) for x of shape {shape}"
            why = "each pixel moves by the same way, and 0 comes in"
            dd.check.like(moved, due, dtype=dtype, rtol=0, atol=0, what=what, why=why)
            assert not np.shares_memory(moved, x), f"{what} must return a new array, also where nothing moves"
x = rng.integers(1, 200, (2, 6, 8, 3))[:, ::2, ::-1]
due = np.concatenate([np.zeros_like(x[:, :1]), x[:, :-1]], axis=1)
dd.check.like(shift_images(x, 1, 0), due, rtol=0, atol=0, what="shift_images of a view", why="every other row counts")
### END HIDDEN TESTS

# %% mistakes: shift_images
# - replace: moved = np.zeros_like(x)
#   with: moved = np.zeros(x.shape)
#   hint: "The result should have x's dtype: pixels of uint8 stay uint8."
# - replace: moved = np.zeros_like(x)
#   with: moved = x.copy()
#   hint: "The strip that appears still shows the old picture. It is to be filled with 0."
# - replace: moved = np.zeros_like(x)
#   with: moved = np.full_like(x, 255)
#   hint: "The strip that appears is white. It is to be filled with 0."
# - replace: moved[:, rows, columns] = x[:, from_rows, from_columns]
#   with: moved[:, from_rows, from_columns] = x[:, rows, columns]
#   hint: "The picture moves the wrong way, along both axes."
# - replace: for by in (down, -down)
#   with: for by in (-down, down)
#   hint: "Down means larger row numbers, since rows are counted from the top. Yours moves up."
# - replace: for by in (right, -right)
#   with: for by in (-right, right)
#   hint: "Right means larger column numbers. Yours moves to the left."
# - replace: return moved
#   with: |-
#     x[...] = moved
#         return x
#   hint: "The pictures that were handed over have been overwritten. A new array was asked for."


# %% mistake: shift_images
# hint: "np.roll brings in on one side what left on the other. Nothing is known about the strip that appears, so it is
#   black."
def shift_images(x, down, right):
    return np.roll(x, (down, right), axis=(1, 2))


# %% mistake: shift_images
# hint: "A shift by 0 must leave the picture as it is. Mind what the slice :-0 means."
def shift_images(x, down, right):
    moved = np.zeros_like(x)
    rows = (slice(down, None), slice(None, -down)) if down >= 0 else (slice(None, down), slice(-down, None))
    columns = (slice(right, None), slice(None, -right)) if right >= 0 else (slice(None, right), slice(-right, None))
    if moved[:, rows[0], columns[0]].shape == x[:, rows[1], columns[1]].shape:
        moved[:, rows[0], columns[0]] = x[:, rows[1], columns[1]]
    return moved


# %% mistake: shift_images
# hint: "You take the two axes for each other: the second axis holds the rows, the third the columns."
def shift_images(x, down, right):
    moved = np.zeros_like(x)
    height, width = x.shape[1:3]
    for row in range(height):
        for column in range(width):
            if 0 <= row - right < height and 0 <= column - down < width:
                moved[:, row, column] = x[:, row - right, column - down]
    return moved


# %% mistake: shift_images
# hint: "You move along the first two axes. The first one counts the pictures."
def shift_images(x, down, right):
    moved = np.roll(x, (down, right), axis=(0, 1))
    moved[:, : max(right, 0)] = 0
    moved[: max(down, 0)] = 0
    return moved


# %% mistake: shift_images
# hint: "You move only downwards and to the right. Negative numbers mean up and to the left."
def shift_images(x, down, right):
    down, right = abs(down), abs(right)
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (down, 0), (right, 0), (0, 0)))
    return padded[:, :height, :width].copy()


# %% mistake: shift_images
# hint: "Right as long as something is left of the picture. Moved by more than its own size, it should be empty."
def shift_images(x, down, right):
    moved = np.roll(x, (down, right), axis=(1, 2))
    if down > 0:
        moved[:, :down] = 0
    elif down < 0:
        moved[:, down:] = 0
    if right > 0:
        moved[:, :, :right] = 0
    elif right < 0:
        moved[:, :, right:] = 0
    keep = np.roll(np.ones_like(x), (down % x.shape[1], right % x.shape[2]), axis=(1, 2))
    return moved * keep if abs(down) <= x.shape[1] else np.roll(x, (down, right), axis=(1, 2))


# %% mistake: shift_images
# hint: "Moved by more than its own size, a picture is empty. Your slices get negative ends then, which count from the
#   other side."
def shift_images(x, down, right):
    moved = np.zeros_like(x)
    height, width = x.shape[1:3]
    rows, columns = slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0))
    from_rows, from_columns = slice(max(-down, 0), height - max(down, 0)), slice(max(-right, 0), width - max(right, 0))
    moved[:, rows, columns] = x[:, from_rows, from_columns]
    return moved


# %% mistake: shift_images
# hint: "The strip is filled with the edge of the picture, drawn out. It should be black."
def shift_images(x, down, right):
    height, width = x.shape[1:3]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return x[:, rows][:, :, columns]


# %% accepts: shift_images
def shift_images(x, down, right):
    # Into the middle of a black page, out of which a window is cut.
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (abs(down), abs(down)), (abs(right), abs(right)), (0, 0)))
    top, left = abs(down) - down, abs(right) - right
    return padded[:, top : top + height, left : left + width].copy()


# %% accepts: shift_images
def shift_images(x, down, right):
    # Looked up by index; where there is nothing to look up, 0.
    rows = np.arange(x.shape[1]) - down
    columns = np.arange(x.shape[2]) - right
    moved = x[:, rows % x.shape[1]][:, :, columns % x.shape[2]]
    there = ((rows >= 0) & (rows < x.shape[1]))[:, None] & (columns >= 0) & (columns < x.shape[2])
    return np.where(there[None, :, :, None], moved, np.zeros((), x.dtype))


# %% [markdown]
# Now the network of Day 37 as you left it: 128 hidden units, 8 epochs, and letters from the same 25 typefaces. What
# does it read when a letter moves to the right?

# %% demo
(x_train, y_train), (x_test, y_test) = dd.data.glyphs()
x_train, x_test = x_train[..., None], x_test[..., None]  # (10000, 28, 28, 1) and (2000, 28, 28, 1) uint8
alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
dd.seed(48)
scaling = day_037.fit_normalization(x_train, per_feature=False)
dense_reader = day_037.build_classifier((28, 28, 1), 26, [128], scaling)
day_037.compile_for_logits(dense_reader, learning_rate=0.002)
dense_history = dense_reader.fit(
    x_train, y_train, batch_size=200, epochs=8, validation_data=(x_test, y_test), verbose=0
).history
dense_accuracy = dense_history["val_accuracy"][-1]
print(f"dense network: {dense_accuracy:.3f} of the held-out letters are read rightly")

shown = np.array(
    [np.flatnonzero((y_test == k) & (day_037.predict_labels(dense_reader, x_test) == k))[0] for k in range(8)]
)
steps = {right: shift_images(x_test[shown], 0, right) for right in (0, 2, 4)}
titles = [alphabet[k] for moved in steps.values() for k in day_037.predict_labels(dense_reader, moved)]
dd.plot.image_grid(np.concatenate(list(steps.values())), titles, columns=8)
plt.gcf().suptitle("What the dense network reads: as it is, 2 and 4 pixels to the right")
dd.plot.show(
    "Three rows of the same eight letters, A to H, moved by 0, 2 and 4 pixels to the right, each with what the network "
    "reads above it. All are read rightly in the first row, most in the second, fewer in the third."
)

# %% [markdown]
# To us all three rows are the same. To the network they are not, although the letters that it learned from were up to
# 2.7 pixels off centre themselves. It had to learn each place anew, with what few letters happened to lie there.
#
# ## Layers that know about places
#
# `keras.layers.Conv2D` is the layer of Day 46: a bank of filters slides over the picture, and each gives a **feature
# map**, an array that says where in the picture its pattern occurs, and how strongly. Keras learns the filters.
#
# | argument | meaning | if you say nothing |
# |---|---|---|
# | `filters` | how many, $D$; each one makes a map | |
# | `kernel_size` | $f$ for a square filter, or $(f_H, f_W)$ | |
# | `strides` | how far it moves at a time | 1 |
# | `padding` | `"valid"` or `"same"` | `"valid"` |
# | `activation` | what happens to the output | nothing |
#
# A picture has three axes for Keras, also if it is grey: $(H, W, C)$ with $C = 1$. Most error messages that beginners
# meet today, such as *expected min_ndim=4, found ndim=3*, want that last axis, or the first one, of the batch.
#
# `MaxPooling2D(2)` and `AveragePooling2D(2)` are Day 47's: in each square of $2 \times 2$ the largest number or the
# mean is kept, in each map on its own. Their stride is the size of the square unless you say otherwise, and they have
# nothing to train. A row or column left over at the end is dropped: 13 rows become 6.
#
# Every filter reaches through *all* the channels that come in. Three rows by three columns, two channels in and four
# out: a filter has $3 \cdot 3 \cdot 2 = 18$ weights, and a bias of its own, four filters have $4 \cdot 19 = 76$
# numbers. In general
#
# $$(f_H f_W C + 1)\, D .$$
#
# The size of the picture is not in it: the same filters read a stamp and a poster. In 1998 memory was dear, and an
# outgoing map was linked with only some of the incoming ones. With $q$ linked pairs out of $C D$ there are
#
# $$f_H f_W\, q + D$$
#
# numbers, one filter plane for each pair and, still, one bias for each map that goes out. Often the bias is left out
# altogether, because a batch normalisation that follows has one of its own (Day 33).


# %% exercise: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    """Count the trainable numbers of a convolution.

    Args:
        kernel: f of a square filter, int >= 1, or (rows, columns) of any, two ints >= 1.
        in_ch: channels that come in, int >= 1.
        out_ch: channels that go out, int >= 1.
        links: how many pairs of an incoming and an outgoing channel are linked, int; None for all of them.
        use_bias: whether each outgoing channel has a bias.

    Returns:
        int. About 6 lines.

    Raises:
        ValueError: links is negative, or more than there are pairs.
    """
    ### BEGIN SOLUTION
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    pairs = in_ch * out_ch
    linked = pairs if links is None else links
    if not 0 <= linked <= pairs:
        raise ValueError(f"links must be from 0 to {pairs}, the number of pairs. Received: {links}")
    return rows * columns * linked + (out_ch if use_bias else 0)
    ### END SOLUTION


# %% test: conv_params, points=1
result = conv_params(3, 2, 4)
dd.check.like(result, 76, what="conv_params(3, 2, 4)", why="this is the example worked by hand")
dd.check.like(conv_params((1, 5), 3, 2), 32, what="conv_params((1, 5), 3, 2)", why="two filters of 1 by 5 by 3")
result = conv_params(5, 6, 16, links=60)
dd.check.like(result, 1516, what="conv_params(5, 6, 16, links=60)", why="60 planes of 25 weights and 16 biases")
result = conv_params(3, 2, 4, use_bias=False)
dd.check.like(result, 72, what="conv_params(3, 2, 4, use_bias=False)", why="there are only the weights")
with dd.check.raises(ValueError, why="2 times 4 channels make 8 pairs"):
    conv_params(3, 2, 4, links=9)
### BEGIN HIDDEN TESTS
for kernel, in_ch, out_ch in (((3, 3), 1, 8), ((2, 4), 3, 5), ((7, 1), 4, 1), ((1, 1), 64, 16), ((5, 5), 1, 1)):
    due = sum(1 for _ in range(out_ch) for _ in range(in_ch) for _ in range(kernel[0]) for _ in range(kernel[1]))
    for use_bias in (True, False):
        biases = out_ch if use_bias else 0
        what = f"conv_params({kernel}, {in_ch}, {out_ch}, use_bias={use_bias})"
        dd.check.like(conv_params(kernel, in_ch, out_ch, use_bias=use_bias), due + biases, what=what)
        dd.check.like(conv_params(list(kernel), in_ch, out_ch, use_bias=use_bias), due + biases, what=what)
        if kernel[0] == kernel[1]:
            dd.check.like(conv_params(kernel[0], in_ch, out_ch, None, use_bias), due + biases, what=what)
        for links in {0, 1, in_ch * out_ch}:
            what = f"conv_params({kernel}, {in_ch}, {out_ch}, links={links}, use_bias={use_bias})"
            why = "each linked pair has a plane of its own, and each map that goes out a bias, linked or not"
            result = conv_params(kernel, in_ch, out_ch, links, use_bias)
            dd.check.like(result, due * links // (in_ch * out_ch) + biases, what=what, why=why)
    for links in (-1, in_ch * out_ch + 1):
        with dd.check.raises(ValueError, why=f"{in_ch} and {out_ch} channels cannot make {links} pairs"):
            conv_params(kernel, in_ch, out_ch, links=links)
### END HIDDEN TESTS

# %% mistakes: conv_params
# - replace: "(out_ch if use_bias else 0)"
#   with: "(1 if use_bias else 0)"
#   hint: "Each filter has a bias of its own."
# - replace: "(out_ch if use_bias else 0)"
#   with: "(linked if use_bias else 0)"
#   hint: "You count a bias for every pair of channels. A map that goes out has one, whatever it is linked with."
# - replace: "(out_ch if use_bias else 0)"
#   with: "(in_ch if use_bias else 0)"
#   hint: "The biases belong to the maps that go out."
# - replace: "(out_ch if use_bias else 0)"
#   with: "((out_ch if links is None else links) if use_bias else 0)"
#   hint: "With links you count a bias for every pair. A map that goes out has one, whatever it is linked with."
# - replace: "(out_ch if use_bias else 0)"
#   with: "out_ch"
#   hint: "use_bias=False should leave the biases out."
# - replace: rows * columns * linked
#   with: rows * columns * out_ch
#   hint: "Every filter reaches through all channels that come in. Yours are flat."
# - replace: pairs if links is None else links
#   with: out_ch if links is None else links
#   hint: "Without links every filter reaches through all channels that come in. Yours are flat."
# - replace: rows * columns * linked
#   with: rows * rows * linked
#   hint: "A filter need not be square."
# - replace: rows * columns * linked
#   with: (rows + columns) * linked
#   hint: "A filter has rows times columns weights."
# - replace: pairs if links is None else links
#   with: links or pairs
#   hint: "links=0 is not links=None: with no pair linked there is no weight left."
# - replace: if not 0 <= linked <= pairs
#   with: if linked > pairs
#   hint: "A negative number of links gets through."
# - replace: if not 0 <= linked <= pairs
#   with: if linked < 0
#   hint: "More links than there are pairs of channels get through."
# - replace: pairs if links is None else links
#   with: pairs if links is None else min(links, pairs)
#   hint: "Too many links are taken for all of them. That is the caller's mistake, and should be said."


# %% mistake: conv_params
# hint: "That is a dense layer's count. A filter's weights don't depend on how many places it slides over."
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    linked = in_ch * out_ch if links is None else links
    if not 0 <= linked <= in_ch * out_ch:
        raise ValueError(links)
    return rows * columns * linked * 28 * 28 + (out_ch if use_bias else 0)


# %% accepts: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    shape = np.broadcast_to(kernel, 2)
    if links is None:
        links = in_ch * out_ch
    elif links < 0 or links > in_ch * out_ch:
        raise ValueError("so many pairs cannot be linked")
    return int(np.prod(shape)) * links + bool(use_bias) * out_ch


# %% [markdown]
# ## LeNet-5 as it was
#
# LeCun, Bottou, Bengio and Haffner published it in 1998 for handwritten digits, after a decade of smaller networks of
# the kind. It reads a picture of $32 \times 32$, larger than any digit in it, so that the ends of strokes can come to
# lie in the middle of the highest filters' fields.
#
# | layer | what it does | map | trained numbers |
# |---|---|---|---|
# | C1 | 6 filters of $5 \times 5$ | $28 \times 28$ | 156 |
# | S2 | subsampling by 2 | $14 \times 14$ | 12 |
# | C3 | 16 filters of $5 \times 5$, partly linked | $10 \times 10$ | 1,516 |
# | S4 | subsampling by 2 | $5 \times 5$ | 32 |
# | C5 | 120 filters of $5 \times 5$ | $1 \times 1$ | 48,120 |
# | F6 | 84 units | | 10,164 |
# | output | a distance from each class's code | | none |
#
# Together exactly 60,000. Three of its parts have gone out of use:
#
# **Subsampling.** S2 adds the four numbers of a square, multiplies the sum by a coefficient, adds a bias and squashes
# the result. Coefficient and bias are trained, one of each for a map: $6 \cdot 2 = 12$. A small coefficient makes the
# layer nearly linear, a blur; a large one makes it a noisy *or* or *and* of the four, depending on the bias.
#
# **A table of links.** Each of the 16 maps of C3 sees only some of the 6 maps below: the first six see three
# neighbours each, the next six four neighbours, three more see four that are no neighbours, the last sees all. That
# makes $6 \cdot 3 + 9 \cdot 4 + 6 = 60$ pairs of 96. It saved work and, so the authors say more importantly, it broke
# the symmetry: maps that see different things learn different things. Today random starts are trusted with that.
#
# **Codes for outputs.** The 84 numbers of F6 are meant to become a picture, 7 pixels wide and 12 high, of the printed
# character. Output $k$ is the squared distance from a fixed code, $t_{kj} = \pm 1$ (a *radial basis function*, RBF):
#
# $$r_k = \sum_{j=0}^{83} (a_j - t_{kj})^2 ,$$
#
# and the class with the *smallest* $r_k$ wins. Characters that look alike, such as O and 0, have codes that are close,
# so that the step after it, reading whole words, is told of both. So $-r_k$ plays the part of a logit; the paper's
# final loss is the cross-entropy of these, with one more term for "none of them".
#
# Everything is squashed by $1.7159 \tanh(\tfrac23 a)$, which takes 1 to 1 and $-1$ to $-1$, the targets, and is
# steepest between. Weights start uniformly within $\pm 2.4$ divided by the number of inputs of the unit. All of it in
# Keras, for our 26 letters, with codes out of a typeface of today:

# %% demo
groups = ["012", "123", "234", "345", "045", "015", "0123", "1234", "2345", "0345", "0145", "0125", "0134", "1245"]
groups = [[int(digit) for digit in group] for group in [*groups, "0235", "012345"]]


def squash(a):
    return 1.7159 * ops.tanh(2 * a / 3)


def start(num_inputs):
    return keras.initializers.RandomUniform(-2.4 / num_inputs, 2.4 / num_inputs)


class Subsampling(keras.layers.Layer):
    """The sum of each square of 2 x 2, times a coefficient, plus a bias, squashed."""

    def build(self, input_shape):
        self.coefficient = self.add_weight(shape=(input_shape[-1],), initializer=start(5))
        self.bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros")

    def call(self, x):
        return squash(4 * ops.average_pool(x, 2) * self.coefficient + self.bias)


class PartialConv(keras.layers.Layer):
    """A convolution whose maps each see a group of the incoming maps."""

    def build(self, input_shape):
        links = [(k, d, len(group)) for d, group in enumerate(groups) for k in group]  # 60 pairs
        bounds = np.array([2.4 / (25 * count + 1) for *_, count in links], dtype="float32")
        self.planes = self.add_weight(
            shape=(5, 5, len(links)),
            initializer=lambda shape, dtype=None: keras.random.uniform(shape, -1, 1, dtype) * bounds,
        )
        self.bias = self.add_weight(shape=(len(groups),), initializer="zeros")
        self.places = np.zeros((len(links), input_shape[-1], len(groups)), dtype="float32")  # (60, 6, 16)
        for plane, (k, d, _) in enumerate(links):
            self.places[plane, k, d] = 1

    def call(self, x):
        filters = ops.einsum("hwl,lcd->hwcd", self.planes, self.places)  # 0 where nothing is linked
        return squash(ops.conv(x, filters) + self.bias)


class Codes(keras.layers.Layer):
    """The negative squared distance from each class's code: the nearest has the largest output."""

    def __init__(self, codes, **kwargs):
        super().__init__(**kwargs)
        self.codes = codes

    def call(self, a):
        return -ops.sum((a[:, None] - self.codes) ** 2, axis=-1)  # (N, 1, 84) and (26, 84)


def draw_code(letter):
    """A letter of 7 x 12 pixels, 1 for ink and -1 for none: (84,)."""
    page = Image.new("L", (200, 200))
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans Mono"), 160)
    ImageDraw.Draw(page).text((20, 0), letter, 255, font)
    ink = page.crop(page.getbbox()).resize((7, 12), Image.Resampling.BOX)
    return np.where(np.asarray(ink) > 110, 1.0, -1.0).astype("float32").ravel()


def build_lenet_of_1998(codes):
    layers = [
        keras.layers.ZeroPadding2D(2),
        keras.layers.Rescaling(1.275 / 255, offset=-0.1),  # the ground is -0.1 and ink 1.175, as in the paper
        keras.layers.Conv2D(6, 5, activation=squash, kernel_initializer=start(26), name="C1"),
        Subsampling(name="S2"),
        PartialConv(name="C3"),
        Subsampling(name="S4"),
        keras.layers.Conv2D(120, 5, activation=squash, kernel_initializer=start(401), name="C5"),
        keras.layers.Flatten(),
        keras.layers.Dense(84, activation=squash, kernel_initializer=start(121), name="F6"),
        Codes(codes, name="output"),
    ]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers])


codes = np.stack([draw_code(letter) for letter in alphabet])  # (26, 84)
dd.seed(48)
lenet_of_1998 = build_lenet_of_1998(codes)
counted = {
    layer.name: layer.count_params() for layer in lenet_of_1998.layers if layer.name[0] in "CSF" and layer.weights
}
by_formula = {
    "C1": conv_params(5, 1, 6),
    "C3": conv_params(5, 6, 16, links=sum(len(group) for group in groups)),
    "C5": conv_params(5, 16, 120),
    "F6": conv_params(1, 120, 84),
}
for name, count in counted.items():
    print(f"{name} {count:7,d}", f"and by formula {by_formula[name]:7,d}" if name in by_formula else "")
print(f"all {lenet_of_1998.count_params():6,d}")

fig, (left, right) = plt.subplots(1, 2, figsize=(13, 3), width_ratios=[1, 1.5])
table = np.array([[k in group for group in groups] for k in range(6)])  # (6, 16), True = linked
left.imshow(table, cmap="gray_r", vmax=1.6)
left.set(title="Which maps C3 links", xlabel="map of C3", ylabel="map of S2", xticks=range(0, 16, 3), yticks=range(6))
left.grid(False)
rows = np.pad(codes.reshape(2, 13, 12, 7), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-1)  # (2, 13, 14, 9)
right.imshow(rows.transpose(0, 2, 1, 3).reshape(28, 117), cmap="gray_r", vmax=1.6)
right.set(title="Codes of the 26 letters, 7 by 12 pixels each")
right.set_axis_off()
dd.plot.show(
    "Left, the table of links, 6 rows and 16 columns, a dark square for a link: bands of three neighbours in the "
    "first six columns, of four in the next six, four with gaps in the next three, all six in the last. Right, the "
    "26 letters as small pictures of dark pixels, narrow and high."
)

# %% [markdown]
# On the left each column is one map of C3, and the dark squares are the maps that it sees. A dense layer is a
# convolution of $1 \times 1$ on a picture of one pixel, which is why the formula counts F6 too.
#
# ## LeNet as it is taught
#
# What most courses call LeNet keeps the skeleton and replaces the rest: pooling without weights, all maps linked, a
# dense layer for C5 (on a map of $5 \times 5$ that is the same thing), ordinary logits in place of distances, and
# often ReLU and max pooling, which came into fashion later. Padding by 2 takes the place of the larger picture:
#
# | layer | name | output for $28 \times 28 \times 1$ |
# |---|---|---|
# | pixels from 0 to 255 are brought to 0 to 1 | `scaling` | $28 \times 28 \times 1$ |
# | 6 filters of $5 \times 5$, padding *same* | `conv1` | $28 \times 28 \times 6$ |
# | pooling by 2 | `pool1` | $14 \times 14 \times 6$ |
# | 16 filters of $5 \times 5$, no padding | `conv2` | $10 \times 10 \times 16$ |
# | pooling by 2 | `pool2` | $5 \times 5 \times 16$ |
# | all in a row | `flatten` | 400 |
# | 120 units | `dense1` | 120 |
# | 84 units | `dense2` | 84 |
# | logits | `logits` | $K$ |
#
# `Flatten` lays a map of several channels in the order of memory: first all channels of the pixel on top to the left,
# then those of its right neighbour. From there on places have no meaning any more: each entry has weights of its own.
# For other pictures the same layers give other sizes. A picture of $13 \times 16$: $6 \times 8$ after the first
# pooling, $2 \times 4$ after the second convolution, $1 \times 2$ after its pooling, and 32 numbers in a row.
#
# `keras.layers.Rescaling(scale)` multiplies. Scaling within the model means that nobody can forget it.


# %% exercise: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    """LeNet as it is taught, for pictures of any size; built, not compiled.

    Args:
        input_shape: (H, W, C) of one picture, H and W >= 12, with pixels from 0 to 255.
        num_classes: number of classes K, int >= 1.
        activation: activation of both convolutions and of `dense1` and `dense2`, a name that Keras knows.
        pooling: "max" or "average", for both poolings.

    Returns:
        keras.Sequential from (N, H, W, C), uint8 or float, for any N, to logits (N, K). Its layers have the names of
        the table above, in this order, and start as Keras starts them; the model has its weights already. About 14
        lines.

    Raises:
        ValueError: pooling is neither of the two.
    """
    ### BEGIN SOLUTION
    if pooling not in ("max", "average"):
        raise ValueError(f"pooling must be 'max' or 'average'. Received: {pooling!r}")
    pool = keras.layers.MaxPooling2D if pooling == "max" else keras.layers.AveragePooling2D
    layers = [
        keras.layers.Rescaling(1 / 255, name="scaling"),
        keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
        pool(2, name="pool1"),
        keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
        pool(2, name="pool2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(120, activation=activation, name="dense1"),
        keras.layers.Dense(84, activation=activation, name="dense2"),
        keras.layers.Dense(num_classes, name="logits"),
    ]
    return keras.Sequential([keras.Input(input_shape), *layers])
    ### END SOLUTION


# %% fixture
def plain_name(layer):
    """The name of a layer, without the number that Keras puts at the end of names of its own."""
    return re.sub(r"_\d+$", "", layer.name)


def names_of(model):
    return [plain_name(layer) for layer in model.layers]


def shapes_of(model):
    """The shape of each layer's output for one picture, by name."""
    return {plain_name(layer): tuple(layer.output.shape[1:]) for layer in model.layers}


def weight_shapes(model):
    return [tuple(weight.shape) for weight in model.get_weights()]


def distinct_numbers(model):
    """How many different numbers each kernel holds."""
    return [len(np.unique(weight)) for weight in model.get_weights() if weight.ndim > 1]


# %% test: build_lenet, points=3
NAMES = ["scaling", "conv1", "pool1", "conv2", "pool2", "flatten", "dense1", "dense2", "logits"]
model = build_lenet((28, 28, 1), 26)
dd.check.kind(model, keras.Sequential, what="build_lenet((28, 28, 1), 26)")
dd.check.equal(names_of(model), NAMES, what="names of the layers", why="they are those of the table")
sizes = [(28, 28, 1), (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (26,)]
for name, size in zip(NAMES, sizes, strict=True):
    dd.check.equal(shapes_of(model)[name], size, what=f"shape of the output of {name!r}", why="the table says so")
model = build_lenet((13, 16, 2), 3, pooling="average")
dd.check.equal(shapes_of(model)["flatten"], (32,), what="length after 'flatten'", why="worked out in the text")
dd.check.shape(model(np.zeros((2, 13, 16, 2), "uint8")), (2, 3), what="logits of two pictures", why="(N, K)")
with dd.check.raises(ValueError, why="there is no such pooling here"):
    build_lenet((28, 28, 1), 26, pooling="sum")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(48)


def convolve(x, kernel, bias):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))  # (N, H', W', C, 5, 5)
    return np.einsum("nhwcij,ijcd->nhwd", windows, kernel) + bias


def pool(x, reduce):
    height, width = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2
    return reduce([x[:, i:height:2, j:width:2] for i in (0, 1) for j in (0, 1)], axis=0)


def by_hand(x, weights, act, reduce):
    """The logits in float64, layer by layer."""
    a = np.pad(x / 255, ((0, 0), (2, 2), (2, 2), (0, 0)))
    a = pool(act(convolve(a, *weights[:2])), reduce)
    a = pool(act(convolve(a, *weights[2:4])), reduce).reshape(len(x), -1)
    for i in (4, 6):
        a = act(a @ weights[i] + weights[i + 1])
    return a @ weights[8] + weights[9]


cases = [
    ((13, 16, 2), 3, {}, lambda a: np.maximum(a, 0), np.max),
    ((12, 15, 1), 1, {"activation": "tanh", "pooling": "average"}, np.tanh, np.mean),
    ((12, 12, 1), 2, {"activation": "sigmoid", "pooling": "max"}, lambda a: 1 / (1 + np.exp(-a)), np.max),
]
for input_shape, num_classes, options, act, reduce in cases:
    said = "".join(f", {name}={value!r}" for name, value in options.items())
    what = f"build_lenet({input_shape}, {num_classes}{said})"
    model = build_lenet(input_shape, num_classes, **options)
    dd.check.kind(model, keras.Sequential, what=what)
    dd.check.equal(names_of(model), NAMES, what=f"names of the layers of {what}")
    height, width = ((length // 2 - 4) // 2 for length in input_shape[:2])
    kernels = [(5, 5, input_shape[2], 6), (5, 5, 6, 16), (height * width * 16, 120), (120, 84), (84, num_classes)]
    due = [shape for kernel in kernels for shape in (kernel, kernel[-1:])]
    dd.check.equal(weight_shapes(model), due, what=f"shapes of the weights of {what}")
    for count, kernel in zip(distinct_numbers(model), kernels, strict=True):
        assert count > np.prod(kernel) // 2, "weights that start alike stay alike: each kernel is drawn at random"
    for bias in model.get_weights()[1::2]:
        dd.check.equal(np.any(bias), False, what="whether a bias starts off zero", why="Keras starts them at zero")
    weights = [rng.normal(size=shape) / np.sqrt(np.prod(shape[:-1]) if len(shape) > 1 else 4) for shape in due]
    model.set_weights(weights)
    for batch, training in ((3, False), (1, True)):
        x = rng.integers(0, 256, (batch, *input_shape)).astype("float32" if training else "uint8")
        due = by_hand(x, weights, act, reduce)
        why = "scaled, convolved, pooled, twice; flattened; two dense layers with the activation and one without"
        near = {"kind": "tensor", "rtol": 1e-3, "atol": 1e-4}  # float32 through five layers
        dd.check.like(model(x, training=training), due, **near, what=f"the logits of {what}", why=why)
dd.check.equal(len(model.trainable_weights), 10, what="number of trainable weights", why="five kernels, five biases")
dd.check.equal(len(model.losses), 0, what="number of penalties", why="no layer adds anything to the loss")
for bad in ("", "Max", "mean", None, "average_pool"):
    with dd.check.raises(ValueError, why=f"{bad!r} is neither 'max' nor 'average'"):
        build_lenet((12, 12, 1), 2, pooling=bad)
### END HIDDEN TESTS

# %% mistakes: build_lenet
# - replace: Conv2D(6, 5, padding="same",
#   with: Conv2D(6, 5,
#   hint: "The first convolution loses two pixels on each side. Its padding takes the place of the larger picture."
# - replace: Conv2D(16, 5, activation
#   with: Conv2D(16, 5, padding="same", activation
#   hint: "The second convolution has no padding: 14 pixels become 10."
# - replace: keras.layers.Rescaling(1 / 255, name="scaling")
#   with: keras.layers.Rescaling(1.0, name="scaling")
#   hint: "Pixels from 0 to 255 go into the network as they are. They should be brought to 0 to 1."
# - replace: keras.layers.Rescaling(1 / 255, name="scaling")
#   with: keras.layers.Rescaling(1 / 127.5, offset=-1, name="scaling")
#   hint: "You bring the pixels to -1 to 1; asked for was 0 to 1."
# - replace: keras.layers.Dense(num_classes, name="logits")
#   with: keras.layers.Dense(num_classes, activation="softmax", name="logits")
#   hint: "Your model gives probabilities. The logits are wanted."
# - replace: keras.layers.Dense(num_classes, name="logits")
#   with: keras.layers.Dense(num_classes, activation=activation, name="logits")
#   hint: "The last layer gives logits, which may be any number: it has no activation."
# - replace: keras.layers.Conv2D(16, 5, activation=activation
#   with: keras.layers.Conv2D(16, 5, activation="relu"
#   hint: "The second convolution should have the activation that was asked for."
# - replace: Conv2D(6, 5, padding="same", activation=activation
#   with: Conv2D(6, 5, padding="same"
#   hint: "The first convolution has no activation. Without one, it and the next collapse into a single linear map."
# - replace: keras.layers.Dense(84, activation=activation
#   with: keras.layers.Dense(84
#   hint: "Every hidden layer has an activation, also the last one before the logits."
# - replace: keras.layers.Dense(120, activation=activation
#   with: keras.layers.Dense(120
#   hint: "Every hidden layer has an activation, also the first one after the pictures were flattened."
# - replace: pool(2, name="pool2")
#   with: pool(2, padding="same", name="pool2")
#   hint: "You pad in the second pooling. A row left over at the end is dropped."
# - replace: pool(2, name="pool1")
#   with: pool(2, padding="same", name="pool1")
#   hint: "You pad in the first pooling. A row left over at the end is dropped."
# - replace: pool(2, name="pool1")
#   with: pool(2, strides=1, padding="same", name="pool1")
#   hint: "Your first pooling moves by one pixel at a time, so that nothing gets smaller."
# - replace: keras.layers.MaxPooling2D if pooling == "max" else keras.layers.AveragePooling2D
#   with: keras.layers.MaxPooling2D
#   hint: "pooling='average' goes unheard."
# - replace: pool(2, name="pool2")
#   with: keras.layers.MaxPooling2D(2, name="pool2")
#   hint: "pooling is meant for both poolings. Your second one takes the maximum, whatever was asked for."
# - replace: pool(2, name="pool1")
#   with: keras.layers.MaxPooling2D(2, name="pool1")
#   hint: "pooling is meant for both poolings. Your first one takes the maximum, whatever was asked for."
# - replace: |-
#     keras.layers.Dense(120, activation=activation, name="dense1"),
#             keras.layers.Dense(84, activation=activation, name="dense2"),
#   with: |-
#     keras.layers.Dense(120, activation="relu", name="dense1"),
#             keras.layers.Dense(84, activation="relu", name="dense2"),
#   hint: "Your dense layers have ReLU, whatever was asked for. The activation is meant for them too."
# - replace: |-
#     pool(2, name="pool1"),
#             keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
#             pool(2, name="pool2"),
#   with: |-
#     pool(2, strides=1, name="pool1"),
#             keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
#             pool(2, strides=1, name="pool2"),
#   hint: "Your poolings move on by one pixel at a time, so that nothing becomes half as large."
# - replace: keras.layers.Flatten(name="flatten")
#   with: keras.layers.GlobalAveragePooling2D(name="flatten")
#   hint: "You average each map. Here all entries of all maps are laid in a row, each with weights of its own."
# - replace: if pooling not in ("max", "average")
#   with: if pooling is None
#   hint: "A pooling that does not exist gets through."
# - replace: if pooling not in ("max", "average")
#   with: if pooling == 0
#   hint: "Whatever is not max is taken for average. A pooling that does not exist is the caller's mistake."
# - replace: "layers = ["
#   with: |-
#     activation = "relu"
#         layers = [
#   hint: "All hidden layers have ReLU. They should have the activation that was asked for."
# - replace: Conv2D(6, 5,
#   with: Conv2D(6, 3,
#   hint: "The filters of the first convolution are 5 by 5."
# - replace: keras.layers.Dense(120, activation=activation, name="dense1")
#   with: keras.layers.Dense(120, activation=activation, kernel_initializer="zeros", name="dense1")
#   hint: "All weights of a layer start alike, get like gradients, and stay alike."


# %% mistake: build_lenet
# hint: "The layers have Keras's own names. Give them those of the table: they are how one finds a layer again."
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    pool = keras.layers.MaxPooling2D if pooling == "max" else keras.layers.AveragePooling2D
    model = keras.Sequential([keras.Input(input_shape), keras.layers.Rescaling(1 / 255)])
    model.add(keras.layers.Conv2D(6, 5, padding="same", activation=activation))
    model.add(pool())
    model.add(keras.layers.Conv2D(16, 5, activation=activation))
    model.add(pool())
    model.add(keras.layers.Flatten())
    for units in (120, 84):
        model.add(keras.layers.Dense(units, activation=activation))
    model.add(keras.layers.Dense(num_classes))
    return model


# %% mistake: build_lenet
# hint: "The model has no weights before it meets a picture. What tells it the shape of one from the start?"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    pool = keras.layers.MaxPooling2D if pooling == "max" else keras.layers.AveragePooling2D
    return keras.Sequential(
        [
            keras.layers.Rescaling(1 / 255, name="scaling"),
            keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
            pool(2, name="pool1"),
            keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
            pool(2, name="pool2"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(120, activation=activation, name="dense1"),
            keras.layers.Dense(84, activation=activation, name="dense2"),
            keras.layers.Dense(num_classes, name="logits"),
        ]
    )


# %% accepts: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    # Layer by layer; pooling looked up in a table.
    kinds = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    if pooling not in kinds:
        raise ValueError(f"no pooling called {pooling}")
    model = keras.Sequential(name="lenet")
    model.add(keras.Input(shape=tuple(input_shape)))
    model.add(keras.layers.Rescaling(scale=1.0 / 255, name="scaling"))
    for number, (filters, padding) in enumerate(((6, "same"), (16, "valid")), start=1):
        act = keras.activations.get(activation)
        model.add(keras.layers.Conv2D(filters, (5, 5), padding=padding, activation=act, name=f"conv{number}"))
        model.add(kinds[pooling](pool_size=(2, 2), strides=2, name=f"pool{number}"))
    model.add(keras.layers.Reshape((-1,), name="flatten"))
    for number, units in enumerate((120, 84), start=1):
        model.add(keras.layers.Dense(units, activation, name=f"dense{number}"))
    model.add(keras.layers.Dense(num_classes, activation="linear", name="logits"))
    return model


# %% [markdown]
# Which of the two learns letters faster? Both get the same letters in batches of 100, Adam with a rate of 0.003, and
# the cross-entropy from logits; that of 1998 for two epochs, which is enough to compare the two, the other for four.

# %% demo
dd.seed(48)
lenet = build_lenet((28, 28, 1), 26)
curves = {}
for name, model, epochs in (("of 1998", lenet_of_1998, 2), ("as taught", lenet, 4)):
    day_037.compile_for_logits(model, learning_rate=0.003)
    held_out = (x_test, y_test)
    curves[name] = model.fit(
        x_train, y_train, batch_size=100, epochs=epochs, validation_data=held_out, verbose=0
    ).history
    print(f"LeNet {name:9} held-out accuracy after 2 epochs {curves[name]['val_accuracy'][1]:.3f}")
print(f"LeNet as taught held-out accuracy after 4 epochs {curves['as taught']['val_accuracy'][-1]:.3f}")

fig, ax = plt.subplots(figsize=(8.5, 4.4))
for i, (name, history) in enumerate({**curves, "dense": dense_history}.items()):
    epochs = np.arange(1, len(history["accuracy"]) + 1)
    label = "dense network (Day 37)" if name == "dense" else f"LeNet {name}"
    ax.plot(epochs, history["accuracy"], color=f"C{i}", linestyle="--")
    ax.plot(epochs, history["val_accuracy"], color=f"C{i}", linestyle="-", marker="os^"[i], label=label)
ax.set(title="Accuracy: training dashed, held out solid", xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
ax.legend(loc="lower right")
dd.plot.show(
    "Accuracy against epoch, training dashed, held out solid with marks. LeNet as taught rises to nearly 0.9 in "
    "two epochs and to about 0.93 in four, and its two curves stay close. The dense network ends near 0.85 held out, "
    "at 0.98 in training. LeNet of 1998 is far below the other LeNet after two epochs."
)

# %% [markdown]
# The circles are not the end of what that of 1998 can do: its training curve still rises steeply when it stops, and it
# was not made for Adam or for a rate of 0.003. (In 1998 it took twenty passes over the 60,000 digits of MNIST, with a
# rate lowered by hand and adapted to each weight by second derivatives, and was wrong on 0.95% of the test digits.) But
# in as many steps the simplified one is far ahead.
#
# Compare the other two by their gaps. The dense network reads nearly all training letters and 85% of the others. LeNet
# reads over 92% of those it has never seen, and the distance to its own training curve is far smaller. Are its
# parameters fewer, or better placed?

# %% demo
work = {}  # multiplications for one letter, layer by layer
for layer in lenet.layers:
    if layer.weights:
        places = int(np.prod(layer.output.shape[1:-1]))  # H' W' for a map, 1 for a dense layer
        work[layer.name] = layer.count_params(), int(np.prod(layer.weights[0].shape)) * places
names = list(work)
parameters, multiplications = np.array(list(work.values())).T
fig, ax = plt.subplots(figsize=(8.5, 3.4))
height = 0.38
for offset, values, label, color in (
    (-height / 2, parameters, "parameters", "0.3"),
    (height / 2, multiplications, "multiplications", "0.7"),
):
    bars = ax.barh(np.arange(5) + offset, values / values.sum(), height, label=label, color=color)
    ax.bar_label(bars, [f"{value:,}" for value in values], padding=3, fontsize=10)
ax.set(title="Where LeNet's numbers are, and where its work", xlabel="share of all", ylabel="layer", xlim=(0, 1))
ax.set_yticks(np.arange(5), names)
ax.invert_yaxis()
ax.legend(loc="lower right")
dd.plot.show(
    "Two bars for each of five layers. Parameters: 156 in conv1, 2,416 in conv2, 48,120 in dense1, 10,164 in dense2, "
    "2,210 in logits. Multiplications: 117,600, 240,000, 48,000, 10,080 and 2,184."
)
print(f"{parameters.sum():,} parameters, {multiplications.sum():,} multiplications; the dense network has")
print(f"{dense_reader.count_params():,} parameters and about as many multiplications")

# %% [markdown]
# The two convolutions hold 4% of the parameters and do 86% of the work, for each of their weights is used at a hundred
# places or more. That is parameter sharing (Day 46) in figures: few numbers, each learned from many places at once.
# The dense network has more numbers, 103,837 with the three of its normalisation, and uses each of them once for a
# letter.
#
# ## What the network sees
#
# A feature map is the output of a layer on the way, and Keras will hand it over: a model is a graph from an input to
# an output, and a *second* model can be stated over the same layers, from the same input to another output. It shares
# the weights, trains nothing and copies nothing.
#
# $$\text{model}: \texttt{input} \to \texttt{conv1} \to \texttt{pool1} \to \dots \to \texttt{logits}, \qquad
# \text{probe}: \texttt{input} \to \texttt{conv1} .$$
#
# `model.inputs` is a list with the places where it starts, here a single one (`model.input`, without the s, fails on a
# Sequential model that nobody has called yet), and each layer in it has its `output`. A single picture has no axis of
# the batch, so it needs one on the way in and loses it on the way out.


# %% exercise: feature_maps
def feature_maps(model, image, layer):
    """What a layer of a model gives for one picture, when the model is used and not trained.

    Args:
        model: built Keras model with one input, Sequential or functional, branches and all; left as it is.
        image: one picture (H, W, C), NumPy array of uint8 or float, as the model takes them; left unchanged.
        layer: the name of one of model's layers.

    Returns:
        NumPy array of floats, the layer's output for this picture: (H', W', D) for a layer of maps, (n,) for a flat
        one. About 5 lines.

    Raises:
        ValueError: model has no layer of that name.
    """
    ### BEGIN SOLUTION
    if layer not in [each.name for each in model.layers]:
        raise ValueError(f"the model has no layer of that name. Received: {layer!r}")
    probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return ops.convert_to_numpy(probe(image[None], training=False)[0])
    ### END SOLUTION


# %% fixture
def tiny_cnn(kernel, bias, dense):
    """A convolution with ReLU, pooling, dropout and a dense layer, with the weights given, for pictures 5 x 4 x 2."""
    layers = [
        keras.layers.Conv2D(np.shape(kernel)[-1], np.shape(kernel)[:2], activation="relu", name="filters"),
        keras.layers.MaxPooling2D(2, name="pool"),
        keras.layers.Dropout(0.5, seed=1, name="dropout"),
        keras.layers.Flatten(name="row"),
        keras.layers.Dense(np.shape(dense)[1], use_bias=False, name="logits"),
    ]
    model = keras.Sequential([keras.Input((5, 4, 2)), *layers], name="tiny")
    model.set_weights([np.asarray(kernel), np.asarray(bias), np.asarray(dense)])
    return model


def normalised_cnn():
    """One channel, normalised by running statistics of mean 3 and variance 4, then negated."""
    norm = keras.layers.BatchNormalization(epsilon=1e-6, name="norm")
    negate = keras.layers.Rescaling(-1.0, name="negate")
    model = keras.Sequential([keras.Input((2, 3, 1)), norm, negate], name="normalised")
    norm.set_weights([np.ones(1), np.zeros(1), np.full(1, 3.0), np.full(1, 4.0)])
    return model


def branching():
    """Twice the picture and thrice the picture, side by side and added."""
    inputs = keras.Input((2, 3, 1), name="picture")
    double = keras.layers.Rescaling(2.0, name="double")(inputs)
    triple = keras.layers.Rescaling(3.0, name="triple")(inputs)
    both = keras.layers.Concatenate(name="both")([double, triple])
    total = keras.layers.Add(name="total")([double, triple])
    return keras.Model(inputs, [total, both], name="branching")


def state_of(model):
    """The names of its layers, its weights, whether it may learn, and how many outputs it has."""
    weights = [weight.tolist() for weight in model.get_weights()]
    return [layer.name for layer in model.layers], weights, model.trainable, len(model.outputs)


# %% test: feature_maps, points=3
kernel = np.zeros((2, 2, 2, 3))
kernel[0, 0, 0, 0] = 1.0  # the first map shows the first channel
kernel[1, 1, 1, 1] = -1.0  # the second one shows the second channel, negated, from one below and to the right
kernel[0, 0, 0, 2] = kernel[0, 0, 1, 2] = 0.5  # the third one shows the mean of both
dense = np.eye(6)[:, :4]
model = tiny_cnn(kernel, np.array([0.0, 10.0, 0.0]), dense)
image = np.arange(40, dtype="float32").reshape(5, 4, 2)
with dd.check.unchanged(image, what="image"):
    maps = feature_maps(model, image, "filters")
due = np.stack([image[:4, :3, 0], np.maximum(10 - image[1:, 1:, 1], 0), image[:4, :3].mean(axis=2)], axis=-1)
dd.check.like(maps, due, kind="array", rtol=1e-5, what="feature_maps(model, image, 'filters')", why="ReLU of the sums")
pooled = feature_maps(model, image, "pool")
due = np.array([[due[i : i + 2, :2].max(axis=(0, 1))] for i in (0, 2)])
dd.check.like(pooled, due, kind="array", rtol=1e-5, what="feature_maps(model, image, 'pool')", why="(2, 1, 3)")
with dd.check.raises(ValueError, why="no layer is called 'conv1' here"):
    feature_maps(model, image, "conv1")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(48)
before = state_of(model)
why = "dropout does nothing when the model is used"
for layer, expected in (("dropout", pooled), ("row", pooled.reshape(-1)), ("logits", pooled.reshape(-1) @ dense)):
    with dd.check.unchanged(image, what="image"):
        came = feature_maps(model, image, layer)
    dd.check.like(came, expected, kind="array", rtol=1e-5, what=f"feature_maps(model, image, {layer!r})", why=why)
dd.check.equal(state_of(model), before, what="layers, weights and outputs of the model", why="it is left as it is")
kernel, bias, dense = rng.normal(size=(3, 2, 2, 4)), rng.normal(size=4), rng.normal(size=(4, 3))
other = tiny_cnn(kernel, bias, dense)
pixels = rng.integers(0, 256, (5, 4, 2), dtype="uint8")
due = np.zeros((3, 3, 4))
for row in range(3):
    for column in range(3):
        window = pixels[row : row + 3, column : column + 2].astype(float)
        due[row, column] = [max((window * kernel[..., d]).sum() + bias[d], 0) for d in range(4)]
with dd.check.unchanged(pixels, what="image"):
    maps = feature_maps(other, pixels, "filters")
dd.check.like(maps, due, kind="array", rtol=1e-4, atol=1e-3, what="the maps of another model", why="pixels are uint8")
came = feature_maps(other, pixels, "logits")
due = due[:2, :2].max(axis=(0, 1)) @ dense
dd.check.like(came, due, kind="array", rtol=1e-4, atol=1e-3, what="its logits", why="each model has its own layers")
picture = np.array([[1.0, 3.0, 5.0], [-1.0, 7.0, 3.0]]).reshape(2, 3, 1)
model = normalised_cnn()
before = state_of(model)
for layer, sign in (("norm", 1), ("negate", -1)):
    why = "in use, batch normalisation takes its running statistics, and not those of this picture"
    what = f"feature_maps(model, image, {layer!r}) after batch normalisation"
    due = sign * (picture - 3) / 2
    dd.check.like(feature_maps(model, picture, layer), due, kind="array", rtol=1e-4, atol=1e-5, what=what, why=why)
dd.check.equal(state_of(model), before, what="the running statistics", why="nothing is trained")
model = branching()
for layer, due in (
    ("triple", 3 * picture),
    ("both", np.concatenate([2 * picture, 3 * picture], -1)),
    ("total", 5 * picture),
):
    what = f"feature_maps(model, image, {layer!r}) of a model with branches"
    dd.check.like(feature_maps(model, picture, layer), due, kind="array", rtol=1e-5, what=what)
for name in ("", "Filters", "pool2", "tiny"):
    with dd.check.raises(ValueError, why=f"no layer is called {name!r}"):
        feature_maps(other, pixels, name)
### END HIDDEN TESTS

# %% mistakes: feature_maps
# - replace: probe(image[None], training=False)[0]
#   with: probe(image[None], training=False)
#   hint: "The axis of the batch is still there. One picture has one set of maps."
# - replace: training=False
#   with: training=True
#   hint: "You run the model as if it were in training: dropout deletes numbers, and batch normalisation measures this
#     picture and moves its statistics."
# - replace: model.get_layer(layer).output)
#   with: model.get_layer(layer).input)
#   hint: "Those are the numbers that go into the layer. What comes out of it was asked for."
# - replace: model.get_layer(layer).output)
#   with: model.outputs)
#   hint: "You ask the whole model, and get its own output."
# - replace: probe = keras.Model(
#   with: |-
#     model.trainable = False
#         probe = keras.Model(
#   hint: "You freeze the model, and it stays so. It should be left as it is; training=False is all that is needed."
# - replace: image[None], training=False)[0])
#   with: image[None] / 255, training=False)[0])
#   hint: "You scale the pixels. The model takes them as they are, and does its own scaling."


# %% mistake: feature_maps
# hint: "You call the layers one after another. In a model with branches, the one before in the list need not be the one
#   that feeds the next."
def feature_maps(model, image, layer):
    a = image[None]
    for each in model.layers:
        if isinstance(each, keras.layers.InputLayer):
            continue
        a = each(a)
        if each.name == layer:
            return ops.convert_to_numpy(a[0])
    raise ValueError(layer)


# %% mistake: feature_maps
# hint: "You ask the whole model, and get its own output."
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    outputs = keras.Model(model.inputs[0], model.outputs)(image[None], training=False)
    return ops.convert_to_numpy(outputs[0])[0]


# %% mistake: feature_maps
# hint: "The beginning of a name is enough for you, even an empty one. The whole name counts."
def feature_maps(model, image, layer):
    named = [each for each in model.layers if each.name.startswith(layer)]
    if not named:
        raise ValueError(layer)
    probe = keras.Model(model.inputs[0], named[0].output)
    return ops.convert_to_numpy(probe(image[None], training=False))[0]


# %% mistake: feature_maps
# hint: "You call the layer itself on the picture. Everything that comes before it has been left out."
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    return ops.convert_to_numpy(model.get_layer(layer)(image[None])[0])


# %% mistake: feature_maps
# hint: "Those are the layer's weights. Feature maps are what it computes from a picture."
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    return model.get_layer(layer).get_weights()[0]


# %% mistake: feature_maps
# hint: "np.squeeze takes away every axis of length 1, also that of a map with a single row or channel. Only the axis of
#   the batch has to go."
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return np.squeeze(ops.convert_to_numpy(probe(image[None], training=False)))


# %% mistake: feature_maps
# hint: "You average over the channels. Each filter has a map of its own, and all of them are wanted."
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return ops.convert_to_numpy(probe(image[None], training=False)[0]).mean(axis=-1)


# %% equivalents: feature_maps
# - replace: |-
#     if layer not in [each.name for each in model.layers]:
#             raise ValueError(f"the model has no layer of that name. Received: {layer!r}")
#   with: 'pass'
#   reason: "get_layer raises ValueError itself for a name that no layer has."
# - replace: 'raise ValueError(f"the model has no layer of that name. Received: {layer!r}")'
#   with: 'pass'
#   reason: "get_layer raises ValueError itself for a name that no layer has."
# - replace: 'probe = keras.Model(model.inputs[0], model.get_layer(layer).output)'
#   with: 'probe = keras.Model(model.inputs[-1], model.get_layer(layer).output)'
#   reason: "The model has one input, which is its first and its last."
# - replace: 'return ops.convert_to_numpy(probe(image[None], training=False)[0])'
#   with: 'return ops.convert_to_numpy(probe(image[None], training=False)[-1])'
#   reason: "A batch of one picture has it first and last."


# %% accepts: feature_maps
def feature_maps(model, image, layer):
    # All outputs at once, by name.
    outputs = {each.name: each.output for each in model.layers if not isinstance(each, keras.layers.InputLayer)}
    if layer not in outputs:
        raise ValueError(f"there are only {', '.join(outputs)}")
    probe = keras.Model(inputs=model.inputs[0], outputs=outputs)
    return probe.predict(np.expand_dims(image, 0), verbose=0)[layer][0]


# %% accepts: feature_maps
def feature_maps(model, image, layer):
    try:
        output = model.get_layer(name=layer).output
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(layer) from error
    probe = keras.models.Model(model.inputs[0], output)
    batch = ops.convert_to_tensor(np.asarray(image)[np.newaxis])
    return np.array(probe(batch))[0]


# %% [markdown]
# Maps of an R, layer by layer, beside the six filters that made the first of them:

# %% demo
letter = x_test[np.flatnonzero(y_test == 17)[0]]  # (28, 28, 1)
filters = lenet.get_layer("conv1").get_weights()[0][:, :, 0]  # (5, 5, 6)
maps = {name: feature_maps(lenet, letter, name) for name in ("conv1", "pool1", "conv2", "pool2")}
fig, axes = plt.subplots(5, 7, figsize=(9, 6.6))
bound = np.abs(filters).max()
for column in range(6):
    axes[0, column + 1].imshow(filters[..., column], cmap="gray", vmin=-bound, vmax=bound)
    axes[0, column + 1].set_title(f"map {column}", fontsize=10)
    for row, found in enumerate(maps.values(), start=1):
        axes[row, column + 1].imshow(found[..., column], cmap="gray", vmin=0, vmax=found.max())
axes[1, 0].imshow(letter[..., 0], cmap="gray")
for row, text in enumerate(["filters", "conv1", "pool1", "conv2", "pool2"]):
    axes[row, 0].set_ylabel(text)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
fig.suptitle("A letter and six maps of each layer, bright where the response is strong")
dd.plot.show(
    "A grid. Top row: the six filters of conv1, 5 by 5 pixels of light and dark. Second row: a letter R, and the six "
    "maps of conv1, in which strokes of the R are bright, each map favouring other directions or sides of a stroke. "
    "Then the maps of pool1, coarser, and of conv2 and pool2, pieces of strokes and bright spots."
)

# %% [markdown]
# From the top: some filters have a light and a dark side, and their maps are bright along edges of one direction of
# the R; others blur. In `conv1` and `pool1` you can still read the letter. In `conv2` it has come apart: each of its
# maps is bright where a certain *combination* of strokes is.
#
# Which one? Ask the letters. Where one number of a map is largest, cut out the part of the picture that it could see.
# For `conv2`, Day 46's ruler gives a receptive field of $5 + (2 - 1) + 2 \cdot (5 - 1) = 14$ pixels, and a step of 2
# from one number to the next. (Zeiler and Fergus chose their patches so in 2014, for networks of photographs.)

# %% demo
sample = np.concatenate([np.flatnonzero(y_test == k)[:6] for k in range(26)])  # six of each letter
responses = np.stack([feature_maps(lenet, image, "conv2") for image in x_test[sample]])  # (156, 10, 10, 16)
strongest = np.argsort(responses.max(axis=(0, 1, 2)))[::-1][:4]  # the four maps with the strongest response
patches, titles = [], []
for channel in strongest:
    best = responses[..., channel].max(axis=(1, 2)).argsort()[::-1][:9]
    for i in best:
        row, column = np.unravel_index(responses[i, ..., channel].argmax(), (10, 10))
        page = np.pad(x_test[sample[i], ..., 0], 2)  # conv1 pads by 2
        patches.append(page[2 * row : 2 * row + 14, 2 * column : 2 * column + 14])
        titles.append(f"in {alphabet[y_test[sample[i]]]}")
axes = dd.plot.image_grid(patches, titles, columns=9)
for ax, channel in zip(axes[::9], strongest, strict=True):
    ax.set_axis_on()
    ax.set(xticks=[], yticks=[], ylabel=f"map {channel}")
plt.gcf().suptitle("What four maps of conv2 respond to most strongly")
dd.plot.show(
    "Four rows of nine patches of 14 by 14 pixels, each row for one map of conv2 and each patch from another letter. "
    "Within a row the patches resemble each other: strokes or corners of one kind in one position."
)

# %% [markdown]
# Nobody told a filter what to look for, and yet the patches of a row belong together: the same stroke, corner or bow,
# cut out of different letters. Parts of letters that many letters share are what the network has found to be worth a
# filter.
#
# ## Moved along, or not moved at all
#
# Two words are often confused. A layer is **equivariant** to shifts if its output moves along when the picture moves:
# convolution is, apart from the borders, because each place is treated alike. A function is **invariant** if its output
# stays the same. A reader of letters should be invariant. What lies between the two?

# %% demo
print("move   conv1 moves along   pool1 moves along   by pixels of the map")
letter = x_test[np.flatnonzero(y_test == 17)[0]][None]  # (1, 28, 28, 1)
for right in (1, 2, 3, 4):
    row = []
    for name, stride in (("conv1", 1), ("pool1", 2)):
        before = feature_maps(lenet, letter[0], name)
        after = feature_maps(lenet, shift_images(letter, 0, right)[0], name)
        along = shift_images(before[None], 0, right // stride)[0]
        inner = (slice(4, -4), slice(4 + right, -4))
        row.append(np.abs(after - along)[inner].mean() / before[inner].mean())
    print(f"{right:4d} {row[0]:15.3f} {row[1]:19.3f} {right:14d} and {right // 2}")

# %% [markdown]
# The numbers are differences, as shares of the map's mean. Away from the borders `conv1` moves along to the last
# digit. `pool1` does so for even shifts; an odd one falls between its squares, and its map is another one. So pooling
# by 2 gives *some* invariance, since a maximum that wanders within its square is not noticed, and takes some
# equivariance away. After `pool2`, whose numbers are 4 pixels apart, `flatten` ends it: `dense1` has weights of its own
# for each of the 25 places.
#
# Thus a convolutional network is not invariant, although it is often said to be. Azulay and Weiss showed in 2019 that
# a shift by a single pixel often changes the answers of large networks for photographs, and Zhang (2019) that a blur
# before each step of subsampling, the blur that LeNet's S2 had, mends some of it. How robust is ours?
#
# The last exercise is stated by its contract alone.


# %% exercise: shift_robustness
def shift_robustness(model, x, y, pixels):
    """The accuracy of a classifier on pictures that have moved by so many pixels.

    Args:
        model: Keras model from pictures (N, H, W, C) to logits (N, K); used, not trained.
        x: pictures, array (N, H, W, C), N >= 1; left unchanged.
        y: the right classes, int array (N,) of any int dtype; left unchanged.
        pixels: int >= 0.

    Returns:
        float, the mean of the accuracies on the pictures moved up, down, to the left and to the right, with 0 where
        nothing moved in. For 0 pixels the plain accuracy. About 6 lines.
    """
    ### BEGIN SOLUTION
    accuracies = []
    for down, right in ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
        logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=False))
        accuracies.append(np.mean(logits.argmax(axis=-1) == y))
    return float(np.mean(accuracies))
    ### END SOLUTION


# %% fixture
def corner_finder(height, width):
    """Logits: how bright the top left, top right, bottom left and bottom right quarter is, times 1, 1, 1 and -1.

    Dropout in front of them does nothing unless the model is trained.
    """
    weights = np.zeros((height, width, 4), "float32")
    top, left = np.arange(height) < height // 2, np.arange(width) < width // 2
    for k, (rows, columns) in enumerate(((top, left), (top, ~left), (~top, left), (~top, ~left))):
        weights[np.ix_(rows, columns)] += np.eye(4)[k] * (1 if k < 3 else -1)
    layers = [
        keras.layers.Flatten(),
        keras.layers.Dropout(0.9, seed=0),
        keras.layers.Dense(4, use_bias=False),
    ]
    model = keras.Sequential([keras.Input((height, width, 1)), *layers])
    model.set_weights([weights.reshape(-1, 4)])
    model.run_eagerly = True
    return model


# %% test: shift_robustness, points=3
model = corner_finder(4, 6)
x = np.zeros((2, 4, 6, 1), "uint8")
x[0, 1, 2] = x[1, 1, 1] = 9  # in each picture a spot in the top left quarter, rows 0 and 1, columns 0 to 2
y = np.array([0, 0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    plain = shift_robustness(model, x, y, 0)
dd.check.like(plain, 1.0, what="shift_robustness(model, x, y, 0)", why="both spots are where they should be")
result = shift_robustness(model, x, y, 1)
why = "up and to the left both stay in their quarter, to the right one of them, down neither"
dd.check.like(result, (1 + 1 + 0.5 + 0) / 4, what="shift_robustness(model, x, y, 1)", why=why)
### BEGIN HIDDEN TESTS
dd.check.kind(plain, float, what="shift_robustness(model, x, y, 0)")
rng = np.random.default_rng(49)
for count, height, width, dtype, moves in (
    (7, 4, 6, "uint8", (0, 1, 4)),
    (1, 5, 3, "float32", (2,)),
    (13, 6, 5, "float64", (2, 7)),
    (24, 4, 6, "uint8", (1,)),
):
    model = corner_finder(height, width)
    x = np.zeros((count, height, width, 1), dtype)
    spots = rng.integers(0, height, count), rng.integers(0, width, count)
    if count == height * width:
        spots = tuple(np.indices((height, width)).reshape(2, -1))  # one at every place
    x[np.arange(count), *spots, 0] = 7
    y = rng.integers(0, 3, count).astype("int64" if count > 7 else "uint8")
    for pixels in moves:
        hits = 0
        for down, right in ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
            for row, column, label in zip(*spots, y, strict=True):
                inside = 0 <= row + down < height and 0 <= column + right < width
                quarter = 2 * (row + down >= height // 2) + (column + right >= width // 2)
                # An empty picture has four equal logits, and the last quarter a negative one: class 0 comes first.
                said = quarter if inside and quarter < 3 else 0
                hits += said == label
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
            result = shift_robustness(model, x, y, pixels)
        what = f"shift_robustness(model, x, y, {pixels}) for {count} pictures of {height} by {width}"
        why = "the mean of four accuracies, with nothing coming in from the other side"
        dd.check.like(result, float(hits / (4 * count)), what=what, why=why)
### END HIDDEN TESTS

# %% mistakes: shift_robustness
# - replace: ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   with: ((0, pixels),)
#   hint: "You move in one direction only. Four were asked for."
# - replace: ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   with: ((0, -pixels), (0, pixels))
#   hint: "You move to the left and to the right only. Up and down count too."
# - replace: ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   with: ((pixels, 0), (0, pixels))
#   hint: "You move down and to the right only. Up and to the left count too."
# - replace: ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   with: ((0, 0), (-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   hint: "The pictures as they are count with you as a fifth. The mean is over the four that have moved."
# - replace: ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
#   with: ((-pixels, -pixels), (-pixels, pixels), (pixels, -pixels), (pixels, pixels))
#   hint: "You move along the diagonals, in both directions at once."
# - replace: float(np.mean(accuracies))
#   with: float(np.min(accuracies))
#   hint: "You return the accuracy of the worst direction. The mean of the four was asked for."
# - replace: float(np.mean(accuracies))
#   with: float(np.mean(accuracies) / np.mean(np.asarray(model(x)).argmax(axis=-1) == y).clip(1e-9))
#   hint: "You divide by the plain accuracy. The accuracy itself was asked for, not what is left of it."
# - replace: float(np.mean(accuracies))
#   with: float(np.sum(accuracies))
#   hint: "You add the four accuracies. Their mean was asked for."
# - replace: "logits.argmax(axis=-1) == y"
#   with: "logits.argmax(axis=-1) == np.asarray(model(x)).argmax(axis=-1)"
#   hint: "You count answers that stay the same. Right answers count, the same or not."
# - replace: "np.mean(logits.argmax(axis=-1) == y)"
#   with: "np.mean(logits.argmax(axis=-1) != y)"
#   hint: "You count the wrong answers."
# - replace: float(np.mean(accuracies))
#   with: float(np.mean(np.asarray(model(x, training=False)).argmax(axis=-1) == y) - np.mean(accuracies))
#   hint: "You return what the move costs. The accuracy that is left was asked for."
# - replace: |-
#     ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
#             logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=False))
#   with: |-
#     ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
#             x = shift_images(x, down, right)
#             logits = ops.convert_to_numpy(model(x, training=False))
#   hint: "You move on from where the last move ended, back to the middle and out again. Each move starts from x."
# - replace: |-
#     ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
#             logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=False))
#   with: |-
#     ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
#             logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=True))
#   hint: "You run the model as if it were in training, and dropout changes its answers."
# - replace: training=False
#   with: training=True
#   hint: "You run the model as if it were in training, and dropout changes its answers."


# %% mistake: shift_robustness
# hint: "np.roll brings in on one side what left on the other. There should be nothing."
def shift_robustness(model, x, y, pixels):
    accuracies = []
    for by, axis in ((pixels, 1), (-pixels, 1), (pixels, 2), (-pixels, 2)):
        logits = np.asarray(model(np.roll(x, by, axis=axis), training=False))
        accuracies.append(np.mean(logits.argmax(axis=-1) == y))
    return float(np.mean(accuracies))


# %% mistake: shift_robustness
# hint: "You move on from where the last move ended, back to the middle and out again. Each move starts from x."
def shift_robustness(model, x, y, pixels):
    accuracies = []
    moved = x
    for down, right in ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
        moved = shift_images(moved, down, right)
        logits = np.asarray(model(moved, training=False))
        accuracies.append(np.mean(logits.argmax(axis=-1) == y))
    return float(np.mean(accuracies))


# %% equivalents: shift_robustness
# - replace: 'logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=False))'
#   with: 'logits = ops.convert_to_numpy(model(shift_images(x, right, down), training=False))'
#   reason: "With rows and columns exchanged the four moves are the same four."
# - replace: 'accuracies.append(np.mean(logits.argmax(axis=-1) == y))'
#   with: 'accuracies.append(np.mean(logits.argmax(axis=1) == y))'
#   reason: "Logits have two axes: the last one is axis 1."


# %% accepts: shift_robustness
def shift_robustness(model, x, y, pixels):
    # All moved pictures in one batch.
    moves = [(pixels, 0), (0, pixels), (-pixels, 0), (0, -pixels)]
    moved = np.concatenate([shift_images(x, *move) for move in moves])
    said = ops.convert_to_numpy(ops.argmax(model.predict(moved, verbose=0), axis=1))
    return float((said == np.tile(y, 4)).sum()) / (4 * len(y))


# %% accepts: shift_robustness
def shift_robustness(model, x, y, pixels):
    # Cut out of a wider black page, without shift_images.
    height, width = x.shape[1:3]
    page = np.pad(x, ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0)))
    right = 0
    for top, left in ((0, pixels), (2 * pixels, pixels), (pixels, 0), (pixels, 2 * pixels)):
        cut = page[:, top : top + height, left : left + width]
        right += int(np.sum(np.argmax(np.asarray(model(cut, training=False)), axis=1) == y))
    return right / (4 * len(x))


# %% [markdown]
# ## Put it together: read letters, wherever they lie
#
# Accuracy on every second one of the held-out letters, as they are and moved by up to 6 pixels, for the network of Day
# 37 and for yours. A network whose accuracy falls from 0.9 to 0.7 has lost less than one that falls from 0.8 to 0.5, so
# look at the fall as well as at the height.

# %% demo
pixels = [0, 1, 2, 3, 4, 6]
robustness = {
    name: np.array([shift_robustness(model, x_test[::2], y_test[::2], k) for k in pixels])
    for name, model in (("dense network", dense_reader), ("LeNet", lenet))
}
accuracy = curves["as taught"]["val_accuracy"][-1]  # on all 2,000 of them
for name, values in robustness.items():
    print(f"{name:14}", *(f"{k}: {value:.3f} " for k, value in zip(pixels, values, strict=True)))
lost = {name: values[0] - values for name, values in robustness.items()}

fig, axes = plt.subplots(1, 2, figsize=(12, 4))
for i, name in enumerate(robustness):
    look = {"color": f"C{i}", "linestyle": "-", "marker": "os"[i], "label": name}
    axes[0].plot(pixels, robustness[name], **look)
    axes[1].plot(pixels, lost[name], **look)
axes[0].set(title="Accuracy on moved letters", xlabel="moved by, in pixels", ylabel="accuracy", ylim=(0, 1))
axes[1].set(title="What the move has cost", xlabel="moved by, in pixels", ylabel="accuracy lost", ylim=(0, 1))
axes[0].legend()
dd.plot.show(
    "Left, accuracy against the move in pixels: LeNet starts at about 0.93 and the dense network at about 0.85; both "
    "fall, LeNet less steeply, to about 0.75 and 0.55 at 3 pixels and about 0.3 and 0.1 at 6. Right, the accuracy "
    "lost: rising in both, always lower for LeNet."
)

# %% [markdown]
# On the right is the answer: at every distance the dense network has lost more. But neither curve is flat. At six
# pixels, more than twice as far as any training letter lay from the centre, LeNet too is wrong on most letters: what
# `dense1` learned about places does not hold there. The architecture helps within reach of its pooling; for the rest
# it has to be shown letters in other places, which is tomorrow's topic, or to stop asking where things are, as
# networks do that average each map over all places (Day 50).
#
# Does it work on photographs? If Fashion-MNIST (Day 37) is on this machine, the same function learns the ten kinds of
# clothes. In five epochs it should pass 0.87; twelve of them gave 0.89 when this was written.

# %% demo
if dd.data.at_hand("fashion_mnist"):
    (x_clothes, clothes_labels), (x_clothes_held_out, clothes_labels_held_out) = dd.data.fashion_mnist(source="auto")
    dd.seed(48)
    clothes_reader = build_lenet((28, 28, 1), 10)
    day_037.compile_for_logits(clothes_reader, learning_rate=0.002)
    clothes_reader.fit(x_clothes[..., None], clothes_labels, batch_size=100, epochs=5, verbose=0)
    said = day_037.predict_labels(clothes_reader, x_clothes_held_out[..., None])
    print(f"clothes: held-out accuracy {np.mean(said == clothes_labels_held_out):.3f}")
else:
    print("Fashion-MNIST is not on this machine. dd.data.fashion_mnist(source='full') fetches it.")

assert accuracy > 0.92
assert accuracy - dense_accuracy > 0.05
assert (lost["LeNet"][1:] < lost["dense network"][1:]).all()
assert lenet_of_1998.count_params() == 60_000 == sum(counted.values())

# %% [markdown]
# ## What you should remember
#
# 1. A convolution has $(f_H f_W C + 1) D$ numbers, whatever the size of the picture, and few numbers do much work.
# 2. Convolve, activate, pool, twice; then flatten and dense layers. That skeleton is LeNet's.
# 3. The LeNet of courses is a simplification: the one of 1998 trained its subsampling, linked its maps by a table and
#    compared its last layer with codes.
# 4. A second model over the same layers shows what a layer sees. Use it with `training=False`.
# 5. Convolution is equivariant, pooling a little invariant, a flattened network neither. Measure it.
#
# ## Check yourself, without code
#
# 1. You double both sides of the pictures. What becomes of the parameters of `conv1`, `conv2` and `dense1`, and what of
#    the multiplications of `conv1`?
# 2. A model is built for $(28, 28, 1)$, and you hand over an array $(10000, 28, 28)$, or a picture $(28, 28, 1)$. What
#    is missing in each?
# 3. A network answers every picture with class 3. How robust to shifts is it, by today's measure, and what does that
#    say about the measure?
#
# <details><summary>Answers</summary>
#
# 1. The convolutions keep theirs. `dense1` gets an input of $12 \cdot 12 \cdot 16$ in place of $5 \cdot 5 \cdot 16$:
#    56 pixels become 28, 24 and 12. The work of `conv1` is four times as large.
# 2. The axis of the channels, at the end; the axis of the batch, at the front.
# 3. It loses nothing by any shift, and its accuracy is that of guessing, at every distance. The fall alone says
#    nothing; look at the height too.
#
# </details>
#
# ## Go further
#
# - LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*, Proceedings of
#   the IEEE 86: section II is LeNet-5; the rest reads whole bank cheques.
# - Zeiler and Fergus (2014), *Visualizing and understanding convolutional networks*, ECCV.
# - Azulay and Weiss (2019), *Why do deep convolutional networks generalize so poorly to small image transformations?*,
#   JMLR 20; Zhang (2019), *Making convolutional networks shift-invariant again*, ICML.
# - Put the parts of 1998 back one at a time, average pooling, the squash, the codes, and find out which of them costs
#   how much.
# - Day 49: letters in places where they have never been.
