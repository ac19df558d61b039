# ---
# day: 12
# title: Bagging and random forests
# week: 3
# minutes: 110
# backend: numpy
# needs: [6, 8, 11]
# needs_code: [11]
# data: [wine, toy]
# papers:
# - Galton 1907, Vox populi
# - "Efron 1979, Bootstrap methods: another look at the jackknife"
# - Breiman 1996, Bagging predictors
# - Ho 1998, The random subspace method for constructing decision forests
# - Breiman 2001, Random forests
# - "Strobl, Boulesteix, Zeileis and Hothorn 2007, Bias in random forest variable importance measures"
# ---

# %% [markdown]
# # Day 12 · Bagging and random forests
#
# By the end you can turn many mediocre trees into one good classifier, say why it works and when it does not,
# score it without a held-out set, and ask it what it looks at without being fooled by the answer.
#
# - **You will build** the arithmetic of a crowd, two ways of counting votes, the bootstrap, a random forest on
#   top of Day 11's tree, its out-of-bag score, and permutation importance.
# - **You need** trees and their `"shares"` (Day 11), bias and variance (Day 6).
# - **Not today:** trees that are grown one after another, each on what the others got wrong (Day 13).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $T$ | voters; later, trees | scalar | `num_voters`, `num_trees` |
# | $q$ | probability that a voter is right | scalar | `q` |
# | $c$ | probability that a voter copies the leader | scalar | |
# | $\sigma^2,\ \rho$ | variance of one prediction; correlation of two | scalars | |
# | $m,\ n,\ K$ | rows, columns, classes | scalars | `len(y)`, `x.shape[1]` |
# | $p_{tik}$ | probability that voter $t$ gives class $k$ for row $i$ | $(T, m, K)$ | `probabilities` |
# | $X,\ y$ | features and classes | $(m, n)$, $(m,)$ | `x`, `y` |

# %% setup
import math

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import xlogy

import deepdays as dd
from deepdays.earlier import day_011

dd.plot.style()

# %% [markdown]
# ## Ask a crowd
#
# In 1906 visitors of a cattle show at Plymouth paid sixpence to guess what an ox would weigh, slaughtered and
# dressed. Francis Galton borrowed the cards, of which 787 were legible. Single guesses were off by dozens of
# pounds; the middle one, 1,207 pounds, missed the recorded 1,198 by less than one percent. Errors in all
# directions had cancelled. Can *classifiers* do that?
#
# Let $T$ voters each be right with probability $q$, **independently** of one another. The number of right
# votes is then binomial, and the majority is right with probability
#
# $$\sum_{k > T/2} \binom{T}{k}\, q^k (1 - q)^{T - k} ,$$
#
# where a tie, possible if $T$ is even, counts one half, as if a coin were tossed. With three voters of $q =
# 0.6$ that is $3 \cdot 0.6^2 \cdot 0.4 + 0.6^3 = 0.648$; with two it is $0.6^2 + \frac12 \cdot 2 \cdot 0.6
# \cdot 0.4 = 0.6$, no better than one. This sum is Condorcet's, of 1785.
#
# **The trap** is size. $\binom{2000}{1000}$ has 601 digits and no `float` holds it, while $0.6^{2000}$ rounds
# to 0. Their product is harmless: work with logarithms (`math.lgamma(k + 1)` is $\log k!$), or let somebody
# do so who has thought of it.


# %% exercise: majority_accuracy
def majority_accuracy(q, num_voters):
    """Probability that the majority of independent voters is right.

    Args:
        q: probability that a voter is right, a number from 0 to 1, both included.
        num_voters: T, int from 1 to 100,000.

    Returns:
        Float: the probability that more than half of the votes are right, plus one half of that of a tie. About 4
        lines.
    """
    ### BEGIN SOLUTION
    right = np.arange(num_voters + 1)
    log_factorial = np.cumsum(np.log(np.maximum(right, 1)))
    log_ways = log_factorial[-1] - log_factorial - log_factorial[::-1]
    probability = np.exp(log_ways + xlogy(right, q) + xlogy(right[::-1], 1 - q))
    return float(np.sum(probability[2 * right > num_voters]) + np.sum(probability[2 * right == num_voters]) / 2)
    ### END SOLUTION


# %% test: majority_accuracy, points=2
dd.check.like(majority_accuracy(0.6, 3), 0.648, kind=float, why="this is the example of three voters")
dd.check.like(majority_accuracy(0.6, 2), 0.6, kind=float, why="a tie of two counts one half")
dd.check.like(majority_accuracy(0.25, 1), 0.25, kind=float, why="one voter is the majority")
dd.check.like(majority_accuracy(0.5, 2000), 0.5, kind=float, why="nobody knows anything")
dd.check.like(majority_accuracy(0.6, 2001), 1.0, kind=float, why="so many voters hardly ever err together")
### BEGIN HIDDEN TESTS
from fractions import Fraction

for num_voters in (1, 2, 3, 4, 7, 20, 51):
    for q in (Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(11, 20), Fraction(9, 10), Fraction(1)):
        due = Fraction(0)
        for k in range(num_voters + 1):
            weight = Fraction(2 * k > num_voters) + Fraction(2 * k == num_voters, 2)
            due += weight * math.comb(num_voters, k) * q**k * (1 - q) ** (num_voters - k)
        result = majority_accuracy(float(q), num_voters)
        dd.check.like(result, float(due), kind=float, rtol=1e-9, why="in fractions the sum is exactly that")
dd.check.like(majority_accuracy(1, 4), 1.0, kind=float, why="voters that are never wrong")
dd.check.like(majority_accuracy(0, 5), 0.0, kind=float, why="voters that are never right")
for num_voters in (2000, 100_000):
    deviation = math.sqrt(num_voters) / 2
    q = 0.5 + 0.5 * deviation / num_voters
    due = 0.5 * (1 + math.erf((q - 0.5) * num_voters / math.sqrt(2 * num_voters * q * (1 - q))))
    result = majority_accuracy(q, num_voters)
    dd.check.like(
        result, due, kind=float, rtol=1e-3, why="for many voters the sum is close to the normal distribution's"
    )
    odd = majority_accuracy(q, num_voters - 1)
    dd.check.like(result, odd, kind=float, rtol=1e-7, why="the last of an even number of voters only makes ties")
### END HIDDEN TESTS

# %% mistakes: majority_accuracy
# - replace: probability[2 * right == num_voters]) / 2
#   with: probability[2 * right == num_voters])
#   hint: "A tie counts as a win for you. The coin falls the right way every other time."
# - replace: ' + np.sum(probability[2 * right == num_voters]) / 2'
#   with: ""
#   hint: "A tie counts as lost for you. The coin falls the right way every other time."
# - replace: log_ways + xlogy(right, q)
#   with: xlogy(right, q)
#   hint: "There are many ways for k of T voters to be right. How many?"
# - replace: np.sum(probability[2 * right > num_voters])
#   with: probability[num_voters // 2 + 1] * (num_voters > 0)
#   hint: "That is the narrowest of all majorities. The wider ones are right as well."
# - replace: xlogy(right[::-1], 1 - q)
#   with: right[::-1] * np.log(1 - q)
#   hint: "Voters who are never wrong have a logarithm of 0 in their sum, and 0 times that is NaN."


# %% mistake: majority_accuracy
# hint: "The numbers of ways outgrow every float, or the powers vanish, long before 100,000 voters. Add logarithms
#   first and exponentiate then."
def majority_accuracy(q, num_voters):
    total = 0.0
    for k in range(num_voters + 1):
        weight = 1.0 if 2 * k > num_voters else 0.5 if 2 * k == num_voters else 0.0
        if weight:
            total += weight * math.comb(num_voters, k) * q**k * (1 - q) ** (num_voters - k)
    return total


# %% mistake: majority_accuracy
# hint: "You draw votes and count. That is an estimate, off by chance in its second or third digit; the sum is exact."
def majority_accuracy(q, num_voters):
    right = np.random.default_rng(0).binomial(num_voters, q, 2000)
    return float(np.mean(np.where(2 * right == num_voters, 0.5, 2 * right > num_voters)))


# %% mistake: majority_accuracy
# hint: "You draw votes and count. However many you draw, that is an estimate, off by chance; the sum is exact."
def majority_accuracy(q, num_voters):
    right = np.random.default_rng(0).binomial(num_voters, q, 200_000)
    return float(np.mean(np.where(2 * right == num_voters, 0.5, 2 * right > num_voters)))


# %% mistake: majority_accuracy
# hint: "That is the normal distribution's answer, which is near for many voters and off by a percent for three. Add up
#   the binomial probabilities themselves."
def majority_accuracy(q, num_voters):
    spread = math.sqrt(num_voters * q * (1 - q))
    if spread == 0:
        return float(q)
    return 0.5 * (1 + math.erf((q - 0.5) * num_voters / spread / math.sqrt(2)))


