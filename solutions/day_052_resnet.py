# ---
# day: 52
# title: Residual networks
# week: 11
# minutes: 110
# backend: tensorflow
# needs: [5, 24, 29, 31, 33, 36, 38, 46, 50]
# data: [scenes]
# papers:
# - "He, Zhang, Ren and Sun 2015, Delving deep into rectifiers: surpassing human-level performance on ImageNet
#   classification"
# - "He, Zhang, Ren and Sun 2016, Deep residual learning for image recognition"
# - "He, Zhang, Ren and Sun 2016, Identity mappings in deep residual networks"
# - "Balduzzi, Frean, Leary, Lewis, Ma and McWilliams 2017, The shattered gradients problem: if resnets are the answer,
#   then what is the question?"
# ---

# %% [markdown]
# # Day 52 · Residual networks
#
# By the end you can build networks as deep as you like that still train, say why they do, and show it by
# measuring how much of the gradient each layer gets.
#
# - **You will build** the two blocks that residual networks are made of, a builder that turns a list of stages into
#   ResNet-50, parameter for parameter, and a gauge for the gradient at every depth. With them you compare twenty plain
#   layers with twenty residual ones.
# - **You need** losses (Day 24), initialization (Day 31), batch normalisation (Day 33), the tape (Day 36), functional
#   models (Day 38), convolution (Day 46) and the budgets of Day 50.
# - **Not today:** other ways to reuse what earlier layers found (Day 53).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W, C$ | rows, columns and channels of what goes into a block | | |
# | $x_l$ | what goes into block $l$, counted from 0 | $(N, H, W, C)$ | `x` |
# | $F_l$ | what block $l$ computes besides its shortcut: the residual | $(N, H', W', D)$ | |
# | $D_0, D_1, D_2$ | filters of the convolutions of a block; $D$, of the last of them | | `filters` |
# | $P$ | projection: a $1 \times 1$ convolution on the shortcut | $(1, 1, C, D)$ | |
# | $s$ | stride | | `stride` |
# | $w_l$ | kernel of layer $l$, counted from 1 | | `layer.kernel` |
# | $L$ | the loss, a mean over the batch | $()$ | `loss` |
# | $g_l$ | length of the gradient of $L$ along $w_l$ | $()$ | `norms[l - 1]` |

# %% setup
import math

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Deeper, and worse
#
# Take a network that works, and put a few layers more behind it. The larger one cannot be worse, in principle: let
# the new layers copy their input, and it *is* the smaller one. In practice, plain stacks of layers do get worse from
# some depth on, and on the **training** pictures too, so it is not overfitting. He and others (2016) called it
# **degradation**: 56 plain layers had a higher training error on small pictures than 20.
#
# So the better solution exists, and training does not find it. Copying is hard for a layer with ReLU whose weights
# start at random: it would have to find the identity among all matrices. What if copying were what a layer does when
# it has learned *nothing*? Let it compute what is to be **added**:
#
# $$x_{l+1} = x_l + F_l(x_l) .$$
#
# The $x_l$ that goes round is called the **shortcut**, and if it is not touched on the way, an **identity mapping**.
# $F_l$ is the **residual**, what is left to be learned. To copy, the weights only have to go to zero.
#
# The shortcut pays a second time on the way back. With numbers instead of pictures, and a slope of
# $F_l' = 0.1$ in each of 20 blocks, the chain rule says
#
# $$\text{plain:}\quad \frac{\partial x_{20}}{\partial x_0} = 0.1^{20} = 10^{-20}, \qquad
# \text{residual:}\quad \frac{\partial x_{20}}{\partial x_0} = (1 + 0.1)^{20} \approx 6.7 .$$
#
# Multiply the right product out: one term is 1, and it reaches the first block whatever the others do. In general,
# adding up $x_{l+1} = x_l + F_l(x_l)$ from block $l$ to the last, which gives $x_B$,
#
# $$x_B = x_l + \sum_{k=l}^{B-1} F_k(x_k), \qquad
# \frac{\partial L}{\partial x_l} = \frac{\partial L}{\partial x_B}
# \Big( 1 + \frac{\partial}{\partial x_l} \sum_{k=l}^{B-1} F_k(x_k) \Big) .$$
#
# A plain stack *multiplies* its layers, a residual one *adds* them. That is the gradient flow that you will measure
# at the end. (Adding has its own danger, of growing too large; batch normalisation holds it down.)
#
# ## Three blocks
#
# Where exactly do batch normalisation and ReLU go? Here are the block of 2016, the same with three convolutions,
# and the one that the authors proposed later that year.

# %% demo
THREE_BLOCKS = {
    "basic, 2 convolutions": "conv 3×3, norm, ReLU, conv 3×3, norm, +, ReLU",
    "bottleneck, 3 convolutions": "conv 1×1, norm, ReLU, conv 3×3, norm, ReLU, conv 1×1, norm, +, ReLU",
    "pre-activation": "norm, ReLU, conv 3×3, norm, ReLU, conv 3×3, +",
}
fig, axes = plt.subplots(1, 3, figsize=(10, 6), sharey=True)
for ax, (title, text) in zip(axes, THREE_BLOCKS.items(), strict=True):
    steps = text.split(", ")
    for i, step in enumerate(steps):
        shade = "0.85" if step.startswith("conv") else "1"
        ax.add_patch(plt.Rectangle((-0.75, -i - 0.3), 1.5, 0.6, facecolor=shade, edgecolor="black"))
        ax.text(0, -i, step, ha="center", va="center")
        ax.annotate("", (0, -i + 0.3), (0, -i + 0.7), arrowprops={"arrowstyle": "->"})
    joined = -steps.index("+")
    ax.plot([0, 1.4, 1.4], [0.75, 0.75, joined], linestyle="--")
    ax.annotate("", (0.75, joined), (1.4, joined), arrowprops={"arrowstyle": "->", "color": "C0"})
    ax.annotate("", (0, -len(steps) + 0.2), (0, -len(steps) + 0.7), arrowprops={"arrowstyle": "->"})
    ax.text(-0.15, 0.85, "$x_l$", ha="right")
    ax.text(-0.15, -len(steps) + 0.3, "$x_{l+1}$", ha="right")
    ax.set(title=title, xlim=(-1.6, 1.8), ylim=(-10.2, 1.4))
    ax.set_axis_off()
dd.plot.show(
    "Three columns of boxes joined by arrows, each with a dashed line, the shortcut, from the top to the box with a "
    "plus. Basic: convolution 3 by 3, norm, ReLU, convolution 3 by 3, norm, plus, ReLU. Bottleneck: convolution 1 by "
    "1, norm, ReLU, convolution 3 by 3, norm, ReLU, convolution 1 by 1, norm, plus, ReLU. Pre-activation: norm, "
    "ReLU, convolution, norm, ReLU, convolution, plus, and nothing after it."
)

# %% [markdown]
# In the first two columns norm and ReLU come after each convolution, except that the last ReLU waits for the sum.
# (Put it before the plus, and a block could only ever add, never take away.) So the shortcut of a long stack passes
# through a ReLU per block. In the third column, **pre-activation**, nothing lies on the dashed line at all: norm and
# ReLU come *before* each convolution, and $x_B = x_0 + \sum_k F_k$ holds to the letter. With 1,001 layers that made a
# great difference, with 110 a small one. Today's blocks are the first two.
#
# **By hand.** A picture of one pixel with two channels, $x_l = (1, 2)$. Of a padded $3 \times 3$ kernel only the
# centre meets a pixel, so a convolution is a product with a $2 \times 2$ matrix. Without norms and biases, with
#
# $$\begin{pmatrix} 1 & 0 \\ 0 & -1 \end{pmatrix} \text{ and then } \begin{pmatrix} 0 & -3 \\ 5 & 5 \end{pmatrix}:
# \qquad (1, 2) \to (1, -2) \to \text{ReLU } (1, 0) \to F_l = (0, -3) .$$
#
# The sum is $(1, -1)$, and $x_{l+1} = (1, 0)$. With ReLU before the plus it would have been $(1, 2)$, and without
# the shortcut $(0, 0)$.
#
# To compare fairly we will want the same block without its shortcut, and both without norms. Hence two switches.


