# ---
# day: 33
# title: Batch normalisation from scratch
# week: 7
# minutes: 100
# backend: numpy
# needs: [3, 5, 26, 28, 31, 32]
# data: [digits]
# papers:
# - "Ioffe and Szegedy 2015, Batch normalization: accelerating deep network training by reducing internal covariate
#   shift"
# - Ba, Kiros and Hinton 2016, Layer normalization
# - Santurkar, Tsipras, Ilyas and Madry 2018, How does batch normalization help optimization?
# - Wu and He 2018, Group normalization
# ---

# %% [markdown]
# # Day 33 · Batch normalisation from scratch
#
# By the end you can put a layer into a network that keeps its numbers on one scale at every depth, send gradients
# back through it, and say when it helps, when it harms, and how to make it vanish.
#
# - **You will build** four NumPy functions: batch normalisation forward, in training and in inference; its backward
#   pass; layer normalisation; and the folding of a trained batch norm into the layer before it. With them a network
#   of twelve hidden layers reads digits from a start at which it otherwise learns nothing.
# - **You need** standardised features (Day 3), softmax and cross-entropy (Day 5), gradients of layers (Day 26),
#   running averages (Day 28), starting weights (Day 31).
# - **Not today:** layer norm inside a Transformer (Day 86), freezing batch norm when a trained network is tuned to a
#   new task (Day 55).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N,\ D$ | examples in the batch, features of each | scalars | |
# | $x$, $x_{nd}$ | what is normalised; feature $d$ of example $n$ | $(N, D)$ | `x` |
# | $\mu,\ v$ | mean, variance: of a feature over the batch; layer norm: of a row | $(D,)$; $(N,)$ | `mean`, `var` |
# | $\varepsilon$ | a small number that keeps a root from 0 | scalar | `epsilon` |
# | $\hat x$ | $x$ normalised; the hat is the papers', not that of an estimate | $(N, D)$ | `x_hat` |
# | $\gamma,\ \beta$ | scale and shift, which are trained | $(D,)$ | `gamma`, `beta` |
# | $y$ | the output, $\gamma \hat x + \beta$ | $(N, D)$ | `out` |
# | $\tilde\mu,\ \tilde v$ | running averages of $\mu$ and $v$ | $(D,)$ | `running` |
# | $\rho$ | weight of the past in them | scalar | `momentum` |
# | $L$ | the loss of the batch | $()$ | |
# | $\bar y,\ \bar x$ | gradients $\partial L/\partial y$, $\partial L/\partial x$ (Day 26) | $(N, D)$ | `dout`, `dx` |
# | $g$ | gradient with respect to $\hat x$ | $(N, D)$ | |
# | $w, b;\ w', b'$ | weights, biases of a dense layer; folded ones | $(D, M)$, $(M,)$ | `w`, `b` |
# | $M$ | units of that layer | scalar | |

# %% setup
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## The numbers inside
#
# On Day 3 features were standardised before training, because one learning rate cannot serve columns of sizes 1 and
# 1,000. Inside a network nobody does that. The second layer gets its features from the first, and what they look
# like depends on the first layer's weights: at the start on how they were drawn, and later on every step of
# training. Each layer multiplies the scale of its numbers by some factor. With twelve layers a factor of 0.3 leaves
# $0.3^{12} \approx 5 \cdot 10^{-7}$, a factor of 2 makes 4,096. Day 31 chose starting weights so that the factor is
# about 1. That is a promise for step 0 only.
#
# **Batch normalisation** (Ioffe and Szegedy, 2015) does not promise, it enforces: between two layers it standardises
# each feature, by the mean and the variance that this feature has *in the batch at hand*.
#
# **By hand.** Four examples, two features:
#
# $$x = \begin{pmatrix} 1 & 3 \\ 1 & 9 \\ 7 & 11 \\ 7 & 17 \end{pmatrix}, \qquad
# \mu = (4,\ 10), \qquad v = (9,\ 25), \qquad
# \hat x = \begin{pmatrix} -1 & -1.4 \\ -1 & -0.2 \\ 1 & 0.2 \\ 1 & 1.4 \end{pmatrix}.$$
#
# The variance is the mean of the squared distances from $\mu$, divided by $N$ and not by $N - 1$: $(9+9+9+9)/4$ and
# $(49+1+1+49)/4$. In general, with $(D,)$ broadcast over $N$ rows,
#
# $$\hat x = \frac{x - \mu}{\sqrt{v + \varepsilon}}, \qquad y = \gamma \hat x + \beta .$$
#
# The $\varepsilon$ is *under* the root. It keeps a constant column from dividing 0 by 0; $\hat x$ is 0 there.
#
# **Why $\gamma$ and $\beta$?** A sigmoid whose inputs always have mean 0 and variance 1 works in its nearly straight
# middle; a ReLU is off for half of the examples, whatever would be best. So each feature gets a scale and a shift of
# its own, to be learned like any weights. They start at 1 and 0. With $\gamma = \sqrt{v + \varepsilon}$ and $\beta =
# \mu$ the layer would undo itself, so nothing is lost. But now scale and shift are two numbers that descent can
# reach directly, and no longer the joint effect of all layers below. With $\gamma = (2, 10)$ and $\beta = (1, 0)$
# the example becomes
#
# $$y = \begin{pmatrix} -1 & -14 \\ -1 & -2 \\ 3 & 2 \\ 3 & 14 \end{pmatrix}.$$
#
# ## Two lives: training and inference
#
# In training an example's output depends on the company that it is in. For a batch that is fine; for a single
# question tomorrow there is no company, and an answer must not depend on who else asks. So the layer keeps **running
# averages**, as on Day 28, of the means and the variances that it meets in training:
#
# $$\tilde\mu \leftarrow \rho\, \tilde\mu + (1 - \rho)\, \mu, \qquad
# \tilde v \leftarrow \rho\, \tilde v + (1 - \rho)\, v .$$
#
# They start at 0 and 1. In **inference** they take the place of $\mu$ and $v$ and are left alone. By hand, with
# $\rho = 0.9$, our batch moves $\tilde\mu$ from $(0, 0)$ to $(0.4, 1)$ and $\tilde v$ from $(1, 1)$ to $(1.8, 3.4)$.
# And with $\tilde\mu = (4, 10)$, $\tilde v = (9, 25)$ the single example $(7, 20)$ has $\hat x = (1, 2)$.
#
# The libraries differ in three details. Keras's `momentum` is our $\rho$, 0.99 unless you say otherwise; PyTorch's
# is the weight of the *new*, $1 - \rho$, and 0.1. Keras averages the variance as it is; PyTorch and the paper
# multiply it by $\frac{N}{N-1}$ before they do. And $\varepsilon$ is 0.001 in Keras, $10^{-5}$ in PyTorch. We do as
# Keras does. There is no bias correction: at $\rho = 0.99$ the start still counts $0.99^{100} = 37\%$ after a hundred
# steps.
#
# **Pictures.** On $(N, H, W, D)$, pictures of $H \times W$ places with $D$ channels, a channel's numbers at all
# places count as examples of one feature. The rule for every shape: average over all axes but the last.


# %% exercise: batchnorm_forward
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    """Batch normalisation over all axes but the last.

    Args:
        x: float or int array (N, ..., D), none of these 0. Left unchanged, as are all other arguments.
        gamma, beta: scale and shift, float arrays (D,).
        running: the running averages so far, {"mean": float array (D,), "var": float array (D,)}.
        momentum: weight of the past in the running averages, from 0 to 1.
        training: True to normalise by the batch and to update the averages; False to normalise by the averages.
        epsilon: what is added to the variance, a number >= 0.

    Returns:
        Tuple (out, new_running, cache):
        out: float array in the shape of x.
        new_running: a new dict like running, of new arrays; in training the averages with this batch in them, in
            inference as they were.
        cache: what the backward pass needs: {"x_hat": x normalised, before scale and shift, "inv_std": float array
            (D,), 1 over the root that x was divided by, "gamma": gamma, "training": training}.
        About 10 lines.
    """
    ### BEGIN SOLUTION
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes)  # (D,) each
        new = {"mean": mean, "var": var}
        new_running = {name: momentum * running[name] + (1 - momentum) * new[name] for name in new}
    else:
        mean, var = running["mean"], running["var"]
        new_running = {"mean": mean.copy(), "var": var.copy()}
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache
    ### END SOLUTION


# %% test: batchnorm_forward, points=3
x = np.array([[1.0, 3.0], [1.0, 9.0], [7.0, 11.0], [7.0, 17.0]])
gamma, beta = np.array([2.0, 10.0]), np.array([1.0, 0.0])
running = {"mean": np.zeros(2), "var": np.ones(2)}
with dd.check.unchanged([x, gamma, beta], what="x, gamma or beta"), dd.check.unchanged(running, what="running"):
    result = batchnorm_forward(x, gamma, beta, running, momentum=0.9, epsilon=0.0)
dd.check.kind(result, tuple, why="output, running averages and cache come back together")
assert len(result) == 3, "three things are due: out, new_running and cache"
out, new_running, cache = result
x_hat = np.array([[-1.0, -1.4], [-1.0, -0.2], [1.0, 0.2], [1.0, 1.4]])
dd.check.like(out, gamma * x_hat + beta, what="out", why="this is the example worked by hand")
due = {"mean": np.array([0.4, 1.0]), "var": np.array([1.8, 3.4])}
dd.check.like(new_running, due, what="new_running", why="nine tenths of the past and one of the batch, as by hand")
why = "the backward pass finds what it needs there"
assert set(cache) == {"x_hat", "inv_std", "gamma", "training"}, f"the cache has the keys {sorted(cache)}"
dd.check.like(cache["x_hat"], x_hat, what='cache["x_hat"]', why="it is what scale and shift are applied to")
dd.check.like(cache["inv_std"], np.array([1 / 3, 0.2]), what='cache["inv_std"]', why="the deviations are 3 and 5")
dd.check.like(cache["gamma"], gamma, what='cache["gamma"]', why=why)
dd.check.equal(cache["training"], True, what='cache["training"]', why=why)
# Inference: one example, by the running averages.
running = {"mean": np.array([4.0, 10.0]), "var": np.array([9.0, 25.0])}
with dd.check.unchanged(running, what="running"):
    out, new_running, cache = batchnorm_forward(np.array([[7.0, 20.0]]), gamma, beta, running, 0.9, False, 0.0)
dd.check.like(out, np.array([[3.0, 20.0]]), what="out in inference", why="by the averages it is (1, 2), normalised")
dd.check.like(new_running, running, what="new_running in inference", why="nothing is learned there")
for name, average in new_running.items():
    assert not np.shares_memory(average, running[name]), f"the new {name} is a new array, in inference too"
