# ---
# day: 45
# title: Imbalance, uncertainty and fairness
# week: 9
# minutes: 110
# backend: numpy
# needs: [5, 7, 20, 24, 32, 33, 34]
# needs_code: [5, 34]
# data: [toy, faces]
# papers:
# - "Hardt, Price and Srebro 2016, Equality of opportunity in supervised learning"
# - "Gal and Ghahramani 2016, Dropout as a Bayesian approximation: representing model uncertainty in deep learning"
# - "Guo, Pleiss, Sun and Weinberger 2017, On calibration of modern neural networks"
# - "Lin, Goyal, Girshick, He and Dollár 2017, Focal loss for dense object detection"
# - "Lakshminarayanan, Pritzel and Blundell 2017, Simple and scalable predictive uncertainty estimation using deep
#   ensembles"
# - "Buolamwini and Gebru 2018, Gender shades: intersectional accuracy disparities in commercial gender classification"
# - "Byrd and Lipton 2019, What is the effect of importance weighting in deep learning?"
# - "Hein, Andriushchenko and Bitterwolf 2019, Why ReLU networks yield high-confidence predictions far away from the
#   training data"
# - "Suresh and Guttag 2021, A framework for understanding sources of harm throughout the machine learning life cycle"
# ---

# %% [markdown]
# # Day 45 · Imbalance, uncertainty and fairness
#
# By the end you can ask three questions that accuracy hides, and answer them with numbers: does the model find what is
# rare, does it know what it doesn't know, and for whom does it fail?
#
# - **You will build** class weights and the focal loss, a measure of how far confidence is from truth and the one
#   number that mends most of it, a prediction that says whether the data or the model is in doubt, and metrics by
#   slice. With them you look over a smile finder whose training set was spoilt on purpose, and find out how.
# - **You need** softmax (Day 5), precision and recall (Day 7), entropy (Day 20), cross-entropy (Day 24), dropout
#   (Day 32) and the mini framework (Day 34).
# - **Not today:** convolutions (Day 46), which would find smiles better; generative models that balance a data set by
#   what they have learned about it (from Day 95 on).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m, K$ | number of examples, of classes | | |
# | $c_i$ | the right class of example $i$ | $(m,)$ together | `labels` |
# | $m_k, v_k$ | examples of class $k$, and the weight of each | | `weights` |
# | $z_i$ | logits of example $i$; with two classes often a single one | $(K,)$, or $()$ | `logits` |
# | $p_i$ | its probabilities | $(K,)$ | `probs` |
# | $q_i$ | probability that the model gives to the right class | $()$ | |
# | $\gamma$ | how much the focal loss turns to hard examples | | `gamma` |
# | $r_i$ | confidence, the largest entry of $p_i$ | $()$ | `confidence` |
# | $B, M_b$ | number of bins; the examples in bin $b$ | | `bins` |
# | $T$ | temperature | | `temperature` |
# | $S, p_{is}$ | number of passes; probabilities of example $i$ in pass $s$ | $(K,)$ | `num_samples` |
# | $H$ | entropy, in nats | | |

# %% setup
import itertools
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_005, day_034

dd.plot.style()


def dense_network(sizes, rng, rate=0.0):
    """A network of Day 34 with ReLU, and dropout if there is a rate, between its dense layers; it ends in logits."""
    network = day_034.Model()
    for i, (num_inputs, num_outputs) in enumerate(itertools.pairwise(sizes)):
        if i:
            network.add(day_034.Activation("relu"))
            if rate:
                network.add(day_034.Dropout(rate, rng))
        network.add(day_034.Dense(num_inputs, num_outputs, rng))
    return network


# %% [markdown]
# ## What is rare
#
# One part in twenty is cracked. A model that calls every part sound is right 95 times in 100, and useless. It is no
# fault of the optimizer: the cost is a mean over examples, and 95% of that mean is about sound parts.
#
# **Class weights** change what is averaged. Each example's loss is multiplied by the weight of its class, and weights
# are chosen so that every class has the same say. With $m_k$ examples of class $k$, and $K$ classes that occur,
#
# $$v_k = \frac{m}{K\, m_k} .$$
#
# By hand: six examples of class 0 and two of class 1. $v_0 = \frac{8}{2 \cdot 6} = \frac23$ and $v_1 = \frac{8}{2
# \cdot 2} = 2$. Now the six count $6 \cdot \frac23 = 4$ and the two count $2 \cdot 2 = 4$. All together they still
# count 8, so the learning rate need not change. Keras's `fit` takes such a dict as `class_weight`.


# %% exercise: class_weights
def class_weights(labels):
    """Weights with which every class that occurs has the same say.

    Args:
        labels: array (m,) of ints, bools or text, in any order and with any gaps; left unchanged.

    Returns:
        A dict from each label that occurs to its weight, a float: m / (number of labels that occur * how often this one
        does). About 4 lines.

    Raises:
        ValueError: there are no labels.
    """
    ### BEGIN SOLUTION
    if len(labels) == 0:
        raise ValueError("there are no labels to weigh. Received: an empty array")
    names, counts = np.unique(labels, return_counts=True)
    return {name: len(labels) / (len(names) * count) for name, count in zip(names.tolist(), counts, strict=True)}
    ### END SOLUTION


# %% test: class_weights, points=1
labels = np.array([0, 1, 0, 0, 0, 1, 0, 0])
with dd.check.unchanged(labels, what="labels"):
    result = class_weights(labels)
dd.check.like(result, {0: 2 / 3, 1: 2.0}, what="class_weights(labels)", why="this is the example worked by hand")
result = class_weights(np.array(["cat", "dog", "cat", "owl", "cat", "dog"]))
dd.check.like(result, {"cat": 2 / 3, "dog": 1.0, "owl": 2.0}, what="the weights of text", why="six of three kinds")
with dd.check.raises(ValueError, why="nothing has no weights"):
    class_weights(np.array([], dtype=int))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)
for kinds, dtype in (
    ([0, 1, 2, 3], "int64"),
    ([7, -3, 40], "int64"),  # gaps, a negative one
    ([2, 5], "uint8"),
    ([0, 9], "int8"),
    ([False, True], "bool"),
    ([4], "int32"),
    (["a", "bb", "ccc", "d", "e"], "str"),
):
    counts = [int(count) for count in rng.choice(np.arange(1, 300), len(kinds), replace=False)]
    labels = rng.permutation(np.repeat(np.array(kinds, dtype=dtype), counts))
    for given in (labels, np.repeat(labels, 2)[::2]):
        with dd.check.unchanged(given, what="labels"):
            result = class_weights(given)
        what = f"class_weights of {dict(zip(kinds, counts, strict=True))}"
        due = {kind: sum(counts) / (len(kinds) * count) for kind, count in zip(kinds, counts, strict=True)}
        dd.check.like(result, due, what=what, why="m over K times the examples of the class")
### END HIDDEN TESTS

# %% mistakes: class_weights
# - replace: len(labels) / (len(names) * count)
#   with: len(labels) / count
#   hint: "All weights are too large by the same factor: together the examples should count as many as they are."
# - replace: len(labels) / (len(names) * count)
#   with: 1 / count
#   hint: "Your weights are so small that every class counts 1 in all: the loss would shrink, and the steps with it."
# - replace: len(labels) / (len(names) * count)
#   with: len(labels) / (2 * count)
#   hint: "You take it for granted that there are two classes."
# - replace: len(labels) / (len(names) * count)
#   with: 1 / count / np.sum(1 / counts)
#   hint: "Your weights sum to 1. It is the examples' weights that should sum to m, so that the loss keeps its size."
# - replace: len(labels) / (len(names) * count)
#   with: count / len(labels)
#   hint: "You give most to what there is most of. It is the rare class that needs weight."
# - replace: len(labels) / (len(names) * count)
#   with: counts.max() / count
#   hint: "The commonest class should not keep a weight of 1: what the rare ones gain, it gives."
# - replace: len(labels) / (len(names) * count)
#   with: len(labels) // (len(names) * count)
#   hint: "Weights are no whole numbers."
# - replace: len(labels) / (len(names) * count)
#   with: 1 - count / len(labels)
#   hint: "One less the share does not give every class the same say. What should weight times count be?"
# - replace: |-
#     if len(labels) == 0:
#             raise ValueError("there are no labels to weigh. Received: an empty array")
#   with: |-
#     labels = np.asarray(labels)
#   hint: "Where there are no labels, say so with a ValueError."


# %% mistake: class_weights
# hint: "You count up to the highest label. Labels may have gaps, be negative, or be text: only what occurs is a class."
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    if labels.dtype.kind == "U":
        names, labels = np.unique(labels, return_inverse=True)
    else:
        names = np.arange(int(labels.max()) + 1)
    counts = np.array([np.sum(labels == k) for k in range(len(names))])
    return {names[k].item(): len(labels) / (len(names) * max(counts[k], 1)) for k in range(len(names))}


# %% mistake: class_weights
# hint: "That is one weight for each example. One for each class is wanted, under its label."
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    names, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return len(labels) / (len(names) * counts[places])


# %% mistake: class_weights
# hint: "That is an array of weights. A dict is wanted, which says whose weight each is."
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    counts = np.unique(labels, return_counts=True)[1]
    return len(labels) / (len(counts) * counts)


# %% mistake: class_weights
# hint: "The keys are places 0, 1, 2 and not the labels themselves."
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    counts = np.unique(labels, return_counts=True)[1]
    return {k: len(labels) / (len(counts) * count) for k, count in enumerate(counts)}


# %% accepts: class_weights
def class_weights(labels):
    # Counted in a dict, one after the other.
    counts = {}
    for label in labels.tolist():
        counts[label] = counts.get(label, 0) + 1
    if not counts:
        raise ValueError("no labels")
    return {label: len(labels) / len(counts) / count for label, count in counts.items()}


# %% accepts: class_weights
def class_weights(labels):
    if not labels.size:
        raise ValueError("no labels")
    kinds = set(labels.tolist())
    return {kind: 1 / (len(kinds) * np.mean(labels == kind)) for kind in kinds}


# %% [markdown]
# **Oversampling** does with the data what weights do with the loss: rows of the rare class are drawn again and again
# until the classes are even. In expectation the two are the same. In practice a repeated row comes in many small steps
# and a weighted one in few large ones. Two warnings. Split first and oversample after, or copies of a training row end
# up among the test rows. And never oversample or weigh the *test* set, which is to be as the world is.
#
# **The focal loss** (Lin et al. 2017) asks another question: not which class is rare, but which examples are *hard*.
# Object detectors look at a hundred thousand places, nearly all of them empty and nearly all of those obvious. Each
# obvious one costs next to nothing, and together they drown the rest. With $q_i$ for the probability given to the
# right class, cross-entropy $-\log q_i$ gets one more factor:
#
# $$\ell_i = -(1 - q_i)^\gamma \log q_i .$$
#
# $\gamma = 0$ is cross-entropy; the paper's $\gamma$ is 2. By hand: $q = 0.5$ costs $0.25 \cdot 0.693 = 0.173$, a
# quarter of its cross-entropy. $q = 0.9$ costs $0.01 \cdot 0.105 = 0.00105$, a hundredth. How do the two compare for
# all $q$?

# %% demo
right_probability = np.linspace(0.01, 0.999, 300)
fig, ax = plt.subplots()
for gamma in (0, 1, 2, 5):
    ax.plot(
        right_probability, -((1 - right_probability) ** gamma) * np.log(right_probability), label=rf"$\gamma$ = {gamma}"
    )
