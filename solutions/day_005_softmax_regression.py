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
pairs = [np.all(np.delete(claims, k, axis=-1), axis=-1) for k in range(3)]  # three of bool (201, 201)
for text, region in zip(["two", "two", "two", "nobody"], [*pairs, ~claims.any(axis=-1)], strict=True):
    left.text(*plane[region].mean(axis=0), text, ha="center", va="center", bbox={"facecolor": "white"})
left.set_title("One-vs-all: how many claim the point?")
shades = {"levels": [0.5, 1.5, 2.5], "colors": ["0.6", "white"]}
right.contourf(side, side, np.max(votes, axis=-1), hatches=["//", ""], **shades)
right.text(0, -1.4, "one vote each", ha="center", bbox={"facecolor": "white"})
right.set_title("One-vs-one: where is there a tie?")
for ax in (left, right):
    for k in range(3):
        look = {"color": f"C{k}", "marker": "os^"[k], "edgecolors": "white", "linewidths": 0.8, "s": 40}
        ax.scatter(*spots[group == k].T, label=f"class {k}", **look)
    ax.set(xlabel="$x_0$", ylabel="$x_1$", xlim=(-5, 5), ylim=(-5, 5), aspect="equal")
    ax.grid(False)
    ax.legend(loc="upper right", fontsize=9)
dd.plot.show(
    "Two maps of one plane with three groups of points. Left, one-vs-all: a hatched region in the middle that no class "
    "claims, and three dotted wedges that two claim. Right, one-vs-one: a smaller hatched region in the middle where "
    "each class has one vote."
)

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
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} .$$
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
# **Two traps.** One maximum for the whole array is not enough. In a row that lies 1000 below it every
# exponential rounds to 0. *Each row has its own shift.* And logits may come as whole numbers, for which
# $z - M$ can wrap round: in uint8, $3 - 5$ is 254 (Day 1). Make them floats first: `1.0 * z` is float64 for
# whole numbers, and stays float32 for float32. The next cell catches warnings, as on Day 4.


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
        z: array with at least one axis, of finite numbers of any dtype; whole numbers count as float64. Left
            unchanged.
        axis: the axis to sum over, int, negative ones counting from the end.

    Returns:
        Float array of the shape of z without that axis; a number if z has one axis. Neither overflows nor
        warns, however large or small the entries are. About 4 lines.
    """
    ### BEGIN SOLUTION
    z = 1.0 * z
    top = np.max(z, axis=axis, keepdims=True)
    total = np.sum(np.exp(z - top), axis=axis)
    return np.squeeze(top, axis=axis) + np.log(total)
    ### END SOLUTION


# %% test: logsumexp, points=2
z = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]))  # (2, 3)
with dd.check.unchanged(z, what="z"):
    result = logsumexp(z, axis=1)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (2,), why="the axis that is summed over is gone")
dd.check.like(result, np.log([8.0, 10.0]), why="these are logs of 1 + 2 + 5 and 3 + 3 + 4")
dd.check.like(logsumexp(z, axis=0), np.log([4.0, 5.0, 9.0]), why="axis 0 sums down the columns")
z = np.array([[1000.0, 1000.0], [-1000.0, -1000.0]])
due = np.array([1000 + np.log(2), -1000 + np.log(2)])
dd.check.like(logsumexp(z, axis=1), due, why="each row has its own largest")
warned = warnings_from(logsumexp, z, 1)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow on the way")
z = np.array([[3, 5, 200]], dtype=np.uint8)
dd.check.like(logsumexp(z, axis=1), np.array([200.0]), why="numbers from 0 to 255 are logits too")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(50)


def slow_logsumexp(z, axis):
    """Row by row, in Python's own numbers."""
    rows = np.moveaxis(np.asarray(z), axis, -1)
    due = np.empty(rows.shape[:-1])
    for index in np.ndindex(due.shape):
        values = [float(value) for value in rows[index]]
        due[index] = max(values) + math.log(math.fsum(math.exp(value - max(values)) for value in values))
    return due


cases = [((1,), 0), ((4,), 0), ((4,), -1), ((1, 1), 1), ((1, 5), 1), ((5, 1), 1), ((5, 1), 0), ((3, 3), 0)]
cases += [((3, 3), -1), ((2, 6), 1), ((2, 6), -2), ((2, 3, 4), 0), ((2, 3, 4), 1), ((3, 1, 4), -1)]
for shape, axis in cases:
    z = rng.normal(0.0, 3.0, shape)
    with dd.check.unchanged(z, what="z"):
        result = logsumexp(z, axis)
    due = slow_logsumexp(z, axis)
    if due.ndim == 0:
        dd.check.kind(result, (float, np.ndarray), why="of a single axis nothing is left but a number")
    dd.check.shape(result, due.shape, why=f"of {shape} axis {axis} is gone")
    dd.check.close(result, due, rtol=1e-9, atol=1e-12, why="it is the log of the sum of exponentials")
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
far = 2**62
tables = (
    np.array([[0, 0, 0], [2, 2, 2]]),
    np.array([[3, 5, 4], [255, 0, 254], [0, 0, 0]], dtype=np.uint8),
    np.array([[-128, 127, 126], [-3, -1, -128]], dtype=np.int8),
    np.array([[far, far - 4096, 0], [-2 * far, 2 * far - 1, 0]]),
    np.array([[True, False, True]]),
)
for z in tables:
    for axis in (0, 1):
        why = f"logits of dtype {z.dtype} count as float64"
        dd.check.like(logsumexp(z, axis), slow_logsumexp(z, axis), rtol=1e-12, why=why)
small = np.array([[100.0, 100.0], [-200.0, -200.0], [1e4, 9999.5]], dtype="float32")
dd.check.like(logsumexp(small, 1), slow_logsumexp(small, 1), why="float32 overflows at 88.7")
view = rng.normal(0.0, 3.0, (6, 8))[::2, ::-2]
dd.check.like(logsumexp(view, -1), slow_logsumexp(view, -1), why="every second row and column, a view")
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
# - replace: z = 1.0 * z
#   with: z = np.asarray(z)
#   hint: "You subtract in the dtype of z. In numbers from 0 to 255 nothing lies below 0, and the difference wraps
#     round: make them floats first."
# - replace: z = 1.0 * z
#   with: z *= 1.0
#   hint: "You work in the caller's own array. Make a new one."
# - replace: np.log(total)
#   with: np.log2(total)
#   hint: "Your logarithm is to base 2. The exponentials are powers of e."
# - replace: np.squeeze(top, axis=axis) + np.log(total)
#   with: np.squeeze(np.squeeze(top, axis=axis) + np.log(total))
#   hint: "You squeeze out every axis of length 1. Only the one that is summed over goes."
# - replace: |-
#     top = np.max(z, axis=axis, keepdims=True)
#         total
#   with: |-
#     z = np.clip(z, -700, 700)
#         top = np.max(z, axis=axis, keepdims=True)
#         total
#   hint: "You clip the logits, so that all large ones are the same. A shift keeps what they differ by."


