# ---
# day: 77
# title: Generating text and music
# week: 16
# minutes: 110
# backend: tensorflow
# needs: [38, 68, 71, 72, 74]
# data: [pydocs, melodies, shakespeare]
# papers:
# - "Fan, Lewis and Dauphin 2018, Hierarchical neural story generation"
# - "Holtzman, Buys, Du, Forbes and Choi 2020, The curious case of neural text degeneration"
# - "Huang, Vaswani, Uszkoreit and others 2019, Music Transformer: Generating music with long-term structure"
# - "Hadjeres, Pachet and Nielsen 2017, DeepBach: A steerable model for Bach chorales generation"
# ---

# %% [markdown]
# # Day 77 · Generating text and music
#
# By the end you can let a recurrent network write: a text that looks like a manual, and a melody that you can play.
#
# - **You will build** the windows that a long sequence is trained on, a sampler with temperature, top-k and top-p, a
#   loop that writes token after token and carries its state along, the coding of notes as tokens, and a writer of sound
#   files. At the end stands a melody as a WAV file, note by note your own.
# - **You need** functional models (Day 38), language models and perplexity (Day 68), truncated
#   backpropagation (Day 71), sampling with a temperature (Day 72), and the GRU (Day 74).
# - **Not today:** attention (week 17); sound learned as sound, sample by sample.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $T$, $B$ | tokens in a window, windows in a batch | | `seq_len`, `batch_size` |
# | $r$ | stride: from the start of a window to that of the next | | `stride` |
# | $V$ | tokens in the vocabulary | | |
# | $s_t$ | token $t$, a number from 0 to $V - 1$ | | `ids` |
# | $h_t$ | state of the network after it has read $s_0 \dots s_t$ | $(H,)$ | `state` |
# | $z$, $z_j$ | logits of what comes next, that of token $j$ | $(V,)$ | `logits` |
# | $p_j$ | probability of token $j$ | | `probs` |
# | $\tau$ | temperature | | `temperature` |
# | $k$, $q$ | how many tokens top-k keeps; how much probability top-p keeps | | `top_k`, `top_p` |
# | $n$ | number of a note (MIDI): 60 is the middle C, 0 here a rest | | |
# | $f$ | its frequency, in hertz | | `frequency` |
#
# In the literature the threshold $q$ is called $p$, hence the name top-p.

# %% setup
import re
import tempfile
import textwrap
import wave
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers

    tf.zeros(1)
dd.plot.style()

REST, FIRST_LENGTH, END = 0, 128, 144  # tokens of music: pitches 0 to 127, lengths 128 to 143, and the end of a tune

# %% [markdown]
# ## One long sequence, many windows
#
# Day 72's names were short: a name was an example. A text of 300,000 characters is *one* example, and much too long to
# send a gradient through. So it is cut into **windows** of $T$ tokens (Day 71: the gradient ends at the window's
# border). A window needs $T + 1$ tokens, for the target of each token is the next one. By hand, tokens 0 to 9 standing
# for themselves, $T = 3$, stride $r = 2$:
#
# | start | $x$ | $y$ |
# |---|---|---|
# | 0 | 0 1 2 | 1 2 3 |
# | 2 | 2 3 4 | 3 4 5 |
# | 4 | 4 5 6 | 5 6 7 |
# | 6 | 6 7 8 | 7 8 9 |
#
# A window at 8 would lack its last targets. Three choices:
#
# - **The stride.** $r = T$ shows every token once as a target in an epoch. A smaller one shows each in several places
#   of a window, at a price: the epoch is $T / r$ times as long.
# - **Shuffled or in order.** Neighbouring windows are alike, and a batch of neighbours gives a one-sided gradient. So
#   windows are shuffled, and every window starts from a state of 0. (The other way, called *stateful* in Keras, keeps
#   the windows in order and hands the last state of one to the next, so that the network learns from states that it
#   will meet when it writes. Then row $i$ of each batch must go on where row $i$ of the last one ended.)
# - **The last batch.** Windows that don't fill a batch are left out; after another shuffle it is others that are.


# %% exercise: make_dataset
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    """Batches of windows of a long sequence, with the next token as the target of each.

    Args:
        ids: (n,) ints, the sequence; left unchanged.
        seq_len: T, int >= 1.
        batch_size: B, int >= 1.
        stride: int >= 1, from one window's start to the next; None for T.
        rng: np.random.Generator that shuffles the windows; None to keep them in order.

    Returns:
        (x, y): new int32 arrays (num_batches, B, T). Windows start at 0, stride, 2 * stride and so on, as long as all
        their targets are there. Of each, x has T tokens and y the T tokens that are one place later. The windows that
        are left when all full batches are made, the last ones in order or after shuffling, are dropped. About 9 lines.

    Raises:
        ValueError: seq_len, batch_size or stride is below 1, or there are fewer windows than a batch needs.
    """
    ### BEGIN SOLUTION
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError("seq_len, batch_size and stride must be at least 1")
    starts = np.arange(0, len(ids) - seq_len, stride)
    num_batches = len(starts) // batch_size
    if num_batches == 0:
        raise ValueError(f"{len(starts)} windows do not fill a batch of {batch_size}")
    if rng is not None:
        starts = rng.permutation(starts)
    starts = starts[: num_batches * batch_size].reshape(num_batches, batch_size, 1)
    x = np.asarray(ids)[starts + np.arange(seq_len)].astype("int32")
    y = np.asarray(ids)[starts + np.arange(1, seq_len + 1)].astype("int32")
    return x, y
    ### END SOLUTION


# %% test: make_dataset, points=2
ids = np.arange(10)
with dd.check.unchanged(ids):
    result = make_dataset(ids, 3, 2, stride=2)
dd.check.kind(result, tuple, what="the result", why="x and y come back together")
x, y = result
due = np.array([[[0, 1, 2], [2, 3, 4]], [[4, 5, 6], [6, 7, 8]]], "int32")
dd.check.like(x, due, dtype="int32", what="x", why="those are the windows worked by hand, two a batch")
dd.check.like(y, due + 1, dtype="int32", what="y", why="each target is the token that comes next")
x, y = make_dataset(ids, 2, 3)
due = np.array([[[0, 1], [2, 3], [4, 5]]], "int32")
dd.check.like(x, due, dtype="int32", what="x", why="the stride is T, and the fourth window does not fill a batch")
x, y = make_dataset(np.arange(100, 200), 4, 5, stride=3, rng=np.random.default_rng(0))
dd.check.shape(x, (6, 5, 4), what="x", why="32 windows fill six batches of five")
dd.check.equal(y, x + 1, what="y", why="each target is the token that comes next, shuffled or not")
starts = x[:, :, 0].ravel().tolist()
assert len(set(starts)) == 30 and set(starts) <= set(range(100, 196, 3)), "shuffled windows are still the same windows"
assert starts != sorted(starts), "with rng the windows are shuffled"
with dd.check.raises(ValueError, why="a single window does not fill a batch of two"):
    make_dataset(ids, 8, 2)
with dd.check.raises(ValueError, why="a window has at least one token"):
    make_dataset(ids, 0, 2)
### BEGIN HIDDEN TESTS
for wrong in ((3, 0, 1), (0, 1, 1), (3, 2, 0), (3, 2, -1), (-2, 1, 1), (3, -1, 2)):
    with dd.check.raises(ValueError, why=f"seq_len, batch_size and stride are {wrong}"):
        make_dataset(np.arange(20), *wrong)
for n, seq_len, batch_size, stride in ((3, 3, 1, 1), (0, 1, 1, 1), (10, 3, 5, 2), (5, 9, 1, None)):
    for rng in (None, np.random.default_rng(1)):
        with dd.check.raises(ValueError, why=f"{n} tokens have no {batch_size} windows of {seq_len}"):
            make_dataset(np.arange(n), seq_len, batch_size, stride, rng)
source = np.random.default_rng(77)
for n, seq_len, batch_size, stride in (
    (4, 3, 1, None),
    (2, 1, 1, 1),
    (50, 4, 3, 1),
    (50, 4, 3, 7),
    (41, 5, 2, 5),
    (40, 5, 1, 5),
    (60, 1, 4, 3),
    (30, 6, 4, None),
):
    ids = source.permutation(900)[:n].astype(["int64", "uint16", "int32"][n % 3])  # all different: a window is known
    step = stride or seq_len
    windows = []
    start = 0
    while start + seq_len < n:
        windows.append([int(token) for token in ids[start : start + seq_len + 1]])
        start += step
    num_batches = len(windows) // batch_size
    of = f" of {n} tokens, T = {seq_len}, B = {batch_size}, stride {stride}"
    with dd.check.unchanged(ids, what="ids"):
        x, y = make_dataset(ids, seq_len, batch_size, stride)
    due = np.array(windows[: num_batches * batch_size], "int32").reshape(num_batches, batch_size, seq_len + 1)
    dd.check.like(x, due[:, :, :-1], dtype="int32", what="x" + of, why="window after window, batch after batch")
    dd.check.like(y, due[:, :, 1:], dtype="int32", what="y" + of, why="one place later")
    with dd.check.unchanged(ids, what="ids"):
        x, y = make_dataset(ids, seq_len, batch_size, stride, np.random.default_rng(n))
    dd.check.shape(x, due[:, :, 1:].shape, what="x" + of + ", shuffled")
    dd.check.dtype(x, "int32", what="x" + of + ", shuffled")
    came = np.concatenate([x, y[:, :, -1:]], axis=2).reshape(-1, seq_len + 1).tolist()
    assert all(window in windows for window in came), f"each window{of} is one of those without shuffling"
    assert len({tuple(window) for window in came}) == len(came), f"no window{of} comes twice in an epoch"
    dd.check.equal(y[:, :, :-1], x[:, :, 1:], what="y" + of + ", shuffled", why="one place later")
ids = np.arange(1000)
first, again, other = (make_dataset(ids, 9, 8, 5, np.random.default_rng(seed)) for seed in (3, 3, 4))
dd.check.equal(again[0], first[0], what="x with the same seed", why="all randomness comes from rng")
assert not np.array_equal(first[0], other[0]), "another seed gives another order"
rng = np.random.default_rng(3)
assert not np.array_equal(make_dataset(ids, 9, 8, 5, rng)[0], make_dataset(ids, 9, 8, 5, rng)[0]), (
    "with one and the same rng the second order is another one"
)
assert (np.diff(first[0][:, :, 0], axis=1) != 5).any(), "windows are shuffled, not whole batches of neighbours"
left = np.concatenate(
    [make_dataset(ids, 9, 150, 5, np.random.default_rng(seed))[0][:, :, 0].ravel() for seed in range(6)]
)
assert left.max() > 900, "windows from everywhere are dropped, not always the last of the text"
far = np.arange(40)[::-2]  # every other token, from the end
dd.check.equal(make_dataset(far, 2, 3)[0][0, 1], [35, 33], what="a window of a view", why="such an array will do too")
x, _ = make_dataset(ids, 9, 8)
x[:] = -1
assert ids.min() == 0, "x is a new array"
### END HIDDEN TESTS

