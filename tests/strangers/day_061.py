# %% right: convert_boxes
def convert_boxes(boxes, source, target):
    names = ["xyxy", "xywh", "cxcywh"]
    if source not in names or target not in names:
        raise ValueError(f"one of {names} please")
    a, b, c, d = np.moveaxis(np.asarray(boxes, dtype=float), -1, 0)
    if source == "xywh":
        c, d = a + c, b + d
    elif source == "cxcywh":
        a, b, c, d = a - c / 2, b - d / 2, a + c / 2, b + d / 2
    if target == "xywh":
        c, d = c - a, d - b
    elif target == "cxcywh":
        a, b, c, d = (a + c) / 2, (b + d) / 2, c - a, d - b
    return np.stack([a, b, c, d], axis=-1)


# %% right: convert_boxes
def convert_boxes(boxes, source, target):
    to_corners = {
        "xyxy": np.eye(4),
        "xywh": np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], float),
        "cxcywh": np.array([[1, 0, 1, 0], [0, 1, 0, 1], [-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]]),
    }
    if source not in to_corners or target not in to_corners:
        raise ValueError("unknown format")
    return np.asarray(boxes, float) @ to_corners[source] @ np.linalg.inv(to_corners[target])


# %% wrong: convert_boxes
# idea: "sizes with + 1"
# fits: "Your width counts a pixel too many"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.array(boxes, float)
    if source == "xywh":
        b[..., 2:] += b[..., :2] - 1
    elif source == "cxcywh":
        half = (b[..., 2:] - 1) / 2
        b = np.concatenate([b[..., :2] - half, b[..., :2] + half], -1)
    if target == "xywh":
        b[..., 2:] = b[..., 2:] - b[..., :2] + 1
    elif target == "cxcywh":
        b = np.concatenate([(b[..., :2] + b[..., 2:]) / 2, b[..., 2:] - b[..., :2] + 1], -1)
    return b


# %% wrong: convert_boxes
# idea: "whole numbers stay whole: the centre is rounded down"
# fits: "Fractions are cut off"
# fits: "With boxes of whole numbers"
# fits: "You round the centre down"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.array(boxes)
    if source == "xywh":
        b[..., 2:] += b[..., :2]
    elif source == "cxcywh":
        size = b[..., 2:].copy()
        b[..., :2] = b[..., :2] - size / 2
        b[..., 2:] = b[..., :2] + size
    if target == "xywh":
        b[..., 2:] -= b[..., :2]
    elif target == "cxcywh":
        b[..., 2:] -= b[..., :2]
        b[..., :2] = b[..., :2] + b[..., 2:] / 2
    return b


# %% wrong: convert_boxes
# idea: "works for a table (n, 4) only"
# fits: "any number of leading axes"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.array(boxes, float)
    if source == "xywh":
        b[:, 2:] += b[:, :2]
    elif source == "cxcywh":
        b = np.hstack([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2])
    if target == "xywh":
        b[:, 2:] -= b[:, :2]
    elif target == "cxcywh":
        b = np.hstack([(b[:, :2] + b[:, 2:]) / 2, b[:, 2:] - b[:, :2]])
    return b


# %% wrong: convert_boxes
# idea: "changes the boxes in place"
# fits: "What comes back is the argument itself"
# fits: "in place"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.asarray(boxes, float)
    if source == "xywh":
        b[..., 2:] += b[..., :2]
    elif source == "cxcywh":
        b[..., :2] -= b[..., 2:] / 2
        b[..., 2:] += b[..., :2]
    if target != "xyxy":
        b[..., 2:] -= b[..., :2]
    if target == "cxcywh":
        b[..., :2] += b[..., 2:] / 2
    return b


# %% wrong: convert_boxes
# idea: "returns the argument when both formats are the same"
# fits: "your result is the argument itself"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    if source == target:
        return np.asarray(boxes, float)
    b = np.array(boxes, float)
    if source == "xywh":
        b[..., 2:] += b[..., :2]
    elif source == "cxcywh":
        b[..., :2] -= b[..., 2:] / 2
        b[..., 2:] += b[..., :2]
    if target != "xyxy":
        b[..., 2:] -= b[..., :2]
    if target == "cxcywh":
        b[..., :2] += b[..., 2:] / 2
    return b


