# ---
# day: 60
# title: Adversarial examples
# week: 12
# minutes: 110
# backend: tensorflow
# needs: [5, 24, 29, 32, 33, 36, 48, 49]
# data: [glyphs]
# papers:
# - "Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow and Fergus 2014, Intriguing properties of neural networks"
# - "Goodfellow, Shlens and Szegedy 2015, Explaining and harnessing adversarial examples"
# - "Madry, Makelov, Schmidt, Tsipras and Vladu 2018, Towards deep learning models resistant to adversarial attacks"
# - "Athalye, Carlini and Wagner 2018, Obfuscated gradients give a false sense of security"
# ---

# %% [markdown]
# # Day 60 · Adversarial examples
#
# By the end you can change a picture so little that hardly anybody would notice, and so cleverly that a network
# misreads it; and you can measure how much of this a network withstands, without fooling yourself.
#
# - **You will build** the gradient along the pixels, an attack of one step and one of many, the projection that keeps
#   both within their limit, an attack that chooses what the network is to read, and a robustness curve that trusts no
#   attack. With them you train a network that still reads most letters where an ordinary one reads few.
# - **You need** softmax and its gradient (Day 5), cross-entropy (Day 24), Adam (Day 29), the tape (Day 36) and
#   convolutional networks (Day 48); dropout (Day 32), batch normalisation (Day 33) and augmentation (Day 49) are
#   mentioned.
# - **Not today:** guarantees that no attack exists, and objects that fool a camera.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W, C$ | rows, columns and channels of a picture | | |
# | $K$ | number of classes | | |
# | $x$ | pictures, pixels from 0 to 1 | $(N, H, W, C)$ | `x` |
# | $c_i$ | the right class of picture $i$ | $(N,)$ together | `y` |
# | $p$ | probabilities of the classes | $(N, K)$ | `probs` |
# | $\ell_i$ | the loss of picture $i$ | $()$ | |
# | $g$ | gradient of each loss along its own picture, $\partial \ell_i / \partial x_i$ | $(N, H, W, C)$ | `gradient` |
# | $\tilde x$ | pictures that were tampered with | $(N, H, W, C)$ | `x_adv` |
# | $\delta$ | the perturbation, $\tilde x - x$ | $(N, H, W, C)$ | `delta` |
# | $\varepsilon$ | the budget: how large $\delta$ may be | $()$ | `epsilon` |
# | $\eta$ | how far one step goes | $()$ | `step` |
# | $\theta$ | the weights of a network | | |

# %% setup
import warnings

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
# ## A reader of letters, and noise
#
# Ten letters, A to J, in 25 typefaces, and a small convolutional network. Today pixels go from 0 to 1. Before anything
# else, what does it make of *noise*: every pixel moved up or down by 0.05, at random?

# %% demo
LETTERS = "ABCDEFGHIJ"
(x_train, y_train), (x_test, y_test) = dd.data.glyphs(2400, 240, seed=60, letters=LETTERS)
x_train, x_test = (x[..., None].astype("float32") / 255 for x in (x_train, x_test))  # (N, 28, 28, 1)


def build_reader():
    """A small convolutional network for letters, which gives logits."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, strides=3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


def train(model, epochs, seed, disturb=None):
    """Train in batches of 120; disturb(model, x, y, rng) may change the pictures of each batch first."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(x_train))
        for start in range(0, len(order), 120):
            chosen = order[start : start + 120]
            x, y = x_train[chosen], y_train[chosen]
            model.train_on_batch(x if disturb is None else disturb(model, x, y, rng), y)
    return model


def compiled(model):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)  # compiling would take longer
    return model


def share_right(model, x, y):
    return float((ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y).mean())


dd.seed(60)
reader = train(compiled(build_reader()), epochs=6, seed=0)
noise = 0.05 * np.random.default_rng(1).choice([-1, 1], x_test.shape)
x_noisy = np.clip(x_test + noise, 0, 1).astype("float32")
clean_share, noisy_share = share_right(reader, x_test, y_test), share_right(reader, x_noisy, y_test)
print(f"right: {clean_share:.3f} of {len(x_test)} new letters, {noisy_share:.3f} of the same with noise")
assert noisy_share > clean_share - 0.05

# %% [markdown]
# Noise of this size does next to nothing. So the network is robust? Against chance, yes. Chance pushes one pixel up and
# the next one down, and the pushes cancel. An **adversary**, somebody who wants the network to be wrong, would let
# them add up.
#
# Take a network that is only a weighted sum of four pixels, and says *yes* if the sum is positive. With
#
# $$w = (3, -2, 4, -1), \qquad x = (0.4, 0.5, 0.2, 0.6), \qquad w \cdot x = 1.2 - 1 + 0.8 - 0.6 = 0.4 ,$$
#
# it says yes. Now move each pixel by 0.05 in the direction that hurts: down where $w$ is positive, up where it is
# negative. The sum changes by $-0.05\,(3 + 2 + 4 + 1) = -0.5$, to $-0.1$. No pixel moved by more than one twentieth,
# and the answer is no. In general
#
# $$w \cdot \big(x - \varepsilon \operatorname{sign}(w)\big) = w \cdot x - \varepsilon \sum_j |w_j| ,$$
#
# and the sum has as many terms as there are pixels. Random signs would change $w \cdot x$ by about
# $\varepsilon \sqrt{\sum_j w_j^2}$ only. For $n$ weights of equal size, that is $\sqrt n$ times less: with our 784
# pixels, 28 times. Goodfellow, Shlens and Szegedy (2015) hold that networks can be fooled for the same reason: not
# because they are too crooked, but because they are too *straight*. ReLUs are linear in pieces, and many small pushes
# in the right direction add up.
#
# ## The gradient along the pixels
#
# For a network, the part of $w$ is played by a gradient. In training we ask how the loss changes with the *weights*,
# and walk down. An attack asks how it changes with the *pixels*, and walks up; the weights stay as they are.
#
# **By hand.** A picture of two pixels $x = (0.5, 0.5)$, and a network that gives them out as they are, as the logits of
# two classes. Then $p = (0.5, 0.5)$. The cross-entropy has the gradient $p - \text{onehot}(c)$ along the logits
# (Day 5), which are the pixels here. For $c = 0$,
#
# $$g = (0.5, 0.5) - (1, 0) = (-0.5, 0.5) .$$
#
# To raise the loss, make the first pixel darker and the second one brighter.
#
# In code this is a tape (Day 36) that watches the picture. Four things to mind, each of which is easily forgotten. The
# tape follows variables by itself, but a picture is not one, so it has to be told. Each picture has a loss *of its
# own*; whoever takes the mean over the batch gets gradients that shrink as the batch grows. The logits are logits (Day
# 24), and a softmax over a softmax is another function. And the network is attacked as it will be *used*: dropout off,
# norms with their running averages. In training mode, a norm (Day 33) makes each picture's loss depend on its
# neighbours in the batch.


# %% exercise: input_gradient
def input_gradient(model, x, y):
    """The gradient of each picture's own loss along its own pixels.

    Args:
        model: keras.Model from pictures (N, H, W, C) to logits (N, K), for any N. It is used as in inference, and
            its weights stay as they are.
        x: pictures, float32 array (N, H, W, C), N >= 1; left unchanged.
        y: right classes, int array (N,), from 0 to K - 1.

    Returns:
        NumPy array float32 (N, H, W, C): entry i is the gradient of the cross-entropy of picture i along picture i, the
        same whatever else is in the batch. About 5 lines.
    """
    ### BEGIN SOLUTION
    pictures = ops.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        losses = keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True)  # (N,)
    return ops.convert_to_numpy(tape.gradient(losses, pictures))
    ### END SOLUTION


# %% fixture
def linear_reader(matrix, shape):
    """A network whose logits are the pixels of a picture of that shape, in a row, times a matrix (H W C, K)."""
    dense = layers.Dense(np.shape(matrix)[1], use_bias=False)
    model = keras.Sequential([keras.Input(tuple(shape)), layers.Flatten(), dense])
    dense.set_weights([np.asarray(matrix, "float32")])
    return model


def moody_reader(matrix, shape):
    """The same for pixels less 0.4, halved; but in training a norm and dropout make it another one."""
    norm = layers.BatchNormalization(epsilon=1e-7)
    dense = layers.Dense(np.shape(matrix)[1], use_bias=False)
    model = keras.Sequential([keras.Input(tuple(shape)), norm, layers.Flatten(), layers.Dropout(0.5, seed=1), dense])
    channels = np.ones(shape[-1], "float32")
    norm.set_weights([channels, 0 * channels, 0.4 * channels, 4 * channels])
    dense.set_weights([np.asarray(matrix, "float32")])
    return model


def weights_of(model):
    return [np.array(weight) for weight in model.get_weights()]


# %% test: input_gradient, points=2
model = linear_reader(np.eye(2), (1, 2, 1))
x = np.array([0.5, 0.5], "float32").reshape(1, 1, 2, 1)
with dd.check.unchanged(x, what="x"):
    gradient = input_gradient(model, x, np.array([0]))
why = "this is the example worked by hand"
due = np.array([-0.5, 0.5], "float32").reshape(1, 1, 2, 1)
dd.check.like(gradient, due, dtype="float32", rtol=1e-5, what="input_gradient(model, x, [0])", why=why)
both = input_gradient(model, np.concatenate([x, x]), np.array([0, 1]))
what = "input_gradient(model, x twice, [0, 1])"
dd.check.like(both, np.concatenate([due, -due]), dtype="float32", rtol=1e-5, what=what, why="each has its own loss")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(60)
for shape, classes, n in (((2, 3, 2), 4, 3), ((3, 1, 1), 2, 1)):
    matrix = rng.normal(size=(np.prod(shape), classes)) * 2
    model = moody_reader(matrix, shape)
    x, y = rng.uniform(size=(n, *shape)).astype("float32"), rng.integers(0, classes, n)
    logits = (x.reshape(n, -1).astype(float) - 0.4) / 2 @ matrix
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    due = ((probs - np.eye(classes)[y]) @ matrix.T / 2).reshape(x.shape)
    before = weights_of(model)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        gradient = input_gradient(model, x, y)
    what = f"the gradient for x {x.shape}"
    why = "p - onehot(c), carried back through the weights of a network that is used and not trained"
    dd.check.like(gradient, due.astype("float32"), dtype="float32", rtol=1e-4, atol=1e-6, what=what, why=why)
    dd.check.equal(weights_of(model), before, what="the weights after the call", why="only the pixels are of interest")
gradient = input_gradient(model, x + 40 * np.ones_like(x), np.array([0]))
dd.check.finite(gradient, what="the gradient where one class has all the probability")
### END HIDDEN TESTS

# %% mistakes: input_gradient
# - replace: keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True)
#   with: ops.mean(keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True))
#   hint: "You take the mean over the batch, so the gradients shrink as the batch grows. Each picture has its own loss."
# - replace: from_logits=True
#   with: from_logits=False
#   hint: "The model gives logits, and you take them for probabilities."
# - replace: model(pictures, training=False)
#   with: model(pictures, training=True)
#   hint: "You attack the network as it is in training, with dropout and the batch's own statistics. Attack it as it is
#     used."
# - replace: logits = model(pictures, training=False)
#   with: logits = tf.nn.softmax(model(pictures, training=False))
#   hint: "A softmax is taken twice: once by you, once in the loss from logits."
# - replace: tape.watch(pictures)
#   with: pass
#   hint: "The tape follows variables only. Nobody told it to follow the pictures."
# - replace: return ops.convert_to_numpy(tape.gradient(losses, pictures))
#   with: return -ops.convert_to_numpy(tape.gradient(losses, pictures))
#   hint: "The sign is turned: this is the direction in which the loss falls."
# - replace: return ops.convert_to_numpy(tape.gradient(losses, pictures))
#   with: return np.sign(tape.gradient(losses, pictures))
#   hint: "You give the sign of the gradient already. What an attack makes of the gradient is its own affair."
# - replace: sparse_categorical_crossentropy(y, logits
#   with: sparse_categorical_crossentropy(ops.argmax(logits, axis=1), logits
#   hint: "You take the class that the network reads. It is the right class's loss, y's, whose gradient is asked for."
# - replace: return ops.convert_to_numpy(tape.gradient(losses, pictures))
#   with: |-
#     g = ops.convert_to_numpy(tape.gradient(losses, pictures))
#         return g / np.maximum(np.sqrt((g**2).sum(axis=(1, 2, 3), keepdims=True)), 1e-12)
#   hint: "You bring each gradient to length 1. An attack may do that; here the gradient keeps its length."
# - replace: return ops.convert_to_numpy(tape.gradient(losses, pictures))
#   with: return np.abs(tape.gradient(losses, pictures)).mean(axis=-1, keepdims=True)
#   hint: "You give how strong the gradient is, as a map to look at. It has a sign, and an entry for each channel."


