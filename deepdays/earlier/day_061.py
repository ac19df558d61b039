"""Day 61, Boxes, anchors and non-maximum suppression: the reference answers.

Written by `deepdays build` from solutions/day_061_boxes.py; change that file instead.
"""

import numpy as np

__all__ = [
    "anchor_boxes",
    "average_precision",
    "convert_boxes",
    "decode_offsets",
    "encode_offsets",
    "iou",
    "match_detections",
    "nms",
]


def convert_boxes(boxes, source, target):
    """Rewrite boxes in another format.

    Args:
        boxes: array of shape (..., 4), floats or ints, any number of leading axes; left unchanged.
        source: the format they are in, "xyxy", "xywh" or "cxcywh".
        target: the format they are to have, one of the same three; it may be the same.

    Returns:
        A new float array of the same shape. About 15 lines.

    Raises:
        ValueError: source or target is none of the three names.
    """
    boxes = np.array(boxes, dtype=float)
    first, second = boxes[..., :2], boxes[..., 2:]  # (..., 2) each, x before y
    if source == "xyxy":
        low, high = first, second
    elif source == "xywh":
        low, high = first, first + second
    elif source == "cxcywh":
        low, high = first - second / 2, first + second / 2
    else:
        raise ValueError(f"source must be xyxy, xywh or cxcywh. Received: {source!r}")
    if target == "xyxy":
        return np.concatenate([low, high], axis=-1)
    if target == "xywh":
        return np.concatenate([low, high - low], axis=-1)
    if target == "cxcywh":
        return np.concatenate([(low + high) / 2, high - low], axis=-1)
    raise ValueError(f"target must be xyxy, xywh or cxcywh. Received: {target!r}")


def iou(boxes_a, boxes_b):
    """Intersection over union of each box of one set with each of another.

    Args:
        boxes_a: array of shape (n, 4), (x1, y1, x2, y2), floats or ints, n >= 0.
        boxes_b: array of shape (m, 4), the same, m >= 0. Both are left unchanged.

    Returns:
        Float array of shape (n, m) with values from 0 to 1; 0 where either box has no area. No warning is
        raised. About 8 lines.
    """
    boxes_a, boxes_b = np.asarray(boxes_a, dtype=float), np.asarray(boxes_b, dtype=float)
    low = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])  # (n, m, 2)
    high = np.minimum(boxes_a[:, None, 2:], boxes_b[None, :, 2:])  # (n, m, 2)
    intersection = np.prod(np.maximum(high - low, 0), axis=-1)  # (n, m)
    area_a = np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)  # (n,)
    area_b = np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)  # (m,)
    union = area_a[:, None] + area_b - intersection  # (n, m)
    return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)


def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    """Lay anchors of every scale and ratio on the centre of every cell of a grid.

    Args:
        feature_size: pair (rows, columns) of the grid, ints >= 1.
        scales: square roots of the anchors' areas in pixels, sequence of S positive numbers.
        ratios: widths divided by heights, sequence of R positive numbers.
        stride: width and height of a cell in pixels, > 0.

    Returns:
        Float array of shape (rows * columns * S * R, 4), (x1, y1, x2, y2) in pixels; the row changes slowest,
        then the column, then the scale, and the ratio fastest. About 7 lines.
    """
    rows, columns = feature_size
    y = (np.arange(rows) + 0.5) * stride  # (rows,)
    x = (np.arange(columns) + 0.5) * stride  # (columns,)
    y, x, scale, ratio = np.meshgrid(y, x, scales, ratios, indexing="ij")  # (rows, columns, S, R) each
    width, height = scale * np.sqrt(ratio), scale / np.sqrt(ratio)
    anchors = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    return anchors.reshape(-1, 4)


