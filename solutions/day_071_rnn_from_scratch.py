# ---
# day: 71
# title: Recurrent networks and backpropagation through time
# week: 15
# minutes: 110
# backend: numpy
# needs: [18, 25, 26, 27, 31, 68]
# data: []
# papers:
# - "Elman 1990, Finding structure in time"
# - "Werbos 1990, Backpropagation through time: What it does and how to do it"
# - "Williams and Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent network
#   trajectories"
# - "Bengio, Simard and Frasconi 1994, Learning long-term dependencies with gradient descent is difficult"
# - "Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks"
# - "Le, Jaitly and Hinton 2015, A simple way to initialize recurrent networks of rectified linear units"
# - "Tallec and Ollivier 2017, Unbiasing truncated backpropagation through time"
# ---

# %% [markdown]
# # Day 71 · Recurrent networks and backpropagation through time
#
# By the end you can write a recurrent network and its backward pass on arrays, and say from its weights how far
# back in time it can learn.
#
# **You will build** the recurrent cell, the pass over a sequence and the way back through both, which agree with
# `keras.layers.SimpleRNN` to rounding; a measure of how a gradient shrinks or grows on its way; clipping; and the
# shortened way back that long texts need. At the end the measure foretells which networks can learn to remember.
#
# **You need** singular values (Day 18), gradients of values that are used twice (Day 25), the dense layer's backward
# pass (Day 26), its check (Day 27), orthogonal weights (Day 31) and n-grams (Day 68). **Not today:** text (Day 72),
# gates, which mend what breaks today (Days 73 and 74), and several layers (Day 74). It takes about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B, T$ | sequences in a batch, steps in a sequence | | |
# | $D, H$ | inputs a step, units of the network | | |
# | $x$, $x_t$ | what is read, and what of it at step $t$ | $(B, T, D)$, $(B, D)$ | `x`, `x_t` |
# | $h_{t-1}$, $h_t$ | hidden state before and after step $t$; $h_{-1}$ is `h0` | $(B, H)$ | `h`, `h_next` |
# | $W_x$, $W_h$ | weights of the input and of the hidden state | $(D, H)$, $(H, H)$ | `wx`, `wh` in `params` |
# | $b$ | biases | $(H,)$ | `b` in `params` |
# | $z_t$ | pre-activations of step $t$ | $(B, H)$ | `z` |
# | $s_t$ | slopes of the activation at $z_t$ | $(B, H)$ | `slopes` |
# | $L$ | the loss | $()$ | |
# | $\bar a$ | short for $\partial L/\partial a$, in the shape of $a$ | | `da` |
# | $\rho$ | spectral radius of $W_h$, the largest size of an eigenvalue | $()$ | `radius` |
# | $\tau$ | limit of clipping | $()$ | `max_value` |
#
# $\odot$ multiplies entry by entry. The batch comes first and time second, as in Keras; steps are counted from 0.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Order matters
#
# The networks so far take an example of fixed size and forget it. A dense layer has a weight for each place of its
# input, a convolution one for each place of its window. Words, sounds and prices come as **sequences**: of any length,
# and the order is part of the meaning. "The dog bit the man" isn't "The man bit the dog", and what counts may lie far
# back. How many inputs and outputs there are gives five kinds of job. What do they look like?

# %% demo
jobs = {  # steps with an input, steps with an output
    "one to one\na picture's class": ([0], [0]),
    "one to many\na caption for a picture": ([0], [0, 1, 2, 3]),
    "many to one\nthe mood of a review": ([0, 1, 2, 3], [3]),
    "many to many, in step\na tag for each word": ([0, 1, 2, 3], [0, 1, 2, 3]),
    "many to many, later\na translation": ([0, 1, 2], [2, 3, 4]),
}
fig, axes = plt.subplots(1, 5, figsize=(12, 3.2), width_ratios=[2.6, 4, 4, 4, 5])
for ax, (name, (inputs, outputs)) in zip(axes, jobs.items(), strict=True):
    last = max(inputs + outputs)
    for t in range(last + 1):
        ax.text(t, 1, "h", ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "0.85"})
        if t < last:
            ax.annotate("", (t + 0.78, 1), (t + 0.22, 1), arrowprops={"arrowstyle": "->"})
        for steps, text, start, end in [(inputs, "x", 0.2, 0.75), (outputs, "y", 1.25, 1.8)]:
            if t in steps:
                ax.annotate("", (t, end), (t, start), arrowprops={"arrowstyle": "->"})
                ax.text(t, 0 if text == "x" else 2, text, ha="center", va="center")
    ax.set(xlim=(-0.6, last + 0.6), ylim=(-0.3, 2.3))
    ax.set_title(name, fontsize=10)
    ax.axis("off")
dd.plot.show(
    "Five small diagrams of inputs x, states h in a row and outputs y: one of each; one input and four outputs; four "
    "inputs and an output after the last; an output at each of four inputs; three inputs, and three outputs that begin "
    "when the last input has been read."
)

# %% [markdown]
# Only the row of states in the middle is common to all but the first, and it is today's subject. An n-gram model
# (Day 68) also reads a sequence, but sees only the last $n - 1$ words; such a model, for which a few last steps say
# everything, is a **Markov model**, and one that predicts each step from those before it is **autoregressive**. A
# **recurrent network** (RNN) keeps a summary of *all* it has read instead, and updates it at each step.
#
# ## One step, and the next, by hand
#
# The summary is the **hidden state** $h$. A step makes a new one of the old one and of the input:
#
# $$z_t = x_t W_x + h_{t-1} W_h + b, \qquad h_t = \tanh(z_t) .$$
#
# Take one unit with $w_x = \tfrac12\ln 3 \approx 0.549$, $w_h = \ln 3 \approx 1.099$ and $b = 0$, and let it read
# $1, 0, 0$ from the state $h_{-1} = 0$. Since $\tanh(\tfrac12\ln 3) = \tfrac{3 - 1}{3 + 1} = 0.5$:
#
# - $h_0 = \tanh(0.549 \cdot 1 + 1.099 \cdot 0) = 0.5$;
# - $h_1 = \tanh(0.549 \cdot 0 + 1.099 \cdot 0.5) = \tanh(0.549) = 0.5$;
# - $h_2 = 0.5$ for the same reason.
#
# The 1 is long gone, and the state still says that it came. (With another $w_h$ the state would fade or grow.)
#
# For a batch the shapes are $(B, D)(D, H) + (B, H)(H, H) + (H,) \to (B, H)$. **The same parameters serve every step**:
# that is why a network of fixed size reads sequences of any length. Written out step by step, the loop becomes a
# network of $T$ layers that share their weights; this picture is called **unrolling**. "Deep" means many layers in a
# row, and in that sense a recurrent network is as deep as its sequence is long.

# %% demo
fig, ax = plt.subplots(figsize=(10, 3.6))
ax.text(0, 1, "$h_{-1} = 0$", ha="center", va="center", fontsize=12)
for t, value in enumerate([1, 0, 0]):
    x = 2.4 * (t + 1)
    ax.text(x, 1, f"$h_{t} = 0.5$", ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "0.85"})
    ax.text(x, -0.25, f"$x_{t} = {value}$", ha="center", va="center", fontsize=12)
    ax.annotate("", (x, 0.72), (x, -0.05), arrowprops={"arrowstyle": "->", "linewidth": 1.5})
    ax.text(x + 0.12, 0.3, "$w_x$", fontsize=12)
    ax.annotate("", (x - 0.65, 1), (x - 1.75, 1), arrowprops={"arrowstyle": "->", "linewidth": 1.5})
    ax.text(x - 1.2, 0.75, "$w_h$", ha="center", fontsize=12)
    back = {"arrowstyle": "->", "linestyle": "--", "linewidth": 1.5, "connectionstyle": "arc3,rad=0.35"}
    ax.annotate("", (x - 2.2, 1.3), (x - 0.2, 1.3), arrowprops=back)
    ax.text(x - 1.2, 1.85, rf"$\times\ s_{t}\, w_h = 0.82$", ha="center", fontsize=12)
ax.annotate("", (8.6, 1), (7.85, 1), arrowprops={"arrowstyle": "->", "linewidth": 1.5})
ax.text(8.75, 1, "$L$", va="center", fontsize=14)
ax.set(xlim=(-0.6, 9.2), ylim=(-0.6, 2.2), title="Unrolled: forward (solid) and the gradient's way back (dashed)")
ax.axis("off")
dd.plot.show(
    "The unit unrolled over three steps: three boxes, each with the state 0.5, joined by arrows marked w_h, with the "
    "inputs 1, 0 and 0 from below by arrows marked w_x. Dashed arcs lead back from each box to the one before, each "
    "marked as a factor of 0.82."
)

# %% [markdown]
# (The dashed arrows come later.) Now write the step and the loop. Step $t$ of a batch is `x[:, t]`, of shape $(B, D)$,
# whereas `x[t]` would be the whole of sequence $t$. As on Day 26 the forward pass keeps what the backward pass will
# need, here one dict a step. The activation may also be ReLU, $\max(z, 0)$. One cell with two functions:


# %% exercise: rnn_cell_forward
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    """One step of a recurrent network.

    Args:
        x_t: input of this step, (B, D) floats.
        h: hidden state before the step, (B, H) floats.
        params: dict of wx (D, H), wh (H, H) and b (H,). Everything has one dtype, float64 or float32.
        activation: "tanh" or "relu".

    Returns:
        (h_next, cache): the state after the step, (B, H) of the same dtype, and a dict of what the backward pass
        needs: "x_t" and "h" as they were given, and "h_next". The arguments stay unchanged.

    Raises:
        ValueError: activation is none of the two. About 5 lines.
    """
    ### BEGIN SOLUTION
    if activation not in ("tanh", "relu"):
        raise ValueError(f"activation is tanh or relu, not {activation!r}")
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]  # (B, H)
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}
    ### END SOLUTION


def rnn_forward(x, h0, params, activation="tanh"):
    """Run a recurrent network over sequences.

    Args:
        x: inputs, (B, T, D) floats, T >= 1.
        h0: hidden state before the first step, (B, H).
        params, activation: as for rnn_cell_forward, which also raises the error.

    Returns:
        (hs, caches): the hidden states after every step, (B, T, H), and a list of the T steps' caches, in the order
        of time. The arguments stay unchanged. About 6 lines.
    """
    ### BEGIN SOLUTION
    state = h0
    hs, caches = [], []
    for t in range(x.shape[1]):
        state, cache = rnn_cell_forward(x[:, t], state, params, activation)
        hs.append(state)
        caches.append(cache)
    return np.stack(hs, axis=1), caches
    ### END SOLUTION


# %% test: rnn_cell_forward, points=3
# The unit worked by hand above: it reads 1, 0, 0 and keeps the state 0.5.
params = {"wx": np.array([[np.log(3) / 2]]), "wh": np.array([[np.log(3)]]), "b": np.zeros(1)}
result = rnn_cell_forward(np.array([[1.0]]), np.array([[0.0]]), params)
dd.check.kind(result, tuple, why="the state and the cache come back together")
assert len(result) == 2
dd.check.like(result[0], np.array([[0.5]]), what="h_next", why="tanh(log(3) / 2) is 0.5")
dd.check.kind(result[1], dict, what="cache")
dd.check.equal(sorted(result[1]), ["h", "h_next", "x_t"], what="the keys of cache")
result = rnn_forward(np.array([[[1.0], [0.0], [0.0]]]), np.zeros((1, 1)), params)
dd.check.kind(result, tuple, why="the states and the caches come back together")
assert len(result) == 2
dd.check.like(result[0], np.array([[[0.5], [0.5], [0.5]]]), what="hs", why="the unit keeps what it has read")
dd.check.kind(result[1], list, what="caches")
dd.check.equal(len(result[1]), 3, what="the number of caches", why="there is one a step")
dd.check.close(result[1][0]["h"], [[0.0]], what='caches[0]["h"]', why="it is the state before step 0")

# Two sequences, three inputs, four units: with ReLU and no weights, the state is what the biases leave above 0.
params = {"wx": np.zeros((3, 4)), "wh": np.zeros((4, 4)), "b": np.array([-1.0, 0.0, 2.0, 3.0])}
x_t, h = np.ones((2, 3)), np.full((2, 4), 0.5)
with dd.check.unchanged(x_t), dd.check.unchanged(h), dd.check.unchanged(params):
    h_next, cache = rnn_cell_forward(x_t, h, params, activation="relu")
dd.check.like(h_next, np.array([[0.0, 0.0, 2.0, 3.0]] * 2), what="h_next", why="ReLU is max(z, 0)")

