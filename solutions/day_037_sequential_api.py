# ---
# day: 37
# title: The Sequential API
# week: 8
# minutes: 90
# backend: any
# needs: [3, 5, 24, 26, 29, 31, 32]
# data: [digits, glyphs, fashion_mnist]
# papers:
# - Bridle 1990, Probabilistic interpretation of feedforward classification network outputs
# - "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp"
# - "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
# - "Kingma and Ba 2015, Adam: a method for stochastic optimization"
# - "Xiao, Rasul and Vollgraf 2017, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms"
# ---

# %% [markdown]
# # Day 37 · The Sequential API
#
# By the end you can state a network as a list of layers, have Keras train it, read the history that comes
# back, and know which number in it to believe.
#
# - **You will build** five small functions: a layer that puts data on one scale, a classifier for inputs of
#   any shape, a table of its parameters, its compilation and its use. Together they roast coffee and read
#   letters in 25 typefaces, over 0.82 of them rightly.
# - **You need** mini-batches (Day 3), logits and cross-entropy (Day 5), and layers (Day 26).
# - **Not today:** networks that are no straight line of layers (Day 38), and layers that look at neighbouring
#   pixels (Day 46).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$ | number of examples | | `len(x)` |
# | $x$ | the inputs, one example an entry of the first axis | $(m, \dots)$ | `x` |
# | $n_0, n_1, \dots, n_L$ | numbers that an example is at the start and after each dense layer | | |
# | $K = n_L$ | number of classes | | `num_classes` |
# | $W_l, b_l$ | weights and biases of dense layer $l$ | $(n_{l-1}, n_l)$, $(n_l,)$ | |
# | $g$ | an activation | | `activation` |
# | $a_l$ | output of dense layer $l$; $a_0$ is the flattened input | $(m, n_l)$ | |
# | $z = a_L$ | the logits | $(m, K)$ | `logits` |
# | $c_i$ | the right class of example $i$, an int from 0 to $K - 1$ | $(m,)$ together | `labels` |
# | $J$ | the cost: the mean cross-entropy | $()$ | |
# | $\mu_j, \sigma_j^2$ | mean and variance of feature $j$ over the training data | $(n_0,)$ each | |
# | $B, E$ | examples in a mini-batch; epochs | | `batch_size`, `epochs` |
#
# One convention: a **shape** given to Keras is that of *one* example. The axis of the examples is left out,
# and printed as `None` where it shows.

# %% setup
import contextlib
import io
import itertools
import logging
import math

import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one

# %% [markdown]
# ## A network is a list
#
# A feed-forward network is a chain of functions, each fed with what the one before it gave:
#
# $$\text{network}(x) = f_L(f_{L-1}(\dots f_1(x) \dots)) .$$
#
# `keras.Sequential` takes that literally: a list of layers, called from first to last. The layer to know is
# `Dense`, Day 26's $a_l = g(a_{l-1} W_l + b_l)$, where $(m, n_{l-1})$ times $(n_{l-1}, n_l)$ gives
# $(m, n_l)$. You say how many outputs $n_l$ it has and which activation $g$ (none if you say nothing); the
# $n_{l-1}$ Keras finds out, since it knows what comes before. For the first layer it knows only if the list
# opens with `keras.Input`, which computes nothing and states the shape of one example. Without it the model
# has no weights until it meets data: nothing to count, load or save.
#
# The smallest network worth the name is the one for *exclusive or*: the answer is 1 where just one of two
# inputs is 1. No single line separates such points. Two ReLU units do:
#
# $$h_0 = \max(0,\ x_0 + x_1), \qquad h_1 = \max(0,\ x_0 + x_1 - 1), \qquad a_2 = h_0 - 2 h_1 .$$
#
# For $x = (1, 1)$: $h = (2, 1)$ and $a_2 = 2 - 2 = 0$. For $(1, 0)$: $h = (1, 0)$ and $a_2 = 1$. We write it
# as a list and put those numbers in. `set_weights` wants one array for each weight, in the order of the
# layers, in each layer the kernel $W$ before the bias $b$.

# %% demo
xor = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(2, activation="relu", name="hidden"),
        keras.layers.Dense(1, name="output"),
    ]
)
xor.set_weights(
    [
        np.array([[1.0, 1.0], [1.0, 1.0]]),  # W_1 (2, 2)
        np.array([0.0, -1.0]),  # b_1 (2,)
        np.array([[1.0], [-2.0]]),  # W_2 (2, 1)
        np.array([0.0]),  # b_2 (1,)
    ]
)
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
for corner, answer in zip(corners, ops.convert_to_numpy(xor(corners)), strict=True):
    print(f"{corner} -> {answer[0]:.0f}")
print("shape of the output:", xor.output_shape)

# %% [markdown]
# That is all of the *network*. Everything else today is about what goes in, what comes out, and training.
#
# ## What goes in: one scale
#
# A roaster notes temperature and minutes. Too cold or too short, and the beans are underdone; too much of
# both together, and they are burnt. On the left are 600 roasts as they are written down, with a degree
# drawn as long as a minute, for a dense layer makes no difference between the two. What does it see?

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
ROASTS = ["underdone", "good", "burnt"]


def roast_coffee(m, seed):
    """Temperatures in degrees Celsius and minutes, (m, 2), and how the beans came out, (m,)."""
    rng = np.random.default_rng(seed)
    temperature, minutes = rng.uniform(150, 260, m), rng.uniform(8, 18, m)
    burnt = (temperature - 180) / 80 + (minutes - 10.5) / 7.5 > 1
    outcome = np.where((temperature < 180) | (minutes < 10.5), 0, np.where(burnt, 2, 1))
    return np.stack([temperature, minutes], axis=1), outcome


roasts, outcomes = roast_coffee(600, seed=37)
scaled = (roasts - roasts.mean(axis=0)) / roasts.std(axis=0)
fig, panels = plt.subplots(1, 2, figsize=(11, 4.2), width_ratios=[1.6, 1])
for ax, points in zip(panels, (roasts, scaled), strict=True):
    for k, name in enumerate(ROASTS):
        look = {"color": f"C{k}", "marker": "os^"[k], "s": 14, "label": name}
        ax.scatter(*points[outcomes == k].T, **look)
    ax.set_aspect("equal")
panels[0].set(title="As written down", xlabel="temperature (°C)", ylabel="minutes", ylim=(-12, 38))
panels[0].legend(loc="upper center", ncols=3, fontsize=9)
panels[1].set(title="Normalised", xlabel="temperature (deviations)", ylabel="minutes (deviations)")
dd.plot.show(
    "Two scatter plots of 600 roasts in three classes. Left, minutes against temperature at one scale: a flat strip "
    "from 150 to 260 degrees and 8 to 18 minutes, far above the height 0. Right, both in deviations from the mean: a "
    "square around the origin. Underdone roasts fill its left and lower edges, burnt ones the upper right corner, good "
    "ones the triangle between."
)

# %% [markdown]
# A flat strip, far from the origin. Weights start as small random numbers of one size, so temperature drowns
# the minutes. Biases start at 0, so the creases of all ReLU units start as lines through the origin, and most
# of them miss the strip. On the right, after **normalisation**, both features count alike, around 0:
#
# $$\hat x_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}, \qquad \mu_j = \frac1m \sum_i x_{ij}, \qquad
# \sigma_j^2 = \frac1m \sum_i (x_{ij} - \mu_j)^2 .$$
#
# $\mu$ and $\sigma$ have shape $(n_0,)$ and broadcast over the $m$ rows. By hand, for the four roasts
# $(190, 10)$, $(190, 14)$, $(210, 10)$ and $(210, 14)$: $\mu = (200, 12)$, $\sigma = (10, 2)$, and the rows
# become $(-1, -1)$, $(-1, 1)$, $(1, -1)$ and $(1, 1)$. A fifth roast $(220, 12)$, met later, becomes $(2, 0)$: it
# is measured by the *training* data's $\mu$ and $\sigma$, never its own.
#
# On Day 3 that was code beside the model, and whoever used the model had to remember it. In Keras it is a
# layer, `keras.layers.Normalization`, so it travels with the model. It does not train. It looks at the data
# once, in its method `adapt`, and keeps what it saw as weights that training leaves alone. Until then it
# passes data through unchanged, without a word of warning.
#
# Its argument `axis` names the axes that **keep** a mean of their own; over all others it averages. For a
# table that is -1, the features. For pixels, which share one unit, one mean for all is better, and
# `axis=None` asks for it: with a mean for each pixel, one in a corner that is nearly always black would be
# divided by nearly nothing.
#
# Two limits of the layer come from float32, in which Keras computes unless told otherwise: seven digits, and a
# floor of $10^{-7}$ under every $\sigma_j$, so that a constant column is not divided by 0. Dates as seconds since
# 1970 are 1.7 billion, and float32 can hardly tell two that lie a minute apart: take away a start first. Lengths of
# nanometres written in metres vary by less than the floor, and all become nearly 0: change the unit first.


# %% exercise: fit_normalization
def fit_normalization(x, per_feature=True):
    """A layer that gives x mean 0 and variance 1, and measures everything that comes later by the same ruler.

    Args:
        x: training data, float or uint8 array (m, ..., n) with m >= 2, in units that float32 can resolve: each
            deviation is over 1e-5, each mean within 1,000 deviations of 0. Left unchanged.
        per_feature: True for a mean and a variance of each entry of the last axis; False for one of all numbers in x.

    Returns:
        keras.layers.Normalization that has seen x. About 3 lines.
    """
    ### BEGIN SOLUTION
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(x)
    return layer
    ### END SOLUTION


