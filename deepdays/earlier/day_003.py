"""Day 3, Many features, scaling and the normal equation: the reference answers.

Written by `deepdays build` from solutions/day_003_features_and_scaling.py; change that file instead.
"""

import itertools
import numpy as np
def predict(x, w, b):
    """Day 2's line with a weight for each feature: (m, n) @ (n,) + scalar gives (m,)."""
    return x @ w + b

__all__ = [
    "fit_standardizer",
    "minibatches",
    "normal_equation",
    "polynomial_features",
    "sgd_regression",
    "standardize",
]


def fit_standardizer(x):
    """Learn what standardize needs from the training rows.

    Args:
        x: features of the training rows, array of shape (m, n), m, n >= 1, of numbers of any dtype; left
            unchanged.

    Returns:
        Tuple (mean, scale) of two float64 arrays of shape (n,), worked out in float64: the mean and the
        standard deviation of each column, with division by m; the scale of a column whose values are all
        equal is 1. About 5 lines.
    """
    x = np.asarray(x, dtype=float)
    mean = np.mean(x, axis=0)  # (n,)
    constant = np.max(x, axis=0) == np.min(x, axis=0)  # (n,)
    scale = np.where(constant, 1.0, np.std(x, axis=0))  # (n,)
    return mean, scale


def standardize(x, mean, scale):
    """Apply z-scores with constants learned elsewhere.

    Args:
        x: features of any rows, array of shape (m, n), of numbers of any dtype; left unchanged.
        mean: mean of each column in the training rows, float64 array of shape (n,); left unchanged.
        scale: scale of each column there, > 0, float64 array of shape (n,); left unchanged.

    Returns:
        Float64 array of shape (m, n). About 1 line.
    """
    return (x - mean) / scale


def polynomial_features(x, degree):
    """All products of 1 to `degree` columns.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        degree: largest number of factors, int >= 1.

    Returns:
        New float64 array of shape (m, q), q = comb(n + degree, degree) - 1, worked out in float64: products
        of one column first, then of two, and so on; of k columns in dictionary order of their numbers, 00,
        01, 02, 11, 12, 22 for k = 2 and n = 3. About 6 lines.
    """
    x = np.asarray(x, dtype=float)
    columns = []
    for k in range(1, degree + 1):
        for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
            columns.append(np.prod(x[:, list(word)], axis=1))  # (m,)
    return np.stack(columns, axis=1)


def normal_equation(x, y):
    """The weights and bias with the lowest mean squared error.

    Args:
        x: features, array of shape (m, n), m > n >= 1, of numbers of any dtype; no column is a combination
            of the others and a constant. Left unchanged.
        y: targets, array of shape (m,), of numbers of any dtype; left unchanged.

    Returns:
        Tuple (w, b): weights, float64 array of shape (n,), and bias, a float. Without an explicit inverse, so
        that the errors are perpendicular to the columns even if these nearly repeat each other. About 3
        lines.
    """
    design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    solution = np.linalg.solve(design.T @ design, design.T @ y)  # (n + 1,)
    return solution[:-1], solution[-1]


def minibatches(x, y, batch_size, seed):
    """Cut one epoch of shuffled rows into batches.

    Args:
        x: features, array of shape (m, n), m >= 1; left unchanged.
        y: targets, array of shape (m,); left unchanged.
        batch_size: rows in a batch, int >= 1.
        seed: int >= 0; decides the order. The same seed gives the same batches, and NumPy's global random
            numbers stay as they are.

    Returns:
        Pairs (x_batch, y_batch), in a list or from a generator, of shapes (B, n) and (B,), with
        B = batch_size but for the last batch, which takes what is left. Every row is in exactly one of them,
        with its own target. About 6 lines.
    """
    order = np.random.default_rng(seed).permutation(len(x))
    batches = []
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        batches.append((x[rows], y[rows]))
    return batches


def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    """Linear regression by mini-batch gradient descent with a 1/t schedule (Robbins and Monro 1951).

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        y: targets, array of shape (m,), of numbers of any dtype; left unchanged.
        learning_rate: the rate of the first update, float > 0. It is taken as it is given, even if the cost
            grows with every step.
        decay: after t updates the rate is learning_rate / (1 + decay * t), float >= 0.
        batch_size: rows in a batch, int >= 1; m or more makes it batch gradient descent.
        num_epochs: passes over the rows, int >= 0.
        seed: int >= 0; epoch number i, from 0, takes the batches of seed + i.

    Returns:
        Tuple (w, b, history): weights, float64 array of shape (n,), bias, a float, and a float64 array of
        shape (updates + 1, n + 1): row t holds the weights and, last, the bias after t updates; row 0 holds
        zeros. One update for each batch, along the gradient of the mean squared error over its rows. About
        10 lines; use minibatches.
    """
    w, b = np.zeros(x.shape[1]), 0.0
    history = [np.append(w, b)]
    for epoch in range(num_epochs):
        for x_batch, y_batch in minibatches(x, y, batch_size, seed + epoch):
            rate = learning_rate / (1 + decay * (len(history) - 1))
            error = predict(x_batch, w, b) - y_batch  # (B,)
            w = w - rate * 2 / len(error) * (x_batch.T @ error)
            b = b - rate * 2 * np.mean(error)
            history.append(np.append(w, b))
    return w, b, np.array(history)