dd.check.equal(cache["training"], False, what='cache["training"] in inference')
# Pictures: all places of a channel are one feature.
pictures = np.arange(120.0).reshape(2, 3, 4, 5) ** 1.5
ones, zeros = np.ones(5), np.zeros(5)
out, _, _ = batchnorm_forward(pictures, ones, zeros, {"mean": zeros, "var": ones})
dd.check.shape(out, (2, 3, 4, 5), what="out of pictures")
dd.check.close(out.mean(axis=(0, 1, 2)), zeros, what="the mean of each channel over pictures and places")
dd.check.close(out.std(axis=(0, 1, 2)), ones, rtol=1e-4, what="the deviation of each channel")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(33)


def slow_statistics(x):
    """Mean and variance of each feature in long sums, by the definition."""
    rows = x.reshape(-1, x.shape[-1]).astype(float)
    mean = np.array([sum(column) / len(column) for column in rows.T])
    squares = [sum((value - mu) ** 2 for value in column) for column, mu in zip(rows.T, mean, strict=True)]
    return mean, np.array(squares) / len(rows)


for shape in ((4, 2), (1, 3), (2, 3), (5, 1), (3, 3), (7, 4), (3, 2, 4), (2, 3, 2, 5), (1, 2, 2, 3), (1, 1, 1, 2)):
    d = shape[-1]
    x = rng.normal(rng.normal(0, 3, d), rng.uniform(0.2, 4, d), shape)
    gamma, beta = rng.normal(size=d), rng.normal(size=d)
    running = {"mean": rng.normal(size=d), "var": rng.uniform(0.1, 3, d)}
    for momentum, epsilon in ((0.9, 1e-3), (0.0, 0.5), (1.0, 1e-5)):
        for training in (True, False):
            mean, var = slow_statistics(x) if training else (running["mean"], running["var"])
            due_running = running
            if training:
                pairs = {"mean": mean, "var": var}
                due_running = {k: running[k] + (1 - momentum) * (pairs[k] - running[k]) for k in pairs}
            std = np.sqrt(var + epsilon)
            x_hat = (x - mean) / std
            untouched = dd.check.unchanged
            with untouched([x, gamma, beta], what="x, gamma or beta"), untouched(running, what="running"):
                out, new, cache = batchnorm_forward(x, gamma, beta, running, momentum, training, epsilon)
            of = f" of x of shape {shape} in {'training' if training else 'inference'}"
            dd.check.like(out, gamma * x_hat + beta, what="out" + of, why="each feature has statistics of its own")
            for name, value in due_running.items():
                what = f"the running {name}" + of
                dd.check.like(new[name], value, what=what, why="momentum is the weight of the past")
            due = {"x_hat": x_hat, "inv_std": 1 / std, "gamma": gamma}
            for name, value in due.items():
                why = "epsilon is added to the variance, under the root"
                dd.check.like(cache[name], value, what=f"the cache's {name}" + of, why=why)
            dd.check.equal(bool(cache["training"]), training, what='cache["training"]' + of)
    one = batchnorm_forward(x[:1], gamma, beta, running, 0.9, False)[0]
    many = batchnorm_forward(x, gamma, beta, running, 0.9, False)[0]
    dd.check.like(one, many[:1], what="out of one example in inference", why="company plays no part there")
# The defaults, and a constant column.
x = np.column_stack([np.full(100, 0.1), np.linspace(0, 1, 100)])
ones, zeros = np.ones(2), np.zeros(2)
out, new, _ = batchnorm_forward(x, ones, zeros, {"mean": zeros, "var": ones})
var = np.var(x, axis=0)
dd.check.close(out[:, 1], (x[:, 1] - 0.5) / np.sqrt(var[1] + 1e-3), what="out with the default epsilon")
dd.check.close(out[:, 0], np.zeros(100), atol=1e-6, what="a constant column's out", why="0 over a small root is 0")
dd.check.close(new["mean"], 0.01 * x.mean(axis=0), what="new mean with the default momentum")
dd.check.close(new["var"], 0.99 + 0.01 * var, what="new variance with the default momentum")
# Far from 0; whole numbers; float32.
x = rng.normal(size=(50, 3)) * np.array([1.0, 2.0, 0.5]) + np.array([1e6, -3e6, 1e7])
due = (x - x.mean(axis=0)) / np.sqrt(np.mean((x - x.mean(axis=0)) ** 2, axis=0) + 1e-3)
zeros, ones = np.zeros(3), np.ones(3)
why = "a mean of squares less a squared mean loses its digits far from 0"
out, _, _ = batchnorm_forward(x, ones, zeros, {"mean": zeros, "var": ones})
dd.check.like(out, due, rtol=1e-5, atol=1e-6, what="out far from 0", why=why)
small = (rng.normal(size=(40, 3)) + np.array([0.0, 200.0, -300.0])).astype("float32")
wide = small.astype(float)
due = (wide - wide.mean(axis=0)) / np.sqrt(wide.var(axis=0) + 1e-3)
out, _, _ = batchnorm_forward(small, ones, zeros, {"mean": zeros, "var": ones})
dd.check.like(out, due, rtol=1e-3, atol=1e-3, what="out of float32", why=why)
for dtype in ("uint8", "int64"):
    whole = np.array([[250, 0, 3], [2, 255, 3], [249, 1, 9], [255, 200, 7]], dtype=dtype)
    wide = whole.astype(float)
    due = (wide - wide.mean(axis=0)) / np.sqrt(wide.var(axis=0) + 1e-3)
    out, _, _ = batchnorm_forward(whole, ones, zeros, {"mean": zeros, "var": ones})
    dd.check.like(out, due, what=f"out of {dtype}", why="whole numbers may not wrap around")
x = rng.normal(size=(8, 6))
out, _, _ = batchnorm_forward(x[::2, ::-2], ones, zeros, {"mean": zeros, "var": ones})
due, _, _ = batchnorm_forward(x[::2, ::-2].copy(), ones, zeros, {"mean": zeros, "var": ones})
dd.check.like(out, due, what="out of a view", why="strides play no part")
# A chain of batches: the averages forget their start.
x = rng.normal(3.0, 2.0, (16, 2))
running = {"mean": np.full(2, 50.0), "var": np.full(2, 90.0)}
for _ in range(60):
    _, running, _ = batchnorm_forward(x, np.ones(2), np.zeros(2), running, momentum=0.5)
due = {"mean": x.mean(axis=0), "var": x.var(axis=0)}
dd.check.like(running, due, what="new_running after sixty steps of one batch", why="the averages arrive at it")
### END HIDDEN TESTS

# %% mistakes: batchnorm_forward
# - replace: x_hat = (x - mean) * inv_std
#   with: x_hat = (x - x.mean(axis=tuple(range(x.ndim - 1)))) * inv_std
#   hint: "In inference you take the batch's mean off. The running mean takes its place there, as the running
#     variance does."
# - replace: axes = tuple(range(x.ndim - 1))
#   with: axes = 0
#   hint: "On pictures you average over the batch alone, so that each place has statistics of its own. A channel has
#     one mean."
# - replace: x.var(axis=axes)
#   with: x.var(axis=axes, ddof=1)
#   hint: "You divide by N - 1. The batch is normalised by the variance that it has, divided by N; with one example
#     yours has none."
# - replace: 1 / np.sqrt(var + epsilon)
#   with: 1 / (np.sqrt(var) + epsilon)
#   hint: "Your epsilon is added to the deviation. It is added to the variance, under the root."
# - replace: 1 / np.sqrt(var + epsilon)
#   with: 1 / np.sqrt(var)
#   hint: "Your epsilon has no effect: a constant column is divided by 0."
# - replace: 1 / np.sqrt(var + epsilon)
#   with: 1 / (var + epsilon)
#   hint: "You divide by the variance. Its root is what puts a feature on the scale of 1."
# - replace: momentum * running[name] + (1 - momentum) * new[name]
#   with: (1 - momentum) * running[name] + momentum * new[name]
#   hint: "Your momentum is the weight of the new batch, as in PyTorch. Here it is the weight of the past."
# - replace: "new = {\"mean\": mean, \"var\": var}"
#   with: "new = {\"mean\": mean, \"var\": np.sqrt(var)}"
#   hint: "Your running average holds deviations where it should hold variances."
# - replace: "new = {\"mean\": mean, \"var\": var}"
#   with: "new = {\"mean\": mean, \"var\": var + epsilon}"
#   hint: "Epsilon has got into the running variance, and in inference it will be added once more."
# - replace: "new = {\"mean\": mean, \"var\": var}"
#   with: "new = {\"mean\": mean, \"var\": var * (x.size / x.shape[-1]) / max(x.size / x.shape[-1] - 1, 1)}"
#   hint: "You average the variance with N - 1 in it, as PyTorch does. Today's rule averages the one that normalises."
# - replace: gamma * x_hat + beta, new_running
#   with: x_hat, new_running
#   hint: "Scale and shift are left out: gamma and beta have no effect."
# - replace: gamma * x_hat + beta, new_running
#   with: gamma * (x_hat + beta), new_running
#   hint: "You shift first and scale then, so that beta is multiplied by gamma."
# - replace: "cache = {\"x_hat\": x_hat,"
#   with: "cache = {\"x_hat\": gamma * x_hat + beta,"
#   hint: "The cache holds the output. x_hat is what there was before scale and shift."
# - replace: "\"inv_std\": inv_std,"
#   with: "\"inv_std\": 1 / inv_std,"
#   hint: "The cache holds the deviation where one over it was asked for."
# - replace: "\"inv_std\": inv_std, \"gamma\": gamma, \"training\": training}"
#   with: "\"inv_std\": inv_std, \"gamma\": gamma, \"training\": True}"
#   hint: "The cache says training in inference too, and the backward pass will believe it."
# - replace: x_hat = (x - mean) * inv_std
#   with: x_hat = x * inv_std
#   hint: "You scale and never centre: the mean is not taken off."


# %% mistake: batchnorm_forward
# hint: "You normalise by the running averages in training as well. There the batch's own mean and variance are used."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    new_running = {name: average.copy() for name, average in running.items()}
    if training:
        axes = tuple(range(x.ndim - 1))
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * x.mean(axis=axes),
            "var": momentum * running["var"] + (1 - momentum) * x.var(axis=axes),
        }
    inv_std = 1 / np.sqrt(new_running["var"] + epsilon)
    x_hat = (x - new_running["mean"]) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "In inference your running averages move. They are used there and left as they are."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    axes = tuple(range(x.ndim - 1))
    batch = {"mean": x.mean(axis=axes), "var": x.var(axis=axes)}
    new_running = {name: momentum * running[name] + (1 - momentum) * batch[name] for name in batch}
    used = batch if training else running
    inv_std = 1 / np.sqrt(used["var"] + epsilon)
    x_hat = (x - used["mean"]) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "In inference you still normalise by the batch. A single example would then always come out as beta."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    axes = tuple(range(x.ndim - 1))
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    new_running = {name: average.copy() for name, average in running.items()}
    if training:
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "You update the caller's own running averages in place. A new dict comes back, and the old one stays as it was."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    axes = tuple(range(x.ndim - 1))
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    else:
        mean, var = running["mean"], running["var"]
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, running, cache


