# ---
# day: 31
# title: Initialisation, vanishing and exploding gradients
# week: 7
# minutes: 110
# backend: numpy
# needs: [2, 18, 20, 23, 26, 29]
# data: [digits]
# papers:
# - "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp"
# - Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks
# - Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks
# - "Saxe, McClelland and Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural
#   networks"
# - "He, Zhang, Ren and Sun 2015, Delving deep into rectifiers: surpassing human-level performance on ImageNet
#   classification"
# - Mezzadri 2007, How to generate random matrices from the classical compact groups
# ---

# %% [markdown]
# # Day 31 · Initialisation, vanishing and exploding gradients
#
# By the end you can choose starting weights with which a signal gets through twenty layers and its gradient gets back,
# see from a histogram or a row of norms when it does not, and keep an exploding gradient from wrecking a run.
#
# - **You will build** Glorot's, He's and the orthogonal start, the two instruments that look into a deep network
#   (activations forward, gradients backward), and clipping by the global norm. With them you judge whether
#   Glorot's start, the default of Keras, suits ReLU.
# - **You need** singular values and orthogonal directions (Day 18), variance (Day 20), activations and their slopes
#   (Day 23), backpropagation (Day 26).
# - **Not today:** normalisation, which repairs the scale during training (Day 33), and shortcuts around layers.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | examples in a batch | scalar | |
# | $l$ | a layer, counted from 1 | scalar | |
# | $n_{l-1}$, $n_l$ | inputs and outputs of layer $l$; its fan-in and fan-out, if it is dense | scalars | |
# | $x = h_0$ | the inputs | $(N, n_0)$ | `x` |
# | $W_l$, $w$ | weights of layer $l$, and any one weight | $(n_{l-1}, n_l)$, $()$ | `weights[l - 1]` |
# | $v$ | output weights of the network in the first section | $(2,)$ | `v` |
# | $z_l$, $h_l$ | output of layer $l$ before and after its activation | $(N, n_l)$ | `z`, `h` |
# | $f$, $f'$ | activation and its slope | | `activation`, `derivative` |
# | $L$ | the loss | $()$ | |
# | $\bar z_l$, $\bar h_l$, $\bar W_l$ | the gradient of $L$ for each of these | as these | |
# | $E$, $\operatorname{Var}$ | mean and variance over the random draw | scalars | |
# | $a$ | a uniform draw lies between $-a$ and $a$ | scalar | `limit` |
# | $Q$, $R$ | orthogonal and triangular factor of a matrix | | |
# | $\lVert g \rVert$, $\tau$ | global norm of all gradients, and the largest allowed | scalars | `max_norm` |
#
# All biases start at 0, the usual choice, and are left out of today's networks but the last.

# %% setup
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def relu(z):
    return np.maximum(z, 0)


def relu_slope(z):
    return (z > 0).astype(float)


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


# %% [markdown]
# ## Why at random? Symmetry
#
# Linear regression may start from zeros (Day 2). Why not a network? Take one input $x = 1$, two hidden tanh units and
# one output that adds them up with the weights $v_0$ and $v_1$. Start every weight at 0.5. Both units put out
# $\tanh 0.5 = 0.46$, both are used with the weight 0.5, so both receive the same gradient and take the same step.
# After it they are equal again. Nothing ever tells them apart: **a layer of equal units stays a layer of equal units**,
# and learns what one unit could. From zeros it is worse: $v = 0$ blocks the way down and $h = 0$ the way up, so
# all the gradients are 0.
#
# Random numbers break the symmetry. Can one see it? Six tanh units are to tell the inside of a ring from the outside.


