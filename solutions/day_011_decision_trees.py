# ---
# day: 11
# title: Decision trees
# week: 3
# minutes: 120
# backend: numpy
# needs: [1, 2, 3, 4, 5, 6, 8]
# data: [iris, toy]
# papers:
# - Morgan and Sonquist 1963, Problems in the analysis of survey data, and a proposal
# - Breiman, Friedman, Olshen and Stone 1984, Classification and regression trees
# - Quinlan 1986, Induction of decision trees
# - Hyafil and Rivest 1976, Constructing optimal binary decision trees is NP-complete
# ---

# %% [markdown]
# # Day 11 · Decision trees
#
# By the end you can grow a tree of yes-or-no questions from a table, for classes or for numbers, say why each
# question was asked, and cut the tree back where it has begun to learn by heart.
#
# - **You will build** two measures of disorder, the gain of a question, a fast search for the best one, the
#   tree itself, its predictions, and pruning. It grows as scikit-learn's tree does, leaf for leaf.
# - **You need** one-hot rows and means over an axis (Day 1), polynomial regression (Day 3), and what
#   overfitting is (Day 6).
# - **Not today:** many trees that vote (Day 12), trees that mend each other's errors, and missing values (Day
#   13).
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | rows at a node, and columns | scalars | `len(y)`, `x.shape[1]` |
# | $X,\ y$ | the features, and the targets: classes or numbers | $(m, n)$, $(m,)$ | `x`, `y` |
# | $K$ | number of classes | scalar | `num_classes` |
# | $p_k$ | share of class $k$ among the rows of a node | $(K,)$ together | `shares` |
# | $H,\ G,\ V$ | entropy in bits, Gini impurity, variance | scalars | `entropy`, `gini`, `np.var` |
# | $I$ | any one of these three: the impurity of a node | scalar | `impurity` |
# | $m_L,\ m_R$ and $I_L,\ I_R$ | rows to the left and to the right, and their impurities | scalars | |
# | $\Delta$ | the gain of a question | scalar | `gain` |
# | $j,\ t$ | the column asked about, and the threshold | scalars | `feature`, `threshold` |
# | $c$ | thresholds of a column | scalar | `len(thresholds)` |
# | $S,\ S_L,\ S_R$ | sums of the targets of a node and of its two sides | scalars | |
# | $T,\ \lvert T\rvert$ | a tree, and how many leaves it has | | `tree` |
# | $M$ | rows at the root | scalar | `tree["size"]` |
# | $R(T)$ | impurity left in the leaves of $T$ | scalar | |
# | $\lambda$ | the price of a leaf | scalar | `penalty` |

# %% setup
import time

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Twenty questions
#
# The models of Days 2 to 5 weigh all features at once and add up. Someone who names a flower asks one thing,
# and lets the answer decide what to ask next. A **decision tree** does the same. It starts at the **root**.
# Every **inner node** asks one question about one column, *is feature $j$ at most $t$?* Yes goes left, no
# goes right. Where no question follows, the row has arrived in a **leaf**, and the leaf holds the answer.
#
# In code a node is a dict. One with a `"feature"` asks, one without is a leaf. Here is a tree written by hand
# for Fisher's 150 irises. What does it do to the plane of the two columns it asks about?

# %% demo
x_iris, y_iris = dd.data.iris()  # (150, 4), (150,)
columns = ["sepal length", "sepal width", "petal length", "petal width"]
species = ["setosa", "versicolor", "virginica"]
by_hand = {
    "feature": 2,
    "threshold": 2.45,
    "left": {"value": 0},
    "right": {"feature": 3, "threshold": 1.75, "left": {"value": 1}, "right": {"value": 2}},
}


def draw_tree(tree, ax, describe):
    """Draw a tree from the root down; describe(node) gives a node's text."""
    next_leaf = 0

    def place(node, level):
        nonlocal next_leaf
        if "feature" in node:
            sides = [place(node[side], level + 1) for side in ("left", "right")]
            across = np.mean(sides)
            for side, answer in zip(sides, ("yes", "no"), strict=True):
                ax.plot([across, side], [-level, -level - 1], color="0.6", linewidth=1, linestyle="-", zorder=1)
                ax.text((across + side) / 2, -level - 0.5, answer, ha="center", va="center", fontsize=9)
        else:
            across, next_leaf = next_leaf, next_leaf + 1
        fill = "white" if "feature" in node else "0.9"
        box = {"boxstyle": "round", "facecolor": fill, "edgecolor": "0.4"}
        ax.text(across, -level, describe(node), ha="center", va="center", fontsize=9, bbox=box)
        return across

    place(tree, 0)
    ax.margins(0.18)
    ax.set_axis_off()


def question(node):
    """What a node of an iris tree says."""
    if "feature" not in node:
        return species[node["value"]]
    return f"{columns[node['feature']]}\n≤ {node['threshold']:.2f} cm?"


fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=[1, 1.2])
draw_tree(by_hand, left, question)
left.set_title("A tree of two questions")
for k, name in enumerate(species):
    right.scatter(*x_iris[y_iris == k][:, 2:].T, s=26, marker="os^"[k], color=f"C{k}", label=name, alpha=0.7)
right.axvline(2.45, color="black", linestyle="-")
right.plot([2.45, 7.2], [1.75, 1.75], color="black", linestyle="--")
right.set(xlabel="petal length (cm)", ylabel="petal width (cm)", title="The same tree as cuts of the plane")
right.set_xlim(0.8, 7.2)
right.legend(loc="upper left")
dd.plot.show(
    "Left, a tree: petal length at most 2.45 cm leads to setosa, else petal width at most 1.75 cm to versicolor, "
    "else to virginica. Right, the flowers by petal length and width with these two cuts as lines: setosa lies "
    "apart at the lower left, and a few flowers of the other two species are on the wrong side of the second cut."
)

# %% [markdown]
# Each question is a cut at a right angle to one axis, and only of the box that it is asked in: the dashed
# line stops at the solid one. Each leaf is a box. Two questions leave a handful of flowers in the wrong one.
#
# To find such questions a program must say how mixed a node is, what a question is worth, which one is best,
# and when to stop.
#
# ## How mixed is a node?
#
# Take a node with 8 rows: 4 of class 0, 2 of class 1, 2 of class 2. The shares are $p = (\frac12, \frac14,
# \frac14)$. Two ways to put its disorder into a number:
#
# **Entropy.** Draw a row, and let a friend find out its class by yes-or-no questions. The best plan asks "is
# it class 0?", and only after a no "is it class 1?". Half the time that takes one question, otherwise two;
# $1.5$ on average. A class with the share $p_k$ deserves $\log_2 \frac{1}{p_k}$ questions, called **bits** (a
# fraction where many draws are asked about together), and the average is
#
# $$H = \sum_k p_k \log_2 \frac{1}{p_k} , \qquad
# \tfrac12 \cdot 1 + \tfrac14 \cdot 2 + \tfrac14 \cdot 2 = 1.5 \text{ bits}.$$
#
# A class without rows adds nothing. (The cross-entropy of Day 5 is a relative, in nats.)
#
# **Gini impurity.** Draw a row and guess its class at random, class $k$ with probability $p_k$. How often are
# you wrong? With the true class $k$ that is $1 - p_k$, so
#
# $$G = \sum_k p_k (1 - p_k) = 1 - \sum_k p_k^2 , \qquad
# 1 - \tfrac14 - \tfrac1{16} - \tfrac1{16} = 0.625 .$$
#
# Both are 0 for a **pure** node and largest when all shares are equal: $\log_2 K$ and $1 - \frac1K$. Both
# depend on the shares alone, not on what the classes are called.


# %% exercise: entropy_and_gini
def entropy(labels):
    """Entropy of the classes of some rows, in bits.

    Args:
        labels: the classes, array of shape (m,), m >= 0, any whole numbers or texts; left unchanged.

    Returns:
        Float, from 0 to log2 of the number of classes that occur; 0 if there are no rows. About 2 lines.
    """
    ### BEGIN SOLUTION
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return np.sum(shares * np.log2(1 / shares))
    ### END SOLUTION


def gini(labels):
    """Gini impurity of the classes of some rows.

    Args:
        labels: the classes, array of shape (m,), m >= 0, any whole numbers or texts; left unchanged.

    Returns:
        Float, from 0 to below 1; 0 if there are no rows. About 2 lines.
    """
    ### BEGIN SOLUTION
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return np.sum(shares * (1 - shares))
    ### END SOLUTION


# %% test: entropy_and_gini, points=2
labels = np.array([2, 0, 0, 1, 2, 0, 1, 0])
with dd.check.unchanged(labels, what="labels"):
    bits, impurity = entropy(labels), gini(labels)
dd.check.like(bits, 1.5, kind=float, what="entropy", why="this is the node of the text: 4, 2 and 2 rows")
dd.check.like(impurity, 0.625, kind=float, what="gini", why="this is the node of the text: 4, 2 and 2 rows")
named = np.array(["bay", "inland", "bay", "bay"])
dd.check.like(entropy(named), 2 - 0.75 * np.log2(3), kind=float, what="entropy", why="the shares are 3/4 and 1/4")
dd.check.like(gini(named), 0.375, kind=float, what="gini", why="the shares are 3/4 and 1/4")
for measure, what in ((entropy, "entropy"), (gini, "gini")):
    dd.check.like(measure(np.array([7, 7, 7])), 0.0, kind=float, what=what, why="a single class is no disorder")
    dd.check.like(measure(np.array([], dtype=int)), 0.0, kind=float, what=what, why="there is nothing to be mixed")
### BEGIN HIDDEN TESTS
import math
from collections import Counter

rng = np.random.default_rng(110)
cases = [rng.integers(0, num_classes, m) for m in (1, 2, 3, 40, 1000) for num_classes in (1, 2, 5)]
cases += [rng.integers(-3, 3, 50), rng.choice([5, 10**12, -(10**12)], 30), np.repeat([0, 9], [1, 9999])]
cases += [rng.integers(0, 256, 900).astype("uint8"), rng.integers(-128, 128, 900).astype("int8")]
cases += [rng.choice(["a", "ab", "b", "1", "01"], 60), rng.integers(0, 4, 90)[::3], rng.random(20) < 0.3]
for labels in cases:
    with dd.check.unchanged(labels, what="labels"):
        bits, impurity = entropy(labels), gini(labels)
    shares = [count / len(labels) for count in Counter(labels.tolist()).values()]
    why = f"{len(labels)} rows of {len(shares)} classes are mixed that much"
    due = -math.fsum(share * math.log2(share) for share in shares)
    dd.check.like(bits, due, kind=float, rtol=1e-9, what="entropy", why=why)
    due = math.fsum(share * (1 - share) for share in shares)
    dd.check.like(impurity, due, kind=float, rtol=1e-9, what="gini", why=why)
for num_classes in (1, 2, 3, 7, 64):
    labels = np.tile(np.arange(num_classes), 3)
    dd.check.like(entropy(labels), math.log2(num_classes), kind=float, what="entropy", why="all shares are equal")
    dd.check.like(gini(labels), 1 - 1 / num_classes, kind=float, what="gini", why="all shares are equal")
### END HIDDEN TESTS

# %% mistakes: entropy_and_gini
# - replace: np.log2(1 / shares)
#   with: np.log(1 / shares)
#   hint: "You measure in nats. How many yes-or-no questions is it for two classes of equal share?"
# - replace: np.log2(1 / shares)
#   with: np.log2(shares)
#   hint: "Your entropy is negative. The logarithm of a share is: which way up does the fraction stand?"
# - replace: shares * np.log2(1 / shares)
#   with: np.log2(1 / shares)
#   hint: "You add up the questions for each class as if each came up every time. How often does each come up?"
# - replace: shares * (1 - shares)
#   with: shares**2
#   hint: "That is the chance that two draws agree. Is a pure node's impurity 1?"
# - replace: np.sum(shares * (1 - shares))
#   with: 1 - np.sum(shares**2)
#   hint: "For m >= 1 that is right. What does your formula say of no rows at all?"
# - replace: np.sum(shares * (1 - shares))
#   with: 1.0 - np.max(shares, initial=1.0 * (len(labels) == 0))
#   hint: "That is the share of errors if you always name the commonest class. Gini guesses by the shares."


# %% mistake: entropy_and_gini
# hint: "Your shares come from counting up to the largest class number, so some are 0, and 0 times a logarithm of 0
#   is NaN; negative numbers and texts fail altogether. Which classes need a share at all?"
def entropy(labels):
    p = np.bincount(labels) / len(labels)
    return -np.sum(p * np.log2(p))


def gini(labels):
    p = np.bincount(labels) / len(labels)
    return 1 - np.sum(p**2)


# %% mistake: entropy_and_gini
# hint: "You use the classes as positions in a table of counts. They may be negative, huge, or texts; count what is
#   there."
def entropy(labels):
    counts = np.bincount(labels)
    p = counts[counts > 0] / len(labels)
    return float(-np.sum(p * np.log2(p)))


def gini(labels):
    p = np.bincount(labels) / len(labels)
    return float(np.sum(p * (1 - p)))


# %% mistake: entropy_and_gini
# hint: "Your measures grow with the number of rows: they are made of counts. What are counts to be divided by?"
def entropy(labels):
    _, counts = np.unique(labels, return_counts=True)
    return float(-np.sum(counts * np.log2(counts)))


def gini(labels):
    _, counts = np.unique(labels, return_counts=True)
    return float(1 - np.sum(counts**2))


# %% mistake: entropy_and_gini
# hint: "A small number inside the logarithm shifts every entropy a little, and a pure node falls below 0. Which shares
#   can a class have that occurs?"
def entropy(labels):
    p = np.unique(labels, return_counts=True)[1] / max(len(labels), 1)
    return float(-np.sum(p * np.log2(p + 1e-6)))


def gini(labels):
    p = np.unique(labels, return_counts=True)[1] / max(len(labels), 1)
    return float(np.sum(p * (1 - p)))


# %% mistake: entropy_and_gini
# hint: "You divide by the largest value possible, so that both measures end at 1. Bits are to be bits: four equal
#   classes take two questions."
def entropy(labels):
    counts = np.unique(labels, return_counts=True)[1]
    p = counts / max(len(labels), 1)
    return float(np.sum(p * np.log2(1 / p)) / np.log2(max(len(counts), 2)))


def gini(labels):
    counts = np.unique(labels, return_counts=True)[1]
    p = counts / max(len(labels), 1)
    return float(np.sum(p * (1 - p)) / (1 - 1 / max(len(counts), 2)))


# %% mistake: entropy_and_gini
# hint: "You know one class and all others together. With three classes the others are mixed among themselves, too."
def entropy(labels):
    p = np.mean(labels == labels[0]) if len(labels) else 1.0
    return float(sum(share * np.log2(1 / share) for share in (p, 1 - p) if share > 0))


