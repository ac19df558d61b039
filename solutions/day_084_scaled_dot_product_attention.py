# ---
# day: 84
# title: Scaled dot-product and self-attention
# week: 17
# minutes: 90
# backend: any
# needs: [1, 5, 26, 70, 71, 81, 83]
# data: []
# papers:
# - Vaswani et al. 2017, Attention is all you need
# - Weston, Chopra and Bordes 2015, Memory networks
# - Sukhbaatar, Szlam, Weston and Fergus 2015, End-to-end memory networks
# - Graves, Wayne and Danihelka 2014, Neural Turing machines
# - Graves et al. 2016, Hybrid computing using a neural network with dynamic external memory
# - "Jaegle et al. 2021, Perceiver: General perception with iterative attention"
# ---

# %% [markdown]
# # Day 84 · Scaled dot-product and self-attention
# By the end you can write the function at the heart of every Transformer, say why it divides by a square
# root, keep it from reading what it must not, and work out what it costs.
#
# **You will build** two masks, scaled dot-product attention, self-attention and a count of its arithmetic.
# Your attention will agree with `keras.layers.MultiHeadAttention` to five decimals.
#
# **You need** broadcasting (Day 1), softmax (Day 5) and its derivative (Day 26), word vectors (Day 70),
# recurrent networks (Day 71), padding (Day 81), the attention of Day 83, and about 90 minutes.
#
# **Not today**: several heads and word order (Day 85), the layers around attention (Day 86), and training.
# All weights are set by hand or drawn at random, so that nothing hides what attention itself does.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B$, $n$ | sequences in a batch, tokens in a sequence | | |
# | $T_q$, $T_k$ | number of queries, number of keys | | |
# | $d$, $d_k$, $d_v$ | width of a token, of a query or key, of a value | | |
# | $Q$ | queries; row $i$ is $q_i$ | $(B, T_q, d_k)$ | `q` |
# | $K$ | keys; row $j$ is $k_j$ | $(B, T_k, d_k)$ | `k` |
# | $V$ | values, one for each key; row $j$ is $v_j$ | $(B, T_k, d_v)$ | `v` |
# | $S$ | scaled scores, entries $s_{ij}$ | $(B, T_q, T_k)$ | `scores` |
# | $A$ | attention weights, entries $a_{ij}$ | $(B, T_q, T_k)$ | `weights` |
# | $O$ | output, one row $o_i$ for each query | $(B, T_q, d_v)$ | `output` |
# | $M$ | mask, `bool`, **True = may attend** | broadcasts to $S$ | `mask` |
# | $X$ | tokens; row $i$ is $x_i$ | $(B, n, d)$ | `x` |
# | $W_Q, W_K, W_V$ | projections | $(d, d_k), (d, d_k), (d, d_v)$ | `wq`, `wk`, `wv` |
# | $m$ | number of latents (last sections) | | `latents` |
#
# The batch comes first, and there may be more leading axes: tomorrow's heads make four axes of three. Numbers
# are float32. Compute with `keras.ops`, return tensors, and your code runs on TensorFlow, JAX and PyTorch
# alike.
#
# A mask is True where a query **may** look, and its shape is $(T_q, T_k)$, $(B, 1, T_k)$, $(B, T_q, T_k)$ or
# anything else that broadcasts to $S$. Keras's `attention_mask` and the boolean `attn_mask` of PyTorch's
# function `scaled_dot_product_attention` mean the same. Two other customs are about, so look a mask up before
# you use it: in the `key_padding_mask` of PyTorch's `MultiheadAttention` **True means ignore**, and an
# **additive** mask holds numbers, 0 for "may" and something huge and negative for "may not", to be added to
# the scores.

# %% setup
import math
import warnings

import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
warnings.filterwarnings("ignore", message="You are using a softmax over axis")  # one key is a fair case

# %% [markdown]
# ## A dictionary that understands "nearly"
# A Python dictionary answers a query that equals one of its keys, with that key's value. Anything else is a
# `KeyError`. Attention is a dictionary for vectors that never fails: it compares the query with **every**
# key, turns the comparisons into weights that sum to 1, and returns the weighted mean of **all** values.
#
# - A **query** $q_i$ says what is being looked for.
# - A **key** $k_j$ says what item $j$ can be found by.
# - A **value** $v_j$ is what item $j$ hands over when it is found.
#
# Key and value differ as a library's catalogue card differs from the book. Only queries and keys are
# compared, so they need the same width $d_k$; values may have any width $d_v$.
#
# Yesterday a small network scored each pair of query and key. Today's score is the dot product, large when
# two vectors point the same way and zero when they are at right angles. It needs no parameters, and one
# matrix product scores all pairs. It is also a relative of yesterday's kernel regression. A Gaussian kernel
# weighs an item by $e^{-\lVert q - k_j \rVert^2/2}$, which is $e^{q \cdot k_j}$ times a factor of the query,
# which cancels, times a factor of the key's length. Where all keys are equally long, the kernel's weights
# *are* a softmax of dot products.
#
# Three keys of width 4 are few enough to work it out by hand:
#
# | item | key | value |
# |---|---|---|
# | 0 | $k_0 = (1, 0, 1, 0)$ | $v_0 = (10, 0)$ |
# | 1 | $k_1 = (0, 1, 0, 1)$ | $v_1 = (0, 5)$ |
# | 2 | $k_2 = (1, 0, -1, 0)$ | $v_2 = (5, 10)$ |
#
# Ask with $q_0 = (1.1, 0, 1.1, 0)$.
#
# 1. Dot products: $q_0 \cdot k_0 = 2.2$, $q_0 \cdot k_1 = 0$ and $q_0 \cdot k_2 = 1.1 - 1.1 = 0$.
# 2. Divide by $\sqrt{d_k} = \sqrt 4 = 2$: scores 1.1, 0 and 0.
# 3. Softmax: $e^{1.1} \approx 3$ and $e^0 = 1$, so the weights are about $\tfrac35, \tfrac15, \tfrac15$.
# 4. Weighted mean: $\tfrac35\,(10,0) + \tfrac15\,(0,5) + \tfrac15\,(5, 10) = (7, 3)$.
#
# A second query, all zeros, asks for nothing in particular. Before you look at the picture, say what it gets.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()

tiny_q = np.array([[1.1, 0.0, 1.1, 0.0], [0.0, 0.0, 0.0, 0.0]])  # (2, 4)
tiny_k = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [1.0, 0.0, -1.0, 0.0]])  # (3, 4)
tiny_v = np.array([[10.0, 0.0], [0.0, 5.0], [5.0, 10.0]])  # (3, 2)
tiny_scores = tiny_q @ tiny_k.T / 2  # (2, 3)
tiny_weights = np.exp(tiny_scores) / np.exp(tiny_scores).sum(axis=1, keepdims=True)  # (2, 3)

parts = [tiny_q, tiny_k.T, tiny_scores, tiny_weights, tiny_v, tiny_weights @ tiny_v]
titles = ["$Q$", r"$K^\top$", r"$S = QK^\top/\sqrt{d_k}$", "$A$ = softmax($S$)", "$V$", "$O = AV$"]
across = ["feature", "key", "key", "key", "feature", "feature"]
down = ["query", "feature", "query", "query", "key", "query"]
fig, axes = plt.subplots(1, 6, figsize=(13, 3), width_ratios=[4, 3, 3, 3, 2, 2])
for ax, part, title, xlabel, ylabel in zip(axes, parts, titles, across, down, strict=True):
    dd.plot.matrix(part, ax, title=title, fmt=".2f" if part is tiny_weights else ".1f")
    ax.set(xlabel=xlabel, ylabel=ylabel)
fig.suptitle("Attention in six matrices: two queries, three keys")
dd.plot.show(
    "Six matrices with their numbers: Q, 2 by 4; K transposed, 4 by 3; S, 2 by 3, with 1.1, 0, 0 in row 0 and zeros "
    "in row 1; A, with 0.60, 0.20, 0.20 in row 0 and 0.33 three times in row 1; V, 3 by 2; O, with 7 and 3 in row 0 "
    "and 5 and 5 in row 1."
)

# %% [markdown]
# Read it row by row: **a row of $S$, $A$ and $O$ belongs to a query**. Row 0 of $A$ holds 0.6, 0.2 and 0.2,
# and row 0 of $O$ is the $(7, 3)$ from above. The zero query scores 0 everywhere, weighs all keys alike and
# gets the plain mean $(5, 5)$. In general, for every sequence of the batch,
#
# $$S = \frac{QK^\top}{\sqrt{d_k}}, \qquad a_{ij} = \frac{e^{s_{ij}}}{\sum_{l} e^{s_{il}}}, \qquad
# o_i = \sum_j a_{ij}\, v_j .$$
#
# The shapes are $(T_q, d_k)(d_k, T_k) \to (T_q, T_k)$, then $(T_q, T_k)(T_k, d_v) \to (T_q, d_v)$. The sum in
# the softmax runs over keys, so each row of $A$ sums to 1; its columns need not.
#
# ## Why divide by the root of $d_k$
# Suppose that the entries of a query and a key are independent with mean 0 and variance 1, roughly as when
# training starts. The product of an entry of one and an entry of the other then has mean 0 and variance
# $1 \cdot 1 = 1$. The dot product adds up $d_k$ such products, and variances of independent terms add:
#
# $$\mathrm{Var}(q_i \cdot k_j) = d_k, \qquad \mathrm{Var}\!\left(\frac{q_i \cdot k_j}{\sqrt{d_k}}\right) = 1 .$$
#
# At $d_k = 64$ unscaled scores have a standard deviation of 8, and $e^8 \approx 3000$: the softmax gives
# nearly everything to one key before anything is learned. Worse, learning stops. The derivative of the
# softmax (Day 26) is $\partial a_{ij} / \partial s_{il} = a_{ij}(\delta_{jl} - a_{il})$, with $\delta_{jl} = 1$
# if $j = l$ and 0 otherwise; all of it is near 0 once the weights are near 0 and 1. Dividing by the root
# brings the spread back to 1 at any width. Dividing by $d_k$ would overshoot: variance $1/d_k$, and weights
# that can hardly differ. You will measure all three.
#
# It is the root of $d_k$, the width of what is multiplied: not of $d$, the width of a token, nor of $d_v$,
# nor of the number of keys. In many models some of these are equal, and the wrong one goes unnoticed.
#
# ## What must not be read
# Two kinds of key have to be hidden.
#
# **Padding.** Sentences of 5 and 3 tokens share a batch once the short one is filled up to 5 (Day 81). The
# filler is not language, and no query may read it. Token $j$ is real when $j$ is less than the length of its
# sequence, for all queries alike, so the mask's query axis has length 1: its shape is $(B, 1, T_k)$, and
# lengths 5 and 3 give, with 1 for True, `[[[1, 1, 1, 1, 1]], [[1, 1, 1, 0, 0]]]`.
#
# Keep the 1 in the middle. A mask of shape $(B, T_k)$ would line up with the **last two** axes of $S$,
# queries and keys; with 5 sequences of 5 tokens that raises no error and hides the wrong things.
#
# **The future.** A model that predicts the next token is trained on all positions of a text at once. If token
# 2 could read token 3, it would copy the answer. So query $i$ may read keys $j \le i$, itself included, in
# every sequence alike: a **causal** mask, of shape $(n, n)$. For 3 tokens it is
# `[[1, 0, 0], [1, 1, 0], [1, 1, 1]]`.
#
# Both masks are comparisons that broadcast. `ops.arange(n)` counts from 0 to $n - 1$ in int32; `ops.reshape`
# and `ops.expand_dims` give axes of length 1. TensorFlow refuses a bare `<` between int32 and int64, or
# uint8, so convert first: `ops.convert_to_tensor(lengths, dtype="int32")`.