# %% wrong: convert_boxes
# idea: "the unknown source is taken for corners"
# fits: "A source that is no format"
def convert_boxes(boxes, source, target):
    if target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.array(boxes, float)
    if source == "xywh":
        b[..., 2:] += b[..., :2]
    elif source == "cxcywh":
        b[..., :2] -= b[..., 2:] / 2
        b[..., 2:] += b[..., :2]
    if target != "xyxy":
        b[..., 2:] -= b[..., :2]
    if target == "cxcywh":
        b[..., :2] += b[..., 2:] / 2
    return b


# %% wrong: convert_boxes
# idea: "the centre is a corner plus the whole size"
# fits: "not the whole, lies between"
# fits: "you go a whole width"
# fits: "Half the size"
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError
    b = np.array(boxes, float)
    if source == "xywh":
        b[..., 2:] += b[..., :2]
    elif source == "cxcywh":
        b[..., :2] -= b[..., 2:]
        b[..., 2:] += b[..., :2]
    if target != "xyxy":
        b[..., 2:] -= b[..., :2]
    if target == "cxcywh":
        b[..., :2] += b[..., 2:]
    return b


# %% right: iou
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float), np.asarray(boxes_b, float)
    out = np.zeros((len(a), len(b)))
    for i, (ax1, ay1, ax2, ay2) in enumerate(a):
        for j, (bx1, by1, bx2, by2) in enumerate(b):
            if ax2 <= ax1 or ay2 <= ay1 or bx2 <= bx1 or by2 <= by1:
                continue
            w = min(ax2, bx2) - max(ax1, bx1)
            h = min(ay2, by2) - max(ay1, by1)
            if w > 0 and h > 0:
                common = w * h
                out[i, j] = common / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - common)
    return out


# %% right: iou
def iou(boxes_a, boxes_b):
    a = np.asarray(boxes_a, dtype="float64").reshape(-1, 1, 4)
    b = np.asarray(boxes_b, dtype="float64").reshape(1, -1, 4)
    size_a = np.clip(a[..., 2:] - a[..., :2], 0, None).prod(-1)
    size_b = np.clip(b[..., 2:] - b[..., :2], 0, None).prod(-1)
    inter = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None).prod(-1)
    union = size_a + size_b - inter
    ok = (size_a > 0) & (size_b > 0)
    return np.where(ok, inter, 0) / np.where(ok, union, 1)


# %% wrong: iou
# idea: "no cut at 0: boxes apart in both directions overlap"
# fits: "Boxes that lie apart in both directions"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    union = sa + sb - inter
    ok = (sa > 0) & (sb > 0) & (union > 0)
    return np.where(ok, np.maximum(inter, 0) / np.where(ok, union, 1), 0)


# %% wrong: iou
# idea: "divided by the sum of areas, the common part counted twice"
# fits: "You divide by the sum of both areas"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    ok = (sa > 0) & (sb > 0)
    return np.where(ok, inter / np.where(ok, sa + sb, 1), 0)


# %% wrong: iou
# idea: "divided by the smaller area"
# fits: "You divide by the smaller area"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    small = np.minimum(sa, sb)
    return np.where(small > 0, inter / np.where(small > 0, small, 1), 0)


# %% wrong: iou
# idea: "a small number is added to the union"
# fits: "A small number in the denominator"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    return inter / (sa + sb - inter + 1e-6)


# %% wrong: iou
# idea: "pair by pair, not all pairs"
# fits: "All pairs are asked for"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float), np.asarray(boxes_b, float)
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    ok = (sa > 0) & (sb > 0)
    return np.where(ok, inter / np.where(ok, sa + sb - inter, 1), 0)


