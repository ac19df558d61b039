# ---
# day: 111
# title: KV cache and efficient decoding
# week: 23
# minutes: 100
# backend: any
# needs: [84, 85, 94, 95]
# needs_code: [84]
# data: [pydocs]
# papers:
# - "Shazeer 2019, Fast Transformer decoding: One write-head is all you need"
# - "Ainslie et al. 2023, GQA: Training generalized multi-query Transformer models from multi-head checkpoints"
# - "Beltagy, Peters and Cohan 2020, Longformer: The long-document Transformer"
# - Jiang et al. 2023, Mistral 7B
# - Leviathan, Kalman and Matias 2023, Fast inference from Transformers via speculative decoding
# - Chen et al. 2023, Accelerating large language model decoding with speculative sampling
# - Olsson et al. 2022, In-context learning and induction heads
# ---

# %% [markdown]
# # Day 111 · KV cache and efficient decoding
# By the end you can make a language model write many times faster without changing a single letter of what
# it writes, say what that costs in memory, and name three ways to pay less.
#
# **You will build** a key-value cache, the attention that reads it, a count of its bytes, a rolling buffer, and
# the accept-or-reject rule of speculative decoding. They drive a small Transformer that continues pages of the
# Python documentation.
#
# **You need** attention and its masks (Day 84), heads and positions (Day 85), GPT and sampling (Days 94 and
# 95), and about 100 minutes.
#
# **Not today**: several requests at once (Day 112), fewer bits per number (Day 113), and training. One
# sequence, and a model whose weights were set by hand. Caches and model are NumPy arrays, attention is that
# of Day 84.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $L$, $d$ | number of layers, width of the model | | `num_layers` |
# | $H$, $H_{kv}$ | number of query heads, of key-value heads | | `num_heads`, `num_kv_heads` |
# | $G$ | query heads that share one key-value head, $G = H/H_{kv}$ | | |
# | $h$, $g$ | a query head, and the key-value head that it reads | | |
# | $d_k$ | width of a head | | `head_dim` |
# | $n$, $T$ | new tokens in a pass, tokens in the cache after it ($T_q$ and $T_k$ of Day 84) | | |
# | $s$, $t$ | tokens stored before a pass, position of a token, counted from 0 | | `start` |
# | $i$, $j$ | row of a query among the new ones, position of a key | | |
# | $Q$ | queries of the new tokens | $(H, n, d_k)$ | `q`, until the last section |
# | $K$, $V$ | their keys and values | $(H_{kv}, n, d_k)$ | `k`, `v` |
# | $K'$, $V'$ | those of all tokens stored | $(H_{kv}, T, d_k)$ | `keys`, `values` |
# | $w$ | window: how many tokens a query may read, itself included | | `window` |
# | $\gamma$, $N$ | number of drafted tokens, size of the vocabulary | | |
# | $p$, $q$ | next-token probabilities of target and draft (last section) | $(\gamma+1, N)$, $(\gamma, N)$ | `p`, `q` |
# | $x$, $r$ | a token, and what is left for it after a refusal | | `x`, `residual` |

# %% setup
import re
import time
import warnings

import numpy as np

import deepdays as dd
from deepdays.earlier import day_084

with dd.quiet():  # frameworks announce themselves while they load
    from keras import ops
warnings.filterwarnings("ignore", message="You are using a softmax over axis")  # one key is a fair case

alphabet = " abcdefghijklmnopqrstuvwxyz.,-()"  # 32 signs, all that today's model knows

# %% [markdown]
# ## The same sums, over and over
# Take one head of width 1. Three tokens have the keys $0, \ln 2, \ln 3$ and the values $6, 0, 4$, and every
# query is 1. The third token's scores are its query times the keys; their exponentials are 1, 2 and 3, so its
# weights are $\frac16, \frac26, \frac36$ and its output is $1 + 0 + 2 = 3$.
#
# A fourth token arrives with key $\ln 6$ and value 2. Exponentials 1, 2, 3 and 6, weights $\frac{1}{12},
# \frac{2}{12}, \frac{3}{12}, \frac{6}{12}$, output $0.5 + 0 + 1 + 1 = 2.5$. What did we need of the first three
# tokens? Their **keys and values**. Not their queries, not their outputs, and no score between two of them.
# And none of those has changed, for a causal mask lets nobody read a later token: what layer 1 makes of token
# $j$ depends on tokens up to $j$ alone, and so does what layer 2 makes of that. Keys and values are final the
# moment they are made. (In BERT, where tokens read in both directions, each new word changes everything.)
#
# So keep them. A **key-value cache** holds them for each layer, and generation falls into two phases:
#
# - **Prefill**: one pass over the whole prompt fills the cache and predicts the first new token.
# - **Decode**: one pass for each new token, with a single query that reads the cache.
#
# How much does it save? Here a prompt of 6 tokens is followed by 4 more. Each cell is a pair of query and key.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()

lower = np.tri(10, dtype=int)
times = lower * np.minimum(5, 10 - np.arange(10))[:, np.newaxis]  # passes over 6, 7, 8, 9 and 10 tokens
first = lower * np.maximum(1, np.arange(10) - 4)[:, np.newaxis]
fig, axes = plt.subplots(1, 2, figsize=(11, 4.6))
dd.plot.matrix(times, axes[0], title=f"No cache: times computed, {times.sum()} scores")
dd.plot.matrix(first, axes[1], title=f"Cache: pass that computes it, {lower.sum()} scores", cmap="Greens")
for ax in axes:
    ax.set(xlabel="key", ylabel="query")
dd.plot.show(
    "Two triangles of query against key for 10 tokens. Without a cache the rows of the first six tokens are "
    "computed five times and the last row once, 185 scores. With a cache every cell is computed once, 55 "
    "scores: the first six rows in pass 1, then a row for each pass."
)

# %% [markdown]
# Left, the prompt is worked through five times. Right, pass 1 is the prefill, and each later pass adds one
# row. For a layer with an MLP of the usual width $4d$, a pass over $T$ tokens takes about
# $T \cdot 24d^2$ FLOPs for the products with weights and $4T^2 d$ for scores and weighted means (Day 84, where no
# mask shortens the work). With a cache, decoding the last of them takes $24d^2 + 4Td$: exactly $T$ times less.
#
# The two phases differ in what holds them up. In prefill each weight, once read from memory, is used for all
# tokens of the prompt, and the processor's arithmetic is the limit: prefill is **compute-bound**. In decode
# each weight is read for the sake of one token. A model of 7 billion weights in 16 bits is 14 GB; memory that
# delivers 2,000 GB a second needs 7 ms to read it, whatever little is computed meanwhile. Decode is
# **memory-bound**, and every byte of cache is read on top.
#
# ## What the cache weighs
# Each token leaves a key and a value in every layer and key-value head, $d_k$ numbers each, of 2 bytes or 4:
#
# $$\text{bytes} = 2 \cdot L \cdot H_{kv} \cdot d_k \cdot T \cdot \text{(bytes of a number)} .$$
#
# GPT-2 small has 12 layers and 12 heads of width 64; in 16 bits that is
# $2 \cdot 12 \cdot 12 \cdot 64 \cdot 2 = 36{,}864$ bytes a token, or 38 MB for 1,024 tokens. Two of the factors
# can be made smaller by design.
#
# **Grouped-query attention** (GQA) gives $G$ query heads one key-value head in common. They still ask
# different questions, but look them up in one catalogue. With $G = 1$ it is ordinary multi-head attention;
# with $H_{kv} = 1$ it is called multi-query attention.
#
# **Sliding-window attention** lets a query read the last $w$ tokens only, itself included, so no more than $w$
# need be kept: $T$ becomes $\min(T, w)$.


# %% exercise: kv_cache_bytes
def kv_cache_bytes(config, tokens):
    """Memory of the key-value cache of one sequence.

    Args:
        config: dict with the ints num_layers, num_heads (query heads), num_kv_heads, head_dim and bytes_per_value, and
            with window: the most tokens that are kept, an int >= 1, or None if all are.
        tokens: length of the sequence, int >= 0.

    Returns:
        bytes, int. About 2 lines.
    """
    ### BEGIN SOLUTION
    kept = tokens if config["window"] is None else min(tokens, config["window"])
    per_token = 2 * config["num_layers"] * config["num_kv_heads"] * config["head_dim"] * config["bytes_per_value"]
    return kept * per_token
    ### END SOLUTION


# %% test: kv_cache_bytes, points=1
names = ("num_layers", "num_heads", "num_kv_heads", "head_dim", "bytes_per_value", "window")
gpt2_small = dict(zip(names, (12, 12, 12, 64, 2, None), strict=True))
dd.check.like(kv_cache_bytes(gpt2_small, 1), 36_864, why="the example above", what="bytes of one token")
config = dict(zip(names, (3, 8, 2, 5, 4, 100), strict=True))  # 2 * 3 * 2 * 5 * 4 = 240 bytes a token
with dd.check.unchanged(config):
    dd.check.like(kv_cache_bytes(config, 1024), 24_000, why="100 tokens are kept", what="bytes")
dd.check.like(kv_cache_bytes(config, 99), 23_760, why="99 tokens are kept", what="bytes")
### BEGIN HIDDEN TESTS
for sizes in ((3, 4, 2, 5, 4, None), (1, 1, 1, 1, 1, 3), (2, 8, 1, 16, 2, 7), (4, 6, 3, 2, 8, 1), (5, 6, 6, 3, 2, 100)):
    config = dict(zip(names, sizes, strict=True))
    layers, _, kv_heads, width, size, window = sizes
    for tokens in (0, 1, 6, 7, 8, 150):
        slots = min(tokens, window or tokens)
        arrays = [np.zeros((kv_heads, slots, width), dtype=f"V{size}") for _ in range(2 * layers)]
        due = sum(array.nbytes for array in arrays)
        with dd.check.unchanged(config):
            came = kv_cache_bytes(config, tokens)
        what = f"bytes for {config}, {tokens} tokens"
        dd.check.like(came, due, why="keys and values of all layers, as arrays", what=what)
large = dict(zip(names, (80, 64, 8, 128, 2, None), strict=True))
dd.check.equal(kv_cache_bytes(large, 1_000_000), 327_680_000_000, why="Llama 2 70B, a million tokens", what="bytes")
### END HIDDEN TESTS

# %% mistakes: kv_cache_bytes
# - replace: per_token = 2 * config
#   with: per_token = config
#   hint: "Each token leaves two things in every head."
# - replace: config["num_kv_heads"]
#   with: config["num_heads"]
#   hint: "Queries are not kept. How many heads have keys and values of their own?"
# - replace: min(tokens
#   with: max(tokens
#   hint: "A window limits what is kept; it does not fill what is not there yet."
# - replace: tokens if config["window"] is None else min(tokens, config["window"])
#   with: tokens
#   hint: "The window goes unused: tokens that no query may read need not be kept."
# - replace: 2 * config["num_layers"]
#   with: "2"
#   hint: "That is one layer; each has keys and values of its own."
# - replace: return kept * per_token
#   with: return kept * per_token * 8
#   hint: "Those are bits."
# - replace: return kept * per_token
#   with: return kept * per_token / 1e6
#   hint: "Those are megabytes; bytes are wanted."
# - replace: config["num_kv_heads"]
#   with: (config["num_heads"] // config["num_kv_heads"])
#   hint: "That is how many query heads share a key. How many heads have keys of their own to keep?"


