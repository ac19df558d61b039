# ---
# day: 13
# title: Boosting and stacking
# week: 3
# minutes: 120
# backend: numpy
# needs: [4, 6, 9, 11, 12]
# needs_code: [11]
# data: [diabetes, toy]
# papers:
# - Freund and Schapire 1997, A decision-theoretic generalization of on-line learning and an application to boosting
# - "Friedman 2001, Greedy function approximation: a gradient boosting machine"
# - Wolpert 1992, Stacked generalization
# - "Chen and Guestrin 2016, XGBoost: a scalable tree boosting system"
# - "Ke et al. 2017, LightGBM: a highly efficient gradient boosting decision tree"
# - Fisher 1958, On grouping for maximum homogeneity
# - Zhu, Zou, Rosset and Hastie 2009, Multi-class AdaBoost
# - Grinsztajn, Oyallon and Varoquaux 2022, Why do tree-based models still outperform deep learning on typical
#   tabular data?
# ---

# %% [markdown]
# # Day 13 · Boosting and stacking
#
# By the end you can grow trees that mend each other's errors, say what the fast libraries do differently, and
# let one model learn how far to trust the others without letting it peep.
#
# - **You will build** AdaBoost, gradient boosting for numbers, the bins that make it fast, and the predictions
#   on which a stack may be trained. The first two agree with scikit-learn's, tree for tree.
# - **You need** trees for classes and for numbers (Day 11), forests (Day 12), the sigmoid and log loss (Day 4),
#   folds (Day 9).
# - **Not today:** tuning the many dials of XGBoost and its relatives; networks of your own begin on Day 21.
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | rows, columns | scalars | `len(y)`, `x.shape[1]` |
# | $X,\ y$ | features; targets: **−1 and +1** for AdaBoost, else numbers | $(m, n)$, $(m,)$ | `x`, `y` |
# | $t,\ T$ | a round, and how many there are | scalars | `num_rounds`, `num_trees` |
# | $w_i$ | weight of row $i$ in AdaBoost; all together they sum to 1 | $(m,)$ together | `weights` |
# | $\varepsilon_t,\ \alpha_t$ | weighted error of stump $t$, and its say | scalars | `error`, `alpha` |
# | $f_t(x),\ F_t(x)$ | answer of tree $t$; of the first $t$ trees together | $(m,)$ for all rows | `staged[t]` |
# | $\nu$ | the learning rate of gradient boosting | scalar | `learning_rate` |
# | $r_i$ | residual of row $i$ | $(m,)$ together | `residuals` |
# | $g_i,\ h_i$ | slope and curvature of the loss of row $i$ | scalars | |
# | $G,\ H$ | sums of the $g_i$ and the $h_i$ in a leaf | scalars | |
# | $v$ | the number in a leaf | scalar | |
# | $\lambda,\ \gamma$ | price of a large $v$; price of a leaf | scalars | |
# | $B$ | most bins of a column | scalar | `max_bins` |
# | $K$ | categories of a column | scalar | |
# | $k$ | number of folds | scalar | `k` |
# | $P$ | out-of-fold predictions, one column a model | $(m, \text{models})$ | |

# %% setup
import time

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import nnls

import deepdays as dd
from deepdays.earlier import day_011

dd.plot.style()


def fit_stump(x, y, weights):
    """The best single question about weighted rows, as a tree of Day 11 whose leaves answer -1 or +1.

    x is (m, n), y (m,) of -1 and +1, weights (m,) >= 0. The question is the one whose two sides have the lowest Gini
    impurity, each row counting as its weight; of equal ones the lowest column, then the lowest threshold. A leaf
    answers with the class of the larger weight. Without two different values in any column the tree is a leaf.
    """
    weights = weights / np.sum(weights)
    positive = weights * (y > 0)
    best, question = np.inf, None
    for feature in range(x.shape[1]):
        order = np.argsort(x[:, feature], kind="stable")
        values = x[order, feature].astype(float)
        cuts = np.flatnonzero(values[1:] > values[:-1])  # the last row on the left
        left, left_positive = np.cumsum(weights[order])[cuts], np.cumsum(positive[order])[cuts]
        mixed = 0.0
        for side, plus in ((left, left_positive), (1 - left, np.sum(positive) - left_positive)):
            mixed = mixed + plus * (side - plus) / np.maximum(side, 1e-12)
        if len(cuts) and mixed.min() < best - 1e-9:
            at = np.flatnonzero(mixed <= mixed.min() + 1e-9)[0]
            low, high = values[cuts[at]], values[cuts[at] + 1]
            best, question = (
                mixed[at],
                (feature, float(low + (high - low) / 2 if low + (high - low) / 2 < high else low)),
            )

    def leaf(rows):
        return {"value": 1 if 2 * np.sum(positive[rows]) > np.sum(weights[rows]) else -1}

    if question is None:
        return leaf(slice(None))
    left = x[:, question[0]].astype(float) <= question[1]
    return {"feature": question[0], "threshold": question[1], "left": leaf(left), "right": leaf(~left)}


# %% [markdown]
# ## Listen to what went wrong
#
# A forest grows its trees side by side and hopes that their errors differ. **Boosting** grows them one after
# another and sees to it. It begins with a learner that is hardly better than a coin. **AdaBoost** (Freund and
# Schapire) works with any such learner, most often with a **stump**, a tree of one question, and gives every row
# a weight. After each round the rows that the stump got wrong become heavier, so the next one has to look at
# them.
#
# **By hand.** Five rows on a line have the classes $y = (+, +, -, -, +)$, and the stump says $+$ for the first
# two and $-$ for the rest. All weights are $\frac15$, and one row is wrong: the **weighted error** is
# $\varepsilon = \frac15$. The stump's **say** in the final vote is
#
# $$\alpha = \tfrac12 \log \frac{1 - \varepsilon}{\varepsilon} = \tfrac12 \log 4 = \log 2 \approx 0.693 .$$
#
# A stump that is right half of the time has nothing to say; the better, the more; one that is mostly wrong has
# a negative say, and is useful that way too. Then every weight is multiplied,
#
# $$w_i \leftarrow \frac{w_i\, e^{-\alpha\, y_i f(x_i)}}{\text{the sum of all these}} ,$$
#
# with $y_i f(x_i) = +1$ where the stump is right and $-1$ where it is wrong. Right rows are halved to
# $\frac1{10}$, the wrong one doubled to $\frac25$; the sum is $\frac45$, so the new weights are
# $\frac18, \frac18, \frac18, \frac18, \frac12$. The row that was wrong now weighs as much as all others
# together.
#
# That is no accident. Where does $\alpha$ come from? Before it is divided out, the sum of the new weights is
# $(1 - \varepsilon) e^{-\alpha} + \varepsilon e^{\alpha}$. Its derivative is 0 just at the $\alpha$ above, so
# AdaBoost shrinks the sum as far as this stump can, to $2\sqrt{\varepsilon (1 - \varepsilon)}$, and at that
# point right and wrong rows weigh the same: the next stump gets a problem on which this one is as good as a
# coin.
#
# A stump without an error would have an infinite say. We treat an $\varepsilon$ below $10^{-10}$ as $10^{-10}$,
# and likewise at the other end.


