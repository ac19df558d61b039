# ---
# day: 28
# title: "Optimisers I: mini-batches and momentum"
# week: 6
# minutes: 100
# backend: numpy
# needs: [2, 3, 9, 26]
# data: []
# papers:
# - "Robbins and Monro 1951, A stochastic approximation method"
# - "Rosenbrock 1960, An automatic method for finding the greatest or least value of a function"
# - "Polyak 1964, Some methods of speeding up the convergence of iteration methods"
# - "Nesterov 1983, A method for solving the convex programming problem with convergence rate O(1/k^2)"
# - "Bengio, Boulanger-Lewandowski and Pascanu 2012, Advances in optimizing recurrent networks"
# - "Sutskever, Martens, Dahl and Hinton 2013, On the importance of initialization and momentum in deep learning"
# - "Dauphin and others 2014, Identifying and attacking the saddle point problem in high-dimensional non-convex
#   optimization"
# ---

# %% [markdown]
# # Day 28 · Optimisers I: mini-batches and momentum
#
# By the end you can write the optimisers that most networks were trained with for decades, say how far a
# learning rate and a batch size may go, and why a memory of past gradients takes the square root out of a
# hard problem.
#
# - **You will build** an average that forgets, three optimisers behind one interface (SGD, momentum and
#   Nesterov's variant, in Keras's formulation), and a loop that drives any of them down a ravine and along
#   Rosenbrock's banana.
# - **You need** gradient descent (Day 2), mini-batches and the falling learning rate (Day 3), gradients of a
#   network (Day 26).
# - **Not today:** a rate of its own for each parameter (Day 29), schedules, convexity and the Hessian
#   (Day 30).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x_t$ | observation number $t$, counted from 0, of $T$ | $(T,)$ or $(T, D)$ together | `x` |
# | $s_t,\ \hat s_t$ | their weighted average so far, and that with its bias corrected | as $x_t$ | |
# | $\beta$ | weight of the past, in an average and in a velocity | scalar | `beta`, `momentum` |
# | $w_t$ | the parameters after $t$ steps | any | `param` |
# | $L$ | the loss | $()$ | `loss` |
# | $g_t$ | its gradient at $w_t$, or an estimate from a mini-batch | as $w_t$ | `grad` |
# | $\alpha_t$ | the learning rate after $t$ steps; $\alpha$ if it is constant | scalar | `learning_rate` |
# | $k$ | how fast the rate falls | scalar | `decay` |
# | $v_t$ | the velocity after $t$ steps | as $w_t$ | `velocity` |
# | $\theta_t$ | the parameters in the textbook form of Nesterov's rule | as $w_t$ | |
# | $N,\ B$ | examples, and how many of them are in a mini-batch | scalars | `n`, `batch_size` |
# | $\lambda_j$ | curvature of the loss along direction $j$ | scalar | `curvature` |
# | $\kappa$ | condition number: largest curvature over smallest | scalar | `kappa` |

# %% setup
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def as_param(value, param):
    """A value as an array in param's dtype (no copy if it is one already); ValueError if its shape is another."""
    value = np.asarray(value, dtype=param.dtype)
    if value.shape != param.shape:
        raise ValueError(f"param has shape {param.shape}. Received: shape {value.shape}")
    return value


# %% [markdown]
# ## An average that forgets
#
# A mini-batch's gradient is a noisy reading of the true one. What does one do with noisy readings? Average
# them. But the parameters move, so old readings grow stale, and the average should forget. The **exponentially
# weighted average** keeps one number (or one array) and mixes each observation into it:
#
# $$s_t = \beta\, s_{t-1} + (1 - \beta)\, x_t, \qquad s_{-1} = 0 .$$
#
# Written out, $s_t = (1-\beta)\,(x_t + \beta x_{t-1} + \beta^2 x_{t-2} + \dots)$: an observation loses weight by
# the factor $\beta$ with every step that it ages. After about $1/(1-\beta)$ steps its weight has fallen to
# roughly a third, so one says that it *averages over about* $1/(1-\beta)$ observations: 10 for $\beta = 0.9$,
# 100 for $0.99$. No list of old values is kept.
#
# **By hand.** $\beta = 0.5$ and $x = (8, 4, 6)$ give
#
# $$s_0 = 0.5 \cdot 0 + 0.5 \cdot 8 = 4, \quad s_1 = 2 + 2 = 4, \quad s_2 = 2 + 3 = 5 .$$
#
# Strange: after one observation of 8 the average is 4. It is pulled towards the zero that it began with. Its
# weights, $(1 - \beta)(1 + \beta + \dots + \beta^t)$, do not yet sum to 1 but to $1 - \beta^{t+1}$. The **bias
# correction** divides by just that:
#
# $$\hat s_t = \frac{s_t}{1 - \beta^{t+1}}: \qquad \hat s_0 = \frac{4}{0.5} = 8, \quad
# \hat s_1 = \frac{4}{0.75} = 5.33, \quad \hat s_2 = \frac{5}{0.875} = 5.71 .$$
#
# Two traps. We count from 0, so the exponent is $t + 1$: it is the number of observations that have come in.
# And the correction is for reading only: what is carried on to the next step is $s_t$, uncorrected.
#
# **Shapes.** Time is the first axis. With `x` of shape $(T, D)$ there are $D$ averages, each of its own column,
# and the result has the shape of `x`.


