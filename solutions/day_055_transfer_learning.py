# ---
# day: 55
# title: Transfer learning and fine-tuning
# week: 11
# minutes: 110
# backend: tensorflow
# needs: [6, 10, 29, 33, 38, 48]
# data: [glyphs, photos]
# papers:
# - "Yosinski, Clune, Bengio and Lipson 2014, How transferable are features in deep neural networks?"
# - "Razavian, Azizpour, Sullivan and Carlsson 2014, CNN features off-the-shelf: an astounding baseline for recognition"
# - "Howard and Ruder 2018, Universal language model fine-tuning for text classification"
# - "Kornblith, Shlens and Le 2019, Do better ImageNet models transfer better?"
# ---

# %% [markdown]
# # Day 55 · Transfer learning and fine-tuning
#
# By the end you can take a network that somebody else has trained, put it to a task of your own with ten examples of
# each class, and avoid the mistake that most often spoils it.
#
# - **You will build** a new head for an old network, a classifier on its frozen features in closed form, the switch
#   that freezes layers, a training in two phases, and the preprocessing that published networks expect. A network that
#   knows the letters A to R then learns S to Z.
# - **You need** ridge regression (Day 6), batch normalisation (Day 33), functional models (Day 38) and
#   convolutional networks (Day 48).
# - **Not today:** adapters for language models.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$, $n$, $K$ | examples, features of each, classes | | |
# | $\varphi_i$ | features of example $i$: what the network has before its head | $(n,)$ | `features[i]` |
# | $c_i$ | the right class of example $i$, counted from 0 | | `labels[i]` |
# | $e_c$ | one-hot row: 1 at place $c$, else 0 | $(K,)$ | |
# | $w, b$ | weights and biases of a probe | $(n, K)$, $(K,)$ | `w`, `b` |
# | $\lambda$ | strength of the penalty on $w$ | | `penalty` |
# | $\mu, v$ | running mean and variance of a norm | | |
# | $\alpha_l$ | learning rate of layer $l$ | | `rates` |

# %% setup
import math
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## What somebody else's training is worth
#
# Edges, corners, strokes: what the first layers of a network find is of use for nearly every picture, and what the
# last ones find mostly for the task it was trained on (Yosinski and others, 2014). So do not start from random weights.
# Take a network that was trained on a large **source** task, and go on with your small **target** task: **transfer
# learning**. In order of cost, one can
#
# 1. use the network as it is and train a new last layer on what comes before it: **feature extraction**;
# 2. then train some of the last layers a little as well: **fine-tuning**;
# 3. train everything from these weights instead of from random ones.
#
# The source here is the letters A to R in 25 typefaces, the target S to Z with **ten pictures a letter**. The
# network has four convolutions, each with a norm and a ReLU, and a mean over the places: 64 features, whatever the
# picture's size. (That mean is also what lets a published network take pictures larger than those of its training.)

# %% demo
KNOWN, NEW = "ABCDEFGHIJKLMNOPQR", "STUVWXYZ"


def letters(n, n_test, seed, which):
    """Pictures (n, 28, 28, 1) from 0 to 1 and labels from 0, to train with and to test with."""
    parts = dd.data.glyphs(n, n_test, seed=seed, letters=which)
    return [(x[..., np.newaxis].astype("float32") / 255, y - (ord(which[0]) - ord("A"))) for x, y in parts]


def build_letters(num_classes):
    x = inputs = keras.Input((28, 28, 1))
    for i, filters in enumerate((16, 32, 48, 64)):
        stride = 2 if i else 1
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"norm_{i}")(x)  # short trainings need quick averages
        x = layers.ReLU(name=f"relu_{i}")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(inputs, layers.Dense(num_classes, name="head")(x))


def outputs_of(model, x):
    """What a model gives in inference, 200 examples at a time."""
    return np.concatenate([ops.convert_to_numpy(model(x[i : i + 200])) for i in range(0, len(x), 200)])


def share_right(model, x, labels):
    return float((outputs_of(model, x).argmax(axis=-1) == labels).mean())


(x_known, y_known), (x_known_test, y_known_test) = letters(1800, 900, 55, KNOWN)
(x_new, y_new), (x_new_test, y_new_test) = letters(80, 800, 56, NEW)
fig, axes = plt.subplots(2, 9, figsize=(9, 2.4))
for row, (title, x, y) in enumerate((("source", x_known, y_known), ("target", x_new, y_new))):
    for i, ax in enumerate(axes[row]):
        ax.imshow(x[i, ..., 0], cmap="gray")
        ax.set(title=(KNOWN, NEW)[row][y[i]], xlabel="", ylabel=title if i == 0 else "", xticks=[], yticks=[])
dd.plot.show(
    "Two rows of nine letters in white on black, turned and slanted, in several typefaces: letters from A to R in the "
    "row of the source, letters from S to Z in that of the target."
)

# %% [markdown]
# The source's training starts here, with one epoch over 1,800 letters. Four times as many pictures and eight epochs
# were done beforehand by `data/zoo/glyphs_letters.py`, and are loaded.

# %% demo
dd.seed(55)
begun = build_letters(len(KNOWN))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
begun.compile(keras.optimizers.Adam(0.004), loss, jit_compile=False)  # compiling would take longer
history = begun.fit(x_known, y_known, batch_size=64, epochs=1, verbose=0).history["loss"]
print(f"loss of the first epoch: {history[0]:.2f} (guessing {math.log(18):.2f})")
pretrained = dd.zoo.load("glyphs_letters")
known = share_right(pretrained, x_known_test, y_known_test)
print(f"loaded: {pretrained.count_params():,} parameters, names {known:.1%} of new letters A to R rightly")
assert history[-1] < math.log(18) and known > 0.9

# %% [markdown]
# ## A new head
#
# The last layer knows 18 letters, and we want eight others. Cut it off and put a new one in its place, on the same
# features. In Keras a model is a graph from tensors to tensors, so the new model is `keras.Model(inputs, outputs)` over
# the *same* layers: no weight is copied, and what trains one of the two models trains the other. What the head
# takes in is the tensor `model.layers[-1].input`. The new weights are random, and eight logits of random weights are
# worth nothing yet.


# %% exercise: replace_head
def replace_head(model, num_classes, name="head"):
    """Another last layer on the same network.

    Args:
        model: keras.Model whose last layer is its head; it goes on working as before, and what is frozen in it stays
            frozen, and nothing else is.
        num_classes: int >= 2.
        name: name of the new layer.

    Returns:
        A new keras.Model with all layers of the old but the last: the same layers, no copies. Behind them comes a dense
        layer with a bias, Keras's own start and one logit for each class. About 4 lines.

    Raises:
        ValueError: num_classes is below 2.
    """
    ### BEGIN SOLUTION
    if num_classes < 2:
        raise ValueError(f"num_classes must be at least 2. Received: {num_classes}")
    return keras.Model(model.input, layers.Dense(num_classes, name=name)(model.layers[-1].input))
    ### END SOLUTION


# %% fixture
class Eager(keras.Model):
    """A model that runs step by step, since compiling a graph would take longer than a test."""

    def compile(self, *args, **kwargs):
        kwargs.update(run_eagerly=True, jit_compile=False)
        super().compile(*args, **kwargs)