# %% exercise: padding_mask
def padding_mask(lengths, max_len):
    """Mark the keys that are real tokens and not padding.

    Args:
        lengths: number of real tokens of each sequence; (B,) integers of any dtype from 0 to max_len, B >= 1, as a
            list, array or tensor; left unchanged.
        max_len: length to which every sequence was padded, int >= 1.

    Returns:
        bool tensor of shape (B, 1, max_len), True where a query may attend. About 2 lines.
    """
    ### BEGIN SOLUTION
    lengths = ops.convert_to_tensor(lengths, dtype="int32")
    return ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1))  # (max_len,) < (B, 1, 1)
    ### END SOLUTION


# %% test: padding_mask, points=1
mask = padding_mask([5, 3], 5)
dd.check.kind(mask, "tensor", why="masks are tensors of the backend in use", what="padding_mask([5, 3], 5)")
dd.check.shape(mask, (2, 1, 5), why="there is one row for each sequence, shared by all its queries")
dd.check.dtype(mask, "bool", why="True = may attend")
due = np.array([[[1, 1, 1, 1, 1]], [[1, 1, 1, 0, 0]]]) == 1
dd.check.equal(mask, due, why="the second sequence has 3 real tokens")
lengths = np.array([4, 0, 2])
with dd.check.unchanged(lengths, what="lengths"):
    mask = padding_mask(lengths, 6)
due = np.array([[[1, 1, 1, 1, 0, 0]], [[0, 0, 0, 0, 0, 0]], [[1, 1, 0, 0, 0, 0]]]) == 1
dd.check.equal(mask, due, why="a batch may be padded further than to its longest sequence, and one may be empty")
### BEGIN HIDDEN TESTS


def as_tensor(lengths):
    return ops.convert_to_tensor(np.array(lengths, dtype="int64"))


def in_bytes(lengths):
    return np.array(lengths, dtype="uint8")


def every_other(lengths):
    return np.repeat(np.array(lengths), 2)[::2]


for form, lengths, max_len in (
    (list, [1], 1), (np.array, [0], 1), (list, [2, 0, 3, 1], 4), (every_other, [2, 5, 0, 5], 5),
    (as_tensor, [4], 7), (np.array, [1, 2, 3], 3), (as_tensor, [0, 6], 6), (in_bytes, [200, 7, 255], 300),
):  # fmt: skip
    due = np.zeros((len(lengths), 1, max_len), dtype=bool)
    for sequence, length in enumerate(lengths):
        for position in range(length):
            due[sequence, 0, position] = True
    given = form(lengths)
    with dd.check.unchanged(given, what="lengths"):
        mask = padding_mask(given, max_len)
    what = f"padding_mask of lengths {lengths} at max_len {max_len}"
    dd.check.kind(mask, "tensor", what=what)
    dd.check.shape(mask, due.shape, why="it is (B, 1, max_len), whatever the longest length is", what=what)
    dd.check.dtype(mask, "bool", what=what)
    dd.check.equal(mask, due, why="position j is real when j < length", what=what)
### END HIDDEN TESTS

# %% mistakes: padding_mask
# - replace: dtype="int32") < ops
#   with: dtype="int32") <= ops
#   hint: "Positions count from 0. Which position holds the last token of a sequence of 3?"
# - replace: dtype="int32") < ops
#   with: dtype="int32") >= ops
#   hint: "True means that a query may attend; you marked the padding instead of the tokens."
# - replace: (-1, 1, 1)
#   with: (-1, 1)
#   hint: "The mask has no axis for the queries, so its rows would line up with queries and not with sequences."
# - replace: ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1))
#   with: ops.reshape(ops.arange(max_len, dtype="int32"), (-1, 1)) < ops.reshape(lengths, (-1, 1, 1))
#   hint: "The keys are the last axis of the scores; yours lie on the query axis, which would silence queries."
# - replace: ops.arange(max_len, dtype="int32")
#   with: ops.arange(1, max_len + 1, dtype="int32")
#   hint: "Every sequence lost one token: your positions count from 1, lengths compare with positions from 0."
# - replace: return ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1))
#   with: return ops.arange(ops.max(lengths), dtype="int32") < ops.reshape(lengths, (-1, 1, 1))
#   hint: "The batch may be padded further than its longest sequence; the width is given, not found."
# - replace: return ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1))
#   with: return ops.cast(ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1)), "float32")
#   hint: "The values are right but they are numbers; a mask is a tensor of truth values."


# %% mistake: padding_mask
# hint: "That is an additive mask: numbers to be added to the scores. Today a mask says True or False."
def padding_mask(lengths, max_len):
    lengths = ops.reshape(ops.convert_to_tensor(lengths, dtype="int32"), (-1, 1, 1))
    return ops.where(ops.arange(max_len, dtype="int32") < lengths, 0.0, -1e9)


# %% mistake: padding_mask
# hint: "You leave the lengths in the dtype that they came in, and then compare it with another one."
def padding_mask(lengths, max_len):
    return ops.arange(max_len) < ops.convert_to_tensor(lengths)[:, None, None]


# %% mistake: padding_mask
# hint: "You also mark which queries are padding. This mask is about keys, so one row serves all queries."
def padding_mask(lengths, max_len):
    lengths = ops.reshape(ops.convert_to_tensor(lengths, dtype="int32"), (-1, 1))
    real = ops.arange(max_len, dtype="int32") < lengths
    return ops.logical_and(ops.expand_dims(real, 1), ops.expand_dims(real, 2))


# %% mistake: padding_mask
# hint: "Your padding comes first and the tokens last. Here a sequence begins at position 0 and is filled up behind."
def padding_mask(lengths, max_len):
    lengths = ops.reshape(ops.convert_to_tensor(lengths, dtype="int32"), (-1, 1, 1))
    return ops.arange(max_len, dtype="int32") >= max_len - lengths


# %% mistake: padding_mask
# hint: "There is an axis for heads in your mask. Today's scores have three axes."
def padding_mask(lengths, max_len):
    lengths = ops.reshape(ops.convert_to_tensor(lengths, dtype="int32"), (-1, 1, 1, 1))
    return ops.arange(max_len, dtype="int32") < lengths


# %% mistake: padding_mask
# hint: "Zeros and ones are numbers. A mask is a tensor of truth values."
def padding_mask(lengths, max_len):
    lengths = ops.convert_to_tensor(lengths, dtype="int32")
    return ops.cast(ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1)), "int32")


# %% mistake: padding_mask
# hint: "You write one row for every query. They are all alike, so one row, on an axis of length 1, serves them all."
def padding_mask(lengths, max_len):
    lengths = ops.convert_to_tensor(lengths, dtype="int32")
    return ops.repeat(ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1)), max_len, axis=1)


# %% mistake: padding_mask
# hint: "A slice from minus the length marks the end of the row; and from minus 0 it marks all of it."
def padding_mask(lengths, max_len):
    mask = np.zeros((len(lengths), 1, max_len), dtype=bool)
    for row, length in zip(mask, lengths, strict=True):
        row[:, -int(length) :] = True
    return ops.convert_to_tensor(mask)


# %% equivalents: padding_mask
# - replace: "ops.arange(max_len, dtype=\"int32\")"
#   with: ops.arange(max_len)
#   reason: "`arange` of a whole number counts in whole numbers anyway."


# %% accepts: padding_mask
def padding_mask(lengths, max_len):
    rows = [[[position < int(length) for position in range(max_len)]] for length in lengths]
    return ops.convert_to_tensor(rows, dtype="bool")


# %% accepts: padding_mask
def padding_mask(lengths, max_len):
    lengths = ops.cast(ops.convert_to_tensor(lengths), "int32")
    ends = ops.one_hot(lengths, max_len + 1, dtype="int32")  # (B, max_len + 1), a 1 at the first padding
    return ops.expand_dims(ops.cumsum(ends, axis=-1)[:, :max_len] == 0, axis=1)


# %% exercise: causal_mask
def causal_mask(n):
    """Let each position attend to itself and to what came before.

    Args:
        n: number of tokens, int >= 1.

    Returns:
        bool tensor of shape (n, n); row i is True in columns 0 to i. About 2 lines.
    """
    ### BEGIN SOLUTION
    positions = ops.arange(n)
    return ops.expand_dims(positions, 1) >= ops.expand_dims(positions, 0)  # (n, 1) >= (1, n)
    ### END SOLUTION


# %% test: causal_mask, points=1
mask = causal_mask(3)
dd.check.kind(mask, "tensor", why="masks are tensors of the backend in use", what="causal_mask(3)")
dd.check.shape(mask, (3, 3), why="there is one row for each query, one column for each key")
dd.check.dtype(mask, "bool", why="True = may attend")
due = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]]) == 1
dd.check.equal(mask, due, why="a token reads itself and the tokens before it")
### BEGIN HIDDEN TESTS
for n in (1, 2, 7, 300):
    mask = causal_mask(n)
    what = f"causal_mask({n})"
    dd.check.kind(mask, "tensor", what=what)
    dd.check.shape(mask, (n, n), what=what)
    dd.check.dtype(mask, "bool", what=what)
    due = np.array([[key <= query for key in range(n)] for query in range(n)])
    dd.check.equal(mask, due, why="query i may read key j when j <= i", what=what)
### END HIDDEN TESTS

# %% mistakes: causal_mask
# - replace: 1) >= ops
#   with: 1) > ops
#   hint: "A token may read itself. In yours the first token has nothing at all to read."
# - replace: 1) >= ops
#   with: 1) <= ops
#   hint: "Rows are queries and columns are keys. Yours reads the future and hides the past."
# - replace: 1) >= ops
#   with: 1) < ops
#   hint: "True means may attend; you marked what has to be hidden."
# - replace: 1) >= ops
#   with: 1) + 1 >= ops
#   hint: "Each token also reads the one right after it, which is the very answer it has to predict."
# - replace: return ops.expand_dims(positions, 1) >= ops.expand_dims(positions, 0)
#   with: return ops.tril(ops.ones((n, n)))
#   hint: "The pattern is right but it is made of numbers; a mask is a tensor of truth values."
# - replace: ops.expand_dims(positions, 1) >= ops.expand_dims(positions, 0)
#   with: ops.expand_dims(positions, 1) == ops.expand_dims(positions, 0)
#   hint: "Each token reads itself and nothing else. The past is open to it too."


