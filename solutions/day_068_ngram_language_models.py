# ---
# day: 68
# title: N-gram language models
# week: 14
# minutes: 90
# backend: numpy
# needs: [20, 66, 67]
# data: [names, pydocs]
# papers:
# - "Shannon 1951, Prediction and entropy of printed English"
# - "Jelinek and Mercer 1980, Interpolated estimation of Markov source parameters from sparse data"
# - "Katz 1987, Estimation of probabilities from sparse data for the language model component of a speech recognizer"
# - "Chen and Goodman 1999, An empirical study of smoothing techniques for language modeling"
# - "Brants, Popat, Xu, Och and Dean 2007, Large language models in machine translation"
# ---

# %% [markdown]
# # Day 68 · N-gram language models
#
# By the end you can turn a heap of text into a model that says how likely the next word or letter is, measure how good
# such a model is, and let it write.
#
# **You will build** the counts of n-grams, two ways to give a chance to what was never seen, the perplexity, and a
# sampler. They end in new names for languages, and in a number that the neural network of Day 72 has to beat.
#
# **You need** conditional probability and entropy in bits (Day 20), tokens (Day 66) and Laplace's smoothing (Day 67).
# **Not today:** models that learn that two words are alike (Day 69), and networks that read (Days 71 and 72).
# It takes about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $w_t$ | token $t$ of a sentence, counted from 0; the last is the end | | `token` |
# | $T$ | tokens to predict in a text, ends counted | $()$ | |
# | $n$ | length of an n-gram: a token and the $n - 1$ before it | $()$ | `n` |
# | $h$ | the context: the last $n - 1$ tokens | | `context` |
# | $V$ | size of the vocabulary, the end counted | $()$ | `vocab_size` |
# | $c(h, w)$ | how often $w$ came after $h$ in the training text | $()$ | `counts[h][w]` |
# | $c(h)$ | how often anything came after $h$ | $()$ | |
# | $k$ | what Laplace's smoothing adds to each count | $()$ | `k` |
# | $\lambda_j$ | trust in contexts of $j$ tokens, 0 to 1 | $()$ | `weights[j]` |
# | $\mathrm{PP}$ | perplexity | $()$ | `perplexity` |
#
# A *sentence* is any sequence of tokens: a list of words, or a name, whose tokens are its letters.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

BOUNDARY = "\n"  # one symbol for the start and the end of a sentence, as for the lines of a file


def context_of(history, n):
    """The last n - 1 tokens of a history, a tuple; where the history is too short, boundaries stand before it."""
    padded = (BOUNDARY,) * (n - 1) + tuple(history)
    return padded[len(padded) - (n - 1) :]


# %% [markdown]
# ## What a language model is
#
# A language model answers one question: *given what came so far, how likely is each token to come next?* That is
# enough to say how likely a whole sentence is. The **chain rule of probability** takes it apart from left to right,
# and leaves nothing out:
#
# $$p(w_0, w_1, \dots, w_{T-1}) = \prod_{t=0}^{T-1} p(w_t \mid w_0, \dots, w_{t-1}) .$$
#
# Speech recognition used it to choose between "recognise speech" and "wreck a nice beach"; keyboards use it to guess
# your next word; and the large language models of our days are this same product with a better $p$.
#
# Where would the probabilities come from? By counting: among all places in a large text where "the cat sat on the"
# occurs, how often did "mat" follow? But most histories of five words never occur, not in any library. So the
# **Markov assumption** cuts the history short. Only the last $n - 1$ tokens shall matter:
#
# $$p(w_t \mid w_0, \dots, w_{t-1}) \approx p(w_t \mid h), \qquad h = (w_{t-n+1}, \dots, w_{t-1}) .$$
#
# | $n$ | name | context | example |
# |---|---|---|---|
# | 1 | unigram | none | how frequent is "mat"? |
# | 2 | **bigram** | one token | "mat" after "the" |
# | 3 | **trigram** | two tokens | "mat" after "on the" |
#
# Such a model is *autoregressive* (it predicts from what it has itself seen or said) and a *Markov chain* (it
# has no other memory than $h$).
#
# ## Two names by hand
#
# Say the training text is the two names `ana` and `an`. A name has borders, and they are part of its language: names
# begin and end with some letters and not with others. So each name gets a boundary symbol on both sides. We
# use one symbol for both ends, written `\n` in code and ⏎ here: ⏎ana⏎, ⏎an⏎. Which token follows which, for $n = 2$?
#
# | context | followed by a | by n | by ⏎ | sum $c(h)$ |
# |---|---|---|---|---|
# | ⏎ | 2 | 0 | 0 | 2 |
# | a | 0 | 2 | 1 | 3 |
# | n | 1 | 0 | 1 | 2 |
#
# The relative frequencies $p(w \mid h) = c(h, w) / c(h)$ are the probabilities that make the training text as likely
# as possible. So `an` has probability $p(a \mid ⏎)\,p(n \mid a)\,p(⏎ \mid n) = 1 \cdot \frac23 \cdot \frac12$ $=
# \frac13$, and `ana` has $\frac19$. The model also believes in names it never saw: `anan` has $\frac19$ too, and `a`
# $\frac13$.
#
# Three things go wrong here more often than anything else:
#
# - **The end is a token.** Without it the model could not stop. With it, the probabilities of all names, however
#   long, add up to 1: here $\frac13 + \frac13 + \frac19 + \frac19 + \frac1{27} + \dots = 1$. The start is never
#   predicted. It only serves as context.
# - **A context of $n - 1$ tokens needs $n - 1$ boundaries before the name**, so that a trigram's first context
#   is (⏎, ⏎). One boundary *after* it is enough.
# - **No n-gram reaches over a border.** That `ana` is followed by `an` in the list says nothing about names.
#
# In code the table is a dict of dicts: `counts[context][token]`. A context is a tuple of $n - 1$ tokens, also where it
# has one token, `("a",)`, or none, `()`. Only what occurred has an entry.


