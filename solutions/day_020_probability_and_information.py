# ---
# day: 20
# title: Probability and information
# week: 4
# minutes: 110
# backend: numpy
# needs: [2, 4, 5, 7, 17, 19]
# data: []
# papers:
# - Bayes 1763, An essay towards solving a problem in the doctrine of chances
# - Jensen 1906, Sur les fonctions convexes et les inégalités entre les valeurs moyennes
# - Fisher 1922, On the mathematical foundations of theoretical statistics
# - Shannon 1948, A mathematical theory of communication
# - Metropolis and Ulam 1949, The Monte Carlo method
# - Kullback and Leibler 1951, On information and sufficiency
# - Gigerenzer and others 2007, Helping doctors and patients make sense of health statistics
# ---

# %% [markdown]
# # Day 20 · Probability and information
#
# By the end you can simulate what is random, update a belief by evidence, fit a distribution to data, say in
# nats how far two distributions are apart, and say how sure a simulation is of its own answer.
#
# - **You will build** seven small functions: light bulbs that fail at random, their chance to go on, a
#   posterior, a maximum-likelihood fit, entropy and KL divergence, and a Monte Carlo estimate with its error.
#   They show that bulbs old and new fail alike, and that "the distance from $p$ to $q$" is two distances.
# - **You need** exponentials, logarithms and integrals; log loss (Day 4), cross-entropy (Day 5), precision and
#   recall (Day 7).
# - **Not today:** distributions in many dimensions (Day 17 had one), and sampling from what cannot be inverted.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $T$ | a lifetime in hours, random | scalar or $(n,)$ | `lifetimes` |
# | $\lambda$ | the rate: failures an hour; $1/\lambda$ is the mean lifetime | scalar | `rate` |
# | $S(t) = P(T > t)$ | survival: the chance to last longer than $t$ | | |
# | $s,\ t,\ c$ | age, further time, and the shape of a Weibull distribution | | `s`, `t`, `shape` |
# | $U$ | a uniform number in $[0, 1)$ | $(n,)$ | `rng.random(n)` |
# | $E[X]$ | expectation, the mean over all chances | scalar | |
# | $h$ | a hypothesis, one of $K$ | | |
# | $x$ | observations | $(m,)$ | `x` |
# | $\mu,\ \sigma^2$ | mean and variance of a Gaussian | scalars | `mean`, `variance` |
# | $p,\ q$ | distributions over $K$ outcomes | $(K,)$, or $(\dots, K)$ | `p`, `q` |
# | $H(p)$ | entropy, in nats | | `entropy(p)` |
# | $\mathrm{KL}(p \,\|\, q)$ | KL divergence of $p$ from $q$, in nats | | `kl_divergence(p, q)` |
# | $n,\ v$ | number of draws, and the variance of their values | scalars | `n` |
#
# Logarithms are natural, so information is counted in **nats**; divide by $\log 2 \approx 0.693$ for bits.

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Expectation, and a bulb that may fail at any moment
#
# The **expectation** of a random quantity is its mean, each value weighted by its chance:
# $E[X] = \sum_k k\,P(X = k)$, or $\int x\,p(x)\,dx$ for a density. A die has $E[X] = (1 + \dots + 6)/6 = 3.5$,
# which no throw shows. Two facts do most of the work: $E[aX + bY] = a\,E[X] + b\,E[Y]$, always; and the mean of
# many independent draws comes as close to $E[X]$ as you like. How close, is the last question of today.
#
# Now a bulb that in each hour fails with the same small chance, whatever happened before. Cut time into short
# steps of $dt$ with a chance $\lambda\,dt$ each. Lasting for a time $t$ means surviving $t/dt$ steps:
#
# $$S(t) = P(T > t) = (1 - \lambda\,dt)^{t/dt} \to e^{-\lambda t} .$$
#
# That is the **exponential distribution** with rate $\lambda$. Its density is $\lambda e^{-\lambda t}$ and its
# mean $1/\lambda$: with $\lambda = 1/1000$ bulbs live 1,000 hours on average, yet half of them fail before
# $1000 \log 2 \approx 693$ hours, and one in twenty passes 3,000.
#
# **How to draw from it?** The computer gives $U$, uniform between 0 and 1. The share of bulbs that have failed
# by $t$, the cumulative distribution $F(t) = 1 - e^{-\lambda t}$, also runs from 0 to 1. So pick a *share*
# uniformly, and look up at which time that share has failed: $T = F^{-1}(U)$, the **inverse-CDF** method. By
# hand, with $\lambda = 1/1000$ and $U = 0.5$: when have half of the bulbs failed? At 693 hours. With
# $U = 0.75$: at twice that. Solve $F(t) = u$ for $t$ before you go on.


# %% fixture
class AllTheSame:
    """A generator whose uniform numbers are all one number."""

    def __init__(self, number):
        self.number = number

    def random(self, size=None):
        return np.full(() if size is None else size, self.number)


def sample_at_share(function, share):
    """Three draws of rate 1 by a function like exponential_sample, where every uniform number is share."""
    return function(1.0, 3, AllTheSame(share))


# %% exercise: exponential_sample
def exponential_sample(rate, size, rng):
    """Draw from an exponential distribution by inverting its cumulative distribution.

    Args:
        rate: lambda, failures per unit of time, a number above 0.
        size: shape of the result, an int or a tuple of ints, possibly ().
        rng: a NumPy generator. Exactly rng.random(size) is drawn from it, once.

    Returns:
        Float array of that shape: the times at which the shares rng.random(size) have failed, in the unit of 1 /
        rate. All are finite and >= 0. About 2 lines.
    """
    ### BEGIN SOLUTION
    share = rng.random(size)
    return np.asarray(-np.log1p(-share) / rate)
    ### END SOLUTION


# %% test: exponential_sample, points=2
rng = np.random.default_rng(0)
result = exponential_sample(1 / 1000, (2, 3), rng)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (2, 3))
dd.check.dtype(result, float)
same = np.random.default_rng(0)
shares = same.random((2, 3))
dd.check.close(1 - np.exp(-result / 1000), shares, rtol=1e-9, what="F(result)", why="F is inverted, so F brings U back")
dd.check.close(rng.random(), same.random(), what="the generator's next number", why="rng.random(size) is drawn once")
many = exponential_sample(1 / 1000, 20_000, np.random.default_rng(1))
dd.check.close(np.mean(many), 1000.0, rtol=0.04, what="the mean of 20,000", why="the mean lifetime is 1 / rate")
dd.check.close(np.median(many), 693.1, rtol=0.05, what="their median", why="half of them fail by log(2) / rate")
### BEGIN HIDDEN TESTS
import scipy.stats

for rate in (0.5, 1.0, 3, 1e-6, 2.5e7):
    for size in (0, 1, 7, (), (1, 4), (5, 1), (2, 3, 4)):
        rng, same = np.random.default_rng(20), np.random.default_rng(20)
        result = exponential_sample(rate, size, rng)
        due = scipy.stats.expon.ppf(same.random(size), scale=1 / rate)
        dd.check.like(result, np.asarray(due), kind=np.ndarray, rtol=1e-12, why="the share U has failed by this time")
        dd.check.close(rng.random(), same.random(), what="the generator's next number", why="nothing more is drawn")
draws = exponential_sample(2.0, 50_000, np.random.default_rng(21))
assert np.all(np.isfinite(draws)), "no bulb lives for ever"
assert np.all(draws >= 0), "no bulb fails before it is lit"
distance = scipy.stats.kstest(draws, scipy.stats.expon(scale=0.5).cdf).statistic
assert distance < 2 / np.sqrt(50_000), (
    f"the draws should follow 1 - exp(-2 t); they are off by {distance:.3f} somewhere"
)

longest = 1 - 2.0**-53
for number, due in ((0.0, 0.0), (0.5, np.log(2)), (2.0**-20, -np.log1p(-(2.0**-20))), (longest, 53 * np.log(2))):
    result = sample_at_share(exponential_sample, number)
    why = f"by this time the share {number:g} has failed, also at the ends of the range"
    dd.check.close(result, np.full(3, due), rtol=1e-9, atol=1e-20, why=why)
### END HIDDEN TESTS

# %% mistakes: exponential_sample
# - replace: -np.log1p(-share) / rate
#   with: -np.log1p(-share) * rate
#   hint: "A higher rate makes your bulbs live longer. What is the mean lifetime?"
# - replace: -np.log1p(-share) / rate
#   with: -np.log(share) / rate
#   hint: "You invert the survival, not the share that has failed: with you U = 0 never fails."
# - replace: -np.log1p(-share) / rate
#   with: np.log1p(-share) / rate
#   hint: "Your bulbs fail before they are lit. What is the sign of the logarithm of a share?"
# - replace: -np.log1p(-share) / rate
#   with: -np.log1p(share) / -rate
#   hint: "Check U = 0.5: by when has half of the bulbs failed? Your times end at log(2) / rate."
# - replace: -np.log1p(-share) / rate
#   with: rate * np.exp(-rate * share)
#   hint: "That is the density at U. Which time goes with the share U?"
# - replace: -np.log1p(-share) / rate
#   with: 1 - np.exp(-rate * share)
#   hint: "That is F(U), a share again. The method wants the inverse: from a share to a time."
# - replace: -np.log1p(-share) / rate
#   with: -np.log2(1 - share) / rate
#   hint: "Your mean is 44% too long. To which base is the logarithm that undoes the exponential?"


# %% mistake: exponential_sample
# hint: "These are exponential draws, but not from rng.random(size): the method starts from uniform numbers."
def exponential_sample(rate, size, rng):
    return np.asarray(rng.exponential(1 / rate, size))


# %% mistake: exponential_sample
# hint: "You keep shares away from 0 and 1 by hand, so the rarest times are never drawn, and 1 - U has lost the digits
#   of a small U. U is below 1 already, and log1p takes it as it is."
def exponential_sample(rate, size, rng):
    return np.asarray(-np.log(np.clip(1 - rng.random(size), 1e-9, 1 - 1e-9)) / rate)


# %% mistake: exponential_sample
# hint: "You look up one share for all. Each bulb has a share of its own."
def exponential_sample(rate, size, rng):
    return np.full(size, -np.log1p(-rng.random()) / rate)


# %% mistake: exponential_sample
# hint: "NumPy's own exponential wants the mean, not the rate. And the method asked for starts from uniform numbers."
def exponential_sample(rate, size, rng):
    return np.asarray(rng.exponential(rate, size))


# %% accepts: exponential_sample
def exponential_sample(rate, size, rng):
    survive = 1 - rng.random(size)  # exact: the shares are whole multiples of 2**-53
    return np.array(np.log(1 / survive) / rate)


