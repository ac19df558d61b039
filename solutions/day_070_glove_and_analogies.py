# ---
# day: 70
# title: GloVe, analogies and debiasing
# week: 14
# minutes: 110
# backend: numpy
# needs: [2, 15, 18, 29, 45, 69]
# data: [analogies]
# papers:
# - "Mikolov, Yih and Zweig 2013, Linguistic regularities in continuous space word representations"
# - "Pennington, Socher and Manning 2014, GloVe: Global vectors for word representation"
# - "Levy and Goldberg 2014, Linguistic regularities in sparse and explicit word representations"
# - "Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, Man is to computer programmer as woman is to homemaker? Debiasing
#   word embeddings"
# - "Linzen 2016, Issues in evaluating semantic spaces using word analogies"
# - "Gonen and Goldberg 2019, Lipstick on a pig: Debiasing methods cover up systematic gender biases in word embeddings
#   but do not remove them"
# ---

# %% [markdown]
# # Day 70 · GloVe, analogies and debiasing
#
# By the end you can fit word vectors to a table of counts, solve *man is to king as woman is to ?* with them, find
# the direction in which they lean to a gender, take it out, and say what is still there afterwards.
#
# **You will build** the table of co-occurrences, GloVe's loss and gradients, the search for an analogy's fourth word,
# and the three steps of hard debiasing: the bias direction, neutralise, equalise.
#
# **You need** gradient descent (Day 2), factors of a table (Day 15), singular vectors (Day 18), AdaGrad (Day 29) and
# word2vec (Day 69). **Not today:** vectors that depend on the sentence; and judging whole systems for fairness, which
# Day 45 began. It takes about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $V$, $d$ | words in the vocabulary, width of a vector | | `num_words` |
# | $C$, $C_{ij}$ | co-occurrence counts: how much word $j$ is met near word $i$ | $(V, V)$ | `counts` |
# | $E$, $e_i$ | vectors of the words; row $i$ | $(V, d)$, $(d,)$ | `words` |
# | $U$, $u_j$ | vectors of the words as neighbours; row $j$ | $(V, d)$, $(d,)$ | `contexts` |
# | $b_i$, $\tilde b_j$ | their biases | $(V,)$ each, together | `word_bias`, `context_bias` |
# | $q$ | weight of a pair in the loss | $(V, V)$ | `weight` |
# | $C_{\max}$ | count from which a pair has weight 1 | $()$ | `max_count` |
# | $L$, $r$ | the loss; residuals | $()$, $(V, V)$ | `loss`, `residual` |
# | $g$ | bias direction, of length 1 | $(d,)$ | `direction` |
# | $x$, $x_\perp$ | a vector of length 1; what is left without its part along $g$ | $(d,)$ | `x` |
# | $\mu$ | mean of the two vectors of a pair | $(d,)$ | `mean` |
#
# In the literature the table of counts is called $X$, its words $w_i$ and its contexts $\tilde w_j$.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def unit(rows):
    """A vector, or the rows of a table, scaled to length 1."""
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


# %% [markdown]
# ## Count first
#
# Word2vec walks through the text and learns from one pair at a time. GloVe (*global vectors*, Pennington et al. 2014)
# reads the text once, writes down how often each word is met near each other word, and never looks at it again.
#
# Near means within a window, and nearer counts more: a pair of words $s$ places apart adds $1/s$. Take *the king
# rules the land*, as numbers 0 1 2 0 3, with a window of 2:
#
# | pair | apart | adds to |
# |---|---|---|
# | the king | 1 | $C_{01}$: 1 |
# | the rules, over *king* | 2 | $C_{02}$: 0.5 |
# | king rules | 1 | $C_{12}$: 1 |
# | king the, over *rules* | 2 | $C_{01}$: 0.5 more |
# | rules the | 1 | $C_{02}$: 1 more |
# | rules land, over *the* | 2 | $C_{23}$: 0.5 |
# | the land | 1 | $C_{03}$: 1 |
#
# So $C_{01} = 1.5$ and $C_{02} = 1.5$. Being near is mutual: $C_{ji} = C_{ij}$. If a word meets itself within the
# window, both directions fall on the same entry of the diagonal, which gets $2/s$.
#
# Our text is made of sentences, and the last word of one has nothing to do with the first of the next. A token of
# $-1$ marks the end of a sentence; no pair may reach across it.


# %% exercise: cooccurrence
def cooccurrence(tokens, window, num_words):
    """Weighted counts of the words that are met near each other.

    Args:
        tokens: (T,) array of ints, T >= 0: words from 0 to num_words - 1, or -1 where a sentence ends; left unchanged.
        window: largest distance in places, int >= 1; it may exceed T.
        num_words: V, int >= 1.

    Returns:
        (V, V) float array, symmetric. Two words of one sentence that are s <= window places apart add 1 / s to
        [i, j] and 1 / s to [j, i]; nothing reaches across a -1. About 8 lines.
    """
    ### BEGIN SOLUTION
    counts = np.zeros((num_words, num_words))
    sentence = np.cumsum(tokens < 0)  # which sentence a place is in; the -1 belongs to the next one
    for step in range(1, min(window + 1, len(tokens))):
        left, right = tokens[:-step], tokens[step:]
        together = (sentence[:-step] == sentence[step:]) & (left >= 0)
        np.add.at(counts, (left[together], right[together]), 1 / step)
    return counts + counts.T
    ### END SOLUTION


# %% test: cooccurrence, points=2
tokens = np.array([0, 1, 2, 0, 3])
with dd.check.unchanged(tokens):
    result = cooccurrence(tokens, 2, 4)
due = np.array([[0, 1.5, 1.5, 1.0], [1.5, 0, 1.0, 0], [1.5, 1.0, 0, 0.5], [1.0, 0, 0.5, 0]])
dd.check.like(result, due, why="the example worked by hand")
# Two sentences: 0 1 and 1 1 2. The two 1s of the second are neighbours of each other.
result = cooccurrence(np.array([0, 1, -1, 1, 1, 2, -1]), 3, 3)
due = np.array([[0, 1.0, 0], [1.0, 2.0, 1.5], [0, 1.5, 0]])
dd.check.like(result, due, why="nothing reaches across a -1, and both directions of a pair count")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(70)


def slow_counts(tokens, window, num_words):
    """The same, one pair of places at a time."""
    due = np.zeros((num_words, num_words))
    for i in range(len(tokens)):
        for j in range(i + 1, len(tokens)):
            if j - i <= window and min(tokens[i : j + 1]) >= 0:
                due[tokens[i], tokens[j]] += 1 / (j - i)
                due[tokens[j], tokens[i]] += 1 / (j - i)
    return due


for length, window, num_words in [
    (0, 2, 3),
    (1, 1, 1),
    (2, 1, 2),
    (2, 9, 5),
    (9, 3, 1),
    (12, 2, 4),
    (12, 11, 3),
    (12, 12, 3),
    (40, 5, 6),
    (60, 100, 7),
    (60, 1, 7),
]:
    for share in (0.0, 0.15, 0.5):
        for dtype in (np.int64, np.int32, np.int8):
            tokens = rng.integers(0, num_words, length).astype(dtype)
            tokens[rng.random(length) < share] = -1
            with dd.check.unchanged(tokens):
                result = cooccurrence(tokens, window, num_words)
            of = f"the counts of {length} tokens with window {window} and {num_words} words"
            dd.check.like(result, slow_counts(tokens.tolist(), window, num_words), rtol=1e-9, what=of)
# Only ends of sentences; and -1 at either end and twice in a row.
dd.check.like(cooccurrence(np.array([-1, -1, -1]), 2, 2), np.zeros((2, 2)), what="the counts of empty sentences")
tokens = np.array([-1, 1, 0, -1, -1, 0, 0, -1])
dd.check.like(cooccurrence(tokens, 4, 2), np.array([[2.0, 1.0], [1.0, 0.0]]), what="the counts with empty sentences")
# A word that never occurs still has its row; the last word is not what -1 points at.
dd.check.like(cooccurrence(np.array([0, 1, -1, 0]), 2, 4), slow_counts([0, 1, -1, 0], 2, 4), what="the counts")
### END HIDDEN TESTS

# %% mistakes: cooccurrence
# - replace: 1 / step)
#   with: 1.0)
#   hint: "All distances count alike in your table. A pair that is s places apart adds 1 / s."
# - replace: return counts + counts.T
#   with: return counts
#   hint: "Your table only has the words after each word. Being near is mutual."
# - replace: return counts + counts.T
#   with: return (counts + counts.T) / 2
#   hint: "A pair adds 1 / s in both directions, not half of it."
# - replace: return counts + counts.T
#   with: return np.maximum(counts, counts.T)
#   hint: "Where two words occur in both orders, the two counts add up."
# - replace: return counts + counts.T
#   with: return counts + counts.T - np.diag(np.diag(counts))
#   hint: "A word that meets itself counts in both directions, like any pair: its entry of the diagonal gets 2 / s."
# - replace: np.add.at(counts, (left[together], right[together]), 1 / step)
#   with: counts[left[together], right[together]] += 1 / step
#   hint: "Pairs that occur several times are counted once. What happens to repeated indices?"
# - replace: (sentence[:-step] == sentence[step:]) & (left >= 0)
#   with: (right >= 0) & (left >= 0)
#   hint: "Your window looks over the end of a sentence. No pair may reach across a -1."
# - replace: (sentence[:-step] == sentence[step:]) & (left >= 0)
#   with: sentence[:-step] == sentence[step:]
#   hint: "A -1 is no word, but as an index it is the last one."
# - replace: min(window + 1, len(tokens))
#   with: min(window, len(tokens))
#   hint: "Your window is one place too small. Does range include its end?"
# - replace: 1 / step)
#   with: 1 / step**2)
#   hint: "Distant words count too little in your table: the weight is 1 / s."
# - replace: 1 / step)
#   with: (window - step + 1) / window)
#   hint: "That weight falls in a straight line with the distance. GloVe's is 1 / s."
# - replace: return counts + counts.T
#   with: return 2 * (counts + counts.T)
#   hint: "You meet every pair twice, once from each of its words, and add to both entries each time."


# %% mistake: cooccurrence
# hint: "You take the -1 out before you count, and the two sentences grow together."
def cooccurrence(tokens, window, num_words):
    tokens = tokens[tokens >= 0]
    counts = np.zeros((num_words, num_words))
    for step in range(1, min(window + 1, len(tokens))):
        np.add.at(counts, (tokens[:-step], tokens[step:]), 1 / step)
    return counts + counts.T