def gini(labels):
    p = np.mean(labels == labels[0]) if len(labels) else 1.0
    return float(2 * p * (1 - p))


# %% accepts: entropy_and_gini
def entropy(labels):
    counts = {}
    for label in labels.tolist():
        counts[label] = counts.get(label, 0) + 1
    return float(-sum(count / len(labels) * np.log2(count / len(labels)) for count in counts.values()))


def gini(labels):
    labels = labels.tolist()
    return 1.0 - sum((labels.count(label) / len(labels)) ** 2 for label in set(labels)) if labels else 0.0


# %% accepts: entropy_and_gini
def entropy(labels):
    _, counts = np.unique(labels, return_counts=True)
    m = len(labels)
    return float(np.log2(m) - counts @ np.log2(counts) / m) if m else 0.0


def gini(labels):
    m = len(labels)
    agree = labels[:, None] == labels  # (m, m)
    return float(1 - np.count_nonzero(agree) / m**2) if m else 0.0


# %% [markdown]
# Why not simply count errors? A leaf that names its commonest class is wrong on the share $1 - \max_k p_k$ of
# its rows. How do the three compare for two classes?

# %% demo
share = np.linspace(0.0, 1.0, 101)
counts = np.arange(101)  # of 100 rows in class 1
node_of = [np.repeat([0, 1], [100 - count, count]) for count in counts]
fig, ax = plt.subplots(figsize=(7, 4.2))
ax.plot(share, [entropy(node) / 2 for node in node_of], label="entropy / 2")
ax.plot(share, [gini(node) for node in node_of], label="Gini")
ax.plot(share, np.minimum(share, 1 - share), label="share of errors")
ax.set(xlabel="share $p_1$ of class 1", ylabel="impurity", title="Three measures of a node of two classes")
ax.legend(loc="lower center")
dd.plot.show(
    "Impurity against the share of class 1, from 0 to 1. All three curves are 0 at both ends and 0.5 in the "
    "middle; half the entropy and Gini are arches, entropy the higher one, while the share of errors is a tent of "
    "two straight lines below them."
)

# %% [markdown]
# Entropy and Gini are arches; the share of errors is a tent with straight sides, and that is its flaw.
#
# ## What is a question worth?
#
# A question sends $m_L$ rows left and $m_R$ right. Its **gain** is how much impurity it removes, where each
# side counts by its rows:
#
# $$\Delta = I - \Big( \frac{m_L}{m} I_L + \frac{m_R}{m} I_R \Big) .$$
#
# With $I = H$ this is **information gain**. Take 8 rows, 4 of each class, and two questions. A sends (3, 1)
# left and (1, 3) right, counted by class. B sends (4, 2) left and (0, 2) right.
#
# | | errors | Gini | entropy |
# |---|---|---|---|
# | before | 4 of 8 | 0.5 | 1 |
# | after A | 2 of 8 | $\frac48 \cdot 0.375 + \frac48 \cdot 0.375 = 0.375$ | 0.811 |
# | after B | 2 of 8 | $\frac68 \cdot 0.444 + \frac28 \cdot 0 = 0.333$ | 0.689 |
#
# Counting errors cannot tell A from B, though B has finished a pure side. On the straight side of a tent moving
# outwards gains as much as moving in loses; an arch falls ever more steeply towards its ends, and so rewards
# purity. The gain is 0.125 for A and 0.167 for B by Gini, 0.189 and 0.311 bits by entropy. Which of the two you
# take seldom matters; Gini needs no logarithm. With an arch no question *adds* impurity: $\Delta \ge 0$, and 0
# only if both sides have the shares of the whole.
#
# **Numbers as targets.** For a **regression tree** take the variance $V$ as impurity, and the same formula is
# **variance reduction**. The targets $(1, 1, 4, 6)$ have variance 4.5. Split into $(1, 1)$ and $(4, 6)$ they
# have 0 and 1, each for half of the rows, so $\Delta = 4.5 - 0.5 = 4$. It is no accident that one formula
# serves: Gini *is* a variance. The one-hot column of class $k$ has the mean $p_k$ and the variance
# $p_k(1 - p_k)$, and $G$ is the sum over columns.


# %% exercise: information_gain
def information_gain(labels, mask, impurity):
    """How much impurity a question removes.

    Args:
        labels: targets, array of shape (m,), m >= 1, classes or numbers; left unchanged.
        mask: True where a row goes left, bool array of shape (m,); left unchanged.
        impurity: function that gives the impurity of an array of targets, a number. It is never called
            without rows: a side that nobody takes counts for nothing.

    Returns:
        The impurity of all rows less that of the two sides, each weighted by its share of the rows; a float.
        About 5 lines.
    """
    ### BEGIN SOLUTION
    gain = impurity(labels)
    for side in (labels[mask], labels[~mask]):
        if len(side) > 0:
            gain = gain - len(side) / len(labels) * impurity(side)
    return float(gain)
    ### END SOLUTION


# %% test: information_gain, points=2
labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
question_a = np.array([True, True, True, False, True, False, False, False])  # (3, 1) left, (1, 3) right
question_b = np.array([True, True, True, True, True, False, True, False])  # (4, 2) left, (0, 2) right


def gini_of_two(values):
    return 2 * np.mean(values) * (1 - np.mean(values))


with dd.check.unchanged([labels, question_a, question_b], what="labels or a mask"):
    gains = [information_gain(labels, mask, gini_of_two) for mask in (question_a, question_b)]
dd.check.like(gains[0], 0.125, kind=float, what="the gain of A", why="this is question A of the table")
dd.check.like(gains[1], 1 / 6, kind=float, what="the gain of B", why="this is question B of the table")
numbers = np.array([4.0, 1.0, 6.0, 1.0])
reduction = information_gain(numbers, numbers < 2, np.var)
dd.check.like(reduction, 4.0, kind=float, what="the variance reduction", why="this is the example of four numbers")
reduction = information_gain(numbers, numbers < 0, np.var)
dd.check.like(reduction, 0.0, kind=float, what="the gain with an empty side", why="nothing was divided")
### BEGIN HIDDEN TESTS
import math


def bits_of(values):
    shares = [float(np.mean(values == value)) for value in set(values.tolist())]
    return -math.fsum(share * math.log2(share) for share in shares)


rng = np.random.default_rng(111)
for m, shares in ((1, (0.0, 1.0)), (2, (0.5,)), (5, (0.2, 0.6)), (40, (0.0, 0.3, 1.0))):
    labels, targets = rng.integers(0, 3, m), rng.normal(50.0, 2.0, m)
    for share in shares:
        mask = rng.random(m) < share
        for values, impurity in (
            (labels, bits_of),
            (targets, np.var),
            (targets, np.ptp),
            (labels, len),
            (labels, lambda part: 1 / len(part)),  # one that questions raise, so that gains are below 0
        ):
            asked = []

            def recorded(part, impurity=impurity, asked=asked):
                asked.append(len(part))
                return impurity(part)

            with dd.check.unchanged([values, mask], what="labels or mask"):
                gain = information_gain(values, mask, recorded)
            due = float(impurity(values))
            for side in (values[mask], values[~mask]):
                due -= len(side) / m * float(impurity(side)) if len(side) else 0.0
            dd.check.like(gain, due, kind=float, rtol=1e-9, why="each side counts by its share of the rows")
            assert 0 not in asked, "impurity was called with no rows; a side that nobody takes counts for nothing"
            if impurity in (bits_of, np.var):
                assert gain > -1e-9, "no question adds impurity"
coarse = np.array([1, 2, 3, 4], dtype="uint8")
dd.check.like(information_gain(coarse, coarse > 3, np.var), 1.25 - 0.5, kind=float, why="uint8 targets are numbers")
words = np.array(["a", "b", "a"])
dd.check.like(information_gain(words, words == "a", bits_of), bits_of(words), kind=float, why="both sides are pure")
### END HIDDEN TESTS

# %% mistakes: information_gain
# - replace: gain - len(side) / len(labels) * impurity(side)
#   with: gain - impurity(side)
#   hint: "Each side counts fully, as if it held all rows. By what should it count?"
# - replace: gain - len(side) / len(labels) * impurity(side)
#   with: gain - (1 - len(side) / len(labels)) * impurity(side)
#   hint: "Each side is weighted by the share of the other one."
# - replace: gain = impurity(labels)
#   with: gain = 0
#   hint: "That is the impurity that is left after the question, with a minus sign. What was there before?"
# - replace: |-
#     if len(side) > 0:
#         gain = gain - len(side) / len(labels) * impurity(side)
#   with: |-
#     gain = gain - len(side) / len(labels) * impurity(side)
#   hint: "A side may be empty, and the impurity of no rows need not exist. Skip it."
# - replace: for side in (labels[mask], labels[~mask])
#   with: for side in (labels[mask],)
#   hint: "You look at the rows that go left only. What about the others?"
# - replace: if len(side) > 0
#   with: if len(side) > 1
#   hint: "You take a side of one row for pure. That is for the impurity to say, and it may be any function."
# - replace: return float(gain)
#   with: return max(float(gain), 0.0)
#   hint: "You cut off gains below 0. With entropy, Gini or variance there are none, but the impurity may be any
#     function, and then a loss should be seen."


# %% mistake: information_gain
# hint: "You measure entropy whatever impurity you are given. The function that comes as an argument decides."
def information_gain(labels, mask, impurity):
    gain = entropy(labels)
    for side in (labels[mask], labels[~mask]):
        gain -= len(side) / len(labels) * entropy(side)
    return float(gain)


# %% mistake: information_gain
# hint: "Both sides count a half, which is right only if they are equally large."
def information_gain(labels, mask, impurity):
    left, right = labels[mask], labels[~mask]
    if len(left) == 0 or len(right) == 0:
        return 0.0
    return float(impurity(labels) - (impurity(left) + impurity(right)) / 2)


# %% mistake: information_gain
# hint: "That is what is left after the question. The gain is how much of the impurity has gone."
def information_gain(labels, mask, impurity):
    sides = [side for side in (labels[mask], labels[~mask]) if len(side)]
    return float(sum(len(side) / len(labels) * impurity(side) for side in sides))


# %% mistake: information_gain
# hint: "You divide by the entropy of the split, which is C4.5's gain ratio. The gain itself was asked for."
def information_gain(labels, mask, impurity):
    share = float(np.mean(mask))
    if share in (0.0, 1.0):
        return 0.0
    gain = impurity(labels) - share * impurity(labels[mask]) - (1 - share) * impurity(labels[~mask])
    return float(gain / -(share * np.log2(share) + (1 - share) * np.log2(1 - share)))


# %% accepts: information_gain
def information_gain(labels, mask, impurity):
    sides = [labels[mask == answer] for answer in (True, False) if (mask == answer).any()]
    return float(impurity(labels) - np.average([impurity(side) for side in sides], weights=[len(s) for s in sides]))


# %% accepts: information_gain
def information_gain(labels, mask, impurity):
    total = len(labels) * float(impurity(labels))
    groups = {True: [], False: []}
    for label, goes_left in zip(labels, mask.tolist(), strict=True):
        groups[goes_left].append(label)
    for group in groups.values():
        if group:
            total -= len(group) * float(impurity(np.array(group, dtype=labels.dtype)))
    return total / len(labels)


# %% [markdown]
# ## All thresholds of one column
#
# Sort a column: between two neighbouring values every threshold $t$ splits the rows alike. So with $c + 1$
# distinct values there are $c$ questions. We take the $t$ **halfway** between the neighbours, so that a new
# value goes with the nearer one. Five rows, sorted:
#
# | value | 1 | 2 | 4 | 4 | 7 |
# |---|---|---|---|---|---|
# | class | 0 | 0 | 0 | 1 | 1 |
#
# | $t$ | left, by class | right, by class | $\Delta$ by Gini |
# |---|---|---|---|
# | 1.5 | (1, 0) | (2, 2) | $0.48 - \frac45 \cdot 0.5 = 0.08$ |
# | 3 | (2, 0) | (1, 2) | $0.48 - \frac35 \cdot 0.444 = 0.213$ |
# | 5.5 | (3, 1) | (0, 1) | $0.48 - \frac45 \cdot 0.375 = 0.18$ |
#
# There is no question between the two 4s, though their classes differ: equal values always go the same way.
#
# Calling `information_gain` for each threshold works, and reads all $m$ rows each time. But from one line of
# the table to the next only a few rows change sides. Counts *up to* each place are running sums, and
# `np.cumsum` has them all at once; what is right is the total less what is left. Sorting aside, that is one
# pass. For numbers the same works with sums, because
#
# $$m V = \sum_i y_i^2 - \frac{1}{m} \Big( \sum_i y_i \Big)^2$$
#
# and the squares cancel in the gain: $m \Delta = S_L^2 / m_L + S_R^2 / m_R - S^2 / m$ with the sums $S$ of the
# targets. With the one-hot columns as targets, added up, that is the gain by Gini.
#
# Three traps. Squares of targets near $10^8$ leave no digits for their differences: subtract the mean first,
# which changes no variance. In `int8` the sum of 100 and 120 is $-36$: compute thresholds in floats. And
# neighbouring *floats* have nothing between them; where halfway rounds to the upper one nobody would go
# right, so $t$ is the lower one.


# %% exercise: threshold_gains
def threshold_gains(values, y, criterion):
    """Every threshold of one column with its gain.

    Args:
        values: the column, array of shape (m,), m >= 1, of any int or float dtype, finite, in any order; left
            unchanged.
        y: targets, array of shape (m,); left unchanged. Whole numbers from 0 for the criteria of classes, any
            numbers for "variance".
        criterion: "gini", "entropy" or "variance", the impurity to use.

    Returns:
        Tuple (thresholds, gains, left_sizes) of three arrays of shape (c,), where the column has c + 1 distinct
        values. thresholds: float64, rising, each halfway between neighbouring distinct values, or the lower one
        where the halfway rounds to the upper one; gains: float64, what information_gain gives if the rows with
        values <= threshold go left; left_sizes: how many these are, int. About 15 lines.
    """
    ### BEGIN SOLUTION
    order = np.argsort(values)
    values = values[order].astype(float)
    cuts = np.flatnonzero(values[1:] > values[:-1])  # (c,) the last row on the left
    low, high = values[cuts], values[cuts + 1]
    halfway = low + (high - low) / 2
    of_classes = criterion != "variance"
    targets = y[order, None] == np.unique(y) if of_classes else y[order, None] - np.mean(y, dtype=float)  # (m, ...)

    def purity(sums, sizes):  # size times impurity, negative, but for a part that cancels in the gain
        if criterion == "entropy":
            return np.sum(sums * np.log2(np.where(sums > 0, sums / sizes, 1.0)), axis=1)
        return np.sum(sums**2 / sizes, axis=1)

    left, left_sizes = np.cumsum(targets, axis=0)[cuts], cuts + 1
    total, size = np.sum(targets, axis=0), np.array([[len(y)]])
    sides = purity(left, left_sizes[:, None]) + purity(total - left, size - left_sizes[:, None])
    return np.where(halfway < high, halfway, low), (sides - purity(total, size)) / len(y), left_sizes
    ### END SOLUTION


