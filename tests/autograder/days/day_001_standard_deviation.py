# ---
# day: 1
# title: Standard deviation
# week: 1
# minutes: 15
# backend: numpy
# needs: [0]
# needs_code: [0]
# data: []
# papers: []
# ---

# %% setup
import math

from deepdays.earlier import day_000


# %% exercise: standard_deviation
def standard_deviation(stream):
    """The root of the variance, from day 0's answers."""
    ### BEGIN SOLUTION
    return math.sqrt(day_000.running_variance(stream))
    ### END SOLUTION


# %% test: standard_deviation, points=2
assert standard_deviation([1.0, 3.0]) == 1.0
### BEGIN HIDDEN TESTS
assert standard_deviation([2.0] * 3) == math.sqrt(day_000.running_variance([2.0]))
### END HIDDEN TESTS

# %% mistakes: standard_deviation
# - replace: math.sqrt(day_000.running_variance(stream))
#   with: day_000.running_variance(stream) / 2
#   hint: A half is not a root.
