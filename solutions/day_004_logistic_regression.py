# ---
# day: 4
# title: Logistic regression
# week: 1
# minutes: 90
# backend: numpy
# needs: [2, 3]
# data: [breast_cancer, toy]
# papers:
# - Verhulst 1845, Recherches mathématiques sur la loi d'accroissement de la population
# - Berkson 1944, Application of the logistic function to bio-assay
# - Good 1952, Rational decisions
# - Cox 1958, The regression analysis of binary sequences
# - Albert and Anderson 1984, On the existence of maximum likelihood estimates in logistic regression models
# - le Cessie and van Houwelingen 1992, Ridge estimators in logistic regression
# - Street, Wolberg and Mangasarian 1993, Nuclear feature extraction for breast tumor diagnosis
# ---

# %% [markdown]
# # Day 4 · Logistic regression
#
# By the end you can turn a weighted sum of features into a probability, train it with a loss that punishes
# confident mistakes, and choose where "probably" becomes "yes".
#
# - **You will build** five small NumPy functions that tell malignant from benign tumours, and are right on
#   more than 95% of the patients they never saw.
# - **You need** gradient descent (Day 2), a feature matrix and standardisation (Day 3), logarithms and the
#   chain rule.
# - **Not today:** more than two classes (Day 5), how to choose the strength of a penalty (Day 6), better
#   scores than accuracy (Day 7).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of examples, of features | scalars | `len(x)`, `x.shape[1]` |
# | $X$ | the features, one example a row | $(m, n)$ | `x` |
# | $x_i$ | row $i$ of $X$ | $(n,)$ | `x[i]` |
# | $y$ | the target: 1 or 0, yes or no | $(m,)$ | `y` |
# | $w,\ b$ | one weight a feature, and the bias | $(n,)$, scalar | `w`, `b` |
# | $z_i = x_i \cdot w + b$ | the logit: evidence for "yes" | $(m,)$ together | `z` |
# | $\sigma$ | the sigmoid, from a logit to a probability | as its argument | `sigmoid(z)` |
# | $p_i = \sigma(z_i)$ | the probability that $y_i = 1$ | $(m,)$ together | `p` |
# | $e_i = p_i - y_i$ | the error, prediction minus target as ever | $(m,)$ together | `error` |
# | $\ell_i$ | the **loss**: what one example costs | $(m,)$ together | |
# | $J(w, b)$ | the **cost**: mean loss plus penalty | scalar | `history[k]` |
# | $\lambda$ | strength of the penalty on the weights | scalar | `l2` |
# | $\alpha$ | the learning rate | scalar | `learning_rate` |
# | $t$ | the threshold for saying "yes" | scalar | `threshold` |
#
# Since Day 2 two things have changed: $X$ has a column for each feature, so $w$ has an entry for each and
# $w x_i$ becomes the dot product $x_i \cdot w$; and $y$ is no longer a quantity. $b$ is still one number, and
# $y$, $z$ and $p$ stay flat, $(m,)$.

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## When the answer is a name
#
# In **classification** the target is one of a few names. With two of them we write 1 for the one we look
# for, the **positive** class, and 0 for the other. Our table has 569 lumps found in a breast, measured under
# a microscope; 1 means malignant. To begin with we use a single column, the radius of the largest cell
# nuclei, whose unit the table's authors do not tell.
#
# Zeros and ones are numbers, so Day 2's line can be fitted to them. What is wrong with it?

# %% demo
cells, malignant = dd.data.breast_cancer(as_frame=True)
radius = cells["worst radius"].to_numpy()  # (569,)
slope, intercept = np.polyfit(radius, malignant, 1)  # least squares, as on Days 2 and 3
deciles = np.quantile(radius, np.linspace(0, 1, 11))
tenth = np.clip(np.searchsorted(deciles, radius, side="right") - 1, 0, 9)  # (569,) from 0 to 9
centres = [np.mean(radius[tenth == k]) for k in range(10)]
shares = [np.mean(malignant[tenth == k]) for k in range(10)]

fig, ax = plt.subplots(figsize=(8, 4.2))
ax.scatter(radius, malignant, marker="|", s=60, color="0.6", label="one lump")
label = "share malignant in a tenth of the lumps"
ax.plot(centres, shares, marker="o", markersize=9, linestyle="none", label=label)
ends = np.array([7.0, 37.0])
ax.plot(ends, slope * ends + intercept, color="C1", linestyle="--", label="least-squares line")
for height in (0.0, 1.0):
    ax.axhline(height, color="black", linewidth=0.8, linestyle=":")
ax.set(xlabel="worst radius (units of the table)", ylabel="malignant", ylim=(-0.3, 2.2), yticks=[0, 0.5, 1, 1.5, 2])
ax.set_title("A line through zeros and ones")
ax.legend(loc="upper left")
dd.plot.show(
    "Worst radius across, malignant (0 or 1) upward. Ticks at 0 and 1 are single lumps; ten dots, the share "
    "malignant in each tenth of them, climb from 0 to 1 in an S. The least-squares line runs straight through, from "
    "below 0 to above 1."
)

# %% [markdown]
# The line promises less than 0 on the left and 2 on the right, where the answer can only be 0 or 1. The dots
# say what to aim for instead. Among small nuclei next to none are malignant, among large ones all, and
# between them the *share* climbs. So we predict the **probability** that the answer is 1, and it follows
# an S.
#
# ## From odds to the sigmoid
#
# Where does an S come from? Bookmakers speak of **odds**: chances for, over chances against. A probability
# of 0.8 is odds of $0.8 / 0.2 = 4$, four to one. Odds have no upper end, but they still cannot be negative,
# and "four to one against" is squeezed into $\frac14$. The logarithm mends both:
#
# | $p$ | odds $\frac{p}{1-p}$ | log-odds $z$ |
# |---|---|---|
# | 0.2 | 1/4 | −1.386 |
# | 0.5 | 1 | 0 |
# | 0.8 | 4 | 1.386 |
# | 0.9 | 9 | 2.197 |
#
# Log-odds run over all numbers, and evenly: for and against differ only in sign. So *this* is the quantity
# to make linear. We set $z_i = x_i \cdot w + b$, call it the **logit**, and go back: the odds are $e^z$,
# and $p = \text{odds} / (1 + \text{odds})$, which is the **sigmoid**
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}} = \frac{1}{1 + e^{-z}} .$$
#
# A unit of a feature adds its weight to the logit, and so *multiplies* the odds by $e^{w_j}$. Two facts for
# later: $\sigma(-z) = 1 - \sigma(z)$, and the slope is $\sigma'(z) = p\,(1 - p)$, largest at $p = \frac12$.
#
# **Shapes.** The sigmoid works on each entry alone, so what comes out has the shape of what went in.
#
# **The trap.** The largest float64 is about $e^{709.8}$. Beyond it NumPy makes `inf` and goes on with no more
# than a warning, and $\infty / \infty$ is NaN. Of the two equal forms above each is safe on one side of
# zero, and an array has entries on both. `np.where` is no way out on its own: it computes both branches
# everywhere, and only then chooses. Look for a way to write $\sigma$ in which nothing positive is ever
# exponentiated. The next cell catches warnings, so that a test can ask for silence.


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: sigmoid
def sigmoid(z):
    """The logistic function, from log-odds to probabilities.

    Args:
        z: logits, array of any shape, of any float dtype from float32 on or any int dtype, entries of any size;
            left unchanged.

    Returns:
        Probabilities, float array of the shape of z. Neither overflows nor warns for entries of +-1000.
        About 2 lines.
    """
    ### BEGIN SOLUTION
    shrunk = np.exp(-np.abs(1.0 * z))  # in (0, 1], so it cannot overflow
    return np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
    ### END SOLUTION


# %% test: sigmoid, points=2
z = np.array([-np.log(4), 0.0, np.log(4)])
dd.check.like(sigmoid(z), np.array([0.2, 0.5, 0.8]), why="these logits are odds of 1:4, 1:1 and 4:1")
z = np.array([-1000.0, 0.0, 1000.0])
with dd.check.unchanged(z):
    result = sigmoid(z)
