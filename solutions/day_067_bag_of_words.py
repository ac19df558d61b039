# ---
# day: 67
# title: Bags of words, TF-IDF and naive Bayes
# week: 14
# minutes: 100
# backend: numpy
# needs: [4, 5, 7, 20, 66]
# data: [messages, reviews]
# papers:
# - "Spärck Jones 1972, A statistical interpretation of term specificity and its application in retrieval"
# - "McCallum and Nigam 1998, A comparison of event models for naive Bayes text classification"
# - "Das and Chen 2001, Yahoo! for Amazon: Extracting market sentiment from stock message boards"
# - "Pang, Lee and Vaithyanathan 2002, Thumbs up? Sentiment classification using machine learning techniques"
# - "Lowd and Meek 2005, Good word attacks on statistical spam filters"
# ---

# %% [markdown]
# # Day 67 · Bags of words, TF-IDF and naive Bayes
#
# By the end you can turn texts into a table of numbers, build a spam filter on it that is right more than 95 times in a
# hundred, and say which texts no such table can tell apart.
#
# - **You will build** a vectoriser for words and n-grams, TF-IDF weights, multinomial naive Bayes, and a look inside
#   it: the words that speak most for a class.
# - **You need** tokens (Day 66), Bayes' rule (Day 20), a softmax that does not overflow (Day 5), precision and recall
#   (Day 7).
# - **Not today:** the order of words, beyond two or three in a row (Day 68 and the weeks after); vectors for words
#   (Day 69).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$, $n$ | documents; terms, the columns | | |
# | $x_{ij}$ | how often term $j$ occurs in document $i$ | $(m, n)$ | `counts` |
# | $d_j$ | documents that have term $j$ | $(n,)$ | |
# | $v_{ij}$ | TF-IDF weight of term $j$ in document $i$ | $(m, n)$ | `weights` |
# | $c_i$, $K$ | the right class of document $i$, from 0; number of classes | $(m,)$ | `labels`, `num_classes` |
# | $\pi_k$ | share of class $k$ among the documents | $(K,)$ | `log_prior` |
# | $\theta_{kj}$ | probability that a token of a document of class $k$ is term $j$ | $(K, n)$ | `log_likelihood` |
# | $s$ | smoothing: what is added to every count | | `smoothing` |

# %% setup
import re

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

CLASSES = ("ordinary", "spam", "toxic")


def words(text):
    """Words and marks of a text in small letters, a link as one token <link>: a list of str."""
    text = re.sub(r"(?:https?://|www\.)\S+|[\w-]+\.\w+/\S*", " <link> ", text.casefold())
    return re.findall(r"<link>|\w+(?:'\w+)*|[^\w\s]", text)


# %% [markdown]
# ## From a text to a row of numbers
#
# A classifier wants rows of equal length, and texts have any length. Give every word of the vocabulary one place. Then
# a single token is a **one-hot** vector: 1 at its place and 0 elsewhere. A document is the **sum** of the one-hot
# vectors of its tokens: each place says how often that word occurs. Three messages as an example, the first of them
# spam:
#
# | | lunch | prize | today | win |
# |---|---|---|---|---|
# | *Win, win: prize* | 0 | 1 | 0 | 2 |
# | *win lunch* | 1 | 0 | 0 | 1 |
# | *lunch today* | 1 | 0 | 1 | 0 |
#
# (Marks are left out here to keep it small.) This is a **bag of words**: as if the words were cut out and shaken in a
# bag. What is in the text is kept, and the order is not. What does that cost?

# %% demo
sentences = ["the dog bit the man", "the man bit the dog", "the man bit a dog", "a dog"]
places = sorted({word for sentence in sentences for word in words(sentence)})
bags = np.array([[words(sentence).count(word) for word in places] for sentence in sentences])  # (4, 5)

fig, ax = plt.subplots(figsize=(7, 3))
dd.plot.matrix(bags, ax=ax, row_labels=sentences, column_labels=places, title="Four bags of words")
dd.plot.show(
    "A table of counts, a row for each of four sentences and a column for each of the words a, bit, dog, man, the. "
    "The rows of the dog bit the man and the man bit the dog are the same: 0, 1, 1, 1, 2."
)

# %% [markdown]
# The first two rows are equal. Whatever we build on them will say the same about both sentences. Keep that in mind.
#
# Some order can be saved by counting **n-grams**, runs of neighbouring tokens: *not good* as a column of its own is a
# bigram (two), *not good at* a trigram. By hand, all n-grams of *not good at all* from one to two tokens:
#
# `all`, `at`, `at all`, `good`, `good at`, `not`, `not good`
#
# The price is the number of columns. Two rules for a fair table:
#
# - **The columns are chosen on the training documents.** A test document is counted into the same columns, in the same
#   order; what has no column is dropped.
# - Very rare terms can be left out: a term of one document tells the classes apart only there.


# %% exercise: count_vectorize
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    """Count how often each term occurs in each document. Terms are n-grams of `words`, joined by single spaces.

    Args:
        docs: list of m str.
        ngram_range: the fewest and the most tokens of an n-gram, ints, 1 <= fewest <= most.
        terms: list of n different str, the columns; left unchanged. None to take them from docs: all n-grams that occur
            in at least min_docs documents, sorted.
        min_docs: int >= 1, used only if terms is None.

    Returns:
        (counts, terms): an int array (m, n), also where m or n is 0, and the columns as a new list of str. About 14
        lines.

    Raises:
        ValueError: ngram_range is out of its range.
    """
    ### BEGIN SOLUTION
    fewest, most = ngram_range
    if not 1 <= fewest <= most:
        raise ValueError(f"ngram_range must be 1 <= fewest <= most. Received: {ngram_range}")
    bags = []
    for doc in docs:
        tokens, bag = words(doc), {}
        for size in range(fewest, most + 1):
            for start in range(len(tokens) - size + 1):
                term = " ".join(tokens[start : start + size])
                bag[term] = bag.get(term, 0) + 1
        bags.append(bag)
    if terms is None:
        num_docs = {}
        for bag in bags:
            for term in bag:
                num_docs[term] = num_docs.get(term, 0) + 1
        terms = sorted(term for term in num_docs if num_docs[term] >= min_docs)
    terms = list(terms)
    column = {term: j for j, term in enumerate(terms)}
    counts = np.zeros((len(docs), len(terms)), dtype=int)
    for i, bag in enumerate(bags):
        for term, count in bag.items():
            if term in column:
                counts[i, column[term]] = count
    return counts, terms
    ### END SOLUTION


# %% test: count_vectorize, points=3
docs = ["Win win prize", "win lunch", "lunch today"]
counts, terms = count_vectorize(docs)
dd.check.kind(terms, list, what="the terms")
dd.check.equal(terms, ["lunch", "prize", "today", "win"], why="the words of the documents, sorted", what="the terms")
due = np.array([[0, 1, 0, 2], [1, 0, 0, 1], [1, 0, 1, 0]])
dd.check.like(counts, due, what="the counts", why="it is the table above")
_, terms = count_vectorize(["not good at all"], (1, 2))
due_terms = ["all", "at", "at all", "good", "good at", "not", "not good"]
dd.check.equal(terms, due_terms, why="the n-grams above", what="the terms")
given = ["win", "soup", "lunch"]
with dd.check.unchanged(given):
    counts, terms = count_vectorize(["win the soup", "soup soup!"], terms=given)
dd.check.like(counts, np.array([[1, 1, 0], [0, 2, 0]]), what="the counts", why="the columns are those that were given")
dd.check.equal(terms, given, why="the columns are those that were given", what="the terms")
counts, terms = count_vectorize(docs, min_docs=2)
dd.check.equal(terms, ["lunch", "win"], why="the other terms are in one document only", what="the terms")
dd.check.like(counts, np.array([[0, 2], [1, 1], [1, 0]]), what="the counts", why="two columns are left")
with dd.check.raises(ValueError, why="an n-gram has at least one token"):
    count_vectorize(docs, (0, 1))
### BEGIN HIDDEN TESTS
for wrong in ((0, 0), (-1, 2), (2, 1), (3, 2)):
    for columns in (None, ["a"]):
        with dd.check.raises(ValueError, why=f"ngram_range is {wrong}"):
            count_vectorize(["a b"], wrong, columns)


def slow_counts(docs, fewest, most, columns=None, min_docs=1):
    """All n-grams as one list for each document, and list.count for each cell."""
    lists = []
    for doc in docs:
        tokens = words(doc)
        lists.append([" ".join(tokens[a:b]) for a in range(len(tokens)) for b in range(a + 1, len(tokens) + 1)])
        sizes = [b - a for a in range(len(tokens)) for b in range(a + 1, len(tokens) + 1)]
        lists[-1] = [term for term, size in zip(lists[-1], sizes, strict=True) if fewest <= size <= most]
    if columns is None:
        columns = sorted(set(sum(lists, [])))  # noqa: RUF017 (a handful of short lists)
        columns = [term for term in columns if sum(term in grams for grams in lists) >= min_docs]
    table = np.zeros((len(docs), len(columns)), dtype=int)
    for i, grams in enumerate(lists):
        for j, term in enumerate(columns):
            table[i, j] = grams.count(term)
    return table, columns


rng = np.random.default_rng(67)
collections = [
    ["", "a", "", "a a a a", "b"],
    ["Don't stop! Visit http://x.example/now, or www.y.example: don't!", "don't don't", "VISIT x.example/a today"],
    [" ".join(rng.choice(["a", "b", "c", "B", "!", "é"], rng.integers(0, 9))) for _ in range(7)],
    ["one single document of some length, of some length"],
    ["  ", "\n"],
    [],
]
for docs in collections:
    for fewest, most in ((1, 1), (1, 2), (2, 2), (2, 3), (1, 4), (5, 9)):
        for min_docs in (1, 2, 3):
            with dd.check.unchanged(docs):
                counts, terms = count_vectorize(docs, (fewest, most), min_docs=min_docs)
            due, due_terms = slow_counts(docs, fewest, most, min_docs=min_docs)
            told = f" with n-grams of {fewest} to {most} tokens, min_docs {min_docs}"
            dd.check.kind(terms, list, what="the terms")
            dd.check.equal(terms, due_terms, why="all n-grams of enough documents, sorted", what="the terms" + told)
            dd.check.like(counts, due, what="the counts" + told, why="each document's n-grams, counted one by one")
        columns = ["b", "zzz", "a a", "a", "don't", "stop !", "<link>", "b a c"]
        for min_docs in (1, 3):
            with dd.check.unchanged(columns, what="terms"):
                counts, terms = count_vectorize(docs, (fewest, most), columns, min_docs)
            due, _ = slow_counts(docs, fewest, most, columns)
            dd.check.equal(terms, columns, why="the given columns, in their order", what="the terms")
            dd.check.like(counts, due, what="the counts", why="the given columns, in their order, whatever min_docs is")
        assert terms is not columns, "the list of terms should be a new one"