# %% mistake: kv_cache_bytes
# hint: "The window's slots are counted even where no token has come yet. How many tokens are there to keep?"
def kv_cache_bytes(config, tokens):
    kept = config["window"] or tokens
    per_head = 2 * config["head_dim"] * config["bytes_per_value"]
    return kept * per_head * config["num_kv_heads"] * config["num_layers"]


# %% mistake: kv_cache_bytes
# hint: "Keys take as much room as values, and both are kept. Yours are the scores, which nobody keeps."
def kv_cache_bytes(config, tokens):
    kept = tokens if config["window"] is None else min(tokens, config["window"])
    return config["num_layers"] * config["num_heads"] * kept * kept * config["bytes_per_value"]


# %% accepts: kv_cache_bytes
def kv_cache_bytes(config, tokens):
    if config["window"] and tokens > config["window"]:
        tokens = config["window"]
    layer = 2 * tokens * config["head_dim"] * config["num_kv_heads"]
    return sum(layer * config["bytes_per_value"] for _ in range(config["num_layers"]))


# %% accepts: kv_cache_bytes
def kv_cache_bytes(config, tokens):
    factors = [config[name] for name in ("num_layers", "num_kv_heads", "head_dim", "bytes_per_value")]
    limits = [limit for limit in (tokens, config["window"]) if limit is not None]
    size = 2 * min(limits)
    for factor in factors:
        size *= factor
    return size


# %% [markdown]
# How do well-known models compare, and when does the cache outweigh the weights?

# %% demo
shared = {"num_layers": 32, "num_heads": 32, "head_dim": 128, "bytes_per_value": 2, "window": None}
models = {
    "Llama 2 70B, $H_{kv}$ = 8 of 64": {**shared, "num_layers": 80, "num_heads": 64, "num_kv_heads": 8},
    "Llama 2 7B, $H_{kv}$ = 32 of 32": {**shared, "num_kv_heads": 32},
    "Mistral 7B, $H_{kv}$ = 8 of 32, $w$ = 4,096": {**shared, "num_kv_heads": 8, "window": 4096},
    "GPT-2 small, $H_{kv}$ = 12 of 12": {**shared, "num_layers": 12, "num_kv_heads": 12, "head_dim": 64},
}
trained = (4096, 4096, 8192, 1024)  # tokens of the longest sequences in training
lengths = 2 ** np.arange(8, 18)