# %% mistake: majority_accuracy
# hint: "0 has no logarithm, and q may be 0 or 1. What is 0 to the power of 0?"
def majority_accuracy(q, num_voters):
    total = 0.0
    for k in range((num_voters + 1) // 2, num_voters + 1):
        log_ways = math.lgamma(num_voters + 1) - math.lgamma(k + 1) - math.lgamma(num_voters - k + 1)
        term = math.exp(log_ways + k * math.log(q) + (num_voters - k) * math.log(1 - q))
        total += term / 2 if 2 * k == num_voters else term
    return total


# %% accepts: majority_accuracy
def majority_accuracy(q, num_voters):
    from scipy.stats import binom

    tie = binom.pmf(num_voters // 2, num_voters, q) if num_voters % 2 == 0 else 0.0
    return float(binom.sf(num_voters // 2, num_voters, q) + 0.5 * tie)


# %% accepts: majority_accuracy
def majority_accuracy(q, num_voters):
    if not 0 < q < 1:
        return 1.0 * q
    total = 0.0
    for k in range((num_voters + 1) // 2, num_voters + 1):
        log_ways = math.lgamma(num_voters + 1) - math.lgamma(k + 1) - math.lgamma(num_voters - k + 1)
        term = math.exp(log_ways + k * math.log(q) + (num_voters - k) * math.log1p(-q))
        total += term / 2 if 2 * k == num_voters else term
    return total


# %% [markdown]
# How fast does a crowd become wise? And what if voters are not independent? Suppose that before each vote a
# leader, right with probability $q$ like everyone, speaks up, and each voter copies the leader with
# probability $c$. If the leader is right a voter is right with $c + (1 - c)q$, otherwise with $(1 - c)q$, so
# your function computes this crowd too.

# %% demo
voters = np.arange(1, 302, 2)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
for q in (0.7, 0.6, 0.55, 0.51, 0.45):
    left.plot(voters, [majority_accuracy(q, int(count)) for count in voters], label=f"$q = {q}$")
for c in (0.0, 0.1, 0.2, 0.4):
    led = [
        0.6 * majority_accuracy(c + (1 - c) * 0.6, int(count)) + 0.4 * majority_accuracy((1 - c) * 0.6, int(count))
        for count in voters
    ]
    right.plot(voters, led, label=f"$c = {c}$")
left.set(title="Independent voters", xlabel="voters $T$", ylabel="the majority is right")
right.set(title="Voters with $q = 0.6$ who copy a leader", xlabel="voters $T$")
left.legend(loc=(0.42, 0.14), ncols=2)
right.legend(loc="lower right", ncols=2)
dd.plot.show(
    "Probability that the majority is right against the number of voters, from 1 to 301. Left, for independent "
    "voters: it rises to 1 for q above 0.5, slowly for 0.51, and sinks for 0.45. Right, for voters of q = 0.6 who "
    "copy a leader: with c = 0 it rises to 1, with 0.1 more slowly, and with 0.2 and 0.4 it bends back towards "
    "0.6."
)

# %% [markdown]
# Left: anything above one half grows to certainty, though 3,000 voters of 51% reach only 0.86. Anything below
# grows certainly wrong. Right: with $c = 0.2$ the crowd is at its best with some thirty voters and then
# becomes *worse*, on its way to the leader's own 0.6; with $c = 0.4$ three hundred voters are one. That
# happens as soon as the leader can swing the vote by being wrong, $(1 - c)\,q < \frac12$.
#
# The same holds for numbers. The mean of $T$ predictions with variance $\sigma^2$ each, of which any two have
# the correlation $\rho$, has the variance
#
# $$\rho\,\sigma^2 + \frac{1 - \rho}{T}\,\sigma^2 .$$
#
# More voters shrink the second part only. So a good crowd needs voters that are better than chance *and
# differ in their errors*. All of today is about making them differ.
#
# ## Counting votes
#
# **Hard voting** counts names: the class that most voters choose. **Soft voting** averages probabilities and
# takes the largest: $\arg\max_k \frac1T \sum_t p_{tik}$. Three voters give class 1 the probabilities 0.9, 0.4
# and 0.4, and class 0 the rest. Two of three say 0, so the hard vote is 0. The mean for class 1 is 0.567, so
# the soft vote is 1: it listens to the one who is sure. That is better if the probabilities mean what they
# say, worse if a voter is sure of everything.
#
# **Shapes.** `predictions` is $(T, m)$, a row for each voter; `probabilities` $(T, m, K)$. Both votes are
# $(m,)$.


# %% exercise: hard_and_soft_vote
def hard_vote(predictions):
    """The class that most voters name.

    Args:
        predictions: classes from 0, int array of shape (T, m) of any int dtype, T, m >= 1; left unchanged.

    Returns:
        Int array of shape (m,): for each row the class with the most votes, the lowest of several. About 3 lines.
    """
    ### BEGIN SOLUTION
    votes = predictions[:, :, None] == np.arange(np.max(predictions) + 1)  # (T, m, K)
    return np.argmax(np.sum(votes, axis=0), axis=1)
    ### END SOLUTION


def soft_vote(probabilities):
    """The class with the largest mean probability.

    Args:
        probabilities: float array of shape (T, m, K), T, m, K >= 1; left unchanged.

    Returns:
        Int array of shape (m,): for each row the class whose mean over the voters is largest, the lowest of several.
        About 1 line.
    """
    ### BEGIN SOLUTION
    return np.argmax(np.mean(probabilities, axis=0), axis=1)
    ### END SOLUTION


# %% test: hard_and_soft_vote, points=2
probabilities = np.array([[[0.1, 0.9], [0.25, 0.75]], [[0.6, 0.4], [0.5, 0.5]], [[0.6, 0.4], [0.75, 0.25]]])
with dd.check.unchanged(probabilities, what="the probabilities"):
    soft = soft_vote(probabilities)
dd.check.like(
    soft, np.array([1, 0]), what="the soft vote", why="the means of row 0 are 0.433 and 0.567, row 1 is a tie"
)
predictions = np.array([[1, 2, 0, 4], [0, 2, 1, 1], [0, 0, 2, 4]])
with dd.check.unchanged(predictions, what="the predictions"):
    hard = hard_vote(predictions)
dd.check.like(
    hard, np.array([0, 2, 0, 4]), what="the hard vote", why="each row of the table names most votes, 2 is a tie"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(120)
for num_voters, m, num_classes in ((1, 1, 1), (1, 5, 3), (4, 1, 2), (5, 7, 4), (12, 30, 3), (2, 40, 6)):
    for dtype in ("int64", "uint8", "int8"):
        predictions = rng.integers(0, num_classes, (num_voters, m)).astype(dtype)
        with dd.check.unchanged(predictions, what="the predictions"):
            hard = hard_vote(predictions)
        columns = [predictions[:, i].tolist() for i in range(m)]
        due = [min(set(votes), key=lambda k, votes=votes: (-votes.count(k), k)) for votes in columns]
        dd.check.like(
            hard, np.array(due), what="the hard vote", why="no class has more votes, and no lower one as many"
        )
    eighths = rng.multinomial(8, np.ones(num_classes) / num_classes, (num_voters, m)) / 8  # exact, with many ties
    for dtype in ("float64", "float32"):
        probabilities = eighths.astype(dtype)
        with dd.check.unchanged(probabilities, what="the probabilities"):
            soft = soft_vote(probabilities)
        due = [int(np.argmax([sum(eighths[:, i, k]) for k in range(num_classes)])) for i in range(m)]
        dd.check.like(
            soft, np.array(due), what="the soft vote", why="no class has a larger mean, and no lower one as large"
        )
sure = np.array([[[1.0, 0.0, 0.0]], [[0.0, 0.5, 0.5]], [[0.0, 0.6, 0.4]]])
dd.check.like(soft_vote(sure), np.array([1]), what="the soft vote", why="its mean is 0.367, against 0.333 and 0.3")
### END HIDDEN TESTS

# %% mistakes: hard_and_soft_vote
# - replace: np.argmax(np.mean(probabilities, axis=0), axis=1)
#   with: np.argmax(np.prod(probabilities, axis=0), axis=1)
#   hint: "You multiply, so that a single voter's 0 is a veto. Soft voting averages."
# - replace: np.argmax(np.mean(probabilities, axis=0), axis=1)
#   with: np.argmax(np.max(probabilities, axis=0), axis=1)
#   hint: "The most confident voter decides alone. What about the others?"
# - replace: np.argmax(np.mean(probabilities, axis=0), axis=1)
#   with: hard_vote(np.argmax(probabilities, axis=2))
#   hint: "You turn probabilities into names before counting. That is the hard vote; soft voting keeps how sure each
#     is."
# - replace: np.argmax(np.mean(probabilities, axis=0), axis=1)
#   with: np.mean(probabilities, axis=0)
#   hint: "These are the mean probabilities. Which class wins?"
# - replace: np.argmax(np.sum(votes, axis=0), axis=1)
#   with: np.sum(votes, axis=0).shape[1] - 1 - np.argmax(np.sum(votes, axis=0)[:, ::-1], axis=1)
#   hint: "Of several classes with the most votes you take the highest."
# - replace: np.argmax(np.sum(votes, axis=0), axis=1)
#   with: np.argmax(np.sum(votes, axis=1), axis=1)
#   hint: "You count along the wrong axis: for each voter instead of for each row."


# %% equivalents: hard_and_soft_vote
# - replace: np.max(predictions) + 1
#   with: np.max(predictions) + 2
#   reason: "A class without votes never wins."
# - replace: np.sum(votes, axis=0)
#   with: np.mean(votes, axis=0)
#   reason: "The largest sum is the largest mean."
# - replace: np.mean(probabilities, axis=0)
#   with: np.sum(probabilities, axis=0)
#   reason: "The largest sum is the largest mean."


# %% mistake: hard_and_soft_vote
# hint: "You average class numbers. Between 0 and 2 lies 1, which nobody may have voted for: names are not quantities."
def hard_vote(predictions):
    return np.round(np.mean(predictions, axis=0)).astype(int)


def soft_vote(probabilities):
    return np.mean(probabilities, axis=0).argmax(axis=1)


# %% mistake: hard_and_soft_vote
# hint: "The middle vote in the order of class numbers need not be the commonest. Names are not quantities."
def hard_vote(predictions):
    return np.median(predictions, axis=0).astype(int)


def soft_vote(probabilities):
    return np.mean(probabilities, axis=0).argmax(axis=1)


# %% mistake: hard_and_soft_vote
# hint: "Of several classes with the most votes you take the one that was named first. The lowest is due, so that the
#   order of the voters does not matter."
def hard_vote(predictions):
    from collections import Counter

    return np.array([Counter(votes.tolist()).most_common(1)[0][0] for votes in predictions.T])


def soft_vote(probabilities):
    return np.mean(probabilities, axis=0).argmax(axis=1)


# %% mistake: hard_and_soft_vote
# hint: "Of several best classes you take the last. The lowest was agreed on, by names as by probabilities."
def hard_vote(predictions):
    counts = np.sum(predictions[:, :, None] == np.arange(np.max(predictions) + 1), axis=0)  # (m, K)
    return counts.shape[1] - 1 - np.argmax(counts[:, ::-1], axis=1)


def soft_vote(probabilities):
    mean = np.mean(probabilities, axis=0)
    return mean.shape[1] - 1 - np.argmax(mean[:, ::-1], axis=1)


# %% accepts: hard_and_soft_vote
def hard_vote(predictions):
    return np.array([np.argmax(np.bincount(votes)) for votes in predictions.T])


def soft_vote(probabilities):
    return np.array([int(np.argmax(row.sum(axis=0))) for row in np.swapaxes(probabilities, 0, 1)])


# %% accepts: hard_and_soft_vote
def hard_vote(predictions):
    from scipy.stats import mode

    return mode(predictions, axis=0).mode.astype(int)


def soft_vote(probabilities):
    return np.einsum("tik->ik", probabilities).argmax(axis=-1)


# %% [markdown]
# Voters that differ by nature are different models. Four of scikit-learn's on the wines (178 wines of three
# growers, 13 measurements): which is best, and what does a vote add? The means of six splits, a third held
# out.

# %% demo
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

models = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "neighbours, unscaled": KNeighborsClassifier(),
    "naive Bayes": GaussianNB(),
    "tree": DecisionTreeClassifier(random_state=0),
}
accuracy = {name: [] for name in [*models, "hard vote", "soft vote"]}
for seed in np.random.default_rng(12).integers(0, 10_000, 6):
    (x_train, y_train), (x_held_out, y_held_out) = dd.data.wine(test_fraction=1 / 3, seed=seed)
    probabilities = np.stack([model.fit(x_train, y_train).predict_proba(x_held_out) for model in models.values()])
    said = dict(zip(models, np.argmax(probabilities, axis=2), strict=True))
    said |= {"hard vote": hard_vote(np.stack(list(said.values()))), "soft vote": soft_vote(probabilities)}
    for name, classes in said.items():
        accuracy[name].append(np.mean(classes == y_held_out))
for name, scores in accuracy.items():
    print(f"{name:21} {np.mean(scores):.3f}")

# %% [markdown]
# The committee comes close to its best member, who was not known beforehand, though one of its four is a poor
# one. It need not beat the best. And four models are all we have of that sort: hundreds of voters need
# another source of difference.
#
# ## One table, many samples
#
# Other training rows make other trees: Day 11 ended with that weakness. We have one table only, but can draw
# from it. A **bootstrap sample** of $m$ rows is $m$ draws **with replacement**: some rows come twice or
# thrice, others not at all. A given row is missed by one draw with probability $1 - \frac1m$, and by all with
#
# $$\Big(1 - \frac1m\Big)^m \to \frac1e \approx 0.368 .$$
#
# So a sample holds about 63% of the rows. **Pasting** draws without replacement, fewer than $m$.
#
# For later: the seed may be an int, or a generator that is already running. `np.random.default_rng` takes
# both, and hands back a generator as it is. Whoever calls with the same *int* for every tree gets the same
# sample for every tree, and a crowd of copies.


# %% exercise: bootstrap_indices
def bootstrap_indices(n, seed):
    """Draw the rows of a bootstrap sample.

    Args:
        n: number of rows to draw from, int >= 1.
        seed: an int, which always gives the same rows; or a numpy Generator, which is used and so moves on.

    Returns:
        Int array of shape (n,), in any order: n independent draws from 0 to n - 1, each row as likely as any other in
        each draw. About 1 line.
    """
    ### BEGIN SOLUTION
    return np.random.default_rng(seed).integers(0, n, n)
    ### END SOLUTION


# %% test: bootstrap_indices, points=1
rows = bootstrap_indices(50, seed=3)
dd.check.kind(rows, np.ndarray)
dd.check.shape(rows, (50,), why="a bootstrap sample is as large as the table")
dd.check.dtype(rows, "int", why="they are positions of rows")
assert rows.min() >= 0 and rows.max() < 50, "rows are counted from 0 to n - 1"
assert len(set(rows.tolist())) < 50, "drawn with replacement, 50 rows hardly ever come once each"
dd.check.equal(bootstrap_indices(50, seed=3), rows, what="a second call with seed 3", why="an int repeats")
assert not np.array_equal(bootstrap_indices(50, seed=4), rows), "another seed gives another sample"
rng = np.random.default_rng(3)
first, second = bootstrap_indices(50, rng), bootstrap_indices(50, rng)
assert not np.array_equal(first, second), "a generator moves on, so its second sample is another one"
### BEGIN HIDDEN TESTS
dd.check.equal(bootstrap_indices(1, seed=0), [0], what="the only sample of one row")
rng = np.random.default_rng(121)
for n, num_samples in ((2, 20), (3, 20), (20, 130), (200, 15)):
    samples = np.stack([bootstrap_indices(n, source) for source in [*range(5), *[rng] * (num_samples - 5)]])
    dd.check.shape(samples, (num_samples, n), why="a sample is as large as the table")
    assert samples.min() == 0 and samples.max() == n - 1, f"{num_samples} samples reach from row 0 to row {n - 1}"
    distinct = np.mean([len(set(sample.tolist())) / n for sample in samples])
    due = 1 - (1 - 1 / n) ** n
    numbers = {len(set(sample.tolist())) for sample in samples}
    assert len(numbers) > 1, f"how many of {n} rows are drawn differs from sample to sample: draws are independent"
    off = 3 / np.sqrt(n * num_samples)
    assert abs(distinct - due) < off, f"on average {due:.0%} of {n} rows are drawn, not {distinct:.0%}"
    counts = np.bincount(samples.ravel(), minlength=n)
    worst = np.max(np.abs(counts - num_samples)) / np.sqrt(num_samples)
    assert worst < 5, f"in {num_samples} samples every row is drawn about {num_samples} times: all are equally likely"
same = [np.random.default_rng(7) for _ in range(2)]
dd.check.equal(bootstrap_indices(30, same[0]), bootstrap_indices(30, same[1]), what="samples of two equal generators")
### END HIDDEN TESTS

# %% mistakes: bootstrap_indices
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.random.default_rng(seed).permutation(n)
#   hint: "Every row comes exactly once: you have shuffled the table. What does with replacement mean?"
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.random.default_rng(seed).integers(0, max(n - 1, 1), n)
#   hint: "The last row is never drawn. NumPy's upper end is left out already."
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.random.default_rng(seed).integers(1, n + 1, n)
#   hint: "Rows are counted from 0."
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.random.default_rng(0).integers(0, n, n)
#   hint: "You get the same sample whatever the seed is."
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.unique(np.random.default_rng(seed).integers(0, n, n))
#   hint: "A row that is drawn twice counts twice. You keep it once."
# - replace: np.random.default_rng(seed).integers(0, n, n)
#   with: np.round(np.random.default_rng(seed).random(n) * (n - 1)).astype(int)
#   hint: "Rounding gives the first and the last row half a chance each."


# %% mistake: bootstrap_indices
# hint: "You draw from a copy of the generator, so that the one you were given never moves on, and its next sample is
#   the same."
def bootstrap_indices(n, seed):
    import copy

    return np.random.default_rng(copy.deepcopy(seed)).integers(0, n, n)


# %% mistake: bootstrap_indices
# hint: "Without replacement n draws from n rows give every row once. What should happen to a row that was drawn?"
def bootstrap_indices(n, seed):
    return np.random.default_rng(seed).choice(n, n, replace=False)


# %% mistake: bootstrap_indices
# hint: "That 63% of the rows occur is a consequence of n draws with replacement, not a number of draws."
def bootstrap_indices(n, seed):
    return np.random.default_rng(seed).integers(0, n, max(int(0.632 * n), 1))


# %% mistake: bootstrap_indices
# hint: "You draw 63% of the rows and fill up with repeats of these. That share is what comes out on average, and in one
#   sample it is more, in another less: just draw n times."
def bootstrap_indices(n, seed):
    rng = np.random.default_rng(seed)
    distinct = rng.permutation(n)[: max(1, round(0.632 * n))]
    return np.concatenate([distinct, rng.choice(distinct, n - len(distinct))])


# %% mistake: bootstrap_indices
# hint: "NumPy's old global generator is seeded with whole numbers only, and cannot take a Generator that is already
#   running."
def bootstrap_indices(n, seed):
    np.random.seed(seed)  # noqa: NPY002
    return np.random.randint(0, n, n)  # noqa: NPY002


# %% accepts: bootstrap_indices
def bootstrap_indices(n, seed):
    rng = np.random.default_rng(seed)
    return rng.choice(n, size=n, replace=True)


# %% accepts: bootstrap_indices
def bootstrap_indices(n, seed):
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    times = rng.multinomial(n, np.full(n, 1 / n))  # how often each row is drawn
    return rng.permutation(np.repeat(np.arange(n), times))


# %% [markdown]
# ## Bagging and the random forest
#
# **Bagging**, for *bootstrap aggregating*, grows a tree without limits on each of $T$ bootstrap samples and
# lets the trees vote. Such a tree has low bias and high variance (Day 6), and by the formula above averaging
# takes away variance. It cannot take away bias: bagged stumps stay stumps.
#
# But bootstrap samples share most of their rows. If one column is strong all trees begin with it, and $\rho$
# stays high. A **random forest** adds a second source of difference: *at every node* only `max_features`
# columns, drawn anew, may be asked about. So other columns get their turn. Each tree is a little worse, any
# two are more different, and whether that pays is decided by the sum. A usual choice for classes is $\sqrt n$
# columns; with all $n$ it is bagging again.
#
# Day 11 has prepared for that. `day_011.build_tree(x, y, max_depth, min_samples_leaf, num_classes=...,
# pick_features=...)` calls `pick_features()` at each node that it wants to split and looks at the columns
# that it gets.
#
# One trap: a rare class may be missing from a sample. Its tree must still give probabilities for all $K$
# classes of the *table*, or the forest's cannot be averaged.
#
# The forest remembers which rows each tree has seen. We shall need that.


# %% exercise: bagged_trees
def bagged_trees(x, y, num_trees, max_features, seed):
    """Grow a random forest; bagging if max_features is the number of columns.

    Args:
        x: features, array of shape (m, n), m, n >= 1; left unchanged.
        y: classes from 0, int array of shape (m,); left unchanged.
        num_trees: T, int >= 1.
        max_features: how many different columns are looked at in each node, drawn anew for each, int from 1 to n.
        seed: int; the same seed gives the same forest.

    Returns:
        Dict of "trees", a list of T trees as day_011.build_tree makes them, and "rows", an int array of shape (T, m):
        tree t is grown on the rows rows[t] of x and y, a bootstrap sample of its own, by Gini, without a limit of depth
        and with leaves of one row or more. Each node has the shares of all K classes, K being one more than the largest
        class in y. About 10 lines; use bootstrap_indices.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    m, n = x.shape
    num_classes = int(np.max(y)) + 1

    def pick_features():
        return rng.choice(n, max_features, replace=False)

    samples = np.stack([bootstrap_indices(m, rng) for _ in range(num_trees)])  # (T, m)
    trees = [
        day_011.build_tree(x[rows], y[rows], None, 1, num_classes=num_classes, pick_features=pick_features)
        for rows in samples
    ]
    return {"trees": trees, "rows": samples}
    ### END SOLUTION


# %% test: bagged_trees, points=3
rng = np.random.default_rng(122)
x, y = rng.normal(size=(20, 4)), rng.integers(0, 2, 20)
y[7] = 3  # a rare class, which a third of all samples lacks, and no row of class 2
with dd.check.unchanged([x, y], what="x or y"):
    forest = bagged_trees(x, y, num_trees=5, max_features=4, seed=1)
dd.check.kind(forest, dict)
dd.check.equal(sorted(forest), ["rows", "trees"], what="the forest's keys")
trees, rows = forest["trees"], forest["rows"]
dd.check.kind(trees, list, what="trees")
dd.check.equal(len(trees), 5, what="the number of trees")
dd.check.shape(rows, (5, 20), what="rows", why="each tree has a sample as large as the table")
dd.check.dtype(rows, "int", what="rows")
assert len({tuple(sorted(sample)) for sample in rows.tolist()}) == 5, "each tree is grown on a sample of its own"
assert max(len(set(sample)) for sample in rows.tolist()) < 20, "a bootstrap sample is drawn with replacement"
for t in range(5):
    due = day_011.build_tree(x[rows[t]], y[rows[t]], None, 1, num_classes=4)
    dd.check.like(
        trees[t], due, what=f"tree {t}", why="with all columns it is Day 11's tree of rows[t], with 4 classes"
    )
narrow = bagged_trees(x, y, num_trees=7, max_features=1, seed=1)
first_questions = {tree["feature"] for tree in narrow["trees"]}
assert len(first_questions) > 1, "with max_features=1 not all trees begin with the same column"


### BEGIN HIDDEN TESTS
def questions(tree, x, y):
    """Each node that asks, with the rows it was grown on."""
    if "feature" not in tree:
        return
    yield tree, x, y
    left = x[:, tree["feature"]] <= tree["threshold"]
    yield from questions(tree["left"], x[left], y[left])
    yield from questions(tree["right"], x[~left], y[~left])


dd.check.equal(bagged_trees(x, y, 2, 2, seed=5), bagged_trees(x, y, 2, 2, seed=5), what="the same forest again")
other = bagged_trees(x, y, 2, 2, seed=6)["rows"]
assert not np.array_equal(other, bagged_trees(x, y, 2, 2, seed=5)["rows"]), "another seed gives other samples"
lone = bagged_trees(np.array([[2.0]]), np.array([1]), 3, 1, seed=0)
due = [{"size": 1, "value": 1, "shares": [0.0, 1.0]}] * 3
dd.check.like(lone["trees"], due, what="the trees of a single row", why="each is a leaf, with shares of two classes")
dd.check.shape(lone["rows"], (3, 1), what="rows")

x, y = rng.normal(size=(16, 4)), np.arange(16) % 2
for max_features in (1, 2):
    forest = bagged_trees(x, y, 12, max_features, seed=max_features)
    dd.check.equal(len(forest["trees"]), 12, what="the number of trees")
    best, asked = [], []
    for sample, tree in zip(forest["rows"], forest["trees"], strict=True):
        nodes = list(questions(tree, x[sample], y[sample]))
        asked.append(len({node["feature"] for node, _, _ in nodes}))
        for node, x_node, y_node in nodes[:2]:
            splits = [day_011.best_split(x_node, y_node, "gini", 1, [j]) for j in range(4)]
            own = splits[node["feature"]]
            dd.check.like(node["threshold"], own[1], what="a threshold", why="it is the best of its column")
            better = sum(split is not None and split[2] > own[2] + 1e-9 for split in splits)
            why = (
                f"of four columns {max_features} are looked at; the best of these has at most {4 - max_features} above"
            )
            assert better <= 4 - max_features, f"{better} columns gain more than the one that a node asks about; {why}"
            best.append(better == 0)
    share, due = np.mean(best), max_features / 4
    assert share < due + 0.3, f"the best column is open to about {due:.0%} of the nodes, and chosen in {share:.0%}"
    assert max(asked) > max_features, "the columns are drawn anew in each node, so some tree asks about more of them"
### END HIDDEN TESTS

# %% mistakes: bagged_trees
# - replace: x[rows], y[rows], None, 1, num_classes=num_classes
#   with: x, y, None, 1, num_classes=num_classes
#   hint: "Each tree sees the whole table. The rows that you note down are never used."
# - replace: x[rows], y[rows], None, 1, num_classes=num_classes
#   with: x[rows], y, None, 1, num_classes=num_classes
#   hint: "The rows of x have been drawn, those of y have not: they no longer belong together."
# - replace: num_classes=num_classes, pick_features
#   with: pick_features
#   hint: "A sample may lack the last class, and its tree then has shorter shares. How many classes has the table?"
# - replace: bootstrap_indices(m, rng) for
#   with: bootstrap_indices(m, seed) for
#   hint: "Every tree gets the same sample, so all of them may as well be one. What happens to the seed between two
#     trees?"
# - replace: replace=False
#   with: replace=True
#   hint: "You may draw a column twice, and then fewer than max_features are looked at."
# - replace: rng.choice(n, max_features, replace=False)
#   with: np.arange(n)
#   hint: "Every node looks at all columns: that is bagging. max_features is never used."
# - replace: rng.choice(n, max_features, replace=False)
#   with: np.arange(max_features)
#   hint: "Every node looks at the same first columns. They are to be drawn."
# - replace: None, 1, num_classes
#   with: 3, 1, num_classes
#   hint: "Your trees stop at a depth. Bagging takes away variance, not bias: let them grow."


# %% equivalents: bagged_trees
# - replace: None, 1, num_classes
#   with: None, 0, num_classes
#   reason: "Every side of a question has a row at least."


# %% mistake: bagged_trees
# hint: "You draw the columns once for each tree: that is the random subspace method. In a random forest every node
#   has a draw of its own."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    forest = {"trees": [], "rows": np.empty((num_trees, len(y)), dtype=int)}
    for t in range(num_trees):
        forest["rows"][t] = rows = bootstrap_indices(len(y), rng)
        columns = rng.choice(x.shape[1], max_features, replace=False)
        tree = day_011.build_tree(
            x[rows], y[rows], None, 1, num_classes=int(np.max(y)) + 1, pick_features=lambda columns=columns: columns
        )
        forest["trees"].append(tree)
    return forest


# %% mistake: bagged_trees
# hint: "The generator that draws columns starts anew in each node, so every node gets the same ones."
def bagged_trees(x, y, num_trees, max_features, seed):
    samples = [bootstrap_indices(len(y), seed + t) for t in range(num_trees)]

    def pick_features():
        return np.random.default_rng(seed).permutation(x.shape[1])[:max_features]

    trees = [
        day_011.build_tree(x[rows], y[rows], None, 1, num_classes=int(np.max(y)) + 1, pick_features=pick_features)
        for rows in samples
    ]
    return {"trees": trees, "rows": np.array(samples)}


# %% mistake: bagged_trees
# hint: "You cut columns out of the table before the tree grows: they are drawn once for each tree, and the tree's
#   column numbers are no longer those of x."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    trees, samples = [], []
    for _ in range(num_trees):
        rows = bootstrap_indices(len(y), rng)
        columns = rng.choice(x.shape[1], max_features, replace=False)
        trees.append(day_011.build_tree(x[rows][:, columns], y[rows], None, 1, num_classes=int(y.max()) + 1))
        samples.append(rows)
    return {"trees": trees, "rows": np.array(samples)}


# %% mistake: bagged_trees
# hint: "You may draw a column twice, and then fewer than max_features are looked at. Different columns were asked for."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng, n = np.random.default_rng(seed), x.shape[1]
    trees, samples = [], []
    for _ in range(num_trees):
        rows = bootstrap_indices(len(y), rng)
        pick = None if max_features == n else lambda: rng.integers(0, n, max_features)
        trees.append(day_011.build_tree(x[rows], y[rows], None, 1, num_classes=int(y.max()) + 1, pick_features=pick))
        samples.append(rows)
    return {"trees": trees, "rows": np.array(samples)}


# %% mistake: bagged_trees
# hint: "The generator that draws columns starts anew in each node of a tree, so all its nodes get the same ones."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng, n = np.random.default_rng(seed), x.shape[1]
    trees, samples = [], []
    for t in range(num_trees):
        rows = bootstrap_indices(len(y), rng)
        pick = lambda t=t: np.random.default_rng([seed, t]).choice(n, max_features, replace=False)  # noqa: E731
        trees.append(day_011.build_tree(x[rows], y[rows], None, 1, num_classes=int(y.max()) + 1, pick_features=pick))
        samples.append(rows)
    return {"trees": trees, "rows": np.array(samples)}


# %% mistake: bagged_trees
# hint: "You count the classes that occur. Where a number is left out, as class 2 may be, that is fewer than the largest
#   class needs."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng, n = np.random.default_rng(seed), x.shape[1]
    trees, samples, num_classes = [], [], len(np.unique(y))
    for _ in range(num_trees):
        rows = bootstrap_indices(len(y), rng)
        pick = lambda: rng.choice(n, max_features, replace=False)  # noqa: E731
        trees.append(day_011.build_tree(x[rows], y[rows], None, 1, num_classes=num_classes, pick_features=pick))
        samples.append(rows)
    return {"trees": trees, "rows": np.array(samples)}


# %% mistake: bagged_trees
# hint: "You throw out repeated rows before the tree is grown. A row that was drawn twice counts twice."
def bagged_trees(x, y, num_trees, max_features, seed):
    rng, n = np.random.default_rng(seed), x.shape[1]
    trees, samples = [], []
    for _ in range(num_trees):
        samples.append(bootstrap_indices(len(y), rng))
        rows = np.unique(samples[-1])
        pick = lambda: rng.choice(n, max_features, replace=False)  # noqa: E731
        trees.append(day_011.build_tree(x[rows], y[rows], None, 1, num_classes=int(y.max()) + 1, pick_features=pick))
    return {"trees": trees, "rows": np.array(samples)}


# %% accepts: bagged_trees
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    forest = {"trees": [], "rows": np.empty((num_trees, len(y)), dtype=int)}
    for t in range(num_trees):
        forest["rows"][t] = bootstrap_indices(len(y), rng)
        x_own, y_own = x[forest["rows"][t]], y[forest["rows"][t]]
        forest["trees"].append(
            day_011.build_tree(
                x_own,
                y_own,
                max_depth=None,
                min_samples_leaf=1,
                num_classes=y.max() + 1,
                pick_features=lambda: rng.permutation(x.shape[1])[:max_features],
            )
        )
    return forest


# %% accepts: bagged_trees
def bagged_trees(x, y, num_trees, max_features, seed):
    seeds = np.random.SeedSequence(seed).spawn(num_trees)  # a stream of its own for each tree
    trees, samples = [], []
    for own_seed in seeds:
        rng = np.random.default_rng(own_seed)
        rows = bootstrap_indices(len(y), rng)
        every = len(np.bincount(y))

        def pick(rng=rng):
            return np.argsort(rng.random(x.shape[1]))[:max_features].tolist()

        trees.append(day_011.build_tree(x[rows], y[rows], None, 1, "gini", every, pick))
        samples.append(rows)
    return {"trees": trees, "rows": np.asarray(samples)}


# %% [markdown]
# What does the vote do to the border? Two blurred circles, as on Day 11: two single trees of such a crowd,
# and the vote of thirty.


# %% demo
def forest_probabilities(forest, x):
    """The probabilities of every tree: (T, m, K)."""
    return np.stack([day_011.predict_tree(tree, x, "shares") for tree in forest["trees"]])


x_ring, y_ring = dd.data.circles(200, noise=0.2, seed=1)
x_far, y_far = dd.data.circles(1000, noise=0.2, seed=2)
ring_forest = bagged_trees(x_ring, y_ring, num_trees=30, max_features=1, seed=0)
far_classes = np.argmax(forest_probabilities(ring_forest, x_far), axis=2)  # (30, 1000)
fig, panels = plt.subplots(1, 3, figsize=(14, 4.6), sharey=True)
for ax, t in zip(panels, (0, 1, None), strict=True):
    if t is None:
        title = f"Vote of 30: {np.mean(soft_vote(forest_probabilities(ring_forest, x_far)) == y_far):.1%}"
    else:
        title = f"Tree {t}: {np.mean(far_classes[t] == y_far):.1%}"

    def classes(x, t=t):
        votes = forest_probabilities(ring_forest, x)
        return soft_vote(votes if t is None else votes[t : t + 1])

    dd.plot.decision_regions(classes, x_ring, y_ring, ax, resolution=80, title=title)
    ax.set(xlabel="$x_0$", ylabel="$x_1$" if t == 0 else "")
dd.plot.show(
    "Three maps of two blurred circles. Two single trees have ragged borders with slivers in different places; "
    "the vote of thirty has a rounder border around the inner circle, with fewer and smaller islands. The titles "
    "give the accuracy on fresh points, highest for the vote."
)
single = np.mean(far_classes == y_far, axis=1)
vote = np.mean(soft_vote(forest_probabilities(ring_forest, x_far)) == y_far)
print(f"single trees: {single.mean():.3f} on average, {single.max():.3f} the best; the vote {vote:.3f}")
assert vote > single.mean() + 0.02

# %% [markdown]
# The slivers of the two trees lie in different places, and most other trees vote them down. What is left is a
# border rounder than any tree of axis-parallel cuts can draw. It is right about as often as the best of the
# thirty, and nobody could have picked that one beforehand.
#
# ## Relatives
#
# Rows and columns can be drawn in more ways, each for the whole tree at once:
#
# | | rows of a tree | columns of a tree |
# |---|---|---|
# | bagging | $m$, with replacement | all |
# | pasting | fewer, without replacement | all |
# | random subspaces | all | some |
# | random patches | some | some |
# | random forest | $m$, with replacement | all, but few at a node |
#
# scikit-learn's `BaggingClassifier` does the first four, with any model inside. Which rows and columns does a
# tree see, and how do the five do on the wines?

# %% demo
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier

draws = {
    "bagging": {"bootstrap": True},
    "pasting": {"max_samples": 0.5, "bootstrap": False},
    "random subspaces": {"max_features": 0.5, "bootstrap": False},
    "random patches": {"max_samples": 0.5, "max_features": 0.5, "bootstrap": False},
}
kinds = {
    name: lambda seed, how=how: BaggingClassifier(n_estimators=20, random_state=seed, **how)
    for name, how in draws.items()
}
kinds["random forest"] = lambda seed: RandomForestClassifier(n_estimators=20, random_state=seed)
x_wine, y_wine = dd.data.wine()
fig, panels = plt.subplots(1, 4, figsize=(13, 4.4), sharey=True)
for ax, name in zip(panels, draws, strict=True):
    crowd = kinds[name](0).fit(x_wine[:40], y_wine[:40])
    seen = np.zeros((40, 13))
    rows, columns_seen = crowd.estimators_samples_[0], crowd.estimators_features_[0]
    np.add.at(seen, np.ix_(rows, columns_seen), 1)
    ax.imshow(seen, cmap="gray_r", vmin=0, vmax=3, aspect="auto", interpolation="nearest")
    ax.set(title=name, xlabel="column", xticks=[0, 4, 8, 12])
    ax.grid(False)
panels[0].set_ylabel("row")
dd.plot.show(
    "Four grids of 40 rows by 13 columns that show what one tree sees, darker where a row is seen several times. "
    "Bagging: whole rows, some missing, some dark. Pasting: half of the rows. Random subspaces: half of the "
    "columns. Random patches: the crossings of half of the rows with half of the columns."
)
accuracy = {name: [] for name in ["one tree", *kinds]}
for seed in np.random.default_rng(13).integers(0, 10_000, 5):
    (x_train, y_train), (x_held_out, y_held_out) = dd.data.wine(test_fraction=1 / 3, seed=seed)
    for name, make in {"one tree": lambda seed: DecisionTreeClassifier(random_state=seed), **kinds}.items():
        accuracy[name].append(make(int(seed)).fit(x_train, y_train).score(x_held_out, y_held_out))
for name, scores in accuracy.items():
    print(f"{name:17} {np.mean(scores):.3f}")

# %% [markdown]
# All five beat the single tree clearly. Those that hide columns tend to do best here, because the wines have
# several columns that each tell much, and then a tree that may not look at the strongest one finds another.
# Among each other they differ by little more than chance with five splits. (Regression forests average means
# instead of shares; all else is the same.)
#
# ## A test set for free
#
# Each tree has never seen a third of the rows: its **out-of-bag** rows. So let every row be judged by just
# those trees that were grown without it. That is a held-out score for the whole forest, and no row has been
# given away. (A row is judged by a third of the trees only, a smaller crowd, so the score is a shade
# pessimistic.)
#
# By hand: two trees, four rows. Tree 0 was grown on the rows $(0, 0, 2, 3)$, tree 1 on $(1, 3, 3, 0)$. Row 1
# is out of tree 0's bag, row 2 out of tree 1's. Rows 0 and 3 are in both, nobody may judge them, and they do
# not count. With few trees that is common; with fifty it happens to one row in $10^{10}$.


# %% exercise: oob_score
def oob_score(forest, x, y):
    """Out-of-bag accuracy of a forest, by soft voting.

    Args:
        forest: dict of "trees" and "rows", as bagged_trees makes it; left unchanged.
        x: the features that the forest was grown on, array of shape (m, n), m >= 1; left unchanged.
        y: their classes, int array of shape (m,); left unchanged.

    Returns:
        Float: of the rows that at least one tree was grown without, the share for which the soft vote of all such
        trees is right; NaN if there is no such row. About 10 lines; use day_011.predict_tree and
        its "shares".
    """
    ### BEGIN SOLUTION
    total = np.zeros((len(y), len(forest["trees"][0]["shares"])))
    for tree, rows in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), rows)
        if out.size > 0:
            total[out] += day_011.predict_tree(tree, x[out], "shares")
    judged = np.any(total > 0, axis=1)
    return float(np.mean(np.argmax(total[judged], axis=1) == y[judged])) if judged.any() else math.nan
    ### END SOLUTION


# %% test: oob_score, points=2
low, high = {"size": 2, "value": 0, "shares": [1.0, 0.0]}, {"size": 2, "value": 1, "shares": [0.25, 0.75]}
tree_0 = {"size": 4, "value": 0, "shares": [0.5, 0.5], "feature": 0, "threshold": 1.5, "gain": 0.2}
tree_0 |= {"left": low, "right": high}
tree_1 = tree_0 | {"threshold": 2.5}
x, y = np.array([[0.0, 9.0], [1.0, 9.0], [2.0, 9.0], [3.0, 9.0]]), np.array([1, 0, 1, 0])
forest = {"trees": [tree_0, tree_1], "rows": np.array([[0, 0, 2, 3], [1, 3, 3, 0]])}
with dd.check.unchanged([forest, x, y], what="the forest, x or y"):
    score = oob_score(forest, x, y)
why = "row 1 is judged by tree 0, rightly, row 2 by tree 1, wrongly, and nobody may judge rows 0 and 3"
dd.check.like(score, 0.5, kind=float, why=why)
forest = {"trees": [tree_0, tree_1, tree_1], "rows": np.array([[0, 0, 2, 3], [1, 3, 3, 0], [3, 1, 1, 1]])}
why = "row 0 is judged by tree 2 now, wrongly, row 2 by trees 1 and 2"
dd.check.like(oob_score(forest, x, y), 1 / 3, kind=float, why=why)
seen = {"trees": [tree_0], "rows": np.array([[3, 2, 1, 0]])}
assert math.isnan(oob_score(seen, x, y)), "no row is out of the bag, so NaN is due"
### BEGIN HIDDEN TESTS
soft = {"trees": [low, low, {"size": 1, "value": 1, "shares": [0.0, 1.0]}, high, high], "rows": np.array([[1, 1]] * 5)}
soft["trees"][0] = soft["trees"][1] = {"size": 1, "value": 0, "shares": [0.6, 0.4]}
why = "the mean probability of class 1 is 0.66, though two trees of five name class 0"
dd.check.like(oob_score(soft, x[:2], np.array([1, 0])), 1.0, kind=float, why=why)
unsure = {
    "trees": [{"size": 1, "value": 0, "shares": [0.6, 0.4]}] * 2 + [{"size": 1, "value": 1, "shares": [0.1, 0.9]}]
}
unsure["rows"] = np.array([[1, 1]] * 3)
why = "the mean probability of class 1 is 0.567, though two trees of three name class 0"
dd.check.like(oob_score(unsure, x[:2], np.array([1, 0])), 1.0, kind=float, why=why)
rng = np.random.default_rng(123)
for m, num_trees, num_classes in ((1, 2, 2), (2, 3, 2), (15, 1, 3), (15, 4, 3), (40, 9, 4)):
    x, y = rng.normal(size=(m, 3)), np.append(rng.integers(0, num_classes, m - 1), num_classes - 1)
    samples = rng.integers(0, m, (num_trees, m))
    trees = [day_011.build_tree(x[rows], y[rows], 2, 1, num_classes=num_classes) for rows in samples]
    right = judged = 0
    for i in range(m):
        total = np.zeros(num_classes)
        for tree, rows in zip(trees, samples.tolist(), strict=True):
            if i not in rows:
                total += day_011.predict_tree(tree, x[i : i + 1], "shares")[0]
        if total.sum() > 0:
            judged, right = judged + 1, right + (int(np.argmax(np.round(total, 9))) == y[i])
    forest = {"trees": trees, "rows": samples}
    with dd.check.unchanged([forest, x, y], what="the forest, x or y"):
        score = oob_score(forest, x, y)
    due = right / judged if judged else math.nan
    why = f"of {judged} rows that may be judged {right} are judged rightly by the trees that have not seen them"
    dd.check.like(score, due, kind=float, equal_nan=True, why=why)
### END HIDDEN TESTS

# %% mistakes: oob_score
# - replace: np.setdiff1d(np.arange(len(y)), rows)
#   with: np.unique(rows)
#   hint: "Each tree judges the rows it was grown on, and knows them by heart. Which rows are new to it?"
# - replace: np.setdiff1d(np.arange(len(y)), rows)
#   with: np.arange(len(y))
#   hint: "Every tree judges every row. That is the training accuracy of the forest."
# - replace: judged = np.any(total > 0, axis=1)
#   with: judged = np.ones(len(y), dtype=bool)
#   hint: "Rows that no tree may judge end up as class 0. They do not count at all."
# - replace: np.mean(np.argmax(total[judged], axis=1) == y[judged])
#   with: np.sum(np.argmax(total[judged], axis=1) == y[judged]) / len(y)
#   hint: "Rows that no tree may judge count as errors. They do not count at all."
# - replace: |-
#     if out.size > 0:
#         total[out] += day_011.predict_tree(tree, x[out], "shares")
#   with: |-
#     if out.size > 0:
#         total[out] = day_011.predict_tree(tree, x[out], "shares")
#   hint: "Only the last tree that may judge a row is heard."
# - replace: if judged.any() else math.nan
#   with: if judged.any() else 0.0
#   hint: "Where nobody may judge anything there is no score: neither 0 nor 1."


# %% equivalents: oob_score
# - replace: 'forest["trees"][0]["shares"]'
#   with: 'forest["trees"][-1]["shares"]'
#   reason: "All trees have the same number of classes."
# - replace: " if judged.any() else math.nan"
#   with: ""
#   reason: "NumPy's mean of nothing is NaN as well, with a warning."


# %% mistake: oob_score
# hint: "You score every tree on its own and average. The score is asked for the vote, row by row."
def oob_score(forest, x, y):
    scores = []
    for tree, rows in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), rows)
        if out.size:
            scores.append(np.mean(day_011.predict_tree(tree, x[out]) == y[out]))
    return float(np.mean(scores)) if scores else float("nan")


# %% mistake: oob_score
# hint: "You count names, which is the hard vote. The soft vote adds up shares."
def oob_score(forest, x, y):
    votes = np.zeros((len(y), len(forest["trees"][0]["shares"])))
    for tree, rows in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), rows)
        if out.size:
            votes[out, day_011.predict_tree(tree, x[out])] += 1
    judged = votes.any(axis=1)
    return float(np.mean(votes[judged].argmax(axis=1) == y[judged])) if judged.any() else float("nan")


# %% mistake: oob_score
# hint: "You judge only rows that no tree at all has seen. One tree that was grown without a row is enough to judge it."
def oob_score(forest, x, y):
    out = np.setdiff1d(np.arange(len(y)), np.ravel(forest["rows"]))
    if out.size == 0:
        return math.nan
    total = sum(day_011.predict_tree(tree, x[out], "shares") for tree in forest["trees"])
    return float(np.mean(np.argmax(total, axis=1) == y[out]))


# %% mistake: oob_score
# hint: "You average the probability of the right class. Accuracy asks only whether that class has the largest one."
def oob_score(forest, x, y):
    total, judges = np.zeros((len(y), len(forest["trees"][0]["shares"]))), np.zeros(len(y))
    for tree, rows in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), rows)
        if out.size:
            total[out] += day_011.predict_tree(tree, x[out], "shares")
            judges[out] += 1
    judged = np.flatnonzero(judges)
    return float(np.mean(total[judged, y[judged]] / judges[judged])) if judged.size else math.nan


# %% accepts: oob_score
def oob_score(forest, x, y):
    m = len(y)
    unseen = np.array([np.bincount(rows, minlength=m) == 0 for rows in forest["rows"]])  # (T, m)
    shares = np.stack([day_011.predict_tree(tree, x, "shares") for tree in forest["trees"]])  # (T, m, K)
    voted = unseen.sum(axis=0) > 0
    if not voted.any():
        return np.nan
    total = np.einsum("ti,tik->ik", unseen.astype(float), shares)
    return np.mean(total[voted].argmax(axis=1) == y[voted])


# %% accepts: oob_score
def oob_score(forest, x, y):
    results = []
    for i in range(len(y)):
        judges = [t for t in range(len(forest["trees"])) if not (forest["rows"][t] == i).any()]
        if judges:
            shares = [day_011.predict_tree(forest["trees"][t], x[[i]], key="shares") for t in judges]
            results.append(bool(soft_vote(np.array(shares))[0] == y[i]))
    return sum(results) / len(results) if results else float("nan")


# %% [markdown]
# Does it tell the truth? Five splits of the wines, a forest on each: its score on all its training rows, out
# of bag, and on the third that was really held out. (The forests with 13 columns and with 1 are for later.)

# %% demo
splits = [dd.data.wine(test_fraction=1 / 3, seed=seed) for seed in np.random.default_rng(14).integers(0, 10_000, 5)]
forests = {columns: [] for columns in (13, 3, 1)}
for (x_train, y_train), _ in splits:
    for columns, grown in forests.items():
        grown.append(bagged_trees(x_train, y_train, num_trees=25, max_features=columns, seed=len(grown)))
scores = np.zeros((5, 3))
for run, ((x_train, y_train), (x_held_out, y_held_out)) in enumerate(splits):
    forest = forests[3][run]
    scores[run, 0] = np.mean(soft_vote(forest_probabilities(forest, x_train)) == y_train)
    scores[run, 1] = oob_score(forest, x_train, y_train)
    scores[run, 2] = np.mean(soft_vote(forest_probabilities(forest, x_held_out)) == y_held_out)
for name, column in zip(("training", "out of bag", "held out"), scores.T, strict=True):
    print(f"{name:11}", " ".join(f"{score:.3f}" for score in column), f"  mean {column.mean():.3f}")
assert abs(scores[:, 1].mean() - scores[:, 2].mean()) < 0.04

# %% [markdown]
# The training accuracy says nothing, since nearly two thirds of the trees have seen each row. Out of bag and
# held out agree on average; on a single split each is the accuracy of a small sample and strays by a few
# points.
#
# ## What does the forest look at?
#
# A tree can be read, fifty cannot. Two ways to ask which columns matter.
#
# **Impurity importance** adds up what the questions about a column gained, weighted by the rows of their
# nodes. It comes free with training, and has two faults: it is measured on training rows, where a column of
# pure noise gains as well, and the more distinct values a column has, the more chances it gets.
#
# **Permutation importance** asks the finished model. Shuffle *one* column of a table, so that its values meet
# the wrong rows, and see how far the score drops. Everything else stays as it is. Because a shuffle is
# chance, take the mean of several. It works for any model and any score, and on held-out rows it says what
# the model needs *there*.


# %% exercise: permutation_importance
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    """How much a score drops when a column loses its connection to the rows.

    Args:
        predict: function that gives the predictions for a table like x.
        x: features, array of shape (m, n), m, n >= 1, of any dtype; left unchanged.
        y: targets, array of shape (m,); left unchanged.
        metric: function metric(y, predictions) that gives a score, a number, larger for better.
        seed: int; the same seed gives the same result.
        num_repeats: shuffles of each column, int >= 1.

    Returns:
        Float array of shape (n,): for each column the score of predict on x, less the mean of its scores on num_repeats
        tables. Each of these has the shape, dtype and values of x, but for this one column, whose values are in a
        random order, a new one each time.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    before = metric(y, predict(x))
    drops = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            shuffled = x.copy()
            shuffled[:, j] = rng.permutation(x[:, j])
            drops[j] += (before - metric(y, predict(shuffled))) / num_repeats
    return drops
    ### END SOLUTION


# %% test: permutation_importance, points=3
rng = np.random.default_rng(124)
x = rng.normal(size=(40, 3))
y = 2 * x[:, 1]
tables = []


def doubled(table):
    tables.append(np.array(table))
    return 2 * table[:, 1]


def minus_error(targets, predictions):  # the negative mean squared error: larger is better
    return -np.mean((np.asarray(targets) - predictions) ** 2)


with dd.check.unchanged([x, y], what="x or y"):
    importance = permutation_importance(doubled, x, y, minus_error, seed=0, num_repeats=4)
dd.check.kind(importance, np.ndarray)
dd.check.shape(importance, (3,), why="there is one for each column")
dd.check.like(importance[[0, 2]], np.zeros(2), what="the importance of columns 0 and 2", why="predict never uses them")
mixed = [table for table in tables if not np.array_equal(table[:, 1], x[:, 1])]
dd.check.equal(len(mixed), 4, what="the number of tables with column 1 shuffled", why="num_repeats=4")
due = -np.mean([minus_error(y, 2 * table[:, 1]) for table in mixed])
dd.check.like(importance[1], due, kind=float, what="the importance of column 1", why="the score on x itself is 0")
### BEGIN HIDDEN TESTS
for table in tables:
    dd.check.shape(table, (40, 3), what="a table that predict was given")
    changed = [j for j in range(3) if not np.array_equal(table[:, j], x[:, j])]
    assert len(changed) <= 1, f"one table has the columns {changed} changed; one at a time is shuffled"
    dd.check.equal(
        np.sort(table, axis=0), np.sort(x, axis=0), what="the sorted columns", why="values only change places"
    )
orders = {tuple(table[:, 1].tolist()) for table in mixed}
assert len(orders) == 4, "each repeat has a new order"


def weighted(table):
    seen.append(np.array(table))
    return np.asarray(table, dtype=float) @ np.arange(1.0, 1.0 + table.shape[1])


def lopsided(targets, predictions):
    return float(np.mean(3 * np.asarray(targets) - np.abs(predictions - 0.5) ** 1.5))


for m, n, num_repeats, dtype in ((1, 2, 2, float), (30, 1, 1, float), (12, 4, 3, "int8"), (25, 2, 2, "float32")):
    seen = []
    x, y = rng.permutation(m * n).reshape(m, n).astype(dtype), rng.normal(size=m)
    with dd.check.unchanged([x, y], what="x or y"):
        importance = permutation_importance(weighted, x, y, lopsided, 3, num_repeats)
    dd.check.shape(importance, (n,), why="there is one for each column")
    dd.check.dtype(importance, "float")
    base = lopsided(y, x.astype(float) @ np.arange(1.0, 1.0 + n))
    for j in range(n):
        own = [table for table in seen if not np.array_equal(table[:, j], x[:, j])]
        scores = [lopsided(y, table.astype(float) @ np.arange(1.0, 1.0 + n)) for table in own]
        due = base - np.mean(scores) if scores else 0.0
        dd.check.like(importance[j], due, kind=float, what=f"the importance of column {j} of {n}")
        dd.check.equal(len(own), num_repeats if m > 1 else 0, what=f"the number of tables with column {j} shuffled")
    assert all(table.dtype == x.dtype for table in seen), "the tables have the dtype of x"
seen = []
first = permutation_importance(weighted, x, y, lopsided, 8)
dd.check.equal(
    permutation_importance(weighted, x, y, lopsided, 8), first, what="a second call", why="the seed repeats it"
)
assert not np.array_equal(permutation_importance(weighted, x, y, lopsided, 9), first), "another seed shuffles otherwise"
x = np.column_stack([np.full(20, 0.3), rng.normal(size=20)])
importance = permutation_importance(weighted, x, x[:, 1], lopsided, 0)
dd.check.like(
    importance[0], 0.0, kind=float, what="the importance of a constant column", why="any order of it is the same"
)
### END HIDDEN TESTS

# %% mistakes: permutation_importance
# - replace: before - metric(y, predict(shuffled))
#   with: metric(y, predict(shuffled)) - before
#   hint: "Your important columns are negative. The drop is the score before, less the score after."
# - replace: shuffled = x.copy()
#   with: shuffled = x
#   hint: "You shuffle the caller's own table, and it stays shuffled: the next column starts from a broken one."
# - replace: (before - metric(y, predict(shuffled))) / num_repeats
#   with: before - metric(y, predict(shuffled))
#   hint: "Your importances grow with the number of repeats. A mean was asked for."
# - replace: metric(y, predict(shuffled))
#   with: metric(predict(shuffled), y)
#   hint: "The metric is given its arguments the wrong way round. Not every score is symmetric."
# - replace: rng.permutation(x[:, j])
#   with: rng.choice(x[:, j], len(x))
#   hint: "You draw values with replacement. A shuffle has every value once."
# - replace: rng.permutation(x[:, j])
#   with: np.random.default_rng(seed).permutation(x[:, j])
#   hint: "Every repeat has the same order, so repeating teaches nothing."
# - replace: rng.permutation(x[:, j])
#   with: np.mean(x[:, j])
#   hint: "You replace the column by its mean. Its values are to stay the same, in another order."
# - replace: return drops
#   with: return np.maximum(drops, 0.0)
#   hint: "You hide columns whose shuffle makes the score better. A negative importance is a finding, too."


# %% mistake: permutation_importance
# hint: "You shuffle whole rows, or the targets: then every column loses its connection at once, and all look alike."
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    before = metric(y, predict(x))
    drops = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        after = [metric(y, predict(rng.permutation(x))) for _ in range(num_repeats)]
        drops[j] = before - np.mean(after)
    return drops


# %% mistake: permutation_importance
# hint: "You make one copy, and a column that has been shuffled stays so while the next ones have their turn."
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    before, table = metric(y, predict(x)), x.copy()
    drops = []
    for j in range(x.shape[1]):
        after = []
        for _ in range(num_repeats):
            table[:, j] = rng.permutation(table[:, j])
            after.append(metric(y, predict(table)))
        drops.append(before - np.mean(after))
    return np.array(drops)


# %% mistake: permutation_importance
# hint: "You shuffle each column once. A single shuffle is a matter of luck: num_repeats says of how many the mean is
#   due."
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    before, drops = metric(y, predict(x)), []
    for j in range(x.shape[1]):
        shuffled = x.copy()
        shuffled[:, j] = rng.permutation(shuffled[:, j])
        drops.append(before - metric(y, predict(shuffled)))
    return np.array(drops)


# %% mistake: permutation_importance
# hint: "You call the metric with the predictions first. It takes the targets first, and not every score is symmetric."
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    before = metric(predict(x), y)
    drops = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            shuffled = x.copy()
            shuffled[:, j] = rng.permutation(x[:, j])
            drops[j] += (before - metric(predict(shuffled), y)) / num_repeats
    return drops


# %% accepts: permutation_importance
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    m, n = x.shape
    scores = np.empty((num_repeats, n))
    for repeat in range(num_repeats):
        for j in range(n):
            columns = [x[rng.permutation(m), k] if k == j else x[:, k] for k in range(n)]
            scores[repeat, j] = metric(y, predict(np.stack(columns, axis=1)))
    return metric(y, predict(x)) - scores.mean(axis=0)


# %% accepts: permutation_importance
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng, table, importance = np.random.default_rng(seed), np.array(x), []
    base = float(metric(y, predict(table)))
    for j in range(table.shape[1]):
        total = 0.0
        for _ in range(num_repeats):
            rng.shuffle(table[:, j])
            total += float(metric(y, predict(table)))
        table[:, j] = x[:, j]
        importance.append(base - total / num_repeats)
    return np.array(importance)


# %% [markdown]
# Two questions to both measures, on the blurred circles, where $x_0$ and $x_1$ are equally indispensable.
# *What do they say of noise?* Two columns join that know nothing: a coin, 0 or 1, and a lottery ticket,
# different in every row. *What do they say of columns that say the same?* In another forest two echoes join:
# $x_0$ measured a second and a third time, each with an error of a tenth of its spread.


# %% demo
def impurity_importance(forest, n):
    """The gains of all questions about each column, weighted by their rows, as shares of the whole."""
    total = np.zeros(n)

    def add(node):
        if "feature" in node:
            total[node["feature"]] += node["size"] * node["gain"]
            add(node["left"])
            add(node["right"])

    for tree in forest["trees"]:
        add(tree)
    return total / total.sum()


def accuracy_of(y, predictions):
    return np.mean(y == predictions)


def predictor(forest):
    return lambda x: soft_vote(forest_probabilities(forest, x))


rng = np.random.default_rng(15)


def with_noise(x):
    return np.column_stack([x, rng.integers(0, 2, len(x)), rng.random(len(x))])


def with_echoes(x):
    error = 0.1 * np.std(x[:, 0]) * rng.normal(size=(len(x), 2))
    return np.column_stack([x, x[:, [0]] + error])


x_noise, x_noise_far, x_echo, x_echo_far = (
    with_noise(x_ring),
    with_noise(x_far),
    with_echoes(x_ring),
    with_echoes(x_far),
)
noisy, echoing = bagged_trees(x_noise, y_ring, 25, 2, seed=1), bagged_trees(x_echo, y_ring, 30, 1, seed=1)
gains = impurity_importance(noisy, 4)
drops = permutation_importance(predictor(noisy), x_noise_far, y_far, accuracy_of, seed=2, num_repeats=3)
alone = permutation_importance(predictor(ring_forest), x_far, y_far, accuracy_of, seed=2, num_repeats=3)[0]
echo_drops = permutation_importance(predictor(echoing), x_echo_far, y_far, accuracy_of, seed=2, num_repeats=3)
together = x_echo_far.copy()
together[:, [0, 2, 3]] = together[np.ix_(rng.permutation(len(together)), [0, 2, 3])]  # all by one shuffle
predict = predictor(echoing)
drop_together = accuracy_of(y_far, predict(x_echo_far)) - accuracy_of(y_far, predict(together))

fig, panels = plt.subplots(1, 3, figsize=(14, 3.9))
bars = {
    "Noise joins: impurity": (["$x_0$", "$x_1$", "coin", "ticket"], gains, "share of all gains"),
    "Noise joins: permutation": (["$x_0$", "$x_1$", "coin", "ticket"], drops, "drop in accuracy, fresh points"),
    "Echoes join: permutation": (
        ["$x_0$", "$x_1$", "echo 0", "echo 1", "$x_0$, both echoes"],
        [*echo_drops, drop_together],
        "drop in accuracy, fresh points",
    ),
}
for ax, (title, (labels, values, unit)) in zip(panels, bars.items(), strict=True):
    ax.barh(labels, values, color="C0")
    ax.axvline(0, color="0.3", linewidth=1, linestyle="-")
    ax.set(title=title, xlabel=unit)
    ax.invert_yaxis()
panels[0].set_ylabel("column")
panels[2].set_xlim(panels[1].get_xlim())
dd.plot.show(
    "Three bar charts. By impurity the ticket has a sizeable share of the gains beside the two honest columns, "
    "and the coin a small one; by permutation on fresh points both have about nothing. With two echoes of the "
    "first column present, shuffling that column or one echo alone costs little accuracy, and shuffling all three "
    "together costs much."
)
print(f"ticket: {gains[3]:.3f} of all gains, coin {gains[2]:.3f}")
print(f"x0: accuracy drops by {alone:.3f} alone, by {echo_drops[0]:.3f} beside its echoes", end=", ")
print(f"and by {drop_together:.3f} with all three shuffled")
assert gains[3] > 2 * gains[2] and gains[3] > 0.05
assert max(drops[2:]) < 0.05 < min(drops[:2])
assert max(echo_drops[[0, 2, 3]]) < 0.8 * min(alone, drop_together)

# %% [markdown]
# *Noise.* The ticket can tell nothing, and still a good part of the gains is booked to it: the small nodes at
# the bottom grasp at anything. The coin knows as little and gets far less, because it can be split in one
# place only. Shuffled on fresh points, both are worth nothing. So far the second measure wins.
#
# *Echoes.* Beside them $x_0$ looks unimportant, though the circles have not changed: while one of the three
# is shuffled the forest reads the others. **A low importance does not mean that a column knows nothing, only
# that the model can do without it** while the others are there. Shuffle correlated columns together, as for
# the last bar, or drop all but one and grow again. Besides, a shuffled column makes rows that cannot exist,
# such as a heavy person of no height, and asks the model about those.
#
# ## Put it together: how many trees, and how different?
#
# Forests of 25 trees on the five splits of above: 13 columns at a node, which is bagging, 3, and 1. How does
# the error fall with the number of trees? And is it true that worse trees can make a better crowd?

# %% demo
curves, table = {}, {}
for columns, grown in forests.items():
    errors, singles, apart = np.zeros((5, 25)), [], []
    for run, (_, (x_held_out, y_held_out)) in enumerate(splits):
        probabilities = forest_probabilities(grown[run], x_held_out)  # (25, m, 3)
        for count in range(1, 26):
            errors[run, count - 1] = np.mean(soft_vote(probabilities[:count]) != y_held_out)
        classes = np.argmax(probabilities, axis=2)
        singles.append(np.mean(classes == y_held_out))
        apart.append(np.mean([np.mean(classes[t] != classes[t + 1 :]) for t in range(24)]))
    curves[columns] = errors.mean(axis=0)
    table[columns] = np.mean(singles), np.mean(apart), 1 - errors[:, -1].mean()
tree_scores = []
for (x_train, y_train), (x_held_out, y_held_out) in splits:
    tree = day_011.build_tree(x_train, y_train, None, 1)
    tree_scores.append(np.mean(day_011.predict_tree(tree, x_held_out) == y_held_out))

fig, ax = plt.subplots(figsize=(8.5, 4.4))
ax.axhline(100 * (1 - np.mean(tree_scores)), color="0.5", linestyle=":", label="one tree of all training rows")
for columns, curve in curves.items():
    name = "bagging, 13 columns" if columns == 13 else f"forest, {columns} column{'s' * (columns > 1)} at a node"
    ax.plot(np.arange(1, 26), 100 * curve, label=name)
ax.set(
    xlabel="trees $T$",
    ylabel="held-out errors (%)",
    ylim=(0, None),
    title="More trees, fewer errors (mean of five splits)",
)
ax.legend()
dd.plot.show(
    "Held-out errors in percent against the number of trees from 1 to 25, mean of five splits. All three curves "
    "fall steeply over the first ten trees and then level off, far below the dotted line of a single tree; the "
    "curves of the forests end below that of bagging."
)
print("columns   a single tree   two trees differ on   the vote")
for columns, (single, differ, vote) in table.items():
    print(f"{columns:7} {single:15.3f} {differ:21.3f} {vote:10.3f}")
assert table[1][0] < table[13][0] and table[1][1] > table[13][1]
assert table[13][2] > np.mean(tree_scores)
assert max(table[1][2], table[3][2]) > table[13][2]

# %% [markdown]
# The first ten trees do most of the work, and after twenty little happens but chance. More do no harm: unlike
# depth, $T$ is no dial for overfitting, and costs time only.
#
# The table is the formula of the beginning at work. From 13 columns to 1 single trees get worse and two of
# them differ more often; and yet at least one of the forests votes better than bagging, on most draws of the
# splits both. One column at a node is extreme. It pays here because nearly every column of these wines says
# something; among hundreds of useless ones most nodes would be wasted, and you would want more. Choose by the
# out-of-bag score.
#
# What voting does not do: trees that all make the *same* error keep it, whatever their number. Day 13 grows
# trees one after another, and each goes after the errors that are left.
#
# ## What you should remember
#
# - A majority of independent voters is right almost surely if each is better than chance; copying destroys
#   that. Averages keep $\rho\,\sigma^2$.
# - Hard voting counts names, soft voting averages probabilities.
# - Bagging: deep trees on bootstrap samples. Random forest: in addition few random columns at each node.
# - A tree's out-of-bag rows, 37% of all, make a test set that costs nothing.
# - Importance is about the model, not the world: correlated columns hide each other, and impurity rewards
#   noise.
#
# ## Check yourself
#
# 1. Your table holds five rows of every patient. What is wrong with the out-of-bag score, and what should be
#    drawn instead?
# 2. You bag a linear regression 500 times. What has been won?
# 3. A colleague drops all columns with a permutation importance of zero at once, and the accuracy falls by
#    ten points. How?
#
# <details><summary>Answers</summary>
#
# 1. A row that is out of the bag has sisters in it, which the tree knows. The score is too good, as for any
#    leak (Day 8). Draw patients, with all their rows.
# 2. Next to nothing. Its variance is small already, and the mean of linear functions is a linear function:
#    the bias stays. Bagging helps models that change much with their rows.
# 3. The columns were copies of one another. Each alone could be spared, all together could not.
#
# </details>
#
# ## Go further
#
# - F. Galton, "Vox Populi", *Nature* 75, 1907: the ox.
# - B. Efron, "Bootstrap Methods: Another Look at the Jackknife", *Annals of Statistics* 7, 1979: draws with
#   replacement.
# - L. Breiman, "Bagging Predictors", *Machine Learning* 24, 1996: and which models profit.
# - T. K. Ho, "The Random Subspace Method for Constructing Decision Forests", *IEEE TPAMI* 20, 1998.
# - L. Breiman, "Random Forests", *Machine Learning* 45, 2001: columns drawn at each node, out-of-bag
#   estimates and permutation importance. His trees vote hard; scikit-learn's vote softly.
# - C. Strobl, A.-L. Boulesteix, A. Zeileis and T. Hothorn, "Bias in Random Forest Variable Importance
#   Measures", *BMC Bioinformatics* 8, 2007: why columns with many values look important.