# %% mistakes: make_dataset
# - replace: np.arange(0, len(ids) - seq_len, stride)
#   with: np.arange(0, len(ids) - seq_len - 1, stride)
#   hint: "A window that just fits is lost: T + 1 tokens are enough for one."
# - replace: np.arange(0, len(ids) - seq_len, stride)
#   with: np.arange(0, max(len(ids) - seq_len, 0))[::seq_len]
#   hint: "The stride is not used: your windows start T apart."
# - replace: np.arange(0, len(ids) - seq_len, stride)
#   with: np.arange(0, max(len(ids) - seq_len, 0))
#   hint: "The stride is not used: your windows start at every token."
# - replace: stride = seq_len if stride is None else stride
#   with: stride = 1 if stride is None else stride
#   hint: "Without a stride, windows follow each other without overlap: it is T then."
# - replace: stride = seq_len if stride is None else stride
#   with: stride = stride or seq_len
#   hint: "A stride of 0 is no stride at all: a ValueError is due, not T."
# - replace: np.arange(1, seq_len + 1)
#   with: np.arange(seq_len)
#   hint: "Your targets are the tokens themselves. A network learns to copy them in no time. The next ones are due."
# - replace: "np.asarray(ids)[starts + np.arange(1, seq_len + 1)].astype(\"int32\")"
#   with: "np.asarray(ids)[starts + seq_len].astype(\"int32\")"
#   hint: "You give one target a window. Each of its tokens has one."
# - replace: "np.asarray(ids)[starts + np.arange(1, seq_len + 1)].astype(\"int32\")"
#   with: "np.roll(x, -1, axis=-1)"
#   hint: "The last target of your windows is their own first token. It lies outside, one token after the window."
# - replace: num_batches = len(starts) // batch_size
#   with: num_batches = -(-len(starts) // batch_size)
#   hint: "The last batch is not full. It is to be left out."
# - replace: starts = rng.permutation(starts)
#   with: starts = rng.choice(starts, len(starts))
#   hint: "You draw with replacement: some windows come twice and others never."
# - replace: starts = rng.permutation(starts)
#   with: 'starts = rng.permutation(starts[: num_batches * batch_size])'
#   hint: "You drop before you shuffle, so the end of the text is never seen."
# - replace: starts = rng.permutation(starts)
#   with: 'starts = rng.permutation(starts[: num_batches * batch_size].reshape(num_batches, batch_size)).ravel()'
#   hint: "You shuffle whole batches: inside, neighbours stay together. The windows should be shuffled first."
# - replace: starts = rng.permutation(starts)
#   with: starts = np.random.default_rng(0).permutation(starts)
#   hint: "The order doesn't come from rng: it is the same each time."
# - replace: reshape(num_batches, batch_size, 1)
#   with: reshape(batch_size, num_batches, 1).transpose(1, 0, 2)
#   hint: "In order, the windows of a batch are neighbours. Yours are far apart, as the stateful way would have them."
# - replace: |-
#     if num_batches == 0:
#   with: |-
#     if len(starts) == 0:
#   hint: "Fewer windows than a batch needs: a ValueError is due, and you give back nothing."


# %% mistake: make_dataset
# hint: "You shuffle the tokens. The windows should be shuffled, and each stay as it is."
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError("below 1")
    ids = np.asarray(ids) if rng is None else rng.permutation(ids)
    starts = np.arange(0, len(ids) - seq_len, stride)
    count = len(starts) // batch_size
    if count == 0:
        raise ValueError("too few")
    windows = np.stack([ids[start : start + seq_len + 1] for start in starts[: count * batch_size]]).astype("int32")
    windows = windows.reshape(count, batch_size, seq_len + 1)
    return windows[:, :, :-1], windows[:, :, 1:]


# %% mistake: make_dataset
# hint: "x and y are shuffled each for itself, and no longer belong together."
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError("below 1")
    ids, pair = np.asarray(ids), []
    starts = np.arange(0, len(ids) - seq_len, stride)
    count = len(starts) // batch_size
    if count == 0:
        raise ValueError("too few")
    for later in (0, 1):
        order = starts if rng is None else rng.permutation(starts)
        windows = [ids[start + later : start + later + seq_len] for start in order[: count * batch_size]]
        pair.append(np.array(windows, "int32").reshape(count, batch_size, seq_len))
    return tuple(pair)


# %% accepts: make_dataset
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    if stride is None:
        stride = seq_len
    if seq_len < 1 or batch_size < 1 or stride < 1:
        raise ValueError("below 1")
    ids = np.array(ids, dtype="int32")
    if len(ids) <= seq_len:
        raise ValueError("too few tokens")
    windows = np.lib.stride_tricks.sliding_window_view(ids, seq_len + 1)[::stride].copy()
    if rng is not None:
        rng.shuffle(windows)
    full = len(windows) - len(windows) % batch_size
    if not full:
        raise ValueError("too few windows")
    windows = windows[:full].reshape(-1, batch_size, seq_len + 1)
    return windows[..., :-1].copy(), windows[..., 1:].copy()


# %% accepts: make_dataset
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = stride if stride is not None else seq_len
    if any(number < 1 for number in (seq_len, batch_size, stride)):
        raise ValueError("below 1")
    tokens = [int(token) for token in ids]
    windows, start = [], 0
    while start + seq_len + 1 <= len(tokens):
        windows.append(tokens[start : start + seq_len + 1])
        start += stride
    if rng is not None:
        windows = [windows[i] for i in np.argsort(rng.random(len(windows)))]
    batches = [windows[i : i + batch_size] for i in range(0, len(windows) - batch_size + 1, batch_size)]
    if not batches:
        raise ValueError("too few windows")
    batches = np.array(batches, dtype=np.int32)
    return np.array(batches[:, :, :-1]), np.array(batches[:, :, 1:])


# %% [markdown]
# ## Drawing the next token
#
# A language model gives probabilities; a text needs one token. Taking the likeliest each time is not the text that is
# likeliest as a whole, and it soon walks in circles. Drawing from the probabilities as they are has another flaw: a
# vocabulary has hundreds of tokens that are each nearly impossible, and *together* they are not. One of them comes up
# every few draws, and from then on the text has to go on from nonsense. Three cures, which can be combined, in this
# order:
#
# 1. **Temperature** (Day 72): divide all logits by $\tau > 0$. Below 1 the likely tokens gain.
# 2. **Top-k** (Fan and others, 2018): keep the $k$ largest logits, drop the rest.
# 3. **Top-p**, or nucleus sampling (Holtzman and others, 2020): a fixed $k$ is too many where one token is nearly
#    certain, and too few where fifty are possible. So sort the tokens that are left by their probability, and keep
#    them from the top until their sum reaches $q$; the one with which it is reached is kept too. So there is always
#    one at least.
#
# What is left is drawn from in proportion to its probabilities. By hand: at $\tau = 1$ four tokens have $p = (0.5, 0.1,
# 0.1, 0.3)$. With $k = 3$ tokens 0, 3 and one of the two with 0.1 stay (the first: equal ones in the order of their
# numbers). With $q = 0.7$: 0.5 is less than 0.7, so 3 is added, 0.8 is enough. Tokens 0 and 3 stay, with 0.625 and
# 0.375. At $\tau = 0.5$ probabilities are squared and scaled: $(0.69, 0.03, 0.03, 0.25)$.
#
# **Order matters.** With $k = 3$ first, the sum for top-p is taken over three tokens, whose probabilities are scaled
# so that they add up to 1.


# %% exercise: sample_logits
def sample_logits(logits, temperature, top_k, top_p, rng):
    """Draw a token for each row of logits, after temperature, top-k and top-p, in this order.

    Args:
        logits: (B, V) numbers, or -inf for tokens that are impossible, of which no row is full; left unchanged.
        temperature: number > 0, divides the logits.
        top_k: int >= 1, how many of the largest logits are kept, of equal ones those with lower numbers; V or more
            keeps all. None keeps all as well.
        top_p: number, 0 < top_p <= 1. Of the tokens left, from the likeliest on, equal ones in the order of their
            numbers, each is kept to which the probabilities of those before it add up to less than top_p. Their sum
            over all tokens left is 1. None or 1 keeps all.
        rng: np.random.Generator, from which all randomness comes.

    Returns:
        int array (B,) of tokens from 0 to V - 1, each row's drawn for itself in proportion to what is left. About 12
        lines.

    Raises:
        ValueError: an argument is out of its range.
    """
    ### BEGIN SOLUTION
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError(f"out of range: temperature={temperature}, top_k={top_k}, top_p={top_p}")
    z = np.asarray(logits, dtype="float64")
    z = (z - z.max(axis=1, keepdims=True)) / temperature
    rows = np.arange(len(z))
    order = np.argsort(-z, kind="stable")  # (B, V), the likeliest first
    p = np.exp(z[rows[:, None], order])
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(axis=1, keepdims=True)
    if top_p is not None:
        before = np.cumsum(p, axis=1) - p
        p[before >= top_p] = 0
    cumulative = np.cumsum(p, axis=1)
    drawn = rng.random((len(z), 1)) * cumulative[:, -1:]
    place = (cumulative <= drawn).sum(axis=1)  # how many of the likelier tokens the draw goes past
    return order[rows, place]
    ### END SOLUTION


# %% test: sample_logits, points=3
def check_shares(logits, settings, due, draws=1000, seed=0):
    """Draw often from one row of logits, and compare the shares with the probabilities that are due."""
    rows = np.tile(np.asarray(logits), (draws, 1))
    came = sample_logits(rows, *settings, np.random.default_rng(seed))
    of = "with temperature {}, top_k {} and top_p {}".format(*settings)
    dd.check.kind(came, np.ndarray, what="the tokens")
    dd.check.shape(came, (draws,), what="the tokens", why="there is one a row")
    dd.check.dtype(came, "int", what="the tokens")
    assert came.min() >= 0 and came.max() < len(due), "tokens are numbers from 0 to V - 1"
    shares, due = np.bincount(came, minlength=len(due)) / draws, np.asarray(due, float)
    allowed = (due > 0).astype(int)
    why = "every token that is kept is drawn, and no other"
    dd.check.equal((shares > 0).astype(int), allowed, what="1 for each token that was drawn, " + of, why=why)
    for token, share in enumerate(due):
        bound = 5 * np.sqrt(share * (1 - share) / draws)  # five standard deviations of a fair draw
        dd.check.close(shares[token], share, rtol=0, atol=bound + 1e-12, what=f"the share of token {token} {of}")


with np.errstate(divide="ignore"):
    logits = np.log([0.5, 0.1, 0.1, 0.3])
with dd.check.unchanged(logits):
    check_shares(logits, (1.0, None, None), [0.5, 0.1, 0.1, 0.3])
check_shares(logits, (1.0, 3, None), [5 / 9, 1 / 9, 0, 3 / 9])
check_shares(logits, (1.0, None, 0.7), [0.625, 0, 0, 0.375])
check_shares(logits, (0.5, None, None), np.array([25, 1, 1, 9]) / 36)
came = sample_logits(np.array([[0.0, 9.0, 1.0], [7.0, 0.0, 2.0]]), 1.0, 1, None, np.random.default_rng(0))
dd.check.equal(came, [1, 0], what="the tokens with top_k 1", why="only the likeliest of each row is left")
for settings in ((0.0, None, None), (1.0, 0, None), (1.0, None, 0.0)):
    with dd.check.raises(ValueError, why=f"temperature, top_k and top_p are {settings}"):
        sample_logits(np.zeros((1, 3)), *settings, np.random.default_rng(0))
### BEGIN HIDDEN TESTS
for settings in ((-1.0, None, None), (1.0, -2, None), (1.0, None, 1.01), (1.0, None, -0.5), (0, 2, 0.5), (1.0, 3, 2)):
    with dd.check.raises(ValueError, why=f"temperature, top_k and top_p are {settings}"):
        sample_logits(np.zeros((2, 3)), *settings, np.random.default_rng(0))


def slow_probs(logits, temperature, top_k, top_p):
    """What is left of the probabilities, token by token."""
    z = [float(value) / temperature for value in logits]
    weight = [float(np.exp(value - max(z))) for value in z]
    ranked = sorted(range(len(z)), key=lambda token: (-z[token], token))[: top_k or len(z)]
    total = sum(weight[token] for token in ranked)
    kept, before = [], 0.0
    for token in ranked:
        if top_p is None or top_p == 1 or before < top_p:
            kept.append(token)
        before += weight[token] / total
    total = sum(weight[token] for token in kept)
    return [weight[token] / total if token in kept else 0.0 for token in range(len(z))]


