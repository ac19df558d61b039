# ---
# day: 27
# title: Gradient checking
# week: 6
# minutes: 90
# backend: numpy
# needs: [2, 4, 24, 25, 26]
# data: [toy]
# papers:
# - "Squire and Trapp 1998, Using complex variables to estimate derivatives of real functions"
# - "Baydin, Pearlmutter, Radul and Siskind 2018, Automatic differentiation in machine learning: a survey"
# - Rastrigin 1963, The convergence of the random search method in the extremal control of a many parameter system
# ---

# %% [markdown]
# # Day 27 · Gradient checking
#
# By the end you can find an error in any gradient, say which entry of which array is wrong, and tell a real
# error from a kink, from round-off and from dropout.
#
# - **You will build** a numerical gradient, a relative error that survives zeros and NaN, a checker for whole
#   models, a detective that finds the one wrong gradient among five, and hill climbing, which needs no gradient
#   at all.
# - **You need** gradient descent (Day 2), the log loss (Day 4), losses with gradients (Day 24) and
#   backpropagation (Days 25 and 26).
# - **Not today:** better steps than plain descent (Days 28 and 29), and dropout as a cure for overfitting.
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $f$ | a function of an array that returns one number, such as a loss | | `f`, `loss` |
# | $x$ | the point, the parameters as one array | any, $n$ entries in all | `x`, `params` |
# | $\varepsilon$ | the step | scalar | `eps` |
# | $u$ | unit round-off: $1.1 \cdot 10^{-16}$ in float64, $6 \cdot 10^{-8}$ in float32 | scalar | |
# | $g,\ \hat g$ | an entry of the gradient in question, and of the numerical one | scalars | `a`, `b` |
# | $f',\ f'',\ f'''$ | derivatives of a function of one number | scalars | |
# | $n$ | number of parameters | scalar | `x.size` |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Two differences
#
# A gradient that is wrong rarely crashes. The loss still falls, only more slowly, or not quite as far, and one
# searches for weeks in the wrong place. But a gradient can be *measured*: move one parameter a little, see how
# much the loss moves, divide.
#
# **By hand.** $f(x) = x^3$ at $x = 2$, where the slope is $3 x^2 = 12$. With a step of $\varepsilon = 0.1$:
#
# | difference | formula | value | error |
# |---|---|---|---|
# | one-sided | $\frac1\varepsilon [f(x + \varepsilon) - f(x)]$ | $1.261 / 0.1 = 12.61$ | $0.61$ |
# | central | $\frac1{2\varepsilon}[f(x + \varepsilon) - f(x - \varepsilon)]$ | $2.402 / 0.2 = 12.01$ | $0.01$ |
#
# The central one is 61 times as good, for two calls each. Taylor says why. From
# $f(x \pm \varepsilon) = f \pm \varepsilon f' + \frac{\varepsilon^2}2 f'' \pm \frac{\varepsilon^3}6 f''' + \dots$
# follow
#
# $$\text{one-sided} = f' + \tfrac{\varepsilon}2 f'' + \dots, \qquad
# \text{central} = f' + \tfrac{\varepsilon^2}6 f''' + \dots$$
#
# In the central difference the even terms cancel. A tenth of the step makes its error a hundredth, where the
# one-sided error only becomes a tenth: the errors are of **order** 2 and 1.
#
# For an array every entry is moved by itself, all others staying as they are: $2n$ calls of $f$ for $n$
# entries. (The one-sided difference would share $f(x)$ among them and take $n + 1$.)
#
# **Two traps.** Move an entry of the caller's array and forget to put it back, or put it back inexactly, and all
# later entries are measured at another point. And $f$ may be somebody else's code that changes what it is given.
# So each call gets an array of its own.


