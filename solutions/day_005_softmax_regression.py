# ---
# day: 5
# title: Softmax regression and stable cross-entropy
# week: 1
# minutes: 90
# backend: numpy
# needs: [1, 2, 4]
# data: [digits]
# papers:
# - Shannon 1948, A mathematical theory of communication
# - Luce 1959, Individual choice behavior
# - Bridle 1990, Probabilistic interpretation of feedforward classification network outputs
# - Hastie and Tibshirani 1998, Classification by pairwise coupling
# - Rifkin and Klautau 2004, In defense of one-vs-all classification
# - Blanchard, Higham and Higham 2021, Accurately computing the log-sum-exp and softmax functions
# ---

# %% [markdown]
# # Day 5 · Softmax regression and stable cross-entropy
#
# By the end you can train one model that chooses among any number of classes, and compute its loss so that
# no logit, however large, turns it into `inf` or NaN.
#
# - **You will build** five small NumPy functions, and with them a reader of handwritten digits that is right
#   on more than 93% of digits it never saw.
# - **You need** logits, log loss and its gradient (Day 4), gradient descent (Day 2), axes and broadcasting
#   (Day 1).
# - **Not today:** layers in between (Day 26 starts from today's functions), penalties (Day 6), scores for
#   each class (Day 7).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n,\ K$ | number of examples, features, classes | scalars | `len(x)`, `x.shape[1]`, `num_classes` |
# | $X$ | the features, one example a row | $(m, n)$ | `x` |
# | $c_i$ | the right class of example $i$, from 0 to $K - 1$ | $(m,)$ together | `labels` |
# | $w,\ b$ | a column of weights and a bias for each class | $(n, K)$, $(K,)$ | `w`, `b` |
# | $z = Xw + b$ | the logits, a row of $K$ for each example | $(m, K)$ | `logits`, or `z` |
# | $M$ | the largest logit of a row | $(m,)$ together | |
# | $\mathrm{LSE}(z_i)$ | log-sum-exp of a row | $(m,)$ together | `logsumexp(z, axis=1)` |
# | $p$ | the probabilities, a row for each example | $(m, K)$ | `softmax(z)` |
# | $y$ | the labels, one-hot (Day 1): a single 1 in each row | $(m, K)$ | |
# | $e = p - y$ | the errors, prediction minus target | $(m, K)$ | |
# | $\ell_i$ | the loss of one example | $(m,)$ together | |
# | $J(w, b)$ | the cost: mean cross-entropy | scalar | `cross_entropy_from_logits(logits, labels)` |
# | $\alpha$ | the learning rate | scalar | `learning_rate` |
#
# Since Day 4 the weights have gained an axis. A class has its own column of `w` and its own entry of `b`,
# so a row of `x` gives $K$ logits where it gave one; and the target is a class number, an int, no longer 0
# or 1.

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## From two names to many
#
# A digit is one of ten. Such a problem is **multiclass**: exactly one of $K$ names is right. Day 4 answers
# yes or no. Two old ways make do with that:
#
# - **One-vs-all:** for each class ask "is it this one, or any other?" $K$ classifiers; the class with the
#   largest logit wins.
# - **One-vs-one:** for each *pair* of classes ask "this one or that one?", training on the examples of those
#   two alone. $\frac{K(K-1)}{2}$ classifiers, 45 for ten digits; each casts a vote, and most votes win.
#
# Both work better than they look. But are the answers of separate classifiers ever at odds? Three groups of
# points that lean past one another, and the lines of Day 4.

# %% demo
rng = np.random.default_rng(5)
group = np.arange(120) % 3  # (120,) the right class
angle = np.pi / 2 + 2 * np.pi * group / 3
outward = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (120, 2)
slanted = np.stack([np.cos(angle + 0.9), np.sin(angle + 0.9)], axis=1)
spots = 2.2 * outward + 3.2 * rng.uniform(-1, 1, (120, 1)) * slanted + rng.normal(0, 0.3, (120, 2))


def two_class_line(points, is_first):
    """Day 4 in short: weights (2,) and bias of a logistic regression."""
    weights, bias = np.zeros(2), 0.0
    for _ in range(400):
        gap = 1 / (1 + np.exp(-(points @ weights + bias))) - is_first
        weights, bias = weights - 0.5 * points.T @ gap / len(gap), bias - 0.5 * np.mean(gap)
    return weights, bias


side = np.linspace(-5, 5, 201)
plane = np.stack(np.meshgrid(side, side), axis=-1)  # (201, 201, 2)
claims, votes = np.zeros((2, 201, 201, 3), dtype=int)
for first in range(3):
    weights, bias = two_class_line(spots, group == first)
    claims[..., first] = plane @ weights + bias > 0
    for second in range(first):
        both = (group == first) | (group == second)
        weights, bias = two_class_line(spots[both], group[both] == first)
        says_first = plane @ weights + bias > 0
        votes[..., first] += says_first
        votes[..., second] += ~says_first

fig, (left, right) = plt.subplots(1, 2, figsize=(11, 5))
shades = {"levels": [-0.5, 0.5, 1.5, 2.5], "colors": ["0.6", "white", "0.85"]}
left.contourf(side, side, np.sum(claims, axis=-1), hatches=["//", "", ".."], **shades)
left.text(0, 0, "nobody", ha="center", va="center", fontsize=12, bbox={"facecolor": "white"})
for x_text, y_text in ((0, -4.2), (-3.9, 2.6), (3.9, 2.6)):
    left.text(x_text, y_text, "two", ha="center", va="center", fontsize=12, bbox={"facecolor": "white"})
left.set_title("One-vs-all: how many claim the point?")
shades = {"levels": [0.5, 1.5, 2.5], "colors": ["0.6", "white"]}
right.contourf(side, side, np.max(votes, axis=-1), hatches=["//", ""], **shades)
right.text(0, -0.9, "one vote each", ha="center", fontsize=12, bbox={"facecolor": "white"})
right.set_title("One-vs-one: where is there a tie?")
for ax in (left, right):
    for k in range(3):
        look = {"color": f"C{k}", "marker": "os^"[k], "edgecolors": "white", "linewidths": 0.8, "s": 40}
        ax.scatter(*spots[group == k].T, label=f"class {k}", **look)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-5, 5), ylim=(-5, 5), aspect="equal")
    ax.grid(False)
    ax.legend(loc="upper right", fontsize=9)
plt.show()

