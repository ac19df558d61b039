"""Day 4, Logistic regression: the reference answers.

Written by `deepdays build` from solutions/day_004_logistic_regression.py; change that file instead.
"""

import numpy as np

__all__ = [
    "fit_logistic",
    "log_loss",
    "logistic_gradient",
    "predict_class",
    "sigmoid",
]


def sigmoid(z):
    """The logistic function, from log-odds to probabilities.

    Args:
        z: logits, array of any shape, of any float dtype from float32 on or any int dtype, entries of any size;
            left unchanged.

    Returns:
        Probabilities, float array of the shape of z. Neither overflows nor warns for entries of +-1000.
        About 2 lines.
    """
    shrunk = np.exp(-np.abs(1.0 * z))  # in (0, 1], so it cannot overflow
    return np.where(z >= 0, 1.0, shrunk) / (1 + shrunk)


def log_loss(y, p, eps=1e-12):
    """Mean negative log-likelihood of yes-or-no answers (Good 1952, Rational decisions).

    Args:
        y: targets, array of shape (m,) of zeros and ones, int or float, m >= 1; left unchanged.
        p: probabilities of 1, float64 array of shape (m,), from 0 to 1 inclusive; left unchanged.
        eps: p is clipped to the range from eps to 1 - eps first, float > 0.

    Returns:
        The mean loss over the examples, a float in nats, finite even at p = 0 and p = 1. About 2 lines.
    """
    p = np.clip(p, eps, 1 - eps)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def logistic_gradient(x, y, w, b, l2=0.0):
    """Gradient of the mean log loss plus l2 times the sum of the squared weights.

    Args:
        x: features, array of shape (m, n), m >= 1, n >= 1; left unchanged.
        y: targets, array of shape (m,) of zeros and ones; left unchanged.
        w: weights, array of shape (n,); left unchanged.
        b: bias, a number; not penalised.
        l2: strength of the penalty, float >= 0; the penalty is neither halved nor divided by m.

    Returns:
        Tuple (dw, db): the slopes along the weights, array of shape (n,), and along the bias, a float.
        About 4 lines.
    """
    error = sigmoid(x @ w + b) - y  # (m,)
    dw = x.T @ error / len(y) + 2 * l2 * w  # (n,)
    db = np.mean(error)
    return dw, db


def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    """Fit a logistic regression by batch gradient descent from w = 0, b = 0.

    Args:
        x: features, array of shape (m, n); left unchanged.
        y: targets, array of shape (m,) of zeros and ones; left unchanged.
        learning_rate: stride for each unit of slope, float > 0.
        num_steps: steps to take, int >= 0.
        l2: strength of the penalty, as in logistic_gradient.

    Returns:
        Tuple (w, b, history): the weights, array of shape (n,); the bias, a float; and the costs, array of
        shape (num_steps + 1,), history[k] being log loss plus penalty after k steps. About 9 lines; use
        sigmoid, log_loss and logistic_gradient.
    """
    w, b = np.zeros(x.shape[1]), 0.0
    history = []
    for step in range(num_steps + 1):
        cost = log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2)
        history.append(cost)
        if step < num_steps:
            dw, db = logistic_gradient(x, y, w, b, l2)
            w = w - learning_rate * dw
            b = b - learning_rate * db
    return w, b, np.array(history)


def predict_class(x, w, b, threshold=0.5):
    """Decide for 1 or 0 by comparing probabilities with a threshold.

    Args:
        x: features, array of shape (m, n); left unchanged.
        w: weights, array of shape (n,); left unchanged.
        b: bias, a number.
        threshold: probability from which on the answer is 1, float from 0 to 1 inclusive.

    Returns:
        Int array of shape (m,): 1 where the probability is at least the threshold, which includes exactly the
        threshold, and 0 elsewhere. About 2 lines; use sigmoid.
    """
    p = sigmoid(x @ w + b)  # (m,)
    return (p >= threshold).astype(int)