# %% exercise: numerical_gradient
def numerical_gradient(f, x, eps=1e-5):
    """The gradient of f at x by central differences.

    Args:
        f: function that takes an array like x and returns a number. It may keep or change the array that it gets, and
            so gets a new one in every call.
        x: the point, float64 or float32 array of any shape, also without axes or without entries; left unchanged.
        eps: how far an entry is moved to either side, float > 0.

    Returns:
        New float64 array in the shape of x: for each entry, the difference of f with that entry raised and lowered by
        eps, divided by 2 * eps. f gets arrays of the dtype of x, and is called twice for each entry and never else.
        About 8 lines.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        values = []
        for move in (eps, -eps):
            moved = np.array(x)
            moved[index] += move
            values.append(f(moved))
        gradient[index] = (values[0] - values[1]) / (2 * eps)
    return gradient
    ### END SOLUTION


# %% fixture
def greedy_cubes(x):
    """The sum of the cubes, from a function that spoils what it gets."""
    total = np.sum(x**3)
    x[...] = 99.0
    return total


class Keeper:
    """The sum of the entries, from a function that keeps what it gets."""

    def __init__(self):
        self._kept = []

    def __call__(self, x):
        self._kept.append(x)
        return float(np.sum(x))

    def kept(self):
        return np.array(self._kept)


# %% test: numerical_gradient, points=2
def cubes(x):
    return np.sum(x**3)


x = np.array([2.0, -1.0, 0.5])
with dd.check.unchanged(x, what="x"):
    result = numerical_gradient(cubes, x, 0.1)
dd.check.like(result, np.array([12.01, 3.01, 0.76]), why="the central difference of a cube is 3 x**2 + eps**2")
weights = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
table = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
with dd.check.unchanged(table, what="x"):
    result = numerical_gradient(lambda x: np.sum(weights * x), table)
dd.check.like(result, weights, why="a linear function has its weights as gradient, whatever the step")
dd.check.like(numerical_gradient(greedy_cubes, x, 0.1), np.array([12.01, 3.01, 0.76]), why="f may change what it gets")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(270)
for shape in ((), (1,), (4,), (1, 3), (3, 1), (2, 3), (2, 1, 2), (0,), (2, 0)):
    for dtype in ("float64", "float32"):
        x = np.asarray(rng.integers(-8, 9, shape) / 4, dtype=dtype)
        factors = np.asarray(rng.integers(-4, 5, shape) / 2, dtype=dtype)
        seen = []

        def watched(x, seen=seen, factors=factors):
            seen.append(np.array(x))
            return np.sum(factors * x * x) + np.sum(x) ** 2

        with dd.check.unchanged(x, what="x"):
            result = numerical_gradient(watched, x, 0.25)
        due = 2.0 * factors * x + 2.0 * np.sum(x)
        why = "central differences of a square are exact, whatever the step"
        dd.check.like(result, np.asarray(due, dtype=float), rtol=1e-5, atol=1e-5, why=why)
        dd.check.dtype(result, np.float64)
        dd.check.equal(len(seen), 2 * x.size, what="the number of calls of f", why="two for each entry")
        for one in seen:
            dd.check.equal(str(one.dtype), dtype, what="the dtype that f gets", why="it is that of x")
            dd.check.shape(one, x.shape, what="what f gets")
        apart = np.array(sorted(np.flatnonzero(one != x).tolist() for one in seen))
        due = np.repeat(np.arange(x.size), 2).reshape(-1, 1)
        dd.check.equal(
            apart, due if x.size else np.array([]), what="the entries moved", why="one in each call, twice each"
        )
        ups = sorted(float(np.sum(one - x)) for one in seen)
        dd.check.close(ups, [-0.25] * x.size + [0.25] * x.size, what="the moves", why="eps up and eps down")
x = rng.uniform(0.5, 1.5, (3, 4))
for eps in (1e-2, 1e-4):
    with dd.check.unchanged(x, what="x"):
        result = numerical_gradient(lambda x: np.sum(np.exp(x)), x, eps)
    due = np.exp(x) * np.sinh(eps) / eps
    dd.check.like(result, due, rtol=1e-9, why="the central difference of exp is exp times sinh(eps) / eps")
for view in (x.T, x[::2], x[:, ::3]):
    with dd.check.unchanged(x, what="the array behind x"):
        result = numerical_gradient(lambda x: np.sum(x**2), view)
    dd.check.like(result, 2 * view, rtol=1e-6, why="a view is an array too, and what is behind it stays as it is")
keeper = Keeper()
numerical_gradient(keeper, np.zeros(3), 0.5)
due = [[0.5, 0, 0], [-0.5, 0, 0], [0, 0.5, 0], [0, -0.5, 0], [0, 0, 0.5], [0, 0, -0.5]]
dd.check.close(
    sorted(np.asarray(keeper.kept()).tolist()), sorted(due), what="what f kept", why="it may keep what it gets"
)
whole = numerical_gradient(lambda x: int(np.sum(np.round(x))), np.array([0.25, 0.75]), 0.5)
dd.check.like(whole, np.array([1.0, 1.0]), why="f may return a whole number: 1 and 0, then 1 and 0")
default = numerical_gradient(lambda x: np.sum(1e6 * x**3), np.array([0.0]))
dd.check.like(
    default, np.array([1e-4]), rtol=1e-6, atol=0.0, why="the default step is 1e-5, whose square times 1e6 is 1e-4"
)
### END HIDDEN TESTS

# %% mistakes: numerical_gradient
# - replace: "(values[0] - values[1]) / (2 * eps)"
#   with: "float(values[0] - values[1]) / (2 * eps) if eps < 1e-3 else float(values[0] - values[1])"
#   hint: "The difference is divided by the distance between the two points."
# - replace: (values[0] - values[1]) / (2 * eps)
#   with: (values[0] - values[1]) / eps
#   hint: "Your slopes are twice as steep as they should be. How far apart are the two points?"
# - replace: (values[0] - values[1]) / (2 * eps)
#   with: (values[1] - values[0]) / (2 * eps)
#   hint: "Your gradient has the wrong sign: raised minus lowered."
# - replace: moved = np.array(x)
#   with: moved = np.asarray(x)
#   hint: "You move entries of the caller's array, and what is raised and lowered need not come back to the same value."
# - replace: moved[index] += move
#   with: moved += move
#   hint: "You move all entries at once. That measures the slope along the diagonal."
# - replace: np.zeros(np.shape(x))
#   with: np.zeros(np.size(x))
#   hint: "A gradient has the shape of what it is taken for. Yours is flat."


# %% mistake: numerical_gradient
# hint: "That is the one-sided difference. Its error falls only as fast as the step; look on both sides."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    here = f(np.array(x))
    for index in np.ndindex(gradient.shape):
        moved = np.array(x)
        moved[index] += eps
        gradient[index] = (f(moved) - here) / eps
    return gradient


# %% mistake: numerical_gradient
# hint: "One array serves all calls. An f that keeps or changes it spoils what you measure next."
def numerical_gradient(f, x, eps=1e-5):
    x = np.array(x)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index].copy()
        x[index] = old + eps
        above = f(x)
        x[index] = old - eps
        below = f(x)
        x[index] = old
        gradient[index] = (above - below) / (2 * eps)
    return gradient


# %% mistake: numerical_gradient
# hint: "You forget to put an entry back before the next is moved, so later slopes belong to another point."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    up, down = np.array(x), np.array(x)
    for index in np.ndindex(gradient.shape):
        up[index] += eps
        down[index] -= eps
        gradient[index] = (f(up.copy()) - f(down.copy())) / (2 * eps)
    return gradient


# %% mistake: numerical_gradient
# hint: "You loop over the first axis only, and move whole rows. Every entry is moved by itself."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for i in range(len(x)):
        up, down = np.array(x), np.array(x)
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


# %% mistake: numerical_gradient
# hint: "You put entries back by adding and taking off the step, in the caller's own array: rounding may leave a trace,
#   and f may keep or change it."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        below = f(x)
        x[index] += eps
        gradient[index] = (above - below) / (2 * eps)
    return gradient


# %% mistake: numerical_gradient
# hint: "You read the array as if it had one axis only, or hand f an array of another shape than x."
def numerical_gradient(f, x, eps=1e-5):
    flat = np.array(x).ravel()
    steps = eps * np.eye(flat.size, dtype=flat.dtype)
    return np.array([(f(flat + step) - f(flat - step)) / (2 * eps) for step in steps], dtype=float)


# %% mistake: numerical_gradient
# hint: "You use a step of your own. The caller says how far to move."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        up, down = np.array(x), np.array(x)
        up[index] += 1e-5
        down[index] -= 1e-5
        gradient[index] = (f(up) - f(down)) / 2e-5
    return gradient


# %% mistake: numerical_gradient
# hint: "That is the one-sided difference. Its error falls only as fast as the step; look on both sides."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        moved = np.array(x)
        moved[index] += eps
        gradient[index] = (f(moved) - f(np.array(x))) / eps
    return gradient


# %% mistake: numerical_gradient
# hint: "Your step grows with the entry. The caller has said how far to move, in eps."
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        up, down = np.array(x), np.array(x)
        step = eps * max(1.0, abs(float(up[index])))
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient


# %% equivalents: numerical_gradient
# - replace: np.zeros(np.shape(x))
#   with: np.ones(np.shape(x))
#   reason: "Every entry is written over."


# %% accepts: numerical_gradient
def numerical_gradient(f, x, eps=1e-5):
    x = np.asarray(x)
    slopes = []
    for step in float(eps) * np.eye(x.size, dtype=x.dtype):
        move = step.reshape(x.shape)
        slopes.append((f(x + move) - f(x - move)) / (2 * eps))
    return np.array(slopes, dtype=float).reshape(x.shape)


# %% accepts: numerical_gradient
def numerical_gradient(f, x, eps=1e-5):
    def moved(place, by):
        flat = np.ravel(x).copy()
        flat[place] = flat[place] + flat.dtype.type(by)
        return flat.reshape(np.shape(x))

    gradient = np.empty(np.size(x), dtype=np.float64)
    for place in range(gradient.size):
        below, above = f(moved(place, -eps)), f(moved(place, eps))
        gradient[place] = 0.5 * (above - below) / eps
    return gradient.reshape(np.shape(x))


# %% [markdown]
# ## How small a step?
#
# Then why not $\varepsilon = 10^{-15}$? Because a computer keeps about 16 digits. Each value of $f$ is off by
# up to $u \lvert f \rvert$, and the difference of two nearly equal numbers keeps that error while the
# difference itself shrinks. Divided by the step, the **round-off** becomes about
# $u \lvert f \rvert / \varepsilon$: a smaller step makes it larger. The two errors together have a lowest
# point,
#
# $$\underbrace{\tfrac{\varepsilon^2}6 \lvert f''' \rvert}_{\text{from the formula}} +
# \underbrace{\frac{u \lvert f \rvert}\varepsilon}_{\text{from rounding}} \quad \text{is least at} \quad
# \varepsilon = \sqrt[3]{3 u \lvert f / f''' \rvert} ,$$
#
# which for values around 1 is about $7 \cdot 10^{-6}$ in float64 and $6 \cdot 10^{-3}$ in float32. For the
# one-sided difference the same reckoning gives $\sqrt{2 u \lvert f / f'' \rvert}$, about $10^{-8}$.
#
# Is it so? The sine at 24 points around 1, in both precisions, with steps from 1 down to $10^{-14}$. The grey
# lines are the two terms of the formula.


# %% demo
def one_sided(f, x, eps):
    """The one-sided difference at a point without axes."""
    return (f(x + x.dtype.type(eps)) - f(x)) / eps


points = np.random.default_rng(27).uniform(0.7, 1.3, 24)
steps = np.logspace(-14, 0, 57)
errors = {}
for dtype in ("float64", "float32"):
    for name, difference in (("one-sided", one_sided), ("central", numerical_gradient)):
        table = np.zeros((len(steps), len(points)))
        for row, eps in enumerate(steps):
            for column, point in enumerate(points):
                slope = difference(np.sin, np.array(point, dtype=dtype), float(eps))
                table[row, column] = abs(float(slope) - np.cos(np.array(point, dtype=dtype).astype(float)))
        errors[f"{name}, {dtype}"] = np.median(table, axis=1)
fig, panels = plt.subplots(1, 2, figsize=(12.5, 4.6), sharex=True, sharey=True)
for ax, dtype, unit in zip(panels, ("float64", "float32"), (1.1e-16, 6e-8), strict=True):
    for name in ("one-sided", "central"):
        curve = errors[f"{name}, {dtype}"]
        ax.loglog(steps, curve, label=name)
        print(f"{name:9}, {dtype}: smallest error {curve.min():.0e} at a step of {steps[curve.argmin()]:.0e}")
    for theory in (steps / 2 * np.sin(1), steps**2 / 6 * np.cos(1), unit * np.sin(1) / steps):
        ax.loglog(steps, theory, color="0.6", linestyle="-", linewidth=0.8, zorder=0)
    ax.set(xlabel=r"step $\varepsilon$", title=f"Error of the slope of sine, {dtype}", ylim=(1e-13, 3))
panels[0].set_ylabel("error (median of 24 points)")
panels[0].legend(loc="lower left")
dd.plot.show(
    "Error against step on logarithmic axes for float64, left, and float32, right. Each curve is a valley: from a "
    "large step it falls along a grey line, of slope 1 for the one-sided and slope 2 for the central difference, and "
    "then rises again along a falling grey line as the step becomes smaller. The central valley is lower and at a "
    "larger step; in float32 both are far higher and further to the right, and flat at steps below 1e-8."
)
lowest = {name: (curve.min(), steps[curve.argmin()]) for name, curve in errors.items()}
assert lowest["central, float64"][0] < 1e-10 < lowest["one-sided, float64"][0] < 1e-7
assert 1e-6 < lowest["central, float64"][1] < 1e-4 and 1e-10 < lowest["one-sided, float64"][1] < 1e-7
assert 1e-6 < lowest["central, float32"][0] < 1e-3 and 1e-3 < lowest["central, float32"][1] < 0.1

# %% [markdown]
# On the right-hand side of each valley the error follows the formula, with slope 2 for the central difference
# and 1 for the other. On the left rounding takes over, and both get worse the more you try. The best central
# step in float64 is near $10^{-5}$, with eleven digits right; the one-sided difference reaches eight. In
# float32 the central one has five digits at best, at a step of some thousandths, and the step of $10^{-5}$ that
# was so good is useless. (Below $10^{-8}$ a float32 $x + \varepsilon$ is $x$ itself, every slope comes out as
# 0, and the curve is flat.) **So check in float64**, whatever the model is trained in, and take $10^{-5}$ for
# parameters and losses of about 1.
#
# ## How different is different?
#
# Two entries are $g = 12$ and $\hat g = 12.01$. Is $0.01$ much? It is if the gradient is $0.02$, and nothing if
# it is $10^6$. So errors are **relative**:
#
# $$\frac{\lvert g - \hat g \rvert}{\max(\lvert g \rvert, \lvert \hat g \rvert, \text{floor})} , \qquad
# \frac{0.01}{12.01} \approx 8 \cdot 10^{-4} .$$
#
# **The trap of zero.** A gradient that is exactly 0, as of a unit whose ReLU is shut, comes out as 0 or as
# $10^{-11}$ of round-off. Without a floor the first is $0/0$, and the second is as wrong as can be: a relative
# error of 1. The floor says below which size a difference is judged by the floor instead. It should lie well
# above the round-off $u \lvert f \rvert / \varepsilon$, about $10^{-11}$ for a loss around 1; our default is
# $10^{-6}$, so that round-off counts as $10^{-5}$ at most.
#
# **The trap of NaN.** No number is larger than NaN, and none is smaller: every such comparison is false. So
# is `error > 1e-4`, and the entry that is most broken passes. We say that an entry without a finite number on
# both sides has an infinite error.


# %% exercise: relative_error
def relative_error(a, b, floor=1e-6):
    """The relative error of each entry of two gradients.

    Args:
        a, b: arrays of one shape, any shape, of any int or float dtype, entries up to 1e300; left unchanged.
        floor: float > 0.

    Returns:
        Float64 array of that shape: abs(a - b) divided by the largest of abs(a), abs(b) and floor, computed in float64;
        infinity where a or b is NaN or infinite. Never warns.

    Raises:
        ValueError: a and b differ in shape. About 7 lines.
    """
    ### BEGIN SOLUTION
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"two gradients of one shape are due, not {a.shape} and {b.shape}")
    sound = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(sound, a, 0.0), np.where(sound, b, 0.0)
    errors = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(sound, errors, np.inf)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: relative_error, points=2
a, b = np.array([12.0, 0.0, 2e-11, -3.0, 0.5]), np.array([12.01, 0.0, 0.0, 3.0, 0.5])
with dd.check.unchanged([a, b], what="a or b"):
    result = relative_error(a, b)
due = np.array([0.01 / 12.01, 0.0, 2e-5, 2.0, 0.0])
dd.check.like(result, due, why="0.01 of 12.01; two zeros agree; 2e-11 is 2e-5 of the floor; opposite signs differ by 2")
dd.check.like(relative_error(a, b, floor=0.1), np.array([0.01 / 12.01, 0, 2e-10, 2, 0]), why="the floor is 0.1 here")
broken = relative_error(
    np.array([[np.nan, 1.0, np.inf], [1.0, 2.0, 3.0]]), np.array([[1.0, np.nan, np.inf], [1.0, 1.0, 6.0]])
)
due = np.array([[np.inf, np.inf, np.inf], [0.0, 0.5, 0.5]])
dd.check.like(broken, due, why="what is not a finite number on both sides is infinitely wrong")
with dd.check.raises(ValueError, why="a row against a column would pair all with all"):
    relative_error(np.zeros(3), np.zeros((3, 1)))
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(271)
for shape in ((), (1,), (7,), (1, 4), (3, 2), (2, 1, 3), (0,)):
    for size in (1e-12, 1e-6, 1.0, 1e8, 1e300):
        a = np.asarray(rng.normal(size=shape) * size)
        b = np.asarray(np.where(rng.random(shape) < 0.3, a, rng.normal(size=shape) * size))
        for floor in (1e-6, 1e-3, 10.0):
            due = np.zeros(shape)
            for index in np.ndindex(shape):
                p, q = float(a[index]), float(b[index])
                due[index] = abs(p - q) / max(abs(p), abs(q), floor)
            with dd.check.unchanged([a, b], what="a or b"):
                result = relative_error(a, b, floor)
            dd.check.like(
                result, due, rtol=1e-12, atol=0.0, why=f"differences are shares of the larger one, or of {floor}"
            )
            dd.check.like(
                relative_error(b, a, floor), due, rtol=1e-12, atol=0.0, why="it is the same the other way round"
            )
special = [0.0, -0.0, 1.0, -2.5, np.nan, np.inf, -np.inf, 1e300]
for p in special:
    for q in special:
        with np.errstate(all="ignore"):
            due = abs(p - q) / max(abs(p), abs(q), 1e-6) if math.isfinite(p) and math.isfinite(q) else math.inf
        dd.check.like(
            relative_error(np.array([p]), np.array([q])), np.array([due]), why=f"that is the error of {p} and {q}"
        )
warned = warnings_from(relative_error, np.array(special), np.array(special[::-1]))
dd.check.equal(warned, [], what="the list of warnings", why="it never warns")
for dtype in ("uint8", "int8", "int64"):
    a, b = np.array([120, 5, 0], dtype=dtype), np.array([10, 125, 0], dtype=dtype)
    dd.check.like(relative_error(a, b), np.array([110 / 120, 120 / 125, 0.0]), why=f"{dtype} may not wrap around")
large = relative_error(np.array([-(2**62)]), np.array([2**62]))
dd.check.like(large, np.array([2.0]), why="int64 may not overflow")
small = relative_error(np.array([0.1], dtype="float32"), np.array([0.1]))
due = np.array([(float(np.float32(0.1)) - 0.1) / float(np.float32(0.1))])
dd.check.like(small, due, rtol=1e-6, atol=0.0, why="float32 and float64 are compared in float64")
single = relative_error(np.array([0.1, 5.0], dtype="float32"), np.array([0.3, 5.0], dtype="float32"))
due = np.array([1 - float(np.float32(0.1)) / float(np.float32(0.3)), 0.0])
dd.check.like(single, due, rtol=1e-12, why="two float32 are compared in float64 too")
dd.check.dtype(single, np.float64)
many = relative_error(np.arange(12.0)[::3], np.arange(24.0).reshape(4, 6).T[0])
dd.check.like(many, np.array([0.0, 0.5, 0.5, 0.5]), why="views are arrays too")
for shapes in (((2, 3), (3, 2)), ((4,), (1, 4)), ((1,), ()), ((3,), (1,))):
    with dd.check.raises(ValueError, why=f"{shapes[0]} and {shapes[1]} are different shapes"):
        relative_error(np.zeros(shapes[0]), np.zeros(shapes[1]))
### END HIDDEN TESTS

# %% mistakes: relative_error
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: np.maximum(np.minimum(np.abs(a), np.abs(b)), floor)
#   hint: "You divide by the smaller of the two. A gradient that is missing would then have an error without bound."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: (np.abs(a) + np.abs(b) + floor)
#   hint: "You divide by a sum. The docstring wants the largest of the three."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0), floor)
#   hint: "You compare every entry with the largest of the whole gradient, beside which small ones always look right."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: np.maximum(np.abs(b), floor)
#   hint: "You divide by the second gradient. If it is 0 and the first is not, which one tells the size?"
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: np.maximum(np.abs(a), floor)
#   hint: "You divide by the first gradient only. Which of the two is right is not known yet."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-6)
#   hint: "You use a floor of your own. The caller may give another."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: np.maximum(np.maximum(a, b), floor)
#   hint: "Negative gradients count as small with you. Sizes are absolute values."
# - replace: np.abs(a - b) /
#   with: (a - b) /
#   hint: "Some of your errors are negative. An error has a size only."
# - replace: np.abs(a - b) /
#   with: np.abs(np.abs(a) - np.abs(b)) /
#   hint: "A gradient with the wrong sign passes with you. Take the difference first."
# - replace: return np.where(sound, errors, np.inf)
#   with: return errors
#   hint: "Where there is no finite number you report an error of 0, and the worst entry passes."
# - replace: |-
#     if a.shape != b.shape:
#             raise ValueError(f"two gradients of one shape are due, not {a.shape} and {b.shape}")
#   with: pass
#   hint: "Two shapes are broadcast against each other, and entries that do not belong together are compared."
# - replace: np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
#   with: (np.maximum(np.abs(a), np.abs(b)) + floor)
#   hint: "You add the floor to every size. It only acts where both are smaller."


# %% mistake: relative_error
# hint: "NaN stays NaN with you, and no comparison will ever find it. Say that such an entry is infinitely wrong."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        return np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)


# %% mistake: relative_error
# hint: "You return one number for the whole gradient. One wrong entry among a thousand right ones would be averaged
#   away."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    size = max(np.linalg.norm(a), np.linalg.norm(b), floor)
    return np.linalg.norm(a - b) / size


# %% mistake: relative_error
# hint: "Two zeros give 0 / 0 with you, and tiny round-off counts as a full error. What is the floor for?"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        errors = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% mistake: relative_error
# hint: "You call everything below the floor equal. Differences there still count, as shares of the floor."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    size = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(all="ignore"):
        errors = np.where(size <= floor, 0.0, np.abs(a - b) / size)
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% mistake: relative_error
# hint: "The values are right, but infinity minus infinity warns. Set such entries aside before you compute."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    errors = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% mistake: relative_error
# hint: "You divide by the sum of the two sizes, so two gradients of opposite sign differ by 1 and a doubled one by a
#   third. The docstring divides by the larger."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        errors = np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), floor)
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% mistake: relative_error
# hint: "Whole numbers wrap around when they are subtracted. Compute in float64."
def relative_error(a, b, floor=1e-6):
    if np.shape(a) != np.shape(b):
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        errors = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% mistake: relative_error
# hint: "Two infinities of one sign agree with you. A gradient that is infinite is wrong, whoever else is."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        errors = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(a == b, 0.0, np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf))


# %% mistake: relative_error
# hint: "Without the floor tiny round-off counts as a full error. Setting 0 / 0 to 0 cures the zeros alone."
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    size = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(all="ignore"):
        errors = np.abs(a - b) / np.where(size == 0, 1.0, size)
    return np.where(np.isfinite(a) & np.isfinite(b), errors, np.inf)


# %% equivalents: relative_error
# - replace: np.asarray(a, dtype=float), np.asarray(b, dtype=float)
#   with: np.asarray(a), np.asarray(b, dtype=float)
#   reason: "The other one is float64, and so is what is computed from both."
# - replace: np.asarray(a, dtype=float), np.asarray(b, dtype=float)
#   with: np.asarray(a, dtype=float), np.asarray(b)
#   reason: "The other one is float64, and so is what is computed from both."
# - replace: np.where(sound, a, 0.0), np.where(sound, b, 0.0)
#   with: np.where(sound, a, 1.0), np.where(sound, b, 0.0)
#   reason: "Any finite number does: what comes of it is replaced by infinity."
# - replace: np.where(sound, a, 0.0), np.where(sound, b, 0.0)
#   with: np.where(sound, a, 0.0), np.where(sound, b, 1.0)
#   reason: "Any finite number does: what comes of it is replaced by infinity."


# %% accepts: relative_error
def relative_error(a, b, floor=1e-6):
    if np.shape(a) != np.shape(b):
        raise ValueError("shapes differ")
    errors = np.empty(np.shape(a))
    for index in np.ndindex(errors.shape):
        p, q = float(np.asarray(a)[index]), float(np.asarray(b)[index])
        sound = abs(p) < np.inf and abs(q) < np.inf
        errors[index] = abs(p - q) / max(abs(p), abs(q), floor) if sound else np.inf
    return errors


# %% accepts: relative_error
def relative_error(a, b, floor=1e-6):
    both = [np.array(a, dtype=np.float64), np.array(b, dtype=np.float64)]
    if both[0].shape != both[1].shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        size = np.max(np.abs(both), axis=0)
        errors = np.abs(both[0] - both[1]) / np.where(size > floor, size, floor)
    errors = np.asarray(errors)
    errors[~np.isfinite(size)] = np.inf
    return errors


# %% [markdown]
# ## A checker for whole models
#
# A model's parameters come as a dict of arrays. The check compares the gradient of every entry with the
# numerical one and names the **worst entry**: which array, which index, what error. How to read the error, in
# float64 and with a step of $10^{-5}$:
#
# | error | what it usually means |
# |---|---|
# | below $10^{-6}$ | the gradient is right |
# | up to $10^{-4}$ | round-off of a large loss, or a strongly bent function: try another step |
# | above $10^{-3}$ | an error, or a kink within reach of the step |
# | near 1 or 2 | a missing entry or a wrong sign |
#
# These are habits, not laws. PyTorch's `gradcheck` is content with a thousandth, and demands double precision
# too.
#
# **The trap of chance.** With dropout on, every call draws another mask, and the two values whose difference is
# taken belong to two different functions. The difference is then as large as the loss itself, divided by a tiny
# step. A check needs a function that gives the same value for the same parameters: dropout off, no
# augmentation, the same batch. (Or the same mask in every call. Then dropout's own backward pass is checked as
# well.) Our checker calls $f$ twice first and refuses to go on if the values differ.


# %% exercise: check_gradients
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    """The entry of a model's gradients that differs most from the numerical one.

    Args:
        f: function that takes a dict like params and returns a number, the loss. It does not change what it gets.
        grad: function that takes a dict like params and returns a dict of the gradients of f, one for each name.
        params: dict of names to float64 arrays, at least one entry in all; left unchanged, as are its arrays.
        eps, floor: as for numerical_gradient and relative_error.

    Returns:
        Tuple (name, index, error) of the entry with the largest relative error: the name of its array, a tuple with an
        int for each axis of it, and the error, a float, infinity for a gradient that is no finite number. Of several
        entries with the same error the first counts, in the order of params and of the array.

    Raises:
        ValueError: two calls of f with params give different numbers; or grad gives other names than params has, or an
            array of another shape. About 13 lines.
    """
    ### BEGIN SOLUTION
    if f(params) != f(params):
        raise ValueError("f gives two values for the same parameters: is dropout on?")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError(f"there are gradients for {sorted(given)}, and parameters {sorted(params)}")
    worst = None
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f(params | {name: moved}), value, eps)
        errors = relative_error(given[name], numerical, floor)
        if errors.size and (worst is None or np.max(errors) > worst[2]):
            index = np.unravel_index(np.argmax(errors), errors.shape)
            worst = name, tuple(int(i) for i in index), float(np.max(errors))
    return worst
    ### END SOLUTION


# %% test: check_gradients, points=3
def cubes(params):
    return np.sum(params["w"] ** 3) + 2.0 * np.sum(params["b"])


def cubes_grad(params):
    return {"b": np.full(2, 2.0), "w": 3 * params["w"] ** 2}


params = {"w": np.array([[2.0, -1.0, 0.5], [1.0, 3.0, -2.0]]), "b": np.array([0.3, 0.4])}
with dd.check.unchanged(params, what="params"):
    result = check_gradients(cubes, cubes_grad, params, eps=0.1)
due = ("w", (0, 2), 0.01 / 0.76)
dd.check.like(result[2], due[2], what="the error", why="with a step of 0.1 every slope of a cube is 0.01 too steep")
dd.check.equal(result[:2], due[:2], what="name and index", why="that is most for the smallest slope, 0.75")
assert check_gradients(cubes, cubes_grad, params)[2] < 1e-6, "with the usual step a right gradient has a tiny error"


def wrong_grad(params):
    gradients = cubes_grad(params)
    gradients["w"][1, 0] = 4.5  # it is 3
    return gradients


name, index, error = check_gradients(cubes, wrong_grad, params)
dd.check.equal((name, index), ("w", (1, 0)), what="name and index", why="that entry was made wrong")
dd.check.like(error, 1 / 3, rtol=1e-5, what="the error", why="4.5 instead of 3 is off by a third of 4.5")
noise = np.random.default_rng(0)
with dd.check.raises(ValueError, why="two calls give two values, so nothing can be measured"):
    check_gradients(lambda params: cubes(params) + noise.random(), cubes_grad, params)
with dd.check.raises(ValueError, why="the gradient of b is missing"):
    check_gradients(cubes, lambda params: {"w": cubes_grad(params)["w"]}, params)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(272)


def bowl(params):
    return sum(np.sum((k + 1.0) * params[name] ** 2) for k, name in enumerate(sorted(params))) + 1.0


def bowl_grad(params):
    return {name: 2.0 * (k + 1) * params[name] for k, name in enumerate(sorted(params))}


plans = [(1.25, 0.2), (0.0, 1.0), (np.nan, np.inf), (-1.0, 2.0)]
for shapes in (
    {"w": (2, 3)},
    {"b": (4,), "a": (1, 2)},
    {"scale": (), "w": (3, 1)},
    {"w": (2, 1, 2), "empty": (0,), "b": (2,)},
):
    params = {name: np.asarray(rng.uniform(0.5, 2.0, shape)) for name, shape in shapes.items()}
    with dd.check.unchanged(params, what="params"):
        result = check_gradients(bowl, bowl_grad, params)
    dd.check.kind(result, tuple)
    assert result[0] in params and result[2] < 1e-6, f"all entries are right, and the worst is said to be {result}"
    dd.check.kind(result[2], float, what="the error")
    for name, shape in shapes.items():
        for index, (wrong, due) in zip(np.ndindex(shape), plans, strict=False):

            def broken(params, name=name, index=index, wrong=wrong):
                gradients = {key: np.array(value) for key, value in bowl_grad(params).items()}
                gradients[name][index] = gradients[name][index] * wrong
                return gradients

            with dd.check.unchanged(params, what="params"):
                came = check_gradients(bowl, broken, params)
            dd.check.equal(came[:2], (name, index), what="name and index", why="that entry was made wrong")
            dd.check.like(came[2], due, rtol=1e-5, what="the error", why=f"it is {wrong} times what is due")
params = {"b": np.array([1.0, 2.0]), "w": np.array([[1.0, 2.0], [3.0, 4.0]])}
nans = check_gradients(bowl, lambda p: {"w": np.full((2, 2), np.nan), "b": np.array([2.0, np.nan])}, params)
dd.check.equal(nans[:2], ("b", (1,)), what="name and index", why="of several the first counts, in the order of params")
dd.check.like(nans[2], np.inf, what="the error", why="NaN is infinitely wrong")
two = check_gradients(bowl, lambda p: {"b": 2 * p["b"], "w": -4 * p["w"]}, params)
dd.check.equal(two[0], "w", what="the name", why="all of w has the wrong sign")
dd.check.close(two[2], 2.0, rtol=1e-5, what="the error", why="all of w has the wrong sign")
flat = check_gradients(lambda p: 5.0, lambda p: {"b": np.full(2, 2e-5), "w": np.zeros((2, 2))}, params)
dd.check.equal(flat[:2], ("b", (0,)), what="name and index", why="the first of two equal ones")
dd.check.like(flat[2], 1.0, what="the error", why="2e-5 is above the floor, and 0 is due")
tiny = check_gradients(lambda p: 5.0, lambda p: {"b": np.full(2, 2e-9), "w": np.zeros((2, 2))}, params)
dd.check.like(tiny[2], 2e-3, what="the error", why="2e-9 is 2e-3 of the floor")
high = check_gradients(lambda p: 5.0, lambda p: {"b": np.full(2, 2e-9), "w": np.zeros((2, 2))}, params, floor=1e-3)
dd.check.like(high[2], 2e-6, what="the error", why="2e-9 is 2e-6 of this floor")
calls = []


def counted(params):
    calls.append({name: np.array(value) for name, value in params.items()})
    return bowl(params)


check_gradients(counted, bowl_grad, params, eps=0.5)
moves = sorted({round(float(abs(one[name] - params[name]).max()), 6) for one in calls for name in params})
dd.check.close(moves, [0.0, 0.5], what="how far entries were moved", why="the caller's step is 0.5")
assert all(set(one) == {"b", "w"} for one in calls), "f always gets all the parameters"
wrong_shapes = ({"b": np.zeros(2), "w": np.zeros(4)}, {"b": np.zeros((2, 1)), "w": np.zeros((2, 2))})
wrong_shapes += ({"b": np.zeros(2), "w": np.zeros(2)}, {"b": np.zeros(()), "w": np.zeros((2, 2))})
for given in (*wrong_shapes, {"b": np.zeros(2), "w": np.zeros((2, 2)), "c": np.zeros(1)}, {"b": np.zeros(2)}, {}):
    with dd.check.raises(ValueError, why=f"gradients of {[(k, v.shape) for k, v in given.items()]} do not fit"):
        check_gradients(bowl, lambda p, given=given: given, params)
for drift in (1e-3, 1e-9):
    state = {"calls": 0}

    def drifting(params, state=state, drift=drift):
        state["calls"] += 1
        return bowl(params) + drift * state["calls"]

    with dd.check.raises(ValueError, why=f"f gives a value that is higher by {drift} in each call"):
        check_gradients(drifting, bowl_grad, params)
### END HIDDEN TESTS

# %% mistakes: check_gradients
# - replace: tuple(int(i) for i in index)
#   with: int(np.argmax(errors))
#   hint: "Your index counts through the flat array. A tuple with an int for each axis is due."
# - replace: f(params) != f(params)
#   with: abs(f(params) - f(params)) > 1e-6
#   hint: "Small differences between two calls pass with you. Divided by a small step they are large."
# - replace: set(given) != set(params)
#   with: not set(params) <= set(given)
#   hint: "A gradient for a name that params does not have goes through."
# - replace: "relative_error(given[name], numerical, floor)"
#   with: "relative_error(np.broadcast_to(given[name], value.shape), numerical, floor)"
#   hint: "A gradient that is too small is broadcast to the shape of the parameters. Its shape is wrong."
# - replace: "f(params | {name: moved})"
#   with: "f({key: np.zeros_like(other) for key, other in params.items()} | {name: moved})"
#   hint: "While one array is measured the others are 0 with you. They stay where they are."
# - replace: |-
#     if f(params) != f(params):
#             raise ValueError("f gives two values for the same parameters: is dropout on?")
#   with: pass
#   hint: "A loss that changes from call to call is checked all the same. What comes out then?"
# - replace: |-
#     if set(given) != set(params):
#             raise ValueError(f"there are gradients for {sorted(given)}, and parameters {sorted(params)}")
#   with: pass
#   hint: "A gradient that is missing, or one too many, ought to be said."
# - replace: np.max(errors) > worst[2]
#   with: np.max(errors) >= worst[2]
#   hint: "Of several entries with the same error you take the last array's. The first counts."
# - replace: np.max(errors) > worst[2]
#   with: np.max(errors) < worst[2]
#   hint: "You look for the best entry, or the best of the worst. The worst of all was asked for."
# - replace: np.unravel_index(np.argmax(errors), errors.shape)
#   with: (np.argmax(errors),)
#   hint: "Your index counts through the flat array. A tuple with an int for each axis is due."
# - replace: value, eps)
#   with: value)
#   hint: "You ignore the step of the caller."
# - replace: relative_error(given[name], numerical, floor)
#   with: relative_error(given[name], numerical)
#   hint: "You ignore the floor of the caller."
# - replace: "f(params | {name: moved})"
#   with: "f({name: moved})"
#   hint: "f gets one array only. It needs the other parameters as well, unmoved."
# - replace: relative_error(given[name], numerical, floor)
#   with: np.abs(given[name] - numerical)
#   hint: "That is the absolute error, in which small gradients always look right and large ones wrong."
# - replace: errors.size and (worst
#   with: (worst
#   hint: "An array without entries has no largest error. Pass it by."


# %% mistake: check_gradients
# hint: "NaN never wins a comparison with max. Where a gradient is no number, the error is infinite."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params) or any(np.shape(given[name]) != np.shape(params[name]) for name in params):
        raise ValueError("gradients do not fit")
    worst = (next(iter(params)), (0,), -1.0)
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), value, eps)
        for index in np.ndindex(numerical.shape):
            a, b = float(given[name][index]), numerical[index]
            error = abs(a - b) / max(abs(a), abs(b), floor)
            if error > worst[2]:
                worst = (name, index, float(error))
    return worst


# %% mistake: check_gradients
# hint: "You go through the gradient's arrays in the order in which grad gives them. The order of params counts."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst = None
    for name in given:
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), params[name], eps)
        errors = relative_error(given[name], numerical, floor)
        if errors.size and (worst is None or errors.max() > worst[2]):
            index = np.unravel_index(errors.argmax(), errors.shape)
            worst = (name, tuple(int(i) for i in index), float(errors.max()))
    return worst


# %% mistake: check_gradients
# hint: "You move the caller's own arrays, and they are not as they were afterwards, or a copy is kept in their place."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst = None
    for name in params:
        old = params[name]

        def loss(moved, name=name):
            params[name] = moved
            return f(params)

        errors = relative_error(given[name], numerical_gradient(loss, old, eps), floor)
        if errors.size and (worst is None or errors.max() > worst[2]):
            index = np.unravel_index(errors.argmax(), errors.shape)
            worst = (name, tuple(int(i) for i in index), float(errors.max()))
    return worst


# %% mistake: check_gradients
# hint: "You compare the length of the whole difference with that of the whole gradient. Which entry is worst, nobody
#   can tell from that."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst = None
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), value, eps)
        if given[name].shape != numerical.shape:
            raise ValueError("gradients do not fit")
        apart = np.abs(given[name] - numerical)
        size = max(np.linalg.norm(given[name]), np.linalg.norm(numerical), floor)
        error = np.linalg.norm(apart) / size
        if apart.size and (worst is None or error > worst[2]):
            worst = (name, tuple(int(i) for i in np.unravel_index(apart.argmax(), apart.shape)), float(error))
    return worst


# %% mistake: check_gradients
# hint: "You look for the largest difference and name its relative error. The largest relative error may be
#   elsewhere."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst, widest = None, -1.0
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), value, eps)
        errors = relative_error(given[name], numerical, floor)
        for index in np.ndindex(errors.shape):
            apart = abs(given[name][index] - numerical[index])
            if worst is None or apart > widest:
                worst, widest = (name, index, float(errors[index])), apart
    return worst


# %% mistake: check_gradients
# hint: "You stop at the first error above a limit of your own. The worst of all was asked for."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst = None
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), value, eps)
        errors = relative_error(given[name], numerical, floor)
        for index in np.ndindex(errors.shape):
            if worst is None or errors[index] > worst[2]:
                worst = (name, index, float(errors[index]))
            if errors[index] > 1e-4:
                return worst
    return worst


# %% mistake: check_gradients
# hint: "Of several entries with the same error you take the last. The first counts."
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("not deterministic")
    given = grad(params)
    if set(given) != set(params):
        raise ValueError("gradients do not fit")
    worst = None
    for name, value in params.items():
        numerical = numerical_gradient(lambda moved, name=name: f({**params, name: moved}), value, eps)
        errors = relative_error(given[name], numerical, floor)
        for index in np.ndindex(errors.shape):
            if worst is None or errors[index] >= worst[2]:
                worst = (name, index, float(errors[index]))
    return worst


# %% equivalents: check_gradients
# - replace: relative_error(given[name], numerical, floor)
#   with: relative_error(numerical, given[name], floor)
#   reason: "The error is the same either way round."


# %% accepts: check_gradients
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    values = {f(params) for _ in range(2)}
    if len(values) > 1:
        raise ValueError("the loss is not the same in two calls")
    given = grad(dict(params))
    if sorted(given) != sorted(params):
        raise ValueError("names differ")
    entries = []
    for name in params:

        def along(moved, name=name):
            return f({key: moved if key == name else value for key, value in params.items()})

        errors = relative_error(given[name], numerical_gradient(along, params[name], eps), floor)
        entries += [(name, index, float(errors[index])) for index in np.ndindex(errors.shape)]
    return max(entries, key=lambda entry: entry[2])  # the first of several


# %% accepts: check_gradients
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if not f(params) == f(params):
        raise ValueError("the loss is not the same in two calls")
    given = grad({name: value.copy() for name, value in params.items()})
    if given.keys() ^ params.keys():
        raise ValueError("names differ")
    names, indices, errors = [], [], []
    for name, value in params.items():
        others = {key: other for key, other in params.items() if key != name}
        numerical = numerical_gradient(lambda moved, o=others, name=name: f({**o, name: moved}), value, eps)
        errors.append(np.ravel(relative_error(given[name], numerical, floor)))
        names += [name] * value.size
        indices += list(np.ndindex(value.shape))
    at = int(np.argmax(np.concatenate(errors)))
    return names[at], indices[at], float(np.concatenate(errors)[at])


# %% [markdown]
# A small network with ReLU and dropout is checked three times: with dropout on, with the same mask in every
# call, and with dropout off. The gradient code is the same, and right. What does the checker say?


# %% demo
def dropout_network(x, y, draw_mask):
    """Loss and gradients of a two-layer network whose hidden units are multiplied by a mask, drawn in every call."""

    def forward(params):
        mask = draw_mask()
        hidden = np.maximum(x @ params["w1"] + params["b1"], 0) * mask  # (N, H)
        return mask, hidden, hidden @ params["w2"] - y

    def f(params):
        return np.mean(forward(params)[2] ** 2)

    def grad(params):
        mask, hidden, error = forward(params)
        dout = 2 * error / len(y)
        dz = np.outer(dout, params["w2"]) * mask * (hidden > 0)
        return {"w1": x.T @ dz, "b1": dz.sum(axis=0), "w2": hidden.T @ dout}

    return f, grad


rng = np.random.default_rng(1)
x_net, y_net = rng.normal(size=(6, 3)), rng.normal(size=6)
net_params = {"w1": rng.normal(size=(3, 4)), "b1": rng.normal(size=4), "w2": rng.normal(size=4)}
fixed = 2.0 * (rng.random((6, 4)) < 0.5)
masks = {"dropout on": lambda: 2.0 * (rng.random((6, 4)) < 0.5)}  # half are kept, and doubled
masks |= {"the same mask": lambda: fixed, "dropout off": lambda: np.ones((6, 4))}
for name, draw_mask in masks.items():
    f, grad = dropout_network(x_net, y_net, draw_mask)
    try:
        worst, index, error = check_gradients(f, grad, net_params)
        print(f"{name:14}: worst entry {worst}{list(index)}, error {error:.0e}")
    except ValueError as error:
        slope = numerical_gradient(lambda b1, f=f: f(net_params | {"b1": b1}), net_params["b1"])
        print(f"{name:14}: refused ({error})")
        print(f"{'':14}  the numerical gradient of b1 would be {np.round(slope).tolist()}")
# %% [markdown]
# With dropout on the numerical slopes would be in the tens of thousands or above: a change of the loss by 1 or
# more, between two masks, divided by $2 \cdot 10^{-5}$. With one mask for all calls, or none, the error is as
# small as it gets.
#
# ## Kinks
#
# The check presumes that $f$ is smooth where it looks. ReLU and $\lvert x \rvert$ are not, at 0. What do the
# differences say near a kink, and who is right?

# %% demo
grid = np.linspace(-0.3, 0.3, 241)
eps = 0.1
fig, panels = plt.subplots(1, 2, figsize=(12, 4.2))
kinked = (("ReLU", lambda x: np.maximum(x, 0.0), (0, 1)), (r"$|x|$", np.abs, (-1, 1)))
for ax, (name, function, levels) in zip(panels, kinked, strict=True):
    ax.step([-0.3, 0, 0.3], [*levels, levels[1]], color="0.6", linewidth=5, where="post", label="true slope")
    ax.plot(grid, [numerical_gradient(function, np.array(v), eps) for v in grid], label="central")
    ax.plot(grid, [one_sided(function, np.array(v), eps) for v in grid], label="one-sided")
    ax.set(xlabel="$x$", ylabel="slope", title=rf"Slope of {name} with a step of {eps}")
panels[0].legend()
dd.plot.show(
    "Two panels of slope against x, for ReLU and for the absolute value, from -0.3 to 0.3 with a step of 0.1. The true "
    "slope jumps at 0. The central difference climbs in a straight line from -0.1 to 0.1 and is halfway at 0; the "
    "one-sided one climbs from -0.1 to 0 and has the upper value from 0 on."
)
for name, function, _ in kinked:
    at_zero = float(numerical_gradient(function, np.array(0.0), 1e-5)), float(one_sided(function, np.array(0.0), 1e-5))
    print(f"{name:6} at 0: central {at_zero[0]}, one-sided {at_zero[1]}")

# %% [markdown]
# Within one step of the kink the differences mix the two sides. Exactly at 0 the central one is their mean:
# $\frac12$ for ReLU, where our convention is 0 (Day 26), and 0 for $\lvert x \rvert$, which happens to be the
# convention. Neither is wrong: there *is* no slope at a kink, only a choice. So a large error in a model with
# ReLU, max or $\lvert x \rvert$ may be a kink within $\varepsilon$. What to do:
#
# 1. **Move away.** Check at another point nearby, chosen at random. A kink is a matter of luck, an error stays.
# 2. **Take a smaller step**, so that fewer kinks are within reach, or **fewer examples**: each brings kinks of
#    its own.
# 3. **Beware of zeros.** Biases that start at 0 with an empty input put a unit exactly on its kink. And a wrong
#    gradient may *look right* at a special point: the slope of a penalty is 0 at $w = 0$, with or without its
#    factor 2.
#
# ## Five gradients
#
# Here are five small models with their losses and gradients, each at the parameters that it would start from.
# One of the gradients is wrong. Can you see it?


# %% fixture
def five_models(seed=0):
    """Five cases (f, grad, params): a loss, its gradients, one of which is wrong, and the parameters to start from."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(6, 3))
    x[5] = 0.0  # an example that measured nothing
    y, labels, sides = rng.normal(size=(6, 2)), rng.integers(0, 4, 6), rng.choice([-1.0, 1.0], 6)

    def linear(p):
        return np.mean(np.sum((x @ p["w"] + p["b"] - y) ** 2, axis=1))

    def linear_grad(p):
        dout = 2 * (x @ p["w"] + p["b"] - y) / len(x)  # (N, M)
        return {"w": x.T @ dout, "b": dout.sum(axis=0)}

    def softmax(p):
        logits = x @ p["w"] + p["b"]
        logits = logits - logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))  # log-probabilities, (N, K)

    def classes(p):
        return -np.mean(softmax(p)[np.arange(6), labels])

    def classes_grad(p):
        dlogits = (np.exp(softmax(p)) - np.eye(4)[labels]) / len(x)
        return {"w": x.T @ dlogits, "b": dlogits.sum(axis=0)}

    def hidden_layer(p):
        return np.mean((np.maximum(x @ p["w1"] + p["b1"], 0) @ p["w2"] - y[:, 0]) ** 2)

    def hidden_layer_grad(p):
        z = x @ p["w1"] + p["b1"]
        dout = 2 * (np.maximum(z, 0) @ p["w2"] - y[:, 0]) / len(x)
        dz = np.outer(dout, p["w2"]) * (z > 0)
        return {"w1": x.T @ dz, "b1": dz.sum(axis=0), "w2": np.maximum(z, 0).T @ dout}

    def autoencoder(p):
        return np.mean(np.sum((np.tanh(x @ p["w"]) @ p["w"].T - x) ** 2, axis=1))  # w is used twice

    def autoencoder_grad(p):
        code = np.tanh(x @ p["w"])
        dout = 2 * (code @ p["w"].T - x) / len(x)
        return {"w": x.T @ (dout @ p["w"] * (1 - code**2)) + dout.T @ code}

    def ridge(p):
        return np.mean(np.log1p(np.exp(-sides * (x @ p["w"] + p["b"])))) + 0.5 * np.sum(p["w"] ** 2)

    def ridge_grad(p):
        dz = -sides / (1 + np.exp(sides * (x @ p["w"] + p["b"]))) / len(x)
        return {"w": x.T @ dz + 0.5 * p["w"], "b": np.array(dz.sum())}

    return [
        (linear, linear_grad, {"w": rng.normal(size=(3, 2)), "b": np.zeros(2)}),
        (classes, classes_grad, {"w": rng.normal(size=(3, 4)), "b": np.zeros(4)}),
        (hidden_layer, hidden_layer_grad, {"w1": rng.normal(size=(3, 4)), "b1": np.zeros(4), "w2": rng.normal(size=4)}),
        (autoencoder, autoencoder_grad, {"w": rng.normal(size=(3, 2))}),
        (ridge, ridge_grad, {"w": np.zeros(3), "b": np.array(0.0)}),
    ]