# %% [markdown]
# On the left there is a hatched middle that no class claims, and dotted wedges that two claim. On the right
# is a smaller region where every class wins against one rival and loses to the other. Comparing
# the logits settles such cases, but they come from separate problems on separate scales, and their
# sigmoids do not sum to 1. What we want is *one* model whose $K$ outputs are probabilities of $K$ names
# that exclude each other.
#
# ## Softmax: logits that share one whole
#
# Keep a linear score for each class, $z_{ik} = x_i \cdot w_k + b_k$ with $w_k$ the column of class $k$. These
# scores are the **logits**; any real numbers. To make them probabilities, make them positive with $e^z$, then
# divide by their sum. That is **softmax**:
#
# $$p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}} .$$
#
# By hand: the logits $(\log 1, \log 2, \log 5)$ become $1, 2, 5$, with the sum 8, so
# $p = (\frac18, \frac28, \frac58)$. Three facts follow from the formula.
#
# - *Only differences count.* The odds between two classes are $p_j / p_k = e^{z_j - z_k}$. Add 100 to every
#   logit and each exponential grows by the factor $e^{100}$, which cancels.
# - *The largest logit has the largest probability*, so `argmax` of the logits is the decision.
# - *With $K = 2$ it is Day 4:* $p_1 = e^{z_1} / (e^{z_0} + e^{z_1}) = \sigma(z_1 - z_0)$.
#
# ## Log-sum-exp
#
# The trouble is the sum. `float64` ends at about $e^{709.8}$, `float32`, in which networks are trained, at
# $e^{88.7}$. One bad step of training is enough for a logit of 90. On the other side $e^{-104}$ rounds to 0
# in `float32`, and if that happens to a whole row you divide 0 by 0. So compute the *logarithm* of the sum
# instead,
#
# $$\mathrm{LSE}(z) = \log \sum_k e^{z_k} ,$$
#
# and use that only differences count. Let $M = \max_k z_k$ and take $e^M$ out of the sum:
#
# $$\mathrm{LSE}(z) = M + \log \sum_k e^{z_k - M} .$$
#
# Both sides are equal for any $M$; the maximum makes the right one safe. No exponent is positive, so
# nothing overflows, and one term is $e^0 = 1$, so the logarithm never sees 0. By hand:
# $\mathrm{LSE}(\log 1, \log 2, \log 5) = \log 8$, and
# $\mathrm{LSE}(1000, 1000) = 1000 + \log 2 \approx 1000.693$.
#
# **Shapes.** A sum over `axis` removes that axis: $(m, K)$ with `axis=1` gives $(m,)$. For $z - M$ to
# broadcast, $M$ must keep the axis with length 1 (`keepdims`, Day 1), and at the end it must lose it.
#
# **The trap.** One maximum for the whole array is not enough. In a row that lies 1000 below it every
# exponential rounds to 0. *Each row has its own shift.* The next cell catches warnings, as on Day 4.


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: logsumexp
def logsumexp(z, axis):
    """Logarithm of the sum of exponentials along an axis, for numbers of any size.

    Args:
        z: array with at least one axis, float or int, finite; left unchanged.
        axis: the axis to sum over, int, negative ones counting from the end.

    Returns:
        Float array of the shape of z without that axis; a number if z has one axis. Neither overflows nor
        warns for entries of +-1000. About 3 lines.
    """
    ### BEGIN SOLUTION
    top = np.max(z, axis=axis, keepdims=True)
    total = np.sum(np.exp(z - top), axis=axis)
    return np.squeeze(top, axis=axis) + np.log(total)
    ### END SOLUTION


# %% test: logsumexp, points=2
z = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]))  # (2, 3)
with dd.check.unchanged(z):
    result = logsumexp(z, axis=1)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (2,), why="the axis that is summed over is gone")
dd.check.close(result, [np.log(8), np.log(10)], why="these are logs of 1 + 2 + 5 and 3 + 3 + 4")
dd.check.close(logsumexp(z, axis=0), np.log([4.0, 5.0, 9.0]), why="axis 0 sums down the columns")
z = np.array([[1000.0, 1000.0], [-1000.0, -1000.0]])
dd.check.finite(logsumexp(z, axis=1), why="large logits are no error")
dd.check.close(logsumexp(z, axis=1), [1000 + np.log(2), -1000 + np.log(2)], why="each row has its own largest")
warned = warnings_from(logsumexp, z, 1)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow on the way")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(50)
cases = [((1,), 0), ((4,), 0), ((4,), -1), ((1, 1), 1), ((1, 5), 1), ((5, 1), 1), ((5, 1), 0), ((3, 3), 0)]
cases += [((3, 3), -1), ((2, 6), 1), ((2, 6), -2), ((2, 3, 4), 0), ((2, 3, 4), 1), ((3, 1, 4), -1)]
for shape, axis in cases:
    z = rng.normal(0.0, 3.0, shape)
    with dd.check.unchanged(z):
        result = logsumexp(z, axis)
    rows = np.moveaxis(z, axis, -1)
    due = np.empty(rows.shape[:-1])
    for index in np.ndindex(due.shape):
        due[index] = math.log(sum(math.exp(value) for value in rows[index]))
    dd.check.shape(result, due.shape, why=f"of {shape} axis {axis} is gone")
    dd.check.close(result, due, rtol=1e-9, why="it is the log of the sum of exponentials")
    for shift in (-2000.0, 350.0, 1e4):
        moved = logsumexp(z + shift, axis)
        dd.check.close(moved, due + shift, rtol=1e-9, why="a number added to all entries is added here")
far_apart = np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -3000.0], [0.0, -800.0, 1.0], [0.0, 4000.0, 0.0]])
one_and_e = math.log1p(math.exp(-1.0))
due = [1000 + one_and_e, -1000 + one_and_e, 1 + one_and_e, 4000.0]
dd.check.close(logsumexp(far_apart, 1), due, rtol=1e-9, why="each row has its own largest entry")
dd.check.close(logsumexp(far_apart.T, 0), due, rtol=1e-9, why="each column has its own largest entry")
warned = warnings_from(logsumexp, far_apart, 1)
dd.check.equal(warned, [], what="the list of warnings", why="rows may lie far apart")
whole = logsumexp(np.array([[0, 0, 0], [2, 2, 2]]), 1)
dd.check.close(whole, [np.log(3), 2 + np.log(3)], why="whole logits are logits too")
small = np.array([[100.0, 100.0], [-200.0, -200.0]], dtype="float32")
due = [100 + np.log(2), -200 + np.log(2)]
dd.check.close(logsumexp(small, 1), due, why="float32 overflows at 88.7")
### END HIDDEN TESTS

# %% mistakes: logsumexp
# - replace: top = np.max(z, axis=axis, keepdims=True)
#   with: top = np.zeros_like(np.max(z, axis=axis, keepdims=True))
#   hint: "The exponentials overflow, or all round to 0. What can be taken out of the sum before you
#     exponentiate?"
# - replace: |-
#     top = np.max(z, axis=axis, keepdims=True)
#         total = np.sum(np.exp(z - top), axis=axis)
#         return np.squeeze(top, axis=axis) + np.log(total)
#   with: |-
#     top = np.max(z)
#         return top + np.log(np.sum(np.exp(z - top), axis=axis))
#   hint: "You shift the whole array by one maximum. A row far below it rounds to 0: whose maximum does each
#     row need?"
# - replace: np.squeeze(top, axis=axis) + np.log(total)
#   with: np.log(total)
#   hint: "You took something out of the sum and did not bring it back."
# - replace: np.squeeze(top, axis=axis) + np.log(total)
#   with: np.squeeze(top, axis=axis) - np.log(total)
#   hint: "The result is below the largest entry. The log of a sum is never less than the log of one of its
#     terms."
# - replace: np.sum(np.exp(z - top), axis=axis)
#   with: np.mean(np.exp(z - top), axis=axis)
#   hint: "You average the exponentials. The S in LSE stands for a sum."
# - replace: np.squeeze(top, axis=axis) + np.log(total)
#   with: top + np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True))
#   hint: "The values are right, but the summed axis is still there with length 1."
# - replace: np.squeeze(top, axis=axis) + np.log(total)
#   with: np.squeeze(top, axis=axis)
#   hint: "You return the largest entry. It is close when one entry towers over the rest, and only then."
# - replace: np.sum(np.exp(z - top), axis=axis)
#   with: np.sum(np.exp(z - top), axis=-1)
#   hint: "You always sum over the last axis, whichever was asked for."
# - replace: np.max(z, axis=axis, keepdims=True)
#   with: np.mean(z, axis=axis, keepdims=True)
#   hint: "Shifting by the mean keeps the formula right, but one entry may still tower far above it. Which
#     shift lets none do so?"
# - replace: np.max(z, axis=axis, keepdims=True)
#   with: np.min(z, axis=axis, keepdims=True)
#   hint: "You shift by the smallest entry, which makes the exponents larger still. Which one bounds them at
#     0?"


# %% accepts: logsumexp
def logsumexp(z, axis):
    return np.logaddexp.reduce(z, axis=axis)


# %% accepts: logsumexp
def logsumexp(z, axis):
    rows = np.moveaxis(z, axis, 0)  # the axis to sum over comes first, so that the rest broadcasts
    top = rows.max(axis=0)
    return np.log(np.exp(rows - top).sum(axis=0)) + top


# %% [markdown]
# The name "softmax" fits this function better than its owner. What does $\mathrm{LSE}(t, 0)$ look like next
# to $\max(t, 0)$?

