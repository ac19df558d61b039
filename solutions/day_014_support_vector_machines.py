# ---
# day: 14
# title: Support vector machines and kernels
# week: 3
# minutes: 110
# backend: numpy
# needs: [1, 2, 3, 4, 6, 9]
# data: [iris, circles, moons]
# papers:
# - "Aizerman, Braverman and Rozonoer 1964, Theoretical foundations of the potential function method in pattern
#   recognition learning"
# - Boser, Guyon and Vapnik 1992, A training algorithm for optimal margin classifiers
# - Cortes and Vapnik 1995, Support-vector networks
# - "Drucker, Burges, Kaufman, Smola and Vapnik 1997, Support vector regression machines"
# - "Schölkopf, Platt, Shawe-Taylor, Smola and Williamson 2001, Estimating the support of a high-dimensional
#   distribution"
# - "Shalev-Shwartz, Singer and Srebro 2007, Pegasos: primal estimated sub-gradient solver for SVM"
# ---

# %% [markdown]
# # Day 14 · Support vector machines and kernels
#
# By the end you can find the boundary that keeps the widest distance from both classes, say which examples hold
# it up, and bend it with a kernel without ever leaving the linear method.
#
# - **You will build** the cost of a soft margin and a descent that minimises it, two kernels, a perceptron that
#   needs nothing but a kernel, and a loss with a dead zone. They draw margins with their support vectors, and
#   boundaries from too stiff to too nervous.
# - **You need** distances (Day 1), descent (Day 2), standardised features (Day 3), the log loss (Day 4),
#   regularisation (Day 6) and cross-validation (Day 9).
# - **Not today:** the history of the perceptron and why it ends (Day 22), novelties by their probability (Day
#   17).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | examples, features | | `x.shape` |
# | $x_i$ | example $i$ | $(n,)$, all together $(m, n)$ | `x` |
# | $y_i$ | its class, **−1 or +1**; a number in regression | $(m,)$ together | `y` |
# | $w,\ b$ | weights and bias | $(n,)$, $()$ | `w`, `b` |
# | $f(x) = w \cdot x + b$ | the score; its sign is the class | $()$ | `x @ w + b` |
# | $t_i = y_i\, f(x_i)$ | the signed score: positive on the right side | $(m,)$ together | |
# | $C$ | price of one unit of violation | $()$ | `c` |
# | $J$ | the cost: $\tfrac12 \lVert w \rVert^2$ plus $C$ times a **sum** of losses | $()$ | `hinge_loss` |
# | $\alpha$ | the learning rate of a step | $()$ | an entry of `rates` |
# | $a_i$ | weight of example $i$ in the boundary; $\alpha_i$ in most books | $(m,)$ together | `counts` |
# | $z_j$ | point $j$ of a second set | $(r, n)$ together | `z` |
# | $k(x, z)$ | a kernel: a dot product in another space | $(m, r)$ for all pairs | `k` |
# | $\varphi(x)$ | the features in that other space | | |
# | $\gamma$; $d,\ c_0$ | setting of the RBF kernel; of the polynomial one | | `gamma`; `degree`, `coef0` |
# | $\varepsilon$ | half the height of the tube | $()$ | `epsilon` |
# | $\nu$ | largest share of the training examples that may lie outside | $()$ | `nu` |
#
# **Mind the scaling.** Libraries and papers disagree about it. Ours is that of scikit-learn's `SVC`: half the
# squared length of $w$, plus $C$ times the *sum* over examples. With a mean the same $C$ would mean $m$ times
# less.

# %% setup
import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.svm import SVC, SVR, LinearSVC, OneClassSVM

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Which of many?
#
# The petals of two species of iris differ so much that thousands of lines separate them without an error. The
# log loss of Day 4 cannot settle on one: on separable data it goes on falling while $w$ grows. Here are three
# lines with no training error. Which would you trust with the next flower?

# %% demo
flowers, species = dd.data.iris()
petals = flowers[:, 2:]  # (150, 2) length and width of the petal, cm


def draw_scores(ax, score, x, y, ringed=None, streets=True):
    """Draw where a score is 0, and -1 and 1 if asked, over the points of two classes; ring some of the points."""
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.12 * (high - low)
    axes = np.linspace(low - margin, high + margin, 100)  # (100, 2)
    right, up = np.meshgrid(axes[:, 0], axes[:, 1])
    values = score(np.column_stack([right.ravel(), up.ravel()])).reshape(right.shape)
    ax.contourf(right, up, values, [-np.inf, 0, np.inf], colors=["#c9d3ee", "#fdeedd"])
    for level, look in ((-1, "--"), (0, "-"), (1, ":")):
        if (level == 0 or streets) and values.min() < level < values.max():
            ax.contour(right, up, values, [level], colors="black", linestyles=look, linewidths=1.3 + (level == 0))
    for label, marker, color in ((-1, "o", "C0"), (1, "^", "C1")):
        ax.scatter(*x[y == label].T, s=22, marker=marker, color=color, zorder=3, label=f"class {label:+d}")
    if ringed is not None:
        ax.scatter(*x[ringed].T, s=100, facecolors="none", edgecolors="black", linewidths=1.2, zorder=4)
    ax.grid(False)


easy = species < 2
easy_x, easy_y = petals[easy], np.where(species[easy] == 1, 1, -1)
widest = SVC(kernel="linear", C=1000).fit(easy_x, easy_y)  # what today is about, ready-made for now
lines = {"A": ([1.0, 0.0], -2.0), "B": ([0.0, 1.0], -0.95), "C": (widest.coef_[0], widest.intercept_[0])}
fig, panels = plt.subplots(1, 3, figsize=(13.5, 3), sharey=True)
for ax, (name, (w, b)) in zip(panels, lines.items(), strict=True):
    scale = np.min(np.abs(easy_x @ w + b))  # so that the nearest flower scores 1 or -1
    draw_scores(ax, lambda points, w=w, b=b, s=scale: (points @ w + b) / s, easy_x, easy_y)
    ax.set(title=f"Line {name}: street of {2 * scale / np.linalg.norm(w):.2f} cm", xlabel="petal length (cm)")
    ax.set_aspect("equal")
panels[0].set_ylabel("petal width (cm)")
panels[0].legend(loc="upper left")
dd.plot.show(
    "Three panels with the same flowers, petal width over petal length, and a solid line between the two species in "
    "each. Dashed and dotted lines run parallel to it through the nearest flower. The street between them is narrow "
    "in A and B and far wider in C."
)

# %% [markdown]
# A line has a **margin**: how far it can be pushed to either side before it touches an example. A new flower is
# an old one plus a little chance, and a line with a wide margin forgives more of it. So we want line C: the
# middle of the widest street that holds no example.
#
# How wide is it? The distance of $x_i$ from the line is $|f(x_i)| / \lVert w \rVert$. Doubling $w$ and $b$
# moves no line, so we may fix the scale: let the nearest examples score exactly $\pm 1$. Then the street ends
# where $f = \pm 1$, its width is $2 / \lVert w \rVert$, and the widest street belongs to the **shortest** $w$
# with $t_i \ge 1$ for all $i$.
#
# ## The hinge loss: examples may trespass, for a price
#
# Most classes overlap, and no street is free of examples. So let them in and charge for it: an example pays by
# how much its signed score falls short of 1,
#
# $$J(w, b) = \tfrac12 \lVert w \rVert^2 + C \sum_{i=0}^{m-1} \max(0,\ 1 - t_i), \qquad t_i = y_i\,(w \cdot x_i + b) .$$
#
# The first term asks for a wide street. The second is the **hinge loss**, and $C$ is the price at which one is
# traded for the other: this is the **soft margin**. Only $w$ is held short; $b$ moves the street and does not
# narrow it, so it costs nothing.
#
# By hand, with $w = (0.6, 0.8)$ of length 1, $b = -1$ and $C = 2$:
#
# | $x_i$ | $y_i$ | $f(x_i)$ | $t_i$ | hinge | |
# |---|---|---|---|---|---|
# | (3, 2) | +1 | 2.4 | 2.4 | 0 | beyond the street: free |
# | (1, 1) | +1 | 0.4 | 0.4 | 0.6 | right side, but inside the street |
# | (2, −1) | −1 | −0.6 | 0.6 | 0.4 | likewise |
# | (0, 2) | −1 | 0.6 | −0.6 | 1.6 | wrong side |
#
# $J = \tfrac12 + 2 \cdot 2.6 = 5.7$. How does that price compare with the log loss, and with a plain count of
# errors?

# %% demo
signed = np.linspace(-2.5, 3.5, 601)
fig, ax = plt.subplots(figsize=(7.5, 4))
ax.plot(signed, np.maximum(0, 1 - signed), label="hinge")
ax.plot(signed, np.log1p(np.exp(-signed)), label="log loss (Day 4)")
ax.plot(signed, (signed < 0).astype(float), label="error, counted")
ax.set(
    xlabel="signed score $t = y\\,f(x)$", ylabel="loss of one example", title="What one example pays", ylim=(-0.1, 3.6)
)
ax.legend()
dd.plot.show(
    "Loss over the signed score. The count of errors drops from 1 to 0 at score 0. The hinge falls in a straight "
    "line and is exactly 0 from score 1 on. The log loss is smooth, nearly parallel to the hinge on the left, and "
    "never quite 0 on the right."
)

# %% [markdown]
# Both losses grow without a bound on the wrong side, in lines that are straight or nearly so. They part on the
# right. The log loss is never quite satisfied, and every example pulls on the line for ever. From $t = 1$ on,
# the hinge is **exactly** zero. An example out there has no say at all, and that is where everything of today
# comes from.
#
# One trap: the formula needs labels of $-1$ and $+1$. With Day 4's 0 and 1, every example of class 0 has
# $t_i = 0$ wherever it lies.


# %% exercise: hinge_loss
def hinge_loss(w, b, x, y, c):
    """The cost of a soft margin: half the squared length of w, plus c times the sum of the hinge losses.

    Args:
        w: weights, float array (n,); left unchanged.
        b: bias, a number.
        x: examples, array (m, n) of any number dtype, m >= 1; left unchanged.
        y: classes, int or float array (m,) of -1 and 1; left unchanged.
        c: price of one unit of hinge loss, a number >= 0.

    Returns:
        The cost, a float. About 2 lines.
    """
    ### BEGIN SOLUTION
    signed = y * (x @ w + b)  # (m,)
    return 0.5 * (w @ w) + c * np.sum(np.maximum(0.0, 1.0 - signed))
    ### END SOLUTION


# %% test: hinge_loss, points=2
w, x = np.array([0.6, 0.8]), np.array([[3.0, 2.0], [1.0, 1.0], [2.0, -1.0], [0.0, 2.0]])
y = np.array([1, 1, -1, -1])
with dd.check.unchanged(w, what="w"), dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    result = hinge_loss(w, -1.0, x, y, 2.0)
dd.check.like(result, 5.7, why="this is the example worked by hand: 1/2 + 2 * (0.6 + 0.4 + 1.6)")
dd.check.like(hinge_loss(w, -1.0, x, y, 0.0), 0.5, why="with a price of 0 only the length of w counts")
dd.check.like(hinge_loss(w, -1.0, x[:1], y[:1], 2.0), 0.5, why="an example beyond the street is free")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(140)
for m, n in ((1, 1), (1, 4), (5, 1), (6, 3), (40, 2)):
    x, y, w = rng.normal(0.0, 2.0, (m, n)), rng.choice([-1, 1], m), rng.normal(0.0, 1.5, n)
    for b, c in ((0.0, 1.0), (1.7, 0.3), (-2.5, 12.0)):
        with dd.check.unchanged(w, what="w"), dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
            result = hinge_loss(w, b, x, y, c)
        due = sum(w_j * w_j for w_j in w) / 2
        for x_i, y_i in zip(x, y, strict=True):
            short = 1 - y_i * (sum(w_j * x_ij for w_j, x_ij in zip(w, x_i, strict=True)) + b)
            due += c * short if short > 0 else 0.0
        dd.check.like(result, float(due), rtol=1e-9, why="half the squared length plus c times each shortfall")
        twice = hinge_loss(w, b, np.concatenate([x, x]), np.concatenate([y, y]), c)
        due = 2 * result - np.sum(w**2) / 2
        dd.check.like(twice, float(due), rtol=1e-9, why="the losses are summed: twice the examples pay twice")