# %% test: fit_normalization, points=2
x = np.array([[190.0, 10.0], [190.0, 14.0], [210.0, 10.0], [210.0, 14.0]])
with dd.check.unchanged(x, what="x"):
    layer = fit_normalization(x)
dd.check.kind(layer, keras.layers.Normalization, what="fit_normalization(x)")
due = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
dd.check.like(layer(x), due, kind="tensor", rtol=1e-5, what="layer(x)", why="these are the four roasts worked by hand")
later = layer(np.array([[220.0, 12.0]]))
why = "the training data are the ruler, for a single roast too"
dd.check.like(later, np.array([[2.0, 0.0]]), kind="tensor", rtol=1e-5, atol=1e-6, what="a later roast", why=why)
pixels = np.array([[1.0, 1.0, 5.0], [1.0, 5.0, 5.0]])
result = fit_normalization(pixels, per_feature=False)(pixels)
due = np.array([[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]])
dd.check.like(result, due, kind="tensor", rtol=1e-5, what="with one mean for all", why="mean 3, variance 4")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(37)
for shape, per_feature in (((5, 3), True), ((4, 1), True), ((6, 4, 3), True), ((7, 5, 2), False), ((3, 2, 2, 5), True)):
    x = rng.normal(size=shape) * rng.uniform(0.5, 20, shape[-1]) + rng.normal(0, 30, shape[-1])
    rows = x.reshape(-1, shape[-1] if per_feature else 1)  # every column is a feature
    mean = [sum(column) / len(column) for column in rows.T]
    squares = [sum((v - mu) ** 2 for v in column) for column, mu in zip(rows.T, mean, strict=True)]
    std = np.array([math.sqrt(total / len(rows)) for total in squares])
    with dd.check.unchanged(x, what="x", why="the caller still needs the training data"):
        layer = fit_normalization(x, per_feature)
    what = f"after x of shape {shape} with {per_feature=}, layer(x)"
    for given in (x, 2 * x[:1] + 7):
        due = (given - np.array(mean)) / std
        why = "mean and deviation are those of the training data, feature by feature or of all numbers"
        dd.check.like(layer(given), due, kind="tensor", rtol=1e-3, atol=1e-3, what=what, why=why)  # float32
spread = np.linspace(-1.0, 1.0, 24).reshape(8, 3) * np.array([1.0, 3.0, 7.0])  # deviations of about 0.6, 1.8 and 4
due = (spread - spread.mean(axis=0)) / spread.std(axis=0)
near = {"kind": "tensor", "rtol": 1e-3, "atol": 2e-3}
x = 3e-5 * spread
dd.check.like(fit_normalization(x)(x), due, **near, what="tiny units", why="a deviation of 2e-5 is resolved")
x = (spread + np.array([300.0, -900.0, 2000.0])).astype("float32")  # 500 deviations from 0, and only seven digits
dd.check.like(fit_normalization(x)(x), due, **near, what="far from 0", why="the mean is 500 deviations away")
images = rng.integers(0, 256, (80, 3, 2), dtype="uint8")
result = fit_normalization(images[::2], per_feature=False)(images)
due = (images - images[::2].mean()) / images[::2].std()
dd.check.like(result, due, **near, what="pixels, normalised", why="pixels from 0 to 255 share a mean")
### END HIDDEN TESTS

# %% mistakes: fit_normalization
# - replace: layer.adapt(x)
#   with: layer.build(x.shape)
#   hint: "Your layer passes data through unchanged: it has never seen any. Which method shows it the data?"
# - replace: "-1 if per_feature else None"
#   with: "-1"
#   hint: "per_feature=False should give one mean for all numbers."
# - replace: "-1 if per_feature else None"
#   with: None
#   hint: "One mean for temperatures and minutes together: features in different units need rulers of their own."
# - replace: "-1 if per_feature else None"
#   with: None if per_feature else -1
#   hint: "The two cases are exchanged. axis names what keeps a mean of its own."
# - replace: "-1 if per_feature else None"
#   with: 0 if per_feature else None
#   hint: "You name the axis to average over. axis names the one that keeps a mean for each of its entries."
# - replace: "-1 if per_feature else None"
#   with: 1 if per_feature else None
#   hint: "Right for a table. Where there are more axes the features are the last one, not the second."
# - replace: "-1 if per_feature else None"
#   with: tuple(range(1, x.ndim)) if per_feature else None
#   hint: "Each entry of an example gets a mean of its own. Only the last axis, that of the features, keeps one."
# - replace: layer.adapt(x)
#   with: |-
#     for start in range(0, len(x), 32):
#             layer.adapt(x[start : start + 32])
#   hint: "Each call of adapt begins anew, so that only the last batch counts. Show it all the data at once."
# - replace: return layer
#   with: return layer(x)
#   hint: "Those are the normalised data. The layer itself was asked for, to measure what comes later."
# - replace: |-
#     layer.adapt(x)
#         return layer
#   with: |-
#     layer.adapt(x)
#         x[...] = layer(x)
#         return layer
#   hint: "The layer is right, but the caller's data have been normalised in place."


# %% mistake: fit_normalization
# hint: "The result is too large by the root of a deviation: the layer expects a variance, and takes the root itself."
def fit_normalization(x, per_feature=True):
    over = tuple(range(x.ndim - 1)) if per_feature else None
    mean, std = np.atleast_1d(np.mean(x, axis=over)), np.atleast_1d(np.std(x, axis=over))
    return keras.layers.Normalization(mean=mean, variance=std)


# %% mistake: fit_normalization
# hint: "You divide by m - 1. The variance of the data themselves, about which no guess is made, divides by m."
def fit_normalization(x, per_feature=True):
    rows = x.reshape(-1, x.shape[-1] if per_feature else 1)
    return keras.layers.Normalization(mean=rows.mean(axis=0), variance=rows.var(axis=0, ddof=1))


# %% mistake: fit_normalization
# hint: "Mean square less squared mean: far from 0 the two are nearly equal, and float32 loses the difference."
def fit_normalization(x, per_feature=True):
    rows = x.reshape(-1, x.shape[-1] if per_feature else 1).astype("float32")
    mean = rows.mean(axis=0)
    return keras.layers.Normalization(mean=mean, variance=(rows**2).mean(axis=0) - mean**2)


# %% mistake: fit_normalization
# hint: "You add something to the variance against a division by 0. In small units that is most of it; the layer has a
#   floor of its own."
def fit_normalization(x, per_feature=True):
    rows = np.asarray(x, dtype=float).reshape(-1, x.shape[-1] if per_feature else 1)
    return keras.layers.Normalization(mean=rows.mean(axis=0), variance=rows.var(axis=0) + 1e-7)


# %% mistake: fit_normalization
# hint: "You measure each new batch by the batch's own mean, so that a single roast is always average. A Normalization
#   layer keeps the numbers of the training data."
def fit_normalization(x, per_feature=True):
    def scale(x):
        return (x - ops.mean(x, axis=0)) / (ops.std(x, axis=0) + 1e-7)

    return keras.layers.Lambda(scale)


# %% mistake: fit_normalization
# hint: "BatchNormalization learns a scale in training, batch by batch. Normalization looks at the data once, before."
def fit_normalization(x, per_feature=True):
    layer = keras.layers.BatchNormalization(axis=-1)
    layer(x, training=True)
    return layer


# %% accepts: fit_normalization
def fit_normalization(x, per_feature=True):
    # The numbers worked out by NumPy and handed over.
    rows = np.asarray(x, dtype=float).reshape(-1, x.shape[-1] if per_feature else 1)
    return keras.layers.Normalization(mean=rows.mean(axis=0), variance=rows.var(axis=0))


# %% accepts: fit_normalization
def fit_normalization(x, per_feature=True):
    if per_feature:
        layer = keras.layers.Normalization()
        layer.adapt(np.reshape(x, (-1, x.shape[-1])))
    else:
        layer = keras.layers.Normalization(axis=())
        layer.adapt(x)
    return layer


# %% [markdown]
# ## Flatten, then dense
#
# A roast is a row of two numbers. A picture is a grid, and a dense layer would take its last axis for the
# features: 28 rows, each treated alone, by the same weights. `Flatten` lays the rows of a picture end to end,
# $(m, 28, 28) \to (m, 784)$, and keeps the axis of the examples. It has no weights, and it leaves rows that
# are flat already as they are, so it does no harm in front of a table. What does a dense layer get to see of
# a letter?

# %% demo
(x_glyphs, glyph_labels), (x_glyphs_held_out, glyph_labels_held_out) = dd.data.glyphs()
letter = x_glyphs[np.flatnonzero(glyph_labels == 17)[1]]  # an R, (28, 28)
strip = letter.reshape(1, -1)  # (1, 784)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 3.4), width_ratios=[1, 3])
left.imshow(letter, cmap="gray")
left.axhspan(7.5, 11.5, fill=False, edgecolor="#e3a41c", linewidth=2)
left.set(title="A letter: (28, 28)", xlabel="column", ylabel="row")
left.grid(False)
right.plot(np.arange(8 * 28, 12 * 28), strip[0, 8 * 28 : 12 * 28], linewidth=1.5)
for row in range(8, 13):
    right.axvline(row * 28, color="0.5", linestyle=":", linewidth=1)
for row in range(8, 12):
    right.text(row * 28 + 14, 275, f"row {row}", ha="center")