# %% accepts: exponential_sample
def exponential_sample(rate, size, rng):
    times = np.array(rng.random(size))
    np.negative(times, out=times)
    np.log1p(times, out=times)
    times *= -1 / rate
    return times


# %% [markdown]
# What does the look-up do, and does a histogram of many draws have the density's shape?

# %% demo
rate = 1 / 1000
hours = np.linspace(0, 5000, 300)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
left.plot(hours, 1 - np.exp(-rate * hours))
for share in np.arange(0.05, 1, 0.1):
    time = -np.log(1 - share) / rate
    left.plot([0, time, time], [share, share, 0], color="0.6", linestyle="-", linewidth=1)
left.set(xlabel="hours $t$", ylabel="share $U$", title="From even shares to uneven times", xlim=(0, 5000), ylim=(0, 1))
lifetimes = exponential_sample(rate, 100_000, np.random.default_rng(2))
right.hist(lifetimes, np.linspace(0, 5000, 60), density=True, color="0.8", label="100,000 draws")
right.plot(hours, rate * np.exp(-rate * hours), label=r"$\lambda e^{-\lambda t}$")
right.axvline(np.mean(lifetimes), color="black", linestyle=":", label=f"their mean, {np.mean(lifetimes):.0f} hours")
right.set(xlabel="hours $t$", ylabel="density", title="Lifetimes of bulbs", xlim=(0, 5000))
right.legend()
dd.plot.show(
    "Left: the cumulative curve rises steeply and flattens; ten evenly spaced shares on the vertical axis lead to "
    "times that crowd on the left and spread to the right. Right: a histogram of draws falls as the exponential "
    "density does, with the mean marked at about 1,000 hours."
)

# %% [markdown]
# Even steps up the left axis become times that crowd where the curve is steep. That is what a density is: how
# closely the look-ups lie. On the right the histogram follows the formula.
#
# ## Memoryless: old bulbs and new
#
# A bulb has burnt for 1,000 hours. What is its chance to last another 500? Of those that reached $s$, we ask
# for the share that also reaches $s + t$; a **conditional probability** is a share of a share:
#
# $$P(T > s + t \mid T > s) = \frac{S(s + t)}{S(s)} = \frac{e^{-\lambda (s + t)}}{e^{-\lambda s}} = e^{-\lambda t} .$$
#
# The age $s$ has cancelled. The old bulb is as good as a new one; its chance is $e^{-0.5} = 0.607$, and so is
# that of a bulb that has burnt for a century. The exponential is the only lifetime on $[0, \infty)$ of which
# this is true: it is **memoryless**, as each hour's risk was made to forget the past.
#
# Real things wear out, and some only fail when they are young. The **Weibull** distribution has a knob for it,
# a shape $c$: $S(t) = e^{-(\lambda t)^c}$. With $c = 1$ it is exponential. With $c = 2$ the old bulb's chance
# is $e^{-1.5^2 + 1^2} = e^{-1.25} = 0.287$, a new one's $e^{-0.25} = 0.779$: it ages. With $c = \frac12$ they
# are $e^{-\sqrt{1.5} + 1} = 0.799$ and $0.493$: whoever survived youth is safer than before.
#
# **The trap.** Write the quotient as it stands, and for an old bulb both survivals round to 0: $0/0$. What
# happens to a quotient of exponentials before you compute either?


# %% exercise: survival_given
def survival_given(rate, s, t, *, shape=1.0):
    """Chance that what has lasted a time s lasts another time t, for Weibull lifetimes.

    Args:
        rate: lambda, a number above 0.
        s: age, a number or array of numbers >= 0; left unchanged.
        t: further time, a number or array >= 0 that broadcasts with s; left unchanged.
        shape: c, a number above 0; 1 is the exponential distribution.

    Returns:
        P(T > s + t | T > s): a float, or a float array of the shape to which s and t broadcast. For shape 1 it is
        exact to rounding at every finite age up to 1e300, for other shapes while (rate * s)**shape is at most 1e6.
        About 5 lines.
    """
    ### BEGIN SOLUTION
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    if shape == 1:
        return np.exp(-rate * t + 0 * s)  # the age cancels; 0 * s is there for its shape
    return np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)
    ### END SOLUTION


# %% test: survival_given, points=2
ages, further = np.array([[0.0], [1000.0]]), np.array([0.0, 500.0, 1000.0])
with dd.check.unchanged(ages, what="s"), dd.check.unchanged(further, what="t"):
    result = survival_given(1 / 1000, ages, further)
row = np.exp([0.0, -0.5, -1.0])
dd.check.like(result, np.array([row, row]), why="an old bulb is as good as a new one")
dd.check.like(survival_given(1 / 1000, 1000, 500), np.exp(-0.5), why="this is the example worked by hand")
dd.check.close(
    survival_given(1 / 1000, 1e6, 500), np.exp(-0.5), why="so is a bulb of a century, though S(s) rounds to 0"
)
dd.check.close(survival_given(1 / 1000, 1000, 500, shape=2), np.exp(-1.25), why="with c = 2 it ages")
dd.check.close(survival_given(1 / 1000, 0, 500, shape=0.5), np.exp(-np.sqrt(0.5)), why="a new bulb has just S(t)")
### BEGIN HIDDEN TESTS
import scipy.stats

for rate in (0.001, 1, 40.0):
    for s_shape, t_shape in (
        ((), ()),
        ((3,), ()),
        ((), (4,)),
        ((1,), (1,)),
        ((3, 1), (4,)),
        ((2, 3), (2, 3)),
        ((2, 1, 3), (4, 1)),
    ):
        rng = np.random.default_rng(22)
        s, t = rng.uniform(0, 3 / rate, s_shape), rng.uniform(0, 3 / rate, t_shape)
        both = np.broadcast_shapes(s_shape, t_shape)
        for shape in (1, 1.0, 0.5, 2, 3.3):
            if s_shape:
                with dd.check.unchanged(s, what="s"):
                    result = survival_given(rate, s, t, shape=shape)
            else:
                result = survival_given(rate, float(s), t if t_shape else float(t), shape=shape)
            law = scipy.stats.weibull_min(shape, scale=1 / rate)
            due = np.exp(law.logsf(s + t) - law.logsf(s)) * np.ones(both)
            dd.check.close(result, due, rtol=1e-9, why="it is S(s + t) / S(s)")
            dd.check.kind(result, np.ndarray if both else float)
whole = survival_given(2, np.array([0, 1, 5], dtype=np.uint8), np.array([1, 250, 255], dtype=np.uint8))
dd.check.close(whole, np.exp([-2.0, -500.0, -510.0]), rtol=1e-9, atol=0, why="s and t may be small integers")
small = survival_given(2, np.array([200], dtype=np.uint8), np.array([100], dtype=np.uint8), shape=0.5)
due = np.exp([np.sqrt(400) - np.sqrt(600)])
dd.check.close(small, due, rtol=1e-9, atol=0, why="2 * 200 is 400, also in uint8")
small = survival_given(1, np.array([200], dtype=np.uint8), np.array([100], dtype=np.uint8), shape=0.5)
dd.check.close(small, np.exp([np.sqrt(200) - np.sqrt(300)]), rtol=1e-9, why="200 + 100 is 300, also in uint8")
for age in (0.0, 1.0, 1e3, 1e9, 1e16, 1e300):
    dd.check.close(survival_given(0.5, age, 3.0), np.exp(-1.5), rtol=1e-12, why=f"an age of {age:g} does not matter")
dd.check.close(
    survival_given(1.0, 1000.0, 0.001, shape=2), np.exp(-2.000001), rtol=1e-7, why="1000.001**2 - 1000**2 = 2.000001"
)
dd.check.close(survival_given(3.0, np.array([0.0, 1e5]), 0.0), [1.0, 1.0], why="nothing fails in no time")
three = survival_given(1.0, np.arange(3.0)[:, None], np.full((1, 2), 0.7), shape=2)
assert np.all(np.diff(three[:, 0]) < 0), "with a shape above 1 the old fail sooner"
three = survival_given(1.0, np.arange(3.0)[:, None], np.full((1, 2), 0.7), shape=0.5)
assert np.all(np.diff(three[:, 0]) > 0), "with a shape below 1 the old fail later"
simulated = np.random.default_rng(23).weibull(2.0, 200_000) / 0.5
share = np.mean(simulated[simulated > 1.0] > 1.8)
dd.check.close(survival_given(0.5, 1.0, 0.8, shape=2), share, rtol=0.02, why="of 200,000 simulated this share went on")
### END HIDDEN TESTS

# %% mistakes: survival_given
# - replace: np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)
#   with: np.exp(-(rate * (s + t)) ** shape)
#   hint: "That is a new one's chance to last s + t. This one has lasted s already: of which share is it a share?"
# - replace: np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)
#   with: np.exp(-(rate * t) ** shape)
#   hint: "You let every shape forget its age. Only one of them does."
# - replace: np.exp(-rate * t + 0 * s)
#   with: np.exp(-rate * t)
#   hint: "The values are right. But s may have a shape of its own, and each age is due an answer."
# - replace: np.exp(-rate * t + 0 * s)
#   with: np.exp(-rate * (s + t)) / np.exp(-rate * s)
#   hint: "For an old bulb both survivals round to 0. What is a quotient of exponentials, before you compute either?"
# - replace: np.exp(-rate * t + 0 * s)
#   with: np.exp(rate * s - rate * (s + t))
#   hint: "s + t - s is not t in floats once s is huge. For shape 1 the age cancels on paper."
# - replace: np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)
#   with: np.exp(rate * s ** shape - rate * (s + t) ** shape)
#   hint: "The rate belongs inside the power: it turns hours into a number without a unit first."


# %% mistake: survival_given
# hint: "You give the chance to fail within t. The chance to last was asked for."
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return 1 - np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)


# %% mistake: survival_given
# hint: "0/0: for an old bulb both survivals round to 0. What is a quotient of exponentials before you compute either?"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.exp(-((rate * (s + t)) ** shape)) / np.exp(-((rate * s) ** shape))


# %% mistake: survival_given
# hint: "That is the chance of a new one to last s + t. This one has lasted s already: of which share is it a share?"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return np.exp(-((rate * (s + t)) ** shape))


# %% mistake: survival_given
# hint: "That is the chance to last s and, as a new one, t as well. Given that s is over, its chance no longer counts."
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return np.exp(-((rate * s) ** shape)) * np.exp(-((rate * t) ** shape))


# %% mistake: survival_given
# hint: "A higher rate makes yours last longer. The rate is failures an hour, not hours a failure."
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float) / rate, np.asarray(t, dtype=float) / rate
    return np.exp(-t + 0 * s) if shape == 1 else np.exp(s**shape - (s + t) ** shape)


