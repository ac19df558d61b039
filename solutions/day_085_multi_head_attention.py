# ---
# day: 85
# title: Multi-head attention and positions
# week: 17
# minutes: 90
# backend: any
# needs: [1, 84]
# needs_code: [84]
# data: []
# papers:
# - Vaswani et al. 2017, Attention is all you need
# - Zaheer et al. 2017, Deep sets
# - Gehring et al. 2017, Convolutional sequence to sequence learning
# - "Su et al. 2021, RoFormer: Enhanced transformer with rotary position embedding"
# ---

# %% [markdown]
# # Day 85 · Multi-head attention and positions
# By the end you can write the attention layer of a Transformer as a Keras layer, prove that it cannot tell
# *dog bites man* from *man bites dog*, and mend that in three ways.
#
# **You will build** the splitting and merging of heads, the layer, the sinusoidal encoding, the matrix that
# moves it along, and the rotary embedding. Your layer will agree with `keras.layers.MultiHeadAttention` to
# five decimals, and a few seconds of training will show its heads sharing out the work.
#
# **You need** broadcasting (Day 1), attention and its masks (Day 84), and about 90 minutes.
#
# **Not today**: the blocks around attention (Day 86), decoders (Day 87), or any real text. Words are short
# vectors made by hand, so that every pattern has a reason you can check.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B$, $n$ | sequences in a batch, tokens in a sequence | | `n` |
# | $T_q$, $T_k$ | number of queries, number of keys | | |
# | $d$ | width of tokens and of the layer's output | | `d_model` |
# | $H$, $d_k$ | number of heads, width of a head, $d_k = d/H$ | | `num_heads`, `d_k` |
# | $X$ | tokens | $(B, n, d)$ | `x` |
# | $W_Q, W_K, W_V, W_O$ | projections to queries, keys, values, output | $(d, d)$ each | `wq` … `wo` |
# | $A$ | attention weights, one map a head | $(B, H, T_q, T_k)$ | `weights` |
# | $t$, $s$ | positions, counted from 0 | | `positions` |
# | $k$ | a shift, in positions | | `k` |
# | $\omega_i$ | angular frequency of pair $i$, $0 \le i < d/2$, radians a position | | |
# | $P$ | encoding, one row $P_t$ a position | $(n, d)$ | `encoding` |
# | $M_k$ | moves $P_t$ to $P_{t+k}$ | $(d, d)$ | |
# | $u$, $u'$ | a query and a key | $(d_k,)$ | |
# | $R_t$ | turns a query or key that belongs to position $t$ | $(d_k, d_k)$ | |
# | $\Pi$ | a permutation matrix: shuffles tokens | $(n, n)$ | |
#
# Three conventions. A mask is True where a query **may** look, as on Day 84. Head $h$ owns the columns
# $h\,d_k$ to $(h+1)\,d_k - 1$, both included. And columns $2i$ and $2i+1$ of an encoding form **pair** $i$.
# Some libraries put all sines first and all cosines after them; both hold the same numbers, but weights
# trained with one are useless with the other, so a program has to stick to its choice.

# %% setup
import math
import warnings

import numpy as np

import deepdays as dd
from deepdays.earlier import day_084

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
warnings.filterwarnings("ignore", message="You are using a softmax over axis")  # one key is a fair case

scaled_dot_product_attention = day_084.scaled_dot_product_attention  # (output, weights), as on Day 84

# %% [markdown]
# ## One mean is not enough
# In *dog bites man*, the word *bites* has two questions: who does it, and to whom? One attention map has one
# answer. Say *dog* hands over $(4, 0, 0)$, *bites* $(0, 4, 0)$ and *man* $(0, 0, 4)$. With weights ½ and ½ on
# the two nouns, *bites* receives $(2, 0, 2)$, and would receive the same if the man did the biting. Sharper
# weights do not help: all on *dog*, and *man* is lost.
#
# Two maps settle it. The first asks for the one who acts, finds *dog* and gets $(4, 0, 0)$. The second asks
# for the one acted upon, finds *man* and gets $(0, 0, 4)$. Laid **side by side**, $(4, 0, 0, 0, 0, 4)$,
# nothing is mixed up. Such a map with its own queries, keys and values is a **head**.
#
# Must $H$ heads cost $H$ times as much? Not if each is narrow. Token width $d$ is shared out, $d_k = d/H$
# columns to a head, and the arithmetic of the pairs, $4n^2 d$ FLOPs for one wide head, becomes
# $H \cdot 4n^2 (d/H)$: the same.
#
# **Split** turns $(B, n, d)$ into $(B, H, n, d_k)$. Heads come before tokens, since yesterday's function
# works on the last two axes and takes whatever comes before them as a batch: all heads run in one call.
# **Merge** turns $(B, H, n, d_k)$ back into $(B, n, d)$. Here are four tokens of width 6 that know their
# place, digit by digit: token, column. With two heads, $d_k$ is 3. Why is the lower row useless?

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()

marked = 10 * np.arange(4)[:, np.newaxis] + np.arange(6)  # (4, 6)
straight = marked.reshape(2, 4, 3)  # (2, 4, 3): the right shape
fig, axes = plt.subplot_mosaic("XXAB\nXXCD", figsize=(12, 5))
dd.plot.matrix(marked, axes["X"], title="$X$: 4 tokens of width 6", fmt="02d")
for head in range(2):
    own = range(3 * head, 3 * head + 3)
    dd.plot.matrix(marked[:, own], axes["AB"[head]], title=f"right: head {head}", fmt="02d", cmap="Greens")
    axes["AB"[head]].set(xticks=range(3), xticklabels=own)
    dd.plot.matrix(straight[head], axes["CD"[head]], title=f"reshape only: {head}", fmt="02d", cmap="Oranges")
for name, ax in axes.items():
    ax.set(xlabel="column", ylabel="token" if name in "XA" else "row" if name == "C" else "")
fig.suptitle("Two heads of width 3: green is right, orange has only the right shape")
dd.plot.show(
    "Four tokens of width 6 as a matrix of two-digit numbers, token and column. Above, in green, two heads of 4 rows "
    "and 3 columns: row 2 of head 0 holds 20, 21, 22, of head 1 23, 24, 25. Below, in orange, what a reshape alone "
    "gives: rows 0 and 1 of the first piece hold 00 to 05, all of token 0, and the second piece holds tokens 2 and 3 "
    "only."
)

# %% [markdown]
# In the green heads, above, row 2 belongs to token 2, all of it: numbers from 20 to 25. A bare `reshape` to
# $(H, n, d_k)$ keeps numbers in the order in which they lie in memory, so rows 0 and 1 of orange head 0,
# below, are two pieces of **token 0**. Shapes agree, no error is raised, and the heads mix tokens. The cure
# is to reshape within the token's own axis, where its columns lie together, and to exchange axes afterwards.
#
# One more thing about real layers: while Keras builds a model, the batch size is unknown, and `x.shape[0]`
# is `None`. In `ops.reshape` one length may be given as -1, to be worked out from the others. Spend it there.


