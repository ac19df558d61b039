# ---
# day: 43
# title: Hyperparameter tuning
# week: 9
# minutes: 110
# backend: any
# needs: [9, 14, 20, 23, 26, 28, 30, 32, 37]
# data: [digits]
# papers:
# - Mockus, Tiesis and Zilinskas 1978, The application of Bayesian methods for seeking the extremum
# - Jones, Schonlau and Welch 1998, Efficient global optimization of expensive black-box functions
# - Rasmussen and Williams 2006, Gaussian processes for machine learning
# - Bergstra and Bengio 2012, Random search for hyper-parameter optimization
# - Snoek, Larochelle and Adams 2012, Practical Bayesian optimization of machine learning algorithms
# - Karnin, Koren and Somekh 2013, Almost optimal exploration in multi-armed bandits
# - Jamieson and Talwalkar 2016, Non-stochastic best arm identification and hyperparameter optimization
# - "Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar 2018, Hyperband: a novel bandit-based approach to
#   hyperparameter optimization"
# ---

# %% [markdown]
# # Day 43 · Hyperparameter tuning
#
# By the end you can spend a fixed budget of training runs so that it finds good settings, say why one plan beats
# another, and name the price of having looked so often.
#
# - **You will build** grid and random search, draws on a logarithmic scale, successive halving, the expected
#   improvement that drives Bayesian optimisation, and a Keras model whose settings a tuner may choose. Random search
#   meets grid search on twenty splits of the digits, with as many runs for each.
# - **You need** networks with hidden layers (Day 26), momentum (Day 28), weight penalties and dropout (Day 32), Keras
#   models (Day 37), cross-validation and a first look at both searches (Day 9), the normal distribution (Days 20, 23).
# - **Not today:** searching over whole architectures, and schedules that change a setting while training goes on
#   (Day 30).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $n$ | candidates that are tried | | `n` |
# | $p$ | probability that one random candidate is good | $()$ | |
# | $u$ | a draw from 0 to 1, all values alike | $()$ | |
# | $B$ | budget of epochs, over all candidates together | | `budget` |
# | $n_j$, $r_j$ | candidates still in at round $j$ of halving; epochs that each then trains more | | |
# | $R$ | rounds of halving | | |
# | $x$, $y$ | a setting on its scale, such as $\log_{10}$ of the rate; the loss measured there | $()$ | |
# | $k(x, x')$ | covariance of the losses at two settings | $()$ | |
# | $G$, $q$ | covariances among the trials so far; of a new setting with each of them | $(n, n)$, $(n,)$ | |
# | $\mu(x)$, $s(x)$ | mean and standard deviation of what the loss at $x$ may be | $()$ | `mean`, `std` |
# | $y^*$ | the lowest loss measured so far | $()$ | `best` |
# | $g$ | how far $\mu$ lies below $y^*$, in units of $s$ | $()$ | |
# | $\Phi$, $\phi$ | distribution function and density of the standard normal | | `norm.cdf`, `norm.pdf` |

# %% setup
import itertools
import math
import warnings

import numpy as np
from scipy.stats import norm

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))

# %% [markdown]
# ## Settings that no gradient reaches
#
# Training finds the *parameters*, weights and biases. Around it is a layer of numbers that somebody chose before: the
# learning rate, the width, the dropout. These **hyperparameters** decide what training can find, and there is no slope
# to follow: to learn how good a learning rate is, you train with it. One measurement costs a training run, is noisy,
# and says nothing about its neighbours. With $n$ measurements to spend, where do you put them?
#
# Not all settings deserve the same attention. As a rule of thumb the learning rate matters most by far, then the
# batch's size, momentum, and the numbers of units and layers; Adam's other settings are seldom touched.
#
# Two styles of working have got nicknames. With one computer and one large model you watch a single run, and turn the
# rate a little down or up each day, as a **panda** cares for its only cub. With many computers or small models you
# start a hundred runs at once and keep the best, as fish do with their eggs: the **caviar** way. A panda's path
# depends on its first step and can't be averaged over seeds. Today is about caviar, and about spending less on it.
#
# Three rules come before any method. Choose by *validation* data, never by the test set. The lowest of many noisy
# losses is lower than it deserves: of twenty equally good candidates one is the luckiest. So what you report is
# measured once more, on data that no choice has touched. And compare two *methods* of searching only at equal cost,
# over several seeds.
#
# ## A grid
#
# The obvious plan: a few values for each setting, all combinations. Rates 0.1 and 1.0, and widths 8, 16 and 32, make
# $2 \cdot 3 = 6$ candidates. Written as a list, the last setting changes fastest, like the digits of a counter:
#
# | candidate | 0 | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|---|
# | rate | 0.1 | 0.1 | 0.1 | 1.0 | 1.0 | 1.0 |
# | width | 8 | 16 | 32 | 8 | 16 | 32 |
#
# Five settings with four values each are $4^5 = 1024$ runs, and each new setting multiplies the bill. No setting at
# all is one candidate, the default, for an empty product is 1.


# %% exercise: grid
def grid(space):
    """All combinations of some values.

    Args:
        space: dict from the name of a setting to its values, a list or tuple of anything, perhaps with none or one. It
            may hold any number of settings, also none.

    Returns:
        List of new dicts from each name to one of its values, names in the order of space, and no two combinations
        left out or repeated if the values differ. The last name changes fastest, the first slowest, and values come in
        their order. About 2 lines.
    """
    ### BEGIN SOLUTION
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    ### END SOLUTION


# %% test: grid, points=2
space = {"rate": [0.1, 1.0], "width": [8, 16, 32]}
with dd.check.unchanged(space, what="space"):
    combinations = grid(space)
dd.check.kind(combinations, list, what="what grid returns")
due = [{"rate": rate, "width": width} for rate in (0.1, 1.0) for width in (8, 16, 32)]
dd.check.equal(combinations, due, what="the combinations", why="they are the table of the text")
dd.check.equal(grid({"width": [8]}), [{"width": 8}], what="the grid of one value", why="there is one candidate")
### BEGIN HIDDEN TESTS
dd.check.equal(grid({}), [{}], what="the grid of no settings", why="one candidate is left, the default")
dd.check.equal(grid({"a": [1, 2], "b": []}), [], what="the grid", why="there is no value for b")
spaces = [
    {"z": (1, 2, 3, 4), "a": ["relu", None, "tanh"], "m": [True], "b": [0.5, (8, 16)]},
    {"one": [[1, 2], [3]], "two": (None,), "three": ["x", "yz"]},
    {"a": ["b", "a"], "b": [3, 1, 2]},
]
for space in spaces:
    sizes = [len(values) for values in space.values()]
    with dd.check.unchanged(space, what="space"):
        combinations = grid(space)
    due = []
    for number in range(math.prod(sizes)):  # read the candidate's number as digits
        entry, rest = {}, number
        for name, size in reversed(list(zip(space, sizes, strict=True))):
            entry[name] = space[name][rest % size]
            rest //= size
        due.append({name: entry[name] for name in space})
    dd.check.equal(len(combinations), len(due), what="the number of combinations", why="sizes are multiplied")
    for i, (came, entry) in enumerate(zip(combinations, due, strict=True)):
        dd.check.kind(came, dict, what=f"combination {i}")
        dd.check.equal(list(came), list(space), what=f"the names in combination {i}", why="space gives their order")
        for name, value in entry.items():
            what = f"{name!r} in combination {i}"
            dd.check.equal(came[name], value, what=what, why="the last name changes fastest")
            dd.check.kind(came[name], type(value), what=what, why="values come as they are")
combinations = grid({"a": [1, 2], "b": [3]})
combinations[0]["b"] = 4
dd.check.equal(combinations[1], {"a": 2, "b": 3}, what="combination 1", why="each is a dict of its own")
### END HIDDEN TESTS

# %% mistakes: grid
# - replace: return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
#   with: |-
#     space = {name: values for name, values in space.items() if values}
#         return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
#   hint: "You pass over a setting without values. With nothing to choose for it no combination is complete: there is
#     none."
# - replace: "[dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]"
#   with: "[dict(zip(space, values)) for values in zip(*space.values())]"
#   hint: "You walk through all lists in step, so the first value only ever meets the first. All combinations are due."
# - replace: "[dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]"
#   with: "list(itertools.product(*space.values()))"
#   hint: "A combination without names says nothing about which number is the rate. Each is a dict."
# - replace: "[dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]"
#   with: "[dict(zip(reversed(space), v)) for v in itertools.product(*reversed(space.values()))]"
#   hint: "Your first name changes fastest. The last one should, like the last digit of a counter."
# - replace: itertools.product(*space.values())
#   with: itertools.product(*map(sorted, space.values()))
#   hint: "Values come in the order in which they were given; you have sorted them."
# - replace: dict(zip(space, values, strict=True)) for
#   with: dict(zip(sorted(space), values, strict=True)) for
#   hint: "You have sorted the names, but not the values that belong to them."


# %% mistake: grid
# hint: "All your combinations are one and the same dict, which ends up as the last of them. Make a new one each time."
def grid(space):
    entry, combinations = {}, []
    for values in itertools.product(*space.values()):
        entry.update(zip(space, values, strict=True))
        combinations.append(entry)
    return combinations


# %% mistake: grid
# hint: "Your loops are made for two settings. There may be any number of them."
def grid(space):
    (first, some), (second, others) = space.items()
    return [{first: one, second: other} for one in some for other in others]


# %% mistake: grid
# hint: "Without settings there is still one candidate, the default: an empty product is 1."
def grid(space):
    if not space:
        return []
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]


# %% accepts: grid
def grid(space):
    # One setting after the other: each combination so far is continued by each value.
    combinations = [{}]
    for name, values in space.items():
        combinations = [{**entry, name: value} for entry in combinations for value in values]
    return combinations


# %% accepts: grid
def grid(space):
    if not space:
        return [{}]
    *names, last = space
    return [entry | {last: value} for entry in grid({name: space[name] for name in names}) for value in space[last]]


# %% [markdown]
# ## Scales
#
# A learning rate between 0.001 and 10, you don't know where. Drawn evenly between these ends, 99% of all draws are
# above 0.1: three quarters of the effort for the last of four powers of ten, next to nothing for the first two. But
# what a rate does is decided by its *ratio* to others: from 0.001 to 0.002 is as large a step as from 1 to 2. So let
# the **logarithm** be drawn evenly. For $u$ between 0 and 1,
#
# $$\log v = (1 - u) \log v_{\min} + u \log v_{\max}, \qquad \text{that is} \qquad
# v = v_{\min}^{\,1-u}\, v_{\max}^{\,u} ,$$
#
# and the probability of $a < v < b$ is $\log (b / a) / \log (v_{\max} / v_{\min})$: every power of ten has the same
# share. This is the **log-uniform** distribution; any base of the logarithm gives the same. By hand, from 0.001 to 10:
# $u = 0$ gives 0.001, $u = \frac14$ gives 0.01, $u = \frac12$ gives 0.1.
#
# It suits whatever may range over several powers of ten: rates, penalties, widths from 8 to 1024. For a momentum from
# 0.9 to 0.999 draw $1 - \beta$ from 0.001 to 0.1, as $\frac{1}{1 - \beta}$ is how many steps it remembers
# (Day 28). A dropout from 0 to 0.5 is drawn evenly; 0 has no logarithm.
#
# Two traps. With ends such as $10^{-200}$ and $10^{200}$ the quotient $v_{\max} / v_{\min}$ overflows though both are
# decent numbers, whereas their logarithms are −460 and 460. And `exp(log(v))` may miss $v$ by the last digit, so that
# a draw can land *outside* its range.