# %% equivalents: survival_given
# - replace: np.exp(-rate * t + 0 * s)
#   with: np.exp(-rate * t - 0 * s)
#   reason: "Nothing is added or subtracted."


# %% accepts: survival_given
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.broadcast_arrays(np.array(s, dtype=float), np.array(t, dtype=float))
    hazard = rate * t if shape == 1 else (rate * (s + t)) ** shape - (rate * s) ** shape
    return np.exp(-hazard)[()]


# %% accepts: survival_given
def survival_given(rate, s, t, *, shape=1.0):
    def one(age, more):
        if shape == 1:
            return np.exp(-rate * more)
        return np.exp(np.power(rate * age, shape) - np.power(rate * (age + more), shape))

    result = np.vectorize(one, otypes=[float])(np.asarray(s, dtype=float), np.asarray(t, dtype=float))
    return result if result.ndim else float(result)


# %% [markdown]
# The formula is one thing; do simulated bulbs obey it? Light 200,000, keep those that reach 1,000 hours, and
# start their clocks again beside those of new bulbs. Then the same with bulbs that wear out.

# %% demo
further = np.linspace(0, 3000, 61)
fig, panels = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
worst = []
for ax, shape in zip(panels, (1, 2), strict=True):
    first = exponential_sample(1.0, 200_000, np.random.default_rng(3)) ** (1 / shape) * 1000  # Weibull: a power
    old = first[first > 1000] - 1000  # what is left to those that reached 1,000 hours
    for lifetimes, marker, label in ((first, "o", "new"), (old, "x", "1,000 hours old")):  # rings and crosses
        left = np.mean(lifetimes[:, None] > further, axis=0)  # (61,)
        ax.plot(
            further[::3], left[::3], marker, fillstyle="none", label=f"{label}: {len(lifetimes):,} bulbs", markersize=8
        )
        age = 0 if label == "new" else 1000
        due = survival_given(1 / 1000, age, further, shape=shape)
        ax.plot(further, due, color="black", linewidth=1, linestyle="-")
        worst.append(np.max(np.abs(left - due)))
    ax.set(xlabel="further hours $t$", title=f"Shape $c = {shape}$: " + ("no memory" if shape == 1 else "wear"))
    ax.legend()
panels[0].set_ylabel("share still burning")
dd.plot.show(
    "Two panels of the share still burning against further hours, for new bulbs and for bulbs that are 1,000 hours "
    "old. Left, shape 1: rings and crosses lie on one falling curve. Right, shape 2: the crosses of the old bulbs "
    "fall far faster than the rings. Thin lines from the formula pass through all of them."
)
print(f"simulation and formula differ by at most {max(worst):.4f}")
assert max(worst) < 0.01

# %% [markdown]
# On the left rings and crosses lie on one curve: bulbs old and new fail alike. On the right the same age
# matters, and the old drop out first. The lines are your `survival_given`, and no point is off by more than the
# accident of drawing. Such a lack of memory is what one assumes whenever events are called "at random":
# radioactive decay, calls at a counter, requests to a server.
#
# ## Bayes' rule: how evidence moves a belief
#
# One person in 100 has a disease. A test finds it in 90% of the ill, and gives a false alarm to 9% of the
# healthy. You test positive. How worried should you be? Count a thousand people instead of arguing: 10 are ill,
# 9 of them positive; 990 are healthy, and 89 of them positive as well. Of 98 positives 9 are ill: **9%**. These
# numbers were put to 160 gynaecologists, with four answers to choose from; 21% took the right one, and most an
# answer above 80% (Gigerenzer and others 2007). They heard the 90% and forgot how rare the disease is, the
# **base rate**. In symbols, with hypotheses $h$ and data $D$:
#
# $$P(h \mid D) = \frac{P(h)\,P(D \mid h)}{\sum_{h'} P(h')\,P(D \mid h')} .$$
#
# **Prior** times **likelihood**, divided by their sum, which is the chance of the data: that is the
# **posterior**. Day 7's precision was the same rule under another name. (The likelihoods do not sum to 1 over
# $h$, nor must they: 0.9 and 0.09 are about different people.) And the posterior is the next prior: a second,
# independent positive test turns 9% into 50%. Independent observations multiply,
#
# $$P(h \mid D_0, \dots, D_{m-1}) \propto P(h) \prod_i P(D_i \mid h) .$$
#
# By hand: prior $(\frac1{100}, \frac{99}{100})$ and likelihood $(0.9, 0.09)$ twice:
# $\frac1{100} \cdot 0.81 = 0.0081$ and $\frac{99}{100} \cdot 0.0081 = 0.008019$, so
# $0.0081 / 0.016119 = 0.5025$.
#
# **Shapes.** The prior is $(K,)$; a row of likelihoods, one for each hypothesis, belongs to each observation:
# $(m, K)$, or $(K,)$ for a single one.
#
# **The trap** is the product: a thousand factors of 0.3 and 0.4 both round to 0, and $0/0$ decides nothing. To
# normalise on the way is no cure, for a belief that has rounded to 0 stays there, whatever is seen later. Day 5 has
# met sums of exponentials whose logarithms are known, and what to take out of them. A hypothesis that has
# become impossible stays so; and if *none* can explain what was seen, there is no posterior.


# %% exercise: bayes_posterior
def bayes_posterior(prior, likelihood):
    """Belief in each hypothesis after independent observations.

    Args:
        prior: float or int array of shape (K,), >= 0, summing to 1; left unchanged.
        likelihood: float array of shape (K,), of one observation, or (m, K), a row for each of m >= 0 observations: its
            probability or density, >= 0, under each hypothesis; left unchanged.

    Returns:
        Float array of shape (K,), summing to 1, accurate for tens of thousands of observations. Nothing warns.

    Raises:
        ValueError: the observations have probability 0 under every hypothesis whose prior is not 0.

        About 7 lines.
    """
    ### BEGIN SOLUTION
    with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity, as it should be
        log_joint = np.log(prior) + np.sum(np.log(np.atleast_2d(likelihood)), axis=0)
    top = np.max(log_joint)
    if top == -np.inf:
        raise ValueError("no hypothesis can explain these observations")
    joint = np.exp(log_joint - top)
    return joint / np.sum(joint)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: bayes_posterior, points=3
prior, positive = np.array([0.01, 0.99]), np.array([0.9, 0.09])
with dd.check.unchanged(prior, what="prior"), dd.check.unchanged(positive, what="likelihood"):
    result = bayes_posterior(prior, positive)
dd.check.like(result, np.array([0.009, 0.0891]) / 0.0981, why="of 98.1 positives in a thousand 9 are ill")
twice = bayes_posterior(prior, np.array([positive, positive]))
dd.check.like(twice, np.array([0.0081, 0.008019]) / 0.016119, why="two independent positive tests multiply")
three = bayes_posterior(np.array([0.5, 0.3, 0.2]), np.array([[0.1, 0.2, 0.4], [0.5, 0.5, 0.0]]))
dd.check.like(three, np.array([0.025, 0.03, 0.0]) / 0.055, why="the second observation rules hypothesis 2 out")
long = bayes_posterior(np.array([0.5, 0.5]), np.tile([0.3, 0.4], (5000, 1)))
dd.check.like(long, np.array([0.0, 1.0]), atol=1e-12, why="5,000 observations favour hypothesis 1 by 4 to 3 each")
with dd.check.raises(ValueError, why="only hypothesis 0 is believed in, and it excludes the observation"):
    bayes_posterior(np.array([1.0, 0.0]), np.array([0.0, 0.7]))
### BEGIN HIDDEN TESTS
from fractions import Fraction

rng = np.random.default_rng(24)
for n, k in ((None, 1), (None, 4), (0, 3), (1, 1), (1, 2), (3, 3), (2, 5), (40, 2), (7, 6)):
    for zeros in (False, True):
        tenths = rng.integers(1, 10, k)
        chances = rng.integers(1, 10, (n or 1, k)) if n != 0 else np.zeros((0, k), dtype=int)
        if zeros and k > 2:
            tenths[0] = 0
            chances[-1:, 1] = 0
        prior = tenths / tenths.sum()
        likelihood = chances[0] / 10 if n is None else chances / 10
        joint = [Fraction(int(a)) for a in tenths]
        for row in chances.tolist():
            joint = [a * Fraction(b, 10) for a, b in zip(joint, row, strict=True)]
        due = np.array([float(a / sum(joint)) for a in joint])
        with dd.check.unchanged(prior, what="prior"), dd.check.unchanged(likelihood, what="likelihood"):
            result = bayes_posterior(prior, likelihood)
        dd.check.like(result, due, rtol=1e-9, why="it is prior times likelihoods, divided by their sum")
        warned = warnings_from(bayes_posterior, prior, likelihood)
        dd.check.equal(warned, [], what="the list of warnings", why="zeros are allowed")

prior, likelihood = np.array([0.2, 0.5, 0.3]), rng.uniform(0.1, 0.9, (12, 3))
step = prior
for row in likelihood:
    step = bayes_posterior(step, row)
dd.check.close(bayes_posterior(prior, likelihood), step, rtol=1e-9, why="a posterior is the next prior")
order = bayes_posterior(prior, likelihood[::-1])
dd.check.close(order, step, rtol=1e-9, why="the order of independent observations does not matter")

# 20,000 observations that nearly balance: the odds are 1.0001 to the power of the surplus.
rows = np.array([[0.3, 0.3 * 1.0001], [0.4 * 1.0001, 0.4]])
for surplus in (0, 3000, -5000):
    likelihood = np.concatenate([np.tile(rows[0], (10_000 + surplus, 1)), np.tile(rows[1], (10_000 - surplus, 1))])
    odds = 1.0001 ** (2.0 * surplus)
    result = bayes_posterior(np.array([0.5, 0.5]), likelihood)
    dd.check.close(
        result, [1 / (1 + odds), odds / (1 + odds)], rtol=1e-6, why="the products underflow, their ratio does not"
    )
swing = np.repeat([[0.9, 0.1], [0.1, 0.9]], 600, axis=0)  # 600 for hypothesis 0, then as many for the other
result = bayes_posterior(np.array([0.3, 0.7]), swing)
dd.check.close(result, [0.3, 0.7], rtol=1e-6, why="what was all but ruled out on the way comes back by later evidence")
huge = bayes_posterior(np.array([0.5, 0.5]), np.full((400, 2), [1e300, 0.5e300]))
dd.check.close(huge, [1.0, 0.0], atol=1e-12, why="densities may be large, and their product overflows")
whole = bayes_posterior(np.array([0, 1]), np.array([0.5, 0.1]))
dd.check.like(whole, np.array([0.0, 1.0]), why="what was excluded stays excluded")
short = bayes_posterior(np.array([0.25, 0.75], dtype="float32"), np.array([[0.5, 0.1]], dtype="float32"))
dd.check.close(short, [0.625, 0.375], rtol=1e-6, why="float32 is good to six digits")
for prior, likelihood in (([0.5, 0.5], [[0.2, 0.0], [0.0, 0.3]]), ([0.0, 1.0], [0.5, 0.0]), ([1.0], [0.0])):
    with dd.check.raises(ValueError, why="no hypothesis can explain all observations"):
        bayes_posterior(np.array(prior), np.array(likelihood))