# %% accepts: cooccurrence
def cooccurrence(tokens, window, num_words):
    counts = np.zeros((num_words, num_words))
    sentence = []
    for token in [*tokens.tolist(), -1]:
        if token < 0:
            sentence = []
            continue
        for distance, other in enumerate(reversed(sentence[-window:]), start=1):
            counts[token, other] += 1 / distance
            counts[other, token] += 1 / distance
        sentence.append(token)
    return counts


# %% accepts: cooccurrence
def cooccurrence(tokens, window, num_words):
    flat = np.zeros(num_words * num_words)
    ends = np.concatenate([[0], np.cumsum(tokens < 0)])  # ends before each place
    for step in range(1, min(window, max(len(tokens) - 1, 0)) + 1):
        places = np.arange(len(tokens) - step)
        places = places[ends[places + step + 1] == ends[places]]
        pairs = tokens[places].astype(np.int64) * num_words + tokens[places + step]
        flat += np.bincount(pairs, minlength=flat.size) / step
    table = flat.reshape(num_words, num_words)
    return table + table.T


# %% [markdown]
# ## A corpus made for the question
#
# Analogies such as *man : woman = king : queen* come out of billions of words. We have seconds. So this project made
# a corpus in which they hold: 25,000 short sentences on kings and queens, countries and capitals, verbs today and
# yesterday. Occupations occur with *he* or *she*, by shares that were planted: nurses are women in 95 of 100
# sentences, mechanics in 5. Gender has two values in it, which is a simplification, and no share is a statistic.
# Since we know what was planted, we can tell what was found, and later what was removed.

# %% demo
made = dd.data.analogies()
for sentence in made.sentences[:5]:
    print(" ".join(sentence))
vocabulary = sorted({word for sentence in made.sentences for word in sentence})
index = {word: i for i, word in enumerate(vocabulary)}
V = len(vocabulary)


def count_table(made):
    """The co-occurrences of a corpus, window 5."""
    tokens = [token for sentence in made.sentences for token in [*(index[word] for word in sentence), -1]]
    return cooccurrence(np.array(tokens), 5, V)


counts = count_table(made)
print(f"{V} words; {np.mean(counts > 0):.0%} of the pairs ever meet; the largest count is {counts.max():,.0f}")

# %% [markdown]
# ## What GloVe fits
#
# What tells a queen from a king? Not how often either is met near *throne*, but the **ratio**: near *throne* both
# are met equally often, near *dress* the queen is met much more. Let the logarithm of a count be a product of two
# vectors, plus a bias for each word, since some words are met often near everything:
#
# $$e_i \cdot u_j + b_i + \tilde b_j \approx \log C_{ij} .$$
#
# Subtract the line of the king ($k$) from that of the queen ($q$), for the same neighbour $j$:
#
# $$(e_q - e_k) \cdot u_j + b_q - b_k \approx \log \frac{C_{qj}}{C_{kj}} .$$
#
# The *difference* of two vectors holds the ratios. If woman and man have the same ratios as queen and king near all
# neighbours, then $e_q - e_k \approx e_{woman} - e_{man}$: that is why analogies can be added and subtracted.
#
# Not all counts deserve the same trust. Most are 0, which has no logarithm, and small ones are chance; huge ones,
# such as *the* beside *of*, must not drown everything. So each pair has a weight,
#
# $$q_{ij} = \min\Big(1,\ \Big(\frac{C_{ij}}{C_{\max}}\Big)^{3/4}\Big) , \qquad
# L = \sum_{i,j:\ C_{ij} > 0} q_{ij}\, r_{ij}^2 , \qquad r_{ij} = e_i \cdot u_j + b_i + \tilde b_j - \log C_{ij} .$$
#
# With $C_{\max} = 100$, as in the paper: counts of 100 and more weigh 1, 16 weighs $0.16^{3/4} = 0.25$, 1 weighs 0.03
# and 0 nothing. It is Day 15's factorisation with a weight: pairs that were never seen are left out of the sum.
#
# **One pair by hand.** $e = (1, 2)$, $u = (3, 0)$, biases $0.5$ and $-0.5$, count $C = e^2 \approx 7.39$ (here $e$
# is Euler's number). The product is 3, the biases cancel, and $r = 3 - 2 = 1$. Let $C_{\max}$ be 16 times the count;
# then $q = (1/16)^{3/4} = 1/8$, and $L = 1/8$. The derivative by the product is $2 q r = 1/4$. So
# $\partial L/\partial e = \tfrac14 u = (0.75, 0)$, $\partial L/\partial u = \tfrac14 e = (0.25, 0.5)$, and each bias
# has $1/4$.
#
# For the whole table at once, with $G = 2\, q \odot r$, all of shape $(V, V)$ and 0 where $C_{ij} = 0$:
#
# $$\frac{\partial L}{\partial E} = G\, U , \qquad \frac{\partial L}{\partial U} = G^\top E , \qquad
# \frac{\partial L}{\partial b} = G\, \mathbf 1 , \qquad \frac{\partial L}{\partial \tilde b} = G^\top \mathbf 1 .$$


# %% exercise: glove_loss_and_gradients
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    """GloVe's weighted squared error and its gradients (Pennington et al. 2014).

    Args:
        words: E, (V, d) floats.
        contexts: U, (W, d) floats; for a square table W is V.
        word_bias: (V,) floats.
        context_bias: (W,) floats.
        counts: C, (V, W) numbers >= 0 of any dtype; pairs with count 0 are left out.
        max_count: C_max, number > 0: counts from there on have weight 1.
        power: of the weights below it, float > 0.
        All are left unchanged, and zero counts cause no warning.

    Returns:
        (loss, gradients): the sum over all pairs of weight times squared residual, a float; and a tuple of its
        gradients for words, contexts, word_bias and context_bias, in their shapes. About 8 lines.
    """
    ### BEGIN SOLUTION
    seen = counts > 0
    weight = np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
    target = np.log(np.where(seen, counts, 1.0))
    residual = words @ contexts.T + word_bias[:, None] + context_bias - target  # (V, W)
    loss = np.sum(weight * residual**2)
    slope = 2 * weight * residual
    return loss, (slope @ contexts, slope.T @ words, slope.sum(axis=1), slope.sum(axis=0))
    ### END SOLUTION


# %% fixture
import warnings


def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: glove_loss_and_gradients, points=3
e, u = np.array([[1.0, 2.0]]), np.array([[3.0, 0.0]])
one_count = np.array([[np.exp(2.0)]])
given = [e, u, np.array([0.5]), np.array([-0.5]), one_count]
with dd.check.unchanged(given):
    result = glove_loss_and_gradients(*given, max_count=16 * np.exp(2.0))
dd.check.kind(result, tuple, why="the loss and the gradients come back together")
assert len(result) == 2
loss, gradients = result
dd.check.kind(loss, float, what="loss")
dd.check.close(loss, 0.125, what="loss", why="weight 1/8 times residual 1, squared, as by hand")
dd.check.kind(gradients, tuple, what="gradients")
due = (np.array([[0.75, 0.0]]), np.array([[0.25, 0.5]]), np.array([0.25]), np.array([0.25]))
dd.check.like(gradients, due, what="gradients", why="2 q r is 1/4, as by hand")
# Three words, two contexts, a pair that was never seen, and one above C_max.
rng = np.random.default_rng(0)
given = [rng.normal(size=shape) for shape in ((3, 4), (2, 4), (3,), (2,))]
some_counts = np.array([[0.0, 5.0], [300.0, 0.5], [40.0, 100.0]])
_, gradients = glove_loss_and_gradients(*given, some_counts)
for place, name in enumerate(("words", "contexts", "word_bias", "context_bias")):

    def loss_at(value, place=place):
        return glove_loss_and_gradients(*given[:place], value, *given[place + 1 :], some_counts)[0]

    dd.check.gradient(loss_at, given[place], gradients[place], what=f"the gradient for {name}")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(700)


def pair_by_pair(words, contexts, word_bias, context_bias, counts, max_count, power):
    """The same in plain floats, one pair at a time."""
    loss, grads = 0.0, [np.zeros(a.shape) for a in (words, contexts, word_bias, context_bias)]
    for i in range(len(words)):
        for j in range(len(contexts)):
            count = float(counts[i, j])
            if count > 0:
                weight = (count / max_count) ** power if count < max_count else 1.0
                product = sum(float(a) * float(b) for a, b in zip(words[i], contexts[j], strict=True))
                residual = product + float(word_bias[i]) + float(context_bias[j]) - math.log(count)
                loss += weight * residual**2
                grads[0][i] += 2 * weight * residual * contexts[j]
                grads[1][j] += 2 * weight * residual * words[i]
                grads[2][i] += 2 * weight * residual
                grads[3][j] += 2 * weight * residual
    return loss, tuple(grads)


for v, w, d in [(1, 1, 1), (1, 4, 2), (3, 1, 2), (4, 3, 1), (5, 5, 3), (4, 4, 4), (6, 2, 5)]:
    for max_count, power in [(100.0, 0.75), (10, 0.75), (3.0, 1.0), (50.0, 0.3), (1e4, 2.0)]:
        given = [rng.normal(size=shape) for shape in ((v, d), (w, d), (v,), (w,))]
        table = np.round(10 ** rng.uniform(-1, 3, (v, w)), 2)
        table[rng.random((v, w)) < 0.3] = 0.0
        table.flat[0] = max_count
        with dd.check.unchanged([*given, table]):
            loss, gradients = glove_loss_and_gradients(*given, table, max_count, power)
        due = pair_by_pair(*given, table, max_count, power)
        of = f" for {v} words, {w} contexts and width {d}, C_max {max_count} and power {power}"
        dd.check.kind(loss, float, what="loss" + of)
        dd.check.close(loss, due[0], rtol=1e-9, what="loss" + of)
        dd.check.kind(gradients, tuple, what="gradients" + of)
        dd.check.like(gradients, due[1], rtol=1e-8, what="gradients" + of)
# Defaults; whole numbers as counts; nothing seen at all.
given = [rng.normal(size=shape) for shape in ((3, 2), (4, 2), (3,), (4,))]
for dtype in (np.int64, np.uint8, np.int32, np.float32):
    table = np.array([[0, 1, 120, 16], [100, 0, 0, 7], [3, 99, 101, 0]], dtype=dtype)
    loss, gradients = glove_loss_and_gradients(*given, table)
    due = pair_by_pair(*given, table, 100.0, 0.75)
    dd.check.close(loss, due[0], rtol=1e-5, what=f"loss for counts of {dtype.__name__}")
    dd.check.like(gradients, due[1], rtol=1e-4, atol=1e-5, what=f"gradients for counts of {dtype.__name__}")