# %% exercise: log_uniform
def log_uniform(low, high, rng, size=None):
    """Draw numbers whose logarithm is spread evenly.

    Args:
        low, high: the ends of the range, numbers with 0 < low <= high, both finite.
        rng: NumPy Generator.
        size: None for a single number, else the shape of an array, a tuple of ints, or its length, an int >= 0.

    Returns:
        A float, or a new float64 array of that shape, all entries drawn independently and determined by rng. Each
        lies from low to high, both included, for any ends that are ordinary floats.

    Raises:
        ValueError: low is not above 0, or high is below low. About 5 lines.
    """
    ### BEGIN SOLUTION
    if not 0 < low <= high:
        raise ValueError(f"low and high must keep 0 < low <= high. Received: low={low}, high={high}")
    values = np.exp(rng.uniform(math.log(low), math.log(high), size))
    values = np.clip(values, low, high)
    return float(values) if size is None else values
    ### END SOLUTION


# %% test: log_uniform, points=2
draw = log_uniform(0.001, 10, np.random.default_rng(0))
dd.check.kind(draw, float, what="a draw")
assert 0.001 <= draw <= 10, f"the draw {draw} lies outside the range"
draws = log_uniform(0.001, 10, np.random.default_rng(0), 400)
dd.check.kind(draws, "array", what="400 draws")
dd.check.shape(draws, (400,), what="400 draws")
assert draws.min() >= 0.001 and draws.max() <= 10, "a draw lies outside the range"
below = np.mean(draws < 0.1)
assert 0.4 < below < 0.6, (
    f"{below:.0%} of the draws are below 0.1, and half are due: it is the middle of four powers of ten"
)
again = log_uniform(0.001, 10, np.random.default_rng(0), 400)
dd.check.equal(again, draws, what="the draws from the same seed", why="rng is the only source of chance")
with dd.check.raises(ValueError, why="0 has no logarithm"):
    log_uniform(0, 1, np.random.default_rng(0))
### BEGIN HIDDEN TESTS
for low, high, size, seed in (
    (1e-5, 1.0, (2000,), 1),
    (3, 7, (20, 100), 2),
    (1e-200, 1e200, 2000, 3),
    (2.0, 50_000.0, (1000, 1, 2), 4),
):
    draws = log_uniform(low, high, np.random.default_rng(seed), size)
    dd.check.kind(draws, "array", what="the draws")
    dd.check.dtype(draws, "float64", what="the draws")
    dd.check.shape(draws, size if isinstance(size, tuple) else (size,), what="the draws")
    dd.check.finite(draws, what="the draws", why="both ends are")
    assert low <= draws.min() and draws.max() <= high, f"a draw lies outside {low} to {high}"
    assert len(np.unique(draws)) == draws.size, "each entry is a draw of its own"
    place = np.sort((np.log(draws.ravel()) - np.log(low)) / (np.log(high) - np.log(low)))
    even = (np.arange(2000) + 0.5) / 2000
    worst = int(np.argmax(np.abs(place - even)))
    assert abs(place[worst] - even[worst]) < 0.07, (
        f"{even[worst]:.0%} of the draws from {low} to {high} are below {np.sort(draws.ravel())[worst]:.4g}, where "
        f"{place[worst]:.0%} are due: every power of ten has the same share"
    )
rng = np.random.default_rng(5)
single = [log_uniform(1e-4, 1e4, rng) for _ in range(60)]
assert len(set(single)) == 60, "each call draws a new number"
low = sum(value < 1 for value in single)
assert 8 < low < 52, f"{low} of 60 single draws from 1e-4 to 1e4 are below 1, and about 30 are due"
dd.check.shape(log_uniform(1, 2, rng, 0), (0,), what="no draws")
dd.check.shape(log_uniform(1, 2, rng, (1,)), (1,), what="one draw in an array")
dd.check.shape(log_uniform(1, 2, rng, 1), (1,), what="one draw in an array")
for value in (0.1, 0.3, 7, 1e-300, 1e300, 5e-324, np.float32(0.7)):
    came = log_uniform(value, value, np.random.default_rng(6))
    dd.check.kind(came, float, what="a draw")
    dd.check.equal(came, float(value), what="a draw where both ends are the same", why="there is but one value")
for low, high, seed in ((1.0, 1.0 + 1e-15, 7), (0.3, np.nextafter(0.3, 1), 8), (1e300, 1.0000000000000002e300, 9)):
    came = log_uniform(low, high, np.random.default_rng(seed), 60)
    assert low <= came.min() and came.max() <= high, f"a draw lies outside {low!r} to {high!r}"
for low, high in ((0, 1), (0.0, 0.0), (-1, 1), (-2.0, -1.0), (2, 1), (1e-3, 1e-4), (1, -1)):
    for size in (None, 3):
        with dd.check.raises(ValueError, why=f"{low} to {high} is no range above 0"):
            log_uniform(low, high, np.random.default_rng(10), size)
### END HIDDEN TESTS

# %% mistakes: log_uniform
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: rng.uniform(low, high, size)
#   hint: "You draw the number itself evenly. Nearly all draws are then in the last power of ten."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: rng.uniform(math.log(low), math.log(high), size)
#   hint: "That is the logarithm of the draw. One step is missing."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: 10 ** rng.uniform(math.log(low), math.log(high), size)
#   hint: "You take natural logarithms and go back by powers of ten. Any base will do, but only one."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: np.exp(math.log(low) + rng.uniform(size=size) ** 2 * (math.log(high) - math.log(low)))
#   hint: "The logarithm of your draws is not spread evenly."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: 10.0 ** rng.integers(round(math.log10(low)), round(math.log10(high)), size, endpoint=True)
#   hint: "You draw whole powers of ten only. Every number of the range should be possible."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: low * (high / low) ** rng.uniform(size=size)
#   hint: "The quotient of the two ends overflows where both are decent numbers. Take each logarithm by itself."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: np.exp(np.full(size or (), rng.uniform(math.log(low), math.log(high))))
#   hint: "All entries of your array are one draw, repeated."
# - replace: np.exp(rng.uniform(math.log(low), math.log(high), size))
#   with: np.exp(np.random.default_rng(0).uniform(math.log(low), math.log(high), size))
#   hint: "You make a generator of your own, so that every call draws the same. Use the one that is handed in."
# - replace: float(values) if size is None else values
#   with: values if size else float(np.mean(values))
#   hint: "A size of 0 is a size: an array without entries is due. Only None asks for a single number."
# - replace: if not 0 < low <= high
#   with: if not 0 < low < high
#   hint: "A range may consist of one value."


# %% mistake: log_uniform
# hint: "A size of 0 is a size: an array without entries is due. Only None asks for a single number."
def log_uniform(low, high, rng, size=None):
    if not 0 < low <= high:
        raise ValueError(f"{low}, {high}")
    if not size:
        return float(np.clip(np.exp(rng.uniform(math.log(low), math.log(high))), low, high))
    return np.clip(np.exp(rng.uniform(math.log(low), math.log(high), size)), low, high)


# %% mistake: log_uniform
# hint: "An end at or below 0 has no logarithm, and ends the wrong way round are no range: both must be refused."
def log_uniform(low, high, rng, size=None):
    with np.errstate(all="ignore"):
        start, stop = np.log(low), np.log(high)
    values = np.clip(np.exp(start + (stop - start) * rng.random(size)), low, high)
    return float(values) if size is None else values


# %% equivalents: log_uniform
# - replace: |-
#     if not 0 < low <= high:
#             raise ValueError(f"low and high must keep 0 < low <= high. Received: low={low}, high={high}")
#   with: pass
#   reason: "math.log and uniform refuse such ends themselves, with a ValueError too."
# - replace: 'raise ValueError(f"low and high must keep 0 < low <= high. Received: low={low}, high={high}")'
#   with: pass
#   reason: "math.log and uniform refuse such ends themselves, with a ValueError too."
# - replace: if not 0 < low
#   with: if not -1 < low
#   reason: "math.log refuses what is not above 0 itself, with a ValueError too."
# - replace: np.clip(values, low, high)
#   with: np.clip(low, values, high)
#   reason: "The larger of the two, at most high, either way."
# - replace: return float(values) if size is None else values
#   with: return values
#   reason: "A float64 of NumPy is a float."


# %% accepts: log_uniform
def log_uniform(low, high, rng, size=None):
    # A weighted geometric mean of the two ends.
    if low <= 0 or high < low:
        raise ValueError(f"no range above 0. Received: {low} to {high}")
    u = rng.random(size)
    values = np.clip(float(low) ** (1 - u) * float(high) ** u, float(low), float(high))
    return float(values) if size is None else values


# %% accepts: log_uniform
def log_uniform(low, high, rng, size=None):
    # In bits, one number after the other.
    if not (low > 0 and high >= low):
        raise ValueError("no range")
    if size is not None:
        return np.array([log_uniform(low, high, rng) for _ in range(int(np.prod(size)))], float).reshape(size)
    bits = rng.uniform(math.log2(low), math.log2(high))
    return min(max(float(low), 2.0**bits), float(high))


# %% [markdown]
# ## Chance
#
# **Random search** draws each setting of each candidate by itself. That sounds like giving up. Bergstra and Bengio
# (2012) showed why it isn't. Say one of two settings matters, and it is good in a share $p$ of its range; where
# the other is makes no difference. A $3 \times 3$ grid has nine runs, but only *three* values of the one that counts;
# nine random candidates have nine. Put the grid down at a random place, with its three values a third of
# the range apart. The probability that at least one candidate is good is then
#
# $$\text{grid: } \min (1,\, 3p), \qquad \text{random: } 1 - (1 - p)^9 .$$
#
# By hand, $p = 0.1$: 0.3 for the grid, $1 - 0.9^9 = 0.61$ for chance. But look at $p = \frac13$: the grid is
# certain to hit, random draws fail in 3 searches of 100. Chance is not better as such. It wins where few settings
# matter, their good region is narrow, and nobody knows which ones: the usual case.
#
# The same formula tells how many candidates are worth trying. The best 5% of *all* configurations, in however many
# settings, are hit by one of $n$ with probability $1 - 0.95^n$, which passes 95% at $n = 59$. And random
# search may be stopped or continued at any time; a grid half done has a corner missing.
#
# Our space is a dict again. A **list** means its values, each as likely as the others. A **tuple** means a range:
#
# | entry | what is drawn |
# |---|---|
# | `["relu", "tanh"]` | one of these |
# | `("linear", 0.0, 0.5)` | a float, evenly |
# | `("log", 1e-4, 1.0)` | a float, its logarithm evenly |
# | `("integer", 1, 3)` | 1, 2 or 3, each as likely |
#
# Beware of NumPy's good intentions: an array made of `["relu", 3]` has the text `"3"` in it, and one of `[8, 0.5]` has
# a width of 8.0.


# %% exercise: random_search
def random_search(space, n, rng):
    """Configurations with every setting drawn by chance.

    Args:
        space: dict from the name of a setting to a non-empty list of values of any kind, or to a tuple ("linear",
            low, high), ("log", low, high) or ("integer", low, high), as in the table above. The two ends of "integer"
            are ints, and both are included.
        n: how many configurations, int >= 0.
        rng: NumPy Generator.

    Returns:
        List of n new dicts with space's names in their order. All draws are independent of each other and determined by
        rng. A value from a list comes as it is; "linear" and "log" give a float, "integer" an int.

    Raises:
        ValueError: n is above 0 and a tuple names another kind of range. About 12 lines.
    """

    ### BEGIN SOLUTION
    def draw(entry):
        if isinstance(entry, list):
            return entry[rng.integers(len(entry))]
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        if kind == "integer":
            return int(rng.integers(low, high, endpoint=True))
        raise ValueError(f"a range is linear, log or integer. Received: {kind!r}")

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]
    ### END SOLUTION