### END HIDDEN TESTS

# %% mistakes: bayes_posterior
# - replace: np.log(prior) + np.sum
#   with: np.sum
#   hint: "You forget the base rate: with you a rare disease is as likely as a common one."
# - replace: return joint / np.sum(joint)
#   with: return joint * np.exp(top)
#   hint: "Yours do not sum to 1. Divide by the chance of the data."
# - replace: axis=0)
#   with: axis=1)
#   hint: "You multiply over the hypotheses. Each row is an observation, and the rows multiply."
# - replace: |-
#     if top == -np.inf:
#             raise ValueError("no hypothesis can explain these observations")
#   with: pass
#   hint: "When nothing can explain the data, 0/0 is no belief. What does the docstring ask for?"
# - replace: np.sum(np.log(np.atleast_2d(likelihood)), axis=0)
#   with: np.log(np.sum(np.atleast_2d(likelihood), axis=0))
#   hint: "You add the observations' likelihoods up. Independent observations multiply, and their logarithms add."
# - replace: np.sum(np.log(np.atleast_2d(likelihood)), axis=0)
#   with: np.log(np.atleast_2d(likelihood))[-1]
#   hint: "Only the last observation counts with you."
# - replace: |-
#     with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity, as it should be
#             log_joint = np.log(prior) + np.sum(np.log(np.atleast_2d(likelihood)), axis=0)
#   with: log_joint = np.log(np.array(prior) + 1e-12) + np.sum(np.log(np.atleast_2d(likelihood) + 1e-12), axis=0)
#   hint: "A small number added to every likelihood adds up over many observations, and brings back what was excluded."


# %% mistake: bayes_posterior
# hint: "The products round to 0 when there are many observations. Add logarithms, and take the largest out."
def bayes_posterior(prior, likelihood):
    joint = prior * np.prod(np.atleast_2d(likelihood), axis=0)
    total = np.sum(joint)
    if total == 0:
        raise ValueError("no hypothesis can explain these observations")
    return joint / total


# %% mistake: bayes_posterior
# hint: "You average belief and evidence. Beliefs are multiplied by likelihoods."
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(likelihood)
    if np.all(prior * np.prod(rows > 0, axis=0) == 0):
        raise ValueError("no hypothesis can explain these observations")
    for row in rows:
        prior = (prior + row / np.sum(row)) / 2
    return prior


# %% mistake: bayes_posterior
# hint: "The prior is believed once. With you it counts again for every observation."
def bayes_posterior(prior, likelihood):
    with np.errstate(divide="ignore"):
        log_joint = np.sum(np.log(prior) + np.log(np.atleast_2d(likelihood)), axis=0)
    if np.max(log_joint) == -np.inf:
        raise ValueError("no hypothesis can explain these observations")
    joint = np.exp(log_joint - np.max(log_joint))
    return joint / np.sum(joint)


# %% mistake: bayes_posterior
# hint: "The values are right, but the logarithm of 0 warns. Zeros are allowed here, so nothing should be said."
def bayes_posterior(prior, likelihood):
    log_joint = np.log(prior) + np.sum(np.log(np.atleast_2d(likelihood)), axis=0)
    if np.max(log_joint) == -np.inf:
        raise ValueError("no hypothesis can explain these observations")
    joint = np.exp(log_joint - np.max(log_joint))
    return joint / np.sum(joint)


# %% mistake: bayes_posterior
# hint: "You normalise after every observation. A belief that rounds to 0 on the way never comes back, whatever is seen
#   later: only its logarithm can be carried so far."
def bayes_posterior(prior, likelihood):
    belief = np.array(prior, dtype=float)
    for row in np.atleast_2d(likelihood):
        belief = belief * (row / max(np.max(row), 1e-300))
        total = np.sum(belief)
        if total == 0:
            raise ValueError("no hypothesis can explain these observations")
        belief = belief / total
    return belief


# %% mistake: bayes_posterior
# hint: "You average the likelihoods over the observations. Independent observations multiply."
def bayes_posterior(prior, likelihood):
    joint = prior * np.mean(np.atleast_2d(likelihood), axis=0)
    if np.sum(joint) == 0:
        raise ValueError("no hypothesis can explain these observations")
    return joint / np.sum(joint)


# %% accepts: bayes_posterior
def bayes_posterior(prior, likelihood):
    possible = (np.asarray(prior) > 0) & np.all(np.atleast_2d(likelihood) > 0, axis=0)
    if not np.any(possible):
        raise ValueError("impossible observations")
    score = np.log(np.asarray(prior, dtype=float)[possible])
    for row in np.atleast_2d(likelihood)[:, possible]:
        score = score + np.log(row)
        score = score - np.max(score)
    belief = np.zeros(len(prior))
    belief[possible] = np.exp(score) / np.sum(np.exp(score))
    return belief


# %% accepts: bayes_posterior
def bayes_posterior(prior, likelihood):
    import scipy.special

    with np.errstate(divide="ignore"):
        weights = np.log(np.asarray(prior, dtype=float))
        for row in np.asarray(likelihood, dtype=float).reshape(-1, len(prior)):
            weights = weights + np.log(row)
    if np.all(np.isneginf(weights)):
        raise ValueError("impossible observations")
    return scipy.special.softmax(weights)


# %% [markdown]
# Why is the posterior after one positive test so low, and how many does it take?

# %% demo
ill_found, ill_missed, false_alarms = 9, 1, 89
people = np.full(1000, 3)
people[:10] = [1] * ill_found + [2] * ill_missed
people[10 : 10 + false_alarms] = 0
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.3), width_ratios=(1.35, 1))
down, across = np.divmod(np.arange(1000), 50)
looks = {1: ("s", "C0", "ill, positive: 9"), 2: ("x", "C0", "ill, missed: 1"), 0: ("s", "C4", "healthy, positive: 89")}
left.plot(across, down, ".", color="0.75", markersize=3, label="healthy, negative: 901")
for kind, (marker, color, label) in looks.items():
    left.plot(across[people == kind], down[people == kind], marker, color=color, markersize=7, label=label)
left.set(title="A thousand people", ylim=(19.6, -6.5), xticks=[], yticks=[], xlabel="each mark is one person")
left.grid(False)
left.spines[:].set_visible(False)
left.legend(loc="upper left", ncols=2)
for base_rate, marker in ((0.5, "o"), (0.1, "s"), (0.01, "^"), (0.001, "D")):
    start = np.array([base_rate, 1 - base_rate])
    path = [bayes_posterior(start, np.tile([0.9, 0.09], (k, 1)))[0] for k in range(6)]
    right.plot(range(6), path, marker=marker, label=f"base rate {base_rate:g}")
right.set(xlabel="positive tests in a row", ylabel="probability of being ill", title="Belief moved by evidence")
right.legend()
dd.plot.show(
    "Left: a thousand marks, one a person; 9 dark squares are ill and positive, one cross is ill and missed, and 89 "
    "lighter squares are healthy and positive, many more than the dark ones. Right: the probability of being ill "
    "against the number of positive tests, for four base rates; each curve rises to near 1, the rarer the disease "
    "the later."
)

# %% [markdown]
# The light squares outnumber the dark ones by ten to one, so a positive is probably a light one. On the right
# each positive test multiplies the *odds* by $0.9/0.09 = 10$, and does so from wherever they stood: evidence
# moves everybody by the same factor, and who starts lower arrives later. (If the repeated tests err on the same
# people, they are not independent, and the second is worth little.)
#
# ## Maximum likelihood
#
# Often there is no prior worth the name, only data and a family of distributions. **Maximum likelihood** takes
# the member that made the data least surprising: the parameters with the largest $\prod_i p(x_i)$, or, as
# products underflow, the largest $\sum_i \log p(x_i)$. For $m$ bulbs with lifetimes $x_i$,
#
# $$\ell(\lambda) = \sum_i \log(\lambda e^{-\lambda x_i}) = m \log \lambda - \lambda \sum_i x_i, \qquad
# \ell'(\lambda) = 0 \;\Rightarrow\; \hat\lambda = \frac{m}{\sum_i x_i} = \frac1{\bar x} .$$
#
# The Gaussian, $p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-(x - \mu)^2 / 2\sigma^2}$, gives in the same way
# $\hat\mu = \bar x$ and $\hat\sigma^2 = \frac1m \sum_i (x_i - \bar x)^2$. By hand, for 2, 4 and 9:
# $\hat\mu = 5$ and $\hat\sigma^2 = (9 + 1 + 16)/3 = \frac{26}{3}$. Three remarks.
#
# - With $\sigma$ fixed, $-\log p$ is the squared error and a constant. So Day 2 maximised a Gaussian
#   likelihood, and Day 4's log loss is that of a coin.
# - $\hat\sigma^2$ divides by $m$. It is too small on average, by the factor $\frac{m-1}{m}$, because $\bar x$
#   was fitted to the same data; the *unbiased* estimate divides by $m - 1$. They are two answers to two
#   questions; for a single observation the first is 0, the second undefined.
# - $\overline{x^2} - \bar x^2$ is the same on paper. With $x$ near $10^8$ both terms are near $10^{16}$, where
#   floats lie 2 apart.


