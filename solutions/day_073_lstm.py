# ---
# day: 73
# title: LSTM from scratch
# week: 15
# minutes: 100
# backend: numpy
# needs: [2, 4, 25, 26, 29, 71]
# data: []
# papers:
# - "Hochreiter and Schmidhuber 1997, Long short-term memory"
# - "Gers, Schmidhuber and Cummins 2000, Learning to forget: Continual prediction with LSTM"
# - "Gers and Schmidhuber 2000, Recurrent nets that time and count"
# - "Jozefowicz, Zaremba and Sutskever 2015, An empirical exploration of recurrent network architectures"
# - "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber 2017, LSTM: A search space odyssey"
# - "Tallec and Ollivier 2018, Can recurrent neural networks warp time?"
# ---

# %% [markdown]
# # Day 73 · LSTM from scratch
#
# By the end you can write a long short-term memory (LSTM) and its backward pass on arrays, and say which
# single line of it lets a gradient survive a hundred steps.
#
# **You will build** a task that cannot be solved without memory, the LSTM cell, the pass over a sequence, and
# the way back through both. Your LSTM agrees with `keras.layers.LSTM` to rounding, and learns the task on
# sequences of 100 steps, where the plain recurrent network of Day 71 learns nothing.
#
# **You need** the sigmoid (Day 4), the backward pass of a dense layer (Day 26), Adam (Day 29) and
# backpropagation through time (Day 71). **Not today:** cells with fewer gates, stacks and both directions
# (Day 74), and language (Days 76 and 77). It takes about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B, T$ | sequences in a batch, steps in a sequence | | |
# | $D, H$ | inputs a step, units of the LSTM | | |
# | $x$, $x_t$ | the input, and its step $t$ | $(B, T, D)$, $(B, D)$ | `x`, `x_t` |
# | $h_{t-1}$, $h_t$ | hidden state before and after step $t$ | $(B, H)$ | `h`, `h_next` |
# | $c_{t-1}$, $c_t$ | cell state before and after step $t$ | $(B, H)$ | `c`, `c_next` |
# | $i, f, o$ | input, forget and output gate, entries in $(0, 1)$ | $(B, H)$ | `i`, `f`, `o` |
# | $g$ | candidate, entries in $(-1, 1)$ | $(B, H)$ | `g` |
# | $W_x$, $W_h$ | weights of the input and of the hidden state | $(D, 4H)$, $(H, 4H)$ | `wx`, `wh` in `params` |
# | $b$ | biases | $(4H,)$ | `b` in `params` |
# | $z$ | pre-activations, four blocks | $(B, 4H)$ | `z` |
# | $L$ | the loss | $()$ | |
# | $\bar a$ | short for $\partial L/\partial a$, in the shape of $a$ | | `da` |
#
# $\odot$ multiplies entry by entry, $\sigma$ is the sigmoid. The batch comes first and time second. The
# parameters hold four blocks of $H$ columns side by side, in the order $i, f, g, o$. Both are as in Keras.

# %% setup
import numpy as np

import deepdays as dd