# %% mistake: logsumexp
# hint: "You add 1 inside the logarithm, as if there were one more logit at the top. The sum needs no guard: after the
#   shift one of its terms is 1."
def logsumexp(z, axis):
    z = 1.0 * z
    top = z.max(axis=axis)
    return top + np.log1p(np.exp(z - np.expand_dims(top, axis)).sum(axis=axis))


# %% mistake: logsumexp
# hint: "You shift by the largest size. In a row of negative logits that lies far above all of them, and every
#   exponential rounds to 0: shift by the largest entry, with its sign."
def logsumexp(z, axis):
    z = 1.0 * z
    top = np.abs(z).max(axis=axis, keepdims=True)
    total = np.exp(z - top).sum(axis=axis)
    return np.squeeze(top, axis=axis) + np.log(np.maximum(total, 1e-300))


# %% mistake: logsumexp
# hint: "You shift the whole array by one maximum, and quiet the warnings of what follows. A row far below it rounds
#   to 0: whose maximum does each row need?"
def logsumexp(z, axis):
    z = 1.0 * z
    with np.errstate(divide="ignore"):
        return np.max(z) + np.log(np.sum(np.exp(z - np.max(z)), axis=axis))


# %% mistake: logsumexp
# hint: "You shift by the largest size. In a row of negative logits that lies far above all of them, so you take the
#   logarithm of 0: shift by the largest entry, with its sign."
def logsumexp(z, axis):
    z = 1.0 * z
    top = np.abs(z).max(axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.sum(np.exp(z - top), axis=axis))


# %% mistake: logsumexp
# hint: "The maximum has lost its axis, so NumPy lines it up with the columns, or cannot. In which shape does it line
#   up with the rows?"
def logsumexp(z, axis):
    z = 1.0 * z
    top = z.max(axis=axis)
    return top + np.log(np.sum(np.exp(z - top), axis=axis))


# %% accepts: logsumexp
def logsumexp(z, axis):
    return np.logaddexp.reduce(1.0 * z, axis=axis)


# %% accepts: logsumexp
def logsumexp(z, axis):
    rows = np.moveaxis(1.0 * z, axis, 0)  # the axis to sum over comes first, so that the rest broadcasts
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
dd.plot.show(
    "Log-sum-exp of t and 0, and their maximum, over t from -6 to 6. The maximum has a corner at 0; log-sum-exp "
    "passes log 2 above it in a smooth bend, and the two curves meet at both ends."
)

# %% [markdown]
# It lies above the maximum, by $\log K$ at most, where all $K$ entries are equal, and by next to nothing
# where one stands out. Its *slope* in $t$ runs from 0 to 1 along an S: it is the sigmoid of $t$. That is no
# accident, and we shall need it.
#
# Now softmax. The same shift helps, and here it cancels altogether:
#
# $$p_k = \frac{e^{z_k - M}}{\sum_j e^{z_j - M}} .$$
#
# The sum is at least 1, so nothing is divided by 0. There is a form without a division: the logarithm of the
# formula is $\log p_k = z_k - \mathrm{LSE}(z)$, so $p_k = e^{\,z_k - \mathrm{LSE}(z)}$. On paper it is the
# same; in floats it is the worse one (Blanchard and others, 2021). `float32` keeps seven digits, and near
# 10,000 its neighbours lie 0.001 apart. LSE must round to one of them, so the exponent is wrong by up to
# 0.0005, and $p$ by 0.05%. The shifted form subtracts *before* anything has been rounded, and the difference
# of two floats that lie close together is exact. **Shift first** is the rule of the day.
#
# For $z$ of shape $(m, K)$ there is one $M$ a row; think about the shape in which it can be subtracted from
# every entry of that row.


# %% exercise: softmax
def softmax(z):
    """Softmax over the last axis (Bridle 1990), for logits of any size.

    Args:
        z: logits, array of shape (..., K) with at least one axis, of finite numbers of any dtype; whole numbers
            count as float64. Left unchanged.

    Returns:
        Probabilities, float array of the shape of z; they sum to 1 along the last axis. Neither overflows nor
        warns, and loses no digits, however large the logits are. About 4 lines.
    """
    ### BEGIN SOLUTION
    z = 1.0 * z
    raised = np.exp(z - np.max(z, axis=-1, keepdims=True))  # (..., K)
    return raised / np.sum(raised, axis=-1, keepdims=True)
    ### END SOLUTION


# %% test: softmax, points=2
z = np.log(np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]))  # (2, 3)
with dd.check.unchanged(z, what="z"):
    result = softmax(z)
due = np.array([[0.125, 0.25, 0.625], [0.3, 0.3, 0.4]])
dd.check.like(result, due, why="the first row is worked by hand")
dd.check.like(softmax(z[0]), due[0], why="a single row may come alone")
z = np.array([[1000.0, 0.0, 0.0], [-1000.0, -1000.0, -3000.0]])
due = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
dd.check.like(softmax(z), due, why="only differences within a row count")
warned = warnings_from(softmax, z)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow on the way")
z = np.array([[3, 5, 5]], dtype=np.uint8)
due = np.array([[1.0, np.exp(2), np.exp(2)]]) / (1 + 2 * np.exp(2))
dd.check.like(softmax(z), due, why="numbers from 0 to 255 are logits too")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(51)


def slow_softmax(z):
    """Row by row, in Python's own numbers."""
    z = np.asarray(z)
    due = np.empty(z.shape)
    for index in np.ndindex(z.shape[:-1]):
        values = [float(value) for value in z[index]]
        raised = [math.exp(value - max(values)) for value in values]
        due[index] = [value / math.fsum(raised) for value in raised]
    return due


for shape in [(1,), (4,), (1, 1), (1, 5), (5, 1), (3, 3), (2, 6), (2, 3, 4), (3, 1, 2)]:
    z = rng.normal(0.0, 3.0, shape)
    with dd.check.unchanged(z, what="z"):
        p = softmax(z)
    due = slow_softmax(z)
    dd.check.like(p, due, rtol=1e-9, atol=1e-12, why="it is the share of the row's sum of exponentials")
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
tables = (
    np.array([[0, 0], [1, 1]]),
    np.array([[3, 5, 4], [255, 0, 254], [0, 0, 0]], dtype=np.uint8),
    np.array([[-128, 127, 126], [-3, -1, -128]], dtype=np.int8),
    np.array([[2**62, 2**62 - 4096, 0], [-(2**63), 2**63 - 1, 0]]),
    np.array([True, False, True]),
)
for z in tables:
    why = f"logits of dtype {z.dtype} count as float64"
    dd.check.like(softmax(z), slow_softmax(z), rtol=1e-12, why=why)
