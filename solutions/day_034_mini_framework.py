# ---
# day: 34
# title: Build a mini framework
# week: 7
# minutes: 120
# backend: numpy
# needs: [5, 24, 25, 26, 27, 28, 29, 31, 32]
# needs_code: [26, 28, 29]
# data: [digits]
# papers:
# - "Bottou and Gallinari 1991, A framework for the cooperation of learning algorithms"
# - "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
# - "Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting"
# - "Paszke et al. 2019, PyTorch: an imperative style, high-performance deep learning library"
# ---

# %% [markdown]
# # Day 34 · Build a mini framework
#
# By the end you can take a framework apart into five kinds of object, say what each may know of the others, and put
# one together that does what Keras does.
#
# - **You will build** layers, a loss that keeps its own accounts, an optimiser for any of your update rules, files
#   that keep what was learned, and a `Model` with `add`, `compile`, `fit`, `evaluate` and `predict`. From the same
#   weights and batches its history equals Keras's.
# - **You need** cross-entropy (Days 5 and 24), the backward passes of Day 26, the update rules of Days 28 and 29,
#   penalties and dropout (Day 32), and Python classes.
# - **Not today:** networks that are no straight line of layers, automatic gradients, GPUs.
# - **Time:** about two hours.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | examples in a batch | | |
# | $D, M$ | inputs and outputs of a layer | | `num_inputs`, `num_outputs` |
# | $x, y$ | what goes into a layer, and what comes out | $(N, D)$, $(N, M)$ | `x` |
# | $\bar y, \bar x$ | gradients of $L$: the upstream one, and the one passed down | as these | `dout`, `dx` |
# | $w, b$ | a dense layer's weights and biases | $(D, M)$, $(M,)$ | `params["w"]`, `params["b"]` |
# | $\bar w, \bar b$ | their gradients | as these | `grads["w"]`, `grads["b"]` |
# | $\lambda$ | strength of the penalty on the weights | $()$ | `l2` |
# | $q$ | share of the numbers that dropout drops | $()$ | `rate` |
# | $\ell_n$ | the loss of example $n$ | $(N,)$ together | `losses` |
# | $L$ | the loss of a batch: the mean of its $\ell_n$, plus the penalties | $()$ | |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_026, day_028, day_029

dd.plot.style()

# %% [markdown]
# ## Who knows what?
#
# So far every network was a function of its own, with its loss, gradients and loop written out. The third
# hidden layer makes that a chore; dropout in just one place makes it a risk. A framework is a division of labour, and
# the art is in how *little* each part knows:
#
# | part | knows | doesn't know |
# |---|---|---|
# | **layer** | its input, its parameters, its slopes | who comes before or after it, the loss |
# | **loss** | outputs, targets, what it has added up so far | what computed the outputs |
# | **optimiser** | parameters, gradients, its memory of them | what they are for |
# | **data loader** | examples, and how many go into a batch | everything else |
# | **model** | the order of the layers, and when each part has its turn | any formula |
#
# Two messages travel: numbers forward, gradients backward. What a layer must understand of them is the **protocol**.
# It is three methods long, and the base class below follows it by doing nothing at all. Bottou and Gallinari
# described systems put together from modules and trained as one in 1991; `Layer` in Keras and `Module` in PyTorch
# follow that idea.


# %% setup
class Layer:
    """A part of a model. By itself it passes everything through and learns nothing.

    Attributes:
        params: what is learned, a dict of names to float arrays; empty if nothing is.
        grads: dict with the same keys, set by backward: the gradient of the loss with respect to each of them.
        trainable: whether training may change params.
    """

    def __init__(self):
        self.params, self.grads, self.trainable = {}, {}, True

    def forward(self, x, training=False):
        """The outputs for a batch x. Keeps whatever backward will need."""
        return x

    def backward(self, dout):
        """Given the gradient for the outputs of the last forward: sets grads, returns the gradient for its inputs."""
        return dout

    def penalty(self):
        """What this layer's parameters add to the loss."""
        return 0.0


# %% [markdown]
# Why does `forward` hear whether it is `training`? Because some layers behave differently then, and only the model
# knows. Why does `backward` *set* the gradients, where Day 25's engine added to them? In a straight line every layer
# is used once a step, so there is nothing to add up, and nobody has to remember to clear anything.
#
# So much for one layer. Here is the road through a whole network, with the shapes of a batch of digits. Where on it
# do numbers and gradients turn round?

# %% demo
fig, ax = plt.subplots(figsize=(12, 3.6))
parts = ["batches", "Dense\n64 → 32", "ReLU", "Dropout", "Dense\n32 → 10", "Loss"]
shapes = ["(N, 64)", "(N, 32)", "(N, 32)", "(N, 32)", "(N, 10)"]
for i, part in enumerate(parts):
    shade = "0.75" if part in ("batches", "Loss") else "0.93"
    ax.add_patch(plt.Rectangle((3 * i, 0), 1.8, 1.6, facecolor=shade, edgecolor="black"))
    ax.text(3 * i + 0.9, 0.8, part, ha="center", va="center", fontsize=12)
    if i < len(shapes):
        ax.annotate("", (3 * i + 2.95, 1.25), (3 * i + 1.85, 1.25), arrowprops={"arrowstyle": "->", "color": "C0"})
        ax.text(3 * i + 2.4, 1.45, shapes[i], ha="center", color="C0", fontsize=10)
    if 0 < i < len(shapes):
        ax.annotate("", (3 * i + 1.85, 0.35), (3 * i + 2.95, 0.35), arrowprops={"arrowstyle": "->", "color": "C1"})
        ax.text(3 * i + 2.4, -0.05, shapes[i], ha="center", color="C1", fontsize=10)
for i in (1, 4):
    ax.annotate("", (3 * i + 0.9, -1.15), (3 * i + 0.9, -0.05), arrowprops={"arrowstyle": "<->", "color": "0.4"})
    ax.text(3 * i + 0.9, -1.5, "params, grads", ha="center", fontsize=10)
ax.text(8.4, -1.5, "Optimizer", ha="center", fontsize=12)
ax.annotate("", (5.4, -1.4), (7.2, -1.4), arrowprops={"arrowstyle": "<->", "color": "0.4"})
ax.annotate("", (11.3, -1.4), (9.6, -1.4), arrowprops={"arrowstyle": "<->", "color": "0.4"})
ax.set(xlim=(-0.3, 17.2), ylim=(-2, 2.3), title="Outputs go right (above), gradients come back (below)")
ax.axis("off")
dd.plot.show(
    "Six boxes in a row: batches, Dense 64 to 32, ReLU, Dropout, Dense 32 to 10, Loss. Arrows above lead right with "
    "the shapes (N, 64), (N, 32) three times and (N, 10). Arrows below lead left from the loss to the first Dense "
    "with the same shapes. Under both Dense boxes their params and grads, joined to an optimiser."
)

# %% [markdown]
# The loss is where they turn: outputs come in, and their gradient goes out, of the same shape. No arrow leads from
# the first layer back to the data, since nobody changes those.
#
# ## The layer that learns
#
# Day 26's dense layer, $y = xw + b$, as an object. It remembers $x$ between the two passes, because
# $\bar w = x^\top \bar y$ needs it. Its weights start uniformly between $\pm\sqrt{6 / (D + M)}$ and its biases at zero
# (Glorot and Bengio, Day 31), as in Keras.
#
# New is the **penalty**. Day 32's $\lambda \sum_{d,m} w_{dm}^2$ belongs to the layer, since nobody else knows $w$. It
# adds to the loss, and so to the gradient:
#
# $$\bar w = x^\top \bar y + 2 \lambda w, \qquad \bar b = \sum_n \bar y_n, \qquad \bar x = \bar y\, w^\top .$$
#
# (Keras, too, takes $\lambda w^2$ with the slope $2 \lambda w$; the "weight decay" of many papers is
# $\frac{\lambda}{2} w^2$. Biases are not penalised.)
#
# By hand, with two examples, three inputs and two outputs:
#
# $$x = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix},\quad w = \begin{pmatrix}1&0\\0&2\\-1&1\end{pmatrix},\quad
# b = (0.5, -1),\quad y = \begin{pmatrix}-1.5&6\\-1.5&15\end{pmatrix}$$
#
# For $\bar y = \begin{pmatrix}1&0\\2&-1\end{pmatrix}$ the product $x^\top \bar y$ has the rows $(9, -4)$, $(12, -5)$
# and $(15, -6)$, $\bar b = (3, -1)$, and $\bar x$ has the rows $(1, 0, -1)$ and $(2, -2, -3)$. With $\lambda = 0.1$ the
# penalty is $0.1 \cdot (1 + 4 + 1 + 1) = 0.7$ and each entry of $\bar w$ gains $0.2\, w$: its rows are $(9.2, -4)$,
# $(12, -4.6)$ and $(14.8, -5.8)$.


# %% exercise: Dense
class Dense(Layer):
    """A layer that computes y = xw + b, for batches of any size.

    Args:
        num_inputs, num_outputs: D and M, ints >= 1.
        rng: a numpy.random.Generator, which the weights are drawn from.
        l2: strength of the penalty, a number >= 0.

    Attributes:
        params: {"w": (D, M), "b": (M,)}, float64 arrays: w drawn uniformly between -limit and limit, where limit is
            sqrt(6 / (D + M)), and b zero. Each pass uses what is in params then: others put new arrays there.
    """

    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        self.l2 = l2
        # About 2 lines.
        ### BEGIN SOLUTION
        limit = np.sqrt(6 / (num_inputs + num_outputs))
        self.params = {"w": rng.uniform(-limit, limit, (num_inputs, num_outputs)), "b": np.zeros(num_outputs)}
        ### END SOLUTION

    def forward(self, x, training=False):
        """The outputs, a float array (N, M), for x, a float or int array (N, D), left unchanged. About 2 lines."""
        ### BEGIN SOLUTION
        self.x = x
        return x @ self.params["w"] + self.params["b"]
        ### END SOLUTION

    def backward(self, dout):
        """Set grads and return the gradient with respect to the x of the last forward, (N, D).

        grads becomes {"w": (D, M), "b": (M,)}, the gradients of loss and penalty together; nothing of an earlier call
        stays in it. dout, (N, M), and params are left unchanged. About 3 lines; day_026.dense_backward(dout, x, w)
        returns (dx, dw, db) without the penalty.
        """
        ### BEGIN SOLUTION
        dx, dw, db = day_026.dense_backward(dout, self.x, self.params["w"])
        self.grads = {"w": dw + 2 * self.l2 * self.params["w"], "b": db}
        return dx
        ### END SOLUTION

    def penalty(self):
        """l2 times the sum of the squared weights, a float. About 1 line."""
        ### BEGIN SOLUTION
        return self.l2 * np.sum(self.params["w"] ** 2)
        ### END SOLUTION


# %% test: Dense, points=2
# The example worked by hand above.
x = np.array([[1, 2, 3], [4, 5, 6]])  # (2, 3)
w = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])  # (3, 2)
dout = np.array([[1.0, 0.0], [2.0, -1.0]])  # (2, 2)
layer = Dense(3, 2, np.random.default_rng(0), l2=0.1)
assert isinstance(layer, Layer), "a dense layer is a Layer"
layer.params = {"w": w, "b": np.array([0.5, -1.0])}
with dd.check.unchanged(x, what="x"):
    y = layer.forward(x)
why = "these are the numbers worked by hand, with the arrays that were put into params"
dd.check.like(y, np.array([[-1.5, 6.0], [-1.5, 15.0]]), what="forward(x)", why=why)
dd.check.like(layer.penalty(), 0.7, what="penalty()", why="0.1 (1 + 4 + 1 + 1), without the biases")
with dd.check.unchanged(dout, what="dout"):
    dx = layer.backward(dout)
dd.check.like(dx, np.array([[1.0, 0.0, -1.0], [2.0, -2.0, -3.0]]), what="backward(dout)")
due = {"w": np.array([[9.2, -4.0], [12.0, -4.6], [14.8, -5.8]]), "b": np.array([3.0, -1.0])}
dd.check.like(layer.grads, due, what="grads", why="the slope of the penalty, 2 l2 w, belongs to the weights' gradient")
# As it starts.
layer = Dense(5, 7, np.random.default_rng(34))
dd.check.equal(layer.params["b"], np.zeros(7), what='params["b"]', why="biases start at zero")
dd.check.shape(layer.params["w"], (5, 7), what='params["w"]')
dd.check.like(layer.penalty(), 0.0, what="penalty() without l2")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)
for num_inputs, num_outputs in [(40, 60), (3, 400), (500, 2)]:
    layer = Dense(num_inputs, num_outputs, np.random.default_rng(1))
    start = layer.params
    dd.check.equal(sorted(start), ["b", "w"], what="the keys of params")
    dd.check.equal(start["b"], np.zeros(num_outputs), what='params["b"]')
    dd.check.dtype(start["b"], "float64", what='params["b"]')
    dd.check.dtype(start["w"], "float64", what='params["w"]')
    dd.check.shape(start["w"], (num_inputs, num_outputs), what='params["w"]')
    limit = np.sqrt(6 / (num_inputs + num_outputs))
    what = f"the largest weight of Dense({num_inputs}, {num_outputs}), over its limit"
    top = [np.max(start["w"]) / limit, np.min(start["w"]) / -limit]
    dd.check.close(top, [1.0, 1.0], atol=0.05, what=what, why="they are uniform up to sqrt(6 / (D + M))")
    assert max(top) <= 1, f"no weight is larger than {limit:.3f}, in either direction"
    spread = np.mean(start["w"] ** 2) / limit**2
    dd.check.close(spread, 1 / 3, rtol=0.15, what="the mean square of the weights over limit squared", why="uniform")
    again, other = (Dense(num_inputs, num_outputs, np.random.default_rng(seed)).params["w"] for seed in (1, 2))
    dd.check.equal(again, start["w"], what="the weights from the same seed", why="all randomness comes from rng")
    assert not np.array_equal(other, start["w"]), "another generator gives other weights"
two = np.random.default_rng(5)
first, second = Dense(2, 3, two), Dense(2, 3, two)
assert not np.array_equal(first.params["w"], second.params["w"]), "two layers from one generator start differently"

for n, d, m, l2 in [(1, 1, 1, 0.5), (1, 4, 3, 0.0), (5, 1, 2, 2.0), (6, 3, 4, 0.01), (3, 3, 3, 1.0)]:
    layer = Dense(d, m, rng, l2)
    w, b = rng.normal(size=(d, m)), rng.normal(size=m)
    layer.params = {"w": w, "b": b}
    what = f"of Dense({d}, {m}) with l2 = {l2} and {n} examples"
    dd.check.like(layer.penalty(), l2 * sum(float(v) ** 2 for v in w.ravel()), what=f"penalty() {what}")
    for training in (False, True):  # a second pass knows nothing of the first
        x, dout = rng.normal(size=(n, d)), rng.normal(size=(n, m))
        with dd.check.unchanged(x), dd.check.unchanged(dout):
            y = layer.forward(x, training)
            dx = layer.backward(dout)
        slow = np.array([[sum(x[i, j] * w[j, k] for j in range(d)) + b[k] for k in range(m)] for i in range(n)])
        dd.check.like(y, slow, what=f"forward(x) {what}")
        grads = layer.grads
        dd.check.equal(sorted(grads), ["b", "w"], what="the keys of grads")
        dd.check.gradient(lambda v, w=w, dout=dout: np.sum(dout * (v @ w)), x, dx, what=f"backward(dout) {what}")

        def total(v, x=x, dout=dout, l2=l2):
            return np.sum(dout * (x @ v)) + l2 * np.sum(v**2)

        dd.check.gradient(total, w, grads["w"], what=f'grads["w"] {what}', why="loss and penalty together")
        dd.check.like(grads["b"], dout.sum(axis=0), what=f'grads["b"] {what}', why="biases are not penalised")
    dd.check.equal(layer.params["w"], w, what='params["w"] afterwards', why="backward changes no parameter")
    layer.params = {"w": 2 * w, "b": b + 1}
    dd.check.like(layer.forward(x), 2 * (slow - b) + b + 1, what="forward(x) after others changed the parameters")
    dd.check.like(layer.penalty(), 4 * l2 * np.sum(w**2), what="penalty() after others changed the parameters")
    dd.check.like(layer.backward(dout), 2 * dx, what="backward(dout) after others changed the parameters")
layer = Dense(3, 2, rng)
layer.params = {"w": np.array([[1.0, 2.0], [0.5, 0.0], [0.0, 1.0]]), "b": np.zeros(2)}
pixels = np.array([[200, 100, 0], [255, 0, 255]], dtype=np.uint8)
dd.check.like(layer.forward(pixels), np.array([[250.0, 400.0], [255.0, 765.0]]), what="forward(x) of uint8 pixels")
layer.backward(np.ones((2, 2)))
due = np.array([[455.0, 455.0], [100.0, 100.0], [255.0, 255.0]])
dd.check.like(layer.grads["w"], due, what='grads["w"] of uint8 pixels', why="sums of pixels do not wrap around")
### END HIDDEN TESTS

