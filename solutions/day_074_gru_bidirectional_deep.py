# ---
# day: 74
# title: GRU, deep and bidirectional networks
# week: 15
# minutes: 100
# backend: any
# needs: [4, 30, 37, 38, 71, 73]
# data: [series, toy]
# papers:
# - "Schuster and Paliwal 1997, Bidirectional recurrent neural networks"
# - "Graves, Mohamed and Hinton 2013, Speech recognition with deep recurrent neural networks"
# - "Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio 2014, Learning phrase representations
#   using RNN encoder-decoder for statistical machine translation"
# - "Chung, Gulcehre, Cho and Bengio 2014, Empirical evaluation of gated recurrent neural networks on sequence modeling"
# - "Jozefowicz, Zaremba and Sutskever 2015, An empirical exploration of recurrent network architectures"
# - "Weiss, Goldberg and Yahav 2018, On the practical computational power of finite precision RNNs for language
#   recognition"
# ---

# %% [markdown]
# # Day 74 · GRU, deep and bidirectional networks
#
# By the end you can write a gated recurrent unit (GRU) in both of its conventions, read sequences of different lengths
# in both directions, stack layers, and say what each of these costs and what a small experiment can tell of its worth.
#
# - **You will build** the GRU cell, a pass that skips padding, a reader in both directions, a count of parameters and a
#   function that builds deep networks. The first three agree with Keras to rounding. At the end five networks of equal
#   size classify short sequences, on several seeds each.
# - **You need** the sigmoid (Day 4), running means (Day 30), Keras models (Days 37 and 38), the recurrent network (Day
#   71) and the LSTM (Day 73).
# - **Not today:** the GRU's backward pass, which follows Day 73's line by line; forecasts (Day 75); text (Day 76).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B, T$ | sequences in a batch, steps in the longest | | |
# | $D, H$ | inputs a step, units of a layer | | `inputs`, `units` |
# | $x$, $x_t$ | the input with its padding, and what of it is read at step $t$ | $(B, T, D)$, $(B, D)$ | `x`, `x_t` |
# | $h_{t-1}$, $h_t$ | the one state, before and after step $t$ | $(B, H)$ | `h`, `h_next` |
# | $u, r$ | update and reset gate, entries in $(0, 1)$ | $(B, H)$ | `gates["u"]`, `gates["r"]` |
# | $g$ | candidate, entries in $(-1, 1)$ | $(B, H)$ | `gates["g"]` |
# | $W_x$, $W_h$ | weights of the input and of the hidden state | $(D, 3H)$, $(H, 3H)$ | `wx`, `wh` in `params` |
# | $b$ | biases; Keras has two rows of them | $(3H,)$ or $(2, 3H)$ | `b` in `params` |
# | $p, q$ | what the input and what the state give to the pre-activations, three blocks each | $(B, 3H)$ | |
# | $\sigma$ | the sigmoid | | `sigmoid` |
#
# $\odot$ multiplies entry by entry. Axes are batch, time, features, as on Day 73; parameters hold three blocks of $H$
# columns side by side, in the order $u, r, g$. Masks are boolean, and True is a real step. All of this is as in Keras,
# whose code calls the update gate $z$ and the candidate $hh$.

# %% setup
import logging

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one
dd.plot.style()