def sigmoid(z):
    """1 / (1 + exp(-z)) for an array of any shape, written so that no z overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# %% [markdown]
# ## A job for a memory
#
# To compare memories, take a job that needs nothing else. The **adding problem** goes back to Hochreiter and
# Schmidhuber (1997); ours is a later, simpler form of it. (Theirs let the length vary, marked both numbers in the
# first half, the earlier of them within the first ten steps, and asked for $0.5$ plus a quarter of the sum.) It
# shows a network one pair of numbers a step: a value and a mark. The values are random in $[-1, 1)$.
# The marks are 0, apart from two ones. After the last step the network must say the **sum of the two marked
# values**. Six steps, by hand:
#
# | step | 0 | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|---|
# | value | 0.5 | -0.8 | 0.1 | 0.9 | -0.3 | 0.7 |
# | mark | 0 | **1** | 0 | 0 | **1** | 0 |
#
# The target is $-0.8 - 0.3 = -1.1$. A network must write down -0.8, leave it alone while other numbers go by,
# add -0.3, and leave that alone again.
#
# One mark always falls in the first half of the sequence, steps $0$ to $\lfloor T/2\rfloor - 1$, and the
# other in the second half, steps $\lfloor T/2\rfloor$ to $T - 1$. Each is equally likely to be any step of
# its half. So the first number has to be kept for $T/2$ steps on average.
#
# A network that remembers nothing does best by always answering 0, the mean target. Its mean squared error is
# then the variance of the target: a uniform number on $[-1, 1)$ has variance $2^2/12 = 1/3$, and two
# independent ones have $2/3 \approx 0.67$. **A loss that stays near 0.67 means: no memory.**
#
# `rng.uniform(low, high, size)` draws numbers and `rng.integers(low, high, size)` whole numbers below `high`.
# A pair of index arrays, row numbers and steps, picks one entry of every row, as the labels did on Day 26.


# %% exercise: long_memory_task
def long_memory_task(num_sequences, num_steps, rng):
    """Sequences of the adding problem (after Hochreiter and Schmidhuber 1997), with one mark in each half.

    Args:
        num_sequences: B, int >= 1.
        num_steps: T, int >= 2.
        rng: np.random.Generator, from which every random number is drawn.

    Returns:
        (x, y): x is (B, T, 2) floats with values uniform in [-1, 1) in x[:, :, 0] and marks, 0.0 or 1.0, in
        x[:, :, 1]; y is (B,) floats, the sum of the two marked values of each sequence. The marked steps are
        drawn anew for each sequence: one from 0 ... T//2 - 1, one from T//2 ... T - 1. About 8 lines.
    """
    ### BEGIN SOLUTION
    rows = np.arange(num_sequences)
    first = rng.integers(0, num_steps // 2, num_sequences)  # (B,)
    second = rng.integers(num_steps // 2, num_steps, num_sequences)  # (B,)
    x = np.zeros((num_sequences, num_steps, 2))
    x[:, :, 0] = rng.uniform(-1, 1, (num_sequences, num_steps))
    x[rows, first, 1] = 1.0
    x[rows, second, 1] = 1.0
    y = x[rows, first, 0] + x[rows, second, 0]
    return x, y
    ### END SOLUTION


# %% test: long_memory_task, points=1
result = long_memory_task(5, 6, np.random.default_rng(0))
dd.check.kind(result, tuple, why="inputs and targets come back together")
assert len(result) == 2
x, y = result
dd.check.kind(x, np.ndarray, what="x")
dd.check.kind(y, np.ndarray, what="y")
dd.check.shape(x, (5, 6, 2), what="x", why="each step shows a value and a mark")
dd.check.shape(y, (5,), what="y", why="there is one answer a sequence")
dd.check.dtype(x, "float", what="x")
dd.check.dtype(y, "float", what="y")
dd.check.finite(x, what="x")
dd.check.close(x[:, :3, 1].sum(axis=1), np.ones(5), what="marks in the first half", why="it has exactly one")
dd.check.close(x[:, 3:, 1].sum(axis=1), np.ones(5), what="marks in the second half", why="it has exactly one")
dd.check.close((x[:, :, 0] * x[:, :, 1]).sum(axis=1), y, what="the sum of the marked values", why="that is y")
### BEGIN HIDDEN TESTS
for m, t in [(1, 2), (1, 9), (40, 3), (30, 2), (50, 20)]:
    x, y = long_memory_task(m, t, np.random.default_rng(m))
    of = f" of long_memory_task({m}, {t}, rng)"
    dd.check.shape(x, (m, t, 2), what="x" + of)
    dd.check.shape(y, (m,), what="y" + of)
    dd.check.dtype(y, "float", what="y" + of)
    for row, target in zip(x, y, strict=True):
        marked = [step for step in range(t) if row[step, 1] != 0.0]
        assert len(marked) == 2, f"{len(marked)} steps{of} are marked; two were due"
        assert marked[0] < t // 2 <= marked[1], f"steps {marked}{of} are marked; each half should have one"
        dd.check.equal([row[step, 1] for step in marked], [1.0, 1.0], what="the marks" + of)
        dd.check.close(target, sum(row[step, 0] for step in marked), what="a target" + of)

# Many sequences of an odd length: every bound below is five standard deviations of a fair draw.
m, t = 6000, 7
x, y = long_memory_task(m, t, np.random.default_rng(73))
values = x[:, :, 0]
assert -1 <= values.min() < -0.99 and 0.99 < values.max() < 1, "values should fill the interval [-1, 1)"
steps = np.argsort(-x[:, :, 1], axis=1, kind="stable")[:, :2]  # (m, 2), the marked steps in order
for first in range(3):
    for second in range(3, 7):
        share = np.mean((steps[:, 0] == first) & (steps[:, 1] == second))
        bound = 5 * np.sqrt(1 / 12 * 11 / 12 / m)
        why = "every pair of a step of the first half and one of the second is equally likely"
        dd.check.close(share, 1 / 12, rtol=0, atol=bound, what=f"share of marks at {(first, second)}", why=why)
for step in range(t):
    what = f"of the values at step {step}"
    dd.check.close(values[:, step].mean(), 0.0, rtol=0, atol=5 / np.sqrt(3 * m), what="mean " + what)
    dd.check.close(values[:, step].var(), 1 / 3, rtol=0, atol=5 * np.sqrt(4 / 45 / m), what="variance " + what)
together = np.corrcoef(values, rowvar=False) - np.eye(t)
dd.check.close(together, np.zeros((t, t)), rtol=0, atol=5 / np.sqrt(m), what="correlation of two steps' values")
dd.check.close(y.var(), 2 / 3, rtol=0, atol=0.06, what="variance of y", why="it is 1/3 for each of two values")
dd.check.close(
    values[:-1].ravel() @ values[1:].ravel() / values.size,
    0.0,
    rtol=0,
    atol=5 / 3 / np.sqrt(values.size),
    what="mean product of neighbouring sequences",
    why="each sequence has values of its own",
)

# Every random number comes from rng, which moves on.
rng = np.random.default_rng(5)
one, other = long_memory_task(40, 10, rng), long_memory_task(40, 10, rng)
again = long_memory_task(40, 10, np.random.default_rng(5))
dd.check.equal(again[0], one[0], what="x of the same seed", why="all randomness comes from rng")
for part, what in [(np.s_[:, :, 0], "values"), (np.s_[:, :5, 1], "first marks"), (np.s_[:, 5:, 1], "second marks")]:
    assert not np.array_equal(one[0][part], other[0][part]), f"a second call with the same rng gave the same {what}"
### END HIDDEN TESTS

# %% mistakes: long_memory_task
# - replace: rng.integers(num_steps // 2, num_steps, num_sequences)
#   with: rng.integers(0, num_steps, num_sequences)
#   hint: "Your second mark may fall anywhere, even on the first one. Each half of the sequence has its own."
# - replace: first = rng.integers(0, num_steps // 2, num_sequences)
#   with: first = np.full(num_sequences, rng.integers(0, num_steps // 2))
#   hint: "All sequences of your batch share one marked step. A network could learn the place by heart; draw
#     one for each sequence."
# - replace: rng.uniform(-1, 1, (num_sequences, num_steps))
#   with: rng.random((num_sequences, num_steps))
#   hint: "Look at the range of your values: half of the interval is missing."
# - replace: rng.uniform(-1, 1, (num_sequences, num_steps))
#   with: rng.normal(size=(num_sequences, num_steps))
#   hint: "The values should be uniform; yours follow a bell curve and leave the interval."
# - replace: rng.uniform(-1, 1, (num_sequences, num_steps))
#   with: rng.uniform(-1, 1, num_steps)
#   hint: "Every sequence has the same values. How many numbers does a whole batch need?"
# - replace: x[rows, first, 1] = 1.0
#   with: x[:, first, 1] = 1.0
#   hint: "You mark whole columns. Each row should get its own single step: pair the row numbers with the
#     steps."
# - replace: x[rows, first, 0] + x[rows, second, 0]
#   with: (x[rows, first, 0] + x[rows, second, 0]) / 2
#   hint: "Your target is half of what it should be: the task asks for a sum."
# - replace: rng.integers(num_steps // 2, num_steps, num_sequences)
#   with: rng.integers(num_steps // 2, num_steps - 1, num_sequences) if num_steps > 3 else
#     np.full(num_sequences, num_steps - 1)
#   hint: "Your second mark never falls on the last step. Does rng.integers include its upper end?"
# - replace: first = rng.integers
#   with: first = np.random.default_rng(0).integers
#   hint: "The marked steps don't come from rng, so they are the same in every call."

# %% equivalents: long_memory_task
# - replace: rng.integers(0, num_steps // 2, num_sequences)
#   with: rng.integers(0, num_steps / 2, num_sequences)
#   reason: "`integers` cuts the fraction off its bounds."
# - replace: rng.integers(num_steps // 2, num_steps, num_sequences)
#   with: rng.integers(num_steps / 2, num_steps, num_sequences)
#   reason: "`integers` cuts the fraction off its bounds."


# %% accepts: long_memory_task
def long_memory_task(num_sequences, num_steps, rng):
    values = 2 * rng.random((num_sequences, num_steps)) - 1
    half = num_steps // 2
    marks = np.concatenate(
        [
            np.eye(half)[rng.integers(half, size=num_sequences)],
            np.eye(num_steps - half)[rng.integers(num_steps - half, size=num_sequences)],
        ],
        axis=1,
    )
    return np.stack([values, marks], axis=2), np.einsum("bt,bt->b", values, marks)


# %% accepts: long_memory_task
def long_memory_task(num_sequences, num_steps, rng):
    x, y = np.empty((num_sequences, num_steps, 2)), []
    for row in x:
        chosen = {int(rng.integers(num_steps // 2)), int(rng.integers(num_steps // 2, num_steps))}
        for step in range(num_steps):
            row[step] = rng.uniform(-1.0, 1.0), float(step in chosen)
        y.append(sum(row[step, 0] for step in chosen))
    return x, np.array(y)


# %% [markdown]
# How much of what a network reads is of use? One sequence of the length we will train on:

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
example_x, example_y = long_memory_task(1, 100, np.random.default_rng(4))
example_marked = example_x[0, :, 1] == 1


def draw_sequence(ax):
    for chosen, color, label in [(~example_marked, "0.75", "not marked"), (example_marked, "black", "marked")]:
        where = np.flatnonzero(chosen)
        ax.vlines(where, 0, example_x[0, where, 0], color=color, linewidth=2.5, label=label)
    ax.plot(where, example_x[0, where, 0], "o", color="black", markersize=8)
    ax.axhline(0, color="black", linewidth=0.8)


fig, ax = plt.subplots(figsize=(9, 3.2))
draw_sequence(ax)
ax.set(title=f"One sequence: the answer is {example_y[0]:.2f}", xlabel="step", ylabel="value", ylim=(-1.35, 1.1))
ax.legend(loc="lower center", ncols=2)
dd.plot.show(
    "A hundred grey bars, one a step, of random height between -1 and 1; two of them, one in each half, are black "
    "with a dot at the end: the marked ones."
)

# %% [markdown]
# Two numbers in a hundred matter. The rest is there to wash the first of them away.
#
# ## Why the plain network forgets
#
# The network of Day 71 has one state, $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$, here with its own smaller
# $W_x, W_h, b$. For a single unit, a step back in time multiplies the gradient by
#
# $$\frac{\partial h_t}{\partial h_{t-1}} = w_h\,(1 - h_t^2) .$$
#
# Fifty steps multiply fifty such factors. If each is 0.9, what is left is $0.9^{50} \approx 0.005$; if each
# is 1.1, the gradient grows a hundredfold. Only a factor of exactly 1 neither vanishes nor explodes, and the
# tanh's slope stands in the way: $w_h = 1$ gives a factor of 1 only at $h_t = 0$, where nothing is stored.
#
# Hochreiter and Schmidhuber asked for the factor 1 outright. Keep a second state that is *added to* and
# nothing else, without weight and without tanh:
#
# $$c_t = c_{t-1} + \text{something new} \quad\Rightarrow\quad \frac{\partial c_t}{\partial c_{t-1}} = 1 .$$
#
# What was written stays, and an error that comes back travels along unchanged, however far: the **constant
# error carousel**. It has two defects, each mended by a **gate**, a factor between 0 and 1 that the network
# computes at each step:
#
# - *It writes down everything.* An **input gate** $i$ decides how much of the new enters.
# - *It always shows everything.* An **output gate** $o$ decides how much of the memory leaves the cell.
#
# On endless streams the sum grows for ever, so Gers, Schmidhuber and Cummins (2000) added a **forget gate**
# $f$ that multiplies the old memory. Its name misleads: $f = 1$ means *keep*, $f = 0$ means *forget*. The
# carousel's factor becomes $f$, near 1 as long as the network wishes.
#
# ## One step by hand
#
# One unit, one example, with memory $c_{t-1} = 2$. Suppose the four pre-activations are $0$, $\ln 3$,
# $\tfrac12\ln 3$ and $\ln 9$. Since $\sigma(\ln a) = \frac{a}{a+1}$ and
# $\tanh(\tfrac12 \ln a) = \frac{a-1}{a+1}$:
#
# - input gate $i = \sigma(0) = 0.5$; forget gate $f = \sigma(\ln 3) = 0.75$;
# - candidate, the new content, $g = \tanh(\tfrac12\ln 3) = 0.5$; output gate $o = \sigma(\ln 9) = 0.9$;
# - new cell state: keep three quarters of 2 and write half of 0.5, so $c_t = 1.5 + 0.25 = 1.75$;
# - new hidden state: show nine tenths of $\tanh(1.75) \approx 0.941$, so $h_t \approx 0.847$.
#
# In general every gate looks at the input and at the last hidden state, with weights of its own. Side by
# side, the four need one product each:
#
# $$z = x_t W_x + h_{t-1} W_h + b = \big(z_i \,|\, z_f \,|\, z_g \,|\, z_o\big),
# \qquad (B, D)(D, 4H) + (B, H)(H, 4H) + (4H,) \to (B, 4H)$$
#
# $$i = \sigma(z_i), \quad f = \sigma(z_f), \quad g = \tanh(z_g), \quad o = \sigma(z_o)
# \qquad \text{each } (B, H)$$
#
# $$c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t) .$$
#
# $c$ is the long memory, private to the cell and unbounded; $h$ is the short one, what the cell says aloud,
# with entries in $(-1, 1)$. Where do the pieces sit?

# %% demo
fig, ax = plt.subplots(figsize=(10.5, 5.2))
thin, bold = {"arrowstyle": "->", "linewidth": 1.3}, {"arrowstyle": "->", "linewidth": 3.0}


def arrow(start, end, style=thin, **more):
    ax.annotate("", end, start, arrowprops={"shrinkA": 0, "shrinkB": 0, **style, **more})


def node(x, y, text):
    ax.add_patch(plt.Circle((x, y), 0.24, facecolor="white", edgecolor="black", zorder=3))
    ax.text(x, y, text, ha="center", va="center", fontsize=13, zorder=4)


for left, right in [(0.2, 1.76), (2.24, 4.06), (4.54, 9.4)]:  # the carousel
    arrow((left, 4), (right, 4), bold)
node(2, 4, "×")
node(4.3, 4, "+")
node(4.3, 2.9, "×")
node(8.3, 2.3, "×")
arrow((4.3, 3.14), (4.3, 3.76))
gates = {"$f$": (2, "σ\nforget"), "$i$": (3.5, "σ\ninput"), "$g$": (5.1, "tanh\ncandidate"), "$o$": (7.1, "σ\noutput")}
for x, text in gates.values():
    ax.add_patch(plt.Rectangle((x - 0.6, 1.2), 1.2, 0.8, facecolor="0.9", edgecolor="black", zorder=3))
    ax.text(x, 1.6, text, ha="center", va="center", fontsize=11, zorder=4)
    arrow((x, 0.62), (x, 1.2))
arrow((2, 2), (2, 3.76))
arrow((3.7, 2), (4.12, 2.74))
arrow((4.9, 2), (4.48, 2.74))
arrow((7.7, 1.75), (8.1, 2.17))
arrow((8.3, 4), (8.3, 3.4))
ax.text(8.3, 3.24, "tanh", ha="center", va="center", bbox={"facecolor": "white", "edgecolor": "black"}, zorder=4)
arrow((8.3, 3.09), (8.3, 2.54))
arrow((8.54, 2.3), (9.4, 2.3))
for x, y, text in [(1.72, 2.4, "$f$"), (3.62, 2.4, "$i$"), (4.86, 2.4, "$g$"), (7.72, 2.12, "$o$")]:
    ax.text(x, y, text, fontsize=12)
ax.add_patch(plt.Rectangle((1.4, 0.1), 6.3, 0.52, facecolor="0.75", edgecolor="black"))
ax.text(4.55, 0.36, "$z = x_t W_x + h_{t-1} W_h + b$", ha="center", va="center", fontsize=12)
arrow((0.5, 0.5), (1.4, 0.5))
arrow((0.5, 0.22), (1.4, 0.22))
for x, y, text in [(0.15, 4.25, "$c_{t-1}$"), (9.1, 4.25, "$c_t$"), (9.5, 2.24, "$h_t$"), (-0.25, 0.52, "$h_{t-1}$")]:
    ax.text(x, y, text, fontsize=14)
ax.text(-0.1, 0.1, "$x_t$", fontsize=14)
dashed = {"linestyle": "--", "color": "0.35"}
arrow((1.1, 4), (1.55, 2.0), **dashed)
arrow((1.1, 4), (3.2, 2.0), **dashed)
arrow((6.6, 4), (7.0, 2.0), **dashed)
ax.set(xlim=(-0.5, 10.1), ylim=(0, 4.6), title="An LSTM cell: thick, the carousel; dashed, peepholes (a variant)")
ax.axis("off")
dd.plot.show(
    "Diagram of an LSTM cell. A thick line runs along the top from the old to the new cell state, through a "
    "multiplication by f and an addition of i times g. Below, one box computes z from the input and the old hidden "
    "state and feeds the four gates; at the right the cell state passes tanh, is multiplied by o and becomes the "
    "new hidden state. Dashed arrows lead from the old cell state to f and i and from the new one to o."
)

# %% [markdown]
# Follow the thick line: one multiplication, one addition, no weight matrix and no tanh. Everything else only
# decides what happens to that line. (Leave out the dashed ones.)
#
# As on Day 26 the forward pass keeps what the backward pass will need, here in a dict. `np.split(a, n, axis)`
# cuts an array into `n` equal blocks.


# %% exercise: lstm_cell_forward
def lstm_cell_forward(x_t, h, c, params):
    """One step of an LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    Args:
        x_t: input of this step, (B, D) floats.
        h, c: hidden and cell state before the step, (B, H) floats each.
        params: dict of wx (D, 4H), wh (H, 4H) and b (4H,), blocks in the order i, f, g, o.

    Returns:
        (h_next, c_next, cache): both states after the step, (B, H) each, and a dict of what the backward pass
        needs: "x_t", "h" and "c" as they were given, the gates and candidate "i", "f", "g", "o", (B, H) each,
        and "c_next". The arguments stay unchanged. About 7 lines; sigmoid is given above.
    """
    ### BEGIN SOLUTION
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]  # (B, 4H)
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)  # (B, H) each
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    cache = {"x_t": x_t, "h": h, "c": c, "i": i, "f": f, "g": g, "o": o, "c_next": c_next}
    return h_next, c_next, cache
    ### END SOLUTION


# %% test: lstm_cell_forward, points=2
# The step worked by hand above: the input weights are the pre-activations, and x_t is 1.
params = {"wx": np.log([[1.0, 3.0, np.sqrt(3.0), 9.0]]), "wh": np.zeros((1, 4)), "b": np.zeros(4)}
result = lstm_cell_forward(np.array([[1.0]]), np.array([[0.3]]), np.array([[2.0]]), params)
dd.check.kind(result, tuple, why="two states and the cache come back together")
assert len(result) == 3
h_next, c_next, cache = result
dd.check.like(c_next, np.array([[1.75]]), what="c_next", why="0.75 of the old 2, and 0.5 of the new 0.5")
dd.check.like(h_next, 0.9 * np.tanh([[1.75]]), what="h_next", why="0.9 of tanh(c_next) is shown")
dd.check.kind(cache, dict, what="cache")
dd.check.equal(sorted(cache), ["c", "c_next", "f", "g", "h", "i", "o", "x_t"], what="the keys of cache")
for name, due in {"x_t": 1.0, "h": 0.3, "c": 2.0, "i": 0.5, "f": 0.75, "g": 0.5, "o": 0.9, "c_next": 1.75}.items():
    dd.check.close(cache[name], [[due]], what=f'cache["{name}"]', why="the step worked by hand; x_t, h and c as given")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(73)


def unit_by_unit(x_t, h, c, params):
    """The same step in plain floats, one sequence and one unit at a time."""
    size = h.shape[1]
    names = ("h_next", "c_next", "i", "f", "g", "o")
    due = {name: np.zeros(h.shape) for name in names}
    for row in range(len(x_t)):
        for unit in range(size):
            z = []
            for block in range(4):
                column = block * size + unit
                total = params["b"][column]
                for d in range(x_t.shape[1]):
                    total += x_t[row, d] * params["wx"][d, column]
                for k in range(size):
                    total += h[row, k] * params["wh"][k, column]
                z.append(float(total))
            i, f, o = (1 / (1 + math.exp(-z[block])) for block in (0, 1, 3))
            g = math.tanh(z[2])
            c_next = f * c[row, unit] + i * g
            for name, value in zip(names, (o * math.tanh(c_next), c_next, i, f, g, o), strict=True):
                due[name][row, unit] = value
    return due


for b, d, size in [(1, 1, 1), (1, 3, 2), (4, 1, 3), (5, 2, 1), (3, 3, 3), (2, 4, 5), (6, 5, 2)]:
    params = {"b": rng.normal(size=4 * size), "wh": rng.normal(size=(size, 4 * size))}
    params["wx"] = rng.normal(size=(d, 4 * size))
    x_t, h, c = rng.normal(size=(b, d)), rng.uniform(-1, 1, (b, size)), 2 * rng.normal(size=(b, size))
    with dd.check.unchanged(x_t), dd.check.unchanged(h), dd.check.unchanged(c), dd.check.unchanged(params):
        h_next, c_next, cache = lstm_cell_forward(x_t, h, c, params)
    due = unit_by_unit(x_t, h, c, params)
    dd.check.like(c_next, due["c_next"], what="c_next", why="f keeps a part of the old, i lets in a part of the new")
    dd.check.like(h_next, due["h_next"], what="h_next", why="o shows a part of tanh(c_next)")
    dd.check.equal(sorted(cache), ["c", "c_next", "f", "g", "h", "i", "o", "x_t"], what="the keys of cache")
    for name, given in [("x_t", x_t), ("h", h), ("c", c)]:
        dd.check.equal(cache[name], given, what=f'cache["{name}"]', why="the cache keeps it as it was given")
    for name in ("i", "f", "g", "o", "c_next"):
        dd.check.close(cache[name], due[name], what=f'cache["{name}"]')

# Gates driven to 0 and 1: a memory kept to the last bit, one wiped, one kept but hidden, one written.
big = 1000.0
extremes = np.array([[-big, big, big, big], [-big, -big, big, big], [-big, big, big, -big], [big, -big, -big, big]])
params = {"wx": extremes, "wh": np.zeros((1, 4)), "b": np.zeros(4)}
h_next, c_next, cache = lstm_cell_forward(np.eye(4), np.ones((4, 1)), np.full((4, 1), 0.7), params)
dd.check.finite(h_next, what="h_next", why="pre-activations of 1000 must not overflow")
dd.check.close(c_next, [[0.7], [0.0], [0.7], [-1.0]], what="c_next", why="kept, wiped, kept, overwritten by -1")
why = "an output gate of 0 hides the memory, it doesn't change it"
dd.check.close(h_next, [[np.tanh(0.7)], [0.0], [0.0], [np.tanh(-1.0)]], what="h_next", why=why)
### END HIDDEN TESTS

# %% mistakes: lstm_cell_forward
# - replace: z_i, z_f, z_g, z_o = np.split
#   with: z_i, z_f, z_o, z_g = np.split
#   hint: "Your candidate and output gate have changed places. The blocks stand in the order i, f, g, o."
# - replace: z_i, z_f, z_g, z_o = np.split
#   with: z_f, z_i, z_g, z_o = np.split
#   hint: "Your input and forget gates have changed places. The blocks stand in the order i, f, g, o."
# - replace: f * c + i * g
#   with: f * c + g
#   hint: "Everything new is written in full: nothing stands between the candidate and the cell state."
# - replace: f * c + i * g
#   with: c + i * g
#   hint: "That is the cell of 1997: the old memory can never be forgotten. Which gate multiplies it?"
# - replace: f * c + i * g
#   with: f * c + (1 - f) * g
#   hint: "You tie the input gate to the forget gate. That variant exists, but here each gate has weights of
#     its own."
# - replace: f * c + i * g
#   with: (1 - f) * c + i * g
#   hint: "In spite of its name, a forget gate of 1 keeps the memory and one of 0 wipes it."
# - replace: o * np.tanh(c_next)
#   with: o * c_next
#   hint: "The hidden state leaves the interval from -1 to 1: the cell state has to be squashed before it is
#     shown."
# - replace: o * np.tanh(c_next)
#   with: o * np.tanh(c)
#   hint: "Your hidden state shows the memory as it was before this step."
# - replace: sigmoid(z_f), np.tanh(z_g)
#   with: sigmoid(z_f), sigmoid(z_g)
#   hint: "The candidate is content and not a gate, and must be able to be negative."
# - replace: h @ params["wh"] + params["b"]
#   with: h @ params["wh"]
#   hint: "The pre-activations lack a term, without which a gate has no position of rest."
# - replace: x_t @ params["wx"] + h @ params["wh"]
#   with: x_t @ params["wx"] + c @ params["wh"]
#   hint: "The gates read the wrong state: they look at what was said aloud, not at the private memory."
# - replace: np.split(z, 4, axis=1)
#   with: (z[:, k::4] for k in range(4))
#   hint: "You deal the columns out in turn. Each gate's H columns lie next to one another, in one block."
# - replace: '"c": c,'
#   with: '"c": c_next,'
#   hint: "The states are right. In the cache, c is the cell state from before the step, which the forget
#     gate's gradient will need."


# %% accepts: lstm_cell_forward
def lstm_cell_forward(x_t, h, c, params):
    size = h.shape[1]
    joined = np.concatenate([x_t, h], axis=1) @ np.concatenate([params["wx"], params["wh"]]) + params["b"]
    gates = dict(zip("ifgo", joined.reshape(-1, 4, size).swapaxes(0, 1), strict=True))
    gates = {name: np.tanh(z) if name == "g" else sigmoid(z) for name, z in gates.items()}
    c_next = gates["f"] * c + gates["i"] * gates["g"]
    return gates["o"] * np.tanh(c_next), c_next, {"x_t": x_t, "h": h, "c": c, "c_next": c_next, **gates}


# %% accepts: lstm_cell_forward
def lstm_cell_forward(x_t, h, c, params):
    size = c.shape[-1]
    cache = {"x_t": x_t.copy(), "h": h.copy(), "c": c.copy()}
    for k, name in enumerate("ifgo"):
        block = slice(k * size, (k + 1) * size)
        z = params["b"][block] + np.einsum("bd,dh->bh", x_t, params["wx"][:, block])
        z = z + np.einsum("bk,kh->bh", h, params["wh"][:, block])
        cache[name] = 2 * sigmoid(2 * z) - 1 if name == "g" else sigmoid(z)
    cache["c_next"] = np.multiply(cache["f"], c) + np.multiply(cache["i"], cache["g"])
    return np.tanh(cache["c_next"]) * cache["o"], cache["c_next"], cache


# %% [markdown]
# ## A whole sequence
#
# The same cell, with the same parameters, reads one step after another; **both** states go from step to step:
#
# $$(h_t, c_t) = \text{cell}(x_t, h_{t-1}, c_{t-1}), \qquad t = 0, \dots, T-1,$$
#
# where the states before step 0 are the given `h0` and `c0`, each $(B, H)$. A memory that starts empty has
# $c = 0$. Step $t$ of a batch is `x[:, t]`, of shape $(B, D)$, while `x[t]` is all of sequence $t$. The
# hidden states of all steps belong in one array $(B, T, H)$, time second, as in the input.
#
# With both states you can read the first half of a stream, keep `h` and `c`, and read the second half later.
# The result must be that of one pass.


# %% exercise: lstm_forward
def lstm_forward(x, h0, params, c0=None):
    """Run an LSTM over sequences.

    Args:
        x: inputs, (B, T, D) floats, T >= 1.
        h0: hidden state before the first step, (B, H).
        params: as for lstm_cell_forward.
        c0: cell state before the first step, (B, H); zeros if None.

    Returns:
        (hs, c, caches): the hidden states after every step, (B, T, H); the cell state after the last step,
        (B, H); and a list of the T steps' caches, in the order of time. The arguments stay unchanged.
        About 7 lines; call lstm_cell_forward.
    """
    ### BEGIN SOLUTION
    h = h0
    c = np.zeros_like(h0) if c0 is None else c0
    hs, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_cell_forward(x[:, t], h, c, params)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), c, caches
    ### END SOLUTION


# %% test: lstm_forward, points=2
# All weights are 0 and the forget gate is open: every step adds 0.5 * 0.5 to the memory and shows it whole.
params = {"wx": np.zeros((1, 4)), "wh": np.zeros((1, 4)), "b": np.array([0.0, 60.0, np.log(3) / 2, 60.0])}
result = lstm_forward(np.ones((1, 3, 1)), np.zeros((1, 1)), params)
dd.check.kind(result, tuple, why="hidden states, last cell state and caches come back together")
assert len(result) == 3
hs, c, caches = result
dd.check.like(c, np.array([[0.75]]), what="c", why="the last cell state: three steps added 0.25 each")
dd.check.like(hs, np.tanh([[[0.25], [0.5], [0.75]]]), what="hs", why="a state after each step, and the memory grows")
dd.check.kind(caches, list, what="caches")
dd.check.equal(len(caches), 3, what="the number of caches", why="there is one a step")
dd.check.close(caches[1]["c"], [[0.25]], what='caches[1]["c"]', why="step 1 starts from what step 0 left")

# Read in two parts, with both states carried over, a sequence gives what it gives in one.
rng = np.random.default_rng(0)
params = {"wx": rng.normal(size=(2, 12)), "wh": rng.normal(size=(3, 12)), "b": rng.normal(size=12)}
x, h0 = rng.normal(size=(4, 5, 2)), rng.uniform(-1, 1, (4, 3))
hs, c, caches = lstm_forward(x, h0, params)
hs_a, c_a, _ = lstm_forward(x[:, :2].copy(), h0, params)
hs_b, c_b, _ = lstm_forward(x[:, 2:].copy(), hs_a[:, -1].copy(), params, c0=c_a)
dd.check.close(np.concatenate([hs_a, hs_b], axis=1), hs, what="hs of two parts", why="h and c say all that was read")
dd.check.close(c_b, c, what="c of the second part", why="h and c say all that was read")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(7)


def one_sequence(x, h, c, params):
    """Hidden and cell states of one sequence, (T, H) each, in plain floats."""
    size = len(h)
    h, c, hs, cs = list(h), list(c), [], []
    for x_t in x:
        z = [
            sum(a * w for a, w in zip(x_t, params["wx"][:, k], strict=True))
            + sum(a * w for a, w in zip(h, params["wh"][:, k], strict=True))
            + params["b"][k]
            for k in range(4 * size)
        ]
        i, f, o = ([1 / (1 + math.exp(-v)) for v in z[k * size : (k + 1) * size]] for k in (0, 1, 3))
        c = [f[u] * c[u] + i[u] * math.tanh(z[2 * size + u]) for u in range(size)]
        h = [o[u] * math.tanh(c[u]) for u in range(size)]
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


for b, t, d, size in [(1, 1, 1, 1), (1, 4, 2, 3), (3, 1, 2, 2), (5, 4, 1, 2), (4, 4, 4, 4), (2, 6, 3, 1), (3, 7, 2, 4)]:
    params = {"wh": rng.normal(size=(size, 4 * size)), "wx": rng.normal(size=(d, 4 * size))}
    params["b"] = rng.normal(size=4 * size)
    x, h0, c0 = rng.normal(size=(b, t, d)), rng.uniform(-1, 1, (b, size)), rng.normal(size=(b, size))
    for start in (None, c0):
        with dd.check.unchanged(x), dd.check.unchanged(h0), dd.check.unchanged(c0), dd.check.unchanged(params):
            hs, c, caches = lstm_forward(x, h0, params) if start is None else lstm_forward(x, h0, params, c0=start)
        dd.check.kind(hs, np.ndarray, what="hs")
        dd.check.shape(hs, (b, t, size), what="hs", why="batch first, time second")
        dd.check.finite(hs, what="hs")
        dd.check.kind(c, np.ndarray, what="c")
        dd.check.shape(c, (b, size), what="c", why="only the last cell state is handed on")
        dd.check.kind(caches, list, what="caches")
        dd.check.equal(len(caches), t, what="the number of caches")
        for row in range(b):
            begin = np.zeros(size) if start is None else c0[row]
            due_hs, due_cs = one_sequence(x[row], h0[row], begin, params)
            which = f" of sequence {row}" + (", c0 left out" if start is None else ", c0 given")
            dd.check.close(hs[row], due_hs, what="hs" + which, why="both states go from step to step")
            dd.check.close(c[row], due_cs[-1], what="c" + which, why="it is the memory after the last step")
            for step in range(t):
                what = f"caches[{step}]"
                dd.check.close(caches[step]["x_t"][row], x[row, step], what=what + '["x_t"]' + which)
                dd.check.close(caches[step]["c_next"][row], due_cs[step], what=what + '["c_next"]' + which)
                before = h0[row] if step == 0 else due_hs[step - 1]
                dd.check.close(caches[step]["h"][row], before, what=what + '["h"]' + which)
### END HIDDEN TESTS

# %% mistakes: lstm_forward
# - replace: h, c, cache = lstm_cell_forward(x[:, t], h, c, params)
#   with: h, _, cache = lstm_cell_forward(x[:, t], h, c, params)
#   hint: "Your memory is never updated: every step starts from the same cell state."
# - replace: lstm_cell_forward(x[:, t], h, c, params)
#   with: lstm_cell_forward(x[:, t], h0, c, params)
#   hint: "Every step reads the hidden state from before the sequence instead of the last step's."
# - replace: x[:, t], h, c, params
#   with: x[:, -1 - t], h, c, params
#   hint: "You read the sequences from their end. Time runs from step 0 upwards."
# - replace: np.stack(hs, axis=1), c, caches
#   with: np.stack(hs, axis=0), c, caches
#   hint: "Time is the first axis of your hidden states; it should be the second, as in x."
# - replace: np.stack(hs, axis=1), c, caches
#   with: h, c, caches
#   hint: "Only the last hidden state comes back; those of all steps were asked for."
# - replace: np.stack(hs, axis=1), c, caches
#   with: np.stack(hs, axis=1), h, caches
#   hint: "The second result is the hidden state once more. Which state would a reader need to go on that
#     isn't in hs?"
# - replace: np.zeros_like(h0) if c0 is None else c0
#   with: np.zeros_like(h0)
#   hint: "The cell state that the caller hands over is ignored, so a long stream can't be read in parts."
# - replace: np.zeros_like(h0) if c0 is None else c0
#   with: h0 if c0 is None else c0
#   hint: "A memory for which nothing is given starts empty, whatever the hidden state is."
# - replace: caches.append(cache)
#   with: caches.insert(0, cache)
#   hint: "The states are right, but the caches come back in the reverse order of time."
# - replace: range(x.shape[1])
#   with: range(x.shape[0])
#   hint: "You make as many steps as there are sequences. Which axis of x is time?"
# - replace: np.stack(hs, axis=1)
#   with: np.stack(hs).reshape(len(x), -1, h0.shape[1])
#   hint: "The shape is right and the values are shuffled: reshape doesn't move an axis, it cuts the numbers
#     anew in the order in which they lie."


# %% accepts: lstm_forward
def lstm_forward(x, h0, params, c0=None):
    hs = np.empty((len(x), x.shape[1], h0.shape[1]))
    state, caches = (h0, 0 * h0 if c0 is None else c0), []
    for t, x_t in enumerate(np.moveaxis(x, 1, 0)):
        *state, cache = lstm_cell_forward(x_t, *state, params)
        hs[:, t] = state[0]
        caches += [cache]
    return hs, state[1], caches


# %% accepts: lstm_forward
def lstm_forward(x, h0, params, c0=None):
    c0 = np.zeros(h0.shape) if c0 is None else c0
    h, c, cache = lstm_cell_forward(x[:, 0], h0, c0, params)
    if x.shape[1] == 1:
        return h[:, None], c, [cache]
    hs, c, caches = lstm_forward(x[:, 1:], h, params, c0=c)
    return np.concatenate([h[:, None], hs], axis=1), c, [cache, *caches]


# %% [markdown]
# ## The way back through one step
#
# Two gradients arrive at a step: $\bar h_t$, from the loss and from the next step's gates, and $\bar c_t$,
# from the next step's memory. The example goes on, with $\bar h_t = 1$ and $\bar c_t = 2$. Go through the
# forward pass from its last line up.
#
# **1. Everything that reaches $c_t$.** The cell state has two readers: the next step, whose share $\bar c_t$
# has come in, and $h_t = o \odot \tanh(c_t)$. Gradients of a value with two readers add up (Day 25):
#
# $$\bar c = \bar c_t + \bar h_t \odot o \odot \big(1 - \tanh^2 c_t\big)$$
#
# In numbers: $2 + 1 \cdot 0.9 \cdot (1 - 0.886) \approx 2.102$.
#
# **2. To the gates.** Each is one factor of a product, so it receives the other factor:
#
# $$\bar o = \bar h_t \odot \tanh c_t, \qquad \bar f = \bar c \odot c_{t-1}, \qquad
# \bar i = \bar c \odot g, \qquad \bar g = \bar c \odot i$$
#
# In numbers $0.941$, $4.205$, $1.051$ and $1.051$. The forget gate multiplied the **old** memory, 2.
#
# **3. Through the squashing.** The slope of $\sigma$ is $\sigma(1 - \sigma)$ and that of $\tanh$ is
# $1 - \tanh^2$, so the kept gates suffice:
#
# $$\bar z_i = \bar i \odot i \odot (1 - i), \quad \bar z_f = \bar f \odot f \odot (1 - f), \quad
# \bar z_g = \bar g \odot (1 - g^2), \quad \bar z_o = \bar o \odot o \odot (1 - o)$$
#
# In numbers $0.263$, $0.788$, $0.788$ and $0.085$. Side by side they are $\bar z$, $(B, 4H)$.
#
# **4. Through the dense part.** $z = x_t W_x + h_{t-1} W_h + b$ is a dense layer with two inputs, and Day 26
# knows its gradients. Sums over the batch, no mean: the $1/B$ has come with the loss.
#
# **5. Along the carousel.** $c_{t-1}$ enters through $f \odot c_{t-1}$ alone:
#
# $$\bar c_{t-1} = \bar c \odot f$$
#
# In numbers $2.102 \cdot 0.75 \approx 1.577$. No matrix and no slope of a tanh: for this line the LSTM was
# invented. Steps 2 and 5 need the *whole* $\bar c$ of step 1.


# %% exercise: lstm_cell_backward
def lstm_cell_backward(dh_next, dc_next, cache, params):
    """Gradients of one LSTM step, given those of the two states that it returned.

    Args:
        dh_next, dc_next: gradients of the loss with respect to h_next and c_next, (B, H) floats each; dc_next
            holds only what comes from later steps, not what comes through h_next.
        cache: the dict that lstm_cell_forward kept of this step.
        params: as for lstm_cell_forward.

    Returns:
        (dx_t, dh, dc, grads): the gradients with respect to x_t (B, D), h (B, H) and c (B, H), and a dict with
        those of wx, wh and b in their shapes. The arguments stay unchanged. About 13 lines.
    """
    ### BEGIN SOLUTION
    i, f, g, o = (cache[name] for name in ("i", "f", "g", "o"))  # (B, H) each
    tanh_c = np.tanh(cache["c_next"])
    dc_total = dc_next + dh_next * o * (1 - tanh_c**2)  # (B, H)
    dz_i = dc_total * g * i * (1 - i)
    dz_f = dc_total * cache["c"] * f * (1 - f)
    dz_g = dc_total * i * (1 - g**2)
    dz_o = dh_next * tanh_c * o * (1 - o)
    dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=1)  # (B, 4H)
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, dc_total * f, grads
    ### END SOLUTION


# %% test: lstm_cell_backward, points=3
# The step worked by hand above, and what its dense part makes of the four numbers.
params = {"wx": np.log([[1.0, 3.0, np.sqrt(3.0), 9.0]]), "wh": np.array([[1.0, 0.0, 0.0, 10.0]]), "b": np.zeros(4)}
cache = {"x_t": 1.0, "h": 0.3, "c": 2.0, "i": 0.5, "f": 0.75, "g": 0.5, "o": 0.9, "c_next": 1.75}
cache = {name: np.array([[value]]) for name, value in cache.items()}
result = lstm_cell_backward(np.array([[1.0]]), np.array([[2.0]]), cache, params)
dd.check.kind(result, tuple, why="three gradients and a dict of the parameters' come back together")
assert len(result) == 4
dx_t, dh, dc, grads = result
for gradient, name in [(dx_t, "dx_t"), (dh, "dh"), (dc, "dc")]:
    dd.check.kind(gradient, np.ndarray, what=name)
    dd.check.shape(gradient, (1, 1), what=name, why="a gradient has the shape of its variable")
    dd.check.finite(gradient, what=name)
dd.check.kind(grads, dict, what="grads")
dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
shown = np.tanh(1.75)
reached = 2 + 0.9 * (1 - shown**2)  # what reaches the cell state by both ways, about 2.102
dz = np.array([reached * 0.5 / 4, reached * 2 * 3 / 16, reached * 0.5 * 3 / 4, shown * 0.09])
dd.check.close(dc, [[reached * 0.75]], what="dc", why="the forget gate was 0.75")
dd.check.close(grads["b"], dz, what="gradient of b", why="it is that of z, in the order i, f, g, o")
dd.check.close(grads["wx"], dz[None], what="gradient of wx", why="x_t was 1")
dd.check.close(grads["wh"], 0.3 * dz[None], what="gradient of wh", why="h was 0.3")
dd.check.close(dx_t, (dz @ params["wx"].T)[None], what="dx_t", why="x_t reaches z through wx")
dd.check.close(dh, [[dz[0] + 10 * dz[3]]], what="dh", why="the weights of h are 1, 0, 0 and 10")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(73)


def step(x_t, h, c, wx, wh, b):
    """The forward step, by gates cut out of the parameters one at a time."""
    size = h.shape[1]
    z = [x_t @ wx[:, k : k + size] + h @ wh[:, k : k + size] + b[k : k + size] for k in range(0, 4 * size, size)]
    i, f, o = (1 / (1 + np.exp(-z[k])) for k in (0, 1, 3))
    g = np.tanh(z[2])
    c_next = f * c + i * g
    return {"x_t": x_t, "h": h, "c": c, "i": i, "f": f, "g": g, "o": o, "c_next": c_next}


sizes = [(1, 1, 1), (1, 3, 2), (5, 1, 2), (4, 2, 1), (3, 3, 3), (2, 4, 3), (6, 3, 4)]
for case, (n, d, size) in enumerate(sizes):
    values = {"x_t": rng.normal(size=(n, d)), "h": rng.uniform(-1, 1, (n, size)), "c": 2 * rng.normal(size=(n, size))}
    values.update(wx=rng.normal(size=(d, 4 * size)), wh=rng.normal(size=(size, 4 * size)), b=rng.normal(size=4 * size))
    params = {name: values[name] for name in ("b", "wx", "wh")}
    cache = step(**values)
    for weight_h, weight_c in [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0)] if case in (3, 6) else [(1.0, 1.0)]:
        dh_next, dc_next = weight_h * rng.normal(size=(n, size)), weight_c * rng.normal(size=(n, size))
        with dd.check.unchanged([dh_next, dc_next]), dd.check.unchanged(params), dd.check.unchanged(cache):
            result = lstm_cell_backward(dh_next, dc_next, cache, params)
        dd.check.kind(result, tuple)
        dx_t, dh, dc, grads = result
        dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
        found = {"c": dc, "b": grads["b"], "x_t": dx_t, "h": dh, "wx": grads["wx"], "wh": grads["wh"]}
        for name, gradient in found.items():
            what = f"gradient of {name}"
            dd.check.kind(gradient, np.ndarray, what=what)
            dd.check.shape(gradient, values[name].shape, what=what, why="a gradient has the shape of its variable")
            dd.check.finite(gradient, what=what)

            def loss(v, name=name, values=values, dh_next=dh_next, dc_next=dc_next):
                kept = step(**{**values, name: v})
                return np.sum(dh_next * kept["o"] * np.tanh(kept["c_next"])) + np.sum(dc_next * kept["c_next"])

            why = "it is the slope of a loss in which h_next counts dh_next and c_next counts dc_next"
            dd.check.gradient(loss, values[name], gradient, what=what, why=why)

    # Linear in what arrives; and a batch that appears twice counts twice.
    double = lstm_cell_backward(2 * dh_next, 2 * dc_next, cache, params)
    twice_cache = {name: np.concatenate([value, value]) for name, value in cache.items()}
    twice = lstm_cell_backward(np.tile(dh_next, (2, 1)), np.tile(dc_next, (2, 1)), twice_cache, params)
    for name in params:
        dd.check.close(double[3][name], 2 * grads[name], what=f"gradient of {name} for twice as much from above")
        why = "a layer sums over the batch; the loss has taken the mean"
        dd.check.close(twice[3][name], 2 * grads[name], what=f"gradient of {name} of the batch twice over", why=why)
    dd.check.close(twice[2][n:], dc, what="dc of the second copy", why="each sequence has a gradient of its own")

# The carousel: an open forget gate and shut others pass the error on exactly, however deep the memory.
still = {"x_t": np.ones((2, 1)), "h": np.zeros((2, 1)), "c": np.array([[30.0], [-1.0]])}
still.update(i=np.zeros((2, 1)), f=np.ones((2, 1)), g=np.full((2, 1), 0.5), o=np.zeros((2, 1)), c_next=still["c"])
params = {"wx": np.ones((1, 4)), "wh": np.ones((1, 4)), "b": np.zeros(4)}
dx_t, dh, dc, grads = lstm_cell_backward(np.ones((2, 1)), np.array([[5.0], [-3.0]]), still, params)
dd.check.equal(dc, [[5.0], [-3.0]], what="dc", why="a forget gate of 1 is a factor of 1")
dd.check.close(grads["b"], np.zeros(4), what="gradient of b", why="gates at 0 and 1 have a slope of 0, and i is 0")
### END HIDDEN TESTS

# %% mistakes: lstm_cell_backward
# - replace: dc_total = dc_next + dh_next * o * (1 - tanh_c**2)
#   with: dc_total = dc_next
#   hint: "The cell state has a second reader in its own step: the hidden state shows it. Step 1 of the way
#     back adds both shares."
# - replace: dc_next + dh_next * o * (1 - tanh_c**2)
#   with: dh_next * o * (1 - tanh_c**2)
#   hint: "What later steps say about the memory gets lost, so the carousel is cut at every step."
# - replace: dc_total * f, grads
#   with: dc_next * f, grads
#   hint: "Along the carousel you pass on only what came from later steps. What this step's own hidden state
#     said about the memory must go with it."
# - replace: dc_total * f, grads
#   with: dc_total, grads
#   hint: "The old memory was multiplied by something on its way into the new one; its gradient must be too."
# - replace: dh_next * o * (1 - tanh_c**2)
#   with: dh_next * o * (1 - cache["c_next"] ** 2)
#   hint: "The slope of tanh is written with its output: square tanh of the cell state, not the cell state."
# - replace: dh_next * o * (1 - tanh_c**2)
#   with: dh_next * o
#   hint: "Between the cell state and the hidden state stands a tanh, and its slope is missing."
# - replace: dc_total * cache["c"] * f
#   with: dc_total * cache["c_next"] * f
#   hint: "The forget gate multiplied the memory from before the step; you multiply by the one after it."
# - replace: dc_total * i * (1 - g**2)
#   with: dc_total * i * g * (1 - g)
#   hint: "The candidate went through a tanh, and you use the slope of a sigmoid."
# - replace: dc_total * i * (1 - g**2)
#   with: dc_total * i * (1 - g)
#   hint: "The slope of tanh, in terms of its output, has a square in it."
# - replace: dz_i = dc_total * g * i * (1 - i)
#   with: dz_i = dc_total * i * (1 - i)
#   hint: "The input gate was one factor of a product. Which one was the other?"
# - replace: dz_o = dh_next * tanh_c * o * (1 - o)
#   with: dz_o = dc_total * tanh_c * o * (1 - o)
#   hint: "The output gate acts on the hidden state alone, after the cell state is done; its gradient starts
#     from the hidden state's."
# - replace: dz_f = dc_total * cache["c"] * f * (1 - f)
#   with: dz_f = dc_total * cache["c"]
#   hint: "The forget gate's gradient stops at the gate: it must go on through the sigmoid to the
#     pre-activation."
# - replace: "[dz_i, dz_f, dz_g, dz_o]"
#   with: "[dz_i, dz_f, dz_o, dz_g]"
#   hint: "The blocks of dz stand in another order than those of z, which is i, f, g, o."
# - replace: dz.sum(axis=0)
#   with: dz.mean(axis=0)
#   hint: "The bias is used by every sequence, and its gradients add up. The mean was taken in the loss."
# - replace: '"wh": cache["h"].T @ dz'
#   with: '"wh": (cache["o"] * tanh_c).T @ dz'
#   hint: "The recurrent weights met the hidden state from before the step, not the one it returned."
# - replace: dz @ params["wx"].T, dz @ params["wh"].T, dc_total
#   with: dz @ params["wx"].T, dh_next + dz @ params["wh"].T, dc_total
#   hint: "The old hidden state reaches the new one only through the gates: nothing is handed straight on."


# %% accepts: lstm_cell_backward
def lstm_cell_backward(dh_next, dc_next, cache, params):
    size = cache["c"].shape[1]
    shown = np.tanh(cache["c_next"])
    reaching_c = dc_next + dh_next * cache["o"] / np.cosh(cache["c_next"]) ** 2
    upstream = {"i": reaching_c * cache["g"], "f": reaching_c * cache["c"], "g": reaching_c * cache["i"]}
    upstream["o"] = dh_next * shown
    dx_t, dh = np.zeros(cache["x_t"].shape), np.zeros(cache["h"].shape)
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for k, (name, arriving) in enumerate(upstream.items()):
        gate, block = cache[name], slice(k * size, (k + 1) * size)
        dz = arriving * ((1 + gate) * (1 - gate) if name == "g" else gate - gate**2)
        dx_t += np.einsum("bh,dh->bd", dz, params["wx"][:, block])
        dh += np.einsum("bh,kh->bk", dz, params["wh"][:, block])
        grads["wx"][:, block] = np.einsum("bd,bh->dh", cache["x_t"], dz)
        grads["wh"][:, block] = np.einsum("bk,bh->kh", cache["h"], dz)
        grads["b"][block] = np.einsum("bh->h", dz)
    return dx_t, dh, reaching_c * cache["f"], grads


# %% accepts: lstm_cell_backward
def lstm_cell_backward(dh_next, dc_next, cache, params):
    x_t, h, c, i, f, g, o, c_next = (cache[name] for name in ["x_t", "h", "c", "i", "f", "g", "o", "c_next"])
    h_next = o * np.tanh(c_next)
    dc = dc_next + dh_next * (o - h_next * np.tanh(c_next))
    dz = np.hstack([dc * g * i, dc * c * f, dc * i, dh_next * h_next])
    dz *= np.hstack([1 - i, 1 - f, 1 - g * g, 1 - o])
    both = np.vstack([params["wx"], params["wh"]]) @ dz.T  # (D + H, B)
    weights = np.hstack([x_t, h]).T @ dz
    num_inputs = x_t.shape[1]
    grads = {"wx": weights[:num_inputs], "wh": weights[num_inputs:], "b": np.ones(len(dz)) @ dz}
    return both[:num_inputs].T, both[num_inputs:].T, dc * f, grads


# %% [markdown]
# ## The way back through time
#
# A loss may look at the hidden state of every step, so what comes from it is an array of gradients
# $(B, T, H)$, with zeros where the loss does not look. Walk from the last step to the first, with two running
# gradients:
#
# - At step $t$ the hidden state has two readers, the loss and step $t + 1$: **add** the gradient of both.
#   After the last step there is no later reader, so there the running gradients start at zero.
# - What step $t$ returns for $h_{t-1}$ and $c_{t-1}$ is what step $t - 1$ receives. What is left in the end
#   belongs to `h0` and `c0`.
# - All steps share the parameters, so the parameters' gradients **add up over time**.
#
# By hand, with one unit whose memory passes through $T = 3$ steps with $f = 0.5$, all other gates' slopes
# being 0: if 8 arrives at $c_2$, the running cell gradient is $8 \to 4 \to 2 \to 1$, and 1 belongs to `c0`.


# %% exercise: lstm_backward
def lstm_backward(dhs, caches, params):
    """Backpropagation through time for lstm_forward, for a loss that looks at hidden states only.

    Args:
        dhs: the loss's gradient with respect to each step's hidden state, not counting what reaches the loss
            through later steps, (B, T, H) floats.
        caches: the list of T dicts that lstm_forward returned.
        params: as for lstm_cell_forward.

    Returns:
        (dx, dh0, dc0, grads): the gradients with respect to x (B, T, D), h0 (B, H) and c0 (B, H), and a dict
        with those of wx, wh and b, summed over the steps. The arguments stay unchanged. About 12 lines; call
        lstm_cell_backward.
    """
    ### BEGIN SOLUTION
    dh = np.zeros_like(dhs[:, 0])  # (B, H), what later steps send back
    dc = np.zeros_like(dh)
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dxs = []
    for t in reversed(range(len(caches))):
        dx_t, dh, dc, step_grads = lstm_cell_backward(dhs[:, t] + dh, dc, caches[t], params)
        dxs.append(dx_t)
        for name in grads:
            grads[name] += step_grads[name]
    return np.stack(dxs[::-1], axis=1), dh, dc, grads
    ### END SOLUTION


# %% test: lstm_backward, points=2
# The memory of the example: forget gates of 0.5, an output gate of 1 at the last step, all else shut.
params = {"wx": np.zeros((1, 4)), "wh": np.zeros((1, 4)), "b": np.zeros(4)}
quiet = {"x_t": 1.0, "h": 0.0, "c": 0.0, "i": 0.0, "f": 0.5, "g": 0.0, "o": 0.0, "c_next": 0.0}
caches = [{name: np.array([[value]]) for name, value in quiet.items()} for _ in range(3)]
caches[2]["o"] = np.array([[1.0]])
result = lstm_backward(np.array([[[0.0], [0.0], [8.0]]]), caches, params)
dd.check.kind(result, tuple, why="dx, dh0, dc0 and the parameters' gradients come back together")
assert len(result) == 4
dx, dh0, dc0, grads = result
dd.check.shape(dx, (1, 3, 1), what="dx", why="a gradient has the shape of its variable")
dd.check.shape(dh0, (1, 1), what="dh0", why="a gradient has the shape of its variable")
dd.check.shape(dc0, (1, 1), what="dc0", why="a gradient has the shape of its variable")
dd.check.kind(grads, dict, what="grads")
dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
dd.check.close(dc0, [[1.0]], what="dc0", why="8 is halved at each of three steps")
dd.check.close(dh0, [[0.0]], what="dh0", why="all recurrent weights are 0")
dd.check.close(dx, np.zeros((1, 3, 1)), what="dx", why="all input weights are 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(37)


def run(x, h0, c0, wx, wh, b):
    """Hidden states (B, T, H) and caches of the forward pass, by gates cut out one at a time."""
    size, h, c, hs, caches = h0.shape[1], h0, c0, [], []
    for t in range(x.shape[1]):
        x_t = x[:, t]
        z = [x_t @ wx[:, k : k + size] + h @ wh[:, k : k + size] + b[k : k + size] for k in range(0, 4 * size, size)]
        i, f, o = (1 / (1 + np.exp(-z[k])) for k in (0, 1, 3))
        g = np.tanh(z[2])
        c_next = f * c + i * g
        caches.append({"x_t": x_t, "h": h, "c": c, "i": i, "f": f, "g": g, "o": o, "c_next": c_next})
        h, c = o * np.tanh(c_next), c_next
        hs.append(h)
    return np.stack(hs, axis=1), caches


for n, t, d, size in [(1, 1, 1, 1), (2, 1, 3, 2), (1, 5, 2, 2), (4, 3, 1, 2), (3, 4, 2, 1), (3, 3, 3, 3), (2, 6, 3, 4)]:
    values = {"x": rng.normal(size=(n, t, d)), "h0": rng.uniform(-1, 1, (n, size)), "c0": rng.normal(size=(n, size))}
    values.update(wx=rng.normal(size=(d, 4 * size)), wh=rng.normal(size=(size, 4 * size)), b=rng.normal(size=4 * size))
    params = {name: values[name] for name in ("wh", "b", "wx")}
    _, caches = run(**values)
    everywhere = rng.normal(size=(n, t, size))
    at_the_end = np.zeros((n, t, size))
    at_the_end[:, -1] = rng.normal(size=(n, size))
    for dhs in (everywhere, at_the_end):
        with dd.check.unchanged(dhs), dd.check.unchanged(caches), dd.check.unchanged(params):
            result = lstm_backward(dhs, caches, params)
        dd.check.kind(result, tuple)
        dx, dh0, dc0, grads = result
        dd.check.equal(sorted(grads), ["b", "wh", "wx"], what="the keys of grads")
        found = {"c0": dc0, "h0": dh0, "x": dx, "b": grads["b"], "wx": grads["wx"], "wh": grads["wh"]}
        for name, gradient in found.items():
            what = f"gradient of {name}"
            dd.check.kind(gradient, np.ndarray, what=what)
            dd.check.shape(gradient, values[name].shape, what=what, why="a gradient has the shape of its variable")
            dd.check.finite(gradient, what=what)
            dd.check.gradient(
                lambda v, name=name, values=values, dhs=dhs: np.sum(dhs * run(**{**values, name: v})[0]),
                values[name],
                gradient,
                what=what,
                why="it is the slope of a loss in which each hidden state counts dhs",
            )

# A loss at step 1 can't depend on what is read later; and gradients of two losses add up.
early = np.zeros((2, 6, 4))
early[:, 1] = 1.0
dx, dh0, dc0, grads = lstm_backward(early, caches, params)
dd.check.equal(dx[:, 2:], np.zeros((2, 4, 3)), what="dx after step 1", why="the loss only looks at step 1")
assert np.abs(dx[:, :2]).min() > 0, "the loss at step 1 depends on the inputs of steps 0 and 1"
both = lstm_backward(early + dhs, caches, params)
late = lstm_backward(dhs, caches, params)
dd.check.close(both[0], dx + late[0], what="dx of two losses", why="the backward pass is linear in dhs")
for name in params:
    dd.check.close(both[3][name], grads[name] + late[3][name], what=f"gradient of {name} of two losses")
### END HIDDEN TESTS

# %% mistakes: lstm_backward
# - replace: lstm_cell_backward(dhs[:, t] + dh, dc, caches[t], params)
#   with: lstm_cell_backward(dhs[:, t], dc, caches[t], params)
#   hint: "What the next step's gates say about this hidden state is lost: it has two readers, the loss and
#     the next step."
# - replace: lstm_cell_backward(dhs[:, t] + dh, dc, caches[t], params)
#   with: lstm_cell_backward(dhs[:, t] + dh, np.zeros_like(dc), caches[t], params)
#   hint: "The cell state's gradient starts from zero at every step, so the carousel carries nothing back."
# - replace: lstm_cell_backward(dhs[:, t] + dh, dc, caches[t], params)
#   with: "lstm_cell_backward(dhs[:, -1] + dh if t == len(caches) - 1 else dh, dc, caches[t], params)"
#   hint: "Only the last step's gradient enters. The loss may look at every hidden state."
# - replace: grads[name] += step_grads[name]
#   with: grads[name] = step_grads[name]
#   hint: "Only one step's share of the parameters' gradients is left. All steps use the same parameters."
# - replace: grads[name] += step_grads[name]
#   with: grads[name] += step_grads[name] / len(caches)
#   hint: "The parameters' gradients are averaged over time. The steps' shares add up; if a mean is wanted,
#     the loss has taken it."
# - replace: dxs[::-1]
#   with: dxs
#   hint: "The steps of dx stand in the order in which you walked, from the last to the first."
# - replace: reversed(range(len(caches)))
#   with: range(len(caches))
#   hint: "You walk forward in time. A gradient comes from what happens later, so the last step has to be
#     first."
# - replace: axis=1), dh, dc, grads
#   with: axis=1), dhs[:, 0] + dh, dc, grads
#   hint: "The loss's gradient for step 0's hidden state was used up in that step; h0 is the state before it."
# - replace: return np.stack(dxs[::-1], axis=1)
#   with: return np.stack(dxs[::-1], axis=0)
#   hint: "Time is the first axis of your dx; it should be the second, as in x."
# - replace: np.zeros_like(value)
#   with: value
#   hint: "You add the gradients onto the parameters themselves, which also changes the caller's."
# - replace: axis=1), dh, dc, grads
#   with: axis=1), dc, dh, grads
#   hint: "The gradients of the two starting states have changed places."

# %% equivalents: lstm_backward
# - replace: "np.zeros_like(dhs[:, 0])"
#   with: "np.zeros_like(dhs[:, -1])"
#   reason: "Only the shape is taken, and all steps have the same."


# %% accepts: lstm_backward
def lstm_backward(dhs, caches, params):
    dx = np.empty((*dhs.shape[:2], params["wx"].shape[0]))
    dh = dc = np.zeros((dhs.shape[0], dhs.shape[2]))
    shares = []
    for t, cache in list(enumerate(caches))[::-1]:
        dx[:, t], dh, dc, share = lstm_cell_backward(dh + dhs[:, t], dc, cache, params)
        shares.append(share)
    return dx, dh, dc, {name: np.sum([share[name] for share in shares], axis=0) for name in ("wx", "wh", "b")}


# %% accepts: lstm_backward
def lstm_backward(dhs, caches, params):
    # The last step of the list first, the rest by the same function.
    dhs = np.array(dhs)
    dc = np.zeros(dhs[:, 0].shape)

    def back(t, dh, dc):
        dx_t, dh, dc, grads = lstm_cell_backward(dhs[:, t] + dh, dc, caches[t], params)
        if t == 0:
            return [dx_t], dh, dc, grads
        dxs, dh, dc, earlier = back(t - 1, dh, dc)
        return [*dxs, dx_t], dh, dc, {name: grads[name] + earlier[name] for name in grads}

    dxs, dh, dc, grads = back(len(caches) - 1, dc, dc)
    return np.swapaxes(np.array(dxs), 0, 1), dh, dc, grads


# %% [markdown]
# ## Does Keras agree?
#
# `keras.layers.LSTM` has the same equations, block order and parameters, called *kernel*, *recurrent kernel*
# and *bias*. (PyTorch has transposed weights and two biases that are added.) Hand it yours, in float64, and
# compare the states and all gradients of a loss that weighs every hidden state at random.

# %% demo
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.zeros(1)  # the first use starts the devices

rng = np.random.default_rng(73)
check_params = {"wx": rng.normal(size=(3, 20)), "wh": rng.normal(size=(5, 20)), "b": rng.normal(size=20)}
check_x, check_h0, check_c0 = rng.normal(size=(4, 7, 3)), rng.uniform(-1, 1, (4, 5)), rng.normal(size=(4, 5))
loss_weights = rng.normal(size=(4, 7, 5))  # L = sum of loss_weights * hs

layer = keras.layers.LSTM(5, return_sequences=True, return_state=True, dtype="float64")
layer.build((None, None, 3))
layer.set_weights([check_params["wx"], check_params["wh"], check_params["b"]])
keras_inputs = [tf.Variable(value) for value in (check_x, check_h0, check_c0)]
with tf.GradientTape() as tape:
    keras_hs, _, keras_c = layer(keras_inputs[0], initial_state=keras_inputs[1:])
    keras_loss = tf.reduce_sum(loss_weights * keras_hs)
keras_grads = tape.gradient(keras_loss, [*keras_inputs, *layer.trainable_variables])

yours_hs, yours_c, check_caches = lstm_forward(check_x, check_h0, check_params, check_c0)
*yours_grads, yours_params = lstm_backward(loss_weights, check_caches, check_params)
yours_grads += [yours_params[name] for name in ("wx", "wh", "b")]
pairs = {"hidden states": (yours_hs, keras_hs), "last cell state": (yours_c, keras_c)}
pairs |= dict(zip(["dx", "dh0", "dc0", "dwx", "dwh", "db"], zip(yours_grads, keras_grads, strict=True), strict=True))
for name, (yours, its) in pairs.items():
    worst = np.abs(yours - its.numpy()).max()
    print(f"{name:>15}: largest difference {worst:.1e}")
    assert worst < 1e-6

# %% [markdown]
# All eight agree to the rounding of float64, far below the 1e-6 that one would accept.
#
# ## How far does the error travel?
#
# Before any training: if the loss looks only at the last hidden state, how large is the gradient for an input
# $k$ steps earlier? For the plain network each step back costs a factor, as computed above. For the LSTM the
# carousel's factor is $f = \sigma(z_f)$. With small weights and no bias $z_f \approx 0$ and $f \approx 0.5$,
# which forgets faster than the plain network does. So start with the gates open: give the forget gate's block
# of $b$ a positive value, the **forget bias**. $\sigma(1) \approx 0.73$, $\sigma(3) \approx 0.95$,
# $\sigma(5) \approx 0.993$.


# %% demo
def orthogonal(size, rng):
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))


def start_lstm(num_inputs, size, forget_bias, rng):
    wh = np.concatenate([0.5 * orthogonal(size, rng) for _ in range(4)], axis=1)
    params = {"wx": rng.uniform(-1, 1, (num_inputs, 4 * size)), "wh": wh, "b": np.zeros(4 * size)}
    params["b"][size : 2 * size] = forget_bias
    return params


def start_rnn(num_inputs, size, rng):
    wx = rng.uniform(-1, 1, (num_inputs, size))
    return {"wx": wx, "wh": orthogonal(size, rng), "b": np.zeros(size)}


def rnn_forward(x, params):
    """The plain network of Day 71: all states from the zero before the first step on, (B, T + 1, H)."""
    hs = [np.zeros((len(x), len(params["wh"])))]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t] @ params["wx"] + hs[-1] @ params["wh"] + params["b"]))
    return np.stack(hs, axis=1)


def rnn_backward(dh, x, hs, params):
    """Its backward pass, given the gradient of the last state: dx and the parameters' gradients."""
    dx, grads = np.empty_like(x), {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(x.shape[1])):
        dz = dh * (1 - hs[:, t + 1] ** 2)
        dx[:, t], dh = dz @ params["wx"].T, dz @ params["wh"].T
        for name, share in [("wx", x[:, t].T @ dz), ("wh", hs[:, t].T @ dz), ("b", dz.sum(axis=0))]:
            grads[name] += share
    return dx, grads