# %% demo
for which, (f, grad, params) in enumerate(five_models()):
    name, index, error = check_gradients(f, grad, params)
    print(f"model {which}: worst entry {name}{list(index)}, error {error:.0e}")

# %% [markdown]
# The checker points at one of the five. But is that the culprit? At the given parameters one *right* gradient
# looks wrong and the wrong one looks right: just what the last section warned of. Write a detective that is not
# taken in.
#
# Hint for the plan, not for the code: what distinguishes an error from a kink is what happens at other points.


# %% exercise: find_the_bug
def find_the_bug(cases, rng):
    """Which of several gradients is wrong, and where.

    Args:
        cases: list of two or more tuples (f, grad, params), as for check_gradients; left unchanged. Exactly one grad is
            wrong. What follows holds wherever no entry is further than 0.5 from the given params. The wrong grad has an
            entry that is off by more than a hundredth, or is NaN, at all points but a few; the given params may be one
            of these few. The others are right up to round-off, except at kinks: the given params may be one, and up to
            one in ten of other points may be near one.
        rng: a NumPy Generator, for whatever is drawn at random.

    Returns:
        Tuple (which, name, index): the position of the wrong case in the list, an int from 0, and the name and the
        index, a tuple of ints, of an entry of its gradients that is wrong. About 10 lines; use check_gradients.
    """
    ### BEGIN SOLUTION
    least = []
    for f, grad, params in cases:
        found = []
        for _ in range(3):
            near = {name: value + 0.1 * rng.normal(size=np.shape(value)) for name, value in params.items()}
            found.append(check_gradients(f, grad, near))
        least.append(min(found, key=lambda entry: entry[2]))  # a kink may spoil one check, hardly three
    which = max(range(len(cases)), key=lambda case: least[case][2])
    return which, *least[which][:2]
    ### END SOLUTION


