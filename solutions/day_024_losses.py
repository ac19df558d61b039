# ---
# day: 24
# title: Loss functions and their gradients
# week: 5
# minutes: 100
# backend: numpy
# needs: [1, 2, 4, 5, 7, 14, 20]
# data: []
# papers:
# - Huber 1964, Robust estimation of a location parameter
# - Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016, Rethinking the Inception architecture for computer vision
# - Müller, Kornblith and Hinton 2019, When does label smoothing help?
# ---

# %% [markdown]
# # Day 24 · Loss functions and their gradients
#
# By the end you can choose the loss that fits an output, write it with its gradient, and compute both so that
# no logit, outlier or zero probability brings the training to a halt.
#
# - **You will build** six exercises in NumPy: squared, absolute and Huber loss, binary and categorical
#   cross-entropy, the combined gradient of softmax and cross-entropy, and accuracy for quantities. Every
#   gradient is held against the numerical one.
# - **You need** one-hot labels (Day 1), mean squared error (Day 2), the sigmoid and log loss (Day 4), softmax
#   (Day 5).
# - **Not today:** how a gradient travels on through the layers below (Days 25 and 26), and checking gradients
#   as a craft of its own (Day 27).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N,\ M,\ K$ | examples in a batch, outputs of each, classes | scalars | |
# | $y$, $\hat y$ | targets and predictions | $(N,)$ or $(N, M)$ | `y`, `predictions` |
# | $e = \hat y - y$ | error, prediction minus target | as $y$ | `error` |
# | $\delta$ | where Huber's loss turns from square to straight | scalar | `delta` |
# | $z$ | logits | $(N, M)$ or $(N, K)$ | `logits` |
# | $p$ | probabilities: sigmoid or softmax of $z$ | as $z$ | `probs` |
# | $c_n$ | the right class of example $n$, from 0 to $K - 1$ | $(N,)$ together | `labels` |
# | $s$ | strength of label smoothing, from 0 to 1 | scalar | `label_smoothing` |
# | $\ell_n$ | the loss of one entry or example | $(N,)$ or $(N, M)$ | `losses` |
# | $L$ | the loss of the batch, mostly the mean of the $\ell_n$ | scalar | `loss` |
# | $\partial L / \partial z$ | its gradient, in the shape of what it is taken for | as $z$ | `dlogits` |
#
# From this week on the batch counts $N$ examples and its loss is called $L$, as in the literature on networks.
# It is what the first weeks called the cost $J$.

# %% setup
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def prediction_error(y, predictions):
    """Prediction minus target in float64, both arrays of one shape; ValueError if their shapes differ."""
    if np.shape(y) != np.shape(predictions):
        raise ValueError(f"targets and predictions must have one shape, not {np.shape(y)} and {np.shape(predictions)}")
    return np.asarray(predictions, dtype=float) - np.asarray(y, dtype=float)


# %% [markdown]
# ## What a loss hands to training
#
# Whatever a network is, it ends in numbers, and a loss says how bad they are. Training needs two things from
# it: the loss, one number, and its **gradient**, the slope with respect to each of those numbers. The gradient
# is what starts the backward journey of Days 25 and 26. So each function of today returns the pair.
#
# Each entry first has a loss of its own, $\ell_n$, and a slope of that. The **reduction** turns many into one:
#
# | reduction | loss | gradient |
# |---|---|---|
# | `"sum"` | $\sum_n \ell_n$ | the slopes as they are |
# | `"mean"` | $\frac1N \sum_n \ell_n$ | the slopes divided by $N$ |
# | `"none"` | all the $\ell_n$, unreduced | the slopes, each of its own $\ell_n$ |
#
# The mean is the usual choice, because a step then has the same length for 10 examples as for 1,000. `"none"`
# serves when examples have weights, or when you want to look at the worst of them. By hand: losses
# $(2, 0, 4)$ with slopes $(1, 0, -2)$ have the sum 6 and the mean 2, and the mean's gradient is
# $(\frac13, 0, -\frac23)$.
#
# **Shapes.** What is averaged over is the number of *losses*. With $M$ outputs of an example there are $N M$ of
# them, each with one slope. With $K$ classes there are $N$ losses but $(N, K)$ slopes: an example's one loss
# depends on all its $K$ numbers. The $\frac1N$ enters here, and nowhere else.


# %% exercise: reduce_loss
def reduce_loss(losses, slopes, reduction="mean"):
    """Turn losses and their slopes into one loss and its gradient.

    Args:
        losses: float array of at least one entry, of shape (N,) or (N, M); left unchanged.
        slopes: float array, the slopes of each loss with respect to what it was computed from: in the shape of
            losses, or with one more axis at the end; left unchanged.
        reduction: "mean", "sum" or "none".

    Returns:
        Tuple (loss, gradient): the mean or the sum of all losses, a float, or for "none" an array equal to losses;
        and the gradient of that mean or sum, an array in the shape of slopes, for "none" equal to slopes.

    Raises:
        ValueError: reduction is something else. About 7 lines.
    """
    ### BEGIN SOLUTION
    if reduction == "mean":
        return np.mean(losses), slopes / losses.size
    if reduction == "sum":
        return np.sum(losses), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError(f'reduction must be "mean", "sum" or "none", not {reduction!r}')
    ### END SOLUTION


# %% test: reduce_loss, points=1
losses, slopes = np.array([2.0, 0.0, 4.0]), np.array([1.0, 0.0, -2.0])
with dd.check.unchanged(losses, what="losses"), dd.check.unchanged(slopes, what="slopes"):
    result = reduce_loss(losses, slopes)
dd.check.like(result, (2.0, slopes / 3), why="this is the example worked by hand")
dd.check.like(reduce_loss(losses, slopes, "sum"), (6.0, slopes), why="the slope of a sum is each loss's own slope")
dd.check.like(reduce_loss(losses, slopes, "none"), (losses, slopes), why="nothing is reduced")
wide = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # three losses, each of two numbers
_, gradient = reduce_loss(losses, wide, "mean")
dd.check.like(gradient, wide / 3, what="the gradient", why="the mean is over three losses, whatever each depends on")
with dd.check.raises(ValueError, why="no such reduction exists"):
    reduce_loss(losses, slopes, "average")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(240)
for shape, more in (((1,), ()), ((1,), (4,)), ((5,), ()), ((6,), (3,)), ((2, 4), ()), ((3, 1), ()), ((2, 3), (5,))):
    losses, slopes = rng.uniform(0.5, 3.0, shape), rng.normal(0.0, 1.0, shape + more)
    total = sum(losses.flat)
    count = len(list(losses.flat))
    due = {"mean": (total / count, slopes / count), "sum": (total, slopes), "none": (losses, slopes)}
    for reduction, (loss, gradient) in due.items():
        with dd.check.unchanged(losses, what="losses"), dd.check.unchanged(slopes, what="slopes"):
            result = reduce_loss(losses, slopes, reduction)
        why = f"that is what {reduction!r} stands for"
        dd.check.like(result, (float(loss) if reduction != "none" else loss, gradient), rtol=1e-9, why=why)
    dd.check.like(reduce_loss(losses, slopes), (float(total / count), slopes / count), why="the default is the mean")
for name in ("Mean", "avg", "sum_over", "", "mea"):
    with dd.check.raises(ValueError, why=f"{name!r} is no reduction"):
        reduce_loss(losses, slopes, name)
### END HIDDEN TESTS

# %% mistakes: reduce_loss
# - replace: np.mean(losses), slopes / losses.size
#   with: np.mean(losses), slopes
#   hint: "Your loss is a mean and your gradient that of a sum. How far does the mean move when one loss does?"
# - replace: np.mean(losses), slopes / losses.size
#   with: np.mean(losses), slopes / slopes.size
#   hint: "You divide by the number of slopes. A mean of losses is divided by the number of losses."
# - replace: np.mean(losses), slopes / losses.size
#   with: np.mean(losses), slopes / len(losses)
#   hint: "You divide by the number of examples. With several outputs of each there are more losses than that."
# - replace: np.mean(losses), slopes / losses.size
#   with: np.mean(losses), np.mean(slopes)
#   hint: "You average the slopes away. Each keeps its place; only the share that it has in the loss becomes smaller."
# - replace: np.sum(losses), slopes
#   with: np.sum(losses), slopes / losses.size
#   hint: "The sum's gradient is divided although the sum is not."
# - replace: np.sum(losses), slopes
#   with: np.sum(losses, axis=0), slopes
#   hint: "With several outputs of each example your sum is no single number."
# - replace: return losses, slopes
#   with: return np.sum(losses), slopes
#   hint: "For none you still reduce. The losses are to stay apart."
# - replace: return np.mean(losses), slopes / losses.size
#   with: |-
#     slopes /= losses.size
#             return np.mean(losses), slopes
#   hint: "The result is right, but the caller's slopes were divided under their hands."


# %% mistake: reduce_loss
# hint: "Whatever is not mean or sum counts as none with you. A misspelt word should not go unnoticed."
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return np.mean(losses), slopes / losses.size
    if reduction == "sum":
        return np.sum(losses), slopes
    return losses, slopes


# %% mistake: reduce_loss
# hint: "You reduce over the examples only. With several outputs of each, all the losses belong to the one number."
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return losses.mean(axis=0), slopes / len(losses)
    if reduction == "sum":
        return losses.sum(axis=0), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError(reduction)


# %% mistake: reduce_loss
# hint: "The loss is there, the gradient is not. A pair was asked for."
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(reduction)
    return {"mean": losses.mean(), "sum": losses.sum(), "none": losses}[reduction]


# %% mistake: reduce_loss
# hint: "A word that you do not know ends in another kind of error than the docstring names."
def reduce_loss(losses, slopes, reduction="mean"):
    mean = (np.mean(losses), slopes / losses.size)
    return {"mean": mean, "sum": (np.sum(losses), slopes), "none": (losses, slopes)}[reduction]


# %% mistake: reduce_loss
# hint: "You divide the slopes whatever the reduction. Only a mean has that factor."
def reduce_loss(losses, slopes, reduction="mean"):
    reduced = {"mean": np.mean(losses), "sum": np.sum(losses), "none": losses}
    if reduction not in reduced:
        raise ValueError(reduction)
    return reduced[reduction], slopes / losses.size


# %% mistake: reduce_loss
# hint: "You reduce the slopes as you reduce the losses. A gradient keeps the shape of what it is taken for."
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return losses.mean(), slopes.mean(axis=0)
    if reduction == "sum":
        return losses.sum(), slopes.sum(axis=0)
    if reduction == "none":
        return losses, slopes
    raise ValueError(reduction)


# %% accepts: reduce_loss
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(reduction)
    if reduction == "none":
        return losses.copy(), slopes.copy()
    share = 1.0 / np.size(losses) if reduction == "mean" else 1.0
    return float(np.sum(losses)) * share, share * slopes


# %% accepts: reduce_loss
def reduce_loss(losses, slopes, reduction="mean"):
    try:
        reduce = {"mean": np.average, "sum": np.sum, "none": np.array}[reduction]
    except KeyError:
        raise ValueError(f"unknown reduction {reduction}") from None
    return reduce(losses), slopes * (1 / losses.size if reduction == "mean" else 1)