fig, axes = plt.subplots(1, 4, figsize=(14, 4.4), width_ratios=[1, 1, 1, 3])
for ax, kv_heads, title in zip(axes, (8, 2, 1), ("multi-head", "grouped-query", "multi-query"), strict=False):
    for head in range(8):
        home = (head // (8 // kv_heads) + 0.5) * 8 / kv_heads - 0.5
        ax.plot([head, home], [1, 0], color="0.6", linewidth=1.2, linestyle="-", zorder=1)
        ax.plot(home, 0, "s", color="C1", markersize=11)
        ax.plot(head, 1, "o", color="C0", markersize=9)
    ax.set(title=title, xlim=(-0.7, 7.7), ylim=(-0.4, 1.3), xticks=[], yticks=[])
    ax.set_xlabel(f"$H = 8$, $H_{{kv}} = {kv_heads}$")
    ax.grid(False)
axes[0].set(yticks=[0, 1], yticklabels=["keys and\nvalues", "queries"])
for (name, config), longest, marker in zip(models.items(), trained, "os^D", strict=True):
    sizes = np.array([kv_cache_bytes(config, int(tokens)) for tokens in lengths])
    (line,) = axes[3].loglog(lengths, sizes, linewidth=0.9)
    within = lengths <= longest
    axes[3].loglog(
        lengths[within], sizes[within], marker=marker, markersize=6, linewidth=3, linestyle="-", color=line.get_color(),
        label=name,
    )  # fmt: skip
axes[3].axhline(13.5e9, color="grey", linestyle="-", linewidth=1)
axes[3].text(260, 1.7e10, "weights of Llama 2 7B in 16 bits", color="dimgrey")
axes[3].set(title="Cache of one sequence", xlabel="tokens", ylabel="bytes", ylim=(5e6, 3e12))
axes[3].legend(loc="upper left", fontsize=9)
dd.plot.show(
    "Left, eight queries over eight, two and one key-value heads, joined by lines. Right, bytes of cache "
    "against tokens, both on logarithmic axes, for Llama 2 70B, Llama 2 7B, Mistral 7B and GPT-2 small: thick "
    "up to the length that each was trained on, thin beyond. Mistral's line is level from 4,096 tokens on; "
    "Llama 2 7B crosses the level line of its weights at some 26,000 tokens, on its thin part."
)

# %% [markdown]
# Lines of slope 1, and one that bends at its window. Each is thick as far as its model was trained: 1,024 tokens
# for GPT-2, 4,096 for Llama 2, 8,192 for Mistral 7B. What is thin is arithmetic alone; none of these models is
# fit for texts of such length as it is.
#
# Without sharing, a 7B model's cache would outweigh its weights from some 26,000 tokens on. One sequence of
# 4,096 comes to 2.1 GB, a sixth of the weights; but a server has many (Day 112), and seven of them outweigh the
# model. The 70B model, with ten times the weights, keeps less per token than the 7B one, because 8 queries share
# each key.
#
# ## A cache that is written once
# The obvious cache is `keys = np.concatenate([keys, k], axis=1)`. It copies all that is there for every token,
# and after $T$ tokens has copied some $T^2/2$ of them. Better to **allocate once** for the longest sequence,
# remember how much is filled, and write new tokens behind it.
#
# Then two things need care. Only the filled part may be handed out, for the zeros behind it would be taken for
# keys. And a full cache must say so: NumPy does not always. An assignment of one token to the slice
# `keys[:, 8:9]` of a cache of 8 succeeds, since that slice is empty and one row broadcasts to no rows. The
# token is lost without a word.
#
# **Truncating** takes tokens back, which speculative decoding will need. It moves the end and leaves the
# numbers where they are; the next ones are written over them.


# %% exercise: KVCache
class KVCache:
    """Keys and values of all tokens so far, for one layer and one sequence.

    Args:
        num_kv_heads, head_dim: H_kv and the width of a head, ints.
        max_len: tokens there is room for, int.

    Attributes:
        keys, values: float32 arrays (num_kv_heads, max_len, head_dim), allocated once; zeros to begin with. What lies
            at `length` or beyond does not count.
        length: number of tokens stored, int.

    `__init__` takes about 3 lines.
    """

    def __init__(self, num_kv_heads, max_len, head_dim):
        ### BEGIN SOLUTION
        self.keys = np.zeros((num_kv_heads, max_len, head_dim), dtype="float32")
        self.values = np.zeros((num_kv_heads, max_len, head_dim), dtype="float32")
        self.length = 0
        ### END SOLUTION

    def append(self, k, v):
        """Store the keys and values of new tokens behind those that are there.

        Args:
            k, v: (num_kv_heads, n, head_dim) arrays, n >= 1.

        Returns:
            (keys, values) of all tokens stored, (num_kv_heads, length, head_dim) each. About 7 lines.

        Raises:
            ValueError: there is no room for n more tokens; the cache stays as it was.
        """
        ### BEGIN SOLUTION
        end = self.length + k.shape[1]
        if end > self.keys.shape[1]:
            raise ValueError(f"the cache has room for {self.keys.shape[1]} tokens. Received: token {end}")
        self.keys[:, self.length : end] = k
        self.values[:, self.length : end] = v
        self.length = end
        return self.keys[:, :end], self.values[:, :end]
        ### END SOLUTION

    def truncate(self, length):
        """Forget all tokens from position `length` on. About 3 lines.

        Args:
            length: tokens to keep, int from 0 to the present length.

        Raises:
            ValueError: length is negative or more than is stored.
        """
        ### BEGIN SOLUTION
        if not 0 <= length <= self.length:
            raise ValueError(f"length must be from 0 to {self.length}. Received: {length}")
        self.length = length
        ### END SOLUTION


# %% fixture
def addresses(num_kv_heads, max_len, head_dim, chunks, keep):
    """Where a cache's keys and values lie in memory at the start, after each append and after truncate(keep).

    Returns:
        int array (calls, 2): addresses, numbered from 0 in the order in which they were met.
    """
    cache = KVCache(num_kv_heads, max_len, head_dim)
    held, met, rows = [], [], []  # arrays are held, so that no other can take their place

    def note():
        held.extend([cache.keys, cache.values])
        places = [array.__array_interface__["data"][0] for array in (cache.keys, cache.values)]
        met.extend(place for place in places if place not in met)
        rows.append([met.index(place) for place in places])

    note()
    for n in chunks:
        cache.append(np.ones((num_kv_heads, n, head_dim)), np.ones((num_kv_heads, n, head_dim)))
        note()
    cache.truncate(keep)
    note()
    return np.array(rows)


# %% test: KVCache, points=2
cache = KVCache(num_kv_heads=2, max_len=5, head_dim=3)
dd.check.equal(cache.length, 0, why="nothing is stored yet", what="length")
empty = np.zeros((2, 5, 3))
dd.check.like(cache.keys, empty, dtype="float32", why="room for 5 tokens, all zeros to begin with", what="keys")
dd.check.like(cache.values, empty, dtype="float32", why="the same room as for the keys", what="values")
k = np.array([[[1.0, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])  # two tokens
with dd.check.unchanged(k, why="the caller's array is only read"):
    result = cache.append(k, k + 0.5)
due = (k.astype("float32"), k.astype("float32") + np.float32(0.5))
dd.check.like(result, due, why="the filled part alone: two tokens", what="append(k, v)")
dd.check.equal(cache.length, 2, what="length after two tokens")
third = np.full((2, 1, 3), 13.0)
keys, values = cache.append(third, -third)
due = np.concatenate([k, third], axis=1)
dd.check.like(keys, due, why="a third token behind the two", what="keys")
cache.truncate(1)
dd.check.equal(cache.length, 1, why="one token is kept", what="length after truncate(1)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(111)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


for heads, width, chunks in ((2, 3, (3, 1, 1, 2)), (1, 1, (1, 1)), (3, 4, (5,)), (2, 2, (2, 2, 2))):
    total = sum(chunks)
    k, v = draw(heads, total, width), draw(heads, total, width)
    cache = KVCache(heads, total, width)
    start = 0
    for n in chunks:
        part = slice(start, start + n)
        with dd.check.unchanged([k, v], why="the caller's arrays are only read"):
            keys, values = cache.append(k[:, part], v[:, part])
        start += n
        of = f" after {start} of {total} tokens, chunks {chunks}"
        dd.check.equal(cache.length, start, what="length" + of)
        dd.check.like(keys, k[:, :start], dtype="float32", why="all keys so far, in order", what="keys" + of)
        dd.check.like(values, v[:, :start], dtype="float32", why="all values so far, in order", what="values" + of)
    for n in (1, 2):
        with dd.check.raises(ValueError, why="the cache is full"):
            cache.append(draw(heads, n, width), draw(heads, n, width))
        dd.check.equal(cache.length, total, why="a refused token leaves the cache as it was", what="length")
    dd.check.close(cache.keys, k, why="a refused token leaves the cache as it was", what="keys")
    dd.check.close(cache.values, v, what="values")

cache = KVCache(2, 6, 3)
k, v = draw(2, 4, 3), draw(2, 4, 3)
cache.append(k, v)
with dd.check.raises(ValueError, why="3 tokens do not fit in 2 places"):
    cache.append(draw(2, 3, 3), draw(2, 3, 3))
for length in (5, 6, -1):
    with dd.check.raises(ValueError, why=f"there are 4 tokens, so {length} cannot be kept"):
        cache.truncate(length)
cache.truncate(4)
dd.check.equal(cache.length, 4, why="all tokens are kept", what="length after truncate(4)")
cache.truncate(2)
new_k, new_v = draw(2, 3, 3), draw(2, 3, 3)
keys, values = cache.append(new_k, new_v)
due = np.concatenate([k[:, :2], new_k], axis=1)
dd.check.close(keys, due, why="new tokens take the place of old ones", what="keys")
due = np.concatenate([v[:, :2], new_v], axis=1)
dd.check.close(values, due, why="new tokens take the place of old ones", what="values")
cache.truncate(0)
keys, values = cache.append(k[:, :1], v[:, :1])
dd.check.close(keys, k[:, :1], why="the cache was emptied before", what="keys")
other = KVCache(2, 6, 3)
dd.check.equal(other.length, 0, why="every cache has arrays of its own", what="length of another cache")
dd.check.close(other.keys, np.zeros((2, 6, 3)), why="every cache has arrays of its own", what="keys of another cache")

places = addresses(2, 6, 3, (3, 1, 2), 4)
due = np.tile([0, 1], (len(places), 1))
what = "the places in memory of keys and of values, numbered, at the start and after each call"
dd.check.equal(places, due, why="both arrays are allocated once and then only written to", what=what)
dd.check.shape(cache.keys, (2, 6, 3), why="the room stays what it was", what="keys after several calls")
### END HIDDEN TESTS

# %% mistakes: KVCache
# - replace: self.length = end
#   with: pass
#   hint: "The next tokens are written over these: nothing remembers how much is filled."
# - replace: return self.keys[:, :end], self.values[:, :end]
#   with: return self.keys, self.values
#   hint: "The empty places are handed out as well, and attention would take their zeros for keys."
# - replace: return self.keys[:, :end], self.values[:, :end]
#   with: return k, v
#   hint: "The caller gets its own tokens back. It needs all that are stored."
# - replace: |-
#     self.values[:, self.length : end] = v
#   with: |-
#     self.values[:, self.length : end] = k
#   hint: "Look at what you store as values."
# - replace: |-
#     if end > self.keys.shape[1]:
#                 raise ValueError(f"the cache has room for {self.keys.shape[1]} tokens. Received: token {end}")
#             self.keys[
#   with: |-
#     self.keys[
#   hint: "A full cache swallows one more token without a word: an empty slice takes it."
# - replace: if end > self
#   with: if end >= self
#   hint: "The last place stays empty. How many tokens fit?"
# - replace: |-
#     self.keys[:, self.length : end] = k
#             self.values[:, self.length : end] = v
#   with: |-
#     self.keys[:, : k.shape[1]] = k
#             self.values[:, : k.shape[1]] = v
#   hint: "New tokens are written to the front, over the oldest ones."
# - replace: 0 <= length <= self.length
#   with: 0 <= length
#   hint: "Truncating to more than is stored would turn empty places into tokens."
# - replace: self.length = length
#   with: self.length -= length
#   hint: "The argument says how many tokens stay, not how many go."


# %% mistake: KVCache
# hint: "A new array is made for every token, and all that was there is copied into it. Make room once, then write."
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys = np.zeros((num_kv_heads, max_len, head_dim), dtype="float32")
        self.values = np.zeros((num_kv_heads, max_len, head_dim), dtype="float32")
        self.length = 0

    def append(self, k, v):
        end = self.length + k.shape[1]
        if end > self.keys.shape[1]:
            raise ValueError("full")
        parts = slice(0, self.length), slice(end, None)
        self.keys = np.concatenate([self.keys[:, parts[0]], k, self.keys[:, parts[1]]], axis=1).astype("float32")
        self.values = np.concatenate([self.values[:, parts[0]], v, self.values[:, parts[1]]], axis=1).astype("float32")
        self.length = end
        return self.keys[:, :end], self.values[:, :end]

    def truncate(self, length):
        if not 0 <= length <= self.length:
            raise ValueError("no such length")
        self.length = length


# %% mistake: KVCache
# hint: "Your arrays grow token by token. There should be room for all of max_len from the start."
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys = np.zeros((num_kv_heads, 0, head_dim), dtype="float32")
        self.values = np.zeros((num_kv_heads, 0, head_dim), dtype="float32")
        self.max_len, self.length = max_len, 0

    def append(self, k, v):
        if self.length + k.shape[1] > self.max_len:
            raise ValueError("full")
        self.keys = np.concatenate([self.keys, k], axis=1).astype("float32")
        self.values = np.concatenate([self.values, v], axis=1).astype("float32")
        self.length = self.keys.shape[1]
        return self.keys, self.values

    def truncate(self, length):
        if not 0 <= length <= self.length:
            raise ValueError("no such length")
        self.keys, self.values, self.length = self.keys[:, :length], self.values[:, :length], length


# %% mistake: KVCache
# hint: "After a refusal something has changed all the same. Look whether there is room before you write or count."
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys, self.values = np.zeros((2, num_kv_heads, max_len, head_dim), dtype="float32")
        self.length = 0

    def append(self, k, v):
        start = self.length
        self.length += k.shape[1]
        if self.length > self.keys.shape[1]:
            raise ValueError("full")
        self.keys[:, start : self.length] = k
        self.values[:, start : self.length] = v
        return self.keys[:, : self.length], self.values[:, : self.length]

    def truncate(self, length):
        if not 0 <= length <= self.length:
            raise ValueError("no such length")
        self.length = length


# %% mistake: KVCache
# hint: "When the cache is full, yours drops its oldest tokens. Here a full cache has to say so."
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys, self.values = np.zeros((2, num_kv_heads, max_len, head_dim), dtype="float32")
        self.length = 0

    def append(self, k, v):
        for i in range(k.shape[1]):
            if self.length == self.keys.shape[1]:
                self.keys[:, :-1], self.values[:, :-1] = self.keys[:, 1:].copy(), self.values[:, 1:].copy()
                self.length -= 1
            self.keys[:, self.length], self.values[:, self.length] = k[:, i], v[:, i]
            self.length += 1
        return self.keys[:, : self.length], self.values[:, : self.length]

    def truncate(self, length):
        if not 0 <= length <= self.length:
            raise ValueError("no such length")
        self.length = length


# %% mistake: KVCache
# hint: "One array serves as keys and as values. Each needs memory of its own."
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys = self.values = np.zeros((num_kv_heads, max_len, head_dim), dtype="float32")
        self.length = 0

    def append(self, k, v):
        end = self.length + k.shape[1]
        if end > self.keys.shape[1]:
            raise ValueError("full")
        self.keys[:, self.length : end] = k
        self.values[:, self.length : end] = v
        self.length = end
        return self.keys[:, :end], self.values[:, :end]

    def truncate(self, length):
        if not 0 <= length <= self.length:
            raise ValueError("no such length")
        self.length = length


# %% accepts: KVCache
class KVCache:
    # One array for both, and index arithmetic in place of slices.
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.store = np.zeros((2, num_kv_heads, max_len, head_dim), np.float32)
        self.keys, self.values = self.store
        self.length = 0

    def append(self, k, v):
        places = self.length + np.arange(k.shape[1])
        if places[-1] >= self.store.shape[2]:
            raise ValueError("full")
        self.store[:, :, places] = np.stack([k, v])
        self.length += len(places)
        return self.keys[:, : self.length].copy(), self.values[:, : self.length].copy()

    def truncate(self, length):
        if length not in range(self.length + 1):
            raise ValueError("cannot keep that many")
        self.length = length


# %% accepts: KVCache
class KVCache:
    def __init__(self, num_kv_heads, max_len, head_dim):
        self.keys, self.values = np.zeros((2, num_kv_heads, max_len, head_dim), dtype="float32")
        self.max_len, self.length = max_len, 0

    def append(self, k, v):
        if self.max_len - self.length < k.shape[1]:
            raise ValueError("the cache is full")
        for token in range(k.shape[1]):
            self.keys[:, self.length] = k[:, token]
            self.values[:, self.length] = v[:, token]
            self.length += 1
        return tuple(array[:, range(self.length)] for array in (self.keys, self.values))

    def truncate(self, length):
        if length < 0 or length > self.length:
            raise ValueError("no such length")
        self.keys[:, length:] = 0
        self.values[:, length:] = 0
        self.length = length


# %% [markdown]
# ## Attention that reads the cache
# Prefill and decode are one and the same function. It receives queries, keys and values of $n$ **new** tokens,
# all of the prompt or just one, appends the keys and values, and lets each new query read the cache:
#
# $$\mathrm{softmax}\!\left(\frac{Q_h\,{K'_g}^\top}{\sqrt{d_k}}\right) V'_g, \qquad
# g = \lfloor h / G \rfloor .$$
#
# $K'$ and $V'$ are all keys and values stored, $(H_{kv}, T, d_k)$; scores are $(H, n, T)$, no longer square.
# Query heads 0 to $G-1$ read key-value head 0, the next $G$ read head 1, and so on, as the lines of the last
# figure went.
#
# **The mask.** Suppose $s$ tokens were there before. Row $i$ of the new queries has position $s + i$, and
# column $j$ of the keys position $j$. Compare **positions**, not indices: the query may read $j \le s + i$,
# and with a window $w$ in addition $j > s + i - w$. For $s = 2$, $n = 3$ and $w = 3$:
#
# | query at | key 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | 2 | ✓ | ✓ | ✓ | | |
# | 3 | | ✓ | ✓ | ✓ | |
# | 4 | | | ✓ | ✓ | ✓ |
#
# With $n = 1$ and no window all keys are open, and a wrong mask goes unnoticed. It shows with two tokens or
# more.
#
# The sum itself is that of Day 84, and `day_084.scaled_dot_product_attention(q, k, v, mask)` is at hand. It takes
# heads as a leading axis, the same number for queries, keys and values, and returns output and weights as
# tensors, which `ops.convert_to_numpy` turns into arrays. It guards its softmax against overflow; if you rather
# write your own, do so too.


# %% exercise: cached_attention_step
def cached_attention_step(q, k, v, cache, window=None):
    """Store new tokens in the cache and let their queries read it, causally.

    Args:
        q: queries of the n new tokens, (H, n, d_k) float32, H a multiple of H_kv.
        k: their keys, (H_kv, n, d_k) float32.
        v: their values, (H_kv, n, d_k) float32. All three are left unchanged.
        cache: a KVCache of this layer, with room for n more tokens; it is changed.
        window: None, or the number of tokens that a query may read, itself included, int >= 1.

    Returns:
        NumPy array (H, n, d_k) of floats, one row for each new query. About 11 lines.
    """
    ### BEGIN SOLUTION
    start = cache.length
    keys, values = cache.append(k, v)  # (H_kv, T, d_k) each
    group = q.shape[0] // k.shape[0]
    keys, values = np.repeat(keys, group, axis=0), np.repeat(values, group, axis=0)  # (H, T, d_k)
    at = start + np.arange(q.shape[1])[:, np.newaxis]  # positions of the queries, (n, 1)
    position = np.arange(keys.shape[1])  # positions of the keys, (T,)
    allowed = position <= at  # (n, T)
    if window is not None:
        allowed = allowed & (position > at - window)
    output, _ = day_084.scaled_dot_product_attention(q, keys, values, mask=allowed)
    return ops.convert_to_numpy(output)
    ### END SOLUTION


# %% test: cached_attention_step, points=3
cache = KVCache(num_kv_heads=1, max_len=8, head_dim=1)
q = np.ones((2, 3, 1), dtype="float32")  # two query heads read one key-value head
k = np.log(np.array([[[1.0], [2.0], [3.0]]], dtype="float32"))  # (1, 3, 1)
v = np.array([[[6.0], [0.0], [4.0]]], dtype="float32")
with dd.check.unchanged([q, k, v], why="the caller's arrays are only read"):
    output = cached_attention_step(q, k, v, cache)
due = np.array([[[6.0], [2.0], [3.0]]] * 2)
dd.check.like(output, due, rtol=1e-5, why="the example above, in both heads", what="the prompt's output")
dd.check.equal(cache.length, 3, why="the prompt's keys and values are stored", what="length of the cache")
k, v = np.log(np.array([[[6.0]]], dtype="float32")), np.array([[[2.0]]], dtype="float32")
output = cached_attention_step(q[:, :1], k, v, cache)
due = np.full((2, 1, 1), 2.5)
dd.check.like(output, due, rtol=1e-5, why="the fourth token of the example", what="the fourth token's output")
dd.check.equal(cache.length, 4, what="length of the cache")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(112)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def whole(q, k, v, window):
    """Attention over the whole sequence in float64, without a cache: head by head, query by query."""
    (heads, tokens, width), kv_heads = q.shape, k.shape[0]
    output = np.zeros((heads, tokens, width))
    for h, i in np.ndindex(heads, tokens):
        g = h * kv_heads // heads
        read = range(0 if window is None else max(0, i - window + 1), i + 1)
        fit = np.array([np.exp(np.dot(q[h, i].astype(float), k[g, j]) / width**0.5) for j in read])
        output[h, i] = sum(share * v[g, j] for share, j in zip(fit / fit.sum(), read, strict=True))
    return output


near = {"rtol": 1e-4, "atol": 1e-5}  # the cache holds float32
cases = (
    (2, 2, 4, (3, 1, 2), None), (4, 2, 3, (2, 1, 1), None), (3, 1, 5, (1, 1, 1), None),
    (6, 2, 2, (1, 4), None), (1, 1, 1, (5,), None), (2, 1, 4, (2, 3, 2), 1),
    (4, 2, 3, (5, 1, 1), 3), (2, 2, 2, (1, 1, 3), 2), (2, 1, 3, (4, 1), 50),
)  # fmt: skip
for heads, kv_heads, width, chunks, window in cases:
    total = sum(chunks)
    q, k, v = draw(heads, total, width), draw(kv_heads, total, width), draw(kv_heads, total, width)
    due = whole(q, k, v, window)
    cache, start = KVCache(kv_heads, total + 2, width), 0
    for n in chunks:
        part = slice(start, start + n)
        given = [np.ascontiguousarray(array[:, part]) for array in (q, k, v)]
        with dd.check.unchanged(given, why="the caller's arrays are only read"):
            output = cached_attention_step(*given, cache, window=window)
        of = f" of tokens {start} to {start + n - 1}, {heads} and {kv_heads} heads, window {window}"
        dd.check.like(output, due[:, part], **near, why="the same as without a cache", what="output" + of)
        start += n
        dd.check.equal(cache.length, start, why="new tokens are stored", what="length of the cache")
    dd.check.close(cache.keys[:, :total], k, why="keys are stored as they are", what="keys in the cache")
    dd.check.close(cache.values[:, :total], v, why="values are stored as they are", what="values in the cache")

cache = KVCache(1, 4, 2)
q, k, v = 300 * draw(2, 3, 2), 300 * draw(1, 3, 2), draw(1, 3, 2)
output = cached_attention_step(q, k, v, cache)
dd.check.finite(output, why="scores of some 100,000 must not overflow", what="output")
best = np.where(np.tri(3, dtype=bool), q @ k[0].T, -np.inf).argmax(axis=-1)  # (2, 3)
dd.check.close(output, v[0][best], rtol=1e-4, atol=1e-4, why="so far ahead, the best key takes all", what="output")

cache = KVCache(1, 6, 2)
q, k, v = draw(1, 5, 2), draw(1, 5, 2), draw(1, 5, 2)
cached_attention_step(q[:, :4], k[:, :4], v[:, :4], cache)
cache.truncate(2)
output = cached_attention_step(q[:, 4:], k[:, 4:], v[:, 4:], cache)
kept = [0, 1, 4]
due = whole(q[:, kept], k[:, kept], v[:, kept], None)[:, 2:]
dd.check.close(output, due, **near, why="tokens taken back are not read", what="output after truncate")
### END HIDDEN TESTS

# %% mistakes: cached_attention_step
# - replace: |-
#     start = cache.length
#         keys, values = cache.append(k, v)  # (H_kv, T, d_k) each
#   with: |-
#     keys, values = cache.append(k, v)
#         start = cache.length
#   hint: "You ask for the length after appending: the new tokens think they are further on, and read too much."
# - replace: at = start + np
#   with: at = np
#   hint: "The new queries are numbered from 0, as if nothing had been there before them."
# - replace: position <= at
#   with: position < at
#   hint: "A token may read itself."
# - replace: position <= at
#   with: position <= at + q.shape[1]
#   hint: "In a chunk of several tokens the first ones read the later ones."
# - replace: np.repeat(keys, group, axis=0), np.repeat(values, group, axis=0)
#   with: np.tile(keys, (group, 1, 1)), np.tile(values, (group, 1, 1))
#   hint: "Which query heads share a key-value head: neighbours, or every H_kv-th?"
# - replace: "> at - window)"
#   with: ">= at - window)"
#   hint: "Count the keys that a query reads when the window is 1: it should be itself alone."
# - replace: "> at - window)"
#   with: "> position[-1] - window)"
#   hint: "The window ends at each query's own position, not at the end of the cache."
# - replace: |-
#     keys, values = cache.append(k, v)  # (H_kv, T, d_k) each
#   with: |-
#     cache.append(k, v)
#         keys, values = k, v
#         start = 0
#   hint: "The new tokens read each other, but not what the cache held before them."
# - replace: |-
#     keys, values = cache.append(k, v)  # (H_kv, T, d_k) each
#   with: |-
#     keys = np.concatenate([cache.keys[:, :start], k], axis=1)
#         values = np.concatenate([cache.values[:, :start], v], axis=1)
#   hint: "The output is right, but the new tokens are not stored: the next step will miss them."


# %% mistake: cached_attention_step
# hint: "The scores are not scaled by the width of a head (Day 84)."
def cached_attention_step(q, k, v, cache, window=None):
    start = cache.length
    keys, values = cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (keys, values))
    distance = start + np.arange(q.shape[1])[:, None] - np.arange(cache.length)
    allowed = (distance >= 0) & (distance < (window or np.inf))
    scores = np.where(allowed, q @ keys.swapaxes(1, 2), -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) @ values


# %% mistake: cached_attention_step
# hint: "You scale by the number of tokens; a dot product adds up one term for each feature of the head."
def cached_attention_step(q, k, v, cache, window=None):
    start = cache.length
    keys, values = cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (keys, values))
    distance = start + np.arange(q.shape[1])[:, None] - np.arange(cache.length)
    allowed = (distance >= 0) & (distance < (window or np.inf))
    scores = np.where(allowed, q @ keys.swapaxes(1, 2) / cache.length**0.5, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) @ values


# %% mistake: cached_attention_step
# hint: "Large scores: all those above the same bound come out alike. Which number may be subtracted from a row?"
def cached_attention_step(q, k, v, cache, window=None):
    start = cache.length
    keys, values = cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (keys, values))
    distance = start + np.arange(q.shape[1])[:, None] - np.arange(cache.length)
    allowed = (distance >= 0) & (distance < (window or np.inf))
    scores = q.astype(float) @ keys.swapaxes(1, 2) / q.shape[-1] ** 0.5
    powers = np.where(allowed, np.exp(np.minimum(scores, 700.0)), 0.0)
    return powers / powers.sum(axis=-1, keepdims=True) @ values


# %% mistake: cached_attention_step
# hint: "The mask comes after the softmax, so that the weights that are left no longer sum to 1."
def cached_attention_step(q, k, v, cache, window=None):
    start = cache.length
    keys, values = cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (keys, values))
    distance = start + np.arange(q.shape[1])[:, None] - np.arange(cache.length)
    allowed = (distance >= 0) & (distance < (window or np.inf))
    _, weights = day_084.scaled_dot_product_attention(q, keys, values)
    return np.where(allowed, ops.convert_to_numpy(weights), 0) @ values