right.set(title="Four rows of it after Flatten", xlabel="entry of 784", ylabel="brightness", ylim=(-5, 300))
dd.plot.show(
    "Left, a bright letter R on black, 28 by 28 pixels, rows 8 to 11 framed. Right, the brightness of those four rows "
    "end to end, entries 224 to 335: in each of rows 8 to 10 two narrow peaks, the stem and the bow, 28 entries from "
    "those of the row before; in row 11, where the bow meets the stem, one broad peak."
)

# %% [markdown]
# A pixel and the one below it are now 28 entries apart, and nothing says that they were neighbours. A dense
# layer does not mind, since it has a weight for every entry, and could not use the information either. That
# is its weakness, to be mended on Day 46.
#
# For a classifier the last layer has one output for each class and **no activation**: it gives the logits
# $z$, and the softmax of Day 5 waits until someone wants probabilities. The hidden layers have ReLU, as on
# Day 26:
#
# $$a_l = \max(0,\ a_{l-1} W_l + b_l) \quad (l < L), \qquad z = a_{L-1} W_L + b_L .$$
#
# We leave the start to Keras, which draws $W_l$ uniformly within $\pm\sqrt{6 / (n_{l-1} + n_l)}$ (Glorot and
# Bengio 2010) and sets $b_l$ to zero. How well that goes with ReLU is judged on Day 31; with one or two hidden
# layers it does no harm.
#
# Other tasks differ in the last layer and the loss alone (Day 24): one output without activation and the squared
# error for a quantity, one logit and binary cross-entropy for yes or no, and for *several* labels at once (an
# article on both sport and money) a logit for each label, each with a binary cross-entropy of its own.


