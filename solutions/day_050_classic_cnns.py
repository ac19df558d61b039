# ---
# day: 50
# title: AlexNet, VGG and Network in Network
# week: 10
# minutes: 100
# backend: any
# needs: [23, 31, 32, 37, 46, 47, 48]
# needs_code: [46]
# data: [scenes]
# papers:
# - "Krizhevsky, Sutskever and Hinton 2012, ImageNet classification with deep convolutional neural networks"
# - "Simonyan and Zisserman 2015, Very deep convolutional networks for large-scale image recognition"
# - "Lin, Chen and Yan 2014, Network in network"
# - "Russakovsky and others 2015, ImageNet large scale visual recognition challenge"
# - "Williams, Waterman and Patterson 2009, Roofline: an insightful visual performance model for multicore
#   architectures"
# ---

# %% [markdown]
# # Day 50 · AlexNet, VGG and Network in Network
#
# By the end you can build the three networks from which most later ones descend, say to the last digit how many
# parameters and multiply-adds each costs and where they lie, and weigh accuracy against size and time.
#
# - **You will build** the block of VGG, the block of Network in Network, a counter of parameters and multiply-adds
#   that finds VGG16's 138,357,544, and small AlexNets and VGGs, which name shapes on photographs.
# - **You need** convolutions and their sizes (Day 46), pooling (Day 47), a first network of them (Day 48), dropout
#   (Day 32), He's rule for the first weights (Day 31), Keras's `Sequential` (Day 37).
# - **Not today:** several branches side by side (Day 51), and what it takes to train more than twenty layers (Day 52).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$ | rows and columns of what goes into a layer | | |
# | $H', W'$ | rows and columns of what comes out | | |
# | $C, D$ | channels that come in, channels that go out: filters | | `filters` |
# | $x$ | pictures, or the maps that go into a layer | $(N, H, W, C)$ | `x` |
# | $f, s$ | side of a filter, and its stride | | `kernel`, `stride` |
# | $P_l$ | parameters of layer $l$ | | `parameters` |
# | $M_l$ | multiply-adds of layer $l$ for one picture | | `multiply_adds` |
# | $K$ | number of classes | | `num_classes` |

# %% setup
import time

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_046

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Five years of one competition
#
# Every year from 2010 to 2017 there was a contest, the *ImageNet Large Scale Visual Recognition Challenge*: 1.2 million
# photographs to learn from, 1000 classes, and an entry is right if one of its five guesses is. How fast did the
# winners' error fall, and what changed with it?

# %% demo
winners = {
    "2010": (28.2, "shallow", ""),
    "2011": (25.8, "shallow", ""),
    "2012": (16.4, "8", "AlexNet"),
    "2013": (11.7, "8", "Clarifai"),
    "2014": (6.7, "22", "GoogLeNet"),
    "2015": (3.6, "152", "ResNet"),
}
fig, ax = plt.subplots(figsize=(8, 3.6))
bars = ax.bar(list(winners), [error for error, _, _ in winners.values()], color="C0")
for bar, (error, depth, name) in zip(bars, winners.values(), strict=True):
    note = f"{error}\n{name}\n{depth} layers" if name else f"{error}\nno deep\nnetwork"
    ax.annotate(note, (bar.get_x() + bar.get_width() / 2, error), ha="center", va="bottom", fontsize=9)
ax.set(
    title="The winning entry's error on ImageNet", xlabel="year", ylabel="wrong in all five guesses, in %", ylim=(0, 40)
)
dd.plot.show(
    "Bars of the winner's error a year: 28.2, 25.8, 16.4 (AlexNet, 8 layers), 11.7 (Clarifai, 8 layers), 6.7 "
    "(GoogLeNet, 22 layers), 3.6 percent (ResNet, 152 layers). The largest step down is from 2011 to 2012."
)

# %% [markdown]
# The largest step down is AlexNet's, in 2012 (an entry of several networks; with more training pictures it reached
# 15.3). Before it, features were designed by hand and only the classifier on top was learned. AlexNet is the LeNet of
# Day 48 made large: five convolutions and three dense layers, with ReLU in place of tanh, dropout in the dense
# layers, augmented pictures, and two graphics cards that trained it for five to six days. Hardly any of this was new.
# That together it sufficed was.
#
# VGG came second in 2014, at 7.3 %, behind GoogLeNet (Day 51). It is remembered because it is so plain: one kind of
# block, repeated, and **depth** as the main thing that was varied, from 11 to 19 layers with weights. Network in
# Network (NiN), of the same time, brought two things that most later networks took over: the $1 \times 1$ convolution,
# and an average where the dense layers were.
#
# ## VGG: two small windows for one large one
#
# AlexNet begins with windows of $11 \times 11$. VGG16 and VGG19 have nothing but $3 \times 3$. What is lost? Work it
# out for two layers of $3 \times 3$, stride 1, with $C$ channels in, between and out. An output of the second sees 3
# rows of the first; the upper of these sees one more row above, the lower one more below: 5 rows (Day 46). So the pair
# sees as much as one layer of $5 \times 5$. It has
#
# $$2 \cdot (3 \cdot 3 \cdot C \cdot C + C) = 18 C^2 + 2C \qquad \text{instead of} \qquad 25 C^2 + C$$
#
# parameters: for $C = 64$ that is 73,856 instead of 102,464, less by 28 %. And there is a ReLU in between, so the
# pair can compute what a single layer cannot. Three such layers see $7 \times 7$, for $27 C^2$ instead of $49 C^2$.
#
# A **VGG block** is: some convolutions of $3 \times 3$, padded so that the maps keep their size, each followed by
# ReLU, without which the stack would be one linear map (Day 23); then a max pooling of $2 \times 2$ that halves it.
# When the maps halve, the filters double (until 512). So a convolution costs about as much work in each block: a
# quarter of the places, with twice the channels in and twice out.
#
# The first weights matter in a plain stack. AlexNet drew them with a standard deviation of 0.01, and VGG's authors
# found that their deep networks did not start from there: they trained 11 layers first and put more in between. With
# **He's rule** (Day 31), a variance of $2 / (f^2 C)$, it goes without. All of today's layers use it
# (`kernel_initializer="he_normal"`), with biases of zero.


# %% exercise: vgg_block
def vgg_block(filters, num_convs):
    """A block of VGG: convolutions of 3 x 3 that keep the size of the maps, each with ReLU, then one max pooling.

    Args:
        filters: of every convolution, int >= 1.
        num_convs: convolutions, int >= 1.

    Returns:
        A new keras.Sequential of num_convs + 1 layers, for maps of any size and number of channels:
        (N, H, W, C) to (N, H // 2, W // 2, filters), for pools of 2 x 2 that do not overlap. Kernels are drawn by He's
        rule, biases are zeros; no two blocks share anything. About 5 lines.
    """
    ### BEGIN SOLUTION
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    block.add(layers.MaxPooling2D(2))
    return block
    ### END SOLUTION


# %% setup
def conv(filters, kernel, stride=1, padding="same"):
    """A convolution with ReLU, on paper."""
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding}


def pool(size, stride, padding="valid"):
    """A max pooling, on paper."""
    return {"kind": "pool", "size": size, "stride": stride, "padding": padding}


def dense(units):
    """A dense layer, on paper."""
    return {"kind": "dense", "units": units}


FLATTEN, GLOBAL_POOL, DROPOUT = {"kind": "flatten"}, {"kind": "global_pool"}, {"kind": "dropout"}


def answer_by_hand(x, weights, plan):
    """What layers on paper answer to x (N, H, W, C), in NumPy; ReLU everywhere but after a last dense layer."""
    weights = iter([np.asarray(each, float) for each in weights])
    for place, layer in enumerate(plan):
        kind = layer["kind"]
        if kind == "conv":
            x = day_046.conv2d_forward(x, next(weights), next(weights), layer["stride"], layer["padding"])
            x = np.maximum(x, 0)
        elif kind == "pool":
            size, stride = layer["size"], layer["stride"]
            pads = [day_046.pad_amounts(n, size, layer["padding"], stride) for n in x.shape[1:3]]
            x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
            windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
            x = windows[:, ::stride, ::stride].max(axis=(-2, -1))
        elif kind == "global_pool":
            x = x.mean(axis=(1, 2))
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        elif kind == "dense":
            x = x @ next(weights) + next(weights)
            x = x if place == len(plan) - 1 else np.maximum(x, 0)
    return x


# %% fixture
def draw_weights(model, seed):
    """Give a built model random weights and biases, biases included, and return them as arrays."""
    rng = np.random.default_rng(seed)
    drawn = []
    for weight in model.get_weights():
        scale = 0.3 if weight.ndim == 1 else np.sqrt(2 / weight[..., 0].size)
        drawn.append(rng.normal(0, scale, weight.shape).astype("float32"))
    model.set_weights(drawn)
    return drawn


def first_draws(model):
    """For each kernel (shape, root mean square, mean); for each bias whether it is all zero."""
    weights = model.get_weights()
    kernels = [(w.shape, float(np.sqrt(np.mean(w**2))), float(np.mean(w))) for w in weights if w.ndim > 1]
    return kernels, [bool((w == 0).all()) for w in weights if w.ndim == 1]


def number_of_layers(model):
    """How many layers a model has."""
    return len(model.layers)