# %% mistake: causal_mask
# hint: "That is an additive mask, minus infinity where a key is hidden. Today a mask says True or False."
def causal_mask(n):
    return ops.triu(ops.full((n, n), -np.inf), k=1)


# %% mistake: causal_mask
# hint: "Your mask has an axis more than the docstring says. It is the same for every sequence of a batch."
def causal_mask(n):
    positions = ops.arange(n)
    return ops.expand_dims(positions[:, None] >= positions[None, :], 0)


# %% mistake: causal_mask
# hint: "Your positions are counted in a dtype that ends before long texts do."
def causal_mask(n):
    positions = ops.cast(ops.arange(n), "uint8")
    return ops.expand_dims(positions, 1) >= ops.expand_dims(positions, 0)


# %% mistake: causal_mask
# hint: "Huge negative numbers make an additive mask. Today a mask says True or False."
def causal_mask(n):
    positions = ops.arange(n)
    return ops.where(ops.expand_dims(positions, 1) >= positions, 0.0, -1e9)


# %% mistake: causal_mask
# hint: "Zeros and ones are numbers. A mask is a tensor of truth values."
def causal_mask(n):
    return ops.tril(ops.ones((n, n), dtype="int32"))


# %% equivalents: causal_mask
# - replace: ops.expand_dims(positions, 0)
#   with: positions
#   reason: "Broadcasting puts the axis of length 1 in front by itself."


# %% accepts: causal_mask
def causal_mask(n):
    return ops.cast(ops.tril(ops.ones((n, n))), "bool")


# %% accepts: causal_mask
def causal_mask(n):
    return ops.convert_to_tensor([[True] * (i + 1) + [False] * (n - i - 1) for i in range(n)], dtype="bool")


# %% [markdown]
# Which keys are left when both rules hold at once? A logical *and* combines masks, and broadcasting
# $(B, 1, n)$ with $(n, n)$ gives $(B, n, n)$.

# %% demo
padding = padding_mask([5, 3], 5)  # (2, 1, 5)
causal = causal_mask(5)  # (5, 5)
both = ops.logical_and(padding, causal)  # (2, 5, 5)

panels = {"Padding, length 3": np.repeat(padding[1], 5, axis=0), "Causal": causal, "Both": both[1]}
fig, axes = plt.subplots(1, 3, figsize=(10, 3.8))
for ax, (title, panel) in zip(axes, panels.items(), strict=True):
    dd.plot.matrix(panel, ax, title=title, fmt=".0f")
    ax.set(xlabel="key", ylabel="query")
fig.suptitle("Masks over five tokens: 1 = may attend, 0 = hidden")
dd.plot.show(
    "Three 5 by 5 masks, queries down and keys across. Padding: columns 0 to 2 are 1, columns 3 and 4 are 0. Causal: "
    "1 on and below the diagonal, 0 above. Both: 1 on and below the diagonal in columns 0 to 2 only; rows 3 and 4 "
    "still have three ones."
)

# %% [markdown]
# Padding blanks whole columns, causality the triangle above the diagonal. In the last panel the padding
# **queries**, rows 3 and 4, still read real tokens. Nobody uses their outputs, and the loss leaves them out
# (Day 81).
#
# A mask acts on the scores, before the softmax. Two short cuts tempt, and both fail. Take scores $(2, 1, 0)$
# and hide the first key.
#
# - *Multiply the scores by the mask.* That gives $(0, 1, 0)$, but a score of 0 is not nothing: $e^0 = 1$, and
#   the hidden key still gets 0.21.
# - *Multiply the weights by the mask.* The softmax gave $(0.67, 0.24, 0.09)$; without the first they sum to
#   0.33, for the hidden key had taken its share. Dividing by the new sum mends that, until a hidden key
#   scores so high that it leaves the others a share of exactly 0.
#
# Right is a score of minus infinity, since $e^{-\infty} = 0$; what remains is $(0, 0.73, 0.27)$. In code, use
# a finite number lower than any score that occurs, such as `-3e38` (float32 ends at $-3.4 \cdot 10^{38}$).
#
# Why finite? Consider **a query whose keys are all hidden**, as in an empty sequence. With infinities its
# softmax is $0/0$, NaN, and one NaN in a batch spoils the whole step. With equal finite numbers it is uniform,
# which is worse in its way: the query quietly reads the mean of everything forbidden to it. We decide that
# such a row reads nothing: **its weights and its output are zeros**, as in recent versions of Keras and
# PyTorch. Using the mask once more, after the softmax, does it, and changes no other row, because hidden
# weights are 0 there already.
#
# `ops.where(condition, a, b)` chooses element by element and broadcasts. `ops.matmul` works on the last two
# axes, whatever comes before them; `ops.swapaxes` with negative axis numbers does too.


# %% exercise: scaled_dot_product_attention
def scaled_dot_product_attention(q, k, v, mask=None):
    """Mean of the values, weighted by how well each key fits the query (Vaswani et al. 2017, equation 1).

    Args:
        q: queries, (..., Tq, d_k) float32 array or tensor, with any number of leading axes, or none.
        k: keys, (..., Tk, d_k), the same leading axes.
        v: values, (..., Tk, d_v), the same leading axes. All three are finite, scores lie within 1e6 of 0, and all
            arguments are left unchanged.
        mask: None, or bool, array or tensor, that broadcasts to (..., Tq, Tk), True where a query may attend to a key.

    Returns:
        (output, weights): tensors (..., Tq, d_v) and (..., Tq, Tk). Each row of weights sums to 1 over the keys and
        is 0 where the mask is False. A row whose keys are all masked has zero weights and zero output. About 8 lines.
    """
    ### BEGIN SOLUTION
    d_k = q.shape[-1]
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / d_k**0.5  # (..., Tq, Tk)
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, v), weights
    ### END SOLUTION


# %% test: scaled_dot_product_attention, points=4
q = np.array([[1.1, 0.0, 1.1, 0.0], [0.0, 0.0, 0.0, 0.0]], dtype="float32")  # (2, 4)
k = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [1.0, 0.0, -1.0, 0.0]], dtype="float32")  # (3, 4)
v = np.array([[10.0, 0.0], [0.0, 5.0], [5.0, 10.0]], dtype="float32")  # (3, 2)
with dd.check.unchanged(q, what="q"), dd.check.unchanged(k, what="k"), dd.check.unchanged(v, what="v"):
    result = scaled_dot_product_attention(q, k, v)
dd.check.kind(result, tuple, why="both the output and the weights are wanted")
dd.check.equal(len(result), 2, why="they are the output and the weights", what="the number of results")
output, weights = result
powers = math.exp(1.1) + 2  # about 3, 1 and 1 in row 0
due = ops.convert_to_tensor([[math.exp(1.1) / powers, 1 / powers, 1 / powers], [1 / 3, 1 / 3, 1 / 3]])
why = "the scores of the example worked by hand are 1.1, 0 and 0, and three zeros"
dd.check.like(weights, due, dtype="float32", rtol=1e-5, why=why, what="weights")
due = ops.convert_to_tensor([[(10 * math.exp(1.1) + 5) / powers, 15 / powers], [5.0, 5.0]])
why = "it is about (7, 3) for the first query, and the plain mean for the second"
dd.check.like(output, due, dtype="float32", rtol=1e-5, why=why, what="output")

# Two sequences, sizes all different: queries of zeros weigh all open keys alike.
q, k = np.zeros((2, 3, 4), dtype="float32"), np.ones((2, 5, 4), dtype="float32")
v = np.arange(60, dtype="float32").reshape(2, 5, 6)
mask = np.array([[1, 0, 0, 1, 0], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0]]) == 1  # (3, 5), the last row all closed
output, weights = scaled_dot_product_attention(q, k, v, mask=mask)
due = np.array([[1 / 2, 0, 0, 1 / 2, 0], [0, 1 / 4, 1 / 4, 1 / 4, 1 / 4], [0, 0, 0, 0, 0]], dtype="float32")
due = ops.convert_to_tensor(np.stack([due, due]))
why = "open keys with equal scores share 1, and a row without any has zeros"
dd.check.like(weights, due, dtype="float32", rtol=1e-5, why=why, what="weights")
due = np.stack([(v[:, 0] + v[:, 3]) / 2, v[:, 1:].mean(axis=1), np.zeros((2, 6))], axis=1).astype("float32")
why = "it is the mean of the open values, and zeros for a query that may read nothing"
dd.check.like(output, ops.convert_to_tensor(due), dtype="float32", rtol=1e-5, why=why, what="output")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(84)


def draw(*shape, scale=1.5):
    return (scale * rng.normal(size=shape)).astype("float32")


def row_by_row(q, k, v, mask):
    """Attention in float64, one query at a time, over the keys it may read."""
    allowed = np.broadcast_to(True if mask is None else mask, (*q.shape[:-1], k.shape[-2]))
    weights = np.zeros(allowed.shape)
    output = np.zeros((*q.shape[:-1], v.shape[-1]))
    for row in np.ndindex(q.shape[:-1]):
        open_keys = np.flatnonzero(allowed[row])
        fit = [math.exp(np.dot(q[row], k[row[:-1]][j].astype(float)) / math.sqrt(q.shape[-1])) for j in open_keys]
        for j, power in zip(open_keys, fit, strict=True):
            weights[row][j] = power / sum(fit)
            output[row] += weights[row][j] * v[row[:-1]][j]
    return output, weights


# float32 keeps seven digits; sums of at most a few dozen terms lose one or two of them.
near = {"rtol": 1e-5, "atol": 1e-5}
for lead, queries, keys, d_k, d_v, kinds in (
    ((3,), 3, 5, 4, 6, ("none", "by pair", "by key", "one row closed")),
    ((), 3, 5, 2, 4, ("none", "for all queries", "by query")),
    ((1,), 1, 4, 3, 2, ("none",)),
    ((2,), 4, 1, 2, 5, ("by key",)),
    ((2, 3), 4, 4, 4, 4, ("one row closed",)),
):
    q, k, v = draw(*lead, queries, d_k), draw(*lead, keys, d_k), draw(*lead, keys, d_v)
    one_row_closed = rng.random((*lead, queries, keys)) < 0.7
    one_row_closed[..., 0, :] = False
    masks = {
        "none": None,
        "by pair": rng.random((queries, keys)) < 0.6,
        "by key": rng.random((*lead, 1, keys)) < 0.6,  # as a padding mask
        "one row closed": one_row_closed,
        "for all queries": rng.random(keys) < 0.6,
        "by query": np.array([[True], [False], [True]]),
    }
    for mask in map(masks.get, kinds):
        given = [None if array is None else ops.convert_to_tensor(array) for array in (q, k, v, mask)]
        output, weights = scaled_dot_product_attention(*given)
        due_output, due_weights = row_by_row(q, k, v, mask)
        of = f" for q {q.shape}, k {k.shape}, v {v.shape}, mask {None if mask is None else mask.shape}"
        due = ops.convert_to_tensor(due_weights, dtype="float32")
        why = "they are a softmax over the keys that a query may read"
        dd.check.like(weights, due, dtype="float32", **near, why=why, what="weights" + of)
        due = ops.convert_to_tensor(due_output, dtype="float32")
        why = "it is the weighted mean of the values"
        dd.check.like(output, due, dtype="float32", **near, why=why, what="output" + of)
        if mask is not None:
            hidden = ~np.broadcast_to(mask, due_weights.shape)
            leaked = ops.convert_to_numpy(weights)[hidden]
            why = "masked keys weigh exactly 0"
            dd.check.equal(leaked, np.zeros_like(leaked), why=why, what="the weights of masked keys" + of)