# %% test: threshold_gains, points=3
values = np.array([4.0, 1.0, 7.0, 2.0, 4.0])
y = np.array([1, 0, 1, 0, 0])
with dd.check.unchanged([values, y], what="values or y"):
    result = threshold_gains(values, y, "gini")
dd.check.kind(result, tuple)
thresholds, gains, left_sizes = result
dd.check.like(thresholds, np.array([1.5, 3.0, 5.5]), what="thresholds", why="equal values are never separated")
dd.check.like(gains, np.array([0.08, 16 / 75, 0.18]), what="gains", why="these are the gains of the table")
dd.check.like(left_sizes, np.array([1, 2, 4]), what="left_sizes", why="so many rows are on the left")
_, gains, _ = threshold_gains(np.array([3.0, 0.0, 1.0, 2.0]), np.array([6.0, 1.0, 1.0, 4.0]), "variance")
dd.check.like(gains, np.array([4 / 3, 4.0, 3.0]), what="gains", why="the second one is the example of four numbers")
_, gains, _ = threshold_gains(np.arange(8), np.array([0, 0, 0, 1, 0, 1, 1, 1]), "entropy")
dd.check.like(gains[3], 0.75 * np.log2(3) - 1, kind=float, what="gains[3]", why="that is question A of the table")
thresholds, gains, left_sizes = threshold_gains(np.full(3, 0.1), np.array([0, 1, 1]), "gini")
for part, name in ((thresholds, "thresholds"), (gains, "gains"), (left_sizes, "left_sizes")):
    dd.check.shape(part, (0,), what=name, why="a constant column has no thresholds")
### BEGIN HIDDEN TESTS
import itertools
import math


def impurity_of(values, criterion):
    values = [float(value) for value in values]
    if criterion == "variance":
        mean = math.fsum(values) / len(values)
        return math.fsum((value - mean) ** 2 for value in values) / len(values)
    shares = [values.count(value) / len(values) for value in set(values)]
    if criterion == "gini":
        return 1 - math.fsum(share**2 for share in shares)
    return -math.fsum(share * math.log2(share) for share in shares)


def slow_gains(values, y, criterion):
    """By the definition, one threshold after another, in Python's numbers."""
    rows, result = list(zip(values.tolist(), y.tolist(), strict=True)), []
    distinct = sorted(set(values.tolist()))
    for low, high in itertools.pairwise(distinct):
        left, right = ([target for value, target in rows if (value <= low) == side] for side in (True, False))
        after = sum(len(side) * impurity_of(side, criterion) for side in (left, right)) / len(rows)
        result.append(((low + high) / 2, impurity_of(y.tolist(), criterion) - after, len(left)))
    return [np.array(part) for part in zip(*result, strict=True)] if result else None


def examine(values, y, criterion, why, rtol=1e-9, atol=1e-12):
    with dd.check.unchanged([values, y], what="values or y"):
        result = threshold_gains(values, y, criterion)
    dd.check.kind(result, tuple)
    thresholds, gains, left_sizes = result
    due = slow_gains(values, y, criterion) or [np.empty(0), np.empty(0), np.empty(0, dtype=int)]
    dd.check.like(thresholds, due[0], dtype="float64", rtol=1e-12, atol=0, what="thresholds", why=why)
    dd.check.like(gains, due[1], dtype="float64", rtol=rtol, atol=atol, what="gains", why=why)
    dd.check.like(left_sizes, due[2], dtype="int", what="left_sizes", why=why)


rng = np.random.default_rng(112)
for m, num_values in ((1, 3), (2, 10**6), (3, 1), (17, 4), (25, 10**6)):
    values = rng.integers(-num_values, num_values, m) / 4
    for criterion in ("gini", "entropy", "variance"):
        y = rng.normal(size=m) if criterion == "variance" else rng.choice([0, 2, 5], m)
        examine(values, y, criterion, "each is what information_gain gives for that threshold")
for dtype in ("int8", "uint8", "int64", "float32"):
    values = rng.choice(np.array([0, 1, 100, 120, 127]), 20).astype(dtype)
    why, rtol = f"{dtype} numbers are numbers too", 1e-5 if dtype == "float32" else 1e-9
    examine(values, (100 + rng.integers(0, 28, 20)).astype(dtype), "variance", why, rtol=rtol)
    examine(values, rng.integers(0, 3, 20).astype("uint8" if dtype == "float32" else dtype), "entropy", why)
examine(np.array([-128, 127, 100], dtype="int8"), np.array([0, 1, 1]), "gini", "int8 spans -128 to 127")
examine(rng.normal(size=40)[::2], rng.integers(0, 2, 60)[::3], "gini", "every row belongs to its target")
flips = rng.random(30) < 0.4
examine(rng.normal(size=30), flips, "variance", "True and False are 1 and 0 here")
far = 1e8 + rng.normal(size=20)
examine(rng.normal(size=20), far, "variance", "the targets vary by 1, wherever they lie", rtol=1e-6, atol=1e-9)
examine(far, rng.integers(0, 2, 20), "entropy", "values may lie far from zero")
coarse = (1000 + rng.normal(size=50)).astype("float32")
examine(rng.normal(size=50), coarse, "variance", "float32 targets are numbers too", rtol=1e-5, atol=1e-6)
tiny = 1e-9 * rng.normal(size=20)
examine(np.arange(20), tiny, "variance", "targets may be small", atol=0, rtol=1e-6)
for dtype in ("float32", "float64"):
    one = np.array(1.0, dtype)
    row = [one]
    for _ in range(4):
        row.append(np.nextafter(row[-1], np.array(2.0, dtype)))
    row = np.array(row, dtype)
    thresholds, _, _ = threshold_gains(row, np.array([0, 1, 0, 1, 0]), "gini")
    dd.check.shape(thresholds, (4,), what="thresholds", why="five distinct values have four places between them")
    between = (row[:-1] <= thresholds) & (thresholds < row[1:].astype(float))
    assert between.all(), f"the lower of two neighbouring {dtype} values must go left and the upper one right"
### END HIDDEN TESTS

# %% mistakes: threshold_gains
# - replace: np.flatnonzero(values[1:] > values[:-1])
#   with: np.arange(len(values) - 1)
#   hint: "You cut between any two rows. Rows with equal values cannot be told apart by a question."
# - replace: halfway = low + (high - low) / 2
#   with: halfway = low
#   hint: "Your thresholds are values of the column. Which number between two neighbours was asked for?"
# - replace: values = values[order].astype(float)
#   with: values = values[order]
#   hint: "Your thresholds go wrong for small integers, such as int8: their differences and sums wrap around."
# - replace: y[order, None] - np.mean(y, dtype=float)
#   with: y[order, None] * 1.0
#   hint: "Targets far from zero lose all digits when they are squared. What may be subtracted from all of them without
#     changing their variance?"
# - replace: y[order, None] == np.unique(y) if of_classes else y[order, None]
#   with: y[:, None] == np.unique(y) if of_classes else y[:, None]
#   hint: "The values are sorted and their targets are not. Each row must keep its own target."
# - replace: (sides - purity(total, size)) / len(y)
#   with: sides - purity(total, size)
#   hint: "Your gains grow with the number of rows. Which shares weigh the two sides?"
# - replace: np.log2(np.where(sums > 0, sums / sizes, 1.0))
#   with: np.log2(sums / sizes)
#   hint: "A class that is absent on one side has a share of 0 there, and 0 times its logarithm is NaN."


# %% equivalents: threshold_gains
# - replace: np.mean(y, dtype=float)
#   with: np.mean(y)
#   reason: "Whatever is subtracted from all targets cancels in the gain; float32 keeps enough digits for the tests."
# - replace: sums / sizes, 1.0
#   with: sums / sizes, 2.0
#   reason: "The logarithm there is multiplied by 0."


# %% mistake: threshold_gains
# hint: "You take every value as a threshold, the largest too. With that one nobody goes right: it is no question."
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion]
    thresholds = np.unique(values).astype(float)
    masks = [values <= threshold for threshold in thresholds]
    gains = [information_gain(y, mask, impurity) for mask in masks]
    return thresholds, np.array(gains), np.array([mask.sum() for mask in masks])


# %% mistake: threshold_gains
# hint: "The mean of the squares less the square of the mean is right on paper. Targets far from zero lose all digits
#   there; subtract something from all of them first."
def threshold_gains(values, y, criterion):
    order = np.argsort(values)
    values, y = values[order].astype(float), y[order]
    cuts = np.flatnonzero(np.diff(values) > 0)
    targets = y.astype(float)[:, None] if criterion == "variance" else 1.0 * (y[:, None] == np.unique(y))
    up, m, left = np.cumsum(targets, axis=0), len(y), cuts + 1.0

    def impurities(sums, squares, sizes):
        means = sums / sizes[:, None]
        if criterion == "entropy":
            return -np.sum(means * np.log2(np.where(means > 0, means, 1)), axis=1)
        return np.sum(squares / sizes[:, None] - means**2, axis=1)

    up_squares = np.cumsum(targets**2, axis=0)
    whole = impurities(up[-1:], up_squares[-1:], np.array([m]))
    after = left / m * impurities(up[cuts], up_squares[cuts], left)
    after += (1 - left / m) * impurities(up[-1] - up[cuts], up_squares[-1] - up_squares[cuts], m - left)
    halfway = values[cuts] + (values[cuts + 1] - values[cuts]) / 2
    return np.where(halfway < values[cuts + 1], halfway, values[cuts]), whole - after, cuts + 1


# %% mistake: threshold_gains
# hint: "You cut between any two rows. Rows with equal values cannot be told apart by a question."
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion]
    column = np.sort(values).astype(float)
    thresholds = (column[1:] + column[:-1]) / 2
    masks = [values <= threshold for threshold in thresholds]
    gains = np.array([information_gain(y, mask, impurity) for mask in masks], dtype=float)
    return thresholds, gains, np.array([np.sum(mask) for mask in masks], dtype=int)


# %% mistake: threshold_gains
# hint: "Sums of small integers wrap around: in int8, 100 + 120 is -36. Make floats of the values before you add any."
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion]
    distinct = np.unique(values)
    thresholds = ((distinct[1:] + distinct[:-1]) / 2).astype(float)
    masks = [values <= threshold for threshold in thresholds]
    gains = np.array([information_gain(y, mask, impurity) for mask in masks], dtype=float)
    return thresholds, gains, np.array([np.sum(mask) for mask in masks], dtype=int)


# %% mistake: threshold_gains
# hint: "For numbers you still measure how mixed their values are, as if each were a class. Their impurity is the
#   variance."
def threshold_gains(values, y, criterion):
    impurity = entropy if criterion == "entropy" else gini
    distinct = np.unique(values).astype(float)
    thresholds = distinct[:-1] + np.diff(distinct) / 2
    thresholds = np.where(thresholds < distinct[1:], thresholds, distinct[:-1])
    masks = [values.astype(float) <= threshold for threshold in thresholds]
    gains = np.array([information_gain(y, mask, impurity) for mask in masks], dtype=float)
    return thresholds, gains, np.array([np.sum(mask) for mask in masks], dtype=int)


# %% mistake: threshold_gains
# hint: "You count the rows of class 1 and take all others for one class. There may be three classes and more."
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion]
    targets = y.astype(float) if criterion == "variance" else y == 1
    distinct = np.unique(values).astype(float)
    thresholds = distinct[:-1] + np.diff(distinct) / 2
    thresholds = np.where(thresholds < distinct[1:], thresholds, distinct[:-1])
    masks = [values.astype(float) <= threshold for threshold in thresholds]
    gains = np.array([information_gain(targets, mask, impurity) for mask in masks], dtype=float)
    return thresholds, gains, np.array([np.sum(mask) for mask in masks], dtype=int)


# %% mistake: threshold_gains
# hint: "left_sizes counts distinct values. Rows with equal values go left together, and each of them counts."
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": lambda part: np.var(part, dtype=float)}[criterion]
    distinct = np.unique(values).astype(float)
    thresholds = distinct[:-1] + np.diff(distinct) / 2
    thresholds = np.where(thresholds < distinct[1:], thresholds, distinct[:-1])
    gains = [information_gain(y, values.astype(float) <= threshold, impurity) for threshold in thresholds]
    return thresholds, np.array(gains, dtype=float), np.arange(1, len(distinct))


# %% mistake: threshold_gains
# hint: "Between neighbouring floats halfway rounds to one of them, and where that is the upper one your threshold sends
#   both left. Which one was agreed on?"
def threshold_gains(values, y, criterion):
    impurity = {"gini": gini, "entropy": entropy, "variance": lambda part: np.var(part, dtype=float)}[criterion]
    column = values.astype(float)
    distinct = np.unique(column)
    thresholds = (distinct[:-1] + distinct[1:]) / 2
    gains = np.array([information_gain(y, column <= threshold, impurity) for threshold in thresholds], dtype=float)
    return thresholds, gains, np.searchsorted(np.sort(column), distinct[1:])


# %% mistake: threshold_gains
# hint: "Sums and squares of your targets keep their small dtype and wrap around. Make floats of the targets first."
def threshold_gains(values, y, criterion):
    order = np.argsort(values, kind="stable")
    column = values[order].astype(float)
    cuts = np.flatnonzero(column[1:] > column[:-1])
    halfway = column[cuts] + (column[cuts + 1] - column[cuts]) / 2
    thresholds, m, left = np.where(halfway < column[cuts + 1], halfway, column[cuts]), len(y), cuts + 1
    if criterion != "variance":
        impurity = gini if criterion == "gini" else entropy
        gains = [information_gain(y, values.astype(float) <= threshold, impurity) for threshold in thresholds]
        return thresholds, np.array(gains, dtype=float), left
    targets = y[order] - y[0]
    sums, squares = np.cumsum(targets), np.cumsum(targets * targets)

    def variance(size, total, square):
        return square / size - (total / size) ** 2

    after = left * variance(left, sums[cuts], squares[cuts])
    after = after + (m - left) * variance(m - left, sums[-1] - sums[cuts], squares[-1] - squares[cuts])
    return thresholds, variance(m, sums[-1], squares[-1]) - after / m, left


# %% accepts: threshold_gains
def threshold_gains(values, y, criterion):
    import itertools

    impurity = {"gini": gini, "entropy": entropy, "variance": lambda part: np.var(part, dtype=float)}[criterion]
    distinct = np.unique(values).astype(float)
    thresholds, gains, left_sizes = [], [], []
    for low, high in itertools.pairwise(distinct):
        threshold = (low + high) / 2
        threshold = low if threshold == high else threshold
        mask = values.astype(float) <= threshold
        thresholds.append(threshold)
        gains.append(information_gain(y, mask, impurity))
        left_sizes.append(np.count_nonzero(mask))
    return np.array(thresholds, dtype=float), np.array(gains, dtype=float), np.array(left_sizes, dtype=int)