near = rng.normal(0.0, 2.0, (7, 5))
for shift in (0.0, 100.0, -1e4, 1e5):
    small = (near + shift).astype("float32")
    why = f"float32 logits near {shift:g} differ by exact amounts"
    dd.check.like(softmax(small), slow_softmax(small), why=why)
for shift in (1e9, -1e12):
    large = near + shift
    why = f"logits near {shift:g} differ by exact amounts"
    dd.check.like(softmax(large), slow_softmax(large), rtol=1e-12, why=why)
view = rng.normal(0.0, 3.0, (6, 8))[::2, ::-2]
dd.check.like(softmax(view), slow_softmax(view), why="every second row and column, a view")
### END HIDDEN TESTS

# %% mistakes: softmax
# - replace: np.exp(z - np.max(z, axis=-1, keepdims=True))
#   with: np.exp(z)
#   hint: "That is the formula as it stands, and it divides infinity by infinity, or 0 by 0, for large logits.
#     What may you subtract from a row first?"
# - replace: np.exp(z - np.max(z, axis=-1, keepdims=True))
#   with: np.exp(z - np.max(z))
#   hint: "One maximum for the whole array leaves 0 divided by 0 in rows far below it. Each row needs its own
#     shift."
# - replace: |-
#     raised = np.exp(z - np.max(z, axis=-1, keepdims=True))  # (..., K)
#         return raised / np.sum(raised, axis=-1, keepdims=True)
#   with: |-
#     raised = np.exp(z - np.max(z, axis=0, keepdims=True))
#         return raised / np.sum(raised, axis=0, keepdims=True)
#   hint: "Your columns sum to 1. The classes of one example share one whole, and they lie along the last
#     axis."
# - replace: raised / np.sum(raised, axis=-1, keepdims=True)
#   with: np.log(raised) - np.log(np.sum(raised, axis=-1, keepdims=True))
#   hint: "Those are the logarithms of the probabilities."
# - replace: raised / np.sum(raised, axis=-1, keepdims=True)
#   with: raised
#   hint: "Your largest entry is always 1 and the rows sum to more. The shift is there; the division is not."
# - replace: np.sum(raised, axis=-1, keepdims=True)
#   with: np.sum(raised, axis=-1)
#   hint: "The sums have shape (m,), which NumPy lines up with the columns. In which shape do they line up
#     with the rows?"
# - replace: raised / np.sum(raised, axis=-1, keepdims=True)
#   with: 1 / (1 + np.exp(np.clip(-z, -700, 700)))
#   hint: "A sigmoid for each class looks at one logit only, and the row does not sum to 1."
# - replace: np.sum(raised, axis=-1, keepdims=True)
#   with: np.sum(raised)
#   hint: "All examples together sum to 1 in your result. Each row has a sum of its own."
# - replace: np.max(z, axis=-1, keepdims=True)
#   with: np.mean(z, axis=-1, keepdims=True)
#   hint: "Shifting by the mean keeps the formula right, but one entry may still tower far above it. Which shift
#     lets none do so?"
# - replace: z = 1.0 * z
#   with: z -= np.max(z, axis=-1, keepdims=True).astype(z.dtype)
#   hint: "You shift the caller's own logits. Make a new array."
# - replace: |-
#     raised = np.exp(z - np.max(z, axis=-1, keepdims=True))  # (..., K)
#         return raised / np.sum(raised, axis=-1, keepdims=True)
#   with: |-
#     raised = np.exp(z - np.max(z, axis=1, keepdims=True))
#         return raised / np.sum(raised, axis=1, keepdims=True)
#   hint: "You name axis 1, which a single row does not have and which is not the last of three. How is the last axis
#     called, however many there are?"
# - replace: z = 1.0 * z
#   with: z = np.asarray(z)
#   hint: "You subtract in the dtype of z. In numbers from 0 to 255 nothing lies below 0, and the difference wraps
#     round: make them floats first."
# - replace: raised / np.sum(raised, axis=-1, keepdims=True)
#   with: np.round(raised / np.sum(raised, axis=-1, keepdims=True), 3)
#   hint: "You round the probabilities, and the digits are gone for whoever goes on with them."


# %% mistake: softmax
# hint: "You subtract the log-sum-exp, which has been rounded to the digits of a large number, so the exponent is
#   off. Shift by the maximum first, then divide by the sum."
def softmax(z):
    return np.exp(1.0 * z - np.expand_dims(logsumexp(z, axis=-1), -1))


# %% mistake: softmax
# hint: "You clip the logits, so all large ones are the same. Only differences count, and a shift keeps them."
def softmax(z):
    raised = np.exp(np.clip(1.0 * z, -500, 500))
    return raised / raised.sum(axis=-1, keepdims=True)


# %% mistake: softmax
# hint: "You divide the logits by their sum. The shares are those of the exponentials, which are never negative."
def softmax(z):
    z = 1.0 * z
    z = z - z.max(axis=-1, keepdims=True)
    total = z.sum(axis=-1, keepdims=True)
    return np.where(total == 0, 1 / z.shape[-1], z / np.where(total == 0, 1, total))