loss, gradients = glove_loss_and_gradients(*given, np.zeros((3, 4)))
dd.check.close(loss, 0.0, what="loss of a table of zeros")
dd.check.like(gradients, tuple(np.zeros(a.shape) for a in given), what="gradients of a table of zeros")
for table in (np.array([[0.0, 2.0, 150.0, 0.0]] * 3), np.zeros((3, 4))):
    came = warnings_from(glove_loss_and_gradients, *given, table)
    dd.check.equal(came, [], what="the warnings", why="zero counts cause no warning")
### END HIDDEN TESTS

# %% mistakes: glove_loss_and_gradients
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, (counts / max_count) ** power, 0)
#   hint: "Your frequent pairs weigh more than 1. From C_max on all pairs weigh the same."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, 1.0, 0)
#   hint: "All seen pairs weigh alike in your loss. Rare ones deserve less trust."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, np.minimum(1, counts / max_count) ** 0.75, 0)
#   hint: "power is an argument; 3/4 is only its default."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, np.minimum(1, (counts / 100) ** power), 0)
#   hint: "max_count is an argument; 100 is only its default."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, np.minimum(1, counts / max_count), 0)
#   hint: "Below C_max the weight is a power of the share, not the share itself."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, np.minimum(max_count, counts) ** power, 0)
#   hint: "The largest weight should be 1: the count is first divided by C_max."
# - replace: np.log(np.where(seen, counts, 1.0))
#   with: np.log1p(counts)
#   hint: "You fit the logarithm of the count plus 1. Zeros are left out instead."
# - replace: np.log(np.where(seen, counts, 1.0))
#   with: 1.0 * counts
#   hint: "The products are fitted to the logarithms of the counts."
# - replace: np.log(np.where(seen, counts, 1.0))
#   with: np.log(np.where(seen, counts, 1))
#   hint: "NumPy takes the logarithm of 8-bit whole numbers in 16-bit floats. Make floats of the counts first."
# - replace: |-
#     weight = np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: weight = np.minimum(1, (np.maximum(counts, 1) / max_count) ** power)
#   hint: "Pairs that were never seen take part in your loss. They should weigh nothing."
# - replace: slope = 2 * weight * residual
#   with: slope = weight * residual
#   hint: "The derivative of a square has a factor that you lost. (It would cancel if the loss had a half.)"
# - replace: slope = 2 * weight * residual
#   with: slope = 2 * residual
#   hint: "The weight belongs into the gradients as well."
# - replace: word_bias[:, None] + context_bias
#   with: word_bias[:, None]
#   hint: "The contexts have biases too."
# - replace: slope.sum(axis=1), slope.sum(axis=0)
#   with: slope.sum(axis=0), slope.sum(axis=1)
#   hint: "The gradients of the two biases have changed places. Rows of the table belong to words."
# - replace: (slope @ contexts, slope.T @ words,
#   with: (slope.T @ contexts if len(words) == len(contexts) else slope @ contexts, slope.T @ words,
#   hint: "On a square table you transpose where you should not. Row i of the gradient for words sums over contexts."
# - replace: loss = np.sum(weight * residual**2)
#   with: loss = np.sum((weight * residual) ** 2)
#   hint: "The weight is not squared: it stands before the square of the residual."
# - replace: loss = np.sum(weight * residual**2)
#   with: loss = np.mean(weight * residual**2)
#   hint: "The loss is a sum over pairs, and your gradients are those of the sum."
# - replace: |-
#     loss = np.sum(weight * residual**2)
#     slope = 2 * weight * residual
#   with: |-
#     loss = np.sum((weight * residual) ** 2)
#     slope = 2 * weight**2 * residual
#   hint: "The weight is not squared: it stands before the square of the residual."
# - replace: |-
#     loss = np.sum(weight * residual**2)
#     slope = 2 * weight * residual
#   with: |-
#     loss = np.sum(weight * residual**2) / max(np.sum(seen), 1)
#     slope = 2 * weight * residual / max(np.sum(seen), 1)
#   hint: "You divide by the number of pairs. GloVe's loss is a plain sum."
# - replace: np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
#   with: np.where(seen, np.minimum(1, (counts / max_count) ** power), 1)
#   hint: "Pairs that were never seen take part in your loss. They should weigh nothing."
# - replace: np.log(np.where(seen, counts, 1.0))
#   with: np.where(seen, np.log(counts, dtype=float), 0)
#   hint: "np.where takes both of its branches everywhere, so the logarithm of 0 is taken, and warns. Replace the zeros
#     before the logarithm."


# %% equivalents: glove_loss_and_gradients
# - replace: 'counts, 1.0))'
#   with: 'counts, 2.0))'
#   reason: "Pairs that were not seen weigh nothing, whatever their target."


# %% mistake: glove_loss_and_gradients
# hint: "The logarithm of 0 is minus infinity, and 0 times infinity is no number. Replace the zeros before you take the
#   logarithm."
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    weight = np.minimum(1, (counts / max_count) ** power)
    residual = words @ contexts.T + word_bias[:, None] + context_bias - np.log(counts)
    slope = 2 * weight * residual
    gradients = (slope @ contexts, slope.T @ words, slope.sum(axis=1), slope.sum(axis=0))
    return np.sum(weight * residual**2), gradients


# %% accepts: glove_loss_and_gradients
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    i, j = np.nonzero(counts)  # only the pairs that were seen, as the original program does
    seen = counts[i, j].astype(np.float64)
    weight = np.where(seen < max_count, (seen / max_count) ** power, 1.0)
    residual = np.einsum("pd,pd->p", words[i], contexts[j]) + word_bias[i] + context_bias[j] - np.log(seen)
    slope = 2 * weight * residual
    gradients = tuple(np.zeros(a.shape) for a in (words, contexts, word_bias, context_bias))
    np.add.at(gradients[0], i, slope[:, None] * contexts[j])
    np.add.at(gradients[1], j, slope[:, None] * words[i])
    np.add.at(gradients[2], i, slope)
    np.add.at(gradients[3], j, slope)
    return float(weight @ residual**2), gradients


# %% accepts: glove_loss_and_gradients
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    left = np.column_stack([words, word_bias, np.ones(len(words))])  # biases as two more columns
    right = np.column_stack([contexts, np.ones(len(contexts)), context_bias])
    weight = np.zeros(counts.shape)
    residual = np.zeros(counts.shape)
    mask = counts != 0
    weight[mask] = np.clip(counts[mask] / max_count, None, 1) ** power
    residual[mask] = (left @ right.T)[mask] - np.log(counts[mask].astype(float))
    error = weight * residual
    dleft, dright = 2 * error @ right, 2 * error.T @ left
    loss = float(np.sum(error * residual))
    return loss, (dleft[:, :-2], dright[:, :-2], dleft[:, -2], dright[:, -1])


# %% [markdown]
# The paper trains with AdaGrad (Day 29), pair by pair in random order. Our table is small enough for whole-batch
# steps.


# %% demo
def fit_glove(counts, seed, size=50, steps=60, learning_rate=0.2):
    """GloVe by whole-batch AdaGrad; returns E, U, the biases and the loss before each step."""
    rng = np.random.default_rng(seed)
    shapes = ((len(counts), size), (len(counts), size), (len(counts),), (len(counts),))
    params = [rng.uniform(-0.25, 0.25, shape) if len(shape) == 2 else np.zeros(shape) for shape in shapes]
    squares = [np.full(shape, 1e-8) for shape in shapes]
    losses = []
    for _ in range(steps):
        loss, gradients = glove_loss_and_gradients(*params, counts)
        losses.append(loss)
        for k, gradient in enumerate(gradients):
            squares[k] += gradient**2
            params[k] = params[k] - learning_rate * gradient / np.sqrt(squares[k])
    return *params, losses


E, U, word_bias, context_bias, losses = fit_glove(counts, seed=0)
fitted = E @ U.T + word_bias[:, None] + context_bias
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2))
axes[0].semilogy(losses)
axes[0].set(title="GloVe's loss", xlabel="step", ylabel="weighted squared error")
for low, high, marker, color, label in [
    (0, 1, ".", "0.6", "below 1"),
    (1, 100, ".", "C1", "1 to 100"),
    (100, 1e9, "o", "C0", "from 100"),
]:
    chosen = (counts > 0) & (counts >= low) & (counts < high)
    axes[1].plot(np.log(counts[chosen]), fitted[chosen], marker, color=color, markersize=3, label=f"count {label}")
axes[1].axline((0, 0), slope=1, color="black", linewidth=1, linestyle="--")
axes[1].set(title="Every pair of words that was met", xlabel="log of its count", ylabel="what GloVe says")
axes[1].legend(markerscale=3, fontsize=10)
dd.plot.show(
    "Left, the loss falls by more than two powers of ten in 60 steps. Right, what GloVe says against the log of the "
    "count: pairs with large counts lie on the diagonal, all but a few of the very largest; those with small counts "
    "scatter around it."
)

# %% [markdown]
# On the right the weights can be seen at work: where the count is large the points lie on the diagonal, where it is
# below 1 they may stray. The few on the far right stray too: a count of 3,000 weighs no more than one of 100.
#
# ## Analogies
#
# *a is to b as c is to what?* If the differences agree, then $e_b - e_a \approx e_? - e_c$, and the word we look for
# is near $e_b - e_a + e_c$. So take the word with the highest cosine to it (Mikolov, Yih and Zweig 2013; the method
# was later named 3CosAdd):
#
# $$\text{answer} = \arg\max_{m \ne a, b, c} \cos(e_m,\ e_b - e_a + e_c) , \qquad
# \text{all vectors scaled to length 1 first.}$$
#
# By hand, in the plane: $a = (1, 0)$, $b = (0, 1)$, $c = (0.6, 0.8)$. The goal is
# $(0, 1) - (1, 0) + (0.6, 0.8) = (-0.4, 1.8)$. Of the words $(-0.6, 0.8)$ and $(0.8, 0.6)$ the first has the higher
# cosine: $1.68 / 1.84 = 0.91$ against $0.41$. Look at $b$, though: its cosine is $1.8/1.84 = 0.98$. It wins if it
# may. **The three given words are excluded**, since one of them nearly always is nearest. Keep that in mind when you
# read how well vectors solve analogies.