def encode_offsets(anchors, boxes):
    """The offsets that lead from each anchor to its box.

    Args:
        anchors: float array of shape (n, 4), (x1, y1, x2, y2), all of positive area.
        boxes: float array of shape (n, 4), the same, box i being that of anchor i. Both are left unchanged.

    Returns:
        Float array of shape (n, 4): (tx, ty, tw, th), with natural logarithms. About 4 lines.
    """
    anchors, boxes = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    shift = (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]  # (n, 2)
    stretch = np.log(boxes[:, 2:] / anchors[:, 2:])  # (n, 2)
    return np.concatenate([shift, stretch], axis=1)


def decode_offsets(anchors, offsets):
    """The boxes that offsets lead to: the inverse of encode_offsets.

    Args:
        anchors: float array of shape (n, 4), (x1, y1, x2, y2).
        offsets: float array of shape (n, 4), (tx, ty, tw, th). Both are left unchanged.

    Returns:
        Float array of shape (n, 4), (x1, y1, x2, y2). About 4 lines.
    """
    anchors = convert_boxes(anchors, "xyxy", "cxcywh")
    centers = anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]  # (n, 2)
    sizes = anchors[:, 2:] * np.exp(offsets[:, 2:])  # (n, 2)
    return convert_boxes(np.concatenate([centers, sizes], axis=1), "cxcywh", "xyxy")


def nms(boxes, scores, iou_threshold=0.5):
    """Greedy non-maximum suppression.

    Args:
        boxes: float array of shape (k, 4), (x1, y1, x2, y2), k >= 0.
        scores: float array of shape (k,), any real numbers; of equal ones the earlier comes first. Both are
            left unchanged.
        iou_threshold: a box is dropped if its IoU with a kept box is greater, float from 0 to 1.

    Returns:
        Int array of the kept boxes' indices into `boxes`, in the order of falling score; of shape (0,) if
        k is 0. About 8 lines; one loop over the kept boxes.
    """
    order = np.argsort(-scores, kind="stable")
    kept = []
    while order.size > 0:
        best, rest = order[0], order[1:]
        kept.append(best)
        overlaps = iou(boxes[[best]], boxes[rest])[0]  # (rest,)
        order = rest[overlaps <= iou_threshold]
    return np.array(kept, dtype=int)


def match_detections(boxes, scores, truth, iou_threshold=0.5):
    """Say which detections in an image are correct; each true box counts for one at most.

    Args:
        boxes: detected boxes, float array of shape (k, 4), (x1, y1, x2, y2), k >= 0.
        scores: their confidences, float array of shape (k,); of equal ones the earlier comes first.
        truth: true boxes, float array of shape (t, 4), t >= 0. All three are left unchanged.
        iou_threshold: the least IoU of a correct detection, float above 0, at most 1.

    Returns:
        Bool array of shape (k,): whether each detection is correct, in the order in which they were given.
        About 10 lines.
    """
    correct = np.zeros(len(boxes), dtype=bool)
    if len(truth) == 0:
        return correct
    overlaps = iou(boxes, truth)  # (k, t)
    for i in np.argsort(-scores, kind="stable"):
        best = overlaps[i].argmax()
        if overlaps[i, best] >= iou_threshold:
            correct[i] = True
            overlaps[:, best] = 0  # taken
    return correct


def average_precision(scores, correct, num_truths):
    """The precision-recall curve of ranked detections, and the area under its envelope.

    Args:
        scores: confidences of the detections of all images, float array of shape (k,), k >= 0; of equal ones
            the earlier comes first.
        correct: bool array of shape (k,), whether each is correct. Both are left unchanged.
        num_truths: number of true objects in all images, int >= 1.

    Returns:
        Tuple (precision, recall, ap): float arrays of shape (k,), entry i for the i + 1 detections of the
        highest score, and a float from 0 to 1; without detections two empty arrays and 0. About 8 lines.

    Raises:
        ValueError: num_truths is below 1, and recall has no meaning.
    """
    if num_truths < 1:
        raise ValueError(f"num_truths must be at least 1. Received: {num_truths}")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(correct[order])  # (k,)
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / num_truths
    envelope = np.maximum.accumulate(precision[::-1])[::-1]  # the best from here on
    ap = np.sum(np.diff(recall, prepend=0) * envelope)
    return precision, recall, float(ap)