counts, terms = count_vectorize(["a b", "c"], (1, 1), [])
dd.check.like(counts, np.zeros((2, 0), dtype=int), what="the counts", why="no column was given")
dd.check.equal(list(terms), [], why="no column was given", what="the terms")
_, terms = count_vectorize(["a b", "c d"], (2, 2))
dd.check.equal(terms, ["a b", "c d"], why="no n-gram goes from one document to the next", what="the terms")
counts, _ = count_vectorize(["a " * 300, "b"], (1, 1))
dd.check.like(counts, np.array([[300, 0], [0, 1]]), what="the counts", why="a word may occur very often")
counts, _ = count_vectorize(["cat", "catalogue cat's"], (1, 1), ["cat"])
dd.check.like(counts, np.array([[1], [0]]), what="the counts", why="whole tokens count, not parts of them")
### END HIDDEN TESTS

# %% mistakes: count_vectorize
# - replace: if not 1 <= fewest <= most
#   with: if not fewest <= most
#   hint: "N-grams of no tokens make no sense: a ValueError is due."
# - replace: if not 1 <= fewest <= most
#   with: if not 1 <= fewest
#   hint: "The fewest may not be more than the most: a ValueError is due."
# - replace: range(fewest, most + 1)
#   with: range(fewest, most)
#   hint: "The largest n-grams are missing: both ends of ngram_range count."
# - replace: range(fewest, most + 1)
#   with: range(1, most + 1)
#   hint: "N-grams shorter than the fewest are counted too."
# - replace: range(fewest, most + 1)
#   with: (fewest, most)
#   hint: "Of the sizes from fewest to most you count only the two ends, or one twice."
# - replace: range(len(tokens) - size + 1)
#   with: range(len(tokens) - size)
#   hint: "The last n-gram of each document is missing."
# - replace: range(len(tokens) - size + 1)
#   with: range(len(tokens))
#   hint: "At the end of a document your n-grams run out of tokens, and shorter ones are counted once more."
# - replace: bag[term] = bag.get(term, 0) + 1
#   with: bag[term] = 1
#   hint: "You note whether a term occurs. How often is due."
# - replace: num_docs[term] = num_docs.get(term, 0) + 1
#   with: num_docs[term] = num_docs.get(term, 0) + bag[term]
#   hint: "For min_docs you count tokens. A term that one document repeats is still in one document."
# - replace: num_docs[term] >= min_docs
#   with: num_docs[term] > min_docs
#   hint: "A term in exactly min_docs documents stays."
# - replace: terms = sorted(term for term in num_docs if num_docs[term] >= min_docs)
#   with: terms = [term for term in num_docs if num_docs[term] >= min_docs]
#   hint: "The terms are in the order in which they occur. Sorted ones are due."
# - replace: |-
#     if terms is None:
#             num_docs
#   with: |-
#     if not terms:
#             num_docs
#   hint: "An empty list of terms is a list of terms, not None."
# - replace: terms = list(terms)
#   with: terms = sorted(terms)
#   hint: "Given terms are the columns in the order in which they came: the order that a model was trained on."
# - replace: np.zeros((len(docs), len(terms)), dtype=int)
#   with: np.zeros((len(docs), len(terms)))
#   hint: "Counts are whole numbers: an int array is due."
# - replace: np.zeros((len(docs), len(terms)), dtype=int)
#   with: np.zeros((len(docs), len(terms)), dtype=np.uint8)
#   hint: "A count over 255 does not fit into your dtype and wraps around."
# - replace: |-
#     terms = list(terms)
#         column
#   with: column
#   hint: "The list that was given comes back. A new one is due."
# - replace: if term in column
#   with: if column.setdefault(term, 0) >= 0
#   hint: "N-grams without a column are counted into another one. They should be dropped."
# - replace: tokens, bag = words(doc), {}
#   with: tokens, bag = doc.casefold().split(), {}
#   hint: "Cut with `words`: with spaces alone, marks stick to words, and links stay whole."
# - replace: range(fewest, most + 1)
#   with: range(fewest, max(most, fewest + 1))
#   hint: "The largest n-grams are missing: both ends of ngram_range count."
# - replace: if term in column
#   with: if True
#   hint: "A document may have n-grams without a column, such as words that no training document had."
# - replace: terms = list(terms)
#   with: terms = [term for term in terms if min_docs == 1 or sum(term in bag for bag in bags) >= min_docs]
#   hint: "Given columns all stay: min_docs is for choosing columns, not for given ones."


# %% mistake: count_vectorize
# hint: "N-grams go from one document over into the next."
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    fewest, most = ngram_range
    if not 1 <= fewest <= most:
        raise ValueError("range")
    tokens = [(i, token) for i, doc in enumerate(docs) for token in words(doc)]
    grams = []
    for size in range(fewest, most + 1):
        for start in range(len(tokens) - size + 1):
            run = tokens[start : start + size]
            grams.append((run[0][0], " ".join(token for _, token in run)))
    if terms is None:
        pairs = sorted(set(grams))
        terms = sorted({term for _, term in pairs})
        terms = [term for term in terms if sum(other == term for _, other in pairs) >= min_docs]
    terms = list(terms)
    counts = np.zeros((len(docs), len(terms)), dtype=int)
    for i, term in grams:
        if term in terms:
            counts[i, terms.index(term)] += 1
    return counts, terms


# %% mistake: count_vectorize
# hint: "You look for terms as parts of the text, so that cat is found in catalogue. Tokens are to be compared."
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    fewest, most = ngram_range
    if not 1 <= fewest <= most:
        raise ValueError("range")
    texts = [" ".join(words(doc)) for doc in docs]
    if terms is None:
        sets = []
        for text in texts:
            tokens = text.split()
            sizes = range(fewest, most + 1)
            sets.append({" ".join(tokens[i : i + k]) for k in sizes for i in range(len(tokens) - k + 1)})
        terms = sorted(term for term in set().union(*sets) if sum(term in each for each in sets) >= min_docs)
    counts = np.array([[text.count(term) for term in terms] for text in texts], dtype=int)
    return counts.reshape(len(docs), len(terms)), list(terms)


# %% accepts: count_vectorize
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    from collections import Counter

    low, high = ngram_range
    if low < 1 or high < low:
        raise ValueError(f"bad range {ngram_range}")
    bags = []
    for doc in docs:
        tokens = words(doc)
        grams = Counter()
        for size in range(low, high + 1):
            grams.update(" ".join(run) for run in zip(*(tokens[shift:] for shift in range(size)), strict=False))
        bags.append(grams)
    if terms is None:
        having = Counter(term for bag in bags for term in bag)
        terms = sorted(term for term, number in having.items() if number >= min_docs)
    table = [[bag[term] for term in terms] for bag in bags]
    return np.array(table, dtype=np.int64).reshape(len(docs), len(terms)), [*terms]


# %% accepts: count_vectorize
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    if ngram_range[0] < 1 or ngram_range[1] < ngram_range[0]:
        raise ValueError("ngram_range")
    rows, grams = [], []
    for i, doc in enumerate(docs):
        tokens = words(doc)
        for start in range(len(tokens)):
            for end in range(start + ngram_range[0], min(start + ngram_range[1], len(tokens)) + 1):
                rows.append(i)
                grams.append(" ".join(tokens[start:end]))
    if terms is None:
        pairs = sorted(set(zip(grams, rows, strict=True)))  # each term once for each document that has it
        names, num_docs = np.unique(np.array([gram for gram, _ in pairs], dtype=object), return_counts=True)
        terms = [str(name) for name, number in zip(names, num_docs, strict=True) if number >= min_docs]
    column = dict(zip(terms, range(len(terms)), strict=True))
    counts = np.zeros((len(docs), len(terms)), dtype=int)
    kept = [(row, column[gram]) for row, gram in zip(rows, grams, strict=True) if gram in column]
    if kept:
        np.add.at(counts, tuple(np.array(kept).T), 1)
    return counts, list(terms)


# %% [markdown]
# Our data: invented messages, ordinary ones, spam, and toxic ones of a mild kind (insults without slurs). How large do
# the tables get?

# %% demo
messages = dd.data.messages(seed=0)
train, test = (messages[messages["split"] == part] for part in ("train", "test"))
train_labels, test_labels = (np.array([CLASSES.index(label) for label in part["label"]]) for part in (train, test))
for name in CLASSES:
    print(f"{name}: {train.loc[train['label'] == name, 'text'].iloc[0]}")
train_docs, test_docs = list(train["text"]), list(test["text"])
counts, terms = count_vectorize(train_docs)  # (4800, n)
test_counts, _ = count_vectorize(test_docs, terms=terms)  # (1200, n)
bigram_counts, bigrams = count_vectorize(train_docs, (2, 2), min_docs=2)
for name, table in (("words", counts), ("bigrams of two documents or more", bigram_counts)):
    print(f"{name}: {table.shape}, zeros {np.mean(table == 0):.1%}, {table.nbytes / 1e6:.0f} MB")

# %% [markdown]
# ## Sparse matrices
#
# Nearly all entries are 0, for a message has about a dozen of the terms. A **sparse** matrix stores only the others. In
# the usual format, **CSR** (compressed sparse row), there are three flat arrays. For the table of the three messages
# above, with its rows `0 1 0 2`, `1 0 0 1`, `1 0 1 0`:
#
# | array | entries | says |
# |---|---|---|
# | `data` | 1 2 1 1 1 1 | the values that are not 0, row after row |
# | `indices` | 1 3 0 3 0 2 | the column of each |
# | `indptr` | 0 2 4 6 | row $i$ has the entries from `indptr[i]` up to, not including, `indptr[i + 1]` |
#
# Products with a vector or a matrix then only visit what is there. SciPy has the format, and scikit-learn's
# vectorisers return it. We stay with plain arrays, for these tables are small; how much would be saved?