# %% exercise: analogy
def analogy(a, b, c, vectors):
    """The word that is to c as b is to a (3CosAdd).

    Args:
        a, b, c: str, words of `vectors`; they need not differ.
        vectors: dict of each word, str, to its vector, (d,) floats of any length but 0, with at least one word
            besides a, b and c; left unchanged.

    Returns:
        str: of all words but a, b and c, the one whose vector has the highest cosine with b - a + c, where all vectors
        are first scaled to length 1; the first in the order of `vectors` if several tie. About 4 lines; unit is
        given above.

    Raises:
        KeyError: a, b or c is not in vectors.
    """
    ### BEGIN SOLUTION
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    others = [word for word in vectors if word not in (a, b, c)]
    scores = unit(np.stack([vectors[word] for word in others])) @ goal
    return others[int(np.argmax(scores))]
    ### END SOLUTION


# %% test: analogy, points=2
plane = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [0.6, 0.8], "right": [8.0, 6.0], "left": [-0.06, 0.08]}
plane = {word: np.array(vector) for word, vector in plane.items()}
with dd.check.unchanged(plane):
    result = analogy("a", "b", "c", plane)
dd.check.kind(result, str)
dd.check.equal(result, "left", why="(-0.4, 1.8) points to it, as worked by hand; lengths don't matter")
dd.check.equal(analogy("b", "a", "left", plane), "right", why="the goal is (1, 0) - (0, 1) + (-0.6, 0.8)")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(7000)


def all_cosines(a, b, c, vectors):
    """The cosine of each other word with the goal, in plain floats."""
    scaled = {}
    for word, vector in vectors.items():
        length = math.sqrt(sum(float(x) ** 2 for x in vector))
        scaled[word] = [float(x) / length for x in vector]
    goal = [y - x + z for x, y, z in zip(scaled[a], scaled[b], scaled[c], strict=True)]
    return {m: sum(x * y for x, y in zip(v, goal, strict=True)) for m, v in scaled.items() if m not in (a, b, c)}


for size, d, dtype in [(4, 2, float), (5, 3, float), (12, 4, float), (40, 3, float), (60, 9, np.float32)]:
    names = [f"w{i}" for i in rng.permutation(size)]
    rows = (rng.normal(0.5, 1, (size, d)) * 10 ** rng.uniform(-2, 2, (size, 1))).astype(dtype)
    vectors = dict(zip(names, rows, strict=True))
    for _ in range(25):
        a, b, c = (names[i] for i in rng.choice(size, 3, replace=False))
        with dd.check.unchanged(vectors):
            result = analogy(a, b, c, vectors)
        dd.check.kind(result, str)
        scores = all_cosines(a, b, c, vectors)
        first, second = sorted(scores.values())[-2:] if len(scores) > 1 else (0, 1)
        if second - first > 1e-5:
            dd.check.equal(result, max(scores, key=scores.get), what=f"the answer among {size} words")
# Words may repeat: a is to a as c is to its nearest neighbour.
vectors = {"a": [1.0, 0.0, 0.0], "far": [0.0, 0.0, 5.0], "near": [0.1, 3.0, 0.0], "c": [0.0, 2.0, 0.0]}
vectors = {word: np.array(vector) for word, vector in vectors.items()}
dd.check.equal(analogy("a", "a", "c", vectors), "near", what="a is to a as c is to …")
dd.check.equal(analogy("c", "c", "c", vectors), "near", what="c is to c as c is to …")
dd.check.equal(analogy("far", "c", "far", vectors), "near", what="far is to c as far is to …")
# Ties: the first of the dict. These vectors are exact, whatever the order of the sums.
vectors = {"c": [4.0, 0.0], "z": [0.0, 2.0], "m": [0.0, 8.0], "b": [0.0, 0.5], "a": [2.0, 0.0], "k": [0.0, -1.0]}
vectors = {word: np.array(vector) for word, vector in vectors.items()}
dd.check.equal(analogy("a", "b", "c", vectors), "z", what="the first of two that tie")
for trio in (("wug", "b", "c"), ("a", "wug", "c"), ("a", "b", "wug")):
    with dd.check.raises(KeyError, why="one word is not in vectors"):
        analogy(*trio, vectors)
### END HIDDEN TESTS

# %% mistakes: analogy
# - replace: unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
#   with: unit(vectors[a]) - unit(vectors[b]) + unit(vectors[c])
#   hint: "Your difference has the wrong sign: the step leads from a to b, and is then taken from c."
# - replace: unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
#   with: unit(vectors[b]) + unit(vectors[a]) - unit(vectors[c])
#   hint: "Which of the three words is subtracted? Draw a, b, c and the answer as a parallelogram."
# - replace: unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
#   with: vectors[b] - vectors[a] + vectors[c]
#   hint: "Scale the three vectors to length 1 first, or the longest of them decides."
# - replace: unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
#   with: unit(vectors[c])
#   hint: "That is the nearest neighbour of c. The step from a to b is missing."
# - replace: unit(np.stack([vectors[word] for word in others])) @ goal
#   with: np.stack([vectors[word] for word in others]) @ goal
#   hint: "You compare by plain product, which likes long vectors. Compare by cosine."
# - replace: np.argmax(scores)
#   with: np.argmin(scores)
#   hint: "You return the least similar word."
# - replace: np.argmax(scores)
#   with: np.argmax(np.abs(scores))
#   hint: "A cosine of -1 is as far away as can be, not near."
# - replace: if word not in (a, b, c)
#   with: ""
#   hint: "The given words may be your answer. They are excluded, since one of them is nearly always nearest."
# - replace: if word not in (a, b, c)
#   with: if word != c
#   hint: "All three given words are excluded, not only c."
# - replace: if word not in (a, b, c)
#   with: if word not in (b, c)
#   hint: "All three given words are excluded: a is still there."
# - replace: if word not in (a, b, c)
#   with: if word not in (a, c)
#   hint: "All three given words are excluded: b is still there."
# - replace: int(np.argmax(scores))
#   with: len(scores) - 1 - int(np.argmax(scores[::-1]))
#   hint: "Of words that tie you return the last. The first was asked for."


# %% equivalents: analogy
# - replace: '@ goal'
#   with: '@ goal.T'
#   reason: "A vector is its own transpose."


# %% mistake: analogy
# hint: "You look for the nearest point in space. Compare directions: the goal's length is not 1."
def analogy(a, b, c, vectors):
    goal = vectors[b] - vectors[a] + vectors[c]
    others = [word for word in vectors if word not in (a, b, c)]
    return min(others, key=lambda word: np.linalg.norm(vectors[word] - goal))


# %% mistake: analogy
# hint: "You compare the differences alone: a word far from c can lie in the same direction from it. The goal is a
#   place, b - a + c."
def analogy(a, b, c, vectors):
    step = unit(vectors[b]) - unit(vectors[a])
    others = [word for word in vectors if word not in (a, b, c)]

    def agreement(word):
        other = unit(vectors[word]) - unit(vectors[c])
        length = np.linalg.norm(other) * np.linalg.norm(step)
        return other @ step / length if length > 0 else -2.0

    return max(others, key=agreement)


# %% mistake: analogy
# hint: "You exclude words by a score of 0. Where all others point away from the goal, 0 is the highest of all."
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    scores = {word: 0.0 if word in (a, b, c) else unit(vector) @ goal for word, vector in vectors.items()}
    return max(scores, key=scores.get)


# %% accepts: analogy
def analogy(a, b, c, vectors):
    scaled = {word: np.asarray(v, dtype=float) / np.sqrt(np.dot(v, v)) for word, v in vectors.items()}
    goal = scaled[c] + (scaled[b] - scaled[a])
    return max((word for word in scaled if word not in {a, b, c}), key=lambda word: float(scaled[word] @ goal))


# %% accepts: analogy
def analogy(a, b, c, vectors):
    """As a sum of three cosines, which ranks the same (Levy and Goldberg 2014)."""
    names = list(vectors)
    table = np.stack([vectors[name] for name in names])
    table = table / np.sqrt(np.sum(table**2, axis=1))[:, None]
    row = {name: i for i, name in enumerate(names)}
    scores = table @ table[row[b]] - table @ table[row[a]] + table @ table[row[c]]
    for given in (a, b, c):
        scores[row[given]] = -np.inf
    return names[int(np.argmax(scores))]


# %% [markdown]
# GloVe gives each word two vectors. Since our table is symmetric, both say the same in different words, with
# different noise. The paper adds them, $E + U$. We may also put the two side by side, each scaled to length 1; a
# cosine is then the mean of two opinions. Which is best here? Each is asked all 662 questions that the corpus was
# built to answer.
#
# Two controls come with it. Linzen (2016) noted that much of such a score may come from the exclusion: if a word's
# nearest neighbour is its partner anyhow, then *forgetting a and b* and answering with the nearest word to $c$
# does nearly as well. And what if the three words are not excluded?

# %% demo
questions = made.questions()
choices = {"E alone": E, "U alone": U, "E + U": E + U, "side by side": np.hstack([unit(E), unit(U)])}
for name, table in choices.items():
    vectors = dict(zip(vocabulary, table, strict=True))
    right = np.mean([analogy(a, b, c, vectors) == d for _, a, b, c, d in questions])
    print(f"{name:>12}: {right:.2f}")

vectors = dict(zip(vocabulary, unit(choices["side by side"]), strict=True))
relations = list(made.pairs)
solved = {"b − a + c": [], "nearest to c": [], "b − a + c, nothing excluded": []}
table = np.stack(list(vectors.values()))
for relation in relations:
    asked = [question[1:] for question in questions if question[0] == relation]
    solved["b − a + c"].append(np.mean([analogy(a, b, c, vectors) == d for a, b, c, d in asked]))
    solved["nearest to c"].append(
        np.mean([analogy(c, c, c, {w: v for w, v in vectors.items() if w not in (a, b)}) == d for a, b, c, d in asked])
    )
    goals = [vectors[b] - vectors[a] + vectors[c] for a, b, c, _ in asked]
    solved["b − a + c, nothing excluded"].append(
        np.mean([vocabulary[np.argmax(table @ goal)] == d for goal, (*_, d) in zip(goals, asked, strict=True)])
    )
fig, ax = plt.subplots(figsize=(8.5, 4))
for k, (name, shares) in enumerate(solved.items()):
    ax.bar(
        np.arange(3) + 0.27 * (k - 1),
        shares,
        0.25,
        label=name,
        color=("C0", "C4", "0.7")[k],
        edgecolor="black",
        hatch=("", "//", "..")[k],
    )
