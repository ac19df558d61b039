"""Day 26, Backpropagation through layers: the reference answers.

Written by `deepdays build` from solutions/day_026_backpropagation.py; change that file instead.
"""

import numpy as np

__all__ = [
    "dense_backward",
    "relu_backward",
    "softmax_backward",
    "two_layer_loss_and_gradients",
]


def dense_backward(dout, x, w):
    """Gradients of a dense layer y = xw + b, given the gradient with respect to its output.

    Args:
        dout: gradient of the loss with respect to y, float array of shape (N, M).
        x: the layer's input in the forward pass, float or int array of shape (N, D).
        w: the layer's weights, float array of shape (D, M).

    Returns:
        (dx, dw, db): the gradients with respect to x, w and b, float arrays of shapes (N, D), (D, M) and (M,).
        The arguments stay unchanged. About 4 lines.
    """
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_backward(dout, x):
    """Gradient of ReLU, y = max(x, 0), with respect to its input; the slope at 0 is 0.

    Args:
        dout: gradient of the loss with respect to y, float array of any shape.
        x: ReLU's input in the forward pass, float or int array of the same shape.

    Returns:
        dx, a new float array of the same shape; the arguments stay unchanged. About 1 line.
    """
    return dout * (x > 0)


def softmax_backward(dout, probs):
    """Gradient of a softmax over the last axis with respect to its logits.

    Args:
        dout: gradient of the loss with respect to probs, float array of shape (N, K).
        probs: the softmax's output in the forward pass, float array of shape (N, K); each row sums to 1
            and may hold exact zeros.

    Returns:
        Gradient with respect to the logits, float array of shape (N, K); the arguments stay unchanged.
        No loop and no (K, K) matrix is needed. About 2 lines.
    """
    average = (dout * probs).sum(axis=1, keepdims=True)  # (N, 1)
    return probs * (dout - average)


def two_layer_loss_and_gradients(params, x, labels):
    """Mean softmax cross-entropy of a dense-ReLU-dense network, and its gradients.

    Args:
        params: dict of float arrays: w1 (D, H), b1 (H,), w2 (H, K), b2 (K,).
        x: inputs, float or int array of shape (N, D), N >= 1.
        labels: the right classes, int array of any int dtype and shape (N,), from 0 to K - 1.

    Returns:
        (loss, grads): the mean over the batch, a float, and a dict with the keys of params, each gradient a float
        array in the shape of its parameter. ReLU's slope at 0 is 0. Finite for logits of any size; the arguments
        stay unchanged. About 15 lines; call dense_backward and relu_backward.
    """
    rows = np.arange(len(x))
    z1 = x @ params["w1"] + params["b1"]  # (N, H)
    hidden = np.maximum(z1, 0)  # (N, H)
    logits = hidden @ params["w2"] + params["b2"]  # (N, K)
    shifted = logits - logits.max(axis=1, keepdims=True)  # (N, K)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)
    loss = -log_probs[rows, labels].mean()

    dlogits = np.exp(log_probs)  # (N, K)
    dlogits[rows, labels] -= 1
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)  # (N, H)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