# %% mistake: cached_attention_step
# hint: "You read all that the cache has room for. Its empty places, and tokens taken back, are no keys."
def cached_attention_step(q, k, v, cache, window=None):
    cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (cache.keys, cache.values))
    output, _ = day_084.scaled_dot_product_attention(q, keys, values, mask=np.arange(keys.shape[1]) >= 0)
    return ops.convert_to_numpy(output)


# %% mistake: cached_attention_step
# hint: "The attention of Day 84 gives output and weights. Only the output is wanted, as a NumPy array."
def cached_attention_step(q, k, v, cache, window=None):
    start = cache.length
    keys, values = cache.append(k, v)
    keys, values = (np.repeat(array, len(q) // len(k), axis=0) for array in (keys, values))
    distance = start + np.arange(q.shape[1])[:, None] - np.arange(cache.length)
    allowed = (distance >= 0) & (distance < (window or np.inf))
    return day_084.scaled_dot_product_attention(q, keys, values, mask=allowed)


# %% equivalents: cached_attention_step
# - replace: q.shape[0] // k
#   with: q.shape[0] / k
#   reason: "H is a multiple of H_kv, and NumPy's `repeat` takes a whole number in either spelling."


# %% accepts: cached_attention_step
def cached_attention_step(q, k, v, cache, window=None):
    # Heads as (H_kv, G), so that keys are shared by broadcasting and never copied.
    before = cache.length
    keys, values = cache.append(k, v)
    queries = q.reshape(len(keys), -1, *q.shape[1:])  # (H_kv, G, n, d_k)
    scores = np.einsum("ghnd,gtd->ghnt", queries, keys) * q.shape[-1] ** -0.5
    distance = before + np.arange(q.shape[1])[:, None] - np.arange(cache.length)  # (n, T)
    hidden = (distance < 0) | (distance >= (window or np.inf))
    scores = scores + np.where(hidden, -1e30, 0.0)
    scores -= scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores)
    return (np.einsum("ghnt,gtd->ghnd", powers, values) / powers.sum(axis=-1)[..., None]).reshape(q.shape)


# %% accepts: cached_attention_step
def cached_attention_step(q, k, v, cache, window=None):
    # One token after the other: each reads what is stored up to itself.
    rows = []
    for i in range(q.shape[1]):
        keys, values = cache.append(k[:, i : i + 1], v[:, i : i + 1])
        first = 0 if window is None else max(0, cache.length - window)
        heads = []
        for h in range(q.shape[0]):
            g = h // (q.shape[0] // k.shape[0])
            scores = keys[g, first:] @ q[h, i] / np.sqrt(q.shape[2])
            powers = np.exp(scores - scores.max())
            heads.append(powers @ values[g, first:] / powers.sum())
        rows.append(heads)
    return np.array(rows).swapaxes(0, 1)


# %% [markdown]
# ## A Transformer you can read
# To see a cache at work we need a model, and one without training will do. Ours has two attention layers and
# no MLP, its weights are set by hand, and its alphabet is 32 signs. A token's 320 columns are: the letter
# (32), four empty blocks for the letters 1 to 4 places back (128), one for the guess (32), and the sinusoidal
# position (128).
#
# - **Layer 1** has four query heads that fetch the letters 1, 2, 3 and 4 places back: queries are positions
#   moved back by the shift matrices of Day 85, keys are positions. The keys are the same for all four heads,
#   so one key-value head serves them: multi-query attention, by nature.
# - **Layer 2** looks for places where the same thing went before. Its query is "the last letters up to me", its
#   key "the letters before me", its value "me". What followed earlier is what may follow now. Head $h$ compares
#   $h + 1$ letters, and the guess is a mean of the four, the longest counting most. Heads that do this
#   emerge in trained models too; they are called **induction heads**.
#
# The model knows no English. All it knows about language is in its cache, put there by the prompt.

# %% demo
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # one thread for NumPy's matrix products, so that timings are steadier
pages = dd.data.pydocs()
pages["letters"] = [re.sub("[^a-z.,()-]+", " ", page.lower()) for page in pages["text"]]
chosen = pages["title"] == 'The "for" statement'
page = np.array([alphabet.index(sign) for sign in pages["letters"][chosen].iloc[0]])

letter, guess, place = slice(0, 32), slice(160, 192), slice(192, 320)
speeds = 10000.0 ** (-np.arange(0, 128, 2) / 128)
angles = np.arange(4096)[:, np.newaxis] * speeds
places = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(-1, 128)  # (4096, 128), Day 85


def back(places):
    """Columns of the letter so many places back; 0 is the token itself."""
    return slice(32 * places, 32 * places + 32)


weights = []
for layer in (1, 2):
    wq, wk, wv, wo = np.zeros((320, 4, 128)), np.zeros((320, 128)), np.zeros((320, 128)), np.zeros((4, 128, 320))
    for head in range(4):
        if layer == 1:
            turn = np.kron(np.diag(np.cos(speeds * (head + 1))), np.eye(2))
            turn += np.kron(np.diag(np.sin(speeds * (head + 1))), [[0, 1], [-1, 0]])
            wq[place, head] = 60 * turn
            wo[head, :32, back(head + 1)] = np.eye(32)
        else:
            for shift in range(head + 1):
                wq[back(shift), head, back(shift)] = 4 * 128**0.5 * np.eye(32)
            wo[head, :32, guess] = (0.05, 0.15, 0.3, 0.5)[head] * np.eye(32)
    if layer == 1:
        wk[place] = np.eye(128)
    else:
        wk[32:160] = np.eye(128)
    wv[letter, :32] = np.eye(32)
    weights.append([matrix.astype("float32") for matrix in (wq.reshape(320, 512), wk, wv, wo.reshape(512, 320))])


def next_letters(ids, start, attend):
    """Probabilities (n, 32) of the letter after each of n tokens, the first of which has position start."""
    n = len(ids)
    x = np.zeros((n, 320), dtype="float32")
    x[np.arange(n), ids] = 1
    x[:, place] = places[start : start + n]
    for layer, (wq, wk, wv, wo) in enumerate(weights):
        q = (x @ wq).reshape(n, 4, 128).swapaxes(0, 1)  # (4, n, 128)
        output = attend(layer, q, (x @ wk)[np.newaxis], (x @ wv)[np.newaxis])  # (4, n, 128)
        x = x + output.swapaxes(0, 1).reshape(n, 512) @ wo
    return 0.97 * x[:, guess].astype(float) + 0.03 / 32


def with_cache(caches, window=None):
    """Attention for next_letters that reads and fills one cache a layer."""
    return lambda layer, q, k, v: cached_attention_step(q, k, v, caches[layer], window=window)


def empty_caches(max_len):
    return [KVCache(1, max_len, 128) for _ in weights]


def pick(p, u):
    """The letter at u, 0 <= u < 1, on the cumulated probabilities, sharpened a little."""
    cumulated = np.cumsum(p**1.3)
    return int(np.searchsorted(cumulated, u * cumulated[-1], side="right"))


p = next_letters(page[:1000], 0, with_cache(empty_caches(1000)))
bits = -np.log2(p[np.arange(999), page[1:1000]])
print(f"bits a letter: {bits[:100].mean():.1f} for the first 100, {bits[-300:].mean():.1f} for the last 300 of 1,000")

# %% [markdown]
# A blind guess among 32 signs is worth 5 bits, and being sure of the wrong thing costs more. Some hundred
# letters on, what it has read begins to pay. Now it writes: once recomputing everything for every letter,
# once with caches, with the same random numbers. **Do both write the same?** And how long does one letter take
# as the text grows?

# %% demo
prompt, chance = page[:240], np.random.default_rng(111).random(40)

slow = list(prompt)
for u in chance:
    p = next_letters(np.array(slow), 0, with_cache(empty_caches(300)))  # everything, again
    slow.append(pick(p[-1], u))

caches = empty_caches(300)
p = next_letters(prompt, 0, with_cache(caches))  # prefill
fast = list(prompt)
for u in chance:
    fast.append(pick(p[-1], u))
    p = next_letters(np.array(fast[-1:]), len(fast) - 1, with_cache(caches))  # decode
print("the same letters, all of them:", slow == fast)
print("the prompt ends  …" + "".join(alphabet[i] for i in prompt[-60:]))
print("and goes on      …" + "".join(alphabet[i] for i in fast[len(prompt) :]))


def milliseconds(cached, new):
    """The shortest of three passes over `new` tokens with `cached` tokens in the caches."""
    caches, times = empty_caches(cached + new), []
    if cached:
        next_letters(page[:cached], 0, with_cache(caches))
    for _ in range(3):
        began = time.perf_counter()
        next_letters(page[cached : cached + new], cached, with_cache(caches))
        times.append(1000 * (time.perf_counter() - began))
        for cache in caches:
            cache.truncate(cached)
    return min(times)


lengths, chunks = [32, 64, 128, 256, 512], [1, 2, 4, 8, 16, 32]
without = [milliseconds(0, n) for n in lengths]
cached = [milliseconds(n - 1, 1) for n in lengths]
passes = [milliseconds(256, n) for n in chunks]

fig, axes = plt.subplots(1, 2, figsize=(12, 4.4))
axes[0].loglog(lengths, without, marker="o", label="without a cache")
axes[0].loglog(lengths, cached, marker="s", label="with a cache")
axes[0].set(title="One more letter", xlabel="length of the text", ylabel="milliseconds")
axes[0].set_xticks(lengths, lengths)
axes[0].minorticks_off()
axes[0].legend()
axes[1].plot(chunks, passes, marker="o", label="one pass over $n$ tokens")
axes[1].plot(chunks, passes[0] * np.array(chunks), marker="s", label="$n$ passes over one")
axes[1].set(title="256 tokens in the cache", xlabel="new tokens $n$", ylabel="milliseconds")
axes[1].legend()
dd.plot.show(
    "Left, milliseconds for one more letter against the length of the text, both on logarithmic axes: close "
    "together for short texts, the line without a cache climbs far above the one with a cache. Right, one pass "
    "over up to 32 new tokens costs little more than over one, while as many passes over one token rise along a"
    " straight line."
)
print(f"at {lengths[-1]} letters the cache is {without[-1] / cached[-1]:.0f} times as fast")
assert slow == fast and without[-1] > 1.5 * cached[-1]

# %% [markdown]
# The same letters. Left, on logarithmic axes: with short texts both lines measure little but the fixed cost of some
# dozen calls to the framework. As the text grows, the line without a cache climbs away from the other, and the
# printed ratio is what the cache saves at 512 letters. Right, a pass over several tokens costs far less than as
# many passes over one, because weights and cache are read once for all of them, and calls are made once. That is
# why prefill takes the whole prompt at once, and the last section lives on it.
#
# ## Windows: what to forget
# With a window each layer reads $w$ tokens back. Information still travels further, $w - 1$ places in each
# layer: after $L$ layers a token may depend on $L(w-1) + 1$ tokens. But nothing older than $w$ is ever read
# **by a query**, so its place in the cache can be used again. What does forgetting cost? Here the window is
# narrowed for both of our layers.

# %% demo
windows = [16, 32, 64, 128, 256, 512, 1000]
loss = []
for w in windows:
    p = next_letters(page[:1000], 0, with_cache(empty_caches(1000), window=w))
    loss.append(-np.log2(p[np.arange(699, 999), page[700:1000]]).mean())
sizes = {"num_layers": 2, "num_heads": 4, "num_kv_heads": 1, "head_dim": 128, "bytes_per_value": 4}
kilobytes = [kv_cache_bytes({**sizes, "window": w}, 1000) / 1000 for w in windows]

w = 4
distance = np.arange(9)[:, np.newaxis] - np.arange(9)
read = (distance >= 0) & (distance < w)
slots = np.full((9, w), -1)
for t in range(9):
    slots[t:, t % w] = t
fig, axes = plt.subplots(1, 3, figsize=(15, 4.4), width_ratios=[1.1, 0.8, 1.3])
dd.plot.matrix(read.astype(int), axes[0], title="Who reads whom, $w = 4$")
axes[0].set(xlabel="key", ylabel="query")
dd.plot.matrix(slots, axes[1], title="A rolling buffer of 4", cmap="Greens")
axes[1].set(xlabel="slot", ylabel="after token")
axes[2].plot(kilobytes, loss, marker="o")
for kb, bits, w in zip(kilobytes, loss, windows, strict=True):
    axes[2].annotate(f"$w$ = {w}", (kb, bits), (6, 5), textcoords="offset points", fontsize=10)
axes[2].set(title="What forgetting costs", xlabel="kilobytes of cache (log)", ylabel="bits a letter", xscale="log")
axes[2].set(xlim=(25, 5000))
dd.plot.show(
    "Left, a band four wide along the diagonal: each of nine queries reads itself and three keys before it. "
    "Middle, a rolling buffer of four slots after each of nine tokens: each new token replaces the oldest, and "
    "nothing else moves. Right, bits a letter against kilobytes of cache: the line falls from window 16 to "
    "window 1,000."
)

# %% [markdown]
# Left, a band in place of the triangle. Right, each doubling of the window makes the text less surprising. (A
# trained model knows its language by its weights, and loses much less.)
#
# ## The rolling buffer
# The middle panel shows how to keep $w$ tokens in $w$ places: **token $t$ goes to slot $t \bmod w$**, over the
# one that left the window at that very moment. A number is a position, $-1$ an empty slot. Nothing is ever
# moved.
#
# After token 5 the slots hold 4, 5, 2, 3. Out of order, and it does not matter: attention is a weighted sum
# over a set of keys (Day 84), and a key's position was worked into it when it was made. All that is left to
# mask are empty slots, so the buffer keeps the position of each.


# %% exercise: rolling_buffer
def rolling_buffer(cache, window):
    """The last `window` tokens of a cache, token t in slot t mod window.

    Args:
        cache: a KVCache, left as it is.
        window: number of slots, int >= 1.

    Returns:
        (keys, values, positions): float32 arrays (H_kv, window, d_k), zeros in empty slots, and an int array
        (window,), the position of the token in each slot or -1. They share no memory with the cache. About 9 lines.
    """
    ### BEGIN SOLUTION
    num_kv_heads, _, head_dim = cache.keys.shape
    keys = np.zeros((num_kv_heads, window, head_dim), dtype="float32")
    values = np.zeros((num_kv_heads, window, head_dim), dtype="float32")
    positions = np.full(window, -1)
    for t in range(max(0, cache.length - window), cache.length):
        keys[:, t % window] = cache.keys[:, t]
        values[:, t % window] = cache.values[:, t]
        positions[t % window] = t
    return keys, values, positions
    ### END SOLUTION


# %% fixture
def cache_after_scribbling(cache, window):
    """The keys and values that a cache holds after those in its rolling buffer were overwritten."""
    keys, values, _ = rolling_buffer(cache, window)
    keys[:], values[:] = 0.0, 0.0
    return cache.keys[:, : cache.length].copy(), cache.values[:, : cache.length].copy()


# %% test: rolling_buffer, points=2
cache = KVCache(num_kv_heads=1, max_len=8, head_dim=1)
numbers = np.arange(10.0, 16.0).reshape(1, 6, 1)
cache.append(numbers, -numbers)  # tokens 0 to 5 have the keys 10 to 15
result = rolling_buffer(cache, 4)
due = np.array([[[14.0], [15.0], [12.0], [13.0]]], dtype="float32")
why = "keys, values and positions: token t lies in slot t mod 4"
dd.check.like(result, (due, -due, np.array([4, 5, 2, 3])), why=why, what="rolling_buffer(cache, 4)")
keys, values, positions = result
dd.check.dtype(keys, "float32", why="the cache's own precision", what="keys")
dd.check.dtype(values, "float32", why="the cache's own precision", what="values")
dd.check.equal(cache.length, 6, why="the cache is left as it is", what="length of the cache")
keys, values, positions = rolling_buffer(cache, 8)
dd.check.equal(positions, [0, 1, 2, 3, 4, 5, -1, -1], why="slots 6 and 7 are empty", what="positions")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(113)
for heads, width, tokens, window in (
    (2, 3, 3, 5), (1, 2, 5, 5), (2, 1, 8, 3), (3, 2, 7, 1), (1, 1, 0, 4), (2, 2, 12, 5), (1, 3, 6, 3), (2, 2, 4, 9),
):  # fmt: skip
    k, v = rng.normal(size=(2, heads, tokens, width)).astype("float32")
    cache = KVCache(heads, tokens + 3, width)
    if tokens:
        cache.append(k, v)
    due_keys, due_values = np.zeros((2, heads, window, width))
    due_positions = [-1] * window
    for t in range(tokens):  # every token in turn, each over the one in its slot
        due_keys[:, t % window], due_values[:, t % window], due_positions[t % window] = k[:, t], v[:, t], t
    keys, values, positions = rolling_buffer(cache, window)
    of = f" of {tokens} tokens, window {window}"
    dd.check.shape(keys, due_keys.shape, what="keys" + of)
    dd.check.equal(positions, due_positions, why="the newest token of each slot", what="positions" + of)
    dd.check.close(keys, due_keys, why="each slot holds its token's key", what="keys" + of)
    dd.check.close(values, due_values, why="each slot holds its token's value", what="values" + of)
    dd.check.equal(cache.length, tokens, why="the cache is left as it is", what="length of the cache")

k, v = rng.normal(size=(2, 2, 9, 3)).astype("float32")
cache = KVCache(2, 9, 3)
cache.append(k, v)
cache.truncate(5)
keys, values, positions = rolling_buffer(cache, 3)
dd.check.equal(positions, [3, 4, 2], why="tokens taken back are not there", what="positions after truncate(5)")
dd.check.close(keys, k[:, [3, 4, 2]], why="tokens taken back are not there", what="keys after truncate(5)")
for window in (5, 7, 12):
    empty = window - 5
    keys, values, positions = rolling_buffer(cache, window)
    dd.check.equal(positions, [0, 1, 2, 3, 4] + [-1] * empty, what=f"positions of 5 tokens, window {window}")
    for buffer, of_all, name in ((keys, k, "keys"), (values, v, "values")):
        due = np.concatenate([of_all[:, :5], np.zeros((2, empty, 3))], axis=1)
        dd.check.close(buffer, due, why="zeros in empty slots", what=f"{name} of 5 tokens, window {window}")
for window in (3, 5, 7):
    left = cache_after_scribbling(cache, window)
    why = "the buffer shares no memory with the cache"
    dd.check.like(left, (k[:, :5], v[:, :5]), why=why, what="keys and values of the cache")
### END HIDDEN TESTS

# %% mistakes: rolling_buffer
# - replace: |-
#     keys[:, t % window] = cache.keys[:, t]
#             values[:, t % window] = cache.values[:, t]
#             positions[t % window] = t
#   with: |-
#     slot = t - max(0, cache.length - window)
#             keys[:, slot] = cache.keys[:, t]
#             values[:, slot] = cache.values[:, t]
#             positions[slot] = t
#   hint: "The right tokens, but in order of age. When the next one comes, which slot has to be free?"
# - replace: range(max(0, cache.length - window), cache.length)
#   with: range(min(window, cache.length))
#   hint: "Those are the first tokens of the text. Which ones may the next query read?"
# - replace: np.full(window, -1)
#   with: np.zeros(window, dtype=int)
#   hint: "An empty slot would be taken for position 0."
# - replace: |-
#     positions[t % window] = t
#   with: |-
#     positions[t % window] = t % window
#   hint: "Those are the numbers of the slots. The position of a token is its place in the whole text."
# - replace: range(max(0, cache.length - window), cache.length)
#   with: range(max(0, cache.keys.shape[1] - window), cache.keys.shape[1])
#   hint: "The cache has room for more than it holds. Where is its last token?"
# - replace: cache.length - window), cache.length)
#   with: cache.length - window + 1), cache.length)
#   hint: "One slot too many stays empty: the last w tokens fill all w slots."
# - replace: cache.values[:, t]
#   with: cache.keys[:, t]
#   hint: "Look at what you put among the values."


# %% mistake: rolling_buffer
# hint: "The buffer shares memory with the cache: whoever writes into one changes the other. A slice is no copy."
def rolling_buffer(cache, window):
    if cache.length == window:
        return cache.keys[:, :window], cache.values[:, :window], np.arange(window)
    keys, values = np.zeros((2, cache.keys.shape[0], window, cache.keys.shape[2]), dtype="float32")
    positions = np.full(window, -1)
    for t in range(max(0, cache.length - window), cache.length):
        keys[:, t % window], values[:, t % window], positions[t % window] = cache.keys[:, t], cache.values[:, t], t
    return keys, values, positions


# %% mistake: rolling_buffer
# hint: "The slots are right as long as the buffer is full. With fewer tokens, keep the empty slots as well."
def rolling_buffer(cache, window):
    tokens = np.arange(cache.length)[-window:]
    order = np.argsort(tokens % window)
    return cache.keys[:, tokens[order]], cache.values[:, tokens[order]], tokens[order]


# %% mistake: rolling_buffer
# hint: "An empty slot holds zeros; yours repeats a token that is somewhere else already, or one that was taken back."
def rolling_buffer(cache, window):
    newest = cache.length - 1
    positions = newest - (newest - np.arange(window)) % window
    positions = np.where(positions < 0, -1, positions)
    return cache.keys[:, positions], cache.values[:, positions], positions


# %% accepts: rolling_buffer
def rolling_buffer(cache, window):
    # All at once: the last tokens are put in order of their slots.
    tokens = np.arange(cache.length)[-window:]
    slots = tokens % window
    buffers = np.zeros((2, cache.keys.shape[0], window, cache.keys.shape[2]), dtype="float32")
    buffers[0][:, slots] = cache.keys[:, tokens]
    buffers[1][:, slots] = cache.values[:, tokens]
    positions = np.full(window, -1)
    positions[slots] = tokens
    return buffers[0], buffers[1], positions


# %% accepts: rolling_buffer
def rolling_buffer(cache, window):
    # Ask of every slot which token it holds: the newest one below the length that leaves the remainder.
    slots = np.arange(window)
    positions = cache.length - 1 - (cache.length - 1 - slots) % window
    positions = np.where(positions < 0, -1, positions)
    empty = (positions < 0)[:, np.newaxis]
    keys = np.where(empty, np.float32(0), cache.keys[:, positions])
    values = np.where(empty, np.float32(0), cache.values[:, positions])
    return keys, values, positions


# %% [markdown]
# Does the buffer write what a windowed cache of full length writes? A prompt of 600 letters, a window of 256,
# 100 more letters with each.

# %% demo
window, prompt, chance = 256, page[:600], np.random.default_rng(112).random(100)
caches = empty_caches(700)
first = next_letters(prompt, 0, with_cache(caches, window))[-1]
buffers = [rolling_buffer(cache, window) for cache in caches]


def with_buffers(layer, q, k, v):
    """Attention for next_letters, one token at a time, that reads and fills a rolling buffer."""
    keys, values, positions = buffers[layer]
    now = positions.max() + 1
    slot = now % window
    keys[:, slot], values[:, slot], positions[slot] = k[:, 0], v[:, 0], now
    shared = np.repeat(keys, 4, axis=0), np.repeat(values, 4, axis=0)  # (4, window, 128) each
    output, _ = day_084.scaled_dot_product_attention(q, *shared, mask=positions >= 0)  # in whatever order
    return ops.convert_to_numpy(output)


written = {}
for name, attend in (("full", with_cache(caches, window)), ("rolling", with_buffers)):
    text, p = [], first
    for u in chance:
        text.append(pick(p, u))
        p = next_letters(np.array(text[-1:]), len(prompt) + len(text) - 1, attend)[-1]
    written[name] = text
    print(f"{name:8} …" + "".join(alphabet[i] for i in text[:70]))
size = sum(keys.nbytes + values.nbytes for keys, values, _ in buffers)
print(f"rolling buffers {size:,} bytes, full caches {sum(2 * cache.keys.nbytes for cache in caches):,} bytes")
print("the same letters, all of them:", written["full"] == written["rolling"])
assert written["full"] == written["rolling"]
assert size == kv_cache_bytes({**sizes, "window": window}, 700)

# %% [markdown]
# The same text out of a store that will never grow, and whose size is the one that `kv_cache_bytes` foretold.
#
# ## Speculative decoding: guess first, check in one pass
# Decode makes one token a pass, and a pass over five tokens costs little more than one over a single token.
# If only we knew the next four tokens, we could check all of them at once. **Speculative decoding** guesses
# them. A cheap **draft** model writes $\gamma$ tokens, one by one. The **target**, the model we care about,
# makes one pass over the last token and the $\gamma$ guesses, and so has its own probabilities $p_0, \dots,
# p_\gamma$ for each of these places and the one after. Then guesses are accepted from left to right, up to the
# first that is refused.
#
# Which ones may be accepted, if the text is to be distributed **exactly as if the target had written it**? Let
# a guess $x$ be drawn from $q$.
#
# 1. Accept it with probability $\min\!\big(1, p(x)/q(x)\big)$: always where the target likes $x$ better than the
#    draft does, and less often the more the draft overrates it.
# 2. When it is refused, draw a token from what the draft had too little of, the **residual**
#    $r(x) = \max(0, p(x) - q(x)) / \sum_{x'} \max(0, p(x') - q(x'))$, and stop.
# 3. When all $\gamma$ are accepted, draw one more from $p_\gamma$: the pass gave it for nothing.
#
# Why it is exact. $x$ comes out by acceptance with probability
# $q(x)\min(1, p(x)/q(x)) = \min(p(x), q(x))$. Some guess is refused with probability
# $1 - \sum_{x'} \min(p(x'), q(x')) = \sum_{x'} \max(0, p(x') - q(x'))$, the very denominator of $r$. So the two ways
# to get $x$ add up to $\min(p, q) + \max(0, p - q) = p(x)$.
#
# By hand: two tokens, $p = (0.9, 0.1)$, $q = (0.5, 0.5)$. A guess of token 0 is always accepted, one of token 1
# with probability 0.2. Refusals, 0.4 of all, become token 0, all of the residual. Token 0: $0.5 + 0.4 = 0.9$.
#
# The draft's quality changes the speed alone. If each guess is accepted with probability $\alpha$, a pass gives
# $1 + \alpha + \dots + \alpha^\gamma = (1 - \alpha^{\gamma+1})/(1 - \alpha)$ tokens on average.


# %% exercise: speculative_accept
def speculative_accept(p, q, draft, rng):
    """Tokens that come of one speculative pass, distributed as the target's own (Leviathan et al. 2023).

    Args:
        p: the target's probabilities at each drafted place and the one after, (gamma + 1, N), rows sum to 1.
        q: the draft model's probabilities, (gamma, N).
        draft: the drafted tokens, draft[i] drawn from q[i]; list or array of gamma ints, gamma >= 1. It, p and q are
            left unchanged.
        rng: np.random.Generator, the one source of chance: the same state gives the same tokens, and it moves on.

    Returns:
        int array of 1 to gamma + 1 tokens: those accepted, and one more, from the residual after a refusal or from
        p[gamma] after none. About 8 lines.
    """
    ### BEGIN SOLUTION
    tokens = []
    for i, x in enumerate(draft):
        if rng.random() >= p[i, x] / q[i, x]:
            residual = np.maximum(p[i] - q[i], 0.0)
            tokens.append(rng.choice(len(residual), p=residual / np.sum(residual)))
            return np.array(tokens)
        tokens.append(x)
    tokens.append(rng.choice(p.shape[1], p=p[-1]))
    return np.array(tokens)
    ### END SOLUTION


# %% fixture
def new_rng(seed):
    return np.random.default_rng(seed)


def speculate_often(p, q, seed, runs):
    """Draw drafts from q and accept or refuse them, many times: (runs, gamma + 1) tokens, -1 after the last."""
    rng = np.random.default_rng(seed)
    results = np.full((runs, len(p)), -1)
    for run in range(runs):
        draft = np.array([rng.choice(len(row), p=row) for row in q])
        tokens = speculative_accept(p, q, draft, rng)
        results[run, : len(tokens)] = tokens
    return results


def accept_in_a_row(p, q, draft, seed, global_seed, count):
    """Passes with one generator after NumPy's global one was seeded, and what both generators draw afterwards.

    Returns:
        ((count, gamma + 1) tokens, -1 after the last; the generator's next number; the global generator's next).
    """
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(global_seed)  # noqa: NPY002
    rng = np.random.default_rng(seed)
    results = np.full((count, len(p)), -1)
    for row in results:
        tokens = speculative_accept(p, q, draft, rng)
        row[: len(tokens)] = tokens
    afterwards = rng.random(), np.random.random()  # noqa: NPY002
    np.random.set_state(before)  # noqa: NPY002
    return results, *afterwards


# %% test: speculative_accept, points=2
sure = np.eye(3)  # row x is sure of token x
p, q, draft = sure[[1, 0, 2]], sure[[1, 0]], np.array([1, 0])
with dd.check.unchanged([p, q, draft], why="the caller still needs them"):
    tokens = speculative_accept(p, q, draft, new_rng(0))
why = "target and draft agree, and one more token comes from p[2]"
dd.check.like(tokens, np.array([1, 0, 2]), why=why, what="the tokens")
tokens = speculative_accept(sure[[1, 2, 2]], q, draft, new_rng(0))
why = "the second guess is refused; the target wants token 2 there"
dd.check.like(tokens, np.array([1, 2]), why=why, what="the tokens")
tokens = speculative_accept(sure[[2, 0, 2]], q, draft, new_rng(0))
dd.check.like(tokens, np.array([2]), why="what follows a refused guess was guessed on a wrong basis", what="the tokens")
p, q = np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([[0.5, 0.5]])  # the example above
for seed in range(9):
    tokens = speculative_accept(p, q, [0], new_rng(seed))
    dd.check.equal(tokens[0], 0, why="token 0 is always accepted: p is above q there", what="the first token")
### BEGIN HIDDEN TESTS
for seed in range(20):
    # The residual is all on token 2, whatever p itself says.
    tokens = speculative_accept(np.array([[0.5, 0.0, 0.5], [0, 1, 0]]), np.array([[0.5, 0.5, 0]]), [1], new_rng(seed))
    dd.check.equal(tokens, [2], why="after a refusal the residual decides, not p", what="the tokens")
    tokens = speculative_accept(np.array([[0.25, 0.75], [1, 0]]), np.array([[0.75, 0.25]]), [1], new_rng(seed))
    dd.check.equal(tokens, [1, 0], why="a guess that the target likes better is always accepted", what="the tokens")
p, q = np.full((4, 5), 0.2, dtype="float32"), np.full((3, 5), 0.2, dtype="float32")
draft = np.array([4, 0, 2])
with dd.check.unchanged([p, q, draft], why="the caller still needs them"):
    tokens = speculative_accept(p, q, draft, new_rng(1))
dd.check.equal(tokens[:3], [4, 0, 2], why="equal probabilities: every guess is accepted", what="the tokens")
dd.check.shape(tokens, (4,), why="three guesses and one more", what="the tokens")

p, q = np.array([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3]]), np.array([[0.6, 0.2, 0.2]])  # accepted once in three
tokens, following, overall = accept_in_a_row(p, q, np.array([0]), 5, 1, 30)
again = accept_in_a_row(p, q, np.array([0]), 5, 2, 30)
why = "two generators from one seed, whatever NumPy's global generator was set to"
dd.check.equal(again[0], tokens, why=why, what="the tokens of 30 passes, in a second run")
dd.check.equal(again[1], following, why=why, what="the generator's next number, in a second run")
untouched = np.random.RandomState(1).random()
why = "all chance comes from rng; NumPy's global generator is left alone"
dd.check.equal(overall, untouched, why=why, what="the global generator's next number")
assert following != np.random.default_rng(5).random(), "after 30 passes the generator has moved on"
assert len(np.unique(tokens, axis=0)) > 2, "30 passes with one generator, a third of them accepted, are not all alike"