# %% mistakes: Dense
# - replace: dw + 2 * self.l2 * self.params["w"]
#   with: dw
#   hint: "The penalty is part of the loss, so its slope belongs to the gradient of the weights."
# - replace: 2 * self.l2 * self.params["w"]
#   with: self.l2 * self.params["w"]
#   hint: "The penalty is l2 times w squared. What comes down from the exponent?"
# - replace: |-
#     "b": db}
#   with: |-
#     "b": db + 2 * self.l2 * self.params["b"]}
#   hint: "Your biases are penalised as well. Only the weights are."
# - replace: self.l2 * np.sum(self.params["w"] ** 2)
#   with: self.l2 * (np.sum(self.params["w"] ** 2) + np.sum(self.params["b"] ** 2))
#   hint: "Your biases are penalised as well. Only the weights are."
# - replace: self.l2 * np.sum(self.params["w"] ** 2)
#   with: self.l2 / 2 * np.sum(self.params["w"] ** 2)
#   hint: "There is no half in this penalty; weight decay in papers has one, the framework's l2 has not."
# - replace: self.l2 * np.sum(self.params["w"] ** 2)
#   with: self.l2 * np.mean(self.params["w"] ** 2)
#   hint: "The penalty sums over the weights; you take their mean."
# - replace: |-
#     np.sqrt(6 / (num_inputs + num_outputs))
#   with: |-
#     6 / (num_inputs + num_outputs)
#   hint: "The limit of the uniform start has lost its root."
# - replace: |-
#     rng.uniform(-limit, limit, (num_inputs, num_outputs))
#   with: |-
#     rng.uniform(0, limit, (num_inputs, num_outputs))
#   hint: "All your weights start positive. They are drawn on both sides of zero."
# - replace: |-
#     rng.uniform(-limit, limit, (num_inputs, num_outputs))
#   with: |-
#     rng.normal(0, limit, (num_inputs, num_outputs))
#   hint: "You draw the weights from a normal distribution. A uniform one was asked for, which has a largest value."
# - replace: |-
#     rng.uniform(-limit, limit, (num_inputs, num_outputs))
#   with: |-
#     np.random.default_rng(0).uniform(-limit, limit, (num_inputs, num_outputs))
#   hint: "You draw from a generator of your own, so that all layers start alike. Use the one that is handed over."
# - replace: |-
#     "w": rng.uniform(-limit, limit, (num_inputs, num_outputs))
#   with: |-
#     "w": np.zeros((num_inputs, num_outputs))
#   hint: "Weights that all start at zero stay alike: the units of a layer get the same gradient for ever."
# - replace: return dx
#   with: return self.grads
#   hint: "You return the parameters' gradients. The layer below needs the one with respect to the input."


# %% mistake: Dense
# hint: "You keep the first arrays under names of your own, so whoever puts new ones into params changes nothing. Read
#   them from params at every pass."
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        limit = np.sqrt(6 / (num_inputs + num_outputs))
        self.l2, self.w, self.b = l2, rng.uniform(-limit, limit, (num_inputs, num_outputs)), np.zeros(num_outputs)
        self.params = {"w": self.w, "b": self.b}

    def forward(self, x, training=False):
        self.x = x
        return x @ self.w + self.b

    def backward(self, dout):
        self.grads = {"w": self.x.T @ dout + 2 * self.l2 * self.w, "b": dout.sum(axis=0)}
        return dout @ self.w.T

    def penalty(self):
        return self.l2 * float(np.sum(self.w**2))


# %% mistake: Dense
# hint: "Your gradients add up from call to call, as Day 25's did. Here every backward sets them anew."
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        self.l2, limit = l2, np.sqrt(6 / (num_inputs + num_outputs))
        self.params = {"w": rng.uniform(-limit, limit, (num_inputs, num_outputs)), "b": np.zeros(num_outputs)}
        self.grads = {name: np.zeros_like(param) for name, param in self.params.items()}

    def forward(self, x, training=False):
        self.x = x
        return x @ self.params["w"] + self.params["b"]

    def backward(self, dout):
        self.grads["w"] = self.grads["w"] + self.x.T @ dout + 2 * self.l2 * self.params["w"]
        self.grads["b"] = self.grads["b"] + dout.sum(axis=0)
        return dout @ self.params["w"].T

    def penalty(self):
        return self.l2 * float(np.sum(self.params["w"] ** 2))


# %% mistake: Dense
# hint: "You divide the gradients by N. The loss has done so already, in the gradient that arrives."
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        self.l2, limit = l2, np.sqrt(6 / (num_inputs + num_outputs))
        self.params = {"w": rng.uniform(-limit, limit, (num_inputs, num_outputs)), "b": np.zeros(num_outputs)}

    def forward(self, x, training=False):
        self.x = x
        return x @ self.params["w"] + self.params["b"]

    def backward(self, dout):
        dw = self.x.T @ dout / len(dout) + 2 * self.l2 * self.params["w"]
        self.grads = {"w": dw, "b": dout.mean(axis=0)}
        return dout @ self.params["w"].T

    def penalty(self):
        return self.l2 * float(np.sum(self.params["w"] ** 2))


# %% accepts: Dense
class Dense(Layer):
    # All parameters as one matrix, the biases in its last row, put together at every pass.
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        self.l2 = l2
        unit = rng.random((num_inputs, num_outputs))
        self.params["w"] = (2 * unit - 1) * (6 / (num_inputs + num_outputs)) ** 0.5
        self.params["b"] = np.zeros((num_outputs,))

    def forward(self, x, training=False):
        self.with_one = np.hstack([x, np.ones((len(x), 1))])  # (N, D + 1)
        return self.with_one @ np.vstack([self.params["w"], self.params["b"]])

    def backward(self, dout):
        both = self.with_one.T @ dout  # (D + 1, M)
        self.grads["w"] = both[:-1] + self.l2 * (self.params["w"] + self.params["w"])
        self.grads["b"] = both[-1]
        return np.einsum("nm,dm->nd", dout, self.params["w"])

    def penalty(self):
        return float(self.l2 * np.vdot(self.params["w"], self.params["w"]))


# %% accepts: Dense
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        Layer.__init__(self)
        limit = np.sqrt(6.0) / np.sqrt(num_inputs + num_outputs)
        self.strength = l2
        self.params = dict(w=rng.uniform(-1, 1, size=(num_inputs, num_outputs)) * limit, b=np.zeros(num_outputs))

    def forward(self, x, training=False):
        self.inputs = np.asarray(x, dtype=float)
        return np.dot(self.inputs, self.params["w"]) + self.params["b"]

    def backward(self, dout):
        self.grads = dict(w=np.dot(self.inputs.T, dout), b=np.sum(dout, axis=0))
        self.grads["w"] += 2 * self.strength * self.params["w"]
        return np.dot(dout, self.params["w"].T)

    def penalty(self):
        return self.strength * float(np.linalg.norm(self.params["w"]) ** 2)


# %% [markdown]
# ## Layers without weights
#
# An activation has nothing to learn. Its backward pass multiplies what arrives by its slope, and all four slopes can
# be had from the *output* $y$, so that is all it need remember:
#
# | activation | $y$ | $\bar x$ |
# |---|---|---|
# | `"relu"` | $\max(x, 0)$ | $\bar y$ where $y > 0$, else 0 |
# | `"sigmoid"` | $1 / (1 + e^{-x})$ | $\bar y \odot y \odot (1 - y)$ |
# | `"tanh"` | $\tanh x$ | $\bar y \odot (1 - y \odot y)$ |
# | `"softmax"` | $e^{x_m} / \sum_j e^{x_j}$ in each row | $y \odot (\bar y - s)$, $s = \sum_m \bar y_m y_m$ a row |
#
# By hand, softmax of $x = (0, \ln 3)$: $e^x = (1, 3)$ and $y = (\frac14, \frac34)$. For $\bar y = (1, 0)$ the sum is
# $s = \frac14$ and $\bar x = (\frac14 \cdot \frac34,\ \frac34 \cdot (-\frac14)) = (\frac3{16}, -\frac3{16})$. The
# sigmoid of 0 is $\frac12$ with the slope $\frac14$.
#
# The exponentials are the old trap: $e^{1000}$ is infinity. $1 / (1 + e^{-x})$ is safe for $x \ge 0$, $e^x / (1 + e^x)$
# below; and a softmax doesn't change when the largest $x$ of its row is taken off first (Day 5).
#
# A softmax layer followed by a loss from probabilities is how many first frameworks do it. Ours does as Days 24 and 26
# advise: the network ends in logits, the loss takes softmax and logarithm together, and `"softmax"` is for whoever
# wants probabilities inside a network, as Day 84 will.


# %% exercise: Activation
class Activation(Layer):
    """A layer that applies a function and has no parameters.

    Args:
        name: "relu", "sigmoid", "tanh" or "softmax".

    Raises:
        ValueError: another name.
    """

    def __init__(self, name):
        super().__init__()
        if name not in ("relu", "sigmoid", "tanh", "softmax"):
            raise ValueError(f"no such activation. Received: {name!r}")
        self.name = name

    def forward(self, x, training=False):
        """The function of each entry, or a softmax of each row: a new float array (N, D) for x of that shape.

        x is a float or int array, left unchanged. Finite and without warnings for x of any size. About 9 lines.
        """
        ### BEGIN SOLUTION
        x = np.asarray(x, dtype=float)
        if self.name == "relu":
            self.y = np.maximum(x, 0)
        elif self.name == "tanh":
            self.y = np.tanh(x)
        elif self.name == "sigmoid":
            small = np.exp(-np.abs(x))  # at most 1
            self.y = np.where(x >= 0, 1, small) / (1 + small)
        else:
            exps = np.exp(x - np.max(x, axis=1, keepdims=True))
            self.y = exps / exps.sum(axis=1, keepdims=True)
        return self.y
        ### END SOLUTION

    def backward(self, dout):
        """The gradient with respect to the x of the last forward, (N, D); dout, (N, D), is left unchanged.

        ReLU's slope at 0 is 0. About 7 lines.
        """
        ### BEGIN SOLUTION
        if self.name == "relu":
            return dout * (self.y > 0)
        if self.name == "tanh":
            return dout * (1 - self.y**2)
        if self.name == "sigmoid":
            return dout * self.y * (1 - self.y)
        return self.y * (dout - np.sum(dout * self.y, axis=1, keepdims=True))
        ### END SOLUTION