# Arrays that are views of larger ones, and none of them changed.
q, k, v = draw(2, 3, 8)[..., ::2], draw(4, 5, 2).T, draw(2, 5, 6)[:, ::-1]
mask = (rng.random((10, 3)) < 0.7)[::2].T
with dd.check.unchanged([q, k, v, mask], why="the caller still needs them"):
    output, weights = scaled_dot_product_attention(q, k, v, mask)
due_output, due_weights = row_by_row(q, k, v, mask)
dd.check.close(weights, due_weights, **near, why="every other column is an array too", what="weights")
dd.check.close(output, due_output, **near, why="every other column is an array too", what="output")

q, k, v = draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 6)
output, weights = (ops.convert_to_numpy(part) for part in scaled_dot_product_attention(q, k, v))
order = [3, 0, 4, 2, 1]
shuffled = scaled_dot_product_attention(q, k[:, order], v[:, order])[0]
dd.check.close(shuffled, output, **near, why="keys and values are a set; their order says nothing", what="output")

shifted = scaled_dot_product_attention(q, k + draw(2, 1, 4), v)[1]
dd.check.close(shifted, weights, **near, why="a constant added to all scores of a query cancels", what="weights")

mask = np.array([[[True, True, False, True, False]], [[False, True, True, True, True]]])
loud = np.where(mask.swapaxes(1, 2), v, np.float32(1e9))
quiet = scaled_dot_product_attention(q, k, v, mask)[0]
dd.check.close(
    scaled_dot_product_attention(q, k, loud, mask)[0], quiet, **near, why="a masked value is never read", what="output"
)

apart = np.zeros((2, 5, 4), dtype="float32")
apart[:, 2], apart[:, 0] = 60.0, -20.0  # scores of -20 to 60, for queries of halves
_, weights = scaled_dot_product_attention(np.full((2, 3, 4), 0.5, "float32"), apart, v, mask)
_, due = row_by_row(np.full((2, 3, 4), 0.5), apart, v, mask)
dd.check.close(weights, due, **near, why="open keys share 1, however high a hidden key scores", what="weights")

output, weights = scaled_dot_product_attention(1000 * q, 100 * k, v, mask)
dd.check.finite(weights, why="scores of some 100,000 must not overflow", what="weights")
best = np.where(mask, q @ k.swapaxes(1, 2), -np.inf).argmax(axis=-1)  # (2, 3)
winners = np.take_along_axis(v, best[:, :, np.newaxis], axis=1)  # (2, 3, 6)
dd.check.close(output, winners, **near, why="with scores so far apart the best key takes all", what="output")
lonely = np.eye(5, dtype=bool)[[1, 4, 2]]  # (3, 5)
output = scaled_dot_product_attention(1000 * q, 100 * k, v, lonely)[0]
dd.check.close(output, v[:, [1, 4, 2]], **near, why="one open key gets all, however low its score", what="output")
### END HIDDEN TESTS

# %% mistakes: scaled_dot_product_attention
# - replace: " / d_k**0.5"
#   with: ""
#   hint: "The scores grow with the width of the keys. What brings their spread back to 1?"
# - replace: " / d_k**0.5"
#   with: " * d_k**0.5"
#   hint: "You multiply by the root, and the scores spread more widely still."
# - replace: d_k**0.5
#   with: d_k
#   hint: "You divide by the variance of the scores where their standard deviation is called for."
# - replace: d_k = q.shape[-1]
#   with: d_k = v.shape[-1]
#   hint: "The values take no part in the scores, so their width cannot set the scale."
# - replace: d_k = q.shape[-1]
#   with: d_k = k.shape[-2]
#   hint: "You scale by the number of keys, but a dot product adds up one term for each feature."
# - replace: d_k = q.shape[-1]
#   with: d_k = q.shape[-2]
#   hint: "You scale by the number of queries. How many terms does one dot product add up?"
# - replace: axis=-1)
#   with: axis=-2)
#   hint: "Your columns sum to 1. It is each query that shares its attention out, over the keys."
# - replace: ops.where(mask, scores, -3e38)
#   with: ops.where(mask, -3e38, scores)
#   hint: "True means may attend. You hide what may be read and read what is hidden."
# - replace: ops.where(mask, scores, -3e38)
#   with: ops.where(mask, scores, 0.0)
#   hint: "A score of 0 is a score like any other: it still earns a share of the softmax."
# - replace: ops.where(mask, scores, -3e38)
#   with: scores
#   hint: "Masked keys had their share of the softmax before you took it away, so the rest no longer sums to 1."
# - replace: ops.where(mask, weights, 0.0)
#   with: weights
#   hint: "Look at a query whose keys are all masked: equal scores, however low, make a uniform softmax."
# - replace: ops.swapaxes(k, -1, -2)
#   with: ops.reshape(k, (*k.shape[:-2], k.shape[-1], k.shape[-2]))
#   hint: "A reshape leaves the numbers in their order and so mixes different keys; the two axes must be exchanged."
# - replace: ops.swapaxes(k, -1, -2)
#   with: "ops.transpose(k, (0, 2, 1) if len(k.shape) > 2 else None)"
#   hint: "It works with at most one leading axis. Name the two axes from the end."
# - replace: ops.swapaxes(k, -1, -2)
#   with: ops.transpose(k)
#   hint: "All axes of the keys are turned round, those of the batch too. Only the last two change places."
# - replace: return ops.matmul(weights, v), weights
#   with: return weights, ops.matmul(weights, v)
#   hint: "Both parts are right; look at the order in which they are due."
# - replace: return ops.matmul(weights, v), weights
#   with: return ops.matmul(weights, v), scores
#   hint: "What you give back beside the output are the scores. Their softmax was wanted."
# - replace: return ops.matmul(weights, v), weights
#   with: |-
#     weights = weights / d_k**0.5
#         return ops.matmul(weights, v), weights
#   hint: "Scaling comes before the softmax. Afterwards the weights have to sum to 1 and are left alone."


# %% mistake: scaled_dot_product_attention
# hint: "With minus infinity a row whose keys are all hidden is 0/0. What is to come back for such a row?"
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -np.inf)
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "Your number for a hidden key is not below every score that may occur."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is None:
        weights = ops.softmax(scores, axis=-1)
    else:
        keep = ops.cast(mask, "float32")
        weights = ops.softmax(scores + (1.0 - keep) * -1e4, axis=-1) * keep
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "You treat the mask as an additive one and add its truth values to the scores: True counts as 1."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + ops.cast(mask, "float32")
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "You multiply the scores by the mask, and a hidden key is left with a score of 0. That is far from nothing."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores * ops.cast(mask, "float32")
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "You share out among all keys first and correct the sum afterwards. What is left to divide when a hidden key
#   scores far above the open ones?"
def scaled_dot_product_attention(q, k, v, mask=None):
    weights = ops.softmax(ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1]), axis=-1)
    if mask is not None:
        weights = weights * ops.cast(mask, "float32")
        weights = weights / (ops.sum(weights, axis=-1, keepdims=True) + 1e-9)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "The exponential of a large score overflows float32. What may be subtracted from all scores of a row first?"
def scaled_dot_product_attention(q, k, v, mask=None):
    powers = ops.exp(ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1]))
    if mask is not None:
        powers = powers * ops.cast(mask, "float32")
    total = ops.sum(powers, axis=-1, keepdims=True)
    weights = powers / ops.where(total > 0, total, 1.0)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "The result is right, but the caller's queries were divided under their hands."
def scaled_dot_product_attention(q, k, v, mask=None):
    q /= math.sqrt(q.shape[-1])
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2))
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "Where the mask is True you add a huge negative number. Here True means that the query may look."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + ops.cast(mask, "float32") * -1e9
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v), weights


# %% mistake: scaled_dot_product_attention
# hint: "The weights are wanted as well as the output."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v)


# %% mistake: scaled_dot_product_attention
# hint: "The softmax runs over all pairs at once: each query should have a whole 1 to share out."
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.reshape(ops.softmax(ops.reshape(scores, (*scores.shape[:-2], -1)), axis=-1), scores.shape)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, v), weights


# %% accepts: scaled_dot_product_attention
def scaled_dot_product_attention(q, k, v, mask=None):
    # A large negative number is added instead of put in place, and everything is an einsum.
    scores = ops.einsum("...qd,...kd->...qk", q, k) * q.shape[-1] ** -0.5
    keep = 1.0 if mask is None else ops.cast(mask, "float32")
    weights = ops.softmax(scores + (keep - 1.0) * 1e9, axis=-1) * keep
    return ops.einsum("...qk,...kd->...qd", weights, v), weights


# %% accepts: scaled_dot_product_attention
def scaled_dot_product_attention(q, k, v, mask=None):
    # The softmax by hand, over the open keys only; the query is scaled instead of the scores.
    q = ops.convert_to_tensor(q) / math.sqrt(q.shape[-1])
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2))
    mask = ops.broadcast_to(True if mask is None else mask, scores.shape)
    highest = ops.max(ops.where(mask, scores, -3e38), axis=-1, keepdims=True)
    powers = ops.where(mask, ops.exp(ops.minimum(scores - highest, 0.0)), 0.0)
    total = ops.sum(powers, axis=-1, keepdims=True)
    weights = powers / ops.where(total > 0, total, 1.0)
    return ops.matmul(weights, v), weights


# %% accepts: scaled_dot_product_attention
def scaled_dot_product_attention(q, k, v, mask=None):
    # One query at a time: multiply, add up, and let the sum over the features be the dot product.
    q, k, v = (ops.convert_to_tensor(array) for array in (q, k, v))
    allowed = ops.broadcast_to(True if mask is None else mask, (*q.shape[:-1], k.shape[-2]))
    rows = []
    for i in range(q.shape[-2]):
        scores = ops.sum(q[..., i : i + 1, :] * k, axis=-1) / math.sqrt(k.shape[-1])  # (..., Tk)
        row = allowed[..., i, :]
        rows.append(ops.where(row, ops.softmax(ops.where(row, scores, -1e30)), 0.0))
    weights = ops.stack(rows, axis=-2)
    return ops.sum(ops.expand_dims(weights, -1) * ops.expand_dims(v, -3), axis=-2), weights