def dropouts(model):
    """How the dropout layers follow on the others: the kinds of layers that have weights, and each dropout's rate."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += dropouts(layer)
        elif isinstance(layer, layers.Dropout):
            found.append(round(float(layer.rate), 6))
        elif layer.weights:
            found.append(type(layer).__name__)
    return found


# %% test: vgg_block, points=2
block = vgg_block(6, 2)
dd.check.kind(block, keras.Sequential, what="vgg_block(6, 2)")
x = np.random.default_rng(50).normal(size=(2, 8, 10, 3)).astype("float32")
dd.check.shape(block(x), (2, 4, 5, 6), what="vgg_block(6, 2)(x) for x (2, 8, 10, 3)", why="the pooling halves")
shapes = [w.shape for w in block.get_weights()]
due = [(3, 3, 3, 6), (6,), (3, 3, 6, 6), (6,)]
dd.check.equal(shapes, due, what="the shapes of the weights", why="two convolutions; the second takes the first's maps")
weights = draw_weights(block, 1)
due = answer_by_hand(x, weights, [conv(6, 3), conv(6, 3), pool(2, 2)])
why = "two padded convolutions with ReLU, then the largest of each 2 x 2"
dd.check.close(block(x), due, rtol=1e-3, atol=1e-4, what="vgg_block(6, 2)(x)", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(51)
for filters, num_convs, shape in ((4, 1, (1, 7, 6, 1)), (1, 3, (3, 5, 9, 2)), (3, 4, (2, 2, 2, 5))):
    block = vgg_block(filters=filters, num_convs=num_convs)
    x = rng.normal(size=shape).astype("float32")
    what = f"vgg_block({filters}, {num_convs})(x) for x {shape}"
    due = (shape[0], shape[1] // 2, shape[2] // 2, filters)
    dd.check.shape(block(x), due, what=what, why="an odd row or column is left out")
    came, why_so_many = number_of_layers(block), "the convolutions and the pooling"
    dd.check.equal(came, num_convs + 1, what="the number of layers", why=why_so_many)
    dd.check.equal(len(block.get_weights()), 2 * num_convs, what="the number of weights")
    weights = draw_weights(block, filters)
    due = answer_by_hand(x, weights, [conv(filters, 3)] * num_convs + [pool(2, 2)])
    dd.check.close(block(x), due, rtol=1e-3, atol=1e-4, what=what, why=why)
dd.check.shape(block(np.ones((1, 6, 4, 5), "float32")), (1, 3, 2, 3), what="the output for another size")
block, other = vgg_block(32, 2), vgg_block(32, 2)
for each in (block, other):
    each(np.zeros((1, 4, 4, 16), "float32"))
kernels, biases = first_draws(block)
dd.check.equal(biases, [True, True], what="whether the biases start at zero")
for shape, spread, mean in kernels:
    due = np.sqrt(2 / (9 * shape[2]))
    why = "He's rule: the root of 2 over the inputs of a filter, 9 C"
    dd.check.close(spread, due, rtol=0.08, what=f"the spread of a new kernel {shape}", why=why)
    assert abs(mean) < 0.2 * due, "the entries of a new kernel lie around zero"
same = np.array_equal(block.get_weights()[0], other.get_weights()[0])
dd.check.equal(same, False, what="whether two blocks start alike", why="no two blocks share anything")
### END HIDDEN TESTS

# %% mistakes: vgg_block
# - replace: "3, padding=\"same\", "
#   with: "3, "
#   hint: "Your convolutions are not padded: each takes two rows and two columns away."
# - replace: "activation=\"relu\", "
#   with: ""
#   hint: "No ReLU follows your convolutions. Without it the stack is one linear map (Day 23)."
# - replace: MaxPooling2D(2)
#   with: AveragePooling2D(2)
#   hint: "You take the mean of each pool. VGG takes the largest."
# - replace: MaxPooling2D(2)
#   with: AveragePooling2D()
#   hint: "Average pooling takes the mean of each pool, VGG the largest. (Keras gives it no default size, either.)"
# - replace: MaxPooling2D(2)
#   with: MaxPooling2D(2, strides=1)
#   hint: "Your pools overlap: they move by one, so that the maps are not halved."
# - replace: MaxPooling2D(2)
#   with: MaxPooling2D(2, padding="same")
#   hint: "You round up where the number of rows or columns is odd. H // 2 rounds down."
# - replace: MaxPooling2D(2)
#   with: MaxPooling2D(3, 2, padding="same")
#   hint: "Your pools are 3 x 3, AlexNet's. A block of VGG has pools of 2 x 2."
# - replace: ", kernel_initializer=\"he_normal\""
#   with: ""
#   hint: "The kernels start by Keras's default, Glorot's rule. He's is wanted, for ReLU."
# - replace: range(num_convs)
#   with: range(1)
#   hint: "num_convs goes unused."
# - replace: Conv2D(filters, 3
#   with: Conv2D(filters, 5
#   hint: "Your windows are not 3 x 3."
# - replace: range(num_convs)
#   with: range(num_convs - 1)
#   hint: "A convolution is missing: num_convs counts them all, the first as well."
# - replace: range(num_convs)
#   with: range(num_convs + 1)
#   hint: "Your block has one convolution too many."


# %% mistake: vgg_block
# hint: "Only your first convolution has a ReLU. Each has one."
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for number in range(num_convs):
        activation = None if number else "relu"
        block.add(layers.Conv2D(filters, 3, padding="same", activation=activation, kernel_initializer="he_normal"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% mistake: vgg_block
# hint: "Only your last convolution has a ReLU. Each has one: without it two in a row are one linear map."
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for number in range(num_convs):
        activation = "relu" if number == num_convs - 1 else None
        block.add(layers.Conv2D(filters, 3, padding="same", activation=activation, kernel_initializer="he_normal"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% mistake: vgg_block
# hint: "You put batch normalisation in. VGG is older, and this block has num_convs + 1 layers."
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal"))
        block.add(layers.BatchNormalization())
        block.add(layers.Activation("relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% mistake: vgg_block
# hint: "You pool after every convolution. A block pools once, at its end."
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
        block.add(layers.MaxPooling2D(2))
    return block


# %% mistake: vgg_block
# hint: "You double the filters with each convolution. Within a block all have as many."
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for number in range(num_convs):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        block.add(layers.Conv2D(filters * 2**number, 3, **settings))
    block.add(layers.MaxPooling2D(2))
    return block


# %% mistake: vgg_block
# hint: "You pool first and convolve afterwards. The pooling ends the block."
def vgg_block(filters, num_convs):
    block = keras.Sequential([layers.MaxPooling2D(2)])
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    return block


# %% accepts: vgg_block
def vgg_block(filters, num_convs):
    def convolution():
        return layers.Convolution2D(
            filters=filters,
            kernel_size=(3, 3),
            padding="same",
            activation=ops.relu,
            kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_in", "uniform"),
        )

    return keras.Sequential([*(convolution() for _ in range(num_convs)), layers.MaxPool2D((2, 2), (2, 2), "valid")])


# %% [markdown]
# ## Network in Network: a dense layer at every pixel
#
# What does a convolution of $1 \times 1$ do? Its window sees one pixel, with all $C$ channels, and makes $D$ numbers of
# them: it is a **dense layer, laid over every pixel** with the same weights. By hand, for one pixel with channels
# $(1, 2, 3)$ and two filters $(1, 0, 1)$ and $(0, 1, -1)$, biases 0 and 1: $(1 + 3,\ 2 - 3 + 1) = (4, 0)$. Rows and
# columns are as before; only the number of channels may change. It costs $C \cdot D + D$ parameters, a ninth of what
# $3 \times 3$ costs.

# %% demo
x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 1, 3)
w = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])  # (C, D)
print(day_046.conv2d_forward(x, w.reshape(1, 1, 3, 2), np.array([0.0, 1.0])).ravel())
picture = np.random.default_rng(50).normal(size=(2, 5, 4, 3))
print(np.allclose(day_046.conv2d_forward(picture, w.reshape(1, 1, 3, 2), np.zeros(2)), picture @ w))

# %% [markdown]
# A convolution with ReLU is a crude detector: one weighted sum of the window, cut off at zero. Lin, Chen and Yan put
# a small network in its place, hence the name: a convolution, and behind it two of $1 \times 1$, each with ReLU. Every
# pixel's channels go through a network of three layers, the first of which sees the window. That is a **NiN block**.
#
# At the end comes **global average pooling**: each map is averaged over all its places, so that $(N, H, W, C)$ becomes
# $(N, C)$. With one map for each class these means are the classes' scores, and no dense layer is needed, hence no
# weights for each place, hence nothing that depends on the size of the picture. (NiN has a ReLU even on the last maps.
# We leave it out there, since a logit must be able to be negative.)


# %% exercise: nin_block
def nin_block(filters, kernel, stride, padding):
    """A block of Network in Network: a convolution, then two of 1 x 1, each with ReLU.

    Args:
        filters: of each of the three, int >= 1.
        kernel: side of the first one's windows, int >= 1.
        stride: of the first one, int >= 1; the others move by 1.
        padding: of the first one, "valid" or "same".

    Returns:
        A new keras.Sequential of three layers, for maps of any size and number of channels: (N, H, W, C) to
        (N, H', W', filters). Kernels are drawn by He's rule, biases are zeros. About 6 lines.
    """
    ### BEGIN SOLUTION
    block = keras.Sequential()
    settings = {"activation": "relu", "kernel_initializer": "he_normal"}
    block.add(layers.Conv2D(filters, kernel, strides=stride, padding=padding, **settings))
    for _ in range(2):
        block.add(layers.Conv2D(filters, 1, **settings))
    return block
    ### END SOLUTION


# %% test: nin_block, points=2
block = nin_block(5, 3, 2, "valid")
dd.check.kind(block, keras.Sequential, what="nin_block(5, 3, 2, 'valid')")
x = np.random.default_rng(52).normal(size=(2, 9, 8, 4)).astype("float32")
dd.check.shape(block(x), (2, 4, 3, 5), what="nin_block(5, 3, 2, 'valid')(x) for x (2, 9, 8, 4)")
shapes = [w.shape for w in block.get_weights()]
due = [(3, 3, 4, 5), (5,), (1, 1, 5, 5), (5,), (1, 1, 5, 5), (5,)]
dd.check.equal(shapes, due, what="the shapes of the weights", why="a convolution of 3 x 3, then two of 1 x 1")
weights = draw_weights(block, 2)
due = answer_by_hand(x, weights, [conv(5, 3, 2, "valid"), conv(5, 1), conv(5, 1)])
why = "three convolutions, each with ReLU"
dd.check.close(block(x), due, rtol=1e-3, atol=1e-4, what="nin_block(5, 3, 2, 'valid')(x)", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(53)
for filters, kernel, stride, padding, shape in (
    (3, 5, 1, "same", (1, 6, 5, 2)),
    (1, 4, 3, "same", (2, 7, 10, 1)),
    (4, 1, 1, "valid", (3, 2, 1, 3)),
    (2, 2, 4, "valid", (2, 9, 6, 3)),
):
    block = nin_block(filters=filters, kernel=kernel, stride=stride, padding=padding)
    x = rng.normal(size=shape).astype("float32")
    block(x)
    what = f"nin_block({filters}, {kernel}, {stride}, {padding!r})(x) for x {shape}"
    weights = draw_weights(block, filters)
    due = answer_by_hand(x, weights, [conv(filters, kernel, stride, padding), conv(filters, 1), conv(filters, 1)])
    dd.check.shape(block(x), due.shape, what=what, why="only the first convolution has a stride and a padding")
    dd.check.close(block(x), due, rtol=1e-3, atol=1e-4, what=what, why=why)
dd.check.equal(number_of_layers(block), 3, what="the number of layers")
block, other = nin_block(32, 3, 1, "same"), nin_block(32, 3, 1, "same")
for each in (block, other):
    each(np.zeros((1, 4, 4, 16), "float32"))
kernels, biases = first_draws(block)
dd.check.equal(biases, [True] * 3, what="whether the biases start at zero")
for shape, spread, mean in kernels:
    due = np.sqrt(2 / np.prod(shape[:3]))
    why = "He's rule: the root of 2 over the inputs of a filter, f f C"
    dd.check.close(spread, due, rtol=0.12, what=f"the spread of a new kernel {shape}", why=why)
    assert abs(mean) < 0.2 * due, "the entries of a new kernel lie around zero"
same = np.array_equal(block.get_weights()[0], other.get_weights()[0])
dd.check.equal(same, False, what="whether two blocks start alike", why="a new block has kernels of its own")
### END HIDDEN TESTS

# %% mistakes: nin_block
# - replace: range(2)
#   with: range(1)
#   hint: "Two convolutions of 1 x 1 follow; you have one."
# - replace: Conv2D(filters, 1, **settings)
#   with: Conv2D(filters, 1, strides=stride, **settings)
#   hint: "The convolutions of 1 x 1 have a stride in your block, so they skip pixels. Only the first one has."
# - replace: "strides=stride, "
#   with: ""
#   hint: "The stride goes unused."
# - replace: "padding=padding, "
#   with: ""
#   hint: "The padding goes unused: your first convolution is never padded."
# - replace: padding=padding, **settings
#   with: padding="same", **settings
#   hint: "The padding goes unused: your first convolution is always padded."
# - replace: Conv2D(filters, 1, **settings)
#   with: Conv2D(filters, kernel, padding="same", **settings)
#   hint: "The second and third have large windows too. They should see one pixel at a time."
# - replace: Conv2D(filters, 1, **settings)
#   with: Conv2D(filters, 1, kernel_initializer="he_normal")
#   hint: "Your convolutions of 1 x 1 have no ReLU, so that the three layers are little more than one."
# - replace: Conv2D(filters, 1, **settings)
#   with: Conv2D(filters, 1, activation="relu")
#   hint: "Your kernels of 1 x 1 start by Glorot's rule, Keras's default. He's rule is for all three."
# - replace: "\"activation\": \"relu\", "
#   with: ""
#   hint: "No ReLU anywhere: the whole block is linear."
# - replace: ", \"kernel_initializer\": \"he_normal\""
#   with: ""
#   hint: "The kernels start by Keras's default, Glorot's rule. He's is wanted, for ReLU."


# %% mistake: nin_block
# hint: "The last convolution lacks its ReLU. All three have one."
def nin_block(filters, kernel, stride, padding):
    he = {"kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, activation="relu", **he),
            layers.Conv2D(filters, 1, activation="relu", **he),
            layers.Conv2D(filters, 1, **he),
        ]
    )


# %% mistake: nin_block
# hint: "The convolutions of 1 x 1 come first in your block. They follow the one with the window."
def nin_block(filters, kernel, stride, padding):
    settings = {"activation": "relu", "kernel_initializer": "he_normal"}
    block = keras.Sequential([layers.Conv2D(filters, 1, **settings), layers.Conv2D(filters, 1, **settings)])
    block.add(layers.Conv2D(filters, kernel, stride, padding, **settings))
    return block


# %% mistake: nin_block
# hint: "A NiN block has no pooling. That is a layer between the blocks."
def nin_block(filters, kernel, stride, padding):
    settings = {"activation": "relu", "kernel_initializer": "he_normal"}
    block = keras.Sequential([layers.Conv2D(filters, kernel, stride, padding, **settings)])
    block.add(layers.Conv2D(filters, 1, **settings))
    block.add(layers.Conv2D(filters, 1, **settings))
    block.add(layers.MaxPooling2D(3, 2))
    return block


# %% mistake: nin_block
# hint: "Your maps are flattened for dense layers. What is wanted is a dense layer for each pixel: 1 x 1 convolutions."
def nin_block(filters, kernel, stride, padding):
    settings = {"activation": "relu", "kernel_initializer": "he_normal"}
    block = keras.Sequential([layers.Conv2D(filters, kernel, stride, padding, **settings), layers.Flatten()])
    block.add(layers.Dense(filters, **settings))
    block.add(layers.Dense(filters, **settings))
    return block


# %% accepts: nin_block
def nin_block(filters, kernel, stride, padding):
    # A convolution of 1 x 1 is a dense layer on the channels; its kernel only has another shape.
    def convolution(side, step, pad):
        return layers.Conv2D(
            filters,
            side,
            step,
            pad,
            activation=keras.activations.relu,
            kernel_initializer=keras.initializers.HeUniform(),
        )

    return keras.Sequential(
        [convolution(kernel, stride, padding), convolution(1, 1, "same"), convolution(1, 1, "same")]
    )


# %% [markdown]
# ## What a network costs
#
# A layer has a price in memory, its **parameters**, and one in work, its **multiply-adds**: a product that is added
# to a sum. Take maps of $4 \times 4$ with 2 channels and 3 filters of $3 \times 3$, padded, stride 1. A filter has
# $3 \cdot 3 \cdot 2 = 18$ weights and a bias: 57 parameters in all. Each of the $4 \cdot 4 \cdot 3 = 48$ outputs takes
# 18 multiply-adds: 864. In general
#
# $$P_l = f^2 C D + D, \qquad M_l = H' W' \cdot f^2 C D ,$$
#
# and for a dense layer from $C$ to $D$ numbers $P_l = C D + D$, $M_l = C D$. A weight of a dense layer is used once a
# picture, a weight of a convolution $H' W'$ times. That is why the two prices lie in different places of a network, as
# you will see.
#
# The conventions, without which no two tables agree: adding a bias is not counted, nor is an activation or a pooling,
# since they hardly matter; a multiplication with a padded zero is counted like any other. A multiply-add is *one*
# here. Some authors count floating-point operations (FLOPs), which are two for each, and others write FLOPs and mean
# multiply-adds.
#
# A network on paper is a list of dicts, one a layer. The cell above has little functions that write them:
#
# | call | the dict |
# |---|---|
# | `conv(3, 5, 2, "valid")` | `{"kind": "conv", "filters": 3, "kernel": 5, "stride": 2, "padding": "valid"}` |
# | `pool(3, 2)` | `{"kind": "pool", "size": 3, "stride": 2, "padding": "valid"}` |
# | `dense(10)` | `{"kind": "dense", "units": 10}` |
# | `FLATTEN`, `GLOBAL_POOL`, `DROPOUT` | `{"kind": "flatten"}`, `{"kind": "global_pool"}`, `{"kind": "dropout"}` |


# %% exercise: flops
def flops(layer_config, input_shape):
    """Count the parameters and multiply-adds of a network on paper, layer by layer, for one picture.

    Args:
        layer_config: list of dicts, one a layer, as in the table above; left unchanged.
        input_shape: (H, W, C), or (n,) for what is flat already.

    Returns:
        A list of tuples (parameters, multiply_adds, output_shape), one a layer: two ints, and a tuple of ints without
        the batch. Pooling, flatten and dropout count 0 and 0; padding is "valid" or "same" as Keras understands them.
        About 20 lines. `day_046.conv_output_size(n, f, padding, stride)` is there for you.

    Raises:
        ValueError: a kind is not one of the six, a dense layer follows on what is not flat, or a window does not fit.
    """
    ### BEGIN SOLUTION
    shape, counts = tuple(input_shape), []
    for layer in layer_config:
        kind, parameters, multiply_adds = layer["kind"], 0, 0
        if kind in ("conv", "pool"):
            side = layer["kernel" if kind == "conv" else "size"]
            places = [day_046.conv_output_size(n, side, layer["padding"], layer["stride"]) for n in shape[:2]]
            channels = shape[2]
            if kind == "conv":
                weights = side * side * channels * layer["filters"]
                channels = layer["filters"]
                parameters, multiply_adds = weights + channels, places[0] * places[1] * weights
            shape = (*places, channels)
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError(f"A dense layer takes flat input. Received: {shape}")
            multiply_adds = shape[0] * layer["units"]
            parameters = multiply_adds + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind != "dropout":
            raise ValueError(f"Unknown kind of layer. Received: {kind!r}")
        counts.append((parameters, multiply_adds, shape))
    return counts
    ### END SOLUTION


# %% test: flops, points=4
plan = [conv(3, 3), pool(2, 2), FLATTEN, dense(5)]
with dd.check.unchanged(plan, what="layer_config"):
    rows = flops(plan, (4, 4, 2))
due = [(57, 864, (4, 4, 3)), (0, 0, (2, 2, 3)), (0, 0, (12,)), (65, 60, (5,))]
dd.check.equal(rows, due, what="flops(...) for (4, 4, 2)", why="the first row is the example worked by hand")
due = [(0, 0, (6,))]
dd.check.equal(flops([GLOBAL_POOL], (2, 3, 6)), due, what="flops([GLOBAL_POOL], (2, 3, 6))", why="a mean for each map")
plan = [conv(4, 3, 2, "valid"), DROPOUT, GLOBAL_POOL, dense(2)]
due = [(4 * 9 * 5 + 4, 3 * 4 * 4 * 9 * 5, (3, 4, 4)), (0, 0, (3, 4, 4)), (0, 0, (4,)), (10, 8, (2,))]
dd.check.equal(flops(plan, (7, 9, 5)), due, what="flops(...) for (7, 9, 5)", why="3 rows and 4 columns fit at stride 2")
VGG16 = [conv(64, 3)] * 2 + [pool(2, 2)] + [conv(128, 3)] * 2 + [pool(2, 2)]
for filters in (256, 512, 512):
    VGG16 += [conv(filters, 3)] * 3 + [pool(2, 2)]
VGG16 += [FLATTEN, dense(4096), dense(4096), dense(1000)]
rows = flops(VGG16, (224, 224, 3))
why = "the published VGG16 (configuration D) has 138 million"
dd.check.equal(sum(row[0] for row in rows), 138_357_544, what="the parameters of VGG16", why=why)
### BEGIN HIDDEN TESTS
dd.check.kind(rows, list, what="flops(...)")
for kind, what, parts in (
    (tuple, "a row", rows),
    (tuple, "an output shape", [row[2] for row in rows]),
    (int, "a count or a length", [part for row in rows for part in (row[0], row[1], *row[2])]),
):
    for part in parts:
        dd.check.kind(part, kind, what=what)
dd.check.equal(len(rows), len(VGG16), what="the number of rows", why="one a layer")
why = "13 convolutions with 15,346,630,656 and three dense layers with 123,633,664"
dd.check.equal(sum(row[1] for row in rows), 15_470_264_320, what="the multiply-adds of VGG16", why=why)
dd.check.equal(rows[-4][2], (25088,), what="the shape after VGG16's flatten", why="7 x 7 x 512")


def count_slowly(layer, shape):
    """Counts by going from place to place, with Keras's rule for where windows lie."""
    side, step = layer.get("kernel", layer.get("size")), layer["stride"]
    starts = []
    for n in shape[:2]:
        if layer["padding"] == "valid":
            starts.append([i for i in range(0, n, step) if i + side <= n])
        else:
            starts.append(list(range(0, n, step)))
    if layer["kind"] == "pool":
        return 0, 0, (len(starts[0]), len(starts[1]), shape[2])
    work = sum(side * side * shape[2] for _ in starts[0] for _ in starts[1] for _ in range(layer["filters"]))
    weights = np.zeros((side, side, shape[2], layer["filters"])).size + layer["filters"]
    return weights, work, (len(starts[0]), len(starts[1]), layer["filters"])