# %% [markdown]
# ## A quantity: squared, absolute, Huber
#
# A regression's output is a plain number, from a linear layer without an activation. Three losses of its
# error $e = \hat y - y$ are in daily use:
#
# | name | $\ell$ | slope $\partial \ell / \partial \hat y$ |
# |---|---|---|
# | squared (MSE, or L2) | $e^2$ | $2e$ |
# | absolute (MAE, or L1) | $\lvert e \rvert$ | the sign of $e$; 0 at $e = 0$ |
# | Huber (1964) | $\frac12 e^2$; beyond $\delta$ a straight line | $e$, at most $\pm\delta$ |
#
# The square's slope grows with the error: the worst example shouts loudest. The absolute value's slope is 1
# however bad it gets: one vote for each example, but near the target it steps to and fro, since the slope does
# not shrink. Huber takes the square near zero and outside, for $\lvert e \rvert > \delta$, the straight line
# $\delta(\lvert e \rvert - \frac12 \delta)$, joined so that both value and slope agree at $\delta$. Day 20
# would say: the square is maximum likelihood for Gaussian noise, the absolute value for noise with long tails.
# (Some books put $\frac12$ before the square. We follow Keras and PyTorch: none in MSE, one in Huber.)
#
# By hand: $y = (1, 2, 5, 4)$ and $\hat y = (2, 2, 1, 4.5)$, so $e = (1, 0, -4, 0.5)$. The squares are
# $1, 0, 16, 0.25$ with mean $4.3125$ and gradient $(0.5, 0, -2, 0.25)$. The absolute values have the mean
# $1.375$ and the gradient $(0.25, 0, -0.25, 0.25)$. With $\delta = 1$ Huber has $0.5, 0, 3.5, 0.125$, the mean
# $1.03125$ and the gradient $(0.25, 0, -0.25, 0.125)$. The one bad prediction makes up 93% of the squared loss.
#
# Day 2's trap is still there: $(N,)$ minus $(N, 1)$ is $(N, N)$, without a word. `prediction_error` above
# refuses it. This exercise is one cell with three functions.


# %% exercise: mse
def mse(y, predictions, reduction="mean"):
    """Squared error e**2, with e = predictions - y, and its gradient.

    Args:
        y: targets, array of shape (N,) or (N, M), float or any int dtype; left unchanged.
        predictions: array of the same shape, float or any int dtype; left unchanged.
        reduction: as in reduce_loss.

    Returns:
        (loss, gradient) as reduce_loss returns them; the gradient is that with respect to the predictions.

    Raises:
        ValueError: the shapes differ, or there is no such reduction. About 2 lines, as the other two.
    """
    ### BEGIN SOLUTION
    error = prediction_error(y, predictions)
    return reduce_loss(error**2, 2 * error, reduction)
    ### END SOLUTION


def mae(y, predictions, reduction="mean"):
    """Absolute error abs(e) and its gradient, 0 where e is 0; arguments, results and errors as for mse."""
    ### BEGIN SOLUTION
    error = prediction_error(y, predictions)
    return reduce_loss(np.abs(error), np.sign(error), reduction)
    ### END SOLUTION


def huber(y, predictions, delta=1.0, reduction="mean"):
    """Huber's loss and its gradient: e**2 / 2 where abs(e) <= delta, else delta * (abs(e) - delta / 2).

    delta is a float > 0; the other arguments, results and errors are as for mse.
    """
    ### BEGIN SOLUTION
    error = prediction_error(y, predictions)
    straight = delta * (np.abs(error) - delta / 2)
    losses = np.where(np.abs(error) <= delta, error**2 / 2, straight)
    return reduce_loss(losses, np.clip(error, -delta, delta), reduction)
    ### END SOLUTION


# %% test: mse, points=3
y, predictions = np.array([1.0, 2.0, 5.0, 4.0]), np.array([2.0, 2.0, 1.0, 4.5])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(predictions, what="predictions"):
    results = mse(y, predictions), mae(y, predictions), huber(y, predictions)
due = (
    (4.3125, np.array([0.5, 0.0, -2.0, 0.25])),
    (1.375, np.array([0.25, 0.0, -0.25, 0.25])),
    (1.03125, np.array([0.25, 0.0, -0.25, 0.125])),
)
for result, expected, name in zip(results, due, ("mse", "mae", "huber"), strict=True):
    dd.check.like(result, expected, what=name, why="this is the example worked by hand")
wide = huber(y, predictions, delta=2.0, reduction="none")
dd.check.like(wide, (np.array([0.5, 0.0, 6.0, 0.125]), np.array([1.0, 0.0, -2.0, 0.5])), why="the bend is at 2 here")
for loss_function, name in ((mse, "mse"), (mae, "mae"), (huber, "huber")):
    with dd.check.raises(ValueError, why=f"{name} must refuse a column against a row"):
        loss_function(y, predictions[:, None])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(241)


def slow(name, e, delta):
    if name == "mse":
        return e * e, 2 * e
    if name == "mae":
        return abs(e), float(e > 0) - float(e < 0)
    if abs(e) <= delta:
        return 0.5 * e * e, e
    return delta * (abs(e) - 0.5 * delta), delta if e > 0 else -delta


def called(name, y, predictions, delta, reduction):
    if name == "huber":
        return huber(y, predictions, delta, reduction)
    return (mse if name == "mse" else mae)(y, predictions, reduction)


for shape in ((1,), (7,), (1, 3), (4, 1), (5, 2)):
    y, predictions = rng.normal(0.0, 2.0, shape), rng.normal(0.0, 2.0, shape)
    for name, delta in (("mse", 0), ("mae", 0), ("huber", 1.0), ("huber", 0.3), ("huber", 2.5), ("huber", 50.0)):
        pairs = [slow(name, b - a, delta) for a, b in zip(y.flat, predictions.flat, strict=True)]
        losses, slopes = (np.array(part).reshape(shape) for part in zip(*pairs, strict=True))
        count = losses.size
        due = {"mean": (float(losses.sum() / count), slopes / count), "sum": (float(losses.sum()), slopes)}
        due["none"] = (losses, slopes)
        for reduction, expected in due.items():
            with dd.check.unchanged(y, what="y"), dd.check.unchanged(predictions, what="predictions"):
                result = called(name, y, predictions, delta, reduction)
            why = f"that is {name} with reduction {reduction!r}" + (f" and delta {delta}" if name == "huber" else "")
            dd.check.like(result, expected, rtol=1e-9, what=name, why=why)
        if name != "huber" or np.all(np.abs(np.abs(predictions - y) - delta) > 1e-3):
            gradient = called(name, y, predictions, delta, "mean")[1]
            totals = {"mse": lambda e: np.mean(e**2), "mae": lambda e: np.mean(np.abs(e))}
            bend = {"huber": lambda e, d=delta: np.mean(np.where(np.abs(e) < d, e**2 / 2, d * (np.abs(e) - d / 2)))}
            total = (totals | bend)[name]
            dd.check.gradient(
                lambda p, y=y, total=total: total(p - y), predictions, gradient, what=f"{name}'s gradient"
            )
at_kinks = np.array([-2.0, 0.0, 2.0])
dd.check.like(mae(np.zeros(3), at_kinks, "none"), (np.array([2.0, 0.0, 2.0]), np.array([-1.0, 0.0, 1.0])), why="0 at 0")
due = (np.array([2.0, 0.0, 2.0]), np.array([-2.0, 0.0, 2.0]))
dd.check.like(huber(np.zeros(3), at_kinks, 2.0, "none"), due, why="at delta both halves agree")
far = mse(np.array([0.0, 1e8]), np.array([1e6, 1e8 + 0.5]), "none")
dd.check.like(far, (np.array([1e12, 0.25]), np.array([2e6, 1.0])), why="errors and targets may be large")
pixels = mae(np.array([250, 3], dtype="uint8"), np.array([4, 9], dtype="uint8"), "none")
dd.check.like(pixels, (np.array([246.0, 6.0]), np.array([-1.0, 1.0])), why="uint8 may not wrap around")
whole = mse(np.array([1, 2]), np.array([4, 0]), "sum")
dd.check.like(whole, (13.0, np.array([6.0, -4.0])), why="whole numbers are numbers too")
for loss_function in (mse, mae, huber):
    with dd.check.raises(ValueError, why="no such reduction exists"):
        loss_function(y, predictions, reduction="average")
    with dd.check.raises(ValueError, why="the shapes differ"):
        loss_function(np.zeros((3, 1)), np.zeros(3))
### END HIDDEN TESTS

# %% mistakes: mse
# - replace: reduce_loss(error**2, 2 * error, reduction)
#   with: reduce_loss(error**2, error, reduction)
#   hint: "The gradient of the squared error is half of what is due. What does the derivative of a square bring down?"
# - replace: reduce_loss(error**2, 2 * error, reduction)
#   with: reduce_loss(error**2 / 2, error, reduction)
#   hint: "Your squared error has a half in front. The table of today puts that into Huber's loss only."
# - replace: reduce_loss(error**2, 2 * error, reduction)
#   with: reduce_loss(error**2, -2 * error, reduction)
#   hint: "The squared error's gradient has the wrong sign: raise a prediction that is too high, and the loss rises."
# - replace: np.sign(error)
#   with: np.where(error >= 0, 1.0, -1.0)
#   hint: "Where the error is 0 the absolute loss cannot fall any further. Which slope did we declare there?"
# - replace: reduce_loss(np.abs(error), np.sign(error), reduction)
#   with: reduce_loss(np.abs(error), error, reduction)
#   hint: "The slope of the absolute value does not grow with the error."
# - replace: straight = delta * (np.abs(error) - delta / 2)
#   with: straight = delta * np.abs(error)
#   hint: "Huber's two halves do not meet where the square ends. What has to be taken off the straight line?"
# - replace: np.clip(error, -delta, delta)
#   with: error
#   hint: "Huber's slope keeps growing beyond delta. There the loss is a straight line."
# - replace: np.where(np.abs(error) <= delta, error**2 / 2, straight)
#   with: np.where(np.abs(error) <= delta, straight, error**2 / 2)
#   hint: "Huber's halves have changed places: the square is for small errors."
# - replace: np.where(np.abs(error) <= delta, error**2 / 2, straight)
#   with: np.where(error <= delta, error**2 / 2, straight)
#   hint: "Large negative errors still get the square. On which side of zero does delta lie?"
# - replace: np.where(np.abs(error) <= delta, error**2 / 2, straight)
#   with: np.where(np.abs(error) <= delta, error**2, straight)
#   hint: "Huber's square has a half in front, or the two parts do not meet."
# - replace: np.sign(error)
#   with: error / np.abs(error)
#   hint: "At an error of 0 you divide 0 by 0. Which slope did we declare there?"
# - replace: return reduce_loss(losses, np.clip(error, -delta, delta), reduction)
#   with: return reduce_loss(losses / delta, np.clip(error, -delta, delta) / delta, reduction)
#   hint: "That is Huber's loss divided by delta, which some libraries call smooth L1. Here nothing is divided."
# - replace: np.clip(error, -delta, delta)
#   with: np.where(np.abs(error) <= delta, error, np.sign(error))
#   hint: "Outside, Huber's straight line is not as steep as the absolute value: its slope has a factor."
# - replace: straight = delta * (np.abs(error) - delta / 2)
#   with: |-
#     delta = 1.0
#         straight = delta * (np.abs(error) - delta / 2)
#   hint: "Your Huber loss bends at 1, whatever delta the caller gives."