# %% mistake: softmax
# hint: "You name axis 1 and make a table of a single row, so it comes back with an axis more, and three axes are not
#   thought of. How is the last axis called, however many there are?"
def softmax(z):
    z = np.atleast_2d(1.0 * z)
    raised = np.exp(z - z.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


# %% mistake: softmax
# hint: "All logits become float32 with you, which throws away half of the digits of float64. Only whole numbers need
#   another dtype."
def softmax(z):
    z = np.asarray(z).astype(np.float32)
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


# %% accepts: softmax
def softmax(z):
    from scipy.special import softmax as scipy_softmax

    return scipy_softmax(z.astype(float), axis=-1)


# %% accepts: softmax
def softmax(z):
    lag = (1.0 * z)[..., None, :] - (1.0 * z)[..., :, None]  # (..., K, K): how far each logit leads each other
    return 1 / np.sum(np.exp(np.minimum(lag, 600.0)), axis=-1)


# %% accepts: softmax
def softmax(z):
    z = 1.0 * z
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
dd.plot.show(
    "Four bar charts of the probabilities of four classes: for z and for z + 100 the bars are the same; for 3z nearly "
    "all is in the largest, class 2; for z / 3 the four are more alike, in the same order."
)

# %% [markdown]
# Adding changes nothing. Multiplying sharpens the row towards the largest logit or flattens it towards
# equal shares, and leaves the order as it is. Longer weights make a more confident model, as on Day 4.
#
# And the form without a division: how much does it lose, as the logits of `float32` move away from 0?

# %% demo
rng = np.random.default_rng(6)
near_zero = rng.normal(0.0, 3.0, (300, 10))
shifts = np.geomspace(1, 1e5, 26)
lost = {r"$e^{z - M}$, divided by the sum": [], r"$e^{z - \mathrm{LSE}(z)}$": []}
for shift in shifts:
    z = (near_zero + shift).astype("float32")  # (300, 10)
    exact = softmax(z.astype("float64"))
    top = z.max(axis=1, keepdims=True)
    total = np.exp(z - top).sum(axis=1, keepdims=True)
    forms = np.exp(z - top) / total, np.exp(z - (top + np.log(total)))  # two of float32 (300, 10)
    for errors, form in zip(lost.values(), forms, strict=True):
        errors.append(np.max(np.abs(form / exact - 1)))
fig, ax = plt.subplots(figsize=(7.5, 3.8))
for name, errors in lost.items():
    ax.loglog(shifts, errors, label=name)
ax.set(xlabel="added to all logits", ylabel="largest error, as a share of $p$", title="Softmax in float32, two ways")
ax.legend()
dd.plot.show(
    "The largest relative error of float32 softmax against a number added to all logits, from 1 to 100,000, both on "
    "logarithmic scales. Shift and divide stays level at the rounding of float32; the form with log-sum-exp starts at "
    "the same height and climbs by three to four powers of ten."
)

# %% [markdown]
# Shifting first and dividing keeps nearly all the digits that `float32` has. The other form loses about one
# more of them with every power of ten.
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
# $$\ell = -\log p_c = \mathrm{LSE}(z) - z_c, \qquad J = \frac1m \sum_i \big[\mathrm{LSE}(z_i) -
# z_{i c_i}\big] .$$
#
# Read it as a race. LSE is about the largest logit, so the loss is how far the right class lags behind the
# leader, and never quite 0. By hand: $z_0 = (\log 1, \log 2, \log 5)$ with $c_0 = 2$ costs
# $\log 8 - \log 5 \approx 0.470$; $z_1 = (0, 0, 0)$ with $c_1 = 0$ costs $\log 3 - 0 \approx 1.099$; the mean
# is $0.784$.
#
# The rule of the day holds here as well. If a row lies near 10,000, both terms do, each is rounded there,
# and their small difference inherits the error. Shift the row by its maximum first; LSE and $z_c$ fall by
# the same amount, and the loss is the same.
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
        logits: array of shape (m, K), of finite numbers of any dtype, m >= 1; whole numbers count as float64.
            Left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; left unchanged.

    Returns:
        The mean over the examples, a float in nats. Nothing is clipped, and no digits are lost, however large
        the logits are. About 4 lines; use logsumexp.
    """
    ### BEGIN SOLUTION
    logits = 1.0 * logits
    logits = logits - np.max(logits, axis=1, keepdims=True)
    right = logits[np.arange(len(labels)), labels]  # (m,)
    return np.mean(logsumexp(logits, axis=1) - right)
    ### END SOLUTION


# %% test: cross_entropy_from_logits, points=2
logits = np.array([[0.0, np.log(2), np.log(5)], [0.0, 0.0, 0.0]])
labels = np.array([2, 0])
with dd.check.unchanged([logits, labels], what="[logits, labels]"):
    result = cross_entropy_from_logits(logits, labels)
due = float(np.log(8 / 5) + np.log(3)) / 2
dd.check.like(result, due, why="this is the example worked by hand")
far = np.array([[1000.0, 0.0], [0.0, 1000.0]])
wrong = cross_entropy_from_logits(far, np.array([1, 0]))
dd.check.like(wrong, 1000.0, why="both right classes lag by 1000, and nothing is clipped")
dd.check.like(cross_entropy_from_logits(far, np.array([0, 1])), 0.0, why="sure and right costs nothing")
warned = warnings_from(cross_entropy_from_logits, far, np.array([1, 0]))
dd.check.equal(warned, [], what="the list of warnings", why="no logarithm of 0 may be taken")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(52)


def slow_cross_entropy(logits, labels):
    """Example by example, in Python's own numbers."""
    losses = []
    for row, label in zip(np.asarray(logits), labels, strict=True):
        lags = [float(value) - float(row[label]) for value in row]
        losses.append(max(lags) + math.log(math.fsum(math.exp(lag - max(lags)) for lag in lags)))
    return math.fsum(losses) / len(losses)


for m, k in [(1, 1), (1, 5), (6, 1), (3, 3), (2, 7), (9, 4)]:
    logits, labels = rng.normal(0.0, 3.0, (m, k)), rng.integers(0, max(1, k - 1), m)  # none of the last class
    with dd.check.unchanged([logits, labels], what="[logits, labels]"):
        result = cross_entropy_from_logits(logits, labels)
    due = slow_cross_entropy(logits, labels)
    dd.check.like(result, due, rtol=1e-9, atol=1e-12, why="it is the mean of -log p, right class")
    moved = cross_entropy_from_logits(logits + 1000 * rng.normal(size=(m, 1)), labels)
    dd.check.close(moved, due, atol=1e-9, why="a number added to a whole row changes nothing")
    again = cross_entropy_from_logits(np.concatenate([logits, logits]), np.concatenate([labels, labels]))
    dd.check.close(again, due, rtol=1e-9, why="the same examples twice over have the same mean")
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
dd.check.like(small, 200.0, why="in float32 the probability rounds to 0, the loss need not")
tables = (
    np.array([[3, 3, 0], [7, 8, 9]]),
    np.array([[3, 5, 4], [255, 0, 254]], dtype=np.uint8),
    np.array([[-128, 127, 126], [-3, -1, -128]], dtype=np.int8),
    np.array([[2**62, 2**62 - 4096, 0], [-(2**63), 2**63 - 1, 0]]),
)
for logits in tables:
    for labels in (np.array([0, 2]), np.array([2, 1], dtype=np.uint8)):
        result, due = cross_entropy_from_logits(logits, labels), slow_cross_entropy(logits, labels)
        dd.check.like(result, due, rtol=1e-12, why=f"logits of dtype {logits.dtype} count as float64")
near, labels = rng.normal(0.0, 2.0, (7, 5)), rng.integers(0, 5, 7)
for shift, dtype in ((1e4, "float32"), (-1e5, "float32"), (1e12, "float64")):
    large = (near + shift).astype(dtype)
    why = f"logits near {shift:g} differ by exact amounts"
    dd.check.like(cross_entropy_from_logits(large, labels), slow_cross_entropy(large, labels), why=why)
spread = (near + np.array([[0], [1e4], [-1e4], [1e5], [-1e5], [300], [-7e4]])).astype("float32")
why = "each row has a place of its own, and only differences within a row count"
dd.check.like(cross_entropy_from_logits(spread, labels), slow_cross_entropy(spread, labels), why=why)
view, chosen = rng.normal(0.0, 3.0, (6, 8))[::2, ::-2], np.array([3, 9, 0, 9, 2, 9])[::2]
result, due = cross_entropy_from_logits(view, chosen), slow_cross_entropy(view, chosen)
dd.check.like(result, due, why="every second row and column, a view")
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
# - replace: logits = logits - np.max(logits, axis=1, keepdims=True)
#   with: pass
#   hint: "Two large numbers, each rounded to its own digits, are subtracted, and the small loss inherits the
#     rounding. What may you take from a row before anything else?"
# - replace: np.max(logits, axis=1, keepdims=True)
#   with: np.max(logits)
#   hint: "You shift the whole table by one number. A row far from it loses its digits: each row needs its own."
# - replace: logits = 1.0 * logits
#   with: logits = np.asarray(logits)
#   hint: "You subtract in the dtype of the logits, and whole numbers wrap round. Make them floats first."
# - replace: logits = 1.0 * logits
#   with: logits = np.clip(1.0 * logits, -500, 500)
#   hint: "You clip the logits, so a mistake that lags by thousands costs no more than one by a thousand. Nothing is
#     to be clipped."
# - replace: np.arange(len(labels)), labels
#   with: ":, labels"
#   hint: "You pick whole columns, (m, m) numbers. Each row should give one, in the column of its own label."

# - replace: logsumexp(logits, axis=1) - right
#   with: np.max(logits, axis=1) - right
#   hint: "You compare with the largest logit. The loss compares with its softened version."
# - replace: logsumexp(logits, axis=1) - right
#   with: logsumexp(logits, axis=1) - np.max(logits, axis=1)
#   hint: "You score the class that the model prefers. The loss is about the class that is right."
# - replace: logsumexp(logits, axis=1)
#   with: logsumexp(softmax(logits), axis=1)
#   hint: "You took the softmax first, so it is applied twice. The logits go in as they are."


# %% mistake: cross_entropy_from_logits
# hint: "You make as many columns as the labels need. A class that no example of the batch has still takes part in the
#   softmax, and has its column."
def cross_entropy_from_logits(logits, labels):
    one_hot = np.eye(labels.max() + 1)[labels]
    logits = 1.0 * logits[:, : one_hot.shape[1]]
    lag = logits - np.sum(logits * one_hot, axis=1, keepdims=True)
    return np.mean(logsumexp(lag, axis=1))


# %% mistake: cross_entropy_from_logits
# hint: "A clip caps the loss and hides how wrong a confident mistake is. You know log p without computing p."
def cross_entropy_from_logits(logits, labels):
    p = np.clip(softmax(logits), 1e-15, 1)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


# %% mistake: cross_entropy_from_logits
# hint: "That is the squared error of the probabilities. Cross-entropy is minus the logarithm of the one that belongs to
#   the right class."
def cross_entropy_from_logits(logits, labels):
    error = softmax(logits) - (np.arange(logits.shape[1]) == labels[:, None])
    return np.mean(np.sum(error**2, axis=1))


# %% mistake: cross_entropy_from_logits
# hint: "Your log-sum-exp runs down the columns, over the examples. The classes of one example share one whole: along
#   which axis do they lie?"
def cross_entropy_from_logits(logits, labels):
    logits = logits - np.max(1.0 * logits, axis=1, keepdims=True)
    return np.mean(logsumexp(logits, axis=0)) - np.mean(logits[np.arange(len(labels)), labels])


# %% mistake: cross_entropy_from_logits
# hint: "You measure in bits. The logarithm is natural, so the loss is in nats."
def cross_entropy_from_logits(logits, labels):
    logits = logits - np.max(1.0 * logits, axis=1, keepdims=True)
    return np.mean(logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]) / np.log(2)