ax.set(title="Focal loss", xlabel="probability of the right class, $q$", ylabel="loss (nats)", ylim=(0, 4))
ax.legend()
dd.plot.show(
    "Loss against the probability of the right class for gamma of 0, 1, 2 and 5. All curves fall to 0 at 1 and rise "
    "steeply towards 0; the larger gamma is, the sooner a curve lies flat on the axis: from about 0.8 on for gamma 1, "
    "0.6 for gamma 2, and 0.4 for gamma 5."
)

# %% [markdown]
# The larger $\gamma$, the longer the flat part on the right: what the model has right with some margin hardly counts
# any more, whatever its class. For very small $q$ all four agree.
#
# With two classes and one logit $z$ for class 1, $q$ is $\sigma(z)$ where $y = 1$ and $\sigma(-z) = 1 - \sigma(z)$
# where $y = 0$. Computed like that, $\log q$ is $-\infty$ for a logit of $-1000$, though the loss is just 1000; Day 24
# had the remedy, $\log \sigma(t) = -\log(1 + e^{-t})$, and `np.logaddexp(0, t)` computes $\log(1 + e^t)$ for $t$ of
# any size.


# %% exercise: focal_loss
def focal_loss(y, logits, gamma):
    """Focal loss of each example, two classes.

    Args:
        y: the right classes, array (m,) of zeros and ones: ints of any kind, bools or floats; left unchanged.
        logits: log-odds of class 1, float or int array (m,), of any size; left unchanged.
        gamma: number >= 0; with 0 it is cross-entropy.

    Returns:
        Float array (m,), in nats. Finite and without overflow for logits up to 1000 and beyond. About 5 lines.

    Raises:
        ValueError: gamma is negative.
    """
    ### BEGIN SOLUTION
    if gamma < 0:
        raise ValueError(f"gamma must be at least 0. Received: {gamma}")
    margin = np.where(np.asarray(y) == 1, 1.0, -1.0) * logits  # the logit of the right class
    log_right, log_wrong = -np.logaddexp(0, -margin), -np.logaddexp(0, margin)
    return -np.exp(gamma * log_wrong) * log_right
    ### END SOLUTION