# %% mistake: mse
# hint: "Your errors are target minus prediction. The losses do not notice, but all gradients have the wrong sign."
def mse(y, predictions, reduction="mean"):
    error = -prediction_error(y, predictions)
    return reduce_loss(error**2, 2 * error, reduction)


def mae(y, predictions, reduction="mean"):
    error = -prediction_error(y, predictions)
    return reduce_loss(np.abs(error), np.sign(error), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    error = -prediction_error(y, predictions)
    losses = np.where(np.abs(error) <= delta, error**2 / 2, delta * (np.abs(error) - delta / 2))
    return reduce_loss(losses, np.clip(error, -delta, delta), reduction)


# %% mistake: mse
# hint: "You subtract without a look at the shapes, so a column and a row pair every prediction with every target."
def mse(y, predictions, reduction="mean"):
    error = predictions - y
    return reduce_loss(error**2, 2 * error, reduction)


def mae(y, predictions, reduction="mean"):
    error = predictions - y
    return reduce_loss(np.abs(error), np.sign(error), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    error = predictions - y
    losses = np.where(np.abs(error) <= delta, error**2 / 2, delta * (np.abs(error) - delta / 2))
    return reduce_loss(losses, np.clip(error, -delta, delta), reduction)


# %% mistake: mse
# hint: "You always take the mean. The reduction that the caller asks for has to be handed on."
def mse(y, predictions, reduction="mean"):
    error = prediction_error(y, predictions)
    return np.mean(error**2), 2 * error / error.size


def mae(y, predictions, reduction="mean"):
    error = prediction_error(y, predictions)
    return np.mean(np.abs(error)), np.sign(error) / error.size


def huber(y, predictions, delta=1.0, reduction="mean"):
    error = prediction_error(y, predictions)
    losses = np.where(np.abs(error) <= delta, error**2 / 2, delta * (np.abs(error) - delta / 2))
    return np.mean(losses), np.clip(error, -delta, delta) / error.size


# %% equivalents: mse
# - replace: np.where(np.abs(error) <= delta, error**2 / 2, straight)
#   with: np.where(np.abs(error) < delta, error**2 / 2, straight)
#   reason: "At delta both halves have the same value."
# - replace: np.clip(error, -delta, delta)
#   with: np.clip(-delta, error, delta)
#   reason: "Either way it is the larger of error and -delta, or delta if that is smaller."


# %% accepts: mse
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(e * e, e + e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    direction = (e > 0).astype(float) - (e < 0)
    return reduce_loss(e * direction, direction, reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    near = np.minimum(np.abs(e), delta)
    return reduce_loss(near**2 / 2 + delta * (np.abs(e) - near), np.sign(e) * near, reduction)


# %% accepts: mse
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.square(e), np.multiply(2.0, e), reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.where(e < 0, -e, e), np.where(e == 0, 0.0, np.where(e < 0, -1.0, 1.0)), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    losses, slopes = e**2 / 2, e.copy()
    for index in np.ndindex(e.shape):
        if abs(e[index]) > delta:
            losses[index] = delta * (abs(e[index]) - delta / 2)
            slopes[index] = delta * np.sign(e[index])
    return reduce_loss(losses, slopes, reduction)


# %% [markdown]
# How much does one bad reading weigh? First the three losses and their slopes; then 24 points near a line, of
# which the three on the right are spoilt by more and more. Each loss gets the same points, the same start and
# the same 3,000 steps of descent, driven by your gradients.

# %% demo
rng = np.random.default_rng(24)
inputs = np.linspace(-2, 2, 24)
clean = 1.5 * inputs + 1 + rng.normal(0, 0.4, 24)  # the true line has slope 1.5
losses_by_name = {"squared": mse, "absolute": mae, "Huber, $\\delta = 1$": huber}


def fit_line(loss_function, x, y, rate=0.2, num_steps=3000):
    """Weight and bias after descent from 0, 0; the rate is a fiftieth in the second half, so that MAE settles."""
    w = b = 0.0
    for step in range(num_steps):
        _, dpredictions = loss_function(y, w * x + b)  # (N,)
        stride = rate if step < num_steps / 2 else rate / 50
        w, b = w - stride * (dpredictions @ x), b - stride * np.sum(dpredictions)
    return w, b


fig, (values, slopes, line, drift) = plt.subplots(1, 4, figsize=(17, 4.2))
grid = np.linspace(-4, 4, 401)
shifts = np.array([0.0, 2.0, 4.0, 8.0, 12.0, 16.0])
spoilt = {shift: clean - shift * (np.arange(24) >= 21) for shift in shifts}
line.scatter(inputs, spoilt[8.0], s=25, color="0.5")
for name, loss_function in losses_by_name.items():
    loss, slope = loss_function(np.zeros(401), grid, reduction="none")
    values.plot(grid, loss, label=name)
    slopes.plot(grid, slope, label=name)
    fits = [fit_line(loss_function, inputs, spoilt[shift]) for shift in shifts]
    line.plot(inputs, fits[3][0] * inputs + fits[3][1], label=name)
    drift.plot(shifts, [w for w, _ in fits], marker="o", label=name)
    print(f"{name:18s}: slope {fits[0][0]:.2f} on clean points, {fits[3][0]:.2f} with three of them 8 too low")
values.set(xlabel="error $e$", ylabel="loss", ylim=(0, 8), title="The loss of an error")
slopes.set(xlabel="error $e$", ylabel="slope", ylim=(-5, 5), title="Its slope")
line.set(xlabel="input", ylabel="target", title="Three points 8 too low")
drift.axhline(1.5, color="black", linewidth=0.8, linestyle=":")
drift.set(xlabel="how far the three are spoilt", ylabel="fitted slope", title="What outliers do to the line")
values.legend(loc="upper center", fontsize=10)
dd.plot.show(
    "Four panels for squared, absolute and Huber loss. Losses: a parabola, a V, and a parabola that turns straight. "
    "Slopes: a straight line, a step, and a ramp between two levels. Lines through points with three outliers: the "
    "squared one tilts, the others follow the rest. Fitted slope by size of the outliers: the squared one falls "
    "steadily, the others soon stay level."
)

# %% [markdown]
# Twice the error is twice the pull under the square, so its line tilts without end as the outliers move away.
# For the other two an outlier's pull has a ceiling: once it is reached, it no longer matters *how* far off the
# point is. Huber bends somewhat more than the absolute loss but is smooth at its lowest point. Robustness is
# no virtue in itself: if the three low readings are the truth, the square is the one that listens. $\delta$ is
# in the units of the target: what lies beyond it, you declare an outlier.
#
# ## A yes or a no: binary cross-entropy
#
# For yes-or-no answers the output is a logit $z$, and $p = \sigma(z)$ is the probability of yes (Day 4). The
# loss is the surprise, $-\log p$ for $y = 1$ and $-\log(1 - p)$ for $y = 0$. As on Day 5 we compute it from
# the logit, where both are one expression without a logarithm of anything small:
#
# $$\ell = \log(1 + e^{z}) - y z, \qquad \frac{\partial \ell}{\partial z} = \sigma(z) - y .$$
#
# Still $e^{z}$ overflows at 710; $\log(1 + e^z) = \max(z, 0) + \log(1 + e^{-\lvert z \rvert})$ does not, and
# `np.log1p(t)` is $\log(1 + t)$ with all its digits where $t$ is tiny. By hand: $z = (0, \log 3)$ with $y = (1, 0)$
# costs $\log 2$ and $\log 4$; the slopes are $\frac12 - 1$ and $\frac34 - 0$.
#
# **Several outputs.** A photograph may show a dog *and* a ball. Then the output is $(N, M)$, each entry a
# yes-or-no question of its own with its own sigmoid, and the loss is the mean over all $N M$ of them.
#
# **Label smoothing** (Szegedy et al. 2016). A target of exactly 1 is met only at $z = \infty$, so training drives
# logits up for ever. With smoothing $s$ the targets move towards the middle, $y' = (1 - s)\,y + \frac s2$: for
# $s = 0.2$ a yes is 0.9 and a no 0.1. Then the loss has its lowest point at a finite logit, where
# $\sigma(z) = y'$. Both the loss and the gradient are those of $y'$. (The next cell catches warnings, as on Day 4.)


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: binary_cross_entropy
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    """Cross-entropy of yes-or-no targets under the sigmoid of the logits, and its gradient.

    Args:
        y: targets from 0 to 1, array of shape (N,) or (N, M), float or int; left unchanged.
        logits: array of the same shape, float or int64, entries of any size; left unchanged.
        label_smoothing: s from 0 to 1; the targets become (1 - s) * y + s / 2 first.
        reduction: as in reduce_loss.

    Returns:
        (loss, gradient) as reduce_loss returns them; the gradient is that with respect to the logits. Exact for
        logits of +-1000, and for losses near 0 to full relative precision; never warns.

    Raises:
        ValueError: the shapes differ, or there is no such reduction. About 7 lines.
    """
    ### BEGIN SOLUTION
    if np.shape(y) != np.shape(logits):
        raise ValueError(f"targets and logits must have one shape, not {np.shape(y)} and {np.shape(logits)}")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    signs = np.exp(-np.abs(logits))  # in (0, 1], so it cannot overflow
    losses = np.maximum(logits, 0) - logits * targets + np.log1p(signs)
    probs = np.where(np.asarray(logits) >= 0, 1, signs) / (1 + signs)
    return reduce_loss(losses, probs - targets, reduction)
    ### END SOLUTION


# %% test: binary_cross_entropy, points=3
y, logits = np.array([1, 0]), np.array([0.0, np.log(3)])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(logits, what="logits"):
    result = binary_cross_entropy(y, logits)
dd.check.like(result, (1.5 * np.log(2), np.array([-0.25, 0.375])), why="this is the example worked by hand")
far = np.array([[1000.0, -1000.0, 0.0], [1000.0, -1000.0, 0.0]])
labels = np.array([[1, 0, 1], [0, 1, 0]])
result = binary_cross_entropy(labels, far, reduction="none")
due = (np.array([[0, 0, np.log(2)], [1000, 1000, np.log(2)]]), np.array([[0, 0, -0.5], [1.0, -1.0, 0.5]]))
dd.check.like(result, due, why="sure and right costs nothing, sure and wrong what the logit is off by")
smooth = binary_cross_entropy(np.array([1, 0]), np.array([np.log(9), 0.0]), label_smoothing=0.2, reduction="none")
due = (np.array([0.9 * np.log(10 / 9) + 0.1 * np.log(10), np.log(2)]), np.array([0.0, 0.4]))
dd.check.like(smooth, due, why="the targets are 0.9 and 0.1, and a probability of 0.9 meets the first")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(242)
for shape in ((1,), (6,), (1, 3), (4, 1), (5, 2)):
    for y in (rng.integers(0, 2, shape), rng.uniform(0, 1, shape), np.ones(shape), np.zeros(shape, int)):
        logits = rng.normal(0.0, 3.0, shape)
        for s in (0.0, 0.1, 0.5, 1.0):
            losses, slopes = np.empty(shape), np.empty(shape)
            for index in np.ndindex(shape):
                t, p = (1 - s) * float(y[index]) + s / 2, 1 / (1 + math.exp(-logits[index]))
                losses[index] = -t * math.log(p) - (1 - t) * math.log(1 - p)
                slopes[index] = p - t
            with dd.check.unchanged(y, what="y"), dd.check.unchanged(logits, what="logits"):
                result = binary_cross_entropy(y, logits, s, "none")
            dd.check.like(result, (losses, slopes), rtol=1e-8, atol=1e-12, why="it is the surprise at the targets")
            count = losses.size
            result = binary_cross_entropy(y, logits, s)
            dd.check.like(result, (float(losses.sum() / count), slopes / count), why="the mean is over all entries")

            def total(z, y=y, s=s):
                t = (1 - s) * y + s / 2
                return np.mean(np.logaddexp(0, z) - t * z)

            dd.check.gradient(total, logits, result[1])
z = np.array([40.0, -40.0, 700.0, -1e4, 1e4])
tiny = binary_cross_entropy(np.array([1, 0, 1, 0, 0]), z, 0.0, "none")
due = np.array([math.exp(-40), math.exp(-40), math.exp(-700), 0.0, 1e4])
dd.check.close(tiny[0], due, rtol=1e-9, atol=0.0, what="losses", why="a small loss keeps its digits")
dd.check.close(tiny[1], [0, 0, 0, 0, 1], what="gradient", why="it is the probability less the target")
warned = warnings_from(binary_cross_entropy, np.array([1, 0, 1, 0, 0]), z)
dd.check.equal(warned, [], what="the list of warnings", why="logits may have any size")
whole = binary_cross_entropy(np.array([1, 0, 1]), np.array([2, -1, 0]), 0.0, "sum")
due = math.log1p(math.exp(-2)) + math.log1p(math.exp(-1)) + math.log(2)
dd.check.close(whole[0], due, what="the loss", why="whole logits are logits too")
small = binary_cross_entropy(np.array([0, 1, 1]), np.array([100.0, -100.0, 2.5], dtype="float32"), 0.0, "none")
dd.check.close(small[0], [100.0, 100.0, math.log1p(math.exp(-2.5))], what="losses", why="float32 overflows at 88.7")
dd.check.close(small[1], [1.0, -1.0, -1 / (1 + math.exp(2.5))], what="gradient", why="float32 overflows at 88.7")
with dd.check.raises(ValueError, why="a column against a row pairs all with all"):
    binary_cross_entropy(np.zeros((3, 1)), np.zeros(3))
with dd.check.raises(ValueError, why="no such reduction exists"):
    binary_cross_entropy(np.zeros(3), np.zeros(3), 0.0, "average")
### END HIDDEN TESTS

# %% mistakes: binary_cross_entropy
# - replace: (1 - label_smoothing) * y + label_smoothing / 2
#   with: np.where(np.asarray(y) == 1, 1 - label_smoothing / 2, label_smoothing / 2)
#   hint: "Whatever is no 1 counts as a no. A target may be soft, as 0.7: the formula moves that too."
# - replace: np.where(np.asarray(logits) >= 0, 1, signs) / (1 + signs)
#   with: 1 / (1 + np.exp(-np.asarray(logits, dtype=float)))
#   hint: "Your loss is safe, but the sigmoid of the gradient overflows for very negative logits, with a warning."
# - replace: probs - targets
#   with: targets - probs
#   hint: "The gradient has the wrong sign: it is probability minus target."
# - replace: probs - targets
#   with: probs - y
#   hint: "Your gradient is that of the targets before smoothing. Loss and gradient belong together."
# - replace: (1 - label_smoothing) * y + label_smoothing / 2
#   with: (1 - label_smoothing) * y
#   hint: "You lower a yes and leave a no at 0. Both move towards the middle."
# - replace: (1 - label_smoothing) * y + label_smoothing / 2
#   with: (1 - label_smoothing) * y + label_smoothing
#   hint: "Your no moves up and your yes stays at 1. Both move towards the middle."
# - replace: (1 - label_smoothing) * y + label_smoothing / 2
#   with: y + 0.0
#   hint: "You do not use the smoothing."
# - replace: np.maximum(logits, 0) - logits * targets
#   with: np.maximum(logits, 0) + logits * targets
#   hint: "A large logit should be rewarded where the target is 1."
# - replace: probs - targets
#   with: (probs - targets) * probs * (1 - probs)
#   hint: "A factor p(1 - p) is left over. That is the squared error's; in cross-entropy it has cancelled."
# - replace: |-
#     if np.shape(y) != np.shape(logits):
#         raise ValueError(f"targets and logits must have one shape, not {np.shape(y)} and {np.shape(logits)}")
#   with: pass
#   hint: "A column against a row pairs every logit with every target, and you do not notice."


# %% mistake: binary_cross_entropy
# hint: "You take the sigmoid first. Once it has rounded to 0 or 1 its logarithm is infinite; the logit still knew."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    with np.errstate(all="ignore"):
        probs = 1 / (1 + np.exp(-logits))
        losses = -targets * np.log(probs) - (1 - targets) * np.log(1 - probs)
    return reduce_loss(losses, probs - targets, reduction)


# %% mistake: binary_cross_entropy
# hint: "A clip caps the loss of a confident mistake near 16 or 27, and the small losses lose their digits. From the
#   logit nothing need be clipped."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    probs = np.clip(1 / (1 + np.exp(-np.clip(logits, -500, 500))), 1e-12, 1 - 1e-12)
    losses = -targets * np.log(probs) - (1 - targets) * np.log(1 - probs)
    return reduce_loss(losses, probs - targets, reduction)


# %% mistake: binary_cross_entropy
# hint: "Where the target is 0 your loss is 0, whatever the logit. A forecast of yes must cost something there."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    probs = np.exp(-np.logaddexp(0, -logits))
    return reduce_loss(targets * np.logaddexp(0, -logits), probs - targets, reduction)


# %% mistake: binary_cross_entropy
# hint: "A clip at 1e-7 caps the loss of a confident mistake near 16. From the logit nothing need be clipped."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    with np.errstate(all="ignore"):
        probs = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    losses = -targets * np.log(probs) - (1 - targets) * np.log(1 - probs)
    return reduce_loss(losses, probs - targets, reduction)


# %% mistake: binary_cross_entropy
# hint: "Your gradient is that for the probabilities. It has to go on through the sigmoid, down to the logits."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    probs = np.exp(-np.logaddexp(0, -logits))
    with np.errstate(all="ignore"):
        slopes = -targets / probs + (1 - targets) / (1 - probs)
    return reduce_loss(np.logaddexp(0, logits) - targets * logits, slopes, reduction)


# %% mistake: binary_cross_entropy
# hint: "Your targets move by the whole smoothing instead of half of it, and soft targets are lost."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = np.where(y == 1, 1 - label_smoothing, label_smoothing)
    probs = np.exp(-np.logaddexp(0, -logits))
    return reduce_loss(np.logaddexp(0, logits) - targets * logits, probs - targets, reduction)


# %% mistake: binary_cross_entropy
# hint: "With several outputs you add them up for each example. The mean is over all entries."
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError("shapes differ")
    targets = (1 - label_smoothing) * y + label_smoothing / 2
    losses = np.logaddexp(0, logits) - targets * logits
    slopes = np.exp(-np.logaddexp(0, -logits)) - targets
    if reduction == "mean":
        return np.sum(losses) / len(losses), slopes / len(losses)
    return reduce_loss(losses, slopes, reduction)


# %% equivalents: binary_cross_entropy
# - replace: np.asarray(logits) >= 0
#   with: np.asarray(logits) > 0
#   reason: "At 0 both branches are 1."


# %% accepts: binary_cross_entropy
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if y.shape != logits.shape:
        raise ValueError("one shape is due")
    targets = y * (1 - label_smoothing) + 0.5 * label_smoothing
    losses = targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)
    return reduce_loss(losses, np.exp(-np.logaddexp(0, -logits)) - targets, reduction)


# %% accepts: binary_cross_entropy
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    z = np.array(logits, dtype=float)
    error = prediction_error(y, 0.5 + 0.5 * np.tanh(z / 2)) + label_smoothing * (np.asarray(y) - 0.5)
    targets = np.asarray(y) - label_smoothing * (np.asarray(y) - 0.5)
    losses = np.empty(z.shape)
    for index in np.ndindex(z.shape):
        size = abs(z[index])
        against = 1 - targets[index] if z[index] > 0 else targets[index]
        losses[index] = size * against + np.log1p(np.exp(-size))
    return reduce_loss(losses, error, reduction)


# %% [markdown]
# Why not simply the squared error of $p$? And how does the hinge loss of Day 14, $\max(0, 1 - z)$ for a yes,
# compare? Look at an example whose answer is yes, for logits from sure and wrong to sure and right.

# %% demo
grid = np.linspace(-8, 5, 261)
yes = np.ones(261)
probs = 1 / (1 + np.exp(-grid))
squared, dprobs = mse(yes, probs, "none")
curves = {
    "cross-entropy": binary_cross_entropy(yes, grid, reduction="none"),
    "squared error of $p$": (squared, dprobs * probs * (1 - probs)),  # chain rule: through the sigmoid
    "hinge": (np.maximum(0, 1 - grid), np.where(grid < 1, -1.0, 0.0)),
    "cross-entropy, $s = 0.2$": binary_cross_entropy(yes, grid, 0.2, "none"),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
for name, (loss, slope) in curves.items():
    left.plot(grid, loss, label=name)
    right.plot(grid, slope, label=name)
left.plot(np.log(9), curves["cross-entropy, $s = 0.2$"][0].min(), "ko", markersize=6)
left.set(xlabel="logit $z$ (the answer is yes)", ylabel="loss", ylim=(0, 6), title="Four losses of a yes")
right.set(xlabel="logit $z$ (the answer is yes)", ylabel="slope", title="Their slopes")
left.legend(loc="upper right")
dd.plot.show(
    "Loss and slope by logit for an example whose answer is yes. Cross-entropy and hinge fall along straight lines "
    "from the left with a slope near -1. The squared error of the probability is flat on the left, with a slope near "
    "0. Smoothed cross-entropy has its lowest point at 2.2, marked, and rises again beyond."
)

# %% [markdown]
# On the far left the prediction is as wrong as can be. There cross-entropy and hinge pull with full strength;
# the squared error hardly pulls at all, because its slope passes through the sigmoid and gets the factor
# $p(1-p)$, which is nearly 0. A confident mistake is then never unlearned. That is the reason for
# cross-entropy, more than any probability theory. The hinge stops pulling at a margin of 1, cross-entropy never
# quite stops, and with smoothing it pulls back beyond $z = \log 9 \approx 2.2$.
#
# ## One of K: categorical cross-entropy
#
# With $K$ classes that exclude each other the output is a row of probabilities that share one whole, from a
# softmax, and the target a row too, one-hot (Day 1) or soft:
#
# $$\ell_n = -\sum_k y_{nk} \log p_{nk}, \qquad \frac{\partial \ell_n}{\partial p_{nk}} = -\frac{y_{nk}}{p_{nk}} .$$
#
# This form starts from probabilities, as libraries do with `from_logits=False`, and so it meets zeros. The
# usual guard is a **clip**: every $p$ below `eps` counts as `eps`. Then the loss is finite. Its gradient, to be
# that of what is computed, must be 0 wherever the clip acts, because there the result does not depend on $p$.
#
# By hand: $p_0 = (\frac14, \frac14, \frac12)$ with class 2 costs $\log 2$; $p_1 = (0.1, 0.6, 0.3)$ with class 0
# costs $\log 10$. The mean's gradient is $(0, 0, -1)$ and $(-5, 0, 0)$: minus one over the probability, halved.
#
# **Shapes.** The sum runs over the classes and leaves $N$ losses; the gradient is $(N, K)$.


# %% exercise: categorical_cross_entropy
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    """Cross-entropy of target rows under rows of probabilities, clipped from below, and its gradient.

    Args:
        y: targets, array of shape (N, K), each row from 0 to 1 and summing to 1, one-hot or soft, float or any int
            dtype; left unchanged.
        probs: probabilities, float array of shape (N, K), from 0 to 1, exact zeros allowed; left unchanged.
        eps: probabilities below it count as eps, float > 0.
        reduction: as in reduce_loss, over the N losses.

    Returns:
        (loss, gradient) as reduce_loss returns them, with N losses and a gradient of shape (N, K), that with respect
        to probs, each taken as a free number: 0 where a probability is below eps, and where the target is 0.
        Never warns.

    Raises:
        ValueError: the shapes differ, or there is no such reduction. About 6 lines.
    """
    ### BEGIN SOLUTION
    if np.shape(y) != np.shape(probs):
        raise ValueError(f"targets and probabilities must have one shape, not {np.shape(y)} and {np.shape(probs)}")
    y, clipped = np.asarray(y, dtype=float), np.maximum(probs, eps)
    losses = -np.sum(y * np.log(clipped), axis=1)  # (N,)
    slopes = np.where(probs < eps, 0.0, -y / clipped)  # (N, K)
    return reduce_loss(losses, slopes, reduction)
    ### END SOLUTION


# %% test: categorical_cross_entropy, points=2
y = np.array([[0, 0, 1], [1, 0, 0]])
probs = np.array([[0.25, 0.25, 0.5], [0.1, 0.6, 0.3]])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(probs, what="probs"):
    result = categorical_cross_entropy(y, probs)
due = (np.log(20) / 2, np.array([[0.0, 0.0, -1.0], [-5.0, 0.0, 0.0]]))
dd.check.like(result, due, why="this is the example worked by hand")
sure = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
with dd.check.unchanged(sure, what="probs"):
    result = categorical_cross_entropy(y, sure, reduction="none")
due = (np.full(2, -np.log(1e-7)), np.zeros((2, 3)))
dd.check.like(result, due, why="both right classes are clipped to 1e-7, where the loss no longer depends on them")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(243)
for n, k in ((1, 1), (1, 4), (6, 1), (5, 3), (3, 3), (2, 7)):
    raw = rng.uniform(0.05, 1.0, (n, k))
    probs = raw / raw.sum(axis=1, keepdims=True)
    soft = rng.uniform(0.0, 1.0, (n, k))
    for y in (np.eye(k, dtype=int)[rng.integers(0, max(1, k - 1), n)], soft / soft.sum(axis=1, keepdims=True)):
        losses, slopes = np.zeros(n), np.zeros((n, k))
        for i in range(n):
            for j in range(k):
                losses[i] -= y[i, j] * math.log(probs[i, j])
                slopes[i, j] = -y[i, j] / probs[i, j]
        due = {"mean": (float(losses.sum() / n), slopes / n), "sum": (float(losses.sum()), slopes)}
        due["none"] = (losses, slopes)
        for reduction, expected in due.items():
            with dd.check.unchanged(y, what="y"), dd.check.unchanged(probs, what="probs"):
                result = categorical_cross_entropy(y, probs, reduction=reduction)
            dd.check.like(result, expected, rtol=1e-9, atol=1e-12, why=f"that is its {reduction!r} over the examples")
        gradient = categorical_cross_entropy(y, probs)[1]
        dd.check.gradient(lambda p, y=y: -np.sum(y * np.log(p)) / len(y), probs, gradient)
probs = np.array([[0.0, 0.3, 0.7], [0.02, 0.98, 0.0], [1e-9, 0.5, 0.5], [0.1, 0.9, 0.0]])
y = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 0.6, 0.4]])
for eps in (1e-7, 1e-3, 0.05):
    losses, slopes = np.zeros(4), np.zeros((4, 3))
    for i in range(4):
        for j in range(3):
            losses[i] -= y[i, j] * math.log(max(probs[i, j], eps))
            slopes[i, j] = -y[i, j] / probs[i, j] if probs[i, j] >= eps else 0.0
    with dd.check.unchanged(probs, what="probs"):
        result = categorical_cross_entropy(y, probs, eps, "none")
    dd.check.like(result, (losses, slopes), rtol=1e-9, why=f"probabilities below {eps:g} count as {eps:g}")
    warned = warnings_from(categorical_cross_entropy, y, probs, eps)
    dd.check.equal(warned, [], what="the list of warnings", why="no logarithm of 0, and no division by 0")
certain = categorical_cross_entropy(np.array([[0, 1]]), np.array([[0.0, 1.0]]), reduction="none")
dd.check.like(certain, (np.zeros(1), np.array([[0.0, -1.0]])), atol=1e-15, why="sure and right costs exactly nothing")
edge = categorical_cross_entropy(np.array([[1, 0]]), np.array([[0.25, 0.75]]), 0.25, "none")
dd.check.like(edge, (np.array([math.log(4)]), np.array([[-4.0, 0.0]])), why="a probability of just eps is not below it")
narrow = categorical_cross_entropy(np.array([[0, 1]], dtype="uint8"), np.array([[0.75, 0.25]]), reduction="none")
dd.check.like(narrow, (np.array([math.log(4)]), np.array([[0.0, -4.0]])), why="one-hot rows may be bytes")
small = categorical_cross_entropy(np.array([[1, 0]]), np.array([[0.25, 0.75]], dtype="float32"))
dd.check.close(small[0], math.log(4), what="the loss", why="float32 probabilities are probabilities too")
with dd.check.raises(ValueError, why="one row of targets for two of probabilities is a mistake"):
    categorical_cross_entropy(np.array([[1, 0]]), np.full((2, 2), 0.5))
with dd.check.raises(ValueError, why="class numbers are not one-hot rows"):
    categorical_cross_entropy(np.array([1, 0]), np.full((2, 2), 0.5))
### END HIDDEN TESTS

# %% mistakes: categorical_cross_entropy
# - replace: y, clipped = np.asarray(y, dtype=float), np.maximum(probs, eps)
#   with: clipped = np.maximum(probs, eps)
#   hint: "Minus a one in unsigned bytes is 255. Make the targets floats before you change their sign."
# - replace: np.maximum(probs, eps)
#   with: np.clip(probs, eps, 1 - eps)
#   hint: "You clip from both ends, so even a sure and right answer costs something. Which end is dangerous for log p?"
# - replace: np.maximum(probs, eps)
#   with: probs + eps
#   hint: "Adding eps moves every probability a little. A clip moves only those below it."
# - replace: np.where(probs < eps, 0.0, -y / clipped)
#   with: -y / clipped
#   hint: "Where the clip acts the loss does not change with the probability. What is its slope there?"
# - replace: np.where(probs < eps, 0.0, -y / clipped)
#   with: np.where(probs < eps, 0.0, y / clipped)
#   hint: "Raise the probability of the right class and the loss falls. Your gradient says it rises."
# - replace: np.where(probs < eps, 0.0, -y / clipped)
#   with: probs - y
#   hint: "That is the gradient for the logits, with the softmax included. Here it is wanted for the probabilities."
# - replace: np.sum(y * np.log(clipped), axis=1)
#   with: np.mean(y * np.log(clipped), axis=1)
#   hint: "You average over the classes. An example's loss is their sum."
# - replace: np.sum(y * np.log(clipped), axis=1)
#   with: np.sum(y * np.log(clipped), axis=0)
#   hint: "You have a loss for each class. Which axis counts the examples?"
# - replace: -np.sum(y * np.log(clipped), axis=1)
#   with: np.sum(y * np.log(clipped), axis=1)
#   hint: "Your loss is negative. The logarithm of a probability is at most 0."
# - replace: np.maximum(probs, eps)
#   with: np.maximum(probs, 1e-7)
#   hint: "You clip at a number of your own. The caller may give another eps."
# - replace: np.where(probs < eps, 0.0, -y / clipped)
#   with: np.where(probs <= eps, 0.0, -y / clipped)
#   hint: "A probability of exactly eps is not below it."
# - replace: np.sum(y * np.log(clipped), axis=1)
#   with: np.log(clipped[np.arange(len(y)), np.argmax(y, axis=1)])
#   hint: "You look at the largest target alone. With soft targets every class has its share."


# %% mistake: categorical_cross_entropy
# hint: "You treat every class as a yes-or-no question of its own. Here the classes share one whole, and one sum over
#   them is the loss of an example."
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    p = np.clip(probs, eps, 1 - eps)
    losses = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p), axis=1)
    return reduce_loss(losses, (p - y) / (p * (1 - p)), reduction)


