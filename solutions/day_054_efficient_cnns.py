# ---
# day: 54
# title: MobileNet, EfficientNet and Xception
# week: 11
# minutes: 110
# backend: any
# needs: [33, 38, 46, 50, 51, 52, 53]
# needs_code: [46]
# data: [scenes]
# papers:
# - "Chollet 2017, Xception: deep learning with depthwise separable convolutions"
# - "Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam 2017, MobileNets: efficient convolutional neural
#   networks for mobile vision applications"
# - "Sandler, Howard, Zhu, Zhmoginov and Chen 2018, MobileNetV2: inverted residuals and linear bottlenecks"
# - "Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks"
# - "Williams, Waterman and Patterson 2009, Roofline: an insightful visual performance model for multicore
#   architectures"
# ---

# %% [markdown]
# # Day 54 · MobileNet, EfficientNet and Xception
#
# By the end you can build a network for a telephone, count what it costs to the last parameter, and say why a tenth of
# the multiply-adds does not mean a tenth of the time.
#
# - **You will build** a depthwise convolution, the count of a separable one with its two multipliers, the block of
#   MobileNetV2 and the whole network, parameter for parameter, and the rule by which EfficientNet grows. At the end
#   they meet the residual networks of Day 52 in one chart: accuracy for parameters, for multiply-adds, for time.
# - **You need** batch normalisation (Day 33), functional models (Day 38), convolution and its padding (Day 46),
#   multiply-adds and arithmetic intensity (Day 50), Inception (Day 51), residual blocks (Day 52) and groups (Day 53).
# - **Not today:** starting from weights that others have trained (Day 55).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N, H, W$ | pictures in a batch, their rows and columns | | |
# | $H', W'$ | rows and columns that come out | | |
# | $C, D$ | channels that come in, channels that go out | | `filters` |
# | $x$ | what goes into a layer or block | $(N, H, W, C)$ | `x` |
# | $f$ | side of a filter | | `size` |
# | $w$ | weights of the filters of a depthwise convolution | $(f_H, f_W, C, M)$ | `w` |
# | $M$ | filters a channel, of a depthwise convolution | | |
# | $s$ | stride | | `stride` |
# | $a$ | width multiplier | | `width` |
# | $\rho$ | resolution multiplier | | `resolution` |
# | $t$ | expansion: hidden channels for each that comes in | | `expansion` |
# | $\phi$ | how far a network is scaled up | | `phi` |
# | $q_d, q_w, q_r$ | growth of depth, width and side for each step of $\phi$ | | `factors` |

# %% setup
import logging
import math
import time

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_046

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one
dd.plot.style()


def divisible(filters, divisor=8):
    """The multiple of divisor next to a number of filters, at least divisor and never more than 10% below it."""
    nearest = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * filters else nearest


# %% [markdown]
# ## Two jobs in one
#
# A convolution does two things at once. It looks at neighbouring **pixels**, and it mixes **channels**, and for that
# each of its $D$ filters has $f \times f \times C$ weights. Do the two jobs one after the other instead:
#
# 1. **depthwise**: every channel gets a small filter of its own, $f \times f$, and stays by itself. That is Day 53's
#    convolution in groups with as many groups as channels;
# 2. **pointwise**: a $1 \times 1$ convolution with $D$ filters mixes the channels, at each pixel by itself.
#
# Together they are a **depthwise separable convolution**. By hand, a depthwise convolution of one row of three pixels
# with two channels, a filter $1 \times 3$ each, and zeros around:
#
# | channel | pixels | its filter | what comes out |
# |---|---|---|---|
# | 0 | $1, 2, 3$ | $1, 0, -1$ | $-2, -2, 2$ |
# | 1 | $4, 0, 2$ | $0, 1, 1$ | $4, 2, 2$ |
#
# For the first pixel of channel 0 the window is $(0, 1, 2)$, and $0 \cdot 1 + 1 \cdot 0 - 2 \cdot 1 = -2$. Nothing is
# added up *over* the channels: that is the pointwise layer's job. With the weights $(1, 1)$ it would give $2, 0, 4$.
#
# A channel may also have several filters, $M$ of them. Keras's kernel is then $(f_H, f_W, C, M)$, and of the $C M$
# channels that come out, first come all $M$ of channel 0, then all $M$ of channel 1. The padding is Day 46's "same",
# where with a stride of 2 and an even side the only zero goes below and to the right. Use
# `day_046.pad_amounts(n, f, "same", stride)` and `day_046.zero_pad(x, ((top, bottom), (left, right)))` if you like.