# %% exercise: split_heads
def split_heads(x, num_heads):
    """Cut every token into one piece for each head.

    Args:
        x: tokens, (B, n, d_model) float32, array or tensor, left unchanged; B may be unknown (None) while a model is
            built, n and d_model are known.
        num_heads: number of heads H, int >= 1.

    Returns:
        tensor (B, H, n, d_model / H); head h holds columns h * d_model / H and on. About 5 lines.

    Raises:
        ValueError: num_heads does not divide d_model.
    """
    ### BEGIN SOLUTION
    n, d_model = x.shape[1:]
    if d_model % num_heads:
        raise ValueError(f"num_heads must divide d_model. Received: {num_heads=}, {d_model=}")
    x = ops.reshape(x, (-1, n, num_heads, d_model // num_heads))  # (B, n, H, d_k)
    return ops.transpose(x, (0, 2, 1, 3))  # (B, H, n, d_k)
    ### END SOLUTION


# %% fixture
def model_around(function, *shape):
    """A Keras model that applies `function` to an input of this shape, the batch size unknown."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, function(inputs))


def split_in_two(x):
    return split_heads(x, 2)


# %% test: split_heads, points=1
sequence, token, column = np.ogrid[:5, :4, :6]
x = (100 * sequence + 10 * token + column).astype("float32")  # (5, 4, 6), digit by digit: sequence, token, column
with dd.check.unchanged(x, what="x"):
    heads = split_heads(x, 2)
due = np.stack([x[:, :, :3], x[:, :, 3:]], axis=1)  # (5, 2, 4, 3)
why = "heads come before tokens, and head 0 owns the first three columns of every token"
dd.check.like(heads, ops.convert_to_tensor(due), dtype="float32", why=why, what="split_heads(x, 2)")
dd.check.like(
    split_heads(x, 3)[:, 2], ops.convert_to_tensor(x[:, :, 4:]), why="of three heads, the last owns the last two"
)
with dd.check.raises(ValueError, why="four heads cannot share a width of 6 evenly"):
    split_heads(x, 4)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(85)
shapes = ((2, 5, 12), (3, 1, 4), (1, 4, 4), (2, 3, 5), (2, 2, 8))
for shape, num_heads in zip(shapes, (3, 2, 4, 1, 2), strict=True):
    x = rng.normal(size=shape).astype("float32")
    batch, n, d_model = shape
    d_k = d_model // num_heads
    due = np.zeros((batch, num_heads, n, d_k), dtype="float32")
    for b, token, column in np.ndindex(shape):
        due[b, column // d_k, token, column % d_k] = x[b, token, column]
    what = f"split_heads of {shape} with {num_heads} heads"
    with dd.check.unchanged(x, what="x"):
        heads = split_heads(ops.convert_to_tensor(x) if num_heads == 2 else x, num_heads)
    why = "head h holds its own columns of every token, in order"
    dd.check.like(heads, ops.convert_to_tensor(due), dtype="float32", why=why, what=what)
far = rng.normal(size=(4, 3, 8)).astype("float32")[::2, :, ::2]  # every other sequence and column of a larger array
dd.check.close(split_heads(far, 2)[:, 1], far[:, :, 2:], why="such a view is an array too", what="head 1")
for num_heads, d_model in ((4, 6), (3, 2), (2, 5)):
    with dd.check.raises(ValueError, why=f"{num_heads} does not divide {d_model}"):
        split_heads(np.zeros((1, 2, d_model), "float32"), num_heads)
x = rng.normal(size=(3, 5, 4)).astype("float32")
due = np.stack([x[:, :, :2], x[:, :, 2:]], axis=1)
built = model_around(split_in_two, 5, 4)(x)
dd.check.close(built, due, why="it must also work in a model, where B is None", what="split_heads in a model")
### END HIDDEN TESTS

# %% mistakes: split_heads
# - replace: (-1, n, num_heads, d_model // num_heads))
#   with: (x.shape[0], n, num_heads, d_model // num_heads))
#   hint: "While a model is built, the batch size is None. Which one length can `reshape` work out by itself?"
# - replace: ops.transpose(x, (0, 2, 1, 3))
#   with: x
#   hint: "Tokens still stand before heads. Which two axes will attention work on?"
# - replace: ops.transpose(x, (0, 2, 1, 3))
#   with: ops.transpose(x, (0, 2, 3, 1))
#   hint: "The last two axes came out exchanged: a row of a head should be a token."
# - replace: ops.transpose(x, (0, 2, 1, 3))
#   with: ops.transpose(x, (2, 0, 1, 3))
#   hint: "The batch has to stay in front of the heads."
# - replace: ops.transpose(x, (0, 2, 1, 3))
#   with: ops.reshape(x, (-1, num_heads, n, d_model // num_heads))
#   hint: "The shape is right, but a reshape alone keeps numbers in their order, so your heads mix tokens."
# - replace: |-
#     (-1, n, num_heads, d_model // num_heads))  # (B, n, H, d_k)
#         return ops.transpose(x, (0, 2, 1, 3))
#   with: |-
#     (-1, n, d_model // num_heads, num_heads))
#         return ops.transpose(x, (0, 3, 1, 2))
#   hint: "Your heads take every H-th column; by the convention above a head owns columns that lie together."
# - replace: if d_model % num_heads
#   with: if num_heads > d_model
#   hint: "Not every number of heads up to d_model shares the columns out evenly."
# - replace: if d_model % num_heads
#   with: if n % num_heads
#   hint: "You check the number of tokens. It is the width that the heads share."


# %% mistake: split_heads
# hint: "You give back a list of heads. One tensor with an axis for them was asked for."
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError("num_heads must divide d_model")
    return ops.split(x, num_heads, axis=-1)


# %% mistake: split_heads
# hint: "Heads and sequences share one axis in yours. Each has its own, the batch first."
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError("num_heads must divide d_model")
    return ops.concatenate(ops.split(x, num_heads, axis=-1), axis=0)


# %% mistake: split_heads
# hint: "A width that the heads cannot share ends in another kind of error, or in none, where a ValueError is promised."
def split_heads(x, num_heads):
    assert x.shape[-1] % num_heads == 0
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


# %% mistake: split_heads
# hint: "You cut the tokens apart where the columns should be cut: a head sees every token, but few of its columns."
def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError("num_heads must divide d_model")
    pieces = ops.reshape(x, (-1, num_heads, x.shape[1] // num_heads, x.shape[2]))
    return pieces


# %% mistake: split_heads
# hint: "What your number of heads says is taken for the width of one head."
def split_heads(x, num_heads):
    n, d_model = x.shape[1:]
    if d_model % num_heads:
        raise ValueError("num_heads must divide d_model")
    return ops.transpose(ops.reshape(x, (-1, n, d_model // num_heads, num_heads)), (0, 2, 1, 3))


# %% accepts: split_heads
def split_heads(x, num_heads):
    # Slices of columns, put on top of each other.
    if x.shape[-1] % num_heads != 0:
        raise ValueError("num_heads must divide d_model")
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


# %% accepts: split_heads
def split_heads(x, num_heads):
    d_k, rest = divmod(x.shape[-1], num_heads)
    if rest:
        raise ValueError(f"{x.shape[-1]} columns do not split into {num_heads} heads")
    pieces = [ops.expand_dims(x[..., h * d_k : (h + 1) * d_k], 1) for h in range(num_heads)]
    return ops.concatenate(pieces, axis=1)


# %% exercise: merge_heads
def merge_heads(x):
    """Lay the heads of every token side by side again; undoes split_heads.

    Args:
        x: (B, H, n, d_k) float32, array or tensor, left unchanged; B may be unknown (None) while a model is built, the
            others are known.

    Returns:
        tensor (B, n, H * d_k). About 3 lines.
    """
    ### BEGIN SOLUTION
    num_heads, n, d_k = x.shape[1:]
    x = ops.transpose(x, (0, 2, 1, 3))  # (B, n, H, d_k)
    return ops.reshape(x, (-1, n, num_heads * d_k))
    ### END SOLUTION


# %% test: merge_heads, points=1
sequence, head, token, column = np.ogrid[:5, :2, :4, :3]
x = (1000 * sequence + 100 * head + 10 * token + column).astype("float32")  # (5, 2, 4, 3), digit by digit
with dd.check.unchanged(x, what="x"):
    merged = merge_heads(x)
due = np.concatenate([x[:, 0], x[:, 1]], axis=2)  # (5, 4, 6)
why = "token by token, head 0 comes first, then head 1"
dd.check.like(merged, ops.convert_to_tensor(due), dtype="float32", why=why, what="merge_heads(x)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(86)
for shape in ((2, 3, 5, 4), (3, 2, 1, 2), (1, 4, 4, 1), (2, 1, 3, 5), (3, 3, 3, 3)):
    x = rng.normal(size=shape).astype("float32")
    batch, num_heads, n, d_k = shape
    due = np.zeros((batch, n, num_heads * d_k), dtype="float32")
    for b, head, token, column in np.ndindex(shape):
        due[b, token, head * d_k + column] = x[b, head, token, column]
    with dd.check.unchanged(x, what="x"):
        merged = merge_heads(ops.convert_to_tensor(x) if batch == 2 else x)
    why = "the heads of a token lie side by side, in order"
    dd.check.like(merged, ops.convert_to_tensor(due), dtype="float32", why=why, what=f"merge_heads of {shape}")
far = rng.normal(size=(4, 2, 3, 8)).astype("float32")[::2, :, :, ::2]  # every other sequence and column
due = np.concatenate([far[:, 0], far[:, 1]], axis=2)
dd.check.close(merge_heads(far), due, why="such a view is an array too", what="merge_heads of every other column")
x = rng.normal(size=(3, 2, 5, 4)).astype("float32")
due = np.concatenate([x[:, 0], x[:, 1]], axis=2)
built = model_around(merge_heads, 2, 5, 4)(x)
dd.check.close(built, due, why="it must also work in a model, where B is None", what="merge_heads in a model")
### END HIDDEN TESTS

# %% mistakes: merge_heads
# - replace: (-1, n, num_heads * d_k)
#   with: (x.shape[0], n, num_heads * d_k)
#   hint: "While a model is built, the batch size is None. Which one length can `reshape` work out by itself?"
# - replace: "x = ops.transpose(x, (0, 2, 1, 3))  # (B, n, H, d_k)"
#   with: pass
#   hint: "A reshape alone joins pieces of different tokens; first bring each token's pieces together."
# - replace: (0, 2, 1, 3)
#   with: (0, 2, 3, 1)
#   hint: "Your heads are shuffled into each other, column by column, where they should lie side by side."
# - replace: return ops.reshape(x, (-1, n, num_heads * d_k))
#   with: return ops.sum(x, axis=2)
#   hint: "The heads were added up. What each one found should keep its own columns."
# - replace: return ops.reshape(x, (-1, n, num_heads * d_k))
#   with: return ops.mean(x, axis=2)
#   hint: "A mean over heads mixes again what the heads had kept apart."
# - replace: return ops.reshape(x, (-1, n, num_heads * d_k))
#   with: return ops.reshape(x, (-1, num_heads * d_k))
#   hint: "The sequences of the batch run into each other: an axis is missing."
# - replace: (0, 2, 1, 3))  # (B, n, H, d_k)
#   with: (0, 2, 1, 3))[:, :, ::-1]
#   hint: "All pieces are there; look at the order of the heads."


# %% mistake: merge_heads
# hint: "You keep one head and lose the others."
def merge_heads(x):
    return x[:, 0]


# %% mistake: merge_heads
# hint: "You lay the heads behind each other as if they were more tokens. They belong side by side, in more columns."
def merge_heads(x):
    num_heads, n, d_k = x.shape[1:]
    return ops.reshape(x, (-1, num_heads * n, d_k))


# %% mistake: merge_heads
# hint: "Two axes are exchanged and nothing is merged yet: four axes came in and four go out."
def merge_heads(x):
    return ops.transpose(x, (0, 2, 1, 3))


# %% accepts: merge_heads
def merge_heads(x):
    return ops.concatenate([x[:, head] for head in range(x.shape[1])], axis=-1)


# %% accepts: merge_heads
def merge_heads(x):
    num_heads, n, d_k = x.shape[1:]
    return ops.reshape(ops.swapaxes(x, 1, 2), (-1, n, num_heads * d_k))


# %% [markdown]
# ## The layer
# Every head has three projections of its own, from width $d$ to width $d_k$. Put the $H$ matrices for
# queries side by side and they are one matrix $W_Q$ of shape $(d, d)$; the same goes for keys and values. So
# project first, all heads in one product, and split the result:
#
# $$Q = X_q W_Q,\quad K = X_k W_K,\quad V = X_v W_V, \qquad
# O_h = \mathrm{softmax}\!\left(\frac{Q_h K_h^\top}{\sqrt{d_k}}\right) V_h, \qquad
# Y = [\,O_0\; O_1\; \dots\; O_{H-1}\,]\,W_O .$$
#
# $Q_h$ is head $h$ of $Q$, shape $(B, T_q, d_k)$. The divisor is the root of $d_k$, the width of **one
# head**, for that is how many terms its dot products add up. $[\dots]$ is merging, and gives $(B, T_q, d)$.
#
# What is the **output projection** $W_O$ for? Without it, what head 0 found would sit in the first $d_k$
# columns for ever, and head 1 could never add anything there. $W_O$ lets each head write to all columns:
# cut $W_O$ into $H$ blocks of $d_k$ rows, and $Y$ is the sum of $O_h W_O^{(h)}$ over the heads.
#
# Parameters: $4d^2$, whatever $H$ is. For $d = 512$ that is 1,048,576, with 8 heads as with one.
#
# Queries, keys and values may come from different places, $X_q$ of $T_q$ tokens, $X_k$ and $X_v$ of $T_k$.
# In self-attention all three are the same tensor; Day 87 needs them apart.
#
# **The mask and the heads.** Scores now have shape $(B, H, T_q, T_k)$. A mask $(T_q, T_k)$ still fits. But a
# padding mask $(B, 1, T_k)$ would line up its $B$ with the **heads**; for 4 sequences and 4 heads that
# raises no error, and head 2 hides the padding of sequence 2 in all sequences. Masks know nothing of heads:
# they need one more axis, of length 1, in the right place. It has to be the right place for a mask of two
# axes as well as for one of three, so count from the end.
#
# In Keras a layer is a class. `__init__` makes the weights, here by
# `self.add_weight(shape=…, name=…)`, whose default start, `glorot_uniform`, suits; `call` computes. Assigning
# a weight to an attribute is enough for Keras to find it, train it and save it.


# %% exercise: MultiHeadAttention
class MultiHeadAttention(keras.layers.Layer):
    """Attention by several heads side by side, then a projection (Vaswani et al. 2017, section 3.2.2).

    Args:
        d_model: width of the inputs, of the output, and of all heads together, int.
        num_heads: number of heads H, int >= 1.

    Weights, in this order: wq, wk, wv, wo, each (d_model, d_model) and trainable, started at random; no biases. They
    are there after the first call at the latest. The layer also works in a Keras model, where B is unknown.

    Raises:
        ValueError: num_heads does not divide d_model; raised when the layer is made. `__init__` takes about 7 lines.
    """

    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        if d_model % num_heads:
            raise ValueError(f"num_heads must divide d_model. Received: {num_heads=}, {d_model=}")
        self.num_heads = num_heads
        self.wq = self.add_weight(shape=(d_model, d_model), name="wq")
        self.wk = self.add_weight(shape=(d_model, d_model), name="wk")
        self.wv = self.add_weight(shape=(d_model, d_model), name="wv")
        self.wo = self.add_weight(shape=(d_model, d_model), name="wo")
        ### END SOLUTION

    def call(self, query, key, value, attention_mask=None):
        """Let every query read the values.

        Args:
            query: (B, Tq, d_model) float32, array or tensor; like the others left unchanged.
            key: (B, Tk, d_model).
            value: (B, Tk, d_model).
            attention_mask: None, or bool of shape (Tq, Tk), (B, 1, Tk) or (B, Tq, Tk), True where the query may attend;
                it holds for all heads alike. A query that may attend to nothing gets zeros, in weights and output.

        Returns:
            (output, weights): tensors (B, Tq, d_model) and (B, H, Tq, Tk). About 7 lines.
        """
        ### BEGIN SOLUTION
        q = split_heads(ops.matmul(query, self.wq), self.num_heads)  # (B, H, Tq, d_k)
        k = split_heads(ops.matmul(key, self.wk), self.num_heads)  # (B, H, Tk, d_k)
        v = split_heads(ops.matmul(value, self.wv), self.num_heads)  # (B, H, Tk, d_k)
        if attention_mask is not None:
            attention_mask = ops.expand_dims(attention_mask, -3)  # one for all heads
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return ops.matmul(merge_heads(output), self.wo), weights
        ### END SOLUTION


# %% fixture
def two_names(layer, d_model):
    """A Keras model of queries and keys whose numbers are unknown but for their width."""
    inputs = [keras.Input((5, d_model)), keras.Input((3, d_model))]
    return keras.Model(inputs, layer(inputs[0], inputs[1], inputs[1]))


# %% test: MultiHeadAttention, points=3
# Head 0 looks for the one who acts, head 1 for the one acted upon: "bites" gets (4, 0, 0) and (0, 0, 4).
layer = MultiHeadAttention(d_model=6, num_heads=2)
dd.check.kind(layer, keras.layers.Layer, what="MultiHeadAttention(6, 2)")
tokens = np.eye(3, 6, dtype="float32")[np.newaxis]  # (1, 3, 6): "dog", "bites", "man"
layer(tokens, tokens, tokens)
shapes = [tuple(np.asarray(weight).shape) for weight in layer.trainable_weights]
dd.check.equal(len(shapes), 4, why="wq, wk, wv and wo, without biases", what="the number of trained weights")
why = "each of wq, wk, wv and wo is (d_model, d_model)"
dd.check.equal(shapes, [(6, 6)] * 4, why=why, what="the shapes of the trained weights")
starts = layer.get_weights()
for name, start in zip(("wq", "wk", "wv", "wo"), starts, strict=True):
    assert start.std() > 0.01, f"the entries of {name} all start alike, and would stay alike: they start at random"
assert not np.allclose(starts[0], starts[1]), "wq and wk start with the same numbers; they are drawn apart"
wq, wk, wv = np.zeros((3, 6, 6), "float32")
wq[1] = 40.0  # "bites" asks in both heads
wk[0, 0] = wk[2, 3] = 1.0  # head 0 finds "dog", head 1 finds "man"
for word in range(3):
    wv[word, word] = wv[word, 3 + word] = 4.0  # in either head word 0 hands over (4, 0, 0), and so on
layer.set_weights([wq, wk, wv, np.eye(6, dtype="float32")])
with dd.check.unchanged(tokens, what="the tokens"):
    result = layer(tokens, tokens, tokens)
dd.check.kind(result, tuple, why="both the output and the weights are wanted")
dd.check.equal(len(result), 2, why="they are the output and the weights", what="the number of results")
output, weights = result
even = [1 / 3, 1 / 3, 1 / 3]  # "dog" and "man" ask nothing
due = ops.convert_to_tensor([[[even, [1.0, 0.0, 0.0], even], [even, [0.0, 0.0, 1.0], even]]])  # (1, 2, 3, 3)
why = "for the word bites one head finds dog, the other man"
dd.check.like(weights, due, dtype="float32", atol=1e-5, why=why, what="weights")
mean = [4 / 3] * 6
due = ops.convert_to_tensor([[mean, [4.0, 0.0, 0.0, 0.0, 0.0, 4.0], mean]])
why = "what the two heads found lies side by side"
dd.check.like(output, due, dtype="float32", atol=1e-4, why=why, what="output")
with dd.check.raises(ValueError, why="4 heads cannot share a width of 6"):
    MultiHeadAttention(6, 4)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(85)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def head_by_head(query, key, value, arrays, num_heads, mask):
    """Multi-head attention in float64, one sequence, head and query at a time."""
    wq, wk, wv, wo = (array.astype(float) for array in arrays)
    (batch, queries, d_model), keys = query.shape, key.shape[1]
    d_k = d_model // num_heads
    allowed = np.broadcast_to(True if mask is None else mask, (batch, queries, keys))
    weights = np.zeros((batch, num_heads, queries, keys))
    output = np.zeros((batch, queries, d_model))
    for b, h, i in np.ndindex(batch, num_heads, queries):
        own = slice(h * d_k, (h + 1) * d_k)
        q = query[b, i] @ wq[:, own]
        fit = [math.exp(q @ (key[b, j] @ wk[:, own]) / math.sqrt(d_k)) * allowed[b, i, j] for j in range(keys)]
        for j in range(keys):
            weights[b, h, i, j] = fit[j] / (sum(fit) or 1.0)
            output[b, i] += weights[b, h, i, j] * (value[b, j] @ wv[:, own]) @ wo[own]
    return output, weights


near = {"rtol": 1e-4, "atol": 5e-5}  # float32, through four matrix products and an exponential
by_pair = np.array([[1, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 1, 0]]) == 1  # query 1 may read nothing
padding = (np.arange(6) < np.array([[4], [0], [6], [1]]))[:, np.newaxis]  # (4, 1, 6), sequence 1 is empty
arrays = [draw(20, 20) / 4 for _ in range(4)]
query, key, value = draw(4, 3, 20), draw(4, 6, 20), draw(4, 6, 20)  # as many sequences as heads
deep = MultiHeadAttention(20, 4)
deep(query, key, value)  # a layer may also make its weights here
deep.set_weights(arrays)
for mask in (None, by_pair, padding, by_pair & padding):
    given = None if mask is None else ops.convert_to_tensor(mask)
    with dd.check.unchanged([query, key, value], why="the caller still needs the tokens"):
        output, weights = deep(query, key, value, attention_mask=given)
    due_output, due_weights = head_by_head(query, key, value, arrays, 4, mask)
    of = f" for query {query.shape}, key {key.shape}, 4 heads, mask {getattr(mask, 'shape', None)}"
    due = ops.convert_to_tensor(due_weights, dtype="float32")
    dd.check.like(weights, due, dtype="float32", **near, why="each head has a map of its own", what="weights" + of)
    due = ops.convert_to_tensor(due_output, dtype="float32")
    why = "it is what the heads found, side by side, times wo"
    dd.check.like(output, due, dtype="float32", **near, why=why, what="output" + of)

# The first layer again, now with more tokens, a view of a larger array; and in a model where the batch is unknown.
first = [wq, wk, wv, np.eye(6)]
query, memory = draw(4, 5, 12)[::2, :, ::2] / 9, draw(2, 6, 3).swapaxes(1, 2)
due_output, due_weights = head_by_head(query, memory, memory, first, 2, None)
output, weights = layer(query, memory, memory)
dd.check.close(weights, due_weights, **near, why="two layers share no weights, and a view is an array", what="weights")
dd.check.close(output, due_output, **near, why="a later call computes the same", what="output")
built = two_names(layer, 6)([query, memory])
dd.check.close(built[0], due_output, **near, why="in a model it computes the same", what="output in a model")
dd.check.close(built[1], due_weights, **near, why="in a model it computes the same", what="weights in a model")
dd.check.equal(len(layer.trainable_weights), 4, why="calls make no new weights", what="the number of trained weights")
for d_model, num_heads in ((6, 4), (5, 2), (2, 3)):
    with dd.check.raises(ValueError, why=f"{num_heads} does not divide {d_model}"):
        MultiHeadAttention(d_model, num_heads)
### END HIDDEN TESTS

# %% mistakes: MultiHeadAttention
# - replace: return ops.matmul(merge_heads(output), self.wo), weights
#   with: return merge_heads(output), weights
#   hint: "The heads lie side by side and stay there: the output projection is missing."
# - replace: attention_mask = ops.expand_dims(attention_mask, -3)  # one for all heads
#   with: pass
#   hint: "A mask (B, 1, Tk) meets scores (B, H, Tq, Tk): whom does its first axis line up with?"
# - replace: ops.expand_dims(attention_mask, -3)
#   with: ops.expand_dims(attention_mask, 1)
#   hint: "Right for a mask of three axes. In one of two axes the new axis lands between queries and keys."
# - replace: (q, k, v, attention_mask)
#   with: (q, k, v)
#   hint: "The mask goes unused: queries read what they may not."
# - replace: ops.matmul(value, self.wv)
#   with: ops.matmul(key, self.wv)
#   hint: "Keys and values may come from different tensors; look at which one each projection is applied to."
# - replace: ops.matmul(key, self.wk)
#   with: ops.matmul(query, self.wk)
#   hint: "In self-attention it makes no difference; with another key than query, the keys come from the wrong tokens."
# - replace: self.wq), self.num_heads)
#   with: self.wq), self.num_heads) / self.num_heads**0.5
#   hint: "Your scores come out divided by the root of d_model. How many terms does the dot product of one head have?"
# - replace: return ops.matmul(merge_heads(output), self.wo), weights
#   with: return ops.matmul(merge_heads(output), self.wo), ops.mean(weights, axis=1)
#   hint: "The maps of the heads were averaged, which hides what each one does."
# - replace: return ops.matmul(merge_heads(output), self.wo), weights
#   with: return ops.matmul(merge_heads(output), self.wo)
#   hint: "The weights are wanted as well as the output."
# - replace: |-
#     if d_model % num_heads:
#                 raise ValueError(f"num_heads must divide d_model. Received: {num_heads=}, {d_model=}")
#             self.num_heads
#   with: self.num_heads
#   hint: "A layer that cannot work should say so when it is made, not when it is first called."


# %% mistake: MultiHeadAttention
# hint: "Your projections have biases, so there are eight weights where four are due."
class MultiHeadAttention(keras.layers.Layer):
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.num_heads = num_heads
        self.projections = [keras.layers.Dense(d_model) for _ in range(4)]

    def call(self, query, key, value, attention_mask=None):
        inputs = zip(self.projections, (query, key, value), strict=False)
        q, k, v = (split_heads(dense(x), self.num_heads) for dense, x in inputs)
        if attention_mask is not None:
            attention_mask = ops.expand_dims(attention_mask, -3)
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return self.projections[3](merge_heads(output)), weights


# %% mistake: MultiHeadAttention
# hint: "Every head has the full width in yours. They share the width out, so that many cost no more than one."
class MultiHeadAttention(keras.layers.Layer):
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.num_heads = num_heads
        wide = num_heads * d_model
        self.wq = self.add_weight(shape=(d_model, wide), name="wq")
        self.wk = self.add_weight(shape=(d_model, wide), name="wk")
        self.wv = self.add_weight(shape=(d_model, wide), name="wv")
        self.wo = self.add_weight(shape=(wide, d_model), name="wo")

    def call(self, query, key, value, attention_mask=None):
        pairs = ((query, self.wq), (key, self.wk), (value, self.wv))
        q, k, v = (split_heads(ops.matmul(x, matrix), self.num_heads) for x, matrix in pairs)
        if attention_mask is not None:
            attention_mask = ops.expand_dims(attention_mask, -3)
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return ops.matmul(merge_heads(output), self.wo), weights


# %% mistake: MultiHeadAttention
# hint: "The matrices are plain variables of yours, and Keras does not know that it should train them."
class MultiHeadAttention(keras.layers.Layer):
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.num_heads = num_heads
        self.wq, self.wk, self.wv, self.wo = (keras.random.normal((d_model, d_model)) for _ in range(4))

    def call(self, query, key, value, attention_mask=None):
        pairs = ((query, self.wq), (key, self.wk), (value, self.wv))
        q, k, v = (split_heads(ops.matmul(x, matrix), self.num_heads) for x, matrix in pairs)
        if attention_mask is not None:
            attention_mask = ops.expand_dims(attention_mask, -3)
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return ops.matmul(merge_heads(output), self.wo), weights


# %% mistake: MultiHeadAttention
# hint: "You turn the mask round. Day 84's function and this layer mean the same by True: may attend."
class MultiHeadAttention(keras.layers.Layer):
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.num_heads = num_heads
        self.matrices = [self.add_weight(shape=(d_model, d_model)) for _ in range(4)]

    def call(self, query, key, value, attention_mask=None):
        inputs = zip((query, key, value), self.matrices, strict=False)
        q, k, v = (split_heads(ops.matmul(x, matrix), self.num_heads) for x, matrix in inputs)
        if attention_mask is not None:
            attention_mask = ops.expand_dims(ops.logical_not(attention_mask), -3)
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return ops.matmul(merge_heads(output), self.matrices[3]), weights


# %% accepts: MultiHeadAttention
class MultiHeadAttention(keras.layers.Layer):
    # Dense layers hold the matrices; Keras builds them at the first call.
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads != 0:
            raise ValueError("d_model must be a multiple of num_heads")
        self.num_heads = num_heads
        self.query_dense = keras.layers.Dense(d_model, use_bias=False)
        self.key_dense = keras.layers.Dense(d_model, use_bias=False)
        self.value_dense = keras.layers.Dense(d_model, use_bias=False)
        self.output_dense = keras.layers.Dense(d_model, use_bias=False)

    def call(self, query, key, value, attention_mask=None):
        inputs = (self.query_dense(query), self.key_dense(key), self.value_dense(value))
        q, k, v = (split_heads(projected, self.num_heads) for projected in inputs)
        if attention_mask is not None and len(attention_mask.shape) == 3:
            attention_mask = attention_mask[:, None]
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        return self.output_dense(merge_heads(output)), weights


# %% accepts: MultiHeadAttention
class MultiHeadAttention(keras.layers.Layer):
    # One head after the other; the output is the sum of what each writes through its rows of wo.
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.d_k = d_model // num_heads
        self.matrices = [self.add_weight(shape=(d_model, d_model)) for _ in range(4)]

    def call(self, query, key, value, attention_mask=None):
        wq, wk, wv, wo = (ops.convert_to_tensor(matrix) for matrix in self.matrices)
        output, maps = 0.0, []
        for start in range(0, wq.shape[0], self.d_k):
            own = slice(start, start + self.d_k)
            q, k, v = ops.matmul(query, wq[:, own]), ops.matmul(key, wk[:, own]), ops.matmul(value, wv[:, own])
            found, weights = scaled_dot_product_attention(q, k, v, attention_mask)
            output = output + ops.matmul(found, wo[own])
            maps.append(weights)
        return output, ops.stack(maps, axis=1)


# %% accepts: MultiHeadAttention
class MultiHeadAttention(keras.layers.Layer):
    # Weights made when the shapes are known, heads as an axis of the matrices, everything an einsum.
    def __init__(self, d_model, num_heads, **kwargs):
        super().__init__(**kwargs)
        if d_model % num_heads:
            raise ValueError("num_heads must divide d_model")
        self.d_model, self.num_heads = d_model, num_heads

    def build(self, query_shape, key_shape, value_shape):
        names = ("wq", "wk", "wv", "wo")
        self.matrices = [self.add_weight(shape=(query_shape[-1], self.d_model), name=name) for name in names]

    def call(self, query, key, value, attention_mask=None):
        shape = (self.d_model, self.num_heads, self.d_model // self.num_heads)
        wq, wk, wv = (ops.reshape(matrix, shape) for matrix in self.matrices[:3])
        q, k, v = (ops.einsum("bnd,dhk->bhnk", x, w) for x, w in ((query, wq), (key, wk), (value, wv)))
        if attention_mask is not None:
            attention_mask = ops.expand_dims(attention_mask, -3)
        output, weights = scaled_dot_product_attention(q, k, v, attention_mask)
        wo = ops.reshape(self.matrices[3], (*shape[1:], self.d_model))
        return ops.einsum("bhnk,hkd->bnd", output, wo), weights


# %% [markdown]
# Keras has the same layer. Its matrices carry the head as an axis, $(d, H, d_k)$, so reshaping moves weights
# across. Its order of arguments is query, **value**, key: name them when you use both. Do the two agree, with
# padding and causality at once?

# %% demo
rng = np.random.default_rng(85)
x = rng.normal(size=(2, 6, 16)).astype("float32")  # (B, n, d)
real = np.arange(6) < np.array([6, 4])[:, np.newaxis]  # (2, 6)
mask = real[:, np.newaxis] & np.tri(6, dtype=bool)  # (2, 6, 6)

dd.seed(85)
ours = MultiHeadAttention(d_model=16, num_heads=4)
ours(x, x, x)  # now it has its weights, even if it waits with them for the first call
theirs = keras.layers.MultiHeadAttention(num_heads=4, key_dim=4, use_bias=False)
theirs.build(x.shape, x.shape)
shapes = [weight.shape for weight in theirs.weights]
theirs.set_weights([weight.reshape(shape) for weight, shape in zip(ours.get_weights(), shapes, strict=True)])

our_output, our_weights = ours(x, x, x, attention_mask=mask)
their_output, their_weights = theirs(x, x, attention_mask=mask, return_attention_scores=True)
differences = ops.max(ops.abs(our_output - their_output)), ops.max(ops.abs(our_weights - their_weights))
gaps = [float(ops.convert_to_numpy(difference)) for difference in differences]
print("outputs agree to 1e-5:", gaps[0] < 1e-5, "  weights agree to 1e-5:", gaps[1] < 1e-5)

# %% [markdown]
# ## What attention cannot see
# Shuffle the tokens by a permutation matrix $\Pi$: every row of $\Pi X$ is some row of $X$. Projections
# treat rows one by one, $(\Pi X) W = \Pi (XW)$. Scores become
# $(\Pi Q)(\Pi K)^\top = \Pi\, QK^\top\, \Pi^\top$, rows and columns shuffled alike; the softmax acts on each row
# and does not care. In each head, then,
#
# $$(\Pi A \Pi^\top)(\Pi V) = \Pi\,(AV), \qquad\text{so}\qquad
# \mathrm{MHA}(\Pi X) = \Pi\,\mathrm{MHA}(X),$$
#
# because $\Pi^\top \Pi$ is the identity. Shuffled input gives the same output, shuffled: this is **permutation
# equivariance**. *Dog* gets one and the same vector in *dog bites man* and in *man bites dog*. To this layer
# a sentence is a bag of words. (A causal mask lets in a little order: who may read whom.)
#
# The cure is to write into each token where it stands, by adding a vector $P_t$ to the token at position $t$:
# $x_t + P_t$. Which vector? The number $t$ itself grows without bound and drowns the word; $t/n$ makes the
# step to the next word depend on the length of the sentence. We want entries of fixed size, a vector of its
# own for every position, and the same step everywhere.
#
# ## A clock with many hands
# The second hand tells neighbouring moments apart but repeats every minute; the hour hand tells morning from
# noon but hardly moves in a second. Together they name every second. Give pair $i$ of an encoding a hand that
# turns by $\omega_i$ radians a position, quickly for pair 0 and ever slower after that, and write down where
# its tip is:
#
# $$P_{t,\,2i} = \sin(\omega_i t), \qquad P_{t,\,2i+1} = \cos(\omega_i t), \qquad
# \omega_i = 10000^{-2i/d}.$$
#
# With $d = 4$ there are two hands, $\omega_0 = 1$ and $\omega_1 = 10000^{-2/4} = 1/100$:
#
# | $t$ | $\sin t$ | $\cos t$ | $\sin\frac{t}{100}$ | $\cos\frac{t}{100}$ |
# |---|---|---|---|---|
# | 0 | 0 | 1 | 0 | 1 |
# | 1 | 0.841 | 0.540 | 0.010 | 1.000 |
# | 2 | 0.909 | −0.416 | 0.020 | 1.000 |
#
# The table depends on no data, so it is made once, by NumPy in float64 if you like: at $t = 5000$ an angle in
# float32 is already off by some 0.0002. `np.stack([a, b], axis=-1)` puts entries of `a` and `b` next to each
# other, in pairs.


# %% exercise: positional_encoding
def positional_encoding(max_len, d_model):
    """Sinusoidal position encoding (Vaswani et al. 2017, section 3.5), sine and cosine of a pair side by side.

    Args:
        max_len: number of positions, int >= 1; they count from 0.
        d_model: width of the tokens, even int >= 2.

    Returns:
        float32 tensor (max_len, d_model), row t for position t. About 6 lines.

    Raises:
        ValueError: d_model is odd.
    """
    ### BEGIN SOLUTION
    if d_model % 2:
        raise ValueError(f"d_model must be even. Received: {d_model=}")
    frequencies = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)  # (d/2,)
    angles = np.arange(max_len)[:, np.newaxis] * frequencies  # (max_len, d/2)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)  # (max_len, d/2, 2)
    return ops.convert_to_tensor(pairs.reshape(max_len, d_model), dtype="float32")
    ### END SOLUTION


# %% test: positional_encoding, points=2
encoding = positional_encoding(3, 4)
due = [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.0100, 1.0000], [0.9093, -0.4161, 0.0200, 0.9998]]
why = "the table above has two hands, one of 1 and one of 1/100 radian a position"
what = "positional_encoding(3, 4)"
dd.check.like(encoding, ops.convert_to_tensor(due), dtype="float32", atol=1e-4, why=why, what=what)
with dd.check.raises(ValueError, why="an odd width cannot be cut into pairs"):
    positional_encoding(3, 5)
### BEGIN HIDDEN TESTS
for max_len, d_model in ((1, 2), (1, 8), (7, 2), (4, 4), (5, 10), (60, 16), (33, 128)):
    encoding = positional_encoding(max_len, d_model)
    due = np.zeros((max_len, d_model))
    for t, column in np.ndindex(due.shape):
        angle = t / 10000 ** ((column - column % 2) / d_model)
        due[t, column] = math.cos(angle) if column % 2 else math.sin(angle)
    what = f"positional_encoding({max_len}, {d_model})"
    due = ops.convert_to_tensor(due, dtype="float32")
    why = "a pair holds the sine and the cosine of its angle"
    dd.check.like(encoding, due, dtype="float32", rtol=1e-5, atol=2e-5, why=why, what=what)  # angles up to 60
encoding = ops.convert_to_numpy(positional_encoding(5001, 6)).astype(float)
lengths = encoding[:, 0::2] ** 2 + encoding[:, 1::2] ** 2
dd.check.close(lengths, np.ones((5001, 3)), atol=1e-5, why="the tip of a hand moves on a circle", what="lengths")
due = [math.sin(5000), math.cos(5000)]
dd.check.close(encoding[5000, :2], due, atol=2e-3, why="5000 radians, as well as float32 knows them", what="a late row")
for d_model in (1, 7):
    with dd.check.raises(ValueError, why="an odd width cannot be cut into pairs"):
        positional_encoding(2, d_model)
### END HIDDEN TESTS

# %% mistakes: positional_encoding
# - replace: |-
#     pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)  # (max_len, d/2, 2)
#   with: |-
#     pairs = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
#   hint: "All sines come first in yours. By today's convention the sine and cosine of a pair stand side by side."
# - replace: np.sin(angles), np.cos(angles)
#   with: np.cos(angles), np.sin(angles)
#   hint: "Even columns hold sines: what is row 0, where every angle is 0?"
# - replace: np.arange(0, d_model, 2) / d_model
#   with: np.arange(d_model // 2) / d_model
#   hint: "Your hands slow down only half as fast: i counts pairs, and the exponent has 2i."
# - replace: np.arange(0, d_model, 2) / d_model)
#   with: np.arange(0, d_model, 2) / (d_model - 2 or 1))
#   hint: "Look at the slowest hand: by the formula the exponent of the last pair does not quite reach 1."
# - replace: np.arange(max_len)[
#   with: np.arange(1, max_len + 1)[
#   hint: "Positions count from 0, so in row 0 every hand points to where it starts."
# - replace: (-np.arange(0
#   with: (np.arange(0
#   hint: "Later pairs should turn more slowly; yours turn faster and faster."
# - replace: |-
#     angles = np.arange(max_len)[:, np.newaxis] * frequencies  # (max_len, d/2)
#         pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)  # (max_len, d/2, 2)
#   with: |-
#     angles = np.arange(max_len)[:, np.newaxis] * 10000.0 ** (-np.arange(d_model) / d_model)
#         pairs = np.where(np.arange(d_model) % 2, np.cos(angles), np.sin(angles))
#   hint: "The sine and cosine of one pair turn at different speeds in yours; a pair is one hand."
# - replace: 10000.0 **
#   with: 1000.0 **
#   hint: "Check the base of the frequencies."
# - replace: np.arange(max_len)[:, np.newaxis] * frequencies
#   with: np.arange(max_len)[:, np.newaxis] / max_len * frequencies
#   hint: "You divide positions by their number. Then a step means something else in every length."
# - replace: pairs.reshape(max_len, d_model)
#   with: pairs.reshape(1, max_len, d_model)
#   hint: "There is an axis too many in front. The table is the same for all sequences, and broadcasts over them."
# - replace: pairs.reshape(max_len, d_model)
#   with: pairs.reshape(max_len, d_model).T
#   hint: "Rows and columns are exchanged: a row belongs to a position."


# %% mistake: positional_encoding
# hint: "An odd width gets an encoding whose last hand lacks its cosine. By the docstring it is refused."
def positional_encoding(max_len, d_model):
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, np.newaxis] * 10000.0 ** (-(columns - columns % 2) / d_model)
    return ops.convert_to_tensor(np.where(columns % 2, np.cos(angles), np.sin(angles)), dtype="float32")


# %% mistake: positional_encoding
# hint: "In your exponent stands twice the number of the column. What counts there is the pair."
def positional_encoding(max_len, d_model):
    if d_model % 2:
        raise ValueError("d_model must be even")
    table = np.zeros((max_len, d_model))
    for t in range(max_len):
        for column in range(0, d_model, 2):
            table[t, column] = math.sin(t / 10000 ** (2 * column / d_model))
            table[t, column + 1] = math.cos(t / 10000 ** (2 * (column + 1) / d_model))
    return ops.convert_to_tensor(table, dtype="float32")


# %% mistake: positional_encoding
# hint: "In your exponent stands twice the number of the column. What counts there is the pair."
def positional_encoding(max_len, d_model):
    if d_model % 2:
        raise ValueError("d_model must be even")
    angles = np.arange(max_len)[:, np.newaxis] / 10000 ** (2 * np.arange(0, d_model, 2) / d_model)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return ops.convert_to_tensor(pairs.reshape(max_len, d_model), dtype="float32")


# %% equivalents: positional_encoding
# - replace: if d_model % 2
#   with: if d_model % 1
#   reason: "An odd width has (d + 1)/2 pairs, which `reshape` cannot lay into d columns: a ValueError as well."
# - replace: "raise ValueError(f\"d_model must be even. Received: {d_model=}\")"
#   with: pass
#   reason: "As above."
# - replace: |-
#     if d_model % 2:
#             raise ValueError(f"d_model must be even. Received: {d_model=}")
#   with: pass
#   reason: "As above."


# %% accepts: positional_encoding
def positional_encoding(max_len, d_model):
    # With keras.ops: each frequency twice, and a cosine is a sine a quarter turn ahead.
    if d_model % 2 == 1:
        raise ValueError("sine and cosine come in pairs")
    columns = ops.arange(d_model, dtype="float32")
    odd = columns % 2
    angles = ops.expand_dims(ops.arange(max_len, dtype="float32"), 1) * ops.power(10000.0, -(columns - odd) / d_model)
    return ops.where(odd > 0, ops.cos(angles), ops.sin(angles))


# %% accepts: positional_encoding
def positional_encoding(max_len, d_model):
    if d_model % 2:
        raise ValueError("d_model is odd")
    table = np.empty((max_len, d_model), dtype="float32")
    for i in range(d_model // 2):
        angles = np.arange(max_len) * math.exp(-2 * i / d_model * math.log(10000))
        table[:, 2 * i], table[:, 2 * i + 1] = np.sin(angles), np.cos(angles)
    return ops.convert_to_tensor(table)


# %% [markdown]
# Does it do what we asked for? First the table itself. Then the test of the two sentences: the layer reads
# both, once without positions and once with them, and we compare what each word becomes.

# %% demo
table = ops.convert_to_numpy(positional_encoding(96, 64))  # (96, 64)
fig, axes = plt.subplots(1, 3, figsize=(14, 4.4), width_ratios=[1.2, 1, 1])
image = axes[0].imshow(table, aspect="auto", vmin=-1, vmax=1)
fig.colorbar(image, ax=axes[0])
axes[0].set(title="The encoding, $d = 64$", xlabel="column", ylabel="position $t$")
for column, marker in ((0, "o"), (12, "s"), (24, "^")):
    label = f"column {column}"
    axes[1].plot(table[:40, column], marker=marker, markersize=4, linewidth=1.2, label=label)
axes[1].set(title="Three of its columns", xlabel="position $t$", ylabel="entry", ylim=(-1.1, 1.9))
axes[1].legend(loc="upper right", ncols=2)
for i, at in enumerate((20, 48, 75)):
    look = {"marker": "os^"[i], "markevery": (i, 3), "linewidth": 1.2, "label": f"$t = {at}$"}
    axes[2].plot(np.arange(96) - at, table @ table[at], **look)
axes[2].set(title=r"Dot products $P_t \cdot P_{t+k}$", xlabel="distance $k$", ylabel="dot product", xlim=(-50, 50))
axes[2].legend()
axes[0].grid(False)
dd.plot.show(
    "Left, a heat map of 96 positions by 64 columns: fast stripes in the first columns, ever slower to the right, and "
    "even and odd columns of constant colour beyond column 40. Middle, columns 0, 12 and 24 as waves, the first with "
    "a period of 6, the second of 35, the third not half a period in 40 positions. Right, dot products by distance "
    "from three rows: one peaked curve, highest at 0, on which all three lie."
)

words = {"dog": 0, "bites": 1, "man": 2}
orders = [["dog", "bites", "man"], ["man", "bites", "dog"]]
vectors = np.random.default_rng(1).normal(size=(3, 16)).astype("float32")
sentences = np.stack([vectors[[words[word] for word in order]] for order in orders])  # (2, 3, 16)
panels = {}
for name, tokens in (("no positions", sentences), ("positions", sentences + table[:3, :16])):
    output = ops.convert_to_numpy(ours(tokens, tokens, tokens)[0])  # (2, 3, 16)
    panels[f"dog bites man, {name}"] = output[0]
    panels[f"man bites dog, {name}"] = output[1, ::-1]  # its words in the order of the first sentence
    same = np.allclose(output[0], output[1, ::-1], atol=1e-5)
    print(f"{name}: every word has the same output in both sentences: {same}")
fig, axes = plt.subplots(2, 2, figsize=(12, 4.4))
for ax, (title, panel) in zip(axes.T.flat, panels.items(), strict=True):
    dd.plot.matrix(panel[:, :8], ax, list(words), title=title, fmt=".1f")
    ax.set(xlabel="column of the output, the first 8 of 16")
dd.plot.show(
    "Outputs, 8 of 16 columns, for dog, bites and man, in four maps. Without positions the maps of dog bites man and "
    "man bites dog hold the same numbers, word by word. With positions every word has other numbers in the second "
    "sentence."
)

# %% [markdown]
# In the heat map quick hands flicker on the left, slow ones barely move on the right; the curves beside it
# show three speeds. The right panel holds a surprise: the dot product of two rows depends on their
# **distance** alone, and the three curves lie on top of each other.
#
# In the second figure the left pair is the same to the last digit: the order of words is lost. In the right
# pair every word has changed with its place.
#
# ## One matrix for every step
# Why the distance alone? Moving on by $k$ positions turns hand $i$ by the angle $k\omega_i$, **wherever it
# stood**. The addition theorems say so:
#
# $$\begin{aligned}
# \sin\omega(t+k) &= \sin\omega t\,\cos\omega k + \cos\omega t\,\sin\omega k \\
# \cos\omega(t+k) &= \cos\omega t\,\cos\omega k - \sin\omega t\,\sin\omega k
# \end{aligned}$$
#
# On the right, $\sin\omega t$ and $\cos\omega t$ are multiplied by numbers that do not contain $t$. So one matrix
# moves **every** row on by $k$: $P_{t+k} = M_k P_t$, with $P_t$ as a column. $M_k$ mixes no two pairs, and is
# zero but for a $2 \times 2$ block for each of them. That is the **linear shift property**, and it matters
# because a projection *is* a matrix: $W_Q$ can learn to ask "who stands three places back?".


# %% exercise: shift_matrix
def shift_matrix(k, d_model):
    """The matrix that moves an encoding by k positions: shift_matrix(k, d_model) @ P[t] equals P[t + k] for every t.

    Args:
        k: positions to move on, int; negative moves back, 0 stays.
        d_model: width of the encoding, even int >= 2.

    Returns:
        float32 tensor (d_model, d_model). About 7 lines.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((d_model, d_model))
    for i in range(0, d_model, 2):
        angle = k * 10000.0 ** (-i / d_model)
        matrix[i, i] = matrix[i + 1, i + 1] = math.cos(angle)
        matrix[i, i + 1] = math.sin(angle)
        matrix[i + 1, i] = -math.sin(angle)
    return ops.convert_to_tensor(matrix, dtype="float32")
    ### END SOLUTION


# %% test: shift_matrix, points=1
shift = shift_matrix(2, 4)
dd.check.kind(shift, "tensor", what="shift_matrix(2, 4)")
dd.check.shape(shift, (4, 4), why="it maps a row of the encoding to another one", what="shift_matrix(2, 4)")
dd.check.dtype(shift, "float32", what="shift_matrix(2, 4)")
dd.check.finite(shift, what="shift_matrix(2, 4)")
moved = ops.convert_to_numpy(shift) @ [0.0, 1.0, 0.0, 1.0]
due = [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)]
dd.check.close(moved, due, rtol=1e-5, why="it is row 2 of the table above", what="shift_matrix(2, 4) @ P[0]")
moved = ops.convert_to_numpy(shift) @ [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]
due = [math.sin(3), math.cos(3), math.sin(0.03), math.cos(0.03)]
dd.check.close(moved, due, rtol=1e-5, why="one matrix moves every row", what="shift_matrix(2, 4) @ P[1]")
why = "no positions on is no move"
due = ops.convert_to_tensor(np.eye(6))
dd.check.like(shift_matrix(0, 6), due, dtype="float32", why=why, what="shift_matrix(0, 6)")
### BEGIN HIDDEN TESTS


def row(t, d_model):
    """The encoding of position t in float64, pair by pair."""
    angles = [t / 10000 ** (2 * i / d_model) for i in range(d_model // 2)]
    return np.array([(math.sin(angle), math.cos(angle)) for angle in angles]).reshape(-1)


for k, d_model in ((1, 4), (3, 2), (-4, 6), (30, 16), (-1, 12)):
    shift = shift_matrix(k, d_model)
    what = f"shift_matrix({k}, {d_model})"
    dd.check.kind(shift, "tensor", what=what)
    dd.check.shape(shift, (d_model, d_model), what=what)
    dd.check.dtype(shift, "float32", what=what)
    dd.check.finite(shift, what=what)
    shift = ops.convert_to_numpy(shift).astype(float)
    for t in (0, 1, 5, 17, 40):
        moved, due = shift @ row(t, d_model), row(t + k, d_model)
        dd.check.close(moved, due, rtol=1e-5, atol=2e-5, why=f"it moves P[{t}] to P[{t + k}]", what=f"{what} @ P[{t}]")
    blocks = np.kron(np.eye(d_model // 2), np.ones((2, 2)))
    dd.check.equal(shift[blocks == 0], np.zeros(d_model**2 - 2 * d_model), why="pairs do not mix", what=what)
    back = ops.convert_to_numpy(shift_matrix(-k, d_model)).astype(float)
    why = "turning back is the transpose of a turn"
    dd.check.close(back, shift.T, rtol=1e-5, atol=2e-5, why=why, what=f"the reverse of {what}")
    twice = ops.convert_to_numpy(shift_matrix(2 * k, d_model))
    dd.check.close(shift @ shift, twice, rtol=1e-4, atol=5e-5, why="two moves make one of twice the length", what=what)
### END HIDDEN TESTS

# %% mistakes: shift_matrix
# - replace: |-
#     matrix[i, i + 1] = math.sin(angle)
#             matrix[i + 1, i] = -math.sin(angle)
#   with: |-
#     matrix[i, i + 1] = -math.sin(angle)
#             matrix[i + 1, i] = math.sin(angle)
#   hint: "Yours moves back by k. With the pair as a column (sine above cosine), which row has the minus?"
# - replace: -math.sin(angle)
#   with: math.sin(angle)
#   hint: "Compare the two addition theorems, sign by sign. Your block is no turn: it changes lengths."
# - replace: k * 10000.0 ** (-i / d_model)
#   with: float(k)
#   hint: "Every pair turns at its own speed; yours all turn like pair 0."
# - replace: (-i / d_model)
#   with: (-2 * i / d_model)
#   hint: "Your frequencies fall twice as fast as the encoding's. Does your counter count pairs or columns?"
# - replace: |-
#     matrix[i, i] = matrix[i + 1, i + 1] = math.cos(angle)
#   with: |-
#     matrix[i, i] = matrix[i + 1, i + 1] = 1.0
#   hint: "The old entries are kept whole and something is added; a turn also shortens what was there."
# - replace: |-
#     for i in range(0, d_model, 2):
#             angle = k * 10000.0 ** (-i / d_model)
#             matrix[i, i] = matrix[i + 1, i + 1] = math.cos(angle)
#             matrix[i, i + 1] = math.sin(angle)
#             matrix[i + 1, i] = -math.sin(angle)
#   with: |-
#     half = d_model // 2
#         for i in range(half):
#             angle = k * 10000.0 ** (-2 * i / d_model)
#             matrix[i, i] = matrix[i + half, i + half] = math.cos(angle)
#             matrix[i, i + half] = math.sin(angle)
#             matrix[i + half, i] = -math.sin(angle)
#   hint: "This would fit an encoding with all sines first. Ours keeps the two columns of a pair together."
# - replace: angle = k * 10000.0
#   with: angle = 10000.0
#   hint: "Yours moves on by one position, whatever k is."


# %% mistake: shift_matrix
# hint: "You took the matrix of one step to the power of k entry by entry. Moving on k times is a matrix product."
def shift_matrix(k, d_model):
    matrix = np.zeros((d_model, d_model))
    for i in range(0, d_model, 2):
        angle = 10000.0 ** (-i / d_model)
        matrix[i, i] = matrix[i + 1, i + 1] = math.cos(angle)
        matrix[i, i + 1], matrix[i + 1, i] = math.sin(angle), -math.sin(angle)
    with np.errstate(divide="ignore"):
        return ops.convert_to_tensor(matrix**k, dtype="float32")


# %% mistake: shift_matrix
# hint: "That moves entries along the row by k columns. The position is in the angles of the hands, not in the columns."
def shift_matrix(k, d_model):
    return ops.convert_to_tensor(np.roll(np.eye(d_model), k, axis=0), dtype="float32")


# %% mistake: shift_matrix
# hint: "It holds sines and cosines of k for all, but only one entry beside the diagonal in each pair has them."
def shift_matrix(k, d_model):
    angles = k * 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    matrix = np.diag(np.repeat(np.cos(angles), 2))
    matrix[np.arange(0, d_model, 2), np.arange(1, d_model, 2)] = np.sin(angles)
    return ops.convert_to_tensor(matrix, dtype="float32")


# %% accepts: shift_matrix
def shift_matrix(k, d_model):
    # The generator of the turn, in closed form: cos on the diagonal, sin beside it.
    angles = k * 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    matrix = np.diag(np.repeat(np.cos(angles), 2))
    above = np.zeros(d_model)
    above[::2] = np.sin(angles)
    return ops.convert_to_tensor(matrix + np.diag(above[:-1], 1) - np.diag(above[:-1], -1), dtype="float32")


# %% accepts: shift_matrix
def shift_matrix(k, d_model):
    # Blocks of complex turns with keras.ops.
    angles = k * ops.power(10000.0, -ops.arange(0, d_model, 2, dtype="float32") / d_model)
    cos, sin = ops.diag(ops.cos(angles)), ops.diag(ops.sin(angles))
    upper, lower = ops.stack([cos, sin], axis=-1), ops.stack([-sin, cos], axis=-1)  # (d/2, d/2, 2) each
    return ops.reshape(ops.stack([upper, lower], axis=1), (d_model, d_model))


# %% [markdown]
# ## Turning instead of adding
# Added positions leave a mixture: a score holds word times word, word times position, position times word
# and position times position. If distance is what matters, could the dot product see it directly? The
# **rotary embedding** leaves the tokens alone and turns queries and keys instead, just before their dot
# product: pair $i$ of the vector at position $t$ turns by the angle $\omega_i t$,
#
# $$\begin{pmatrix} x_{2i} \\ x_{2i+1} \end{pmatrix} \;\mapsto\;
# \begin{pmatrix} x_{2i}\cos\omega_i t - x_{2i+1}\sin\omega_i t \\
# x_{2i}\sin\omega_i t + x_{2i+1}\cos\omega_i t \end{pmatrix},
# \qquad \omega_i = 10000^{-2i/d_k}.$$
#
# As a matrix, $R_t x$. Take $d_k = 2$ and $x = (1, 0)$: at position 0 it stays $(1, 0)$, at position 1 it is
# $(\cos 1, \sin 1) = (0.54, 0.84)$, at position 2 $(-0.42, 0.91)$. Turns keep lengths, and turning back by $s$
# and on by $t$ is turning by $t - s$. For a query $u$ at position $s$ and a key $u'$ at position $t$, then,
#
# $$(R_s u) \cdot (R_t u') = u^\top R_s^\top R_t\, u' = u^\top R_{t-s}\, u' .$$
#
# Absolute positions go in, and only the **relative** one comes out. Values are not turned: what is handed
# over should not depend on where it stood. There are no parameters and no longest position. Most of today's
# large language models use it, with $d_k$ the width of one head.
#
# The positions are an argument of their own. A model that writes word by word computes one new query at
# position 57, and has to say so. In tensors `x[..., 0::2]` takes every second column.


# %% exercise: rotary
def rotary(x, positions):
    """Turn each pair of columns by an angle that grows with the position (Su et al. 2021).

    The two columns 2i and 2i + 1 of a row at position t are a point of the plane, which turns from the first axis
    towards the second by t * 10000 ** (-2i / d_k) radians.

    Args:
        x: queries or keys, (..., n, d_k) float32 array or tensor, d_k even, any number of leading axes, or none.
        positions: position of each of the n rows, (n,) integers of any dtype in any order, as a list, array or tensor.
            Both are left unchanged.

    Returns:
        float32 tensor of the shape of x.
    """
    ### BEGIN SOLUTION
    x, d_k = ops.convert_to_tensor(x), x.shape[-1]
    frequencies = ops.power(10000.0, -ops.arange(0, d_k, 2, dtype="float32") / d_k)  # (d_k/2,)
    angles = ops.expand_dims(ops.convert_to_tensor(positions, dtype="float32"), -1) * frequencies  # (n, d_k/2)
    cos, sin = ops.cos(angles), ops.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]  # (..., n, d_k/2)
    turned = ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)  # (..., n, d_k/2, 2)
    return ops.reshape(turned, x.shape)
    ### END SOLUTION


# %% test: rotary, points=2
x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 2.0]], dtype="float32")  # (4, 2)
positions = np.array([0, 1, 2, 1])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(positions, what="positions"):
    turned = rotary(x, positions)