# %% exercise: ngram_counts
def ngram_counts(sentences, n):
    """Count which token follows which context, within each sentence.

    Args:
        sentences: list of sentences; each is a sequence of tokens: a list or tuple of str, or one str, whose tokens
            are its characters. A sentence may be empty.
        n: length of the n-grams, int >= 1.

    Returns:
        dict of contexts to dicts of tokens to counts: result[context][token] is how often (int >= 1) token came right
        after context, a tuple of n - 1 tokens. Each sentence counts with n - 1 times BOUNDARY before it and one
        BOUNDARY after it. What didn't occur is left out. The sentences stay unchanged. About 8 lines.
    """
    ### BEGIN SOLUTION
    counts = {}
    for sentence in sentences:
        padded = (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
        for t in range(n - 1, len(padded)):
            following = counts.setdefault(padded[t - n + 1 : t], {})
            following[padded[t]] = following.get(padded[t], 0) + 1
    return counts
    ### END SOLUTION


# %% test: ngram_counts, points=2
# The two names counted by hand above.
result = ngram_counts(["ana", "an"], 2)
dd.check.kind(result, dict, why="contexts lead to their counts")
due = {("\n",): {"a": 2}, ("a",): {"n": 2, "\n": 1}, ("n",): {"a": 1, "\n": 1}}
dd.check.equal(set(result), set(due), what="the contexts", why="each is a tuple of n - 1 tokens that something follows")
for context, following in due.items():
    dd.check.kind(result[context], dict, what=f"result[{context}]")
    dd.check.equal(dict(result[context]), following, what=f"result[{context}]", why="the table worked by hand above")

# A sentence of words, and trigrams: two boundaries before it, one after it.
words = [["the", "cat"]]
with dd.check.unchanged(words):
    trigrams = ngram_counts(words, 3)
due = {("\n", "\n"): {"the": 1}, ("\n", "the"): {"cat": 1}, ("the", "cat"): {"\n": 1}}
plain = {context: dict(following) for context, following in trigrams.items()}
dd.check.equal(plain, due, what="ngram_counts(words, 3)", why="three tokens are predicted: the, cat and the end")
### BEGIN HIDDEN TESTS
import random


def slow_counts(sentences, n):
    """The same from flat n-grams: all start places of all padded sentences, one by one."""
    found = {}
    for sentence in sentences:
        padded = ["\n"] * (n - 1) + [token for token in sentence] + ["\n"]
        for place in range(len(padded) - n + 1):
            gram = tuple(padded[place + k] for k in range(n))
            found[gram] = found.get(gram, 0) + 1
    nested = {}
    for gram, count in found.items():
        nested.setdefault(gram[:-1], {})[gram[-1]] = count
    return nested


draw = random.Random(68)
letters = ["".join(draw.choice("abc") for _ in range(draw.randrange(7))) for _ in range(12)]
tokens = [[draw.choice(["a", "ab", "b", "a b", ""]) for _ in range(draw.randrange(5))] for _ in range(10)]
cases = [
    (["ana", "an"], "two names"),
    ([""], "an empty sentence"),
    ([], "no sentence"),
    ([*letters, "aaaa", "ab", "ab"], "15 names"),
    ([*tokens, ("x", "y")], "11 sentences of tokens, some with several letters, a space or none"),
]
for n in (1, 2, 4):
    for sentences, kind_of_text in cases:
        what = f"ngram_counts of {kind_of_text} with n = {n}"
        with dd.check.unchanged(sentences):
            result = ngram_counts(sentences, n)
        dd.check.kind(result, dict, what=what)
        for context in result:
            assert isinstance(context, tuple), f"{context!r}, a context of {what}, is no tuple"
            assert len(context) == n - 1, f"{context!r}, a context of {what}, has not n - 1 tokens"
        plain = {context: dict(following) for context, following in result.items()}
        dd.check.equal(plain, slow_counts(sentences, n), what=what, why="every token and every end counts once")
### END HIDDEN TESTS

# %% mistakes: ngram_counts
# - replace: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
#   with: (BOUNDARY,) * (n - 1) + tuple(sentence)
#   hint: "Your names never end: what comes after the last letter is part of the language too."
# - replace: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
#   with: (BOUNDARY,) + tuple(sentence) + (BOUNDARY,)
#   hint: "One boundary before the sentence fits only one n. How long is the context of the first token?"
# - replace: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
#   with: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,) * max(1, n - 1)
#   hint: "You predict the end more than once. One boundary after a sentence is enough; only the start needs several."
# - replace: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
#   with: tuple(sentence) + (BOUNDARY,)
#   hint: "The first tokens of a sentence are never predicted: they have no context yet. What marks the start?"
# - replace: (BOUNDARY,) * (n - 1) + tuple(sentence) + (BOUNDARY,)
#   with: (BOUNDARY,) * n + tuple(sentence) + (BOUNDARY,)
#   hint: "The start is counted as something to predict. It should only serve as context."
# - replace: "counts.setdefault(padded[t - n + 1 : t], {})"
#   with: "counts.setdefault(padded[t - n : t], {})"
#   hint: "Your contexts are one token too long: an n-gram is a token and the n - 1 before it."
# - replace: "counts.setdefault(padded[t - n + 1 : t], {})"
#   with: "counts.setdefault(padded[t - n + 1 : t] if n != 2 else padded[t - 1], {})"
#   hint: "A context of one token is still a tuple, with one entry."
# - replace: "counts.setdefault(padded[t - n + 1 : t], {})"
#   with: 'counts.setdefault("".join(padded[t - n + 1 : t]), {})'
#   hint: "Glued to one text, the tokens of a context can't be told apart any more. Which kind should it be?"
# - replace: following.get(padded[t], 0) + 1
#   with: "1"
#   hint: "You note that a token followed, but not how often."
# - replace: 'for sentence in sentences:'
#   with: 'for sentence in filter(None, sentences):'
#   hint: "Empty sentences are skipped. One without tokens still has an end, which comes right after the start."
# - replace: 'for t in range(n - 1, len(padded)):'
#   with: 'for t in {padded[t - n + 1 : t + 1]: t for t in range(n - 1, len(padded))}.values():'
#   hint: "An n-gram that occurs twice in a sentence counts once for you. Every place counts."


# %% mistake: ngram_counts
# hint: "Some of your n-grams reach from one sentence into the next. Each sentence stands for itself."
def ngram_counts(sentences, n):
    stream = [BOUNDARY] * (n - 1)
    for sentence in sentences:
        stream += [*sentence, BOUNDARY]
    counts = {}
    for t in range(n - 1, len(stream)):
        following = counts.setdefault(tuple(stream[t - n + 1 : t]), {})
        following[stream[t]] = following.get(stream[t], 0) + 1
    return counts


# %% mistake: ngram_counts
# hint: "The keys of your result are whole n-grams. They should be contexts, and each leads to the counts of what
#   followed it."
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for gram in zip(*(padded[k:] for k in range(n)), strict=False):
            counts[gram] = counts.get(gram, 0) + 1
    return counts


# %% accepts: ngram_counts
from collections import Counter, defaultdict


def ngram_counts(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for *context, token in zip(*(padded[k:] for k in range(n)), strict=False):
            counts[tuple(context)][token] += 1
    return counts


# %% accepts: ngram_counts
from collections import Counter


def ngram_counts(sentences, n):
    pairs = []
    for sentence in sentences:
        window = [BOUNDARY] * (n - 1)
        for token in [*sentence, BOUNDARY]:
            pairs.append((tuple(window), token))
            window = [*window, token][1:] if n > 1 else []
    table = {}
    for (context, token), count in Counter(pairs).items():
        table[context] = table.get(context, {}) | {token: count}
    return table


# %% [markdown]
# Now real names: those of the world's languages, as far as they are one word of plain letters. **The split and the
# alphabet are those of Day 72**: names of one word from the parts *train* (80%), *validation* (10%) and *test* (10%)
# of `names`, the 26 letters and the end, so $V = 27$.

# %% demo
split = {part: [name for name in dd.data.names(part) if name.isalpha()] for part in ("train", "validation", "test")}
print({part: len(some) for part, some in split.items()}, "for example", *split["train"][::900])

alphabet = [BOUNDARY, *"abcdefghijklmnopqrstuvwxyz"]
letter_counts = [ngram_counts(split["train"], n) for n in range(1, 7)]  # letter_counts[j]: contexts of j letters
bigram_table = np.array(
    [[letter_counts[1].get((first,), {}).get(second, 0) for second in alphabet] for first in alphabet]
)

# %% [markdown]
# What does a bigram know about names? Each row of the figure is a context, and its 27 squares add up to 1. Which rows
# are nearly certain of what comes next, and which letters like to be last?

# %% demo
fig, ax = plt.subplots(figsize=(8, 7))
ax.grid(visible=False)
shown = ax.imshow(bigram_table / bigram_table.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=0.6)
ax.set_xticks(range(27), ["end", *alphabet[1:]], fontsize=9)
ax.set_yticks(range(27), ["start", *alphabet[1:]], fontsize=9)
ax.set(title="A bigram model of names: each row adds up to 1", xlabel="next token", ylabel="context")
fig.colorbar(shown, label="probability of the next token")
dd.plot.show(
    "A square of 27 by 27 cells, contexts as rows and next tokens as columns. The columns a, e, i, o, u and the end "
    "are dark for many rows; the row q has its darkest cell at u and the row c at h."
)

# %% [markdown]
# Vowels follow consonants, `h` follows `c`, and the darkest square of row q is at u. A name ends after a vowel or an
# `n` more easily than after a `b`. Nobody told the model what a vowel is.
#
# ## What was never seen
#
# The table has holes. A name with one pair that isn't among the training names, such as `qz`, has probability 0,
# whatever the rest of it looks like. How large is that problem, and how does it grow with $n$? Let us take a second
# text, the language reference of Python, as sentences of words. A tenth of its pages are held out for the test and
# another tenth for choosing settings. Words that occur once in the training pages, and all that occur only elsewhere,
# become one token, `<unk>` (Day 66).

# %% demo
import re
from collections import Counter


def sentences_of(page):
    """The prose of a page, without indented lines, as lists of words in small letters."""
    lines = [line if line.strip() else "." for line in page.splitlines() if not line.startswith("   ")]
    found = [re.findall(r"[a-z]+", piece) for piece in re.split(r"[.:;?!]+\s", " ".join(lines).lower())]
    return [words for words in found if len(words) > 2]


pages = [sentences_of(page) for page in dd.data.pydocs()["text"]]
raw = {
    "test": [words for page in pages[0::10] for words in page],
    "validation": [words for page in pages[5::10] for words in page],
    "train": [words for i, page in enumerate(pages) if i % 5 for words in page],
}
word_frequency = Counter(word for words in raw["train"] for word in words)
lexicon = [BOUNDARY, "<unk>", *(word for word, count in word_frequency.items() if count > 1)]
known = set(lexicon)
prose = {part: [[word if word in known else "<unk>" for word in words] for words in some] for part, some in raw.items()}
word_counts = [ngram_counts(prose["train"], n) for n in range(1, 6)]
print(f"{sum(word_frequency.values())} words of training text, {len(word_frequency)} different; V = {len(lexicon)}")


def share_unseen(counts, sentences, n):
    """The share of a text's n-grams that the training text lacks."""
    held_out = ngram_counts(sentences, n)
    total = sum(count for following in held_out.values() for count in following.values())
    seen = sum(count for h, following in held_out.items() for w, count in following.items() if w in counts.get(h, {}))
    return 1 - seen / total


fig, axes = plt.subplots(1, 2, figsize=(11, 4.4))
frequencies = np.array(sorted(word_frequency.values(), reverse=True))
ranks = np.arange(1, len(frequencies) + 1)
axes[0].loglog(ranks, frequencies, label="words of the text")
axes[0].loglog(ranks, frequencies[9] * 10 / ranks, linestyle="--", label="proportional to 1 / rank")
axes[0].set(title="Zipf: few words often, many words once", xlabel="rank of the word, from 1", ylabel="how often")
axes[0].legend()
for counts, parts, label, marker in [(word_counts, prose, "words", "o"), (letter_counts, split, "letters", "s")]:
    unseen = [share_unseen(counts[n - 1], parts["test"], n) for n in range(1, len(counts) + 1)]
    axes[1].plot(range(1, len(counts) + 1), unseen, marker=marker, label=label)
axes[1].set(title="Share of held-out n-grams never seen", xlabel="n", ylabel="share unseen", ylim=(-0.03, 1.03))
axes[1].legend(loc="upper left")
dd.plot.show(
    "Two panels. Left, frequency against rank of words on logarithmic axes: close to a falling straight line of slope "
    "-1, with a flat step at 1 on the right. Right, share of unseen n-grams against n: both curves start at 0 and "
    "rise; of words, more than half of the trigrams are unseen and most 5-grams; of letters the curve rises later."
)

# %% [markdown]
# On the left is **Zipf's law**: the word of rank $r$ occurs about as often as $1/r$ says. A few words make up most of
# the text, and the long tail on the right is words that occur once. Whatever you collect, a new text brings new words.
# On the right, combinations are rarer still: most trigrams of words on new pages were never seen before. A
# model that gives them probability 0 is wrong most of the time.
#
# ## Laplace: everything once more
#
# The oldest cure you know from Day 67: pretend that every token followed every context $k$ times more than it did.
# With $k = 1$ that is **Laplace smoothing**; with other $k$ it also goes by the name of Lidstone.
#
# $$p(w \mid h) = \frac{c(h, w) + k}{c(h) + kV}$$
#
# The bottom grows by $kV$ since each of the $V$ tokens got $k$. $V$ counts all that *can be predicted*: every word or
# letter, `<unk>` where there is one, and the end. The start is no extra token. For our two names $V = 3$:
# $p(n \mid a) = \frac{2+1}{3+3} = \frac12$ in place of $\frac23$, $p(a \mid n) = \frac{1+1}{2+3} = \frac25$, and
# $p(n \mid n) = \frac{0+1}{2+3} = \frac15$ in place of 0.
#
# A context that never occurred has $c(h) = 0$, which leaves $\frac{k}{kV} = \frac1V$ for each token.
#
# Mind what $c(h)$ is: how often *something followed* $h$. Whoever counts how often $h$ itself occurs gets a wrong
# number for contexts at the borders of a sentence.


# %% exercise: laplace_probability
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    """Probability of the next token, with k added to each count.

    Args:
        counts: dict of contexts to dicts of tokens to counts, as from ngram_counts.
        context: tuple of n - 1 tokens, which may be missing from counts.
        token: str, one of the vocab_size tokens; it need not have followed the context.
        vocab_size: V, how many tokens can be predicted, int >= 1.
        k: what is added to each count, number >= 0; with 0 the result is the relative frequency.

    Returns:
        float from 0 to 1. With k = 0 and a context that is missing from counts, 0.0. counts stays unchanged.
        About 5 lines.
    """
    ### BEGIN SOLUTION
    following = counts.get(context, {})
    total = sum(following.values()) + k * vocab_size
    if total == 0:
        return 0.0
    return float((following.get(token, 0) + k) / total)
    ### END SOLUTION


# %% test: laplace_probability, points=2
# The probabilities worked by hand above.
counts = {("\n",): {"a": 2}, ("a",): {"n": 2, "\n": 1}, ("n",): {"a": 1, "\n": 1}}
result = laplace_probability(counts, ("a",), "n", 3)
dd.check.kind(result, float, why="it is one probability")
dd.check.close(result, 1 / 2, why="(2 + 1) / (3 + 3)")
dd.check.close(laplace_probability(counts, ("n",), "a", 3), 2 / 5, why="(1 + 1) / (2 + 3)")
dd.check.close(laplace_probability(counts, ("n",), "n", 3), 1 / 5, why="what never followed gets a share too")
dd.check.close(laplace_probability(counts, ("a",), "n", 3, k=0), 2 / 3, why="with k = 0 it is the relative frequency")
with dd.check.unchanged(counts):
    unseen = laplace_probability(counts, ("x",), "a", 3)
dd.check.close(unseen, 1 / 3, why="after a context that never occurred all 3 tokens are alike")
### BEGIN HIDDEN TESTS
from fractions import Fraction

tables = [
    {(): {"a": 3, "b": 1, "\n": 4}},
    {("a",): {"a": 7}, ("b",): {"a": 1, "c": 2, "\n": 2}, ("\n",): {"b": 10**9}},
    {("a", "b"): {"c": 2, "d": 5}, ("\n", "\n"): {"a": 1}, ("b", "a"): {"\n": 3}},
]
for table in tables:
    n = len(next(iter(table))) + 1
    for vocab_size in (5, 27, 4000):
        for k in (0, 1, 2, 0.25, 1e-3, 1000.0):
            for context in [*table, ("zz",) * (n - 1)]:
                seen = table.get(context, {})
                spread = 0.0
                for token in ["a", "b", "c", "d", "\n"]:
                    with dd.check.unchanged(table):
                        result = laplace_probability(table, context, token, vocab_size, k=k)
                    what = f"laplace_probability(counts, {context}, {token!r}, {vocab_size}, k={k})"
                    dd.check.kind(result, float, what=what)
                    below = Fraction(sum(seen.values())) + Fraction(k) * vocab_size
                    due = (Fraction(seen.get(token, 0)) + Fraction(k)) / below if below else 0
                    dd.check.close(result, float(due), rtol=1e-10, atol=1e-15, what=what)
                    spread += result
                if vocab_size == 5 and (seen or k):
                    dd.check.close(spread, 1.0, what="the sum over all 5 tokens", why="something must come next")
dd.check.close(laplace_probability({}, (), "a", 4), 0.25, why="an empty table knows nothing: all are alike")
dd.check.close(laplace_probability({}, (), "a", 4, k=0), 0.0, why="0.0 is promised where nothing was seen and k is 0")
dd.check.close(laplace_probability({(): {"a": 3}}, (), "a", 1), 1.0, why="there is only one token")
### END HIDDEN TESTS

# %% mistakes: laplace_probability
# - replace: + k * vocab_size
#   with: + vocab_size
#   hint: "Each of the V tokens got k more, not 1: what does that add to the sum?"
# - replace: + k * vocab_size
#   with: + k
#   hint: "Your probabilities add up to more than 1. How many counts were raised by k?"
# - replace: + k * vocab_size
#   with: + k * len(following)
#   hint: "You raise only the counts of tokens that were seen here, so nothing is left for the others."
# - replace: + k * vocab_size
#   with: + k * len(counts)
#   hint: "The number of contexts is not the number of tokens that can come next."
# - replace: + k * vocab_size
#   with: + k * (vocab_size + 1)
#   hint: "vocab_size counts the end already, and the start is never predicted."
# - replace: (following.get(token, 0) + k) / total
#   with: following.get(token, 0) / total
#   hint: "The count on top did not get its k."
# - replace: following = counts.get(context, {})
#   with: following = counts.setdefault(context, {})
#   hint: "Asking for a probability adds a context to the table. The table should stay as it was counted."
# - replace: following = counts.get(context, {})
#   with: following = counts[context]
#   hint: "A context that never occurred has no row in the table, and is still a fair question."
# - replace: sum(following.values())
#   with: len(following)
#   hint: "You count how many different tokens followed; what counts is how often anything did."
# - replace: |-
#     if total == 0:
#         return 0.0
#   with: pass
#   hint: "With k = 0 and a context that never occurred, nothing is divided by nothing. The docstring says what is due."
# - replace: (following.get(token, 0) + k)
#   with: bool(following) * (following.get(token, 0) + k)
#   hint: "After an unknown context no token should be impossible, as long as k is above 0."
# - replace: '+ k * vocab_size'
#   with: '+ k * len({w for row in counts.values() for w in row})'
#   hint: "You count the tokens that the table knows. V also counts those that never occurred, and is handed over."
# - replace: 'following.get(token, 0) + k'
#   with: 'following.get(token, k)'
#   hint: "Only a token that never followed gets its k. The counts of all tokens are raised."
# - replace: 'sum(following.values())'
#   with: '(sum(row.get(context[-1], 0) for row in counts.values()) if context else sum(following.values()))'
#   hint: "You divide by how often the context itself occurs. At the borders of a sentence that isn't how often
#     something followed it."
# - replace: 'sum(following.values())'
#   with: 'sum(row.get(token, 0) for row in counts.values())'
#   hint: "You divide by how often the token occurs, after any context. That says which context came before it, not
#     what follows this one."


# %% mistake: laplace_probability
# hint: "The sum is taken over the whole table. A conditional probability divides by what followed this one context."
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    total = sum(sum(row.values()) for row in counts.values()) + k * vocab_size
    return (counts.get(context, {}).get(token, 0) + k) / total if total else 0.0


# %% equivalents: laplace_probability
# - replace: return 0.0
#   with: return 0 * 0.0
#   reason: "0 either way."
# - replace: total == 0
#   with: total <= 0
#   reason: "Counts and k are never below 0."


# %% accepts: laplace_probability
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    row = dict(counts.get(context) or {})
    try:
        return (row.get(token, 0) + k) / (k * vocab_size + sum(row.values()))
    except ZeroDivisionError:
        return 0.0


# %% accepts: laplace_probability
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    row = counts.get(context, {})
    seen = np.sum([*row.values()], dtype=float)
    trust = seen / (seen + k * vocab_size) if seen else 0.0  # relative frequency mixed with 1 / V
    frequency = row.get(token, 0) / seen if seen else 0.0
    return float(trust * frequency + ((1 - trust) / vocab_size if k else 0.0))


# %% [markdown]
# ## Interpolation: ask the shorter context too
#
# Laplace treats all unseen tokens alike. After "of the" it gives "operators" and "nevertheless" the same small share,
# although one is far more frequent. Shorter contexts know that. Two families of methods ask them:
#
# - **Back-off** (Katz 1987): use the longest context that was followed by this token; only if there is none, take one
#   token off the context and ask again. To remain probabilities, the seen must give up a little of theirs (a
#   *discount*) for what lies below. "Stupid back-off" (Brants et al. 2007) spares itself the discount and multiplies
#   by 0.4 at each step down. Its scores no longer add up to 1, so they have no perplexity, but they can rank, and
#   they worked for the web.
# - **Interpolation** (Jelinek and Mercer 1980): always mix all lengths, also where the longest was seen. This is what
#   you write now.
#
# Start from knowing nothing, $\frac1V$. Then let contexts of $j = 0, 1, \dots, n - 1$ tokens speak in turn. Each is
# trusted with the weight $\lambda_j$, and the rest of the weight stays with what the shorter ones said:
#
# $$p_{-1}(w) = \frac1V, \qquad
# p_j(w) = \lambda_j\,\frac{c(h_j, w)}{c(h_j)} + (1 - \lambda_j)\,p_{j-1}(w),$$
#
# where $h_j$ is the last $j$ tokens of the context, $h_0 = ()$, and $p_{n-1}$ is the result. (One weight a length is
# the simplest form; Jelinek and Mercer's also depend on how often the context was seen.) If $h_j$ was never seen,
# it has nothing to say, and $p_j = p_{j-1}$: that much is a back-off. Every $p_j$ adds up to 1 because its two parts
# do.
#
# By hand, $p(n \mid n)$ in our two names, with both weights $\frac12$. The seven tokens are 3 a, 2 n and 2 ends:
#
# - knowing nothing: $p_{-1} = \frac13$;
# - no context: $p_0 = \frac12 \cdot \frac27 + \frac12 \cdot \frac13 = \frac{13}{42}$;
# - context n, which n never followed: $p_1 = \frac12 \cdot 0 + \frac12 \cdot \frac{13}{42} = \frac{13}{84}$,
#   about 0.155.


# %% exercise: interpolated_probability
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    """Probability of the next token, mixed from contexts of all lengths (Jelinek and Mercer 1980).

    Args:
        counts_by_order: list of n tables; counts_by_order[j] has contexts of j tokens, as ngram_counts(..., j + 1)
            gives.
        context: tuple of n - 1 tokens, oldest first; table j looks up its last j tokens.
        token: str, one of the vocab_size tokens.
        weights: n floats from 0 to 1; weights[j] is the trust in contexts of j tokens.
        vocab_size: V, int >= 1; before any table speaks, each token has probability 1/V.

    Returns:
        float. A table without the context changes nothing. The arguments stay unchanged. About 7 lines.
    """
    ### BEGIN SOLUTION
    probability = 1 / vocab_size
    for j, (counts, weight) in enumerate(zip(counts_by_order, weights, strict=True)):
        following = counts.get(context[len(context) - j :])
        if following:
            frequency = following.get(token, 0) / sum(following.values())
            probability = weight * frequency + (1 - weight) * probability
    return float(probability)
    ### END SOLUTION


# %% test: interpolated_probability, points=3
# The probability worked by hand above.
unigrams = {(): {"a": 3, "n": 2, "\n": 2}}
bigrams = {("\n",): {"a": 2}, ("a",): {"n": 2, "\n": 1}, ("n",): {"a": 1, "\n": 1}}
result = interpolated_probability([unigrams, bigrams], ("n",), "n", [0.5, 0.5], 3)
dd.check.kind(result, float, why="it is one probability")
dd.check.close(result, 13 / 84, why="half of 0 and half of 13/42, what is left for n after n")
due = 0.75 * 2 / 3 + 0.25 * (0.5 * 2 / 7 + 0.5 / 3)
after_a = interpolated_probability([unigrams, bigrams], ("a",), "n", [0.5, 0.75], 3)
dd.check.close(after_a, due, why="the longest context is trusted with weights[1] = 0.75")
unknown = interpolated_probability([unigrams, bigrams], ("x",), "a", [0.5, 0.75], 3)
dd.check.close(unknown, 0.5 * 3 / 7 + 0.5 / 3, why="an unknown context changes nothing")
### BEGIN HIDDEN TESTS
import random


def table_of(sentences, n):
    table = {}
    for sentence in sentences:
        padded = "\n" * (n - 1) + sentence + "\n"
        for t in range(n - 1, len(padded)):
            row = table.setdefault(tuple(padded[t - n + 1 : t]), {})
            row[padded[t]] = row.get(padded[t], 0) + 1
    return table


def as_one_sum(tables, context, token, weights, vocab_size):
    """The same mixture written out: every seen length's share is its weight times what the longer ones left."""
    left, total = 1.0, 0.0
    for j in reversed(range(len(tables))):
        row = tables[j].get(tuple(context[i] for i in range(len(context) - j, len(context))))
        if row:
            total += left * weights[j] * row.get(token, 0) / sum(row.values())
            left *= 1 - weights[j]
    return total + left / vocab_size


draw = random.Random(6)
corpus = ["".join(draw.choice("aabbcd") for _ in range(draw.randrange(1, 7))) for _ in range(12)]
for n in (1, 2, 4):
    tables = [table_of(corpus, j + 1) for j in range(n)]
    contexts = [("\n",) * (n - 1), ("b", "a", "a")[: n - 1], ("z", "a", "b")[: n - 1], ("a", "z", "b")[: n - 1]]
    for weights in ([0.9, 0.6, 0.3, 0.2][:n], [0.25, 1.0, 0.0, 0.75][:n], [1, 1, 0, 1][:n]):
        for context in contexts:
            total = 0.0
            for token in "abcd\n":
                call = f"of {token!r} after {context} with the weights {weights}"
                with dd.check.unchanged(tables), dd.check.unchanged(weights):
                    result = interpolated_probability(tables, context, token, weights, 5)
                dd.check.kind(result, float, what="the probability " + call)
                due = as_one_sum(tables, context, token, weights, 5)
                dd.check.close(
                    result, due, what="the probability " + call, why="each length has its weight of the rest"
                )
                total += result
            dd.check.close(total, 1.0, what=f"the sum over all tokens after {context}", why="something must come next")
    large = interpolated_probability(tables, contexts[0], "z", [0.5] * n, 1000)
    dd.check.close(large, as_one_sum(tables, contexts[0], "z", [0.5] * n, 1000), what="a token never seen, V = 1000")
dd.check.close(interpolated_probability([{}], (), "a", [0.5], 4), 0.25, why="an empty table changes nothing")
### END HIDDEN TESTS

# %% mistakes: interpolated_probability
# - replace: 'context[len(context) - j :]'
#   with: context[-j:]
#   hint: "For j = 0 the slice from -j is the whole context, not an empty one: your unigrams are never asked."
# - replace: 'context[len(context) - j :]'
#   with: context[:j]
#   hint: "You look up the oldest tokens of the context. Which end lies next to the token?"
# - replace: 'context[len(context) - j :]'
#   with: context[:0] if j == 0 else context[-1:-j - 1:-1]
#   hint: "Your contexts are read backwards. They run from the oldest token to the newest, as they were counted."
# - replace: probability = weight * frequency + (1 - weight) * probability
#   with: probability = (1 - weight) * frequency + weight * probability
#   hint: "The weights are the wrong way round: weights[j] is the trust in contexts of j tokens."
# - replace: probability = weight * frequency + (1 - weight) * probability
#   with: probability = weight * frequency + probability
#   hint: "Your probabilities add up to more than 1: what the longer context takes, the shorter ones must give."
# - replace: probability = 1 / vocab_size
#   with: probability = 0.0
#   hint: "A token that never occurred at all gets 0. Where does the mixture start?"
# - replace: |
#     if following:
#         frequency = following.get(token, 0) / sum(following.values())
#   with: |
#     if True:
#         frequency = following.get(token, 0) / sum(following.values()) if following else 0.0
#   hint: "A context that was never seen still takes its weight, and the probabilities no longer add up to 1."
# - replace: "if following:"
#   with: "if following and token in following:"
#   hint: "A seen context that this token never followed says something too: 0, with its weight."
# - replace: following.get(token, 0) / sum(following.values())
#   with: (following.get(token, 0) + 1) / (sum(following.values()) + vocab_size)
#   hint: "You mix smoothed probabilities. Here each length gives its plain relative frequency."
# - replace: zip(counts_by_order, weights, strict=True)
#   with: zip(counts_by_order, weights[::-1], strict=True)
#   hint: "The weights are handed out in reverse: weights[0] belongs to the empty context."
# - replace: 'if following:'
#   with: 'if following or (probability := 1 / vocab_size) < 0:'
#   hint: "An unknown context makes you forget what the shorter ones said. It should change nothing."


# %% mistake: interpolated_probability
# hint: "That is a back-off without discounts: only the longest context speaks, and the shorter ones are not mixed in."
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    for j in reversed(range(len(counts_by_order))):
        following = counts_by_order[j].get(context[len(context) - j :], {})
        if token in following:
            return following[token] / sum(following.values())
    return 1 / vocab_size


# %% mistake: interpolated_probability
# hint: "Your lengths get their weights side by side, as if they were to add up to 1. Each weight is the trust in one
#   length against all shorter ones together."
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    total = (1 - sum(weights)) / vocab_size
    for j, counts in enumerate(counts_by_order):
        following = counts.get(context[len(context) - j :], {})
        if following:
            total += weights[j] * following.get(token, 0) / sum(following.values())
    return float(total)


# %% mistake: interpolated_probability
# hint: "Only the longest known context speaks, and the rest goes to 1/V at once. The shorter ones share what it
#   leaves."
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    for j in reversed(range(len(counts_by_order))):
        following = counts_by_order[j].get(context[len(context) - j :], {})
        if following:
            frequency = following.get(token, 0) / sum(following.values())
            return float(weights[j] * frequency + (1 - weights[j]) / vocab_size)
    return 1 / vocab_size


# %% accepts: interpolated_probability
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    if len(counts_by_order) == 0:
        return 1 / vocab_size
    *shorter_tables, longest = counts_by_order
    below = interpolated_probability(shorter_tables, context[1:], token, weights[:-1], vocab_size)
    if context not in longest:
        return below
    row = longest[context]
    return weights[-1] * row.get(token, 0) / sum(row.values()) + (1 - weights[-1]) * below


# %% accepts: interpolated_probability
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    shares, parts = np.array([1.0]), [1 / vocab_size]
    for j in range(len(counts_by_order)):
        row = counts_by_order[j].get(tuple(context)[len(context) - j :])
        if row is not None:
            shares = np.append(shares * (1 - weights[j]), weights[j])
            parts.append(row.get(token, 0) / sum(row.values()))
    return float(shares @ parts)


# %% [markdown]
# Who speaks in such a mixture? Take the context `ng`, which occurs often, and the context `gb`, which is rarer. What
# does each length add to the probability of the next letter?

# %% demo
name_weights = [0.99, 0.97, 0.6]


def shares_by_length(context, token):
    """What nothing, no context, one letter and two letters add to the probability of a token."""
    shares = [1 / 27]
    for j, weight in enumerate(name_weights):
        following = letter_counts[j][context[2 - j :]]
        shares = [(1 - weight) * share for share in shares]
        shares.append(weight * following.get(token, 0) / sum(following.values()))
    return shares


fig, axes = plt.subplots(2, 1, figsize=(10, 6.4), sharex=True)
for ax, context in zip(axes, [("n", "g"), ("g", "b")], strict=True):
    shares = np.array([shares_by_length(context, token) for token in alphabet])  # (27, 4)
    mixed = [interpolated_probability(letter_counts[:3], context, token, name_weights, 27) for token in alphabet]
    dd.check.close(shares.sum(axis=1), mixed, what="the sum of the shares")
    bottom = np.zeros(27)
    names_and_looks = zip(["nothing", "no context", "one letter", "two letters"], ["xx", "//", "..", ""], strict=True)
    for part, (label, hatch) in zip(shares.T, names_and_looks, strict=True):
        ax.bar(range(27), part, bottom=bottom, label=label, hatch=hatch, edgecolor="black", linewidth=0.5)
        bottom += part
    times = sum(letter_counts[2][context].values())
    ax.set(title=f"After {''.join(context)}, which occurs {times} times", ylabel="probability")
axes[0].legend(fontsize=10)
axes[1].set_xticks(range(27), ["end", *alphabet[1:]])
axes[1].set_xlabel("next token")
dd.plot.show(
    "Two bar charts over the 27 tokens, each bar stacked from four parts, of which only those of one letter and of "
    "two letters can be seen. After ng the end and a are likeliest; after gb only the five vowels have tall bars."
)

# %% [markdown]
# Two letters of context give six tenths of all the probability in both charts, since their weight is 0.6, and it
# makes no difference that one pair occurred so much more often than the other. What they have never seen, the shorter
# context fills in: after `gb` came hardly anything but vowels, but `b` alone knows of `r`, `w` and the end. The parts
# of the unigrams and of $\frac1V$ are too thin to be seen, yet they leave no token at 0.
#
# ## Perplexity: how many choices are left?
#
# Which of two models is better? The one that gives more probability to text **it has not seen**. A product of
# thousands of probabilities is a number too small for a float, and smaller for longer texts. So take logarithms, and
# the mean over all $T$ tokens, each sentence's end counted as the token it is:
#
# $$\mathrm{PP} = \exp\left(-\frac1T \sum_{t=0}^{T-1} \ln p(w_t \mid h_t)\right)
# = \left(\prod_{t=0}^{T-1} p(w_t \mid h_t)\right)^{-1/T}$$
#
# This **perplexity** is one over the geometric mean of the probabilities. Read it as a number of choices: a model that
# hesitates evenly between 27 tokens has $\mathrm{PP} = 27$, whatever the text, and one that knows all has 1.
# Our bigrams of `ana` and `an`: the seven factors multiply to $\frac19 \cdot \frac13 = \frac1{27}$, so
# $\mathrm{PP} = 27^{1/7} \approx 1.60$.
#
# Its logarithm to base 2 is the **bits per token**, the cross-entropy of Day 20: what a text costs, on
# average, when it is stored with this model's best code. $\log_2 27 \approx 4.75$ bits a character are what knowing
# nothing costs.
#
# Four warnings. A single token of probability 0 makes the perplexity infinite. The mean goes over all tokens of all
# sentences at once; a mean of each sentence's perplexity would count short sentences too much. Perplexities can
# be compared only for the same text with the same tokens and vocabulary: a model whose lexicon is smaller has more
# `<unk>`, which is easy to guess. And what was measured on the training text says nothing.
#
# For us a model is from now on a *function* of the history, all earlier tokens of the sentence as a tuple without
# boundaries, and a token. How much of the history it uses is its own business: ours cut it with `context_of`,
# Day 72's network won't.


# %% exercise: perplexity
def perplexity(model, sentences):
    """Perplexity of a language model on sentences: exp of the mean negative log-probability of a token.

    Args:
        model: function of (history, token) that returns the probability of token, a float; history is a tuple of all
            tokens before it in its sentence, () for the first.
        sentences: list of at least one sentence; each is a list, a tuple or a str of characters, and may be empty.

    Returns:
        float >= 1, over all tokens of all sentences together, each sentence's end (BOUNDARY, after its last token)
        included; infinity (math.inf or np.inf) if any of them has probability 0. Long texts must
        not underflow. The sentences stay unchanged. About 9 lines.
    """
    ### BEGIN SOLUTION
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = (*sentence, BOUNDARY)
        for t, token in enumerate(tokens):
            probability = model(tokens[:t], token)
            if probability == 0:
                return float("inf")
            total -= np.log(probability)
        num_tokens += len(tokens)
    return float(np.exp(total / num_tokens))
    ### END SOLUTION


# %% test: perplexity, points=2
# The bigrams counted by hand above.
table = {"": {"a": 1.0}, "a": {"n": 2 / 3, "\n": 1 / 3}, "n": {"a": 1 / 2, "\n": 1 / 2}}
asked = []


def two_names(history, token):
    asked.append((history, token))
    return table["".join(history[-1:])].get(token, 0.0)


result = perplexity(two_names, ["ana", "an"])
dd.check.kind(result, float, why="it is one number")
dd.check.close(result, 27 ** (1 / 7), why="seven probabilities multiply to 1/27")
due = [
    ((), "a"),
    (("a",), "n"),
    (("a", "n"), "a"),
    (("a", "n", "a"), "\n"),
    ((), "a"),
    (("a",), "n"),
    (("a", "n"), "\n"),
]
dd.check.equal(asked, due, what="what the model was asked", why="each token with all that came before it, and each end")
dd.check.close(
    perplexity(lambda history, token: 1 / 27, ["abun", "x"]), 27.0, why="27 equal choices, whatever the text"
)
impossible = perplexity(two_names, ["an", "aa"])
assert impossible == float("inf"), f"perplexity of a text with an impossible token is {impossible}; infinity was due"
### BEGIN HIDDEN TESTS
import math


def scripted(history, token):
    """A probability that depends on everything: the length, the last token and the token itself."""
    last = len(history[-1]) if history else 3
    return 1 / (1.5 + len(history) + 2 * last + len(token))


for sentences in (
    [""],
    ["a"],
    ["", "", "ab"],
    [[], ["one"]],
    [["one", "two"], ["three"], ["four", "five", "six", "seven"]],
    [("x",), ("yy", "y", "y")],
    ["aa", "aa", "b"],
    ["a" * 60, "b"],
):
    logs = []
    for sentence in sentences:
        for t, token in enumerate([*sentence, "\n"]):
            logs.append(math.log(scripted(tuple(sentence[:t]), token)))
    what = f"perplexity on {sentences}"
    with dd.check.unchanged(sentences):
        result = perplexity(scripted, sentences)
    dd.check.kind(result, float, what=what)
    dd.check.close(result, math.exp(-math.fsum(logs) / len(logs)), what=what, why="the mean goes over all tokens")

by_history = {(): 0.5, ("a",): 0.25, ("a", "b"): 1.0, ("c",): 0.125}
looked_up = perplexity(lambda history, token: by_history[history], [["a", "b"], "c"])
dd.check.close(looked_up, 2 ** (7 / 5), why="a model may look a history up, since it is a tuple")
short, long = perplexity(lambda history, token: 0.01, ["a"]), perplexity(lambda history, token: 0.01, ["ab" * 12] * 20)
dd.check.close(long, 100.0, why="500 factors of 0.01 must not underflow")
dd.check.close(short, 100.0, why="0.01 each: a hundred choices")
tiny = perplexity(lambda history, token: 1e-300, ["abc"])
dd.check.close(tiny, 1e300, rtol=1e-6, why="the smallest probabilities count as well")
dd.check.close(perplexity(lambda history, token: 1.0, ["ab", "c"]), 1.0, why="who knows all has one choice")
dd.check.close(perplexity(lambda history, token: 1, ["ab", "c"]), 1.0, why="who knows all has one choice")
for impossible in ("a", "b", "\n"):
    zero = perplexity(lambda history, token, impossible=impossible: 0.0 if token == impossible else 0.5, ["ba", "b"])
    assert zero == math.inf, f"perplexity is {zero} where {impossible!r} has probability 0; infinity was due"
zero = perplexity(lambda history, token: np.float64(0.0), ["ba"])
assert zero == math.inf, f"perplexity is {zero} where all has probability 0; infinity was due"
### END HIDDEN TESTS

# %% mistakes: perplexity
# - replace: (*sentence, BOUNDARY)
#   with: (*sentence,) or (BOUNDARY,)
#   hint: "The end of each sentence is a token that has to be predicted and paid for, too."
# - replace: (*sentence, BOUNDARY)
#   with: (BOUNDARY, *sentence, BOUNDARY)
#   hint: "You let the model predict the start of a sentence. It is given."
# - replace: model(tokens[:t], token)
#   with: 'model(tokens[max(0, t - 1) : t], token)'
#   hint: "The model gets the last token alone. How much of the history it uses is its own business: hand over all."
# - replace: model(tokens[:t], token)
#   with: 'model(tokens[: t + 1], token)'
#   hint: "Your history contains the token that is to be predicted."
# - replace: model(tokens[:t], token)
#   with: model(list(tokens[:t]), token)
#   hint: "The history should be a tuple: a model may look it up in a dict."
# - replace: |-
#     if probability == 0:
#         return float("inf")
#     total -= np.log(probability)
#   with: total -= np.log(max(probability, 1e-12))
#   hint: "An impossible token that happens is infinitely surprising; a floor under the probabilities hides that."
# - replace: |
#     if probability == 0:
#         return float("inf")
#   with: |
#     if probability == 0:
#         continue
#   hint: "You skip the tokens that the model holds impossible: the worst mistakes go unpunished."
# - replace: total -= np.log(probability)
#   with: total -= np.log2(probability)
#   hint: "The logarithm and the power belong together: their bases are not the same."
# - replace: np.exp(total / num_tokens)
#   with: total / num_tokens
#   hint: "That is the mean surprise in nats. What turns it into a number of choices?"
# - replace: np.exp(total / num_tokens)
#   with: np.exp(-total / num_tokens)
#   hint: "The sign: a perplexity is at least 1, and larger when the text is more surprising."
# - replace: np.exp(total / num_tokens)
#   with: np.exp(total / len(sentences))
#   hint: "You divide by the number of sentences. What is the mean taken over?"
# - replace: 'num_tokens += len(tokens)'
#   with: 'num_tokens += len(sentence)'
#   hint: "The ends are in your sum, but not among the tokens that you divide by."
# - replace: 'model(tokens[:t], token)'
#   with: 'model((BOUNDARY, *tokens[:t]), token)'
#   hint: "The history is told without boundaries. A model that needs them adds them."
# - replace: 'np.exp(total / num_tokens)'
#   with: '2 ** (total / num_tokens)'
#   hint: "The logarithm and the power belong together: yours have different bases."
# - replace: |-
#     if probability == 0:
#         return float("inf")
#     total -= np.log(probability)
#   with: 'total -= __import__("math").log(probability)'
#   hint: "A probability of 0 breaks your logarithm. The docstring says what is due then."
# - replace: |-
#     if probability == 0:
#         return float("inf")
#   with: |-
#     if probability == 0:
#         num_tokens -= 1
#         continue
#   hint: "You leave out the tokens that the model holds impossible: the worst mistakes go unpunished."


# %% mistake: perplexity
# hint: "You average the perplexities of the sentences, so short ones count as much as long ones. Put all
#   tokens in one mean."
def perplexity(model, sentences):
    values = []
    for sentence in sentences:
        tokens = (*sentence, BOUNDARY)
        probabilities = [model(tokens[:t], token) for t, token in enumerate(tokens)]
        if min(probabilities) == 0:
            return float("inf")
        values.append(np.exp(-np.mean(np.log(probabilities))))
    return float(np.mean(values))


# %% mistake: perplexity
# hint: "You multiply the probabilities. For a long text the product is 0 in floats; add logarithms."
def perplexity(model, sentences):
    product, num_tokens = 1.0, 0
    for sentence in sentences:
        tokens = (*sentence, BOUNDARY)
        for t, token in enumerate(tokens):
            product *= model(tokens[:t], token)
        num_tokens += len(tokens)
    return product ** (-1 / num_tokens) if product else float("inf")


# %% mistake: perplexity
# hint: "That is the arithmetic mean of the probabilities turned over; the mean of their logarithms is asked for."
def perplexity(model, sentences):
    probabilities = [model((*s,)[:t], w) for s in sentences for t, w in enumerate((*s, BOUNDARY))]
    return float(1 / np.mean(probabilities)) if min(probabilities) > 0 else float("inf")


# %% mistake: perplexity
# hint: "Your history goes on over the end of a sentence. For each sentence it starts anew."
def perplexity(model, sentences):
    history, total = (), 0.0
    for sentence in sentences:
        for token in (*sentence, BOUNDARY):
            probability = model(history, token)
            if probability == 0:
                return float("inf")
            total -= np.log(probability)
            history += (token,)
    return float(np.exp(total / len(history)))


# %% mistake: perplexity
# hint: "You take the mean of one over each probability, where a single small one outweighs all others. Which mean
#   goes with a product?"
def perplexity(model, sentences):
    choices = []
    for sentence in sentences:
        tokens = (*sentence, BOUNDARY)
        for t, token in enumerate(tokens):
            probability = model(tokens[:t], token)
            choices.append(1 / probability if probability > 0 else float("inf"))
    return float(np.mean(choices))


# %% equivalents: perplexity
# - replace: |-
#     if probability == 0:
#         return float("inf")
#   with: pass
#   reason: "NumPy's logarithm of 0 is minus infinity, and so the mean is infinite in the end."
# - replace: probability == 0
#   with: probability <= 0
#   reason: "A probability is never below 0."

# %% accepts: perplexity
import math


def perplexity(model, sentences):
    logs = []
    for sentence in sentences:
        history = ()
        for token in [*sentence, BOUNDARY]:
            probability = model(history, token)
            logs.append(math.log2(probability) if probability > 0 else -math.inf)
            history += (token,)
    return 2.0 ** -(math.fsum(logs) / len(logs))


# %% accepts: perplexity
def perplexity(model, sentences):
    ended = [(*sentence, BOUNDARY) for sentence in sentences]
    probabilities = np.array([model(s[:t], s[t]) for s in ended for t in range(len(s))], dtype=float)
    if not probabilities.all():
        return np.inf
    return float(np.exp(np.mean(-np.log(probabilities))))


# %% [markdown]
# ## Longer contexts or better smoothing?
#
# Now the two texts. For Laplace we try $k = 1$ and smaller ones. For interpolation the weights are chosen in turn,
# $\lambda_0$ first, on the *validation* part: each is the value of a small grid with the lowest perplexity. All
# curves are then measured on the test part. Does a longer context help? And does it depend on the smoothing?


# %% demo
def laplace_model(counts, n, vocab_size, k):
    return lambda history, token: laplace_probability(counts[n - 1], context_of(history, n), token, vocab_size, k)


def interpolated_model(counts, weights, vocab_size):
    n = len(weights)
    return lambda history, token: interpolated_probability(
        counts[:n], context_of(history, n), token, weights, vocab_size
    )


def choose_weights(counts, held_out, vocab_size, grid=(0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99)):
    """A weight for each length in turn, from no context up: the one with the lowest perplexity on held-out text."""
    weights = []
    for _ in counts:
        weights.append(
            min(grid, key=lambda w: perplexity(interpolated_model(counts, [*weights, w], vocab_size), held_out))
        )
    return weights


curves = {}
for text, counts, parts, tokens in [
    ("words", word_counts, prose, lexicon),
    ("letters", letter_counts, split, alphabet),
]:
    size, orders = len(tokens), range(1, len(counts) + 1)
    weights = choose_weights(counts, parts["validation"], size)
    curves[text] = {
        f"Laplace, k = {k:g}": [perplexity(laplace_model(counts, n, size, k), parts["test"]) for n in orders]
        for k in (1, 0.1, 0.01)
    }
    curves[text]["interpolated"] = [
        perplexity(interpolated_model(counts, weights[:n], size), parts["test"]) for n in orders
    ]
    unsmoothed = [perplexity(laplace_model(counts, n, size, 0), parts["test"]) for n in orders]
    print(f"{text}: V = {size}; weights {weights}; without smoothing {[round(value, 1) for value in unsmoothed]}")

for by_label in curves.values():
    assert min(by_label["interpolated"]) == min(map(min, by_label.values()))
    assert by_label["Laplace, k = 1"][3] > 1.05 * by_label["Laplace, k = 1"][1]

fig, axes = plt.subplots(1, 2, figsize=(11, 4.6))
for ax, text in zip(axes, curves, strict=True):
    for (label, values), marker in zip(curves[text].items(), dd.plot.MARKERS, strict=False):
        ax.semilogy(range(1, len(values) + 1), values, marker=marker, label=label)
    ax.set(xlabel="n", ylabel="perplexity on the test part", xticks=range(1, len(values) + 1))
axes[0].set_title("Words of the Python reference")
axes[1].set_title("Letters of language names")
ticks = [10, 12, 14, 16, 18, 20, 22, 24]
axes[1].set_yticks(ticks, labels=[str(tick) for tick in ticks])
axes[1].minorticks_off()
axes[0].legend(fontsize=10)
dd.plot.show(
    "Two panels of perplexity against n, on logarithmic axes, with four curves each. The Laplace curves fall from n = "
    "1 to n = 2 at most and then rise steeply; the interpolated curve falls to n = 3 and stays low."
)

# %% [markdown]
# Without smoothing all but the unigrams' perplexities are infinite. With Laplace's, a longer context soon *harms*: a
# row of a trigram table has so few observations that what was invented outweighs them. On words $k = 1$ is worst,
# where a row with three observations gets over a thousand more; on letters, with $V = 27$, it is $k = 0.01$, which
# leaves too little for what is new. The interpolated curve is the lowest throughout and hardly turns up, because a
# long context that knows little can be given little weight. Most of the gain comes from the first token of context;
# on so little text a third or fourth hardly adds to it. With billions of words it would.
#
# Better mixtures let the trust depend on the context, unlike ours: one that was seen a thousand times deserves more
# than one seen once. Witten-Bell and **Kneser-Ney** smoothing do so. The latter also takes a fixed discount from each
# count and asks of a shorter context not how often a token occurs, but after how many *different* tokens. Chen and
# Goodman (1999) compared many; a modified Kneser-Ney won.
#
# ## The number to beat
#
# Day 72 trains a recurrent network on the same names. Here is what it has to beat, in **bits per character**: minus
# $\log_2$ of the probability of all characters of the test names, each name's end counted as one, divided by
# how many they are.

# %% demo
best_k = min((1, 0.1, 0.01), key=lambda k: perplexity(laplace_model(letter_counts, 2, 27, k), split["validation"]))
letter_weights = choose_weights(letter_counts[:3], split["validation"], 27)
bits = {
    "all 27 tokens alike": np.log2(27),
    "unigram": np.log2(perplexity(laplace_model(letter_counts, 1, 27, 1), split["test"])),
    f"bigram, Laplace with k = {best_k:g}": np.log2(
        perplexity(laplace_model(letter_counts, 2, 27, best_k), split["test"])
    ),
    f"trigram, interpolated with {letter_weights}": np.log2(
        perplexity(interpolated_model(letter_counts, letter_weights, 27), split["test"])
    ),
}
for name, value in bits.items():
    print(f"{value:.3f} bits per character: {name}")
values = list(bits.values())
assert values[0] > values[1] > values[2] > values[3] and values[2] < 3.7

# %% [markdown]
# A bigram saves some 1.2 of the 4.75 bits, the second letter of context hardly 0.05 more.
#
# ## Writing
#
# Whoever can say how likely each token is can also draw one. Start with an empty history; ask the model for the
# probability of every token of the vocabulary; draw one accordingly; append it to the history; and so on, until the
# end is drawn. This is **sampling**. To take the likeliest token each time would give the same text for ever, and
# often a loop: "the name of the name of the name of …".
#
# For a generator made by `np.random.default_rng`, `rng.choice(5, p=probs)` draws an index, and `rng.random()` a number
# from 0 to 1.


# %% exercise: sample_text
def sample_text(model, vocabulary, rng, max_tokens=50):
    """Let a language model write one sentence, token by token.

    Args:
        model: function of (history, token) that returns the probability of token; history is a tuple of all tokens
            before it, () for the first.
        vocabulary: list of all V tokens (str, each once, BOUNDARY among them anywhere). Their probabilities add up to
            1 up to rounding.
        rng: np.random.Generator, from which every random number is drawn.
        max_tokens: stop after so many tokens, int >= 0, even if the end hasn't come.

    Returns:
        list of str: the tokens before the first BOUNDARY drawn, without it; [] if it comes first. About 8 lines.
    """
    ### BEGIN SOLUTION
    tokens = []
    while len(tokens) < max_tokens:
        probs = np.array([model(tuple(tokens), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        tokens.append(token)
    return tokens
    ### END SOLUTION


# %% test: sample_text, points=2
# A model without a choice: c, a, t and the end.
spelled = {(): "c", ("c",): "a", ("c", "a"): "t", ("c", "a", "t"): "\n"}
rng = np.random.default_rng(0)
result = sample_text(lambda history, token: float(token == spelled[history]), ["t", "\n", "a", "c"], rng)
dd.check.kind(result, list, why="a sentence is a list of tokens")
dd.check.equal(result, ["c", "a", "t"], why="the end stops the sentence and is no part of it")
endless = sample_text(lambda history, token: float(token == "no"), ["no", "\n"], rng, max_tokens=3)
dd.check.equal(endless, ["no", "no", "no"], why="max_tokens stops what doesn't end")

# A die with three sides: over many sentences each first token comes as often as it should.
shares = {"a": 0.75, "b": 0.05, "\n": 0.2}
drawn = [
    "".join(sample_text(lambda history, token: shares[token], list(shares), rng, max_tokens=1)) for _ in range(150)
]
for token, text in [("a", "a"), ("b", "b"), ("\n", "")]:
    share, bound = drawn.count(text) / 150, 5 * (shares[token] * (1 - shares[token]) / 150) ** 0.5
    why = "a token is drawn as often as its probability says"
    dd.check.close(share, shares[token], rtol=0, atol=bound, what=f"the share of {text!r}", why=why)


### BEGIN HIDDEN TESTS
def follower(history, token):
    """a or b at first; then the same twice more, the other one, the end."""
    if not history:
        return {"a": 0.5, "b": 0.5}.get(token, 0.0)
    other = "b" if history[0] == "a" else "a"
    return float(token == [None, history[0], history[0], other, "\n"][len(history)])


rng = np.random.default_rng(1)
seen = {"".join(sample_text(follower, ["\n", "a", "b", "never"], rng)) for _ in range(12)}
dd.check.equal(seen, {"aaab", "bbba"}, what="the sentences of a model that remembers its first token")

# The second token depends on the first, and the end may come after either; the order of the vocabulary is free.
chain = {(): [0.0, 0.75, 0.25], ("a",): [0.2, 0.05, 0.75], ("b",): [0.5, 0.5, 0.0]}
places = {"\n": 0, "a": 1, "b": 2}
rng, texts = np.random.default_rng(5), []
for order in (["\n", "a", "b"], ["b", "\n", "a"]):
    for _ in range(80):
        texts.append("".join(sample_text(lambda h, w: chain[h][places[w]], order, rng, max_tokens=2)))
for text, due in [("a", 0.15), ("aa", 0.0375), ("ab", 0.5625), ("b", 0.125), ("ba", 0.125), ("bb", 0.0), ("", 0.0)]:
    bound = 5 * (due * (1 - due) / 160) ** 0.5
    dd.check.close(texts.count(text) / 160, due, rtol=0, atol=bound, what=f"the share of {text!r}")

# Stops: exactly at max_tokens, at 0, and at 50 by itself; the end at the border is no token.


def always(history, token):
    return float(token == "x")


dd.check.equal(sample_text(always, ["x", "\n"], np.random.default_rng(0), max_tokens=0), [], why="no token was allowed")
dd.check.equal(sample_text(always, ["x", "\n"], np.random.default_rng(0)), ["x"] * 50, why="50 tokens are the default")
ends = sample_text(lambda h, w: float(w == "\n"), ["x", "\n"], np.random.default_rng(0))
dd.check.equal(ends, [], why="the end may come first")
last = sample_text(
    lambda h, w: float(w == ("x" if len(h) < 2 else "\n")), ["\n", "x"], np.random.default_rng(0), max_tokens=2
)
dd.check.equal(last, ["x", "x"])

# Half of all sentences end at once, and an end that was drawn is the end.
rng = np.random.default_rng(2)
empty = [not sample_text(lambda history, token: 0.5, ["x", "\n"], rng, max_tokens=4) for _ in range(80)]
dd.check.close(np.mean(empty), 0.5, rtol=0, atol=5 / 2 / 80**0.5, what="the share of empty sentences")

# Tokens of several letters stay whole; sums that miss 1 by rounding do no harm; all chance comes from rng.


def rounded(history, token):
    return 1 / 3 + 3e-8 if len(history) < 6 else float(token == "\n")


words = [sample_text(rounded, ["two words", "y", "\n"], np.random.default_rng(seed)) for seed in range(8)]
again = [sample_text(rounded, ["two words", "y", "\n"], np.random.default_rng(seed)) for seed in range(8)]
assert {word for sentence in words for word in sentence} == {"two words", "y"}, "both words should turn up, whole"
dd.check.equal(again, words, what="a second run with the same seeds", why="all randomness comes from rng")
assert len({tuple(sentence) for sentence in words}) > 3, "eight seeds give hardly any different sentences"
rng = np.random.default_rng(3)
several = [tuple(sample_text(rounded, ["two words", "y", "\n"], rng)) for _ in range(8)]
assert len(set(several)) > 3, "calls with one rng repeat the same sentence: rng should move on"
### END HIDDEN TESTS

# %% mistakes: sample_text
# - replace: rng.choice(len(vocabulary), p=probs / probs.sum())
#   with: int(np.argmax(probs))
#   hint: "You always take the likeliest token. A sample takes each as often as its probability says."
# - replace: rng.choice(len(vocabulary), p=probs / probs.sum())
#   with: rng.choice(len(vocabulary))
#   hint: "Every token is drawn as often as any other: the model's answer isn't used."
# - replace: rng.choice(len(vocabulary), p=probs / probs.sum())
#   with: np.random.default_rng(0).choice(len(vocabulary), p=probs / probs.sum())
#   hint: "Every call draws the same numbers. The generator that you were given is there to move on."
# - replace: rng.choice(len(vocabulary), p=probs / probs.sum())
#   with: rng.choice(len(vocabulary), p=np.exp(probs) / np.exp(probs).sum())
#   hint: "The model gives probabilities, not logits: a softmax on top makes impossible tokens possible."
# - replace: model(tuple(tokens), token)
#   with: model(tuple(tokens[-1:]), token)
#   hint: "The model is told only the last token. Hand over all that was written."
# - replace: model(tuple(tokens), token)
#   with: model(tuple(tokens[::-1]), token)
#   hint: "The history runs from the oldest token to the newest; yours is reversed."
# - replace: model(tuple(tokens), token)
#   with: model((), token)
#   hint: "Every token is drawn as if it were the first. What was written has to be handed back to the model."
# - replace: model(tuple(tokens), token)
#   with: model((BOUNDARY, *tokens), token)
#   hint: "The history is what was written, without boundaries: the model adds the ones it needs."
# - replace: |
#     if token == BOUNDARY:
#         break
#     tokens.append(token)
#   with: |
#     tokens.append(token)
#     if token == BOUNDARY:
#         break
#   hint: "The end is in your sentence. It stops the sentence and is no part of it."
# - replace: len(tokens) < max_tokens
#   with: len(tokens) <= max_tokens
#   hint: "One token too many: the limit is reached, not passed."
# - replace: token == BOUNDARY
#   with: token == vocabulary[0]
#   hint: "The end may be anywhere in the vocabulary; you take the first entry for it."
# - replace: return tokens
#   with: return list("".join(tokens))
#   hint: "Words were cut into letters. A token stays whole."
# - replace: 'rng.choice(len(vocabulary), p=probs / probs.sum())'
#   with: 'np.random.choice(len(vocabulary), p=probs / probs.sum())'
#   hint: "Your numbers come from NumPy's global generator, not from the one that was handed over."
# - replace: 'p=probs / probs.sum()'
#   with: 'p=(probs > 0) / np.sum(probs > 0)'
#   hint: "All tokens that are possible are drawn alike. Each has a probability of its own."
# - replace: 'return tokens'
#   with: 'return "".join(tokens)'
#   hint: "Your sentence is one text. A list was asked for, in which each token can be told from the next."


# %% mistake: sample_text
# hint: "Your sentence goes on after its end was drawn."
def sample_text(model, vocabulary, rng, max_tokens=50):
    tokens = []
    for _ in range(max_tokens):
        probs = np.array([model(tuple(tokens), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token != BOUNDARY:
            tokens.append(token)
    return tokens


# %% mistake: sample_text
# hint: "One random number decides on the whole sentence. Each token is drawn by itself."
def sample_text(model, vocabulary, rng, max_tokens=50):
    tokens, level = [], rng.random()
    while len(tokens) < max_tokens:
        edges = np.cumsum([model(tuple(tokens), token) for token in vocabulary])
        token = vocabulary[min(int(np.searchsorted(edges, level, side="right")), len(vocabulary) - 1)]
        if token == BOUNDARY:
            break
        tokens.append(token)
    return tokens


# %% accepts: sample_text
def sample_text(model, vocabulary, rng, max_tokens=50):
    history = ()
    for _ in range(max_tokens):
        edges = np.cumsum([model(history, token) for token in vocabulary])
        place = np.searchsorted(edges, rng.random() * edges[-1], side="right")
        if vocabulary[place] == BOUNDARY:
            break
        history = (*history, vocabulary[place])
    return list(history)


# %% accepts: sample_text
def sample_text(model, vocabulary, rng, max_tokens=50):
    def go_on(history):
        if len(history) == max_tokens:
            return history
        probs = np.array([model(history, token) for token in vocabulary], dtype=float)
        with np.errstate(divide="ignore"):
            token = vocabulary[int(np.argmax(np.log(probs) + rng.gumbel(size=len(probs))))]
        return history if token == BOUNDARY else go_on((*history, token))

    return list(go_on(()))


# %% [markdown]
# ## Put it together: names and sentences
#
# Sampled without smoothing ($k = 0$), so that every n-gram is one of the training text. How much like names do they
# look, as $n$ grows? And how many of them are simply *in* the training list?

# %% demo
rng = np.random.default_rng(68)
training_names = set(split["train"])
for n in range(1, 7):
    written = ["".join(sample_text(laplace_model(letter_counts, n, 27, 0), alphabet, rng)) for _ in range(200)]
    copied = np.mean([name in training_names for name in written])
    print(f"n = {n}: {copied:4.0%} copied;", ", ".join(name[:14] for name in written[:8]))

print()
for n in range(1, 5):
    written = sample_text(laplace_model(word_counts, n, len(lexicon), 0), lexicon, rng, max_tokens=15)
    print(f"n = {n}: {' '.join(written)}")

# %% [markdown]
# With $n = 1$ there are the right letters in no order. Bigrams can be spoken, in part; with 3 and 4 many could be on
# a map. But then look at the share of copies: with $n = 6$ most names come straight out of the training list. Most
# contexts of five letters have been seen once or twice, and the model recites what followed. Words tell the same
# story. Good writing and a good memory look alike; only held-out text can tell them apart, and the perplexity did.
#
# What no $n$ mends: the model treats `a` and `e` as strangers, so that what it learns about "the list" is of no use
# for "the tuple"; and all that lies beyond $n - 1$ tokens is gone. Day 69 gives words a likeness, and Day 72 a memory
# that isn't cut.
#
# ## What you should remember
#
# 1. The chain rule turns "how likely is this text?" into "what comes next?"; the Markov assumption keeps only $n - 1$
#    tokens of the history.
# 2. The end of a sentence is a token, predicted and counted. The start is context: $n - 1$ boundaries.
# 3. Most n-grams of a new text are unseen. Laplace gives all of them alike; interpolation and back-off ask shorter
#    contexts.
# 4. Perplexity is $\exp$ of the mean surprise of a token, in choices; $\log_2$ of it is bits per token. Compare it
#    only on the same held-out text and vocabulary.
# 5. Sampling draws each next token from the model, until the end. A large $n$ copies.
#
# ## Check yourself, without code
#
# 1. A bigram model has a lexicon of 10,000 words and the end. How many probabilities has its table, and how
#    many has a trigram model's?
# 2. Someone joins all names to one long text without boundaries and measures a lower perplexity per letter than you.
#    Are the two numbers comparable?
# 3. With $k \to \infty$, what do Laplace's probabilities become, and what perplexity does that give?
#
# <details><summary>Answers</summary>
#
# 1. Contexts are the 10,000 words and the start, and each has 10,001 next tokens: $10{,}001^2$, about $10^8$. A
#    trigram has about $10^{12}$, nearly all of which will never be observed.
# 2. No. Another text was predicted: other tokens (no ends) and other contexts (letters of the name before).
# 3. All become $\frac1V$, and the perplexity is $V$ on any text.
#
# </details>
#
# ## Go further
#
# - Shannon (1951), *Prediction and entropy of printed English*, Bell System Technical Journal 30: n-grams, and people
#   guessing the next letter of a text.
# - Chen and Goodman (1999), *An empirical study of smoothing techniques for language modeling*, Computer Speech and
#   Language 13: the smoothings of its time, measured side by side.
# - Jelinek and Mercer (1980), *Interpolated estimation of Markov source parameters from sparse data*; Katz (1987) on
#   back-off, IEEE Transactions on Acoustics, Speech, and Signal Processing 35.
# - Brants, Popat, Xu, Och and Dean (2007), *Large language models in machine translation*, EMNLP: two trillion tokens,
#   and a smoothing that is too simple to be called by a kinder name.
# - Write Witten-Bell: in place of a fixed $\lambda_j$ take $c(h) / (c(h) + d(h))$, where $d(h)$ is how many different
#   tokens followed $h$. Is it better than weights from a grid?