# %% test: find_the_bug, points=3
models = five_models()
params = [case[2] for case in models]
with dd.check.unchanged(params, what="the params of the cases"):
    found = find_the_bug(models, np.random.default_rng(0))
dd.check.kind(found, tuple)
dd.check.equal(len(found), 3, what="the length of the tuple", why="which, name and index were asked for")
f, grad, start = models[found[0]]
generic = {name: value + 0.37 for name, value in start.items()}
off = abs(
    numerical_gradient(lambda v: f(generic | {found[1]: v}), generic[found[1]])[found[2]]
    - grad(generic)[found[1]][found[2]]
)
assert off > 0.01, f"at another point the gradient of model {found[0]} is right in the entry {found[1]}{list(found[2])}"
backwards = find_the_bug(models[::-1], np.random.default_rng(1))
dd.check.equal(backwards[:2], (4 - found[0], found[1]), what="which and name", why="the list was turned round")
### BEGIN HIDDEN TESTS


def spoilt(grad, start, name, index, how):
    """The same gradients with one entry made wrong."""

    def wrong(p):
        gradients = {key: np.array(value, dtype=float) for key, value in grad(p).items()}
        if how == "sign":
            gradients[name][index] = -gradients[name][index] - 0.1
        elif how == "nan":
            gradients[name][index] = np.nan
        elif how == "at start right":
            gradients[name][index] += 2.0 * (p[name][index] - start[name][index])
        else:
            gradients[name][index] += {"more": 0.5, "a little": 0.02}[how]
        return gradients

    return wrong