dd.check.like(hinge_loss(np.zeros(3), 0.0, rng.normal(size=(7, 3)), np.ones(7), 2.0), 14.0, why="all scores are 0")
edge = hinge_loss(np.array([2.0]), 0.0, np.array([[0.5], [-0.5]]), np.array([1.0, -1.0]), 5.0)
dd.check.like(edge, 2.0, why="examples on the edge of the street pay nothing")
far = hinge_loss(np.array([1.0]), -1e8, np.array([[1e8 + 0.25], [1e8 - 4.0]]), np.array([1.0, -1.0]), 2.0)
dd.check.like(far, 0.5 + 2 * 0.75, why="the first example scores 0.25, the second is free")
for kind in ("int8", "int64", "float32"):
    x, y = np.array([[100, 100], [90, -3]], dtype=kind), np.array([-1, 1], dtype=kind)
    result = hinge_loss(np.array([100.0, 90.0]), 1, x, y, 2)
    why = f"numbers of dtype {kind} are numbers too"
    dd.check.like(result, 0.5 * (10_000 + 8_100) + 2 * (1 + 19_001), rtol=1e-6, why=why)
pixels = hinge_loss(np.array([1.0, -2.0]), 0, np.array([[200, 255]], dtype="uint8"), np.array([1]), 1)
dd.check.like(pixels, 2.5 + 311, why="pixels are numbers too")
### END HIDDEN TESTS

# %% mistakes: hinge_loss
# - replace: np.sum(np.maximum(0.0, 1.0 - signed))
#   with: np.mean(np.maximum(0.0, 1.0 - signed))
#   hint: "With twice the examples your second term stays the same. Which scaling does today's table announce?"
# - replace: 0.5 * (w @ w)
#   with: w @ w
#   hint: "Your first term is twice what is due: what stands in front of the squared length?"
# - replace: 0.5 * (w @ w)
#   with: 0.5 * np.sqrt(w @ w)
#   hint: "You charge the length of w. The cost charges its square."
# - replace: 0.5 * (w @ w)
#   with: 0.5 * (w @ w + b * b)
#   hint: "The bias pays in your cost too. It only moves the street: which parameters does the norm cover?"
# - replace: 0.5 * (w @ w) + c * np.sum
#   with: c * 0.5 * (w @ w) + np.sum
#   hint: "You put the price on the length of w. It belongs to the other term."
# - replace: np.maximum(0.0, 1.0 - signed)
#   with: np.maximum(0.0, -signed)
#   hint: "Examples inside the street, on their own side, are free in your cost. How far must a score reach?"
# - replace: np.maximum(0.0, 1.0 - signed)
#   with: (1.0 - signed)
#   hint: "Examples far beyond the street earn you a discount. The least an example can pay is nothing."
# - replace: np.maximum(0.0, 1.0 - signed)
#   with: np.maximum(0.0, 1.0 - signed) ** 2
#   hint: "That is the squared hinge, LinearSVC's default. Today's grows in a straight line."
# - replace: np.maximum(0.0, 1.0 - signed)
#   with: (signed < 0)
#   hint: "You count the errors. How far an example has strayed must matter too."
# - replace: x @ w + b
#   with: x @ w
#   hint: "Your score leaves out the bias."
# - replace: x @ w + b
#   with: x @ w - b
#   hint: "The bias has the wrong sign in your score."
# - replace: y * (x @ w + b)
#   with: y * np.sign(x @ w + b)
#   hint: "You keep only the sign of the score. An example pays by how far it is from where it should be."
# - replace: y * (x @ w + b)
#   with: y * (x @ w + b) / (np.sqrt(w @ w) or 1.0)
#   hint: "You measure the distance from the line, but the formula wants the score: its scale is what fixes the street."
# - replace: np.sum(np.maximum(0.0, 1.0 - signed))
#   with: max(0.0, np.max(1.0 - signed))
#   hint: "Only the worst example pays in yours. All of them do."


# %% equivalents: hinge_loss
# - replace: x @ w + b
#   with: x @ w.T + b
#   reason: "w has one axis, and the transpose of such an array is itself."
# - replace: (w @ w)
#   with: (w.T @ w)
#   reason: "w has one axis, and the transpose of such an array is itself."
# - replace: (w @ w)
#   with: (w @ w.T)
#   reason: "w has one axis, and the transpose of such an array is itself."


# %% mistake: hinge_loss
# hint: "That is the log loss of Day 4 in the hinge's place: it never becomes quite zero."
def hinge_loss(w, b, x, y, c):
    signed = y * (x @ w + b)
    return 0.5 * np.sum(w**2) + c * np.sum(np.logaddexp(0.0, -signed))


# %% mistake: hinge_loss
# hint: "You read y as 0 and 1, so that class -1 pays as if it were something else. Let the label's sign do the work."
def hinge_loss(w, b, x, y, c):
    score = x @ w + b
    losses = y * np.maximum(0, 1 - score) + (1 - y) * np.maximum(0, 1 + score)
    return float(0.5 * w @ w + c * losses.sum())


# %% accepts: hinge_loss
def hinge_loss(w, b, x, y, c):
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        score = b + sum(float(w_j) * float(x_ij) for w_j, x_ij in zip(w, x_i, strict=True))
        total += max(0.0, 1.0 - float(y_i) * score)
    return float(c) * total + sum(float(w_j) ** 2 for w_j in w) / 2


# %% accepts: hinge_loss
def hinge_loss(w, b, x, y, c):
    short = 1 - np.einsum("i,ij,j->i", y, x, w) - y * float(b)
    return float(c * short[short > 0].sum() + np.linalg.norm(w) ** 2 / 2)


# %% [markdown]
# ## Downhill over creases
#
# The cost is a bowl, as on Days 2 to 4, but a creased one: at $t_i = 1$ the hinge has a corner. Where $t_i < 1$
# it is $1 - y_i(w \cdot x_i + b)$, with slope $-y_i x_i$ along $w$ and $-y_i$ along $b$; beyond, it is flat. So
#
# $$\frac{\partial J}{\partial w} = w - C \sum_{t_i < 1} y_i x_i , \qquad
# \frac{\partial J}{\partial b} = - C \sum_{t_i < 1} y_i .$$
#
# In the corner any slope between the two will do, and is called a **subgradient**; we take 0, so an example
# with $t_i = 1$ exactly adds nothing. At $w = 0$, $b = 0$ all examples count, and $J = C m$.
#
# By hand: $x_0 = (1, 1)$ with $y_0 = 1$, $x_1 = (-1, -1)$ with $y_1 = -1$, and $C = 1$. From zero the slope
# along $w$ is $-(1, 1) - (1, 1) = (-2, -2)$, along $b$ it is $-1 + 1 = 0$. A step of rate 0.2 leads to
# $w = (0.4, 0.4)$: now $t_0 = t_1 = 0.8$, and $J$ has fallen from 2 to $0.16 + 0.4 = 0.56$. A second such step
# leads to $w = (0.72, 0.72)$, both examples beyond the street, and $J = 0.5184$. The lowest cost, 0.25, is at
# $w = (0.5, 0.5)$. We jumped over it.
#
# That is typical. Near a smooth minimum the slope fades and steps shorten by themselves (Day 2). Beside a
# crease it stays as steep as before, and steps of a fixed rate hop to and fro for ever. Two habits help. **Let
# the rate shrink**: step $s$ (from 0) at rate $1/(s + 1)$ is the choice of Pegasos, and suits the curvature of
# $\tfrac12\lVert w\rVert^2$, which is 1. And since a step may lead upwards, **keep the best place** you have
# seen. The trap in that: an array updated in place, `w -= ...`, changes under every name that refers to it, the
# remembered one as well.