for shape in ((11, 8, 3), (6, 13, 1), (5, 5, 4)):
    for step, padding, side in ((1, "valid", 3), (2, "same", 5), (3, "valid", 2), (4, "same", 3), (2, "valid", 1)):
        for layer in (conv(7, side, step, padding), pool(side, step, padding)):
            what = f"flops([{layer}], {shape})"
            dd.check.equal(flops([layer], shape), [count_slowly(layer, shape)], what=what, why="place by place")
dd.check.equal(
    flops([dense(3), DROPOUT, dense(1)], (4,)), [(15, 12, (3,)), (0, 0, (3,)), (4, 3, (1,))], what="flat input"
)
dd.check.equal(flops([], (4, 4, 1)), [], what="flops([], (4, 4, 1))", why="no layer, no row")
dd.check.equal(flops([GLOBAL_POOL], [2, 3, 6])[0][2], (6,), what="the shape after a global pooling", why="C is left")
for wrong, shape, why in (
    ([{"kind": "lstm"}], (4, 4, 2), "there is no such kind"),
    ([conv(2, 3), dense(3)], (4, 4, 2), "a dense layer follows on maps"),
    ([conv(2, 5, 1, "valid")], (4, 9, 2), "5 rows do not fit into 4"),
    ([pool(3, 2)], (2, 2, 2), "3 rows do not fit into 2"),
):
    with dd.check.raises(ValueError, why=why):
        flops(wrong, shape)