def sigmoid(z):
    """1 / (1 + exp(-z)) for an array of any shape, written so that no z overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# %% [markdown]
# ## What can be left out of an LSTM?
#
# The LSTM of Day 73 has two states, three gates and a candidate. Cho et al. (2014) asked for less and kept two ideas:
# a state that is *added to*, and gates that decide how much. Three things went:
#
# - The **second state**. There is only $h$, which is memory and output in one.
# - The **output gate**. What the unit remembers, everybody sees.
# - One of **input and forget gate**. A single **update gate** $u$ does both jobs: what it does not keep, it overwrites.
#
# $$h_t = u \odot h_{t-1} + (1 - u) \odot g$$
#
# This is a mean of the old state and the candidate $g$ with weights $u$ and $1 - u$. At $u = 1$ the step is skipped and
# the state handed on untouched, a carousel like the LSTM's; at $u = 0$ nothing old is left. With a constant $u$ it is
# the running mean of Day 30, which remembers for about $1/(1 - u)$ steps. (Texts differ: Chung et al. wrote $1 - u$ in
# the same year where Cho et al. had $u$. Keras, PyTorch and we keep with $u$. Before you compare two formulas, look
# which of the terms the gate multiplies.)
#
# One gate came instead, in another place. The **reset gate** $r$ decides how much of the old state the *candidate* may
# look at. At $r = 0$ the candidate is made of the input alone, as at the beginning of a sequence.
#
# ## One step by hand
#
# One unit with $h_{t-1} = -0.5$. Suppose that the pre-activation of $u$ is $\ln 3$ and that of $r$ is $0$; that the
# input gives the candidate nothing; and that the state's weight for the candidate is $-2\ln 3$, without bias. As on Day
# 73, $\sigma(\ln a) = \frac{a}{a + 1}$ and $\tanh(\tfrac12\ln a) = \frac{a - 1}{a + 1}$:
#
# - update gate $u = \sigma(\ln 3) = 0.75$, reset gate $r = \sigma(0) = 0.5$;
# - the state gives $-0.5 \cdot (-2\ln 3) = \ln 3$, of which $r$ lets half through: $g = \tanh(\tfrac12\ln 3) = 0.5$;
# - new state: three quarters of $-0.5$ and one quarter of $0.5$, so $h_t = -0.375 + 0.125 = -0.25$.
#
# ## Two conventions
#
# Did $r$ halve the state *before* it met its weight, or the product *after*? For one unit without bias that is the
# same. For several it isn't, since $W_h$ mixes the units. Let $h_{t-1} = (0.5, 0)$, let the candidates' weights swap
# the units, and let $r = (0, 1)$:
#
# - **Before**, the classic way of the paper: $r \odot h = (0, 0)$, and nothing reaches anyone. Unit 0's gate says
#   whether unit 0 may be *read by* the others.
# - **After**, Keras's default, `reset_after=True`: the product is $(0, 0.5)$, and $r$ lets the second through. Unit 1's
#   gate says whether unit 1 *reads* the others.
#
# "After" needs only one product with $W_h$ a step; PyTorch and cuDNN, the library for graphics cards, have it too. And
# it has biases of its own for the state's part, of which one lies inside the reset gate's reach. In general, with the
# blocks $p = (p_u\,|\,p_r\,|\,p_g)$ and likewise $q$:
#
# $$p = x_t W_x + b_0, \qquad q = h_{t-1} W_h + b_1, \qquad (B, D)(D, 3H) + (3H,) \to (B, 3H)$$
#
# $$u = \sigma(p_u + q_u), \quad r = \sigma(p_r + q_r), \quad g = \tanh(p_g + r \odot q_g) .$$
#
# $b_0$ and $b_1$ are the rows of $b$. In the classic convention there is no $b_1$, and
# $q_g = (r \odot h_{t-1})\,W_{h,g}$, with the last $H$ columns of $W_h$, enters $g = \tanh(p_g + q_g)$ as it is. Where
# do the two gates sit?


# %% demo
def arrow(ax, start, end, **look):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0} | look)


def box(ax, x, y, text, grey="0.9"):
    look = {"boxstyle": "round", "facecolor": grey, "edgecolor": "black"}
    ax.text(x, y, text, ha="center", va="center", fontsize=11, bbox=look, zorder=4)


fig, ax = plt.subplots(figsize=(9.5, 4.2))
for start, end in [((0.2, 3.3), (2.75, 3.3)), ((3.25, 3.3), (6.75, 3.3)), ((7.25, 3.3), (9.2, 3.3))]:
    arrow(ax, start, end, linewidth=3)
for x, y, text in [(3, 3.3, "×"), (7, 3.3, "+"), (7, 2.2, "×")]:
    ax.add_patch(plt.Circle((x, y), 0.24, facecolor="white", edgecolor="black", zorder=3))
    ax.text(x, y, text, ha="center", va="center", fontsize=13, zorder=4)
box(ax, 3, 1.1, "σ  update $u$")
box(ax, 1.2, 1.1, "σ  reset $r$")
box(ax, 5.3, 1.1, "tanh  candidate $g$")
arrow(ax, (3, 1.36), (3, 3.04))
arrow(ax, (3.4, 1.36), (6.77, 2.14))
ax.text(4.85, 1.95, "$1 - u$", fontsize=12)
ax.text(3.1, 2.3, "$u$", fontsize=12)
arrow(ax, (6.2, 1.36), (6.86, 1.98))
arrow(ax, (7, 2.44), (7, 3.06))
arrow(ax, (1.2, 0.84), (4.4, 0.84), connectionstyle="arc3,rad=0.25")
ax.text(2.7, 0.12, "$r$: how much of $h_{t-1}$ it sees", ha="center", fontsize=11)
ax.text(7.3, 1.0, "$x_t$ and $h_{t-1}$ enter\nall three boxes", fontsize=11, va="center")
for x, text in [(0.2, "$h_{t-1}$"), (9.0, "$h_t$")]:
    ax.text(x, 3.5, text, fontsize=14)
ax.set(xlim=(0, 9.6), ylim=(-0.1, 4), title="A GRU cell: thick, the way of the state")
ax.axis("off")
dd.plot.show(
    "Diagram of a GRU cell. A thick line leads from the old to the new state, through a multiplication by the update "
    "gate u and an addition of the candidate g times 1 - u. A reset gate r, beside them, acts only on what the "
    "candidate sees of the old state."
)

# %% [markdown]
# On the thick line there is one factor and one sum, as on the LSTM's. The reset gate never touches it: it acts on the
# candidate's view alone. `np.split(a, 3, axis=1)` cuts an array into three equal blocks.


# %% exercise: gru_cell_forward
def gru_cell_forward(x_t, h, params, reset_after=True):
    """One step of a GRU.

    Args:
        x_t: input of this step, (B, D) floats.
        h: hidden state before the step, (B, H) floats.
        params: dict of wx (D, 3H), wh (H, 3H) and b, blocks in the order u, r, g. b is (2, 3H) if reset_after, row 0
            for the input's part and row 1 for the state's, and (3H,) otherwise. All is float64, or all is float32.
        reset_after: True for Keras's convention, False for the classic one of Cho et al. 2014.

    Returns:
        (h_next, gates): the state after the step, (B, H), and a dict of "u", "r" and "g", (B, H) each, of the dtype of
        the arguments, which stay unchanged. About 9 lines; sigmoid is given above.
    """
    ### BEGIN SOLUTION
    b_x, b_h = params["b"] if reset_after else (params["b"], 0)
    p_u, p_r, p_g = np.split(x_t @ params["wx"] + b_x, 3, axis=1)  # (B, H) each
    q_u, q_r, q_g = np.split(h @ params["wh"] + b_h, 3, axis=1)
    u, r = sigmoid(p_u + q_u), sigmoid(p_r + q_r)
    seen = r * q_g if reset_after else (r * h) @ params["wh"][:, -h.shape[1] :]
    g = np.tanh(p_g + seen)
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}
    ### END SOLUTION


# %% test: gru_cell_forward, points=3
# The step worked by hand: x_t is 1 and brings u's pre-activation, in both conventions.
log3 = np.log(3)
for reset_after, b in [(True, np.zeros((2, 3))), (False, np.zeros(3))]:
    params = {"wx": np.array([[log3, 0.0, 0.0]]), "wh": np.array([[0.0, 0.0, -2 * log3]]), "b": b}
    result = gru_cell_forward(np.array([[1.0]]), np.array([[-0.5]]), params, reset_after=reset_after)
    dd.check.kind(result, tuple, why="the state and the gates come back together")
    dd.check.equal(len(result), 2, what="the number of results")
    due = {"u": np.array([[0.75]]), "r": np.array([[0.5]]), "g": np.array([[0.5]])}
    dd.check.like(result[1], due, what="gates", why="the step is worked by hand in the text")
    dd.check.like(result[0], np.array([[-0.25]]), what="h_next", why="0.75 of -0.5 and 0.25 of 0.5")

# The two units whose candidate weights swap them; the biases make r (0, 1). Two sequences, three inputs of no weight.
wh = np.zeros((2, 6))
wh[:, 4:] = [[0.0, 1.0], [1.0, 0.0]]
b = np.array([0.0, 0.0, -200.0, 200.0, 0.0, 0.0])
x_t, h = np.ones((2, 3)), np.array([[0.5, 0.0], [0.0, 0.0]])
for reset_after, g in [(True, np.tanh([[0.0, 0.5], [0.0, 0.0]])), (False, np.zeros((2, 2)))]:
    params = {"wx": np.zeros((3, 6)), "wh": wh, "b": np.array([b, 0 * b]) if reset_after else b}
    with dd.check.unchanged(x_t), dd.check.unchanged(h), dd.check.unchanged(params):
        h_next, gates = gru_cell_forward(x_t, h, params, reset_after=reset_after)
    why = "after the product, r says what a unit reads" if reset_after else "before it, r says what may be read"
    dd.check.like(gates["g"], g, what=f"g with reset_after={reset_after}", why=why)
    dd.check.like(h_next, 0.5 * h + 0.5 * g, what="h_next", why="u is 0.5")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(74)


def one_unit(x_row, h_row, params, unit, reset_after):
    """u, r, g and the new state of one unit of one sequence, in plain floats."""
    size = len(h_row)

    def logistic(value):
        return 1 / (1 + math.exp(-value))

    def from_input(block, k):
        bias = params["b"][0] if reset_after else params["b"]
        column = block * size + k
        total = float(bias[column])
        for d in range(len(x_row)):
            total += float(x_row[d]) * float(params["wx"][d, column])
        return total

    def from_state(block, k, weights):
        column = block * size + k
        total = float(params["b"][1][column]) if reset_after else 0.0
        for j in range(size):
            total += float(h_row[j]) * weights[j] * float(params["wh"][j, column])
        return total

    ones = [1.0] * size
    resets = [logistic(from_input(1, k) + from_state(1, k, ones)) for k in range(size)]
    u = logistic(from_input(0, unit) + from_state(0, unit, ones))
    seen = resets[unit] * from_state(2, unit, ones) if reset_after else from_state(2, unit, resets)
    g = math.tanh(from_input(2, unit) + seen)
    return u, resets[unit], g, u * float(h_row[unit]) + (1 - u) * g


sizes = [(1, 1, 1), (1, 3, 2), (4, 1, 3), (5, 2, 1), (3, 3, 3), (2, 4, 5), (6, 5, 2)]
for dtype, rtol in (("float64", 1e-9), ("float32", 2e-4)):
    for n, d, size in sizes:
        for reset_after in (True, False):
            params = {"b": rng.normal(size=(2, 3 * size) if reset_after else 3 * size)}
            params |= {"wh": rng.normal(size=(size, 3 * size)), "wx": rng.normal(size=(d, 3 * size))}
            params = {name: value.astype(dtype) for name, value in params.items()}
            x_t = rng.normal(size=(n, d)).astype(dtype)
            h = rng.uniform(-1, 1, (n, size)).astype(dtype)
            with dd.check.unchanged(x_t), dd.check.unchanged(h), dd.check.unchanged(params):
                result = gru_cell_forward(x_t, h, params, *[] if reset_after else [False])
            due = np.zeros((4, n, size), dtype)
            for row in range(n):
                for unit in range(size):
                    due[:, row, unit] = one_unit(x_t[row], h[row], params, unit, reset_after)
            of = f" with reset_after={reset_after}"
            dd.check.equal(sorted(result[1]), ["g", "r", "u"], what="the keys of gates")
            for name, expected in zip(("u", "r", "g"), due[:3], strict=True):
                dd.check.like(result[1][name], expected, dtype=dtype, rtol=rtol, atol=1e-6, what=name + of)
            why = "the update gate weighs the old state, and the rest is the candidate's"
            dd.check.like(result[0], due[3], dtype=dtype, rtol=rtol, atol=1e-6, what="h_next" + of, why=why)

# Gates driven to 0 and 1: kept to the last bit, or overwritten; and no overflow on the way.
for reset_after in (True, False):
    big = np.array([[1000.0, 1000.0, 1000.0], [-1000.0, -1000.0, -1000.0]])
    params = {"wx": big, "wh": np.ones((1, 3)), "b": np.zeros((2, 3)) if reset_after else np.zeros(3)}
    h_next, gates = gru_cell_forward(np.eye(2), np.array([[0.7], [0.7]]), params, reset_after)
    dd.check.like(h_next, np.array([[0.7], [-1.0]]), what="h_next", why="u = 1 keeps the state, u = 0 overwrites it")
### END HIDDEN TESTS

# %% mistakes: gru_cell_forward
# - replace: u * h + (1 - u) * g
#   with: (1 - u) * h + u * g
#   hint: "Your update gate overwrites where it should keep. Texts differ in this; see which of the terms the gate
#     multiplies here."
# - replace: u, r = sigmoid(p_u + q_u), sigmoid(p_r + q_r)
#   with: u, r = sigmoid(p_r + q_r), sigmoid(p_u + q_u)
#   hint: "Update and reset gate have changed places. Which block comes first?"
# - replace: seen = r * q_g if reset_after else (r * h) @ params["wh"][:, -h.shape[1] :]
#   with: seen = (r * h) @ params["wh"][:, -h.shape[1] :] + (b_h[-h.shape[1] :] if reset_after else 0)
#   hint: "With reset_after the gate comes behind the product with the weights. You apply it to the state before."
# - replace: r * q_g if reset_after else (r * h) @ params["wh"][:, -h.shape[1] :]
#   with: r * q_g
#   hint: "In the classic convention the reset gate acts on the state itself, before the weights mix its units."
# - replace: g = np.tanh(p_g + seen)
#   with: "g = np.tanh(r * (p_g + q_g) if reset_after else r * p_g + seen)"
#   hint: "The reset gate also shrinks what comes from the input. It is to hide the old state, nothing else."
# - replace: r * q_g if reset_after
#   with: r * (q_g - b_h[-h.shape[1] :]) + b_h[-h.shape[1] :] if reset_after
#   hint: "The state's bias of the candidate has escaped the reset gate. In Keras's convention the gate multiplies the
#     whole of the state's part."
# - replace: r * q_g if reset_after
#   with: q_g if reset_after
#   hint: "With reset_after the candidate sees all of the old state: the reset gate has no effect."
# - replace: (r * h) @ params["wh"]
#   with: (u * h) @ params["wh"]
#   hint: "In the classic convention the candidate looks at the state through the wrong gate."
# - replace: b_x, b_h = params["b"] if reset_after
#   with: b_h, b_x = params["b"] if reset_after
#   hint: "The two rows of the biases have changed places. It matters for one block only, the one that a gate
#     multiplies."
# - replace: g = np.tanh(p_g + seen)
#   with: g = sigmoid(p_g + seen)
#   hint: "The candidate is content and not a gate, and must be able to be negative."
# - replace: u * h + (1 - u) * g
#   with: u * h + g
#   hint: "Your new state can leave the interval from -1 to 1: what is written must make room for what is kept, and the
#     two weights add to 1."
# - replace: u * h + (1 - u) * g
#   with: u * r * h + (1 - u) * g
#   hint: "The reset gate has no part in what is kept. It acts on the candidate's view alone."


# %% mistake: gru_cell_forward
# hint: "You deal the columns out in turn. The H columns of each block lie next to one another."
def gru_cell_forward(x_t, h, params, reset_after=True):
    b_x, b_h = params["b"] if reset_after else (params["b"], 0)
    p, q = x_t @ params["wx"] + b_x, h @ params["wh"] + b_h
    u, r = (sigmoid(p[:, k::3] + q[:, k::3]) for k in range(2))
    g = np.tanh(p[:, 2::3] + (r * q[:, 2::3] if reset_after else (r * h) @ params["wh"][:, 2::3]))
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% mistake: gru_cell_forward
# hint: "What you return as gates are sums before the squashing. Where do a gate's entries lie?"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b_x, b_h = params["b"] if reset_after else (params["b"], 0)
    p_u, p_r, p_g = np.split(x_t @ params["wx"] + b_x, 3, axis=1)
    q_u, q_r, q_g = np.split(h @ params["wh"] + b_h, 3, axis=1)
    u, r = sigmoid(p_u + q_u), sigmoid(p_r + q_r)
    g = p_g + (r * q_g if reset_after else (r * h) @ params["wh"][:, -h.shape[1] :])
    return u * h + (1 - u) * np.tanh(g), {"u": p_u + q_u, "r": p_r + q_r, "g": g}


# %% mistake: gru_cell_forward
# hint: "Your update gate reads the state after the reset, which is to change what the candidate sees and nothing else."
def gru_cell_forward(x_t, h, params, reset_after=True):
    b_x, b_h = params["b"] if reset_after else (params["b"], 0)
    p_u, p_r, p_g = np.split(x_t @ params["wx"] + b_x, 3, axis=1)
    _, q_r, q_g = np.split(h @ params["wh"] + b_h, 3, axis=1)
    r = sigmoid(p_r + q_r)
    q_u, _, q_reset = np.split((r * h) @ params["wh"] + b_h, 3, axis=1)
    u = sigmoid(p_u + q_u)
    g = np.tanh(p_g + (r * q_g if reset_after else q_reset))
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% accepts: gru_cell_forward
def gru_cell_forward(x_t, h, params, reset_after=True):
    size = h.shape[1]
    blocks = [slice(k * size, (k + 1) * size) for k in range(3)]
    bias = params["b"] if reset_after else np.stack([params["b"], np.zeros_like(params["b"])])

    def part(values, weights, row, block):
        return np.einsum("bi,ih->bh", values, weights[:, block]) + bias[row, block]

    gates = {}
    for name, block in zip("ur", blocks, strict=False):
        gates[name] = sigmoid(part(x_t, params["wx"], 0, block) + part(h, params["wh"], 1, block))
    if reset_after:
        seen = gates["r"] * part(h, params["wh"], 1, blocks[2])
    else:
        seen = part(gates["r"] * h, params["wh"], 1, blocks[2])
    gates["g"] = np.tanh(part(x_t, params["wx"], 0, blocks[2]) + seen)
    return gates["g"] + gates["u"] * (h - gates["g"]), gates


# %% accepts: gru_cell_forward
def gru_cell_forward(x_t, h, params, reset_after=True):
    size, b = h.shape[1], np.atleast_2d(params["b"])
    joined = np.concatenate([x_t, h], axis=1)
    weights = np.concatenate([params["wx"], params["wh"]])[:, : 2 * size]
    both = sigmoid(joined @ weights + b.sum(axis=0)[: 2 * size]).astype(h.dtype)
    u, r = both[:, :size], both[:, size:]
    own = params["wh"][:, 2 * size :]
    seen = r * (h @ own + b[1, 2 * size :]) if reset_after else np.multiply(r, h) @ own
    g = np.tanh(x_t @ params["wx"][:, 2 * size :] + b[0, 2 * size :] + seen)
    return (1 - u) * g + u * h, {"g": g, "r": r, "u": u}


# %% [markdown]
# ## Sequences of different lengths
#
# A batch is one array, and sequences are not of one length. So the short ones are filled up at the end, with zeros or
# anything else (**padding**), and a **mask** of shape $(B, T)$ says which steps are real. Three sequences of 4, 2 and 3
# steps:
#
# | | step 0 | step 1 | step 2 | step 3 |
# |---|---|---|---|---|
# | sequence 0 | True | True | True | True |
# | sequence 1 | True | True | False | False |
# | sequence 2 | True | True | True | False |
#
# A network that reads the padding changes its state by it, even where the padding is 0: the biases and the old state
# are still there. So at a padded step **the state is kept**, all of it. The last column of states then holds each
# sequence's own last state, whatever its length: for sequence 1 the state after step 1. That is why a layer that
# returns only the last state is right for padded batches too.
#
# Keeping means choosing between the old and the new state, row by row, not multiplying by 0 or 1: zero times infinity
# or NaN, should the padding hold such, is NaN. `np.where(condition, a, b)` chooses, and broadcasts a condition
# of shape $(B, 1)$.
#
# The states of all steps, $(B, T, H)$, are what Keras returns with `return_sequences=True`. Without it you get the
# last, $(B, H)$. For one answer a sequence take the last; for one answer a step, or for another recurrent layer above,
# take all.


# %% exercise: gru_forward
def gru_forward(x, h0, params, mask=None, reset_after=True):
    """Run a GRU over padded sequences.

    Args:
        x: inputs, (B, T, D) floats, T >= 1. At padded steps they may be anything, NaN too.
        h0: hidden state before the first step, (B, H).
        params, reset_after: as for gru_cell_forward.
        mask: (B, T) bool, True where a step is real, in any pattern; None if all are.

    Returns:
        hs, the hidden states after every step, (B, T, H), of the dtype of h0. A padded step leaves the state as it was.
        The arguments stay unchanged. About 7 lines; call gru_cell_forward.
    """
    ### BEGIN SOLUTION
    h, hs = h0, []
    for t in range(x.shape[1]):
        h_next, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = h_next if mask is None else np.where(mask[:, t, None], h_next, h)
        hs.append(h)
    return np.stack(hs, axis=1)
    ### END SOLUTION


# %% test: gru_forward, points=2
# One unit with u = 0.5 whose candidate is the input's tanh: each real step goes half of the way to it.
params = {"wx": np.array([[0.0, 0.0, 1.0]]), "wh": np.zeros((1, 3)), "b": np.zeros((2, 3))}
x = np.arctanh([[[0.8], [0.4]], [[0.8], [0.0]]])
mask = np.array([[True, True], [True, False]])
hs = gru_forward(x, np.zeros((2, 1)), params, mask)
due = np.array([[[0.4], [0.4]], [[0.4], [0.4]]])
dd.check.like(hs, due, what="hs", why="half of 0.8, then half of 0.4 and of 0.4; the padded step keeps 0.4")
hs = gru_forward(x, np.zeros((2, 1)), params)
dd.check.like(hs, np.array([[[0.4], [0.4]], [[0.4], [0.2]]]), what="hs without mask", why="all steps are real")

# Three sequences of 4, 2 and 3 steps: the last column holds what each gives when it is read alone.
rng = np.random.default_rng(0)
params = {"wx": rng.normal(size=(2, 15)), "wh": rng.normal(size=(5, 15)), "b": rng.normal(size=(2, 15))}
x, h0 = rng.normal(size=(3, 4, 2)), rng.uniform(-1, 1, (3, 5))
mask = np.arange(4) < np.array([[4], [2], [3]])
with dd.check.unchanged(x), dd.check.unchanged(h0), dd.check.unchanged(params), dd.check.unchanged(mask):
    hs = gru_forward(x, h0, params, mask)
dd.check.kind(hs, np.ndarray, what="hs")
dd.check.shape(hs, (3, 4, 5), what="hs", why="a state for each sequence, step and unit")
for row, length in enumerate((4, 2, 3)):
    alone = gru_forward(x[row : row + 1, :length], h0[row : row + 1], params)
    dd.check.close(hs[row, -1], alone[0, -1], what=f"last state of sequence {row}", why="padding changes nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(740)


def plain_step(x_t, h, params, reset_after):
    size = len(h)
    bias = params["b"] if reset_after else np.stack([params["b"], 0 * params["b"]])
    p = [x_t @ params["wx"][:, k : k + size] + bias[0, k : k + size] for k in range(0, 3 * size, size)]
    q = [h @ params["wh"][:, k : k + size] + bias[1, k : k + size] for k in range(0, 3 * size, size)]
    u, r = (1 / (1 + np.exp(-p[k] - q[k])) for k in (0, 1))
    seen = r * q[2] if reset_after else (r * h) @ params["wh"][:, 2 * size :]
    return u * h + (1 - u) * np.tanh(p[2] + seen)


for n, t, d, size in [(1, 1, 1, 1), (1, 4, 2, 3), (3, 1, 2, 2), (5, 4, 1, 2), (4, 4, 4, 4), (2, 6, 3, 1), (3, 7, 2, 4)]:
    for dtype, rtol in (("float64", 1e-9), ("float32", 5e-4)):
        for reset_after in (True, False):
            params = {"wx": rng.normal(size=(d, 3 * size)), "wh": rng.normal(size=(size, 3 * size))}
            params["b"] = rng.normal(size=(2, 3 * size) if reset_after else 3 * size)
            params = {name: value.astype(dtype) for name, value in params.items()}
            h0 = rng.uniform(-1, 1, (n, size)).astype(dtype)
            x = rng.normal(size=(n, t, d)).astype(dtype)
            patterns = [None, rng.random((n, t)) < 0.6, np.zeros((n, t), bool), np.ones((n, t), bool)]
            for mask in patterns[: 4 if reset_after else 2]:
                x_read = x.copy()
                if mask is not None:
                    x_read[~mask] = np.resize([np.nan, 1e30, -7.0], (int((~mask).sum()), 1))
                with dd.check.unchanged([x_read, h0, params], what="one of x, h0 and params"):
                    hs = gru_forward(x_read, h0, params, mask, reset_after)
                due = np.zeros((n, t, size), dtype)
                for row in range(n):
                    h = h0[row]
                    for step in range(t):
                        if mask is None or mask[row, step]:
                            h = plain_step(x[row, step], h, params, reset_after)
                        due[row, step] = h
                kept = "none" if mask is None else mask.tolist()
                what = f"hs with reset_after={reset_after}, mask {kept}"
                why = "a real step updates the state, a padded one keeps it, whatever x holds there"
                dd.check.like(hs, due, dtype=dtype, rtol=rtol, atol=1e-5, what=what, why=why)
### END HIDDEN TESTS

# %% mistakes: gru_forward
# - replace: np.where(mask[:, t, None], h_next, h)
#   with: np.where(mask[:, t, None], h_next, 0 * h)
#   hint: "At padded steps your state is set to zero, so all that was read is forgotten."
# - replace: np.where(mask[:, t, None], h_next, h)
#   with: np.where(mask[:, t, None], h, h_next)
#   hint: "You read where the mask is False and skip where it is True. True is a real step."
# - replace: np.where(mask[:, t, None], h_next, h)
#   with: mask[:, t, None] * h_next + ~mask[:, t, None] * h
#   hint: "Whatever the padding holds still enters a product with 0, and NaN times 0 is NaN. Choose instead of
#     multiplying."
# - replace: h = h_next if mask is None else np.where(mask[:, t, None], h_next, h)
#   with: h = h_next
#   hint: "The mask has no effect: padding is read like real steps."
# - replace: x[:, t], h, params, reset_after
#   with: x[:, t], h0, params, reset_after
#   hint: "Every step starts from the state before the sequence. What does a step hand on to the next?"
# - replace: x[:, t], h, params, reset_after
#   with: x[:, t], h, params
#   hint: "The caller's choice of convention does not reach the cell."
# - replace: np.stack(hs, axis=1)
#   with: np.stack(hs)
#   hint: "Time is the first axis of your states; it should be the second, as in x."
# - replace: np.stack(hs, axis=1)
#   with: hs[-1]
#   hint: "Only the last state comes back; those of all steps were asked for."
# - replace: range(x.shape[1])
#   with: range(x.shape[0])
#   hint: "You make as many steps as there are sequences. Which axis of x is time?"
# - replace: |-
#     h = h_next if mask is None else np.where(mask[:, t, None], h_next, h)
#             hs.append(h)
#   with: |-
#     h = h_next
#             hs.append(h if mask is None else np.where(mask[:, t, None], h_next, 0))
#   hint: "You hide the states of padded steps in what you return, but the loop goes on from them. Keep the state
#     itself."
# - replace: range(x.shape[1])
#   with: range(x.shape[1] - 1, -1, -1)
#   hint: "You read the sequences from their end. Time runs from step 0 upwards."
# - replace: np.where(mask[:, t, None], h_next, h)
#   with: np.where(mask[:, t].all(), h_next, h)
#   hint: "One padded sequence stops all others at that step. Each row has its own mask."


# %% mistake: gru_forward
# hint: "Your loop keeps the state, but zeros come back at padded steps. There the state is what it was."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        h_next, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = h_next if mask is None else np.where(mask[:, t, None], h_next, h)
        hs.append(h if mask is None else np.where(mask[:, t, None], h, 0 * h))
    return np.stack(hs, axis=1)


# %% mistake: gru_forward
# hint: "You set the padding to zero and read it. A step of zeros changes the state all the same."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    if mask is not None:
        x = np.where(mask[:, :, None], x, np.zeros((), x.dtype))
    h, hs = h0, []
    for t in range(x.shape[1]):
        h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% mistake: gru_forward
# hint: "What you show at padded steps is kept, but behind it the loop goes on from a state that read the padding."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    if mask is not None:
        x = np.where(mask[:, :, None], x, np.zeros((), x.dtype))
    h, shown, hs = h0, h0, []
    for t in range(x.shape[1]):
        h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        shown = h if mask is None else np.where(mask[:, t, None], h, shown)
        hs.append(shown)
    return np.stack(hs, axis=1)


# %% mistake: gru_forward
# hint: "You make lengths of the mask, as if padding came at the end only. It may lie before or between real steps."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    h, hs = h0, []
    for t in range(x.shape[1]):
        h_next, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = np.where((t < lengths)[:, None], h_next, h)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% mistake: gru_forward
# hint: "Your states are those before each step: the first is h0, and the last one is missing."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        hs.append(h)
        h_next, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = h_next if mask is None else np.where(mask[:, t, None], h_next, h)
    return np.stack(hs, axis=1)


# %% mistake: gru_forward
# hint: "You skip a step only where all sequences are padded. Each row has its own mask."
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        if mask is None or mask[:, t].any():
            h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% accepts: gru_forward
def gru_forward(x, h0, params, mask=None, reset_after=True):
    hs = np.empty((*x.shape[:2], h0.shape[1]), h0.dtype)
    state = h0.copy()
    for t, x_t in enumerate(x.swapaxes(0, 1)):
        rows = np.arange(len(x)) if mask is None else np.flatnonzero(mask[:, t])
        if rows.size:
            state[rows], _ = gru_cell_forward(x_t[rows], state[rows], params, reset_after)
        hs[:, t] = state
    return hs


# %% accepts: gru_forward
def gru_forward(x, h0, params, mask=None, reset_after=True):
    rows = []
    for k in range(len(x)):
        h, states = h0[k : k + 1], []
        for t in range(x.shape[1]):
            if mask is None or mask[k, t]:
                h, _ = gru_cell_forward(x[k : k + 1, t], h, params, reset_after)
            states.append(h[0])
        rows.append(states)
    return np.array(rows)


# %% [markdown]
# What does the update gate do to a real record? Give three units weights by hand: a constant $u$ of $0.5$, $0.9$ and
# $0.98$, and the input itself as the candidate (the numbers are made small, where tanh is straight). They read the
# yearly sunspot numbers from 1700 on. Which unit follows the cycle of 11 years, and which sees only the long run?

# %% demo
sunspots = dd.data.series("sunspots")
gate_values = np.array([0.5, 0.9, 0.98])
hand_params = {"wx": np.zeros((1, 9)), "wh": np.zeros((3, 9)), "b": np.zeros((2, 9))}
hand_params["b"][0, :3] = np.log(gate_values / (1 - gate_values))  # the sigmoid of this is u
hand_params["wx"][0, 6:] = 1.0
small = sunspots.to_numpy()[None, :, None] / 1000  # (1, T, 1)
followers = 1000 * gru_forward(small, np.zeros((1, 3)), hand_params)[0]  # (T, 3)

fig, ax = plt.subplots(figsize=(10, 4))
ax.plot(sunspots.index, sunspots, color="0.75", linewidth=1, label="read")
for k, marker in enumerate("osD"):
    label = f"$u$ = {gate_values[k]}: {1 / (1 - gate_values[k]):.0f} years"
    ax.plot(sunspots.index, followers[:, k], label=label, marker=marker, markevery=40)
ax.set(title="Three update gates read the sunspots", xlabel="year", ylabel="sunspot number", ylim=(0, 260))
ax.legend(loc="upper left", ncols=2)
dd.plot.show(
    "The yearly sunspot numbers from 1700 to 2008 in grey, with three curves: u = 0.5 follows each cycle with a small "
    "delay, u = 0.9 swings less and later, u = 0.98 starts at zero, rises for decades and then moves slowly near 50."
)

# %% [markdown]
# The unit with $u = 0.5$ rises and falls with every cycle, a little late. At $0.9$ a ripple is left, later still. At
# $0.98$ the cycles are gone, and what remains is how active the sun was over half a century; the curve needs its first
# decades to come up from the zero it started at. A trained GRU has such units side by side, and its gates move with
# what they read.
#
# ## Both directions
#
# In "he sat on the bank and fished", what *bank* means is said later. If the whole sequence is there before an answer
# is due, nothing forbids to read it from both ends. A **bidirectional** network (Schuster and Paliwal, 1997) has two
# readers with separate parameters. One goes from step 0 up, the other from the last step down, and at each step their
# states lie side by side, $(B, T, 2H)$. Let two readers just add up $1, 2, 4$:
#
# | | step 0 | step 1 | step 2 |
# |---|---|---|---|
# | forward | 1 | 3 | 7 |
# | backward | 7 | 6 | 4 |
#
# At step 1 the forward reader has seen $1, 2$ and the backward one $4, 2$: together everything. Note where the backward
# reader's **last** state lies: at step 0. Whoever takes the column of the last step gets a backward reader that has
# seen one number.
#
# No new reader is needed. Flip the time axis, read, and flip the states back, so that both rows speak of the same
# steps. With padding the flip puts it in front of each sequence; flip the mask as well, and the reader skips it.
# (Keras with TensorFlow once forgot that, until in 2016 someone noticed how much worse it was than Keras with Theano.)
# Padded steps belong to no one. There Keras's `Bidirectional` gives zeros, and so shall we.
#
# Two uses are ruled out: live streams, where the future is not there, and forecasts, where it is the answer.
# A bidirectional network that predicts the next word *sees* it.


# %% exercise: bidirectional
def bidirectional(forward, backward, x, mask=None):
    """Read sequences in both directions.

    Args:
        forward, backward: functions (x, mask) -> hs, such as gru_forward with its other arguments filled in: they read
            (B, T, D) in the order of time, skip padding, and return the states after every step, (B, T, H); at padded
            steps they may return anything, NaN too. They may have different H.
        x: inputs, (B, T, D) floats.
        mask: (B, T) bool, True where a step is real, in any pattern; None if all are, and then the readers get None.

    Returns:
        hs, (B, T, H + H'): at each step forward's states beside those of backward, which has read from the end of the
        sequence to this step, and zeros at padded steps. Each reader is called once; the arguments stay unchanged.
        About 6 lines.
    """
    ### BEGIN SOLUTION
    ahead = forward(x, mask)  # (B, T, H)
    back = backward(x[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]
    hs = np.concatenate([ahead, back], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)
    ### END SOLUTION


# %% test: bidirectional, points=2
def adder(x, mask):
    """The sum of all real steps so far, as states."""
    return np.cumsum(x if mask is None else np.where(mask[:, :, None], x, 0), axis=1)


x = np.array([[[1.0], [2.0], [4.0]], [[8.0], [16.0], [0.0]]])
hs = bidirectional(adder, adder, x, None)
due = np.array([[[1.0, 7.0], [3.0, 6.0], [7.0, 4.0]], [[8.0, 24.0], [24.0, 16.0], [24.0, 0.0]]])
dd.check.like(hs, due, what="hs", why="they are sums from the left and from the right, as in the text")

# Two sequences of 3 and 2 steps, and a second reader with two states.
x, mask = np.array([[[1.0], [2.0], [4.0]], [[8.0], [16.0], [99.0]]]), np.array([[True] * 3, [True, True, False]])
with dd.check.unchanged(x), dd.check.unchanged(mask):
    hs = bidirectional(adder, lambda x, mask: np.concatenate([adder(x, mask), -adder(x, mask)], axis=2), x, mask)
dd.check.shape(hs, (2, 3, 3), what="hs", why="one state of the first reader, two of the second")
due = [[[1.0, 7.0, -7.0], [3.0, 6.0, -6.0], [7.0, 4.0, -4.0]], [[8.0, 24.0, -24.0], [24.0, 16.0, -16.0], [0.0] * 3]]
dd.check.like(hs, np.array(due), what="hs", why="the padded 99 is read by no one, and padded steps give zeros")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(741)


def decaying(weights, keep):
    """A reader: the state is `keep` times the old one plus the input's product with the weights."""

    def read(x, mask):
        calls.append((np.asarray(x).shape, None if mask is None else np.asarray(mask).copy()))
        state, states = np.full((len(x), weights.shape[1]), 0.25), []
        for step in range(x.shape[1]):
            new = keep * state + x[:, step] @ weights
            state = new if mask is None else np.where(mask[:, step, None], new, state)
            states.append(state)
        return np.stack(states, axis=1)

    return read


sizes = [(1, 1, 1, 1, 1), (2, 5, 3, 2, 4), (4, 3, 1, 3, 1), (1, 6, 2, 2, 2), (3, 3, 3, 3, 3), (5, 1, 2, 1, 3)]
for n, t, d, one, two in sizes:
    first, second = rng.normal(size=(d, one)), rng.normal(size=(d, two))
    x = rng.normal(size=(n, t, d))
    masks = [None, np.arange(t) < rng.integers(1, t + 1, (n, 1)), rng.random((n, t)) < 0.5, np.zeros((n, t), bool)]
    for mask in masks:
        calls = []
        with dd.check.unchanged(x), dd.check.unchanged(mask):
            hs = bidirectional(decaying(first, 0.5), decaying(second, -0.7), x, mask)
        due = np.zeros((n, t, one + two))
        for row in range(n):
            real = [step for step in range(t) if mask is None or mask[row, step]]
            for start, weights, keep, order, where in [
                (np.full(one, 0.25), first, 0.5, real, slice(0, one)),
                (np.full(two, 0.25), second, -0.7, real[::-1], slice(one, one + two)),
            ]:
                before = start
                for step in order:
                    due[row, step, where] = x[row, step] @ weights + keep * before
                    before = due[row, step, where]
        what = "hs" if mask is None else f"hs with mask {mask.tolist()}"
        why = "forward has read the real steps up to this one, backward those from the end down to it"
        dd.check.like(hs, due, rtol=1e-9, what=what, why=why)
        dd.check.equal(len(calls), 2, what="the number of calls of readers", why="each is called once")
        dd.check.equal([shape for shape, _ in calls], [x.shape] * 2, what="the shapes that the readers got")
        if mask is None:
            dd.check.equal([got is None for _, got in calls], [True, True], what="whether the readers got None as mask")


def careless(x, mask):
    """A reader that leaves NaN and infinity at padded steps."""
    return np.where(mask[:, :, None], adder(x, mask), np.resize([np.nan, np.inf], x.shape))


x, mask = np.arange(1.0, 9.0).reshape(2, 4, 1), np.array([[True, True, False, False], [True, False, True, False]])
hs = bidirectional(careless, careless, x, mask)
due = [[[1, 3], [3, 2], [0, 0], [0, 0]], [[5, 12], [0, 0], [12, 7], [0, 0]]]
why = "padded steps give zeros whatever the readers leave there"
dd.check.like(hs, np.array(due, dtype=float), what="hs of readers that leave NaN at padded steps", why=why)
narrow = bidirectional(adder, adder, np.ones((2, 3, 1), "float32"), np.ones((2, 3), bool))
dd.check.dtype(narrow, "float32", what="hs of float32 readers")
### END HIDDEN TESTS

# %% mistakes: bidirectional
# - replace: "None if mask is None else mask[:, ::-1])[:, ::-1]"
#   with: "None if mask is None else mask)[:, ::-1]"
#   hint: "You flip the inputs and not the mask, so the backward reader skips real steps and reads padding."
# - replace: "mask[:, ::-1])[:, ::-1]"
#   with: "mask[:, ::-1])"
#   hint: "The backward states come in the order in which they were read. Put them back, so that both halves of a step
#     speak of the same step."
# - replace: "backward(x[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]"
#   with: "backward(x, mask)"
#   hint: "Both readers go from left to right. If you did turn something around, was it the axis of time, or that of the
#     sequences?"
# - replace: hs if mask is None else np.where(mask[:, :, None], hs, 0)
#   with: hs
#   hint: "At padded steps the readers' kept states come through. What was agreed for steps that belong to no one?"
# - replace: "[ahead, back], axis=2"
#   with: "[ahead, back], axis=1"
#   hint: "You put the backward states after the forward ones in time. They belong beside them, step by step."
# - replace: "[ahead, back]"
#   with: "[back, ahead]"
#   hint: "The two halves have changed places: forward's states come first."
# - replace: np.concatenate([ahead, back], axis=2)
#   with: np.concatenate([ahead, np.repeat(back[:, :1], x.shape[1], axis=1)], axis=2)
#   hint: "Every step shows the same backward state, that of the whole sequence. It should have read from the end down
#     to that step only."
# - replace: ahead = forward(x, mask)
#   with: ahead = forward(x, None)
#   hint: "The forward reader does not hear of the mask, and reads the padding."
# - replace: "backward(x[:, ::-1]"
#   with: "forward(x[:, ::-1]"
#   hint: "One and the same reader reads both ways. The two have parameters of their own."
# - replace: np.concatenate([ahead, back], axis=2)
#   with: ahead + back
#   hint: "The two states of a step are added up. They should lie side by side."
# - replace: np.where(mask[:, :, None], hs, 0)
#   with: mask[:, :, None] * hs
#   hint: "Should a reader leave NaN at a padded step, NaN times 0 is NaN. Choose instead of multiplying."
# - replace: "backward(x[:, ::-1]"
#   with: "backward(ahead[:, ::-1]"
#   hint: "Your backward reader reads the forward one's states. Both read the sequence itself."


# %% mistake: bidirectional
# hint: "The inputs of each step are flipped too: np.flip without an axis turns every axis around."
def bidirectional(forward, backward, x, mask=None):
    turned = np.flip(backward(np.flip(x), None if mask is None else np.flip(mask)))
    hs = np.concatenate([forward(x, mask), turned], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% mistake: bidirectional
# hint: "You turn around as many first steps as are real. That is right for padding at the end alone."
def bidirectional(forward, backward, x, mask=None):
    order = np.tile(np.arange(x.shape[1]), (len(x), 1))
    for row, length in enumerate(np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)):
        order[row, :length] = order[row, :length][::-1]
    back = backward(np.take_along_axis(x, order[:, :, None], axis=1), mask)
    hs = np.concatenate([forward(x, mask), np.take_along_axis(back, order[:, :, None], axis=1)], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% accepts: bidirectional
def bidirectional(forward, backward, x, mask=None):
    if mask is None:
        return np.dstack([forward(x, None), np.flip(backward(np.flip(x, 1), None), 1)])
    hs = np.dstack([forward(x, mask), np.flip(backward(np.flip(x, 1), np.flip(mask, 1)), 1)])
    hs[~mask] = 0
    return hs


# %% accepts: bidirectional
def bidirectional(forward, backward, x, mask=None):
    # The real steps of each sequence in reverse order at the front: no reader ever meets padding in between.
    n, t = x.shape[:2]
    if mask is None:
        order = np.tile(np.arange(t)[::-1], (n, 1))
        flipped = None
    else:
        order = np.array([[*np.flatnonzero(row)[::-1], *np.flatnonzero(~row)] for row in mask]).reshape(n, t)
        flipped = np.take_along_axis(mask, order, axis=1)
    read = backward(np.take_along_axis(x, order[:, :, None], axis=1), flipped)
    back = np.empty_like(read)
    np.put_along_axis(back, order[:, :, None], read, axis=1)
    both = np.concatenate((forward(x, mask), back), axis=-1)
    return both if mask is None else np.where(mask[..., np.newaxis], both, np.zeros_like(both))


# %% [markdown]
# ## Does Keras agree?
#
# `keras.layers.GRU` has the same blocks and biases in both conventions, and `Bidirectional` wraps a layer and its
# mirror image. Hand them your parameters in float64 and a padded batch.

# %% demo
rng = np.random.default_rng(74)
check_x, check_mask = rng.normal(size=(4, 7, 3)), np.arange(7) < np.array([[7], [3], [5], [1]])


def random_gru(inputs, units, reset_after):
    bias = rng.normal(size=(2, 3 * units) if reset_after else 3 * units)
    return {"wx": rng.normal(size=(inputs, 3 * units)), "wh": rng.normal(size=(units, 3 * units)), "b": bias}


for reset_after in (True, False):
    ahead, back = random_gru(3, 5, reset_after), random_gru(3, 5, reset_after)
    layer = layers.GRU(5, return_sequences=True, reset_after=reset_after, dtype="float64")
    mirrored = layers.GRU(5, return_sequences=True, reset_after=reset_after, dtype="float64")
    wrapped = layers.Bidirectional(mirrored, dtype="float64")
    layer.build((None, None, 3))
    wrapped.build((None, None, 3))
    layer.set_weights([ahead[name] for name in ("wx", "wh", "b")])
    wrapped.set_weights([params[name] for params in (ahead, back) for name in ("wx", "wh", "b")])

    def reader(params, reset_after=reset_after):
        return lambda x, mask: gru_forward(x, np.zeros((len(x), 5)), params, mask, reset_after)

    pairs = {
        "one direction": (reader(ahead)(check_x, check_mask), layer(check_x, mask=check_mask)),
        "both": (bidirectional(reader(ahead), reader(back), check_x, check_mask), wrapped(check_x, mask=check_mask)),
    }
    for name, (yours, its) in pairs.items():
        worst = np.abs(yours - ops.convert_to_numpy(its)).max()
        print(f"reset_after={reset_after!s:5}, {name:>13}: largest difference {worst:.1e}")
        assert worst < 1e-6

# %% [markdown]
# All four agree to the rounding of float64. If you copy weights from elsewhere, check the convention, the order of the
# blocks and the biases: a GRU with its update and reset blocks exchanged runs without complaint, and is wrong.
#
# **What does a state know?** Let both readers go over a path of twelve points, of which the last three are padding.
# Then move the point at step 5 a little. Which states change?

# %% demo
path, _ = dd.data.toy.moons(12, 0.1, seed=5)
path, real = path[None], (np.arange(12) < 9)[None]
moved = path.copy()
moved[0, 5] += 0.1
readers = [reader(random_gru(2, 5, True), True) for _ in range(2)]
change = np.abs(bidirectional(*readers, moved, real) - bidirectional(*readers, path, real))[0]  # (12, 10)
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
for ax, part, title in [(axes[0], change[:, :5], "Forward half"), (axes[1], change[:, 5:], "Backward half")]:
    ax.bar(np.arange(12), part.mean(axis=1), color="0.35")
    ax.axvspan(8.5, 11.5, color="0.85", zorder=0)
    ax.text(10, 0.9 * change.mean(axis=1).max(), "padding", ha="center", fontsize=10)
    ax.axvline(5, color="black", linestyle="--", linewidth=1, zorder=0)
    ax.set(title=title, xlabel="step", xticks=range(12))
axes[0].set(ylabel="mean change of the states")
dd.plot.show(
    "Two bar charts over steps 0 to 11 with a dashed line at step 5 and a grey area of padding from step 9. Forward, "
    "the states change from step 5 on and not before; backward, from step 5 down and not after it. In the grey area "
    "all bars are zero."
)

# %% [markdown]
# The forward half knows of step 5 from step 5 on, the backward half from step 5 down, and neither cares about the
# padding. (How fast a half forgets depends on its weights, which are random here.) No single half could answer a
# question about step 3 that needs step 5, or the reverse; together they can at every step.
#
# ## What does it cost?
#
# Count parameters first, since a comparison of two networks is worth little if one is four times the size of the other.
# A block has a weight for each input and each unit, and a bias: $H(D + H + 1)$ numbers. A plain network has one block,
# an LSTM four, a classic GRU three. Keras's GRU has three with *two* biases each. For $D = 2$ and $H = 3$:
#
# | kind | blocks | parameters |
# |---|---|---|
# | plain, `SimpleRNN` | 1 | $3 \cdot (2 + 3 + 1) = 18$ |
# | LSTM | 4 | $4 \cdot 3 \cdot (2 + 3 + 1) = 72$ |
# | GRU, classic | 3 | $3 \cdot 3 \cdot (2 + 3 + 1) = 54$ |
# | GRU, Keras | 3 | $3 \cdot 3 \cdot (2 + 3 + 2) = 63$ |
#
# Both directions double the layer, and double what the layer above reads. None of these numbers depends on the length
# $T$.
#
# A step costs about one multiplication a weight, so the counts also compare *work*. They don't compare *waiting*: steps
# come one after another, so that a sequence of 1,000 steps waits 1,000 times however many processors there are. The two
# directions could run side by side, and layers of a stack nearly so, one step apart. And training keeps
# all states until the way back: memory grows with $B\,T\,H$ and the number of layers.


# %% exercise: rnn_parameter_count
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    """Number of trainable parameters of a stack of recurrent layers, without any output layer.

    Args:
        kind: "rnn" for the plain network, "lstm", "gru" for Keras's default convention, or "classic gru".
        units: H, units of every layer and direction, int >= 1.
        inputs: D, inputs a step of the lowest layer, int >= 1.
        num_layers: layers, each of which reads all states of the one below; int >= 1.
        both_ways: whether every layer reads in both directions and puts the states side by side.

    Returns:
        The number, an int.

    Raises:
        ValueError: kind is none of the four. About 9 lines.
    """
    ### BEGIN SOLUTION
    shapes = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}  # blocks, biases in each
    if kind not in shapes:
        raise ValueError(f"kind is one of {', '.join(shapes)}. Received: {kind!r}")
    blocks, biases = shapes[kind]
    directions = 2 if both_ways else 1
    total = 0
    for _ in range(num_layers):
        total += directions * blocks * units * (inputs + units + biases)
        inputs = directions * units
    return total
    ### END SOLUTION


# %% test: rnn_parameter_count, points=2
for kind, due in [("rnn", 18), ("lstm", 72), ("classic gru", 54), ("gru", 63)]:
    dd.check.like(rnn_parameter_count(kind, 3, 2), due, what=f"the count of {kind}", why="it is worked by hand above")
due = 2 * 3 * (2 + 3 + 1) + 2 * 3 * (6 + 3 + 1)
result = rnn_parameter_count("rnn", 3, 2, num_layers=2, both_ways=True)
why = "the upper layer reads the 6 states of both directions"
dd.check.like(result, due, what="the count of two layers both ways", why=why)
with dd.check.raises(ValueError, why="there is no such kind"):
    rnn_parameter_count("GRU", 3, 2)
### BEGIN HIDDEN TESTS
for kind in ("rnn", "lstm", "gru", "classic gru"):
    for units, inputs, num_layers in [(1, 1, 1), (4, 7, 1), (7, 4, 2), (3, 5, 3), (5, 3, 2), (2, 2, 4), (600, 1000, 2)]:
        for both_ways in (False, True):
            total, reads = 0, inputs
            for _ in range(num_layers):
                for _ in range(1 + both_ways):
                    blocks = {"rnn": 1, "lstm": 4}.get(kind, 3)
                    kernel, recurrent, bias = reads * blocks * units, units * blocks * units, blocks * units
                    total += kernel + recurrent + (2 if kind == "gru" else 1) * bias
                reads = units + (units if both_ways else 0)
            result = rnn_parameter_count(kind, units, inputs, num_layers, both_ways)
            what = f"the count of {kind}, {units} units, {inputs} inputs, {num_layers} layers, both_ways={both_ways}"
            dd.check.like(result, total, what=what, why="each layer and direction has two kernels and biases")
for kind in ("", "gr", "LSTM", "simple rnn", "grus"):
    with dd.check.raises(ValueError, why=f"{kind!r} is none of the four"):
        rnn_parameter_count(kind, 2, 3)
### END HIDDEN TESTS

# %% mistakes: rnn_parameter_count
# - replace: '"gru": (3, 2)'
#   with: '"gru": (3, 1)'
#   hint: "Keras's GRU has more biases than you count. The state's part has its own."
# - replace: '"classic gru": (3, 1)'
#   with: '"classic gru": (3, 2)'
#   hint: "Only one of the two conventions needs a second bias for the state."
# - replace: '"lstm": (4, 1)'
#   with: '"lstm": (3, 1)'
#   hint: "An LSTM has three gates, and something else that has weights too."
# - replace: '"gru": (3, 2)'
#   with: '"gru": (2, 2)'
#   hint: "A GRU has two gates, and something else that has weights too."
# - replace: inputs = directions * units
#   with: inputs = units
#   hint: "With both directions, the upper layers read more than one direction's states."
# - replace: total += directions * blocks
#   with: total += blocks
#   hint: "The two directions have parameters of their own; you count one."
# - replace: (inputs + units + biases)
#   with: (inputs + biases)
#   hint: "You left out the weights of the hidden state."
# - replace: (inputs + units + biases)
#   with: (inputs + units)
#   hint: "You left out the biases."
# - replace: |-
#     for _ in range(num_layers):
#             total += directions * blocks * units * (inputs + units + biases)
#             inputs = directions * units
#   with: total += num_layers * directions * blocks * units * (inputs + units + biases)
#   hint: "You count all layers like the lowest one. What do the others read?"
# - replace: |-
#     if kind not in shapes:
#             raise ValueError(f"kind is one of {', '.join(shapes)}. Received: {kind!r}")
#         blocks, biases = shapes[kind]
#   with: blocks, biases = shapes.get(kind, (1, 1))
#   hint: "An unknown kind is counted as if it were another one. It should be refused."
# - replace: directions * blocks * units * (inputs + units + biases)
#   with: blocks * directions * units * (inputs + directions * units + biases)
#   hint: "Each direction reads its own states only; the two meet in the layer above."
# - replace: '{"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2)'
#   with: '{"rnn": (1, 2), "lstm": (4, 2), "gru": (3, 2)'
#   hint: "You give every kind a second bias. Other libraries do; in Keras only one kind has it."
# - replace: |-
#     if kind not in shapes:
#             raise ValueError(f"kind is one of {', '.join(shapes)}. Received: {kind!r}")
#         blocks
#   with: blocks
#   hint: "An unknown kind does end in an error, but not in the one that the docstring promises."
# - replace: |-
#     inputs = directions * units
#         return total
#   with: |-
#     inputs, directions = directions * units, 1
#         return total
#   hint: "Only your lowest layer reads in both directions."


# %% accepts: rnn_parameter_count
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    if kind == "rnn":
        rows = units
    elif kind == "lstm":
        rows = 4 * units
    elif kind in ("gru", "classic gru"):
        rows = 3 * units
    else:
        raise ValueError(f"no kind {kind!r}")
    ways = 1 + int(both_ways)
    lowest = rows * (inputs + units) + rows + (rows if kind == "gru" else 0)
    upper = rows * (ways * units + units) + rows + (rows if kind == "gru" else 0)
    return ways * (lowest + (num_layers - 1) * upper)


# %% accepts: rnn_parameter_count
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    if num_layers > 1:
        below = rnn_parameter_count(kind, units, inputs, num_layers - 1, both_ways)
        return below + rnn_parameter_count(kind, units, units * (2 if both_ways else 1), 1, both_ways)
    try:
        blocks = ("rnn", "gru", "classic gru", "lstm").index(kind) or 1
    except ValueError:
        raise ValueError("kind is unknown") from None
    blocks = {1: 1 if kind == "rnn" else 3, 2: 3, 3: 4}[blocks]
    one_way = sum(blocks * units * n for n in (inputs, units, 1 + (kind == "gru")))
    return one_way + one_way * bool(both_ways)


# %% [markdown]
# ## Deep
#
# A recurrent network is deep in time. To make it deep in the other direction too, let a second layer read the *states*
# of the first as its inputs, a third those of the second (Graves et al., 2013, found depth to matter more than width
# when they recognised speech). All layers but the top one must then hand up the states of **all** steps,
# `return_sequences=True`; the commonest error with stacks is to forget that, and Keras complains of
# "expected ndim=3, found ndim=2". The top layer's last state is enough for one answer a sequence. And in both
# directions? Which state of the top layer's backward half has read everything?

# %% demo
fig, ax = plt.subplots(figsize=(8.5, 4.4))
for t in range(4):
    x = 2.0 * t + 1
    ax.text(x, 0, f"$x_{t}$", ha="center", va="center", fontsize=13)
    for y, name in [(1.2, "forward"), (2.0, "backward"), (3.4, "forward"), (4.2, "backward")]:
        used = y > 3 and (t == 3 if name == "forward" else t == 0)
        box(ax, x, y, name, "0.65" if used else "0.93")
        if t < 3:
            ends = ((x + 0.62, y), (x + 1.38, y))
            arrow(ax, *(ends if name == "forward" else ends[::-1]))
    arrow(ax, (x, 0.22), (x, 0.92))
    arrow(ax, (x, 2.3), (x, 3.1))
ax.text(7.9, 1.6, "layer 1", fontsize=11)
ax.text(7.9, 3.8, "layer 2", fontsize=11)
ax.set(xlim=(0, 9.2), ylim=(-0.4, 4.8), title="Two layers, both ways: the answer is made of the shaded states")
ax.axis("off")
dd.plot.show(
    "Four steps with an input each. Above them two layers, each with a row of forward boxes joined by arrows to the "
    "right and a row of backward boxes joined by arrows to the left. Arrows lead up from the lower layer to the upper "
    "one at each step. Two boxes of the upper layer are shaded: forward at the last step and backward at the first."
)

# %% [markdown]
# The shaded ones: forward at the last real step, backward at step 0. Keras's `Bidirectional` with
# `return_sequences=False` returns just these two, side by side.
#
# Three settings of Keras to know before you build:
#
# - **Masks.** `layers.Masking(mask_value)` makes a mask from the data: a step at which *all* inputs equal the value is
#   padding, and the layers above hear of it by themselves. A real step that happens to equal the value is skipped too,
#   so choose one that can't occur. (On a graphics card, only padding at the end keeps the fast path.)
# - **`stateful=True`.** Usually each batch starts from states of zero. A stateful layer starts from where the *last
#   batch* ended, row by row: for streams that are read in chunks. The batch size is then fixed, the order must not be
#   shuffled, and at the beginning of a new stream **you** have to call `reset_state()`.
# - **`return_state=True`** returns the last state as a second result, if you prefer to carry it over yourself.

# %% demo
stream = rng.normal(size=(2, 12, 3))
stateful = layers.GRU(5, stateful=True, return_sequences=True, dtype="float64")
stateful.build((2, None, 3))
stream_params = random_gru(3, 5, True)
stateful.set_weights([stream_params[name] for name in ("wx", "wh", "b")])
whole = gru_forward(stream, np.zeros((2, 5)), stream_params)
chunks = [ops.convert_to_numpy(stateful(stream[:, t : t + 4])) for t in (0, 4, 8)]
print(f"three chunks and one pass differ by {np.abs(np.concatenate(chunks, axis=1) - whole).max():.1e}")
once_more = ops.convert_to_numpy(stateful(stream[:, :4]))
print(f"the first chunk once more, not reset:  {np.abs(once_more - whole[:, :4]).max():.2f}")
stateful.reset_state()
once_more = ops.convert_to_numpy(stateful(stream[:, :4]))
print(f"the first chunk once more, after reset: {np.abs(once_more - whole[:, :4]).max():.1e}")

# %% [markdown]
# Chunks give what one pass gives. Without a reset, the second reading starts from the end of the first and is wrong
# from its first step.
#
# Now the builder. It is stated by its contract alone.


# %% exercise: build_deep_rnn
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    """A network of one or more recurrent layers that gives one answer a sequence.

    Args:
        kind: "rnn", "lstm" or "gru", for Keras's SimpleRNN, LSTM or GRU layers with their default settings.
        num_inputs: D, inputs a step.
        units: list of ints, the units of each layer (and direction), from the lowest up.
        num_outputs: K.
        both_ways: whether every recurrent layer reads in both directions, states side by side.
        mask_value: all layers skip the steps at which every input equals this number; None if no step is skipped.

    Returns:
        keras.Model, not compiled, from (B, T, D) for any T to logits (B, K): a dense layer on the top layer's state
        after its whole reading, in both directions if both_ways.

    Raises:
        ValueError: kind is none of the three. About 11 lines.
    """
    ### BEGIN SOLUTION
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(f"kind is one of {', '.join(kinds)}. Received: {kind!r}")
    inputs = keras.Input((None, num_inputs))
    x = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for depth, size in enumerate(units):
        layer = kinds[kind](size, return_sequences=depth < len(units) - 1)
        x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
    return keras.Model(inputs, layers.Dense(num_outputs)(x))
    ### END SOLUTION


# %% fixture
def drawn(shape, which):
    """Weights that depend on their shape, and on how many of that shape came before."""
    return np.random.default_rng([which, *shape]).normal(size=shape) / np.sqrt(shape[0])


def filled_rnn(*settings, **switches):
    """What build_deep_rnn gives, with weights that are drawn."""
    model = build_deep_rnn(*settings, **switches)
    shapes = [weight.shape for weight in model.get_weights()]
    model.set_weights([drawn(shape, shapes[:place].count(shape)) for place, shape in enumerate(shapes)])
    return model


# %% test: build_deep_rnn, points=3
model = build_deep_rnn("gru", 3, [4, 2], 5, both_ways=True)
dd.check.kind(model, keras.Model, what="build_deep_rnn(…)")
dd.check.equal(model.input_shape, (None, None, 3), what="the input shape", why="batch and steps may be of any number")
dd.check.equal(model.output_shape, (None, 5), what="the output shape", why="there is one answer a sequence")
due = rnn_parameter_count("gru", 4, 3, 1, True) + rnn_parameter_count("gru", 2, 8, 1, True) + 5 * (4 + 1)
dd.check.equal(model.count_params(), due, what="the number of parameters", why="two layers both ways, one dense")
x = np.random.default_rng(0).normal(size=(2, 3, 3)).astype("float32")
x[1, 2:] = 9.0
model = filled_rnn("lstm", 3, [4], 2, mask_value=9.0)
why = "steps that hold the mask value everywhere are skipped"
dd.check.close(model(x)[1:], model(x[1:, :2]), rtol=1e-4, atol=1e-5, what="the answer for a padded sequence", why=why)
with dd.check.raises(ValueError, why="there is no such kind"):
    build_deep_rnn("transformer", 3, [4], 2)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(742)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def state_after(kind, h, c, x_t, wx, wh, b):
    """Both states after a step, for one sequence; c is of use to an LSTM alone."""
    size = len(h)
    if kind == "rnn":
        return np.tanh(x_t @ wx + h @ wh + b), c
    if kind == "lstm":
        i, f, g, o = (x_t @ wx + h @ wh + b).reshape(4, size)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        return logistic(o) * np.tanh(c), c
    p, q = (x_t @ wx + b[0]).reshape(3, size), (h @ wh + b[1]).reshape(3, size)
    u, r = logistic(p[0] + q[0]), logistic(p[1] + q[1])
    return u * h + (1 - u) * np.tanh(p[2] + r * q[2]), c


def answer(sequence, kind, units, num_outputs, both_ways):
    """The logits of one sequence, from which the steps to be skipped are gone."""
    seen, blocks = {}, {"rnn": 1, "lstm": 4, "gru": 3}[kind]

    def weight(*shape):
        seen[shape] = seen.get(shape, -1) + 1
        return drawn(shape, seen[shape])

    for size in units:
        halves = []
        for direction in (1, -1) if both_ways else (1,):
            bias_shape = (2, 3 * size) if kind == "gru" else (blocks * size,)
            params = weight(sequence.shape[1], blocks * size), weight(size, blocks * size), weight(*bias_shape)
            h, c, states = np.zeros(size), np.zeros(size), []
            for x_t in sequence[::direction]:
                h, c = state_after(kind, h, c, x_t, *params)
                states.append(h)
            halves.append((h, np.array(states)[::direction]))
        sequence = np.concatenate([states for _, states in halves], axis=1)
        last = np.concatenate([h for h, _ in halves])
    return last @ weight(len(last), num_outputs) + weight(num_outputs)


for kind, d, units, num_outputs, both_ways, mask_value in [
    ("rnn", 2, [3, 5], 4, False, None),
    ("lstm", 3, [2, 4], 1, True, -1.0),
    ("gru", 1, [3, 5, 2], 6, False, 0.0),
]:
    settings = {} if mask_value is None else {"mask_value": mask_value}
    if both_ways:
        settings["both_ways"] = True
    model = filled_rnn(kind, d, units, num_outputs, **settings)
    assert not model.compiled, "the model is not compiled, so that the caller chooses optimizer and loss"
    x = rng.normal(size=(3, 3, d)).astype("float32")
    skipped = np.zeros((3, 3), bool)
    if mask_value is not None:
        skipped[1, 2:] = True
        skipped[2, 1:] = True
        x[skipped] = mask_value
        x[0, 1:, 0] = mask_value if d > 1 else 0.5  # a step is skipped only if all its inputs hold the value
    else:
        x[1, 2:] = 0.0  # zeros are real steps here
    rows = [row[~gone] for row, gone in zip(x, skipped, strict=True)]
    due = np.stack([answer(row, kind, units, num_outputs, both_ways) for row in rows])
    what = f"the answers of {kind}, units {units}, both_ways={both_ways}, mask_value={mask_value}"
    logits = model(x)
    dd.check.shape(logits, due.shape, what=what, why="there is one answer a sequence")
    why = "each layer reads all states of the one below, and the answer is made of the state after the whole reading"
    dd.check.close(logits, due, rtol=1e-3, atol=1e-4, what=what, why=why)
in_training = model(x, training=True)
dd.check.close(in_training, due, rtol=1e-3, atol=1e-4, what=what + " in training", why="nothing is dropped at random")
dd.check.shape(model(x[:1, :1]), (1, 6), what="the answer for one sequence of one step")
with dd.check.raises(ValueError, why="'GRU' is none of the three"):
    build_deep_rnn("GRU", 3, [4], 2)
### END HIDDEN TESTS

# %% mistakes: build_deep_rnn
# - replace: return_sequences=depth < len(units) - 1
#   with: return_sequences=False
#   hint: "A layer that is read by another must hand up the states of all steps."
# - replace: |-
#     return_sequences=depth < len(units) - 1)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: |-
#     return_sequences=True)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#         x = x[:, -1]
#   hint: "You take the column of the last step. There the backward reader has seen one step, and padding may be there."
# - replace: |-
#     return_sequences=depth < len(units) - 1)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: |-
#     return_sequences=True)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#         x = layers.GlobalAveragePooling1D()(x)
#   hint: "You average the states over time. The answer is made of the state after the whole reading."
# - replace: return_sequences=depth < len(units) - 1
#   with: return_sequences=True
#   hint: "One answer a step comes out; there should be one a sequence."
# - replace: layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: layer(x)
#   hint: "All your layers read in one direction."
# - replace: layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: layers.Bidirectional(layer)(x) if both_ways and depth == 0 else layer(x)
#   hint: "Only the lowest layer reads in both directions."
# - replace: layers.Bidirectional(layer)(x)
#   with: layers.Bidirectional(layer, merge_mode="sum")(x)
#   hint: "The two directions are added up. Their states should lie side by side."
# - replace: inputs if mask_value is None else layers.Masking(mask_value)(inputs)
#   with: inputs
#   hint: "Padding is read like any other step: nothing makes a mask of it."
# - replace: inputs if mask_value is None else
#   with: inputs if not mask_value else
#   hint: "A mask value of 0 is taken for none. Zero is the commonest padding there is."
# - replace: inputs if mask_value is None else layers.Masking(mask_value)(inputs)
#   with: layers.Masking(mask_value or 0.0)(inputs)
#   hint: "Steps of zeros are skipped although no mask value was given."
# - replace: keras.Input((None, num_inputs))
#   with: keras.Input((4, num_inputs))
#   hint: "The network takes sequences of one length only. What stands for any number of steps?"
# - replace: layers.Dense(num_outputs)(x)
#   with: layers.Dense(num_outputs, activation="softmax")(x)
#   hint: "Probabilities come out where logits were asked for."
# - replace: enumerate(units)
#   with: enumerate(units[::-1])
#   hint: "The layers come in the reverse order: the first number belongs to the lowest layer."
# - replace: layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: layers.Bidirectional(layer)(x) if both_ways and depth == len(units) - 1 else layer(x)
#   hint: "Only the top layer reads in both directions."
# - replace: |-
#     return_sequences=depth < len(units) - 1)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#   with: |-
#     return_sequences=True)
#             x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
#         x = ops.mean(x, axis=1)
#   hint: "You average the states over time, those at padded steps too. The answer is made of the state after the whole
#     reading."
# - replace: |-
#     if kind not in kinds:
#             raise ValueError(f"kind is one of {', '.join(kinds)}. Received: {kind!r}")
#         inputs =
#   with: |-
#     kinds = {name: kinds.get(name, layers.GRU) for name in [*kinds, kind]}
#         inputs =
#   hint: "A kind that is none of the three is built as if it were one. It should be refused."


# %% mistake: build_deep_rnn
# hint: "A list of numbers that all go into one layer makes no stack. How many layers do the units ask for?"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    x = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    layer = kinds[kind](units[-1])
    x = layers.Bidirectional(layer)(x) if both_ways else layer(x)
    return keras.Model(inputs, layers.Dense(num_outputs)(x))


# %% accepts: build_deep_rnn
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    if kind not in ("rnn", "lstm", "gru"):
        raise ValueError(f"unknown kind {kind!r}")
    stack = [keras.Input((None, num_inputs))]
    if mask_value is not None:
        stack.append(layers.Masking(mask_value=mask_value))
    *lower, top = units

    def recurrent(size, **settings):
        if kind == "rnn":
            layer = layers.SimpleRNN(size, **settings)
        else:
            layer = layers.LSTM(size, **settings) if kind == "lstm" else layers.GRU(size, **settings)
        return layers.Bidirectional(layer) if both_ways else layer

    stack += [recurrent(size, return_sequences=True) for size in lower]
    stack += [recurrent(top), layers.Dense(num_outputs)]
    return keras.Sequential(stack)


# %% accepts: build_deep_rnn
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    cells = {"rnn": layers.SimpleRNNCell, "lstm": layers.LSTMCell, "gru": layers.GRUCell}
    try:
        cell = cells[kind]
    except KeyError:
        raise ValueError("kind is rnn, lstm or gru") from None
    x = inputs = keras.Input(shape=(None, num_inputs))
    if mask_value is not None:
        x = layers.Masking(mask_value)(x)
    for depth in range(len(units)):
        reader = layers.RNN(cell(units[depth]), return_sequences=depth + 1 != len(units))
        if both_ways:
            reader = layers.Bidirectional(reader)
        x = reader(x)
    return keras.Model(inputs=inputs, outputs=layers.Dense(num_outputs)(x))


# %% [markdown]
# ## Put it together: five cells, one table
#
# The job: 6 to 8 values, every second one of a record, and four records they may come from: yearly sunspots, monthly
# carbon dioxide over Mauna Loa, the yearly flow of the Nile, the monthly temperature of the sea off Peru. Each such
# window is brought to mean 0 and standard deviation 1, so that its level and its size give nothing away; what is left
# is its *shape*. At each step the network reads the value and the change since the step before. Short windows are
# padded with a number that can't occur. What do such windows look like, and could you tell them apart?

# %% demo
names = ("sunspots", "co2", "nile", "elnino")
records = [dd.data.series(name).to_numpy() for name in names]
PADDING = -9.0


def draw_windows(num, later, rng):
    """num windows (num, 8, 2) from the first 60% of the records or, if later, from the rest; and their records."""
    x, labels = np.full((num, 8, 2), PADDING), np.arange(num) % len(records)
    for row, label in enumerate(labels):
        record = records[label]
        cut = int(0.6 * len(record))
        part = record[cut:] if later else record[:cut]
        length = rng.integers(6, 9)
        start = rng.integers(0, len(part) - 2 * length + 2)
        window = part[start : start + 2 * length : 2]
        window = (window - window.mean()) / window.std()
        x[row, :length, 0] = window
        x[row, :length, 1] = np.diff(window, prepend=window[0])
    return x.astype("float32"), labels


test_x, test_labels = draw_windows(800, True, np.random.default_rng(1))
fig, axes = plt.subplots(1, 4, figsize=(11, 2.9), sharey=True)
for label, ax in enumerate(axes):
    for row, marker in zip(np.flatnonzero(test_labels == label)[:3], "osD", strict=True):
        window = test_x[row, test_x[row, :, 0] != PADDING, 0]
        ax.plot(window, marker=marker, markersize=4)
    ax.set(title=names[label], xlabel="step")
axes[0].set(ylabel="standardised value")
dd.plot.show(
    "Four panels with three windows each of 6 to 8 standardised values. All rise and fall "
    "about once or twice, those of the nile less evenly than the others."
)

# %% [markdown]
# Hardly. Sunspots, carbon dioxide and the sea are waves of 11 years or 12 months, so of about 6 steps here, and a
# window shows little more than one of them. The Nile has no such rhythm, but among so few values chance makes waves
# too. What is left are traits such as how round or slanted a wave is. The networks train on the first 60% of each
# record and are tested on windows from the rest, so that no value is in both. (The rest of the Nile has 40 years, so
# its 200 test windows are not many different ones, drawn again and again.)
#
# Five networks, each with at most 650 recurrent parameters: your count finds how many units that allows. Equal steps,
# equal batches, equal rate, and three seeds each, which set the first weights and the draws. Which cell is best, and
# how sure can three seeds make us?

# %% demo
cells = {  # kind, layers, both ways
    "plain": ("rnn", 1, False),
    "LSTM": ("lstm", 1, False),
    "GRU": ("gru", 1, False),
    "GRU, both ways": ("gru", 1, True),
    "GRU, two layers": ("gru", 2, False),
}


def most_units(kind, num_layers, both_ways, budget=650):
    units = 1
    while rnn_parameter_count(kind, units + 1, 2, num_layers, both_ways) <= budget:
        units += 1
    return units


def fresh_model(name):
    kind, num_layers, both_ways = cells[name]
    units = most_units(*cells[name])
    return build_deep_rnn(kind, 2, [units] * num_layers, len(records), both_ways, mask_value=PADDING)


def compiled_model(name):
    model = fresh_model(name)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.03), loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)  # or the first update would be compiled twice
    return model