# %% exercise: adaboost_round
def adaboost_round(y, pred, weights):
    """What a stump has to say, and the weights for the next one.

    Args:
        y: the classes, int or float array of shape (m,), m >= 1, each -1 or +1; left unchanged.
        pred: what the stump answers, in the same form; left unchanged.
        weights: of the rows, int or float array of shape (m,), none negative, with a positive sum, which need not
            be 1: only their shares of it count; left unchanged.

    Returns:
        Tuple (alpha, new_weights): half the logarithm of (1 - error) / error, a float, where the weighted error is
        first brought into the range from 1e-10 to 1 - 1e-10; and a new float64 array of shape (m,) that sums to 1,
        the weights times exp(-alpha) where the stump is right and exp(alpha) where it is wrong, scaled. About 5
        lines.
    """
    ### BEGIN SOLUTION
    shares = weights / np.sum(weights)
    error = np.clip(np.sum(shares[pred != y]), 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    raised = shares * np.exp(np.where(pred == y, -alpha, alpha))
    return alpha, raised / np.sum(raised)
    ### END SOLUTION


# %% test: adaboost_round, points=2
y, pred, weights = np.array([1, 1, -1, -1, 1]), np.array([1, 1, -1, -1, -1]), np.full(5, 0.2)
with dd.check.unchanged([y, pred, weights], what="y, pred or weights"):
    result = adaboost_round(y, pred, weights)
due = (np.log(2), np.array([0.125, 0.125, 0.125, 0.125, 0.5]))
dd.check.like(result, due, why="this is the round worked by hand")
uneven = np.array([0.1, 0.3, 0.2, 0.1, 0.3])
result = adaboost_round(y, -pred, uneven)
due = (-0.5 * np.log(7 / 3), np.array([1 / 14, 3 / 14, 2 / 14, 1 / 14, 1 / 2]))
dd.check.like(result, due, why="wrong on 70% of the weight, its opposite is right on 70%")
result = adaboost_round(y, pred, 10 * uneven)
due = (0.5 * np.log(7 / 3), np.array([1 / 14, 3 / 14, 2 / 14, 1 / 14, 1 / 2]))
dd.check.like(result, due, why="weights that sum to 10 have the same shares")
due = (0.5 * np.log((1 - 1e-10) / 1e-10), uneven)
dd.check.like(adaboost_round(y, y, uneven), due, why="the error counts as 1e-10, and no row is heavier than before")
### BEGIN HIDDEN TESTS
import math
from fractions import Fraction

rng = np.random.default_rng(130)
for m in (2, 3, 8, 50):
    for kind in (int, float, "int8"):
        for _ in range(4):
            y = rng.choice([-1, 1], m).astype(kind)
            wrong = np.arange(m) < rng.integers(1, m)
            pred = np.where(wrong, -y, y).astype(kind)
            whole = rng.integers(1, 30, m)
            total = Fraction(int(whole.sum()))
            error = Fraction(int(whole[wrong].sum())) / total
            new = [
                Fraction(int(v)) / total / (2 * (error if bad else 1 - error))
                for v, bad in zip(whole, wrong, strict=True)
            ]
            due = 0.5 * math.log((1 - error) / error), np.array([float(v) for v in new])
            for weights in (whole, whole / whole.sum(), 1e-9 * whole, 1e9 * whole):
                with dd.check.unchanged([y, pred, weights], what="y, pred or weights"):
                    result = adaboost_round(y, pred, weights)
                dd.check.like(result, due, rtol=1e-9, why="after the round right and wrong rows weigh one half each")
                now = np.sum(result[1][pred != y])
                dd.check.close(now, 0.5, what="the stump's error under the new weights", why="it is a coin now")
y, pred = np.array([1, -1, 1]), np.array([1, -1, -1])
for weights in (np.array([0.5, 0.5, 0.0]), np.array([3, 1, 0])):
    due = 0.5 * math.log((1 - 1e-10) / 1e-10), weights / weights.sum()
    dd.check.like(adaboost_round(y, pred, weights), due, why="only a row without weight is wrong")
    due = -0.5 * math.log((1 - 1e-10) / 1e-10), weights / weights.sum()
    dd.check.like(adaboost_round(y, -pred, weights), due, why="all rows with a weight are wrong")
half = adaboost_round(y, pred, np.array([1, 1, 2]))
dd.check.like(half, (0.0, np.array([0.25, 0.25, 0.5])), why="a coin has nothing to say and changes nothing")
lone = adaboost_round(np.array([1]), np.array([-1]), np.array([0.3]))
dd.check.like(lone, (-0.5 * math.log((1 - 1e-10) / 1e-10), np.ones(1)), why="a single row keeps all the weight")
tiny = adaboost_round(np.array([1, 1, -1]), np.array([1, -1, -1]), np.array([0.5, 1e-6, 0.499999]))
dd.check.close(tiny[0], 0.5 * math.log((1 - 1e-6) / 1e-6), what="alpha", why="an error of 1e-6 is above the limit")
dd.check.close(tiny[1][1], 0.5, what="its weight", why="the one wrong row now weighs one half")
spare = np.repeat(np.array([0.25, 0.5, 0.25]), 2)
due = (0.5 * math.log(3), np.array([1 / 6, 1 / 3, 1 / 2]))
dd.check.like(
    adaboost_round(np.array([1, 1, 1]), np.array([1, 1, -1]), spare[::2]), due, why="every other entry is an array too"
)
### END HIDDEN TESTS

# %% mistakes: adaboost_round
# - replace: alpha = 0.5 * np.log((1 - error) / error)
#   with: alpha = np.log((1 - error) / error)
#   hint: "Your say is twice as large as is due, and the wrong rows end with more than half of the weight."
# - replace: alpha = 0.5 * np.log((1 - error) / error)
#   with: alpha = 0.5 * np.log(error / (1 - error))
#   hint: "A good stump has a negative say with you. Which way up is the fraction, and whose weight is the error?"
# - replace: alpha = 0.5 * np.log((1 - error) / error)
#   with: alpha = 0.5 * np.log2((1 - error) / error)
#   hint: "Which logarithm is it? Ours are natural."
# - replace: alpha = 0.5 * np.log((1 - error) / error)
#   with: alpha = max(0.5 * np.log((1 - error) / error), 0.0)
#   hint: "A stump that is mostly wrong is useful if one does the opposite. Let its say be negative."
# - replace: np.sum(shares[pred != y])
#   with: np.mean(pred != y)
#   hint: "You count the wrong rows. Each of them counts as much as it weighs."
# - replace: np.where(pred == y, -alpha, alpha)
#   with: np.where(pred == y, alpha, -alpha)
#   hint: "With you the rows that were right become heavier. Which ones should the next stump look at?"
# - replace: np.where(pred == y, -alpha, alpha)
#   with: np.where(pred == y, 0.0, alpha)
#   hint: "The right rows are left alone, and the wrong ones raised by exp(alpha) only. Both are moved, or one by twice
#     as much."
# - replace: return alpha, raised / np.sum(raised)
#   with: return alpha, raised
#   hint: "Your new weights do not sum to 1."
# - replace: np.clip(np.sum(shares[pred != y]), 1e-10, 1 - 1e-10)
#   with: np.sum(shares[pred != y]) + 1e-10
#   hint: "You add something to every error. Only errors outside the range are to be moved, and that at both ends."
# - replace: shares = weights / np.sum(weights)
#   with: shares = 1.0 * weights
#   hint: "You take for granted that the weights sum to 1. They are shares of whatever they sum to."
# - replace: raised / np.sum(raised)
#   with: raised / np.max(raised)
#   hint: "You divide by the largest weight. The new ones are to sum to 1."
# - replace: np.clip(np.sum(shares[pred != y]), 1e-10, 1 - 1e-10)
#   with: np.clip(np.sum(shares[pred != y]), np.finfo(float).eps, 1 - np.finfo(float).eps)
#   hint: "You limit the error elsewhere than at 1e-10."


# %% mistake: adaboost_round
# hint: "A stump without an error makes you divide by 0. Bring the error into its range first."
def adaboost_round(y, pred, weights):
    with np.errstate(all="ignore"):
        shares = weights / weights.sum()
        error = shares[pred != y].sum()
        alpha = float(np.log((1 - error) / error) / 2)
        new = shares * np.exp(-alpha * y * pred)
        return alpha, new / new.sum()


# %% mistake: adaboost_round
# hint: "You change the weights of the caller. Make new ones."
def adaboost_round(y, pred, weights):
    if weights.dtype.kind != "f":
        weights = weights.astype(float)
    weights /= weights.sum()
    error = np.clip(weights[pred != y].sum(), 1e-10, 1 - 1e-10)
    alpha = float(np.log((1 - error) / error) / 2)
    weights *= np.exp(-alpha * y * pred)
    weights /= weights.sum()
    return alpha, weights


# %% mistake: adaboost_round
# hint: "That is SAMME's rule for two classes: say and exponent are twice ours. The weights come out right, the say
#   does not."
def adaboost_round(y, pred, weights):
    shares = weights / np.sum(weights)
    error = np.clip(np.sum(shares[pred != y]), 1e-10, 1 - 1e-10)
    alpha = float(np.log((1 - error) / error))
    new = np.where(pred != y, shares * np.exp(alpha), shares)
    return alpha, new / np.sum(new)


# %% mistake: adaboost_round
# hint: "You take the error as it comes where the say is computed, or one end of the range only. A stump that is wrong
#   everywhere has a say as well."
def adaboost_round(y, pred, weights):
    shares = weights / np.sum(weights)
    error = max(np.sum(shares * (pred != y)), 1e-10)
    with np.errstate(all="ignore"):
        alpha = float(0.5 * np.log((1 - error) / error))
        new = shares * np.exp(-alpha * (y * pred))
        return alpha, new / np.sum(new)


# %% mistake: adaboost_round
# hint: "You average the weights of the wrong rows over all rows. Their share is their sum over the sum of all
#   weights."
def adaboost_round(y, pred, weights):
    error = np.mean(weights * (y != pred))
    error = np.clip(error, 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(-alpha * y * pred)
    return alpha, new / new.sum()


# %% mistake: adaboost_round
# hint: "The pair is the wrong way round: first the say, then the weights."
def adaboost_round(y, pred, weights):
    error = np.sum(weights[y != pred]) / np.sum(weights)
    error = np.clip(error, 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(-alpha * y * pred)
    return new / new.sum(), alpha


# %% mistake: adaboost_round
# hint: "The new weights forget the old ones. Each old weight is multiplied."
def adaboost_round(y, pred, weights):
    error = np.sum(weights[y != pred]) / np.sum(weights)
    error = np.clip(error, 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = np.exp(-alpha * y * pred)
    return alpha, new / new.sum()


# %% mistake: adaboost_round
# hint: "Nothing keeps the error away from 0, and your new weights do not sum to 1."
def adaboost_round(y, pred, weights):
    error = np.dot(weights, pred != y)
    alpha = 0.5 * np.log((1 - error) / error)
    weights = weights * np.exp(-alpha * y * pred)
    return alpha, weights


# %% mistake: adaboost_round
# hint: "You write the new weights into a copy of the old ones, which keeps their dtype: whole numbers are cut off."
def adaboost_round(y, pred, weights):
    error = np.clip(np.sum(weights[y != pred]) / np.sum(weights), 1e-10, 1 - 1e-10)
    alpha = float(0.5 * np.log((1 - error) / error))
    new = weights.copy()
    new[y != pred] = new[y != pred] * np.exp(alpha)
    new[y == pred] = new[y == pred] * np.exp(-alpha)
    return alpha, new / new.sum()


# %% equivalents: adaboost_round
# - replace: raised = shares * np.exp
#   with: raised = weights * np.exp
#   reason: "The factor is divided out again."
# - replace: np.clip(np.sum(shares[pred != y]), 1e-10, 1 - 1e-10)
#   with: np.clip(1e-10, np.sum(shares[pred != y]), 1 - 1e-10)
#   reason: "Either way it is the larger of the two, or the upper limit if that is smaller."


# %% accepts: adaboost_round
def adaboost_round(y, pred, weights):
    right = y * pred > 0
    error = float(np.sum(weights[~right]) / np.sum(weights))
    error = min(max(error, 1e-10), 1 - 1e-10)
    alpha = np.arctanh(1 - 2 * error) if 1e-6 < error < 1 - 1e-6 else 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(-float(alpha) * (2.0 * right - 1))
    return float(alpha), new / new.sum()


# %% accepts: adaboost_round
def adaboost_round(y, pred, weights):
    total = sum(float(w) for w in weights)
    error = sum(float(w) / total for w, a, b in zip(weights, y, pred, strict=True) if a != b)
    error = sorted((1e-10, error, 1 - 1e-10))[1]
    alpha = 0.5 * (np.log(1 - error) - np.log(error))
    new = np.array([w / total * np.exp(alpha if a != b else -alpha) for w, a, b in zip(weights, y, pred, strict=True)])
    return alpha, new / sum(new)


# %% [markdown]
# ## AdaBoost, whole
#
# All weights start equal. Each round grows a stump on the weighted rows, `fit_stump` in the first cell, gives
# it its say and passes the new weights on. Together the stumps answer
#
# $$F_T(x) = \sum_{t=0}^{T-1} \alpha_t f_t(x), \qquad \text{the class is the sign of } F_T(x) .$$
#
# Two ways to end early. A stump without an error settles everything, so it is the last. A stump that is no
# better than a coin has nothing to say, and on the same weights the next would be the same: it is thrown away
# and the loop ends.
#
# **Does it learn?** A row that the vote gets wrong has $y_i F_T(x_i) \le 0$, so $e^{-y_i F_T(x_i)} \ge 1$, and
# the share of wrong rows is at most the mean of these exponentials. Multiplying all the updates together shows
# that this mean is the product of the sums that were divided out:
#
# $$\text{training error} \;\le\; \frac1m \sum_i e^{-y_i F_T(x_i)} \;=\;
# \prod_{t=0}^{T-1} 2 \sqrt{\varepsilon_t (1 - \varepsilon_t)} .$$
#
# Every factor is below 1 unless $\varepsilon_t = \frac12$. If all errors stay below $0.45$, each round takes
# off at least half a percent, and in the end no training row is wrong. So AdaBoost is a descent, tree by tree,
# on the mean of $e^{-y F}$. That loss grows without bounds for rows that are hopeless: mislabelled rows take
# over the weights, which is AdaBoost's known weakness.


# %% exercise: fit_adaboost
def fit_adaboost(x, y, num_rounds):
    """AdaBoost with stumps.

    Args:
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged.
        y: the classes, int array of shape (m,), each -1 or +1; left unchanged.
        num_rounds: most rounds, int >= 1.

    Returns:
        List of at most num_rounds tuples (alpha, stump), in the order of their rounds: the stump that fit_stump finds
        for the weights of its round, which are equal in the first, and its say, a float. It ends early, after a stump
        whose weighted error is below 1e-9, or before one whose error is above 0.5 - 1e-9, which is left out; so it
        may be empty. About 12 lines; use adaboost_round.
    """
    ### BEGIN SOLUTION
    weights = np.full(len(y), 1 / len(y))
    ensemble = []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble
    ### END SOLUTION


def adaboost_scores(ensemble, x):
    """What the stumps answer together.

    Args:
        ensemble: list of tuples (alpha, stump) as fit_adaboost makes it, perhaps empty; left unchanged.
        x: features, array of shape (m, n), m >= 1; left unchanged.

    Returns:
        Float array of shape (m,): the sum of alpha times the stump's answer, 0 without stumps. About 4 lines.
    """
    ### BEGIN SOLUTION
    scores = np.zeros(len(x))
    for alpha, stump in ensemble:
        scores += alpha * day_011.predict_tree(stump, x)
    return scores
    ### END SOLUTION


# %% test: fit_adaboost, points=3
x = np.array([[1.0, 0.3], [2.0, 0.3], [3.0, 0.3], [4.0, 0.3], [5.0, 0.3]])
y = np.array([1, 1, -1, -1, 1])
with dd.check.unchanged([x, y], what="x or y"):
    ensemble = fit_adaboost(x, y, 2)
dd.check.kind(ensemble, list)
dd.check.equal(len(ensemble), 2, what="the number of stumps")
first = {"feature": 0, "threshold": 2.5, "left": {"value": 1}, "right": {"value": -1}}
dd.check.like(ensemble[0], (np.log(2), first), what="round 0", why="this is the stump of the text")
second = {"feature": 0, "threshold": 4.5, "left": {"value": -1}, "right": {"value": 1}}
due = (0.5 * np.log(3), second)
dd.check.like(ensemble[1], due, what="round 1", why="the last row weighs one half now, and two rows of 1/8 go wrong")
with dd.check.unchanged([ensemble, x], what="ensemble or x"):
    scores = adaboost_scores(ensemble, x)
a, b = np.log(2), 0.5 * np.log(3)
dd.check.like(
    scores, np.array([a - b, a - b, -a - b, -a - b, b - a]), what="scores", why="each answer counts as its say"
)
dd.check.equal(np.sign(adaboost_scores(fit_adaboost(x, y, 3), x)), y, what="the signs after 3 rounds")
dd.check.equal(len(fit_adaboost(x[:4], y[:4], 9)), 1, what="the number of stumps", why="the first makes no error")
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
dd.check.equal(fit_adaboost(corners, np.array([-1, 1, 1, -1]), 9), [], why="on XOR every stump is a coin")


### BEGIN HIDDEN TESTS
import math


def answers(tree, x):
    """A tree's answer for every row, by walking down."""
    found = []
    for row in x.tolist():
        node = tree
        while "feature" in node:
            node = node["left" if row[node["feature"]] <= node["threshold"] else "right"]
        found.append(node["value"])
    return np.array(found)


rng = np.random.default_rng(131)
for m, n, rounds, kind in (
    (12, 1, 6, float),
    (40, 3, 15, float),
    (30, 2, 8, int),
    (25, 4, 5, "float32"),
    (60, 2, 1, "uint8"),
):
    x = (rng.normal(size=(m, n)) * 20 + 60).astype(kind)
    y = np.where(x[:, 0].astype(float) + x[:, -1] + 15 * rng.normal(size=m) > 120, 1, -1)
    y[:2] = -1, 1
    with dd.check.unchanged([x, y], what="x or y"):
        ensemble = fit_adaboost(x, y, rounds)
    dd.check.kind(ensemble, list)
    assert 1 <= len(ensemble) <= rounds, f"{len(ensemble)} stumps came of {rounds} rounds"
    total = np.zeros(m)
    for t, came in enumerate(ensemble):
        weights = np.exp(-y * total)
        weights /= weights.sum()  # what all the updates come to
        stump = fit_stump(x, y, weights)
        told = answers(stump, x)
        error = sum(weights[i] for i in range(m) if told[i] != y[i])
        alpha = 0.5 * math.log((1 - max(error, 1e-10)) / max(error, 1e-10))
        why = f"the weights of round {t} are exp(-y F), scaled, and its stump errs on {error:.4f} of them"
        dd.check.like(came, (alpha, stump), what=f"round {t}", why=why)
        total = total + alpha * told
        assert t == len(ensemble) - 1 or error >= 1e-9, "after a stump without an error nothing is left to do"
    weights = np.exp(-y * total) / np.sum(np.exp(-y * total))
    left = sum(w for w, a, b in zip(weights, answers(fit_stump(x, y, weights), x), y, strict=True) if a != b)
    ended = len(ensemble) < rounds
    assert not ended or error < 1e-9 or left > 0.5 - 1e-9, f"it ended after {len(ensemble)} of {rounds} rounds"
    fresh = (rng.normal(size=(9, n)) * 20 + 60).astype(kind)
    with dd.check.unchanged([ensemble, fresh], what="ensemble or x"):
        scores = adaboost_scores(ensemble, fresh)
    due = sum(alpha * answers(stump, fresh) for alpha, stump in ensemble)
    dd.check.like(scores, np.array(due, dtype=float), what="scores", why="each answer counts as its say")
dd.check.like(
    adaboost_scores([], np.zeros((3, 2))), np.zeros(3), what="scores", why="without stumps nobody says anything"
)
one_class = fit_adaboost(rng.normal(size=(6, 2)), np.ones(6, dtype=int), 5)
dd.check.equal(len(one_class), 1, what="the number of stumps", why="with one class the first makes no error")
dd.check.like(one_class[0][0], 0.5 * math.log((1 - 1e-10) / 1e-10), what="its say")
lone = fit_adaboost(np.array([[3.0]]), np.array([-1]), 4)
dd.check.like(lone, [(0.5 * math.log((1 - 1e-10) / 1e-10), {"value": -1})], why="a single row needs no question")
same = fit_adaboost(np.zeros((4, 2)), np.array([1, -1, 1, -1]), 4)
dd.check.equal(same, [], why="without two values there is no question, and the leaf is a coin")
tilted = fit_adaboost(np.zeros((5, 2)), np.array([1, -1, 1, -1, 1]), 4)
dd.check.like(tilted, [(0.5 * math.log(1.5), {"value": 1})], why="after one round the leaf is a coin")
### END HIDDEN TESTS

# %% mistakes: fit_adaboost
# - replace: fit_stump(x, y, weights)
#   with: fit_stump(x, y, np.ones(len(y)))
#   hint: "Every stump is grown on equal weights, so all are the same one. What has the last round left behind?"
# - replace: alpha, weights = adaboost_round(y, pred, weights)
#   with: alpha, _ = adaboost_round(y, pred, weights)
#   hint: "The new weights are thrown away, and every round is the first."
# - replace: |-
#     if error > 0.5 - 1e-9:
#                 break
#   with: ""
#   hint: "A stump that is no better than a coin is kept. The docstring leaves it out, and ends there."
# - replace: |-
#     ensemble.append((alpha, stump))
#             if error < 1e-9:
#                 break
#   with: |-
#     if error < 1e-9:
#                 break
#             ensemble.append((alpha, stump))
#   hint: "The stump that makes no error is thrown away, and it was the best of all."
# - replace: |-
#     if error < 1e-9:
#                 break
#   with: ""
#   hint: "You go on after a stump without an error. The same one will come again."
# - replace: scores += alpha * day_011.predict_tree(stump, x)
#   with: scores += day_011.predict_tree(stump, x)
#   hint: "Every stump has the same vote. Some have more to say than others."
# - replace: ensemble.append((alpha, stump))
#   with: ensemble.append((stump, alpha))
#   hint: "The pairs are the wrong way round."
# - replace: scores = np.zeros(len(x))
#   with: scores = np.zeros(x.shape[1])
#   hint: "How many scores are there: one for each row, or one for each column?"
# - replace: return scores
#   with: return np.sign(scores)
#   hint: "Those are the classes. The scores were asked for, which say how sure the vote is."
# - replace: if error > 0.5 - 1e-9
#   with: if error > 0.25
#   hint: "You end while the stumps are still better than a coin."


# %% mistake: fit_adaboost
# hint: "You draw rows by their weights instead of weighing them, so what comes out depends on the draw."
def fit_adaboost(x, y, num_rounds):
    rng = np.random.default_rng(0)
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        rows = rng.choice(len(y), len(y), p=weights)
        stump = fit_stump(x[rows], y[rows], np.ones(len(y)))
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    return np.sum([alpha * day_011.predict_tree(stump, x) for alpha, stump in ensemble], axis=0) + np.zeros(len(x))


# %% mistake: fit_adaboost
# hint: "You judge a stump by the share of rows it gets wrong. The weights decide whether it is better than a coin."
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.mean(pred != y)
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    return sum((alpha * day_011.predict_tree(stump, x) for alpha, stump in ensemble), np.zeros(len(x)))


# %% mistake: fit_adaboost
# hint: "With an empty list of stumps your scores are a single number, or an error. Where does the sum begin?"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    return sum(alpha * day_011.predict_tree(stump, x) for alpha, stump in ensemble)


# %% mistake: fit_adaboost
# hint: "You start with weights of 1, and compare their sum over the wrong rows with a half. Is that still a share?"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.ones(len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    scores = np.zeros(len(x))
    for alpha, stump in ensemble:
        scores += alpha * day_011.predict_tree(stump, x)
    return scores


# %% mistake: fit_adaboost
# hint: "Nothing ends your loop early. When has a stump nothing to say, and when is nothing left to do?"
def fit_adaboost(x, y, num_rounds):
    w = np.ones(len(y)) / len(y)
    out = []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, w)
        pred = day_011.predict_tree(stump, x)
        alpha, w = adaboost_round(y, pred, w)
        out.append((alpha, stump))
    return out


def adaboost_scores(ensemble, x):
    s = np.zeros(len(x))
    for a, t in ensemble:
        s += a * day_011.predict_tree(t, x)
    return s


# %% mistake: fit_adaboost
# hint: "The loop ends at the right place, but a stump that is no better than a coin is still kept."
def fit_adaboost(x, y, num_rounds):
    w = np.ones(len(y)) / len(y)
    out = []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, w)
        pred = day_011.predict_tree(stump, x)
        err = w[pred != y].sum()
        alpha, w = adaboost_round(y, pred, w)
        out.append((alpha, stump))
        if err < 1e-9 or err > 0.5 - 1e-9:
            break
    return out


def adaboost_scores(ensemble, x):
    s = np.zeros(len(x))
    for a, t in ensemble:
        s += a * day_011.predict_tree(t, x)
    return s


# %% mistake: fit_adaboost
# hint: "You divide by the sum of all says. The sum itself was asked for."
def fit_adaboost(x, y, num_rounds):
    w = np.ones(len(y)) / len(y)
    out = []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, w)
        pred = day_011.predict_tree(stump, x)
        err = w[pred != y].sum()
        if err > 0.5 - 1e-9:
            break
        alpha, w = adaboost_round(y, pred, w)
        out.append((alpha, stump))
        if err < 1e-9:
            break
    return out


def adaboost_scores(ensemble, x):
    total = sum(a for a, t in ensemble) or 1.0
    s = np.zeros(len(x))
    for a, t in ensemble:
        s += a * day_011.predict_tree(t, x)
    return s / total


# %% equivalents: fit_adaboost
# - replace: if error > 0.5 - 1e-9
#   with: if error >= 0.5 - 1e-9
#   reason: "No sum of weights hits the limit to the last bit."
# - replace: if error < 1e-9
#   with: if error <= 1e-9
#   reason: "No sum of weights hits the limit to the last bit."
# - replace: adaboost_round(y, pred, weights)
#   with: adaboost_round(pred, y, weights)
#   reason: "What counts is where the two differ."
# - replace: alpha * day_011.predict_tree(stump, x)
#   with: alpha / day_011.predict_tree(stump, x)
#   reason: "Answers are -1 and +1, and each is its own reciprocal."


# %% accepts: fit_adaboost
def fit_adaboost(x, y, num_rounds):
    ensemble, total = [], np.zeros(len(y))
    while len(ensemble) < num_rounds:
        weights = np.exp(-y * total)  # what all the updates come to
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        alpha, _ = adaboost_round(y, pred, weights)
        if alpha < 2.1e-9:
            break
        ensemble.append((float(alpha), stump))
        total = total + alpha * pred
        if np.all(pred == y):
            break
    return ensemble


def adaboost_scores(ensemble, x):
    return np.array([[alpha * v for v in day_011.predict_tree(stump, x)] for alpha, stump in ensemble]).sum(
        axis=0
    ) + np.zeros(len(x))


# %% accepts: fit_adaboost
def fit_adaboost(x, y, num_rounds):
    def rounds(weights, left):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = weights @ (pred != y)
        if left == 0 or error > 0.5 - 1e-9:
            return []
        alpha, weights = adaboost_round(y, pred, weights)
        return [(alpha, stump)] + (rounds(weights, left - 1) if error >= 1e-9 else [])

    return rounds(np.ones(len(y)) / len(y), num_rounds)


def adaboost_scores(ensemble, x):
    if not ensemble:
        return np.zeros(len(x))
    says = np.array([alpha for alpha, _ in ensemble])
    return says @ np.stack([day_011.predict_tree(stump, x) for _, stump in ensemble])


# %% [markdown]
# Two moons, 200 points. What do the weights look at, and can stumps, each a single cut along an axis, follow a
# curved border?

# %% demo
x_moons, y_moons = dd.data.moons(200, noise=0.25, seed=0)
x_far, y_far = dd.data.moons(2000, noise=0.25, seed=1)
y_moons, y_far = 2 * y_moons - 1, 2 * y_far - 1
ensemble = fit_adaboost(x_moons, y_moons, 60)
fig, panels = plt.subplots(1, 4, figsize=(16, 4.2), sharey=True)
for ax, t in zip(panels, (0, 1, 2, None), strict=True):
    if t is None:
        dd.plot.decision_regions(
            lambda x: (adaboost_scores(ensemble, x) > 0).astype(int), x_moons, (y_moons + 1) // 2, ax, resolution=120
        )
        wrong = np.mean(np.sign(adaboost_scores(ensemble, x_far)) != y_far)
        ax.get_legend().remove()
        ax.set(title=f"60 stumps: {wrong:.1%} wrong on fresh points", xlabel="$x_0$", ylabel="")
        continue
    weights = np.exp(-y_moons * adaboost_scores(ensemble[:t], x_moons))
    for label, marker, color in ((-1, "o", "C0"), (1, "s", "C1")):
        rows = y_moons == label
        sizes = 5000 * weights[rows] / weights.sum()
        ax.scatter(
            *x_moons[rows].T,
            s=sizes,
            marker=marker,
            facecolor="none",
            edgecolor=color,
            label=f"class {label:+d}".replace("-", "−"),
        )
    stump = ensemble[t][1]
    (ax.axvline if stump["feature"] == 0 else ax.axhline)(stump["threshold"], color="black", linestyle="-")
    ax.set(title=f"Round {t}: say {ensemble[t][0]:.2f}", xlabel="$x_0$", ylabel="$x_1$" if t == 0 else "")
panels[0].legend(loc="upper right")
dd.plot.show(
    "Four maps of two moons. In the first three each point is drawn as large as its weight, with the cut of that "
    "round's stump as a line: in round 0 all are equal, later those on the wrong side of the cuts before are large. "
    "The fourth shows the two regions of the vote of 60 stumps, whose border has steps and follows both moons."
)

# %% [markdown]
# Each cut leaves some points on its wrong side, and these are the large ones in the next panel, whose cut goes
# after them. The vote of sixty has a border of many steps that follows the moons. No tree here asks more than
# one question; the *sum* is what bends.
#
# How do the bound, the training error and the error on fresh points go with the number of stumps? And is it
# scikit-learn's AdaBoost? Its rule is called SAMME (Zhu, Zou, Rosset and Hastie), which for $K$ classes takes
# the say $\log \frac{1 - \varepsilon}{\varepsilon} + \log (K - 1)$. For two classes that is twice ours for
# every stump, and the signs are the same.

# %% demo
from sklearn.ensemble import AdaBoostClassifier, GradientBoostingRegressor, RandomForestRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.tree import DecisionTreeClassifier

theirs = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=60, random_state=0).fit(x_moons, y_moons)
their_says = theirs.estimator_weights_
thresholds = [(one.tree_.feature[0], one.tree_.threshold[0]) for one in theirs.estimators_]
ours = [(stump["feature"], stump["threshold"]) for _, stump in ensemble]
print("same stumps in all rounds:", np.allclose(thresholds, ours, atol=1e-5))
print(f"largest difference of the says, theirs halved: {np.abs(their_says / 2 - [a for a, _ in ensemble]).max():.1e}")
assert np.allclose(adaboost_scores(ensemble, x_far), theirs.decision_function(x_far) * their_says.sum() / 4, atol=1e-6)