dd.check.finite(result, why="a large logit is a confident answer, not an error")
dd.check.close(result, [0.0, 0.5, 1.0], why="far out the S is flat, at 0 and at 1")
warned = warnings_from(sigmoid, z)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow on the way")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(40)
for shape in [(1,), (7,), (1, 1), (5, 1), (1, 4), (3, 2), (2, 3, 4)]:
    z = rng.normal(0.0, 5.0, shape)
    with dd.check.unchanged(z):
        p = sigmoid(z)
    dd.check.kind(p, np.ndarray)
    dd.check.shape(p, shape, why="each logit has a probability of its own")
    dd.check.dtype(p, "float")
    odds = np.array([math.exp(value) for value in z.flat]).reshape(shape)
    exact = {"rtol": 1e-9, "atol": 1e-12}
    dd.check.close(p, odds / (1 + odds), **exact, why="a probability is odds / (1 + odds)")
    dd.check.close(sigmoid(-z), 1 / (1 + odds), **exact, why="turning the sign swaps yes and no")
for dtype in (np.int64, np.int32, np.int8, np.uint8):
    whole = [0, 3, 1, 100, 127] if dtype is np.uint8 else [-128, -2, 0, 3, 127]
    due = [1 / (1 + math.exp(-value)) for value in whole]
    why = "whole logits are logits too, however narrow their dtype"
    dd.check.close(sigmoid(np.array(whole, dtype)), due, what=f"the sigmoid of {np.dtype(dtype).name}", why=why)
z = np.array([-80.0, -9.5, -0.25, 0.0, 1e-3, 4.0, 80.0], np.float32)
due = [1 / (1 + math.exp(-float(value))) for value in z]
dd.check.close(sigmoid(z), due, rtol=1e-6, atol=1e-7, why="float32 holds seven digits")
z = rng.normal(0.0, 3.0, (6, 8))
dd.check.close(sigmoid(z[::2, ::-3]), sigmoid(z)[::2, ::-3], why="every other entry is an array too")
z = np.array([[-1e4, -1000.0, -710.0, -40.0, -1e-10], [1e4, 1000.0, 710.0, 40.0, 1e-10]])
due = np.array([[0.0, 0.0, 0.0, 0.0, 0.5], [1.0, 1.0, 1.0, 1.0, 0.5]])
dd.check.close(sigmoid(z), due, atol=3e-10, why="far out the S is flat, at 0 and at 1")
dd.check.equal(warnings_from(sigmoid, z), [], what="the list of warnings", why="logits may have any size")
z = np.array([800.0, 900.0])
dd.check.close(sigmoid(z), [1.0, 1.0], why="all logits may lie on the same side")
dd.check.close(sigmoid(-z), [0.0, 0.0], why="all logits may lie on the same side")
### END HIDDEN TESTS

# %% mistakes: sigmoid
# - replace: |-
#     shrunk = np.exp(-np.abs(1.0 * z))  # in (0, 1], so it cannot overflow
#         return np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: return 1 / (1 + np.exp(-z))
#   hint: "Your values are right, but the exponential overflows for very negative logits. Which of the two
#     forms of the sigmoid is safe there?"
# - replace: |-
#     shrunk = np.exp(-np.abs(1.0 * z))  # in (0, 1], so it cannot overflow
#         return np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: return np.exp(z) / (1 + np.exp(z))
#   hint: "For a large positive logit you divide infinity by infinity. Which of the two forms is safe on that
#     side of zero?"
# - replace: |-
#     shrunk = np.exp(-np.abs(1.0 * z))  # in (0, 1], so it cannot overflow
#         return np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))
#   hint: "np.where receives both branches fully computed, so each still overflows on the other's side. What
#     can you exponentiate that is never positive?"
# - replace: np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: 1 / (1 + shrunk)
#   hint: "Your probabilities never fall below one half: taking the absolute value lost the sign. Where does
#     it have to come back?"
# - replace: np.where(z >= 0, 1.0, shrunk)
#   with: np.where(z >= 0, shrunk, 1.0)
#   hint: "Your S is upside down: the larger the logit, the smaller your probability."
# - replace: np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: np.tanh(z)
#   hint: "That S runs from -1 to 1. A probability lies between 0 and 1."
# - replace: np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)
#   with: np.exp(np.clip(z, -700, 700))
#   hint: "Those are the odds. The probability is the odds over one more than the odds."

# - replace: 1.0 * z
#   with: z
#   hint: "In a narrow whole dtype a minus sign wraps around: minus 3 is 253 in uint8. Let the logits be floats
#     first."

# %% equivalents: sigmoid
# - replace: z >= 0
#   with: z > 0
#   reason: "At 0 both branches are 1."


# %% mistake: sigmoid
# hint: "Your probabilities are right, but the caller's logits have changed under their hands. Clip a copy."
def sigmoid(z):
    if z.dtype.kind == "f":
        np.clip(z, -500.0, 500.0, out=z)
    return 1 / (1 + np.exp(-1.0 * z))


# %% mistake: sigmoid
# hint: "np.where receives both branches fully computed, so each still overflows on the other's side, floats or not.
#   What can you exponentiate that is never positive?"
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


# %% mistake: sigmoid
# hint: "Your values are right, but the exponential overflows for very negative logits. Which of the two forms of the
#   sigmoid is safe there?"
def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


# %% accepts: sigmoid
def sigmoid(z):
    z = 1.0 * z
    p = np.empty(z.shape)
    positive = z > 0
    p[positive] = 1 / (1 + np.exp(-z[positive]))
    odds = np.exp(z[~positive])
    p[~positive] = odds / (1 + odds)
    return p


# %% accepts: sigmoid
def sigmoid(z):
    return np.exp(-np.logaddexp(0, -1.0 * z))


# %% accepts: sigmoid
def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


# %% accepts: sigmoid
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z.astype(float), -500, 500)))


# %% [markdown]
# Equal steps of the logit: what do they do to the odds, and what to the probability?

# %% demo
grid = np.linspace(-5, 5, 201)
steps = np.arange(-4.0, 5.0)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
left.semilogy(grid, np.exp(grid))
left.plot(steps, np.exp(steps), "o", color="C1")
left.set(xlabel="logit $z$", ylabel="odds $e^z$", title="Odds: each step multiplies by $e$")
right.plot(grid, sigmoid(grid))
right.plot(steps, sigmoid(steps), "o", color="C1")
right.axvline(0.0, color="black", linewidth=0.8, linestyle=":")
right.set(xlabel="logit $z$", ylabel=r"probability $\sigma(z)$", title="Probability: steep, then flat")
dd.plot.show(
    "Two panels over the logit from -5 to 5, a dot at each whole logit. Left, on a log scale: the odds rise along a "
    "straight line. Right: the probability rises from 0 to 1 in an S, steepest at logit 0 and flat at both ends."
)

# %% [markdown]
# On the left the odds grow by the same factor with every step. On the right the same steps count for most
# where the answer is open, about a quarter each near $z = 0$, and for ever less where it is settled.
# Evidence does not add up in probabilities; in logits it does.
#
# ## What a wrong forecast should cost
#
# A forecast of $p = 0.8$ for rain is neither right nor wrong. It can be more or less *surprised*. If it
# rains, what happened had probability 0.8; if not, 0.2. The **loss** of one example is the negative logarithm
# of the probability given to what did happen: $-\log 0.8 = 0.223$ or $-\log 0.2 = 1.609$. Since $y$ is 1 or
# 0, one line says both, because it switches one term off:
#
# $$\ell_i = -\big[\, y_i \log p_i + (1 - y_i) \log(1 - p_i) \,\big] .$$
#
# Loss and cost are not the same word. The **loss** belongs to one example; the **cost** is what descent
# makes small, here the mean of the losses (and soon a penalty). This mean is the **log loss**. It is no
# arbitrary choice: the model gives all the answers together the probability that is the *product* of its
# probabilities for each, and the logarithm makes the product a sum. The lowest log loss is thus the
# **maximum likelihood**, the parameters under which the data is least surprising.
#
# Two tumours will serve for the rest of the day: $x_0 = (1, 0)$ with $y_0 = 1$, and $x_1 = (0, 2)$ with
# $y_1 = 0$. Take $w = (0, \log 2)$, $b = 0$. The logits are $0$ and $2 \log 2 = \log 4$, so
# $p = (0.5, 0.8)$, and the losses are $-\log 0.5$ and $-\log 0.2$. The log loss is
# $\frac12 (\log 2 + \log 5) = \frac12 \log 10 \approx 1.151$.
#
# **The edges.** A logit of 40 gives $p = 1$ exactly, as far as float64 can tell. Then $\log(1 - p)$ is
# $-\infty$, and even where its factor $1 - y$ is 0 the product is NaN. So before any logarithm we **clip**:
# every $p$ below `eps` is raised to `eps`, every $p$ above $1 - $ `eps` is lowered to that, and the others
# stay as they are. With $10^{-12}$ one example can cost 27.6 at most. Day 5 finds a way without a clip.