# %% exercise: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    """A depthwise convolution with "same" padding and no bias.

    Args:
        x: pictures, float32 or float64 array (N, H, W, C); left unchanged.
        w: filters, array (f_H, f_W, C, M) of the same dtype, M for each channel; left unchanged.
        stride: int >= 1, down and across.

    Returns:
        A new array (N, ceil(H / stride), ceil(W / stride), C M) of x's dtype. Its channel c M + m comes from channel c
        of x and the filter w[:, :, c, m] alone. About 9 lines, with NumPy and the functions of Day 46.

    Raises:
        ValueError: w is made for another number of channels.
    """
    ### BEGIN SOLUTION
    if w.shape[2] != x.shape[3]:
        raise ValueError(f"w must be made for {x.shape[3]} channels. Received: shape {w.shape}")
    axes = list(zip(x.shape[1:3], w.shape[:2], strict=True))
    padded = day_046.zero_pad(x, [day_046.pad_amounts(n, f, "same", stride) for n, f in axes])
    rows, columns = (-(-n // stride) for n, _ in axes)  # rounded up
    y = np.zeros((len(x), rows, columns, *w.shape[2:]), dtype=x.dtype)  # (N, H', W', C, M)
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]  # (N, H', W', C)
        y += met[..., np.newaxis] * w[u, v]
    return y.reshape(len(x), rows, columns, -1)
    ### END SOLUTION


# %% test: depthwise_conv2d, points=3
x = np.array([[1.0, 4.0], [2.0, 0.0], [3.0, 2.0]]).reshape(1, 1, 3, 2)
w = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]).reshape(1, 3, 2, 1)
with dd.check.unchanged(x, what="x"), dd.check.unchanged(w, what="w"):
    came = depthwise_conv2d(x, w)
due = np.array([[-2.0, 4.0], [-2.0, 2.0], [2.0, 2.0]]).reshape(1, 1, 3, 2)
dd.check.like(came, due, what="depthwise_conv2d(x, w)", why="this is the example worked by hand")
came = depthwise_conv2d(np.ones((2, 5, 4, 3)), np.ones((3, 3, 3, 2)))
dd.check.shape(came, (2, 5, 4, 6), what="the output for 3 channels and M = 2", why="each channel gives two")
dd.check.close(came[1, 2, 1], np.full(6, 9.0), what="a pixel inside", why="9 pixels of one channel, each 1")
came = depthwise_conv2d(np.ones((2, 6, 5, 3)), np.ones((3, 3, 3, 1)), stride=2)
dd.check.shape(came, (2, 3, 3, 3), what="the output for pictures of 6 by 5 and stride 2", why="half, rounded up")
with dd.check.raises(ValueError, why="filters for two channels don't fit three"):
    depthwise_conv2d(np.ones((1, 4, 4, 3)), np.ones((3, 3, 2, 1)))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(54)
for shape, kernel, stride in (
    ((2, 5, 4, 3), (3, 3, 3, 2), 1),
    ((1, 6, 7, 2), (3, 2, 2, 3), 2),
    ((3, 4, 6, 1), (1, 3, 1, 4), 2),
    ((2, 7, 5, 4), (5, 3, 4, 1), 3),
    ((1, 1, 2, 2), (3, 3, 2, 2), 2),
    ((2, 6, 6, 3), (2, 1, 3, 2), 4),
):
    x, w = rng.normal(size=shape), rng.normal(size=kernel)
    rows, columns = (math.ceil(n / stride) for n in shape[1:3])
    above, left = (
        max((out - 1) * stride + f - n, 0) // 2 for out, f, n in zip((rows, columns), kernel, shape[1:3], strict=False)
    )
    due = np.zeros((shape[0], rows, columns, kernel[2] * kernel[3]))
    for i, j, u, v in np.ndindex(rows, columns, *kernel[:2]):
        row, column = i * stride + u - above, j * stride + v - left
        if 0 <= row < shape[1] and 0 <= column < shape[2]:
            for c, m in np.ndindex(*kernel[2:]):
                due[:, i, j, c * kernel[3] + m] += x[:, row, column, c] * w[u, v, c, m]
    what = f"depthwise_conv2d for x {shape}, w {kernel}, stride {stride}"
    why = "every channel meets its own filters, pixel by pixel, with zeros around"
    with dd.check.unchanged([x, w]):
        came = depthwise_conv2d(x, w, stride=stride)
    dd.check.like(came, due, what=what, why=why)
    came = depthwise_conv2d(x.astype("float32"), w.astype("float32"), stride)
    dd.check.like(came, due.astype("float32"), dtype="float32", rtol=1e-4, atol=1e-5, what=what, why="float32 stays")
x, w = rng.normal(size=(2, 3, 4, 3)), np.ones((1, 1, 3, 1))
came = depthwise_conv2d(x, w)
dd.check.like(came, x, what="the output for filters of a single 1", why="such a filter copies its channel")
assert not np.shares_memory(came, x), "a new array is due, also where the filters copy"
for channels in (1, 2, 4, 6):
    with dd.check.raises(ValueError, why=f"w is made for {channels} channels, and x has 3"):
        depthwise_conv2d(x, np.ones((3, 3, channels, 2)))
with dd.check.raises(ValueError, why="w is made for 3 channels, and x has 1"):
    depthwise_conv2d(x[..., :1], np.ones((3, 3, 3, 2)))
### END HIDDEN TESTS

# %% mistakes: depthwise_conv2d
# - replace: if w.shape[2] != x.shape[3]
#   with: if False
#   hint: "Filters for another number of channels get through: where one of the two is 1, NumPy stretches it."
# - replace: y.reshape(len(x), rows, columns, -1)
#   with: y.swapaxes(3, 4).reshape(len(x), rows, columns, -1)
#   hint: "Filter 0 of all channels comes first in yours. All M outputs of channel 0 come first, then those of 1."
# - replace: y.reshape(len(x), rows, columns, -1)
#   with: y.sum(axis=3)
#   hint: "You add up over the channels, as a full convolution does. In a depthwise one every channel stays by itself."
# - replace: y.reshape(len(x), rows, columns, -1)
#   with: y.sum(axis=4)
#   hint: "You add up the M outputs of a channel. Each is a channel of its own."
# - replace: (-(-n // stride) for n, _ in axes)  # rounded up
#   with: (n // stride for n, _ in axes)
#   hint: "Rows or columns are missing at the end: the size is divided by the stride and rounded up."
# - replace: "[day_046.pad_amounts(n, f, \"same\", stride) for n, f in axes]"
#   with: "[day_046.pad_amounts(n, f, \"same\", 1) for n, f in axes]"
#   hint: "How many zeros are needed depends on the stride. With stride 2 and an even side, one does, after the end."
# - replace: "[day_046.pad_amounts(n, f, \"same\", stride) for n, f in axes]"
#   with: "[day_046.pad_amounts(n, f, \"same\", stride)[::-1] for n, f in axes]"
#   hint: "The odd zero is on the wrong side. It goes below and to the right."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "u : u + rows, v : v + columns"
#   hint: "The windows of neighbouring outputs are one pixel apart, whatever the stride."
# - replace: met[..., np.newaxis] * w[u, v]
#   with: met[..., np.newaxis] * w[-1 - u, -1 - v]
#   hint: "Your filters are turned around. As on Day 46, nothing is flipped."


# %% mistake: depthwise_conv2d
# hint: "What comes out is smaller than \"same\" padding makes it: zeros go around the picture first."
def depthwise_conv2d(x, w, stride=1):
    if w.shape[2] != x.shape[3]:
        raise ValueError(w.shape)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    y = np.einsum("nijcuv,uvcm->nijcm", windows, w)
    return y.reshape(*y.shape[:3], -1)


# %% mistake: depthwise_conv2d
# hint: "Half a filter of zeros on each side is right for odd filters and stride 1. How many are needed depends on the
#   stride."
def depthwise_conv2d(x, w, stride=1):
    if w.shape[2] != x.shape[3]:
        raise ValueError(w.shape)
    height, width, *_ = w.shape
    padded = np.pad(x, [(0, 0), (height // 2, height // 2), (width // 2, width // 2), (0, 0)])
    rows, columns = (-(-n // stride) for n in x.shape[1:3])
    y = np.zeros((len(x), rows, columns, *w.shape[2:]), dtype=x.dtype)
    for i, j in np.ndindex(rows, columns):
        window = padded[:, i * stride : i * stride + height, j * stride : j * stride + width]
        y[:, i, j] = np.einsum("nuvc,uvcm->ncm", window, w[: window.shape[1], : window.shape[2]])
    return y.reshape(len(x), rows, columns, -1)


# %% mistake: depthwise_conv2d
# hint: "Every channel meets every filter. Channel c meets the filters w[:, :, c] and no other."
def depthwise_conv2d(x, w, stride=1):
    if w.shape[2] != x.shape[3]:
        raise ValueError(w.shape)
    flat = w.reshape(*w.shape[:2], 1, -1)
    channels = [day_046.conv2d_forward(x[..., [c]], flat, 0.0, stride, "same") for c in range(x.shape[3])]
    return sum(channels).astype(x.dtype)


# %% mistake: depthwise_conv2d
# hint: "Filters for a single channel get through: NumPy stretches them over all channels. Compare the numbers first."
def depthwise_conv2d(x, w, stride=1):
    axes = list(zip(x.shape[1:3], w.shape[:2], strict=True))
    padded = day_046.zero_pad(x, [day_046.pad_amounts(n, f, "same", stride) for n, f in axes])
    rows, columns = (-(-n // stride) for n, _ in axes)
    y = np.zeros((len(x), rows, columns, x.shape[3], w.shape[3]), dtype=x.dtype)
    for i, j in np.ndindex(rows, columns):
        window = padded[:, i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        y[:, i, j] = (window[..., np.newaxis] * w).sum(axis=(1, 2))
    return y.reshape(len(x), rows, columns, -1)


# %% equivalents: depthwise_conv2d
# - replace: y.reshape(len(x), rows, columns, -1)
#   with: y.reshape(len(x), rows, columns, -2)
#   reason: "NumPy finds the size of an axis for any negative number."
# - replace: y += met[..., np.newaxis] * w[u, v]
#   with: y -= -(met[..., np.newaxis] * w[u, v])
#   reason: "It is the same sum."


# %% accepts: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    # All windows as a view, and one sum of products.
    if w.shape[2] != x.shape[3]:
        raise ValueError("w does not fit x")
    amounts = [day_046.pad_amounts(x.shape[axis + 1], w.shape[axis], "same", stride) for axis in (0, 1)]
    padded = np.pad(x, [(0, 0), *amounts, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    y = np.einsum("nijcuv,uvcm->nijcm", windows, w)
    return np.ascontiguousarray(y.reshape(*y.shape[:3], -1), dtype=x.dtype)


# %% accepts: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    # Day 46's convolution for one channel at a time.
    if x.shape[-1] != w.shape[-2]:
        raise ValueError("w does not fit x")
    bias = np.zeros(w.shape[3])
    parts = [
        day_046.conv2d_forward(x[..., c : c + 1], w[:, :, c : c + 1], bias, stride, "same") for c in range(w.shape[2])
    ]
    return np.concatenate(parts, axis=-1).astype(x.dtype)


# %% [markdown]
# Is anything lost when the two jobs are separated? Depthwise with $w$ and then pointwise with $p$, a matrix $(C, D)$,
# is the same as *one* full convolution with the kernel $w_{uvc}\, p_{cd}$. So a separable convolution is a full one
# whose kernel is of a special kind: for each channel, all $D$ filters look with one and the same $f \times f$ pattern,
# and only its factor differs.

# %% demo
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 6, 5, 4))
w, p = rng.normal(size=(3, 3, 4, 1)), rng.normal(size=(4, 7))
separate = depthwise_conv2d(x, w) @ p  # (2, 6, 5, 7): a 1×1 convolution is a matrix product
together = day_046.conv2d_forward(x, w * p, np.zeros(7), 1, "same")  # the kernel is (3, 3, 4, 7)
print(f"they differ by {np.abs(separate - together).max():.1e}")
print(f"weights: {w.size + p.size} separate, {(w * p).size} together")
assert np.allclose(separate, together)

# %% [markdown]
# ## What it saves, and two knobs
#
# The depthwise layer has $f^2 C$ weights and the pointwise one $C D$, and every weight is used once at each of the
# $H' W'$ places that come out:
#
# $$\text{parameters} = f^2 C + C D, \qquad \text{multiply-adds} = H' W' \,(f^2 C + C D) .$$
#
# A full convolution has $f^2 C D$ and $H' W' f^2 C D$. The ratio of the two is
#
# $$\frac{f^2 C + C D}{f^2 C D} = \frac{1}{D} + \frac{1}{f^2} ,$$
#
# so with $f = 3$ and many channels nearly a ninth is left. By hand: $H = W = 8$, $C = 4$, $D = 16$, $f = 3$, $s = 2$:
# $H' = W' = 4$, parameters $36 + 64 = 100$ and multiply-adds $16 \cdot 100 = 1{,}600$, where a full one has 576
# and 9,216. It is the *pointwise* layer that costs most, from $D > f^2$ on. (The depthwise layer does the striding, so
# that the pointwise one works at the small size already.)
#
# MobileNet (Howard and others, 2017) is 13 such layers in a row, with a norm and a ReLU behind each of the 26 halves.
# It has two knobs. The **width multiplier** $a$ makes all layers thinner: $C$ and $D$ become $a C$ and $a D$. The
# **resolution multiplier** $\rho$ makes the pictures smaller: $H$ and $W$ become $\rho H$ and $\rho W$. (The paper
# writes $\alpha$ for $a$.) Which of them saves parameters, and which only work?


# %% exercise: separable_params_and_macs
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    """Parameters and multiply-adds of a depthwise separable convolution with "same" padding and no biases.

    Args:
        input_shape: (H, W, C), ints >= 1, before the multipliers.
        filters: D, int >= 1, before the multiplier.
        size: f, int >= 1, side of the depthwise filters, one for each channel.
        stride: int >= 1, of the depthwise half.
        width: a, number > 0. The channels, in and out, times it, are rounded down, but never below 1.
        resolution: rho, number > 0. Rows and columns, times it, are rounded down, but never below 1.

    Returns:
        (parameters, multiply_adds), two ints, the second for one picture. About 6 lines.

    Raises:
        ValueError: width or resolution is not above 0.
    """
    ### BEGIN SOLUTION
    if width <= 0 or resolution <= 0:
        raise ValueError(f"the multipliers must be above 0. Received: {width}, {resolution}")
    rows, columns = (max(int(resolution * n), 1) for n in input_shape[:2])
    channels, filters = max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
    parameters = size**2 * channels + channels * filters
    return parameters, parameters * -(-rows // stride) * -(-columns // stride)  # rounded up
    ### END SOLUTION


# %% test: separable_params_and_macs, points=2
came = separable_params_and_macs((8, 8, 4), 16, stride=2)
dd.check.like(came, (100, 1600), what="separable_params_and_macs((8, 8, 4), 16, stride=2)", why="as worked by hand")
came = separable_params_and_macs((5, 7, 2), 3, size=5)
dd.check.like(came, (56, 56 * 35), what="separable_params_and_macs((5, 7, 2), 3, size=5)", why="25 * 2 + 2 * 3 weights")
came = separable_params_and_macs((8, 6, 8), 16, width=0.5)
dd.check.like(came, (68, 68 * 48), what="the same for (8, 6, 8), 16 and width 0.5", why="4 channels in and 8 out")
came = separable_params_and_macs((8, 6, 8), 16, resolution=0.5)
dd.check.like(came, (200, 200 * 12), what="the same for (8, 6, 8), 16 and resolution 0.5", why="4 by 3 pixels")
with dd.check.raises(ValueError, why="a network of no width is none"):
    separable_params_and_macs((8, 8, 4), 16, width=0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(540)
for _ in range(60):
    height, width, channels, filters = (int(n) for n in rng.integers(1, 40, 4))
    size, stride = int(rng.integers(1, 8)), int(rng.integers(1, 5))
    thinner, smaller = (float(rng.choice([0.25, 0.5, 0.75, 1.0, 1.5])) for _ in range(2))
    scaled = [max(math.floor(smaller * height), 1), max(math.floor(smaller * width), 1)]
    scaled += [max(math.floor(thinner * channels), 1), max(math.floor(thinner * filters), 1)]
    weights = sum(1 for _ in range(scaled[2]) for _ in range(size * size)) + scaled[2] * scaled[3]
    places = len(range(0, scaled[0], stride)) * len(range(0, scaled[1], stride))
    came = separable_params_and_macs((height, width, channels), filters, size, stride, thinner, smaller)
    what = f"separable_params_and_macs({(height, width, channels)}, {filters}, {size}, {stride}, {thinner}, {smaller})"
    why = "each weight of the two halves, once at each place that comes out"
    dd.check.like(came, (weights, weights * places), what=what, why=why)
model_shape = (9, 6, 5)
layer = layers.SeparableConv2D(7, 3, strides=2, padding="same", use_bias=False)
places = math.prod(layer(ops.zeros((1, *model_shape))).shape[1:3])
due = (layer.count_params(), layer.count_params() * places)
dd.check.like(
    separable_params_and_macs(model_shape, 7, 3, 2), due, what="the counts for (9, 6, 5)", why="as Keras's layer"
)
came = separable_params_and_macs((8, 8, 8), 3, width=0.25)
dd.check.like(came, (20, 20 * 64), what="the counts for 8 channels, 3 filters and width 0.25", why="one filter is left")
for wrong in ({"width": 0.0}, {"width": -0.5}, {"resolution": 0}, {"resolution": -1}, {"width": -1, "resolution": -1}):
    with dd.check.raises(ValueError, why=f"{wrong} makes no network"):
        separable_params_and_macs((8, 8, 4), 16, **wrong)
### END HIDDEN TESTS

# %% mistakes: separable_params_and_macs
# - replace: parameters = size**2 * channels + channels * filters
#   with: parameters = size**2 * channels * filters
#   hint: "That is a full convolution. Here there are f × f weights a channel, and then one for each pair of channels."
# - replace: parameters = size**2 * channels + channels * filters
#   with: parameters = size * channels + channels * filters
#   hint: "A depthwise filter has f rows and f columns."
# - replace: parameters = size**2 * channels + channels * filters
#   with: parameters = size**2 * channels + channels * filters + filters
#   hint: "You count biases. There are none."
# - replace: parameters = size**2 * channels + channels * filters
#   with: parameters = size**2 * channels + channels * filters + channels + filters
#   hint: "You count biases. There are none, in neither half."
# - replace: parameters = size**2 * channels + channels * filters
#   with: parameters = size**2 * filters + channels * filters
#   hint: "The depthwise half comes first and works on the channels that come in, not on those that go out."
# - replace: parameters * -(-rows // stride) * -(-columns // stride)  # rounded up
#   with: parameters * rows * columns
#   hint: "You count the places that come in. A stride leaves fewer, and only there is multiplied."
# - replace: parameters * -(-rows // stride) * -(-columns // stride)  # rounded up
#   with: parameters * (rows // stride) * (columns // stride)
#   hint: "The last, incomplete step counts too: sizes are divided by the stride and rounded up."
# - replace: parameters * -(-rows // stride) * -(-columns // stride)  # rounded up
#   with: 2 * parameters * -(-rows // stride) * -(-columns // stride)
#   hint: "You count a multiply-add as two. One product and its sum are one."
# - replace: max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
#   with: input_shape[2], max(int(width * filters), 1)
#   hint: "The width multiplier thins the channels that come in as well: they are the layer before's."
# - replace: max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
#   with: int(width * input_shape[2]), int(width * filters)
#   hint: "With a small multiplier no channel is left. There is always one."
# - replace: (max(int(resolution * n), 1) for n in input_shape[:2])
#   with: (int(resolution * n) for n in input_shape[:2])
#   hint: "With a small multiplier no row is left. There is always one."
# - replace: (max(int(resolution * n), 1) for n in input_shape[:2])
#   with: (max(round(resolution * n), 1) for n in input_shape[:2])
#   hint: "You round rows and columns to the nearest. They are rounded down."
# - replace: max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
#   with: max(round(width * input_shape[2]), 1), max(round(width * filters), 1)
#   hint: "You round channels to the nearest. They are rounded down."
# - replace: if width <= 0 or resolution <= 0
#   with: if width <= 0
#   hint: "A resolution of 0 or less gets through."
# - replace: if width <= 0 or resolution <= 0
#   with: if resolution <= 0
#   hint: "A width of 0 or less gets through."


# %% mistake: separable_params_and_macs
# hint: "You give floats. What is counted is whole: two ints are due."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns = (max(np.floor(resolution * n), 1) for n in input_shape[:2])
    channels, filters = (max(np.floor(width * n), 1) for n in (input_shape[2], filters))
    parameters = size**2 * channels + channels * filters
    return parameters, parameters * np.ceil(rows / stride) * np.ceil(columns / stride)


# %% mistake: separable_params_and_macs
# hint: "You apply the multipliers to the totals. They apply to the sizes, and a product of two sizes takes one twice."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns, channels = input_shape
    parameters = size**2 * channels + channels * filters
    places = -(-rows // stride) * -(-columns // stride)
    return int(width * parameters), int(width * parameters * resolution * places)


# %% mistake: separable_params_and_macs
# hint: "You apply the multipliers, squared, to the totals. They apply to the sizes; the f × f weights take one once."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns, channels = input_shape
    parameters = width**2 * (size**2 * channels + channels * filters)
    places = resolution**2 * -(-rows // stride) * -(-columns // stride)
    return int(parameters), int(parameters * places)


# %% mistake: separable_params_and_macs
# hint: "Your depthwise half works at the size that goes in. It does the striding, so it too is evaluated only where
#   something comes out."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns = (max(int(resolution * n), 1) for n in input_shape[:2])
    channels, filters = max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
    places = -(-rows // stride) * -(-columns // stride)
    depthwise, pointwise = size**2 * channels, channels * filters
    return depthwise + pointwise, depthwise * rows * columns + pointwise * places


# %% mistake: separable_params_and_macs
# hint: "You apply the resolution, squared, to the multiply-adds. It applies to rows and columns, and each is rounded."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns, channels = input_shape
    channels, filters = max(int(width * channels), 1), max(int(width * filters), 1)
    parameters = size**2 * channels + channels * filters
    return parameters, int(parameters * -(-rows // stride) * -(-columns // stride) * resolution**2)


# %% mistake: separable_params_and_macs
# hint: "You divide first and shrink the picture afterwards. The picture is shrunk first, and what comes out of it is
#   rounded up."
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError(width, resolution)
    rows, columns = (max(int(resolution * -(-n // stride)), 1) for n in input_shape[:2])
    channels, filters = max(int(width * input_shape[2]), 1), max(int(width * filters), 1)
    parameters = size**2 * channels + channels * filters
    return parameters, parameters * rows * columns


# %% accepts: separable_params_and_macs
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    # The halves by themselves.
    if min(width, resolution) <= 0:
        raise ValueError("no such network")
    height, across, channels = input_shape
    c, d = (math.floor(n * width) or 1 for n in (channels, filters))
    places = 1
    for n in (height, across):
        places *= math.ceil((math.floor(n * resolution) or 1) / stride)
    depthwise = (c * size * size, c * size * size * places)
    pointwise = (c * d, c * d * places)
    return depthwise[0] + pointwise[0], depthwise[1] + pointwise[1]


# %% accepts: separable_params_and_macs
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    # With NumPy, and plain ints at the end.
    factors = np.array([resolution, resolution, width, width])
    if (factors <= 0).any():
        raise ValueError("factors must be positive")
    height, across, c, d = np.maximum(np.floor(factors * np.array([*input_shape, filters])), 1).astype(int)
    weights = int(c * (size * size + d))
    return weights, weights * len(range(0, height, stride)) * len(range(0, across, stride))


# %% [markdown]
# With it the whole of MobileNet is a loop: a stem, 13 layers, norms of 4 numbers a channel, and a dense layer for 1000
# classes. The table below has the four widths of the paper.

# %% demo
FILTERS_AND_STRIDES = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def mobilenet_counts(width, side=224):
    """Parameters and multiply-adds of the first MobileNet with 1000 classes."""
    side, channels, first = math.ceil(side / 2), 32, int(32 * width)
    parameters, multiply_adds = 27 * first + 4 * first, 27 * first * side**2
    for filters, stride in FILTERS_AND_STRIDES:
        count = separable_params_and_macs((side, side, channels), filters, stride=stride, width=width)
        norms = 4 * int(width * channels) + 4 * int(width * filters)
        parameters, multiply_adds = parameters + count[0] + norms, multiply_adds + count[1]
        side, channels = math.ceil(side / stride), filters
    return parameters + 1000 * int(width * 1024) + 1000, multiply_adds + 1000 * int(width * 1024)


print(" width   side  parameters  multiply-adds")
for width, side in ((1, 224), (0.75, 224), (0.5, 224), (0.25, 224), (1, 160)):
    parameters, multiply_adds = mobilenet_counts(width, side)
    print(f"{width:6}  {side:5}  {parameters:10,}  {multiply_adds:13,}")
assert mobilenet_counts(1) == (
    4_253_864,
    568_740_352,
)  # parameters as keras.applications.MobileNet(weights=None) counts

# %% [markdown]
# Half the width leaves about a quarter of the work, and of the parameters a third, since the dense layer only halves.
# Smaller pictures save work and not a single parameter: a convolution does not know how large its picture is.
#
# ## Xception: the same layer, another thought
#
# Chollet (2017) came to the same layer from Inception (Day 51). An Inception block has a few branches, each of which
# looks at some of the channels; drive that to the extreme, a branch for every channel, and you have **Xception**. Two
# things differ from MobileNet. Its separable layers have *no* ReLU between the halves, which Chollet found to hurt, and
# there are shortcuts around blocks, as in a ResNet. The network has three parts:
#
# - **entry flow**: two plain convolutions, then three blocks of two separable layers and a pooling, with projections on
#   the shortcuts; 299 pixels become 19, 3 channels 728;
# - **middle flow**: eight times the same block, three separable layers around which the input is added;
# - **exit flow**: one more shrinking block, two wide separable layers, a global mean, a dense layer.
#
# (The paper puts the pointwise half first, which makes no difference in a long stack.) Counted:

# %% demo


def separable(channels, filters):
    """Parameters of a separable 3×3 layer with one norm behind it."""
    return separable_params_and_macs((1, 1, channels), filters)[0] + 4 * filters


entry = 27 * 32 + 4 * 32 + 9 * 32 * 64 + 4 * 64
for channels, filters in ((64, 128), (128, 256), (256, 728)):
    entry += separable(channels, filters) + separable(filters, filters) + channels * filters + 4 * filters
middle = 8 * 3 * separable(728, 728)
leave = separable(728, 728) + separable(728, 1024) + 728 * 1024 + 4 * 1024
leave += separable(1024, 1536) + separable(1536, 2048) + 2048 * 1000 + 1000
print(f"entry {entry:,}, middle {middle:,}, exit {leave:,} parameters: {entry + middle + leave:,} in all")
assert entry + middle + leave == 22_910_480  # as keras.applications.Xception(weights=None) counts

# %% [markdown]
# ## MobileNetV2: thin outside, wide inside
#
# The second MobileNet (Sandler and others, 2018) puts shortcuts around its blocks, but the other way round than Day
# 52's bottleneck. There the *wide* ends are joined and the middle is narrow. Here the **narrow** ends are joined, and
# inside it is wide: an **inverted residual**. Wide is cheap inside, since the $3 \times 3$ there is depthwise, and what
# lies between the blocks and must be kept in memory is thin.

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
for ax, (title, (widths, steps)) in zip(
    axes,
    {
        "bottleneck (Day 52)": ((256, 64, 64, 256), ("1×1", "3×3", "1×1")),
        "inverted residual": ((24, 144, 144, 24), ("1×1", "3×3 depthwise", "1×1, no ReLU")),
    }.items(),
    strict=True,
):
    for i, channels in enumerate(widths):
        look = {"facecolor": "0.85", "edgecolor": "black"}
        ax.add_patch(plt.Rectangle((-channels / 2, -i - 0.15), channels, 0.3, **look))
        ax.text(0, -i, str(channels), ha="center", va="center", color="black")
    for i, step in enumerate(steps):
        ax.text(0, -i - 0.5, step, ha="center", va="center")
    side = max(widths) / 2 + 20
    ax.plot([widths[0] / 2, side, side, widths[-1] / 2], [0, 0, -3, -3], linestyle="--", color="C0")
    ax.set(title=title, xlim=(-160, 160), ylim=(-3.4, 0.4), xlabel="channels, drawn as width", ylabel="")
    ax.set(xticks=[], yticks=[])
dd.plot.show(
    "Two stacks of four bars. The bottleneck's are wide, narrow, narrow, wide: 256, 64, 64, 256 channels. The inverted "
    "residual's are narrow, wide, wide, narrow: 24, 144, 144, 24. A dashed line, the shortcut, joins the first bar and "
    "the last in each."
)

# %% [markdown]
# Read it downwards: a $1 \times 1$ convolution **expands** $C$ channels to $t C$ (here $t = 6$), a depthwise one looks
# at the neighbours and strides, and a $1 \times 1$ **projects** to $D$ channels. Each is followed by a norm, and the
# first two by **ReLU6**, which is $\min(\max(x, 0), 6)$ and keeps numbers in a range that eight bits can hold well. The
# projection has *no* ReLU: it is a **linear bottleneck**. Why? A ReLU throws away what is negative. With many channels,
# others still know what one of them has lost. With few, it is gone. Send a spiral in the plane through a random
# matrix into $n$ channels and a ReLU, and let the best linear map bring it back:

# %% demo
angle = np.linspace(0.5, 4 * np.pi, 400)
spiral = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 10  # (400, 2)


def brought_back(channels, rng):
    """The spiral after a random matrix, a ReLU and the best linear way back."""
    hidden = np.maximum(spiral @ rng.normal(size=(2, channels)), 0)  # (400, channels)
    return hidden @ np.linalg.lstsq(hidden, spiral, rcond=None)[0]


fig, axes = plt.subplots(1, 5, figsize=(11, 2.8), sharex=True, sharey=True)
axes[0].plot(*spiral.T)
axes[0].set(title="the spiral", ylabel="second coordinate")
lost = {}
for ax, channels in zip(axes[1:], (2, 3, 8, 30), strict=True):
    rng = np.random.default_rng(54)
    draws = [brought_back(channels, rng) for _ in range(200)]
    errors = [np.linalg.norm(draw - spiral) / np.linalg.norm(spiral) for draw in draws]
    lost[channels] = float(np.median(errors))
    ax.plot(*draws[int(np.argsort(errors)[100])].T)
    ax.set(title=f"{channels} channels")
for ax in axes:
    ax.set(xlabel="first coordinate", aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
dd.plot.show(
    "Five panels. First a spiral of two turns. After a ReLU in 2 channels and back it has become a few straight lines "
    "with a corner; in 3 channels, part of it is squashed; in 8 channels it is a spiral again with bends; in 30 "
    "channels it looks like the first."
)
print("lost, as a share of the spiral's size, median of 200 draws:", {n: round(e, 2) for n, e in lost.items()})
assert lost[2] > 0.5 and lost[30] < 0.1

# %% [markdown]
# Each panel is the draw in the middle of 200, by what was lost. In two channels more than half of the spiral's size is
# gone, in thirty nearly nothing. So: ReLU in the wide middle, none at the narrow end, and nothing after the sum either.
# The shortcut is there only where the stride is 1 and $D = C$; otherwise, unlike on Day 52, there is no projection in
# its place but no shortcut at all. And where $t = 1$, there is nothing to expand, and the block begins with its
# depthwise convolution.
#
# **By hand.** One pixel with two channels, $x = (1, 2)$, $t = 2$, $D = 2$, and norms that change nothing. Of a padded
# $3 \times 3$ filter only the centre meets a pixel.
#
# $$(1, 2) \to (1, 2, 8, -3) \to \text{ReLU6 } (1, 2, 6, 0) \to \text{depthwise, centres } (2, -1, \tfrac12, 1):\
# (2, -2, 3, 0) \to \text{ReLU6 } (2, 0, 3, 0) .$$
#
# The projection $\begin{pmatrix} 1 & 5 & 0 & 7 \\ 0 & 5 & -1 & 7 \end{pmatrix}^\top$ makes $(2, -3)$ of it, and with
# the shortcut the block gives $(3, -1)$.


# %% exercise: inverted_residual
def inverted_residual(x, expansion, filters, stride):
    """The block of MobileNetV2.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown.
        expansion: t, int >= 1. With 1 the block begins with the depthwise convolution.
        filters: D, int >= 1.
        stride: int >= 1, of the depthwise convolution, 3×3.

    Returns:
        symbolic tensor (N, ceil(H / stride), ceil(W / stride), D). All convolutions have "same" padding and no bias,
        and a norm behind them; settings not named are Keras's own. x is added where the stride is 1 and D is C. About
        10 lines.
    """
    ### BEGIN SOLUTION
    channels, y = x.shape[-1], x
    if expansion > 1:
        y = layers.Conv2D(expansion * channels, 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.Add()([x, y]) if stride == 1 and filters == channels else y
    ### END SOLUTION


# %% fixture
def drawn(kind, shape):
    """Weights that depend on their kind and shape alone; axes of length 1 do not matter."""
    long = tuple(n for n in shape if n > 1)
    values = np.random.default_rng([len(kind), *long]).normal(size=shape)
    scaled = {"kernel": 2 * values / math.sqrt(math.prod(long[:-1])), "scale": 2 + 0.3 * values}
    return (scaled | {"variance": 4 + values**2}).get(kind, values)


def filled(model):
    """The model with weights that are `drawn`."""
    for layer in model.layers:
        kinds = ("kernel", "bias") if hasattr(layer, "kernel") else ("scale", "shift", "mean", "variance")
        old = layer.get_weights()
        layer.set_weights([drawn(kind, weight.shape) for kind, weight in zip(kinds, old, strict=False)])
    return model


def normed(x):
    """A norm with drawn weights that uses its running averages."""
    scale, shift, mean, variance = (drawn(kind, x.shape[-1:]) for kind in ("scale", "shift", "mean", "variance"))
    return scale * (x - mean) / np.sqrt(variance + 1e-3) + shift


def relu6(x):
    """The part of x between 0 and 6."""
    return np.clip(x, 0, 6)


def block_by_hand(x, expansion, filters, stride):
    """What an inverted residual of drawn weights gives, window by window."""
    channels, y = x.shape[-1], x
    if expansion > 1:
        y = relu6(normed(y @ drawn("kernel", (channels, expansion * channels))))
    kernel = drawn("kernel", (3, 3, y.shape[-1]))
    outputs = [-(-n // stride) for n in x.shape[1:3]]
    zeros = [max((out - 1) * stride + 3 - n, 0) for out, n in zip(outputs, x.shape[1:3], strict=True)]
    padded = np.pad(y, [(0, 0), *((total // 2, total - total // 2) for total in zeros), (0, 0)])
    spread = np.empty((len(x), *outputs, y.shape[-1]))
    for i, j in np.ndindex(*outputs):
        window = padded[:, i * stride : i * stride + 3, j * stride : j * stride + 3]
        spread[:, i, j] = (window * kernel).sum(axis=(1, 2))
    y = normed(relu6(normed(spread)) @ drawn("kernel", (y.shape[-1], filters)))
    return x + y if stride == 1 and filters == channels else y


def block_model(shape, expansion, filters, stride, fill=True):
    """A model of one inverted_residual for inputs (N, *shape), with weights that are drawn, or as it starts."""
    inputs = keras.Input(shape)
    model = keras.Model(inputs, inverted_residual(inputs, expansion, filters, stride))
    return filled(model) if fill else model


def keras_settings(model, x):
    """Of a model as it starts: whether kernels are drawn as Keras draws them, and whether norms have its momentum."""
    drawn_so = True
    for kernel in (layer.get_weights()[0] for layer in model.layers if hasattr(layer, "kernel")):
        fans = math.prod(kernel.shape[:-2]) * sum(kernel.shape[-2:])
        drawn_so &= bool(0.7 < np.abs(kernel).max() / math.sqrt(6 / fans) < 1.001)
    norms, means = [layer for layer in model.layers if len(layer.weights) == 4], []
    for _ in range(3):
        means.append(np.concatenate([norm.get_weights()[2] for norm in norms]))
        model(x, training=True)
    left = np.abs(means[2] - means[1]) / (np.abs(means[1] - means[0]) + 1e-9)
    return {"kernels": drawn_so, "momentum": bool(abs(float(np.median(left)) - 0.99) < 2e-3)}


def set_example(model, *matrices):
    """Give the layers with kernels, in order, the matrices (at the centre of a larger kernel), and norms no effect."""
    chosen = iter(matrices)
    for layer in model.layers:
        old = layer.get_weights()
        if hasattr(layer, "kernel"):
            kernel = np.zeros(old[0].shape)
            if kernel.shape[:2] == (3, 3):
                kernel[1, 1] = np.reshape(next(chosen), kernel.shape[2:])
            else:
                kernel = np.reshape(next(chosen), kernel.shape)
            layer.set_weights([kernel, *old[1:]])
        elif len(old) == 4:
            scale, shift, mean, variance = (np.full_like(old[0], value) for value in (1, 0, 0, 1 - 1e-3))
            layer.set_weights([scale, shift, mean, variance])


def in_training(model, x):
    """What the model gives in training, when norms use the batch's own statistics."""
    return ops.convert_to_numpy(model(x, training=True))