# %% mistake: categorical_cross_entropy
# hint: "The loss is clipped, the caller's probabilities too: they have changed under their hands."
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    below = probs < eps
    probs[below] = eps
    return reduce_loss(-np.sum(y * np.log(probs), axis=1), np.where(below, 0.0, -y / probs), reduction)


# %% mistake: categorical_cross_entropy
# hint: "You clip from both ends, so even a sure and right answer costs something. Which end is dangerous for log p?"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    p = np.clip(probs, eps, 1 - eps)
    return reduce_loss(-np.sum(y * np.log(p), axis=1), np.where(p == probs, -y / p, 0.0), reduction)


# %% mistake: categorical_cross_entropy
# hint: "You look at the largest target of a row alone. With soft targets every class has its share."
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    rows, right = np.arange(len(y)), np.argmax(y, axis=1)
    p = np.maximum(probs[rows, right], eps)
    slopes = np.zeros(probs.shape)
    slopes[rows, right] = np.where(probs[rows, right] < eps, 0.0, -1 / p)
    return reduce_loss(-np.log(p), slopes, reduction)


# %% mistake: categorical_cross_entropy
# hint: "The slopes are divided by the number of examples here and again in the reduction. Where does it enter?"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    clipped = np.maximum(probs, eps)
    slopes = np.where(probs < eps, 0.0, -y / clipped) / len(y)
    return reduce_loss(-np.sum(y * np.log(clipped), axis=1), slopes, reduction)