# %% fixture
def without_overflow(layer, x):
    """The outputs, where a sum or exponential beyond all numbers is an error and no warning."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return layer.forward(x)


# %% test: Activation, points=2
layer = Activation("softmax")
assert isinstance(layer, Layer), "an activation is a Layer"
x, dout = np.array([[0.0, np.log(3)], [0.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 1.0]])
with dd.check.unchanged([x, dout], what="[x, dout]"):
    y, dx = layer.forward(x), layer.backward(dout)
dd.check.like(y, np.array([[0.25, 0.75], [0.5, 0.5]]), what="softmax, forward(x)", why="1 of 4 and 3 of 4")
due = np.array([[3 / 16, -3 / 16], [0.0, 0.0]])
dd.check.like(dx, due, what="softmax, backward(dout)", why="this is worked by hand; equal slopes leave a softmax alone")
x = np.array([[0.0, -2.0, 3.0]])
dout = np.array([[4.0, 5.0, 6.0]])
for name, due_y, due_dx in [
    ("relu", np.array([[0.0, 0.0, 3.0]]), np.array([[0.0, 0.0, 6.0]])),
    ("sigmoid", 1 / (1 + np.exp(-x)), dout / (2 + np.exp(x) + np.exp(-x))),
    ("tanh", np.sinh(x) / np.cosh(x), dout / np.cosh(x) ** 2),
]:
    layer = Activation(name)
    with dd.check.unchanged([x, dout], what="[x, dout]"):
        y, dx = layer.forward(x), layer.backward(dout)
    dd.check.like(y, due_y, what=f"{name}, forward(x)")
    dd.check.like(dx, due_dx, what=f"{name}, backward(dout)", why="what arrives, times the slope")
    dd.check.equal(layer.params, {}, what="params", why="an activation learns nothing")
with dd.check.raises(ValueError, why="there is no such activation"):
    Activation("relu6")
### BEGIN HIDDEN TESTS
slow = {
    "relu": lambda v: v * (v > 0),
    "sigmoid": lambda v: 0.5 + 0.5 * np.tanh(v / 2),
    "tanh": lambda v: 2 / (1 + np.exp(-2 * v)) - 1,
    "softmax": lambda v: np.stack([np.exp(row) / sum(np.exp(row)) for row in v]),
}
rng = np.random.default_rng(34)
for name, function in slow.items():
    layer, other = Activation(name), Activation(name)
    for n, d in [(3, 4), (1, 5), (4, 1), (2, 2)]:
        x, dout = rng.normal(size=(n, d)), rng.normal(size=(n, d))
        with dd.check.unchanged(x), dd.check.unchanged(dout):
            y = layer.forward(x, True)
            other.forward(np.ones((n, d)))  # another layer of the kind has a memory of its own
            dx = layer.backward(dout)
        dd.check.like(y, function(x), what=f"{name}, forward(x) for x of shape {(n, d)}")
        assert not np.shares_memory(y, x), "the outputs are a new array"
        dd.check.gradient(
            lambda v, function=function, dout=dout: np.sum(dout * function(v)), x, dx, what=f"{name}, backward(dout)"
        )
    whole = np.array([[0, 3, -2], [7, 1, 1]])
    what = f"{name} of whole numbers"
    dd.check.like(layer.forward(whole), function(whole.astype(float)), what=f"{what}, forward(x)")
    dd.check.shape(layer.backward(np.ones((2, 3))), (2, 3), what=f"{what}, backward(dout)")
    grey = np.array([[200, 0, 100]], dtype=np.uint8)
    dd.check.like(layer.forward(grey), function(grey.astype(float)), what=f"{name} of uint8 pixels, forward(x)")
    dd.check.equal([layer.params, layer.penalty(), layer.trainable], [{}, 0.0, True], what="params, penalty, trainable")
huge = np.array([[1000.0, -1000.0, 0.0]])
for name, due in [
    ("relu", [[1000.0, 0.0, 0.0]]),
    ("sigmoid", [[1.0, 0.0, 0.5]]),
    ("tanh", [[1.0, -1.0, 0.0]]),
    ("softmax", [[1.0, 0.0, 0.0]]),
]:
    layer = Activation(name)
    dd.check.like(without_overflow(layer, huge), np.array(due), what=f"{name} of 1000, -1000 and 0")
    slopes = {"relu": [1.0, 0.0, 0.0], "sigmoid": [0.0, 0.0, 0.25], "tanh": [0.0, 0.0, 1.0], "softmax": [0.0] * 3}
    dd.check.like(
        layer.backward(np.ones((1, 3))),
        np.array([slopes[name]]),
        what=f"{name}, backward there",
        why="the slopes at the far ends",
    )
rows = np.array([[1000.0, 0.0, 0.0], [0.0, np.log(2), 0.0]])
due = np.array([[1.0, 0.0, 0.0], [0.25, 0.5, 0.25]])
dd.check.like(
    without_overflow(Activation("softmax"), rows), due, what="softmax of two rows far apart", why="row by row"
)
tails = np.array([[-30.0, -700.0, 30.0]])
due = np.exp([[-30.0, -700.0, 0.0]])
dd.check.like(Activation("sigmoid").forward(tails), due, rtol=1e-9, atol=0, what="sigmoid far down", why="about e^x")
for name in ("linear", "Relu", "soft", ""):
    with dd.check.raises(ValueError, why=f"there is no activation {name!r}"):
        Activation(name)
### END HIDDEN TESTS

# %% mistakes: Activation
# - replace: dout * (self.y > 0)
#   with: dout * (self.y >= 0)
#   hint: "Below zero ReLU's output is 0, and your slope there is 1: compare with > 0."
# - replace: dout * (self.y > 0)
#   with: dout * (dout > 0)
#   hint: "Your ReLU gates by the sign of the gradient. What counts is whether its output was above 0."
# - replace: dout * (1 - self.y**2)
#   with: (1 - self.y**2)
#   hint: "You return the slope of tanh alone. The chain rule multiplies it with what arrives."
# - replace: dout * self.y * (1 - self.y)
#   with: dout * self.y
#   hint: "The slope of the sigmoid has two factors."
# - replace: |-
#     small = np.exp(-np.abs(x))  # at most 1
#             self.y = np.where(x >= 0, 1, small) / (1 + small)
#   with: self.y = 1 / (1 + np.exp(-x))
#   hint: "For large negative numbers the exponential in your sigmoid overflows. Use the other form there."
# - replace: np.exp(x - np.max(x, axis=1, keepdims=True))
#   with: np.exp(x)
#   hint: "The exponentials of your softmax overflow for large logits. Take the largest of each row off first."
# - replace: np.exp(x - np.max(x, axis=1, keepdims=True))
#   with: np.exp(x - np.max(x))
#   hint: "You take the largest number of the whole batch off. A row far below it becomes all zeros: use each row's
#     own."
# - replace: |-
#     exps = np.exp(x - np.max(x, axis=1, keepdims=True))
#                 self.y = exps / exps.sum(axis=1, keepdims=True)
#   with: |-
#     exps = np.exp(x - np.max(x, axis=0, keepdims=True))
#                 self.y = exps / exps.sum(axis=0, keepdims=True)
#   hint: "Your softmax runs down the columns, over the examples. Each example, a row, has one of its own."
# - replace: dout * (1 - self.y**2)
#   with: dout * (1 - self.y)
#   hint: "The slope of tanh is 1 less the square of its output."
# - replace: exps.sum(axis=1, keepdims=True)
#   with: exps.sum()
#   hint: "Each row of a softmax sums to 1 by itself; yours shares 1 among the whole batch."
# - replace: self.y * (dout - np.sum(dout * self.y, axis=1, keepdims=True))
#   with: dout * self.y * (1 - self.y)
#   hint: "That is the sigmoid's slope. In a softmax each output depends on all inputs of its row."
# - replace: self.y * (dout - np.sum(dout * self.y, axis=1, keepdims=True))
#   with: self.y - dout
#   hint: "Probabilities minus targets is the gradient of softmax and cross-entropy together. This layer doesn't know
#     which loss follows."


# %% mistake: Activation
# hint: "You work on the caller's array itself. Whoever computed it may need it again: make a new one."
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ("relu", "sigmoid", "tanh", "softmax"):
            raise ValueError(name)
        self.name = name

    def forward(self, x, training=False):
        if self.name == "relu":
            x[x < 0] = 0
            self.y = x
        elif self.name == "tanh":
            self.y = np.tanh(x)
        elif self.name == "sigmoid":
            small = np.exp(-np.abs(x))
            self.y = np.where(x >= 0, 1, small) / (1 + small)
        else:
            x -= x.max(axis=1, keepdims=True)
            exps = np.exp(x)
            self.y = exps / exps.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        if self.name == "softmax":
            return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))
        return dout * {"relu": self.y > 0, "tanh": 1 - self.y**2, "sigmoid": self.y * (1 - self.y)}[self.name]


# %% mistake: Activation
# hint: "The slope of ReLU and tanh is taken at the gradient that arrives. It belongs to what went forward."
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ("relu", "sigmoid", "tanh", "softmax"):
            raise ValueError(name)
        self.name = name

    def forward(self, x, training=False):
        x = np.asarray(x, dtype=float)
        if self.name == "softmax":
            exps = np.exp(x - x.max(axis=1, keepdims=True))
            self.y = exps / exps.sum(axis=1, keepdims=True)
        elif self.name == "sigmoid":
            self.y = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
        else:
            self.y = np.tanh(x) if self.name == "tanh" else np.maximum(x, 0.0)
        return self.y

    def backward(self, dout):
        if self.name == "relu":
            return np.maximum(dout, 0.0)
        if self.name == "tanh":
            return 1 - np.tanh(dout) ** 2
        if self.name == "sigmoid":
            return dout * self.y * (1 - self.y)
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))


# %% equivalents: Activation
# - replace: 'self.y = np.where(x >= 0, 1, small) / (1 + small)'
#   with: 'self.y = np.where(x > 0, 1, small) / (1 + small)'
#   reason: "At 0 the small number is 1, so both branches agree."


# %% accepts: Activation
class Activation(Layer):
    # By a table of pairs of functions.
    def __init__(self, name):
        super().__init__()

        def sigmoid(x):
            return np.exp(-np.logaddexp(0, -x))

        def softmax(x):
            return np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True))

        table = {
            "relu": (lambda x: np.where(x > 0, x, 0.0), lambda g, x, y: np.where(x > 0, g, 0.0)),
            "sigmoid": (sigmoid, lambda g, x, y: g * y * sigmoid(-x)),
            "tanh": (np.tanh, lambda g, x, y: g - g * y * y),
            "softmax": (softmax, lambda g, x, y: day_026.softmax_backward(g, y)),
        }
        if name not in table:
            raise ValueError(f"{name} is not among {list(table)}")
        self.function, self.pull_back = table[name]

    def forward(self, x, training=False):
        self.x = np.array(x, dtype=float)
        self.y = self.function(self.x)
        return self.y

    def backward(self, dout):
        return self.pull_back(dout, self.x, self.y)


# %% accepts: Activation
class Activation(Layer):
    def __init__(self, name):
        Layer.__init__(self)
        if name not in {"relu", "sigmoid", "tanh", "softmax"}:
            raise ValueError("choose one of relu, sigmoid, tanh and softmax")
        self.kind = name

    def forward(self, x, training=False):
        x = np.asarray(x, dtype=float)
        if self.kind == "relu":
            self.slope = (x > 0).astype(float)
            return x * self.slope
        if self.kind == "tanh":
            y = np.tanh(x)
            self.slope = (1 - y) * (1 + y)
            return y
        if self.kind == "sigmoid":
            y = np.empty_like(x)
            y[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
            y[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
            self.slope = y * (1 - y)
            return y
        exps = np.exp(x - x.max(axis=1)[:, None])
        self.y = exps / exps.sum(axis=1)[:, None]
        return self.y

    def backward(self, dout):
        if self.kind != "softmax":
            return dout * self.slope
        rows = [row @ (np.diag(y) - np.outer(y, y)) for row, y in zip(dout, self.y, strict=True)]
        return np.stack(rows)


# %% [markdown]
# How do the slopes look? The question matters because a gradient on its way down is multiplied by one of them in every
# layer.

# %% demo
line = np.linspace(-5, 5, 401)[:, np.newaxis]  # (401, 1): a batch of examples with one number each
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for name in ("relu", "sigmoid", "tanh"):
    layer = Activation(name)
    left.plot(line, layer.forward(line), label=name)
    right.plot(line, layer.backward(np.ones_like(line)), label=name)
left.set(title="forward", xlabel="$x$", ylabel="$y$", ylim=(-1.3, 2.5))
right.set(title="backward, for $\\bar y = 1$", xlabel="$x$", ylabel="slope $\\bar x$")
right.legend()
dd.plot.show(
    "Left, three functions from -5 to 5: ReLU is 0 and then rises as a straight line, the sigmoid rises from 0 to 1, "
    "tanh from -1 to 1. Right, their slopes: ReLU steps from 0 to 1 at 0, the sigmoid has a low hill of height 0.25, "
    "tanh a hill of height 1; both hills are near 0 beyond 4."
)

# %% [markdown]
# A sigmoid passes on a quarter at best, tanh everything in the middle, and both next to nothing far out, where a
# unit is *saturated*. ReLU passes all or nothing.
#
# ## A layer that must know what day it is
#
# **Dropout** (Day 32) sets each number to 0 with probability $q$, independently, and divides the survivors by $1 -
# q$, so that the mean stays as it was. Only in training: a prediction is to be repeatable, and uses every unit.
#
# By hand, $q = \frac12$ and $x = (2, 4, 6, 8)$: if the first and the last number survive, $y = (4, 0, 0, 16)$. For
# $\bar y = (1, 1, 1, 1)$ the gradient is $\bar x = (2, 0, 0, 2)$: the *same* numbers are dropped, and the same
# factor counts. So `forward` keeps its mask for `backward`. A trap lies in the order of calls: a validation batch
# may have come in between, and after a forward that dropped nothing, backward drops nothing either.


# %% exercise: Dropout
class Dropout(Layer):
    """A layer that drops numbers at random while training, and does nothing otherwise.

    Args:
        rate: probability of each number to be dropped, at least 0 and less than 1.
        rng: a numpy.random.Generator, the only source of chance.

    Raises:
        ValueError: rate is out of that range. About 3 lines.
    """

    def __init__(self, rate, rng):
        super().__init__()
        ### BEGIN SOLUTION
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be at least 0 and less than 1. Received: {rate}")
        self.rate, self.rng = rate, rng
        ### END SOLUTION

    def forward(self, x, training=False):
        """The outputs for x, an array (N, D) left unchanged.

        In training a new float array: each entry is 0 with probability rate, independently and anew at each call, else
        x / (1 - rate). Otherwise the numbers of x; the generator is not used then. About 4 lines.
        """
        ### BEGIN SOLUTION
        self.mask = 1.0
        if training:
            self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask
        ### END SOLUTION

    def backward(self, dout):
        """The gradient with respect to the x of the last forward, (N, D); dout is left unchanged. About 1 line."""
        ### BEGIN SOLUTION
        return dout * self.mask
        ### END SOLUTION


# %% test: Dropout, points=1
x, dout = np.array([[2.0, 4.0, 6.0, 8.0]] * 6), np.ones((6, 4))  # (6, 4)
layer = Dropout(0.5, np.random.default_rng(34))
assert isinstance(layer, Layer), "dropout is a Layer"
with dd.check.unchanged([x, dout], what="[x, dout]"):
    y = layer.forward(x, training=True)
    dx = layer.backward(dout)
kept = np.asarray(y) != 0
dd.check.like(y, 2 * x * kept, what="forward(x, training=True)", why="what is not dropped is divided by 1 - rate")
assert 2 < np.sum(kept) < 22, "each of the 24 numbers is dropped with probability one half"
dd.check.like(dx, 2.0 * kept, what="backward(dout)", why="the same numbers are dropped, and the same factor counts")
dd.check.like(layer.forward(x), x, what="forward(x) without training", why="nothing is dropped in a prediction")
dd.check.like(layer.backward(dout), dout, what="backward(dout) after it", why="the last forward has dropped nothing")
for rate in (1.0, -0.1):
    with dd.check.raises(ValueError, why=f"a rate of {rate} leaves nothing to divide by, or makes no sense"):
        Dropout(rate, np.random.default_rng(0))
### BEGIN HIDDEN TESTS
for rate in (0.0, 0.1, 0.4, 0.8):
    layer = Dropout(rate, np.random.default_rng(7))
    x = np.random.default_rng(8).uniform(1, 2, (120, 50))
    with dd.check.unchanged(x):
        first = np.asarray(layer.forward(x, True))
    kept = first != 0
    dd.check.like(first, np.where(kept, x / (1 - rate), 0.0), what=f"forward(x, True) with rate {rate}")
    assert not np.shares_memory(first, x), "the outputs in training are a new array"
    spread = 5 * np.sqrt(rate * (1 - rate) / x.size)  # five standard deviations of a share
    dd.check.close(np.mean(~kept), rate, rtol=0, atol=spread, what="the share of dropped numbers", why=f"rate {rate}")
    for axis, size in ((0, 120), (1, 50)):
        worst = np.abs(np.mean(~kept, axis=axis) - rate).max()
        bound = 5 * np.sqrt(rate * (1 - rate) / size)
        assert worst <= bound, "each number is dropped by itself: rows and columns don't go together"
    dout = np.random.default_rng(9).normal(size=x.shape)
    with dd.check.unchanged(dout):
        dx = layer.backward(dout)
    dd.check.like(dx, np.where(kept, dout / (1 - rate), 0.0), what="backward(dout)", why="the mask of the last forward")
    second = np.asarray(layer.forward(x, True))
    if rate:
        assert not np.array_equal(first, second), "every call draws a new mask"
        dd.check.equal(layer.backward(dout) == 0, second == 0, what="what backward drops after a second forward")
    # The generator that is handed over is the only source of chance, and predictions don't touch it.
    twin = Dropout(rate, np.random.default_rng(7))
    dd.check.equal(twin.forward(x), x, what="forward(x) without training")
    dd.check.equal(twin.backward(dout), dout, what="backward(dout) without training")
    dd.check.equal(twin.forward(x, True), first, what="forward(x, True) from the same seed", why="a prediction is free")
two = np.random.default_rng(3)
one, other = Dropout(0.5, two), Dropout(0.5, two)
one.forward(np.ones((4, 9)), True)
other.forward(np.ones((2, 3)), True)
dd.check.shape(one.backward(np.ones((4, 9))), (4, 9), what="backward(dout)", why="two layers have a mask each")
whole = np.array([[1, 2, 3], [4, 5, 6]])
y = np.asarray(Dropout(0.25, np.random.default_rng(1)).forward(whole, True))
dd.check.like(y, np.where(y != 0, whole / 0.75, 0.0), what="forward of whole numbers in training")
for rate in (1.5, -1e-9, float("nan")):
    with dd.check.raises(ValueError, why=f"{rate} is no rate"):
        Dropout(rate, np.random.default_rng(0))
### END HIDDEN TESTS

# %% mistakes: Dropout
# - replace: ">= self.rate) / (1 - self.rate)"
#   with: ">= self.rate) * 1.0"
#   hint: "The survivors keep their size, so in training the layer above gets less than it will get in predictions."
# - replace: ">= self.rate) / (1 - self.rate)"
#   with: "< self.rate) / self.rate"
#   hint: "You keep a share of rate. That is the share to be dropped."
# - replace: ">= self.rate) / (1 - self.rate)"
#   with: "< self.rate) / (1 - self.rate)"
#   hint: "You keep a share of rate. That is the share to be dropped."
# - replace: self.rng.random(x.shape)
#   with: self.rng.random(x.shape[1])
#   hint: "One row of the mask serves the whole batch. Each number of each example is dropped by itself."
# - replace: self.rng.random(x.shape)
#   with: "self.rng.random((len(x), 1))"
#   hint: "You drop whole examples. Each number of each example is dropped by itself."
# - replace: self.rng.random(x.shape)
#   with: np.random.default_rng(0).random(x.shape)
#   hint: "You draw the same mask at every call. The generator that was handed over has a memory; make no new one."
# - replace: if training
#   with: if True
#   hint: "You drop numbers in predictions too."
# - replace: return dout * self.mask
#   with: return dout
#   hint: "The gradient passes as if nothing had been dropped. What was set to 0 has no slope."
# - replace: return dout * self.mask
#   with: return dout * (self.mask > 0)
#   hint: "Your backward pass forgets the factor of the survivors."
# - replace: |-
#     self.mask = 1.0
#             if training:
#                 self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
#             return x * self.mask
#   with: |-
#     if not training:
#                 return x
#             self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
#             return x * self.mask
#   hint: "After a prediction your backward still uses the mask of some earlier training batch, if there is one."
# - replace: if not 0 <= rate < 1
#   with: if not 0 <= rate <= 1
#   hint: "A rate of 1 divides by zero: it is to be less than 1."


# %% mistake: Dropout
# hint: "A new mask is drawn for the gradient. It must pass where the numbers passed on their way forward."
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(rate)
        self.rate, self.rng, self.training = rate, rng, False

    def forward(self, x, training=False):
        self.training = training
        return x * self.draw(x.shape) if training else x

    def backward(self, dout):
        return dout * self.draw(dout.shape) if self.training else dout

    def draw(self, shape):
        return (self.rng.random(shape) >= self.rate) / (1 - self.rate)


# %% mistake: Dropout
# hint: "Exactly a share of rate is dropped at every call. Each number should be dropped by its own chance: draw for
#   each."
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(rate)
        self.rate, self.rng = rate, rng

    def forward(self, x, training=False):
        self.mask = np.ones(x.shape)
        if training:
            columns = self.rng.permutation(x.shape[1])[: round(self.rate * x.shape[1])]
            self.mask[:, columns] = 0
            self.mask /= 1 - self.rate
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


# %% equivalents: Dropout
# - replace: 'self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)'
#   with: 'self.mask = ((self.rng.random(x.shape) > self.rate)) / (1 - self.rate)'
#   reason: "A random number equals the rate once in some 2 to the power of 53 draws."


# %% accepts: Dropout
class Dropout(Layer):
    # A binomial draw of one trial for each number.
    def __init__(self, rate, rng):
        super().__init__()
        if not (rate >= 0 and rate < 1):
            raise ValueError("0 <= rate < 1")
        self.keep, self.rng, self.mask = 1 - rate, rng, None

    def forward(self, x, training=False):
        self.mask = self.rng.binomial(1, self.keep, size=np.shape(x)) / self.keep if training else None
        return np.array(x) if self.mask is None else self.mask * x

    def backward(self, dout):
        return np.array(dout) if self.mask is None else self.mask * dout


# %% accepts: Dropout
class Dropout(Layer):
    def __init__(self, rate, rng):
        Layer.__init__(self)
        self.rng = rng
        if 0 <= rate < 1:
            self.rate = rate
        else:
            raise ValueError("no such rate")

    def forward(self, x, training=False):
        self.dropped = self.rng.random(x.shape) < self.rate if training else np.zeros(x.shape, dtype=bool)
        self.factor = 1 / (1 - self.rate) if training else 1
        return np.where(self.dropped, 0, x * self.factor)

    def backward(self, dout):
        return np.where(self.dropped, 0, dout * self.factor)


# %% [markdown]
# ## A loss that keeps accounts
#
# A loss of one batch is easy: Day 24's function, and a mean. A framework must also say what the loss of an *epoch*
# was, and there lies a small trap. Take three examples in batches of two, with losses 1 and 3, then 8. The batches'
# means are 2 and 8. Their mean is 5, but the mean of the examples is $\frac{1 + 3 + 8}{3} = 4$: a short last batch
# counts too much. So what has to be added up is the *sum* of the losses and the *number* of examples, and one
# division comes at the end. That is an accumulated mean, and a framework needs one for each thing it reports: for
# the loss, and for the accuracy.
#
# The **penalty** belongs to the reported loss, because it is what training lowers. Every batch has its own, since
# weights move between batches. With penalties of 0.5 in the first batch and 0.8 in the second, the loss of the first
# is $L = 2 + 0.5 = 2.5$, that of the second 8.8, and that of the epoch $\frac{2 \cdot 2.5 + 1 \cdot 8.8}{3} = 4.6$.
#
# Why must the loss give a gradient, too? Because the model's backward pass starts there. Of the mean $L$ it is the
# gradient of $\ell_n$ *divided by $N$*, row by row, and that is the only place where $1/N$ enters (Day 26). The penalty
# doesn't depend on the outputs; its gradient is the layers' business.
#
# Which loss it is, is for a plain function to say: two numbers an example, so to speak, $\ell_n$ and its slope. And a
# metric is a function that says of each example how well it went: for classes whether the largest logit is the right
# one; for quantities, which are never hit exactly, whether the output comes near enough.


# %% setup
def cross_entropy(logits, labels):
    """Softmax cross-entropy: losses (N,) for logits (N, K) and labels (N,), and each one's gradient, (N, K)."""
    rows = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    sums = exps.sum(axis=1, keepdims=True)  # (N, 1)
    gradient = exps / sums
    gradient[rows, labels] -= 1
    return np.log(sums[:, 0]) - shifted[rows, labels], gradient


