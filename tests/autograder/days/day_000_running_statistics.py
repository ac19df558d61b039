# ---
# day: 0
# title: Running statistics
# week: 0
# minutes: 45
# backend: numpy
# needs: []
# data: []
# papers:
# - Welford 1962, Note on a method for calculating corrected sums of squares and products
# limits:
#   seconds_per_call: 5
# ---

# %% [markdown]
# # Day 0 · Running statistics
# By the end you can keep the mean and the variance of a stream without keeping the stream.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x$ | the stream | $(n,)$ | `stream` |

# %% setup
import numpy as np

# %% fixture
shift = 1e9

# %% [markdown]
# ## Why the textbook formula fails
# The mean of the squares and the square of the mean differ in their last digits only, and those are lost.

# %% demo
stream = shift + np.array([4.0, 7.0, 13.0, 16.0])
print(np.mean(stream**2) - np.mean(stream) ** 2)  # should be 22.5


# %% exercise: welford_update
def welford_update(count, mean, m2, x):
    """Fold one observation into the running moments.

    Args:
        count: observations so far, int >= 0.
        mean: running mean, float.
        m2: running sum of squared deviations, float.
        x: the new observation, float.

    Returns:
        (count, mean, m2) after x. About 4 lines.
    """
    ### BEGIN SOLUTION
    count += 1
    delta = x - mean
    mean += delta / count
    m2 += delta * (x - mean)
    return count, mean, m2
    ### END SOLUTION


# %% test: welford_update, points=3
assert welford_update(0, 0.0, 0.0, 5.0) == (1, 5.0, 0.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for n in (1, 2, 37):
    values = rng.normal(1e6, 1.0, n)
    state = (0, 0.0, 0.0)
    for value in values:
        state = welford_update(*state, value)
    assert abs(state[2] / n - np.var(values)) < 1e-6, "the variance of the whole stream"
### END HIDDEN TESTS

# %% mistakes: welford_update
# - replace: delta * (x - mean)
#   with: delta * delta
#   hint: "m2 needs one deviation from the old mean and one from the new; you used the old one twice."
# - replace: delta / count
#   with: delta / (count + 1)
#   hint: "count already includes x when you divide."
# - replace: |-
#     count += 1
#         delta = x - mean
#   with: |-
#     delta = x - mean
#         count = max(count, 1)
#   hint: "Every observation counts."


# %% accepts: welford_update
def welford_update(count, mean, m2, x):
    new_mean = mean + (x - mean) / (count + 1)
    return count + 1, new_mean, m2 + (x - mean) * (x - new_mean)


# %% [markdown]
# ## A whole stream
# One number at a time, with three numbers of memory.


# %% exercise: running_variance
def running_variance(stream):
    """The variance of a stream.

    Args:
        stream: iterable of floats, at least one.

    Returns:
        The mean squared deviation, float. About 4 lines.
    """
    state = (0, 0.0, 0.0)
    ### BEGIN SOLUTION
    for x in stream:
        state = welford_update(*state, x)
    return state[2] / state[0]
    ### END SOLUTION


# %% test: running_variance, points=2, uses=stream
assert abs(running_variance(stream) - 22.5) < 1e-9, "the small example"
### BEGIN HIDDEN TESTS
assert running_variance([3.0]) == 0.0, "one observation does not vary"
### END HIDDEN TESTS

# %% mistakes: running_variance
# - replace: state[2] / state[0]
#   with: state[2] / (state[0] - 1)
#   hint: "This is the variance of the stream itself, not an estimate for what it was drawn from."


# %% demo
print(running_variance(stream))

# %% [markdown]
# ## What you should remember
# Update the deviations, not the squares.