# %% wrong: iou
# idea: "differences of unsigned whole numbers wrap"
# fits: "With boxes of unsigned whole numbers"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a)[:, None], np.asarray(boxes_b)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    ok = (sa > 0) & (sb > 0)
    return np.where(ok, inter / np.where(ok, sa + sb - inter, 1), 0.0)


# %% wrong: iou
# idea: "divides first and replaces nan afterwards: warns"
# fits: "NumPy warns"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2], 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2], 0).prod(-1)
    return np.nan_to_num(inter / (sa + sb - inter))


# %% wrong: iou
# idea: "widths with + 1"
# fits: "You add 1 to every width"
# fits: "You add 1 to the common part's"
# fits: "You add 1 to"
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]) + 1, 0).prod(-1)
    sa, sb = np.maximum(a[..., 2:] - a[..., :2] + 1, 0).prod(-1), np.maximum(b[..., 2:] - b[..., :2] + 1, 0).prod(-1)
    ok = (sa > 0) & (sb > 0)
    return np.where(ok, inter / np.where(ok, sa + sb - inter, 1), 0)


# %% right: iou
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, float)[:, None], np.asarray(boxes_b, float)[None]
    inter = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    sa, sb = (a[..., 2:] - a[..., :2]).prod(-1), (b[..., 2:] - b[..., :2]).prod(-1)
    union = sa + sb - inter
    return np.divide(inter, union, out=np.zeros_like(inter), where=union != 0)


# %% right: anchor_boxes
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    boxes = []
    for row in range(feature_size[0]):
        for column in range(feature_size[1]):
            for s in scales:
                for r in ratios:
                    w, h = s * r**0.5, s / r**0.5
                    cx, cy = (column + 0.5) * stride, (row + 0.5) * stride
                    boxes.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
    return np.array(boxes, dtype=float)


# %% right: anchor_boxes
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    rows, columns = feature_size
    r, c, s, a = np.meshgrid(np.arange(rows), np.arange(columns), scales, ratios, indexing="ij")
    w, h = s * np.sqrt(a), s / np.sqrt(a)
    centre = np.stack([(c + 0.5) * stride, (r + 0.5) * stride, w, h], axis=-1).reshape(-1, 4)
    return convert_boxes(centre, "cxcywh", "xyxy")


# %% wrong: anchor_boxes
# idea: "anchors on the cells' corners"
# fits: "They belong on the centres"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s * np.sqrt(a) / 2, s / np.sqrt(a) / 2
    x, y = c * stride, r * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "the ratio is height to width"