# %% exercise: log_loss
def log_loss(y, p, eps=1e-12):
    """Mean negative log-likelihood of yes-or-no answers (Good 1952, Rational decisions).

    Args:
        y: targets, array of shape (m,) of zeros and ones, int or float, m >= 1; left unchanged.
        p: probabilities of 1, float64 array of shape (m,), from 0 to 1 inclusive; left unchanged.
        eps: p is clipped to the range from eps to 1 - eps first, float > 0.

    Returns:
        The mean loss over the examples, a float in nats, finite even at p = 0 and p = 1. About 2 lines.
    """
    ### BEGIN SOLUTION
    p = np.clip(p, eps, 1 - eps)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    ### END SOLUTION


# %% test: log_loss, points=2
y = np.array([1, 0])
p = np.array([0.5, 0.8])
dd.check.like(log_loss(y, p), np.log(10) / 2, why="this is the example worked by hand")
sure = np.array([1.0, 0.0])
with dd.check.unchanged(sure):
    result = log_loss(y, sure)
dd.check.finite(result, why="a clipped probability is never 0")
dd.check.close(result, 0.0, why="sure and right costs nothing")
dd.check.finite(log_loss(1 - y, sure), why="a clipped probability is never 0")
warned = warnings_from(log_loss, y, sure)
dd.check.equal(warned, [], what="the list of warnings", why="no logarithm of 0 may be taken")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(41)
for m in (1, 2, 37):
    p = rng.uniform(0.01, 0.99, m)
    narrow = rng.integers(0, 2, m).astype(np.uint8)
    for y in (rng.integers(0, 2, m), rng.integers(0, 2, m).astype(float), np.ones(m), np.zeros(m, int), narrow):
        with dd.check.unchanged(y), dd.check.unchanged(p):
            result = log_loss(y, p)
        dd.check.shape(result, (), why="the cost is one number for all examples")
        total = 0.0
        for y_i, p_i in zip(y, p, strict=True):
            total -= math.log(p_i if y_i == 1 else 1 - p_i)
        dd.check.close(result, total / m, rtol=1e-9, why="it is the mean surprise at what happened")
        swapped = log_loss(1 - y, 1 - p)
        dd.check.close(swapped, total / m, rtol=1e-9, why="calling yes no and no yes must change nothing")
    undecided = log_loss(rng.integers(0, 2, m), np.full(m, 0.5))
    dd.check.close(undecided, math.log(2), why="a coin's surprise is log 2, whatever the answer")

# A confident mistake costs -log(eps). 1 - 1e-12 is rounded in float64, hence the tolerance.
worst = math.log(1e12)
for answers in ([1], [0], [1, 0], [0, 1, 1]):
    y = np.array(answers)
    p = 1.0 - y
    with dd.check.unchanged(p):
        result = log_loss(y, p)
    dd.check.close(result, worst, rtol=1e-4, why="at p = 0 and 1 the clip to 1e-12 decides")
    warned = warnings_from(log_loss, y, p)
    dd.check.equal(warned, [], what="the list of warnings", why="no logarithm of 0 may be taken")
mixed = log_loss(np.array([1, 1, 0, 0]), np.array([1.0, 0.0, 0.0, 1.0]))
dd.check.close(mixed, worst / 2, rtol=1e-4, why="two are sure and right, two sure and wrong")
close_to_zero = log_loss(np.array([1]), np.array([1e-11]))
dd.check.close(close_to_zero, math.log(1e11), why="only what lies beyond eps may be clipped")
closer = log_loss(np.array([1]), np.array([1e-30]))
dd.check.close(closer, worst, rtol=1e-4, why="all that lies beyond eps is clipped, not just 0 itself")
wide = log_loss(np.array([1, 0, 1, 0]), np.array([0.0, 1.0, 0.9, 0.3]), eps=0.2)
due = -(2 * math.log(0.2) + math.log(0.8) + math.log(0.7)) / 4
dd.check.close(wide, due, why="with eps = 0.2 the range is from 0.2 to 0.8")
### END HIDDEN TESTS

# %% mistakes: log_loss
# - replace: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
#   with: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
#   hint: "Your cost grows with the number of examples. The losses are to be averaged."
# - replace: -np.mean(y
#   with: np.mean(y
#   hint: "Your cost is negative. A logarithm of a probability is at most 0; which sign makes it a cost?"
# - replace: p = np.clip(p, eps, 1 - eps)
#   with: p = p * 1.0
#   hint: "At p = 0 or 1 you take the logarithm of 0. What has to happen to p before the logarithms?"
# - replace: p = np.clip(p, eps, 1 - eps)
#   with: p = np.maximum(p, eps)
#   hint: "You guard one end only. Which logarithm fails at p = 1?"
# - replace: y * np.log(p) + (1 - y) * np.log(1 - p)
#   with: y * np.log(p)
#   hint: "Examples with y = 0 cost you nothing, whatever you forecast for them. A term is missing."
# - replace: |-
#     p = np.clip(p, eps, 1 - eps)
#         return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
#   with: return -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))
#   hint: "Adding eps inside the logarithms moves every probability a little. Clipping moves only those beyond
#     the ends."
# - replace: p = np.clip(p, eps, 1 - eps)
#   with: np.clip(p, eps, 1 - eps, out=p)
#   hint: "The cost is right, but the caller's p has changed under their hands. Clip a copy."
# - replace: y * np.log(p) + (1 - y) * np.log(1 - p)
#   with: (1 - y) * np.log(p) + y * np.log(1 - p)
#   hint: "You swap the two answers: where y is 1, the loss should look at p and not at 1 - p."
# - replace: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
#   with: np.mean((p - y) ** 2)
#   hint: "That is the squared error of Day 2. Today the loss is the surprise, a logarithm."
# - replace: y * np.log(p) + (1 - y) * np.log(1 - p)
#   with: y * np.log2(p) + (1 - y) * np.log2(1 - p)
#   hint: "You measure surprise in bits. The formula of today has the natural logarithm."
# - replace: '-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))'
#   with: np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
#   hint: "A minus sign before whole numbers that have none wraps round: minus 1 is 255 in uint8. Put it before
#     the mean, which is a float."
# - replace: '-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))'
#   with: np.mean(-y * np.log(p) + (y - 1) * np.log(1 - p))
#   hint: "A minus sign before whole numbers that have none wraps round: minus 1 is 255 in uint8, and so is 0
#     minus 1. Put it before the mean, which is a float."

# %% equivalents: log_loss
# - replace: np.clip(p, eps, 1 - eps)
#   with: np.clip(eps, p, 1 - eps)
#   reason: "Either way it is the larger of p and eps, or 1 - eps if that is smaller still."


# %% mistake: log_loss
# hint: "You clip at a number of your own, whatever eps says. The caller decides how sure a forecast may be."
def log_loss(y, p, eps=1e-12):
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# %% mistake: log_loss
# hint: "You replace exactly 0 and exactly 1. All that lies beyond eps is to be clipped, however near to it."
def log_loss(y, p, eps=1e-12):
    p = np.where(p == 0, eps, np.where(p == 1, 1 - eps, p))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# %% accepts: log_loss
def log_loss(y, p, eps=1e-12):
    happened = np.where(y == 1, p, 1 - p)  # the probability of what did happen
    return np.mean(-np.log(np.clip(happened, eps, 1 - eps)))


# %% accepts: log_loss
def log_loss(y, p, eps=1e-12):
    total = 0.0
    for y_i, p_i in zip(y, p, strict=True):
        clipped = min(max(float(p_i), eps), 1 - eps)
        total += np.log(clipped) if y_i else np.log1p(-clipped)
    return -total / len(y)