# Read in two parts, with the state carried over, a sequence gives what it gives in one.
rng = np.random.default_rng(0)
params = {"wx": rng.normal(size=(2, 3)), "wh": rng.normal(size=(3, 3)), "b": rng.normal(size=3)}
x, h0 = rng.normal(size=(4, 5, 2)), rng.uniform(-1, 1, (4, 3))
hs, _ = rnn_forward(x, h0, params)
first, _ = rnn_forward(x[:, :2].copy(), h0, params)
second, _ = rnn_forward(x[:, 2:].copy(), first[:, -1].copy(), params)
both = np.concatenate([first, second], axis=1)
dd.check.close(both, hs, what="hs of two parts", why="the state says all that was read")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(71)


def one_sequence(x, h, params, activation):
    """The states of one sequence, (T, H), in plain floats."""
    h, states = [float(value) for value in h], []
    for x_t in x:
        z = []
        for unit in range(len(h)):
            total = float(params["b"][unit])
            for d, value in enumerate(x_t):
                total += float(value) * float(params["wx"][d, unit])
            for k, value in enumerate(h):
                total += value * float(params["wh"][k, unit])
            z.append(total)
        h = [math.tanh(v) if activation == "tanh" else max(v, 0.0) for v in z]
        states.append(h)
    return np.array(states)


sizes = [(1, 1, 1, 1), (1, 4, 2, 3), (3, 1, 2, 2), (5, 4, 1, 2), (4, 4, 4, 4), (2, 6, 3, 1), (3, 7, 2, 4)]
for dtype, rtol in (("float64", 1e-9), ("float32", 1e-4)):
    for b, t, d, size in sizes:
        params = {"wh": rng.normal(size=(size, size)), "b": rng.normal(size=size), "wx": rng.normal(size=(d, size))}
        params = {name: value.astype(dtype) for name, value in params.items()}
        x, h0 = rng.normal(size=(b, t, d)).astype(dtype), rng.uniform(-1, 1, (b, size)).astype(dtype)
        for extra in ((), ("tanh",), ("relu",)):
            with dd.check.unchanged(x), dd.check.unchanged(h0), dd.check.unchanged(params):
                hs, caches = rnn_forward(x, h0, params, *extra)
                h_next, cache = rnn_cell_forward(x[:, 0], h0, params, *extra)
            due = np.stack([one_sequence(x[row], h0[row], params, *(extra or ("tanh",))) for row in range(b)])
            of = f" with {(extra or ('tanh',))[0]}"
            dd.check.shape(hs, (b, t, size), what="hs" + of, why="batch first, time second")
            dd.check.shape(h_next, (b, size), what="h_next" + of)
            dd.check.dtype(hs, dtype, what="hs" + of)
            dd.check.dtype(h_next, dtype, what="h_next" + of)
            dd.check.close(h_next, due[:, 0], rtol=rtol, atol=rtol, what="h_next" + of)
            dd.check.close(hs, due, rtol=rtol, atol=rtol, what="hs" + of, why="the state goes from step to step")
            dd.check.kind(caches, list, what="caches")
            dd.check.equal(len(caches), t, what="the number of caches")
            for step, kept in [(0, cache), *enumerate(caches)]:
                before = h0 if step == 0 else due[:, step - 1]
                dd.check.kind(kept, dict, what="a cache")
                dd.check.equal(sorted(kept), ["h", "h_next", "x_t"], what="the keys of a cache")
                dd.check.equal(kept["x_t"], x[:, step], what=f'"x_t" of the cache of step {step}')
                dd.check.close(kept["h"], before, rtol=rtol, atol=rtol, what=f'"h" of the cache of step {step}')
                dd.check.close(kept["h_next"], due[:, step], rtol=rtol, atol=rtol, what=f'"h_next" of step {step}')

params = {"wx": np.array([[1000.0, -1000.0]]), "wh": np.zeros((2, 2)), "b": np.zeros(2)}
h_next, _ = rnn_cell_forward(np.ones((1, 1)), np.zeros((1, 2)), params)
dd.check.close(h_next, [[1.0, -1.0]], what="h_next", why="large pre-activations saturate and don't overflow")
for wrong in ("sigmoid", "ReLU", "", "tan", "rel", None):
    with dd.check.raises(ValueError, why=f"{wrong!r} is no activation that the docstring names"):
        rnn_cell_forward(np.ones((1, 1)), np.zeros((1, 2)), params, wrong)
with dd.check.raises(ValueError, why="rnn_forward hands the activation on"):
    rnn_forward(np.ones((1, 1, 1)), np.zeros((1, 2)), params, activation="linear")
### END HIDDEN TESTS

# %% mistakes: rnn_cell_forward
# - replace: rnn_cell_forward(x[:, t], state, params, activation)
#   with: rnn_cell_forward(x[:, t], h0, params, activation)
#   hint: "Every step starts from the state before the sequence, so nothing is remembered. What should go from step to
#     step?"
# - replace: rnn_cell_forward(x[:, t], state, params, activation)
#   with: rnn_cell_forward(x[:, t], state, params)
#   hint: "The step is right; over a sequence you always use tanh. The activation has to be handed on."
# - replace: np.stack(hs, axis=1)
#   with: np.stack(hs, axis=0)
#   hint: "Time is the first axis of your hidden states; it should be the second, as in x."
# - replace: np.stack(hs, axis=1)
#   with: np.stack(hs).reshape(len(x), -1, h0.shape[1])
#   hint: "The shape is right and the values are shuffled: reshape doesn't move an axis, it cuts the numbers anew in the
#     order in which they lie."
# - replace: return np.stack(hs, axis=1), caches
#   with: return state, caches
#   hint: "Only the last hidden state comes back; those of all steps were asked for."
# - replace: x[:, t], state
#   with: x[:, -1 - t], state
#   hint: "You read the sequences from their end. Time runs from step 0 upwards."
# - replace: h @ params["wh"]
#   with: h @ params["wh"].T
#   hint: "Your recurrent weights are used transposed. In a row convention, which index of wh belongs to the old state?"
# - replace: x_t @ params["wx"] + h @ params["wh"] + params["b"]
#   with: x_t @ params["wx"] + h @ params["wh"]
#   hint: "A term is missing from the pre-activations: without it a unit can't have a position of rest."
# - replace: x_t @ params["wx"] + h @ params["wh"]
#   with: np.tanh(x_t @ params["wx"]) + h @ params["wh"]
#   hint: "The input is squashed before it meets the state. The activation acts once, on the whole sum."
# - replace: z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
#   with: z = x_t @ params["wx"] + params["b"]
#   hint: "The old state has no say in the new one, so your network is a dense layer at each step."
# - replace: '"h": h,'
#   with: '"h": h_next,'
#   hint: "The states are right. In the cache, h is the state from before the step, which met the recurrent weights."
# - replace: np.maximum(z, 0)
#   with: np.abs(z)
#   hint: "Your ReLU turns negative pre-activations round; what should it leave of them?"
# - replace: caches.append(cache)
#   with: caches.insert(0, cache)
#   hint: "The states are right, but the caches come back in the reverse order of time."
# - replace: activation not in ("tanh", "relu")
#   with: activation not in "tanh, relu"
#   hint: "A part of a name passes your check: with `in`, a text is searched for a piece of text."
# - replace: 'return np.stack(hs, axis=1), caches'
#   with: 'return np.stack([h0, *hs[:-1]], axis=1), caches'
#   hint: "Your states are a step late: they begin with the one from before the sequence, and the last one is missing."
# - replace: 'activation not in ("tanh", "relu")'
#   with: 'False'
#   hint: "A name that is none of the two passes, and gets one of your activations. The docstring says what is due
#     then."
# - replace: 'np.tanh(z) if activation == "tanh" else np.maximum(z, 0)'
#   with: 'params["b"] + (np.tanh(z - params["b"]) if activation == "tanh" else np.maximum(z - params["b"], 0))'
#   hint: "The biases come after the activation. They belong to the sum that it acts on."


# %% mistake: rnn_cell_forward
# hint: "Each step writes into the same array, so the caches of all steps show one state, the last. Make a new one a
#   step."
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError("unknown activation")
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    state, hs, caches = h0.copy(), [], []
    for t in range(x.shape[1]):
        state[:], cache = rnn_cell_forward(x[:, t], state, params, activation)
        hs.append(state.copy())
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% accepts: rnn_cell_forward
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    squash = {"tanh": np.tanh, "relu": lambda z: z * (z > 0)}
    if activation not in squash:
        raise ValueError("unknown activation")
    joined = np.concatenate([x_t, h], axis=1) @ np.concatenate([params["wx"], params["wh"]])
    h_next = squash[activation](joined + params["b"])
    return h_next, {"x_t": x_t.copy(), "h": h.copy(), "h_next": h_next.copy()}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches = np.empty((*x.shape[:2], h0.shape[1]), x.dtype), []
    for t, x_t in enumerate(np.moveaxis(x, 1, 0)):
        hs[:, t], cache = rnn_cell_forward(x_t, hs[:, t - 1] if t else h0, params, activation)
        caches += [cache]
    return hs, caches


# %% accepts: rnn_cell_forward
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    z = np.einsum("bd,dh->bh", x_t, params["wx"]) + np.einsum("bk,kh->bh", h, params["wh"]) + params["b"]
    match activation:
        case "tanh":
            h_next = np.tanh(z)
        case "relu":
            h_next = np.where(z > 0, z, np.zeros_like(z))
        case _:
            raise ValueError(activation)
    return h_next, dict(x_t=x_t, h=h, h_next=h_next)


