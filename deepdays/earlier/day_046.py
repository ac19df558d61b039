"""Day 46, Convolution from scratch: the reference answers.

Written by `deepdays build` from solutions/day_046_convolution.py; change that file instead.
"""

import numpy as np

__all__ = [
    "conv2d_forward",
    "conv_output_size",
    "pad_amounts",
    "receptive_field",
    "sobel_edges",
    "zero_pad",
]


def pad_amounts(n, f, padding, stride):
    """How many zeros go before and after an axis.

    Args:
        n: its length, int >= 1.
        f: length of the filter along it, int >= 1.
        padding: "valid", "same", or an int >= 0 for as many on each side.
        stride: int >= 1.

    Returns:
        (before, after), two ints >= 0. With "same" an odd zero goes after. About 8 lines.

    Raises:
        ValueError: padding is anything else.
    """
    if padding == "same":
        outputs = -(-n // stride)  # n / stride, rounded up
        total = max((outputs - 1) * stride + f - n, 0)
        return total // 2, total - total // 2
    amount = 0 if padding == "valid" else padding
    if not isinstance(amount, int) or amount < 0:
        raise ValueError(f"padding must be 'valid', 'same' or an int >= 0. Received: {padding!r}")
    return amount, amount


def conv_output_size(n, f, padding, stride):
    """Length of an axis after a convolution.

    Args:
        n: its length before, int >= 1.
        f: length of the filter along it, int >= 1.
        padding: "valid", "same" or an int >= 0, as for pad_amounts.
        stride: int >= 1.

    Returns:
        int >= 1. About 4 lines.

    Raises:
        ValueError: the filter is longer than the padded axis, or padding is none of the three.
    """
    padded = n + sum(pad_amounts(n, f, padding, stride))
    if f > padded:
        raise ValueError(f"the filter must fit into the padded axis. Received: {f=}, {n=}, {padding=}")
    return (padded - f) // stride + 1


def zero_pad(x, pad):
    """Put zeros around every picture of a batch.

    Args:
        x: pictures, array (N, H, W, C) of any dtype; left unchanged.
        pad: ((top, bottom), (left, right)), ints >= 0.

    Returns:
        A new array (N, H + top + bottom, W + left + right, C) of x's dtype, also where nothing is added. About 5 lines.
    """
    (top, bottom), (left, right) = pad
    n, height, width, channels = x.shape
    padded = np.zeros((n, top + height + bottom, left + width + right, channels), dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded


def conv2d_forward(x, w, b, stride=1, padding="valid"):
    """Convolve a batch of pictures with a bank of filters, which are not flipped.

    Args:
        x: pictures, array (N, H, W, C), float or uint8; left unchanged.
        w: filters, float array (f_h, f_w, C, D); left unchanged.
        b: biases, float array (D,); left unchanged.
        stride: int >= 1, along rows and along columns.
        padding: "valid", "same" or an int >= 0, as for pad_amounts.

    Returns:
        Float array (N, H', W', D). About 9 lines; it needs no loop over the batch.

    Raises:
        ValueError: a filter does not fit into the padded picture.
    """
    axes = list(zip(x.shape[1:3], w.shape[:2], strict=True))
    rows, columns = (conv_output_size(n, f, padding, stride) for n, f in axes)
    padded = zero_pad(x, [pad_amounts(n, f, padding, stride) for n, f in axes])
    output = np.zeros((len(x), rows, columns, w.shape[3])) + b
    for u, v in np.ndindex(w.shape[:2]):
        met = padded[:, u : u + stride * rows : stride, v : v + stride * columns : stride]  # (N, H', W', C)
        output += met @ w[u, v]  # (N, H', W', D)
    return output


def sobel_edges(image):
    """Slopes of the brightness by Sobel's filters (Sobel and Feldman 1968), divided by 8.

    Args:
        image: grey picture, float or uint8 array (H, W) with H, W >= 3; left unchanged.

    Returns:
        (gx, gy, magnitude), float arrays (H - 2, W - 2): the slope to the right, the slope downwards, and the length of
        both together, in brightness a pixel. About 6 lines, with conv2d_forward.
    """
    sobel = np.outer([1, 2, 1], [-1, 0, 1]) / 8
    filters = np.stack([sobel, sobel.T], axis=-1)[:, :, np.newaxis]  # (3, 3, 1, 2)
    slopes = conv2d_forward(image[np.newaxis, :, :, np.newaxis], filters, np.zeros(2))[0]  # (H - 2, W - 2, 2)
    gx, gy = slopes[:, :, 0], slopes[:, :, 1]
    return gx, gy, np.hypot(gx, gy)


def receptive_field(layers):
    """How many pixels along an axis one output of a stack of convolutions spans.

    Args:
        layers: (f, stride) of each layer from first to last, a list of pairs of ints >= 1; may be empty; left
            unchanged.

    Returns:
        int >= 1, the number of pixels from the first to the last one on which an output depends. About 5 lines.
    """
    size, jump = 1, 1
    for f, stride in layers:
        size += (f - 1) * jump
        jump *= stride
    return size