# %% accepts: threshold_gains
def threshold_gains(values, y, criterion):
    distinct, place = np.unique(values, return_inverse=True)
    distinct = distinct.astype(float)
    m, c = len(y), len(distinct) - 1
    if criterion == "variance":
        centred = np.asarray(y, dtype=float)
        parts = (centred - centred.mean())[:, None]
    else:
        parts = np.stack([np.where(y == k, 1.0, 0.0) for k in np.unique(y)], axis=1)
    table, sizes = np.zeros((c + 1, parts.shape[1])), np.zeros(c + 1, dtype=int)
    np.add.at(table, place, parts)  # one row of sums for each distinct value
    np.add.at(sizes, place, 1)
    left, left_sizes = np.cumsum(table, axis=0)[:-1], np.cumsum(sizes)[:-1]
    gains = np.zeros(c)
    for sums, counts, sign in (
        (left, left_sizes, 1),
        (table.sum(axis=0) - left, m - left_sizes, 1),
        (np.tile(table.sum(axis=0), (c, 1)), np.full(c, m), -1),
    ):
        shares = sums / counts[:, None]
        if criterion == "entropy":
            gains += sign * np.sum(sums * np.log2(np.maximum(shares, 1e-300)), axis=1) / m
        else:
            gains += sign * np.sum(sums * shares, axis=1) / m
    thresholds = distinct[:-1] / 2 + distinct[1:] / 2
    return np.where(thresholds < distinct[1:], thresholds, distinct[:-1]), gains, left_sizes


# %% [markdown]
# What do these gains look like for real columns? Two of the four columns of the irises, by entropy.

# %% demo
fig, panels = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
for ax, feature in zip(panels, (2, 1), strict=True):
    thresholds, gains, _ = threshold_gains(x_iris[:, feature], y_iris, "entropy")
    ax.plot(thresholds, gains, color="black", linestyle="-", marker=".", linewidth=1)
    top = np.argmax(gains)
    ax.plot(thresholds[top], gains[top], "o", color="C1", markersize=10)
    ax.annotate(f"{gains[top]:.2f} bits", (thresholds[top], gains[top]), (10, -2), textcoords="offset points")
    for k in range(3):
        at = x_iris[y_iris == k][:, feature]
        ax.plot(at, np.full(50, -0.1 - 0.07 * k), "os^"[k], color=f"C{k}", markersize=4, label=species[k])
    ax.set(xlabel=f"threshold on {columns[feature]} (cm)", title=f"Where to cut {columns[feature]}?")
panels[0].set_ylabel("gain (bits)")
panels[1].legend(loc="upper right")
dd.plot.show(
    "Gain in bits against the threshold, left for petal length, right for sepal width, with the flowers of each "
    "species as rows of marks below. Petal length gains 0.92 bits between 1.9 and 3.0 cm and has a second, lower "
    "rise near 4.8 cm; sepal width never gains more than about 0.3 bits."
)

# %% [markdown]
# Of $\log_2 3 = 1.58$ bits petal length removes 0.92 in one question, at the gap beside setosa. Its second
# summit near 4.8 is where the other two species meet. Sepal width, whose rows of marks overlap, never removes
# a third of a bit.
#
# ## The best question of all
#
# Now search every column and keep the question with the largest gain. Three decisions are left.
#
# *Small sides.* A leaf of one row proves little, so one may demand `min_samples_leaf` rows on each side. Heed
# that **while** searching: who picks the best question first and then finds it too lopsided has thrown away
# the second best.
#
# *Ties.* Two questions may gain the same: on the irises petal width at 0.8 parts setosa exactly as petal
# length at 2.45 does. On paper they are equal, in floats they may differ in the sixteenth digit, and then the
# order of additions decides. We call gains equal if they differ by less than $10^{-9}$ times the impurity of
# the node, and take the lowest column, and in it the lowest threshold. scikit-learn draws lots instead; this
# is where its trees and yours may part.
#
# *No gain.* A best gain of 0 is still the best. Four rows: $(0, 0)$ and $(1, 1)$ of one class, $(0, 1)$ and
# $(1, 0)$ of the other. Whatever you ask first gains nothing, and after it the next question gains all.


# %% exercise: best_split
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    """The question with the largest gain.

    Args:
        x: features, array of shape (m, n), m >= 2, of any int or float dtype; left unchanged.
        y: targets, array of shape (m,), not all equal, as for threshold_gains; left unchanged.
        criterion: "gini", "entropy" or "variance".
        min_samples_leaf: rows that each side must have at least, int >= 1.
        features: the columns that may be asked about, a list or array of ints in any order; None for all.

    Returns:
        Tuple (feature, threshold, gain): the column, an int, and two floats. Gains that differ by less than 1e-9
        times the impurity of y count as equal; of those the lowest column wins, then the lowest threshold. None
        if no column has a threshold that leaves enough rows on both sides. About 10 lines; use threshold_gains.
    """
    ### BEGIN SOLUTION
    tie = 1e-9 * {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)
    best = None
    for feature in range(x.shape[1]) if features is None else sorted(features):
        thresholds, gains, left_sizes = threshold_gains(x[:, feature], y, criterion)
        allowed = np.minimum(left_sizes, len(y) - left_sizes) >= min_samples_leaf
        if allowed.any():
            gains = np.where(allowed, gains, -np.inf)
            at = np.flatnonzero(gains >= gains.max() - tie)[0]
            if best is None or gains[at] > best[2] + tie:
                best = int(feature), float(thresholds[at]), float(gains[at])
    return best
    ### END SOLUTION


# %% test: best_split, points=3
x = np.array([[4.0, 3.0], [1.0, 6.0], [7.0, 1.0], [2.0, 2.0], [4.0, 8.0]])
y = np.array([0, 0, 1, 0, 1])
with dd.check.unchanged([x, y], what="x or y"):
    split = best_split(x, y, "gini")
dd.check.kind(split, tuple)
dd.check.like(split, (0, 3.0, 16 / 75), what="the best split", why="column 0 is the table, and column 1 gains less")
split = best_split(x, y, "gini", features=[1])
dd.check.like(split, (1, 1.5, 0.18), what="the best split of column 1", why="no other column may be asked about")
y_far = np.array([5.0, 5.0, 9.0, 5.0, 5.0])
split = best_split(x[:, :1], y_far, "variance")
dd.check.like(split, (0, 5.5, 2.56), what="the best split", why="the row at 7 has the one target that differs")
split = best_split(x[:, :1], y_far, "variance", min_samples_leaf=2)
dd.check.like(split, (0, 3.0, 32 / 75), what="the best split with two rows a side", why="5.5 leaves one row alone")
assert best_split(x, y, "gini", min_samples_leaf=3) is None, "five rows have no two sides of three"
assert best_split(np.ones((4, 2)), np.array([0, 1, 1, 0]), "gini") is None, "constant columns have no thresholds"
square = np.array([[0, 0], [1, 1], [0, 1], [1, 0]])
split = best_split(square, np.array([0, 0, 1, 1]), "entropy")
dd.check.like(split, (0, 0.5, 0.0), what="the best split of the square", why="a gain of 0 is the largest there is")
### BEGIN HIDDEN TESTS
import itertools


def impurity_of(values, criterion):
    if criterion == "variance":
        return np.var(values, dtype=float)
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return 1 - np.sum(shares**2) if criterion == "gini" else -np.sum(shares * np.log2(shares))


def slow_split(x, y, criterion, min_samples_leaf, features):
    """Every question in the order of the rule for ties, the first of the best kept."""
    best, whole = None, impurity_of(y, criterion)
    for feature in sorted(features):
        distinct = np.unique(x[:, feature]).astype(float)
        for low, high in itertools.pairwise(distinct):
            left = x[:, feature] <= low
            if min(left.sum(), (~left).sum()) < min_samples_leaf:
                continue
            after = sum(side.sum() * impurity_of(y[side], criterion) for side in (left, ~left)) / len(y)
            if best is None or whole - after > best[2] + 1e-9 * whole:
                best = feature, (low + high) / 2, whole - after
    return best


def examine(x, y, criterion, min_samples_leaf=1, features=None, why="no other question gains more"):
    columns = list(range(x.shape[1])) if features is None else features
    due = slow_split(x, y, criterion, min_samples_leaf, columns)
    asked = None if features is None else np.array(features)
    with dd.check.unchanged([x, y, asked], what="x, y or features"):
        split = best_split(x, y, criterion, min_samples_leaf, asked)
    if due is None:
        assert split is None, f"no question leaves {min_samples_leaf} rows on both sides, so None is due"
        return
    dd.check.kind(split, tuple, why=why)
    dd.check.like(split, tuple(due), rtol=1e-6, atol=1e-12, what="the best split", why=why)