# fits: "The ratio is width over height here"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s / np.sqrt(a) / 2, s * np.sqrt(a) / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "no square root: width s r, height s"
# fits: "The area is the scale squared"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s * a / 2, s / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "scales are multiples of the stride"
# fits: "The scales are in pixels"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s * stride * np.sqrt(a) / 2, s * stride / np.sqrt(a) / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "rows are x: the pair is taken as (columns, rows)"
# fits: "(rows, columns)"
# fits: "Your list goes down the columns of the grid first"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    c, r, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s * np.sqrt(a) / 2, s / np.sqrt(a) / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "scale varies fastest"
# fits: "Within a cell the scale changes fastest"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, a, s = np.meshgrid(*map(np.arange, feature_size), ratios, scales, indexing="ij")
    w, h = s * np.sqrt(a) / 2, s / np.sqrt(a) / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    return np.stack([x - w, y - h, x + w, y + h], -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "clipped to the image"
# fits: "Anchors may reach over the border"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    w, h = s * np.sqrt(a) / 2, s / np.sqrt(a) / 2
    x, y = (c + 0.5) * stride, (r + 0.5) * stride
    right, bottom = feature_size[1] * stride, feature_size[0] * stride
    parts = [np.clip(x - w, 0, right), np.clip(y - h, 0, bottom), np.clip(x + w, 0, right), np.clip(y + h, 0, bottom)]
    return np.stack(parts, -1).reshape(-1, 4)


# %% wrong: anchor_boxes
# idea: "centres and sizes come back, not corners"
# fits: "You return centre and size"
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    r, c, s, a = np.meshgrid(*map(np.arange, feature_size), scales, ratios, indexing="ij")
    return np.stack([(c + 0.5) * stride, (r + 0.5) * stride, s * np.sqrt(a), s / np.sqrt(a)], -1).reshape(-1, 4)


# %% right: encode_offsets
def encode_offsets(anchors, boxes):
    a, g = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    t = np.empty_like(a)
    t[:, 0] = (g[:, 0] - a[:, 0]) / a[:, 2]
    t[:, 1] = (g[:, 1] - a[:, 1]) / a[:, 3]
    t[:, 2] = np.log(g[:, 2] / a[:, 2])
    t[:, 3] = np.log(g[:, 3] / a[:, 3])
    return t


# %% right: encode_offsets
def encode_offsets(anchors, boxes):
    size_a, size_b = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    shift = (boxes[:, :2] + boxes[:, 2:] - anchors[:, :2] - anchors[:, 2:]) / (2 * size_a)
    return np.hstack([shift, np.log(size_b) - np.log(size_a)])


# %% wrong: encode_offsets
# idea: "shift of the corner, not of the centre"
# fits: "You compare the upper left corners"
def encode_offsets(anchors, boxes):
    wa, wb = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    return np.hstack([(boxes[:, :2] - anchors[:, :2]) / wa, np.log(wb / wa)])


# %% wrong: encode_offsets
# idea: "divided by the box's size"
# fits: "You divide the shift by the true box's size"
def encode_offsets(anchors, boxes):
    a, g = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    return np.hstack([(g[:, :2] - a[:, :2]) / g[:, 2:], np.log(g[:, 2:] / a[:, 2:])])


# %% wrong: encode_offsets
# idea: "both shifts divided by the width"
# fits: "by its height"
def encode_offsets(anchors, boxes):
    a, g = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    return np.hstack([(g[:, :2] - a[:, :2]) / a[:, 2:3], np.log(g[:, 2:] / a[:, 2:])])


# %% wrong: encode_offsets
# idea: "log2"
# fits: "Your logarithm has the base 2"
def encode_offsets(anchors, boxes):
    a, g = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    return np.hstack([(g[:, :2] - a[:, :2]) / a[:, 2:], np.log2(g[:, 2:] / a[:, 2:])])


# %% wrong: encode_offsets
# idea: "ratio without logarithm"
# fits: "tw and th are plain factors"
def encode_offsets(anchors, boxes):
    a, g = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    return np.hstack([(g[:, :2] - a[:, :2]) / a[:, 2:], g[:, 2:] / a[:, 2:]])


# %% wrong: encode_offsets
# idea: "from the box to the anchor"
# fits: "from the box to the anchor"
def encode_offsets(anchors, boxes):
    g, a = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    return np.hstack([(g[:, :2] - a[:, :2]) / a[:, 2:], np.log(g[:, 2:] / a[:, 2:])])


# %% wrong: encode_offsets
# idea: "the four columns are taken for centre and size as they come"
# fits: "You treat the corners x2 and y2 as width and height"
def encode_offsets(anchors, boxes):
    return np.hstack([(boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:], np.log(boxes[:, 2:] / anchors[:, 2:])])


# %% right: decode_offsets
def decode_offsets(anchors, offsets):
    a = convert_boxes(anchors, "xyxy", "cxcywh")
    cx = a[:, 0] + offsets[:, 0] * a[:, 2]
    cy = a[:, 1] + offsets[:, 1] * a[:, 3]
    w, h = a[:, 2] * np.exp(offsets[:, 2]), a[:, 3] * np.exp(offsets[:, 3])
    return np.column_stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])


# %% right: decode_offsets
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * size
    half = size * np.exp(offsets[:, 2:]) / 2
    return np.concatenate([centre - half, centre + half], axis=1)


# %% wrong: decode_offsets
# idea: "the shift starts from the upper left corner"
# fits: "upper left corner"
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    start = anchors[:, :2] + offsets[:, :2] * size
    return np.hstack([start, start + size * np.exp(offsets[:, 2:])])