# %% mistake: input_gradient
# hint: "That is the gradient of the right class's logit. The loss depends on the other logits as well."
def input_gradient(model, x, y):
    pictures = ops.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        right = ops.take_along_axis(model(pictures, training=False), ops.convert_to_tensor(y)[:, None], axis=1)
    return -ops.convert_to_numpy(tape.gradient(right, pictures))


# %% mistake: input_gradient
# hint: "The tape follows variables only. Nobody told it to follow the pictures."
def input_gradient(model, x, y):
    pictures = tf.constant(x)
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, model(pictures, training=False), from_logits=True)
    return tape.gradient(loss, pictures).numpy()


# %% mistake: input_gradient
# hint: "That is the gradient of the largest logit. The loss depends on all of them, and on the right class."
def input_gradient(model, x, y):
    pictures = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        largest = ops.max(model(pictures, training=False), axis=1)
    return tape.gradient(largest, pictures).numpy()


# %% mistake: input_gradient
# hint: "You take a squared error of the probabilities. The cross-entropy is what the network was trained on."
def input_gradient(model, x, y):
    pictures = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        probs = tf.nn.softmax(model(pictures, training=False))
        loss = ops.sum((probs - ops.one_hot(y, probs.shape[1])) ** 2)
    return tape.gradient(loss, pictures).numpy()


# %% accepts: input_gradient
def input_gradient(model, x, y):
    # One picture at a time, as a variable, with the loss written out.
    rows = []
    for picture, label in zip(x, y, strict=True):
        variable = tf.Variable(picture[None])
        with tf.GradientTape() as tape:
            scores = model(variable, training=False)[0]
            loss = tf.reduce_logsumexp(scores) - scores[int(label)]
        rows.append(tape.gradient(loss, variable).numpy())
    return np.concatenate(rows)


# %% accepts: input_gradient
def input_gradient(model, x, y):
    # The mean, and its division undone.
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    pictures = tf.constant(x, tf.float32)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(pictures)
        mean = loss(y, model(pictures, training=False))
    return np.asarray(tape.gradient(mean, pictures)) * np.float32(len(x))


# %% [markdown]
# ## One step: the fast gradient sign method
#
# The weighted sum told us what to do with a gradient if no pixel may move by more than $\varepsilon$: move *every* one
# by the whole $\varepsilon$, with the sign of its gradient, however small. That is the **fast gradient sign method**,
# FGSM (Goodfellow and others, 2015):
#
# $$\tilde x = \operatorname{clip}_{[0, 1]} \big( x + \varepsilon \operatorname{sign}(g) \big) .$$
#
# Our two pixels with $g = (-0.5, 0.5)$ and $\varepsilon = 0.1$ become $(0.4, 0.6)$. The clip is there because there is
# nothing blacker than black: a pixel of 0.03 that is to go down by 0.1 goes to 0. It can only bring a pixel nearer to
# where it started, so the budget still holds.
#
# A budget is in the units of the pixels. Papers write $\varepsilon = 8/255$ for pixels from 0 to 1, and somebody who
# hands over pixels from 0 to 255 gets either an attack that does nothing or, after the clip, a white page. So we refuse
# them.


# %% exercise: fgsm
def fgsm(model, x, y, epsilon):
    """The fast gradient sign method of Goodfellow, Shlens and Szegedy (2015).

    Args:
        model: as for input_gradient.
        x: pictures, float32 array (N, H, W, C) with pixels from 0 to 1; left unchanged.
        y: right classes, int array (N,).
        epsilon: how far a pixel may move, float >= 0.

    Returns:
        New NumPy array float32 (N, H, W, C), pixels from 0 to 1, none of which moved by more than epsilon (but for
        float32's rounding). A pixel whose gradient is exactly 0 stays. About 4 lines.

    Raises:
        ValueError: epsilon is negative, or a pixel of x is outside 0 to 1.
    """
    ### BEGIN SOLUTION
    if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1:
        raise ValueError(f"pixels are from 0 to 1 and epsilon is not negative. Received: {epsilon=}")
    x_adv = x + epsilon * np.sign(input_gradient(model, x, y))
    return np.clip(x_adv, 0, 1).astype("float32")
    ### END SOLUTION


# %% test: fgsm, points=2
model = linear_reader(np.eye(2), (1, 2, 1))
x = np.array([[0.5, 0.5], [0.03, 0.98]], "float32").reshape(2, 1, 2, 1)
with dd.check.unchanged(x, what="x"):
    x_adv = fgsm(model, x, np.array([0, 0]), 0.1)
due = np.array([[0.4, 0.6], [0.0, 1.0]], "float32").reshape(2, 1, 2, 1)
why = "the first picture is the one worked by hand, and in the second both pixels meet their end"
dd.check.like(x_adv, due, dtype="float32", rtol=1e-5, what="fgsm(model, x, [0, 0], 0.1)", why=why)
with dd.check.raises(ValueError, why="a pixel of 255 is not one from 0 to 1"):
    fgsm(model, x * 255, np.array([0, 0]), 0.1)
with dd.check.raises(ValueError, why="a budget cannot be negative"):
    fgsm(model, x, np.array([0, 0]), -0.1)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)
shape, classes, n = (3, 2, 2), 4, 5
matrix = rng.normal(size=(12, classes)) * 2
matrix[5] = matrix[9] = 1.0  # the logits all rise alike with these two pixels, so the loss does not change
model = moody_reader(matrix, shape)
x, y = rng.uniform(size=(n, *shape)).astype("float32"), np.array([3, 0, 1, 3, 2])
logits = (x.reshape(n, -1).astype(float) - 0.4) / 2 @ matrix
probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
sign = np.sign((probs - np.eye(classes)[y]) @ matrix.T)
free = np.ones(12, bool)
free[[5, 9]] = False  # rounding decides on their signs
for epsilon in (0.0, 0.3, 2.0):
    with dd.check.unchanged(x, what="x"):
        x_adv = fgsm(model, x, y, epsilon)
    what = f"fgsm(model, x, y, {epsilon})"
    due = np.clip(x.reshape(n, -1) + epsilon * sign, 0, 1)[:, free].astype("float32")
    dd.check.shape(x_adv, x.shape, what=what)
    dd.check.dtype(x_adv, "float32", what=what)
    why = "every pixel moves by epsilon with the sign of its gradient, and is clipped to 0 and 1"
    dd.check.close(x_adv.reshape(n, -1)[:, free], due, rtol=0, atol=1e-6, what=what, why=why)
    assert np.abs(x_adv - x).max() <= epsilon + 1e-6, "no pixel may move by more than epsilon"
    assert not np.shares_memory(x_adv, x), "the pictures that come back are a new array"
ends = np.array([0.0, 1.0], "float32").reshape(1, 1, 2, 1)
x_adv = fgsm(linear_reader(np.eye(2), (1, 2, 1)), ends, np.array([1]), np.float64(0.25))
due = np.array([0.25, 0.75], "float32").reshape(1, 1, 2, 1)
dd.check.like(
    x_adv, due, dtype="float32", what="fgsm of the pixels 0 and 1", why="both are allowed, and can move inwards"
)
still = fgsm(linear_reader(np.zeros((12, 3)), shape), x, np.array([0, 1, 2, 0, 1]), 0.2)
dd.check.close(still, x, what="fgsm for a network that always says the same", why="a gradient of 0 has no direction")
alone = np.array([fgsm(model, x[i : i + 1], y[i : i + 1], 0.1)[0] for i in range(2)])
together = fgsm(model, x[:2], y[:2], 0.1)
dd.check.close(together.reshape(2, 12)[:, free], alone.reshape(2, 12)[:, free], atol=1e-6, what="two pictures together")
for bad in (x - 0.9, x + 0.9):
    with dd.check.raises(ValueError, why="some of its pixels are outside 0 to 1"):
        fgsm(model, bad, y, 0.1)
### END HIDDEN TESTS

# %% mistakes: fgsm
# - replace: x + epsilon * np.sign(input_gradient(model, x, y))
#   with: x - epsilon * np.sign(input_gradient(model, x, y))
#   hint: "Your pictures walk down the loss: the network becomes surer of the right class."
# - replace: np.sign(input_gradient(model, x, y))
#   with: input_gradient(model, x, y)
#   hint: "You add the gradient itself. Small gradients move nothing then; its sign is what counts."
# - replace: return np.clip(x_adv, 0, 1).astype("float32")
#   with: return x_adv.astype("float32")
#   hint: "Pixels leave the range from 0 to 1. Such a picture cannot be stored or shown."
# - replace: return np.clip(x_adv, 0, 1).astype("float32")
#   with: |-
#     x[...] = np.clip(x_adv, 0, 1)
#         return x
#   hint: "The pictures that were handed over have been overwritten."
# - replace: if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1
#   with: if epsilon < 0
#   hint: "Pixels outside 0 to 1 get through."
# - replace: if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1
#   with: if np.min(x) < 0 or np.max(x) > 1
#   hint: "A negative epsilon gets through, which would help the network."
# - replace: np.min(x) < 0 or np.max(x) > 1
#   with: np.max(x) > 1
#   hint: "Pixels below 0 get through."
# - replace: if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1
#   with: |-
#     x = np.clip(x, 0, 1)
#         if epsilon < 0
#   hint: "You clip such originals and go on. Whoever handed them over may mean other units: refuse."
# - replace: epsilon < 0 or np.min
#   with: epsilon <= 0 or np.min
#   hint: "You refuse a budget of 0. It is allowed: nothing moves then."
# - replace: return np.clip(x_adv, 0, 1).astype("float32")
#   with: return (x_adv - x).astype("float32")
#   hint: "You give back the perturbation. The picture with it is asked for."
# - replace: np.sign(input_gradient(model, x, y))
#   with: np.where(input_gradient(model, x, y) >= 0, 1, -1)
#   hint: "A gradient of 0 has no direction, so such a pixel stays. Yours moves."


# %% mistake: fgsm
# hint: "You give back the perturbation. The picture with it is asked for."
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1:
        raise ValueError(epsilon)
    return (np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1) - x).astype("float32")


# %% mistake: fgsm
# hint: "You scale each gradient to the length epsilon. The budget here is one for each pixel, and all use it up."
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1:
        raise ValueError(epsilon)
    gradient = input_gradient(model, x, y)
    length = np.sqrt((gradient**2).sum(axis=(1, 2, 3), keepdims=True))
    return np.clip(x + epsilon * gradient / np.maximum(length, 1e-12), 0, 1).astype("float32")


# %% mistake: fgsm
# hint: "You clip the perturbation's pixels to 0 to 1, so none of them gets darker. It is the picture that has these
#   limits."
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1:
        raise ValueError(epsilon)
    return (x + np.clip(epsilon * np.sign(input_gradient(model, x, y)), 0, 1)).astype("float32")


# %% mistake: fgsm
# hint: "You scale each gradient by its largest entry. The budget is one for each pixel, and all use it up."
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or np.min(x) < 0 or np.max(x) > 1:
        raise ValueError(epsilon)
    gradient = input_gradient(model, x, y)
    return np.clip(x + epsilon * gradient / max(np.abs(gradient).max(), 1e-12), 0, 1).astype("float32")