# %% demo
t = np.linspace(-6, 6, 121)
soft = logsumexp(np.stack([t, np.zeros(121)], axis=1), axis=1)  # (121, 2) to (121,)
fig, ax = plt.subplots(figsize=(6.5, 4))
ax.plot(t, soft, label=r"$\mathrm{LSE}(t, 0)$")
ax.plot(t, np.maximum(t, 0), label=r"$\max(t, 0)$")
ax.plot(0, np.log(2), "o", color="black")
ax.annotate(r"$\log 2$ apart", (0, np.log(2)), xytext=(-3.2, 1.5), arrowprops={"arrowstyle": "->"})
ax.set(xlabel="$t$", ylabel="value", title="Log-sum-exp is a maximum with its corner rounded off")
ax.legend()
plt.show()

# %% [markdown]
# It lies above the maximum, by $\log K$ at most, where all $K$ entries are equal, and by next to nothing
# where one stands out. Its *slope* in $t$ runs from 0 to 1 along an S: it is the sigmoid of $t$. That is no
# accident, and we shall need it.
#
# Now softmax. Taking the logarithm of its formula gives $\log p_k = z_k - \mathrm{LSE}(z)$, so
#
# $$p_k = e^{\,z_k - \mathrm{LSE}(z)} .$$
#
# The exponent is never positive, since LSE is at least the maximum. For $z$ of shape $(m, K)$ it is one
# number a row, $(m,)$; think about the shape in which it can be subtracted from every entry of that row.


# %% exercise: softmax
def softmax(z):
    """Softmax over the last axis (Bridle 1990), for logits of any size.

    Args:
        z: logits, array of shape (..., K) with at least one axis, float or int, finite; left unchanged.

    Returns:
        Probabilities, float array of the shape of z; they sum to 1 along the last axis. Neither overflows nor
        warns for entries of +-1000. About 2 lines; logsumexp helps.
    """
    ### BEGIN SOLUTION
    log_total = np.expand_dims(logsumexp(z, axis=-1), -1)  # (..., 1)
    return np.exp(z - log_total)
    ### END SOLUTION


# %% test: softmax, points=2
z = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]))  # (2, 3)
with dd.check.unchanged(z):
    result = softmax(z)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (2, 3), why="each logit has a probability of its own")
dd.check.close(result, [[0.125, 0.25, 0.625], [0.3, 0.3, 0.4]], why="the first row is worked by hand")
dd.check.close(softmax(z[0]), [0.125, 0.25, 0.625], why="a single row may come alone")
z = np.array([[1000.0, 0.0], [-1000.0, -1000.0]])
dd.check.finite(softmax(z), why="large logits are no error")
dd.check.close(softmax(z), [[1.0, 0.0], [0.5, 0.5]], why="only differences within a row count")
warned = warnings_from(softmax, z)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow on the way")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(51)
for shape in [(1,), (4,), (1, 1), (1, 5), (5, 1), (3, 3), (2, 6), (2, 3, 4), (3, 1, 2)]:
    z = rng.normal(0.0, 3.0, shape)
    with dd.check.unchanged(z):
        p = softmax(z)
    dd.check.shape(p, shape, why="each logit has a probability of its own")
    dd.check.dtype(p, "float")
    due = np.empty(shape)
    for index in np.ndindex(shape[:-1]):
        raised = [math.exp(value) for value in z[index]]
        due[index] = [value / sum(raised) for value in raised]
    dd.check.close(p, due, rtol=1e-9, atol=1e-12, why="it is the share of the row's sum of exponentials")
    whole = np.ones(shape[:-1])
    dd.check.close(p.sum(axis=-1), whole, what="the sums over the last axis", why="a row shares one whole")
    moved = softmax(z + 1000 * rng.normal(size=(*shape[:-1], 1)))
    dd.check.close(moved, due, rtol=1e-9, atol=1e-12, why="a number added to a whole row changes nothing")
two = softmax(np.array([[0.0, 1.5], [2.0, -1.0]]))
dd.check.close(two[:, 1], 1 / (1 + np.exp([-1.5, 3.0])), why="two classes are the sigmoid of the difference")
far_apart = np.array([[1e4, -1e4, 1e4], [-1000.0, -1000.0, -1001.0], [3.0, 3.0, 3.0]])
sure = 1 / (2 + math.exp(-1.0))
due = [[0.5, 0.0, 0.5], [sure, sure, 1 - 2 * sure], [1 / 3, 1 / 3, 1 / 3]]
dd.check.close(softmax(far_apart), due, why="rows may lie far apart")
warned = warnings_from(softmax, far_apart)
dd.check.equal(warned, [], what="the list of warnings", why="rows may lie far apart")
dd.check.close(softmax(np.array([[0, 0], [1, 1]])), np.full((2, 2), 0.5), why="whole logits count too")
small = softmax(np.array([[100.0, 100.0], [-200.0, -300.0]], dtype="float32"))
why = "float32 overflows at 88.7, and of a logit of 200 it keeps five decimals"
dd.check.close(small, [[0.5, 0.5], [1.0, 0.0]], rtol=1e-4, why=why)
### END HIDDEN TESTS

# %% mistakes: softmax
# - replace: |-
#     log_total = np.expand_dims(logsumexp(z, axis=-1), -1)  # (..., 1)
#         return np.exp(z - log_total)
#   with: |-
#     raised = np.exp(z)
#         return raised / np.sum(raised, axis=-1, keepdims=True)
#   hint: "That is the formula as it stands, and it divides infinity by infinity, or 0 by 0, for large logits.
#     What may you subtract from a row first?"
# - replace: |-
#     log_total = np.expand_dims(logsumexp(z, axis=-1), -1)  # (..., 1)
#         return np.exp(z - log_total)
#   with: |-
#     raised = np.exp(z - np.max(z))
#         return raised / np.sum(raised, axis=-1, keepdims=True)
#   hint: "One maximum for the whole array leaves 0 divided by 0 in rows far below it. Each row needs its own
#     shift."
# - replace: np.expand_dims(logsumexp(z, axis=-1), -1)
#   with: np.expand_dims(logsumexp(z, axis=0), 0)
#   hint: "Your columns sum to 1. The classes of one example share one whole, and they lie along the last
#     axis."
# - replace: np.exp(z - log_total)
#   with: z - log_total
#   hint: "Those are the logarithms of the probabilities."
# - replace: np.exp(z - log_total)
#   with: np.exp(z - np.max(z, axis=-1, keepdims=True))
#   hint: "Your largest entry is always 1 and the rows sum to more. The shift is there; the division is not."
# - replace: np.expand_dims(logsumexp(z, axis=-1), -1)
#   with: logsumexp(z, axis=-1)
#   hint: "The sums have shape (m,), which NumPy lines up with the columns. In which shape do they line up
#     with the rows?"
# - replace: np.exp(z - log_total)
#   with: 1 / (1 + np.exp(np.clip(-z, -700, 700)))
#   hint: "A sigmoid for each class looks at one logit only, and the row does not sum to 1."
# - replace: np.expand_dims(logsumexp(z, axis=-1), -1)
#   with: np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z)
#   hint: "All examples together sum to 1 in your result. Each row has a sum of its own."


# %% accepts: softmax
def softmax(z):
    raised = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


# %% accepts: softmax
def softmax(z):
    p = np.empty(z.shape)
    for index in np.ndindex(z.shape[:-1]):
        p[index] = [1 / np.sum(np.exp(np.minimum(z[index] - z_k, 600.0))) for z_k in z[index]]
    return p


# %% [markdown]
# The softmax of a row cannot tell where its logits lie, only how far apart. So what does adding to a row do,
# and what does multiplying it?

# %% demo
base = np.array([0.0, 1.0, 2.5, 1.5])
rows = {"$z$": base, "$z + 100$": base + 100, "$3z$": 3 * base, "$z / 3$": base / 3}
fig, panels = plt.subplots(1, 4, figsize=(12, 3.2), sharey=True)
for ax, (name, row) in zip(panels, rows.items(), strict=True):
    bars = ax.bar(range(4), softmax(row), color="0.6", edgecolor="black")
    ax.bar_label(bars, fmt="%.2f", fontsize=10)
    ax.set(title=f"Softmax of {name}", xlabel="class", xticks=range(4), ylim=(0, 1.1))
