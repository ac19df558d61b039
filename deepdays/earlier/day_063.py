"""Day 63, YOLO I: the grid and the loss: the reference answers.

Written by `deepdays build` from solutions/day_063_yolo_targets_and_loss.py; change that file instead.
"""

import numpy as np
import deepdays as dd
with dd.quiet():
    from keras import ops

__all__ = [
    "augment_with_boxes",
    "decode_grid",
    "encode_grid",
    "predictor_iou",
    "responsible_mask",
    "yolo_loss",
]


def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    """The target tensor of one picture.

    Args:
        boxes: array (t, 4), floats or ints, (x1, y1, x2, y2) in pixels, t >= 0, centres inside the picture.
        labels: int array (t,), the class of each box, or -1 for a row without an object, which is skipped. Both
            arrays are left unchanged.
        s: cells along each side, int >= 1.
        b: predictors of a cell, int >= 1.
        num_classes: K, int >= 1.
        size: width and height of the picture, in pixels.

    Returns:
        float32 array (s, s, 5 b + K), rows first. In the cell of an object's centre b times (x, y, root of w, root of
        h, 1), x and y in cells from the cell's corner, w and h as shares of the picture, and then the class, one-hot.
        0 in all other cells. Of several objects in a cell the first listed counts. About 14 lines.

    Raises:
        ValueError: a label is below -1, or not below num_classes.
    """
    if np.any(labels < -1) or np.any(labels >= num_classes):
        raise ValueError(f"labels must be from -1 to {num_classes - 1}. Received: {labels}")
    target = np.zeros((s, s, 5 * b + num_classes), dtype="float32")
    for (x1, y1, x2, y2), label in zip(boxes.astype(float), labels, strict=True):
        across, down = s * (x1 + x2) / 2 / size, s * (y1 + y2) / 2 / size  # in cells
        column, row = min(int(across), s - 1), min(int(down), s - 1)
        cell = target[row, column]
        if label >= 0 and cell[4] == 0:
            block = [across - column, down - row, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1]
            cell[: 5 * b] = np.tile(block, b)
            cell[5 * b + label] = 1
    return target


def decode_grid(grid, b, *, size=64):
    """Boxes, confidences and class scores from a target, or from what a network says.

    Args:
        grid: float array (..., S, S, 5 b + K), any number of leading axes; left unchanged.
        b: predictors of a cell.
        size: width and height of the picture, in pixels.

    Returns:
        Tuple (boxes, confidence, class_probs) of float arrays: boxes (..., S, S, b, 4), (x1, y1, x2, y2) in pixels;
        confidence (..., S, S, b); class_probs (..., S, S, K), as they are in the grid. About 9 lines.
    """
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    rows, columns = np.mgrid[:s, :s]
    corner = np.stack([columns, rows], axis=-1)[:, :, None]  # (S, S, 1, 2) x before y
    centre = size * (corner + blocks[..., :2]) / s
    half = size * blocks[..., 2:4] ** 2 / 2
    boxes = np.concatenate([centre - half, centre + half], axis=-1)
    return boxes, blocks[..., 4], grid[..., 5 * b :]


def predictor_iou(pred, target, *, b=2):
    """The IoU of each predictor's box with the true box of its cell.

    Args:
        pred: what the network says, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        target: the targets, the same.
        b: predictors of a cell.

    Returns:
        float32 tensor (N, S, S, b), 0 to 1; 0 in cells without an object, and where the boxes do not meet. A predicted
        root may be negative: its square counts. No NaN for boxes without area. About 11 lines of Keras operations.
    """
    s = target.shape[1]
    low, high, area = [], [], []
    for grid in (pred, target):
        blocks = ops.reshape(grid[..., : 5 * b], (-1, s, s, b, 5))
        centre, size = blocks[..., :2] / s, ops.square(blocks[..., 2:4])  # shares of the picture
        low.append(centre - size / 2)
        high.append(centre + size / 2)
        area.append(size[..., 0] * size[..., 1])
    sides = ops.maximum(ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1]), 0)  # (N, S, S, b, 2)
    common = sides[..., 0] * sides[..., 1]
    return ops.divide_no_nan(common, area[0] + area[1] - common)