def first_weights(name, seed):
    keras.utils.set_random_seed(seed)
    return fresh_model(name).get_weights()


def accuracy_after(model, weights, seed, num_updates):
    """Train from these weights, and test. The model is compiled once and used for all seeds, which saves time."""
    model.set_weights(weights)
    for variable in model.optimizer.variables:
        if "learning_rate" not in variable.path:
            variable.assign(np.zeros(variable.shape))  # Adam forgets the last seed
    rng = np.random.default_rng(seed)
    pool_x, pool_labels = draw_windows(640, False, rng)
    for _ in range(num_updates):
        rows = rng.integers(0, len(pool_x), 64)
        model.train_on_batch(pool_x[rows], pool_labels[rows])
    predictions = ops.convert_to_numpy(model(test_x)).argmax(axis=1)
    return float(np.mean(predictions == test_labels))


scores = {}
print(f"{'cell':>16}  units  parameters  accuracy: mean, lowest to highest")
for name, (kind, num_layers, both_ways) in cells.items():
    # All seeds are set before the first update, since TensorFlow drops what it compiled at a new one.
    starts = [first_weights(name, seed) for seed in range(3)]
    model = compiled_model(name)
    scores[name] = [accuracy_after(model, start, seed, num_updates=50) for seed, start in enumerate(starts)]
    units = most_units(kind, num_layers, both_ways)
    count = rnn_parameter_count(kind, units, 2, num_layers, both_ways)
    low, high = min(scores[name]), max(scores[name])
    print(f"{name:>16}  {units:5d}  {count:10d}  {np.mean(scores[name]):.2f}, {low:.2f} to {high:.2f}")