ax.set_xticks(range(3), relations)
ax.set(title="Analogies solved", ylabel="share of the questions", ylim=(0, 1.35))
ax.legend(ncols=3, fontsize=9, loc="upper center")
dd.plot.show(
    "Bars for gender, capital and tense analogies: with b minus a plus c nearly all are solved; the nearest word to c "
    "solves fewer, in some relations much fewer; without exclusion few or none are solved in most relations."
)
sizes = [sum(question[0] == relation for question in questions) for relation in relations]
overall = {name: np.average(shares, weights=sizes) for name, shares in solved.items()}
print({name: round(float(share), 2) for name, share in overall.items()})
assert overall["b − a + c"] > 0.85 and overall["b − a + c"] > overall["nearest to c"] + 0.1

# %% [markdown]
# Side by side wins on this corpus; the other ways also solve most. Read the bars together. The step from $a$ to $b$
# does real work, but a good part of the score is there without it, because a word's partner shares its topic. And
# without exclusion most of it collapses: $e_b - e_a + e_c$ mostly stays nearest to a word that it was made of. *King
# minus man plus woman* is, to be exact, *the nearest word that you did not name*. What does the step look like? Draw
# the pairs of each relation along their mean step, and across it along the direction in which they differ most:

# %% demo
fig, axes = plt.subplots(1, 3, figsize=(13, 4.4))
for ax, relation in zip(axes, relations, strict=True):
    pairs = made.pairs[relation]
    ends = np.array([[vectors[one], vectors[other]] for one, other in pairs])  # (pairs, 2, 2d)
    step = unit((ends[:, 1] - ends[:, 0]).mean(axis=0))
    centred = ends - ends.mean(axis=(0, 1))
    rest = centred - (centred @ step)[..., None] * step
    second = np.linalg.svd(rest.mean(axis=1), full_matrices=False)[2][0]
    named = []  # heights of the pairs whose words are written out
    for pair, (one, other) in zip(pairs, centred, strict=True):
        ax.plot(
            [one @ step, other @ step], [one @ second, other @ second], "-o", color="0.6", markersize=4, linewidth=1
        )
        ax.plot(other @ step, other @ second, "s", color="C1", markersize=5)
        heights = np.array([one @ second, other @ second])
        if all(np.abs(heights - taken).min() > 0.07 for taken in named):
            named.append(heights)
            for word, point, side in ((pair[0], one, "right"), (pair[1], other, "left")):
                ax.annotate(
                    word,
                    (point @ step, point @ second),
                    ha=side,
                    fontsize=9,
                    xytext=(-6 if side == "right" else 6, 0),
                    textcoords="offset points",
                    va="center",
                )
    ax.set(title=relation, xlabel="along the mean step", xlim=(-0.85, 0.85))
axes[0].set_ylabel("another direction")
dd.plot.show(
    "Three panels, one a relation. Each pair of words is a line from a dot to a square. The lines run from left to "
    "right, most of them nearly level and of similar length."
)

# %% [markdown]
# The horizontal axis is the mean step of the relation, so that the lines run to the right *on average* is by
# construction. That nearly all of them do, and most by a similar length and with little slope, is not: that is the
# parallelogram.
#
# ## Vectors learn what texts say of people
#
# Nobody told GloVe what a nurse is. It knows that *she* is met near nurses, and *he* near mechanics. Bolukbasi et al.
# (2016) found the same in vectors from the news, where *man : computer programmer* was completed by *woman :
# homemaker*. A search engine that sorts applications by cosine would act on it.
#
# To measure, we need a **bias direction**. One difference such as *she* − *he* has its own accidents. So take several
# pairs that differ in gender alone, and ask in which direction their differences agree: the first principal component
# of the differences (Day 18), *without* centring, since it is their common part that we want. (Their program does the
# same by way of each pair's deviations from the pair's mean; those are plus and minus half the difference.)
#
# By hand: differences $(2, 0)$ and $(4, 0.2)$. The first singular vector is close to $(1, 0.04)$, nearer to the
# longer difference. A singular vector's sign is free; we let it point from the first words of the pairs to the
# second, so that the sum of the differences has a positive part along it.


# %% exercise: bias_direction
def bias_direction(pairs):
    """The direction in which the two words of each pair differ (after Bolukbasi et al. 2016).

    Args:
        pairs: (n, 2, d) floats, n >= 1, the vectors of n pairs, whose differences are not all zero; left unchanged.

    Returns:
        (d,) floats of length 1: the first right singular vector of the n differences, second word minus first, which
        are not centred. Its sign is such that the sum of the differences has a positive component along it. About 4
        lines.
    """
    ### BEGIN SOLUTION
    differences = pairs[:, 1] - pairs[:, 0]  # (n, d)
    direction = np.linalg.svd(differences, full_matrices=False)[2][0]
    return direction if np.sum(differences @ direction) > 0 else -direction
    ### END SOLUTION


# %% test: bias_direction, points=2
pairs_by_hand = np.array([[[1.0, 5.0], [3.0, 5.0]], [[-1.0, 0.0], [3.0, 0.2]]])
with dd.check.unchanged(pairs_by_hand):
    result = bias_direction(pairs_by_hand)