def cup(p):
    return np.sum((p["w"] - 1.0) ** 2) + np.prod(p["v"])


def cup_grad(p):
    return {"w": 2 * (p["w"] - 1.0), "v": np.prod(p["v"]) / p["v"]}


def gate(p):
    return np.sum(np.maximum(p["w"], 0.0)) + 3.0 * np.abs(p["c"])


def gate_grad(p):
    return {"w": (p["w"] > 0) * 1.0, "c": 3.0 * np.where(p["c"] > 0, 1.0, -1.0)}


def even(p):
    z = p["z"] + p["shift"]
    return np.log(np.sum(np.exp(z))) - z[0] + 3.0


def even_grad(p):
    z = p["z"] + p["shift"]
    probs = np.exp(z) / np.sum(np.exp(z))
    probs[0] -= 1.0
    return {"z": probs, "shift": np.array(1e-13)}  # 0, up to round-off


def corner(p):
    return np.max(p["w"]) + 1.0


def corner_grad(p):
    return {"w": (np.arange(p["w"].size) == np.argmax(p["w"])) * 1.0}


def scale(p):
    return np.sum(np.log(p["w"])) ** 2  # only for positive numbers


def scale_grad(p):
    return {"w": 2 * np.sum(np.log(p["w"])) / p["w"]}