### END HIDDEN TESTS

# %% mistakes: flops
# - replace: weights + channels, places[0]
#   with: weights, places[0]
#   hint: "The biases are missing from the parameters of a convolution: one for each filter."
# - replace: parameters = multiply_adds + layer["units"]
#   with: parameters = multiply_adds
#   hint: "The biases are missing from the parameters of a dense layer."
# - replace: places[0] * places[1] * weights
#   with: shape[0] * shape[1] * weights
#   hint: "You count a multiply-add for each place of the input. The filter stops at the places of the output."
# - replace: places[0] * places[1] * weights
#   with: 2 * places[0] * places[1] * weights
#   hint: "You count multiplications and additions apart. A multiply-add is one."
# - replace: counts.append((parameters, multiply_adds, shape))
#   with: counts.append((parameters, 2 * multiply_adds, shape))
#   hint: "You count multiplications and additions apart. A multiply-add is one."
# - replace: places[0] * places[1] * weights
#   with: places[0] * places[1] * parameters
#   hint: "The multiply-adds of a convolution must not depend on an earlier value of parameters; f f C D at each place."
# - replace: places[0] * places[1] * weights
#   with: places[0] * places[1] * (weights + channels)
#   hint: "You count the adding of the bias. By the conventions above it is not counted."
# - replace: weights = side * side * channels * layer["filters"]
#   with: weights = side * side * layer["filters"]
#   hint: "A filter has weights for every channel that comes in; you count those of one channel."
# - replace: multiply_adds = shape[0] * layer["units"]
#   with: multiply_adds = (shape[0] + 1) * layer["units"]
#   hint: "A dense layer's biases are in your multiply-adds. Adding a bias is not counted."
# - replace: shape = shape[2:]
#   with: shape = (1, 1, shape[2])
#   hint: "Global pooling leaves (C,): rows and columns are gone, not 1."
# - replace: for n in shape[:2]]
#   with: for n in (shape[0], shape[0])]
#   hint: "You take the number of rows for the number of columns too."
# - replace: elif kind != "dropout"
#   with: elif kind == "nothing"
#   hint: "A kind that is unknown goes through without a word. ValueError is due."
# - replace: if len(shape) != 1
#   with: if len(shape) > 3
#   hint: "You let a dense layer follow on maps. ValueError is due: it takes flat input."
# - replace: |-
#     if len(shape) != 1:
#         raise ValueError(f"A dense layer takes flat input. Received: {shape}")
#     multiply_adds = shape[0] * layer["units"]
#   with: |-
#     multiply_adds = int(np.prod(shape)) * layer["units"]
#   hint: "You let a dense layer follow on maps and flatten them without a word. ValueError is due."
# - replace: day_046.conv_output_size(n, side, layer["padding"], layer["stride"]) for n
#   with: day_046.conv_output_size(n, side, "valid", layer["stride"]) for n
#   hint: "You take every layer for one that is not padded. The padding is in the dict."
# - replace: day_046.conv_output_size(n, side, layer["padding"], layer["stride"]) for n
#   with: -(-(n if layer["padding"] == "same" else n - side + 1) // layer["stride"]) for n
#   hint: "A window that does not fit goes through without a word and leaves maps of size 0. ValueError is due."
# - replace: counts.append((parameters, multiply_adds, shape))
#   with: "counts.append((parameters, multiply_adds, (None, *shape)))"
#   hint: "There is a length for the batch in your shapes. The counts are for one picture, and so are the shapes."
# - replace: counts.append((parameters, multiply_adds, shape))
#   with: "counts += [(parameters, multiply_adds, shape)] if parameters else []"
#   hint: "You have no row for layers without parameters. Each layer has one; theirs begins with 0 and 0."
# - replace: layer["kind"], 0, 0
#   with: layer.pop("kind"), 0, 0
#   hint: "You take the kind out of the caller's dicts. layer_config must stay as it is."
# - replace: "            shape = (*places, channels)"
#   with: "            shape = (*places, channels) if kind == \"conv\" else shape"
#   hint: "A pooling costs nothing, and yet it changes the shape for all that follows."
# - replace: "places[0] * places[1] * weights"
#   with: "places[0] * places[1] * weights // shape[2]"
#   hint: "For the work as well a filter has weights for every channel that comes in."
# - replace: "    for layer in layer_config:\n"
#   with: "    for layer in layer_config:\n        shape = tuple(input_shape)\n"
#   hint: "The shape is not carried on: what comes out of a layer goes into the next."