def rnn_forward(x, h0, params, activation="tanh"):
    # The inputs' share of all steps at once, and only the recurrent part step by step.
    shares = x @ params["wx"]  # (B, T, H)
    identity = {"wx": np.eye(len(h0[0]), dtype=x.dtype), "wh": params["wh"], "b": params["b"]}
    caches, h = [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(shares[:, t], h, identity, activation)
        caches.append({**cache, "x_t": x[:, t]})
    return np.swapaxes(np.array([cache["h_next"] for cache in caches]), 0, 1), caches


# %% [markdown]
# ## The way back through time
#
# Unrolled, the network is a stack of layers, and the way back is that of Day 26, from the last step to the first:
# **backpropagation through time** (BPTT). Let the loss be $L = h_2$ in the example, so that $\bar h_2 = 1$. At each
# step:
#
# **1. Through the activation.** $\bar z_t = \bar h_t \odot s_t$. For tanh the slope is $s_t = 1 - h_t^2$, here always
# $1 - 0.25 = 0.75$; for ReLU it is 1 where $h_t > 0$ and else 0.
#
# **2. To the parameters.** $z_t$ is a dense layer with two inputs: $\bar W_x = x_t^\top \bar z_t$,
# $\bar W_h = h_{t-1}^\top \bar z_t$, and $\bar b$ sums $\bar z_t$ over the batch.
#
# **3. To what came in.** $\bar x_t = \bar z_t W_x^\top$ and $\bar h_{t-1} = \bar z_t W_h^\top$. By hand:
#
# | step | $\bar h_t$ | $\bar z_t$ | its share of $\bar w_h$ | its share of $\bar w_x$ | passed on: $\bar h_{t-1}$ |
# |---|---|---|---|---|---|
# | 2 | 1 | 0.75 | $0.75 \cdot h_1 = 0.375$ | 0 | $0.75 \cdot 1.099 = 0.824$ |
# | 1 | 0.824 | 0.618 | $0.618 \cdot h_0 = 0.309$ | 0 | 0.679 |
# | 0 | 0.679 | 0.509 | $0.509 \cdot h_{-1} = 0$ | $0.509 \cdot 1$ | 0.559 |
#
# Two sums are all that is new:
#
# - All steps use the same parameters, so **the shares of all steps add up** (Day 25): $\bar w_h = 0.684$,
#   $\bar w_x = 0.509$, and $\bar b = 0.75 + 0.618 + 0.509 = 1.877$.
# - If the loss also looks at $h_t$ itself, that state has two readers, the loss and step $t + 1$, and **its two
#   gradients add up** before the step goes back. After the last step there is no later reader.
#
# What the loss says of each state comes as one array $(B, T, H)$, with zeros where it doesn't look. What is left in
# the end belongs to $h_{-1}$. Sums run over the batch, without a mean: the $1/B$ has come with the loss.


# %% exercise: rnn_cell_backward
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    """Gradients of one step, given that of the state which it returned.

    Args:
        dh_next: gradient of the loss with respect to h_next, (B, H) floats.
        cache: the dict that rnn_cell_forward kept of this step.
        params, activation: as in rnn_cell_forward; activation is "tanh" or "relu".

    Returns:
        (dx_t, dh, grads): the gradients with respect to x_t (B, D) and h (B, H), and a dict with those of wx, wh and
        b in their shapes. Where a ReLU's z is 0, its slope counts as 0. All have the dtype of the arguments, float64
        or float32, which stay unchanged. About 5 lines.
    """
    ### BEGIN SOLUTION
    h_next = cache["h_next"]
    dz = dh_next * (1 - h_next**2 if activation == "tanh" else h_next > 0)  # (B, H)
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads
    ### END SOLUTION


def rnn_backward(dhs, caches, params, activation="tanh"):
    """Backpropagation through time for rnn_forward.

    Args:
        dhs: the loss's gradient with respect to each step's hidden state, not counting what reaches the loss through
            later steps, (B, T, H) floats.
        caches: the list of T dicts that rnn_forward returned, T >= 1.
        params, activation: as for rnn_cell_backward.

    Returns:
        (dx, dh0, grads): the gradients with respect to x (B, T, D) and h0 (B, H), and a dict with those of wx, wh and
        b, summed over the steps. All have the dtype of the arguments, which stay unchanged. About 9 lines.
    """
    ### BEGIN SOLUTION
    carried = np.zeros_like(dhs[:, 0])  # (B, H), what later steps send back
    total = {name: np.zeros_like(value) for name, value in params.items()}
    dxs = []
    for t in reversed(range(len(caches))):
        dx_t, carried, share = rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
        dxs.append(dx_t)
        for name in total:
            total[name] += share[name]
    return np.stack(dxs[::-1], axis=1), carried, total
    ### END SOLUTION


# %% test: rnn_cell_backward, points=4
# The three steps worked by hand above.
params = {"wx": np.array([[np.log(3) / 2]]), "wh": np.array([[np.log(3)]]), "b": np.zeros(1)}
caches = [{"x_t": x_t, "h": h, "h_next": 0.5} for x_t, h in [(1.0, 0.0), (0.0, 0.5), (0.0, 0.5)]]
caches = [{name: np.array([[value]]) for name, value in cache.items()} for cache in caches]
result = rnn_cell_backward(np.array([[1.0]]), caches[2], params)
dd.check.kind(result, tuple, why="two gradients and a dict of the parameters' come back together")
assert len(result) == 3
due = {"wx": np.array([[0.0]]), "wh": np.array([[0.375]]), "b": np.array([0.75])}
dd.check.like(result[1], np.array([[0.75 * np.log(3)]]), what="dh", why="it is the first row of the table")
dd.check.like(result[2], due, what="grads", why="they are the first row of the table")
dhs = np.array([[[0.0], [0.0], [1.0]]])
with dd.check.unchanged(dhs), dd.check.unchanged(caches), dd.check.unchanged(params):
    result = rnn_backward(dhs, caches, params)
dd.check.kind(result, tuple, why="two gradients and a dict of the parameters' come back together")
assert len(result) == 3
factor = 0.75 * np.log(3)
dz = 0.75 * np.array([factor**2, factor, 1.0])
due = {"wx": np.array([[dz[0]]]), "wh": np.array([[0.5 * (dz[1] + dz[2])]]), "b": np.array([dz.sum()])}
dd.check.like(result[2], due, what="grads", why="the shares of all steps add up")
dd.check.like(result[1], np.array([[factor**3]]), what="dh0", why="it is what is left after three steps")
dd.check.like(result[0], (dz * np.log(3) / 2)[None, :, None], what="dx", why="x_t reaches z_t through wx")
dhs = np.ones((1, 3, 1))
due = np.array([[factor + factor**2 + factor**3]])
dd.check.like(rnn_backward(dhs, caches, params)[1], due, what="dh0", why="the loss is now the sum of all three states")

# Two sequences, three steps, two inputs, four units: shapes.
caches = [{"x_t": np.ones((2, 2)), "h": np.full((2, 4), 0.1), "h_next": np.full((2, 4), 0.2)} for _ in range(3)]
params = {"wx": np.ones((2, 4)), "wh": np.ones((4, 4)), "b": np.zeros(4)}
dx, dh0, grads = rnn_backward(np.ones((2, 3, 4)), caches, params)
dd.check.shape(dx, (2, 3, 2), what="dx", why="a gradient has the shape of its variable")
dd.check.shape(dh0, (2, 4), what="dh0", why="a gradient has the shape of its variable")
for name, value in params.items():
    dd.check.shape(grads[name], value.shape, what=f"gradient of {name}", why="a gradient has the shape of its variable")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(17)


def run(x, h0, wx, wh, b, activation):
    """The states (B, T, H) and the caches, with the three parts of z added one by one."""
    h, hs, caches = h0, [], []
    for t in range(x.shape[1]):
        z = np.einsum("bd,dh->bh", x[:, t], wx)
        z = z + np.einsum("bk,kh->bh", h, wh)
        z = z + b[None, :]
        h_next = np.tanh(z) if activation == "tanh" else np.where(z > 0, z, 0)
        caches.append({"x_t": x[:, t], "h": h, "h_next": h_next})
        h = h_next
        hs.append(h)
    return np.stack(hs, axis=1), caches


sizes = [(1, 1, 1, 1), (2, 1, 3, 2), (1, 5, 2, 2), (4, 3, 1, 2), (3, 4, 2, 1), (3, 3, 3, 3), (2, 6, 3, 4)]
for activation in ("tanh", "relu"):
    more = () if activation == "tanh" else (activation,)
    for n, t, d, size in sizes:
        values = {
            "x": rng.normal(size=(n, t, d)),
            "h0": rng.uniform(-1, 1, (n, size)),
            "wx": rng.normal(size=(d, size)),
        }
        values.update(wh=0.7 * rng.normal(size=(size, size)), b=rng.normal(size=size))
        params = {name: values[name] for name in ("wh", "b", "wx")}
        _, caches = run(**values, activation=activation)
        everywhere, at_the_end = rng.normal(size=(n, t, size)), np.zeros((n, t, size))
        at_the_end[:, -1] = rng.normal(size=(n, size))
        for dhs in (everywhere, at_the_end):
            with dd.check.unchanged(dhs), dd.check.unchanged(caches), dd.check.unchanged(params):
                result = rnn_backward(dhs, caches, params, *more)
            dd.check.kind(result, tuple)
            dx, dh0, grads = result
            dd.check.kind(grads, dict, what="grads")
            dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
            for name, gradient in {"x": dx, "h0": dh0, **grads}.items():
                what = f"gradient of {name} ({activation})"
                dd.check.kind(gradient, np.ndarray, what=what)
                dd.check.shape(gradient, values[name].shape, what=what, why="a gradient has the shape of its variable")
                dd.check.finite(gradient, what=what)
                dd.check.gradient(
                    lambda v, name=name, values=values, dhs=dhs, activation=activation: np.sum(
                        dhs * run(**{**values, name: v}, activation=activation)[0]
                    ),
                    values[name],
                    gradient,
                    what=what,
                    why="it is the slope of a loss in which each hidden state counts dhs",
                )

        # One step alone; a batch that appears twice counts twice.
        dh_next = rng.normal(size=(n, size))
        with dd.check.unchanged(dh_next), dd.check.unchanged(caches), dd.check.unchanged(params):
            dx_t, dh, grads = rnn_cell_backward(dh_next, caches[0], params, *more)
        first = {**values, "x": values["x"][:, :1]}
        dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
        for name, gradient in {"x": dx_t[:, None], "h0": dh, **grads}.items():
            dd.check.gradient(
                lambda v, name=name, first=first, dh_next=dh_next, activation=activation: np.sum(
                    dh_next[:, None] * run(**{**first, name: v}, activation=activation)[0]
                ),
                first[name],
                gradient,
                what=f"one step's gradient of {name} ({activation})",
            )
        twice = {name: np.concatenate([value, value]) for name, value in caches[0].items()}
        doubled = rnn_cell_backward(np.tile(dh_next, (2, 1)), twice, params, *more)
        for name in params:
            why = "a layer sums over the batch; the loss has taken the mean"
            dd.check.close(
                doubled[2][name], 2 * grads[name], what=f"gradient of {name} of the batch twice over", why=why
            )

    # float32: its own dtype, and as exact as it can be. (Three steps of four units: a few dozen roundings of 6e-8.)
    narrow = {name: value.astype("float32") for name, value in values.items()}
    _, caches = run(**narrow, activation=activation)
    narrow_params = {name: narrow[name] for name in ("wx", "wh", "b")}
    got = rnn_backward(everywhere.astype("float32"), caches, narrow_params, activation)
    wide_caches = [{name: value.astype("float64") for name, value in cache.items()} for cache in caches]
    wide_params = {name: value.astype("float64") for name, value in narrow_params.items()}
    due = rnn_backward(everywhere.astype("float32").astype("float64"), wide_caches, wide_params, activation)
    one = rnn_cell_backward(everywhere[:, 0].astype("float32"), caches[0], narrow_params, activation)
    for name in ("wx", "wh", "b"):
        dd.check.dtype(got[2][name], "float32", what=f"gradient of {name}")
        dd.check.dtype(one[2][name], "float32", what=f"one step's gradient of {name}")
        dd.check.close(got[2][name], due[2][name], rtol=1e-5, atol=1e-4, what=f"gradient of {name} in float32")
    for k, name in enumerate(("dx", "dh0")):
        dd.check.dtype(got[k], "float32", what=name)
        dd.check.dtype(one[k], "float32", what=f"one step's {('dx_t', 'dh')[k]}")
        dd.check.close(got[k], due[k], rtol=1e-5, atol=1e-4, what=f"{name} in float32")

# A loss at step 1 can't depend on what is read later; a ReLU at 0 passes nothing on.
early = np.zeros((2, 6, 4))
early[:, 1] = 1.0
values["b"] = values["b"] + 5.0
_, caches = run(**values, activation="tanh")
dx, dh0, grads = rnn_backward(early, caches, {name: values[name] for name in ("wx", "wh", "b")})
dd.check.equal(dx[:, 2:], np.zeros((2, 4, 3)), what="dx after step 1", why="the loss only looks at step 1")
zero = {"x_t": np.ones((1, 1)), "h": np.ones((1, 2)), "h_next": np.array([[0.0, 3.0]])}
ones = {"wx": np.ones((1, 2)), "wh": np.eye(2), "b": np.zeros(2)}
dx_t, dh, grads = rnn_cell_backward(np.array([[5.0, 7.0]]), zero, ones, "relu")
dd.check.close(dh, [[0.0, 7.0]], what="dh", why="the first unit's z is 0, the second's is not")
dd.check.close(grads["b"], [0.0, 7.0], what="gradient of b", why="the first unit's z is 0, the second's is not")
### END HIDDEN TESTS

# %% mistakes: rnn_cell_backward
# - replace: rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
#   with: rnn_cell_backward(dhs[:, t], caches[t], params, activation)
#   hint: "What later steps say about a state is lost: it has two readers, the loss and the next step."
# - replace: rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
#   with: "rnn_cell_backward(carried if t < len(caches) - 1 else dhs[:, t], caches[t], params, activation)"
#   hint: "Only the last step's gradient enters. The loss may look at every hidden state."
# - replace: total[name] += share[name]
#   with: total[name] = share[name]
#   hint: "Only one step's share of the parameters' gradients is left. All steps use the same parameters."
# - replace: total[name] += share[name]
#   with: total[name] += share[name] / len(caches)
#   hint: "The parameters' gradients are averaged over time. The steps' shares add up; if a mean is wanted, the loss has
#     taken it."
# - replace: "{name: np.zeros_like(value) for name, value in params.items()}"
#   with: "{name: value for name, value in params.items()}"
#   hint: "You add the gradients onto the parameters themselves, which also changes the caller's."
# - replace: dxs[::-1]
#   with: dxs
#   hint: "The steps of dx come back in the order in which you walked, from the last to the first."
# - replace: np.stack(dxs[::-1], axis=1)
#   with: np.stack(dxs[::-1], axis=0)
#   hint: "Time is the first axis of your dx; it should be the second, as in x."
# - replace: axis=1), carried, total
#   with: axis=1), dhs[:, 0] + carried, total
#   hint: "The loss's gradient for step 0's state was used up in that step; h0 is the state before it."
# - replace: 1 - h_next**2 if
#   with: 1 - h_next if
#   hint: "The slope of tanh, written with its output, has a square in it."
# - replace: 1 - h_next**2 if
#   with: 1 - np.tanh(h_next) ** 2 if
#   hint: "You take the tanh of what has been through the tanh already. The cache keeps the output."
# - replace: dz = dh_next * (1 - h_next**2 if activation == "tanh" else h_next > 0)
#   with: dz = dh_next
#   hint: "Between z and the state stands an activation, and its slope is missing."
# - replace: '"wh": cache["h"].T @ dz'
#   with: '"wh": h_next.T @ dz'
#   hint: "The recurrent weights met the state from before the step, not the one it returned."
# - replace: dz @ params["wh"].T, grads
#   with: dz @ params["wh"], grads
#   hint: "On the way back the recurrent weights are used transposed. With one unit you can't see it."
# - replace: dz @ params["wh"].T, grads
#   with: dz @ params["wh"].T + dh_next, grads
#   hint: "The old state reaches the new one only through the weights: nothing is handed straight on."
# - replace: dz.sum(axis=0)
#   with: dz.mean(axis=0)
#   hint: "The bias is used by every sequence, and its gradients add up. The mean was taken in the loss."
# - replace: (1 - h_next**2 if activation == "tanh" else h_next > 0)
#   with: (1 - h_next**2 if activation == "tanh" else h_next >= 0)
#   hint: "A ReLU's output is never below 0, so your mask lets everything through, silent units too."
# - replace: (1 - h_next**2 if activation == "tanh" else h_next > 0)
#   with: (1 - h_next**2)
#   hint: "You use the slope of tanh whatever the activation is."
# - replace: 'h_next = cache["h_next"]'
#   with: 'h_next = cache["h"]'
#   hint: "The slope belongs to this step's own z; you take it at the state from before the step."

# %% equivalents: rnn_cell_backward
# - replace: "np.zeros_like(dhs[:, 0])"
#   with: "np.zeros_like(dhs[:, -1])"
#   reason: "Only the shape and the dtype are taken, and all steps have the same."


# %% mistake: rnn_cell_backward
# hint: "You walk forward in time. What comes from later steps has to be known first, so where does the walk begin?"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    dz = dh_next * (1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0)
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    carried, dxs, shares = np.zeros_like(dhs[:, 0]), [], []
    for t, cache in enumerate(caches):
        dx_t, carried, share = rnn_cell_backward(dhs[:, t] + carried, cache, params, activation)
        dxs.append(dx_t)
        shares.append(share)
    return np.stack(dxs, axis=1), carried, {name: sum(share[name] for share in shares) for name in params}


# %% mistake: rnn_cell_backward
# hint: "The loss's own gradient skips the activation. It is one of the state, as is what later steps send: first
#   add, then the slope."
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    dz = dh_next * (1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0)
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    carried, dxs = np.zeros_like(dhs[:, 0]), []
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        h_next = caches[t]["h_next"]
        dz = dhs[:, t] + carried * (1 - h_next**2 if activation == "tanh" else h_next > 0)
        dxs.insert(0, dz @ params["wx"].T)
        carried = dz @ params["wh"].T
        grads["wx"] += caches[t]["x_t"].T @ dz
        grads["wh"] += caches[t]["h"].T @ dz
        grads["b"] += dz.sum(axis=0)
    return np.stack(dxs, axis=1), carried, grads


# %% accepts: rnn_cell_backward
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    h_next = cache["h_next"]
    slope = (1 + h_next) * (1 - h_next) if activation == "tanh" else np.sign(h_next)
    dz = slope * dh_next
    both = np.vstack([params["wx"], params["wh"]]) @ dz.T  # (D + H, B)
    weights = np.hstack([cache["x_t"], cache["h"]]).T @ dz
    d = cache["x_t"].shape[1]
    bias = np.ones(len(dz), dz.dtype) @ dz
    return both[:d].T, both[d:].T, {"b": bias, "wx": weights[:d], "wh": weights[d:]}


def rnn_backward(dhs, caches, params, activation="tanh"):
    # The slopes and the states of all steps at once; only the walk back is a loop.
    d = params["wx"].shape[0]
    dx, carried = np.empty((*dhs.shape[:2], d), dhs.dtype), dhs[:, 0] * 0
    shares = []
    for t, cache in list(enumerate(caches))[::-1]:
        dx[:, t], carried, share = rnn_cell_backward(carried + dhs[:, t], cache, params, activation)
        shares.append(share)
    return dx, carried, {name: np.sum([share[name] for share in shares], axis=0) for name in ("wx", "wh", "b")}


# %% accepts: rnn_cell_backward
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    dz = np.array(dh_next)
    if activation == "relu":
        dz[cache["h_next"] <= 0] = 0
    else:
        dz -= dz * cache["h_next"] * cache["h_next"]
    grads = {"b": np.einsum("bh->h", dz)}
    for name, key in (("wx", "x_t"), ("wh", "h")):
        grads[name] = np.einsum("bi,bh->ih", cache[key], dz)
    return np.einsum("bh,dh->bd", dz, params["wx"]), np.einsum("bh,kh->bk", dz, params["wh"]), grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    def back(t, dh):
        dx_t, dh, grads = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        if t == 0:
            return [dx_t], dh, grads
        dxs, dh, earlier = back(t - 1, dh)
        return [*dxs, dx_t], dh, {name: grads[name] + earlier[name] for name in grads}

    dxs, dh, grads = back(len(caches) - 1, np.zeros_like(dhs[:, 0]))
    return np.swapaxes(np.array(dxs), 0, 1), dh, grads


# %% [markdown]
# ## Does Keras agree?
#
# `keras.layers.SimpleRNN` has the same equations and parameters, called *kernel*, *recurrent kernel* and *bias*. (It
# starts with Glorot weights, orthogonal recurrent weights and zero biases. PyTorch's `nn.RNN` has transposed weights
# and two biases that are added.) Hand it yours, in both precisions, and compare the states and all gradients of a loss
# that weighs every hidden state at random.

# %% demo
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.zeros(1)  # the first use starts the devices

rng = np.random.default_rng(71)
drawn = {"wx": rng.normal(size=(3, 5)), "wh": 0.5 * rng.normal(size=(5, 5)), "b": rng.normal(size=5)}
drawn |= {"x": rng.normal(size=(4, 7, 3)), "h0": rng.uniform(-1, 1, (4, 5)), "dhs": rng.normal(size=(4, 7, 5))}
for dtype in ("float64", "float32"):
    values = {name: value.astype(dtype) for name, value in drawn.items()}
    check_params = {name: values[name] for name in ("wx", "wh", "b")}
    for activation in ("tanh", "relu"):
        layer = keras.layers.SimpleRNN(5, activation=activation, return_sequences=True, dtype=dtype)
        layer.build((None, None, 3))
        layer.set_weights(list(check_params.values()))
        keras_inputs = [tf.Variable(values["x"]), tf.Variable(values["h0"])]
        with tf.GradientTape() as tape:
            keras_hs = layer(keras_inputs[0], initial_state=keras_inputs[1])
            keras_loss = tf.reduce_sum(values["dhs"] * keras_hs)
        keras_grads = tape.gradient(keras_loss, [*keras_inputs, *layer.trainable_variables])

        yours_hs, check_caches = rnn_forward(values["x"], values["h0"], check_params, activation)
        dx, dh0, grads = rnn_backward(values["dhs"], check_caches, check_params, activation)
        yours = [yours_hs, dx, dh0, *(grads[name] for name in check_params)]
        its = [value.numpy() for value in (keras_hs, *keras_grads)]
        worst = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(yours, its, strict=True))
        print(
            f"{dtype}, {activation}: states and all five gradients differ by at most {worst:.0e} of the largest entry"
        )
        assert worst < (1e-10 if dtype == "float64" else 1e-5)