# %% wrong: decode_offsets
# idea: "the shift is multiplied by the new size"
# fits: "You measure the shift in sizes of the decoded box"
def decode_offsets(anchors, offsets):
    size = (anchors[:, 2:] - anchors[:, :2]) * np.exp(offsets[:, 2:])
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * size
    return np.hstack([centre - size / 2, centre + size / 2])


# %% wrong: decode_offsets
# idea: "no exponential"
# fits: "1 + t is near the exponential"
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * size
    half = size * (1 + offsets[:, 2:]) / 2
    return np.hstack([centre - half, centre + half])


# %% wrong: decode_offsets
# idea: "centre and size come back"
# fits: "You return centres and sizes"
def decode_offsets(anchors, offsets):
    a = convert_boxes(anchors, "xyxy", "cxcywh")
    return np.hstack([a[:, :2] + offsets[:, :2] * a[:, 2:], a[:, 2:] * np.exp(offsets[:, 2:])])


# %% wrong: decode_offsets
# idea: "half the size forgotten: twice as large"
# fits: "half the size to either side"
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2] * size
    size = size * np.exp(offsets[:, 2:])
    return np.hstack([centre - size, centre + size])


# %% wrong: decode_offsets
# idea: "shifts in pixels"
# fits: "as if it were pixels"
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, :2] + anchors[:, 2:]) / 2 + offsets[:, :2]
    half = size * np.exp(offsets[:, 2:]) / 2
    return np.hstack([centre - half, centre + half])


# %% right: nms
def nms(boxes, scores, iou_threshold=0.5):
    order = list(np.argsort(-np.asarray(scores, float), kind="stable"))
    kept = []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.array(kept, dtype=int)


# %% right: nms
def nms(boxes, scores, iou_threshold=0.5):
    overlaps = iou(boxes, boxes)
    alive = np.ones(len(boxes), bool)
    kept = []
    for i in sorted(range(len(boxes)), key=lambda k: (-scores[k], k)):
        if alive[i]:
            kept.append(i)
            alive &= overlaps[i] <= iou_threshold
    return np.asarray(kept, dtype="int64")


# %% wrong: nms
# idea: "what was dropped drops others too"
# fits: "a box that was dropped still drops others"
def nms(boxes, scores, iou_threshold=0.5):
    order = np.argsort(-scores, kind="stable")
    o = iou(boxes[order], boxes[order])
    return order[[not (o[i, :i] > iou_threshold).any() for i in range(len(order))]].astype(int)


# %% wrong: nms
# idea: "drops at an IoU equal to the threshold"
# fits: "You also drop a box whose IoU equals"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(-scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] < iou_threshold]
    return np.array(kept, int)


# %% wrong: nms
# idea: "starts with the least confident"
# fits: "You begin with the least confident box"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.array(kept, int)


# %% wrong: nms
# idea: "indices in ascending order, not by score"
# fits: "the indices come sorted"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(-scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.sort(np.array(kept, int))


# %% wrong: nms
# idea: "argsort turned round: of equal scores the later comes first"
# fits: "A sort turned round also turns round"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(scores)[::-1]), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.array(kept, int)


# %% wrong: nms
# idea: "the boxes come back, not their indices"
# fits: "You return the boxes themselves"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(-scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return boxes[kept]


# %% wrong: nms
# idea: "indices into the sorted boxes"
# fits: "You return places in the sorted list"
def nms(boxes, scores, iou_threshold=0.5):
    boxes = boxes[np.argsort(-scores, kind="stable")]
    order, kept = list(range(len(boxes))), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.array(kept, int)


# %% wrong: nms
# idea: "only compares with the last box kept"
# fits: "You stop dropping at the first box that stays"
def nms(boxes, scores, iou_threshold=0.5):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if not kept or iou(boxes[[kept[-1]]], boxes[[i]])[0, 0] <= iou_threshold:
            kept.append(i)
    return np.array(kept, int)