# %% mistake: cross_entropy_from_logits
# hint: "You reward a large logit of the right class and charge nothing for the others. What do they all share?"
def cross_entropy_from_logits(logits, labels):
    return -np.mean(1.0 * logits[np.arange(len(labels)), labels])


# %% mistake: cross_entropy_from_logits
# hint: "Each class answers yes or no for itself in your loss, as on Day 4. Here the classes share one whole."
def cross_entropy_from_logits(logits, labels):
    yes = np.arange(logits.shape[1]) == labels[:, None]
    return np.mean(np.sum(np.logaddexp(0, np.where(yes, -1.0, 1.0) * logits), axis=1))


# %% mistake: cross_entropy_from_logits
# hint: "You average over the classes too, so your loss is K times too small. The mean is over the examples."
def cross_entropy_from_logits(logits, labels):
    logits = 1.0 * logits
    log_p = logits - np.max(logits, axis=1, keepdims=True)
    log_p = log_p - logsumexp(log_p, axis=1)[:, None]
    return -np.mean(np.eye(logits.shape[1])[labels] * log_p)


# %% mistake: cross_entropy_from_logits
# hint: "You return one loss for each example. The cost is their mean."
def cross_entropy_from_logits(logits, labels):
    logits = 1.0 * logits
    logits = logits - np.max(logits, axis=1, keepdims=True)
    return logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]


# %% equivalents: cross_entropy_from_logits
# - replace: np.max(logits, axis=1, keepdims=True)
#   with: np.min(logits, axis=1, keepdims=True)
#   reason: "Any shift by a number of the row's own makes the differences exact; logsumexp shifts once more."


# %% mistake: cross_entropy_from_logits
# hint: "You take the softmax first and treat the probabilities as logits, so it is applied twice. The logits go in as
#   they are."
def cross_entropy_from_logits(logits, labels):
    p = softmax(logits)
    return np.mean(logsumexp(p, axis=1) - p[np.arange(len(labels)), labels])


# %% mistake: cross_entropy_from_logits
# hint: "Your one-hot table has as many columns as the labels need. A class that no example of the batch has still has
#   its column."
def cross_entropy_from_logits(logits, labels):
    shifted = logits - np.max(1.0 * logits, axis=1, keepdims=True)
    log_p = shifted - logsumexp(shifted, axis=1)[:, None]
    return -np.sum(np.eye(np.max(labels) + 1)[labels] * log_p) / len(labels)


# %% accepts: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    right = np.take_along_axis(logits, labels[:, None].astype(int), axis=1)  # (m, 1)
    return np.mean(np.logaddexp.reduce(1.0 * logits - 1.0 * right, axis=1))


# %% accepts: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    total = 0.0
    for row, label in zip(logits.astype(float), labels, strict=True):
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
dd.plot.show(
    "Left, the loss of one example against the lag of its right class: from logits it is a straight line, the naive "
    "curve ends at a dotted line at 88.7, the clipped one turns level at 16. Right, both logits slid from -160 to 160: "
    "from logits the loss is level, the naive curve is there only in the middle, with noise at its left end."
)

# %% [markdown]
# On the left the true loss is a straight line: as much further behind, as much dearer. The naive way
# follows it and then falls off the edge at 88.7, where $e^{z}$ overflows. The clip never breaks, and that
# is its danger: from a lag of 16 on, every mistake looks equally bad, and its slope is zero, so descent has
# nothing to go by. On the right the naive loss is right inside a window only: noise at its left edge, where
# `float32` runs out of digits near 0, and NaN beyond. One NaN in one example makes the mean NaN, then the
# gradient, then every weight. Ours is the wide band: it is right everywhere.
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
dd.plot.show(
    "Three tables with a row for each of three examples, right, unsure and wrong, and a column for each class: the "
    "probabilities, the one-hot labels with a 1 under class 0, and their difference. The differences are near 0 for "
    "the right example, and near -1 and 1 for the wrong one."
)