# %% [markdown]
# They agree to the rounding of each dtype.
#
# ## How far does a gradient reach?
#
# Look at the table by hand again. Each step back multiplies by $s_t\,w_h = 0.75 \cdot 1.099 \approx 0.824$. After 50
# steps $0.824^{50} \approx 0.00006$ is left. Mind the irony: this unit *remembers for ever*, but can't *learn* to,
# since the loss hardly feels what happened 50 steps ago. That is no accident of the numbers: where a tanh unit holds a
# value safely against noise, the factor has to be below 1 (Bengio et al. 1994).
#
# With more units a step back is a matrix, and the steps multiply. The gradient with respect to the state $k$ steps
# earlier is
#
# $$\bar h_{t-k} = \Big(\big(\bar h_t \odot s_t\big) W_h^\top \odot s_{t-1}\Big) W_h^\top \cdots
# \qquad (k\ \text{slopes},\ k\ \text{matrices}).$$
#
# It is linear in $\bar h_t$, hence $\bar h_t$ times a matrix of shape $(H, H)$. The matrix's largest singular value
# (Day 18) says how long a $\bar h_{t-k}$ can come of an $\bar h_t$ of length 1. `np.linalg.norm(a, 2)` computes it for
# a matrix `a`; without the 2 it gives another norm.
#
# Without an activation (all slopes 1) the matrix is a power of $W_h^\top$, and two facts decide:
#
# - Each step stretches by at most the **largest singular value** of $W_h$. If that is below 1, the gradient *must*
#   **vanish**; tanh and ReLU, with slopes of 0 to 1, only make it smaller. So it is a *must* for exploding that
#   this value is above 1, but it isn't enough (Pascanu et al. 2013).
# - In the long run the **spectral radius** $\rho$ decides, the largest size of an eigenvalue: the length goes
#   roughly as $\rho^k$. Above 1 it **explodes**, unless the slopes hold it down.
#
# By hand, with $W_h = \big(\begin{smallmatrix}0.5 & 4\\ 0 & 0.5\end{smallmatrix}\big)$: both eigenvalues are 0.5, so
# the gradient vanishes in the end. But $W_h^2 = \big(\begin{smallmatrix}0.25 & 4\\ 0 & 0.25\end{smallmatrix}\big)$:
# the 4 is still there after two steps. What happens in between is the singular values' affair.
#
# Write the measure. The slopes come as one array, one row a step, in the order of time.


# %% exercise: gradient_through_time
def gradient_through_time(w, num_steps, slopes=None):
    """How long a gradient can be k steps back, for a gradient of length 1 at the last state.

    Args:
        w: recurrent weights W_h, (H, H) floats or ints of any dtype, used as in h @ w.
        num_steps: how far to go back, int >= 0.
        slopes: of the activation at each of the last num_steps steps of one sequence, (num_steps, H) floats, ints or
            bools in the order of time, so that the last row belongs to the last step. None: all are 1.

    Returns:
        (num_steps + 1,) float64: entry k is the largest length of the gradient with respect to the state k steps
        before the last one; entry 0 is 1. The arguments stay unchanged. About 8 lines.
    """
    ### BEGIN SOLUTION
    if slopes is None:
        slopes = np.ones((num_steps, len(w)))
    product = np.eye(len(w))  # row i: gradient of unit i of the last state
    norms = [1.0]
    for t in reversed(range(num_steps)):
        product = (product * slopes[t]) @ w.T  # (H, H)
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)
    ### END SOLUTION


# %% test: gradient_through_time, points=3
# The unit worked by hand: each step is a factor of 0.75 log(3).
slopes = np.full((3, 1), 0.75)
due = (0.75 * np.log(3)) ** np.arange(4)
result = gradient_through_time(np.array([[np.log(3)]]), 3, slopes)
dd.check.like(result, due, what="result", why="each step back is one factor; entry 0 is no step at all")
# The 2 by 2 matrix of the text; the largest singular value by its formula for two rows.
w = np.array([[0.5, 4.0], [0.0, 0.5]])
powers = [np.linalg.matrix_power(w, k) for k in range(4)]
halves = [(np.sum(a**2), np.linalg.det(a)) for a in powers]
due = np.array([np.sqrt((s + np.sqrt(max(s**2 - 4 * d**2, 0.0))) / 2) for s, d in halves])
with dd.check.unchanged(w):
    result = gradient_through_time(w, 3)
dd.check.like(result, due, rtol=1e-5, what="result", why="without slopes it is the largest singular value of a power")
dd.check.like(gradient_through_time(w, 0), np.array([1.0]), what="result for 0 steps", why="nothing happens to it")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(7)


def lengths_by_vectors(w, slopes):
    """The same from many starts: every gradient of length 1 in a fine net, carried back one at a time (H <= 2)."""
    angles = np.linspace(0, np.pi, 20001)
    at_last = np.stack([np.cos(angles), np.sin(angles)], axis=1)[:, : len(w)]  # (n, H)
    if len(w) == 1:
        at_last = np.ones((1, 1))
    longest = [1.0]
    for slope in np.asarray(slopes, dtype=float)[::-1]:
        back = np.zeros_like(at_last)
        for j in range(len(w)):
            for i in range(len(w)):
                back[:, i] += at_last[:, j] * slope[j] * float(w[i, j])
        at_last = back
        longest.append(np.sqrt((at_last**2).sum(axis=1)).max())
    return np.array(longest)


for size, t in [(1, 1), (1, 5), (2, 1), (2, 4), (2, 7)]:
    w, slopes = rng.normal(size=(size, size)), rng.uniform(0, 1, (t, size))
    with dd.check.unchanged(w), dd.check.unchanged(slopes):
        result = gradient_through_time(w, t, slopes)
    why = "this is the longest of 20,001 gradients of length 1, carried back one by one"
    dd.check.like(result, lengths_by_vectors(w, slopes), rtol=1e-6, dtype="float64", what="result", why=why)
    dd.check.like(gradient_through_time(w, t), lengths_by_vectors(w, np.ones((t, size))), rtol=1e-6, why=why)