some = np.array([1.0, -0.5, 2.0, 0.3, 1.4])
for number, settings in enumerate(
    (
        (0.7, None, None),
        (2.0, None, 0.8),
        (2.0, 4, None),
        (0.7, 3, 0.85),
        (1.5, 4, 0.6),
        (1.0, 5, 1),
        (1.0, 99, None),
        (1.0, None, 1.0),
        (1.0, None, 0.02),
        (1e6, None, None),
        (1e6, 2, None),
    )
):
    for kind in ("float64", "float32"):
        check_shares(some.astype(kind), settings, slow_probs(some, *settings), seed=number)
check_shares(np.array([0, 1, 0, 2]), (1.0, 3, None), slow_probs([0, 1, 0, 2], 1.0, 3, None))
check_shares(np.array([0.0, 0.0, 0.0, 0.0]), (1.0, 2, None), [0.5, 0.5, 0, 0])
check_shares(np.array([0.0, 0.0, 0.0, 0.0]), (1.0, None, 0.6), [1 / 3, 1 / 3, 1 / 3, 0])
check_shares(np.array([-1.0, 0.0, 0.0, 0.0]), (1e-9, None, None), [0, 1 / 3, 1 / 3, 1 / 3])
check_shares(np.array([1000.0, 1001.0]), (1.0, None, None), slow_probs([0.0, 1.0], 1.0, None, None))
check_shares(np.array([-1000.0, -1001.0]), (1.0, None, None), slow_probs([1.0, 0.0], 1.0, None, None))
check_shares(np.array([-np.inf, 0.0, 1.0]), (1.0, None, 0.999), slow_probs([-np.inf, 0.0, 1.0], 1.0, None, 0.999))
check_shares(np.array([-np.inf, 0.0, -np.inf]), (1.0, 3, None), [0, 1, 0], draws=400)
check_shares(np.array([3.0]), (1.0, None, 0.5), [1.0], draws=10)
check_shares(np.array([0.0, 0.0]), (1.0, None, 0.5), [1.0, 0.0], draws=100)
check_shares(np.array([0, 1, 3], "uint8"), (1.0, None, None), slow_probs([0, 1, 3], 1.0, None, None))
rows = np.zeros((300, 2))
rows[0, 0] = 5000
came = sample_logits(rows, 1.0, None, 0.9, np.random.default_rng(0))
assert came[0] == 0 and 0 < came[1:].sum() < 299, "each row is for itself, also where one has far larger logits"
rows = np.random.default_rng(5).normal(size=(40, 7))
with dd.check.unchanged(rows, what="logits"):
    first = sample_logits(rows, 1.3, 5, 0.9, np.random.default_rng(8))
dd.check.equal(sample_logits(rows, 1.3, 5, 0.9, np.random.default_rng(8)), first, what="the tokens of the same seed")
rng = np.random.default_rng(8)
sample_logits(rows, 1.3, 5, 0.9, rng)
assert not np.array_equal(sample_logits(rows, 1.3, 5, 0.9, rng), first), "a second call with the same rng draws anew"
for top_p in (0.3, 0.9):
    tiny = sample_logits(rows, 1e-9, None, top_p, np.random.default_rng(1))
    dd.check.equal(tiny, rows.argmax(axis=1), what="the tokens at temperature 1e-9", why="only the likeliest is left")
same = sample_logits(np.zeros((300, 2)), 1.0, None, None, np.random.default_rng(2))
assert 0 < same.sum() < 300, "each row has a draw of its own"
### END HIDDEN TESTS

# %% mistakes: sample_logits
# - replace: "(z - z.max(axis=1, keepdims=True)) / temperature"
#   with: "(z - z.max(axis=1, keepdims=True)) * temperature"
#   hint: "You multiply by the temperature, so a low one makes the draw wilder."
# - replace: "(z - z.max(axis=1, keepdims=True)) / temperature"
#   with: "z / temperature"
#   hint: "exp of a large logit overflows. Take the largest off first."
# - replace: "p[:, top_k:] = 0"
#   with: "p[:, : -top_k] = 0"
#   hint: "You keep the least likely tokens, or none."
# - replace: "p[:, top_k:] = 0"
#   with: "p[:, top_k + 1 :] = 0"
#   hint: "One token too many is left by top-k."
# - replace: "p[:, top_k:] = 0"
#   with: "p[p < p[:, min(top_k, p.shape[1]) - 1 : min(top_k, p.shape[1])]] = 0"
#   hint: "Tokens that tie with the last one that is kept stay too, so more than k are left."
# - replace: "before = np.cumsum(p, axis=1) - p"
#   with: "before = np.cumsum(p, axis=1)"
#   hint: "The token with which the sum is reached is dropped. It is kept, and so there is always one at least."
# - replace: "p[before >= top_p] = 0"
#   with: "p[before < top_p] = 0"
#   hint: "Top-p drops the likely tokens and keeps the tail."
# - replace: "p[before >= top_p] = 0"
#   with: "p[:, 1:][np.cumsum(p, axis=1)[:, 1:] > top_p] = 0"
#   hint: "You stop one token early: the sum should reach top_p, and with yours it stays below."
# - replace: "p[before >= top_p] = 0"
#   with: "p[p < 1 - top_p] = 0"
#   hint: "You compare single probabilities with a bound. Top-p is about the sum from the top on."
# - replace: |-
#     p /= p.sum(axis=1, keepdims=True)
#         if top_p
#   with: |-
#     p /= np.exp(z).sum(axis=1, keepdims=True)
#         if top_p
#   hint: "You take the sum for top-p as if top-k had dropped nothing. What it has left should add up to 1 again."
# - replace: rng.random((len(z), 1)) * cumulative[:, -1:]
#   with: rng.random((len(z), 1))
#   hint: "What is left no longer adds up to 1, and your draw can go past its end."
# - replace: rng.random((len(z), 1)) * cumulative[:, -1:]
#   with: rng.random() * cumulative[:, -1:]
#   hint: "All rows share one draw. Each should have its own."
# - replace: order[rows, place]
#   with: place
#   hint: "You give back the rank of the token. Its number is due."
# - replace: drawn = rng.random
#   with: drawn = np.random.default_rng(0).random
#   hint: "The draw does not come from rng: each call gives the same."
# - replace: np.argsort(-z, kind="stable")
#   with: np.argsort(z, kind="stable")[:, ::-1]
#   hint: "Turning a sorted order round turns equal tokens round too: lower numbers should come first."
# - replace: temperature <= 0 or
#   with: temperature < 0 or
#   hint: "A temperature of 0 divides by 0: a ValueError is due."
# - replace: top_k < 1)
#   with: top_k < 0)
#   hint: "top_k = 0 would leave nothing: a ValueError is due."
# - replace: not 0 < top_p <= 1
#   with: not 0 <= top_p <= 1
#   hint: "top_p = 0 would leave nothing: a ValueError is due."
# - replace: not 0 < top_p <= 1
#   with: not top_p > 0
#   hint: "More than all of the probability cannot be kept: a ValueError is due."

# %% equivalents: sample_logits
# - replace: 'place = (cumulative <= drawn).sum(axis=1)  # how many of the likelier tokens the draw goes past'
#   with: 'place = ((cumulative < drawn)).sum(axis=1)  # how many of the likelier tokens the draw goes past'
#   reason: "A draw that is equal to a sum to the last digit does not occur."


# %% mistake: sample_logits
# hint: "You take the likeliest token, and draw nothing."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    return np.argmax(logits, axis=1)


# %% mistake: sample_logits
# hint: "Dropped tokens have a logit of 0 with you, which is a good one. What is dropped has no probability."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    drawn = []
    for scaled in np.asarray(logits, float) / temperature:
        row = scaled - scaled.max()
        order = np.argsort(-row, kind="stable")
        if top_k is not None:
            row[order[top_k:]] = 0.0
        p = np.exp(row) / np.exp(row).sum()
        if top_p is not None and top_p < 1:
            before = np.cumsum(p[order]) - p[order]
            p[order[before >= top_p]] = 0.0
        drawn.append(rng.choice(len(p), p=p / p.sum()))
    return np.array(drawn)


# %% mistake: sample_logits
# hint: "A logit of 0 is no ban: exp(0) is 1, and so tokens come back that top-k or top-p had dropped."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    z = np.asarray(logits, float) / temperature
    order = np.argsort(-z, kind="stable")
    z = np.take_along_axis(z, order, axis=1)
    if top_k is not None:
        z[:, top_k:] = 0.0
    p = np.exp(z - z.max(axis=1, keepdims=True))
    if top_p is not None and top_p < 1:
        p /= p.sum(axis=1, keepdims=True)
        z[np.cumsum(p, axis=1) - p >= top_p] = 0.0
        p = np.exp(z - z.max(axis=1, keepdims=True))
    reached = np.cumsum(p, axis=1) / p.sum(axis=1, keepdims=True)
    return order[np.arange(len(z)), (reached <= rng.random((len(z), 1))).sum(axis=1)]


# %% mistake: sample_logits
# hint: "exp of a large logit is infinite, and infinite over infinite is no probability. Take the largest off first."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    drawn = []
    for z in np.asarray(logits, float) / temperature:
        order = np.argsort(-z, kind="stable")
        p = np.exp(z[order])
        if top_k is not None:
            p[top_k:] = 0.0
        p /= p.sum()
        if top_p is not None:
            p[np.cumsum(p) - p >= top_p] = 0.0
        drawn.append(order[rng.choice(len(p), p=p / p.sum())])
    return np.array(drawn)


# %% mistake: sample_logits
# hint: "Your temperature comes last. It comes first: top-p adds up probabilities that it has changed."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    z = np.asarray(logits, float)
    order = np.argsort(-z, kind="stable")
    z = np.take_along_axis(z, order, axis=1) - z.max(axis=1, keepdims=True)
    if top_k is not None:
        z[:, top_k:] = -np.inf
    if top_p is not None and top_p < 1:
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        z[np.cumsum(p, axis=1) - p >= top_p] = -np.inf
    p = np.exp(z / temperature)
    reached = np.cumsum(p, axis=1) / p.sum(axis=1, keepdims=True)
    return order[np.arange(len(z)), (reached <= rng.random((len(z), 1))).sum(axis=1)]


# %% mistake: sample_logits
# hint: "What is left is drawn from evenly: its probabilities, scaled to a sum of 1, should decide."
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("range")
    drawn = []
    for z in np.asarray(logits, float):
        order = np.argsort(-z, kind="stable")
        p = np.exp((z[order] - z.max()) / temperature)
        if top_k is not None:
            p[top_k:] = 0.0
        p /= p.sum()
        if top_p is not None and top_p < 1:
            p[np.concatenate([[0.0], np.cumsum(p)[:-1]]) >= top_p] = 0.0
        drawn.append(rng.choice(order[p > 0]))
    return np.array(drawn)


# %% accepts: sample_logits
def sample_logits(logits, temperature, top_k, top_p, rng):
    # Row by row, with rng.choice.
    if not temperature > 0:
        raise ValueError("temperature")
    if top_k is not None and not top_k >= 1:
        raise ValueError("top_k")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p")
    tokens = []
    for row in np.array(logits, dtype=float):
        scaled = (row - row.max()) / temperature
        ranked = sorted(range(len(row)), key=lambda token: -scaled[token])
        ranked = ranked[:top_k]
        p = np.exp(scaled[ranked])
        p = p / p.sum()
        if top_p is not None and top_p != 1:
            kept = 1
            while kept < len(p) and p[:kept].sum() < top_p:
                kept += 1
            ranked, p = ranked[:kept], p[:kept] / p[:kept].sum()
        tokens.append(int(rng.choice(ranked, p=p)))
    return np.array(tokens)