# %% demo
from scipy.sparse import csr_array

sparse = csr_array(counts)
size = sparse.data.nbytes + sparse.indices.nbytes + sparse.indptr.nbytes
small = csr_array(count_vectorize(["Win win prize", "win lunch", "lunch today"])[0])
print("data", small.data, "indices", small.indices, "indptr", small.indptr)
print(f"dense {counts.nbytes / 1e6:.1f} MB, sparse {size / 1e6:.1f} MB")
print("the same product:", np.array_equal(sparse @ np.arange(len(terms)), counts @ np.arange(len(terms))))

# %% [markdown]
# ## TF-IDF: rare words say more
#
# In a bag, *the* has the largest numbers and says the least. Karen Spärck Jones proposed in 1972 to weigh a term by how
# many documents have it: the fewer, the more specific. **TF-IDF** multiplies the *term frequency* in the document by
# this *inverse document frequency*. There are many variants. Ours is the one that scikit-learn uses unless told
# otherwise:
#
# $$\mathrm{idf}_j = \ln \frac{1 + m}{1 + d_j} + 1, \qquad
# v_{ij} = \frac{x_{ij}\, \mathrm{idf}_j}{\sqrt{\sum_l (x_{il}\, \mathrm{idf}_l)^2}} .$$
#
# The ones inside act like one more document that has every term, so nothing is divided by 0. The $+1$ outside keeps a
# term that all documents have from vanishing (many textbooks have plain $\ln (m / d_j)$, and there it does vanish). The
# root makes every row of length 1, so that long documents do not weigh more, and the product of two rows is their
# **cosine**: 1 for the same mix of terms, 0 for nothing in common.
#
# By hand, the first message of the table: $m = 3$. *Prize* is in 1 document, $\ln \frac42 + 1 = 1.693$; *win* is in 2,
# $\ln \frac43 + 1 = 1.288$. The row is $(0,\ 1 \cdot 1.693,\ 0,\ 2 \cdot 1.288)$, its length $3.082$, so
# $v_0 = (0,\ 0.549,\ 0,\ 0.836)$.
#
# The idf belongs to the training documents. Test documents are weighted with the **same** idf, or a lone message would
# find every one of its words equally rare.


# %% exercise: tf_idf
def tf_idf(counts, idf=None):
    """TF-IDF weights with smoothed idf, rows of length 1.

    Args:
        counts: array of shape (m, n), numbers >= 0 of any dtype; left unchanged.
        idf: float array (n,), the weights of the terms; left unchanged. None to take them from counts.

    Returns:
        (weights, idf): new float arrays, (m, n) and (n,). A document without any term has a row of zeros, without a
        warning. About 8 lines.
    """
    ### BEGIN SOLUTION
    counts = np.asarray(counts, dtype=float)
    if idf is None:
        num_docs = np.sum(counts > 0, axis=0)  # (n,)
        idf = np.log((1 + len(counts)) / (1 + num_docs)) + 1
    weights = counts * idf  # (m, n)
    length = np.sqrt(np.sum(weights**2, axis=1, keepdims=True))  # (m, 1)
    return weights / np.where(length > 0, length, 1), np.array(idf, dtype=float)
    ### END SOLUTION


# %% fixture
import warnings


def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: tf_idf, points=2
table = np.array([[0, 1, 0, 2], [1, 0, 0, 1], [1, 0, 1, 0]])
with dd.check.unchanged(table):
    weights, idf = tf_idf(table)
due_idf = 1 + np.log([4 / 3, 4 / 2, 4 / 2, 4 / 3])
dd.check.like(idf, due_idf, what="idf", why="lunch and win are in two of three documents, the others in one")
dd.check.shape(weights, (3, 4), what="the weights")
dd.check.close(weights[0], [0.0, 0.5493, 0.0, 0.8356], rtol=0, atol=1e-4, what="weights[0]", why="the example above")
dd.check.close(np.sum(weights**2, axis=1), np.ones(3), what="squared lengths of the rows", why="every length is 1")
later = np.array([[0, 3, 0, 0], [1, 1, 0, 0]])
weights, same = tf_idf(later, idf)
dd.check.close(same, due_idf, what="the idf that was given")
dd.check.close(weights[0], [0.0, 1.0, 0.0, 0.0], what="weights[0]", why="the only term has all the weight")
length = np.hypot(due_idf[0], due_idf[1])
dd.check.close(weights[1, :2], due_idf[:2] / length, what="weights[1, :2]", why="the given idf counts")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(67)
for m, n in ((1, 1), (1, 5), (6, 1), (5, 3), (4, 9), (40, 7)):
    for dtype in (int, "uint8", "float32", float):
        table = rng.integers(0, 4, (m, n)) * rng.integers(0, 2, (m, n))
        table[0] = 0  # a document without any term
        table[:, -1] = 1 if m > 2 else 0  # a term that all have, or none
        table = table.astype(dtype)
        slow_idf = np.array([np.log((1 + m) / (1 + sum(table[i, j] > 0 for i in range(m)))) + 1 for j in range(n)])
        for given in (None, rng.uniform(0.5, 3, n)):
            used = slow_idf if given is None else given
            slow = np.zeros((m, n))
            for i in range(m):
                length = sum((float(table[i, j]) * used[j]) ** 2 for j in range(n)) ** 0.5
                for j in range(n):
                    slow[i, j] = float(table[i, j]) * used[j] / length if length else 0.0
            if given is None:
                with dd.check.unchanged(table, what="counts"):
                    weights, idf = tf_idf(table)
            else:
                with dd.check.unchanged(table, what="counts"), dd.check.unchanged(given, what="idf"):
                    weights, idf = tf_idf(table, given)
            told = f" of a {dtype if isinstance(dtype, str) else dtype.__name__} table {m} by {n}"
            dd.check.like(weights, slow, rtol=1e-6, what="the weights" + told, why="each entry by the formula")
            dd.check.like(idf, used, rtol=1e-6, what="the idf" + told, why="each term by the formula")
            if given is not None:
                assert not np.shares_memory(idf, given), "the idf that comes back is a new array"
table = np.array([[200, 100], [0, 3]], dtype="uint8")
weights, idf = tf_idf(table)
due = np.array([200.0, 100.0]) * (np.log(3 / np.array([2, 3])) + 1)
dd.check.close(
    weights[0], due / np.hypot(*due), rtol=1e-6, what="weights[0] of large uint8 counts", why="nothing wraps"
)
weights, idf = tf_idf(np.array([[0.0, 0.0], [1.0, 0.0]]))
dd.check.close(weights, [[0.0, 0.0], [1.0, 0.0]], what="the weights", why="a document without any term stays zeros")
dd.check.close(idf, [np.log(3 / 2) + 1, np.log(3) + 1], what="idf", why="one of two documents, and none of two")
came = warnings_from(tf_idf, np.zeros((2, 3)))
dd.check.equal(came, [], why="a document without terms raises no warning", what="the warnings")
one, _ = tf_idf(np.array([[1e-9, 2e-9]]), np.ones(2))
dd.check.close(one, [[5**-0.5, 2 * 5**-0.5]], what="the weights", why="only the proportions in a row count")
twice, _ = tf_idf(np.array([[10, 20], [0, 4]]))
once, _ = tf_idf(np.array([[1, 2], [0, 1]]))
dd.check.close(twice, once, what="weights of longer documents", why="only the proportions in a row count")
for table in (np.ones((2, 3)), np.ones((2, 3), dtype=int)):
    weights, idf = tf_idf(table, np.ones(3, dtype=int))
    dd.check.dtype(idf, "float", what="idf", why="a float array is due")
    assert not np.shares_memory(weights, table), "the weights are a new array"
### END HIDDEN TESTS

# %% mistakes: tf_idf
# - replace: num_docs = np.sum(counts > 0, axis=0)
#   with: num_docs = np.sum(counts, axis=0)
#   hint: "You count tokens. The idf counts documents that have the term, however often."
# - replace: num_docs = np.sum(counts > 0, axis=0)
#   with: num_docs = np.sum(counts > 0)
#   hint: "For each term count the documents that have it; you count all cells of the table together."
# - replace: np.log((1 + len(counts)) / (1 + num_docs)) + 1
#   with: np.log((1 + len(counts)) / (1 + num_docs))
#   hint: "A term that all documents have gets the weight 0: something is missing outside the logarithm."
# - replace: np.log((1 + len(counts)) / (1 + num_docs)) + 1
#   with: np.log(len(counts) / np.maximum(num_docs, 1)) + 1
#   hint: "This is the idf without smoothing: inside the logarithm both numbers have one more."
# - replace: np.log((1 + len(counts)) / (1 + num_docs)) + 1
#   with: np.log10((1 + len(counts)) / (1 + num_docs)) + 1
#   hint: "The logarithm is the natural one."
# - replace: np.log((1 + len(counts)) / (1 + num_docs)) + 1
#   with: np.log(1 + len(counts) / (1 + num_docs)) + 1
#   hint: "Mind the brackets: both numbers of the fraction have one more."
# - replace: if idf is None
#   with: if True
#   hint: "An idf that was given is to be used: test documents are weighted as the training documents were."
# - replace: np.sum(weights**2, axis=1, keepdims=True)
#   with: np.sum(weights**2, axis=0, keepdims=True)
#   hint: "You give length 1 to the columns. It is the rows, the documents, that should have it."
# - replace: np.sqrt(np.sum(weights**2, axis=1, keepdims=True))
#   with: np.sum(weights, axis=1, keepdims=True)
#   hint: "Your rows have the sum 1. Their length should be 1: squares and a root."
# - replace: np.sqrt(np.sum(weights**2, axis=1, keepdims=True))
#   with: np.sum(weights**2, axis=1, keepdims=True)
#   hint: "The length is the root of the sum of the squares."
# - replace: np.where(length > 0, length, 1)
#   with: length
#   hint: "A document without any term gives 0/0. It should have a row of zeros."
# - replace: np.where(length > 0, length, 1)
#   with: (length + 1e-6)
#   hint: "A small number in the denominator makes rows a little too short. Ask for the case of no terms by itself."
# - replace: weights = counts * idf
#   with: weights = (counts > 0) * idf
#   hint: "How often a term occurs in the document has to count, not only whether it does."
# - replace: np.array(idf, dtype=float)
#   with: idf
#   hint: "The idf that was given comes back as it is. A new float array is due."
# - replace: return weights / np.where(length > 0, length, 1)
#   with: return weights
#   hint: "The rows have not been given length 1."
# - replace: np.log((1 + len(counts)) / (1 + num_docs)) + 1
#   with: np.log(len(counts) / np.maximum(num_docs, 1))
#   hint: "This is the idf of many textbooks. The variant of this day is smoothed, inside the logarithm and outside."
# - replace: weights / np.where(length > 0, length, 1)
#   with: np.nan_to_num(weights / length)
#   hint: "You divide 0 by 0 and mend it afterwards: by then NumPy has warned. Don't divide where there is no term."
# - replace: np.sum(weights**2, axis=1, keepdims=True)
#   with: np.sum(counts**2, axis=1, keepdims=True)
#   hint: "You divide by the length of the row of counts. It is the weighted row that should have length 1."