# %% [markdown]
# Why not keep the squared error, $(p - y)^2$? Take an example whose answer is 1, and let the logit run from
# confidently wrong to confidently right. What does each loss cost, and how hard does its slope pull the
# logit up?

# %% demo
grid = np.linspace(-8, 8, 161)
right_answer = np.array([1])
surprise = [log_loss(right_answer, sigmoid(np.array([z_i]))) for z_i in grid]
probability = sigmoid(grid)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
left.plot(grid, surprise, label="log loss")
left.plot(grid, (probability - 1) ** 2, label="squared error")
left.set(xlabel="logit $z$", ylabel="loss", title="What an example with $y = 1$ costs")
right.plot(grid, 1 - probability, label="log loss: $1 - p$")
right.plot(grid, 2 * (1 - probability) ** 2 * probability, label="squared error: $2(1-p)^2 p$")
right.set(xlabel="logit $z$", ylabel="pull on the logit (minus the slope)", title="How hard it pulls")
for ax in (left, right):
    ax.legend()
dd.plot.show(
    "Two panels over the logit of an example whose answer is 1. Left, its loss: log loss rises steadily to the "
    "left, squared error levels off at 1. Right, the pull on the logit: that of log loss tends to 1 on the left, "
    "that of squared error dies."
)

# %% [markdown]
# On the far left the forecast is as wrong as can be. The squared error is flat there: its slope carries the
# factor $p(1-p)$ of the sigmoid, which has died, so the worst mistakes hardly teach. The log loss keeps
# rising, and pulls with a force of nearly 1. It is also **convex** in the logit, and so in $w$ and $b$: a
# bowl, like Day 2's, with no dips in which descent could be caught. The squared error bends the other way
# on the left, and its landscape has plateaus.
#
# ## The slope of the log loss
#
# Where does that $1 - p$ come from? The chain rule, for one example, in two factors. For $y = 1$ the loss is
# $-\log p$ with the slope $-\frac1p$ in $p$, for $y = 0$ it is $\frac{1}{1-p}$, and both are
# $\frac{p - y}{p(1-p)}$. The sigmoid adds $\sigma'(z) = p(1-p)$, and everything cancels but
#
# $$\frac{\partial \ell_i}{\partial z_i} = p_i - y_i = e_i .$$
#
# The dying factor is gone: that is why these two belong together. The logit's slope is $x_{ij}$ along $w_j$
# and 1 along $b$, as for the line. With $X$ of shape $(m, n)$ and $e$ of shape $(m,)$, each of the $n$
# slopes adds up one column of $X$, weighted by the errors:
#
# $$\frac{\partial J}{\partial w_j} = \frac1m \sum_i e_i\, x_{ij} , \qquad
# \frac{\partial J}{\partial b} = \frac1m \sum_i e_i .$$
#
# It is Day 2's gradient without the 2, with $p$ for the prediction. For our two tumours $p = (0.5, 0.8)$ and
# $y = (1, 0)$, so $e = (-0.5, 0.8)$. The slopes are $\frac12(-0.5 \cdot 1 + 0.8 \cdot 0) = -0.25$ and
# $\frac12(-0.5 \cdot 0 + 0.8 \cdot 2) = 0.8$ along the weights, and $\frac12(-0.5 + 0.8) = 0.15$ along the
# bias.
#
# **A penalty.** If some $w$ gets every training answer right, then $2w$ gets them right with more
# confidence and a lower log loss, $10w$ with a still lower one: the weights grow for as long as you
# train. The **L2 penalty** makes length cost something:
#
# $$J(w, b) = \frac1m \sum_i \ell_i \;+\; \lambda \sum_j w_j^2 .$$
#
# Three declarations, for here every book and library has its own. The penalty has **no factor ½**, so its
# slope along $w_j$ is $2 \lambda w_j$. It is **not divided by $m$**: it is added after the mean is taken. And
# **$b$ is not penalised**: the bias says how common a "yes" is where the features are 0, and there is no
# reason to pull that towards one half. This is what `keras.regularizers.L2(l2)` means on a layer's kernel.
# With $\lambda = 0.5$ our slopes along the weights become $-0.25 + 2 \cdot 0.5 \cdot 0 = -0.25$ and
# $0.8 + 2 \cdot 0.5 \cdot \log 2 \approx 1.493$; the one along the bias stays 0.15.


# %% exercise: logistic_gradient
def logistic_gradient(x, y, w, b, l2=0.0):
    """Gradient of the mean log loss plus l2 times the sum of the squared weights.

    Args:
        x: features, array of shape (m, n), m >= 1, n >= 1; left unchanged.
        y: targets, array of shape (m,) of zeros and ones; left unchanged.
        w: weights, array of shape (n,); left unchanged.
        b: bias, a number; not penalised.
        l2: strength of the penalty, float >= 0; the penalty is neither halved nor divided by m.

    Returns:
        Tuple (dw, db): the slopes along the weights, array of shape (n,), and along the bias, a float.
        About 4 lines.
    """
    ### BEGIN SOLUTION
    error = sigmoid(x @ w + b) - y  # (m,)
    dw = x.T @ error / len(y) + 2 * l2 * w  # (n,)
    db = np.mean(error)
    return dw, db
    ### END SOLUTION


# %% test: logistic_gradient, points=3
x = np.array([[1.0, 0.0], [0.0, 2.0]])
y = np.array([1, 0])
w = np.array([0.0, np.log(2)])
with dd.check.unchanged([x, y, w]):
    result = logistic_gradient(x, y, w, 0.0)
dd.check.like(result, (np.array([-0.25, 0.8]), 0.15), what="(dw, db)", why="this is the example worked by hand")
with dd.check.unchanged([x, y, w]):
    dw, db = logistic_gradient(x, y, w, 0.0, l2=0.5)
dd.check.close(dw, [-0.25, 0.8 + np.log(2)], what="dw with l2 = 0.5", why="2 * l2 * w is added")
dd.check.close(db, 0.15, what="db with l2 = 0.5", why="the bias is not penalised")
### BEGIN HIDDEN TESTS
import math


def slow_cost(x, y, w, b, l2):
    total = 0.0
    for row, y_i in zip(x, y, strict=True):
        total += np.logaddexp(0, -(row @ w + b) if y_i == 1 else row @ w + b)
    return total / len(y) + l2 * sum(w**2)


rng = np.random.default_rng(42)
for m, n in [(1, 1), (1, 4), (5, 1), (3, 3), (6, 2), (2, 5), (37, 3)]:
    x, y = rng.normal(0.5, 1.5, (m, n)), rng.integers(0, 2, m)
    w, b = rng.normal(0.0, 1.0, n), float(rng.normal(0.0, 1.0))
    for l2 in (0.0, 0.3):
        with dd.check.unchanged(x), dd.check.unchanged(y), dd.check.unchanged(w):
            dw, db = logistic_gradient(x, y, w, b, l2)
        dd.check.shape(dw, (n,), what="dw", why="there is one slope for each weight")
        dd.check.shape(db, (), what="db", why="the bias is one number")
        due_w, due_b = 2 * l2 * w, 0.0
        for row, y_i in zip(x, y, strict=True):
            p_i = 1 / (1 + math.exp(-(row @ w + b)))
            due_w = due_w + (p_i - y_i) * row / m
            due_b += (p_i - y_i) / m
        dd.check.close(dw, due_w, what="dw", why="the mean of error times feature, plus the penalty's slope")
        dd.check.close(db, due_b, what="db", why="it is the mean of the errors, without a penalty")
        dd.check.gradient(
            lambda v, x=x, y=y, b=b, l2=l2: slow_cost(x, y, v, b, l2), w, dw, what="dw", why="it is a slope"
        )
        dd.check.gradient(lambda v, x=x, y=y, w=w, l2=l2: slow_cost(x, y, w, v[0], l2), np.array([b]), [db], what="db")
        again_w, again_b = logistic_gradient(np.concatenate([x, x]), np.concatenate([y, y]), w, b, l2)
        dd.check.close(again_w, due_w, what="dw of the examples twice over", why="neither term grows with m")
        dd.check.close(again_b, due_b, what="db of the examples twice over", why="it does not grow with m")
    plain_w, plain_b = logistic_gradient(x, y, w, b)
    dd.check.close(plain_w, due_w - 0.6 * w, what="dw without l2", why="l2 is 0 unless it is given")
    dd.check.close(plain_b, due_b, what="db without l2")