# %% test: inverted_residual, points=3
model = block_model((1, 1, 2), 2, 2, 1)
dd.check.equal(model.output_shape, (None, 1, 1, 2), what="the output shape for x (N, 1, 1, 2)")
why = "weights 2 * 4, 9 * 4 and 4 * 2, and norms of 4 numbers for 4, 4 and 2 channels"
dd.check.equal(model.count_params(), 8 + 36 + 8 + 4 * (4 + 4 + 2), what="the number of parameters", why=why)
set_example(model, [[1, 0, 2, 1], [0, 1, 3, -2]], [2, -1, 0.5, 1], [[1, 0], [5, 5], [0, -1], [7, 7]])
x = np.array([[[[1.0, 2.0]]]], dtype="float32")
dd.check.close(model(x), [[[[3.0, -1.0]]]], rtol=1e-4, what="the output", why="this is the example worked by hand")
model = block_model((5, 6, 4), 3, 7, 2)
dd.check.equal(model.output_shape, (None, 3, 3, 7), what="the output shape for x (N, 5, 6, 4), 7 filters and stride 2")
due = 4 * 12 + 9 * 12 + 12 * 7 + 4 * (12 + 12 + 7)
dd.check.equal(model.count_params(), due, what="the number of parameters", why="three convolutions, three norms")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(541)
for shape, expansion, filters, stride in (
    ((5, 4, 3), 2, 3, 1),
    ((6, 5, 4), 1, 4, 1),
    ((6, 3, 2), 6, 2, 2),
    ((1, 1, 3), 2, 3, 2),
    ((4, 3, 5), 2, 3, 1),
    ((3, 4, 1), 4, 5, 1),
):
    x = 3 * rng.normal(size=(2, *shape)).astype("float32")
    due = block_by_hand(x.astype(float), expansion, filters, stride)
    what = f"the output for x {x.shape}, expansion {expansion}, {filters} filters, stride {stride}"
    model = block_model(shape, expansion, filters, stride)
    y = model(x)
    dd.check.shape(y, due.shape, what=what)
    dd.check.close(y, due, rtol=1e-3, atol=1e-3, what=what, why="expand, look around, project; ReLU6 twice")
    hidden = expansion * shape[-1]
    weights = (expansion > 1) * (shape[-1] * hidden + 4 * hidden) + 13 * hidden + hidden * filters + 4 * filters
    dd.check.equal(model.count_params(), weights, what=f"the number of parameters for expansion {expansion}")