rng = np.random.default_rng(113)
for m, n, levels in ((2, 1, 10**6), (3, 4, 2), (12, 1, 3), (12, 3, 10**6), (25, 2, 6)):
    x = rng.integers(-levels, levels, (m, n)) / 4
    for criterion in ("gini", "entropy", "variance"):
        y = rng.normal(size=m) if criterion == "variance" else rng.integers(0, 3, m)
        y[:2] = 0, 1
        for min_samples_leaf in (1, m // 3 + 1):
            examine(x, y, criterion, min_samples_leaf)
    examine(x, rng.permutation(m), "variance", features=rng.permutation(n)[: n - n // 2].tolist())
for half in ([1, 2, 1, 2, 1, 2, 1, 3], [0, 1, 2, 2, 3]):  # the same classes from either end: every gain comes twice
    y = np.array(half + half[-2::-1])
    column = np.sort(rng.normal(size=len(y)))
    both = np.stack([column, -column, column, rng.normal(size=len(y))], axis=1)
    for criterion in ("gini", "entropy", "variance"):
        targets = y / 7 if criterion == "variance" else y
        examine(both[:, :1], targets, criterion, why="of equal gains the lowest threshold wins")
        examine(both, targets, criterion, features=[2, 1], why="of equal gains the lowest column wins")
for m in range(5, 13):  # a column and its mirror image
    column, y = rng.normal(size=m), rng.normal(size=m)
    examine(np.stack([column, -column], axis=1), y, "variance", why="of equal gains the lowest column wins")
for scale in (1e-8, 1e6):
    x, y = rng.normal(size=(15, 2)), rng.normal(size=15)
    examine(x, scale * y, "variance", why="gains are compared in units of the node's impurity")
examine(rng.normal(size=(15, 2)), 1e8 + rng.normal(size=15), "variance", why="targets may lie far from zero")
small = rng.choice(np.array([0, 1, 100, 120, 127], dtype="int8"), (15, 2))
for dtype in ("int8", "uint8", "float32"):
    examine(small.astype(dtype), rng.integers(0, 2, 15), "gini", why=f"{dtype} values are numbers too")
wide = rng.normal(size=(40, 6))
examine(wide[::2, ::3], rng.integers(0, 3, 20), "gini", why="columns keep their place")
### END HIDDEN TESTS

# %% mistakes: best_split
# - replace: ">= min_samples_leaf"
#   with: "> min_samples_leaf"
#   hint: "Each side must have at least so many rows; yours must have more."
# - replace: np.minimum(left_sizes, len(y) - left_sizes)
#   with: left_sizes
#   hint: "You count the rows on the left. The other side must have enough of them too."
# - replace: np.flatnonzero(gains >= gains.max() - tie)[0]
#   with: np.argmax(gains)
#   hint: "Two thresholds that gain the same may differ in the sixteenth digit, and then rounding chooses for you.
#     When do two gains count as equal?"
# - replace: gains[at] > best[2] + tie
#   with: gains[at] >= best[2]
#   hint: "Among columns that gain the same you keep the last one, or the one that rounding prefers. Which should win?"
# - replace: if allowed.any()
#   with: if allowed.any() and gains.max() > tie
#   hint: "You refuse a question that gains nothing. It may be what makes the next one possible."
# - replace: range(x.shape[1]) if features is None else sorted(features)
#   with: range(x.shape[1])
#   hint: "You ask about every column. Some calls allow only a few."
# - replace: range(x.shape[1]) if features is None else sorted(features)
#   with: range(x.shape[1]) if features is None else features
#   hint: "The columns may come in any order, and of equal gains the lowest column should win."
# - replace: gains = np.where(allowed, gains, -np.inf)
#   with: pass
#   hint: "You check whether any threshold leaves enough rows, and then take the best one of all. Look among the
#     allowed."
# - replace: range(x.shape[1]) if features is None else sorted(features)
#   with: sorted(features or range(x.shape[1]))
#   hint: "Asked whether it is true, an array of several columns has no answer. Compare features with None."
# - replace: 'tie = 1e-9 * {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)'
#   with: tie = 1e-9
#   hint: "Gains within 1e-9 are all equal for you. Where the targets are tiny, so are their gains: measure in units of
#     the node's impurity."


# %% equivalents: best_split
# - replace: gains >= gains.max() - tie
#   with: gains > gains.max() - tie
#   reason: "The tie is above 0, and no two gains differ by exactly that."
# - replace: gains[at] > best[2] + tie
#   with: (gains[at] >= best[2] + tie)
#   reason: "The tie is above 0, and no two gains differ by exactly that."


# %% mistake: best_split
# hint: "You take the best question first and ask afterwards whether its sides are large enough. The second best may be
#   allowed."
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)
    best, smaller = None, 0
    for feature in range(x.shape[1]) if features is None else sorted(features):
        for threshold, gain, size in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if best is None or gain > best[2] + 1e-9 * impurity:
                best, smaller = (feature, float(threshold), float(gain)), min(size, len(y) - size)
    return best if smaller >= min_samples_leaf else None


# %% mistake: best_split
# hint: "Rounding decides between gains that are equal on paper. When do two of them count as equal, and which wins
#   then?"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    best = None
    for feature in range(x.shape[1]) if features is None else sorted(features):
        for threshold, gain, size in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if min(size, len(y) - size) < min_samples_leaf:
                continue
            if best is None or gain > best[2]:
                best = int(feature), float(threshold), float(gain)
    return best


# %% mistake: best_split
# hint: "You never look at how many rows are on each side. How many must there be at least?"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    tie = 1e-9 * {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)
    best = None
    for feature in range(x.shape[1]) if features is None else sorted(features):
        for threshold, gain, size in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if size == 0:
                continue
            if best is None or gain > best[2] + tie:
                best = int(feature), float(threshold), float(gain)
    return best


# %% mistake: best_split
# hint: "You return a position among the columns that may be asked about, not the number of the column itself."
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    x = x if features is None else x[:, sorted(features)]
    tie = 1e-9 * {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)
    best = None
    for feature in range(x.shape[1]):
        for threshold, gain, size in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if min(size, len(y) - size) < min_samples_leaf:
                continue
            if best is None or gain > best[2] + tie:
                best = int(feature), float(threshold), float(gain)
    return best


# %% accepts: best_split
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    import itertools

    impurity = {"gini": gini, "entropy": entropy, "variance": np.var}[criterion]
    best, top = None, -1.0
    for feature in sorted(features if features is not None else range(x.shape[1])):
        distinct = np.unique(x[:, feature]).astype(float)
        for low, high in itertools.pairwise(distinct):
            threshold = (low + high) / 2 if (low + high) / 2 < high else low
            left = x[:, feature].astype(float) <= threshold
            if min_samples_leaf <= np.sum(left) <= len(y) - min_samples_leaf:
                gain = information_gain(y, left, impurity)
                if gain > top + 1e-9 * impurity(y):
                    best, top = (int(feature), float(threshold), gain), gain
    return best


# %% accepts: best_split
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    features = list(range(x.shape[1])) if features is None else sorted(int(feature) for feature in features)
    questions = []
    for feature in features:
        for threshold, gain, size in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if size >= min_samples_leaf and len(y) - size >= min_samples_leaf:
                questions.append((feature, float(threshold), float(gain)))
    if not questions:
        return None
    whole = information_gain(y, y == y[0], {"gini": gini, "entropy": entropy, "variance": np.var}[criterion])
    enough = max(gain for _, _, gain in questions) - 1e-9 * whole
    return next(question for question in questions if question[2] >= enough)


# %% [markdown]
# How much does the single pass save? The search below uses your function; beside it runs the same search by
# one call of your `information_gain` a threshold. Times are CPU seconds, the best of three runs, for two
# columns of random numbers.


# %% demo
def one_by_one(x, y):
    """The largest gain by a call of information_gain for every threshold."""
    best = -1.0
    for column in x.T:
        for threshold in np.sort(column)[:-1]:
            best = max(best, information_gain(y, column <= threshold, gini))
    return best


sizes = (100, 200, 400, 800)
seconds = {"one call a threshold": [], "best_split": []}
rng = np.random.default_rng(1)
for m in sizes:
    x, y = rng.normal(size=(m, 2)), rng.integers(0, 3, m)
    for name, search in (("one call a threshold", one_by_one), ("best_split", lambda x, y: best_split(x, y, "gini"))):
        runs = []
        for _ in range(3):
            start = time.process_time()
            search(x, y)
            runs.append(time.process_time() - start)
        seconds[name].append(max(min(runs), 1e-6))
fig, ax = plt.subplots(figsize=(7, 4))
for (name, taken), marker in zip(seconds.items(), "so", strict=True):
    ax.loglog(sizes, taken, marker=marker, label=name)
ax.set(xlabel="rows $m$ (log scale)", ylabel="CPU seconds (log scale)", title="The search of one node, two columns")
ax.set_xticks(sizes, [str(m) for m in sizes])
ax.minorticks_off()
ax.legend()
dd.plot.show(
    "CPU seconds of one search against the number of rows, both on log scales: a line for one call of "
    "information_gain a threshold, and a line for your best_split."
)

# %% [markdown]
# Twice the rows are twice the thresholds, and for each there is twice as much to read; at these sizes NumPy's
# fixed cost for each call hides the second factor. The pass makes a few calls a column however long it is. At
# 800 rows it was some 200 times faster in our run. (If your lines run side by side, your `threshold_gains`
# asks one by one as well.) This search is the inner loop of Days 11 to 13.
#
# ## Ask again
#
# A tree is now a short story: split the rows, and grow a tree on each side. The recursion ends at a leaf if
#
# - all targets are equal (the node is *pure*),
# - `max_depth` questions have been asked on the way here,
# - or no question leaves `min_samples_leaf` rows on both sides.
#
# These are **stopping rules**; the last two keep a tree small. By variance a leaf answers with the *mean* of
# its targets, the number with the smallest squared error (Day 2). For classes it names the commonest one, the
# lowest of several; and we also keep the shares $p_k$, which say how sure it is. They have $K$ entries in
# *every* leaf. A leaf without rows of class 2 must say 0 for it and not shorten the list, so $K$ is settled
# once, at the root.
#
# By hand, the five rows of above with a second column:
#
# | row | $x_0$ | $x_1$ | class |
# |---|---|---|---|
# | 0 | 4 | 3 | 0 |
# | 1 | 1 | 6 | 0 |
# | 2 | 7 | 1 | 1 |
# | 3 | 2 | 2 | 0 |
# | 4 | 4 | 8 | 1 |
#
# The root asks $x_0 \le 3$, with a gain of 0.213. Rows 1 and 3 go left, both of class 0: a leaf. On the right
# rows 0, 2 and 4 have the impurity $\frac49$, and three questions gain $\frac19$: $x_0 \le 5.5$, $x_1 \le 2$
# and $x_1 \le 5.5$. The rule for ties takes the first. It leaves row 2 alone on the right, and rows 0 and 4,
# of equal $x_0$, are parted by $x_1 \le 5.5$. Four leaves, depth 3.
#
# All nodes have `"size"`, `"value"` and, for classes, `"shares"`; one that asks has `"feature"`,
# `"threshold"`, `"gain"`, `"left"` and `"right"` as well. Drop those five, and a node has become a leaf.


# %% exercise: build_tree
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    """Grow a decision tree.

    Args:
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged.
        y: targets, array of shape (m,): whole numbers from 0 for "gini" and "entropy", any numbers for "variance"; left
            unchanged.
        max_depth: most questions on the way to any leaf, int >= 0; None for no limit.
        min_samples_leaf: rows that each leaf must have at least, int >= 1 (the root may have fewer).
        criterion: "gini", "entropy" or "variance".
        num_classes: K; None for one more than the largest class in y. Not used for "variance".
        pick_features: function without arguments that gives the columns to choose from; it is called once for each node
            that is to be split, and never for others. None for all columns. (Day 12 needs it.)

    Returns:
        The root, a dict. Every node has "size", its number of rows, int, and "value": the commonest class, the lowest
        of several, int, or for "variance" the mean, float. For classes it has "shares" too, a list of K floats. A node
        that is neither pure nor max_depth questions below the root, and for which best_split finds a question, has also
        "feature", "threshold" and "gain", as best_split gives them, and two nodes: "left", of the rows with at most
        the threshold there (compared in float64), and "right". About 15 lines.
    """
    ### BEGIN SOLUTION
    if criterion == "variance":
        node = {"size": len(y), "value": float(np.mean(y))}
    else:
        num_classes = num_classes or int(np.max(y)) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if max_depth == 0 or np.all(y == y[0]):
        return node
    split = best_split(x, y, criterion, min_samples_leaf, None if pick_features is None else pick_features())
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, node["feature"]].astype(float) <= node["threshold"]
    deeper = None if max_depth is None else max_depth - 1
    for side, rows in (("left", left), ("right", ~left)):
        node[side] = build_tree(x[rows], y[rows], deeper, min_samples_leaf, criterion, num_classes, pick_features)
    return node
    ### END SOLUTION


# %% test: build_tree, points=3
x = np.array([[4.0, 3.0], [1.0, 6.0], [7.0, 1.0], [2.0, 2.0], [4.0, 8.0]])
y = np.array([0, 0, 1, 0, 1])
with dd.check.unchanged([x, y], what="x or y"):
    tree = build_tree(x, y, max_depth=None, min_samples_leaf=1)
row_0 = {"size": 1, "value": 0, "shares": [1.0, 0.0]}
row_4 = {"size": 1, "value": 1, "shares": [0.0, 1.0]}
rows_0_and_4 = {"size": 2, "value": 0, "shares": [0.5, 0.5], "feature": 1, "threshold": 5.5, "gain": 0.5}
rows_0_and_4 |= {"left": row_0, "right": row_4}
right = {"size": 3, "value": 1, "shares": [1 / 3, 2 / 3], "feature": 0, "threshold": 5.5, "gain": 1 / 9}
right |= {"left": rows_0_and_4, "right": {"size": 1, "value": 1, "shares": [0.0, 1.0]}}
due = {"size": 5, "value": 0, "shares": [0.6, 0.4], "feature": 0, "threshold": 3.0, "gain": 16 / 75}
due |= {"left": {"size": 2, "value": 0, "shares": [1.0, 0.0]}, "right": right}
dd.check.like(tree, due, what="the tree", why="this is the tree grown by hand")
stump = build_tree(x, y, max_depth=1, min_samples_leaf=1, num_classes=3)
due |= {"shares": [0.6, 0.4, 0.0], "left": {"size": 2, "value": 0, "shares": [1.0, 0.0, 0.0]}}
due["right"] = {"size": 3, "value": 1, "shares": [1 / 3, 2 / 3, 0.0]}
dd.check.like(stump, due, what="the tree of depth 1", why="one question may be asked, and there are three classes")
numbers = build_tree(x[:3], np.array([1.0, 1.0, 4.0]), None, 1, criterion="variance")
dd.check.equal(sorted(numbers), ["feature", "gain", "left", "right", "size", "threshold", "value"], what="the keys")
due = {"size": 3, "value": 2.0, "feature": 0, "threshold": 5.5, "gain": 2.0}
due |= {"left": {"size": 2, "value": 1.0}, "right": {"size": 1, "value": 4.0}}
dd.check.like(numbers, due, what="the regression tree", why="its values are the means 2, 1 and 4")
### BEGIN HIDDEN TESTS
import itertools


def impurity_of(values, criterion):
    if criterion == "variance":
        return np.var(values, dtype=float)
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return 1 - np.sum(shares**2) if criterion == "gini" else -np.sum(shares * np.log2(shares))


def slow_split(x, y, criterion, min_samples_leaf, features):
    best, whole = None, impurity_of(y, criterion)
    for feature in sorted(features):
        distinct = np.unique(x[:, feature]).astype(float)
        for low, high in itertools.pairwise(distinct):
            left = x[:, feature] <= low
            if min(left.sum(), (~left).sum()) < min_samples_leaf:
                continue
            after = sum(side.sum() * impurity_of(y[side], criterion) for side in (left, ~left)) / len(y)
            if best is None or whole - after > best[2] + 1e-9 * whole:
                threshold = low + (high - low) / 2
                best = feature, threshold if threshold < high else low, whole - after, left
    return best


def slow_tree(x, y, max_depth, min_samples_leaf, criterion, num_classes, features=None):
    if criterion == "variance":
        node = {"size": len(y), "value": sum(y.tolist()) / len(y)}
    else:
        counts = [y.tolist().count(k) for k in range(num_classes)]
        shares = [count / len(y) for count in counts]
        node = {"size": len(y), "value": counts.index(max(counts)), "shares": shares}
    split = None
    if max_depth != 0 and len(set(y.tolist())) > 1:
        split = slow_split(x, y, criterion, min_samples_leaf, range(x.shape[1]) if features is None else features)
    if split:
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=False))
        deeper = None if max_depth is None else max_depth - 1
        for side, rows in (("left", split[3]), ("right", ~split[3])):
            node[side] = slow_tree(x[rows], y[rows], deeper, min_samples_leaf, criterion, num_classes, features)
    return node


def audit(tree, *case, **features):
    due = slow_tree(*case, **features)
    dd.check.like(tree, due, atol=1e-12, what="the tree", why="each node has its best question and its rows' answer")


rng = np.random.default_rng(114)
for m, n, levels, max_depth, min_samples_leaf, criterion in (
    (1, 1, 3, None, 1, "gini"),
    (2, 3, 10**6, None, 1, "variance"),
    (9, 2, 3, None, 1, "entropy"),
    (7, 2, 3, None, 1, "variance"),
    (8, 2, 4, 0, 1, "gini"),
    (12, 2, 10**6, 2, 1, "variance"),
    (16, 2, 4, None, 4, "entropy"),
):
    x = rng.integers(-levels, levels, (m, n)) / 4
    y = rng.normal(size=m) if criterion == "variance" else rng.integers(0, 3, m)
    with dd.check.unchanged([x, y], what="x or y"):
        tree = build_tree(x, y, max_depth, min_samples_leaf, criterion)
    audit(tree, x, y, max_depth, min_samples_leaf, criterion, int(np.max(y)) + 1)
x, y = rng.normal(size=(10, 2)), rng.integers(0, 2, 10)
audit(build_tree(x, y, 3, 1, "gini", 5), x, y, 3, 1, "gini", 5)
square = np.array([[0, 0], [1, 1], [0, 1], [1, 0]])
audit(build_tree(square, np.array([0, 0, 1, 1]), None, 1), square, np.array([0, 0, 1, 1]), None, 1, "gini", 2)
same = np.full(100, 0.1)
tree = build_tree(rng.normal(size=(100, 2)), same, None, 1, "variance")
dd.check.like(tree, {"size": 100, "value": 0.1}, what="the tree", why="all targets are equal: it is a leaf")
x, y = rng.choice([0, 1, 100, 120, 127], (9, 2)).astype("int8"), rng.integers(0, 2, 9).astype("uint8")
audit(build_tree(x, y, 2, 1), x, y, 2, 1, "gini", int(y.max()) + 1)
x, y = x.astype("uint8"), (100 + rng.integers(0, 28, 9)).astype("int8")
audit(build_tree(x, y, 2, 1, "variance"), x, y, 2, 1, "variance", None)
x, y = rng.normal(size=(15, 2)), (1000 + rng.normal(size=15)).astype("float32")
audit(build_tree(x, y, 2, 2, "variance"), x, y, 2, 2, "variance", None)
for dtype in ("float32", "float64"):
    x = np.array([[1.0]], dtype)
    while len(x) < 5:
        x = np.append(x, [[np.nextafter(x[-1, 0], np.array(2.0, dtype))]], axis=0).astype(dtype)
    audit(build_tree(x, np.array([0, 1, 0, 1, 0]), None, 1), x, np.arange(5) % 2, None, 1, "gini", 2)

calls = []


def pick_one():
    calls.append(len(calls) % 3)
    return [calls[-1]]


def asked(node):
    return [node["feature"], *asked(node["left"]), *asked(node["right"])] if "feature" in node else []


x, y = rng.normal(size=(12, 3)), np.arange(12) % 2
tree = build_tree(x, y, None, 1, pick_features=pick_one)
why = "pick_features is called once for each node that is to be split"
dd.check.equal(sorted(asked(tree)), sorted(calls), what="the columns asked about", why=why)
assert len(set(calls)) == 3, "pick_features is called anew for each node that is to be split"
audit(build_tree(x, y, 2, 2, pick_features=lambda: np.array([2, 0])), x, y, 2, 2, "gini", 2, features=[0, 2])
before = len(calls)
build_tree(x, np.zeros(12, dtype=int), None, 1, pick_features=pick_one)
build_tree(x, y, 0, 1, pick_features=pick_one)
assert len(calls) == before, "a node that is not to be split needs no columns: pick_features is not called for it"
### END HIDDEN TESTS