dd.check.shape(result, (2,))
dd.check.dtype(result, "float")
dd.check.close(np.linalg.norm(result), 1.0, what="its length")
dd.check.close(result, [0.9992, 0.0400], atol=2e-4, why="the differences are (2, 0) and (4, 0.2)")
dd.check.close(bias_direction(pairs_by_hand[:, ::-1]), -result, what="the direction of the pairs turned round")
dd.check.like(
    bias_direction(np.array([[[0.0, 0.0, 1.0], [0.0, -3.0, 1.0]]])), np.array([0.0, -1.0, 0.0]), what="one pair's"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(70_000)
for n, d in [(1, 1), (1, 5), (4, 1), (2, 2), (3, 3), (6, 4), (3, 9), (12, 5)]:
    common = rng.normal(size=d)
    given = rng.normal(size=(n, 2, d))
    given[:, 1] = given[:, 0] + common + 0.4 * rng.normal(size=(n, d))
    with dd.check.unchanged(given):
        result = bias_direction(given)
    differences = given[:, 1] - given[:, 0]
    values, axes_found = np.linalg.eigh(differences.T @ differences)
    due = axes_found[:, -1] * np.sign((differences @ axes_found[:, -1]).sum())
    of = f"the direction of {n} pairs of width {d}"
    dd.check.like(result, due, rtol=1e-5, atol=1e-6, what=of)
    dd.check.close(bias_direction(given[::-1]), due, rtol=1e-5, atol=1e-6, what=of, why="the order of pairs is no news")
    dd.check.close(bias_direction(3 * given + 7), due, rtol=1e-5, atol=1e-6, what=of, why="shift and scale are no news")
    low = bias_direction(given.astype(np.float32))
    dd.check.close(low, due, rtol=1e-3, atol=1e-3, what=of + " in float32")
# Two pairs that mostly contradict each other, and one that decides: not the mean difference, not the longest one.
differences = np.array([[0.0, 3.0], [0.0, -2.9], [1.0, 0.0]])
result = bias_direction(np.stack([np.zeros((3, 2)), differences], axis=1))
dd.check.close(result, [0.0, 1.0], atol=1e-6, what="the direction", why="most of the squared differences lies along it")
# One long difference against two short ones: the sum decides the sign, not how many pairs point there.
differences = np.array([[3.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]])
result = bias_direction(np.stack([np.ones((3, 2)), 1 + differences], axis=1))
dd.check.close(result, [1.0, 0.0], atol=1e-6, what="the direction", why="the differences add up to (1, 0)")
# Pairs that lie at different places in space, and a sum of differences that decides the sign against the first entry.
differences = np.array([[-1.0, 2.0, 0.0], [-1.2, 2.1, 0.1], [0.1, -0.2, 0.0]])
starts = 10 * rng.normal(size=(3, 3))
result = bias_direction(np.stack([starts, starts + differences], axis=1))
assert result @ differences.sum(axis=0) > 0, "the direction should lead from the first words to the second"
dd.check.close(abs(result @ np.linalg.svd(differences)[2][0]), 1.0, rtol=1e-6, what="its cosine with the component")
### END HIDDEN TESTS

# %% mistakes: bias_direction
# - replace: pairs[:, 1] - pairs[:, 0]
#   with: pairs[:, 0] - pairs[:, 1]
#   hint: "Your direction points from the second words to the first."
# - replace: return direction if np.sum(differences @ direction) > 0 else -direction
#   with: return direction if direction[np.argmax(np.abs(direction))] < 0 else -direction
#   hint: "The sign of a singular vector is free, and yours is not set by the pairs. Which way do they differ?"
# - replace: return direction if np.sum(differences @ direction) > 0 else -direction
#   with: return direction * np.sum(differences @ direction)
#   hint: "A direction has length 1."
# - replace: np.linalg.svd(differences, full_matrices=False)[2][0]
#   with: differences.mean(axis=0) / np.linalg.norm(differences.mean(axis=0))
#   hint: "That is the mean difference. The component in which the differences agree is not the same."
# - replace: np.linalg.svd(differences, full_matrices=False)[2][0]
#   with: np.linalg.svd(differences - differences.mean(axis=0) * (len(differences) > 1), full_matrices=False)[2][0]
#   hint: "You centre the differences, and so take out what they have in common, which is the bias."
# - replace: np.linalg.svd(differences, full_matrices=False)[2][0]
#   with: np.linalg.svd(differences, full_matrices=False)[2][-1]
#   hint: "The last singular vector is the direction in which the pairs differ least."
# - replace: np.linalg.svd(differences, full_matrices=False)[2][0]
#   with: np.linalg.svd(differences.T @ differences)[2].T[0]
#   hint: "Check the axes: which rows or columns are the right singular vectors?"
# - replace: differences = pairs[:, 1] - pairs[:, 0]
#   with: differences = np.concatenate([pairs[:, 1], pairs[:, 0]]) - pairs.mean(axis=(0, 1))
#   hint: "Those are principal components of the words. What differs between topics is in there too: take the two words
#     of a pair together first."
# - replace: differences = pairs[:, 1] - pairs[:, 0]
#   with: differences = (pairs[:, 1] - pairs[:, 0])[:1]
#   hint: "You use one pair only. The others are there to average its accidents out."
# - replace: return direction if np.sum(differences @ direction) > 0 else -direction
#   with: return direction if np.sum(np.sign(differences @ direction)) > 0 else -direction
#   hint: "Pairs have no vote each on the sign. The sum of the differences decides it, and long ones count more."
# - replace: return direction if np.sum(differences @ direction) > 0 else -direction
#   with: return direction
#   hint: "The sign of a singular vector is free, and yours is not set by the pairs. Which way do they differ?"
# - replace: np.linalg.svd(differences, full_matrices=False)[2][0]
#   with: np.linalg.svd(differences)[2][:, 0]
#   hint: "Check the axes: which rows or columns are the right singular vectors?"


# %% equivalents: bias_direction
# - replace: 'full_matrices=False'
#   with: 'full_matrices=True'
#   reason: "The first right singular vector is the same."
# - replace: 'direction) > 0 else'
#   with: 'direction) >= 0 else'
#   reason: "A sum of exactly 0 leaves the sign free."
# - replace: 'np.sum(differences @ direction)'
#   with: 'np.mean(differences @ direction)'
#   reason: "A mean has the sign of its sum."
# - replace: 'np.sum(differences @ direction)'
#   with: 'np.sum(differences * direction)'
#   reason: "All products are summed either way."
# - replace: 'np.sum(differences @ direction)'
#   with: 'np.sum(differences @ direction.T)'
#   reason: "A vector is its own transpose."


# %% mistake: bias_direction
# hint: "Scaling each difference to length 1 first gives a near pair as much say as a distant one. They enter as they
#   are."
def bias_direction(pairs):
    differences = pairs[:, 1] - pairs[:, 0]
    scaled = differences / np.linalg.norm(differences, axis=1, keepdims=True)
    direction = np.linalg.svd(scaled, full_matrices=False)[2][0]
    return direction if np.sum(differences @ direction) > 0 else -direction


# %% mistake: bias_direction
# hint: "Those are principal components of the words. What differs between topics is in there too: take the two words
#   of a pair together first."
def bias_direction(pairs):
    words = pairs.reshape(-1, pairs.shape[2])
    direction = np.linalg.svd(words - words.mean(axis=0), full_matrices=False)[2][0]
    return direction if np.sum((pairs[:, 1] - pairs[:, 0]) @ direction) > 0 else -direction


# %% accepts: bias_direction
def bias_direction(pairs):
    halves = (pairs - pairs.mean(axis=1, keepdims=True)).reshape(-1, pairs.shape[2])  # as the paper's program does
    direction = np.linalg.eigh(halves.T @ halves)[1][:, -1]
    towards = (pairs[:, 1] - pairs[:, 0]).sum(axis=0) @ direction
    return direction * np.sign(towards)


# %% accepts: bias_direction
def bias_direction(pairs):
    differences = np.diff(pairs, axis=1)[:, 0]
    small = differences @ differences.T  # (n, n)
    values, shares = np.linalg.eigh(small)
    direction = shares[:, np.argmax(values)] @ differences
    direction = direction / np.sqrt(direction @ direction)
    return np.where(np.mean(differences, axis=0) @ direction < 0, -1.0, 1.0) * direction


# %% [markdown]
# Here the pairs are *he, she*; *his, her*; *himself, herself*. Is the component of an occupation along $g$ what was
# planted? As a control, fit the same words from a second corpus with `bias=0`, in which every occupation is met with
# *he* and *she* alike.

# %% demo
PRONOUNS = [("he", "she"), ("his", "her"), ("himself", "herself")]
occupations = list(made.occupations)
planted = np.array([made.occupations[word] for word in occupations])


def side_by_side(counts, seed):
    """Unit vectors of all words: GloVe's two tables, next to each other."""
    E, U, *_ = fit_glove(counts, seed)
    return unit(np.hstack([unit(E), unit(U)]))


def rows_of(table, words):
    return table[[index[word] for word in words]]


fair_table = side_by_side(count_table(dd.data.analogies(bias=0.0)), seed=0)
fig, axes = plt.subplots(1, 2, figsize=(11, 4.4), sharey=True)
directions, gaps = {}, {}
for ax, (name, one_table) in zip(axes, {"bias planted": table, "no bias planted": fair_table}.items(), strict=True):
    g = bias_direction(np.stack([rows_of(one_table, pair) for pair in PRONOUNS]))
    along = rows_of(one_table, occupations) @ g
    directions[name], gaps[name] = g, along[planted >= 0.7].mean() - along[planted <= 0.3].mean()
    ax.plot(planted, along, "o", color="C0" if ax is axes[0] else "C1")
    for word in ("nurse", "teacher", "doctor", "pilot", "mechanic", "baker"):
        place = occupations.index(word)
        ax.annotate(word, (planted[place], along[place]), xytext=(6, -3), textcoords="offset points", fontsize=9)
    ax.axhline(0, color="0.5", linewidth=1)
    ax.set(title=f"Occupations, {name}", xlabel="planted share of women (first corpus)", xlim=(0, 1.15))
axes[0].set_ylabel("component along $g$: he ← → she")
dd.plot.show(
    "Two scatter plots of 20 occupations: component along the bias direction, planted share. Left, the points "
    "rise in a line from mechanic to nurse. Right, with no bias planted, they lie in a narrow level band."
)
gender = directions["bias planted"]
correlation = np.corrcoef(rows_of(table, occupations) @ gender, planted)[0, 1]
print(f"correlation with the planted share {correlation:.2f}")
for name, gap in gaps.items():
    print(f"{name:>16}: leaning to women lies {gap: .3f} above leaning to men")
assert correlation > 0.85 and gaps["bias planted"] > 0.1 and abs(gaps["no bias planted"]) < 0.1

# %% [markdown]
# The direction found from six pronouns reads the planted shares of twenty other words, and reads nothing where
# nothing was planted. (On real text nobody has the left axis of truth, and the bias of the world and of the texts
# cannot be told apart by vectors.)
#
# ## Neutralise
#
# A word that should be neutral, such as an occupation, loses its part along $g$, and is scaled back to length 1:
#
# $$x_\perp = x - (x \cdot g)\, g , \qquad x \leftarrow \frac{x_\perp}{\lVert x_\perp \rVert} .$$
#
# By hand: $x = (0.6, 0.8, 0)$ and $g = (1, 0, 0)$. The part along $g$ is 0.6, $x_\perp = (0, 0.8, 0)$, and scaled it
# is $(0, 1, 0)$. If $g$ were not of length 1, say $(2, 0, 0)$, the formula would take off too much; so the length is
# divided out first.


# %% exercise: neutralize
def neutralize(x, direction):
    """Vectors without their component along a direction, scaled to length 1 (Bolukbasi et al. 2016).

    Args:
        x: (n, d) or (d,) floats, none of the vectors parallel to direction.
        direction: (d,) floats, not all zero, of any length.
        Both are left unchanged.

    Returns:
        New float array of the shape of x: each vector minus its projection on direction, scaled to length 1. About 4
        lines.
    """
    ### BEGIN SOLUTION
    g = direction / np.linalg.norm(direction)
    rest = x - (x @ g)[..., None] * g
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)
    ### END SOLUTION


# %% test: neutralize, points=2
x = np.array([[0.6, 0.8, 0.0], [-0.6, 0.0, 0.8], [5.0, 3.0, 4.0]])
axis = np.array([2.0, 0.0, 0.0])
with dd.check.unchanged([x, axis]):
    result = neutralize(x, axis)
due = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.6, 0.8]])
dd.check.like(result, due, why="the part along the direction is gone, and the length is 1")
dd.check.like(neutralize(x[0], axis), due[0], what="one vector, neutralised", why="x may be a single vector")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(700_000)
for n, d in [(1, 2), (5, 2), (3, 3), (4, 7), (9, 4), (0, 3)]:
    x, axis = 3 * rng.normal(size=(n, d)), 10 ** rng.uniform(-2, 2) * rng.normal(size=d)
    with dd.check.unchanged(x), dd.check.unchanged(axis):
        result = neutralize(x, axis)
    due = []
    for row in x:
        rest = row - (sum(row * axis) / sum(axis * axis)) * axis
        due.append(rest / sum(rest * rest) ** 0.5)
    of = f"{n} neutralised vectors of width {d}"
    dd.check.like(result, np.array(due).reshape(n, d), rtol=1e-7, what=of)
    dd.check.close(result @ (axis / np.linalg.norm(axis)), np.zeros(n), atol=1e-9, what="their components along it")
    dd.check.close(
        neutralize(result, axis), result, rtol=1e-7, what=of + ", once more", why="nothing is left to remove"
    )
    dd.check.close(neutralize(x, -axis), result, rtol=1e-7, what=of + " with the direction turned round")
    assert not np.shares_memory(result, x), "the result should be a new array"
    if n:
        single = neutralize(x[0], axis)
        dd.check.like(single, due[0], rtol=1e-7, what="a single vector, neutralised")
low = neutralize(np.array([[3.0, 4.0, 1.0]], dtype=np.float32), np.array([0.0, 0.0, 5.0], dtype=np.float32))
dd.check.like(low, np.array([[0.6, 0.8, 0.0]]), rtol=1e-5, atol=1e-6, what="a float32 vector, neutralised")
### END HIDDEN TESTS

# %% mistakes: neutralize
# - replace: g = direction / np.linalg.norm(direction)
#   with: g = direction
#   hint: "The projection formula is for a direction of length 1, and any length may come."
# - replace: g = direction / np.linalg.norm(direction)
#   with: g = direction / np.sum(direction**2)
#   hint: "You divide by the squared length once too often, or too seldom. After it the direction should have length 1."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = (x @ g)[..., None] * g + 0.0
#   hint: "You keep the part along the direction, and lose the rest."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = x + (x @ g)[..., None] * g
#   hint: "The component along the direction is doubled instead of removed."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = x - g
#   hint: "You take off the whole direction, whatever the vector's component along it."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = x - np.abs(x @ g)[..., None] * g
#   hint: "A negative component is removed by subtracting a negative number. The sign matters."
# - replace: return rest / np.linalg.norm(rest, axis=-1, keepdims=True)
#   with: return rest
#   hint: "The direction is gone. The vectors should also be of length 1 again."
# - replace: return rest / np.linalg.norm(rest, axis=-1, keepdims=True)
#   with: return rest / np.linalg.norm(rest)
#   hint: "Each vector has a length of its own; you divide by one number for all of them."
# - replace: return rest / np.linalg.norm(rest, axis=-1, keepdims=True)
#   with: return rest * (np.linalg.norm(x, axis=-1, keepdims=True) / np.linalg.norm(rest, axis=-1, keepdims=True))
#   hint: "You restore the old length. Length 1 was asked for."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = x - np.sum(x @ g) * g
#   hint: "You subtract the same amount from all vectors. Each has its own component."
# - replace: rest = x - (x @ g)[..., None] * g
#   with: rest = x - (x @ direction)[..., None] * g
#   hint: "The direction comes in twice, in the product and as what is taken off. Only one of the two has length 1."