# %% mistake: batchnorm_forward
# hint: "Cache and running averages have changed places in what you return."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    mean, var, new_running = (
        running["mean"],
        running["var"],
        {name: average.copy() for name, average in running.items()},
    )
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, cache, new_running


# %% mistake: batchnorm_forward
# hint: "You average over the features of each example. That is layer norm; here a feature is averaged over the batch."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    if training:
        mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean.mean(),
            "var": momentum * running["var"] + (1 - momentum) * var.mean(),
        }
    else:
        mean, var, new_running = (
            running["mean"],
            running["var"],
            {name: average.copy() for name, average in running.items()},
        )
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "You take one mean and one variance of all numbers together. Each feature, each entry of the last axis, has
#   its own."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    mean, var, new_running = (
        running["mean"],
        running["var"],
        {name: average.copy() for name, average in running.items()},
    )
    if training:
        mean, var = np.full(x.shape[-1], x.mean()), np.full(x.shape[-1], x.var())
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "A mean of squares less a squared mean: far from 0 the two are nearly equal, and their difference is noise."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    axes = tuple(range(x.ndim - 1))
    mean, var, new_running = (
        running["mean"],
        running["var"],
        {name: average.copy() for name, average in running.items()},
    )
    if training:
        mean = x.mean(axis=axes)
        var = np.maximum((x.astype(float) ** 2).mean(axis=axes) - mean**2, 0)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% mistake: batchnorm_forward
# hint: "In inference you hand back the caller's own averages. Their values are right, but new arrays are due."
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    mean, var, new_running = running["mean"], running["var"], running
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    cache = {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}
    return gamma * x_hat + beta, new_running, cache


# %% accepts: batchnorm_forward
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    rows = np.asarray(x, dtype=float).reshape(-1, x.shape[-1])  # every place is an example
    mean, var = running["mean"], running["var"]
    new_running = {"mean": mean * 1.0, "var": var * 1.0}
    if training:
        mean = np.ones(len(rows)) @ rows / len(rows)
        var = np.einsum("nd,nd->d", rows - mean, rows - mean) / len(rows)
        new_running["mean"] = new_running["mean"] + (1 - momentum) * (mean - running["mean"])
        new_running["var"] = new_running["var"] + (1 - momentum) * (var - running["var"])
    inv_std = (var + epsilon) ** -0.5
    x_hat = ((rows - mean) * inv_std).reshape(x.shape)
    return x_hat * gamma + beta, new_running, dict(x_hat=x_hat, inv_std=inv_std, gamma=gamma, training=training)


# %% accepts: batchnorm_forward
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    used, kept = running, {name: np.copy(value) for name, value in running.items()}
    if training:
        centre = np.mean(x, axis=tuple(range(np.ndim(x) - 1)), keepdims=True, dtype=float)
        spread = np.mean((x - centre) ** 2, axis=tuple(range(np.ndim(x) - 1)))
        used = {"mean": centre.ravel(), "var": spread}
        for name, value in used.items():
            kept[name] *= momentum
            kept[name] += (1 - momentum) * value
    std = np.sqrt(used["var"] + epsilon)
    cache = {"x_hat": (x - used["mean"]) / std, "inv_std": 1.0 / std, "gamma": gamma, "training": training}
    return cache["x_hat"] * gamma + beta, kept, cache


# %% [markdown]
# What does the layer do to the numbers inside? Twelve layers of 48 ReLU units, fed with 256 rows of noise, at three
# starts: He's weights, those times 0.3, and those times 2. Drawn is the spread of what each layer has before its
# ReLU, without and with your function.


# %% demo
def signal_by_depth(scale, normalised, rng, depth=12, width=48):
    """The spread of the numbers before each ReLU."""
    a, spreads = rng.normal(size=(256, width)), []
    ones, zeros = np.ones(width), np.zeros(width)
    for _ in range(depth):
        z = a @ rng.normal(0, scale * np.sqrt(2 / width), (width, width))
        if normalised:
            z, _, _ = batchnorm_forward(z, ones, zeros, {"mean": zeros, "var": ones})
        spreads.append(np.sqrt(np.mean(z**2)))
        a = np.maximum(z, 0)
    return np.array(spreads)


fig, panels = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
for ax, normalised in zip(panels, (False, True), strict=True):
    for scale, marker in ((2.0, "s"), (1.0, "o"), (0.3, "^")):
        spread = signal_by_depth(scale, normalised, np.random.default_rng(0))
        ax.semilogy(np.arange(1, 13), spread, marker=marker, label=f"{scale:g} times He's weights")
        if scale == 0.3:
            print(f"{'with' if normalised else 'without'} batch norm, 0.3 times He: layer 12 has {spread[-1]:.2g}")
        assert not normalised or 0.5 < spread[-1] < 1.01
    ax.set(title="With batch norm" if normalised else "Without", xlabel="layer", ylabel="spread before ReLU")
panels[0].legend()
dd.plot.show(
    "Spread of the numbers before each ReLU by layer, 1 to 12, on one logarithmic axis. Without batch norm three "
    "lines fan out: 2 times He's weights rises to some thousands, He's stays near 1, 0.3 times falls below a "
    "millionth. With batch norm all three lie at 1 for every layer, and 0.3 times He's just below it."
)

# %% [markdown]
# On the left the fan of Day 31. On the right the scale of the weights has no effect any more, but for $\varepsilon$,
# which counts where $v$ is itself small: multiply a column by 5, and its mean and its deviation are multiplied by 5 as
# well. A bias before the layer has no effect at all, since the mean takes it off; so such layers have none, and
# $\beta$ does its work.
#
# ## The way back
#
# Upstream gradients $\bar y$ arrive. For scale and shift it is Day 26 again: each is used by every example, so their
# gradients sum over the batch,
#
# $$\bar\gamma_d = \sum_n \bar y_{nd}\, \hat x_{nd}, \qquad \bar\beta_d = \sum_n \bar y_{nd}, \qquad
# g = \gamma\, \bar y \ \text{ is passed on to } \hat x .$$
#
# From $\hat x$ to $x$ is the interesting part. An input acts on the loss by three paths: on its own $\hat x$, and
# through the mean and the variance on the $\hat x$ of *every* example. Take one feature and change its column by
# $\Delta x$. The mean moves by the mean of the changes, and the root $\sqrt{v + \varepsilon}$ by
# $\frac1N \sum_n \hat x_n \Delta x_n$. So
#
# $$\Delta \hat x = \frac{1}{\sqrt{v + \varepsilon}} \Big( \Delta x - \operatorname{mean}(\Delta x)
# - \hat x \operatorname{mean}(\hat x\, \Delta x) \Big) .$$
#
# Collect in $\Delta L = \sum_n g_n \Delta\hat x_n$ what multiplies each $\Delta x_n$, as on Day 26. The bracket treats
# $g$ as it treated $\Delta x$:
#
# $$\bar x = \frac{1}{\sqrt{v + \varepsilon}} \Big( g - \operatorname{mean}(g)
# - \hat x \operatorname{mean}(\hat x\, g) \Big) .$$
#
# **What it means.** But for $\varepsilon$, the forward pass ignores two things: a shift of the whole column and a
# stretch of it. Moves that change nothing have slope 0. So of $g$ the part that would shift is taken off, and the
# part that would stretch.
#
# **By hand.** First column of the example, $\hat x = (-1, -1, 1, 1)$, deviation 3, $\gamma = 2$, and $\bar y = (2, 0,
# 0, 0)$. Then $g = (4, 0, 0, 0)$ with the mean 1, which leaves $(3, -1, -1, -1)$. The mean of $\hat x g$ is $-1$;
# taking off $-\hat x$ leaves $(2, -2, 0, 0)$, and over 3 it is $\bar x = (\frac23, -\frac23, 0, 0)$. Only example 0
# had asked for anything, and example 1 moves as well. In the second column let $\bar y = (1, 1, 1, 1)$: all that it
# asks for is a shift, and nothing is left.
#
# In **inference** mean and variance are constants, from somewhere else. The two extra terms are gone, and $\bar x = g
# / \sqrt{\tilde v + \varepsilon}$. On pictures the means are over all that the forward pass averaged over.


# %% exercise: batchnorm_backward
def batchnorm_backward(dout, cache):
    """Gradients of batch normalisation.

    Args:
        dout: gradient of the loss with respect to out, float array (N, ..., D); left unchanged.
        cache: what batchnorm_forward returned for that pass, of training or of inference; left unchanged.

    Returns:
        Tuple (dx, dgamma, dbeta): the gradients with respect to x, gamma and beta, float arrays of the shapes
        (N, ..., D), (D,) and (D,). About 8 lines.
    """
    ### BEGIN SOLUTION
    axes = tuple(range(dout.ndim - 1))
    x_hat = cache["x_hat"]
    dgamma = (dout * x_hat).sum(axis=axes)
    dbeta = dout.sum(axis=axes)
    dx_hat = dout * cache["gamma"]
    if cache["training"]:
        dx_hat = dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
    return dx_hat * cache["inv_std"], dgamma, dbeta
    ### END SOLUTION