# %% accepts: sample_logits
def sample_logits(logits, temperature, top_k, top_p, rng):
    # The Gumbel trick: add noise and take the largest.
    if temperature <= 0 or (top_k or 1) < 1 or top_k == 0 or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("out of range")
    z = np.array(logits, dtype=float)
    z = (z - z.max(axis=1)[:, None]) / temperature
    rank = np.argsort(np.argsort(-z, axis=1, kind="stable"), axis=1, kind="stable")
    if top_k:
        z[rank >= top_k] = -np.inf
    if top_p is not None and top_p < 1:
        p = np.exp(z) / np.exp(z).sum(axis=1)[:, None]
        for i, (ranks, probs) in enumerate(zip(rank, p, strict=True)):
            by_rank = np.empty(len(probs))
            by_rank[ranks] = probs
            before = np.concatenate([[0.0], np.cumsum(by_rank)[:-1]])
            z[i, before[ranks] >= top_p] = -np.inf
    return np.argmax(z + rng.gumbel(size=z.shape), axis=1)


# %% [markdown]
# What do the three do to one and the same list of probabilities? Here is a peaked one, where one token is nearly
# certain, and a flat one. How many tokens does each rule leave?


# %% demo
def kept_probs(logits, temperature=1.0, top_k=None, top_p=None, draws=20_000):
    """Shares of the tokens in many draws."""
    rows = np.tile(logits, (draws, 1))
    drawn = sample_logits(rows, temperature, top_k, top_p, np.random.default_rng(77))
    return np.bincount(drawn, minlength=len(logits)) / draws


shapes = {"One token nearly certain": np.log(0.83 * 0.17 ** np.arange(12)), "Many are possible": -0.15 * np.arange(12)}
rules = {
    "as it is": {},
    "temperature 0.5": {"temperature": 0.5},
    "top-k, 4": {"top_k": 4},
    "top-p, 0.8": {"top_p": 0.8},
}
fig, axes = plt.subplots(2, 4, figsize=(11, 5.2), sharex=True, sharey="row")
for row, (shape, shape_logits) in zip(axes, shapes.items(), strict=True):
    for ax, (rule, settings) in zip(row, rules.items(), strict=True):
        ax.bar(range(12), kept_probs(shape_logits, **settings), color=dd.plot.PALETTE[2])
        ax.set(title=rule if ax in axes[0] else "", ylabel=shape if ax is row[0] else "")
        ax.set_xlabel("token" if ax in axes[1] else "")
dd.plot.show(
    "Eight bar charts of the shares of twelve tokens in many draws, two rows of four. Top row, one token nearly "
    "certain: as it is, temperature 0.5 and top-k all give token 0 more than eight tenths and little to the next few; "
    "top-p leaves token 0 alone. Bottom row, many possible: as it is a slow fall over all twelve, temperature 0.5 a "
    "faster one, top-k leaves four, top-p leaves about eight."
)

# %% [markdown]
# Top-k leaves four in both rows, too many above and few below. Top-p leaves one above and eight below: it adapts.
# Temperature drops nothing, it only leans.
#
# ## Writing, one token after the other
#
# Now the loop: read the prompt, draw a token, read it, draw the next. The state makes it cheap. A network without a
# memory of its own work would have to read the whole text again for each new token, $1 + 2 + \dots$ steps. Ours keeps
# $h_t$, which is all it knows of what it has read, so each token is read **once**. Two mistakes are common, and both
# give text that looks nearly right:
#
# - the state is not handed on: the network sees one token and has forgotten the rest;
# - a token is read twice: the prompt is read, and its last token is fed again with the first draw.
#
# The model is a function with the interface that all of this needs: from tokens $(1, n)$ and a state (None at the
# start) to logits $(1, n, V)$, one row after each token, and the new state. What the state is made of is the
# model's business. How a token is chosen is not the loop's business either: it gets a function for that.