def saw(p):
    return np.sum(4e-4 * np.abs((p["s"] / 4e-4) % 1 - 0.5))  # a kink every 0.0002


def saw_grad(p):
    return {"s": np.sign((p["s"] / 4e-4) % 1 - 0.5)}


def right_cases():
    return [
        (cup, cup_grad, {"w": np.array([[0.5, 2.0]]), "v": np.array([1.5, -0.5])}),
        (gate, gate_grad, {"w": np.zeros(2), "c": np.array(0.0)}),  # on its kinks
        (even, even_grad, {"z": np.array([0.5, -0.5, 1.0]), "shift": np.array(0.25)}),
        (corner, corner_grad, {"w": np.ones(2)}),  # on a kink
        (scale, scale_grad, {"w": np.array([0.8, 1.0])}),
    ]


plans = [(0, "w", (0, 1), "at start right"), (1, "w", (1,), "more"), (2, "shift", (), "more")]
plans += [(3, "w", (1,), "nan"), (4, "w", (0,), "at start right")]
for seed, (which, name, index, how) in enumerate(plans):
    cases = right_cases()
    f, grad, start = cases[which]
    cases[which] = (f, spoilt(grad, start, name, index, how), start)
    order = np.random.default_rng(seed).permutation(len(cases))
    shuffled = [cases[i] for i in order]
    before = [{key: value.copy() for key, value in case[2].items()} for case in shuffled]
    found = find_the_bug(shuffled, np.random.default_rng(seed + 10))
    after = [case[2] for case in shuffled]
    dd.check.equal(after, before, what="the list of params after the call", why="the cases are left unchanged")
    due = int(np.flatnonzero(order == which)[0]), name, index
    dd.check.equal(found, due, what="what was found", why=f"entry {name}{list(index)} of case {due[0]} was made wrong")
saws = (saw, saw_grad, {"s": np.array([0.3])})  # one check in ten is near a kink
for seed in range(10):
    how = ("more", "a little")[seed % 2]
    bent = (gate, spoilt(gate_grad, {}, "w", (0,), how), {"w": np.array([2.0]), "c": np.array(1.0)})
    found = find_the_bug([saws, bent], np.random.default_rng(seed + 20))
    due = (1, "w", (0,))
    dd.check.equal(found, due, what="what was found", why="the other one has kinks, and is right elsewhere")
pair = [
    right_cases()[1],
    (cup, spoilt(cup_grad, {}, "w", (0, 0), "sign"), {"w": np.array([[0.5, 2.0]]), "v": np.ones(2)}),
]
dd.check.equal(
    find_the_bug(pair, np.random.default_rng(3)), (1, "w", (0, 0)), what="what was found", why="two cases do"
)
visited = []


def followed(p):
    visited.append(np.concatenate([np.ravel(p[name]) for name in ("w", "v")]))
    return cup(p)


pair[1] = (followed, *pair[1][1:])
routes = []
for _ in range(2):
    visited.clear()
    find_the_bug(pair, np.random.default_rng(4))
    routes.append(np.array(visited))
dd.check.equal(
    routes[1].shape, routes[0].shape, what="the number of looks in a second run", why="rng was in the same state"
)
dd.check.close(routes[1], routes[0], what="the points of a second run", why="all chance comes from rng")
### END HIDDEN TESTS

# %% mistakes: find_the_bug
# - replace: "return which, *least[which][:2]"
#   with: "return which, *check_gradients(*cases[which])[:2]"
#   hint: "You look for the entry at the given parameters. There another one may have the largest error."
# - replace: value + 0.1 * rng.normal(size=np.shape(value))
#   with: value + 0.1 * np.random.normal(size=np.shape(value))
#   hint: "You draw from NumPy's global generator. What is drawn comes from rng, so that a search can be repeated."
# - replace: value + 0.1 * rng.normal(size=np.shape(value))
#   with: value
#   hint: "You check at the given parameters only. They may be on a kink, or where the wrong gradient looks right."
# - replace: value + 0.1 * rng.normal(size=np.shape(value))
#   with: value + 1e-7 * rng.normal(size=np.shape(value))
#   hint: "Your points are so near to the given ones that the kinks are still within the step."
# - replace: for _ in range(3)
#   with: for _ in range(1)
#   hint: "You look at one point a case. It may lie near a kink, and then a right gradient is convicted."
# - replace: "min(found, key=lambda entry: entry[2])"
#   with: "max(found, key=lambda entry: entry[2])"
#   hint: "Of several points you believe the worst. One that lies near a kink is enough to convict a right gradient."
# - replace: max(range(len(cases))
#   with: min(range(len(cases))
#   hint: "You name the gradient with the smallest error."
# - replace: return which, *least[which][:2]
#   with: return which + 1, *least[which][:2]
#   hint: "You count the cases from 1."
# - replace: return which, *least[which][:2]
#   with: return which, least[which]
#   hint: "Name and index are to be entries of the tuple itself, and the error is not asked for."
# - replace: value + 0.1 * rng.normal(size=np.shape(value))
#   with: 0.1 * rng.normal(size=np.shape(value))
#   hint: "Your points are near 0, not near the given parameters. What is promised is promised there."


# %% mistake: find_the_bug
# hint: "You check at the given parameters only, and stop at the first error above a limit. A kink looks like that
#   too, and a wrong gradient may look right there."
def find_the_bug(cases, rng):
    for which, (f, grad, params) in enumerate(cases):
        name, index, error = check_gradients(f, grad, params)
        if error > 1e-4:
            return which, name, index
    return 0, next(iter(cases[0][2])), ()


# %% mistake: find_the_bug
# hint: "The check at the given parameters is among yours, and its error counts as much as the others. One look at a
#   kink must not convict."
def find_the_bug(cases, rng):
    worst = []
    for f, grad, params in cases:
        found = [check_gradients(f, grad, params)]
        for _ in range(2):
            near = {name: value + 0.1 * rng.normal(size=np.shape(value)) for name, value in params.items()}
            found.append(check_gradients(f, grad, near))
        worst.append(max(found, key=lambda entry: entry[2]))
    which = int(np.argmax([entry[2] for entry in worst]))
    return which, worst[which][0], worst[which][1]


# %% mistake: find_the_bug
# hint: "The check at the given parameters is among yours, and one good result acquits. A wrong gradient may be right
#   just there."
def find_the_bug(cases, rng):
    least = []
    for f, grad, params in cases:
        found = [check_gradients(f, grad, params)]
        for _ in range(2):
            near = {name: value + 0.1 * rng.normal(size=np.shape(value)) for name, value in params.items()}
            found.append(check_gradients(f, grad, near))
        least.append(min(found, key=lambda entry: entry[2]))
    which = int(np.argmax([entry[2] for entry in least]))
    return which, least[which][0], least[which][1]


# %% mistake: find_the_bug
# hint: "All entries of an array are moved by the same amount, so what is equal stays equal, and a tie between entries
#   remains a kink."
def find_the_bug(cases, rng):
    least = []
    for f, grad, params in cases:
        found = []
        for _ in range(3):
            near = {name: value + 0.1 * rng.normal() for name, value in params.items()}
            found.append(check_gradients(f, grad, near))
        least.append(min(found, key=lambda entry: entry[2]))
    which = int(np.argmax([entry[2] for entry in least]))
    return which, least[which][0], least[which][1]


# %% equivalents: find_the_bug
# - replace: for _ in range(3)
#   with: for _ in range(4)
#   reason: "How many points are tried is free."
# - replace: for _ in range(3)
#   with: for _ in range(2)
#   reason: "How many points are tried is free; with two a kink is rarely met twice."
# - replace: value + 0.1 * rng.normal
#   with: value - 0.1 * rng.normal
#   reason: "Normal numbers are symmetric."
# - replace: value + 0.1 * rng.normal
#   with: value + 0.2 * rng.normal
#   reason: "How far one goes is free."


# %% accepts: find_the_bug
def find_the_bug(cases, rng):
    suspects = list(range(len(cases)))
    entry = {}
    while True:
        kept = []
        for which in suspects:
            f, grad, params = cases[which]
            near = {name: value + rng.uniform(-0.2, 0.2, np.shape(value)) for name, value in params.items()}
            name, index, error = check_gradients(f, grad, near)
            if error > 1e-3:
                entry[which] = (name, index)
                kept.append(which)
        suspects = kept or suspects
        if len(suspects) == 1 and suspects[0] in entry:
            return suspects[0], *entry[suspects[0]]


# %% accepts: find_the_bug
def find_the_bug(cases, rng):
    votes = []
    for which, (f, grad, params) in enumerate(cases):
        for _ in range(5):
            near = {}
            for name in params:
                near[name] = params[name] + 0.05 * rng.standard_normal(params[name].shape)
            name, index, error = check_gradients(f, grad, near)
            if error > 1e-3:
                votes.append((which, name, tuple(index)))
    most = max({vote[0] for vote in votes}, key=lambda which: sum(vote[0] == which for vote in votes))
    return next(vote for vote in votes if vote[0] == most)


# %% demo
models = five_models()
which, name, index = find_the_bug(models, np.random.default_rng(27))
f, grad, start = models[which]
near = {key: value + 0.3 * np.random.default_rng(1).normal(size=np.shape(value)) for key, value in start.items()}
measured = numerical_gradient(lambda value: f(near | {name: value}), near[name])
print(f"model {which}, entry {name}{list(index)}")
print(f"{'given':9} {np.round(grad(near)[name], 4).tolist()}")
print(f"{'measured':9} {np.round(measured, 4).tolist()}")
print(f"{'missing':9} {np.round(measured - grad(near)[name], 4).tolist()}")
print(f"{name:9} {np.round(near[name], 4).tolist()}")

# %% [markdown]
# The last two rows tell the error: what is missing is half of $w$. The penalty is $\frac12 \lVert w \rVert^2$,
# its slope $w$, and the code adds $\frac12 w$: the factor 2 of the square was forgotten. At $w = 0$, where
# everybody starts, it makes no difference. Model 2, which looked guilty, had its biases at 0 and an empty
# example, so all its hidden units were on their kinks. And model 3 uses its weights twice and adds both parts,
# as it should (Day 25).
#
# **What does a check cost?** $2n$ evaluations of the loss. For 25 million parameters that is out of the
# question, and unnecessary: check a tiny copy of the model, a few entries drawn at random from *every* array,
# or a random direction $d$: the slope along it,
# $\frac{f(x + \varepsilon d) - f(x - \varepsilon d)}{2 \varepsilon}$, should be the sum of the gradient times
# $d$, entry by entry. Two evaluations for the whole model; which entry is wrong it does not say. And check
# once, in a test, not in every step of the training.
#
# ## Without any gradient
#
# If a gradient is so easy to get wrong, why not do without? **Random search** draws parameters at random and
# keeps the best. **Hill climbing** goes on from the best so far: it moves all entries a little at random, and
# stays where it gets better. (Rastrigin studied such searches in 1963.) Neither asks for a slope, so neither
# minds kinks, and both work where there is nothing to differentiate. What do they cost?
#
# Write hill climbing from its contract.