# %% exercise: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    """A dense network that gives logits; built, not compiled.

    Args:
        input_shape: shape of one example, a tuple such as (2,) or (28, 28).
        num_classes: number of classes K, int >= 1.
        hidden: widths of the hidden layers from first to last, a list of ints; may be empty; left unchanged.
        normalization: a layer that the inputs pass first, in their own shape, or None.

    Returns:
        keras.Sequential from (m, *input_shape), for any m, to logits (m, K): the normalization if there is one, a
        Flatten, a Dense layer with ReLU for each entry of hidden, and a Dense layer without activation. The dense
        layers start as Keras starts them, and the model has its weights already. About 7 lines.
    """
    ### BEGIN SOLUTION
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    for width in hidden:
        layers.append(keras.layers.Dense(width, activation="relu"))
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)
    ### END SOLUTION


# %% fixture
def halving():
    """A layer that takes 3 from its inputs and halves them: a normalisation with mean 3 and variance 4."""
    return keras.layers.Normalization(axis=None, mean=3.0, variance=4.0)


def by_column():
    """A normalisation of inputs whose last axis has three entries, with a mean and a variance for each."""
    return keras.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 1.0, 9.0])


def weight_shapes(model):
    return [tuple(weight.shape) for weight in model.get_weights()]


def distinct_numbers(model):
    """How many different numbers each kernel holds."""
    return [len(np.unique(weight)) for weight in model.get_weights() if weight.ndim == 2]


# %% test: build_classifier, points=3
hidden = [2]
with dd.check.unchanged(hidden, what="hidden"):
    model = build_classifier((2,), 1, hidden)
dd.check.kind(model, keras.Sequential, what="build_classifier((2,), 1, [2])")
due = [(2, 2), (2,), (2, 1), (1,)]
dd.check.equal(weight_shapes(model), due, what="shapes of the weights", why="two dense layers, built already")
model.set_weights([np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[1.0], [-2.0]]), np.zeros(1)])
result = model(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype="float32"))
due = np.array([[0.0], [1.0], [1.0], [0.0]])
dd.check.like(result, due, kind="tensor", atol=1e-6, what="logits", why="this is exclusive or, as above")
model = build_classifier((4, 3), 5, [7])
due = [(12, 7), (7,), (7, 5), (5,)]
dd.check.equal(
    weight_shapes(model), due, what="shapes of the weights", why="a grid of 4 rows and 3 columns is 12 numbers"
)
dd.check.shape(model(np.zeros((2, 4, 3), "float32")), (2, 5), what="logits of two grids", why="(m, K)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(37)


def by_hand(x, weights):
    """The logits in float64, layer by layer; `weights` holds kernel, bias, kernel, bias, ..."""
    a = x.reshape(len(x), -1).astype(float)
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        a = np.maximum(a, 0) if kernel is not weights[0] else a
        a = a @ kernel + bias
    return a


cases = [
    ((1,), 1, [4], halving(), lambda x: (x - 3.0) / 2),
    ((4, 3), 26, [], by_column(), lambda x: (x - np.array([1.0, 2.0, 3.0])) / np.array([2.0, 1.0, 3.0])),
    ((2, 3, 2), 2, [5, 1, 3], None, lambda x: x),
]
for input_shape, num_classes, hidden, normalization, scaled in cases:
    widths = [math.prod(input_shape), *hidden, num_classes]
    with dd.check.unchanged(hidden, what="hidden"):
        model = build_classifier(input_shape, num_classes, hidden, normalization)
    what = f"build_classifier({input_shape}, {num_classes}, {hidden}{', normalization' if normalization else ''})"
    dd.check.kind(model, keras.Sequential, what=what)
    due = [shape for pair in itertools.pairwise(widths) for shape in (pair, pair[1:])]
    dd.check.equal(weight_shapes(model), due, what=f"shapes of the weights of {what}")
    weights = [rng.normal(size=shape) / math.sqrt(shape[0]) for shape in due]
    for count, kernel in zip(distinct_numbers(model), due[::2], strict=True):
        assert count > math.prod(kernel) // 2, "weights that start alike stay alike: each kernel is drawn at random"
    for start in model.get_weights():
        reach = math.sqrt(6 / sum(start.shape)) if start.ndim == 2 else 0.0
        most = float(np.abs(start).max())
        assert most <= reach * 1.0001, f"Keras draws within {reach:.3f} of 0 here, biases are 0; yours reach {most:.3f}"
    dd.check.equal(model.compiled, False, what="model.compiled", why="what is minimised is said later")
    dd.check.equal(tuple(model.input_shape), (None, *input_shape), what=f"input shape of {what}", why="any m will do")
    model.set_weights(weights)
    for m, training in ((6, False), (1, True)) if hidden else ((5, True),):
        x = rng.integers(0, 9, size=(m, *input_shape), dtype="uint8")
        due = by_hand(scaled(x), weights)
        why = "normalised in its own shape, flattened, ReLU in hidden layers only, nothing at the end; in training too"
        near = {"kind": "tensor", "rtol": 1e-3, "atol": 1e-4}  # float32 through up to four layers
        dd.check.like(model(x, training=training), due, **near, what=f"the output of {what}", why=why)
dd.check.equal(len(model.losses), 0, what="number of penalties", why="no layer adds anything to the loss")
dd.check.equal(len(model.trainable_weights), 8, what="number of trainable weights", why="four kernels and four biases")
### END HIDDEN TESTS

# %% mistakes: build_classifier
# - replace: keras.layers.Dense(num_classes)
#   with: keras.layers.Dense(num_classes, activation="softmax")
#   hint: "Your model gives probabilities. The logits are wanted: what turns one into the other, and who should do it?"
# - replace: keras.layers.Dense(num_classes)
#   with: keras.layers.Dense(num_classes, activation="relu")
#   hint: "A logit may be negative; yours cannot."
# - replace: ", activation=\"relu\""
#   with: ""
#   hint: "Without activations between them, dense layers collapse into a single linear one."
# - replace: activation="relu"
#   with: activation="sigmoid"
#   hint: "The hidden layers squash. Which activation was asked for?"
# - replace: layers.append(keras.layers.Flatten())
#   with: pass
#   hint: "A picture goes into the dense layers as a grid: they treat each of its rows alone."
# - replace: |-
#     layers = [keras.Input(input_shape)]
#   with: |-
#     layers = []
#   hint: "The model has no weights before it meets data. What tells it the shape of one example from the start?"
# - replace: for width in hidden
#   with: for width in hidden[:1]
#   hint: "Only the first entry of hidden becomes a layer."
# - replace: for width in hidden
#   with: for width in reversed(hidden)
#   hint: "The hidden layers come from last to first."
# - replace: activation="relu"
#   with: activation="relu", kernel_initializer="he_normal"
#   hint: "That is He's start. Here the dense layers start as Keras starts them, which is by saying nothing."
# - replace: keras.layers.Dense(num_classes)
#   with: keras.layers.Dense(num_classes, use_bias=False)
#   hint: "The last layer has lost its biases."
# - replace: keras.layers.Dense(num_classes)
#   with: keras.layers.Dense(num_classes if num_classes > 2 else 1)
#   hint: "For two classes you give one output. K logits are due, for K = 2 as well."
# - replace: activation="relu"
#   with: activation="tanh"
#   hint: "The hidden layers squash. Which activation was asked for?"
# - replace: return keras.Sequential(layers)
#   with: |-
#     model = keras.Sequential(layers)
#         model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
#         return model
#   hint: "The model is compiled already. Built, not compiled, was asked for: whoever trains it says what is minimised."
# - replace: |-
#     if normalization is not None:
#             layers.append(normalization)
#         layers
#   with: layers
#   hint: "The normalization goes unused."
# - replace: |-
#     if normalization is not None:
#             layers.append(normalization)
#         layers.append(keras.layers.Flatten())
#   with: |-
#     layers.append(keras.layers.Flatten())
#         if normalization is not None:
#             layers.append(normalization)
#   hint: "The normalization gets flattened inputs. It was made for their own shape, perhaps a mean for each column."
# - replace: |-
#     keras.layers.Dense(num_classes))
#         return
#   with: |-
#     keras.layers.Dense(num_classes))
#         if normalization is not None:
#             layers.remove(normalization)
#             layers.append(normalization)
#         return
#   hint: "The normalization should scale the inputs; yours scales the logits."
# - replace: activation="relu"
#   with: activation="relu", kernel_initializer="zeros"
#   hint: "All weights of a hidden layer start alike, get like gradients, and stay alike: the layer has one unit, many
#     times over."
# - replace: layers.append(keras.layers.Dense(width, activation="relu"))
#   with: layers += [keras.layers.Dense(width, activation="relu"), keras.layers.Dropout(0.2)]
#   hint: "In training your model throws numbers away. Dropout was not asked for."


# %% mistake: build_classifier
# hint: "The list that was handed over has grown by the last layer. Work on a copy."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    hidden.append(num_classes)
    layers = [keras.layers.Dense(width, activation="relu") for width in hidden[:-1]]
    scaling = [] if normalization is None else [normalization]
    layers = [*scaling, keras.layers.Flatten(), *layers, keras.layers.Dense(hidden[-1])]
    return keras.Sequential([keras.Input(input_shape), *layers])


# %% mistake: build_classifier
# hint: "Your model gives probabilities. The logits are wanted: what turns one into the other, and who should do it?"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    model = keras.Sequential([keras.Input(input_shape)])
    if normalization is not None:
        model.add(normalization)
    model.add(keras.layers.Flatten())
    for width in hidden:
        model.add(keras.layers.Dense(width, activation="relu"))
    model.add(keras.layers.Dense(num_classes))
    model.add(keras.layers.Softmax())
    return model


# %% mistake: build_classifier
# hint: "With one class you add a sigmoid. One logit is a logit too, and may be any number."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [] if normalization is None else [normalization]
    layers += [keras.layers.Flatten(), *(keras.layers.Dense(width, activation="relu") for width in hidden)]
    layers.append(keras.layers.Dense(num_classes, activation="sigmoid" if num_classes == 1 else None))
    return keras.Sequential([keras.Input(input_shape), *layers])


# %% mistake: build_classifier
# hint: "The network may be right, but it is a functional model, Day 38's. A Sequential one was asked for: a list."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    inputs = keras.Input(input_shape)
    x = inputs if normalization is None else normalization(inputs)
    x = keras.layers.Flatten()(x)
    for width in hidden:
        x = keras.layers.Dense(width, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(num_classes)(x))


# %% mistake: build_classifier
# hint: "You flatten too late: the dense layers before it treat each row of a picture alone, by the same weights."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)] + ([normalization] if normalization is not None else [])
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(num_classes)])


# %% accepts: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    # Layer by layer, activations as layers' arguments in another spelling.
    model = keras.Sequential()
    model.add(keras.Input(shape=tuple(input_shape)))
    if normalization is not None:
        model.add(normalization)
    model.add(keras.layers.Flatten())
    for units in hidden:
        model.add(keras.layers.Dense(units, activation=keras.activations.relu))
    model.add(keras.layers.Dense(num_classes, activation="linear"))
    return model


# %% accepts: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    scaling = [] if normalization is None else [normalization]
    body = [keras.layers.Dense(units, activation=ops.relu) for units in hidden]
    model = keras.Sequential([*scaling, keras.layers.Flatten(), *body, keras.layers.Dense(num_classes)])
    model.build((None, *input_shape))
    return model


# %% accepts: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    # Activations as layers of their own.
    model = keras.Sequential([keras.Input(input_shape)])
    if normalization is not None:
        model.add(normalization)
    model.add(keras.layers.Reshape((-1,)))
    for width in hidden:
        model.add(keras.layers.Dense(width))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(num_classes))
    return model


# %% [markdown]
# ## Where are the parameters?
#
# A dense layer has a weight for each pair of input and output and a bias for each output:
#
# $$n_{l-1}\, n_l + n_l = (n_{l-1} + 1)\, n_l .$$
#
# Exclusive or: $(2+1) \cdot 2 + (2+1) \cdot 1 = 9$. `Flatten` has none. What about `Normalization`? Its means
# and variances, and a count that it keeps for itself, are weights too: they are saved with the model. But no
# gradient may touch them. So each layer has two lists, `trainable_weights` and `non_trainable_weights`, of
# arrays with a `shape`. A table with $n$ features has $n$ means, $n$ variances and the count, which is a
# single number, of shape $()$: $2n + 1$ in the second list, none in the first. Setting
# `layer.trainable = False` moves all of a layer's weights to the second list: it is **frozen** (Day 55 lives
# on that).
#
# `model.summary()` prints such a table for you. Write it yourself once. Beware of lists with similar names:
# `layer.variables` also holds the state of a random generator, in `Dropout` for one, which is no parameter.


# %% exercise: count_layer_params
def count_layer_params(model):
    """Count the numbers that each layer of a model holds.

    Args:
        model: a built keras.Sequential; its layers are `model.layers`.

    Returns:
        list with a tuple (name, trainable, non_trainable) for each layer in order: its name, and two ints, how
        many numbers its trainable and its non-trainable weights hold. About 6 lines.
    """
    ### BEGIN SOLUTION
    rows = []
    for layer in model.layers:
        trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
        non_trainable = sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)
        rows.append((layer.name, trainable, non_trainable))
    return rows
    ### END SOLUTION


# %% fixture
def scaled_table():
    """Three features, normalised, and two dense layers of widths 4 and 2."""
    scaling = keras.layers.Normalization(name="scaling")
    scaling.adapt(np.arange(12.0).reshape(4, 3))
    layers = [scaling, keras.layers.Dense(4, name="hidden"), keras.layers.Dense(2, name="logits")]
    return keras.Sequential([keras.Input((3,)), *layers])


def mixed_model():
    """Layers of many kinds, one of them frozen, one without biases and one a model itself."""
    frozen = keras.layers.Dense(7, name="frozen")
    inner = [keras.layers.Dense(6, name="inner_1"), keras.layers.BatchNormalization(name="inner_2")]
    layers = [
        keras.layers.Flatten(name="flat"),
        frozen,
        keras.layers.Dropout(0.5, seed=1, name="dropout"),
        keras.Sequential([keras.Input((7,)), *inner], name="inner"),
        keras.layers.Dense(1, use_bias=False, name="out"),
    ]
    model = keras.Sequential([keras.Input((5, 2)), *layers])
    frozen.trainable = False
    return model


# %% test: count_layer_params, points=2
rows = count_layer_params(scaled_table())
dd.check.kind(rows, list, what="count_layer_params(model)")
due = [("scaling", 0, 2 * 3 + 1), ("hidden", (3 + 1) * 4, 0), ("logits", (4 + 1) * 2, 0)]
dd.check.equal(rows, due, what="count_layer_params(model)", why="the normalisation's numbers are not trained")
why = "a number of numbers is an int, also where a weight has the shape ()"
dd.check.like([row[1:] for row in rows], [row[1:] for row in due], what="the counts of the rows", why=why)
### BEGIN HIDDEN TESTS
due = [
    ("flat", 0, 0),
    ("frozen", 0, (10 + 1) * 7),
    ("dropout", 0, 0),
    ("inner", (7 + 1) * 6 + 2 * 6, 2 * 6),
    ("out", 6, 0),
]
model = mixed_model()
rows = count_layer_params(model)
dd.check.kind(rows, list, what="count_layer_params(model)")
dd.check.equal(len(rows), len(due), what="number of rows", why="each layer has one, also one without weights")
for row, expected in zip(rows, due, strict=True):
    dd.check.kind(row, tuple, what="a row", why="name, trainable and non-trainable belong together")
    dd.check.equal(row, expected, what=f"the row of {expected[0]}")
    dd.check.like(row[1:], expected[1:], what=f"the counts of {expected[0]}", why="both are ints")
total = sum(row[1] + row[2] for row in rows)
dd.check.equal(total, model.count_params(), what="the sum of all counts", why="model.count_params() is their sum")
### END HIDDEN TESTS

# %% mistakes: count_layer_params
# - replace: layer.non_trainable_weights
#   with: layer.non_trainable_variables
#   hint: "You count the state of Dropout's random generator as a parameter."
# - replace: sum(math.prod(weight.shape) for weight in layer.trainable_weights)
#   with: sum(math.prod(weight.shape) for weight in layer.weights)
#   hint: "All weights are counted as trainable, also those that training leaves alone."
# - replace: sum(math.prod(weight.shape) for weight in layer.trainable_weights)
#   with: len(layer.trainable_weights)
#   hint: "That is how many arrays there are. How many numbers does each hold?"
# - replace: sum(math.prod(weight.shape) for weight in layer.trainable_weights)
#   with: sum(sum(weight.shape) for weight in layer.trainable_weights)
#   hint: "You add up the lengths of the axes. A (3, 4) array holds more than 7 numbers."
# - replace: sum(math.prod(weight.shape) for weight in layer.trainable_weights)
#   with: sum(math.prod(weight.shape) for weight in layer.trainable_weights if len(weight.shape) > 1)
#   hint: "The biases are left out."
# - replace: rows.append((layer.name, trainable, non_trainable))
#   with: rows += [(layer.name, trainable, non_trainable)] if trainable + non_trainable else []
#   hint: "A layer without weights has its row too, with two zeros."
# - replace: (layer.name, trainable, non_trainable)
#   with: (layer.name, non_trainable, trainable)
#   hint: "The two counts have changed places: the trainable one comes first."
# - replace: (layer.name, trainable, non_trainable)
#   with: (type(layer).__name__, trainable, non_trainable)
#   hint: "You give the layer's class. Its own name was asked for."
# - replace: (layer.name, trainable, non_trainable)
#   with: "[layer.name, trainable, non_trainable]"
#   hint: "Your rows are lists. A tuple for each layer was asked for."
# - replace: (layer.name, trainable, non_trainable)
#   with: (layer.name, trainable, layer.count_params())
#   hint: "The second count has all that the layer holds, the trainable numbers too."
# - replace: (layer.name, trainable, non_trainable)
#   with: (layer.name, layer.count_params(), 0)
#   hint: "All that a layer holds is counted as trainable, also what training leaves alone."
# - replace: (layer.name, trainable, non_trainable)
#   with: (layer.name, trainable + non_trainable)
#   hint: "The two counts are wanted apart: what is trained, and what is not."
# - replace: sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)
#   with: sum(math.prod(weight.shape) for weight in layer.non_trainable_weights if len(weight.shape))
#   hint: "A weight of shape () holds a number too."


# %% mistake: count_layer_params
# hint: "np.prod of an empty shape is the float 1.0, and makes the whole sum a float. A count is an int."
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        trainable = sum(np.prod(weight.shape) for weight in layer.trainable_weights)
        non_trainable = sum(np.prod(weight.shape) for weight in layer.non_trainable_weights)
        rows.append((layer.name, trainable, non_trainable))
    return rows


# %% mistake: count_layer_params
# hint: "layer.trainable tells whether a layer may learn. One that may can still hold weights that no gradient touches."
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        count = layer.count_params()
        rows.append((layer.name, count, 0) if layer.trainable else (layer.name, 0, count))
    return rows


# %% mistake: count_layer_params
# hint: "You open up a model that is a layer of this one. It has one row, with all that it holds."
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        if isinstance(layer, keras.Sequential):
            rows += count_layer_params(layer)
        else:
            trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
            rows.append((layer.name, trainable, layer.count_params() - trainable))
    return rows


# %% mistake: count_layer_params
# hint: "A dict was not asked for, but a list of rows, each a tuple of a name and two counts."
def count_layer_params(model):
    counts = {}
    for layer in model.layers:
        trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
        counts[layer.name] = (trainable, layer.count_params() - trainable)
    return counts


# %% accepts: count_layer_params
def count_layer_params(model):
    def size(weights):
        return sum(ops.convert_to_numpy(weight).size for weight in weights)

    return [(layer.name, size(layer.trainable_weights), size(layer.non_trainable_weights)) for layer in model.layers]


# %% accepts: count_layer_params
def count_layer_params(model):
    # All less the trainable ones.
    table = []
    for layer in model.layers:
        trainable = int(sum(np.prod(weight.shape) for weight in layer.trainable_weights))
        table.append((layer.name, trainable, layer.count_params() - trainable))
    return table


# %% [markdown]
# How are the parameters of the letter reader, with a hidden layer of 128 units, shared out? Guess first.

# %% demo
glyph_scaling = fit_normalization(x_glyphs, per_feature=False)
reader = build_classifier((28, 28), 26, [128], glyph_scaling)
table = count_layer_params(reader)
kinds = [f"{i}: {type(layer).__name__}" for i, layer in enumerate(reader.layers)]
for kind, (_, trainable, non_trainable) in zip(kinds, table, strict=True):
    print(f"{kind:18} {trainable:8,d} trained {non_trainable:4d} not")
fig, ax = plt.subplots(figsize=(8, 2.6))
bars = ax.barh(kinds, [trainable for _, trainable, _ in table], color="0.45")
ax.bar_label(bars, [f"{trainable:,}" for _, trainable, _ in table], padding=4)
ax.invert_yaxis()
ax.set(title="The letter reader", xlabel="trainable parameters", ylabel="layer", xlim=(0, 120_000))
dd.plot.show(
    "Bars of the trainable parameters of each layer of the letter reader: 100,480 in the dense layer that the pixels "
    "go into, 3,354 in the last one, none in the others."
)

# %% [markdown]
# $785 \cdot 128 = 100{,}480$ of 103,834 sit between the pixels and the hidden layer: 97%, and that for small
# pictures. Twice the side means four times as many.
#
# ## compile: what does better mean?
#
# A network has no goal yet. `model.compile` gives it three things:
#
# - an **optimizer**, which turns gradients into steps. Ours is Adam (Day 29), which divides each step by the
#   recent size of its gradient and so needs little tuning;
# - a **loss**, the one number that is made smaller. For class *numbers* as labels it is the *sparse*
#   categorical cross-entropy; the plain one expects one-hot rows;
# - **metrics**, which people read and nobody minimises, such as accuracy. They are named in a list.
#
# They are passed by name: `optimizer=`, `loss=`, `metrics=`. Optimizers are classes in `keras.optimizers`,
# losses in `keras.losses`; what belongs to them, such as a learning rate, is said when the object is made.
#
# One flag decides whether all that works. The loss may be handed probabilities or logits, both are arrays
# $(m, K)$, and it cannot tell them apart. It believes `from_logits`, which is False unless you say otherwise.
# From logits it is, with Day 5's log-sum-exp,
#
# $$J = \frac1m \sum_i \Big( \log \sum_k e^{z_{ik}} - z_{i c_i} \Big) .$$
#
# What goes wrong otherwise? Take the two logits $(1, 1 + t)$, where class 0 is right: the larger $t$, the
# worse. By hand, $J = \log(1 + e^t)$, so $J \approx t$ when $t$ is large. Three ways to compute it:

# %% demo
t = np.linspace(-10, 40, 201).astype("float32")
pairs = np.stack([np.ones_like(t), 1 + t], axis=1)  # (201, 2) logits
probabilities = np.exp(pairs - pairs.max(axis=1, keepdims=True))
probabilities /= probabilities.sum(axis=1, keepdims=True)
zeros = np.zeros(len(t), dtype="int32")
cross_entropy = keras.ops.sparse_categorical_crossentropy
curves = {
    "logits, said to be logits": cross_entropy(zeros, pairs, from_logits=True),
    "probabilities, in float32": cross_entropy(zeros, probabilities),
    "logits, taken for probabilities": cross_entropy(zeros, pairs),
}
fig, ax = plt.subplots(figsize=(8, 4))
for name, curve in curves.items():
    ax.plot(t, ops.convert_to_numpy(curve), label=name)
ax.set(title="One loss, three readings", xlabel="lead $t$ of the wrong class", ylabel="loss")
ax.legend()
dd.plot.show(
    "Loss against the lead t of the wrong class, from -10 to 40. From logits it is near 0 for negative t and rises as "
    "a straight line, to 40. From probabilities it follows that line up to 16 and is flat from there. Logits taken for "
    "probabilities give 0 and, from t = 0 on, a flat 0.7."
)

# %% [markdown]
# The first is right everywhere. The second is right up to about 16 and flat beyond: Keras keeps probabilities
# at least $10^{-7}$ away from 0 and 1, so that no logarithm is infinite, and $-\log 10^{-7} = 16.1$. Flat
# means no gradient: the worst mistakes teach nothing. (Where Keras sees a softmax right before the loss it
# may go back to the logits behind it; do not build on it.) The third is what you get when the model gives
# logits and the flag is forgotten. Whatever lies outside the range from 0 to 1 makes no sense as a
# probability and is cut off or rescaled. That raises no error, and the model often still trains, badly. If a
# loss moves oddly, look at this flag first.


# %% exercise: compile_for_logits
def compile_for_logits(model, learning_rate):
    """Make a model of logits ready for training on class numbers, with Adam.

    Args:
        model: a keras model whose outputs are logits (m, K). Its layers and weights stay as they are.
        learning_rate: Adam's learning rate, float > 0; all else about Adam stays as Keras has it.

    Returns:
        the same model, compiled with the mean cross-entropy as loss and one metric, "accuracy". About 6 lines.
    """
    ### BEGIN SOLUTION
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


# %% fixture
def linear_model(kernel, bias):
    """A model with one dense layer, its weights given."""
    model = keras.Sequential([keras.Input((len(kernel),)), keras.layers.Dense(len(bias))])
    model.set_weights([np.array(kernel), np.array(bias)])
    return model


def eager(model):
    """The model, told to compute step by step. To translate it into a graph first takes longer than a test."""
    model.run_eagerly = True
    return model


def settings_of(optimizer):
    """Its settings without its name, of which Keras makes a new one each time."""
    return {name: value for name, value in optimizer.get_config().items() if name != "name"}


# %% test: compile_for_logits, points=2
model = linear_model(np.eye(2), np.zeros(2))  # the inputs are the logits
result = compile_for_logits(model, 0.01)
dd.check.kind(result, keras.Model, what="compile_for_logits(model, 0.01)", why="the model is handed back")
x, labels = np.array([[2.0, 1.0], [1.0, 3.0], [1.0, 31.0]]), np.array([0, 0, 0])  # t is -1, 2 and 30
scores = eager(result).test_on_batch(x, labels, return_dict=True)  # what evaluate gives for a single batch
due = {"loss": (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(2)) + 30) / 3, "accuracy": 1 / 3}
dd.check.like(
    scores, due, rtol=1e-5, what="scores", why="the loss is the mean of log(1 + e^t), and one of three is right"
)
dd.check.like(result(x), x, kind="tensor", what="the output of the model", why="it still gives its logits")
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False, "use_ema": False} | dict.fromkeys(
    ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps", "loss_scale_factor")
)
dd.check.kind(result.optimizer, keras.optimizers.Adam, what="model.optimizer")
settings = settings_of(result.optimizer)
dd.check.like(settings["learning_rate"], 0.01, what="Adam's learning rate", why="that is what was asked for")
for name, value in ADAM.items():
    dd.check.equal(settings[name], value, what=f"Adam's {name}", why="all else stays as Keras has it")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(37)
for m, n, num_classes, spread, dtype in ((7, 3, 4, 50.0, "uint8"), (1, 2, 2, 1.0, "int64")):
    kernel, bias = rng.normal(size=(n, num_classes)), rng.normal(size=num_classes)
    model = linear_model(kernel, bias)
    assert compile_for_logits(model, 0.01) is model, "the model itself is to be compiled and returned, not another one"
    x, labels = (spread * rng.normal(size=(m, n))).astype("float32"), rng.integers(0, num_classes, m)
    logits = x @ kernel + bias
    losses = [np.logaddexp.reduce(z) - z[c] for z, c in zip(logits, labels, strict=True)]
    due = {"loss": sum(losses) / m, "accuracy": sum(logits.argmax(axis=1) == labels) / m}
    scores = eager(model).test_on_batch(x, labels.astype(dtype), return_dict=True)
    why = "the mean of log-sum-exp less the right logit, and how many arg max are right"
    dd.check.like(scores, due, rtol=1e-4, atol=1e-4, what="scores", why=why)  # float32


def adam_by_hand(kernel, bias, batches, learning_rate):
    """Adam of Kingma and Ba (2015), algorithm 1, in float64, a step for each batch."""
    values = [kernel.copy(), bias.copy()]
    first, second = [np.zeros_like(v) for v in values], [np.zeros_like(v) for v in values]
    for step, (x, labels) in enumerate(batches, start=1):
        z = x @ values[0] + values[1]
        error = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, np.newaxis])
        error[np.arange(len(x)), labels] -= 1
        for i, g in enumerate((x.T @ error / len(x), error.sum(axis=0) / len(x))):
            first[i] = 0.9 * first[i] + 0.1 * g
            second[i] = 0.999 * second[i] + 0.001 * g**2
            size = np.sqrt(second[i] / (1 - 0.999**step)) + 1e-7
            values[i] = values[i] - learning_rate * first[i] / (1 - 0.9**step) / size
    return values


kernel, bias = 0.3 * rng.normal(size=(3, 4)), rng.normal(size=4)
batches = [(scale * rng.normal(size=(10, 3)), rng.integers(0, 4, 10)) for scale in (9.0, 0.3, 2.0)]
model = eager(compile_for_logits(linear_model(kernel, bias), 0.03))
for x, labels in batches:
    model.train_on_batch(x, labels)
trained = [np.asarray(array) for array in model.get_weights()]
due = adam_by_hand(kernel, bias, batches, 0.03)
for name, actual, expected, start in zip(("kernel", "bias"), trained, due, (kernel, bias), strict=True):
    moved = {"rtol": 2e-3, "atol": 2e-5, "what": f"way of the {name} in three steps"}  # float32
    dd.check.close(actual - start, expected - start, **moved, why="Adam at a rate of 0.03, nothing added")
### END HIDDEN TESTS

# %% mistakes: compile_for_logits
# - replace: SparseCategoricalCrossentropy(from_logits=True)
#   with: SparseCategoricalCrossentropy()
#   hint: "The loss takes your logits for probabilities. Nothing will tell you, so you have to tell it."
# - replace: SparseCategoricalCrossentropy
#   with: CategoricalCrossentropy
#   hint: "That loss expects one-hot rows as labels. Ours are class numbers."
# - replace: Adam(learning_rate=learning_rate)
#   with: Adam()
#   hint: "The learning rate goes unused: Adam runs at its own."
# - replace: keras.optimizers.Adam
#   with: keras.optimizers.SGD
#   hint: "Those are steps of plain gradient descent. Which optimizer was asked for?"
# - replace: keras.optimizers.Adam(
#   with: keras.optimizers.Adam(weight_decay=0.1,
#   hint: "Something besides the gradient moves your weights."
# - replace: metrics=["accuracy"]
#   with: metrics=[]
#   hint: "Nobody will see the accuracy: it has to be asked for."
# - replace: from_logits=True)
#   with: from_logits=True, reduction="sum")
#   hint: "Your loss grows with the batch. The mean over the examples is wanted."
# - replace: return model
#   with: pass
#   hint: "The model is compiled, but not handed back."
# - replace: keras.optimizers.Adam
#   with: keras.optimizers.AdamW
#   hint: "AdamW also pulls all weights towards 0. Plain Adam was asked for."
# - replace: keras.optimizers.Adam(
#   with: keras.optimizers.Adam(clipnorm=1.0,
#   hint: "You clip long gradients. Nothing else about Adam was to be changed."
# - replace: keras.optimizers.Adam
#   with: keras.optimizers.RMSprop
#   hint: "That is RMSprop, which has no running mean of the gradient. Which optimizer was asked for?"
# - replace: metrics=["accuracy"]
#   with: metrics=["sparse_categorical_accuracy"]
#   hint: "The metric is the right one, under another name than was asked for."


# %% mistake: compile_for_logits
# hint: "You gave the model another layer. It should still give logits; the loss is told what they are."
def compile_for_logits(model, learning_rate):
    model.add(keras.layers.Softmax())
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=False)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return model


# %% mistake: compile_for_logits
# hint: "The loss takes your logits for probabilities. Nothing will tell you, so you have to tell it."
def compile_for_logits(model, learning_rate):
    optimizer = keras.optimizers.Adam(learning_rate=learning_rate)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% mistake: compile_for_logits
# hint: "You take the softmax yourself, before the loss. Float32 rounds small probabilities away, and with them the
#   slope for the worst mistakes."
def compile_for_logits(model, learning_rate):
    def loss(labels, logits):
        probabilities = ops.clip(ops.softmax(logits) + 0.0, 1e-7, 1.0)
        labels = ops.one_hot(ops.reshape(labels, (-1,)), logits.shape[-1])
        return ops.mean(-ops.sum(labels * ops.log(probabilities), axis=-1))

    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return model


# %% mistake: compile_for_logits
# hint: "You compile another model, a copy or one around it. The model that came in is the one to be made ready."
def compile_for_logits(model, learning_rate):
    copy = keras.models.clone_model(model)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    copy.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return copy


# %% accepts: compile_for_logits
def compile_for_logits(model, learning_rate):
    # A loss of one's own, from Keras's function, and the metric as an object.
    def loss(labels, logits):
        return keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)

    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])
    return model


# %% accepts: compile_for_logits
def compile_for_logits(model, learning_rate):
    model.compile(optimizer="adam", metrics=["accuracy"], loss=keras.losses.SparseCategoricalCrossentropy(True))
    model.optimizer.learning_rate = learning_rate
    return model


# %% [markdown]
# ## predict: an answer
#
# `model.predict(x)` cuts `x` into batches, runs them and returns one NumPy array: here the logits $(m, K)$.
# It needs no compilation. It runs layers as in *use*, not as in training, where some, such as `Dropout`, act
# at random. And it prints a progress bar unless `verbose=0`.
#
# Our answer is the class of the largest logit, $\hat c_i = \arg\max_k z_{ik}$. Softmax keeps the order, so it
# can be left out; for *probabilities* it is needed. For logits $(1, 3, 2)$ the answer is class 1, and with
# $(-5, -4, -9)$ also. If there is only one example, it still needs its first axis: shape $(1, 28, 28)$, not
# $(28, 28)$.


# %% exercise: predict_labels
def predict_labels(model, x):
    """What a classifier says about each example.

    Args:
        model: a keras model from x to logits (m, K); it may lack compilation, and is left as it is.
        x: m examples as the model takes them, array (m, ...), m >= 1; left unchanged.

    Returns:
        int array (m,): the class with the largest logit, the first one of equals. Nothing is printed. About 2 lines.
    """
    ### BEGIN SOLUTION
    logits = model.predict(x, verbose=0)  # (m, K)
    return np.argmax(logits, axis=-1)
    ### END SOLUTION


# %% fixture
def echo(num_classes):
    """A model whose logits are its inputs."""
    return eager(linear_model(np.eye(num_classes), np.zeros(num_classes)))


def noisy_echo(num_classes):
    """The same, but in training nine inputs in ten are dropped."""
    model = keras.Sequential([keras.Input((num_classes,)), keras.layers.Dropout(0.9, seed=0)])
    model.add(linear_model(np.eye(num_classes), np.zeros(num_classes)))
    return eager(model)


def grid_echo(rows, columns):
    """Grids (rows, columns) in, their entries out as logits."""
    return eager(keras.Sequential([keras.Input((rows, columns)), keras.layers.Flatten()]))


def prints_something(function, *arguments):
    """Whether a function prints anything that can be seen."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        function(*arguments)
    return bool(text.getvalue().strip())


