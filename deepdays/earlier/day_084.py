"""Day 84, Scaled dot-product and self-attention: the reference answers.

Written by `deepdays build` from solutions/day_084_scaled_dot_product_attention.py; change that file instead.
"""

import deepdays as dd
with dd.quiet():
    from keras import ops

__all__ = [
    "attention_flops",
    "causal_mask",
    "padding_mask",
    "scaled_dot_product_attention",
    "self_attention",
]


def padding_mask(lengths, max_len):
    """Mark the keys that are real tokens and not padding.

    Args:
        lengths: number of real tokens of each sequence; (B,) integers of any dtype from 0 to max_len, B >= 1, as a
            list, array or tensor; left unchanged.
        max_len: length to which every sequence was padded, int >= 1.

    Returns:
        bool tensor of shape (B, 1, max_len), True where a query may attend. About 2 lines.
    """
    lengths = ops.convert_to_tensor(lengths, dtype="int32")
    return ops.arange(max_len, dtype="int32") < ops.reshape(lengths, (-1, 1, 1))  # (max_len,) < (B, 1, 1)


def causal_mask(n):
    """Let each position attend to itself and to what came before.

    Args:
        n: number of tokens, int >= 1.

    Returns:
        bool tensor of shape (n, n); row i is True in columns 0 to i. About 2 lines.
    """
    positions = ops.arange(n)
    return ops.expand_dims(positions, 1) >= ops.expand_dims(positions, 0)  # (n, 1) >= (1, n)


def scaled_dot_product_attention(q, k, v, mask=None):
    """Mean of the values, weighted by how well each key fits the query (Vaswani et al. 2017, equation 1).

    Args:
        q: queries, (..., Tq, d_k) float32 array or tensor, with any number of leading axes, or none.
        k: keys, (..., Tk, d_k), the same leading axes.
        v: values, (..., Tk, d_v), the same leading axes. All three are finite, scores lie within 1e6 of 0, and all
            arguments are left unchanged.
        mask: None, or bool, array or tensor, that broadcasts to (..., Tq, Tk), True where a query may attend to a key.

    Returns:
        (output, weights): tensors (..., Tq, d_v) and (..., Tq, Tk). Each row of weights sums to 1 over the keys and
        is 0 where the mask is False. A row whose keys are all masked has zero weights and zero output. About 8 lines.
    """
    d_k = q.shape[-1]
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / d_k**0.5  # (..., Tq, Tk)
    if mask is not None:
        scores = ops.where(mask, scores, -3e38)
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = ops.where(mask, weights, 0.0)
    return ops.matmul(weights, v), weights


def self_attention(x, wq, wk, wv, mask=None):
    """Scaled dot-product attention of a sequence on itself.

    Args:
        x: tokens, (B, n, d) float32, array or tensor, as the next three.
        wq: projection to queries, (d, d_k).
        wk: projection to keys, (d, d_k).
        wv: projection to values, (d, d_v).
        mask: None, or bool that broadcasts to (B, n, n), True where the row's token may attend to the column's. All
            arguments are left unchanged.

    Returns:
        (output, weights): tensors (B, n, d_v) and (B, n, n), zeros for a token that may attend to none. About 2 lines.
    """
    q, k, v = ops.matmul(x, wq), ops.matmul(x, wk), ops.matmul(x, wv)
    return scaled_dot_product_attention(q, k, v, mask)


def attention_flops(n, d):
    """FLOPs of the matrix products in self-attention of one sequence, with d_k = d_v = d.

    One multiplication counts 1 and one addition counts 1, the addition to zero included. No mask shortens the work.
    Scaling, softmax and output projection are not counted.

    Args:
        n: number of tokens, int >= 1.
        d: width of tokens, queries, keys and values, int >= 1.

    Returns:
        (projections, pairs): ints, exact however large. The FLOPs of the products with wq, wk and wv, and those of the
        products that make the scores and that apply the weights to the values.
    """
    projections = 3 * 2 * n * d * d
    pairs = 2 * 2 * n * n * d
    return projections, pairs