# %% test: random_search, points=3
space = {
    "rate": ("log", 1e-4, 1.0),
    "bend": ["relu", "tanh"],
    "layers": ("integer", 1, 3),
    "drop": ("linear", 0.0, 0.5),
}
with dd.check.unchanged(space, what="space"):
    drawn = random_search(space, 300, np.random.default_rng(1))
dd.check.kind(drawn, list, what="what random_search returns")
dd.check.equal(len(drawn), 300, what="the number of configurations")
dd.check.equal(list(drawn[0]), list(space), what="the names in a configuration", why="space gives their order")
for name, kind in {"rate": float, "bend": str, "layers": int, "drop": float}.items():
    dd.check.kind(drawn[0][name], kind, what=f"{name!r}")
dd.check.equal({each["layers"] for each in drawn}, {1, 2, 3}, what="the numbers of layers", why="both ends count")
dd.check.equal({each["bend"] for each in drawn}, {"relu", "tanh"}, what="the activations drawn")
low = np.mean([each["rate"] < 0.01 for each in drawn])
assert 0.35 < low < 0.65, f"{low:.0%} of the rates are below 0.01, and half are due"
again = random_search(space, 300, np.random.default_rng(1))
dd.check.equal(again, drawn, what="a search from the same seed", why="rng is the only source of chance")
### BEGIN HIDDEN TESTS
dd.check.equal(random_search({"a": [1]}, 0, np.random.default_rng(0)), [], what="no configurations")
dd.check.equal(random_search({}, 2, np.random.default_rng(0)), [{}, {}], what="two configurations of no settings")
space = {
    "choice": ["relu", 3, 0.5, None, True, (8, 16)],
    "rate": ("log", 1e-6, 10.0),
    "rate_2": ("log", 1e-6, 10.0),
    "drop": ("linear", -2, 3),
    "layers": ("integer", -1, 3),
    "word": ["log", 1, 10],
    "one": [[4, 5]],
    "same": ("integer", 7, 7),
}
rng = np.random.default_rng(430)
with dd.check.unchanged(space, what="space"):
    drawn = random_search(space, 2400, rng)
dd.check.equal(len(drawn), 2400, what="the number of configurations")
for i, each in enumerate(drawn[:5]):
    dd.check.kind(each, dict, what=f"configuration {i}")
    dd.check.equal(list(each), list(space), what=f"the names in configuration {i}", why="space gives their order")
columns = {name: [each[name] for each in drawn] for name in space}
for name in ("choice", "word", "one"):
    values = space[name]
    for value in values:
        count = sum(type(came) is type(value) and came == value for came in columns[name])
        assert abs(count / 2400 - 1 / len(values)) < 0.07, (
            f"{value!r} was drawn {count} times in 2400 from {values}, where {2400 // len(values)} are due: values of "
            "a list come as they are, each as likely as the others"
        )
for name, low, high in (("layers", -1, 3), ("same", 7, 7)):
    for value in range(low, high + 1):
        count = sum(came == value for came in columns[name])
        due = 2400 / (high - low + 1)
        assert abs(count - due) < 170, (
            f"{value} was drawn {count} times in 2400 from {space[name]}, about {due:.0f} are due"
        )
    for came in columns[name][:5]:
        dd.check.kind(came, int, what=f"a draw from {space[name]}")
even = (np.arange(2400) + 0.5) / 2400
for name, scale in (("rate", np.log), ("rate_2", np.log), ("drop", lambda v: v)):
    _, low, high = space[name]
    for came in columns[name][:5]:
        dd.check.kind(came, float, what=f"a draw from {space[name]}")
    values = np.array(columns[name])
    assert low <= values.min() and values.max() <= high, f"a draw from {space[name]} lies outside its range"
    place = np.sort((scale(values) - scale(low)) / (scale(high) - scale(low)))
    assert np.abs(place - even).max() < 0.06, f"draws from {space[name]} are not spread as they should be"
    assert len(np.unique(values)) == 2400, "each configuration has draws of its own"
numbers = [np.log(columns["rate"]), np.log(columns["rate_2"]), columns["drop"], columns["layers"]]
tied = np.abs(np.corrcoef(numbers) - np.eye(4)).max()
assert tied < 0.12, f"two settings are tied to each other (correlation {tied:.2f}): each is drawn by itself"
follows = np.abs([np.corrcoef(column[1:], column[:-1])[0, 1] for column in numbers]).max()
assert follows < 0.12, f"a configuration follows the one before it (correlation {follows:.2f})"
for name, ways in (("choice", 6), ("word", 3), ("layers", 5)):
    same = np.mean([one == two for one, two in itertools.pairwise(columns[name])])
    assert abs(same - 1 / ways) < 0.07, (
        f"a draw from {space[name]} equals the one before it in {same:.0%} of all cases, where {1 / ways:.0%} are due: "
        "draws don't depend on each other"
    )
more = random_search(space, 1, rng)
assert more[0] not in drawn, "a second call with the same generator goes on from where the first left it"
one, two = (random_search(space, 5, np.random.default_rng(8)) for _ in range(2))
dd.check.equal(one, two, what="two searches from one seed", why="rng is the only source of chance")
one[0]["drop"] = 9.0
assert one[1]["drop"] != 9.0, "each configuration is a dict of its own"
for kind in ("uniform", "Log", "int", "lin"):
    with dd.check.raises(ValueError, why=f"{kind!r} is no kind of range"):
        random_search({"a": [1], "b": (kind, 1, 2)}, 1, np.random.default_rng(0))
### END HIDDEN TESTS

# %% mistakes: random_search
# - replace: entry[rng.integers(len(entry))]
#   with: rng.choice(entry)
#   hint: "NumPy makes one array of the values, and of one kind, before it chooses. Draw a place instead of a value."
# - replace: int(rng.integers(low, high, endpoint=True))
#   with: int(rng.integers(low, high))
#   hint: "The upper end of an integer range never comes up."
# - replace: int(rng.integers(low, high, endpoint=True))
#   with: round(rng.uniform(low, high))
#   hint: "Rounding an even draw makes the two ends half as likely as the rest."
# - replace: log_uniform(low, high, rng)
#   with: float(rng.uniform(low, high))
#   hint: "A range on the logarithmic scale was drawn evenly."
# - replace: "[{name: draw(entry) for name, entry in space.items()} for _ in range(n)]"
#   with: "[{name: draw(entry) for name, entry in space.items()}] * n"
#   hint: "You draw one configuration and repeat it."
# - replace: entry[rng.integers(len(entry))]
#   with: entry[rng.integers(len(entry) - 1)] if len(entry) > 1 else entry[0]
#   hint: "The last value of a list is never drawn."
# - replace: |-
#     if kind == "integer":
#             return int
#   with: |-
#     if True:
#             return int
#   hint: "A kind of range that nobody knows must be refused, lest a slip of the pen go unnoticed."
# - replace: isinstance(entry, list)
#   with: entry[0] not in ("linear", "log", "integer")
#   hint: "A list that happens to hold the word log is a list of values all the same."


# %% mistake: random_search
# hint: "Every candidate begins with a generator of its own, from the same seed, so all are alike. Use the one that is
#   handed in, and go on with it."
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        rng, config = np.random.default_rng(0), {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            elif entry[0] == "integer":
                config[name] = int(rng.integers(entry[1], entry[2] + 1))
            else:
                raise ValueError(entry[0])
        found.append(config)
    return found


# %% mistake: random_search
# hint: "One draw decides all settings of a configuration, so that large rates only ever meet large widths."
def random_search(space, n, rng):
    def at(entry, u):
        if isinstance(entry, list):
            return entry[int(u * len(entry))]
        kind, low, high = entry
        if kind == "linear":
            return low + u * (high - low)
        if kind == "log":
            return low ** (1 - u) * high**u
        if kind == "integer":
            return low + int(u * (high - low + 1))
        raise ValueError(f"a range is linear, log or integer. Received: {kind!r}")

    return [{name: at(entry, u) for name, entry in space.items()} for u in rng.random(n)]


# %% accepts: random_search
def random_search(space, n, rng):
    # Setting by setting: a column of n places between 0 and 1 for each, then rows.
    columns = {}
    for name, entry in space.items():
        u = rng.random(n).tolist()
        if isinstance(entry, list):
            columns[name] = [entry[int(place * len(entry))] for place in u]
            continue
        kind, low, high = entry
        if kind == "integer":
            columns[name] = [low + math.floor(place * (high + 1 - low)) for place in u]
        elif kind == "linear":
            columns[name] = [float(low + place * (high - low)) for place in u]
        elif kind == "log":
            columns[name] = [float(np.clip(low ** (1 - place) * high**place, low, high)) for place in u]
        elif n:
            raise ValueError(kind)
    return [{name: column[i] for name, column in columns.items()} for i in range(n)]


# %% accepts: random_search
def random_search(space, n, rng):
    def number(kind, low, high):
        match kind:
            case "linear":
                return float(rng.uniform(low, high))
            case "log":
                return log_uniform(low, high, rng)
            case "integer":
                return int(rng.integers(low, high + 1))
        raise ValueError(f"unknown kind {kind}")

    drawn = []
    for _ in range(n):
        drawn.append({})
        for name, entry in space.items():
            drawn[-1][name] = number(*entry) if isinstance(entry, tuple) else entry[int(rng.integers(0, len(entry)))]
    return drawn


# %% [markdown]
# ## Hundreds of small networks
#
# To compare searches we need many training runs. The cell below trains all its candidates *side by side*: their weight
# matrices are stacked along a first axis, and one product of stacks serves them all. The network is Day 26's, 64
# pixels, 16 hidden ReLU units, 10 classes, on only 300 digits, by descent with momentum 0.9. The rate and the
# strength of the weight penalty are ours to choose, over six and five powers of ten. A seed decides the split and the
# initial weights. Three hundred other digits are for validation, four hundred for the test, and a network that has
# gone to infinity counts as infinitely bad.


# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
RANGES = {"rate": ("log", 1e-5, 10.0), "penalty": ("log", 1e-8, 1e-3)}
pixels, digits = dd.data.digits()
pixels = pixels.astype("float32")


def train_side_by_side(configs, seeds, epochs, batch=50, momentum=0.9):
    """Validation losses (count, epochs) and final test errors (count,) of networks, candidate i on split seeds[i]."""
    splits = {seed: np.random.default_rng([seed, 43]) for seed in sorted(set(seeds))}
    splits = {
        seed: (rng.permutation(len(pixels))[:1000], rng.normal(size=(64, 16)), rng.normal(size=(16, 10)))
        for seed, rng in splits.items()
    }
    rows = np.array([splits[seed][0] for seed in seeds])  # (count, 1000)
    weights = [
        np.array([splits[seed][1] for seed in seeds], "float32") * np.float32((2 / 64) ** 0.5),  # (count, 64, 16)
        np.zeros((len(seeds), 1, 16), "float32"),
        np.array([splits[seed][2] for seed in seeds], "float32") * np.float32((1 / 16) ** 0.5),  # (count, 16, 10)
        np.zeros((len(seeds), 1, 10), "float32"),
    ]
    rate, penalty = (np.array([c[name] for c in configs], "float32")[:, None, None] for name in ("rate", "penalty"))
    velocity = [np.zeros_like(w) for w in weights]
    one_hot = np.eye(10, dtype="float32")

    def forward(x):
        hidden = np.maximum(x @ weights[0] + weights[1], 0)  # (count, rows, 16)
        logits = hidden @ weights[2] + weights[3]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return hidden, odds / odds.sum(axis=-1, keepdims=True)

    def measure(part):
        probs = forward(pixels[part])[1]
        of_right = np.take_along_axis(probs, digits[part][..., None], axis=-1)[..., 0]
        loss = -np.log(np.maximum(of_right, 1e-12)).mean(axis=1)
        return np.where(np.isfinite(probs).all(axis=(1, 2)), loss, np.inf), (probs.argmax(-1) != digits[part]).mean(1)

    losses = []
    with np.errstate(all="ignore"):  # too large a rate overflows, which is what we want to see
        for epoch in range(epochs):
            order = np.random.default_rng(epoch).permutation(300)
            for start in range(0, 300, batch):
                part = rows[:, order[start : start + batch]]
                x = pixels[part]  # (count, batch, 64)
                hidden, probs = forward(x)
                slope = (probs - one_hot[digits[part]]) / batch
                below = (slope @ weights[2].transpose(0, 2, 1)) * (hidden > 0)
                slopes = [
                    x.transpose(0, 2, 1) @ below + penalty * weights[0],
                    below.sum(axis=1, keepdims=True),
                    hidden.transpose(0, 2, 1) @ slope + penalty * weights[2],
                    slope.sum(axis=1, keepdims=True),
                ]
                for layer in range(4):
                    velocity[layer] = momentum * velocity[layer] - rate * slopes[layer]
                    weights[layer] += velocity[layer]
            losses.append(measure(rows[:, 300:600])[0])
        return np.array(losses).T, measure(rows[:, 600:])[1]


def grid_at(place):
    """A 3 x 3 grid over RANGES; place, two numbers from 0 to 1, says where in its first cell it begins."""
    space = {}
    for (name, (_, low, high)), start in zip(RANGES.items(), place, strict=True):
        space[name] = [low * (high / low) ** ((j + start) / 3) for j in range(3)]
    return grid(space)


# %% [markdown]
# What does the landscape look like, and what do nine candidates see of it? Below is one seed: the map is made of $25
# \times 9$ runs, which no search could afford. Along the top, the rates that were tried.

# %% demo
rng = np.random.default_rng(43)
plans = {"grid": grid_at([0.5, 0.5]), "random": random_search(RANGES, 9, rng)}
rates, penalties = np.logspace(-5, 1, 25), np.logspace(-8, -3, 9)
everywhere = grid({"penalty": penalties.tolist(), "rate": rates.tolist()})
landscape = train_side_by_side(everywhere, [0] * len(everywhere), epochs=10)[0][:, -1].reshape(9, 25)
fig, axes = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
for ax, (name, configs) in zip(axes, plans.items(), strict=True):
    image = ax.pcolormesh(rates, penalties, np.minimum(landscape, 2.5), cmap="viridis_r", shading="nearest")
    places = np.array([[c["rate"], c["penalty"]] for c in configs])
    ax.plot(*places.T, "o", color="white", markeredgecolor="black", markersize=9)
    ax.plot(places[:, 0], np.full(9, 2.2e-3), "v", color="C1", clip_on=False)
    found = train_side_by_side(configs, [0] * 9, epochs=10)[0][:, -1].min()
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylim=(5e-9, 3e-3))
    ax.set_title(f"{name}: best of nine {found:.2f}")
    ax.grid(False)