# %% mistakes: build_tree
# - replace: max_depth == 0 or np.all(y == y[0])
#   with: max_depth == 0 or np.var(y) == 0
#   hint: "A hundred copies of 0.1 may have a variance a hair above 0. Ask the targets themselves whether they are
#     equal."
# - replace: num_classes = num_classes or int(np.max(y)) + 1
#   with: num_classes = int(np.max(y)) + 1
#   hint: "Below the root a class may be missing, and your shares get shorter there. Who has to settle K?"
# - replace: deeper = None if max_depth is None else max_depth - 1
#   with: deeper = max_depth
#   hint: "max_depth is the same on every level, so the tree never notices that it has become deep."
# - replace: '<= node["threshold"]'
#   with: '< node["threshold"]'
#   hint: "Rows at the threshold go left; between neighbouring floats the threshold is a value of the column."
# - replace: min_samples_leaf, None if pick_features is None else pick_features()
#   with: min_samples_leaf
#   hint: "pick_features is never called. It says which columns this node may choose from."
# - replace: x[:, node["feature"]].astype(float)
#   with: x[:, node["feature"]]
#   hint: "Beside a float32 column NumPy rounds the threshold to float32 too, and a row may land on the other side.
#     Compare in float64."
# - replace: criterion, num_classes, pick_features)
#   with: num_classes=num_classes, pick_features=pick_features)
#   hint: "The criterion gets lost on the way down: your inner nodes use the default."
# - replace: criterion, num_classes, pick_features)
#   with: criterion)
#   hint: "Below the root K and pick_features are forgotten. What the root was told its sides must be told, too."
# - replace: |-
#     if max_depth == 0 or np.all(y == y[0]):
#             return node
#         split = best_split(x, y, criterion, min_samples_leaf, None if pick_features is None else pick_features())
#   with: |-
#     features = None if pick_features is None else pick_features()
#         if max_depth == 0 or np.all(y == y[0]):
#             return node
#         split = best_split(x, y, criterion, min_samples_leaf, features)
#   hint: "You pick columns for nodes that are leaves already. pick_features is for those that are to be split."
# - replace: |-
#     if max_depth == 0 or np.all(y == y[0]):
#   with: |-
#     max_depth = max_depth or None
#         if np.all(y == y[0]):
#   hint: "A depth of 0 counts as no limit with you. How does Python see a 0 that is asked whether it is true?"


# %% equivalents: build_tree
# - replace: y == y[0]
#   with: y == y[-1]
#   reason: "All are equal to the first if and only if all are equal to the last."


# %% mistake: build_tree
# hint: "You stop where the best question gains nothing. Of the four corners of a square your tree learns nothing,
#   though two questions in a row would part them."
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y, dtype=float))}
        if criterion != "variance":
            shares = np.bincount(y, minlength=num_classes) / len(y)
            node |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
        if level == max_depth or len(set(y.tolist())) == 1:
            return node
        split = best_split(x, y, criterion, min_samples_leaf, pick_features() if pick_features else None)
        if split is None or split[2] <= 1e-12:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% mistake: build_tree
# hint: "The columns are picked once for the whole tree. A function that is called at every node can answer differently
#   at each."
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)
    features = list(pick_features()) if pick_features else None

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y, dtype=float))}
        if criterion != "variance":
            shares = np.bincount(y, minlength=num_classes) / len(y)
            node |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
        if level == max_depth or len(set(y.tolist())) == 1:
            return node
        split = best_split(x, y, criterion, min_samples_leaf, features)
        if split is None:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% mistake: build_tree
# hint: "Your tree is one question too deep. How many may be asked on the way to a leaf if max_depth is 0?"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y))}
        if criterion != "variance":
            shares = np.bincount(y, minlength=num_classes) / len(y)
            node |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
        if (max_depth is not None and level > max_depth) or len(set(y.tolist())) == 1:
            return node
        split = best_split(x, y, criterion, min_samples_leaf, pick_features() if pick_features else None)
        if split is None:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% mistake: build_tree
# hint: "You refuse to split small nodes, and then let a split make smaller ones. Which side of the question must have
#   so many rows?"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y))}
        if criterion != "variance":
            shares = np.bincount(y, minlength=num_classes) / len(y)
            node |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
        if level == max_depth or len(set(y.tolist())) == 1 or len(y) < min_samples_leaf:
            return node
        split = best_split(x, y, criterion, 1, pick_features() if pick_features else None)
        if split is None:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% mistake: build_tree
# hint: "You choose by Gini whatever criterion was asked for."
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y))}
        if criterion != "variance":
            shares = np.bincount(y, minlength=num_classes) / len(y)
            node |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
        if level == max_depth or len(set(y.tolist())) == 1:
            return node
        split = best_split(
            x,
            y,
            "variance" if criterion == "variance" else "gini",
            min_samples_leaf,
            pick_features() if pick_features else None,
        )
        if split is None:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% mistake: build_tree
# hint: "Of classes that are equally common you name the one that is met first. The lowest is due, whatever the order of
#   the rows."
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    from collections import Counter

    num_classes = num_classes or (1 if criterion == "variance" else int(np.max(y)) + 1)

    def grow(x, y, level):
        node = {"size": len(y), "value": float(np.mean(y, dtype=float))}
        if criterion != "variance":
            counts = Counter(y.tolist())
            node["value"] = counts.most_common(1)[0][0]
            node["shares"] = [counts[k] / len(y) for k in range(num_classes)]
        if level == max_depth or len(set(y.tolist())) == 1:
            return node
        split = best_split(x, y, criterion, min_samples_leaf, pick_features() if pick_features else None)
        if split is None:
            return node
        rows = x[:, split[0]].astype(float) <= split[1]
        node |= dict(zip(("feature", "threshold", "gain"), split, strict=True))
        return node | {"left": grow(x[rows], y[rows], level + 1), "right": grow(x[~rows], y[~rows], level + 1)}

    return grow(x, y, 0)


# %% accepts: build_tree
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    of_classes = criterion != "variance"
    if of_classes and not num_classes:
        num_classes = len(np.bincount(y))
    limit = np.inf if max_depth is None else max_depth

    def grow(rows, depth):
        targets = y[rows]
        node = {"size": rows.size}
        if of_classes:
            shares = np.mean(targets[:, None] == np.arange(num_classes), axis=0)
            node.update(value=int(shares.argmax()), shares=shares.tolist())
        else:
            node.update(value=float(sum(targets.tolist()) / rows.size))
        if depth < limit and targets.min() < targets.max():
            features = pick_features() if pick_features else range(x.shape[1])
            question = best_split(x[rows], targets, criterion, min_samples_leaf, features)
            if question:
                column = x[rows, question[0]].astype("float64")
                node.update(feature=question[0], threshold=question[1], gain=question[2])
                node.update(left=grow(rows[column <= question[1]], depth + 1))
                node.update(right=grow(rows[column > question[1]], depth + 1))
        return node

    return grow(np.arange(len(y)), 0)


# %% accepts: build_tree
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if num_classes is None and criterion != "variance":
        num_classes = max(y.tolist()) + 1

    def leaf(targets):
        if criterion == "variance":
            return {"size": len(targets), "value": float(targets.astype(float).mean())}
        shares = [float(np.mean(targets == k)) for k in range(num_classes)]
        return {"size": len(targets), "value": shares.index(max(shares)), "shares": shares}

    root = leaf(y)
    waiting = [(root, np.arange(len(y)), 0)]  # nodes that may still ask, with their rows
    while waiting:
        node, rows, level = waiting.pop()
        if (max_depth is not None and level >= max_depth) or len(np.unique(y[rows])) == 1:
            continue
        columns = list(range(x.shape[1])) if pick_features is None else list(pick_features())
        split = best_split(x[rows], y[rows], criterion, min_samples_leaf, columns)
        if split is not None:
            node.update(feature=split[0], threshold=split[1], gain=split[2])
            goes_left = np.asarray(x[rows, split[0]], dtype=float) <= split[1]
            for side, part in (("left", rows[goes_left]), ("right", rows[~goes_left])):
                node[side] = leaf(y[part])
                waiting.append((node[side], part, level + 1))
    return root


# %% [markdown]
# ## Follow the questions
#
# To predict, send each row down from the root, left if its value is *at most* the threshold, else right,
# until a node asks nothing. In the tree grown by hand the row $(4, 5.5)$ goes right, left, left, and is of
# class 0: a value equal to the threshold goes left.
#
# Which entry of the leaf is wanted is an argument: `"value"` for classes or means, `"shares"` for
# probabilities, `"size"` for how many rows are behind the answer. Rows may go down one at a time, or all of
# them in groups.


# %% exercise: predict_tree
def predict_tree(tree, x, key="value"):
    """What a tree answers for every row.

    Args:
        tree: the root, a dict as build_tree makes it; left unchanged.
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged. Values are
            compared with thresholds in float64.
        key: the entry of the leaf that is wanted, such as "value", "shares" or "size".

    Returns:
        Array of shape (m,), or (m, K) for "shares", whose entry i comes from the leaf that row i ends in. Its
        dtype is an int dtype where the entries are ints, else float64. About 8 lines.
    """
    ### BEGIN SOLUTION
    if "feature" not in tree:
        return np.array([tree[key]] * len(x))
    left = x[:, tree["feature"]].astype(float) <= tree["threshold"]
    if left.all() or not left.any():
        return predict_tree(tree["left"] if left.all() else tree["right"], x, key)
    answers = [predict_tree(tree["left"], x[left], key), predict_tree(tree["right"], x[~left], key)]
    back = np.argsort(np.concatenate([np.flatnonzero(left), np.flatnonzero(~left)]))
    return np.concatenate(answers)[back]
    ### END SOLUTION


# %% test: predict_tree, points=2
lower = {"feature": 1, "threshold": 5.5, "left": {"size": 1, "value": 0, "shares": [1.0, 0.0, 0.0]}}
lower["right"] = {"size": 1, "value": 1, "shares": [0.25, 0.75, 0.0]}
upper = {"feature": 0, "threshold": 5.5, "left": lower, "right": {"size": 4, "value": 1, "shares": [0.0, 1.0, 0.0]}}
tree = {"feature": 0, "threshold": 3.0, "left": {"size": 2, "value": 2, "shares": [0.0, 0.5, 0.5]}, "right": upper}
x = np.array([[4.0, 5.5], [1.0, 6.0], [7.0, 1.0], [3.0, 9.0], [4.0, 8.0]])
with dd.check.unchanged([tree, x], what="the tree or x"):
    values = predict_tree(tree, x)
dd.check.like(values, np.array([0, 2, 1, 2, 1]), what="the values", why="the first row goes right, left, left")
shares = predict_tree(tree, x, "shares")
due = np.array([[1, 0, 0], [0, 0.5, 0.5], [0, 1, 0], [0, 0.5, 0.5], [0.25, 0.75, 0]])
dd.check.like(shares, due, what="the shares", why="these are the shares in the leaves reached")
dd.check.like(predict_tree(tree, x, key="size"), np.array([1, 2, 4, 2, 1]), what="the sizes", why="so do these")
numbers = {"feature": 0, "threshold": 3.0, "left": {"size": 3, "value": 2.5}, "right": {"size": 1, "value": -1.0}}
dd.check.like(predict_tree(numbers, x), np.array([-1, 2.5, -1, 2.5, -1]), what="the means", why="3 goes left")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(115)


def random_tree(depth, n, kind):
    leaf = {"size": int(rng.integers(1, 9))}
    if kind == "classes":
        shares = rng.dirichlet(np.ones(4))
        leaf |= {"value": int(np.argmax(shares)), "shares": shares.tolist()}
    else:
        leaf |= {"value": float(rng.normal())}
    if depth == 0 or rng.random() < 0.2:
        return leaf
    node = leaf | {"feature": int(rng.integers(0, n)), "threshold": float(rng.integers(-4, 4) / 2), "gain": 0.5}
    return node | {side: random_tree(depth - 1, n, kind) for side in ("left", "right")}


def walked(tree, row, key):
    while "feature" in tree:
        tree = tree["left"] if float(row[tree["feature"]]) <= tree["threshold"] else tree["right"]
    return tree[key]


for m, n, depth in ((4, 3, 0), (1, 4, 2), (5, 1, 2), (25, 3, 4)):
    for kind, keys in (("classes", ("value", "shares", "size")), ("numbers", ("value", "size"))):
        tree, table = random_tree(depth, n, kind), rng.integers(-5, 5, (m, n)) / 2
        for x, key in zip((table, table.astype("float32"), np.round(table).astype("int8")), keys * 2, strict=False):
            with dd.check.unchanged([tree, x], what="the tree or x"):
                result = predict_tree(tree, x, key)
            due = np.array([walked(tree, row, key) for row in x])
            dd.check.like(result, due, what=f"the {key} of each leaf", why="row by row these are the leaves")
one = np.array([1.0], dtype="float32")
while len(one) < 5:
    one = np.append(one, np.nextafter(one[-1], np.float32(2)))
for low, high in zip(one[:-1].astype(float), one[1:].astype(float), strict=True):
    tree = {"feature": 0, "threshold": float(low + high) / 2, "left": {"value": 1}, "right": {"value": 5}}
    due = np.where(one.astype(float) <= tree["threshold"], 1, 5)
    dd.check.like(predict_tree(tree, one[:, None]), due, why="float32 values are compared in float64")
### END HIDDEN TESTS

# %% mistakes: predict_tree
# - replace: '<= tree["threshold"]'
#   with: '< tree["threshold"]'
#   hint: "A value that equals the threshold goes left."
# - replace: '.astype(float) <='
#   with: '<='
#   hint: "Beside a float32 column NumPy rounds the threshold to float32 too. Compare in float64."
# - replace: np.concatenate(answers)[back]
#   with: np.concatenate(answers)
#   hint: "Your answers come in the order of the leaves. Which row does each belong to?"
# - replace: 'np.array([tree[key]] * len(x))'
#   with: 'np.array([tree["value"]] * len(x))'
#   hint: "You return the value whatever was asked for."
# - replace: 'np.array([tree[key]] * len(x))'
#   with: 'np.array([tree[key]] * len(x), dtype=float)'
#   hint: "Classes are whole numbers; yours are floats, and cannot be used to index."
# - replace: 'np.array([tree[key]] * len(x))'
#   with: 'np.array([tree[key]])'
#   hint: "A leaf answers once for each of its rows, not once."
# - replace: 'predict_tree(tree["left"], x[left], key), predict_tree(tree["right"], x[~left], key)'
#   with: 'predict_tree(tree["right"], x[left], key), predict_tree(tree["left"], x[~left], key)'
#   hint: "Yes goes left. Yours goes right."


# %% equivalents: predict_tree
# - replace: 'tree["left"] if left.all()'
#   with: 'tree["left"] if left.any()'
#   reason: "In this branch all rows go left or none does."