def length_by_distance(dx):
    return np.linalg.norm(dx, axis=2).mean(axis=0)[::-1]  # (T,), the last step first


size, num_steps = 16, 100
probe_x, _ = long_memory_task(32, num_steps, np.random.default_rng(1))
probe_dh = np.random.default_rng(2).normal(size=(32, size))
probe_dhs = np.zeros((32, num_steps, size))
probe_dhs[:, -1] = probe_dh
reach = {}
rnn_params = start_rnn(2, size, np.random.default_rng(3))
probe_hs = rnn_forward(probe_x, rnn_params)
reach["plain network"] = length_by_distance(rnn_backward(probe_dh, probe_x, probe_hs, rnn_params)[0])
for forget_bias in (0.0, 1.0, 3.0, 5.0):
    lstm_params = start_lstm(2, size, forget_bias, np.random.default_rng(3))
    _, _, probe_caches = lstm_forward(probe_x, np.zeros((32, size)), lstm_params)
    dx, *_ = lstm_backward(probe_dhs, probe_caches, lstm_params)
    reach[f"LSTM, forget bias {forget_bias:.0f}"] = length_by_distance(dx)
fig, ax = plt.subplots(figsize=(8, 4.5))
for (name, lengths), marker in zip(reach.items(), dd.plot.MARKERS, strict=False):
    ax.semilogy(lengths, label=name, marker=marker, markevery=12)