# %% exercise: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    """Go on from a prompt, token by token, with the state carried along.

    Args:
        model: function (tokens, state) -> (logits, new state): tokens (1, n) ints, n >= 1; state None for a text that
            begins, else what it gave last; logits (1, n, V), after each of the tokens. Every token is to be read once,
            in order: the prompt in one call, then the new ones one by one. The last one may be left unread.
        prompt: list of at least one int; left unchanged.
        num_tokens: int >= 0, how many new tokens are written at most.
        choose: function of logits (1, V) -> (1,) int, called once for each new token.
        stop: token after which the text ends; None for no such token. One in the prompt ends nothing.

    Returns:
        A new list of int: the prompt, and the new tokens, with stop as the last if it was chosen. About 9 lines.

    Raises:
        ValueError: the prompt is empty.
    """
    ### BEGIN SOLUTION
    if len(prompt) == 0:
        raise ValueError("the prompt needs at least one token")
    tokens = [int(token) for token in prompt]
    unread, state = list(tokens), None
    for _ in range(num_tokens):
        logits, state = model(np.array([unread]), state)
        token = int(np.asarray(choose(logits[:, -1]))[0])
        tokens.append(token)
        if token == stop:
            break
        unread = [token]
    return tokens
    ### END SOLUTION


# %% fixture
class Diary:
    """A model that adds up what it reads, and writes down how it was called; the next token is the sum modulo V."""

    def __init__(self, vocab_size):
        self.vocab_size = vocab_size
        self.calls = []

    def __call__(self, tokens, state):
        tokens = np.asarray(tokens)
        self.calls.append((tokens.tolist(), state))
        sums = np.cumsum(tokens, axis=1) + (0 if state is None else state[0])
        logits = np.eye(self.vocab_size)[sums % self.vocab_size]  # (1, n, V)
        return logits, (int(sums[0, -1]), len(self.calls))


def likeliest(logits):
    return np.argmax(np.asarray(logits), axis=-1)


def written(vocab_size, prompt, num_tokens, **settings):
    """What is generated, the calls of the model, and the prompt afterwards."""
    diary, prompt = Diary(vocab_size), list(prompt)
    tokens = generate(diary, prompt, num_tokens, likeliest, **settings)
    return tokens, [list(call) for call in diary.calls], prompt


def shapes_chosen(prompt, num_tokens):
    """The shapes of what `choose` is called with."""
    shapes = []

    def choose(logits):
        shapes.append(np.shape(logits))
        return np.array([1])

    generate(Diary(5), prompt, num_tokens, choose)
    return shapes


def prompt_after_change(num_tokens):
    """The prompt, after the text that came back has been changed."""
    prompt = [1, 2]
    generate(Diary(5), prompt, num_tokens, likeliest)[0] = 4
    return prompt


# %% test: generate, points=2
tokens, calls, prompt = written(10, [3, 4], 4)
dd.check.kind(tokens, list, what="the text")
dd.check.equal(tokens, [3, 4, 7, 4, 8, 6], what="the text", why="each new token is the sum of all before it, modulo 10")
read = [call[0] for call in calls][:4]  # whether the last token is read too is left open
dd.check.equal(read, [[[3, 4]], [[7]], [[4]], [[8]]], what="what was read", why="each token once")
states = [call[1] for call in calls][:4]
assert states[0] is None, "a text begins with the state None"
dd.check.equal(states[1:], [(7, 1), (14, 2), (18, 3)], what="the states handed in", why="each is what came back last")
dd.check.equal(prompt, [3, 4], what="the prompt", why="it is left as it was")
tokens, _, _ = written(10, [3, 4], 9, stop=8)
dd.check.equal(tokens, [3, 4, 7, 4, 8], what="the text", why="8 ends it")
with dd.check.raises(ValueError, why="there is nothing to go on from"):
    written(10, [], 3)
### BEGIN HIDDEN TESTS
for vocab_size, prompt, num_tokens, stop in (
    (10, [3, 4], 0, None),
    (10, [3, 4], 1, None),
    (7, [2], 5, None),
    (11, [1, 5, 2, 9], 6, None),
    (10, [8, 8], 6, 8),
    (10, [3, 4], 3, 7),
    (10, [3, 4], 2, 4),
    (10, [5, 5], 4, 0),
    (10, [3, 4], 5, 99),
):
    due = list(prompt)
    for _ in range(num_tokens):
        due.append(sum(due) % vocab_size)
        if due[-1] == stop:
            break
    tokens, calls, after = written(vocab_size, prompt, num_tokens, stop=stop)
    of = f" from {prompt} with num_tokens {num_tokens} and stop {stop}"
    dd.check.equal(tokens, due, what="the text" + of, why="the prompt, then sum after sum, until stop or enough")
    for token in tokens:
        dd.check.kind(token, int, what="a token")
    read = [token for call in calls for token in call[0][0]]
    dd.check.equal(read, due[: len(read)], what="what was read" + of, why="every token once, in order")
    assert len(calls) >= len(due) - len(prompt), "a new token needs the model to have read the one before"
    assert len(read) <= len(due), f"nothing{of} is read twice"
    for number, (given, state) in enumerate(calls):
        dd.check.equal(np.shape(given), (1, len(prompt) if number == 0 else 1), what="the shape of what was read")
        assert (state is None) == (number == 0), "only the first call begins a text"
        if number:
            dd.check.equal(state[1], number, what="the state handed in", why="it is the one that came back last")
    dd.check.equal(after, prompt, what="the prompt afterwards", why="it is left as it was")
dd.check.equal(shapes_chosen([1, 2, 3], 3), [(1, 5)] * 3, what="the shapes handed to choose", why="the last row alone")
dd.check.equal(shapes_chosen([2], 0), [], what="the shapes handed to choose", why="no token is written")
for num_tokens in (0, 2):
    dd.check.equal(prompt_after_change(num_tokens), [1, 2], what="the prompt", why="the text is a new list")
for num_tokens in (0, 2):
    with dd.check.raises(ValueError, why="the prompt is empty"):
        written(10, [], num_tokens)
### END HIDDEN TESTS

# %% mistakes: generate
# - replace: unread = [token]
#   with: unread = list(tokens)
#   hint: "You read the whole text again for each token, on top of a state that knows it already."
# - replace: unread = [token]
#   with: unread = tokens[-2:]
#   hint: "The token before the last is read a second time."
# - replace: unread = [token]
#   with: unread, state = list(tokens), None
#   hint: "Your text is right, but read from the start for each token. The state knows what has been read."
# - replace: unread = [token]
#   with: pass
#   hint: "The same tokens are read in every step. What is new in the text?"
# - replace: logits, state = model(np.array([unread]), state)
#   with: logits, _ = model(np.array([unread]), state)
#   hint: "The new state is thrown away, so each token is read as if the text began with it."
# - replace: logits[:, -1]
#   with: logits[:, 0]
#   hint: "You choose after the first token of the prompt. The logits after its last one tell what comes next."
# - replace: choose(logits[:, -1])
#   with: choose(logits[0])
#   hint: "`choose` gets a row for every token of the prompt. It is to get the last one alone, (1, V)."
# - replace: if token == stop
#   with: if stop in tokens
#   hint: "A stop token in the prompt ends your text before it has begun."
# - replace: |-
#     tokens.append(token)
#             if token == stop:
#                 break
#   with: |-
#     if token == stop:
#                 break
#             tokens.append(token)
#   hint: "The stop token itself is missing at the end."
# - replace: |-
#     if token == stop:
#                 break
#   with: |-
#     pass
#   hint: "The text goes on after stop."
# - replace: return tokens
#   with: return tokens[len(prompt) :]
#   hint: "The prompt is missing in front."
# - replace: tokens = [int(token) for token in prompt]
#   with: tokens = prompt
#   hint: "The new tokens are written into the prompt that was given."
# - replace: range(num_tokens)
#   with: range(num_tokens - len(prompt))
#   hint: "num_tokens counts new tokens only."
# - replace: |-
#     if len(prompt) == 0:
#   with: |-
#     if prompt is None:
#   hint: "There is nothing to go on from an empty prompt: a ValueError is due."

# %% equivalents: generate
# - replace: 'token = int(np.asarray(choose(logits[:, -1]))[0])'
#   with: 'token = int(np.asarray(choose(logits[:, -1]))[-1])'
#   reason: "One row goes in and one token comes out: the first is the last."


# %% mistake: generate
# hint: "You feed the prompt token by token. It goes in in one call."
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError("empty")
    tokens, state = list(prompt), None
    for token in tokens[:-1]:
        _, state = model(np.array([[token]]), state)
    for _ in range(num_tokens):
        logits, state = model(np.array([[tokens[-1]]]), state)
        tokens.append(int(choose(logits[:, -1])[0]))
        if tokens[-1] == stop:
            break
    return tokens


# %% mistake: generate
# hint: "The prompt's last token is read twice: its logits are there already when the prompt has been read."
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError("empty")
    tokens = list(prompt)
    _, state = model(np.array([tokens]), None)
    for _ in range(num_tokens):
        logits, state = model(np.array([[tokens[-1]]]), state)
        tokens.append(int(choose(logits[:, -1])[0]))
        if tokens[-1] == stop:
            break
    return tokens


# %% mistake: generate
# hint: "You look for stop before anything is written: a prompt that ends with it ends nothing."
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError("empty")
    tokens, unread, state = list(prompt), list(prompt), None
    while len(tokens) < len(prompt) + num_tokens and tokens[-1] != stop:
        logits, state = model(np.array([unread]), state)
        tokens.append(int(choose(logits[:, -1])[0]))
        unread = tokens[-1:]
    return tokens


# %% accepts: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    if not len(prompt):
        raise ValueError("empty prompt")
    new, state, given = [], None, np.reshape(prompt, (1, -1))
    while len(new) < num_tokens and not (new and new[-1] == stop):
        logits, state = model(given, state)
        chosen = choose(logits[:, given.shape[1] - 1])
        new.append(int(chosen[0]))
        given = np.array([[new[-1]]])
    return [*map(int, prompt), *new]


# %% accepts: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    # Reads each token as soon as it is there, the prompt also where nothing is to be written.
    if len(prompt) < 1:
        raise ValueError("empty prompt")
    text = [int(token) for token in prompt]
    logits, state = model(np.array([text]), None)
    for left in range(num_tokens, 0, -1):
        text.append(int(np.asarray(choose(logits[:, -1])).item()))
        if text[-1] == stop:
            return text
        if left > 1:
            logits, state = model(np.array([text[-1:]]), state)
    return text


# %% [markdown]
# ## A manual that nobody wrote
#
# The text is the prose of Python's own reference, cut into words and marks. (Letters would do, as on Day 72, but a
# network of this size spells for a long time before it says anything.) The 800 most frequent tokens get a number from 1
# on, all others share 0. That one must never be *written*: before each draw its logit is set to $-\infty$, so its
# probability is 0.
#
# The model is an embedding, a GRU and a dense layer. In training it gets whole windows and a state of 0 for each; when
# it writes, single tokens and the state that it gave last. So the state is an input and an output of the model. (An
# LSTM would have two of them, $h$ and $c$.) The last tenth of the text is kept apart. How surprising is it, compared
# with the bigrams of Day 68?


# %% demo
SOURCE = "pydocs"  # or "shakespeare": `dd.data.shakespeare("full")` fetches it once


def prose(pages):
    """The paragraphs of the pages that are neither indented nor a list: no code, no tables."""
    paragraphs = [part for page in pages for part in re.split(r"\n\s*\n", page)]
    return "\n".join(part for part in paragraphs if re.match(r'["A-Z]', part))


corpus = prose(dd.data.pydocs()["text"]) if SOURCE == "pydocs" else dd.data.shakespeare()[:200_000]
corpus_tokens = re.findall(r"\w+|[.,;:()!?]", corpus)
counts = Counter(corpus_tokens)
word_list = ["?", *sorted(counts, key=lambda token: (-counts[token], token))[:800]]  # place 0: any other token
word_number = {word: i for i, word in enumerate(word_list) if i}
corpus_ids = np.array([word_number.get(token, 0) for token in corpus_tokens])
cut = len(corpus_ids) * 9 // 10


def build_language_model(vocab_size, width, units):
    """From tokens (B, T) and a state (B, units) to logits (B, T, vocab_size) and the new state."""
    tokens, state = keras.Input((None,), dtype="int32"), keras.Input((units,))
    gru = layers.GRU(units, return_sequences=True, return_state=True)
    hidden, new_state = gru(layers.Embedding(vocab_size, width)(tokens), initial_state=state)
    return keras.Model([tokens, state], [layers.Dense(vocab_size)(hidden), new_state])


def train(model, ids, seq_len, batch_size, stride, num_epochs, rate, rng):
    """Fit to windows that are shuffled anew in each epoch; returns the mean loss of each, in nats a token."""
    trained = keras.Model(model.input, model.output[0])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    trained.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)  # compiling would take longer
    start, history = np.zeros((batch_size, model.input[1].shape[1]), "float32"), []
    for _ in range(num_epochs):
        offset = int(rng.integers(stride))  # windows start at other tokens in each epoch
        x, y = make_dataset(ids[offset:], seq_len, batch_size, stride, rng)
        trained.reset_metrics()
        for tokens, targets in zip(x, y, strict=True):
            mean_loss = trained.train_on_batch([tokens, start], targets)
        history.append(float(mean_loss))
    return history


def writer_of(model):
    """The function that `generate` wants: (tokens, state) to (logits, new state)."""
    units = model.input[1].shape[1]
    shapes = [tf.TensorSpec((1, None), tf.int32), tf.TensorSpec((1, units), tf.float32)]
    step = tf.function(lambda tokens, state: model([tokens, state]), input_signature=shapes, autograph=False)

    def write(tokens, state):
        state = tf.zeros((1, units)) if state is None else state
        logits, state = step(tf.constant(tokens, tf.int32), state)
        return logits.numpy(), state

    return write


dd.seed(77)
text_model = build_language_model(801, 32, 64)
history = train(text_model, corpus_ids[:cut], 12, 32, 12, 10, 0.008, np.random.default_rng(77))

x, y = make_dataset(corpus_ids[cut:], 24, 1)
text_logits, _ = text_model([tf.constant(x[:, 0]), tf.zeros((len(x), 64))])
losses = keras.losses.sparse_categorical_crossentropy(tf.constant(y[:, 0]), text_logits, from_logits=True)
pairs = np.zeros((801, 801))
np.add.at(pairs, (corpus_ids[: cut - 1], corpus_ids[1:cut]), 1)
single = np.bincount(corpus_ids[:cut], minlength=801) / cut
single = 0.999 * single + 0.001 / 801
bigram = (pairs + 20 * single) / (pairs + 20 * single).sum(axis=1, keepdims=True)  # smoothed by single words (Day 68)
surprise = -np.log(bigram[x[:, 0], y[:, 0]]).mean()
print(f"{len(corpus_ids):,} tokens; losses in training: {', '.join(f'{value:.2f}' for value in history)}")
print(f"perplexity of the last tenth: bigrams {np.exp(surprise):.0f}, GRU {np.exp(losses.numpy().mean()):.0f}")

# %% [markdown]
# Perplexity (Day 68) is the number of equally likely tokens that would be as surprising. Both models choose as if among
# a hundred or fewer, not 801. The GRU sees the whole window and the bigrams one word, yet with thirty thousand tokens
# to learn from it is not far ahead: as yet it is the data that is scarce, not the memory.
#
# Now let it write: the same prompt four times.


# %% demo
def chooser(rng, temperature=1.0, top_k=None, top_p=None):
    """A function for `generate`, which never chooses token 0."""

    def choose(logits):
        logits = np.array(logits)
        logits[:, 0] = -np.inf
        return sample_logits(logits, temperature, top_k, top_p, rng)

    return choose


def as_text(tokens):
    """Words and marks as one line, marks put to the word that they belong to."""
    text = " ".join(word_list[token] for token in tokens)
    return re.sub(r"([(\[_]) ", r"\1", re.sub(r" ([.,;:)\]_(])", r"\1", text))


def longest_copy(tokens, source):
    """The most tokens in a row that occur in the source just so."""
    joined, best = " " + " ".join(map(str, source)) + " ", 0
    for start in range(len(tokens)):
        while start + best < len(tokens) and " " + " ".join(map(str, tokens[start : start + best + 1])) + " " in joined:
            best += 1
    return best


write = writer_of(text_model)
prompt = [word_number[word] for word in ("The", "value")]
for rule, settings in {
    "temperature 1": {},
    "temperature 0.1": {"temperature": 0.1},
    "top-k, 10": {"top_k": 10},
    "top-p, 0.7": {"top_p": 0.7},
}.items():
    tokens = generate(write, prompt, 70, chooser(np.random.default_rng(7), **settings))
    print(f"[{rule}; longest copy {longest_copy(tokens, corpus_ids[:cut].tolist())} tokens]")
    print(textwrap.fill(as_text(tokens), 100) + "\n")

# %% [markdown]
# None of them says anything, and yet one knows which book it is. At temperature 1 a rare word turns up every few words
# and the sentence turns with it. At 0.1 hardly a risk is taken, and the text goes in circles. Top-k and top-p lie
# between: phrases hold together for a while. What a phrase is *about* is forgotten within a line: 64 numbers are all
# that this network has to remember it by.
#
# Look at the longest copy, too. A network that writes well may have learned its book by heart; then it cites. Runs of a
# few words are what any language has. If whole sentences came back, one would have to ask whose they are.

# %% [markdown]
# ## Music as tokens
#
# A melody is a sequence too. Each note has a pitch and a length. Pitches have numbers in the **MIDI** standard, 0 to
# 127, a semitone apart, with the middle C at 60. Lengths here are counted in sixteenths of a whole note: a quarter is
# 4. A note $(67, 4)$ becomes two tokens, its pitch and then its length:
#
# | tokens | meaning |
# |---|---|
# | 1 to 127 | a note of that number; 0 is a rest |
# | 128 to 143 | a length of 1 to 16 sixteenths |
# | 144 | the end of the tune |
#
# By hand: a quarter note G, a rest of an eighth and a half note C, $(67, 4), (0, 2), (60, 8)$, are the tokens 67 131, 0
# 129, 60 135 and 144 at the end. (Music for several voices needs more. The usual tokens there are *note on*, *note off*
# and *wait*, in the order of time, as in the Music Transformer of Huang and others; for four voices of a chorale,
# DeepBach writes a pitch for each voice at each sixteenth, with a sign for *still held*.)
#
# One token for each pair would do too. Then $(67, 4)$ and $(67, 2)$ have nothing in common for the network, and pairs
# that never occurred have no token. With two tokens a note, it can put any length to any pitch. The price: what it
# writes can be **malformed**, a pitch without a length or a length without a pitch. A reader of what a network wrote
# must not break on that. Ours drops what is incomplete.


# %% exercise: notes_to_tokens
def notes_to_tokens(notes):
    """A tune as tokens: pitch and length of each note in turn, and the end.

    Args:
        notes: (m, 2) ints, array or list of pairs, one row a note: its number, 0 to 127 (0 is a rest), and its length
            in sixteenths, 1 to 16. Left unchanged; m may be 0.

    Returns:
        List of 2m + 1 int, END at its end. About 6 lines.

    Raises:
        ValueError: a number or a length is out of its range.
    """
    ### BEGIN SOLUTION
    tokens = []
    for pitch, length in notes:
        if not 0 <= pitch <= 127 or not 1 <= length <= 16:
            raise ValueError(f"there is no token for the note {(int(pitch), int(length))}")
        tokens += [int(pitch), FIRST_LENGTH - 1 + int(length)]
    return [*tokens, END]
    ### END SOLUTION


def tokens_to_notes(tokens):
    """The notes in what a network wrote, well formed or not.

    Args:
        tokens: list or array of ints from 0 to END; left unchanged.

    Returns:
        int array (m, 2), also for m = 0: a row for each pitch that is directly followed by a length, in order. Other
        pitches and lengths are dropped, and so is all from the first END on. About 8 lines.
    """
    ### BEGIN SOLUTION
    notes, pitch = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            pitch = token
        elif pitch is not None:
            notes.append((pitch, token - FIRST_LENGTH + 1))
            pitch = None
    return np.array(notes, dtype=int).reshape(-1, 2)
    ### END SOLUTION


# %% test: notes_to_tokens, points=2
notes = np.array([[67, 4], [0, 2], [60, 8]])
with dd.check.unchanged(notes):
    tokens = notes_to_tokens(notes)
dd.check.kind(tokens, list, what="the tokens")
dd.check.equal(tokens, [67, 131, 0, 129, 60, 135, 144], what="the tokens", why="it is the tune worked by hand")
with dd.check.unchanged(tokens):
    back = tokens_to_notes(tokens)
dd.check.like(back, notes, what="the notes", why="it is the tune that went in")
written = [131, 67, 131, 60, 64, 128, 143, 62, 144, 60, 128]
why = "a length in front, pitch 60 without a length, a second length and pitch 62 are dropped, and all from END on"
dd.check.like(tokens_to_notes(written), np.array([[67, 4], [64, 1]]), what="the notes", why=why)
with dd.check.raises(ValueError, why="a length of 0 has no token"):
    notes_to_tokens([(60, 0)])
### BEGIN HIDDEN TESTS
for wrong in ((128, 4), (-1, 4), (60, 17), (60, 0), (60, -3), (144, 1)):
    for notes in ([wrong], [(60, 4), wrong], [wrong, (0, 1)]):
        with dd.check.raises(ValueError, why=f"{wrong} has no token"):
            notes_to_tokens(notes)
rng = np.random.default_rng(81)
for m in (0, 1, 2, 9):
    for kind in ("int64", "uint8", "int8", "list"):
        notes = np.column_stack([rng.integers(0, 128, m), rng.integers(1, 17, m)])
        if m == 9:
            notes[:4] = [[0, 1], [127, 16], [0, 16], [127, 1]]
        due = [token for pitch, length in notes.tolist() for token in (pitch, length + 127)] + [144]
        given = [tuple(note) for note in notes.tolist()] if kind == "list" else notes.astype(kind)
        with dd.check.unchanged(given, what="notes"):
            tokens = notes_to_tokens(given)
        of = f" of {m} notes, {kind}"
        dd.check.equal(tokens, due, what="the tokens" + of, why="pitch and length of each note, then the end")
        for token in tokens:
            dd.check.kind(token, int, what="a token")
        back = tokens_to_notes(tokens)
        dd.check.like(back, notes, what="the notes" + of, why="they are those that went in")
        dd.check.like(tokens_to_notes(tokens[:-1]), notes, what="the notes" + of + ", without END")


def slow_notes(tokens):
    """All neighbours of a pitch and a length before the end."""
    tokens = [*map(int, tokens), 144]
    tokens = tokens[: tokens.index(144)]
    pairs = [(tokens[i], tokens[i + 1] - 127) for i in range(len(tokens) - 1) if tokens[i] < 128 <= tokens[i + 1]]
    return np.array(pairs, int).reshape(-1, 2)


pool = np.array([0, 1, 60, 126, 127, 128, 129, 142, 143, 144])
for number in range(60):
    tokens = pool[rng.integers(0, 9 if number % 3 else 10, number % 13)]
    tokens = tokens.astype("uint8") if number % 5 == 0 else tokens
    tokens = tokens.tolist() if number % 2 else tokens
    with dd.check.unchanged(tokens):
        back = tokens_to_notes(tokens)
    what = f"the notes of {list(map(int, tokens))}"
    dd.check.like(back, slow_notes(tokens), what=what, why="each pitch with a length right behind it, up to the end")
dd.check.like(tokens_to_notes([END]), np.zeros((0, 2), int), what="the notes of an empty tune")
dd.check.like(tokens_to_notes([]), np.zeros((0, 2), int), what="the notes of no tokens")
dd.check.like(tokens_to_notes([0, 131]), np.array([[0, 4]]), what="the notes", why="a rest is a note of number 0")
### END HIDDEN TESTS

# %% mistakes: notes_to_tokens
# - replace: FIRST_LENGTH - 1 + int(length)
#   with: FIRST_LENGTH + int(length)
#   hint: "A length of 1 has the first of the length tokens; yours are one too high."
# - replace: "[int(pitch), FIRST_LENGTH - 1 + int(length)]"
#   with: "[FIRST_LENGTH - 1 + int(length), int(pitch)]"
#   hint: "The pitch comes first, then the length."
# - replace: "[*tokens, END]"
#   with: "[*tokens[::2], *tokens[1::2], END]"
#   hint: "All pitches come first, then all lengths. Each length should follow its own pitch."
# - replace: "[*tokens, END]"
#   with: tokens
#   hint: "The end is missing: a network could not learn when to stop."
# - replace: not 0 <= pitch <= 127
#   with: not 1 <= pitch <= 127
#   hint: "Rests have the number 0, and are notes as well."
# - replace: not 0 <= pitch <= 127
#   with: not 0 <= pitch <= 128
#   hint: "A pitch of 128 would be read as a length: a ValueError is due."
# - replace: not 0 <= pitch <= 127
#   with: pitch > 127
#   hint: "Negative numbers are no notes: a ValueError is due."
# - replace: not 1 <= length <= 16
#   with: not 0 <= length <= 16
#   hint: "A length of 0 would be read as a pitch: a ValueError is due."
# - replace: not 1 <= length <= 16
#   with: length < 1
#   hint: "The longest note has 16 sixteenths. A longer one would be read as the end, or as nothing."
# - replace: token - FIRST_LENGTH + 1))
#   with: token - FIRST_LENGTH))
#   hint: "Your lengths come back one too short."
# - replace: |-
#     if token == END:
#                 break
#   with: |-
#     if token == END:
#                 continue
#   hint: "You read on after the end."
# - replace: |-
#     elif pitch is not None:
#   with: |-
#     elif pitch:
#   hint: "Rests are lost: their number is 0, which Python takes for nothing."
# - replace: |-
#     (pitch, token - FIRST_LENGTH + 1))
#                 pitch = None
#   with: |-
#     (pitch, token - FIRST_LENGTH + 1))
#   hint: "A second length in a row makes a second note of the same pitch. It should be dropped."
# - replace: |-
#     if token < FIRST_LENGTH:
#                 pitch = token
#   with: |-
#     if token < FIRST_LENGTH:
#                 pitch = token if pitch is None else pitch
#   hint: "Of two pitches in a row it is the second that the length belongs to."
# - replace: .reshape(-1, 2)
#   with: .reshape(len(notes), -1) if notes else np.zeros(0, int)
#   hint: "Without any note the array should still have two columns."
# - replace: tokens += [int(pitch), FIRST_LENGTH - 1 + int(length)]
#   with: tokens += [pitch, FIRST_LENGTH - 1 + length]
#   hint: "Lengths in a small dtype wrap around, and what comes back is no Python int. Convert first."

# %% equivalents: notes_to_tokens
# - replace: 'notes.append((pitch, token - FIRST_LENGTH + 1))'
#   with: 'notes.extend((pitch, token - FIRST_LENGTH + 1))'
#   reason: "The reshape puts the numbers into rows of two in either case."
# - replace: 'return np.array(notes, dtype=int).reshape(-1, 2)'
#   with: 'return np.array(notes, dtype=int).reshape(-2, 2)'
#   reason: "NumPy takes any negative length for the one that it is to find."


# %% mistake: notes_to_tokens
# hint: "You take the tokens two by two. After one that is missing, pitches and lengths have changed places."
def notes_to_tokens(notes):
    tokens = []
    for pitch, length in notes:
        if not 0 <= pitch <= 127 or not 1 <= length <= 16:
            raise ValueError("range")
        tokens += [int(pitch), 127 + int(length)]
    return [*tokens, END]


def tokens_to_notes(tokens):
    tokens = [int(token) for token in tokens]
    if END in tokens:
        tokens = tokens[: tokens.index(END)]
    pairs = zip(tokens[::2], tokens[1::2], strict=False)
    return np.array([(a, b - 127) for a, b in pairs if a < 128 <= b], dtype=int).reshape(-1, 2)


# %% mistake: notes_to_tokens
# hint: "Both ways your lengths are one token too high. There and back it fits, but the longest note falls on END."
def notes_to_tokens(notes):
    tokens = []
    for pitch, length in notes:
        if not 0 <= pitch <= 127 or not 1 <= length <= 16:
            raise ValueError("range")
        tokens += [int(pitch), FIRST_LENGTH + int(length)]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes, pitch = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            pitch = token
        elif pitch is not None:
            notes.append((pitch, token - FIRST_LENGTH))
            pitch = None
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% mistake: notes_to_tokens
# hint: "You sort pitches and lengths apart and pair them by their order: after one that is missing, all are strangers."
def notes_to_tokens(notes):
    tokens = []
    for pitch, length in notes:
        if not 0 <= pitch <= 127 or not 1 <= length <= 16:
            raise ValueError("range")
        tokens += [int(pitch), 127 + int(length)]
    return [*tokens, END]


def tokens_to_notes(tokens):
    tokens = [int(token) for token in tokens]
    if END in tokens:
        tokens = tokens[: tokens.index(END)]
    pitches = [token for token in tokens if token < FIRST_LENGTH]
    lengths = [token - 127 for token in tokens if token >= FIRST_LENGTH]
    return np.array(list(zip(pitches, lengths, strict=False)), dtype=int).reshape(-1, 2)


# %% accepts: notes_to_tokens
def notes_to_tokens(notes):
    table = np.array(notes, dtype=int).reshape(-1, 2)
    if np.any((table[:, 0] < 0) | (table[:, 0] > 127) | (table[:, 1] < 1) | (table[:, 1] > 16)):
        raise ValueError("out of range")
    table[:, 1] += 127
    return [*table.ravel().tolist(), END]


def tokens_to_notes(tokens):
    tokens = np.array(tokens, dtype=int)
    ends = np.flatnonzero(tokens == END)
    tokens = tokens[: ends[0]] if len(ends) else tokens
    first = np.flatnonzero((tokens[:-1] < 128) & (tokens[1:] >= 128))
    return np.stack([tokens[first], tokens[first + 1] - 127], axis=1)


# %% accepts: notes_to_tokens
def notes_to_tokens(notes):
    pairs = [(int(pitch), int(length)) for pitch, length in notes]
    for pitch, length in pairs:
        if pitch not in range(128) or length not in range(1, 17):
            raise ValueError("out of range")
    return [token for pitch, length in pairs for token in (pitch, 127 + length)] + [END]


def tokens_to_notes(tokens):
    rows, before = [], END
    for token in map(int, tokens):
        if token == END:
            break
        if before < FIRST_LENGTH <= token:
            rows.append([before, token - 127])
        before = token
    return np.array(rows, dtype=int) if rows else np.empty((0, 2), dtype=int)


# %% [markdown]
# ## From notes to sound
#
# A loudspeaker wants numbers, many thousand a second. A tone of frequency $f$ is a sine, $\sin(2 \pi f t)$ with $t$ in
# seconds. An octave, 12 semitones, doubles the frequency, and all semitones are equal steps, so each multiplies it by
# $2^{1/12}$. With the A of 440 hertz, which has the number 69:
#
# $$f = 440 \cdot 2^{(n - 69)/12}$$
#
# The middle C, $n = 60$, has $440 \cdot 2^{-0.75} = 261.6$ hertz. At a tempo of 100 quarters a minute a quarter lasts
# $60/100 = 0.6$ s and a sixteenth $15/100 = 0.15$ s.
#
# Three things go wrong with first synthesisers. **Clicks**: a sine that is cut off in the middle jumps to 0, and the
# ear hears the jump. Let every note swell from 0 and fade to 0 within a few milliseconds. **Drift**: a note of 0.15 s
# has 1,200 samples at 8,000 a second, but 3,307.5 at 22,050. Round each *length*, and after a hundred such notes the
# tune is 50 samples late; round the *times at which notes begin and end*, counted from the start, and the error stays
# below a sample. **Wrapping**: a WAV file holds whole numbers of 16 bits, -32,768 to 32,767, and what is above comes
# out below. So keep the sound within -1 to 1 and multiply by 32,767.
#
# Python's own `wave` writes the file: `wave.open(str(path), "wb")`, then `setnchannels(1)`, `setsampwidth(2)` (bytes),
# `setframerate(rate)` and `writeframes(...)` with the bytes of a little-endian array of int16, dtype `"<i2"`.
#
# What a tone sounds like is decided by `voice` below: a sine, its overtone an octave higher, and both fade as those of
# a plucked string do. It is yours to change. How the notes become one file is told by the contract alone.


# %% setup
def voice(frequency, t):
    """A plucked tone: its values at the times t, seconds since it was struck."""
    tone = np.sin(2 * np.pi * frequency * t) + 0.3 * np.sin(4 * np.pi * frequency * t)
    return tone * np.exp(-2 * t)


# %% exercise: write_wav
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    """Write a melody as a sound file.

    Args:
        notes: (m, 2) ints, m >= 1, as above: number and length in sixteenths of each note; left unchanged.
        path: str or Path of the file, which is written anew.
        tempo: quarters a minute, number > 0.
        sample_rate: samples a second, int.

    Returns:
        The number of samples, int. The file is mono with 16 bits a sample. A note has the samples from the one nearest
        to the time where it begins up to, but not with, the one nearest to where it ends; the last one's end is the end
        of the file. Sample j of a note, from 0, is `voice(frequency, j / sample_rate)` times its volume: that grows
        from 0 at the first sample to 1 in a straight line in 0.01 s, and falls in the same way to 0 at the last one
        (of both the smaller holds). Rests are silent. In the end all is scaled so that the loudest sample has 0.9 of
        32,767, and rounded; a file of rests alone is silent. About 17 lines.

    Raises:
        ValueError: there are no notes, or tempo is not above 0.
    """
    ### BEGIN SOLUTION
    if len(notes) == 0 or tempo <= 0:
        raise ValueError("there must be notes, and a tempo above 0")
    lengths = np.array([int(length) for _, length in notes])
    ends = np.rint(np.cumsum(lengths) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(ends[-1])
    for (pitch, _), begin, end in zip(notes, [0, *ends[:-1]], ends, strict=True):
        if pitch == REST:
            continue
        t = np.arange(end - begin) / sample_rate
        volume = np.minimum(1, np.minimum(t, t[::-1]) / 0.01)
        sound[begin:end] = volume * voice(440 * 2 ** ((int(pitch) - 69) / 12), t)
    sound *= 0.9 / max(np.abs(sound).max(), 1e-9)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(32767 * sound).astype("<i2").tobytes())
    return len(sound)
    ### END SOLUTION


# %% fixture
def heard(notes, as_path=False, **settings):
    """What is in the file that is written over an older one: header, samples, what was returned."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tune.wav"
        path.write_bytes(b"old" * 100_000)
        came = write_wav(notes, path if as_path else str(path), **settings)
        with wave.open(str(path), "rb") as file:
            header = (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes())
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int)
    return header, samples, came


