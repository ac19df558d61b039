# ---
# day: 69
# title: Word2vec
# week: 14
# minutes: 110
# backend: numpy
# needs: [2, 4, 5, 15, 18, 19, 66, 67, 68]
# data: [pydocs]
# papers:
# - "Harris 1954, Distributional structure"
# - "Bengio, Ducharme, Vincent and Jauvin 2003, A neural probabilistic language model"
# - "Mikolov, Chen, Corrado and Dean 2013, Efficient estimation of word representations in vector space"
# - "Mikolov, Sutskever, Chen, Corrado and Dean 2013, Distributed representations of words and phrases and their
#   compositionality"
# - "Levy and Goldberg 2014, Neural word embedding as implicit matrix factorization"
# ---

# %% [markdown]
# # Day 69 · Word2vec
#
# By the end you can turn every word of a text into a short vector, learned from nothing but the company that words
# keep, and say why words of like meaning end up side by side.
#
# **You will build** word2vec: the pairs it learns from, the thinning of frequent words, the draw of wrong answers, the
# loss with its gradients, its sister CBOW, and the search for a word's nearest neighbours. Trained in seconds on
# Python's own reference, it finds out which of its words belong together.
#
# **You need** gradient descent (Day 2), the sigmoid (Day 4), softmax (Day 5), factors of viewers and films (Day 15),
# principal components (Day 18), tokens and vocabularies (Day 66), and n-grams (Day 68). **Not today:** GloVe,
# analogies and what vectors learn about people (Day 70), and vectors that depend on the sentence (attention, week 17).
# It takes about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $V$, $d$ | words in the vocabulary, width of a vector | | `size` for $d$ |
# | $T$ | words of the text, in order, as numbers from 0 to $V-1$ | | `tokens` |
# | $w$ | window: how far a neighbour may be | | `window` |
# | $E$, $e_i$ | vectors of the words as centres; row $i$ | $(V, d)$, $(d,)$ | `embeddings`, `center` |
# | $U$, $u_j$ | vectors of the words as neighbours; row $j$ | $(V, d)$, $(d,)$ | `outputs`, `context` |
# | $n_i$, $f_i$ | times that word $i$ occurs, and its share $n_i / T$ | | `counts` |
# | $t$ | share above which words are thinned out | | `t` |
# | $P_i$ | chance that word $i$ is drawn as a wrong answer | $(V,)$ together | `noise` |
# | $B$, $r$ | pairs in a mini-batch, wrong answers for each | | `num_negatives` for $r$ |
# | $L$ | the loss, summed over the batch | $()$ | `loss` |
# | $h$ | mean vector of a gap's neighbours (CBOW) | $(B, d)$ | `hidden` |
# | $\sigma$ | the sigmoid | | `sigmoid` |
# | $\alpha$ | learning rate | | `learning_rate` |
# | $k$ | how many neighbours are listed | | `k` |