panels[0].set_ylabel("probability")
plt.show()

# %% [markdown]
# Adding changes nothing. Multiplying sharpens the row towards the largest logit or flattens it towards
# equal shares, and leaves the order as it is. Longer weights make a more confident model, as on Day 4.
#
# ## Cross-entropy, straight from the logits
#
# The loss is Day 4's surprise: minus the logarithm of the probability given to what happened, here
# $-\log p_c$ with $c$ the right class. Its name, **cross-entropy**, comes from information theory (Shannon
# 1948): if symbols occur with the shares $y_k$ and you write them in a code that is ideal for the shares
# $p_k$, you spend $-\sum_k y_k \log p_k$ on average. With one-hot $y$ a single term is left.
#
# Now do *not* compute $p$. We know its logarithm:
#
# $$\ell = -\log p_c = \mathrm{LSE}(z) - z_c, \qquad J = \frac1m \sum_{i=1}^{m} \big[\mathrm{LSE}(z_i) -
# z_{i c_i}\big] .$$
#
# Read it as a race. LSE is about the largest logit, so the loss is how far the right class lags behind the
# leader, and never quite 0. By hand: $z_1 = (\log 1, \log 2, \log 5)$ with $c_1 = 2$ costs
# $\log 8 - \log 5 \approx 0.470$; $z_2 = (0, 0, 0)$ with $c_2 = 0$ costs $\log 3 - 0 \approx 1.099$; the mean
# is $0.784$.
#
# This is what **`from_logits=True`** means in a library's loss: hand over $z$, and softmax and logarithm are
# taken in one. With `from_logits=False` the loss receives $p$, which may have been rounded to 0 already; all
# it can do is clip, as we did on Day 4.
#
# **Shapes.** From each row of an $(m, K)$ array you want a single entry, in the column that `labels` names:
# $m$ numbers, so you need $m$ row numbers to pair with the $m$ column numbers. `logits[:, labels]` is
# something else: *all* rows, with the columns picked $m$ times over, $(m, m)$.