# %% test: write_wav, points=3
def check_tune(notes, tempo, sample_rate, as_path=False):
    """Compare a written file with the contract, note by note."""
    with dd.check.unchanged(notes, what="notes"):
        header, samples, came = heard(notes, as_path, tempo=tempo, sample_rate=sample_rate)
    of = f" at tempo {tempo} and {sample_rate} samples a second"
    dd.check.equal(header[:3], (1, 2, sample_rate), what="channels, bytes a sample and rate" + of)
    edges, ticks, pieces = [0], 0, []
    for pitch, length in notes:
        ticks += int(length)
        edges.append(round(ticks * 15.0 / tempo * sample_rate))
        piece = np.zeros(edges[-1] - edges[-2])
        for j in range(len(piece)) if pitch else ():
            piece[j] = min(1.0, j / sample_rate / 0.01, (len(piece) - 1 - j) / sample_rate / 0.01)
        frequency = 440.0 * 2.0 ** ((int(pitch) - 69) / 12)
        pieces.append(piece * voice(frequency, np.arange(len(piece)) / sample_rate))
    dd.check.equal(header[3], edges[-1], what="the number of samples" + of, why="the last note's end is the file's end")
    dd.check.kind(came, int, what="what came back" + of)
    dd.check.equal(came, edges[-1], what="what came back" + of, why="it is the number of samples in the file")
    loudest = max(np.abs(piece).max() for piece in pieces)
    if loudest:
        dd.check.equal(np.abs(samples).max(), 29490, what="the loudest sample" + of, why="it has 0.9 of 32,767")
    for k, piece in enumerate(pieces):
        due = piece * (0.9 * 32767 / (loudest or 1))
        told = f"the samples of note {k}, {tuple(map(int, notes[k]))}," + of
        dd.check.close(samples[edges[k] : edges[k + 1]], due, rtol=0, atol=0.51, what=told, why="voice times volume")