# %% setup
import re
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def sigmoid(z):
    """1 / (1 + exp(-z)) for an array of any shape, written so that no z overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# %% [markdown]
# ## A word is known by its company
#
# So far a word was a number in a vocabulary, or a **one-hot** row with a single 1. Then any two words are equally far
# apart: `list` is as strange to `tuple` as to `Tuesday`. Whatever a model learns of one word tells it nothing of
# another.
#
# Read this: *she fed the wug and it purred*. You know much about a wug already, from its neighbours alone. Harris
# (1954) made a principle of it, the **distributional hypothesis**: words that occur in the same contexts tend to have
# like meanings. So give each word a vector of $d$ numbers, and move the vectors until words with the same
# neighbours have the same direction. The $(V, d)$ table of them is the **embedding matrix**. Multiplying a one-hot
# row by $E$ picks row $i$ of $E$; nobody multiplies, `E[i]` does it.
#
# Bengio et al. (2003) learned such a matrix as the first layer of a language model (Day 68's task). Mikolov et al.
# (2013) threw the rest of the network away and kept two layers without anything between. That made it fast enough
# for billions of words: **word2vec**. It comes in two forms:
#
# - **Skip-gram**: given a word, say which words occur near it.
# - **CBOW** (continuous bag of words): given the words around a gap, say which word is missing.
#
# Which way do the arrows go?

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(10.5, 2.6))
for ax, name in zip(
    axes, ("Skip-gram: one word predicts each neighbour", "CBOW: the neighbours predict one word"), strict=True
):
    for place, word in enumerate(("the", "for", "statement", "is", "used")):
        middle = place == 2
        ax.text(
            place,
            0,
            word,
            ha="center",
            va="center",
            fontsize=12,
            fontweight="bold" if middle else "normal",
            bbox={"facecolor": "0.85" if middle else "white", "edgecolor": "black", "boxstyle": "round,pad=0.4"},
        )
        if not middle:
            style = {"arrowstyle": "->" if name.startswith("Skip") else "<-", "linewidth": 1.6}
            style["connectionstyle"] = f"arc3,rad={0.45 if place < 2 else -0.45}"
            ax.annotate("", (place, 0.2), (2, 0.2), arrowprops=style)
    ax.set(xlim=(-0.6, 4.6), ylim=(-0.4, 1.1), title=name)
    ax.axis("off")
dd.plot.show(
    "Two copies of the words: the for statement is used, with statement in the middle. Left, four arrows lead from the "
    "middle word to its two neighbours on each side. Right, the same arrows lead from the neighbours to the middle."
)

# %% [markdown]
# Out of the middle for skip-gram, into it for CBOW. We train the first.
#
# ## Pairs
#
# Skip-gram learns from pairs (centre, neighbour). With **window** $w = 1$, the text *if x is y* as tokens 0, 1, 2, 3
# has these pairs:
#
# | centre | 0 | 1 | 1 | 2 | 2 | 3 |
# |---|---|---|---|---|---|---|
# | neighbour | 1 | 0 | 2 | 1 | 3 | 2 |
#
# Every word is a centre once, and its neighbours are at most $w$ places away on either side. A word is not its own
# neighbour, but if it occurs twice within the window, then the two are each other's. A small window favours words
# that could replace each other, a large one words of the same subject. (The original program draws each centre's
# window at random from 1 to $w$, so that near neighbours count more. We leave that out.)


# %% exercise: skipgram_pairs
def skipgram_pairs(tokens, window):
    """All pairs of a word and a neighbour within the window.

    Args:
        tokens: (T,) array of ints, the text in order, T >= 0; left unchanged.
        window: largest distance in places, int >= 1; it may exceed T.

    Returns:
        (centers, contexts): two int arrays of shape (n,). Together they hold every pair of places at most `window`
        apart, in both directions, in any order; no place is paired with itself. About 5 lines.
    """
    ### BEGIN SOLUTION
    centers, contexts = [tokens[:0]], [tokens[:0]]
    for step in range(1, window + 1):
        centers += [tokens[step:], tokens[:-step]]
        contexts += [tokens[:-step], tokens[step:]]
    return np.concatenate(centers), np.concatenate(contexts)
    ### END SOLUTION


# %% test: skipgram_pairs, points=2
tokens = np.array([0, 1, 2, 3])
with dd.check.unchanged(tokens):
    result = skipgram_pairs(tokens, 1)
dd.check.kind(result, tuple, why="centres and neighbours come back together")
assert len(result) == 2
for part, what in zip(result, ("centers", "contexts"), strict=True):
    dd.check.kind(part, np.ndarray, what=what)
    dd.check.shape(part, (6,), what=what, why="four words with window 1 have six pairs")
    dd.check.dtype(part, "int", what=what)
pairs = sorted(zip(result[0].tolist(), result[1].tolist(), strict=True))
dd.check.equal(pairs, [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)], what="the pairs", why="the example above")
# Ordered pairs of different places, two at most apart: the two 7s are neighbours.
result = skipgram_pairs(np.array([7, 5, 7]), 2)
pairs = sorted(zip(result[0].tolist(), result[1].tolist(), strict=True))
dd.check.equal(pairs, [(5, 7), (5, 7), (7, 5), (7, 5), (7, 7), (7, 7)], what="the pairs of 7, 5, 7")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(69)
for length, window in [
    (0, 1),
    (0, 4),
    (1, 1),
    (1, 3),
    (2, 1),
    (2, 9),
    (3, 2),
    (7, 3),
    (7, 6),
    (7, 7),
    (7, 50),
    (60, 5),
    (90, 1),
]:
    for dtype in (np.int64, np.uint16, np.int32):
        tokens = rng.integers(0, 12, length).astype(dtype)
        with dd.check.unchanged(tokens):
            result = skipgram_pairs(tokens, window)
        of = f" for {length} tokens and window {window}"
        dd.check.kind(result, tuple, what="what came" + of)
        due = [
            (int(tokens[i]), int(tokens[j]))
            for i in range(length)
            for j in range(length)
            if i != j and abs(i - j) <= window
        ]
        for part, what in zip(result, ("centers", "contexts"), strict=True):
            dd.check.kind(part, np.ndarray, what=what + of)
            dd.check.shape(part, (len(due),), what=what + of)
            dd.check.dtype(part, "int", what=what + of)
        pairs = sorted(zip(result[0].tolist(), result[1].tolist(), strict=True))
        dd.check.equal(pairs, sorted(due), what="the pairs" + of)
# A text read backwards and one cut out of a longer array are texts too.
long = np.arange(20)
for tokens in (long[::-1], long[::3], long[5:8]):
    result = skipgram_pairs(tokens, 2)
    due = [(i, j) for i in range(len(tokens)) for j in range(len(tokens)) if 0 < abs(i - j) <= 2]
    due = sorted((int(tokens[i]), int(tokens[j])) for i, j in due)
    dd.check.equal(sorted(zip(result[0].tolist(), result[1].tolist(), strict=True)), due, what="the pairs")
### END HIDDEN TESTS

# %% mistakes: skipgram_pairs
# - replace: centers += [tokens[step:], tokens[:-step]]
#   with: centers += [tokens[step:], tokens[step:]]
#   hint: "Centre and neighbour must be `step` places apart. One of your slices is paired with itself."
# - replace: range(1, window + 1)
#   with: range(1, window)
#   hint: "Your window is one place too small. Does range include its end?"


# %% mistakes: skipgram_pairs
# - replace: |-
#     centers += [tokens[step:], tokens[:-step]]
#     contexts += [tokens[:-step], tokens[step:]]
#   with: |-
#     centers += [tokens[:-step]]
#     contexts += [tokens[step:]]
#   hint: "You only look to one side of the centre. Neighbours come before it as well as after."
# - replace: |-
#     centers += [tokens[step:], tokens[:-step]]
#     contexts += [tokens[:-step], tokens[step:]]
#   with: |-
#     centers += [tokens[step:]]
#     contexts += [tokens[:-step]]
#   hint: "You only look to one side of the centre. Neighbours come before it as well as after."


# %% equivalents: skipgram_pairs
# - replace: return np.concatenate(centers), np.concatenate(contexts)
#   with: return np.concatenate(contexts), np.concatenate(centers)
#   reason: "Pairs come in both directions, so the two rows may change places."


# %% mistake: skipgram_pairs
# hint: "A word that occurs twice within the window is its own neighbour there. It is the same place that must be left
#   out, not the same word."
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[j])
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
        if tokens[i] != tokens[j]
    ]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "Each word of yours is paired with its own place too."
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[j])
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
    ]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "The words at either end have neighbours too, only fewer. You skip centres whose window leaves the text."
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[i + step])
        for i in range(window, len(tokens) - window)
        for step in range(-window, window + 1)
        if step
    ]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "A negative place counts from the end in Python: your first words are neighbours of the last ones."
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[i + step])
        for i in range(len(tokens))
        for step in range(-window, window + 1)
        if step and -len(tokens) <= i + step < len(tokens)
    ]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "You keep each pair once. A pair that occurs often must occur often here too: that is what is learned."
def skipgram_pairs(tokens, window):
    pairs = {
        (int(tokens[i]), int(tokens[j]))
        for i in range(len(tokens))
        for j in range(len(tokens))
        if i != j and abs(i - j) <= window
    }
    pairs = np.array(sorted(pairs), dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "Your text is a ring: what leaves it at one end comes back at the other. The first word has no neighbour before
#   it."
def skipgram_pairs(tokens, window):
    centers = [tokens for _ in range(2 * window)]
    contexts = [np.roll(tokens, sign * step) for step in range(1, window + 1) for sign in (1, -1)]
    return np.concatenate(centers), np.concatenate(contexts)


# %% mistake: skipgram_pairs
# hint: "You pair each word with those exactly `window` places away. All nearer ones are its neighbours too."
def skipgram_pairs(tokens, window):
    return (
        np.concatenate([tokens[:-window], tokens[window:]]),
        np.concatenate([tokens[window:], tokens[:-window]]),
    )


# %% mistake: skipgram_pairs
# hint: "You look `window` places back, but one fewer ahead. Is the last place of your slice or range still in it?"
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[j])
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window))
        if i != j
    ]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "You return places. The model needs the words that stand there."
def skipgram_pairs(tokens, window):
    pairs = [(i, j) for i in range(len(tokens)) for j in range(len(tokens)) if 0 < abs(i - j) <= window]
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# %% mistake: skipgram_pairs
# hint: "A text of one word or none has no pairs. An array made of an empty list holds floats; whole numbers are asked
#   for."
def skipgram_pairs(tokens, window):
    pairs = [
        (tokens[i], tokens[j])
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
        if i != j
    ]
    return np.array([i for i, _ in pairs]), np.array([j for _, j in pairs])


# %% accepts: skipgram_pairs
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for place, token in enumerate(tokens):
        near = [*tokens[max(0, place - window) : place], *tokens[place + 1 : place + 1 + window]]
        centers.extend([token] * len(near))
        contexts.extend(near)
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% accepts: skipgram_pairs
def skipgram_pairs(tokens, window):
    offsets = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])  # (2w,)
    places = np.arange(len(tokens))[:, None] + offsets  # (T, 2w)
    inside = (places >= 0) & (places < len(tokens))
    rows, _ = np.nonzero(inside)
    return tokens[rows], tokens[places[inside]]


# %% [markdown]
# ## Frequent words, and the text
#
# Our text is `pydocs`, the language reference that ships inside Python. It differs a little from version to version,
# so your numbers may differ from your neighbour's. Words become lower-case tokens (Day 66) and those that occur fewer
# than 5 times are dropped: nobody knows a word by four contexts. The pages are put end to end. (At a join a window
# reaches into the next page; with a few hundred joins in tens of thousands of words that hardly matters.)

# %% demo
pages = dd.data.pydocs()
read = re.findall(r"__[a-z_]+?__|[a-z]+(?:_[a-z]+)*", "\n\n".join(pages["text"]).lower())
vocabulary = [word for word, count in Counter(read).most_common() if count >= 5]
index = {word: i for i, word in enumerate(vocabulary)}
corpus = np.array([index[word] for word in read if word in index])  # (T,)
counts = np.bincount(corpus)  # (V,)
print(f"{len(read):,} words read, {len(set(read)):,} different; {len(vocabulary):,} of these occur 5 times or more")
for word in vocabulary[:6]:
    print(f"  {word!r:8} is {counts[index[word]] / len(corpus):.1%} of the text")

# %% [markdown]
# The first of these occurs near everything and says nothing. Yet a good part of all pairs has such a word in it. So
# Mikolov et al. **subsample**: before pairs are made, each *occurrence* of word $i$ is kept by chance, with
# probability
#
# $$\min\Big(1,\ \sqrt{t / f_i}\Big) .$$
#
# With $t = 0.01$, a word that is 4% of the text is kept half of the time, $\sqrt{0.01/0.04} = 0.5$, one that is 64% an
# eighth of the time, and one that is 1% or less always. The order of frequencies survives, their gaps shrink. And since
# the dropped words leave no hole, words that were further apart move into the same window. ($t$ depends on the size
# of the text: $10^{-5}$ for billions of words; we take $10^{-3}$. The original program keeps a little more,
# $\sqrt{t/f_i} + t/f_i$.)


# %% exercise: subsample
def subsample(tokens, t, rng):
    """Thin out frequent words at random (Mikolov et al. 2013).

    Args:
        tokens: (T,) array of ints >= 0, the text in order, T >= 0; left unchanged.
        t: share of the text above which a word is thinned out, float > 0.
        rng: np.random.Generator, from which every random number is drawn.

    Returns:
        New int array of shape (at most T,): the tokens that were kept, in their order. Each occurrence of a word with
        share f of `tokens` is kept with probability min(1, sqrt(t / f)), independently of all others. About 3 lines.
    """
    ### BEGIN SOLUTION
    _, place, number = np.unique(tokens, return_inverse=True, return_counts=True)
    share = number[place] / len(tokens)  # (T,)
    return tokens[rng.random(len(tokens)) < np.sqrt(t / share)]
    ### END SOLUTION


# %% test: subsample, points=2
# 9 is 64% of these, 4 is 32%, and each of the other numbers 1%.
tokens = np.random.default_rng(1).permutation(np.array([9] * 6400 + [4] * 3200 + [0, 1, 2, 3] * 100))
with dd.check.unchanged(tokens):
    result = subsample(tokens, 0.01, np.random.default_rng(2))
dd.check.kind(result, np.ndarray)
dd.check.dtype(result, "int")
assert result.ndim == 1, "the kept tokens are one row"
for word, chance in [(9, 0.125), (4, np.sqrt(1 / 32)), (0, 1.0), (3, 1.0)]:
    kept = np.sum(result == word) / np.sum(tokens == word)
    bound = 5 * np.sqrt(chance * (1 - chance) / np.sum(tokens == word))
    dd.check.close(kept, chance, rtol=0, atol=bound, what=f"the kept share of {word}", why="that is sqrt(t / f)")
rare = tokens[tokens < 4]
dd.check.equal(result[result < 4], rare, what="the rare words", why="they all stay, in their order")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(690)
for length, t in [(0, 0.1), (1, 1.0), (5, 1.0), (5, 7.5), (40, 1.0)]:
    for dtype in (np.int64, np.uint16):
        tokens = rng.integers(0, 4, length).astype(dtype)
        result = subsample(tokens, t, rng)
        dd.check.kind(result, np.ndarray)
        dd.check.dtype(result, "int")
        dd.check.equal(result, tokens, what=f"{length} tokens with t = {t}", why="no share is above t")
        assert not length or not np.shares_memory(result, tokens), "the result should be a new array"

# Words' numbers may have gaps, and what counts is the share of this text.
tokens = np.random.default_rng(3).permutation(np.repeat([3, 100_003, 12], [20_000, 4_000, 1_000]))
for t in (0.001, 0.04, 0.16, 0.3):
    with dd.check.unchanged(tokens):
        result = subsample(tokens, t, np.random.default_rng(4))
    assert np.isin(result, tokens).all(), "a token came back that was not in the text"
    for word, share in [(3, 0.8), (100_003, 0.16), (12, 0.04)]:
        chance, times = min(1.0, np.sqrt(t / share)), 25_000 * share
        bound = 5 * np.sqrt(chance * (1 - chance) / times) + 1e-12
        what = f"the kept share of a word with f = {share} and t = {t}"
        dd.check.close(np.sum(result == word) / times, chance, rtol=0, atol=bound, what=what)

# Occurrences are dropped one by one: the gaps between kept ones are those of a fair coin, not regular ones.
tokens = np.zeros(20_000, dtype=int)
tokens[::2] = np.arange(1, 10_001)  # every second word is 0, the others occur once and stay
result = subsample(tokens, 0.125, np.random.default_rng(5))  # 0 is kept with probability 0.5
rare = result[result > 0]
dd.check.equal(rare, np.arange(1, 10_001), what="the words below t", why="all stay, in their order")
stays = np.array([result[i + 1] == 0 if i + 1 < len(result) else False for i in np.flatnonzero(result)])
for lag in (1, 2, 3):
    both = np.mean(stays[lag:] & stays[:-lag])
    dd.check.close(both, 0.25, rtol=0, atol=0.025, what=f"share of neighbours {lag} apart both kept")

# Every random number comes from rng, which moves on.
tokens = np.random.default_rng(6).integers(0, 3, 400)
rng = np.random.default_rng(7)
one, other = subsample(tokens, 0.05, rng), subsample(tokens, 0.05, rng)
again = subsample(tokens, 0.05, np.random.default_rng(7))
dd.check.equal(again, one, what="the tokens kept with the same seed", why="all randomness comes from rng")
assert not np.array_equal(one, other), "a second call with the same rng kept the same tokens"
tokens = np.random.default_rng(8).integers(0, 3, 300)
assert 0 < len(subsample(tokens, 0.05, np.random.default_rng(9))) < 300, "some should be kept and some dropped"
### END HIDDEN TESTS

# %% mistakes: subsample
# - replace: np.sqrt(t / share)
#   with: 1 - np.sqrt(t / share)
#   hint: "You keep what should be dropped: this is the chance to discard a word."
# - replace: np.sqrt(t / share)
#   with: t / share
#   hint: "Frequent words are thinned out too much. The formula has a root."
# - replace: np.sqrt(t / share)
#   with: np.sqrt(share / t)
#   hint: "Your chance grows with the word's frequency. It should fall."
# - replace: np.sqrt(t / share)
#   with: np.sqrt(t / share) + t / share
#   hint: "That is the formula of the original program. Here it is the paper's, a single root."
# - replace: number[place] / len(tokens)
#   with: 1.0 * number[place]
#   hint: "t is a share of the text, so compare it with a share and not with a count."
# - replace: number[place] / len(tokens)
#   with: number[place] / len(number)
#   hint: "A word's share is its count among all the tokens, not among the different words."
# - replace: number[place] / len(tokens)
#   with: number[place] / np.max(number, initial=1)
#   hint: "A word's share is its count among all the tokens, not compared with the most frequent word."
# - replace: tokens[rng.random(len(tokens)) < np.sqrt(t / share)]
#   with: tokens[(rng.random(len(number)) < np.sqrt(t * len(tokens) / number))[place]]
#   hint: "You toss one coin for each word, so all its occurrences go or stay together. Toss one for each occurrence."
# - replace: tokens[rng.random(len(tokens)) < np.sqrt(t / share)]
#   with: np.sort(tokens[rng.random(len(tokens)) < np.sqrt(t / share)])
#   hint: "The kept tokens are no longer in the order of the text, and pairs need it."
# - replace: rng.random(len(tokens))
#   with: np.random.default_rng(0).random(len(tokens))
#   hint: "Your random numbers don't come from rng, so every call keeps the same tokens."
# - replace: rng.random(len(tokens))
#   with: rng.random()
#   hint: "One random number decides about all tokens. How many are needed?"
# - replace: rng.random(len(tokens))
#   with: 0.5
#   hint: "You keep or drop a word by a fixed rule. It should be by chance."


# %% equivalents: subsample
# - replace: return tokens[rng.random(len(tokens)) < np.sqrt(t / share)]
#   with: return tokens[(rng.random(len(tokens)) <= np.sqrt(t / share))]
#   reason: "A random float hits the chance exactly once in 10 to the 16."


# %% mistake: subsample
# hint: "You keep a token for every word, once. A rare word keeps all its occurrences, a frequent one some."
def subsample(tokens, t, rng):
    return tokens[np.sort(np.unique(tokens, return_index=True)[1])]


# %% mistake: subsample
# hint: "You keep a fixed number of each word's occurrences and mix them. Each occurrence has a coin of its own, and the
#   kept ones stay in the order of the text."
def subsample(tokens, t, rng):
    kept = [tokens[:0]]
    for word, n in zip(*np.unique(tokens, return_counts=True), strict=True):
        kept.append(np.full(min(n, round(n * np.sqrt(t * len(tokens) / n))), word, dtype=tokens.dtype))
    return rng.permutation(np.concatenate(kept))


# %% accepts: subsample
def subsample(tokens, t, rng):
    share = np.bincount(tokens) / max(len(tokens), 1)
    return tokens[rng.random(len(tokens)) < np.sqrt(t / share[tokens])]


# %% accepts: subsample
def subsample(tokens, t, rng):
    number = Counter(int(token) for token in tokens)
    chance = {word: (t * len(tokens) / count) ** 0.5 for word, count in number.items()}
    return np.array([token for token in tokens if rng.random() < chance[int(token)]], dtype=tokens.dtype)


# %% accepts: subsample
def subsample(tokens, t, rng):
    dropped = np.zeros(len(tokens), dtype=bool)
    for word in np.unique(tokens):
        places = np.flatnonzero(tokens == word)
        chance = min(1.0, np.sqrt(t / (len(places) / len(tokens))))
        dropped[places] = rng.binomial(1, 1 - chance, len(places)) == 1
    return np.delete(tokens, np.flatnonzero(dropped))


# %% [markdown]
# ## Softmax costs too much
#
# Each word has two vectors: $e_i$ when it is the centre, and $u_j$ when it is a neighbour. (A word is seldom its own
# neighbour, and a single vector could not have a small product with itself.) How well they go together is
# $e_i \cdot u_j$, as a viewer and a film did on Day 15. The straight way to a probability is Day 5's softmax over
# the vocabulary, with the cross-entropy as the cost:
#
# $$p(j \mid i) = \frac{\exp(e_i \cdot u_j)}{\sum_{m=0}^{V-1} \exp(e_i \cdot u_m)} , \qquad
# -\log p(j \mid i) = -\,e_i \cdot u_j + \log \sum_{m=0}^{V-1} \exp(e_i \cdot u_m) .$$
#
# The sum is the trouble. For *one* pair it takes $V$ products of $d$ numbers, and the gradient moves all $V$ rows of
# $U$. With a million words no computer has the patience.
#
# **Negative sampling** asks an easier question: *does this pair come from the text, or did I make it up?* Each true
# pair is joined by $r$ invented ones: the same centre with words drawn at random, the **negatives**. That is logistic
# regression (Day 4), and costs $r + 1$ products in place of $V$. The paper takes $r$ from 5 to 20 for small texts and 2
# to 5 for large ones.
#
# From where to draw? By frequency, half of the negatives would come from fewer than a hundred words (Day 66);
# uniformly, a rare word would be drawn far more often than it occurs. In between lies the choice that worked best in
# the paper, frequencies to the power 3/4:
#
# $$P_i = \frac{n_i^{3/4}}{\sum_m n_m^{3/4}} .$$
#
# Three words with counts 1, 16 and 81 have $n^{3/4} = 1, 8, 27$ and so $P = \tfrac{1}{36}, \tfrac{8}{36},
# \tfrac{27}{36}$. The commonest falls from 83% to 75%, the rarest rises from 1.0% to 2.8%.


# %% exercise: negative_sampling_distribution
def negative_sampling_distribution(counts, power=0.75):
    """The probabilities by which negatives are drawn (Mikolov et al. 2013).

    Args:
        counts: (V,) array of numbers >= 0, how often each word occurs, at least one of them > 0; left unchanged.
        power: what the counts are raised to, float > 0.

    Returns:
        New (V,) array of float64, proportional to counts ** power, of sum 1. About 2 lines.
    """
    ### BEGIN SOLUTION
    weights = np.asarray(counts, dtype=np.float64) ** power
    return weights / weights.sum()
    ### END SOLUTION


# %% test: negative_sampling_distribution, points=1
counts_by_hand = np.array([1, 16, 81])
with dd.check.unchanged(counts_by_hand):
    result = negative_sampling_distribution(counts_by_hand)
due = np.array([1, 8, 27]) / 36
dd.check.like(result, due, dtype="float64", why="the example worked by hand")
result = negative_sampling_distribution(np.array([9.0, 0.0, 4.0, 25.0]), power=0.5)
dd.check.like(result, np.array([0.3, 0.0, 0.2, 0.5]), why="the roots are 3, 0, 2 and 5, of sum 10")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(6900)
for size in (1, 2, 9, 400):
    for power in (0.75, 0.1, 1.0, 1.5):
        for dtype in (np.int64, np.uint8, np.int8, np.float32, np.float64):
            counts_tried = rng.integers(0, 100, size).astype(dtype)
            counts_tried[size // 2] = 127
            with dd.check.unchanged(counts_tried):
                result = negative_sampling_distribution(counts_tried, power)
            weights = [float(count) ** power if count else 0.0 for count in counts_tried.tolist()]
            due = np.array(weights) / sum(weights)
            dd.check.like(result, due, dtype="float64", rtol=1e-9, what=f"the probabilities of {size} {dtype.__name__}")
            dd.check.close(result.sum(), 1.0, rtol=1e-9, what="their sum")
            assert not np.shares_memory(result, counts_tried), "the result should be a new array"
counts_tried = np.array([8_000_000_000, 1, 2_000_000_000])
due = np.array([8e9**0.75, 1.0, 2e9**0.75])
dd.check.like(negative_sampling_distribution(counts_tried), due / due.sum(), rtol=1e-9, what="large counts")
dd.check.like(negative_sampling_distribution(np.array([5])), np.array([1.0]), what="a vocabulary of one word")
### END HIDDEN TESTS

# %% mistakes: negative_sampling_distribution
# - replace: np.asarray(counts, dtype=np.float64) ** power
#   with: np.asarray(counts, dtype=np.float64)
#   hint: "These are the plain frequencies: the power is missing."
# - replace: np.asarray(counts, dtype=np.float64) ** power
#   with: np.asarray(counts, dtype=np.float64) ** 0.75
#   hint: "power is an argument; 3/4 is only its default."
# - replace: np.asarray(counts, dtype=np.float64) ** power
#   with: np.asarray(counts, dtype=np.float64) ** (1 / power)
#   hint: "Your frequent words become more frequent still. The power should flatten."
# - replace: np.asarray(counts, dtype=np.float64) ** power
#   with: (np.asarray(counts, dtype=np.float64) > 0) * 1.0
#   hint: "All your words are equally likely."
# - replace: return weights / weights.sum()
#   with: return (np.asarray(counts, dtype=np.float64) / np.sum(counts)) ** power
#   hint: "After the power the shares no longer add up to 1. Normalise last."
# - replace: return weights / weights.sum()
#   with: return weights
#   hint: "These are weights, not probabilities: they should add up to 1."
# - replace: return weights / weights.sum()
#   with: return weights / np.sum(counts)
#   hint: "You raise the counts and then divide by the sum of the plain ones. What must the result add up to?"
# - replace: return weights / weights.sum()
#   with: return np.cumsum(weights) / weights.sum()
#   hint: "These are running sums, from which one can draw. The probabilities themselves were asked for."
# - replace: np.asarray(counts, dtype=np.float64) ** power
#   with: (np.asarray(counts, dtype=np.float64) + 1) ** power
#   hint: "Your counts are one too high. A word that never occurs is never drawn."
# - replace: return weights / weights.sum()
#   with: return weights / weights.max()
#   hint: "Probabilities add up to 1; yours have a largest entry of 1."
# - replace: return weights / weights.sum()
#   with: return np.exp(weights - weights.max()) / np.exp(weights - weights.max()).sum()
#   hint: "No softmax is needed: the weights are positive already."


# %% mistake: negative_sampling_distribution
# hint: "The words you draw most are the rarest. Negatives follow the frequencies, only flattened."
def negative_sampling_distribution(counts, power=0.75):
    weights = np.where(counts > 0, np.maximum(np.asarray(counts, dtype=float), 1.0) ** -power, 0.0)
    return weights / weights.sum()


# %% mistake: negative_sampling_distribution
# hint: "You raise the caller's counts in place, and they are needed later. An array of floats
#   is not copied by asarray."
def negative_sampling_distribution(counts, power=0.75):
    weights = np.asarray(counts, dtype=float)
    weights **= power
    weights /= weights.sum()
    return weights


# %% accepts: negative_sampling_distribution
def negative_sampling_distribution(counts, power=0.75):
    shares = np.array([float(count) for count in counts])
    shares = np.power(shares / shares.sum(), power)
    return shares / np.linalg.norm(shares, 1)


# %% accepts: negative_sampling_distribution
def negative_sampling_distribution(counts, power=0.75):
    total = sum(float(count) ** power for count in counts)
    return np.array([float(count) ** power / total for count in counts])


# %% [markdown]
# What do both tricks do to our text? How far is the commonest word thinned out, and from which frequency on is a word
# drawn as a negative *less* often than it occurs?

# %% demo
shares = counts / len(corpus)
noise = negative_sampling_distribution(counts)
thin = subsample(corpus, 1e-3, np.random.default_rng(69))
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2))
axes[0].loglog(shares, np.minimum(1, np.sqrt(1e-3 / shares)), "o", markersize=4, label="chance to be kept")
axes[0].loglog(
    shares, np.bincount(thin, minlength=len(counts)) / counts, ".", color="C1", markersize=4, label="one draw"
)
axes[0].axvline(1e-3, color="0.5", linewidth=1)
axes[0].set(title="Subsampling, $t = 0.001$", xlabel="share of the text, $f_i$", ylabel="share kept", ylim=(0.05, 1.3))
axes[0].legend(loc="lower left")
axes[1].loglog(shares, noise, "o", markersize=4, label="$P_i$, power 3/4")
axes[1].loglog(shares, shares, "-", color="C1", label="power 1")
axes[1].set(title="How often a word is a negative", xlabel="share of the text, $f_i$", ylabel="probability")
axes[1].legend(loc="upper left")
dd.plot.show(
    "Two log-log plots against a word's share of the text. Left: the chance to be kept is 1 up to a share of 0.001 and "
    "falls in a straight line after it, with the shares of one draw scattered around. Right: the probabilities with "
    "power 3/4 lie on a flatter line than those with power 1; they cross at a share near 0.002."
)
print(f"{len(thin) / len(corpus):.0%} of the text is left")

# %% [markdown]
# Left of the grey line everything stays; the commonest word keeps about one occurrence in eight. On the right the
# lines cross where words have about two thousandths of the text: commoner ones are drawn less than they occur, rarer
# ones more.
#
# ## The loss and its gradients
#
# One pair, with $r = 2$. The centre is $e = (\ln 3, 0)$ and its true neighbour $u = (1, 2)$. The negatives, also rows
# of $U$, are $\tilde u_0 = (-1, 1)$ and $\tilde u_1 = (0, 1)$. Recall $\sigma(\ln 3) = \tfrac34$.
#
# | | product with $e$ | $\sigma$ | should be | loss |
# |---|---|---|---|---|
# | $u$ | $\ln 3$ | 0.75 | 1 | $-\log 0.75 = 0.288$ |
# | $\tilde u_0$ | $-\ln 3$ | 0.25 | 0 | $-\log(1 - 0.25) = 0.288$ |
# | $\tilde u_1$ | 0 | 0.5 | 0 | $-\log(1 - 0.5) = 0.693$ |
#
# Together 1.269. In general, since $1 - \sigma(z) = \sigma(-z)$,
#
# $$L = \sum_{\text{pairs}} \Big( -\log \sigma(e \cdot u) - \sum_{m=0}^{r-1} \log \sigma(-e \cdot \tilde u_m) \Big) .$$
#
# Day 4 has the gradients already. For each product it is *prediction minus what it should be*: $-0.25$ for $u$,
# $0.25$ and $0.5$ for the negatives. Times the other vector of the product, that is
#
# $$\frac{\partial L}{\partial u} = (\sigma(e \cdot u) - 1)\, e , \qquad
# \frac{\partial L}{\partial \tilde u_m} = \sigma(e \cdot \tilde u_m)\, e ,$$
#
# while the centre, which takes part in every product, collects from all of them:
# $-0.25\,(1, 2) + 0.25\,(-1, 1) + 0.5\,(0, 1) = (-0.5, 0.25)$.
#
# Two remarks. The loss is a *sum* over the pairs, not a mean: a mini-batch of 512 pairs touches a rare word perhaps
# once, and a mean would make that word's step 512 times too small. And $\log \sigma(z)$ must not be computed as it is
# written: for $z = -1000$ the sigmoid is 0. `np.logaddexp(a, b)` is $\log(e^a + e^b)$ without overflow, and
# $-\log \sigma(z) = \log(1 + e^{-z})$.


# %% exercise: sgns_loss_and_gradients
def sgns_loss_and_gradients(center, context, negatives):
    """Loss and gradients of skip-gram with negative sampling.

    Args:
        center: (B, d) floats, the vectors e of the centres.
        context: (B, d) floats, the vectors u of their true neighbours.
        negatives: (B, r, d) floats, the vectors of each pair's negatives, r >= 1.
        All have one dtype, float32 or float64, and are left unchanged. Products may be as large as 1000 in size.

    Returns:
        (loss, dcenter, dcontext, dnegatives): the loss, summed over pairs and negatives, a number; and its gradients,
        new arrays of the shapes and dtype of the three arguments. About 9 lines; sigmoid is given above.
    """
    ### BEGIN SOLUTION
    score = np.sum(center * context, axis=1)  # (B,)
    noise = np.einsum("bd,brd->br", center, negatives)  # (B, r)
    loss = np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
    dscore = (sigmoid(score) - 1)[:, None]  # (B, 1)
    dnoise = sigmoid(noise)[:, :, None]  # (B, r, 1)
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]
    ### END SOLUTION


# %% test: sgns_loss_and_gradients, points=3
center, context = np.array([[np.log(3.0), 0.0]]), np.array([[1.0, 2.0]])
negatives = np.array([[[-1.0, 1.0], [0.0, 1.0]]])
with dd.check.unchanged([center, context, negatives]):
    result = sgns_loss_and_gradients(center, context, negatives)
dd.check.kind(result, tuple, why="the loss and three gradients come back together")
assert len(result) == 4
loss, dcenter, dcontext, dnegatives = result
dd.check.kind(loss, float, what="loss")
dd.check.close(loss, -2 * np.log(0.75) - np.log(0.5), what="loss", why="0.288 + 0.288 + 0.693, as by hand")
dd.check.like(dcenter, np.array([[-0.5, 0.25]]), what="dcenter", why="the centre collects from all three products")
dd.check.like(dcontext, -0.25 * center, what="dcontext", why="0.75 - 1, times the centre")
due = np.array([[0.25], [0.5]]) * center
dd.check.like(dnegatives, due[None], what="dnegatives", why="0.25 and 0.5, times the centre")
# Three pairs: numerical gradients, with everything of another size.
rng = np.random.default_rng(0)
center, context, negatives = rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 4, 2))
_, dcenter, dcontext, dnegatives = sgns_loss_and_gradients(center, context, negatives)
dd.check.gradient(lambda v: sgns_loss_and_gradients(v, context, negatives)[0], center, dcenter, what="dcenter")
dd.check.gradient(lambda v: sgns_loss_and_gradients(center, v, negatives)[0], context, dcontext, what="dcontext")
dd.check.gradient(lambda v: sgns_loss_and_gradients(center, context, v)[0], negatives, dnegatives, what="dnegatives")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(69000)


def one_by_one(center, context, negatives):
    """The same in plain floats, one product at a time."""
    loss, grads = 0.0, [np.zeros(a.shape) for a in (center, context, negatives)]
    for b in range(len(center)):
        z = sum(float(x) * float(y) for x, y in zip(center[b], context[b], strict=True))
        loss += math.log1p(math.exp(-abs(z))) + max(-z, 0.0)
        p = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
        grads[0][b] += (p - 1) * context[b]
        grads[1][b] += (p - 1) * center[b]
        for m in range(negatives.shape[1]):
            z = sum(float(x) * float(y) for x, y in zip(center[b], negatives[b, m], strict=True))
            loss += math.log1p(math.exp(-abs(z))) + max(z, 0.0)
            p = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
            grads[0][b] += p * negatives[b, m]
            grads[2][b, m] += p * center[b]
    return loss, *grads


for b, r, d in [(1, 1, 1), (1, 3, 2), (4, 1, 3), (2, 5, 1), (3, 3, 3), (7, 2, 4), (2, 7, 7), (4, 4, 4)]:
    center, context, negatives = rng.normal(size=(b, d)), rng.normal(size=(b, d)), rng.normal(size=(b, r, d))
    with dd.check.unchanged(center), dd.check.unchanged(context), dd.check.unchanged(negatives):
        result = sgns_loss_and_gradients(center, context, negatives)
    due = one_by_one(center, context, negatives)
    dd.check.kind(result, tuple)
    of = f" for {b} pairs with {r} negatives of width {d}"
    dd.check.kind(result[0], float, what="loss" + of)
    dd.check.close(result[0], due[0], what="loss" + of, why="it is summed over pairs and negatives")
    for came, expected, given, name in zip(
        result[1:], due[1:], (center, context, negatives), ("dcenter", "dcontext", "dnegatives"), strict=True
    ):
        dd.check.like(came, expected, dtype="float64", what=name + of)
        assert not np.shares_memory(came, given), f"{name} should be a new array"

# float32 stays float32, and is as exact as float32 can be.
center, context, negatives = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 6), (5, 6), (5, 3, 6)))
result = sgns_loss_and_gradients(center, context, negatives)
due = one_by_one(center, context, negatives)
dd.check.close(result[0], due[0], rtol=1e-5, what="loss for float32")
for came, expected, name in zip(result[1:], due[1:], ("dcenter", "dcontext", "dnegatives"), strict=True):
    dd.check.like(came, expected, dtype="float32", rtol=1e-4, atol=1e-5, what=f"{name} for float32")

# Products of plus and minus 1000: certain, right and wrong.
for dtype in (np.float64, np.float32):
    center = np.array([[10.0], [10.0]], dtype=dtype)
    context = np.array([[100.0], [-100.0]], dtype=dtype)
    negatives = np.array([[[-100.0], [100.0]], [[-100.0], [0.0]]], dtype=dtype)
    loss, dcenter, dcontext, dnegatives = sgns_loss_and_gradients(center, context, negatives)
    dd.check.close(loss, 1000 + 1000 + math.log(2), rtol=1e-5, what="loss with products of 1000 in size")
    dd.check.close(dcenter, [[100.0], [100.0]], rtol=1e-5, what="dcenter with products of 1000 in size")
    dd.check.close(dcontext, [[0.0], [-10.0]], rtol=1e-5, what="dcontext with products of 1000 in size")
    dd.check.close(dnegatives, [[[0.0], [10.0]], [[0.0], [5.0]]], rtol=1e-5, what="dnegatives with products of 1000")
### END HIDDEN TESTS

# %% mistakes: sgns_loss_and_gradients
# - replace: dscore = (sigmoid(score) - 1)[:, None]
#   with: dscore = sigmoid(score)[:, None]
#   hint: "A true pair should be 1: its gradient is the prediction minus 1, and pulls the vectors together."
# - replace: dnoise = sigmoid(noise)[:, :, None]
#   with: dnoise = (sigmoid(noise) - 1)[:, :, None]
#   hint: "A negative should be 0. Yours is treated as a true pair."
# - replace: np.sum(np.logaddexp(0, noise))
#   with: np.sum(np.logaddexp(0, -noise))
#   hint: "The loss rewards large products with negatives. Which sign has the product there?"
# - replace: np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
#   with: np.sum(np.logaddexp(0, -score)) + np.mean(np.logaddexp(0, noise))
#   hint: "The negatives' losses are summed, not averaged."
# - replace: np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
#   with: -np.sum(np.log(sigmoid(score))) - np.sum(np.log(sigmoid(-noise)))
#   hint: "For a product of -1000 the sigmoid is 0 and its logarithm infinite. Simplify before you compute."
# - replace: np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
#   with: (np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))) / len(score)
#   hint: "The loss is a sum over the pairs, and your gradients are those of the sum."
# - replace: np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
#   with: -np.sum(np.logaddexp(0, -score)) - np.sum(np.logaddexp(0, noise))
#   hint: "Your loss is negative: that is the log-likelihood, which should be large."
# - replace: dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
#   with: dcenter = dscore * context
#   hint: "The centre takes part in the products with the negatives, too."
# - replace: dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
#   with: dcenter = dscore * context + np.mean(dnoise * negatives, axis=1)
#   hint: "The negatives' gradients add up at the centre; you average them."
# - replace: dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
#   with: dcenter = dscore * context - np.sum(dnoise * negatives, axis=1)
#   hint: "The signs of pull and push are already in prediction minus target. You turn one round again."
# - replace: dnoise * center[:, None, :]
#   with: dnoise * negatives
#   hint: "The derivative of a product is the *other* factor."
# - replace: dscore * center,
#   with: dscore * context,
#   hint: "The derivative of a product is the *other* factor."
# - replace: dscore * center, dnoise * center[:, None, :]
#   with: dscore * center / len(center), dnoise * center[:, None, :] / len(center)
#   hint: "You average some gradients over the pairs. The loss is a sum."


# %% equivalents: sgns_loss_and_gradients
# - replace: np.logaddexp(0, -score)
#   with: np.logaddexp(-score, 0)
#   reason: "logaddexp is symmetric."
# - replace: np.logaddexp(0, noise)
#   with: np.logaddexp(noise, 0)
#   reason: "logaddexp is symmetric."


# %% mistake: sgns_loss_and_gradients
# hint: "That is a softmax over the true word and the negatives. Here each product is a yes-or-no question of its own."
def sgns_loss_and_gradients(center, context, negatives):
    candidates = np.concatenate([context[:, None], negatives], axis=1)  # (B, 1 + r, d)
    z = np.einsum("bd,brd->br", center, candidates)
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = np.sum(np.log(np.exp(z).sum(axis=1)) - z[:, 0])
    dz = p.copy()
    dz[:, 0] -= 1
    dcandidates = dz[:, :, None] * center[:, None]
    return loss, np.einsum("br,brd->bd", dz, candidates), dcandidates[:, 0], dcandidates[:, 1:]


# %% mistake: sgns_loss_and_gradients
# hint: "You compare every centre with every pair's neighbour. A pair's own row is the only one it belongs to."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.diag(center @ context.T)
    noise = np.einsum("bd,crd->bcr", center, negatives).sum(axis=1)
    loss = np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
    dscore, dnoise = (sigmoid(score) - 1)[:, None], sigmoid(noise)[:, :, None]
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "You average over the pairs, in the loss and in the gradients. It is a sum: a mean would make a rare word's step
#   tiny."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    size = len(center)
    loss = (np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))) / size
    dscore, dnoise = (sigmoid(score) - 1)[:, None] / size, sigmoid(noise)[:, :, None] / size
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "You average over a pair's negatives, in the loss and in the gradients. Each negative counts in full."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    size = negatives.shape[1]
    loss = np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise)) / size
    dscore, dnoise = (sigmoid(score) - 1)[:, None], sigmoid(noise)[:, :, None] / size
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "Your negatives should be 1, like the true neighbour. They were made up, so the answer to them is 0."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    loss = np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, -noise))
    dscore, dnoise = (sigmoid(score) - 1)[:, None], (sigmoid(noise) - 1)[:, :, None]
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "All your gradients point uphill, the wrong way round: they are those of the log-likelihood, not of the loss."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    loss = np.sum(np.logaddexp(0, -score)) + np.sum(np.logaddexp(0, noise))
    dscore, dnoise = (1 - sigmoid(score))[:, None], -sigmoid(noise)[:, :, None]
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "A small number inside the logarithm puts a ceiling on the loss: a product of -1000 should cost 1000."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    loss = -np.sum(np.log(sigmoid(score) + 1e-10)) - np.sum(np.log(sigmoid(-noise) + 1e-10))
    dscore, dnoise = (sigmoid(score) - 1)[:, None], sigmoid(noise)[:, :, None]
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% mistake: sgns_loss_and_gradients
# hint: "That is the squared error of the sigmoids. The loss is minus the logarithm of the right answer's probability."
def sgns_loss_and_gradients(center, context, negatives):
    score = np.sum(center * context, axis=1)
    noise = np.einsum("bd,brd->br", center, negatives)
    p, q = sigmoid(score), sigmoid(noise)
    loss = (np.sum((p - 1) ** 2) + np.sum(q**2)) / 2
    dscore, dnoise = ((p - 1) * p * (1 - p))[:, None], (q * q * (1 - q))[:, :, None]
    dcenter = dscore * context + np.sum(dnoise * negatives, axis=1)
    return loss, dcenter, dscore * center, dnoise * center[:, None, :]


# %% accepts: sgns_loss_and_gradients
def sgns_loss_and_gradients(center, context, negatives):
    words = np.concatenate([context[:, None, :], negatives], axis=1)  # (B, 1 + r, d)
    sign = np.ones(words.shape[1], dtype=center.dtype)
    sign[0] = -1
    z = sign * (words @ center[:, :, None])[:, :, 0]  # should all be very negative
    loss = np.sum(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))
    dz = sign * sigmoid(z)
    dwords = dz[:, :, None] * center[:, None, :]
    return loss, np.matmul(dz[:, None, :], words)[:, 0], dwords[:, 0].copy(), dwords[:, 1:].copy()


# %% accepts: sgns_loss_and_gradients
def sgns_loss_and_gradients(center, context, negatives):
    loss = 0.0
    dcenter, dcontext, dnegatives = np.zeros_like(center), np.zeros_like(context), np.zeros_like(negatives)
    for b, e in enumerate(center):
        targets = np.zeros(1 + len(negatives[b]), dtype=center.dtype)
        targets[0] = 1
        rows = np.vstack([context[b], negatives[b]])
        z = rows @ e
        loss += float(np.sum(np.logaddexp(0, z) - targets * z))
        error = sigmoid(z) - targets
        dcenter[b] = error @ rows
        dcontext[b] = error[0] * e
        dnegatives[b] = np.outer(error[1:], e)
    return loss, dcenter, dcontext, dnegatives


# %% [markdown]
# What does a step do to the vectors? Take one centre, one neighbour and three negatives in the plane, and go down the
# gradient. Which arrows turn where?

# %% demo
e, u = np.array([[1.0, 0.4]]), np.array([[-0.6, 1.2]])
others = np.array([[[0.8, 1.1], [0.3, -1.2], [1.4, -0.4]]])
fig, axes = plt.subplots(1, 2, figsize=(9.5, 4.3), sharex=True, sharey=True)
for ax, steps in zip(axes, (0, 60), strict=True):
    for _ in range(steps):
        loss, de, du, dothers = sgns_loss_and_gradients(e, u, others)
        e, u, others = e - 0.1 * de, u - 0.1 * du, others - 0.1 * dothers
    for vector, color, style, name in [
        (e[0], "C0", "-", "centre"),
        (u[0], "C2", "--", "true neighbour"),
        *((v, "C1", ":", "negative") for v in others[0]),
    ]:
        ax.plot(
            [0, vector[0]],
            [0, vector[1]],
            color=color,
            linestyle=style,
            linewidth=2.5,
            marker="o",
            markevery=[1],
            label=name,
        )
    ax.set(title=f"after {steps} steps", xlabel="first number", aspect="equal", xlim=(-3.2, 3.2), ylim=(-3.2, 3.2))
axes[0].set_ylabel("second number")
handles, labels = axes[0].get_legend_handles_labels()
axes[0].legend(handles[:3], labels[:3], loc="lower left", fontsize=10)
dd.plot.show(
    "Five arrows from the origin, before and after 60 steps. Before they point anywhere. After, the centre and its "
    "true neighbour point the same way and are longer, and the three negatives point away from them."
)
assert e[0] @ u[0] > 0 > (others[0] @ e[0]).max()

# %% [markdown]
# The neighbour has turned to the centre, the negatives away from it. Now let thousands of words pull and push at once:
# two centres with the same neighbours are pulled the same way, and that is how `list` comes near `tuple`, although
# they never have to be neighbours themselves. Levy and Goldberg (2014) showed where it would end with vectors wide
# enough: $e_i \cdot u_j$ becomes the logarithm of how many times more often the pair occurs than by chance, less
# $\log r$. Word2vec factorises a table of counts, as Day 15 did one of ratings, without ever writing it down.
#
# ## A trap in the update
#
# A mini-batch holds the same word many times. NumPy's `E[ids] -= step` reads all rows, subtracts, and writes all rows:
# of a repeated row only the last write survives. `np.add.at(E, ids, -step)` adds every one:

# %% demo
ids, step = np.array([2, 2, 2, 0]), np.ones((4, 1))
wrong, right = np.zeros((3, 1)), np.zeros((3, 1))
wrong[ids] -= step
np.add.at(right, ids, -step)
print("E[ids] -= step      :", wrong[:, 0])
print("np.add.at(E, ids, …):", right[:, 0])


# %% demo
def train_skipgram(corpus, seed, size=32, window=4, num_negatives=4, epochs=4, learning_rate=0.1):
    """Skip-gram with negative sampling; returns E, U and the mean loss a pair of each epoch."""
    rng = np.random.default_rng(seed)
    counts = np.bincount(corpus)
    edges = np.cumsum(negative_sampling_distribution(counts))
    embeddings = rng.uniform(-0.5, 0.5, (len(counts), size)).astype(np.float32) / size
    outputs = np.zeros((len(counts), size), dtype=np.float32)
    losses = []
    for epoch in range(epochs):
        centers, contexts = skipgram_pairs(subsample(corpus, 1e-3, rng), window)  # thinned anew each epoch
        order = rng.permutation(len(centers))
        total = 0.0
        for start in range(0, len(order), 512):
            i, j = centers[order[start : start + 512]], contexts[order[start : start + 512]]  # (B,) each
            drawn = np.searchsorted(edges, rng.random((len(i), num_negatives)) * edges[-1])  # (B, r)
            loss, de, du, dn = sgns_loss_and_gradients(embeddings[i], outputs[j], outputs[drawn])
            rate = np.float32(learning_rate * (1 - (epoch + start / len(order)) / epochs))  # falls to 0
            np.add.at(embeddings, i, -rate * de)
            np.add.at(outputs, j, -rate * du)
            np.add.at(outputs, drawn, -rate * dn)
            total += loss
        losses.append(total / len(order))
    return embeddings, outputs, losses


# %% [markdown]
# `searchsorted` turns a uniform number into a word by the running sum of $P$: where the number falls between two
# edges, that word is drawn. Now train, and once more on the same words **in shuffled order**. That text has the same
# vocabulary and frequencies, but nobody's company means anything. Two levels to compare with: who knows nothing and
# says 1/2 each time pays $(r + 1) \log 2$ for a pair; who knows that one word in $r + 1$ is the true one and says
# $\tfrac{1}{r + 1}$ each time pays $\log (r + 1) + r \log \frac{r + 1}{r}$, with $r = 4$ about 2.50. Which run gets
# well below that?

# %% demo
embeddings, outputs, losses = train_skipgram(corpus, seed=0)
shuffled = np.random.default_rng(0).permutation(corpus)
shuffled_embeddings, _, shuffled_losses = train_skipgram(shuffled, seed=0)
fig, ax = plt.subplots(figsize=(7.5, 4))
epochs = np.arange(1, len(losses) + 1)
ax.plot(epochs, losses, marker="o", label="the text")
ax.plot(epochs, shuffled_losses, marker="s", label="its words shuffled")
knows_nothing, knows_share = 5 * np.log(2), np.log(5) + 4 * np.log(5 / 4)
ax.axhline(knows_nothing, color="0.5", linewidth=1, linestyle="-", label="always 1/2")
ax.axhline(knows_share, color="0.5", linewidth=1, linestyle="--", label="always 1/5")
ax.set(title="What the order of the words is worth", xlabel="epoch", ylabel="mean loss a pair", xticks=epochs)
ax.legend()
dd.plot.show(
    "Mean loss a pair over four epochs, with lines at 3.47 and 2.50. The text's loss falls steadily, well below the "
    "lower line; that of the shuffled text comes down to the lower line and stays there."
)
print(f"last epoch: the text {losses[-1]:.2f}, its words shuffled {shuffled_losses[-1]:.2f}")
assert losses[-1] < shuffled_losses[-1] - 0.2

# %% [markdown]
# On shuffled words the loss stops where the shares of true and false are known and little else. (It may end a shade
# lower, since neighbours follow $f$ and negatives $f^{3/4}$, which can be learned too.) Everything below that is
# company.
#
# ## Neighbours
#
# Vectors of frequent words tend to be longer than those of rare ones, so words are compared by direction. The **cosine
# similarity** of two vectors is
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert\, \lVert b \rVert} ,$$
#
# 1 for the same direction, 0 for a right angle, $-1$ for opposite ones. For $(3, 4)$ it is 1 with $(6, 8)$, $0.6$ with
# $(1, 0)$ and $-0.8$ with $(0, -2)$; the plain product would like $(6, 8)$ best only for being long.


# %% exercise: most_similar
def most_similar(word, vectors, k):
    """The words whose vectors point most in the direction of a word's.

    Args:
        word: str, one of the words.
        vectors: dict of each word, str, to its vector, (d,) floats, none of them all zeros; left unchanged.
        k: how many words, int >= 0.

    Returns:
        List of (other, similarity), str and float, of the k other words with the highest cosine similarity, the highest
        first; words that tie come in the order of `vectors`. All others if there are fewer than k. About 5 lines.

    Raises:
        KeyError: vectors has no such word.
    """
    ### BEGIN SOLUTION
    v = vectors[word]
    others = [other for other in vectors if other != word]
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in others]
    return sorted(scored, key=lambda one: -one[1])[:k]
    ### END SOLUTION


# %% test: most_similar, points=2
vectors = {"up": np.array([0.0, -2.0]), "slope": np.array([3.0, 4.0]), "far": np.array([6.0, 8.0])}
vectors["right"] = np.array([1.0, 0.0])
with dd.check.unchanged(vectors):
    result = most_similar("slope", vectors, 2)
dd.check.kind(result, list, why="the neighbours come as a list")
assert len(result) == 2, f"{len(result)} neighbours came, 2 were due"
for entry in result:
    dd.check.kind(entry, tuple, what="an entry")
    dd.check.kind(entry[1], float, what="a similarity")
dd.check.equal([one for one, _ in result], ["far", "right"], what="the nearest words", why="cosines are 1 and 0.6")
dd.check.close([value for _, value in result], [1.0, 0.6], what="the similarities", why="as worked by hand")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(690000)
for size, d, dtype in [(1, 3, float), (2, 1, float), (6, 2, float), (9, 9, float), (30, 5, np.float32)]:
    names = [f"w{i}" for i in rng.permutation(size)]
    lengths = 10 ** rng.uniform(-2, 2, size)
    vectors = {name: (rng.normal(size=d) * length).astype(dtype) for name, length in zip(names, lengths, strict=True)}
    for word in names[:4]:
        due = []
        for other in names:
            if other != word:
                a, b = vectors[word].astype(float).tolist(), vectors[other].astype(float).tolist()
                product = sum(x * y for x, y in zip(a, b, strict=True))
                due.append((other, product / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))))
        if d > 1:
            due.sort(key=lambda one: -one[1])
        for k in (0, 1, 3, size - 1, size, size + 5):
            with dd.check.unchanged(vectors):
                result = most_similar(word, vectors, k)
            of = f" of {size} words with k = {k}"
            dd.check.kind(result, list, what="what came" + of)
            assert len(result) == len(due[:k]), f"{len(result)} neighbours{of} came, {len(due[:k])} were due"
            if d > 1:
                dd.check.equal([one for one, _ in result], [one for one, _ in due[:k]], what="the words" + of)
            dd.check.close([value for _, value in result], [v for _, v in due[:k]], rtol=1e-5, what="similarities" + of)
            for entry in result:
                dd.check.kind(entry, tuple, what="an entry")
                dd.check.kind(entry[0], str, what="a word")
                dd.check.kind(entry[1], float, what="a similarity")
# Ties come in the order of the dict, and a twin of the word itself is a neighbour like any other.
axes_words = {"z": [0.0, 4.0], "q": [2.0, 0.0], "a": [0.0, 1.0], "m": [0.0, 2.0], "b": [-1.0, 0.0], "c": [8.0, 0.0]}
axes_words = {name: np.array(vector) for name, vector in axes_words.items()}
due = [("z", 1.0), ("m", 1.0), ("q", 0.0), ("b", 0.0), ("c", 0.0)]
dd.check.equal(most_similar("a", axes_words, 9), due, what="neighbours that tie", why="they keep the dict's order")
due = [("c", 1.0), ("z", 0.0), ("a", 0.0)]
dd.check.equal(most_similar("q", axes_words, 3), due, what="neighbours that tie", why="they keep the dict's order")
twins = {"one": np.array([1.0, 2.0]), "two": np.array([1.0, 2.0]), "far": np.array([2.0, -1.0])}
came = [one for one, _ in most_similar("one", twins, 2)]
dd.check.equal(came, ["two", "far"], what="the neighbours", why="a word with the same vector is the nearest of all")
with dd.check.raises(KeyError, why="the word is not in vectors"):
    most_similar("wug", axes_words, 2)
### END HIDDEN TESTS

# %% mistakes: most_similar
# - replace: (np.linalg.norm(v) * np.linalg.norm(vectors[u]))
#   with: 1.0
#   hint: "The plain product likes long vectors. A cosine is divided by both lengths."
# - replace: (np.linalg.norm(v) * np.linalg.norm(vectors[u]))
#   with: np.linalg.norm(vectors[u])
#   hint: "The order is right. For a cosine the word's own length is divided out too."
# - replace: (np.linalg.norm(v) * np.linalg.norm(vectors[u]))
#   with: np.linalg.norm(v)
#   hint: "You divide by the length of the word asked about and not by the other's."
# - replace: (np.linalg.norm(v) * np.linalg.norm(vectors[u]))
#   with: (np.sum(v**2) * np.sum(vectors[u] ** 2))
#   hint: "You divide by the squared lengths: the roots are missing."
# - replace: '[other for other in vectors if other != word]'
#   with: list(vectors)
#   hint: "Every word is its own nearest neighbour. Leave it out."
# - replace: 'key=lambda one: -one[1]'
#   with: 'key=lambda one: one[1]'
#   hint: "Your list begins with the least similar words."
# - replace: 'key=lambda one: -one[1]'
#   with: 'key=lambda one: -abs(one[1])'
#   hint: "A cosine of -1 is as far away as can be, not near."
# - replace: 'key=lambda one: -one[1]'
#   with: 'key=lambda one: (-one[1], one[0])'
#   hint: "Ties are in alphabetical order. They should be in the order of the dict."
# - replace: 'key=lambda one: -one[1])[:k]'
#   with: 'key=lambda one: one[1])[::-1][:k]'
#   hint: "Turning a sorted list round turns the ties round as well."
# - replace: 'sorted(scored, key=lambda one: -one[1])[:k]'
#   with: scored[:k]
#   hint: "You return words in the order of the dict. The nearest come first."
# - replace: v = vectors[word]
#   with: v = vectors.get(word, next(iter(vectors.values())))
#   hint: "An unknown word should raise KeyError, and not be answered."


# %% equivalents: most_similar
# - replace: v @ vectors[u]
#   with: v.T @ vectors[u]
#   reason: "A vector is its own transpose."
# - replace: v @ vectors[u]
#   with: v @ vectors[u].T
#   reason: "A vector is its own transpose."


# %% mistake: most_similar
# hint: "You drop the best entry, thinking that it is the word itself. With a vector of the same direction it may be
#   another. Leave the word out by name."
def most_similar(word, vectors, k):
    v = vectors[word]
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in vectors]
    return sorted(scored, key=lambda one: -one[1])[1 : k + 1]


# %% mistake: most_similar
# hint: "You rank by distance in space, in which long vectors are far from short ones. Compare directions."
def most_similar(word, vectors, k):
    v = vectors[word]
    others = sorted((u for u in vectors if u != word), key=lambda u: np.linalg.norm(vectors[u] - v))
    return [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in others[:k]]


# %% mistake: most_similar
# hint: "You return the words alone. Each comes with its similarity."
def most_similar(word, vectors, k):
    v = vectors[word]
    return sorted((u for u in vectors if u != word), key=lambda u: -float(v @ vectors[u] / np.linalg.norm(vectors[u])))[
        :k
    ]


# %% mistake: most_similar
# hint: "You take the last k of a list. With k = 0 such a slice is the whole list."
def most_similar(word, vectors, k):
    v = vectors[word]
    others = [u for u in vectors if u != word]
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in others]
    return sorted(scored[::-1], key=lambda one: one[1])[-k:][::-1]


# %% mistake: most_similar
# hint: "You take the word out of the caller's dict, and it is gone for good."
def most_similar(word, vectors, k):
    v = vectors.pop(word)
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in vectors]
    return sorted(scored, key=lambda one: -one[1])[:k]


# %% mistake: most_similar
# hint: "A word that vectors does not have should raise KeyError. You answer with an empty list."
def most_similar(word, vectors, k):
    if word not in vectors:
        return []
    v = vectors[word]
    others = [u for u in vectors if u != word]
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in others]
    return sorted(scored, key=lambda one: -one[1])[:k]


# %% mistake: most_similar
# hint: "Another word may have the same vector, and is a neighbour then. Leave the word out by name."
def most_similar(word, vectors, k):
    v = vectors[word]
    others = [u for u in vectors if not np.allclose(vectors[u], v)]
    scored = [(u, float(v @ vectors[u] / (np.linalg.norm(v) * np.linalg.norm(vectors[u])))) for u in others]
    return sorted(scored, key=lambda one: -one[1])[:k]


# %% mistake: most_similar
# hint: "You take each vector's mean off first: that is a correlation. A cosine uses the vectors as they are."
def most_similar(word, vectors, k):
    v = vectors[word] - np.mean(vectors[word])
    scored = []
    for u in vectors:
        if u != word:
            other = vectors[u] - np.mean(vectors[u])
            scored.append((u, float(v @ other / (np.linalg.norm(v) * np.linalg.norm(other) + 1e-12))))
    return sorted(scored, key=lambda one: -one[1])[:k]


# %% accepts: most_similar
def most_similar(word, vectors, k):
    names = list(vectors)
    row = names.index(word) if word in vectors else vectors[word]
    table = np.array([vectors[name] for name in names])
    unit = table / np.sqrt(np.einsum("vd,vd->v", table, table))[:, None]
    cosines = np.einsum("vd,d->v", unit, unit[row])
    order = [i for i in np.argsort(-cosines, kind="stable") if i != row]
    return [(names[i], float(cosines[i])) for i in order[:k]]


# %% accepts: most_similar
def most_similar(word, vectors, k):
    import heapq

    v = vectors[word] / np.linalg.norm(vectors[word])
    found = ((other, float(np.dot(v, u)) / float(np.linalg.norm(u))) for other, u in vectors.items() if other != word)
    return heapq.nlargest(k, found, key=lambda one: one[1])


# %% demo
vectors = {word: embeddings[i] for word, i in index.items()}
for word in ("left", "true", "try", "int", "string", "import", "width"):
    print(f"{word:>7}: " + ", ".join(f"{other} {value:.2f}" for other, value in most_similar(word, vectors, 5)))

# %% [markdown]
# Read them with the reference in mind: expect `right` near `left`, and the words of string methods near `string`. Not
# all will make sense. A rare word's vector rests on a few sentences, and one odd example page can place it. And words
# of *opposite* meaning are near, since they occur in the same places. Nearness is about use.
#
# ## Is it any good?
#
# A few neighbours that please us prove nothing. So take a list of word pairs that a Python programmer would call
# related, written from the vocabulary before any vector was seen, and compare their cosines with those of all other
# pairs made of the same words. The measure: **how often a related pair is nearer than an unrelated one**, over all
# such comparisons. Chance is 0.5, and the bar is 0.9. The words are the same on both sides, so the difference is not
# one between frequent and rare words.

# %% demo
LISTED = """
    list tuple, set frozenset, true false, int float, break continue, left right, positional keyword,
    global nonlocal, async await, raise except, key value, dictionary mapping, bytes str, argument parameter,
    integer float, try finally, lower upper, sequence iterable, enter exit, module import, metaclass class,
    positive negative, width precision, local global, subclass base, leading trailing, octal hex, quotes backslash,
    identifier name, alias command, breakpoint debugger, lists tuples, addition multiplication, prefix suffix,
    binary unary, uppercase lowercase, slice index, loop iterator, traceback exception, typeerror valueerror,
    digits letters, static method, eval exec, comma parentheses, bitwise shift, guard case, mutable immutable,
    __enter__ __exit__, __get__ __set__, __new__ __init__, __getattr__ __getattribute__