counts = np.arange(len(ensemble) + 1)
scores = [adaboost_scores(ensemble[:t], x_moons) for t in counts]
curves = {
    "bound": [np.mean(np.exp(-y_moons * f)) for f in scores],
    "training points": [np.mean(y_moons * f <= 0) for f in scores],
    "fresh points": [np.mean(y_far * adaboost_scores(ensemble[:t], x_far) <= 0) for t in counts],
}
fig, ax = plt.subplots(figsize=(8, 4.2))
for name, curve in curves.items():
    ax.plot(counts[1:], curve[1:], label=name)
ax.set(xlabel="stumps", ylabel="share of wrong points", ylim=(0, None), title="AdaBoost on two moons")
ax.legend()
dd.plot.show(
    "Share of wrong points against the number of stumps, from 1 to 60. The bound falls smoothly from above 0.8; the "
    "training error stays below it and falls in jumps; the error on fresh points falls with it at first and then "
    "levels off above it."
)
assert np.all(np.array(curves["training points"]) <= np.array(curves["bound"]) + 1e-9)

# %% [markdown]
# The bound is generous, but it falls at every step, and the training error has to stay below it. On fresh
# points the error levels off: the moons overlap, and no border is right about all of them. Later rounds go to
# rows in the overlap. The stumps agree with scikit-learn's to rounding, because `fit_stump` searches as its
# tree does, by weighted Gini. (Textbooks often take the stump with the lowest weighted *error* instead, which
# may be another one.)
#
# ## Gradient boosting: fit what is left
#
# Raising weights suits classes. For numbers there is something simpler (Friedman): predict, see what is
# missing, and let the next tree predict *that*.
#
# **By hand.** Four rows, $x = 1, 2, 3, 4$ and $y = 1, 3, 6, 10$. The best single number is the mean, $F_0 = 5$,
# and the **residuals** are $r = y - F_0 = (-4, -2, 1, 5)$. A stump on the residuals cuts at 2.5, with the means
# $-3$ and $3$ in its leaves. Do we add all of it? With a **learning rate** $\nu = \frac12$ we add half:
# $F_1 = (3.5, 3.5, 6.5, 6.5)$, and $(-2.5, -0.5, -0.5, 3.5)$ is left. The next stump cuts at 3.5, with
# $-\frac76$ and $3.5$, and $F_2 = (2.92, 2.92, 5.92, 8.25)$. In general
#
# $$F_0 = \frac1m \sum_i y_i, \qquad r_i = y_i - F_t(x_i), \qquad f_t = \text{a regression tree for } r, \qquad
# F_{t+1} = F_t + \nu f_t .$$
#
# **Why "gradient"?** The loss of a row is $\frac12 (y_i - F(x_i))^2$, and its slope with respect to the
# *prediction* is $F(x_i) - y_i = -r_i$. So the residuals are the steepest way down, in a space that has one
# axis for each training row. Only the rows of the training set have such slopes; the tree carries them over to
# all other $x$. With another loss the recipe stays and only $r$ changes: for the log loss of Day 4 it is
# $y - \sigma(F)$, for the absolute error the sign of the error.
#
# **Shrinkage.** A small $\nu$ makes every tree's contribution small, and more trees are needed. What is gained
# is that a mistake of one tree, which has looked at noise too, is seen and mended by many later ones. Growing
# each tree on a random part of the rows, *stochastic* gradient boosting, adds to that.
#
# **Staged predictions** are those after 0, 1, 2, … trees. They come for free, since each needs one more tree
# than the last, and they show on held-out rows when to stop.
#
# The trees are Day 11's, `day_011.build_tree(x, residuals, max_depth, 1, "variance")`. This exercise has two
# functions.


# %% exercise: fit_gradient_boosting
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    """Gradient boosting for squared error.

    Args:
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged.
        y: targets, array of shape (m,), of any int or float dtype; left unchanged.
        num_trees: T, int >= 0.
        learning_rate: float > 0, of any size.
        max_depth: most questions on the way to any leaf, int >= 1; None for no limit.

    Returns:
        Dict of "start", the mean of y, a float; "learning_rate", as given; and "trees", a list of T regression trees as
        day_011.build_tree makes them, with leaves of one row or more: each of the residuals that the start and the
        trees before it leave. All numbers are computed in float64. About 7 lines.
    """
    ### BEGIN SOLUTION
    targets = np.asarray(y, dtype=float)
    model = {"start": float(np.mean(targets)), "learning_rate": learning_rate, "trees": []}
    residuals = targets - model["start"]
    for _ in range(num_trees):
        tree = day_011.build_tree(x, residuals, max_depth, 1, "variance")
        residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
        model["trees"].append(tree)
    return model
    ### END SOLUTION


def staged_predictions(model, x):
    """What a boosted model answers after each number of trees.

    Args:
        model: dict as fit_gradient_boosting makes it; left unchanged.
        x: features, array of shape (m, n), m >= 1; left unchanged.

    Returns:
        Float64 array of shape (T + 1, m): row t is the prediction of the start and the first t trees. About 4 lines.
    """
    ### BEGIN SOLUTION
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)
    ### END SOLUTION


# %% test: fit_gradient_boosting, points=3
x, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([1.0, 3.0, 6.0, 10.0])
with dd.check.unchanged([x, y], what="x or y"):
    model = fit_gradient_boosting(x, y, 2, 0.5, 1)
dd.check.kind(model, dict)
dd.check.equal(sorted(model), ["learning_rate", "start", "trees"], what="the model's keys")
dd.check.like(model["start"], 5.0, what="the start", why="the mean of the targets is 5")
dd.check.close(model["learning_rate"], 0.5, what="the learning rate")
dd.check.equal(len(model["trees"]), 2, what="the number of trees")
first = day_011.build_tree(x, np.array([-4.0, -2.0, 1.0, 5.0]), 1, 1, "variance")
dd.check.like(model["trees"][0], first, what="tree 0", why="it is grown on the residuals -4, -2, 1 and 5")
second = day_011.build_tree(x, np.array([-2.5, -0.5, -0.5, 3.5]), 1, 1, "variance")
dd.check.like(model["trees"][1], second, what="tree 1", why="it is grown on what half of tree 0 leaves")
new = np.array([[9.0], [1.5], [3.2]])
with dd.check.unchanged([model, new], what="model or x"):
    staged = staged_predictions(model, new)
due = np.array([[5.0, 5.0, 5.0], [6.5, 3.5, 6.5], [8.25, 3.5 - 7 / 12, 6.5 - 7 / 12]])
dd.check.like(
    staged, due, what="the staged predictions", why="these are F_0, F_1 and F_2 of the text, at three new rows"
)