# %% mistake: fgsm
# hint: "You divide pixels above 1 by 255. Whoever handed them over may mean a budget in the same units: refuse."
def fgsm(model, x, y, epsilon):
    if epsilon < 0:
        raise ValueError(epsilon)
    if np.max(x) > 1:
        x = (x / 255).astype("float32")
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% equivalents: fgsm
# - replace: np.clip(x_adv, 0, 1)
#   with: np.clip(0, x_adv, 1)
#   reason: "0 clipped to x_adv from below is the larger of the two, whichever is named first."


# %% accepts: fgsm
def fgsm(model, x, y, epsilon):
    # Up, down and neither, each where it is due.
    if not (epsilon >= 0 and (x >= 0).all() and (x <= 1).all()):
        raise ValueError("a budget below 0, or pixels outside 0 to 1")
    g = input_gradient(model, x, y)
    up, down = np.minimum(x + epsilon, 1), np.maximum(x - epsilon, 0)
    return np.float32(np.where(g > 0, up, np.where(g < 0, down, x)))


# %% accepts: fgsm
def fgsm(model, x, y, epsilon):
    # In the framework.
    if epsilon < 0 or tf.reduce_any((x < 0) | (x > 1)):
        raise ValueError("out of range")
    direction = tf.sign(tf.constant(input_gradient(model, x, y)))
    return tf.clip_by_value(tf.constant(x) + np.float32(epsilon) * direction, 0.0, 1.0).numpy()


# %% [markdown]
# The same budget as the noise had, used with intent:


# %% demo
def read(model, x):
    """The letter that a network reads in each picture, and its probability."""
    probs = ops.convert_to_numpy(ops.softmax(model(x, training=False)))
    return [f"{LETTERS[k]} {row[k]:.2f}" for k, row in zip(probs.argmax(axis=1), probs, strict=True)]


x_fgsm = fgsm(reader, x_test, y_test, 0.05)
fgsm_share = share_right(reader, x_fgsm, y_test)
print(f"right: {clean_share:.3f} of the letters, {noisy_share:.3f} with noise, {fgsm_share:.3f} after FGSM")
assert fgsm_share < 0.5

read_rightly = ops.convert_to_numpy(reader(x_test, training=False)).argmax(axis=1) == y_test
seen = [np.flatnonzero((y_test == k) & read_rightly)[0] for k in range(8)]  # the first A, B, ... that it reads
rows = (x_test[seen], x_noisy[seen], x_fgsm[seen], 0.5 + 5 * (x_fgsm - x_test)[seen])
titles = [text for x in rows[:3] for text in read(reader, x)] + [""] * 8
dd.plot.image_grid(np.concatenate(rows), titles, columns=8)
plt.gcf().suptitle("Letters, with noise, after FGSM, and FGSM's perturbation times 5")
dd.plot.show(
    "Four rows of the letters A to H. In the first two, without and with noise, the network reads nearly all rightly. "
    "In the third, after FGSM, the letters look the same but for faint patches on the ground, and several are read as "
    "others. The fourth shows the perturbations alone, in three shades of grey: broad patches of up and down, grainy "
    "where the ground is."
)

# %% [markdown]
# To the eye the first three rows are alike, but for some grain in the second and faint patches in the third. Not to the
# network: of all letters it misreads most, and some of them with a high probability. In the fourth row light means up,
# dark means down, and the grey between that a pixel stays: black ground cannot get blacker, so where the gradient
# points down there, nothing happens.
#
# ## How far is far?
#
# "A small change" is whatever we agree to measure. Three norms of $\delta$ are in use:
#
# | name | $\delta$ is as large as | within the budget are |
# |---|---|---|
# | $L_\infty$ | $\max_j \lvert \delta_j \rvert$, its largest pixel | many small changes |
# | $L_2$ | $\sqrt{\sum_j \delta_j^2}$, its length | a few large or many small ones |
# | $L_0$ | how many $\delta_j$ are not 0 | few changes of any size |
#
# All pictures within the budget make a **ball** about $x$: a cube for $L_\infty$, a round ball for $L_2$. Their sizes
# cannot be compared. With $\varepsilon = 0.05$ on all of 784 pixels the cube reaches out to a length of
# $0.05 \sqrt{784} = 1.4$ in its corners, and an $L_2$ ball of that radius may spend it all on two pixels.
#
# An attack of several steps will leave the ball, and has to be brought back, to the nearest point in it. That is
# **projection**. In the cube, each $\delta_j$ is clipped to $\pm \varepsilon$ on its own. In the round ball, $\delta$
# is shortened if it is too long, and keeps its direction:
#
# $$\delta \mapsto \delta \cdot \min\!\Big( 1, \frac{\varepsilon}{\lVert \delta \rVert_2} \Big) .$$
#
# **By hand.** From $x = (0.5, 0.5)$ an attack has come to $(0.8, 0.1)$, so $\delta = (0.3, -0.4)$, of length 0.5. With
# $\varepsilon = 0.25$, the cube gives $(0.25, -0.25)$ and the picture $(0.75, 0.25)$; the ball halves $\delta$, and the
# picture is $(0.65, 0.3)$. Each picture has a ball of its own: one length for a whole batch would let its neighbours
# pay. And last, as before, pixels are clipped to 0 and 1.


# %% exercise: project
def project(x_adv, x, epsilon, norm="inf"):
    """Bring pictures back into the ball about the originals, and then their pixels into 0 to 1.

    Args:
        x_adv: pictures, float32 or float64 array (N, H, W, C), with pixels of any size; left unchanged.
        x: the originals, float32 array (N, H, W, C) with pixels from 0 to 1; left unchanged.
        epsilon: radius of the ball, float >= 0.
        norm: "inf" for the largest pixel of each picture's perturbation, 2 for its length.

    Returns:
        New NumPy array float32 (N, H, W, C): the nearest point of each picture's ball, clipped to 0 and 1. No warning,
        also where nothing has moved. About 9 lines.

    Raises:
        ValueError: norm is neither of the two, or epsilon is negative.
    """
    ### BEGIN SOLUTION
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError(f"norm is 'inf' or 2, and epsilon is not negative. Received: {norm!r}, {epsilon}")
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(delta**2, axis=(1, 2, 3), keepdims=True))  # (N, 1, 1, 1)
        delta = delta * (epsilon / np.maximum(length, epsilon + 1e-12))
    return np.clip(x + delta, 0, 1).astype("float32")
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: project, points=2
x, x_adv = (np.array(two, "float32").reshape(1, 1, 2, 1) for two in ((0.5, 0.5), (0.8, 0.1)))
for norm, pixels in (("inf", (0.75, 0.25)), (2, (0.65, 0.3))):
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(x_adv, what="x_adv"):
        back = project(x_adv, x, 0.25, norm)
    due = np.array(pixels, "float32").reshape(1, 1, 2, 1)
    what = f"project((0.8, 0.1), (0.5, 0.5), 0.25, {norm!r})"
    dd.check.like(back, due, dtype="float32", rtol=1e-5, what=what, why="this is the example worked by hand")
back = project(np.concatenate([x_adv, x]), np.concatenate([x, x]), 0.25, 2)
due = np.array([[0.65, 0.3], [0.5, 0.5]], "float32").reshape(2, 1, 2, 1)
dd.check.like(back, due, rtol=1e-5, what="two pictures, of which the second did not move", why="each has its own ball")
with dd.check.raises(ValueError, why="there are only the norms 'inf' and 2 here"):
    project(x_adv, x, 0.25, 1)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)
for shape, scale, dtype in (
    ((4, 3, 2, 3), 0.3, "float32"),
    ((1, 5, 4, 1), 1.0, "float64"),
    ((3, 1, 1, 1), 0.1, "float32"),
):
    x = rng.uniform(size=shape).astype("float32")
    x_adv = (x + scale * rng.normal(size=shape)).astype(dtype)
    x_adv[0] = x[0]
    for epsilon in (0.0, 0.05, 0.4, 3.0, 30.0):
        for norm in ("inf", 2):
            due = np.empty(shape)
            for i in range(len(x)):
                delta = x_adv[i].astype(float) - x[i]
                if norm == "inf":
                    delta = np.where(delta > epsilon, epsilon, np.where(delta < -epsilon, -epsilon, delta))
                elif np.linalg.norm(delta) > epsilon:
                    delta = delta * epsilon / np.linalg.norm(delta)
                due[i] = np.minimum(np.maximum(x[i] + delta, 0), 1)
            with dd.check.unchanged(x, what="x"), dd.check.unchanged(x_adv, what="x_adv"):
                back = project(x_adv, x, epsilon, norm)
            what = f"project for x {shape}, epsilon={epsilon}, norm={norm!r}"
            why = "first into each picture's own ball, then into 0 to 1"
            dd.check.like(back, due.astype("float32"), dtype="float32", rtol=1e-5, atol=1e-6, what=what, why=why)
            assert not np.shares_memory(back, x), f"{what} must return a new array"
            assert not np.shares_memory(back, x_adv), f"{what} must return a new array"
            if norm == "inf":
                dd.check.close(project(x_adv, x, epsilon), back, what=f"{what}, by default", why="'inf' is the default")
tiny = x + np.float32(1e-3)
dd.check.close(project(tiny, x, 0.5, 2), np.clip(tiny, 0, 1), rtol=1e-6, what="a picture well within its ball")
for norm in ("inf", 2):
    said = warnings_from(project, x_adv, x, 0.05, norm)
    dd.check.equal(said, [], what="the warnings", why="the first picture has not moved, which is no cause for one")
for bad in (1, 0, "2", "l2", None, "infinity"):
    with dd.check.raises(ValueError, why=f"{bad!r} is neither 'inf' nor 2"):
        project(x, x, 0.1, bad)
for norm in ("inf", 2):
    with dd.check.raises(ValueError, why="a radius cannot be negative"):
        project(x_adv, x, -0.1, norm)
### END HIDDEN TESTS

# %% mistakes: project
# - replace: np.sum(delta**2, axis=(1, 2, 3), keepdims=True)
#   with: np.sum(delta**2)
#   hint: "You take one length for the whole batch. Each picture has a ball of its own."
# - replace: np.sum(delta**2, axis=(1, 2, 3), keepdims=True)
#   with: np.sum(delta**2, axis=-1, keepdims=True)
#   hint: "You take a length for each pixel. It is the picture's perturbation that has one."
# - replace: np.sum(delta**2, axis=(1, 2, 3), keepdims=True)
#   with: np.sum(delta**2, axis=(1, 2), keepdims=True)
#   hint: "You take a length for each channel. It is the picture's perturbation that has one."
# - replace: length = np.sqrt(
#   with: |-
#     delta = np.clip(delta, -epsilon, epsilon)
#             length = np.sqrt(
#   hint: "For norm 2 you clip each pixel to epsilon first, which turns the direction. The round ball only shortens."
# - replace: np.sum(delta**2, axis=(1, 2, 3), keepdims=True)
#   with: np.mean(delta**2, axis=(1, 2, 3), keepdims=True)
#   hint: "You take a mean of squares, where a length has their sum."
# - replace: np.sqrt(np.sum(delta**2, axis=(1, 2, 3), keepdims=True))
#   with: np.sum(delta**2, axis=(1, 2, 3), keepdims=True)
#   hint: "The square root is missing from your length."
# - replace: np.sqrt(np.sum(delta**2, axis=(1, 2, 3), keepdims=True))
#   with: np.sum(np.abs(delta), axis=(1, 2, 3), keepdims=True)
#   hint: "You add up absolute values, which is another norm, L1."
# - replace: epsilon / np.maximum(length, epsilon + 1e-12)
#   with: epsilon / np.maximum(length, 1e-12)
#   hint: "Perturbations that are short enough are stretched to the length epsilon. They may stay as they are."
# - replace: epsilon / np.maximum(length, epsilon + 1e-12)
#   with: np.nan_to_num(np.minimum(1, epsilon / length))
#   hint: "Where nothing has moved, the length is 0, and you divide by it."
# - replace: np.clip(delta, -epsilon, epsilon)
#   with: np.clip(delta, 0, epsilon)
#   hint: "Pixels may get darker as well: the perturbation goes from -epsilon to epsilon."
# - replace: np.clip(delta, -epsilon, epsilon)
#   with: epsilon * np.sign(delta)
#   hint: "You put every pixel onto the wall of the cube. One that is inside may stay where it is."
# - replace: return np.clip(x + delta, 0, 1).astype("float32")
#   with: return (x + delta).astype("float32")
#   hint: "Pixels leave the range from 0 to 1. The clip comes last."
# - replace: return np.clip(x + delta, 0, 1).astype("float32")
#   with: return delta.astype("float32")
#   hint: "You return the perturbation without the picture."
# - replace: delta = x_adv - x
#   with: delta = np.clip(x_adv, 0, 1) - x
#   hint: "You clip the pixels before the ball is measured. The ball comes first: so the direction is kept."
# - replace: if norm not in ("inf", 2) or epsilon < 0
#   with: if norm not in ("inf", 2)
#   hint: "A negative epsilon gets through."
# - replace: if norm not in ("inf", 2) or epsilon < 0
#   with: if epsilon < 0
#   hint: "Norms that do not exist here get through."
# - replace: if norm not in ("inf", 2)
#   with: if str(norm) not in ("inf", "2")
#   hint: "The text '2' gets through. The norm is 'inf' or the number 2."