# %% demo
def ring_run(start, seed, num_steps=400, rate=1.0):
    """Trains 3-6-1 with tanh (the third input is a constant 1): the hidden weights at each step, and the last loss."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(size=(300, 2)), np.ones((300, 1))], axis=1)
    y = (np.sum(x[:, :2] ** 2, axis=1) < 1.4).astype(float)
    w, v = start(rng, (3, 6)), start(rng, (6,))
    history = []
    for _ in range(num_steps):
        history.append(w)
        h = np.tanh(x @ w)
        p = 1 / (1 + np.exp(-(h @ v)))
        error = (p - y) / len(y)
        w, v = w - rate * x.T @ (np.outer(error, v) * (1 - h**2)), v - rate * h.T @ error
    return np.array(history), -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


starts = {
    "all weights 0.5": lambda rng, shape: np.full(shape, 0.5),
    "at random, standard deviation 0.5": lambda rng, shape: rng.normal(0, 0.5, shape),
}
fig, panels = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
ring_losses = []
for ax, (name, start) in zip(panels, starts.items(), strict=True):
    history, loss = ring_run(start, seed=31)
    ring_losses.append(loss)
    for unit in range(6):
        ax.plot(history[:, 0, unit], linewidth=1.5)
    ax.set(xlabel="step", ylabel="first weight of a hidden unit", title=f"{name}: loss {loss:.2f}")
dd.plot.show(
    "First weight of each of six hidden units by step. Left, started from 0.5: all six curves lie on each other. "
    "Right, started at random: six curves go six ways."
)
same, _ = ring_run(starts["all weights 0.5"], seed=31)
assert np.allclose(same, same[:, :, :1]), "equal units stay equal"
assert ring_losses[1] < ring_losses[0] - 0.2

# %% [markdown]
# On the left there are six curves, one upon the other: the network has a single unit, six times, and can't draw a ring.
#
# ## How large? Variance on its way through the layers
#
# So the weights are drawn at random with mean 0. With what variance? Follow one unit, $z = \sum_i h_i w_i$, over $n$
# inputs. The $w_i$ are independent of each other and of the inputs and have mean 0, so the products do not disturb
# each other, and their variances add:
#
# $$\operatorname{Var}(z) = \sum_i E[h_i^2] \operatorname{Var}(w_i) = n\, E[h^2] \operatorname{Var}(w) .$$
#
# By hand: four inputs of $\pm 1$ and weights of $\pm\frac12$ give $4 \cdot 1 \cdot \frac14 = 1$. Each layer multiplies
# by the factor $n \operatorname{Var}(w)$, and depth takes its power: over 20 layers a factor of 1.5 becomes 3,325, a
# factor of 0.5 a millionth. Only 1 survives.
#
# **Back down** the gradient of one input collects from all $n_l$ outputs, $\bar h_{l-1} = \bar z_l W_l^\top$, so the
# factor is $n_l \operatorname{Var}(w)$, with the *fan-out*. Forward wants $\operatorname{Var}(w) = 1 / n_{l-1}$,
# backward $1 / n_l$. LeCun and others used the first (1998); Glorot and Bengio (2010) compromised:
#
# $$\operatorname{Var}(w) = \frac{2}{n_{l-1} + n_l} .$$
#
# They drew uniformly. A uniform number between $-a$ and $a$ has the variance $a^2/3$, which fixes $a$. By hand, for 4
# inputs and 2 outputs: the variance is $\frac13$, so $a = 1$.
#
# And the **activation**? tanh has slope 1 at 0, so small signals pass as they are, and Glorot's argument, made for the
# linear case, holds for it at the start. ReLU sets half of them to 0. Of $-2, -1, 1, 2$, with the mean square 2.5, it
# leaves $0, 0, 1, 2$, with 1.25: for any $z$ that is symmetric about 0, $E[h^2] = \frac12 \operatorname{Var}(z)$. Every
# ReLU layer halves what Glorot wanted to keep. He and others (2015) give the lost factor back:
#
# $$\operatorname{Var}(w) = \frac{2}{n_{l-1}} .$$
#
# Theirs is a normal draw. (Keras's `HeNormal` cuts it off at two standard deviations and widens it, so that the
# variance stays; ours has its tails.)
#
# **Fans of any shape.** The fan-in is the number of terms in one output's sum, the fan-out the number of outputs that
# one input reaches. A filter bank of shape $(3, 5, 4, 6)$, which slides 3 by 5 windows over 4 channels and makes 6,
# sums $3 \cdot 5 \cdot 4 = 60$ terms for each output, and each input is used in $3 \cdot 5 \cdot 6 = 90$ (away from the
# border). Outputs are the last axis and inputs the one before, as in Keras; all others are the window. One cell with
# two functions:


# %% exercise: glorot_uniform
def glorot_uniform(shape, rng):
    """Starting weights, uniform with mean 0 and the variance 2 / (fan-in + fan-out).

    Args:
        shape: shape of the weights, a tuple of two or more ints >= 1: (inputs, outputs) with the axes of a window, if
            any, before them. The window counts towards both fans.
        rng: a numpy Generator, the only source of randomness; it moves on.

    Returns:
        Float array of that shape, each entry an independent draw.

    Raises:
        ValueError: shape has fewer than two axes. About 4 lines, as the other.
    """
    ### BEGIN SOLUTION
    if len(shape) < 2:
        raise ValueError(f"weights have an input and an output axis, not the shape {shape}")
    window = np.prod(shape[:-2])  # 1 for a dense layer
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)
    ### END SOLUTION


def he_normal(shape, rng):
    """Starting weights, normal (not truncated) with mean 0 and the variance 2 / fan-in; the rest is as above."""
    ### BEGIN SOLUTION
    if len(shape) < 2:
        raise ValueError(f"weights have an input and an output axis, not the shape {shape}")
    return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
    ### END SOLUTION


# %% test: glorot_uniform, points=3
rng = np.random.default_rng(31)
w = glorot_uniform((90, 60), rng)
dd.check.kind(w, "array")
dd.check.shape(w, (90, 60))
dd.check.dtype(w, "float")
assert abs(w).max() <= 0.2, f"Glorot's limit for 90 and 60 is the root of 6 / 150, 0.2; {abs(w).max():.4f} came back"
dd.check.close(w.var(), 2 / 150, rtol=0.06, what="the variance", why="it is 2 / (90 + 60)")
dd.check.close(w.mean(), 0, atol=0.008, what="the mean")
w = he_normal((90, 60), rng)
dd.check.kind(w, "array")
dd.check.shape(w, (90, 60))
dd.check.close(w.var(), 2 / 90, rtol=0.1, what="the variance of he_normal", why="it is 2 / 90")
dd.check.close(w.mean(), 0, atol=0.01, what="the mean of he_normal")
bank = glorot_uniform((3, 5, 16, 24), rng), he_normal((3, 5, 16, 24), rng)
dd.check.shape(bank[1], (3, 5, 16, 24))
dd.check.close(bank[0].var(), 2 / 600, rtol=0.06, what="the variance", why="the fans are 3 * 5 * 16 and 3 * 5 * 24")
dd.check.close(bank[1].var(), 2 / 240, rtol=0.1, what="the variance of he_normal", why="it sums 3 * 5 * 16 terms")
one, other = (glorot_uniform((3, 2), np.random.default_rng(7)) for _ in range(2))
dd.check.equal(one, other, what="the second draw", why="two generators of one seed give the same weights")
for function in (glorot_uniform, he_normal):
    with dd.check.raises(ValueError, why="a single axis has no fan-out"):
        function((5,), rng)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(310)
shapes = {(1, 1): 60, (1, 7): 30, (9, 1): 30, (50, 20): 3, (3, 1, 2): 30, (2, 3, 4, 5): 10, (2, 2, 2, 3, 4): 10}
for shape, repeats in shapes.items():
    window = 1
    for length in shape[:-2]:
        window *= length
    fan_in, fan_out = window * shape[-2], window * shape[-1]
    limit, std = (6 / (fan_in + fan_out)) ** 0.5, (2 / fan_in) ** 0.5
    uniform = np.array([glorot_uniform(shape, rng) for _ in range(repeats)])
    normal = np.array([he_normal(shape, rng) for _ in range(repeats)])
    for values, name in ((uniform, "glorot_uniform"), (normal, "he_normal")):
        dd.check.shape(values, (repeats, *shape), what=f"all draws of {name}")
        dd.check.dtype(values, "float64", what=f"what {name} gives")
    count, what = uniform.size, f"shape {shape}"
    assert abs(uniform).max() <= limit * (1 + 1e-12), f"glorot_uniform of {what} goes beyond its limit {limit:.4f}"
    assert abs(uniform).max() > limit * (1 - 12 / count), f"glorot_uniform of {what} does not reach its limit"
    tails = np.mean(abs(normal) > 2.5 * std)  # 1.24% are due
    assert count < 900 or 0.004 < tails < 0.025, f"{tails:.2%} of he_normal lie beyond 2.5 deviations, 1.24% are due"
    for values, fourth, wide, name in (
        (uniform / limit * 3**0.5, 1.8, 1.6, "glorot_uniform"),
        (normal / std, 3, 9.8, "he_normal"),
    ):
        noise = 5 / count**0.5  # five standard errors, for each moment below
        why = f"{count} draws in the unit of the deviation that is due, for {what}"
        dd.check.close(values.mean(), 0, atol=noise, what=f"the mean of {name}", why=why)
        dd.check.close(np.mean(values**2), 1, atol=noise * (fourth - 1) ** 0.5, what=f"the variance of {name}", why=why)
        dd.check.close(np.mean(values**4), fourth, atol=noise * wide, what=f"the fourth moment of {name}", why=why)
        assert len(np.unique(values)) == count, f"{name} of {what} repeats numbers: each entry is a draw of its own"
for function in (glorot_uniform, he_normal):
    generator = np.random.default_rng(5)
    first, second = function((4, 3), generator), function((4, 3), generator)
    assert not np.any(first == second), "the generator moves on, so its next weights are others"
    same = np.random.default_rng(5)
    dd.check.equal(function((4, 3), same), first, what="a draw from the same seed", why="only rng decides")
    dd.check.equal(function((4, 3), same), second, what="the next draw", why="only rng decides")
    assert not np.any(function((4, 3), np.random.default_rng(6)) == first), "another seed gives other weights"
    for shape in ((), (4,)):
        with dd.check.raises(ValueError, why=f"{shape} has no input and output axis"):
            function(shape, np.random.default_rng(0))
### END HIDDEN TESTS

# %% mistakes: glorot_uniform
# - replace: np.sqrt(6 / (window * (shape[-2] + shape[-1])))
#   with: np.sqrt(2 / (window * (shape[-2] + shape[-1])))
#   hint: "You use the standard deviation as the limit. A uniform draw spreads less than its limit says."
# - replace: np.sqrt(6 / (window * (shape[-2] + shape[-1])))
#   with: 6 / (window * (shape[-2] + shape[-1]))
#   hint: "That is a variance where a limit is due: a root is missing."
# - replace: np.sqrt(6 / (window * (shape[-2] + shape[-1])))
#   with: np.sqrt(6 / (window * shape[-2]))
#   hint: "Glorot's variance is a compromise between both fans; yours knows the fan-in only."
# - replace: window = np.prod(shape[:-2])
#   with: window = 1
#   hint: "Your Glorot draw takes channels for fans: the window's positions are terms of the sum as well."
# - replace: window * (shape[-2] + shape[-1])
#   with: np.prod(shape[:-1]) + shape[-1]
#   hint: "Your fan-out in Glorot's draw leaves the window out: one input reaches outputs at each of its positions."
# - replace: rng.uniform(-limit, limit, shape)
#   with: rng.uniform(0, limit, shape)
#   hint: "All your Glorot weights are positive. Their mean should be 0."
# - replace: rng.uniform(-limit, limit, shape)
#   with: rng.normal(0, limit / np.sqrt(3), shape)
#   hint: "The variance of your Glorot draw is right, but it is normal where a uniform one was asked for."
# - replace: rng.uniform(-limit, limit, shape)
#   with: np.random.uniform(-limit, limit, shape)
#   hint: "You draw from NumPy's global generator. The one that was handed in should decide."
# - replace: rng.uniform(-limit, limit, shape)
#   with: np.random.default_rng(0).uniform(-limit, limit, shape)
#   hint: "Each call makes a new generator, so that all layers of a shape start with the same weights."
# - replace: rng.uniform(-limit, limit, shape)
#   with: np.broadcast_to(rng.uniform(-limit, limit, shape[-1]), shape).copy()
#   hint: "You draw one row and repeat it. Each entry is a draw of its own."
# - replace: np.sqrt(2 / np.prod(shape[:-1]))
#   with: 2 / np.prod(shape[:-1])
#   hint: "A normal draw is told its standard deviation, not its variance."
# - replace: np.sqrt(2 / np.prod(shape[:-1]))
#   with: np.sqrt(1 / np.prod(shape[:-1]))
#   hint: "Your He draw keeps the size of a linear layer. ReLU takes half of the square away."
# - replace: np.sqrt(2 / np.prod(shape[:-1]))
#   with: np.sqrt(2 / shape[-2])
#   hint: "Your He draw takes the channels for the fan-in: every position of the window is a term too."
# - replace: np.sqrt(2 / np.prod(shape[:-1]))
#   with: np.sqrt(2 / (np.prod(shape[:-2]) * shape[-1]))
#   hint: "He's variance goes by the inputs; you divide by the outputs."
# - replace: rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
#   with: rng.uniform(-1, 1, shape) * np.sqrt(6 / np.prod(shape[:-1]))
#   hint: "The variance of your He draw is right, but it is uniform where a normal one was asked for."
# - replace: rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
#   with: np.clip(rng.normal(size=shape), -2, 2) * np.sqrt(2 / np.prod(shape[:-1]))
#   hint: "You cut the tails of the normal draw off, and some of its variance with them."


# %% mistake: glorot_uniform
# hint: "A shape with one axis goes through. It has no fan-out and should be refused."
def glorot_uniform(shape, rng):
    fan_in, fan_out = np.prod(shape[:-1]), np.prod(shape[:-2]) * shape[-1]
    limit = np.sqrt(6 / (fan_in + fan_out))
    return limit * (2 * rng.random(shape) - 1)


def he_normal(shape, rng):
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:-1]))


# %% mistake: glorot_uniform
# hint: "Keras's HeNormal is truncated; the docstring asks for a normal draw with its tails."
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    limit = np.sqrt(6 / (np.prod(shape[:-1]) + np.prod(shape[:-2]) * shape[-1]))
    return rng.uniform(-limit, limit, size=shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    draws = rng.normal(size=shape)
    while np.any(far := np.abs(draws) > 2):
        draws[far] = rng.normal(size=np.sum(far))
    return draws * np.sqrt(2 / np.prod(shape[:-1])) / 0.87962566


# %% mistake: glorot_uniform
# hint: "You read the shape as (outputs, inputs, window), as PyTorch has it. Here the window comes first, outputs last."
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    window = np.prod(shape[2:])
    limit = np.sqrt(6 / (window * (shape[0] + shape[1])))
    return rng.uniform(-limit, limit, size=shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    return rng.normal(0, np.sqrt(2 / (shape[1] * np.prod(shape[2:]))), size=shape)


# %% mistake: glorot_uniform
# hint: "Your he_normal has Glorot's variance. He's goes by the fan-in alone."
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    limit = np.sqrt(6 / (np.prod(shape[:-2]) * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, size=shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    return rng.normal(0, np.sqrt(2 / (np.prod(shape[:-2]) * (shape[-2] + shape[-1]))), size=shape)


# %% mistake: glorot_uniform
# hint: "You make all of He's weights positive. Their mean should be 0; what ReLU drops is made up for by the 2."
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    limit = np.sqrt(6 / (np.prod(shape[:-2]) * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, size=shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    return np.abs(rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), size=shape))


# %% mistake: glorot_uniform
# hint: "The root of a sum is not the sum of the roots: add Glorot's fans first."
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    fan_in, fan_out = np.prod(shape[:-1]), np.prod(shape[:-2]) * shape[-1]
    limit = np.sqrt(6) / (np.sqrt(fan_in) + np.sqrt(fan_out))
    return rng.uniform(-limit, limit, size=shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes or more")
    return rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), size=shape)


# %% accepts: glorot_uniform
def glorot_uniform(shape, rng):
    *window, inputs, outputs = shape  # a ValueError where there are fewer than two
    mean_fan = np.prod(window, initial=1.0) * (inputs + outputs) / 2
    return (rng.random(shape) - 0.5) * np.sqrt(12 / mean_fan)


def he_normal(shape, rng):
    *window, inputs, _ = shape
    return rng.standard_normal(shape) / np.sqrt(np.prod(window, initial=1.0) * inputs / 2)


# %% accepts: glorot_uniform
def glorot_uniform(shape, rng):
    if len(shape) <= 1:
        raise ValueError("no fans")
    size = 1
    for length in shape:
        size *= length
    bound = (6 / (size // shape[-1] + size // shape[-2])) ** 0.5
    return np.array([rng.uniform(-bound, bound) for _ in range(size)]).reshape(shape)


def he_normal(shape, rng):
    if len(shape) <= 1:
        raise ValueError("no fans")
    draws = rng.normal(size=int(np.prod(shape)))
    return (draws * (2 * shape[-1] / draws.size) ** 0.5).reshape(shape)


# %% [markdown]
# ## Orthogonal: every direction keeps its length
#
# Glorot and He keep the size *on average*. A single direction may still be stretched or squeezed: for a square matrix
# with $\operatorname{Var}(w) = 1/n$ the singular values (Day 18) spread between nearly 0 and about 2, and over layers
# they multiply. An **orthogonal** matrix has all of them equal to 1. Its columns have length 1 and are at right angles,
# $W^\top W = I$; it turns and mirrors, and stretches nothing. By hand:
#
# $$W = \begin{pmatrix} 0.6 & 0.8 \\ -0.8 & 0.6 \end{pmatrix}, \qquad (1, 1)\, W = (-0.2, 1.4),$$
#
# and both $(1, 1)$ and its image have the squared length 2. Saxe and others (2014) showed that deep *linear* networks
# that start so learn in a time that does not grow with their depth.
#
# How does one draw a matrix like that? Take any random matrix of normal numbers and straighten its columns:
# `np.linalg.qr` splits it into $QR$, where $Q$ has orthonormal columns and $R$ is triangular. Two traps:
#
# - **A wide matrix** cannot have orthogonal columns, there are too many. Its *rows* are orthonormal then.
# - **Signs.** $QR$ is not unique: turn the sign of a column of $Q$ and of the same row of $R$, and the product is the
#   same. The library picks signs by a rule of its own, so $Q$ alone is not evenly distributed: with LAPACK's rule its
#   very first entry, for one, is always negative (from two rows on). Mezzadri (2007): demand that $R$'s diagonal be
#   positive, and the draw is fair.
#
# A **gain** stretches all by one factor: $\sqrt 2$ for ReLU, the root of He's factor.


# %% exercise: orthogonal
def orthogonal(shape, rng, gain=1.0):
    """A random matrix whose columns, or whose rows if it is wide, are orthogonal and of length gain.

    Args:
        shape: (rows, columns), a tuple of two ints >= 1.
        rng: a numpy Generator, the only source of randomness; it moves on.
        gain: length of each column (or row), float > 0.

    Returns:
        Float array of that shape, evenly distributed: no direction, and no sign, is more likely than another.
        About 6 lines.
    """
    ### BEGIN SOLUTION
    rows, columns = shape
    tall = rng.normal(size=(max(shape), min(shape)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # one sign a column
    return gain * (q if rows >= columns else q.T)
    ### END SOLUTION


# %% test: orthogonal, points=2
rng = np.random.default_rng(32)
w = orthogonal((5, 3), rng)
dd.check.like(w.T @ w, np.eye(3), atol=1e-12, what="the columns with each other", why="they are orthonormal")
dd.check.shape(w, (5, 3))
w = orthogonal((2, 4), rng, gain=3.0)
dd.check.shape(w, (2, 4))
dd.check.like(w @ w.T, 9 * np.eye(2), atol=1e-12, what="the rows with each other", why="their length is 3")
first = np.array([orthogonal((3, 3), rng)[0, 0] for _ in range(60)])
assert (first > 0).any() and (first < 0).any(), "the first entry should be positive in about half of the draws"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(311)
for shape in ((1, 1), (1, 6), (6, 1), (2, 2), (4, 4), (7, 3), (3, 7), (40, 25), (25, 40)):
    for gain in (1.0, 0.3, 5):
        w = orthogonal(shape, rng, gain)
        dd.check.shape(w, shape)
        dd.check.dtype(w, "float64")
        gram = w.T @ w if shape[0] >= shape[1] else w @ w.T
        what = f"the {'columns' if shape[0] >= shape[1] else 'rows'} of shape {shape} with each other"
        dd.check.like(gram, gain**2 * np.eye(min(shape)), atol=1e-11, what=what, why=f"they have the length {gain:.2f}")
for shape, repeats in {(1, 1): 40, (2, 2): 60, (3, 3): 60, (2, 4): 40}.items():
    draws, n = np.array([orthogonal(shape, rng) for _ in range(repeats)]), max(shape)
    off = 5 / repeats**0.5  # five standard errors of a number that is never beyond 1
    share = np.mean(draws > 0, axis=0)
    dd.check.close(share, np.full(shape, 0.5), atol=off / 2, what=f"how often each entry of {shape} is positive")
    square, due = np.mean(draws**2, axis=0), np.full(shape, 1 / n)
    dd.check.close(square, due, atol=off / 2, what=f"the mean square of each entry of {shape}")
    # on a sphere of n dimensions the mean fourth power is 3 / (n (n + 2))
    fourth, due = np.mean(draws**4), 3 / (n * (n + 2))
    dd.check.close(fourth, due, atol=off / 10, what=f"the mean fourth power of the entries of {shape}")
    if min(shape) > 1:
        agree = np.mean(np.sign(draws[:, 0, 0] * draws[:, 1, 1]))
        dd.check.close(agree, 0.0, atol=off, what="how often two signs agree", why="turns and mirrors even out")
generator, same = np.random.default_rng(5), np.random.default_rng(5)
first, second = orthogonal((4, 3), generator), orthogonal((4, 3), generator)
assert not np.any(np.isclose(first, second)), "the generator moves on, so its next matrix is another"
dd.check.equal(orthogonal((4, 3), same), first, what="a draw from the same seed", why="only rng decides")
dd.check.equal(orthogonal((4, 3), same), second, what="the next draw", why="only rng decides")
dd.check.like(orthogonal((4, 3), np.random.default_rng(5), 2.0), 2 * first, why="the gain stretches the same draw")
### END HIDDEN TESTS

# %% mistakes: orthogonal
# - replace: q = q * np.sign(np.diag(r))
#   with: pass
#   hint: "Your matrix is orthogonal, but its signs are the library's: some entries are always negative."
# - replace: q * np.sign(np.diag(r))
#   with: q * np.sign(np.diag(r))[0]
#   hint: "You turn all columns by the sign of the first. Each column has a sign of its own."
# - replace: q * np.sign(np.diag(r))
#   with: q * np.sign(q[0])
#   hint: "You have made the first row positive. No sign should be more likely than the other."
# - replace: q * np.sign(np.diag(r))
#   with: np.abs(q) * np.sign(np.diag(r))
#   hint: "Without their signs the columns are no longer at right angles."
# - replace: rng.normal(size=(max(shape), min(shape)))
#   with: rng.uniform(size=(max(shape), min(shape)))
#   hint: "You start from numbers between 0 and 1, which all point one way. Start from normal ones."
# - replace: (q if rows >= columns else q.T)
#   with: q
#   hint: "A wide matrix comes out tall. Which way round do you need it?"
# - replace: gain * (q
#   with: (q
#   hint: "The gain has no effect."
# - replace: rng.normal(size=(max(shape), min(shape)))
#   with: np.random.normal(size=(max(shape), min(shape)))
#   hint: "You draw from NumPy's global generator. The one that was handed in should decide."


# %% mistake: orthogonal
# hint: "Your columns have the right length and are not at right angles."
def orthogonal(shape, rng, gain=1.0):
    w = rng.normal(size=shape)
    return gain * w / np.linalg.norm(w, axis=0 if shape[0] >= shape[1] else 1, keepdims=True)


# %% mistake: orthogonal
# hint: "You shuffle the unit vectors. They are orthogonal, but lie along the axes; all directions should be possible."
def orthogonal(shape, rng, gain=1.0):
    size = max(shape)
    w = np.eye(size)[rng.permutation(size)] * rng.choice([-1.0, 1.0], size)
    return gain * w[: shape[0], : shape[1]] if shape[0] >= shape[1] else gain * w[:, : shape[0]].T


# %% mistake: orthogonal
# hint: "You cut a part out of a larger orthogonal matrix; whatever lies outside is missing from its columns and rows."
def orthogonal(shape, rng, gain=1.0):
    size = max(shape) + 1
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return gain * (q * np.sign(np.diag(r)))[: shape[0], : shape[1]]


# %% mistake: orthogonal
# hint: "You split the matrix as it is. A wide one has a square Q, and columns are missing; go by its transpose."
def orthogonal(shape, rng, gain=1.0):
    q, r = np.linalg.qr(rng.normal(size=shape))
    return gain * q * np.sign(np.diag(r))


# %% mistake: orthogonal
# hint: "The gain comes in squared: it is the length itself."
def orthogonal(shape, rng, gain=1.0):
    left, _, right = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    return gain**2 * left @ right


# %% mistake: orthogonal
# hint: "You take one factor of the SVD. It is orthogonal, but its signs are the library's: they are not even."
def orthogonal(shape, rng, gain=1.0):
    left, _, right = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    return gain * (left if left.shape == tuple(shape) else right)


# %% mistake: orthogonal
# hint: "You flip the whole matrix by one coin. Each column needs a sign of its own."
def orthogonal(shape, rng, gain=1.0):
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q = q * rng.choice([-1, 1])
    return gain * (q if shape[0] >= shape[1] else q.T)


# %% mistake: orthogonal
# hint: "For a wide matrix you make the columns of one length, and so spoil the rows. There the rows are orthonormal."
def orthogonal(shape, rng, gain=1.0):
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q = q * np.sign(np.diag(r))
    w = q if shape[0] >= shape[1] else q.T
    return gain * w / np.linalg.norm(w, axis=0)


# %% equivalents: orthogonal
# - replace: q * np.sign(np.diag(r))
#   with: q / np.sign(np.diag(r))
#   reason: "A sign is its own inverse."
# - replace: rows >= columns
#   with: rows > columns
#   reason: "The transpose of an evenly distributed square matrix is distributed in the same way."


# %% accepts: orthogonal
def orthogonal(shape, rng, gain=1.0):
    left, _, right = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return gain * left @ right


# %% accepts: orthogonal
def orthogonal(shape, rng, gain=1.0):
    long, short = max(shape), min(shape)
    vectors = []
    while len(vectors) < short:  # Gram and Schmidt, twice for accuracy
        v = rng.normal(size=long)
        for _ in range(2):
            for other in vectors:
                v = v - (v @ other) * other
        vectors.append(v / np.linalg.norm(v))
    w = float(gain) * np.array(vectors)
    return w if shape[0] < shape[1] else w.T


# %% [markdown]
# What do twenty layers do to the singular values?

# %% demo
rng = np.random.default_rng(33)
width = 100
products = {
    "normal, variance $1/n$": [rng.normal(0, width**-0.5, (width, width)) for _ in range(20)],
    "orthogonal": [orthogonal((width, width), rng) for _ in range(20)],
}
fig, ax = plt.subplots(figsize=(8, 4.2))
for name, matrices in products.items():
    for count in (1, 5, 20):
        values = np.linalg.svd(np.linalg.multi_dot(matrices[:count]) if count > 1 else matrices[0], compute_uv=False)
        if name == "orthogonal":
            flat = values
        else:
            ax.semilogy(values, label=f"{name}, {count} layer{'s' * (count > 1)}")
ax.semilogy(flat, label="orthogonal, 1, 5 or 20 layers", color="black", linewidth=2.5, linestyle="-")
ax.set(xlabel="singular value, from the largest", ylabel="size", title="What a product of layers does to directions")
ax.set_ylim(1e-10, 30)
ax.legend(fontsize=10)
dd.plot.show(
    "Singular values from the largest to the smallest on a logarithmic axis. For normal draws one layer goes from 2 to "
    "about 0.01, five layers to below 1e-5, and twenty layers fall below 1e-10 before the end. The orthogonal line "
    "is flat at 1."
)
assert np.allclose(flat, 1)

# %% [markdown]
# With normal draws a few directions get through twenty layers and most are lost, although the *average* squared length
# is kept. Orthogonal layers lose none.
#
# ## The first instrument: activations by depth
#
# Theory assumed independence, symmetry and small signals. Measurement needs none of it: send a batch through and look
# at each layer. Three numbers are worth having. The **mean** and the **standard deviation** of all its entries say
# where the signal is and how large. The share of **dead** units, which are 0 for every example, says how many take no
# part: by ReLU's slope they get no gradient either.
#
# By hand: two examples, $x = \begin{pmatrix} 1 & 2 \\ 3 & 0 \end{pmatrix}$, through
# $W_1 = \begin{pmatrix} 1 & 0 & -1 \\ 1 & 1 & 0 \end{pmatrix}$ and ReLU give
# $\begin{pmatrix} 3 & 2 & 0 \\ 3 & 0 & 0 \end{pmatrix}$: the mean is $\frac86$, the mean square $\frac{22}{6}$, so the
# standard deviation is $\sqrt{\frac{22}{6} - \frac{64}{36}} = 1.374$; the last unit is 0 for both, one of three.


# %% exercise: forward_statistics
def forward_statistics(x, weights, activation):
    """Send a batch through layers without biases, and describe what comes out of each.

    Args:
        x: (N, n_0) array of floats or ints, N >= 1; left unchanged.
        weights: list of float arrays of shapes (n_0, n_1), (n_1, n_2), and so on; may be empty; left unchanged.
        activation: function that takes an array and gives one of that shape; it comes after every layer.

    Returns:
        (outputs, statistics): a list with each layer's output after its activation, (N, n_l) arrays; and a dict of
        float arrays with one entry a layer: "mean" and "std" over all entries of the output (divided by their number),
        and "dead", the share of its units that are exactly 0 for every example. About 8 lines.
    """
    ### BEGIN SOLUTION
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)  # (N, n_l)
        outputs.append(h)
    statistics = {
        "mean": np.array([np.mean(h) for h in outputs]),
        "std": np.array([np.std(h) for h in outputs]),
        "dead": np.array([np.mean(np.all(h == 0, axis=0)) for h in outputs]),
    }
    return outputs, statistics
    ### END SOLUTION


# %% test: forward_statistics, points=2
x, weights = np.array([[1.0, 2.0], [3.0, 0.0]]), [np.array([[1.0, 0.0, -1.0], [1.0, 1.0, 0.0]])]
with dd.check.unchanged(x, what="x"), dd.check.unchanged(weights, what="the weights"):
    outputs, statistics = forward_statistics(x, weights, relu)
dd.check.like(outputs, [np.array([[3.0, 2, 0], [3, 0, 0]])], what="outputs", why="this is the example worked by hand")
due = {"mean": np.array([8 / 6]), "std": np.array([np.sqrt(22 / 6 - 64 / 36)]), "dead": np.array([1 / 3])}
dd.check.like(statistics, due, what="statistics", why="this is the example worked by hand")
two = [np.array([[1.0, 0, -1], [1, 1, 0]]), np.array([[1.0, 0, 1, -1], [-1, 0, 0, -1], [5, 5, 5, 5]])]
outputs, statistics = forward_statistics(x, two, relu)
dd.check.like(outputs[1], np.array([[1.0, 0, 3, 0], [3, 0, 3, 0]]), what="outputs[1]", why="ReLU came in between")
dd.check.like(statistics["dead"], np.array([1 / 3, 1 / 2]), what="the dead share", why="2 of 4 units are always 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(312)
uneven = [4, 6, 3, 5, 7]
curves = {
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: z if z > 0 else 0.0),
    "tanh": (np.tanh, np.tanh),
    "the identity": (lambda z: z, lambda z: z),
    "the square": (lambda z: z**2, lambda z: z * z),
}
for n_rows, sizes in ((1, uneven), (5, uneven), (3, [4] * 5)):
    for name, (curve, single) in curves.items():
        weights = [rng.normal(0, 1, (a, b)) for a, b in itertools.pairwise(sizes)]
        weights[1][:, 1] = 0  # a unit that is always 0, whatever comes in
        x = rng.normal(0, 2, (n_rows, 4))
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(weights, what="the weights"):
            outputs, statistics = forward_statistics(x, weights, curve)
        rows, means, stds, dead = x.tolist(), [], [], []
        for layer, w in enumerate(weights):
            rows = [[single(sum(h * w[i, j] for i, h in enumerate(row))) for j in range(w.shape[1])] for row in rows]
            flat = [value for row in rows for value in row]
            mean = sum(flat) / len(flat)
            means.append(mean)
            stds.append((sum((value - mean) ** 2 for value in flat) / len(flat)) ** 0.5)
            dead.append(sum(all(row[j] == 0 for row in rows) for j in range(w.shape[1])) / w.shape[1])
            what = f"the output of layer {layer + 1} with {name}"
            dd.check.like(outputs[layer], np.array(rows), rtol=1e-9, what=what)
        dd.check.equal(len(outputs), 4, what="the number of outputs", why="there are four layers")
        due = {"mean": np.array(means), "std": np.array(stds), "dead": np.array(dead)}
        dd.check.like(statistics, due, rtol=1e-9, what="statistics", why=f"a slow loop with {name} and {n_rows} rows")
whole = forward_statistics(np.array([[2, -1]]), [np.array([[1.0, 1.0, 3.0], [1.0, 2.0, 0.0]])], curves["ReLU"][0])
dd.check.like(whole[0], [np.array([[1.0, 0.0, 6.0]])], what="the outputs for whole numbers")
outputs, statistics = forward_statistics(np.ones((3, 2)), [], curves["tanh"][0])
dd.check.equal(outputs, [], what="the outputs of no layer")
nothing = {name: np.zeros(0) for name in ("mean", "std", "dead")}
dd.check.like(statistics, nothing, what="statistics of no layer")
tiny = forward_statistics(np.full((2, 1), 1e-100), [np.eye(1)] * 3, curves["the identity"][0])[1]
dd.check.like(tiny["dead"], np.zeros(3), what="the dead share", why="a tiny signal is not 0")
far = forward_statistics(np.array([[1e8], [1e8 + 4]]), [np.eye(1)], curves["the identity"][0])[1]
dd.check.like(far["std"], np.array([2.0]), what="the standard deviation of 1e8 and 1e8 + 4")
### END HIDDEN TESTS

# %% mistakes: forward_statistics
# - replace: h = activation(h @ w)
#   with: h = h @ w
#   hint: "The activation is never applied."
# - replace: h = activation(h @ w)
#   with: h = activation(x @ w)
#   hint: "Every layer gets the network's own input. It should get what the layer before put out."
# - replace: h = activation(h @ w)
#   with: h = activation(h) @ w
#   hint: "You apply the activation to what goes into a layer. It comes after the product."
# - replace: h = activation(h @ w)
#   with: h = activation(h @ w.T)
#   hint: "The weights are (inputs, outputs), so that no transpose is needed."
# - replace: outputs.append(h)
#   with: outputs.insert(0, h)
#   hint: "Your layers come in the order from last to first."
# - replace: outputs, h = [], x
#   with: outputs, h = [x], x
#   hint: "You count the inputs among the outputs of layers."
# - replace: np.std(h)
#   with: np.var(h)
#   hint: "That is the variance. The standard deviation is its root."
# - replace: np.std(h)
#   with: np.std(h, ddof=1)
#   hint: "You divide by one less than the number of entries."
# - replace: np.std(h)
#   with: np.sqrt(np.mean(h**2))
#   hint: "You have not taken the mean off: that is the root mean square."
# - replace: np.std(h)
#   with: np.mean(np.std(h, axis=0))
#   hint: "You average the spreads of the units. All entries of a layer go into one standard deviation."
# - replace: np.all(h == 0, axis=0)
#   with: h == 0
#   hint: "You count entries that are 0. A unit is dead only if it is 0 for every example."
# - replace: np.all(h == 0, axis=0)
#   with: np.all(h == 0, axis=1)
#   hint: "You look for examples for which all units are 0. The question is about units."
# - replace: np.all(h == 0, axis=0)
#   with: np.any(h == 0, axis=0)
#   hint: "You count units that are 0 for some example. Dead ones are 0 for all."
# - replace: np.all(h == 0, axis=0)
#   with: np.all(np.abs(h) < 1e-6, axis=0)
#   hint: "You take tiny outputs for dead ones. A vanishing signal is no zero."


# %% mistake: forward_statistics
# hint: "The statistics are those before the activation. They should describe what the layer puts out."
def forward_statistics(x, weights, activation):
    outputs, before, h = [], [], x
    for w in weights:
        before.append(h @ w)
        h = activation(before[-1])
        outputs.append(h)
    statistics = {
        "mean": np.array([z.mean() for z in before]),
        "std": np.array([z.std() for z in before]),
        "dead": np.array([np.mean((h == 0).all(axis=0)) for h in outputs]),
    }
    return outputs, statistics


# %% mistake: forward_statistics
# hint: "The last layer has no activation with you. Here it comes after every layer."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for i, w in enumerate(weights):
        h = h @ w if i == len(weights) - 1 else activation(h @ w)
        outputs.append(h)
    keys = {"mean": np.mean, "std": np.std, "dead": lambda h: np.mean(~h.any(axis=0))}
    return outputs, {key: np.array([f(h) for h in outputs], dtype=float) for key, f in keys.items()}


# %% mistake: forward_statistics
# hint: "You take the statistics unit by unit or example by example. A layer has one number of each."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)
        outputs.append(h)
    return outputs, {
        "mean": [h.mean(axis=0) for h in outputs],
        "std": [h.std(axis=0) for h in outputs],
        "dead": np.array([np.mean(~h.any(axis=0)) for h in outputs]),
    }


# %% mistake: forward_statistics
# hint: "You give a list with a dict for each layer. One dict was asked for, with an array in each entry."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)
        outputs.append(h)
    dead = [np.mean((h == 0).all(axis=0)) for h in outputs]
    return outputs, [{"mean": h.mean(), "std": h.std(), "dead": d} for h, d in zip(outputs, dead, strict=True)]


# %% mistake: forward_statistics
# hint: "You call a unit dead if its sum is not above 0. Dead ones are 0 for every example; others may be negative."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)
        outputs.append(h)
    return outputs, {
        "mean": np.array([h.mean() for h in outputs]),
        "std": np.array([h.std() for h in outputs]),
        "dead": np.array([np.mean(h.sum(axis=0) <= 0) for h in outputs]),
    }


# %% mistake: forward_statistics
# hint: "You bring each output to one scale before the next layer. That hides what the measurement is to show."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)
        outputs.append(h)
        h = (h - h.mean()) / (h.std() + 1e-8)
    return outputs, {
        "mean": np.array([h.mean() for h in outputs]),
        "std": np.array([h.std() for h in outputs]),
        "dead": np.array([np.mean((h == 0).all(axis=0)) for h in outputs]),
    }


# %% mistake: forward_statistics
# hint: "You average over the batch first. The standard deviation is that of all the layer's entries."
def forward_statistics(x, weights, activation):
    outputs, h = [], x
    for w in weights:
        h = activation(h @ w)
        outputs.append(h)
    return outputs, {
        "mean": np.array([h.mean() for h in outputs]),
        "std": np.array([h.mean(axis=0).std() for h in outputs]),
        "dead": np.array([np.mean((h == 0).all(axis=0)) for h in outputs]),
    }


# %% mistake: forward_statistics
# hint: "Every layer gets the inputs, where the shapes allow it. It should get what the layer before puts out."
def forward_statistics(x, weights, activation):
    outputs = []
    for w in weights:
        outputs.append(activation((x if len(w) == x.shape[1] else outputs[-1]) @ w))
    statistics = {
        "mean": np.array([h.mean() for h in outputs], dtype=float),
        "std": np.array([h.std() for h in outputs], dtype=float),
        "dead": np.array([np.mean(np.all(h == 0, axis=0)) for h in outputs], dtype=float),
    }
    return outputs, statistics


# %% equivalents: forward_statistics
# - replace: np.mean(np.all(h == 0, axis=0))
#   with: np.mean(np.all(h == 0, axis=0, keepdims=True))
#   reason: "The mean of a row is that of its entries."


# %% accepts: forward_statistics
def forward_statistics(x, weights, activation):
    outputs = []
    table = np.zeros((3, len(weights)))
    for layer, w in enumerate(weights):
        outputs.append(activation(np.matmul(outputs[-1] if outputs else x, w)))
        last = outputs[-1]
        alive = np.count_nonzero(last, axis=0) > 0
        table[:, layer] = last.mean(), last.std(), 1 - alive.sum() / alive.size
    return outputs, dict(zip(("mean", "std", "dead"), table, strict=True))


# %% accepts: forward_statistics
def forward_statistics(x, weights, activation):
    outputs = list(itertools.accumulate(weights, lambda h, w: activation(h @ w), initial=np.array(x, dtype=float)))[1:]
    measures = {
        "mean": lambda h: np.sum(h) / h.size,
        "std": lambda h: np.sqrt(np.mean((h - np.mean(h)) ** 2)),
        "dead": lambda h: sum(not column.any() for column in h.T) / h.shape[1],
    }
    return outputs, {name: np.array([measure(h) for h in outputs], float) for name, measure in measures.items()}


# %% [markdown]
# ## Histograms through twenty layers
#
# Now the measurement. Twenty layers of 128 units, 256 examples of normal numbers; four schemes, from too small to too
# large, with tanh and with ReLU. ReLU's outputs reach over many powers of ten, so its histograms show the positive
# ones on a logarithmic axis (the zeros are about half). Where does the signal die, saturate, explode?

# %% demo
width, depth = 128, 20
schemes = {
    "too small, $0.3/\\sqrt{n}$": lambda shape, rng: rng.normal(0, 0.3 * shape[0] ** -0.5, shape),
    "Glorot": glorot_uniform,
    "He": he_normal,
    "too large, $3/\\sqrt{n}$": lambda shape, rng: rng.normal(0, 3 * shape[0] ** -0.5, shape),
}
short = ("too small", "Glorot", "He", "too large")
rng = np.random.default_rng(34)
x = rng.normal(size=(256, width))
fig, panels = plt.subplots(2, 4, figsize=(14, 9), sharey=True)
spread, dead = {}, {}
for row, (function, label) in enumerate(((np.tanh, "tanh"), (relu, "ReLU"))):
    bins = np.linspace(-1, 1, 61) if row == 0 else np.linspace(-15, 9, 61)
    for ax, name in zip(panels[row], schemes, strict=True):
        weights = [schemes[name]((width, width), rng) for _ in range(depth)]
        outputs, statistics = forward_statistics(x, weights, function)
        key = short[list(schemes).index(name)]
        spread[label, key], dead[label, key] = statistics["std"], statistics["dead"]
        for layer, h in enumerate(outputs, start=1):
            values = h.ravel() if row == 0 else np.log10(h[h > 0])
            counts, _ = np.histogram(values, bins)
            heights = 1.8 * counts / counts.max() if counts.any() else np.zeros(len(counts))
            middles = (bins[1:] + bins[:-1]) / 2
            ax.fill_between(middles, layer, layer - heights, color="C5", alpha=0.9, zorder=layer)
            ax.plot(middles, layer - heights, color="C0", linewidth=0.7, linestyle="-", zorder=layer)
        ax.set(title=f"{label}: {name}", xlabel="output" if row == 0 else "log10 of the positive outputs")
        ax.grid(False)
    panels[row, 0].set(ylabel="layer", yticks=[1, 5, 10, 15, 20], ylim=(20.6, -1.2))
dd.plot.show(
    "Eight panels of twenty small histograms, layer 1 above. tanh: too small becomes a spike at 0 within a few layers; "
    "Glorot stays a bell around 0 that narrows slowly; He is broad, nearly flat; too large is two spikes at -1 and 1. "
    "ReLU, logarithmic: too small drifts steadily to the left, by many powers of ten; Glorot drifts by three powers of "
    "ten; He stays in place; too large drifts to the right by six."
)
for (label, name), values in spread.items():
    gone = f"; dead units in layer 20: {dead[label, name][-1]:.0%}" if label == "ReLU" else ""
    print(f"{label:4s} {name:10s} std in layers 1, 5, 20:", *(f"{values[i]:.2g}" for i in (0, 4, 19)), gone)
assert spread["tanh", "too small"][-1] < 1e-8 and 0.1 < spread["tanh", "Glorot"][-1] < 0.4
assert spread["tanh", "too large"][-1] > 0.8
assert 1e-4 < spread["ReLU", "Glorot"][-1] / spread["ReLU", "Glorot"][0] < 1e-2
assert 0.1 < spread["ReLU", "He"][-1] / spread["ReLU", "He"][0] < 10
assert spread["ReLU", "too large"][-1] > 1e4

# %% [markdown]
# **tanh.** Too small: after a few layers every output is as good as 0. Too large: every output is $-1$ or 1, the unit
# is **saturated**, and the slope there is nearly 0. Glorot's outputs settle into a bell, which narrows slowly since
# tanh squeezes a little. He's doubled variance is half-way to saturation: it was not made for tanh.
#
# **ReLU.** Glorot loses a factor of $\sqrt{\frac12}$ in each layer, in twenty $2^{-10}$, about a thousandth, as the
# theory says. He stays where it was. No scheme saturates here, since ReLU has no ceiling: it explodes.
#
# ## The second instrument: gradients by depth
#
# Learning needs the way back. For layers $z_l = h_{l-1} W_l$, $h_l = f(z_l)$ and a linear last layer, Day 26 gives
#
# $$\bar z_l = \bar h_l \odot f'(z_l), \qquad \bar W_l = h_{l-1}^\top\, \bar z_l, \qquad
# \bar h_{l-1} = \bar z_l\, W_l^\top .$$
#
# Down to layer 1 that is a product of twenty matrices and twenty slopes. Less than 1 each time, and it **vanishes**:
# the lowest layers stand still. More, and it **explodes**. The sigmoid's slope is at most $\frac14$, so even with
# weights that keep lengths twenty layers leave at most $4^{-20}$, a millionth of a millionth. That is why deep networks
# of sigmoids did not learn.
#
# The norm of $\bar W_l$, the root of the sum of its squares, says how hard layer $l$ is pulled. By hand: $x = (1, 2)$,
# $W_1 = \begin{pmatrix} 1 & -1 \\ 1 & 0 \end{pmatrix}$, ReLU, $W_2 = \begin{pmatrix} 2 \\ 5 \end{pmatrix}$. Forward:
# $z_1 = (3, -1)$, $h_1 = (3, 0)$, output 6. Let the loss be the output, so its gradient is 1. Then $\bar W_2 = (3,
# 0)^\top$ with norm 3; $\bar h_1 = (2, 5)$, $\bar z_1 = (2, 0)$, $\bar W_1 = \begin{pmatrix} 2 & 0 \\ 4 & 0
# \end{pmatrix}$ with norm $\sqrt{20} = 4.47$.


# %% exercise: gradient_norms
def gradient_norms(x, weights, activation, derivative, output_gradient):
    """Gradients of a loss for each layer's weights, and their norms, from first layer to last.

    Args:
        x: (N, n_0) array of floats or ints, N >= 1; left unchanged.
        weights: list of one or more float arrays of shapes (n_0, n_1), (n_1, n_2), and so on; left unchanged.
        activation, derivative: functions of an array, f(z) and its slope f'(z); they belong to every layer but the
            last, which is linear.
        output_gradient: function that takes the network's output (N, K) and gives the loss's gradient for it, (N, K).

    Returns:
        (gradients, norms): a list of float arrays in the shapes of the weights, and a float array with the norm of
        each. About 14 lines.
    """
    ### BEGIN SOLUTION
    inputs, befores = [x], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    upstream = output_gradient(inputs[-1] @ weights[-1])  # (N, K)
    gradients = [inputs[-1].T @ upstream]
    for layer in reversed(range(len(weights) - 1)):
        upstream = (upstream @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.append(inputs[layer].T @ upstream)
    gradients.reverse()
    return gradients, np.array([np.linalg.norm(gradient) for gradient in gradients])
    ### END SOLUTION


# %% test: gradient_norms, points=3
x, weights = np.array([[1.0, 2.0]]), [np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[2.0], [5.0]])]
with dd.check.unchanged(x, what="x"), dd.check.unchanged(weights, what="the weights"):
    result = gradient_norms(x, weights, relu, relu_slope, np.ones_like)
due = [np.array([[2.0, 0.0], [4.0, 0.0]]), np.array([[3.0], [0.0]])], np.array([np.sqrt(20), 3.0])
dd.check.like(result, due, why="this is the example worked by hand")
batch = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, -3.0]])
rows = [gradient_norms(batch[[i]], weights, relu, relu_slope, np.ones_like)[0] for i in range(3)]
gradients, _ = gradient_norms(batch, weights, relu, relu_slope, np.ones_like)
for layer in range(2):
    due = sum(row[layer] for row in rows)
    dd.check.like(gradients[layer], due, what=f"gradients[{layer}]", why="a batch's gradient is the sum over its rows")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(313)


def softplus(z):
    return np.logaddexp(0, z)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def tanh_curve(z):
    return np.tanh(z)


def tanh_curve_slope(z):
    return 1 / np.cosh(z) ** 2


for sizes in ((3, 2), (4, 3, 5), (3, 2, 4, 5, 1)):
    for n_rows in (1, 4):
        for curve, slope in ((tanh_curve, tanh_curve_slope), (softplus, logistic)):
            x, targets = rng.normal(size=(n_rows, sizes[0])), rng.normal(size=(n_rows, sizes[-1]))
            weights = [rng.normal(0, 1, (a, b)) for a, b in itertools.pairwise(sizes)]
            with dd.check.unchanged(x, what="x"), dd.check.unchanged(weights, what="the weights"):
                result = gradient_norms(x, weights, curve, slope, lambda out, targets=targets: 2 * (out - targets))
            dd.check.kind(result, tuple)
            gradients, norms = result
            dd.check.kind(gradients, list, what="the gradients")
            dd.check.equal(len(gradients), len(weights), what="the number of gradients", why="each layer has one")
            for layer in range(len(weights)):

                def squared_error(w, layer=layer, x=x, weights=weights, targets=targets, curve=curve):
                    h = x
                    for i, own in enumerate(weights):
                        h = h @ (w if i == layer else own)
                        h = curve(h) if i < len(weights) - 1 else h
                    return np.sum((h - targets) ** 2)

                what = f"the gradient of layer {layer + 1} of {len(weights)}"
                dd.check.gradient(squared_error, weights[layer], gradients[layer], rtol=1e-5, atol=1e-6, what=what)
            due = np.array([sum(entry**2 for entry in gradient.flat) ** 0.5 for gradient in gradients])
            dd.check.like(norms, due, rtol=1e-9, what="the norms", why="each is the root of the sum of the squares")
whole = gradient_norms(np.array([[2, -1]]), [np.eye(2)], tanh_curve, tanh_curve_slope, lambda out: 3 * out)
due = [np.array([[12.0, -6.0], [-6.0, 3.0]])], np.array([15.0])
dd.check.like(whole, due, why="one linear layer, and whole numbers come in")
chain = [np.array([[value]]) for value in (2.0, 3.0, 0.5, 4.0)]
gradients, norms = gradient_norms(np.ones((1, 1)), chain, lambda z: z, np.ones_like, np.ones_like)
due = np.array([6.0, 4.0, 24.0, 3.0])
dd.check.like(norms, due, what="the norms of a linear chain", why="each is the product of all the other weights")
dd.check.like(gradients, [value.reshape(1, 1) for value in due], what="the gradients of a linear chain")
### END HIDDEN TESTS

# %% mistakes: gradient_norms
# - replace: "* derivative(befores[layer])"
#   with: "* derivative(inputs[layer + 1])"
#   hint: "You take the slope where the layer's output is. It belongs to what the activation got, before it."
# - replace: "* derivative(befores[layer])"
#   with: ""
#   hint: "On the way down the activation's slope is missing."
# - replace: (upstream @ weights[layer + 1].T) * derivative(befores[layer])
#   with: (upstream * derivative(inputs[layer + 1] @ weights[layer + 1])) @ weights[layer + 1].T
#   hint: "You multiply by the slope of the layer above, before the weights. Which one stands between the two?"
# - replace: inputs[layer].T @ upstream
#   with: befores[layer - 1].T @ upstream if layer else inputs[0].T @ upstream
#   hint: "A layer's weights met the output of the activation below, not what went into it."
# - replace: gradients.reverse()
#   with: pass
#   hint: "Your gradients come from last layer to first."
# - replace: np.linalg.norm(gradient)
#   with: np.linalg.norm(gradient, 2)
#   hint: "That is the largest singular value. The norm here is the root of the sum of all squares."
# - replace: np.linalg.norm(gradient)
#   with: np.sum(gradient**2)
#   hint: "A root is missing: that is the norm squared."
# - replace: np.linalg.norm(gradient)
#   with: np.mean(np.abs(gradient))
#   hint: "That is the mean size of an entry. The norm is the root of the sum of the squares."
# - replace: np.linalg.norm(gradient)
#   with: np.abs(gradient).sum()
#   hint: "You add up sizes. The norm here is the root of the sum of the squares."
# - replace: output_gradient(inputs[-1] @ weights[-1])
#   with: output_gradient(activation(inputs[-1] @ weights[-1]))
#   hint: "Your last layer has an activation. It is linear."


# %% mistake: gradient_norms
# hint: "You divide every gradient by the batch. The loss's own gradient has said already whether it is a mean."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    hs, zs = [x], []
    for w in weights[:-1]:
        zs.append(hs[-1] @ w)
        hs.append(activation(zs[-1]))
    delta = output_gradient(hs[-1] @ weights[-1])
    grads = [None] * len(weights)
    for i in range(len(weights) - 1, -1, -1):
        grads[i] = hs[i].T @ delta / x.shape[0]
        if i:
            delta = (delta @ weights[i].T) * derivative(zs[i - 1])
    return grads, np.array([np.linalg.norm(g) for g in grads])


# %% mistake: gradient_norms
# hint: "You return norms of the signals that come back. Those of the weights' gradients were asked for."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    hs, zs = [x], []
    for w in weights[:-1]:
        zs.append(hs[-1] @ w)
        hs.append(activation(zs[-1]))
    delta = output_gradient(hs[-1] @ weights[-1])
    grads, norms = [None] * len(weights), np.zeros(len(weights))
    for i in range(len(weights) - 1, -1, -1):
        grads[i], norms[i] = hs[i].T @ delta, np.linalg.norm(delta)
        if i:
            delta = (delta @ weights[i].T) * derivative(zs[i - 1])
    return grads, norms


# %% mistake: gradient_norms
# hint: "The last layer has an activation's slope on the way down with you. It is linear."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    signals, befores = [x], []
    for i, w in enumerate(weights):
        befores.append(signals[-1] @ w)
        signals.append(activation(befores[-1]) if i < len(weights) - 1 else befores[-1])
    back, gradients = output_gradient(signals[-1]), []
    for i in reversed(range(len(weights))):
        back = back * derivative(befores[i])
        gradients.insert(0, signals[i].T @ back)
        back = back @ weights[i].T
    return gradients, np.array([np.linalg.norm(gradient) for gradient in gradients])


# %% mistake: gradient_norms
# hint: "You divide by the number of entries: that is a root mean square. The norm sums."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    signals, befores = [x], []
    for i, w in enumerate(weights):
        befores.append(signals[-1] @ w)
        signals.append(activation(befores[-1]) if i < len(weights) - 1 else befores[-1])
    back, gradients = output_gradient(signals[-1]), []
    for i in reversed(range(len(weights))):
        if i < len(weights) - 1:
            back = back * derivative(befores[i])
        gradients.insert(0, signals[i].T @ back)
        back = back @ weights[i].T
    return gradients, np.array([np.sqrt(np.mean(gradient**2)) for gradient in gradients])


# %% mistake: gradient_norms
# hint: "Your last layer has an activation, both ways. It is linear."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    signals, befores = [x], []
    for w in weights:
        befores.append(signals[-1] @ w)
        signals.append(activation(befores[-1]))
    back, gradients = output_gradient(signals[-1]), []
    for i in reversed(range(len(weights))):
        back = back * derivative(befores[i])
        gradients.insert(0, signals[i].T @ back)
        back = back @ weights[i].T
    return gradients, np.array([np.linalg.norm(gradient) for gradient in gradients])


# %% mistake: gradient_norms
# hint: "Your gradients have rows and columns exchanged. A gradient has the shape of its weights, (inputs, outputs)."
def gradient_norms(x, weights, activation, derivative, output_gradient):
    signals, befores = [x], []
    for i, w in enumerate(weights):
        befores.append(signals[-1] @ w)
        signals.append(activation(befores[-1]) if i < len(weights) - 1 else befores[-1])
    back, gradients = output_gradient(signals[-1]), []
    for i in reversed(range(len(weights))):
        if i < len(weights) - 1:
            back = back * derivative(befores[i])
        gradients.insert(0, back.T @ signals[i])
        back = back @ weights[i].T
    return gradients, np.array([np.linalg.norm(gradient) for gradient in gradients])


# %% accepts: gradient_norms
def gradient_norms(x, weights, activation, derivative, output_gradient):
    def descend(h, layer):
        """The gradients from this layer up, and the gradient for its input."""
        z = h @ weights[layer]
        if layer == len(weights) - 1:
            above, upstream = [], output_gradient(z)
        else:
            above, upstream = descend(activation(z), layer + 1)
            upstream = upstream * derivative(z)
        return [h.T @ upstream, *above], upstream @ weights[layer].T

    gradients, _ = descend(np.array(x, dtype=float), 0)
    return gradients, np.sqrt([np.sum(gradient**2) for gradient in gradients])


# %% accepts: gradient_norms
def gradient_norms(x, weights, activation, derivative, output_gradient):
    layers, h = [], x
    for number, w in enumerate(weights):
        z = np.matmul(h, w)
        is_last = number == len(weights) - 1
        layers.append((h, None if is_last else derivative(z)))
        h = z if is_last else activation(z)
    back, gradients = output_gradient(h), []
    for w, (taken, slope) in zip(weights[::-1], layers[::-1], strict=True):
        if slope is not None:
            back = np.multiply(back, slope)
        gradients.insert(0, np.einsum("na,nb->ab", taken, back))
        back = back @ w.T
    return gradients, np.array([np.sqrt(np.vdot(g, g)) for g in gradients])


# %% [markdown]
# How much of the gradient reaches layer 1, from a random gradient at layer 20? Width 128 again.

# %% demo
logistic_curve = (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2)
curves = {"tanh": (np.tanh, tanh_slope), "ReLU": (relu, relu_slope)}
fig, panels = plt.subplots(1, 2, figsize=(13, 4.8), sharey=True)
reach = {}
rng = np.random.default_rng(35)
x, pull = rng.normal(size=(64, width)), rng.normal(size=(64, width)) / 64
for ax, (label, (curve, slope)) in zip(panels, curves.items(), strict=True):
    gain = 2**0.5 if label == "ReLU" else 1.0
    starts = schemes | {"orthogonal": lambda shape, rng, gain=gain: orthogonal(shape, rng, gain)}
    for name, start in starts.items():
        weights = [start((width, width), rng) for _ in range(depth)]
        _, norms = gradient_norms(x, weights, curve, slope, lambda out: pull)
        reach[label, name.split(",")[0]] = norms
        ax.semilogy(np.arange(1, depth + 1), norms, label=name)
    if label == "tanh":
        weights = [glorot_uniform((width, width), rng) for _ in range(depth)]
        _, norms = gradient_norms(x, weights, *logistic_curve, lambda out: pull)
        reach["sigmoid", "Glorot"] = norms
        ax.semilogy(np.arange(1, depth + 1), norms, label="sigmoid, Glorot", color="0.5", linestyle=":")
    ax.set(xlabel="layer", title=f"{label}: gradient of each layer's weights", xticks=[1, 5, 10, 15, 20])
    ax.legend(fontsize=10)
panels[0].set(ylabel="norm", ylim=(1e-13, 1e15))
dd.plot.show(
    "Norm of the gradient of the weights against the layer, on a logarithmic axis. tanh: Glorot and orthogonal are "
    "level at about 3, He somewhat above, too small is level near 1e-9, too large rises by more than two powers of ten "
    "towards layer 1, the sigmoid falls by eleven. ReLU: He and orthogonal are level at about 20, Glorot is level "
    " a thousand times below, too small level near 1e-12, too large level near 1e7."
)
for (label, name), norms in reach.items():
    print(f"{label:7s} {name:10s} norm at layer 1: {norms[0]:8.1e}, at layer 19: {norms[-2]:8.1e}")
assert reach["sigmoid", "Glorot"][0] < 1e-8 * reach["sigmoid", "Glorot"][-2]
assert 1e-4 < reach["ReLU", "Glorot"][0] / reach["ReLU", "He"][0] < 1e-2
assert max(reach["tanh", "too small"]) < 1e-6 and max(reach["ReLU", "too small"]) < 1e-6
assert reach["tanh", "too large"][0] > 10 * reach["tanh", "too large"][-2]

# %% [markdown]
# Read the height first: that is how strongly a layer is pulled, and with ReLU **Glorot's lines lie a thousand times
# below He's**. Flat is not enough. A weight's gradient is the product of what came up to it, $h_{l-1}$, and what came
# down, $\bar z_l$. Where each layer loses the same share both ways, the two losses add up to the same twenty layers
# wherever you look, and the line is flat, as that of "too small": flat, and dead. The sigmoid keeps its *outputs* near
# one half, so only the way down loses, and the lower layers get next to nothing. Too large with tanh is the opposite:
# the outputs can't grow, the gradients grow towards layer 1. With ReLU both grow together.
#
# ## When it explodes all the same: clipping
#
# A good start does not protect a whole run. A net that uses the same weights at each of many steps, as those of week 15
# do, has $w^{20}$ in its loss, and such a loss has **cliffs**: nearly flat, then a wall. At the wall the gradient is
# huge, and one step throws the weights far away, beyond anything learned so far. The remedy of Pascanu and others
# (2013) is blunt: if the gradient is too long, shorten it, and keep its direction. "Too long" is measured over *all*
# parameters together,
#
# $$\lVert g \rVert = \sqrt{\textstyle\sum_l \lVert \bar W_l \rVert^2}, \qquad
# g \leftarrow g \cdot \min\!\Big(1,\ \frac{\tau}{\lVert g \rVert}\Big) .$$
#
# By hand: gradients $(3, 4)$ and $(12)$ have the global norm $\sqrt{9 + 16 + 144} = 13$. With $\tau = 6.5$ all are
# halved: $(1.5, 2)$ and $(6)$. Clipping each array by itself, or each entry, would turn the direction. Two things can
# go wrong in the arithmetic: in float32 the square of $10^{30}$ is infinite although $10^{30}$ is not, and a NaN makes
# every comparison false, so that it slips through.


# %% exercise: clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    """Shorten gradients, all by one factor, so that together they are no longer than max_norm.

    Args:
        gradients: list of arrays of any shapes, of floats or ints of any dtype; it may be empty, and so may an array.
            Entries may be so large, or so small, that their squares leave the range of their dtype. Left unchanged.
        max_norm: the largest global norm allowed, a number > 0.

    Returns:
        (clipped, norm): a list of arrays in the shapes of gradients, float ones in their own dtype, ints as float64;
        and the global norm before clipping, a float. Gradients that are not too long keep their values.

    Raises:
        ValueError: max_norm is not above 0, or an entry is infinite or NaN.
    """
    ### BEGIN SOLUTION
    if not max_norm > 0:
        raise ValueError(f"max_norm must be above 0, not {max_norm}")
    wide = [np.asarray(gradient, dtype=float) for gradient in gradients]
    largest = np.max([np.max(np.abs(gradient), initial=0) for gradient in wide], initial=0)
    if not np.isfinite(largest):
        raise ValueError("a gradient is infinite or NaN")
    scale = largest if largest > 0 else 1.0
    norm = scale * np.sqrt(sum(np.sum((gradient / scale) ** 2) for gradient in wide))
    factor = max_norm / norm if norm > max_norm else 1.0
    dtypes = [gradient.dtype if gradient.dtype.kind == "f" else float for gradient in map(np.asarray, gradients)]
    return [np.array(gradient * factor, dtype=dtype) for gradient, dtype in zip(wide, dtypes, strict=True)], float(norm)
    ### END SOLUTION


# %% test: clip_by_global_norm, points=2
gradients = [np.array([3.0, 4.0]), np.array([[12.0]])]
with dd.check.unchanged(gradients, what="the gradients"):
    result = clip_by_global_norm(gradients, 6.5)
dd.check.like(result, ([np.array([1.5, 2.0]), np.array([[6.0]])], 13.0), why="this is the example worked by hand")
result = clip_by_global_norm(gradients, 20)
dd.check.like(result, (gradients, 13.0), why="13 is not too long for 20")
dd.check.like(clip_by_global_norm([np.zeros(3)], 1.0), ([np.zeros(3)], 0.0), why="0 has no direction, and stays")
for bad in (np.nan, np.inf):
    with dd.check.raises(ValueError, why=f"no factor mends {bad}"):
        clip_by_global_norm([np.array([1.0, 2.0]), np.array([bad, 3.0])], 1.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(314)
for shapes in (((4,),), ((2, 3), (3,), (3, 1), (1,)), ((), (2, 2, 2), (0, 3), (5,)), ((1,), (1, 1))):
    for size in (1.0, 1e-9, 1e9):
        gradients = [np.asarray(rng.normal(0, size, shape)) for shape in shapes]
        entries = [value for gradient in gradients for value in gradient.ravel().tolist()]
        norm = sum(value * value for value in entries) ** 0.5
        for max_norm in (0.01 * norm, 0.999 * norm, 1.001 * norm, 50 * norm):
            with dd.check.unchanged(gradients, what="the gradients"):
                result = clip_by_global_norm(gradients, max_norm)
            factor = max_norm / norm if max_norm < norm else 1.0
            due = [np.asarray(gradient * factor) for gradient in gradients], norm
            why = f"the norm is {norm:.4g}, allowed are {max_norm:.4g}"
            dd.check.like(result, due, rtol=1e-9, atol=0, why=why)
for size in (1e-200, 1e200):
    result = clip_by_global_norm([np.array([3 * size, 4 * size]), np.array([12.0]) * size], 6.5 * size)
    due = [np.array([1.5, 2.0]) * size, np.array([6.0]) * size], 13 * size
    dd.check.like(result, due, rtol=1e-9, atol=0, why="squares that leave the range of floats are no excuse")
for value, max_norm in ((3e30, 1e30), (3e-30, 1e-30), (3.0, 1.0)):
    result = clip_by_global_norm([np.array([value, 0], dtype="float32"), np.array([4 / 3 * value])], max_norm)
    clipped, norm = result
    dd.check.close(norm, 5 / 3 * value, rtol=1e-6, atol=0, what="the norm")
    dd.check.kind(norm, float, what="the norm")
    dd.check.like(clipped[0], np.array([0.6 * max_norm, 0]), dtype="float32", atol=0, what="clipped[0]")
    dd.check.like(clipped[1], np.array([0.8 * max_norm]), dtype="float64", atol=0, what="clipped[1]")
for dtype in ("int8", "int64", "uint8"):
    result = clip_by_global_norm([np.array([100, 0, 75], dtype=dtype)], 25)
    due = [np.array([20.0, 0.0, 15.0])], 125.0
    dd.check.like(result, due, dtype="float64", why=f"{dtype} must neither wrap around nor cut fractions off")
lowest = clip_by_global_norm([np.array([-128], dtype="int8")], 64)
dd.check.like(lowest, ([np.array([-64.0])], 128.0), why="int8 has no +128, floats have")
kept = np.array([0.3, 0.4])
clipped, _ = clip_by_global_norm([kept], 1.0)
dd.check.equal(clipped[0], kept, what="a short gradient", why="it keeps its values exactly")
dd.check.like(clip_by_global_norm([], 1.0), ([], 0.0), why="nothing has no length")
dd.check.like(clip_by_global_norm([np.zeros((2, 0))], 1.0), ([np.zeros((2, 0))], 0.0), why="an empty array is short")
for max_norm in (0, 0.0, -1.0, np.nan):
    with dd.check.raises(ValueError, why=f"a norm of {max_norm} is no limit"):
        clip_by_global_norm([np.ones(2)], max_norm)
for bad in (np.nan, np.inf, -np.inf):
    for place in range(2):
        spoilt = [np.ones(2), np.ones((2, 3))]
        spoilt[place].flat[1] = bad
        with dd.check.raises(ValueError, why=f"{bad} in array {place} must not slip through"):
            clip_by_global_norm(spoilt, 1e9)
### END HIDDEN TESTS

# %% mistakes: clip_by_global_norm
# - replace: factor = max_norm / norm if norm > max_norm else 1.0
#   with: factor = max_norm / norm
#   hint: "You also lengthen short gradients. Only those that are too long are changed."
# - replace: factor = max_norm / norm if norm > max_norm else 1.0
#   with: factor = min(1.0, max_norm)
#   hint: "The factor has to make the new length max_norm: what do you divide by?"
# - replace: factor = max_norm / norm if norm > max_norm else 1.0
#   with: factor = max_norm / norm if norm < max_norm else 1.0
#   hint: "You lengthen short gradients and leave long ones as they are."
# - replace: float(norm)
#   with: float(norm * factor)
#   hint: "You return the norm after clipping. The one before tells how the run is doing."
# - replace: scale * np.sqrt(sum(np.sum((gradient / scale) ** 2) for gradient in wide))
#   with: scale**2 * sum(np.sum((gradient / scale) ** 2) for gradient in wide)
#   hint: "A root is missing in your norm."
# - replace: scale * np.sqrt(sum(np.sum((gradient / scale) ** 2) for gradient in wide))
#   with: scale * sum(np.sqrt(np.sum((gradient / scale) ** 2)) for gradient in wide)
#   hint: "You add up the norms of the arrays. It is their squares that add up."
# - replace: scale * np.sqrt(sum(np.sum((gradient / scale) ** 2) for gradient in wide))
#   with: np.sqrt(sum(np.sum(gradient**2) for gradient in wide))
#   hint: "Your squares leave the range of floats: very large gradients become infinite, very small ones 0."
# - replace: scale * np.sqrt(sum(np.sum((gradient / scale) ** 2) for gradient in wide))
#   with: largest
#   hint: "That is the largest entry. The norm is the root of the sum of all squares."
# - replace: gradient.dtype if gradient.dtype.kind == "f" else float
#   with: gradient.dtype
#   hint: "Whole numbers come back as whole numbers, their fractions cut off."
# - replace: |-
#     if not np.isfinite(largest):
#             raise ValueError("a gradient is infinite or NaN")
#   with: pass
#   hint: "Infinity or NaN goes through. No factor mends those, so refuse them."
# - replace: |-
#     if not max_norm > 0:
#             raise ValueError(f"max_norm must be above 0, not {max_norm}")
#   with: pass
#   hint: "A limit of 0 or less, or NaN, is no limit. Refuse it."
# - replace: scale = largest if largest > 0 else 1.0
#   with: scale = largest
#   hint: "Where all gradients are 0 you divide by 0."


# %% mistake: clip_by_global_norm
# hint: "You clip each array by its own norm. One factor for all keeps the direction."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0 or not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("no")
    clipped = []
    for g in gradients:
        norm = np.linalg.norm(g)
        clipped.append(g * min(1.0, max_norm / norm) if norm > 0 else g.astype(float))
    return clipped, float(np.sqrt(sum(np.sum(np.square(g, dtype=float)) for g in gradients)))


# %% mistake: clip_by_global_norm
# hint: "You clip each entry. That turns the direction, and many short entries are still long together."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0 or not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("no")
    norm = float(np.sqrt(sum(np.sum(np.square(g, dtype=float)) for g in gradients)))
    return [np.clip(g, -max_norm, max_norm) for g in gradients], norm


# %% mistake: clip_by_global_norm
# hint: "The caller's own gradients are shortened. Make new arrays."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0 or not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("no")
    norm = float(np.sqrt(sum(np.sum(np.square(g, dtype=float)) for g in gradients)))
    if norm > max_norm:
        for g in gradients:
            np.multiply(g, max_norm / norm, out=g, casting="unsafe")
    return gradients, norm


# %% mistake: clip_by_global_norm
# hint: "A NaN makes every comparison false, so that it slips through: the gradients have to be looked at."
def clip_by_global_norm(gradients, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    norm = float(np.sqrt(sum(np.sum(np.asarray(g, float) ** 2) for g in gradients)))
    if norm > max_norm:
        return [np.asarray(g, float) * (max_norm / norm) for g in gradients], norm
    return [np.array(g, float) for g in gradients], norm


# %% mistake: clip_by_global_norm
# hint: "You average the norms of the arrays. The global norm is that of all entries together."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0 or not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("no")
    norm = float(np.mean([np.linalg.norm(g) for g in gradients])) if gradients else 0.0
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients], norm


# %% mistake: clip_by_global_norm
# hint: "You replace NaN and infinity by numbers, so that nobody learns that the run is broken. Refuse them."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("no")
    wide = [np.nan_to_num(np.asarray(g, float), posinf=max_norm, neginf=-max_norm) for g in gradients]
    top = max([np.abs(g).max() for g in wide if g.size], default=0.0) or 1.0
    norm = float(top * np.sqrt(sum(np.sum((g / top) ** 2) for g in wide)))
    factor = max_norm / norm if norm > max_norm else 1.0
    kinds = [np.asarray(g).dtype for g in gradients]
    return [np.asarray(g * factor, k if k.kind == "f" else float) for g, k in zip(wide, kinds, strict=True)], norm


# %% mistake: clip_by_global_norm
# hint: "You square in the gradients' own dtype, where small ints wrap around and floats overflow or vanish."
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("no")
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if not np.isfinite(norm):
        raise ValueError("not finite")
    factor = max_norm / max(norm, max_norm)
    return [g * factor for g in gradients], float(norm)


# %% equivalents: clip_by_global_norm
# - replace: np.max(np.abs(gradient), initial=0)
#   with: np.max(np.abs(gradient), initial=-1)
#   reason: "An absolute value is never below 0, and an empty array's -1 loses against the outer 0."
# - replace: for gradient in wide], initial=0)
#   with: for gradient in wide], initial=-1)
#   reason: "The inner largest is at least 0, and without any array -1 leads to the same scale."
# - replace: scale = largest if largest > 0 else 1.0
#   with: scale = largest if largest > 0 else 2.0
#   reason: "Where everything is 0, so is the norm, whatever it is measured in."
# - replace: factor = max_norm / norm if norm > max_norm else 1.0
#   with: factor = max_norm / norm if norm >= max_norm else 1.0
#   reason: "Where the two are equal, their quotient is 1."


# %% accepts: clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    flat = np.concatenate([np.zeros(1), *(np.ravel(gradient).astype(np.float64) for gradient in gradients)])
    if not np.all(np.isfinite(flat)):
        raise ValueError("not finite")
    norm = 0.0
    for value in flat:
        norm = np.hypot(norm, value)
    clipped = []
    for gradient in gradients:
        kind = gradient.dtype if np.issubdtype(gradient.dtype, np.floating) else np.float64
        copy = gradient.astype(np.float64)
        clipped.append(np.asarray(copy / norm * max_norm if norm > max_norm else copy).astype(kind))
    return clipped, float(norm)


# %% accepts: clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    import math

    values = [float(value) for gradient in gradients for value in np.ravel(gradient)]
    if not (max_norm > 0 and all(map(math.isfinite, values))):
        raise ValueError("clip_by_global_norm needs a limit above 0 and finite gradients")
    norm = math.hypot(*values)
    clipped = [np.array(gradient, dtype=np.result_type(gradient, np.float16)) for gradient in gradients]
    for i, gradient in enumerate(gradients):
        kind = gradient.dtype if gradient.dtype.kind == "f" else np.dtype(float)
        longer = gradient.astype(float)
        clipped[i] = np.array(longer * (max_norm / norm) if norm > max_norm else longer, dtype=kind)
    return clipped, norm


# %% [markdown]
# The smallest deep network: one weight, used twenty times, so that the output is $w^{20}$, which should be 0.5. Started
# at $w = 1.2$, just up the wall. What does descent with the rate 0.01 do, with and without your clipping?


# %% demo
def chain_loss(w):
    return (w**20 - 0.5) ** 2


fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.3))
axis = np.linspace(0.5, 1.25, 300)
left.semilogy(axis, chain_loss(axis), color="0.6", linestyle="-")
for max_norm, color, style in ((0.5, "C0", "o"), (np.inf, "C1", "s")):
    w, path = 1.2, []
    for _ in range(80):
        path.append(w)
        with np.errstate(over="ignore"):
            slope = np.array([2 * (w**20 - 0.5) * 20 * np.float64(w) ** 19])
        if not np.isfinite(slope[0]):
            break
        (slope,), _ = clip_by_global_norm([slope], max_norm)
        w = w - 0.01 * slope[0]
    label = "clipped at 0.5" if max_norm < np.inf else "not clipped"
    print(f"{label}: {len(path)} steps, w =", *(f"{value:.3g}" for value in path[:4]), "…", f"{path[-1]:.4g}")
    with np.errstate(over="ignore"):
        right.semilogy(
            np.minimum(chain_loss(np.array(path)), 1e60), color=color, marker=style, markersize=4, label=label
        )
    if max_norm < np.inf:
        left.semilogy(path, chain_loss(np.array(path)), "o", color=color, markersize=5, label=label)
        assert abs(w - 0.5 ** (1 / 20)) < 0.01
    else:
        assert len(path) < 80
left.set(xlabel="weight $w$", ylabel="loss", title="A cliff, and the steps down it", ylim=(1e-6, 1e4))
left.legend()
right.set(xlabel="step", ylabel="loss", title="Loss of both runs")
right.legend()
dd.plot.show(
    "Left: the loss on a logarithmic axis is flat at 0.25 left of w = 0.9, dips at 0.966 and rises steeply to over a "
    "thousand at 1.2; dots walk down the wall in equal small steps into the dip. Right: with clipping the loss "
    "falls within 50 steps; without it, it rises to more than 1e50 at once."
)

# %% [markdown]
# Unclipped, the first step is 480 long and the run is over. Clipped, it walks down the wall in steps of 0.005 and then
# hops about in the dip. The cost: clipped gradients of batches are no longer averages, and $\tau$ is one more number to
# choose. A common way is to watch the norms of a healthy run, and to clip a little above them.
#
# ## Put it together: does Glorot suit ReLU?
#
# Glorot's uniform draw is Keras's default for dense layers, and Day 37 will use it with ReLU. Theory says that it loses
# a factor of $\sqrt{\frac12}$ a layer, each way. How deep may a network be before that matters? Digits (Day 18), hidden
# layers of 64 ReLUs, with biases this time, as in Keras, 300 steps of plain descent; both starts get the same batches,
# the same two rates and the same two seeds, and the best rate counts, for each by itself.

# %% demo
(x_train, y_train), (x_test, y_test) = dd.data.digits(test_fraction=0.3, seed=31)
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0) + 0.01
x_train, x_test = (np.float32((x - mean) / deviation) for x in (x_train, x_test))


def plain_step(params, gradients, rate, state):
    return [p - rate * g for p, g in zip(params, gradients, strict=True)]


def adam(params, gradients, rate, state):
    """Adam of Day 29, on all parameters in one row."""
    t, row = state.get("t", 0) + 1, np.concatenate([g.ravel() for g in gradients])
    m, v = 0.9 * state.get("m", 0) + 0.1 * row, 0.999 * state.get("v", 0) + 0.001 * row**2
    state.update(t=t, m=m, v=v)
    steps = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
    parts = np.split(steps, np.cumsum([p.size for p in params])[:-1])
    return [p - rate * part.reshape(p.shape) for p, part in zip(params, parts, strict=True)]


def digit_accuracy(start, depth, rate, seed, update=plain_step, num_steps=300):
    """Test accuracy of a ReLU network with biases after num_steps batches of 64."""
    rng = np.random.default_rng(seed)
    shapes = list(itertools.pairwise([64] * (depth + 1) + [10]))
    params = [start(shape, rng) for shape in shapes] + [np.zeros(outputs) for _, outputs in shapes]
    params = [np.float32(p) for p in params]  # twice as fast
    batches, state = np.random.default_rng(seed + 1000), {}

    def forward(x):
        inputs = [x]
        for w, b in zip(params[:depth], params[depth + 1 : -1], strict=True):
            inputs.append(np.maximum(inputs[-1] @ w + b, 0))
        return inputs, inputs[-1] @ params[depth] + params[-1]

    with np.errstate(all="ignore"):  # some of these runs diverge
        for _ in range(num_steps):
            rows = batches.integers(0, len(x_train), 64)
            inputs, logits = forward(x_train[rows])
            raised = np.exp(logits - logits.max(axis=1, keepdims=True))
            back = (raised / raised.sum(axis=1, keepdims=True) - np.eye(10, dtype=np.float32)[y_train[rows]]) / len(
                rows
            )
            gradients = [None] * len(params)
            for layer in reversed(range(depth + 1)):
                gradients[layer] = inputs[layer].T @ back
                gradients[depth + 1 + layer] = back.sum(axis=0)
                back = (back @ params[layer].T) * (inputs[layer] > 0)
            params = update(params, gradients, rate, state)
        return np.mean(np.argmax(forward(x_test)[1], axis=1) == y_test)


depths, rates, both = (2, 5, 10, 20), (0.03, 0.1), {"Glorot": glorot_uniform, "He": he_normal}
best = {name: [] for name in both}
for depth in depths:
    for name, start in both.items():
        scores = [np.mean([digit_accuracy(start, depth, rate, seed) for seed in (0, 1)]) for rate in rates]
        best[name].append(max(scores))
with_adam = {
    name: np.mean([digit_accuracy(start, 20, 1e-3, seed, adam) for seed in (0, 1)]) for name, start in both.items()
}
fig, ax = plt.subplots(figsize=(8, 4.3))
for (name, values), marker in zip(best.items(), ("s", "o"), strict=True):
    ax.plot(depths, values, marker=marker, label=f"{name}, plain descent, best of two rates")
    ax.plot(
        20.3,
        with_adam[name],
        marker=marker,
        linestyle="none",
        markersize=9,
        fillstyle="none",
        color=ax.lines[-1].get_color(),
        label=f"{name}, Adam",
    )
ax.axhline(0.1, color="0.5", linewidth=1, linestyle=":", label="guessing")
ax.set(
    xlabel="hidden layers of ReLU",
    ylabel="test accuracy, mean of two seeds",
    title="How deep before the start matters?",
)
ax.set(xticks=depths, ylim=(0, 1))
ax.legend(fontsize=10, loc="lower left")
dd.plot.show(
    "Test accuracy against 2, 5, 10 and 20 hidden layers. Glorot and He lie together near 0.96 at 2 and 5 layers and "
    "He at or above it at 10; at 20 plain descent from Glorot falls to a few tenths, from He it stays far above. "
    "With Adam, hollow marks, both are near 0.9 at 20 layers."
)
for i, depth in enumerate(depths):
    print(f"{depth:2d} hidden layers: Glorot {best['Glorot'][i]:.2f}, He {best['He'][i]:.2f}")
print(f"20 hidden layers with Adam: Glorot {with_adam['Glorot']:.2f}, He {with_adam['He']:.2f}")
assert all(abs(best["Glorot"][i] - best["He"][i]) < 0.05 for i in (0, 1))
assert best["Glorot"][3] < best["He"][3] - 0.2 and best["He"][3] > 0.6
assert with_adam["Glorot"] > best["Glorot"][3] + 0.2

# %% [markdown]
# The verdict has three parts. **With a few layers it does no harm**: at 2 and at 5 hidden layers the two starts can't
# be told apart, since a factor of $2^{-2.5}$, a sixth, is made up for within a few steps. At ten, Glorot's falls behind
# with some draws. **At twenty layers of plain descent it fails**: the logits are a thousand times too small, the
# gradients too, and 300 steps are not enough to leave the plateau, at either rate. From He's start the same network
# learns. **And a step that ignores the gradient's scale hides the difference**: with Adam (Day 29), which divides by
# it, Glorot's network gets there too. So the default is fine for Day 37's one or two hidden layers; for a deep plain
# stack of ReLUs say `he_normal`. He and others report the same of their networks: with 22 layers both starts converge,
# with 30 only theirs.
#
# ## What you should remember
#
# - Equal units stay equal: weights start at random, biases at 0.
# - A layer multiplies the variance by $n \operatorname{Var}(w)$ forwards (fan-in) and backwards (fan-out), and depth
#   takes the power. tanh: Glorot, $2/(n_{l-1} + n_l)$. ReLU: He, $2/n_{l-1}$. Orthogonal keeps every direction.
# - Look at histograms or standard deviations by depth: a spike at 0, two spikes at $\pm 1$, a drift of powers of ten.
# - Gradient norms by layer: what counts is their height, not only that they are level. Slopes below 1 vanish, as the
#   sigmoid's; products above 1 explode.
# - Clipping by the global norm keeps the direction and stops a cliff from throwing a run out. It mends no NaN.
#
# ## Check yourself
#
# 1. Why may the output layer of logistic regression start from zeros, and a hidden layer not?
# 2. A dense layer has 1,000 inputs and 10 outputs. Which start gives it the larger weights, Glorot's or He's, and by
#    which factor do they differ?
# 3. The gradient norms of all 30 layers are equal, at $10^{-9}$. Is the start good?
#
# <details><summary>Answers</summary>
#
# 1. There is only one layer, so no unit has a twin with the same inputs *and* the same use: each output has a target of
#    its own and so a gradient of its own. Hidden units that are equal get equal gradients.
# 2. Variances $2/1010$ and $2/1000$: as good as the same, since the fan-in dominates. Glorot differs from He by a
#    factor of 2 in variance only where the fans are equal.
# 3. No. What came up and what comes down lose the same share at each layer, so the products are level and tiny. A plain
#    step of any usual rate does nothing.
#
# </details>
#
# ## Go further
#
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", *AISTATS*,
#   2010: with histograms as ours.
# - K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", *ICCV*, 2015: section 2.2.
# - Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", 1998: one over the fan-in, and why.
# - A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
#   networks", *ICLR*, 2014: orthogonal starts.
# - F. Mezzadri, "How to generate random matrices from the classical compact groups", *Notices of the AMS*, 2007.
# - R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", *ICML*, 2013:
#   cliffs and clipping.
#
# A network that trains well also learns its training data by heart, mistakes included. Day 32 is about what to do
# against that.