gated = [score for name in cells if name != "plain" for score in scores[name]]  # 12 runs
print(f"\nall gated runs: {np.mean(gated):.2f} on average, the plain ones {np.mean(scores['plain']):.2f}")
assert np.mean(gated) > np.mean(scores["plain"]) + 0.05

# %% demo
fig, ax = plt.subplots(figsize=(9, 3.8))
for place, values in enumerate(scores.values()):
    ax.plot(values, [place] * len(values), "o", color="black", markersize=8, alpha=0.6)
    ax.plot([np.mean(values)] * 2, [place - 0.25, place + 0.25], color="black", linewidth=3, linestyle="-")
ax.axvline(0.25, color="0.5", linestyle="--", linewidth=1)
ax.text(0.255, 4.3, "guessing", fontsize=10)
ax.set(title="Which record is it? A dot a seed, a bar the mean", xlabel="test accuracy", xlim=(0.2, 1))
ax.set(yticks=range(5), yticklabels=scores, ylim=(4.6, -0.6))
dd.plot.show(
    "Test accuracy of five networks, three dots each, with a dashed line at 0.25. The plain network's mean is "
    "lowest; the means of LSTM and the three GRU networks lie further right, and their dots overlap one another."
)

# %% [markdown]
# The plain network's mean is the lowest, by about 0.15, though it has the most parameters: gates pay. Guessing
# would give 0.25. But look at the dots before you rank the four gated networks: their ranges overlap, and a difference
# of a few hundredths between two means of three is what another draw of seeds turns around. (Three values with a
# standard deviation of 0.05 have a mean that is uncertain by $0.05/\sqrt 3 \approx 0.03$, and the difference of two
# such means is uncertain by $0.04$.) From this table nobody can say whether a second layer or a second direction helps.
#
# Does longer training bring the differences out? We ran the cell above once more with ten seeds, for 50 updates and for
# 300; each entry is the mean and the range of the ten runs:
#
# | cell | 50 updates | 300 updates |
# |---|---|---|
# | plain | 0.62, from 0.53 to 0.67 | 0.72, from 0.66 to 0.80 |
# | LSTM | 0.78, from 0.73 to 0.87 | 0.80, from 0.77 to 0.84 |
# | GRU | 0.79, from 0.70 to 0.84 | 0.81, from 0.79 to 0.84 |
# | GRU, both ways | 0.79, from 0.70 to 0.83 | 0.80, from 0.76 to 0.83 |
# | GRU, two layers | 0.77, from 0.69 to 0.83 | 0.81, from 0.78 to 0.84 |
#
# It does not. Six times the training brings the plain network half of the way to the others, so that its best run
# reaches their middle. The four gated means now lie within 0.015, much closer than the runs of any one of them. After
# 50 updates gates win by speed, and how much of their lead would be left after still more training this table doesn't
# say. Nor is it a surprise that depth and a second direction gain nothing: a sequence of eight steps asks
# little of a memory, and equal size means that each of two layers or directions has fewer units.
#
# It does *not* say either that a GRU is as good as an LSTM elsewhere. In the comparison of Chung et al. (2014), on
# music and speech, both beat the plain network and neither the other. Jozefowicz et al. (2015) found the GRU ahead,
# and the gap closed by an LSTM with a forget bias of 1, which Keras has. There is one known difference in
# kind: an LSTM can *count*, since $c$ is unbounded, whereas a GRU's state is a mean of numbers between $-1$ and $1$ and
# never leaves that interval (Weiss et al., 2018). So the usual advice is modest: take either, spend your time on data
# and size, and compare on your own task, at equal size, on several seeds.
#
# ## What you should remember
#
# 1. A GRU has one state and two gates: $h_t = u \odot h_{t-1} + (1 - u) \odot g$. $u$ near 1 keeps, and the reset gate
#    decides what the candidate sees of the old state.
# 2. There are two conventions: reset before the product with $W_h$ (classic) or after it (Keras, PyTorch, with two
#    biases). Weights of one are wrong in the other.
# 3. At a padded step the state is kept. Then the last state of each sequence is right, in both directions, if the mask
#    is flipped with the sequence.
# 4. Stacked layers hand up all states, `return_sequences=True`; a backward reader's last state belongs to step 0.
# 5. Compare cells at equal parameters, on several seeds, and claim no more than the spread allows.
#
# ## Check yourself
#
# 1. A GRU's update gates are all 1. What does it make of its input? And what if they are all 0, and the reset gates
#    too?
# 2. A layer has 10 inputs and 20 units. How many parameters has it as a classic GRU, as Keras's GRU, and as an LSTM?
# 3. Someone trains a bidirectional network to predict, at each step, the next value of the series it reads, and is
#    delighted with the result. Why should they not be?
#
# <details><summary>Answers</summary>
#
# 1. Nothing: the state stays what it was at the beginning. With both gates at 0 each state is the tanh of the current
#    input's part alone, without memory: a dense layer applied to each step.
# 2. $3 \cdot 20 \cdot 31 = 1860$, $3 \cdot 20 \cdot 32 = 1920$ and $4 \cdot 20 \cdot 31 = 2480$.
# 3. The backward half has read the next value already, and only needs to hand it on. On a real future it has nothing
#    to read.
#
# </details>
#
# ## Go further
#
# - Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio (2014), *Learning phrase representations
#   using RNN encoder-decoder for statistical machine translation*, EMNLP: the GRU is a section of it.
# - Chung, Gulcehre, Cho and Bengio (2014),
#   *Empirical evaluation of gated recurrent neural networks on sequence modeling*, NIPS workshop.
# - Jozefowicz, Zaremba and Sutskever (2015), *An empirical exploration of recurrent network architectures*, ICML.
# - Schuster and Paliwal (1997), *Bidirectional recurrent neural networks*, IEEE Transactions on Signal Processing 45.
# - Graves, Mohamed and Hinton (2013), *Speech recognition with deep recurrent neural networks*, ICASSP.
# - Weiss, Goldberg and Yahav (2018), *On the practical computational power of finite precision RNNs for language
#   recognition*, ACL.
# - Write the GRU's backward pass, and check it numerically. Start from the three terms of $h_t$ in which $h_{t-1}$
#   occurs: kept, seen by the gates, and seen by the candidate.
# - Day 75 lets such networks forecast, and asks whether they beat a very simple rule.