# %% test: predict_labels, points=1
x = np.array([[1.0, 3.0, 2.0], [-5.0, -4.0, -9.0], [0.0, 0.0, 7.0], [4.0, 4.0, 1.0]])
with dd.check.unchanged(x, what="x"):
    result = predict_labels(echo(3), x)  # the inputs are the logits
why = "the largest logit of each row, the first of equals"
dd.check.like(result, np.array([1, 1, 2, 0]), what="predict_labels(model, x)", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(37)
x = rng.normal(size=(35, 26)).astype("float32")
x[::2] *= 1000
x[::3] -= 5000  # all negative
x[1, [4, 9]] = 50.0  # two equals
x[3] = np.arange(26) / 26  # no two of which round to different whole numbers
x[5] = 20 + np.arange(26) / 26  # the sigmoid of which float32 rounds to 1
x[7] = np.where(np.arange(26) == 2, 9.0, np.where(np.arange(26) == 8, 9.0001, 0.0))  # all but equal
with dd.check.unchanged(x, what="x"):
    result = predict_labels(noisy_echo(26), x)
due = np.array([max(range(26), key=list(row).__getitem__) for row in x])
why = "the class of the largest logit, with nothing dropped; the first of equals"
dd.check.like(result, due, what="labels of 35 rows of 26 logits", why=why)
model, row = echo(1), np.array([[7.0]], dtype="float32")
result = predict_labels(model, row)
dd.check.like(result, np.array([0]), what="labels of one row of one logit", why="there is no other class")
assert not prints_something(predict_labels, model, row), "nothing is to be printed, a progress bar neither"
dd.check.equal(model.compiled, False, what="model.compiled afterwards", why="the model is left as it is")
x = rng.permutation(24).reshape(4, 3, 2).astype("uint8")
due = np.array([grid.ravel().tolist().index(grid.max()) for grid in x])
result = predict_labels(grid_echo(3, 2), x)
dd.check.like(result, due, what="labels of four grids", why="the model takes grids of uint8")
### END HIDDEN TESTS

# %% mistakes: predict_labels
# - replace: axis=-1
#   with: axis=0
#   hint: "That finds the best example for each class. Along which axis do the classes lie?"
# - replace: np.argmax(logits, axis=-1)
#   with: logits
#   hint: "Those are the logits. Which class do they speak for?"
# - replace: np.argmax(logits, axis=-1)
#   with: np.argmin(logits, axis=-1)
#   hint: "That is the least likely class."
# - replace: np.argmax(logits, axis=-1)
#   with: ops.convert_to_numpy(ops.softmax(logits))
#   hint: "Those are probabilities. Which class is the most probable one?"
# - replace: np.argmax(logits, axis=-1)
#   with: np.argmax(logits, axis=-1, keepdims=True)
#   hint: "The classes are right; one axis is left over."
# - replace: np.argmax(logits, axis=-1)
#   with: np.argmax(np.abs(logits), axis=-1)
#   hint: "A large negative logit speaks against its class. Signs count."
# - replace: np.argmax(logits, axis=-1)
#   with: np.argmax(logits, axis=-1).astype(float)
#   hint: "The classes are right, but they are floats, which no array can be indexed by."
# - replace: np.argmax(logits, axis=-1)
#   with: np.argmax(logits, axis=-1).tolist()
#   hint: "The classes are right, but they come as a list."
# - replace: np.argmax(logits, axis=-1)
#   with: (logits == logits.max(axis=-1, keepdims=True)).astype(int)
#   hint: "Those are ones and zeros, a column a class. The class's number was asked for."
# - replace: model.predict(x, verbose=0)
#   with: model.predict(x)
#   hint: "The labels are right, but predict also prints a progress bar, unless it is told not to."


# %% mistake: predict_labels
# hint: "Without an axis, argmax looks for one place in the whole array."
def predict_labels(model, x):
    return np.argmax(model(x))


# %% mistake: predict_labels
# hint: "That is how large the largest logit is, not where it is."
def predict_labels(model, x):
    return np.max(model(x), axis=-1)


# %% mistake: predict_labels
# hint: "You round the logits to whole numbers before you compare them."
def predict_labels(model, x):
    return np.argmax(ops.convert_to_numpy(model(x)).astype(int), axis=-1)


# %% mistake: predict_labels
# hint: "All logits of a row may be negative, or several positive; the largest still wins."
def predict_labels(model, x):
    return np.argmax(ops.convert_to_numpy(model(x)) > 0, axis=-1)


# %% mistake: predict_labels
# hint: "Your model runs as in training, and its Dropout throws inputs away."
def predict_labels(model, x):
    return np.argmax(ops.convert_to_numpy(model(x, training=True)), axis=-1)


# %% mistake: predict_labels
# hint: "Float32 rounds the sigmoid of any large logit to 1, and then the largest cannot be found any more."
def predict_labels(model, x):
    return np.argmax(ops.convert_to_numpy(ops.sigmoid(model(x))), axis=-1)


# %% mistake: predict_labels
# hint: "Where two logits are equal you name the last of them. The first was asked for."
def predict_labels(model, x):
    logits = ops.convert_to_numpy(model(x))
    return logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1)