"""
RELATED = [tuple(pair.split()) for pair in LISTED.split(",")]
RELATED = [pair for pair in RELATED if all(word in index for word in pair)]


def compare_pairs(embeddings):
    """Cosines of the related pairs, of all other pairs of their words, and how often the first beat the second."""
    words = sorted({word for pair in RELATED for word in pair})
    rows = embeddings[[index[word] for word in words]]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T
    joined = {frozenset(pair) for pair in RELATED}
    is_related = np.array([[frozenset(pair) in joined for pair in ((a, b) for b in words)] for a in words])
    above = np.triu(np.ones_like(is_related), 1)
    related, unrelated = cosines[above & is_related], cosines[above & ~is_related]
    return related, unrelated, np.mean(related[:, None] > unrelated)


related, unrelated, score = compare_pairs(embeddings)
_, _, shuffled_score = compare_pairs(shuffled_embeddings)
fig, ax = plt.subplots(figsize=(8, 4))
bins = np.linspace(-0.6, 1, 21)
ax.hist(unrelated, bins, density=True, color="0.75", label="all other pairs of these words")
ax.hist(related, bins, density=True, histtype="step", linewidth=2.5, color="C1", label="listed as related")
ax.set(title="Cosine of two words", xlabel="cosine similarity", ylabel="density")
ax.legend(loc="upper left")
dd.plot.show(
    "Two histograms of cosine similarities. Unrelated pairs make a hill around 0.2; most of the listed pairs make "
    "another, between 0.6 and 1, and the two overlap little."
)
print(
    f"{len(RELATED)} related pairs win {score:.3f} of the comparisons; trained on shuffled words {shuffled_score:.3f}"
)
assert len(RELATED) >= 30 and score > 0.9 and abs(shuffled_score - 0.5) < 0.25

# %% [markdown]
# The hills overlap little, and on shuffled words nothing is left of the difference: the meaning was in the order. Note
# that the grey hill is not at 0. These vectors all lean to one side, so a cosine of 0.3 may mean nothing; read cosines
# by comparison, never as so many percent of likeness.
#
# ## A map
#
# Thirty-two numbers cannot be looked at. Take six families of words, scale each vector to length 1, and draw the
# first two principal components (Day 18). Which families keep together, and which overlap?

# %% demo
FAMILIES = {
    "containers": "list tuple lists tuples dictionary",
    "handling errors": "try except finally raise handler exception",
    "formatting": "width fill align padding precision alignment",
    "importing": "import imported module package modules",
    "names": "global nonlocal local namespace scope binding",
    "arithmetic": "addition division multiplication modulo shifting",
}
FAMILIES = {name: [word for word in words.split() if word in index] for name, words in FAMILIES.items()}
chosen = [word for words in FAMILIES.values() for word in words]
rows = embeddings[[index[word] for word in chosen]]
rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
centred = rows - rows.mean(axis=0)
_, spread, directions = np.linalg.svd(centred, full_matrices=False)
places = dict(zip(chosen, centred @ directions[:2].T, strict=True))
fig, ax = plt.subplots(figsize=(10, 6.5))
for (name, words), marker, color in zip(FAMILIES.items(), dd.plot.MARKERS, dd.plot.PALETTE, strict=True):
    points = np.array([places[word] for word in words])
    ax.plot(*points.T, linestyle="", marker=marker, color=color, markersize=8, label=name)
ax.set(title="Words of Python's reference on two components", xlabel="first component", ylabel="second component")
ax.margins(x=0.14, y=0.08)
ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))

# A word is written at the nearest spot, in pixels from its marker, where it covers no marker and no other word.
fig.canvas.draw()  # settles the scale
markers = ax.transData.transform([places[word] for word in chosen])  # (n, 2), pixels
taken = [(spot - 7, spot + 7) for spot in markers]  # rectangles: lower left corner, upper right corner
crowd = [np.sort(np.abs(markers - spot).max(axis=1))[3] for spot in markers]  # how far the third neighbour is
ways = [(1, 0), (-1, 0), (0.9, 0.5), (0.9, -0.5), (-0.9, 0.5), (-0.9, -0.5), (0, 1), (0, -1)]
for i in np.argsort(crowd):
    label = ax.annotate(chosen[i], places[chosen[i]], xytext=(0, 0), textcoords="offset pixels", fontsize=9)
    label.set(ha="center", va="center")
    half = np.array(label.get_window_extent().size) / 2
    for reach, way in ((reach, np.array(way)) for reach in range(10, 80, 5) for way in ways):
        offset = reach * way + half * np.sign(way)
        low, high = markers[i] + offset - half - 1, markers[i] + offset + half + 1
        if not any(np.all((low < right) & (left < high)) for left, right in taken):
            break
    label.set_position(offset)
    taken.append((low, high))
    if reach > 20:  # far from its marker, a line leads to it
        line = {"arrowstyle": "-", "color": "0.5", "shrinkA": 0, "shrinkB": 4}
        ax.annotate("", places[chosen[i]], xytext=reach * way, textcoords="offset pixels", arrowprops=line)
dd.plot.show(
    "A map of some 30 words in six families, each with its own marker. Most words of a family lie close together; "
    "some families have a region of their own, others share one."
)
print(f"two components keep {np.sum(spread[:2] ** 2) / np.sum(spread**2):.0%} of the variance")

# %% [markdown]
# Families keep together, though nobody told the model that they exist. Where two overlap, remember what a map leaves
# out: only part of the variance is on the page, and words that look close may be apart in the other thirty
# directions. t-SNE (Day 19) would pull the families apart more neatly and would show groups even where there are none.
#
# ## The other way round: CBOW
#
# CBOW takes the vectors of the words around a gap, averages them, and scores every word of the vocabulary against the
# mean. By hand, with $d = 2$: neighbours $(1, 0)$, $(3, 0)$ and $(2, 3)$ have the mean $h = (2, 1)$. The order of the
# neighbours is lost; hence *bag* of words, and *continuous* because the bag is a vector. Then
#
# $$h = \frac{1}{\text{number of neighbours}} \sum_{j} e_j , \qquad p = \operatorname{softmax}(h\, U^\top) ,
# \qquad (B, d)(d, V) \to (B, V) .$$
#
# (In training, negative sampling replaces the softmax here, too.) CBOW makes one example of a window where skip-gram
# makes $2w$, so it is faster and blurs more; its authors recommend skip-gram where text is scarce and words are rare.
#
# At the ends of a text a gap has fewer neighbours. Rows of a batch must be equally long, so missing places are filled
# with $-1$. In NumPy that is a valid index, the *last* word: it has to be masked out, and must not count in the mean.


# %% exercise: cbow_forward
def cbow_forward(context_ids, embeddings, outputs):
    """Probabilities of the word in each gap, from the words around it (CBOW, Mikolov et al. 2013).

    Args:
        context_ids: (B, c) ints, the words around each gap, from 0 to V - 1; -1 where there is none. At least one
            word in each row; a word that occurs twice counts twice.
        embeddings: E, (V, d) floats.
        outputs: U, (V, d) floats.
        All are left unchanged. Scores may be as large as 1000 in size.

    Returns:
        (hidden, probs): the mean vectors of the words around each gap, (B, d), and the probabilities of each word for
        each gap, (B, V), both floats. About 7 lines.
    """
    ### BEGIN SOLUTION
    present = (context_ids >= 0)[:, :, None]  # (B, c, 1)
    rows = np.where(present, embeddings[context_ids], 0)  # (B, c, d)
    hidden = rows.sum(axis=1) / present.sum(axis=1)
    scores = hidden @ outputs.T  # (B, V)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, scores / scores.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% test: cbow_forward, points=2
table = np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 3.0], [-5.0, 9.0]])
table_out = np.log([[1.0, 1.0], [1.0, 2.0], [1.0, 5.0], [np.sqrt(2.0), 1.0]])
ids = np.array([[0, 1, 2, -1], [3, -1, -1, 3]])
with dd.check.unchanged([ids, table, table_out]):
    result = cbow_forward(ids, table, table_out)
dd.check.kind(result, tuple, why="mean vectors and probabilities come back together")
assert len(result) == 2
due = np.array([[2.0, 1.0], [-5.0, 9.0]])
dd.check.like(result[0], due, what="hidden", why="the mean of (1, 0), (3, 0) and (2, 3) is (2, 1), as by hand")
dd.check.shape(result[1], (2, 4), what="probs")
due = np.array([0.1, 0.2, 0.5, 0.2])
dd.check.close(result[1][0], due, what="probs[0]", why="the scores are the logarithms of 1, 2, 5 and 2")
dd.check.close(result[1].sum(axis=1), [1.0, 1.0], what="sums of probs")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(6_900_000)
for b, c, size, d in [(1, 1, 1, 1), (1, 4, 3, 2), (3, 1, 5, 2), (4, 6, 2, 3), (2, 3, 9, 1), (5, 4, 7, 6), (4, 4, 4, 4)]:
    ids = rng.integers(-1, size, (b, c))
    ids[np.arange(b), rng.integers(0, c, b)] = rng.integers(0, size, b)
    table, table_out = rng.normal(1.0, 1.0, (size, d)), rng.normal(size=(size, d))
    with dd.check.unchanged(ids), dd.check.unchanged(table), dd.check.unchanged(table_out):
        hidden, probs = cbow_forward(ids, table, table_out)
    due = np.array([np.mean([table[i] for i in row if i >= 0], axis=0) for row in ids])
    of = f" for {b} gaps with {c} places, {size} words and width {d}"
    dd.check.like(hidden, due, what="hidden" + of, why="only words that are there count in the mean")
    weights = np.array([[np.exp(sum(h * u)) for u in table_out] for h in due])
    dd.check.like(probs, weights / weights.sum(axis=1, keepdims=True), what="probs" + of)
# The order of the neighbours does not matter; how often a word occurs does.
table, table_out = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
one = cbow_forward(np.array([[4, 4, 1, -1]]), table, table_out)
other = cbow_forward(np.array([[-1, 4, 1, 4]]), table, table_out)
dd.check.close(one[0], other[0], what="hidden of the same words in another order")
dd.check.close(one[0], (2 * table[[4]] + table[[1]]) / 3, what="hidden", why="a word that occurs twice counts twice")
# Scores of plus and minus 1000, and float32.
for dtype in (np.float64, np.float32):
    table = np.array([[10.0], [-10.0]], dtype=dtype)
    table_out = np.array([[100.0], [-100.0]], dtype=dtype)
    hidden, probs = cbow_forward(np.array([[0, -1], [1, 1], [0, 1]]), table, table_out)
    dd.check.dtype(hidden, "float", what="hidden")
    dd.check.close(hidden, [[10.0], [-10.0], [0.0]], what="hidden")
    dd.check.close(probs, [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], what="probs of scores of 1000 in size")
    hidden, probs = cbow_forward(np.array([[0, -1]]), -table, table_out)
    dd.check.close(probs, [[0.0, 1.0]], what="probs of scores of 1000 in size")
    low = cbow_forward(np.array([[0]]), table, np.array([[-100.0], [-100.0], [-100.0]], dtype=dtype)[:2])[1]
    # float32 keeps a number near 1000 to 1e-4, so two scores may differ by that, and their probabilities by a quarter.
    dd.check.close(low, [[0.5, 0.5]], rtol=0, atol=1e-4, what="probs of two scores of -1000")
# What an absent place points at must not matter, not even if the last word's vector is huge.
table = np.array([[1.0, 2.0], [1e6, -1e6]])
hidden, _ = cbow_forward(np.array([[0, -1], [-1, 0]]), table, np.zeros((2, 2)))
dd.check.close(hidden, [[1.0, 2.0], [1.0, 2.0]], what="hidden", why="-1 is no word")
### END HIDDEN TESTS

# %% mistakes: cbow_forward
# - replace: hidden = rows.sum(axis=1) / present.sum(axis=1)
#   with: hidden = rows.sum(axis=1)
#   hint: "Your hidden vector grows with the number of neighbours. It is their mean."
# - replace: hidden = rows.sum(axis=1) / present.sum(axis=1)
#   with: hidden = rows.mean(axis=1)
#   hint: "Absent places count as zeros in your mean. Divide by the number of words that are there."
# - replace: rows = np.where(present, embeddings[context_ids], 0)
#   with: rows = embeddings[context_ids]
#   hint: "-1 is a valid index for NumPy: the last word joins your sum for every absent place."
# - replace: (context_ids >= 0)[:, :, None]
#   with: (context_ids > 0)[:, :, None]
#   hint: "Word 0 is a word like any other. Only -1 means that none is there."
# - replace: scores = np.exp(scores - scores.max(axis=1, keepdims=True))
#   with: scores = np.exp(scores)
#   hint: "exp overflows on large scores. Softmax doesn't change if a constant is taken off all scores of a row."
# - replace: scores.max(axis=1, keepdims=True)
#   with: scores.max()
#   hint: "The largest score of the whole batch is taken off, and a row far below it has only zeros left."
# - replace: return hidden, scores / scores.sum(axis=1, keepdims=True)
#   with: return hidden, scores / scores.sum(axis=0, keepdims=True)
#   hint: "Probabilities add up over the words of the vocabulary, for each gap."
# - replace: return hidden, scores / scores.sum(axis=1, keepdims=True)
#   with: return hidden, scores
#   hint: "Your probabilities don't add up to 1."
# - replace: hidden @ outputs.T
#   with: hidden @ embeddings.T
#   hint: "Words have two vectors. Those that are predicted are scored with the other table."
# - replace: return hidden, scores / scores.sum(axis=1, keepdims=True)
#   with: return hidden, np.log(np.maximum(scores / scores.sum(axis=1, keepdims=True), 1e-300))
#   hint: "You return logarithms; probabilities were asked for."
# - replace: embeddings[context_ids]
#   with: outputs[context_ids]
#   hint: "The words around the gap are looked up in embeddings; outputs is for the word to be predicted."


# %% mistake: cbow_forward
# hint: "A word that occurs twice around the gap counts twice in the mean."
def cbow_forward(context_ids, embeddings, outputs):
    hidden = np.array([embeddings[sorted({int(i) for i in row if i >= 0})].mean(axis=0) for row in context_ids])
    scores = hidden @ outputs.T
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, scores / scores.sum(axis=1, keepdims=True)


# %% mistake: cbow_forward
# hint: "You average each neighbour's probabilities. The vectors are averaged, before the softmax."
def cbow_forward(context_ids, embeddings, outputs):
    hidden = np.array([embeddings[[i for i in row if i >= 0]].mean(axis=0) for row in context_ids])
    probs = []
    for row in context_ids:
        scores = embeddings[[i for i in row if i >= 0]] @ outputs.T
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs.append((scores / scores.sum(axis=1, keepdims=True)).mean(axis=0))
    return hidden, np.array(probs)


# %% mistake: cbow_forward
# hint: "-1 is a valid index for NumPy, the last word: it joins your mean for every absent place."
def cbow_forward(context_ids, embeddings, outputs):
    rows = embeddings[context_ids]
    hidden = rows.mean(axis=1)
    scores = hidden @ outputs.T
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, scores / scores.sum(axis=1, keepdims=True)


# %% mistake: cbow_forward
# hint: "Word 0 is a word like any other, and no sign of an empty place. Only -1 is."
def cbow_forward(context_ids, embeddings, outputs):
    present = (context_ids > 0)[:, :, None]
    rows = np.where(present, embeddings[context_ids], 0)
    hidden = rows.sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    scores = hidden @ outputs.T
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, scores / scores.sum(axis=1, keepdims=True)


# %% mistake: cbow_forward
# hint: "Your softmax runs over the gaps of the batch. The probabilities of one gap add up over the vocabulary."
def cbow_forward(context_ids, embeddings, outputs):
    present = (context_ids >= 0)[:, :, None]
    rows = np.where(present, embeddings[context_ids], 0)
    hidden = rows.sum(axis=1) / present.sum(axis=1)
    scores = hidden @ outputs.T
    scores = np.exp(scores - scores.max(axis=0))
    return hidden, scores / scores.sum(axis=0)


# %% mistake: cbow_forward
# hint: "You rule out the words around the gap. A word may well occur twice within a window; every word gets its share."
def cbow_forward(context_ids, embeddings, outputs):
    hidden = np.array([embeddings[[i for i in row if i >= 0]].mean(axis=0) for row in context_ids])
    scores = hidden @ outputs.T
    for row, ids in zip(scores, context_ids, strict=True):
        row[ids[ids >= 0]] = -np.inf
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, scores / scores.sum(axis=1, keepdims=True)


# %% accepts: cbow_forward
def cbow_forward(context_ids, embeddings, outputs):
    hidden = np.array([np.mean(embeddings[row[row != -1]], axis=0) for row in context_ids])
    scores = np.einsum("bd,vd->bv", hidden, outputs)
    top = scores.max(axis=1, keepdims=True)
    return hidden, np.exp(scores - (top + np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))))


# %% accepts: cbow_forward
def cbow_forward(context_ids, embeddings, outputs):
    bag = np.zeros((len(context_ids), len(embeddings)))  # counts of each word: a bag of words
    for row, ids in zip(bag, context_ids, strict=True):
        np.add.at(row, ids[ids >= 0], 1.0)
    hidden = (bag @ embeddings) / bag.sum(axis=1, keepdims=True)
    probs = []
    for h in hidden:
        scores = outputs @ h
        scores = np.exp(scores - np.max(scores))
        probs.append(scores / np.sum(scores))
    return hidden, np.stack(probs)


# %% [markdown]
# Skip-gram's two tables can fill gaps as well. Take 1,500 places of the text, hide the word, and let its neighbours
# (after thinning) rank the whole vocabulary. How often is the hidden word in the upper tenth? By chance, one time in
# ten.

# %% demo
gaps = np.random.default_rng(1).choice(len(thin), 1500, replace=False)
offsets = np.array([-4, -3, -2, -1, 1, 2, 3, 4])
places = gaps[:, None] + offsets  # (1500, 8)
around = np.where((places >= 0) & (places < len(thin)), thin[np.clip(places, 0, len(thin) - 1)], -1)
_, probs = cbow_forward(around, embeddings, outputs)
ranks = np.sum(probs > probs[np.arange(1500), thin[gaps]][:, None], axis=1)  # 0 is the best
for text in ("the ? statement raises", "a comma separated ? of expressions", "this method ? the object"):
    around = np.array([[index[word] for word in text.split() if word in index]])
    _, guess = cbow_forward(around, embeddings, outputs)
    best = [vocabulary[i] for i in np.argsort(-guess[0]) if vocabulary[i] not in text.split()]
    print(f"{text!r}: " + ", ".join(best[:5]))
print(
    f"the hidden word is in the upper tenth of the ranking for {np.mean(ranks < len(vocabulary) / 10):.0%} of the gaps"
)
assert np.mean(ranks < len(vocabulary) / 10) > 0.4

# %% [markdown]
# Far more often than that. But these are places of the text that it was trained on, so it is a check of the machinery
# and no measure of a language model: Day 68 has the measure, and Days 72 and 77 better models.
#
# ## What vectors are good for
#
# Embeddings trained on much text are reused where there is little: as the first layer of a classifier, frozen or
# trained on, as the mean vector of a text beside its TF-IDF row (Day 67), to find synonyms for a search. What they
# cannot do: a word has one vector, so a river's `bank` and the one with money share it; a word that was never seen has
# none (fastText mends that with vectors for pieces of words); and *not good* averages to something near *good*.
#
# ## What you should remember
#
# 1. Words with the same neighbours get the same direction: the distributional hypothesis, turned into a loss.
# 2. Skip-gram predicts neighbours from a word, CBOW a word from its neighbours. Each word has a row in two tables.
# 3. Negative sampling replaces a softmax over $V$ words by $r + 1$ yes-or-no questions, with negatives drawn by
#    frequency to the power 3/4.
# 4. Subsampling drops occurrences of frequent words before pairs are made. Rows that repeat in a batch need
#    `np.add.at`.
# 5. Compare by cosine, judge by a list written beforehand, and keep a control: here, shuffled words.
#
# ## Check yourself, without code
#
# 1. The learning rate is doubled and so is the mini-batch; the loss suddenly explodes. Which words are to blame?
# 2. Your vectors put `hot` next to `cold`. Is that a defect of the training?
# 3. What do all vectors of $U$ look like if you train without negatives?
#
# <details><summary>Answers</summary>
#
# 1. The commonest: the loss is a sum, so a row that occurs many times in a batch makes all its steps at once, from
#    one and the same place. Twice the batch is twice as many.
# 2. No. They occur in the same contexts, and that is all there is to learn from. A larger text does not help.
# 3. Every product only has to be large. All vectors of $E$ and $U$ can point the same way and grow for ever: the loss
#    goes to 0 and nothing is learned.
#
# </details>
#
# ## Go further
#
# - Mikolov, Chen, Corrado and Dean (2013), *Efficient estimation of word representations in vector space*: CBOW and
#   skip-gram; Mikolov, Sutskever, Chen, Corrado and Dean (2013), *Distributed representations of words and phrases and
#   their compositionality*, NeurIPS: negative sampling and subsampling.
# - Harris (1954), *Distributional structure*, Word 10; Bengio, Ducharme, Vincent and Jauvin (2003), *A neural
#   probabilistic language model*, Journal of Machine Learning Research 3.
# - Levy and Goldberg (2014), *Neural word embedding as implicit matrix factorization*, NeurIPS.
# - Draw each centre's window from 1 to $w$, or add $E$ and $U$ before comparing. Does your score move by more than
#   another seed moves it?
# - Day 70 counts first and fits after, asks for `king` − `man` + `woman`, and looks at what vectors pick up about
#   people.