# %% exercise: hill_climb
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    """Minimise by random moves, keeping those that help.

    Args:
        loss: function that takes an array like params and returns a number. It may keep or change the array that it
            gets. Its value at params is finite; elsewhere it may be NaN or infinite.
        params: the start, float64 array of any shape; left unchanged.
        num_steps: int >= 0.
        rng: a NumPy Generator, the only source of chance.
        step_size: standard deviation of a move, float > 0.

    Returns:
        Tuple (best, history): the best parameters found, a new float64 array, and a float64 array of shape
        (num_steps + 1,), the lowest loss after 0, 1, 2, … steps. In each step all entries of the best parameters so far
        are moved by independent normal numbers of mean 0, and the result takes their place if its loss is lower. The
        loss is called num_steps + 1 times. About 10 lines.
    """
    ### BEGIN SOLUTION
    best = np.array(params, dtype=float)
    history = [loss(best.copy())]
    for _ in range(num_steps):
        candidate = np.array(best + step_size * rng.normal(size=best.shape))
        value = loss(candidate.copy())
        if value < history[-1]:
            best = candidate
            history.append(value)
        else:
            history.append(history[-1])
    return best, np.array(history, dtype=float)
    ### END SOLUTION


# %% fixture
class Rough:
    """A loss that spoils what it gets, and is NaN in every fourth call."""

    def __init__(self):
        self._tried = []

    def __call__(self, x):
        self._tried.append(np.array(x))
        value = np.sum(np.abs(x)) + np.sin(5 * np.sum(x))
        x[...] = 1e3
        return np.nan if len(self._tried) % 4 == 0 else float(value)

    def tried(self):
        """What it got, one array a call."""
        return np.array(self._tried)


# %% test: hill_climb, points=3
calls = []


def bowl(x):
    calls.append(np.array(x))
    return np.sum((x - 1.0) ** 2)


start = np.array([[3.0, -1.0, 0.0], [2.0, 2.0, 5.0]])
with dd.check.unchanged(start, what="params"):
    best, history = hill_climb(bowl, start, 40, np.random.default_rng(0), step_size=0.3)
dd.check.shape(best, (2, 3), what="the best parameters")
dd.check.shape(history, (41,), what="history", why="it has the loss of the start and one for each step")
dd.check.equal(len(calls), 41, what="the number of calls of the loss", why="one for the start and one for each step")
values = [float(np.sum((x - 1.0) ** 2)) for x in calls]
dd.check.like(history, np.minimum.accumulate(values), what="history", why="it is the lowest loss so far")
dd.check.like(
    best, calls[int(np.argmin(values))], what="the best parameters", why="these had the lowest loss of all calls"
)
assert history[-1] < 0.9 * history[0], "in forty steps the loss of a bowl falls"
again = hill_climb(bowl, start, 40, np.random.default_rng(0), step_size=0.3)
dd.check.like(again, (best, history), why="the same generator gives the same search")
### BEGIN HIDDEN TESTS
for shape, num_steps in (((2, 3), 30), ((1,), 0), ((4,), 12), ((3, 1, 2), 8), ((), 5)):
    start = np.asarray(np.random.default_rng(273).normal(size=shape))
    rough = Rough()
    with dd.check.unchanged(start, what="params"):
        best, history = hill_climb(rough, start, num_steps, np.random.default_rng(num_steps), 0.2)
    tried = np.asarray(rough.tried())
    dd.check.equal(
        len(tried), num_steps + 1, what="the number of calls of the loss", why="one for the start, one a step"
    )
    dd.check.close(tried[0], start, what="what the loss gets first", why="the search begins at the start")
    lowest, place, due = np.inf, None, []
    for k, x in enumerate(tried):
        value = np.nan if (k + 1) % 4 == 0 else float(np.sum(np.abs(x)) + np.sin(5 * np.sum(x)))
        if value < lowest:
            lowest, place = value, x
        due.append(lowest)
    dd.check.like(history, np.array(due), what="history", why="it is the lowest loss so far, and NaN is never lower")
    dd.check.like(
        best,
        np.asarray(place),
        what="the best parameters",
        why="these had the lowest loss, before the loss spoilt its copy",
    )
    assert not np.shares_memory(best, start), "the best parameters are a new array"
start = np.random.default_rng(274).normal(size=(10, 12))
tried = []


def level(x):
    tried.append(np.array(x))
    return 1


best, history = hill_climb(level, start, 40, np.random.default_rng(5), step_size=0.5)
dd.check.like(best, start, what="the best parameters", why="a loss that is equal is not lower")
dd.check.like(history, np.ones(41), what="history", why="the loss is 1 everywhere")
moves = np.array(tried[1:]) - start  # (40, 10, 12)
dd.check.close(moves.mean(axis=0), np.zeros((10, 12)), atol=0.4, what="the mean move", why="moves have a mean of 0")
dd.check.close(moves.mean(), 0.0, atol=0.04, what="the mean of all moves", why="moves have a mean of 0")
dd.check.close(moves.std(), 0.5, rtol=0.05, what="the spread of the moves", why="step_size is 0.5")
for near, axis in (("steps", 0), ("rows", 1), ("columns", 2)):
    one, other = (np.delete(moves, place, axis=axis).ravel() for place in (0, -1))
    both = f"the correlation of neighbouring {near}"
    dd.check.close(np.corrcoef(one, other)[0, 1], 0.0, atol=0.1, what=both, why="each entry of each move is drawn anew")
share = np.mean(np.abs(moves) > 1.0)
assert 0.03 < share < 0.06, f"4.6% of normal moves are longer than two standard deviations, not {share:.1%}"
tried.clear()


def falling(x):
    tried.append(np.array(x))
    return -float(len(tried))


best, history = hill_climb(falling, start, 25, np.random.default_rng(6), step_size=0.5)
moves = np.diff(np.array(tried), axis=0)
dd.check.close(moves.std(), 0.5, rtol=0.05, what="the spread of the moves", why="each starts at the best")
dd.check.like(history, -np.arange(1.0, 27.0), what="history", why="every step is better than all before")
whole = hill_climb(lambda x: int(np.round(10 * np.sum(x**2))), start, 10, np.random.default_rng(7))
dd.check.dtype(whole[1], np.float64, what="history", why="a loss may be a whole number")
tried.clear()
hill_climb(level, np.zeros(400), 5, np.random.default_rng(8))
dd.check.close(np.std(tried[1:]), 0.1, rtol=0.1, what="the spread of the moves", why="the default step_size is 0.1")
one, other = (hill_climb(bowl, np.array([2.0, -3.0, 0.5]), 5, np.random.default_rng(seed))[0] for seed in (1, 2))
assert not np.array_equal(one, other), "another generator gives another search"
### END HIDDEN TESTS

# %% mistakes: hill_climb
# - replace: step_size * rng.normal(size=best.shape)
#   with: np.sqrt(step_size) * rng.normal(size=best.shape)
#   hint: "You take step_size for the variance of a move. It is the standard deviation."
# - replace: step_size * rng.normal(size=best.shape)
#   with: 0.1 * rng.normal(size=best.shape)
#   hint: "Your moves have a size of your own. The caller has said how large they are."
# - replace: best + step_size * rng.normal(size=best.shape)
#   with: params + step_size * rng.normal(size=best.shape)
#   hint: "Every move starts at the start. Go on from the best so far."
# - replace: step_size * rng.normal(size=best.shape)
#   with: step_size * rng.random(size=best.shape)
#   hint: "Your moves go in one direction only. They should have a mean of 0."
# - replace: step_size * rng.normal(size=best.shape)
#   with: step_size * rng.uniform(-1, 1, best.shape)
#   hint: "Your moves are uniform, so none is longer than the step. They are to be normal."
# - replace: step_size * rng.normal(size=best.shape)
#   with: "step_size * (lambda move: move / np.linalg.norm(move))(rng.normal(size=best.shape))"
#   hint: "All your moves have one length. step_size is the standard deviation of each entry of a move."
# - replace: step_size * rng.normal(size=best.shape)
#   with: step_size * rng.normal()
#   hint: "All entries get the same move. Each has a number of its own."
# - replace: if value < history[-1]
#   with: if value > history[-1]
#   hint: "You keep what makes the loss higher. This hill is climbed downwards."
# - replace: if value < history[-1]
#   with: if value <= history[-1]
#   hint: "You move on where the loss is equal. Only what is lower counts."
# - replace: if value < history[-1]
#   with: if not value >= history[-1]
#   hint: "NaN is not at least as high as anything, so you accept it. Ask whether it is lower."
# - replace: loss(candidate.copy())
#   with: loss(candidate)
#   hint: "The loss may change the array that it gets, and then you keep what it left."
# - replace: history.append(history[-1])
#   with: history.append(value)
#   hint: "Your history has the loss of every trial. The lowest so far was asked for."
# - replace: rng.normal(size=best.shape)
#   with: np.random.default_rng(0).normal(size=best.shape)
#   hint: "Every step makes the same move. Draw from the generator that you are given."
# - replace: history = [loss(best.copy())]
#   with: history = [np.inf]
#   hint: "You never ask for the loss of the start, so any first move is taken."
# - replace: np.array(history, dtype=float)
#   with: np.array(history[1:], dtype=float)
#   hint: "The loss of the start is missing in the history."


# %% mistake: hill_climb
# hint: "You write into the start of the caller. Work on a copy."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best, lowest = params, float(loss(params.copy()))
    history = [lowest]
    for _ in range(num_steps):
        old = best.copy()
        best += step_size * rng.normal(size=best.shape)
        value = loss(best.copy())
        if value < lowest:
            lowest = float(value)
        else:
            best[...] = old
        history.append(lowest)
    return best.copy(), np.array(history)


# %% mistake: hill_climb
# hint: "You move one entry in each step. All of them are moved at once."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    history = [float(loss(best.copy()))]
    for _ in range(num_steps):
        candidate = best.copy().ravel()
        candidate[rng.integers(candidate.size)] += step_size * rng.normal()
        value = loss(candidate.reshape(best.shape).copy())
        if value < history[-1]:
            best = candidate.reshape(best.shape)
        history.append(float(value) if value < history[-1] else history[-1])
    return best, np.array(history)


# %% mistake: hill_climb
# hint: "You always move on, also where it gets worse. That is a random walk with a good memory."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    here = np.array(params, dtype=float)
    best, history = here, [float(loss(here.copy()))]
    for _ in range(num_steps):
        here = here + step_size * rng.normal(size=here.shape)
        value = loss(here.copy())
        if value < history[-1]:
            best = here
        history.append(float(value) if value < history[-1] else history[-1])
    return best, np.array(history)


# %% mistake: hill_climb
# hint: "You return the last parameters tried, or the start, instead of the best."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = candidate = np.array(params, dtype=float)
    history = [float(loss(best.copy()))]
    for _ in range(num_steps):
        candidate = best + step_size * rng.normal(size=best.shape)
        value = loss(candidate.copy())
        if value < history[-1]:
            best = candidate
            history.append(float(value))
        else:
            history.append(history[-1])
    return candidate, np.array(history)


# %% mistake: hill_climb
# hint: "You draw from a generator of your own. Only the caller's makes a search repeatable and another one different."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    own = np.random.default_rng(42)
    history = [float(loss(best.copy()))]
    for _ in range(num_steps):
        candidate = best + step_size * own.normal(size=best.shape)
        value = loss(candidate.copy())
        if value < history[-1]:
            best = candidate
        history.append(float(value) if value < history[-1] else history[-1])
    return best, np.array(history)