# %% fixture
def focal_loss_without_overflow(y, logits, gamma):
    """The losses, where a number beyond all bounds is an error and no warning."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return focal_loss(y, logits, gamma)


# %% test: focal_loss, points=2
y, logits = np.array([1, 1, 0, 0]), np.array([0.0, np.log(9), np.log(9), -np.log(9)])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(logits, what="logits"):
    result = focal_loss(y, logits, 2)
due = np.array([-0.25 * np.log(0.5), -0.01 * np.log(0.9), -0.81 * np.log(0.1), -0.01 * np.log(0.9)])
why = "log 9 are odds of 9 to 1: the right class has 0.5, 0.9, 0.1 and 0.9"
dd.check.like(result, due, what="focal_loss(y, logits, 2)", why=why)
due = -np.log([0.5, 0.9, 0.1, 0.9])
dd.check.like(focal_loss(y, logits, 0), due, what="focal_loss(y, logits, 0)", why="gamma of 0 is cross-entropy")
result = focal_loss_without_overflow(np.array([1, 0]), np.array([-1000.0, -1000.0]), 2)
dd.check.like(result, np.array([1000.0, 0.0]), what="the losses for logits of -1000", why="one wholly wrong, one right")
with dd.check.raises(ValueError, why="a negative gamma makes easy examples dear"):
    focal_loss(y, logits, -1)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)
for m, gamma in itertools.product((1, 2, 7), (0, 0.5, 1, 2, 3.5)):
    labels = rng.integers(0, 2, m)
    logits = rng.normal(0, 3, m)
    q = np.where(labels == 1, 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits)))
    due = np.array([(1 - chance) ** gamma * -np.log(chance) for chance in q])
    for dtype in ("int64", "uint8", "int8", "bool", "float32", "float64"):
        given = labels.astype(dtype)
        with dd.check.unchanged(given, what="y"), dd.check.unchanged(logits, what="logits"):
            result = focal_loss(given, logits, gamma)
        what = f"focal_loss of {m} examples with gamma {gamma} and y of {dtype}"
        dd.check.like(result, due, rtol=1e-7, atol=1e-12, what=what, why="(1 - q) to the power gamma, times -log q")
    single = focal_loss(labels, logits.astype("float32"), gamma)
    dd.check.like(single, due, rtol=1e-4, atol=1e-6, what="focal_loss of float32 logits", why="they lose digits only")
    whole = np.round(logits).astype("int64")
    why = "whole logits are logits"
    dd.check.like(focal_loss(labels, whole, gamma), focal_loss(labels, 1.0 * whole, gamma), what="of ints", why=why)
extreme = np.array([1000.0, -1000.0, 40.0, -40.0, 0.0, 5000.0])
for gamma in (0, 1, 2):
    for labels in (np.ones(6, int), np.zeros(6, int)):
        result = focal_loss_without_overflow(labels, extreme, gamma)
        margin = extreme if labels[0] else -extreme
        due = np.where(margin <= -40, -margin, 0.0) + np.where(margin == 0, 0.5**gamma * np.log(2), 0)
        what = f"the losses for logits of 0, 40, 1000 and 5000, gamma {gamma}"
        dd.check.like(
            result, due, atol=1e-12, what=what, why="what is wholly wrong costs as much as its logit is large"
        )
for gamma in (-0.1, -2):
    with dd.check.raises(ValueError, why=f"gamma is {gamma}"):
        focal_loss(np.array([1]), np.array([0.5]), gamma)
### END HIDDEN TESTS

# %% mistakes: focal_loss
# - replace: np.exp(gamma * log_wrong)
#   with: np.exp(gamma * log_right)
#   hint: "The factor should vanish where the right class is likely. Yours vanishes where it is unlikely."
# - replace: return -np.exp(gamma * log_wrong) * log_right
#   with: return np.exp(gamma * log_wrong) * log_right
#   hint: "A loss is not negative: the logarithm of a probability is."
# - replace: return -np.exp(gamma * log_wrong) * log_right
#   with: return np.mean(-np.exp(gamma * log_wrong) * log_right)
#   hint: "You have taken the mean. One loss for each example is wanted, so that they can be weighted."
# - replace: -np.exp(gamma * log_wrong) * log_right
#   with: -gamma * np.exp(log_wrong) * log_right
#   hint: "gamma is an exponent, no factor."
# - replace: np.where(np.asarray(y) == 1, 1.0, -1.0) * logits
#   with: np.asarray(logits) * 1.0
#   hint: "Where y is 0 the right class is class 0, whose logit has the other sign."
# - replace: np.where(np.asarray(y) == 1, 1.0, -1.0) * logits
#   with: (2 * np.asarray(y) - 1) * logits
#   hint: "Labels of dtype uint8 can't be negative: 2 y - 1 runs over where y is 0."
# - replace: return -np.exp(gamma * log_wrong) * log_right
#   with: return -0.25 * np.exp(gamma * log_wrong) * log_right
#   hint: "The paper's alpha is a class weight, and has no place in this function."
# - replace: return -np.exp(gamma * log_wrong) * log_right
#   with: return -np.where(np.asarray(y) == 1, 0.25, 0.75) * np.exp(gamma * log_wrong) * log_right
#   hint: "The paper's alpha is a class weight, and has no place in this function."
# - replace: gamma < 0
#   with: gamma < -1
#   hint: "Every gamma below 0 is refused."


# %% mistake: focal_loss
# hint: "A sigmoid of -1000 is 0, and its logarithm is minus infinity. Work with logarithms of sigmoids from the start."
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(gamma)
    p = 1 / (1 + np.exp(-np.asarray(logits, dtype=float)))
    q = np.where(np.asarray(y) == 1, p, 1 - p)
    return -((1 - q) ** gamma) * np.log(q)


# %% mistake: focal_loss
# hint: "You keep probabilities away from 0 and 1 by a small number, so that a wholly wrong example costs 16 or 36 and
#   not what its logit says."
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(gamma)
    small = np.exp(-np.abs(np.asarray(logits, dtype=float)))
    p = np.clip(np.where(np.asarray(logits) >= 0, 1, small) / (1 + small), 1e-7, 1 - 1e-7)
    q = np.where(np.asarray(y) == 1, p, 1 - p)
    return -((1 - q) ** gamma) * np.log(q)


# %% mistake: focal_loss
# hint: "The factor belongs to the probability of the right class. For y of 0 yours belongs to class 1."
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(gamma)
    cost = np.logaddexp(0, np.where(np.asarray(y) == 1, -1.0, 1.0) * logits)
    return np.exp(-gamma * np.logaddexp(0, 1.0 * logits)) * cost


# %% mistake: focal_loss
# hint: "Only the ones cost something. A false alarm is to be paid for too."
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(gamma)
    z = 1.0 * logits
    return np.asarray(y, dtype=float) * np.exp(-gamma * np.logaddexp(0, z)) * np.logaddexp(0, -z)


# %% equivalents: focal_loss
# - replace: -np.logaddexp(0, -margin)
#   with: -np.logaddexp(-margin, 0)
#   reason: "A sum does not care about the order."
# - replace: -np.logaddexp(0, margin)
#   with: -np.logaddexp(margin, 0)
#   reason: "A sum does not care about the order."


# %% accepts: focal_loss
def focal_loss(y, logits, gamma):
    # Both classes computed, one of them chosen; the power is taken of a stable sigmoid.
    if gamma < 0:
        raise ValueError("gamma must not be negative")
    z = np.asarray(logits, dtype=float)
    small = np.exp(-np.abs(z))
    one = np.where(z >= 0, 1, small) / (1 + small)
    zero = np.where(z >= 0, small, 1) / (1 + small)
    tail = np.log1p(small)
    as_one = zero**gamma * (np.maximum(-z, 0) + tail)
    as_zero = one**gamma * (np.maximum(z, 0) + tail)
    return np.where(np.asarray(y, dtype=bool), as_one, as_zero)


# %% accepts: focal_loss
def focal_loss(y, logits, gamma):
    if not gamma >= 0:
        raise ValueError(f"{gamma} is negative")
    losses = []
    for answer, logit in zip(np.asarray(y).tolist(), np.asarray(logits).tolist(), strict=True):
        t = logit if answer else -logit
        cost = np.log1p(np.exp(-t)) if t > 0 else np.log1p(np.exp(t)) - t
        losses.append(cost * np.exp(-gamma * (cost + t)))
    return np.array(losses)


# %% [markdown]
# What do the three remedies do? Two moons that overlap, 950 points of one class and 50 of the other; the same small
# network, as many steps, and a test set that is as lopsided as the world. The fourth column leaves the training alone
# and says "yes" from a probability of 0.05 on.

# %% demo
rng = np.random.default_rng(45)


def lopsided_moons(num_common, num_rare, seed):
    """Two overlapping moons, with few points of class 1."""
    x, labels = dd.data.toy.moons(2 * num_common, noise=0.3, seed=seed)
    kept = np.concatenate([np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)[:num_rare]])
    return x[kept], labels[kept]


x_parts, cracked = lopsided_moons(950, 50, seed=0)  # (1000, 2), (1000,)
x_world, cracked_world = lopsided_moons(4750, 250, seed=1)
by_class = class_weights(cracked)
weight_of = np.array([by_class[0], by_class[1]])
drawn_again = np.concatenate([np.flatnonzero(cracked == 0), rng.choice(np.flatnonzero(cracked == 1), 950)])
recipes = {  # rows, weights of the two classes, gamma, epochs
    "plain": (np.arange(1000), np.ones(2), 0, 40),
    "class weights": (np.arange(1000), weight_of, 0, 40),
    "oversampling": (drawn_again, np.ones(2), 0, 21),
    "focal loss": (np.arange(1000), np.ones(2), 2, 40),
}


def yes_probability(network, x):
    return 1 / (1 + np.exp(-network.predict(x)[:, 0]))


finders = {}
for name, (rows, weights, gamma, epochs) in recipes.items():

    def weighted_focal(outputs, y, weights=weights, gamma=gamma, step=1e-4):
        """Losses and their gradient: each loss depends on its own logit alone, so one difference serves them all."""
        z = outputs[:, 0]
        slope = (focal_loss(y, z + step, gamma) - focal_loss(y, z - step, gamma)) / (2 * step)
        return weights[y] * focal_loss(y, z, gamma), (weights[y] * slope)[:, np.newaxis]

    seeded = np.random.default_rng(45)
    finders[name] = dense_network([2, 16, 1], seeded)
    finders[name].compile(
        day_034.Optimizer(learning_rate=0.01), weighted_focal, lambda outputs, y: (outputs[:, 0] > 0) == y
    )
    finders[name].fit(x_parts[rows], cracked[rows], epochs=epochs, batch_size=50, rng=seeded)

columns = [*((name, 0.5) for name in ("plain", "class weights", "oversampling", "focal loss")), ("plain", 0.05)]
found = {}
fig, axes = plt.subplots(1, 4, figsize=(17, 4))
for (name, threshold), ax in itertools.zip_longest(columns, axes):
    probability = yes_probability(finders[name], x_world)
    said_yes = probability > threshold
    recall, precision = said_yes[cracked_world == 1].mean(), cracked_world[said_yes].mean()
    found[name, threshold] = recall, precision, probability.mean()
    print(f"{name:13} yes from {threshold:4}: accuracy {np.mean(said_yes == cracked_world):.3f}", end="")
    print(f"  recall {recall:.2f}  precision {precision:.2f}  mean probability {probability.mean():.2f}")
    if ax:
        shown = slice(4400, 5000)  # 350 sound parts, and all that are cracked
        dd.plot.decision_regions(
            lambda points, name=name: (yes_probability(finders[name], points) > 0.5).astype(int),
            x_world[shown],
            cracked_world[shown],
            ax,
            class_names=["sound", "cracked"],
            title=name,
        )
        if ax is not axes[0]:
            ax.get_legend().remove()
dd.plot.show(
    "Four scatter plots of 350 sound and 250 cracked parts, two moons that overlap, with the region in which each "
    "network says cracked. Plain and focal loss: a small region around the far side of the lower moon. Class weights "
    "and oversampling: a region that takes in nearly all of the lower moon and part of the upper one."
)
weighted_recall = min(found["class weights", 0.5][0], found["oversampling", 0.5][0])

# %% [markdown]
# Plain training misses more than half of what it should find. Weights and oversampling find four in five or more, draw
# nearly the same border, and pay for it: most of their alarms are false. Where both kinds of error cost the same, plain
# training was right. And look at the mean probability. In truth 5% are cracked, and the plain network says so; those of
# the other two are two to five times too high, because they were trained for a world in which half of all parts crack.
# A weight of $v$ on one class multiplies the *odds* of that class by $v$. So the last line reaches as much with the
# plain network, by a lower threshold and without a spoilt probability. Change the data or the loss when training cannot
# get hold of the rare class at all; otherwise move the threshold. The focal loss moves the border little, since it
# favours neither class, and makes all probabilities timid: it is at home where there are a thousand easy examples for
# each hard one, and few here are easy.
#
# ## How sure is sure?
#
# A model is **calibrated** if it is right 80% of the time when it says 80%. Modern networks are not (Guo et al. 2017).
# Once a network has every training example right, the loss still falls as long as logits grow; so they grow, and
# confidence rises where accuracy doesn't.
#
# To measure it, call the largest probability the **confidence** $r_i$ and sort the examples into $B$ bins of equal
# width by it: bin $b$ has those with $\frac bB < r_i \le \frac{b+1}B$. In each bin compare the mean confidence with
# the share that is right. The **expected calibration error** weighs the differences by the size of the bin:
#
# $$\text{ECE} = \sum_{b=0}^{B-1} \frac{|M_b|}{m} \left| \text{accuracy}(M_b) - \text{confidence}(M_b) \right| .$$
#
# By hand, with $B = 2$: confidences 0.5, 0.8, 0.9 and 1, of which the second is wrong. Bin 0 has the first one alone,
# for 0.5 still belongs to it: accuracy 1, confidence 0.5. Bin 1 has the others: accuracy $\frac23$, confidence 0.9. So
# the error is $\frac14 \cdot 0.5 + \frac34 \cdot 0.233 = 0.3$.


# %% exercise: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    """How far the confidence of a classifier is from its accuracy.

    Args:
        probs: probabilities, float array (m, K), m >= 1 and K >= 2, rows sum to 1; left unchanged.
        labels: the right classes, int array (m,); left unchanged.
        bins: number of bins B of equal width from 0 to 1, int >= 1; each holds its upper edge, not its lower one.

    Returns:
        Float from 0 to 1. The first of equally likely classes counts as the predicted one; an empty bin counts nothing.
        About 7 lines.

    Raises:
        ValueError: bins is less than 1.
    """
    ### BEGIN SOLUTION
    if bins < 1:
        raise ValueError(f"there must be at least one bin. Received: {bins=}")
    confidence = np.max(probs, axis=1)
    right = np.argmax(probs, axis=1) == labels
    place = np.ceil(confidence * bins)  # counted from 1
    present = [place == b for b in np.unique(place)]
    return float(sum(np.mean(inside) * abs(right[inside].mean() - confidence[inside].mean()) for inside in present))
    ### END SOLUTION


# %% test: expected_calibration_error, points=2
probs = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.05, 0.05, 0.9], [0.0, 1.0, 0.0]])
labels = np.array([0, 2, 2, 1])
with dd.check.unchanged(probs, what="probs"), dd.check.unchanged(labels, what="labels"):
    result = expected_calibration_error(probs, labels, bins=2)
dd.check.like(result, 0.3, what="expected_calibration_error(probs, labels, 2)", why="this is worked by hand")
result = expected_calibration_error(probs, labels, bins=1)
dd.check.like(result, 0.05, what="with a single bin", why="3 of 4 are right, and the mean confidence is 0.8")
with dd.check.raises(ValueError, why="there is nothing to sort into"):
    expected_calibration_error(probs, labels, bins=0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)


def slow_calibration_error(probs, labels, bins):
    """By its definition, bin by bin and example by example."""
    total = 0.0
    for b in range(bins):
        inside = [i for i, row in enumerate(probs) if b / bins < max(row) <= (b + 1) / bins]
        if inside:
            hits = sum(list(probs[i]).index(max(probs[i])) == labels[i] for i in inside)
            total += abs(hits - sum(float(max(probs[i])) for i in inside)) / len(probs)
    return total


for (m, k), bins in itertools.product(((1, 2), (5, 3), (200, 2), (301, 4), (40, 11)), (1, 3, 10, 15)):
    raised = np.exp(rng.normal(0, 2, (m, k)))
    probs = raised / raised.sum(axis=1, keepdims=True)
    labels = np.where(rng.random(m) < 0.6, probs.argmax(axis=1), rng.integers(0, k, m))
    due = slow_calibration_error(probs, labels, bins)
    for dtype in ("int64", "uint8"):
        given = labels.astype(dtype)
        with dd.check.unchanged(probs, what="probs"), dd.check.unchanged(given, what="labels"):
            result = expected_calibration_error(probs, given, bins)
        what = f"expected_calibration_error of {m} examples, {k} classes, {bins} bins"
        dd.check.like(result, due, rtol=1e-9, atol=1e-12, what=what, why="it follows the definition, bin by bin")
raised = np.exp(rng.normal(0, 2, (150, 3)))
probs, labels = (raised / raised.sum(axis=1, keepdims=True)).astype("float32"), rng.integers(0, 3, 150)
due = slow_calibration_error(probs, labels, 10)
dd.check.like(expected_calibration_error(probs, labels), due, rtol=1e-5, what="of float32, default bins", why="ten")

# Edges that a float holds exactly: each belongs to the bin below it, and 1 to the last one.
edges = np.array([[0.5, 0.25, 0.25], [0.75, 0.25, 0.0], [0.25, 0.0, 0.75], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
edges = np.concatenate([edges, [[0.625, 0.375, 0.0], [0.0, 0.125, 0.875], [0.375, 0.3125, 0.3125]]])
for bins, labels in itertools.product((2, 4, 8), rng.integers(0, 3, (6, 8))):
    due = slow_calibration_error(edges, labels, bins)
    what = f"the error with confidences on the edges of {bins} bins"
    dd.check.like(expected_calibration_error(edges, labels, bins), due, what=what, why="a bin holds its upper edge")
sure, all_wrong = np.eye(4)[[0, 1, 2, 3, 1]], np.array([1, 2, 3, 0, 0])
dd.check.like(expected_calibration_error(sure, all_wrong), 1.0, what="the error of certainty that is always wrong")
dd.check.like(expected_calibration_error(sure, sure.argmax(axis=1)), 0.0, what="the error of certainty that is right")
tied = np.full((4, 2), 0.5)
result = expected_calibration_error(tied, np.array([0, 1, 1, 1]))
dd.check.like(
    result, 0.25, what="the error where both classes have 0.5", why="class 0 is predicted, right once in four"
)
for bins in (-1, -10):
    with dd.check.raises(ValueError, why=f"{bins} bins are none"):
        expected_calibration_error(tied, np.array([0, 1, 1, 1]), bins)
### END HIDDEN TESTS

# %% mistakes: expected_calibration_error
# - replace: np.mean(inside) * abs(
#   with: abs(
#   hint: "All bins count alike in yours. A bin with few examples should count less."
# - replace: np.mean(inside) * abs(
#   with: abs(1 / len(present)) * abs(
#   hint: "All bins count alike in yours. A bin with few examples should count less."
# - replace: abs(right[inside].mean() - confidence[inside].mean())
#   with: (right[inside].mean() - confidence[inside].mean())
#   hint: "A bin that is too sure and one that is not sure enough make good for each other. Each is an error."
# - replace: sum(np.mean(inside) * abs(right[inside].mean() - confidence[inside].mean()) for inside in present)
#   with: abs(sum(np.mean(inside) * (right[inside].mean() - confidence[inside].mean()) for inside in present))
#   hint: "A bin that is too sure and one that is not sure enough make good for each other. Each is an error."
# - replace: np.ceil(confidence * bins)
#   with: np.minimum(np.floor(confidence * bins), bins - 1)
#   hint: "A confidence on an edge belongs to the bin below it; in yours it goes into the one above."
# - replace: confidence = np.max(probs, axis=1)
#   with: confidence = probs[np.arange(len(probs)), labels]
#   hint: "Confidence is what the model gives to its own answer, not to the right one: it doesn't know that."
# - replace: confidence = np.max(probs, axis=1)
#   with: confidence = probs[:, 1]
#   hint: "Confidence is the largest probability of the row, whichever class that is."
# - replace: float(sum(np.mean(inside) * abs(
#   with: float(max(abs(
#   hint: "That is the maximum calibration error, of the worst bin. All bins are to be added up, each by its size."
# - replace: abs(right[inside].mean() - confidence[inside].mean())
#   with: (right[inside].mean() - confidence[inside].mean()) ** 2
#   hint: "The differences are not squared."
# - replace: bins < 1
#   with: bins < 0
#   hint: "No bins at all can't be sorted into."


# %% mistake: expected_calibration_error
# hint: "You compare each example's confidence with 0 or 1. Whether it was right is a matter of chance; only the means
#   of a bin can agree."
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(bins)
    return float(np.mean(np.abs((probs.argmax(axis=1) == labels) - probs.max(axis=1))))


# %% mistake: expected_calibration_error
# hint: "A confidence of exactly 1 falls out of your last bin."
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(bins)
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins) & (confidence < 1)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


# %% mistake: expected_calibration_error
# hint: "You compare accuracy with the middle of the bin. Its examples have a mean confidence of their own."
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(bins)
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    return float(sum(np.mean(place == b) * abs(right[place == b].mean() - (b + 0.5) / bins) for b in set(place)))


# %% mistake: expected_calibration_error
# hint: "Your bins hold equally many examples. Here they are equally wide."
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(bins)
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    parts = np.array_split(np.argsort(confidence), bins)
    return float(sum(abs(right[p].sum() - confidence[p].sum()) for p in parts) / len(labels))


# %% accepts: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    # Sums a bin: sizes cancel, and empty bins give 0 by themselves.
    if bins < 1:
        raise ValueError("bins must be positive")
    rows = np.arange(len(probs))
    guess = np.argmax(probs, axis=1)
    confidence = probs[rows, guess].astype(float)
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    surplus = np.bincount(place, weights=(guess == labels) - confidence, minlength=bins)
    return float(np.abs(surplus).sum() / len(probs))


# %% accepts: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    if not bins >= 1:
        raise ValueError(bins)
    confidence, right = probs.max(axis=1), np.equal(probs.argmax(axis=1), labels)
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if np.any(inside):
            error += abs(np.mean(right[inside]) - np.mean(confidence[inside])) * np.count_nonzero(inside)
    return float(error / len(confidence))


# %% [markdown]
# Most of the error of a network goes away with one number. **Temperature scaling** divides all logits by the same $T$
# before the softmax: $p_i = \text{softmax}(z_i / T)$. The largest logit stays the largest, so no answer changes and
# accuracy stays what it was; $T > 1$ makes every answer less sure, $T < 1$ more. $T$ is chosen for the smallest mean
# cross-entropy $-\frac1m \sum_i \log p_{i, c_i}$, on examples that were *not* trained on: on the training set the
# network is right to be sure.
#
# By hand: ten examples with logits $(0, \log 9)$, so a confidence of 0.9 each, of which seven are right. Best would be
# a confidence of 0.7, a logit of $\log \frac73$. So $T = \log 9 / \log \frac73 = 2.197 / 0.847 = 2.593$.
#
# In general there is no formula, but there is a fact to go by. Let $u = 1/T$. Then the cross-entropy is convex in $u$,
# and its slope is
#
# $$\frac1m \sum_i \Big( \sum_k p_{ik} z_{ik} - z_{i, c_i} \Big) :$$
#
# the logit that the probabilities expect, less the one that came. Where the slope is positive, $u$ is too large.


# %% exercise: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    """The temperature with the smallest mean cross-entropy.

    Args:
        logits: float or int array (m, K), of any size; left unchanged.
        labels: the right classes, int array (m,); left unchanged.
        low, high: the answer lies between these, floats > 0; where the cross-entropy falls all the way, it is the
            limit that it falls towards.

    Returns:
        The temperature, a float, to one part in a thousand. Without overflow for logits of 1000. About 10 lines;
        halving an interval will do, and day_005.softmax is at hand.
    """
    ### BEGIN SOLUTION
    came = np.sum(logits[np.arange(len(logits)), labels])
    for _ in range(50):
        middle = np.sqrt(low * high)
        expected = np.sum(day_005.softmax(logits / middle) * logits)
        if expected > came:
            low = middle  # too sure
        else:
            high = middle
    return float(np.sqrt(low * high))
    ### END SOLUTION


# %% fixture
def fit_temperature_without_overflow(logits, labels):
    """The temperature, where a number beyond all bounds is an error and no warning."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return fit_temperature(logits, labels)