assert np.abs(in_training(model, x) - y).max() > 0.1, "in training, norms use the statistics of the batch"
x = rng.normal(size=(3, 4, 5, 8)).astype("float32")
own = keras_settings(block_model((4, 5, 8), 3, 12, 1, fill=False), x)
assert own["kernels"], "the kernels start as Keras draws them by itself: no other start is named"
assert own["momentum"], "the norms' running averages keep Keras's own momentum of 0.99: no other is named"
### END HIDDEN TESTS

# %% mistakes: inverted_residual
# - replace: layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
#   with: layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y)))
#   hint: "There is a ReLU behind the projection. At the narrow end it would lose what no other channel knows."
# - replace: layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
#   with: layers.Conv2D(filters, 1, use_bias=False)(y)
#   hint: "The projection lacks its norm. Only its ReLU is left out."
# - replace: layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
#   with: layers.BatchNormalization()(layers.Conv2D(filters, 1)(y))
#   hint: "Your projection has a bias. The norm behind it has a shift, so no convolution needs one."
# - replace: |-
#     return layers.Add()([x, y]) if stride == 1 and filters == channels else y
#   with: |-
#     return layers.ReLU(6.0)(layers.Add()([x, y])) if stride == 1 and filters == channels else y
#   hint: "There is a ReLU after the sum, as in Day 52's block. Here nothing comes after it."
# - replace: layers.Add()([x, y]) if stride == 1 and filters == channels else y
#   with: y
#   hint: "The shortcut is missing where the stride is 1 and as many channels go out as come in."
# - replace: stride == 1 and filters == channels
#   with: y.shape == x.shape
#   hint: "You ask for the shapes alone. A picture of one pixel keeps its shape under a stride, and gets no shortcut."
# - replace: if expansion > 1
#   with: if True
#   hint: "With an expansion of 1 there is nothing to expand, and no first convolution."
# - replace: expansion * channels, 1, use_bias=False
#   with: expansion * filters, 1, use_bias=False
#   hint: "The hidden channels are a multiple of those that come in, not of those that go out."
# - replace: expansion * channels, 1, use_bias=False
#   with: expansion, 1, use_bias=False
#   hint: "The expansion is a factor, not a number of channels."
# - replace: expansion * channels, 1, use_bias=False
#   with: channels // expansion, 1, use_bias=False
#   hint: "You make it narrow inside, as a bottleneck does. This block is wide inside."
# - replace: expansion * channels, 1, use_bias=False
#   with: expansion * channels, 1, strides=stride, use_bias=False
#   hint: "The expansion strides as well. Only the depthwise convolution does."
# - replace: layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
#   with: layers.Conv2D(y.shape[-1], 3, strides=stride, padding="same", use_bias=False)(y)
#   hint: "Your 3×3 convolution mixes the channels. It is to be depthwise."
# - replace: 3, strides=stride, padding="same", use_bias=False
#   with: 3, strides=stride, padding="same"
#   hint: "Your depthwise convolution has a bias. The norm behind it has a shift, so no convolution needs one."
# - replace: |-
#     y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
#         y = layers.BatchNormalization()(layers.Conv2D(filters
#   with: |-
#     y = layers.BatchNormalization()(y)
#         y = layers.BatchNormalization()(layers.Conv2D(filters
#   hint: "The ReLU6 behind the depthwise convolution is missing. Only the projection has none."
# - replace: |-
#     y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
#         y = layers.BatchNormalization()(layers.Conv2D(filters
#   with: |-
#     y = layers.ReLU(6.0)(y)
#         y = layers.BatchNormalization()(layers.Conv2D(filters
#   hint: "The norm behind the depthwise convolution is missing."