# %% exercise: fit_linear_svm
def fit_linear_svm(x, y, c, rates):
    """Fit a linear soft margin by subgradient descent from w = 0, b = 0, each step over all examples.

    Args:
        x: examples, array (m, n) of any number dtype, m >= 1; left unchanged.
        y: classes, int64 or float array (m,) of -1 and 1; left unchanged.
        c: price of one unit of hinge loss, a number >= 0.
        rates: the learning rate of each step, array (num_steps,), may be empty; used as they are. Left unchanged.

    Returns:
        Tuple (w, b, history). w, a new float array (n,), and b, a float, are the place of lowest cost among the start
        and the places after each step, the earliest if several cost the same. history is a float array
        (num_steps + 1,): the cost at the start, and after each step. An example whose signed score is exactly
        1 adds nothing to the slope. About 12 lines.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(x.shape[1]), 0.0
    best_w, best_b = w, b
    history = [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1  # (m,) bool
        dw = w - c * (y[short] @ x[short])  # (n,)
        db = -c * np.sum(y[short])
        w, b = w - rate * dw, b - rate * db
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best_w, best_b = w, b
        history.append(cost)
    return best_w, float(best_b), np.array(history)
    ### END SOLUTION


# %% test: fit_linear_svm, points=3
x, y, rates = np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([1, -1]), np.array([0.2, 0.2])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"), dd.check.unchanged(rates, what="rates"):
    result = fit_linear_svm(x, y, 1.0, rates)
due = (np.array([0.72, 0.72]), 0.0, np.array([2.0, 0.56, 0.5184]))
dd.check.like(result, due, why="these are the two steps worked by hand")
x, y = np.array([[0.0, 0.0, 0.0], [2.0, 2.0, 0.0]]), np.array([-1, 1])
w, b, history = fit_linear_svm(x, y, 1.0, 1 / np.arange(1, 201))
dd.check.shape(history, (201,), what="history", why="it has the start and one entry a step")
dd.check.close(w, [0.5, 0.5, 0.0], atol=0.02, what="w", why="the widest street between two points lies square to them")
dd.check.close(b, -1.0, atol=0.02, what="b", why="the boundary runs half way between the points, through (1, 1, 0)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(141)


def slow_descent(x, y, c, rates):
    """The same descent with Python floats: (w, b, history)."""
    x, y = [[float(v) for v in row] for row in x], [float(v) for v in y]
    places = [([0.0] * len(x[0]), 0.0)]
    for rate in rates:
        w, b = places[-1]
        dw, db = list(w), 0.0
        for x_i, y_i in zip(x, y, strict=True):
            if y_i * (sum(w_j * x_ij for w_j, x_ij in zip(w, x_i, strict=True)) + b) < 1:
                dw = [slope - c * y_i * x_ij for slope, x_ij in zip(dw, x_i, strict=True)]
                db -= c * y_i
        places.append(([w_j - rate * slope for w_j, slope in zip(w, dw, strict=True)], b - rate * db))
    costs = []
    for w, b in places:
        scores = [sum(w_j * x_ij for w_j, x_ij in zip(w, x_i, strict=True)) + b for x_i in x]
        hinges = [max(0.0, 1 - y_i * score) for y_i, score in zip(y, scores, strict=True)]
        costs.append(sum(w_j * w_j for w_j in w) / 2 + c * sum(hinges))
    w, b = places[costs.index(min(costs))]
    return np.array(w), b, np.array(costs)


cases = [(1, 1, 0.7, [0.3]), (1, 3, 2.0, [0.31, 0.17, 0.05]), (6, 2, 0.0, [0.4, 0.3]), (7, 3, 1.3, [0.013] * 9)]
cases += [(12, 2, 0.4, [0.37, 0.21, 0.13, 0.11, 0.07]), (30, 4, 0.9, [0.9, 0.011, 0.4, 0.003, 0.003]), (5, 2, 1.1, [])]
cases += [(9, 1, 3.0, [2.3, 2.3, 2.3, 2.3])]
for m, n, c, strides in cases:
    y, rates = rng.choice([-1, 1], m), np.array(strides)
    x = rng.normal(0.0, 1.0, (m, n)) + 0.8 * y[:, None] + 0.3
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"), dd.check.unchanged(rates, what="rates"):
        result = fit_linear_svm(x, y, c, rates)
    due = slow_descent(x, y, c, rates)
    why = f"{len(rates)} steps at the rates {rates.tolist()} over all {m} examples lead there"
    dd.check.like(result, due, rtol=1e-8, why=why)
    dd.check.close(result[2][0], c * m, what="history[0]", why="at w = 0, b = 0 every example pays 1")
    again = fit_linear_svm(x, y, c, rates)
    dd.check.like(again, due, rtol=1e-8, what="the same call once more", why="nothing is left to chance")
overshot = fit_linear_svm(np.array([[1.0], [-1.0]]), np.array([1, -1]), 1.0, np.array([5.0]))
dd.check.like(overshot, (np.zeros(1), 0.0, np.array([2.0, 50.0])), why="one step too far: the start was the best place")
level = fit_linear_svm(np.array([[1.0], [-1.0]]), np.array([1, -1]), 1.0, np.array([1.0]))
dd.check.like(level, (np.zeros(1), 0.0, np.array([2.0, 2.0])), why="start and end cost the same, so the start is kept")
corner = fit_linear_svm(np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([1, -1]), 2.0, np.array([0.25, 0.25]))
due = (np.array([1.0, 0.0]), 0.0, np.array([4.0, 0.5, 1.28125]))
dd.check.like(corner, due, why="after one step both score exactly 1, so only w itself is left of the slope")
for kind in ("int8", "uint8", "float32"):
    x, y = np.array([[100, 3], [90, 5], [80, 120], [10, 100]], dtype=kind), np.array([1, 1, -1, -1])
    result = fit_linear_svm(x, y, 1, np.array([1e-5, 1e-4]))
    due = slow_descent(x, y, 1, [1e-5, 1e-4])
    dd.check.like(result, due, dtype=float, rtol=1e-5, why=f"numbers of dtype {kind} are numbers too")
    result = fit_linear_svm(x, y.astype(float), 1, np.array([1e-5, 1e-4]))
    dd.check.like(result, due, dtype=float, rtol=1e-5, why="classes may be floats")
for c, spread in ((0.1, 1.0), (1.0, 0.3)):
    y = np.where(np.arange(40) % 3 == 0, 1, -1)
    x = spread * rng.normal(size=(40, 2)) + y[:, None] * [1.0, 0.4] + [0.5, -0.5]
    reference = SVC(kernel="linear", C=c, tol=1e-6).fit(x, y)
    w_best, b_best = reference.coef_[0], reference.intercept_[0]
    lowest = w_best @ w_best / 2 + c * np.sum(np.maximum(0, 1 - y * (x @ w_best + b_best)))
    w, b, history = fit_linear_svm(x, y, c, 0.3 / np.sqrt(np.arange(1, 401)))
    cost = w @ w / 2 + c * np.sum(np.maximum(0, 1 - y * (x @ w + b)))
    dd.check.close(cost, np.min(history), rtol=1e-9, what="the cost of (w, b)", why="it is the lowest of the history")
    dd.check.close(cost, lowest, rtol=0.01, what="the cost of (w, b)", why="scikit-learn's SVC comes down to this cost")
### END HIDDEN TESTS

# %% mistakes: fit_linear_svm
# - replace: "dw = w - c * (y[short] @ x[short])"
#   with: "dw = -c * (y[short] @ x[short])"
#   hint: "Nothing in your slope holds w short. What is the derivative of half its squared length?"
# - replace: "db = -c * np.sum(y[short])"
#   with: "db = b - c * np.sum(y[short])"
#   hint: "Your bias is held short like w. The cost does not contain it outside the hinges."
# - replace: "db = -c * np.sum(y[short])"
#   with: "db = c * np.sum(y[short])"
#   hint: "The bias walks uphill. By how much does the hinge change when b grows a little?"
# - replace: "db = -c * np.sum(y[short])"
#   with: "db = 0.0"
#   hint: "Your bias never moves, so every boundary runs through the origin."
# - replace: "dw = w - c * (y[short] @ x[short])"
#   with: "dw = w + c * (y[short] @ x[short])"
#   hint: "The examples push w away from where they want it. Which sign has the slope of 1 - y (w x + b)?"
# - replace: "< 1  # (m,) bool"
#   with: "< 0  # (m,) bool"
#   hint: "Only examples on the wrong side pull on your line. Those inside the street pay as well."
# - replace: "< 1  # (m,) bool"
#   with: "<= 1  # (m,) bool"
#   hint: "An example exactly on the edge of the street should add nothing to the slope."
# - replace: |-
#     dw = w - c * (y[short] @ x[short])  # (n,)
#             db = -c * np.sum(y[short])
#   with: |-
#     dw = w - c * (y[short] @ x[short]) / len(x)  # (n,)
#             db = -c * np.sum(y[short]) / len(x)
#   hint: "Your slope averages over the examples. The cost sums over them."
# - replace: return best_w, float(best_b), np.array(history)
#   with: return w, float(b), np.array(history)
#   hint: "You return the last place. Steps may lead uphill: which place was asked for?"
# - replace: "w, b = w - rate * dw, b - rate * db"
#   with: |-
#     w -= rate * dw
#             b -= rate * db
#   hint: "The best w you remember changes with the current one: both names stand for one array, updated in place."
# - replace: "w, b = w - rate * dw, b - rate * db"
#   with: |-
#     w = w - rate * dw
#             b = b + rate * c * np.sum(y[y * (x @ w + b) < 1])
#   hint: "The slope along b is taken after w has moved. Both slopes belong to the place where you stand."
# - replace: "w, b = w - rate * dw, b - rate * db"
#   with: "w, b = w - rates[0] * dw, b - rates[0] * db"
#   hint: "You take every step at the first rate. Each has its own."
# - replace: "history = [hinge_loss(w, b, x, y, c)]"
#   with: "history = [np.inf]"
#   hint: "history[0] is the cost at the start, which may turn out to be the lowest."
# - replace: "cost < min(history)"
#   with: "cost <= min(history)"
#   hint: "Of places that cost the same, the earliest was asked for."
# - replace: "w, b = w - rate * dw, b - rate * db"
#   with: "w, b = w - dw / len(history), b - db / len(history)"
#   hint: "You take the rates 1, 1/2, 1/3 and so on, whatever rates you are given."
# - replace: history.append(cost)
#   with: history.append(min(cost, *history))
#   hint: "Your history never rises: it holds the best cost so far. It should hold the cost after each step."
# - replace: "dw = w - c * (y[short] @ x[short])"
#   with: "dw = len(y) * w - c * (y[short] @ x[short])"
#   hint: "You hold w short once for each example. Its length occurs once in the cost."
# - replace: |-
#     dw = w - c * (y[short] @ x[short])  # (n,)
#             db = -c * np.sum(y[short])
#   with: |-
#     hinges = np.maximum(0.0, 1.0 - y * (x @ w + b))
#             dw, db = w - c * ((hinges * y) @ x), -c * np.sum(hinges * y)
#   hint: "Examples further off pull harder in yours, as with a squared hinge. Which slope has a straight line?"

# %% equivalents: fit_linear_svm
# - replace: x @ w + b
#   with: x @ w.T + b
#   reason: "w has one axis, and the transpose of such an array is itself."
# - replace: y[short] @ x
#   with: y[short].T @ x
#   reason: "y has one axis, and the transpose of such an array is itself."


# %% mistake: fit_linear_svm
# hint: "You note the cost before each step and never after the last one: history is one short, and so is the search."
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    history, best = [], None
    for rate in rates:
        cost = hinge_loss(w, b, x, y, c)
        history.append(cost)
        if best is None or cost < best[0]:
            best = (cost, w, b)
        short = y * (x @ w + b) < 1
        w, b = w - rate * (w - c * (y[short] @ x[short])), b + rate * c * np.sum(y[short])
    return best[1], best[2], np.array(history)


# %% mistake: fit_linear_svm
# hint: "You step after each single example. A step of today looks at all of them first and then moves once."
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best, history = (w, b), [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        w = w - rate * w
        for x_i, y_i in zip(x, y, strict=True):
            if y_i * (x_i @ w + b) < 1:
                w, b = w + rate * c * y_i * x_i, b + rate * c * y_i
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best = (w, b)
        history.append(cost)
    return best[0], float(best[1]), np.array(history)


# %% mistake: fit_linear_svm
# hint: "You turn back whenever a step leads uphill. Keep walking, and remember the best place beside."
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        new_w, new_b = w - rate * (w - c * y[short] @ x[short]), b + rate * c * y[short].sum()
        if hinge_loss(new_w, new_b, x, y, c) < history[-1]:
            w, b = new_w, new_b
        history.append(hinge_loss(w, b, x, y, c))
    return w, float(b), np.array(history)


# %% accepts: fit_linear_svm
def fit_linear_svm(x, y, c, rates):
    design = np.column_stack([x, np.ones(len(x))]) * y[:, None]  # (m, n + 1)
    held_short = np.append(np.ones(design.shape[1] - 1), 0.0)
    places = [np.zeros(design.shape[1])]
    for rate in rates:
        here = places[-1]
        slope = held_short * here - c * design[design @ here < 1].sum(axis=0)
        places.append(here - rate * slope)
    history = np.array([hinge_loss(place[:-1], place[-1], x, y, c) for place in places])
    best = places[int(np.argmin(history))]
    return best[:-1], float(best[-1]), history


# %% accepts: fit_linear_svm
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), np.zeros(())
    history = np.empty(len(rates) + 1)
    history[0] = lowest = hinge_loss(w, float(b), x, y, c)
    kept = w.copy(), float(b)
    for step, rate in enumerate(rates, start=1):
        pull = np.where(1 - y * (x @ w + b) > 0, c * y, 0.0)  # (m,) what each example asks for
        w *= 1 - rate
        w += rate * (x.T @ pull)
        b += rate * pull.sum()
        history[step] = hinge_loss(w, float(b), x, y, c)
        if history[step] < lowest:
            lowest, kept = history[step], (w.copy(), float(b))
    return (*kept, history)


# %% [markdown]
# The other two irises overlap. What do a shrinking and two fixed rates make of them, in equally many steps? The
# lowest possible cost is taken from scikit-learn's `SVC`, which minimises the same $J$.

# %% demo
hard = species > 0
hard_y = np.where(species[hard] == 2, 1, -1)  # virginica +1, versicolor -1
hard_x = petals[hard]
hard_x = (hard_x - hard_x.mean(axis=0)) / hard_x.std(axis=0)  # (100, 2) standardised, Day 3

reference = SVC(kernel="linear", C=1.0, tol=1e-8).fit(hard_x, hard_y)
lowest = hinge_loss(reference.coef_[0], reference.intercept_[0], hard_x, hard_y, 1.0)
step = np.arange(1500)
schedules = {"fixed, 0.1": np.full(1500, 0.1), "fixed, 0.001": np.full(1500, 0.001), "1 / (s + 1)": 1 / (step + 1)}
fig, ax = plt.subplots(figsize=(8, 4))
for name, rates in schedules.items():
    w, b, history = fit_linear_svm(hard_x, hard_y, 1.0, rates)
    ax.semilogy(history / lowest - 1, label=name, linewidth=1.3)
    print(f"{name:12s}  last {history[-1] / lowest - 1:8.4%} above the lowest, best {history.min() / lowest - 1:8.4%}")
ax.set(
    xlabel="step $s$", ylabel="cost above the lowest, relative", title="Descent over a creased bowl", ylim=(1e-7, 1e2)
)
ax.legend()
dd.plot.show(
    "Cost above the lowest possible, on a logarithmic scale, over 1,500 steps for three schedules of the rate. The "
    "large fixed rate hops up and down and gets no lower after the first steps. The small fixed rate descends "
    "slowly. The shrinking rate starts highest, hops as well, and sinks lower and lower."
)

# %% [markdown]
# Watch the bottom of each band, the best place so far. At 0.1 the descent hops over the crease from wall to
# wall and gains nothing more. At 0.001 it meets the same fate later and further down. The shrinking rate pays
# for its bold first steps with a bad start, and sinks below both.
#
# ## Which examples hold the street up?
#
# Now the price. What does the street look like where trespassing is cheap, and where it is dear? Ringed are the
# examples on its edge, inside it or on the wrong side: $t_i \le 1$, up to the accuracy of our descent.

# %% demo
fig, panels = plt.subplots(1, 3, figsize=(13.5, 4.2), sharey=True)
for ax, price in zip(panels, (0.02, 1.0, 100.0), strict=True):
    w, b, history = fit_linear_svm(hard_x, hard_y, price, 1 / np.arange(1, 6001))
    support = hard_y * (hard_x @ w + b) <= 1.01
    draw_scores(ax, lambda points, w=w, b=b: points @ w + b, hard_x, hard_y, ringed=support)
    ax.set(title=f"C = {price:g}: {support.sum()} of {len(hard_x)} ringed", xlabel="petal length (standardised)")
    errors = np.sum(hard_y * (hard_x @ w + b) < 0)
    print(f"C = {price:<6g} street {2 / np.linalg.norm(w):.2f} wide, {support.sum()} support vectors, {errors} errors")
panels[0].set_ylabel("petal width (standardised)")
panels[0].legend(loc="upper left")
dd.plot.show(
    "Three panels with the same two overlapping species, the boundary as a solid line and the edges of the street "
    "dashed and dotted. From left to right the price C grows, the street becomes narrower, and fewer examples are "
    "ringed. The ringed ones all lie on the edges, in the street or on the wrong side."
)

# %% [markdown]
# Cheap: a wide street, with more than half of the flowers in it, which all have a say. Dear: a narrow one that
# rests on a few. $C$ is Day 6's $\lambda$ turned upside down, and chosen like any setting, by cross-validation
# (Day 9). Its meaning hangs on the units of $x$, so standardise first.
#
# Why do only the ringed ones count? At the lowest point the slope along $w$ is zero (an example in the crease
# takes part with whatever fraction of its pull makes it so):
#
# $$w = \sum_i a_i\, y_i\, x_i , \qquad
# a_i = \begin{cases} 0 & t_i > 1 \\ \text{between } 0 \text{ and } C & t_i = 1 \\ C & t_i < 1 \end{cases}$$
#
# The weights *are* a sum of examples, and the slope along $b$ adds $\sum_i a_i y_i = 0$: both classes pull
# equally hard. Examples with $a_i > 0$ are the **support vectors**. To look for the $m$ numbers $a_i$ instead
# of $w$ is the **dual** form of the problem, the one that `SVC` solves. Now throw away every flower that isn't
# a support vector, some 80 of 100, and fit again. Does the line move?

# %% demo
kept = reference.support_  # positions of the support vectors
again = SVC(kernel="linear", C=1.0, tol=1e-8).fit(hard_x[kept], hard_y[kept])
as_sum = reference.dual_coef_[0] @ hard_x[kept]  # dual_coef_ holds y_i a_i of the support vectors
print(f"all {len(hard_x)} flowers        w = {reference.coef_[0].round(4)}, b = {reference.intercept_[0]:.4f}")
print(f"{len(kept)} support vectors    w = {again.coef_[0].round(4)}, b = {again.intercept_[0]:.4f}")
print(f"sum of a_i y_i x_i     w = {as_sum.round(4)}, sum of a_i y_i = {reference.dual_coef_.sum():.1e}")

# %% [markdown]
# It doesn't. A logistic regression would have moved, for it listens to everyone.
#
# ## Kernels: a dot product somewhere else
#
# No line parts a ring from its centre. But what if each point is first moved to where a line does?

# %% demo
rings, ring_label = dd.data.circles(300, noise=0.07, seed=3)
fig, (plane, lifted) = plt.subplots(1, 2, figsize=(10.5, 4.2))
for ax, points in ((plane, rings), (lifted, rings**2)):
    for label, marker in ((0, "o"), (1, "^")):
        ax.scatter(*points[ring_label == label].T, s=20, marker=marker, color=f"C{label}", label=f"class {label}")
plane.set(title="As they are", xlabel="$x_0$", ylabel="$x_1$", aspect="equal")
lifted.set(title="Both features squared", xlabel="$x_0^2$", ylabel="$x_1^2$", aspect="equal")
lifted.plot([0, 0.56], [0.56, 0], color="black", label="$x_0^2 + x_1^2 = 0.56$")
lifted.legend()
dd.plot.show(
    "Two scatter plots of the same points. On the left one class is a ring around the other. On the right the axes "
    "are the squares of both coordinates; the inner class fills a small triangle in the corner by the origin, and a "
    "straight line separates it from the other."
)

# %% [markdown]
# Day 3 made such features by hand. It does not go far: all products of up to five of 100 features are some 96
# million columns. The way out is in the last section. If $w$ is a sum of examples, then
#
# $$f(x) = w \cdot x + b = \sum_i a_i\, y_i\, (x_i \cdot x) + b ,$$
#
# and examples occur **only in dot products with each other**. To work with features $\varphi(x)$ instead of $x$
# one needs $\varphi(x_i) \cdot \varphi(x)$ and never $\varphi$ itself. A function $k(x, z)$ that equals such a
# dot product is a **kernel**, and using it this way is the **kernel trick**.
#
# **The polynomial kernel** is $k(x, z) = (x \cdot z + c_0)^d$. Take $x = (1, 2)$, $z = (3, 1)$, $d = 2$,
# $c_0 = 1$: $x \cdot z = 5$, so $k = 36$. The features behind it, for two inputs, are
#
# $$\varphi(x) = (1,\ \sqrt2\,x_0,\ \sqrt2\,x_1,\ x_0^2,\ x_1^2,\ \sqrt2\,x_0 x_1),$$
#
# and indeed $\varphi(x) \cdot \varphi(z) = 1 + 6 + 4 + 9 + 4 + 12 = 36$. One power of one number does the work
# of six columns, or of 96 million.
#
# **Shapes.** Examples $(m, n)$ and a second set of points $(r, n)$ give $(m, r)$, all pairs. With the same set
# twice it is the **Gram matrix** $(m, m)$.


# %% exercise: polynomial_kernel
def polynomial_kernel(x, z, degree, coef0):
    """The polynomial kernel of every row of x with every row of z.

    Args:
        x: points, array (m, n) of any number dtype; left unchanged.
        z: points, array (r, n) of any number dtype; left unchanged.
        degree: the power d, int >= 1.
        coef0: the number c_0 added to the dot product, >= 0.

    Returns:
        New float array (m, r): entry [i, j] is the kernel of x[i] and z[j]. About 2 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)  # whole numbers of a small dtype would overflow
    return (x @ z.T + coef0) ** degree
    ### END SOLUTION