# %% mistake: flops
# hint: "You round up for every padding. With valid padding only windows that fit count."
def flops(layer_config, input_shape):
    shape, counts = tuple(input_shape), []
    for layer in layer_config:
        kind, parameters, multiply_adds = layer["kind"], 0, 0
        if kind in ("conv", "pool"):
            places = [-(-n // layer["stride"]) for n in shape[:2]]
            channels = shape[2]
            if kind == "conv":
                weights = layer["kernel"] ** 2 * channels * layer["filters"]
                channels = layer["filters"]
                parameters, multiply_adds = weights + channels, places[0] * places[1] * weights
            shape = (*places, channels)
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError(shape)
            parameters, multiply_adds = (shape[0] + 1) * layer["units"], shape[0] * layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = shape[2:]
        elif kind != "dropout":
            raise ValueError(kind)
        counts.append((parameters, multiply_adds, shape))
    return counts


# %% equivalents: flops
# - replace: multiply_adds = shape[0] * layer["units"]
#   with: multiply_adds = shape[-1] * layer["units"]
#   reason: "A flat shape has one entry, which is its first and its last."


# %% accepts: flops
def flops(layer_config, input_shape):
    # One function for each kind; the sizes without Day 46.
    def size(n, side, stride, padding):
        if padding == "same":
            return (n + stride - 1) // stride
        if side > n:
            raise ValueError(f"A window of {side} does not fit into {n}")
        return (n - side) // stride + 1

    def over_places(layer, shape):
        side = layer["kernel"] if "kernel" in layer else layer["size"]
        return tuple(size(n, side, layer["stride"], layer["padding"]) for n in shape[:2])

    def counted(layer, shape):
        match layer["kind"]:
            case "conv":
                rows, columns = over_places(layer, shape)
                one_filter = layer["kernel"] ** 2 * shape[-1]
                outputs = rows * columns * layer["filters"]
                return (one_filter + 1) * layer["filters"], outputs * one_filter, (rows, columns, layer["filters"])
            case "pool":
                return 0, 0, (*over_places(layer, shape), shape[-1])
            case "dense" if len(shape) == 1:
                return (shape[0] + 1) * layer["units"], shape[0] * layer["units"], (layer["units"],)
            case "flatten":
                product = 1
                for n in shape:
                    product *= n
                return 0, 0, (product,)
            case "global_pool":
                return 0, 0, (shape[-1],)
            case "dropout":
                return 0, 0, shape
        raise ValueError(f"{layer['kind']} cannot follow on {shape}")

    rows = []
    shape = tuple(input_shape)
    for layer in layer_config:
        rows.append(counted(layer, shape))
        shape = rows[-1][2]
    return rows


# %% [markdown]
# Where are the parameters of the three, and where is the work? AlexNet is counted without its split over two graphics
# cards (which left out half the weights of three convolutions, 1,413,120 in all) and with pictures of 227 pixels. NiN
# was published for smaller pictures; this one has AlexNet's windows in front and 1000 maps at the end.

# %% demo
ALEXNET = [conv(96, 11, 4, "valid"), pool(3, 2), conv(256, 5), pool(3, 2), conv(384, 3), conv(384, 3), conv(256, 3)]
ALEXNET += [pool(3, 2), FLATTEN, dense(4096), DROPOUT, dense(4096), DROPOUT, dense(1000)]
VGG16 = [
    layer
    for filters, n in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    for layer in [conv(filters, 3)] * n + [pool(2, 2)]
]
VGG16 += [FLATTEN, dense(4096), DROPOUT, dense(4096), DROPOUT, dense(1000)]
NIN = [
    conv(96, 11, 4, "valid"),
    conv(96, 1),
    conv(96, 1),
    pool(3, 2),
    conv(256, 5),
    conv(256, 1),
    conv(256, 1),
    pool(3, 2),
]
NIN += [
    conv(384, 3),
    conv(384, 1),
    conv(384, 1),
    pool(3, 2),
    DROPOUT,
    conv(1000, 3),
    conv(1000, 1),
    conv(1000, 1),
    GLOBAL_POOL,
]
families = {"AlexNet": (ALEXNET, 227), "VGG16": (VGG16, 224), "NiN": (NIN, 227)}
costs = {}
for name, (plan, side) in families.items():
    rows = flops(plan, (side, side, 3))
    in_dense = [layer["kind"] == "dense" for layer in plan]
    costs[name] = {
        what: [sum(row[i] for row, d in zip(rows, in_dense, strict=True) if d == part) for part in (False, True)]
        for i, what in enumerate(("parameters", "multiply-adds"))
    }
    print(
        f"{name:8}",
        *(f"{what} {sum(parts):14,} ({parts[1] / sum(parts):4.0%} dense)" for what, parts in costs[name].items()),
    )
fig, axes = plt.subplots(1, 2, figsize=(11, 3), sharey=True)
for ax, what, unit in zip(axes, ("parameters", "multiply-adds"), (1e6, 1e9), strict=True):
    left = np.zeros(3)
    for part, label, color, hatch in ((0, "convolutions", "C0", ""), (1, "dense layers", "C1", "//")):
        widths = np.array([costs[name][what][part] / unit for name in costs])
        ax.barh(list(costs), widths, left=left, label=label, color=color, hatch=hatch, edgecolor="white")
        left += widths
    ax.set(title=f"{what.capitalize()}", xlabel="millions" if unit == 1e6 else "billions a picture")
axes[0].invert_yaxis()
axes[0].set_ylabel("network")
axes[1].legend()
dd.plot.show(
    "Two panels of bars for AlexNet, VGG16 and NiN. Parameters: 62, 138 and 7 million; in AlexNet and VGG16 nearly all "
    "lie in dense layers, NiN has none of those. Multiply-adds: 1.1, 15.5 and 1.1 billion, nearly all in convolutions."
)

# %% [markdown]
# On the left nearly all is in the dense layers, 94 % of AlexNet and 89 % of VGG16, most of it in the *first* dense
# layer: VGG16's has $25088 \cdot 4096$ weights. On the right they nearly vanish. So a **parameter budget** and a work
# budget are kept in different places: for a smaller file change the head, for a faster network the convolutions, and
# of these the early ones, with their large maps. NiN, without a dense layer, has a tenth of AlexNet's parameters for
# about the same work.
#
# ## Fewer multiply-adds need not be faster
#
# Is time in proportion to multiply-adds? A processor must also *fetch* what it multiplies. A dense layer from 4096 to
# 4096 units fetches 16.8 million weights, 67 MB, for 16.8 million multiply-adds: each weight is used once and let go.
# A convolution of $3 \times 3$ on maps of $28 \times 28$ with 64 channels fetches 36,928 parameters and uses each 784
# times. Multiply-adds for each number fetched or stored are the **arithmetic intensity** (Williams and others, 2009);
# where it is low, memory sets the pace and the multipliers wait.

# %% demo
candidates = {
    "dense 4096 to 4096": (layers.Dense(4096, kernel_initializer="ones"), (4096,), [dense(4096)]),
    "conv 3 x 3, 64 to 64": (layers.Conv2D(64, 3, padding="same"), (28, 28, 64), [conv(64, 3)]),
}
print("layer                  batch  multiply-adds  intensity  ms a picture  billions a second")
for name, (layer, shape, plan) in candidates.items():
    ((parameters, multiply_adds, output_shape),) = flops(plan, shape)
    for batch in (1, 16):
        x = ops.ones((batch, *shape))
        layer(x)  # the first call makes the weights
        times = []
        for _ in range(5):
            began = time.perf_counter()
            ops.convert_to_numpy(layer(x))
            times.append((time.perf_counter() - began) / batch)
        moved = parameters / batch + np.prod(shape) + np.prod(output_shape)
        speed = multiply_adds / min(times) / 1e9
        print(f"{name:22} {batch:5}  {multiply_adds:13,}  {multiply_adds / moved:9.1f}", end="  ")
        print(f"{1000 * min(times):12.2f}  {speed:17.1f}")

# %% [markdown]
# The dense layer has fewer multiply-adds than the convolution. Yet with one picture at a time it gets through far
# fewer of them a second, and takes longer: four times as long on the computer where this was written, and still 1.7
# times when that computer was busy with other work. A batch of 16 fetches the weights once for all, and the dense
# layer's pace rises several times; the convolution, which reused its weights within a picture, has less to gain. So
# multiply-adds are a bound on what arithmetic costs, not a time. Measure, on the machine and at the batch size that
# you will use.
#
# ## The head, and dropout
#
# In AlexNet a flattened map goes through two dense layers of 4096 units. So many parameters learn the training
# pictures by heart, and its authors wrote that without **dropout** (Day 32) of one half in these two layers it
# overfitted substantially. The last dense layer has no dropout: a class whose score were struck out could not be
# learned. In NiN dropout lies between the blocks, and the global average has nothing to drop.
#
# Our pictures have $32 \times 32$ pixels. The small AlexNet keeps the order of the large one: a large window with a
# stride in front, then a smaller window, then three convolutions of $3 \times 3$, pools of $3 \times 3$ that overlap,
# since they move by 2, and a head of two dense layers. All kernels, also of dense layers, start by He's rule.


# %% exercise: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    """A small AlexNet. In order:

        convolution 5 x 5, stride 2, 24 filters     pooling
        convolution 5 x 5, 48 filters               pooling
        convolutions 3 x 3, 64, 64 and 48 filters   pooling
        flatten, dense 256, dropout, dense 256, dropout, dense num_classes

    Convolutions and the max poolings of 3 x 3 with stride 2 are padded "same". ReLU follows on every layer with weights
    but the last, whose outputs are logits. Kernels by He's rule (the last layer's as you like), biases zeros.

    Args:
        input_shape: (H, W, C) of a picture.
        num_classes: K, int >= 1.
        dropout: share of the units that is dropped in training, 0 to less than 1.

    Returns:
        A built keras.Model, not compiled, (N, H, W, C) to (N, num_classes). About 15 lines.
    """
    ### BEGIN SOLUTION
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for groups in ([(24, 5, 2)], [(48, 5, 1)], [(64, 3, 1), (64, 3, 1), (48, 3, 1)]):
        for filters, kernel, stride in groups:
            model.add(layers.Conv2D(filters, kernel, strides=stride, padding="same", **he))
        model.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, **he))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model
    ### END SOLUTION


# %% test: build_alexnet_small, points=3
model = build_alexnet_small((32, 32, 3), 7)
dd.check.kind(model, keras.Model, what="build_alexnet_small((32, 32, 3), 7)")
dd.check.equal(model.output_shape, (None, 7), what="the output shape", why="a logit for each of 7 classes")
why = "123,008 in the convolutions and 116,999 in the dense layers"
dd.check.equal(model.count_params(), 240_007, what="the number of parameters", why=why)
due = ["Conv2D"] * 5 + ["Dense", 0.5, "Dense", 0.5, "Dense"]
why = "five convolutions, then three dense layers, a dropout behind the first and the second"
dd.check.equal(dropouts(model), due, what="the layers with weights, and the rates of dropout between them", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(54)
plan = [conv(24, 5, 2), pool(3, 2, "same"), conv(48, 5), pool(3, 2, "same"), conv(64, 3), conv(64, 3), conv(48, 3)]
plan += [pool(3, 2, "same"), FLATTEN, dense(256), dense(256), dense(3)]
for shape, num_classes, rate in (((16, 21, 2), 3, 0.25), ((9, 8, 1), 1, 0.0)):
    plan[-1] = dense(num_classes)
    model = build_alexnet_small(input_shape=shape, num_classes=num_classes, dropout=rate)
    what = f"build_alexnet_small({shape}, {num_classes})"
    kernels, biases = first_draws(model)
    dd.check.equal(biases, [True] * 8, what="whether the biases start at zero")
    for kernel_shape, spread, mean in kernels[:-1]:
        due = np.sqrt(2 / np.prod(kernel_shape[:-1]))
        tolerance = max(0.06, 4 / np.sqrt(np.prod(kernel_shape)))
        why = "He's rule: the root of 2 over the inputs of a filter or unit"
        dd.check.close(spread, due, rtol=tolerance, what=f"the spread of a new kernel {kernel_shape}", why=why)
        assert abs(mean) < 0.2 * due, "the entries of a new kernel lie around zero"
    weights = draw_weights(model, num_classes)
    x = rng.normal(size=(2, *shape)).astype("float32")
    due = answer_by_hand(x, weights, plan)
    dd.check.shape(model(x), due.shape, what=what + "(x)", why="a row of logits for each picture")
    why = "the layers in this order, padded alike, ReLU on all but the last"
    dd.check.close(model(x), due, rtol=2e-3, atol=2e-3, what=what + "(x)", why=why)
    if rate > 0:
        dd.check.equal(dropouts(model)[6::2], [rate, rate], what="the rates of dropout", why="as handed over")
dd.check.equal(model.compiled, False, what="whether the model is compiled", why="it is handed over uncompiled")
### END HIDDEN TESTS

# %% mistakes: build_alexnet_small
# - replace: layers.Dropout(dropout)
#   with: layers.Dropout(0.5)
#   hint: "dropout goes unused: the rate is one half whatever it is."
# - replace: layers.Dropout(dropout)
#   with: layers.Dropout(1 - dropout)
#   hint: "You take dropout for the share that is kept. It is the share that is dropped, in Keras as well."
# - replace: layers.Dense(num_classes)
#   with: layers.Dense(num_classes, activation="softmax")
#   hint: "Your last layer gives probabilities. Logits are wanted: no activation."
# - replace: layers.Dense(num_classes)
#   with: layers.Dense(num_classes, activation="relu")
#   hint: "ReLU cuts your logits off at zero. The last layer has no activation."
# - replace: MaxPooling2D(3, strides=2, padding="same")
#   with: MaxPooling2D(3, strides=2)
#   hint: "Your pools are not padded, so that maps come out smaller than half, rounded up."
# - replace: MaxPooling2D(3, strides=2, padding="same")
#   with: MaxPooling2D(2, strides=2, padding="same")
#   hint: "Your pools are 2 x 2 and do not overlap. AlexNet's are 3 x 3, moved by 2."
# - replace: MaxPooling2D(3, strides=2, padding="same")
#   with: AveragePooling2D(3, strides=2, padding="same")
#   hint: "Your pools average. The largest is wanted."
# - replace: "strides=stride, padding=\"same\""
#   with: "padding=\"same\""
#   hint: "The first convolution does not move by 2."
# - replace: layers.Dense(256, **he)
#   with: layers.Dense(256, kernel_initializer="he_normal")
#   hint: "The dense layers have no ReLU: two in a row are then one (Day 23)."
# - replace: "{\"activation\": \"relu\", \"kernel_initializer\": \"he_normal\"}"
#   with: "{\"activation\": \"relu\"}"
#   hint: "Kernels start by Glorot's rule, Keras's default. He's is wanted."
# - replace: layers.Flatten()
#   with: layers.GlobalAveragePooling2D()
#   hint: "You average over the places, as NiN does. AlexNet flattens and weighs each place apart."
# - replace: layers.Dense(256, **he)
#   with: layers.Dense(256, activation="relu")
#   hint: "Your dense kernels start by Glorot's rule, Keras's default. He's rule is for them too."
# - replace: strides=stride, padding="same", **he
#   with: strides=stride, **he
#   hint: "Your convolutions are not padded, so that the maps shrink more than the strides make them."
# - replace: layers.Dense(256, **he)
#   with: layers.Dense(128, **he)
#   hint: "Your dense layers have another width than 256."
# - replace: "[(48, 5, 1)]"
#   with: "[(48, 5, 2)]"
#   hint: "Only the first convolution moves by 2, and yours is not the only one that does."
# - replace: "        model.add(layers.MaxPooling2D(3, strides=2, padding=\"same\"))"
#   with: "        if len(groups) == 1:\n            model.add(layers.MaxPooling2D(3, strides=2, padding=\"same\"))"
#   hint: "The third pooling is missing, the one in front of the flattening."
# - replace: "    return model"
#   with: "    model.compile(\"adam\", \"mean_squared_error\")\n    return model"
#   hint: "You hand the model over compiled. Which loss and optimizer it gets is up to others."


# %% mistake: build_alexnet_small
# hint: "Dropout lies in front of the last layer only. Both wide dense layers have one behind them."
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for groups in ([(24, 5, 2)], [(48, 5, 1)], [(64, 3, 1), (64, 3, 1), (48, 3, 1)]):
        for filters, kernel, stride in groups:
            model.add(layers.Conv2D(filters, kernel, strides=stride, padding="same", **he))
        model.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    model.add(layers.Flatten())
    model.add(layers.Dense(256, **he))
    model.add(layers.Dense(256, **he))
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% mistake: build_alexnet_small
# hint: "The classes' scores go through a dropout as well. Nothing is dropped behind the last layer."
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for groups in ([(24, 5, 2)], [(48, 5, 1)], [(64, 3, 1), (64, 3, 1), (48, 3, 1)]):
        for filters, kernel, stride in groups:
            model.add(layers.Conv2D(filters, kernel, strides=stride, padding="same", **he))
        model.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, **he))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    model.add(layers.Dropout(dropout))
    return model


# %% mistake: build_alexnet_small
# hint: "You pool after every convolution. There are three poolings, the last behind the fifth convolution."
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for filters, kernel, stride in ((24, 5, 2), (48, 5, 1), (64, 3, 1), (64, 3, 1), (48, 3, 1)):
        model.add(layers.Conv2D(filters, kernel, strides=stride, padding="same", **he))
        model.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, **he))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% mistake: build_alexnet_small
# hint: "Dropout lies in front of the wide dense layers in your model. It lies behind each of them."
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for groups in ([(24, 5, 2)], [(48, 5, 1)], [(64, 3, 1), (64, 3, 1), (48, 3, 1)]):
        for filters, kernel, stride in groups:
            model.add(layers.Conv2D(filters, kernel, strides=stride, padding="same", **he))
        model.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dropout(dropout))
        model.add(layers.Dense(256, **he))
    model.add(layers.Dense(num_classes))
    return model


# %% accepts: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    # The functional way, activations as layers of their own.
    x = inputs = keras.Input(shape=input_shape)

    def then(layer):
        layer.kernel_initializer = keras.initializers.HeUniform()
        return layers.ReLU()(layer(x))

    x = then(layers.Conv2D(24, 5, 2, "same"))
    x = layers.MaxPool2D(3, 2, "same")(x)
    x = then(layers.Conv2D(48, 5, 1, "same"))
    x = layers.MaxPool2D(3, 2, "same")(x)
    for filters in (64, 64, 48):
        x = then(layers.Conv2D(filters, 3, 1, "same"))
    x = layers.Flatten()(layers.MaxPool2D(3, 2, "same")(x))
    for _ in "67":
        x = layers.Dropout(dropout)(then(layers.Dense(256)))
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% [markdown]
# The last one is yours from its contract alone.


# %% exercise: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    """A small VGG: blocks by `vgg_block`, then a head like AlexNet's, with 128 units in place of 256.

    Args:
        input_shape: (H, W, C) of a picture.
        num_classes: K, int >= 1.
        blocks: for each block (convolutions, filters).
        dropout: share of the units that is dropped in training, 0 to less than 1.

    Returns:
        A built keras.Model, not compiled, (N, H, W, C) to logits (N, num_classes). Dense kernels by He's rule (the
        last layer's as you like), biases zeros. About 9 lines.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(input_shape)])
    for num_convs, filters in blocks:
        model.add(vgg_block(filters, num_convs))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model
    ### END SOLUTION


# %% test: build_vgg_small, points=3
model = build_vgg_small((32, 32, 3), 7)
dd.check.kind(model, keras.Model, what="build_vgg_small((32, 32, 3), 7)")
dd.check.equal(model.output_shape, (None, 7), what="the output shape", why="a logit for each of 7 classes")
why = "81,312 in the convolutions and 42,119 in the dense layers"
dd.check.equal(model.count_params(), 123_431, what="the number of parameters", why=why)
due = ["Conv2D"] * 6 + ["Dense", 0.5, "Dense", 0.5, "Dense"]
dd.check.equal(dropouts(model), due, what="the layers with weights, and the rates of dropout between them")
model = build_vgg_small((9, 12, 2), 3, blocks=((2, 4), (1, 5)), dropout=0.0)
x = np.random.default_rng(55).normal(size=(2, 9, 12, 2)).astype("float32")
weights = draw_weights(model, 3)
plan = [conv(4, 3), conv(4, 3), pool(2, 2), conv(5, 3), pool(2, 2), FLATTEN, dense(128), dense(128), dense(3)]
due = answer_by_hand(x, weights, plan)
why = "two blocks, flatten, three dense layers"
dd.check.close(model(x), due, rtol=2e-3, atol=2e-3, what="build_vgg_small((9, 12, 2), 3, ((2, 4), (1, 5)))(x)", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(56)
for shape, num_classes, blocks, rate in (
    ((17, 8, 3), 1, ((1, 3), (2, 1), (1, 4)), 0.25),
    ((2, 4, 1), 4, [(1, 6)], 0.1),
):
    model = build_vgg_small(input_shape=shape, num_classes=num_classes, blocks=blocks, dropout=rate)
    convolutions = sum(n for n, _ in blocks)
    due = ["Conv2D"] * convolutions + ["Dense", rate, "Dense", rate, "Dense"]
    dd.check.equal(dropouts(model), due, what="the layers with weights, and the rates of dropout between them")
    kernels, biases = first_draws(model)
    dd.check.equal(biases, [True] * (convolutions + 3), what="whether the biases start at zero")
    shape_of_kernel, spread, mean = kernels[-2]
    why = "He's rule: the root of 2 over 128 inputs"
    dd.check.close(spread, np.sqrt(2 / 128), rtol=0.06, what="the spread of the second dense kernel", why=why)
    assert abs(mean) < 0.02, "the entries of a new kernel lie around zero"
    weights = draw_weights(model, num_classes)
    x = rng.normal(size=(3, *shape)).astype("float32")
    plan = [layer for n, filters in blocks for layer in [conv(filters, 3)] * n + [pool(2, 2)]]
    due = answer_by_hand(x, weights, [*plan, FLATTEN, dense(128), dense(128), dense(num_classes)])
    what = f"build_vgg_small({shape}, {num_classes}, {blocks})(x)"
    dd.check.shape(model(x), due.shape, what=what, why="a row of logits for each picture")
    dd.check.close(model(x), due, rtol=2e-3, atol=2e-3, what=what, why="blocks, flatten, three dense layers")
dd.check.equal(model.compiled, False, what="whether the model is compiled", why="it is handed over uncompiled")
### END HIDDEN TESTS

# %% mistakes: build_vgg_small
# - replace: vgg_block(filters, num_convs)
#   with: vgg_block(num_convs, filters)
#   hint: "Filters and number of convolutions are exchanged on the way to vgg_block."
# - replace: layers.Dropout(dropout)
#   with: layers.Dropout(0.5)
#   hint: "dropout goes unused: the rate is one half whatever it is."
# - replace: layers.Dropout(dropout)
#   with: layers.Dropout(1 - dropout)
#   hint: "You take dropout for the share that is kept. It is the share that is dropped, in Keras as well."
# - replace: layers.Dense(num_classes)
#   with: layers.Dense(num_classes, activation="relu")
#   hint: "ReLU cuts your logits off at zero. The last layer has no activation."
# - replace: layers.Dense(num_classes)
#   with: layers.Dense(num_classes, activation="softmax")
#   hint: "Your last layer gives probabilities. Logits are wanted: no activation."
# - replace: layers.Flatten()
#   with: layers.GlobalAveragePooling2D()
#   hint: "You average over the places, as NiN does. VGG flattens, as AlexNet does."
# - replace: layers.Dense(128, activation="relu"
#   with: layers.Dense(256, activation="relu"
#   hint: "Your dense layers have another width than 128."
# - replace: "activation=\"relu\", kernel_initializer=\"he_normal\""
#   with: "activation=\"relu\""
#   hint: "Dense kernels start by Glorot's rule, Keras's default. He's is wanted."
# - replace: "128, activation=\"relu\""
#   with: "128, activation=None"
#   hint: "The dense layers have no ReLU: two in a row are then one (Day 23)."
# - replace: for num_convs, filters in blocks
#   with: for num_convs, filters in ((1, 16), (1, 32), (2, 48), (2, 48))
#   hint: "blocks goes unused."
# - replace: "    return model"
#   with: "    model.compile(\"adam\", \"mean_squared_error\")\n    return model"
#   hint: "You hand the model over compiled. Which loss and optimizer it gets is up to others."
# - replace: "    model.add(layers.Dense(num_classes))"
#   with: "    model.add(layers.Dense(num_classes))\n    model.add(layers.Dropout(dropout))"
#   hint: "The classes' scores go through a dropout as well. Nothing is dropped behind the last layer."


# %% mistake: build_vgg_small
# hint: "The head has one dense layer where AlexNet's has two before the last."
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape), *(vgg_block(filters, n) for n, filters in blocks)])
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% mistake: build_vgg_small
# hint: "Dropout lies in front of the wide dense layers in your model. It lies behind each of them."
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape), *(vgg_block(filters, n) for n, filters in blocks)])
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dropout(dropout))
        model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
    model.add(layers.Dense(num_classes))
    return model