check_tune(np.array([[69, 4], [0, 2], [60, 8]]), 100, 16_000)
with dd.check.raises(ValueError, why="there are no notes"):
    heard(np.zeros((0, 2), int))
with dd.check.raises(ValueError, why="nothing can be played at a tempo of 0"):
    heard(np.array([[60, 4]]), tempo=0)
### BEGIN HIDDEN TESTS
check_tune(np.array([[57, 4], [81, 2], [76, 3], [58, 16]], "int16"), 190, 16_000, as_path=True)
check_tune([(60, 4)], 120, 8_000)
check_tune(np.array([[72, 1]] * 3 + [[0, 1], [74, 1]]), 97, 22_050)  # 3,409.8 samples a sixteenth
check_tune(np.array([[0, 4], [65, 3]]), 161.5, 11_025)
check_tune(np.array([[0, 4]]), 100, 8_000)
check_tune(np.array([[70, 1]] * 24 + [[58, 6]], "int8"), 1130, 11_025)  # 146.3 samples: rounding errors would add up
check_tune([(50, 1)], 0.9, 2_000)
check_tune([(69, 1), (72, 1)], 1000, 8_000)  # 0.015 s a note: the volume falls before it has grown to 1
header, samples, _ = heard(np.array([[69, 4]]))
dd.check.equal(header[2:], (16_000, 9_600), what="rate and samples of a quarter", why="the defaults are 16,000 and 100")
for tempo in (-10, 0):
    with dd.check.raises(ValueError, why=f"tempo is {tempo}"):
        heard(np.array([[60, 4]]), tempo=tempo)
### END HIDDEN TESTS

# %% mistakes: write_wav
# - replace: (int(pitch) - 69) / 12
#   with: (int(pitch) - 60) / 12
#   hint: "Every note is nine semitones too high: which number has the A of 440 hertz?"
# - replace: 440 * 2 ** ((int(pitch) - 69) / 12)
#   with: 440 * 2 ** ((int(pitch) - 69) / 7)
#   hint: "An octave has twelve equal steps."
# - replace: 440 * 2 ** ((int(pitch) - 69) / 12)
#   with: 440 + 440 * (int(pitch) - 69) / 12
#   hint: "You add the same number of hertz for each semitone. Equal steps multiply."
# - replace: 15 / tempo
#   with: 60 / tempo
#   hint: "Your notes are four times too long: lengths are in sixteenths, the tempo in quarters."
# - replace: 15 / tempo
#   with: 15 / 100
#   hint: "The tempo is not used."
# - replace: np.rint(np.cumsum(lengths) * 15 / tempo * sample_rate).astype(int)
#   with: np.cumsum(np.rint(lengths * 15 / tempo * sample_rate)).astype(int)
#   hint: "You round the length of each note, and the errors add up. Round the times instead."
# - replace: volume * voice
#   with: voice
#   hint: "Each note begins and ends with a jump, which clicks. Let it swell and fade."
# - replace: np.minimum(t, t[::-1])
#   with: t
#   hint: "Your notes swell, but they end with a jump."
# - replace: |-
#     if pitch == REST:
#                 continue
#   with: |-
#     pass
#   hint: "Rests sound as a very low tone. They should be silent."
# - replace: np.rint(32767 * sound).astype("<i2")
#   with: (32767 * sound).astype("<i2")
#   hint: "Fractions are cut off. The samples are to be rounded."
# - replace: np.minimum(1, np.minimum(t, t[::-1]) / 0.01)
#   with: np.minimum(1, np.minimum(t, t[::-1]) * sample_rate / 160)
#   hint: "Your notes swell for a fixed number of samples. It is a fixed time, 0.01 s, whatever the rate is."
# - replace: '440 * 2 ** ((int(pitch) - 69) / 12), t)'
#   with: '440 * 2 ** ((int(pitch) - 69) / 12), t + begin / sample_rate)'
#   hint: "Your clock runs from the start of the tune: later notes sound as if struck long ago. Each begins at 0."
# - replace: volume * voice(440 * 2 ** ((int(pitch) - 69) / 12), t)
#   with: volume * (tone := voice(440 * 2 ** ((int(pitch) - 69) / 12), t)) / max(np.abs(volume * tone).max(), 1e-9)
#   hint: "You make every note equally loud. One factor for the whole tune is due."
# - replace: np.rint(32767 * sound).astype("<i2")
#   with: np.rint(40000 * sound).astype(int).astype("<i2")
#   hint: "The loudest samples are beyond 16 bits and wrap around."
# - replace: np.rint(32767 * sound).astype("<i2")
#   with: sound.astype("<i2")
#   hint: "All of your samples are between -1 and 1, and as whole numbers 0. Scale them up first."
# - replace: np.rint(32767 * sound).astype("<i2")
#   with: np.rint(3000 * sound).astype("<i2")
#   hint: "The file is very quiet: 32,767 is the largest number of 16 bits."
# - replace: np.rint(32767 * sound).astype("<i2")
#   with: np.rint(32767 * sound).astype("<i4")
#   hint: "Your numbers have four bytes, and the file says two: it is read as noise."
# - replace: file.setnchannels(1)
#   with: file.setnchannels(2)
#   hint: "The file says stereo: two samples are played at once, and the tune is an octave too high."
# - replace: return len(sound)
#   with: return len(sound) / sample_rate
#   hint: "You give back the seconds. The number of samples is due."
# - replace: sound *= 0.9 / max(np.abs(sound).max(), 1e-9)
#   with: sound *= 0.9
#   hint: "The sound is not scaled: how loud it is depends on the voice."
# - replace: np.minimum(1, np.minimum(t, t[::-1]) / 0.01)
#   with: np.minimum(1, t / 0.01) * np.minimum(1, t[::-1] / 0.01)
#   hint: "Growing and falling are multiplied. In a short note it is the smaller of the two that holds."

# %% equivalents: write_wav
# - replace: 'sound *= 0.9 / max(np.abs(sound).max(), 1e-9)'
#   with: 'sound *= 0.9 / max(np.abs(sound).max(), 0.0)'
#   reason: "NumPy's 0.9 / 0 is infinite and 0 times that NaN, with a warning, and as a 16-bit number it is 0."
# - replace: 'if len(notes) == 0 or tempo <= 0:'
#   with: 'if len(notes) == 0:'
#   reason: "Arrays of a negative or infinite length raise a ValueError of their own."
# - replace: 'if len(notes) == 0 or tempo <= 0:'
#   with: 'if len(notes) == 0 or (tempo < 0):'
#   reason: "Arrays of a negative or infinite length raise a ValueError of their own."
# - replace: 'if len(notes) == 0 or tempo <= 0:'
#   with: 'if len(notes) == 0 or tempo <= -1:'
#   reason: "Arrays of a negative or infinite length raise a ValueError of their own."