def responsible_mask(pred, target, *, b=2):
    """Which predictor answers for the object of each cell.

    Args:
        pred: what the network says, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        target: the targets, the same.
        b: predictors of a cell.

    Returns:
        bool tensor (N, S, S, b): in each cell with an object one True, at the predictor of the highest IoU, the first
        of equal ones; False elsewhere. About 4 lines.
    """
    best = ops.argmax(predictor_iou(pred, target, b=b), axis=-1)  # (N, S, S)
    there = target[..., 4:5] > 0  # (N, S, S, 1)
    return ops.logical_and(ops.one_hot(best, b, dtype="bool"), there)


def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    """The terms of YOLO's loss, by name; the loss is their sum.

    Redmon and others (2016), equation 3.

    Args:
        target: the targets, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        pred: what the network says, the same.
        lambda_coord: weight of the two terms of the place.
        lambda_noobj: weight of the confidences of predictors that are not responsible.
        b: predictors of a cell.

    Returns:
        dict of "xy", "size", "object", "no object" and "class", in this order: each a float32 tensor (), with its
        weight in it, summed over a picture and averaged over the N. The IoU in "object" has no gradient. About 14
        lines.
    """
    s = target.shape[1]
    mine = ops.cast(responsible_mask(pred, target, b=b), "float32")  # (N, S, S, b)
    overlap = ops.stop_gradient(predictor_iou(pred, target, b=b))
    truth, said = (ops.reshape(grid[..., : 5 * b], (-1, s, s, b, 5)) for grid in (target, pred))
    error, sure = ops.square(truth - said), said[..., 4]  # (N, S, S, b, 5) and (N, S, S, b)
    terms = {
        "xy": lambda_coord * mine * (error[..., 0] + error[..., 1]),
        "size": lambda_coord * mine * (error[..., 2] + error[..., 3]),
        "object": mine * ops.square(overlap - sure),
        "no object": lambda_noobj * (1 - mine) * ops.square(sure),
        "class": target[..., 4:5] * ops.square((target - pred)[..., 5 * b :]),
    }
    return {name: ops.mean(ops.sum(term, axis=(1, 2, 3))) for name, term in terms.items()}


def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    """Scale a picture about its centre, shift it, flip it, and its boxes with it.

    Args:
        image: array (H, W, C) of any number dtype.
        boxes: array (t, 4), floats or ints, (x1, y1, x2, y2) in pixels, t >= 0. Both arrays are left unchanged.
        scale: factor, above 0; above 1 things get larger.
        shift: (right, down) in pixels, floats or ints, after scaling.
        flip: whether to mirror left and right in the end.

    Returns:
        Tuple (new_image, new_boxes, kept): an array of image's shape and dtype, each pixel a copy of the one where its
        centre comes from, 0 if that is outside; float array (k, 4), the boxes that are kept, cut off at the border; and
        a bool array (t,), whether each is kept: at least half of its new area lies inside, and the area is not 0.

    Raises:
        ValueError: scale is not above 0.
    """
    if scale <= 0:
        raise ValueError(f"scale must be above 0. Received: {scale}")
    size = np.array(image.shape[1::-1])  # W, H
    sources = [np.floor((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2) for n, by in zip(size, shift, strict=True)]
    columns, rows = (source.astype(int) for source in sources)
    ends = scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)  # (t, 2 corners, x and y)
    if flip:
        columns = columns[::-1]
        ends[..., 0] = size[0] - ends[:, ::-1, 0]
    inside = ((rows >= 0) & (rows < size[1]))[:, None] & (columns >= 0) & (columns < size[0])  # (H, W)
    new_image = np.zeros_like(image)
    new_image[inside] = image[rows[:, None] * inside, columns * inside][inside]
    cut = np.clip(ends, 0, size)
    area, left = (np.prod(each[:, 1] - each[:, 0], axis=1) for each in (ends, cut))
    kept = (left >= area / 2) & (area > 0)
    return new_image, cut.reshape(-1, 4)[kept], kept