# %% [markdown]
# ## What the root does, measured
# For widths from 4 to 1,024 we draw 256 queries, each with 32 keys of its own, from a standard normal
# distribution and ask three things. Does the variance of a raw score grow like $d_k$? What becomes of the
# softmax? And how much does a weight still move with its own score? That slope is
# $\partial a_j/\partial s_j = a_j(1 - a_j)$; summed over the keys it is $1 - \sum_j a_j^2$, nearly 1 for
# weights spread over many keys and 0 when one key has it all.
#
# Your function always divides by $\sqrt{d_k}$. Queries multiplied by $\sqrt{d_k}$ beforehand undo that;
# queries divided by $\sqrt{d_k}$ turn it into a division by $d_k$.

# %% demo
rng = np.random.default_rng(84)
widths = [4, 16, 64, 256, 1024]
divisors = {"1 (unscaled)": 0.0, r"$\sqrt{d_k}$": 0.5, "$d_k$": 1.0}  # powers of d_k
variance = {name: [] for name in divisors}
slope = {name: [] for name in divisors}
typical = {}
for d_k in widths:
    q = rng.normal(size=(256, 1, d_k)).astype("float32")
    k = rng.normal(size=(256, 32, d_k)).astype("float32")
    for name, power in divisors.items():
        variance[name].append(np.var(q @ k.swapaxes(1, 2) / d_k**power))
        weights = scaled_dot_product_attention(q * d_k ** (0.5 - power), k, k)[1]  # (256, 1, 32)
        weights = ops.convert_to_numpy(weights)[:, 0]
        slope[name].append(np.mean(1 - np.sum(weights**2, axis=1)))
        if d_k == 256:
            typical[name] = np.mean(-np.sort(-weights, axis=1), axis=0)  # largest first
    raw, rooted, _ = (values[-1] for values in variance.values())
    print(f"d_k = {d_k:4}   variance of the scores: unscaled {raw:7.1f}, divided by the root {rooted:.3f}")

fig, axes = plt.subplots(1, 3, figsize=(13, 4))
for i, (name, power) in enumerate(divisors.items()):
    look = {"color": f"C{i}", "linestyle": ["-", "--", ":"][i], "marker": "osv"[i], "label": f"divided by {name}"}
    axes[0].loglog(widths, np.array(widths, dtype=float) ** (1 - 2 * power), "-", color="0.7")
    axes[0].loglog(widths, variance[name], **{**look, "linestyle": "none"})
    axes[1].plot(range(1, 13), typical[name][:12], **look)
    axes[2].semilogx(widths, slope[name], **look)
axes[0].set(title="Variance of scores (grey: theory)", xlabel="$d_k$", ylabel="variance")
axes[1].set(title="Weights at $d_k = 256$, largest first", xlabel="rank of the key", ylabel="mean weight")
axes[2].set(title=r"Slope that is left, $1 - \sum a_j^2$", xlabel="$d_k$", ylabel="mean over the queries")
axes[1].legend()
dd.plot.show(
    "Three panels over the width of the keys, from 4 to 1,024, for scores divided by 1, by the root of the width and "
    "by the width. Variance: rises with the width, stays at 1, falls. Mean weight by rank at width 256: 0.9 for one "
    "key and nearly 0 for the rest; from 0.16 falling slowly; the same for all. Slope that is left: falls from 0.8 to "
    "below 0.1; stays near 0.93; stays near 0.97."
)

# %% [markdown]
# Left, the points lie on the theory's lines: the raw variance is $d_k$, and over the root it stays at 1.
# Middle, the unscaled softmax (circles) hands about 0.9 to one key, although everything is chance and no key
# deserves it; divided by $d_k$ (triangles) all keys look alike; over the root (squares) there is a ranking
# without a monopoly. Right, at width 1,024 the unscaled weights keep less than a tenth of their slope, and
# gradient descent could hardly move them. That is the case for the root: the same spread and the same slope
# at every width.
#
# ## Self-attention: a sentence asks itself
# So far queries, keys and values were given. In **self-attention** all three are made from the same tokens
# $X$, word vectors for instance, by three learned matrices:
#
# $$Q = XW_Q,\quad K = XW_K,\quad V = XW_V,\qquad
# O = \mathrm{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V,$$
#
# with $(B, n, d)(d, d_k) \to (B, n, d_k)$ and so on. Why not let $X$ play all three parts? Then
# $S = XX^\top/\sqrt d$ would be symmetric: *bank* could not ask *river* for its meaning unless *river* asked
# *bank* just as hard, and long vectors would mostly find themselves. Two matrices make looking and being
# found two different things; the third, $W_V$, decides what is handed over.
#
# By hand, with three tokens of width 2, $x_0 = (1, 0)$, $x_1 = (0, 1)$, $x_2 = (0, 0)$, and $d_k = 4$. Let row
# 0 of $W_Q$ be $(2, 0, 0, 0)$ and row 1 of $W_K$ be $(\ln 3, 0, 0, 0)$, all else zero: only token 0 asks, and
# only token 1 can be found. Then $q_0 \cdot k_1 = 2 \ln 3$, over $\sqrt 4$ that is $\ln 3$, and every other
# score is 0. Token 0 gives the weights $\tfrac15, \tfrac35, \tfrac15$; the others read all three alike. With
# ten times the identity for $W_V$ the first output is $\tfrac15 (10, 0) + \tfrac35 (0, 10) = (2, 6)$.


# %% exercise: self_attention
def self_attention(x, wq, wk, wv, mask=None):
    """Scaled dot-product attention of a sequence on itself.

    Args:
        x: tokens, (B, n, d) float32, array or tensor, as the next three.
        wq: projection to queries, (d, d_k).
        wk: projection to keys, (d, d_k).
        wv: projection to values, (d, d_v).
        mask: None, or bool that broadcasts to (B, n, n), True where the row's token may attend to the column's. All
            arguments are left unchanged.

    Returns:
        (output, weights): tensors (B, n, d_v) and (B, n, n), zeros for a token that may attend to none. About 2 lines.
    """
    ### BEGIN SOLUTION
    q, k, v = ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv)
    return scaled_dot_product_attention(q, k, v, mask)
    ### END SOLUTION


# %% test: self_attention, points=2
x = np.array([[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]], dtype="float32")  # (1, 3, 2)
wq, wk, wv = np.zeros((2, 4), "float32"), np.zeros((2, 4), "float32"), 10 * np.eye(2, dtype="float32")
wq[0, 0] = 2.0  # only token 0 asks
wk[1, 0] = math.log(3)  # only token 1 is found
with dd.check.unchanged([x, wq, wk, wv], why="the caller still needs them"):
    result = self_attention(x, wq, wk, wv)
dd.check.kind(result, tuple, why="both the output and the weights are wanted")
dd.check.equal(len(result), 2, why="they are the output and the weights", what="the number of results")
output, weights = result
due = ops.convert_to_tensor([[[0.2, 0.6, 0.2], [1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]])
why = "token 0 scores 0, ln 3 and 0, as worked by hand, and the others ask nothing"
dd.check.like(weights, due, dtype="float32", rtol=1e-5, why=why, what="weights")
due = ops.convert_to_tensor([[[2.0, 6.0], [10 / 3, 10 / 3], [10 / 3, 10 / 3]]])
dd.check.like(output, due, dtype="float32", rtol=1e-5, why="it is a weighted mean of the rows of x @ wv", what="output")

# Two sequences, sizes all different: with queries of zeros the open tokens are read alike.
x = np.arange(24, dtype="float32").reshape(2, 3, 4)
wq, wk, wv = np.zeros((4, 5), "float32"), np.ones((4, 5), "float32"), np.ones((4, 6), "float32")
mask = np.array([[1, 0, 0], [0, 0, 0], [1, 1, 0]]) == 1  # token 1 may read none
output, weights = self_attention(x, wq, wk, wv, mask=mask)
due = ops.convert_to_tensor([[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.5, 0.5, 0.0]]] * 2)
why = "open tokens share 1, and a token that may read none has zeros"
dd.check.like(weights, due, dtype="float32", rtol=1e-5, why=why, what="weights")
sums = x.sum(axis=2)  # (2, 3), what each token hands over in every column
due = np.stack([sums[:, 0], 0 * sums[:, 0], (sums[:, 0] + sums[:, 1]) / 2], axis=1)[:, :, np.newaxis].repeat(6, axis=2)
why = "it is the mean of what the open tokens hand over"
dd.check.like(output, ops.convert_to_tensor(due), dtype="float32", rtol=1e-5, why=why, what="output")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(85)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def pair_by_pair(x, wq, wk, wv, mask):
    """Self-attention in float64, one pair of tokens at a time."""
    batch, n, _ = x.shape
    x = x.astype(float)
    allowed = np.broadcast_to(True if mask is None else mask, (batch, n, n))
    weights = np.zeros((batch, n, n))
    output = np.zeros((batch, n, wv.shape[1]))
    for b, i in np.ndindex(batch, n):
        fit = [math.exp((x[b, i] @ wq) @ (x[b, j] @ wk) / math.sqrt(wk.shape[1])) * allowed[b, i, j] for j in range(n)]
        for j in range(n):
            weights[b, i, j] = fit[j] / (sum(fit) or 1.0)
            output[b, i] += weights[b, i, j] * (x[b, j] @ wv)
    return output, weights


near = {"rtol": 1e-4, "atol": 2e-5}  # float32, through three matrix products and an exponential
causal = np.tri(5, dtype=bool)
by_sequence = np.array([[[True, True, True, True, False]], [[False] * 5]])  # the second one is empty
for (batch, n, d), d_k, d_v, masks in (
    ((2, 5, 4), 3, 6, (None, causal, by_sequence)),
    ((1, 1, 3), 2, 1, (None,)),
    ((4, 4, 4), 4, 4, (rng.random((4, 4, 4)) < 0.5,)),
):
    x, wq, wk, wv = draw(batch, n, d), draw(d, d_k), draw(d, d_k), draw(d, d_v)
    for mask in masks:
        output, weights = self_attention(*map(ops.convert_to_tensor, (x, wq, wk, wv)), mask)
        due_output, due_weights = pair_by_pair(x, wq, wk, wv, mask)
        of = f" for x {x.shape}, wq {wq.shape}, wv {wv.shape}, mask {None if mask is None else mask.shape}"
        due = ops.convert_to_tensor(due_weights, dtype="float32")
        dd.check.like(weights, due, dtype="float32", **near, why="wq asks and wk is found", what="weights" + of)
        due = ops.convert_to_tensor(due_output, dtype="float32")
        dd.check.like(output, due, dtype="float32", **near, why="what is handed over is x @ wv", what="output" + of)