# %% [markdown]
# A negative error asks for a larger logit, a positive one for a smaller. The right example asks for next to
# nothing, the wrong one for nearly the most it can. Every row of $e$ sums to 0: what the right class is to
# gain, the others are to lose.
#
# From here on it is Day 4 with one more axis. Weight $w_{jk}$ multiplies feature $j$ on its way to class $k$:
#
# $$\frac{\partial J}{\partial w_{jk}} = \frac1m \sum_i x_{ij}\, e_{ik} , \qquad
# \frac{\partial J}{\partial b_k} = \frac1m \sum_i e_{ik} .$$
#
# **Shapes.** $X$ is $(m, n)$ and $e$ is $(m, K)$; the slopes must be $(n, K)$ and $(K,)$, the shapes of $w$
# and $b$. What must vanish is $m$, and that tells you which matrix product it is.
#
# By hand: $x_0 = (1, 0)$, $x_1 = (0, 2)$, row 0 of $w$ is $(\log 1, \log 2, \log 5)$, row 1 and $b$ are 0.
# The logits are those of the last example by hand, so the probabilities are
# $(\frac18, \frac28, \frac58)$ and $(\frac13, \frac13, \frac13)$. With the labels 2 and 0 the errors are
# $e_0 = (\frac18, \frac28, -\frac38)$ and $e_1 = (-\frac23, \frac13, \frac13)$. Feature 0 is used by
# example 0 alone, so row 0 of the slopes is $\frac12 e_0 = (\frac1{16}, \frac18, -\frac3{16})$; row 1 is
# $\frac12 \cdot 2\, e_1 = (-\frac23, \frac13, \frac13)$; and along the biases we have
# $\frac12(e_0 + e_1) = (-\frac{13}{48}, \frac{14}{48}, -\frac{1}{48})$.


# %% exercise: softmax_gradient
def softmax_gradient(x, labels, w, b):
    """Gradient of the mean cross-entropy of softmax regression.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; some classes may have no example.
            Left unchanged.
        w: weights, float array of shape (n, K); left unchanged.
        b: biases, float array of shape (K,); left unchanged.

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
w, b = np.array([[0.0, np.log(2), np.log(5)], [0.0, 0.0, 0.0]]), np.zeros(3)
with dd.check.unchanged([x, labels, w, b], what="[x, labels, w, b]"):
    result = softmax_gradient(x, labels, w, b)
dd.check.kind(result, tuple)
dd.check.equal(len(result), 2, what="the number of results", why="they are dw and db")
dw, db = result
for slopes, shape, name in ((dw, (2, 3), "dw"), (db, (3,), "db")):
    dd.check.kind(slopes, np.ndarray, what=name)
    dd.check.shape(slopes, shape, what=name, why="a gradient has the shape of what it is taken for")
due = np.array([[1 / 16, 1 / 8, -3 / 16], [-2 / 3, 1 / 3, 1 / 3]])
dd.check.like(dw, due, what="dw", why="this is the example worked by hand")
due = np.array([-13 / 48, 14 / 48, -1 / 48])
dd.check.like(db, due, what="db", why="this is the example worked by hand")
x, labels = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0], [2.0, 2.0]]), np.array([0, 1, 1, 0])
dw, db = softmax_gradient(x, labels, np.zeros((2, 3)), np.zeros(3))
why = "class 2 has no example here, and has its slopes all the same"
dd.check.like(dw, np.array([[-1 / 4, -1 / 4, 1 / 2], [-2 / 3, 1 / 3, 1 / 3]]), what="dw", why=why)
dd.check.like(db, np.array([-1 / 6, -1 / 6, 1 / 3]), what="db", why=why)
### BEGIN HIDDEN TESTS
import math


def slow_cost(x, labels, w, b):
    total = 0.0
    for row, label in zip(x, labels, strict=True):
        total += np.logaddexp.reduce(row @ w + b) - (row @ w + b)[label]
    return total / len(labels)


def slow_gradient(x, labels, w, b):
    """Example by example and class by class, in Python's own numbers."""
    dw, db = np.zeros(w.shape), np.zeros(len(b))
    for row, label in zip(x.astype(float), labels, strict=True):
        raised = [math.exp(value) for value in row @ w + b]
        for c in range(len(b)):
            e_c = raised[c] / math.fsum(raised) - (1 if label == c else 0)
            db[c] += e_c / len(x)
            dw[:, c] += e_c * row / len(x)
    return dw, db


rng = np.random.default_rng(53)
for m, n, k in [(1, 1, 1), (1, 3, 2), (6, 1, 4), (5, 4, 1), (3, 3, 3), (2, 5, 3), (12, 2, 4)]:
    x, labels = rng.normal(0.5, 1.0, (m, n)), rng.integers(0, max(1, k - 1), m)  # none of the last class
    w, b = rng.normal(0.0, 1.0, (n, k)), rng.normal(0.0, 1.0, k)
    with dd.check.unchanged([x, labels, w, b], what="[x, labels, w, b]"):
        dw, db = softmax_gradient(x, labels, w, b)
    due_w, due_b = slow_gradient(x, labels, w, b)
    dd.check.like(dw, due_w, what="dw", why="weight (j, k) meets feature j and class k of every example")
    dd.check.like(db, due_b, what="db", why="it is the mean of the errors, class by class")
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
w, b = np.array([[0.01, 0.0, -0.02], [0.0, 0.03, 0.0]]), np.array([0.0, 0.5, -0.5])
for dtype in (np.uint8, np.int64, np.float32):
    x, labels = np.array([[200, 3], [255, 100], [0, 9], [17, 254]]).astype(dtype), np.array([2, 0, 1, 1])
    why = f"a table of {x.dtype} is a table of numbers, and so is every second row of it"
    for rows, chosen in ((x, labels), (x[::2], labels[::2].astype(np.uint8))):
        due = slow_gradient(rows, chosen, w, b)
        dd.check.like(softmax_gradient(rows, chosen, w, b), due, what="(dw, db)", why=why)
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
# - replace: x.T @ error / len(labels)
#   with: x.T @ error / len(labels) / len(labels)
#   hint: "You divide by the number of examples twice."
# - replace: x.T @ error / len(labels)
#   with: x.T @ error / error.size
#   hint: "You average over the classes too. The mean is over the examples."
# - replace: x.T @ error / len(labels)
#   with: x.T @ error / x.shape[1]
#   hint: "You divide by the number of features. The mean is over the examples."
# - replace: error[np.arange(len(labels)), labels] -= 1
#   with: pass
#   hint: "You never tell the classes apart: where in the error is the right class to lose its 1?"
# - replace: error[np.arange(len(labels)), labels] -= 1
#   with: error = error - labels[:, None]
#   hint: "You subtract the class number itself. What is due is a 1 in the column of that number, and 0 elsewhere."
# - replace: softmax(x @ w + b)
#   with: softmax(softmax(x @ w + b))
#   hint: "The softmax is taken twice. Logits go in once."
# - replace: x.T @ error / len(labels)
#   with: x.T @ error / len(labels) + 0.01 * w
#   hint: "You add a pull towards zero weights, as on Day 4. No penalty is asked for today."
# - replace: |-
#     dw = x.T @ error / len(labels)  # (n, K)
#         db = np.mean(error, axis=0)
#   with: |-
#     dw = x.T @ error / error.size
#         db = np.sum(error, axis=0) / error.size
#   hint: "You average over the classes too. The mean is over the examples."