# %% accepts: categorical_cross_entropy
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if y.shape != probs.shape:
        raise ValueError("one shape is due")
    alive = probs >= eps
    logs = np.log(np.where(alive, probs, eps))
    slopes = -np.divide(y, probs, out=np.zeros(probs.shape), where=alive)
    return reduce_loss(-np.einsum("nk,nk->n", y.astype(float), logs), slopes, reduction)


# %% accepts: categorical_cross_entropy
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("one shape is due")
    losses, slopes = np.zeros(len(probs)), np.zeros(probs.shape)
    for (n, k), p in np.ndenumerate(probs):
        losses[n] -= y[n, k] * np.log(max(float(p), eps))
        slopes[n, k] = -float(y[n, k]) / p if p >= eps else 0.0
    return reduce_loss(losses, slopes, reduction)


# %% [markdown]
# ## From probabilities back to logits: the Jacobian, and the short cut
#
# A network delivers logits; we have the gradient for the probabilities. The chain rule needs the slope of every
# $p_i$ with respect to every $z_j$ of its row, a $(K, K)$ matrix, the **Jacobian** of softmax:
#
# $$\frac{\partial p_i}{\partial z_j} = p_i\,\big([i = j] - p_j\big), \qquad
# \frac{\partial \ell}{\partial z_j} = \sum_i \frac{\partial \ell}{\partial p_i} \frac{\partial p_i}{\partial z_j} ,$$
#
# with $[i = j]$ for 1 if $i = j$ and 0 otherwise. Put in $\partial \ell / \partial p_i = -y_i / p_i$. The two
# $p_i$ cancel, and since the targets of a row sum to 1,
#
# $$\frac{\partial \ell}{\partial z_j} = -\sum_i y_i \big([i = j] - p_j\big) = p_j - y_j .$$
#
# No matrix, and no division by a probability that may be 0. By hand: the logits $(\log 1, \log 1, \log 2)$ give
# $p = (\frac14, \frac14, \frac12)$; with class 2 the gradient is $(\frac14, \frac14, -\frac12)$. Through the
# Jacobian it is $-\frac{1}{1/2} = -2$ times its row $p_2([2 = j] - p_j) = (-\frac18, -\frac18, \frac14)$, the
# same. For the mean over a batch every row is divided by $N$.
#
# With label smoothing the targets are $y'_k = (1 - s)\,[k = c] + \frac sK$. For $K = 4$ and $s = 0.2$ the right
# class has 0.85 and each other 0.05. What does that do? With nine wrong classes whose logits are 0, how far
# ahead should the right one be?