# %% equivalents: neutralize
# - replace: 'x @ g)[..., None]'
#   with: 'x @ g.T)[..., None]'
#   reason: "A vector is its own transpose."


# %% mistake: neutralize
# hint: "You remove the mean component of all vectors. Each has its own."
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    rest = x - np.mean(x @ g) * g if np.size(x) else x
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)


# %% accepts: neutralize
def neutralize(x, direction):
    projector = np.eye(len(direction)) - np.outer(direction, direction) / (direction @ direction)
    rest = x @ projector
    return rest / np.sqrt(np.sum(rest**2, axis=-1))[..., None]


# %% accepts: neutralize
def neutralize(x, direction):
    done = []
    for row in np.atleast_2d(np.array(x, dtype=float)):
        rest = row - np.dot(row, direction) / np.dot(direction, direction) * direction
        done.append(rest / np.linalg.norm(rest))
    return np.array(done).reshape(np.shape(x))


# %% [markdown]
# ## Equalise
#
# Is *nurse* now as near to *he* as to *she*? Not quite. The two may differ in more than gender: other sentences,
# other noise; and *nurse* may lie nearer to one in that respect. So the two words of a pair are moved until they
# differ along $g$ **alone**, mirror images of each other, and still of length 1. Then every neutral vector is equally
# near to both.
#
# 1. The mean of the pair, $\mu = \frac{x_0 + x_1}{2}$, without its part along $g$:
#    $\mu_\perp = \mu - (\mu \cdot g)\, g$. Both words get this, which is all that they share.
# 2. Each gets a part along $g$, with the sign that it has relative to the mean:
#
# $$x_i \leftarrow \mu_\perp + \sqrt{1 - \lVert \mu_\perp \rVert^2}\ \cdot\
# \operatorname{sign}\big((x_i - \mu) \cdot g\big)\ g .$$
#
# The root is what Pythagoras leaves for length 1, and it is a real number only because the words come as **unit
# vectors**: their mean cannot be longer than 1. Bolukbasi et al. write the last part as
# $(x_{i,B} - \mu_B)/\lVert x_{i,B} - \mu_B \rVert$, with $B$ for the part along the bias; for one direction that is
# plus or minus $g$.
#
# By hand, with $g = (1, 0)$: $x_0 = (-0.6, 0.8)$ and $x_1 = (0.8, 0.6)$ have the mean $(0.1, 0.7)$, so $\mu_\perp =
# (0, 0.7)$, and $\sqrt{1 - 0.49} = 0.714$. They become $(-0.714, 0.7)$ and $(0.714, 0.7)$. The neutral $(0, 1)$ had
# products $0.8$ and $0.6$ with them, and has $0.7$ with both now.


# %% exercise: equalize
def equalize(pair, direction):
    """The two words of a pair, made to differ along the direction alone (Bolukbasi et al. 2016).

    Args:
        pair: (2, d) floats, two vectors of length 1 whose components along direction differ.
        direction: (d,) floats, not all zero, of any length.
        Both are left unchanged.

    Returns:
        New (2, d) float array, in the order of pair: two vectors of length 1, equal but for opposite components along
        direction; the rest of each is that of the pair's mean, and the word with the larger component still has it.
        About 6 lines.
    """
    ### BEGIN SOLUTION
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    height = np.sqrt(1 - rest @ rest)
    signs = np.sign((pair - mean) @ g)  # (2,)
    return rest + height * signs[:, None] * g
    ### END SOLUTION


# %% test: equalize, points=3
pair = np.array([[-0.6, 0.8], [0.8, 0.6]])
axis = np.array([3.0, 0.0])
with dd.check.unchanged([pair, axis]):
    result = equalize(pair, axis)