# %% accepts: write_wav
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    # Piece by piece.
    if not len(notes):
        raise ValueError("no notes")
    if not tempo > 0:
        raise ValueError("tempo")
    pieces, begin, sixteenths = [], 0, 0
    for pitch, length in np.array(notes, dtype=int):
        sixteenths += length
        end = round(float(sixteenths * 15 / tempo * sample_rate))
        step = np.arange(end - begin)
        edge = np.clip(np.minimum(step, len(step) - 1 - step) / (0.01 * sample_rate), 0, 1)
        pieces.append((pitch > 0) * edge * voice(440 * 2 ** (pitch / 12 - 5.75), step / sample_rate))
        begin = end
    sound = np.concatenate(pieces)
    peak = np.abs(sound).max() or 1.0
    samples = np.round(sound / peak * 0.9 * 32767).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, sample_rate, len(samples), "NONE", "not compressed"))
        out.writeframes(samples.tobytes())
    return len(samples)


# %% accepts: write_wav
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) < 1 or tempo <= 0:
        raise ValueError("no notes, or no tempo")
    clock = [0]
    for note in notes:
        clock.append(clock[-1] + int(note[1]))
    places = [int(np.floor(tick * 15 * sample_rate / tempo + 0.5)) for tick in clock]
    sound = np.zeros(places[-1])
    for k, note in enumerate(notes):
        if int(note[0]) > 0:
            t = np.arange(places[k + 1] - places[k]) / sample_rate
            ramp = np.interp(t, [0, 0.01], [0, 1]) if len(t) else t
            frequency = 440 * np.exp2((int(note[0]) - 69) / 12)
            sound[places[k] : places[k + 1]] = voice(frequency, t) * np.minimum(ramp, ramp[::-1])
    loudest = np.abs(sound).max()
    sound = np.round(sound * (0.9 * 32767 / loudest if loudest else 0)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(sound.tobytes())
    return int(places[-1])


# %% [markdown]
# ## Put it together: a melody
#
# The tunes come from `melodies`: 300 of them, made by rules of composition. (With the full set they would be Bach's
# chorales, whose soprano is the melody.) We take those in major and **transpose** all to C, by the shortest way: what
# matters in a tune is the distance of its notes to the keynote, and so every tune teaches about every other. The
# alternative is to transpose each tune to all twelve keys, *augmentation*, which costs twelve times the training and
# gives a model that can play in any.
#
# (For jazz one usually has the chords given and lets the network improvise over them: put a token for the chord before
# the notes of a bar, in training as in writing. The loop stays the same.)


# %% demo
NOTE_NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")


def in_c(tune):
    """The notes of a tune in C, moved by at most half an octave."""
    keynote = NOTE_NAMES.index(tune.key.rpartition(" ")[0])
    shift = -keynote if keynote <= 6 else 12 - keynote
    return np.column_stack([np.where(tune.notes[:, 0] > 0, tune.notes[:, 0] + shift, 0), tune.notes[:, 1]])


tunes = [in_c(tune) for tune in dd.data.melodies(300, source="bundled") if tune.key.endswith("major")]
music_tokens = np.array([END] + [token for notes in tunes for token in notes_to_tokens(notes)])
pool, music_ids = np.unique(music_tokens, return_inverse=True)  # only tokens that occur get a place
print(
    f"{len(tunes)} tunes, {len(music_tokens):,} tokens, {len(pool)} different ones; the first: {music_tokens[1:13]} …"
)

dd.seed(78)
music_model = build_language_model(len(pool), 16, 48)
history = train(music_model, music_ids, 32, 32, 16, 6, 0.01, np.random.default_rng(78))
print(f"losses in training: {', '.join(f'{value:.2f}' for value in history)}; guessing: {np.log(len(pool)):.2f}")

# %% [markdown]
# A tune begins where another has ended, so the prompt is the token END, and the next END stops it. We let
# it compose five. For comparison five random tunes: notes and lengths drawn from the same tunes, each for itself. By
# what could one tell them apart, without listening? Two rules that all the tunes in training follow: a melody
# **walks**, most moves are a whole tone (2 semitones) or less; and a **bar** of four quarters, 16 sixteenths (or 12,
# for three), is filled exactly, so that a note begins on every bar line.


# %% demo
def walk_share(notes):
    """Share of the moves from note to note, rests left out, that are at most a whole tone."""
    pitches = notes[notes[:, 0] > 0, 0]
    return np.mean(np.abs(np.diff(pitches)) <= 2)


def bar_share(notes):
    """Share of the bar lines, of four quarters or of three, whichever fits better, on which a note begins."""
    begins = np.cumsum(notes[:, 1])
    return max(np.mean(np.isin(np.arange(bar, begins[-1] + 1, bar), begins)) for bar in (16, 12))


music_writer = writer_of(music_model)
rng = np.random.default_rng(5)
end = int(np.flatnonzero(pool == END)[0])
composed, shuffled = [], []
every_note = np.concatenate(tunes)
while len(composed) < 5:
    choose = lambda logits: sample_logits(logits, 0.8, None, 0.95, rng)  # noqa: E731
    notes = tokens_to_notes(pool[generate(music_writer, [end], 130, choose, stop=end)[1:]])
    if len(notes) >= 20:  # a tune may end at once
        composed.append(notes)
        shuffled.append(np.column_stack([rng.choice(every_note[:, column], len(notes)) for column in (0, 1)]))

kinds = {"in training": tunes, "composed by the network": composed, "drawn at random": shuffled}
measured = {kind: [(walk_share(notes), bar_share(notes)) for notes in some] for kind, some in kinds.items()}
for kind, values in measured.items():
    walks, bars = np.mean(values, axis=0)
    print(f"{kind:>24}: moves of at most a whole tone {walks:.0%}, bar lines with a note {bars:.0%}")
assert np.mean(measured["composed by the network"], axis=0)[0] > np.mean(measured["drawn at random"], axis=0)[0] + 0.15

# %% demo
best = composed[int(np.argmax([sum(values) for values in measured["composed by the network"]]))]
fig, axes = plt.subplots(3, 1, figsize=(10, 7.2), sharex=True, sharey=True)
for ax, kind, notes in zip(axes, kinds, (tunes[0], best, shuffled[0]), strict=True):
    begins = np.cumsum(notes[:, 1]) - notes[:, 1]
    heard_notes = notes[:, 0] > 0
    ax.barh(
        notes[heard_notes, 0], notes[heard_notes, 1] - 0.4, 0.9, begins[heard_notes], align="center", color="#047668"
    )
    ax.set(title=kind.capitalize(), ylabel="number of the note")
    ax.set_xticks(np.arange(0, 129, 16), np.arange(0, 9))
axes[0].set(xlim=(0, 128), ylim=(53, 91))
axes[2].set_xlabel("bar of four quarters, counted from 0")
dd.plot.show(
    "Three piano rolls of eight bars, a bar for each note, higher for higher notes. A tune from training and one by "
    "the network go up and down in small steps, with notes beginning at most bar lines; the random one jumps "
    "about, with notes of all lengths anywhere."
)

# %% [markdown]
# Above and in the middle the melody walks, turns and pauses; below it jumps. The network has never been told what a
# step is, or a bar: to a network that reads tokens, 60 and 62 are no closer than 60 and 80. It found that out from
# their company, and walks even more than its teachers. About nine bar lines in ten have a note; for that it has to add
# up lengths, to sixteen, and carry the sum in its state. What it does not do is what the tunes in training do over
# lines of four bars: come back to the theme, as the one above does in bar 4. Its memory does not reach that far.
#
# And now, listen.

# %% demo
folder = Path(tempfile.mkdtemp())
path = folder / "melody.wav"
num_samples = write_wav(best, path, tempo=110)
print(f"{len(best)} notes, {num_samples / 16_000:.1f} seconds, {path.stat().st_size / 1024:.0f} KiB: {path.name}")
with wave.open(str(path), "rb") as file:
    melody = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767

fig, axes = plt.subplots(2, 1, figsize=(10, 5.2))
size = 8 * 16 * 15 * 16_000 // 110  # two bars of 16 sixteenths are enough to see
size = min(size // 4, len(melody))
axes[0].plot(np.arange(size) / 16_000, melody[:size], linewidth=0.6)
axes[0].set(title="The sound of the first two bars", xlabel="seconds", ylabel="sample", xlim=(0, size / 16_000))
axes[1].specgram(melody[:size], NFFT=2048, Fs=16_000, noverlap=1536, cmap="Greys", vmin=-120)
axes[1].set(title="Its frequencies", xlabel="seconds", ylabel="hertz", xlim=(0, size / 16_000), ylim=(0, 1600))
axes[1].grid(False)
dd.plot.show(
    "Two panels over the first two bars. Top, the samples: a swelling for each note that fades slowly, with gaps down "
    "to zero between notes. Bottom, the frequencies: a dark horizontal dash for each note, at its pitch, and a fainter "
    "one at twice the frequency, with a grey column of all frequencies where two notes meet."
)

# %% [markdown]
# Each note swells, fades and reaches 0 before the next: no clicks. Below, the tune can be read like the piano roll,
# each note with its octave above it, fainter: the overtone of `voice`. The grey columns are where notes meet: a fast
# swell has something of all frequencies, and a click far more. `IPython.display.Audio(str(path))` as the last line of a
# cell plays the file in the notebook.
#
# ## What you should remember
#
# 1. A long sequence is cut into windows; each token's target is the next one. Shuffle windows, never tokens.
# 2. Writing is a loop: read what is new, choose, go on, with the state carried along. Each token is read once.
# 3. Temperature leans, top-k cuts at a number, top-p cuts at a sum of probability. In this order; after each, what is
#    left adds up to 1.
# 4. Whatever can be written as tokens can be generated. Readers of what a network wrote must bear malformed input.
# 5. Sound: a semitone is a factor of $2^{1/12}$, round times and not lengths, begin and end at 0, stay within the
#    range.
#
# ## Check yourself
#
# 1. What do temperature $10^{-6}$, $k = 1$ and a tiny $q$ have in common? Is the text that they write the most likely
#    one?
# 2. In training every window starts from a state of 0; when writing, the state is never reset. Why does it work all the
#    same, and when would it not?
# 3. A network composes in C only. How do you get a melody in E flat, without training again?
#
# <details><summary>Answers</summary>
#
# 1. All three take the likeliest token each time. The text is not the most likely one: a start that is a little less
#    likely can lead to a continuation that is far more so. Beam search (week 17) looks for it.
# 2. Within a window the network learns to go on from states that it made itself, and after some tokens they look the
#    same, wherever they began. It would fail if states kept growing beyond what a window ever showed, as those of a
#    counter do.
# 3. Add 3 to every note's number but to the rests.
#
# </details>
#
# ## Go further
#
# - Fan, Lewis and Dauphin (2018), *Hierarchical neural story generation*, ACL: top-k sampling.
# - Holtzman, Buys, Du, Forbes and Choi (2020), *The curious case of neural text degeneration*, ICLR: why the likeliest
#   text is a bad one, and nucleus sampling.
# - Hadjeres, Pachet and Nielsen (2017), *DeepBach: A steerable model for Bach chorales generation*, ICML.
# - Huang, Vaswani, Uszkoreit and others (2019), *Music Transformer: Generating music with long-term structure*, ICLR.
# - `dd.data.melodies(source="full")` fetches Bach's chorales, without their keys: leave `in_c` out. Train on their
#   sopranos; then code all four voices.