# %% exercise: ewma
def ewma(x, beta, bias_correction):
    """Exponentially weighted averages of a series, one after each observation.

    Args:
        x: observations in the order of time along the first axis, array of shape (T,) or (T, D), T >= 0, of floats or
            of ints of any dtype; left unchanged.
        beta: weight of the past, 0 <= beta < 1.
        bias_correction: whether to divide by the sum of the weights so far.

    Returns:
        Array of the shape of x: row t is the average after row t has come in. float32 if x is float32, else float64.

    Raises:
        ValueError: beta is not in that range. About 9 lines.
    """
    ### BEGIN SOLUTION
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be at least 0 and less than 1. Received: {beta}")
    averages = np.empty(x.shape, dtype=np.float32 if x.dtype == np.float32 else np.float64)
    average = np.zeros(x.shape[1:])
    for t, observation in enumerate(x.astype(np.float64)):
        average = beta * average + (1 - beta) * observation
        averages[t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return averages
    ### END SOLUTION


# %% test: ewma, points=2
x = np.array([8.0, 4.0, 6.0])
with dd.check.unchanged(x, what="x"):
    raw = ewma(x, 0.5, bias_correction=False)
dd.check.like(raw, np.array([4.0, 4.0, 5.0]), what="the plain average", why="this is the example worked by hand")
due = np.array([8.0, 16 / 3, 40 / 7])
corrected = ewma(x, 0.5, bias_correction=True)
dd.check.like(corrected, due, what="the corrected average", why="this is the example worked by hand")
slow = ewma(np.array([10.0, 20.0]), 0.9, bias_correction=False)
dd.check.like(slow, np.array([1.0, 2.9]), what="with beta = 0.9 it", why="the past has weight 0.9, the newest 0.1")
table = np.array([[8, 1], [4, 1], [6, 1]])
result = ewma(table, 0.5, bias_correction=True)
due = np.stack([due, np.ones(3)], axis=1)
dd.check.like(result, due, why="each column has its own average, and that of ones is 1 from the first on")
with dd.check.raises(ValueError, why="a weight of 1 would never let an observation in"):
    ewma(x, 1.0, bias_correction=False)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(280)
for shape in ((1,), (7,), (1, 3), (4, 2), (30,)):
    x = rng.normal(0.0, 2.0, shape)
    for beta in (0.0, 0.3, 0.9, 0.99):
        plain, corrected = np.zeros(shape), np.zeros(shape)
        for t in range(shape[0]):
            weights = [(1 - beta) * beta ** (t - i) for i in range(t + 1)]
            plain[t] = sum(weight * x[i] for i, weight in enumerate(weights))
            corrected[t] = plain[t] / sum(weights)
        for correction, due in ((False, plain), (True, corrected)):
            with dd.check.unchanged(x, what="x"):
                result = ewma(x, beta, bias_correction=correction)
            why = f"with beta = {beta} each weight is beta times the next newer one's"
            dd.check.like(result, due, rtol=1e-9, atol=1e-12, why=why)
constant = ewma(np.full(60, 3.25), 0.95, bias_correction=True)
dd.check.like(constant, np.full(60, 3.25), rtol=1e-12, why="the weighted mean of equal values is that value")
for empty in (np.zeros(0), np.zeros((0, 3))):
    dd.check.like(ewma(empty, 0.9, bias_correction=True), empty, why="no observation, no average")
for dtype in ("uint8", "int8", "int64"):
    whole = np.array([100, 120, 3], dtype=dtype)
    due = np.array([75.0, 75 / 4 + 90, (75 / 4 + 90) / 4 + 2.25])
    dd.check.like(ewma(whole, 0.25, bias_correction=False), due, dtype="float64", why="ints have float averages")
small = np.array([0.5, -1.25, 2.0, 1000.0], dtype="float32")
result = ewma(small, 0.5, bias_correction=False)
due = np.array([0.25, -0.5, 0.75, 500.375])
dd.check.like(result, due, dtype="float32", rtol=1e-6, why="float32 stays float32")
dd.check.dtype(ewma(small[:, None], 0.5, bias_correction=True), "float32", why="float32 stays float32")
half = np.array([1000.0, 1001.0, 0.125, 3.0], dtype="float16")
due = ewma(half.astype(float), 0.9, bias_correction=True)
result = ewma(half, 0.9, bias_correction=True)
dd.check.like(result, due, dtype="float64", rtol=1e-9, why="float16 has float64 averages, which no product may round")
backwards = np.arange(12.0)[::-2]
due = ewma(np.array([11.0, 9.0, 7.0, 5.0, 3.0, 1.0]), 0.8, bias_correction=True)
dd.check.like(ewma(backwards, 0.8, bias_correction=True), due, why="every other entry, backwards, is a series too")
far = ewma(np.full(2000, 1e8) + np.tile([0.0, 1.0], 1000), 0.9, bias_correction=True)
due = 1e8 + 1 / 1.9  # in the long run the newest of two alternating values has the share 1 / (1 + beta)
dd.check.close(far[-1], due, rtol=1e-13, what="the last average", why="far from zero it is as exact")
for beta in (1.0, 1.5, -0.1):
    with dd.check.raises(ValueError, why=f"{beta} is outside the range"):
        ewma(np.ones(3), beta, bias_correction=True)
### END HIDDEN TESTS

# %% mistakes: ewma
# - replace: x.astype(np.float64)
#   with: x
#   hint: "You multiply in float16. The averages are float64, and so is all that goes into them."
# - replace: not 0 <= beta < 1
#   with: beta == 1 or beta < 0
#   hint: "A beta above 1 is taken without a word."
# - replace: beta ** (t + 1)
#   with: beta ** len(x)
#   hint: "You correct every row by the weights of the last one. Each row has a sum of its own."
# - replace: beta ** (t + 1)
#   with: beta ** max(t, 1)
#   hint: "Your correction counts one observation too few. At t = 0 one has come in already."
# - replace: average = beta * average + (1 - beta) * observation
#   with: average = (1 - beta) * average + beta * observation
#   hint: "Past and present have changed places: beta is the weight of the past."
# - replace: average / (1 - beta ** (t + 1)) if bias_correction else average
#   with: average
#   hint: "You do not use bias_correction. What do the weights sum to in the first steps?"
# - replace: average / (1 - beta ** (t + 1)) if bias_correction else average
#   with: average / (1 - beta ** (t + 1))
#   hint: "You correct the bias also where nobody asked for it."
# - replace: average / (1 - beta ** (t + 1)) if bias_correction else average
#   with: average * (1 - beta ** (t + 1)) if bias_correction else average
#   hint: "The early averages are too small already. Dividing by the sum of the weights makes them larger."
# - replace: average / (1 - beta ** (t + 1)) if bias_correction else average
#   with: average / (1 - beta) if bias_correction else average
#   hint: "You divide by the same number at every step. The sum of the weights grows as observations come in."
# - replace: average = beta * average + (1 - beta) * observation
#   with: average = beta * average + observation
#   hint: "The new observation has lost its weight. The two weights of a mixture sum to 1."
# - replace: average = np.zeros(x.shape[1:])
#   with: "average = x[0] if len(x) else 0.0"
#   hint: "You begin with the first observation instead of 0, and so give it a weight that it has not."
# - replace: np.float32 if x.dtype == np.float32 else np.float64
#   with: x.dtype
#   hint: "The averages of whole numbers are cut off to whole numbers: the array that you write into has the dtype
#     of x."
# - replace: |-
#     if not 0 <= beta < 1:
#         raise ValueError(f"beta must be at least 0 and less than 1. Received: {beta}")
#   with: pass
#   hint: "A beta that makes no average is taken without a word."


# %% mistake: ewma
# hint: "You carry the corrected average on to the next step. The correction is for reading only."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    averages = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    average = np.zeros(x.shape[1:])
    for t in range(len(x)):
        average = beta * average + (1 - beta) * x[t]
        if bias_correction:
            average = average / (1 - beta ** (t + 1))
        averages[t] = average
    return averages


# %% mistake: ewma
# hint: "A moving window weighs its observations alike and drops the rest. Here no observation is ever dropped; its
#   weight shrinks by a factor."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    window = round(1 / (1 - beta))
    averages = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    for t in range(len(x)):
        recent = x[max(0, t - window + 1) : t + 1]
        averages[t] = recent.mean(axis=0) if bias_correction else recent.sum(axis=0) / window
    return averages


# %% mistake: ewma
# hint: "You write the averages into the caller's own array."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    if x.dtype.kind != "f":
        x = x.astype(float)
    average = np.zeros(x.shape[1:])
    for t in range(len(x)):
        average = beta * average + (1 - beta) * x[t]
        x[t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return x


# %% mistake: ewma
# hint: "The series of one column runs on into that of the next. Time is the first axis, and each column has an
#   average of its own."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    average, averages = 0.0, []
    for t, observation in enumerate(x.ravel()):
        average = beta * average + (1 - beta) * observation
        averages.append(average / (1 - beta ** (t + 1)) if bias_correction else average)
    return np.array(averages, dtype=x.dtype if x.dtype.kind == "f" else float).reshape(x.shape)


# %% mistake: ewma
# hint: "You return the last average alone. One is due after each observation."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    average = np.zeros(x.shape[1:])
    for observation in x:
        average = beta * average + (1 - beta) * observation
    return average / (1 - beta ** len(x)) if bias_correction else average


# %% mistake: ewma
# hint: "Your exponent lags one behind: at the first observation you divide by 0, or by what you added against
#   that."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    average, averages = np.zeros(x.shape[1:]), []
    for t, observation in enumerate(x):
        average = beta * average + (1 - beta) * observation
        averages.append(average / (1 - beta**t + 1e-8) if bias_correction else average)
    return np.array(averages, dtype=x.dtype if x.dtype.kind == "f" else float).reshape(x.shape)


# %% mistake: ewma
# hint: "Past and present have changed places, in the average and in its correction: beta is the weight of the
#   past."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    averages = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    average = np.zeros(x.shape[1:])
    for t in range(len(x)):
        average = (1 - beta) * average + beta * x[t]
        averages[t] = average / (1 - (1 - beta) ** (t + 1)) if bias_correction and beta else average
    return averages


# %% mistake: ewma
# hint: "You average along the last axis. Time is the first, and each column has an average of its own."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    averages = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    average = 0.0
    for t in range(x.shape[-1]):
        average = beta * average + (1 - beta) * x[..., t]
        averages[..., t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return averages


# %% mistake: ewma
# hint: "You refuse a beta of 0. It remembers nothing and is allowed: the average is then the observation itself."
def ewma(x, beta, bias_correction):
    if not 0 < beta < 1:
        raise ValueError("beta")
    averages = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    average = np.zeros(x.shape[1:])
    for t in range(len(x)):
        average = beta * average + (1 - beta) * x[t]
        averages[t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return averages


# %% mistake: ewma
# hint: "That is the plain mean of all so far, in which old observations weigh as much as new ones."
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    averages = np.zeros(x.shape, dtype=np.float32 if x.dtype == np.float32 else np.float64)
    for t in range(len(x)):
        averages[t] = x[: t + 1].mean(axis=0)
    return averages


# %% equivalents: ewma
# - replace: average = np.zeros(x.shape[1:])
#   with: average = np.zeros(x.shape[2:])
#   reason: "It is the number 0 then, and becomes a row when the first row is mixed in."


# %% accepts: ewma
def ewma(x, beta, bias_correction):
    if beta < 0 or beta >= 1:
        raise ValueError("beta must be in [0, 1)")
    length = len(x)
    ages = np.arange(length)[:, None] - np.arange(length)  # (T, T): how old column i is at row t
    weights = np.where(ages >= 0, beta ** np.maximum(ages, 0), 0.0)
    weights = weights / weights.sum(axis=1, keepdims=True) if bias_correction else (1 - beta) * weights
    return (weights @ x).astype(np.float32 if x.dtype == np.float32 else np.float64)


# %% accepts: ewma
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta must be in [0, 1)")
    total, weight, rows = np.zeros(x.shape[1:]), 0.0, []
    for row in np.asarray(x, dtype=np.float64):
        total = total + (1 - beta) * (row - total)
        weight = weight + (1 - beta) * (1 - weight)
        rows.append(total / weight if bias_correction else total)
    return np.array(rows).reshape(x.shape).astype(np.float32 if x.dtype == np.float32 else np.float64)


# %% [markdown]
# Half a year of made daily temperatures. Which $\beta$ tells the season from the weather, what does it cost,
# and where does the correction matter?

# %% demo
rng = np.random.default_rng(28)
days = np.arange(180)
season = 16 - 8 * np.cos(2 * np.pi * days / 360)  # degrees Celsius
observed = season + rng.normal(0, 3, 180)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4), width_ratios=[3, 2])
left.plot(days, observed, ".", color="0.6", markersize=4, label="observed")
for beta in (0.5, 0.9, 0.98):
    left.plot(days, ewma(observed, beta, bias_correction=True), label=rf"$\beta = {beta}$")
left.set(xlabel="day", ylabel="temperature (°C)", title="Averages with three memories, bias corrected")
left.legend(loc="upper left")
first = observed[:45]
right.plot(first, ".", color="0.6", label="observed")
right.plot(ewma(first, 0.98, bias_correction=True), color="C2", linestyle="-", label="corrected")
right.plot(ewma(first, 0.98, bias_correction=False), color="C1", linestyle="--", label="not corrected")
right.set(xlabel="day", ylabel="temperature (°C)", title=r"The first days, $\beta = 0.98$")
right.legend(loc="upper right")
dd.plot.show(
    "Left, temperature by day, noisy dots that rise from 8 to 24 degrees, and three averages: with beta 0.5 it follows "
    "the noise, with 0.9 it is smooth and slightly late, with 0.98 very smooth and several degrees too low. Right, the "
    "first 45 days: the corrected average starts among the dots, the uncorrected one starts near 0 and climbs slowly."
)

# %% [markdown]
# A long memory is smooth and late: while the season warms, $\beta = 0.98$ stays degrees below it, because half
# of its weight lies more than a month back. $\beta = 0.9$ is the usual bargain. On the right, the uncorrected
# average spends all of its first weeks on the way up from a zero that was never observed. The correction
# removes the zero, not the lag.
#
# ## One step, one interface
#
# An optimiser is a rule for one step: the parameters, their gradient, and whatever the rule remembers go in;
# new parameters and a new memory come out. All optimisers of today and tomorrow have the form
#
# $$\texttt{step(param, grad, state, ...)} \rightarrow \texttt{(new\_param, new\_state)} .$$
#
# The **state** is a plain dictionary, empty before the first step and afterwards whatever the previous step
# returned. Nothing is changed in place: the old parameters and the old state are still there after the call, so
# that you can go back, compare, and save. Each array of parameters has its own state. Every state counts its
# steps under `"step"`.
#
# The simplest is **SGD**, stochastic gradient descent; "stochastic" because `grad` is mostly that of a
# mini-batch. It remembers the count only, for a rate that falls as on Day 3:
#
# $$w_{t+1} = w_t - \alpha_t\, g_t, \qquad \alpha_t = \frac{\alpha_0}{1 + k t}, \qquad t = 0, 1, 2, \dots$$
#
# **By hand.** $w_0 = (1, -2)$, $g_0 = (2, -4)$, $\alpha_0 = 0.1$, $k = 0.5$. The first step has the full rate:
# $w_1 = (0.8, -1.6)$. If the gradient is the same again, the second has $\alpha_1 = 0.1 / 1.5 = 0.0667$ and leads
# to $(0.667, -1.333)$.
#
# **Shapes and dtypes.** Everything has the shape of `param`. Networks are trained in float32, and NumPy turns
# float32 into float64 as soon as one of the partners is a float64, be it a gradient or a rate of kind
# `np.float64` such as `np.cos` returns. `as_param` above brings an array back, and refuses a gradient of another
# shape, which would broadcast without a word.


# %% exercise: sgd_step
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    """One step of gradient descent, with a rate that falls with the number of steps.

    Args:
        param: parameters, float array of any shape, () and (0,) included; left unchanged.
        grad: their gradient, array of that shape, of floats or ints of any dtype; left unchanged.
        state: dict, empty before the first step, then what the previous step returned; left unchanged.
        learning_rate: the rate of the first step, a number >= 0.
        decay: after t steps the rate is learning_rate / (1 + decay * t), a number >= 0.

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, whatever the dtypes of
        grad and learning_rate; and a new dict {"step": number of steps so far, this one included}, an int.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    ### BEGIN SOLUTION
    t = state.get("step", 0)
    rate = learning_rate / (1 + decay * t)
    return as_param(param - rate * as_param(grad, param), param), {"step": t + 1}
    ### END SOLUTION


# %% test: sgd_step, points=2
param, grad = np.array([1.0, -2.0]), np.array([2.0, -4.0])
empty = {}
with dd.check.unchanged([param, grad, empty], what="[param, grad, state]"):
    first = sgd_step(param, grad, empty, learning_rate=0.1, decay=0.5)
dd.check.like(first, (np.array([0.8, -1.6]), {"step": 1}), why="this is the first step worked by hand")
param, state = first
with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
    second = sgd_step(param, grad, state, learning_rate=0.1, decay=0.5)
due = np.array([0.8 - 0.2 / 1.5, -1.6 + 0.4 / 1.5])
dd.check.like(second, (due, {"step": 2}), why="this is the second step worked by hand, with the rate 0.1 / 1.5")
table = np.arange(6.0).reshape(2, 3)
result = sgd_step(table, np.ones((2, 3)), {}, learning_rate=0.5)
dd.check.like(result, (table - 0.5, {"step": 1}), why="without decay every step has the rate that was given")
small = sgd_step(table.astype("float32"), np.ones((2, 3)), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    sgd_step(param, grad[:, None], {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(281)


def expect(result, param, steps, why, rtol=1e-9):
    """Compare a step's result with the parameters due, an array, and the number of steps."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[0], ("array", float), what="new_param")
    dd.check.shape(result[0], param.shape, what="new_param", why="parameters keep their shape")
    dd.check.dtype(result[0], param.dtype.name, what="new_param", why="parameters keep their dtype")
    dd.check.close(result[0], param, rtol=rtol, atol=1e-12, what="new_param", why=why)
    dd.check.like(result[1], {"step": steps}, what="new_state", why=f"{steps} steps were taken in all")


for shape in ((), (1,), (5,), (0,), (1, 3), (3, 2), (2, 1, 3)):
    for rate, decay in ((0.1, 0.0), (0.5, 0.25), (2.0, 1.0)):
        param, state, slow = rng.normal(0.0, 1.0, shape), {}, None
        for t in range(3):
            grad = rng.normal(0.0, 3.0, shape)
            slow = np.zeros(shape)
            for index in np.ndindex(shape):
                slow[index] = param[index] - grad[index] * rate / (1 + decay * t)
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = sgd_step(param, grad, state, learning_rate=rate, decay=decay)
            expect(result, slow, t + 1, f"after {t} steps the rate is {rate} / (1 + {decay} * {t})")
            param, state = np.asarray(result[0]), result[1]
expect(sgd_step(np.ones(2), np.ones(2), {}), np.full(2, 0.99), 1, "the default rate is 0.01")
result = sgd_step(np.ones(3), np.full(3, 2.0), {"step": 9}, learning_rate=1.0, decay=1.0)
expect(result, np.full(3, 0.8), 10, "after 9 steps the rate is a tenth")
expect(sgd_step(np.ones(3), np.zeros(3), {}, 5.0), np.ones(3), 1, "a zero gradient moves nothing")
first = [sgd_step(np.ones(2), np.ones(2), {}, 0.1, 1.0)[0] for _ in range(2)]
dd.check.like(first[1], first[0], why="a second run from an empty state is a first run again")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
for grad in (np.full((1, 3), 0.25), np.full((1, 3), 0.25, dtype="float32"), np.full((1, 3), 1, dtype="uint8")):
    due = (small - 0.5 * grad).astype("float32")
    for rate in (0.5, np.float64(0.5), np.float32(0.5)):
        expect(sgd_step(small, grad, {}, rate), due, 1, "the rate is 0.5", rtol=1e-6)
huge = sgd_step(np.zeros(2, dtype="float32"), np.array([1e30, -1e30], dtype="float32"), {}, 0.5)
expect(huge, np.array([-5e29, 5e29], dtype="float32"), 1, "a gradient may be large, and nothing is clipped", rtol=1e-6)
whole = np.array([200, 3], dtype="uint8")
expect(sgd_step(np.zeros(2), whole, {}, 2), np.array([-400.0, -6.0]), 1, "uint8 may not wrap around")
strided = np.arange(8.0)
due = np.array([-0.1, 1.9, 3.9, 5.9])
expect(sgd_step(strided[::2], np.ones(4), {}, 0.1), due, 1, "every other entry is an array too")
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        sgd_step(np.ones(2), np.ones(shape), {})
### END HIDDEN TESTS

# %% mistakes: sgd_step
# - replace: as_param(param - rate
#   with: as_param((1 - decay) * param - rate
#   hint: "You take decay for a decay of the weights. Here it is the learning rate that decays."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate - decay * t
#   hint: "You subtract from the rate, and in the end it is negative. It is divided."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate / np.prod(1 + decay * np.arange(t + 1))
#   hint: "Your rate is divided anew in every step. It is the first rate that is divided, once."
# - replace: param - rate
#   with: param + rate
#   hint: "You walk up the slope. The gradient points to where the loss grows."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate / (1 + decay * (t + 1))
#   hint: "Your rate falls before the first step. Then no step has been taken yet, and the rate is the full one."
# - replace: "{\"step\": t + 1}"
#   with: "{\"step\": t}"
#   hint: "The count stays where it was: this step has to be counted too."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate
#   hint: "You do not use decay: your rate never falls."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate * (1 - decay) ** t
#   hint: "Your rate falls by a factor with each step. Here it is divided by a number that grows by decay each step."
# - replace: as_param(param - rate * as_param(grad, param), param)
#   with: param - rate * grad
#   hint: "A gradient of another dtype or shape is let in as it is. What becomes of float32, and of a column against
#     a row?"
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate / np.sqrt(1 + decay * t)
#   hint: "Your rate falls with the root of the number of steps. Here it is divided by that number itself."
# - replace: rate = learning_rate / (1 + decay * t)
#   with: rate = learning_rate * np.exp(-decay * t)
#   hint: "Your rate falls exponentially. Here it is divided by a number that grows by decay each step."
# - replace: t = state.get("step", 0)
#   with: t = 0
#   hint: "You start to count anew with each step. The count so far is in the state."


# %% mistake: sgd_step
# hint: "You subtract inside the caller's own array. The old parameters must still be there after the step."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    param -= as_param(learning_rate / (1 + decay * t) * as_param(grad, param), param)
    return param, {"step": t + 1}


# %% mistake: sgd_step
# hint: "You count in the caller's own state. The new state is a new dictionary."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.setdefault("step", 0)
    state["step"] = t + 1
    return as_param(param - learning_rate / (1 + decay * t) * as_param(grad, param), param), state


# %% mistake: sgd_step
# hint: "On the first call the state is empty, and there is no count to look up in it."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    rate = learning_rate / (1 + decay * state["step"])
    return as_param(param - rate * as_param(grad, param), param), {"step": state["step"] + 1}


# %% mistake: sgd_step
# hint: "You bring the gradient to length 1. SGD takes it as long as it is, which is why steps shrink near the
#   lowest point."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    grad = as_param(grad, param)
    length = np.sqrt(np.sum(np.square(grad, dtype=float))) or 1.0
    return as_param(param - learning_rate / (1 + decay * t) * grad / length, param), {"step": t + 1}


# %% mistake: sgd_step
# hint: "The new parameters are right. The new state has to come with them, as a pair."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    rate = learning_rate / (1 + decay * state.get("step", 0))
    return as_param(param - rate * as_param(grad, param), param)


# %% mistake: sgd_step
# hint: "You scale the gradient inside the caller's own array: where the dtypes agree, as_param makes no copy."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    change = as_param(grad, param)
    change *= learning_rate / (1 + decay * t)
    return as_param(param - change, param), {"step": t + 1}


# %% mistake: sgd_step
# hint: "You keep the rate in the state and divide what has been divided before. The rate follows from the first one
#   and the count alone, and the count alone is kept."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = state.get("rate", learning_rate) / (1 + decay * t)
    return as_param(param - rate * as_param(grad, param), param), {"step": t + 1, "rate": rate}


# %% mistake: sgd_step
# hint: "You pull the parameters towards 0. What decays here is the learning rate."
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    return as_param(param - learning_rate * (as_param(grad, param) + decay * param), param), {"step": t + 1}


# %% accepts: sgd_step
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    if np.shape(grad) != np.shape(param):
        raise ValueError("one shape is due")
    steps = 1 + (state["step"] if state else 0)
    new_param = np.array(param)
    new_param[...] = param - learning_rate / (1 + decay * (steps - 1)) * np.asarray(grad, dtype=float)
    return new_param, {**state, "step": steps}


# %% accepts: sgd_step
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    grad = np.array(grad, dtype=param.dtype)
    if grad.shape != param.shape:
        raise ValueError("one shape is due")
    new_state = {"step": 0} | state
    scale = param.dtype.type(learning_rate / (1 + decay * new_state["step"]))
    new_state["step"] += 1
    return param - scale * grad, new_state


# %% [markdown]
# ## How large a batch?
#
# A mini-batch of $B$ examples gives a gradient that is right on average and off by noise that shrinks like
# $1/\sqrt B$ (Day 3). A step is cheap when $B$ is small, and exact when it is large. Which buys more? Linear
# regression on made data, $N = 4096$ examples, where the lowest loss can be computed and subtracted. Four batch
# sizes get the same start, the same rate of 0.05 and the same two passes over the examples.


# %% demo
def batch_descent(batch_size, decay=0.0, learning_rate=0.05, num_epochs=2):
    """How far the loss lies above its lowest, after each step, from a start at zero."""
    param, state, excess = np.zeros(8), {}, []
    shuffler = np.random.default_rng(1)
    for _ in range(num_epochs):
        for rows in np.split(shuffler.permutation(n), range(batch_size, n, batch_size)):
            error = inputs[rows] @ param - targets[rows]  # (B,)
            param, state = sgd_step(param, inputs[rows].T @ error / len(rows), state, learning_rate, decay)
            excess.append(0.5 * (param - best) @ hessian @ (param - best))
    return np.array(excess)


rng = np.random.default_rng(0)
n = 4096
inputs = rng.normal(size=(n, 8))  # (N, 8)
targets = inputs @ rng.normal(size=8) + rng.normal(0, 1, n)  # (N,)
hessian = inputs.T @ inputs / n  # of the loss, half the mean squared error
best = np.linalg.solve(hessian, inputs.T @ targets / n)

full = -inputs.T @ targets / n  # the gradient at zero
sizes = np.array([1, 4, 16, 64, 256, 1024])
spread = []
for size in sizes:
    picks = rng.integers(0, n, (200, size))
    grads = np.array([-inputs[rows].T @ targets[rows] / size for rows in picks])  # (200, 8)
    spread.append(np.sqrt(np.mean(np.sum((grads - full) ** 2, axis=1))))

fig, (left, middle, right) = plt.subplots(1, 3, figsize=(16, 4.6))
left.loglog(sizes, spread, "o", label="measured")
left.loglog(sizes, spread[0] / np.sqrt(sizes), color="0.4", linestyle="-", label=r"slope $-\frac{1}{2}$")
left.axhline(np.linalg.norm(full), color="C1", linestyle=":", label="length of the gradient")
left.set(xlabel="batch size $B$", ylabel="error of the batch's gradient", title="Noise at the start")
left.legend(loc="lower left")
for size in (1, 8, 64, 512):
    excess = batch_descent(size)
    smooth = ewma(excess, 1 - 1 / max(1, len(excess) // 40), bias_correction=True)
    middle.semilogy(np.arange(1, len(excess) + 1), smooth, label=f"$B = {size}$")
    right.semilogy(size * np.arange(1, len(excess) + 1), smooth, label=f"$B = {size}$")
    end = np.mean(excess[-len(excess) // 8 :])
    print(f"B = {size:3d}: {len(excess):5d} steps, loss above its lowest at the end {end:.4f}")
falling = batch_descent(1, decay=0.01)
print(f"B =   1 with a falling rate: {np.mean(falling[-1024:]):.4f}")
smooth = ewma(falling, 0.995, bias_correction=True)
right.semilogy(np.arange(1, len(falling) + 1), smooth, color="C4", linestyle="-", label="$B = 1$, falling rate")
middle.set(xlabel="steps", ylabel="loss above its lowest", xscale="log", title="The same rate, by steps")
right.set(xlabel="examples seen", ylabel="loss above its lowest", title="The same runs, by examples")
right.set_ylim(1e-4, 200)
middle.legend(loc="lower left")
right.legend(loc="upper right", fontsize=10, ncols=2)
dd.plot.show(
    "Left, error of a batch's gradient against batch size on log axes: dots on a line of slope minus one half. Middle, "
    "loss above its lowest against steps for B = 1, 8, 64 and 512: all fall alike at first, then B = 1 levels off "
    "highest and 8 lower. Right, the same against examples seen: B = 1 falls first and stays high, 8 next, 64 ends "
    "lowest of the constant rates and 512 has not arrived; B = 1 with a falling rate goes on falling."
)

# %% [markdown]
# By steps the four fall alike at first: even the gradient of one example points the right way on average. By
# examples seen, which is what one pays for, the small batches are far ahead early on. But each runs into a floor,
# where the noise kicks the parameters as far away as a step brings them back. The floor is proportional to
# $\alpha / B$: eight times the batch, an eighth of the floor. 512 has a low floor and no time to get there, with
# only 16 steps.
#
# So the rate belongs to the batch. $B = 512$ could take ten times this rate and would then arrive; $B = 1$ is
# better off with a rate that falls, the ochre line, which follows the floor down. Machines decide the rest: a
# step on 64 examples hardly takes longer than one on a single example, because the arithmetic is done side by
# side, until they are busy and the time grows with $B$. That is why 32 to 512 is common. Rates, batch sizes and
# decays are **hyperparameters**: try powers of 2 or $\sqrt{10}$, coarse first and finer around the best (Day 9),
# and change the rate whenever you change the batch.
#
# ## Ravines
#
# Noise is one trouble, shape is the other. Take the loss $L = \frac12(\lambda_0 w_0^2 + \lambda_1 w_1^2)$, whose
# **curvatures** are $\lambda_0$ and $\lambda_1$. Its gradient is $(\lambda_0 w_0, \lambda_1 w_1)$, so each
# coordinate goes its own way:
#
# $$w_{j,t+1} = (1 - \alpha \lambda_j)\, w_{j,t} .$$
#
# It shrinks as long as $\alpha\lambda_j < 2$, and without changing sides if $\alpha\lambda_j < 1$. The steepest
# direction sets the limit, $\alpha < 2/\lambda_{\max}$; the flattest then sets the pace. How bad that is depends
# on the **condition number** $\kappa = \lambda_{\max}/\lambda_{\min}$. At the best rate,
# $\alpha = 2/(\lambda_{\max} + \lambda_{\min})$, both ends shrink by
#
# $$\frac{\kappa - 1}{\kappa + 1} \approx 1 - \frac{2}{\kappa}$$
#
# a step, so that the number of steps grows like $\kappa$. Such a loss is **ill-conditioned**: a ravine. Unscaled
# features make one (Day 3), and so do layers upon layers. Any smooth loss looks like this near a minimum, with
# directions in place of coordinates. What does it look like for $\kappa = 40$?


# %% demo
def ravine(curvature):
    """The loss (sum of curvature * w**2) / 2, as a function that returns (loss, gradient)."""
    curvature = np.asarray(curvature, dtype=float)
    return lambda w: (0.5 * np.sum(curvature * w**2), curvature * w)


def draw_landscape(ax, loss_and_grad, x_range, y_range, levels):
    """Contours of a loss of two parameters."""
    xs, ys = np.linspace(*x_range, 121), np.linspace(*y_range, 121)
    heights = np.array([[loss_and_grad(np.array([a, b]))[0] for a in xs] for b in ys])
    ax.contour(xs, ys, heights, levels, colors="0.7", linewidths=0.7)
    ax.set(xlim=x_range, ylim=y_range, xlabel="$w_0$", ylabel="$w_1$")
    ax.grid(False)


fig, panels = plt.subplots(1, 3, figsize=(15, 3.8), sharey=True)
loss_and_grad = ravine([1.0, 40.0])
for ax, rate, name in zip(panels, (0.01, 0.0487, 0.0505), ("small", "best", "just too large"), strict=True):
    param, state = np.array([-10.0, 1.0]), {}
    path = [param]
    for _ in range(30):
        param, state = sgd_step(param, loss_and_grad(param)[1], state, learning_rate=rate)
        path.append(param)
    draw_landscape(ax, loss_and_grad, (-11, 3), (-2.2, 2.2), 0.5 * np.arange(1, 16, 2) ** 2)
    ax.plot(*np.array(path).T, color="C1", linestyle="-", marker="o", markersize=4, linewidth=1.2)
    ax.plot(0, 0, "k*", markersize=12)
    ax.set_title(rf"{name}: $\alpha = {rate}$, loss after 30 steps {loss_and_grad(param)[0]:.2g}")
dd.plot.show(
    "Paths of 30 gradient steps from the left on a long narrow valley. With a small rate the path drops to the floor "
    "and creeps a quarter of the way to the star. With the best rate it zigzags across the valley and gets most of the "
    "way. With a slightly larger rate the zigzag grows with every step."
)

# %% [markdown]
# There is no good rate. A small one creeps along the floor; the best one wastes its steps on jumping from wall
# to wall; and four per cent more than that breaks out. Look at the zigzag, though: across the valley the
# gradients alternate in sign, along it they agree. An *average* of them would keep the second and cancel the
# first. We have an average.
#
# ## Momentum
#
# **Momentum** (Polyak 1964, the "heavy ball") moves by a **velocity** that forgets:
#
# $$v_{t+1} = \beta\, v_t - \alpha\, g_t, \qquad w_{t+1} = w_t + v_{t+1}, \qquad v_0 = 0 .$$
#
# **By hand.** $w_0 = (1, -2)$, $\alpha = 0.1$, $\beta = 0.9$, and three times the gradient $(2, -4)$:
#
# | step | velocity | parameters |
# |---|---|---|
# | 1 | $(-0.2,\ 0.4)$ | $(0.8,\ -1.6)$ |
# | 2 | $(-0.18 - 0.2,\ \dots) = (-0.38,\ 0.76)$ | $(0.42,\ -0.84)$ |
# | 3 | $(-0.542,\ 1.084)$ | $(-0.122,\ 0.244)$ |
#
# The first step is SGD's; then it gathers speed. Where gradients agree, the velocity tends to
# $-\alpha g\,(1 + \beta + \beta^2 + \dots) = -\alpha g / (1 - \beta)$: with $\beta = 0.9$ as if the rate were ten
# times as large. Where they alternate it tends to $\alpha g / (1 + \beta)$ in size, about half. And it coasts: a
# zero gradient does not stop it.
#
# **Three ways to write it.** Ours is Keras's. The velocity as a true average, $\beta v - (1-\beta)\,\alpha g$, is
# the same with a rate that is $1/(1-\beta)$ times as large; check which one a recipe means before you copy its
# rate. PyTorch keeps $u \leftarrow \beta u + g$ and moves by $-\alpha u$. That is the same as long as the rate is
# constant; when it falls, ours lets old gradients keep the rate that they came with.


# %% exercise: momentum_step
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    """One step of gradient descent with momentum, in Keras's formulation (Polyak 1964).

    Args:
        param, grad, state: as for sgd_step.
        learning_rate: a number >= 0; it may differ from step to step.
        momentum: weight of the past, 0 <= momentum < 1.

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param; and a new dict
        {"step": number of steps so far, "velocity": array in the shape and dtype of param}, whose velocity is the
        change that this step made. The velocity before the first step is 0.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    ### BEGIN SOLUTION
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * as_param(grad, param)
    velocity = as_param(velocity, param)
    return as_param(param + velocity, param), {"step": state.get("step", 0) + 1, "velocity": velocity}
    ### END SOLUTION


# %% test: momentum_step, points=3
param, grad, state = np.array([1.0, -2.0]), np.array([2.0, -4.0]), {}
due_params = ([0.8, -1.6], [0.42, -0.84], [-0.122, 0.244])
due_velocities = ([-0.2, 0.4], [-0.38, 0.76], [-0.542, 1.084])
for t, (due_param, due_velocity) in enumerate(zip(due_params, due_velocities, strict=True)):
    with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
        result = momentum_step(param, grad, state, learning_rate=0.1, momentum=0.9)
    due = (np.array(due_param), {"step": t + 1, "velocity": np.array(due_velocity)})
    dd.check.like(result, due, why=f"this is step {t + 1} worked by hand")
    param, state = result
coasting = {"step": 4, "velocity": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}
with dd.check.unchanged(coasting, what="state"):
    result = momentum_step(np.zeros((3, 2)), np.zeros((3, 2)), coasting, learning_rate=0.1, momentum=0.5)
half = 0.5 * coasting["velocity"]
dd.check.like(result, (half, {"step": 5, "velocity": half}), why="without a gradient it coasts with half the velocity")
small = momentum_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    momentum_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(282)


def expect(result, param, velocity, steps, why, rtol=1e-9):
    """Compare a step's result with the parameters and the velocity due, arrays, and the number of steps."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, ["step", "velocity"], what="the list of keys of new_state", why="no other is promised")
    pairs = ((result[0], param, "new_param"), (result[1]["velocity"], velocity, "the velocity"))
    for came, due, what in pairs:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, due.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)
    dd.check.like(result[1]["step"], steps, what="the count of steps", why=f"{steps} steps were taken in all")


for shape in ((), (1,), (5,), (0,), (1, 3), (3, 2), (2, 1, 3)):
    for momentum in (0.0, 0.7):
        param, state, velocity = rng.normal(0.0, 1.0, shape), {}, np.zeros(shape)
        for t, rate in enumerate((0.1, 0.3, 0.0)):  # the rate may differ from step to step
            grad, before = rng.normal(0.0, 3.0, shape), velocity
            velocity, slow = np.zeros(shape), np.zeros(shape)
            for index in np.ndindex(shape):
                velocity[index] = momentum * before[index] - rate * grad[index]
                slow[index] = param[index] + velocity[index]
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = momentum_step(param, grad, state, learning_rate=rate, momentum=momentum)
            why = f"the velocity is {momentum} times the old one less {rate} times the gradient, and is added"
            expect(result, slow, velocity, t + 1, why)
            param, state = np.asarray(result[0]), result[1]
for curvature, rate, momentum in ((3.0, 0.1, 0.9), (10.0, 0.25, 0.6)):
    matrix = np.array([[1 - rate * curvature, momentum], [-rate * curvature, momentum]])
    due = np.linalg.matrix_power(matrix, 20) @ [2.0, 0.0]
    param, state = np.array([2.0]), {}
    for _ in range(20):
        param, state = momentum_step(param, curvature * param, state, rate, momentum)
    why = "on a parabola 20 steps are the 20th power of a matrix"
    expect((param, state), due[:1], due[1:], 20, why, rtol=1e-8)
param, state = np.zeros(2), {}
for _ in range(15):
    param, state = momentum_step(param, np.array([1.0, -2.0]), state)
due = -0.01 * (1 - 0.9**15) / (1 - 0.9) * np.array([1.0, -2.0])
dd.check.close(state["velocity"], due, what="the velocity", why="it sums 15 powers of 0.9; the default rate is 0.01")
both = [momentum_step(np.full(2, start), np.ones(2), {}, 0.5) for start in (0.0, 7.0)]
expect(both[1], np.full(2, 6.5), np.full(2, -0.5), 1, "an empty state knows nothing of other parameters")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
state = {"step": 1, "velocity": np.array([[0.5, 0.25, -1.0]], dtype="float32")}
for grad in (np.full((1, 3), 0.25), np.full((1, 3), 0.25, dtype="float32"), np.full((1, 3), 1, dtype="uint8")):
    velocity = (0.5 * state["velocity"] - 0.5 * grad).astype("float32")
    for rate in (0.5, np.float64(0.5), np.float32(0.5)):
        result = momentum_step(small, grad, state, rate, np.float64(0.5))
        expect(result, small + velocity, velocity, 2, "float32 parameters stay float32", rtol=1e-6)
huge = np.array([1e30, -1e30], dtype="float32")
result = momentum_step(np.zeros(2, dtype="float32"), huge, {}, 0.5)
expect(result, -0.5 * huge, -0.5 * huge, 1, "a gradient may be large, and nothing is clipped", rtol=1e-6)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        momentum_step(np.ones(2), np.ones(shape), {"step": 1, "velocity": np.ones(2)})
### END HIDDEN TESTS

# %% mistakes: momentum_step
# - replace: as_param(param + velocity, param)
#   with: as_param(param + momentum * velocity - learning_rate * as_param(grad, param), param)
#   hint: "That is Nesterov's step. Plain momentum moves by the velocity itself."
# - replace: "momentum * state.get(\"velocity\", 0.0)"
#   with: "momentum * state.get(\"velocity\", as_param(grad, param))"
#   hint: "Your velocity begins as the gradient. Before the first step it is 0."
# - replace: "momentum * state.get(\"velocity\", 0.0)"
#   with: "0.9 * state.get(\"velocity\", 0.0)"
#   hint: "Your momentum is always 0.9. The caller may want another."
# - replace: 0.0) - learning_rate
#   with: 0.0) + learning_rate
#   hint: "Your velocity points up the slope."
# - replace: learning_rate * as_param(grad, param)
#   with: (1 - momentum) * learning_rate * as_param(grad, param)
#   hint: "You take the velocity as a true average. In Keras's formulation the gradient has the whole learning rate."
# - replace: "{\"step\": state.get(\"step\", 0) + 1, \"velocity\": velocity}"
#   with: "{\"step\": state.get(\"step\", 0) + 1, \"velocity\": param + velocity}"
#   hint: "What you keep is a place, not a velocity."
# - replace: as_param(param + velocity, param)
#   with: as_param(param - velocity, param)
#   hint: "The velocity carries its minus sign already; it is added."
# - replace: as_param(param + velocity, param)
#   with: as_param(param - learning_rate * as_param(grad, param), param)
#   hint: "You keep a velocity and do not move by it."
# - replace: as_param(param + velocity, param)
#   with: as_param(param + learning_rate * velocity, param)
#   hint: "The learning rate is applied twice: to the gradient, and again to the velocity."
# - replace: "\"step\": state.get(\"step\", 0) + 1"
#   with: "\"step\": 1"
#   hint: "Every step says that it is the first."
# - replace: momentum * state.get("velocity", 0.0)
#   with: state.get("velocity", 0.0)
#   hint: "Your velocity forgets nothing. How much of the past is to remain?"
# - replace: momentum * state.get("velocity", 0.0)
#   with: "0.0"
#   hint: "The old velocity is lost: that is plain gradient descent."
# - replace: learning_rate * as_param(grad, param)
#   with: learning_rate * grad
#   hint: "A gradient of another shape is let in as it is, and broadcasts. Are its shape and dtype those of param?"


# %% mistake: momentum_step
# hint: "You update the velocity inside the caller's own state. The old state must still be there after the step."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = state.get("velocity", np.zeros_like(param))
    velocity *= momentum
    velocity -= as_param(learning_rate * as_param(grad, param), param)
    return as_param(param + velocity, param), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: momentum_step
# hint: "You keep the velocity without the rate. When the rate changes, old gradients should keep the rate that they
#   came with."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + as_param(grad, param)
    new_param = as_param(param - learning_rate * velocity, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": as_param(velocity, param)}


# %% mistake: momentum_step
# hint: "You move by the old velocity and update it afterwards. The first step would not move at all."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    old = as_param(state.get("velocity", np.zeros_like(param)), param)
    velocity = as_param(momentum * old - learning_rate * as_param(grad, param), param)
    return as_param(param + old, param), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: momentum_step
# hint: "You write into the caller's own state. The new state is a new dictionary."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * as_param(grad, param)
    state["velocity"] = as_param(velocity, param)
    state["step"] = state.get("step", 0) + 1
    return as_param(param + state["velocity"], param), state


# %% mistake: momentum_step
# hint: "Keras writes it with the rate inside and a minus: here the velocity that you keep has the opposite sign."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + learning_rate * as_param(grad, param)
    velocity = as_param(velocity, param)
    return as_param(param - velocity, param), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: momentum_step
# hint: "You correct the velocity's bias. Momentum starts slowly on purpose; nothing is divided here."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    steps = state.get("step", 0) + 1
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * (1 - momentum) * as_param(grad, param)
    velocity = as_param(velocity, param)
    return as_param(param + velocity / (1 - momentum**steps), param), {"step": steps, "velocity": velocity}


# %% mistake: momentum_step
# hint: "That is the velocity as a true average of the gradients, moved by at the end. Keras keeps the rate and the
#   minus inside the velocity and gives the gradient its full weight."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + (1 - momentum) * as_param(grad, param)
    velocity = as_param(velocity, param)
    new_param = as_param(param - learning_rate * velocity, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: momentum_step
# hint: "Your first velocity is the bare gradient. Before the first step the velocity is 0, and the rate applies to
#   the first gradient as to every other."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = -as_param(grad, param).astype(param.dtype)
    if state:
        velocity = as_param(momentum * state["velocity"] + learning_rate * velocity, param)
    return as_param(param + velocity, param), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: momentum_step
# hint: "The velocity is kept, the count of steps is not. Every state counts its steps."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * as_param(grad, param)
    return as_param(param + velocity, param), {"velocity": as_param(velocity, param)}


# %% mistake: momentum_step
# hint: "The gradient moves the parameters twice: on its own, and inside the velocity. The velocity is the whole
#   change."
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    change = learning_rate * as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) - change, param)
    new_param = as_param(param + velocity - change, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% accepts: momentum_step
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    steps, velocity = 0, np.zeros(param.shape, dtype=param.dtype)
    if state:
        steps, velocity = state["step"], state["velocity"]
    down, _ = sgd_step(velocity * param.dtype.type(momentum), grad, {}, learning_rate)
    down = np.asarray(down).astype(param.dtype)
    return (param + down).astype(param.dtype), {"step": steps + 1, "velocity": down}


# %% accepts: momentum_step
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    if np.shape(grad) != param.shape:
        raise ValueError("one shape is due")
    new = {"step": 0, "velocity": np.zeros_like(param)} | state
    velocity = np.empty_like(param)
    for index in np.ndindex(param.shape):
        velocity[index] = momentum * new["velocity"][index] - learning_rate * float(grad[index])
    return param + velocity, {"step": new["step"] + 1, "velocity": velocity}


# %% [markdown]
# What does the velocity make of gradients that agree, that alternate, and that are pure noise? Unit gradients,
# $\alpha = 1$, $\beta = 0.9$:

# %% demo
t = np.arange(60)
streams = {
    "agree: 1, 1, 1, …": np.ones(60),
    "alternate: 1, −1, 1, …": (-1.0) ** t,
    "noise": np.random.default_rng(5).choice([-1.0, 1.0], 60),
}
fig, panels = plt.subplots(1, 3, figsize=(15, 3.6), sharey=True)
for ax, (name, grads) in zip(panels, streams.items(), strict=True):
    state, sizes = {}, []
    for grad in grads:
        _, state = momentum_step(np.zeros(1), np.array([grad]), state, learning_rate=1.0, momentum=0.9)
        sizes.append(-state["velocity"][0])
    ax.plot(t, grads, ".", color="0.6", label="gradient")
    ax.plot(t, sizes, color="C0", label="minus the velocity")
    ax.axhline(10, color="C1", linestyle=":", linewidth=1.2)
    ax.set(xlabel="step", title=name)
panels[0].set_ylabel("size")
panels[0].legend(loc="center right")
dd.plot.show(
    "Minus the velocity over 60 steps for three streams of gradients of size 1. Where they agree it climbs to 10, "
    "marked by a dotted line. Where they alternate it swings between plus and minus one half. For noise it wanders "
    "between about plus and minus 5."
)

# %% [markdown]
# Agreement is amplified tenfold, alternation halved. Noise is *not* averaged away: it wanders with a typical size
# of $1/\sqrt{1 - \beta^2} \approx 2.3$, so that momentum with the same rate has a higher floor than SGD. That is
# the price, and one more reason to let the rate fall at the end.
#
# **Why a square root.** Along a direction of curvature $\lambda$ one step takes $(w, v)$ to a matrix times
# $(w, v)$, and the determinant of that matrix is $\beta$, whatever $\lambda$ is. As long as its two eigenvalues
# are a complex pair, both have the size $\sqrt\beta$, and then *every* direction shrinks at that pace, steep or
# flat. They are one where $(1 - \sqrt{\alpha\lambda})^2 < \beta$. The smallest $\beta$ that does for the flattest
# and the steepest direction at once, with its $\alpha$, is
#
# $$\beta = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2, \qquad
# \alpha = \frac{4}{\left(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}}\right)^2} :$$
#
# a pace of $1 - 2/\sqrt\kappa$ in place of $1 - 2/\kappa$. For $\kappa = 10{,}000$ it is hundreds of steps rather
# than tens of thousands.
#
# ## Nesterov: look where you are going
#
# A heavy ball overshoots. It learns of the rising slope only once it is there. Nesterov (1983) measures the
# gradient at the place to which the velocity is about to carry it. In textbooks:
#
# $$v_{t+1} = \beta\, v_t - \alpha\, g(\theta_t + \beta v_t), \qquad \theta_{t+1} = \theta_t + v_{t+1} .$$
#
# That does not fit our interface: `grad` arrives ready made, taken at `param`. So let the parameters that we
# keep *be* the place looked at, $w_t = \theta_t + \beta v_t$ (Bengio and others, 2012). Then
# $w_{t+1} = \theta_{t+1} + \beta v_{t+1} = (w_t - \beta v_t) + (1 + \beta)\,v_{t+1}$, and since
# $\beta v_t = v_{t+1} + \alpha g_t$, what remains is Keras's rule:
#
# $$v_{t+1} = \beta\, v_t - \alpha\, g_t, \qquad w_{t+1} = w_t + \beta\, v_{t+1} - \alpha\, g_t .$$
#
# The velocity is the same as in momentum; the parameters move by the velocity *that the next step would have if
# the gradient stayed as it is*. **By hand**, as above: $v_1 = (-0.2, 0.4)$ and
# $w_1 = (1, -2) + 0.9\,(-0.2, 0.4) - (0.2, -0.4) = (0.62, -1.24)$; then $v_2 = (-0.38, 0.76)$ and
# $w_2 = (0.62, -1.24) + 0.9\,(-0.38, 0.76) - (0.2, -0.4) = (0.078, -0.156)$.


# %% exercise: nesterov_step
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    """One step of gradient descent with Nesterov's momentum, in Keras's formulation.

    Args:
        param, grad, state: as for sgd_step. param is the place looked at, where grad was taken.
        learning_rate: a number >= 0; it may differ from step to step.
        momentum: weight of the past, 0 <= momentum < 1.

    Returns:
        (new_param, new_state) as momentum_step returns them, with the same velocity as there; but the velocity is not
        the change that this step makes.

    Raises:
        ValueError: grad has another shape than param. About 4 lines.
    """
    ### BEGIN SOLUTION
    grad = as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) - learning_rate * grad, param)
    new_param = as_param(param + momentum * velocity - learning_rate * grad, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}
    ### END SOLUTION


# %% test: nesterov_step, points=2
param, grad, state = np.array([1.0, -2.0]), np.array([2.0, -4.0]), {}
due_params, due_velocities = ([0.62, -1.24], [0.078, -0.156]), ([-0.2, 0.4], [-0.38, 0.76])
for t, (due_param, due_velocity) in enumerate(zip(due_params, due_velocities, strict=True)):
    with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
        result = nesterov_step(param, grad, state, learning_rate=0.1, momentum=0.9)
    due = (np.array(due_param), {"step": t + 1, "velocity": np.array(due_velocity)})
    dd.check.like(result, due, why=f"this is step {t + 1} worked by hand")
    param, state = result
plain = nesterov_step(np.zeros((3, 2)), np.ones((3, 2)), {}, learning_rate=0.5, momentum=0.0)
due = np.full((3, 2), -0.5)
dd.check.like(plain, (due, {"step": 1, "velocity": due}), why="without momentum it is SGD")
small = nesterov_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    nesterov_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(283)


def expect(result, param, velocity, steps, why, rtol=1e-9):
    """Compare a step's result with the parameters and the velocity due, arrays, and the number of steps."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, ["step", "velocity"], what="the list of keys of new_state", why="no other is promised")
    pairs = ((result[1]["velocity"], velocity, "the velocity"), (result[0], param, "new_param"))
    for came, due, what in pairs:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, due.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)
    dd.check.like(result[1]["step"], steps, what="the count of steps", why=f"{steps} steps were taken in all")


for shape in ((), (1,), (5,), (0,), (1, 3), (3, 2), (2, 1, 3)):
    for momentum in (0.0, 0.7):
        param, state, velocity = rng.normal(0.0, 1.0, shape), {}, np.zeros(shape)
        for t, rate in enumerate((0.1, 0.3, 0.0)):  # the rate may differ from step to step
            grad, before = rng.normal(0.0, 3.0, shape), velocity
            velocity, slow = np.zeros(shape), np.zeros(shape)
            for index in np.ndindex(shape):
                velocity[index] = momentum * before[index] - rate * grad[index]
                slow[index] = param[index] + momentum * velocity[index] - rate * grad[index]
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = nesterov_step(param, grad, state, learning_rate=rate, momentum=momentum)
            why = "the parameters move by momentum times the new velocity, less the rate times the gradient"
            expect(result, slow, velocity, t + 1, why)
            param, state = np.asarray(result[0]), result[1]
curvature = np.array([0.5, 3.0, 8.0])
for rate, momentum in ((0.1, 0.9), (0.15, 0.5)):  # the textbook's form, with its own parameters
    theta, velocity = np.array([1.0, -2.0, 3.0]), np.zeros(3)
    param, state = theta, {}
    for t in range(20):
        velocity = momentum * velocity - rate * np.sin(curvature * (theta + momentum * velocity))
        theta = theta + velocity
        param, state = nesterov_step(param, np.sin(curvature * param), state, rate, momentum)
        why = "it is the textbook's method, seen from the place looked at"
        expect((param, state), theta + momentum * velocity, velocity, t + 1, why, rtol=1e-8)
default = nesterov_step(np.zeros(2), np.ones(2), {})
expect(default, np.full(2, -0.019), np.full(2, -0.01), 1, "the defaults are 0.01 and 0.9")
coasting = {"step": 7, "velocity": np.array([1.0, -2.0])}
result = nesterov_step(np.zeros(2), np.zeros(2), coasting, momentum=0.5)
expect(result, np.array([0.25, -0.5]), np.array([0.5, -1.0]), 8, "without a gradient it coasts")
both = [nesterov_step(np.full(2, start), np.ones(2), {}, 0.5) for start in (0.0, 7.0)]
expect(both[1], np.full(2, 6.05), np.full(2, -0.5), 1, "an empty state knows nothing of other parameters")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
state = {"step": 1, "velocity": np.array([[0.5, 0.25, -1.0]], dtype="float32")}
for grad in (np.full((1, 3), 0.25), np.full((1, 3), 0.25, dtype="float32"), np.full((1, 3), 1, dtype="uint8")):
    velocity = (0.5 * state["velocity"] - 0.5 * grad).astype("float32")
    due = (small + 0.5 * velocity - 0.5 * grad).astype("float32")
    for rate in (0.5, np.float64(0.5), np.float32(0.5)):
        result = nesterov_step(small, grad, state, rate, np.float64(0.5))
        expect(result, due, velocity, 2, "float32 parameters stay float32", rtol=1e-6)
huge = np.array([1e30, -1e30], dtype="float32")
result = nesterov_step(np.zeros(2, dtype="float32"), huge, {}, 0.5, 0.5)
expect(result, -0.75 * huge, -0.5 * huge, 1, "a gradient may be large, and nothing is clipped", rtol=1e-6)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        nesterov_step(np.ones(2), np.ones(shape), {"step": 1, "velocity": np.ones(2)})
### END HIDDEN TESTS

# %% mistakes: nesterov_step
# - replace: as_param(param + momentum * velocity - learning_rate * grad, param)
#   with: as_param(param + velocity, param)
#   hint: "That is plain momentum: the parameters move by the velocity and do not look ahead."
# - replace: as_param(param + momentum * velocity - learning_rate * grad, param)
#   with: as_param(param + momentum * velocity, param)
#   hint: "One part of the move is missing. The look ahead is made of the velocity and of the gradient once more."
# - replace: as_param(param + momentum * velocity - learning_rate * grad, param)
#   with: as_param(param + velocity - learning_rate * grad, param)
#   hint: "The velocity is added in full. The next step would first let it fade."
# - replace: as_param(param + momentum * velocity - learning_rate * grad, param)
#   with: as_param(param + momentum * velocity + learning_rate * grad, param)
#   hint: "The gradient's share of the move goes uphill."
# - replace: as_param(param + momentum * velocity - learning_rate * grad, param)
#   with: as_param(param + (1 + momentum) * velocity, param)
#   hint: "Your move looks ahead from the wrong place: what the old velocity had already looked ahead has to be
#     taken back."
# - replace: "\"velocity\": velocity}"
#   with: "\"velocity\": new_param - param}"
#   hint: "You keep the change of the parameters as the velocity. With Nesterov the two are different things."
# - replace: state.get("step", 0) + 1
#   with: "1"
#   hint: "Every step says that it is the first."
# - replace: grad = as_param(grad, param)
#   with: pass
#   hint: "A gradient of another shape is let in as it is, and broadcasts. Are its shape and dtype those of param?"
# - replace: 0.0) - learning_rate
#   with: 0.0) - (1 - momentum) * learning_rate
#   hint: "You take the velocity as a true average. In Keras's formulation the gradient has the whole learning rate."


# %% mistake: nesterov_step
# hint: "You update the velocity inside the caller's own state. The old state must still be there after the step."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = as_param(grad, param)
    velocity = state.get("velocity", np.zeros_like(param))
    velocity *= momentum
    velocity -= as_param(learning_rate * grad, param)
    new_param = as_param(param + momentum * velocity - learning_rate * grad, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: nesterov_step
# hint: "You take momentum's step twice. The look ahead moves the parameters; the velocity is that of one step."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    moved, ahead = momentum_step(param, grad, state, learning_rate, momentum)
    new_param, again = momentum_step(moved, grad, ahead, learning_rate, momentum)
    return new_param, {"step": ahead["step"], "velocity": again["velocity"]}


# %% mistake: nesterov_step
# hint: "You keep the velocity without the rate. When the rate changes, old gradients should keep the rate that they
#   came with."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) + grad, param)
    new_param = as_param(param - learning_rate * (grad + momentum * velocity), param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: nesterov_step
# hint: "You keep a true average of the gradients. Keras's velocity has the rate and the minus inside and gives the
#   gradient its full weight, here as in momentum."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) + (1 - momentum) * grad, param)
    new_param = as_param(param - learning_rate * (momentum * velocity + (1 - momentum) * grad), param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% mistake: nesterov_step
# hint: "You go ahead by the old velocity and then move in full. The parameters that we keep are the place looked at
#   already: the old look ahead is taken back before the new one is made."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    old = state.get("velocity", 0.0)
    velocity = as_param(momentum * old - learning_rate * as_param(grad, param), param)
    return as_param(param + momentum * old + velocity, param), {
        "step": state.get("step", 0) + 1,
        "velocity": velocity,
    }


# %% mistake: nesterov_step
# hint: "Two of your factors have changed places: the new velocity is the part that fades, the gradient the part
#   that counts in full."
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = as_param(grad, param)
    velocity = as_param(momentum * state.get("velocity", 0.0) - learning_rate * grad, param)
    new_param = as_param(param + velocity - momentum * learning_rate * grad, param)
    return new_param, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% accepts: nesterov_step
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    moved, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    _, next_state = momentum_step(moved, grad, new_state, learning_rate, momentum)
    return as_param(param + next_state["velocity"], param), new_state


# %% accepts: nesterov_step
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    old = np.asarray(state["velocity"] if state else np.zeros_like(param), dtype=float)
    velocity = momentum * old - learning_rate * np.asarray(as_param(grad, param), dtype=float)
    theta = np.asarray(param, dtype=float) - momentum * old + velocity  # the textbook's parameters
    new_state = {"step": 1 + state.get("step", 0), "velocity": as_param(velocity, param)}
    return as_param(theta + momentum * velocity, param), new_state


# %% [markdown]
# How much does the look ahead damp? On the left a parabola, started at 1. On the right, for each product
# $\alpha\lambda$, the number of steps in which the distance from the lowest point falls to a tenth in the long
# run. Your steps are linear there, so two calls of each give its matrix, and the matrix's largest eigenvalue is
# the pace. (SGD has no velocity; its matrix has one entry.)


# %% demo
def steps_to_a_tenth(step, product):
    """Steps in which a parabola's distance falls to a tenth, where rate times curvature is the product."""
    columns = []
    for w, v in ((1.0, 0.0), (0.0, 1.0)):
        new_param, new_state = step(
            np.array([w]), np.array([product * w]), {"step": 1, "velocity": np.array([v])}, learning_rate=1.0
        )
        columns.append([new_param[0], new_state.get("velocity", np.zeros(1))[0]])
    pace = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    return np.log(0.1) / np.log(pace) if pace < 1 else np.nan


rules = {
    "SGD": sgd_step,
    r"momentum, $\beta = 0.9$": partial(momentum_step, momentum=0.9),
    r"Nesterov, $\beta = 0.9$": partial(nesterov_step, momentum=0.9),
}
products = np.geomspace(1e-4, 4, 400)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6))
for name, step in rules.items():
    param, state, places = np.ones(1), {}, [1.0]
    for _ in range(60):
        param, state = step(param, param, state, learning_rate=0.1)
        places.append(param[0])
    left.plot(places, label=name)
    right.loglog(products, [steps_to_a_tenth(step, product) for product in products], label=name)
left.set(xlabel="step", ylabel="$w$", title=r"A parabola with $\alpha\lambda = 0.1$")
right.set(xlabel=r"rate times curvature, $\alpha\lambda$", ylabel="steps to a tenth", ylim=(1, 1e5))
right.set_title("Long-run pace, to the limit of stability")
left.legend()
right.legend()
dd.plot.show(
    "Left, w by step on a parabola: SGD falls smoothly to 0 in about 40 steps; momentum swings from 1 to -0.6 and on "
    "with slowly fading swings; Nesterov falls fastest, swings to -0.4 and settles in half the time. Right, steps to a "
    "tenth against rate times curvature on log axes: SGD is a straight line of slope -1 down to a sharp dip at 1 and "
    "ends at 2; momentum lies ten times lower, then level at 44 from 0.003 to 3.8; Nesterov follows it, dips to a few "
    "steps at 1 and ends at 1.36."
)

# %% [markdown]
# Nesterov damps the swing, and in steep directions it is far quicker than a heavy ball. The price is on the far
# right: its steps break out at $\alpha\lambda = 2(1+\beta)/(1+2\beta) = 1.36$, SGD's at 2, momentum's only at
# $2(1 + \beta) = 3.8$.
#
# A ravine is a stretch of this axis: its curvatures lie in a window from $\alpha\lambda_{\min}$ to
# $\alpha\lambda_{\max}$ that is a factor of $\kappa$ wide, and the slowest point in the window decides. The
# learning rate slides the window to and fro. SGD's line is steep all the way down, so a wide window always
# reaches up into it. Momentum has a level floor more than a thousand wide.
#
# ## The loop
#
# All three want the same loop around them: evaluate, step, evaluate, step. The last exercise is that loop, for
# any loss and any step. To fix a rate beforehand, `partial(momentum_step, learning_rate=0.1)` makes a function
# of `(param, grad, state)`. By hand: $L = w_0^2 + 2 w_1^2$ from $(1, 1)$ with SGD and $\alpha = 0.25$. The gradient
# is $(2, 4)$, the next place $(0.5, 0)$; there it is $(1, 0)$, and the next is $(0.25, 0)$. The losses are
# $3,\ 0.25,\ 0.0625$.


# %% exercise: minimize
def minimize(loss_and_grad, start, step, num_steps):
    """Take steps from a start, and keep every place and every loss.

    Args:
        loss_and_grad: function of an array in the shape of start that returns (loss, grad): a float, and an array in
            that shape.
        start: float array of any shape; left unchanged.
        step: function (param, grad, state) -> (new_param, new_state); the first state is empty.
        num_steps: int >= 0. All steps are taken, whatever the losses do.

    Returns:
        (path, losses): path is an array of shape (num_steps + 1,) + start.shape in the dtype of start, whose row t is
        the place after t steps; losses is a float array of shape (num_steps + 1,), the loss at each of them.
        loss_and_grad is called once for each place, in order, and step num_steps times. About 9 lines.
    """
    ### BEGIN SOLUTION
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)
    ### END SOLUTION


# %% test: minimize, points=3
def bowl(w):
    return float(w[0] ** 2 + 2 * w[1] ** 2), np.array([2 * w[0], 4 * w[1]])


def quarter_step(param, grad, state):  # descent at the rate 0.25, whose state is the number of steps
    return param - 0.25 * grad, {"step": state.get("step", 0) + 1}


start = np.array([1.0, 1.0])
with dd.check.unchanged(start, what="start"):
    result = minimize(bowl, start, quarter_step, 2)
due = (np.array([[1.0, 1.0], [0.5, 0.0], [0.25, 0.0]]), np.array([3.0, 0.25, 0.0625]))
dd.check.like(result, due, why="this is the example worked by hand")
result = minimize(bowl, start, quarter_step, 0)
dd.check.like(result, (np.array([[1.0, 1.0]]), np.array([3.0])), why="no step leaves the start and its loss")


def slowing_step(param, grad, state):  # the rate is halved with each step, so the state must be handed on
    t = state.get("step", 0)
    return param - 0.25 / 2**t * grad, {"step": t + 1}


path, losses = minimize(bowl, np.array([1.0, 0.0]), slowing_step, 3)
due = np.array([[1.0, 0.0], [0.5, 0.0], [0.375, 0.0], [0.328125, 0.0]])
dd.check.like(path, due, what="path", why="the rates are 1/4, 1/8 and 1/16: each step gets the state of the last")
dd.check.like(losses, due[:, 0] ** 2, what="losses", why="each is the loss of that place")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(284)
seen = []


def watched(w):
    """A loss with curvatures 0.5, 1.5, 2.5 and so on, that remembers where it was called."""
    seen.append(np.array(w))
    curvature = 0.5 + np.arange(np.size(w)).reshape(np.shape(w))
    return float(0.5 * np.sum(curvature * w**2)), curvature * w


def heavy_step(param, grad, state):
    steps.append(dict(state))
    velocity = 0.5 * state.get("velocity", np.zeros(np.shape(param))) - 0.2 * grad
    return param + velocity, {"velocity": velocity}


for shape, num_steps in (((3,), 5), ((1,), 1), ((2, 3), 4), ((), 3), ((1, 4), 0), ((5, 1), 2)):
    start, seen, steps = rng.normal(0.0, 1.0, shape), [], []
    place, velocity, due_path, due_losses = start, np.zeros(shape), [], []
    curvature = 0.5 + np.arange(start.size).reshape(shape)
    for _ in range(num_steps + 1):
        due_path.append(place)
        due_losses.append(0.5 * float(np.sum(curvature * place**2)))
        velocity = 0.5 * velocity - 0.2 * curvature * place
        place = place + velocity
    with dd.check.unchanged(start, what="start"):
        result = minimize(watched, start, heavy_step, num_steps)
    due = (np.array(due_path).reshape((num_steps + 1, *shape)), np.array(due_losses))
    dd.check.like(result, due, rtol=1e-9, why=f"these are the start and the {num_steps} places after it")
    calls = len(seen)
    dd.check.equal(calls, num_steps + 1, what="the number of evaluations", why="each place is evaluated once")
    dd.check.close(np.array(seen), due[0], rtol=1e-9, what="the places of the evaluations", why="they come in order")
    dd.check.equal(len(steps), num_steps, what="the number of steps")
    dd.check.equal(steps[:1], [{}][:num_steps], what="the first state", why="before the first step it is empty")


def long_step(param, grad, state):
    return param - 4.0 * grad, {}


path, losses = minimize(lambda w: (float(0.5 * w @ w), w), np.array([1.0, -1.0]), long_step, 8)
growing = (-3.0) ** np.arange(9)
due = np.stack([growing, -growing], axis=1)
dd.check.like(
    path, due, what="path", why="a rate that is too large makes it grow threefold a step, and all steps count"
)
dd.check.like(losses, growing**2, what="losses", why="losses may grow")
small = np.array([1.0, -0.5, 2.0], dtype="float32")
path, losses = minimize(lambda w: (float(w @ w), w), small, lambda p, g, s: (p - np.float32(0.5) * g, s), 3)
due = np.array([small * 0.5**t for t in range(4)])
dd.check.like(path, due, dtype="float32", what="path", rtol=1e-6, why="it has the dtype of the start")
dd.check.like(losses, 5.25 * 0.25 ** np.arange(4), what="losses", rtol=1e-6, why="each is the loss of that place")
path, _ = minimize(lambda w: (float(w @ w), w), small, lambda p, g, s: (np.float64(0.5) * p, s), 1)
dd.check.dtype(path, "float32", what="path", why="it has the dtype of the start, also if a step returns another")
flat = minimize(lambda w: (1.5, np.zeros(2)), np.ones(2), lambda p, g, s: (p, s), 4)
dd.check.like(
    flat, (np.ones((5, 2)), np.full(5, 1.5)), why="on level ground nothing moves, and still it takes all steps"
)
climb = minimize(lambda w: (float(-w[0]), np.array([-1.0])), np.zeros(1), lambda p, g, s: (p + g, s), 3)
due = (np.array([[0.0], [-1.0], [-2.0], [-3.0]]), np.array([0.0, 1.0, 2.0, 3.0]))
dd.check.like(climb, due, why="the step decides where to go, uphill if it likes")
broken = minimize(lambda w: (np.inf, np.ones(1)), np.zeros(1), lambda p, g, s: (p - g, s), 3)
due = (np.array([[0.0], [-1.0], [-2.0], [-3.0]]), np.full(4, np.inf))
for came, wanted, what in zip(broken, due, ("path", "losses"), strict=True):
    dd.check.equal(came, wanted, what=what, why="all steps are taken, also where the loss is infinite")
whole = minimize(lambda w: (int(w[0] ** 2), 2 * w), np.array([4.0]), lambda p, g, s: (p - 0.25 * g, s), 2)
dd.check.like(whole, (np.array([[4.0], [2.0], [1.0]]), np.array([16.0, 4.0, 1.0])), why="losses are floats")
### END HIDDEN TESTS

# %% mistakes: minimize
# - replace: return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)
#   with: return np.array(path[1:], dtype=start.dtype), np.array(losses[1:], dtype=float)
#   hint: "The start is missing: row 0 is the place before any step."
# - replace: return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)
#   with: return param, np.array(losses, dtype=float)
#   hint: "You return where it ended. The whole path was asked for."
# - replace: return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)
#   with: return path, losses
#   hint: "Lists come back where arrays are due."
# - replace: param, state = step(param, grad, state)
#   with: param, _ = step(param, grad, state)
#   hint: "Each step gets an empty state. What it returns as new state has to reach the next."
# - replace: |-
#     loss, grad = loss_and_grad(param)
#         path.append(param)
#   with: |-
#     loss, _ = loss_and_grad(param)
#         path.append(param)
#   hint: "All your steps use the gradient of the start."
# - replace: range(num_steps)
#   with: range(num_steps - 1)
#   hint: "One step is missing. How many steps lie between num_steps + 1 places?"
# - replace: range(num_steps)
#   with: range(num_steps + 1)
#   hint: "You take one step too many."
# - replace: |-
#     path.append(param)
#         losses.append(loss)
#   with: |-
#     if loss > losses[-1]:
#             break
#         path.append(param)
#         losses.append(loss)
#   hint: "You stop when the loss grows. All steps were asked for: momentum, for one, goes uphill at times."


# %% mistake: minimize
# hint: "You walk by gradient descent of your own and never call the step that you were given."
def minimize(loss_and_grad, start, step, num_steps):
    param = start
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param = param - 0.25 * grad
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "Your losses stop one place early: the last place has a loss too."
def minimize(loss_and_grad, start, step, num_steps):
    param, state, path, losses = start, {}, [start], []
    for _ in range(num_steps):
        loss, grad = loss_and_grad(param)
        losses.append(loss)
        param, state = step(param, grad, state)
        path.append(param)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "Only places that are better than all before are kept. The path is where the walk really went."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        better = loss < losses[-1]
        path.append(param if better else path[-1])
        losses.append(loss if better else losses[-1])
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "Your path is one array that is overwritten: every row shows the last place. Keep a copy of each."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start.copy(), {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param[...], state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "You stop as soon as the gradient is 0. All steps were asked for; a velocity, for one, coasts on."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    while len(path) <= num_steps and np.any(grad):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "You stop when the loss hardly changes. All steps were asked for."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
        if abs(losses[-1] - losses[-2]) < 1e-8:
            break
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "Your first state is None. Before the first step the state is an empty dictionary."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, None
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "The losses come back first. The path is to be the first of the two."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
    return np.array(losses, dtype=float), np.array(path, dtype=start.dtype)


# %% mistake: minimize
# hint: "You walk inside the caller's own start, which is not where it was afterwards."
def minimize(loss_and_grad, start, step, num_steps):
    state = {}
    loss, grad = loss_and_grad(start)
    path, losses = [start.copy()], [loss]
    for _ in range(num_steps):
        start[...], state = step(start, grad, state)
        loss, grad = loss_and_grad(start)
        path.append(start.copy())
        losses.append(loss)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "The last loss is repeated from the place before. The last place has a loss of its own and wants one more
#   call."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    path, losses = [param], []
    for _ in range(num_steps):
        loss, grad = loss_and_grad(param)
        param, state = step(param, grad, state)
        path.append(param)
        losses.append(loss)
    losses.append(losses[-1] if losses else loss_and_grad(param)[0])
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "You stop early, where the loss rises or is no number. All steps are taken, whatever the losses do."
def minimize(loss_and_grad, start, step, num_steps):
    param, state = start, {}
    loss, grad = loss_and_grad(param)
    path, losses = [param], [loss]
    for _ in range(num_steps):
        param, state = step(param, grad, state)
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
        if loss > losses[-2]:
            break
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% mistake: minimize
# hint: "You stop early, where the loss rises or is no number. All steps are taken, whatever the losses do."
def minimize(loss_and_grad, start, step, num_steps):
    param, state, path, losses = start, {}, [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(param)
        losses.append(loss)
        if not np.isfinite(loss):
            break
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses, dtype=float)


# %% accepts: minimize
def minimize(loss_and_grad, start, step, num_steps):
    path, losses = np.empty((num_steps + 1, *start.shape), dtype=start.dtype), np.empty(num_steps + 1)
    path[0], state = start, {}
    for t in range(num_steps + 1):
        losses[t], grad = loss_and_grad(path[t].copy())
        if t < num_steps:
            path[t + 1], state = step(path[t].copy(), grad, state)
    return path, losses


# %% accepts: minimize
def minimize(loss_and_grad, start, step, num_steps):
    def walk(param, state, left):
        while True:
            loss, grad = loss_and_grad(param)
            yield param, loss
            if left == 0:
                return
            param, state = step(param, grad, state)
            left -= 1

    places, losses = zip(*walk(np.array(start), {}, num_steps), strict=True)
    return np.stack(places).astype(start.dtype), np.asarray(losses, dtype=np.float64)


# %% [markdown]
# ## Put it together: a ravine and a banana
#
# Two courses. The ravine has $\kappa = 100$. The other is Rosenbrock's (1960),
#
# $$L = (1 - w_0)^2 + 100\,(w_1 - w_0^2)^2 ,$$
#
# a curved valley whose floor falls so gently that its lowest point, at $(1, 1)$, is hard to reach. Each of the
# three gets the same choice of 17 rates, four to a factor of ten, and its best one is used; $\beta = 0.9$.
# (A rate at which the loss overflows has lost. The next cell silences those warnings.)


# %% demo
def rosenbrock(w):
    gap = w[1] - w[0] ** 2
    return (1 - w[0]) ** 2 + 100 * gap**2, np.array([-2 * (1 - w[0]) - 400 * w[0] * gap, 200 * gap])


courses = {
    "Ravine": (ravine([1.0, 100.0]), np.array([-10.0, 1.0]), (0, 0), 60),
    "Rosenbrock": (rosenbrock, np.array([-1.2, 1.0]), (1, 1), 300),
}
rates = 10.0 ** np.arange(-5, -0.9, 0.25)
fig, panels = plt.subplots(2, 2, figsize=(14, 8.4), width_ratios=[3, 2])
windows = (((-11, 7), (-1.5, 2.5)), ((-1.8, 1.8), (-0.6, 2.2)))
levels = (0.5 * np.arange(0.5, 20, 1.5) ** 2, np.geomspace(0.03, 1000, 14))
final = {}
for row, (course, (loss_and_grad, start, goal, num_steps)) in enumerate(courses.items()):
    draw_landscape(panels[row, 0], loss_and_grad, *windows[row], levels[row])
    for (name, step), marker in zip(rules.items(), "os^", strict=True):
        with np.errstate(all="ignore"):
            runs = [minimize(loss_and_grad, start, partial(step, learning_rate=rate), num_steps) for rate in rates]
        ends = [losses[-1] if np.isfinite(losses[-1]) else np.inf for _, losses in runs]
        path, losses = runs[int(np.argmin(ends))]
        final[course, name] = losses[-1]
        print(f"{course:10s} {name:24s}: best rate {rates[np.argmin(ends)]:.2g}, loss at the end {losses[-1]:.2g}")
        panels[row, 0].plot(*path.T, marker=marker, markersize=3, linewidth=1.2, label=name)
        panels[row, 1].semilogy(losses, label=name)
    panels[row, 0].plot(*goal, "k*", markersize=13)
    panels[row, 0].set_title(f"{course}: the paths")
    panels[row, 1].set(xlabel="step", ylabel="loss", title=f"{course}: the losses")
    panels[row, 0].legend(loc="upper left", fontsize=10)
dd.plot.show(
    "Two rows. Ravine: SGD zigzags, then creeps along the floor and stops a third of the way short of the star; "
    "momentum swings past it and back, Nesterov comes nearly straight; losses against steps fall slowly for SGD, in "
    "waves and much faster for the other two. Rosenbrock: after some jumps SGD creeps round the bend and stops short "
    "of the star, momentum reaches it, Nesterov comes near; momentum's loss ends far the lowest."
)
for course in courses:
    plain, *others = (final[course, name] for name in rules)
    assert max(others) < plain / 5, f"momentum must do better on {course}"

# %% [markdown]
# On the ravine SGD has to choose a rate that the walls allow, and creeps along the floor with it. Momentum swings
# past the goal and back; Nesterov, with the swing damped, ends lowest. Along the banana both are ahead of SGD after
# the same number of steps, and there the heavy ball is the better of the two, because the walls allow it three times
# Nesterov's rate: no order of them holds for all courses.
#
# Does the promise of the square root hold? The number of steps until the distance is a millionth of what it was,
# each rule with the rate and $\beta$ that theory gives it for the $\kappa$ at hand:

# %% demo
kappas = np.array([3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0])
tuned = {
    "SGD": lambda k: partial(sgd_step, learning_rate=2 / (k + 1)),
    "momentum": lambda k: partial(
        momentum_step, learning_rate=4 / (np.sqrt(k) + 1) ** 2, momentum=((np.sqrt(k) - 1) / (np.sqrt(k) + 1)) ** 2
    ),
    "Nesterov": lambda k: partial(nesterov_step, learning_rate=1 / k, momentum=(np.sqrt(k) - 1) / (np.sqrt(k) + 1)),
}
fig, ax = plt.subplots(figsize=(8, 4.8))
slopes = {}
for (name, rule), marker in zip(tuned.items(), "os^", strict=True):
    counts = []
    for kappa in kappas:
        loss_and_grad, step = ravine([1.0, kappa]), rule(kappa)
        param, state, count = np.ones(2), {}, 0
        while np.linalg.norm(param) > 1e-6 * np.sqrt(2):
            param, state = step(param, loss_and_grad(param)[1], state)
            count += 1
        counts.append(count)
    slopes[name] = np.polyfit(np.log(kappas[-4:]), np.log(counts[-4:]), 1)[0]
    ax.loglog(kappas, counts, marker=marker, label=f"{name}: slope {slopes[name]:.2f}")
    print(f"{name:8s}:", ", ".join(f"{count} for {kappa:.0f}" for kappa, count in zip(kappas, counts, strict=True)))
ax.set(xlabel=r"condition number $\kappa$", ylabel="steps to a millionth", title="What does ill-conditioning cost?")
ax.legend()
dd.plot.show(
    "Steps against condition number on log axes. SGD: a straight line of slope 1, from about 20 steps to about 20,000. "
    "Momentum and Nesterov: lines of a slope slightly above one half, from about 15 to under 1,000 steps."
)
assert slopes["SGD"] > 0.95 and max(slopes["momentum"], slopes["Nesterov"]) < 0.62

# %% [markdown]
# It holds: a hundred times the condition number costs SGD a hundred times the steps, the other two about ten
# times. (The slopes are read off the last four points. Momentum's is somewhat above one half because at its best
# setting the two eigenvalues coincide.)
#
# ## Saddles and local minima
#
# The losses of networks are no bowls. Where the gradient is zero there may be a **local minimum**, which is lower
# than its surroundings and not the lowest; or a **saddle point**, a minimum along some directions and a maximum
# along others. With millions of directions it is rare that all curve upwards at a place of high loss, so in large
# networks saddles are held to be the commoner obstacle (Dauphin and others, 2014). Backpropagation's inventors
# worried about local minima from the start; in practice they were seldom what stopped training.
#
# How long does a saddle hold a descent? $L = \frac12 w_0^2 - \frac12 w_1^2 + \frac14 w_1^4$ has one at the
# origin, between two minima at $w_1 = \pm 1$. And does momentum roll out of a shallow minimum?
# $L = \frac14 (w^2 - 1)^2 - 0.15\, w$ has one near $-1$ and a deeper one near $+1$. From each side, 9 starts and four
# rates from 0.01 to 0.1, where does each rule end after 500 steps?


# %% demo
def saddle(w):
    return 0.5 * w[0] ** 2 - 0.5 * w[1] ** 2 + 0.25 * w[1] ** 4, np.array([w[0], -w[1] + w[1] ** 3])


def two_wells(w):
    return float(0.25 * (w**2 - 1) ** 2 - 0.15 * w), w * (w**2 - 1) - 0.15


noise = np.random.default_rng(4)
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(16, 4.4))
for name, step in rules.items():
    _, losses = minimize(saddle, np.array([1.0, 1e-4]), partial(step, learning_rate=0.05), 400)
    left.plot(losses, label=name)
path, losses = minimize(saddle, np.array([1.0, 0.0]), partial(sgd_step, learning_rate=0.05), 400)
assert losses[-1] > -1e-6  # exactly on the ridge it stays for ever
_, losses = minimize(
    saddle, np.array([1.0, 0.0]), lambda p, g, s: sgd_step(p, g + noise.normal(0, 0.01, 2), s, learning_rate=0.05), 400
)
left.plot(losses, label="SGD from the ridge, noisy")
left.set(xlabel="step", ylabel="loss", title="A saddle holds a descent up")
left.legend(loc="upper right", fontsize=10)

line = np.linspace(-2.0, 2.0, 201)
middle.plot(line, 0.25 * (line**2 - 1) ** 2 - 0.15 * line, color="0.4", linestyle="-")
for (name, step), marker in zip(list(rules.items())[:2], "os", strict=True):
    path, losses = minimize(two_wells, np.array(-1.8), partial(step, learning_rate=0.05), 600)
    middle.plot(path[:60:2], losses[:60:2], linestyle="", marker=marker, markersize=4, label=name)
middle.set(xlabel="$w$", ylabel="loss", title="The first 60 steps from $-1.8$", ylim=(-0.3, 1.7))
middle.legend()

starts, labels = np.linspace(1.2, 2.4, 9), ["from the left", "from the right"]
for i, (name, step) in enumerate(rules.items()):
    shares = []
    for side in (-1, 1):
        ends = [
            minimize(two_wells, np.array(side * start), partial(step, learning_rate=rate), 500)[0][-1]
            for start in starts
            for rate in (0.01, 0.02, 0.05, 0.1)
        ]
        shares.append(np.mean(np.array(ends) > 0))
    right.bar(np.arange(2) + 0.27 * (i - 1), shares, width=0.25, color=f"C{i}", edgecolor="black", label=name)
    print(f"{name:24s}: in the deeper well from the left {shares[0]:.0%}, from the right {shares[1]:.0%}")
right.set(xticks=range(2), xticklabels=labels, ylabel="share that ends in the deeper well", title="Which well?")
right.set_ylim(0, 1.35)
right.legend(loc="upper left", fontsize=10)
dd.plot.show(
    "Left, loss by step near a saddle: all stay level near 0 for a while; momentum and Nesterov drop to -0.25 after "
    "about 50 steps, noisy SGD after about 120, SGD after about 180. Middle, two wells: SGD's dots stop in the shallow "
    "left one, momentum's pass over into the deep right one. Right, shares that end in the deeper well: from the left "
    "none of SGD's runs and half or more of the others'; from the right all of SGD's and about three quarters of the "
    "others'."
)

# %% [markdown]
# A saddle is a plateau, not an end: the distance from the ridge grows by a factor with each step, and momentum
# makes the factor larger. Exactly on the ridge SGD would stay for ever, but the least noise, such as that of a
# mini-batch, tips it over. A loss that stays level for a while need not have arrived.
#
# From the left the ball often rolls over the low wall into the deeper well, and SGD never does. The other pair of
# bars is told less often: from the right it rolls *out* of the deeper well in about a quarter of the runs. Momentum
# is no search for the lowest point; it is less easily stopped, by good places as by bad ones. Nor is the lowest
# training loss the goal. What counts is the loss on new examples, and there the wells that differ in training
# often do equally well.
#
# ## What you should remember
#
# - $s \leftarrow \beta s + (1 - \beta) x$ averages over about $1/(1-\beta)$ observations; dividing by
#   $1 - \beta^{t+1}$ removes the zero that it began with.
# - A small batch moves early and levels off on a floor proportional to $\alpha/B$; the rate belongs to the batch,
#   and falls at the end.
# - The steepest direction limits the rate, the flattest sets the pace: steps grow like $\kappa$, with momentum like
#   $\sqrt\kappa$.
# - Momentum multiplies the rate by $1/(1-\beta)$ where gradients agree and damps them where they alternate;
#   Nesterov's look ahead damps the swing as well.
# - An optimiser is a step: parameters, gradient and state in, new ones out, nothing changed in place.
#
# ## Check yourself
#
# 1. You switch from SGD to momentum with $\beta = 0.9$, keep the rate, and training diverges at once, though
#    momentum is stable up to almost twice the rate on a parabola. What else may be the reason, and what is a fair
#    first try?
# 2. A colleague restores the parameters of an interrupted run but not the optimiser's state. What happens with SGD,
#    with momentum, and with a falling rate?
# 3. Your loss is level for 200 steps and then falls again. Local minimum or saddle, and how could you have known?
#
# <details><summary>Answers</summary>
#
# 1. Where gradients agree, the steps are ten times as long, and noise is amplified too; a loss that is no parabola
#    may get much steeper there. Divide the rate by ten.
# 2. SGD at a constant rate goes on as if nothing had been. Momentum has to gather speed anew, for about
#    $1/(1 - \beta)$ steps. With a falling rate the count is lost: it starts again at the full rate.
# 3. A minimum would have kept plain descent; so a saddle, or a slope too gentle to see. The gradient's length tells
#    a plateau from the bottom only in part, because it is small at both; the curvatures (Day 30) tell them apart.
#
# </details>
#
# ## Go further
#
# - B. T. Polyak, "Some Methods of Speeding up the Convergence of Iteration Methods", *USSR Computational Mathematics
#   and Mathematical Physics* 4(5), 1964.
# - Y. Nesterov, "A Method for Solving the Convex Programming Problem with Convergence Rate $O(1/k^2)$", 1983.
# - Y. Bengio, N. Boulanger-Lewandowski and R. Pascanu, "Advances in Optimizing Recurrent Networks", 2012: the form of
#   Nesterov's rule that Keras has.
# - I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the Importance of Initialization and Momentum in Deep
#   Learning", *ICML*, 2013.
# - G. Goh, "Why Momentum Really Works", *Distill*, 2017: the square root, in pictures that move.
#
# One rate still serves all parameters. Tomorrow each gets its own.