# A real network with three and five units: the Jacobian by central differences.
for size, t in [(3, 6), (5, 4)]:
    w, x = rng.normal(size=(size, size)), rng.normal(size=(t, size))
    hs = [rng.uniform(-1, 1, size)]
    for row in x:
        hs.append(np.tanh(row + hs[-1] @ w))
    result = gradient_through_time(w, t, 1 - np.array(hs[1:]) ** 2)
    for k in range(t + 1):
        jacobian = np.zeros((size, size))
        for unit in range(size):
            ends = []
            for shift in (1e-5, -1e-5):
                h = hs[t - k].copy()
                h[unit] += shift
                for row in x[t - k :]:
                    h = np.tanh(row + h @ w)
                ends.append(h)
            jacobian[unit] = (ends[0] - ends[1]) / 2e-5
        due = np.sqrt(np.linalg.eigvalsh(jacobian @ jacobian.T).max())
        dd.check.close(result[k], due, rtol=1e-6, atol=1e-9, what=f"entry {k}", why="this is a network's own Jacobian")

q, _ = np.linalg.qr(rng.normal(size=(6, 6)))
dd.check.close(gradient_through_time(0.9 * q, 40), 0.9 ** np.arange(41), what="0.9 times a rotation, 40 steps")
dd.check.close(gradient_through_time(1.1 * q, 40), 1.1 ** np.arange(41), what="1.1 times a rotation, 40 steps")
due = np.array([1.0, 2.0, 4.0, 8.0])
for dtype in ("int8", "uint8", "int64", "float32", "float64"):
    w = np.diag([2, 1, 0]).astype(dtype)
    dd.check.like(gradient_through_time(w, 3), due, dtype="float64", what=f"result for {dtype} weights")
    result = gradient_through_time(w, 12, np.ones((12, 3), dtype=dtype))
    dd.check.like(result, 2.0 ** np.arange(13), dtype="float64", what=f"result for {dtype}")
shut = np.array([[True, True, True], [False, True, True], [True, True, True], [True, True, True]])
result = gradient_through_time(np.diag([2, 1, 0]), 4, shut)
dd.check.close(result, [1, 2, 4, 1, 1], what="result", why="unit 0 is shut at row 1, the third step back")
### END HIDDEN TESTS

# %% mistakes: gradient_through_time
# - replace: (product * slopes[t]) @ w.T
#   with: (product * slopes[t]) @ w
#   hint: "Forward, a state meets w from the left; on the way back a gradient meets its transpose."
# - replace: (product * slopes[t]) @ w.T
#   with: product @ w.T * slopes[t]
#   hint: "On its way back a gradient first meets the activation of a step, and then the weights; you have them in the
#     other order."
# - replace: (product * slopes[t]) @ w.T
#   with: product @ w.T
#   hint: "You compute the linear network's lengths: the slopes of the activation are ignored."
# - replace: reversed(range(num_steps))
#   with: range(num_steps)
#   hint: "The first step back goes through the last step's slopes. You begin with the earliest row."
# - replace: np.linalg.norm(product, 2)
#   with: np.linalg.norm(product)
#   hint: "Without its second argument, norm adds up the squares of all entries. For one gradient of length 1 the
#     largest singular value is due."
# - replace: np.linalg.norm(product, 2)
#   with: np.abs(np.linalg.eigvals(product)).max()
#   hint: "Eigenvalues tell of vectors that keep their direction. How much can a matrix stretch any vector?"
# - replace: norms = [1.0]
#   with: norms = []
#   hint: "One entry is missing: that of no step back at all."
# - replace: norms.append(np.linalg.norm(product, 2))
#   with: norms.append(norms[-1] * np.linalg.norm(w * slopes[t], 2))
#   hint: "You multiply the largest stretches of single steps. That is a bound: a direction that one step stretches most
#     need not be the one that the next does."
# - replace: return np.array(norms)
#   with: return np.array(norms[::-1])
#   hint: "Your entries are in the order of time. Entry k should be k steps back from the end."
# - replace: product = np.eye(len(w))
#   with: product = np.eye(len(w), dtype=w.dtype)
#   hint: "Your products are made in the dtype of the weights: powers of small ints wrap around."
# - replace: product = (product * slopes[t]) @ w.T
#   with: product = product * slopes[t] * w.T
#   hint: "You multiply entry by entry. Steps follow one another by products of matrices."
# - replace: 'product = np.eye(len(w))'
#   with: 'product = np.ones((1, len(w))) / np.sqrt(len(w))'
#   hint: "You follow one gradient, with equal entries. Due is the length of the one that comes out longest, of all
#     that start with length 1."
# - replace: 'product = np.eye(len(w))'
#   with: 'product = np.linalg.svd(slopes[-1][:, None] * w.T)[0][:, :1].T if num_steps else np.eye(1)'
#   hint: "You follow the direction that the last step stretches most. Over several steps another one may come out
#     longest."


# %% accepts: gradient_through_time
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, dtype=float)
    jacobian = np.eye(w.shape[0])
    result = np.ones(num_steps + 1)
    for k in range(1, num_steps + 1):
        # from the state k steps back to the last one, forward: one more matrix in front
        step = w if slopes is None else w * np.asarray(slopes, dtype=float)[num_steps - k]
        jacobian = step @ jacobian
        result[k] = np.linalg.svd(jacobian, compute_uv=False)[0]
    return result


# %% accepts: gradient_through_time
def gradient_through_time(w, num_steps, slopes=None):
    rows = np.ones((num_steps, len(w))) if slopes is None else np.array(slopes, dtype="float64")

    def products():
        so_far = np.diag(np.ones(len(w)))
        yield so_far
        for row in np.flipud(rows):
            so_far = np.einsum("ij,j,kj->ik", so_far, row, w.astype("float64"))
            yield so_far

    return np.sqrt([np.linalg.eigvalsh(p @ p.T).max() for p in products()])


# %% [markdown]
# First the linear network, whose four matrices are chosen: three are 0.9, 1 and 1.1 times a rotation; the fourth has
# eigenvalues of 0.8 but a singular value above 1. Then real networks of 32 units on noise: with tanh and recurrent
# weights of four spectral radii, and with ReLU. Which lines are straight, and which networks feel a step that lies 60
# steps back?


# %% demo
def orthogonal(size, rng):
    """A random orthogonal matrix, as on Day 31: every singular value, and the size of every eigenvalue, is 1."""
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))


num_units, num_back = 32, 60
rng = np.random.default_rng(7)
rotation = orthogonal(num_units, rng)
shear = np.array([[0.8, 1.0, 0.0], [0.0, 0.8, 1.0], [0.0, 0.0, 0.8]])
linear = {f"{r} · rotation": gradient_through_time(r * rotation, num_back) for r in (1.1, 1.0, 0.9)}
linear["all eigenvalues 0.8"] = gradient_through_time(shear, num_back)

noise = rng.normal(size=(1, 100, 8))
random_weights = rng.normal(size=(num_units, num_units))
random_weights /= np.abs(np.linalg.eigvals(random_weights)).max()  # spectral radius 1
starts = {f"tanh, radius {r}": (r * random_weights, "tanh") for r in (3.0, 1.5, 1.0, 0.5)}
starts["ReLU, identity"] = (np.eye(num_units), "relu")
reach = {}
for name, (wh, activation) in starts.items():
    params = {"wx": 0.05 * rng.normal(size=(8, num_units)), "wh": wh, "b": np.zeros(num_units)}
    hs, _ = rnn_forward(noise, np.zeros((1, num_units)), params, activation)
    slopes = 1 - hs[0] ** 2 if activation == "tanh" else hs[0] > 0  # (T, H)
    reach[name] = gradient_through_time(wh, num_back, slopes[-num_back:])

fig, axes = plt.subplots(1, 2, figsize=(12, 4.6))
for ax, lines, title in zip(axes, (linear, reach), ("Linear networks", "Networks of 32 units on noise"), strict=True):
    for (name, lengths), marker in zip(lines.items(), dd.plot.MARKERS, strict=False):
        ax.semilogy(lengths, label=name, marker=marker, markevery=10)
    ax.set(title=title, xlabel="steps back", ylabel="longest gradient")
    ax.legend(fontsize=10, loc="lower left" if lines is reach else "upper left")
axes[0].set_ylim(1e-4, 1e6)
dd.plot.show(
    "Two panels of lines on a logarithmic axis over 60 steps back. Left: rising, level and falling straight lines for "
    "1.1, 1.0 and 0.9 times a rotation; a fourth line rises to a hump and then falls steepest. Right: tanh with "
    "radius 3 and 1.5 rises, radius 1 falls gently, radius 0.5 falls steeply, ReLU with the identity is level at 1."
)
for name, lengths in reach.items():
    print(f"{name:>16}: {lengths[10]:8.1e} after 10 steps, {lengths[60]:8.1e} after 60")

# %% [markdown]
# On the left, a straight line is a constant factor a step. The fourth line first climbs, driven by its singular value,
# and then falls faster than the line of 0.9, as its eigenvalues demand. On the right the slopes of tanh take their
# toll:
#
# - With radius 0.5 a step that lies 60 back has no say: $10^{-18}$ is a hundredth of a float64's rounding of 1.
# - Radius 1 loses ground too, since tanh's slope is below 1 wherever a unit is not at 0. Radius 1.5 happens to make up
#   for that here; with other random weights it grows or shrinks.
# - Radius 3 explodes, though less than $3^{60} \approx 10^{29}$: units that saturate have slopes near 0.
# - **ReLU with the identity** as its recurrent weights is level at 1. Its step is
#   $h_t = \max(h_{t-1} + x_t W_x + b,\ 0)$: a sum over time. Each unit that stays above 0 hands its gradient on
#   *unchanged*. Le, Jaitly and Hinton (2015) start like this, with zero biases, and call it the IRNN. The price:
#   nothing bounds the state, and as soon as training pushes the weights above the identity, it grows without a tanh to
#   stop it.
#
# Vanishing is the more treacherous of the two. The gradient isn't 0: the near steps' shares are fine, training runs,
# the loss falls, and only what lies far back is never learned. Exploding announces itself.
#
# ## When it explodes: clipping
#
# Let the unit of our example read nothing and start at $h_{-1} = 0.5$, with $w_h = 2$. For this weight it has two
# stable states, about 0.96 and -0.96, give or take the bias. Which one it reaches depends on the side of a watershed
# that 0.5 is on. By hand: 0.5 *is* the watershed if it stays where it is, $0.5 = \tanh(2 \cdot 0.5 + b)$, that is for
# $b = \tfrac12\ln 3 - 1 \approx -0.451$. Now let the target after 30 steps be 0.7. How does the loss depend on the
# bias, and what becomes of its gradient at the watershed?


# %% demo
def cliff(wh, b, num_steps=30):
    """Loss and gradients (of wh and b) of one unit that starts at 0.5, reads nothing and should end at 0.7."""
    params = {"wx": np.zeros((1, 1)), "wh": np.array([[wh]]), "b": np.array([b])}
    hs, caches = rnn_forward(np.zeros((1, num_steps, 1)), np.full((1, 1), 0.5), params)
    dhs = np.zeros_like(hs)
    dhs[:, -1] = 2 * (hs[:, -1] - 0.7)
    _, _, grads = rnn_backward(dhs, caches, params)
    return (hs[0, -1, 0] - 0.7) ** 2, np.array([grads["wh"][0, 0], grads["b"][0]])


watershed = np.log(3) / 2 - 1
biases = np.sort(np.concatenate([np.linspace(-0.6, -0.3, 121), watershed + np.geomspace(1e-7, 0.1, 60)]))
losses, cliff_grads = zip(*(cliff(2.0, b) for b in biases), strict=True)
lengths = np.linalg.norm(cliff_grads, axis=1)
fig, axes = plt.subplots(1, 2, figsize=(11, 3.8))
axes[0].plot(biases, losses)
axes[0].set(title="The loss has a cliff", xlabel="bias $b$", ylabel="loss")
axes[1].semilogy(biases, lengths)
axes[1].set(title="Its gradient", xlabel="bias $b$", ylabel="length")
for ax in axes:
    ax.axvline(watershed, color="0.5", linewidth=1, linestyle="--")
dd.plot.show(
    "Two panels against the bias. The loss is almost level on both sides of a dashed line at -0.45, where it "
    "drops like a wall. The gradient's length has a needle there, many thousand times as high as elsewhere."
)
print(f"longest gradient here: {lengths.max():.0f}; at b = -0.35: {np.linalg.norm(cliff(2.0, -0.35)[1]):.1e}")