# %% mistake: tf_idf
# hint: "The given table is changed: work on a new array."
def tf_idf(counts, idf=None):
    if counts.dtype != float:
        counts = counts.astype(float)
    if idf is None:
        idf = np.log((1 + len(counts)) / (1 + np.sum(counts > 0, axis=0))) + 1
    counts *= idf
    length = np.sqrt(np.sum(counts**2, axis=1, keepdims=True))
    counts /= np.where(length > 0, length, 1)
    return counts, np.array(idf, dtype=float)


# %% equivalents: tf_idf
# - replace: counts = np.asarray(counts, dtype=float)
#   with: pass
#   reason: "The idf is float64, and so is its product with counts of any dtype."
# - replace: counts = np.asarray(counts, dtype=float)
#   with: counts = np.asarray(counts)
#   reason: "The idf is float64, and so is its product with counts of any dtype."
# - replace: return weights / np.where(length > 0, length, 1), np.array(idf, dtype=float)
#   with: return weights / np.where(length > 0, length, 2), np.array(idf, dtype=float)
#   reason: "Where the length is 0 all weights are 0, whatever they are divided by."


# %% accepts: tf_idf
def tf_idf(counts, idf=None):
    m, n = np.shape(counts)
    if idf is None:
        idf = np.array([1 + np.log1p(m) - np.log1p(np.count_nonzero(counts[:, j])) for j in range(n)])
    idf = np.array(idf, dtype=np.float64)
    weights = np.zeros((m, n))
    for i in range(m):
        row = np.array(counts[i], dtype=np.float64) * idf
        if row.any():
            weights[i] = row / np.linalg.norm(row)
    return weights, idf


# %% accepts: tf_idf
def tf_idf(counts, idf=None):
    table = np.array(counts, dtype="float64")
    if idf is None:
        having = (table != 0).astype(float).sum(axis=0)
        idf = np.log(np.e * (1 + table.shape[0]) / (1 + having))
    else:
        idf = np.array(idf, dtype="float64")
    table = table @ np.diag(idf)
    length = np.sqrt(np.einsum("ij,ij->i", table, table))
    return np.divide(table.T, length, out=np.zeros(table.T.shape), where=length > 0).T, idf


# %% [markdown]
# A first use is **search**: which messages are most like a question? Compare the cosine of plain counts with that of
# TF-IDF.

# %% demo
question = "Is the train to Leipzig late again?"
asked, _ = count_vectorize([question], terms=terms)
weights, idf = tf_idf(counts)
equal = np.ones(len(terms))  # every term weighs the same: plain cosine
for name, by in (("plain counts", equal), ("TF-IDF", idf)):
    cosine = tf_idf(counts, by)[0] @ tf_idf(asked, by)[0][0]  # (4800,)
    best = np.argsort(-cosine, kind="stable")[:3]
    print(name)
    for i in best:
        print(f"   {cosine[i]:.2f}  {train_docs[i]}")
rarity = {word: round(float(idf[terms.index(word)]), 1) for word in sorted(set(words(question)) & set(terms))}
print("idf:", rarity)

# %% [markdown]
# Plain counts are led by what is shared in small words and marks, TF-IDF by the rare words. It is also the usual input
# for a linear classifier, logistic regression for one (Day 4). The classifier that comes next works on plain counts.
#
# ## Naive Bayes: a class is a way to draw words
#
# Imagine that a message is written so: first its class is drawn, spam with probability $\pi_1$. Then each token is
# drawn, one after the other and **independently**, from that class's own distribution $\theta_k$ over the terms. This
# is **naive**, since words hang together: after *New* comes *York*. But it can be turned round with Bayes' rule (Day
# 20):
#
# $$p(k \mid x_i) = \frac{\pi_k \prod_j \theta_{kj}^{x_{ij}}}{\sum_l \pi_l \prod_j \theta_{lj}^{x_{ij}}}, \qquad
# \log p(k \mid x_i) = \log \pi_k + \sum_j x_{ij} \log \theta_{kj} + \text{const}.$$
#
# On the left a product of hundreds of small numbers, which underflows to 0; on the right a matrix product, $(m, n)$
# times $(n, K)$, and then a softmax (Day 5: take off the largest of each row first). It is called *multinomial*, for it
# counts how often a term occurs.
#
# **Training is counting.** $\pi_k$ is the share of class $k$, and $\theta_{kj}$ the share of term $j$ among the tokens
# of class $k$. One thing goes wrong: a term that class $k$ never had gets $\theta_{kj} = 0$, and *one* such word makes
# the whole product 0, whatever the others say. The cure is **Laplace smoothing**: pretend that every term has occurred
# $s$ times more often in every class.
#
# $$\theta_{kj} = \frac{s + \sum_{i:\, c_i = k} x_{ij}}{s\,n + \sum_l \sum_{i:\, c_i = k} x_{il}}$$
#
# The denominator has $s$ **$n$ times**, once for each term, so that the shares still sum to 1.
#
# By hand, the table above, with *Win, win: prize* as class 1, the others class 0, and $s = 1$:
#
# | | lunch | prize | today | win | sum |
# |---|---|---|---|---|---|
# | class 0: counts | 2 | 0 | 1 | 1 | 4 |
# | $\theta_0$ | 3/8 | 1/8 | 2/8 | 2/8 | 1 |
# | class 1: counts | 0 | 1 | 0 | 2 | 3 |
# | $\theta_1$ | 1/7 | 2/7 | 1/7 | 3/7 | 1 |
#
# and $\pi = (2/3, 1/3)$. The new message *win prize* has $\frac23 \cdot \frac28 \cdot \frac18 = \frac1{48}$ for class 0
# and $\frac13 \cdot \frac37 \cdot \frac27 = \frac2{49}$ for class 1. So
# $p(1 \mid x) = \frac{2/49}{2/49 + 1/48} = \frac{96}{145} = 0.662$.


# %% exercise: naive_bayes_fit
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    """Train multinomial naive Bayes.

    Args:
        counts: array of shape (m, n), numbers >= 0 of any dtype, m >= 1; left unchanged.
        labels: int array (m,), the classes, 0 to K - 1; left unchanged.
        num_classes: K, int >= 2.
        smoothing: what is added to the count of every term in every class, float > 0.

    Returns:
        (log_prior, log_likelihood): float arrays (K,) and (K, n), the logarithms of the classes' shares and of the
        terms' probabilities. A class without a document has log prior -inf, without a warning. About 8 lines.

    Raises:
        ValueError: smoothing is 0 or less.
    """
    ### BEGIN SOLUTION
    if smoothing <= 0:
        raise ValueError(f"smoothing must be more than 0. Received: {smoothing}")
    one_hot = labels == np.arange(num_classes)[:, None]  # (K, m)
    with np.errstate(divide="ignore"):
        log_prior = np.log(one_hot.mean(axis=1))  # (K,)
    smoothed = one_hot @ np.asarray(counts, dtype=float) + smoothing  # (K, n)
    return log_prior, np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
    ### END SOLUTION


# %% test: naive_bayes_fit, points=2
table, labels = np.array([[0, 1, 0, 2], [1, 0, 0, 1], [1, 0, 1, 0]]), np.array([1, 0, 0])
with dd.check.unchanged([table, labels], what="counts and labels"):
    log_prior, log_likelihood = naive_bayes_fit(table, labels, 2)
dd.check.like(log_prior, np.log([2 / 3, 1 / 3]), what="log_prior", why="two of three messages are of class 0")
due = np.log([[3 / 8, 1 / 8, 2 / 8, 2 / 8], [1 / 7, 2 / 7, 1 / 7, 3 / 7]])
dd.check.like(log_likelihood, due, what="log_likelihood", why="the example above")
_, log_likelihood = naive_bayes_fit(table, labels, 2, smoothing=0.5)
due = np.log([[2.5 / 6, 0.5 / 6, 1.5 / 6, 1.5 / 6], [0.5 / 5, 1.5 / 5, 0.5 / 5, 2.5 / 5]])
dd.check.like(log_likelihood, due, what="log_likelihood", why="half a count is added for every term")
with dd.check.raises(ValueError, why="without smoothing one new word decides everything"):
    naive_bayes_fit(table, labels, 2, smoothing=0.0)
### BEGIN HIDDEN TESTS
with dd.check.raises(ValueError, why="smoothing is negative"):
    naive_bayes_fit(table, labels, 2, smoothing=-1.0)