# %% mistake: softmax_gradient
# hint: "You make as many classes as the labels need. A class that no example of the batch has still has a column in w
#   and in the errors: how many are there really?"
def softmax_gradient(x, labels, w, b):
    error = softmax(x @ w + b) - np.eye(labels.max() + 1)[labels]
    return x.T @ error / len(labels), error.mean(axis=0)


# %% mistake: softmax_gradient
# hint: "You answer yes or no for each class with a sigmoid, as on Day 4. The errors of a row are to sum to 0."
def softmax_gradient(x, labels, w, b):
    yes = np.arange(len(b)) == labels[:, None]
    error = 1 / (1 + np.exp(np.clip(-(x @ w + b), -700, 700))) - yes
    return x.T @ error / len(labels), error.mean(axis=0)


# %% mistake: softmax_gradient
# hint: "You move w and b themselves. Return the slopes, and leave the step to the descent."
def softmax_gradient(x, labels, w, b):
    error = softmax(x @ w + b) - (np.arange(len(b)) == labels[:, None])
    dw, db = x.T @ error / len(labels), error.mean(axis=0)
    w -= 0.1 * dw
    b -= 0.1 * db
    return dw, db


# %% mistake: softmax_gradient
# hint: "Your errors are those of the decision, all or nothing. The loss is about probabilities: an unsure example asks
#   for more, too."
def softmax_gradient(x, labels, w, b):
    decided = np.argmax(x @ w + b, axis=1)[:, None] == np.arange(len(b))
    error = decided * 1.0 - (np.arange(len(b)) == labels[:, None])
    return x.T @ error / len(labels), error.mean(axis=0)


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
# $e_0 = (\frac13, \frac13, -\frac23)$, $e_1 = (-\frac23, \frac13, \frac13)$. A step with $\alpha = 3$ takes
# the weights to $(-\frac12, -\frac12, 1)$ in row 0 and $(2, -1, -1)$ in row 1, and the biases to
# $(\frac12, -1, \frac12)$. The logits are now $(0, -1.5, 1.5)$ and $(4.5, -3, -1.5)$, and the cost has fallen
# from $\log 3 \approx 1.099$ to $0.122$.
#
# Along a row of logits the cost bends by $\frac12$ at most. As before that gives a rate which never raises
# it: $\alpha \le 4 / (\frac1m \sum_i |x_i|^2 + 1)$.


# %% exercise: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    """Fit a softmax regression by batch gradient descent from w = 0, b = 0.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to num_classes - 1; left unchanged.
        num_classes: K, int >= 1; some classes may have no example.
        learning_rate: stride for each unit of slope, float > 0. It is taken as it is given, even if the cost
            rises with it.
        num_steps: steps to take, int >= 0.

    Returns:
        Tuple (w, b, history) of float arrays: weights of shape (n, K), biases of shape (K,), and the costs, of
        shape (num_steps + 1,), history[k] being the mean cross-entropy after k steps. About 8 lines; use
        cross_entropy_from_logits and softmax_gradient.
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
with dd.check.unchanged([x, labels], what="[x, labels]"):
    result = fit_softmax(x, labels, 3, learning_rate=3.0, num_steps=1)
dd.check.kind(result, tuple)
dd.check.equal(len(result), 3, what="the number of results", why="they are w, b and history")
w, b, history = result
due = np.array([[-0.5, -0.5, 1.0], [2.0, -1.0, -1.0]])
dd.check.like(w, due, what="w", why="this is the step worked by hand")
dd.check.like(b, np.array([0.5, -1.0, 0.5]), what="b", why="this is the step worked by hand")
lags = [np.log(np.sum(np.exp([0.0, -1.5, 1.5]))) - 1.5, np.log(np.sum(np.exp([4.5, -3.0, -1.5]))) - 4.5]
due = np.array([np.log(3), np.mean(lags)])
dd.check.like(history, due, what="history", why="this is the step worked by hand")
w, b, history = fit_softmax(x, labels, 4, learning_rate=3.0, num_steps=5)
dd.check.shape(w, (2, 4), what="w", why="there is a column for each of four classes, with or without examples")
dd.check.shape(history, (6,), what="history", why="five steps have six places")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(54)


def slow_fit(x, labels, k, rate, num_steps):
    """Places and costs, class by class and example by example."""
    m, n = x.shape
    x, one_hot = x.astype(float), np.eye(k)[labels]
    w, b, history = np.zeros((n, k)), np.zeros(k), []
    for step in range(num_steps + 1):
        z = np.array([[sum(row * w[:, c]) + b[c] for c in range(k)] for row in x])
        log_p = z - z.max(axis=1, keepdims=True)
        log_p = log_p - np.log(np.sum(np.exp(log_p), axis=1, keepdims=True))
        history.append(-sum(log_p[i, labels[i]] for i in range(m)) / m)
        if step < num_steps:
            errors = np.exp(log_p) - one_hot
            w = w - rate * sum(np.outer(x[i], errors[i]) for i in range(m)) / m
            b = b - rate * sum(errors) / m
    return w, b, np.array(history)


cases = [(1, 1, 2, 3, 0.5), (2, 3, 4, 0, 0.1), (5, 1, 3, 1, 0.3), (6, 2, 1, 4, 0.3), (20, 2, 5, 9, 0.8)]
for m, n, k, num_steps, rate in cases:
    x, labels = rng.normal(0.5, 1.0, (m, n)), rng.integers(0, max(1, k - 1), m)  # none of the last class
    with dd.check.unchanged([x, labels], what="[x, labels]"):
        w, b, history = fit_softmax(x, labels, k, rate, num_steps)
    slow_w, slow_b, slow_history = slow_fit(x, labels, k, rate, num_steps)
    why = f"{num_steps} steps at rate {rate} lead there"
    dd.check.like(w, slow_w, rtol=1e-8, what="w", why=why)
    dd.check.like(b, slow_b, rtol=1e-8, what="b", why=why)
    why = "it has a cost for the start and one for each step"
    dd.check.like(history, slow_history, what="history", why=why)

