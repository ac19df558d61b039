"""Day 1, Vectorization and broadcasting: the reference answers.

Written by `deepdays build` from solutions/day_001_vectorization.py; change that file instead.
"""

import numpy as np

__all__ = [
    "broadcast_shape",
    "normalize_rows",
    "one_hot",
    "pairwise_distances",
    "sliding_windows",
]


def broadcast_shape(a, b):
    """The shape of the result when arrays of two shapes meet in an element-by-element operation.

    Args:
        a: shape of the first array, a tuple of ints >= 0; () is a single number.
        b: shape of the second array, likewise.

    Returns:
        The common shape, a tuple of ints. About 9 lines.

    Raises:
        ValueError: the shapes do not fit together.
    """
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + a
    b = (1,) * (length - len(b)) + b
    shape = []
    for m, n in zip(a, b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError(f"lengths {m} and {n} do not fit together")
        shape.append(n if m == 1 else m)
    return tuple(shape)


def normalize_rows(x):
    """Scale every row to Euclidean (L2) length 1.

    Args:
        x: array of shape (m, n) with m, n >= 1, of any float or int dtype, uint8 too; left unchanged. Every row is all
            zeros, or has a length between 1e-100 and 1e100.

    Returns:
        float64 array of shape (m, n): each row divided by its length, rows of zeros left as zeros. No loop of
        Python's, and no warning. About 3 lines.
    """
    x = np.asarray(x, dtype=float)
    norms = np.sqrt(np.sum(x**2, axis=1, keepdims=True))  # (m, 1)
    return x / np.where(norms == 0, 1, norms)


def one_hot(labels, num_classes):
    """Encode class labels as rows with a single 1.

    Args:
        labels: whole numbers from 0 to num_classes - 1, array of shape (m,), m >= 1, of any int dtype; left
            unchanged.
        num_classes: number of classes, int >= 1; some may not occur among the labels.

    Returns:
        Float array of shape (m, num_classes): 1 in column labels[i] of row i, 0 elsewhere. No loop of Python's.
        About 3 lines.

    Raises:
        ValueError: a label is negative, or not below num_classes.
    """
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
    return (labels[:, None] == np.arange(num_classes)).astype(float)


def pairwise_distances(x, y):
    """Squared Euclidean distance of every row of x from every row of y.

    Args:
        x: points, array of shape (m, n), m, n >= 1, of any float or int dtype, uint8 too; left unchanged.
        y: points, array of shape (r, n), r >= 1, likewise; its dtype may be another.

    Returns:
        float64 array of shape (m, r): squared distances, none below zero, also where rounding would make them so.
        Each is right to within 1e-12 of the largest squared length of a row of x or y. No loop of Python's. About
        5 lines.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    x_squares = np.einsum("ik,ik->i", x, x)[:, None]  # (m, 1)
    y_squares = np.einsum("jk,jk->j", y, y)  # (r,)
    products = np.einsum("ik,jk->ij", x, y)  # (m, r)
    return np.maximum(x_squares - 2 * products + y_squares, 0)


def sliding_windows(x, size, stride):
    """All full windows over a signal, as a view.

    Args:
        x: the signal, array of shape (m,) of any dtype; may be a view itself, such as every second entry of another
            array, or one read backwards. Left unchanged.
        size: entries in a window, int from 1 to m.
        stride: entries from the start of one window to the start of the next, int >= 1.

    Returns:
        View of x of shape ((m - size) // stride + 1, size): row i starts at x[i * stride]. A later change of
        x shows in it.
    """
    every_start = np.lib.stride_tricks.sliding_window_view(x, size)  # (m - size + 1, size)
    return every_start[::stride]