# %% test: fit_temperature, points=2
logits = np.tile([0.0, np.log(9)], (10, 1))  # (10, 2)
labels = np.array([1, 1, 0, 1, 0, 1, 1, 1, 0, 1])
with dd.check.unchanged(logits, what="logits"), dd.check.unchanged(labels, what="labels"):
    result = fit_temperature(logits, labels)
due = np.log(9) / np.log(7 / 3)
dd.check.like(result, due, rtol=2e-3, what="fit_temperature(logits, labels)", why="this is worked by hand")
result = fit_temperature(3 * logits, labels)
dd.check.like(result, 3 * due, rtol=2e-3, what="the temperature of three times these", why="the same probabilities fit")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)


def mean_cross_entropy(logits, labels, temperature):
    scaled = np.asarray(logits, float) / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(labels)), labels])


def best_on_two_grids(logits, labels):
    """A coarse grid, and a fine one around its best point: to within 0.05%."""
    coarse = np.geomspace(0.01, 100, 200)
    best = np.argmin([mean_cross_entropy(logits, labels, t) for t in coarse])
    fine = np.geomspace(coarse[max(best - 1, 0)], coarse[min(best + 1, 199)], 201)
    return fine[np.argmin([mean_cross_entropy(logits, labels, t) for t in fine])]


close_to = {"rtol": 2e-3, "why": "no temperature has a smaller cross-entropy"}
for m, k, scale in ((40, 3, 1.0), (25, 5, 8.0), (60, 2, 0.05), (300, 4, 3.0), (7, 6, 2.0)):
    logits = rng.normal(size=(m, k))
    labels = np.array([rng.choice(k, p=np.exp(row) / np.exp(row).sum()) for row in logits])
    labels[:k] = np.arange(k)  # some of them wrong
    logits = scale * (logits + 5)
    due = best_on_two_grids(logits, labels)
    with dd.check.unchanged(logits, what="logits"), dd.check.unchanged(labels, what="labels"):
        result = fit_temperature(logits, labels)
    what = f"fit_temperature of {m} examples, {k} classes"
    dd.check.like(result, due, what=what, **close_to)
    shifted = logits + rng.normal(0, 3, (m, 1))
    dd.check.like(fit_temperature(shifted, labels), due, rtol=2e-3, what=what, why="a row's offset changes no softmax")
    single = fit_temperature(logits.astype("float32"), labels.astype("uint8"))
    dd.check.like(single, due, rtol=2e-3, what=f"{what}, float32 and labels of uint8", why="the numbers are the same")
whole = np.array([[0, 4, 1], [3, 0, 0], [5, 0, 1], [0, 2, 2], [1, 6, 0]])
given = np.array([1, 0, 1, 2, 1])
due = best_on_two_grids(whole, given)
dd.check.like(fit_temperature(whole, given), due, what="fit_temperature of whole logits", **close_to)
large = 60.0 * np.tile([1.0, -1.0], (10, 1))
few = np.array([0, 0, 0, 1, 0, 0, 1, 0, 0, 0])
due = 120 / np.log(8 / 2)
result = fit_temperature_without_overflow(large, few)
dd.check.like(result, due, what="the temperature of logits of 60 and -60, 8 of 10 right", **close_to)
result = fit_temperature_without_overflow(1000 * whole, given)
dd.check.like(result, 100.0, what="the temperature of logits of thousands", rtol=2e-3, why="it should be even higher")
backwards = np.argmin(whole, axis=1)
dd.check.like(
    fit_temperature(whole, backwards),
    100.0,
    rtol=2e-3,
    what="of one that is always wrong",
    why="the warmer the better, up to the limit",
)
dd.check.like(
    fit_temperature(whole, backwards, 0.5, 8.0),
    8.0,
    rtol=2e-3,
    what="the same, with high of 8",
    why="the warmer the better, up to high",
)
perfect = np.array([[0.3, 0.1], [0.0, 0.2], [0.4, 0.1]]), np.array([0, 1, 0])
dd.check.like(
    fit_temperature(*perfect),
    0.01,
    rtol=2e-3,
    what="of one that is always right",
    why="the surer the better, down to the limit",
)
dd.check.like(
    fit_temperature(*perfect, low=0.1),
    0.1,
    rtol=2e-3,
    what="the same, with low of 0.1",
    why="the surer the better, down to low",
)
### END HIDDEN TESTS

# %% mistakes: fit_temperature
# - replace: if expected > came
#   with: if expected < came
#   hint: "You walk away from the minimum. If the model expects more than comes, is it too sure or not sure enough?"
# - replace: logits / middle
#   with: logits * middle
#   hint: "Your number multiplies the logits. A temperature divides them."
# - replace: return float(np.sqrt(low * high))
#   with: return float(1 / np.sqrt(low * high))
#   hint: "You return what the logits are multiplied by. The temperature is what they are divided by."
# - replace: return float(np.sqrt(low * high))
#   with: return float(max(1.0, np.sqrt(low * high)))
#   hint: "A network may also be less sure than it should be. Then its temperature is below 1."
# - replace: range(50)
#   with: range(8)
#   hint: "You stop too soon for one part in a thousand."
# - replace: np.sum(logits[np.arange(len(logits)), labels])
#   with: np.sum(logits.max(axis=1))
#   hint: "You always end at the lower limit. The accuracy is the same at all temperatures, and the largest logit only
#     gets likelier; it is the logit of the right class that counts."
# - replace: np.sum(logits[np.arange(len(logits)), labels])
#   with: np.sum(logits[:, labels]) / len(labels)
#   hint: "logits[:, labels] takes these columns from every row. Each row has one right class of its own."


# %% mistake: fit_temperature
# hint: "You try whole numbers or a coarse grid. One part in a thousand is asked for, below 1 as well as above."
def fit_temperature(logits, labels, low=0.01, high=100.0):
    scores = np.asarray(logits, dtype=float)
    rows = np.arange(len(scores))
    grid = np.geomspace(low, high, 100)
    costs = [-np.mean(np.log(day_005.softmax(scores / t)[rows, labels] + 1e-300)) for t in grid]
    return float(grid[np.argmin(costs)])


# %% mistake: fit_temperature
# hint: "You make mean confidence equal to accuracy. That is not yet the smallest cross-entropy."
def fit_temperature(logits, labels, low=0.01, high=100.0):
    scores = np.asarray(logits, dtype=float)
    accuracy = np.mean(scores.argmax(axis=1) == labels)
    for _ in range(60):
        middle = np.sqrt(low * high)
        if day_005.softmax(scores / middle).max(axis=1).mean() > accuracy:
            low = middle
        else:
            high = middle
    return float(np.sqrt(low * high))


# %% mistake: fit_temperature
# hint: "Exponentials of the logits as they are overflow. Take each row's largest logit off first, or use
#   day_005.softmax."
def fit_temperature(logits, labels, low=0.01, high=100.0):
    scores = np.asarray(logits, dtype=float)
    came = np.mean(scores[np.arange(len(scores)), labels])
    for _ in range(60):
        middle = np.sqrt(low * high)
        raised = np.exp(scores / middle)
        if np.mean(np.sum(raised * scores, axis=1) / raised.sum(axis=1)) > came:
            low = middle
        else:
            high = middle
    return float(np.sqrt(low * high))


# %% mistake: fit_temperature
# hint: "low and high go unused: the answer lies outside them, or they are fixed."
def fit_temperature(logits, labels, low=0.01, high=100.0):
    low, high = 0.01, 100.0
    scores = np.asarray(logits, dtype=float)
    came = np.mean(scores[np.arange(len(scores)), labels])
    for _ in range(60):
        middle = np.sqrt(low * high)
        if np.mean(np.sum(day_005.softmax(scores / middle) * scores, axis=1)) > came:
            low = middle
        else:
            high = middle
    return float(middle)