# %% mistake: build_vgg_small
# hint: "There is dropout between your blocks. It belongs in the head."
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape)])
    for num_convs, filters in blocks:
        model.add(vgg_block(filters, num_convs))
        model.add(layers.Dropout(dropout))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% mistake: build_vgg_small
# hint: "There is dropout in front of the last layer only. Both wide dense layers have one behind them."
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape), *(vgg_block(filters, n) for n, filters in blocks)])
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% accepts: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    x = inputs = keras.Input(input_shape)
    for num_convs, filters in blocks:
        for _ in range(num_convs):
            x = layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_uniform")(x)
            x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(128, "relu", kernel_initializer="he_normal")(x)
        x = layers.Dropout(rate=dropout)(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% [markdown]
# ## Put it together: three families, one budget
#
# The task: name the object in the middle of a cutout of $32 \times 32$ pixels, one of seven classes, while its
# neighbours may reach into the picture.


# %% demo
def cutouts(num_scenes, seed):
    """Four cutouts a scene: x (4 num_scenes, 32, 32, 3), about -2 to 2, and the classes of what is in the middle."""
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(4, 4))
    middle = (found.boxes[..., :2] + found.boxes[..., 2:]) // 2
    corners = np.clip(middle - 16, 0, 32)  # (num_scenes, 4, 2), x before y; windows stay inside the scene
    places = zip(found.images, corners, strict=True)
    windows = [image[y : y + 32, x : x + 32] for image, four in places for x, y in four]
    return (np.array(windows, "float32") - 115) / 64, found.labels.ravel()