# %% mistake: inverted_residual
# hint: "Your ReLUs have no upper end. ReLU6 stops at 6."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Where x cannot be added as it is you put a projection on the shortcut, as on Day 52. Here there is no shortcut
#   then."
def inverted_residual(x, expansion, filters, stride):
    side, y = x, x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    if stride > 1 or filters != x.shape[-1]:
        side = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x))
    return side + y


# %% mistake: inverted_residual
# hint: "With a stride you add pixels that you have picked out of x. There is no shortcut then."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x[:, ::stride, ::stride] + y if filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Where x cannot be added as it is you add a convolution of it. In this block there is no shortcut then."
def inverted_residual(x, expansion, filters, stride):
    side, y = x, x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    if stride > 1 or filters != x.shape[-1]:
        side = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return side + y


# %% mistake: inverted_residual
# hint: "Your ReLUs come before the norms. Behind each convolution the norm comes first."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.BatchNormalization()(
            layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False, activation="relu6")(y)
        )
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, activation="relu6")(y)
    y = layers.BatchNormalization()(y)
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Your expansion strides, where the depthwise convolution should."
def inverted_residual(x, expansion, filters, stride):
    y, left = x, stride
    if expansion > 1:
        y, left = layers.Conv2D(expansion * x.shape[-1], 1, strides=stride, use_bias=False)(y), 1
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=left, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Where only the number of channels changes, you put a projection on the shortcut. There is no shortcut then."
def inverted_residual(x, expansion, filters, stride):
    side, y = x, x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    if stride == 1 and filters != x.shape[-1]:
        side = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(x))
    return side + y if stride == 1 else y


# %% mistake: inverted_residual
# hint: "You add x wherever the stride is 1. The numbers of channels must agree too."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x + y if stride == 1 else y