# %% equivalents: fit_temperature
# - replace: if expected > came
#   with: if expected >= came
#   reason: "Where the two are equal, every temperature is as good."
# - replace: range(50)
#   with: range(51)
#   reason: "Fifty halvings leave nothing to halve."
# - replace: range(50)
#   with: range(49)
#   reason: "Fifty halvings leave nothing to halve."


# %% accepts: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    # Golden section on the logarithm of the temperature.
    scores = np.asarray(logits, dtype=float)
    scores = scores - scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(scores)), labels]

    def cost(log_t):
        t = np.exp(log_t)
        return np.mean(np.log(np.exp(scores / t).sum(axis=1)) - right / t)

    a, b, ratio = np.log(low), np.log(high), (np.sqrt(5) - 1) / 2
    while b - a > 1e-5:
        c, d = b - ratio * (b - a), a + ratio * (b - a)
        if cost(c) <= cost(d):
            b = d
        else:
            a = c
    return float(np.exp((a + b) / 2))


# %% accepts: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    # A grid, then a finer one around its best point.
    scores = np.asarray(logits, dtype=float)
    floor, ceiling = low, high
    for _ in range(4):
        grid = np.geomspace(low, high, 60)
        costs = [day_005.cross_entropy_from_logits(scores / t, labels) for t in grid]
        best = int(np.argmin(costs))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 59)]
    return float(np.clip(grid[best], floor, ceiling))


# %% [markdown]
# Now a network that has learned its training set by heart. It looks at mouths, cut out of cartoon faces by someone in
# a hurry, up to four pixels off, and says who smiles. The training set has 600 faces. *It was collected badly, and on
# purpose;* how badly, you will find out yourself at the end. The 300 validation and 800 test faces were collected well.

# %% demo
ATTRIBUTES = ("skin", "glasses", "beard", "age")