due = [[1.0, 0.0], [math.cos(1), math.sin(1)], [math.cos(2), math.sin(2)], [-2 * math.sin(1), 2 * math.cos(1)]]
why = "at position 0 nothing turns, at 1 a point turns by 1 radian, at 2 by 2"
dd.check.like(turned, ops.convert_to_tensor(due), dtype="float32", rtol=1e-5, atol=1e-6, why=why, what="rotary")
x = np.zeros((2, 3, 4), dtype="float32")
x[0, :, 2], x[1, :, 3] = 1.0, 5.0  # pair 1 of width 4 turns by 1/100 radian a position
cos, sin = [math.cos(0.5), 1.0, math.cos(0.07)], [math.sin(0.5), 0.0, math.sin(0.07)]
due = np.zeros((2, 3, 4), dtype="float32")
due[0, :, 2], due[0, :, 3], due[1, :, 2], due[1, :, 3] = cos, sin, -5 * np.array(sin), 5 * np.array(cos)
why = "the second pair is a slow one, and rows may come in any order"
turned = rotary(x, [50, 0, 7])
dd.check.like(turned, ops.convert_to_tensor(due), dtype="float32", rtol=1e-5, atol=1e-6, why=why, what="rotary")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(87)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


near = {"rtol": 1e-4, "atol": 5e-5}  # angles of up to 100 radians in float32
cases = (
    (draw(5, 4), [0, 1, 2, 3, 4]), (draw(2, 3, 8), [7, 0, 100]), (draw(2, 3, 4, 6), [9, 9, 2, 50]),
    (draw(1, 1, 2), [3]), (draw(2, 4, 8)[..., ::2], [0, 5, 1, 4]),
)  # fmt: skip
for x, positions in cases:
    # A pair as a complex number: turning is multiplying by a number of length 1.
    omega = np.array([10000.0 ** (-column / x.shape[-1]) for column in range(0, x.shape[-1], 2)])
    spun = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * np.outer(positions, omega))
    due = np.stack([spun.real, spun.imag], axis=-1).reshape(x.shape)
    what = f"rotary of {x.shape} at {positions}"
    due = ops.convert_to_tensor(due, dtype="float32")
    in_bytes = len(positions) == 3  # or else a list
    with dd.check.unchanged([x, positions]):
        turned = rotary(x if in_bytes else ops.convert_to_tensor(x), np.uint8(positions) if in_bytes else positions)
    why = "the angle of a pair is its speed times the position"
    dd.check.like(turned, due, dtype="float32", **near, why=why, what=what)
    lengths = np.linalg.norm(ops.convert_to_numpy(turned), axis=-1)
    dd.check.close(lengths, np.linalg.norm(x, axis=-1), rtol=1e-4, why="a turn keeps lengths", what=f"norms of {what}")