def squared_error(outputs, targets):
    """The mean over the M outputs of their squared errors: losses (N,) for two arrays (N, M), and gradients (N, M)."""
    if outputs.shape != np.shape(targets):
        raise ValueError(f"outputs have shape {outputs.shape}, targets {np.shape(targets)}")
    errors = outputs - targets
    return np.mean(errors**2, axis=1), 2 * errors / errors.shape[1]


def is_right(logits, labels):
    """Whether the largest logit is that of the right class, (N,)."""
    return np.argmax(logits, axis=1) == labels


def is_close(tolerance):
    """A metric for quantities: whether all M outputs come within the tolerance, (N,)."""
    return lambda outputs, targets: np.all(np.abs(outputs - targets) <= tolerance, axis=1)


# %% exercise: Loss
class Mean:
    """The mean of all numbers since the last reset, without keeping them."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Forget everything. About 1 line."""
        ### BEGIN SOLUTION
        self.total, self.count = 0.0, 0
        ### END SOLUTION

    def update(self, values):
        """Take in an array of bools, ints or floats, of any length and left unchanged. About 2 lines."""
        ### BEGIN SOLUTION
        self.total += np.sum(values, dtype=float)
        self.count += len(values)
        ### END SOLUTION

    def result(self):
        """The mean so far, a float; ValueError if there has been no number. About 3 lines."""
        ### BEGIN SOLUTION
        if not self.count:
            raise ValueError("there is no mean of no numbers")
        return self.total / self.count
        ### END SOLUTION


class Loss:
    """A loss with penalties, and its mean over all examples since the last reset.

    Args:
        function: of outputs and targets, such as cross_entropy: returns the losses of the examples, (N,), and the
            gradient of each example's loss with respect to its outputs, an array of the shape of outputs.
    """

    def __init__(self, function):
        self.function, self.mean = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        """The loss of a batch, a float: the mean over its examples, plus penalty. Goes into the account.

        Calls function once. About 4 lines.
        """
        ### BEGIN SOLUTION
        losses, self.gradient = self.function(outputs, targets)
        self.mean.update(losses + penalty)
        return np.mean(losses) + penalty
        ### END SOLUTION

    def backward(self):
        """The gradient of the last batch's loss for its outputs, a new array of their shape. About 1 line."""
        ### BEGIN SOLUTION
        return self.gradient / len(self.gradient)
        ### END SOLUTION

    def result(self):
        """The mean over all examples since the last reset, each with the penalty of its batch, a float."""
        return self.mean.result()

    def reset(self):
        """Begin a new account."""
        self.mean.reset()


# %% test: Loss, points=2
def told(outputs, targets):
    """For the example worked by hand: the losses are the targets themselves, and the slopes the outputs."""
    return targets, outputs


mean = Mean()
mean.update(np.array([True, False, True]))
mean.update(np.array([0.0]))
dd.check.like(mean.result(), 0.5, what="result() after 1, 0, 1 and then 0", why="two of four")
mean.reset()
with dd.check.raises(ValueError, why="nothing has come in since the reset"):
    mean.result()
loss = Loss(told)
outputs = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])  # (2, 3)
batch = loss.update(outputs, np.array([1.0, 3.0]), 0.5)
dd.check.like(batch, 2.5, what="update(…)", why="the mean of 1 and 3, plus the penalty")
dd.check.like(loss.backward(), outputs / 2, what="backward()", why="the batch's loss is a mean of two")
dd.check.like(loss.update(np.ones((1, 3)), np.array([8.0]), 0.8), 8.8, what="update(…) of the second batch")
dd.check.like(loss.result(), 4.6, what="result()", why="every example counts once: (2 · 2.5 + 1 · 8.8) / 3")
loss.reset()
loss.update(outputs, np.array([0.25, 0.75]))
dd.check.like(loss.result(), 0.5, what="result() after a reset", why="a new account, and no penalty")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)
mean, other = Mean(), Mean()
other.update(np.array([77.0]))
everything = []
for size in (3, 1, 0, 7, 2):
    values = rng.normal(5, 2, size)
    everything.extend(values)
    with dd.check.unchanged(values):
        mean.update(values)
    dd.check.like(mean.result(), sum(everything) / len(everything), what="result() of a Mean", why="all count alike")
dd.check.like(other.result(), 77.0, what="result() of another Mean")
mean.reset()
for values, due in [
    (np.array([200, 100, 255], dtype=np.uint8), 185.0),
    (np.full(70, 127, dtype=np.int8), 127.0),
    (np.array([True] * 300 + [False] * 100), 0.75),
    (np.full(3000, 1e4, dtype=np.float16), 1e4),
]:
    mean.reset()
    mean.update(values)
    dd.check.like(mean.result(), due, what=f"the mean of {values.dtype} numbers", why="the sum has to be large enough")