# %% mistake: predict_tree
# hint: "You ask the root's question only, and take the answer of the node it leads to. That one may ask again."
def predict_tree(tree, x, key="value"):
    answers = []
    for row in x:
        node = tree
        if "feature" in node:
            node = node["left"] if float(row[node["feature"]]) <= node["threshold"] else node["right"]
        answers.append(node.get(key, tree.get(key, 0)))
    return np.array(answers)


# %% mistake: predict_tree
# hint: "The answers are right, and in a list. An array was asked for."
def predict_tree(tree, x, key="value"):
    answers = []
    for row in x.astype(float):
        node = tree
        while "feature" in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        answers.append(node[key])
    return answers


# %% mistake: predict_tree
# hint: "You stop at the first node that holds an answer. Inner nodes hold one as well; what do leaves lack?"
def predict_tree(tree, x, key="value"):
    answers = []
    for row in x.astype(float):
        node = tree
        while key not in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        answers.append(node[key])
    return np.array(answers)


# %% accepts: predict_tree
def predict_tree(tree, x, key="value"):
    answers = []
    for row in x.astype(float):
        node = tree
        while "feature" in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        answers.append(node[key])
    return np.array(answers)


# %% accepts: predict_tree
def predict_tree(tree, x, key="value"):
    reached, waiting = [None] * len(x), [(tree, np.arange(len(x)))]
    while waiting:
        node, rows = waiting.pop()
        if "feature" in node:
            goes_left = np.asarray(x[rows, node["feature"]], dtype=float) <= node["threshold"]
            waiting += [(node["left"], rows[goes_left]), (node["right"], rows[~goes_left])]
        else:
            for i in rows:
                reached[i] = node[key]
    return np.asarray(reached)


# %% [markdown]
# Which questions does your own tree ask about the irises? A third of them is held out; scikit-learn's tree of
# the same depth grows on the same rows.

# %% demo
from sklearn.tree import DecisionTreeClassifier

(x_train, y_train), (x_held_out, y_held_out) = dd.data.iris(test_fraction=1 / 3, seed=0)
tree = build_tree(x_train, y_train, max_depth=3, min_samples_leaf=1)
theirs = DecisionTreeClassifier(max_depth=3, random_state=0).fit(x_train, y_train)


def question_with_counts(node):
    counts = [round(node["size"] * share) for share in node["shares"]]
    return f"{question(node)}\n{counts}"


fig, ax = plt.subplots(figsize=(11, 5))
draw_tree(tree, ax, question_with_counts)
ax.set_title("A tree of depth 3, and the rows at each node by class")
dd.plot.show(
    "The tree grown on the training irises, with its questions about petals and the number of rows of each class "
    "at each node: the first question sends all of setosa to a leaf of their own on the left."
)
accuracy = np.mean(predict_tree(tree, x_held_out) == y_held_out)
print(f"held-out accuracy {accuracy:.3f}; scikit-learn's tree {theirs.score(x_held_out, y_held_out):.3f}")

# %% [markdown]
# A tree can be read aloud, and each answer defended by its path and the rows behind it. Note how fast the
# rows run out: each question leaves fewer for the next. (And categories, such as a district's "bay" and
# "inland"? In a one-hot column the threshold 0.5 asks "is it bay?".)
#
# ## A tree for numbers
#
# Day 3 fitted the noisy staircase with polynomials. A tree's prediction is constant on each box, so stairs
# should be easy. To be fair, the degree (1 to 15) and the depth (1 to 8) are both chosen on the same 200
# validation points, and scored on 2,000 others. What happens beyond the data?

# %% demo
x_steps, y_steps = dd.data.steps(120, seed=3)
x_check, y_check = dd.data.steps(200, seed=4)
x_test, y_test = dd.data.steps(2000, seed=5)


def rmse(predictions, y):
    return np.sqrt(np.mean((predictions - y) ** 2))


def grown(depth):
    regression_tree = build_tree(x_steps, y_steps, depth, 3, "variance")
    return lambda x: predict_tree(regression_tree, x)


def polynomial(degree):
    fitted = np.polynomial.Chebyshev.fit(x_steps[:, 0], y_steps, degree, domain=[0, 1])
    return lambda x: fitted(x[:, 0])


line = np.linspace(-0.15, 1.15, 521)[:, None]
fig, ax = plt.subplots(figsize=(9, 4.2))
ax.axvspan(0, 1, color="0.95")
ax.plot(x_steps[:, 0], y_steps, ".", color="0.6", label="120 points")
rmse_of = {}
for name, family, range_of in (("degree", polynomial, range(1, 16)), ("depth", grown, range(1, 9))):
    best = min(range_of, key=lambda size, family=family: rmse(family(size)(x_check), y_check))
    model = family(best)
    rmse_of[name] = rmse(model(x_test), y_test)
    what = "polynomial" if name == "degree" else "tree"
    ax.plot(line[:, 0], model(line), label=f"{what}, {name} {best}: RMSE {rmse_of[name]:.3f}")
ax.set(xlabel="$x$", ylabel="$y$", ylim=(-2, 3), title="A staircase by polynomial and by tree (data in the grey strip)")
ax.legend(loc="lower left")
dd.plot.show(
    "Points of a staircase between x = 0 and 1, with two fits drawn from -0.15 to 1.15. The tree follows the flat "
    "steps and stays level outside the data; the polynomial swings around the steps and shoots off at both ends."
)
assert rmse_of["depth"] < rmse_of["degree"]

# %% [markdown]
# Nobody can get below the noise, 0.15; the tree comes nearer to it. It makes corners where the polynomial
# cannot. Outside the data it repeats its last step, where the polynomial shoots off. That is safe, and blind:
# a tree never predicts a number beyond those it has seen, so a trend that goes on next year it misses.
#
# ## When to stop, and what to cut
#
# Without limits a tree asks until every leaf is pure. Rows that differ in any column can be parted, so it
# fits the training rows perfectly, noise and all (Day 6: low bias, high variance). Two remedies.
#
# **Stop early:** a largest depth, a smallest leaf, a smallest gain. The last one is short-sighted, as the
# four corners of the square have shown.
#
# **Prune:** grow the whole tree, then cut. Let the $m_\ell$ rows of leaf $\ell$ have the impurity $I_\ell$,
# and let the root have $M$ rows. What impurity is left is $R(T) = \sum_\ell \frac{m_\ell}{M} I_\ell$. Every
# question lowers it, so charge a price $\lambda \ge 0$ for each leaf and look for the cut tree with the
# lowest
#
# $$R_\lambda(T) = R(T) + \lambda \lvert T \rvert .$$
#
# This is **cost-complexity pruning**; scikit-learn's `ccp_alpha` is our $\lambda$. At $\lambda = 0$ every
# question that helps is kept, and with a large $\lambda$ only the root is left. Of trees that cost the same
# we take the smallest. The tree grown by hand, $M = 5$, has four versions. At $\lambda = 0.15$:
#
# | which questions stay | $R$ | leaves | $R_\lambda$ |
# |---|---|---|---|
# | all three | 0 | 4 | 0.6 |
# | all but the lowest, $x_1 \le 5.5$ | $\frac25 \cdot \frac12 = 0.2$ | 3 | 0.65 |
# | the root's, $x_0 \le 3$ | $\frac35 \cdot \frac49 = 0.267$ | 2 | 0.567 |
# | none | 0.48 | 1 | 0.63 |
#
# The third tree is the cheapest, and it does not pay to go there one question at a time: without the lowest
# alone the cost rises. A tree of fifty leaves may have millions of versions, too many for such a table. But
# is what should happen below one node any business of the nodes elsewhere? And the gains say how $R$ changes:
# a question lowers it by its gain, weighted by its node's share of the $M$ rows.


# %% exercise: prune_tree
def prune_tree(tree, penalty):
    """Cut a tree back to the subtree with the lowest impurity plus penalty for each leaf.

    Args:
        tree: the root, a dict as build_tree makes it; left unchanged. Its "size" is the M of the formula.
        penalty: the price of a leaf, a float >= 0.

    Returns:
        A new tree of the same form, with the lowest R + penalty * leaves of all that come from cutting nodes of
        tree back to leaves; of those that cost the same, the one with the fewest leaves. A node that has become
        a leaf keeps "size", "value" and, where it had them, "shares", and nothing else. About 12 lines.
    """
    ### BEGIN SOLUTION
    rows = tree["size"]

    def cut(node):  # the node pruned, its number of questions, and by how much they lower R
        leaf = {key: node[key] for key in ("size", "value", "shares") if key in node}, 0, 0
        if "feature" not in node:
            return leaf
        (left, asked_left, saved_left), (right, asked_right, saved_right) = cut(node["left"]), cut(node["right"])
        asked = 1 + asked_left + asked_right
        saved = node["size"] / rows * node["gain"] + saved_left + saved_right
        return (node | {"left": left, "right": right}, asked, saved) if saved > penalty * asked else leaf

    return cut(tree)[0]
    ### END SOLUTION


# %% test: prune_tree, points=3
def leaf(size, value, shares):
    return {"size": size, "value": value, "shares": shares}


lower = leaf(2, 0, [0.5, 0.5]) | {"feature": 1, "threshold": 5.5, "gain": 0.5}
lower |= {"left": leaf(1, 0, [1.0, 0.0]), "right": leaf(1, 1, [0.0, 1.0])}
upper = leaf(3, 1, [1 / 3, 2 / 3]) | {"feature": 0, "threshold": 5.5, "gain": 1 / 9}
upper |= {"left": lower, "right": leaf(1, 1, [0.0, 1.0])}
tree = leaf(5, 0, [0.6, 0.4]) | {"feature": 0, "threshold": 3.0, "gain": 16 / 75}
tree |= {"left": leaf(2, 0, [1.0, 0.0]), "right": upper}
with dd.check.unchanged(tree, what="the tree"):
    pruned = prune_tree(tree, 0.15)
due = tree | {"right": leaf(3, 1, [1 / 3, 2 / 3])}
dd.check.like(pruned, due, what="the tree pruned at 0.15", why="this is the tree pruned by hand")
dd.check.like(prune_tree(tree, 0.1), tree, what="the tree pruned at 0.1", why="all its questions are worth 0.1 a leaf")
root = leaf(5, 0, [0.6, 0.4])
dd.check.like(prune_tree(tree, 0.25), root, what="the tree pruned at 0.25", why="no question pays that much")
### BEGIN HIDDEN TESTS
import itertools


def subtrees(node):
    """Every way to cut a node, as (tree, leaves, sum of size times gain)."""
    bare = {key: node[key] for key in ("size", "value", "shares") if key in node}
    found = [(bare, 1, 0.0)]
    if "feature" in node:
        for left, right in itertools.product(subtrees(node["left"]), subtrees(node["right"])):
            saved = node["size"] * node["gain"] + left[2] + right[2]
            found.append((node | {"left": left[0], "right": right[0]}, left[1] + right[1], saved))
    return found


rng = np.random.default_rng(116)


def random_tree(size, depth, classes):
    node = {"size": size, "value": int(rng.integers(0, 3)) if classes else float(rng.integers(0, 9))}
    if classes:
        node["shares"] = (rng.integers(1, 4, 3) / 8).tolist()
    if depth == 0 or size < 2 or rng.random() < 0.15:
        return node
    node |= {"feature": int(rng.integers(0, 5)), "threshold": float(rng.normal()), "gain": rng.integers(0, 5) / 8}
    part = int(rng.integers(1, size))
    return node | {"left": random_tree(part, depth - 1, classes), "right": random_tree(size - part, depth - 1, classes)}


for _ in range(10):
    tree = random_tree(32, 3, classes=rng.random() < 0.5)
    ways = subtrees(tree)
    for penalty in (0, 0.03125, 0.125, 0.25):  # in binary all costs are exact, and many are equal
        with dd.check.unchanged(tree, what="the tree"):
            pruned = prune_tree(tree, penalty)
        costs = [(penalty * leaves - saved / tree["size"], leaves) for _, leaves, saved in ways]
        due = ways[costs.index(min(costs))][0]
        dd.check.equal(pruned, due, what=f"the tree pruned at {penalty}", why="no other way of cutting it costs less")

from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def converted(theirs, k, classes):
    """A tree of scikit-learn's as dicts."""
    size = int(theirs.n_node_samples[k])
    node = {"size": size, "value": theirs.value[k, 0].tolist()}
    left, right = theirs.children_left[k], theirs.children_right[k]
    if left < 0:
        return node
    after = sum(theirs.n_node_samples[side] / size * theirs.impurity[side] for side in (left, right))
    node |= {"feature": int(theirs.feature[k]), "threshold": 0.5, "gain": float(theirs.impurity[k] - after)}
    return node | {"left": converted(theirs, left, classes), "right": converted(theirs, right, classes)}


def sizes(node):
    return [*sizes(node["left"]), *sizes(node["right"])] if "feature" in node else [node["size"]]


x = rng.normal(size=(80, 3))
for model, y in ((DecisionTreeClassifier, rng.integers(0, 3, 80)), (DecisionTreeRegressor, rng.normal(size=80))):
    whole = converted(model(random_state=0).fit(x, y).tree_, 0, model is DecisionTreeClassifier)
    for penalty in (0.004, 0.011, 0.05):
        theirs = model(random_state=0, ccp_alpha=penalty).fit(x, y).tree_
        due = sizes(converted(theirs, 0, model is DecisionTreeClassifier))
        why = f"scikit-learn with ccp_alpha={penalty} has these leaves"
        dd.check.equal(sizes(prune_tree(whole, penalty)), due, what="the sizes of the leaves", why=why)
### END HIDDEN TESTS

# %% mistakes: prune_tree
# - replace: penalty * asked
#   with: penalty * (asked + 1)
#   hint: "You charge for all leaves below. One of them would be there without any question: how many more do the
#     questions make?"
# - replace: saved > penalty * asked
#   with: saved >= penalty * asked
#   hint: "Where both cost the same the smaller tree is due."
# - replace: saved > penalty * asked
#   with: saved > penalty
#   hint: "With you a node stays as soon as it and all that is kept below it save the price of one leaf. Each question
#     adds a leaf: weigh what they save together against as many prices as there are questions."
# - replace: node["size"] / rows * node["gain"] + saved_left + saved_right
#   with: node["gain"] + saved_left + saved_right
#   hint: "A question about 2 rows of 500 counts as much as one about all. By what is its gain weighted?"
# - replace: node["size"] / rows * node["gain"] + saved_left + saved_right
#   with: node["size"] / rows * node["gain"]
#   hint: "You look at each question alone. One that gains little may lead to one that gains much."
# - replace: '(node | {"left": left, "right": right}, asked, saved)'
#   with: (node, asked, saved)
#   hint: "You weigh the cut sides, but the node that you return still has the uncut ones."