# %% exercise: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    """A residual block whose shortcut carries x as it is.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown.
        filters: tuple of ints, how many filters its convolutions have: two, (D_0, D_1), for 3×3 and 3×3, or three,
            (D_0, D_1, D_2), for 1×1, 3×3 and 1×1. The last is C.
        norm: whether batch normalisation follows each convolution.
        shortcut: whether x is added. Without, it is the block of a plain network, all else unchanged.

    Returns:
        symbolic tensor (N, H, W, C), the output of the block with its last ReLU. Convolutions have stride 1, a bias,
        "same" padding and Keras's own settings otherwise, as have the norms. About 12 lines.

    Raises:
        ValueError: the last of filters is not C, or there are not two or three; with either setting of shortcut.
    """
    ### BEGIN SOLUTION
    sizes = {2: (3, 3), 3: (1, 3, 1)}.get(len(filters))
    if sizes is None or filters[-1] != x.shape[-1]:
        raise ValueError(f"filters must be two or three, the last {x.shape[-1]}. Received: {filters}")
    y = x
    for i, size in enumerate(sizes):
        y = layers.Conv2D(filters[i], size, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(sizes) - 1:
            y = layers.ReLU()(y)
    if shortcut:
        y = layers.Add()([x, y])
    return layers.ReLU()(y)
    ### END SOLUTION


# %% fixture
def drawn(kind, shape):
    """Weights that depend on their kind and shape alone, so that the order of layers does not matter."""
    values = np.random.default_rng([len(kind), *shape]).normal(size=shape)
    scaled = {"kernel": 1.5 * values / math.sqrt(math.prod(shape[:-1])), "scale": 2 + 0.3 * values}
    return (scaled | {"variance": 4 + values**2}).get(kind, values)


def filled(model):
    """The model with weights that are `drawn`."""
    for layer in model.layers:
        kinds = ("kernel", "bias") if hasattr(layer, "kernel") else ("scale", "shift", "mean", "variance")
        old = layer.get_weights()
        layer.set_weights([drawn(kind, weight.shape) for kind, weight in zip(kinds, old, strict=False)])
    return model


def convolved(x, filters, size, norm, stride=1):
    """A convolution with drawn weights, window by window, and a norm that uses its running averages."""
    kernel, bias = drawn("kernel", (size, size, x.shape[-1], filters)), drawn("bias", (filters,))
    outputs = [-(-n // stride) for n in x.shape[1:3]]
    zeros = [max((out - 1) * stride + size - n, 0) for out, n in zip(outputs, x.shape[1:3], strict=True)]
    padded = np.pad(x, [(0, 0), *((total // 2, total - total // 2) for total in zeros), (0, 0)])
    y = np.empty((len(x), *outputs, filters))
    for i in range(outputs[0]):
        for j in range(outputs[1]):
            window = padded[:, i * stride : i * stride + size, j * stride : j * stride + size]
            y[:, i, j] = np.tensordot(window, kernel, 3) + bias
    if not norm:
        return y
    scale, shift, mean, variance = (drawn(kind, (filters,)) for kind in ("scale", "shift", "mean", "variance"))
    return scale * (y - mean) / np.sqrt(variance + 1e-3) + shift


def identity_model(shape, filters, **settings):
    """A model of one identity_block for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, identity_block(inputs, filters, **settings)))


def convolutional_model(shape, filters, stride, **settings):
    """A model of one convolutional_block for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, convolutional_block(inputs, filters, stride, **settings)))


def set_centres(model, *matrices):
    """Give the model's convolutions, in order, kernels that are zero but for a matrix at their centre, and no bias."""
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    for layer, matrix in zip(convolutions, matrices, strict=True):
        kernel = np.zeros(layer.kernel.shape)
        kernel[kernel.shape[0] // 2, kernel.shape[1] // 2] = matrix
        layer.set_weights([kernel, np.zeros(kernel.shape[-1])])


def in_training(model, x):
    """What the model gives in training, when norms use the batch's own statistics."""
    return ops.convert_to_numpy(model(x, training=True))


def changed_settings(model):
    """The settings of a model's convolutions and norms that are not Keras's own, those that a block asks for aside."""
    asked = {"name", "filters", "kernel_size", "strides", "padding", "activation", "axis"}
    found = set()
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D | layers.BatchNormalization):
            own = layers.Conv2D(1, 1) if isinstance(layer, layers.Conv2D) else layers.BatchNormalization()
            mine, own = layer.get_config(), own.get_config()
            found |= {name for name in own if name not in asked and mine.get(name) != own[name]}
    return sorted(found)


# %% test: identity_block, points=3
model = identity_model((1, 1, 2), (2, 2), norm=False)
dd.check.equal(model.output_shape, (None, 1, 1, 2), what="the output shape for x (N, 1, 1, 2)")
dd.check.equal(model.count_params(), 76, what="the number of parameters", why="two kernels (3, 3, 2, 2), two biases")
set_centres(model, [[1, 0], [0, -1]], [[0, -3], [5, 5]])
x = np.array([[[[1.0, 2.0]]]], dtype="float32")
dd.check.close(model(x), [[[[1.0, 0.0]]]], what="the output", why="this is the example worked by hand")
model = identity_model((1, 1, 2), (2, 2), norm=False, shortcut=False)
set_centres(model, [[1, 0], [0, -1]], [[0, -3], [5, 5]])
dd.check.close(model(x), [[[[0.0, 0.0]]]], what="the output without shortcut", why="ReLU of (0, -3)")
model = identity_model((5, 4, 6), (3, 2, 6))
dd.check.equal(model.output_shape, (None, 5, 4, 6), what="the output shape for x (N, 5, 4, 6)")
due = (6 * 3 + 3) + (9 * 3 * 2 + 2) + (2 * 6 + 6) + 4 * (3 + 2 + 6)
why = "kernels 1×1, 3×3 and 1×1, a bias a filter, and four numbers a channel from each norm"
dd.check.equal(model.count_params(), due, what="the number of parameters for filters (3, 2, 6)", why=why)
with dd.check.raises(ValueError, why="x has 6 channels and the block would give 5, which cannot be added"):
    identity_model((5, 4, 6), (3, 2, 5))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(52)


def by_hand(x, filters, norm, shortcut):
    y = x.astype(float)
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = convolved(np.maximum(y, 0) if i else y, filters[i], size, norm)
    return np.maximum(x + y if shortcut else y, 0)


for shape, filters, norm, shortcut in (
    ((5, 4, 3), (4, 3), True, True),
    ((4, 1, 1), (2, 1), True, False),
    ((3, 6, 5), (2, 4, 5), False, True),
    ((2, 3, 4), (1, 3, 4), True, True),
):
    x = rng.normal(size=(2, *shape)).astype("float32")
    what = f"the output for x {x.shape}, filters {filters}, norm={norm}, shortcut={shortcut}"
    model = identity_model(shape, filters, norm=norm, shortcut=shortcut)
    due = by_hand(x, filters, norm, shortcut)
    # The norm's epsilon, 0.001 by default, is left out above: next to a variance of 4 it changes 1 in 8,000.
    y = model(x)
    dd.check.shape(y, due.shape, what=what)
    dd.check.close(y, due, rtol=1e-3, atol=1e-3, what=what, why="the columns of the figure, step by step")
    why = "all but filters, sizes and padding is as Keras has it: momentum 0.99, epsilon 0.001, Glorot's start, a bias"
    dd.check.equal(changed_settings(model), [], what="the list of settings not Keras's own", why=why)
assert np.abs(in_training(model, x) - y).max() > 0.1, "in training, norms use the statistics of the batch"
for filters in ((3, 4), (3,), (2, 2, 2, 3), (3, 3, 1)):
    for shortcut in (True, False):
        with dd.check.raises(ValueError, why=f"{filters} does not fit 3 channels, shortcut={shortcut}"):
            identity_model((4, 4, 3), filters, shortcut=shortcut)
### END HIDDEN TESTS

# %% mistakes: identity_block
# - replace: |-
#     y = layers.Add()([x, y])
#         return layers.ReLU()(y)
#   with: |-
#     return layers.Add()([x, layers.ReLU()(y)])
#         return layers.ReLU()(y)
#   hint: "You apply the last ReLU before the plus. Then a block can only add, and never take anything away."
# - replace: return layers.ReLU()(y)
#   with: return y
#   hint: "The ReLU after the sum is missing."
# - replace: layers.Add()([x, y])
#   with: layers.Concatenate()([x, y])
#   hint: "You lay the channels of both side by side. A residual is added, and the number of channels stays."
# - replace: layers.Add()([x, y])
#   with: layers.Add()([y, y])
#   hint: "You add the output of the convolutions to itself. What goes round is the block's input."
# - replace: "    if shortcut:\n        y"
#   with: "    if True:\n        y"
#   hint: "x is added whatever shortcut says."
# - replace: "    if shortcut:\n        y"
#   with: "    if False:\n        y"
#   hint: "x is never added."
# - replace: "        if norm:"
#   with: "        if True:"
#   hint: "There are norms whatever norm says."
# - replace: "        if norm:"
#   with: "        if norm and i < len(sizes) - 1:"
#   hint: "The last convolution has no norm. In the figure there is one before the plus."
# - replace: "        if i < len(sizes) - 1:"
#   with: "        if True:"
#   hint: "The last convolution is followed by a ReLU before the plus, so that nothing negative is ever added."
# - replace: "        if i < len(sizes) - 1:"
#   with: "        if False:"
#   hint: "Between the convolutions there is no ReLU, and in a row they are a single linear map."
# - replace: layers.Add()([x, y])
#   with: layers.Multiply()([x, y])
#   hint: "You multiply by the input. A residual is added, so that with weights of zero the block copies."
# - replace: "    return layers.ReLU()(y)"
#   with: "    return layers.ReLU()(y) if shortcut else y"
#   hint: "Without shortcut the last ReLU is gone as well. The sum alone is left out, all else stays."
# - replace: "{2: (3, 3), 3: (1, 3, 1)}"
#   with: "{3: (1, 3, 1)}"
#   hint: "Blocks of two convolutions are asked for too: two filters mean 3×3 and 3×3."
# - replace: "3: (1, 3, 1)"
#   with: "3: (3, 3, 3)"
#   hint: "With three filters the first and the last convolution are 1×1; only the middle one looks at neighbours."
# - replace: "3: (1, 3, 1)"
#   with: "3: (1, 3, 3)"
#   hint: "With three filters the first and the last convolution are 1×1; only the middle one looks at neighbours."
# - replace: size, padding="same")
#   with: size, padding="same", use_bias=False)
#   hint: "Your convolutions have no bias. (Before a norm it is indeed of no use, but the docstring counts on it.)"
# - replace: " or filters[-1] != x.shape[-1]"
#   with: ""
#   hint: "A last number of filters that is not C gets through, or fails with an error of Keras's own."
# - replace: or filters[-1] != x.shape[-1]
#   with: or (shortcut and filters[-1] != x.shape[-1])
#   hint: "Without shortcut you let filters through that do not fit. The block is to be the same in all else."
# - replace: size, padding="same")
#   with: size, padding="same", use_bias=not norm)
#   hint: "Where there are norms your convolutions have no bias, as is usual. Here all have one, whatever norm says."
# - replace: size, padding="same")
#   with: size, padding="same", kernel_initializer="he_normal")
#   hint: "Your kernels have a start of their own choice. They are to have Keras's own, which is Glorot's."
# - replace: layers.BatchNormalization()(y)
#   with: layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(y)
#   hint: "Your norms have the settings of another library. Keras's own are due: momentum 0.99 and epsilon 0.001."