# %% exercise: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    """Mean cross-entropy of integer labels under the softmax of the logits.

    Args:
        logits: array of shape (m, K), float or int, finite, m >= 1; left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; left unchanged.

    Returns:
        The mean over the examples, a float in nats, exact for logits of +-1000: nothing is clipped.
        About 3 lines; use logsumexp.
    """
    ### BEGIN SOLUTION
    right = logits[np.arange(len(labels)), labels]  # (m,)
    return np.mean(logsumexp(logits, axis=1) - right)
    ### END SOLUTION


# %% test: cross_entropy_from_logits, points=2
logits = np.array([[0.0, np.log(2), np.log(5)], [0.0, 0.0, 0.0]])
labels = np.array([2, 0])
dd.check.kind(cross_entropy_from_logits(logits, labels), float)
due = (np.log(8 / 5) + np.log(3)) / 2
dd.check.close(cross_entropy_from_logits(logits, labels), due, why="this is the example worked by hand")
far = np.array([[1000.0, 0.0], [0.0, 1000.0]])
wrong = cross_entropy_from_logits(far, np.array([1, 0]))
dd.check.close(wrong, 1000.0, why="both right classes lag by 1000, and nothing is clipped")
dd.check.close(cross_entropy_from_logits(far, np.array([0, 1])), 0.0, why="sure and right costs nothing")
warned = warnings_from(cross_entropy_from_logits, far, np.array([1, 0]))
dd.check.equal(warned, [], what="the list of warnings", why="no logarithm of 0 may be taken")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(52)
for m, k in [(1, 1), (1, 5), (6, 1), (3, 3), (2, 7), (9, 4)]:
    logits, labels = rng.normal(0.0, 3.0, (m, k)), rng.integers(0, k, m)
    with dd.check.unchanged(logits), dd.check.unchanged(labels):
        result = cross_entropy_from_logits(logits, labels)
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        raised = [math.exp(value) for value in row]
        total -= math.log(raised[label] / sum(raised))
    dd.check.shape(result, (), why="the cost is one number for all examples")
    dd.check.close(result, total / m, rtol=1e-9, atol=1e-12, why="it is the mean of -log p, right class")
    moved = cross_entropy_from_logits(logits + 1000 * rng.normal(size=(m, 1)), labels)
    dd.check.close(moved, total / m, atol=1e-9, why="a number added to a whole row changes nothing")
    again = cross_entropy_from_logits(np.concatenate([logits, logits]), np.concatenate([labels, labels]))
    dd.check.close(again, total / m, rtol=1e-9, why="the same examples twice over have the same mean")
    equal = cross_entropy_from_logits(np.full((m, k), 7.0), labels)
    dd.check.close(equal, math.log(k), why="with equal logits each class has probability 1/K")
z = rng.normal(0.0, 4.0, 20)
y = rng.integers(0, 2, 20)
two = cross_entropy_from_logits(np.stack([np.zeros(20), z], axis=1), y)
due = np.mean(np.logaddexp(0, np.where(y == 1, -z, z)))
dd.check.close(two, due, why="two classes with logits 0 and z are logistic regression")
mixed = np.array([[-5e3, 0.0, 5e3], [5e3, 0.0, -5e3], [-900.0, -900.0, -900.0], [40.0, 0.0, 40.0]])
cost = cross_entropy_from_logits(mixed, np.array([0, 1, 2, 1]))
due = (1e4 + 5e3 + math.log(3) + 40 + math.log(2)) / 4
dd.check.close(cost, due, rtol=1e-9, why="each example costs what its right class lags behind")
lagging = cross_entropy_from_logits(np.array([[30.0, 0.0]]), np.array([1]))
dd.check.close(lagging, 30.0, why="a probability of e**-30 is small and still counts in full")
small = cross_entropy_from_logits(np.array([[200.0, 0.0]], dtype="float32"), np.array([1]))
dd.check.close(small, 200.0, why="in float32 the probability rounds to 0, the loss need not")
whole = cross_entropy_from_logits(np.array([[3, 3]]), np.array([1]))
dd.check.close(whole, math.log(2), why="whole logits count too")
### END HIDDEN TESTS

# %% mistakes: cross_entropy_from_logits
# - replace: np.mean(logsumexp(logits, axis=1) - right)
#   with: np.sum(logsumexp(logits, axis=1) - right)
#   hint: "Your cost grows with the number of examples. The losses are to be averaged."
# - replace: logsumexp(logits, axis=1) - right
#   with: right - logsumexp(logits, axis=1)
#   hint: "Your cost is negative. The right class lags behind the leader: which of the two is larger?"
# - replace: |-
#     right = logits[np.arange(len(labels)), labels]  # (m,)
#         return np.mean(logsumexp(logits, axis=1) - right)
#   with: return -np.mean(np.log(softmax(logits)[np.arange(len(labels)), labels]))
#   hint: "A probability that has rounded to 0 costs infinity. You know log p without computing p."
# - replace: |-
#     right = logits[np.arange(len(labels)), labels]  # (m,)
#         return np.mean(logsumexp(logits, axis=1) - right)
#   with: return -np.mean(np.log(softmax(logits)[np.arange(len(labels)), labels] + 1e-12))
#   hint: "A small number inside the logarithm caps the loss near 27.6 and hides how wrong a confident mistake
#     is."
# - replace: np.arange(len(labels)), labels
#   with: ":, labels"
#   hint: "You pick whole columns, (m, m) numbers. Each row should give one, in the column of its own label."
# - replace: logsumexp(logits, axis=1) - right
#   with: -right
#   hint: "You reward a large logit of the right class and charge nothing for the others. What do they all
#     share?"
# - replace: logsumexp(logits, axis=1) - right
#   with: np.max(logits, axis=1) - right
#   hint: "You compare with the largest logit. The loss compares with its softened version."
# - replace: logsumexp(logits, axis=1) - right
#   with: logsumexp(logits, axis=1) - np.max(logits, axis=1)
#   hint: "You score the class that the model prefers. The loss is about the class that is right."
# - replace: logsumexp(logits, axis=1)
#   with: logsumexp(softmax(logits), axis=1)
#   hint: "You took the softmax first, so it is applied twice. The logits go in as they are."


# %% accepts: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    one_hot = np.arange(logits.shape[1]) == labels[:, None]  # (m, K)
    lag = logits - np.sum(logits * one_hot, axis=1, keepdims=True)
    return np.mean(np.logaddexp.reduce(lag, axis=1))


# %% accepts: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        top = max(row)
        total += float(top) - float(row[label]) + float(np.log(np.sum(np.exp(row - top))))
    return total / len(labels)


# %% [markdown]
# What do the other ways of writing this loss do in `float32`? First let the right class lag behind by more
# and more. Then keep the lag at 1, and slide both logits up and down together, which should change nothing.


# %% demo
def naive_loss(logits, labels):
    """Softmax as the formula has it, then the logarithm."""
    raised = np.exp(logits)
    p = raised / raised.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels])


def clipped_loss(logits, labels):
    """A good softmax, then a clip, then the logarithm."""
    p = np.clip(softmax(logits), 1e-7, 1)
    return -np.log(p[np.arange(len(labels)), labels])


lags = np.linspace(0, 160, 321, dtype="float32")
slides = np.linspace(-160, 160, 641, dtype="float32")
growing = np.stack([lags, np.zeros(321, "float32")], axis=1)  # (321, 2), class 1 is right
sliding = np.stack([slides, slides - 1], axis=1)  # (641, 2), class 1 is right
ways = {
    "from logits": lambda z, c: np.array([cross_entropy_from_logits(z[[i]], c[[i]]) for i in range(len(z))]),
    "softmax, clip, log": clipped_loss,
    "naive": naive_loss,
}
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
for (name, way), width in zip(ways.items(), (6, 2.5, 2.5), strict=True):
    look = {"linewidth": width, "alpha": 0.35 if name == "from logits" else 1.0, "label": name}
    for ax, positions, pairs in ((left, lags, growing), (right, slides, sliding)):
        with np.errstate(all="ignore"):  # overflow is what this cell is about
            losses = np.asarray(way(pairs, np.ones(len(pairs), int)), dtype=float)
        losses[~np.isfinite(losses)] = np.nan  # a gap in the curve
        ax.plot(positions, losses, **look)
        if name == "naive":
            ends = positions[np.isfinite(losses)]
            print(f"naive loss finite from {ends[0]:.1f} to {ends[-1]:.1f}")
left.axvline(88.7, color="black", linewidth=0.8, linestyle=":")
left.text(90, 5, "naive: inf from here", fontsize=10)
left.set(xlabel="lag of the right class (logits)", ylabel="loss", title="A mistake grows worse")
for place, text in ((-132, "naive:\nNaN"), (124, "naive:\nNaN")):
    right.text(place, 0.5, text, ha="center", fontsize=10)
right.set(xlabel="added to both logits", ylabel="loss", ylim=(0, 2.2), title="The same lag, slid up and down")
left.legend(loc="upper left")
right.legend(loc="upper right")
plt.show()

# %% [markdown]
# On the left the true loss is a straight line: as much further behind, as much dearer. The naive way
# follows it and then falls off the edge at 88.7, where $e^{z}$ overflows. The clip never breaks, and that
# is its danger: from a lag of 16 on, every mistake looks equally bad, and its slope is zero, so descent has
# nothing to go by. On the right the naive loss is right inside a window only: noise at its left edge, where
# `float32` runs out of digits near 0, and NaN beyond. One NaN in one example makes the mean NaN, then the
# gradient, then every weight. Ours is the wide pale band: it is right everywhere.
#
# A second accident with `from_logits` makes no noise at all: handing *probabilities* to a loss that expects
# logits. Softmax is applied twice, and logits between 0 and 1 cannot be far apart. What is the best loss
# that a perfect model of ten classes can then reach?

# %% demo
perfect = np.eye(10)  # each digit's right class has probability 1
print(f"{cross_entropy_from_logits(perfect, np.arange(10)):.3f}")

# %% [markdown]
# If a loss over ten classes gets stuck near 1.46, look for a softmax too many.
#
# ## The gradient
#
# How does LSE change with one logit? Its derivative is $e^{z_k} / \sum_j e^{z_j}$, which is $p_k$: **softmax
# is the gradient of log-sum-exp**. (That was the S in the slope above.) The other term, $-z_c$, has the slope
# $-1$ at the right class and 0 elsewhere. Together, with $y$ the one-hot labels,
#
# $$\frac{\partial \ell_i}{\partial z_{ik}} = p_{ik} - y_{ik} = e_{ik} .$$
#
# Prediction minus target, for the third time this week. What does it look like, for three examples that are
# sure and right, unsure, and sure and wrong?

# %% demo
three = np.array([[4.0, 0.0, 0.5], [0.2, 0.0, 0.1], [0.0, 4.0, 0.5]])  # (3, 3) logits
targets = np.eye(3)[[0, 0, 0]]  # class 0 is right in each
parts = {"$p$": softmax(three), "$y$, one-hot": targets, "$e = p - y$": softmax(three) - targets}
fig, panels = plt.subplots(1, 3, figsize=(12, 3.2))
for ax, (name, part) in zip(panels, parts.items(), strict=True):
    dd.plot.matrix(part, ax, row_labels=["right", "unsure", "wrong"], title=name, cmap="Greys")
    ax.set_xlabel("class")
plt.show()

# %% [markdown]
# A negative error asks for a larger logit, a positive one for a smaller. The right example asks for next to
# nothing, the wrong one for nearly the most it can. Every row of $e$ sums to 0: what the right class is to
# gain, the others are to lose.
#
# From here on it is Day 4 with one more axis. Weight $w_{jk}$ multiplies feature $j$ on its way to class $k$:
#
# $$\frac{\partial J}{\partial w_{jk}} = \frac1m \sum_{i=1}^m x_{ij}\, e_{ik} , \qquad
# \frac{\partial J}{\partial b_k} = \frac1m \sum_{i=1}^m e_{ik} .$$
#
# **Shapes.** $X$ is $(m, n)$ and $e$ is $(m, K)$; the slopes must be $(n, K)$ and $(K,)$, the shapes of $w$
# and $b$. What must vanish is $m$, and that tells you which matrix product it is.
#
# By hand: $x_1 = (1, 0)$, $x_2 = (0, 2)$, the first row of $w$ is $(\log 1, \log 2, \log 5)$, the second
# and $b$ are 0. The logits are those of the last example by hand, so $p_1 = (\frac18, \frac28, \frac58)$
# and $p_2 = (\frac13, \frac13, \frac13)$. With the labels 2 and 0 the errors are
# $e_1 = (\frac18, \frac28, -\frac38)$ and $e_2 = (-\frac23, \frac13, \frac13)$. Feature 1 is used by
# example 1 alone, so the first row of slopes is $\frac12 e_1 = (\frac1{16}, \frac18, -\frac3{16})$; the
# second is $\frac12 \cdot 2\, e_2 = (-\frac23, \frac13, \frac13)$; and along the biases we have
# $\frac12(e_1 + e_2) = (-\frac{13}{48}, \frac{14}{48}, -\frac{1}{48})$.


# %% exercise: softmax_gradient
def softmax_gradient(x, labels, w, b):
    """Gradient of the mean cross-entropy of softmax regression.

    Args:
        x: features, array of shape (m, n); left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; left unchanged.
        w: weights, array of shape (n, K); left unchanged.
        b: biases, array of shape (K,); left unchanged.

    Returns:
        Tuple (dw, db) of float arrays with the shapes of w and b. About 5 lines; use softmax.
    """
    ### BEGIN SOLUTION
    error = softmax(x @ w + b)  # (m, K)
    error[np.arange(len(labels)), labels] -= 1
    dw = x.T @ error / len(labels)  # (n, K)
    db = np.mean(error, axis=0)  # (K,)
    return dw, db
    ### END SOLUTION


# %% test: softmax_gradient, points=3
x = np.array([[1.0, 0.0], [0.0, 2.0]])
labels = np.array([2, 0])
w = np.array([[0.0, np.log(2), np.log(5)], [0.0, 0.0, 0.0]])
result = softmax_gradient(x, labels, w, np.zeros(3))
dd.check.kind(result, tuple)
dw, db = result
for slopes, shape, name in ((dw, (2, 3), "dw"), (db, (3,), "db")):
    dd.check.kind(slopes, np.ndarray, what=name)
    dd.check.shape(slopes, shape, what=name, why="a gradient has the shape of what it is taken for")
    dd.check.finite(slopes, what=name)
due = [[1 / 16, 1 / 8, -3 / 16], [-2 / 3, 1 / 3, 1 / 3]]
dd.check.close(dw, due, what="dw", why="this is the example worked by hand")
dd.check.close(db, [-13 / 48, 14 / 48, -1 / 48], what="db", why="this is the example worked by hand")
### BEGIN HIDDEN TESTS
import math


def slow_cost(x, labels, w, b):
    total = 0.0
    for row, label in zip(x, labels, strict=True):
        total += np.logaddexp.reduce(row @ w + b) - (row @ w + b)[label]
    return total / len(labels)


rng = np.random.default_rng(53)
for m, n, k in [(1, 1, 1), (1, 3, 2), (6, 1, 4), (5, 4, 1), (3, 3, 3), (2, 5, 3), (12, 2, 4)]:
    x, labels = rng.normal(0.5, 1.0, (m, n)), rng.integers(0, k, m)
    w, b = rng.normal(0.0, 1.0, (n, k)), rng.normal(0.0, 1.0, k)
    with dd.check.unchanged(x), dd.check.unchanged(labels), dd.check.unchanged(w), dd.check.unchanged(b):
        dw, db = softmax_gradient(x, labels, w, b)
    dd.check.shape(dw, (n, k), what="dw", why="it has the shape of w")
    dd.check.shape(db, (k,), what="db", why="it has the shape of b")
    due_w, due_b = np.zeros((n, k)), np.zeros(k)
    for i in range(m):
        raised = [math.exp(value) for value in x[i] @ w + b]
        for c in range(k):
            e_ic = raised[c] / sum(raised) - (1 if labels[i] == c else 0)
            due_b[c] += e_ic / m
            due_w[:, c] += e_ic * x[i] / m
    dd.check.close(dw, due_w, what="dw", why="weight (j, k) meets feature j and class k of every example")
    dd.check.close(db, due_b, what="db", why="it is the mean of the errors, class by class")
    dd.check.gradient(lambda v, x=x, c=labels, b=b: slow_cost(x, c, v, b), w, dw, what="dw")
    dd.check.gradient(lambda v, x=x, c=labels, w=w: slow_cost(x, c, w, v), b, db, what="db")
    sums = dw.sum(axis=1)
    dd.check.close(sums, np.zeros(n), what="the sums of dw over classes", why="errors of a row sum to 0")
    again = softmax_gradient(np.concatenate([x, x]), np.concatenate([labels, labels]), w, b)
    dd.check.close(again[0], due_w, what="dw of the examples twice over", why="the cost is a mean")
    dd.check.close(again[1], due_b, what="db of the examples twice over", why="the cost is a mean")

# Logits of +-2000: right, wrong, and undecided.
x = np.array([[2.0], [-2.0], [0.0]])
dw, db = softmax_gradient(x, np.array([0, 0, 1]), np.array([[1000.0, -1000.0]]), np.zeros(2))
dd.check.close(dw, [[2 / 3, -2 / 3]], what="dw", why="the errors are 0, (-1, 1) and (1/2, -1/2)")
dd.check.close(db, [-0.5 / 3, 0.5 / 3], what="db", why="the errors are 0, (-1, 1) and (1/2, -1/2)")
dw, db = softmax_gradient(np.array([[2], [4]]), np.array([1, 0]), np.array([[0, 0]]), np.array([0, 0]))
dd.check.close(dw, [[-0.5, 0.5]], what="dw", why="whole numbers are numbers too")
### END HIDDEN TESTS

# %% mistakes: softmax_gradient
# - replace: x.T @ error / len(labels)
#   with: x.T @ error
#   hint: "dw grows with the number of examples. The cost is a mean."
# - replace: np.mean(error, axis=0)
#   with: np.sum(error, axis=0)
#   hint: "db grows with the number of examples. The cost is a mean."
# - replace: error[np.arange(len(labels)), labels] -= 1
#   with: error[:, labels] -= 1
#   hint: "You subtract 1 in whole columns. Each row should lose 1 in one place, the column of its own label."
# - replace: |-
#     error[np.arange(len(labels)), labels] -= 1
#         dw
#   with: |-
#     error = np.eye(len(b))[labels] - error
#         dw
#   hint: "The gradient has the wrong sign: the error is prediction minus target."
# - replace: np.mean(error, axis=0)
#   with: np.mean(error, axis=1)
#   hint: "db must have one entry for each class. Which axis of the errors counts the examples?"
# - replace: np.mean(error, axis=0)
#   with: np.mean(error, axis=0, keepdims=True)
#   hint: "The values of db are right, but b has a single axis."
# - replace: np.mean(error, axis=0)
#   with: np.mean(error)
#   hint: "db is one number, and always 0. Each class has a bias, and so a slope, of its own."
# - replace: x.T @ error / len(labels)
#   with: error.T @ x / len(labels)
#   hint: "dw came out transposed: compare its shape with that of w."
# - replace: |-
#     error[np.arange(len(labels)), labels] -= 1
#         dw
#   with: |-
#     right = error[np.arange(len(labels)), labels] - 1
#         error = np.zeros(error.shape)
#         error[np.arange(len(labels)), labels] = right
#         dw
#   hint: "You keep the error of the right class and drop the others. A wrong class with a high probability
#     must be pushed down."
# - replace: x @ w + b
#   with: x @ w
#   hint: "Your logits lack the biases."
# - replace: |-
#     error[np.arange(len(labels)), labels] -= 1
#         dw
#   with: |-
#     error = error * (1 - error) * (error - np.eye(len(b))[labels])
#         dw
#   hint: "Your errors carry a factor p(1 - p). In cross-entropy it has cancelled."
# - replace: return dw, db
#   with: return db, dw
#   hint: "The slopes come in the wrong order: the weights' first, then the biases'."


# %% accepts: softmax_gradient
def softmax_gradient(x, labels, w, b):
    one_hot = (labels[:, None] == np.arange(len(b))).astype(float)  # (m, K)
    error = (softmax(x @ w + b) - one_hot) / len(x)
    return np.einsum("mn,mk->nk", x, error), error.sum(axis=0)


# %% accepts: softmax_gradient
def softmax_gradient(x, labels, w, b):
    dw, db = np.zeros(w.shape), np.zeros(len(b))
    for row, label in zip(x, labels, strict=True):
        error = softmax(row @ w + b)
        error[label] -= 1.0
        dw += np.outer(row, error)
        db += error
    return dw / len(x), db / len(x)


# %% [markdown]
# ## Descent, once more
#
# The loop is that of Days 2 and 4, on arrays with one more axis. It starts at zero, where all $K$ logits
# are equal and the cost is $\log K$ whatever the data: $2.303$ for ten classes. (Zero is a good start here
# because the cost is convex in $w$ and $b$, a bowl. Networks with hidden layers must not start there; Day
# 31 says why.) Since the errors of a row sum to 0, every step keeps $\sum_k w_{jk} = 0$: of the $K$ columns
# one is redundant, and descent never notices.
#
# By hand, the two examples from above, all parameters 0: $p = \frac13$ everywhere,
# $e_1 = (\frac13, \frac13, -\frac23)$, $e_2 = (-\frac23, \frac13, \frac13)$. A step with $\alpha = 3$ takes
# the weights to $(-\frac12, -\frac12, 1)$ in the first row and $(2, -1, -1)$ in the second, and the biases
# to $(\frac12, -1, \frac12)$. The logits are now $(0, -1.5, 1.5)$ and $(4.5, -3, -1.5)$, and the cost has
# fallen from $\log 3 \approx 1.099$ to $0.122$.
#
# Along a row of logits the cost bends by $\frac12$ at most. As before that gives a rate which never raises
# it: $\alpha \le 4 / (\frac1m \sum_i |x_i|^2 + 1)$.


# %% exercise: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    """Fit a softmax regression by batch gradient descent from w = 0, b = 0.

    Args:
        x: features, array of shape (m, n); left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to num_classes - 1; left unchanged.
        num_classes: K, int >= 1; some classes may have no example.
        learning_rate: stride for each unit of slope, float > 0.
        num_steps: steps to take, int >= 0.

    Returns:
        Tuple (w, b, history): weights, array of shape (n, K); biases, array of shape (K,); and the costs,
        array of shape (num_steps + 1,), history[k] being the mean cross-entropy after k steps. About 8 lines;
        use cross_entropy_from_logits and softmax_gradient.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)
    ### END SOLUTION


