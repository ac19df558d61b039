# ---
# day: 46
# title: Convolution from scratch
# week: 10
# minutes: 90
# backend: numpy
# needs: [1, 26]
# data: [photos]
# papers:
# - "Hubel and Wiesel 1962, Receptive fields, binocular interaction and functional architecture in the cat's visual
#   cortex"
# - "Fukushima 1980, Neocognitron: a self-organizing neural network model for a mechanism of pattern recognition
#   unaffected by shift in position"
# - "LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition"
# - "Luo, Li, Urtasun and Zemel 2016, Understanding the effective receptive field in deep convolutional neural networks"
# - "Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning"
# ---

# %% [markdown]
# # Day 46 · Convolution from scratch
#
# By the end you can write the layer behind nearly every network that sees, and say for any stack of such
# layers how large its output is, how many weights it has and how much of the picture one number of it knows.
#
# - **You will build** the arithmetic of padding and stride, the convolution of a batch of pictures with a
#   bank of filters, an edge detector on top of it and a ruler for receptive fields. You let your filters
#   loose on photographs, and your convolution agrees with Keras's to five decimals.
# - **You need** slices, broadcasting and products of arrays (Day 1), and dense layers (Day 26).
# - **Not today:** gradients and pooling (Day 47), and learning the filters (Day 48). All of today's are made
#   by hand.
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$ | rows and columns of a picture | | |
# | $C, D$ | channels that come in, channels that go out: filters | | |
# | $x$ | pictures, channels last ("NHWC") | $(N, H, W, C)$ | `x` |
# | $w, b$ | the filters, and a bias for each | $(f_H, f_W, C, D)$, $(D,)$ | `w`, `b` |
# | $y$ | output: a map for each filter | $(N, H', W', D)$ | `output` |
# | $n, n'$ | length of an axis before and after | | `n` |
# | $f$ | length of the filter along it | | `f` |
# | $s$ | stride, how far the filter moves at a time | | `stride` |
# | $p_0, p_1$ | zeros added before and after | | |
# | $g_x, g_y$ | slopes of the brightness, to the right and downwards | $(H - 2, W - 2)$ | `gx`, `gy` |
# | $r_l, j_l$ | receptive field after layer $l$; pixels between neighbouring outputs | | |
#
# One convention: `padding` is `"valid"` for none, `"same"` for enough to keep the length at stride 1, or an
# int, for as many zeros on each side.

# %% setup
import itertools
import math

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Looking through a small window
#
# Where does the brightness rise, in this row of pixels?
#
# $$x = (0, 0, 1, 1, 1, 0), \qquad w = (-1, 0, 1) .$$
#
# Lay the filter $w$ on the first three pixels, multiply and add: $-1 \cdot 0 + 0 \cdot 0 + 1 \cdot 1 = 1$.
# Move on by one: $-0 + 1 = 1$. Then $-1 + 1 = 0$, and $-1 + 0 = -1$. The output $(1, 1, 0, -1)$ is positive
# where it gets brighter and negative where it gets darker. In general, with $b$ for a bias,
#
# $$y_i = \sum_{k=0}^{f-1} w_k\, x_{i+k} + b, \qquad i = 0, \dots, n - f .$$
#
# Strictly speaking this is **cross-correlation**. A mathematician's *convolution* turns the filter round
# first, $w_k\, x_{i-k}$. Networks learn their filters and do not care which way round they come to lie, so
# everyone computes the former and says the latter; so do we. For filters made by hand, and when you borrow
# some from a textbook, it matters.
#
# Each $y_i$ is a weighted sum of inputs, so this is a dense layer, one with a very particular matrix. Which
# one?

# %% demo
rng = np.random.default_rng(46)
dense = rng.uniform(0.2, 1, (6, 8))
band = np.array([[0 <= column - row < 3 for column in range(8)] for row in range(6)])  # (6, 8)
shared = sum(value * np.eye(6, 8, k) for k, value in enumerate((0.35, 1.0, 0.65)))
fig, axes = plt.subplots(1, 3, figsize=(12, 3.6))
for ax, title, values in zip(
    axes,
    ("dense: 48 weights", "local: 18 weights", "local and shared: 3 weights"),
    (dense, dense * band, shared),
    strict=True,
):
    ax.imshow(values, cmap="gray_r", vmin=0, vmax=1)
    ax.set(title=title, xlabel="input", ylabel="output", xticks=range(8), yticks=range(6))
    ax.grid(False)
dd.plot.show(
    "Three matrices of 6 outputs by 8 inputs. Dense: every square has a shade of its own. Local: only a band of three "
    "squares along the diagonal is not white, each of a shade of its own. Local and shared: the same band, each of "
    "its three diagonals of one shade."
)

# %% [markdown]
# From left to right two assumptions about pictures are built in.
#
# **Locality**: what is near belongs together, so an output looks at $f$ neighbours only, and the rest of its
# row is zero (white). **Parameter sharing**: an edge is an edge wherever it is, so every row has the same
# weights, moved on by one, and each diagonal is of one shade. For a picture of $28 \times 28$ and a map of
# $26 \times 26$, a dense layer has $784 \cdot 676 = 529{,}984$ weights; a $3 \times 3$ filter has 9, and a
# bias. Each of the nine learns from all 676 places.
#
# ## Padding and stride
#
# The output is shorter than the input: $n - f + 1$ places where the filter fits. **Valid** convolution leaves
# it so. After twenty layers with $f = 3$ a picture of 40 pixels would be gone, and border pixels have been
# seen less often than others all the way. So one pads with zeros. Padding by $p$ on each side gives $n + 2p$
# pixels to start from.
#
# A **stride** $s > 1$ moves the filter by $s$ at a time and keeps every $s$-th output: a smaller map for a
# fraction of the work. With $p_0$ zeros before and $p_1$ after,
#
# $$n' = \left\lfloor \frac{n + p_0 + p_1 - f}{s} \right\rfloor + 1 .$$
#
# Read it as: the first place, plus as many steps of $s$ as there is room for. By hand: $n = 6$, $f = 3$,
# $s = 2$, no padding. The room is $6 - 3 = 3$, one step of 2 fits into it, and $n' = 2$. The last pixel goes
# unseen; that is what rounding down means.
#
# **Same** padding asks for $n' = \lceil n / s \rceil$, which is $n$ for stride 1. Put that into the formula:
# the last window starts at $(n' - 1) s$ and ends $f$ later, so in all
#
# $$p_0 + p_1 = \max\big(0,\ (n' - 1)\, s + f - n\big)$$
#
# zeros are needed. If that is odd, the two sides cannot be equal. Keras puts the odd one **after**, so $p_0 =
# \lfloor (p_0 + p_1) / 2 \rfloor$. PyTorch's `Conv2d` knows `"same"` for stride 1 only; for larger strides it
# takes ints and pads both sides alike. So weights carried from one to the other at stride 2 see pictures that
# are off by a pixel. Four cases, for $n = 7$ and $f = 3$:

# %% demo
cases = {
    "valid, stride 1": (0, 0, 1),
    "valid, stride 2": (0, 0, 2),
    "same, stride 1": (1, 1, 1),
    "same, stride 2": (1, 1, 2),
}
fig, axes = plt.subplots(1, 4, figsize=(14, 3.2), sharey=True)
for ax, (title, (before, after, stride)) in zip(axes, cases.items(), strict=True):
    for place in range(-before, 7 + after):
        shade = "0.75" if 0 <= place < 7 else "white"
        ax.add_patch(plt.Rectangle((place - 0.5, -0.5), 1, 1, facecolor=shade, edgecolor="black"))
        ax.text(place, 0, "" if 0 <= place < 7 else "0", ha="center", va="center")
    starts = list(range(-before, 7 + after - 2, stride))
    for i, start in enumerate(starts):
        ax.plot([start - 0.4, start + 2.4], [-1.2 - i * 0.6] * 2, linestyle="-", color="C0", linewidth=4)
    ax.set(title=f"{title}: {len(starts)} outputs", xlabel="pixel", xlim=(-1.8, 7.8), ylim=(-5.6, 1), yticks=[])
    ax.set(xticks=range(7))
    ax.grid(False)
axes[0].set_ylabel("output")
dd.plot.show(
    "Seven pixels in a row, with bars below for what each output sees, three pixels long. Valid, stride 1: five bars, "
    "each moved on by one. Valid, stride 2: three bars, moved by two. Same, stride 1: a zero on both sides, seven "
    "bars. Same, stride 2: a zero on both sides, four bars, the first and the last of which reach over a zero."
)

# %% [markdown]
# Grey are the seven pixels, white the added zeros, and each dark bar is what one output sees. Count the bars,
# and check each number with the formula.