# %% mistake: identity_block
# hint: "You norm after the ReLU. In the figure the norm comes first, right after its convolution."
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError(filters)
    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(filters[i], size, padding="same")(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
        if norm:
            y = layers.BatchNormalization()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% mistake: identity_block
# hint: "The last convolution is followed by a ReLU before the plus, as all others are, and the norms come after it."
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError(filters)
    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(filters[i], size, padding="same", activation="relu")(y)
        if norm:
            y = layers.BatchNormalization()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% mistake: identity_block
# hint: "Your block takes three filters only. Two mean 3×3 and 3×3."
def identity_block(x, filters, norm=True, shortcut=True):
    first, second, last = filters
    if last != x.shape[-1]:
        raise ValueError(filters)
    y = x
    for i, (count, size) in enumerate(((first, 1), (second, 3), (last, 1))):
        y = layers.Conv2D(count, size, padding="same")(layers.ReLU()(y) if i else y)
        if norm:
            y = layers.BatchNormalization()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% mistake: identity_block
# hint: "That is the block with pre-activation. Today's have norm and ReLU after each convolution."
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError(filters)
    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        if norm:
            y = layers.BatchNormalization()(y)
        y = layers.Conv2D(filters[i], size, padding="same")(layers.ReLU()(y))
    return layers.Add()([x, y]) if shortcut else y


# %% mistake: identity_block
# hint: "You overwrite x, and what you add in the end is no longer the block's input."
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError(filters)
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(filters[i], size, padding="same")(x)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            x = y = layers.ReLU()(y)
    if shortcut and x.shape[-1] == y.shape[-1]:
        y = layers.Add()([x, y])
    return layers.ReLU()(y)


# %% mistake: identity_block
# hint: "You norm the sum. In the figure each convolution has its norm, the last one too, and the plus comes after it."
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError(filters)
    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(filters[i], size, padding="same")(y)
        if i == len(filters) - 1 and shortcut:
            y = layers.Add()([x, y])
        y = layers.ReLU()(layers.BatchNormalization()(y) if norm else y)
    return y


# %% accepts: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    # The convolutions one by one, the sum by an operator.
    def conv(y, count, size):
        y = layers.Conv2D(count, (size, size), strides=1, padding="same")(y)
        return layers.BatchNormalization(axis=-1)(y) if norm else y

    if len(filters) not in (2, 3):
        raise ValueError("two or three filters")
    if filters[-1] != x.shape[-1]:
        raise ValueError("the last number of filters must be that of the channels")
    if len(filters) == 3:
        y = layers.Activation("relu")(conv(x, filters[0], 1))
        y = layers.Activation("relu")(conv(y, filters[1], 3))
        y = conv(y, filters[2], 1)
    else:
        y = conv(ops.relu(conv(x, filters[0], 3)), filters[1], 3)
    return ops.relu(x + y if shortcut else y)


# %% accepts: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    *inner, last = filters
    if last != x.shape[-1] or len(inner) not in (1, 2):
        raise ValueError(f"{filters} do not fit")
    steps = []
    for count, size in zip(filters, [3, 3] if len(inner) == 1 else [1, 3, 1], strict=True):
        steps += [layers.ReLU()] if steps else []
        steps += [layers.Conv2D(count, size, padding="same")] + [layers.BatchNormalization()] * norm
    y = x
    for step in steps:
        y = step(y)
    if shortcut:
        y = layers.add([y, x])
    return layers.Activation("relu")(y)


# %% [markdown]
# Does a block that has learned nothing copy its input? Set all of its weights to zero, and send pixels through that
# are not negative, as they are behind a ReLU.

# %% demo
pixels = np.random.default_rng(1).uniform(0, 1, (1, 4, 4, 3)).astype("float32")
for shortcut in (True, False):
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, identity_block(inputs, (3, 3), norm=False, shortcut=shortcut))
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    apart = float(np.abs(ops.convert_to_numpy(model(pixels)) - pixels).max())
    print(f"{'residual' if shortcut else 'plain':8} block, all weights zero: output and input differ by {apart:.2f}")

# %% [markdown]
# The plain block has lost the picture, and what comes after it can do nothing about that.
#
# ## When the shape changes
#
# Every so often a network halves the picture and widens the channels, and then $x_l$ and $F_l$ cannot be added. He
# and others let the shortcut change the shape in the cheapest way: a **projection shortcut** $P$, a $1 \times 1$
# convolution with the same stride $s$ and $D$ filters.
#
# $$x_{l+1} = \operatorname{ReLU}\big( P x_l + F_l(x_l) \big), \qquad H' = \lceil H / s \rceil, \quad
# W' = \lceil W / s \rceil .$$
#
# The projection is followed by a norm of its own where there are norms, and by no ReLU. On the main path it is the
# *first* convolution that strides, as in the paper. (In a bottleneck that is a $1 \times 1$, which then looks at one
# pixel in four and skips three. A later variant strides in the $3 \times 3$ instead, at the price of more work for the
# first convolution: with it ResNet-50 has some 6% more multiply-adds. Libraries differ here, so weights that fit are
# not enough.) A plain network has no shortcut, so it has no projection either.


# %% exercise: convolutional_block
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    """A residual block that may change the number of channels and the size of the picture.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown.
        filters: two or three ints as for identity_block; the last, D, may be any number >= 1.
        stride: int >= 1, of the first convolution of the main path and of the projection.
        norm: whether batch normalisation follows each convolution, the projection among them.
        shortcut: whether the projection of x is added. Without, there is no projection.

    Returns:
        symbolic tensor (N, ceil(H / stride), ceil(W / stride), D), with its last ReLU. All convolutions have a bias,
        "same" padding and Keras's own settings otherwise, as have the norms. About 12 lines.

    Raises:
        ValueError: there are not two or three filters; with either setting of shortcut.
    """
    ### BEGIN SOLUTION
    sizes = {2: (3, 3), 3: (1, 3, 1)}.get(len(filters))
    if sizes is None:
        raise ValueError(f"filters must be two or three. Received: {filters}")

    def conv(y, count, size, step):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = conv(x, filters[0], sizes[0], stride)
    for count, size in zip(filters[1:], sizes[1:], strict=True):
        y = conv(layers.ReLU()(y), count, size, 1)
    if shortcut:
        y = layers.Add()([conv(x, filters[-1], 1, stride), y])
    return layers.ReLU()(y)
    ### END SOLUTION


# %% test: convolutional_block, points=2
model = convolutional_model((1, 1, 2), (2, 3), 1, norm=False)
dd.check.equal(model.output_shape, (None, 1, 1, 3), what="the output shape for x (N, 1, 1, 2)", why="D is 3")
due = (9 * 2 * 2 + 2) + (9 * 2 * 3 + 3) + (2 * 3 + 3)
why = "kernels (3, 3, 2, 2), (3, 3, 2, 3) and, for the projection, (1, 1, 2, 3), with biases"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
model = convolutional_model((5, 6, 4), (2, 3, 8), 2)
dd.check.equal(model.output_shape, (None, 3, 3, 8), what="the output shape for x (N, 5, 6, 4) and a stride of 2")
due = (4 * 2 + 2) + (9 * 2 * 3 + 3) + (3 * 8 + 8) + (4 * 8 + 8) + 4 * (2 + 3 + 8 + 8)
dd.check.equal(model.count_params(), due, what="the number of parameters", why="four convolutions, four norms")
model = convolutional_model((5, 6, 4), (2, 3, 8), 2, shortcut=False)
due = (4 * 2 + 2) + (9 * 2 * 3 + 3) + (3 * 8 + 8) + 4 * (2 + 3 + 8)
dd.check.equal(model.count_params(), due, what="the number of parameters without shortcut", why="no projection")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(520)


def by_hand(x, filters, stride, norm, shortcut):
    y = x.astype(float)
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = convolved(np.maximum(y, 0) if i else y, filters[i], size, norm, 1 if i else stride)
    return np.maximum(convolved(x, filters[-1], 1, norm, stride) + y if shortcut else y, 0)