log_prior, log_likelihood = naive_bayes_fit(np.array([[1, 0, 2], [0, 3, 0], [2, 2, 2]]), np.array([0, 2, 2]), 4)
dd.check.shape(log_prior, (4,), what="log_prior", why="four classes, two of them without a document")
dd.check.shape(log_likelihood, (4, 3), what="log_likelihood", why="four classes, two of them without a document")
rng = np.random.default_rng(67)
for m, n, num_classes in ((1, 1, 2), (1, 4, 3), (5, 1, 2), (9, 4, 3), (6, 7, 5), (30, 3, 2)):
    for dtype in (int, "uint8", "float32", float, bool):
        for smoothing in (1.0, 0.01, 7, 1e-9):
            table = rng.integers(0, 3, (m, n)).astype(dtype)
            labels = rng.integers(0, num_classes, 2 * m)[::2]
            prior, due = np.zeros(num_classes), np.zeros((num_classes, n))
            for k in range(num_classes):
                members = [i for i in range(m) if labels[i] == k]
                prior[k] = len(members) / m
                total = sum(float(table[i, j]) for i in members for j in range(n)) + n * smoothing
                for j in range(n):
                    due[k, j] = np.log((sum(float(table[i, j]) for i in members) + smoothing) / total)
            with dd.check.unchanged(table, what="counts"), dd.check.unchanged(labels):
                log_prior, log_likelihood = naive_bayes_fit(table, labels, num_classes, smoothing)
            told = f" for K = {num_classes}, smoothing {smoothing}"
            dd.check.shape(log_prior, (num_classes,), what="log_prior" + told)
            dd.check.dtype(log_prior, "float", what="log_prior" + told)
            there = prior > 0
            dd.check.close(log_prior[there], np.log(prior[there]), what="log_prior" + told, why="shares of the classes")
            assert np.all(log_prior[~there] == -np.inf), "a class without a document has log prior -inf"
            dd.check.like(log_likelihood, due, rtol=1e-6, what="log_likelihood" + told, why="each entry by the formula")
            total = np.exp(log_likelihood).sum(axis=1)
            dd.check.close(
                total, np.ones(num_classes), what="sums of the probabilities" + told, why="each row sums to 1"
            )
table = np.full((300, 2), [200, 250], dtype="uint8")
log_prior, log_likelihood = naive_bayes_fit(table, np.arange(300) % 2, 2)
due = np.log(np.array([150 * 200 + 1, 150 * 250 + 1]) / (150 * 450 + 2))
dd.check.close(log_likelihood, [due, due], what="log_likelihood of large uint8 counts", why="no sum wraps around")
table = np.full((40, 2), [3e6, 1.0], dtype="float32")
_, log_likelihood = naive_bayes_fit(table, np.arange(40) % 2, 2)
due = np.log(np.array([20 * 3e6 + 1, 21]) / (20 * 3e6 + 22))
dd.check.close(log_likelihood, [due, due], rtol=1e-9, what="log_likelihood of large float32 counts")
for classes in (np.array([1, 1]), np.array([0, 0])):
    came = warnings_from(naive_bayes_fit, np.ones((2, 2)), classes, 2)
    dd.check.equal(came, [], why="a class without a document raises no warning", what="the warnings")
_, absent = naive_bayes_fit(np.ones((2, 4)), np.array([0, 2]), 4)
dd.check.close(absent[1], np.log([0.25] * 4), what="log_likelihood[1]", why="no document: every term is equally likely")
dd.check.close(absent[3], np.log([0.25] * 4), what="log_likelihood[3]", why="the highest class may be absent too")
### END HIDDEN TESTS

# %% mistakes: naive_bayes_fit
# - replace: if smoothing <= 0
#   with: if smoothing < 0
#   hint: "A smoothing of 0 is none: a ValueError is due."
# - replace: np.asarray(counts, dtype=float) + smoothing
#   with: np.asarray(counts, dtype=float)
#   hint: "The smoothing isn't used: a term that a class never had gets probability 0."
# - replace: np.asarray(counts, dtype=float) + smoothing
#   with: np.asarray(counts, dtype=float) + 1
#   hint: "The smoothing is an argument; you always add 1."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: np.log(smoothed / (smoothed.sum(axis=1, keepdims=True) - smoothing * (smoothed.shape[1] - 1)))
#   hint: "The denominator has the smoothing once. It was added to every term, so the shares don't sum to 1."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: np.log(smoothed / (smoothed.sum(axis=1, keepdims=True) - smoothing * smoothed.shape[1]).clip(1e-300))
#   hint: "The denominator lacks the smoothing that was added to the terms."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: np.log(smoothed / smoothed.sum(axis=0, keepdims=True))
#   hint: "You divide by a term's sum over the classes. The probabilities of all terms in one class sum to 1."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: np.log(smoothed / smoothed.sum())
#   hint: "You divide by the sum over all classes. Each class has a distribution of its own."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: smoothed / smoothed.sum(axis=1, keepdims=True)
#   hint: "These are the probabilities of the terms; their logarithms are due."
# - replace: np.log(one_hot.mean(axis=1))
#   with: one_hot.mean(axis=1)
#   hint: "These are the shares of the classes; their logarithms are due."
# - replace: np.log(one_hot.mean(axis=1))
#   with: np.log(np.full(num_classes, 1 / num_classes))
#   hint: "All classes get the same prior. It is their share of the documents."
# - replace: np.log(one_hot.mean(axis=1))
#   with: np.log((one_hot.sum(axis=1) + smoothing) / (one_hot.shape[1] + smoothing * num_classes))
#   hint: "The priors are smoothed too. They are plain shares of the documents."
# - replace: np.log(one_hot.mean(axis=1))
#   with: np.log((one_hot @ np.asarray(counts, dtype=float)).sum(axis=1) / max(np.sum(counts, dtype=float), 1e-300))
#   hint: "Your priors are shares of the tokens. They are shares of the documents."
# - replace: with np.errstate(divide="ignore")
#   with: with np.errstate()
#   hint: "The logarithm of 0 for a class without a document raises a warning."
# - replace: np.asarray(counts, dtype=float) + smoothing
#   with: (np.asarray(counts) > 0) + smoothing
#   hint: "You count documents that have the term. Multinomial naive Bayes counts how often it occurs."
# - replace: one_hot = labels == np.arange(num_classes)[:, None]
#   with: one_hot = labels == np.unique(np.append(labels, 0))[:, None]
#   hint: "Classes that do not occur among the labels are missing, and the others move up."
# - replace: one_hot = labels == np.arange(num_classes)[:, None]
#   with: one_hot = labels == np.unique(labels)[:, None]
#   hint: "Classes that do not occur among the labels are missing, and the others move up."
# - replace: np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
#   with: |-
#     np.log(
#         (one_hot @ (np.asarray(counts) > 0).astype(int) + smoothing)
#         / (one_hot.sum(axis=1, keepdims=True) + 2 * smoothing)
#     )
#   hint: "These are shares of the documents that have a term, those of Bernoulli naive Bayes. Here a term's probability
#     is its share of the tokens."
# - replace: smoothed = one_hot @ np.asarray(counts, dtype=float) + smoothing
#   with: |-
#     smoothed = one_hot @ np.asarray(counts, dtype=float)
#         smoothed[smoothed == 0] = smoothing
#   hint: "You smooth only what would be 0. Every term of every class is taken to have occurred more often."


# %% mistake: naive_bayes_fit
# hint: "Sums are taken in the dtype of the counts, which wraps around or loses digits."
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError("smoothing")
    log_prior, log_likelihood = np.full(num_classes, -np.inf), np.zeros((num_classes, counts.shape[1]))
    for k in range(num_classes):
        members = counts[labels == k]
        if len(members):
            log_prior[k] = np.log(len(members) / len(labels))
        totals = members.sum(axis=0, dtype=counts.dtype if counts.dtype != bool else int) + smoothing
        log_likelihood[k] = np.log(totals / totals.sum())
    return log_prior, log_likelihood


# %% accepts: naive_bayes_fit
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if not smoothing > 0:
        raise ValueError("smoothing has to be positive")
    log_prior = np.full(num_classes, -np.inf)
    totals = np.full((num_classes, np.shape(counts)[1]), float(smoothing))
    for k in range(num_classes):
        members = np.array(counts, dtype=float)[labels == k]
        if len(members):
            log_prior[k] = np.log(len(members)) - np.log(len(labels))
            totals[k] += members.sum(axis=0)
    return log_prior, np.log(totals) - np.log(totals.sum(axis=1, keepdims=True))


# %% accepts: naive_bayes_fit
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError("smoothing")
    totals = np.zeros((num_classes, len(counts[0])))
    np.add.at(totals, labels, np.array(counts, dtype=float))
    totals = (totals + smoothing).T  # (n, K)
    shares = np.bincount(labels, minlength=num_classes) / len(labels)
    prior = np.array([np.log(share) if share else -np.inf for share in shares])
    return prior, np.log(totals / np.ones(len(totals)).dot(totals)).T


# %% exercise: naive_bayes_predict
def naive_bayes_predict(model, counts):
    """Probabilities of the classes, given how often each term occurs.

    Args:
        model: pair (log_prior, log_likelihood), float arrays (K,) and (K, n), as `naive_bayes_fit` returns them; left
            unchanged. At least one log prior is finite.
        counts: array of shape (m, n), numbers >= 0 of any dtype, m >= 0; left unchanged.

    Returns:
        Float array of shape (m, K), rows that sum to 1, however long the documents are. About 5 lines.
    """
    ### BEGIN SOLUTION
    log_prior, log_likelihood = model
    logits = log_prior + np.asarray(counts, dtype=float) @ log_likelihood.T  # (m, K)
    shifted = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return shifted / np.sum(shifted, axis=1, keepdims=True)
    ### END SOLUTION


# %% test: naive_bayes_predict, points=2
log_prior = np.log([2 / 3, 1 / 3])
log_likelihood = np.log([[3 / 8, 1 / 8, 2 / 8, 2 / 8], [1 / 7, 2 / 7, 1 / 7, 3 / 7]])
new = np.array([[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1000]])
with dd.check.unchanged([log_prior, log_likelihood, new], what="model and counts"):
    result = naive_bayes_predict((log_prior, log_likelihood), new)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (3, 2), why="three documents, two classes")
dd.check.close(result[0], [49 / 145, 96 / 145], what="result[0]", why="the example above")
dd.check.close(result[1], [2 / 3, 1 / 3], what="result[1]", why="without any term only the priors count")
dd.check.close(result[2], [0.0, 1.0], what="result[2]", why="a thousand times win speaks for class 1")
### BEGIN HIDDEN TESTS
from fractions import Fraction