ax.set(title="Before training: how far back the error reaches", xlabel="steps back from the end")
ax.set(ylabel="length of the gradient for the input", ylim=(1e-12, 10))
ax.legend(fontsize=10)
dd.plot.show(
    "Five lines on a logarithmic axis over 100 steps back. The LSTM with forget bias 0 falls steepest, that with "
    "bias 1 a little faster than the plain network, which falls steadily too; with biases 3 and 5 the lines no longer "
    "fall."
)

# %% [markdown]
# A straight line is a constant factor a step. The plain network, whose recurrent weights were chosen to keep
# lengths, still loses ground at every step: that is the slope of its tanh. Without a forget bias the LSTM is
# far *worse*, since half of the error is lost at each step, and even a bias of 1 does not beat the plain
# network yet. What makes an LSTM remember is not the diagram but **open forget gates**: with a bias of 3 or 5
# the line no longer falls. (It may even rise. The carousel alone never gains, but the paths through the gates
# and $W_h$ add to it.)
#
# And how fast it forgets is a *parameter*: it can raise $b$ and open the gates as it learns. The plain
# network has no such knob.
#
# Keras starts the forget bias at 1 (`unit_forget_bias=True`), on the advice of Jozefowicz et al. (2015). More
# is better on long tasks: a unit with a constant gate $f$ remembers for about $1/(1 - f)$ steps, which is 4
# for a bias of 1, 21 for 3 and 149 for 5. Tallec and Ollivier (2018) draw each unit's bias as $\log u$ with
# $u$ uniform between 1 and $T - 1$, so that the units cover all time scales.
#
# Nothing here is a promise: $f$ may learn to be 0, and what passes through $W_h$ can explode. Clipping (Day 71)
# stays.
#
# ## Variants
#
# Which parts of the cell are needed? The main variants change one thing each:
#
# | variant | change | note |
# |---|---|---|
# | no forget gate (1997) | $c_t = c_{t-1} + i \odot g$ | the memory only ever adds |
# | coupled gates | $c_t = f \odot c_{t-1} + (1 - f) \odot g$ | writes where it erases; one block fewer |
# | peepholes (2000) | $p_i \odot c_{t-1}$ joins $z_i$, $p_f \odot c_{t-1}$ joins $z_f$ | $p_o \odot c_t$ joins $z_o$ |
# | GRU (2014) | two gates, one state | Day 74 |
#
# Peepholes, the dashed lines of the cell's picture, let the gates see the memory through weights $p$ of shape
# $(H,)$. With $o$ near 0 the cell would else hide its memory from its own gates too. To see what the changes
# do, set the gates by hand. On the left, three cells are told to write 1 at steps 5 and 15 and to replace
# their memory by -1 at step 25. On the right, one unit with peepholes gets **no input at all** and adds 0.1 a
# step. What will it do?