# %% demo
lead = np.linspace(-2, 12, 281)  # logit of the right class; nine others have 0
fig, ax = plt.subplots(figsize=(8, 4.2))
for s in (0.0, 0.1, 0.3):
    log_norm = np.logaddexp(lead, np.log(9))
    loss = log_norm - (1 - s + s / 10) * lead  # the mean of the logits under the targets is taken off
    lines = ax.plot(lead, loss, label=f"$s = {s}$")
    if s > 0:
        ax.plot(lead[np.argmin(loss)], loss.min(), "o", color=lines[0].get_color(), markersize=8)
        ratio = (1 - s + s / 10) / (s / 10)
        print(
            f"s = {s}: lowest at a lead of {lead[np.argmin(loss)]:.2f}; log of the targets' ratio {np.log(ratio):.2f}"
        )
ax.set(xlabel="lead of the right class (logits)", ylabel="loss, 10 classes", title="With smoothing, enough is enough")
ax.legend()
dd.plot.show(
    "Loss by the lead of the right class for smoothing 0, 0.1 and 0.3. Without smoothing it falls for ever; with it "
    "the curve has a lowest point, at a lead of 4.5 for 0.1 and 3.2 for 0.3, and rises beyond."
)

# %% [markdown]
# Without smoothing more lead is always better, so logits grow as long as training lasts. With it the best lead
# is finite, the logarithm of the ratio of the two targets. Szegedy et al. gained about 0.2% top-5 and top-1
# accuracy on ImageNet by it; Müller et al. (2019) found better calibrated networks, but worse teachers for
# distillation.
#
# Write the combined gradient, from logits of any size.


# %% exercise: softmax_cross_entropy_backward
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    """Gradient, with respect to the logits, of the mean cross-entropy of labels under the softmax of the logits.

    Args:
        logits: array of shape (N, K), float or int64, finite, entries of any size; left unchanged.
        labels: the right classes, int array of shape (N,), from 0 to K - 1; left unchanged.
        label_smoothing: s from 0 to 1; the target of the right class is 1 - s + s / K, that of the others s / K.

    Returns:
        Gradient of the mean over the N examples, float array of shape (N, K). Never overflows, divides by 0 or warns;
        no (K, K) matrix is needed. About 6 lines.
    """
    ### BEGIN SOLUTION
    raised = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    dlogits = raised / np.sum(raised, axis=1, keepdims=True)  # (N, K), the probabilities
    dlogits -= label_smoothing / logits.shape[1]
    dlogits[np.arange(len(labels)), labels] -= 1 - label_smoothing
    return dlogits / len(labels)
    ### END SOLUTION


# %% test: softmax_cross_entropy_backward, points=3
logits = np.array([[0.0, 0.0, np.log(2)], [1.0, 1.0, 1.0]])
labels = np.array([2, 0])
with dd.check.unchanged(logits, what="logits"), dd.check.unchanged(labels, what="labels"):
    dlogits = softmax_cross_entropy_backward(logits, labels)
due = np.array([[1 / 8, 1 / 8, -1 / 4], [-1 / 3, 1 / 6, 1 / 6]])
dd.check.like(dlogits, due, what="dlogits", why="the first row is worked by hand, and the mean of two halves it")
smooth = softmax_cross_entropy_backward(np.zeros((1, 4)), np.array([1]), label_smoothing=0.2)
dd.check.like(
    smooth, np.array([[0.2, -0.6, 0.2, 0.2]]), what="dlogits", why="the targets are 0.85 and three times 0.05"
)
far = softmax_cross_entropy_backward(np.array([[1000.0, 0.0, -1000.0]]), np.array([2]))
dd.check.like(far, np.array([[1.0, 0.0, -1.0]]), what="dlogits", why="sure and wrong is pulled back at full strength")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(244)
for n, k in ((1, 1), (1, 5), (6, 1), (5, 3), (3, 3), (2, 7), (9, 4)):
    logits, labels = rng.normal(0.0, 3.0, (n, k)), rng.integers(0, max(1, k - 1), n)
    for s in (0.0, 0.1, 1.0):
        with dd.check.unchanged(logits, what="logits"), dd.check.unchanged(labels, what="labels"):
            dlogits = softmax_cross_entropy_backward(logits, labels, s)
        due = np.empty((n, k))
        for i in range(n):
            raised = [math.exp(value) for value in logits[i]]
            for j in range(k):
                target = s / k + (1 - s if labels[i] == j else 0)
                due[i, j] = (raised[j] / sum(raised) - target) / n
        dd.check.like(dlogits, due, rtol=1e-9, atol=1e-12, what="dlogits", why="it is (probability - target) / N")

        def total(z, c=labels, s=s):
            targets = np.full(z.shape, s / z.shape[1])
            targets[np.arange(len(c)), c] += 1 - s
            return np.mean(np.logaddexp.reduce(z, axis=1) - np.sum(targets * z, axis=1))

        dd.check.gradient(total, logits, dlogits, what="dlogits")
        sums = dlogits.sum(axis=1)
        dd.check.close(
            sums, np.zeros(n), atol=1e-12, what="the sum of each row", why="targets and probabilities sum to 1"
        )
        again = softmax_cross_entropy_backward(np.tile(logits, (2, 1)), np.tile(labels, 2), s)
        dd.check.close(
            again, np.tile(due, (2, 1)) / 2, what="dlogits of the batch twice over", why="the loss is a mean"
        )
    moved = softmax_cross_entropy_backward(logits + 1000 * rng.normal(size=(n, 1)), labels)
    why = "a number added to a whole row changes no probability"
    dd.check.close(moved, softmax_cross_entropy_backward(logits, labels), atol=1e-9, what="dlogits", why=why)
rows = np.array([[1e4, -1e4, 1e4], [-1000.0, -1000.0, -1001.0], [0.0, 800.0, 0.0]])
sure = 1 / (2 + math.exp(-1))
due = np.array([[0.5, -1.0, 0.5], [sure - 1, sure, 1 - 2 * sure], [-1.0, 1.0, 0.0]]) / 3
result = softmax_cross_entropy_backward(rows, np.array([1, 0, 0]))
dd.check.like(result, due, what="dlogits", why="rows may lie far apart, and right classes far behind")
warned = warnings_from(softmax_cross_entropy_backward, rows, np.array([1, 0, 0]))
dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow or be divided by 0")
whole = softmax_cross_entropy_backward(np.array([[3, 3], [0, 0]]), np.array([1, 0]))
dd.check.like(whole, np.array([[0.25, -0.25], [-0.25, 0.25]]), what="dlogits", why="whole logits are logits too")
small = softmax_cross_entropy_backward(np.array([[200.0, 0.0]], dtype="float32"), np.array([1]))
dd.check.close(small, [[1.0, -1.0]], what="dlogits", why="float32 overflows at 88.7")
wide = rng.normal(0.0, 3.0, (6, 5)).astype("float32")
exact = softmax_cross_entropy_backward(wide.astype(float), np.arange(6) % 5, 0.1)
why = "in float32 it is that of float64 but for the last digits"
dd.check.close(softmax_cross_entropy_backward(wide, np.arange(6) % 5, 0.1), exact, atol=1e-6, what="dlogits", why=why)
strided = softmax_cross_entropy_backward(np.asfortranarray(wide.astype(float))[::2], (np.arange(12) % 5)[::4], 0.1)
due = softmax_cross_entropy_backward(wide[::2].astype(float).copy(), (np.arange(12) % 5)[::4].copy(), 0.1)
dd.check.close(strided, due, what="dlogits", why="rows need not lie next to each other in memory")
### END HIDDEN TESTS