# %% mistake: project
# hint: "Where nothing has moved, the length is 0, and you divide by it."
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError(norm)
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        delta = delta * np.minimum(1, epsilon / np.sqrt(np.sum(delta**2, axis=(1, 2, 3), keepdims=True)))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% mistake: project
# hint: "The whole picture is clipped to epsilon. It is the perturbation, from the original, that has the budget."
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError(norm)
    if norm == "inf":
        return np.clip(x_adv, -epsilon, epsilon).clip(0, 1).astype("float32")
    length = np.sqrt(np.sum(x_adv**2, axis=(1, 2, 3), keepdims=True))
    return np.clip(x_adv * np.minimum(1, epsilon / np.maximum(length, 1e-12)), 0, 1).astype("float32")


# %% mistake: project
# hint: "Where nothing has moved, the length is 0, and you divide by it."
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError(norm)
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(delta**2, axis=(1, 2, 3), keepdims=True))
        delta = np.where(length > epsilon, delta * (epsilon / length), delta)
    return np.clip(x + delta, 0, 1).astype("float32")


# %% equivalents: project
# - replace: np.clip(delta, -epsilon, epsilon)
#   with: np.clip(-epsilon, delta, epsilon)
#   reason: "The larger of the first two arguments counts, whichever is named first."
# - replace: np.clip(x + delta, 0, 1)
#   with: np.clip(0, x + delta, 1)
#   reason: "The larger of the first two arguments counts, whichever is named first."


# %% accepts: project
def project(x_adv, x, epsilon, norm="inf"):
    # The cube by its two walls, the ball picture by picture.
    if epsilon < 0:
        raise ValueError("a negative radius")
    if norm == "inf":
        back = np.maximum(np.minimum(x_adv, x + epsilon), x - epsilon)
    elif norm == 2:
        back = np.array(x_adv, dtype=float)
        for i in range(len(x)):
            away = np.linalg.norm((x_adv[i] - x[i]).ravel())
            if away > epsilon:
                back[i] = x[i] + (x_adv[i] - x[i]) * (epsilon / away)
    else:
        raise ValueError(norm)
    return np.minimum(np.maximum(back, 0), 1).astype(np.float32)


# %% accepts: project
def project(x_adv, x, epsilon, norm="inf"):
    # In float64, on flat pictures.
    if norm not in ["inf", 2]:
        raise ValueError("which norm?")
    if not epsilon >= 0:
        raise ValueError("which radius?")
    flat = np.subtract(x_adv, x, dtype=float).reshape(len(x), -1)
    if norm == "inf":
        flat = np.sign(flat) * np.minimum(np.abs(flat), epsilon)
    else:
        length = np.linalg.norm(flat, axis=1)
        factor = np.ones(len(x))
        np.divide(epsilon, length, out=factor, where=length > epsilon)
        flat = flat * factor[:, None]
    return np.clip(x + flat.reshape(x.shape), 0, 1).astype("float32")


# %% [markdown]
# ## Many steps: projected gradient descent
#
# FGSM looks at the slope once and jumps. If the loss bends on the way, it lands where the slope was of no more use.
# Small steps look again each time. **Projected gradient descent**, PGD (Madry and others, 2018), repeats two lines:
#
# $$\tilde x \leftarrow \tilde x + \eta\, d(g), \qquad \tilde x \leftarrow \text{the projection of } \tilde x ,$$
#
# with $g$ taken at the present $\tilde x$, always for the right class $c$, and the projection always about the
# *original* $x$. (It climbs, in fact: it descends on minus the loss.) The direction $d(g)$ is the one that gains most
# for its size: $\operatorname{sign}(g)$ in the cube, and $g / \lVert g \rVert_2$, one length for each picture, in the
# round ball. Where $g$ is 0 the picture stays.
#
# The steps together must be able to cross the ball, so $\eta$ times their number should be well over $\varepsilon$; two
# or three times is usual. And it need not begin at $x$. A **random start** somewhere in the ball shows whether what
# was found depends on the place where the search began.


# %% exercise: pgd
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    """Projected gradient descent, the attack of Madry and others (2018).

    Args:
        model: as for input_gradient.
        x: pictures, float32 array (N, H, W, C) with pixels from 0 to 1; left unchanged.
        y: right classes, int array (N,).
        epsilon: radius of the ball, float >= 0.
        step: how far a step goes, in the same norm, float > 0.
        num_steps: int >= 0.
        norm: "inf" or 2, of ball and step.
        rng: np.random.Generator, or None. If given, the search begins at x plus the one draw
            rng.uniform(-epsilon, epsilon, x.shape), projected; otherwise at x.

    Returns:
        New NumPy array float32 (N, H, W, C): where the last step led, projected as by project. About 9 lines.

    Raises:
        ValueError: as project does, also if there are no steps.
    """
    ### BEGIN SOLUTION
    start = x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape)
    x_adv = project(start, x, epsilon, norm)
    for _ in range(num_steps):
        gradient = input_gradient(model, x_adv, y)
        if norm == "inf":
            direction = np.sign(gradient)
        else:
            length = np.sqrt(np.sum(gradient**2, axis=(1, 2, 3), keepdims=True))
            direction = gradient / np.maximum(length, 1e-12)
        x_adv = project(x_adv + step * direction, x, epsilon, norm)
    return x_adv
    ### END SOLUTION


# %% test: pgd, points=3
model = linear_reader(np.eye(2), (1, 2, 1))
x = np.array([0.5, 0.5], "float32").reshape(1, 1, 2, 1)
with dd.check.unchanged(x, what="x"):
    x_adv = pgd(model, x, np.array([0]), 0.25, 0.1, 2)