# %% test: batchnorm_backward, points=3
x_hat = np.array([[-1.0, -1.4], [-1.0, -0.2], [1.0, 0.2], [1.0, 1.4]])
cache = {"x_hat": x_hat, "inv_std": np.array([1 / 3, 0.2]), "gamma": np.array([2.0, 10.0]), "training": True}
dout = np.array([[2.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
with dd.check.unchanged(dout, what="dout"), dd.check.unchanged(cache, what="cache"):
    result = batchnorm_backward(dout, cache)
dd.check.kind(result, tuple, why="the three gradients come back together, in the order dx, dgamma, dbeta")
assert len(result) == 3, "three gradients are due: dx, dgamma and dbeta"
dx, dgamma, dbeta = result
dd.check.like(dbeta, np.array([2.0, 4.0]), what="dbeta", why="every example uses the same shift")
dd.check.like(dgamma, np.array([-2.0, 0.0]), what="dgamma", why="the shares dout times x_hat add up")
due = np.array([[2 / 3, 0.0], [-2 / 3, 0.0], [0.0, 0.0], [0.0, 0.0]])
dd.check.like(dx, due, what="dx", why="this is the example worked by hand")
dx, _, _ = batchnorm_backward(dout, {**cache, "training": False})
due = np.array([[4 / 3, 2.0], [0.0, 2.0], [0.0, 2.0], [0.0, 2.0]])
dd.check.like(dx, due, what="dx in inference", why="the averages don't move with x, so only its own path is left")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(330)


def plain(x, gamma, beta, running, epsilon, training):
    """Output and cache, feature by feature."""
    rows, out = x.reshape(-1, x.shape[-1]), np.empty((x.size // x.shape[-1], x.shape[-1]))
    x_hat, inv_std = np.empty_like(out), np.empty(x.shape[-1])
    for d, column in enumerate(rows.T):
        mean = np.sum(column) / len(column) if training else running["mean"][d]
        var = np.sum((column - mean) ** 2) / len(column) if training else running["var"][d]
        inv_std[d] = 1 / np.sqrt(var + epsilon)
        x_hat[:, d] = (column - mean) * inv_std[d]
        out[:, d] = gamma[d] * x_hat[:, d] + beta[d]
    cache = {"x_hat": x_hat.reshape(x.shape), "inv_std": inv_std, "gamma": gamma, "training": training}
    return out.reshape(x.shape), cache


for shape in ((1, 3), (2, 3), (2, 1), (5, 2), (3, 3), (4, 2, 3), (2, 2, 3, 2), (1, 2, 2, 3)):
    d = shape[-1]
    x, dout = rng.normal(1, 2, shape), rng.normal(size=shape)
    gamma, beta = rng.normal(size=d), rng.normal(size=d)
    running = {"mean": rng.normal(size=d), "var": rng.uniform(0.2, 2, d)}
    for epsilon, training in ((1e-3, True), (0.7, True), (1e-3, False)):
        rest = (running, epsilon, training)
        _, cache = plain(x, gamma, beta, *rest)
        with dd.check.unchanged(dout, what="dout"), dd.check.unchanged(cache, what="cache"):
            result = batchnorm_backward(dout, cache)
        of = f" for x of shape {shape} in {'training' if training else 'inference'}"
        dd.check.kind(result, tuple, what="the result" + of)
        dx, dgamma, dbeta = result
        losses = {
            "dx": (lambda v, g=gamma, b=beta, r=rest, up=dout: np.sum(up * plain(v, g, b, *r)[0]), x, dx),
            "dgamma": (lambda v, x=x, b=beta, r=rest, up=dout: np.sum(up * plain(x, v, b, *r)[0]), gamma, dgamma),
            "dbeta": (lambda v, x=x, g=gamma, r=rest, up=dout: np.sum(up * plain(x, g, v, *r)[0]), beta, dbeta),
        }
        for name, (loss, at, gradient) in losses.items():
            dd.check.kind(gradient, "array", what=name + of)
            dd.check.dtype(gradient, "float", what=name + of)
            dd.check.gradient(
                loss, at, gradient, rtol=1e-5, atol=1e-6, what=name + of, why="a nudge must move the loss so"
            )
        twice = batchnorm_backward(-2 * dout, cache)
        due = (-2 * dx, -2 * dgamma, -2 * dbeta)
        dd.check.like(
            twice, due, what="the gradients of a second call" + of, why="twice the slope above is twice below"
        )
x, dout = rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
_, cache = plain(x, np.ones(4), np.zeros(4), None, 0.0, True)
dx, _, _ = batchnorm_backward(dout, cache)
dd.check.close(dx.sum(axis=0), np.zeros(4), atol=1e-9, what="dx summed over the batch", why="a shift changes nothing")
why = "a stretch changes nothing either"
dd.check.close((dx * x).sum(axis=0), np.zeros(4), atol=1e-9, what="dx times x, summed over the batch", why=why)
small = {name: np.asarray(value, "float32") if name != "training" else value for name, value in cache.items()}
result = batchnorm_backward(dout.astype("float32"), small)
due = batchnorm_backward(dout, cache)
dd.check.like(result, due, rtol=1e-4, atol=1e-5, what="the gradients in float32", why="as in float64, to its digits")
### END HIDDEN TESTS

# %% mistakes: batchnorm_backward
# - replace: (dout * x_hat).sum(axis=axes)
#   with: dout.sum(axis=axes)
#   hint: "Your dgamma is a second dbeta. Each share of gamma is multiplied by what gamma multiplied."
# - replace: x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: (dx_hat * x_hat).mean(axis=axes)
#   hint: "From the path through the variance a factor is missing: the stretch moves each example in proportion to
#     its x_hat."
# - replace: dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: dx_hat
#   hint: "You treat the batch's mean and variance as constants. In training they move with every input."
# - replace: dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: dx_hat - dx_hat.mean(axis=axes)
#   hint: "The path through the variance is missing: what would stretch the column is still in your gradient."
# - replace: dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: dx_hat - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   hint: "The path through the mean is missing: what would shift the column is still in your gradient."
# - replace: dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: dx_hat - dx_hat.mean(axis=axes) + x_hat * (dx_hat * x_hat).mean(axis=axes)
#   hint: "The path through the variance has the wrong sign: a wider column makes every x_hat smaller."
# - replace: dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
#   with: dx_hat - dx_hat.sum(axis=axes) - x_hat * (dx_hat * x_hat).sum(axis=axes)
#   hint: "You take off sums where means are due: each input has one N-th of a say in mean and variance."
# - replace: if cache["training"]
#   with: if True
#   hint: "In inference mean and variance came from elsewhere and don't move with x, yet you send gradients through
#     them."
# - replace: return dx_hat * cache["inv_std"], dgamma, dbeta
#   with: return dx_hat, dgamma, dbeta
#   hint: "You forget that x was divided by the deviation: inv_std is still to come."
# - replace: return dx_hat * cache["inv_std"], dgamma, dbeta
#   with: return dx_hat / cache["inv_std"], dgamma, dbeta
#   hint: "You multiply by the deviation. A wider column has smaller slopes; inv_std is one over it already."
# - replace: dx_hat = dout * cache["gamma"]
#   with: dx_hat = dout
#   hint: "Your dx has no gamma in it. The output was gamma times x_hat."
# - replace: (dout * x_hat).sum(axis=axes)
#   with: (dout * x_hat).mean(axis=axes)
#   hint: "dgamma averages over the batch. The mean has been taken in the loss; examples' shares only add up."
# - replace: dout.sum(axis=axes)
#   with: dout.mean(axis=axes)
#   hint: "dbeta averages over the batch. The mean has been taken in the loss; examples' shares only add up."
# - replace: (dout * x_hat).sum(axis=axes)
#   with: (dout * x_hat * cache["gamma"]).sum(axis=axes)
#   hint: "dgamma has a gamma in it. What multiplies gamma in the output is x_hat alone."
# - replace: |-
#     dgamma = (dout * x_hat).sum(axis=axes)
#         dbeta = dout.sum(axis=axes)
#   with: |-
#     dgamma = (dout * cache["gamma"] * x_hat).sum(axis=axes)
#         dbeta = (dout * cache["gamma"]).sum(axis=axes)
#   hint: "You multiply by gamma before the sums. dgamma and dbeta come from the upstream gradient as it arrives."
# - replace: axes = tuple(range(dout.ndim - 1))
#   with: axes = 0
#   hint: "On pictures you sum over the batch alone. A channel's numbers at all places share one gamma, one mean, one
#     variance."
# - replace: return dx_hat * cache["inv_std"], dgamma, dbeta
#   with: return dx_hat * cache["inv_std"], dbeta, dgamma
#   hint: "dgamma and dbeta have changed places."


# %% mistake: batchnorm_backward
# hint: "Your means are over the features of an example. Forward, each feature was averaged over the batch."
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat = cache["x_hat"]
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)
    return g * cache["inv_std"], dgamma, dbeta


# %% mistake: batchnorm_backward
# hint: "On pictures you divide by the number of pictures. The means were taken over all places of all pictures."
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, n = cache["x_hat"], len(dout)
    dgamma, dbeta = (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)
    scale = cache["gamma"] * cache["inv_std"]
    if not cache["training"]:
        return dout * scale, dgamma, dbeta
    return scale / n * (n * dout - dbeta - x_hat * dgamma), dgamma, dbeta


# %% equivalents: batchnorm_backward
# - replace: dx_hat - dx_hat.mean(axis=axes)
#   with: dx_hat - dx_hat.mean(axis=axes, keepdims=True)
#   reason: "A mean of shape (D,) broadcasts as one of shape (1, ..., 1, D) does."
# - replace: (dx_hat * x_hat).mean(axis=axes)
#   with: (dx_hat * x_hat).mean(axis=axes, keepdims=True)
#   reason: "A mean of shape (D,) broadcasts as one of shape (1, ..., 1, D) does."


# %% accepts: batchnorm_backward
def batchnorm_backward(dout, cache):
    # The closed form that uses dgamma and dbeta.
    x_hat, d = cache["x_hat"].reshape(-1, dout.shape[-1]), dout.reshape(-1, dout.shape[-1])
    dgamma, dbeta = np.einsum("nd,nd->d", d, x_hat), np.ones(len(d), d.dtype) @ d
    rest = (dbeta + x_hat * dgamma) / len(d) if cache["training"] else 0.0
    dx = (d - rest) * (cache["gamma"] * cache["inv_std"])
    return dx.reshape(dout.shape), dgamma, dbeta


# %% accepts: batchnorm_backward
def batchnorm_backward(dout, cache):
    # Path by path, with gradients of the variance and of the mean.
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    n = x_hat.size / x_hat.shape[-1]
    dbeta, dgamma = np.sum(dout, axis=axes), np.sum(dout * x_hat, axis=axes)
    dx_hat = cache["gamma"] * dout
    dx = dx_hat * inv_std
    if cache["training"]:
        centred = x_hat / inv_std
        dvar = np.sum(dx_hat * centred, axis=axes) * -0.5 * inv_std**3
        dmean = -np.sum(dx, axis=axes)
        dx = dx + dvar * 2 * centred / n + dmean / n
    return dx, dgamma, dbeta


# %% [markdown]
# What survives of an upstream gradient? One column of 24 numbers in rising order, and three wishes from above: *all
# higher*, *further apart*, and *only the last one higher*.

# %% demo
column = np.sort(np.random.default_rng(3).normal(size=(24, 1)), axis=0)
_, _, cache = batchnorm_forward(column, np.ones(1), np.zeros(1), {"mean": np.zeros(1), "var": np.ones(1)}, epsilon=1e-9)
wishes = {
    "all higher": np.full((24, 1), -1.0),
    "further apart": -cache["x_hat"],
    "only the last one higher": -np.eye(24)[:, -1:],
}
fig, panels = plt.subplots(1, 3, figsize=(13, 3.6), sharey=True)
for ax, (name, dout) in zip(panels, wishes.items(), strict=True):
    dx, _, _ = batchnorm_backward(dout, cache)
    ax.bar(np.arange(24), -dout[:, 0], width=0.85, color="0.8", label="the wish, $-\\bar y$")
    ax.plot(np.arange(24), -dx[:, 0], "o-", color="C1", markersize=4, label="what is left, $-\\bar x$")
    ax.set(title=name, xlabel="example, by size of $x$", ylabel="direction of descent")
    print(f"{name}: largest entry of dx {np.max(np.abs(dx)):.2g}")
    assert name == "only the last one higher" or np.max(np.abs(dx)) < 1e-6
panels[0].legend(loc="lower center")
dd.plot.show(
    "Three panels of grey bars, the wished direction for each of 24 examples, with a line of what is left. All "
    "higher: bars of height 1, the line at 0. Further apart: bars rising from below to above 0, the line at 0. Only "
    "the last one higher: one bar of height 1; the line is positive there but lower, and a little off 0 elsewhere."
)

# %% [markdown]
# The first two wishes are beyond what $x$ can do, and $\beta$ and $\gamma$ hear of them instead. The third is heard,
# but less than asked for, and other examples have to make room: in training, examples are tied together. That makes
# every example's gradient a little random, depending on its company, which acts somewhat like the noise of Day 32's
# dropout.

# %% [markdown]
# ## The same thing, turned: layer norm
#
# **Layer normalisation** (Ba, Kiros and Hinton, 2016) takes mean and variance of each *example*, over its features.
# By hand, the row $(3, 9, 11, 17)$ has the mean 10 and the deviation 5, and becomes $(-1.4, -0.2, 0.2, 1.4)$. Which
# numbers share a mean?

# %% demo
owners = np.arange(6)[:, None], np.arange(5)[None, :]
fig, panels = plt.subplots(1, 2, figsize=(8.5, 3.6))
for ax, name, groups in zip(panels, ("batch norm", "layer norm"), (owners[1], owners[0]), strict=True):
    dd.plot.matrix(np.broadcast_to(groups, (6, 5)), ax, title=f"{name}: which mean", fmt="d", cmap="Greys")
    ax.set(xlabel="feature", ylabel="example")
dd.plot.show(
    "Two tables of 6 examples by 5 features; the number in a cell says which mean it belongs to. Batch norm: the "
    "same number down each column, 0 to 4. Layer norm: the same number along each row, 0 to 5."
)

# %% [markdown]
# From this one turn everything else follows. No example depends on another, so there are no two lives, no running
# averages, and a batch of 1 is as good as any. $\gamma$ and $\beta$ still have one entry a *feature*: shape $(D,)$, as
# before. The backward pass is yours on the transposed table. What layer norm cannot do is put two features on one
# scale: if feature 0 is a thousand times as large as the others, it rules every row's mean and variance.
#
# Here an example is one row along the last axis, also in $(B, T, D)$, a batch of sequences: each step by itself. That
# is how Transformers use it, and what `keras.layers.LayerNormalization` does, with the same $\varepsilon$ of 0.001.


# %% exercise: layernorm_forward
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    """Layer normalisation over the last axis.

    Args:
        x: float or int array (..., D), D >= 1; left unchanged, as are the others.
        gamma, beta: scale and shift, float arrays (D,).
        epsilon: what is added to the variance, a number >= 0.

    Returns:
        Float array in the shape of x: each row along the last axis normalised by its own mean and variance, then
        scaled and shifted feature by feature. About 3 lines.
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
    var = x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    ### END SOLUTION


# %% test: layernorm_forward, points=2
x = np.array([[3.0, 9.0, 11.0, 17.0], [1.0, 1.0, 7.0, 7.0]])
gamma, beta = np.array([1.0, 10.0, 10.0, 2.0]), np.array([0.0, 1.0, 0.0, -1.0])
with dd.check.unchanged([x, gamma, beta], what="x, gamma or beta"):
    out = layernorm_forward(x, gamma, beta, epsilon=0.0)
due = np.array([[-1.4, -1.0, 2.0, 1.8], [-1.0, -9.0, 10.0, 1.0]])
dd.check.like(out, due, what="out", why="row 0 is the one worked by hand, then scale and shift go by feature")
sequences = np.arange(30.0).reshape(2, 3, 5) ** 2
out = layernorm_forward(sequences, np.ones(5), np.zeros(5), epsilon=1e-9)
dd.check.shape(out, (2, 3, 5), what="out of sequences")
dd.check.close(out.mean(axis=-1), np.zeros((2, 3)), what="the mean of each step's features", why="each step by itself")
dd.check.close(out.std(axis=-1), np.ones((2, 3)), what="the deviation of each step's features")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(332)


def slow(x, gamma, beta, epsilon):
    out = np.empty(x.shape)
    for index in np.ndindex(x.shape[:-1]):
        row = [float(value) for value in x[index]]
        mean = sum(row) / len(row)
        var = sum((value - mean) ** 2 for value in row) / len(row)
        for d, value in enumerate(row):
            out[(*index, d)] = gamma[d] * (value - mean) / np.sqrt(var + epsilon) + beta[d]
    return out


for shape in ((4, 3), (1, 5), (3, 1), (3, 3), (2, 3, 4), (3, 3, 3), (2, 1, 3, 2), (6,)):
    d = shape[-1]
    x, gamma, beta = rng.normal(2, 3, shape), rng.normal(size=d), rng.normal(size=d)
    for epsilon in (1e-3, 0.5):
        with dd.check.unchanged([x, gamma, beta], what="x, gamma or beta"):
            out = layernorm_forward(x, gamma, beta, epsilon)
        what = f"out for x of shape {shape}"
        dd.check.like(out, slow(x, gamma, beta, epsilon), what=what, why="each row along the last axis is by itself")
    alone = layernorm_forward(x[:1], gamma, beta) if len(shape) > 1 else layernorm_forward(x, gamma, beta)
    due = layernorm_forward(x, gamma, beta)
    dd.check.like(alone, due[:1] if len(shape) > 1 else due, what="out of one example", why="company plays no part")
ones, zeros = np.ones(3), np.zeros(3)
x = np.array([[0.1, 0.1, 0.1], [0.0, 1.0, 2.0]])
dd.check.like(layernorm_forward(x, ones, zeros), slow(x, ones, zeros, 1e-3), atol=1e-6, what="out with a constant row")
x = rng.normal(size=(5, 3)) + np.array([[1e6], [-1e7], [0.0], [1e5], [1e6]])
why = "a mean of squares less a squared mean loses its digits far from 0"
dd.check.like(layernorm_forward(x, ones, zeros), slow(x, ones, zeros, 1e-3), rtol=1e-5, what="out far from 0", why=why)
small = (rng.normal(size=(5, 3)) + 200).astype("float32")
due = slow(small, ones, zeros, 1e-3)
dd.check.like(layernorm_forward(small, ones, zeros), due, rtol=1e-3, atol=1e-3, what="out of float32", why=why)
for dtype in ("uint8", "int64"):
    whole = np.array([[250, 2, 251], [0, 255, 254]], dtype=dtype)
    what = f"out of {dtype}"
    dd.check.like(layernorm_forward(whole, ones, zeros), slow(whole, ones, zeros, 1e-3), what=what)
### END HIDDEN TESTS

# %% mistakes: layernorm_forward
# - replace: |-
#     mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
#         var = x.var(axis=-1, keepdims=True)
#   with: |-
#     mean = x.mean(axis=0)
#         var = x.var(axis=0)
#   hint: "You average over the batch. That is batch norm; here each example is normalised by its own features."
# - replace: |-
#     mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
#         var = x.var(axis=-1, keepdims=True)
#   with: |-
#     mean = x.mean(axis=tuple(range(1, x.ndim)), keepdims=True)
#         var = x.var(axis=tuple(range(1, x.ndim)), keepdims=True)
#   hint: "In a sequence you average over all its steps. Each step is normalised by itself, over the last axis alone."
# - replace: |-
#     mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
#         var = x.var(axis=-1, keepdims=True)
#   with: |-
#     mean = x.mean(axis=1, keepdims=True)
#         var = x.var(axis=1, keepdims=True)
#   hint: "You average over axis 1. In a table that is the last one; in a sequence it is the steps."
# - replace: |-
#     mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
#         var = x.var(axis=-1, keepdims=True)
#   with: |-
#     mean = x.mean()
#         var = x.var()
#   hint: "You take one mean and one variance of all numbers together. Each row has its own."
# - replace: x.var(axis=-1, keepdims=True)
#   with: x.var(axis=-1, keepdims=True, ddof=min(1, x.shape[-1] - 1))
#   hint: "You divide by D - 1. The variance of the row itself divides by D."
# - replace: np.sqrt(var + epsilon)
#   with: (np.sqrt(var) + epsilon)
#   hint: "Your epsilon is added to the deviation. It is added to the variance, under the root."
# - replace: np.sqrt(var + epsilon)
#   with: np.sqrt(var)
#   hint: "Your epsilon has no effect: a constant row is divided by 0."
# - replace: gamma * (x - mean) / np.sqrt(var + epsilon) + beta
#   with: (x - mean) / np.sqrt(var + epsilon)
#   hint: "Scale and shift are left out: gamma and beta have no effect."
# - replace: gamma * (x - mean) / np.sqrt(var + epsilon) + beta
#   with: gamma * ((x - mean) / np.sqrt(var + epsilon) + beta)
#   hint: "You shift first and scale then, so that beta is multiplied by gamma."
# - replace: np.sqrt(var + epsilon)
#   with: (var + epsilon)
#   hint: "You divide by the variance. Its root is what puts a row on the scale of 1."


# %% mistake: layernorm_forward
# hint: "Without keepdims a row's mean lines up with the columns: with as many examples as features it broadcasts
#   without a word."
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    mean, var = x.mean(axis=-1), x.var(axis=-1)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% mistake: layernorm_forward
# hint: "You write into the caller's own array. The input is to stay as it was."
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    var = x.var(axis=-1, keepdims=True)
    x -= x.mean(axis=-1, keepdims=True)
    return gamma * x / np.sqrt(var + epsilon) + beta


# %% mistake: layernorm_forward
# hint: "You divide by the root mean square and take no mean off. That is RMS norm, a later relative."
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    return gamma * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + epsilon) + beta


# %% mistake: layernorm_forward
# hint: "A mean of squares less a squared mean: far from 0 the two are nearly equal, and their difference is noise."
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    wide = np.asarray(x, dtype=float)
    mean = wide.mean(axis=-1, keepdims=True)
    var = np.maximum((wide**2).mean(axis=-1, keepdims=True) - mean**2, 0)
    return gamma * (wide - mean) / np.sqrt(var + epsilon) + beta


# %% mistake: layernorm_forward
# hint: "You scale and shift before you normalise, and the normalisation takes most of it away again."
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = gamma * x + beta
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + epsilon)


# %% accepts: layernorm_forward
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    # Batch norm of the transposed table, with scale and shift afterwards.
    rows = np.asarray(x, dtype=float).reshape(-1, np.shape(x)[-1]).T  # (D, number of rows)
    ones, zeros = np.ones(rows.shape[1]), np.zeros(rows.shape[1])
    out, _, _ = batchnorm_forward(rows, ones, zeros, {"mean": zeros, "var": ones}, epsilon=epsilon)
    return out.T.reshape(np.shape(x)) * gamma + beta


# %% accepts: layernorm_forward
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    centred = np.subtract(x, np.mean(x, axis=-1)[..., None])
    std = np.sqrt(np.einsum("...d,...d->...", centred, centred) / centred.shape[-1] + epsilon)
    return centred / std[..., np.newaxis] * gamma + beta


# %% [markdown]
# ## Batches of 1, 2 and 64
#
# How good is a mean of $N$ numbers? In a batch of 64 it is off by an eighth of a deviation or so. In a batch of 2 the
# mean lies in the middle between the two, each is as far from it as the other, and $\hat x = \pm 1$: which of the two
# is larger is all that is left. In a batch of 1 the mean is the number itself, $\hat x = 0$, and every output is
# $\beta$. Here is one feature, in batches drawn again and again. Drawn is what comes out in training for each $x$
# that goes in.

# %% demo
rng = np.random.default_rng(1)
fig, panels = plt.subplots(1, 4, figsize=(15, 3.8), sharey=True)
running_var = {}
for ax, size in zip(panels, (1, 2, 64), strict=False):
    running = {"mean": np.zeros(1), "var": np.ones(1)}
    shown = []
    for _ in range(1500):
        batch = rng.normal(0.0, 2.0, (size, 1))
        out, running, _ = batchnorm_forward(batch, np.ones(1), np.zeros(1), running)
        shown.append((batch[0, 0], out[0, 0]))
    running_var[size] = running["var"][0] / 4
    ax.plot(*np.array(shown[-400:]).T, ".", markersize=4, color="C0")
    ax.set(title=f"batch norm, batches of {size}", xlabel="$x$", ylabel="output in training")
    share = running_var[size]
    print(f"batches of {size:2d}: running variance / true variance {share:.2f}, (N - 1) / N = {1 - 1 / size:.2f}")
rows = rng.normal(0.0, 2.0, (400, 64))
panels[3].plot(rows[:, 0], layernorm_forward(rows, np.ones(64), np.zeros(64))[:, 0], ".", markersize=4, color="C1")
panels[3].set(title="layer norm of 64 features, any batch", xlabel="$x$", ylabel="output")
dd.plot.show(
    "Output in training against input, four panels of dots. Batches of 1: all outputs 0. Batches of 2: two levels, "
    "-1 and 1, either of them for every input, with few dots between. Batches of 64: a rising straight band with "
    "some scatter. Layer norm of 64 features: a rising band much like it."
)
assert running_var[1] < 0.01 and 0.35 < running_var[2] < 0.65 and 0.9 < running_var[64] < 1.06

# %% [markdown]
# At 64 a line with some noise; at 2 a coin that is weighted by $x$; at 1 nothing. The printed lines show a second
# damage. A variance about the batch's *own* mean is too small, on average by the factor $\frac{N-1}{N}$. At 64 that
# is a trifle. At 2 inference divides by a variance half as large as the true one, and its outputs are $\sqrt2$ times
# too large. At 1 it divides by the root of $\varepsilon$ alone, which makes 32 out of a difference of 1. What that
# does to a network comes below. (Remedies for small batches: layer norm; group norm, the same over groups of channels
# of one example, Wu and He 2018.)
#
# ## Where to put it, and how to get rid of it
#
# **Placement.** The paper puts batch norm between the dense or convolutional layer and its activation: there the
# layer before has no bias, and what gets normalised is a sum of many terms, near to a Gaussian. After the activation
# works too, and which is better is decided by trying. Not directly before the loss: the logits' scale is the model's
# confidence.
#
# **Folding.** In inference everything is constant: take off $\tilde\mu$, divide by $\sqrt{\tilde v + \varepsilon}$,
# multiply, add. A dense layer followed by that is a matrix product, then a scale and a shift of each column: an
# affine map after an affine map, and that is *one* affine map. So there are a $w'$ and a $b'$ for which the dense layer
# alone gives what both gave, at no cost at all. By hand: one input, one unit with $w = 3$ and $b = 2$, then $\gamma =
# 10$, $\beta = 1$, $\tilde\mu = 8$, $\tilde v = 25$, $\varepsilon = 0$. The input 5 gives $17$, then $(17 - 8)/5 =
# 1.8$, then $19$. And $w' = 6$, $b' = -11$ give $19$ at once. It is a usual step when a network is
# made ready for a phone. The filters of a convolution fold by the same rule, their last axis being the units.


# %% exercise: fold_batchnorm
def fold_batchnorm(w, b, bn):
    """A layer's weights and biases with the batch norm after it, as in inference, folded in.

    Args:
        w: weights (D, M) of a dense layer or filters (height, width, D, M), float array; the last axis is the units.
        b: biases (M,), or None for a layer without.
        bn: the batch norm: {"gamma", "beta", "mean", "var"}, float arrays (M,) of which the last two are the running
            averages, and "epsilon", a number >= 0. No argument is changed.

    Returns:
        Tuple (w, b) of new float arrays, in the shapes of w and (M,): the layer with them alone gives what the layer
        with the old ones and the batch norm after it give together.
    """
    ### BEGIN SOLUTION
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])  # (M,)
    bias = 0.0 if b is None else b
    return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
    ### END SOLUTION


# %% test: fold_batchnorm, points=2
bn = {
    "gamma": np.array([10.0]),
    "beta": np.array([1.0]),
    "mean": np.array([8.0]),
    "var": np.array([25.0]),
    "epsilon": 0,
}
result = fold_batchnorm(np.array([[3.0]]), np.array([2.0]), bn)
dd.check.like(result, (np.array([[6.0]]), np.array([-11.0])), why="this is the example worked by hand")
w, b = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]), np.array([1.0, 0.0, -1.0])
bn = {
    "gamma": np.array([2.0, 1.0, 3.0]),
    "beta": np.array([0.0, 5.0, -1.0]),
    "mean": np.array([1.0, 1.0, 2.0]),
    "var": np.array([3.0, 8.0, 0.0]),
    "epsilon": 1.0,
}
x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5], [2.0, 2.0]])
with dd.check.unchanged([w, b], what="w or b"), dd.check.unchanged(bn, what="bn"):
    new_w, new_b = fold_batchnorm(w, b, bn)
dd.check.shape(new_w, (2, 3), what="the new w")
dd.check.shape(new_b, (3,), what="the new b")
due = bn["gamma"] * (x @ w + b - bn["mean"]) / np.array([2.0, 3.0, 1.0]) + bn["beta"]
dd.check.close(x @ new_w + new_b, due, what="the folded layer's output", why="dense and batch norm together give that")
_, new_b = fold_batchnorm(w, None, bn)
due = bn["beta"] - bn["gamma"] * bn["mean"] / np.array([2.0, 3.0, 1.0])
dd.check.like(new_b, due, what="the new b of a layer without biases", why="an input of 0 goes into batch norm as 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(333)
for d, m in ((1, 1), (3, 1), (1, 4), (2, 5), (4, 4)):
    w, b = rng.normal(size=(d, m)), rng.normal(size=m)
    bn = {name: rng.normal(size=m) for name in ("gamma", "beta", "mean")}
    bn |= {"var": rng.uniform(0.0, 2.0, m), "epsilon": float(rng.choice([1e-3, 0.5]))}
    x = rng.normal(size=(6, d))
    for biases in (b, None):
        with dd.check.unchanged(w, what="w"), dd.check.unchanged(b, what="b"), dd.check.unchanged(bn, what="bn"):
            result = fold_batchnorm(w, biases, bn)
        dd.check.kind(result, tuple, why="weights and biases come back together")
        assert len(result) == 2, "two arrays are due, the new w and the new b"
        new_w, new_b = result
        for name, array, shape in (("w", new_w, (d, m)), ("b", new_b, (m,))):
            dd.check.kind(array, "array", what=f"the new {name}")
            dd.check.shape(array, shape, what=f"the new {name}")
            dd.check.dtype(array, "float", what=f"the new {name}")
        due = np.empty((6, m))
        for n in range(6):
            for k in range(m):
                z = sum(x[n, i] * w[i, k] for i in range(d)) + (0.0 if biases is None else biases[k])
                due[n, k] = bn["gamma"][k] * (z - bn["mean"][k]) / np.sqrt(bn["var"][k] + bn["epsilon"]) + bn["beta"][k]
        of = f" with w of shape {(d, m)} and {'no ' if biases is None else ''}biases"
        why = "nothing else may differ, but for rounding"
        dd.check.close(x @ new_w + new_b, due, rtol=1e-9, atol=1e-9, what="the folded layer's output" + of, why=why)
neutral = {"gamma": np.ones(3), "beta": np.zeros(3), "mean": np.zeros(3), "var": np.ones(3), "epsilon": 0.0}
w, b = rng.normal(size=(2, 3)), rng.normal(size=3)
new_w, new_b = fold_batchnorm(w, b, neutral)
dd.check.like((new_w, new_b), (w, b), what="a layer with a batch norm that does nothing")
new_w[0, 0] += 1.0
new_b[0] += 1.0
dd.check.close(w[0, 0], new_w[0, 0] - 1.0, what="w after the new w was changed", why="the arrays are new")
dd.check.close(b[0], new_b[0] - 1.0, what="b after the new b was changed", why="the arrays are new")
filters, biases = rng.normal(size=(3, 2, 4, 5)), rng.normal(size=5)
bn = {name: rng.normal(size=5) for name in ("gamma", "beta", "mean")} | {"var": rng.uniform(0.1, 2, 5), "epsilon": 1e-3}
new_w, new_b = fold_batchnorm(filters, biases, bn)
dd.check.shape(new_w, (3, 2, 4, 5), what="the new filters")
patch = rng.normal(size=(3, 2, 4))
z = np.array([np.sum(patch * filters[..., k]) + biases[k] for k in range(5)])
due = bn["gamma"] * (z - bn["mean"]) / np.sqrt(bn["var"] + 1e-3) + bn["beta"]
came = np.array([np.sum(patch * new_w[..., k]) for k in range(5)]) + new_b
dd.check.close(came, due, what="the folded filters' output at one place", why="filters fold by the same rule")
new_w, new_b = fold_batchnorm(filters.astype("float32"), biases.astype("float32"), bn)
dd.check.like(new_b, (biases - bn["mean"]) * bn["gamma"] / np.sqrt(bn["var"] + 1e-3) + bn["beta"], rtol=1e-5, atol=1e-6)
### END HIDDEN TESTS

# %% mistakes: fold_batchnorm
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, bias - bn["mean"] * scale + bn["beta"]
#   hint: "Your biases are not scaled. They are added before the batch norm, so it scales them too."
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, bias * scale + bn["beta"]
#   hint: "The running mean is not taken off."
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, (bias + bn["mean"]) * scale + bn["beta"]
#   hint: "Batch norm takes the running mean off; you add it."
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, -bn["mean"] * scale + bn["beta"] + 0 * bias
#   hint: "The layer's own biases are lost. In inference the mean is a constant and does not take them off."
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, (bias - bn["mean"] + bn["beta"]) * scale
#   hint: "You scale beta. It is added after the scale."
# - replace: return w * scale, (bias - bn["mean"]) * scale + bn["beta"]
#   with: return w * scale, (bias - bn["mean"]) * scale
#   hint: "The shift beta is missing."
# - replace: np.sqrt(bn["var"] + bn["epsilon"])
#   with: np.sqrt(bn["var"])
#   hint: "Epsilon is missing under the root, so the folded layer differs a little, and for a variance of 0 a lot."
# - replace: np.sqrt(bn["var"] + bn["epsilon"])
#   with: (np.sqrt(bn["var"]) + bn["epsilon"])
#   hint: "Your epsilon is added to the deviation. It is added to the variance, under the root."
# - replace: np.sqrt(bn["var"] + bn["epsilon"])
#   with: (bn["var"] + bn["epsilon"])
#   hint: "You divide by the variance. Batch norm divides by its root."
# - replace: bn["gamma"] / np.sqrt
#   with: 1.0 / np.sqrt
#   hint: "The scale gamma is missing."
# - replace: 0.0 if b is None else b
#   with: b
#   hint: "A layer without biases hands you None. What does it add?"


# %% mistake: fold_batchnorm
# hint: "You scale the rows of w. A batch norm after the layer works on its outputs, and those are the columns."
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    bias = 0.0 if b is None else b
    rows = w * (scale[:, None] if len(w) == len(scale) else np.resize(scale, len(w)).reshape(-1, *[1] * (w.ndim - 1)))
    return rows, (bias - bn["mean"]) * scale + bn["beta"]


# %% mistake: fold_batchnorm
# hint: "You change the caller's own weights. New arrays are due."
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    b = np.zeros(len(scale)) if b is None else b
    w *= scale.astype(w.dtype)
    b -= bn["mean"].astype(b.dtype)
    b *= scale.astype(b.dtype)
    return w, b + bn["beta"]


# %% mistake: fold_batchnorm
# hint: "Without biases you return None for them. The batch norm has a shift, so the folded layer needs biases."
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    return w * scale, None if b is None else (b - bn["mean"]) * scale + bn["beta"]


# %% mistake: fold_batchnorm
# hint: "You fold a batch norm that comes before the layer. Yours comes after it and works on the layer's outputs."
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    shift = bn["beta"] - bn["mean"] * scale
    if len(w) != len(scale):
        scale, shift = np.resize(scale, len(w)), np.resize(shift, len(w))
    flat = w.reshape(len(w), -1)
    extra = np.resize(shift @ flat, w.shape[-1])
    return (flat * scale[:, None]).reshape(w.shape), extra + (0.0 if b is None else b)


# %% mistake: fold_batchnorm
# hint: "Without biases you return beta alone. The mean is taken off and scaled all the same."
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    if b is None:
        return w * scale, bn["beta"].copy()
    return w * scale, (b - bn["mean"]) * scale + bn["beta"]


# %% accepts: fold_batchnorm
def fold_batchnorm(w, b, bn):
    # Ask the pair of layers itself: biases are the answer to 0, scales that to 1 less that to 0.
    m = w.shape[-1]
    averages = {"mean": bn["mean"], "var": bn["var"]}
    probe = np.stack([np.zeros(m), np.ones(m)])
    answers, _, _ = batchnorm_forward(probe, bn["gamma"], bn["beta"], averages, 0.9, False, bn["epsilon"])
    scale = answers[1] - answers[0]
    return np.multiply(w, scale), answers[0] + scale * (np.zeros(m) if b is None else b)


# %% accepts: fold_batchnorm
def fold_batchnorm(w, b, bn):
    std = np.sqrt(bn["var"] + bn["epsilon"])
    new_w = np.einsum("...m,m->...m", w, bn["gamma"] / std)
    new_b = bn["beta"] - bn["gamma"] * bn["mean"] / std
    if b is not None:
        new_b = new_b + bn["gamma"] * b / std
    return new_w, new_b


# %% [markdown]
# ## Put it together
#
# **Against Keras.** Keras's layers, in float64 and with random $\gamma$ and $\beta$, get the same five batches. Output,
# running averages and gradients, then inference, layer norm, and Keras's pair of dense layer and batch norm against
# your folded one:

# %% demo
with dd.quiet():  # frameworks announce themselves while they load
    import keras
    import tensorflow as tf

rng = np.random.default_rng(34)
gamma, beta = rng.uniform(0.5, 2, 6), rng.normal(size=6)
theirs = keras.layers.BatchNormalization(momentum=0.9, dtype="float64")
theirs.build((None, 6))
theirs.gamma.assign(gamma)
theirs.beta.assign(beta)
running, worst = {"mean": np.zeros(6), "var": np.ones(6)}, {}


def compare(name, yours, due):
    worst[name] = max(worst.get(name, 0.0), np.max(np.abs(yours - keras.ops.convert_to_numpy(due))))


for _ in range(5):
    x, dout = rng.normal(1.0, 3.0, (16, 6)), rng.normal(size=(16, 6))
    with tf.GradientTape() as tape:  # Day 36
        inputs = tf.Variable(x)
        their_out = theirs(inputs, training=True)
        loss = tf.reduce_sum(dout * their_out)
    out, running, cache = batchnorm_forward(x, gamma, beta, running, momentum=0.9)
    compare("output in training", out, their_out)
    their_gradients = tape.gradient(loss, [inputs, *theirs.trainable_variables])
    for yours, due in zip(batchnorm_backward(dout, cache), their_gradients, strict=True):
        compare("gradients in training", yours, due)
compare("running averages", running["mean"], theirs.moving_mean)
compare("running averages", running["var"], theirs.moving_variance)
with tf.GradientTape() as tape:
    their_out = theirs(inputs, training=False)
    loss = tf.reduce_sum(dout * their_out)
out, _, cache = batchnorm_forward(x, gamma, beta, running, training=False)
compare("output in inference", out, their_out)
for yours, due in zip(
    batchnorm_backward(dout, cache), tape.gradient(loss, [inputs, theirs.gamma, theirs.beta]), strict=True
):
    compare("gradients in inference", yours, due)
layer_norm = keras.layers.LayerNormalization(dtype="float64")
layer_norm.build((None, 6))
layer_norm.gamma.assign(gamma)
layer_norm.beta.assign(beta)
compare("layer norm", layernorm_forward(x, gamma, beta), layer_norm(x))
w, b = rng.normal(size=(4, 6)), rng.normal(size=6)
dense = keras.layers.Dense(6, dtype="float64")
dense.build((None, 4))
dense.set_weights([w, b])
folded_w, folded_b = fold_batchnorm(w, b, {"gamma": gamma, "beta": beta, **running, "epsilon": 1e-3})
compare("dense and batch norm, folded", x[:, :4] @ folded_w + folded_b, theirs(dense(x[:, :4]), training=False))
for name, difference in worst.items():
    print(f"{name:30s} differs by at most {difference:.1e}")
assert max(worst.values()) < 1e-5

# %% [markdown]
# **A network that trains only with it.** Twelve hidden layers of 48 ReLUs and a last layer, on Day 5's digits, by plain
# mini-batch descent: batches of 64, ten epochs. Two starts: *small*, 0.3 times He's weights, and *He's*. Each is
# trained without and with batch norm, at four learning rates a factor of 4 apart, twice each.


# %% demo
(x_train, y_train), (x_test, y_test) = dd.data.digits(test_fraction=0.25, seed=33)  # (1347, 64) from 0 to 1


def start_network(sizes, scale, rng):
    """Hidden layers with weights `scale` times He's, and a last layer, as dicts of arrays."""
    layers = []
    for fan_in, width in itertools.pairwise(sizes):
        ones, zeros = np.ones(width), np.zeros(width)
        w = rng.normal(0, scale * np.sqrt(2 / fan_in), (fan_in, width))
        layers.append({"w": w, "gamma": ones, "beta": zeros, "running": {"mean": zeros, "var": ones}})
    layers[-1]["w"] = layers[-1]["w"] / scale  # the last layer is the same at every start
    return layers


def normalise(kind, z, layer, training, momentum):
    """The layer's normalisation of z, and what its backward pass needs."""
    gamma, beta = layer["gamma"], layer["beta"]
    if kind == "batch":
        out, layer["running"], cache = batchnorm_forward(z, gamma, beta, layer["running"], momentum, training)
        return out, cache
    if kind == "layer":
        x_hat = layernorm_forward(z, np.ones(len(gamma)), np.zeros(len(gamma)))
        inv_std = 1 / np.sqrt(z.var(axis=1) + 1e-3)  # (N,): the batch norm of the transposed table
        return gamma * x_hat + beta, {"x_hat": x_hat.T, "inv_std": inv_std, "gamma": 1.0, "training": True}
    return z + beta, None


def normalise_backward(kind, dout, layer, cache):
    """Gradients with respect to z, gamma and beta."""
    if kind == "batch":
        return batchnorm_backward(dout, cache)
    if kind == "layer":
        dz, _, _ = batchnorm_backward((dout * layer["gamma"]).T, cache)
        return dz.T, np.sum(dout * cache["x_hat"].T, axis=0), dout.sum(axis=0)
    return dout, np.zeros(dout.shape[1]), dout.sum(axis=0)


def logits_of(layers, x, kind, training=False, momentum=0.9):
    """Logits, and what each layer had."""
    memory = []
    for layer in layers[:-1]:
        out, cache = normalise(kind, x @ layer["w"], layer, training, momentum)
        memory.append((x, out, cache))
        x = np.maximum(out, 0)
    memory.append((x, None, None))
    return x @ layers[-1]["w"] + layers[-1]["beta"], memory


def train_step(layers, x, labels, kind, rate, momentum=0.9):
    """One step of descent on the mean cross-entropy; returns the loss before it."""
    logits, memory = logits_of(layers, x, kind, True, momentum)
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs /= probs.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = -np.mean(np.log(probs[rows, labels] + 1e-30))
    probs[rows, labels] -= 1
    da, dz = None, probs / len(x)  # of what a layer hands up, and of what it has before its normalisation
    dgamma, dbeta = np.zeros(10), dz.sum(axis=0)
    for i in reversed(range(len(layers))):
        layer, (inputs, out, cache) = layers[i], memory[i]
        if out is not None:  # a hidden layer: back through ReLU and normalisation
            dz, dgamma, dbeta = normalise_backward(kind, da * (out > 0), layer, cache)
        da = dz @ layer["w"].T
        for name, gradient in (("w", inputs.T @ dz), ("gamma", dgamma), ("beta", dbeta)):
            layer[name] = layer[name] - rate * gradient
    return loss


def train(layers, kind, rate, rng, batch=64, epochs=10, momentum=0.9):
    """Train in place; returns the loss of each step."""
    losses = []
    with np.errstate(all="ignore"):  # some of these runs explode, which is what they are here to show
        for _ in range(epochs):
            order = rng.permutation(len(x_train))
            for first in range(0, len(order) - batch + 1, batch):
                rows = order[first : first + batch]
                losses.append(train_step(layers, x_train[rows], y_train[rows], kind, rate, momentum))
    return losses


def test_accuracy(layers, kind, training=False):
    with np.errstate(all="ignore"):
        return np.mean(np.argmax(logits_of(layers, x_test, kind, training)[0], axis=1) == y_test)


deep, rates = [64] + [48] * 12 + [10], (0.01, 0.04, 0.16, 0.64)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
reached, trained = {}, None
for (start, scale), line in zip((("small start", 0.3), ("He's start", 1.0)), ("-", "--"), strict=True):
    for kind, color in (("none", "C1"), ("batch", "C0")):
        shares = np.empty((len(rates), 2))
        for row, rate in enumerate(rates):
            for seed in range(2):
                rng = np.random.default_rng(seed)
                layers = start_network(deep, scale, rng)
                losses = train(layers, kind, rate, rng)
                shares[row, seed] = test_accuracy(layers, kind)
                if scale == 0.3 and seed == 0:
                    name = "with batch norm" if kind == "batch" else "without"
                    right.plot(losses, color=color, linestyle="-", linewidth=1, label=name if row == 0 else None)
                if (start, kind, rate) == ("small start", "batch", 0.04):
                    trained = layers
        reached[start, kind] = shares
        label = f"{start}, {'with batch norm' if kind == 'batch' else 'without'}"
        left.semilogx(rates, shares.mean(axis=1), line, color=color, marker="o", label=label)
        print(
            f"{label:30s}", ", ".join(f"{rate:g}: {a:.2f} {b:.2f}" for rate, (a, b) in zip(rates, shares, strict=True))
        )
left.set(xlabel="learning rate", ylabel="test accuracy, mean of 2 runs", ylim=(0, 1.3), title="Twelve hidden layers")
left.legend(fontsize=9, loc="upper center", ncols=2, handlelength=3.5)
right.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 3), title="Small start, four rates each")
right.legend()
dd.plot.show(
    "Left: test accuracy against learning rate, 0.01 to 0.64. Small start without batch norm: always 0.1. He's start "
    "without: between 0.5 and 0.9 at the two lowest rates, then falling to 0.1. With batch norm the small start is "
    "above 0.9 throughout, He's at about 0.6 first and about 0.9 or above from 0.04 on. Right: losses of the small "
    "start by step; without batch norm four flat lines at 2.3, with it four falling curves."
)
assert reached["small start", "none"].max() < 0.2 and reached["small start", "batch"].mean(axis=1).max() > 0.93

# %% [markdown]
# From the small start the network without batch norm is at 2.3 from the first step to the last: $\log 10$, a guess
# among ten. Its logits hardly depend on the input, and what gradient reaches the first layers is as small. No rate
# mends that. With batch norm the same start, at the same rates, reads over nine digits in ten.
#
# From He's start the network without it does learn, at some rates and with runs that differ widely. So the claim is
# not that depth needs batch norm. It needs *some* care for scale, and He's start is one. What batch norm adds is
# room: it is near its best over a tenfold range of rates. Why? The first paper spoke of *internal covariate shift*,
# layers that chase a moving target. Santurkar and others (2018) moved the target on purpose, by noise after each
# batch norm, and training was hardly harmed; they found instead that loss and gradients change less abruptly along a
# step. Scale plays a part too: double all weights of a layer, and the output stays, while their gradient is halved.
# So a step that was too long makes the next ones shorter; and so the small start, whose gradients are larger, gets
# along with smaller rates than He's does.
#
# **Folded away.** The trained network from the small start has twelve batch norms. Without any of them:

# %% demo
folded = []
for layer in trained[:-1]:
    norm = {"gamma": layer["gamma"], "beta": layer["beta"], **layer["running"], "epsilon": 1e-3}
    w, b = fold_batchnorm(layer["w"], None, norm)
    folded.append({"w": w, "beta": b, "gamma": np.ones(len(b)), "running": None})
folded.append(trained[-1])
before, _ = logits_of(trained, x_test, "batch")
after, _ = logits_of(folded, x_test, "none")
print(f"{len(x_test)} test digits: logits of up to {np.abs(before).max():.1f},", end=" ")
print(f"differences of up to {np.abs(before - after).max():.0e}")
assert np.allclose(before, after, atol=1e-8)

# %% [markdown]
# The folded network has plain dense layers and the biases that they never had. This one could not have been trained;
# it can be used.
#
# **Batches of 1, 2 and 64 in training.** A smaller network, two hidden layers of 48 from He's start, three epochs
# (which are 4,041 steps at 1 and 63 at 64, so compare within a column). Each cell is the better of the rates 0.01 and
# 0.1 on these test digits, chosen alike for all. How do the three kinds bear small batches? And, on the right, what
# happens if somebody forgets to switch a network to inference, and asks about digits in groups?

# %% demo
kinds = {"none": "no normalisation", "batch": "batch norm", "layer": "layer norm"}
sizes = (1, 2, 64)
table = np.empty((3, 3))
for row, kind in enumerate(kinds):
    for column, size in enumerate(sizes):
        shares = []
        for rate in (0.01, 0.1):
            rng = np.random.default_rng(7)
            layers = start_network([64, 48, 48, 10], 1.0, rng)
            train(layers, kind, rate, rng, batch=size, epochs=3, momentum=0.99 if size < 64 else 0.9)
            shares.append(test_accuracy(layers, kind))
        table[row, column] = max(shares)
rng = np.random.default_rng(8)
layers = start_network([64, 48, 48, 10], 1.0, rng)
train(layers, "batch", 0.1, rng, epochs=8)
right_mode = test_accuracy(layers, "batch")
groups = (1, 2, 4, 8, 16, 64)
forgotten = []
for size in groups:
    rows = np.array_split(np.arange(len(x_test)), len(x_test) // size)
    said = [np.argmax(logits_of(layers, x_test[part], "batch", True)[0], axis=1) for part in rows]
    forgotten.append(np.mean(np.concatenate(said) == y_test))
fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 3.9))
dd.plot.matrix(table, left, list(kinds.values()), [f"batch {size}" for size in sizes], "Test accuracy in inference")
right.semilogx(groups, forgotten, "o-", color="C1", base=2, label="in training mode")
right.axhline(right_mode, color="C0", linestyle="--", label="in inference mode, any group")
right.set(
    xlabel="digits asked about together", ylabel="test accuracy", ylim=(0, 1.02), title="One trained network, two modes"
)
right.legend(loc="lower right")
dd.plot.show(
    "Left, a table of test accuracies. No normalisation and layer norm: about 0.9 or more for batches of 1, 2 and "
    "64. Batch norm: about 0.1 at 1, well below the others at 2, over 0.9 at 64. Right, accuracy against the size of "
    "the group in training mode: 0.1 for single digits, rising to the level of inference mode, over 0.9, for groups "
    "of 64."
)
print("batch norm, trained in batches of 1, 2 and 64:", ", ".join(f"{share:.2f}" for share in table[1]))
print(
    "batch norm in training mode, by group:",
    ", ".join(f"{n}: {share:.2f}" for n, share in zip(groups, forgotten, strict=True)),
)
print(f"in inference mode {right_mode:.2f}")
assert table[1, 0] < 0.3 and table[1, 1] < min(table[0, 1], table[2, 1]) and table[1, 2] > 0.8
assert forgotten[0] < 0.3 and forgotten[-1] > 0.85

# %% [markdown]
# A batch of 1 has shown batch norm's network nothing but $\beta$, and it answers at random. At 2 it learns, and pays
# for the noise and for the wrong variance. At 64 it keeps up with the others, which do not
# mind small batches. On the right the same thing at the other end: in training mode a single digit gets the
# answer that every digit gets. In groups of 64 hardly anything is lost, which is why the mistake is often found only
# when the first single question comes.
#
# ## What you should remember
#
# - Batch norm standardises each feature by its mean and variance over the batch, all axes but the last, and then
#   scales and shifts by $\gamma$ and $\beta$, which are learned.
# - It has two lives. In training it uses the batch and keeps running averages; in inference it uses those. Most bugs
#   are the wrong life.
# - Backward, the parts of the gradient that would shift or stretch a column are taken off. In inference they are not.
# - Its statistics are as good as the batch is large: at 1 nothing is left of the input, at 2 little more than a sign.
#   Layer norm is the same turned by 90 degrees, and knows no batch.
# - In inference it folds into the layer before it. In training it makes the scale of weights and of starts nearly
#   harmless.
#
# ## Check yourself
#
# 1. A dense layer with biases is followed by batch norm. Which gradient do the biases get in training?
# 2. All weights of a dense layer before a batch norm are doubled. What becomes of the network's output, and of those
#    weights' gradient?
# 3. A model is excellent in training and useless in inference. Name three things to look at.
#
# <details><summary>Answers</summary>
#
# 1. Exactly 0: a bias shifts its column, and $\bar x$ sums to 0 over the batch.
# 2. The output stays, but for $\varepsilon$; the gradient is halved, because $\bar x$ carries one over the deviation.
# 3. Whether inference is switched on at all; whether $\rho$ is so near to 1 that the averages still remember their
#    start; whether batches are tiny, or unlike the data (sorted by class, say), so that they average something else.
#
# </details>
#
# ## Go further
#
# - S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
#   Shift", *ICML*, 2015.
# - J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.
# - S. Santurkar, D. Tsipras, A. Ilyas and A. Madry, "How Does Batch Normalization Help Optimization?", *NeurIPS*, 2018.
# - Y. Wu and K. He, "Group Normalization", *ECCV*, 2018.
#
# Tomorrow, on Day 34, dense layers, activations and dropout become a small framework of your own, with `fit` and all.