x_train, labels_train = cutouts(250, seed=0)
x_test, labels_test = cutouts(500, seed=1)
print(x_train.shape, x_test.shape, np.bincount(labels_test))
one_of_each = [int(np.argmax(labels_test == k)) for k in range(7)]
shown = [*one_of_each, *range(20, 27)]
dd.plot.image_grid(x_test[shown] * 64 / 255 + 115 / 255, [CLASSES[labels_test[i]] for i in shown], columns=7)
plt.gcf().suptitle("Cutouts: name what is in the middle")
dd.plot.show(
    "Two rows of seven small colour pictures, each of a shape or a digit on part of a photograph, with its class as a "
    "title: circle, square, triangle, star, cross, heart, digit, and seven more. Some show parts of a neighbour."
)

# %% [markdown]
# A fair race needs an equal budget. Equal epochs are not equal work, and equal seconds depend on the computer. So we
# give each family the same number of multiply-adds: 8 billion in the passes forward, which is what your `flops` is
# for. (The way back costs about twice that again, for all three.) A NiN is quickly put together from your blocks.


# %% demo
def build_nin_small(input_shape, num_classes):
    model = keras.Sequential([keras.Input(input_shape), nin_block(24, 5, 2, "same")])
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(nin_block(48, 5, 1, "same"))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(nin_block(64, 3, 1, "same"))
    model.add(layers.Dropout(0.5))
    model.add(nin_block(64, 3, 1, "same"))
    model.add(layers.Conv2D(num_classes, 1))  # a map for each class
    model.add(layers.GlobalAveragePooling2D())
    return model


