# ---
# day: 42
# title: Means
# week: 9
# minutes: 60
# backend: numpy
# needs: [1, 3, 8]
# data: [housing, toy]
# papers:
# - Gauss 1809, Theoria motus corporum coelestium
# ---

# %% [markdown]
# # Day 42 · Means
#
# By the end you can take a mean in three ways, and say which of them a wild value moves.
#
# **You will build** three small functions. **You need** broadcasting (Day 1), scaled features (Days 3 and 8).
# **Not today:** the median of a stream (Day 43). It takes about 60 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m, n$ | number of examples, of features | | `x.shape` |
# | $x$ | the inputs, one example a row | $(m, n)$ | `x` |
# | $\mu$ | the mean of each column | $(n,)$ | `mean` |
# | $\alpha$ | learning rate of a running mean | | `learning_rate` |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

# %% [markdown]
# ## One column
#
# Add up and divide:
#
# $$\mu_j = \frac1m \sum_{i=0}^{m-1} x_{ij}$$
#
# The picture of this is a point of balance, as [the first page](../README.md) says.
#
# FILLER


# %% exercise: column_mean
def column_mean(x):
    """The mean of each column.

    Args:
        x: numbers, shape (m, n).

    Returns:
        New array of shape (n,). About 1 line.
    """
    ### BEGIN SOLUTION
    return np.sum(x, axis=0) / len(x)
    ### END SOLUTION


# %% test: column_mean, points=1
dd.check.like(column_mean(np.ones((3, 2))), np.ones(2))
### BEGIN HIDDEN TESTS
dd.check.like(column_mean(np.ones((1, 4))), np.ones(4))
### END HIDDEN TESTS

# %% mistakes: column_mean
# - replace: axis=0
#   with: axis=1
#   hint: "The axis that you name is the axis that vanishes."
# - replace: np.sum(x, axis=0) / len(x)
#   with: np.sum(x, axis=0)
#   hint: "A sum is no mean yet."
# - replace: len(x)
#   with: x.shape[1]
#   hint: "Divide by the number of examples."


# %% accepts: column_mean
def column_mean(x):
    return np.mean(x, axis=0)


# %% exercise: running_mean
def running_mean(mean, x, learning_rate):
    """A mean moved towards one more example.

    Args:
        mean: the mean so far, shape (n,).
        x: the example, shape (n,).
        learning_rate: how far it moves, from 0 to 1.

    Returns:
        The new mean, shape (n,). About 1 line.
    """
    ### BEGIN SOLUTION
    return mean + learning_rate * (x - mean)
    ### END SOLUTION


# %% test: running_mean, points=1
dd.check.like(running_mean(np.zeros(2), np.ones(2), 0.5), np.full(2, 0.5))
### BEGIN HIDDEN TESTS
dd.check.like(running_mean(np.zeros(3), np.ones(3), 1.0), np.ones(3))
### END HIDDEN TESTS

# %% mistakes: running_mean
# - replace: (x - mean)
#   with: x
#   hint: "Move towards the example, not by it."
# - replace: mean + learning_rate
#   with: mean - learning_rate
#   hint: "Towards it, not away."
# - replace: learning_rate *
#   with: ""
#   hint: "Only a part of the way."


# %% accepts: running_mean
def running_mean(mean, x, learning_rate):
    return (1 - learning_rate) * mean + learning_rate * x


# %% exercise: trimmed_mean
def trimmed_mean(x, share):
    """The mean without the extremes.

    Args:
        x: numbers, shape (m,).
        share: of the numbers that is left out at each end.

    Returns:
        A float. About 2 lines.
    """
    ### BEGIN SOLUTION
    k = int(share * len(x))
    return float(np.mean(np.sort(x)[k : len(x) - k]))
    ### END SOLUTION


# %% test: trimmed_mean, points=1
dd.check.close(trimmed_mean(np.array([0.0, 1.0, 2.0, 90.0]), 0.25), 1.5)
### BEGIN HIDDEN TESTS
dd.check.close(trimmed_mean(np.array([3.0]), 0.25), 3.0)
### END HIDDEN TESTS

# %% mistakes: trimmed_mean
# - replace: np.sort(x)
#   with: x
#   hint: "The extremes are at the ends only once the numbers are in order."
# - replace: len(x) - k
#   with: len(x)
#   hint: "Both ends have extremes."
# - replace: "[k : "
#   with: "[: "
#   hint: "There are two ends."


# %% accepts: trimmed_mean
def trimmed_mean(x, share):
    k = int(share * len(x))
    return float(np.partition(x, [k, len(x) - k - 1])[k : len(x) - k].mean())


# %% [markdown]
# How far apart are the three where one home costs a fortune?

# %% demo
prices = dd.data.housing()["median_house_value"].to_numpy()
x, labels = dd.data.moons()
fig, ax = plt.subplots()
ax.hist(prices, bins=40)
ax.set(title="Prices and their means", xlabel="price ($)", ylabel="districts")
dd.plot.show("A histogram of prices with a tower at the right end; the trimmed mean lies left of the mean.")

# %% [markdown]
# ## What you should remember
#
# 1. A mean is a sum divided once.
# 2. The axis that you name vanishes.
# 3. A running mean needs no memory of what came before.
# 4. Trimming costs little and saves much.
# 5. Look before you average.
#
# ## Check yourself, without code
#
# 1. What is the mean of one number?
# 2. Which mean does a wild value move the most?
# 3. When is the trimmed mean the median?
#
# <details><summary>Answers</summary>
#
# 1. The number itself.
# 2. The plain one.
# 3. When half of the numbers are left out at each end, less one.
#
# </details>
#
# ## Go further
#
# - Gauss, *Theoria motus*, 1809: the mean with a reason.
# - Vaswani et al., *Attention*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762): means with weights.