rng = np.random.default_rng(67)
for m, n, num_classes in ((1, 1, 2), (1, 3, 4), (5, 1, 2), (7, 4, 3), (4, 6, 5), (0, 3, 2)):
    for dtype in (int, "uint8", "int8", "float32", float):
        prior = rng.integers(1, 9, num_classes)
        likelihood = rng.integers(1, 9, (num_classes, n))
        table = rng.integers(0, 6, (m, n)).astype(dtype)
        exact = np.zeros((m, num_classes))
        for i in range(m):
            products = []
            for k in range(num_classes):
                product = Fraction(int(prior[k]), int(prior.sum()))
                for j in range(n):
                    product *= Fraction(int(likelihood[k, j]), int(likelihood[k].sum())) ** int(table[i, j])
                products.append(product)
            exact[i] = [float(product / sum(products)) for product in products]
        logs = np.log(prior / prior.sum()), np.log(likelihood / likelihood.sum(axis=1, keepdims=True))
        with dd.check.unchanged(table, what="counts"), dd.check.unchanged(logs, what="model"):
            result = naive_bayes_predict(logs, table)
        dd.check.like(result, exact, rtol=1e-6, why="Bayes' rule in fractions")

# Long documents: the products underflow, or all logits are far below 0.
logs = np.log([0.5, 0.5]), np.log([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])
long = np.array([[5000, 5000, 90000], [5001, 5000, 0], [0, 0, 10**6], [3, 9000, 0]])
result = naive_bayes_predict(logs, long)
dd.check.finite(result, why="probabilities are never NaN")
dd.check.close(
    result, [[0.5, 0.5], [2 / 3, 1 / 3], [0.5, 0.5], [0.0, 1.0]], what="long documents", why="2 to 1 for each"
)
bytes_of = np.full((1, 3), 200, dtype="uint8")
dd.check.close(naive_bayes_predict(logs, bytes_of), [[0.5, 0.5]], what="a document of uint8 counts")

# Each document is judged by itself, and a class that never occurred has probability 0.
logs = np.array([-np.inf, np.log(0.9), np.log(0.1)]), np.log([[0.5, 0.5], [0.2, 0.8], [0.6, 0.4]])
table = np.array([[0, 0], [1, 0], [40, 40]])
result = naive_bayes_predict(logs, table)
dd.check.finite(result, why="one log prior is -inf, and the class is impossible")
dd.check.close(result[:, 0], np.zeros(3), what="result[:, 0]", why="the class has prior 0")
dd.check.close(result[:2, 2], [0.1, 0.06 / 0.24], what="result[:2, 2]", why="Bayes' rule for the other two")
for i in range(3):
    alone = naive_bayes_predict(logs, table[i : i + 1])
    dd.check.close(alone[0], result[i], what="a document by itself", why="it does not matter what else is in the table")
came = warnings_from(naive_bayes_predict, logs, table)
dd.check.equal(came, [], why="nothing overflows and nothing is divided by 0", what="the warnings")
### END HIDDEN TESTS

# %% mistakes: naive_bayes_predict
# - replace: log_prior + np.asarray(counts, dtype=float)
#   with: np.asarray(counts, dtype=float)
#   hint: "The priors are missing: a document without any term should come out as they say."
# - replace: np.exp(logits - np.max(logits, axis=1, keepdims=True))
#   with: np.exp(logits)
#   hint: "For a long document all products underflow to 0, and 0/0 remains. Take off something before exp."
# - replace: np.exp(logits - np.max(logits, axis=1, keepdims=True))
#   with: np.exp(logits - np.max(logits))
#   hint: "You take off the largest of the whole table. A long document beside a short one still underflows."
# - replace: np.exp(logits - np.max(logits, axis=1, keepdims=True))
#   with: np.exp(logits - np.max(logits, axis=0, keepdims=True, initial=-1e300))
#   hint: "You take off each column's largest, which changes what the classes of one document are to each other."
# - replace: return shifted / np.sum(shifted, axis=1, keepdims=True)
#   with: return shifted
#   hint: "The rows don't sum to 1 yet."
# - replace: return shifted / np.sum(shifted, axis=1, keepdims=True)
#   with: return shifted / np.maximum(np.sum(shifted, axis=0, keepdims=True), 1e-300)
#   hint: "You divide by the sum over the documents. The classes of each document sum to 1."
# - replace: return shifted / np.sum(shifted, axis=1, keepdims=True)
#   with: return np.log(shifted / np.sum(shifted, axis=1, keepdims=True))
#   hint: "These are logarithms; the probabilities themselves are due."
# - replace: return shifted / np.sum(shifted, axis=1, keepdims=True)
#   with: return np.argmax(logits, axis=1)
#   hint: "You return the classes. Their probabilities are due."
# - replace: np.asarray(counts, dtype=float) @ log_likelihood.T
#   with: (np.asarray(counts) > 0) @ log_likelihood.T
#   hint: "A term counts as often as it occurs, not once."
# - replace: np.asarray(counts, dtype=float) @ log_likelihood.T
#   with: np.asarray(counts, dtype=float) @ np.exp(log_likelihood).T
#   hint: "You add up probabilities. A product of probabilities is a sum of logarithms."
# - replace: log_prior + np.asarray(counts, dtype=float)
#   with: np.exp(log_prior) + np.asarray(counts, dtype=float)
#   hint: "To a sum of logarithms you add the priors themselves."
# - replace: np.asarray(counts, dtype=float) @ log_likelihood.T
#   with: |-
#     np.asarray(counts, dtype=float) / np.maximum(np.sum(counts, axis=1, keepdims=True, dtype=float), 1) @ (
#         log_likelihood.T
#     )
#   hint: "You divide by the length of the document: a mean over its tokens. Each token is a factor of the product, so
#     that a longer document says more."
# - replace: log_prior + np.asarray(counts, dtype=float)
#   with: |-
#     log_prior + (np.asarray(counts) == 0) @ np.log(1 - np.minimum(np.exp(log_likelihood), 1 - 1e-12)).T + np.asarray(
#         counts, dtype=float
#     )
#   hint: "Terms that don't occur in the document count too with you, by what is left to 1. That is another model,
#     Bernoulli naive Bayes."


# %% mistake: naive_bayes_predict
# hint: "For a long document all products underflow to 0, and 0/0 remains. Take off something before exp."
def naive_bayes_predict(model, counts):
    prior, likelihood = np.exp(model[0]), np.exp(model[1])
    products = np.array([prior * np.prod(likelihood ** row.astype(float), axis=1) for row in counts])
    products = products.reshape(len(counts), len(prior))
    return products / products.sum(axis=1, keepdims=True)


# %% mistake: naive_bayes_predict
# hint: "Terms that don't occur in the document count too with you, by what is left to 1. That is another model,
# Bernoulli naive Bayes."
def naive_bayes_predict(model, counts):
    likelihood = np.minimum(np.exp(model[1]), 1 - 1e-12)
    there = (np.asarray(counts) > 0).astype(float)
    logits = model[0] + there @ np.log(likelihood).T + (1 - there) @ np.log(1 - likelihood).T
    shifted = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return shifted / np.sum(shifted, axis=1, keepdims=True)


# %% equivalents: naive_bayes_predict
# - replace: 'logits = log_prior + np.asarray(counts, dtype=float) @ log_likelihood.T  # (m, K)'
#   with: 'logits = log_prior + np.asarray(counts) @ log_likelihood.T  # (m, K)'
#   reason: "The log likelihoods are float64, and so is the product with counts of any dtype."


# %% accepts: naive_bayes_predict
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    rows = []
    for row in np.asarray(counts, dtype=float):
        joint = [prior + float(np.dot(row, logs)) for prior, logs in zip(log_prior, log_likelihood, strict=True)]
        top = max(joint)
        parts = [float(np.exp(value - top)) for value in joint]
        rows.append([part / sum(parts) for part in parts])
    return np.array(rows, dtype=float).reshape(len(counts), len(log_prior))


# %% accepts: naive_bayes_predict
def naive_bayes_predict(model, counts):
    joint = np.einsum("ij,kj->ik", np.array(counts, dtype=np.float64), model[1]) + model[0][None, :]
    return np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])


# %% [markdown]
# Now the filter. How much smoothing? That is a setting, so it is chosen on a part of the **training** messages, a
# quarter held out, five times; the test messages are used once, at the end.

# %% demo
strengths = np.array([0.001, 0.01, 0.1, 1.0, 10.0, 100.0])
held_out = np.zeros((5, len(strengths)))
for turn in range(5):
    order = np.random.default_rng(turn).permutation(len(counts))
    fit_rows, check_rows = order[1200:], order[:1200]
    for column, smoothing in enumerate(strengths):
        model = naive_bayes_fit(counts[fit_rows], train_labels[fit_rows], 3, smoothing)
        guesses = np.argmax(naive_bayes_predict(model, counts[check_rows]), axis=1)
        held_out[turn, column] = np.mean(guesses == train_labels[check_rows])

model = naive_bayes_fit(counts, train_labels, 3)
probs = naive_bayes_predict(model, test_counts)  # (1200, 3)
guesses = np.argmax(probs, axis=1)
confusion = np.zeros((3, 3), dtype=int)
np.add.at(confusion, (test_labels, guesses), 1)

fig, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4))
left.semilogx(strengths, held_out.T, color="0.6", linewidth=1, linestyle="-")
left.semilogx(strengths, held_out.mean(axis=0), marker="o", label="mean of five splits")
left.set(xlabel="smoothing $s$", ylabel="accuracy on held-out quarter", title="How much smoothing?")
left.legend(loc="lower left")
dd.plot.matrix(confusion, ax=right, row_labels=CLASSES, column_labels=CLASSES, title="Test messages, s = 1")
right.set(xlabel="the filter says", ylabel="it is")
dd.plot.show(
    "Left, accuracy on the held-out quarter against smoothing from 0.001 to 100 on a logarithmic axis, five thin "
    "lines and their mean: nearly flat and above 0.97 up to 10, a little higher to the left, then falling steeply. "
    "Right, the confusion matrix of the test messages: nearly all are on the diagonal; the few errors are between "
    "ordinary and one of the others, hardly any between spam and toxic."
)
accuracy, is_spam, said_spam = np.mean(guesses == test_labels), test_labels == 1, guesses == 1
print(f"three classes: accuracy {accuracy:.3f} (always ordinary: {np.mean(test_labels == 0):.3f})")
print(f"spam or not: accuracy {np.mean(is_spam == said_spam):.3f}, precision {np.mean(is_spam[said_spam]):.3f}, "
      f"recall {np.mean(said_spam[is_spam]):.3f}")  # fmt: skip