for shape, filters, stride, norm, shortcut in (
    ((5, 4, 3), (4, 6), 2, True, True),
    ((6, 5, 2), (3, 2, 5), 2, False, True),
    ((7, 4, 1), (2, 1), 3, True, False),
    ((2, 3, 4), (1, 3, 4), 1, True, True),
    ((1, 4, 2), (3, 2), 2, False, True),
):
    x = rng.normal(size=(2, *shape)).astype("float32")
    what = f"the output for x {x.shape}, filters {filters}, stride {stride}, norm={norm}, shortcut={shortcut}"
    model = convolutional_model(shape, filters, stride, norm=norm, shortcut=shortcut)
    due = by_hand(x, filters, stride, norm, shortcut)
    y = model(x)
    dd.check.shape(y, due.shape, what=what)
    # The norm's epsilon, 0.001 by default, is left out above: next to a variance of 4 it changes 1 in 8,000.
    dd.check.close(y, due, rtol=1e-3, atol=1e-3, what=what, why="ReLU(P x + F(x)), the first one strides")
    why = "all but filters, sizes, strides and padding is as Keras has it, a bias too"
    dd.check.equal(changed_settings(model), [], what="the list of settings not Keras's own", why=why)
for filters in ((3,), (2, 2, 2, 3), (3, 3, 3, 3)):
    for shortcut in (True, False):
        with dd.check.raises(ValueError, why=f"a block has two or three convolutions, not {len(filters)}"):
            convolutional_model((4, 4, 3), filters, 1, shortcut=shortcut)
### END HIDDEN TESTS

# %% mistakes: convolutional_block
# - replace: conv(x, filters[-1], 1, stride), y])
#   with: conv(x, filters[-1], 3, stride), y])
#   hint: "Your projection is 3×3. It is to do as little as possible: one pixel at a time, 1×1."
# - replace: conv(x, filters[-1], 1, stride), y])
#   with: conv(x, filters[-1], 1, 1), y])
#   hint: "The projection does not stride, so its picture is larger than the main path's."
# - replace: conv(x, filters[-1], 1, stride), y])
#   with: layers.ReLU()(conv(x, filters[-1], 1, stride)), y])
#   hint: "There is a ReLU on the shortcut. It passes on nothing negative then; only the sum gets one."
# - replace: conv(x, filters[-1], 1, stride), y])
#   with: layers.Conv2D(filters[-1], 1, strides=stride, padding="same")(x), y])
#   hint: "The projection lacks the norm that every other convolution has."
# - replace: conv(x, filters[-1], 1, stride), y])
#   with: conv(y, filters[-1], 1, 1), y])
#   hint: "You project the main path's output. The shortcut starts from x."
# - replace: "    if shortcut:\n        y"
#   with: "    if True:\n        y"
#   hint: "x is projected and added whatever shortcut says."
# - replace: return layers.BatchNormalization()(y) if norm else y
#   with: return layers.BatchNormalization()(y)
#   hint: "There are norms whatever norm says."
# - replace: |-
#     y = conv(x, filters[0], sizes[0], stride)
#         for count, size in zip(filters[1:], sizes[1:], strict=True):
#             y = conv(layers.ReLU()(y), count, size, 1)
#   with: |-
#     y = conv(x, filters[0], sizes[0], 1)
#         for count, size in zip(filters[1:], sizes[1:], strict=True):
#             y = conv(layers.ReLU()(y), count, size, stride if size == 3 and count == filters[1] else 1)
#   hint: "The stride is at the second convolution. Here it is the first one that strides, as in the paper."
# - replace: y = conv(layers.ReLU()(y), count, size, 1)
#   with: y = conv(layers.ReLU()(y), count, size, stride)
#   hint: "Every convolution of the main path strides. One of them is enough."
# - replace: y = conv(layers.ReLU()(y), count, size, 1)
#   with: y = conv(y, count, size, 1)
#   hint: "Between the convolutions there is no ReLU."
# - replace: return layers.ReLU()(y)
#   with: return y
#   hint: "The ReLU after the sum is missing."
# - replace: |-
#     if sizes is None:
#             raise ValueError(f"filters must be two or three. Received: {filters}")
#   with: |-
#     if sizes is None:
#             sizes = (3,) * len(filters)
#   hint: "Blocks of one or four convolutions get through."
# - replace: y = layers.Conv2D(count, size, strides=step, padding="same")(y)
#   with: y = layers.Conv2D(count, size, strides=step, padding="same", use_bias=False)(y)
#   hint: "Your convolutions have no bias. (Before a norm it is indeed of no use, but the docstring counts on it.)"
# - replace: y = layers.Conv2D(count, size, strides=step, padding="same")(y)
#   with: y = layers.Conv2D(count, size, strides=step, padding="same", use_bias=not norm)(y)
#   hint: "Where there are norms your convolutions have no bias, as is usual. Here all have one, whatever norm says."


# %% mistake: convolutional_block
# hint: "In a bottleneck you stride in the 3×3, as the later variant does. Here it is the first one that strides."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = conv(x, filters[0], 3, stride) if len(filters) == 2 else conv(x, filters[0], 1)
    y = conv(layers.ReLU()(y), filters[1], 3, 1 if len(filters) == 2 else stride)
    if len(filters) == 3:
        y = conv(layers.ReLU()(y), filters[2], 1)
    if shortcut:
        y = y + conv(x, filters[-1], 1, stride)
    return layers.ReLU()(y)


# %% mistake: convolutional_block
# hint: "The last convolution of your main path strides. Here it is the first one that strides, as in the paper."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y, last = x, len(filters) - 1
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = conv(layers.ReLU()(y) if i else y, filters[i], size, stride if i == last else 1)
    return layers.ReLU()(y + conv(x, filters[-1], 1, stride) if shortcut else y)


# %% mistake: convolutional_block
# hint: "Four filters get through, and the last one is used by the projection alone. There are two or three."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) < 2:
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1), strict=False)):
        y = conv(layers.ReLU()(y) if i else y, count, size, 1 if i else stride)
    return layers.ReLU()(y + conv(x, filters[-1], 1, stride) if shortcut else y)


# %% mistake: convolutional_block
# hint: "You stride by 2 whatever stride is. That is usual, but here the caller decides."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = conv(layers.ReLU()(y), filters[i], size) if i else conv(y, filters[i], size, 2)
    return layers.ReLU()(y + conv(x, filters[-1], 1, 2) if shortcut else y)


# %% mistake: convolutional_block
# hint: "There is a ReLU on the shortcut and on the main path, and none after the sum. Only the sum gets one."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def unit(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.ReLU()(layers.BatchNormalization()(y) if norm else y)

    y = x
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = unit(y, filters[i], size, 1 if i else stride)
    return y + unit(x, filters[-1], 1, stride) if shortcut else y


# %% mistake: convolutional_block
# hint: "Without shortcut you return the projection. It is the main path that stays."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y, side = x, conv(x, filters[-1], 1, stride)
    for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = conv(layers.ReLU()(y), filters[i], size) if i else conv(y, filters[i], size, stride)
    return layers.ReLU()(y + side if shortcut else side)


# %% mistake: convolutional_block
# hint: "You shrink the shortcut by pooling. A projection strides: it takes one pixel in s and skips the others."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    sizes = (3, 3) if len(filters) == 2 else (1, 3, 1)
    y = conv(x, filters[0], sizes[0], stride)
    for count, size in zip(filters[1:], sizes[1:], strict=True):
        y = conv(layers.ReLU()(y), count, size)
    if shortcut:
        y = y + conv(layers.AveragePooling2D(stride, padding="same")(x), filters[-1], 1)
    return layers.ReLU()(y)