p = np.array([[0.5, 0.3, 0.2], [0.1, 0.35, 0.55], [0.25, 0.5, 0.25]])
q = np.array([[0.1, 0.2, 0.7], [0.7, 0.1, 0.2]])
runs = 4000
results = speculate_often(p, q, 7, runs)
# A share of N runs has a standard deviation of at most 0.5 / sqrt(N); the bounds are five of them.
shares = np.bincount(results[:, 0], minlength=3) / runs
within = {"rtol": 0, "atol": 2.5 / runs**0.5}
dd.check.close(shares, p[0], **within, why="the first token is distributed as p[0]", what="its shares")
going_on = results[results[:, 1] >= 0]
share = len(going_on) / runs
dd.check.close(share, 0.5, **within, why="the sum of min(p[0], q[0])", what="share of first guesses accepted")
shares = np.bincount(going_on[:, 1], minlength=3) / len(going_on)
within["atol"] = 2.5 / len(going_on) ** 0.5
dd.check.close(shares, p[1], **within, why="the second token is distributed as p[1]", what="its shares")
to_the_end = results[results[:, 2] >= 0]
share = len(to_the_end) / len(going_on)
dd.check.close(share, 0.4, **within, why="the sum of min(p[1], q[1])", what="share of second guesses accepted")
shares = np.bincount(to_the_end[:, 2], minlength=3) / len(to_the_end)
within["atol"] = 2.5 / len(to_the_end) ** 0.5
dd.check.close(shares, p[2], **within, why="the token after the last guess is from p[2]", what="its shares")
### END HIDDEN TESTS