# %% test: polynomial_kernel, points=1
x, z = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 0.0]]), np.array([[3.0, 1.0], [-1.0, 1.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(z, what="z"):
    result = polynomial_kernel(x, z, 2, 1.0)
due = np.array([[36.0, 4.0], [0.0, 0.0], [49.0, 1.0]])
dd.check.like(result, due, why="the first entry is the example worked by hand; x has three rows and z two")
dd.check.like(polynomial_kernel(x, z, 1, 0.0), x @ z.T, why="degree 1 without an added number is the dot product")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(142)
for m, r, n in ((1, 1, 1), (1, 4, 2), (5, 1, 3), (4, 6, 1), (3, 5, 4), (6, 2, 5)):
    x, z = rng.normal(size=(m, n)), rng.normal(size=(r, n))
    for degree, coef0 in ((1, 0.7), (2, 0.0), (3, 1.0), (4, 2.5), (5, 0)):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(z, what="z"):
            result = polynomial_kernel(x, z, degree, coef0)
        due = np.empty((m, r))
        for i in range(m):
            for j in range(r):
                dot = sum(x[i, k] * z[j, k] for k in range(n))
                due[i, j] = float(np.prod([dot + coef0] * degree))
        dd.check.like(result, due, rtol=1e-9, why=f"each is the dot product plus {coef0}, to the power {degree}")


def quadratic_features(x):
    first, second = x.T
    root = np.sqrt(2.0)
    return np.stack([first * 0 + 1, root * first, root * second, first**2, second**2, root * first * second], axis=1)


x, z = rng.normal(size=(7, 2)), rng.normal(size=(4, 2))
due = quadratic_features(x) @ quadratic_features(z).T
dd.check.like(polynomial_kernel(x, z, 2, 1), due, rtol=1e-9, why="it is the dot product of the six features above")
for kind in ("uint8", "int8", "int64", "float32"):
    x, z = np.array([[100, 90], [3, 7]], dtype=kind), np.array([[110, 80], [1, 0], [0, 2]], dtype=kind)
    due = np.array([[18_201.0**3, 101.0**3, 181.0**3], [891.0**3, 4.0**3, 15.0**3]])
    result = polynomial_kernel(x, z, 3, 1)
    dd.check.like(result, due, rtol=1e-5, why=f"numbers of dtype {kind} are numbers too")
x = np.asfortranarray(rng.normal(size=(6, 4)))[::2]
dd.check.like(polynomial_kernel(x, x, 2, 0.5), (x @ x.T + 0.5) ** 2, rtol=1e-9, why="every second row, with itself")
identity = np.eye(3)
result = polynomial_kernel(identity, identity, 1, 0.0)
assert not np.shares_memory(result, identity), "the result must be a new array"
### END HIDDEN TESTS

# %% mistakes: polynomial_kernel
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T) ** degree + coef0
#   hint: "The number is added after the power. Where does the formula add it?"
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T) ** degree
#   hint: "Your kernel takes no notice of coef0, so it keeps the products of exactly d factors only."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T + coef0) * degree
#   hint: "The degree is a power, not a factor."
# - replace: (x @ z.T + coef0) ** degree
#   with: (z @ x.T + coef0) ** degree
#   hint: "Rows and columns have changed places: entry [i, j] belongs to x[i] and z[j]."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ x.T + coef0) ** degree
#   hint: "Every point of x meets every other of x. Where does z come in?"
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T) ** degree + coef0**degree
#   hint: "The power of a sum is not the sum of the powers."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T + coef0) ** 2
#   hint: "Your power is always 2, whatever degree is asked for."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x**degree) @ (z**degree).T + coef0
#   hint: "You raise each feature to the power before the product. Then no feature is multiplied with another."
# - replace: |-
#     x = np.asarray(x, dtype=float)  # whole numbers of a small dtype would overflow
#         return
#   with: |-
#     return
#   hint: "Products of small integers overflow in their own dtype. Make the points float first."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T / x.shape[1] + coef0) ** degree
#   hint: "You divide by the number of features. The dot product is a sum, not a mean."
# - replace: (x @ z.T + coef0) ** degree
#   with: np.sum((x[:, None] * z + coef0) ** degree, axis=2)
#   hint: "You raise each product of two features to the power and then add up. First the sum, which is the dot product,
#     and then its power."
# - replace: (x @ z.T + coef0) ** degree
#   with: (x @ z.T + coef0) ** (degree + 1)
#   hint: "Your power is one too high. With what does a product of d factors begin?"