# %% demo
events = {5: 1.0, 15: 1.0, 25: -1.0}
names = {"no forget gate (1997)": "o", "forget gate": "s", "coupled gates": "^"}
memories = {name: [0.0] for name in names}
for step in range(35):
    candidate, replace = events.get(step, 0.0), step == 25
    c_plain, c_gated, c_coupled = (memories[name][-1] for name in names)
    gate_i = 1.0 if step in events else 0.0
    memories["no forget gate (1997)"].append(c_plain + gate_i * candidate)
    memories["forget gate"].append((0.0 if replace else 1.0) * c_gated + gate_i * candidate)
    gate_f = 0.0 if replace else 1.0 - 0.5 * gate_i  # a coupled cell must forget as much as it writes
    memories["coupled gates"].append(gate_f * c_coupled + (1 - gate_f) * candidate)

clock, shown = [0.0], []
for _ in range(60):
    gate_f = sigmoid(200 * (0.95 - clock[-1]))  # peephole: keep while the memory is below 0.95
    clock.append(gate_f * clock[-1] + 0.1)
    gate_o = sigmoid(200 * (clock[-1] - 0.95))  # peephole: show the memory once it is above 0.95
    shown.append(gate_o * np.tanh(clock[-1]))

fig, axes = plt.subplots(1, 2, figsize=(11, 3.8))
for name, marker in names.items():
    axes[0].plot(memories[name][1:], label=name, marker=marker, markevery=5, drawstyle="steps-post")