def portraits(n, seed, dark, happy):
    """n cartoon faces of n / 4 people, a share of dark-skinned people and a share of smiling pictures."""
    return dd.data.faces(n, num_identities=n // 4, seed=seed, skew={"dark": dark, "happy": happy})


def mouths(faces, rng):
    """Grey pixels around the mouth, averaged over squares of 2 by 2: (n, 96), 8 rows by 12 columns."""
    grey = faces.images.mean(axis=-1) / 255  # (n, 64, 64)
    middle = faces.landmarks[:, 5:9, :2].mean(axis=1) + rng.uniform(-4, 4, (len(grey), 2))  # corners and lips, x and y
    left, top = np.clip(np.round(middle).astype(int) - [12, 8], 0, [40, 48]).T
    rows = top[:, np.newaxis, np.newaxis] + np.arange(16)[:, np.newaxis]  # (n, 16, 1)
    columns = left[:, np.newaxis, np.newaxis] + np.arange(24)  # (n, 1, 24)
    cut = grey[np.arange(len(grey))[:, np.newaxis, np.newaxis], rows, columns]  # (n, 16, 24)
    return cut.reshape(-1, 8, 2, 12, 2).mean(axis=(2, 4)).reshape(len(grey), -1)


def smile_set(rng, *parts):
    """Mouths (n, 96), whether they smile (n,), and a dict of what is known of each face, as text."""
    facts = {
        "skin": np.concatenate([np.where(part.skin > 2, "dark", "light") for part in parts]),
        "glasses": np.concatenate([np.where(part.glasses, "glasses", "no glasses") for part in parts]),
        "beard": np.concatenate([np.where(part.beard, "beard", "no beard") for part in parts]),
        "age": np.concatenate([np.where(part.age >= 60, "60 or older", "under 60") for part in parts]),
    }
    smiles = np.concatenate([part.expression == 1 for part in parts]).astype(int)
    return np.concatenate([mouths(part, rng) for part in parts]), smiles, facts


def smile_network(x, smiles, weights=None):
    """A network of 64 hidden units, trained for 40 epochs on standardised mouths; weights is one for each example."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    weights = np.ones(len(x)) if weights is None else weights

    def weighted(outputs, targets):
        losses, slopes = day_034.cross_entropy(outputs, targets[:, 0].astype(int))
        return targets[:, 1] * losses, targets[:, 1:] * slopes

    rng = np.random.default_rng(45)
    network = dense_network([x.shape[1], 64, 2], rng)
    network.compile(
        day_034.Optimizer(learning_rate=0.003), weighted, lambda outputs, targets: outputs.argmax(1) == targets[:, 0]
    )
    history = network.fit((x - mean) / scale, np.stack([smiles, weights], axis=1), epochs=40, batch_size=64, rng=rng)
    return lambda pictures: network.predict((pictures - mean) / scale), history["accuracy"][-1]


rng = np.random.default_rng(45)
studio = portraits(400, seed=1, dark=0.0, happy=0.5)
street = portraits(200, seed=2, dark=1.0, happy=0.04)
x_train, smiles_train, facts_train = smile_set(rng, studio, street)
x_val, smiles_val, facts_val = smile_set(rng, portraits(300, seed=3, dark=0.5, happy=0.5))
x_test, smiles_test, facts_test = smile_set(rng, portraits(800, seed=4, dark=0.5, happy=0.5))

smile_logits, train_accuracy = smile_network(x_train, smiles_train)
temperature = fit_temperature(smile_logits(x_val), smiles_val)
logits_test = smile_logits(x_test)
errors = {}
fig, axes = plt.subplots(1, 2, figsize=(11, 4.6), sharex=True, sharey=True)
for ax, (title, heat) in zip(
    axes, {"as trained": 1.0, f"divided by T = {temperature:.1f}": temperature}.items(), strict=True
):
    probs = day_005.softmax(logits_test / heat)
    right = probs.argmax(axis=1) == smiles_test
    errors[heat] = expected_calibration_error(probs, smiles_test)
    tenths = np.array_split(np.argsort(probs.max(axis=1)), 10)  # ten groups of 80, from unsure to sure
    sure = np.array([probs.max(axis=1)[group].mean() for group in tenths])
    share = np.array([right[group].mean() for group in tenths])
    ax.plot([0.5, 1], [0.5, 1], color="0.5", linestyle=":", label="calibrated")
    ax.vlines(sure, share, sure, color="C1", linestyle="-", label="gap")
    ax.plot(sure, share, marker="o", label="network")
    ax.set(title=f"{title}: error {errors[heat]:.3f}", xlabel="confidence", ylabel="accuracy")
axes[0].legend()
dd.plot.show(
    "Two reliability diagrams, accuracy against confidence for ten groups of 80 test faces, with a dotted diagonal. As "
    "trained the points lie far below the diagonal, most of them at a confidence above 0.95 with an accuracy from 0.7 "
    "to 0.95. Divided by the temperature they spread from 0.5 to 1 and lie close to the diagonal."
)
print(f"accuracy: training {train_accuracy:.3f}, test {np.mean(logits_test.argmax(axis=1) == smiles_test):.3f}")
print(f"expected calibration error: {errors[1.0]:.3f} as trained, {errors[temperature]:.3f} with T = {temperature:.2f}")

# %% [markdown]
# Such a picture is a **reliability diagram**. On the left even the groups that are all but certain are wrong far too
# often. On the right the same answers, the same accuracy, and a confidence that can be believed: the error has fallen
# by half or more. The groups of the picture hold equally many faces, where the bins of the error are equally wide: with
# a confident network most of those would be nearly empty. Either way it is an estimate; with ten bins and few examples,
# even a calibrated model gets an error above 0, by chance.
#
# ## Two kinds of not knowing
#
# A coin will fall heads with probability 0.5, and no amount of practice makes that surer. That is **aleatoric**
# uncertainty: it lies in the data, where classes overlap or labels are noisy. Asked about a bird that is in no book of
# yours you don't know either, but you could learn it. That is **epistemic** uncertainty: it lies in the model, and
# more data would lessen it. One softmax can't tell them apart; it can't even be trusted to say that there is the second
# kind. But *several* models can: where data pins them down they agree, and elsewhere each goes its own way.
#
# An **ensemble** trains the same network several times from different starts (Lakshminarayanan et al. 2017). **Monte
# Carlo dropout** is the cheap version (Gal and Ghahramani 2016): leave dropout switched on when predicting, and each
# of $S$ passes is made by another thinned network. For an example $i$, let $p_{is}$ be the probabilities of pass $s$
# and $\bar p_i$ their mean, which is the prediction. With $H(p) = -\sum_k p_k \log p_k$ and $0 \log 0 = 0$,
#
# $$\underbrace{H(\bar p_i)}_{\text{total}} = \underbrace{\frac1S \sum_s H(p_{is})}_{\text{aleatoric}}
# + \underbrace{H(\bar p_i) - \frac1S \sum_s H(p_{is})}_{\text{epistemic}} .$$
#
# The first part is how unsure the passes are themselves, on average. What remains is how much they disagree; it is
# never negative, since entropy is concave. By hand, two passes: $(\frac12, \frac12)$ twice has a mean of $(\frac12,
# \frac12)$, aleatoric uncertainty $\log 2 = 0.693$, and epistemic 0: a coin. $(1, 0)$ and $(0, 1)$ have the same mean,
# aleatoric uncertainty 0 and epistemic 0.693: two experts, both certain, of opposite opinions.
#
# In Keras, `model(x, training=True)` leaves dropout on, and `model.predict(x)` does not. But `training` concerns every
# layer: batch normalisation (Day 33) would take its statistics from whatever batch is asked about. A model with both
# needs dropout layers that are called with `training=True` when it is built.


# %% exercise: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    """Predict by many passes with dropout on, and say what kind of doubt there is.

    Args:
        model: is called as model(x, training=True), as a Keras model is; returns probabilities, (m, K), array or tensor
            of float32 or float64, others at each call.
        x: examples, array (m, ...); left unchanged.
        num_samples: how many passes, int >= 1; the model is called so often and no more, each time with all of x.

    Returns:
        (mean, aleatoric, epistemic), float64 arrays: mean (m, K) of the passes' probabilities; aleatoric (m,), the mean
        of the passes' entropies, and epistemic (m,), the entropy of the mean less that, in nats, both never below 0.
        About 8 lines.

    Raises:
        ValueError: num_samples is less than 1.
    """
    ### BEGIN SOLUTION
    if num_samples < 1:
        raise ValueError(f"at least one pass is needed. Received: {num_samples=}")
    passes = np.array([np.asarray(model(x, training=True), dtype=float) for _ in range(num_samples)])  # (S, m, K)

    def entropy(p):
        return -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)

    mean = passes.mean(axis=0)
    aleatoric = entropy(passes).mean(axis=0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)
    ### END SOLUTION


# %% test: mc_dropout_predict, points=3
x = np.array([[0.0], [1.0]])
answers = [np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.5, 0.5], [0.0, 1.0]])]
asked = []


def two_opinions(x, training=False):
    asked.append(training)
    return answers[(len(asked) - 1) % 2] if training else np.full((2, 2), 0.5)


with dd.check.unchanged(x, what="x"):
    result = mc_dropout_predict(two_opinions, x, 2)
due = (np.full((2, 2), 0.5), np.array([np.log(2), 0.0]), np.array([0.0, np.log(2)]))
why = "a coin is aleatoric, two certain experts of opposite opinions are epistemic"
dd.check.like(result, due, what="mc_dropout_predict(model, x, 2)", why=why)
dd.check.equal(asked, [True, True], what="training in the calls", why="two passes, both with dropout on")
with dd.check.raises(ValueError, why="no pass is no prediction"):
    mc_dropout_predict(two_opinions, x, 0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)
for (m, k), num_samples in itertools.product(((1, 2), (4, 3), (5, 1), (3, 6)), (1, 2, 7)):
    raised = np.exp(rng.normal(0, 3, (num_samples, m, k)))
    raised[rng.random(raised.shape) < 0.2] = 0  # some classes are ruled out
    raised[..., 0] += 1e-3
    told = raised / raised.sum(axis=-1, keepdims=True)
    for dtype, tolerance in (("float64", 1e-9), ("float32", 1e-5)):
        x = rng.normal(size=(m, 3)) if m != 4 else rng.integers(0, 9, (m, 2, 2))
        seen = []

        def model(given, training=False, seen=seen, dtype=dtype, x=x, told=told):
            seen.append((bool(training), np.array_equal(given, x)))
            return told[(len(seen) - 1) % len(told)].astype(dtype)

        with dd.check.unchanged(x, what="x"):
            result = mc_dropout_predict(model, x, num_samples)
        what = f"mc_dropout_predict of {m} examples, {k} classes, {num_samples} passes"
        dd.check.equal(seen, [(True, True)] * num_samples, what="the calls", why="all of x, training=True, S times")
        mean, aleatoric, total = np.zeros((m, k)), np.zeros(m), np.zeros(m)
        for i in range(m):
            for s in range(num_samples):
                mean[i] += told[s, i] / num_samples
                aleatoric[i] -= sum(p * np.log(p) for p in told[s, i] if p > 0) / num_samples
            total[i] = -sum(p * np.log(p) for p in mean[i] if p > 0)
        dd.check.kind(result, tuple, what=what)
        dd.check.equal(len(result), 3, what="the number of arrays", why="mean, aleatoric, epistemic")
        due = {"mean": mean, "aleatoric": aleatoric, "epistemic": total - aleatoric}
        whys = ("of the passes", "the passes' mean entropy", "the entropy of the mean less aleatoric")
        for actual, (name, expected), why in zip(result, due.items(), whys, strict=True):
            near = {"rtol": tolerance, "atol": 10 * tolerance}
            dd.check.like(actual, expected, dtype="float64", **near, what=f"{name} in {what}", why=why)

# Passes that all agree leave nothing epistemic, and rounding must not make it negative.
raised = np.exp(rng.normal(0, 3, (400, 5)))
same = raised / raised.sum(axis=1, keepdims=True)
mean, aleatoric, epistemic = mc_dropout_predict(lambda x, training: same, np.zeros((400, 1)), 7)
dd.check.close(epistemic, np.zeros(400), atol=1e-12, what="epistemic where all passes agree")
assert np.min(epistemic) >= 0, (
    "where the passes agree, rounding makes a difference of equal numbers fall below 0; never below 0 was promised"
)
_, aleatoric, _ = mc_dropout_predict(lambda x, training: np.eye(3), np.zeros((3, 1)), 2)
dd.check.like(aleatoric, np.zeros(3), what="aleatoric where every pass is certain", why="0 log 0 is 0")
with dd.check.raises(ValueError, why="fewer than no passes"):
    mc_dropout_predict(lambda x, training: same, np.zeros((400, 1)), -3)
### END HIDDEN TESTS

# %% mistakes: mc_dropout_predict
# - replace: np.asarray(model(x, training=True), dtype=float)
#   with: np.asarray(model(x), dtype=float)
#   hint: "Dropout is off when nothing is said: every pass is the same."
# - replace: np.asarray(model(x, training=True), dtype=float)
#   with: np.asarray(model(x, training=False), dtype=float)
#   hint: "Dropout is off when nothing is said: every pass is the same."
# - replace: aleatoric = entropy(passes).mean(axis=0)
#   with: aleatoric = entropy(mean)
#   hint: "The entropy of the mean is both doubts together. How unsure is each pass by itself?"
# - replace: np.maximum(entropy(mean) - aleatoric, 0)
#   with: entropy(mean)
#   hint: "The entropy of the mean is the total. What the passes are unsure of themselves has to be taken off."
# - replace: np.maximum(entropy(mean) - aleatoric, 0)
#   with: passes.var(axis=0).sum(axis=-1)
#   hint: "A variance of probabilities measures disagreement too, but in other units: entropies in nats are due."
# - replace: np.maximum(entropy(mean) - aleatoric, 0)
#   with: passes.var(axis=0).mean(axis=-1)
#   hint: "A variance of probabilities measures disagreement too, but in other units: entropies in nats are due."
# - replace: np.maximum(entropy(mean) - aleatoric, 0)
#   with: passes.std(axis=0).mean(axis=-1)
#   hint: "A spread of probabilities measures disagreement too, but in other units: entropies in nats are due."
# - replace: p * np.log(np.where(p > 0, p, 1))
#   with: p * np.log(p + 1e-3)
#   hint: "You add a small number inside the logarithm, which changes every entropy. Only 0 log 0 needs care."
# - replace: p * np.log(np.where(p > 0, p, 1))
#   with: p * np.log2(np.where(p > 0, p, 1))
#   hint: "Those are bits. Nats are due."
# - replace: for _ in range(num_samples)])
#   with: for _ in range(num_samples + 1)])
#   hint: "You ask the model once too often."
# - replace: return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)
#   with: return mean, np.maximum(entropy(mean) - aleatoric, 0), aleatoric
#   hint: "The two doubts are exchanged: aleatoric comes first."


# %% mistake: mc_dropout_predict
# hint: "You ask the model once and use that answer again and again. Each pass has to be a call of its own."
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError(num_samples)
    once = np.asarray(model(x, training=True), dtype=float)
    passes = np.stack([once] * num_samples)
    mean = passes.mean(axis=0)
    logs = np.log(np.where(passes > 0, passes, 1))
    aleatoric = -(passes * logs).sum(axis=-1).mean(axis=0)
    total = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(axis=-1)
    return mean, np.maximum(aleatoric, 0), np.maximum(total - aleatoric, 0)


# %% mistake: mc_dropout_predict
# hint: "0 times the logarithm of 0 is NaN in NumPy. A class that is ruled out adds nothing to an entropy."
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError(num_samples)
    passes = np.stack([np.asarray(model(x, training=True), dtype=float) for _ in range(num_samples)])
    mean = passes.mean(axis=0)
    with np.errstate(all="ignore"):
        aleatoric = -(passes * np.log(passes)).sum(axis=-1).mean(axis=0)
        total = -(mean * np.log(mean)).sum(axis=-1)
    return mean, aleatoric, np.maximum(total - aleatoric, 0)


# %% mistake: mc_dropout_predict
# hint: "You ask about one example at a time. Each pass takes all of x in one call."
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError(num_samples)
    passes = []
    for _ in range(num_samples):
        passes.append(np.concatenate([np.asarray(model(x[i : i + 1], training=True), float) for i in range(len(x))]))
    passes = np.stack(passes)
    mean = passes.mean(axis=0)
    aleatoric = -(passes * np.log(np.where(passes > 0, passes, 1))).sum(axis=-1).mean(axis=0)
    total = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(axis=-1)
    return mean, np.maximum(aleatoric, 0), np.maximum(total - aleatoric, 0)


# %% mistake: mc_dropout_predict
# hint: "The means run over the wrong axis: over examples or classes instead of over passes."
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError(num_samples)
    passes = np.stack([np.asarray(model(x, training=True), dtype=float) for _ in range(num_samples)])
    mean = passes.mean(axis=1)
    aleatoric = -(passes * np.log(np.where(passes > 0, passes, 1))).sum(axis=-1).mean(axis=1)
    total = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(axis=-1)
    return mean, np.maximum(aleatoric, 0), np.maximum(total - aleatoric, 0)


# %% equivalents: mc_dropout_predict
# - replace: np.where(p > 0, p, 1)
#   with: np.where(p > 0, p, 2)
#   reason: "0 times the logarithm of 2 is 0 as well."
# - replace: num_samples < 1
#   with: num_samples < 0
#   reason: "The sum over the classes of no passes fails with an AxisError, which is a ValueError."
# - replace: 'raise ValueError(f"at least one pass is needed. Received: {num_samples=}")'
#   with: pass
#   reason: "The sum over the classes of no passes fails with an AxisError, which is a ValueError."
# - replace: |-
#     if num_samples < 1:
#             raise ValueError(f"at least one pass is needed. Received: {num_samples=}")
#   with: pass
#   reason: "The sum over the classes of no passes fails with an AxisError, which is a ValueError."


# %% accepts: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    # Running sums, no pass is kept.
    if num_samples < 1:
        raise ValueError("num_samples must be positive")
    total, doubt = 0.0, 0.0

    def entropy(p):
        logs = np.zeros_like(p)
        np.log(p, out=logs, where=p > 0)
        return np.einsum("mk,mk->m", p, -logs)

    for _ in range(num_samples):
        p = np.array(model(x, training=True), dtype="float64")
        total, doubt = total + p, doubt + entropy(p)
    mean, aleatoric = total / num_samples, np.abs(doubt / num_samples)
    return mean, aleatoric, np.clip(entropy(mean) - aleatoric, 0, None)


# %% accepts: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    # Epistemic as the mean relative entropy of the passes to their mean: the same number.
    if num_samples <= 0:
        raise ValueError(num_samples)
    passes = np.array([np.asarray(model(x, training=True)) for _ in range(num_samples)]).astype(float)
    mean = passes.sum(axis=0) / num_samples
    safe = np.maximum(passes, 1e-300)
    aleatoric = np.mean(np.sum(-passes * np.log(safe), axis=2), axis=0)
    ratio = np.log(safe) - np.log(np.maximum(mean, 1e-300))
    epistemic = np.mean(np.sum(passes * ratio, axis=2), axis=0)
    return mean, np.maximum(aleatoric, 0.0), np.maximum(epistemic, 0.0)


# %% [markdown]
# Does uncertainty grow away from the data? Two moons once more, now even ones. Three candidates: one network, Monte
# Carlo dropout with 100 passes of a network with a dropout rate of 0.2, and an ensemble of ten. An ensemble fits
# through the same function, if each call is passed on to the next member. We measure over all of a large square, by the
# distance to the nearest training point.

# %% demo
x_moons, moon_labels = dd.data.toy.moons(200, noise=0.15, seed=45)  # (200, 2), (200,)


def trained_on_moons(seed, rate, hidden, epochs):
    rng = np.random.default_rng(seed)
    network = dense_network([2, hidden, hidden, 2], rng, rate)
    network.compile(day_034.Optimizer(learning_rate=0.01))
    network.fit(x_moons, moon_labels, epochs=epochs, batch_size=50, rng=rng)
    return network


def as_model(network):
    """The network as mc_dropout_predict asks for it: called with training, it gives probabilities."""

    def model(x, training=False):
        for layer in network.layers:
            x = layer.forward(x, training)
        return day_005.softmax(x)

    return model


members = [as_model(trained_on_moons(100 * member, 0.0, 32, 60)) for member in range(10)]
turn = itertools.cycle(members)
candidates = {
    "one network": (members[0], 1),
    "Monte Carlo dropout": (as_model(trained_on_moons(7, 0.2, 64, 150)), 100),
    "ensemble of ten": (lambda x, training: next(turn)(x), 10),
}
side = np.linspace(-5, 6, 89)
across, up = np.meshgrid(side, side - 0.25)
plane = np.stack([across.ravel(), up.ravel()], axis=1)  # (7921, 2)
distance = np.sqrt(((plane[:, np.newaxis] - x_moons) ** 2).sum(axis=2)).min(axis=1)
rings = [(0, 0.25), (0.25, 0.5), (0.5, 1), (1, 2), (2, 3), (3, 4)]
doubt = {}
fig, axes = plt.subplots(1, 3, figsize=(16, 4.6))
for name, (model, num_samples) in candidates.items():
    _, aleatoric, epistemic = mc_dropout_predict(model, plane, num_samples)
    in_rings = [(low <= distance) & (distance < high) for low, high in rings]
    doubt[name] = np.array([[values[ring].mean() for ring in in_rings] for values in (aleatoric, epistemic)])
    if name == "ensemble of ten":
        for ax, values, title in zip(axes, (aleatoric, epistemic), ("aleatoric", "epistemic"), strict=False):
            shades = ax.pcolormesh(across, up, values.reshape(across.shape), cmap="Blues", vmin=0, vmax=np.log(2))
            ax.scatter(*x_moons.T, s=6, color="C1")
            ax.set(title=f"{title}, ensemble of ten", xlabel="$x_0$", ylabel="$x_1$")
            ax.grid(False)
        fig.colorbar(shades, ax=axes[1], label="nats")
middles = [(low + high) / 2 for low, high in rings]
axes[2].plot(middles, doubt["one network"][0], marker="o", label="one network, its entropy")
axes[2].plot(middles, doubt["Monte Carlo dropout"][1], marker="s", label="dropout, epistemic")
axes[2].plot(middles, doubt["ensemble of ten"][1], marker="^", label="ensemble, epistemic")
axes[2].set(title="Mean doubt by distance", xlabel="distance to the nearest training point", ylabel="nats")
axes[2].legend()
dd.plot.show(
    "Two maps of a plane with two moons of points in its middle, and curves. Aleatoric doubt is dark along the border "
    "between the moons and in thin rays that go on outwards. Epistemic doubt is white around the points, and dark in "
    "wedges that open outwards where the members draw their borders differently. Right, mean doubt against distance: "
    "the entropy of one network falls from its highest value near the points towards 0; the epistemic doubt of dropout "
    "and of the ensemble rises and stays high."
)
for name in ("Monte Carlo dropout", "ensemble of ten"):
    near, far = doubt[name][1, 0], doubt[name][1, -1]
    print(f"{name}: epistemic doubt {near:.3f} among the points, {far:.3f} three to four away")
print(f"one network: entropy {doubt['one network'][0, 0]:.3f} among the points, {doubt['one network'][0, -1]:.3f} away")

# %% [markdown]
# The single network is surest where it has never been: with ReLU, logits grow in proportion to the distance, and
# softmax turns that into certainty (Hein et al. 2019). Members of an ensemble run away too, but in different
# directions, so that on average they disagree more the farther one goes; dropout shows the same at a tenth of the
# training. Look at the map, though: it is *on average*. In whole wedges all members agree, far from any data and
# without a reason. Such a doubt is a warning when it is high, and no promise when it is low. **Robustness**, that is,
# how a model bears what it was not trained for, has to be tried out as well.
#
# ## For whom does it fail?
#
# In 2018 Buolamwini and Gebru tested three commercial programs that tell women from men by their faces. Where all three
# were bought for their overall accuracy, they erred on up to 34.7% of darker-skinned women, and on at most 0.8% of
# lighter-skinned men. Nobody had looked. To look is simple: a **slice** is a part of the test set that has something in
# common, and each metric is computed for each slice.
#
# Where does such a difference come from? From any stage of a project:
#
# | bias | where it enters | example | what shows it |
# |---|---|---|---|
# | selection | $p_\text{train}(x, y) \ne p_\text{world}(x, y)$ | few smiles in one group | counts by group and label |
# | model | the loss is a mean, and the majority decides it | a small group costs little | training loss by slice |
# | deployment | used for other things, or trained on its own effects | more patrols find more crime | data from after |
# | evaluation | the test set lacks the same people, or one number says all | the case above | slices and their sizes |
# | interpretation | people read the result | chance or correlation taken for cause | who acts on it, and how |
#
# What should be equal? *Demographic parity* asks for the same share of "yes" in each slice, *equal opportunity* for the
# same recall, *equalised odds* for the same recall and the same share of false alarms (Hardt et al. 2016). They can't
# all be had: where one group really has more ones, even a perfect model has no parity. Which one matters is decided by
# what an error does to whom, not by mathematics.
#
# By hand: slice A has $y = (1, 1, 0, 0)$ and predictions $(1, 0, 0, 1)$, slice B has $y = (1, 0)$ and $(0, 0)$. Both
# have an accuracy of $\frac12$. A: a recall of $\frac12$, false alarms on $\frac12$ of the zeros, "yes" for $\frac12$.
# B: 0, 0 and 0.


# %% exercise: slice_metrics
def slice_metrics(y, pred, groups):
    """Metrics of a yes-or-no prediction for each slice of the data.

    Args:
        y: the truth, array (m,) of zeros and ones: ints of any kind or bools; left unchanged.
        pred: the predictions, the same; left unchanged.
        groups: the slice that each example belongs to, array (m,) of ints, bools or text; left unchanged.

    Returns:
        A dict from each group that occurs to a dict with the keys "count", an int, and "accuracy", "positive_rate" (the
        share predicted 1), "recall" (of the ones, the share predicted 1) and "false_alarm_rate" (of the zeros, the
        share predicted 1), floats. A share of no ones, or of no zeros, is NaN, without a warning.

    Raises:
        ValueError: the three are not equally long.
    """
    ### BEGIN SOLUTION
    if not len(y) == len(pred) == len(groups):
        raise ValueError(f"all three must be equally long. Received: {len(y)}, {len(pred)}, {len(groups)}")
    true, said = y == 1, pred == 1

    def share(values):
        return float(np.mean(values)) if len(values) else float("nan")

    metrics = {}
    for name in np.unique(groups).tolist():
        inside = groups == name
        metrics[name] = {
            "count": int(np.sum(inside)),
            "accuracy": share((true == said)[inside]),
            "positive_rate": share(said[inside]),
            "recall": share(said[inside & true]),
            "false_alarm_rate": share(said[inside & ~true]),
        }
    return metrics
    ### END SOLUTION


# %% fixture
def slice_metrics_without_warning(y, pred, groups):
    """The metrics, where a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return slice_metrics(y, pred, groups)


# %% test: slice_metrics, points=2
y, pred = np.array([1, 1, 0, 1, 0, 0]), np.array([1, 0, 0, 0, 0, 1])
groups = np.array(["A", "A", "A", "B", "B", "A"])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(pred, what="pred"), dd.check.unchanged(groups, what="groups"):
    result = slice_metrics(y, pred, groups)
due = {
    "A": {"count": 4, "accuracy": 0.5, "positive_rate": 0.5, "recall": 0.5, "false_alarm_rate": 0.5},
    "B": {"count": 2, "accuracy": 0.5, "positive_rate": 0.0, "recall": 0.0, "false_alarm_rate": 0.0},
}
dd.check.like(result, due, what="slice_metrics(y, pred, groups)", why="this is the example worked by hand")
result = slice_metrics_without_warning(np.array([1, 0]), np.array([1, 1]), np.array([3, 8]))
nan = float("nan")
due = {
    3: {"count": 1, "accuracy": 1.0, "positive_rate": 1.0, "recall": 1.0, "false_alarm_rate": nan},
    8: {"count": 1, "accuracy": 0.0, "positive_rate": 1.0, "recall": nan, "false_alarm_rate": 1.0},
}
dd.check.like(
    result, due, equal_nan=True, what="the metrics of slices of one", why="there is no zero in 3, no one in 8"
)
with dd.check.raises(ValueError, why="there is one group too few"):
    slice_metrics(y, pred, groups[:-1])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(45)
for m, names in (
    (1, ["only"]),
    (12, ["a", "bb", "ccc"]),
    (400, [-2, 0, 7, 30]),
    (900, [False, True]),
    (30, list(range(20))),
):
    places = rng.integers(0, len(names), m)
    groups = np.array(names)[places]
    truth, said = rng.integers(0, 2, m), rng.integers(0, 2, m)
    for dtype in ("int64", "uint8", "bool", "int8"):
        y, pred = truth.astype(dtype), said.astype("int64" if dtype == "int8" else dtype)
        with dd.check.unchanged([y, pred, groups], what="[y, pred, groups]"):
            result = slice_metrics(y, pred, groups)
        due = {}
        for name in {names[place] for place in places}:
            rows = [i for i in range(m) if names[places[i]] == name]
            ones, zeros = [i for i in rows if truth[i]], [i for i in rows if not truth[i]]
            due[name] = {
                "count": len(rows),
                "accuracy": sum(int(truth[i] == said[i]) for i in rows) / len(rows),
                "positive_rate": sum(int(said[i]) for i in rows) / len(rows),
                "recall": sum(int(said[i]) for i in ones) / len(ones) if ones else nan,
                "false_alarm_rate": sum(int(said[i]) for i in zeros) / len(zeros) if zeros else nan,
            }
        what = f"slice_metrics of {m} examples of {dtype} in {len(due)} slices"
        dd.check.like(result, due, equal_nan=True, what=what, why="each slice is counted by itself")
for rows in ((6, 5, 6), (5, 6, 6), (6, 6, 5), (1, 6, 6), (6, 6, 1)):
    with dd.check.raises(ValueError, why=f"the lengths are {rows}"):
        slice_metrics(*(np.ones(n, int) for n in rows))
### END HIDDEN TESTS

# %% mistakes: slice_metrics
# - replace: share(said[inside & true])
#   with: share(true[inside & said])
#   hint: "That is precision: of those predicted 1, the share that are. Recall goes the other way."
# - replace: share(said[inside & true])
#   with: share((said & true)[inside])
#   hint: "Recall is a share of the ones, not of all examples of the slice."
# - replace: share(said[inside & ~true])
#   with: share((said & ~true)[inside])
#   hint: "False alarms are counted among the zeros, not among all examples of the slice."
# - replace: share(said[inside & ~true])
#   with: share(~true[inside & said])
#   hint: "That is the share of alarms that are false. Wanted is the share of the zeros that raise one."
# - replace: share(said[inside])
#   with: share(true[inside])
#   hint: "The positive rate is about predictions: how often does the model say yes, rightly or wrongly?"
# - replace: share((true == said)[inside])
#   with: share(true == said)
#   hint: "Every slice has the accuracy of all. Each is to be counted by itself."
# - replace: share(said[inside & true])
#   with: share(said[true])
#   hint: "Every slice has the recall of all. Each is to be counted by itself."
# - replace: float(np.mean(values)) if len(values) else float("nan")
#   with: float(np.mean(values))
#   hint: "The mean of nothing is NaN in NumPy, but comes with a warning. Look before you average."
# - replace: else float("nan")
#   with: else 0.0
#   hint: "A recall of 0 would be a bad one. Where there is nothing to find there is no recall, and NaN says so."
# - replace: '"count": int(np.sum(inside))'
#   with: '"count": int(np.sum(inside & true))'
#   hint: "The count is that of all examples in the slice, not only of the ones."
# - replace: |-
#     if not len(y) == len(pred) == len(groups):
#             raise ValueError(f"all three must be equally long. Received: {len(y)}, {len(pred)}, {len(groups)}")
#   with: |-
#     metrics = {}
#   hint: "Arrays of different lengths should be refused with a ValueError."


# %% mistake: slice_metrics
# hint: "What is longer is cut off without a word. Arrays of different lengths should be refused with a ValueError."
def slice_metrics(y, pred, groups):
    table = np.array([(t == 1, p == 1) for t, p, _ in zip(y, pred, groups, strict=False)])
    groups = groups[: len(table)]
    metrics = {}
    for name in np.unique(groups).tolist():
        t, s = table[groups == name].T
        metrics[name] = {
            "count": len(t),
            "accuracy": float(np.mean(t == s)),
            "positive_rate": float(s.mean()),
            "recall": float(s[t].mean()) if t.any() else float("nan"),
            "false_alarm_rate": float(s[~t].mean()) if not t.all() else float("nan"),
        }
    return metrics


# %% mistake: slice_metrics
# hint: "The lengths are compared only in part: y and pred can differ, or groups."
def slice_metrics(y, pred, groups):
    if len(y) != len(groups):
        raise ValueError("lengths")
    pred = np.resize(pred, len(y))
    metrics = {}
    for name in set(groups.tolist()):
        t, s = y[groups == name].astype(bool), pred[groups == name].astype(bool)
        metrics[name] = {
            "count": len(t),
            "accuracy": float(np.mean(t == s)),
            "positive_rate": float(s.mean()),
            "recall": float(s[t].mean()) if t.any() else float("nan"),
            "false_alarm_rate": float(s[~t].mean()) if not t.all() else float("nan"),
        }
    return metrics


# %% mistake: slice_metrics
# hint: "Sums of uint8 or differences of bools run over or fail; turn truth and predictions into bools first."
def slice_metrics(y, pred, groups):
    if len(y) != len(pred) or len(y) != len(groups):
        raise ValueError("lengths")
    metrics = {}
    for name in set(groups.tolist()):
        t, s = y[groups == name].astype("uint8"), pred[groups == name].astype("uint8")
        ones, zeros = int(t.sum()), int((1 - t).sum())
        metrics[name] = {
            "count": len(t),
            "accuracy": float(1 - np.mean(t - s)),
            "positive_rate": float(s.mean()),
            "recall": float((t * s).sum() / ones) if ones else float("nan"),
            "false_alarm_rate": float(((1 - t) * s).sum() / zeros) if zeros else float("nan"),
        }
    return metrics


# %% accepts: slice_metrics
def slice_metrics(y, pred, groups):
    # All slices at once, by counting (slice, truth, prediction).
    if len({len(y), len(pred), len(groups)}) > 1:
        raise ValueError("lengths differ")
    names, places = np.unique(groups, return_inverse=True)
    table = np.zeros((len(names), 2, 2))
    np.add.at(table, (places, np.asarray(y, dtype=int), np.asarray(pred, dtype=int)), 1)
    metrics = {}
    for name, ((tn, fp), (fn, tp)) in zip(names.tolist(), table, strict=True):
        count = tn + fp + fn + tp
        metrics[name] = {
            "count": int(count),
            "accuracy": (tn + tp) / count,
            "positive_rate": (fp + tp) / count,
            "recall": tp / (tp + fn) if tp + fn else np.nan,
            "false_alarm_rate": fp / (fp + tn) if fp + tn else np.nan,
        }
    return metrics


# %% accepts: slice_metrics
def slice_metrics(y, pred, groups):
    members = {}
    for answer, guess, group in zip(y.tolist(), pred.tolist(), groups.tolist(), strict=True):  # refuses other lengths
        members.setdefault(group, []).append((bool(answer), bool(guess)))

    def mean(values):
        values = list(values)
        return sum(values) / len(values) if values else float("nan")

    return {
        group: {
            "count": len(pairs),
            "accuracy": mean(a == g for a, g in pairs),
            "positive_rate": mean(g for _, g in pairs),
            "recall": mean(g for a, g in pairs if a),
            "false_alarm_rate": mean(g for a, g in pairs if not a),
        }
        for group, pairs in members.items()
    }


# %% [markdown]
# ## Put it together: an audit of the smile finder
#
# The network from above gets seven to eight test faces in ten right. For whom does it fail? Four things are known
# of each face; two slices each. Which gap is the largest?

# %% demo
predictions = {"as collected": smile_logits(x_test).argmax(axis=1)}
by_attribute = {name: slice_metrics(smiles_test, predictions["as collected"], facts_test[name]) for name in ATTRIBUTES}
print(f"{'':12}  faces  accuracy  recall  false alarms")
recall_gap = {}
for name, slices in by_attribute.items():
    for group, metrics in slices.items():
        print(f"{group:12} {metrics['count']:6} {metrics['accuracy']:9.2f} {metrics['recall']:7.2f}", end="")
        print(f" {metrics['false_alarm_rate']:13.2f}")
    first, second = slices.values()
    recall_gap[name] = abs(first["recall"] - second["recall"])
worst = max(recall_gap, key=recall_gap.get)
print(f"the largest gap in recall is that of {worst}: {recall_gap[worst]:.2f}")

# %% [markdown]
# Skin it is. The accuracy of the two slices differs less than their recall does, and it doesn't tell that they err in
# opposite ways: on light skin the network tends to say "smile", on dark skin it tends not to. Not that dark faces are
# harder: something makes the network *expect* no smile there. So count the training set by slice and label, as nobody
# had done.

# %% demo
joint = np.char.add(np.char.add(facts_train["skin"], " "), np.where(smiles_train == 1, "smile", "none"))
for name, count in zip(*np.unique(joint, return_counts=True), strict=True):
    print(f"{name:12} {count:4} training faces")
by_joint = class_weights(joint)
weights_train = np.array([by_joint[name] for name in joint.tolist()])

rng = np.random.default_rng(45)
collected_anew = portraits(200, seed=5, dark=1.0, happy=0.5)
x_anew, smiles_anew, _ = smile_set(rng, studio, collected_anew)
remedies = {
    "weights": smile_network(x_train, smiles_train, weights_train),
    "collected anew": smile_network(x_anew, smiles_anew),
}
for name, (network, _) in remedies.items():
    predictions[name] = network(x_test).argmax(axis=1)
fig, axes = plt.subplots(1, 2, figsize=(11, 4.4), sharey=True)
skin_gap = {}
for ax, metric, title, answer in zip(
    axes, ("recall", "false_alarm_rate"), ("Smiles that are found", "False alarms"), (1, 0), strict=True
):
    for i, group in enumerate(("light", "dark")):
        shares = np.array(
            [slice_metrics(smiles_test, p, facts_test["skin"])[group][metric] for p in predictions.values()]
        )
        total = np.sum((facts_test["skin"] == group) & (smiles_test == answer))
        spread = 2 * np.sqrt(shares * (1 - shares) / total)
        places = np.arange(3) + 0.4 * i - 0.2
        ax.bar(places, shares, 0.36, yerr=spread, capsize=4, color=("C5", "C0")[i], ecolor="0.5", label=f"{group} skin")
        skin_gap[metric, group] = shares
    ax.set(title=title, xlabel="training set", ylabel="share" if answer else "", ylim=(0, 1))
    ax.set_xticks(range(3), predictions)
axes[1].legend()
dd.plot.show(
    "Two bar charts with two standard errors, light and dark skin side by side. Smiles found: as collected, about "
    "0.8 of those on light skin and 0.4 on dark; with weights a little closer; anew, both are high. False alarms: "
    "as collected, about 0.2 on light skin and next to none on dark; collected anew, closer to each other."
)
gaps = dict(zip(predictions, skin_gap["recall", "light"] - skin_gap["recall", "dark"], strict=True))
for name, pred in predictions.items():
    print(f"{name:14}  gap in recall {gaps[name]:5.2f}  accuracy {np.mean(pred == smiles_test):.3f}")
assert worst == "skin" and recall_gap["skin"] > 0.12
assert abs(gaps["collected anew"]) < 0.6 * gaps["as collected"]
assert errors[temperature] < 0.7 * errors[1.0]
assert all(doubt[name][1, -1] > 1.5 * doubt[name][1, 0] for name in ("Monte Carlo dropout", "ensemble of ten"))
assert doubt["one network"][0, -1] < doubt["one network"][0, 0]
assert weighted_recall > found["plain", 0.5][0] + 0.2

# %% [markdown]
# There it is: half of the light faces smile and hardly any of the dark ones, and the network took skin for evidence. It
# was asked to predict, and in its world that evidence was good. (These are drawings; nothing about people follows from
# them. The mechanism is the same.)
#
# Weights for the four combinations help some, and less than one would hope. The network has *every* training face right
# already, and a weight on a loss of nearly 0 is nearly nothing (Byrd and Lipton 2019); a handful of smiles stays a
# handful. Collecting as many dark faces anew, half of them smiling, does more for less: with all faces drawn afresh
# five times more, the gap was 0.24 to 0.63 as collected, 0.11 to 0.53 with weights, and from 0.01 to $-0.17$, so if
# anything a little turned over, after collecting anew; and the accuracy of the whole rose by 3 to 19 points. (The bars
# are two standard errors, for the chance in the test faces alone.)
#
# Nothing but slices would have shown it. Had the test set been collected like the training set, its few dark smiles
# would have drowned in the mean, and that is evaluation bias. And a test of every conceivable slice finds some gap by
# chance: four attributes make four chances, a hundred make a hundred. Say beforehand which slices matter, and give
# their sizes.
#
# ## What you should remember
#
# 1. $v_k = m / (K m_k)$ gives every class the same say. Weights and oversampling buy recall with false alarms and spoil
#    probabilities; a threshold does nearly the same without.
# 2. The focal loss turns from easy examples to hard ones, by $(1 - q)^\gamma$.
# 3. Calibration compares confidence with accuracy, in bins. One temperature, fitted on held-out data, mends most of it
#    and changes no answer.
# 4. Doubt about the data is what passes have in common, doubt about the model is what they disagree in. One softmax is
#    often surest far from all data.
# 5. Slice every metric by whom it concerns, and count the training set by slice and label. More of the right data beats
#    weights.
#
# ## Check yourself, without code
#
# 1. A network is trained with class weights of 0.5 and 10 and says 0.5 for a part. Are its odds of being cracked 1 to
#    1?
# 2. All ten members of an ensemble say $(0.7, 0.3)$. Which doubt is that, and would more data help?
# 3. Two groups have the same recall and the same share of false alarms, and different shares of "yes". How can that be?
#
# <details><summary>Answers</summary>
#
# 1. No. The weights have multiplied the odds by about $10 / 0.5 = 20$; 1 to 20 is nearer the truth.
# 2. Aleatoric: they agree that it is undecided. More examples of the kind would not help, another feature might.
# 3. The groups have different shares of ones. That is equalised odds without demographic parity.
#
# </details>
#
# ## Go further
#
# - Guo, Pleiss, Sun and Weinberger (2017), *On calibration of modern neural networks*, ICML.
# - Lin, Goyal, Girshick, He and Dollár (2017), *Focal loss for dense object detection*, ICCV.
# - Gal and Ghahramani (2016), *Dropout as a Bayesian approximation: representing model uncertainty in deep learning*,
#   ICML; Lakshminarayanan, Pritzel and Blundell (2017), *Simple and scalable predictive uncertainty estimation using
#   deep ensembles*, NeurIPS.
# - Hein, Andriushchenko and Bitterwolf (2019), *Why ReLU networks yield high-confidence predictions far away from the
#   training data*, CVPR.
# - Buolamwini and Gebru (2018), *Gender shades: intersectional accuracy disparities in commercial gender
#   classification*, FAT*; Hardt, Price and Srebro (2016), *Equality of opportunity in supervised learning*, NeurIPS.
# - Byrd and Lipton (2019), *What is the effect of importance weighting in deep learning?*, ICML.
# - Suresh and Guttag (2021), *A framework for understanding sources of harm throughout the machine learning life
#   cycle*, EAAMO: more kinds of bias than our five.
# - Amini, Soleimany, Schwarting, Bhatia and Rus (2019), *Uncovering and mitigating algorithmic bias through learned
#   latent structure*, AIES: an autoencoder finds what is rare by itself and shows it more often.
# - Day 46: convolutions, which look for a mouth everywhere.