# %% mistake: polynomial_kernel
# hint: "The number is added after the power. Where does the formula add it?"
def polynomial_kernel(x, z, degree, coef0):
    return np.dot(x, z.T) ** degree + float(coef0)


# %% mistake: polynomial_kernel
# hint: "You add up squared differences. This kernel is made from dot products."
def polynomial_kernel(x, z, degree, coef0):
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    return (np.sum((x[:, None] - z) ** 2, axis=2) + coef0) ** degree


# %% mistake: polynomial_kernel
# hint: "Products of small integers overflow in their own dtype, and floats made of the result come too late."
def polynomial_kernel(x, z, degree, coef0):
    return ((x @ z.T + coef0) ** degree).astype(float)


# %% accepts: polynomial_kernel
def polynomial_kernel(x, z, degree, coef0):
    dots = np.einsum("ik,jk->ij", x, z, dtype=float)
    result = np.ones(dots.shape)
    for _ in range(degree):
        result *= dots + coef0
    return result


# %% accepts: polynomial_kernel
def polynomial_kernel(x, z, degree, coef0):
    result = np.zeros((len(x), len(z)))
    for i, x_i in enumerate(x):
        for j, z_j in enumerate(z):
            result[i, j] = (sum(float(p) * float(q) for p, q in zip(x_i, z_j, strict=True)) + coef0) ** degree
    return result


# %% [markdown]
# **The RBF kernel** (radial basis function; also called Gaussian) turns distance into likeness:
#
# $$k(x, z) = e^{-\gamma \lVert x - z \rVert^2} .$$
#
# Likeness is 1 at no distance and fades to 0 over about $1/\sqrt\gamma$. For the $x$ and $z$ above
# $x - z = (-2, 1)$, so $\lVert x - z \rVert^2 = 5$, and with $\gamma = 0.2$ the kernel is
# $e^{-1} \approx 0.368$. Its $\varphi$ has infinitely many features, which no one needs to write down. Some
# books write $1/(2\sigma^2)$ for $\gamma$.
#
# Mind Day 1's last trap: the square multiplied out, $\lVert x \rVert^2 - 2\, x \cdot z + \lVert z \rVert^2$, is
# fast, but for near points far from the origin it leaves rounding errors instead of distances.