def block_of_three(filters, kernel, stride=1):
    return [conv(filters, kernel, stride), conv(filters, 1), conv(filters, 1)]


overlapping = pool(3, 2, "same")
on_paper = {
    "AlexNet": [
        conv(24, 5, 2),
        overlapping,
        conv(48, 5),
        overlapping,
        conv(64, 3),
        conv(64, 3),
        conv(48, 3),
        overlapping,
    ],
    "VGG": [
        conv(16, 3),
        pool(2, 2),
        conv(32, 3),
        pool(2, 2),
        *[conv(48, 3)] * 2,
        pool(2, 2),
        *[conv(48, 3)] * 2,
        pool(2, 2),
    ],
    "NiN": [*block_of_three(24, 5, 2), overlapping, *block_of_three(48, 5), overlapping, *block_of_three(64, 3)],
}
on_paper["AlexNet"] += [FLATTEN, dense(256), DROPOUT, dense(256), DROPOUT, dense(7)]
on_paper["VGG"] += [FLATTEN, dense(128), DROPOUT, dense(128), DROPOUT, dense(7)]
on_paper["NiN"] += [DROPOUT, *block_of_three(64, 3), conv(7, 1), GLOBAL_POOL]
builders = {"AlexNet": build_alexnet_small, "VGG": build_vgg_small, "NiN": build_nin_small}
budget = 8e9
networks, totals, curves = {}, {}, {}
for name, build in builders.items():
    dd.seed(50)
    networks[name] = build((32, 32, 3), 7)
    rows = flops(on_paper[name], (32, 32, 3))
    totals[name] = sum(row[0] for row in rows), sum(row[1] for row in rows)
    assert totals[name][0] == networks[name].count_params()
    epochs = round(budget / (totals[name][1] * len(x_train)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    networks[name].compile(keras.optimizers.Adam(0.001), loss)
    began = time.process_time()
    history = networks[name].fit(x_train, labels_train, batch_size=32, epochs=epochs, verbose=0)
    curves[name] = history.history["loss"]
    print(
        f"{name:8} {totals[name][0]:7,} parameters  {totals[name][1]:9,} multiply-adds a picture  {epochs} epochs",
        end="  ",
    )
    print(f"{time.process_time() - began:4.1f} CPU s  loss", *(f"{value:.2f}" for value in curves[name]))


def share_right(model):
    logits = model.predict(x_test, batch_size=100, verbose=0)  # (2000, 7)
    return float((logits.argmax(axis=1) == labels_test).mean())


early = {name: share_right(model) for name, model in networks.items()}
print("named rightly so far:", {name: round(share, 2) for name, share in early.items()}, "by chance 0.14")

# %% [markdown]
# That was the first few seconds, and they bought little: the losses have hardly come down to $\ln 7 = 1.95$, that of
# guessing. Plain stacks with dropout begin so, and what it takes to begin faster is a theme of Day 52. For the rest of
# the training a lesson has no time. The same three networks were trained by the scripts `data/zoo/scenes_alexnet.py`,
# `scenes_vgg.py` and `scenes_nin.py`, on 16,000 cutouts for 8 to 10 epochs, which is about 600 billion multiply-adds
# each. `dd.zoo.load` reads the result, and its weights fit into *your* networks, if these are what they should be.

# %% demo
final, milliseconds = {}, {}
for name, model in networks.items():
    trained = dd.zoo.load(f"scenes_{name.lower()}")
    model.set_weights(trained.get_weights())
    final[name] = share_right(model)
    batch = ops.convert_to_tensor(x_test[:100])
    times = []
    for _ in range(4):
        began = time.process_time()
        ops.convert_to_numpy(model(batch))
        times.append(time.process_time() - began)
    milliseconds[name] = 1000 * min(times) / len(batch)
fig, ax = plt.subplots(figsize=(8, 4.5))
for name, marker in zip(networks, "osD", strict=True):
    parameters, multiply_adds = totals[name]
    note = f"{name}: {parameters / 1e3:.0f} thousand parameters, {multiply_adds / 1e6:.1f} million multiply-adds"
    ax.scatter(milliseconds[name], 100 * final[name], s=parameters / 300, marker=marker, alpha=0.6, label=note)
    ax.annotate(name, (milliseconds[name], 100 * final[name]), xytext=(0, 18), textcoords="offset points", ha="center")
    print(f"{name:8} {early[name]:.0%} right after the first seconds, {final[name]:.1%} after the rest", end="; ")
    print(f"{milliseconds[name]:.2f} CPU ms a picture")
ax.set(title="Accuracy, time and size (area of the mark) at one budget of training")
ax.set(xlabel="CPU milliseconds a picture, in batches of 100", ylabel="named rightly, in %")
ax.set(xlim=(0, 1.25 * max(milliseconds.values())), ylim=(80, 100))
ax.legend(loc="upper left", markerscale=0.5)
dd.plot.show(
    "Three marks over time a picture and accuracy; a mark's area is the number of parameters. AlexNet's is the largest."
)
assert min(final.values()) > 0.8 and max(early.values()) < min(final.values())

# %% [markdown]
# Read it from left to right and then upwards. AlexNet has twice the parameters of the others, and yet its time was the
# shortest where this was written: parameters in dense layers cost memory, and the stride of the first layer saves work
# on large maps. VGG has a sixth more multiply-adds than AlexNet and took 1.4 times as long there, since it fetches and
# stores 16 maps of $32 \times 32$ before it makes them smaller. By how much the times differ, and whether NiN or VGG
# takes longer, depends on the computer and on the day. VGG names most rightly here. The budget was the same for all
# three, and so was the rate, which was tuned for none; each network on file was trained once. From another seed VGG
# reached 92.0 %, AlexNet 88.7 % and NiN 88.2 %: VGG's lead held, and between the other two there is no saying.
#
# ## What you should remember
#
# 1. Two convolutions of $3 \times 3$ see as much as one of $5 \times 5$, for fewer parameters and with a ReLU more.
# 2. A $1 \times 1$ convolution is a dense layer over the channels of every pixel. It mixes channels and sees no
#    neighbours.
# 3. Parameters sit in dense layers, multiply-adds in early convolutions. Global average pooling gets rid of the former.
# 4. Say what you count: a multiply-add is two FLOPs, and a network has variants.
# 5. Multiply-adds are not seconds. Time also depends on how often a number is used once it was fetched.
#
# ## Check yourself, without code
#
# 1. You may add one convolution of $3 \times 3$ with 64 filters to a network, on its first maps ($224 \times 224$) or
#    on its last ($14 \times 14$), 64 channels in both places. What does each cost in parameters and multiply-adds?
# 2. A network with global average pooling is asked about a picture twice as high and wide as those that it was
#    trained on. Does it answer? And one with `Flatten`?
# 3. Why does VGG16's first dense layer hold 103 million parameters, and the second only 17 million, though both have
#    4096 units?
#
# <details><summary>Answers</summary>
#
# 1. 36,928 parameters in both. Multiply-adds: $224^2 / 14^2 = 256$ times as many on the first maps.
# 2. The first does, with maps twice as large that are averaged all the same; whether well, is another question. With
#    `Flatten` the dense layer gets four times the inputs it has weights for, and Keras refuses.
# 3. Its inputs are $7 \cdot 7 \cdot 512 = 25088$ numbers, the second one's 4096.
#
# </details>
#
# ## Go further
#
# - Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural networks*, NIPS.
# - Simonyan and Zisserman (2015), *Very deep convolutional networks for large-scale image recognition*, ICLR.
# - Lin, Chen and Yan (2014), *Network in network*, ICLR.
# - Russakovsky and others (2015), *ImageNet large scale visual recognition challenge*, IJCV 115: the contest and its
#   winners.
# - Williams, Waterman and Patterson (2009), *Roofline*, Communications of the ACM 52: intensity and time.
# - `keras.applications.VGG16(weights=None).count_params()`, if you want to see the 138,357,544 from the other side.
# - Day 51: several windows side by side, and $1 \times 1$ convolutions that make them cheap.
