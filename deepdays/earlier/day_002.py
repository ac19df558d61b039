"""Day 2, Linear regression by gradient descent: the reference answers.

Written by `deepdays build` from solutions/day_002_linear_regression.py; change that file instead.
"""

import numpy as np

__all__ = [
    "gradient_descent",
    "mse_cost",
    "mse_gradient",
    "predict",
    "r2_score",
]


def predict(x, w, b):
    """The line's prediction for every example.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        Predictions, float array of shape (m,). About 1 line.
    """
    return w * x + b


def mse_cost(x, y, w, b):
    """Mean squared error of the line over all examples.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        The cost, a float: the mean, not the sum, of the squared errors. About 2 lines; use predict.
    """
    error = predict(x, w, b) - y  # (m,)
    return np.mean(error**2)


def mse_gradient(x, y, w, b):
    """Partial derivatives of the mean squared error.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        Tuple (dw, db) of two floats: the slope of the cost along w, and along b. About 4 lines.
    """
    error = predict(x, w, b) - y  # (m,)
    dw = 2 * np.mean(error * x)
    db = 2 * np.mean(error)
    return dw, db


def gradient_descent(x, y, w, b, learning_rate, num_steps):
    """Fit a line by batch gradient descent: every step uses all examples.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight to start from, a float.
        b: bias to start from, a float.
        learning_rate: stride for each unit of slope, a float > 0, the same in every step.
        num_steps: steps to take, int >= 0.

    Returns:
        Tuple (w, b, history): the parameters after the last step, two floats, and the costs, a float array of
        shape (num_steps + 1,); history[0] is the cost at the start, history[k] the cost after k steps.
        About 7 lines.
    """
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


def r2_score(y, prediction):
    """Coefficient of determination, the share of the mean's squared error that the predictions remove.

    Args:
        y: targets, array of shape (m,), m >= 2, not all equal, of any float or int dtype, uint8 too; may lie far from
            zero, close together. Left unchanged.
        prediction: predictions, array of shape (m,), of any float or int dtype; left unchanged.

    Returns:
        R squared, a float, at most 1 and negative for predictions worse than the mean of y. About 4 lines.
    """
    y = np.asarray(y, dtype=float)
    residual = np.sum((y - prediction) ** 2)
    total = np.sum((y - np.mean(y)) ** 2)
    return 1 - residual / total