axes[0].set(title="Three cells, the same three events", xlabel="step", ylabel="cell state", ylim=(-1.4, 3.2))
axes[0].legend(fontsize=10, loc="upper left")
axes[1].plot(clock[1:], label="cell state $c_t$")
axes[1].plot(shown, label="hidden state $h_t$")
axes[1].set(title="A clock: one unit with peepholes", xlabel="step", ylabel="state", ylim=(-0.05, 1.45))
axes[1].legend(fontsize=10, loc="upper left", ncols=2)
dd.plot.show(
    "Two panels. Left, the cell states of three cells over 35 steps with three events: without a forget gate it goes "
    "to 2 and then to 1, with one to 2 and then to -1, with coupled gates it stays lower and ends at -1. Right, 60 "
    "steps of a clock: the cell state climbs like a saw and falls back every ten steps, with a spike of the hidden "
    "state at each tip."
)

# %% [markdown]
# On the left the cell of 1997 cannot replace: adding -1 to 2 leaves 1. The forget gate wipes first and holds
# -1. The coupled cell averages where the others add, since to write it has to erase. On the right the unit
# fills, sees its own level pass a threshold, fires and empties itself, every ten steps: a clock.
#
# Greff et al. (2017) compared eight variants in thousands of runs. None was clearly better than the cell you
# wrote. Coupled gates and no peepholes cost little; the forget gate and the tanh before the output hurt most
# when removed.
#
# ## Put it together: a hundred steps
#
# Now train. After the last step a linear readout $\hat y = h_{T-1} \cdot v + a$ answers, and the loss is the
# mean squared error. Its gradients for the readout are those of Day 2, and $\bar h_{T-1}$ goes into your
# `lstm_backward`. Every step draws a fresh batch of 32 sequences, clips the gradient's length to 1 and takes
# a step of Adam, whose rate falls to 0 over the last third. All networks have 16 units and get the same 500
# batches. The plain network may try three learning rates, the LSTM three forget biases. Which leave the line
# at 0.67?