# %% test: fit_softmax, points=1
x = np.array([[1.0, 0.0], [0.0, 2.0]])
labels = np.array([2, 0])
result = fit_softmax(x, labels, 3, learning_rate=3.0, num_steps=1)
dd.check.kind(result, tuple)
w, b, history = result
for value, shape, name in ((w, (2, 3), "w"), (b, (3,), "b"), (history, (2,), "history")):
    dd.check.kind(value, np.ndarray, what=name)
    dd.check.shape(value, shape, what=name)
dd.check.close(w, [[-0.5, -0.5, 1.0], [2.0, -1.0, -1.0]], what="w", why="this is the step worked by hand")
dd.check.close(b, [0.5, -1.0, 0.5], what="b", why="this is the step worked by hand")
lags = [np.log(np.sum(np.exp([0.0, -1.5, 1.5]))) - 1.5, np.log(np.sum(np.exp([4.5, -3.0, -1.5]))) - 4.5]
dd.check.close(history, [np.log(3), np.mean(lags)], what="history", why="this is the step worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(54)
cases = [(1, 1, 2, 3, 0.5), (2, 3, 4, 0, 0.1), (5, 1, 3, 1, 0.3), (6, 2, 1, 4, 0.3), (20, 2, 5, 9, 0.8)]
for m, n, k, num_steps, rate in cases:
    x, labels = rng.normal(0.5, 1.0, (m, n)), rng.integers(0, max(1, k - 1), m)  # none of the last class
    with dd.check.unchanged(x), dd.check.unchanged(labels):
        w, b, history = fit_softmax(x, labels, k, rate, num_steps)
    one_hot = np.eye(k)[labels]
    slow_w, slow_b, slow_history = np.zeros((n, k)), np.zeros(k), []
    for step in range(num_steps + 1):
        raised = np.exp([[sum(row * slow_w[:, c]) + slow_b[c] for c in range(k)] for row in x])
        p = raised / raised.sum(axis=1, keepdims=True)
        slow_history.append(-sum(np.log(p[i, labels[i]]) for i in range(m)) / m)
        if step < num_steps:
            slopes_w = sum(np.outer(x[i], p[i] - one_hot[i]) for i in range(m)) / m
            slow_w, slow_b = slow_w - rate * slopes_w, slow_b - rate * sum(p - one_hot) / m
    why = f"{num_steps} steps at rate {rate} lead there"
    dd.check.shape(w, (n, k), what="w", why="there is a column for each class, with or without examples")
    dd.check.shape(b, (k,), what="b", why="there is a bias for each class")
    why_length = "it has a cost for the start and one for each step"
    dd.check.shape(history, (num_steps + 1,), what="history", why=why_length)
    dd.check.close(w, slow_w, rtol=1e-8, what="w", why=why)
    dd.check.close(b, slow_b, rtol=1e-8, what="b", why=why)
    dd.check.close(history, slow_history, what="history", why="history[k] is the cost after k steps")

# Where descent arrives, the mean probability of a class is its share, and each group has its own.
x = np.array([[0.0]] * 10 + [[1.0]] * 10)
labels = np.array([0] * 6 + [1] * 3 + [2] * 1 + [0] * 2 + [1] * 2 + [2] * 6)
w, b, history = fit_softmax(x, labels, 3, 2.0, 3000)
shares = np.log([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])
logits = np.array([b, w[0] + b])
centred = logits - logits.mean(axis=1, keepdims=True)
due = shares - shares.mean(axis=1, keepdims=True)
dd.check.close(centred, due, rtol=1e-4, what="the centred logits", why="they are the logs of the shares")
assert np.all(np.diff(history) <= 1e-12), "At a rate this small the cost must never rise."
dd.check.close(w.sum(), 0.0, what="the sum of w", why="errors of a row sum to 0, and so do their steps")
### END HIDDEN TESTS

# %% mistakes: fit_softmax
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = w + learning_rate * dw
#             b = b + learning_rate * db
#   hint: "Your cost climbs. The gradient points uphill; which way do you want to walk?"
# - replace: b = b - learning_rate * db
#   with: b = b - learning_rate * softmax_gradient(x, labels, w, b)[1]
#   hint: "w has moved before the slope along b is taken. To which place do both slopes belong?"
# - replace: np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
#   with: np.ones((x.shape[1], num_classes)), np.ones(num_classes)
#   hint: "Equal starting weights give equal probabilities, so your costs are right, but the docstring says
#     where to start."
# - replace: |-
#     w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
#   with: |-
#     num_classes = np.max(labels) + 1
#         w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
#   hint: "You count the classes among the labels. One of them may have no example today."
# - replace: "history = [cross_entropy_from_logits(x @ w + b, labels)]"
#   with: history = []
#   hint: "Your history lacks the cost at the start. Count the posts of the fence, not its panels."
# - replace: |-
#     dw, db = softmax_gradient(x, labels, w, b)
#             w = w - learning_rate * dw
#             b = b - learning_rate * db
#             history.append(cross_entropy_from_logits(x @ w + b, labels))
#   with: |-
#     history.append(cross_entropy_from_logits(x @ w + b, labels))
#             dw, db = softmax_gradient(x, labels, w, b)
#             w = w - learning_rate * dw
#             b = b - learning_rate * db
#   hint: "You note the cost before the step: the first is there twice and the last is missing."
# - replace: b = b - learning_rate * db
#   with: b = b - 0 * db
#   hint: "Your biases never move. They have slopes of their own."
# - replace: range(num_steps)
#   with: range(1, num_steps)
#   hint: "You take one step too few. How many turns does your loop make?"
# - replace: |-
#     for _ in range(num_steps):
#             dw, db = softmax_gradient(x, labels, w, b)
#   with: |-
#     dw, db = softmax_gradient(x, labels, w, b)
#         for _ in range(num_steps):
#   hint: "You look at the slopes once and then walk blindly. They change with every step."

# %% equivalents: fit_softmax
# - replace: "history = [cross_entropy_from_logits(x @ w + b, labels)]"
#   with: "history = [cross_entropy_from_logits(x @ w - b, labels)]"
#   reason: "The bias is zero at the start."
# - replace: "history = [cross_entropy_from_logits(x @ w + b, labels)]"
#   with: "history = [cross_entropy_from_logits(x @ w, labels)]"
#   reason: "The bias is zero at the start."


# %% accepts: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    one_hot = np.eye(num_classes)[labels]
    parameters = np.zeros((design.shape[1], num_classes))  # the last row holds the biases
    history = np.empty(num_steps + 1)
    for step in range(num_steps + 1):
        logits = design @ parameters
        log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
        history[step] = -np.mean(np.sum(one_hot * log_p, axis=1))
        if step < num_steps:
            parameters = parameters - learning_rate * design.T @ (np.exp(log_p) - one_hot) / len(x)
    return parameters[:-1], parameters[-1], history


# %% accepts: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b, history = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes), []
    while True:
        history.append(cross_entropy_from_logits(x @ w + b, labels))
        if len(history) > num_steps:
            return w, b, np.asarray(history)
        step_w, step_b = softmax_gradient(x, labels, w, b)
        w -= learning_rate * step_w
        b -= learning_rate * step_b


# %% [markdown]
# ## Put it together: reading digits
#
# The data: 1,797 real digits, written by 43 people, as images of 8 × 8 pixels with ink from 0 to 1; a row
# of `x` is the 64 pixels in line. A quarter is held out. The safe rate assumes the strongest bend everywhere,
# which is cautious, so we try four times as much and let the history say whether the cost ever rose. For
# comparison one-vs-all: ten runs of your own function with two classes, "this digit" against "any other".

# %% demo
(x_train, labels_train), (x_held_out, labels_held_out) = dd.data.digits(test_fraction=0.25, seed=0)
safe_rate = 4 / (np.mean(np.sum(x_train**2, axis=1)) + 1)
w_fit, b_fit, costs = fit_softmax(x_train, labels_train, 10, 4 * safe_rate, num_steps=300)
logits_held_out = x_held_out @ w_fit + b_fit  # (m_held_out, 10)
accuracy_train = np.mean(np.argmax(x_train @ w_fit + b_fit, axis=1) == labels_train)
accuracy = np.mean(np.argmax(logits_held_out, axis=1) == labels_held_out)
print(f"safe rate {safe_rate:.3f}; cost {costs[0]:.3f} at the start, {costs[-1]:.3f} at the end;", end=" ")
print(f"it rose in {np.sum(np.diff(costs) > 0)} of {len(costs) - 1} steps")
print(f"softmax:    accuracy {accuracy_train:.3f} on training digits, {accuracy:.3f} on held out")
assert accuracy > 0.93

own = np.empty((len(x_held_out), 10))  # what each of ten yes-or-no classifiers says
for digit in range(10):
    w_one, b_one, _ = fit_softmax(x_train, (labels_train == digit).astype(int), 2, 2 * safe_rate, 100)
    both_logits = x_held_out @ w_one + b_one  # (m_held_out, 2)
    own[:, digit] = both_logits[:, 1] - both_logits[:, 0]
num_claims = np.sum(own > 0, axis=1)
accuracy_own = np.mean(np.argmax(own, axis=1) == labels_held_out)
print(f"one-vs-all: accuracy {accuracy_own:.3f} on held out;", end=" ")
print(f"{np.sum(num_claims == 0)} digits claimed by no class, {np.sum(num_claims > 1)} by several")

# %% [markdown]
# The cost begins at $\log 10$, as it must, and about 96 of 100 held-out digits are read rightly, by a model
# that is no more than a table of 640 weights and ten biases. By accuracy one-vs-all is little worse. But as
# ten *yes-or-no* answers it fails for every sixth digit or so, which none of its classes claims; softmax
# gives each digit exactly one whole of probability.
#
# A column of `w` has one weight for each pixel, so it is an image too. What has the model learned to look
# for?

# %% demo
largest = np.max(np.abs(w_fit))
fig, panels = plt.subplots(2, 5, figsize=(11, 4.8))
for digit, ax in enumerate(panels.flat):
    image = ax.imshow(w_fit[:, digit].reshape(8, 8), cmap="gray", vmin=-largest, vmax=largest)
    ax.set_title(f"Weights of {digit}")
    ax.set_axis_off()
fig.colorbar(image, ax=panels, label="weight of a pixel's ink", shrink=0.9)
plt.show()

# %% [markdown]
# Light pixels speak for the digit, dark ones against it, and mid-grey ones do not matter. Look at 0: ink in
# the middle is the strongest evidence against it. These are no portraits of digits. They show what sets a
# digit *apart from the other nine*, which is all that the loss ever asked for.
#
# Where does it still fail, and does it know?

# %% demo
p_held_out = softmax(logits_held_out)
said = np.argmax(p_held_out, axis=1)
confidence = np.max(p_held_out, axis=1)
failed = said != labels_held_out
worst = np.flatnonzero(failed)[np.argsort(-confidence[failed])][:8]
fig = plt.figure(figsize=(12, 4.6))
grid = fig.add_gridspec(2, 8, width_ratios=[1, 1, 1, 1, 0.4, 1.4, 1.4, 1.4])
for i, example in enumerate(worst):
    ax = fig.add_subplot(grid[i // 4, i % 4])
    ax.imshow(x_held_out[example].reshape(8, 8), cmap="gray_r")
    reading = f"{labels_held_out[example]}, read as {said[example]}"
    ax.set_title(f"{reading}\n$p = {confidence[example]:.2f}$", fontsize=10)
    ax.set_axis_off()
ax = fig.add_subplot(grid[:, 5:])
bins = np.linspace(0.2, 1.0, 9)
parts = [confidence[~failed], confidence[failed]]
ax.hist(parts, bins, color=["0.75", "C0"], label=["read rightly", "misread"])
ax.set(xlabel="largest probability $p$", ylabel="held-out digits (log scale)", yscale="log")
ax.set_title("Does it know when it is wrong?")
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# On the left are the most confident mistakes; several would make a person hesitate. On the right, of the
# digits read with a probability above 0.8 next to none is misread; of those below 0.6 about one in four. So
# the probabilities mean something: a post office could read the sure ones by machine and hand the others to
# a person.
#
# What it cannot do is look at two pixels *together*. Each adds its evidence on its own, wherever the stroke
# comes from. That takes a layer in between, and Day 26 puts one there, under the very functions of today.
#
# ## What you should remember
#
# - Softmax turns $K$ logits into probabilities that share one whole. Only differences of logits count, so any
#   row may be shifted.
# - Log-sum-exp with each row's maximum taken out never overflows; it is a smooth maximum, and softmax is its
#   gradient.
# - Cross-entropy is $\mathrm{LSE}(z) - z_c$, the lag of the right class. Compute it from the logits; never
#   take the logarithm of a softmax.
# - The gradient for the logits is probabilities minus one-hot labels, divided by $m$ once.
# - At the start the cost is $\log K$. Stuck at 1.46 with ten classes means softmax twice.
#
# ## Check yourself
#
# 1. You subtract the *mean* of a row instead of its maximum before exponentiating. Is the formula still
#    right, and is it still safe?
# 2. A classifier of 1,000 classes starts with a loss of 12. What do you conclude about its first logits?
# 3. You train softmax regression with a column of `w` held at zero for class 0. Which decisions can it no
#    longer make?
#
# <details><summary>Answers</summary>
#
# 1. Right, since any shift cancels. Not safe: in $(0, 0, 0, 4000)$ the last exponent is 3000.
# 2. Equal logits would cost $\log 1000 \approx 6.9$. At 12 they are far apart from the start, and mostly in
#    favour of wrong classes: the starting weights or the inputs are too large.
# 3. None: subtracting column 0 from every column changes no probability, so one column can always be zero.
#    (With a bias of zero as well the same holds.) With two classes that is Day 4.
#
# </details>
#
# ## Go further
#
# - C. E. Shannon, "A Mathematical Theory of Communication", *Bell System Technical Journal* 27, 1948: where
#   entropy and its relatives come from.
# - R. D. Luce, *Individual Choice Behavior*, 1959: softmax as a theory of how people choose.
# - J. S. Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs", in
#   *Neurocomputing*, 1990: brings softmax, and its name, to neural networks.
# - T. Hastie and R. Tibshirani, "Classification by Pairwise Coupling", *Annals of Statistics* 26, 1998:
#   probabilities from one-vs-one.
# - R. Rifkin and A. Klautau, "In Defense of One-Vs-All Classification", *JMLR* 5, 2004: why the old way is
#   hard to beat.
# - P. Blanchard, D. J. Higham and N. J. Higham, "Accurately Computing the Log-Sum-Exp and Softmax Functions",
#   *IMA Journal of Numerical Analysis* 41, 2021: what rounding does to today's formulas.
