"""Day 5, Softmax regression and stable cross-entropy: the reference answers.

Written by `deepdays build` from solutions/day_005_softmax_regression.py; change that file instead.
"""

import numpy as np

__all__ = [
    "cross_entropy_from_logits",
    "fit_softmax",
    "logsumexp",
    "softmax",
    "softmax_gradient",
]


def logsumexp(z, axis):
    """Logarithm of the sum of exponentials along an axis, for numbers of any size.

    Args:
        z: array with at least one axis, of finite numbers of any dtype; whole numbers count as float64. Left
            unchanged.
        axis: the axis to sum over, int, negative ones counting from the end.

    Returns:
        Float array of the shape of z without that axis; a number if z has one axis. Neither overflows nor
        warns, however large or small the entries are. About 4 lines.
    """
    z = 1.0 * z
    top = np.max(z, axis=axis, keepdims=True)
    total = np.sum(np.exp(z - top), axis=axis)
    return np.squeeze(top, axis=axis) + np.log(total)


def softmax(z):
    """Softmax over the last axis (Bridle 1990), for logits of any size.

    Args:
        z: logits, array of shape (..., K) with at least one axis, of finite numbers of any dtype; whole numbers
            count as float64. Left unchanged.

    Returns:
        Probabilities, float array of the shape of z; they sum to 1 along the last axis. Neither overflows nor
        warns, and loses no digits, however large the logits are. About 4 lines.
    """
    z = 1.0 * z
    raised = np.exp(z - np.max(z, axis=-1, keepdims=True))  # (..., K)
    return raised / np.sum(raised, axis=-1, keepdims=True)


def cross_entropy_from_logits(logits, labels):
    """Mean cross-entropy of integer labels under the softmax of the logits.

    Args:
        logits: array of shape (m, K), of finite numbers of any dtype, m >= 1; whole numbers count as float64.
            Left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; left unchanged.

    Returns:
        The mean over the examples, a float in nats. Nothing is clipped, and no digits are lost, however large
        the logits are. About 4 lines; use logsumexp.
    """
    logits = 1.0 * logits
    logits = logits - np.max(logits, axis=1, keepdims=True)
    right = logits[np.arange(len(labels)), labels]  # (m,)
    return np.mean(logsumexp(logits, axis=1) - right)


def softmax_gradient(x, labels, w, b):
    """Gradient of the mean cross-entropy of softmax regression.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to K - 1; some classes may have no example.
            Left unchanged.
        w: weights, float array of shape (n, K); left unchanged.
        b: biases, float array of shape (K,); left unchanged.

    Returns:
        Tuple (dw, db) of float arrays with the shapes of w and b. About 5 lines; use softmax.
    """
    error = softmax(x @ w + b)  # (m, K)
    error[np.arange(len(labels)), labels] -= 1
    dw = x.T @ error / len(labels)  # (n, K)
    db = np.mean(error, axis=0)  # (K,)
    return dw, db


def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    """Fit a softmax regression by batch gradient descent from w = 0, b = 0.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        labels: the right classes, int array of shape (m,), from 0 to num_classes - 1; left unchanged.
        num_classes: K, int >= 1; some classes may have no example.
        learning_rate: stride for each unit of slope, float > 0. It is taken as it is given, even if the cost
            rises with it.
        num_steps: steps to take, int >= 0.

    Returns:
        Tuple (w, b, history) of float arrays: weights of shape (n, K), biases of shape (K,), and the costs, of
        shape (num_steps + 1,), history[k] being the mean cross-entropy after k steps. About 8 lines; use
        cross_entropy_from_logits and softmax_gradient.
    """
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)