# %% [markdown]
# Almost level, then a wall. With a learning rate that suits the plain, one step from the wall throws the weights far
# away. So limit the gradient before it is used. There are two ways:
#
# - **By value**: each entry is cut to $[-\tau, \tau]$, by itself. By hand, $(3, 0.4, -8)$ with $\tau = 1$ becomes
#   $(1, 0.4, -1)$. Every entry keeps its sign, so it is still downhill, but the *direction* turns, towards the
#   diagonals: what was 20 times as large as another entry may become 2.5 times.
# - **By norm** (Pascanu et al. 2013; Day 31): all entries of all parameters are multiplied by one factor, so that the
#   length of the whole is at most $\tau$. $(3, 4)$ with $\tau = 1$ becomes $(0.6, 0.8)$. The direction stays.
#
# Pascanu and his co-authors wanted the direction kept, for theory's sake, and report that both did equally well in
# practice. Neither helps against vanishing: nothing is made longer. As on Day 31, squares may leave the range of their
# dtype where the entries don't, and exploding gradients are the place where it happens.


# %% exercise: clip_gradients
def clip_gradients(grads, max_value, by="value"):
    """Limit gradients before they are used.

    Args:
        grads: dict of float arrays of one or more axes, of any sizes and dtypes; their entries are finite, and may be
            so large that their squares are not.
        max_value: the limit, a number > 0.
        by: "value": each entry is cut to the interval from -max_value to max_value. "norm": all entries of all arrays
            are multiplied by one factor <= 1, the largest with which the square root of the sum of all squares is at
            most max_value; gradients that are not too long keep their values.

    Returns:
        A new dict with the same keys, and arrays of the same shapes and dtypes. grads stays unchanged.

    Raises:
        ValueError: by is none of the two, or max_value is not above 0 (NaN isn't). About 10 lines.
    """
    ### BEGIN SOLUTION
    if by not in ("value", "norm"):
        raise ValueError(f"by is value or norm, not {by!r}")
    if not max_value > 0:
        raise ValueError(f"max_value must be above 0, not {max_value}")
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    entries = np.concatenate([[0.0], *(np.ravel(grad) for grad in grads.values())])  # float64
    largest = max(np.abs(entries).max(), max_value)  # no entry / largest is above 1: squares are safe
    stretch = np.linalg.norm(entries / largest) * (largest / max_value)  # the length, in units of max_value
    factor = 1.0 / max(1.0, stretch)
    return {name: (grad * factor).astype(grad.dtype) for name, grad in grads.items()}
    ### END SOLUTION


# %% test: clip_gradients, points=2
grads = {"wh": np.array([[3.0, 0.4]]), "b": np.array([-8.0])}
with dd.check.unchanged(grads):
    result = clip_gradients(grads, 1.0)
due = {"wh": np.array([[1.0, 0.4]]), "b": np.array([-1.0])}
dd.check.like(result, due, what="clip_gradients(grads, 1.0)", why="each entry is cut to the interval from -1 to 1")
grads = {"wh": np.array([[3.0, 0.0]]), "b": np.array([-4.0])}
with dd.check.unchanged(grads):
    result = clip_gradients(grads, 1.0, by="norm")
due = {"wh": np.array([[0.6, 0.0]]), "b": np.array([-0.8])}
dd.check.like(
    result, due, what='clip_gradients(grads, 1.0, by="norm")', why="together they are 5 long: a fifth of each"
)
dd.check.like(clip_gradients(grads, 6, by="norm"), grads, why="a length of 5 is not too long for 6")
zero = {"b": np.zeros(2)}
dd.check.like(clip_gradients(zero, 1.0, by="norm"), zero, why="0 has no direction, and stays")
with dd.check.raises(ValueError, why="there are two ways to clip"):
    clip_gradients(grads, 1.0, by="length")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2013)
for shapes in [
    {"a": (3,)},
    {"wx": (2, 3), "wh": (3, 3), "b": (3,)},
    {"v": (1,), "w": (1, 1), "e": (0, 2)},
    {"k": (2, 1, 4)},
]:
    for size in (1e-3, 1.0, 50.0):
        grads = {name: rng.normal(0, size, shape) for name, shape in shapes.items()}
        entries = [value for grad in grads.values() for value in grad.ravel().tolist()]
        norm = sum(value * value for value in entries) ** 0.5
        for limit in (0.3 * size, size, 0.999 * norm, 1.001 * norm, 100 * size):
            for more in ((), ("value",)):
                with dd.check.unchanged(grads):
                    result = clip_gradients(grads, limit, *more)
                due = {
                    name: np.array([min(max(v, -limit), limit) for v in grad.ravel()]).reshape(grad.shape)
                    for name, grad in grads.items()
                }
                dd.check.like(result, due, what="clipped by value", why=f"the limit is {limit:.4g} for each entry")
            with dd.check.unchanged(grads):
                result = clip_gradients(grads, limit, by="norm")
            factor = limit / norm if limit < norm else 1.0
            due = {name: grad * factor for name, grad in grads.items()}
            why = f"the length is {norm:.4g}, allowed are {limit:.4g}"
            dd.check.like(result, due, rtol=1e-9, atol=0, what="clipped by norm", why=why)

# The dtypes stay, whether something is cut or not.
grads = {"wide": np.array([3.0, -0.5]), "narrow": np.array([[4.0, 0.25]], dtype="float32")}
for by in ("value", "norm"):
    for limit in (1, 1.0, 100, np.float64(2.0)):
        with dd.check.unchanged(grads):
            result = clip_gradients(grads, limit, by)
        dd.check.dtype(result["wide"], "float64", what="a float64 gradient, clipped")
        dd.check.dtype(result["narrow"], "float32", what="a float32 gradient, clipped")
    empty = {name: 0 * grad for name, grad in grads.items()}
    result = clip_gradients(empty, 1.0, by)
    dd.check.like(result["narrow"], np.zeros((1, 2)), dtype="float32", what="zeros, clipped")
    dd.check.equal(clip_gradients({}, 1.0, by), {}, what="no gradients, clipped")
    for wrong in (0, 0.0, -1.0, float("nan")):
        with dd.check.raises(ValueError, why=f"{wrong} is no limit"):
            clip_gradients(grads, wrong, by)
for wrong in ("Norm", "val", "", None, "value, norm"):
    with dd.check.raises(ValueError, why=f"{wrong!r} is no way to clip"):
        clip_gradients(grads, 1.0, wrong)

# Exploded: entries that are floats while their squares are not.
for size, dtype, rtol in ((1e200, "float64", 1e-9), (1e30, "float32", 1e-5), (1e4, "float16", 1e-2)):
    grads = {"b": np.array([-3 * size, 0], dtype=dtype), "wh": np.array([[-4 * size]], dtype=dtype)}
    result = clip_gradients(grads, 10.0, by="norm")
    for name, due in {"b": [-6.0, 0.0], "wh": [[-8.0]]}.items():
        dd.check.finite(result[name], what=name)
        dd.check.close(result[name], due, rtol=rtol, what=name, why=f"entries of {size:g} have squares beyond {dtype}")
    result = clip_gradients(grads, 10.0)
    dd.check.close(result["b"], [-10.0, 0.0], what="b, clipped by value")
### END HIDDEN TESTS

# %% mistakes: clip_gradients
# - replace: "{name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}"
#   with: "{name: np.clip(grad, -max_value, max_value, out=grad) for name, grad in grads.items()}"
#   hint: "You cut the caller's own arrays. New ones were asked for."
# - replace: np.clip(grad, -max_value, max_value)
#   with: np.minimum(grad, max_value)
#   hint: "You cut large positive entries only. How far down may an entry go?"
# - replace: np.clip(grad, -max_value, max_value)
#   with: np.clip(grad, 0, max_value)
#   hint: "Your clipping takes the negative entries away, and with them every step that should go up."
# - replace: np.clip(grad, -max_value, max_value)
#   with: np.where(np.abs(grad) > max_value, 0, grad)
#   hint: "Entries beyond the limit should be set to the limit, with their sign; you drop them."
# - replace: np.clip(grad, -max_value, max_value)
#   with: np.where(np.abs(grad) > max_value, max_value, grad)
#   hint: "Large negative entries come back positive: that turns a step round. Keep the sign."
# - replace: 1.0 / max(1.0, stretch)
#   with: 1.0 / max(1e-9, stretch)
#   hint: "Short gradients are made longer by your factor. Clipping only ever shortens."
# - replace: np.linalg.norm(entries / largest)
#   with: np.abs(entries / largest).max()
#   hint: "You scale by the largest entry. The length of a gradient counts all entries."
# - replace: np.linalg.norm(entries / largest)
#   with: np.linalg.norm(entries / largest) ** 2 * largest
#   hint: "A root is missing: a length is not the sum of squares."
# - replace: np.linalg.norm(entries / largest)
#   with: np.abs(entries / largest).sum()
#   hint: "You add up the entries' sizes. A length adds up their squares, and takes the root."
# - replace: np.linalg.norm(entries / largest)
#   with: np.sqrt(np.sum((entries / largest) ** 2) / (len(entries) - 1))
#   hint: "You take a mean of the squares. The length is the root of their sum, however many there are."
# - replace: largest = max(np.abs(entries).max(), max_value)
#   with: largest = 1.0
#   hint: "The squares leave the range of their dtype, although the entries don't. Can you bring the entries near 1
#     before you square them?"
# - replace: if not max_value > 0
#   with: if max_value < 0
#   hint: "A limit of 0 (or NaN) passes your check. It would stop all learning without a word."
# - replace: by not in ("value", "norm")
#   with: by not in "value, norm"
#   hint: "A part of a name passes your check: with `in`, a text is searched for a piece of text."
# - replace: 'np.clip(grad, -max_value, max_value)'
#   with: 'grad * (max_value / max([np.abs(g).max(initial=0) for g in grads.values()] + [max_value]))'
#   hint: "By value, you shorten all entries by one factor until the largest fits. Each is cut by itself."
# - replace: 'np.linalg.norm(entries / largest) * (largest / max_value)'
#   with: 'np.sqrt(sum(np.sum(grad**2) for grad in grads.values())) / max_value'
#   hint: "The squares leave the range of the arrays' own dtypes, although the entries don't. Can you bring the entries
#     near 1 before you square them?"


# %% equivalents: clip_gradients
# - replace: np.clip(grad, -max_value, max_value)
#   with: np.clip(-max_value, grad, max_value)
#   reason: "The middle one of three numbers is the same in any order."


# %% mistake: clip_gradients
# hint: "Each array gets a factor of its own, so the direction of the whole turns. One length, one factor."
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError("bad arguments")
    clipped = {}
    for name, grad in grads.items():
        if by == "value":
            clipped[name] = np.clip(grad, -max_value, max_value)
        else:
            norm = np.linalg.norm(grad.astype(float))
            clipped[name] = (grad * min(1.0, max_value / norm)).astype(grad.dtype) if norm > 0 else grad.copy()
    return clipped


# %% accepts: clip_gradients
def clip_gradients(grads, max_value, by="value"):
    if not (max_value > 0 and by in {"value", "norm"}):
        raise ValueError("bad arguments")
    if by == "value":
        return {k: np.minimum(np.maximum(g, -max_value), max_value).astype(g.dtype) for k, g in grads.items()}
    lengths = []
    for g in grads.values():
        wide = np.abs(g.astype(np.longdouble)).ravel()
        top = wide.max(initial=0)
        lengths.append(top * np.linalg.norm((wide / (top or 1)).astype(float)))
    norm = float(np.hypot.reduce(np.array(lengths, dtype=float))) if lengths else 0.0
    return {k: (g / (norm / max_value)).astype(g.dtype) if norm > max_value else +g for k, g in grads.items()}


# %% accepts: clip_gradients
import math


def clip_gradients(grads, max_value, by="value"):
    if max_value <= 0 or math.isnan(max_value):
        raise ValueError("the limit must be positive")
    clipped = {}
    if by == "value":
        for name, grad in grads.items():
            new = np.array(grad)
            new[new > max_value] = max_value
            new[new < -max_value] = -max_value
            clipped[name] = new
    elif by == "norm":
        norm = math.hypot(*(math.hypot(*grad.astype(float).ravel()) for grad in grads.values()))
        for name, grad in grads.items():
            clipped[name] = np.array(grad / norm * max_value if norm > max_value else grad, dtype=grad.dtype)
    else:
        raise ValueError("by value or by norm")
    return clipped


# %% [markdown]
# On the wall, a hair's breadth left of the watershed, what do the two make of one gradient? And where does a step with
# it lead, with a learning rate of 0.1?

# %% demo
start = np.array([2.0, watershed - 1e-6])
raw = dict(zip(("wh", "b"), cliff(*start)[1][:, None], strict=True))
moves = {"no clipping": raw} | {f"by {by}": clip_gradients(raw, 1.0, by) for by in ("value", "norm")}
print(f"before the step: loss {cliff(*start)[0]:.2f}")
for name, grads in moves.items():
    entries = np.array([grads["wh"][0], grads["b"][0]])
    after = start - 0.1 * entries
    loss, left = cliff(*after)
    print(
        f"{name:>11}: gradient ({entries[0]:.2f}, {entries[1]:.2f}), leads to w = {after[0]:.2f}, b = {after[1]:.2f}, "
        f"loss {loss:.2f}, next gradient {np.linalg.norm(left):.2f} long"
    )