# %% mistakes: speculative_accept
# - replace: p[i, x] / q[i, x]
#   with: p[i, x]
#   hint: "That accepts far too little: the guess was already drawn with probability q. Compare the two."
# - replace: p[i, x] / q[i, x]
#   with: q[i, x] / p[i, x]
#   hint: "Your ratio stands on its head: a guess that the target likes better must always be accepted."
# - replace: rng.random() >= p[i, x] / q[i, x]
#   with: x != np.argmax(p[i])
#   hint: "Checking against the likeliest token gives greedy text, not the target's distribution."
# - replace: np.maximum(p[i] - q[i], 0.0)
#   with: p[i]
#   hint: "Tokens that the draft guesses too often were partly refused, and now get a second chance."
# - replace: np.maximum(p[i] - q[i], 0.0)
#   with: np.abs(p[i] - q[i])
#   hint: "Only what the draft had too little of belongs into the residual."
# - replace: np.maximum(p[i] - q[i], 0.0)
#   with: np.maximum(q[i] - p[i], 0.0)
#   hint: "That is what the draft had too much of."
# - replace: |-
#     tokens.append(rng.choice(len(residual), p=residual / np.sum(residual)))
#                 return np.array(tokens)
#   with: |-
#     tokens.append(rng.choice(len(residual), p=residual / np.sum(residual)))
#                 continue
#   hint: "After a refusal the later guesses rest on a token that is not there. What becomes of them?"
# - replace: |-
#     tokens.append(rng.choice(len(residual), p=residual / np.sum(residual)))
#                 return np.array(tokens)
#   with: |-
#     return np.array(tokens or [rng.choice(len(residual), p=residual / np.sum(residual))])
#   hint: "A refusal still gives a token: without it the pass would be wasted, and the distribution wrong."
# - replace: |-
#     tokens.append(rng.choice(p.shape[1], p=p[-1]))
#         return
#   with: |-
#     return
#   hint: "When all guesses are accepted, the pass has given one more distribution. Use it."
# - replace: p=p[-1]
#   with: p=p[-2]
#   hint: "The last token is drawn from the place of the last guess, which is taken."