# %% exercise: rbf_kernel
def rbf_kernel(x, z, gamma):
    """The RBF kernel of every row of x with every row of z.

    Args:
        x: points, array (m, n) of any number dtype, near the origin or far from it; left unchanged.
        z: points, array (r, n), likewise; left unchanged.
        gamma: how fast likeness fades, a number >= 0.

    Returns:
        New float array (m, r) of numbers from 0 to 1: entry [i, j] is the kernel of x[i] and z[j]. About 3 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)  # whole numbers of a small dtype would wrap around
    squared = np.sum((x[:, None, :] - z) ** 2, axis=2)  # (m, r)
    return np.exp(-gamma * squared)
    ### END SOLUTION


# %% test: rbf_kernel, points=2
x, z = np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 0.0]]), np.array([[3.0, 1.0], [0.0, 1.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(z, what="z"):
    result = rbf_kernel(x, z, 0.2)
due = np.exp([[-1.0, -0.4], [0.0, -1.8], [-2.0, -0.2]])
dd.check.like(result, due, why="the first entry is the example by hand, e to the power of -0.2 * 5")
dd.check.like(rbf_kernel(x, z, 0), np.ones((3, 2)), why="with gamma 0 likeness never fades")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(143)
for m, r, n in ((1, 1, 1), (1, 4, 2), (5, 1, 3), (4, 6, 1), (3, 5, 4), (6, 2, 5)):
    x, z = rng.normal(size=(m, n)), rng.normal(size=(r, n))
    for gamma in (0.05, 1.0, 3, 40.0):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(z, what="z"):
            result = rbf_kernel(x, z, gamma)
        due = np.empty((m, r))
        for i in range(m):
            for j in range(r):
                due[i, j] = np.exp(-gamma * sum((x[i, k] - z[j, k]) ** 2 for k in range(n)))
        dd.check.like(result, due, rtol=1e-9, why="each is e to the power of minus gamma times the squared distance")
x = rng.normal(size=(8, 3))
for shift in (0.0, 1e8, -1e8):
    moved = x + shift
    gram = rbf_kernel(moved, moved, 0.5)
    dd.check.like(np.diag(gram), np.ones(8), rtol=1e-12, what="likeness with oneself", why="the distance is zero")
    dd.check.close(gram, gram.T, rtol=1e-12, what="the transposed matrix", why="x is as like z as z is like x")
    due = np.exp(-0.5 * np.array([[np.linalg.norm(p - q) ** 2 for q in moved] for p in moved]))
    dd.check.like(gram, due, rtol=1e-9, why="only differences matter, however far from the origin the points lie")
    lowest = np.linalg.eigvalsh(gram)[0]
    assert lowest > -1e-9, f"a Gram matrix has no negative eigenvalue. Received: {lowest:g}"
for kind in ("uint8", "int8", "float32"):
    x, z = np.array([[100, 3], [3, 120]], dtype=kind), np.array([[103, 1], [0, 2], [3, 120]], dtype=kind)
    squares = np.array([[13.0, 10_001.0, 97.0**2 + 117**2], [100.0**2 + 119**2, 9.0 + 118**2, 0.0]])
    result = rbf_kernel(x, z, 1e-4)
    dd.check.like(result, np.exp(-1e-4 * squares), rtol=1e-5, why=f"numbers of dtype {kind} are numbers too")
far = rbf_kernel(np.array([[0.0, 0.0]]), np.array([[1e6, 0.0], [1e-6, 0.0]]), 100.0)
dd.check.like(
    far, np.array([[0.0, 1.0 - 1e-10]]), rtol=1e-12, why="far points are nothing alike, near ones all but the same"
)
x = np.asfortranarray(rng.normal(size=(6, 4)))[::2]
due = np.exp(-np.array([[np.sum((p - q) ** 2) for q in x] for p in x]))
dd.check.like(rbf_kernel(x, x, 1.0), due, rtol=1e-9, why="every second row, with itself")
### END HIDDEN TESTS

# %% mistakes: rbf_kernel
# - replace: np.exp(-gamma * squared)
#   with: np.exp(gamma * squared)
#   hint: "Your likeness grows with distance."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-gamma * np.sqrt(squared))
#   hint: "You use the distance. The kernel has its square."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-squared / gamma) if gamma else np.ones(squared.shape)
#   hint: "A larger gamma should make likeness fade faster; yours makes it fade more slowly."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-squared / (2 * gamma**2)) if gamma else np.ones(squared.shape)
#   hint: "You read gamma as a width sigma. Here it multiplies the squared distance."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-gamma * squared / x.shape[1])
#   hint: "You average over the features. The squared length of a difference is a sum."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-gamma * squared / 2)
#   hint: "There is no half in this form of the kernel; it comes with a width sigma, which is not what gamma is."
# - replace: np.exp(-gamma * squared)
#   with: np.exp(-gamma**2 * squared)
#   hint: "You square gamma. Only the distance is squared."
# - replace: (x[:, None, :] - z) ** 2
#   with: np.abs(x[:, None, :] - z)
#   hint: "You add up the differences themselves. The kernel has the squared length."
# - replace: np.exp(-gamma * squared)
#   with: 1 / (1 + gamma * squared)
#   hint: "That fades with distance too, but far more slowly. Which function did the formula have?"
# - replace: x[:, None, :] - z
#   with: x[:, None, :] - x
#   hint: "Every point of x meets every other of x. Where does z come in?"
# - replace: return np.exp(-gamma * squared)
#   with: return np.exp(-gamma * squared).T
#   hint: "Rows and columns have changed places: entry [i, j] belongs to x[i] and z[j]."
# - replace: |-
#     x = np.asarray(x, dtype=float)  # whole numbers of a small dtype would wrap around
#         squared
#   with: |-
#     squared
#   hint: "Differences of small integers wrap around in their own dtype: 3 - 100 does not fit into a uint8. Make the
#     points float first."


# %% mistake: rbf_kernel
# hint: "You multiply the square out, and far from the origin only rounding errors are left of it. Subtract first."
def rbf_kernel(x, z, gamma):
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    squared = np.sum(x**2, axis=1)[:, None] - 2 * x @ z.T + np.sum(z**2, axis=1)
    return np.exp(-gamma * np.maximum(squared, 0.0))


# %% mistake: rbf_kernel
# hint: "Differences of small integers wrap around in their own dtype, and you use the distance, not its square."
def rbf_kernel(x, z, gamma):
    return np.exp(-gamma * np.linalg.norm(x[:, None] - z[None], axis=2))


# %% mistake: rbf_kernel
# hint: "You square the sum of the differences, in which a plus and a minus cancel. Square each difference."
def rbf_kernel(x, z, gamma):
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    return np.exp(-gamma * (x.sum(axis=1)[:, None] - z.sum(axis=1)) ** 2)


# %% mistake: rbf_kernel
# hint: "Differences of small integers wrap around in their own dtype, and floats made of them come too late."
def rbf_kernel(x, z, gamma):
    return np.exp(-gamma * np.sum((x[:, None] - z[None]).astype(float) ** 2, axis=2))


# %% accepts: rbf_kernel
def rbf_kernel(x, z, gamma):
    result = np.empty((len(x), len(z)))
    for i, x_i in enumerate(x):
        difference = np.asarray(z, dtype=float) - np.asarray(x_i, dtype=float)
        result[i] = np.exp(-gamma * np.einsum("jk,jk->j", difference, difference))
    return result


# %% accepts: rbf_kernel
def rbf_kernel(x, z, gamma):
    likeness = np.ones((len(x), len(z)))
    for first, second in zip(x.T.astype(float), z.T.astype(float), strict=True):  # one feature at a time
        likeness *= np.exp(-gamma * np.subtract.outer(first, second) ** 2)
    return likeness


# %% [markdown]
# **The sigmoid kernel** $\tanh(\gamma\, x \cdot z + c_0)$ looks like a layer of a network. But not every
# function of two points is a dot product somewhere. It is one if and only if no Gram matrix of it has a
# negative eigenvalue, just as no vector has a negative squared length. Which of our four pass, on 200 points in
# two moons?

# %% demo
moon_x, moon_label = dd.data.moons(200, noise=0.25, seed=5)
moon_y = np.where(moon_label == 1, 1, -1)
kernels = {
    "linear": lambda x, z: x @ z.T,
    "polynomial, d = 3": lambda x, z: polynomial_kernel(x, z, 3, 1.0),
    "RBF, gamma = 2": lambda x, z: rbf_kernel(x, z, 2.0),
    "sigmoid, gamma = 1": lambda x, z: np.tanh(x @ z.T),
}
for name, kernel in kernels.items():
    eigenvalues = np.linalg.eigvalsh(kernel(moon_x, moon_x))  # sorted
    print(f"{name:18s} eigenvalues from {eigenvalues[0]:9.1e} to {eigenvalues[-1]:8.1e}")

# %% [markdown]
# Three have nothing below zero but rounding. The sigmoid's lowest is a real one: with this setting it is **no
# kernel**, the problem `SVC` solves is not convex any more, and nothing is promised. What boundaries do the
# four give, with the same $C$? With `kernel="precomputed"` `SVC` takes a Gram matrix, so the kernels are yours;
# to classify new points it wants their kernel with the training points, $(r, m)$.

# %% demo
fresh_x, fresh_label = dd.data.moons(1000, noise=0.25, seed=6)
fresh_y = np.where(fresh_label == 1, 1, -1)


def fit_kernel_svm(kernel, x, y, price):
    """A soft margin with this kernel: the fitted SVC, and its score as a function of points (r, n)."""
    machine = SVC(kernel="precomputed", C=price).fit(kernel(x, x), y)
    return machine, lambda points: machine.decision_function(kernel(points, x))


fig, panels = plt.subplots(1, 4, figsize=(14, 3.7), sharey=True)
for ax, (name, kernel) in zip(panels, kernels.items(), strict=True):
    machine, score = fit_kernel_svm(kernel, moon_x, moon_y, 1.0)
    draw_scores(ax, score, moon_x, moon_y, ringed=machine.support_)
    correct = np.mean(np.sign(score(fresh_x)) == fresh_y)
    ax.set(title=f"{name}\nfresh points right: {correct:.3f}", xlabel="$x_0$")
panels[0].set_ylabel("$x_1$")
dd.plot.show(
    "Four panels with two noisy moons and the boundary of a support vector machine. The linear one cuts both moons; "
    "the polynomial and the RBF boundary wind between them; the sigmoid one runs across the moons in a way that "
    "fits neither. Support vectors, ringed, lie along each boundary."
)

# %% [markdown]
# The line cuts off the tips, the polynomial and the RBF kernel wind between the moons, and the sigmoid is worse
# than a straight line. With a smaller $\gamma$ it would pass for one, since $\tanh$ is straight near zero.
#
# ## A perceptron that knows nothing but a kernel
#
# The trick belongs to no particular method. Take the oldest, the **perceptron** (its story is Day 22). It looks
# at one example after another and corrects itself where it errs, $w \leftarrow w + y_i x_i$. So from $w = 0$
# on, $w = \sum_j a_j y_j x_j$, where $a_j$ counts how often it erred on example $j$. Keep the counts instead of
# $w$, let the score be $f(x_i) = \sum_j a_j y_j k(x_j, x_i)$, and every dot product is a kernel. Erring means
# $y_i f(x_i) \le 0$: a score of exactly zero has not chosen the right class either, and at the start all are
# zero.
#
# By hand: points $-1, 0, 1$ on a line with classes $1, -1, 1$, which no threshold separates, and the kernel
# $(xz + 1)^2$. Its Gram matrix has the rows $(4, 1, 0)$, $(1, 1, 1)$, $(0, 1, 4)$. First round: the score at
# point 0 is 0, an error, $a_0 = 1$. At point 1 it is now $1$ and the class $-1$: $a_1 = 1$. At point 2 it is
# $0 - 1 = -1$: $a_2 = 1$. Second round: $4 - 1 + 0 = 3$, right; $1 - 1 + 1 = 1$, an error, $a_1 = 2$;
# $0 - 2 + 4 = 2$, right.


# %% exercise: kernel_perceptron
def kernel_perceptron(k, y, num_epochs):
    """Train a perceptron without bias on a Gram matrix.

    In each epoch the examples are visited in order, and each sees all corrections made before it.

    Args:
        k: Gram matrix, array (m, m) of any number dtype, m >= 1, symmetric; left unchanged.
        y: classes, array (m,) of -1 and 1, of any signed number dtype; left unchanged.
        num_epochs: rounds over all examples, int >= 0.

    Returns:
        The counts a, a new int array (m,): how often the perceptron erred on each example. About 6 lines.
    """
    ### BEGIN SOLUTION
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        for i in range(len(y)):
            score = k[i] @ (counts * y)
            if y[i] * score <= 0:
                counts[i] += 1
    return counts
    ### END SOLUTION


# %% test: kernel_perceptron, points=3
k, y = np.array([[4.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 4.0]]), np.array([1, -1, 1])
with dd.check.unchanged(k, what="k"), dd.check.unchanged(y, what="y"):
    result = kernel_perceptron(k, y, 1)
dd.check.like(result, np.array([1, 1, 1]), why="in the first round of the example it errs on every point")
dd.check.like(kernel_perceptron(k, y, 2), np.array([1, 2, 1]), why="in the second round it errs on point 1 only")
dd.check.like(kernel_perceptron(k, y, 0), np.zeros(3, dtype=int), why="without a round there is no error")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(144)


def perceptron_on_features(features, y, num_epochs):
    """The perceptron as it was: with weights, on features. Counts of errors."""
    w, counts = [0.0] * len(features[0]), [0] * len(y)
    for _ in range(num_epochs):
        for i, (row, label) in enumerate(zip(features, y, strict=True)):
            if label * sum(p * q for p, q in zip(w, row, strict=True)) <= 0:
                w = [p + label * q for p, q in zip(w, row, strict=True)]
                counts[i] += 1
    return np.array(counts)


for m, n, num_epochs in ((1, 2, 3), (2, 1, 4), (7, 2, 1), (9, 3, 5), (25, 4, 3), (12, 2, 40)):
    y = rng.choice([-1, 1], m)
    features = rng.integers(-4, 5, (m, n)) + 2.0 * (y[:, None] > 0)
    k = features @ features.T
    with dd.check.unchanged(k, what="k"), dd.check.unchanged(y, what="y"):
        result = kernel_perceptron(k, y, num_epochs)
    due = perceptron_on_features(features.tolist(), y.tolist(), num_epochs)
    dd.check.like(result, due, why="with a linear kernel it errs just where a perceptron with weights errs")
    dd.check.like(kernel_perceptron(k, y, num_epochs), due, what="the same call once more", why="no chance is involved")
points = rng.normal(size=(30, 2))
y = np.where(np.sum(points**2, axis=1) > 1.2, 1, -1)
k = np.exp(-8.0 * np.sum((points[:, None] - points) ** 2, axis=2))
counts = kernel_perceptron(k, y, 60)
signed = y * (k @ (counts * y))
assert np.all(signed > 0), "after many rounds over classes that the kernel separates, every example must score right"
dd.check.like(kernel_perceptron(k, y, 61), counts, why="once nothing is wrong any more, nothing changes")
everywhere = kernel_perceptron(np.zeros((3, 3)), np.array([1, -1, 1]), 4)
dd.check.like(everywhere, np.full(3, 4), why="a score of zero is an error, in every round")
for kind in ("int8", "float32"):
    features = np.array([[9, 5], [-8, 7], [10, -3], [-9, -6]], dtype=kind)
    k, y = (features.astype(float) @ features.T).astype("float32" if kind == "float32" else "int16"), [1, -1, 1, -1]
    result = kernel_perceptron(k, np.array(y, dtype=kind), 6)
    due = perceptron_on_features(features.tolist(), y, 6)
    dd.check.like(result, due, why=f"classes of dtype {kind} are classes too")
### END HIDDEN TESTS

# %% mistakes: kernel_perceptron
# - replace: y[i] * score <= 0
#   with: y[i] * score < 0
#   hint: "At the start all scores are zero and nothing is ever corrected. Is a score of zero right?"
# - replace: counts[i] += 1
#   with: counts[i] += y[i]
#   hint: "You add the class to the count, and multiply by it once more in the score. How often did it err?"
# - replace: counts[i] += 1
#   with: counts[i] = 1
#   hint: "You note that it erred, not how often."
# - replace: k[i] @ (counts * y)
#   with: k[i] @ counts
#   hint: "All earlier errors push your score the same way, whatever class they were of."
# - replace: k[i] @ (counts * y)
#   with: counts[i] * y[i] * k[i, i]
#   hint: "Your score hears of no example but the one it looks at. Whose errors does the sum run over?"
# - replace: |-
#     counts = np.zeros(len(y), dtype=int)
#         for _ in range(num_epochs):
#   with: |-
#     for _ in range(num_epochs):
#             counts = np.zeros(len(y), dtype=int)
#   hint: "Every round starts from nothing again. The counts go on."
# - replace: counts = np.zeros(len(y), dtype=int)
#   with: counts = np.ones(len(y), dtype=int)
#   hint: "Before the first round it has not erred on anything."
# - replace: y[i] * score <= 0
#   with: y[i] * score <= 1
#   hint: "You ask for a signed score beyond 1, as a margin does. A perceptron is content with the right side."
# - replace: y[i] * score <= 0
#   with: y[i] != (1 if score >= 0 else -1)
#   hint: "You take a score of zero for class 1. It has not decided on either class: is it right?"
# - replace: k[i] @ (counts * y)
#   with: k[i] @ (counts * y) + counts @ y
#   hint: "Your score has a bias, which learns as well. The contract says without."
# - replace: k[i] @ (counts * y)
#   with: k[i] @ (counts * y) - k[i, i] * counts[i] * y[i]
#   hint: "You leave out what the example itself has contributed. The sum runs over all."
# - replace: counts = np.zeros(len(y), dtype=int)
#   with: counts = np.zeros(len(y))
#   hint: "Your counts are floats. They count."


# %% equivalents: kernel_perceptron
# - replace: counts * y
#   with: counts / y
#   reason: "Classes are -1 and 1, and dividing by these is multiplying by them."
# - replace: k[i] @
#   with: k[i].T @
#   reason: "A row of k has one axis, and the transpose of such an array is itself."
# - replace: (counts * y)
#   with: ((counts * y).T)
#   reason: "It has one axis, and the transpose of such an array is itself."


# %% mistake: kernel_perceptron
# hint: "You score all examples first and correct them together. Each should see the corrections made just before it."
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        counts += y * (k @ (counts * y)) <= 0
    return counts


# %% mistake: kernel_perceptron
# hint: "You go on until there is no error any more. The number of rounds is given."
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs and 1000):
        before = counts.sum()
        for i in range(len(y)):
            if y[i] * (k[i] @ (counts * y)) <= 0:
                counts[i] += 1
        if counts.sum() == before:
            break
    return counts


# %% mistake: kernel_perceptron
# hint: "You stop at the first error of a round. The round goes on to the last example."
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        for i in range(len(y)):
            if y[i] * (k[i] @ (counts * y)) <= 0:
                counts[i] += 1
                break
    return counts


# %% mistake: kernel_perceptron
# hint: "Your counts have the dtype of the classes: floats, or integers so small that sums with them run over. How often
#   it erred is a whole number of its own."
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros_like(y)
    for _ in range(num_epochs):
        for i in range(len(y)):
            if y[i] * np.sum(counts * y * k[i]) <= 0:
                counts[i] += 1
    return counts


# %% mistake: kernel_perceptron
# hint: "After each correction you go back to the first example. A round goes on from where it is."
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs * len(y)):
        wrong = np.flatnonzero(y * (k.astype(float) @ (counts * y)) <= 0)
        if len(wrong) == 0:
            break
        counts[wrong[0]] += 1
    return counts


# %% accepts: kernel_perceptron
def kernel_perceptron(k, y, num_epochs):
    scores, counts = np.zeros(len(y)), np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        before = counts.sum()
        for i in range(len(y)):
            if float(y[i]) * scores[i] <= 0:
                counts[i] += 1
                scores += float(y[i]) * k[:, i]  # the scores of all examples, kept up to date
        if counts.sum() == before:
            break
    return counts


# %% accepts: kernel_perceptron
def kernel_perceptron(k, y, num_epochs):
    errors = []  # the examples it erred on, in order
    for visit in range(num_epochs * len(y)):
        i = visit % len(y)
        score = sum(float(y[j]) * float(k[i, j]) for j in errors)
        if not float(y[i]) * score > 0:
            errors.append(i)
    return np.bincount(np.array(errors, dtype=int), minlength=len(y))


# %% [markdown]
# It ends when it makes no more errors, and then sits wherever the last one left it. Does that differ from the
# widest street?

# %% demo
clear_x, clear_label = dd.data.moons(120, noise=0.08, seed=7)
clear_y = np.where(clear_label == 1, 1, -1)
wide_kernel = kernels["RBF, gamma = 2"]
counts = kernel_perceptron(wide_kernel(clear_x, clear_x), clear_y, num_epochs=30)
machine, wide_score = fit_kernel_svm(wide_kernel, clear_x, clear_y, price=1000.0)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
scores = {left: lambda points: wide_kernel(points, clear_x) @ (counts * clear_y), right: wide_score}
weights = {left: counts * clear_y, right: np.zeros(len(clear_y))}  # y_i a_i of every example
weights[right][machine.support_] = machine.dual_coef_[0]
gram = wide_kernel(clear_x, clear_x)
for ax, name in ((left, "Perceptron"), (right, "SVC, C = 1000")):
    used = np.flatnonzero(weights[ax])
    draw_scores(ax, scores[ax], clear_x, clear_y, ringed=used, streets=ax is right)
    signed = clear_y * scores[ax](clear_x)
    length = np.sqrt(weights[ax] @ gram @ weights[ax])  # of w in the kernel's space: w is a sum there, too
    ax.set(title=f"{name}: {len(used)} examples", xlabel="$x_0$")
    print(f"{name:13s} {np.sum(signed <= 0)} errors, margin in the kernel's space {signed.min() / length:.3f}")
left.set_ylabel("$x_1$")
dd.plot.show(
    "Two panels with the same two clean moons and an RBF boundary between them. Left, the kernel perceptron: its "
    "boundary separates the moons and keeps no particular distance. Right, the support vector machine: its boundary "
    "runs midway between them, with the edges of the street on both sides and the ringed support vectors on them."
)

# %% [markdown]
# Same kernel, same form of the score, and both separate the moons. The perceptron's ringed examples are those
# it stumbled over, wherever they lie, and nothing keeps it away from either moon: its margin is several times
# narrower. The support vector machine has the widest there is.
#
# ## What it costs
#
# A Gram matrix holds $m^2$ numbers. `SVC` works on it; `LinearSVC` never builds it, but looks for the $n$
# weights themselves. Otherwise, too, they differ: `LinearSVC` charges the **squared** hinge by default, holds
# the bias short as well, and has no kernels. How does the time grow?

# %% demo
sizes = [500, 1000, 2000, 4000]
makers = {"SVC, linear kernel": lambda: SVC(kernel="linear"), "LinearSVC": LinearSVC}
cpu = {name: np.empty((len(sizes), 5)) for name in makers}
for row, size in enumerate(sizes):
    for repeat in range(5):
        rng = np.random.default_rng(1000 * row + repeat)
        y = rng.choice([-1, 1], size)
        x = rng.normal(size=(size, 10)) + np.outer(y, np.eye(10)[0])  # two overlapping clouds in 10 dimensions
        for name, make in makers.items():
            start = time.process_time()
            make().fit(x, y)
            cpu[name][row, repeat] = time.process_time() - start
fig, ax = plt.subplots(figsize=(7.5, 4))
for name, marker in zip(makers, "os", strict=True):
    middle = np.median(cpu[name], axis=1)
    spread = np.abs(np.stack([cpu[name].min(axis=1), cpu[name].max(axis=1)]) - middle)
    ax.errorbar(sizes, 1000 * middle, yerr=1000 * spread, marker=marker, capsize=4, label=name)
    power = np.polyfit(np.log(sizes[1:]), np.log(middle[1:]), 1)[0]
    print(f"{name:18s} median of 5 at m = {sizes[-1]}: {1000 * middle[-1]:6.1f} ms; grows like m to the {power:.1f}")
ax.set(xscale="log", yscale="log", xlabel="training examples $m$", ylabel="CPU time (ms)", title="Fitting one machine")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
dd.plot.show(
    "CPU time of a fit over the number of training examples, both on logarithmic scales, with bars from the fastest "
    "to the slowest of five runs. SVC's line is far steeper than LinearSVC's and lies well above it at 4,000 "
    "examples."
)

# %% [markdown]
# Times are your machine's, the slopes are not: twice the examples cost `SVC` about four times as much, and
# `LinearSVC` about twice at most. scikit-learn's manual calls `SVC` impractical beyond some tens of thousands
# of examples. And prediction is a sum over all support vectors: the more, the slower.
#
# ## A tube instead of a street
#
# The same idea makes a regression. A **support vector regression** (SVR) lays a tube of half-height
# $\varepsilon$ around its curve and lets examples inside it go free. In its cost
# $\tfrac12 \lVert w \rVert^2 + C \sum_i \ell_i$ the loss $\ell_i$ is **epsilon-insensitive**: nothing as long
# as the prediction is off by at most $\varepsilon$, and from there on it grows by one for each unit, above as
# below. With $\varepsilon = 0.5$, predictions off by $0.3$, $-0.5$, $2$ and $-1.25$ lose 0, 0, 1.5 and 0.75.


# %% exercise: epsilon_insensitive
def epsilon_insensitive(y_true, y_pred, epsilon):
    """The loss of each prediction: how far it is outside a tube around its target.

    Args:
        y_true: targets, array (m,) of any number dtype, unsigned ones too; may be empty; left unchanged.
        y_pred: predictions, array (m,) of any number dtype; left unchanged.
        epsilon: half the height of the tube, a number >= 0.

    Returns:
        New float array (m,), one loss an example.
    """
    ### BEGIN SOLUTION
    error = np.asarray(y_pred, dtype=float) - y_true
    return np.maximum(0.0, np.abs(error) - epsilon)
    ### END SOLUTION


# %% test: epsilon_insensitive, points=1
y_true, y_pred = np.array([1.0, 2.0, 3.0, 0.0]), np.array([1.3, 1.5, 5.0, -1.25])
with dd.check.unchanged(y_true, what="y_true"), dd.check.unchanged(y_pred, what="y_pred"):
    result = epsilon_insensitive(y_true, y_pred, 0.5)
dd.check.like(result, np.array([0.0, 0.0, 1.5, 0.75]), why="these are the four predictions above")
dd.check.like(epsilon_insensitive(y_true, y_true, 0.5), np.zeros(4), why="perfect predictions lose nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(145)
for m in (1, 2, 50):
    y_true, y_pred = rng.normal(3.0, 2.0, m), rng.normal(3.0, 2.0, m)
    for epsilon in (0.0, 0.4, 1, 100.0):
        with dd.check.unchanged(y_true, what="y_true"), dd.check.unchanged(y_pred, what="y_pred"):
            result = epsilon_insensitive(y_true, y_pred, epsilon)
        due = [max(0.0, t - epsilon - p, p - t - epsilon) for t, p in zip(y_true, y_pred, strict=True)]
        dd.check.like(result, np.array(due), why="outside the tube each loses its distance from the tube")
        swapped = epsilon_insensitive(y_pred, y_true, epsilon)
        dd.check.like(swapped, np.array(due), why="too high costs as much as too low")
steps = epsilon_insensitive(np.zeros(5), np.array([-0.5, -0.4999, 0.4999, 0.5, 0.5001]), 0.5)
dd.check.like(steps, np.array([0.0, 0.0, 0.0, 0.0, 0.0001]), atol=1e-12, why="the edge of the tube is still free")
far = epsilon_insensitive(np.array([1e8, 1e8]), np.array([1e8 + 0.75, 1e8 - 0.25]), 0.25)
dd.check.like(far, np.array([0.5, 0.0]), atol=1e-7, why="only differences matter")
for kind in ("uint8", "int8", "float32"):
    y_true, y_pred = np.array([100, 3, 120], dtype=kind), np.array([3, 100, 119], dtype=kind)
    result = epsilon_insensitive(y_true, y_pred, 2)
    dd.check.like(result, np.array([95.0, 95.0, 0.0]), why=f"numbers of dtype {kind} are numbers too")
opposite = epsilon_insensitive(np.array([-128], dtype="int8"), np.array([127], dtype="int8"), 5)
dd.check.like(opposite, np.array([250.0]), why="the two numbers are 255 apart")
dd.check.like(epsilon_insensitive(np.zeros(0), np.zeros(0), 1.0), np.zeros(0), why="no examples, no losses")
### END HIDDEN TESTS

# %% mistakes: epsilon_insensitive
# - replace: np.abs(error) - epsilon
#   with: error - epsilon
#   hint: "Predictions that are too low cost nothing in yours. A tube has two walls."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.abs(error) - epsilon
#   hint: "Inside the tube your loss is negative. There is nothing to gain there."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.where(np.abs(error) > epsilon, np.abs(error), 0.0)
#   hint: "Your loss jumps at the wall of the tube. It is the distance from the wall, not from the target."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.maximum(0.0, np.abs(error) - epsilon) ** 2
#   hint: "Outside the tube your loss grows with the square. Each further unit should cost one."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.maximum(epsilon, np.abs(error))
#   hint: "Inside the tube you charge epsilon. It is free there."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.mean(np.maximum(0.0, np.abs(error) - epsilon))
#   hint: "You return one number. Each example has a loss of its own."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.sum(np.maximum(0.0, np.abs(error) - epsilon))
#   hint: "You return one number. Each example has a loss of its own."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.where(np.abs(error) > epsilon, 1.0, 0.0)
#   hint: "You count who is outside. How far outside matters."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.where(np.abs(error) > epsilon, np.abs(error) - epsilon, error**2 / 2)
#   hint: "Your loss is curved near the target. This one is flat there: exactly zero in the whole tube."
# - replace: np.maximum(0.0, np.abs(error) - epsilon)
#   with: np.maximum(0.0, np.abs(error) - epsilon / 2)
#   hint: "Your tube has epsilon for its whole height. Which part of it is epsilon?"
# - replace: np.asarray(y_pred, dtype=float) - y_true
#   with: y_pred - y_true
#   hint: "Differences of small integers wrap around in their own dtype: 3 - 100 does not fit into a uint8."


# %% mistake: epsilon_insensitive
# hint: "Your loss jumps at the wall of the tube. It is the distance from the wall, not from the target."
def epsilon_insensitive(y_true, y_pred, epsilon):
    error = np.abs(y_true - y_pred).astype(float)
    error[error <= epsilon] = 0.0
    return error


# %% mistake: epsilon_insensitive
# hint: "That is the hinge of a classifier, on the product of both numbers. Here their difference is what counts."
def epsilon_insensitive(y_true, y_pred, epsilon):
    return np.maximum(0.0, 1.0 - epsilon - y_true.astype(float) * y_pred)


# %% mistake: epsilon_insensitive
# hint: "Differences of small integers wrap around in their own dtype: 3 - 100 does not fit into a uint8, and floats
#   made of it come too late."
def epsilon_insensitive(y_true, y_pred, epsilon):
    return np.maximum(np.abs(y_true - y_pred) - float(epsilon), 0.0)


# %% mistake: epsilon_insensitive
# hint: "Your losses have the dtype of the targets, so that whole targets cut them off. A loss is a float."
def epsilon_insensitive(y_true, y_pred, epsilon):
    losses = np.zeros_like(y_true)
    error = np.abs(y_true.astype(float) - y_pred.astype(float))
    losses[error > epsilon] = (error - epsilon)[error > epsilon]
    return losses


# %% mistake: epsilon_insensitive
# hint: "You return the mean in an array of one. Each example has a loss of its own."
def epsilon_insensitive(y_true, y_pred, epsilon):
    error = np.abs(y_true.astype(float) - y_pred.astype(float))
    return np.array([np.mean(np.maximum(error - epsilon, 0.0))]) if len(error) else np.zeros(1)


# %% accepts: epsilon_insensitive
def epsilon_insensitive(y_true, y_pred, epsilon):
    true, predicted = y_true.astype(float), y_pred.astype(float)
    nearest = np.clip(predicted, true - epsilon, true + epsilon)  # the tube's nearest point
    return np.abs(predicted - nearest)


# %% accepts: epsilon_insensitive
def epsilon_insensitive(y_true, y_pred, epsilon):
    losses = np.zeros(len(y_true))
    for i, (t, p) in enumerate(zip(y_true.tolist(), y_pred.tolist(), strict=True)):
        if p > t + epsilon:
            losses[i] = p - t - epsilon
        elif p < t - epsilon:
            losses[i] = t - epsilon - p
    return losses


# %% [markdown]
# Which examples carry the curve now? By the argument from before, those with a slope: on the wall of the tube
# or outside it. Scikit-learn's `SVR` with your RBF kernel, for a thin tube and a thick one:

# %% demo
rng = np.random.default_rng(14)
hours = np.sort(rng.uniform(0, 6, 60))
level = np.sin(1.3 * hours) + 0.3 * hours + rng.normal(0.0, 0.2, 60)
grid = np.linspace(0, 6, 200)
fig, panels = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
for ax, epsilon in zip(panels, (0.1, 0.4), strict=True):
    tube = SVR(kernel="precomputed", C=10.0, epsilon=epsilon).fit(
        rbf_kernel(hours[:, None], hours[:, None], 0.5), level
    )
    curve = tube.predict(rbf_kernel(grid[:, None], hours[:, None], 0.5))
    losses = epsilon_insensitive(level, tube.predict(rbf_kernel(hours[:, None], hours[:, None], 0.5)), epsilon)
    ax.fill_between(grid, curve - epsilon, curve + epsilon, color="0.85", label="the tube")
    ax.plot(grid, curve)
    ax.scatter(hours, level, s=18, color="C1", zorder=3)
    ax.scatter(hours[tube.support_], level[tube.support_], s=90, facecolors="none", edgecolors="black", zorder=4)
    ax.set(title=f"$\\varepsilon$ = {epsilon}: {len(tube.support_)} of 60 examples carry it", xlabel="hours")
    print(f"epsilon {epsilon}: {np.sum(losses > 0.01)} examples lie outside, {np.sum(losses):.2f} in all")
panels[0].set_ylabel("level")
panels[0].legend(loc="upper left")
dd.plot.show(
    "Two panels with the same noisy wave and a fitted curve inside a grey tube. In the left one the tube is thin "
    "and many examples on its wall or outside are ringed. In the right one it is thick, and only a few on its wall "
    "or outside are ringed."
)

# %% [markdown]
# The thin tube rests on many examples, the thick one on a few, and the curves are much alike. Set $\varepsilon$
# to the error you don't mind. A loss that grows in a straight line is also pulled less by an outlier than a
# square is.
#
# ## One class is enough
#
# A **novelty detector** sees only good examples and learns where they live. A one-class machine separates them,
# in the kernel's space, from the origin by as wide a margin as it can; with an RBF kernel, being near the
# origin means being like no one. Its setting $\nu$ is at once the largest share of the training examples that
# may be left outside and the smallest share that will be support vectors. Here it learns versicolor alone. Does
# it notice the two species it has never heard of?

# %% demo
versicolor = np.flatnonzero(species == 1)
shuffled = np.random.default_rng(15).permutation(versicolor)
known, unseen = shuffled[:35], shuffled[35:]
center, spread = petals[known].mean(axis=0), petals[known].std(axis=0)
scaled = (petals - center) / spread
guard = OneClassSVM(kernel="rbf", gamma=0.1, nu=0.1, tol=1e-8).fit(scaled[known])
groups = {"versicolor, learned": known, "versicolor, held out": unseen}
groups |= {"virginica": np.flatnonzero(species == 2), "setosa": np.flatnonzero(species == 0)}
fig, ax = plt.subplots(figsize=(8, 4.2))
right, up = np.meshgrid(np.linspace(0.5, 7.2, 200), np.linspace(0, 2.7, 200))
score = guard.decision_function((np.column_stack([right.ravel(), up.ravel()]) - center) / spread).reshape(right.shape)
ax.contourf(right, up, score, [0, np.inf], colors=["#fdeedd"])
ax.contour(right, up, score, [0], colors="black", linestyles="-")
for (name, rows), marker, color in zip(groups.items(), "os^D", ("C0", "C4", "C1", "C2"), strict=True):
    ax.scatter(*petals[rows].T, s=20, marker=marker, color=color, label=name)
    print(f"{name:20s} {np.mean(guard.decision_function(scaled[rows]) < -1e-6):4.0%} called new")
print(f"of the {len(known)} learned from, {len(guard.support_) / len(known):.0%} are support vectors")
ax.set(xlabel="petal length (cm)", ylabel="petal width (cm)", title="Inside: like the versicolor it has seen")
ax.legend(loc="upper left")
ax.grid(False)
dd.plot.show(
    "Petal width over petal length for three species. A closed outline runs round the versicolor in the middle. All "
    "setosa, far away at the lower left, lie outside it, and so do all or nearly all virginica, close by at the "
    "upper right."
)

# %% [markdown]
# Setosa is caught to the last flower, virginica nearly so: a few have petals like a versicolor's, and no
# detector can tell what the features don't say. Both promises of $\nu = 0.1$ hold for the examples learned
# from. Among fresh ones more may be called new, and 15 flowers give no more than a rough guess. Day 17 builds a
# detector from probabilities, with a threshold chosen on examples of both kinds.
#
# ## Put it together: three gammas
#
# How far does one example's influence reach? About $1/\sqrt\gamma$: 3.2, 0.7 and 0.07 in these panels. Which of
# the three would you send out? Your kernel, your moons, all three with $C = 1$.

# %% demo
fig, panels = plt.subplots(1, 3, figsize=(14, 4.2), sharey=True)
right_on_fresh = []
for ax, gamma in zip(panels, (0.1, 2.0, 200.0), strict=True):
    machine, score = fit_kernel_svm(lambda x, z, g=gamma: rbf_kernel(x, z, g), moon_x, moon_y, 1.0)
    draw_scores(ax, score, moon_x, moon_y, ringed=machine.support_)
    on_train, on_fresh = np.mean(np.sign(score(moon_x)) == moon_y), np.mean(np.sign(score(fresh_x)) == fresh_y)
    right_on_fresh.append(on_fresh)
    support = f"{len(machine.support_)} of {len(moon_x)} support vectors"
    print(f"gamma {gamma:5g}: right on training points {on_train:.3f}, on fresh ones {on_fresh:.3f}, {support}")
    ax.set(title=f"$\\gamma$ = {gamma:g}: training {on_train:.2f}, fresh {on_fresh:.2f}", xlabel="$x_0$")
panels[0].set_ylabel("$x_1$")
assert right_on_fresh[1] > max(right_on_fresh[0], right_on_fresh[2])
dd.plot.show(
    "Three panels with the same two noisy moons. At the smallest gamma the boundary is nearly straight and cuts "
    "both moons. At the middle one it winds between them. At the largest one it breaks up into islands around "
    "points of one class, and nearly every point is ringed as a support vector."
)

# %% [markdown]
# At 0.1 every example reaches across the whole picture, and a sum of such broad hills has hardly a bend: too
# stiff (high bias, Day 6). At 200 each reaches little past itself. The boundary becomes islands round the
# points of one class, and nearly all points are support vectors; the training points come out almost perfectly
# and the fresh ones about as badly as at the other end. That is memory, not knowledge. In between lies the
# machine to keep, and only points that took no part in fitting could tell us so.
#
# ## What you should remember
#
# - The widest street has the shortest $w$. A soft margin lets examples trespass at the price $C$ a unit:
#   $\tfrac12\lVert w \rVert^2 + C \sum$ hinge, a sum and no mean in scikit-learn's `SVC`.
# - The hinge is exactly zero beyond the street, so only support vectors hold the boundary. Its corners need a
#   shrinking rate and the best place kept.
# - The boundary is a sum of examples and needs only dot products; a kernel replaces them, and with them the
#   space.
# - RBF: large $\gamma$ remembers, small $\gamma$ smooths. Choose $\gamma$ and $C$ on held-out data, after
#   standardising.
# - Kernel machines cost at least $m^2$; `LinearSVC` doesn't. Tubes and outlines are the same idea again.
#
# ## Check yourself
#
# 1. You copy the whole training set once more below itself. What must happen to $C$ for the same boundary, and
#    what would have to happen if the cost used a mean?
# 2. A mislabelled example lies far on the wrong side. How hard does it pull on the street, compared with one
#    just inside it?
# 3. Every feature is multiplied by 10. Which $\gamma$ gives an RBF machine the same boundary as before?
#
# <details><summary>Answers</summary>
#
# 1. Each violation is paid twice, so $C$ must be halved. With a mean nothing would have to change.
# 2. Exactly as hard: both have $a_i = C$, for the hinge's slope is 1 however far away they are. It adds more to
#    the cost, but not to the pull.
# 3. Squared distances grow by 100, so $\gamma/100$.
#
# </details>
#
# ## Go further
#
# - B. E. Boser, I. M. Guyon and V. N. Vapnik, "A Training Algorithm for Optimal Margin Classifiers", COLT 1992:
#   margins meet kernels. C. Cortes and V. Vapnik, "Support-Vector Networks", *Machine Learning* 20, 1995: the
#   soft margin.
# - M. A. Aizerman, E. M. Braverman and L. I. Rozonoer, "Theoretical Foundations of the Potential Function
#   Method in Pattern Recognition Learning", 1964: where the kernel perceptron comes from.
# - S. Shalev-Shwartz, Y. Singer and N. Srebro, "Pegasos", ICML 2007: today's descent with one example or a few
#   a step.
# - H. Drucker and others, "Support Vector Regression Machines", NIPS 9, 1997, and B. Schölkopf and others,
#   "Estimating the Support of a High-Dimensional Distribution", *Neural Computation* 13(7), 2001: tube and
#   outline.
#
# Tomorrow a table with nine of ten entries missing, and people who want to know what to watch next: **Day 15**.
