# ---
# day: 47
# title: Pooling and the convolution's backward pass
# week: 10
# minutes: 110
# backend: numpy
# needs: [1, 5, 26, 27, 29, 31, 34, 46]
# needs_code: [34, 46]
# data: [digits]
# papers:
# - "LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition"
# - "Chellapilla, Puri and Simard 2006, High performance convolutional neural networks for document processing"
# - "Scherer, Müller and Behnke 2010, Evaluation of pooling operations in convolutional architectures for object
#   recognition"
# - "Springenberg, Dosovitskiy, Brox and Riedmiller 2014, Striving for simplicity: the all convolutional net"
# - "Zhang 2019, Making convolutional networks shift-invariant again"
# ---

# %% [markdown]
# # Day 47 · Pooling and the convolution's backward pass
#
# By the end you can send gradients back through a convolution and through a pool, and train a network that sees with
# nothing but NumPy underneath.
#
# - **You will build** max, average and sum pooling, the unrolling that turns a convolution into one matrix product, its
#   reverse, and both backward passes. They agree with numerical gradients, and put into layers they read digits.
# - **You need** strides of arrays (Day 1), a dense layer's backward pass (Day 26), gradient checking (Day 27), Adam
#   (Day 29), the mini framework (Day 34) and convolution (Day 46).
# - **Not today:** Keras's layers, LeNet and pictures larger than a stamp (Day 48).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$; $H', W'$ | rows and columns before a layer; after it | | `rows`, `columns` |
# | $C, D$ | channels that come in, channels that go out: filters | | |
# | $x$ | pictures, channels last | $(N, H, W, C)$ | `x` |
# | $w, b$ | filters, and a bias for each | $(f_H, f_W, C, D)$, $(D,)$ | `w`, `b` |
# | $y$ | what the layer gives | $(N, H', W', D)$, or $C$ for $D$ | |
# | $f, s$ | side of a window; stride | | `size`, `stride` |
# | $P$ | the patches, one a row | $(N H' W',\ f_H f_W C)$ | `patches` |
# | $L$ | the loss | | |
# | $\bar y$ | gradient $\partial L / \partial y$ that arrives | that of $y$ | `dout` |
# | $\bar x, \bar w, \bar b, \bar P$ | gradients for the others | as theirs | `dx`, `dw`, `db` |
#
# `padding` is `"valid"`, `"same"` or an int, as on Day 46, whose functions are at hand as `day_046`.

# %% setup
import itertools
import time

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_034, day_046

dd.plot.style()

# %% [markdown]
# ## Fewer numbers
#
# A map of 28 by 28 says at 784 places how much a feature is there. The next layer need not know it so exactly.
# **Pooling** lays windows over the map, usually side by side, and keeps one number for each:
#
# $$x = \begin{pmatrix} 1&3&2&0\\4&2&1&1\\0&1&5&6\\2&0&7&8 \end{pmatrix}, \qquad
# \text{max: } \begin{pmatrix} 4&2\\2&8 \end{pmatrix}, \quad
# \text{average: } \begin{pmatrix} 2.5&1\\0.75&6.5 \end{pmatrix}, \quad
# \text{sum: } \begin{pmatrix} 10&4\\3&26 \end{pmatrix} .$$
#
# That was for windows of side $f = 2$ and a stride of $s = 2$. In general
#
# $$y_{nijc} = \max_{0 \le u, v < f}\ x_{n,\; is + u,\; js + v,\; c}\,,$$
#
# or the mean, or the sum, of the same $f^2$ numbers. Two things differ from a convolution: there is nothing to learn,
# and every channel is pooled for itself, so $C$ channels stay $C$. The number of places is Day 46's without padding,
# $H' = \lfloor (H - f)/s \rfloor + 1$, and whatever is left over on the right and below goes unseen. For $s < f$
# windows overlap.


# %% exercise: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    """Pool the maps of a batch, each channel for itself.

    Args:
        x: maps, float or int array (N, H, W, C), uint8 too; left unchanged.
        size: side of the square windows, int >= 1.
        stride: how far a window is from the next, along rows and along columns, int >= 1.
        mode: "max", "average" or "sum".

    Returns:
        A new float array (N, H', W', C). Windows lie wholly inside; there is no padding. About 6 lines, without a loop
        over pictures or places. day_046.conv_output_size is at hand.

    Raises:
        ValueError: mode is another, or no window fits.
    """
    ### BEGIN SOLUTION
    reductions = {"max": np.max, "average": np.mean, "sum": np.sum}
    if mode not in reductions:
        raise ValueError(f"mode must be 'max', 'average' or 'sum'. Received: {mode!r}")
    rows, columns = (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
    corners = np.ndindex(size, size)
    parts = [x[:, u : u + stride * rows : stride, v : v + stride * columns : stride] for u, v in corners]
    return reductions[mode](np.stack(parts).astype(float), axis=0)
    ### END SOLUTION


# %% test: pool2d_forward, points=2
x = np.array([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 8]])  # (4, 4)
due = {
    "max": np.array([[4.0, 2], [2, 8]]),
    "average": np.array([[2.5, 1], [0.75, 6.5]]),
    "sum": np.array([[10.0, 4], [3, 26]]),
}
for mode, pooled in due.items():
    both = np.stack([x, -x], axis=-1)[np.newaxis]  # (1, 4, 4, 2): the map, and its negative in a second channel
    with dd.check.unchanged(both, what="x"):
        result = pool2d_forward(both, 2, 2, mode)
    dd.check.shape(result, (1, 2, 2, 2), what=f"pool2d_forward(x, 2, 2, {mode!r})", why="channels stay")
    why = "this is the example worked by hand"
    dd.check.like(result[0, :, :, 0], pooled, what=f"channel 0, {mode}", why=why)
    if mode == "max":
        dd.check.like(result[0, :, :, 1], -np.array([[1.0, 0], [0, 5]]), what="channel 1, max", why="the least of x")
result = pool2d_forward(np.arange(30.0).reshape(1, 5, 6, 1), 3, 2, "max")
due = np.array([[14.0, 16], [26, 28]])
dd.check.like(result[0, :, :, 0], due, what="windows of 3, a stride of 2", why="they overlap")
with dd.check.raises(ValueError, why="there is no such mode"):
    pool2d_forward(x.reshape(1, 4, 4, 1), 2, 2, "median")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(47)
REDUCTIONS = {"max": max, "average": lambda values: sum(values) / len(values), "sum": sum}


def slow_pool(x, size, stride, mode):
    """Window by window, by Python's own max and sum."""
    starts = [range(0, length - size + 1, stride) for length in x.shape[1:3]]
    output = np.zeros((len(x), len(starts[0]), len(starts[1]), x.shape[3]))
    for (n, i, j, c), _ in np.ndenumerate(output):
        row, column = starts[0][i], starts[1][j]
        window = x[n, row : row + size, column : column + size, c]
        output[n, i, j, c] = REDUCTIONS[mode]([float(value) for value in window.flat])
    return output


cases = (
    ((1, 1, 1, 1), 1, 1),
    ((2, 5, 7, 3), 2, 2),
    ((3, 6, 4, 1), 3, 1),
    ((1, 7, 8, 2), 3, 2),
    ((2, 4, 4, 3), 4, 2),
    ((2, 9, 5, 4), 2, 3),
    ((4, 6, 9, 2), 3, 3),
    ((2, 5, 3, 3), 1, 2),
)
for (shape, size, stride), mode in itertools.product(cases, REDUCTIONS):
    for given in (rng.normal(size=shape), -rng.random(shape), rng.integers(0, 256, shape, dtype="uint8")):
        what = f"pool2d_forward of {shape} in {given.dtype}, {size=}, {stride=}, {mode=}"
        with dd.check.unchanged(given, what="x"):
            result = pool2d_forward(given, size, stride, mode)
        dd.check.like(result, slow_pool(given, size, stride, mode), rtol=1e-9, atol=1e-12, what=what)
        assert not np.shares_memory(result, given), "a new array was promised"
    single = pool2d_forward(given.astype("float32"), size, stride, mode)
    dd.check.like(single, slow_pool(given, size, stride, mode), rtol=1e-5, what="pool2d_forward of float32")
x = rng.normal(size=(2, 6, 8, 3))
result = pool2d_forward(x.transpose(0, 2, 1, 3)[:, ::2], 2, 1, "sum")
due = slow_pool(x.transpose(0, 2, 1, 3)[:, ::2], 2, 1, "sum")
dd.check.like(result, due, what="pool2d_forward of a transposed view", why="a view is an array too")
dd.check.like(pool2d_forward(x), slow_pool(x, 2, 2, "max"), what="pool2d_forward(x)", why="max, 2 by 2, side by side")
for bad in ("mean", "avg", "Max", "", "su", None):
    with dd.check.raises(ValueError, why=f"{bad!r} is no mode"):
        pool2d_forward(x, 2, 2, bad)
for shape, size in (((1, 2, 5, 1), 3), ((1, 5, 2, 1), 3), ((2, 3, 3, 2), 4)):
    with dd.check.raises(ValueError, why=f"a window of {size} does not fit into {shape[1:3]}"):
        pool2d_forward(np.zeros(shape), size, 1, "max")
### END HIDDEN TESTS

# %% mistakes: pool2d_forward
# - replace: np.stack(parts).astype(float)
#   with: np.stack([*parts, np.zeros_like(parts[0])]).astype(float)
#   hint: "You start from 0. A window of negative numbers has a negative maximum, and an average knows of no zero."
# - replace: np.stack(parts).astype(float)
#   with: np.stack(parts)
#   hint: "The result is to be of floats, whatever comes in."
# - replace: '"average": np.mean, "sum": np.sum'
#   with: '"average": np.sum, "sum": np.mean'
#   hint: "Average and sum are exchanged."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "u : u + rows, v : v + columns"
#   hint: "The windows move on by one, whatever the stride."
# - replace: (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
#   with: ((n - size) // stride + 1 for n in x.shape[1:3])
#   hint: "Where no window fits, an empty result hides the mistake of the caller. Say so with a ValueError."