way = np.array([raw["wh"][0], raw["b"][0]])
way /= np.linalg.norm(way)
fig, ax = plt.subplots(figsize=(6, 4.8))
ax.plot([0, 1.5 * way[0]], [0, 1.5 * way[1]], color="0.5", linewidth=1.5, linestyle="--")
for by, color, side in [("value", dd.plot.PALETTE[1], "right"), ("norm", dd.plot.PALETTE[0], "left")]:
    tip = (moves[f"by {by}"]["wh"][0], moves[f"by {by}"]["b"][0])
    ax.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "->", "color": color, "linewidth": 2.5})
    ax.text(tip[0] + (-0.08 if by == "value" else 0.1), tip[1], f"by {by}", ha=side, va="center", color=color)
ax.add_patch(plt.Rectangle((-1, -1), 2, 2, fill=False, edgecolor="0.5"))
ax.add_patch(plt.Circle((0, 0), 1, fill=False, edgecolor="0.5"))
ax.set(title="One exploded gradient, clipped to 1", xlabel=r"entry for $w_h$", ylabel=r"entry for $b$")
ax.set(xlim=(-1.9, 1.5), ylim=(-1.5, 1.5), aspect="equal")
dd.plot.show(
    "A plane of the two entries, with a square and a circle of size 1 around the origin. A dashed line shows the "
    "gradient's direction, down to the left. The arrow clipped by norm lies on it and ends on the circle; the one "
    "clipped by value ends in a corner of the square, beside the line."
)

# %% [markdown]
# The raw step ends among weights of tens of thousands, where the unit is saturated for good: its next gradient is 0,
# and no further step leads back. The clipped ones fall down the wall and stop where the loss is small and has a slope.
# By norm the step keeps the gradient's direction (the dashed line); by value it is turned into the corner of the
# square. Here that makes no difference worth naming, and in practice $\tau$ is tried out either way.
#
# ## Truncated backpropagation through time
#
# The way back needs the caches of all steps. For a book of a million letters that is too much memory, and one update a
# book is too few. **Truncated** BPTT cuts the sequence into chunks of a fixed number of steps. The *state* goes on from
# chunk to chunk, so that the network still remembers; the *gradient* stops at each border. (Chunks without the state
# would be short sequences that have nothing to do with each other. The form for single steps, with one number for how
# often and one for how far to go back, is due to Williams and Peng 1990.)
#
# What is lost? A loss right after a border hears nothing of the steps before it. So the sum of the chunks' gradients is
# not the full gradient and not an unbiased estimate of it either: it favours what lies near (Tallec and Ollivier 2017).
# In training, the weights also change from chunk to chunk; here they stay.
#
# By hand, with the three steps of the table and chunks of 2: steps 0 and 1 make the first, step 2 alone the second.
# The loss $h_2$ sits in the second, so $\bar w_h = 0.375$ is all, without the 0.309, and $\bar w_x = 0$: the network is
# never told that the 1 it has read two steps ago is worth remembering. Write it from its contract:


# %% exercise: truncated_rnn_backward
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    """Backpropagation through time that stops at the borders of chunks.

    Args:
        dhs, caches, params, activation: as for rnn_backward, T >= 1 steps.
        chunk: steps in a chunk, int >= 1. The first chunk begins at step 0; the last one may be shorter.

    Returns:
        (dx, dh0, grads) in the shapes of rnn_backward, as if the state with which a chunk begins were a constant,
        except for h0. So losses in a chunk count for the inputs of that chunk only, those in the first for h0, and all
        chunks' shares of the parameters' gradients add up. The arguments stay unchanged. About 8 lines.
    """
    ### BEGIN SOLUTION
    parts = []
    for start in range(0, len(caches), chunk):
        steps = slice(start, start + chunk)
        parts.append(rnn_backward(dhs[:, steps], caches[steps], params, activation))
    dx = np.concatenate([part[0] for part in parts], axis=1)
    grads = {name: sum(part[2][name] for part in parts) for name in params}
    return dx, parts[0][1], grads
    ### END SOLUTION


# %% test: truncated_rnn_backward, points=2
# The unit worked by hand, with chunks of 2: the loss at step 2 is alone in the second.
params = {"wx": np.array([[np.log(3) / 2]]), "wh": np.array([[np.log(3)]]), "b": np.zeros(1)}
caches = [{"x_t": x_t, "h": h, "h_next": 0.5} for x_t, h in [(1.0, 0.0), (0.0, 0.5), (0.0, 0.5)]]
caches = [{name: np.array([[value]]) for name, value in cache.items()} for cache in caches]
dhs = np.array([[[0.0], [0.0], [1.0]]])
with dd.check.unchanged(dhs), dd.check.unchanged(caches), dd.check.unchanged(params):
    result = truncated_rnn_backward(dhs, caches, params, 2)
dd.check.kind(result, tuple, why="dx, dh0 and grads come back, as from rnn_backward")
assert len(result) == 3
dx, dh0, grads = result
due = {"wx": np.array([[0.0]]), "wh": np.array([[0.375]]), "b": np.array([0.75])}
dd.check.like(grads, due, what="grads", why="step 2 is alone in its chunk")
dd.check.like(dx, np.array([[[0.0], [0.0], [0.75 * np.log(3) / 2]]]), what="dx", why="step 2 is alone in its chunk")
dd.check.like(dh0, np.array([[0.0]]), what="dh0", why="no loss is in the first chunk")
factor = 0.75 * np.log(3)
for chunk in (3, 5):
    _, dh0, grads = truncated_rnn_backward(dhs, caches, params, chunk)
    dd.check.close(dh0, [[factor**3]], what=f"dh0 with chunks of {chunk}", why="one chunk is all: nothing is cut")
    dd.check.close(grads["wh"], [[0.375 * (1 + factor)]], what=f"gradient of wh with chunks of {chunk}")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(90)


def forward(x, h0, wx, wh, b, activation, starts):
    """States (B, T, H) and caches; a step in starts begins from the given state, whatever came before."""
    h, hs, caches = h0, [], []
    for t in range(x.shape[1]):
        h = starts.get(t, h)
        z = x[:, t] @ wx + h @ wh + b
        h_next = np.tanh(z) if activation == "tanh" else np.where(z > 0, z, 0)
        caches.append({"x_t": x[:, t], "h": h, "h_next": h_next})
        h = h_next
        hs.append(h)
    return np.stack(hs, axis=1), caches


sizes = [
    (1, 1, 1, 1, 1),
    (2, 5, 3, 2, 2),
    (1, 6, 1, 3, 3),
    (3, 4, 2, 1, 1),
    (2, 7, 2, 4, 3),
    (3, 3, 2, 2, 10),
    (2, 4, 1, 3, 4),
]
for activation in ("tanh", "relu"):
    more = () if activation == "tanh" else (activation,)
    for n, t, d, size, chunk in sizes:
        values = {
            "x": rng.normal(size=(n, t, d)),
            "h0": rng.uniform(-1, 1, (n, size)),
            "wx": rng.normal(size=(d, size)),
        }
        values.update(wh=0.8 * rng.normal(size=(size, size)), b=rng.normal(size=size))
        params = {name: values[name] for name in ("wx", "wh", "b")}
        dhs = rng.normal(size=(n, t, size))
        hs, caches = forward(**values, activation=activation, starts={})
        constants = {start: hs[:, start - 1] for start in range(chunk, t, chunk)}
        with dd.check.unchanged(dhs), dd.check.unchanged(caches), dd.check.unchanged(params):
            dx, dh0, grads = truncated_rnn_backward(dhs, caches, params, chunk, *more)
        dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
        for name, gradient in {"x": dx, "h0": dh0, **grads}.items():
            what = f"gradient of {name} with chunks of {chunk} of {t} steps ({activation})"
            dd.check.kind(gradient, np.ndarray, what=what)
            dd.check.shape(gradient, values[name].shape, what=what, why="a gradient has the shape of its variable")
            dd.check.gradient(
                lambda v, name=name, values=values, dhs=dhs, activation=activation, constants=constants: np.sum(
                    dhs * forward(**{**values, name: v}, activation=activation, starts=constants)[0]
                ),
                values[name],
                gradient,
                what=what,
                why="the state with which a chunk begins is a constant there",
            )
### END HIDDEN TESTS

# %% mistakes: truncated_rnn_backward
# - replace: range(0, len(caches), chunk)
#   with: range(0, len(caches), len(caches))
#   hint: "Your gradient crosses every border, as if nothing was cut."
# - replace: steps = slice(start, start + chunk)
#   with: steps = slice(start, start + chunk + 1) if start + chunk + 1 < len(caches) else slice(start, len(caches))
#   hint: "Your chunks overlap by a step, whose share is counted twice."
# - replace: dhs[:, steps]
#   with: dhs[steps]
#   hint: "You cut the batch. Which axis of dhs is time?"
# - replace: sum(part[2][name] for part in parts)
#   with: parts[-1][2][name]
#   hint: "Only one chunk's share of the parameters' gradients comes back."
# - replace: sum(part[2][name] for part in parts)
#   with: sum(part[2][name] for part in parts) / len(parts)
#   hint: "You average the chunks. All shares add up, as those of single steps do."
# - replace: dx, parts[0][1], grads
#   with: dx, parts[-1][1], grads
#   hint: "The gradient for h0 is what is left at the start of the first chunk, not of the last."
# - replace: dx, parts[0][1], grads
#   with: dx, sum(part[1] for part in parts), grads
#   hint: "What is left at a border belongs to the state there, and is dropped. Only the first chunk begins with h0."
# - replace: part[0] for part in parts
#   with: part[0] for part in parts[::-1]
#   hint: "The chunks of dx are in the reverse order of time."
# - replace: params, activation))
#   with: params))
#   hint: "You always use the slope of tanh. The activation has to be handed on."
# - replace: 'dx, parts[0][1], grads'
#   with: 'dx, np.zeros_like(parts[0][1]), grads'
#   hint: "You take h0 for a constant too. It is the exception: what the first chunk leaves is its gradient."


# %% mistake: truncated_rnn_backward
# hint: "You cut the steps that are furthest from the end, once. A border lies after every chunk, wherever the loss is."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    kept = dhs.copy()
    start = max(len(caches) - chunk, 0)
    kept[:, :start] = 0
    dx, dh0, grads = rnn_backward(kept[:, start:], caches[start:], params, activation)
    whole = np.zeros((*dhs.shape[:2], dx.shape[2]), dx.dtype)
    whole[:, start:] = dx
    return whole, dh0 if start == 0 else 0 * dh0, grads


# %% mistake: truncated_rnn_backward
# hint: "Your borders are counted from the last step. The first chunk begins at step 0."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx, carried = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype), np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        if (len(caches) - 1 - t) % chunk == 0:
            carried = np.zeros_like(carried)
        dx[:, t], carried, share = rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
        for name in grads:
            grads[name] += share[name]
    return dx, carried, grads


# %% mistake: truncated_rnn_backward
# hint: "You cut a step too early: a chunk's first step belongs to the chunk, and the border lies before it."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx, carried = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype), np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        if t % chunk == 0 and t < len(caches) - 1:
            carried = np.zeros_like(carried)
        dx[:, t], carried, share = rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
        for name in grads:
            grads[name] += share[name]
    return dx, carried, grads


# %% mistake: truncated_rnn_backward
# hint: "A last chunk that is shorter than the others gets lost."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    full = len(caches) // chunk * chunk or len(caches)
    dx, carried = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype), np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(full)):
        carried = carried * ((t + 1) % chunk != 0)
        dx[:, t], carried, share = rnn_cell_backward(dhs[:, t] + carried, caches[t], params, activation)
        for name in grads:
            grads[name] += share[name]
    return dx, carried, grads


# %% mistake: truncated_rnn_backward
# hint: "Your window slides: each loss is heard a fixed number of steps back. The borders lie still, and a loss right
#   after one hears nothing of what came before."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx, dh0, grads = None, np.zeros_like(dhs[:, 0]), {name: np.zeros_like(value) for name, value in params.items()}
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    for t in range(len(caches)):
        window = slice(max(t + 1 - chunk, 0), t + 1)
        alone = np.zeros_like(dhs[:, window])
        alone[:, -1] = dhs[:, t]
        dx_part, left, share = rnn_backward(alone, caches[window], params, activation)
        dx[:, window] += dx_part
        dh0 += left * (window.start == 0)
        for name in grads:
            grads[name] += share[name]
    return dx, dh0, grads