### BEGIN HIDDEN TESTS
def answers(tree, x):
    """A tree's answer for every row, by walking down."""
    found = []
    for row in x.tolist():
        node = tree
        while "feature" in node:
            node = node["left" if row[node["feature"]] <= node["threshold"] else "right"]
        found.append(node["value"])
    return np.array(found)


rng = np.random.default_rng(132)
cases = (
    (7, 1, 3, 0.5, 1, (float, "float32", int, "uint8")),
    (20, 3, 4, 0.1, 2, (float, "uint8")),
    (24, 2, 3, 1.0, 3, ("float32",)),
    (9, 4, 3, 0.3, None, (int,)),
    (14, 2, 3, 1.7, 2, (float,)),
    (9, 2, 0, 0.5, 2, (float,)),
)
for m, n, num_trees, rate, depth, kinds in cases:
    for kind in kinds:
        x = (rng.normal(size=(m, n)) * 20 + 100).astype(kind)
        y = (rng.normal(size=m) * 20 + 100 + 0.3 * x[:, 0]).astype(kind)
        with dd.check.unchanged([x, y], what="x or y"):
            model = fit_gradient_boosting(x, y, num_trees, rate, depth)
        exact = [float(v) for v in y]
        dd.check.like(model["start"], sum(exact) / m, rtol=1e-12, what="the start", why="it is the mean of the targets")
        dd.check.close(model["learning_rate"], rate, what="the learning rate")
        dd.check.kind(model["trees"], list, what="the trees")
        dd.check.equal(len(model["trees"]), num_trees, what="the number of trees")
        residuals = np.array(exact) - sum(exact) / m
        fresh = (rng.normal(size=(5, n)) * 20 + 100).astype(kind)
        rows, own = [np.full(5, sum(exact) / m)], [np.full(m, sum(exact) / m)]
        for t, tree in enumerate(model["trees"]):
            due = day_011.build_tree(x, residuals, depth, 1, "variance")
            dd.check.like(tree, due, atol=1e-7, what=f"tree {t}", why=f"it is grown on what the first {t} trees leave")
            residuals = residuals - rate * answers(tree, x)
            rows.append(rows[-1] + rate * answers(tree, fresh))
            own.append(own[-1] + rate * answers(tree, x))
        with dd.check.unchanged([model, fresh], what="model or x"):
            staged = staged_predictions(model, fresh)
        why = "each tree adds the learning rate times its answer"
        dd.check.like(staged, np.array(rows), what="the staged predictions", why=why)
        dd.check.like(staged_predictions(model, x), np.array(own), what="the staged predictions", why=why)
x, y = rng.permutation(20.0 * np.arange(24)).reshape(12, 2), rng.normal(size=12)
for rate in (0.25, 1.0, 2.5):
    staged = staged_predictions(fit_gradient_boosting(x, y, 5, rate, None), x)
    due = [y + (1 - rate) ** t * (y.mean() - y) for t in range(6)]
    why = f"a whole tree knows every residual, so each round multiplies what is left by 1 - {rate}"
    dd.check.like(staged, np.array(due), what="the staged predictions", why=why)
level = fit_gradient_boosting(x, np.full(12, 3), 2, 0.5, 2)
due = {"start": 3.0, "learning_rate": 0.5, "trees": [{"size": 12, "value": 0.0}] * 2}
dd.check.like(level, due, what="the model", why="equal targets leave nothing to ask")
lone = staged_predictions(fit_gradient_boosting(np.array([[1.0, 2.0]]), np.array([7]), 2, 0.1, 3), np.zeros((2, 2)))
dd.check.like(lone, np.full((3, 2), 7.0), what="the staged predictions", why="a single row has its own mean")
large = np.array([1e8 + 1, 1e8 + 2, 1e8 + 4, 1e8 + 9])
staged = staged_predictions(fit_gradient_boosting(np.arange(4)[:, None], large, 1, 1.0, None), np.arange(4)[:, None])
dd.check.close(staged[1] - 1e8, [1, 2, 4, 9], atol=1e-6, what="the staged predictions, less 1e8", why="they are exact")
close = (1000 + np.arange(4) / 64).astype("float32")
start = fit_gradient_boosting(np.arange(4)[:, None], close, 0, 1.0, None)["start"]
dd.check.close(start, 1000 + 1.5 / 64, rtol=1e-12, what="the start", why="float32 targets are averaged in float64")
### END HIDDEN TESTS

# %% mistakes: fit_gradient_boosting
# - replace: np.asarray(y, dtype=float)
#   with: y
#   hint: "Targets in float32 leave residuals in float32 with you, good to seven digits. Compute in float64."
# - replace: float(np.mean(targets))
#   with: 0.0
#   hint: "You start at 0. Which single number is nearest to all targets in the squared sense?"
# - replace: float(np.mean(targets))
#   with: float(np.median(targets))
#   hint: "You start at the median, which is the best number for the absolute error."
# - replace: day_011.build_tree(x, residuals, max_depth, 1, "variance")
#   with: day_011.build_tree(x, targets, max_depth, 1, "variance")
#   hint: "Every tree is grown on the targets. What have the trees before it left to do?"
# - replace: residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
#   with: residuals = residuals - day_011.predict_tree(tree, x)
#   hint: "A tree's whole answer is taken off the residuals, but only a share of it will be added to the prediction."
# - replace: residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
#   with: residuals = residuals + learning_rate * day_011.predict_tree(tree, x)
#   hint: "Your residuals grow. They are what is left when a tree's answer is taken off."
# - replace: residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
#   with: residuals = targets - learning_rate * day_011.predict_tree(tree, x)
#   hint: "You start each round from the targets, and forget what the earlier trees have done."
# - replace: residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
#   with: residuals = targets - model["start"] - learning_rate * day_011.predict_tree(tree, x)
#   hint: "You take off what the start and the last tree answer, and forget the trees before it."
# - replace: staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x)
#   with: staged[-1] + day_011.predict_tree(tree, x)
#   hint: "Your predictions take each tree's whole answer. How much of it was added while the trees grew?"
# - replace: staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x)
#   with: model["start"] + model["learning_rate"] * day_011.predict_tree(tree, x)
#   hint: "Row t has the start and one tree. It should have all the trees so far."
# - replace: staged = [np.full(len(x), model["start"])]
#   with: staged = [np.zeros(len(x))]
#   hint: "Your predictions do not begin at the start."
# - replace: return np.array(staged)
#   with: return np.array(staged[1:])
#   hint: "The prediction without a tree is missing: there are T + 1 of them."
# - replace: return np.array(staged)
#   with: return staged[-1]
#   hint: "That is the last prediction. All stages were asked for."
# - replace: return np.array(staged)
#   with: return np.array(staged).T
#   hint: "Your rows are the examples. A row is to be a stage."
# - replace: x, residuals, max_depth, 1
#   with: x, residuals, max_depth, 5
#   hint: "You ask for several rows in each leaf. One is enough here."


# %% mistake: fit_gradient_boosting
# hint: "You shrink twice: once in the leaves that you keep, and again when you predict."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    def shrunk(node):
        sides = {side: shrunk(node[side]) for side in ("left", "right") if side in node}
        return node | {"value": learning_rate * node["value"]} | sides

    y = np.array(y, dtype=float)
    start = y.mean()
    trees, left = [], y - start
    for _ in range(num_trees):
        trees.append(shrunk(day_011.build_tree(x, left, max_depth, 1, "variance")))
        left = left - day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "Your trees predict the slope of the loss, prediction minus target, and it is added where it should be taken
#   off."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.array(y, dtype=float)
    start = y.mean()
    trees, predictions = [], np.full(len(y), start)
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, predictions - y, max_depth, 1, "variance"))
        predictions = predictions + learning_rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "All the trees are grown on the first residuals, so they are one and the same. That is a forest without its