# %% mistakes: softmax_cross_entropy_backward
# - replace: return dlogits / len(labels)
#   with: return (dlogits / len(labels)).astype(logits.dtype)
#   hint: "Your gradient has the dtype of the logits, and whole logits cut its fractions off."
# - replace: dlogits / len(labels)
#   with: dlogits
#   hint: "Your gradient is that of the sum. The loss is a mean over the examples."
# - replace: dlogits / len(labels)
#   with: dlogits / logits.size
#   hint: "You divide by the number of logits. There is one loss for each example."
# - replace: dlogits[np.arange(len(labels)), labels] -= 1 - label_smoothing
#   with: dlogits[:, labels] -= 1 - label_smoothing
#   hint: "You subtract in whole columns. Each row has its own right class."
# - replace: np.max(logits, axis=1, keepdims=True)
#   with: np.max(logits)
#   hint: "One maximum for all rows leaves 0 divided by 0 in rows far below it. Each row needs its own shift."
# - replace: logits - np.max(logits, axis=1, keepdims=True)
#   with: logits
#   hint: "The exponentials overflow. What may be subtracted from a row first?"
# - replace: dlogits -= label_smoothing / logits.shape[1]
#   with: pass
#   hint: "The wrong classes should get a target too when labels are smoothed; your rows no longer sum to 0."
# - replace: label_smoothing / logits.shape[1]
#   with: label_smoothing / max(logits.shape[1] - 1, 1)
#   hint: "You share the smoothing among the wrong classes only. The docstring spreads it over all K."
# - replace: 1 - label_smoothing
#   with: "1"
#   hint: "The right class keeps its full target although the others have got a share of it."
# - replace: return dlogits / len(labels)
#   with: return -dlogits / len(labels)
#   hint: "The gradient has the wrong sign: it is probability minus target."


# %% mistake: softmax_cross_entropy_backward
# hint: "You go through the probabilities and divide by them. A right class whose probability has rounded to 0 gives
#   0 times infinity. What cancels on paper before you compute?"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    targets = np.full((n, k), label_smoothing / k)
    targets[np.arange(n), labels] += 1 - label_smoothing
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = raised / raised.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        dprobs = -targets / probs / n
        return probs * (dprobs - np.sum(dprobs * probs, axis=1, keepdims=True))


# %% mistake: softmax_cross_entropy_backward
# hint: "You clip the probabilities, and where the clip acts the gradient is lost, just for the worst mistakes. The
#   combined form needs no clip."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    targets = np.full((n, k), label_smoothing / k)
    targets[np.arange(n), labels] += 1 - label_smoothing
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = raised / raised.sum(axis=1, keepdims=True)
    _, dprobs = categorical_cross_entropy(targets, probs)
    return probs * (dprobs - np.sum(dprobs * probs, axis=1, keepdims=True))


# %% mistake: softmax_cross_entropy_backward
# hint: "The result is right, but the caller's logits were shifted in place. Work on a copy."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    logits -= logits.max(axis=1, keepdims=True)
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = (1 - label_smoothing) * np.eye(probs.shape[1])[labels] + label_smoothing / probs.shape[1]
    return (probs - targets) / len(labels)


# %% mistake: softmax_cross_entropy_backward
# hint: "Your probabilities sum to 1 down the columns. The classes of one example share one whole."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    raised = np.exp(logits - logits.max(axis=0))
    targets = (1 - label_smoothing) * np.eye(logits.shape[1])[labels] + label_smoothing / logits.shape[1]
    return (raised / raised.sum(axis=0) - targets) / len(labels)


# %% mistake: softmax_cross_entropy_backward
# hint: "You do not use the smoothing: the targets are still 0 and 1."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    dlogits = raised / raised.sum(axis=1, keepdims=True)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)


# %% mistake: softmax_cross_entropy_backward
# hint: "You return the loss as well. The gradient alone was asked for."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    targets = (1 - label_smoothing) * np.eye(logits.shape[1])[labels] + label_smoothing / logits.shape[1]
    return -np.mean(np.sum(targets * log_probs, axis=1)), (np.exp(log_probs) - targets) / len(labels)


# %% mistake: softmax_cross_entropy_backward
# hint: "You share the smoothing among the wrong classes only. The docstring spreads it over all K."
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    targets = np.full((n, k), label_smoothing / max(k - 1, 1))
    targets[np.arange(n), labels] = 1 - label_smoothing
    return (raised / raised.sum(axis=1, keepdims=True) - targets) / n


# %% accepts: softmax_cross_entropy_backward
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    targets = (1 - label_smoothing) * np.eye(k)[labels] + label_smoothing / k
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return (np.exp(log_probs) - targets) / n


# %% accepts: softmax_cross_entropy_backward
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    rows = []
    for row, label in zip(logits.astype(float), labels, strict=True):
        raised = np.exp(row - max(row))
        gradient = raised / raised.sum() - label_smoothing / len(row)
        gradient[label] += label_smoothing - 1.0
        rows.append(gradient)
    return np.array(rows) / len(rows)


# %% [markdown]
# ## Which loss for which output
#
# | the answer is | last layer | loss | predicts by |
# |---|---|---|---|
# | a quantity | linear, 1 unit (or $M$) | MSE; Huber or MAE if outliers are to be ignored | the output |
# | a quantity above 0, as a price | linear, for its logarithm | MSE of the logarithm | $e^{\hat y}$ |
# | yes or no | 1 logit | binary cross-entropy | $z > 0$ |
# | several yes-or-no answers | $M$ logits, a sigmoid for each | binary cross-entropy, mean over all | each $z > 0$ |
# | one of $K$ | $K$ logits, one softmax | categorical cross-entropy | argmax |
# | one of two with a margin | 1 score | hinge (Day 14) | its sign |
#
# Two wrong marriages are common, and neither gives an error message: softmax with a single unit, which is always
# 1; and softmax where several answers may be right at once.
#
# ## How good is it? Accuracy
#
# A loss is for training: smooth, so that it has slopes. For people there is **accuracy**, the share of right
# answers: for classes, argmax against label (Day 7 has finer scores). A quantity is never exactly right, so one
# sets a **precision**, a band around the target, and counts the predictions inside. The band is part of the
# score: quote it in the target's units, for instance 5 minutes, or as a fraction of the targets' standard
# deviation. Accuracy has no useful slope: nudge a prediction and almost always nothing changes.
#
# The last exercise is stated by its contract.


# %% exercise: regression_accuracy
def regression_accuracy(y_true, y_pred, precision):
    """The share of predictions that are no further than the precision from their targets.

    Args:
        y_true: targets, array of shape (N,) or (N, M), N >= 1, float or any int dtype; left unchanged.
        y_pred: predictions, array of the same shape, float or any int dtype; NaN counts as wrong; left unchanged.
        precision: half the width of the band around a target, its edges included, float >= 0.

    Returns:
        Share of all entries, a float from 0 to 1.

    Raises:
        ValueError: the shapes differ, or precision is negative. About 4 lines.
    """
    ### BEGIN SOLUTION
    if precision < 0:
        raise ValueError(f"precision must not be negative: {precision}")
    return np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision)
    ### END SOLUTION


# %% test: regression_accuracy, points=1
y_true = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
y_pred = np.array([10.5, 18.0, 29.0, 41.5, 50.0])
with dd.check.unchanged(y_true, what="y_true"), dd.check.unchanged(y_pred, what="y_pred"):
    result = regression_accuracy(y_true, y_pred, 1.0)
dd.check.like(result, 0.6, why="three of five are within 1, one of them just at the edge")
dd.check.like(regression_accuracy(y_true, y_pred, 0.25), 0.2, why="a narrower band admits fewer")
with dd.check.raises(ValueError, why="a column against a row pairs all with all"):
    regression_accuracy(y_true, y_pred[:, None], 1.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(245)
for shape in ((1,), (9,), (1, 3), (4, 1), (5, 2)):
    y_true, y_pred = rng.normal(0.0, 2.0, shape), rng.normal(0.0, 2.0, shape)
    for precision in (0.0, 0.3, 1.0, 2.5, 100.0):
        with dd.check.unchanged(y_true, what="y_true"), dd.check.unchanged(y_pred, what="y_pred"):
            result = regression_accuracy(y_true, y_pred, precision)
        inside = sum(1 for a, b in zip(y_true.flat, y_pred.flat, strict=True) if -precision <= b - a <= precision)
        dd.check.like(result, inside / y_true.size, why="it is the share of all entries inside the band")
    dd.check.like(regression_accuracy(y_true, y_true, 0.0), 1.0, why="the edges belong to the band")
edges = regression_accuracy(np.array([0.0, 0.0, 0.0, 0.0]), np.array([0.5, -0.5, 0.75, -0.75]), 0.5)
dd.check.like(edges, 0.5, why="too high and too low count alike, and the edges are inside")
pixels = regression_accuracy(np.array([250, 3], dtype="uint8"), np.array([4, 9], dtype="uint8"), 10)
dd.check.like(pixels, 0.5, why="uint8 may not wrap around: 250 and 4 are 246 apart")
broken = regression_accuracy(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, np.nan, 3.0, np.inf]), 5.0)
dd.check.like(broken, 0.5, why="NaN is no right answer, and neither is infinity")
far = regression_accuracy(np.array([1e9, 0.0]), np.array([1e9 + 1, 1.0]), 0.5)
dd.check.like(far, 0.0, why="the band has the same width however large the target is")
with dd.check.raises(ValueError, why="the shapes differ"):
    regression_accuracy(np.zeros((3, 1)), np.zeros(3), 1.0)
with dd.check.raises(ValueError, why="no band has a negative width"):
    regression_accuracy(np.zeros(3), np.zeros(3), -0.1)
### END HIDDEN TESTS

# %% mistakes: regression_accuracy
# - replace: np.abs(prediction_error(y_true, y_pred))
#   with: np.abs(np.asarray(y_pred, dtype=float) - y_true)
#   hint: "You subtract without a look at the shapes: a column against a row pairs every prediction with every target."
# - replace: return np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision)
#   with: |-
#     errors = np.abs(prediction_error(y_true, y_pred))
#         return np.mean(errors[~np.isnan(errors)] <= precision)
#   hint: "Predictions that are NaN are left out with you. They count as wrong answers."
# - replace: <= precision)
#   with: < precision)
#   hint: "A prediction just at the edge of the band is inside."
# - replace: np.abs(prediction_error(y_true, y_pred))
#   with: prediction_error(y_true, y_pred)
#   hint: "Predictions that are far too low count as right with you."
# - replace: np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision)
#   with: np.sum(np.abs(prediction_error(y_true, y_pred)) <= precision)
#   hint: "That is the number of right answers. The share was asked for."
# - replace: np.abs(prediction_error(y_true, y_pred))
#   with: np.abs(y_pred - y_true)
#   hint: "You subtract without a look at shapes and dtypes."
# - replace: <= precision)
#   with: <= precision / 2)
#   hint: "The precision is the distance from the target to an edge. Your band is half as wide."
# - replace: |-
#     if precision < 0:
#         raise ValueError(f"precision must not be negative: {precision}")
#   with: pass
#   hint: "A negative precision is a mistake of the caller, and should be said."
# - replace: np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision)
#   with: np.mean(np.all(np.abs(prediction_error(y_true, y_pred)).reshape(len(y_true), -1) <= precision, axis=1))
#   hint: "You ask whether all outputs of an example are inside. Each entry counts by itself."


# %% mistake: regression_accuracy
# hint: "Your band grows with the target. The precision is in the target's own units."
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError("negative")
    return np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision * np.abs(y_true))