# %% mistake: inverted_residual
# hint: "Your norms have settings of their own. Keras's own are due: a momentum of 0.99."
def inverted_residual(x, expansion, filters, stride):
    def norm(y):
        return layers.BatchNormalization(momentum=0.9)(y)

    y = x
    if expansion > 1:
        y = layers.ReLU(6.0)(norm(layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)))
    y = layers.ReLU(6.0)(norm(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)))
    y = norm(layers.Conv2D(filters, 1, use_bias=False)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Your kernels start from another draw than Keras's own."
def inverted_residual(x, expansion, filters, stride):
    plain, y = {"use_bias": False, "padding": "same", "kernel_initializer": "he_normal"}, x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, **plain)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    depthwise = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, depthwise_initializer="he_normal"
    )
    y = layers.ReLU(6.0)(layers.BatchNormalization()(depthwise(y)))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, **plain)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "All of your convolutions have a bias. The norms behind them have shifts, so none needs one."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.ReLU(6.0)(layers.BatchNormalization()(layers.Conv2D(expansion * x.shape[-1], 1)(y)))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same")(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1)(y))
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% mistake: inverted_residual
# hint: "Norm and ReLU6 behind the depthwise convolution are missing. A SeparableConv2D has nothing between its halves."
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.SeparableConv2D(filters, 3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return x + y if stride == 1 and filters == x.shape[-1] else y


# %% accepts: inverted_residual
def inverted_residual(x, expansion, filters, stride):
    # A helper for norm and activation, the sum by an operator.
    def after(layer, y, name="relu6"):
        y = layers.BatchNormalization(axis=-1)(layer(y))
        return layers.Activation(name)(y) if name else y

    hidden = x.shape[-1] * expansion
    plain = {"use_bias": False, "padding": "same"}
    y = x if expansion == 1 else after(layers.Conv2D(hidden, (1, 1), **plain), x)
    y = after(layers.DepthwiseConv2D((3, 3), (stride, stride), **plain), y)
    y = after(layers.Conv2D(filters, (1, 1), **plain), y, None)
    if stride > 1 or filters != x.shape[-1]:
        return y
    return x + y


# %% accepts: inverted_residual
def inverted_residual(x, expansion, filters, stride):
    # A 1×1 convolution is a dense layer on the last axis.
    *_, channels = x.shape
    steps = []
    if expansion != 1:
        steps += [layers.Dense(expansion * channels, use_bias=False), layers.BatchNormalization(), ops.relu6]
    steps += [layers.DepthwiseConv2D(3, stride, "same", use_bias=False), layers.BatchNormalization(), ops.relu6]
    steps += [layers.Dense(filters, use_bias=False), layers.BatchNormalization()]
    y = x
    for step in steps:
        y = step(y)
    return layers.add([y, x]) if (stride, filters) == (1, channels) else y


# %% [markdown]
# ## Growing in three directions at once
#
# A network that is to be better may get deeper, wider, or see larger pictures. Each alone soon stops paying. Tan and Le
# (2019) scaled all three together, by one number $\phi$: **compound scaling**,
#
# $$\text{depth} \propto q_d^{\,\phi}, \quad \text{width} \propto q_w^{\,\phi}, \quad
# \text{side} \propto q_r^{\,\phi}, \qquad q_d\, q_w^2\, q_r^2 \approx 2 .$$
#
# (The paper calls the three factors $\alpha$, $\beta$ and $\gamma$.) Twice the depth is twice the work; twice the width
# is four times the work, because channels come in as well as go out; twice the side is four times the pixels. So with
# each step of $\phi$ the multiply-adds about double. A search at small size gave $q_d = 1.2$, $q_w = 1.1$ and
# $q_r = 1.15$, hence $1.92$. **EfficientNet-B0** consists of inverted residuals with Day 53's gates, found by a search
# over networks, and B1 to B7 are scaled up from it.
#
# Numbers of filters must be whole, and machines like multiples of 8: for that there is `divisible` in the first cell.
# Repeats are rounded *up*, the side to the nearest. By hand: stages of 16 filters once and 24 filters twice, a side of
# 224, $\phi = 1$: $1.1 \cdot 16 = 17.6$ becomes 16, $1.1 \cdot 24 = 26.4$ becomes 24; repeats $1.2 \to 2$ and
# $2.4 \to 3$; side $257.6 \to 258$.


# %% exercise: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    """Scale a network up in depth, width and resolution together.

    Args:
        phi: how far, number >= 0.
        stages: list of tuples (filters, repeats), ints >= 1; left unchanged.
        side: rows and columns of the pictures, int >= 1.
        factors: (q_d, q_w, q_r), numbers >= 1.

    Returns:
        (stages, side, growth): a new list of tuples of ints, filters made `divisible` and repeats rounded up; an int,
        rounded to the nearest; and a float, the factor by which the multiply-adds grow if nothing is rounded. About 6
        lines.

    Raises:
        ValueError: phi is negative.
    """
    ### BEGIN SOLUTION
    if phi < 0:
        raise ValueError(f"phi must not be negative. Received: {phi}")
    depth, width, resolution = (factor**phi for factor in factors)
    scaled = [(divisible(width * filters), math.ceil(depth * repeats)) for filters, repeats in stages]
    return scaled, round(resolution * side), float(depth * width**2 * resolution**2)
    ### END SOLUTION


# %% test: compound_scaling, points=2
stages = [(16, 1), (24, 2)]
scaled, side, growth = compound_scaling(1, stages, 224)
dd.check.like(scaled, [(16, 2), (24, 3)], what="the stages for phi = 1", why="this is the example worked by hand")
dd.check.like(side, 258, what="the side for phi = 1", why="257.6 to the nearest")
dd.check.like(growth, 1.92027, what="the growth for phi = 1", why="1.2 * 1.1 ** 2 * 1.15 ** 2")
dd.check.equal(stages, [(16, 1), (24, 2)], what="the stages that were given", why="they are left unchanged")
scaled, side, growth = compound_scaling(2, [(40, 3), (320, 1)], 100, factors=(1.5, 2, 1.1))
dd.check.like(scaled, [(160, 7), (1280, 3)], what="the stages for other factors and phi = 2", why="2.25 times as deep")
dd.check.like((side, growth), (121, 2.25 * 16 * 1.1**4), what="side and growth", why="the width counts twice")
with dd.check.raises(ValueError, why="a negative phi does not scale up"):
    compound_scaling(-1, stages, 224)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(542)
for trial in range(40):
    phi = float(rng.choice([0, 0.5, 1, 1.7, 3, 6])) if trial % 2 else int(rng.integers(0, 8))
    factors = (1.2, 1.1, 1.15) if trial % 3 else tuple(float(q) for q in rng.uniform(1, 1.6, 3))
    stages = [(int(rng.integers(1, 400)), int(rng.integers(1, 9))) for _ in range(int(rng.integers(1, 8)))]
    side = int(rng.integers(20, 400))
    depth, width, resolution = (math.exp(phi * math.log(q)) for q in factors)
    due = []
    for filters, repeats in stages:
        multiple = min(range(8, 12_000, 8), key=lambda n: (abs(n - width * filters), -n))
        multiple += 8 * (multiple < 0.9 * width * filters)
        due.append((multiple, int(repeats * depth) + (repeats * depth - int(repeats * depth) > 1e-9)))
    given = list(stages)
    scaled, larger, growth = compound_scaling(phi, given, side, factors)
    call = f"compound_scaling({phi}, {stages}, {side}, {factors})"
    dd.check.like(scaled, due, what=f"the stages of {call}", why="filters next to a multiple of 8, repeats rounded up")
    assert abs(larger - resolution * side) <= 0.5 + 1e-9, f"{call} gives a side of {larger}, due is {resolution * side}"
    dd.check.kind(larger, int, what="the side")
    whole = (depth * width) * (width * resolution * resolution)
    dd.check.like(growth, whole, rtol=1e-9, what=f"the growth of {call}", why="depth once, width and side twice each")
    dd.check.equal(given, stages, what="the stages that were given", why="they are left unchanged")
scaled, side, growth = compound_scaling(0, [(10, 1), (15, 2), (96, 3)], 77)
dd.check.like(scaled, [(16, 1), (16, 2), (96, 3)], what="the stages for phi = 0", why="8 would be 20% too few for 10")
dd.check.like((side, growth), (77, 1.0), what="side and growth for phi = 0", why="nothing is scaled")
scaled, side, growth = compound_scaling(1, [(5, 1)], 10, factors=(1, 1.79, 1))
dd.check.like(scaled, [(16, 1)], what="a stage of 8.95 filters", why="8 would be more than 10% too few")
for phi in (-1, -0.01):
    with dd.check.raises(ValueError, why=f"phi = {phi} is negative"):
        compound_scaling(phi, [(16, 1)], 64)
### END HIDDEN TESTS

# %% mistakes: compound_scaling
# - replace: factor**phi for factor in factors
#   with: factor * phi for factor in factors
#   hint: "The factors are raised to the power phi, so that phi = 0 leaves the network as it is."
# - replace: factor**phi for factor in factors
#   with: 1 + (factor - 1) * phi for factor in factors
#   hint: "You scale along a straight line. With each step of phi the network grows by the same factor."
# - replace: depth, width, resolution = (factor**phi for factor in factors)
#   with: width, depth, resolution = (factor**phi for factor in factors)
#   hint: "Depth and width are mixed up: the factors come as depth, width, resolution."
# - replace: math.ceil(depth * repeats)
#   with: round(depth * repeats)
#   hint: "You round the repeats to the nearest. They are rounded up."
# - replace: math.ceil(depth * repeats)
#   with: int(depth * repeats)
#   hint: "You round the repeats down, and a stage of one block never grows. They are rounded up."
# - replace: divisible(width * filters)
#   with: round(width * filters)
#   hint: "Numbers of filters are made multiples of 8."
# - replace: divisible(width * filters)
#   with: int(width * filters)
#   hint: "Numbers of filters are made multiples of 8, not just whole."
# - replace: divisible(width * filters)
#   with: divisible(filters)
#   hint: "The filters do not grow."
# - replace: divisible(width * filters)
#   with: divisible(int(width * filters))
#   hint: "You round down before you look for the multiple of 8. Round once."
# - replace: divisible(width * filters)
#   with: 8 * round(width * filters / 8)
#   hint: "The nearest multiple of 8 may be more than 10% too small, or 0. `divisible` takes care of both."
# - replace: divisible(width * filters)
#   with: 8 * math.ceil(width * filters / 8)
#   hint: "You take the next multiple of 8 above. `divisible` takes the nearest, unless that is too small."
# - replace: round(resolution * side)
#   with: int(resolution * side)
#   hint: "You round the side down. It goes to the nearest."
# - replace: round(resolution * side)
#   with: math.ceil(resolution * side)
#   hint: "You round the side up. It goes to the nearest."
# - replace: round(resolution * side)
#   with: divisible(resolution * side)
#   hint: "The side of the pictures need not be a multiple of 8."
# - replace: float(depth * width**2 * resolution**2)
#   with: float(depth * width * resolution)
#   hint: "Twice the width is four times the work, and so is twice the side."
# - replace: float(depth * width**2 * resolution**2)
#   with: float(depth**2 * width**2 * resolution**2)
#   hint: "Twice the depth is twice the work, not four times."
# - replace: float(depth * width**2 * resolution**2)
#   with: 2.0**phi
#   hint: "You take the product of the factors for 2 exactly. Take it as it is."
# - replace: if phi < 0
#   with: if phi < -1
#   hint: "A phi a little below 0 gets through."


# %% mistake: compound_scaling
# hint: "Your stages are the ones that were given, changed in place. Give a new list."
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError(phi)
    depth, width, resolution = (factor**phi for factor in factors)
    for i, (filters, repeats) in enumerate(stages):
        stages[i] = (divisible(width * filters), math.ceil(depth * repeats))
    return stages, round(resolution * side), float(depth * width**2 * resolution**2)


# %% mistake: compound_scaling
# hint: "Your growth is of the rounded numbers. It is due as if nothing were rounded: from the three factors alone."
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError(phi)
    depth, width, resolution = (factor**phi for factor in factors)
    scaled = [(divisible(width * filters), math.ceil(depth * repeats)) for filters, repeats in stages]
    larger = round(resolution * side)
    work = [sum(filters**2 * repeats for filters, repeats in each) for each in (stages, scaled)]
    return scaled, larger, work[1] * larger**2 / (work[0] * side**2)


# %% mistake: compound_scaling
# hint: "You take whole steps of phi only. It may be any number, such as 0.5."
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError(phi)
    depth, width, resolution = (factor ** int(phi) for factor in factors)
    scaled = [(divisible(width * filters), math.ceil(depth * repeats)) for filters, repeats in stages]
    return scaled, round(resolution * side), float(depth * width**2 * resolution**2)


# %% mistake: compound_scaling
# hint: "Your stages are lists. Tuples are due."
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError(phi)
    depth, width, resolution = (factor**phi for factor in factors)
    scaled = [[divisible(width * filters), math.ceil(depth * repeats)] for filters, repeats in stages]
    return scaled, round(resolution * side), float(depth * width**2 * resolution**2)


# %% accepts: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    # With NumPy, and plain numbers at the end.
    if phi < 0:
        raise ValueError("phi >= 0, please")
    depth, width, resolution = np.power(np.asarray(factors, float), phi)
    scaled = []
    for filters, repeats in stages:
        scaled.append((int(divisible(filters * width)), int(np.ceil(np.round(repeats * depth, 9)))))
    return scaled, int(np.rint(side * resolution)), float(np.prod([depth, width, width, resolution, resolution]))


# %% accepts: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if not phi >= 0:
        raise ValueError(phi)
    q_d, q_w, q_r = factors
    growth = math.pow(q_d * q_w * q_w * q_r * q_r, phi)
    scaled = [(divisible(f * q_w**phi), -int(-r * q_d**phi // 1)) for f, r in stages]
    return scaled, int(side * q_r**phi + 0.5), growth


# %% [markdown]
# Does the work double? Count the whole of EfficientNet, with its gates, for several $\phi$. B0's stages are (expansion,
# side of the filters, filters, repeats, stride):

# %% demo
B0 = [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2)]
B0 += [(6, 3, 320, 1, 1)]


def efficientnet_counts(phi):
    """Parameters, multiply-adds, side and expected growth of a scaled EfficientNet with 1000 classes."""
    plan, side, growth = compound_scaling(phi, [(32, 1), *((f, n) for _, _, f, n, _ in B0), (1280, 1)], 224)
    (stem, _), *stages, (last, _) = plan
    size, channels = math.ceil(side / 2), stem
    parameters, multiply_adds = 27 * stem + 4 * stem, 27 * stem * size**2
    for (filters, repeats), (expansion, kernel, _, _, stride) in zip(stages, B0, strict=True):
        for i in range(repeats):
            hidden, gate = expansion * channels, max(channels // 4, 1)
            if expansion > 1:
                parameters += channels * hidden + 4 * hidden
                multiply_adds += channels * hidden * size**2
            count = separable_params_and_macs((size, size, hidden), filters, kernel, 1 if i else stride)
            parameters += count[0] + 4 * hidden + 4 * filters + hidden * gate + gate + gate * hidden + hidden
            multiply_adds += count[1] + 2 * hidden * gate
            size, channels = math.ceil(size / (1 if i else stride)), filters
    parameters += channels * last + 4 * last + 1000 * last + 1000
    return parameters, multiply_adds + channels * last * size**2 + 1000 * last, side, growth


first = efficientnet_counts(0)
for phi in (0, 1, 2, 3, 6):
    parameters, multiply_adds, side, growth = efficientnet_counts(phi)
    print(f"phi {phi}: side {side}, {parameters:10,} parameters, {multiply_adds:14,} multiply-adds,", end=" ")
    print(f"{multiply_adds / first[1]:5.2f} times B0's, {growth:5.2f} by the rule")
assert first[:2] == (5_330_564, 385_814_752)  # keras.applications.EfficientNetB0 has 7 more, which scale the pixels

# %% [markdown]
# Nearly. The repeats are rounded up, and at $\phi = 1$ that shows: two blocks become three, and the work grows by 2.57.
# The published B1 to B7 don't follow the rule to the letter either: their factors are round numbers (B7 is 2.0 times as
# wide and 3.1 times as deep, on 600 pixels).
#
# ## The whole of MobileNetV2
#
# A stem, a $3 \times 3$ convolution; stages of inverted residuals, in each of which the *first* block strides; a $1
# \times 1$ convolution, so that the mean is taken over many channels; the mean of each, and a dense layer of logits.
# The width multiplier thins everything but the classes and, when it is below 1, that last convolution, which would
# have too little to tell 1000 classes by. This last exercise you do from its contract.


# %% exercise: build_mobilenet_small
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    """A MobileNetV2 of any size.

    Args:
        input_shape: (H, W, channels).
        num_classes: int >= 1.
        stages: list of tuples (expansion, filters, blocks, stride), ints >= 1.
        stem: filters of the 3×3 convolution in front.
        last: filters of the 1×1 convolution behind the blocks.
        stem_stride: stride of the stem.
        width: a, number > 0. Filters of the stem and of the stages are a times what is given, those of the last
            convolution max(a, 1) times; all three made `divisible`.

    Returns:
        keras.Model from pictures (N, H, W, channels) to logits (N, num_classes). Stem and last convolution have "same"
        padding, no bias, a norm and a ReLU6; the dense layer has a bias. All settings not named are Keras's own. About
        12 lines.
    """
    ### BEGIN SOLUTION

    def unit(x, filters, size, stride=1):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6.0)(layers.BatchNormalization()(x))

    inputs = keras.Input(input_shape)
    x = unit(inputs, divisible(stem * width), 3, stem_stride)
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, divisible(filters * width), 1 if i else stride)
    x = unit(x, divisible(last * max(width, 1)), 1)
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))
    ### END SOLUTION


# %% fixture
def mobilenet_model(input_shape, num_classes, stages, **settings):
    """The model with weights that are drawn."""
    return filled(build_mobilenet_small(input_shape, num_classes, stages, **settings))


def mobilenet_by_hand(x, num_classes, stages, stem, last, stride):
    """Logits of a MobileNetV2 of width 1 with drawn weights, whose numbers of filters are multiples of 8."""
    outputs = [-(-n // stride) for n in x.shape[1:3]]
    zeros = [max((out - 1) * stride + 3 - n, 0) for out, n in zip(outputs, x.shape[1:3], strict=True)]
    padded = np.pad(x, [(0, 0), *((total // 2, total - total // 2) for total in zeros), (0, 0)])
    y, kernel = np.empty((len(x), *outputs, stem)), drawn("kernel", (3, 3, x.shape[-1], stem))
    for i, j in np.ndindex(*outputs):
        y[:, i, j] = np.tensordot(padded[:, i * stride : i * stride + 3, j * stride : j * stride + 3], kernel, 3)
    y = relu6(normed(y))
    for expansion, filters, blocks, first in stages:
        for i in range(blocks):
            y = block_by_hand(y, expansion, filters, 1 if i else first)
    y = relu6(normed(y @ drawn("kernel", (y.shape[-1], last)))).mean(axis=(1, 2))
    return y @ drawn("kernel", (last, num_classes)) + drawn("bias", (num_classes,))


# %% test: build_mobilenet_small, points=4
stages = [(1, 8, 1, 1), (3, 16, 2, 2)]
model = mobilenet_model((6, 5, 2), 3, stages, stem=16, last=24)
dd.check.equal(model.output_shape, (None, 3), what="the output shape", why="a logit for each class")
due = 9 * 2 * 16 + 4 * 16  # the stem
due += 13 * 16 + 16 * 8 + 4 * 8  # the block that does not expand
due += 8 * 24 + 4 * 24 + 13 * 24 + 24 * 16 + 4 * 16
due += 16 * 48 + 4 * 48 + 13 * 48 + 48 * 16 + 4 * 16
due += 16 * 24 + 4 * 24 + 24 * 3 + 3
why = "a stem, three blocks, a last convolution and a dense layer, with 4 numbers a channel in each norm"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
x = 2 * np.random.default_rng(5).normal(size=(2, 6, 5, 2)).astype("float32")
due = mobilenet_by_hand(x.astype(float), 3, stages, 16, 24, 1)
dd.check.close(
    model(x), due, rtol=2e-3, atol=2e-3, what="the logits", why="stem, blocks, last convolution, mean, dense"
)
### BEGIN HIDDEN TESTS
x = 2 * np.random.default_rng(6).normal(size=(2, 9, 12, 1)).astype("float32")
stages = [(2, 8, 2, 1), (1, 24, 1, 2)]
model = mobilenet_model((9, 12, 1), 4, stages, stem=8, last=16, stem_stride=2)
due = mobilenet_by_hand(x.astype(float), 4, stages, 8, 16, 2)
dd.check.shape(model(x), due.shape, what="the logits")
why = "the first block of a stage strides, and the stem as it is told"
dd.check.close(model(x), due, rtol=2e-3, atol=2e-3, what="the logits with a stem of stride 2", why=why)


def counted(channels, num_classes, stages, stem, last):
    total, before = 9 * channels * stem + 4 * stem, stem
    for expansion, filters, blocks, _ in stages:
        for _ in range(blocks):
            hidden = expansion * before
            total += (expansion > 1) * (before * hidden + 4 * hidden) + 13 * hidden + hidden * filters + 4 * filters
            before = filters
    return total + before * last + 4 * last + last * num_classes + num_classes


# Widths, and what 24, 40 and 16, the filters of the stem, the stage and the last convolution, become with them.
for width, (stem, filters, last) in {0.25: (8, 16, 16), 1.5: (40, 64, 24)}.items():
    model = build_mobilenet_small((8, 8, 3), 2, [(2, 40, 2, 1)], stem=24, last=16, width=width)
    due = counted(3, 2, [(2, filters, 2, 1)], stem, last)
    why = f"{stem}, {filters} and {last} filters; the last convolution is never thinned"
    dd.check.equal(model.count_params(), due, what=f"the number of parameters for width {width}", why=why)
model = build_mobilenet_small((16, 16, 3), 5, [(1, 16, 1, 1)])
dd.check.equal(
    model.count_params(), counted(3, 5, [(1, 16, 1, 1)], 32, 1280), what="the number of parameters by default"
)
x = np.random.default_rng(7).normal(size=(3, 5, 6, 3)).astype("float32")
own = keras_settings(build_mobilenet_small((5, 6, 3), 10, [(1, 8, 1, 1)], stem=8, last=24), x)
assert own["kernels"], "the kernels start as Keras draws them by itself: no other start is named"
assert own["momentum"], "the norms' running averages keep Keras's own momentum of 0.99: no other is named"
### END HIDDEN TESTS

# %% mistakes: build_mobilenet_small
# - replace: x = unit(inputs, divisible(stem * width), 3, stem_stride)
#   with: x = unit(inputs, divisible(stem * width), 3, 2)
#   hint: "The stem strides by 2 whatever it is told."
# - replace: 1 if i else stride)
#   with: stride)
#   hint: "All blocks of a stage stride. Only its first does."
# - replace: 1 if i else stride)
#   with: stride if i == blocks - 1 else 1)
#   hint: "The last block of a stage strides. The first should, so that the others work on the smaller picture."
# - replace: x = unit(inputs, divisible(stem * width), 3, stem_stride)
#   with: x = unit(inputs, divisible(stem * width), 3)
#   hint: "The stem never strides, whatever it is told."
# - replace: x = unit(inputs, divisible(stem * width), 3, stem_stride)
#   with: x = unit(inputs, stem, 3, stem_stride)
#   hint: "The width multiplier does not reach the stem."
# - replace: divisible(last * max(width, 1))
#   with: divisible(last * width)
#   hint: "The last convolution is thinned when the width is below 1. It never gets narrower than given."
# - replace: divisible(last * max(width, 1))
#   with: last
#   hint: "The last convolution does not grow with a width above 1."
# - replace: divisible(filters * width)
#   with: filters
#   hint: "The width multiplier does not reach the blocks."
# - replace: divisible(filters * width)
#   with: int(filters * width)
#   hint: "Filters of the blocks are to be multiples of 8."
# - replace: divisible(filters * width)
#   with: divisible(filters * width) if i == 0 else filters
#   hint: "Only the first block of each stage is thinned."
# - replace: x = unit(x, divisible(last * max(width, 1)), 1)
#   with: ""
#   hint: "The convolution between the blocks and the mean is missing."
# - replace: layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x))
#   with: layers.Dense(num_classes, activation="softmax")(layers.GlobalAveragePooling2D()(x))
#   hint: "You give probabilities. Logits are due: the loss takes care of the softmax."
# - replace: layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x))
#   with: layers.Dense(num_classes)(layers.GlobalMaxPooling2D()(x))
#   hint: "You take the largest value of each channel. The mean is due."
# - replace: layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x))
#   with: layers.Dense(num_classes)(layers.Flatten()(x))
#   hint: "Flattened, every place gets weights of its own. The mean of each channel is due."
# - replace: layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x))
#   with: layers.Dense(num_classes, use_bias=False)(layers.GlobalAveragePooling2D()(x))
#   hint: "The dense layer has no bias. No norm comes after it, so it needs one."
# - replace: padding="same", use_bias=False
#   with: padding="same"
#   hint: "Stem and last convolution have a bias. The norm behind them has a shift instead."
# - replace: padding="same", use_bias=False
#   with: use_bias=False
#   hint: "The stem is not padded, so the picture shrinks."
# - replace: layers.ReLU(6.0)(layers.BatchNormalization()(x))
#   with: layers.BatchNormalization()(x)
#   hint: "Stem and last convolution lack their ReLU6. Only the projections of the blocks have none."
# - replace: layers.ReLU(6.0)(layers.BatchNormalization()(x))
#   with: layers.ReLU()(layers.BatchNormalization()(x))
#   hint: "The ReLU of stem and last convolution has no upper end. ReLU6 stops at 6."
# - replace: layers.ReLU(6.0)(layers.BatchNormalization()(x))
#   with: layers.ReLU(6.0)(x)
#   hint: "Stem and last convolution lack their norm."


# %% mistake: build_mobilenet_small
# hint: "The last convolution lacks its norm and its ReLU6."
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, divisible(filters * width), 1 if i else stride)
    x = layers.Conv2D(divisible(last * max(width, 1)), 1, use_bias=False)(x)
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% mistake: build_mobilenet_small
# hint: "You cut the numbers of filters to whole numbers. They are to be multiples of 8."
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    def unit(x, filters, size, stride=1):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6.0)(layers.BatchNormalization()(x))

    inputs = keras.Input(input_shape)
    x = unit(inputs, max(int(stem * width), 1), 3, stem_stride)
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, max(int(filters * width), 1), 1 if i else stride)
    x = unit(x, int(last * max(width, 1)), 1)
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% mistake: build_mobilenet_small
# hint: "You leave the number of blocks out: every stage has one."
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    def unit(x, filters, size, stride=1):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6.0)(layers.BatchNormalization()(x))

    inputs = keras.Input(input_shape)
    x = unit(inputs, divisible(stem * width), 3, stem_stride)
    for expansion, filters, _, stride in stages:
        x = inverted_residual(x, expansion, divisible(filters * width), stride)
    x = unit(x, divisible(last * max(width, 1)), 1)
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% accepts: build_mobilenet_small
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    # A flat list of blocks first; activations by name, the mean by an operation.
    plan = []
    for expansion, filters, blocks, stride in stages:
        plan += [(expansion, divisible(width * filters), s) for s in [stride] + [1] * (blocks - 1)]
    x = inputs = keras.Input(shape=input_shape)
    x = layers.Conv2D(divisible(width * stem), (3, 3), stem_stride, padding="same", use_bias=False)(x)
    x = layers.Activation("relu6")(layers.BatchNormalization()(x))
    for block in plan:
        x = inverted_residual(x, *block)
    x = layers.Conv2D(divisible(last * width if width > 1 else last), (1, 1), use_bias=False)(x)
    x = ops.relu6(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(units=num_classes)(ops.mean(x, axis=(1, 2))))


# %% accepts: build_mobilenet_small
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    widest = divisible(last if width < 1 else last * width)
    x = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = ops.clip(layers.BatchNormalization()(x), 0, 6)
    for expansion, filters, blocks, stride in stages:
        x = inverted_residual(x, expansion, divisible(filters * width), stride)
        for _ in range(1, blocks):
            x = inverted_residual(x, expansion, x.shape[-1], 1)
    x = ops.clip(layers.BatchNormalization()(layers.Conv2D(widest, 1, use_bias=False)(x)), 0, 6)
    x = layers.Flatten()(layers.GlobalAveragePooling2D(keepdims=True)(x))
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% [markdown]
# Two tables, one builder. With the paper's stages it gives MobileNetV2 itself, and with three short ones a network for
# pictures of 16 pixels.

# %% demo
MOBILENET_V2 = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]
SMALL = [(4, 16, 2, 1), (4, 24, 2, 2), (4, 32, 2, 2)]


def multiply_adds(model):
    """Multiply-adds of a model's convolutions and dense layers for one picture."""
    total = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            total += math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
    return total


full_size = {"MobileNetV2": build_mobilenet_small((224, 224, 3), 1000, MOBILENET_V2, stem_stride=2)}
for name, make in (("MobileNet", keras.applications.MobileNet), ("ResNet-50", keras.applications.ResNet50)):
    full_size[name] = make(weights=None)  # the architecture with random weights: nothing is downloaded
print(f"{'':12}  parameters  multiply-adds")
for name, model in full_size.items():
    print(f"{name:12} {model.count_params():11,}  {multiply_adds(model):13,}")
assert full_size["MobileNetV2"].count_params() == 3_538_984
assert multiply_adds(full_size["MobileNetV2"]) == 300_774_272

# %% [markdown]
# 3,538,984 parameters, running averages of the norms counted, as `keras.applications.MobileNetV2` has (without them
# 3,504,872, as often quoted), and the paper's 300 million multiply-adds. (Keras pads pictures before a stride with
# zeros in another place, which changes no count.) That is about half the work of the first MobileNet and a thirteenth
# of ResNet-50's. Is it twice as fast as the one and thirteen times as fast as the other?

# %% demo


def milliseconds(models, batch, rounds=5):
    """The shortest of some times that each model takes for one picture of a batch, the models in turn."""
    shortest = dict.fromkeys(models, math.inf)
    for turn in range(rounds + 1):
        for name, model in models.items():
            began = time.perf_counter()
            model.predict_on_batch(batch)
            if turn:  # the first call prepares
                shortest[name] = min(shortest[name], 1000 * (time.perf_counter() - began) / len(batch))
    return shortest


picture = np.random.default_rng(0).uniform(-1, 1, (1, 224, 224, 3)).astype("float32")
latency = milliseconds(full_size, picture)
for name, model in full_size.items():
    pace = multiply_adds(model) / latency[name] / 1e6
    print(f"{name:12} {latency[name]:6.1f} ms a picture, {pace:5.1f} billion multiply-adds a second")
del full_size

# %% [markdown]
# It is not. On the computer where this was written, one core, MobileNetV2 took 15 ms, MobileNet 18 ms and ResNet-50
# 91 ms: a sixth where the count says a thirteenth, and hardly less than a network of twice its work. Where does the
# pace go? Take the three kinds of layer one by one, on the same maps, $28 \times 28$ with 128 channels:

# %% demo
maps = ops.ones((8, 28, 28, 128))
kinds = {
    "full 3×3": layers.Conv2D(128, 3, padding="same", use_bias=False),
    "pointwise": layers.Conv2D(128, 1, use_bias=False),
    "depthwise 3×3": layers.DepthwiseConv2D(3, padding="same", use_bias=False),
}
rows = {}
for name, layer in kinds.items():
    layer(maps)  # the first call makes the weights
    times = []
    for _ in range(15):
        began = time.perf_counter()
        ops.convert_to_numpy(layer(maps))
        times.append((time.perf_counter() - began) / 8)
    work = math.prod(layer.kernel.shape) * 28 * 28
    moved = 2 * 28 * 28 * 128 + math.prod(layer.kernel.shape) / 8  # maps in and out; the weights serve 8 pictures
    rows[name] = (work / 1e6, work / moved, work / min(times) / 1e9)
    print(f"{name:13}  {work:11,} multiply-adds, {work / moved:6.1f} for each number moved,", end=" ")
    print(f"{1000 * min(times):.2f} ms, {rows[name][2]:5.1f} billion a second")
fig, axes = plt.subplots(1, 3, figsize=(11, 2.8), sharey=True)
titles = ("work", "work for each number moved", "pace")
units = ("million multiply-adds", "multiply-adds a number moved", "billion multiply-adds a second")
for ax, values, title, unit in zip(axes, zip(*rows.values(), strict=True), titles, units, strict=True):
    ax.barh(range(3), values, color="C0")
    ax.set(title=title, xscale="log", xlabel=unit, ylim=(2.5, -0.5))
    ax.set_xlim(left=0.5)
axes[0].set_yticks(range(3), list(rows))
axes[0].set_ylabel("layer")
dd.plot.show(
    "Three panels of bars on logarithmic axes for a full, a pointwise and a depthwise layer. Multiply-adds: 116, 13 "
    "and 0.9 million. Multiply-adds for each number moved: about 530, 63 and 4.5. Billions a second, as measured: the "
    "depthwise layer's bar is the shortest."
)
assert rows["depthwise 3×3"][2] < rows["full 3×3"][2]

# %% [markdown]
# The depthwise layer does less than a hundredth of the full one's work, but at a fraction of its pace. The middle panel
# says why. A full convolution uses each number that it fetches in 128 filters and at 9 places, hundreds of times in
# all. A depthwise one uses it at 9 places and for one filter: **4.5 multiply-adds for each number moved** (Day 50's
# arithmetic intensity), whatever the number of channels. Then memory sets the pace, not the multipliers (Williams and
# others, 2009). Two more things come on top, which no count of multiply-adds shows: norms, ReLU6 and sums pass over the
# wide maps again and again, and a network of many small layers pays for starting each of them. A chip with small
# caches, a graphics card or a telephone will give other ratios; so measure on what you will use.
#
# ## Put it together: parameters, multiply-adds, time
#
# The race of Days 52 and 53 goes on, on equal terms: 1,024 objects of the scenes, 16 pixels a side, seven classes, six
# epochs of batches of 32, Adam, for each family the better of two rates at its middle size, three starts.
# **Residual** is a stem and three of Day 52's basic blocks, and its record was made for Day 53. **Separable** is
# MobileNet's way, six separable layers without shortcuts. **Inverted** is your `build_mobilenet_small` in three
# widths. First its smallest, here, for two epochs:

# %% demo


def objects(num_scenes, seed):
    """The objects of scenes of one object each, cut out along their boxes: pictures (n, 16, 16, 3), and classes."""
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(1, 1))
    x = np.empty((num_scenes, 16, 16, 3), "float32")
    for i, (image, (left, top, right, bottom)) in enumerate(zip(found.images, found.boxes[:, 0], strict=True)):
        half = 0.575 * max(right - left, bottom - top)  # a margin of 15%
        steps = (np.arange(32) + 0.5) / 32 * 2 * half - half
        rows, columns = (
            np.clip((low + high) / 2 + steps, 0, 63).astype(int) for low, high in ((top, bottom), (left, right))
        )
        window = image[np.ix_(rows, columns)].astype("float32")  # (32, 32, 3)
        x[i] = window.reshape(16, 2, 16, 2, 3).mean(axis=(1, 3)) / 127.5 - 1
    return x, found.labels[:, 0]