q, k = draw(3, 6, 8), draw(3, 6, 8)
dd.check.close(rotary(q, [0] * 6), q, atol=1e-6, why="at position 0 nothing turns", what="rotary at position 0")
scores = []
for start in (0, 200):
    places = ops.arange(start, start + 6)
    turned_q, turned_k = ops.convert_to_numpy(rotary(q, places)), ops.convert_to_numpy(rotary(k, places))
    scores.append(turned_q @ turned_k.swapaxes(1, 2))
dd.check.close(scores[1], scores[0], rtol=1e-3, atol=1e-3, why="dot products see distances only", what="the scores")
first, later = list(range(6)), list(range(4, 10))
twice = rotary(rotary(q, first), [4] * 6)
dd.check.close(twice, rotary(q, later), **near, why="a turn by t and one by 4 make one by t + 4", what="rotary")
### END HIDDEN TESTS

# %% mistakes: rotary
# - replace: |-
#     even, odd = x[..., 0::2], x[..., 1::2]  # (..., n, d_k/2)
#         turned = ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)  # (..., n, d_k/2, 2)
#   with: |-
#     even, odd = x[..., : d_k // 2], x[..., d_k // 2 :]
#         turned = ops.concatenate([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
#   hint: "You pair column i with column i + d_k/2, as some libraries do. Ours pairs neighbours."
# - replace: ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
#   with: ops.concatenate([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
#   hint: "The turned columns come back in another order: all even ones, then all odd ones."
# - replace: "[even * cos - odd * sin, even * sin + odd * cos]"
#   with: "[even * cos + odd * sin, odd * cos - even * sin]"
#   hint: "Yours turns the other way round. Distances still work, but the numbers differ from the formula's."
# - replace: even * cos - odd * sin
#   with: even * cos + odd * sin
#   hint: "Both sines have a plus. Is the length of the vector kept?"
# - replace: ops.convert_to_tensor(positions, dtype="float32")
#   with: ops.arange(x.shape[-2], dtype="float32")
#   hint: "You number the rows yourself. Row 0 may stand at position 57."
# - replace: "dtype=\"float32\") / d_k)"
#   with: "dtype=\"float32\") / d_k) * 0 + 1"
#   hint: "Every pair turns at the speed of pair 0; then far and near soon look alike."
# - replace: -ops.arange(0, d_k, 2, dtype="float32") / d_k
#   with: -2 * ops.arange(0, d_k, 2, dtype="float32") / d_k
#   hint: "Your frequencies fall too fast: the exponent's 2 is there twice."
# - replace: |-
#     turned = ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)  # (..., n, d_k/2, 2)
#   with: |-
#     turned = ops.stack([even + sin, odd + cos], axis=-1)
#   hint: "That adds the sinusoidal encoding. Rotary multiplies: it turns what is there."
# - replace: ops.convert_to_tensor(positions, dtype="float32")
#   with: ops.convert_to_tensor(positions, dtype="float32") + 1
#   hint: "Positions count from 0, and there nothing turns. Yours are one ahead."
# - replace: -ops.arange(0, d_k, 2, dtype="float32") / d_k
#   with: -ops.arange(d_k // 2, dtype="float32") / d_k
#   hint: "Your frequencies fall half as fast as they should: i counts pairs, and the exponent has 2i."