# %% mistake: regression_accuracy
# hint: "That is in percent. A share runs from 0 to 1."
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError("negative")
    return 100 * np.mean(np.abs(prediction_error(y_true, y_pred)) <= precision)


# %% mistake: regression_accuracy
# hint: "np.isclose adds a band of its own that grows with the number. The precision alone decides."
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0 or np.shape(y_true) != np.shape(y_pred):
        raise ValueError("one shape and a precision of 0 or more are due")
    return np.mean(np.isclose(y_pred, y_true, atol=precision))


# %% mistake: regression_accuracy
# hint: "You subtract without a look at shapes and dtypes, and take any precision."
def regression_accuracy(y_true, y_pred, precision):
    return np.mean(np.abs(y_true - y_pred) <= precision)


# %% equivalents: regression_accuracy
# - replace: prediction_error(y_true, y_pred)
#   with: prediction_error(y_pred, y_true)
#   reason: "The sign of the error is dropped."


# %% mistake: regression_accuracy
# hint: "You subtract bytes as they come, and a difference below 0 wraps around. Make them floats first."
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0 or np.shape(y_true) != np.shape(y_pred):
        raise ValueError("one shape and a precision of 0 or more are due")
    return np.mean(np.abs(y_pred - y_true) <= precision)


# %% accepts: regression_accuracy
def regression_accuracy(y_true, y_pred, precision):
    if np.shape(y_true) != np.shape(y_pred) or precision < 0:
        raise ValueError("one shape and a precision of 0 or more are due")
    right = 0
    for target, prediction in zip(np.ravel(y_true), np.ravel(y_pred), strict=True):
        right += -precision <= float(prediction) - float(target) <= precision
    return right / np.size(y_true)


# %% accepts: regression_accuracy
def regression_accuracy(y_true, y_pred, precision):
    losses, _ = mae(y_true, y_pred, "none")
    if not precision >= 0:
        raise ValueError("precision")
    return float(np.count_nonzero(losses <= precision) / losses.size)


# %% [markdown]
# Which of the three lines from above is right most often? All 21 clean points count, with a band of 0.5, for
# lines that were trained with three outliers. And does accuracy see what the loss sees? Two classifiers that
# give the same answers to four questions:

# %% demo
good = np.arange(24) < 21
for name, loss_function in losses_by_name.items():
    w, b = fit_line(loss_function, inputs, spoilt[8.0])
    share = regression_accuracy(clean[good], w * inputs[good] + b, precision=0.5)
    print(f"line by {name:18s}: {share:.0%} of the clean points within 0.5")
labels = np.array([0, 1, 1, 2])
one_hot = np.eye(3)[labels]
for name, strength in (("hesitant", 0.5), ("sure", 5.0)):
    logits = strength * np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    loss, _ = categorical_cross_entropy(one_hot, raised / raised.sum(axis=1, keepdims=True))
    print(f"{name:8s} classifier: accuracy {np.mean(np.argmax(logits, axis=1) == labels):.2f}, loss {loss:.3f}")

# %% [markdown]
# The two robust lines serve the ordinary points better. The two classifiers answer alike, three right of
# four, but the sure one is sure of its mistake as well, and its loss is higher for that. A falling accuracy
# with a falling loss, or the reverse, is no contradiction: they ask different questions.
#
# ## Put it together: the combined gradient against the chain
#
# Is the short cut worth it? Two contests. The chain is your `categorical_cross_entropy` and then the Jacobian of
# each row, in whichever of two ways is the faster. *Error:* one example in float32, whose right class lags
# further and further behind, against the gradient in float64 (from logits, combined). *Time:* 64 examples and
# a growing number of classes, the best of five runs.


# %% demo
def softmax(z):
    """Softmax of each row, as on Day 5."""
    raised = np.exp(z - z.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def chained_gradient(logits, labels, eps):
    """Cross-entropy's gradient for the probabilities, then each row's Jacobian of softmax."""
    probs = softmax(logits)
    num_classes = logits.shape[1]
    with np.errstate(all="ignore"):  # without a clip this divides by 0, which is what the cell is about
        _, dprobs = categorical_cross_entropy(np.eye(num_classes, dtype=logits.dtype)[labels], probs, eps)
        if num_classes > 30:  # a row at a time is faster there, all Jacobians at once below
            return np.array([dp @ (np.diag(p) - np.outer(p, p)) for dp, p in zip(dprobs, probs, strict=True)])
        jacobians = probs[:, :, None] * (np.eye(num_classes) - probs[:, None, :])  # (N, K, K)
        return (dprobs[:, None, :] @ jacobians)[:, 0]


gaps = np.linspace(0, 120, 241)
ways = {
    "combined": softmax_cross_entropy_backward,
    "chain, clipped at $10^{-7}$": lambda z, c: chained_gradient(z, c, 1e-7),
    "chain, no clip": lambda z, c: chained_gradient(z, c, 0.0),
}
errors = {name: [] for name in ways}
for gap in gaps:
    logits, label = np.array([[0.0, gap, gap / 3]]), np.array([0])
    exact = softmax_cross_entropy_backward(logits, label)
    for name, way in ways.items():
        errors[name].append(np.max(np.abs(way(logits.astype("float32"), label) - exact)))

class_counts = np.array([3, 10, 30, 100, 300])
seconds = {"combined": [], "chain": []}
rng = np.random.default_rng(0)
for k in class_counts:
    logits, labels = rng.normal(size=(64, k)), rng.integers(0, k, 64)
    for name, way in (("combined", ways["combined"]), ("chain", ways["chain, clipped at $10^{-7}$"])):
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            way(logits, labels)
            runs.append(time.perf_counter() - start)
        seconds[name].append(min(runs))

fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6))
for (name, values), width in zip(errors.items(), (2.0, 2.0, 4.0), strict=True):
    left.semilogy(gaps, np.maximum(values, 1e-12), label=name, linewidth=width, alpha=0.5 if width > 2 else 1.0)
last = gaps[np.isfinite(errors["chain, no clip"])].max()
left.axvline(last, color="black", linewidth=0.8, linestyle=":")
left.text(last + 1, 1e-4, "inf or NaN from\nhere without a clip", fontsize=10)
left.set(xlabel="lag of the right class (logits)", ylabel="largest error of the gradient", title="Error in float32")
left.legend(loc="center", fontsize=10)
for name, marker in (("combined", "o"), ("chain", "s")):
    right.loglog(class_counts, 1000 * np.array(seconds[name]), marker=marker, label=name)
right.set(xlabel="number of classes $K$", ylabel="milliseconds, 64 examples", title="Time")
right.legend()
dd.plot.show(
    "Left: error of the gradient by lag. The combined one stays below 1e-6; the clipped chain jumps to 1 at a lag of "
    "16; the chain without clip is accurate until it becomes infinite or NaN, at a lag near 90 or 100. Right: time "
    "by number of classes on logarithmic axes; the chain's curve climbs faster and is far higher for many classes."
)
ratios = np.array(seconds["chain"]) / np.array(seconds["combined"])
print(
    "the chain takes",
    ", ".join(f"{ratio:.0f} times as long for K = {k}" for k, ratio in zip(class_counts, ratios, strict=True)),
)
assert ratios[-1] > 1, "the combined gradient must be faster"
assert max(errors["combined"]) < 1e-6
assert max(errors["chain, clipped at $10^{-7}$"]) > 0.5

# %% [markdown]
# **Steadier.** The combined gradient is right to the last digits of float32 wherever the logits are. The chain
# without a clip works until the right class's probability is so small that one over it overflows; then it is
# infinite or, once the probability is 0, NaN. With a clip it is finite, and from a lag of 16 on it is *zero*
# where it should be $-1$: just for the worst mistakes the model hears nothing. A clip hides the alarm, it does
# not put out the fire.
#
# **Faster.** The combined gradient costs a few passes over $(N, K)$; the Jacobians are $N K^2$ numbers, and the
# more classes, the more of the time goes into building them. Day 26 will multiply by a Jacobian without
# building it, and then the difference in time all but vanishes. The difference in steadiness does not. That is
# why libraries want logits.
#
# What does a zero gradient mean for training? Three classes, and a start that is sure and wrong by 20:

# %% demo
fig, ax = plt.subplots(figsize=(8, 4))
for name in ("combined", "chain, clipped at $10^{-7}$"):
    logits, labels = np.array([[0.0, 20.0, 0.0]]), np.array([0])
    lags = []
    for _ in range(41):
        lags.append(logits[0, 1] - logits[0, 0])
        logits = logits - 1.0 * ways[name](logits, labels)
    ax.plot(lags, label=name, marker="o" if name == "combined" else "s", markersize=4)
ax.set(xlabel="step of descent, rate 1", ylabel="lag of the right class", title="Can a confident mistake be unlearned?")
ax.legend()
dd.plot.show(
    "Lag of the right class by step. With the combined gradient it falls in a straight line from 20 to 0 in about ten "
    "steps and then goes slowly below; with the clipped chain it stays at 20 for all 40 steps."
)

# %% [markdown]
# One line goes down two logits a step, and the mistake is gone after ten; the other never moves. Both programs
# run without a warning.
#
# ## What you should remember
#
# - A loss hands two things to training: a number and its gradient, in the shape of the predictions. The
#   $\frac1N$ of a mean enters once, in the reduction.
# - The square listens to outliers, the absolute value gives each example one vote, Huber is in between.
# - Cross-entropy from logits has the gradient probability minus target, also when it is confidently wrong. A
#   squared error through a sigmoid goes silent there, and so does a clip.
# - The last layer and the loss are chosen together: linear with MSE, sigmoids with binary, one softmax with
#   categorical cross-entropy.
# - Label smoothing makes the best logit finite. Accuracy is for people: it has no slope.
#
# ## Check yourself
#
# 1. You change the reduction from mean to sum and keep the learning rate. The batch has 128 examples. What
#    happens to the steps?
# 2. Which constant prediction has the lowest MSE, and which the lowest MAE, for the targets $0, 0, 0, 100$?
# 3. Your network has three sigmoid outputs for three classes that exclude each other. What is lost compared
#    with a softmax?
#
# <details><summary>Answers</summary>
#
# 1. They become 128 times as long, and descent probably diverges; a rate 128 times smaller restores it.
# 2. MSE: the mean, 25. MAE: the median, 0. In both the slopes cancel there: the errors sum to 0, or as many are
#    above as below.
# 3. Nothing ties the three probabilities together: they may sum to 2 or to 0.1, and a wrong class is pushed
#    down only by its own error. It can still work; argmax of the logits remains an answer.
#
# </details>
#
# ## Go further
#
# - P. J. Huber, "Robust Estimation of a Location Parameter", *Annals of Mathematical Statistics* 35, 1964.
# - C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception Architecture for
#   Computer Vision", *CVPR*, 2016: section 7 introduces label smoothing.
# - R. Müller, S. Kornblith and G. Hinton, "When Does Label Smoothing Help?", *NeurIPS*, 2019.
#
# We derived each gradient by hand and for one output. Tomorrow, on Day 25, a machine does it: an engine that
# remembers how a number was computed and finds its slope with respect to everything that went into it.