x, wq, wk, wv = draw(4, 5, 4)[::2], draw(3, 4).T, draw(4, 6)[:, ::2], draw(4, 4)  # views of larger arrays
both = causal & np.array([[[True] * 5], [[True, True, True, False, False]]])
with dd.check.unchanged([x, wq, wk, wv, both], why="the caller still needs the tokens and the weights"):
    output, weights = self_attention(x, wq, wk, wv, both)

layer = keras.layers.MultiHeadAttention(num_heads=1, key_dim=3, value_dim=4, use_bias=False)
layer.build((2, 5, 4), (2, 5, 4))
layer.set_weights([wq[:, np.newaxis], wk[:, np.newaxis], wv[:, np.newaxis], np.eye(4)[np.newaxis]])
due, due_weights = layer(x, x, attention_mask=both, return_attention_scores=True)
dd.check.close(weights, due_weights[:, 0], **near, why="keras.layers.MultiHeadAttention agrees", what="weights")
dd.check.close(output, due, **near, why="keras.layers.MultiHeadAttention with one head agrees", what="output")

later = np.concatenate([x[:, :3], 10 * draw(2, 2, 4)], axis=1)
before, after = (ops.convert_to_numpy(part)[:, :3] for part in (output, self_attention(later, wq, wk, wv, both)[0]))
dd.check.close(after, before, **near, why="a changed future leaves the past as it was", what="output")

order = [4, 2, 0, 3, 1]
plain = ops.convert_to_numpy(self_attention(x, wq, wk, wv)[0])
shuffled = self_attention(x[:, order], wq, wk, wv)[0]
dd.check.close(shuffled, plain[:, order], **near, why="shuffled tokens give shuffled outputs", what="output")

alone = self_attention(300 * x, wq, wk, wv, np.eye(5, dtype=bool))[0]
due = 300 * x @ wv
why = "a token that may read itself alone gets its own value, however large the scores are"
dd.check.close(alone, due, rtol=1e-4, atol=1e-2, why=why, what="output")
### END HIDDEN TESTS

# %% mistakes: self_attention
# - replace: ops.matmul(x, wk)
#   with: ops.matmul(x, wq)
#   hint: "Asking and being found need different matrices; your weights come from symmetric scores."
# - replace: ops.matmul(x, wq), ops.matmul(x, wk)
#   with: ops.matmul(x, wk), ops.matmul(x, wq)
#   hint: "Your scores are transposed: the token that should ask is being asked."
# - replace: ops.matmul(x, wv)
#   with: x
#   hint: "The tokens hand themselves over. What turns a token into its value?"
# - replace: ops.matmul(x, wv)
#   with: ops.matmul(x, wk)
#   hint: "What is handed over is the key again. The third matrix has nothing to do in yours."
# - replace: (q, k, v, mask)
#   with: (q, k, v)
#   hint: "Your tokens read what they may not: the mask goes unused."
# - replace: ops.matmul(x, wq), ops
#   with: ops.matmul(x, wq) / wq.shape[-1] ** 0.5, ops
#   hint: "The scores are divided by the root twice: once by you, once by the function that you call."
# - replace: (q, k, v, mask)
#   with: "(q, k, v, None if mask is None else ops.logical_not(mask))"
#   hint: "You turn the mask round before you hand it on. Both functions mean the same by True."
# - replace: (q, k, v, mask)
#   with: (q, v, k, mask)
#   hint: "Keys and values have changed places in your call."
# - replace: return scaled_dot_product_attention(q, k, v, mask)
#   with: return scaled_dot_product_attention(q, k, v, mask)[::-1]
#   hint: "Both parts are right; look at the order in which they are due."
# - replace: return scaled_dot_product_attention(q, k, v, mask)
#   with: return scaled_dot_product_attention(q, k, v, mask)[0]
#   hint: "The weights are wanted as well as the output."
# - replace: return scaled_dot_product_attention(q, k, v, mask)
#   with: |-
#     output, weights = scaled_dot_product_attention(q, k, v, mask)
#         return x + output, weights
#   hint: "The token itself is added on top of what it read. That belongs to the block of Day 86, not in here."


# %% mistake: self_attention
# hint: "You multiply by the transposed matrices. By the docstring their rows belong to the features of a token."
def self_attention(x, wq, wk, wv, mask=None):
    q, k, v = (ops.matmul(x, ops.transpose(matrix)) for matrix in (wq, wk, wv))
    return scaled_dot_product_attention(q, k, v, mask)


# %% mistake: self_attention
# hint: "You scale by the width of the tokens. The dot products add up as many terms as queries and keys are wide."
def self_attention(x, wq, wk, wv, mask=None):
    q, k, v = ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv)
    scores = ops.matmul(q, ops.swapaxes(k, 1, 2)) / math.sqrt(x.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, v), weights


# %% mistake: self_attention
# hint: "Your scores are not scaled. The function of the exercise before would have done it."
def self_attention(x, wq, wk, wv, mask=None):
    scores = ops.matmul(ops.matmul(x, wq), ops.swapaxes(ops.matmul(x, wk), 1, 2))
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, ops.matmul(x, wv)), weights


# %% mistake: self_attention
# hint: "A token that may read none reads all alike in yours, the forbidden ones too."
def self_attention(x, wq, wk, wv, mask=None):
    q, k, v = ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv)
    scores = ops.matmul(q, ops.swapaxes(k, 1, 2)) / math.sqrt(wk.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -1e9)
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v), weights


# %% mistake: self_attention
# hint: "You always hide the future. Whether that is called for, the mask says."
def self_attention(x, wq, wk, wv, mask=None):
    causal = causal_mask(x.shape[1])
    mask = causal if mask is None else ops.logical_and(mask, causal)
    return scaled_dot_product_attention(ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv), mask)


# %% mistake: self_attention
# hint: "The right sequences get the wrong mask: all of them are read with that of the first."
def self_attention(x, wq, wk, wv, mask=None):
    if mask is not None and len(mask.shape) == 3:
        mask = mask[:1]
    return scaled_dot_product_attention(ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv), mask)


# %% mistake: self_attention
# hint: "No projection is left in the scores: the tokens themselves are compared."
def self_attention(x, wq, wk, wv, mask=None):
    return scaled_dot_product_attention(x, x, ops.matmul(x, wv), mask)


# %% accepts: self_attention
def self_attention(x, wq, wk, wv, mask=None):
    # One product with the three matrices side by side, as fast implementations do.
    d_k = wq.shape[-1]
    joined = ops.matmul(x, ops.concatenate([wq, wk, wv], axis=1))
    return scaled_dot_product_attention(joined[..., :d_k], joined[..., d_k : 2 * d_k], joined[..., 2 * d_k :], mask)


# %% accepts: self_attention
def self_attention(x, wq, wk, wv, mask=None):
    # The two score matrices folded into one; then the tokens are mixed first and projected afterwards.
    bilinear = ops.matmul(wq, ops.transpose(wk)) / math.sqrt(wq.shape[1])
    scores = ops.einsum("bid,de,bje->bij", x, bilinear, x)
    if mask is not None:
        scores = ops.where(mask, scores, -1e9)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = weights * ops.cast(mask, "float32")
    return ops.matmul(ops.matmul(weights, x), wv), weights


# %% [markdown]
# ## Contextual embeddings: one word, two meanings
# A table of word vectors (Day 70) gives *bank* one vector in every sentence. The output of self-attention,
# $o_i = \sum_j a_{ij}\,(x_j W_V)$, depends on the whole sentence: a **contextual embedding**. Does that help
# with a word of two meanings?
#
# Here are two sentences in one padded batch. Each word has four features made by hand, *water*, *money*,
# *people* and *grammar*; *bank* is undecided, one part water and one part money. $W_K$ keeps the first two
# features, $W_Q$ keeps and doubles them, so words ask about water and money. $W_V$ is the identity.

# %% demo
features = {
    "we": (0, 0, 2, 0), "sat": (0, 0, 1, 0), "on": (0, 0, 0, 1), "the": (0, 0, 0, 1), "of": (0, 0, 0, 1),
    "bank": (1, 1, 0, 0), "river": (3, 0, 0, 0), "paid": (0, 1, 1, 0), "us": (0, 0, 2, 0), "money": (0, 3, 0, 0),
    "·": (0, 0, 0, 0),
}  # fmt: skip
texts = ["we sat on the bank of the river", "the bank paid us money · · ·"]  # · is padding
sentences = [text.split() for text in texts]
x = np.array([[features[word] for word in words] for words in sentences], dtype="float32")  # (2, 8, 4)
wk = np.eye(4, 2, dtype="float32")  # (4, 2)
wq = 2 * wk
wv = np.eye(4, dtype="float32")  # (4, 4)
output, weights = self_attention(x, wq, wk, wv, padding_mask([8, 5], 8))
output, weights = ops.convert_to_numpy(output), ops.convert_to_numpy(weights)

fig, axes = plt.subplots(1, 3, figsize=(14, 5))
for ax, panel, words, title in zip(axes, weights, sentences, ("River", "Money"), strict=False):
    dd.plot.matrix(panel, ax, words, words, f"{title}: attention weights")
    ax.set(xlabel="key: the word that is read", ylabel="query: the word that reads")
axes[2].plot(1, 1, "ko", markersize=9)
axes[2].annotate("bank, from the table", (1, 1), (1.1, 1.1))
for words, vectors, marker, where in zip(sentences, output, "s^", ((1.8, 0.65), (0.4, 2.6)), strict=True):
    water, money = vectors[words.index("bank"), :2]
    axes[2].annotate("", (water, money), (1, 1), arrowprops={"arrowstyle": "->", "color": "grey"})
    axes[2].plot(water, money, marker, color="black", markersize=9)
    axes[2].annotate(f"bank, with {'river' if marker == 's' else 'money'}", (water, money), where)
    print("bank in", " ".join(words), "->", vectors[words.index("bank")].round(2))
axes[2].set(title="Where 'bank' lies", xlabel="water", ylabel="money", xlim=(0, 3), ylim=(0, 3))
dd.plot.show(
    "Two maps of attention weights, words that read down, words that are read across, and a plane of water and money. "
    "In the river sentence the row of bank has 0.75 on river and 0.18 on itself, in the money sentence 0.75 on money; "
    "the columns of padding are 0. In the plane bank from the table is at (1, 1); one arrow leads from it to much "
    "water and little money, the other to little water and much money."
)

# %% [markdown]
# In the row *bank* of the left map three quarters of the weight lie on *river*, in the middle map on *money*.
# Right, the one vector from the table has become two, an arrow towards water and an arrow towards money. Two
# more things show. The columns of padding (·) are empty, while its rows spread over the real words and are
# not used. And *the* and *we*, whose queries are zero, read everything equally.
#
# A trained network finds its own matrices, by gradient descent through every step above.
#
# ## The same numbers as Keras
# `keras.layers.MultiHeadAttention` with `num_heads=1` is your `self_attention` times one more matrix, the
# output projection $W_O$ of Day 85. Do the two agree when padding and causality act at once?