# %% wrong: nms
# idea: "no boxes gives an array of floats"
# fits: "Without any box the result"
def nms(boxes, scores, iou_threshold=0.5):
    order, kept = list(np.argsort(-scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [i for i in order if iou(boxes[[best]], boxes[[i]])[0, 0] <= iou_threshold]
    return np.array(kept)


# %% right: match_detections
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct = np.zeros(len(boxes), dtype=bool)
    if len(boxes) == 0 or len(truth) == 0:
        return correct
    overlaps = iou(boxes, truth)
    free = set(range(len(truth)))
    for i in np.argsort(-scores, kind="stable"):
        best = max(free, key=lambda t: overlaps[i, t], default=None)
        if best is not None and overlaps[i, best] >= iou_threshold:
            correct[i] = True
            free.remove(best)
    return correct


# %% right: match_detections
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    table = iou(boxes, truth).copy()
    verdict = [False] * len(boxes)
    for i in sorted(range(len(boxes)), key=lambda k: -scores[k]):
        if table.shape[1] and table[i].max() >= iou_threshold:
            verdict[i] = True
            table[:, table[i].argmax()] = -1
    return np.array(verdict, dtype=bool)


# %% wrong: match_detections
# idea: "a true box can be found by many"
# fits: "Your true boxes can be claimed again and again"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    if len(truth) == 0 or len(boxes) == 0:
        return np.zeros(len(boxes), bool)
    return iou(boxes, truth).max(axis=1) >= iou_threshold


# %% wrong: match_detections
# idea: "VOC's rule: the best true box of all; if that is taken, wrong"
# fits: "A detection whose favourite is taken gives up"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o, taken = np.zeros(len(boxes), bool), iou(boxes, truth), set()
    for i in np.argsort(-scores, kind="stable") if len(truth) else ():
        j = o[i].argmax()
        if o[i, j] >= iou_threshold and j not in taken:
            correct[i] = True
            taken.add(j)
    return correct


# %% wrong: match_detections
# idea: "in the order given, not by confidence"
# fits: "The detections take their turns as they were given"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o = np.zeros(len(boxes), bool), iou(boxes, truth).copy()
    for i in range(len(boxes)) if len(truth) else ():
        j = o[i].argmax()
        if o[i, j] >= iou_threshold:
            correct[i] = True
            o[:, j] = -1
    return correct


# %% wrong: match_detections
# idea: "verdicts in the order of confidence"
# fits: "by falling confidence"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o = [], iou(boxes, truth).copy()
    for i in np.argsort(-scores, kind="stable"):
        hit = bool(len(truth)) and o[i].max() >= iou_threshold
        if hit:
            o[:, o[i].argmax()] = -1
        correct.append(hit)
    return np.array(correct, bool)


# %% wrong: match_detections
# idea: "an IoU equal to the threshold is not enough"
# fits: "An IoU that equals the threshold is enough"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o = np.zeros(len(boxes), bool), iou(boxes, truth).copy()
    for i in np.argsort(-scores, kind="stable") if len(truth) else ():
        j = o[i].argmax()
        if o[i, j] > iou_threshold:
            correct[i] = True
            o[:, j] = -1
    return correct


# %% wrong: match_detections
# idea: "each true box picks its best detection"
# fits: "You let the best-fitting detection choose first"
# fits: "The order is that of confidence"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct = np.zeros(len(boxes), bool)
    if len(boxes) and len(truth):
        o = iou(boxes, truth)
        for j in range(len(truth)):
            if o[:, j].max() >= iou_threshold:
                correct[o[:, j].argmax()] = True
    return correct


# %% wrong: match_detections
# idea: "takes the first free true box that is near enough, not the nearest"
# fits: "It is the one with the greatest IoU"
# fits: "the greatest IoU"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o = np.zeros(len(boxes), bool), iou(boxes, truth).copy()
    for i in np.argsort(-scores, kind="stable"):
        enough = np.flatnonzero(o[i] >= iou_threshold)
        if len(enough):
            correct[i] = True
            o[:, enough[0]] = -1
    return correct


# %% wrong: match_detections
# idea: "no true boxes: max of nothing"
# fits: "Where there is nothing to find"
# fits: "nothing to find"
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, o = np.zeros(len(boxes), bool), iou(boxes, truth).copy()
    for i in np.argsort(-scores, kind="stable"):
        j = o[i].argmax()
        if o[i, j] >= iou_threshold:
            correct[i] = True
            o[:, j] = -1
    return correct


# %% right: average_precision
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError("nothing to find")
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(correct)[order]).astype(float)
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / num_truths
    ap, previous = 0.0, 0.0
    for i in range(len(hits)):
        ap += (recall[i] - previous) * precision[i:].max()
        previous = recall[i]
    return precision, recall, float(ap)


# %% right: average_precision
def average_precision(scores, correct, num_truths):
    if not num_truths >= 1:
        raise ValueError(num_truths)
    ranked = sorted(zip(scores, correct), key=lambda pair: -pair[0])
    precision, recall, found = [], [], 0
    for i, (_, good) in enumerate(ranked, start=1):
        found += bool(good)
        precision.append(found / i)
        recall.append(found / num_truths)
    best, area = 0.0, 0.0
    for i in reversed(range(len(ranked))):
        best = max(best, precision[i])
        area += best / num_truths if ranked[i][1] else 0.0
    return np.array(precision, float), np.array(recall, float), area


# %% wrong: average_precision
# idea: "no envelope: the raw precision"
# fits: "You sum the saw-toothed curve"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.sum(np.diff(r, prepend=0) * p))


# %% wrong: average_precision
# idea: "running maximum from the front"
# fits: "Your running maximum starts at the front"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.sum(np.diff(r, prepend=0) * np.maximum.accumulate(p)))


# %% wrong: average_precision
# idea: "recall as a share of what was found"
# fits: "You divide by the objects that were found"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / max(hits[-1] if len(hits) else 1, 1)
    return p, r, float(np.sum(np.diff(r, prepend=0) * np.maximum.accumulate(p[::-1])[::-1]))


# %% wrong: average_precision
# idea: "trapezoids under the curve"
# fits: "The first step, from a recall of 0"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.trapezoid(np.maximum.accumulate(p[::-1])[::-1], r))


# %% wrong: average_precision
# idea: "not sorted by score"
# fits: "You walk through the detections as they came"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct)
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.sum(np.diff(r, prepend=0) * np.maximum.accumulate(p[::-1])[::-1]))