def inverted(width):
    return build_mobilenet_small((16, 16, 3), 7, SMALL, stem=16, last=96, width=width)


def unit(x, filters, size, stride=1):
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def residual(width):
    inputs = keras.Input((16, 16, 3))
    x = layers.ReLU()(unit(inputs, width, 3))
    for filters, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
        y = unit(layers.ReLU()(unit(x, filters, 3, stride)), filters, 3)
        x = layers.ReLU()(layers.Add()([unit(x, filters, 1, stride), y]))
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


def separable_stack(width):
    inputs = keras.Input((16, 16, 3))
    x = layers.ReLU(6.0)(unit(inputs, width, 3))
    for filters, stride in ((1, 1), (1, 1), (2, 2), (2, 1), (4, 2), (4, 1)):
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.ReLU(6.0)(unit(x, width * filters, 1))
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


(x_train, y_train), (x_test, y_test) = objects(1024, seed=0), objects(500, seed=1)
card = dd.zoo.card("scenes_efficient")
record = {"residual": dd.zoo.card("scenes_densenet").extra["families"]["residual"]}
record |= {name.split()[0]: entry for name, entry in card.extra["families"].items()}
dd.seed(54)
model = inverted(0.5)
for layer in model.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.momentum = 0.9  # the training is so short that running averages must keep up
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(record["inverted"]["rate"]), loss, jit_compile=False)  # compiling takes longer
here = model.fit(x_train, y_train, batch_size=32, epochs=2, verbose=0).history["loss"]
print(
    f"{model.count_params():,} parameters, loss",
    *(f"{value:.2f}" for value in here),
    f"({math.log(7):.2f} is guessing)",
)
model = inverted(1.0)
kept = dd.zoo.load("scenes_efficient").get_weights()
model.set_weights([value.reshape(old.shape) for value, old in zip(kept, model.get_weights(), strict=True)])
logits = ops.convert_to_numpy(model(x_test))  # one call compiles nothing, as predict would
accuracy = float((logits.argmax(axis=-1) == y_test).mean())
print(
    f"your network of width 1, with the weights of the zoo, names {accuracy:.1%} of {len(x_test)} new objects rightly"
)