# %% mistake: rotary
# hint: "Two customs are mixed: angles for halves that lie apart, or partners from there, and neighbours for the rest."
def rotary(x, positions):
    x, d_k = ops.convert_to_tensor(x), x.shape[-1]
    frequencies = 10000.0 ** (-np.arange(0, d_k, 2) / d_k)
    angles = np.asarray(positions)[:, np.newaxis] * np.repeat(frequencies, 2)
    partner = ops.concatenate([-x[..., d_k // 2 :], x[..., : d_k // 2]], axis=-1)
    return x * np.cos(angles).astype("float32") + partner * np.sin(angles).astype("float32")


# %% mistake: rotary
# hint: "The columns are stretched by cosines and sines, but the two of a pair never meet. A turn mixes them."
def rotary(x, positions):
    x, d_k = ops.convert_to_tensor(x), x.shape[-1]
    angles = np.asarray(positions)[:, np.newaxis] * 10000.0 ** (-np.arange(0, d_k, 2) / d_k)
    factors = np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(len(positions), d_k)
    return x * factors.astype("float32")


# %% mistake: rotary
# hint: "The same turn is applied to every row: that of the first position."
def rotary(x, positions):
    x, d_k = ops.convert_to_tensor(x), x.shape[-1]
    angles = float(positions[0]) * 10000.0 ** (-np.arange(0, d_k, 2) / d_k)
    cos, sin = np.cos(angles).astype("float32"), np.sin(angles).astype("float32")
    even, odd = x[..., 0::2], x[..., 1::2]
    return ops.reshape(ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1), x.shape)


# %% mistake: rotary
# hint: "You change the caller's array in place, and give it back."
def rotary(x, positions):
    d_k = x.shape[-1]
    angles = np.asarray(positions)[:, np.newaxis] * 10000.0 ** (-np.arange(0, d_k, 2) / d_k)
    cos, sin = np.cos(angles).astype("float32"), np.sin(angles).astype("float32")
    rows = x if isinstance(x, np.ndarray) else ops.convert_to_numpy(x).copy()
    rows[..., 0::2], rows[..., 1::2] = (
        rows[..., 0::2] * cos - rows[..., 1::2] * sin,
        rows[..., 0::2] * sin + rows[..., 1::2] * cos,
    )
    return ops.convert_to_tensor(rows)


# %% equivalents: rotary
# - replace: "ops.expand_dims(ops.convert_to_tensor(positions, dtype=\"float32\"), -1)"
#   with: "ops.expand_dims(ops.convert_to_tensor(positions, dtype=\"float32\"), 1)"
#   reason: "Positions have a single axis, so the one after the last is axis 1."


# %% accepts: rotary
def rotary(x, positions):
    # x times cosine, plus x turned by a quarter times sine, each frequency written twice.
    x = ops.convert_to_tensor(x)
    columns = ops.arange(x.shape[-1])
    frequencies = 10000.0 ** (-ops.cast(columns - columns % 2, "float32") / x.shape[-1])
    angles = ops.reshape(ops.cast(ops.convert_to_tensor(positions), "float32"), (-1, 1)) * frequencies
    quarter = ops.reshape(ops.stack([-x[..., 1::2], x[..., ::2]], axis=-1), x.shape)
    return x * ops.cos(angles) + quarter * ops.sin(angles)


# %% accepts: rotary
def rotary(x, positions):
    # One small matrix for each position and pair.
    d_k = x.shape[-1]
    omega = 10000.0 ** (-np.arange(0, d_k, 2) / d_k)
    angles = np.array([int(t) for t in positions])[:, np.newaxis] * omega  # (n, d_k/2)
    turns = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]])  # (2, 2, n, d_k/2)
    pairs = ops.reshape(x, (*x.shape[:-1], d_k // 2, 2))
    return ops.reshape(ops.einsum("abni,...nib->...nia", turns.astype("float32"), pairs), x.shape)


# %% [markdown]
# Two questions for one picture. Does one matrix really move a hand on from every place? And do scores depend
# on the distance alone, with positions turned in and with positions added?

# %% demo
q = np.random.default_rng(85).normal(size=(1, 32)).astype("float32") + 0.5
distances = np.arange(-30, 31)
encoding = ops.convert_to_numpy(positional_encoding(400, 32))
two_on = ops.convert_to_numpy(shift_matrix(2, 32))

fig, axes = plt.subplots(1, 3, figsize=(14, 4.6), width_ratios=[1, 1.1, 1.1])
for i, pair in enumerate((0, 2, 5)):
    radius = 1 + i / 2  # circles of three sizes, so that they do not overlap
    columns = slice(2 * pair, 2 * pair + 2)
    axes[0].add_patch(plt.Circle((0, 0), radius, fill=False, color="0.85"))
    for t in (0, 9):
        angle = np.linspace(t, t + 2) * 10000 ** (-2 * pair / 32)
        start, moved = encoding[t, columns], (two_on @ encoding[t])[columns]
        axes[0].plot(radius * np.sin(angle), radius * np.cos(angle), "-", color=f"C{i}", linewidth=3)
        axes[0].plot(*(radius * start), "o", color=f"C{i}", label=f"pair {pair}" if t == 0 else None)
        axes[0].plot(*(radius * moved), "o", color=f"C{i}", markerfacecolor="white", markersize=9)
        axes[0].annotate(f"{t}", (radius - 0.2) * start, ha="center", va="center")
axes[0].set(title="Hands at $t$ = 0 and 9, and moved by $M_2$", xlabel="sine", ylabel="cosine")
axes[0].set(xlim=(-2.2, 3.2), ylim=(-2.3, 2.3), aspect="equal")
axes[0].legend(loc="lower right")
for i, at in enumerate((40, 150, 333)):
    look = {"marker": "os^"[i], "markevery": (i, 3), "linewidth": 1.2, "label": f"query at {at}"}
    keys = ops.convert_to_numpy(rotary(np.repeat(q, 61, axis=0), at + distances))  # (61, 32)
    axes[1].plot(distances, keys @ ops.convert_to_numpy(rotary(q, [at]))[0], **look)
    axes[2].plot(distances, (q + encoding[at + distances]) @ (q + encoding[at])[0], **look)
axes[1].set(title="Rotary: positions turned in", xlabel="distance of the key", ylabel="dot product")
axes[2].set(title="Sinusoidal: positions added", xlabel="distance of the key", ylabel="dot product")
axes[2].legend()
dd.plot.show(
    "Left, tips of three hands on circles at positions 0 and 9, each with an arc to a ring two positions on; arcs of "
    "one hand are equally long. Middle, rotary dot products by distance for queries at 40, 150 and 333: one curve. "
    "Right, the same with positions added: three curves of different height and shape."
)

# %% [markdown]
# Left, filled dots are the tips at 0 and 9, lines the way they go in two positions, and rings where $M_2$ puts
# them: at the ends of the lines, turned by the same angle from 0 as from 9. The other panels compare a vector
# with copies of itself up to 30 places away. In the middle three curves are one: rotary scores know nothing
# but the distance. Right, the same vector with its position added has scores that bend with the place of the
# query, for word times position is still in them.
#
# ## Four heads, four habits
# Can one layer really ask four questions at once? Set the matrices by hand and see. Tokens of width 64 are
# the encoding $P_t$ plus a mark for the word, in columns 48 and on, where the hands are so slow that the sine
# columns are almost empty. Each head owns 16 columns.
#
# - **Head 0** asks for the word before: its queries are the first 16 columns of $P_t$, moved by $M_{-1}$; its
#   keys are those columns as they are. A moved encoding fits the encoding of the place it was moved to best.
# - **Head 1** asks for the word two places on, with $M_2$.
# - **Head 2** asks for equal words, by the marks, and never mind where.
# - **Head 3** has queries of zero and reads everything evenly.

# %% demo
text = ["the", "dog", "saw", "the", "cat", "and", "the", "cat", "saw", "the", "dog"]
marks = {word: 48 + 2 * i for i, word in enumerate(dict.fromkeys(text))}
tokens = ops.convert_to_numpy(positional_encoding(len(text), 64)).copy()  # (11, 64)
for t, word in enumerate(text):
    tokens[t, marks[word]] += 1.0

wq, wk = np.zeros((2, 64, 64), "float32")
for head, step in ((0, -1), (1, 2)):
    own = slice(16 * head, 16 * head + 16)
    wq[:16, own] = 25 * ops.convert_to_numpy(shift_matrix(step, 64)).T[:16, :16]  # rows times M^T are M times columns
    wk[:16, own] = np.eye(16)
wq[48:, 32:48], wk[48:, 32:48] = 20 * np.eye(16), np.eye(16)
by_hand = MultiHeadAttention(d_model=64, num_heads=4)
by_hand(*[tokens[np.newaxis]] * 3)  # now it has its weights
by_hand.set_weights([wq, wk, np.eye(64), np.eye(64)])
habits = ops.convert_to_numpy(by_hand(*[tokens[np.newaxis]] * 3)[1])[0]  # (4, 11, 11)

fig, axes = plt.subplots(1, 4, figsize=(16, 4.6), sharey=True)
titles = ["0: the word before", "1: two places on", "2: the same word", "3: everything"]
for ax, title, panel in zip(axes, titles, habits, strict=True):
    dd.plot.matrix(panel, ax, text, text, title, fmt="")
    ax.images[0].set_clim(0, 1)
    ax.tick_params(axis="x", rotation=90)
    ax.set(xlabel="key: the word that is read")
axes[0].set_ylabel("query: the word that reads")
fig.suptitle("One layer, four heads, weights by hand")
dd.plot.show(
    "Four maps of 11 words by 11 words. Head 0: a diagonal just below the main one. Head 1: a diagonal two to the "
    "right of it, ending in the last column. Head 2: cells where row and column hold the same word, paler for the, "
    "which occurs four times. Head 3: the same pale colour everywhere."
)
before, onwards = np.diag(habits[0], -1).min(), np.diag(habits[1], 2).min()
print(f"least weight on the word before: {before:.2f}, on the word two places on: {onwards:.2f}")

# %% [markdown]
# Two diagonals, by exactly one and two places off the main one. Head 2 finds every *the* from every *the* and
# both *dogs* from either, at any distance; its shares are smaller where a word is frequent. In the first row of
# head 0 there is no word before, and in the last two of head 1 none two places on; the weights must sum to 1
# and go to the nearest there is. Heads with such habits have been found in trained Transformers.
#
# ## Does training find them?
# One more encoding needs no design: **learned positions**, a table of $n \times d$ weights with a row for
# every position, added to the tokens and trained with all other weights, as word vectors are. BERT (Day 91)
# and the first GPTs do so. It costs $nd$ parameters, row 5 learns nothing from row 6, and there is no row
# beyond the last one trained.
#
# The task: random sequences of 12 letters out of 8, on a ring. Each token must name two letters, the one
# just before it and the one three places on. Without positions the best possible can be worked out: all other
# tokens are equally likely to be the one asked for, so bet on the letter that most of them have. With $n$
# tokens that is right as often as that letter occurs among the other $n - 1$. Can four heads of width 8 and a
# linear layer beat that, once with sinusoids and once with a learned table? And will heads share out the two
# questions?

# %% demo
n, letters, width = 12, 8, 32
rng = np.random.default_rng(85)
x = rng.integers(0, letters, size=(4096, n)).astype("int32")
targets = np.stack([np.roll(x, 1, axis=1), np.roll(x, -3, axis=1)], axis=-1)  # (4096, 12, 2)


class LearnedPositions(keras.layers.Layer):
    """Adds a trained vector to each position."""

    def __init__(self, max_len, d_model):
        super().__init__()
        start = keras.initializers.RandomNormal(stddev=0.3, seed=85)
        self.table = self.add_weight(shape=(max_len, d_model), initializer=start, name="positions")

    def call(self, tokens):
        return tokens + self.table[: tokens.shape[1]]


others = (x[:, :, np.newaxis] == np.arange(letters)).sum(axis=1, keepdims=True) - np.eye(letters)[x]  # (4096, 12, 8)
bet = np.mean(others.max(axis=2) / (n - 1))
print(f"no positions  accuracy at best: {bet:.2f}")

accuracy, maps = {}, {}
for kind in ("sinusoidal", "learned"):
    keras.utils.set_random_seed(85)
    inputs = keras.Input((n,), dtype="int32")
    tokens = keras.layers.Embedding(letters, width)(inputs)  # (B, 12, 32)
    learned = LearnedPositions(n, width)
    tokens = learned(tokens) if kind == "learned" else tokens + positional_encoding(n, width)
    found, weights = MultiHeadAttention(width, num_heads=4)(tokens, tokens, tokens)
    logits = ops.reshape(keras.layers.Dense(2 * letters)(found), (-1, n, 2, letters))
    model = keras.Model(inputs, logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, metrics=["accuracy"], jit_compile=False)
    accuracy[kind] = model.fit(x, targets, batch_size=64, epochs=3, verbose=0).history["accuracy"]
    maps[kind] = ops.convert_to_numpy(keras.Model(inputs, weights)(x[:200])).mean(axis=0)  # (4, 12, 12)
    print(f"{kind:12}  accuracy in the last epoch: {accuracy[kind][-1]:.2f}")
here = np.arange(n)
shares = [maps["learned"][:, here, (here + step) % n].mean(axis=1) for step in (-1, 3)]  # (4,) each, a head's share
print("the best head's weight on the letter before: {:.2f}, three on: {:.2f}".format(*map(np.max, shares)))

fig, axes = plt.subplots(1, 5, figsize=(17, 3.9), width_ratios=[1.5, 1, 1, 1, 1])
for (kind, values), marker in zip(accuracy.items(), "os", strict=True):
    axes[0].plot(range(1, 4), values, marker=marker, label=kind)
axes[0].axhline(bet, color="black", linestyle=":", label="none, at best")
axes[0].set(title="Which positions?", xlabel="epoch", ylabel="accuracy", ylim=(0, 1.05), xticks=range(1, 4))
axes[0].legend(loc="center right")
for head, ax in enumerate(axes[1:]):
    dd.plot.matrix(maps["learned"][head], ax, title=f"learned, head {head}", fmt="")
    ax.set(xlabel="key", ylabel="query" if head == 0 else "", xticks=range(0, n, 3), yticks=range(0, n, 3))
    ax.set(xticklabels=range(0, n, 3), yticklabels=range(0, n, 3))
dd.plot.show(
    "Left, accuracy by epoch: with sinusoids and with a learned table it rises from about 0.5 to 1 by the second "
    "epoch, far above a dotted line near 0.3 for the best without positions. Right, the maps of the four heads with "
    "the learned table, 12 by 12: some dark on the diagonal just below the main one, some on the one three to the "
    "right of it, both wrapped round at the corners."
)

assert bet < 0.4 and min(accuracy["sinusoidal"][-1], accuracy["learned"][-1]) > 0.95
assert min(map(np.max, shares)) > 0.6
assert min(before, onwards) > 0.9 and max(gaps) < 1e-5

# %% [markdown]
# Without positions no layer gets beyond a third: it can count the letters of a sequence and bet on a frequent
# one, no more. With either encoding ours has solved the task after a few epochs, and nobody told the heads
# what to do. For each question at least one head keeps to its diagonal, just below the main one or three
# to the right of it, both with their ends wrapped round the ring; another may serve both by halves. The table
# came to be as good as the clock, for these 12 positions. About the 13th it knows nothing, while the clock has
# a row for it and $M_k$ moves to it as to any other.
#
# ## What you should remember
# 1. A head is attention with its own projections, of width $d_k = d/H$. Heads run side by side, are merged,
#    and $W_O$ lets each write to all columns. Cost and parameters, $4d^2$, do not depend on $H$.
# 2. Split by reshaping within a token and then exchanging axes; a reshape alone mixes tokens.
# 3. Attention is permutation equivariant: without positions, a sentence is a bag of words.
# 4. Sinusoids are hands of a clock; moving on by $k$ is one matrix for all positions. A learned table is as
#    good up to its last row.
# 5. Rotary turns queries and keys, keeps their lengths, and leaves only the distance in their dot product.
#
# ## Check yourself, without code
# 1. In the layer with $d = 512$ you change from 8 heads to 64. Which shapes change, and what might be lost?
# 2. Why are values not turned by the rotary embedding? What would the output contain if they were?
# 3. With a causal mask and no positions, is the layer still permutation equivariant? What can the third word
#    find out about its place?
#
# <details><summary>Answers</summary>
#
# 1. $d_k$ falls from 64 to 8, and there are 64 maps in place of 8; the four matrices keep their shape. A score
#    then adds up 8 terms only, which may be too few to tell many keys apart.
# 2. A word would hand over something else at every position. The output would be a sum of values turned by
#    different angles, which no later layer can turn back.
# 3. No, for who reads whom depends on the order. A head that reads evenly gives the third word weights of one
#    third, so the share that it has of the first word tells it its place.
#
# </details>
#
# ## Go further
# - Vaswani et al., *Attention is all you need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762):
#   sections 3.2.2 and 3.5 are today's layer and clock.
# - Zaheer et al., *Deep sets*, 2017, [arXiv:1703.06114](https://arxiv.org/abs/1703.06114): which functions are
#   equivariant.
# - Gehring et al., *Convolutional sequence to sequence learning*, 2017,
#   [arXiv:1705.03122](https://arxiv.org/abs/1705.03122): learned positions before the Transformer.
# - Su et al., *RoFormer*, 2021, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864): the rotary embedding.
# - Clark et al., *What does BERT look at?*, 2019, [arXiv:1906.04341](https://arxiv.org/abs/1906.04341), and
#   Voita et al., *Analyzing multi-head self-attention*, 2019,
#   [arXiv:1905.09418](https://arxiv.org/abs/1905.09418): habits of heads in trained models, and how many heads
#   can be taken out.