due = np.array([0.3, 0.7], "float32").reshape(1, 1, 2, 1)
what, why = "pgd(model, x, [0], 0.25, 0.1, 2)", "two steps of 0.1 each, with signs (-, +)"
dd.check.like(x_adv, due, dtype="float32", rtol=1e-5, what=what, why=why)
x_adv = pgd(model, x, np.array([0]), 0.25, 0.1, 4)
due = np.array([0.25, 0.75], "float32").reshape(1, 1, 2, 1)
dd.check.like(x_adv, due, rtol=1e-5, what="pgd(model, x, [0], 0.25, 0.1, 4)", why="at 0.25 the ball ends")
x_adv = pgd(model, x, np.array([0]), 0.25, 0.1, 2, norm=2)
due = np.array([0.5 - 0.02**0.5, 0.5 + 0.02**0.5], "float32").reshape(1, 1, 2, 1)
dd.check.like(x_adv, due, rtol=1e-5, what="the same for norm=2", why="the steps have the length 0.1, along (-1, 1)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(63)


def by_hand(matrix, x, y, epsilon, step, num_steps, norm, noise):
    """Picture by picture in float64, for a moody_reader."""
    found = np.empty(x.shape)
    for i in range(len(x)):
        original = x[i].astype(float).ravel()
        place = original + (0 if noise is None else noise[i].ravel())
        for k in range(num_steps + 1):
            if k > 0:
                logits = (place - 0.4) / 2 @ matrix
                probs = np.exp(logits - logits.max())
                slope = matrix @ (probs / probs.sum() - np.eye(len(probs))[y[i]])
                place = place + step * (np.sign(slope) if norm == "inf" else slope / np.linalg.norm(slope))
            delta = place - original
            if norm == "inf":
                delta = np.clip(delta, -epsilon, epsilon)
            elif np.linalg.norm(delta) > epsilon:
                delta = delta * epsilon / np.linalg.norm(delta)
            place = np.clip(original + delta, 0, 1)
        found[i] = place.reshape(x[i].shape)
    return found


shape, classes, n = (2, 3, 1), 3, 4
matrix = rng.normal(size=(6, classes)) * 6  # steep, so that the signs change on the way
model = moody_reader(matrix, shape)
x, y = rng.uniform(size=(n, *shape)).astype("float32"), np.array([2, 0, 1, 1])
settings = (
    (0.2, 0.06, 6, "inf", None),
    (0.4, 0.15, 5, 2, None),
    (0.3, 0.05, 3, "inf", 1),
    (0.5, 0.1, 3, 2, 2),
    (0.3, 0.1, 0, 2, 3),
    (0.0, 0.1, 1, "inf", None),
)
for epsilon, step, num_steps, norm, seed in settings:
    noise = None if seed is None else np.random.default_rng(seed).uniform(-epsilon, epsilon, x.shape)
    due = by_hand(matrix, x, y, epsilon, step, num_steps, norm, noise).astype("float32")
    generator = None if seed is None else np.random.default_rng(seed)
    with dd.check.unchanged(x, what="x"):
        x_adv = pgd(model, x, y, epsilon, step, num_steps, norm, generator)
    what = f"pgd with epsilon={epsilon}, step={step}, num_steps={num_steps}, norm={norm!r}, " + (
        "from x" if seed is None else "from a random start"
    )
    why = "each step uses the slope at the present place, and is projected about the original"
    dd.check.like(x_adv, due, dtype="float32", rtol=0, atol=2e-4, what=what, why=why)
    delta = (x_adv.astype(float) - x).reshape(n, -1)
    size = np.abs(delta).max() if norm == "inf" else np.linalg.norm(delta, axis=1).max()
    assert size <= epsilon + 1e-6, f"a perturbation of size {size:.4f} is over the budget of {epsilon}"
    assert x_adv.min() >= 0, "pixels are at least 0"
    assert x_adv.max() <= 1, "pixels are at most 1"
    assert not np.shares_memory(x_adv, x), "the pictures that come back are a new array, also without steps"
same = pgd(linear_reader(np.zeros((6, 2)), shape), x, np.array([0, 1, 0, 1]), 0.2, 0.1, 2, 2)
dd.check.close(same, x, what="pgd on a network that always says the same", why="where the gradient is 0 nothing moves")
faint = linear_reader(np.array([[1e-6, 0], [0, 1e-6]]), (1, 2, 1))
far = pgd(faint, np.full((1, 1, 2, 1), 0.5, "float32"), np.array([1]), 0.2, 0.1, 2, 2)
due = np.array([0.5 + 0.02**0.5, 0.5 - 0.02**0.5], "float32").reshape(1, 1, 2, 1)
dd.check.close(far, due, rtol=1e-4, what="pgd on a faint slope, norm=2", why="a step's length is not the gradient's")
for bad, epsilon in ((1, 0.1), ("inf", -0.1)):
    with dd.check.raises(ValueError, why="project refuses it"):
        pgd(model, x, y, epsilon, 0.1, 0, bad)
### END HIDDEN TESTS

# %% mistakes: pgd
# - replace: x_adv = project(x_adv + step * direction, x, epsilon, norm)
#   with: x_adv = project(x_adv + step * direction, x_adv, epsilon, norm)
#   hint: "You project about where the search is, not about the original, so it wanders off without limit."
# - replace: x_adv = project(x_adv + step * direction, x, epsilon, norm)
#   with: x_adv = np.clip(x_adv + step * direction, 0, 1).astype("float32")
#   hint: "The steps are never projected into the ball: only the pixels' own range holds them."
# - replace: x_adv = project(x_adv + step * direction, x, epsilon, norm)
#   with: x_adv = project(x_adv + epsilon * direction, x, epsilon, norm)
#   hint: "Every step goes as far as epsilon. How far one goes is what step says."
# - replace: x_adv = project(x_adv + step * direction, x, epsilon, norm)
#   with: x_adv = project(x_adv - step * direction, x, epsilon, norm)
#   hint: "Your steps go down the loss: the network becomes surer of the right class."
# - replace: gradient = input_gradient(model, x_adv, y)
#   with: gradient = input_gradient(model, x, y)
#   hint: "The slope is always that at the original. Many steps are of use only if each looks at the slope anew."
# - replace: length = np.sqrt(np.sum(gradient**2, axis=(1, 2, 3), keepdims=True))
#   with: length = np.sqrt(np.sum(gradient**2))
#   hint: "Your step has one length for the whole batch. Each picture's gradient has its own."
# - replace: direction = gradient / np.maximum(length, 1e-12)
#   with: direction = gradient
#   hint: "In norm 2 your step is as long as the gradient, so where the slope is faint it hardly moves."
# - replace: direction = gradient / np.maximum(length, 1e-12)
#   with: direction = np.sign(gradient)
#   hint: "For norm 2 you step by the sign. That is the best direction in a cube; in a round ball it is the gradient's."
# - replace: direction = gradient / np.maximum(length, 1e-12)
#   with: direction = gradient / length
#   hint: "Where the gradient is 0 you divide by 0. Such a picture stays."
# - replace: x_adv = project(start, x, epsilon, norm)
#   with: x_adv = start.astype("float32")
#   hint: "The start is not projected: it can lie outside the ball or the pixels' range."
# - replace: x_adv = project(start, x, epsilon, norm)
#   with: |-
#     project(x, x, epsilon, norm)
#         x_adv = start.astype("float32")
#   hint: "The start is not projected: it can lie outside the ball or the pixels' range."
# - replace: start = x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape)
#   with: start = x
#   hint: "There is no random start, although a generator was handed over."
# - replace: x + rng.uniform(-epsilon, epsilon, x.shape)
#   with: x + rng.uniform(-epsilon, epsilon, x.shape[1:])
#   hint: "All pictures get the same noise to start from."
# - replace: x + rng.uniform(-epsilon, epsilon, x.shape)
#   with: x + rng.uniform(0, epsilon, x.shape)
#   hint: "The random start only ever brightens. It goes from -epsilon to epsilon."
# - replace: x + rng.uniform(-epsilon, epsilon, x.shape)
#   with: x + rng.normal(0, epsilon, x.shape)
#   hint: "The start is drawn from a normal distribution; a uniform draw is asked for."
# - replace: x_adv + step * direction
#   with: x_adv + epsilon / num_steps * direction
#   hint: "You share epsilon out among the steps. How far one goes is what step says."
# - replace: gradient = input_gradient(model, x_adv, y)
#   with: gradient = input_gradient(model, x_adv, np.argmax(model(x_adv, training=False), axis=1))
#   hint: "You climb the loss of what the network reads at the moment. It is the right class's loss that should rise."
# - replace: start = x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape)
#   with: start = x + np.random.default_rng(0 if rng is None else rng).uniform(-epsilon, epsilon, x.shape)
#   hint: "Without a generator the search begins at x. Yours begins at random."
# - replace: start = x if rng is None
#   with: |-
#     if num_steps == 0:
#             return np.array(x)
#         start = x if rng is None
#   hint: "Without steps you give x back at once: the random start is forgotten, and a wrong norm or radius passes."
# - replace: x_adv = project(x_adv + step * direction, x, epsilon, norm)
#   with: x_adv = project(x_adv + step * direction, x, epsilon)
#   hint: "Your steps are projected into the cube whatever norm says."


# %% mistake: pgd
# hint: "You repeat FGSM with the step as its budget, and nothing holds the sum of the steps within epsilon."
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    x_adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for _ in range(num_steps):
        x_adv = fgsm(model, x_adv, y, step)
    return x_adv


# %% mistake: pgd
# hint: "You project once, at the end. Until then the search runs outside the ball, where it learns nothing about the
#   inside."
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    x_adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for _ in range(num_steps):
        gradient = input_gradient(model, x_adv.astype("float32"), y)
        length = np.sqrt(np.sum(gradient**2, axis=(1, 2, 3), keepdims=True))
        x_adv = x_adv + step * (np.sign(gradient) if norm == "inf" else gradient / np.maximum(length, 1e-12))
    return project(x_adv, x, epsilon, norm)


# %% accepts: pgd
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    # The perturbation is what is carried along.
    noise = np.zeros(x.shape) if rng is None else rng.uniform(-epsilon, epsilon, x.shape)
    delta = project(x + noise, x, epsilon, norm) - x
    for _ in range(num_steps):
        g = input_gradient(model, np.clip(x + delta, 0, 1), y)
        if norm == 2:
            g = g / np.maximum(np.linalg.norm(g.reshape(len(g), -1), axis=1), 1e-30).reshape(-1, 1, 1, 1)
        else:
            g = np.sign(g)
        delta = project(x + delta + step * g, x, epsilon, norm) - x
    return np.clip(x + delta, 0, 1).astype("float32")


# %% accepts: pgd
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    # By recursion on the number of steps.
    if num_steps == 0:
        drawn = 0 if rng is None else rng.uniform(low=-epsilon, high=epsilon, size=x.shape)
        return project(np.asarray(x, float) + drawn, x, epsilon, norm)
    before = pgd(model, x, y, epsilon, step, num_steps - 1, norm, rng)
    slope = input_gradient(model, before, y).astype(float)
    if norm == "inf":
        moves = (slope > 0).astype(float) - (slope < 0)
    else:
        moves = np.array([each / (np.linalg.norm(each) or 1.0) for each in slope.reshape(len(x), -1)]).reshape(x.shape)
    return project(before + step * moves, x, epsilon, norm)


# %% [markdown]
# How much do ten steps gain over one? And how large does a round ball have to be for the same damage?

# %% demo
LEVELS = (0.02, 0.04, 0.06)
print("budget     FGSM     PGD, 10 steps")
for epsilon in LEVELS:
    one, ten = fgsm(reader, x_test, y_test, epsilon), pgd(reader, x_test, y_test, epsilon, epsilon / 4, 10)
    print(f"{epsilon:.2f} {share_right(reader, one, y_test):11.3f} {share_right(reader, ten, y_test):11.3f}")
print("length           PGD, norm 2")
for epsilon in (0.5, 1.0, 1.4):
    ten = pgd(reader, x_test, y_test, epsilon, epsilon / 4, 10, norm=2)
    print(f"{epsilon:.2f} {share_right(reader, ten, y_test):23.3f}")

# %% [markdown]
# With small budgets the two are close, for there the loss is nearly straight; with larger ones PGD finds more. And a
# length of 1 does about as much damage as 0.05 on every pixel, which is a length of up to 1.4: it may be spent on the
# pixels that matter most.
#
# ## The adversary's choice
#
# So far any wrong answer would do. In a **targeted** attack the adversary picks the answer: let each letter be read as
# E. Two changes turn PGD into one. The loss is that of the *target*, not of the right class, which the attack need
# not even know. And it is walked *down*.
#
# An attack that only wants the answer can stop as soon as it has it, and then its perturbation is no larger than
# it had to be. In a batch some pictures are there early and some late or never; those that are there must be left alone
# while the others walk on.


# %% exercise: targeted_attack
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    """Steps of the sign of the gradient in the cube about x, towards classes that the adversary chooses.

    Args:
        model: as for input_gradient.
        x: pictures, float32 array (N, H, W, C) with pixels from 0 to 1; left unchanged.
        targets: the classes to be read, int array (N,), or one int for all pictures.
        epsilon: how far a pixel may move, float >= 0.
        step: how far it moves in a step, float > 0.
        num_steps: int >= 0, steps at most.

    Returns:
        (x_adv, reached): new float32 array (N, H, W, C) within project's limits, and bool array (N,), whether
        the model reads each of these pictures as its target. A picture takes no further step once it is read so; one
        that is so from the beginning comes back as it is. About 10 lines.
    """
    ### BEGIN SOLUTION
    targets = np.broadcast_to(targets, len(x))
    x_adv = np.array(x, dtype="float32")
    for k in range(num_steps + 1):
        reached = np.argmax(ops.convert_to_numpy(model(x_adv, training=False)), axis=1) == targets
        if reached.all() or k == num_steps:
            break
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv = np.where(reached[:, None, None, None], x_adv, moved)
    return x_adv, reached
    ### END SOLUTION


# %% test: targeted_attack, points=3
model = linear_reader(np.eye(2), (1, 2, 1))
x = np.array([[0.5, 0.4], [0.3, 0.7], [0.9, 0.1]], "float32").reshape(3, 1, 2, 1)
with dd.check.unchanged(x, what="x"):
    x_adv, reached = targeted_attack(model, x, np.array([1, 1, 1]), 0.25, 0.1, 5)
due = np.array([[0.4, 0.5], [0.3, 0.7], [0.65, 0.35]], "float32").reshape(3, 1, 2, 1)
why = "the first needs one step, the second none, and the third meets the end of its ball"
dd.check.like(x_adv, due, dtype="float32", rtol=1e-5, what="x_adv", why=why)
dd.check.like(reached, np.array([True, True, False]), dtype=bool, what="reached", why="class 1 has the larger pixel")
x_adv, reached = targeted_attack(model, x, 0, 0.25, 0.1, 1)
due = np.array([[0.5, 0.4], [0.4, 0.6], [0.9, 0.1]], "float32").reshape(3, 1, 2, 1)
why = "the second takes its step, which is not enough"
dd.check.like(x_adv, due, rtol=1e-5, what="x_adv for targets=0, one step", why=why)
dd.check.like(reached, np.array([True, False, True]), dtype=bool, what="reached for targets=0, one step")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(64)


def by_hand(matrix, x, targets, epsilon, step, num_steps):
    found, reached = np.empty(x.shape), np.empty(len(x), bool)
    for i in range(len(x)):
        original = x[i].astype(float).ravel()
        place = original
        for k in range(num_steps + 1):
            logits = (place - 0.4) / 2 @ matrix
            reached[i] = logits.argmax() == targets[i]
            if reached[i] or k == num_steps:
                break
            probs = np.exp(logits - logits.max())
            slope = matrix @ (probs / probs.sum() - np.eye(len(probs))[targets[i]])
            place = np.clip(original + np.clip(place - step * np.sign(slope) - original, -epsilon, epsilon), 0, 1)
        found[i] = place.reshape(x[i].shape)
    return found, reached


shape, classes, n = (2, 2, 2), 4, 8
matrix = rng.normal(size=(8, classes)) * 4
model = moody_reader(matrix, shape)
x = rng.uniform(size=(n, *shape)).astype("float32")
outcomes = set()
for targets, epsilon, step, num_steps in (
    (rng.integers(0, classes, n), 0.2, 0.05, 6),
    (rng.integers(0, classes, n), 0.6, 0.09, 5),
    (np.full(n, 2), 0.3, 0.2, 0),
    (np.arange(n) % classes, 0.4, 0.25, 1),
    (np.full(n, 1), 0.0, 0.2, 1),
):
    due, hit = by_hand(matrix, x, targets, epsilon, step, num_steps)
    outcomes.update(hit.tolist())
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(targets, what="targets"):
        x_adv, reached = targeted_attack(model, x, targets, epsilon, step, num_steps)
    what = f"for epsilon={epsilon}, step={step}, num_steps={num_steps}"
    why = "each picture walks down the loss of its own target, within its cube, until it is read as that"
    dd.check.like(x_adv, due.astype("float32"), dtype="float32", rtol=0, atol=1e-5, what=f"x_adv {what}", why=why)
    dd.check.like(reached, hit, dtype=bool, what=f"reached {what}", why="it is about the pictures that come back")
    assert not np.shares_memory(x_adv, x), "the pictures that come back are a new array, also without steps"
assert outcomes == {True, False}
dull = linear_reader(np.zeros((8, 3)), shape)
x_adv, reached = targeted_attack(dull, x, 1, 0.3, 0.1, 2)
dd.check.close(x_adv, x, what="x_adv for a network that always says the same", why="a gradient of 0 moves nothing")
dd.check.equal(reached, np.zeros(n, bool), what="reached for a network that always says the same")
for target in (3,):
    due, hit = by_hand(matrix, x, np.full(n, target), 0.3, 0.1, 4)
    x_adv, reached = targeted_attack(model, x, target, 0.3, 0.1, 4)
    dd.check.close(x_adv, due, rtol=0, atol=1e-5, what=f"x_adv for targets={target}", why="one target for all")
    dd.check.equal(reached, hit, what=f"reached for targets={target}")
### END HIDDEN TESTS

# %% mistakes: targeted_attack
# - replace: x_adv - step * np.sign
#   with: x_adv + step * np.sign
#   hint: "You climb the target's loss, so the pictures flee from the target. Walk down."
# - replace: x_adv = np.where(reached[:, None, None, None], x_adv, moved)
#   with: x_adv = moved
#   hint: "Pictures that are read as the target already walk on with the others."
# - replace: if reached.all() or k == num_steps
#   with: if reached.any() or k == num_steps
#   hint: "The whole batch stops as soon as the first picture is there."
# - replace: moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
#   with: moved = np.clip(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), 0, 1)
#   hint: "Nothing keeps the pictures within epsilon of the originals."
# - replace: input_gradient(model, x_adv, targets)
#   with: input_gradient(model, np.array(x), targets)
#   hint: "The slope is always that at the original."
# - replace: np.sign(input_gradient(model, x_adv, targets))
#   with: input_gradient(model, x_adv, targets)
#   hint: "You step by the gradient itself. Its sign is asked for, so that each pixel moves by a whole step."
# - replace: model(x_adv, training=False)
#   with: model(x, training=False)
#   hint: "You look at how the originals are read, not at how the changed pictures are."
# - replace: np.where(reached[:, None, None, None], x_adv, moved)
#   with: np.where(reached[:, None, None, None], x, moved)
#   hint: "A picture that has arrived is put back to its original. It stays where it is."
# - replace: targets = np.broadcast_to(targets, len(x))
#   with: pass
#   hint: "One int may be given as the target of all pictures. The loss needs a class for each of them."
# - replace: return x_adv, reached
#   with: return x_adv, float(reached.mean())
#   hint: "How many arrived is no answer to which: reached has an entry for each picture."


# %% mistake: targeted_attack
# hint: "reached is told before the last step. It is about the pictures that come back."
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets, x_adv = np.broadcast_to(targets, len(x)), np.array(x)
    reached = np.argmax(model(x_adv, training=False), axis=1) == targets
    for _ in range(num_steps):
        reached = np.argmax(model(x_adv, training=False), axis=1) == targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv = np.where(reached[:, None, None, None], x_adv, moved)
    return x_adv, reached


# %% mistake: targeted_attack
# hint: "You climb the loss of what the network reads now. That leads away from it, and anywhere; it is the target's
#   loss that should fall."
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets, x_adv = np.broadcast_to(targets, len(x)), np.array(x)
    for _ in range(num_steps):
        now = np.argmax(model(x_adv, training=False), axis=1)
        moved = project(x_adv + step * np.sign(input_gradient(model, x_adv, now)), x, epsilon)
        x_adv = np.where((now == targets)[:, None, None, None], x_adv, moved)
    return x_adv, np.argmax(model(x_adv, training=False), axis=1) == targets


# %% mistake: targeted_attack
# hint: "reached says that the reading has changed. Whether it is the target is asked."
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets, x_adv = np.broadcast_to(targets, len(x)), np.array(x)
    before = np.argmax(model(x_adv, training=False), axis=1)
    for _ in range(num_steps):
        there = np.argmax(model(x_adv, training=False), axis=1) == targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv = np.where(there[:, None, None, None], x_adv, moved)
    return x_adv, np.argmax(model(x_adv, training=False), axis=1) != before


# %% mistake: targeted_attack
# hint: "Pictures that are read as the target already walk on with the others."
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets, x_adv = np.broadcast_to(targets, len(x)), np.array(x)
    for _ in range(num_steps):
        x_adv = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
    return x_adv, np.argmax(model(x_adv, training=False), axis=1) == targets


# %% mistake: targeted_attack
# hint: "A picture that has arrived takes one step more. Look at how it is read before each step."
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets, x_adv = np.broadcast_to(targets, len(x)), np.array(x)
    left = np.argmax(model(x_adv, training=False), axis=1) != targets
    for _ in range(num_steps):
        moving, left = left, np.argmax(model(x_adv, training=False), axis=1) != targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv = np.where(moving[:, None, None, None], moved, x_adv)
    return x_adv, np.argmax(model(x_adv, training=False), axis=1) == targets


# %% equivalents: targeted_attack
# - replace: np.array(x, dtype="float32")
#   with: np.array(x)
#   reason: "The pictures are float32 already."
# - replace: range(num_steps + 1)
#   with: range(num_steps + 2)
#   reason: "The loop is left at num_steps in any case."
# - replace: if reached.all() or k == num_steps
#   with: if k == num_steps
#   reason: "Pictures that have arrived are left alone; only time is lost."


# %% accepts: targeted_attack
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    # Only those that are not there yet are computed on.
    goal = np.zeros(len(x), int) + targets
    x_adv = x.astype("float32", copy=True)

    def there(pictures, classes):
        return np.asarray(model.predict(pictures, verbose=0)).argmax(-1) == classes

    reached = there(x_adv, goal)
    for _ in range(num_steps):
        left = np.flatnonzero(~reached)
        if len(left) == 0:
            break
        slope = input_gradient(model, x_adv[left], goal[left])
        x_adv[left] = project(x_adv[left] - step * np.sign(slope), x[left], epsilon)
        reached[left] = there(x_adv[left], goal[left])
    return x_adv, reached


# %% accepts: targeted_attack
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    # Picture by picture.
    goals = [int(targets)] * len(x) if np.ndim(targets) == 0 else [int(each) for each in targets]
    pictures, hits = [], []
    for i, goal in enumerate(goals):
        original = picture = x[i : i + 1]
        hit = int(tf.argmax(model(picture, training=False)[0])) == goal
        used = 0
        while not hit and used < num_steps:
            slope = input_gradient(model, picture, np.array([goal]))
            picture = project(picture - step * np.sign(slope), original, epsilon)
            hit = int(tf.argmax(model(picture, training=False)[0])) == goal
            used += 1
        pictures.append(picture[0])
        hits.append(hit)
    return np.array(pictures, dtype="float32"), np.array(hits)


# %% [markdown]
# One letter, and everything that it can be made into:

# %% demo
a = x_test[seen[:1]]  # (1, 28, 28, 1)
as_all, reached = targeted_attack(reader, np.repeat(a, 10, axis=0), np.arange(10), 0.15, 0.01, 30)
as_e, to_e = targeted_attack(reader, x_test, 4, 0.15, 0.01, 30)
moved = np.abs(as_e - x_test)[to_e & (y_test != 4)].max(axis=(1, 2, 3))
print(f"the first A can be made into {reached.sum()} of 10 letters")
print(f"{to_e.mean():.3f} of all letters are read as E; in half of them no pixel moved by more than", end=" ")
print(f"{np.median(moved):.2f}")
dd.plot.image_grid(as_all, read(reader, as_all), columns=10)
plt.gcf().suptitle("One A, aimed at each of ten letters in turn")
dd.plot.show(
    "Ten pictures of the same A on grounds with faint patches of grey. Above them what the network reads, all "
    "or nearly all of the letters from A to J."
)

# %% [markdown]
# A given wrong answer costs more than just any, but not much more: compare the last number with the 0.05 of before. To
# us each of the ten is an A on a soiled page.
#
# ## Attacks travel
#
# Does an adversary need your network? Szegedy and others (2014) found that what fools one network often fools another,
# trained separately and built otherwise. So train a substitute of your own, attack that one, and hand on the pictures.
# Here the other network is dense, and begins from other random weights; both have seen the same letters.

# %% demo
dd.seed(61)
dense = keras.Sequential(
    [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)]
)
dense = train(compiled(dense), epochs=6, seed=1)
both = {"convolutional": reader, "dense": dense}
travelled = {}
for source, network in both.items():
    made = pgd(network, x_test, y_test, 0.1, 0.025, 10)
    travelled[source] = {victim: share_right(other, made, y_test) for victim, other in both.items()}
    print(f"made for the {source:13} read rightly by", end=" ")
    print(", ".join(f"the {victim} network {share:.3f}" for victim, share in travelled[source].items()))