height = np.sqrt(0.51)
dd.check.like(result, np.array([[-height, 0.7], [height, 0.7]]), why="the example worked by hand")
dd.check.like(equalize(pair[::-1], axis), result[::-1], what="the pair in the other order", why="each keeps its side")
# Both on the same side of 0: what counts is the component relative to the mean.
pair = np.array([[0.28, 0.96, 0.0], [0.6, 0.0, 0.8]])
result = equalize(pair, np.array([1.0, 0.0, 0.0]))
height = np.sqrt(1 - 0.48**2 - 0.4**2)
dd.check.like(result, np.array([[-height, 0.48, 0.4], [height, 0.48, 0.4]]), what="a pair on one side of 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(7_000_000)
for d in (1, 2, 3, 8, 50):
    for _ in range(6):
        pair = rng.normal(size=(2, d))
        if d == 1:
            pair[1] = -pair[0]
        pair = pair / np.linalg.norm(pair, axis=1, keepdims=True)
        axis = 10 ** rng.uniform(-2, 2) * rng.normal(size=d)
        with dd.check.unchanged(pair), dd.check.unchanged(axis):
            result = equalize(pair, axis)
        g = axis / np.sqrt(sum(axis**2))
        mean = (pair[0] + pair[1]) / 2
        rest = mean - sum(mean * g) * g
        tall = np.sqrt(max(0.0, 1 - sum(rest**2)))
        first = 1.0 if pair[0] @ g > pair[1] @ g else -1.0
        due = np.array([rest + first * tall * g, rest - first * tall * g])
        dd.check.like(result, due, rtol=1e-7, atol=1e-9, what=f"the equalised pair of width {d}")
        dd.check.close(np.linalg.norm(result, axis=1), [1.0, 1.0], what="the lengths")
        assert not np.shares_memory(result, pair), "the result should be a new array"
        dd.check.close(equalize(result, axis), result, rtol=1e-6, atol=1e-7, what="the pair, equalised once more")
        dd.check.close(equalize(pair, -axis), result, rtol=1e-7, atol=1e-9, what="with the direction turned round")
        if d > 1:
            neutral = rng.normal(size=d)
            neutral = neutral - (neutral @ g) * g
            products = result @ neutral
            dd.check.close(products[0], products[1], atol=1e-9, what="products of a neutral vector with the pair")
low = equalize(np.array([[-0.6, 0.8], [0.8, 0.6]], dtype=np.float32), np.array([1.0, 0.0], dtype=np.float32))
dd.check.like(low, np.array([[-np.sqrt(0.51), 0.7], [np.sqrt(0.51), 0.7]]), rtol=1e-5, what="a float32 pair")
### END HIDDEN TESTS

# %% mistakes: equalize
# - replace: height = np.sqrt(1 - rest @ rest)
#   with: height = np.abs((pair[1] - pair[0]) @ g) / 2
#   hint: "You keep half of the old distance along the direction. The height follows from length 1, by Pythagoras."
# - replace: height = np.sqrt(1 - rest @ rest)
#   with: height = 1 - rest @ rest
#   hint: "The lengths are not 1: there is a root in Pythagoras."
# - replace: height = np.sqrt(1 - rest @ rest)
#   with: height = np.sqrt(1 - mean @ mean)
#   hint: "What both words get is the mean without its part along the direction; measure the length of that."
# - replace: height = np.sqrt(1 - rest @ rest)
#   with: height = 1.0
#   hint: "Your vectors are longer than 1. Pythagoras says what is left for the part along the direction."
# - replace: rest = mean - (mean @ g) * g
#   with: rest = 1.0 * mean
#   hint: "The mean still has a part along the direction, which shifts both words to one side."
# - replace: signs = np.sign((pair - mean) @ g)
#   with: signs = np.array([-1.0, 1.0])
#   hint: "You decide which word goes to which side by its place. The one with the larger component keeps it."
# - replace: signs = np.sign((pair - mean) @ g)
#   with: signs = np.array([1.0, -1.0])
#   hint: "You decide which word goes to which side by its place. The one with the larger component keeps it."
# - replace: signs = np.sign((pair - mean) @ g)
#   with: signs = np.sign(pair @ g)
#   hint: "Both words may lie on the same side of 0. Which is which is decided relative to their mean."
# - replace: signs = np.sign((pair - mean) @ g)
#   with: signs = (pair - mean) @ g
#   hint: "Only the sign of each word's component is needed; its size is in the root."
# - replace: g = direction / np.linalg.norm(direction)
#   with: g = direction
#   hint: "The formulas are for a direction of length 1, and any length may come."
# - replace: mean = pair.mean(axis=0)
#   with: mean = pair.sum(axis=0)
#   hint: "The mean of two vectors is half of their sum."
# - replace: mean = pair.mean(axis=0)
#   with: mean = pair.mean()
#   hint: "The mean of the pair is a vector, not a number."
# - replace: mean = pair.mean(axis=0)
#   with: mean = pair.mean(axis=0) / np.linalg.norm(pair.mean(axis=0))
#   hint: "The mean is not scaled to length 1. It is the root that brings the words there."
# - replace: return rest + height
#   with: return mean + height
#   hint: "The mean still has a part along the direction, which shifts both words to one side."
# - replace: |-
#     g = direction / np.linalg.norm(direction)
#     mean = pair.mean(axis=0)
#     rest = mean - (mean @ g) * g
#     height = np.sqrt(1 - rest @ rest)
#   with: |-
#     g = direction
#     mean = pair.mean(axis=0)
#     rest = mean - (mean @ g) * g
#     height = np.sqrt(max(0.0, 1 - rest @ rest))
#   hint: "The formulas are for a direction of length 1, and any length may come."


# %% equivalents: equalize
# - replace: 'mean @ g) * g'
#   with: 'mean.T @ g) * g'
#   reason: "A vector is its own transpose."
# - replace: 'mean @ g) * g'
#   with: 'mean @ g.T) * g'
#   reason: "A vector is its own transpose."
# - replace: '1 - rest @ rest'
#   with: '1 - rest.T @ rest'
#   reason: "A vector is its own transpose."
# - replace: '1 - rest @ rest'
#   with: '1 - rest @ rest.T'
#   reason: "A vector is its own transpose."
# - replace: '(pair - mean) @ g'
#   with: '(pair - mean) @ g.T'
#   reason: "A vector is its own transpose."
# - replace: 'height * signs[:, None]'
#   with: 'height / signs[:, None]'
#   reason: "Dividing by 1 or -1 is multiplying by it."


# %% mistake: equalize
# hint: "You remove the direction from both words and are done: they should differ along it, and in nothing else."
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    rest = pair - (pair @ g)[:, None] * g
    return rest


# %% mistake: equalize
# hint: "Each word keeps a rest of its own, so the pair still differs in more than the direction. Both get the rest of
#   their mean."
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    rest = pair - (pair @ g)[:, None] * g
    height = np.sqrt(np.maximum(0, 1 - np.sum(rest**2, axis=1)))
    return rest + (height * np.sign((pair - pair.mean(axis=0)) @ g))[:, None] * g


# %% mistake: equalize
# hint: "You only make the components opposite, and then scale. The rest is to be that of the mean, and not stretched."
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    moved = pair - (mean @ g) * g
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


# %% mistake: equalize
# hint: "You scale the two words to length 1, which stretches the rest too. Only the part along the direction gives."
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    moved = mean - (mean @ g) * g + ((pair - mean) @ g)[:, None] * g
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


# %% accepts: equalize
def equalize(pair, direction):
    g = direction / np.sqrt(direction @ direction)
    along = pair @ g  # (2,)
    shared = (pair - along[:, None] * g).mean(axis=0)
    tall = np.sqrt(max(0.0, 1.0 - float(np.sum(shared**2))))
    if along[0] > along[1]:
        return np.stack([shared + tall * g, shared - tall * g])
    return np.stack([shared - tall * g, shared + tall * g])


# %% accepts: equalize
def equalize(pair, direction):
    """As the paper writes it, with the parts along the bias as vectors."""
    g = direction / np.linalg.norm(direction)
    projector = np.outer(g, g)
    mu = np.mean(pair, axis=0)
    nu = mu - projector @ mu
    parts = pair @ projector - projector @ mu
    scale = np.sqrt(np.clip(1 - np.linalg.norm(nu) ** 2, 0, None))
    return nu + scale * parts / np.linalg.norm(parts, axis=1, keepdims=True)


# %% [markdown]
# ## Before and after
#
# Neutralise the occupations and equalise the pronouns. Three numbers, before and after: how far the components along
# $g$ spread; how much nearer an occupation is to *she* than to *he*, in size; and, as a check that nothing else was
# broken, the analogies on all other words.

# %% demo
debiased = table.copy()
job_rows = [index[word] for word in occupations]
debiased[job_rows] = neutralize(table[job_rows], gender)
for pair in PRONOUNS:
    places = [index[word] for word in pair]
    debiased[places] = equalize(table[places], gender)

report = {}
for name, one_table in {"before": table, "after": debiased}.items():
    jobs = one_table[job_rows]
    nearer = np.abs(jobs @ one_table[index["she"]] - jobs @ one_table[index["he"]])
    one_vectors = dict(zip(vocabulary, one_table, strict=True))
    right = np.mean([analogy(a, b, c, one_vectors) == d for _, a, b, c, d in questions])
    report[name] = np.std(jobs @ gender), nearer.mean(), right
    print(
        f"{name:>6}: spread {np.std(jobs @ gender):.3f}; nearer a pronoun by {nearer.mean():.3f}; analogies {right:.2f}"
    )
assert report["before"][1] > 0.03 and report["after"][0] < 1e-9 and report["after"][1] < 1e-9
assert abs(report["after"][2] - report["before"][2]) < 0.05

# %% [markdown]
# By its own measure the bias is gone, to the last digit, and the analogies are as good as before. Bolukbasi et al.
# reported both for real vectors.
#
# ## What debiasing doesn't remove
#
# Gonen and Goldberg (2019) asked another question. Hide the direction; is the bias still *in the distances between
# the neutralised words*? If nurses and secretaries were both met with *she*, they learned other things in common
# from that company, and may still be neighbours. Sort the occupations by what was planted, and draw all cosines
# between them, before and after. If the bias is gone, the picture should have no pattern.

# %% demo
order = np.argsort(-planted, kind="stable")
fig, axes = plt.subplots(1, 2, figsize=(12, 5.6))
leans = planted != 0.5
kept = {}
for ax, (name, one_table) in zip(axes, {"before": table, "after": debiased}.items(), strict=True):
    jobs = one_table[job_rows]
    cosines = jobs @ jobs.T
    shown = cosines[np.ix_(order, order)].copy()
    np.fill_diagonal(shown, np.nan)
    if ax is axes[0]:
        low, high = np.nanmin(shown), np.nanmax(shown)
    picture = ax.imshow(shown, cmap="viridis", vmin=low, vmax=high)
    ax.set_xticks([])
    ax.set_yticks(range(20), [occupations[k] for k in order] if ax is axes[0] else [], fontsize=9)
    ax.grid(visible=False)
    ax.set(title=f"Cosines of occupations, {name}", xlabel="the same order: she-leaning to he-leaning")
    among = cosines[np.ix_(leans, leans)].copy()
    np.fill_diagonal(among, -2)
    side = planted[leans] > 0.5
    same = (side[:, None] == side) & ~np.eye(len(side), dtype=bool)
    kept[name] = np.mean(side[among.argmax(axis=1)] == side), among[same].mean() - among[side[:, None] != side].mean()
fig.colorbar(picture, ax=axes, shrink=0.8, label="cosine")
chance = (8 * 7 + 10 * 9) / (18 * 17)
dd.plot.show(
    "Two 20 by 20 heat maps of cosines between occupations, sorted from leaning to she to leaning to he. Before, two "
    "bright blocks on the diagonal and dark corners between them. After, the contrast is weaker, and the blocks can "
    "still be made out."
)
for name, (share, gap) in kept.items():
    print(f"{name:>6}: nearest leans the same way for {share:.0%} (chance {chance:.0%}); own side nearer by {gap:.3f}")
assert kept["before"][0] > 0.9 and kept["after"][0] > chance and kept["after"][1] > 0

# %% [markdown]
# Weaker, not gone. After debiasing, an occupation's nearest neighbour among the others still leans the same way more
# often than chance, and whoever knows one side's words can find the rest. One direction held part of the bias; the
# company that words keep holds the rest, in all the others. Gonen and Goldberg found the same in real vectors: after
# debiasing, words still gather by their old lean, and a classifier can still be trained to tell it.
#
# So neutralising is no certificate. It removes *one linear measure* of a bias, the one that it was built from. What
# a system does to people has to be measured on what the system does (Day 45).
#
# ## Transfer: vectors where labels are few
#
# What are such vectors good for? Above all, for tasks with few examples. Five kinds of words, and **two labelled
# words for each**; every other word of these kinds is given to the nearest mean, by cosine. A one-hot row could not
# do it at all: to it, an unlabelled word is equally far from everything.

# %% demo
kinds = {
    "country": [pair[0] for pair in made.pairs["capital"]],
    "city": [pair[1] for pair in made.pairs["capital"]],
    "verb today": [pair[0] for pair in made.pairs["tense"]],
    "verb yesterday": [pair[1] for pair in made.pairs["tense"]],
    "occupation": occupations,
}
rng = np.random.default_rng(70)
scores = []
for _ in range(20):  # twenty draws of the labelled words
    means, rest, truth = [], [], []
    for kind, members in enumerate(kinds.values()):
        words = [members[k] for k in rng.permutation(len(members))]
        means.append(rows_of(table, words[:2]).mean(axis=0))
        rest += words[2:]
        truth += [kind] * len(words[2:])
    guesses = np.argmax(rows_of(table, rest) @ unit(np.array(means)).T, axis=1)
    scores.append(np.mean(guesses == truth))
print(f"two labels a kind: {np.mean(scores):.2f} of {len(rest)} words right on average; guessing {1 / 5:.2f}")
assert np.mean(scores) > 0.7

# %% [markdown]
# That is **transfer**: train vectors once on much text without labels, then use them, frozen or trained on, where
# labels are few. What comes with them is everything they learned, the bias included. Day 76 puts such vectors under
# an LSTM.
#
# ## What you should remember
#
# 1. GloVe fits $e_i \cdot u_j + b_i + \tilde b_j$ to $\log C_{ij}$ by weighted least squares: small counts weigh
#    little, large ones no more than 1, zeros nothing.
# 2. Differences of vectors hold ratios of counts; hence analogies, $e_b - e_a + e_c$, with the three given words
#    excluded. Ask what the nearest neighbour of $c$ alone would score.
# 3. A bias direction is the main component of the differences of pairs; neutralise removes it from words that should
#    not have it; equalise makes a pair differ along it alone, and needs unit vectors.
# 4. A bias measure that falls to 0 was perhaps only that measure. Neutralised words still cluster by their old lean.
# 5. Vectors carry over to tasks with few labels, and take with them what the text said.
#
# ## Check yourself, without code
#
# 1. Multiply all counts by 10 (and $C_{\max}$ too). Which of $E$, $U$ and the biases must change for the same loss?
# 2. Why may equalise fail on vectors that are not of length 1?
# 3. Somebody neutralises *all* words, *king* and *queen* included. What do analogies of gender look like after that?
#
# <details><summary>Answers</summary>
#
# 1. Only the biases: all logarithms grow by $\log 10$, which $b$ or $\tilde b$ can take up alone.
# 2. The mean can then be longer than 1, and the root of a negative number is asked for. And if it is not, then
#    setting the length to 1 changes more than the bias.
# 3. Lost, as far as gender is along $g$: the two words of a pair no longer differ there. That is why gendered
#    words are left alone or equalised.
#
# </details>
#
# ## Go further
#
# - Pennington, Socher and Manning (2014), *GloVe: Global vectors for word representation*, EMNLP.
# - Mikolov, Yih and Zweig (2013), *Linguistic regularities in continuous space word representations*, NAACL; Levy and
#   Goldberg (2014), *Linguistic regularities in sparse and explicit word representations*, CoNLL: the same with plain
#   counts, and a product instead of a sum.
# - Linzen (2016), *Issues in evaluating semantic spaces using word analogies*, RepEval.
# - Bolukbasi, Chang, Zou, Saligrama and Kalai (2016), *Man is to computer programmer as woman is to homemaker?
#   Debiasing word embeddings*, NeurIPS; Gonen and Goldberg (2019), *Lipstick on a pig: Debiasing methods cover up
#   systematic gender biases in word embeddings but do not remove them*, NAACL.
# - Take two or three principal components of the pronouns' differences out instead of one. How much of the pattern is
#   left, and what happens to the analogies?
# - Day 71 turns to sequences: what does the order of words add to the company they keep?