#   chance."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.array(y, dtype=float)
    start = y.mean()
    trees = [day_011.build_tree(x, y - start, max_depth, 1, "variance") for _ in range(num_trees)]
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "You limit the learning rate. It is the caller's to choose, even where it diverges."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    learning_rate = min(learning_rate, 1.0)
    y = np.array(y, dtype=float)
    start = y.mean()
    trees, left = [], y - start
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, left, max_depth, 1, "variance"))
        left = left - learning_rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "Without a criterion the tree is grown for classes. Which impurity has a tree for numbers?"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = float(np.mean(y))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, y - pred, max_depth, 1)
        pred = pred + learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    rows = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        rows.append(rows[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(rows)


# %% mistake: fit_gradient_boosting
# hint: "You shrink the residuals before the tree sees them. The tree is grown on all that is left, and its answer
#   is shrunk."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = float(np.mean(y, dtype=float))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, learning_rate * (y - pred), max_depth, 1, "variance")
        pred = pred + day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    rows = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        rows.append(rows[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(rows)


# %% mistake: fit_gradient_boosting
# hint: "Your trees are grown on twice the residuals. The loss has a half in front."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = float(np.mean(y, dtype=float))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, 2 * (y - pred), max_depth, 1, "variance")
        pred = pred + learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    rows = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        rows.append(rows[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(rows)


# %% mistake: fit_gradient_boosting
# hint: "Each of your rows has one tree alone. Row t has the start and all the trees so far."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.asarray(y, dtype=float)
    start = float(np.mean(y))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, y - pred, max_depth, 1, "variance")
        pred = pred + learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    out = np.zeros((len(model["trees"]) + 1, len(x)))
    out[0] = model["start"]
    for t, tree in enumerate(model["trees"]):
        out[t + 1] = model["learning_rate"] * day_011.predict_tree(tree, x)
    return out


# %% mistake: fit_gradient_boosting
# hint: "Your first residuals are the targets themselves, as if the start were 0; but the model starts at the mean."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.asarray(y, dtype=float)
    pred = np.zeros(len(y))
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, y - pred, max_depth, 1, "variance")
        pred += learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": float(np.mean(y)), "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    rows = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        rows.append(rows[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(rows)


# %% mistake: fit_gradient_boosting
# hint: "All your rows are one and the same array, which goes on changing. Keep a new one for each stage."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.asarray(y, dtype=float)
    start = float(np.mean(y))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, y - pred, max_depth, 1, "variance")
        pred = pred + learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    out = [np.full(len(x), model["start"])]
    pred = np.full(len(x), model["start"])
    for tree in model["trees"]:
        pred += model["learning_rate"] * day_011.predict_tree(tree, x)
        out.append(pred)
    return np.array(out)


# %% mistake: fit_gradient_boosting
# hint: "Your trees predict the slope of the loss, and you take it off. The docstring wants them grown on the
#   residuals."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.asarray(y, dtype=float)
    start = float(np.mean(y))
    pred = np.full(len(y), start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, pred - y, max_depth, 1, "variance")
        pred = pred + learning_rate * day_011.predict_tree(tree, x)
        trees.append(tree)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    out = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        out.append(out[-1] - model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(out)


# %% mistake: fit_gradient_boosting
# hint: "Your predictions are kept in an array of the targets' dtype, and are rounded or cut off there. Compute in
#   float64."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = float(np.mean(y, dtype=float))
    pred, trees = np.full_like(y, start), []
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, (y - pred).astype(float), max_depth, 1, "variance"))
        pred[:] = pred + learning_rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "Targets in float32 keep start and residuals in float32, which is good to seven digits. Compute in float64."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = np.mean(y)
    left, trees = y - start, []
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, left, max_depth, 1, "variance"))
        left = (left - learning_rate * day_011.predict_tree(trees[-1], x)).astype(left.dtype)
    return {"start": float(start), "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    steps = [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum([np.full(len(x), model["start"]), *steps], axis=0)


# %% mistake: fit_gradient_boosting
# hint: "You add to one array and append it each time, so that all rows are the last prediction. Keep a new one for each
#   stage."
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.asarray(y, dtype=float)
    start = float(np.mean(y))
    left, trees = y - start, []
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, left, max_depth, 1, "variance"))
        left = left - learning_rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    now = np.full(len(x), model["start"])
    out = [now]
    for tree in model["trees"]:
        now += model["learning_rate"] * day_011.predict_tree(tree, x)
        out.append(now)
    return np.array(out)


# %% equivalents: fit_gradient_boosting
# - replace: x, residuals, max_depth, 1
#   with: x, residuals, max_depth, 0
#   reason: "Every side of a question has a row at least."


# %% accepts: fit_gradient_boosting
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = np.array(y, dtype=float)
    model = {"start": y.mean(), "learning_rate": learning_rate, "trees": []}
    while len(model["trees"]) < num_trees:
        left = y - staged_predictions(model, x)[-1]
        model["trees"].append(day_011.build_tree(x, left, max_depth, 1, criterion="variance"))
    return model


def staged_predictions(model, x):
    steps = [day_011.predict_tree(tree, x) for tree in model["trees"]]
    return model["start"] + model["learning_rate"] * np.cumsum([np.zeros(len(x)), *steps], axis=0)


# %% accepts: fit_gradient_boosting
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    targets = y.astype(float)
    start = float(targets.sum() / len(y))
    predictions, trees = np.full(len(y), start), []
    for _ in range(num_trees):
        trees += [day_011.build_tree(x, targets - predictions, max_depth, min_samples_leaf=1, criterion="variance")]
        predictions = predictions + day_011.predict_tree(trees[-1], x) * learning_rate
    return dict(start=start, learning_rate=learning_rate, trees=trees)


def staged_predictions(model, x):
    staged = np.empty((len(model["trees"]) + 1, len(x)))
    staged[:] = model["start"]
    for t, tree in enumerate(model["trees"]):
        staged[t + 1 :] += model["learning_rate"] * day_011.predict_tree(tree, x)
    return staged


# %% [markdown]
# A staircase with noise, one column, trees of depth 2 and $\nu = 0.3$. What does the prediction look like after
# 0, 1, 5, 30 and 300 trees?

# %% demo
x_steps, y_steps = dd.data.steps(120, noise=0.3, seed=0)
grid = np.linspace(0, 1, 600)[:, None]
stairs = fit_gradient_boosting(x_steps, y_steps, 300, 0.3, 2)
staged = staged_predictions(stairs, grid)
fig, panels = plt.subplots(1, 5, figsize=(17, 3.8), sharey=True)
for ax, t in zip(panels, (0, 1, 5, 30, 300), strict=True):
    ax.scatter(x_steps[:, 0], y_steps, s=10, color="0.6")
    ax.plot(grid[:, 0], staged[t], color="black", linestyle="-")
    ax.set(title=f"{t} tree{'s' * (t != 1)}", xlabel="$x_0$")
panels[0].set_ylabel("$y$")
dd.plot.show(
    "Five panels with the same 120 noisy points of a staircase and the prediction after 0, 1, 5, 30 and 300 trees: a "
    "level line, then a few coarse steps, then steps near those of the staircase, and at last a ragged line that "
    "jumps to single points."
)

# %% [markdown]
# One tree makes coarse steps, five have most of the staircase, thirty all of it and a first sliver or two.
# After three hundred the line jumps to single points. Unlike a forest, boosting does overfit if it goes on for
# too long: $T$ is a dial.
#
# How fast should it go? On the diabetes table (442 patients, 10 measurements; the target is a score of the
# disease's progress a year later) three learning rates get 80 trees of depth 2 each, on three splits. And do
# the trees agree with scikit-learn's?


# %% demo
def rmse(y, predictions):
    return np.sqrt(np.mean((predictions - y) ** 2, axis=-1))


splits = [dd.data.diabetes(test_fraction=0.25, seed=seed) for seed in np.random.default_rng(13).integers(0, 10_000, 3)]
fig, (ax, held_out) = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
for rate in (1.0, 0.3, 0.1):
    curves = np.zeros((3, 2, 81))
    for split, ((x_train, y_train), (x_test, y_test)) in enumerate(splits):
        boosted = fit_gradient_boosting(x_train, y_train, 80, rate, 2)
        curves[split] = (
            rmse(y_train, staged_predictions(boosted, x_train)),
            rmse(y_test, staged_predictions(boosted, x_test)),
        )
    mean = curves.mean(axis=0)
    ax.plot(mean[0], label=rf"$\nu = {rate}$")
    held_out.plot(mean[1], label=rf"$\nu = {rate}$")
    lowest = mean[1].argmin()
    print(f"rate {rate}: held-out RMSE {mean[1, lowest]:.1f} at best, after {lowest} trees; {mean[1, -1]:.1f} after 80")
ax.set(xlabel="trees", ylabel="RMSE", title="Training rows (mean of 3 splits)")
held_out.set(xlabel="trees", title="Held-out rows (mean of 3 splits)")
ax.legend()
dd.plot.show(
    "RMSE against the number of trees from 0 to 80 for three learning rates, mean of three splits. On training rows "
    "all fall, the largest rate fastest. On held-out rows all fall steeply at first; rate 1 soon rises well above "
    "where it started to rise, rate 0.3 rises slowly, rate 0.1 is lowest and nearly level."
)

(x_train, y_train), (x_test, y_test) = splits[0]
ours = fit_gradient_boosting(x_train, y_train, 100, 0.1, 3)
theirs = GradientBoostingRegressor(n_estimators=100, learning_rate=0.1, max_depth=3, random_state=0).fit(
    x_train, y_train
)
gap = np.abs(staged_predictions(ours, x_train)[-1] - theirs.predict(x_train)).max()
mine, other = staged_predictions(ours, x_test)[-1], theirs.predict(x_test)
apart = np.mean(np.abs(mine - other) > 0.01)
print(f"against scikit-learn: training rows differ by {gap:.0e} at most; of the held-out rows {apart:.0%} differ")
print(f"by more than 0.01, and the RMSE there is {rmse(y_test, mine):.1f} and {rmse(y_test, other):.1f}")
single, line = x_steps.astype("float32"), grid.astype("float32")
ours = staged_predictions(fit_gradient_boosting(single, y_steps, 100, 0.3, 2), line)[-1]
theirs = GradientBoostingRegressor(n_estimators=100, learning_rate=0.3, max_depth=2, random_state=0).fit(
    single, y_steps
)
fine_gap = np.abs(ours - theirs.predict(line)).max()
print(f"the staircase, one column: 600 new rows differ by {fine_gap:.0e} at most")
assert gap < 1e-6 and fine_gap < 1e-6

# %% [markdown]
# On training rows all three go on falling. On held-out rows rate 1 is at its best after one to three trees, and
# not very good; the smaller rates get lower and stay there for long. Take the smallest rate that you can
# afford, and stop by held-out rows.
#
# **Where the two implementations part.** On the training rows of the diabetes table they agree to rounding, and
# yet some held-out rows differ. In a small node two *different* questions, one about blood pressure and one
# about age, may send the same rows left. Both gain the same; we take the lower column, scikit-learn goes
# through the columns in random order. Training rows cannot tell, new ones can. The staircase has one column, so
# no such **ties**, and there all rows agree. Two more differences are possible: scikit-learn keeps features in
# float32, so a **threshold** carries seven digits; and the **first prediction** is a choice. The mean is right
# for squared error, for log loss it is the logit of the share of yes, and older versions of XGBoost just begin
# at 0.5. (You may meet scikit-learn's `criterion="friedman_mse"`. It ranks the questions at a node by
# $\frac{m_L m_R}{m_L + m_R} (\bar r_L - \bar r_R)^2$, from the sizes and mean residuals of the two sides, which
# *is* the fall of the sum of squares.)
#
# ## XGBoost's idea: curvature and a price
#
# What should stand in a leaf if the loss is not a square? XGBoost (Chen and Guestrin) writes the loss of row
# $i$ near the present prediction as a parabola with slope $g_i = \partial \ell_i / \partial F$ and
# **curvature** $h_i = \partial^2 \ell_i / \partial F^2$, and charges for what a tree may do:
# $\frac12 \lambda v^2$ for the number $v$ in a leaf, and $\gamma$ for each leaf. With $G$ and $H$ the sums of
# $g_i$ and $h_i$ over its rows, a leaf costs
#
# $$G v + \tfrac12 (H + \lambda) v^2 + \gamma, \qquad \text{least at} \quad v = - \frac{G}{H + \lambda}, \quad
# \text{where it is} \quad - \tfrac12 \frac{G^2}{H + \lambda} + \gamma .$$
#
# So the tree knows the price of every leaf, and a question is worth
#
# $$\tfrac12 \left[ \frac{G_L^2}{H_L + \lambda} + \frac{G_R^2}{H_R + \lambda}
# - \frac{G^2}{H + \lambda} \right] - \gamma ,$$
#
# and is not asked if that is negative. For squared error $g_i = -r_i$ and $h_i = 1$: then $v$ is the sum of the
# residuals divided by $\lambda$ more than the number of rows, so small leaves are trusted less, and with
# $\lambda = \gamma = 0$ it is today's tree.
#
# **By hand.** Four rows, log loss, $F = 0$, so $p = \frac12$, $g = p - y$ and $h = p (1 - p) = \frac14$. With
# $y = (1, 1, 1, 0)$: $G = -\frac12 - \frac12 - \frac12 + \frac12 = -1$ and $H = 1$. The leaf gets $v = 1$, and
# with $\lambda = 1$ only $\frac12$. How near is that to the best number, which is $\log 3 \approx 1.10$?

# %% demo
values = np.linspace(-1.5, 3.5, 301)
logistic = 3 * np.log1p(np.exp(-values)) + np.log1p(np.exp(values)) - 4 * np.log(2)  # less the loss at v = 0
fig, ax = plt.subplots(figsize=(7.5, 4.4))
for name, curve in {
    "log loss of the four rows": logistic,
    r"its parabola at $v = 0$": -values + values**2 / 2,
    r"the parabola with $\lambda = 1$": -values + values**2,
}.items():
    ax.plot(values, curve, label=name)
    ax.plot(values[curve.argmin()], curve.min(), "ko", markersize=6)
ax.set(xlabel="number in the leaf $v$", ylabel="change of the loss", ylim=(-0.65, 1.2), title="What a leaf should hold")
ax.legend(loc="upper center")
dd.plot.show(
    "Change of the loss against the number in a leaf. The log loss falls from the left to a lowest point at 1.1 and "
    "rises slowly; the parabola touches it at 0 and has its lowest point at 1; the parabola with the price is "
    "narrower, with its lowest point at 0.5. The three lowest points are marked."
)

# %% [markdown]
# One step of **Newton's method**, down the parabola, lands at 1, close to the true lowest point at 1.10. A leaf
# with the mean residual, as for squared error, would hold $\frac14$: the slope alone does not know how far it
# is. The price $\lambda$ pulls the number towards 0, as ridge does with weights (Day 6).
#
# ## Bins: fast and good enough
#
# Day 11's search sorts a column at every node. With a million rows that is the whole cost. LightGBM, XGBoost's
# `hist` and scikit-learn's `HistGradientBoosting` sort once, before the first tree, and put the values of each
# column into at most $B$ **bins**, often 255. From then on a column is a row of small whole numbers, one byte
# each. A node needs one pass that adds up residuals by bin, and then looks at $B - 1$ cuts, however many rows
# there are. And the histogram of one side is the parent's minus the other side's.
#
# Where should the edges be? Bins of equal *width* are a trap: one outlier, and all other rows share a bin. Bins
# should hold about equally many *rows*. But equal values must stay together, so we ask for each distinct value
# where the middle of its copies is in the sorted column:
#
# $$\text{bin of a value} = \left\lfloor \frac{B}{m} \left( \text{rows below it} +
# \tfrac12\, \text{rows equal to it} \right) \right\rfloor ,$$
#
# and then number the bins that occur $0, 1, 2, \dots$ without gaps. The rule is for columns with more than $B$
# distinct values. With at most $B$ nothing needs to be merged: each value gets a bin of its own, however uneven
# the bins are.
#
# **By hand.** The column $(7, 1, 3, 3, 9, 3, 2, 8)$ with $B = 4$ has 8 rows and 6 distinct values. The middles
# of $1, 2, 3, 7, 8, 9$ are at $0.5, 1.5, 3.5, 5.5, 6.5, 7.5$; halved and rounded down that is
# $0, 0, 1, 2, 3, 3$. The bins are $\{1, 2\}$, $\{3, 3, 3\}$, $\{7\}$, $\{8, 9\}$, and the thresholds between
# them $2.5$, $5$ and $7.5$.
#
# **Missing values** get a bin of their own, number $B$, and count nowhere else.


# %% exercise: histogram_bins
def histogram_bins(x, max_bins):
    """Put the values of each column into bins of about equally many rows.

    Args:
        x: array of shape (m, n), m, n >= 1, of any int or float dtype, finite or, where missing, NaN; values are
            compared in float64. Left unchanged.
        max_bins: B, int from 2 to 255.

    Returns:
        Tuple (bins, thresholds): bins is a uint8 array of shape (m, n), the bin of each entry by the rule of the text,
        numbered from 0 without gaps in each column, and max_bins where it is missing. m in the rule is the number of
        rows that are not missing in the column; one with at most max_bins distinct values has a bin for each of them
        instead. thresholds is a list of n float64 arrays, rising: in each column bin b
        holds the values above thresholds[b - 1] and at most thresholds[b]; they are halfway between the neighbouring
        values of two bins, or at the lower one where the halfway rounds to the upper one. About 14 lines.
    """
    ### BEGIN SOLUTION
    bins = np.full(x.shape, max_bins, dtype=np.uint8)
    thresholds = []
    for j, column in enumerate(x.T.astype(float)):
        known = ~np.isnan(column)
        values, counts = np.unique(column[known], return_counts=True)
        upto = np.cumsum(counts)
        places = np.arange(len(values))
        if len(values) > max_bins:
            places = max_bins * (2 * upto - counts) // (2 * upto[-1])  # whole numbers, so nothing is rounded
        cuts = np.flatnonzero(np.diff(places))
        low, high = values[cuts], values[cuts + 1]
        halfway = low + (high - low) / 2
        thresholds.append(np.where(halfway < high, halfway, low))
        bins[known, j] = np.searchsorted(thresholds[j], column[known])
    return bins, thresholds
    ### END SOLUTION


# %% test: histogram_bins, points=2
column = np.array([7.0, 1.0, 3.0, 3.0, 9.0, 3.0, 2.0, 8.0])
x = np.stack([column, np.array([5.0, 5.0, -1.0, np.nan, 5.0, -1.0, 0.5, np.nan])], axis=1)  # (8, 2)
with dd.check.unchanged(x, what="x"):
    result = histogram_bins(x, 4)
dd.check.kind(result, tuple)
bins, thresholds = result
dd.check.like(bins[:, 0], np.array([2, 0, 1, 1, 3, 1, 0, 3]), what="the bins of column 0", why="it is worked by hand")
dd.check.like(bins[:, 1], np.array([2, 2, 0, 4, 2, 0, 1, 4]), what="the bins of column 1", why="missing is bin 4")
dd.check.dtype(bins, np.uint8, what="bins", why="bins take one byte each")
due = [np.array([2.5, 5.0, 7.5]), np.array([-0.25, 2.75])]
dd.check.like(thresholds, due, what="thresholds", why="each is halfway between the neighbours of two bins")
outlier = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [1e9]])
dd.check.like(
    histogram_bins(outlier, 3)[0][:, 0], np.array([0, 0, 1, 1, 2, 2]), what="bins", why="rows count, not widths"
)
uneven = np.array([[0.0], [0.0], [0.0], [0.0], [0.0], [0.0], [1.0], [2.0]])
why = "three distinct values have three bins, though the rule would merge 1 and 2"
dd.check.like(histogram_bins(uneven, 3)[0][:, 0], np.array([0, 0, 0, 0, 0, 0, 1, 2]), what="bins", why=why)


### BEGIN HIDDEN TESTS
def slow(column, max_bins):
    """One column's bins and thresholds with whole numbers and loops."""
    known = sorted(v for v in column if not np.isnan(v))
    distinct = sorted(set(known))
    raw = {}
    for place, v in enumerate(distinct):
        middle = 2 * sum(u < v for u in known) + known.count(v)  # twice the middle
        raw[v] = max_bins * middle // (2 * len(known)) if len(distinct) > max_bins else place
    dense = {number: b for b, number in enumerate(sorted(set(raw.values())))}
    edges = []
    for place, low in enumerate(distinct[:-1]):
        high = distinct[place + 1]
        if raw[low] != raw[high]:
            halfway = low + (high - low) / 2
            edges.append(halfway if halfway < high else low)
    return [max_bins if np.isnan(v) else dense[raw[v]] for v in column], np.array(edges, dtype=float)


rng = np.random.default_rng(133)
tables = [rng.normal(size=(40, 3)), rng.integers(-5, 6, (60, 2)), rng.integers(0, 256, (90, 2)).astype("uint8")]
tables += [
    rng.exponential(size=(75, 2)) ** 4,
    rng.normal(size=(33, 2)).astype("float32"),
    np.zeros((5, 2)),
    np.ones((1, 3)),
]
tables += [np.repeat(np.arange(5.0)[:, None], [40, 1, 1, 1, 1], axis=0), np.arange(60.0)[::2, None]]
tables += [
    np.concatenate([np.zeros(90), np.arange(1, 11)])[:, None],
    np.concatenate([np.arange(-10, 0), np.zeros(90)])[:, None],
]
holes = rng.normal(size=(50, 3))
holes[rng.random((50, 3)) < 0.4] = np.nan
holes[:, 2] = np.nan
tables += [holes, rng.normal(size=(64, 3)).T, rng.normal(size=(30, 4))[:, ::2], 1e8 + rng.normal(size=(40, 2))]
tables += [
    rng.integers(-128, 128, (80, 2)).astype("int8"),
    rng.normal(size=(300, 1)),
    np.arange(255)[:, None],
    np.arange(256)[:, None],
]
for x in tables:
    for max_bins in (2, 5, 16, 255):
        with dd.check.unchanged(x, what="x"):
            bins, thresholds = histogram_bins(x, max_bins)
        due = [slow(column, max_bins) for column in x.astype(float).T.tolist()]
        why = f"that is the rule with at most {max_bins} bins"
        dd.check.like(thresholds, [edges for _, edges in due], what="thresholds", why=why)
        dd.check.like(bins, np.array([codes for codes, _ in due]).T, what="bins", why=why)
        dd.check.dtype(bins, np.uint8, what="bins", why="bins take one byte each")
        dd.check.dtype(thresholds[0], np.float64, what="thresholds[0]")