# %% mistake: pool2d_forward
# hint: "Bytes end at 255, and sums of them run over before you turn them into floats."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
    output = x[:, : stride * rows : stride, : stride * columns : stride].copy()
    for u, v in list(np.ndindex(size, size))[1:]:
        part = x[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        output = np.maximum(output, part) if mode == "max" else output + part
    return output / size**2 if mode == "average" else output.astype(float)


# %% mistake: pool2d_forward
# hint: "You start from 0. A window of negative numbers has a negative maximum."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
    output = np.zeros((len(x), rows, columns, x.shape[3]))
    for u, v in np.ndindex(size, size):
        part = x[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        output = np.maximum(output, part) if mode == "max" else output + part
    return output / size**2 if mode == "average" else output


# %% mistake: pool2d_forward
# hint: "The stride goes unused: your windows always lie side by side."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = (day_046.conv_output_size(n, size, "valid", size) for n in x.shape[1:3])
    cut = x[:, : rows * size, : columns * size].astype(float)
    windows = cut.reshape(len(x), rows, size, columns, size, x.shape[3])
    return {"max": np.max, "average": np.mean, "sum": np.sum}[mode](windows, axis=(2, 4))


# %% mistake: pool2d_forward
# hint: "All channels of a window went into one number. Each channel is pooled for itself."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
    output = np.empty((len(x), rows, columns, x.shape[3]))
    for i, j in np.ndindex(rows, columns):
        window = x[:, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
        output[:, i, j] = {"max": np.max, "average": np.mean, "sum": np.sum}[mode](window, axis=(1, 2, 3))[:, None]
    return output


# %% mistake: pool2d_forward
# hint: "A last window that sticks out is pooled with what there is of it. Only windows that lie wholly inside count."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum") or size > min(x.shape[1:3]):
        raise ValueError(mode)
    rows, columns = (-(-(n - size) // stride) + 1 for n in x.shape[1:3])
    output = np.empty((len(x), rows, columns, x.shape[3]))
    for i, j in np.ndindex(rows, columns):
        window = x[:, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
        output[:, i, j] = {"max": np.max, "average": np.mean, "sum": np.sum}[mode](window, axis=(1, 2))
    return output


# %% mistake: pool2d_forward
# hint: "You pool the first two axes. In NHWC rows and columns are axes 1 and 2."
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (size, size), axis=(2, 3))
    return {"max": np.max, "average": np.mean, "sum": np.sum}[mode](windows[:, :, ::stride, ::stride], axis=(-2, -1))


# %% accepts: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    # All windows as a view.
    if mode not in {"max", "average", "sum"}:
        raise ValueError(f"no mode {mode}")
    views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    if mode == "max":
        return np.array(views.max(axis=(4, 5)), dtype=float)
    total = views.sum(axis=(4, 5), dtype=float)
    return total / size**2 if mode == "average" else total


# %% accepts: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    # Folded up corner by corner, in one array.
    height, width = x.shape[1:3]
    if mode not in ("max", "average", "sum") or size > height or size > width:
        raise ValueError("such a pool is not possible")
    rows, columns = 1 + (height - size) // stride, 1 + (width - size) // stride
    output = None
    for u in range(size):
        for v in range(size):
            part = x[:, u::stride, v::stride][:, :rows, :columns].astype(float)
            output = part if output is None else np.maximum(output, part) if mode == "max" else output + part
    return output / (size * size) if mode == "average" else output


# %% [markdown]
# What does pooling lose? Thin stripes, the same ones moved by one pixel, and a digit, each pooled by 2 at a stride of
# 2, and for comparison *every second pixel*, which is how a stride without a window thins out.

# %% demo
(x_digits, digit_labels), (x_held_out, labels_held_out) = dd.data.digits(test_fraction=0.25, seed=0)
x_digits, x_held_out = (x.reshape(-1, 8, 8, 1) for x in (x_digits, x_held_out))  # (1348, 8, 8, 1), (449, 8, 8, 1)
stripes = np.zeros((8, 8))
stripes[:, ::2] = 1
rows = {"stripes": stripes, "moved by one": np.roll(stripes, 1, axis=1), "a digit": x_held_out[0, :, :, 0]}
fig, axes = plt.subplots(3, 4, figsize=(8.6, 6.8))
for line, (name, picture) in zip(axes, rows.items(), strict=True):
    batch = picture[np.newaxis, :, :, np.newaxis]
    small = [pool2d_forward(batch, 2, 2, mode)[0, :, :, 0] for mode in ("max", "average")]
    for ax, values in zip(line, (picture, *small, picture[::2, ::2]), strict=True):
        ax.imshow(values, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="0.5")
        ax.grid(False)
    line[0].set_ylabel(name)
for ax, title in zip(axes[0], ("the picture", "max", "average", "every second pixel"), strict=True):
    ax.set_title(title)
dd.plot.show(
    "Three pictures of 8 by 8 pixels, three versions of 4 by 4 each. Stripes, and stripes moved by one pixel: max is "
    "all black, average all grey, for both; every second pixel is all black for the one and all white for the other. A "
    "digit: max is thick and dark, average softer, every second pixel has holes."
)

# %% [markdown]
# The stripes are gone in every column, since no picture of four pixels across can hold four of them. But see *how* they
# are gone: max says "there is ink in every window", average says "half of it is ink", and both say the same after the
# stripes have moved. Every second pixel says "all black" once and "all white" a pixel later: **downsampling** without a
# look at what is left out invents things (aliasing). That is one half of pooling's bargain. It makes maps smaller, so
# that later layers see further for less work, and a little invariant to shifts (Day 46's C-cells). The other half:
# *where* in the window, and how often, is lost for good. For telling digits that is a gain; for drawing the outline of
# a tumour it is not.
#
# Which kind? Max keeps the strongest answer of a feature detector, however small it is, and noise with it. Average is
# gentler, and dilutes. LeNet (Day 48) used the sum, times a weight of its own (LeCun et al. 1998); sum and average
# differ by a factor that the next layer's weights can make up for. Max became usual around 2010 (Scherer et al.), and a
# convolution with a stride can do without any of them (Springenberg et al. 2014).
#
# ## A convolution as one product
#
# Now for the way back through a convolution. It becomes easy if the way forth is written down well.
#
# Each number of a convolution's output is the product of one **patch** of the padded picture with one filter. So copy
# all patches out, make each of them a row, and put the filters beside them as columns. That is **im2col**, "image to
# columns":
#
# $$P\ (N H' W',\ f_H f_W C), \qquad w\ (f_H f_W C,\ D), \qquad y = P w + b\ \ (N H' W',\ D) ,$$
#
# and `reshape` gives $y$ its four axes back. It is the dense layer of Day 26, on patches. The order inside a row has to
# be that of `w.reshape(-1, D)`: row of the window slowest, then its column, then the channel. That of the rows:
# picture, then row, then column of the output.
#
# By hand, Day 46's picture of $2 \times 3$ with two channels and windows of $2 \times 2$: at the left place the pixels
# are $(1, 0), (2, 1)$ above and $(0, 2), (1, 0)$ below, so row 0 of $P$ is $(1, 0, 2, 1, 0, 2, 1, 0)$, and row 1 is
# $(2, 1, 0, 1, 1, 0, 3, 1)$. The filter laid out alike is $(1, 0, 0, 1, 0, 1, -1, 0)$. Products: 3 and 0; with the bias
# of 1, 4 and 1, as on Day 46.
#
# What it costs is memory: at a stride of 1 every pixel is copied into as many rows as there are windows over it,
# $f_H f_W$ for most. What it gains is that everything happens in one product of large matrices, the operation that
# processors are best at (Chellapilla et al. 2006). Libraries do this, or cleverer things that avoid the copy.


# %% exercise: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    """All patches of a batch of pictures as rows of a matrix.

    Args:
        x: pictures, array (N, H, W, C) of any dtype; left unchanged.
        kernel: (f_h, f_w), height and width of the windows, ints >= 1.
        stride: int >= 1, along rows and along columns.
        padding: "valid", "same" or an int >= 0, as for day_046.pad_amounts.

    Returns:
        A new array (N * H' * W', f_h * f_w * C) of x's dtype. Rows: by picture, row, column of the place; in a row: by
        row and column of the window, then channel. About 9 lines, with at most a loop over the window.

    Raises:
        ValueError: the window does not fit into the padded picture.
    """
    ### BEGIN SOLUTION
    axes = list(zip(x.shape[1:3], kernel, strict=True))
    rows, columns = (day_046.conv_output_size(n, f, padding, stride) for n, f in axes)
    padded = day_046.zero_pad(x, [day_046.pad_amounts(n, f, padding, stride) for n, f in axes])
    patches = np.empty((len(x), rows, columns, *kernel, x.shape[3]), dtype=x.dtype)
    for u, v in np.ndindex(*kernel):
        patches[:, :, :, u, v] = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
    return patches.reshape(len(x) * rows * columns, -1)
    ### END SOLUTION


# %% test: im2col, points=2
x = np.stack([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [[0.0, 1.0, 1.0], [2.0, 0.0, 1.0]]], axis=-1)[np.newaxis]
with dd.check.unchanged(x, what="x"):
    result = im2col(x, (2, 2))  # (1, 2, 3, 2)
due = np.array([[1.0, 0, 2, 1, 0, 2, 1, 0], [2.0, 1, 0, 1, 1, 0, 3, 1]])
dd.check.like(result, due, what="im2col(x, (2, 2))", why="this is the example worked by hand")
row = np.array([5, 6, 7, 8, 9], dtype="uint8").reshape(1, 1, 5, 1)
due = np.array([[0, 5, 6], [6, 7, 8], [8, 9, 0]], dtype="uint8")
result = im2col(row, (1, 3), 2, "same")
dd.check.like(result, due, dtype="uint8", what="a row of bytes", why="zeros are before and after")
pictures = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
w, b = np.random.default_rng(1).normal(size=(3, 2, 3, 4)), np.arange(4.0)
result = (im2col(pictures, (3, 2)) @ w.reshape(-1, 4) + b).reshape(2, 2, 4, 4)
due = day_046.conv2d_forward(pictures, w, b)
dd.check.like(result, due, what="the product with filters", why="it is a convolution")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(47)


def zeros_around(length, f, stride, padding):
    """How many zeros are before the first pixel, and how many windows there are."""
    if padding == "same":
        count = -(-length // stride)
        return max((count - 1) * stride + f - length, 0) // 2, count
    before = 0 if padding == "valid" else padding
    return before, len(range(-before, length + before - f + 1, stride))


def slow_patches(x, kernel, stride, padding):
    """Entry by entry, reading zeros where there is no pixel."""
    (top, rows), (left, columns) = (
        zeros_around(n, f, stride, padding) for n, f in zip(x.shape[1:3], kernel, strict=True)
    )
    patches = []
    for picture in x.tolist():
        for i, j in itertools.product(range(rows), range(columns)):
            patch = []
            for u, v in itertools.product(range(kernel[0]), range(kernel[1])):
                row, column = i * stride + u - top, j * stride + v - left
                inside = 0 <= row < x.shape[1] and 0 <= column < x.shape[2]
                patch += picture[row][column] if inside else [0] * x.shape[3]
            patches.append(patch)
    return np.array(patches)


shapes = (
    ((1, 1, 1, 1), (1, 1)),
    ((2, 5, 7, 3), (3, 2)),
    ((3, 6, 4, 1), (2, 4)),
    ((1, 8, 9, 2), (3, 3)),
    ((2, 4, 5, 3), (4, 1)),
    ((2, 7, 3, 2), (1, 1)),
)
dtypes = itertools.cycle(("float64", "uint8", "float32", "int64", "bool"))
for (shape, kernel), stride, padding in itertools.product(shapes, (1, 2, 3), ("valid", "same", 1, 2)):
    x = (100 * rng.normal(size=shape)).astype(next(dtypes))
    what = f"im2col of {shape} in {x.dtype}, {kernel=}, {stride=}, {padding=}"
    with dd.check.unchanged(x, what="x"):
        result = im2col(x, kernel, stride, padding)
    due = slow_patches(x, kernel, stride, padding)
    dd.check.kind(result, np.ndarray, what=what)
    dd.check.shape(result, due.shape, what=what, why="a row for each place, an entry for each pixel and channel")
    dd.check.dtype(result, x.dtype.name, what=what, why="patches are copies of pixels")
    dd.check.equal(result, due, what=what, why="places in reading order, and pixels within, then channels")
    assert not np.shares_memory(result, x), "a new array was promised, and this one shares memory with x"
x = rng.normal(size=(2, 6, 5, 2))
dd.check.like(im2col(x[:, ::2], [2, 3]), slow_patches(x[:, ::2], (2, 3), 1, "valid"), what="im2col of every second row")
for kernel, padding in (((4, 1), "valid"), ((1, 6), 0), ((9, 9), 1)):
    with dd.check.raises(ValueError, why=f"{kernel} does not fit into (3, 5) with {padding}"):
        im2col(np.zeros((1, 3, 5, 1)), kernel, 1, padding)
### END HIDDEN TESTS

# %% mistakes: im2col
# - replace: ", dtype=x.dtype)"
#   with: ")"
#   hint: "The patches have become float64. They are copies of the pixels, of the same dtype."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "u : u + rows, v : v + columns"
#   hint: "The stride goes unused: your windows move on by one."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "v : v + stride * rows : stride, u : u + stride * columns : stride"
#   hint: "Rows of the window meet columns of the picture: each patch is transposed."
# - replace: return patches.reshape(len(x) * rows * columns, -1)
#   with: return patches.reshape(len(x) * rows * columns, -1).T
#   hint: "The name says columns, for historical reasons. Here every patch is a row."
# - replace: return patches.reshape(len(x) * rows * columns, -1)
#   with: return np.moveaxis(patches, -1, 3).reshape(len(x) * rows * columns, -1)
#   hint: "In your rows the channel comes first. w.reshape(-1, D) has it last, and the order of the two must agree. A
#     reshape alone can't exchange axes."
# - replace: return patches.reshape(len(x) * rows * columns, -1)
#   with: return patches.transpose(1, 2, 0, 3, 4, 5).reshape(len(x) * rows * columns, -1)
#   hint: "Your rows go by place first and by picture within. All patches of picture 0 come first."
# - replace: return patches.reshape(len(x) * rows * columns, -1)
#   with: return patches.transpose(0, 2, 1, 3, 4, 5).reshape(len(x) * rows * columns, -1)
#   hint: "Your places go down before they go right. They go along a row first."
# - replace: "[day_046.pad_amounts(n, f, padding, stride) for n, f in axes]"
#   with: "[day_046.pad_amounts(n, f, padding, 1) for n, f in axes]"
#   hint: "How many zeros same padding needs depends on the stride."
# - replace: "[day_046.pad_amounts(n, f, padding, stride) for n, f in axes]"
#   with: "[day_046.pad_amounts(n, f, padding, stride)[::-1] for n, f in axes]"
#   hint: "An odd zero of same padding comes after, not before."
# - replace: day_046.zero_pad(x, [day_046.pad_amounts(n, f, padding, stride) for n, f in axes])
#   with: np.pad(x, [(0, 0), *(day_046.pad_amounts(n, f, padding, stride) for n, f in axes), (0, 0)], "edge")
#   hint: "Around the picture you repeat its edge. There should be zeros."


# %% mistake: im2col
# hint: "For windows of 1 by 1 your patches are x itself under another shape. A new array was promised."
def im2col(x, kernel, stride=1, padding="valid"):
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], kernel, strict=True)]
    padded = day_046.zero_pad(x, pads) if np.any(pads) else x
    views = np.lib.stride_tricks.sliding_window_view(padded, tuple(kernel), axis=(1, 2))[:, ::stride, ::stride]
    return views.transpose(0, 1, 2, 4, 5, 3).reshape(np.prod(views.shape[:3]), -1)


# %% mistake: im2col
# hint: "Half a window of zeros on each side is not what same padding means: that depends on the stride, and with an
#   even window the sides differ. day_046.pad_amounts knows."
def im2col(x, kernel, stride=1, padding="valid"):
    if padding == "valid":
        padding = 0
    (a, b), channels = kernel, x.shape[3]
    vertical, horizontal = (a // 2, b // 2) if padding == "same" else (padding, padding)
    padded = np.pad(x, ((0, 0), (vertical,) * 2, (horizontal,) * 2, (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (a, b), axis=(1, 2))[:, ::stride, ::stride]
    return views.transpose(0, 1, 2, 4, 5, 3).reshape(-1, a * b * channels)


# %% mistake: im2col
# hint: "The columns are padded like the rows. Length and window may differ along the two axes, and so may the zeros."
def im2col(x, kernel, stride=1, padding="valid"):
    pads = [day_046.pad_amounts(x.shape[1], kernel[0], padding, stride)] * 2
    padded = day_046.zero_pad(x, pads)
    for n, f in zip(padded.shape[1:3], kernel, strict=True):
        day_046.conv_output_size(n, f, "valid", stride)
    views = np.lib.stride_tricks.sliding_window_view(padded, tuple(kernel), axis=(1, 2))[:, ::stride, ::stride]
    return views.transpose(0, 1, 2, 4, 5, 3).reshape(np.prod(views.shape[:3]), -1)


# %% mistake: im2col
# hint: "The window's height and width are exchanged; with square windows nobody notices."
def im2col(x, kernel, stride=1, padding="valid"):
    f_w, f_h = kernel
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in ((x.shape[1], f_h), (x.shape[2], f_w))]
    views = np.lib.stride_tricks.sliding_window_view(day_046.zero_pad(x, pads), (f_h, f_w), axis=(1, 2))
    views = views[:, ::stride, ::stride]
    return views.transpose(0, 1, 2, 4, 5, 3).reshape(np.prod(views.shape[:3]), -1)


# %% equivalents: im2col
# - replace: rows * columns, -1)
#   with: rows * columns, -2)
#   reason: "NumPy takes any negative length for the one that is left over."


# %% accepts: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    # All windows as a view, then the channel to the end, then a copy.
    kernel = tuple(kernel)
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], kernel, strict=True)]
    padded = np.pad(x, ((0, 0), *pads, (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))[:, ::stride, ::stride]
    return np.array(np.moveaxis(views, 3, 5), order="C").reshape(-1, kernel[0] * kernel[1] * x.shape[3])


# %% accepts: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    # By indices: which row and which column of the padded picture each entry comes from.
    (f_h, f_w), (n, height, width, channels) = kernel, x.shape
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    pads = (day_046.pad_amounts(height, f_h, padding, stride), day_046.pad_amounts(width, f_w, padding, stride))
    i = (stride * np.arange(rows)[:, None] + np.arange(f_h)).reshape(rows, 1, f_h, 1)
    j = (stride * np.arange(columns)[:, None] + np.arange(f_w)).reshape(1, columns, 1, f_w)
    return day_046.zero_pad(x, pads)[:, i, j].reshape(n * rows * columns, f_h * f_w * channels)


# %% [markdown]
# Is it worth the copy? Three ways to the same numbers: a Python loop over every number of the output, Day 46's loop
# over the places in the filter, and one product of patches. Pictures of $16 \times 16$ with 8 channels, 16 filters of
# $3 \times 3$, and batches of 1 to 16.

# %% demo
rng = np.random.default_rng(47)
w, b = rng.normal(size=(3, 3, 8, 16)), rng.normal(size=16)


def conv_by_loops(x, w, b):
    """One number of the output at a time."""
    n, height, width = x.shape[:3]
    output = np.empty((n, height - 2, width - 2, w.shape[3]))
    for i, row, column, d in np.ndindex(output.shape):
        output[i, row, column, d] = np.sum(x[i, row : row + 3, column : column + 3] * w[..., d]) + b[d]
    return output


def conv_by_patches(x, w, b):
    """One product for all of them."""
    n, height, width = x.shape[:3]
    return (im2col(x, w.shape[:2]) @ w.reshape(-1, w.shape[3]) + b).reshape(n, height - 2, width - 2, -1)


ways = {
    "every number": conv_by_loops,
    "the filter's places (Day 46)": day_046.conv2d_forward,
    "one product": conv_by_patches,
}
batch_sizes = [1, 2, 4, 8, 16]
seconds = {name: [] for name in ways}
largest_difference = 0.0
for batch_size in batch_sizes:
    pictures = rng.normal(size=(batch_size, 16, 16, 8))
    results = []
    for name, conv in ways.items():
        tries = []
        for _ in range(1 if name == "every number" else 10):
            began = time.perf_counter()
            result = conv(pictures, w, b)
            tries.append(time.perf_counter() - began)
        seconds[name].append(min(tries))
        results.append(result)
    largest_difference = max(largest_difference, *(np.abs(result - results[0]).max() for result in results[1:]))
fig, ax = plt.subplots()
for (name, times), marker in zip(seconds.items(), "os^", strict=True):
    ax.plot(batch_sizes, times, marker=marker, label=name)
ax.set(title="Time of a convolution", xlabel="pictures in the batch", ylabel="seconds", xscale="log", yscale="log")
ax.set_xticks(batch_sizes, batch_sizes)
ax.legend()
dd.plot.show(
    "Seconds against the number of pictures, both axes logarithmic, for three ways to loop. All three rise alike. "
    "The loop over every number lies highest, one hundred times or more above the other two, which are close together."
)
speedup = seconds["every number"][-1] / seconds["one product"][-1]
print(f"largest difference between the three: {largest_difference:.1e}")
print(f"one product is {speedup:.0f} times as fast as a loop over every number")

# %% [markdown]
# The same numbers, and between the upper curve and the other two lie two powers of ten or more. Most of that Day 46's
# version had already: it does nine products where this one does one, and which of the two is ahead depends on the sizes
# and on the machine. The new way's real gift is that the way back has become a question about two simple steps, a
# product and a copy.
#
# ## Putting patches back
#
# What is the gradient of a copy? If a pixel was copied to three places, then moving it moves all three, and the loss
# feels the sum: $\bar x$ is the **sum** of what arrives at its copies. So the way back from patches to pictures,
# **col2im**, takes every entry to the pixel that it came from, and adds. What arrives at zeros of the padding is
# dropped: nobody can move them.
#
# By hand, a row of four pixels and windows of 2: pixels 0 to 3 make the patches $(0, 1), (1, 2), (2, 3)$. If $\bar P$
# has the rows $(1, 2), (3, 4), (5, 6)$, then $\bar x = (1,\ 2 + 3,\ 4 + 5,\ 6) = (1, 5, 9, 6)$. So col2im is *not* the
# inverse of im2col. It is its **transpose**: im2col is linear, hence a matrix, of zeros and ones, that multiplies the
# pixels, and for all pictures $x$ and all matrices $G$ of the shape of $P$
#
# $$\sum \text{im2col}(x) \odot G = \sum x \odot \text{col2im}(G) .$$


# %% exercise: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    """The transpose of im2col: take every entry back to its pixel, and add.

    Args:
        patches: float or int array (N * H' * W', f_h * f_w * C), laid out as im2col does; left unchanged.
        shape: (N, H, W, C), the shape of the pictures.
        kernel, stride, padding: as for im2col.

    Returns:
        A new float array of that shape: at each pixel the sum of all entries that im2col copies from it, 0 where there
        are none. About 9 lines, with at most a loop over the window.
    """
    ### BEGIN SOLUTION
    n, height, width, channels = shape
    axes = list(zip((height, width), kernel, strict=True))
    rows, columns = (day_046.conv_output_size(length, f, padding, stride) for length, f in axes)
    (top, bottom), (left, right) = (day_046.pad_amounts(length, f, padding, stride) for length, f in axes)
    padded = np.zeros((n, top + height + bottom, left + width + right, channels))
    places = patches.reshape(n, rows, columns, *kernel, channels)
    for u, v in np.ndindex(*kernel):
        padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride] += places[:, :, :, u, v]
    return padded[:, top : top + height, left : left + width]
    ### END SOLUTION


# %% test: col2im, points=2
patches = np.array([[1.0, 2], [3, 4], [5, 6]])
with dd.check.unchanged(patches, what="patches"):
    result = col2im(patches, (1, 1, 4, 1), (1, 2))
due = np.array([1.0, 5, 9, 6]).reshape(1, 1, 4, 1)
dd.check.like(result, due, what="col2im(patches, (1, 1, 4, 1), (1, 2))", why="this is the example worked by hand")
result = col2im(np.ones((9, 8)), (1, 4, 4, 2), (2, 2))
due = np.outer([1.0, 2, 2, 1], [1.0, 2, 2, 1])
dd.check.shape(result, (1, 4, 4, 2), what="col2im(ones, (1, 4, 4, 2), (2, 2))", why="the pictures' shape")
dd.check.like(result[0, :, :, 1], due, what="channel 1 of it", why="it counts the windows over each pixel")
rng = np.random.default_rng(0)
x, entries = rng.normal(size=(2, 5, 4, 3)), rng.normal(size=(2 * 3 * 2, 3 * 2 * 3))
back = col2im(entries, x.shape, (3, 2), 2, "same")
due = np.sum(im2col(x, (3, 2), 2, "same") * entries)
dd.check.close(np.sum(x * back), due, what="the sum of x times col2im(G)", why="it equals that of im2col(x) times G")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(47)


def zeros_before(length, f, stride, padding):
    """How many zeros are before the first pixel, and how many windows there are."""
    if padding == "same":
        count = -(-length // stride)
        return max((count - 1) * stride + f - length, 0) // 2, count
    before = 0 if padding == "valid" else padding
    return before, len(range(-before, length + before - f + 1, stride))


def slow_sums(entries, shape, kernel, stride, padding):
    """Entry by entry; what belongs to a zero of the padding is dropped."""
    (top, rows), (left, columns) = (
        zeros_before(n, f, stride, padding) for n, f in zip(shape[1:3], kernel, strict=True)
    )
    pictures, lines = np.zeros(shape), iter(entries.tolist())
    for n, i, j in np.ndindex(shape[0], rows, columns):
        values = iter(next(lines))
        for u, v, c in np.ndindex(*kernel, shape[3]):
            row, column, value = i * stride + u - top, j * stride + v - left, next(values)
            if 0 <= row < shape[1] and 0 <= column < shape[2]:
                pictures[n, row, column, c] += value
    return pictures


shapes = (
    ((1, 1, 1, 1), (1, 1)),
    ((2, 5, 7, 3), (3, 2)),
    ((3, 6, 4, 1), (2, 4)),
    ((1, 8, 9, 2), (3, 3)),
    ((2, 4, 5, 3), (4, 1)),
    ((2, 7, 3, 2), (1, 1)),
)
dtypes = itertools.cycle(("float64", "int64", "float32", "uint8"))
for (shape, kernel), stride, padding in itertools.product(shapes, (1, 2, 3), ("valid", "same", 1, 2)):
    places = [zeros_before(n, f, stride, padding)[1] for n, f in zip(shape[1:3], kernel, strict=True)]
    entries = rng.integers(0, 256, (shape[0] * places[0] * places[1], kernel[0] * kernel[1] * shape[3]))
    entries = entries.astype(next(dtypes))
    what = f"col2im to {shape} of {entries.dtype}, {kernel=}, {stride=}, {padding=}"
    with dd.check.unchanged(entries, what="patches"):
        result = col2im(entries, shape, kernel, stride, padding)
    dd.check.like(result, slow_sums(entries, shape, kernel, stride, padding), what=what, why="every entry counts once")
    assert not np.shares_memory(result, entries), "a new array was promised"
entries = rng.normal(size=(18, 12))[::2]
due = slow_sums(entries, (1, 4, 5, 2), (2, 3), 1, 0)
dd.check.like(
    col2im(entries, (1, 4, 5, 2), (2, 3), 1, 0), due, what="col2im of every second row", why="a view is an array"
)
### END HIDDEN TESTS

# %% mistakes: col2im
# - replace: "v : v + stride * columns : stride] += places"
#   with: "v : v + stride * columns : stride] = places"
#   hint: "A pixel that several windows see keeps only what the last one brings. All of it has to be added up."
# - replace: 'return padded[:, top : top + height, left : left + width]'
#   with: 'return padded[:, bottom : bottom + height, right : right + width]'
#   hint: "You cut off as many zeros before as there are after. With same padding these can differ."
# - replace: 'return padded[:, top : top + height, left : left + width]'
#   with: return padded[:, :height, :width]
#   hint: "The picture begins behind the padding, not at the first zero."
# - replace: 'return padded[:, top : top + height, left : left + width]'
#   with: return padded
#   hint: "The zeros of the padding are still there. The pictures have no such pixels."
# - replace: 'return padded[:, top : top + height, left : left + width]'
#   with: 'return padded[:, top:-bottom, left:-right]'
#   hint: "A slice that ends at -0 is empty, and no padding behind means just that."
# - replace: 'return padded[:, top : top + height, left : left + width]'
#   with: 'return padded if padding == "valid" else padded[:, top:-bottom, left:-right]'
#   hint: "A slice that ends at -0 is empty, and no padding behind means just that. Other kinds than valid can have none
#     behind, too."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "u : u + rows, v : v + columns"
#   hint: "The stride goes unused: your windows move on by one."
# - replace: np.zeros((n, top + height + bottom, left + width + right, channels))
#   with: np.zeros((n, top + height + bottom, left + width + right, channels), dtype=patches.dtype)
#   hint: "Sums of bytes run over. The result is of floats, whatever comes in."
# - replace: places = patches.reshape(n, rows, columns, *kernel, channels)
#   with: places = np.moveaxis(patches.reshape(n, rows, columns, channels, *kernel), 3, 5)
#   hint: "In a row of patches the channel comes last, after row and column of the window."
# - replace: places = patches.reshape(n, rows, columns, *kernel, channels)
#   with: places = patches.reshape(n, columns, rows, *kernel, channels).swapaxes(1, 2)
#   hint: "Places go along a row first; yours go down first."


# %% mistake: col2im
# hint: "You divide by how often a pixel was copied. The transpose adds; only an inverse would average."
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    (t, b), (left, r) = (
        day_046.pad_amounts(m, f, padding, stride) for m, f in zip((height, width), kernel, strict=True)
    )
    rows, columns = (
        day_046.conv_output_size(m, f, padding, stride) for m, f in zip((height, width), kernel, strict=True)
    )
    padded, count = np.zeros((2, n, t + height + b, left + width + r, channels))
    places = patches.reshape(n, rows, columns, *kernel, channels)
    for i, j in np.ndindex(rows, columns):
        at = np.s_[:, i * stride : i * stride + kernel[0], j * stride : j * stride + kernel[1]]
        padded[at] += places[:, i, j]
        count[at] += 1
    return (padded / np.maximum(count, 1))[:, t : t + height, left : left + width]


# %% mistake: col2im
# hint: "A pixel that several windows see keeps what the last of them brings: that is what = does, and += with index
#   arrays too, however often a pixel is named. np.add.at adds every time."
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    (t, b), (left, r) = (
        day_046.pad_amounts(m, f, padding, stride) for m, f in zip((height, width), kernel, strict=True)
    )
    rows, columns = (
        day_046.conv_output_size(m, f, padding, stride) for m, f in zip((height, width), kernel, strict=True)
    )
    padded = np.zeros((n, t + height + b, left + width + r, channels))
    i = (stride * np.arange(rows)[:, None] + np.arange(kernel[0])).reshape(rows, 1, kernel[0], 1)
    j = (stride * np.arange(columns)[:, None] + np.arange(kernel[1])).reshape(1, columns, 1, kernel[1])
    padded[:, i, j] += patches.reshape(n, rows, columns, *kernel, channels)
    return padded[:, t : t + height, left : left + width]


# %% accepts: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    # By indices, with np.add.at.
    n, height, width, channels = shape
    (t, b), (left, r) = (
        day_046.pad_amounts(m, f, padding, stride) for m, f in zip((height, width), kernel, strict=True)
    )
    rows = (t + height + b - kernel[0]) // stride + 1
    columns = (left + width + r - kernel[1]) // stride + 1
    padded = np.zeros((n, t + height + b, left + width + r, channels))
    i = (stride * np.arange(rows)[:, None] + np.arange(kernel[0])).reshape(rows, 1, kernel[0], 1)
    j = (stride * np.arange(columns)[:, None] + np.arange(kernel[1])).reshape(1, columns, 1, kernel[1])
    np.add.at(padded, np.s_[:, i, j], patches.reshape(n, rows, columns, *kernel, channels))
    return padded[:, t : t + height, left : left + width]


# %% accepts: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    # im2col of the pixels' numbers says where each entry came from; number 0 is the padding.
    numbers = 1 + np.arange(np.prod(shape)).reshape(shape)
    came_from = im2col(numbers, kernel, stride, padding)
    sums = np.bincount(came_from.ravel(), weights=patches.ravel(), minlength=numbers.size + 1)
    return sums[1:].reshape(shape)


# %% [markdown]
# ## Back through a convolution
#
# All three gradients now follow from $y = P w + b$, with $y$ and $\bar y$ as matrices of $N H' W'$ rows. Day 26 has
# them for a dense layer, and only the last step is new:
#
# $$\bar w = P^\top \bar y, \qquad \bar b = \sum_{\text{rows}} \bar y, \qquad \bar P = \bar y\, w^\top, \qquad
# \bar x = \text{col2im}(\bar P) .$$
#
# Shapes: $(f_H f_W C, D)$, $(D,)$, that of $P$, and $(N, H, W, C)$. The first line of it says that a weight's gradient
# is a sum over all pictures and *all places*: that is what sharing a weight means for learning.
#
# By hand, one row of pixels $x = (1, 2, 3)$ and one filter $w = (1, -1)$, so $P$ has the rows $(1, 2)$ and $(2, 3)$.
# Let $\bar y = (1, 10)$. Then $\bar w = (1 \cdot 1 + 10 \cdot 2,\ 1 \cdot 2 + 10 \cdot 3) = (21, 32)$, $\bar b = 11$,
# $\bar P$ has the rows $(1, -1)$ and $(10, -10)$, and $\bar x = (1,\ -1 + 10,\ -10) = (1, 9, -10)$.
#
# Look at $\bar x$ once more: $(1, 9, -10)$ is the row $(0, 1, 10, 0)$ passed over by the filter $(-1, 1)$, which is $w$
# turned round. So, at stride 1, the way back through a convolution is a convolution, a mathematician's one. Frameworks
# offer it as a layer of its own, the *transposed* convolution, because it makes maps larger where the other makes them
# smaller (Day 58 uses it).


# %% exercise: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    """The gradients of a convolution y = day_046.conv2d_forward(x, w, b, stride, padding).

    Args:
        dout: gradient of the loss for y, float or int array (N, H', W', D); left unchanged.
        x: the pictures that went in, float or uint8 array (N, H, W, C); left unchanged.
        w: the filters, float or int array (f_h, f_w, C, D); left unchanged.
        stride, padding: as they were for y.

    Returns:
        (dx, dw, db), float arrays of the shapes of x, of w and (D,). The loss has averaged over the batch if it wanted
        to: nothing is divided here. About 6 lines, with im2col and col2im.
    """
    ### BEGIN SOLUTION
    kernel, filters = w.shape[:2], w.reshape(-1, w.shape[3])  # (f_h f_w C, D)
    arrived = dout.reshape(-1, w.shape[3]).astype(float)  # (N H' W', D)
    patches = im2col(x, kernel, stride, padding)
    dx = col2im(arrived @ filters.T, x.shape, kernel, stride, padding)
    return dx, (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)
    ### END SOLUTION


# %% test: conv2d_backward, points=3
x, w = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1), np.array([1.0, -1]).reshape(1, 2, 1, 1)
dout = np.array([1.0, 10]).reshape(1, 1, 2, 1)
with dd.check.unchanged([dout, x, w], what="[dout, x, w]"):
    result = conv2d_backward(dout, x, w)
due = (np.array([1.0, 9, -10]).reshape(x.shape), np.array([21.0, 32]).reshape(w.shape), np.array([11.0]))
dd.check.like(result, due, what="conv2d_backward(dout, x, w)", why="this is the example worked by hand")
rng = np.random.default_rng(0)
x, w, dout = rng.normal(size=(2, 4, 5, 2)), rng.normal(size=(3, 2, 2, 3)), rng.normal(size=(2, 2, 3, 3))
dx, dw, db = conv2d_backward(dout, x, w, 2, "same")
none = np.zeros(3)


def loss(x, w, b):
    """A loss whose gradient for the output is dout."""
    return np.sum(dout * day_046.conv2d_forward(x, w, b, 2, "same"))


dd.check.gradient(lambda moved: loss(moved, w, none), x, dx, what="dx", why="it is compared with differences")
dd.check.gradient(lambda moved: loss(x, moved, none), w, dw, what="dw", why="it is compared with differences")
dd.check.gradient(lambda moved: loss(x, w, moved), none, db, what="db", why="it is compared with differences")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(47)


def windows_of(length, f, stride, padding):
    """Where each window begins, counted from the first pixel."""
    if padding == "same":
        count = -(-length // stride)
        before = max((count - 1) * stride + f - length, 0) // 2
        return [i * stride - before for i in range(count)]
    before = 0 if padding == "valid" else padding
    return list(range(-before, length + before - f + 1, stride))


def slow_gradients(dout, x, w, stride, padding):
    """Every product of the forward pass, one by one, sends its share to its pixel and to its weight."""
    dx, dw, x = np.zeros(x.shape), np.zeros(w.shape), x.astype(float)
    tops, lefts = (windows_of(n, f, stride, padding) for n, f in zip(x.shape[1:3], w.shape[:2], strict=True))
    for (i, top), (j, left) in itertools.product(enumerate(tops), enumerate(lefts)):
        for u, v in np.ndindex(*w.shape[:2]):
            if 0 <= top + u < x.shape[1] and 0 <= left + v < x.shape[2]:
                for n in range(len(x)):
                    dx[n, top + u, left + v] += w[u, v] @ dout[n, i, j]
                    dw[u, v] += np.outer(x[n, top + u, left + v], dout[n, i, j])
    return dx, dw, sum(dout[place].astype(float) for place in np.ndindex(dout.shape[:3]))


shapes = (
    ((1, 1, 1, 1), (1, 1, 1, 1)),
    ((2, 5, 7, 3), (3, 2, 3, 4)),
    ((3, 6, 4, 1), (2, 4, 1, 2)),
    ((1, 8, 9, 2), (3, 3, 2, 1)),
    ((2, 4, 4, 3), (4, 4, 3, 3)),
    ((2, 7, 3, 2), (1, 1, 2, 5)),
)
for (x_shape, w_shape), stride, padding in itertools.product(shapes, (1, 2, 3), ("valid", "same", 1)):
    x, w = rng.normal(size=x_shape), rng.normal(size=w_shape)
    places = [len(windows_of(n, f, stride, padding)) for n, f in zip(x_shape[1:3], w_shape[:2], strict=True)]
    dout = rng.normal(size=(x_shape[0], *places, w_shape[3]))
    with dd.check.unchanged([dout, x, w], what="[dout, x, w]"):
        result = conv2d_backward(dout, x, w, stride, padding)
    what = f"conv2d_backward for {x_shape} with {w_shape}, {stride=}, {padding=}"
    dd.check.kind(result, tuple, what=what)
    dd.check.equal(len(result), 3, what="the number of gradients", why="those for x, w and b")
    due = slow_gradients(dout, x, w, stride, padding)
    for name, actual, expected in zip(("dx", "dw", "db"), result, due, strict=True):
        why = "each product of the forward pass sends its share back"
        dd.check.like(actual, expected, rtol=1e-9, atol=1e-9, what=f"{name} of {what}", why=why)
pixels = rng.integers(0, 256, (2, 5, 4, 3), dtype="uint8")
w, dout = rng.integers(-3, 4, (2, 3, 3, 2)), rng.integers(-9, 10, (2, 4, 2, 2))
due = slow_gradients(dout, pixels, w, 1, "valid")
for kinds in (("int64", "uint8", "int64"), ("float64", "uint8", "float64"), ("float32", "float32", "float32")):
    given = [array.astype(kind) for array, kind in zip((dout, pixels, w), kinds, strict=True)]
    result = conv2d_backward(*given)
    dd.check.like(result, due, rtol=1e-5, atol=1e-4, what=f"conv2d_backward of {kinds}", why="pixels are numbers")
twice = conv2d_backward(np.concatenate([dout, dout]), np.concatenate([pixels, pixels]), w)
dd.check.like(twice[1], 2 * due[1], what="dw of the same batch twice", why="nothing is divided by the batch")
### END HIDDEN TESTS

# %% mistakes: conv2d_backward
# - replace: (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)
#   with: (patches.T @ arrived).reshape(w.shape) / len(x), arrived.sum(axis=0) / len(x)
#   hint: "You divide by the batch. The loss has done so already, in the gradient that arrives."
# - replace: (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)
#   with: (patches.T @ arrived).reshape(w.shape), arrived.mean(axis=0)
#   hint: "The bias is added at every place of every picture: its gradient is the sum over all of them."
# - replace: arrived.sum(axis=0)
#   with: arrived.sum()
#   hint: "Each filter has a bias of its own, and so each has a gradient of its own."
# - replace: dx = col2im(arrived @ filters.T, x.shape, kernel, stride, padding)
#   with: dx = col2im(arrived @ w[::-1, ::-1].reshape(-1, w.shape[3]).T, x.shape, kernel, stride, padding)
#   hint: "You turn the filters round and then put patches back, which turns them already. One or the other."
# - replace: return dx, (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)
#   with: return (patches.T @ arrived).reshape(w.shape), dx, arrived.sum(axis=0)
#   hint: "The order is dx, dw, db."
# - replace: return dx, (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)
#   with: return (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0), dx
#   hint: "The order is dx, dw, db."
# - replace: arrived.sum(axis=0)
#   with: dout.mean(axis=(1, 2)).sum(axis=0)
#   hint: "The bias is added at every place of every picture: its gradient is the sum over all of them, no mean."
# - replace: arrived.sum(axis=0)
#   with: arrived.sum(axis=0, keepdims=True)
#   hint: "The biases have one axis, and so has their gradient."


# %% mistake: conv2d_backward
# hint: "Each place overwrites what other windows have sent to the same pixels. Gradients of a pixel add up."
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], (f_h, f_w), strict=True)]
    padded = day_046.zero_pad(x.astype(float), pads)
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for i, j in np.ndindex(*dout.shape[1:3]):
        at = np.s_[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w]
        dpadded[at] = np.einsum("nd,uvcd->nuvc", dout[:, i, j], w)
        dw += np.einsum("nuvc,nd->uvcd", padded[at], dout[:, i, j])
    (top, _), (left, _) = pads
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2)).astype(float)


# %% mistake: conv2d_backward
# hint: "The gradient of the weights is that of the last place alone. A shared weight gathers from all places."
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], (f_h, f_w), strict=True)]
    padded = day_046.zero_pad(x.astype(float), pads)
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for i, j in np.ndindex(*dout.shape[1:3]):
        at = np.s_[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w]
        dpadded[at] += np.einsum("nd,uvcd->nuvc", dout[:, i, j], w)
        dw = np.einsum("nuvc,nd->uvcd", padded[at], dout[:, i, j])
    (top, _), (left, _) = pads
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2)).astype(float)


# %% mistake: conv2d_backward
# hint: "The gradient for x still has the padding around it, or is cut at the wrong side."
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], (f_h, f_w), strict=True)]
    padded = day_046.zero_pad(x.astype(float), pads)
    arrived = dout.reshape(-1, w.shape[3]).astype(float)
    dx = col2im(arrived @ w.reshape(-1, w.shape[3]).T, padded.shape, (f_h, f_w), stride, "valid")
    dw = (im2col(padded, (f_h, f_w), stride).T @ arrived).reshape(w.shape)
    return dx[:, : x.shape[1], : x.shape[2]], dw, arrived.sum(axis=0)


# %% mistake: conv2d_backward
# hint: "Stride or padding goes unused on the way back. The windows must be those of the way forth."
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    arrived = dout.reshape(-1, w.shape[3]).astype(float)
    if padding == "same":
        padding = (w.shape[0] - 1) // 2
    patches = im2col(x, w.shape[:2], 1, padding)[: len(arrived)]
    arrived = arrived[: len(patches)]
    full = np.zeros((len(im2col(x, w.shape[:2], 1, padding)), w.shape[3]))
    full[: len(arrived)] = arrived
    dx = col2im(full @ w.reshape(-1, w.shape[3]).T, x.shape, w.shape[:2], 1, padding)
    return dx, (patches.T @ arrived).reshape(w.shape), arrived.sum(axis=0)


# %% equivalents: conv2d_backward
# - replace: w.reshape(-1, w.shape[3])
#   with: w.reshape(-2, w.shape[3])
#   reason: "NumPy takes any negative length for the one that is left over."
# - replace: dout.reshape(-1, w.shape[3])
#   with: dout.reshape(-2, w.shape[3])
#   reason: "NumPy takes any negative length for the one that is left over."


# %% accepts: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    # Place by place in the filter, without patches.
    axes = list(zip(x.shape[1:3], w.shape[:2], strict=True))
    pads = [day_046.pad_amounts(n, f, padding, stride) for n, f in axes]
    padded = day_046.zero_pad(x.astype(float), pads)
    dpadded, dw = np.zeros(padded.shape), np.empty(w.shape)
    rows, columns = dout.shape[1:3]
    for u, v in np.ndindex(*w.shape[:2]):
        met = np.s_[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        dpadded[met] += dout @ w[u, v].T
        dw[u, v] = np.tensordot(padded[met], dout, axes=((0, 1, 2), (0, 1, 2)))
    (top, _), (left, _) = pads
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dw, np.einsum("nijd->d", dout).astype(float)


# %% accepts: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    # dx as a full convolution of the spread-out gradient with filters turned round.
    (f_h, f_w, _, d), (n, height, width, _) = w.shape, x.shape
    (top, bottom), (left, right) = (
        day_046.pad_amounts(length, f, padding, stride) for length, f in ((height, f_h), (width, f_w))
    )
    spread = np.zeros((n, height + top + bottom - f_h + 1, width + left + right - f_w + 1, d))
    spread[:, : stride * dout.shape[1] : stride, : stride * dout.shape[2] : stride] = dout
    around = np.pad(spread, ((0, 0), (f_h - 1, f_h - 1), (f_w - 1, f_w - 1), (0, 0)))
    turned = w[::-1, ::-1].swapaxes(2, 3).astype(float)
    full = day_046.conv2d_forward(around, turned, np.zeros(x.shape[3]))
    padded = day_046.zero_pad(x.astype(float), ((top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))
    dw = np.einsum("nijcuv,nijd->uvcd", windows, spread)
    return full[:, top : top + height, left : left + width], dw, spread.sum(axis=(0, 1, 2))


# %% [markdown]
# ## Back through a pool
#
# Every window of a pool is a small function of $f^2$ numbers, and each of its kinds sends back what arrives in its own
# way. A **sum** passes it on to all of them. An **average** gives each the $f^2$-th part. A **maximum** depends on one
# of them alone, so the winner takes it all and the others get 0: moving a loser a little changes nothing.
#
# By hand, the map from above, with $\bar y = \begin{pmatrix} 1&2\\3&4 \end{pmatrix}$:
#
# $$\text{max: } \bar x = \begin{pmatrix} 0&0&2&0\\1&0&0&0\\0&0&0&0\\3&0&0&4 \end{pmatrix}, \qquad
# \text{average: } \bar x = \frac14 \begin{pmatrix} 1&1&2&2\\1&1&2&2\\3&3&4&4\\3&3&4&4 \end{pmatrix} .$$
#
# Two traps. Where windows overlap, a number may win in several of them and gets the sum of what they send. And where
# two numbers of a window are equally large, the maximum has no gradient; one of them has to be chosen. Ties are common:
# after ReLU, whole windows are 0. We choose the first, row by row. Sharing it out would be as right, but giving *each*
# of them all of it is not: then more comes out than went in.
#
# Last of all, **flattening**, which makes a row of all numbers of a picture so that a dense layer can follow,
# $(N, H, W, C) \to (N, H W C)$. It only renames places; the way back is the reshape to the old shape.


# %% exercise: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    """The gradient of a pool y = pool2d_forward(x, size, stride, mode) for x.

    Args:
        dout: gradient of the loss for y, float or int array (N, H', W', C); left unchanged.
        x: the maps that went in, float or int array (N, H, W, C), uint8 too; left unchanged.
        size, stride, mode: as they were for y.

    Returns:
        A new float array of the shape of x. In a window with several largest numbers the first of them, row by row,
        gets what arrives.

    Raises:
        ValueError: mode is none of "max", "average" and "sum".
    """
    ### BEGIN SOLUTION
    if mode not in ("max", "average", "sum"):
        raise ValueError(f"mode must be 'max', 'average' or 'sum'. Received: {mode!r}")
    kernel, channels = (size, size), x.shape[3]
    windows = im2col(x, kernel, stride).reshape(-1, size * size, channels)
    arrived = dout.reshape(-1, 1, channels)
    if mode == "max":
        winner = windows.argmax(axis=1)[:, np.newaxis]  # (N H' W', 1, C)
        share = np.arange(size * size)[:, np.newaxis] == winner
    else:
        share = np.full(windows.shape, 1 / size**2 if mode == "average" else 1.0)
    return col2im((arrived * share).reshape(len(windows), -1), x.shape, kernel, stride)
    ### END SOLUTION


# %% test: pool2d_backward, points=3
x = np.array([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 0, 7, 8]]).reshape(1, 4, 4, 1)
dout = np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1)
spread = np.array([[1.0, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])
due = {
    "max": np.array([[0.0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]]),
    "average": spread / 4,
    "sum": spread,
}
for mode, gradient in due.items():
    with dd.check.unchanged([dout, x], what="[dout, x]"):
        result = pool2d_backward(dout, x, 2, 2, mode)
    what = f"pool2d_backward(dout, x, 2, 2, {mode!r})"
    dd.check.like(result, gradient.reshape(1, 4, 4, 1), what=what, why="this is the example worked by hand")
flat = np.zeros((1, 2, 2, 1))
due = np.array([[5.0, 0], [0, 0]]).reshape(1, 2, 2, 1)
result = pool2d_backward(np.full((1, 1, 1, 1), 5.0), flat)
dd.check.like(result, due, what="the gradient for four zeros", why="the first of equals gets it, and nobody else")
row = np.array([0.0, 9, 1, 2]).reshape(1, 1, 4, 1).repeat(2, axis=1)
row[:, 1] = -1
result = pool2d_backward(np.array([1.0, 10, 100]).reshape(1, 1, 3, 1), row, 2, 1, "max")
due = np.array([[0.0, 11, 0, 100], [0, 0, 0, 0]]).reshape(1, 2, 4, 1)
dd.check.like(result, due, what="the gradient of windows that overlap", why="9 wins twice, and gets 1 and 10")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(47)


def slow_pool_gradient(dout, x, size, stride, mode):
    """Window by window; the first largest number is looked for in reading order."""
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(dout.shape):
        places = [(n, i * stride + u, j * stride + v, c) for u in range(size) for v in range(size)]
        if mode == "max":
            best = max(x[place] for place in places)
            dx[next(place for place in places if x[place] == best)] += dout[n, i, j, c]
        else:
            for place in places:
                dx[place] += dout[n, i, j, c] / (size * size if mode == "average" else 1)
    return dx


cases = (
    ((1, 1, 1, 1), 1, 1),
    ((2, 5, 7, 3), 2, 2),
    ((3, 6, 4, 1), 3, 1),
    ((1, 7, 8, 2), 3, 2),
    ((2, 4, 4, 3), 4, 2),
    ((2, 9, 5, 4), 2, 3),
    ((2, 6, 7, 3), 2, 1),
    ((2, 5, 3, 3), 1, 2),
)
for (shape, size, stride), mode in itertools.product(cases, ("max", "average", "sum")):
    places = [(n - size) // stride + 1 for n in shape[1:3]]
    dout = rng.normal(size=(shape[0], *places, shape[3]))
    tied = rng.integers(0, 3, shape)
    for given in (rng.normal(size=shape), np.maximum(rng.normal(size=shape), 0), tied - 5.0, tied.astype("uint8")):
        what = f"pool2d_backward for {shape} in {given.dtype}, {size=}, {stride=}, {mode=}"
        with dd.check.unchanged([dout, given], what="[dout, x]"):
            result = pool2d_backward(dout, given, size, stride, mode)
        due = slow_pool_gradient(dout, given, size, stride, mode)
        dd.check.like(result, due, rtol=1e-9, atol=1e-12, what=what, why="each window sends back what arrives, once")
    whole = rng.integers(-9, 10, dout.shape)
    due = slow_pool_gradient(whole, given, size, stride, mode)
    dd.check.like(pool2d_backward(whole, given, size, stride, mode), due, what="pool2d_backward of whole numbers")
    single = pool2d_backward(dout.astype("float32"), given.astype("float32"), size, stride, mode)
    due = slow_pool_gradient(dout, given, size, stride, mode)
    dd.check.like(single, due, rtol=1e-5, atol=1e-5, what="pool2d_backward of float32", why="it loses digits only")
    assert not np.shares_memory(result, dout), "a new array was promised"
for bad in ("mean", "MAX", "", None, "m"):
    with dd.check.raises(ValueError, why=f"{bad!r} is no mode"):
        pool2d_backward(np.ones((1, 1, 1, 1)), np.ones((1, 2, 2, 1)), 2, 2, bad)
x = rng.permutation(2 * 5 * 5 * 2).reshape(2, 5, 5, 2) / 10.0  # all different
for mode in ("max", "average", "sum"):
    dout = rng.normal(size=(2, 2, 2, 2))
    dx = pool2d_backward(dout, x, 3, 2, mode)
    dd.check.gradient(
        lambda moved, dout=dout, mode=mode: np.sum(dout * pool2d_forward(moved, 3, 2, mode)), x, dx, what=f"dx, {mode}"
    )
### END HIDDEN TESTS

# %% mistakes: pool2d_backward
# - replace: np.arange(size * size)[:, np.newaxis] == winner
#   with: windows == windows.max(axis=1, keepdims=True)
#   hint: "Where several numbers are equally large you give each of them all of it: more comes out than went in."
# - replace: windows.argmax(axis=1)[:, np.newaxis]
#   with: (size * size - 1 - windows[:, ::-1].argmax(axis=1))[:, np.newaxis]
#   hint: "Of several largest numbers yours is the last. The first is to get it."
# - replace: windows.argmax(axis=1)[:, np.newaxis]
#   with: windows.argmin(axis=1)[:, np.newaxis]
#   hint: "It is the largest number that gets the gradient."
# - replace: 1 / size**2 if mode == "average" else 1.0
#   with: 1.0
#   hint: "An average gives each of its numbers a part only."
# - replace: 1 / size**2 if mode == "average" else 1.0
#   with: 1 / size if mode == "average" else 1.0
#   hint: "How many numbers does a window have?"
# - replace: 1 / size**2 if mode == "average" else 1.0
#   with: 1 / size**2
#   hint: "A sum passes all of it on to each of its numbers."
# - replace: windows.argmax(axis=1)[:, np.newaxis]
#   with: np.abs(windows.astype(float)).argmax(axis=1)[:, np.newaxis]
#   hint: "The largest number is not the one that is farthest from 0."
# - replace: |-
#     raise ValueError(f"mode must be 'max', 'average' or 'sum'. Received: {mode!r}")
#   with: |-
#     mode = "sum"
#   hint: "A mode that does not exist gets through."


# %% mistake: pool2d_backward
# hint: "Where windows overlap, one overwrites what another has sent. A number that wins twice gets both."
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        at = np.s_[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
        if mode == "max":
            u, v = np.unravel_index(np.argmax(x[at]), (size, size))
            dx[n, i * stride + u, j * stride + v, c] = dout[n, i, j, c]
        else:
            dx[at] = dout[n, i, j, c] / (size**2 if mode == "average" else 1)
    return dx


# %% mistake: pool2d_backward
# hint: "You look for one winner among all channels. Each channel has its own."
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    dx = np.zeros(x.shape)
    for n, i, j in np.ndindex(*dout.shape[:3]):
        at = np.s_[n, i * stride : i * stride + size, j * stride : j * stride + size]
        if mode == "max":
            u, v = np.unravel_index(np.argmax(x[at].sum(axis=-1)), (size, size))
            dx[n, i * stride + u, j * stride + v] += dout[n, i, j]
        else:
            dx[at] += dout[n, i, j] / (size**2 if mode == "average" else 1)
    return dx


# %% mistake: pool2d_backward
# hint: "You repeat the gradient over windows that lie side by side. Other strides, and pixels that no window sees, need
#   their own places."
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    spread = np.zeros(x.shape)
    wide = np.repeat(np.repeat(dout, size, axis=1), size, axis=2)[:, : x.shape[1], : x.shape[2]]
    spread[:, : wide.shape[1], : wide.shape[2]] = wide
    if mode == "average":
        return spread / size**2
    if mode == "sum":
        return spread
    tops = np.zeros(x.shape)
    pooled = pool2d_forward(x, size, stride, "max")
    wide = np.repeat(np.repeat(pooled, size, axis=1), size, axis=2)[:, : x.shape[1], : x.shape[2]]
    tops[:, : wide.shape[1], : wide.shape[2]] = wide
    return spread * (x == tops)


# %% mistake: pool2d_backward
# hint: "Between equals you share the gradient. The first of them is to get all of it."
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    windows = im2col(x, (size, size), stride).reshape(-1, size * size, x.shape[3]).astype(float)
    arrived = dout.reshape(-1, 1, x.shape[3])
    if mode == "max":
        on_top = windows == windows.max(axis=1, keepdims=True)
        sent = arrived * on_top / on_top.sum(axis=1, keepdims=True)
    else:
        sent = arrived * np.ones(windows.shape) / (size**2 if mode == "average" else 1)
    return col2im(sent.reshape(len(sent), -1), x.shape, (size, size), stride)


# %% equivalents: pool2d_backward
# - replace: (arrived * share).reshape(len(windows), -1)
#   with: arrived * share
#   reason: "The reference's col2im arranges the entries itself."
# - replace: (arrived * share).reshape(len(windows), -1)
#   with: (arrived * share).reshape(-1, len(windows))
#   reason: "The reference's col2im arranges the entries itself."
# - replace: (arrived * share).reshape(len(windows), -1)
#   with: (arrived * share).reshape(len(windows), -2)
#   reason: "NumPy takes any negative length for the one that is left over."
# - replace: reshape(-1, size * size, channels)
#   with: reshape(-2, size * size, channels)
#   reason: "NumPy takes any negative length for the one that is left over."
# - replace: dout.reshape(-1, 1, channels)
#   with: dout.reshape(-2, 1, channels)
#   reason: "NumPy takes any negative length for the one that is left over."


# %% accepts: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    # Window by window, the whole batch and all channels at once.
    if mode not in {"max", "average", "sum"}:
        raise ValueError(f"no mode {mode}")
    n, _, _, channels = x.shape
    dx = np.zeros(x.shape)
    picture, channel = np.ogrid[:n, :channels]
    for i, j in np.ndindex(*dout.shape[1:3]):
        window = x[:, i * stride : i * stride + size, j * stride : j * stride + size]
        if mode == "max":
            u, v = divmod(window.reshape(n, -1, channels).argmax(axis=1), size)
            dx[picture, i * stride + u, j * stride + v, channel] += dout[:, i, j]
        else:
            part = dout[:, i, j] / (size**2 if mode == "average" else 1)
            dx[:, i * stride : i * stride + size, j * stride : j * stride + size] += part[:, np.newaxis, np.newaxis]
    return dx


# %% accepts: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    # Corner by corner of the window; a window that has found its winner is closed.
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = dout.shape[1:3]
    dx, is_open = np.zeros(x.shape), np.ones(dout.shape, dtype=bool)
    tops = pool2d_forward(x, size, stride, "max")
    for u in range(size):
        for v in range(size):
            met = np.s_[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
            if mode == "max":
                wins = is_open & (x[met] == tops)
                dx[met] += np.where(wins, dout, 0)
                is_open &= ~wins
            else:
                dx[met] += dout / size**2 if mode == "average" else dout
    return dx


# %% [markdown]
# ## Put it together: a network that sees, from nothing
#
# Four layers, so that Day 34's `Model` can train them. Each remembers what went in, and hands the rest to your
# functions. He's start (Day 31) suits ReLU: a filter has $f_H f_W C$ inputs.

# %% demo


class Conv2D(day_034.Layer):
    """num_filters square filters with zeros around the picture."""

    def __init__(self, side, num_channels, num_filters, rng, stride=1):
        super().__init__()
        self.stride = stride
        spread = np.sqrt(2 / (side * side * num_channels))
        self.params = {
            "w": rng.normal(0, spread, (side, side, num_channels, num_filters)),
            "b": np.zeros(num_filters),
        }

    def forward(self, x, training=False):
        self.x = x
        w = self.params["w"]
        height, width = (day_046.conv_output_size(n, len(w), "same", self.stride) for n in x.shape[1:3])
        product = im2col(x, w.shape[:2], self.stride, "same") @ w.reshape(-1, w.shape[3]) + self.params["b"]
        return product.reshape(len(x), height, width, -1)

    def backward(self, dout):
        dx, dw, db = conv2d_backward(dout, self.x, self.params["w"], self.stride, "same")
        self.grads = {"w": dw, "b": db}
        return dx


class Pool2D(day_034.Layer):
    """Windows of 2 by 2, side by side."""

    def __init__(self, mode):
        super().__init__()
        self.mode = mode

    def forward(self, x, training=False):
        self.x = x
        return pool2d_forward(x, 2, 2, self.mode)

    def backward(self, dout):
        return pool2d_backward(dout, self.x, 2, 2, self.mode)


class Flatten(day_034.Layer):
    """All numbers of a picture in one row."""

    def forward(self, x, training=False):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.shape)


def digit_network(mode, seed):
    """Two convolutions with ReLU, each followed by a pool, or with a stride of 2 and none; then a dense layer."""
    rng = np.random.default_rng(seed)
    network = day_034.Model()
    for num_channels, num_filters in ((1, 8), (8, 16)):
        network.add(Conv2D(3, num_channels, num_filters, rng, stride=2 if mode == "stride" else 1))
        network.add(day_034.Activation("relu"))
        if mode != "stride":
            network.add(Pool2D(mode))
    network.add(Flatten())
    network.add(day_034.Dense(2 * 2 * 16, 10, rng))
    network.compile(day_034.Optimizer(learning_rate=0.005))
    return network


network = digit_network("max", seed=47)
shapes = [x_digits[:5].shape]
flow = x_digits[:5]
for layer in network.layers:
    flow = layer.forward(flow)
    shapes.append(flow.shape)
    count = sum(param.size for param in layer.params.values())
    print(f"{type(layer).__name__:10}  {shapes[-2]!s:15} -> {shapes[-1]!s:15}  {count:5} parameters")

# %% [markdown]
# Before any training: are the gradients of the whole chain right? Day 27's test, for twelve entries of each array, on
# five digits. One thing has to be seen to first. Biases start at 0, and the paper around a digit is 0, so many inputs
# of the first ReLU are exactly 0: its kink, where slopes from both sides differ and a difference says half of each. So
# we give the biases small numbers for the occasion.

# %% demo
rng = np.random.default_rng(47)
for layer in network.layers:
    if "b" in layer.params:
        layer.params["b"] = rng.normal(0, 0.1, layer.params["b"].shape)


def batch_loss():
    return np.mean(day_034.cross_entropy(network.predict(x_digits[:5]), digit_labels[:5])[0])


logits = x_digits[:5]
for layer in network.layers:
    logits = layer.forward(logits, training=True)
dout = day_034.cross_entropy(logits, digit_labels[:5])[1] / 5
for layer in reversed(network.layers):
    dout = layer.backward(dout)
worst_entry = 0.0
for i, layer in enumerate(network.layers):
    grads = {name: grad.copy() for name, grad in layer.grads.items()}
    for name, param in layer.params.items():
        differences = []
        for place in rng.choice(param.size, min(12, param.size), replace=False):
            index = np.unravel_index(place, param.shape)
            before, values = param[index], []
            for moved in (before + 1e-6, before - 1e-6):
                param[index] = moved
                values.append(batch_loss())
            param[index] = before
            differences.append(abs((values[0] - values[1]) / 2e-6 - grads[name][index]))
        worst_entry = max(worst_entry, *differences)
        print(f"layer {i}, {name} {param.shape!s:14} largest difference {max(differences):.1e}")

# %% [markdown]
# The two agree to seven digits or more. Now training: three networks of the same number of parameters, with max
# pooling, with average pooling, and with strides in place of pools, from three starts each; 12 epochs on 1,348 digits,
# those of Day 5. Does it matter how a map is made smaller?

# %% demo
held_out = {mode: [] for mode in ("max", "average", "stride")}
networks = {}
for mode, start in itertools.product(held_out, (0, 1, 2)):
    networks[mode, start] = digit_network(mode, seed=start)
    history = networks[mode, start].fit(
        x_digits,
        digit_labels,
        epochs=12,
        batch_size=32,
        validation=(x_held_out, labels_held_out),
        rng=np.random.default_rng(start),
    )
    held_out[mode].append(history["val_accuracy"])
fig, ax = plt.subplots()
for i, (mode, curves) in enumerate(held_out.items()):
    ax.plot(range(1, 13), np.mean(curves, axis=0), color=f"C{i}", marker="os^"[i], label=mode)
    ax.fill_between(range(1, 13), np.min(curves, axis=0), np.max(curves, axis=0), color=f"C{i}", alpha=0.15)
ax.set(title="Held-out digits, mean of three starts", xlabel="epoch", ylabel="accuracy", ylim=(0.5, 1))
ax.legend()
dd.plot.show(
    "Accuracy on held-out digits against epochs 1 to 12, means of three starts with a band from the least to the "
    "greatest. Max pooling and strides rise fastest and end near 0.97; average pooling stays a few points lower, at "
    "about 0.93."
)
final = {mode: [curve[-1] for curve in curves] for mode, curves in held_out.items()}
for mode, values in final.items():
    print(f"{mode:8} {np.mean(values):.3f} on average, from {min(values):.3f} to {max(values):.3f}")

# %% [markdown]
# All three read more than nine digits in ten, from the same two functions, forth and back, that you have written.
# Average pooling stays behind: a stroke is hardly wider than a pixel here, and an average dilutes it with the paper
# beside it. (The rate is the same for all three and tuned for none, and twelve epochs are few. It is an observation, no
# law.) And what goes on inside?

# %% demo
network = networks["max", 0]
which = int(np.flatnonzero(labels_held_out == 3)[0])
flow, stages = x_held_out[[which]], []
for layer in network.layers:
    flow = layer.forward(flow)
    if isinstance(layer, day_034.Activation | Pool2D):
        stages.append(flow[0])
fig, axes = plt.subplots(4, 9, figsize=(13, 6.2))
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
names = ("convolution, ReLU", "max pool", "convolution, ReLU", "max pool")
for line, maps, name in zip(axes, stages, names, strict=True):
    for ax, values in zip(line[1:], np.moveaxis(maps, -1, 0), strict=False):
        ax.imshow(values, cmap="gray_r", vmin=0, vmax=maps.max())
        ax.spines[:].set(visible=True, color="0.7")
    line[0].spines[:].set_visible(False)
    line[1].set_title(f"{name}, {maps.shape[0]} by {maps.shape[1]}", loc="left")
axes[0, 0].imshow(x_held_out[which, :, :, 0], cmap="gray_r")
axes[0, 0].set_title("input")
probability = np.exp(flow[0] - flow[0].max()) / np.sum(np.exp(flow[0] - flow[0].max()))
dd.plot.show(
    "A handwritten 3 of 8 by 8 pixels, and four rows of eight maps: after the first convolution the 3 is seen in maps "
    "that stress its edges from different sides; pooled to 4 by 4 they are blocks in which the 3 can still be guessed; "
    "after the second convolution, and pooled to 2 by 2, they are single dark and light squares."
)
print(f"the network gives {probability[3]:.3f} to the 3")
assert largest_difference < 1e-10 and speedup > 10
assert worst_entry < 1e-6
assert min(final["max"]) > 0.93 and np.mean(final["average"]) > 0.9 and np.mean(final["stride"]) > 0.9

# %% [markdown]
# From row to row there are fewer places and each of them stands for more of the digit: what began as ink at 64 places
# ends as 16 answers at 4 places (the figure shows eight of the 16 maps), and a dense layer weighs those. The first maps
# respond to edges, though nobody told them to: Day 46's filters, learned.
#
# ## What you should remember
#
# 1. Pooling keeps one number a window and a channel: fewer places, a little invariance, no parameters. Where and how
#    often is lost.
# 2. im2col copies patches into rows, and a convolution is a dense layer on them: $y = P w + b$.
# 3. The gradient of a copy is a sum. col2im is the transpose of im2col, not its inverse.
# 4. $\bar w = P^\top \bar y$, $\bar b$ sums over all places, $\bar x = \text{col2im}(\bar y w^\top)$.
# 5. A maximum sends everything to its winner, an average a part to each, and windows that overlap add up.
#
# ## Check yourself, without code
#
# 1. A batch of 32 maps of $28 \times 28$ with 64 channels, filters of $3 \times 3$, same padding, stride 1. How large
#    is $P$, in shape and, at 4 bytes a number, in bytes? How many times as large as the maps?
# 2. Every entry of $\bar y$ is 1. What are $\bar b$ and, for sum pooling with windows of 3 at stride 1, the gradient at
#    a pixel far from the border?
# 3. You replace max pooling's rule by "every number equal to the maximum gets all of it" and train after ReLU. Why may
#    it still learn, and what would a gradient check say?
#
# <details><summary>Answers</summary>
#
# 1. $32 \cdot 28 \cdot 28 = 25{,}088$ rows of $9 \cdot 64 = 576$ numbers: 14,450,688 of them, 57.8 MB, nine times the
#    maps.
# 2. $\bar b = N H' W'$ for each filter; the pixel is in 9 windows, so 9.
# 3. In windows that are all 0 the ReLU below passes nothing on, so the surplus vanishes there. A check on inputs with
#    ties of positive numbers would fail, and one on random numbers would say that all is well.
#
# </details>
#
# ## Go further
#
# - LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*, Proceedings of
#   the IEEE 86: pooling by a sum with a trained coefficient.
# - Chellapilla, Puri and Simard (2006), *High performance convolutional neural networks for document processing*:
#   unrolled convolutions.
# - Scherer, Müller and Behnke (2010), *Evaluation of pooling operations in convolutional architectures for object
#   recognition*, ICANN.
# - Springenberg, Dosovitskiy, Brox and Riedmiller (2014), *Striving for simplicity: the all convolutional net*,
#   arXiv:1412.6806.
# - Zhang (2019), *Making convolutional networks shift-invariant again*, ICML: blur before you thin out.
# - Day 48: the same with Keras, LeNet, and larger pictures.