# %% mistake: prune_tree
# hint: "You cut from the top down: what is below is judged uncut. Settle the lower nodes first, since what is worth
#   keeping above depends on what was kept below."
def prune_tree(tree, penalty):
    rows = tree["size"]

    def totals(node):
        if "feature" not in node:
            return 0, 0.0
        (a, b), (c, d) = totals(node["left"]), totals(node["right"])
        return 1 + a + c, node["size"] / rows * node["gain"] + b + d

    def cut(node):
        asked, saved = totals(node)
        if saved <= penalty * asked:
            return {key: node[key] for key in ("size", "value", "shares") if key in node}
        return node | {side: cut(node[side]) for side in ("left", "right")}

    return cut(tree)


# %% mistake: prune_tree
# hint: "You cut every question that alone is not worth a leaf, with all that is below it. A node whose own gain is
#   small may pay through the questions below it."
def prune_tree(tree, penalty):
    rows = tree["size"]

    def cut(node):
        if "feature" not in node:
            return dict(node)
        sides = {side: cut(node[side]) for side in ("left", "right")}
        if node["size"] / rows * node["gain"] <= penalty:
            return {key: node[key] for key in ("size", "value", "shares") if key in node}
        return node | sides

    return cut(tree)


# %% mistake: prune_tree
# hint: "You judge each question alone, from the top, by its gain. It also stands for the questions below it, and for
#   its share of the rows."
def prune_tree(tree, penalty):
    if "feature" not in tree:
        return dict(tree)
    if tree["gain"] <= penalty:
        return {key: tree[key] for key in ("size", "value", "shares") if key in tree}
    return tree | {side: prune_tree(tree[side], penalty) for side in ("left", "right")}


# %% mistake: prune_tree
# hint: "You weigh each gain by the rows of the node above, so that every node is the root of a tree of its own. All
#   count in shares of the M rows at the one root."
def prune_tree(tree, penalty):
    def cut(node):
        leaf = {key: node[key] for key in ("size", "value", "shares") if key in node}
        if "feature" not in node:
            return leaf, 0, 0.0
        parts = {side: cut(node[side]) for side in ("left", "right")}
        asked = 1 + parts["left"][1] + parts["right"][1]
        saved = node["gain"] + sum(node[side]["size"] * parts[side][2] for side in parts) / node["size"]
        if saved <= penalty * asked:
            return leaf, 0, 0.0
        return node | {side: part[0] for side, part in parts.items()}, asked, saved

    return cut(tree)[0]


# %% mistake: prune_tree
# hint: "You cut the tree that you were given. It should be left as it is, and a new one returned."
def prune_tree(tree, penalty):
    rows = tree["size"]

    def cut(node):
        if "feature" not in node:
            return 0, 0.0
        (a, b), (c, d) = cut(node["left"]), cut(node["right"])
        asked, saved = 1 + a + c, node["size"] / rows * node["gain"] + b + d
        if saved > penalty * asked:
            return asked, saved
        for key in ("feature", "threshold", "gain", "left", "right"):
            del node[key]
        return 0, 0.0

    cut(tree)
    return tree


# %% accepts: prune_tree
def prune_tree(tree, penalty):
    """The weakest link first: cut the node whose questions pay least, until all pay more than the penalty."""
    rows = tree["size"]

    def copied(node):
        return node | {side: copied(node[side]) for side in ("left", "right") if side in node}

    def inner(node):
        return [node, *inner(node["left"]), *inner(node["right"])] if "feature" in node else []

    def pays(node):
        below = inner(node)
        return sum(each["size"] * each["gain"] for each in below) / rows / len(below)

    tree = copied(tree)
    while inner(tree):
        weakest = min(inner(tree), key=pays)
        if pays(weakest) > penalty:
            break
        for key in ("feature", "threshold", "gain", "left", "right"):
            del weakest[key]
    return tree


# %% accepts: prune_tree
def prune_tree(tree, penalty):
    total = penalty * tree["size"]

    def best(node):
        bare = {key: value for key, value in node.items() if key in ("size", "value", "shares")}
        if bare == node:
            return 0.0, bare
        parts = [best(node["left"]), best(node["right"])]
        worth = node["size"] * node["gain"] - total + parts[0][0] + parts[1][0]
        return (worth, {**node, "left": parts[0][1], "right": parts[1][1]}) if worth > 0 else (0.0, bare)

    return best(tree)[1]


# %% [markdown]
# Why from the bottom? What a node is worth keeping for depends on what was kept below it, and on nothing
# else: so each node needs to be settled only once, after its two sides.
#
# Now two circles, one inside the other, blurred until they overlap: 400 points to grow on, 200 to choose the
# price by, 2,000 to score. What does a higher price do?

# %% demo
x_grow, y_grow = dd.data.circles(400, noise=0.2, seed=1)
x_check, y_check = dd.data.circles(200, noise=0.2, seed=2)
x_test, y_test = dd.data.circles(2000, noise=0.2, seed=3)


def count_leaves(tree):
    return count_leaves(tree["left"]) + count_leaves(tree["right"]) if "feature" in tree else 1


def score(tree, x, y):
    return np.mean(predict_tree(tree, x) == y)


whole = build_tree(x_grow, y_grow, None, 1)
penalties = np.concatenate([[0.0], np.geomspace(0.0005, 0.3, 40)])
path = [prune_tree(whole, penalty) for penalty in penalties]
checked = np.array([score(tree, x_check, y_check) for tree in path])
chosen = np.flatnonzero(checked == checked.max())[-1]  # the smallest of the best
pruned = path[chosen]
fig, (ax, sizes) = plt.subplots(1, 2, figsize=(12, 4))
parts = {"grown on": (x_grow, y_grow), "chosen by": (x_check, y_check), "scored on": (x_test, y_test)}
for name, part in parts.items():
    ax.semilogx(penalties[1:], [score(tree, *part) for tree in path[1:]], label=name)
ax.axvline(penalties[chosen] or penalties[1], color="0.5", linestyle=":", linewidth=1)
ax.set(xlabel=r"price of a leaf $\lambda$ (log scale)", ylabel="accuracy", title="What pruning costs and gains")
ax.legend(loc="lower left")
sizes.loglog(penalties[1:], [count_leaves(tree) for tree in path[1:]], color="black")
sizes.set(xlabel=r"price of a leaf $\lambda$ (log scale)", ylabel=r"leaves $|T|$ (log scale)", title="Leaves left")
dd.plot.show(
    "Left, accuracy against the price of a leaf on a log scale: on the rows the tree was grown on it falls from "
    "1, on the other two parts it rises first, and all drop to one half once the root alone is left. Right, the "
    "number of leaves falls from several dozen to one."
)
print(f"whole tree: {count_leaves(whole)} leaves, accuracy {score(whole, x_test, y_test):.3f}")
print(f"pruned:     {count_leaves(pruned)} leaves, accuracy {score(pruned, x_test, y_test):.3f}")

# %% [markdown]
# On the rows that it was grown on the tree only loses. On fresh points accuracy rises first: what is cut
# there was noise. Then come the cuts that hurt, down to the root, which is right on half. Choose the price on
# points that neither grew the tree nor score it.
#
# ## Put it together: three depths and scikit-learn
#
# The same 400 points at depth 2, at depth 4, without a limit, and pruned. And for a fair comparison twelve
# other splits, each with scikit-learn's tree beside yours.

# %% demo
fig, panels = plt.subplots(2, 2, figsize=(11, 8.6), sharex=True, sharey=True)
trees = {f"depth {depth}": build_tree(x_grow, y_grow, depth, 1) for depth in (2, 4)}
trees |= {"no limit": whole, "pruned": pruned}
for ax, (name, tree) in zip(panels.flat, trees.items(), strict=True):
    title = f"{name}: {count_leaves(tree)} leaves, {score(tree, x_test, y_test):.1%}"
    dd.plot.decision_regions(
        lambda x, tree=tree: predict_tree(tree, x), x_grow, y_grow, ax, resolution=150, title=title
    )
    ax.set(xlabel="$x_0$", ylabel="$x_1$")
dd.plot.show(
    "Four maps of two blurred circles with the regions of four trees, their leaves and held-out accuracy in the "
    "titles. Depth 2 gives no closed region around the inner one, depth 4 a box around it; the tree without limit "
    "adds many slivers around single points, and the pruned one is a box again, with few or none of them."
)

accuracy = {"irises": [], "circles": []}
for seed in np.random.default_rng(11).integers(0, 10_000, 12):
    splits = {"irises": dd.data.iris(test_fraction=1 / 3, seed=seed)}
    splits["circles"] = dd.data.circles(400, noise=0.2, seed=seed), (x_test, y_test)
    for name, ((x_train, y_train), (x_held_out, y_held_out)) in splits.items():
        for depth in (2, 4, None):
            tree = build_tree(x_train, y_train, depth, 1)
            theirs = DecisionTreeClassifier(max_depth=depth, random_state=seed).fit(x_train, y_train)
            accuracy[name].append((score(tree, x_held_out, y_held_out), theirs.score(x_held_out, y_held_out)))
for name, pairs in accuracy.items():
    mean = np.mean(np.reshape(pairs, (12, 3, 2)), axis=0)  # over twelve splits: (depths, yours and theirs)
    for depth, (yours, theirs) in zip(("2", "4", "no limit"), mean, strict=True):
        print(f"{name:7} depth {depth:9} yours {yours:.3f}   scikit-learn {theirs:.3f}")
    assert np.all(np.abs(mean[:, 0] - mean[:, 1]) < 0.02)

# %% [markdown]
# Two questions cannot enclose the inner circle, four can. Without a limit slivers around single noisy points
# appear, and most of them only serve the points that made them: on fresh points accuracy falls. Pruning takes
# them away and leaves the box. Your trees agree with scikit-learn's to about a point, on the circles to a
# tenth of one. Where they part there was a tie, which is common among irises measured to the millimetre.
# (scikit-learn also keeps features in `float32`, so its thresholds carry seven digits.)
#
# ## Trees see along the axes only
#
# A question looks at one column, and only at the *order* of its values. So scaling (Day 3) does nothing to a
# tree, nor does taking a logarithm. The other side of it: a slanting border must be climbed in stairs. Two
# clouds, parted by a vertical line, and then the same points turned about the origin. What does turning cost?


# %% demo
def clouds(m, rng):
    x = rng.uniform(-1, 1, (m, 2))
    return x, (x[:, 0] > 0).astype(int)


def turned(x, degrees):
    angle = np.radians(degrees)
    return x @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


rng = np.random.default_rng(7)
degrees = np.arange(0, 91, 15)
leaves, errors = np.zeros((7, 6)), np.zeros((7, 6))
for run in range(6):
    (x_cloud, y_cloud), (x_far, y_far) = clouds(200, rng), clouds(1000, rng)
    for k, angle in enumerate(degrees):
        tree = build_tree(turned(x_cloud, angle), y_cloud, None, 1)
        leaves[k, run], errors[k, run] = count_leaves(tree), 1 - score(tree, turned(x_far, angle), y_far)
fig, (upright, slanted, ax) = plt.subplots(1, 3, figsize=(14, 4.3))
for panel, angle in ((upright, 0), (slanted, 45)):
    x_angle = turned(x_cloud, angle)
    tree, title = build_tree(x_angle, y_cloud, None, 1), f"Turned by {angle}°"
    dd.plot.decision_regions(
        lambda x, tree=tree: predict_tree(tree, x), x_angle, y_cloud, panel, resolution=150, title=title
    )
    panel.set(xlabel="$x_0$", ylabel="$x_1$", aspect="equal")
    panel.legend(loc="lower left")
percent = 100 * errors
ax.errorbar(degrees, percent.mean(axis=1), percent.std(axis=1), color="black", linestyle="-", marker="o", capsize=3)
ax.set(xlabel="angle (degrees)", ylabel="held-out errors (%)", ylim=(0, None))
ax.set_title("Mean of 6 runs, with their spread")
ax.set_xticks(degrees)
dd.plot.show(
    "Left, a square of points parted by a vertical border that the tree finds with one long cut. Middle, the same "
    "points turned by 45 degrees, where the tree's border is a staircase. Right, held-out errors in percent "
    "against the angle from 0 to 90 degrees: lowest at both ends, higher in between."
)
assert errors[3].mean() > 1.2 * errors[0].mean()
print(f"leaves: {leaves[0].mean():.0f} upright, {leaves[3].mean():.0f} at 45 degrees")

# %% [markdown]
# The points are the same at every angle, and upright one question is enough. At a slant the tree climbs in
# stairs, with several times the leaves and the errors; a linear model would not have noticed. Cures: give it
# the slanting column (a sum, a difference, a ratio as on Day 8), or average many trees.
#
# The greatest weakness remains. With 400 other points of the same circles the tree without limit has other
# slivers. Day 12 turns that into a strength: it grows many trees, each on other rows, and lets them vote.
#
# ## What you should remember
#
# - A tree asks about one column at a time; a leaf answers with the commonest class or the mean.
# - Gain is impurity before less impurity after, each side weighted by its rows. Entropy, Gini and variance
#   all do.
# - Sort once, and running sums give the gain of every threshold in one pass. Equal values are never parted.
# - Growing is greedy: the best question now need not start the best tree. A gain of 0 is no reason to stop.
# - A whole tree has learned the noise. Limit its depth or leaves, or prune it at a price that held-out rows
#   choose.
#
# ## Check yourself
#
# 1. A column holds a different customer number in every row. What gain has it in classification, if questions
#    may branch into as many sides as there are values? And with thresholds?
# 2. You replace a column by its logarithm. Which training rows end in other leaves? Which held-out rows may?
# 3. Two trees have the same accuracy on their training rows. One has 5 leaves, the other 50. Which $\lambda$
#    prefers the larger one?
#
# <details><summary>Answers</summary>
#
# 1. With a side for each value every side is pure: the largest gain possible, and worthless for a new
#    customer. C4.5 divides the gain by the entropy of the sides for that reason. Thresholds can only cut
#    numbers into ranges, so one cut gains little, unless the numbers carry something, such as the age of the
#    contract.
# 2. None: the order of values, hence every split of the rows, is the same. Thresholds are now halfway between
#    logarithms, so a held-out value between two training values may change sides.
# 3. None if accuracy is all that counts. By impurity the larger may be purer in its leaves: then a small enough
#    $\lambda$ prefers it.
#
# </details>
#
# ## Go further
#
# - J. N. Morgan and J. A. Sonquist, "Problems in the Analysis of Survey Data, and a Proposal", *JASA* 58,
#   1963: splitting a survey again and again to reduce squared error, the first regression trees.
# - L. Breiman, J. Friedman, R. Olshen and C. Stone, *Classification and Regression Trees*, 1984: CART, with
#   Gini, cost-complexity pruning, and proofs.
# - J. R. Quinlan, "Induction of Decision Trees", *Machine Learning* 1, 1986: ID3 and information gain.
# - L. Hyafil and R. L. Rivest, "Constructing Optimal Binary Decision Trees is NP-Complete", *Information
#   Processing Letters* 5, 1976: why nobody looks for the best tree, and everybody grows greedily.