# %% demo
rng = np.random.default_rng(84)
x = rng.normal(size=(2, 6, 8)).astype("float32")  # (B, n, d)
mask = ops.logical_and(padding_mask([6, 4], 6), causal_mask(6))  # (2, 6, 6)
layer = keras.layers.MultiHeadAttention(num_heads=1, key_dim=5, value_dim=7, use_bias=False)
layer.build(x.shape, x.shape)
layer.set_weights([rng.normal(size=weight.shape).astype("float32") / 3 for weight in layer.get_weights()])
wq, wk, wv, wo = layer.get_weights()  # (8, 1, 5) (8, 1, 5) (8, 1, 7) (1, 7, 8), the 1 is the head

theirs, their_weights = layer(x, x, attention_mask=mask, return_attention_scores=True)
ours, our_weights = self_attention(x, wq[:, 0], wk[:, 0], wv[:, 0], mask)
ours = ops.matmul(ours, wo[0])
gaps = [ops.max(ops.abs(ours - theirs)), ops.max(ops.abs(our_weights - their_weights[:, 0]))]
print("outputs agree to 1e-5:", bool(gaps[0] < 1e-5), "  weights agree to 1e-5:", bool(gaps[1] < 1e-5))

# %% [markdown]
# They do. All that your version lacks is the number of heads.
#
# ## All at once, and what it costs
# A recurrent layer computes $h_t = f(h_{t-1}, x_t)$. State 5 waits for state 4, which waits for state 3: a
# sentence takes $n$ steps in a row however many processors you own, and news from token 1 reaches token 5
# only through every state between. In $o_i = \sum_j a_{ij} v_j$ no output appears on the right-hand side.
# Draw what waits for what:

# They do. All that your version lacks is the number of heads.
#
# ## All at once, and what it costs
# A recurrent layer makes its states $h_0, h_1, \dots$ one from the other. State 4 waits for state 3, which
# waits for state 2: a sentence takes $n$ steps in a row however many processors you own, and news from token
# 0 reaches token 4 only through every state between. In $o_i = \sum_j a_{ij} v_j$ no output appears on the
# right-hand side. Draw what waits for what:

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(12, 3.6))
arrow = {"arrowstyle": "->", "color": "dimgrey", "shrinkA": 13, "shrinkB": 13}
for ax, recurrent in zip(axes, (True, False), strict=True):
    for i in range(5):
        for j in [i] if recurrent else range(5):
            ax.annotate("", (i, 1), (j, 0), arrowprops=arrow)
        if recurrent and i:
            ax.annotate("", (i, 1), (i - 1, 1), arrowprops={**arrow, "color": "black", "linewidth": 2})
        for height, name in ((0, f"$x_{i}$"), (1, f"$h_{i}$" if recurrent else f"$o_{i}$")):
            circle = {"boxstyle": "circle", "facecolor": "none", "edgecolor": "grey"}
            ax.text(i, height, name, ha="center", va="center", bbox=circle)
        ax.text(i, 1.33, f"step {i if recurrent else 0}", ha="center")
    ax.set(xlim=(-0.5, 4.5), ylim=(-0.35, 1.6), xlabel="position", ylabel="layer")
    ax.set(xticks=range(5), yticks=[0, 1], yticklabels=["in", "out"])
    ax.set_title("Recurrent: five steps in a row" if recurrent else "Self-attention: one step, all pairs")
    ax.grid(False)
dd.plot.show(
    "Two graphs of five inputs below and five outputs above. Recurrent: an arrow from each input to its own state and "
    "a thick arrow from each state to the next, steps 0 to 4. Self-attention: an arrow from every input to every "
    "output, none between outputs, all in step 0."
)

# %% [markdown]
# Left, the thick arrows form a chain; right there is none. A few matrix products, the work that GPUs are made
# for, give all outputs at once, and any two tokens are one step apart. This **parallelism** holds in
# training, where the whole text is known; a model that writes still writes one token at a time (Day 87).
#
# | layer | arithmetic grows like | steps in a row | longest path between two tokens |
# |---|---|---|---|
# | recurrent | $n d^2$ | $n$ | $n$ |
# | self-attention | $n d^2 + n^2 d$ | 1 | 1 |
#
# The price is the $n^2$: one weight for every pair. To state the **complexity** exactly, we count the
# floating-point operations (FLOPs) of the matrix products in `self_attention`, for **one** sequence with
# $d_k = d_v = d$, a multiplication as 1 and an addition as 1. Every entry of a product is a sum of products
# and takes as many additions as multiplications, the addition to zero included. So a product of a matrix with
# 2 rows and 3 columns and one with 3 rows and 4 columns, 8 entries of 3 terms, takes $2 \cdot 3 \cdot 8 = 48$.
# Masks, scaling and softmax take a few operations for each pair, little beside $d$, and are not counted; nor
# is $W_O$, which `self_attention` does not have.
#
# Two kinds of product occur: those with a weight matrix, which treat each token by itself, and those between
# tokens, which make and use the $n \times n$ weights. Before you code, find them all and write down their
# shapes.


# %% exercise: attention_flops
def attention_flops(n, d):
    """FLOPs of the matrix products in self-attention of one sequence, with d_k = d_v = d.

    One multiplication counts 1 and one addition counts 1, the addition to zero included. No mask shortens the work.
    Scaling, softmax and output projection are not counted.

    Args:
        n: number of tokens, int >= 1.
        d: width of tokens, queries, keys and values, int >= 1.

    Returns:
        (projections, pairs): ints, exact however large. The FLOPs of the products with wq, wk and wv, and those of the
        products that make the scores and that apply the weights to the values.
    """
    ### BEGIN SOLUTION
    projections = 3 * 2 * n * d * d
    pairs = 2 * 2 * n * n * d
    return projections, pairs
    ### END SOLUTION


# %% test: attention_flops, points=2
result = attention_flops(2, 5)
dd.check.kind(result, tuple, why="the two kinds of product are counted apart")
dd.check.like(result, (300, 80), why="a product with a weight matrix takes 100 here, one between tokens 40")
why = "twice the tokens make twice the projections and four times the pairs"
dd.check.like(attention_flops(4, 5), (600, 320), why=why)
### BEGIN HIDDEN TESTS


def counted(rows, inner, columns):
    """FLOPs of a product (rows, inner)(inner, columns), by doing it."""
    flops = 0
    for _ in range(rows):
        for _ in range(columns):
            for _ in range(inner):
                flops += 2  # total += a * b
    return flops


for n, d in ((1, 1), (1, 4), (3, 1), (2, 5), (7, 3), (4, 4)):
    projections = sum(counted(n, d, d) for _ in ("queries", "keys", "values"))
    pairs = counted(n, d, n) + counted(n, n, d)
    why = "projections are three products (n, d)(d, d); pairs are (n, d)(d, n), then (n, n)(n, d)"
    dd.check.like(attention_flops(n, d), (projections, pairs), why=why)
why = "Python's whole numbers are exact however large"
dd.check.equal(attention_flops(10**8, 10**6), (6 * 10**20, 4 * 10**22), why=why)
few, many = attention_flops(3001, 700), attention_flops(6002, 700)
dd.check.equal(many[0], 2 * few[0], why="twice the tokens take twice as much", what="the count of projections")
dd.check.equal(many[1], 4 * few[1], why="twice the tokens make four times the pairs", what="the count for pairs")
even = attention_flops(1536, 1024)
dd.check.equal(even[0], even[1], why="at n = 1.5 d both kinds cost the same", what="the count of projections")
### END HIDDEN TESTS

# %% mistakes: attention_flops
# - replace: |-
#     projections = 3 * 2 * n * d * d
#         pairs = 2 * 2 * n * n * d
#   with: |-
#     projections = 3 * n * d * d
#         pairs = 2 * n * n * d
#   hint: "You counted each multiply-add as one operation; by the rule above it is a multiplication and an addition."
# - replace: pairs = 2 * 2 * n * n * d
#   with: pairs = 2 * n * n * d
#   hint: "The pairs of tokens are visited twice: once for what, and once more for what?"
# - replace: projections = 3 * 2 * n * d * d
#   with: projections = 2 * n * d * d
#   hint: "How many weight matrices meet the tokens?"
# - replace: projections = 3 * 2 * n * d * d
#   with: projections = 4 * 2 * n * d * d
#   hint: "That counts an output projection, which self_attention does not have."
# - replace: pairs = 2 * 2 * n * n * d
#   with: pairs = 2 * n * (n + 1) * d
#   hint: "You counted only the pairs that a causal mask allows. The matrix products compute all of them."
# - replace: return projections, pairs
#   with: return pairs, projections
#   hint: "Both counts are right; look at the order in which they are due."
# - replace: return projections, pairs
#   with: return projections + pairs
#   hint: "The two kinds of product are wanted apart, for they grow differently."
# - replace: pairs = 2 * 2 * n * n * d
#   with: pairs = 2 * 2 * n * n
#   hint: "That is the number of pairs. Each of them costs a dot product, as long as the tokens are wide."


# %% mistake: attention_flops
# hint: "An entry of 5 terms has 5 additions by the rule above, for the one to zero counts too."
def attention_flops(n, d):
    return 3 * n * d * (2 * d - 1), n * n * (2 * d - 1) + n * d * (2 * n - 1)


# %% mistake: attention_flops
# hint: "The parts of tokens and width are exchanged: a weight matrix is d by d, a map of weights n by n."
def attention_flops(n, d):
    return 6 * n * n * d, 4 * n * d * d


# %% mistake: attention_flops
# hint: "That counts the softmax or the scaling as well, which the docstring leaves out."
def attention_flops(n, d):
    return 6 * n * d**2, 4 * n**2 * d + n**2


# %% mistake: attention_flops
# hint: "Half of it is missing twice over: additions count too, and the weights are not only made but also used."
def attention_flops(n, d):
    return 3 * n * d * d, n * n * d


# %% mistake: attention_flops
# hint: "That tells how the work grows, as in the table, not how much it is."
def attention_flops(n, d):
    return n * d * d, n * n * d


# %% mistake: attention_flops
# hint: "Counts are whole numbers; yours are floats, which round large ones."
def attention_flops(n, d):
    return 6.0 * n * d * d, 4.0 * n * n * d


# %% mistake: attention_flops
# hint: "Your integers have a fixed width and wrap around where the counts become large."
def attention_flops(n, d):
    tokens, width = np.int64(n), np.int64(d)
    with np.errstate(over="ignore"):
        return int(6 * tokens * width**2), int(4 * tokens**2 * width)


# %% accepts: attention_flops
def attention_flops(n, d):
    def product(a, b, c):
        return 2 * a * b * c

    return sum(product(n, d, d) for _ in "qkv"), product(n, d, n) + product(n, n, d)