# %% wrong: average_precision
# idea: "the envelope comes back as the precision"
# fits: "teeth filled already"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    p = np.maximum.accumulate(p[::-1])[::-1]
    return p, r, float(np.sum(np.diff(r, prepend=0) * p))


# %% wrong: average_precision
# idea: "mean of the precisions at the hits: what was never found does not count"
# fits: "never found"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    ranked = correct[np.argsort(-scores, kind="stable")]
    hits = np.cumsum(ranked)
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    envelope = np.maximum.accumulate(p[::-1])[::-1]
    return p, r, float(envelope[ranked].mean()) if ranked.any() else 0.0


# %% wrong: average_precision
# idea: "eleven recalls, as VOC did until 2009"
# fits: "eleven"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(-scores, kind="stable")])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.mean([p[r >= level].max() if (r >= level).any() else 0 for level in np.linspace(0, 1, 11)]))


# %% wrong: average_precision
# idea: "argsort turned round: of equal scores the later comes first"
# fits: "A sort turned round also turns round"
def average_precision(scores, correct, num_truths):
    if num_truths < 1:
        raise ValueError
    hits = np.cumsum(correct[np.argsort(scores, kind="stable")[::-1]])
    p, r = hits / np.arange(1, len(hits) + 1), hits / num_truths
    return p, r, float(np.sum(np.diff(r, prepend=0) * np.maximum.accumulate(p[::-1])[::-1]))