mean.reset()
for _ in range(2):
    mean.update(np.full(20_000_001 // 2000, np.float32(0.1)))
dd.check.like(mean.result(), float(np.float32(0.1)), rtol=1e-9, what="the mean of many float32 numbers")
with dd.check.raises(ValueError):
    Mean().result()
with dd.check.raises(ValueError, why="a loss without batches has no mean"):
    Loss(squared_error).result()
mean.reset()
mean.update(np.array([]))
with dd.check.raises(ValueError, why="no numbers came in"):
    mean.result()

calls = []


def counted(outputs, targets):
    calls.append(len(outputs))
    return squared_error(outputs, targets)


for function, k in [(squared_error, 1), (squared_error, 3), (cross_entropy, 4), (counted, 2)]:
    loss, twin, slow, penalties = Loss(function), Loss(function), [], []
    for n in (5, 1, 3):
        outputs = rng.normal(size=(n, k))
        targets = rng.integers(0, k, n) if function is cross_entropy else rng.normal(size=(n, k))
        penalty = float(rng.uniform(0, 2))
        del calls[:]
        with dd.check.unchanged([outputs, targets], what="[outputs, targets]"):
            batch = loss.update(outputs, targets, penalty)
            gradient = loss.backward()
        assert len(calls) == (function is counted), "the function is called once a batch"
        if function is cross_entropy:
            each = [-np.log(np.exp(z[c]) / np.sum(np.exp(z))) for z, c in zip(outputs, targets, strict=True)]
        else:
            each = [sum((o - t) ** 2) / k for o, t in zip(outputs, targets, strict=True)]
        slow.extend(value + penalty for value in each)
        dd.check.like(batch, sum(each) / n + penalty, what="update(…)", why="the mean of the batch, plus its penalty")
        dd.check.like(loss.result(), sum(slow) / len(slow), what="result()", why="every example counts once")
        dd.check.gradient(
            lambda v, targets=targets, function=function: np.mean(function(v, targets)[0]),
            outputs,
            gradient,
            what="backward()",
            why="it is the gradient of the batch's mean",
        )
        twin.update(outputs[:1], targets[:1])
        dd.check.like(loss.backward(), gradient, what="backward() called again", why="it changes nothing")
    loss.reset()
    with dd.check.raises(ValueError, why="a reset begins a new account"):
        loss.result()
    last = loss.update(outputs, targets)
    dd.check.like(loss.result(), float(last), what="result() after a reset", why="there is one batch, without penalty")


def shared(outputs, targets):
    """Losses and slopes that belong to the caller."""
    return kept_losses, kept_slopes


kept_losses, kept_slopes = np.array([1.0, 2.0]), np.array([[4.0], [6.0]])
loss = Loss(shared)
with dd.check.unchanged([kept_losses, kept_slopes], what="what the function returned"):
    loss.update(np.ones((2, 1)), np.ones((2, 1)), 3.0)
    dd.check.like(loss.backward(), np.array([[2.0], [3.0]]), what="backward()")
### END HIDDEN TESTS

# %% mistakes: Loss
# - replace: self.mean.update(losses + penalty)
#   with: self.mean.update(losses)
#   hint: "The penalty is left out of the account, so that the loss of an epoch is not the one that training lowers."
# - replace: return np.mean(losses) + penalty
#   with: return np.mean(losses)
#   hint: "The loss of the batch lacks its penalty."
# - replace: self.mean.update(losses + penalty)
#   with: "self.mean.update([np.mean(losses) + penalty])"
#   hint: "You average the batches' losses. A short last batch then counts as much as a full one."
# - replace: self.mean.update(losses + penalty)
#   with: self.mean.update(losses + penalty / len(losses))
#   hint: "The penalty is added to the mean, not to the sum: it counts whole, whatever the size of the batch."
# - replace: return np.mean(losses) + penalty
#   with: return self.mean.result()
#   hint: "update returns the mean of all batches so far. The loss of this batch was asked for."
# - replace: return self.gradient / len(self.gradient)
#   with: return self.gradient
#   hint: "The batch's loss is a mean over its examples, so each example's slope counts by 1/N only."
# - replace: return self.gradient / len(self.gradient)
#   with: return self.gradient / self.gradient.size
#   hint: "You divide by all entries of the gradient. The mean is over the N examples."
# - replace: return self.gradient / len(self.gradient)
#   with: |-
#     self.gradient /= len(self.gradient)
#             return self.gradient
#   hint: "You divide in place: a second call divides again, and the function's own array has changed."
# - replace: self.total += np.sum(values, dtype=float)
#   with: self.total = np.sum(values, dtype=float)
#   hint: "Your mean forgets the batches before the last."
# - replace: self.count += len(values)
#   with: self.count += 1
#   hint: "You count batches. The mean is over the numbers in them."
# - replace: np.sum(values, dtype=float)
#   with: np.sum(values, dtype=values.dtype)
#   hint: "The sum is computed in the type of the numbers, and small types overflow. Add up floats."
# - replace: |-
#     if not self.count:
#                 raise ValueError("there is no mean of no numbers")
#             return self.total / self.count
#   with: return self.total / max(self.count, 1)
#   hint: "Where nothing has come in you say 0, which looks like a perfect loss. Refuse."


# %% mistake: Loss
# hint: "All your means share one account, because it belongs to the class. Each needs its own: make it in __init__."
class Mean:
    total, count = [0.0], [0]

    def __init__(self):
        self.reset()

    def reset(self):
        self.total[0], self.count[0] = 0.0, 0

    def update(self, values):
        self.total[0] += np.sum(values, dtype=float)
        self.count[0] += len(values)

    def result(self):
        if not self.count[0]:
            raise ValueError("no numbers")
        return self.total[0] / self.count[0]


class Loss:
    def __init__(self, function):
        self.function, self.mean = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        losses, self.gradient = self.function(outputs, targets)
        self.mean.update(losses + penalty)
        return float(np.mean(losses)) + penalty

    def backward(self):
        return self.gradient / len(self.gradient)

    def result(self):
        return self.mean.result()

    def reset(self):
        self.mean.reset()


# %% accepts: Loss
class Mean:
    # A mean that is moved by each batch's share.
    def __init__(self):
        self.reset()

    def reset(self):
        self.now, self.seen = 0.0, 0

    def update(self, values):
        values = np.array(values, dtype=float)
        if values.size:
            self.seen += values.size
            self.now += (values - self.now).sum() / self.seen

    def result(self):
        if self.seen == 0:
            raise ValueError("empty")
        return float(self.now)


class Loss:
    def __init__(self, function):
        self.function = function
        self.mean = Mean()

    def update(self, outputs, targets, penalty=0.0):
        losses, slopes = self.function(outputs, targets)
        losses = np.asarray(losses) + penalty
        self.mean.update(losses)
        self.start = slopes * (1.0 / len(losses))
        return float(losses.sum() / losses.size)

    def backward(self):
        return np.array(self.start)

    def result(self):
        return self.mean.result()

    def reset(self):
        self.mean.reset()


# %% accepts: Loss
class Mean:
    def __init__(self):
        self.sums = []

    def reset(self):
        self.sums.clear()

    def update(self, values):
        self.sums.append((float(np.asarray(values, dtype=np.float64).sum()), np.size(values)))

    def result(self):
        total, count = map(sum, zip(*self.sums, strict=True)) if self.sums else (0.0, 0)
        if count == 0:
            raise ValueError("nothing yet")
        return total / count


class Loss(Mean):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def update(self, outputs, targets, penalty=0.0):
        losses, self.slopes = self.function(outputs, targets)
        super().update(np.add(losses, penalty))
        return np.average(losses) + penalty

    def backward(self):
        return np.divide(self.slopes, self.slopes.shape[0])


# %% [markdown]
# ## An optimiser for any rule
#
# On Days 28 and 29 you wrote update rules of one form:
#
# $$(w_{\text{new}}, \text{state}_{\text{new}}) = \text{step}(w,\ \partial L / \partial w,\ \text{state}) .$$
#
# A rule handles one array, and knows nothing of a network. The optimiser does the book-keeping: it calls the rule for
# every parameter of every layer, hands it **that parameter's own state** and keeps what comes back. With one state for
# all, the velocity of the first layer would push the second.
#
# By hand, momentum with $\alpha = 0.1$ and a weight of the past of 0.5: a layer has $w = 1$ with the gradient 1, and
# another $w = 1$ with the gradient 0. Step 0: the velocities are $-0.1$ and 0, the weights 0.9 and 1. Step 1, with
# the same gradients: $-0.05 - 0.1 = -0.15$ and 0, so 0.75 and 1. With one state for both, the second weight would
# have moved.


# %% exercise: Optimizer
class Optimizer:
    """Moves the parameters of layers by a rule for single arrays.

    Args:
        step: the rule, such as day_029.adam_step: step(param, grad, state, **settings) returns the new parameter and
            the new state. The state of a parameter is an empty dict before its first step.
        settings: keyword arguments for every call of step.

    Attributes:
        settings: these, a dict; it is read at every update, so that others may change a rate between two.
    """

    def __init__(self, step=day_029.adam_step, **settings):
        self.step, self.settings = step, settings
        # What else must be remembered? About 1 line.
        ### BEGIN SOLUTION
        self.states = {}
        ### END SOLUTION

    def update(self, layers):
        """One step for every array in the params of a list of layers, by the grads of that layer.

        The new arrays replace the old ones in params, which are left as they are. Each parameter has its own state,
        which lasts from update to update; the list is the same each time. About 4 lines.
        """
        ### BEGIN SOLUTION
        for i, layer in enumerate(layers):
            for name, param in layer.params.items():
                state = self.states.get((i, name), {})
                new = self.step(param, layer.grads[name], state, **self.settings)
                layer.params[name], self.states[i, name] = new
        ### END SOLUTION


# %% fixture
def with_params(**arrays):
    """A layer with these parameters."""
    layer = Layer()
    layer.params = {name: np.array(array, dtype=float) for name, array in arrays.items()}
    return layer


def arrays_before_and_after(optimizer, layers, grads):
    """The parameters' arrays as they were handed over, and what is in them and in params after an update."""
    before = [layer.params for layer in layers]
    before = [dict(params) for params in before]
    for layer, one in zip(layers, grads, strict=True):
        layer.grads = {name: np.array(grad, dtype=float) for name, grad in one.items()}
    optimizer.update(layers)
    return before, [dict(layer.params) for layer in layers]


# %% test: Optimizer, points=1
first, second = with_params(w=[[1.0, 1.0]]), with_params(w=[1.0], b=[2.0])
optimizer = Optimizer(day_028.momentum_step, learning_rate=0.1, momentum=0.5)
for due in (0.9, 0.75):
    first.grads, second.grads = {"w": np.array([[1.0, 0.0]])}, {"w": np.zeros(1), "b": np.zeros(1)}
    optimizer.update([first, second])
    dd.check.like(first.params["w"], np.array([[due, 1.0]]), what="the first layer's w", why="worked by hand")
    dd.check.like(second.params, {"w": np.array([1.0]), "b": np.array([2.0])}, what="the second layer's params")
optimizer.settings = {"learning_rate": 1.0, "momentum": 0.0}
optimizer.update([first, second])
why = "the settings are read at every update"
dd.check.like(first.params["w"], np.array([[-0.25, 1.0]]), what="the first layer's w after a rate of 1", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)
rules = [
    (day_028.sgd_step, {"learning_rate": 0.3, "decay": 0.5}),
    (day_028.momentum_step, {"learning_rate": 0.2, "momentum": 0.8}),
    (day_029.adam_step, {"learning_rate": 0.05, "beta_1": 0.5}),
    (None, {}),
    (None, {"learning_rate": 0.5}),
]
shapes = [{"w": (2, 3), "b": (3,)}, {}, {"w": (3, 1), "b": (1,)}, {"gamma": (2,)}]
for rule, settings in rules:
    start = [{name: rng.normal(size=shape) for name, shape in one.items()} for one in shapes]
    layers = [with_params(**one) for one in start]
    optimizer = Optimizer(**settings) if rule is None else Optimizer(rule, **settings)
    other = Optimizer(**settings) if rule is None else Optimizer(rule, **settings)
    due = [{name: (array, {}) for name, array in one.items()} for one in start]  # each with its own state
    for _ in range(3):
        grads = [{name: rng.normal(size=shape) for name, shape in one.items()} for one in shapes]
        before, after = arrays_before_and_after(optimizer, layers, grads)
        for i, one in enumerate(due):
            dd.check.equal(before[i], {name: pair[0] for name, pair in one.items()}, what="the old arrays", why="kept")
            for name, (param, state) in one.items():
                one[name] = (rule or day_029.adam_step)(param, grads[i][name], state, **settings)
        what = f"params after {(rule or day_029.adam_step).__name__}"
        dd.check.like(after, [{name: pair[0] for name, pair in one.items()} for one in due], rtol=1e-9, what=what)
    # Another optimiser begins with empty states, and the gradients stay as they are.
    layer = with_params(w=start[0]["w"])
    grad = rng.normal(size=(2, 3))
    layer.grads = {"w": grad}
    other.update([layer])
    new, _ = (rule or day_029.adam_step)(start[0]["w"], grad, {}, **settings)
    dd.check.like(layer.params["w"], new, rtol=1e-9, what="params after another optimiser's first update")
    dd.check.equal(layer.grads["w"], grad, what="grads afterwards")
optimizer.settings["learning_rate"] = 0.5
dd.check.equal(optimizer.settings, {"learning_rate": 0.5}, what="settings")
Optimizer().update([])
### END HIDDEN TESTS

# %% mistakes: Optimizer
# - replace: |-
#     state = self.states.get((i, name), {})
#   with: |-
#     state = {}
#   hint: "Every step starts with an empty state, so momentum has nothing to remember."
# - replace: |-
#     state = self.states.get((i, name), {})
#                     new = self.step(param, layer.grads[name], state, **self.settings)
#                     layer.params[name], self.states[i, name] = new
#   with: |-
#     new = self.step(param, layer.grads[name], self.states, **self.settings)
#                     layer.params[name], self.states = new
#   hint: "All parameters share one state. Each needs its own: another's velocity must not push it."
# - replace: |-
#     state = self.states.get((i, name), {})
#                     new = self.step(param, layer.grads[name], state, **self.settings)
#                     layer.params[name], self.states[i, name] = new
#   with: |-
#     state = self.states.get(name, {})
#                     new = self.step(param, layer.grads[name], state, **self.settings)
#                     layer.params[name], self.states[name] = new
#   hint: "Parameters of the same name in different layers share a state."
# - replace: |-
#     state = self.states.get((i, name), {})
#                     new = self.step(param, layer.grads[name], state, **self.settings)
#                     layer.params[name], self.states[i, name] = new
#   with: |-
#     state = self.states.get(i, {})
#                     new = self.step(param, layer.grads[name], state, **self.settings)
#                     layer.params[name], self.states[i] = new
#   hint: "All parameters of a layer share one state. Weights and biases need one each."
# - replace: |-
#     for name, param in layer.params.items():
#   with: |-
#     for name, param in [pair for pair in layer.params.items() if pair[0] == "w"]:
#   hint: "Only what is called w moves. A layer's other parameters learn as well."
# - replace: layer.params[name], self.states[i, name] = new
#   with: _, self.states[i, name] = new
#   hint: "The new parameter is thrown away: nothing learns."
# - replace: "state, **self.settings)"
#   with: "state)"
#   hint: "The settings don't reach the rule, which uses its defaults."
# - replace: layer.params[name], self.states[i, name] = new
#   with: |-
#     layer.params[name][...], self.states[i, name] = new
#   hint: "You write into the old array, which others may have kept. Put the new array into params instead."


# %% mistake: Optimizer
# hint: "You always use plain gradient descent with a rate of your own, whatever rule was handed over."
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.settings = settings

    def update(self, layers):
        rate = self.settings.get("learning_rate", 0.01)
        for layer in layers:
            layer.params = {name: param - rate * layer.grads[name] for name, param in layer.params.items()}


# %% mistake: Optimizer
# hint: "The settings are fixed when the optimiser is made, so no schedule can change the rate later. Read them at every
#   update."
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.settings, self.states = settings, {}
        kept = dict(settings)
        self.move = lambda param, grad, state: step(param, grad, state, **kept)

    def update(self, layers):
        for i, layer in enumerate(layers):
            for name in layer.params:
                new = self.move(layer.params[name], layer.grads[name], self.states.get((i, name), {}))
                layer.params[name], self.states[i, name] = new


# %% accepts: Optimizer
class Optimizer:
    # A list of states, made at the first update.
    def __init__(self, step=day_029.adam_step, **settings):
        self.rule, self.settings, self.memory = step, settings, None

    def update(self, layers):
        if self.memory is None:
            self.memory = [{name: {} for name in layer.params} for layer in layers]
        for layer, states in zip(layers, self.memory, strict=True):
            new = {}
            for name in layer.params:
                new[name], states[name] = self.rule(
                    layer.params[name], layer.grads[name], states[name], **self.settings
                )
            layer.params = new


# %% accepts: Optimizer
from collections import defaultdict


class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.states = defaultdict(dict)

    def update(self, layers):
        keys = [(i, name) for i, layer in enumerate(layers) for name in layer.params]
        for i, name in keys:
            layer = layers[i]
            result = self.step(layer.params[name], layer.grads[name], self.states[i, name], **self.settings)
            layer.params[name] = result[0]
            self.states[i, name] = result[1]


# %% [markdown]
# ## What was learned, as data
#
# A trained model is its parameters; everything else is code. So one wants to take them out, put others in, and keep
# them in a file. Three traps:
#
# - **Views.** Who takes the parameters out to compare them later wants *copies*, and who puts some in may go on using
#   the arrays. Otherwise tomorrow's training changes yesterday's record.
# - **Half a change.** If the fifth of six arrays has the wrong shape, the first four must not have been put in already:
#   check everything first.
# - **Files that run.** Python's `pickle` can store whole objects, and loading one may run any code that whoever wrote
#   the file wished. NumPy's `.npz`, a zip file with one array an entry, holds numbers only: `np.load` refuses pickled
#   objects unless it is told otherwise. (And given a *name* without `.npz`, `np.savez` quietly adds it, so that the
#   file isn't where you think; given an open file it does not.)


# %% exercise: parameters
def get_parameters(layers):
    """Copies of all parameters: a list with a dict of names to arrays for each of a list of layers. About 1 line."""
    ### BEGIN SOLUTION
    return [{name: param.copy() for name, param in layer.params.items()} for layer in layers]
    ### END SOLUTION


def set_parameters(layers, parameters):
    """Put copies of parameters, a list as get_parameters returns it, into the params of layers.

    Raises:
        ValueError: there is not one dict for each layer, or its names or the shapes of its arrays are not those of
            the layer. Then no layer has changed. About 8 lines.
    """
    ### BEGIN SOLUTION
    for layer, new in zip(layers, parameters, strict=True):
        here = {name: param.shape for name, param in layer.params.items()}
        came = {name: np.shape(param) for name, param in new.items()}
        if here != came:
            raise ValueError(f"these parameters don't fit. The layer has {here}. Received: {came}")
    for layer, new in zip(layers, parameters, strict=True):
        layer.params = {name: np.array(new[name], dtype=float) for name in layer.params}
    ### END SOLUTION


def save_parameters(layers, path):
    """Write all parameters to a file of exactly that path, text or a pathlib.Path; an old one is replaced.

    About 3 lines; `np.savez(file, **arrays)` writes a dict of arrays to an open file.
    """
    ### BEGIN SOLUTION
    arrays = {f"{i}.{name}": param for i, layer in enumerate(layers) for name, param in layer.params.items()}
    with open(path, "wb") as file:
        np.savez(file, **arrays)
    ### END SOLUTION


def load_parameters(layers, path):
    """Put what save_parameters wrote into layers of the same kinds and sizes.

    Raises:
        ValueError: it doesn't fit, as for set_parameters.
        FileNotFoundError: there is no such file. About 6 lines; `np.load(path)` gives a mapping of names to arrays,
            to be closed as a file is.
    """
    ### BEGIN SOLUTION
    parameters = [{} for _ in layers]
    with np.load(path) as arrays:
        for key in arrays:
            i, name = key.split(".", 1)
            if int(i) >= len(parameters):
                raise ValueError(f"the file has parameters of layer {i}, the model has {len(parameters)} layers")
            parameters[int(i)][name] = arrays[key]
    set_parameters(layers, parameters)
    ### END SOLUTION


# %% fixture
import os
import pathlib
import tempfile

FOLDERS = []


def in_new_folder():
    """Have a new, empty folder for what is saved from now on."""
    FOLDERS.append(tempfile.TemporaryDirectory())


def path_of(name):
    return pathlib.Path(FOLDERS[-1].name) / name


def save_as(layers, name, as_text=True):
    """Save to a file in a folder of its own, named by text or by a Path; returns what save_parameters returns."""
    return save_parameters(layers, str(path_of(name)) if as_text else path_of(name))


def load_from(layers, name, as_text=True):
    """Load from that folder."""
    return load_parameters(layers, str(path_of(name)) if as_text else path_of(name))


def names_in_folder():
    return sorted(os.listdir(FOLDERS[-1].name))


def numbers_in(name):
    """How many entries the arrays hold that np.load finds in a file, without pickles."""
    with np.load(path_of(name), allow_pickle=False) as arrays:
        return sum(arrays[key].size for key in arrays)


def bare_layer():
    """A layer without parameters."""
    return Layer()


def layer_with(**arrays):
    """A layer with these parameters."""
    layer = Layer()
    layer.params = {name: np.array(array, dtype=float) for name, array in arrays.items()}
    return layer


def after_own_change(layers, number):
    """The parameters that were taken out, after the first array in the layer itself was overwritten with a number."""
    taken = get_parameters(layers)
    for param in layers[0].params.values():
        param[...] = number
    return taken


def layer_after_givers_change(layers, parameters, number):
    """The layers' parameters after set_parameters, and after the giver has overwritten the given arrays."""
    set_parameters(layers, parameters)
    for one in parameters:
        for param in one.values():
            param[...] = number
    return [dict(layer.params) for layer in layers]


# %% test: parameters, points=2
in_new_folder()
layers = [layer_with(w=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], b=[7.0, 8.0, 9.0]), bare_layer(), layer_with(w=[10.0])]
due = [{"w": np.arange(1.0, 7.0).reshape(2, 3), "b": np.array([7.0, 8.0, 9.0])}, {}, {"w": np.array([10.0])}]
dd.check.like(get_parameters(layers), due, what="get_parameters(layers)", why="one dict a layer, also an empty one")
save_as(layers, "weights.bin")
dd.check.equal(names_in_folder(), ["weights.bin"], what="the names in the folder", why="the path is taken as it is")
twins = [layer_with(w=np.zeros((2, 3)), b=np.zeros(3)), bare_layer(), layer_with(w=[0.0])]
load_from(twins, "weights.bin")
dd.check.like(
    [dict(one.params) for one in twins], due, what="params after loading", why="they are those that were saved"
)
set_parameters(twins, [{"w": np.ones((2, 3)), "b": np.zeros(3)}, {}, {"w": np.full(1, 5.0)}])
dd.check.like(twins[2].params, {"w": np.full(1, 5.0)}, what="params of the last layer after set_parameters")
with dd.check.raises(ValueError, why="the last array has another shape"):
    set_parameters(twins, [{"w": np.zeros((2, 3)), "b": np.zeros(3)}, {}, {"w": np.zeros(2)}])
dd.check.equal(twins[0].params["w"], np.ones((2, 3)), what="the first layer's w", why="nothing is changed by halves")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)
a, b, c = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(2, 2, 1))
given = [{"kernel": a, "b": b}, {}, {"a.b": c}]
layers = [layer_with(kernel=np.zeros((3, 2)), b=np.zeros(2)), bare_layer(), layer_with(**{"a.b": np.zeros((2, 2, 1))})]
with dd.check.unchanged(given, what="parameters"):
    set_parameters(layers, given)