# Logits of +-2000: right, wrong, wrong, and once exactly 0.
x = np.array([[2.0, 0.0], [2.0, 1.0], [-2.0, 0.0], [0.0, 4.0]])
dw, db = logistic_gradient(x, np.array([1, 0, 1, 0]), np.array([1000.0, 0.0]), 0.0, 0.25)
dd.check.close(dw, [(2 + 2) / 4 + 500, (1 + 2) / 4], what="dw", why="the errors are 0, 1, -1 and 1/2")
dd.check.close(db, (1 - 1 + 0.5) / 4, what="db", why="the errors are 0, 1, -1 and 1/2")
dw, db = logistic_gradient(np.array([[3], [1]]), np.array([1.0, 0.0]), np.array([0]), 0, 1)
dd.check.close(dw, [-0.5], what="dw", why="whole numbers are numbers too")
### END HIDDEN TESTS

# %% mistakes: logistic_gradient
# - replace: sigmoid(x @ w + b) - y
#   with: y - sigmoid(x @ w + b)
#   hint: "The error has the wrong sign: it is prediction minus target."
# - replace: x.T @ error / len(y)
#   with: x.T @ error
#   hint: "The slopes along the weights grow with the number of examples. The cost is a mean."
# - replace: np.mean(error)
#   with: np.sum(error)
#   hint: "The slope along the bias grows with the number of examples. The cost is a mean."
# - replace: x.T @ error / len(y)
#   with: 2 * x.T @ error / len(y)
#   hint: "The data's part of dw is twice too large. Day 2's 2 came from a square; is there one here?"
# - replace: 2 * l2 * w
#   with: l2 * w
#   hint: "The penalty's slope is half of what is due. Today's penalty has no factor one half in front."
# - replace: 2 * l2 * w
#   with: 2 * l2 * w / len(y)
#   hint: "You divide the penalty by m. It is added after the mean is taken."
# - replace: np.mean(error)
#   with: np.mean(error) + 2 * l2 * b
#   hint: "You penalise the bias as well. Which sum does the penalty run over?"
# - replace: " + 2 * l2 * w"
#   with: ""
#   hint: "Your gradient ignores l2. The penalty has a slope along each weight."
# - replace: 2 * l2 * w
#   with: l2 * np.sum(w**2)
#   hint: "You add the penalty itself to every slope. The gradient needs its derivative along each weight."
# - replace: sigmoid(x @ w + b) - y
#   with: x @ w + b - y
#   hint: "You subtract the target from the logit. What turns a logit into a probability?"
# - replace: |-
#     error = sigmoid(x @ w + b) - y  # (m,)
#   with: |-
#     p = sigmoid(x @ w + b)
#         error = (p - y) * p * (1 - p)
#   hint: "Your errors carry a factor p(1 - p). In the log loss it cancels: follow the chain rule again."
# - replace: return dw, db
#   with: return db, dw
#   hint: "The slopes come in the wrong order: the weights' first, then the bias's."
# - replace: x @ w + b
#   with: x @ w
#   hint: "Your logits lack the bias."
# - replace: 2 * l2 * w
#   with: l2 / len(y) * w
#   hint: "Other books halve the penalty and divide it by m. The three declarations above say what today's
#     does."

# %% equivalents: logistic_gradient
# - replace: x @ w + b
#   with: x @ w.T + b
#   reason: "Transposing an array of one axis changes nothing."
# - replace: x.T @ error / len(y)
#   with: x.T @ error.T / len(y)
#   reason: "Transposing an array of one axis changes nothing."


# %% mistake: logistic_gradient
# hint: "You subtract the target from a decision, 0 or 1, so an answer that is right by a hair teaches nothing. The
#   error is probability minus target."
def logistic_gradient(x, y, w, b, l2=0.0):
    error = (sigmoid(x @ w + b) >= 0.5) * 1.0 - y
    return x.T @ error / len(y) + 2 * l2 * w, np.mean(error)


# %% mistake: logistic_gradient
# hint: "The data's part of both slopes is twice too large. Day 2's 2 came from a square; is there one here?"
def logistic_gradient(x, y, w, b, l2=0.0):
    error = sigmoid(x @ w + b) - y
    return 2 * x.T @ error / len(y) + 2 * l2 * w, 2 * np.mean(error)


# %% accepts: logistic_gradient
def logistic_gradient(x, y, w, b, l2=0.0):
    dw, db = 2.0 * l2 * w, 0.0
    for x_i, y_i in zip(x, y, strict=True):
        error = sigmoid(np.array([x_i @ w + b]))[0] - y_i
        dw = dw + error * x_i / len(y)
        db += error / len(y)
    return dw, float(db)


# %% accepts: logistic_gradient
def logistic_gradient(x, y, w, b, l2=0.0):
    design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    parameters = np.append(w, b)
    probability = (1 + np.tanh(design @ parameters / 2)) / 2
    slopes = np.mean((probability - y)[:, None] * design, axis=0)
    slopes[:-1] += l2 * (w + w)
    return slopes[:-1], slopes[-1]


# %% [markdown]
# ## Descent, as before
#
# The loop is Day 2's: both slopes at the place where you stand, then one step of both, $\alpha$ times the
# slope, downhill. It starts at $w = 0$, $b = 0$, where every probability is ½ and the log loss is
# $\log 2 \approx 0.693$ whatever the data; a good number to remember. `history` again holds the cost at
# every post of the fence, $k + 1$ for $k$ steps, and the cost is what descent goes down: log loss **and
# penalty**.
#
# For our tumours, without a penalty: at the start $e = (-0.5, 0.5)$, so the slopes are $-0.25$ and $0.5$
# along the weights, and 0 along the bias. A step with $\alpha = 2$ leads to $w = (0.5, -1)$, $b = 0$. Now the
# logits are $0.5$ and $-2$, both on the right side, and the cost is
# $\frac12 [\log(1 + e^{-0.5}) + \log(1 + e^{-2})] \approx 0.301$.
#
# How large may $\alpha$ be? The log loss bends by $p(1-p) \le \frac14$, where the square bent by 2, so Day
# 2's bound becomes eight times as generous: without a penalty, $\alpha \le 8 / (\frac1m \sum_i |x_i|^2 + 1)$
# never raises the cost.