# %% mistake: speculative_accept
# hint: "Chance comes from NumPy's global generator here, and not from rng."
def speculative_accept(p, q, draft, rng):
    tokens = []
    for i, x in enumerate(draft):
        if np.random.random() >= p[i, x] / q[i, x]:  # noqa: NPY002
            residual = np.maximum(p[i] - q[i], 0.0)
            return np.array([*tokens, np.random.choice(len(residual), p=residual / residual.sum())])  # noqa: NPY002
        tokens.append(x)
    return np.array([*tokens, np.random.choice(p.shape[1], p=p[-1])])  # noqa: NPY002


# %% mistake: speculative_accept
# hint: "A generator made inside starts afresh at every pass, so that all have the same luck. One was given."
def speculative_accept(p, q, draft, rng):
    rng = np.random.default_rng(0)
    tokens = []
    for i, x in enumerate(draft):
        if rng.random() >= p[i, x] / q[i, x]:
            residual = np.maximum(p[i] - q[i], 0.0)
            return np.array([*tokens, rng.choice(len(residual), p=residual / residual.sum())])
        tokens.append(x)
    return np.array([*tokens, rng.choice(p.shape[1], p=p[-1])])


# %% mistake: speculative_accept
# hint: "No chance is left in this: whether a guess is accepted, and what replaces it, has to be drawn."
def speculative_accept(p, q, draft, rng):
    tokens = []
    for i, x in enumerate(draft):
        if p[i, x] < q[i, x]:
            return np.array([*tokens, np.argmax(p[i] - q[i])])
        tokens.append(x)
    return np.array([*tokens, np.argmax(p[-1])])