# %% exercise: mle_gaussian
def mle_gaussian(x):
    """Mean and variance of the Gaussian under which the observations are most likely.

    Args:
        x: observations, float or int array of shape (m,), m >= 1, of any dtype and of any size; left unchanged.

    Returns:
        Tuple (mean, variance) of two floats, computed in float64. About 4 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)
    ### END SOLUTION


# %% test: mle_gaussian, points=1
x = np.array([2.0, 4.0, 9.0])
with dd.check.unchanged(x):
    result = mle_gaussian(x)
dd.check.like(result, (5.0, 26 / 3), why="this is the example worked by hand")
dd.check.like(mle_gaussian(1e8 + x), (1e8 + 5, 26 / 3), rtol=1e-9, why="moving the data moves the mean alone")
dd.check.like(mle_gaussian(np.array([7.0])), (7.0, 0.0), why="one observation has no spread")
### BEGIN HIDDEN TESTS
import statistics

rng = np.random.default_rng(25)
for m in (1, 2, 3, 50, 1001):
    for offset in (0, 100, 10**8):
        x = rng.integers(-40, 40, m) + offset
        due = float(statistics.mean(x.tolist())), float(statistics.pvariance(x.tolist()))
        for dtype in (np.float64, np.int64):
            one = x.astype(dtype)
            with dd.check.unchanged(one):
                result = mle_gaussian(one)
            dd.check.like(result, due, rtol=1e-9, atol=1e-9, why="mean, and mean squared distance from it")
small = rng.integers(-100, 100, 300)
due = float(statistics.mean(small.tolist())), float(statistics.pvariance(small.tolist()))
for dtype in (np.int8, np.float32, np.float16):
    dd.check.like(
        mle_gaussian(small.astype(dtype)), due, rtol=1e-9, atol=1e-9, why=f"{np.dtype(dtype)} holds these exactly"
    )
bright = np.array([250, 255, 0], dtype=np.uint8)
due = float(statistics.mean(bright.tolist())), float(statistics.pvariance(bright.tolist()))
dd.check.like(mle_gaussian(bright), due, rtol=1e-9, why="the squares of uint8 must not wrap around")
spaced = np.array([2.0, 99.0, 4.0, 99.0, 9.0])[::2]
dd.check.like(mle_gaussian(spaced), (5.0, 26 / 3), why="every second entry of an array will do")
same = mle_gaussian(np.full(100, 0.1))
dd.check.close(same, (0.1, 0.0), atol=1e-15, why="a hundred times the same has no spread")
assert same[1] >= 0, "a variance is never negative"

# No other Gaussian makes the data more likely.
x = rng.normal(3.0, 2.0, 30)
mean, variance = mle_gaussian(x)
log_likelihood = lambda p: -np.sum((x - p[0]) ** 2) / (2 * p[1]) - 15 * np.log(p[1])  # noqa: E731
dd.check.gradient(
    log_likelihood, np.array([mean, variance]), [0.0, 0.0], atol=1e-4, what="the slope of the log likelihood"
)
for factor in (0.9, 1.1):
    assert log_likelihood((mean, variance)) > log_likelihood((mean, factor * variance)), "another variance is likelier"
### END HIDDEN TESTS

# %% mistakes: mle_gaussian
# - replace: np.mean((x - mean) ** 2)
#   with: np.var(x, ddof=1)
#   hint: "You divide by m - 1, the unbiased estimate. The most likely variance divides by m."
# - replace: np.mean((x - mean) ** 2)
#   with: np.std(x)
#   hint: "That is the standard deviation. The variance was asked for."
# - replace: np.mean((x - mean) ** 2)
#   with: np.mean(x**2) - mean**2
#   hint: "Two huge numbers that nearly agree are subtracted: far from zero nothing is left. Subtract the mean first."
# - replace: np.mean((x - mean) ** 2)
#   with: np.sum((x - mean) ** 2)
#   hint: "You add the squared distances up. What is divided by m?"
# - replace: np.mean((x - mean) ** 2)
#   with: np.mean(np.abs(x - mean))
#   hint: "You average distances. The variance is the mean of their squares."
# - replace: mean = np.mean(x)
#   with: mean = np.median(x)
#   hint: "The most likely centre of a Gaussian is not the value in the middle. What makes the squares smallest?"
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x)
#   hint: "Small integers and short floats do their sums in a short dtype. Widen them first."


# %% mistake: mle_gaussian
# hint: "The variance is taken about 0, not about the mean."
def mle_gaussian(x):
    x = np.asarray(x, dtype=float)
    return np.mean(x), np.mean(x**2)


# %% mistake: mle_gaussian
# hint: "You scale by m - 1, which is the unbiased estimate, and for one observation there is none."
def mle_gaussian(x):
    x = np.asarray(x, dtype=float)
    mean = np.sum(x) / len(x)
    return mean, np.sum((x - mean) ** 2) / max(len(x) - 1, 1)


# %% mistake: mle_gaussian
# hint: "Small integers wrap around and short floats round when they do their own sums. Widen them first."
def mle_gaussian(x):
    mean = sum(x) / len(x)
    return mean, sum((x - mean) ** 2) / len(x)


# %% accepts: mle_gaussian
def mle_gaussian(x):
    x = np.array(x, dtype=np.float64)
    return float(x.mean()), float(x.var())


# %% accepts: mle_gaussian
def mle_gaussian(x):
    mean, squares = 0.0, 0.0
    for count, value in enumerate(x.tolist(), start=1):  # Welford's way: one pass
        step = value - mean
        mean += step / count
        squares += step * (value - mean)
    return mean, squares / len(x)


# %% [markdown]
# How sure is such an estimate? The curve of $\ell$ says it: narrow if other parameters are much less likely,
# broad if they are nearly as good.

# %% demo
mean_hours = np.linspace(300, 2600, 300)
fig, ax = plt.subplots(figsize=(8, 4.2))
for m, look in ((5, "--"), (50, "-"), (500, ":")):
    seen = exponential_sample(1 / 1000, m, np.random.default_rng(4))
    log_likelihood = -m * np.log(mean_hours) - np.sum(seen) / mean_hours
    ax.plot(mean_hours, log_likelihood - np.max(log_likelihood), look, label=f"{m} bulbs: {np.mean(seen):.0f} hours")
ax.axvline(1000, color="0.6", linewidth=1, linestyle="-")
ax.set(ylim=(-8, 0.4), xlabel="mean lifetime $1/\\lambda$ (hours)", ylabel="log likelihood, best one at 0")
ax.set_title("Which mean lifetime makes the data least surprising?")
ax.legend(title="most likely, from")
dd.plot.show(
    "Three curves of log likelihood against the mean lifetime, each with its top at 0. With 5 bulbs the curve is "
    "broad, with 50 narrower, with 500 a narrow peak close to the true 1,000 hours, which a vertical line marks."
)

# %% [markdown]
# Five bulbs leave nearly everything open. With a hundred times as many the curve is about a tenth as wide, and
# that square root will be back at the end of the day.
#
# ## Entropy: the mean of surprise
#
# An event of probability $p$ surprises by $-\log p$: certainty by 0, and independent surprises add up, since
# their probabilities multiply. **Entropy** is the expected surprise,
#
# $$H(p) = -\sum_k p_k \log p_k .$$
#
# For $p = (\frac12, \frac14, \frac14)$ the surprises are 1, 2 and 2 bits, so
# $H = \frac12 + \frac12 + \frac12 = 1.5$ bits, or $1.04$ nats. It is also a length. Ask "is it outcome 0?", and
# if not, "is it outcome 1?": 1, 2 and 2 questions, 1.5 on average, and no way of asking gets by with fewer
# (Shannon 1948). Entropy is largest, $\log K$, when all outcomes are equally likely, and 0 when one is certain.
#
# Now somebody believes in $q$ while the world is $p$. The mean surprise is then the **cross-entropy**
# $-\sum_k p_k \log q_k$, the loss of Day 5, and what it exceeds the entropy by is the price of believing
# wrongly, the **KL divergence**
#
# $$\mathrm{KL}(p \,\|\, q) = \sum_k p_k \log \frac{p_k}{q_k}
# = \underbrace{-\sum_k p_k \log q_k}_{\text{cross-entropy}} - H(p) .$$
#
# By hand, for $p = (\frac12, \frac12)$ and $q = (\frac14, \frac34)$:
# $\frac12 \log 2 + \frac12 \log \frac23 = \frac12 \log \frac43 = 0.144$. The other way round:
# $\frac14 \log \frac12 + \frac34 \log \frac32 = 0.131$. **Not the same.** For a classifier $p$ is the label,
# with $H = 0$, so cross-entropy *is* the KL divergence, and training by it is maximum likelihood: three names
# of one thing.
#
# **Zeros.** What never happens surprises nobody: where $p_k = 0$ the term is 0, whatever $q_k$ is. Where
# $q_k = 0$ and $p_k > 0$, the impossible has happened, and the divergence is infinite. NumPy makes NaN of
# $0 \cdot \log 0$, and warns. And write the term so that no quotient can overflow: $1 / 10^{-310}$ is infinite
# in floats, its logarithm is only 714.


# %% exercise: entropy
def entropy(p):
    """Entropy of distributions, in nats.

    Args:
        p: probabilities, float or int array of shape (..., K), summing to 1 over the last axis; left unchanged.

    Returns:
        Float array of shape (...), a float for p of shape (K,). Outcomes of probability 0 add nothing, and nothing
        warns. About 3 lines.
    """
    ### BEGIN SOLUTION
    surprise = -np.log(np.where(p > 0, p, 1.0))
    return np.sum(p * surprise, axis=-1)
    ### END SOLUTION


def kl_divergence(p, q):
    """KL divergence of p from q, in nats: the extra surprise of one who believes in q while p is true.

    Args:
        p: probabilities, float or int array of shape (..., K), summing to 1 over the last axis; left unchanged.
        q: likewise, of a shape that broadcasts with that of p; left unchanged.

    Returns:
        Float array of the shape to which both broadcast, without the last axis; a float for two of shape (K,).
        Infinite where an outcome has p > 0 and q = 0; outcomes with p = 0 add nothing. Nothing warns. About 5 lines.
    """
    ### BEGIN SOLUTION
    happens = p > 0
    with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity, as it should be
        gain = np.log(np.where(happens, p, 1.0)) - np.log(np.where(happens, q, 1.0))
    return np.sum(p * gain, axis=-1)
    ### END SOLUTION


# %% test: entropy, points=4
p = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])
with dd.check.unchanged(p, what="p"):
    result = entropy(p)
dd.check.like(result, np.array([1.5 * np.log(2), 0.0]), what="the entropy", why="1.5 bits, and a certainty")
dd.check.like(entropy(np.full(8, 1 / 8)), np.log(8), what="the entropy", why="eight equal outcomes have log 8")
fair, skewed = np.array([0.5, 0.5]), np.array([0.25, 0.75])
with dd.check.unchanged(fair, what="p"), dd.check.unchanged(skewed, what="q"):
    result = kl_divergence(fair, skewed)
dd.check.like(result, 0.5 * np.log(4 / 3), what="the divergence", why="this is the example worked by hand")
back = 0.25 * np.log(0.5) + 0.75 * np.log(1.5)
dd.check.like(kl_divergence(skewed, fair), back, what="the divergence back", why="this is the example worked by hand")
certain = np.array([[1.0, 0.0], [0.0, 1.0]])
dd.check.like(kl_divergence(certain, fair), np.log([2.0, 2.0]), what="from certainty", why="0 times log 0 counts as 0")
both = kl_divergence(fair, np.array([[1.0, 0.0], [0.5, 0.5]]))
dd.check.close(both, [np.inf, 0.0], what="the divergences", why="q calls impossible what happens half of the time")
for function, arguments in ((entropy, (p,)), (kl_divergence, (fair, certain)), (kl_divergence, (certain, fair))):
    dd.check.equal(warnings_from(function, *arguments), [], what="the list of warnings", why="zeros are allowed")
### BEGIN HIDDEN TESTS
import math

import scipy.stats

rng = np.random.default_rng(26)


def slow(p, q):
    total = 0.0
    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        if a > 0:
            total += math.inf if b == 0 else a * (math.log(a) - math.log(b))
    return total


cases = [
    ((1,), (1,)),
    ((5,), (5,)),
    ((1, 3), (3,)),
    ((4, 3), (3,)),
    ((3,), (4, 3)),
    ((2, 3), (2, 3)),
    ((2, 1, 4), (3, 4)),
]
for p_shape, q_shape in cases:
    for zeros in (0.0, 0.4):
        p, q = (rng.dirichlet(np.full(shape[-1], 0.7), shape[:-1]) for shape in (p_shape, q_shape))
        if zeros and p_shape[-1] > 1:
            p, q = (
                np.where(rng.random(part.shape) < zeros, 0.0, part) + 1e-9 * (np.arange(part.shape[-1]) == 0)
                for part in (p, q)
            )
            p, q = (part / part.sum(axis=-1, keepdims=True) for part in (p, q))
        with dd.check.unchanged(p, what="p"):
            result = entropy(p)
        due = -np.array([sum(a * math.log(a) for a in row if a > 0) for row in p.reshape(-1, p.shape[-1]).tolist()])
        due = due.reshape(p.shape[:-1])
        dd.check.like(result, due if due.ndim else float(due), rtol=1e-9, atol=1e-14, what="the entropy")
        with dd.check.unchanged(p, what="p"), dd.check.unchanged(q, what="q"):
            result = kl_divergence(p, q)
        one, other = np.broadcast_arrays(p, q)
        due = np.array(
            [slow(*rows) for rows in zip(*(part.reshape(-1, part.shape[-1]) for part in (one, other)), strict=True)]
        )
        due = due.reshape(one.shape[:-1])
        why = "each term is p times the difference of the logarithms"
        dd.check.like(result, due if due.ndim else float(due), rtol=1e-9, atol=1e-14, what="the divergence", why=why)
        for function, arguments in ((entropy, (p,)), (kl_divergence, (p, q))):
            dd.check.equal(
                warnings_from(function, *arguments), [], what="the list of warnings", why="zeros are allowed"
            )
p, q = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
dd.check.close(entropy(p), scipy.stats.entropy(p), rtol=1e-12, what="the entropy", why="SciPy gets the same")
dd.check.close(
    kl_divergence(p, q), scipy.stats.entropy(p, q), rtol=1e-12, what="the divergence", why="SciPy gets the same"
)
cross = -np.sum(p * np.log(q))
dd.check.close(
    kl_divergence(p, q), cross - entropy(p), rtol=1e-9, what="the divergence", why="it is cross-entropy minus entropy"
)
dd.check.close(
    kl_divergence(p, p), 0.0, atol=1e-15, what="the divergence from itself", why="nothing is believed wrongly"
)
pairs = np.einsum("i,j->ij", p, q).ravel()
dd.check.close(
    entropy(pairs), entropy(p) + entropy(q), rtol=1e-9, what="the entropy of a pair", why="independent surprises add"
)
whole, short = np.array([0, 1, 0]), np.array([0.5, 0.25, 0.25], dtype="float32")
dd.check.like(entropy(whole), 0.0, what="the entropy of whole numbers", why="one outcome is certain")
dd.check.like(
    kl_divergence(whole, short), np.log(4), what="the divergence", why="whole numbers and float32 are numbers"
)
dd.check.like(
    entropy(short), 1.5 * np.log(2), rtol=1e-9, what="the entropy in float32", why="these are exact in float32"
)
rare = np.array([1 - 1e-310, 1e-310])
extreme = kl_divergence(np.array([0.0, 1.0]), rare)
dd.check.close(
    extreme, 310 * np.log(10), rtol=1e-9, what="the divergence", why="1 / 1e-310 overflows, its logarithm does not"
)
dd.check.close(kl_divergence(rare, fair), np.log(2), what="the divergence", why="what is so rare adds nothing")
### END HIDDEN TESTS

# %% mistakes: entropy
# - replace: surprise = -np.log(np.where(p > 0, p, 1.0))
#   with: surprise = -np.log(p)
#   hint: "0 times log 0 is NaN in NumPy, with a warning. What does an outcome add that never happens?"
# - replace: surprise = -np.log(np.where(p > 0, p, 1.0))
#   with: surprise = -np.log2(np.where(p > 0, p, 1.0))
#   hint: "That is in bits. Nats were asked for."
# - replace: np.sum(p * surprise, axis=-1)
#   with: np.sum(p * surprise)
#   hint: "You add several distributions up into one number. Each row has an entropy of its own."
# - replace: np.sum(p * surprise, axis=-1)
#   with: np.sum(p * surprise, axis=0)
#   hint: "Over which axis does a distribution sum to 1? The outcomes are on the last."
# - replace: surprise = -np.log(np.where(p > 0, p, 1.0))
#   with: surprise = np.log(np.where(p > 0, p, 1.0))
#   hint: "Your entropy is negative. The logarithm of a probability is never positive, and surprise is its opposite."
# - replace: np.log(np.where(happens, p, 1.0)) - np.log(np.where(happens, q, 1.0))
#   with: np.log(np.where(happens, q, 1.0)) - np.log(np.where(happens, p, 1.0))
#   hint: "Your divergence is negative: which of the two surprises is the larger?"
# - replace: return np.sum(p * gain, axis=-1)
#   with: return np.sum(q * gain, axis=-1)
#   hint: "You average by what is believed. Which of the two distributions does the world draw from?"
# - replace: return np.sum(p * gain, axis=-1)
#   with: return np.sum(np.abs(p * gain), axis=-1)
#   hint: "Single terms may be negative; their sum is not. Leave the signs."
# - replace: np.log(np.where(happens, p, 1.0)) - np.log(np.where(happens, q, 1.0))
#   with: np.log(np.where(happens, p, 1.0)) - np.log(np.where(happens, q, 1.0) + 1e-9)
#   hint: "Where q is 0 and p is not, the impossible has happened. No small number makes that finite."
# - replace: np.log(np.where(happens, p, 1.0)) - np.log(np.where(happens, q, 1.0))
#   with: -np.log(np.where(happens, q, 1.0))
#   hint: "That is the cross-entropy. What of it would be there even with the right belief?"


# %% mistake: entropy
# hint: "Your divergence is the mean of both directions. It has a direction: p is true, q is believed."
def entropy(p):
    p = np.asarray(p, dtype=float)
    return np.sum(p * -np.log(np.where(p > 0, p, 1.0)), axis=-1)


def kl_divergence(p, q):
    def one_way(a, b):
        a, b = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
        with np.errstate(divide="ignore"):
            return np.sum(a * (np.log(np.where(a > 0, a, 1.0)) - np.log(np.where(a > 0, b, 1.0))), axis=-1)

    return (one_way(p, q) + one_way(q, p)) / 2


# %% mistake: entropy
# hint: "You leave out the outcomes of which q knows nothing. If they happen, the divergence is infinite."
def entropy(p):
    p = np.asarray(p, dtype=float)
    return np.sum(p * -np.log(np.where(p > 0, p, 1.0)), axis=-1)


def kl_divergence(p, q):
    p, q = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    both = (p > 0) & (q > 0)
    return np.sum(np.where(both, p * (np.log(np.where(both, p, 1.0)) - np.log(np.where(both, q, 1.0))), 0.0), axis=-1)


# %% mistake: entropy
# hint: "The quotient of a probability and a tiny one overflows to infinity. Subtract logarithms instead."
def entropy(p):
    p = np.asarray(p, dtype=float)
    return np.sum(p * -np.log(np.where(p > 0, p, 1.0)), axis=-1)


def kl_divergence(p, q):
    p, q = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quotient = np.where(p > 0, p / q, 1.0)
    return np.sum(p * np.log(quotient), axis=-1)


# %% mistake: entropy
# hint: "0 times log 0 is NaN in NumPy, with a warning. What does an outcome add that never happens?"
def entropy(p):
    return -np.sum(p * np.log(p), axis=-1)


def kl_divergence(p, q):
    return np.sum(p * np.log(p / q), axis=-1)


# %% mistake: entropy
# hint: "You average by what is believed. Which of the two does the world draw from, the first or the second?"
def entropy(p):
    return np.sum(p * -np.log(np.where(p > 0, p, 1.0)), axis=-1)


def kl_divergence(q, p):
    with np.errstate(divide="ignore"):
        gain = np.log(np.where(p > 0, p, 1.0)) - np.log(np.where(p > 0, q, 1.0))
    return np.sum(p * gain, axis=-1)


# %% mistake: entropy
# hint: "You lift every zero to a tiny number. Where q is 0 and p is not, the divergence is infinite."
def entropy(p):
    p = np.clip(p, 1e-12, 1.0)
    return -np.sum(p * np.log(p), axis=-1)


def kl_divergence(p, q):
    p, q = np.clip(p, 1e-12, 1.0), np.clip(q, 1e-12, 1.0)
    return np.sum(p * np.log(p / q), axis=-1)


# %% mistake: entropy
# hint: "You add several distributions up into one number. Each row has an answer of its own."
def entropy(p):
    return -np.sum(p * np.log(np.where(p > 0, p, 1.0)))


def kl_divergence(p, q):
    with np.errstate(divide="ignore"):
        gain = np.log(np.where(p > 0, p, 1.0)) - np.log(np.where(p > 0, q, 1.0))
    return np.sum(p * gain)


# %% equivalents: entropy
# - replace: surprise = -np.log(np.where(p > 0, p, 1.0))
#   with: surprise = -np.log(np.where(p > 0, p, 2.0))
#   reason: "What p does not allow is multiplied by 0."
# - replace: np.log(np.where(happens, q, 1.0))
#   with: np.log(np.where(happens, q, 2.0))
#   reason: "What p does not allow is multiplied by 0."
# - replace: np.log(np.where(happens, p, 1.0))
#   with: np.log(np.where(happens, p, 2.0))
#   reason: "What p does not allow is multiplied by 0."


# %% accepts: entropy
def entropy(p):
    import scipy.special

    return np.sum(scipy.special.entr(np.asarray(p, dtype=float)), axis=-1)


def kl_divergence(p, q):
    import scipy.special

    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    terms = np.where(
        (q > 0) | (p == 0), scipy.special.xlogy(p, p) - scipy.special.xlogy(p, np.where(q > 0, q, 1.0)), np.inf
    )
    return np.sum(terms, axis=-1)


# %% accepts: entropy
def entropy(p):
    p = np.array(p, dtype=float)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return -np.einsum("...k,...k->...", p, logs)[()]


def kl_divergence(p, q):
    p, q = (np.array(part) for part in np.broadcast_arrays(np.array(p, dtype=float), np.array(q, dtype=float)))
    logs = [np.log(part, out=np.zeros_like(part), where=part > 0) for part in (p, q)]
    impossible = np.any((p > 0) & (q == 0), axis=-1)
    return np.where(impossible, np.inf, np.sum(p * (logs[0] - logs[1]), axis=-1))[()]


# %% [markdown]
# ## Jensen's inequality
#
# Is the KL divergence ever negative? No, and the reason is a picture. A function is **convex** if every chord
# lies on or above it. The mean of two points of a curve is on the chord; the curve's value at the mean is
# below. So for convex $f$, for two points or for any distribution,
#
# $$E[f(X)] \ge f(E[X]) \qquad \text{(Jensen 1906),}$$
#
# with equality, if $f$ is strictly convex, only when $X$ does not vary. For $-\log$, which is convex:
# $\mathrm{KL}(p \,\|\, q) = E_p\!\left[-\log \frac{q}{p}\right] \ge -\log E_p\!\left[\frac qp\right] \ge -\log 1 = 0$,
# as $\sum_k p_k \frac{q_k}{p_k} \le 1$. Nobody is surprised less than one who believes the truth.
#
# Jensen also costs money. A game multiplies your stake by 1.5 or by 0.6, at even chances. Its expectation is
# 1.05, a gain of 5% a round. Play on, always with all you have. What happens to most players?

# %% demo
fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 4.4))
factor = np.linspace(0.35, 1.8, 200)
left.plot(factor, -np.log(factor), label=r"$f(x) = -\log x$")
ends = np.array([0.6, 1.5])
left.plot(ends, -np.log(ends), marker="o", label="the chord")
left.plot([1.05] * 2, [-np.log(1.05), np.mean(-np.log(ends))], color="black", linestyle=":", linewidth=1.5)
left.plot(1.05, np.mean(-np.log(ends)), "ks", label="$E[f(X)]$ = " + f"{np.mean(-np.log(ends)):.3f}")
left.plot(1.05, -np.log(1.05), "k^", label="$f(E[X])$ = " + f"{-np.log(1.05):.3f}")
left.set(xlabel="$x$", ylabel="$f(x)$", title="The chord lies above the curve")
left.legend()
rounds = 100
won = np.random.default_rng(5).random((20_000, rounds)) < 0.5
stakes = np.cumprod(np.where(won, 1.5, 0.6), axis=1)  # (players, rounds)
steps = np.arange(1, rounds + 1)
for player in stakes[:30]:
    right.semilogy(steps, player, color="0.85", linestyle="-", linewidth=0.8)
right.semilogy(steps, 1.05**steps, label=r"expectation, $1.05^{\mathrm{rounds}}$")
right.semilogy(steps, np.median(stakes, axis=0), label="median of 20,000 players")
right.set(xlabel="rounds", ylabel="stake (start: 1)", title="Rich on average, poor in the median", ylim=(1e-7, 1e6))
right.legend()
dd.plot.show(
    "Left: the convex curve of minus log x with a chord from 0.6 to 1.5; at 1.05 the chord's point lies above the "
    "curve's. Right: on a logarithmic axis the expectation of the stake rises steadily while the median of the "
    "players falls steadily, with thirty single paths around it."
)
print(f"after {rounds} rounds {np.mean(stakes[:, -1] < 1):.0%} of the players have lost money")

# %% [markdown]
# The stake grows by $E[\log X] = \frac12 \log 1.5 + \frac12 \log 0.6 = -0.053$ a round on the logarithmic
# scale, where rounds add up; and by Jensen that is less than $\log E[X] = 0.049$. The expectation is real, but
# it is carried by a few players that you are most likely not among.
#
# ## Monte Carlo: expectation by throwing dice
#
# Many expectations have no formula. Then draw $n$ times and average: $\hat E = \frac1n \sum_i f(X_i)$, the
# **Monte Carlo** method. It is right on average, and how far it is off you learn from the draws themselves.
# Variances of independent draws add, so the mean of $n$ has variance $\operatorname{Var}[f(X)]/n$, and the
# **standard error** is
#
# $$\text{SE} = \sqrt{\frac vn}, \qquad v = \frac{1}{n - 1} \sum_i (f(X_i) - \hat E)^2 .$$
#
# Here the unbiased $n - 1$ is in place: we do not fit a Gaussian, we ask how large a variance is. By hand:
# draws with values 1, 2 and 6 have the mean 3, $v = (4 + 1 + 9)/2 = 7$ and the standard error
# $\sqrt{7/3} = 1.53$. The function below takes the sampler and $f$ as arguments; its contract says the rest.


# %% exercise: monte_carlo
def monte_carlo(f, sample, n, rng):
    """Estimate E[f(X)] from n independent draws, with its standard error.

    Args:
        f: function of the draws that returns an array (n,) of their values, of any number dtype or bool.
        sample: function of (n, rng) that returns n draws along the first axis of an array.
        n: number of draws, an int >= 2.
        rng: a NumPy generator, for sample.

    Returns:
        Tuple (estimate, standard_error) of two floats, computed in float64. sample and f are called once each.
    """
    ### BEGIN SOLUTION
    values = np.asarray(f(sample(n, rng)), dtype=float)
    return np.mean(values), np.std(values, ddof=1) / np.sqrt(n)
    ### END SOLUTION


# %% test: monte_carlo, points=2
result = monte_carlo(lambda x: x, lambda n, rng: np.array([1.0, 2.0, 6.0]), 3, np.random.default_rng(0))
dd.check.like(result, (3.0, np.sqrt(7 / 3)), why="this is the example worked by hand")
result = monte_carlo(lambda x: x > 1.5, lambda n, rng: np.array([1.0, 2.0, 6.0, 0.0]), 4, np.random.default_rng(0))
dd.check.like(result, (0.5, np.sqrt(1 / 3 / 4)), why="a probability is the mean of yes and no, of 1 and 0")
estimate, error = monte_carlo(np.square, lambda n, rng: rng.random(n), 4000, np.random.default_rng(1))
dd.check.close(estimate, 1 / 3, atol=4 * np.sqrt(4 / 45 / 4000), what="the estimate", why="E[U^2] is 1/3")
dd.check.close(error, np.sqrt(4 / 45 / 4000), rtol=0.1, what="the standard error", why="Var[U^2] is 1/5 - 1/9 = 4/45")
### BEGIN HIDDEN TESTS
import statistics

rng = np.random.default_rng(27)
for n in (2, 3, 10, 500):
    for offset in (0, 100):
        whole = rng.integers(0, 100, n) + offset
        due = float(statistics.mean(whole.tolist())), statistics.stdev(whole.tolist()) / n**0.5
        for dtype in (np.float64, np.int64, np.uint8, np.float32, np.float16):
            values = whole.astype(dtype)
            result = monte_carlo(
                lambda x, values=values: values, lambda n, rng: np.zeros((n, 2)), n, np.random.default_rng(0)
            )
            dd.check.like(result, due, rtol=1e-9, atol=1e-12, why="the mean, and the root of v over n")
far = monte_carlo(lambda x: x, lambda n, rng: 1e8 + np.array([1.0, 2.0, 6.0]), 3, np.random.default_rng(0))
dd.check.close(far[1], np.sqrt(7 / 3), rtol=1e-6, what="the standard error", why="moving all values moves no spread")
dd.check.like(monte_carlo(lambda x: 0 * x + 5, lambda n, rng: np.zeros(n), 8, np.random.default_rng(0)), (5.0, 0.0))

calls = []


def sampler(n, rng):
    calls.append(("sample", n))
    return rng.normal(size=(n, 3))


def value(draws):
    calls.append(("f", np.shape(draws)))
    return np.sum(draws, axis=1)


generator = np.random.default_rng(28)
result = monte_carlo(value, sampler, 40, generator)
due = np.random.default_rng(28).normal(size=(40, 3)).sum(axis=1)
dd.check.like(result, (np.mean(due), np.std(due, ddof=1) / np.sqrt(40)), why="the draws are those of sample(n, rng)")
dd.check.equal(calls, [("sample", 40), ("f", (40, 3))], what="the calls", why="sample and f are called once each")

# Is the standard error honest? Of 400 estimates 95% should be within two of their own standard errors.
inside = 0
for seed in range(400):
    estimate, error = monte_carlo(lambda x: x, lambda n, rng: rng.exponential(2.0, n), 200, np.random.default_rng(seed))
    inside += abs(estimate - 2.0) <= 2 * error
assert 365 <= inside <= 395, (
    f"{inside} of 400 estimates are within two standard errors of the truth; about 380 were due"
)
### END HIDDEN TESTS

# %% mistakes: monte_carlo
# - replace: np.std(values, ddof=1) / np.sqrt(n)
#   with: np.std(values, ddof=1)
#   hint: "That is the spread of single draws. How much does the mean of n of them spread?"
# - replace: np.std(values, ddof=1) / np.sqrt(n)
#   with: np.std(values, ddof=1) / n
#   hint: "Variances of independent draws add, not standard deviations. By what does the mean's shrink?"
# - replace: np.std(values, ddof=1) / np.sqrt(n)
#   with: np.std(values) / np.sqrt(n)
#   hint: "You divide by n within the variance. Which division does the formula of v have, and why?"
# - replace: np.std(values, ddof=1) / np.sqrt(n)
#   with: np.var(values, ddof=1) / n
#   hint: "That is the variance of the mean. The standard error is its root."
# - replace: np.asarray(f(sample(n, rng)), dtype=float)
#   with: np.asarray(sample(n, rng), dtype=float)
#   hint: "You average the draws. Of what is the expectation to be estimated?"
# - replace: values = np.asarray(f(sample(n, rng)), dtype=float)
#   with: values = f(np.mean(sample(n, rng), axis=0, keepdims=True)) + np.zeros(n)
#   hint: "You apply f to the mean of the draws. Jensen has shown that this is another number."
# - replace: np.asarray(f(sample(n, rng)), dtype=float)
#   with: np.asarray(f(sample(n, rng)))
#   hint: "In a short dtype the mean rounds, and the spread with it. Widen the values first."


# %% mistake: monte_carlo
# hint: "The mean of the squares minus the square of the mean loses everything when the values are far from 0."
def monte_carlo(f, sample, n, rng):
    values = np.asarray(f(sample(n, rng)), dtype=float)
    mean = np.sum(values) / n
    variance = (np.sum(values**2) - n * mean**2) / (n - 1)
    return mean, np.sqrt(max(variance, 0.0) / n)


# %% mistake: monte_carlo
# hint: "Your estimate is f of the mean draw. Jensen has shown that the mean of f is another number."
def monte_carlo(f, sample, n, rng):
    draws = np.asarray(sample(n, rng))
    values = np.asarray(f(draws), dtype=float)
    middle = np.asarray(f(np.mean(draws, axis=0, keepdims=True)), dtype=float)
    return float(middle[0]), float(np.std(values, ddof=1) / np.sqrt(n))


# %% mistake: monte_carlo
# hint: "The spread is that of the draws. How far the mean of the values is off depends on the spread of the values."
def monte_carlo(f, sample, n, rng):
    draws = sample(n, rng)
    values = np.asarray(f(draws), dtype=float)
    return np.mean(values), np.std(np.asarray(draws, dtype=float), ddof=1) / np.sqrt(n)


# %% accepts: monte_carlo
def monte_carlo(f, sample, n, rng):
    mean, variance = mle_gaussian(np.asarray(f(sample(n, rng))))
    return mean, np.sqrt(variance / (n - 1))


# %% accepts: monte_carlo
def monte_carlo(f, sample, n, rng):
    import statistics

    values = [float(value) for value in f(sample(n, rng))]
    return statistics.fmean(values), statistics.stdev(values) / n**0.5


# %% [markdown]
# A lamp has three bulbs and is bright enough while two of them burn. How long is that? With exponential
# lifetimes this can be said without drawing: the first failure among three comes after $\frac{1}{3\lambda}$ on
# average, the next among two, memoryless as they are, after another $\frac1{2\lambda}$. That is
# $\frac{5}{6\lambda} \approx 833$ hours. How fast does Monte Carlo find it?

# %% demo
truth = 5 / 6 * 1000


def three_bulbs(n, rng):
    return exponential_sample(1 / 1000, (n, 3), rng)


def second_failure(lifetimes):
    return np.median(lifetimes, axis=1)


sizes = np.unique(np.geomspace(10, 100_000, 17).astype(int))
rng = np.random.default_rng(6)
runs = [np.array([monte_carlo(second_failure, three_bulbs, int(n), rng) for _ in range(30)]) for n in sizes]
fig, ax = plt.subplots(figsize=(8.5, 4.6))
for n, run in zip(sizes, runs, strict=True):
    ax.loglog(np.full(len(run), n), np.abs(run[:, 0] - truth), ".", color="0.7")
ax.loglog([], [], ".", color="0.7", label="error of one run")
root_mean_square = [np.sqrt(np.mean((run[:, 0] - truth) ** 2)) for run in runs]
ax.loglog(sizes, root_mean_square, marker="o", linestyle="none", label="root mean square of the runs")
ax.loglog(sizes, [np.mean(run[:, 1]) for run in runs], label="what the runs say: their standard error")
ax.set(
    xlabel="draws $n$",
    ylabel="error (hours)",
    ylim=(0.05, 1500),
    title=r"Ten times as exact costs a hundred times as much",
)
ax.legend(loc="lower left")
dd.plot.show(
    "Errors of Monte Carlo estimates against the number of draws, both axes logarithmic. The root mean square error "
    "follows the reported standard error, a straight line that falls by a factor of ten for every factor of a "
    "hundred in draws; single runs scatter below and around it."
)
slope = np.polyfit(np.log(sizes), np.log(root_mean_square), 1)[0]
print(f"the error falls as n to the power {slope:.2f}")
assert -0.6 < slope < -0.4

# %% [markdown]
# A straight line of slope $-\frac12$: the error falls as $1/\sqrt n$. Four times the draws halve it, a hundred
# times give one digit more. That is slow, but it is the same in three dimensions and in three hundred, and each
# run knows its own error. Single runs may do better by luck; nobody can tell which.
#
# ## Put it together: two distances between two distributions
#
# Many bulbs of one kind, from two factories: lifetimes with two peaks. Fit a *single* Gaussian $q$ to that $p$.
# "As near as possible" can mean $\mathrm{KL}(p \,\|\, q)$ or $\mathrm{KL}(q \,\|\, p)$. Cut the axis into 400
# cells, so that both are distributions over cells; try every mean and spread; let your `kl_divergence` judge.
# Do the two agree?

# %% demo
cells = np.linspace(-6, 12, 400)


def gaussian_cells(mean, std):
    """Gaussians over the cells, shape (..., 400), each summing to 1."""
    height = np.exp(-0.5 * ((cells - np.expand_dims(mean, -1)) / np.expand_dims(std, -1)) ** 2)
    return height / np.sum(height, axis=-1, keepdims=True)


p = 0.6 * gaussian_cells(0.0, 0.8) + 0.4 * gaussian_cells(5.0, 0.8)
means, stds = np.linspace(-1, 6, 141), np.linspace(0.4, 4, 91)
grid = gaussian_cells(means[:, None], stds)  # (141, 91, 400)
maps = {"KL(p || q)": kl_divergence(p, grid), "KL(q || p)": kl_divergence(grid, p)}
fig, (curves, first_map, second_map) = plt.subplots(1, 3, figsize=(15, 4.3), width_ratios=(1.25, 1, 1))
curves.fill_between(cells, p, color="0.85", label="$p$, two peaks")
found = {}
for ax, (name, values), look in zip((first_map, second_map), maps.items(), ("--", "-"), strict=True):
    row, column = np.unravel_index(np.argmin(values), values.shape)
    found[name] = means[row], stds[column]
    curves.plot(cells, grid[row, column], look, color="C1" if look == "--" else "C0", label=f"$q$ of the least {name}")
    levels = np.min(values) + np.array([0.02, 0.1, 0.3, 0.45, 0.8, 2])
    ax.contour(means, stds, values.T, levels, colors="0.4", linewidths=1)
    ax.plot(means[row], stds[column], "k*", markersize=13)
    ax.set(xlabel="mean of $q$", ylabel="spread of $q$", title=f"{name}, least {np.min(values):.2f} nats")
curves.set(xlabel="$x$", ylabel="probability of a cell", title="Two answers to 'as near as possible'")
curves.legend(fontsize=10)
dd.plot.show(
    "Left: a distribution with two peaks and two Gaussians: a broad one over both peaks, of the least KL from p to "
    "q, and a narrow one on the higher peak, of the least KL from q to p. Right: contour maps over the mean and "
    "spread of q; the first has one valley with a star in the middle, the second has a deep dip on each peak, with "
    "the star in that of the higher one, and a shallow dip between."
)
draws = np.random.default_rng(7).choice(cells, 100_000, p=p)
mean, variance = mle_gaussian(draws)
print(f"least KL(p || q): mean {found['KL(p || q)'][0]:.2f}, spread {found['KL(p || q)'][1]:.2f}")
print(f"mle_gaussian of 100,000 draws from p: mean {mean:.2f}, spread {np.sqrt(variance):.2f}")
print(f"least KL(q || p): mean {found['KL(q || p)'][0]:.2f}, spread {found['KL(q || p)'][1]:.2f}")
assert abs(found["KL(p || q)"][0] - mean) < 0.1
assert abs(found["KL(p || q)"][1] - np.sqrt(variance)) < 0.1
assert abs(found["KL(q || p)"][0]) < 0.1

# %% [markdown]
# They could hardly differ more. $\mathrm{KL}(p \,\|\, q)$ averages over $p$, and is dear wherever $p$ has
# something and $q$ next to nothing: so $q$ **covers** both peaks, and puts its own top where there is almost no
# bulb. Its best mean and spread are those of `mle_gaussian`, for maximum likelihood is nothing but this
# direction with draws in place of $p$. $\mathrm{KL}(q \,\|\, p)$ averages over $q$, and is dear wherever $q$
# goes and $p$ does not: so $q$ **sits on one peak** and ignores the other. Its map has three dips, a deep one
# on each peak and a shallow one over both, and a descent would end in whichever is near its start. Neither is
# wrong. A forecast that must never call impossible what happens wants the first; a machine that is to draw one
# plausible picture wants the second. t-SNE (Day 19) used the first, for neighbours that must not be lost.
#
# Day 21 leaves chance aside and begins with something that fires or does not: the neuron of McCulloch and
# Pitts.
#
# ## What you should remember
#
# - Draw by inverting: pick a share uniformly, look up its time. The exponential alone forgets its age.
# - Posterior: prior times likelihood, divided by the sum. Evidence multiplies odds, and base rates are half of
#   the answer.
# - Maximum likelihood makes the data least surprising. Squared error, log loss and cross-entropy are its
#   children.
# - $\mathrm{KL}(p \,\|\, q) \ge 0$, by Jensen, and has a direction: the first covers, the second picks a peak.
# - Monte Carlo errs by $\sqrt{v/n}$ and says so: one digit more costs a hundred times as many draws.
#
# ## Check yourself
#
# 1. Buses come at random, every 10 minutes on average, with exponential gaps. You arrive at some moment. How
#    long do you wait on average, and how can both be true?
# 2. Two tests are positive, the first for 90% of the ill and 9% of the healthy, the second always when the
#    first is. What is the posterior after both?
# 3. You want $P(\text{rare})$, about one in a million, to within a tenth of itself. How many draws does Monte
#    Carlo need?
#
# <details><summary>Answers</summary>
#
# 1. 10 minutes, as the time since the last bus is forgotten. Half of that would hold for gaps of equal length.
#    You are more likely to arrive in a long gap, and the gap you arrive in is 20 minutes on average.
# 2. The same as after one, 9%: given the first, the second says nothing, so its likelihood is 1 under both
#    hypotheses.
# 3. The values are 0 and 1 with variance about $10^{-6}$, so SE $= 10^{-3}/\sqrt n$ is to be $10^{-7}$:
#    $n = 10^8$. Rare things need cleverer draws.
#
# </details>
#
# ## Go further
#
# - G. Gigerenzer and others, "Helping doctors and patients make sense of health statistics", *Psychological
#   Science in the Public Interest* 8, 2007: why one should count people.
# - C. E. Shannon, "A mathematical theory of communication", *Bell System Technical Journal* 27, 1948: entropy,
#   and why it is a length.
# - S. Kullback and R. A. Leibler, "On information and sufficiency", *Annals of Mathematical Statistics* 22,
#   1951: the divergence, in both directions.
# - R. A. Fisher, "On the mathematical foundations of theoretical statistics", *Philosophical Transactions A*
#   222, 1922: maximum likelihood.
# - N. Metropolis and S. Ulam, "The Monte Carlo method", *JASA* 44, 1949: the name, and the idea.
# - D. J. C. MacKay, *Information Theory, Inference, and Learning Algorithms*, 2003: today's subjects as one;
#   free to read online.
# - J. L. W. V. Jensen, "Sur les fonctions convexes et les inégalités entre les valeurs moyennes", *Acta
#   Mathematica* 30, 1906.