# %% demo
def lstm_loss_and_gradients(params, x, y):
    hs, _, caches = lstm_forward(x, np.zeros((len(x), len(params["v"]))), params)
    error = hs[:, -1] @ params["v"] + params["a"] - y  # (B,)
    derror = 2 * error / len(x)
    dhs = np.zeros_like(hs)
    dhs[:, -1] = np.outer(derror, params["v"])
    cell_params = {name: params[name] for name in ("wx", "wh", "b")}
    _, _, _, grads = lstm_backward(dhs, caches, cell_params)
    return np.mean(error**2), grads | {"v": hs[:, -1].T @ derror, "a": derror.sum(keepdims=True)}


def rnn_loss_and_gradients(params, x, y):
    hs = rnn_forward(x, params)
    error = hs[:, -1] @ params["v"] + params["a"] - y
    derror = 2 * error / len(x)
    cell_params = {name: params[name] for name in ("wx", "wh", "b")}
    _, grads = rnn_backward(np.outer(derror, params["v"]), x, hs, cell_params)
    return np.mean(error**2), grads | {"v": hs[:, -1].T @ derror, "a": derror.sum(keepdims=True)}


def train(loss_and_gradients, params, learning_rate, num_batches=500):
    """Adam with clipped gradients on fresh batches; returns the parameters and each batch's loss."""
    rng = np.random.default_rng(73)
    mean = {name: np.zeros_like(value) for name, value in params.items()}
    square = {name: np.zeros_like(value) for name, value in params.items()}
    losses = []
    for step in range(1, num_batches + 1):
        rate = learning_rate * min(1.0, 3 * (1 - step / (num_batches + 1)))  # falls to 0 in the last third
        loss, grads = loss_and_gradients(params, *long_memory_task(32, num_steps, rng))
        length = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
        for name, grad in grads.items():
            clipped = grad / max(1.0, length)
            mean[name] = 0.9 * mean[name] + 0.1 * clipped
            square[name] = 0.999 * square[name] + 0.001 * clipped**2
            correction = np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            params[name] = params[name] - rate * correction * mean[name] / (np.sqrt(square[name]) + 1e-8)
        losses.append(loss)
    return params, losses