# %% mistake: speculative_accept
# hint: "A single random number decides about all guesses. Each needs one of its own."
def speculative_accept(p, q, draft, rng):
    tokens, u = [], rng.random()
    for i, x in enumerate(draft):
        if u >= p[i, x] / q[i, x]:
            residual = np.maximum(p[i] - q[i], 0.0)
            return np.array([*tokens, rng.choice(len(residual), p=residual / residual.sum())])
        tokens.append(x)
    return np.array([*tokens, rng.choice(p.shape[1], p=p[-1])])


# %% mistake: speculative_accept
# hint: "The likeliest token is taken where one should be drawn: the text comes out too sure of itself."
def speculative_accept(p, q, draft, rng):
    tokens = []
    for i, x in enumerate(draft):
        if rng.random() >= p[i, x] / q[i, x]:
            return np.array([*tokens, np.argmax(np.maximum(p[i] - q[i], 0.0))])
        tokens.append(x)
    return np.array([*tokens, np.argmax(p[-1])])


# %% equivalents: speculative_accept
# - replace: rng.random() >= p
#   with: rng.random() > p
#   reason: "A random number that equals the ratio to its last bit is not worth waiting for."


# %% accepts: speculative_accept
def speculative_accept(p, q, draft, rng):
    # All coins at once; the first refusal decides.
    gamma, draft = len(q), np.asarray(draft)
    place = np.arange(gamma)
    refused = np.flatnonzero(rng.random(gamma) * q[place, draft] >= p[place, draft])
    n = refused[0] if len(refused) else gamma
    rest = p[n] if n == gamma else np.clip(p[n] - q[n], 0, None)
    cumulated = np.cumsum(rest, dtype=float)
    last = np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right")
    return np.append(draft[:n], last).astype(int)


# %% accepts: speculative_accept
def speculative_accept(p, q, draft, rng):
    # Padded with a draft that has nothing at all, so that the last place is refused as any other.
    q = np.vstack([q, np.zeros_like(p[0])])
    tokens = []
    for i, x in enumerate([*draft, 0]):
        if q[i, x] > 0 and rng.uniform() < min(1.0, float(p[i, x]) / float(q[i, x])):
            tokens.append(int(x))
        else:
            rest = [max(0.0, float(a) - float(b)) for a, b in zip(p[i], q[i], strict=True)]
            return np.array([*tokens, rng.choice(len(rest), p=np.array(rest) / sum(rest))])


# %% [markdown]
# The draft for our model: how often each letter followed each pair of letters on **all other pages**, a table
# of $32^3$ numbers. It knows English and not this page; the target knows this page alone. Does a pass really
# give more than one token, and do the letters keep the target's distribution?

# %% demo
counts = np.full((32, 32, 32), 0.02)
for text in pages["letters"][~chosen]:
    other = np.array([alphabet.index(sign) for sign in text])
    np.add.at(counts, (other[:-2], other[1:-1], other[2:]), 1)
table = counts / counts.sum(axis=2, keepdims=True)  # (32, 32, 32)


def write(prompt, steps, gamma, rng):
    """At least `steps` letters after the prompt, passes by the target, and milliseconds a letter after the prefill.

    gamma = 0 is plain decoding: no draft, one letter a pass.
    """
    caches = empty_caches(len(prompt) + steps + gamma + 1)
    next_letters(prompt[:-1], 0, with_cache(caches))
    text, passes, began = list(prompt), 0, time.perf_counter()
    while len(text) < len(prompt) + steps:
        guessed, q = text[-2:], []
        for _ in range(gamma):
            q.append(table[guessed[-2], guessed[-1]])
            guessed.append(rng.choice(32, p=q[-1]))
        p = next_letters(np.array(guessed[1:]), len(text) - 1, with_cache(caches))  # (gamma + 1, 32)
        p = p / p.sum(axis=1, keepdims=True)
        text += speculative_accept(p, np.array(q), guessed[2:], rng).tolist() if gamma else [rng.choice(32, p=p[0])]
        passes += 1
        for cache in caches:
            cache.truncate(len(text) - 1)  # refused guesses leave the cache
    written = text[len(prompt) :]
    return written, passes, 1000 * (time.perf_counter() - began) / len(written)


rng = np.random.default_rng(113)
gammas, per_pass = [1, 2, 4, 8], []
for gamma in [0, *gammas]:
    text, passes, per_letter = write(page[:300], 160, gamma, rng)
    name = f"{gamma} guesses a pass" if gamma else "cache, no draft"
    print(f"{name:16}: {len(text) / passes:.2f} letters a pass, {per_letter:.2f} ms a letter")
    if gamma:
        per_pass.append(len(text) / passes)

p = next_letters(page[:600], 0, with_cache(empty_caches(600)))[-1:]
q = table[page[598], page[599]][np.newaxis]
p = np.vstack([p, p]) / p.sum()
drafts = rng.choice(32, size=4000, p=q[0])
firsts = [speculative_accept(p, q, [x], rng)[0] for x in drafts]
shares = {"target $p$": p[0], "draft $q$": q[0], "speculative": np.bincount(firsts, minlength=32) / 4000}
fig, axes = plt.subplots(1, 2, figsize=(14, 4.2), width_ratios=[2, 1])
for i, (name, share) in enumerate(shares.items()):
    axes[0].bar(np.arange(32) + 0.28 * (i - 1), share, 0.28, label=name, hatch=["", "///", ""][i], edgecolor="white")
axes[0].set(title="The next letter, 4,000 times", xlabel="letter", ylabel="share")
axes[0].set_xticks(range(32), ["␣", *alphabet[1:]])
axes[0].legend()
grid = np.arange(1, 9)
for alpha in (0.8, 0.6, 0.4):
    axes[1].plot(grid, (1 - alpha ** (grid + 1)) / (1 - alpha), label=f"theory, $\\alpha$ = {alpha}")
axes[1].plot(gammas, per_pass, "ks", markersize=8, linestyle="none", label="measured")
axes[1].set(title="Letters a pass", xlabel=r"guesses $\gamma$", ylabel="letters")
axes[1].legend()
dd.plot.show(
    "Left, bars of three shares for each of 32 letters: the draft's differ from the target's, those of the "
    "speculative letters are nearly the target's own. Right, letters a pass against guesses: theory's curves "
    "for acceptance 0.8, 0.6 and 0.4, and the measured points, which scatter about the curve for 0.4."
)

assert slow == fast and max(per_pass) > 1.2
assert np.abs(shares["speculative"] - p[0]).max() < 0.05

# %% [markdown]
# Left, draft and target disagree, and the letters that come out follow the target. Right, the measured points
# scatter about theory's line for $\alpha$ = 0.4 and gain little beyond two guesses: with a draft this poor, a long
# one is mostly thrown away. They are means over some hundred passes, so another seed moves them, by a tenth or
# two; and theory takes each guess to be accepted with the same probability, whatever went before.
#
# Is it faster? The first printed line is the baseline, the same cache without a draft. Our target is so small that
# a pass costs mostly the calls it is made of, for one token as for five, and the draft is a table. So fewer passes
# save time here: in five runs on a busy machine every length of draft was faster than the baseline, by a sixth
# to three fifths. Milliseconds depend on the machine and on what else it does, so believe your own lines. For a
# large model, a pass waits for memory, and further tokens ride along; but its draft is a model too, and each guess
# costs a pass of that. With a small model of the same family as draft, $\alpha$ = 0.8 and $\gamma$ = 4 would give
# three tokens a pass.
#
# ## What you should remember
# 1. Under a causal mask, keys and values are final once made. Keep them, and decoding a token costs one row
#    of attention in place of a whole pass.
# 2. Prefill is compute-bound, decode memory-bound: it waits for weights and cache to be read.
# 3. The cache takes $2 L H_{kv} d_k T$ numbers. Sharing keys (GQA) cuts $H_{kv}$, a window cuts $T$.
# 4. A rolling buffer puts token $t$ into slot $t \bmod w$. Order among slots does not matter to attention.
# 5. Speculative decoding checks several guesses in one pass and keeps the target's distribution exactly; the
#    draft decides the speed alone.
#
# ## Check yourself, without code
# 1. Why are queries not kept? And why is a cache useless for an encoder that reads in both directions?
# 2. Positions can be added to the tokens or turned into the keys (Day 85). With a rolling buffer, could you
#    number positions afresh by slot?
# 3. Draft and target are the same model: what is $\alpha$, and is anything gained?
#
# <details><summary>Answers</summary>
#
# 1. A query is used in its own pass and never again. In such an encoder each new token changes what all the
#    others become, and with that their keys and values.
# 2. No. A key has its position in it from the moment it was made, and the slots are not in order of time:
#    after one round the newest token may lie before the oldest.
# 3. $\alpha = 1$, for $p = q$ everywhere. Nothing is gained: $\gamma + 1$ tokens a pass, but each guess has cost a
#    pass of the same model.
#
# </details>
#
# ## Go further
# - Shazeer, *Fast Transformer decoding: One write-head is all you need*, 2019,
#   [arXiv:1911.02150](https://arxiv.org/abs/1911.02150), and Ainslie et al., *GQA*, 2023,
#   [arXiv:2305.13245](https://arxiv.org/abs/2305.13245).
# - Beltagy et al., *Longformer*, 2020, [arXiv:2004.05150](https://arxiv.org/abs/2004.05150), and Jiang et al.,
#   *Mistral 7B*, 2023, [arXiv:2310.06825](https://arxiv.org/abs/2310.06825): windows, and the rolling buffer.
# - Leviathan et al., *Fast inference from Transformers via speculative decoding*, 2023,
#   [arXiv:2211.17192](https://arxiv.org/abs/2211.17192), and Chen et al., *Accelerating large language model
#   decoding with speculative sampling*, 2023, [arXiv:2302.01318](https://arxiv.org/abs/2302.01318).
# - Pope et al., *Efficiently scaling Transformer inference*, 2022,
#   [arXiv:2211.05102](https://arxiv.org/abs/2211.05102): what bounds prefill and decode on real hardware.
# - Olsson et al., *In-context learning and induction heads*, 2022,
#   [arXiv:2209.11895](https://arxiv.org/abs/2209.11895).