x_random = np.clip(x_test + 0.1 * np.random.default_rng(2).choice([-1, 1], x_test.shape), 0, 1).astype("float32")
at_random = {victim: share_right(other, x_random, y_test) for victim, other in both.items()}
print("noise of the same size:", ", ".join(f"the {victim} network {share:.3f}" for victim, share in at_random.items()))
assert travelled["convolutional"]["dense"] < at_random["dense"] - 0.1
assert travelled["dense"]["convolutional"] < at_random["convolutional"] - 0.1

# %% [markdown]
# Either network is fooled most surely by pictures made for itself. Yet it loses far more to those made for its
# neighbour than to noise. Keeping the weights secret is not a defence.
#
# ## A curve that trusts no attack
#
# How robust is a network? **Robust accuracy** at $\varepsilon$ is the share of pictures that it reads rightly *wherever
# in the ball they are moved*. No attack looks everywhere, so what we measure is an upper bound: a better attack
# may find more. Three rules keep the bound honest.
#
# - The original is in the ball. A picture that is misread as it stands counts as lost, even if the attack happens to
#   mend it.
# - A small ball lies within a larger one. Whatever was lost at 0.05 is lost at 0.1 also, even if the attack
#   overshoots there. So the curve never rises.
# - The attack kept to the budget. If a picture has left its ball or has pixels outside 0 to 1, the figure is void.
#
# Draw it over several $\varepsilon$, and go on until it reaches zero: with a budget of 1 every picture can become
# every other.