# %% exercise: fit_logistic
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    """Fit a logistic regression by batch gradient descent from w = 0, b = 0.

    Args:
        x: features, array of shape (m, n); left unchanged.
        y: targets, array of shape (m,) of zeros and ones; left unchanged.
        learning_rate: stride for each unit of slope, float > 0.
        num_steps: steps to take, int >= 0.
        l2: strength of the penalty, as in logistic_gradient.

    Returns:
        Tuple (w, b, history): the weights, array of shape (n,); the bias, a float; and the costs, array of
        shape (num_steps + 1,), history[k] being log loss plus penalty after k steps. About 9 lines; use
        sigmoid, log_loss and logistic_gradient.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(x.shape[1]), 0.0
    history = []
    for step in range(num_steps + 1):
        cost = log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2)
        history.append(cost)
        if step < num_steps:
            dw, db = logistic_gradient(x, y, w, b, l2)
            w = w - learning_rate * dw
            b = b - learning_rate * db
    return w, b, np.array(history)
    ### END SOLUTION


# %% test: fit_logistic, points=2
x = np.array([[1.0, 0.0], [0.0, 2.0]])
y = np.array([1, 0])
result = fit_logistic(x, y, learning_rate=2.0, num_steps=1)
dd.check.kind(result, tuple)
w, b, history = result
dd.check.like(w, np.array([0.5, -1.0]), what="w", why="this is the step worked by hand")
dd.check.like(b, 0.0, what="b", why="the two errors cancel")
due = np.array([np.log(2), (np.log1p(np.exp(-0.5)) + np.log1p(np.exp(-2.0))) / 2])
dd.check.like(history, due, what="history", why="one step has a cost before it and one after it, both worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(43)
cases = [(1, 1, 3, 0.5, 0.0), (2, 3, 0, 0.1, 0.2), (5, 1, 1, 0.3, 0.5), (20, 2, 9, 0.8, 0.05), (20, 2, 9, 12.0, 0.05)]
for m, n, num_steps, rate, l2 in cases:
    x, y = rng.normal(0.5, 1.0, (m, n)), rng.integers(0, 2, m)
    with dd.check.unchanged(x), dd.check.unchanged(y):
        w, b, history = fit_logistic(x, y, rate, num_steps, l2)
    slow_w, slow_b, slow_history = np.zeros(n), 0.0, []
    for step in range(num_steps + 1):
        z = np.array([sum(x[i, j] * slow_w[j] for j in range(n)) + slow_b for i in range(m)])
        losses = np.logaddexp(0, np.where(y == 1, -z, z))
        slow_history.append(sum(losses) / m + l2 * sum(slow_w**2))
        if step < num_steps:
            errors = 1 / (1 + np.exp(-z)) - y
            slopes = np.array([sum(errors * x[:, j]) / m + 2 * l2 * slow_w[j] for j in range(n)])
            slow_w, slow_b = slow_w - rate * slopes, slow_b - rate * sum(errors) / m
    why = f"{num_steps} steps at rate {rate} with l2 = {l2} lead there"
    dd.check.shape(w, (n,), what="w", why="there is one weight for each feature")
    dd.check.shape(b, (), what="b")
    why_length = "it has a cost for the start and one for each step"
    dd.check.shape(history, (num_steps + 1,), what="history", why=why_length)
    dd.check.close(w, slow_w, rtol=1e-8, what="w", why=why)
    dd.check.close(b, slow_b, rtol=1e-8, what="b", why=why)
    if rate > 8:  # far beyond the bound in the text
        assert max(np.diff(slow_history)) > 0, "At this rate the cost must rise."
    why_costs = "history[k] is log loss plus penalty after k steps at the rate that was asked for"
    dd.check.close(history, slow_history, rtol=1e-8, what="history", why=why_costs)

# It must arrive where the gradient is zero; Newton's method finds that place in another way.
x = rng.normal(0.0, 1.0, (60, 2)) * [1.0, 2.0] + [0.5, -1.0]
y = (x @ [1.0, -0.5] + rng.logistic(size=60) > 0.8).astype(int)
design = np.column_stack([x, np.ones(60)])
for l2 in (0.0, 0.1):
    best, ridge = np.zeros(3), 2 * l2 * np.array([1.0, 1.0, 0.0])
    for _ in range(20):
        p = 1 / (1 + np.exp(-design @ best))
        curvature = (design.T * (p * (1 - p))) @ design / 60 + np.diag(ridge)
        best = best - np.linalg.solve(curvature, design.T @ (p - y) / 60 + ridge * best)
    w, b, history = fit_logistic(x, y, 0.8, 600, l2)
    dd.check.close([*w, b], best, rtol=1e-4, what="(w, b)", why=f"it is the lowest point for l2 = {l2}")
    assert np.all(np.diff(history) <= 1e-12), "At a rate this small the cost must never rise."
w, b, history = fit_logistic(np.array([[1], [3]]), np.array([0.0, 1.0]), 1, 1)
dd.check.close(w, [0.5], what="w", why="whole numbers are numbers too")
### END HIDDEN TESTS

# %% mistakes: fit_logistic
# - replace: |-
#     w = w - learning_rate * dw
#                 b = b - learning_rate * db
#   with: |-
#     w = w + learning_rate * dw
#                 b = b + learning_rate * db
#   hint: "Your cost climbs. The gradient points uphill; which way do you want to walk?"
# - replace: " + l2 * np.sum(w**2)"
#   with: ""
#   hint: "Your parameters are right, but the history leaves out the penalty, which is part of the cost."
# - replace: l2 * np.sum(w**2)
#   with: l2 * (np.sum(w**2) + b**2)
#   hint: "Your history penalises the bias as well."
# - replace: logistic_gradient(x, y, w, b, l2)
#   with: logistic_gradient(x, y, w, b)
#   hint: "You descend on the log loss alone: l2 never reaches the gradient."
# - replace: |-
#     w = w - learning_rate * dw
#                 b = b - learning_rate * db
#   with: |-
#     w = w - learning_rate * dw
#                 b = b - learning_rate * logistic_gradient(x, y, w, b, l2)[1]
#   hint: "w has moved before the slope along b is taken. To which place do both slopes belong?"
# - replace: np.zeros(x.shape[1]), 0.0
#   with: np.ones(x.shape[1]), 0.0
#   hint: "Descent starts at the wrong place: the docstring says where."
# - replace: return w, b, np.array(history)
#   with: return w, b, np.array(history[1:])
#   hint: "Your history lacks the cost at the start. Count the posts of the fence, not its panels."
# - replace: if step < num_steps
#   with: if step <= num_steps
#   hint: "You take a step after the last cost is noted: the parameters are one step ahead of the history."
# - replace: |-
#     for step in range(num_steps + 1):
#   with: |-
#     for step in range(num_steps):
#   hint: "Your history is one short. With k steps there are k + 1 costs."
# - replace: b = b - learning_rate * db
#   with: b = 0.0
#   hint: "Your bias never moves. It has a slope of its own."


# %% mistake: fit_logistic
# hint: "You shorten the step where the cost rises. The rate is the caller's: a descent that mends it in silence hides
#   what a rate too large does."
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    def cost(w, b):
        return log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2)

    w, b, rate = np.zeros(x.shape[1]), 0.0, learning_rate
    history = [cost(w, b)]
    for _ in range(num_steps):
        dw, db = logistic_gradient(x, y, w, b, l2)
        while rate > 1e-6 and cost(w - rate * dw, b - rate * db) > history[-1]:
            rate /= 2
        w, b = w - rate * dw, b - rate * db
        history.append(cost(w, b))
    return w, b, np.array(history)


# %% equivalents: fit_logistic
# - replace: x @ w + b
#   with: x @ w.T + b
#   reason: "Transposing an array of one axis changes nothing."


# %% mistake: fit_logistic
# hint: "Where the cost has risen you take the step back and halve the rate. The rate is the caller's: a descent that
#   mends it in silence hides what a rate too large does."
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [log_loss(y, sigmoid(x @ w + b))]
    for _ in range(num_steps):
        dw, db = logistic_gradient(x, y, w, b, l2)
        new_w, new_b = w - learning_rate * dw, b - learning_rate * db
        cost = log_loss(y, sigmoid(x @ new_w + new_b)) + l2 * np.sum(new_w**2)
        if cost > history[-1]:
            learning_rate = learning_rate / 2
            history.append(history[-1])
        else:
            w, b = new_w, new_b
            history.append(cost)
    return w, b, np.array(history)


# %% accepts: fit_logistic
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    def cost(w, b):
        return log_loss(y, sigmoid(x @ w + b)) + l2 * (w @ w)

    w, b = np.zeros(x.shape[1]), 0.0
    history = [cost(w, b)]
    while len(history) <= num_steps:
        slopes = logistic_gradient(x, y, w, b, l2)
        w, b = w - learning_rate * slopes[0], b - learning_rate * slopes[1]
        history.append(cost(w, b))
    return w, b, np.array(history)


# %% accepts: fit_logistic
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    parameters = np.zeros(design.shape[1])
    penalty = np.append(np.full(x.shape[1], l2), 0.0)
    sign = 2 * np.asarray(y, float) - 1
    history = np.empty(num_steps + 1)
    for step in range(num_steps + 1):
        margin = sign * (design @ parameters)
        history[step] = np.mean(np.logaddexp(0, -margin)) + penalty @ parameters**2
        if step < num_steps:
            slopes = -design.T @ (sign * np.exp(-np.logaddexp(0, margin))) / len(y) + 2 * penalty * parameters
            parameters = parameters - learning_rate * slopes
    return parameters[:-1], float(parameters[-1]), history


# %% [markdown]
# Does the weight really grow without end, and what does the penalty do about it? Six points on a line, which
# a cut at 0 separates without a mistake, and three strengths.

# %% demo
x_line = np.array([[-3.0], [-2.0], [-0.5], [0.5], [2.0], [3.0]])
y_line = np.array([0, 0, 0, 1, 1, 1])
grid = np.linspace(-4, 4, 161)
counts = np.unique(np.geomspace(1, 3000, 14).astype(int))
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for strength in (0.0, 0.01, 0.1):
    fits = [fit_logistic(x_line, y_line, 1.0, int(count), strength) for count in counts]
    left.semilogx(counts, [fit[0][0] for fit in fits], label=rf"$\lambda = {strength:g}$")
    w_line, b_line, _ = fits[-1]
    right.plot(grid, sigmoid(grid * w_line[0] + b_line), label=rf"$\lambda = {strength:g}$")
left.set(xlabel="steps (log scale)", ylabel="weight $w$", title="The weight while training")
right.scatter(x_line[:, 0], y_line, s=50, color="black", zorder=3)
right.set(xlabel="$x$", ylabel="probability of 1", title="What is believed after 3,000 steps")
for ax in (left, right):
    ax.legend(loc="upper left")
dd.plot.show(
    "Left: the weight against the number of steps on a log scale; without a penalty it climbs without end, with one "
    "it levels off, lower for the stronger. Right: the S believed after 3,000 steps, a cliff without a penalty, "
    "gentler with each strength; six points at 0 and 1 and one common crossing at x = 0."
)

# %% [markdown]
# Without a penalty the weight is still on its way after 3,000 steps: it grows with the logarithm of their
# number, and never stops. Its S has become a cliff, sure of itself a hair's breadth from the nearest example.
# With a penalty the weight settles, and the S stays gentle where there was little to see. All three cut at
# 0, so all three make the same decisions. The penalty tames *confidence*; which strength is best, held-out
# data must say (Day 6).
#
# ## From a probability to a decision
#
# A surgeon needs a yes or a no. The rule is a **threshold**: say 1 if $p_i \ge t$, else 0. At exactly
# $p_i = t$ we say **1**; that is a convention, and it is ours. For our tumours with $p = (0.5, 0.8)$ the
# answers are $(1, 1)$ at $t = 0.5$ and $(0, 1)$ at $t = 0.6$.
#
# The sigmoid climbs all the way, so $p \ge t$ means the same as
#
# $$x \cdot w + b \;\ge\; \log\frac{t}{1-t} ,$$
#
# and where the two sides are equal lies the **decision boundary**: a point for $n = 1$, a straight line for
# $n = 2$, a flat sheet in general. The weights stand at a right angle to it. At $t = 0.5$ the right-hand side
# is 0; another threshold slides the boundary without turning it, and needs no new training.


# %% exercise: predict_class
def predict_class(x, w, b, threshold=0.5):
    """Decide for 1 or 0 by comparing probabilities with a threshold.

    Args:
        x: features, array of shape (m, n); left unchanged.
        w: weights, array of shape (n,); left unchanged.
        b: bias, a number.
        threshold: probability from which on the answer is 1, float from 0 to 1 inclusive.

    Returns:
        Int array of shape (m,): 1 where the probability is at least the threshold, which includes exactly the
        threshold, and 0 elsewhere. About 2 lines; use sigmoid.
    """
    ### BEGIN SOLUTION
    p = sigmoid(x @ w + b)  # (m,)
    return (p >= threshold).astype(int)
    ### END SOLUTION


# %% test: predict_class, points=1
x = np.array([[1.0, 0.0], [0.0, 2.0]])
w = np.array([0.0, np.log(2)])
due = np.array([1, 1])
dd.check.like(predict_class(x, w, 0.0), due, why="p is 0.5 and 0.8; at exactly the threshold we say 1, an int")
dd.check.equal(predict_class(x, w, 0.0, threshold=0.6), [0, 1], why="p is 0.5 and 0.8")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(44)
for m, n in [(1, 1), (1, 3), (6, 1), (3, 3), (40, 2), (5, 8)]:
    x, w, b = rng.normal(0.0, 2.0, (m, n)), rng.normal(0.0, 1.0, n), float(rng.normal())
    for threshold in (0.05, 0.3, 0.5, 0.9):
        with dd.check.unchanged(x), dd.check.unchanged(w):
            result = predict_class(x, w, b, threshold)
        dd.check.shape(result, (m,), why="there is one decision for each example")
        dd.check.dtype(result, "int")
        cut = np.log(threshold / (1 - threshold))
        due = [1 if sum(row * w) + b > cut else 0 for row in x]
        dd.check.equal(result, due, why=f"a threshold of {threshold} is a logit of {cut:.3f}")
x = np.array([[0.0], [-1000.0], [1000.0], [2.0]])
w = np.array([1.0])
dd.check.equal(predict_class(x, w, 0.0), [1, 0, 1, 1], why="p = 0.5 exactly counts as 1")
dd.check.equal(predict_class(x, w, 0.0, 0.5 + 1e-10), [0, 0, 1, 1], why="p = 0.5 is below 0.5000000001")
dd.check.equal(predict_class(x, w, 0.0, 0.0), [1, 1, 1, 1], why="no probability is below 0")
dd.check.equal(predict_class(x, w, 0.0, 1.0), [0, 0, 1, 0], why="only p = 1 reaches 1")
dd.check.equal(predict_class(x, w, -3.0), [0, 0, 1, 0], why="the bias moves the boundary to x = 3")
### END HIDDEN TESTS

# %% mistakes: predict_class
# - replace: p >= threshold
#   with: p > threshold
#   hint: "At exactly the threshold you say 0. What does the docstring promise there?"
# - replace: (p >= threshold).astype(int)
#   with: np.round(p).astype(int)
#   hint: "Rounding is a threshold of one half, whatever the caller asked for, and it turns exactly one half
#     into 0."
# - replace: p >= threshold
#   with: p >= 0.5
#   hint: "You always cut at one half. The caller may have asked for another threshold."
# - replace: p = sigmoid(x @ w + b)
#   with: p = x @ w + b
#   hint: "You compare the logit with a threshold that is a probability."
# - replace: (p >= threshold).astype(int)
#   with: p >= threshold
#   hint: "You return True and False. The answer is a class, the int 0 or 1."
# - replace: x @ w + b
#   with: x @ w
#   hint: "Your decisions do not depend on the bias. What is the logit?"
# - replace: p >= threshold
#   with: p <= threshold
#   hint: "Your answers are the wrong way round: a high probability means class 1."
# - replace: (p >= threshold).astype(int)
#   with: p
#   hint: "You return the probabilities. The decision is still to be made."

# %% equivalents: predict_class
# - replace: x @ w + b
#   with: x @ w.T + b
#   reason: "Transposing an array of one axis changes nothing."


# %% mistake: predict_class
# hint: "The log-odds of a threshold of 0 or 1 do not exist, and both may be asked for. Compare probabilities."
def predict_class(x, w, b, threshold=0.5):
    return (x @ w + b >= np.log(threshold / (1 - threshold))).astype(int)


# %% mistake: predict_class
# hint: "A probability a little below the threshold counts as equal to it with you. It is below, so the answer is 0."
def predict_class(x, w, b, threshold=0.5):
    p = sigmoid(x @ w + b)
    return ((p >= threshold) | np.isclose(p, threshold)).astype(int)


# %% accepts: predict_class
def predict_class(x, w, b, threshold=0.5):
    return np.where(sigmoid(x @ w + b) < threshold, 0, 1)


# %% accepts: predict_class
def predict_class(x, w, b, threshold=0.5):
    answers = []
    for row in x:
        p = sigmoid(np.array([np.sum(row * w) + b]))[0]
        answers.append(0 if p < threshold else 1)
    return np.array(answers)


# %% [markdown]
# A straight boundary cannot cut out a disc. Is that the end of the method when one class surrounds the
# other? "Straight" is meant in the features, and Day 3 showed how to make new ones: beside $x_0$ and $x_1$,
# hand over their squares.

# %% demo
x_ring, y_ring = dd.data.circles(300, noise=0.12, seed=4)


def with_squares(points):
    """The features and their squares, (m, 2) to (m, 4)."""
    return np.column_stack([points, points**2])


fig, panels = plt.subplots(1, 2, figsize=(12, 4.6))
kinds = {"$x_0$ and $x_1$": np.array, "$x_0$, $x_1$ and their squares": with_squares}
for ax, (title, features) in zip(panels, kinds.items(), strict=True):
    w_ring, b_ring, _ = fit_logistic(features(x_ring), y_ring, 2.0, 1000, l2=0.001)
    accuracy = np.mean(predict_class(features(x_ring), w_ring, b_ring) == y_ring)
    dd.plot.decision_regions(
        lambda points, features=features, w=w_ring, b=b_ring: sigmoid(features(points) @ w + b),
        x_ring,
        y_ring,
        ax,
        title=f"{title}: accuracy {accuracy:.2f}",
    )
    ax.set(xlabel="$x_0$", ylabel="$x_1$")
dd.plot.show(
    "A ring of points around a disc of points, twice, over a map of the probability of class 1. Left, from the two "
    "features: the map is nearly even and its straight boundary tells nothing apart. Right, with their squares: a "
    "closed curve between ring and disc."
)

# %% [markdown]
# On the left the best line knows next to nothing, and says so: its probabilities stay near ½ everywhere.
# On the right the same five functions draw a closed curve: $w \cdot (x_0, x_1, x_0^2, x_1^2) + b = 0$ is
# flat in four dimensions, and an ellipse seen from two.
#
# ## Put it together: which lumps are malignant?
#
# A quarter of the patients is held out. The features are measured in anything from hundredths to thousands,
# so we standardise, with the mean and the scale of the *training* patients (Day 3). First with two features,
# because that can be drawn; then with all thirty.

# %% demo
(raw_train, y_train), (raw_held_out, y_held_out) = dd.data.breast_cancer(test_fraction=0.25, seed=0)
centre, scale = np.mean(raw_train, axis=0), np.std(raw_train, axis=0)  # (30,)
x_train = (raw_train - centre) / scale  # (427, 30)
x_held_out = (raw_held_out - centre) / scale  # (142, 30)
names = list(cells.columns)
pair = [names.index("worst radius"), names.index("worst texture")]

w_two, b_two, _ = fit_logistic(x_train[:, pair], y_train, 0.5, 1000, l2=0.01)
w_fit, b_fit, costs = fit_logistic(x_train, y_train, 0.2, 1000, l2=0.01)
print(f"cost of 30 features: {costs[0]:.3f} at the start, {costs[-1]:.3f} at the end")
models = {"2 features": (pair, w_two, b_two), "30 features": (slice(None), w_fit, b_fit)}
for label, (columns, w_now, b_now) in models.items():
    scores = []
    for x_part, y_part in ((x_train, y_train), (x_held_out, y_held_out)):
        scores.append(np.mean(predict_class(x_part[:, columns], w_now, b_now) == y_part))
    print(f"{label:11s} accuracy: training {scores[0]:.3f}, held out {scores[1]:.3f}")
print(f"always saying benign:       held out {np.mean(y_held_out == 0):.3f}")
assert scores[1] > 0.95

# %% [markdown]
# The cost begins at $\log 2$, as it must, and more than 95% of the held-out patients are judged rightly. Two
# columns go most of the way there from "always benign". What does the model believe between the examples, and
# what does the threshold trade?

# %% demo
fig, (map_ax, trade_ax) = plt.subplots(1, 2, figsize=(13, 5))
dd.plot.decision_regions(
    lambda points: sigmoid(points @ w_two + b_two),
    x_held_out[:, pair],
    y_held_out,
    map_ax,
    class_names=["benign", "malignant"],
    title="Two features, held-out patients",
)
across = np.array(map_ax.get_xlim())
for cut, look in ((0.1, ":"), (0.9, "--")):
    height = (np.log(cut / (1 - cut)) - b_two - w_two[0] * across) / w_two[1]
    map_ax.plot(across, height, color="black", linestyle=look, label=f"boundary at $t = {cut}$")
map_ax.set(xlabel="worst radius (standardised)", ylabel="worst texture (standardised)")
map_ax.set(xlim=across, ylim=(np.min(x_held_out[:, pair[1]]) - 0.3, np.max(x_held_out[:, pair[1]]) + 0.3))
map_ax.legend(loc="upper right", fontsize=9)

cuts = np.linspace(0.02, 0.98, 49)
said = np.array([predict_class(x_train, w_fit, b_fit, cut) for cut in cuts])  # (49, 427)
trade_ax.plot(cuts, np.sum((said == 0) & (y_train == 1), axis=1), label="malignant, but called benign")
trade_ax.plot(cuts, np.sum((said == 1) & (y_train == 0), axis=1), label="benign, but called malignant")
trade_ax.set(xlabel="threshold $t$", ylabel="training patients", title="Thirty features, training patients")
trade_ax.legend()
dd.plot.show(
    "Left: held-out patients by standardised worst radius and texture over a map of the probability of malignant, "
    "which rises in one direction; three parallel boundaries for thresholds 0.1, 0.5 and 0.9. Right: mistakes of "
    "each kind against the threshold; missed tumours rise with it, false alarms fall."
)

# %% [markdown]
# The map is a ramp: probability rises across it in one direction, that of the weights. The solid line is the
# boundary at $t = 0.5$; the dotted and the dashed line, parallel to it, are those at 0.1 and 0.9, and the
# band between them holds the patients whom the model is unsure of. Nearly all mistakes lie there, which is
# what one hopes for from a probability.
#
# On the right, a low threshold calls more healthy people back, a high one sends more sick people home. At ½
# most of the few mistakes are missed tumours. Accuracy counts both kinds alike, and a doctor would not: missing a
# tumour costs far more than a second look, which speaks for a threshold well below ½. This is where such
# costs enter. (The curves are those of training patients on purpose: choose on them, and keep the held-out
# ones for the exam. Day 7 takes this further.)
#
# A tumour has two names. Day 5 gives the model any number of them.
#
# ## What you should remember
#
# - Make the log-odds linear: $z = x \cdot w + b$, and the sigmoid turns logits into probabilities. Evidence
#   adds in logits.
# - The loss of an example is minus the log of the probability given to what happened; the cost is the mean
#   loss plus the penalty.
# - Log loss and sigmoid cancel to the error $p - y$, so a confident mistake is pulled hardest. Squared error
#   would go flat there.
# - On separable data weights grow for ever; $\lambda \sum_j w_j^2$ stops them. Say whether it is halved,
#   divided by $m$, and includes the bias (here: no, no and no).
# - The threshold is a decision about costs, made after training; it slides the boundary and never turns it.
#
# ## Check yourself
#
# 1. A colleague's model always says 0.3. On data where 30% of the answers are 1, what is its log loss, and is
#    there a constant with a lower one?
# 2. You double $w$ and $b$ of a model that was fitted without a penalty. What happens to the decisions at
#    $t = 0.5$, at $t = 0.9$, and to the log loss on the training data?
# 3. A weight is 0.7 for a feature in centimetres. What does one more centimetre do to the odds, and what
#    would the weight be in millimetres?
#
# <details><summary>Answers</summary>
#
# 1. $-0.3 \log 0.3 - 0.7 \log 0.7 \approx 0.611$, and no: among constants the lowest log loss belongs to the
#    true share.
# 2. At 0.5 nothing, since the sign of a logit stays. At 0.9 some answers change to 1, as every logit moves
#    away from 0. The log loss rises, as the fitted place was the lowest (if there was one; on separable data
#    it falls).
# 3. It multiplies them by $e^{0.7} \approx 2$: it doubles the odds, not the probability. In millimetres the
#    weight is 0.07, which a penalty hardly notices; another reason to standardise first.
#
# </details>
#
# ## Go further
#
# - J. Berkson, "Application of the Logistic Function to Bio-Assay", *JASA* 39, 1944: where the word "logit"
#   comes from.
# - D. R. Cox, "The Regression Analysis of Binary Sequences", *JRSS B* 20, 1958: logistic regression as we
#   know it.
# - I. J. Good, "Rational Decisions", *JRSS B* 14, 1952: why a forecaster should be paid by the logarithm.
# - A. Albert and J. A. Anderson, "On the Existence of Maximum Likelihood Estimates in Logistic Regression
#   Models", *Biometrika* 71, 1984: exactly when the weights run away.
# - S. le Cessie and J. C. van Houwelingen, "Ridge Estimators in Logistic Regression", *Applied Statistics*
#   41, 1992: the penalty of today.
# - W. N. Street, W. H. Wolberg and O. L. Mangasarian, "Nuclear Feature Extraction for Breast Tumor
#   Diagnosis", 1993: how the table was measured.