# %% mistake: truncated_rnn_backward
# hint: "Your chunks start from a state of 0. Only the gradient stops at a border; the caches hold the state that
#   went over it."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    parts = []
    for start in range(0, len(caches), chunk):
        steps = slice(start, start + chunk)
        x = np.stack([cache["x_t"] for cache in caches[steps]], axis=1)
        h = caches[0]["h"] * (start == 0)
        parts.append(rnn_backward(dhs[:, steps], rnn_forward(x, h, params, activation)[1], params, activation))
    grads = {name: sum(part[2][name] for part in parts) for name in params}
    return np.concatenate([part[0] for part in parts], axis=1), parts[0][1], grads


# %% mistake: truncated_rnn_backward
# hint: "You cut into that many chunks. The argument says how many steps are in one."
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    size = -(-len(caches) // chunk)
    parts = []
    for start in range(0, len(caches), size):
        steps = slice(start, start + size)
        parts.append(rnn_backward(dhs[:, steps], caches[steps], params, activation))
    grads = {name: sum(part[2][name] for part in parts) for name in params}
    return np.concatenate([part[0] for part in parts], axis=1), parts[0][1], grads


# %% accepts: truncated_rnn_backward
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dh = np.zeros_like(dhs[:, 0])
    dx = np.zeros((len(dh), len(caches), len(params["wx"])), dhs.dtype)
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in range(len(caches) - 1, -1, -1):
        if (t + 1) % chunk == 0:
            dh = np.zeros_like(dh)  # step t is the last of its chunk: nothing comes over the border
        dx[:, t], dh, share = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += share[name]
    return dx, dh, grads


# %% accepts: truncated_rnn_backward
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx, dh0, grads = rnn_backward(dhs[:, :chunk], caches[:chunk], params, activation)
    if len(caches) <= chunk:
        return dx, dh0, grads
    later_dx, _, later = truncated_rnn_backward(dhs[:, chunk:], caches[chunk:], params, chunk, activation)
    return np.hstack([dx, later_dx]), dh0, {name: grads[name] + later[name] for name in grads}


# %% [markdown]
# How long do chunks have to be? Take two of the networks from above, tanh with radius 0.5 and ReLU with the identity,
# with a loss at each of 120 steps, and compare the truncated gradient of $W_h$ with the full one.

# %% demo
rng = np.random.default_rng(8)
stream = rng.normal(size=(4, 120, 8))
stream_dhs = rng.normal(size=(4, 120, num_units))
chunks = [1, 2, 3, 5, 8, 12, 20, 30, 40, 60, 120]
errors = {}
for name in ("tanh, radius 0.5", "ReLU, identity"):
    wh, activation = starts[name]
    params = {"wx": 0.05 * rng.normal(size=(8, num_units)), "wh": wh, "b": np.zeros(num_units)}
    _, caches = rnn_forward(stream, np.zeros((4, num_units)), params, activation)
    _, _, full = rnn_backward(stream_dhs, caches, params, activation)
    cut = [truncated_rnn_backward(stream_dhs, caches, params, chunk, activation)[2]["wh"] for chunk in chunks]
    errors[name] = [np.linalg.norm(grad - full["wh"]) / np.linalg.norm(full["wh"]) for grad in cut]
fig, ax = plt.subplots(figsize=(7, 4))
for (name, error), marker in zip(errors.items(), dd.plot.MARKERS, strict=False):
    ax.plot(chunks, error, label=name, marker=marker)
ax.set(title="Truncated against full gradient", xlabel="steps in a chunk", ylabel="relative error", xscale="log")
ax.set_xticks([1, 2, 5, 10, 20, 60, 120], ["1", "2", "5", "10", "20", "60", "120"])
ax.legend()
dd.plot.show(
    "Relative error against the length of a chunk, from 1 to 120 on a logarithmic axis. The line of tanh with "
    "radius 0.5 falls quickly; that of ReLU with the identity stays high until a chunk is as long as the "
    "sequence, where both are 0."
)
print({name: [round(float(value), 2) for value in error] for name, error in errors.items()})

# %% [markdown]
# With radius 0.5 chunks of 20 steps give the gradient within a tenth or so: what is cut off had vanished anyway. For
# the network that hears 60 steps back, each border is a loss, and even two halves miss a good third. The longer the
# memory you want to train, the longer the chunks must be.
#
# ## Put it together: who can learn to remember?
#
# The plainest job for a memory: read one number, uniform in $[-1, 1)$, then $T - 1$ zeros, and say the number at the
# end. A network that forgets does best by always answering 0, and its mean squared error is the number's variance,
# $2^2/12 = 1/3$. What `gradient_through_time` says *before* the training is a forecast: where the last state's gradient
# doesn't reach step 0, nothing can be learned.
#
# Three networks of 16 units that differ in their start: tanh with recurrent weights of 0.5 and of 1 times a rotation,
# and ReLU with the identity. A linear readout $\hat y = h_{T-1} \cdot v + a$ answers. All get the same 300 batches of
# 32, plain gradient descent, gradients clipped by norm to 1, and two learning rates, of which the better on 500 new
# sequences counts. (Adam divides by the gradient's own size and would make up for some of the vanishing, until that
# falls below its $\varepsilon$.) At which length does each fall back to 1/3?


# %% demo
def recall_task(num_sequences, num_steps, rng):
    """x (B, T, 1): a number in step 0 and then zeros; y (B,): that number."""
    y = rng.uniform(-1, 1, num_sequences)
    x = np.zeros((num_sequences, num_steps, 1))
    x[:, 0, 0] = y
    return x, y


def start_network(kind, rng, size=16):
    activation = "relu" if kind == "ReLU, identity" else "tanh"
    wh = {"tanh, 0.5 · rotation": 0.5 * orthogonal(size, rng), "tanh, rotation": orthogonal(size, rng)}
    params = {"wx": 0.5 * rng.normal(size=(1, size)), "wh": wh.get(kind, np.eye(size)), "b": np.zeros(size)}
    return params | {"v": rng.normal(size=size) / 4, "a": np.zeros(1)}, activation


def loss_and_gradients(params, x, y, activation):
    cell_params = {name: params[name] for name in ("wx", "wh", "b")}
    hs, caches = rnn_forward(x, np.zeros((len(x), len(params["v"]))), cell_params, activation)
    error = hs[:, -1] @ params["v"] + params["a"] - y  # (B,)
    derror = 2 * error / len(x)
    dhs = np.zeros_like(hs)
    dhs[:, -1] = np.outer(derror, params["v"])
    _, _, grads = rnn_backward(dhs, caches, cell_params, activation)
    return np.mean(error**2), grads | {"v": hs[:, -1].T @ derror, "a": derror.sum(keepdims=True)}


def train_recall(kind, num_steps, learning_rate, num_batches=300):
    """The mean squared error on 500 new sequences after training."""
    params, activation = start_network(kind, np.random.default_rng(3))
    rng = np.random.default_rng(71)
    for step in range(num_batches):
        rate = learning_rate * min(1.0, 3 * (1 - step / num_batches))  # falls to 0 in the last third
        _, grads = loss_and_gradients(params, *recall_task(32, num_steps, rng), activation)
        grads = clip_gradients(grads, 1.0, by="norm")
        params = {name: value - rate * grads[name] for name, value in params.items()}
    loss, _ = loss_and_gradients(params, *recall_task(500, num_steps, np.random.default_rng(1000)), activation)
    return loss


kinds, spans = ["tanh, 0.5 · rotation", "tanh, rotation", "ReLU, identity"], [5, 10, 20, 40]
final, forecast = {}, {}
for kind in kinds:
    params, activation = start_network(kind, np.random.default_rng(3))
    hs, _ = rnn_forward(recall_task(1, 41, np.random.default_rng(4))[0], np.zeros((1, 16)), params, activation)
    slopes = 1 - hs[0] ** 2 if activation == "tanh" else hs[0] > 0
    forecast[kind] = gradient_through_time(params["wh"], 40, slopes[1:])
    losses = {rate: [train_recall(kind, span, rate) for span in spans] for rate in (0.1, 0.01)}
    final[kind] = np.min(list(losses.values()), axis=0)
    for rate, row in losses.items():
        cells = "   ".join(f"{loss:.3f} ({span})" for span, loss in zip(spans, row, strict=True))
        print(f"{kind:>20}, rate {rate:4}: {cells}")
assert final[kinds[0]][-1] > 0.3
assert max(final[kinds[1]][-1], final[kinds[2]][-1]) < 0.1

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.2))
for kind, marker in zip(kinds, dd.plot.MARKERS, strict=False):
    axes[0].semilogy(forecast[kind], label=kind, marker=marker, markevery=10)
    axes[1].plot(spans, final[kind], label=kind, marker=marker)
axes[0].set(title="Before training: the forecast", xlabel="steps back", ylabel="longest gradient")
axes[1].axhline(1 / 3, color="black", linewidth=1)
axes[1].text(5, 0.345, "no memory: 1/3", va="bottom", fontsize=11)
axes[1].set(
    title="After training: recall", xlabel="length of the sequences", ylabel="mean squared error", ylim=(-0.02, 0.4)
)
axes[0].legend(fontsize=10)
dd.plot.show(
    "Two panels with three lines each. Left, the longest gradient over 40 steps back: it falls steeply for tanh "
    "with 0.5 times a rotation and is near 1 for the other two. Right, mean squared error after training on "
    "sequences of 5 to 40 steps: the first network is near 0 for short ones and at the line of 1/3 for long ones; "
    "the others stay near 0."
)

# %% [markdown]
# The forecast holds: with 0.5 times a rotation the network learns over 5 and 10 steps and gives up at 20, where
# $0.5^{20}$ is a millionth. The other two, whose gradients arrive, still answer over 40. Nobody changed what these
# networks *can* represent; only the start differs.
#
# Two costs of the identity. Look at the rates: over 40 steps ReLU needs the small one, since nothing bounds its
# states. And the silence helps it. With random numbers instead of zeros it adds them all up, and in our trials it
# failed at 40 steps with either rate. To keep one thing and ignore the rest, a network has to *choose* what it writes
# down: that is what gates are for (Day 73).
#
# ## What you should remember
#
# 1. A recurrent network is one step used again and again: $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$. Unrolled, it is as
#    deep as the sequence is long, and all layers share their weights.
# 2. Backpropagation through time walks from the last step to the first; the shares of the shared weights add up, and so
#    do a state's two gradients, from the loss and from the next step.
# 3. Each step back multiplies by slopes and by $W_h^\top$. Singular values below 1 make gradients vanish; a spectral
#    radius above 1 lets them explode, if the slopes allow it.
# 4. Clipping cures exploding, by value or, keeping the direction, by norm. Against vanishing help the start (a
#    rotation, or ReLU with the identity) and gates.
# 5. Truncated BPTT carries the state over a border and not the gradient: cheap, and deaf to what lies further back.
#
# ## Check yourself, without code
#
# 1. How many parameters has a recurrent network with $D$ inputs and $H$ units, for sequences of 10 steps and of 1,000?
# 2. All eigenvalues of $W_h$ are 0.9. Is the gradient 5 steps back necessarily shorter than the one at the end?
# 3. A colleague clips by norm to 1 and finds that her network no longer gets NaN, but still forgets what it read 100
#    steps ago. Why did clipping not help, and what would you look at?
#
# <details><summary>Answers</summary>
#
# 1. $H(D + H + 1)$ in both cases; the length is no part of it.
# 2. No. The eigenvalues speak of the long run; a singular value above 1 can stretch it for a while, as in the left
#    figure.
# 3. Clipping shortens and never lengthens. Look at the length of the gradient by distance, the start of $W_h$, where
#    the chunks of truncated BPTT end, and at gated cells.
#
# </details>
#
# ## Go further
#
# - Elman (1990), *Finding structure in time*, Cognitive Science 14: the simple recurrent network, on letters and words.
# - Werbos (1990), *Backpropagation through time: What it does and how to do it*, Proceedings of the IEEE 78.
# - Williams and Peng (1990), *An efficient gradient-based algorithm for on-line training of recurrent network
#   trajectories*, Neural Computation 2: truncated BPTT.
# - Bengio, Simard and Frasconi (1994), *Learning long-term dependencies with gradient descent is difficult*, IEEE
#   Transactions on Neural Networks 5.
# - Pascanu, Mikolov and Bengio (2013), *On the difficulty of training recurrent neural networks*, ICML: the cliff, in
#   two dimensions, and clipping.
# - Le, Jaitly and Hinton (2015), *A simple way to initialize recurrent networks of rectified linear units*,
#   arXiv:1504.00941. Try numbers instead of zeros in `recall_task`, and 0.99 times the identity.
# - Tallec and Ollivier (2017), *Unbiasing truncated backpropagation through time*, arXiv:1705.08209.
# - Day 72 lets this network write names; Day 73 gives it gates.