near = np.array([[1.0], [np.nextafter(1.0, 2.0)], [np.nextafter(np.nextafter(1.0, 2.0), 2.0)]])
bins, thresholds = histogram_bins(near, 4)
dd.check.like(bins[:, 0], np.array([0, 1, 2]), what="bins", why="neighbouring floats are different values")
assert all(low <= t < high for low, t, high in zip(near[:-1, 0], thresholds[0], near[1:, 0], strict=True))
### END HIDDEN TESTS

# %% mistakes: histogram_bins
# - replace: np.full(x.shape, max_bins, dtype=np.uint8)
#   with: np.zeros(x.shape, dtype=np.uint8)
#   hint: "Missing entries end up in the first bin, among the smallest values. They have a bin of their own."
# - replace: max_bins * (2 * upto - counts) // (2 * upto[-1])
#   with: max_bins * (2 * upto - counts) // (2 * len(x))
#   hint: "Missing rows count in your m. How many rows does the column really have?"
# - replace: max_bins * (2 * upto - counts) // (2 * upto[-1])
#   with: max_bins * (upto - counts) // upto[-1]
#   hint: "You ask how many rows are below a value. The middle of its copies is further up."
# - replace: max_bins * (2 * upto - counts) // (2 * upto[-1])
#   with: max_bins * np.arange(len(values)) // len(values)
#   hint: "Each distinct value counts once with you. Bins are to hold about equally many rows."
# - replace: if len(values) > max_bins
#   with: if len(values) > 0
#   hint: "With at most max_bins distinct values each has a bin of its own."
# - replace: np.where(halfway < high, halfway, low)
#   with: high
#   hint: "Your thresholds are the smallest values of the upper bins, so these fall into the bin below."
# - replace: halfway = low + (high - low) / 2
#   with: halfway = low
#   hint: "Your thresholds are the largest values of the lower bins. They belong halfway to the next."
# - replace: bins[known, j] = np.searchsorted(thresholds[j], column[known])
#   with: bins[known, j] = places[np.searchsorted(values, column[known])]
#   hint: "Some of your bins are empty: the numbers that occur are to follow one another without gaps."
# - replace: np.searchsorted(thresholds[j], column[known])
#   with: np.searchsorted(thresholds[j], column[known], side="right")
#   hint: "A value that equals a threshold belongs to the bin below it."
# - replace: np.searchsorted(thresholds[j], column[known])
#   with: 1 + np.searchsorted(thresholds[j], column[known])
#   hint: "Your bins are counted from 1."
# - replace: |-
#     halfway = low + (high - low) / 2
#   with: |-
#     halfway = (low.astype(x.dtype) + high.astype(x.dtype)) / 2
#   hint: "You compute halfway in the dtype of the column, and sums of small integers wrap around: in uint8, 100 + 200
#     is 44. Make floats first."
# - replace: np.where(halfway < high, halfway, low)
#   with: halfway
#   hint: "Between two neighbouring floats there is no other. Where the halfway rounds to the upper value, nothing
#     separates the two."


# %% mistake: histogram_bins
# hint: "Your bins have equal widths, so one outlier leaves all other rows in a single bin. Let them hold equally many
#   rows."
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = ~np.isnan(column)
        values = np.unique(column[known])
        if len(values) <= max_bins:
            edges = (values[1:] + values[:-1]) / 2
        else:
            edges = np.linspace(values[0], values[-1], max_bins + 1)[1:-1]
        thresholds.append(edges)
        bins[known, j] = np.searchsorted(edges, column[known])
    return bins, thresholds


# %% mistake: histogram_bins
# hint: "Your thresholds are quantiles of the column. Where many rows are equal they coincide or part other rows than
#   the rule does, and they need not lie halfway."
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = ~np.isnan(column)
        values = np.unique(column[known])
        if len(values) <= max_bins:
            edges = (values[1:] + values[:-1]) / 2
        else:
            edges = np.unique(np.quantile(column[known], np.arange(1, max_bins) / max_bins))
        thresholds.append(edges)
        bins[known, j] = np.searchsorted(edges, column[known])
    return bins, thresholds


# %% mistake: histogram_bins
# hint: "You cut the sorted rows into parts of equal size, and so equal values may end in different bins."
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = np.flatnonzero(~np.isnan(column))
        order = known[np.argsort(column[known], kind="stable")]
        parts = [part for part in np.array_split(order, max_bins) if len(part)]
        for b, part in enumerate(parts):
            bins[part, j] = b
        thresholds.append(
            np.array(
                [
                    (column[a[-1]] + column[b[0]]) / 2
                    for a, b in zip(parts, [*parts[1:], parts[0]], strict=True)
                    if a is not parts[-1]
                ],
                dtype=float,
            )
        )
    return bins, thresholds


# %% mistake: histogram_bins
# hint: "A column with missing values goes wrong: NaN is sorted to the end and counted as a value."
def histogram_bins(x, max_bins):
    bins, thresholds = np.zeros(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        values, counts = np.unique(x[:, j].astype(float), return_counts=True)
        upto = np.cumsum(counts)
        places = max_bins * (2 * upto - counts) // (2 * upto[-1]) if len(values) > max_bins else np.arange(len(values))
        cuts = np.flatnonzero(np.diff(places))
        thresholds.append((values[cuts] + values[cuts + 1]) / 2)
        bins[:, j] = np.searchsorted(thresholds[j], x[:, j].astype(float))
    return bins, thresholds


# %% mistake: histogram_bins
# hint: "Missing entries get the first number that is free, another in each column. Theirs is max_bins."
def histogram_bins(x, max_bins):
    bins, thr = np.zeros(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        c = x[:, j].astype(float)
        ok = ~np.isnan(c)
        v, n = np.unique(c[ok], return_counts=True)
        mid = np.cumsum(n) - n / 2
        b = np.arange(len(v)) if len(v) <= max_bins else np.floor(max_bins * mid / ok.sum()).astype(int)
        cut = np.flatnonzero(np.diff(b))
        thr.append((v[cut] + v[cut + 1]) / 2)
        bins[:, j] = np.where(ok, np.searchsorted(thr[-1], c), len(thr[-1]) + 1)
    return bins, thr


# %% mistake: histogram_bins
# hint: "You place each row by its own rank, so equal values may part. All copies of a value have one place, their
#   middle."
def histogram_bins(x, max_bins):
    bins, thr = np.zeros(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        c = x[:, j].astype(float)
        ok = ~np.isnan(c)
        r = np.argsort(np.argsort(c[ok]))
        b = max_bins * r // max(1, ok.sum())
        v = np.sort(c[ok])
        bs = np.sort(b)
        cut = np.flatnonzero(np.diff(bs))
        thr.append((v[cut] + v[cut + 1]) / 2)
        bins[~ok, j] = max_bins
        bins[ok, j] = b
    return bins, thr


# %% mistake: histogram_bins
# hint: "Your thresholds are quantiles, also where a column has few distinct values; then they coincide, or lie on
#   values."
def histogram_bins(x, max_bins):
    bins, thr = np.zeros(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        c = x[:, j].astype(float)
        ok = ~np.isnan(c)
        e = np.quantile(c[ok], np.linspace(0, 1, max_bins + 1)[1:-1])
        thr.append(e)
        bins[:, j] = np.where(ok, np.searchsorted(e, c), max_bins)
    return bins, thr


# %% accepts: histogram_bins
def histogram_bins(x, max_bins):
    bins, thresholds = np.empty(x.shape, dtype="uint8"), []
    for j in range(x.shape[1]):
        column = np.array(x[:, j], dtype=np.float64)
        known = np.sort(column[~np.isnan(column)])
        values = sorted(set(known.tolist()))
        raw = list(range(len(values)))
        if len(values) > max_bins:
            below, to = (np.searchsorted(known, values, side=side) for side in ("left", "right"))
            raw = (max_bins * (below + to) // (2 * len(known))).tolist()
        edges = []
        for a, b, one, other in zip(values[:-1], values[1:], raw[:-1], raw[1:], strict=True):
            if one != other:
                edges.append(a + (b - a) / 2 if a + (b - a) / 2 < b else a)
        thresholds.append(np.array(edges, dtype=float))
        bins[:, j] = np.where(np.isnan(column), max_bins, np.sum(column[:, None] > thresholds[j], axis=1))
    return bins, thresholds


# %% accepts: histogram_bins
def histogram_bins(x, max_bins):
    def binned(column):
        known = ~np.isnan(column)
        values, inverse, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        middles = np.cumsum(counts) - counts / 2
        raw = np.arange(len(values)) if len(values) <= max_bins else np.floor(max_bins * middles / counts.sum())
        _, dense = np.unique(raw, return_inverse=True)
        codes = np.full(len(column), max_bins, dtype=np.uint8)
        codes[known] = dense[inverse]
        last = np.flatnonzero(dense[1:] != dense[:-1])
        halfway = values[last] + (values[last + 1] - values[last]) / 2
        return codes, np.where(halfway == values[last + 1], values[last], halfway)

    pairs = [binned(x[:, j].astype(float)) for j in range(x.shape[1])]
    return np.stack([codes for codes, _ in pairs], axis=1), [edges for _, edges in pairs]


# %% [markdown]
# What does a question cost with bins and without, and what do bins cost in accuracy? *Left*: one column, the
# best question for its rows by three searches: Day 11's, which sorts; the same with the order known beforehand,
# which is the fair baseline; and 64 bins. Beside them is the time for making the bins, paid once for all trees.
# *Right*: Friedman's test function with seven columns, of which five count, boosted on the bins instead of the
# values.


# %% demo
def binned_gains(bins, y, num_bins):
    """Fall of the variance for each cut after bin 0, 1, …, and the number of rows to its left."""
    sizes = np.cumsum(np.bincount(bins, minlength=num_bins))  # (num_bins,)
    sums = np.cumsum(np.bincount(bins, y, num_bins))
    return _gains(sizes, sums)[:-1], sizes[:-1]


def _gains(sizes, sums):
    """Fall of the variance, from the sizes and sums of all left sides; the last is that of all rows."""
    m, total = sizes[-1], sums[-1]
    return (sums**2 / np.maximum(sizes, 1) + (total - sums) ** 2 / np.maximum(m - sizes, 1) - total**2 / m) / m


def seconds(function, *arguments):
    """The shortest of five runs."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        function(*arguments)
        runs.append(time.perf_counter() - start)
    return min(runs)


def friedman(m, seed):
    """Friedman's first test function: seven columns in [0, 1), of which the first five count; noise of 1."""
    rng = np.random.default_rng(seed)
    x = rng.random((m, 7))
    return x, 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[
        :, 4
    ] + rng.normal(size=m)


rng = np.random.default_rng(6)
x_small, y_small = rng.normal(size=(60, 1)), rng.normal(size=60)
fine = binned_gains(histogram_bins(x_small, 60)[0][:, 0], y_small, 60)[0]
assert np.allclose(
    fine, day_011.threshold_gains(x_small[:, 0], y_small, "variance")[1]
)  # a bin for each value: the same
row_counts = np.array([300, 1000, 3000, 10_000, 30_000, 100_000])
times = {"sort, then search (Day 11)": [], "search in known order": [], "search 64 bins": [], "make the bins, once": []}
for m in row_counts:
    column, targets = rng.normal(size=(m, 1)), rng.normal(size=m)
    order, counted = np.argsort(column[:, 0]), np.arange(1, m + 1)
    bins = histogram_bins(column, 64)[0][:, 0]
    runs = (
        seconds(day_011.threshold_gains, column[:, 0], targets, "variance"),
        seconds(lambda order=order, counted=counted, y=targets: _gains(counted, np.cumsum(y[order]))),
        seconds(binned_gains, bins, targets, 64),
        seconds(histogram_bins, column, 64),
    )
    for name, run in zip(times, runs, strict=True):
        times[name].append(1000 * run)

sizes = np.array([2, 4, 8, 16, 64, 255])
errors = np.zeros((2, len(sizes) + 1))
for run, seed in enumerate(np.random.default_rng(7).integers(0, 10_000, 2)):
    (x_train, y_train), (x_test, y_test) = friedman(250, seed), friedman(1000, seed + 1)
    exact = fit_gradient_boosting(x_train, y_train, 60, 0.15, 2)
    errors[run, -1] = rmse(y_test, staged_predictions(exact, x_test)[-1])
    for place, size in enumerate(sizes):
        bins, thresholds = histogram_bins(x_train, int(size))
        boosted = fit_gradient_boosting(bins, y_train, 60, 0.15, 2)  # bins are numbers like others
        test_bins = np.stack([np.searchsorted(t, x_test[:, j]) for j, t in enumerate(thresholds)], axis=1)
        errors[run, place] = rmse(y_test, staged_predictions(boosted, test_bins)[-1])
mean = errors.mean(axis=0)

fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 4.4))
for (name, values), marker in zip(times.items(), "os^D", strict=True):
    left.loglog(row_counts, values, marker=marker, label=name)
left.set(xlabel="rows", ylabel="milliseconds (best of 5)", title="One column, one node")
left.legend(fontsize=10)
right.semilogx(sizes, mean[:-1], marker="o", base=2, label="bins")
right.axhline(mean[-1], color="0.5", linestyle=":", label="exact values")
right.set(xlabel="most bins $B$", ylabel="held-out RMSE", title="60 trees on bins (mean of 2 tables)")
right.legend()
dd.plot.show(
    "Left, milliseconds against rows on logarithmic axes: the search that sorts and the making of bins are slowest, "
    "the search in known order is several times faster, and that of 64 bins fastest for many rows. Right, "
    "held-out RMSE against the number of bins: high for 2, lower for 4 and 8, and from about 16 on level with the "
    "error of exact values."
)
ratios = [times[name][-1] / times["search 64 bins"][-1] for name in list(times)[:2]]
print(f"100,000 rows: with bins {ratios[0]:.0f} times as fast as with sorting, {ratios[1]:.1f} times as in known order")
print(f"RMSE with 2 bins {mean[0]:.2f}, 16 bins {mean[3]:.2f}, 255 bins {mean[-2]:.2f}, exact {mean[-1]:.2f}")
assert ratios[0] > 3 and np.abs(mean[4:-1] - mean[-1]).max() < 0.15

# %% [markdown]
# Most of what bins save is the sorting. One could also keep every column's order; but such an order has to be
# carried along into every node, and fetching rows in it jumps about in memory, while bins are one pass over
# bytes. Making them costs about as much as one sort, and serves every node of every tree. The price in accuracy
# is hard to see: with 16 bins and more the error is that of the exact values. A bin's edge is a little off the
# best cut; the next tree mends it.
#
# ## Missing values and categories
#
# **Missing values.** Day 9 filled holes in. A tree can do without: the missing rows of a column are a bin of
# their own, and at every question the search tries them on the left and on the right, and notes the better side
# in the node. That costs a second look at the same sums. If holes mean something, such as a test that nobody
# thought was needed, the tree uses it. By hand: $x = (1, 2, 3, 4, ?, ?)$ with targets $(1, 1, 5, 5, 5, 5)$.
# With the holes on the right the cut at 2.5 leaves no error at all; with the holes on the left there is no such
# cut.
#
# **Categories.** A column of $K$ unordered names, say regions, can be parted in two in $2^{K-1} - 1$ ways: 127
# for 8 regions, half a billion for 30. Numbering them and cutting at a threshold uses one arbitrary order.
# One-hot columns (Day 9) ask about one name at a time, and need many questions. But there is a right order:
# sort the names by the mean residual of their rows. Fisher proved that for squared error one of the $K - 1$
# cuts in *that* order is the best of all groupings; with slopes and curvatures one sorts by $G / H$. Two checks
# on made tables: *left*, holes that occur more often where targets are high, tried on both sides; *right*, all
# 127 groupings of 8 names, with the 7 cuts in order marked. Is the best one among them?

# %% demo
rng = np.random.default_rng(3)
age = rng.uniform(20, 80, 400)
target = np.where(age > 50, 3.0, 1.0) + rng.normal(0, 0.7, 400)
age[rng.random(400) < np.where(target > 2.5, 0.4, 0.05)] = np.nan
bins, (edges,) = histogram_bins(age[:, None], 24)
known, count = bins[:, 0] < 24, len(edges) + 1
missing_right = binned_gains(np.where(known, bins[:, 0], count), target, count + 1)[0][: count - 1]
missing_left = binned_gains(np.where(known, bins[:, 0] + 1, 0), target, count + 1)[0][1:]

names = rng.integers(0, 8, 400)
response = rng.normal(0, 1, 8)[names] + rng.normal(0, 1, 400)
sizes, sums = np.bincount(names, minlength=8), np.bincount(names, response, 8)
groupings = (np.arange(1, 128)[:, None] >> np.arange(8)) % 2  # (127, 8): name 7 is always on the right
gains = [_gains(np.array([g @ sizes, 400]), np.array([g @ sums, sums.sum()]))[0] for g in groupings]
ranked = np.argsort(sums / sizes)  # the names by their mean
in_order = _gains(np.cumsum(sizes[ranked]), np.cumsum(sums[ranked]))[:-1]  # the 7 cuts

fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 4.2))
left.plot(edges, missing_right, label="missing rows go right")
left.plot(edges, missing_left, label="missing rows go left")
left.set(xlabel="threshold (years)", ylabel="gain", ylim=(0, None), title="Two sides for the missing rows")
left.legend()
right.plot(np.sort(gains)[::-1], color="0.5", linestyle="-", label="all 127 groupings, best first")
places = [np.sum(np.array(gains) > gain + 1e-12) for gain in in_order]
right.plot(places, in_order, "ks", label="the 7 cuts in order of the mean")
right.set(xlabel="rank of the grouping", ylabel="gain", title="Eight names, parted in two")
right.legend()
dd.plot.show(
    "Left, gain against threshold for missing rows sent right or left; the curve for right lies higher and peaks near "
    "50 years. Right, the gains of 127 groupings, sorted; seven squares mark the cuts in order of the mean, and one of "
    "them is at rank 0, the best of all."
)
assert np.isclose(max(in_order), max(gains)) and missing_right.max() > missing_left.max()

# %% [markdown]
# Sent to the right, to the old ones with high targets, the missing rows make the question near 50 better at
# every threshold around there. And of 127 groupings a cut in order is the best one, as Fisher says. Beware of
# small categories: a name with three rows has a mean of three residuals, and the order adapts to their noise.
# The libraries therefore demand a least number of rows, or pull small means towards the overall one, which is
# $\lambda$'s work.
#
# ## Stacking: let a model weigh the models
#
# Day 12 averaged models of one kind. **Stacking** (Wolpert) takes different ones, a line, a forest, a booster,
# and trains another model, the **blender**, on their predictions. Let $P$ have a row for each training row and
# a column for each model; the simplest blender finds weights $w_j \ge 0$ that make $\sum_j w_j P_{ij}$ near to
# $y_i$.
#
# But which predictions? If a model has seen row $i$, its prediction of row $i$ is too good. A tree without
# limits has learned all training targets by heart; a blender that sees those predictions would trust it alone.
# So each row must be predicted by a model that was fitted *without* it: cut the rows into $k$ folds, and for
# each fold fit all models on the other rows and predict this one. That fills $P$ with **out-of-fold**
# predictions. In the end every model is fitted once more on all rows, to be used on new ones. It costs $k + 1$
# fits of every model. **Blending** is the cheaper variant: one part of the rows is held out, models are fitted
# on the rest, and the blender on that one part, so it learns from fewer rows.
#
# Write it from the contract.


# %% exercise: out_of_fold_predictions
def out_of_fold_predictions(models, x, y, k):
    """Each model's prediction for each row, made without that row.

    Args:
        models: list of functions, each called as model(x_train, y_train, x_new), which fits on the first two and
            returns predictions for the rows of x_new, an array of shape (len(x_new),), float or int.
        x: features, array of shape (m, n); left unchanged.
        y: targets, array of shape (m,); left unchanged.
        k: number of folds, int from 2 to m. Row i belongs to fold i % k, so rows should come in random order.

    Returns:
        Float64 array of shape (m, number of models), a column for each model in their order. Each model is called k
        times, once for every fold, with all rows of the other folds and the rows of this one, in the table's order.

    Raises:
        ValueError: k is out of range. About 8 lines.
    """
    ### BEGIN SOLUTION
    if not 2 <= k <= len(y):
        raise ValueError(f"k must be from 2 to {len(y)}, not {k}")
    predictions = np.zeros((len(y), len(models)))
    fold = np.arange(len(y)) % k
    for j in range(k):
        held_out = fold == j
        for column, model in enumerate(models):
            predictions[held_out, column] = model(x[~held_out], y[~held_out], x[held_out])
    return predictions
    ### END SOLUTION


# %% test: out_of_fold_predictions, points=3
x, y = np.arange(14.0).reshape(7, 2), np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0])