dd.check.like([dict(one.params) for one in layers], given, what="params after set_parameters")
dd.check.like(get_parameters(layers), given, what="get_parameters(layers)")
dd.check.kind(get_parameters(layers), list, what="get_parameters(layers)")
taken = after_own_change(layers, 99.0)
dd.check.like(taken[0], given[0], what="parameters taken out before the layer changed", why="they are copies")
put = layer_after_givers_change(layers, [{"kernel": a.copy(), "b": b.copy()}, {}, {"a.b": c.copy()}], -7.0)
dd.check.like(put, given, what="params after the giver changed his arrays", why="they are copies")
set_parameters(layers, [{"b": b, "kernel": a.tolist()}, {}, {"a.b": c.astype("float32")}])
dd.check.like(layers[0].params["kernel"], a, what="a parameter given as lists, the names in another order")
dd.check.dtype(layers[2].params["a.b"], "float64", what="a parameter given as float32")
before = get_parameters(layers)
wrong = [
    ([{"kernel": 0 * a, "b": 0 * b}, {}], "one dict is missing"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": 0 * c}, {}], "one dict too many"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {}], "the last layer's array is missing"),
    ([{"kernel": 0 * a, "b": 0 * b}, {"w": b}, {"a.b": 0 * c}], "a layer without parameters gets one"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"c": 0 * c}], "another name"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": 0 * c, "more": b}], "one name too many"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": np.zeros((2, 2))}], "another shape"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": np.zeros((1, 2, 2))}], "a turned shape"),
    ([{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": np.float64(3.0)}], "a number, which would be broadcast"),
]
for parameters, why in wrong:
    with dd.check.raises(ValueError, why=why):
        set_parameters(layers, parameters)
    dd.check.equal([dict(one.params) for one in layers], before, what="params afterwards", why="nothing has changed")
set_parameters([], [])
dd.check.equal(get_parameters([]), [], what="get_parameters of no layers")

for name in ("plain", "with.dots.npz", "spaces in it.weights"):
    save_as(layers, name)
    assert name in names_in_folder(), f"the file is called {name!r} and nothing else"
dd.check.equal(len(names_in_folder()), 4, what="number of files", why="one for each save, with the one above")
for name, as_text in (("plain", True), ("plain", False), ("with.dots.npz", True), ("spaces in it.weights", False)):
    set_parameters(layers, [{"kernel": 0 * a, "b": 0 * b}, {}, {"a.b": 0 * c}])
    load_from(layers, name, as_text)
    dd.check.equal([dict(one.params) for one in layers], before, what="params after loading", why="to the last bit")
assert numbers_in("plain") >= 12, "the file holds arrays that np.load can read"
save_as(layers[::-1], "plain", as_text=False)  # an old file is replaced
load_from(layers[::-1], "plain")
dd.check.equal([dict(one.params) for one in layers], before, what="params after saving and loading in another order")
many = [layer_with(w=[float(i)]) for i in range(12)]  # layer 10 is not between 1 and 2
save_as(many, "many")
set_parameters(many, [{"w": np.zeros(1)}] * 12)
load_from(many, "many")
dd.check.equal([float(one.params["w"][0]) for one in many], list(range(12)), what="the parameters of twelve layers")
for others, why in [
    (layers[:2], "the file has one layer more"),
    ([layer_with(kernel=np.zeros((3, 2)), b=np.zeros(2)), bare_layer(), layer_with(d=c)], "another name"),
    (
        [layer_with(kernel=np.zeros((3, 2)), b=np.zeros(2)), bare_layer(), layer_with(**{"a.b": np.zeros(4)})],
        "another shape",
    ),
    ([layer_with(kernel=np.zeros((3, 2)), b=np.zeros(2)), layer_with(w=b), layer_with(**{"a.b": c})], "one is missing"),
    ([], "there are no layers"),
]:
    save_as(layers, "plain")
    kept = get_parameters(others)
    with dd.check.raises(ValueError, why=why):
        load_from(others, "plain")
    dd.check.equal([dict(one.params) for one in others], kept, what="params afterwards", why="nothing has changed")
with dd.check.raises(FileNotFoundError, why="there is no such file"):
    load_from(layers, "nowhere")
save_as([bare_layer(), bare_layer()], "nothing")
load_from([bare_layer(), bare_layer()], "nothing")
### END HIDDEN TESTS

# %% mistakes: parameters
# - replace: "{name: param.copy() for name, param in layer.params.items()}"
#   with: "{name: param for name, param in layer.params.items()}"
#   hint: "You hand out the layers' own arrays. A record of what was learned must be a copy."
# - replace: "{name: param.copy() for name, param in layer.params.items()} for layer in layers]"
#   with: "{name: param.copy() for name, param in layer.params.items()} for layer in layers if layer.params]"
#   hint: "Layers without parameters are left out, so the list no longer tells which dict belongs to which layer."
# - replace: np.array(new[name], dtype=float)
#   with: np.asarray(new[name], dtype=float)
#   hint: "You keep the given arrays themselves. If their owner goes on using them, your layers change with them."
# - replace: |-
#     with open(path, "wb") as file:
#             np.savez(file, **arrays)
#   with: np.savez(path, **arrays)
#   hint: "np.savez adds .npz to a name that lacks it, so the file is not where it was asked for. Give it an open file."
# - replace: raise ValueError(f"the file has parameters of layer {i}, the model has {len(parameters)} layers")
#   with: continue
#   hint: "Layers that the file has in excess are passed over. It belongs to another model: refuse it."
# - replace: "if here != came:"
#   with: "if here.keys() != came.keys():"
#   hint: "You compare names only. An array of another shape gets in and breaks the next forward."
# - replace: "i, name = key.split(\".\", 1)"
#   with: "i, name = key.split(\".\")"
#   hint: "A name may have a dot of its own. Split the key at the first one only."


# %% mistake: parameters
# hint: "You check and change layer by layer. If a later one doesn't fit, the earlier ones have changed already."
def get_parameters(layers):
    return [{name: param.copy() for name, param in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("one dict for each layer")
    for layer, new in zip(layers, parameters, strict=True):
        if layer.params.keys() != new.keys():
            raise ValueError("names")
        for name in new:
            if layer.params[name].shape != np.shape(new[name]):
                raise ValueError("shapes")
            layer.params[name] = np.array(new[name], dtype=float)


def save_parameters(layers, path):
    with open(path, "wb") as file:
        np.savez(file, **{f"{i}/{name}": param for i, one in enumerate(layers) for name, param in one.params.items()})


def load_parameters(layers, path):
    parameters = [{} for _ in layers]
    with np.load(path) as arrays:
        for key in arrays:
            i, _, name = key.partition("/")
            if int(i) >= len(layers):
                raise ValueError("too many layers")
            parameters[int(i)][name] = arrays[key]
    set_parameters(layers, parameters)


# %% mistake: parameters
# hint: "You pickle the parameters. Loading such a file can run any code that its writer wished; an npz holds arrays
#   only."
import pickle


def get_parameters(layers):
    return [{name: param.copy() for name, param in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    for layer, new in zip(layers, parameters, strict=True):
        if {k: v.shape for k, v in layer.params.items()} != {k: np.shape(v) for k, v in new.items()}:
            raise ValueError("no fit")
    for layer, new in zip(layers, parameters, strict=True):
        layer.params = {name: np.array(new[name], dtype=float) for name in layer.params}


def save_parameters(layers, path):
    with open(path, "wb") as file:
        pickle.dump(get_parameters(layers), file)


def load_parameters(layers, path):
    with open(path, "rb") as file:
        set_parameters(layers, pickle.load(file))


# %% mistake: parameters
# hint: "You put numbers into the old arrays by broadcasting, so that a single number or a row fills a whole matrix. The
#   shapes must be equal."
def get_parameters(layers):
    return [{name: param.copy() for name, param in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if [list(layer.params) for layer in layers] != [
        sorted(one, key=list(layer.params).index) for layer, one in zip(layers, parameters, strict=True)
    ]:
        raise ValueError("names")
    new = [
        {
            name: np.broadcast_to(np.asarray(one[name], dtype=float), param.shape).copy()
            for name, param in layer.params.items()
        }
        for layer, one in zip(layers, parameters, strict=True)
    ]
    for layer, params in zip(layers, new, strict=True):
        layer.params = params


def save_parameters(layers, path):
    with open(path, "wb") as file:
        np.savez(file, **{f"{i}.{name}": param for i, one in enumerate(layers) for name, param in one.params.items()})


def load_parameters(layers, path):
    parameters = [{} for _ in layers]
    with np.load(path) as arrays:
        for key in arrays:
            i, name = key.split(".", 1)
            if int(i) >= len(layers):
                raise ValueError("too many layers")
            parameters[int(i)][name] = arrays[key]
    set_parameters(layers, parameters)


# %% accepts: parameters
def get_parameters(layers):
    return [dict(zip(layer.params, map(np.array, layer.params.values()), strict=True)) for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError(f"{len(layers)} layers, {len(parameters)} dicts")
    new = []
    for layer, one in zip(layers, parameters, strict=True):
        if set(layer.params) != set(one):
            raise ValueError(f"names {set(one)} for a layer with {set(layer.params)}")
        copies = {name: np.array(one[name], dtype=layer.params[name].dtype) for name in layer.params}
        if any(copies[name].shape != layer.params[name].shape for name in copies):
            raise ValueError("an array has another shape")
        new.append(copies)
    for layer, copies in zip(layers, new, strict=True):
        layer.params.update(copies)


def save_parameters(layers, path):
    # All layers' arrays in one long line, with a table of what comes where.
    arrays = {}
    for i, layer in enumerate(layers):
        for j, (name, param) in enumerate(sorted(layer.params.items())):
            arrays[f"name_{i}_{j}"] = np.array(name)
            arrays[f"array_{i}_{j}"] = param
    with open(path, mode="wb") as file:
        np.savez_compressed(file, number=len(layers), **arrays)


def load_parameters(layers, path):
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
        found = [{} for _ in range(int(arrays["number"]))]
        for key in arrays.files:
            if key.startswith("name_"):
                _, i, j = key.split("_")
                found[int(i)][str(arrays[key])] = arrays[f"array_{i}_{j}"]
    set_parameters(layers, found)


# %% accepts: parameters
import copy


def get_parameters(layers):
    return [copy.deepcopy(layer.params) for layer in layers]


def set_parameters(layers, parameters):
    def form(arrays):
        return sorted((name, np.shape(array)) for name, array in arrays.items())

    if [form(layer.params) for layer in layers] != [form(one) for one in parameters]:
        raise ValueError("the parameters belong to other layers")
    for layer, one in zip(layers, copy.deepcopy(parameters), strict=True):
        for name, array in one.items():
            layer.params[name] = np.asarray(array, dtype=np.float64)


def save_parameters(layers, path):
    with open(path, "wb") as file:
        np.savez(
            file,
            **{f"{name}@{i}": array for i, one in enumerate(get_parameters(layers)) for name, array in one.items()},
        )


def load_parameters(layers, path):
    arrays = np.load(path)
    try:
        last = max([int(key.rpartition("@")[2]) for key in arrays] + [len(layers) - 1])
        parameters = [{} for _ in range(last + 1)]
        for key in arrays:
            name, _, i = key.rpartition("@")
            parameters[int(i)][name] = arrays[key]
    finally:
        arrays.close()
    set_parameters(layers, parameters)


# %% [markdown]
# ## The model: who has its turn when
#
# A **data loader** hands out batches. Day 28's shuffled indices do it; ours, below, is a generator, so that no more
# than one batch is copied at a time. With `rng=None` it keeps the order, which we shall need to compare with Keras.
#
# `compile` is what other frameworks call *finalize*: from here on it is known what is trained, by what rule and for
# which loss. The model then lists its **trainable layers**: those that have parameters and whose `trainable` is
# true. Only these are handed to the optimiser, and only their penalties are added to the loss, as in Keras. (A
# frozen layer still passes gradients down.)
#
# One step of training then is, in this order: outputs of all layers with `training=True`; the loss, with the
# penalties; its gradient, back through all layers from last to first; one update. The loss of a batch is taken
# *before* its update. So the training loss of an epoch is a mean over many models, each a little better than the
# last, while a validation loss is that of one model, the one at the epoch's end. That is one reason why the
# validation loss is often the lower of the two in the first epochs; dropout, which works in training only, is
# another.
#
# By hand, a line $y = wx + b$ from $w = b = 0$, the examples $(1, 1), (2, 2), (3, 3)$, squared error, $\alpha = 0.1$
# and batches of two. Batch 0: errors $-1$ and $-2$, losses 1 and 4; $\bar w = \frac22(-1 - 4) = -5$ and $\bar b =
# \frac22(-1 - 2) = -3$, so $w = 0.5$, $b = 0.3$. Batch 1: output 1.8, error $-1.2$, loss 1.44; $\bar w = -7.2$,
# $\bar b = -2.4$, so $w = 1.22$, $b = 0.54$. The epoch's loss is $\frac{1 + 4 + 1.44}{3} = 2.1467$. The model at its
# end has errors 0.76, 0.98 and 1.2, and a loss of 0.9927.


# %% setup
def batches(x, y, batch_size, rng=None):
    """Yield (x, y) in batches, the last perhaps smaller: in their order, or in a random one if there is a generator."""
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for begin in range(0, len(x), batch_size):
        rows = order[begin : begin + batch_size]
        yield x[rows], y[rows]


# %% exercise: Model
class Model:
    """A chain of layers that can be trained.

    Attributes:
        layers: the layers in their order, a list.
    """

    def __init__(self):
        self.layers = []
        self.loss = None  # until compile

    def add(self, layer):
        """Put a layer at the end."""
        ### BEGIN SOLUTION
        self.layers.append(layer)
        ### END SOLUTION

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        """Settle how the model is trained, and which layers are.

        Args:
            optimizer: an Optimizer, or whatever else has update(layers).
            loss: a function, as Loss takes it.
            metric: a function of outputs and targets that returns a number or bool for each example, such as is_right;
                its mean is called "accuracy".
        """
        ### BEGIN SOLUTION
        self.optimizer, self.loss = optimizer, Loss(loss)
        self.metric, self.accuracy = metric, Mean()
        self.trained = [layer for layer in self.layers if layer.params and layer.trainable]
        ### END SOLUTION

    def predict(self, x, batch_size=256):
        """The outputs for all of x, (N, K), computed in batches and without training; works before compile, too."""
        ### BEGIN SOLUTION
        return np.concatenate([self._forward(part, False) for part, _ in batches(x, x, batch_size)])
        ### END SOLUTION

    def evaluate(self, x, y, batch_size=256):
        """The mean loss, with the penalties of the trained layers, and the metric over all examples. Changes nothing.

        Returns:
            {"loss": float, "accuracy": float}.

        Raises:
            RuntimeError: the model has not been compiled.
        """
        ### BEGIN SOLUTION
        self._begin()
        for part, targets in batches(x, y, batch_size):
            self._judge(self._forward(part, False), targets)
        return {"loss": self.loss.result(), "accuracy": self.accuracy.result()}
        ### END SOLUTION

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        """Train on batches of x and y.

        Args:
            x, y: examples and targets, arrays of N entries each, left unchanged.
            epochs: how often all examples are used, int >= 0.
            batch_size: int >= 1; the last batch of an epoch may be smaller, and is used.
            validation: (x, y) to evaluate at the end of each epoch, in batches of batch_size, or None.
            rng: a numpy.random.Generator that shuffles anew for each epoch; None keeps the order.

        Returns:
            The history: a dict of lists with one float for each epoch, "loss" and "accuracy", the means over the
            epoch's examples as they were met in training, and with validation "val_loss" and "val_accuracy", of the
            model at the epoch's end.

        Raises:
            RuntimeError: the model has not been compiled.
        """
        ### BEGIN SOLUTION
        keys = ["loss", "accuracy"] + (["val_loss", "val_accuracy"] if validation else [])
        history = {key: [] for key in keys}
        self._begin()
        for _ in range(epochs):
            self._begin()
            for part, targets in batches(x, y, batch_size, rng):
                self._judge(self._forward(part, True), targets)
                dout = self.loss.backward()
                for layer in reversed(self.layers):
                    dout = layer.backward(dout)
                self.optimizer.update(self.trained)
            history["loss"].append(self.loss.result())
            history["accuracy"].append(self.accuracy.result())
            if validation:
                for name, value in self.evaluate(*validation, batch_size).items():
                    history[f"val_{name}"].append(value)
        return history

    def _begin(self):
        """Begin new accounts."""
        if self.loss is None:
            raise RuntimeError("compile the model first")
        self.loss.reset()
        self.accuracy.reset()

    def _forward(self, x, training):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def _judge(self, outputs, targets):
        """Enter a batch into the accounts."""
        self.loss.update(outputs, targets, sum(layer.penalty() for layer in self.trained))
        self.accuracy.update(self.metric(outputs, targets))
        ### END SOLUTION

    def save(self, path):
        """Write the parameters to a file."""
        save_parameters(self.layers, path)

    def load(self, path):
        """Read the parameters from a file that `save` of a model with the same layers wrote."""
        load_parameters(self.layers, path)


# %% fixture
class Recorder(Layer):
    """Passes everything through, and remembers how it was called and with what sizes."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def forward(self, x, training=False):
        self.calls.append(("forward", len(x), bool(training)))
        return x

    def backward(self, dout):
        self.calls.append(("backward", len(dout)))
        return dout

    def taken(self):
        calls, self.calls = self.calls, []
        return calls


class First(Layer):
    """Passes everything through, and keeps the first column of each batch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x, training=False):
        self.seen.append(np.array(x[:, 0]))
        return x

    def taken(self):
        seen, self.seen = self.seen, []
        return seen


def dense(w, b, l2=0.0):
    """A dense layer with these parameters."""
    w, b = np.array(w, dtype=float), np.array(b, dtype=float)
    layer = Dense(*w.shape, np.random.default_rng(0), l2)
    layer.params = {"w": w, "b": b}
    return layer


def model_of(layers, rule=None, loss=None, metric=None, **settings):
    """A compiled model."""
    model = Model()
    for layer in layers:
        model.add(layer)
    optimizer = Optimizer(rule or day_028.sgd_step, **settings)
    model.compile(optimizer, loss or cross_entropy, metric or is_right)
    return model


def line():
    """y = 0 x + 0, to be trained by plain gradient descent at a rate of 0.1 on the squared error."""
    return model_of([dense([[0.0]], [0.0])], loss=squared_error, metric=is_close(1.0), learning_rate=0.1)


def network(params, l2, rule, settings):
    """Dense, ReLU, Dense for classes."""
    first, second = (dense(w, b, l2) for w, b in params)
    return model_of([first, Activation("relu"), second], rule, **settings)


def params_of(model):
    return [dict(layer.params) for layer in model.layers]


def through_file(model, twin):
    """Save a model, and load it into another."""
    with tempfile.TemporaryDirectory() as folder:
        model.save(os.path.join(folder, "whole.model"))
        twin.load(os.path.join(folder, "whole.model"))


# %% test: Model, points=4
# The example worked by hand.
x, y = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])
model = line()
with dd.check.unchanged([x, y], what="[x, y]"):
    history = model.fit(x, y, epochs=1, batch_size=2, validation=(x, y))
due = {"loss": [6.44 / 3], "accuracy": [1 / 3], "val_loss": [2.978 / 3], "val_accuracy": [2 / 3]}
dd.check.like(history, due, what="the history", why="this is the epoch worked by hand; a metric says who came within 1")
dd.check.like(params_of(model), [{"w": np.array([[1.22]]), "b": np.array([0.54])}], what="params after the epoch")
dd.check.like(model.evaluate(x, y, batch_size=2), {"loss": 2.978 / 3, "accuracy": 2 / 3}, what="evaluate(x, y)")
dd.check.like(model.predict(x, batch_size=2), np.array([[1.76], [2.98], [4.2]]), what="predict(x)")
# Who is called when: 5 examples in batches of 2, then 3 for validation.
recorder = Recorder()
model = model_of([recorder, dense([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])], learning_rate=0.1)
x, labels = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0], [0.0, 0.0]]), np.array([0, 1, 0, 1, 1])
history = model.fit(x, labels, epochs=1, batch_size=2, validation=(x[:3], labels[:3]))
steps = [call for n in (2, 2, 1) for call in [("forward", n, True), ("backward", n)]]
due = [*steps, ("forward", 2, False), ("forward", 1, False)]
dd.check.equal(
    recorder.taken(), due, what="the calls of a layer", why="training forward and backward by turns, then not"
)
with dd.check.raises(RuntimeError, why="the model has not been compiled"):
    Model().fit(x, labels)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)


def slow_fit(params, x, labels, l2, step, settings, epochs, batch_size, val_x, val_labels):
    """The same training written out: its history and its parameters at the end."""
    (w1, b1), (w2, b2) = params
    values, states = [w1, b1, w2, b2], [{}, {}, {}, {}]
    history = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}

    def look(x, labels, w1, b1, w2, b2):
        hidden = np.maximum(x @ w1 + b1, 0)
        z = hidden @ w2 + b2
        probs = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        losses = -np.log(probs[np.arange(len(x)), labels]) + l2 * (np.sum(w1**2) + np.sum(w2**2))
        return hidden, probs, list(losses), list(probs.argmax(axis=1) == labels)

    for _ in range(epochs):
        losses, right = [], []
        for begin in range(0, len(x), batch_size):
            part, c = x[begin : begin + batch_size], labels[begin : begin + batch_size]
            hidden, probs, some, well = look(part, c, *values)
            losses += some
            right += well
            delta = (probs - np.eye(probs.shape[1])[c]) / len(part)
            below = (delta @ values[2].T) * (hidden > 0)
            grads = [
                part.T @ below + 2 * l2 * values[0],
                below.sum(axis=0),
                hidden.T @ delta + 2 * l2 * values[2],
                delta.sum(axis=0),
            ]
            for i in range(4):
                values[i], states[i] = step(values[i], grads[i], states[i], **settings)
        history["loss"].append(sum(losses) / len(losses))
        history["accuracy"].append(sum(right) / len(right))
        _, _, losses, right = look(val_x, val_labels, *values)
        history["val_loss"].append(sum(losses) / len(losses))
        history["val_accuracy"].append(sum(right) / len(right))
    return history, values


cases = [
    (7, 5, 4, 3, 0.0, day_028.sgd_step, {"learning_rate": 0.3}, 3, 3),
    (10, 2, 6, 4, 0.05, day_028.momentum_step, {"learning_rate": 0.1, "momentum": 0.7}, 2, 4),
    (6, 3, 2, 2, 0.01, day_029.adam_step, {"learning_rate": 0.05}, 4, 6),
    (5, 1, 3, 2, 0.2, day_028.sgd_step, {"learning_rate": 0.2}, 1, 100),
    (4, 2, 3, 3, 0.0, day_028.sgd_step, {"learning_rate": 0.5}, 2, 1),
]
for n, d, h, k, l2, rule, settings, epochs, batch_size in cases:
    params = [(rng.normal(size=(d, h)), rng.normal(size=h)), (rng.normal(size=(h, k)), rng.normal(size=k))]
    x, labels = rng.normal(size=(n, d)), rng.integers(0, k, n)
    val_x, val_labels = rng.normal(size=(5, d)), rng.integers(0, k, 5)
    due, values = slow_fit(params, x, labels, l2, rule, settings, epochs, batch_size, val_x, val_labels)
    what = f"{n} examples in batches of {batch_size}, {epochs} epochs of {rule.__name__}, l2 = {l2}"
    model = network(params, l2, rule, settings)
    with dd.check.unchanged([x, labels, val_x, val_labels], what="the examples"):
        history = model.fit(x, labels, epochs, batch_size, (val_x, val_labels))
    dd.check.like(history, due, rtol=1e-7, what=f"the history of {what}")
    found = params_of(model)
    dd.check.like([found[0]["w"], found[0]["b"], found[2]["w"], found[2]["b"]], values, rtol=1e-7, what="params")
    dd.check.equal(found[1], {}, what="params of the activation")
    # Looking changes nothing, and the size of batches is a matter of memory.
    last = {"loss": due["val_loss"][-1], "accuracy": due["val_accuracy"][-1]}
    for size in (2, 100):
        dd.check.like(model.evaluate(val_x, val_labels, size), last, rtol=1e-7, what=f"evaluate in batches of {size}")
        z = np.maximum(val_x @ values[0] + values[1], 0) @ values[2] + values[3]
        dd.check.like(model.predict(val_x, size), z, rtol=1e-7, what=f"predict in batches of {size}")
    dd.check.equal(params_of(model), found, what="params after evaluate and predict", why="looking trains nothing")
    # A second fit goes on, with the optimiser's memory.
    again = model.fit(x, labels, 1, batch_size)
    longer, _ = slow_fit(params, x, labels, l2, rule, settings, epochs + 1, batch_size, val_x, val_labels)
    due = {"loss": longer["loss"][-1:], "accuracy": longer["accuracy"][-1:]}
    dd.check.like(
        again, due, rtol=1e-7, what="the history of a second fit", why="it goes on; no validation, no val_ keys"
    )
    dd.check.equal(model.fit(x, labels, epochs=0), {"loss": [], "accuracy": []}, what="the history of no epochs")

# Shuffling: all rows once an epoch, in another order each time, from rng alone, targets with their examples.
x = np.arange(24.0).reshape(12, 2)
first = First()
model = model_of([first, dense(np.zeros((2, 2)), np.zeros(2))], learning_rate=0.0)
model.fit(x, np.arange(12) % 2, 2, 5, rng=np.random.default_rng(1))
seen = first.taken()
dd.check.equal([len(part) for part in seen], [5, 5, 2, 5, 5, 2], what="the sizes of the batches")
orders = [np.concatenate(seen[:3]), np.concatenate(seen[3:])]
for order in orders:
    dd.check.equal(np.sort(order), x[:, 0], what="the examples of an epoch, sorted", why="each occurs once")
    assert not np.array_equal(order, x[:, 0]), "with a generator the order is random"
assert not np.array_equal(*orders), "every epoch has an order of its own"
model.fit(x, np.arange(12) % 2, 2, 5, rng=np.random.default_rng(1))
dd.check.equal(np.concatenate(first.taken()), np.concatenate(seen), what="the order from the same seed")
model.fit(x, np.arange(12) % 2, 2, 5)
dd.check.equal(np.concatenate(first.taken()), np.tile(x[:, 0], 2), what="the order without a generator")
flat = np.arange(20.0).reshape(20, 1) / 20
model = model_of([dense([[1.0]], [0.0])], loss=squared_error, metric=is_close(1e-9), learning_rate=0.01)
history = model.fit(flat, flat.copy(), 3, 6, rng=np.random.default_rng(2))
dd.check.like(history, {"loss": [0.0] * 3, "accuracy": [1.0] * 3}, what="the history of a perfect line, shuffled")

# Frozen layers stay, pass gradients on, and have no penalty; compile decides it.
a, b, c = (
    dense([[1.0, 2.0]], [0.5, 0.0], 0.3),
    dense([[1.0, 0.0], [1.0, 1.0]], [0.0, 1.0], 0.7),
    dense([[1.0], [2.0]], [0]),
)
b.trainable = False
model = model_of([a, b, c], loss=squared_error, metric=is_close(0.1), learning_rate=0.01)
x, y = np.array([[1.0], [-1.0]]), np.array([[2.0], [3.0]])
z = ((x @ [[1.0, 2.0]] + [0.5, 0.0]) @ [[1.0, 0.0], [1.0, 1.0]] + [0.0, 1.0]) @ [[1.0], [2.0]]
due = {"loss": float(np.mean((z - y) ** 2)) + 0.3 * 5.0, "accuracy": 0.0}
dd.check.like(
    model.evaluate(x, y), due, what="evaluate with a frozen layer", why="only trained layers' penalties count"
)
before = params_of(model)
model.fit(x, y, batch_size=2)
after = params_of(model)
dd.check.equal(after[1], before[1], what="params of the frozen layer")
pulled = 2 * (z - y) / 2 @ np.array([[1.0, 2.0]]) @ np.array([[1.0, 1.0], [0.0, 1.0]])
dw = x.T @ pulled + 0.6 * np.array([[1.0, 2.0]])
dd.check.like(
    after[0]["w"], before[0]["w"] - 0.01 * dw, what="w below the frozen layer", why="gradients pass through it"
)
assert not np.array_equal(after[2]["w"], before[2]["w"]), "the layer above the frozen one is trained"

# Dropout works in training only, the metric may give numbers, and models don't share anything.
recorder, other = Recorder(), line()
model = model_of([recorder, dense([[1.0]], [0.0])], None, squared_error, is_close(0.5), learning_rate=0.1)
model.predict(np.ones((5, 1)), 2)
model.evaluate(np.ones((3, 1)), np.ones((3, 1)), 2)
due = [("forward", n, False) for n in (2, 2, 1, 2, 1)]
dd.check.equal(recorder.taken(), due, what="the calls of a layer in predict and evaluate", why="nothing is trained")
dd.check.equal(len(other.layers), 1, what="number of layers of another model")
raw = Model()
raw.add(dense([[2.0, 1.0]], [1.0, 0.0]))
dd.check.like(raw.predict(np.array([[3.0]])), np.array([[7.0, 3.0]]), what="predict before compile")
for call in (
    lambda: raw.evaluate(np.ones((1, 1)), np.zeros(1, int)),
    lambda: raw.fit(np.ones((1, 1)), np.zeros(1, int)),
):
    with dd.check.raises(RuntimeError, why="the model has not been compiled"):
        call()
with dd.check.raises(RuntimeError, why="the model has not been compiled, however few the epochs"):
    raw.fit(np.ones((1, 1)), np.zeros(1, int), epochs=0)
twin = Model()
twin.add(dense([[0.0, 0.0]], [0.0, 0.0]))
through_file(raw, twin)
dd.check.like(twin.predict(np.array([[3.0]])), np.array([[7.0, 3.0]]), what="predict after save and load")
### END HIDDEN TESTS

# %% mistakes: Model
# - replace: for layer in reversed(self.layers)
#   with: for layer in self.layers
#   hint: "The gradient travels from the last layer to the first."
# - replace: self._judge(self._forward(part, True), targets)
#   with: self._judge(self._forward(part, False), targets)
#   hint: "In fit the layers must hear that they are training; dropout would never drop anything."
# - replace: self._judge(self._forward(part, False), targets)
#   with: self._judge(self._forward(part, True), targets)
#   hint: "evaluate tells the layers that they are training, so dropout is at work while you measure."
# - replace: |-
#     [self._forward(part, False)
#   with: |-
#     [self._forward(part, True)
#   hint: "A prediction is no training: the layers must hear so."
# - replace: sum(layer.penalty() for layer in self.trained)
#   with: "0.0"
#   hint: "The penalties are not in the loss that you report."
# - replace: sum(layer.penalty() for layer in self.trained)
#   with: sum(layer.penalty() for layer in self.layers)
#   hint: "Frozen layers' penalties are in your loss. Nothing can lower them."
# - replace: if layer.params and layer.trainable
#   with: if layer.params
#   hint: "Layers whose trainable is false are trained all the same."
# - replace: |-
#     for _ in range(epochs):
#                 self._begin()
#   with: |-
#     for _ in range(epochs):
#   hint: "The accounts are not closed at the end of an epoch: each reports a mean over all epochs so far."
# - replace: batches(x, y, batch_size, rng)
#   with: batches(x, y, batch_size)
#   hint: "The generator goes unused: the order is the same in every epoch."
# - replace: (*validation, batch_size)
#   with: (x, y, batch_size)
#   hint: "You evaluate the training data. Whatever validation holds goes unused."
# - replace: |-
#     history["loss"].append(self.loss.result())
#                 history["accuracy"].append(self.accuracy.result())
#                 if validation:
#                     for name, value in self.evaluate(*validation, batch_size).items():
#                         history[f"val_{name}"].append(value)
#   with: |-
#     if validation:
#                     for name, value in self.evaluate(*validation, batch_size).items():
#                         history[f"val_{name}"].append(value)
#                 history["loss"].append(self.loss.result())
#                 history["accuracy"].append(self.accuracy.result())
#   hint: "evaluate begins new accounts, so what you enter as training loss afterwards is the validation's. Read first."
# - replace: |-
#     for name, value in self.evaluate(*validation, batch_size).items():
#   with: |-
#     for name, value in self.evaluate(*validation).items():
#   hint: "The validation is run in batches of another size than batch_size."


# %% mistake: Model
# hint: "The loss of a batch is taken after its update. It belongs before: it is the loss whose gradient made the step."
class Model:
    def __init__(self):
        self.layers, self.loss = [], None

    def add(self, layer):
        self.layers.append(layer)

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        self.optimizer, self.loss, self.metric, self.accuracy = optimizer, Loss(loss), metric, Mean()
        self.trained = [layer for layer in self.layers if layer.params and layer.trainable]

    def run(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def predict(self, x, batch_size=256):
        return np.concatenate([self.run(x[i : i + batch_size]) for i in range(0, len(x), batch_size)])

    def start(self):
        if self.loss is None:
            raise RuntimeError("compile first")
        self.loss.reset()
        self.accuracy.reset()

    def enter(self, outputs, y):
        self.loss.update(outputs, y, sum(layer.penalty() for layer in self.trained))
        self.accuracy.update(self.metric(outputs, y))

    def evaluate(self, x, y, batch_size=256):
        self.start()
        for part, targets in batches(x, y, batch_size):
            self.enter(self.run(part), targets)
        return {"loss": self.loss.result(), "accuracy": self.accuracy.result()}

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        history = {"loss": [], "accuracy": []} | ({"val_loss": [], "val_accuracy": []} if validation else {})
        self.start()
        for _ in range(epochs):
            self.start()
            for part, targets in batches(x, y, batch_size, rng):
                step = Loss(self.loss.function)
                step.update(self.run(part, True), targets)
                dout = step.backward()
                for layer in self.layers[::-1]:
                    dout = layer.backward(dout)
                self.optimizer.update(self.trained)
                self.enter(self.run(part, False), targets)
            history["loss"].append(self.loss.result())
            history["accuracy"].append(self.accuracy.result())
            if validation:
                for name, value in self.evaluate(*validation, batch_size).items():
                    history["val_" + name].append(value)
        return history

    def save(self, path):
        save_parameters(self.layers, path)

    def load(self, path):
        load_parameters(self.layers, path)


# %% mistake: Model
# hint: "The rows that don't fill a batch are dropped. The last batch of an epoch may be smaller, and is used."
class Model:
    def __init__(self):
        self.layers, self.loss = [], None

    def add(self, layer):
        self.layers.append(layer)

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        self.optimizer, self.loss, self.metric, self.accuracy = optimizer, Loss(loss), metric, Mean()
        self.trained = [layer for layer in self.layers if layer.params and layer.trainable]

    def run(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def predict(self, x, batch_size=256):
        return np.concatenate([self.run(x[i : i + batch_size]) for i in range(0, len(x), batch_size)])

    def start(self):
        if self.loss is None:
            raise RuntimeError("compile first")
        self.loss.reset()
        self.accuracy.reset()

    def enter(self, outputs, y):
        self.loss.update(outputs, y, sum(layer.penalty() for layer in self.trained))
        self.accuracy.update(self.metric(outputs, y))

    def evaluate(self, x, y, batch_size=256):
        self.start()
        for part, targets in batches(x, y, batch_size):
            self.enter(self.run(part), targets)
        return {"loss": self.loss.result(), "accuracy": self.accuracy.result()}

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        history = {"loss": [], "accuracy": []} | ({"val_loss": [], "val_accuracy": []} if validation else {})
        self.start()
        for _ in range(epochs):
            self.start()
            order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
            for i in range(max(1, len(x) // batch_size)):
                rows = order[i * batch_size : (i + 1) * batch_size]
                self.enter(self.run(x[rows], True), y[rows])
                dout = self.loss.backward()
                for layer in self.layers[::-1]:
                    dout = layer.backward(dout)
                self.optimizer.update(self.trained)
            history["loss"].append(self.loss.result())
            history["accuracy"].append(self.accuracy.result())
            if validation:
                for name, value in self.evaluate(*validation, batch_size).items():
                    history["val_" + name].append(value)
        return history

    def save(self, path):
        save_parameters(self.layers, path)

    def load(self, path):
        load_parameters(self.layers, path)


# %% equivalents: Model
# - replace: 'self.trained = [layer for layer in self.layers if layer.params and layer.trainable]'
#   with: 'self.trained = [layer for layer in self.layers if layer.trainable]'
#   reason: "A layer without parameters has no penalty, and the optimiser finds nothing in it."
# - replace: '"""Begin new accounts."""'
#   with: 'pass'
#   reason: "A docstring does nothing."
# - replace: '"""Enter a batch into the accounts."""'
#   with: 'pass'
#   reason: "A docstring does nothing."


# %% accepts: Model
class Model:
    # Separate accounts for training and evaluation.
    def __init__(self):
        self.layers = []
        self.ready = False

    def add(self, layer):
        self.layers += [layer]

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        self.optimizer, self.loss_function, self.metric, self.ready = optimizer, loss, metric, True
        self.learning = [layer for layer in self.layers if layer.trainable and len(layer.params)]

    def outputs(self, x, training):
        from functools import reduce

        return reduce(lambda values, layer: layer.forward(values, training), self.layers, x)

    def predict(self, x, batch_size=256):
        rows = range(0, len(x), batch_size)
        return np.vstack([self.outputs(x[begin : begin + batch_size], False) for begin in rows])

    def run(self, x, y, batch_size, rng, training):
        if not self.ready:
            raise RuntimeError("not compiled")
        loss, accuracy = Loss(self.loss_function), Mean()
        for some, targets in batches(x, y, batch_size, rng):
            outputs = self.outputs(some, training)
            loss.update(outputs, targets, sum([layer.penalty() for layer in self.learning]))
            accuracy.update(self.metric(outputs, targets))
            if training:
                dout = loss.backward()
                for layer in self.layers[::-1]:
                    dout = layer.backward(dout)
                self.optimizer.update(self.learning)
        return {"loss": loss.result(), "accuracy": accuracy.result()}

    def evaluate(self, x, y, batch_size=256):
        return self.run(x, y, batch_size, None, False)

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        if not self.ready:
            raise RuntimeError("not compiled")
        history = {"loss": [], "accuracy": []}
        if validation is not None:
            history |= {"val_loss": [], "val_accuracy": []}
        for _ in range(epochs):
            epoch = self.run(x, y, batch_size, rng, True)
            if validation is not None:
                val = self.run(*validation, batch_size, None, False)
                epoch |= {f"val_{name}": value for name, value in val.items()}
            for name, value in epoch.items():
                history[name].append(value)
        return history

    def save(self, path):
        save_parameters(self.layers, path)

    def load(self, path):
        load_parameters(self.layers, path)


# %% accepts: Model
class Model:
    def __init__(self):
        self.layers = []
        self.loss = None

    def add(self, layer):
        self.layers.insert(len(self.layers), layer)

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        self.optimizer = optimizer
        self.loss, self.right, self.metric = Loss(loss), Mean(), metric
        self.trained = list(filter(lambda layer: layer.params and layer.trainable, self.layers))

    def predict(self, x, batch_size=256):
        parts = []
        for begin in range(0, len(x), batch_size):
            values = x[begin : begin + batch_size]
            for layer in self.layers:
                values = layer.forward(values)
            parts.append(values)
        return np.concatenate(parts, axis=0)

    def evaluate(self, x, y, batch_size=256):
        if self.loss is None:
            raise RuntimeError("compile comes first")
        outputs = self.predict(x, batch_size)
        losses, _ = self.loss.function(outputs, y)
        penalty = sum(layer.penalty() for layer in self.trained)
        return {"loss": float(np.mean(losses)) + penalty, "accuracy": float(np.mean(self.metric(outputs, y)))}

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        if self.loss is None:
            raise RuntimeError("compile comes first")
        history = {name: [] for name in ("loss", "accuracy", "val_loss", "val_accuracy")[: 4 if validation else 2]}
        for _ in range(epochs):
            self.loss.reset()
            self.right.reset()
            order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
            for rows in np.split(order, range(batch_size, len(x), batch_size)):
                values = x[rows]
                for layer in self.layers:
                    values = layer.forward(values, training=True)
                self.loss.update(values, y[rows], sum(layer.penalty() for layer in self.trained))
                self.right.update(self.metric(values, y[rows]))
                slope = self.loss.backward()
                for i in range(len(self.layers) - 1, -1, -1):
                    slope = self.layers[i].backward(slope)
                self.optimizer.update(self.trained)
            row = [self.loss.result(), self.right.result()]
            if validation:
                row += self.evaluate(*validation, batch_size).values()
            for values, value in zip(history.values(), row, strict=True):
                values.append(value)
        return history

    def save(self, path):
        save_parameters(self.layers, path)

    def load(self, path):
        load_parameters(self.layers, path)


# %% [markdown]
# ## Is every gradient right?
#
# Before a framework is trusted it is checked as a whole (Day 27): nudge one parameter, run the model, and compare the
# change of its loss, penalties included, with what `backward` left in `grads`. All layers are in the chain, each
# activation once; dropout is left out, since it draws anew each time.

# %% demo
rng = np.random.default_rng(34)
model = Model()
for layer in (
    Dense(6, 5, rng, l2=0.02),
    Activation("tanh"),
    Dense(5, 7, rng),
    Activation("sigmoid"),
    Dense(7, 6, rng, l2=0.01),
    Activation("softmax"),
    Dense(6, 8, rng),
    Activation("relu"),
    Dense(8, 3, rng, l2=0.03),
):
    model.add(layer)
model.compile(Optimizer(day_028.sgd_step, learning_rate=0.0))  # a rate of 0: the gradients are taken, nothing moves
x, labels = rng.normal(size=(9, 6)), rng.integers(0, 3, 9)
model.fit(x, labels, batch_size=9)
taken = [{name: grad.copy() for name, grad in layer.grads.items()} for layer in model.layers]
start, step, worst, count = get_parameters(model.layers), 1e-5, 0.0, 0
for i, one in enumerate(start):
    for name, param in one.items():
        for index in np.ndindex(param.shape):
            losses = []
            for offset in (step, -step):
                moved = get_parameters(model.layers)
                moved[i][name][index] = param[index] + offset
                set_parameters(model.layers, moved)
                losses.append(model.evaluate(x, labels)["loss"])
                set_parameters(model.layers, start)
            slope = (losses[0] - losses[1]) / (2 * step)
            worst, count = max(worst, abs(slope - taken[i][name][index])), count + 1
print(f"{count} gradients through nine layers; the largest difference is {worst:.1e}")
assert worst < 1e-7

# %% [markdown]
# ## The same network in Keras
#
# Now the test that this day has been heading for. Digits of 64 pixels, a dense layer of 32 ReLUs with a penalty and a
# dense layer of 10 logits; Adam; batches of 32 in one fixed order; 12 epochs, with validation. Both start from *your*
# weights. Keras computes in float32 by habit, in float64 if asked. What will the two histories differ by?

# %% demo
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.zeros(1)  # the first use starts the devices

(x_train, y_train), (x_test, y_test) = dd.data.digits(test_fraction=0.25, seed=34)


def classifier(rng, l2=0.0, rate=0.0, units=32):
    """Dense, ReLU, dropout if there is a rate, Dense: compiled with Adam."""
    model = Model()
    model.add(Dense(64, units, rng, l2))
    model.add(Activation("relu"))
    if rate:
        model.add(Dropout(rate, rng))
    model.add(Dense(units, 10, rng, l2))
    model.compile(Optimizer(day_029.adam_step, learning_rate=0.003))
    return model


def compute_in(dtype):
    """Have Keras use a dtype for new layers, and for losses."""
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)


def keras_twin(start, dtype):
    """The same network in Keras, from the same start, with everything computed in one dtype."""
    compute_in(dtype)
    l2 = keras.regularizers.L2(1e-3)
    hidden = keras.layers.Dense(32, activation="relu", kernel_regularizer=l2)
    twin = keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(10, kernel_regularizer=l2)])
    twin.set_weights([one[name] for one in start for name in ("w", "b") if one])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    twin.compile(optimizer=keras.optimizers.Adam(0.003), loss=loss, metrics=["accuracy"])
    return twin


def rounded_adam(param, grad, state, learning_rate):
    """Adam, where what corrects the bias is computed from weights of the past and a rate that are float32."""
    rate, beta_1, beta_2 = (float(np.float32(number)) for number in (learning_rate, 0.9, 0.999))
    t, first, second = state.get("t", 0) + 1, state.get("first", 0.0), state.get("second", 0.0)
    first, second = 0.9 * first + 0.1 * grad, 0.999 * second + 0.001 * grad**2
    rate = rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return param - rate * first / (np.sqrt(second) + 1e-7), {"t": t, "first": first, "second": second}


def keras_history(start, dtype):
    fitted = keras_twin(start, dtype).fit(
        x_train, y_train, epochs=12, batch_size=32, shuffle=False, verbose=0, validation_data=(x_test, y_test)
    )
    return fitted.history


model = classifier(np.random.default_rng(34), l2=1e-3)
start = get_parameters(model.layers)
yours = model.fit(x_train, y_train, 12, 32, (x_test, y_test))
other = classifier(np.random.default_rng(34), l2=1e-3)  # it starts alike
other.compile(Optimizer(rounded_adam, learning_rate=0.003))
rounded = other.fit(x_train, y_train, 12, 32, (x_test, y_test))
single, double = keras_history(start, "float32"), keras_history(start, "float64")
compute_in("float32")
differences = {}
for name, mine, theirs in (
    ("Keras in float32", yours, single),
    ("Keras in float64", yours, double),
    ("float64, Adam rounded", rounded, double),
):
    differences[name] = {key: np.abs(np.subtract(mine[key], theirs[key])) for key in mine}
    largest = {key: float(values.max()) for key, values in differences[name].items()}
    print(f"{name:21}", ", ".join(f"{key} {value:.1e}" for key, value in largest.items()))
    assert max(largest["loss"], largest["val_loss"]) < 1e-4
assert max(float(values.max()) for values in differences["Keras in float64"].values()) < 1e-4

fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
epochs = np.arange(1, 13)
for key, label in (("loss", "training"), ("val_loss", "validation")):
    left.plot(epochs, yours[key], label=f"{label}, yours")
    left.plot(epochs, double[key], linestyle="none", marker="o" if key == "loss" else "s", label=f"{label}, Keras")
left.set(title="Two frameworks, one history", xlabel="epoch", ylabel="loss, with penalty")
left.legend()
for (name, found), marker in zip(differences.items(), "os^", strict=True):
    right.semilogy(epochs, np.maximum(found["loss"], 1e-17), marker=marker, label=name)
right.axhline(1e-4, color="0.4", linestyle=":", label="the promise")
right.set(title="How far apart?", xlabel="epoch", ylabel="difference of the training loss")
right.legend(loc="lower left")
dd.plot.show(
    "Left, training and validation loss over 12 epochs, falling from about 2 and 1.5 to 0.26: the marks of Keras lie "
    "on your lines. Right, the difference of the training losses on a logarithmic axis: some 1e-6 with Keras in either "
    "precision, with a rounded Adam a hundred times less, all far below a dotted line at 1e-4."
)
print(f"accuracy on new digits: yours {yours['val_accuracy'][-1]:.4f}, Keras {double['val_accuracy'][-1]:.4f}")

# %% [markdown]
# Some 500 updates later the losses agree to five digits. That is a strict test: a penalty with a half too many, an
# average of batch means, Adam's epsilon in the other place, a validation before the last update would each show. And
# what is left? Float64 doesn't remove it, so it is no rounding of sums. Whoever reads Keras's Adam finds that 0.999
# is turned into a float32 before its powers are taken, and the rate likewise. In the first step $1 - 0.999^1$ is
# then wrong in its fifth digit. Do the same, as `rounded_adam` does, and the rest all but vanishes. (With float32
# layers an accuracy may also differ by one example in a thousand, where two logits are nearly equal.)
#
# One thing would not show: an error that two implementations share. Against that only the numerical gradient above
# helps.
#
# ## What the switches are for
#
# Thirty digits of each kind would be plenty for a person; here are 15. A wide network learns them by heart. What do the
# penalty and dropout change? Three starts each, 60 epochs, everything else equal.

# %% demo
few = np.concatenate([np.flatnonzero(y_train == digit)[:15] for digit in range(10)])
settings = {"neither": {}, "penalty, l2 = 0.003": {"l2": 3e-3}, "dropout, rate 0.5": {"rate": 0.5}}
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
ends = {}
for i, (name, setting) in enumerate(settings.items()):
    runs = []
    for seed in range(3):
        rng = np.random.default_rng([34, seed])
        model = classifier(rng, units=128, **setting)
        runs.append(model.fit(x_train[few], y_train[few], 60, 32, (x_test, y_test), rng))
    mean = {key: np.mean([run[key] for run in runs], axis=0) for key in runs[0]}
    ends[name] = {key: values[-1] for key, values in mean.items()} | {"on the way": mean["accuracy"].mean()}
    left.semilogy(mean["val_loss"], color=f"C{i}", label=name)
    right.plot(mean["accuracy"], color=f"C{i}", linewidth=1, linestyle=":")
    right.plot(mean["val_accuracy"], color=f"C{i}", label=name)
    print(
        f"{name:20} accuracy in training {ends[name]['accuracy']:.3f}, on new digits {ends[name]['val_accuracy']:.3f}"
    )
left.set(title="Validation loss (means of three)", xlabel="epoch", ylabel="loss, with penalty")
left.legend()
right.set(title="Accuracy: dotted in training", xlabel="epoch", ylabel="share right", ylim=(0.5, 1.02))
right.legend(loc="lower right")
dd.plot.show(
    "Left, validation loss over 60 epochs for three settings, all falling; that with a penalty stays higher, since the "
    "penalty is part of it. Right, accuracy: dotted training curves reach about 1, that with dropout last; solid "
    "validation curves level off close together near 0.9."
)
assert all(end["val_accuracy"] > 0.8 for end in ends.values())
assert ends["neither"]["accuracy"] > 0.99
assert ends["dropout, rate 0.5"]["on the way"] < ends["neither"]["on the way"]

# %% [markdown]
# Look at dropout's dotted curve first: it lies *below* the others although the model is as good, since in training
# half of the units are missing. A training accuracy under dropout, like a training loss with a penalty, can't be
# compared with a bare one. On new digits the three end close together here. Regularisation is a switch to be tried
# on validation data, and no rule says that it must help.
#
# Last, another kind of task and a file. Nothing in `Model` knows about classes: with `squared_error` and `is_close` it
# fits a curve. Half of the training, save, load into a fresh model, and go on?


# %% demo
def curve_model(seed):
    rng = np.random.default_rng(seed)
    model = Model()
    for layer in (Dense(1, 24, rng), Activation("tanh"), Dense(24, 24, rng), Activation("tanh"), Dense(24, 1, rng)):
        model.add(layer)
    model.compile(Optimizer(day_029.adam_step, learning_rate=0.01), squared_error, is_close(0.1))
    return model


x_line = np.linspace(-1, 1, 120)[:, np.newaxis]  # (120, 1)
wave = np.sin(4 * x_line) * (1 - 0.5 * x_line)
model = curve_model(1)
history = model.fit(x_line, wave, epochs=150, batch_size=24, rng=np.random.default_rng(34))
model.save("curve.weights")
fresh = curve_model(2)
before = fresh.evaluate(x_line, wave)
fresh.load("curve.weights")
os.remove("curve.weights")
after, due = fresh.evaluate(x_line, wave), model.evaluate(x_line, wave)
print(
    f"share within 0.1: untrained {before['accuracy']:.2f}, loaded {after['accuracy']:.2f}, saved {due['accuracy']:.2f}"
)
assert after == due and after["accuracy"] > 0.9

# %% [markdown]
# To the last bit. What the file does *not* hold: the optimiser's states. A training that is to go on as if nothing had
# happened must save those as well; with Adam the first steps after loading would otherwise be larger than they should.
#
# ## What you should remember
#
# - A framework is a division of labour: layers know slopes, the loss keeps accounts, the optimiser keeps states, the
#   model keeps the order. None needs another's formulas.
# - `training` is told to every layer, since dropout must work in training only; the backward pass uses what the *last*
#   forward kept.
# - Means are accumulated as sums and counts. A penalty is part of the loss, and $1/N$ enters once, in the loss.
# - Training loss is taken before each update and averaged over a changing model; validation loss is that of one model.
# - Copy what is taken out and put in, check before changing, and store arrays, not objects that run.
#
# ## Check yourself
#
# 1. You validate after every tenth *batch* and not at the end of the epoch. What in today's `Model` breaks?
# 2. Two layers should share one weight matrix. Which rule of the protocol stands in the way, and what would you change?
# 3. Your histories agree with Keras's in the first epoch and drift apart slowly from the second on. Where do you look?
#
# <details><summary>Answers</summary>
#
# 1. `evaluate` begins new accounts, so the training loss of the batches before it is lost. It also runs `forward` of
#    every layer, and a backward pass after it would use the validation batch's inputs. Here each backward comes right
#    after its own forward, so only the accounts break; give the evaluation its own.
# 2. `backward` sets the gradients: the second call wipes out the first one's share. With sharing they must add up, and
#    somebody must clear them at the start of a step, as in PyTorch.
# 3. Not in the forward pass, nor in the loss. Look at what differs after one epoch: the order of the batches, the
#    optimiser's state and its epsilon, the size of the last batch.
#
# </details>
#
# ## Go further
#
# - L. Bottou and P. Gallinari, "A framework for the cooperation of learning algorithms", *NIPS 3*, 1991: networks as
#   modules, each with a way forward and a way back.
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", *AISTATS*,
#   2010: where the limit of the weights' start comes from.
# - N. Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", *JMLR* 15, 2014.
# - A. Paszke and others, "PyTorch: an imperative style, high-performance deep learning library", *NeurIPS*, 2019: the
#   same parts at full size, and why they are as they are.
# - Day 35 reads real image folders with this framework; Day 37 begins Keras.