# %% exercise: robust_accuracy
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    """The robustness curve of a model under an attack, which is not trusted.

    Args:
        model: as for input_gradient.
        x: pictures, float32 array (N, H, W, C) with pixels from 0 to 1; left unchanged.
        y: right classes, int array (N,).
        epsilons: list or array of budgets >= 0, in any order, no two alike; left unchanged.
        attack: function of (model, x, y, epsilon) that gives float32 pictures (N, H, W, C), for one budget.
        norm: "inf" or 2, in which the attack promises to stay within epsilon.

    Returns:
        NumPy array float64 (len(epsilons),), in the order of epsilons: the share of pictures that are read rightly as
        they are and after each attack of the list whose budget is not larger.

    Raises:
        ValueError: a picture of the attack is further than epsilon + 1e-5 from its original in that norm, or has a
            pixel outside 0 to 1.
    """

    ### BEGIN SOLUTION
    def right(pictures):
        return np.argmax(ops.convert_to_numpy(model(pictures, training=False)), axis=1) == y

    standing = right(x)
    shares = np.empty(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = np.asarray(attack(model, x, y, epsilons[i]))
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
        if size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError(f"the attack broke its limits for a budget of {epsilons[i]}")
        standing = standing & right(x_adv)
        shares[i] = standing.mean()
    return shares
    ### END SOLUTION


# %% fixture
def push(model, x, y, epsilon):
    """Moves what there is from the first pixel to the second, as far as epsilon allows."""
    x_adv = np.array(x)
    x_adv[:, 0, 0] -= np.minimum(epsilon, x_adv[:, 0, 0])
    x_adv[:, 0, 1] += np.minimum(epsilon, 1 - x_adv[:, 0, 1])
    return x_adv


def fickle(model, x, y, epsilon):
    """Pushes where the budget is about 0.1, does nothing below, and helps the first pixel above."""
    if epsilon < 0.15:
        return push(model, x, y, epsilon)
    help_first = np.array([epsilon, -epsilon], "float32").reshape(1, 1, 2, 1)
    return np.clip(x + help_first, 0, 1)


def spread(model, x, y, epsilon):
    """Pushes so far on both pixels that the perturbation has the length epsilon."""
    return push(model, x, y, np.float32(epsilon / np.sqrt(2)))


def greedy(model, x, y, epsilon):
    """Goes further than allowed, in the last picture alone."""
    x_adv = np.array(x)
    x_adv[-1] = push(model, x, y, np.float32(epsilon + 0.001))[-1]
    return x_adv


def lopsided(model, x, y, epsilon):
    """Goes further than allowed, down, in the first pixel of the first picture alone."""
    x_adv = np.array(x)
    x_adv[0, 0, 0] = np.maximum(x_adv[0, 0, 0] - epsilon - 0.001, 0)
    return x_adv.astype("float32")


def blinding(model, x, y, epsilon):
    """Stays near, but one pixel falls below 0."""
    x_adv = np.array(x)
    x_adv[0, 0, 0] -= np.float32(epsilon)
    return x_adv


def glaring(model, x, y, epsilon):
    """Stays near, but one pixel rises above 1."""
    x_adv = np.array(x)
    x_adv[0, 0, 1] += np.float32(epsilon)
    return x_adv


def rounded(model, x, y, epsilon):
    """Keeps its budget as well as rounding allows."""
    return push(model, x, y, np.float32(epsilon + 2e-6))


# %% test: robust_accuracy, points=3
model = linear_reader(np.eye(2), (1, 2, 1))
x = np.array([[0.55, 0.45], [0.7, 0.4], [0.9, 0.1], [0.3, 0.6]], "float32").reshape(4, 1, 2, 1)
y = np.array([0, 0, 0, 0])
with dd.check.unchanged(x, what="x"):
    curve = robust_accuracy(model, x, y, [0.0, 0.1, 0.2], push)
why = "the last picture is misread as it is, the first is lost at 0.1, the second at 0.2"
dd.check.like(curve, np.array([0.75, 0.5, 0.25]), dtype="float64", what="the curve for budgets 0, 0.1, 0.2", why=why)
curve = robust_accuracy(model, x, y, [0.2, 0.1], fickle)
why = "this attack mends the first picture with 0.2; but it was lost with 0.1, and the larger ball holds the smaller"
dd.check.like(curve, np.array([0.5, 0.5]), what="the curve for budgets 0.2, 0.1, with another attack", why=why)
with dd.check.raises(ValueError, why="a pixel moved by 0.101 where 0.1 was the budget"):
    robust_accuracy(model, x, y, [0.1], greedy)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(65)
matrix = np.array([[4.0, 0.0, 1.0], [0.0, 4.0, 1.5]])
model = moody_reader(matrix, (1, 2, 1))
x = rng.uniform(0.1, 0.9, (40, 1, 2, 1)).astype("float32")
y = np.where(x[:, 0, 0, 0] > x[:, 0, 1, 0], 0, 1)
y[::7] = 2


def right(pictures):
    return ((pictures.reshape(40, 2).astype(float) - 0.4) / 2 @ matrix).argmax(axis=1) == y


def pushed(budget):
    first, second = x[:, 0, 0, 0], x[:, 0, 1, 0]
    return np.stack([first - np.minimum(budget, first), second + np.minimum(budget, 1 - second)], axis=1)


for epsilons in ([0.3, 0.0, 0.1, 0.25], np.array([0.05, 0.02])):
    for attack, factor, norm in ((push, 1.0, "inf"), (spread, 0.5**0.5, 2)):
        due = [
            (right(x) & np.all([right(pushed(factor * other)) for other in epsilons if other <= each], axis=0)).mean()
            for each in epsilons
        ]
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(epsilons, what="epsilons"):
            curve = robust_accuracy(model, x, y, epsilons, attack, norm)
        what = f"the curve for {list(map(float, epsilons))}, norm={norm!r}"
        why = "a picture counts if it is read rightly as it is and after every attack up to that budget"
        dd.check.like(curve, np.array(due), dtype="float64", what=what, why=why)
pair = np.array([[0.55, 0.45], [0.4, 0.6]], "float32").reshape(2, 1, 2, 1)
curve = robust_accuracy(linear_reader(np.eye(2), (1, 2, 1)), pair, np.array([0, 1]), [0.1, 0.2], fickle)
why = "one is lost at 0.1 and mended at 0.2, where the other is lost: none is left"
dd.check.close(curve, [0.5, 0.0], what="the curve of two pictures", why=why)
picture = np.array([[0.6, 0.4]], "float32").reshape(1, 1, 2, 1)
curve = robust_accuracy(linear_reader(np.eye(2), (1, 2, 1)), picture, np.array([0]), [0.4, 0.12], fickle)
dd.check.close(curve, [0.0, 0.0], what="the curve of one picture", why="lost at 0.12 is lost at 0.4")
curve = robust_accuracy(linear_reader(np.eye(2), (1, 2, 1)), 1 - picture, np.array([0]), [0.4, 0.3], fickle)
dd.check.close(curve, [0.0, 0.0], what="the curve of one picture that the attack mends", why="it is misread as it is")
for attack, norm, epsilon in (
    (greedy, "inf", 0.1),
    (lopsided, "inf", 0.05),
    (push, 2, 0.1),
    (blinding, "inf", 0.95),
    (glaring, "inf", 0.95),
    (greedy, "inf", 0.0),
):
    with dd.check.raises(ValueError, why=f"the attack leaves 0 to 1, or goes further than {epsilon} in norm {norm!r}"):
        robust_accuracy(model, x, y, [epsilon], attack, norm)
with dd.check.raises(ValueError, why="the second budget is broken"):
    robust_accuracy(model, x, y, [0.05, 0.92], glaring)
dd.check.shape(robust_accuracy(model, x, y, [0.1], rounded), (1,), what="the curve of an attack that rounds")
### END HIDDEN TESTS

# %% mistakes: robust_accuracy
# - replace: standing = standing & right(x_adv)
#   with: standing = right(x_adv)
#   hint: "Each budget is judged alone. What was lost as it is, or in a smaller ball, is lost in the larger one too."
# - replace: standing = right(x)
#   with: standing = np.ones(len(x), bool)
#   hint: "A picture that is misread as it is counts as robust if the attack mends it."
# - replace: for i in np.argsort(epsilons)
#   with: for i in range(len(epsilons))
#   hint: "You go through the budgets in the order given, so a small ball pays for what was lost in a larger one."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max(axis=1)
#   hint: "The norm goes unheard: you always measure the largest pixel."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.linalg.norm(delta, axis=1)
#   hint: "The norm goes unheard: you always measure the length."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta).reshape(1)
#   hint: "You take the length of the whole batch's perturbation. Each picture has its own."
# - replace: size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1
#   with: x_adv.min() < 0 or x_adv.max() > 1
#   hint: "An attack that goes too far is believed."
# - replace: size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1
#   with: size.max() > epsilons[i] + 1e-5
#   hint: "Pixels outside 0 to 1 are believed."
# - replace: size.max() > epsilons[i] + 1e-5
#   with: size.mean() > epsilons[i] + 1e-5
#   hint: "You look at how far the pictures moved on average. Each one has to keep the budget."
# - replace: size.max() > epsilons[i] + 1e-5
#   with: size.max() > epsilons[i]
#   hint: "float32 rounds, so an honest attack can be a millionth over its budget. Yours is not let through."
# - replace: shares[i] = standing.mean()
#   with: shares[i] = standing.sum()
#   hint: "You count pictures; their share is asked for."
# - replace: shares[i] = standing.mean()
#   with: shares[i] = 1 - standing.mean()
#   hint: "That is the share of pictures that were lost."
# - replace: return shares
#   with: return np.sort(shares)[::-1]
#   hint: "The curve is sorted. It belongs in the order of epsilons."
# - replace: if size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1
#   with: if len(x_adv) != len(x)
#   hint: "What an attack did against its promise is believed or mended in silence. Its figure is void: refuse it."


# %% mistake: robust_accuracy
# hint: "You count only among the pictures that were read rightly to begin with. The share is one of all pictures."
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    def right(pictures):
        return np.argmax(np.asarray(model(pictures, training=False)), axis=1) == y

    start = standing = right(x)
    shares = np.empty(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = np.asarray(attack(model, x, y, epsilons[i]))
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
        if size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError(epsilons[i])
        standing = standing & right(x_adv)
        shares[i] = standing.sum() / max(start.sum(), 1)
    return shares


# %% mistake: robust_accuracy
# hint: "What an attack did against its promise is believed or mended in silence. Its figure is void: refuse it."
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    standing = np.argmax(np.asarray(model(x, training=False)), axis=1) == y
    shares = np.empty(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = project(np.asarray(attack(model, x, y, epsilons[i])), x, epsilons[i], norm)
        standing = standing & (np.argmax(np.asarray(model(x_adv, training=False)), axis=1) == y)
        shares[i] = standing.mean()
    return shares


# %% mistake: robust_accuracy
# hint: "float32 rounds, so an honest attack can be a millionth over its budget. Yours is not let through."
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    standing = np.argmax(np.asarray(model(x, training=False)), axis=1) == y
    shares = np.empty(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = np.asarray(attack(model, x, y, epsilons[i]))
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
        if size.max() > epsilons[i] or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError
        standing = standing & (np.argmax(np.asarray(model(x_adv, training=False)), axis=1) == y)
        shares[i] = standing.mean()
    return shares


# %% mistake: robust_accuracy
# hint: "You lower the shares where they rise. Which pictures are lost counts: other ones may fall at another budget."
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    clean = np.argmax(np.asarray(model(x, training=False)), axis=1) == y
    shares, order = np.empty(len(epsilons)), np.argsort(epsilons)
    for i in order:
        x_adv = np.asarray(attack(model, x, y, epsilons[i]))
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
        if size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError(epsilons[i])
        shares[i] = (clean & (np.argmax(np.asarray(model(x_adv, training=False)), axis=1) == y)).mean()
    shares[order] = np.minimum.accumulate(shares[order])
    return shares


# %% equivalents: robust_accuracy
# - replace: (x_adv.astype(float) - x)
#   with: (x_adv - x)
#   reason: "The rounding of float32 is far below the tolerance."
# - replace: .reshape(len(x), -1)
#   with: .reshape(len(x), -2)
#   reason: "NumPy takes any negative number for the length that is left."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max() if norm == "inf" else np.linalg.norm(delta, axis=1)
#   reason: "The largest is taken of it in the next line."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max(axis=0) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   reason: "The largest is taken of it in the next line."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max(axis=1, keepdims=True) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   reason: "The largest is taken of it in the next line."
# - replace: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1)
#   with: np.abs(delta).max(axis=1) if norm == "inf" else np.linalg.norm(delta, axis=1, keepdims=True)
#   reason: "The largest is taken of it in the next line."
# - replace: if size.max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1
#   with: if (size.max() >= epsilons[i] + 1e-5) or x_adv.min() < 0 or x_adv.max() > 1
#   reason: "Whether the very edge of the tolerance is let through is not promised."


# %% accepts: robust_accuracy
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    # First all attacks, then one smallest budget that breaks each picture.
    broken_at = np.where(np.asarray(model(x, training=False)).argmax(1) == y, np.inf, -1.0)
    for epsilon in epsilons:
        pictures = attack(model, x, y, epsilon)
        if (pictures < 0).any() or (pictures > 1).any():
            raise ValueError("pixels")
        for before, after in zip(x, pictures, strict=True):
            if np.linalg.norm((after - before).ravel(), np.inf if norm == "inf" else 2) > epsilon + 1e-5:
                raise ValueError("too far")
        lost = np.asarray(model(pictures, training=False)).argmax(1) != y
        broken_at[lost] = np.minimum(broken_at[lost], epsilon)
    return np.array([np.mean(broken_at > epsilon) for epsilon in epsilons])


# %% accepts: robust_accuracy
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    # A dict from budget to share.
    fine = np.array(model.predict(x, verbose=0)).argmax(axis=-1) == y
    found = {}
    for epsilon in sorted(epsilons):
        tampered = attack(model, x, y, epsilon)
        gap = np.abs(np.float64(tampered) - np.float64(x)).reshape(len(x), -1)
        far = gap.max() if norm == "inf" else np.sqrt((gap**2).sum(axis=1)).max()
        if far > epsilon + 1e-5 or np.clip(tampered, 0, 1).tolist() != tampered.tolist():
            raise ValueError("the attack cheats")
        fine = np.logical_and(fine, np.array(model.predict(tampered, verbose=0)).argmax(axis=-1) == y)
        found[float(epsilon)] = fine.sum() / len(x)
    return np.array([found[float(epsilon)] for epsilon in epsilons])


# %% [markdown]
# ## A warning: masked gradients
#
# Here is a "defence" that costs nothing. Multiply the logits by 1000. The largest stays the largest, so the network
# reads every picture, tampered with or not, exactly as before: it *cannot* have become more robust. What does the
# attack say?

# %% demo
masked = keras.Sequential([reader, layers.Rescaling(1000.0)])
EPSILONS = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2]


def ten_steps(model, x, y, epsilon):
    return pgd(model, x, y, epsilon, epsilon / 4, 10) if epsilon > 0 else x


def through_reader(model, x, y, epsilon):
    """Ignores the model that it is to fool, and attacks the one without the factor."""
    return ten_steps(reader, x, y, epsilon)


masked_by_pgd = robust_accuracy(masked, x_test, y_test, EPSILONS, ten_steps)
masked_by_reader = robust_accuracy(masked, x_test, y_test, EPSILONS, through_reader)
for epsilon, direct, borrowed in zip(EPSILONS, masked_by_pgd, masked_by_reader, strict=True):
    print(f"budget {epsilon:.2f}: PGD on it leaves {direct:.3f}, pictures made for the network without: {borrowed:.3f}")
zeros = (input_gradient(masked, x_test, y_test) == 0).all(axis=(1, 2, 3)).mean()
print(f"pictures whose gradient is 0 in every pixel: {zeros:.3f}")
assert masked_by_pgd[-1] > 0.5
assert masked_by_reader[-1] < 0.1

# %% [markdown]
# By PGD's account it is nearly immune, whatever the budget. In truth it has not gained a thing. The softmax of logits a
# thousand times as large is 1 to the last bit of float32, the loss is 0, and so is its gradient. There is no slope left
# to climb: the gradient is **masked**, and the pictures that fool the network are all still there.
#
# Nobody would do this on purpose. But rounding the pixels, random layers, very long networks and many a clever
# preprocessing do it by the way. Athalye, Carlini and Wagner (2018) looked at nine defences of one conference: seven
# owed their figures to masked gradients, and six of these fell completely to attacks made for them. The warning signs:
#
# - the curve does not reach zero, however large the budget;
# - one step does better than many, or noise better than either;
# - pictures made for another network do better than those made for this one;
# - gradients that are zero, not finite or random.
#
# A defence is to be tested by an adversary who knows it.
#
# ## Training against the adversary
#
# What does help is simple, and dear. Madry and others (2018) write the aim of training anew:
#
# $$\min_\theta \; \frac1N \sum_{i=0}^{N-1} \; \max_{\lVert \delta_i \rVert \le \varepsilon} \;
# \ell\big(\theta, x_i + \delta_i, c_i\big) .$$
#
# Inside, the worst perturbation in each ball; outside, the weights that make the worst as mild as possible. PGD
# approximates the inner maximum: **adversarial training** replaces each batch by its attacked version, made for the
# network *as it is at that moment*, and takes an ordinary step on it. It is augmentation (Day 49) by an opponent who
# never sleeps. With two steps of PGD a batch costs three passes back instead of one.
#
# Both networks go on from the `reader` of above, with the same pictures for as many epochs, one on the letters as they
# are, the other on letters attacked with $\varepsilon = 0.05$. (From scratch it is slower, and with a larger budget it
# may never get going: the attack is at its full strength when the network knows nothing yet.)

# %% demo


def against(model, x, y, rng):
    return pgd(model, x, y, 0.05, 0.035, 2, rng=rng)


networks = {}
for name, disturb in (("ordinary", None), ("robust", against)):
    network = build_reader()
    network.set_weights(reader.get_weights())
    networks[name] = train(compiled(network), epochs=4, seed=3, disturb=disturb)
curves = {}
for name, network in networks.items():
    curves[name] = robust_accuracy(network, x_test, y_test, EPSILONS, ten_steps)
    print(f"{name:9}", *(f"{epsilon:.2f}: {share:.3f} " for epsilon, share in zip(EPSILONS, curves[name], strict=True)))
    by_length = robust_accuracy(network, x_test, y_test, [0.5], lambda *given: pgd(*given, 0.125, 10, norm=2), norm=2)
    print(f"{'':9} and under PGD for lengths up to 0.5: {by_length[0]:.3f}")
fig, ax = plt.subplots(figsize=(7.5, 4.5))
for i, (name, curve) in enumerate(curves.items()):
    ax.plot(EPSILONS, curve, marker=dd.plot.MARKERS[i], label=f"{name} training")
ax.plot(EPSILONS, masked_by_pgd, marker=dd.plot.MARKERS[2], label="logits times 1000 (masked)")
ax.axvline(0.05, color="0.4", linestyle=":")
ax.text(0.055, 1.02, "trained against", color="0.3", fontsize=10)
ax.set(title="Read rightly under PGD of ten steps", xlabel="budget for each pixel", ylabel="robust accuracy")
ax.set_ylim(0, 1.08)
ax.legend()
dd.plot.show(
    "Robust accuracy against the budget from 0 to 0.2, under PGD. Both networks begin near 0.9. The ordinary one "
    "falls steeply, to less than half of that at 0.05 and to nearly nothing at 0.1. The robust one keeps most at 0.05, "
    "falls after it, and is near nothing at 0.2. The masked network's line stays high and nearly level all the way."
)
assert curves["robust"][2] > curves["ordinary"][2] + 0.3

# %% [markdown]
# At the budget that it was trained against, the robust network still reads most letters, where the ordinary one reads
# few. Beyond it the curve falls, to zero in the end, as an honest one must. Some of the skill carries over to
# perturbations measured by length; little is known of any other change, such as a letter that has moved by two pixels.
# A network is robust *against something*.
#
# What did it cost? Three times the gradients, and some accuracy on untouched pictures: for Madry's network on colour
# photographs (CIFAR-10), 87% instead of 95%. Here it is a matter of a few points, which differ from start to start.
# (Where pictures are few, attacks can even help, as augmentation does: Tsipras and others, 2019.)
#
# Last, what do the two networks look at? Below are their input gradients, each scaled to its own largest value. How
# much of a gradient lies in the outer frame of the picture, four pixels wide, where there is hardly any letter? And
# how far must pixels move to make an E of another letter?

# %% demo
rows, few = [], x_test[seen]
frame = np.ones((28, 28, 1), bool)
frame[4:-4, 4:-4] = False
for network in networks.values():
    gradient = input_gradient(network, few, y_test[seen])
    scale = np.abs(gradient).max(axis=(1, 2, 3), keepdims=True)
    rows.append(0.5 + 0.5 * gradient / scale)
dd.plot.image_grid(np.concatenate([few, *rows]), columns=8)
plt.gcf().suptitle("Letters, and input gradients of the ordinary and of the robust network")
dd.plot.show(
    "Three rows for the letters A to H: the letters; the ordinary network's gradients, broad dark and light patches "
    "all over the picture; the robust network's, finer marks on the strokes and between them, and grey around."
)
in_frame = {}
for name, network in networks.items():
    size = np.abs(input_gradient(network, x_test, y_test))
    in_frame[name] = size[:, frame].sum() / size.sum()
    as_e, to_e = targeted_attack(network, x_test[:60], 4, 0.5, 0.02, 25)
    others = to_e & (y_test[:60] != 4)
    moved = np.abs(as_e - x_test[:60])[others].max(axis=(1, 2, 3))
    print(
        f"{name:9} {in_frame[name]:.2f} of its gradients in the frame; {others.sum()} other letters made into E,",
        end=" ",
    )
    print(f"moving pixels by {np.median(moved):.2f} (median)")
assert in_frame["robust"] < in_frame["ordinary"]

# %% [markdown]
# The ordinary network's gradients lie all over the picture: it can be moved from places that say nothing about the
# letter. The robust one had to stop listening there, since an attack can write into any place. Its gradients are
# marks on the strokes and in the gaps between them, where a letter really would have to change to become another one,
# and it takes a larger change to make it say E.
#
# ## What you should remember
#
# 1. Many small pushes along the sign of the input gradient add up: FGSM. Noise of the same size cancels.
# 2. PGD repeats small steps and projects each time: into the ball about the *original*, then into the pixels' range.
# 3. Targeted attacks walk down the target's loss, and pictures made for one network fool others.
# 4. Robust accuracy is an upper bound: misread as it is counts as lost, larger balls contain smaller ones, and attacks
#    are checked. A curve that never reaches zero means masked gradients, not safety.
# 5. Adversarial training minimises the loss of the attacked pictures. It protects against what it was trained on.
#
# ## Check yourself, without code
#
# 1. A colleague reports a robust accuracy of 0.6 under FGSM and 0.7 under PGD with the same budget. What is
#    wrong?
# 2. Why does a gradient that was divided by the batch size spoil PGD for the norm 2 if the steps are not brought to
#    one length, but leave FGSM as it is?
# 3. A network reads every picture rightly with $w \cdot x$ at least 2 away from the boundary, and
#    $\sum_j \lvert w_j \rvert = 10$. Below which $\varepsilon$ is it safe from *every* attack in the cube?
#
# <details><summary>Answers</summary>
#
# 1. PGD should find at least as much. Its steps may be too small to cross the ball, too few or too large; or the
#    gradients are masked, so that repeated looks at them lead nowhere. Either way 0.6 is the better bound.
# 2. The sign does not change if a gradient is divided by a positive number, its length does.
# 3. In the cube the sum changes by at most $\varepsilon \sum_j \lvert w_j \rvert = 10\, \varepsilon$, less than 2
#    below 0.2. For a linear model that is a proof; for networks such proofs are a field of their own.
#
# </details>
#
# ## Go further
#
# - Szegedy and others (2014), *Intriguing properties of neural networks*, ICLR: the discovery, and that attacks travel.
# - Goodfellow, Shlens and Szegedy (2015), *Explaining and harnessing adversarial examples*, ICLR: FGSM and the linear
#   view. The panda that becomes a gibbon is in it.
# - Madry and others (2018), *Towards deep learning models resistant to adversarial attacks*, ICLR: PGD and adversarial
#   training.
# - Athalye, Carlini and Wagner (2018), *Obfuscated gradients give a false sense of security*, ICML.
# - Tsipras and others (2019), *Robustness may be at odds with accuracy*, ICLR: what robustness costs, and gradients of
#   robust networks that people can read.