axes[0].set_ylabel("strength of the penalty")
fig.colorbar(image, ax=axes, label="validation loss, at most 2.5")
dd.plot.show(
    "Two maps of the validation loss over learning rate and penalty: upright bands, best for rates from about 0.01 to "
    "0.3, bad to both sides, and hardly any change from bottom to top. Left, nine grid points that share three rates. "
    "Right, nine random points with nine different rates."
)
assert landscape[:, 14:18].max() < min(landscape[:, 0].min(), landscape[:, -1].min())

# %% [markdown]
# The bands are upright: at these strengths the penalty hardly matters, which nobody had told the grid. Each of its
# columns measures the same thing three times.
#
# **Coarse to fine.** A search is seldom the last one. Look at where the best candidates of the first are, draw a
# smaller box around them, and search that. If the best lies at the *edge* of the range, the box must move and not
# shrink. Each round is cheap and none is automatic: a good look at the picture is part of the method.

# %% demo
rng = np.random.default_rng(4)
rounds, box = [], dict(RANGES)
for _ in range(2):
    configs = random_search(box, 16, rng)
    losses = train_side_by_side(configs, [0] * 16, epochs=10)[0][:, -1]
    rounds.append((dict(box), configs, losses))
    leaders = [configs[i]["rate"] for i in np.argsort(losses)[:3]]
    box["rate"] = ("log", min(leaders) / 2, min(2 * max(leaders), 10.0))
fig, axes = plt.subplots(1, 2, figsize=(12, 4))
for ax, (space, configs, losses), name in zip(axes, rounds, ("coarse", "fine"), strict=True):
    tried = np.log10([c["rate"] for c in configs])
    order = np.argsort(losses)
    ax.plot(tried[order[3:]], np.minimum(losses[order[3:]], 2.5), "o", color="C0", label="tried")
    ax.plot(tried[order[:3]], losses[order[:3]], "s", color="C1", markersize=9, label="best three")
    ax.set(xlabel="logarithm of the rate, to base 10", ylabel="validation loss, at most 2.5")
    ax.set(xlim=np.log10(space["rate"][1:]), title=f"{name}: 16 draws, best {losses.min():.2f}")
    ax.legend()
axes[0].axvspan(*np.log10(rounds[1][0]["rate"][1:]), color="C4", alpha=0.25, zorder=0)
dd.plot.show(
    "Validation loss against the logarithm of the rate for 16 draws each. Left, coarse, over six powers of ten: a "
    "valley, with a shaded band around the best three. Right, fine, inside that band only: most losses are low."
)
assert np.median(rounds[1][2]) < np.median(rounds[0][2])

# %% [markdown]
# ## Stopping the losers early
#
# Most candidates show within an epoch or two that they won't win. **Successive halving** (Karnin, Koren and Somekh,
# 2013, for slot machines; Jamieson and Talwalkar, 2016, for our use) trains all a little, drops the worse half,
# trains the rest longer, and so on until one is left. For $n$ candidates that takes $R = \lceil \log_2 n \rceil$
# rounds, and each round may spend the same share of the budget $B$. With $n_j$ candidates left in round $j$
# ($n_0 = n$, $n_{j+1} = \lceil n_j / 2 \rceil$), each of them trains
#
# $$r_j = \left\lfloor \frac{B}{n_j R} \right\rfloor \text{ epochs more,} \qquad
# r_0 + \dots + r_j \text{ in total so far.}$$
#
# By hand: four candidates A to D, $B = 16$, so $R = 2$. Round 0: each trains $\lfloor 16 / 8 \rfloor = 2$ epochs. Say
# the losses are 0.9, 0.5, 0.7 and 0.6; B and D stay. Round 1: each trains $\lfloor 16 / 4 \rfloor = 4$ more, 6 in
# total; 0.4 and 0.3; D wins. It cost $4 \cdot 2 + 2 \cdot 4 = 16$ epochs, where training all four to the end would have
# cost 24. With 16 candidates it is $B = 256$ against $16 \cdot 60 = 960$.
#
# What may go wrong: a slow starter, such as a small rate that would win in the end, is dropped early. And a loss that
# is NaN compares as false with everything, so a sort leaves it anywhere, perhaps in front. Hyperband (Li and
# others, 2018) hedges against the first by running several such tournaments, with fewer candidates and longer first
# rounds, and keeps a third instead of a half. Where runs are spread over many machines, nobody waits for the round to
# end (asynchronous halving).