# %% mistake: convolutional_block
# hint: "Where C and D agree you leave the projection out. This block always has one; the other one has none."
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError(filters)

    def conv(y, count, size, step=1):
        y = layers.Conv2D(count, size, strides=step, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    sizes = (3, 3) if len(filters) == 2 else (1, 3, 1)
    y = conv(x, filters[0], sizes[0], stride)
    for count, size in zip(filters[1:], sizes[1:], strict=True):
        y = conv(layers.ReLU()(y), count, size)
    if shortcut:
        y = y + (x if x.shape[1:] == y.shape[1:] else conv(x, filters[-1], 1, stride))
    return layers.ReLU()(y)


# %% equivalents: convolutional_block
# - replace: y = conv(x, filters[0], sizes[0], stride)
#   with: y = conv(x, filters[0], sizes[-1], stride)
#   reason: "The first and the last convolution are of one size, in either block."


# %% accepts: convolutional_block
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    # The projection first; a 1×1 that strides is a slice before one that does not.
    sizes = [3] * 2 if len(filters) == 2 else [1, 3, 1]
    side = x
    if shortcut:
        side = layers.Conv2D(filters[-1], 1)(x[:, ::stride, ::stride, :])
        if norm:
            side = layers.BatchNormalization()(side)
    for i, (count, size) in enumerate(zip(filters, sizes, strict=True)):
        x = layers.Conv2D(count, size, strides=stride if i == 0 else 1, padding="same")(x)
        if norm:
            x = layers.BatchNormalization()(x)
        if i + 1 < len(filters):
            x = ops.relu(x)
    return layers.Activation("relu")(layers.add([x, side]) if shortcut else x)


# %% [markdown]
# ## What a bottleneck saves
#
# Two $3 \times 3$ convolutions on 256 channels, or a **bottleneck**: down to 64 channels by a $1 \times 1$, the
# $3 \times 3$ there, and up again by a $1 \times 1$. Counted as on Day 50, on a picture of $56 \times 56$: a
# convolution with kernel $(f, f, C, D)$ has $f^2 C D + D$ parameters and does $f^2 C D$ multiply-adds at each of the
# $H' W'$ places that it gives. A norm has 4 numbers a channel, of which 2 are trained and 2 are running averages; its
# work, and ReLU's, is not counted.

# %% demo


def multiply_adds(model):
    """Multiply-adds of a model's convolutions and dense layers for one picture."""
    total = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            total += math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
    return total


costs = {}
for name, filters in (("basic", (256, 256)), ("bottleneck", (64, 64, 256))):
    inputs = keras.Input((56, 56, 256))
    model = keras.Model(inputs, identity_block(inputs, filters))
    costs[name] = model.count_params(), multiply_adds(model)
    print(f"{name:10} {filters!s:15} {costs[name][0]:10,d} parameters {costs[name][1]:14,d} multiply-adds")
assert costs == {"basic": (1_182_208, 3_699_376_128), "bottleneck": (71_552, 218_365_952)}

# %% [markdown]
# A seventeenth of both, for a block that is a layer deeper.
#
# ## ResNet-50
#
# A residual network is a **stem**, stages of blocks, and a head. Each stage opens with a convolutional block, which
# sets the stage's size and width, and goes on with identity blocks. The first stage keeps the size (stride 1), each
# later one halves it (stride 2). The head is global average pooling (Day 50) and one dense layer, whose logits we
# leave as they are. The layout of ResNet-50, for pictures of $224 \times 224$:
#
# | part | what | blocks | output |
# |---|---|---|---|
# | stem | $7 \times 7$ convolution, 64 filters, stride 2, norm, ReLU | | $112 \times 112 \times 64$ |
# | | $3 \times 3$ max pooling, stride 2 | | $56 \times 56 \times 64$ |
# | stage 0 | filters $(64, 64, 256)$ | 3 | $56 \times 56 \times 256$ |
# | stage 1 | filters $(128, 128, 512)$ | 4 | $28 \times 28 \times 512$ |
# | stage 2 | filters $(256, 256, 1024)$ | 6 | $14 \times 14 \times 1024$ |
# | stage 3 | filters $(512, 512, 2048)$ | 3 | $7 \times 7 \times 2048$ |
# | head | global average pooling, dense layer | | $1000$ |
#
# Count the layers with weights on the main path: $1 + 3 \cdot (3 + 4 + 6 + 3) + 1 = 50$. For small pictures such a
# stem would throw too much away at once, so there is a **small** one: a single $3 \times 3$ convolution at stride 1
# with norm and ReLU, and no pooling. Either stem has as many filters as the first convolution of stage 0.


# %% exercise: build_resnet
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    """A residual network, from a list of its stages.

    Args:
        input_shape: (height, width, channels) of a picture.
        num_classes: K.
        stages: list of tuples (filters, blocks): filters as for the blocks, and how many blocks the stage has, >= 1.
        small: whether the stem is the one for small pictures.
        norm, shortcut: as for the blocks; norm holds for the stem as well.

    Returns:
        keras.Model, not compiled, from pictures (N, height, width, channels) to logits (N, K). Convolutions have biases
        and "same" padding, and so has the pooling. About 14 lines.
    """
    ### BEGIN SOLUTION
    inputs = keras.Input(input_shape)
    width = stages[0][0][0]
    stem = layers.Conv2D(width, 3 if small else 7, strides=1 if small else 2, padding="same")
    x = stem(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 2 if stage > 0 else 1, norm, shortcut)
        for _ in range(blocks - 1):
            x = identity_block(x, filters, norm, shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))
    ### END SOLUTION


# %% fixture
def filled_resnet(*settings, **switches):
    """What build_resnet gives, with weights that are drawn."""
    return filled(build_resnet(*settings, **switches))


# %% test: build_resnet, points=3
model = build_resnet((16, 12, 3), 5, [((4, 4), 1), ((6, 6), 2)], small=True)
dd.check.kind(model, keras.Model, what="build_resnet(…)")
dd.check.equal(model.output_shape, (None, 5), what="the output shape", why="a logit a class")
stem = 27 * 4 + 4 + 16
first = 2 * (9 * 16 + 4) + (16 + 4) + 3 * 16
second = (9 * 24 + 6) + (9 * 36 + 6) + (24 + 6) + 3 * 24 + 2 * (9 * 36 + 6) + 2 * 24
due = stem + first + second + 6 * 5 + 5
dd.check.equal(model.count_params(), due, what="the number of parameters", why="stem, two stages, head")
model = build_resnet((16, 12, 3), 5, [((4, 4), 1), ((6, 6), 2)], small=True, norm=False, shortcut=False)
due += -16 - 3 * 16 - 20 - 3 * 24 - 2 * 24 - 30
dd.check.equal(model.count_params(), due, what="the number of parameters, plain", why="no norms and no projections")
model = build_resnet((32, 32, 3), 5, [((4, 4, 8), 1)])
due = (147 * 4 + 4 + 16) + (20 + 148 + 40 + 40 + 4 * 24) + 45
dd.check.equal(model.count_params(), due, what="the number of parameters, large stem", why="it begins with 7×7")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(521)