def small_network(kind=keras.Model, activation=None):
    """Three features, two dense layers with norms, a head for four classes; weights that are drawn."""
    x = inputs = keras.Input((3,))
    for i, units in enumerate((5, 6)):
        x = layers.Dense(units, name=f"dense_{i}")(x)
        x = layers.BatchNormalization(name=f"norm_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
    model = kind(inputs, layers.Dense(4, activation=activation, name="old_head")(x))
    rng = np.random.default_rng(5)
    model.set_weights(
        [
            rng.uniform(0.5, 1.5, weight.shape) * rng.choice([1, -1, 1], weight.shape) ** (weight.ndim - 1)
            for weight in model.get_weights()
        ]
    )
    return model


def head_replaced(num_classes, x, activation=None, **settings):
    """What comes of replacing a small network's head: facts that are the same for every draw of the new weights."""
    model = small_network(activation=activation)
    model.get_layer("dense_0").trainable = False
    before, own = ops.convert_to_numpy(model(x)), model.layers[1:-1]
    trained = [layer.trainable for layer in model.layers]
    features = ops.convert_to_numpy(keras.Model(model.input, model.layers[-1].input)(x))
    new = replace_head(model, num_classes, **settings)
    head = [ops.convert_to_numpy(weight) for weight in new.layers[-1].get_weights()]
    fits = len(head) == 2 and head[0].shape == (features.shape[1], num_classes)
    return {
        "names": ["a model" if isinstance(layer, keras.Model) else layer.name for layer in new.layers[1:]],
        "same layers": [layer for layer in new.layers[1:-1] if any(layer is other for other in own)] == own,
        "old model as before": np.allclose(ops.convert_to_numpy(model(x)), before, rtol=1e-5, atol=1e-6),
        "frozen as before": [layer.trainable for layer in model.layers] == trained,
        "shape": new.output_shape,
        "head": [weight.shape for weight in head],
        "random kernel": bool(0.01 < np.abs(head[0]).max() < 2),
        "zero bias": not np.any(head[1:]),
        "logits": bool(
            fits and np.allclose(ops.convert_to_numpy(new(x)), features @ head[0] + head[1], rtol=1e-3, atol=1e-4)
        ),
    }


def number_of_kernels():
    """How many different kernels two new heads of one network have."""
    model = small_network()
    return len({replace_head(model, 4).layers[-1].get_weights()[0].tobytes() for _ in range(2)})


# %% test: replace_head, points=2
x = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
facts = head_replaced(8, x)
dd.check.equal(facts["shape"], (None, 8), what="the new output shape", why="a logit for each of 8 classes")
names = [f"{kind}_{i}" for i in (0, 1) for kind in ("dense", "norm", "relu")]
dd.check.equal(facts["names"], [*names, "head"], what="the names of the layers", why="all but the last, then the head")
assert facts["same layers"], "the layers in front of the head are the old model's own, not copies and not fewer"
assert facts["old model as before"], "the old model gives what it gave before"
assert facts["frozen as before"], "no layer of the old model is frozen or thawed: its layers are as they were"
with dd.check.raises(ValueError, why="a single class leaves nothing to tell apart"):
    head_replaced(1, x)
### BEGIN HIDDEN TESTS
for num_classes, activation, settings in (
    (2, None, {}),
    (5, "softmax", {"name": "letters"}),
    (4, None, {"name": "old_head"}),
):
    facts = head_replaced(num_classes, x, activation, **settings)
    dd.check.equal(facts["names"][-1], settings.get("name", "head"), what="the name of the new layer")
    due = [(6, num_classes), (num_classes,)]
    dd.check.equal(facts["head"], due, what="the shapes of the new layer's weights", why="a kernel and a bias")
    assert facts["logits"], "the new model's output is features times kernel plus bias, with no softmax"
    assert facts["random kernel"], "the new kernel is Keras's own random start"
    assert facts["zero bias"], "the new bias is Keras's own, zero"
    assert facts["same layers"], "the layers in front of the head are the old model's own, not copies and not fewer"
    assert facts["old model as before"], "the old model gives what it gave before"
dd.check.equal(number_of_kernels(), 2, what="the number of different kernels of two new heads", why="they are random")
for num_classes in (1, 0, -3):
    with dd.check.raises(ValueError, why=f"{num_classes} classes are too few"):
        head_replaced(num_classes, x)
### END HIDDEN TESTS

# %% mistakes: replace_head
# - replace: model.layers[-1].input
#   with: model.output
#   hint: "Your head sits on top of the old one, and sees its 4 logits alone. It belongs on the features before it."
# - replace: model.layers[-1].input
#   with: model.layers[-2].input
#   hint: "You cut off one layer too many."
# - replace: layers.Dense(num_classes, name=name)
#   with: layers.Dense(num_classes, activation="softmax", name=name)
#   hint: "You give probabilities. Logits are due: the loss takes care of the softmax."
# - replace: layers.Dense(num_classes, name=name)
#   with: layers.Dense(num_classes, use_bias=False, name=name)
#   hint: "The new layer has no bias."
# - replace: layers.Dense(num_classes, name=name)
#   with: layers.Dense(num_classes)
#   hint: "The new layer does not have the name that was asked for."
# - replace: layers.Dense(num_classes, name=name)
#   with: layers.Dense(num_classes, name="head")
#   hint: "The new layer does not have the name that was asked for: it is called head in any case."
# - replace: layers.Dense(num_classes, name=name)
#   with: layers.Dense(num_classes, kernel_initializer="zeros", name=name)
#   hint: "Your head starts at zero, and at first no gradient gets past it. Keras's own start is due."
# - replace: if num_classes < 2
#   with: if num_classes < 1
#   hint: "A single class gets through."
# - replace: |-
#     return keras.Model(model.input, layers.Dense(num_classes, name=name)(model.layers[-1].input))
#   with: |-
#     twin = keras.models.clone_model(model)
#         twin.set_weights(model.get_weights())
#         return keras.Model(twin.input, layers.Dense(num_classes, name=name)(twin.layers[-1].input))
#   hint: "You copy the layers. The new model has the old one's own, so that no weight is there twice."


# %% mistake: replace_head
# hint: "You copy the layers and leave their weights behind: the new network has not been trained at all."
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError(num_classes)
    twin = keras.models.clone_model(model)
    return keras.Model(twin.input, layers.Dense(num_classes, name=name)(twin.layers[-1].input))


# %% mistake: replace_head
# hint: "You wrap the network into one layer of the new model. All of its layers are to be layers of the new one."
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError(num_classes)
    trunk = keras.Model(model.input, model.layers[-1].input)
    inputs = keras.Input(model.input_shape[1:])
    return keras.Model(inputs, layers.Dense(num_classes, name=name)(trunk(inputs)))


# %% mistake: replace_head
# hint: "You wrap the network into one layer of the new model. A Sequential has it as a whole; its layers are due."
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError(num_classes)
    trunk = keras.Model(model.input, model.layers[-1].input)
    return keras.Sequential([trunk, layers.Dense(num_classes, name=name)])


# %% mistake: replace_head
# hint: "You freeze the layers of the old model on the way. Which are trained is a matter of its own."
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError(num_classes)
    for layer in model.layers[:-1]:
        layer.trainable = False
    return keras.Model(model.input, layers.Dense(num_classes, name=name)(model.layers[-1].input))


# %% accepts: replace_head
def replace_head(model, num_classes, name="head"):
    # The tensor in front of the head is what the layer before it gives.
    if not num_classes > 1:
        raise ValueError("two classes at least")
    *_, last, _ = model.layers
    head = layers.Dense(units=num_classes, activation=None, name=name)
    return keras.Model(inputs=model.inputs, outputs=head(last.output))


# %% accepts: replace_head
def replace_head(model, num_classes, name="head"):
    # As a list of layers; this also does where a model is a chain.
    if num_classes in (0, 1) or num_classes < 0:
        raise ValueError("too few classes")
    x = model.layers[0].output
    for layer in model.layers[1:-1]:
        x = layer(x)
    return keras.Model(model.layers[0].output, layers.Dense(num_classes, name=name)(x))


# %% [markdown]
# ## Feature extraction: a linear probe
#
# With the trunk frozen, the features of a picture never change. So compute them *once*, and what is left is a linear
# classifier on a table $(m, n)$: no network has to be trained. It is also the standard test of what a network
# knows, and is then called a **linear probe**. For a table this small there is a solution in closed form: **ridge
# regression** (Day 6), from the features to the one-hot row of the class,
#
# $$\min_{w, b} \ \sum_i \lVert \varphi_i w + b - e_{c_i} \rVert^2 + \lambda \sum_{jk} w_{jk}^2 .$$
#
# The bias is not penalised, and drops out when features and targets are centred. With $\tilde\varphi$ and $\tilde e$
# for the tables without their column means,
#
# $$\big( \tilde\varphi^\top \tilde\varphi + \lambda I \big)\, w = \tilde\varphi^\top \tilde e, \qquad
# b = \bar e - \bar\varphi\, w .$$
#
# By hand: two examples with one feature, 1 and 3, of classes 0 and 1, $\lambda = 2$. Centred: $-1$ and $1$, so
# $\tilde\varphi^\top \tilde\varphi = 2$; the targets' rows become $(\frac12, -\frac12)$ and $(-\frac12, \frac12)$, so
# $\tilde\varphi^\top \tilde e = (-1, 1)$. Hence $w = (-\frac14, \frac14)$ and $b = (\frac12, \frac12) - 2 w = (1, 0)$.
# The first example has the scores $(\frac34, \frac14)$: class 0.
#
# Why is $\lambda$ needed? There are 80 examples and 64 features that resemble each other. Without it the weights would
# fit the accidents of the 80. The class with the highest score wins, and its scale is of no matter.


# %% exercise: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    """Ridge regression from features to one-hot rows.

    Args:
        features: float32 or float64 array (m, n), also with n > m and far from zero; left unchanged.
        labels: int array (m,) of classes from 0; some may be absent.
        num_classes: K, int >= 2.
        penalty: lambda, number > 0.

    Returns:
        (w, b): float64 arrays (n, K) and (K,), computed in float64. Scores are features @ w + b. About 7 lines.

    Raises:
        ValueError: penalty is not above 0, or a label is below 0 or not below num_classes.
    """
    ### BEGIN SOLUTION
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(
            f"penalty must be above 0 and labels from 0 to {num_classes - 1}. Received: {penalty}, {labels}"
        )
    features, targets = np.asarray(features, dtype=np.float64), np.eye(num_classes)[labels]  # (m, n), (m, K)
    centre, shares = features.mean(axis=0), targets.mean(axis=0)
    centred = features - centre
    w = np.linalg.solve(centred.T @ centred + penalty * np.eye(len(centre)), centred.T @ (targets - shares))
    return w, shares - centre @ w
    ### END SOLUTION


# %% test: linear_probe, points=3
features, labels = np.array([[1.0], [3.0]]), np.array([0, 1])
with dd.check.unchanged(features, what="features"), dd.check.unchanged(labels, what="labels"):
    w, b = linear_probe(features, labels, 2, penalty=2.0)
dd.check.like(w, np.array([[-0.25, 0.25]]), what="w", why="this is the example worked by hand")
dd.check.like(b, np.array([1.0, 0.0]), what="b", why="this is the example worked by hand")
rng = np.random.default_rng(3)
features, labels = rng.normal(size=(6, 9)).astype("float32"), np.array([0, 3, 1, 3, 0, 1])
w, b = linear_probe(features, labels, 4, penalty=0.5)
dd.check.shape(w, (9, 4), what="w for 9 features and 4 classes, of which 2 is absent")
dd.check.shape(b, (4,), what="b")
due = np.array([0.0] * 9)
dd.check.close(w[:, 2], due, atol=1e-9, what="the weights of a class that is absent", why="its target is 0 everywhere")
with dd.check.raises(ValueError, why="class 3 is not among 3 classes"):
    linear_probe(features, labels, 3)
### BEGIN HIDDEN TESTS
for rows, columns, num_classes, penalty, offset, dtype in (
    (20, 4, 3, 1.0, 0.0, "float64"),
    (5, 30, 2, 0.1, 0.0, "float64"),
    (40, 3, 5, 10.0, 1e4, "float64"),
    (12, 6, 4, 0.3, 5.0, "float32"),
    (1, 2, 2, 1.0, 0.0, "float64"),
    (9, 1, 6, 2, -3.0, "float64"),
    (30, 8, 3, 1.0, 3000.0, "float32"),
    (30, 4, 3, 1e-6, 0.0, "float32"),
    (25, 4, 3, 1.0, 1e7, "float64"),
):
    features = rng.normal(size=(rows, columns)) + offset
    if penalty < 1e-3:
        features[:, 1] = features[:, 0] + 1e-3 * features[:, 1]  # two columns nearly alike ask for many digits
    features = features.astype(dtype)
    labels = rng.integers(0, num_classes, rows).astype(rng.choice(["int64", "uint8", "int8"]))
    with dd.check.unchanged([features, labels]):
        w, b = linear_probe(features, labels, num_classes, penalty)
    what = f"for features {features.shape} {dtype} about {offset}, {num_classes} classes and penalty {penalty}"
    for name, value, shape in (("w", w, (columns, num_classes)), ("b", b, (num_classes,))):
        dd.check.shape(value, shape, what=f"{name} {what}")
        dd.check.equal(str(value.dtype), "float64", what=f"the dtype of {name}", why="it is computed in float64")
    # In the middle of the data, where w is the same, the cost is free of large numbers.
    middle = features.astype(float) - features.astype(float).mean(axis=0)
    level = features.astype(float).mean(axis=0) @ w + b
    wrong = middle @ w + level - (labels[:, np.newaxis] == np.arange(num_classes))
    slope = middle.T @ wrong + penalty * w
    dd.check.close(
        slope, np.zeros_like(slope), atol=1e-6 * (1 + rows), what=f"the cost's slope along w {what}", why="it is least"
    )
    why = "the bias, which is not penalised, leaves a mean error of 0"
    dd.check.close(
        wrong.sum(axis=0), np.zeros(num_classes), atol=1e-6 * rows, what=f"the cost's slope along b {what}", why=why
    )
features, labels = rng.normal(size=(10, 3)), np.arange(10) % 3
default, given = linear_probe(features, labels, 3), linear_probe(features, labels, 3, penalty=1.0)
dd.check.like(default, given, what="the result by default", why="the penalty is 1 then")
for wrong, penalty in (((0, 1, 3), 1.0), ((0, -1, 1), 1.0), ((0, 1, 2), 0), ((0, 1, 2), -0.5)):
    with dd.check.raises(ValueError, why=f"labels {wrong} of 3 classes, penalty {penalty}"):
        linear_probe(features[:9], np.array(wrong * 3), 3, penalty)
### END HIDDEN TESTS

# %% mistakes: linear_probe
# - replace: centre, shares = features.mean(axis=0), targets.mean(axis=0)
#   with: centre, shares = np.zeros(features.shape[1]), targets.mean(axis=0)
#   hint: "The features are not centred, so the bias does not do its part."
# - replace: centre, shares = features.mean(axis=0), targets.mean(axis=0)
#   with: centre, shares = features.mean(axis=0), np.zeros(num_classes)
#   hint: "The targets are not centred, and the bias forgets how frequent each class is."
# - replace: centre, shares = features.mean(axis=0), targets.mean(axis=0)
#   with: centre, shares = np.full(features.shape[1], features.mean()), targets.mean(axis=0)
#   hint: "You take one mean of all features together. Each column has its own."
# - replace: shares - centre @ w
#   with: shares
#   hint: "Your bias belongs to centred features. The scores are of features as they are."
# - replace: penalty * np.eye(len(centre))
#   with: penalty
#   hint: "You add the penalty to the whole matrix. It belongs on the diagonal."
# - replace: penalty * np.eye(len(centre))
#   with: penalty * len(features) * np.eye(len(centre))
#   hint: "You weigh the penalty by the number of examples. The cost is a sum over them, not a mean."
# - replace: penalty * np.eye(len(centre))
#   with: 1e-9 * np.eye(len(centre))
#   hint: "There is no penalty, whatever is asked for: that is plain least squares."
# - replace: np.linalg.solve(centred.T @ centred + penalty * np.eye(len(centre)), centred.T @ (targets - shares))
#   with: np.linalg.lstsq(centred, targets - shares, rcond=None)[0]
#   hint: "There is no penalty, whatever is asked for: that is plain least squares."
# - replace: np.eye(num_classes)[labels]
#   with: np.eye(max(labels) + 1)[labels]
#   hint: "You count the classes that occur. Where the last one is absent, its column is missing."
# - replace: np.eye(num_classes)[labels]
#   with: 2 * np.eye(num_classes)[labels] - 1
#   hint: "Your targets are −1 and 1. The one-hot rows have 0 and 1."
# - replace: np.asarray(features, dtype=np.float64)
#   with: features
#   hint: "You compute in the features' own precision. Products in float32 lose digits that columns nearly alike need."
# - replace: penalty <= 0 or min(labels) < 0
#   with: penalty < 0 or min(labels) < 0
#   hint: "A penalty of 0 gets through."
# - replace: penalty <= 0 or min(labels) < 0
#   with: penalty <= 0
#   hint: "A label below 0 gets through, and counts from the end."
# - replace: centred = features - centre
#   with: centred = features / np.maximum(features.std(axis=0), 1e-9) - centre / np.maximum(features.std(axis=0), 1e-9)
#   hint: "You scale the features. The cost is of them as they are."


# %% mistake: linear_probe
# hint: "The bias is penalised too: you let it be the weight of a column of ones."
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(penalty, labels)
    table = np.column_stack([np.asarray(features, float), np.ones(len(features))])
    both = np.linalg.solve(table.T @ table + penalty * np.eye(table.shape[1]), table.T @ np.eye(num_classes)[labels])
    return both[:-1], both[-1]


# %% mistake: linear_probe
# hint: "You count the classes that occur. Where one is absent, its column is missing."
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(penalty, labels)
    features, targets = np.asarray(features, dtype=float), (labels[:, np.newaxis] == np.unique(labels)).astype(float)
    centre, shares = features.mean(axis=0), targets.mean(axis=0)
    centred = features - centre
    w = np.linalg.solve(centred.T @ centred + penalty * np.eye(len(centre)), centred.T @ (targets - shares))
    return w, shares - centre @ w


# %% mistake: linear_probe
# hint: "You compute in the features' own precision, and turn the result into float64 when the digits are lost."
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(penalty, labels)
    targets = np.eye(num_classes, dtype=features.dtype)[labels]
    centred, shares = features - features.mean(axis=0), targets.mean(axis=0)
    gram = centred.T @ centred + penalty * np.eye(features.shape[1], dtype=features.dtype)
    w = np.linalg.solve(gram, centred.T @ (targets - shares))
    return w.astype(float), (shares - features.mean(axis=0) @ w).astype(float)


# %% mistake: linear_probe
# hint: "You centre the features where they lie, and the caller's table is changed."
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(penalty, labels)
    targets, centre = np.eye(num_classes)[labels], features.mean(axis=0, dtype=float)
    features -= centre.astype(features.dtype)
    wide = features.astype(float)
    w = np.linalg.solve(wide.T @ wide + penalty * np.eye(len(centre)), wide.T @ (targets - targets.mean(axis=0)))
    return w, targets.mean(axis=0) - centre @ w


# %% mistake: linear_probe
# hint: "You take the means away from the products. Far from zero these are so large that the difference loses its
#   digits: centre first, then multiply."
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or min(labels) < 0 or max(labels) >= num_classes:
        raise ValueError(penalty, labels)
    table, targets = np.asarray(features, float), np.eye(num_classes)[labels]
    rows, centre, shares = len(table), table.mean(axis=0), targets.mean(axis=0)
    gram = table.T @ table - rows * np.outer(centre, centre) + penalty * np.eye(len(centre))
    w = np.linalg.solve(gram, table.T @ targets - rows * np.outer(centre, shares))
    return w, shares - centre @ w


# %% equivalents: linear_probe
# - replace: centred.T @ (targets - shares)
#   with: centred.T @ (targets + shares)
#   reason: "The columns of centred features sum to zero, so a constant added to the targets drops out."
# - replace: centred.T @ (targets - shares)
#   with: centred.T @ (targets)
#   reason: "The columns of centred features sum to zero, so a constant added to the targets drops out."
# - replace: shares - centre @ w
#   with: shares - centre.T @ w
#   reason: "The transpose of an array with one axis is itself."


# %% accepts: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    # By singular values.
    labels = np.asarray(labels)
    if not penalty > 0 or not ((labels >= 0) & (labels < num_classes)).all():
        raise ValueError("no such probe")
    table = np.array(features, dtype=float)
    one_hot = (labels[:, None] == np.arange(num_classes)).astype(float)
    middle, share = table.mean(axis=0), one_hot.mean(axis=0)
    u, s, vt = np.linalg.svd(table - middle, full_matrices=False)
    w = vt.T @ ((s / (s**2 + penalty))[:, None] * (u.T @ (one_hot - share)))
    return w, share - middle @ w


# %% accepts: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    # Least squares on a table with rows for the penalty below it.
    if penalty <= 0 or np.any(np.asarray(labels) < 0) or np.any(np.asarray(labels) > num_classes - 1):
        raise ValueError("no such probe")
    table = np.asarray(features).astype("float64")
    rows, columns = table.shape
    targets = np.zeros((rows + columns, num_classes))
    targets[np.arange(rows), labels] = 1
    share, middle = targets[:rows].mean(axis=0), table.mean(axis=0)
    targets[:rows] -= share
    stacked = np.vstack([table - middle, np.sqrt(penalty) * np.eye(columns)])
    w = np.linalg.lstsq(stacked, targets, rcond=None)[0]
    return w, share - middle @ w


# %% [markdown]
# What is due to the *training* of the trunk, and what to a table of numbers as such? The same probe, on the 784 pixels,
# on the 64 features of the same network with random weights, and on those of the trained one. Each gets the best of
# four penalties *on the test letters*, which flatters all three alike.

# %% demo
trunk = keras.Model(pretrained.input, pretrained.get_layer("features").output)
dd.seed(551)
untrained = build_letters(len(KNOWN))
random_trunk = keras.Model(untrained.input, untrained.get_layer("features").output)
tables = {
    "pixels": (x_new.reshape(len(x_new), -1), x_new_test.reshape(len(x_new_test), -1)),
    "random features": tuple(outputs_of(random_trunk, x) for x in (x_new, x_new_test)),
    "trained features": tuple(outputs_of(trunk, x) for x in (x_new, x_new_test)),
}
probed = {}
for name, (table, table_test) in tables.items():
    shares = []
    for penalty in (1e-4, 0.01, 1, 100):
        w, b = linear_probe(table, y_new, len(NEW), penalty)
        shares.append(float(((table_test @ w + b).argmax(axis=1) == y_new_test).mean()))
    probed[name] = max(shares)
    print(f"{name:17} {table.shape[1]:3} numbers: {max(shares):.1%} of S to Z named rightly")
assert probed["trained features"] > max(probed["pixels"], probed["random features"]) + 0.1

# %% [markdown]
# The network has never seen an S or a Z, and its features tell them apart far better than the pixels do. With random
# weights the same network is not much of a help, so it is the training that made the difference.

# %% [markdown]
# ## Freezing, and what norms have to do with it
#
# Fine-tuning trains the last layers of the trunk as well. In Keras a layer is **frozen** by `layer.trainable = False`:
# then it does not occur in `model.trainable_weights`, and no optimizer touches it. (A frozen *model* hides all of its
# layers, whatever they say of themselves. So thaw the model first, and then set every layer. Don't rely on
# `model.trainable = True` alone: with TensorFlow it does nothing where the model's own flag is True already, and layers
# that were frozen one by one stay frozen.)
#
# **Batch normalisation needs care.** A norm has two ways of computing (Day 33). In training it uses mean and variance
# of the *batch*, and in inference its running averages $\mu$ and $v$, which training moves along. By hand: a channel
# with $\mu = 0$ and $v = 1$, left from the source, and a batch with the values 4 and 6. In inference the norm gives 4
# and 6; in training $-1$ and $1$. So what do the layers behind it learn from?
#
# - With few examples a batch's statistics are noise, and after a few steps $\mu$ and $v$ are no longer the source's and
#   not yet the target's: with Keras's momentum of 0.99 they have gone 63% of the way after 100 steps. The layers are
#   trained on numbers of one scale and used on numbers of another.
# - So in fine-tuning norms usually stay **in inference mode**: they use $\mu$ and $v$, and these don't move.
#
# In Keras a norm with `trainable = False` *is* in inference mode, even while the model is trained. That holds for no
# other layer (a frozen dropout still drops), and not for other libraries: in PyTorch freezing is one thing and `eval()`
# is another. And it is undone, unnoticed, by whoever thaws all layers in one go.


# %% exercise: freeze_until
def freeze_until(model, layer_name, norms=False):
    """Let a model be trained from one layer on.

    Args:
        model: keras.Model, some or all of it perhaps frozen; which of its layers are trainable is changed in place.
        layer_name: name of the first layer that is trained. It and those behind it in `model.layers` are trainable,
            those in front of it are frozen.
        norms: whether BatchNormalization layers are treated like the others. If not, all of them are frozen.

    Returns:
        int, how many numbers are trained now. About 8 lines.

    Raises:
        ValueError: the model has no layer of that name. Then nothing is changed.
    """
    ### BEGIN SOLUTION
    names = [layer.name for layer in model.layers]
    if layer_name not in names:
        raise ValueError(f"layer_name must be one of {names}. Received: {layer_name}")
    model.trainable = True
    for i, layer in enumerate(model.layers):
        kind = norms or not isinstance(layer, layers.BatchNormalization)
        layer.trainable = kind and i >= names.index(layer_name)
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)
    ### END SOLUTION


# %% fixture
def state_of(model):
    """Names of the layers that would be trained, how many numbers, and how many weights all in all."""
    trained = [layer.name for layer in model.layers if layer.weights and layer.trainable]
    numbers = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    return trained, numbers, len(model.weights)


def frozen_until(layer_names, start="all trained", **settings):
    """For each name what freeze_until returns for a small network with this start, and the state afterwards."""
    model, found = small_network(), []
    for layer_name in layer_names:
        model.trainable = False
        model.trainable = start != "all frozen"
        if start == "mixed":
            model.get_layer("dense_1").trainable = False
            model.get_layer("old_head").trainable = False
        found.append((freeze_until(model, layer_name, **settings), state_of(model)))
    return found


def refused(layer_names):
    """For each name whether freeze_until refuses it, and the states of a small frozen network before and after."""
    model, found = small_network(), []
    for layer_name in layer_names:
        model.trainable = False
        model.get_layer("dense_1").trainable = True
        before, error = state_of(model), False
        try:
            freeze_until(model, layer_name)
        except ValueError:
            error = True
        model_is_frozen = not model.trainable
        found.append((error, before, state_of(model), model_is_frozen))
    return found


def twice(first, second, **settings):
    """The state of a small network after two calls."""
    model = small_network()
    freeze_until(model, first, **settings)
    freeze_until(model, second)
    return state_of(model)


def norm_at_work(norms):
    """How far a norm's running averages move when a model that was frozen is called as in training."""
    model = small_network()
    freeze_until(model, "dense_0", norms=norms)
    norm = model.get_layer("norm_1")
    before = ops.convert_to_numpy(norm.moving_mean)
    model(np.random.default_rng(1).normal(size=(20, 3)).astype("float32") + 3, training=True)
    return float(np.abs(ops.convert_to_numpy(norm.moving_mean) - before).max())


# %% test: freeze_until, points=3
# The layers with weights are dense_0 (3 to 5), norm_0, dense_1 (5 to 6), norm_1 and old_head (6 to 4).
SIZES = {"dense_0": 3 * 5 + 5, "norm_0": 2 * 5, "dense_1": 5 * 6 + 6, "norm_1": 2 * 6, "old_head": 6 * 4 + 4}
CASES = {
    False: {
        "old_head": ["old_head"],
        "dense_1": ["dense_1", "old_head"],
        "norm_0": ["dense_1", "old_head"],
        "dense_0": ["dense_0", "dense_1", "old_head"],
    },
    True: {
        "dense_1": ["dense_1", "norm_1", "old_head"],
        "norm_0": ["norm_0", "dense_1", "norm_1", "old_head"],
        "old_head": ["old_head"],
        "relu_0": ["dense_1", "norm_1", "old_head"],
        "dense_0": list(SIZES),
    },
}


def check_frozen(start, norms):
    found = frozen_until(list(CASES[norms]), start, norms=norms)
    for (layer_name, due), (came, (trained, numbers, weights)) in zip(CASES[norms].items(), found, strict=True):
        what = f"freeze_until(model, {layer_name!r}, norms={norms}) on a model that was {start}"
        why = "from the named layer on" + (", norms too" if norms else ", and no norms")
        dd.check.equal(trained, due, what=f"the layers that are trained after {what}", why=why)
        total = sum(SIZES[name] for name in due)
        dd.check.equal(numbers, total, what=f"the numbers in model.trainable_weights after {what}")
        dd.check.like(came, total, what=f"what is returned by {what}", why="what is trained, and nothing else")
        dd.check.equal(weights, 14, what="the number of weights of the model", why="none is taken away")


def check_refused(layer_names):
    for name, (error, before, after, model_is_frozen) in zip(layer_names, refused(layer_names), strict=True):
        assert error, f"no layer is called {name!r}: a ValueError is due"
        dd.check.equal(after, before, what=f"the model after {name!r} was refused", why="nothing is changed then")
        assert model_is_frozen, f"the model was frozen as a whole, and after {name!r} was refused it is not"


check_frozen("all trained", False)
check_frozen("all trained", True)
check_refused(["dense_7"])
### BEGIN HIDDEN TESTS
for start in ("all frozen", "mixed"):
    check_frozen(start, False)
check_frozen("mixed", True)
dd.check.equal(twice("dense_0", "old_head", norms=True)[0], ["old_head"], what="the layers after a call with fewer")
check_refused(["", "dense", "head", "DENSE_1", "dense_0/kernel"])
assert norm_at_work(False) == 0, "a frozen norm is in inference mode, and its running averages stay"
assert norm_at_work(True) > 0.01, "with norms=True the running averages move along in training"
### END HIDDEN TESTS

# %% mistakes: freeze_until
# - replace: i >= names.index(layer_name)
#   with: i > names.index(layer_name)
#   hint: "The named layer is frozen too. It is the first that is trained."
# - replace: i >= names.index(layer_name)
#   with: i < names.index(layer_name)
#   hint: "It is the wrong way round: the layers in front are frozen, those from the named one on are trained."
# - replace: i >= names.index(layer_name)
#   with: i == names.index(layer_name)
#   hint: "Only the named layer is trained. Those behind it are too."
# - replace: i >= names.index(layer_name)
#   with: "True"
#   hint: "Nothing is frozen but the norms."
# - replace: kind = norms or not isinstance(layer, layers.BatchNormalization)
#   with: kind = True
#   hint: "The norms are thawed with the rest. They stay in inference mode unless norms=True."
# - replace: kind = norms or not isinstance(layer, layers.BatchNormalization)
#   with: kind = not isinstance(layer, layers.BatchNormalization)
#   hint: "norms=True changes nothing."
# - replace: |-
#     model.trainable = True
#         for
#   with: |-
#     for
#   hint: "If the model as a whole was frozen before, it still is, and hides what its layers say."
# - replace: model.trainable = True
#   with: model.trainable = False
#   hint: "The model as a whole is frozen, and hides what its layers say."
# - replace: for weight in model.trainable_weights
#   with: for weight in model.weights
#   hint: "You count all numbers of the model. Those are due that are trained."
# - replace: sum(math.prod(weight.shape) for weight in model.trainable_weights)
#   with: sum(layer.count_params() for layer in model.layers if layer.trainable)
#   hint: "You count the running averages of the norms too. No optimizer touches these."
# - replace: sum(math.prod(weight.shape) for weight in model.trainable_weights)
#   with: len(model.trainable_weights)
#   hint: "You count arrays. How many numbers are in them is due."
# - replace: if layer_name not in names
#   with: if False
#   hint: "A name that no layer has is found out too late, when layers have been changed already."


# %% mistake: freeze_until
# hint: "A name that no layer has freezes everything, without a word. It is refused."
def freeze_until(model, layer_name, norms=False):
    model.trainable = True
    reached = False
    for layer in model.layers:
        reached = reached or layer.name == layer_name
        layer.trainable = reached and (norms or not isinstance(layer, layers.BatchNormalization))
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% mistake: freeze_until
# hint: "That no layer has the name you find out too late, when all of them have been frozen already. Look first."
def freeze_until(model, layer_name, norms=False):
    model.trainable = True
    reached = False
    for layer in model.layers:
        reached = reached or layer.name == layer_name
        layer.trainable = reached and (norms or not isinstance(layer, layers.BatchNormalization))
    if not reached:
        raise ValueError(layer_name)
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% mistake: freeze_until
# hint: "You take a layer whose name merely begins with what was given. The whole name has to be the same."
def freeze_until(model, layer_name, norms=False):
    found = [i for i, layer in enumerate(model.layers) if layer.name.startswith(layer_name)]
    if not found:
        raise ValueError(layer_name)
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = i >= found[0] and (norms or not isinstance(layer, layers.BatchNormalization))
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% mistake: freeze_until
# hint: "A layer that was frozen before stays frozen. From the named one on all are trainable, whatever they were."
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    if layer_name not in names:
        raise ValueError(layer_name)
    for i, layer in enumerate(model.layers):
        if i < names.index(layer_name) or (isinstance(layer, layers.BatchNormalization) and not norms):
            layer.trainable = False
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% mistake: freeze_until
# hint: "With norms=True the norms in front of the named layer are trained as well."
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    if layer_name not in names:
        raise ValueError(layer_name)
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = norms if isinstance(layer, layers.BatchNormalization) else i >= names.index(layer_name)
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% accepts: freeze_until
def freeze_until(model, layer_name, norms=False):
    # Freeze everything, then thaw.
    found = [i for i, layer in enumerate(model.layers) if layer.name == layer_name]
    if not found:
        raise ValueError("no such layer")
    model.trainable = True
    for layer in model.layers:
        layer.trainable = False
    for layer in model.layers[found[0] :]:
        if norms or type(layer).__name__ != "BatchNormalization":
            layer.trainable = True
    return int(sum(np.prod(weight.shape) for weight in model.trainable_variables))


# %% accepts: freeze_until
def freeze_until(model, layer_name, norms=False):
    model.get_layer(layer_name)  # a ValueError if there is none
    model.trainable = reached = True
    count = 0
    for layer in reversed(model.layers):
        layer.trainable = reached and not (isinstance(layer, layers.BatchNormalization) and not norms)
        count += sum(int(np.size(ops.convert_to_numpy(weight))) for weight in layer.trainable_weights)
        reached = reached and layer.name != layer_name
    return count


# %% demo
model = replace_head(pretrained, len(NEW))
for name in ("head", "conv_3", "conv_2", "conv_0"):
    print(f"trained from {name:7} on: {freeze_until(model, name):6,} of {model.count_params():,} numbers", end=", ")
    print(f"{freeze_until(model, name, norms=True):6,} with norms")

# %% [markdown]
# What does a norm in training mode do to a network that is trained already? Show the pretrained network letters that it
# knows, in batches of a single letter each, once in inference and once as in training:

# %% demo
modes = {}
network = dd.zoo.load("glyphs_letters")  # a copy, since calls in training mode move the running averages
for training in (False, True):
    right = 0
    for letter in range(len(KNOWN)):
        x = x_known_test[y_known_test == letter]  # 50 pictures of one letter
        right += int((ops.convert_to_numpy(network(x, training=training)).argmax(axis=1) == letter).sum())
    modes[training] = right / len(x_known_test)
    print(f"norms in {'training' if training else 'inference'} mode: {modes[training]:.1%} of A to R named rightly")
assert modes[False] > modes[True] + 0.1

# %% [markdown]
# Not one weight differs. But a batch of nothing but As has other means than a mixed one, the norms take away just what
# is common to it, and that was the A. A small or one-sided batch is no sample of the data, and that is what it is used
# for.
#
# ## Two phases
#
# Train head and trunk together from the start, and the first gradients come through a head of random weights: they are
# large and say nothing about the letters, but they change the trunk that was so well trained. Hence two phases:
#
# 1. only the head, at a usual rate, until it makes sense of the features;
# 2. then the last layers too, at a **lower rate**, so that the trunk moves only a little from where it was.
#
# Between the two lies a trap. In Keras, `compile` notes what is trainable. Change that afterwards without compiling
# again, and the training goes on with the old list. (A new compilation also takes a new optimizer, without the memory
# of the first phase.)
#
# Some go further and give each layer a rate of its own, lower towards the input: **discriminative rates**, for instance
# $\alpha_l = 2.6\, \alpha_{l - 1}$ (Howard and Ruder, 2018). Each layer then needs an optimizer of its own, or steps
# that are scaled. Scaling the *gradients* won't do with Adam, which divides by their size (Day 29).


# %% exercise: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    """Train the head of a network, and then its last layers too.

    Args:
        model: keras.Model that gives logits; changed in place. Its norms stay in inference mode throughout.
        x: float32 array (m, ...), what the model takes.
        labels: int array (m,) of classes from 0.
        head: name of the last layer. In phase 0 it alone is trained.
        first: name of the layer from which on all are trained in phase 1, but the norms.
        epochs: how many there are in phase 0 and in phase 1, ints >= 0.
        rates: learning rates of the two phases, numbers > 0.
        batch_size: int >= 1; examples are shuffled in every epoch.

    Returns:
        list of floats, the mean loss of every epoch, of both phases in a row. Each phase has a new Adam, with Keras's
        own settings but for the rate; the loss is the cross-entropy of the logits. Nothing is printed. About 8 lines.
    """
    ### BEGIN SOLUTION
    losses = []
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)  # compiling would take longer
        if count:
            losses += model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history["loss"]
    return losses
    ### END SOLUTION


# %% fixture
import contextlib
import io


def tuned(x, labels, first, start="all trained", **settings):
    """Train a small network by fine_tune.

    Returns its weights before and after by the names of its layers, the losses, and how many lines were printed.
    """
    model = small_network(Eager)
    if start == "all frozen":
        model.trainable = False
    before = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    dd.seed(0)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        losses = fine_tune(model, x, labels, "old_head", first, **settings)
    after = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    return before, after, losses, printed.getvalue().count("\n")


def way_from_order(x, labels):
    """How far a head that fine_tune has trained for an epoch is from one that met the batches in order."""
    _, after, _, _ = tuned(x, labels, "dense_1", epochs=(1, 0), rates=(0.1, 0.1), batch_size=4)
    model = small_network(Eager)
    freeze_until(model, "old_head")
    model.compile(keras.optimizers.Adam(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, labels, batch_size=4, epochs=1, shuffle=False, verbose=0)
    in_order = model.get_layer("old_head").get_weights()
    return max(float(np.abs(new - old).max()) for old, new in zip(in_order, after["old_head"], strict=True))


# %% test: fine_tune, points=3
rng = np.random.default_rng(8)
x, labels = rng.normal(size=(12, 3)).astype("float32"), rng.integers(0, 4, 12)


def loss_by_hand(x, labels, weights):
    y = x.astype(float)
    for i in (0, 1):
        kernel, bias = weights[f"dense_{i}"]
        scale, shift, mean, variance = weights[f"norm_{i}"]
        y = np.maximum(scale * (y @ kernel + bias - mean) / np.sqrt(variance + 1e-3) + shift, 0)
    kernel, bias = weights["old_head"]
    logits = y @ kernel + bias
    logits -= logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()


def moved(before, after, name):
    """The longest way that a number of this layer has gone."""
    return max(float(np.abs(new - old).max()) for old, new in zip(before[name], after[name], strict=True))


settings = {"epochs": (1, 0), "rates": (0.25, 0.03), "batch_size": 12}  # one step of the head
before, middle, losses, lines = tuned(x, labels, "dense_1", **settings)
dd.check.equal(len(losses), 1, what="the number of losses for epochs=(1, 0)", why="there is one epoch in all")
why = "the cross-entropy of the logits, norms in inference mode"
dd.check.close(losses[0], loss_by_hand(x, labels, before), rtol=1e-3, what="the loss of the first epoch", why=why)
dd.check.close(
    moved(before, middle, "old_head"), 0.25, rtol=1e-2, what="how far the head moves", why="Adam's first step"
)
dd.check.equal(lines, 0, what="the number of lines that were printed", why="verbose=0 keeps Keras silent")
for name in ("dense_0", "norm_0", "dense_1", "norm_1"):
    dd.check.equal(moved(before, middle, name), 0.0, what=f"how far {name} moves in phase 0", why="it is frozen")
before, after, losses, _ = tuned(x, labels, "dense_0", epochs=(0, 1), rates=(1e-5, 0.02), batch_size=5)
dd.check.equal(len(losses), 1, what="the number of losses for epochs=(0, 1)")
for name in ("dense_0", "dense_1", "old_head"):
    way = moved(before, after, name)
    assert 0.04 < way < 0.07, f"3 steps of up to 0.02, one for each of 3 batches of 5, 5 and 2: {name} moved {way:.3f}"
for name in ("norm_0", "norm_1"):
    dd.check.equal(moved(before, after, name), 0.0, what=f"how far {name} moves in phase 1", why="norms are frozen")
### BEGIN HIDDEN TESTS
start, after, losses, _ = tuned(x, labels, "dense_1", start="all frozen", **{**settings, "epochs": (1, 1)})
dd.check.kind(losses, list, what="what is returned")
dd.check.equal(len(losses), 2, what="the number of losses for epochs=(1, 1)", why="both phases in a row")
due = [loss_by_hand(x, labels, start), loss_by_hand(x, labels, middle)]
dd.check.close(
    np.array(losses, dtype=float), np.array(due), rtol=1e-3, what="the losses", why="phase 1 goes on from phase 0"
)
why = "phase 1 starts with a new Adam, whose first step is as long as its rate"
step = moved(middle, after, "old_head")
dd.check.close(step, 0.03, rtol=2e-2, what="how far the head moves in phase 1", why=why)
dd.check.close(
    moved(start, after, "dense_1"), 0.03, rtol=2e-2, what="how far dense_1 moves", why="it is trained in phase 1"
)
for name in ("dense_0", "norm_0", "norm_1"):
    dd.check.equal(moved(start, after, name), 0.0, what=f"how far {name} moves", why="it is frozen in both phases")
assert all(np.isfinite(value) and float(value) == value for value in losses), "the losses are numbers"
assert way_from_order(x, labels) > 1e-3, (
    "the batches are those of the table in its order: the examples are shuffled in every epoch"
)
### END HIDDEN TESTS

# %% mistakes: fine_tune
# - replace: from_logits=True
#   with: from_logits=False
#   hint: "The loss takes the logits for probabilities."
# - replace: zip((head, first), epochs, rates, strict=True)
#   with: zip((head, first), epochs, rates[::-1], strict=True)
#   hint: "The rates are the wrong way round: the first is phase 0's."
# - replace: keras.optimizers.Adam(rate)
#   with: keras.optimizers.Adam(rates[0])
#   hint: "Both phases have the first rate. The trunk wants a rate of its own, and a lower one."
# - replace: keras.optimizers.Adam(rate)
#   with: keras.optimizers.SGD(rate)
#   hint: "The steps are not Adam's."
# - replace: freeze_until(model, name)
#   with: freeze_until(model, name, norms=True)
#   hint: "The norms are trained. They stay in inference mode throughout."
# - replace: freeze_until(model, name)
#   with: freeze_until(model, first)
#   hint: "In phase 0 more than the head is trained."
# - replace: freeze_until(model, name)
#   with: freeze_until(model, head)
#   hint: "In phase 1 only the head is trained."
# - replace: batch_size=batch_size, epochs=count
#   with: epochs=count
#   hint: "The batch size is not the one that was asked for."
# - replace: batch_size=batch_size, epochs=count
#   with: batch_size=batch_size, shuffle=False, epochs=count
#   hint: "Your batches are the same ones in every epoch. The examples are shuffled."
# - replace: epochs=count, verbose=0
#   with: epochs=count, verbose=1
#   hint: "Keras prints its progress. Nothing is to be printed."
# - replace: losses += model.fit
#   with: losses = model.fit
#   hint: "Only the last phase's losses are kept. Those of both are due, in a row."
# - replace: zip((head, first), epochs, rates, strict=True)
#   with: zip((first, head), epochs, rates, strict=True)
#   hint: "The phases are the wrong way round: the head is trained first, alone."
# - replace: |-
#     if count:
#             losses += model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history["loss"]
#   with: |-
#     losses += model.fit(x, labels, batch_size=batch_size, epochs=max(count, 1), verbose=0).history["loss"]
#   hint: "A phase of no epochs is trained for one."


# %% mistake: fine_tune
# hint: "Compile again after a change of what is frozen: the optimizer of phase 0 knows the head alone."
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    freeze_until(model, head)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rates[0]), loss, jit_compile=False)
    losses = []
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        freeze_until(model, name)
        model.optimizer.learning_rate = rate
        if count:
            losses += model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history["loss"]
    return losses


# %% mistake: fine_tune
# hint: "A phase of no epochs has no losses, and asking its history for them fails."
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
        losses += model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history["loss"]
    return losses


# %% mistake: fine_tune
# hint: "The losses of the last phase alone come back. Those of both are due, in a row."
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
        history = model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history
    return history.get("loss", [])


# %% mistake: fine_tune
# hint: "One Adam serves both phases in yours, with the memory of phase 0. Each phase has a new one."
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses, optimizer = [], keras.optimizers.Adam(rates[0])
    freeze_until(model, first)
    optimizer.build(model.trainable_variables)
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        freeze_until(model, name)
        optimizer.learning_rate = rate
        model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
        losses += model.fit(x, labels, batch_size=batch_size, epochs=count, verbose=0).history.get("loss", [])
    return losses


# %% mistake: fine_tune
# hint: "You leave phase 0 out: all layers are trained from the start, at the second rate, for the epochs of both."
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    freeze_until(model, first)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rates[1]), loss, jit_compile=False)
    return model.fit(x, labels, batch_size=batch_size, epochs=sum(epochs), verbose=0).history.get("loss", [])


# %% equivalents: fine_tune
# - replace: jit_compile=False
#   with: jit_compile=True
#   reason: "It is a matter of time alone."
# - replace: epochs=count, verbose=0
#   with: epochs=count, verbose=-1
#   reason: "Keras prints nothing for -1 either."


# %% accepts: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    # The phases one by one, the history asked politely.
    def phase(name, count, rate):
        freeze_until(model, name)
        model.compile(
            optimizer=keras.optimizers.Adam(learning_rate=rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        history = model.fit(x, labels, epochs=count, batch_size=batch_size, verbose=0, shuffle=True)
        return [float(value) for value in history.history.get("loss", [])]

    return phase(head, epochs[0], rates[0]) + phase(first, epochs[1], rates[1])


# %% accepts: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    # A loop of one's own, with the tape.
    import tensorflow as tf

    history = []
    for name, count, rate in ((head, epochs[0], rates[0]), (first, epochs[1], rates[1])):
        freeze_until(model, name)
        weights, optimizer = model.trainable_weights, keras.optimizers.Adam(rate)
        for _ in range(count):
            order, total = keras.random.shuffle(np.arange(len(x))).numpy(), 0.0
            for i in range(0, len(x), batch_size):
                rows = order[i : i + batch_size]
                with tf.GradientTape() as tape:
                    logits = model(x[rows], training=True)
                    losses = keras.losses.sparse_categorical_crossentropy(labels[rows], logits, from_logits=True)
                    loss = ops.mean(losses)
                optimizer.apply(tape.gradient(loss, weights), weights)
                total += float(loss) * len(rows)
            history.append(total / len(x))
    return history


# %% [markdown]
# ## What published networks expect
#
# `keras.applications` has some dozens of architectures, most with weights from ImageNet's 1.3 million photographs. Each
# expects pixels on *the scale it was trained with*, and nothing complains if you give it another; it only gets
# worse. Three scales are common, all from bytes, 0 to 255:
#
# | network | pixels |
# |---|---|
# | `mobilenet_v2` | from $-1$ to 1: divided by 127.5, minus 1 |
# | `vgg16` | channels in the order **blue, green, red**, minus ImageNet's means 103.939, 116.779, 123.68; not divided |
# | `densenet121` | divided by 255, minus the means 0.485, 0.456, 0.406, divided by 0.229, 0.224, 0.225 |
# | `efficientnet_b0` | bytes as they are: the scaling is in the network |
#
# The means and deviations of the third row belong to red, green and blue in this order; they are the **ImageNet mean
# and standard deviation** that you find in nearly all code for PyTorch. (The second row's are the same means in bytes,
# in the order of the library Caffe, where VGG16's weights come from.) By hand, an orange pixel, $(255, 128, 0)$:
# MobileNetV2 gets $(1, 0.004, -1)$ and VGG16 $(-103.939, 11.221, 131.32)$. And a trap: `preprocess_input` of
# `keras.applications` changes an array of floats *in place*, so that a second call scales what has been scaled.


# %% exercise: preprocess_for
def preprocess_for(application, images):
    """Pixels as a published network expects them.

    Args:
        application: "mobilenet_v2", "vgg16", "densenet121" or "efficientnet_b0".
        images: uint8 or float array (..., H, W, 3), red, green and blue from 0 to 255; left unchanged.

    Returns:
        A new float32 array of the same shape, also where no number changes. About 10 lines, with NumPy alone.

    Raises:
        ValueError: another application, or the last axis is not 3 long.
    """
    ### BEGIN SOLUTION
    if images.shape[-1] != 3:
        raise ValueError(f"images must have 3 channels. Received: shape {images.shape}")
    x = images.astype(np.float32)
    match application:
        case "mobilenet_v2":
            x = x / 127.5 - 1
        case "vgg16":
            x = x[..., ::-1] - np.array([103.939, 116.779, 123.68])
        case "densenet121":
            x = (x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
        case "efficientnet_b0":
            pass
        case _:
            raise ValueError(f"no application of this name is known here. Received: {application!r}")
    return x.astype(np.float32)
    ### END SOLUTION


# %% test: preprocess_for, points=2
orange = np.array([[[255, 128, 0]]], dtype="uint8")
with dd.check.unchanged(orange, what="images"):
    came = preprocess_for("mobilenet_v2", orange)
due = np.array([[[1.0, 0.003922, -1.0]]], dtype="float32")
dd.check.like(came, due, dtype="float32", rtol=1e-3, what='preprocess_for("mobilenet_v2", orange)', why="as by hand")
due = np.array([[[-103.939, 11.221, 131.32]]], dtype="float32")
dd.check.like(
    preprocess_for("vgg16", orange),
    due,
    dtype="float32",
    rtol=1e-4,
    what='preprocess_for("vgg16", orange)',
    why="blue comes first, less its mean",
)
with dd.check.raises(ValueError, why="pictures in grey have no three channels"):
    preprocess_for("vgg16", np.zeros((2, 5, 4, 1), "uint8"))
with dd.check.raises(ValueError, why="how vgg61 wants its pixels is not known"):
    preprocess_for("vgg61", orange)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(55)
scales = {
    "mobilenet_v2": ((0, 1, 2), (127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    "vgg16": ((2, 1, 0), (103.939, 116.779, 123.68), (1, 1, 1)),
    "densenet121": ((0, 1, 2), (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
    "efficientnet_b0": ((0, 1, 2), (0, 0, 0), (1, 1, 1)),
}
for application, (order, means, deviations) in scales.items():
    for shape, dtype in (
        ((2, 5, 4, 3), "uint8"),
        ((3, 6, 3), "float32"),
        ((1, 1, 7, 3), "float64"),
        ((2, 1, 2, 2, 3), "uint8"),
    ):
        images = rng.integers(0, 256, shape).astype(dtype)
        due = np.empty(shape)
        for place, channel in enumerate(order):
            due[..., place] = (images[..., channel].astype(float) - means[place]) / deviations[place]
        what = f"preprocess_for({application!r}, images), images {shape} of {dtype}"
        with dd.check.unchanged(images, what="images"):
            came = preprocess_for(application, images)
        why = "each channel on the scale of the table"
        dd.check.like(came, due.astype("float32"), dtype="float32", rtol=1e-4, atol=1e-4, what=what, why=why)
        assert not np.shares_memory(came, images), f"a new array is due from {what}"
for application, (order, means, deviations) in scales.items():
    for brightest in (1.0, 250.0):
        images = rng.uniform(0, brightest, (2, 4, 3, 3))
        due = (images[..., list(order)] - np.array(means)) / np.array(deviations)
        what = f"preprocess_for({application!r}, images), images of floats from 0 to {brightest:g}"
        why = "0 to 255 is the scale of every picture, dark ones too, and fractions count"
        came = preprocess_for(application, images)
        dd.check.like(came, due.astype("float32"), dtype="float32", rtol=1e-4, atol=1e-4, what=what, why=why)
for application, module in (
    ("mobilenet_v2", keras.applications.mobilenet_v2),
    ("vgg16", keras.applications.vgg16),
    ("densenet121", keras.applications.densenet),
):
    images = rng.integers(0, 256, (2, 3, 4, 3)).astype("uint8")
    due = module.preprocess_input(images.astype("float32"))
    dd.check.close(
        preprocess_for(application, images),
        due,
        rtol=1e-4,
        atol=1e-4,
        what=f"pixels for {application}",
        why="as Keras has it",
    )
for application in ("VGG16", "vgg", "", "mobilenet", "efficientnet", None):
    with dd.check.raises(ValueError, why=f"{application!r} is none of the four"):
        preprocess_for(application, orange)
for shape in ((2, 5, 4, 1), (2, 5, 3, 4), (2, 3, 5, 5)):
    for application in scales:
        with dd.check.raises(ValueError, why=f"the last axis of {shape} is not 3 long"):
            preprocess_for(application, np.zeros(shape, "float32"))
### END HIDDEN TESTS

# %% mistakes: preprocess_for
# - replace: x = x / 127.5 - 1
#   with: x = x / 255
#   hint: "MobileNetV2 wants pixels from −1 to 1. Yours go from 0 to 1."
# - replace: x = x / 127.5 - 1
#   with: x = (x - 1) / 127.5
#   hint: "For MobileNetV2 you subtract before you divide. 255 is to become 1, and 0 to become −1."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "x - np.array([103.939, 116.779, 123.68])"
#   hint: "For VGG16 the channels are to be turned around: blue comes first."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "x - np.array([123.68, 116.779, 103.939])"
#   hint: "For VGG16 the means are right, but the channels are still red, green, blue. Blue comes first."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "(x - np.array([103.939, 116.779, 123.68]))[..., ::-1]"
#   hint: "For VGG16 you subtract blue's mean from red. Turn the channels around first."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "x[:, ::-1] - np.array([103.939, 116.779, 123.68])"
#   hint: "You turn the pictures around, not their channels."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "x[::-1] - np.array([103.939, 116.779, 123.68])"
#   hint: "You turn around the first axis, not the channels, which are the last."
# - replace: "x[..., ::-1] - np.array([103.939, 116.779, 123.68])"
#   with: "(x[..., ::-1] - np.array([103.939, 116.779, 123.68])) / 255"
#   hint: "VGG16's pixels are not divided."
# - replace: "(x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   with: "(x - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   hint: "DenseNet's means are of pixels from 0 to 1. Divide by 255 first."
# - replace: "(x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   with: "x / 255"
#   hint: "DenseNet's pixels lack ImageNet's means and standard deviations: dividing by 255 is only the beginning."
# - replace: "(x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   with: "x / 255 - np.array([0.485, 0.456, 0.406])"
#   hint: "DenseNet's pixels are divided by their standard deviations as well."
# - replace: "(x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   with: "(x[..., ::-1] / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])"
#   hint: "DenseNet takes red, green, blue as they come. Only VGG16 turns them around."
# - replace: "            pass"
#   with: "            x = x / 255"
#   hint: "EfficientNet scales the pixels itself; scaled before, they come out almost black."
# - replace: if images.shape[-1] != 3
#   with: if False
#   hint: "Pictures without three channels get through; NumPy stretches a single one."
# - replace: if images.shape[-1] != 3
#   with: if images.shape[-1] == 1
#   hint: "Only pictures in grey are refused. Any number of channels but 3 is."


# %% mistake: preprocess_for
# hint: "You change the array that was given, and the next call scales what has been scaled. Work on a copy."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = np.asarray(images, dtype=np.float32)
    if application == "mobilenet_v2":
        x /= 127.5
        x -= 1
    elif application == "vgg16":
        x = x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    elif application == "densenet121":
        x /= 255
        x -= np.float32([0.485, 0.456, 0.406])
        x /= np.float32([0.229, 0.224, 0.225])
    elif application == "efficientnet_b0":
        x = x.copy()
    else:
        raise ValueError(application)
    return x


# %% mistake: preprocess_for
# hint: "Where no number changes you hand back what was given. A new array is due."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = np.asarray(images, dtype=np.float32)
    if application == "mobilenet_v2":
        x = x / 127.5 - 1
    elif application == "vgg16":
        x = x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    elif application == "densenet121":
        x = (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    elif application != "efficientnet_b0":
        raise ValueError(application)
    return x


# %% mistake: preprocess_for
# hint: "A name that is not known gets its pixels unscaled. It is refused."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = images.astype(np.float32)
    if application == "mobilenet_v2":
        return x / np.float32(127.5) - 1
    if application == "vgg16":
        return x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    if application == "densenet121":
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    return x


# %% mistake: preprocess_for
# hint: "You look at the beginning of a name alone. Another network of the same family may want other pixels."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = images.astype(np.float32)
    if application.startswith("mobilenet"):
        return x / np.float32(127.5) - 1
    if application.startswith("vgg"):
        return x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    if application.startswith("densenet"):
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    if application.startswith("efficientnet"):
        return x
    raise ValueError(application)


# %% mistake: preprocess_for
# hint: "You guess from the brightest pixel that a picture goes from 0 to 1. All go to 255, and this one is dark."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = images.astype(np.float32)
    if x.max() <= 1:
        x = x * 255
    if application == "mobilenet_v2":
        x = x / 127.5 - 1
    elif application == "vgg16":
        x = x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    elif application == "densenet121":
        x = (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    elif application != "efficientnet_b0":
        raise ValueError(application)
    return x


# %% mistake: preprocess_for
# hint: "You make bytes of the pixels first. Fractions count."
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError(images.shape)
    x = images.astype("uint8").astype(np.float32)
    if application == "mobilenet_v2":
        x = x / 127.5 - 1
    elif application == "vgg16":
        x = x[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    elif application == "densenet121":
        x = (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    elif application != "efficientnet_b0":
        raise ValueError(application)
    return x


# %% equivalents: preprocess_for
# - replace: x = images.astype(np.float32)
#   with: x = images
#   reason: "Every branch makes a new array, if only by the last astype; the sums are then in float64."


# %% accepts: preprocess_for
def preprocess_for(application, images):
    # A table of orders, means and deviations, all in bytes.
    table = {
        "mobilenet_v2": ([0, 1, 2], 127.5, 127.5),
        "vgg16": ([2, 1, 0], (103.939, 116.779, 123.68), 1),
        "densenet121": ([0, 1, 2], (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
        "efficientnet_b0": ([0, 1, 2], 0, 1),
    }
    if application not in table or images.ndim == 0 or images.shape[-1] != 3:
        raise ValueError(f"unknown application {application!r}, or no colours")
    order, mean, deviation = table[application]
    return ((images[..., order] - np.asarray(mean, dtype=float)) / deviation).astype("float32")


# %% accepts: preprocess_for
def preprocess_for(application, images):
    # Keras's own functions, on a copy in float32.
    if np.shape(images)[-1] != 3:
        raise ValueError("three channels, please")
    copy = np.array(images, dtype="float32")
    known = keras.applications
    if application == "efficientnet_b0":
        return copy
    module = {"mobilenet_v2": known.mobilenet_v2, "vgg16": known.vgg16, "densenet121": known.densenet}.get(application)
    if module is None:
        raise ValueError("no such application")
    return np.ascontiguousarray(module.preprocess_input(copy), dtype="float32")


# %% [markdown]
# ## Put it together: ten pictures of each letter
#
# Eighty pictures, three ways: fine-tuned with norms in inference mode; a network of the same make from random
# weights, all of it trained at a rate that suits it, for as many steps, 150; and the probe.

# %% demo
record = dd.zoo.card("glyphs_letters").extra["ways"]
dd.seed(550)
model = replace_head(pretrained, len(NEW))
rates = (0.01, record["fine-tuned"]["choice"])
losses = fine_tune(model, x_new, y_new, "head", "conv_2", epochs=(10, 20), rates=rates)
w, b = linear_probe(tables["trained features"][0], y_new, len(NEW), record["linear probe"]["choice"])
said = (tables["trained features"][1] @ w + b).argmax(axis=1)
shares = {"fine-tuned": share_right(model, x_new_test, y_new_test), "probe": float((said == y_new_test).mean())}
scratch = build_letters(len(NEW))
scratch.compile(keras.optimizers.Adam(record["scratch"]["choice"]), loss, jit_compile=False)
scratch.fit(x_new, y_new, batch_size=16, epochs=30, verbose=0)
shares["scratch"] = share_right(scratch, x_new_test, y_new_test)
print("fine-tuning, loss of every tenth epoch:", *(f"{value:.2f}" for value in losses[::10]))
for name, share in shares.items():
    print(f"{name:10} {share:.1%} of 800 letters S to Z named rightly")
assert shares["fine-tuned"] > shares["scratch"] + 0.05

# %% [markdown]
# How much does the number of examples matter? One draw of ten does not say. The script of the zoo took four draws for
# each of four numbers of examples; every network had 300 steps of 16, at the best of four rates, and the probe the
# best of four penalties, chosen on a draw of its own. Two more questions, with ten examples: do more steps help from
# scratch, and what do norms in training mode do, with batches of 16 and of 2?

# %% demo
fig, ax = plt.subplots(figsize=(8, 4.6))
for i, (name, entry) in enumerate(record.items()):
    counts = [int(count) for count in entry["results"]]
    found = np.array(list(entry["results"].values()))  # (4, 4), numbers of examples and draws
    spans = np.abs(np.stack([found.min(axis=1), found.max(axis=1)]) - found.mean(axis=1))
    look = {"marker": dd.plot.MARKERS[i], "linestyle": dd.plot.LINE_STYLES[i], "color": dd.plot.PALETTE[i]}
    ax.errorbar(counts, found.mean(axis=1), yerr=spans, capsize=4, label=name, **look)
    print(
        f"{name:13} {entry['choice']:<7}",
        *(f"{n}: {share:.3f}" for n, share in zip(counts, found.mean(axis=1), strict=True)),
    )
extra = dd.zoo.card("glyphs_letters").extra
print(f"scratch with {extra['longer']['steps']} steps, ten examples: {np.mean(extra['longer']['results']):.3f}")
for name, entry in extra["norms"].items():
    print(f"norms: {name:24} {np.mean(entry['results']):.3f} ({min(entry['results'])} to {max(entry['results'])})")
ax.set(xscale="log", title="S to Z, means of four draws", xlabel="pictures of each letter")
ax.set_ylabel("share of 800 letters named rightly")
ax.set_xticks(counts, counts)
ax.minorticks_off()
ax.legend()
dd.plot.show(
    "Three rising lines with bars over 5, 10, 20 and 40 pictures of each letter, for the share of new letters named "
    "rightly: fine-tuned on top, from about 0.85 to 0.92, the linear probe just below, from about 0.82 to 0.90, and "
    "scratch far below, from about 0.35 to 0.78."
)

# %% [markdown]
# Five pictures of each letter and the trained features (0.82) serve better than forty pictures and none (0.78). With
# five, fine-tuning is 51 points ahead of scratch, with forty 14: transfer is worth most where data are scarcest.
# Scratch does not lack time, since three times as many steps leave it where it was. It lacks pictures. (Its best rate
# was the highest of the four that were tried; a third of it did nearly as well.) Over the probe, fine-tuning gains 1.5
# to 4 points on average, and some in 15 of the 16 draws. Whether that is worth a training, where the probe needs one
# system of equations, depends on the task.
#
# Norms in inference mode were better in all four draws with batches of 2, by 2 points on average. With mixed batches of
# 16 the gap is half a point, and less than from one draw to the next: no difference that four draws bear out. So it is
# small or one-sided batches that make training mode a risk, and inference mode costs nothing here.
#
# ## The same code on published networks
#
# What you have built works on any Keras model. Ten photographs are in the course's data; cut four windows out of each
# of them, three to train a probe on and one to test it: which photograph is the window from? Weights are not part of
# the course and nothing is downloaded here. **If** the files that Keras keeps, `~/.keras/models`, hold the weights of
# MobileNetV2 or VGG16, they are used. (Once `keras.applications.MobileNetV2(include_top=False)` and the same of `VGG16`
# have run on a machine with a network, they are there: 9 and 59 MB.) If not, the code runs on random weights and says
# so.

# %% demo
FILES = {
    "mobilenet_v2": "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
    "vgg16": "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
}
MAKERS = {"mobilenet_v2": keras.applications.MobileNetV2, "vgg16": keras.applications.VGG16}


def trunk_of(application, side):
    """A published network without its head, and whether its weights are trained ones."""
    file = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models" / FILES[application]
    weights = str(file) if file.is_file() else None
    make = MAKERS[application]
    return make(include_top=False, weights=weights, pooling="avg", input_shape=(side, side, 3)), weights is not None


windows, sources = [], []
for number, photo in enumerate(dd.data.photos().values()):
    height, width = photo.shape[:2]
    size = int(0.6 * min(height, width))
    for top, left in ((0, 0), (0, width - size), (height - size, 0), (height - size, width - size)):
        window = photo[top : top + size, left : left + size].astype("float32")
        windows.append(ops.convert_to_numpy(ops.image.resize(window, (64, 64), antialias=True)))
        sources.append(number)
windows, sources = np.array(windows), np.array(sources)  # (40, 64, 64, 3), (40,)
last = np.arange(40) % 4 == 3
for application in FILES:
    dd.seed(553)
    network, trained = trunk_of(application, 64)
    features = outputs_of(network, preprocess_for(application, windows))
    features /= max(features.std(), 1e-12)
    w, b = linear_probe(features[~last], sources[~last], 10)
    right = float(((features[last] @ w + b).argmax(axis=1) == sources[last]).mean())
    state = "trained weights" if trained else "RANDOM weights, for want of a file"
    print(
        f"{application:13} {network.count_params():10,} parameters, {features.shape[1]:4} features, {state}:", end=" "
    )
    print(f"{right:.0%} of the last windows are put to their photograph")
    classifier = replace_head(keras.Model(network.input, layers.Dense(2)(network.output)), 10)
    print(f"{'':13} a head of 10 classes alone: {freeze_until(classifier, 'head'):,} numbers to train", end=", ")
    first = {"mobilenet_v2": "Conv_1", "vgg16": "block5_conv1"}[application]
    print(f"from {first} on: {freeze_until(classifier, first):,}")

# %% [markdown]
# Beware of that share. Windows of one photograph have their colours in common, so that even random features may put
# many of them, or all, to the right one, and a test that random features pass says nothing of trained ones. With a
# file, compare with what random weights reach. The rest of the code is the same either way, and so is
# `fine_tune(classifier, preprocess_for(application, windows), sources, "head", first)`.
#
# Starting from an open implementation is the usual way, and some care pays. Take weights and code from the same source;
# read under which licence both stand; check the parameters against the paper's, and the output on one picture against
# the published one; use its preprocessing, and its order of classes. Then look at what goes wrong, as on Day 10: more
# data, better features made by hand and a better network are three ways to the same end, and the less data you have,
# the more the other two matter.
#
# When does transfer *not* help? If the target is far from the source in what its pictures look like; if there is plenty
# of target data, so that training from scratch arrives at the same place (only later); and if the network is trained on
# something that the task must not know, such as the colour in a task about shape.
#
# ## What you should remember
#
# 1. Features of a trained network are a good start for other tasks of the same kind: probe them first, it costs
#    nothing.
# 2. Two phases: the new head alone at a usual rate, then the last layers at a lower one. Compile again in between.
# 3. Norms in inference mode are safe with small batches; in Keras a frozen norm is in it. Thawing a frozen trunk undoes
#    it.
# 4. Pixels on the scale that the weights were trained with, on a copy.
# 5. Transfer is worth most with the fewest examples. Compare with scratch and with a probe at equal terms.
#
# ## Check yourself, without code
#
# 1. A probe on a network with random weights names 40% rightly where guessing has 12%. How can that be? What does it
#    say about 70% with trained weights?
# 2. You freeze the whole trunk and train the head by `fit`, with dropout in the trunk. Why is that not the same as
#    computing the features once?
# 3. A colleague has frozen a trunk by `trunk.trainable = False` and trained the head. Then comes `trunk.trainable =
#    True` and a tiny rate: the training loss falls, and the accuracy on new pictures drops at once. What do you
#    suspect, and how do you check it without training?
#
# <details><summary>Answers</summary>
#
# 1. Random convolutions are still functions of the picture: how much ink there is, and where. So 40% comes with the
#    architecture and the probe, and what the training has added is the step from 40% to 70%.
# 2. A frozen dropout still drops in training, so the head sees other features every time: some regularization, at the
#    price of running the trunk in every epoch. (Norms are different: frozen, they are in inference mode.)
# 3. The norms went into training mode with the rest: their running averages have moved, and what the head was trained
#    on is not what it gets. Compare the running averages with those of the file, or the accuracy with `training=True`
#    and `False` on the same large batch.
#
# </details>
#
# ## Go further
#
# - Yosinski, Clune, Bengio and Lipson (2014), *How transferable are features in deep neural networks?*, NeurIPS.
# - Razavian, Azizpour, Sullivan and Carlsson (2014), *CNN features off-the-shelf*, CVPR workshops.
# - Howard and Ruder (2018), *Universal language model fine-tuning*, ACL: discriminative rates, gradual thawing.
# - Kornblith, Shlens and Le (2019), *Do better ImageNet models transfer better?*, CVPR.
# - The guide to transfer learning in Keras's documentation, for norms in inference mode in nested models.
# - Day 56: one trunk with several heads.