def total(x_train, y_train, x_new):
    return np.full(len(x_new), np.sum(y_train))


def position(x_train, y_train, x_new):
    return (x_new[:, 0] // 2).astype(int)  # the row's number


with dd.check.unchanged([x, y], what="x or y"):
    result = out_of_fold_predictions([total, position], x, y, 3)
folds = np.array([3.0 + 1.5 + 2.0, 1.0 + 5.0, 4.0 + 9.0])  # rows 0, 3, 6; rows 1, 4; rows 2, 5
due = np.stack([25.5 - folds[[0, 1, 2, 0, 1, 2, 0]], np.arange(7)], axis=1)
dd.check.like(result, due, why="model 0 answers with the sum of the targets of the other folds, model 1 with the row")
for k in (1, 8):
    with dd.check.raises(ValueError, why=f"7 rows cannot be cut into {k} folds"):
        out_of_fold_predictions([total], x, y, k)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(134)


def nearest(x_train, y_train, x_new):
    """The target of the nearest training row, which for a row that was seen is its own."""
    return np.array([y_train[np.argmin(((x_train - row) ** 2).sum(axis=1))] for row in x_new])


def line(x_train, y_train, x_new):
    slope = x_train[:, 0] @ y_train / (x_train[:, 0] @ x_train[:, 0])
    return slope * x_new[:, 0]


for m, n, k in ((2, 1, 2), (5, 2, 5), (9, 3, 2), (10, 1, 4), (23, 2, 7), (12, 2, 3)):
    x, y = rng.normal(size=(m, n)), rng.normal(size=m)
    seen = []

    def spy(x_train, y_train, x_new, seen=seen):
        seen.append((np.array(x_train), np.array(y_train), np.array(x_new)))
        return np.arange(len(x_new))

    with dd.check.unchanged([x, y], what="x or y"):
        result = out_of_fold_predictions([nearest, spy, line], x, y, k)
    due = np.empty((m, 3))
    for i in range(m):
        others = [r for r in range(m) if r % k != i % k]
        due[i] = nearest(x[others], y[others], x[[i]])[0], i // k, line(x[others], y[others], x[[i]])[0]
    why = f"row i is predicted by models fitted on the rows of the other {k - 1} folds"
    dd.check.like(result, due, why=why)
    dd.check.equal(len(seen), k, what="how often a model is called", why="once for every fold")
    for x_train, y_train, x_new in sorted(seen, key=lambda call: np.flatnonzero((x == call[2][0]).all(axis=1))[0]):
        j = int(np.flatnonzero((x == x_new[0]).all(axis=1))[0])
        rest = np.arange(m) % k != j
        dd.check.close(x_train, x[rest], what=f"the x to fit on for fold {j}", why="these are the other rows, in order")
        dd.check.close(y_train, y[rest], what=f"the y to fit on for fold {j}", why="these are the other rows, in order")
        dd.check.close(x_new, x[~rest], what=f"the x to predict for fold {j}", why="these are its rows, in order")
whole = out_of_fold_predictions([line], np.arange(1, 7)[:, None], np.array([2, 4, 6, 8, 10, 13]), 2)
due = np.array([[(16 + 64 + 13 * 12) / 2 / (4 + 16 + 36)], [0], [0], [0], [0], [0]], dtype=float)
for i in range(6):
    others = [r for r in range(6) if r % 2 != i % 2]
    weights = np.arange(1.0, 7.0)[others]
    due[i, 0] = (i + 1) * (weights @ np.array([2, 4, 6, 8, 10, 13])[others]) / (weights @ weights)
dd.check.like(whole, due, why="targets that are whole numbers may have other predictions")
for k in (0, 1, -2, 13):
    with dd.check.raises(ValueError, why=f"12 rows cannot be cut into {k} folds"):
        out_of_fold_predictions([line], x, y, k)
### END HIDDEN TESTS

# %% mistakes: out_of_fold_predictions
# - replace: model(x[~held_out], y[~held_out], x[held_out])
#   with: model(x, y, x[held_out])
#   hint: "Your models are fitted on all rows, also on those they predict. That is the leak."
# - replace: model(x[~held_out], y[~held_out], x[held_out])
#   with: model(x[held_out], y[held_out], x[held_out])
#   hint: "Your models are fitted on the fold that they predict. They should know every row but those."
# - replace: predictions[held_out, column] = model(x[~held_out], y[~held_out], x[held_out])
#   with: predictions[~held_out, column] = model(x[held_out], y[held_out], x[~held_out])
#   hint: "You fit on one fold and predict all the others, so most predictions are written over. It is the other way
#     round."
# - replace: fold = np.arange(len(y)) % k
#   with: fold = np.random.default_rng(0).permutation(len(y)) % k
#   hint: "You shuffle the rows into folds. The docstring says which fold each row belongs to."
# - replace: np.zeros((len(y), len(models)))
#   with: np.zeros((len(y), len(models)), dtype=y.dtype)
#   hint: "With targets that are whole numbers your predictions are cut off. They are floats in any case."
# - replace: return predictions
#   with: return predictions.T
#   hint: "Your rows are the models. A row of the result belongs to a row of the table."
# - replace: return predictions
#   with: return predictions.mean(axis=1)
#   hint: "You have mixed the models already. The blender wants to see each by itself."
# - replace: |-
#     if not 2 <= k <= len(y):
#             raise ValueError(f"k must be from 2 to {len(y)}, not {k}")
#   with: ""
#   hint: "One fold leaves no rows to fit on, and more folds than rows leave some empty. Say so."
# - replace: if not 2 <= k <= len(y)
#   with: if not 2 <= k < len(y)
#   hint: "As many folds as rows is allowed: each row is then a fold of its own."
# - replace: if not 2 <= k <= len(y)
#   with: if k < 2
#   hint: "You refuse too few folds only. With more folds than rows some have no row to predict."


# %% mistake: out_of_fold_predictions
# hint: "You walk through blocks of m // k rows, so the last rows are never predicted when m is no multiple of k; and
#   the folds are dealt row by row."
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    predictions = np.zeros((len(y), len(models)))
    size = len(y) // k
    for j in range(k):
        rows = np.arange(j * size, (j + 1) * size)
        rest = np.setdiff1d(np.arange(len(y)), rows)
        for column, model in enumerate(models):
            predictions[rows, column] = model(x[rest], y[rest], x[rows])
    return predictions


# %% mistake: out_of_fold_predictions
# hint: "You fit once for each row instead of once for each fold. That leaves one row out, not its whole fold."
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    predictions = np.empty((len(y), len(models)))
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        for column, model in enumerate(models):
            predictions[i, column] = model(x[rest], y[rest], x[i : i + 1])[0]
    return predictions


# %% mistake: out_of_fold_predictions
# hint: "You put the folds' predictions one after another. Each belongs in the row it is for."
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    parts = [np.stack([model(x[fold != j], y[fold != j], x[fold == j]) for model in models], axis=1) for j in range(k)]
    return np.concatenate(parts).astype(float)


# %% mistake: out_of_fold_predictions
# hint: "Each model is fitted on one fold, the next, and not on all the others."
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    predictions = np.empty((len(y), len(models)))
    for j in range(k):
        rows = fold == (j + 1) % k
        for column, model in enumerate(models):
            predictions[fold == j, column] = model(x[rows], y[rows], x[fold == j])
    return predictions


# %% mistake: out_of_fold_predictions
# hint: "Your folds are blocks of neighbouring rows. The docstring deals the rows out one by one."
def out_of_fold_predictions(models, x, y, k):
    if k < 2 or k > len(y):
        raise ValueError("k")
    out = np.zeros((len(y), len(models)))
    for fold in np.array_split(np.arange(len(y)), k):
        rest = np.setdiff1d(np.arange(len(y)), fold)
        for j, m in enumerate(models):
            out[fold, j] = m(x[rest], y[rest], x[fold])
    return out


# %% mistake: out_of_fold_predictions
# hint: "You average the predictions of all k fits, and k - 1 of those have seen the row. Only one has not."
def out_of_fold_predictions(models, x, y, k):
    if k < 2 or k > len(y):
        raise ValueError("k")
    out = np.zeros((len(y), len(models)))
    f = np.arange(len(y)) % k
    for j, m in enumerate(models):
        for i in range(k):
            out[:, j] += m(x[f != i], y[f != i], x) / k
    return out


# %% mistake: out_of_fold_predictions
# hint: "You fit on earlier folds only. Every fold but the one to predict takes part."
def out_of_fold_predictions(models, x, y, k):
    if k < 2 or k > len(y):
        raise ValueError("k")
    f = np.arange(len(y)) % k
    out = np.zeros((len(y), len(models)))
    for i in range(k):
        for j, m in enumerate(models):
            out[f == i, j] = m(x[f < i], y[f < i], x[f == i]) if i else 0
    return out


# %% mistake: out_of_fold_predictions
# hint: "A k out of range ends in another kind of error than the docstring names."
def out_of_fold_predictions(models, x, y, k):
    assert 2 <= k <= len(y)
    out = np.zeros((len(y), len(models)))
    f = np.arange(len(y)) % k
    for j in range(k):
        for c, m in enumerate(models):
            out[f == j, c] = m(x[f != j], y[f != j], x[f == j])
    return out


# %% equivalents: out_of_fold_predictions
# - replace: np.zeros((len(y), len(models)))
#   with: np.ones((len(y), len(models)))
#   reason: "Every entry is written over."


# %% accepts: out_of_fold_predictions
def out_of_fold_predictions(models, x, y, k):
    if k < 2 or k > len(x):
        raise ValueError("k is out of range")
    columns = []
    for model in models:
        column = np.zeros(len(x))
        for j in range(k):
            own = list(range(j, len(x), k))
            column[j::k] = model(np.delete(x, own, axis=0), np.delete(y, own), x[own])
        columns.append(column)
    return np.array(columns).reshape(len(models), len(x)).T


# %% accepts: out_of_fold_predictions
def out_of_fold_predictions(models, x, y, k):
    rows = np.arange(len(y))
    if k not in range(2, len(y) + 1):
        raise ValueError("k is out of range")
    out = np.full((len(y), len(models)), np.nan)
    for j in range(k):
        inside, outside = rows[rows % k == j], rows[rows % k != j]
        answers = [np.asarray(model(x[outside], y[outside], x[inside]), dtype=float) for model in models]
        if answers:
            out[inside] = np.column_stack(answers)
    return out


# %% [markdown]
# What does the leak cost? Three models for the diabetes table: a tree without limits, boosting, and ridge
# regression (Day 6). One blender gets their predictions of the rows they were fitted on, the other those out of
# fold. Everything else is equal.


# %% demo
def whole_tree(x_train, y_train, x_new):
    return day_011.predict_tree(day_011.build_tree(x_train, y_train, None, 1, "variance"), x_new)


def boosting(num_trees):
    def model(x_train, y_train, x_new):
        return staged_predictions(fit_gradient_boosting(x_train, y_train, num_trees, 0.15, 2), x_new)[-1]

    return model


def ridge(x_train, y_train, x_new, strength=10.0):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    z = (x_train - mean) / std
    w = np.linalg.solve(z.T @ z + strength * np.eye(z.shape[1]), z.T @ (y_train - y_train.mean()))
    return y_train.mean() + (x_new - mean) / std @ w


models = [whole_tree, boosting(40), ridge]
rows = {"leaking": [], "out of fold": []}
for (x_train, y_train), (x_test, y_test) in splits:
    fitted = [model(x_train, y_train, np.concatenate([x_train, x_test])) for model in models]
    seen, new = np.split(np.stack(fitted, axis=1), [len(x_train)])  # (331, 3) and (111, 3)
    honest = out_of_fold_predictions(models, x_train, y_train, 3)
    for name, predictions in (("leaking", seen), ("out of fold", honest)):
        weights = nnls(predictions, y_train)[0]
        rows[name].append([*weights, rmse(y_train, predictions @ weights), rmse(y_test, new @ weights)])
print("mean of 3 splits    tree  boosting  ridge   RMSE the blender sees   RMSE on new rows")
for name, table in rows.items():
    means, spread = np.mean(table, axis=0), np.std(table, axis=0)
    print(
        f"{name:15} {means[0]:8.2f} {means[1]:8.2f} {means[2]:7.2f} {means[3]:15.1f} {means[4]:23.1f} ± {spread[4]:.1f}"
    )
leaking, honest = (np.array(table) for table in rows.values())
assert np.all(leaking[:, 4] > honest[:, 4] + 10)
assert np.all(leaking[:, 0] > 0.99) and np.all(honest[:, 0] < 0.3)

# %% [markdown]
# The leaking blender sees a model without error and gives it all the weight; on new rows that is the worst of
# the three. The honest blender gives the tree next to nothing, and what it *sees* is about what it will get:
# the leak costs not only accuracy but also the warning.
#
# ## Put it together: boosting, forest, stack
#
# One table, two data sets, three splits of each. The budget is equal: each of the first three grows 40 trees in
# all. The stack has boosting, a forest and ridge, and with $k = 3$ it fits everything four times, so 10 trees a
# time are all that it can afford, 5 in each. Below the line is what no longer fits the budget: a stack with 40
# trees in each part, which is 320 altogether. All settings were fixed beforehand: trees of depth 2 and
# $\nu = 0.15$ for boosting, 3 columns at a node and 5 rows in a leaf for the forest, which is scikit-learn's.


# %% demo
def forest(num_trees):
    def model(x_train, y_train, x_new):
        grown = RandomForestRegressor(num_trees, max_features=3, min_samples_leaf=5, random_state=0)
        return grown.fit(x_train, y_train).predict(x_new)

    return model


def stack(models, k):
    def model(x_train, y_train, x_new):
        weights = nnls(out_of_fold_predictions(models, x_train, y_train, k), y_train)[0]
        return np.stack([each(x_train, y_train, x_new) for each in models], axis=1) @ weights

    return model


contest = {
    "mean of y": lambda x_train, y_train, x_new: np.full(len(x_new), y_train.mean()),
    "one tree": whole_tree,
    "ridge": ridge,
    "boosting, 40 trees": boosting(40),
    "forest, 40 trees": forest(40),
    "stack, 40 trees": stack([boosting(5), forest(5), ridge], 3),
    "stack, 320 trees": stack([boosting(40), forest(40), ridge], 3),
}
results = {}
for table in ("diabetes", "Friedman"):
    for seed in np.random.default_rng(17).integers(0, 10_000, 3):
        if table == "diabetes":
            (x_train, y_train), (x_test, y_test) = dd.data.diabetes(test_fraction=0.25, seed=int(seed))
        else:
            (x_train, y_train), (x_test, y_test) = friedman(250, seed), friedman(1000, seed + 1)
        for name, model in contest.items():
            start = time.process_time()
            error = rmse(y_test, model(x_train, y_train, x_test))
            results.setdefault((table, name), []).append((error, time.process_time() - start))
print("                        diabetes         Friedman       CPU seconds a fit")
for name in contest:
    (a, cost), (b, _) = (np.mean(results[table, name], axis=0) for table in ("diabetes", "Friedman"))
    spread = [np.std([error for error, _ in results[table, name]]) for table in ("diabetes", "Friedman")]
    if name == "stack, 320 trees":
        print("-" * 74)
    print(f"{name:20} {a:7.1f} ± {spread[0]:.1f} {b:12.2f} ± {spread[1]:.2f} {cost:14.2f}")
best = {(table, name): np.mean(results[table, name], axis=0)[0] for table, name in results}
for table in ("diabetes", "Friedman"):
    assert max(best[table, "boosting, 40 trees"], best[table, "forest, 40 trees"]) < 0.85 * best[table, "one tree"]
assert best["diabetes", "stack, 40 trees"] < best["diabetes", "forest, 40 trees"]
assert best["Friedman", "boosting, 40 trees"] < best["Friedman", "forest, 40 trees"]
assert best["Friedman", "stack, 320 trees"] < 1.05 * best["Friedman", "boosting, 40 trees"]

# %% [markdown]
# On Friedman's function boosting wins clearly. The small stack cannot afford enough trees; the large one gives
# the booster nearly all the weight and ends level with it. On the diabetes table a straight line, ridge, is as
# good as any tree model, within the spread between splits: there are 331 training rows, much noise, and effects
# that add up. The stack finds that out by itself and gives the line most of the weight. **What a stack buys is
# mostly insurance**: to be about as good as the best of its parts, whichever that is, at $k + 1$ times the
# cost. Try the simple model first, then boosting; stack when a last percent is worth it.
#
# ## Trees or a neural network?
#
# For pictures, sound and text networks win, as later weeks show. For tables of a few thousand rows boosted
# trees are hard to beat: a benchmark of 45 data sets, 10,000 training rows at most (Grinsztajn, Oyallon and
# Varoquaux 2022) found them ahead of networks, with far less computing, and named three reasons. Trees ignore
# useless columns; they keep to the given columns, which mean something, where a network does not care if they
# are rotated into mixtures; and they follow jumps, where networks prefer smooth functions. On the other hand
# trees **do not extrapolate**: outside the data the sum is constant. They have no slope to hand on, and cannot
# start from what was learned elsewhere.
#
# Let us look. A small network, two hidden layers of 32 units (their inner life is a topic for week 5), and your
# boosting with depth 3. *Left*: the staircase, and what is said beyond 1. *Right*: 300 rows of four columns
# whose target jumps, then with 8 columns of noise added, then with the four columns rotated. Each has one dial,
# chosen on 100 more rows: the number of trees up to 40, and the network's penalty on its weights from two
# values.


# %% demo
def network(x_train, y_train, penalty, seed):
    """A fitted network's prediction function; columns and targets are standardised first (Day 3)."""
    mean, std, centre, scale = x_train.mean(axis=0), x_train.std(axis=0), y_train.mean(), y_train.std()
    net = MLPRegressor(
        hidden_layer_sizes=(32, 32),
        alpha=penalty,
        max_iter=100,
        n_iter_no_change=100,
        learning_rate_init=0.003,
        random_state=seed,
    )
    net.fit((x_train - mean) / std, (y_train - centre) / scale)
    return lambda x: centre + scale * net.predict((x - mean) / std)


def jumps(x):
    """A target with jumps along the columns."""
    return (
        2.0 * (x[:, 0] > 0.3) + 1.5 * (np.abs(x[:, 1]) < 0.5) + np.abs(x[:, 2]) + 1.5 * ((x[:, 0] > 0) & (x[:, 3] > 0))
    )


import warnings

cases = ("as they are", "8 noise columns", "rotated")
errors = np.zeros((3, 3, 2))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the network says that it could train for longer
    for run, seed in enumerate(np.random.default_rng(23).integers(0, 10_000, 3)):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(1400, 4))
        truth = jumps(x)
        y = truth + rng.normal(0, 0.3, 1400)
        rotation = np.linalg.qr(rng.normal(size=(4, 4)))[0]
        for case, table in enumerate((x, np.hstack([x, rng.normal(size=(1400, 8))]), x @ rotation)):
            fit, choose, test = slice(0, 300), slice(300, 400), slice(400, 1400)
            staged = staged_predictions(fit_gradient_boosting(table[fit], y[fit], 40, 0.3, 3), table)
            t = np.argmin(rmse(y[choose], staged[:, choose]))
            nets = [network(table[fit], y[fit], penalty, run) for penalty in (0.1, 2.0)]
            net = min(nets, key=lambda each, table=table, y=y: rmse(y[choose], each(table[choose])))
            errors[run, case] = rmse(truth[test], staged[t, test]), rmse(truth[test], net(table[test]))
    far = np.linspace(-0.3, 1.5, 400)[:, None]
    net = network(x_steps, y_steps, 0.01, 0)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.3))