# A rate that is too large shows.
x, labels = rng.normal(0.5, 1.0, (9, 2)), np.arange(9) % 3
w, b, history = fit_softmax(x, labels, 3, 40.0, 6)
slow_w, slow_b, slow_history = slow_fit(x, labels, 3, 40.0, 6)
why = "the rate given is too large, and taken all the same"
dd.check.like(history, slow_history, what="history", why=why)
dd.check.like(w, slow_w, what="w", why=why)

# Pictures as they come, and a view.
pictures = rng.integers(0, 256, (8, 6)).astype(np.uint8)[::2, ::-2]
due = slow_fit(pictures, np.array([0, 2, 2, 1]), 3, 1e-4, 4)
result = fit_softmax(pictures, np.array([0, 2, 2, 1], dtype=np.uint8), 3, 1e-4, 4)
dd.check.like(result, due, what="(w, b, history)", why="uint8 is a table of numbers too")

# Where descent arrives, the mean probability of a class is its share, and each group has its own.
x = np.array([[0.0]] * 10 + [[1.0]] * 10)
labels = np.array([0] * 6 + [1] * 3 + [2] * 1 + [0] * 2 + [1] * 2 + [2] * 6)
w, b, history = fit_softmax(x, labels, 3, 2.5, 300)
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
# - replace: np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
#   with: np.random.default_rng(0).normal(0, 0.01, (x.shape[1], num_classes)), np.zeros(num_classes)
#   hint: "Your weights start at random. The docstring says where to start."
# - replace: range(num_steps)
#   with: range(num_steps + 1)
#   hint: "You take one step too many. How many turns does your loop make?"


# %% mistake: fit_softmax
# hint: "You lower the rate of your own accord when the cost rises. It is to be taken as given, so that a rate that is
#   too large shows."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        cost = cross_entropy_from_logits(x @ (w - learning_rate * dw) + b - learning_rate * db, labels)
        if cost > history[-1]:
            learning_rate = learning_rate / 2
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "You stop when the cost hardly changes. The caller says how many steps to take, and counts on as many costs."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
        if abs(history[-1] - history[-2]) < 1e-6:
            break
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "Your rate falls from step to step. It is the same for all."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for t in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate / (1 + t) * dw, b - learning_rate / (1 + t) * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "You standardise the features, so your weights belong to others than those that came in. Nobody asked for that
#   here."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    scale = np.std(x, axis=0)
    x = (x - np.mean(x, axis=0)) / np.where(scale == 0, 1, scale)
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "You keep the share of right answers. The history holds costs."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [np.mean(np.argmax(x @ w + b, axis=1) == labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(np.mean(np.argmax(x @ w + b, axis=1) == labels))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "You keep the best place that you passed. Wanted is the last one, and the cost of each."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    best = w, b
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
        if history[-1] <= min(history):
            best = w, b
    return *best, np.array(history)


# %% mistake: fit_softmax
# hint: "You take a step for every single example. A step is to follow the gradient of all examples together."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        for i in range(len(x)):
            dw, db = softmax_gradient(x[i : i + 1], labels[i : i + 1], w, b)
            w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "You count the different labels. A class without an example still has a column, and num_classes says how many
#   there are."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    names, numbers = np.unique(labels, return_inverse=True)
    w, b = np.zeros((x.shape[1], len(names))), np.zeros(len(names))
    history = [cross_entropy_from_logits(x @ w + b, numbers)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, numbers, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, numbers))
    return w, b, np.array(history)


# %% equivalents: fit_softmax
# - replace: "history = [cross_entropy_from_logits(x @ w + b, labels)]"
#   with: "history = [cross_entropy_from_logits(x @ w - b, labels)]"
#   reason: "The bias is zero at the start."
# - replace: "history = [cross_entropy_from_logits(x @ w + b, labels)]"
#   with: "history = [cross_entropy_from_logits(x @ w, labels)]"
#   reason: "The bias is zero at the start."


# %% mistake: fit_softmax
# hint: "You number the labels that occur from 0 on, so if one is absent, all above it move down into columns that are
#   not theirs. The labels are column numbers already."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    numbers = np.unique(labels, return_inverse=True)[1]
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, numbers)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, numbers, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, numbers))
    return w, b, np.array(history)


# %% mistake: fit_softmax
# hint: "Your history lacks the last cost. Count the posts of the fence, not its panels."
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = []
    for _ in range(num_steps):
        history.append(cross_entropy_from_logits(x @ w + b, labels))
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, np.array(history)


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
# The data: 1,797 real digits, written by 13 people, as images of 8 × 8 pixels with ink from 0 to 1; a row of
# `x` is the 64 pixels in line. A quarter is held out: new digits, but from the same 13 hands. The safe rate
# assumes the strongest bend everywhere, which is cautious, so we try four times as much and let the history
# say whether the cost ever rose. For comparison one-vs-all: ten runs of your own function with two classes,
# "this digit" against "any other", each with the same rate and as many steps.

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
    w_one, b_one, _ = fit_softmax(x_train, (labels_train == digit).astype(int), 2, 4 * safe_rate, num_steps=300)
    both_logits = x_held_out @ w_one + b_one  # (m_held_out, 2)
    own[:, digit] = both_logits[:, 1] - both_logits[:, 0]
num_claims = np.sum(own > 0, axis=1)
accuracy_own = np.mean(np.argmax(own, axis=1) == labels_held_out)
print(f"one-vs-all: accuracy {accuracy_own:.3f} on held out;", end=" ")
print(f"{np.sum(num_claims == 0)} of {len(own)} digits claimed by no class, {np.sum(num_claims > 1)} by several")

# %% [markdown]
# The cost begins at $\log 10$, as it must, and 94 to 98 of 100 held-out digits are read rightly, as the split
# falls, by a model that is no more than a table of 640 weights and ten biases. (A hand that is not among the
# 13 would be read less well.) By accuracy one-vs-all is as good or little worse. But as ten *yes-or-no*
# answers it fails for one digit in a dozen, which none of its classes claims, and for a few more, which
# several do; softmax gives each digit exactly one whole of probability.
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
fig.suptitle("What speaks for each digit, and what against it")
fig.colorbar(image, ax=panels, label="weight of a pixel's ink", shrink=0.9)
dd.plot.show(
    "Ten pictures of 8 by 8 pixels, one for each digit, in grey: the weights of that digit's column, light where ink "
    "speaks for the digit and dark where it speaks against it. That of 0 is darkest in the middle."
)

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
dd.plot.show(
    "Left, up to eight held-out digits that were misread with the greatest confidence, each with its right and its "
    "read name. Right, a histogram of the largest probability, counts on a logarithmic scale: most digits read rightly "
    "lie near 1, the misread ones are spread over lower values."
)

# %% [markdown]
# On the left are the most confident mistakes; several would make a person hesitate. On the right, of the
# digits read with a probability above 0.8 next to none is misread; of those below 0.6 a quarter or more. So
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
#   take the logarithm of a softmax. And shift first: what is subtracted early is subtracted exactly.
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
#   *IMA Journal of Numerical Analysis* 41, 2021: what rounding does to today's formulas, and why to divide.