# %% mistake: predict_labels
# hint: "Where a single example comes, its axis gets lost. m examples have m labels, also one."
def predict_labels(model, x):
    return np.squeeze(np.argmax(ops.convert_to_numpy(model(x)), axis=-1))


# %% mistake: predict_labels
# hint: "With one logit an example you decide between two classes. There are as many classes as logits."
def predict_labels(model, x):
    logits = ops.convert_to_numpy(model(x))
    return (logits[:, 0] > 0).astype(int) if logits.shape[1] == 1 else logits.argmax(axis=1)


# %% equivalents: predict_labels
# - replace: verbose=0
#   with: verbose=1
#   reason: "A progress bar is printed, and the answer is the same."
# - replace: verbose=0
#   with: verbose=-1
#   reason: "Only 0 is silent; the answer is the same."
# - replace: axis=-1
#   with: axis=1
#   reason: "Logits have two axes, so the last one is axis 1."


# %% accepts: predict_labels
def predict_labels(model, x):
    return ops.convert_to_numpy(ops.argmax(model(np.asarray(x)), axis=1))


# %% accepts: predict_labels
def predict_labels(model, x):
    # Softmax changes nothing about the order.
    probabilities = ops.convert_to_numpy(ops.log_softmax(model.predict(x, verbose=0)))
    return np.array([int(row.argmax()) for row in probabilities])