# %% [markdown]
# The rest took three minutes of computing by `data/zoo/scenes_efficient.py`, and is loaded. What does a family buy for
# its parameters, for its multiply-adds, and for its time in batches of 100?

# %% demo
makers = {"residual": residual, "separable": separable_stack, "inverted": inverted}
models = {(n, r["size"]): makers[n](r["size"]) for n, entry in record.items() for r in entry["results"]}
took = milliseconds(models, x_test[:100], rounds=5)
fig, axes = plt.subplots(1, 3, figsize=(12, 4.2), sharey=True)
for i, (name, entry) in enumerate(record.items()):
    sizes = [result["size"] for result in entry["results"]]
    scores = np.array([result["accuracies"] for result in entry["results"]])  # (3, 3), sizes and starts
    spans = np.abs(np.stack([scores.min(axis=1), scores.max(axis=1)]) - scores.mean(axis=1))
    costs = [
        [models[name, size].count_params() for size in sizes],
        [multiply_adds(models[name, size]) for size in sizes],
        [1000 * took[name, size] for size in sizes],
    ]
    assert costs[0] == [result["parameters"] for result in entry["results"]]
    look = {"marker": dd.plot.MARKERS[i], "linestyle": dd.plot.LINE_STYLES[i], "color": dd.plot.PALETTE[i]}
    for ax, cost in zip(axes, costs, strict=True):
        ax.errorbar(cost, scores.mean(axis=1), yerr=spans, capsize=4, label=name, **look)
    for size, score, *cost in zip(sizes, scores.mean(axis=1), *costs, strict=True):
        print(f"{name:10} {size:4}: {score:.2f} for {cost[0]:6,} parameters, {cost[1]:9,} multiply-adds", end=", ")
        print(f"{cost[2]:5.0f} µs")
for ax, title, cost in zip(
    axes,
    ("For parameters", "For multiply-adds", "For time"),
    ("parameters", "multiply-adds", "µs a picture, measured"),
    strict=True,
):
    ax.set(title=title, xlabel=cost, xscale="log")
    low, high = ax.get_xlim()
    ticks = [n * 10**power for power in range(1, 7) for n in (1, 2, 5) if low < n * 10**power < high]
    ax.set_xticks(ticks, [f"{n:,}" if n < 10**6 else f"{n // 10**6} million" for n in ticks])
    ax.minorticks_off()
axes[0].set_ylabel("share of 500 new pictures named rightly")
axes[0].legend()
dd.plot.show(
    "Accuracy for three families at three sizes, against parameters, multiply-adds and measured time, all on "
    "logarithmic axes, with bars from the worst to the best start. Residual rises from 0.75 to 0.86, separable from "
    "0.49 to 0.77, "
    "inverted from 0.83 to 0.96. Against parameters inverted is the highest line. Against multiply-adds "
    "it is the highest as well, by less. Against time the lines of inverted and residual come closest."
)
means = {name: [float(np.mean(result["accuracies"])) for result in entry["results"]] for name, entry in record.items()}
assert means["inverted"][1] > means["residual"][2] and means["inverted"][0] > means["residual"][0]
assert max(means["separable"]) < max(means["residual"]) and here[-1] < math.log(7)
assert abs(accuracy - card.extra["held_out"]) < 0.06  # other seeds: some points more or less

# %% [markdown]
# Left: for its parameters the inverted residual is far ahead. With 38,743 it names 94% rightly, more than the residual
# network with twice as many. (It has two blocks a stage where that one has one; being deeper is part of what cheap
# blocks are for.) MobileNet's first way, without shortcuts and without wide middles, lies below both: six epochs are
# short for it. In the middle: for the same multiply-adds the order is the same, but the lines are closer. Right:
# measured. On the computer where this was written, one core, the *thinnest* inverted network took as long as the
# *largest* residual one, some 95 µs a picture, though that one does three and a half times its multiply-adds and named
# a little more rightly. The inverted one of width 1 took twice as long, with fewer multiply-adds. It is still the more
# accurate, but its lead is in memory, not in time. That is the bargain of this day: separable layers save memory for
# certain, work on paper, and time only where the machine plays along.
#
# Two warnings. Other budgets would give another chart, as on Day 53. And pictures of 16 pixels make layers so small
# that starting them costs as much as computing them.
#
# ## What you should remember
#
# 1. Depthwise looks at neighbours, pointwise mixes channels; together they cost $1/D + 1/f^2$ of a full convolution.
# 2. A width multiplier saves parameters and work, both about by its square; smaller pictures save only work.
# 3. Inverted residual: thin outside, wide inside, ReLU6 twice, none at the narrow end; a shortcut only if it fits as
#    is.
# 4. Compound scaling makes depth, width and side grow together, so that work about doubles with each step.
# 5. A depthwise layer does few multiply-adds for each number it moves. Memory sets its pace, so count, and then
#    measure.
#
# ## Check yourself, without code
#
# 1. A separable layer with $f = 5$ and $D = 256$ replaces a full one. What share of the multiply-adds is left? Why do
#    larger filters cost so little here?
# 2. A batch of 64 makes a dense layer's pace rise several times (Day 50). Why not a depthwise layer's?
# 3. A colleague halves the side of the pictures instead of the width, since "both leave a quarter of the work". What is
#    the difference for the file that is shipped, and for small objects in the pictures?
#
# <details><summary>Answers</summary>
#
# 1. $1/256 + 1/25 \approx 4.4\%$. The filter's side is in the depthwise half alone, which is the cheap one: from
#    $3 \times 3$ to $5 \times 5$ it adds 16 to the $9 + 256$ multiply-adds of each channel and place.
# 2. The dense layer moves mostly weights, and a batch moves them once for all pictures. A depthwise layer moves mostly
#    maps, and each picture has its own.
# 3. The file stays as large, since no parameter depends on the side, where half the width makes it about a third or a
#    quarter. And objects of a few pixels may vanish, while a thinner network still sees them.
#
# </details>
#
# ## Go further
#
# - Howard and others (2017), *MobileNets*, arXiv:1704.04861: separable layers, the two multipliers.
# - Sandler, Howard, Zhu, Zhmoginov and Chen (2018), *MobileNetV2*, CVPR: their figure of the spiral is the model of
#   ours.
# - Chollet (2017), *Xception*, CVPR.
# - Tan and Le (2019), *EfficientNet*, ICML.
# - Ma, Zhang, Zheng and Sun (2018), *ShuffleNet V2*, ECCV: four rules for networks that are fast, and not only small.
# - Williams, Waterman and Patterson (2009), *Roofline*, Communications of the ACM.
# - Day 55: the same networks with weights that somebody else has trained.