def with_readout(params):
    return params | {"v": np.random.default_rng(5).normal(0, 0.25, size), "a": np.zeros(1)}


test_x, test_y = long_memory_task(500, num_steps, np.random.default_rng(1000))
curves, test_losses = {}, {}
for learning_rate in (0.01, 0.003, 0.001):
    name = f"plain network, rate {learning_rate}"
    start = with_readout(start_rnn(2, size, np.random.default_rng(3)))
    trained, curves[name] = train(rnn_loss_and_gradients, start, learning_rate)
    test_losses[name], _ = rnn_loss_and_gradients(trained, test_x, test_y)
for forget_bias in (0.0, 1.0, 3.0):
    name = f"LSTM, forget bias {forget_bias:.0f}"
    start = with_readout(start_lstm(2, size, forget_bias, np.random.default_rng(3)))
    trained, curves[name] = train(lstm_loss_and_gradients, start, 0.01)
    test_losses[name], _ = lstm_loss_and_gradients(trained, test_x, test_y)

print(f"{'answering 0 always':>27}: {np.mean(test_y**2):.3f}")
for name, loss in test_losses.items():
    print(f"{name:>27}: {loss:.3f}")
best_plain = min((name for name in curves if name.startswith("plain")), key=test_losses.get)
assert test_losses["LSTM, forget bias 3"] < min(0.1, 0.2 * test_losses[best_plain])

# %% demo
fig, ax = plt.subplots(figsize=(9, 4.6))
shown_curves = [best_plain, *(name for name in curves if name.startswith("LSTM"))]
for name, marker in zip(shown_curves, dd.plot.MARKERS, strict=False):
    smooth = np.convolve(curves[name], np.ones(20) / 20, mode="valid")  # mean of 20 batches
    ax.semilogy(np.arange(20, 20 + len(smooth)), smooth, label=name, marker=marker, markevery=60)
ax.axhline(2 / 3, color="black", linewidth=1)
ax.text(500, 0.85, "no memory: 2/3", ha="right", va="bottom", fontsize=11)
ax.set(title="The adding problem over 100 steps", xlabel="batch", ylabel="mean squared error", ylim=(0.003, 1.6))
ax.legend(loc="lower left", fontsize=10)
dd.plot.show(
    "Mean squared error over 500 batches on a logarithmic axis, with a line at 2/3. The plain network stays at that "
    "line. The three LSTMs leave it one after the other: with forget bias 3 first and with 1 later, to end near 0.02; "
    "with 0 last and only to about half of it."
)

# %% [markdown]
# The plain network stays near 2/3 at every rate; only the best of its three is drawn. (With other random weights the
# best of the three may have begun to leave the line when the batches run out.) It could hold a number in principle.
# What it lacks is a gradient that tells it to.
#
# The LSTMs first lie on the same line and then fall, the sooner the wider their forget gates were open at the
# start: the order of the figure with the gradients. With a bias of 3 the error ends near 0.02, a thirtieth of
# what guessing costs.
#
# What has that network learned? Let it read three sequences that are **alike but for one number**: the first
# marked value, at step 25, is -0.9, 0 or 0.9. When will a unit's three curves part, and will they meet again?
# Look at the one unit of 16 whose last cell state tells most about the test sequences' answers.

# %% demo
_, _, test_caches = lstm_forward(test_x, np.zeros((len(test_x), size)), trained)
test_memory = test_caches[-1]["c_next"]  # (500, H)
agreement = [abs(np.corrcoef(test_memory[:, k], test_y)[0, 1]) for k in range(size)]
best_unit = int(np.argmax(agreement))

twins, _ = long_memory_task(1, num_steps, np.random.default_rng(4))
twins = np.repeat(twins, 3, axis=0)  # (3, T, 2)
twins[:, :, 1] = 0.0
twins[:, [25, 75], 1] = 1.0
twins[:, 25, 0], twins[:, 75, 0] = [-0.9, 0.0, 0.9], 0.3
twin_hs, _, twin_caches = lstm_forward(twins, np.zeros((3, size)), trained)
input_gate, forget_gate, memory = (
    np.stack([cache[name][:, best_unit] for cache in twin_caches], axis=1) for name in ("i", "f", "c_next")
)  # (3, T) each

fig, axes = plt.subplots(2, 1, figsize=(9, 6.2), sharex=True, height_ratios=[1, 1.7])
axes[0].plot(input_gate[1], label="input gate $i$")
axes[0].plot(forget_gate[1], label="forget gate $f$")
axes[0].set(title=f"Gates of unit {best_unit}, first marked value 0", ylabel="gate", ylim=(-0.05, 1.35))
axes[0].legend(loc="upper center", ncols=2, fontsize=10)
for row, marker in enumerate("osD"):
    axes[1].plot(memory[row], label=f"first marked value {twins[row, 25, 0]:.1f}", marker=marker, markevery=10)
for ax in axes:
    for step in (25, 75):
        ax.axvline(step, color="0.6", linewidth=1)
axes[1].set(title="Its memory, three times; grey lines are the marked steps", xlabel="step", ylabel="cell state $c$")
axes[1].legend(fontsize=10)
dd.plot.show(
    "Two panels over 100 steps with grey lines at steps 25 and 75. Top, one unit's forget gate stays near 1, its input "
    "gate is low but for peaks at the grey lines. Bottom, three curves of its memory run together up to step 25, part "
    "there and keep their distances to the end."
)
answers = twin_hs[:, -1] @ trained["v"] + trained["a"]
for row in range(3):
    print(f"{twins[row, 25, 0]:4.1f} + 0.3: the network answers {answers[row]:5.2f}")

# %% [markdown]
# The three memories are one curve up to the first mark, part there, and keep their distance over fifty steps
# of noise and past the second mark: the number is in the gap. The input gate opens at the marks and stays
# nearly shut elsewhere, while the forget gate hardly leaves 1. Nobody told the network what a mark is for.
#
# ## What you should remember
#
# 1. An LSTM has two states: the cell state $c$, which is added to, and the hidden state
#    $h = o \odot \tanh(c)$, which is shown.
# 2. Along the cell state the gradient is multiplied by the forget gate and by nothing else: an error travels
#    a hundred steps.
# 3. $f = 1$ keeps. Start the forget gates open with a positive bias, the larger the longer the task.
# 4. On the way back the cell state has two readers:
#    $\bar c = \bar c_t + \bar h_t \odot o \odot (1 - \tanh^2 c_t)$, and everything else starts from this sum.
# 5. All steps share the parameters, so their gradients add up over time; $h$ and $c$ are all that a step
#    knows of the past.
#
# ## Check yourself, without code
#
# 1. How many parameters has an LSTM with $D$ inputs and $H$ units, and how many times those of the plain
#    network of the same size is that?
# 2. All forget gates are 1 and all input gates 0. What does the LSTM remember, and what can it still learn
#    from what it reads?
# 3. A colleague reads a long text in chunks of 100 steps and hands `h`, but not `c`, from chunk to chunk.
#    What is lost? And what is lost in training even if both are handed on, but not their gradients?
#
# <details><summary>Answers</summary>
#
# 1. $4H(D + H + 1)$: four blocks of $D + H$ weights and a bias for each unit. Exactly four times.
# 2. It keeps its first cell state for ever and ignores the input. The candidate has no gradient, since it was
#    multiplied by 0, and gates at 0 and 1 have a slope of 0; only the output gate can still learn what to
#    show.
# 3. All that was remembered and not shown at that moment. If the gradients stop at the chunk's border
#    (truncated backpropagation, Day 71), a number can be *carried* over it, but no error comes back to teach
#    the network to do so.
#
# </details>
#
# ## Go further
#
# - Hochreiter and Schmidhuber (1997), *Long short-term memory*, Neural Computation 9: the carousel, the gates
#   and the adding problem.
# - Gers, Schmidhuber and Cummins (2000), *Learning to forget: Continual prediction with LSTM*, Neural
#   Computation 12; Gers and Schmidhuber (2000), *Recurrent nets that time and count*, IJCNN.
# - Jozefowicz, Zaremba and Sutskever (2015), *An empirical exploration of recurrent network architectures*,
#   ICML: a search over thousands of cells, and the case for the forget bias.
# - Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), *LSTM: A search space odyssey*, IEEE
#   Transactions on Neural Networks and Learning Systems 28.
# - Tallec and Ollivier (2018), *Can recurrent neural networks warp time?*, ICLR. Set the forget biases to
#   $\log u$ as above and the input biases to the negative of that, and watch the training curve fall sooner
#   still.
# - Day 74 asks how much of this cell can be left out, and what is gained by stacking it.