left.axvspan(0, 1, color="0.93", zorder=0)
left.scatter(x_steps[:, 0], y_steps, s=10, color="0.6")
left.plot(far[:, 0], staged_predictions(stairs, far)[30], label="boosting, 30 trees")
left.plot(far[:, 0], net(far), label="network")
left.set(xlabel="$x_0$ (training points in the shaded part)", ylabel="$y$", title="Jumps, and beyond the data")
left.legend(loc="upper left")
mean, spread = errors.mean(axis=0), errors.std(axis=0)
for side, (name, hatch) in enumerate((("boosting", ""), ("network", "//"))):
    right.bar(
        np.arange(3) + 0.4 * side - 0.2,
        mean[:, side],
        0.38,
        yerr=spread[:, side],
        label=name,
        hatch=hatch,
        edgecolor="white",
        capsize=3,
    )
right.set_xticks(range(3), cases)
right.set(ylabel="RMSE to the truth", title="Four columns with jumps (mean of 3 runs)")
right.legend(loc="upper left")
dd.plot.show(
    "Left, the noisy staircase with boosting, which follows its jumps and is level outside the data, and a network, "
    "whose curve is smoother and goes on along slanted lines outside. Right, bars of error with their spread: boosting "
    "is better with the columns as they are and with noise columns; with rotated columns the network is better."
)
print("RMSE to the truth:", {case: [round(float(v), 2) for v in mean[row]] for row, case in enumerate(cases)})
assert mean[0, 0] < mean[0, 1] and mean[1, 0] < mean[1, 1] and mean[2, 1] < mean[2, 0]

# %% [markdown]
# With the columns as they are boosting is ahead, because the target jumps along them. Noise columns hardly
# trouble it, and cost the network dearly: every weight from a useless column has to be learned away. Rotation
# turns the result round: the network does not notice, and the trees must climb in stairs, as on Day 11. On the
# left neither knows what lies beyond 1; boosting says so by staying level, and the network goes on along a
# line. Which is the better guess is not in the data.
#
# ## What you should remember
#
# - AdaBoost raises the weights of what was wrong until right and wrong weigh the same; better stumps have more
#   say.
# - Gradient boosting adds trees that are fitted to the slope of the loss; for squared error these are
#   residuals. A small learning rate needs more trees and gives better ones; held-out rows say when to stop.
# - XGBoost puts $-G / (H + \lambda)$ into a leaf, a Newton step at a price. Bins, a side for missing values and
#   an order for categories make boosting fast and convenient.
# - A blender may only see predictions for rows that a model was not fitted on.
# - Boosted trees are the first choice for tables; they need columns that mean something, and do not
#   extrapolate.
#
# ## Check yourself
#
# 1. A stump has a weighted error of 0.9. What is its say, and what becomes of the rows it got wrong?
# 2. You double the number of trees and halve the learning rate. What stays about the same, and what does not?
# 3. A colleague standardises all columns, drops outliers and one-hot encodes before boosting with histograms.
#    Which of this was needed?
#
# <details><summary>Answers</summary>
#
# 1. $\frac12 \log \frac{0.1}{0.9} \approx -1.10$: the vote counts its opposite. The rows it got wrong become
#    *lighter*, because the opposite gets them right; both kinds then weigh one half.
# 2. About the same: how far the training rows are fitted, since the total step is the same. Not the same: the
#    cost, which doubles, and usually the held-out error, which gets a little better.
# 3. None. Order is all that a tree sees, and bins by rank blunt outliers in the features. (An outlier in the
#    *target* is another matter: squared error chases it.) Categories are better served by sorting them by their
#    means.
#
# </details>
#
# ## Go further
#
# - Y. Freund and R. Schapire, "A Decision-Theoretic Generalization of On-Line Learning and an Application to
#   Boosting", *Journal of Computer and System Sciences* 55, 1997: AdaBoost and its bound.
# - J. Zhu, H. Zou, S. Rosset and T. Hastie, "Multi-class AdaBoost", *Statistics and Its Interface* 2, 2009:
#   SAMME.
# - J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", *Annals of Statistics* 29,
#   2001.
# - W. D. Fisher, "On Grouping for Maximum Homogeneity", *JASA* 53, 1958: why sorting categories is enough.
# - D. H. Wolpert, "Stacked Generalization", *Neural Networks* 5, 1992.
# - T. Chen and C. Guestrin, "XGBoost: A Scalable Tree Boosting System", *KDD*, 2016.
# - G. Ke and others, "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", *NeurIPS*, 2017.
# - L. Grinsztajn, E. Oyallon and G. Varoquaux, "Why Do Tree-Based Models Still Outperform Deep Learning on
#   Typical Tabular Data?", *NeurIPS*, 2022.