# %% [markdown]
# Left: far above $s = 1$ every class's distribution is flattened, and accuracy falls. To the left it still rises, by
# less than a hundredth: our messages are made by a grammar, so words come back and new ones are few. Real mail is full
# of new words, and we keep the customary $s = 1$. Right: what errors there are lie between ordinary messages and the
# other two classes. Which is worse? An ordinary message thrown away costs more than spam let through, so one would move
# the threshold towards precision (Day 7).
#
# Does it hold for other messages? Five sets of them, each made anew, and a filter trained on each:

# %% demo
scores = []
for seed in range(1, 6):
    other = dd.data.messages(seed=seed)
    parts = [other[other["split"] == part] for part in ("train", "test")]
    right_classes = [np.array([CLASSES.index(label) for label in part["label"]]) for part in parts]
    table, columns = count_vectorize(list(parts[0]["text"]))
    later, _ = count_vectorize(list(parts[1]["text"]), terms=columns)
    said = np.argmax(naive_bayes_predict(naive_bayes_fit(table, right_classes[0], 3), later), axis=1)
    scores.append([np.mean(said == right_classes[1]), np.mean((said == 1) == (right_classes[1] == 1))])
scores = np.array(scores)  # (5, 2)
for name, column in (("three classes", scores[:, 0]), ("spam or not", scores[:, 1])):
    print(f"{name}: {column.min():.3f} to {column.max():.3f}")
assert scores.min() > 0.95

# %% [markdown]
# ## Looking inside
#
# A model of counts can be read. How much does one occurrence of term $j$ speak for class $k$? It adds
# $\log \theta_{kj}$ to that class, and to each other class its own. So take the difference to the **mean over the other
# classes**:
#
# $$r_{kj} = \log \theta_{kj} - \frac{1}{K - 1} \sum_{l \ne k} \log \theta_{lj}$$
#
# By hand in the example, for class 1 against class 0: *prize* has $\log \frac{2/7}{1/8} = 0.827$, *win* $\log
# \frac{3/7}{2/8} = 0.539$, the other two are negative. The largest $\theta_{kj}$ themselves would be of
# little use: frequent words and marks are among the first in every class. In the code the class is `label`, and `k`
# says how many terms are wanted.


# %% exercise: top_terms
def top_terms(model, terms, k, label):
    """The terms that speak most for a class, by the difference above.

    Args:
        model: pair (log_prior, log_likelihood), float arrays (K,) and (K, n), K >= 2; left unchanged.
        terms: list of n str, the columns; left unchanged.
        k: how many are wanted, int >= 0.
        label: the class, int from 0 to K - 1.

    Returns:
        list of pairs (term, difference), str and float, the largest difference first; equal ones in the order of terms.
        k of them, or all n if k is larger. About 5 lines.
    """
    ### BEGIN SOLUTION
    _, log_likelihood = model
    others = np.delete(log_likelihood, label, axis=0)  # (K - 1, n)
    difference = log_likelihood[label] - np.mean(others, axis=0)  # (n,)
    order = np.argsort(-difference, kind="stable")[:k]
    return [(terms[j], float(difference[j])) for j in order]
    ### END SOLUTION


# %% test: top_terms, points=1
columns = ["lunch", "prize", "today", "win"]
log_likelihood = np.log([[3 / 8, 1 / 8, 2 / 8, 2 / 8], [1 / 7, 2 / 7, 1 / 7, 3 / 7]])
with dd.check.unchanged([log_likelihood], what="model"), dd.check.unchanged(columns, what="terms"):
    came = top_terms((np.log([2 / 3, 1 / 3]), log_likelihood), columns, 3, 1)