# %% accepts: attention_flops
def attention_flops(n, d):
    a_token, a_pair = 3 * (d * d + d * d), (d + d) + (d + d)  # multiplications and additions
    return n * a_token, n**2 * a_pair


# %% [markdown]
# When do pairs cost more than projections? And can the square be escaped? One way is to let a few **latents**
# do the asking: $m$ queries that are parameters of the model and read all $n$ tokens. The scores are then
# $(m, n)$, and making and using them takes $4mnd$ FLOPs.

# %% demo
d, latents = 512, 64
lengths = 2 ** np.arange(5, 18)
projections, pairs = zip(*(attention_flops(int(n), d) for n in lengths), strict=True)
fig, ax = plt.subplots()
ax.loglog(lengths, projections, marker="s", markersize=4, label="projections, $6nd^2$")
ax.loglog(lengths, pairs, marker="o", markersize=4, label="pairs, $4n^2d$")
ax.loglog(lengths, 4 * latents * lengths * d, marker="v", markersize=4, label=f"{latents} latents, $4mnd$")
ax.axvline(1.5 * d, color="grey")
ax.text(1.6 * d, 2e7, "$n = 1.5\\,d$", color="dimgrey")
ax.set(title=f"FLOPs of one layer at $d$ = {d}", xlabel="tokens $n$", ylabel="FLOPs")
ax.legend()
dd.plot.show(
    "FLOPs against tokens on logarithmic axes, from 32 to 131,072 tokens at width 512. Projections and the 64 latents "
    "are parallel lines of slope 1, the latents lower; pairs are a steeper line of slope 2 that crosses the "
    "projections at 768 tokens and the latents at 64."
)
print(f"weights of one sequence of 100,000 tokens in float32: {4 * 100_000**2 / 1e9:.0f} GB")

# %% [markdown]
# On logarithmic axes the slope is the power of $n$: 1 for projections, 2 for pairs. They cross at
# $n = 1.5\,d$. Up to there a token costs at most $12d^2$, the order of a recurrent step; far beyond, each
# doubling of the text quadruples the bill, and 40 GB of weights for 100,000 tokens fit on few devices. The
# latents' line has slope 1 again.
#
# ## One idea, many machines
# Attention is older than the Transformer. Wherever a network reads from a set by content, queries, keys and
# values turn up:
#
# - **Memory networks** (2014; end-to-end 2015). The memory is a list of stored sentences, the query a
#   question. What was read is added to the question, or takes its place, and the result is the next question,
#   in several *hops*. "Where is the milk?" finds *Ann took the milk*, and *Ann* finds *Ann is in the kitchen*.
# - **Neural Turing machines** (2014) also **write**. A query is compared with the memory's rows by the cosine
#   of their angle, sharpened by a strength, and a softmax makes weights of that. The same weights then write:
#   a row of weight $a$ becomes $(1 - a \cdot \text{erase}) \odot \text{row} + a \cdot \text{add}$, with two
#   vectors that the network computes, *erase* with entries in $[0, 1]$ and *add*.
# - **Differentiable neural computers** (2016) keep books on the memory: how used each slot is, to find a free
#   one, and a **link matrix**, whose entry in row $i$ and column $j$ is near 1 if slot $i$ was written right
#   after slot $j$. That matrix times the read weights moves on to what was written next: a list is recalled
#   in order.
# - **Transformers** (2017) drop the recurrence and the separate memory: tokens read each other, layer upon
#   layer.
# - **Perceiver** (2021) puts $m$ latents before inputs too long for self-attention, such as 50,000 pixels, at
#   the cost of the latents' line.
#
# How do these reads look? Your function runs all four that are new here.

# %% demo
rng = np.random.default_rng(84)


def read(q, k, v=None):
    """Attention with hand-made vectors and without the root: softmax of the plain dot products."""
    q, k = np.asarray(q, dtype="float32"), np.asarray(k, dtype="float32")
    output, weights = scaled_dot_product_attention(q * k.shape[-1] ** 0.5, k, k if v is None else v)
    return ops.convert_to_numpy(output), ops.convert_to_numpy(weights)


# Memory network: what a fact can be found by, and what it tells. 6 is how sharply it is looked up; what was read takes
# the place of the question.
nouns = ["milk", "ball", "Ann", "Ben", "kitchen", "garden"]
facts = ["Ann took the milk", "Ben took the ball", "Ann is in the kitchen", "Ben is in the garden"]
found_by = np.eye(6, dtype="float32")[[0, 1, 2, 3]]  # (4, 6)  milk, ball, Ann, Ben
tells = np.eye(6, dtype="float32")[[2, 3, 4, 5]]  # (4, 6)  Ann, Ben, kitchen, garden
told_0, hop_0 = read(6 * np.eye(6)[[0]], found_by, tells)  # (1, 6), (1, 4)
told_1, hop_1 = read(6 * told_0, found_by, tells)
print("Where is the milk? ->", nouns[told_1.argmax()])

# Neural Turing machine: find the slot like a noisy key, erase it, write ones.
memory = rng.uniform(0, 0.6, size=(6, 8))
noisy = memory[[2]] + 0.03 * rng.normal(size=(1, 8))
unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (noisy, memory)]
weights = read(60 * unit[0], unit[1])[1].T  # (6, 1), a strength of 60
erase, add = np.ones((1, 8)), np.ones((1, 8))
written = memory * (1 - weights @ erase) + weights @ add  # (6, 8)

# Differentiable neural computer: writes in the order 2, 0, 4, 1, 5, 3, then reads along the links.
slots = np.eye(6)
link, last = np.zeros((6, 6)), np.zeros(6)
for now in slots[[2, 0, 4, 1, 5, 3]]:
    link = (1 - now[:, np.newaxis] - now) * link + np.outer(now, last)
    last = now
reads = [read(8 * slots[[2]], slots)[1][0]]  # by content, then onwards
for _ in range(5):
    reads.append(link @ reads[-1])

# Perceiver: four latents, each looking in one direction, read 48 inputs on a circle.
angle, directions = np.linspace(0, 2 * np.pi, 48), np.linspace(0, 2 * np.pi, 4, endpoint=False)
inputs = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (48, 2)
queries = 4 * np.stack([np.cos(directions), np.sin(directions)], axis=1)  # (4, 2)
bands = read(queries, inputs)[1]  # (4, 48)

fig, axes = plt.subplot_mosaic("AAB\nCDD", figsize=(13, 7))
dd.plot.matrix(np.vstack([hop_0, hop_1]), axes["A"], ["hop 0", "hop 1"], facts, "Memory network: where is the milk?")
gap = np.zeros((6, 1))
dd.plot.matrix(np.hstack([memory, gap, written]), axes["B"], title="Neural Turing machine", fmt="")
dd.plot.matrix(np.array(reads), axes["C"], title="DNC: reads along the links", fmt=".1f")
dd.plot.matrix(bands, axes["D"], title="Perceiver: how 4 latents read 48 inputs", fmt="")
axes["A"].tick_params(axis="x", rotation=0)
axes["A"].set(xlabel="stored fact", ylabel="read")
axes["B"].set(xlabel="memory before | after writing", ylabel="slot", xticks=[])
axes["C"].set(xlabel="slot", ylabel="read")
axes["D"].set(xlabel="input", ylabel="latent", xticks=range(0, 48, 6), xticklabels=range(0, 48, 6))
dd.plot.show(
    "Four maps of weights. Memory network: hop 0 reads the fact Ann took the milk, hop 1 the fact Ann is in the "
    "kitchen, each with 0.99. Neural Turing machine: the memory before and after; only slot 2 is dark all over. DNC: "
    "reads 0 to 5 visit slots 2, 0, 4, 1, 5, 3. Perceiver: four overlapping bands share out the 48 inputs; that of "
    "latent 0 wraps round the end."
)

# %% [markdown]
# The first hop lands on the fact about milk, the second on the fact about Ann, and the answer is the kitchen:
# two reads do what one cannot. In the second panel only slot 2 changed to the eye, the one most like the noisy
# key; yet every slot was multiplied by a smooth weight, so gradients can teach a network where to write. The
# third panel finds slot 2 by content and then visits 0, 4, 1, 5, 3, the order of writing. In the last, four
# latents share out 48 inputs with $4 \times 48$ weights in place of $48 \times 48$.
#
# ## What you should remember
# 1. Queries are compared with keys; the weights, which sum to 1 over the keys, average the values.
# 2. A dot product of $d_k$ random terms has variance $d_k$. Dividing by the root keeps the softmax soft and
#    learning.
# 3. A mask acts before the softmax, with a score below all others. True = may attend; nothing to read gives
#    zeros.
# 4. Self-attention makes $Q$, $K$ and $V$ from the same tokens; every output depends on the whole sentence.
# 5. It runs in one step instead of $n$ and costs $6nd^2 + 4n^2d$ FLOPs, quadratic once texts are long.
#
# ## Check yourself, without code
# 1. Add the same vector to every key. Do the outputs change? Add it to every value: what happens then?
# 2. Without a mask, "dog bites man" and "man bites dog" give each word the same output. Why, and what is
#    missing?
# 3. A causal mask hides nearly half of all pairs. Why does your code not become any cheaper?
#
# <details><summary>Answers</summary>
#
# 1. Not for the keys: every score of a row grows by the same number, the query times that vector over
#    $\sqrt{d_k}$, and the softmax does not see it. Added to the values, the vector is added to every output,
#    since weights sum to 1; only a row that may read nothing stays at zero.
# 2. Weights and sums do not depend on the order of the keys. The words lack their positions, which Day 85
#    adds.
# 3. The matrix products make all $n^2$ scores and use all $n^2$ weights; the mask overwrites numbers that are
#    already there.
#
# </details>
#
# ## Go further
# - Vaswani et al., *Attention is all you need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762):
#   section 3.2.1 is today's function, and table 1 extends the one above.
# - Weston et al., *Memory networks*, [arXiv:1410.3916](https://arxiv.org/abs/1410.3916), and Sukhbaatar et
#   al., *End-to-end memory networks*, [arXiv:1503.08895](https://arxiv.org/abs/1503.08895).
# - Graves et al., *Neural Turing machines*, [arXiv:1410.5401](https://arxiv.org/abs/1410.5401), and *Hybrid
#   computing using a neural network with dynamic external memory*, Nature 538 (2016), 471–476.
# - Jaegle et al., *Perceiver*, 2021, [arXiv:2103.03206](https://arxiv.org/abs/2103.03206).
# - Peters et al., *Deep contextualized word representations*, 2018,
#   [arXiv:1802.05365](https://arxiv.org/abs/1802.05365): contextual embeddings before Transformers.
# - Dao et al., *FlashAttention*, 2022, [arXiv:2205.14135](https://arxiv.org/abs/2205.14135): the same result
#   without ever storing the $n \times n$ weights.