# %% exercise: pad_amounts
def pad_amounts(n, f, padding, stride):
    """How many zeros go before and after an axis.

    Args:
        n: its length, int >= 1.
        f: length of the filter along it, int >= 1.
        padding: "valid", "same", or an int >= 0 for as many on each side.
        stride: int >= 1.

    Returns:
        (before, after), two ints >= 0. With "same" an odd zero goes after. About 8 lines.

    Raises:
        ValueError: padding is anything else.
    """
    ### BEGIN SOLUTION
    if padding == "same":
        outputs = -(-n // stride)  # n / stride, rounded up
        total = max((outputs - 1) * stride + f - n, 0)
        return total // 2, total - total // 2
    amount = 0 if padding == "valid" else padding
    if not isinstance(amount, int) or amount < 0:
        raise ValueError(f"padding must be 'valid', 'same' or an int >= 0. Received: {padding!r}")
    return amount, amount
    ### END SOLUTION


# %% test: pad_amounts, points=1
result = pad_amounts(7, 3, "same", 1)
dd.check.like(result, (1, 1), what='pad_amounts(7, 3, "same", 1)', why="these are the four cases above")
assert pad_amounts(7, 3, "valid", 2) == (0, 0)
assert pad_amounts(7, 3, "same", 2) == (1, 1)
assert pad_amounts(7, 3, 2, 1) == (2, 2)
assert pad_amounts(6, 3, "same", 2) == (0, 1), "one zero is enough, and it goes after"
with dd.check.raises(ValueError, why="'full' is no padding of ours"):
    pad_amounts(7, 3, "full", 1)
### BEGIN HIDDEN TESTS
for n, f, stride in itertools.product(range(1, 12), range(1, 8), range(1, 5)):
    result = pad_amounts(n, f, "same", stride)
    what = f'pad_amounts({n}, {f}, "same", {stride})'
    dd.check.kind(result, tuple, what=what)
    for amount in result:
        dd.check.kind(amount, int, what=what)
    before, after = result
    # The fewest zeros with which the windows of ceil(n / stride) outputs fit, found by trying.
    due = next(total for total in range(n + f) if len(range(0, n + total - f + 1, stride)) >= math.ceil(n / stride))
    assert before + after == due, f"{what} gives {before + after} zeros in all, where {due} are needed and enough"
    assert 0 <= after - before <= 1, f"{what} gave {result}: both sides get half, and an odd zero goes after"
for n, f, stride, amount in ((1, 1, 1, 0), (5, 4, 3, 1), (9, 2, 2, 7)):
    dd.check.like(pad_amounts(n, f, amount, stride), (amount, amount), what=f"pad_amounts with {amount}")
    dd.check.like(pad_amounts(n, f, "valid", stride), (0, 0), what="pad_amounts with 'valid'")
for bad in ("Same", "", "val", "sa", "samesame", -1, None, 1.5):
    with dd.check.raises(ValueError, why=f"{bad!r} is no padding"):
        pad_amounts(5, 3, bad, 1)
### END HIDDEN TESTS

# %% mistakes: pad_amounts
# - replace: return total // 2, total - total // 2
#   with: return total - total // 2, total // 2
#   hint: "The odd zero belongs on the other side."
# - replace: return total // 2, total - total // 2
#   with: return total // 2, total // 2
#   hint: "When the number of zeros is odd, you lose one."
# - replace: total = max((outputs - 1) * stride + f - n, 0)
#   with: total = f - 1
#   hint: "That is right for stride 1. With a larger stride the last window ends elsewhere."
# - replace: max((outputs - 1) * stride + f - n, 0)
#   with: (outputs - 1) * stride + f - n
#   hint: "If the stride is longer than the filter, nothing may be missing; there are no fewer than zero zeros."
# - replace: -(-n // stride)  # n / stride, rounded up
#   with: n // stride
#   hint: "The last, incomplete step counts too: n / stride is rounded up."
# - replace: max((outputs - 1) * stride + f - n, 0)
#   with: max((n - 1) * stride + f - n, 0)
#   hint: "You pad until the output is as long as the input whatever the stride; then striding would save nothing."
# - replace: return amount, amount
#   with: return amount // 2, amount - amount // 2
#   hint: "An int says how many zeros go on each side, not on both together."
# - replace: if not isinstance(amount, int) or amount < 0
#   with: if isinstance(amount, int) and amount < 0
#   hint: "A misspelt padding gets through."
# - replace: if not isinstance(amount, int) or amount < 0
#   with: if not isinstance(amount, int)
#   hint: "A negative number of zeros gets through."


# %% mistake: pad_amounts
# hint: "Half the filter on each side keeps the length of an odd filter at stride 1. An even filter, or a larger stride,
#   needs other numbers."
def pad_amounts(n, f, padding, stride):
    if padding == "same":
        return f // 2, f // 2
    amount = 0 if padding == "valid" else padding
    if not isinstance(amount, int) or amount < 0:
        raise ValueError(padding)
    return amount, amount


# %% mistake: pad_amounts
# hint: "What the last window lacks depends on how many pixels are left over: n need not be a multiple of the stride."
def pad_amounts(n, f, padding, stride):
    if padding == "same":
        total = max(f - stride, 0)
        return total // 2, total - total // 2
    if padding == "valid":
        return 0, 0
    if isinstance(padding, int) and padding >= 0:
        return padding, padding
    raise ValueError(padding)


# %% mistake: pad_amounts
# hint: "You ask whether the padding is part of a word. Parts of a word are no padding."
def pad_amounts(n, f, padding, stride):
    if isinstance(padding, int) and padding >= 0:
        return padding, padding
    if isinstance(padding, str) and padding in "same":
        total = max((math.ceil(n / stride) - 1) * stride + f - n, 0)
        return total // 2, total - total // 2
    if padding == "valid":
        return 0, 0
    raise ValueError(padding)


# %% accepts: pad_amounts
def pad_amounts(n, f, padding, stride):
    # The last window of "same" covers the input's last stride, which n % stride pixels fill.
    match padding:
        case "valid":
            return (0, 0)
        case "same":
            total = max(f - (n % stride or stride), 0)
            return (total // 2, (total + 1) // 2)
        case int() if padding >= 0:
            return (padding, padding)
    raise ValueError(f"{padding!r} is no padding")


# %% accepts: pad_amounts
def pad_amounts(n, f, padding, stride):
    if padding == "same":
        before = after = 0
        while (n + before + after - f) // stride + 1 < math.ceil(n / stride):
            before, after = (before, after + 1) if before == after else (before + 1, after)
        return before, after
    if padding == "valid":
        padding = 0
    if type(padding) is not int or padding < 0:
        raise ValueError(padding)
    return padding, padding


# %% exercise: conv_output_size
def conv_output_size(n, f, padding, stride):
    """Length of an axis after a convolution.

    Args:
        n: its length before, int >= 1.
        f: length of the filter along it, int >= 1.
        padding: "valid", "same" or an int >= 0, as for pad_amounts.
        stride: int >= 1.

    Returns:
        int >= 1. About 4 lines.

    Raises:
        ValueError: the filter is longer than the padded axis, or padding is none of the three.
    """
    ### BEGIN SOLUTION
    padded = n + sum(pad_amounts(n, f, padding, stride))
    if f > padded:
        raise ValueError(f"the filter must fit into the padded axis. Received: {f=}, {n=}, {padding=}")
    return (padded - f) // stride + 1
    ### END SOLUTION


# %% test: conv_output_size, points=1
result = conv_output_size(6, 3, "valid", 2)
dd.check.like(result, 2, what='conv_output_size(6, 3, "valid", 2)', why="this is the example worked by hand")
assert conv_output_size(7, 3, "same", 2) == 4
assert conv_output_size(28, 5, 2, 1) == 28
with dd.check.raises(ValueError, why="a filter of 5 does not fit into 4 pixels"):
    conv_output_size(4, 5, "valid", 1)
### BEGIN HIDDEN TESTS
for n, f, stride, padding in itertools.product(range(1, 11), range(1, 7), range(1, 5), ("valid", "same", 0, 1, 3)):
    what = f"conv_output_size({n}, {f}, {padding!r}, {stride})"
    if padding == "same":
        due = math.ceil(n / stride)
    else:
        zeros = 0 if padding == "valid" else 2 * padding
        due = len([start for start in range(0, n + zeros, stride) if start + f <= n + zeros])
    if due == 0:
        with dd.check.raises(ValueError, why="there is no place where the filter fits"):
            conv_output_size(n, f, padding, stride)
        continue
    dd.check.like(conv_output_size(n, f, padding, stride), due, what=what, why="that many windows fit")
with dd.check.raises(ValueError, why="'full' is no padding of ours"):
    conv_output_size(5, 3, "full", 1)
### END HIDDEN TESTS

# %% mistakes: conv_output_size
# - replace: (padded - f) // stride + 1
#   with: (padded - f) // stride
#   hint: "You count the steps. There is one more place than there are steps."
# - replace: (padded - f) // stride + 1
#   with: (padded - f + 1) // stride
#   hint: "The first place does not depend on the stride; only the steps after it do."
# - replace: (padded - f) // stride + 1
#   with: -(-(padded - f) // stride) + 1
#   hint: "You round up. A last window that sticks out is left out."
# - replace: (padded - f) // stride + 1
#   with: (padded - f) / stride + 1
#   hint: "A number of places is a whole number, and an int."
# - replace: (padded - f) // stride + 1
#   with: padded // stride - f + 1
#   hint: "The filter's length is taken off before you divide by the stride."
# - replace: sum(pad_amounts(n, f, padding, stride))
#   with: pad_amounts(n, f, padding, stride)[0]
#   hint: "There are zeros on both sides."
# - replace: if f > padded
#   with: if f > n
#   hint: "A filter longer than the axis may still fit once the axis is padded."
# - replace: if f > padded
#   with: if padded <= 0
#   hint: "Where the filter does not fit, there is no output; the formula alone says something else."
# - replace: (padded - f) // stride + 1
#   with: np.floor((padded - f) / stride) + 1
#   hint: "A number of places is a whole number, and an int."


# %% mistake: conv_output_size
# hint: "You return 0 where the filter does not fit. That is the caller's mistake, and should be said."
def conv_output_size(n, f, padding, stride):
    return max(0, (n + sum(pad_amounts(n, f, padding, stride)) - f) // stride + 1)


# %% mistake: conv_output_size
# hint: "You count every place that starts inside the axis. The filter has to end inside it as well."
def conv_output_size(n, f, padding, stride):
    padded = n + sum(pad_amounts(n, f, padding, stride))
    if f > padded:
        raise ValueError("the filter does not fit")
    return math.ceil(padded / stride)


# %% mistake: conv_output_size
# hint: "Twice the zeros before are not always the zeros in all: an odd zero is on one side alone."
def conv_output_size(n, f, padding, stride):
    before, _ = pad_amounts(n, f, padding, stride)
    if f > n + 2 * before:
        raise ValueError("the filter does not fit")
    return (n + 2 * before - f) // stride + 1


# %% mistake: conv_output_size
# hint: "There are zeros on both sides."
def conv_output_size(n, f, padding, stride):
    before, after = pad_amounts(n, f, padding, stride)
    if f > n + before + after:
        raise ValueError("the filter does not fit")
    return (n + before - f) // stride + 1


# %% accepts: conv_output_size
def conv_output_size(n, f, padding, stride):
    # Count the places.
    before, after = pad_amounts(n, f, padding, stride)
    places = range(-before, n + after - f + 1, stride)
    if not places:
        raise ValueError("the filter does not fit")
    return len(places)


# %% accepts: conv_output_size
def conv_output_size(n, f, padding, stride):
    room = n - f + sum(pad_amounts(n, f, padding, stride))
    if room < 0:
        raise ValueError(f"the filter is {-room} too long")
    return 1 + math.floor(room / stride)


# %% [markdown]
# ## Zeros around a picture
#
# A batch has four axes, and only two of them are padded: rows and columns. A zero picture before the first
# one, or a zero channel after the last, would be wrong. $(N, H, W, C)$ becomes
# $(N,\ H + \text{top} + \text{bottom},\ W + \text{left} + \text{right},\ C)$. The zeros are of the picture's
# own dtype: padding bytes must not turn them into floats, which take eight times the room.


# %% exercise: zero_pad
def zero_pad(x, pad):
    """Put zeros around every picture of a batch.

    Args:
        x: pictures, array (N, H, W, C) of any dtype; left unchanged.
        pad: ((top, bottom), (left, right)), ints >= 0.

    Returns:
        A new array (N, H + top + bottom, W + left + right, C) of x's dtype, also where nothing is added. About 5 lines.
    """
    ### BEGIN SOLUTION
    (top, bottom), (left, right) = pad
    n, height, width, channels = x.shape
    padded = np.zeros((n, top + height + bottom, left + width + right, channels), dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded
    ### END SOLUTION


# %% test: zero_pad, points=1
x = np.arange(120.0).reshape(2, 3, 4, 5)
with dd.check.unchanged(x, what="x"):
    result = zero_pad(x, ((1, 0), (0, 2)))
dd.check.shape(
    result, (2, 4, 6, 5), what="zero_pad(x, ((1, 0), (0, 2)))", why="one row above, two columns to the right"
)
due = np.array([[0.0] * 6, [63, 68, 73, 78, 0, 0], [83, 88, 93, 98, 0, 0], [103, 108, 113, 118, 0, 0]])
dd.check.like(result[1, :, :, 3], due, what="picture 1, channel 3 of it", why="the pixels keep their order")
result = zero_pad(x.astype("uint8"), ((0, 0), (0, 0)))
dd.check.like(result, x.astype("uint8"), dtype="uint8", what="zero_pad of bytes by nothing", why="the dtype stays")
assert not np.shares_memory(zero_pad(x, ((0, 0), (0, 0))), x), "a new array is due, also where nothing is added"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(46)
pads = (((0, 0), (0, 0)), ((1, 1), (1, 1)), ((0, 3), (2, 0)), ((2, 1), (0, 1)), ((0, 0), (4, 0)))
for (shape, dtype), pad in itertools.product(
    (((1, 1, 1, 1), "float64"), ((2, 3, 5, 4), "uint8"), ((4, 5, 3, 1), "float32"), ((3, 3, 3, 3), "bool")), pads
):
    x = rng.integers(1, 200, shape).astype(dtype)
    for given in (x, np.asfortranarray(x)):
        with dd.check.unchanged(given, what="x"):
            result = zero_pad(given, pad)
        what = f"zero_pad of {shape} by {pad}"
        (top, bottom), (left, right) = pad
        due = [[[[0] * shape[3] for _ in range(shape[2] + left + right)] for _ in range(shape[1] + top + bottom)]]
        due = np.array(due * shape[0], dtype=dtype)
        for i, row, column, channel in np.ndindex(shape):
            due[i, row + top, column + left, channel] = x[i, row, column, channel]
        dd.check.kind(result, np.ndarray, what=what)
        dd.check.shape(result, due.shape, what=what, why="only rows and columns are padded")
        dd.check.dtype(result, dtype, what=what, why="the pictures keep their dtype")
        dd.check.equal(result, due, what=what)
        assert not np.shares_memory(result, given), "a new array is due, also where nothing is added"
### END HIDDEN TESTS

# %% mistakes: zero_pad
# - replace: ", dtype=x.dtype)"
#   with: )
#   hint: "The pictures have become float64. Whose dtype should the zeros have?"
# - replace: "top : top + height, left : left + width"
#   with: "bottom : bottom + height, right : right + width"
#   hint: "Top and bottom, left and right are exchanged."
# - replace: |-
#     (top, bottom), (left, right) = pad
#   with: |-
#     (left, right), (top, bottom) = pad
#   hint: "The first pair is for rows, the second one for columns."
# - replace: |-
#     (top, bottom), (left, right) = pad
#   with: |-
#     (top, _), (left, _) = pad
#         bottom, right = top, left
#   hint: "You pad both sides by the first number of each pair."
# - replace: np.zeros(
#   with: np.ones(
#   hint: "Those are no zeros."
# - replace: return padded
#   with: return np.pad(x, (*pad, (0, 0), (0, 0)))
#   hint: "The first two axes were padded. Which axes are rows and columns in NHWC?"
# - replace: return padded
#   with: "return np.pad(x, ((0, 0), *pad, (0, 0)), mode='edge')"
#   hint: "The border was repeated outwards; zeros are wanted."
# - replace: return padded
#   with: return np.pad(x, ((0, 0), (0, 0), *pad))
#   hint: "The last two axes were padded, as if the channels came second. In NHWC they come last."


# %% mistake: zero_pad
# hint: "Where nothing is added you hand back the array that came in. A new one was promised: whoever writes into it
#   would change the pictures."
def zero_pad(x, pad):
    if not np.any(pad):
        return x
    return np.pad(x, ((0, 0), *pad, (0, 0)))


# %% mistake: zero_pad
# hint: "The pictures have become float64. Whose dtype should the zeros have?"
def zero_pad(x, pad):
    for axis, amounts in enumerate(pad, start=1):
        shapes = [(*x.shape[:axis], amount, *x.shape[axis + 1 :]) for amount in amounts]
        x = np.concatenate([np.zeros(shapes[0]), x, np.zeros(shapes[1])], axis=axis)
    return x


# %% mistake: zero_pad
# hint: "One number pads every axis, that of the pictures and that of the channels too, and all sides alike."
def zero_pad(x, pad):
    return np.pad(x, pad[0][0])


# %% mistake: zero_pad
# hint: "A slice that ends at -0 is empty: count the end from the front."
def zero_pad(x, pad):
    (top, bottom), (left, right) = pad
    n, height, width, channels = x.shape
    padded = np.zeros((n, top + height + bottom, left + width + right, channels), dtype=x.dtype)
    if padded[:, top:-bottom, left:-right].shape == x.shape:
        padded[:, top:-bottom, left:-right] = x
    return padded


# %% accepts: zero_pad
def zero_pad(x, pad):
    return np.pad(x, ((0, 0), *pad, (0, 0)))


# %% accepts: zero_pad
def zero_pad(x, pad):
    # One axis after the other.
    for axis, amounts in zip((1, 2), pad, strict=True):
        zeros = [np.zeros_like(x, shape=(*x.shape[:axis], amount, *x.shape[axis + 1 :])) for amount in amounts]
        x = np.concatenate([zeros[0], x, zeros[1]], axis=axis)
    return x


# %% [markdown]
# ## Channels: a filter is a block
#
# A colour picture has three numbers at each place, a map in the middle of a network may have 64. A filter
# looks at all of them: it is a block of $f_H \times f_W \times C$ weights that moves along rows and columns,
# never along the channels. All products under the block are added to **one** number, so one filter makes one
# map. $D$ filters make $D$ maps, stacked as the channels of the output:
#
# $$y_{n,i,j,d} = b_d + \sum_{u=0}^{f_H - 1} \sum_{v=0}^{f_W - 1} \sum_{c=0}^{C-1}
# x^{\text{pad}}_{n,\; i s + u,\; j s + v,\; c}\; w_{u, v, c, d} .$$
#
# Parameters: $(f_H f_W C + 1)\, D$, whatever the size of the picture. Multiplications: $N H' W' f_H f_W C D$,
# so the picture's size does count there.
#
# By hand, a picture of $2 \times 3$ with two channels, and one filter of $2 \times 2$ with $b = 1$:
#
# $$x_{\cdot\cdot 0} = \begin{pmatrix} 1&2&0\\0&1&3 \end{pmatrix},\quad x_{\cdot\cdot 1} = \begin{pmatrix} 0&1&1\\2&0&1
# \end{pmatrix},\qquad w_{\cdot\cdot 0} = \begin{pmatrix} 1&0\\0&-1 \end{pmatrix},\quad
# w_{\cdot\cdot 1} = \begin{pmatrix} 0&1\\1&0 \end{pmatrix} .$$
#
# At the left place channel 0 gives $1 - 1 = 0$, channel 1 gives $1 + 2 = 3$; with the bias, 4. At the right
# place: $2 - 3 = -1$ and $1 + 0 = 1$; with the bias, 1. The output is $(4, 1)$, of shape $(1, 1, 2, 1)$.
#
# Seven nested loops would compute the formula, and take minutes for a photograph. Which loops can go? The sums
# over $u$ and $v$ have nine terms for a $3 \times 3$ filter, while $n, i, j$ run over hundreds of thousands.
# So keep the short loops and give the long ones to NumPy. Fix one $(u, v)$: which pixels does that corner of
# the filter meet, over all places $(i, j)$ at once? A rectangle of the padded picture, every $s$-th row from
# $u$ on and every $s$-th column from $v$ on, $H'$ of the one and $W'$ of the other. And the sum over $c$ for
# all $d$ is a matrix product along the last axis.


# %% exercise: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    """Convolve a batch of pictures with a bank of filters, which are not flipped.

    Args:
        x: pictures, array (N, H, W, C), float or uint8; left unchanged.
        w: filters, float array (f_h, f_w, C, D); left unchanged.
        b: biases, float array (D,); left unchanged.
        stride: int >= 1, along rows and along columns.
        padding: "valid", "same" or an int >= 0, as for pad_amounts.

    Returns:
        Float array (N, H', W', D). About 9 lines; it needs no loop over the batch.

    Raises:
        ValueError: a filter does not fit into the padded picture.
    """
    ### BEGIN SOLUTION
    axes = list(zip(x.shape[1:3], w.shape[:2], strict=True))
    rows, columns = (conv_output_size(n, f, padding, stride) for n, f in axes)
    padded = zero_pad(x, [pad_amounts(n, f, padding, stride) for n, f in axes])
    output = np.zeros((len(x), rows, columns, w.shape[3])) + b
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]  # (N, H', W', C)
        output += met @ w[u, v]  # (N, H', W', D)
    return output
    ### END SOLUTION


# %% test: conv2d_forward, points=4
x = np.stack([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [[0.0, 1.0, 1.0], [2.0, 0.0, 1.0]]], axis=-1)[np.newaxis]
w = np.stack([[[1.0, 0.0], [0.0, -1.0]], [[0.0, 1.0], [1.0, 0.0]]], axis=-1)[..., np.newaxis]
b = np.array([1.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(w, what="w"), dd.check.unchanged(b, what="b"):
    result = conv2d_forward(x, w, b)  # (1, 2, 3, 2) with (2, 2, 2, 1)
due = np.array([4.0, 1.0]).reshape(1, 1, 2, 1)
dd.check.like(result, due, what="conv2d_forward(x, w, b)", why="this is the example worked by hand")
row = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 0.0]).reshape(1, 1, 6, 1)
slope = np.array([-1.0, 0.0, 1.0]).reshape(1, 3, 1, 1)
due = np.array([1.0, 1.0, 0.0, -1.0]).reshape(1, 1, 4, 1)
dd.check.like(conv2d_forward(row, slope, np.zeros(1)), due, what="the row of pixels above", why="no flip")
result = conv2d_forward(np.ones((2, 5, 8, 3)), np.ones((2, 4, 3, 6)), np.arange(6.0))
why = "24 products of 1 and the bias of each filter"
dd.check.like(result, np.full((2, 4, 5, 6), 24.0) + np.arange(6.0), what="all ones", why=why)
dd.check.shape(conv2d_forward(row, slope, np.zeros(1), 2, "same"), (1, 1, 3, 1), what="with stride 2 and same padding")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(46)


def slow_conv(x, w, b, stride, padding):
    """The formula, one number of the output at a time, reading zeros where there is no pixel."""
    (n, height, width, _), (f_h, f_w, _, d) = x.shape, w.shape
    sizes, starts = [], []
    for length, f in ((height, f_h), (width, f_w)):
        if padding == "same":
            size = math.ceil(length / stride)
            starts.append(max((size - 1) * stride + f - length, 0) // 2)
        else:
            starts.append(0 if padding == "valid" else padding)
            size = len(range(-starts[-1], length + starts[-1] - f + 1, stride))
        sizes.append(size)
    output = np.zeros((n, *sizes, d))
    for i, j in np.ndindex(*sizes):
        output[:, i, j] = b
        for u, v in np.ndindex(f_h, f_w):
            row, column = i * stride + u - starts[0], j * stride + v - starts[1]
            if 0 <= row < height and 0 <= column < width:
                output[:, i, j] += np.einsum("nc,cd->nd", x[:, row, column].astype(float), w[u, v])
    return output


shapes = (
    ((1, 1, 1, 1), (1, 1, 1, 1)),
    ((2, 5, 7, 3), (3, 2, 3, 4)),
    ((3, 6, 4, 1), (2, 4, 1, 2)),
    ((1, 8, 9, 2), (3, 3, 2, 1)),
    ((2, 4, 4, 3), (4, 4, 3, 3)),
    ((4, 7, 3, 2), (1, 1, 2, 5)),
    ((2, 6, 5, 4), (5, 2, 4, 2)),
)
for (x_shape, w_shape), stride, padding in itertools.product(shapes, (1, 2, 3), ("valid", "same", 1, 2)):
    x, w, b = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[3])
    with dd.check.unchanged(x), dd.check.unchanged(w), dd.check.unchanged(b):
        result = conv2d_forward(x, w, b, stride, padding)
    what = f"conv2d_forward of {x_shape} with {w_shape}, {stride=}, {padding=}"
    due = slow_conv(x, w, b, stride, padding)
    dd.check.like(result, due, rtol=1e-9, atol=1e-9, what=what, why="all products under the block, and the bias once")

# Bytes must not overflow, float32 is welcome, and a picture does not see the others of its batch.
pixels = rng.integers(0, 256, (2, 6, 5, 3), dtype="uint8")
w, b = rng.normal(size=(3, 3, 3, 2)), rng.normal(size=2)
due = slow_conv(pixels, w, b, 1, "same")
dd.check.like(conv2d_forward(pixels, w, b, 1, "same"), due, what="conv2d_forward of bytes", why="bytes are numbers")
single = conv2d_forward(pixels.astype("float32"), w.astype("float32"), b.astype("float32"), padding="same")
why = "27 products of up to about 700, of which float32 keeps seven digits"
dd.check.like(single, due, rtol=1e-5, atol=5e-3, what="conv2d_forward of float32", why=why)
alone = conv2d_forward(pixels[1:], w, b, 1, "same")
dd.check.like(alone, due[1:], what="the second picture alone", why="pictures of a batch do not meet")
doubled = np.repeat(np.repeat(pixels, 2, axis=1), 2, axis=2)
thinned = conv2d_forward(doubled[:, ::2, ::2], w, b, 1, "same")
dd.check.like(thinned, due, what="conv2d_forward of every second pixel", why="a view is an array too")

# Convolution is linear, and commutes with a shift.
x = rng.normal(size=(1, 9, 9, 2))
w, none = rng.normal(size=(3, 3, 2, 2)), np.zeros(2)
moved = conv2d_forward(np.roll(x, (2, 1), axis=(1, 2)), w, none)
still = conv2d_forward(x, w, none)
dd.check.like(moved[:, 2:, 1:], still[:, :-2, :-1], what="the maps of a shifted picture", why="they shift along")
with dd.check.raises(ValueError, why="a 5 x 5 filter does not fit into 4 x 9 pixels"):
    conv2d_forward(np.zeros((1, 4, 9, 1)), np.zeros((5, 5, 1, 1)), np.zeros(1))
### END HIDDEN TESTS

# %% mistakes: conv2d_forward
# - replace: met @ w[u, v]
#   with: "met @ w[::-1, ::-1][u, v]"
#   hint: "Your filter is turned round, as in a mathematician's convolution. Ours lies as it is."
# - replace: w.shape[3])) + b
#   with: w.shape[3]))
#   hint: "The biases are missing."
# - replace: output += met @ w[u, v]
#   with: output += met @ w[u, v] + b
#   hint: "The bias enters once for each place of the filter's window; once in all is enough."
# - replace: output += met @ w[u, v]
#   with: output = met @ w[u, v] + b
#   hint: "Only the last corner of the filter is left: the products have to be added up."
# - replace: ":, u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: ":, u : u + rows, v : v + columns"
#   hint: "The stride goes unused: the filter moves by one."
# - replace: "u : u + stride * rows : stride, v : v + stride * columns : stride"
#   with: "v : v + stride * rows : stride, u : u + stride * columns : stride"
#   hint: "Rows of the filter meet columns of the picture."
# - replace: "[pad_amounts(n, f, padding, stride) for n, f in axes]"
#   with: "[pad_amounts(n, f, padding, stride)[::-1] for n, f in axes]"
#   hint: "An odd zero of same padding lands on the wrong side."
# - replace: zero_pad(x, [pad_amounts(n, f, padding, stride) for n, f in axes])
#   with: zero_pad(x, [pad_amounts(n, f, padding, 1) for n, f in axes])
#   hint: "How many zeros same padding needs depends on the stride, and so does the place of the first window."
# - replace: met @ w[u, v]
#   with: "met.sum(axis=-1, keepdims=True) * w[u, v].mean(axis=0)"
#   hint: "The channels are added up before they are weighed. Each channel has weights of its own."
# - replace: zip(x.shape[1:3], w.shape[:2], strict=True)
#   with: zip(x.shape[1:3], w.shape[1::-1], strict=True)
#   hint: "The filter's height and width are exchanged; for square filters nobody notices."
# - replace: met @ w[u, v]
#   with: met.astype(padded.dtype) @ w[u, v].astype(padded.dtype)
#   hint: "Bytes hold whole numbers up to 255. Weights forced into bytes are lost, and products run over."


# %% mistake: conv2d_forward
# hint: "How many zeros same padding needs depends on the stride, and so does the place of the first window."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    padded = zero_pad(x, (pad_amounts(x.shape[1], f_h, padding, 1), pad_amounts(x.shape[2], f_w, padding, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))
    return np.einsum("nijcuv,uvcd->nijd", windows, w)[:, ::stride, ::stride] + b


# %% mistake: conv2d_forward
# hint: "The stride goes unused: the filter moves by one."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    output = np.empty((len(x), rows, columns, w.shape[3]))
    for i, j in np.ndindex(rows, columns):
        output[:, i, j] = np.tensordot(padded[:, i : i + f_h, j : j + f_w], w, axes=3) + b
    return output


# %% mistake: conv2d_forward
# hint: "Your padding is half the filter on every side. Only for odd filters at stride 1 is that the same padding."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    f_h, f_w = w.shape[:2]
    pads = {"valid": (0, 0), "same": (f_h // 2, f_w // 2)}.get(padding, (padding, padding))
    padded = zero_pad(x, ((pads[0], pads[0]), (pads[1], pads[1])))
    if f_h > padded.shape[1] or f_w > padded.shape[2]:
        raise ValueError("the filter does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", windows, w) + b


# %% mistake: conv2d_forward
# hint: "The output takes the dtype of the pictures. With bytes, all that is negative or over 255 is lost."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    output = np.empty((len(x), rows, columns, w.shape[3]), dtype=x.dtype)
    for i, j in np.ndindex(rows, columns):
        block = padded[:, i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        output[:, i, j] = (np.tensordot(block, w, axes=3) + b).astype(x.dtype)
    return output


# %% mistake: conv2d_forward
# hint: "Each channel meets the weights of the first one only. The block has weights for each channel."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)]).sum(axis=3)
    output = np.zeros((len(x), rows, columns, w.shape[3])) + b
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        output += met[..., np.newaxis] * w[u, v, 0]
    return output


# %% mistake: conv2d_forward
# hint: "The bias enters once for each place of the filter's window; once in all is enough."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    return sum(
        padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride] @ w[u, v] + b
        for u, v in np.ndindex(w.shape[:2])
    )


# %% mistake: conv2d_forward
# hint: "Rows and columns need zeros of their own: they may differ in length, and a filter need not be square."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    amounts = pad_amounts(x.shape[1], w.shape[0], padding, stride)
    padded = zero_pad(x, (amounts, amounts))
    if w.shape[0] > padded.shape[1] or w.shape[1] > padded.shape[2]:
        raise ValueError("the filter does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", windows, w) + b


# %% mistake: conv2d_forward
# hint: "The filters are added up into one. Each filter has a map of its own."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    output = np.zeros((len(x), rows, columns, w.shape[3])) + b
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        output += met @ w[u, v].sum(axis=1, keepdims=True)
    return output


# %% mistake: conv2d_forward
# hint: "Only the first channel is looked at. A filter looks at all channels at once."
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    output = np.zeros((len(x), rows, columns, w.shape[3])) + b
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
        output += met[..., :1] * w[u, v, 0]
    return output


# %% accepts: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    # All windows as a view, then one contraction.
    f_h, f_w = w.shape[:2]
    pads = (pad_amounts(x.shape[1], f_h, padding, stride), pad_amounts(x.shape[2], f_w, padding, stride))
    windows = np.lib.stride_tricks.sliding_window_view(zero_pad(x, pads), (f_h, f_w), axis=(1, 2))
    return np.einsum("nijcuv,uvcd->nijd", windows[:, ::stride, ::stride], w) + b


# %% accepts: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    # Place by place, the whole batch at once.
    f_h, f_w, _, d = w.shape
    rows = conv_output_size(x.shape[1], f_h, padding, stride)
    columns = conv_output_size(x.shape[2], f_w, padding, stride)
    padded = zero_pad(x, [pad_amounts(x.shape[1], f_h, padding, stride), pad_amounts(x.shape[2], f_w, padding, stride)])
    output = np.empty((len(x), rows, columns, d))
    for i in range(rows):
        for j in range(columns):
            block = padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w]
            output[:, i, j] = block.reshape(len(x), -1) @ w.reshape(-1, d) + b
    return output


# %% accepts: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    # Everything at stride 1 first, by shifted pictures; then every stride-th output is kept.
    rows, columns = (conv_output_size(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1))
    padded = zero_pad(x, [pad_amounts(x.shape[i + 1], w.shape[i], padding, stride) for i in (0, 1)])
    height, width = padded.shape[1] - w.shape[0] + 1, padded.shape[2] - w.shape[1] + 1
    shifted = [padded[:, u : u + height, v : v + width] for u in range(w.shape[0]) for v in range(w.shape[1])]
    full = np.tensordot(np.concatenate(shifted, axis=-1).astype(float), w.reshape(-1, w.shape[3]), axes=1)
    return full[:, ::stride, ::stride][:, :rows, :columns] + b


# %% [markdown]
# ## What filters do
#
# A filter is best understood by what it does. The weights of the first three sum to 1, so flat regions come
# out as they are; those of the last sum to 0, so flat regions come out black. Guess what each does before you
# look:
#
# - all nine weights $\frac19$;
# - 2 in the middle, less $\frac19$ everywhere;
# - nothing but a 1 in the upper left corner;
# - 8 in the middle and $-1$ around it.

# %% demo
photographs = dd.data.photos()
cat = photographs["cat"][40:240, 100:360].mean(axis=-1) / 255  # (200, 260) grey, 0 to 1
blur = np.full((3, 3), 1 / 9)
middle, corner = np.zeros((3, 3)), np.zeros((3, 3))
middle[1, 1], corner[0, 0] = 1, 1
bank = np.stack([blur, 2 * middle - blur, corner, 9 * (middle - blur)], axis=-1)[:, :, np.newaxis]  # (3, 3, 1, 4)
maps = conv2d_forward(cat[np.newaxis, :, :, np.newaxis], bank, np.zeros(4), padding="same")[0]  # (200, 260, 4)
titles = ("the picture", "mean of nine", "twice itself less the mean", "the corner alone", "middle against the rest")
fig, axes = plt.subplots(2, 5, figsize=(16, 5.6), height_ratios=[1, 0.8])
for column, title, picture in zip(axes.T, titles, (cat, *np.moveaxis(maps, -1, 0)), strict=True):
    for ax, part in zip(column, (picture, picture[:9, :12]), strict=True):
        ax.imshow(part, cmap="gray", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=ax is column[1], color="0.5")
        ax.grid(False)
    column[0].set_title(title)
axes[0, 0].set_ylabel("all of it")
axes[1, 0].set_ylabel("upper left corner")
dd.plot.show(
    "A cat's face and four filtered versions of it, each with its upper left 9 by 12 pixels enlarged below. Mean of "
    "nine: softer, with a darker line along the border. Twice itself less the mean: crisper, with a brighter line "
    "there. The corner alone: as the picture, with a black first row and column. Middle against the rest: black but "
    "for fine lines of fur, whiskers and eyes, and a white line along the border."
)

# %% [markdown]
# The mean **blurs**. Twice the picture less its blur **sharpens**: it adds what blurring takes away. The
# corner alone moves the picture by one pixel, down and to the right. And the last one shows **detail**: fur,
# whiskers and edges, whatever differs from its surroundings. Look at the border in the lower row: blurred it
# is darker, sharpened it is brighter, and for the last filter it is the strongest edge of all. The zeros
# around a picture are black pixels like others, and a filter sees an edge there.
#
# ## Edges
#
# An edge is a place where brightness changes fast, that is, where its slope is large. Along columns, the
# slope is about half of right minus left: $\frac12 (x_{i, j+1} - x_{i, j-1})$. One row alone is noisy, so
# take the mean of three, with the middle one counting double. Both steps in one filter are the **Sobel**
# filter:
#
# $$S_x = \frac14 \begin{pmatrix} 1 \\ 2 \\ 1 \end{pmatrix} \cdot \frac12 \begin{pmatrix} -1 & 0 & 1 \end{pmatrix}
# = \frac18 \begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix}, \qquad S_y = S_x^\top .$$
#
# $g_x$ is the slope to the right and $g_y$ the slope *downwards*, as rows are counted, in brightness a pixel.
# Together they are the gradient of the picture, whose length $\sqrt{g_x^2 + g_y^2}$ does not care which way
# the edge runs. On a ramp that gets brighter by 3 with each column and darker by 1 with each row, $g_x = 3$
# and $g_y = -1$ everywhere. We use valid padding: a frame is no edge.


# %% exercise: sobel_edges
def sobel_edges(image):
    """Slopes of the brightness by Sobel's filters (Sobel and Feldman 1968), divided by 8.

    Args:
        image: grey picture, float or uint8 array (H, W) with H, W >= 3; left unchanged.

    Returns:
        (gx, gy, magnitude), float arrays (H - 2, W - 2): the slope to the right, the slope downwards, and the length of
        both together, in brightness a pixel. About 6 lines, with conv2d_forward.
    """
    ### BEGIN SOLUTION
    sobel = np.outer([1, 2, 1], [-1, 0, 1]) / 8
    filters = np.stack([sobel, sobel.T], axis=-1)[:, :, np.newaxis]  # (3, 3, 1, 2)
    slopes = conv2d_forward(image[np.newaxis, :, :, np.newaxis], filters, np.zeros(2))[0]  # (H - 2, W - 2, 2)
    gx, gy = slopes[:, :, 0], slopes[:, :, 1]
    return gx, gy, np.hypot(gx, gy)
    ### END SOLUTION


# %% test: sobel_edges, points=2
rows, columns = np.mgrid[0:4, 0:5]
ramp = 3.0 * columns - 1.0 * rows
with dd.check.unchanged(ramp, what="image"):
    result = sobel_edges(ramp)
due = tuple(np.full((2, 3), slope) for slope in (3.0, -1.0, math.sqrt(10.0)))
dd.check.like(result, due, what="sobel_edges(ramp)", why="this is the ramp of the text, without its frame")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(46)
near = {"rtol": 1e-6, "atol": 1e-8}
for shape in ((3, 3), (3, 8), (9, 3), (6, 6), (12, 7)):
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    inner = (shape[0] - 2, shape[1] - 2)
    for across, down in rng.normal(0, 5, (3, 2)):
        due = tuple(np.full(inner, slope) for slope in (across, down, math.hypot(across, down)))
        result = sobel_edges(across * columns + down * rows + 7)
        dd.check.like(result, due, **near, what=f"sobel_edges of a ramp {shape}", why="its slope is known")
    for image in (rng.normal(size=shape), rng.integers(0, 256, shape, dtype="uint8")):
        p = image.astype(float)
        right, below = np.zeros(inner), np.zeros(inner)
        for i, j in np.ndindex(inner):
            a = p[i : i + 3, j : j + 3]
            right[i, j] = (a[0, 2] + 2 * a[1, 2] + a[2, 2] - a[0, 0] - 2 * a[1, 0] - a[2, 0]) / 8
            below[i, j] = (a[2, 0] + 2 * a[2, 1] + a[2, 2] - a[0, 0] - 2 * a[0, 1] - a[0, 2]) / 8
        due = (right, below, np.array([math.hypot(*pair) for pair in zip(right.flat, below.flat, strict=True)]))
        due = (*due[:2], due[2].reshape(inner))
        why = "right minus left, below minus above, the middle double; and the length of both"
        what = f"sobel_edges of a picture {shape} of {image.dtype}"
        with dd.check.unchanged(image, what="image"):
            result = sobel_edges(image)
        dd.check.like(result, due, **near, what=what, why=why)
        doubled = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)
        dd.check.like(
            sobel_edges(doubled[::2, ::2]), due, **near, what="of every second pixel", why="a view is an array"
        )
### END HIDDEN TESTS

# %% mistakes: sobel_edges
# - replace: "[-1, 0, 1]) / 8"
#   with: "[1, 0, -1]) / 8"
#   hint: "Your slopes have the wrong sign: a picture that gets brighter has a positive slope."
# - replace: "[-1, 0, 1]) / 8"
#   with: "[-1, 0, 1])"
#   hint: "Your slopes are eight times too steep: what do the weights on one side sum to?"
# - replace: "[sobel, sobel.T]"
#   with: "[sobel.T, sobel]"
#   hint: "The two slopes are exchanged. Which of the filters compares right with left?"
# - replace: "np.outer([1, 2, 1]"
#   with: "np.outer([1, 1, 1]"
#   hint: "The middle row should count double."
# - replace: np.hypot(gx, gy)
#   with: np.abs(gx) + np.abs(gy)
#   hint: "The length of a vector is no sum of its sides: a slanting edge comes out too strong."
# - replace: np.hypot(gx, gy)
#   with: gx**2 + gy**2
#   hint: "That is the square of the length."
# - replace: np.zeros(2))[0]
#   with: np.zeros(2), padding="same")[0]
#   hint: "The zeros of same padding make an edge of the picture's frame."
# - replace: conv2d_forward(image[np.newaxis, :, :, np.newaxis], filters, np.zeros(2))[0]
#   with: conv2d_forward(image.T[np.newaxis, :, :, np.newaxis], filters, np.zeros(2))[0]
#   hint: "The picture was transposed: rows and columns are exchanged in what comes back."
# - replace: return gx, gy, np.hypot(gx, gy)
#   with: return np.abs(gx), np.abs(gy), np.hypot(gx, gy)
#   hint: "Where it gets darker, a slope is negative."
# - replace: np.outer([1, 2, 1], [-1, 0, 1]) / 8
#   with: np.outer([1, 1, 1], [-1, 0, 1]) / 6
#   hint: "The middle row should count double."
# - replace: "[sobel, sobel.T]"
#   with: "[sobel, -sobel.T]"
#   hint: "Your second slope is that upwards. Here it is the slope downwards, as rows are counted."


# %% mistake: sobel_edges
# hint: "You take differences along one row or column alone. Sobel's filter averages three of them."
def sobel_edges(image):
    p = image.astype(float)
    gx, gy = (p[1:-1, 2:] - p[1:-1, :-2]) / 2, (p[2:, 1:-1] - p[:-2, 1:-1]) / 2
    return gx, gy, np.hypot(gx, gy)


# %% mistake: sobel_edges
# hint: "Bytes can't go below 0: right less left runs over before you divide."
def sobel_edges(image):
    across, down = image[:, 2:] - image[:, :-2], image[2:] - image[:-2]
    gx = (across[:-2] + 2 * across[1:-1] + across[2:]) / 8
    gy = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 8
    return gx, gy, np.hypot(gx, gy)


# %% mistake: sobel_edges
# hint: "np.gradient gives the downward slope first, one row at a time, and the frame too."
def sobel_edges(image):
    gy, gx = np.gradient(image.astype(float))
    return gx, gy, np.hypot(gx, gy)


# %% equivalents: sobel_edges
# - replace: np.zeros(2)
#   with: np.zeros(1)
#   reason: "One bias of zero broadcasts to both filters."
# - replace: np.zeros(2))[0]
#   with: np.zeros(2))[-1]
#   reason: "The batch holds one picture, the first and the last one."
# - replace: np.hypot(gx, gy)
#   with: np.hypot(gy, gx)
#   reason: "A length does not care about the order of the sides."


# %% accepts: sobel_edges
def sobel_edges(image):
    # Smooth along one axis, differences along the other, by slices.
    p = image.astype(float)
    across, down = p[:, 2:] - p[:, :-2], p[2:] - p[:-2]
    gx = (across[:-2] + 2 * across[1:-1] + across[2:]) / 8
    gy = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 8
    return gx, gy, (gx**2 + gy**2) ** 0.5


# %% accepts: sobel_edges
def sobel_edges(image):
    picture = image.reshape(1, *image.shape, 1)
    smooth, slope = np.array([1.0, 2.0, 1.0]) / 4, np.array([-1.0, 0.0, 1.0]) / 2
    slopes = []
    for vertical, horizontal in ((smooth, slope), (slope, smooth)):
        halfway = conv2d_forward(picture, vertical.reshape(3, 1, 1, 1), np.zeros(1))
        slopes.append(conv2d_forward(halfway, horizontal.reshape(1, 3, 1, 1), np.zeros(1))[0, :, :, 0])
    return slopes[0], slopes[1], np.linalg.norm(slopes, axis=0)


# %% [markdown]
# What does each of the three see in a photograph that is full of straight lines?

# %% demo
temple = photographs["china"][60:360, 120:560].mean(axis=-1) / 255  # (300, 440)
right_slope, down_slope, edge = sobel_edges(temple)
fig, axes = plt.subplots(1, 4, figsize=(16, 3.2))
axes[0].imshow(temple, cmap="gray")
for ax, values in zip(axes[1:3], (right_slope, down_slope), strict=True):
    ax.imshow(values, cmap="gray", vmin=-0.15, vmax=0.15)
axes[3].imshow(edge, cmap="gray_r", vmin=0, vmax=0.15)
for ax, title in zip(axes, ("the picture", "$g_x$: to the right", "$g_y$: downwards", "magnitude"), strict=True):
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)
dd.plot.show(
    "A temple with columns and eaves by a lake, and three maps of it. The slope to the right is strong on columns, "
    "walls and railings, the downward slope on eaves and roofs, both grey where nothing changes. The magnitude, dark "
    "on white, is a drawing of all outlines."
)

# %% [markdown]
# In $g_x$ (grey is 0, white gets brighter, black darker) columns stand out and eaves fade; in $g_y$ it is the
# other way round. The magnitude, dark where it is large, draws both. Filters like these are what a trained
# network has in its first layer, and what Hubel and Wiesel found in 1962 in the visual cortex of cats:
# **simple cells**, each of which answers to an edge of one direction at one place, and **complex cells**,
# which answer to the edge anywhere in a small region.
#
# ## S-cells and C-cells
#
# Fukushima built a network of the two in 1980, the **Neocognitron**. Its layers of **S-cells** are
# convolutions with a threshold: every cell of a plane looks for the same feature, each at its own place. Its
# **C-cells** come after them; each is active if *any* S-cell of a small region is. Stacked in turn, they find
# parts, then parts of parts, and mind less and less where. LeCun's networks (Day 48) are this design with
# weights learned by gradient descent.
#
# Two words that are often mixed up. A convolution is **equivariant** to translation: shift the picture and
# the maps shift along, $\text{conv}(\text{shift}(x)) = \text{shift}(\text{conv}(x))$, for stride 1 and away
# from the border. **Invariant** would mean that the output does not change at all. The S-layer is
# equivariant; the C-layer makes it a little invariant. How little?

# %% demo
looked_for = -np.ones((3, 3))  # an upper left corner: bright along the top and the left
looked_for[0, :] = looked_for[:, 0] = 1
figure_seven = np.zeros((3, 12, 12))
for i, (row, column) in enumerate(((3, 3), (4, 4), (4, 6))):
    figure_seven[i, row, column : column + 5] = figure_seven[i, row : row + 6, column] = 1
s_cells = conv2d_forward(figure_seven[..., np.newaxis], looked_for[:, :, np.newaxis, np.newaxis], np.array([-3.0]))
s_cells = np.pad(np.maximum(s_cells[..., 0], 0), ((0, 0), (0, 2), (0, 2)))  # (3, 12, 12)
c_cells = s_cells.reshape(3, 4, 3, 4, 3).max(axis=(2, 4))  # (3, 4, 4)
fig, axes = plt.subplots(3, 3, figsize=(6.6, 6.8))
names = ("as it was", "shifted by (1, 1)", "shifted by (1, 3)")
for line, (label, layer) in enumerate({"picture": figure_seven, "S-cells": s_cells, "C-cells": c_cells}.items()):
    for ax, values, title in zip(axes[line], layer, names, strict=True):
        ax.imshow(values, cmap="gray_r", vmin=0, vmax=layer.max())
        ax.set(title=title if line == 0 else "", xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        ax.grid(False)
    axes[line, 0].set_ylabel(label)
dd.plot.show(
    "Three pictures of an angle, an upper left corner, in columns: as it was, shifted by (1, 1), by (1, 3). S-cells: "
    "one active cell at the corner, which moves with every shift. C-cells: one active cell of 3 by 3 pixels, the same "
    "for the first two pictures, its right neighbour for the third."
)
print("largest C-cell of each:", c_cells.max(axis=(1, 2)))

# %% [markdown]
# The one S-cell that sees a corner moves with every shift. Each C-cell covers $3 \times 3$ of them: after the
# first shift the same one is active, after the second its neighbour is. So a layer of C-cells is invariant to
# shifts within its regions, not beyond. The largest of *all* C-cells never changes, and knows nothing about
# where. How much "where" to keep is a choice that each network makes, layer by layer.
#
# ## How far does a cell see?
#
# The pixels that an output depends on are its **receptive field**. One layer with $f = 3$: 3 pixels along an
# axis. A second such layer: its outputs see 3 outputs of the first, whose fields overlap, 5 pixels in all. A
# stride makes the layers *after* it see further, for neighbouring cells then stand further apart. Let $j_l$
# be how many pixels lie between two neighbours of layer $l$:
#
# $$r_0 = 1,\ j_0 = 1, \qquad r_l = r_{l-1} + (f_l - 1)\, j_{l-1}, \qquad j_l = j_{l-1}\, s_l .$$
#
# A filter of $f$ cells spans $f - 1$ gaps, and each gap is $j_{l-1}$ pixels wide. For $f = 3, s = 2$ and then
# $f = 3, s = 1$: $r_1 = 1 + 2 \cdot 1 = 3$ and $j_1 = 2$; $r_2 = 3 + 2 \cdot 2 = 7$. Padding moves a
# receptive field, and does not change its size.


# %% exercise: receptive_field
def receptive_field(layers):
    """How many pixels along an axis one output of a stack of convolutions spans.

    Args:
        layers: (f, stride) of each layer from first to last, a list of pairs of ints >= 1; may be empty; left
            unchanged.

    Returns:
        int >= 1, the number of pixels from the first to the last one on which an output depends. About 5 lines.
    """
    ### BEGIN SOLUTION
    size, jump = 1, 1
    for f, stride in layers:
        size += (f - 1) * jump
        jump *= stride
    return size
    ### END SOLUTION


# %% test: receptive_field, points=1
layers = [(3, 2), (3, 1)]
with dd.check.unchanged(layers, what="layers"):
    result = receptive_field(layers)
dd.check.like(result, 7, what="receptive_field([(3, 2), (3, 1)])", why="this is the example worked by hand")
assert receptive_field([(3, 1)]) == 3
assert receptive_field([(3, 1), (3, 1)]) == 5
assert receptive_field([(4, 3), (2, 1), (5, 2)]) == 4 + 1 * 3 + 4 * 3
### BEGIN HIDDEN TESTS
stacks = [[], [(1, 1)], [(1, 4)], [(5, 1)], [(2, 3)], [(3, 1)] * 6, [(3, 2)] * 4, [(7, 2), (3, 2), (3, 1), (1, 1)]]
stacks += [[(3, 1), (3, 2), (5, 3)], [(5, 3), (3, 2), (3, 1)], [(1, 2), (1, 2), (2, 1)]]
stacks += [[(4, 1), (1, 5), (6, 2), (2, 2)]]
for stack in stacks:
    # Which cells does output 0 depend on, walking back layer by layer?
    cells = {0}
    for f, stride in reversed(stack):
        cells = {cell * stride + k for cell in cells for k in range(f)}
    due = max(cells) - min(cells) + 1
    with dd.check.unchanged(stack, what="layers"):
        result = receptive_field(stack)
    dd.check.like(result, due, what=f"receptive_field({stack})", why="it is found by walking back from one output")
### END HIDDEN TESTS

# %% mistakes: receptive_field
# - replace: |-
#     size += (f - 1) * jump
#             jump *= stride
#   with: |-
#     jump *= stride
#             size += (f - 1) * jump
#   hint: "A layer's own stride sets its outputs apart, not its inputs: it counts for the layers after it."
# - replace: size += (f - 1) * jump
#   with: size += f * jump
#   hint: "How many gaps are there between f cells?"
# - replace: size += (f - 1) * jump
#   with: size += f - 1
#   hint: "The strides go unused."
# - replace: size += (f - 1) * jump
#   with: size *= f
#   hint: "Neighbouring cells share most of what they see; their fields overlap."
# - replace: jump *= stride
#   with: jump = stride
#   hint: "Two layers of stride 2 set cells four pixels apart."
# - replace: jump *= stride
#   with: jump += stride - 1
#   hint: "Distances multiply from layer to layer; you add them."
# - replace: return size
#   with: return jump
#   hint: "That is how far apart neighbours are, not how far one of them sees."
# - replace: size, jump = 1, 1
#   with: size, jump = 0, 1
#   hint: "Before any layer, a cell is a pixel and sees itself."
# - replace: return size
#   with: return sum(f for f, _ in layers) or 1
#   hint: "You add up whole filters, and the strides go unused. Neighbours overlap, and strides set them apart."


# %% mistake: receptive_field
# hint: "You walk from the first layer to the last with a formula that goes from the last to the first."
def receptive_field(layers):
    needed = 1
    for f, stride in layers:
        needed = (needed - 1) * stride + f
    return needed


# %% mistake: receptive_field
# hint: "The caller's list has been turned round. Walk it backwards without changing it."
def receptive_field(layers):
    layers.reverse()
    needed = 1
    for f, stride in layers:
        needed = (needed - 1) * stride + f
    return needed


# %% mistake: receptive_field
# hint: "You add up whole filters. Neighbours overlap: each layer adds one gap fewer than its filter has cells."
def receptive_field(layers):
    size, jump = 0, 1
    for f, stride in layers:
        size += f * jump
        jump *= stride
    return max(size, 1)


# %% accepts: receptive_field
def receptive_field(layers):
    # From the last layer back: n neighbouring outputs need (n - 1) * stride + f inputs.
    needed = 1
    for f, stride in reversed(layers):
        needed = (needed - 1) * stride + f
    return needed


# %% accepts: receptive_field
def receptive_field(layers):
    return 1 + sum((f - 1) * math.prod(s for _, s in layers[:i]) for i, (f, _) in enumerate(layers))


# %% [markdown]
# Two stacks of three layers with $f = 3$, one without strides and one with stride 2 in its first two layers.
# Which pixels does the dark cell on top depend on? And how fast does the field grow with depth?

# %% demo
fig, axes = plt.subplots(1, 3, figsize=(15, 4), width_ratios=[1, 1.6, 1.2])
for ax, strides, width in zip(axes, ((1, 1, 1), (2, 2, 1)), (9, 23), strict=False):
    spacing = np.cumprod([1, *strides])  # pixels between neighbours of each layer
    first = np.cumsum([0, *spacing[:3]])  # where the first cell of each layer stands, with f = 3
    for level in range(4):
        places = np.arange(first[level], width - first[level], spacing[level])
        ax.scatter(places, np.full(len(places), level), s=45, color="0.8", zorder=2)
    seen = {(width - 1) // 2}
    for level in (3, 2, 1, 0):
        ax.scatter(sorted(seen), [level] * len(seen), s=45, color="C0", zorder=3)
        if level:
            below = {place + k * spacing[level - 1] for place in seen for k in (-1, 0, 1)}
            for place, k in itertools.product(seen, (-1, 0, 1)):
                ends = [place, place + k * spacing[level - 1]]
                ax.plot(ends, [level, level - 1], color="0.5", linestyle="-", linewidth=0.8, zorder=1)
            seen = below
    ax.set(title=f"strides {strides}: {len(seen)} pixels", xlabel="pixel", yticks=range(4))
    ax.set_yticklabels(["picture", "layer 1", "layer 2", "layer 3"])
    ax.grid(False)
depth = range(1, 9)
stacks = {"f = 3": (3, 1), "f = 5": (5, 1), "f = 3, stride 2": (3, 2)}
for (label, pair), marker in zip(stacks.items(), "os^", strict=True):
    axes[2].plot(depth, [receptive_field([pair] * d) for d in depth], marker=marker, label=label)
axes[2].set(title="Receptive field", xlabel="layers", ylabel="pixels", yscale="log")
axes[2].legend()
dd.plot.show(
    "Left, three layers without strides: the cell on top depends on 3, 5 and then 7 neighbouring pixels. Middle, "
    "strides 2, 2 and 1: on 3 cells, 7 and then 15 pixels. Right, pixels against layers on a logarithmic axis: f = 3 "
    "and f = 5 grow ever more slowly there, to 17 and 33 after eight layers; f = 3 with stride 2 rises in a straight "
    "line to 511."
)

# %% [markdown]
# Seven pixels in one, fifteen in the other, as the formula says. Without strides the field grows by the same
# amount with each layer, so fifty layers with $f = 3$ see 101 pixels. With strides it doubles: that is how
# networks come to see whole pictures. And the pixels of a field are not equal. In the left picture the middle
# pixel is connected with the top by seven paths, the outermost ones by one each. So the **effective**
# receptive field is smaller than the formula says (Luo et al. 2016).
#
# ## Put it together: a bank of filters on photographs
#
# Six filters of $5 \times 5 \times 3$ in one array: the slope of the brightness in four directions, each
# turned by 45° from the one before; red against green; and blue against yellow, each blurred. Two photographs
# make the batch. One call gives twelve maps.

# %% demo
offset = np.arange(-2, 3)
bell = np.exp(-(offset**2) / 2)
bell2d = np.outer(bell, bell) / np.sum(np.outer(bell, bell))  # (5, 5), sums to 1
rows_off, columns_off = np.meshgrid(offset, offset, indexing="ij")
brightness = np.array([1, 1, 1]) / 3
directions = [
    (math.cos(angle) * columns_off + math.sin(angle) * rows_off) * bell2d for angle in np.pi * np.arange(4) / 4
]
oriented = [direction[:, :, np.newaxis] * brightness for direction in directions]  # (5, 5, 3) each
opponents = [bell2d[:, :, np.newaxis] * np.array(colours) for colours in ((1, -1, 0), (-0.5, -0.5, 1))]
bank = np.stack(oriented + opponents, axis=-1)  # (5, 5, 3, 6)
pictures = np.stack([photographs["flower"][70:370, 140:540], photographs["coffee"][50:350, 100:500]]) / 255
maps = conv2d_forward(pictures, bank, np.zeros(6), stride=2, padding="same")  # (2, 150, 200, 6)
print("pictures", pictures.shape, " filters", bank.shape, " maps", maps.shape)

slopes = ["to the right", "right and down", "downwards", "left and down"]  # 0, 45, 90 and 135 degrees, clockwise
titles = ["the picture", *(f"slope {way}" for way in slopes), "red less green", "blue less yellow"]
fig, axes = plt.subplots(2, 7, figsize=(18, 4.4))
for line, picture, channels in zip(axes, pictures, maps, strict=True):
    line[0].imshow(picture)
    for d, ax in enumerate(line[1:]):
        limit = np.quantile(np.abs(maps[..., d]), 0.98)
        ax.imshow(channels[..., d], cmap="gray", vmin=-limit, vmax=limit)
for ax, title in zip(axes[0], titles, strict=True):
    ax.set_title(title)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
dd.plot.show(
    "A dahlia and a cup of coffee, with six maps of each. The four slopes show bright and dark outlines of petals and "
    "of the cup, each strongest where the outline runs across its direction. Red less green is bright on the flower, "
    "the saucer and the table; blue less yellow is dark on them and brighter on the flower's background and the "
    "spoon."
)

# %% [markdown]
# Each map is one question, asked at every place at once (grey is 0). Each of the four slopes is strong where an
# outline runs across its direction and silent where it runs along, so they show different parts of the same
# outlines: together they draw the petals, none does so alone. The last two find red and blue
# regions that grey filters cannot tell from others: they need the third axis of the block. A trained first
# layer looks much like this bank (Day 48 draws one).
#
# And does Keras agree, for both paddings, three strides, even and odd sizes?

# %% demo
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras

    keras.ops.zeros(1)  # the first use starts the devices

rng = np.random.default_rng(46)
biases = rng.normal(size=6)
worst = 0.0
for height, stride, how in itertools.product((64, 61), (1, 2, 3), ("valid", "same")):
    crop = pictures[:, :height, :90]
    theirs = keras.ops.conv(crop, bank, strides=stride, padding=how, data_format="channels_last") + biases
    ours = conv2d_forward(crop, bank, biases, stride, how)
    assert ours.shape == tuple(theirs.shape)
    worst = max(worst, np.abs(ours - keras.ops.convert_to_numpy(theirs)).max())
print(f"largest difference from keras.ops.conv: {worst:.1e}")
assert worst < 1e-5
assert receptive_field([(3, 1)] * 3) == 7 and receptive_field([(3, 2), (3, 2), (3, 1)]) == 15

# %% [markdown]
# The difference is rounding. Everything is there but the learning: for that, gradients have to go back
# through the same windows, and tomorrow they do.
#
# ## What you should remember
#
# 1. A convolution is a dense layer with two assumptions built in: locality, so most weights are zero, and
#    sharing, so all places have the same ones.
# 2. A filter is a block $(f_H, f_W, C)$; $D$ of them make $D$ maps. Parameters, $(f_H f_W C + 1) D$, do not
#    depend on the picture's size; the work does.
# 3. $n' = \lfloor (n + p_0 + p_1 - f) / s \rfloor + 1$. Same padding gives $\lceil n / s \rceil$, and an odd
#    zero goes after.
# 4. What we call convolution is cross-correlation. It is equivariant to shifts; invariance comes from
#    C-cells, that is, from pooling.
# 5. A receptive field grows by $(f - 1)$ times the product of the strides *before* the layer.
#
# ## Check yourself, without code
#
# 1. A layer takes maps of $14 \times 14$ with 32 channels to 64 channels by $3 \times 3$ filters. How many
#    parameters has it, and how many for maps of $28 \times 28$?
# 2. What does a $1 \times 1$ convolution compute? What is its receptive field?
# 3. Stride 2 keeps every second output. Is such a layer equivariant to a shift by one pixel? By two?
#
# <details><summary>Answers</summary>
#
# 1. $(3 \cdot 3 \cdot 32 + 1) \cdot 64 = 18{,}496$, and as many for the larger maps.
# 2. A dense layer along the channels, the same one at every pixel. Its receptive field is that pixel.
# 3. Not by one: other pixels are kept. By two: the maps shift by one.
#
# </details>
#
# ## Go further
#
# - Hubel and Wiesel (1962), *Receptive fields, binocular interaction and functional architecture in the cat's
#   visual cortex*, Journal of Physiology 160: simple and complex cells.
# - Fukushima (1980), *Neocognitron*, Biological Cybernetics 36: S-cells, C-cells and learning without labels.
# - LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*,
#   Proceedings of the IEEE 86: section II says why networks should be convolutional.
# - Dumoulin and Visin (2016), *A guide to convolution arithmetic for deep learning*, arXiv:1603.07285: every
#   case of padding and stride, drawn.
# - Luo, Li, Urtasun and Zemel (2016), *Understanding the effective receptive field in deep convolutional
#   neural networks*, NeurIPS.
# - Day 47: pooling, and the way back.