dd.check.kind(came, list, what="the pairs")
dd.check.equal([term for term, _ in came], ["prize", "win", "today"], why="the example above", what="the terms")
due = np.log([16 / 7, 12 / 7, 4 / 7])
dd.check.close([value for _, value in came], due, what="the differences", why="the example above")
came = top_terms((np.log([2 / 3, 1 / 3]), log_likelihood), columns, 1, 0)
dd.check.equal([term for term, _ in came], ["lunch"], why="it is the word of class 0", what="the terms")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(67)
for num_classes, n in ((2, 1), (2, 5), (3, 4), (5, 8), (4, 30)):
    columns = [f"t{j}" for j in rng.permutation(n)]
    logs = np.log(rng.dirichlet(np.ones(n), num_classes))
    logs[:, n // 2] = logs[:, 0]  # a tie
    if n > 4:
        logs[:, -1] = logs[:, 1]
    prior = np.log(rng.dirichlet(np.ones(num_classes)))
    for label in range(num_classes):
        values = []
        for j in range(n):
            rest = [logs[l, j] for l in range(num_classes) if l != label]
            values.append(logs[label, j] - sum(rest) / len(rest))
        ranked = sorted(range(n), key=lambda j: (-round(values[j], 9), j))
        for k in (0, 1, n // 2 + 1, n, n + 5):
            with dd.check.unchanged([prior, logs], what="model"), dd.check.unchanged(columns, what="terms"):
                came = top_terms((prior, logs), columns, k, label)
            told = f" for class {label} of {num_classes}, k = {k}"
            dd.check.kind(came, list, what="the pairs" + told)
            due = [columns[j] for j in ranked[:k]]
            dd.check.equal(
                [term for term, _ in came], due, why="by the formula, ties in order", what="the terms" + told
            )
            due = np.array([values[j] for j in ranked[:k]])
            dd.check.close(np.array([value for _, value in came], dtype=float), due, what="the differences" + told)
            for pair in came:
                dd.check.kind(pair, tuple, what="a pair")
                dd.check.kind(pair[0], str, what="a term")
                dd.check.kind(pair[1], float, what="a difference")
tied = np.log([[0.25] * 4, [0.25] * 4])
came = top_terms((np.log([0.5, 0.5]), tied), ["d", "c", "b", "a"], 3, 0)
dd.check.equal([term for term, _ in came], ["d", "c", "b"], why="all are equal: the order of terms", what="the terms")
came = top_terms((np.array([-np.inf, 0.0]), np.log([[0.5, 0.5], [0.2, 0.8]])), ["a", "b"], 1, 1)
dd.check.equal([term for term, _ in came], ["b"], why="priors do not count here", what="the terms")
### END HIDDEN TESTS

# %% mistakes: top_terms
# - replace: difference = log_likelihood[label] - np.mean(others, axis=0)
#   with: difference = log_likelihood[label]
#   hint: "The most frequent terms of the class come first, which are much the same in every class. Compare with the
#     others."
# - replace: others = np.delete(log_likelihood, label, axis=0)
#   with: others = log_likelihood
#   hint: "The class itself is in the mean that it is compared with."
# - replace: np.mean(others, axis=0)
#   with: np.sum(others, axis=0)
#   hint: "You take off the sum over the other classes, not their mean."
# - replace: np.mean(others, axis=0)
#   with: np.max(others, axis=0)
#   hint: "You compare with the one class that is next. The mean of all others is due."
# - replace: np.mean(others, axis=0)
#   with: np.log(np.mean(np.exp(others), axis=0))
#   hint: "You average the probabilities. The formula averages their logarithms."
# - replace: np.mean(others, axis=0)
#   with: np.mean(others)
#   hint: "You take off one number for all terms. Each term has its own mean over the other classes."
# - replace: np.argsort(-difference, kind="stable")[:k]
#   with: np.argsort(difference, kind="stable")[:k]
#   hint: "The terms that speak least for the class come first."
# - replace: np.argsort(-difference, kind="stable")[:k]
#   with: np.argsort(difference, kind="stable")[::-1][:k]
#   hint: "Turning a sorted order round also turns equal ones round. They should keep the order of the terms."
# - replace: np.argsort(-difference, kind="stable")[:k]
#   with: np.argsort(difference)[-k:]
#   hint: "The largest difference should be first, and k = 0 is no term at all."
# - replace: '[(terms[j], float(difference[j])) for j in order]'
#   with: '[terms[j] for j in order]'
#   hint: "Pairs are due: the term, and its difference."
# - replace: '[(terms[j], float(difference[j])) for j in order]'
#   with: '[(terms[j], float(np.exp(difference[j]))) for j in order]'
#   hint: "You return ratios; the difference of the logarithms is due."
# - replace: difference = log_likelihood[label] - np.mean(others, axis=0)
#   with: difference = np.abs(log_likelihood[label] - np.mean(others, axis=0))
#   hint: "Without its sign, a term that speaks against the class counts like one that speaks for it."
# - replace: '[(terms[j], float(difference[j])) for j in order]'
#   with: '[(sorted(terms)[j], float(difference[j])) for j in order]'
#   hint: "The terms are the columns in the order in which they were given."
# - replace: np.argsort(-difference, kind="stable")[:k]
#   with: np.lexsort((-np.arange(len(difference)), difference))[-k:][::-1]
#   hint: "Taken from the end of a list, the last 0 are not none but all."
# - replace: np.argsort(-difference, kind="stable")[:k]
#   with: np.argsort(-np.abs(difference), kind="stable")[:k]
#   hint: "Without its sign, a term that speaks against the class counts like one that speaks for it."


# %% mistake: top_terms
# hint: "The priors have come in. How frequent a class is says nothing about a term."
def top_terms(model, terms, k, label):
    joint = model[1] + model[0][:, None]
    others = np.delete(joint, label, axis=0)
    difference = joint[label] - np.mean(others, axis=0)
    order = np.argsort(-difference, kind="stable")[:k]
    return [(terms[j], float(difference[j])) for j in order]


# %% accepts: top_terms
def top_terms(model, terms, k, label):
    logs = np.array(model[1])
    num_classes = len(logs)
    scores = [
        float(logs[label, j] - (logs[:, j].sum() - logs[label, j]) / (num_classes - 1)) for j in range(len(terms))
    ]
    ranked = sorted(enumerate(scores), key=lambda pair: (-round(pair[1], 10), pair[0]))
    return [(terms[j], score) for j, score in ranked][:k]


# %% accepts: top_terms
def top_terms(model, terms, k, label):
    keep = [row for row in range(len(model[1])) if row != label]
    against = model[1][keep].mean(axis=0)
    pairs = list(zip(terms, (model[1][label] - against).tolist(), strict=True))
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)[:k]


# %% [markdown]
# What has the filter learnt? One would hope for words that a person would name too.

# %% demo
fig, axes = plt.subplots(1, 3, figsize=(12, 4.2), sharex=True)
for label, (ax, name) in enumerate(zip(axes, CLASSES, strict=True)):
    pairs = top_terms(model, terms, 10, label)
    ax.barh([term.replace("$", r"\$") for term, _ in pairs], [value for _, value in pairs], color=dd.plot.PALETTE[0])
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set(title=name, xlabel="difference of the logarithms")
dd.plot.show(
    "Three bar charts, the ten terms that speak most for each class. Ordinary: words of plans, thanks and days. "
    "Spam: a link, money signs, words such as now, win, reply. Toxic: insults and words about the person addressed. "
    "The bars are between 3 and 7 long; the longest is that of the link."
)

# %% [markdown]
# They are what one would name: links and money for spam, days and thanks for ordinary messages, insults for toxic ones.
# But read the toxic list once more. Some of its words, *friends* or *site*, insult nobody; here they happen to occur in
# insults. In real collections it is worse: names of groups that are often attacked occur mostly in toxic comments, so a
# model of counts takes the mere mention for an attack, and silences the people it should protect. A list like this one
# is how you find out. And our messages are made by a grammar, so their vocabulary is far narrower than life's; on real
# mail expect less.
#
# ## The limits of counting
#
# Every token is a vote, and votes can be bought. A spammer may pad the message with words of ordinary ones, a **good
# word attack** (Lowd and Meek 2005). How many does it take? We append the terms that speak most for *ordinary*.

# %% demo
padding = [term for term, _ in top_terms(model, terms, 20, 0)]
spam = test_counts[test_labels == 1]
amounts = [0, 1, 2, 3, 5, 7, 10, 15, 20]
caught = []
for amount in amounts:
    added, _ = count_vectorize([" ".join(padding[:amount])], terms=terms)
    caught.append(np.mean(np.argmax(naive_bayes_predict(model, spam + added), axis=1) == 1))

fig, ax = plt.subplots(figsize=(6.5, 3.6))
ax.plot(amounts, caught, marker="o")
ax.set_xticks([0, 5, 10, 15, 20])
ax.set(
    xlabel="ordinary words added to each message", ylabel="share of spam caught", title="Padding a message", ylim=(0, 1)
)
dd.plot.show(
    "The share of spam that is caught against the number of ordinary words added: it starts near 1, is around 0.7 "
    "at five words, then falls steeply and is near 0 from 15 words on."
)

# %% [markdown]
# About ten words do. Misspelling works as well: *fr33* has no column, so it has no vote.
#
# The deeper limit is the one of the first figure: **order is lost**. Short reviews, good or bad, show where that hurts.
# What decides in them is plain praise or blame, or a negation, a contrast (*dull, but moving*), a change (*once
# great*), what others say; and in some a negation is idle, as in *no wonder people talk: the price was modest*. We try
# three kinds of column:
#
# - words;
# - words and bigrams, so that *not good* has a column of its own;
# - words with **marked negation** (Das and Chen 2001; Pang and others 2002): every word between a *not* and the next
#   mark gets `not_` in front. *Was not good at all.* becomes `was not not_good not_at not_all .`

# %% demo
NEGATION = re.compile(r"not|no|never|nobody|neither|nor|cannot|hardly|\w+n't")


def mark_negation(text):
    """The tokens of a text, joined by spaces, with not_ before each between a negation and the next mark."""
    tokens, negated = [], False
    for token in words(text):
        negated = negated and re.fullmatch(r"[^\w\s]", token) is None
        tokens.append("not_" + token if negated else token)
        negated = negated or NEGATION.fullmatch(token) is not None
    return " ".join(tokens)


kinds = {"words": (str, (1, 1)), "and bigrams": (str, (1, 2)), "marked negation": (mark_negation, (1, 1))}
forms = ("plain", "negated", "distractor", "contrast", "changed")
names = ("plain", "negation", "idle negation", "contrast", "change")
by_form = np.zeros((3, len(kinds), len(forms)))
overall = np.zeros((3, len(kinds)))
learnt = {}
for seed in range(3):
    reviews = dd.data.reviews(seed=seed)
    parts = [reviews[reviews["split"] == part] for part in ("train", "test")]
    for row, (name, (prepare, sizes)) in enumerate(kinds.items()):
        texts = [[prepare(text) for text in part["text"]] for part in parts]
        table, columns = count_vectorize(texts[0], sizes, min_docs=10)
        later, _ = count_vectorize(texts[1], sizes, columns)
        learnt[name] = naive_bayes_fit(table, np.array(parts[0]["label"]), 2), columns
        said = np.argmax(naive_bayes_predict(learnt[name][0], later), axis=1)
        hit = said == np.array(parts[1]["label"])
        overall[seed, row] = hit.mean()
        by_form[seed, row] = [hit[np.array(parts[1]["form"]) == form].mean() for form in forms]

fig, ax = plt.subplots(figsize=(9.5, 4.2))
for row, (name, hatch) in enumerate(zip(kinds, ("", "//", ".."), strict=True)):
    ax.bar(
        np.arange(5) + 0.27 * (row - 1), by_form[:, row].mean(axis=0), 0.25, label=name, hatch=hatch, edgecolor="white"
    )
ax.axhline(0.5, color="0.3", linewidth=1, linestyle="-")
ax.set(
    xticks=range(5),
    ylim=(0, 1.22),
    yticks=np.linspace(0, 1, 6),
    ylabel="test accuracy",
    title="Reviews by what decides in them (mean of three sets)",
)
ax.set(xticklabels=names)
ax.legend(loc="upper center", ncols=3)
ax.grid(False, axis="x")
dd.plot.show(
    "Bars of test accuracy for plain reviews, negation, idle negation, contrast and change, three bars each: "
    "words, words and bigrams, marked negation, with a grey line at one half. Plain is about 0.9 or more for "
    "all. Negation: words are clearly below one half, bigrams a little above it, marked negation highest, at "
    "about three quarters. Idle negation: marked negation is lowest. Contrast: all between 0.55 and 0.7. "
    "Change: words lowest, a little under 0.6, bigrams highest."
)
for name, column in zip(kinds, overall.T, strict=True):
    print(f"{name}: accuracy {column.min():.3f} to {column.max():.3f}")

# %% [markdown]
# On plain reviews counting does well. Under **negation** words alone are right *less* than half of the time: worse than
# a coin, for *good* votes for praise whatever is before it, and *not* by itself says little. Bigrams mend part of it,
# the phrases short enough and frequent enough to have a column. Marking negation mends more, by a rule written by hand
# for just this. Its cost is shown next to it: where a negation is idle, the marks do harm. For contrasts and changes
# they do less.
#
# Now the proof that it is no matter of training. The data has **pairs**, two texts of the same words in another order,
# one praise and one blame.

# %% demo
pairs = dd.data.reviews(300, seed=0, kind="pairs")
print("good:", pairs["positive"].iloc[0])
print("bad: ", pairs["negative"].iloc[0])
for name, (prepare, sizes) in kinds.items():
    fitted, columns = learnt[name]
    good, bad = (count_vectorize([prepare(text) for text in pairs[side]], sizes, columns)[0]
                 for side in ("positive", "negative"))  # fmt: skip
    same = np.all(good == bad, axis=1)
    better = naive_bayes_predict(fitted, good)[:, 1] > naive_bayes_predict(fitted, bad)[:, 1] + 1e-9
    print(f"{name}: equal rows {np.mean(same):.0%}, the good one ranked higher {np.mean(better):.0%}")

# %% [markdown]
# For words all rows are equal: **no** classifier on them, trained on whatever amount of data, can tell a pair apart.
# Marks do so for the fifth of the pairs in which a word comes into the reach of a *not*, or out of it. Bigrams separate
# most pairs and rank many of them rightly; for longer distances the columns run out: trigrams are many, and each is
# rare. From Day 68 on we look at order itself.
#
# ## What you should remember
#
# 1. A bag of words is the sum of one-hot tokens: what occurs, how often, and not in which order. n-grams save a little
#    order for many more columns.
# 2. Columns, idf and model come from the training documents; test documents are put into the same columns.
# 3. TF-IDF weighs a term by how few documents have it. Know which of its variants you use.
# 4. Naive Bayes trains by counting. Smooth every term, work with logarithms, take off the largest before `exp`.
# 5. Read the terms that decide. Counting cannot see negation at a distance, votes can be bought, and a mere mention
#    counts like the deed.
#
# ## Check yourself
#
# 1. You double every document, *win prize* becomes *win prize win prize*. What happens to TF-IDF, and what to the
#    probabilities of naive Bayes?
# 2. A term occurs in every document exactly once. What does it do in plain counts, TF-IDF, and naive Bayes?
# 3. Why is naive Bayes often right and nearly always too sure of it?
#
# <details><summary>Answers</summary>
#
# 1. TF-IDF rows stay as they are, for their length is 1. In naive Bayes each token votes twice, so the probabilities
#    move towards 0 and 1, though nothing new was said.
# 2. In counts it adds the same to every row. In our TF-IDF it has the smallest idf, 1, and in the plain variant 0. In
#    naive Bayes it hardly tells the classes apart: its share differs only by the length of the classes' documents.
# 3. The class needs only the largest product, which is often right even where the factors depend on each other. But
#    words that hang together vote several times for one and the same fact, and the product becomes extreme.
#
# </details>
#
# ## Go further
#
# - Spärck Jones (1972), *A statistical interpretation of term specificity and its application in retrieval*, Journal of
#   Documentation 28.
# - McCallum and Nigam (1998), *A comparison of event models for naive Bayes text classification*: multinomial against
#   Bernoulli.
# - Pang, Lee and Vaithyanathan (2002), *Thumbs up?*, EMNLP: film reviews with naive Bayes and others, and marked
#   negation, after Das and Chen (2001).
# - Lowd and Meek (2005), *Good word attacks on statistical spam filters*, CEAS.
# - Dixon and others (2018), *Measuring and mitigating unintended bias in text classification*: toxic-comment models and
#   the names of groups.