# %% exercise: successive_halving
def successive_halving(configs, evaluate, budget):
    """Find a good candidate by dropping the worse half of those left, round by round.

    Args:
        configs: non-empty list of n candidates, anything.
        evaluate: function of (config, epochs) that returns the loss of a candidate after that many epochs in *total*
            since its start, a float, lower is better; NaN if it diverged. It trains on from where it left the
            candidate.
        budget: epochs that may be spent on all candidates together, int.

    Returns:
        (winner, history): the entry of configs that is left, and a list with an entry for each round: (epochs, losses),
        the total that was asked for in it, an int, and a dict from the place in configs, an int, of each candidate in
        that round to its loss, a float. With n = 1 there is no round, and evaluate is not called.

        In each round every candidate left is evaluated once, in the order of configs. The half that stays, rounded up,
        has the lowest losses; of equal ones the earlier stays. NaN counts, and is noted, as infinity.

    Raises:
        ValueError: configs is empty, or the budget does not give every candidate one epoch in the first round. About
            12 lines.
    """
    ### BEGIN SOLUTION
    num_rounds = (len(configs) - 1).bit_length()
    if not configs or budget < len(configs) * num_rounds:
        raise ValueError(f"budget must give each candidate an epoch. Received: {budget} for {len(configs)} candidates")
    left, epochs, history = list(range(len(configs))), 0, []
    for _ in range(num_rounds):
        epochs += budget // (len(left) * num_rounds)
        losses = {i: float(evaluate(configs[i], epochs)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((epochs, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history
    ### END SOLUTION


# %% test: successive_halving, points=3
table = {("A", 2): 0.9, ("B", 2): 0.5, ("C", 2): 0.7, ("D", 2): 0.6, ("B", 6): 0.4, ("D", 6): 0.3}
asked = []


def look_up(config, epochs):
    asked.append((config, epochs))
    assert (config, epochs) in table, f"evaluate was called with {config!r} and {epochs} epochs, which is not due"
    return table[config, epochs]


configs = ["A", "B", "C", "D"]
with dd.check.unchanged(configs, what="configs"):
    winner, history = successive_halving(configs, look_up, 16)
dd.check.equal(winner, "D", what="the winner", why="this is the example worked by hand")
due = [(2, {0: 0.9, 1: 0.5, 2: 0.7, 3: 0.6}), (6, {1: 0.4, 3: 0.3})]
dd.check.equal(history, due, what="the history", why="2 epochs in round 0, 4 more in round 1")
dd.check.equal(asked, list(table), what="the calls of evaluate", why="each candidate left, once a round, in order")


### BEGIN HIDDEN TESTS
def play(curves, budget):
    """Rounds by the book: (winner's place, history, epochs spent), and the calls that are due."""
    n = len(curves)
    num_rounds = math.ceil(math.log2(n))
    left, total, history, calls = list(range(n)), 0, [], []
    for _ in range(num_rounds):
        total += math.floor(budget / (len(left) * num_rounds))
        losses = {i: curves[i](total) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        calls += [(i, total) for i in left]
        history.append((total, losses))
        ranks = {i: sum((losses[j], j) < (losses[i], i) for j in left) for i in left}
        left = [i for i in left if ranks[i] < math.ceil(len(left) / 2)]
    return left[0], history, calls


rng = np.random.default_rng(433)
for n, budget in ((2, 2), (3, 40), (5, 15), (5, 100), (6, 95), (7, 60), (8, 24), (9, 200), (16, 256), (17, 90)):
    starts, speeds, ends = rng.uniform(1, 3, n), rng.uniform(0.01, 1, n), np.round(rng.uniform(0, 1, n), 1)
    curves = [
        lambda t, a=a, b=b, c=c: float(np.round(a + b * np.exp(-c * t), 2))  # rounded, so that some tie
        for a, b, c in zip(ends, starts, speeds, strict=True)
    ]
    if n in (5, 7, 17):
        curves[0] = lambda t: math.nan
        curves[3] = lambda t: math.inf
        curves[4] = lambda t, own=curves[4]: math.nan if t > 4 else own(t)
    configs = [{"name": "same for all", "number": i % 3, "place": [i]} for i in range(n)]
    calls = []

    def evaluate(config, epochs, curves=curves, calls=calls):
        calls.append((config["place"][0], epochs))
        return curves[config["place"][0]](epochs)

    of = f" for {n} candidates and a budget of {budget}"
    with dd.check.unchanged(configs, what="configs"):
        winner, history = successive_halving(configs, evaluate, budget)
    place, due, due_calls = play(curves, budget)
    for j, (_, epochs) in enumerate(calls):
        dd.check.kind(epochs, int, what=f"the epochs of call {j}" + of)
    dd.check.equal(calls, due_calls, what="the calls of evaluate (place, epochs)" + of, why="all left, with totals")
    dd.check.kind(history, list, what="the history" + of)
    dd.check.equal(len(history), len(due), what="the number of rounds" + of, why="it is the logarithm, rounded up")
    for (epochs, losses), (due_epochs, due_losses) in zip(history, due, strict=True):
        dd.check.kind(epochs, int, what="the epochs of a round" + of)
        dd.check.equal(epochs, due_epochs, what="the epochs of a round" + of, why="they are totals since the start")
        dd.check.kind(losses, dict, what="the losses of a round" + of)
        dd.check.equal(losses, due_losses, what="the losses of a round" + of, why="each candidate left has one")
    dd.check.equal(winner, configs[place], what="the winner" + of, why="it is the one left")
in_turn = iter([4.0, 3.0, 2.0, 1.0, 5.0, 6.0])  # the losses of the calls, whoever is asked
winner, history = successive_halving(list("abcd"), lambda config, epochs: next(in_turn), 8)
due = ("c", [(1, {0: 4.0, 1: 3.0, 2: 2.0, 3: 1.0}), (3, {2: 5.0, 3: 6.0})])
dd.check.equal(
    (winner, history), due, what="winner and history", why="candidates are evaluated in the order of configs"
)
nothing = lambda config, epochs: 1 / 0  # noqa: E731
dd.check.equal(successive_halving(["only"], nothing, 5), ("only", []), why="one candidate needs no round")
winner, history = successive_halving([None, None, None], lambda config, epochs: math.nan, 12)
dd.check.equal(winner, None, what="the winner where all diverge")
dd.check.equal([list(losses) for _, losses in history], [[0, 1, 2], [0, 1]], what="who is in", why="the earlier stays")
winner, history = successive_halving(["x", "y"], lambda config, epochs: np.float32(0.5), 6)
dd.check.kind(history[0][1][1], float, what="a loss of the history", why="also where evaluate returns a NumPy number")
dd.check.equal((winner, history), ("x", [(3, {0: 0.5, 1: 0.5})]), what="the result of a tie", why="the earlier stays")
for configs, budget in (([], 10), (["a", "b"], 1), (["a", "b", "c"], 5), (list("abcdefgh"), 23), (["a", "b"], 0)):
    with dd.check.raises(ValueError, why=f"{len(configs)} candidates can't share {budget} epochs"):
        successive_halving(configs, lambda config, epochs: 1.0, budget)
### END HIDDEN TESTS

# %% mistakes: successive_halving
# - replace: epochs += budget // (len(left) * num_rounds)
#   with: epochs = budget // (len(left) * num_rounds)
#   hint: "evaluate wants the total since the start of a candidate, and you tell it the epochs of this round alone."
# - replace: budget // (len(left) * num_rounds)
#   with: budget // len(left)
#   hint: "Each round spends the whole budget. They have to share it."
# - replace: budget // (len(left) * num_rounds)
#   with: budget // (len(configs) * num_rounds)
#   hint: "Those who are left should train longer each round. The same share is divided among fewer."
# - replace: (len(left) + 1) // 2
#   with: max(len(left) // 2, 1)
#   hint: "Of an odd number left, the half that stays is rounded up."
# - replace: key=losses.get)
#   with: key=losses.get, reverse=True)
#   hint: "You keep the highest losses. Lower is better."
# - replace: "left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])"
#   with: "left = sorted(left, key=losses.get)[: (len(left) + 1) // 2]"
#   hint: "After a round you go on in the order of the losses. Candidates are evaluated in the order of configs."
# - replace: math.inf if math.isnan(loss) else loss
#   with: loss
#   hint: "A loss that is no number compares as false with everything, and a sort leaves it where it happens to be."
# - replace: math.inf if math.isnan(loss) else loss
#   with: 0.0 if math.isnan(loss) else loss
#   hint: "A candidate that diverged is treated as the best of all."
# - replace: "sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])"
#   with: "left[: (len(left) + 1) // 2]"
#   hint: "Half of the candidates are dropped without a look at their losses."
# - replace: (len(configs) - 1).bit_length()
#   with: int(math.log2(max(len(configs), 1)))
#   hint: "For five candidates the logarithm is 2.3, and three rounds are needed until one is left."
# - replace: budget < len(configs) * num_rounds
#   with: budget < len(configs)
#   hint: "The first round has only its share of the budget. Where that gives nobody a whole epoch, refuse."


# %% mistake: successive_halving
# hint: "Of an odd number left, the half that stays is rounded up."
def successive_halving(configs, evaluate, budget):
    num_rounds = (len(configs) - 1).bit_length()
    if not configs or budget < len(configs) * num_rounds:
        raise ValueError(budget)
    left, epochs, history = list(range(len(configs))), 0, []
    while len(left) > 1:
        epochs += budget // (len(left) * num_rounds)
        losses = {i: float(evaluate(configs[i], epochs)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((epochs, losses))
        left = sorted(sorted(left, key=losses.get)[: len(left) // 2])
    return configs[left[0]], history


# %% mistake: successive_halving
# hint: "You count the places anew in every round. A candidate keeps its place in configs, or nobody can follow it."
def successive_halving(configs, evaluate, budget):
    num_rounds = (len(configs) - 1).bit_length()
    if not configs or budget < len(configs) * num_rounds:
        raise ValueError(budget)
    left, epochs, history = list(configs), 0, []
    for _ in range(num_rounds):
        epochs += budget // (len(left) * num_rounds)
        losses = {i: float(evaluate(config, epochs)) for i, config in enumerate(left)}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((epochs, losses))
        left = [left[i] for i in sorted(sorted(losses, key=losses.get)[: (len(left) + 1) // 2])]
    return left[0], history


# %% mistake: successive_halving
# hint: "You train every candidate to the end and pick the best. Losers are to be dropped on the way."
def successive_halving(configs, evaluate, budget):
    if not configs or budget < len(configs):
        raise ValueError("too little")
    epochs = budget // len(configs)
    losses = {i: float(evaluate(config, epochs)) for i, config in enumerate(configs)}
    return configs[min(losses, key=losses.get)], [(epochs, losses)]


# %% equivalents: successive_halving
# - replace: configs[left[0]]
#   with: configs[left[-1]]
#   reason: "Only one is left."


# %% accepts: successive_halving
def successive_halving(configs, evaluate, budget):
    # Pairs of loss and place, ranked by NumPy's stable sort, which puts NaN last.
    n = len(configs)
    num_rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or (n > 1 and budget // (n * num_rounds) == 0):
        raise ValueError("no candidate, or too small a budget")
    places, epochs, history = np.arange(n), 0, []
    while len(places) > 1:
        epochs += budget // (len(places) * num_rounds)
        losses = np.array([evaluate(configs[i], epochs) for i in places], float)
        losses[np.isnan(losses)] = np.inf
        history.append((epochs, dict(zip(places.tolist(), losses.tolist(), strict=True))))
        keep = np.argsort(losses, kind="stable")[: math.ceil(len(places) / 2)]
        places = places[np.sort(keep)]
    return configs[places[0]], history


# %% [markdown]
# ## A model of the loss: Bayesian optimisation
#
# Random search forgets what it has seen. If a rate of 0.03 was good, 0.04 is probably good as well, and 0.05 less
# surely so. **Bayesian optimisation** makes that a model: a distribution over what the loss may be at *every* setting,
# given the trials so far. Then it asks where one more trial promises most.
#
# The model is usually a **Gaussian process**: the losses at any settings are jointly normal, and the covariance of two
# of them falls with the distance of the settings,
#
# $$k(x, x') = v^2 \exp \left( - \frac{(x - x')^2}{2 h^2} \right) .$$
#
# Here $x$ is the logarithm of the rate, $v$ is how far losses stray from their mean, and $h$ says over how
# many powers of ten neighbours still resemble each other. After $n$ trials at $x_0, \dots, x_{n-1}$ with losses $y$,
# the rules for normal distributions give the rest. With $G$ the $(n, n)$ covariances of the trials, the variance of the
# noise added on its diagonal, and $q = (k(x, x_0), \dots, k(x, x_{n-1}))$, of shape $(n,)$, and losses counted from
# their mean,
#
# $$\mu(x) = q^\top G^{-1} y, \qquad s(x)^2 = v^2 - q^\top G^{-1} q .$$
#
# Close to a trial $\mu$ passes near its loss and $s$ is small; far from all, $\mu$ returns to the mean
# and $s$ to $v$. scikit-learn's `GaussianProcessRegressor` does this, and can also fit $v$ and $h$ to the trials. (With
# $\varphi$ for kernels: it is Day 14's RBF kernel.)
#
# **Where next?** Lowest $\mu$ would be greedy, largest $s$ mere curiosity. The **expected improvement** is both: by how
# much will the loss $Y$ at $x$, normal with mean $\mu$ and standard deviation $s$, fall below the lowest so far, on
# average, where a worse loss counts as no improvement?
#
# $$\operatorname{EI}(x) = \mathbb E \left[ \max (y^* - Y,\, 0) \right] = (y^* - \mu)\, \Phi(g) + s\, \phi(g), \qquad
# g = \frac{y^* - \mu}{s} .$$
#
# By hand, with $y^* = 1$. A candidate with $\mu = 1$ and $s = 0.5$ has $g = 0$ and $\operatorname{EI} = 0 + 0.5 \cdot
# 0.399 = 0.199$. One with $\mu = 0.9$ and $s = 0.1$ has $g = 1$ and $\operatorname{EI} = 0.1 \cdot 0.841 + 0.1 \cdot
# 0.242 = 0.108$: the mean is better, and yet the first promises more. And where $s = 0$, all is known: the
# improvement is $\max (y^* - \mu, 0)$, and $g$ would be a division by zero.


# %% exercise: expected_improvement
def expected_improvement(mean, std, best):
    """How much lower than the best loss so far new trials are expected to be; losses that are worse count as 0.

    Args:
        mean: expected losses of the candidates, int or float array of any shape.
        std: their standard deviations, int or float array of the same shape, >= 0; 0 where the loss is known.
        best: the lowest loss measured so far, a number.

    Returns:
        A new float64 array of the same shape, never below 0, and without a warning where std is 0 or tiny. It is
        right to 1e-9 where means and deviations are of the order of 1. About 5 lines.
    """
    ### BEGIN SOLUTION
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    gain = best - mean
    with np.errstate(over="ignore"):
        g = np.divide(gain, std, out=np.zeros_like(gain), where=std > 0)
    improvement = np.where(std > 0, gain * norm.cdf(g) + std * norm.pdf(g), gain)
    return np.maximum(improvement, 0.0)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: expected_improvement, points=3
mean, std = np.array([1.0, 0.9, 0.7, 1.2]), np.array([0.5, 0.1, 0.0, 0.0])
with dd.check.unchanged((mean, std), what="mean and std"):
    came = expected_improvement(mean, std, 1.0)
due = np.array([0.5 / math.sqrt(2 * math.pi), 0.1 * 0.841344746 + 0.1 * 0.241970725, 0.3, 0.0])
why = "the first two are worked by hand; in the others the loss is known"
dd.check.like(came, due, rtol=1e-6, what="the expected improvement", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(431)
steps = (np.arange(200_000) + 0.5) / 200_000  # places between 0 and 1
for shape, best in (((3,), 0.4), ((2, 4), -1.5), ((1,), 2), ((3, 1, 2), 0)):
    mean, std = rng.normal(size=shape), rng.uniform(0.05, 2, shape)
    with dd.check.unchanged((mean, std), what="mean and std"):
        came = expected_improvement(mean, std, best)
    due = np.empty(shape)
    for place in np.ndindex(shape):  # the integral of (best - v) times the density of v, from far below up to best
        low = min(mean[place], best) - 12 * std[place]
        v = low + (best - low) * steps
        density = np.exp(-((v - mean[place]) ** 2) / (2 * std[place] ** 2)) / (std[place] * math.sqrt(2 * math.pi))
        due[place] = np.sum((best - v) * density) * (best - low) / len(steps)
    why = "it is the mean of what lies below the best"
    dd.check.like(came, due, rtol=1e-6, atol=1e-8, what="the expected improvement", why=why)
mean = np.array([0.2, 0.5, 0.5, 3.0, -4.0, 0.0, 1.0, 0.0, 40.0, -40.0])
std = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 1e-310, 1e-310, 5e-324, 1.0, 1.0])
came = expected_improvement(mean, std, 0.5)
due = np.array([0.3, 0.0, 1 / math.sqrt(2 * math.pi), 0.0, 4.5, 0.5, 0.0, 0.5, 0.0, 40.5])
why = "where all is known, it is the gain"
dd.check.like(came, due, rtol=1e-9, atol=1e-9, what="the expected improvement", why=why)
warned = warnings_from(expected_improvement, mean, std, 0.5)
dd.check.equal(warned, [], what="the list of warnings", why="nothing may be divided by zero")
came = expected_improvement(np.array([0.499, 0.5005]), np.array([0.002, 0.001]), 0.5)
due = 0.001 * np.array([0.691462461 + 2 * 0.352065327, -0.5 * 0.308537539 + 0.352065327])
dd.check.like(came, due, rtol=1e-6, what="the expected improvement", why="small losses are losses as well")
far = expected_improvement(np.linspace(1, 60, 4001), np.full(4001, 1.0), 0.0)
assert (np.asarray(far) >= 0).all(), "an expected improvement is negative, though worse losses count as 0"
came = expected_improvement(np.zeros((0, 2)), np.zeros((0, 2)), 1.0)
dd.check.like(came, np.zeros((0, 2)), what="the expected improvement of no candidates")
for kind in ("uint8", "int64", "float32"):
    came = expected_improvement(np.array([200, 3, 7], kind), np.array([0, 2, 1], kind), 4)
    due = np.array([0.0, 1.39559312, 0.00038215])
    why = "1 Φ(1/2) + 2 φ(1/2), and -3 Φ(-3) + φ(-3)"
    dd.check.like(came, due, rtol=1e-5, what=f"the expected improvement of {kind}", why=why)
mean, std = np.array([5.0, 6.0]), np.zeros(2)
came = expected_improvement(mean, std, 7)
came += 1
dd.check.equal((mean, std), (np.array([5.0, 6.0]), np.zeros(2)), why="the result is an array of its own")
### END HIDDEN TESTS

# %% mistakes: expected_improvement
# - replace: gain = best - mean
#   with: gain = mean - best
#   hint: "You reward losses above the best so far. Here lower is better."
# - replace: gain * norm.cdf(g) + std * norm.pdf(g)
#   with: gain * norm.cdf(g) + norm.pdf(g)
#   hint: "The second term has lost its standard deviation."
# - replace: gain * norm.cdf(g) + std * norm.pdf(g)
#   with: gain * norm.pdf(g) + std * norm.cdf(g)
#   hint: "Distribution function and density have changed places."
# - replace: gain * norm.cdf(g) + std * norm.pdf(g)
#   with: norm.cdf(g)
#   hint: "That is the probability of an improvement. How large it would be counts, too."
# - replace: gain * norm.cdf(g) + std * norm.pdf(g)
#   with: np.maximum(gain, 0)
#   hint: "You take the improvement of the mean. A candidate with a worse mean may still improve, by chance."
# - replace: std * norm.pdf(g), gain)
#   with: std * norm.pdf(g), 0.0)
#   hint: "Where the loss is known there is an improvement as well, if it is lower than the best."
# - replace: return np.maximum(improvement, 0.0)
#   with: return improvement
#   hint: "A loss that is known and worse counts as no improvement, and so does what rounding leaves below 0."
# - replace: np.divide(gain, std, out=np.zeros_like(gain), where=std > 0)
#   with: np.divide(gain, std**2, out=np.zeros_like(gain), where=std > 0)
#   hint: "The gain is measured in standard deviations, and you divide by the variance."
# - replace: np.divide(gain, std, out=np.zeros_like(gain), where=std > 0)
#   with: gain / std
#   hint: "Where nothing is uncertain you divide by zero."
# - replace: mean, std = np.asarray(mean, float), np.asarray(std, float)
#   with: pass
#   hint: "Whole numbers without a sign can't go below 0, and wrap around when something larger is taken away."
# - replace: np.divide(gain, std, out=np.zeros_like(gain), where=std > 0)
#   with: gain / (std + 1e-3)
#   hint: "A number added to the deviation keeps the division alive, but changes all results."


# %% equivalents: expected_improvement
# - replace: out=np.zeros_like(gain)
#   with: out=np.ones_like(gain)
#   reason: "Where nothing is divided, g is not used."


# %% accepts: expected_improvement
def expected_improvement(mean, std, best):
    # The error function, entry by entry.
    def one(mu, s):
        if s <= 0:
            return max(best - mu, 0.0)
        g = (best - mu) / s
        if math.isinf(g):
            return max(best - mu, 0.0)
        cdf = 0.5 * math.erfc(-g / math.sqrt(2))
        return max((best - mu) * cdf + s * math.exp(-0.5 * g * g) / math.sqrt(2 * math.pi), 0.0)

    mean, std = np.asarray(mean, float), np.asarray(std, float)
    flat = [one(float(mu), float(s)) for mu, s in zip(mean.ravel(), std.ravel(), strict=True)]
    return np.array(flat, float).reshape(mean.shape)


# %% [markdown]
# The picture that every text on the subject has, here with a real loss: three trials to begin with, then each next
# trial where the expected improvement is largest. Which one is the first that the model chooses, and why there?

# %% demo
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

kernel = ConstantKernel(0.8**2, "fixed") * RBF(0.7, "fixed") + WhiteKernel(0.05**2, "fixed")


def loss_at(log_rates):
    """Validation losses for these logarithms of the rate, at most 2.5."""
    configs = [{"rate": 10.0**x, "penalty": 1e-6} for x in log_rates]
    return np.minimum(train_side_by_side(configs, [0] * len(configs), epochs=10)[0][:, -1], 2.5)


line = np.linspace(-5, 1, 241)
truth = loss_at(line[::4])
tried = [-4.5, -2.5, 0.8]
losses = loss_at(tried).tolist()
fig, axes = plt.subplots(2, 3, figsize=(13, 5.6), sharex=True, sharey="row", height_ratios=(2, 1))
for step in range(6):
    process = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)
    process.fit(np.reshape(tried, (-1, 1)), np.array(losses) - np.mean(losses))
    mean, std = process.predict(line[:, None], return_std=True)
    mean, std = mean + np.mean(losses), np.sqrt(np.maximum(std**2 - 0.05**2, 0))  # of the loss without its noise
    promise = expected_improvement(mean, std, min(losses))
    following = float(line[np.argmax(promise)])
    if step % 2 == 0:
        top, bottom = axes[:, step // 2]
        top.fill_between(line, mean - 2 * std, mean + 2 * std, color="0.8", label=r"$\mu \pm 2 s$")
        top.plot(line, mean, "C0-", label=r"$\mu$")
        top.plot(line[::4], truth, "C1:", label="true loss")
        top.plot(tried, losses, "ko", label="trials")
        top.set(title=f"{len(tried)} trials, best {min(losses):.2f}", ylim=(-0.7, 3.6))
        bottom.plot(line, promise, "C2-")
        bottom.set(xlabel="$x$, logarithm of the rate")
        for ax in (top, bottom):
            ax.axvline(following, color="C3", linestyle="--", linewidth=1.5)
    tried.append(following)
    losses.extend(loss_at([following]))
axes[0, 0].set_ylabel("validation loss")
axes[1, 0].set_ylabel("expected\nimprovement")
axes[0, 2].legend(loc="lower left", fontsize=9)
dd.plot.show(
    "Three columns, after 3, 5 and 7 trials. Above, the model's mean and a band of two standard deviations, narrow at "
    "the trials and wide between them, with the true loss dotted. Below, the expected improvement, whose peak, a "
    "dashed line through both, is the next trial. From column to column the band closes around the valley of the "
    "true loss."
)
print("trials:", np.round(tried, 2), "losses:", np.round(losses, 2), sep="\n")
assert min(losses) < truth.min() + 0.15

# The same mean, by the formula.
x, y = np.array(tried[:-1]), np.array(losses[:-1]) - np.mean(losses[:-1])
cov = lambda a, b: 0.8**2 * np.exp(-((a[:, None] - b) ** 2) / (2 * 0.7**2))  # noqa: E731
by_hand = cov(line, x) @ np.linalg.solve(cov(x, x) + 0.05**2 * np.eye(len(x)), y) + np.mean(losses[:-1])
assert np.abs(by_hand - mean).max() < 1e-6

# %% [markdown]
# Mind what was assumed: how fast the loss changes along $x$ ($h = 0.7$ powers of ten), how much ($v = 0.8$), how noisy
# it is. With the wrong $h$ the model is sure of nonsense or learns nothing from its neighbours; libraries fit all three
# to the trials, which takes more of them. A diverged run needs a finite loss (we cut at 2.5). Trials come one after the
# other, whereas random search may run all at once. And with ten settings or more, or a budget of ten runs, random
# search is hard to beat.
#
# ## KerasTuner: a model that asks
#
# Tuners for Keras turn the thing around: *you* write a function that builds the model, and wherever a setting is needed
# it **asks** for one. In **KerasTuner** the object that answers is called `hp`:
#
#     hp.Int(name, min_value, max_value, step=None, sampling="linear")      both ends included
#     hp.Float(name, min_value, max_value, step=None, sampling="linear")
#     hp.Choice(name, values)
#     hp.Boolean(name)
#
# `sampling="log"` is our logarithmic scale, and `step` keeps to multiples above the lower end. The search space is not
# written down anywhere: the tuner learns it by watching what is asked. So questions may depend on answers ("how many
# layers?", and then, for each, "how wide?"). What is asked under the *same* name gets the same answer, so each layer's
# width needs a name of its own. And whatever the function asks for without using it, the tuner will dutifully tune.
#
# The model of today has this space:
#
# | name | asked by | range | |
# |---|---|---|---|
# | `num_layers` | `Int` | 1 to 3 | hidden layers |
# | `units_0`, `units_1`, … | `Int` | 8 to 128, logarithmic, no step | width of each hidden layer that exists |
# | `activation` | `Choice` | `"relu"`, `"tanh"` | of all hidden layers |
# | `dropout` | `Float` | 0 to 0.5 in steps of 0.1, evenly | after each hidden layer |
# | `learning_rate` | `Float` | 1e-4 to 0.1, logarithmic, no step | Adam's |


# %% exercise: build_tunable
def build_tunable(hp):
    """A compiled Keras classifier of 64 pixels into 10 digits, with settings asked from hp.

    Args:
        hp: KerasTuner's HyperParameters, or something that has its methods.

    Returns:
        A new Keras model, float32 (m, 64) to logits (m, 10): hidden dense layers, each with the activation and followed
        by dropout, and a dense layer without activation. It is compiled with Adam, the sparse categorical cross-entropy
        of logits, and a metric that is reported as "accuracy". All settings of the table above are asked for, under
        these names and with these ranges, and nothing else; a width only for a layer that there is.
    """
    ### BEGIN SOLUTION
    activation = hp.Choice("activation", ["relu", "tanh"])
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1)
    model = keras.Sequential([keras.Input((64,))])
    for layer in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{layer}", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(rate))
    model.add(keras.layers.Dense(10))
    model.compile(
        keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1, sampling="log")),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


# %% fixture
class Answers:
    """Answers as KerasTuner's HyperParameters does, from a dict, or with the lower end or first value, and takes notes.

    Args:
        values: dict from a name to its answer.
    """

    def __init__(self, values):
        self.values, self.asked = dict(values), []

    def _answer(self, name, default, *question):
        self.asked.append((name, *question))
        return self.values.get(name, default)

    def Int(self, name, min_value, max_value, step=None, sampling="linear", default=None, parent_name=None,
            parent_values=None):  # fmt: skip
        start = min_value if default is None else default
        return int(self._answer(name, start, "Int", float(min_value), float(max_value), step, sampling))

    def Float(self, name, min_value, max_value, step=None, sampling="linear", default=None, parent_name=None,
              parent_values=None):  # fmt: skip
        start = min_value if default is None else default
        return float(self._answer(name, start, "Float", float(min_value), float(max_value), step, sampling))

    def Choice(self, name, values, ordered=None, default=None, parent_name=None, parent_values=None):
        return self._answer(name, values[0] if default is None else default, "Choice", sorted(values))

    def Boolean(self, name, default=False, parent_name=None, parent_values=None):
        return bool(self._answer(name, default, "Boolean"))

    def Fixed(self, name, value, parent_name=None, parent_values=None):
        return self._answer(name, value, "Fixed", value)


def questions(hp):
    """Dict from each name to what was asked under it: [kind, low, high, step, sampling] or [kind, values]."""
    return {name: list(question) for name, *question in hp.asked}


def contradictions(hp):
    """Names under which two different things were asked."""
    return sorted({name for name, *question in hp.asked if list(question) != questions(hp)[name]})


def dropout_rates(model):
    """The rates of the model's dropout layers that drop anything, in order."""
    return [float(layer.rate) for layer in model.layers if isinstance(layer, keras.layers.Dropout) and layer.rate]


def optimizer_of(model):
    """The optimiser's class, by name, and its learning rate."""
    return type(model.optimizer).__name__, float(model.optimizer.learning_rate)


def loss_of(model, y, logits):
    """The compiled loss of some logits."""
    return float(model.compute_loss(y=np.asarray(y), y_pred=ops.convert_to_tensor(logits)))


def reported(model, x, y):
    """What evaluate reports, by name."""
    model.run_eagerly = True
    return {name: float(value) for name, value in model.evaluate(x, y, verbose=0, return_dict=True).items()}


def in_training(model, x):
    """The output with dropout at work."""
    return np.asarray(ops.convert_to_numpy(model(x, training=True)))


# %% test: build_tunable, points=3
hp = Answers(
    {"num_layers": 2, "units_0": 24, "units_1": 9, "dropout": 0.3, "learning_rate": 0.02, "activation": "tanh"}
)
model = build_tunable(hp)
dd.check.kind(model, keras.Model, what="build_tunable(hp)")
due = {
    "num_layers": ["Int", 1.0, 3.0, None, "linear"],
    "units_0": ["Int", 8.0, 128.0, None, "log"],
    "units_1": ["Int", 8.0, 128.0, None, "log"],
    "activation": ["Choice", ["relu", "tanh"]],
    "dropout": ["Float", 0.0, 0.5, 0.1, "linear"],
    "learning_rate": ["Float", 1e-4, 0.1, None, "log"],
}
asked = questions(hp)
asked["num_layers"][3:4] = [None] if asked["num_layers"][3:4] == [1] else asked["num_layers"][3:4]
dd.check.equal(asked, due, what="what was asked", why="these are the settings of the table, for two layers")
shapes = [w.shape for w in model.get_weights()]
due = [(64, 24), (24,), (24, 9), (9,), (9, 10), (10,)]
dd.check.equal(shapes, due, what="the shapes of the weights", why="hp answered 24 and 9 units")
dd.check.equal(dropout_rates(model), [0.3, 0.3], what="the dropout rates", why="one after each hidden layer")
dd.check.equal(optimizer_of(model)[0], "Adam", what="the optimiser")
dd.check.close(optimizer_of(model)[1], 0.02, rtol=1e-5, what="its learning rate", why="hp answered 0.02")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(432)
BENDS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
for answers in (
    {"num_layers": 1, "units_0": 11, "dropout": 0.5, "learning_rate": 1e-3, "activation": "relu"},
    {
        "num_layers": 3,
        "units_0": 8,
        "units_1": 20,
        "units_2": 13,
        "dropout": 0.2,
        "learning_rate": 0.1,
        "activation": "tanh",
    },
    {"num_layers": 2, "units_0": 16, "units_1": 31, "dropout": 0.0, "learning_rate": 3e-4, "activation": "relu"},
):
    hp = Answers(answers)
    model = build_tunable(hp)
    widths = [answers[f"units_{i}"] for i in range(answers["num_layers"])]
    of = f" for the answers {answers}"
    asked = questions(hp)
    dd.check.equal(
        contradictions(hp), [], what="the names under which two things were asked", why="a name is one setting"
    )
    dd.check.equal(
        sorted(asked), sorted(answers), what="the names that were asked for" + of, why="each layer has one width"
    )
    for name, question in asked.items():
        kind = {"activation": "Choice", "dropout": "Float", "learning_rate": "Float"}.get(name, "Int")
        dd.check.equal(question[0], kind, what=f"how {name!r} is asked for", why="the table says so")
        if kind == "Choice":
            dd.check.equal(sorted(question[1]), ["relu", "tanh"], what=f"the choices of {name!r}")
            continue
        low, high, step, sampling = {
            "num_layers": (1, 3, None, "linear"),
            "dropout": (0, 0.5, 0.1, "linear"),
            "learning_rate": (1e-4, 0.1, None, "log"),
        }.get(name, (8, 128, None, "log"))
        dd.check.close(question[1:3], [low, high], what=f"the ends of {name!r}", why="the table says so")
        steps = (step, 1) if name == "num_layers" else (step,)
        assert question[3] in steps, f"the step of {name!r} is {question[3]} and should be {step}"
        dd.check.equal(question[4], sampling, what=f"the sampling of {name!r}", why="the table says which scale it has")
    dd.check.equal(model.input_shape, (None, 64), what="the input shape")
    dd.check.equal(model.output_shape, (None, 10), what="the output shape")
    sizes = [64, *widths, 10]
    due = [shape for n, r in itertools.pairwise(sizes) for shape in ((n, r), (r,))]
    dd.check.equal([w.shape for w in model.get_weights()], due, what="the shapes of the weights" + of)
    dd.check.equal(len(model.trainable_weights), len(due), what="the number of trained weights" + of)
    values = [rng.normal(size=shape).astype("float32") / math.sqrt(shape[0]) for shape in due]
    model.set_weights(values)
    x, y = rng.normal(size=(5, 64)).astype("float32"), np.array([3, 0, 9, 9, 1])
    logits = x.astype(float)
    for i, (kernel, bias) in enumerate(zip(values[::2], values[1::2], strict=True)):
        logits = logits @ kernel + bias
        logits = logits if i == len(widths) else BENDS[answers["activation"]](logits)
    due = ops.convert_to_tensor(logits, dtype="float32")
    why = "hidden layers bend, the last one does not, and at rest nothing is dropped"
    dd.check.like(model(x), due, rtol=1e-4, atol=1e-4, what="the logits" + of, why=why)
    rates = [answers["dropout"]] * len(widths) if answers["dropout"] else []
    dd.check.close(dropout_rates(model), rates, what="the dropout rates" + of, why="one after each hidden layer")
    name, rate = optimizer_of(model)
    dd.check.equal(name, "Adam", what="the optimiser")
    dd.check.close(rate, answers["learning_rate"], rtol=1e-5, what="the learning rate" + of)
    some = (3 * rng.normal(size=(5, 10))).astype("float32")
    due = np.mean(np.log(np.exp(some.astype(float)).sum(axis=1)) - some[np.arange(5), y])
    dd.check.close(loss_of(model, y, some), due, rtol=1e-5, what="the compiled loss", why="cross-entropy of logits")
    report = reported(model, x, y)
    assert "accuracy" in report, f"evaluate reports {sorted(report)}, and no accuracy"
    due = np.mean(logits.argmax(axis=1) == y)
    dd.check.close(report["accuracy"], due, rtol=1e-5, what="the accuracy", why="it is the share of right answers")
    if answers["dropout"]:  # last hidden layer: all alike; only dropout after it makes logits differ
        values[-4], values[-3] = np.zeros_like(values[-4]), np.ones_like(values[-3])
        values[-2], values[-1] = np.ones_like(values[-2]), np.zeros_like(values[-1])
        model.set_weights(values)
        came = in_training(model, np.zeros((200, 64), "float32"))
        level = BENDS[answers["activation"]](1.0) * widths[-1]
        assert np.std(came[:, 0]) > 0.1 * level / widths[-1], "nothing is dropped after the last hidden layer"
        assert abs(came[:, 0].mean() - level) < 0.25 * level, "dropout does not keep the mean of a layer's outputs"
        assert np.allclose(came, came[:, :1], rtol=1e-4, atol=1e-4), "logits are dropped; only hidden units may be"
hp = Answers({"units_0": 8, "dropout": 0.1})
one, two = build_tunable(hp), build_tunable(hp)
before = two.get_weights()
one.set_weights([w + 1 for w in one.get_weights()])
dd.check.equal(two.get_weights(), before, what="the weights of a second model", why="each call makes a new one")
### END HIDDEN TESTS

# %% mistakes: build_tunable
# - replace: hp.Int(f"units_{layer}", 8, 128, sampling="log")
#   with: hp.Int("units_0", 8, 128, sampling="log")
#   hint: "All layers ask under one name, so they all get one width."
# - replace: hp.Int(f"units_{layer}", 8, 128, sampling="log")
#   with: hp.Int(f"units_{layer}", 8, 128)
#   hint: "Widths are drawn evenly here. From 8 to 128 the logarithmic scale is due."
# - replace: hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
#   with: hp.Float("learning_rate", 1e-4, 0.1)
#   hint: "A learning rate is drawn on the logarithmic scale."
# - replace: hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
#   with: hp.Choice("learning_rate", [1e-4, 1e-3, 1e-2, 1e-1])
#   hint: "Four rates are a grid. Any rate of the range should be possible."
# - replace: SparseCategoricalCrossentropy(from_logits=True)
#   with: SparseCategoricalCrossentropy()
#   hint: "The loss takes your logits for probabilities."
# - replace: keras.layers.Dense(10))
#   with: keras.layers.Dense(10, "softmax"))
#   hint: "The last layer makes probabilities. Logits are due, and the loss that suits them."
# - replace: model.add(keras.layers.Dropout(rate))
#   with: pass
#   hint: "You ask for a dropout rate and never use it. The tuner would tune it all the same."
# - replace: keras.layers.Dense(hp.Int(f"units_{layer}", 8, 128, sampling="log"), activation)
#   with: keras.layers.Dense(hp.Int(f"units_{layer}", 8, 128, sampling="log"), "relu")
#   hint: "The activation that hp chose goes unused."
# - replace: keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1, sampling="log"))
#   with: keras.optimizers.Adam(0.1 * 0 + 1e-3) if hp.Float("learning_rate", 1e-4, 0.1, sampling="log") else None
#   hint: "You ask for a learning rate and give Adam its default."
# - replace: metrics=["accuracy"],
#   with: ""
#   hint: "Without a metric there is no accuracy for a tuner to raise."
# - replace: hp.Float("dropout", 0.0, 0.5, step=0.1)
#   with: hp.Float("dropout", 0.0, 0.5)
#   hint: "Dropout goes in steps of 0.1."


# %% mistake: build_tunable
# hint: "You ask for the widths of three layers, also where fewer exist. Ask for a width when the layer is made."
def build_tunable(hp):
    units = [hp.Int(f"units_{layer}", 8, 128, sampling="log") for layer in range(3)]
    activation, rate = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    layers = [keras.Input((64,))]
    for width in units[: hp.Int("num_layers", 1, 3)]:
        layers += [keras.layers.Dense(width, activation), keras.layers.Dropout(rate)]
    model = keras.Sequential([*layers, keras.layers.Dense(10)])
    adam = keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1, sampling="log"))
    model.compile(adam, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


# %% mistake: build_tunable
# hint: "There is dropout once, behind all hidden layers. Each of them is followed by its own."
def build_tunable(hp):
    activation, rate = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    layers = [keras.Input((64,))]
    for layer in range(hp.Int("num_layers", 1, 3)):
        layers.append(keras.layers.Dense(hp.Int(f"units_{layer}", 8, 128, sampling="log"), activation))
    model = keras.Sequential([*layers, keras.layers.Dropout(rate), keras.layers.Dense(10)])
    adam = keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1, sampling="log"))
    model.compile(adam, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


# %% accepts: build_tunable
def build_tunable(hp):
    # Functional, activations as layers of their own, keywords throughout.
    learning_rate = hp.Float("learning_rate", min_value=1e-4, max_value=1e-1, sampling="log")
    inputs = keras.Input(shape=(64,))
    x = inputs
    for i in range(hp.Int("num_layers", min_value=1, max_value=3, step=1)):
        x = keras.layers.Dense(units=hp.Int(f"units_{i}", min_value=8, max_value=128, sampling="log"))(x)
        x = keras.layers.Activation(hp.Choice("activation", values=["relu", "tanh"]))(x)
        rate = hp.Float("dropout", min_value=0, max_value=0.5, step=0.1)
        if rate > 0:
            x = keras.layers.Dropout(rate)(x)
    model = keras.Model(inputs, keras.layers.Dense(10)(x))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    return model


# %% [markdown]
# Your own functions are a tuner already: `random_search` draws the answers, `Answers` of the last cell hands them to
# `build_tunable`. Four candidates, six epochs each, and the test set once, for the winner. With KerasTuner installed
# (`pip install keras-tuner tensorboard`; it imports both) the cell lets its random search do the same; without, it says
# so.

# %% demo
import importlib.util
import tempfile

(x_train, y_train), (x_test, y_test) = dd.data.digits(test_fraction=0.25, seed=43)
x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
fitting = {"epochs": 6, "batch_size": 64, "verbose": 0, "validation_data": (x_train[:400], y_train[:400])}
answers_space = {
    "num_layers": ("integer", 1, 2),
    "units_0": ("log", 8, 128),
    "units_1": ("log", 8, 128),
    "activation": ["relu", "tanh"],
    "dropout": [0.0, 0.1, 0.2, 0.3],
    "learning_rate": ("log", 1e-3, 0.1),  # with six epochs, less would not get far
}
best_model, best_accuracy = None, -1.0
for i, answers in enumerate(random_search(answers_space, 4, np.random.default_rng(3))):
    dd.seed(i)
    hp = Answers(answers)
    model = build_tunable(hp)
    accuracy = model.fit(x_train[400:], y_train[400:], **fitting).history["val_accuracy"][-1]
    used = {name: answers[name] for name in sorted(questions(hp))}
    print(
        f"validation accuracy {accuracy:.3f}:",
        *(value if isinstance(value, str) else f"{name} {value:.3g}" for name, value in used.items()),
        sep=", ",
    )
    if accuracy > best_accuracy:
        best_model, best_accuracy = model, accuracy
test_accuracy = best_model.evaluate(x_test, y_test, verbose=0)[1]
print(f"the winner's accuracy: {best_accuracy:.3f} on validation, {test_accuracy:.3f} on the test set")
assert test_accuracy > 0.8

if importlib.util.find_spec("keras_tuner") and importlib.util.find_spec("tensorboard"):
    import keras_tuner

    with tempfile.TemporaryDirectory() as folder:
        tuner = keras_tuner.RandomSearch(build_tunable, "val_accuracy", max_trials=4, seed=43, directory=folder)
        tuner.search(x_train[400:], y_train[400:], **fitting)
        print("KerasTuner's best:", tuner.get_best_hyperparameters()[0].values)
else:
    print("KerasTuner is not installed; today does not need it.")

# %% [markdown]
# ## Put it together: four plans, one budget, twenty seeds
#
# Ninety epochs of training, spent in four ways: a grid of nine candidates at a random place, ten epochs each; nine
# random ones with rates drawn evenly; nine with rates drawn by your `log_uniform`; and 16 of those with successive
# halving. Each plan names its winner by the validation losses that it has paid for. The winners then train for 20
# epochs, and that loss is what we compare, over twenty splits and initial weights. (All curves are computed once, in
# stacks; the plans look up what they are entitled to see.)

# %% demo
SEEDS, EPOCHS = range(20), 20
entries, owners, plan_of = [], [], []
for seed in SEEDS:
    rng = np.random.default_rng([43, seed])
    plans = {
        "grid": grid_at(rng.random(2)),
        "random, even": random_search({**RANGES, "rate": ("linear", 1e-5, 10.0)}, 9, rng),
        "random, log": random_search(RANGES, 9, rng),
        "halving": random_search(RANGES, 16, rng),
    }
    for name, configs in plans.items():
        entries += configs
        owners += [seed] * len(configs)
        plan_of += [name] * len(configs)
val_losses, test_errors = train_side_by_side(entries, owners, EPOCHS)
final = {name: np.zeros(len(SEEDS)) for name in ("grid", "random, even", "random, log", "halving")}
errors, spent = {name: np.zeros(len(SEEDS)) for name in final}, []
for place, seed in enumerate(SEEDS):
    for name, losses in final.items():
        mine = [i for i in range(len(entries)) if owners[i] == seed and plan_of[i] == name]
        if name == "halving":
            winner, history = successive_halving(mine, lambda i, epochs: val_losses[i, epochs - 1], 90)
            totals = np.diff([0, *(epochs for epochs, _ in history)])
            spent.append(sum(t * len(losses) for t, (_, losses) in zip(totals, history, strict=True)))
        else:
            winner = min(mine, key=lambda i: val_losses[i, 9])
        losses[place] = min(val_losses[winner, -1], np.log(10))
        errors[name][place] = test_errors[winner]
means = {name: losses.mean() for name, losses in final.items()}
wins = (final["random, log"] < final["grid"]).sum()
print("mean loss of the winners:", {name: f"{value:.2f}" for name, value in means.items()})
print("mean test error of the winners:", {name: f"{value.mean():.1%}" for name, value in errors.items()})
print(f"random on the log scale beats the grid on {wins} of 20 seeds; halving spent {max(spent)} epochs of 90")

fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
for row, losses in enumerate(final.values()):
    left.plot(losses, np.full(20, row) + np.linspace(-0.25, 0.25, 20), "o", color=f"C{row}", alpha=0.7)
    left.plot(losses.mean(), row, "|", color="black", markersize=34, markeredgewidth=3)
left.set(yticks=range(4), yticklabels=final, xlabel="validation loss of the winner after 20 epochs", xlim=(0, None))
left.set_title("Twenty seeds (dots) and their mean (bar)")
left.invert_yaxis()
mine = [i for i in range(len(entries)) if owners[i] == 0 and plan_of[i] == "halving"]
winner, history = successive_halving(mine, lambda i, epochs: val_losses[i, epochs - 1], 90)
for place, i in enumerate(mine):
    until = max(epochs for epochs, losses in history if place in losses)
    look = {"color": "C1", "linewidth": 3} if i == winner else {"color": "0.45", "linewidth": 1.2}
    right.plot(
        range(1, until + 1), np.minimum(val_losses[i, :until], 2.5), linestyle="-", marker="o", markersize=3, **look
    )
right.set(xlabel="epoch", ylabel="validation loss, at most 2.5", xticks=[1, 3, 8, 19], title="Halving on one seed")
dd.plot.show(
    "Left, final losses of each plan's winner on twenty seeds, with means: the grid's lie further right and wider than "
    "those of random search on the log scale and of halving; even draws are worst. Right, 16 learning curves of one "
    "halving: eight stop after one epoch, others after 3, 8 and 19, and the winner's is drawn thick."
)
assert means["random, log"] < means["grid"]
assert max(spent) <= 90

# %% [markdown]
# Random search on the log scale ends with a lower loss than the grid at the same cost, on average over twenty seeds.
# On a single seed it wins more often than not, but far from always: a grid that happens to lie well is hard to beat.
# One contest proves nothing. Rates drawn evenly do worst, with the very same method and budget: the scale
# matters more than the plan. Halving has looked at 16 candidates for less than the price of nine.
#
# ## What you should remember
#
# 1. A grid repeats the same few values of every setting; random draws give each setting as many values as candidates.
#    Chance wins where few settings matter and nobody knows which.
# 2. Draw rates, penalties and widths on the logarithmic scale.
# 3. Search coarsely, look, and search again in a smaller box, or in one that has moved if the best lies at the edge.
# 4. Spend less on losers: successive halving drops them early, at the risk of losing slow ones. Or model the loss, and
#    try where the expected improvement is largest: Bayesian optimisation.
# 5. The winner's validation loss is flattered by having been chosen. Report another.
#
# ## Check yourself, without code
#
# 1. A colleague tries momentum 0.9, 0.91, …, 0.99. What would you propose?
# 2. Your random search over five settings has its best three candidates all at the largest width. What next?
# 3. The expected improvement is largest right beside the best trial, again and again. Name two possible reasons.
#
# <details><summary>Answers</summary>
#
# 1. Draw $1 - \beta$ on the log scale, say from 0.001 to 0.1: from 0.9 to 0.91 next to nothing changes, from 0.99
#    to 0.999 the memory grows from 100 steps to 1,000.
# 2. Move the range, not only shrink it: the best width may lie beyond the end. If wider is too costly, say so, and keep
#    that end as a limit.
# 3. The model may be too sure of itself: $v$ or $h$ or the noise is wrong, so that it sees no doubt elsewhere. Or the
#    measured best was a lucky draw, noise that is taken for a valley. Or there is nothing more to find.
#
# </details>
#
# ## Go further
#
# - J. Bergstra and Y. Bengio (2012), *Random search for hyper-parameter optimization*, Journal of Machine Learning
#   Research 13.
# - D. R. Jones, M. Schonlau and W. J. Welch (1998), *Efficient global optimization of expensive black-box functions*,
#   Journal of Global Optimization 13: expected improvement. The idea is older: J. Mockus, V. Tiesis and A. Zilinskas
#   (1978), *The application of Bayesian methods for seeking the extremum*.
# - J. Snoek, H. Larochelle and R. P. Adams (2012), *Practical Bayesian optimization of machine learning algorithms*,
#   NIPS.
# - C. E. Rasmussen and C. K. I. Williams (2006), *Gaussian processes for machine learning*, MIT Press, chapter 2.
# - Z. Karnin, T. Koren and O. Somekh (2013), *Almost optimal exploration in multi-armed bandits*, ICML, and K. Jamieson
#   and A. Talwalkar (2016), *Non-stochastic best arm identification and hyperparameter optimization*, AISTATS.
# - L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh and A. Talwalkar (2018), *Hyperband: a novel bandit-based approach
#   to hyperparameter optimization*, Journal of Machine Learning Research 18.
# - KerasTuner's guide "Getting started with KerasTuner"; its tuners `RandomSearch`, `Hyperband` and
#   `BayesianOptimization` take your `build_tunable` as it is.
# - Day 44: each of these runs, faster.