def pooled(x):
    """Max pooling 3×3 at stride 2; zeros around do no harm, since nothing is negative."""
    outputs = [-(-n // 2) for n in x.shape[1:3]]
    zeros = [max((out - 1) * 2 + 3 - n, 0) for out, n in zip(outputs, x.shape[1:3], strict=True)]
    padded = np.pad(x, [(0, 0), *((total // 2, total - total // 2) for total in zeros), (0, 0)])
    y = np.empty((len(x), *outputs, x.shape[-1]))
    for i, j in np.ndindex(*outputs):
        y[:, i, j] = padded[:, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max((1, 2))
    return y


def by_hand(x, num_classes, stages, small, norm, shortcut):
    width = stages[0][0][0]
    x = np.maximum(convolved(x.astype(float), width, 3, norm) if small else convolved(x, width, 7, norm, 2), 0)
    x = x if small else pooled(x)
    for stage, (filters, blocks) in enumerate(stages):
        for block in range(blocks):
            y, stride = x, 2 if stage and not block else 1
            for i, size in enumerate((3, 3) if len(filters) == 2 else (1, 3, 1)):
                y = convolved(np.maximum(y, 0), filters[i], size, norm, 1 if i else stride)
            if shortcut:
                y = y + (x if block else convolved(x, filters[-1], 1, norm, stride))
            x = np.maximum(y, 0)
    return x.mean((1, 2)) @ drawn("kernel", (x.shape[-1], num_classes)) + drawn("bias", (num_classes,))


for shape, num_classes, stages, switches in (
    ((9, 7, 2), 3, [((3, 4), 1), ((2, 5), 2)], {"small": True}),
    ((21, 18, 1), 4, [((2, 3, 5), 2)], {}),
    ((5, 6, 3), 1, [((2, 2), 1), ((4, 3), 1), ((2, 5), 2)], {"small": True, "norm": False}),
    ((11, 8, 3), 2, [((4, 1, 3), 2)], {"norm": False, "shortcut": False}),
):
    x = rng.normal(size=(2, *shape)).astype("float32")
    what = f"the output for input_shape {shape}, stages {stages}, {switches or 'no switches'}"
    model = filled_resnet(shape, num_classes, stages, **switches)
    all_switches = {"small": False, "norm": True, "shortcut": True} | switches
    due = by_hand(x, num_classes, stages, **all_switches)
    y = model(x)
    dd.check.shape(y, due.shape, what=what, why="a logit a class")
    dd.check.close(y, due, rtol=1e-3, atol=2e-3, what=what, why="stem, stages, head, with the weights given")
    assert not model.compiled, "the model is not compiled, so that the caller chooses optimizer and loss"
### END HIDDEN TESTS

# %% mistakes: build_resnet
# - replace: 2 if stage > 0 else 1, norm, shortcut)
#   with: 2, norm, shortcut)
#   hint: "Your first stage halves the picture as well. It keeps the size, since the stem has just reduced it."
# - replace: 2 if stage > 0 else 1, norm, shortcut)
#   with: 1, norm, shortcut)
#   hint: "No stage halves the picture, so the last ones compute on all of it."
# - replace: "for _ in range(blocks - 1):"
#   with: "for _ in range(blocks):"
#   hint: "Your stages have a block too many: the convolutional block is one of them."
# - replace: |-
#     x = convolutional_block(x, filters, 2 if stage > 0 else 1, norm, shortcut)
#             for _ in range(blocks - 1):
#                 x = identity_block(x, filters, norm, shortcut)
#   with: |-
#     for block in range(blocks):
#                 x = convolutional_block(x, filters, 2 if stage > 0 and block == 0 else 1, norm, shortcut)
#   hint: "Every block of yours has a projection. Only the first one of a stage needs it."
# - replace: |-
#     x = convolutional_block(x, filters, 2 if stage > 0 else 1, norm, shortcut)
#   with: |-
#     x = convolutional_block(x, filters, 2 if stage > 0 else 1, norm)
#   hint: "The convolutional blocks are not told of shortcut."
# - replace: |-
#     x = identity_block(x, filters, norm, shortcut)
#   with: |-
#     x = identity_block(x, filters, norm)
#   hint: "The identity blocks are not told of shortcut."
# - replace: |-
#     x = identity_block(x, filters, norm, shortcut)
#   with: |-
#     x = identity_block(x, filters)
#   hint: "The identity blocks are not told of norm and shortcut."
# - replace: |-
#     x = identity_block(x, filters, norm, shortcut)
#   with: |-
#     x = identity_block(x, filters, shortcut, norm)
#   hint: "The identity blocks take your shortcut for norm and your norm for shortcut."
# - replace: "    if norm:\n"
#   with: "    if False:\n"
#   hint: "The stem's convolution has no norm after it."
# - replace: strides=1 if small else 2, padding="same")
#   with: strides=1 if small else 2)
#   hint: "The stem's convolution is not padded, so that the picture loses its border before anything has begun."
# - replace: "    if norm:\n"
#   with: "    if True:\n"
#   hint: "The stem has a norm whatever norm says."
# - replace: |-
#     if norm:
#             x = layers.BatchNormalization()(x)
#         x = layers.ReLU()(x)
#   with: |-
#     if norm:
#             x = layers.BatchNormalization()(x)
#   hint: "After the stem's convolution there is no ReLU."
# - replace: stages[0][0][0]
#   with: stages[0][0][-1]
#   hint: "The stem is as wide as the last convolution of stage 0. It is as wide as the first."
# - replace: stages[0][0][0]
#   with: "64"
#   hint: "Your stem has 64 filters always. That is ResNet-50's number, and it follows from the stages."
# - replace: "    if not small:\n"
#   with: "    if False:\n"
#   hint: "The large stem ends with max pooling."
# - replace: "    if not small:\n"
#   with: "    if True:\n"
#   hint: "The small stem has no pooling."
# - replace: 3 if small else 7, strides=1 if small else 2
#   with: 3 if small else 7, strides=1
#   hint: "The convolution of the large stem strides by 2."
# - replace: 3 if small else 7, strides=1 if small else 2
#   with: 7, strides=1 if small else 2
#   hint: "The small stem's convolution is 3×3."
# - replace: layers.GlobalAveragePooling2D()(x)
#   with: layers.Flatten()(x)
#   hint: "You flatten the last maps. The head takes the mean of each."
# - replace: layers.GlobalAveragePooling2D()(x)
#   with: layers.GlobalMaxPooling2D()(x)
#   hint: "You take the maximum of each map. The head takes the mean."
# - replace: layers.Dense(num_classes)(x)
#   with: layers.Dense(num_classes, activation="softmax")(x)
#   hint: "You give probabilities. Logits are due, as they leave the dense layer."
# - replace: layers.MaxPooling2D(3, strides=2, padding="same")(x)
#   with: layers.MaxPooling2D(2, strides=2, padding="same")(x)
#   hint: "The pooling of the stem looks at 3×3 pixels, which overlap at a stride of 2."
# - replace: layers.MaxPooling2D(3, strides=2, padding="same")(x)
#   with: layers.MaxPooling2D(3, strides=2)(x)
#   hint: "The stem's pooling is not padded, as its convolution is, and the picture loses its border."
# - replace: strides=1 if small else 2, padding="same")
#   with: strides=1 if small else 2, padding="same", use_bias=not norm)
#   hint: "Where there are norms the stem's convolution has no bias. It is to have one, as those of the blocks."


# %% accepts: build_resnet
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    # A list of functions to go through, the mean by an operation.
    switches = {"norm": norm, "shortcut": shortcut}
    (first, *_), _ = stages[0]
    path = [layers.Conv2D(first, 3, padding="same") if small else layers.Conv2D(first, 7, 2, padding="same")]
    path += [layers.BatchNormalization()] if norm else []
    path += [layers.Activation("relu")]
    path += [] if small else [layers.MaxPool2D(pool_size=3, strides=2, padding="same")]
    x = inputs = keras.Input(tuple(input_shape))
    for step in path:
        x = step(x)
    stride = 1
    for filters, blocks in stages:
        x = convolutional_block(x, filters, stride, **switches)
        left = blocks - 1
        while left > 0:
            x = identity_block(x, filters, **switches)
            left -= 1
        stride = 2
    return keras.Model(inputs, layers.Dense(num_classes)(ops.mean(x, axis=(1, 2))))


# %% [markdown]
# Is it the network of the paper? Keras has one, `keras.applications.ResNet50(weights=None)`, with 25,636,712
# parameters, of which 53,120 are running averages. Ours agrees. (Two numbers are in use: other libraries leave out the
# biases before the norms, which a norm takes off again, and do not count running averages; that makes 25,557,032.)

# %% demo
FIFTY = [((64, 64, 256), 3), ((128, 128, 512), 4), ((256, 256, 1024), 6), ((512, 512, 2048), 3)]
model = build_resnet((224, 224, 3), 1000, FIFTY)  # takes a few seconds
trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
biases = sum(math.prod(layer.bias.shape) for layer in model.layers if isinstance(layer, layers.Conv2D))
print(f"parameters     {model.count_params():>13,d}, of which running averages {model.count_params() - trained:,d}")
print(f"without biases before norms, and without running averages {trained - biases:,d}")
print(f"multiply-adds  {multiply_adds(model):>13,d}")
assert model.count_params() == 25_636_712 and trained - biases == 25_557_032
del model

# %% [markdown]
# Some 3.86 billion multiply-adds for one picture; the paper says 3.8 billion.
#
# ## The gauge
#
# What does each layer learn from? Its step is proportional to the gradient along its kernel, so we measure the length
# of that gradient, layer by layer:
#
# $$g_l = \Big\lVert \frac{\partial L}{\partial w_l} \Big\rVert_2 = \sqrt{\text{sum of the squares of its entries}} .$$
#
# The loss is the mean cross-entropy over the batch, from logits (Day 24). It has to be the gradient that *training*
# would see, so the model is called as in training; in passing, norms then move their running averages (Day 33), and a
# gauge may not change what it measures.
#
# **By hand.** A single dense layer from two inputs to two logits without bias, its kernel zero. For $x = (3, 4)$ of
# class 0 the probabilities are $(\frac12, \frac12)$, the slope along the logits is $(-\frac12, \frac12)$ (Day 5), and
#
# $$\frac{\partial L}{\partial w_1} = \begin{pmatrix} 3 \\ 4 \end{pmatrix} \begin{pmatrix} -\tfrac12 & \tfrac12
# \end{pmatrix}, \qquad g_1 = 5 \cdot \sqrt{\tfrac12} \approx 3.54 .$$


# %% exercise: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    """How long the gradient of the loss is along each kernel.

    Args:
        model: keras.Model from x to logits (N, K); its `layers` are Keras's own, none of them is frozen, and of those
            with a kernel each is a Conv2D or a Dense.
        x: float32 array, a batch of inputs, N >= 1.
        y: int array (N,), class numbers.

    Returns:
        float array (n,), one entry for each Conv2D and each Dense layer, in the order of `model.layers`. The loss is
        the mean cross-entropy of the batch, and the model acts as in training. Afterwards the model is what it was:
        all weights, running averages too.
    """
    ### BEGIN SOLUTION
    before = model.get_weights()
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, layers.Conv2D | layers.Dense)]
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True)
        loss = ops.mean(losses)
    gradients = tape.gradient(loss, kernels)
    model.set_weights(before)
    return np.array([float(ops.sqrt(ops.sum(ops.square(gradient)))) for gradient in gradients])
    ### END SOLUTION


# %% fixture
def one_dense(kernel):
    """A model of one dense layer without bias."""
    model = keras.Sequential([keras.Input((len(kernel),)), layers.Dense(np.shape(kernel)[1], use_bias=False)])
    model.set_weights([np.asarray(kernel)])
    return model


def small_network(norm, num_classes, seed):
    """Two convolutions, of 3 and 4 filters, and a dense layer, for pictures (5, 4, 2); weights are drawn."""
    steps = [keras.Input((5, 4, 2)), layers.Conv2D(3, 3, padding="same", name="first")]
    steps += [layers.BatchNormalization(name="norm")] if norm else []
    steps += [layers.ReLU(name="relu"), layers.Conv2D(4, (2, 3), strides=2, name="second")]
    steps += [layers.Dropout(0.0, name="none"), layers.Flatten(name="flat"), layers.Dense(num_classes, name="last")]
    model = keras.Sequential(steps)
    rng = np.random.default_rng(seed)
    old = model.get_weights()
    model.set_weights([rng.uniform(0.2, 1, w.shape) if w.ndim == 1 else rng.normal(size=w.shape) for w in old])
    return model


def weights_of(model):
    return model.get_weights()


def norms_by_a_step(model, x, y):
    """How far plain descent at a rate of 1 takes each kernel: as far as its gradient is long. It is taken back."""
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    before, starts = model.get_weights(), [ops.convert_to_numpy(kernel).copy() for kernel in kernels]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(1.0), loss, run_eagerly=True)
    model.train_on_batch(np.asarray(x), np.asarray(y))
    steps = [ops.convert_to_numpy(kernel) - start for kernel, start in zip(kernels, starts, strict=True)]
    model.set_weights(before)
    return [float(np.linalg.norm(step.ravel().astype(float))) for step in steps]


# %% test: gradient_norm_by_depth, points=3
model = one_dense(np.zeros((2, 2)))
x, y = np.array([[3.0, 4.0]], dtype="float32"), np.array([0])
with dd.check.unchanged([x, y]):
    norms = gradient_norm_by_depth(model, x, y)
why = "this is the example worked by hand"
dd.check.like(norms, np.array([5 * math.sqrt(0.5)]), rtol=1e-5, what="the norms", why=why)
rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 4, 2)).astype("float32"), rng.integers(0, 3, 6)
model = small_network(False, 3, 0)
due = norms_by_a_step(model, x, y)
before = weights_of(model)
norms = gradient_norm_by_depth(model, x, y)
dd.check.shape(norms, (3,), what="the norms", why="two convolutions and a dense layer")
why = "a step of plain descent at a rate of 1 is as long as the gradient"
dd.check.close(norms, due, rtol=1e-3, what="the norms", why=why)
for old, new in zip(before, weights_of(model), strict=True):
    dd.check.close(new, old, rtol=0, atol=0, what="a weight of the model", why="the model is as it was")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(522)
for m, inputs, num_classes in ((5, 3, 4), (1, 4, 2), (7, 1, 3)):
    kernel = rng.normal(size=(inputs, num_classes))
    x, y = rng.normal(size=(m, inputs)).astype("float32"), rng.integers(0, num_classes, m)
    logits = x @ kernel
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    due = np.linalg.norm(x.T @ (probs - np.eye(num_classes)[y]) / m)
    norms = gradient_norm_by_depth(one_dense(kernel), x, y)
    dd.check.like(norms, np.array([due]), rtol=1e-4, what=f"the norm for x {x.shape}", why="x^T (p - onehot) / m")
for norm, m, num_classes, dtype in ((True, 5, 4, "int64"), (False, 1, 3, "uint8"), (True, 3, 2, "int32")):
    x, y = rng.normal(size=(m, 5, 4, 2)).astype("float32"), rng.integers(0, num_classes, m).astype(dtype)
    model = small_network(norm, num_classes, m)
    due = norms_by_a_step(model, x, y)
    before = weights_of(model)
    norms = gradient_norm_by_depth(model, x, y)
    what = f"the norms of a model {'with' if norm else 'without'} a norm for {m} pictures"
    dd.check.shape(norms, (3,), what=what, why="norms and ReLU have no kernel")
    dd.check.close(norms, due, rtol=2e-3, what=what, why="as in training, of the mean loss, in the order of the layers")
    for old, new in zip(before, weights_of(model), strict=True):
        dd.check.close(new, old, rtol=0, atol=0, what="a weight of the model", why="the gauge leaves it as it was")
    dd.check.close(gradient_norm_by_depth(model, x, y), norms, rtol=1e-6, what="the norms, measured again")
sure = one_dense(np.array([[200.0, 0.0], [0.0, 0.0]]))
far = gradient_norm_by_depth(sure, np.array([[1.0, 1.0]], "float32"), np.array([1]))
dd.check.close(far, [2.0], rtol=1e-5, what="the norm where the model is sure and wrong", why="slopes of 1 and -1 each")
### END HIDDEN TESTS

# %% mistakes: gradient_norm_by_depth
# - replace: "training=True"
#   with: "training=False"
#   hint: "The model is not called as in training, so norms use their running averages and the gradient is another."
# - replace: "    model.set_weights(before)\n"
#   with: ""
#   hint: "The call as in training has moved the norms' running averages, and you leave them so."
# - replace: float(ops.sqrt(ops.sum(ops.square(gradient))))
#   with: float(ops.sum(ops.square(gradient)))
#   hint: "You give squares of lengths; the root is missing."
# - replace: float(ops.sqrt(ops.sum(ops.square(gradient))))
#   with: float(ops.sqrt(ops.mean(ops.square(gradient))))
#   hint: "You average the squares, which makes large kernels look as if they got less. A length sums them."
# - replace: float(ops.sqrt(ops.sum(ops.square(gradient))))
#   with: float(ops.max(ops.abs(gradient)))
#   hint: "You give the largest entry. The length of the whole gradient is due."
# - replace: float(ops.sqrt(ops.sum(ops.square(gradient))))
#   with: float(ops.sum(ops.abs(gradient)))
#   hint: "You add up absolute values, the 1-norm. The 2-norm is due."
# - replace: loss = ops.mean(losses)
#   with: loss = ops.sum(losses)
#   hint: "You differentiate the sum over the batch. The loss is the mean."
# - replace: "from_logits=True"
#   with: "from_logits=False"
#   hint: "The loss takes the logits for probabilities."
# - replace: isinstance(layer, layers.Conv2D | layers.Dense)
#   with: isinstance(layer, layers.Conv2D)
#   hint: "Dense layers have a kernel too, and are left out."
# - replace: "for gradient in gradients])"
#   with: "for gradient in gradients[::-1]])"
#   hint: "Your norms come from the last layer to the first. The order is that of model.layers."
# - replace: float(ops.sqrt(ops.sum(ops.square(gradient)))) for gradient in gradients
#   with: float(ops.sqrt(ops.sum(ops.square(kernel)))) for kernel in kernels
#   hint: "You measure the kernels. Their gradients are due."


# %% mistake: gradient_norm_by_depth
# hint: "You measure biases and norms as well. There is one entry for each kernel of a Conv2D or Dense layer."
def gradient_norm_by_depth(model, x, y):
    before = model.get_weights()
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True)
        loss = ops.mean(losses)
    gradients = tape.gradient(loss, model.trainable_weights)
    model.set_weights(before)
    return np.array([float(ops.sqrt(ops.sum(ops.square(gradient)))) for gradient in gradients])


# %% mistake: gradient_norm_by_depth
# hint: "You take kernel and biases of a layer together. The entry is of the kernel alone."
def gradient_norm_by_depth(model, x, y):
    before = model.get_weights()
    chosen = [layer.trainable_weights for layer in model.layers if hasattr(layer, "kernel")]
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True)
        loss = ops.mean(losses)
    groups = tape.gradient(loss, chosen)
    model.set_weights(before)
    return np.array([float(ops.sqrt(sum(ops.sum(ops.square(each)) for each in group))) for group in groups])


# %% mistake: gradient_norm_by_depth
# hint: "You take a step to read the gradient off, and leave the model changed."
def gradient_norm_by_depth(model, x, y):
    chosen = [layer for layer in model.layers if hasattr(layer, "kernel")]
    before = [layer.get_weights()[0] for layer in chosen]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(1.0), loss, run_eagerly=True)
    model.train_on_batch(x, y)
    after = [layer.get_weights()[0] for layer in chosen]
    return np.array([np.linalg.norm((new - old).ravel()) for new, old in zip(after, before, strict=True)])


# %% accepts: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    # The cross-entropy written out, the weights kept by the names of their layers.
    before = {layer.name: layer.get_weights() for layer in model.layers}
    chosen = [layer for layer in model.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]
    with tf.GradientTape(persistent=True) as tape:
        scores = model(ops.convert_to_tensor(x), training=True)
        truth = ops.one_hot(ops.cast(y, "int32"), scores.shape[-1])
        loss = -ops.sum(truth * ops.log_softmax(scores, axis=-1)) / len(x)
    lengths = []
    for layer in chosen:
        gradient = ops.convert_to_numpy(tape.gradient(loss, layer.kernel.value))
        lengths.append(np.linalg.norm(gradient.ravel()))
    for layer in model.layers:
        layer.set_weights(before[layer.name])
    return np.array(lengths, dtype=float)


# %% accepts: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    kernels = [layer.kernel for layer in twin.layers if hasattr(layer, "kernel")]
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_fn(y, twin(x, training=True))
    return np.array([float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)])


# %% [markdown]
# ## Put it together: twenty layers, plain and residual
#
# Degradation, on pictures of our own: the objects of the scenes, cut out and shrunk to $16 \times 16$ pixels, seven
# classes. Three stages of 8, 16 and 32 filters, three blocks each, two convolutions a block, and stem and head: twenty
# layers. No norms, so that nothing but the shortcut differs, and Keras's own initialization (Glorot's) for both. First
# the gauge, before any training. How long is the gradient at each depth? Drawn is, for each layer, the geometric mean
# over three starts.

# %% demo
TWENTY = [((8, 8), 3), ((16, 16), 3), ((32, 32), 3)]


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


(x_train, y_train), (x_test, y_test) = objects(1024, seed=0), objects(500, seed=1)
KINDS = {
    "plain": {"norm": False, "shortcut": False},
    "residual": {"norm": False, "shortcut": True},
    "plain, with norms": {"norm": True, "shortcut": False},
    "residual, with norms": {"norm": True, "shortcut": True},
}
gauged = {}
for name, switches in KINDS.items():
    logs = []
    for start in range(3):
        dd.seed(start)
        model = build_resnet((16, 16, 3), 7, TWENTY, small=True, **switches)
        norms = gradient_norm_by_depth(model, x_train[:32], y_train[:32])
        sizes = [layer.kernel.shape for layer in model.layers if hasattr(layer, "kernel")]
        main = [norm for norm, size in zip(norms, sizes, strict=True) if size[:2] != (1, 1)]  # projections left out
        logs.append(np.log10(main))
    gauged[name] = 10 ** np.mean(logs, axis=0)  # (20,)
    print(f"{name:20} layer 1: {gauged[name][0]:.1e}, layer 20: {gauged[name][-1]:.1e}")
fig, ax = plt.subplots()
for name, marker in zip(gauged, dd.plot.MARKERS, strict=False):
    ax.semilogy(range(1, 21), gauged[name], marker=marker, markersize=5, label=name)
ax.set(title="Gradient by depth before training, means of three starts", xlabel="layer", ylabel="norm of the gradient")
ax.set_xticks(range(2, 21, 2))
ax.legend()
dd.plot.show(
    "Norm of the gradient, on a logarithmic axis, for layers 1 to 20 of four networks. Plain lies about 0.00005 "
    "throughout. Residual lies about 0.1, a thousand times higher or more. With norms, plain falls from about 6 at "
    "layer 1 to 0.5 at layer 20, and residual lies between 0.5 and 4."
)

# %% [markdown]
# The plain network's kernels get a thousandth, or less, of what the residual one's get, and at every depth. Why is the
# line level, when a gradient is supposed to fade on its way back? Because a kernel's gradient is a product: of the
# slope that comes from behind, which fades towards layer 1, and of the layer's *input*, which fades towards layer 20.
# Each layer with Glorot's start and a ReLU passes on about half of the mean square either way, and the two together
# have passed all twenty, wherever you stand. With norms neither network starves. Their gradients are larger than the
# residual one's without, which Adam, dividing by their size (Day 29), does not mind.
#
# Now train. Both networks of twenty layers, the same pictures and batches, from one start of each, for three short
# epochs:

# %% demo
PLAIN, RESIDUAL = "plain, 20 layers", "residual, 20 layers"
record = dd.zoo.card("scenes_depth").extra["contenders"]
here = {}
for name, shortcut in ((PLAIN, False), (RESIDUAL, True)):
    dd.seed(5)
    model = build_resnet((16, 16, 3), 7, TWENTY, small=True, norm=False, shortcut=shortcut)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(record[name]["rate"]), loss, jit_compile=False)  # compiling would take longer
    here[name] = model.fit(x_train, y_train, batch_size=32, epochs=3, verbose=0).history["loss"]
    print(f"{name:20} {model.count_params():6,d} parameters, loss", *(f"{value:.3f}" for value in here[name]))
print(f"{'knowing nothing':20} {'':17}loss {math.log(7):.3f}")

# %% [markdown]
# One start proves little, and three epochs are not many. The rest takes a minute and a half of computing, which was
# done beforehand by `data/zoo/scenes_depth.py`, and is loaded: the same two networks and two others, five starts of
# each, six epochs. **Equal terms**: the same 1,024 pictures, the same number of steps, Adam for all, and for each
# network that one of three learning rates with which it did best from a start that is not among the five. The two
# others are a plain network of **eight** layers (one block a stage), and the plain twenty with **He's
# initialization**, which is made for ReLU (Day 31). How does the training loss fall, and how many of 500 new pictures
# are named rightly?

# %% demo
network = dd.zoo.load("scenes_depth")
loaded_accuracy = float((ops.convert_to_numpy(network(x_test)).argmax(axis=-1) == y_test).mean())
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), width_ratios=(3, 2))
for i, (name, entry) in enumerate(record.items()):
    losses = np.array([run["losses"] for run in entry["runs"]])  # (5, 6)
    accuracies = [run["accuracy"] for run in entry["runs"]]
    look = {"color": dd.plot.PALETTE[i], "linestyle": dd.plot.LINE_STYLES[i]}
    left.plot(range(1, 7), losses.T, linewidth=0.8, **look)
    left.plot(range(1, 7), losses.mean(axis=0), linewidth=3, marker=dd.plot.MARKERS[i], label=name, **look)
    right.plot(accuracies, [i] * 5, dd.plot.MARKERS[i], color=dd.plot.PALETTE[i], markersize=8)
    print(f"{name:28} rate {entry['rate']:<6} last loss {losses[:, -1].min():.2f} to {losses[:, -1].max():.2f}", end="")
    print(f", accuracy {min(accuracies):.2f} to {max(accuracies):.2f}")
left.set(title="Training loss, five starts and their mean", xlabel="epoch", ylabel="cross-entropy")
left.legend(loc="lower left")
right.axvline(1 / 7, color="0.4", linestyle=":")
right.set(title="Held-out accuracy", xlabel="share named rightly", ylabel="network", xlim=(0, 0.7), ylim=(3.5, -0.5))
right.set_yticks(range(4), [name.replace(", ", "\n", 1) for name in record])
dd.plot.show(
    "Left: training loss by epoch for four networks, five thin lines and a thick mean each. Plain with 20 layers stays "
    "level at 1.94 in all five. The other three fall: plain with 8 layers and residual with 20 from 1.95 to about 1.4, "
    "plain with 20 layers and He's start to about 1.5. Right: accuracies. Plain with 20 layers lies on the dotted line "
    "of guessing at 1 in 7; the others spread between 0.24 and 0.57."
)
print(f"the loaded network, one of the five residual ones, names {loaded_accuracy:.3f} of the new pictures rightly")
last = {name: [run["losses"][-1] for run in entry["runs"]] for name, entry in record.items()}
assert max(last[RESIDUAL]) < min(last[PLAIN]) - 0.2  # on each of five starts
assert max(last["plain, 8 layers"]) < min(last[PLAIN])  # degradation: twelve layers more, and worse
assert here[RESIDUAL][-1] < here[PLAIN][-1]
assert abs(loaded_accuracy - record[RESIDUAL]["runs"][0]["accuracy"]) < 0.08  # other seeds: some points more or less

# %% [markdown]
# With Keras's own start, twenty plain layers know after six epochs what they knew at first: nothing. Their loss stays
# at $\ln 7 = 1.946$ or just below, from each of the five starts, while **eight** plain layers learn. (From the sixth,
# the one that chose the rate, it fell to 1.82: they are not stuck for ever.) That is degradation, and since it is the
# training loss, no regularization will help. The residual twenty learn from every start, with the same kernels and
# 760 parameters more for the projections.
#
# Two things to be careful about. The residual twenty are no better than the plain eight here: pictures this small need
# no such depth, and six epochs are short. What is shown is that depth does no harm any more. And the shortcut is
# not the only cure. He's start keeps the size of the signal through ReLUs, and with it the plain twenty learn too, at a
# lower rate and hardly worse. Norms (Day 33) are a third one. Networks of the paper's depth use all three.
#
# ## What you should remember
#
# 1. Deeper plain networks can be worse on the *training* set: degradation. The solution exists and is not found.
# 2. A residual block learns what to add. With weights of zero it copies, and its gradient has a term that is 1.
# 3. Identity shortcuts cost nothing; where the shape changes, a $1 \times 1$ projection with the stride takes over.
# 4. Norm and ReLU after each convolution, the last ReLU after the sum; in pre-activation, both before and none after.
# 5. Bottlenecks make depth cheap: $1 \times 1$ down, $3 \times 3$, $1 \times 1$ up. ResNet-50 is 16 of them, a stem and
#    a head.
#
# ## Check yourself, without code
#
# 1. Why would a block that *multiplies* its input by what it computes, $x_{l+1} = x_l \odot F_l(x_l)$, not do?
# 2. A network with norms is to start as a copying machine: each block gives what it gets. Which numbers would you set
#    to zero, and does the block still learn?
# 3. In a basic block, both convolutions have 64 filters. By how much do its parameters grow if the shortcut is a
#    projection? By how much does ResNet-50 grow if all of its identity shortcuts become projections, roughly?
#
# <details><summary>Answers</summary>
#
# 1. To copy, $F_l$ would have to be 1 everywhere, which is as hard for random weights as the identity; with weights of
#    zero, nothing passes. And the slopes multiply again.
# 2. The scale $\gamma$ of the last norm of each block. Then $F_l = 0$, so the block copies (what is not negative, in
#    today's). $\gamma$ itself has a gradient, moves first, and lets the others learn from then on.
# 3. By $64 \cdot 64 + 64 = 4{,}160$, and 256 for a norm, next to some 74,000. In ResNet-50 the shortcuts are the wide
#    ones: 2, 3, 5 and 2 times $256^2$, $512^2$, $1024^2$ and $2048^2$, together about 14.5 million, more than half as
#    much again. That is why identity shortcuts matter most for bottlenecks.
#
# </details>
#
# ## Go further
#
# - He, Zhang, Ren and Sun (2015), *Delving deep into rectifiers*, ICCV: the initialization.
# - He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, CVPR: degradation, ResNet-50, and
#   networks of 110 and 1,202 layers for small pictures, without bottlenecks.
# - He, Zhang, Ren and Sun (2016), *Identity mappings in deep residual networks*, ECCV: pre-activation.
# - Balduzzi and others (2017), *The shattered gradients problem*, ICML: without shortcuts, gradients at neighbouring
#   inputs have less and less to do with each other, even where their lengths are right.
# - Day 53: what comes out if features are laid side by side instead of added.