# %% [markdown]
# ## fit and evaluate, on coffee
#
# `model.fit(x, y, batch_size=B, epochs=E)` is the loop you have written many times: shuffle, cut into
# $\lceil m / B \rceil$ mini-batches, one step for each; that is an epoch, and there are $E$ of them. 600
# roasts in batches of 40 are 15 steps an epoch. `model.evaluate(x, y)` only looks: it returns the loss and
# then the metrics. `fit` *continues*: called twice, it trains twice as long. To start again, build again.
#
# Is normalisation worth a layer? The same network twice, with 16 hidden units, at one learning rate and for as
# many steps, judged on fresh roasts.

# %% demo
roasts_held_out, outcomes_held_out = roast_coffee(600, seed=38)
coffee = {}
for name, layer in {"as written down": None, "normalised": fit_normalization(roasts)}.items():
    dd.seed(37)
    roaster = compile_for_logits(build_classifier((2,), 3, [16], layer), learning_rate=0.03)
    curve = roaster.fit(roasts, outcomes, batch_size=40, epochs=15, verbose=0).history["loss"]
    _, accuracy = roaster.evaluate(roasts_held_out, outcomes_held_out, verbose=0)
    coffee[name] = roaster, curve, accuracy
    print(f"{name:16} held-out accuracy {accuracy:.3f}")

fig, axes = plt.subplots(1, 3, figsize=(15, 4.4))
for ax, (name, (roaster, curve, _)) in zip(axes[1:], coffee.items(), strict=True):
    axes[0].plot(np.arange(1, 16), curve, label=name)

    def regions(points, roaster=roaster):
        return predict_labels(roaster, points)

    dd.plot.decision_regions(
        regions, roasts_held_out[::2], outcomes_held_out[::2], ax, resolution=65, class_names=ROASTS, title=name
    )
    ax.set(xlabel="temperature (°C)", ylabel="minutes")
    ax.legend(loc="upper right", fontsize=9)
axes[0].set(title="Training loss", xlabel="epoch", ylabel="cross-entropy", yscale="log", xticks=range(0, 16, 5))
axes[0].legend()
dd.plot.show(
    "Left, training loss against epoch, on a logarithmic axis. As written down it falls from over 10 to about 1; "
    "normalised it starts below 1 and falls to below 0.1. Middle and right, what each network says for every "
    "temperature and time: as written down, straight borders that part the roasts wrongly; normalised, the good roasts "
    "are a triangle between underdone, left and below, and burnt, above and to the right."
)

# %% [markdown]
# On the left, the solid curve ends about where the dashed one began. In the middle there is no triangle: few
# borders run across the data, and none goes round the good roasts. On the right the good ones are a triangle
# with straight sides, as they were made. Both networks can express that; only one gets there, and all that
# differs is the units.
#
# ## Reading a history
#
# `fit` returns a `History`; its `history` is a dict from names to lists, one number an epoch. With
# `validation_data` the names come twice, once with `val_`. (`validation_split=0.2` takes the *last* fifth,
# before any shuffling. Were the examples sorted by class, the model would be judged on classes that it has
# never seen.)
#
# One trap is in nearly every history. The validation loss is measured **after** the epoch. The training loss
# is a mean over the batches **during** it, while the weights improve. How far apart are the two? Real digits,
# from Day 5, one epoch at a time, so that we can evaluate in between:

# %% demo
(x_digits, digit_labels), (x_digits_held_out, digit_labels_held_out) = dd.data.digits(test_fraction=0.25, seed=0)
dd.seed(37)
digit_reader = compile_for_logits(build_classifier(x_digits.shape[1:], 10, [32]), learning_rate=0.006)
held_out = (x_digits_held_out, digit_labels_held_out)
losses = {"training, reported by fit": [], "validation, reported by fit": [], "training, evaluated after": []}
for _ in range(6):
    report = digit_reader.fit(x_digits, digit_labels, batch_size=32, validation_data=held_out, verbose=0).history
    after = digit_reader.evaluate(x_digits, digit_labels, batch_size=512, verbose=0)[0]
    for name, value in zip(losses, (report["loss"][0], report["val_loss"][0], after), strict=True):
        losses[name].append(value)