# %% mistake: hill_climb
# hint: "Your history has the loss of every trial. The lowest so far was asked for."
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = loss(best.copy())
    history = [lowest]
    for _ in range(num_steps):
        candidate = np.array(best + step_size * rng.normal(size=best.shape))
        value = loss(candidate.copy())
        if value < lowest:
            best, lowest = candidate, value
        history.append(value)
    return best, np.array(history, dtype=float)


# %% equivalents: hill_climb
# - replace: best = np.array(params, dtype=float)
#   with: best = np.array(params)
#   reason: "The start is float64."
# - replace: best + step_size * rng.normal
#   with: best - step_size * rng.normal
#   reason: "Normal numbers are symmetric."


# %% accepts: hill_climb
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    moves = rng.normal(0.0, step_size, (num_steps, *np.shape(params)))  # all at once
    best, lowest = np.array(params, dtype=float), float(loss(np.array(params, dtype=float)))
    history = np.full(num_steps + 1, lowest)
    for step, move in enumerate(moves, start=1):
        trial = best + move
        value = float(loss(np.array(trial)))
        if value < lowest:
            best, lowest = trial, value
        history[step] = lowest
    return np.array(best), history


# %% accepts: hill_climb
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    flat, shape = np.array(params, dtype=float).ravel(), np.shape(params)
    history = np.empty(num_steps + 1)
    history[0] = loss(flat.reshape(shape).copy())
    for step in range(num_steps):
        trial = rng.normal(flat, step_size)
        value = loss(trial.reshape(shape).copy())
        history[step + 1] = np.fmin(history[step], value)
        flat = trial if history[step + 1] < history[step] else flat
    return flat.reshape(shape), history


# %% [markdown]
# ## Put it together: descent against chance
#
# Two moons, 200 points, and a network of 8 hidden units: 33 parameters as one array, and the mean log loss.
# Four methods get an equal number of **evaluations** of the loss, 3,000. A numerical gradient costs 66 of them.
# A gradient by backpropagation counts as 3, since the backward pass takes about twice as long as the forward
# pass. Each method has one dial, the size of a step or of a draw, and gets the best of three settings, chosen
# on other starts than those that are shown. First, of course, the gradient is checked.

# %% demo
x_moons, y_moons = dd.data.moons(200, noise=0.2, seed=0)
BUDGET = 3000


def unpack(params):
    return {"w1": params[:16].reshape(2, 8), "b1": params[16:24], "w2": params[24:32], "b2": params[32]}


def forward(params):
    p = unpack(params)
    hidden = np.tanh(x_moons @ p["w1"] + p["b1"])  # (N, 8)
    return hidden, hidden @ p["w2"] + p["b2"]  # and the logits (N,)


def moons_loss(params):
    _, z = forward(params)
    return np.mean(np.logaddexp(0, z) - y_moons * z)


def moons_grad(params):
    hidden, z = forward(params)
    dz = (1 / (1 + np.exp(-z)) - y_moons) / len(z)
    dhidden = np.outer(dz, unpack(params)["w2"]) * (1 - hidden**2)
    return np.concatenate([(x_moons.T @ dhidden).ravel(), dhidden.sum(axis=0), hidden.T @ dz, [dz.sum()]])


def random_search(params, scale, rng):
    """The lowest loss so far of draws around 0, one an evaluation."""
    draws = [moons_loss(params)] + [moons_loss(scale * rng.normal(size=params.size)) for _ in range(BUDGET)]
    return np.arange(BUDGET + 1), np.minimum.accumulate(draws)


def climb(params, step_size, rng):
    return np.arange(BUDGET + 1), hill_climb(moons_loss, params, BUDGET, rng, step_size)[1]


def descend(params, rate, gradient, price):
    """Losses of gradient descent, and the evaluations spent until then."""
    losses = [moons_loss(params)]
    for _ in range(BUDGET // price):
        params = params - rate * gradient(params)
        losses.append(moons_loss(params))  # for the picture only
    return price * np.arange(len(losses)), np.array(losses)


def measured(params):
    return numerical_gradient(moons_loss, params)


start = np.random.default_rng(2).normal(size=33)
error = check_gradients(lambda p: moons_loss(p["all"]), lambda p: {"all": moons_grad(p["all"])}, {"all": start})[2]
print(f"the gradient of the network: worst error {error:.0e}")
assert error < 1e-6
methods = {
    "random search": (random_search, (0.5, 1.5, 4.0)),
    "hill climbing": (climb, (0.01, 0.03, 0.1)),
    "descent, numerical gradient": (lambda p, s, rng: descend(p, s, measured, 66), (1.0, 3.0, 10.0)),
    "descent, backpropagation": (lambda p, s, rng: descend(p, s, moons_grad, 3), (1.0, 3.0, 10.0)),
}
starts = [np.random.default_rng(seed).normal(size=33) for seed in np.random.default_rng(11).integers(0, 10_000, 6)]
fig, ax = plt.subplots(figsize=(9, 4.6))
final = {}
for name, (method, settings) in methods.items():
    rng = np.random.default_rng(4)
    tried = [np.mean([method(p, setting, rng)[1][-1] for p in starts[:2]]) for setting in settings]
    setting = settings[int(np.argmin(tried))]
    runs = [method(p, setting, rng) for p in starts[2:]]
    losses = np.array([losses for _, losses in runs])  # (4, steps)
    final[name] = losses[:, -1].mean()
    ax.semilogy(runs[0][0], losses.mean(axis=0), label=name)
    low, high = losses[:, -1].min(), losses[:, -1].max()
    print(f"{name:27} setting {setting:4}: loss {final[name]:.3f} ({low:.3f} to {high:.3f})")
ax.set(xlabel="evaluations of the loss", ylabel="loss (mean of 4 starts)", title="33 parameters, equal budgets")
ax.legend()
dd.plot.show(
    "Loss on a logarithmic axis against evaluations from 0 to 3,000. Random search falls at once and then hardly at "
    "all; hill climbing and descent with a numerical gradient fall steadily, and descent with backpropagation falls "
    "fastest and ends lowest."
)
assert final["descent, backpropagation"] < min(final["hill climbing"], final["random search"])
assert final["hill climbing"] < final["random search"]

# %% [markdown]
# Random search has its luck in the first dozens of draws; afterwards it has to better its own record by chance.
# Hill climbing keeps what it has won and goes on falling. Descent with a *measured* gradient has only 45 steps
# for its money, and may well end behind hill climbing. With backpropagation it has a thousand, and ends lowest.
#
# That was 33 parameters. What if there are more? In $n$ dimensions a random direction is nearly at a right
# angle to the gradient: its share along it is about $1 / \sqrt n$. So take the simplest loss, half the squared
# length of $x$, from a start of length 1, in 2 to 512 dimensions. How far does each get with 600 evaluations?
# Random search draws around the start, at a distance of about 1, which is as far as the lowest point is. Hill
# climbing makes moves of a length of about 0.03 or of about 0.1, whatever $n$ is, and of the two runs the better
# one counts. Descent takes 200 steps with a rate of 0.1.

# %% demo
dimensions = 2 ** np.arange(1, 10)
ends = {"random search": [], "hill climbing": [], "descent, backpropagation": []}
for n in dimensions:
    runs = {name: [] for name in ends}
    for seed in np.random.default_rng(12).integers(0, 10_000, 5):
        rng = np.random.default_rng(seed)
        point = rng.normal(size=n)
        point /= np.linalg.norm(point)
        around = point + rng.normal(size=(600, n)) / np.sqrt(n)  # moves of length 1, as far as the lowest point is
        runs["random search"].append(min(0.5, 0.5 * np.min(np.sum(around**2, axis=1))))
        climbed = [hill_climb(lambda x: 0.5 * np.sum(x**2), point, 600, rng, size / np.sqrt(n)) for size in (0.03, 0.1)]
        runs["hill climbing"].append(min(history[-1] for _, history in climbed))
        runs["descent, backpropagation"].append(0.5 * (1 - 0.1) ** (2 * 200))  # 200 steps with a rate of 0.1
    for name, values in runs.items():
        ends[name].append(np.median(values))
fig, ax = plt.subplots(figsize=(8, 4.2))
for (name, values), marker in zip(ends.items(), "os^", strict=True):
    ax.loglog(dimensions, values, marker=marker, base=2, label=name)
ax.set_yscale("log", base=10)
ax.set(
    xlabel="dimensions $n$",
    ylabel="loss after 600 evaluations",
    title="A bowl in more and more dimensions",
    ylim=(1e-21, 100),
)
ax.legend(loc="center right")
dd.plot.show(
    "Loss after 600 evaluations against the number of dimensions, from 2 to 512, on logarithmic axes. Random search "
    "and hill climbing start low and climb, random search to its starting value of one half by about 64 dimensions and "
    "hill climbing later; descent stays level at the bottom, below 1e-18."
)
print({name: [f"{value:.1e}" for value in values[::4]] for name, values in ends.items()}, "for n = 2, 32 and 512")
assert (
    ends["hill climbing"][-1] > 10 * ends["hill climbing"][2]
    and ends["hill climbing"][-1] > 1e3 * ends["descent, backpropagation"][-1]
)

# %% [markdown]
# With two parameters chance does well. With a few dozen random search finds hardly anything better than its
# start, and hill climbing slows down as $n$ grows, since each step is of less use. Descent does not notice: a
# gradient names the right one of all directions at once, for the price of a few evaluations, whatever $n$ is.
# (On this round bowl descent has it easy, too. The comparison is about how the cost grows.) That is why it pays
# to have gradients, and to check them.
#
# ## What you should remember
#
# - A central difference has an error of order $\varepsilon^2$, a one-sided one of order $\varepsilon$. Too
#   small a step is as bad as too large a one: take $10^{-5}$, in float64.
# - Compare relative errors, entry by entry, with a floor for zeros; and see to it that NaN counts as wrong.
# - Switch off what is random. The loss must give the same value twice.
# - A large error can be a kink, and a small one luck: check at several random points, away from zeros.
# - Chance needs no gradient and pays for it with a number of evaluations that grows with the number of
#   parameters.
#
# ## Check yourself
#
# 1. The relative error of every entry of a bias is $0.9921875 = 1 - \frac1{128}$, with a batch of 128. What
#    happened?
# 2. Your checker says 0.3 for one entry at the start, and $10^{-9}$ at three other points. What do you do?
# 3. Why does a check with $\varepsilon = 10^{-5}$ not work for a model in float32, and why is it right to test
#    the same code in float64?
#
# <details><summary>Answers</summary>
#
# 1. One of the two gradients is 128 times the other: a mean was taken for a sum, or divided twice.
# 2. Nothing: it was a kink. If you want to be certain, find the unit whose input is 0 there.
# 3. Round-off of about $6 \cdot 10^{-8} \lvert f \rvert$ divided by $10^{-5}$ leaves two digits at best. The
#    formulas, and so their errors, are the same in both precisions.
#
# </details>
#
# ## Go further
#
# - W. Squire and G. Trapp, "Using Complex Variables to Estimate Derivatives of Real Functions", *SIAM Review*
#   40, 1998: the imaginary part of $f(x + i \varepsilon)$ divided by $\varepsilon$ has no difference in it,
#   hence no round-off, even for $\varepsilon = 10^{-20}$.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, "Automatic Differentiation in Machine
#   Learning: a Survey", *JMLR* 18, 2018: why backpropagation is neither numerical nor symbolic differentiation.
# - L. A. Rastrigin, "The Convergence of the Random Search Method in the Extremal Control of a Many Parameter
#   System", *Automation and Remote Control* 24, 1963.