digit_accuracy = np.mean(predict_labels(digit_reader, x_digits_held_out) == digit_labels_held_out)
print(f"digits: held-out accuracy {digit_accuracy:.3f}")

fig, ax = plt.subplots(figsize=(8, 4))
for (name, values), marker in zip(losses.items(), "os^", strict=True):
    ax.plot(range(1, 7), values, marker=marker, label=name)
ax.set(title="Two training losses of one model", xlabel="epoch", ylabel="cross-entropy")
ax.legend()
dd.plot.show(
    "Cross-entropy against epoch, 1 to 6, falling from about 2 to about 0.2. In the first epochs the training loss "
    "that fit reports is clearly above the other two curves, validation loss and training loss evaluated after the "
    "epoch, which all but coincide; by epoch 5 all three are close together."
)

# %% [markdown]
# In the first epochs the reported training loss lies far above the validation loss, as if the model did
# better on digits that it has never seen. It does not: at the same moment, the training loss (triangles) is
# as low. A gap between training and validation in *late* epochs, where little changes within one, is a real
# one.
#
# ## Put it together: letters in 25 typefaces
#
# 10,000 letters to learn from, 2,000 to be judged on. Softmax regression, the same function with `hidden=[]`,
# is the one to beat. How long should it train, and when does it begin to learn by heart?

# %% demo
readers, histories = {}, {}
held_out = (x_glyphs_held_out, glyph_labels_held_out)
for name, hidden in {"no hidden layer": [], "128 hidden units": [128]}.items():
    dd.seed(37)
    reader = compile_for_logits(build_classifier((28, 28), 26, hidden, glyph_scaling), learning_rate=0.002)
    history = reader.fit(x_glyphs, glyph_labels, batch_size=200, epochs=8, validation_data=held_out, verbose=0).history
    readers[name], histories[name] = reader, history
    print(f"{name:18} held-out accuracy {history['val_accuracy'][-1]:.3f}, in training {history['accuracy'][-1]:.3f}")

fig, axes = plt.subplots(1, 2, figsize=(12, 4.2))
for i, (name, history) in enumerate(histories.items()):
    for ax, metric in zip(axes, ("loss", "accuracy"), strict=True):
        epochs = np.arange(1, 9)
        ax.plot(epochs, history[metric], color=f"C{i}", linestyle="--", label=f"{name}, training")
        look = {"color": f"C{i}", "linestyle": "-", "marker": "os"[i], "label": f"{name}, validation"}
        ax.plot(epochs, history[f"val_{metric}"], **look)
axes[0].set(title="Loss", xlabel="epoch", ylabel="cross-entropy")
axes[1].set(title="Accuracy", xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
axes[1].legend(loc="lower right", fontsize=10)
dd.plot.show(
    "Loss and accuracy against epoch, 1 to 8, training dashed and validation solid with marks. No hidden layer: "
    "validation accuracy rises to 0.6 in two epochs, then slowly to 0.68, training accuracy to 0.77. 128 hidden "
    "units: validation accuracy passes 0.8 in four epochs and ends near 0.86, training accuracy near 0.98. The losses "
    "mirror that; validation loss is still falling a little in both."
)

# %% [markdown]
# Solid lines with marks decide. Without a hidden layer the validation accuracy creeps from the third epoch on
# and stays below 0.7, while the training accuracy draws ahead: more epochs would buy little. With one it ends
# at about 0.85, and training at about 0.98: the network begins to know its letters by heart. As long as the
# validation loss falls too, that does no harm. Where it turns up, stop (Day 32).
#
# One accuracy hides much. Which letters are misread, and for what? The most confident mistakes, since a model
# that is sure and wrong deserves a look:

# %% demo
reader = readers["128 hidden units"]
logits = reader.predict(x_glyphs_held_out, verbose=0)
said = predict_labels(reader, x_glyphs_held_out)
accuracy = np.mean(said == glyph_labels_held_out)
confidence = ops.convert_to_numpy(ops.softmax(logits)).max(axis=1)
wrong = np.flatnonzero(said != glyph_labels_held_out)
worst = wrong[np.argsort(confidence[wrong])[::-1][:16]]
alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
titles = [f"{alphabet[glyph_labels_held_out[i]]}, read {alphabet[said[i]]}" for i in worst]
dd.plot.image_grid(x_glyphs_held_out[worst], titles, columns=8)
plt.gcf().suptitle("The letter, and what the model read instead with the greatest confidence")
dd.plot.show(
    "Sixteen letters that were misread with confidence, each with the true and the read letter above it. Many are in "
    "script or blackletter, others slanted or off centre."
)

right = np.array([np.mean(said[glyph_labels_held_out == k] == k) for k in range(26)])
order = np.argsort(right)
fig, ax = plt.subplots(figsize=(10, 3.2))
ax.bar([alphabet[k] for k in order], right[order], color="0.45")
ax.axhline(accuracy, color="black", linestyle="--", label=f"all letters: {accuracy:.3f}")
ax.set(title="Letters from hardest to easiest", ylabel="read rightly", xlabel="letter")
ax.set(ylim=(0, 1.2), yticks=np.linspace(0, 1, 6))
ax.legend(loc="upper left")
dd.plot.show(
    "Bars of the share read rightly of each of the 26 letters, from hardest to easiest: the hardest, I and B among "
    "them, at about 0.75, most between 0.8 and 0.9, the easiest at about 0.95. A dashed line marks that of all letters."
)

# %% [markdown]
# Some of these a person would misread too: blackletter capitals look like other letters unless you know the
# typeface. Others are plain letters, slanted or in an unusual place. A dense layer learns each position
# separately, so a letter moved by three pixels is a new one. Day 48 takes up this very task with layers that
# know about places.
#
# Fashion-MNIST is 70,000 photographs of clothes in ten classes, 60,000 to train on and 10,000 to be judged on
# (Xiao, Rasul and Vollgraf 2017). It is too large to ship with a course; if it is on this machine already, the
# same functions read it as it is. A network of this kind, with two hidden layers, should pass 0.88.

# %% demo
if dd.data.at_hand("fashion_mnist"):
    (x_clothes, clothes_labels), (x_clothes_held_out, clothes_labels_held_out) = dd.data.fashion_mnist(source="auto")
    dd.seed(37)
    clothes_scaling = fit_normalization(x_clothes[:10_000], per_feature=False)
    clothes_reader = compile_for_logits(build_classifier((28, 28), 10, [256, 128], clothes_scaling), 0.001)
    clothes_reader.fit(x_clothes, clothes_labels, batch_size=256, epochs=10, verbose=0)
    clothes_accuracy = np.mean(predict_labels(clothes_reader, x_clothes_held_out) == clothes_labels_held_out)
    print(f"clothes: held-out accuracy {clothes_accuracy:.3f}")
else:
    print("Fashion-MNIST is not on this machine. dd.data.fashion_mnist(source='full') fetches it.")

assert accuracy > 0.82
assert histories["no hidden layer"]["val_accuracy"][-1] < 0.75
assert coffee["normalised"][2] > 0.95 and coffee["as written down"][2] < 0.8
assert digit_accuracy > 0.93

# %% [markdown]
# ## What you should remember
#
# 1. A Sequential model is a list of layers. With `Input` it has its weights from the start; a shape is that
#    of one example.
# 2. Scaling belongs into the model. `Normalization` learns from the training data in `adapt`, not in `fit`.
# 3. The model ends in logits and the loss is told so: `from_logits=True`. The flag is False by itself, and
#    forgetting it raises no error.
# 4. A dense layer has $(n_{l-1} + 1)\, n_l$ parameters; most sit where the pixels come in.
# 5. In a history, training numbers are means during an epoch and validation numbers are taken after it.
#    Compare late epochs, or `evaluate` both.
#
# ## Check yourself, without code
#
# 1. A model gives logits, and its loss was compiled without the flag. It reaches 0.6 where 0.85 was expected.
#    Which of `evaluate`'s two numbers can you still believe?
# 2. A colleague calls `adapt` on training and held-out data together. What is wrong with it, and would you
#    notice?
# 3. You call `fit` for 10 epochs, change the learning rate by compiling anew, and call `fit` again. What has
#    become of the weights, and what of Adam's running means?
#
# <details><summary>Answers</summary>
#
# 1. The accuracy: it compares the largest output with the label and asks for no logarithm. The loss is a
#    number about something else.
# 2. Held-out data have leaked into the model, so its score no longer speaks of data that it never saw. With
#    much data the figures hardly differ, and nobody would notice.
# 3. The weights stay as they were; compiling does not touch them. The new optimizer starts with means of
#    zero.
#
# </details>
#
# ## Go further
#
# - Chollet (2021), *Deep Learning with Python*, second edition: Keras by its author.
# - Glorot and Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*,
#   AISTATS: where the starting weights of Keras's dense layers come from.
# - Kingma and Ba (2015), *Adam: a method for stochastic optimization*, ICLR; Day 29 builds it.
# - LeCun, Bottou, Orr and Müller (1998), *Efficient BackProp*, section 4.3: why inputs are normalised.
# - Xiao, Rasul and Vollgraf (2017), *Fashion-MNIST*: a data set made because digits had become too easy.
# - Day 38: networks with branches, several inputs and several outputs.
