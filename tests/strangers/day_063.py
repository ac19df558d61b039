# %% wrong: encode_grid
# idea: "whole coordinates are added in their own dtype, where uint8 wraps round"
# fits: "a uint8 ends at 255"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    out = np.zeros([s, s, b * 5 + num_classes], dtype="float32")
    for n in range(len(labels)):
        lab = int(labels[n])
        if lab == -1:
            continue
        if lab < 0 or lab >= num_classes:
            raise ValueError(f"bad label {lab}")
        xc = (boxes[n][0] + boxes[n][2]) / 2.0 / size
        yc = (boxes[n][1] + boxes[n][3]) / 2.0 / size
        bw = (boxes[n][2] - boxes[n][0]) / size
        bh = (boxes[n][3] - boxes[n][1]) / size
        col = min(int(np.floor(xc * s)), s - 1)
        row = min(int(np.floor(yc * s)), s - 1)
        if out[row, col, 5 * b :].sum() > 0:
            continue
        for p in range(b):
            out[row, col, p * 5 + 0] = xc * s - col
            out[row, col, p * 5 + 1] = yc * s - row
            out[row, col, p * 5 + 2] = np.sqrt(bw)
            out[row, col, p * 5 + 3] = np.sqrt(bh)
            out[row, col, p * 5 + 4] = 1.0
        out[row, col, 5 * b + lab] = 1.0
    return out


# %% wrong: encode_grid
# idea: "x indexes the first axis"
# fits: "Row and column have changed places"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    if any(l < -1 or l >= num_classes for l in labels):
        raise ValueError("bad label")
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if lab == -1:
            continue
        gx, gy = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        i, j = min(int(gx), s - 1), min(int(gy), s - 1)
        if out[i, j, 4] == 1:
            continue
        blk = [gx - i, gy - j, np.sqrt((x2 - x1) / size), np.sqrt((y2 - y1) / size), 1]
        out[i, j] = blk * b + [1 if k == lab else 0 for k in range(num_classes)]
    return out


# %% wrong: encode_grid
# idea: "no roots, in cells as many tutorials do"
# fits: "You measure width and height in cells"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    if any(l < -1 or l >= num_classes for l in labels):
        raise ValueError("bad label")
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    cell = size / s
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if lab == -1:
            continue
        gx, gy = (x1 + x2) / 2 / cell, (y1 + y2) / 2 / cell
        c, r = min(int(gx), s - 1), min(int(gy), s - 1)
        if out[r, c, 4] == 1:
            continue
        blk = [gx - c, gy - r, np.sqrt((x2 - x1) / cell), np.sqrt((y2 - y1) / cell), 1]
        out[r, c] = blk * b + [1 if k == lab else 0 for k in range(num_classes)]
    return out


# %% wrong: encode_grid
# idea: "sizes as they are"
# fits: "You store width and height themselves"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    if any(l < -1 or l >= num_classes for l in labels):
        raise ValueError("bad label")
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if lab == -1:
            continue
        gx, gy = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        c, r = min(int(gx), s - 1), min(int(gy), s - 1)
        if out[r, c, 4] == 1:
            continue
        out[r, c] = [gx % 1, gy % 1, (x2 - x1) / size, (y2 - y1) / size, 1] * b + [k == lab for k in range(num_classes)]
    return out


# %% wrong: encode_grid
# idea: "the last object in a cell wins"
# fits: "the later object has the last word"
# fits: "Where two centres fall into one cell"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if labels.size and (labels.max() >= num_classes or labels.min() < -1):
        raise ValueError("bad label")
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if lab == -1:
            continue
        gx, gy = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        c, r = min(int(gx), s - 1), min(int(gy), s - 1)
        out[r, c] = [gx - c, gy - r, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1] * b + [k == lab for k in range(num_classes)]
    return out


# %% wrong: encode_grid
# idea: "-1 used as an index into the one-hot, and counted as an object"
# fits: "A row with the label -1 is no object"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if not -1 <= lab < num_classes:
            raise ValueError("bad label")
        gx, gy = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        c, r = min(int(gx), s - 1), min(int(gy), s - 1)
        if out[r, c, 4]:
            continue
        out[r, c, : 5 * b] = [gx - c, gy - r, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1] * b
        out[r, c, 5 * b :][lab] = 1
    return out


# %% wrong: encode_grid
# idea: "centres as shares of the picture"
# fits: "Your x and y are shares of the picture"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    if any(l < -1 or l >= num_classes for l in labels):
        raise ValueError("bad label")
    out = np.zeros((s, s, b * 5 + num_classes), np.float32)
    for (x1, y1, x2, y2), lab in zip(boxes, labels):
        if lab == -1:
            continue
        cx, cy = (x1 + x2) / 2 / size, (y1 + y2) / 2 / size
        c, r = min(int(cx * s), s - 1), min(int(cy * s), s - 1)
        if out[r, c, 4] == 0:
            out[r, c] = [cx, cy, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1] * b + [k == lab for k in range(num_classes)]
    return out


# %% right: decode_grid
def decode_grid(grid, b, *, size=64):
    S = grid.shape[-3]
    flat = grid.reshape((-1,) + grid.shape[-3:])
    boxes = np.zeros((flat.shape[0], S, S, b, 4))
    conf = np.zeros((flat.shape[0], S, S, b))
    for k in range(b):
        for r in range(S):
            for c in range(S):
                x, y, rw, rh, cf = flat[:, r, c, 5 * k : 5 * k + 5].T
                cx, cy, w, h = (x + c) * size / S, (y + r) * size / S, rw**2 * size, rh**2 * size
                boxes[:, r, c, k] = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], 1)
                conf[:, r, c, k] = cf
    lead = grid.shape[:-3]
    return boxes.reshape(lead + (S, S, b, 4)), conf.reshape(lead + (S, S, b)), np.array(grid[..., 5 * b :])


# %% wrong: decode_grid
# idea: "meshgrid the wrong way round"
# fits: "You add the row to x"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    i, j = np.meshgrid(np.arange(s), np.arange(s))
    p = grid[..., : 5 * b].reshape(grid.shape[:-1] + (b, 5))
    cx = (p[..., 0] + j[..., None]) / s * size
    cy = (p[..., 1] + i[..., None]) / s * size
    w, h = p[..., 2] ** 2 * size, p[..., 3] ** 2 * size
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1), p[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "roots not squared"
# fits: "You take the roots for sizes"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    j, i = np.meshgrid(np.arange(s), np.arange(s))
    p = grid[..., : 5 * b].reshape(grid.shape[:-1] + (b, 5))
    cx = (p[..., 0] + j[..., None]) / s * size
    cy = (p[..., 1] + i[..., None]) / s * size
    w, h = p[..., 2] * size, p[..., 3] * size
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1), p[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "centre taken for the upper left corner"
# fits: "You take the centre for the upper left corner"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    j, i = np.meshgrid(np.arange(s), np.arange(s))
    p = grid[..., : 5 * b].reshape(grid.shape[:-1] + (b, 5))
    cx = (p[..., 0] + j[..., None]) / s * size
    cy = (p[..., 1] + i[..., None]) / s * size
    w, h = p[..., 2] ** 2 * size, p[..., 3] ** 2 * size
    return np.stack([cx, cy, cx + w, cy + h], -1), p[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "centre and size instead of corners"
# fits: "You give centre and size"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    j, i = np.meshgrid(np.arange(s), np.arange(s))
    p = grid[..., : 5 * b].reshape(grid.shape[:-1] + (b, 5))
    cx = (p[..., 0] + j[..., None]) / s * size
    cy = (p[..., 1] + i[..., None]) / s * size
    return np.stack([cx, cy, p[..., 2] ** 2 * size, p[..., 3] ** 2 * size], -1), p[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "relative boxes, size forgotten"
# fits: "Your boxes are shares of the picture"
# fits: "pixels are due"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    j, i = np.meshgrid(np.arange(s), np.arange(s))
    p = grid[..., : 5 * b].reshape(grid.shape[:-1] + (b, 5))
    cx, cy = (p[..., 0] + j[..., None]) / s, (p[..., 1] + i[..., None]) / s
    w, h = p[..., 2] ** 2, p[..., 3] ** 2
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1), p[..., 4], grid[..., 5 * b :]


# %% right: predictor_iou
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    res = []
    for k in range(b):
        p, t = pred[..., 5 * k : 5 * k + 4], target[..., 5 * k : 5 * k + 4]
        px1, px2 = p[..., 0] / S - p[..., 2] ** 2 / 2, p[..., 0] / S + p[..., 2] ** 2 / 2
        py1, py2 = p[..., 1] / S - p[..., 3] ** 2 / 2, p[..., 1] / S + p[..., 3] ** 2 / 2
        tx1, tx2 = t[..., 0] / S - t[..., 2] ** 2 / 2, t[..., 0] / S + t[..., 2] ** 2 / 2
        ty1, ty2 = t[..., 1] / S - t[..., 3] ** 2 / 2, t[..., 1] / S + t[..., 3] ** 2 / 2
        iw = ops.clip(ops.minimum(px2, tx2) - ops.maximum(px1, tx1), 0, 2)
        ih = ops.clip(ops.minimum(py2, ty2) - ops.maximum(py1, ty1), 0, 2)
        inter = iw * ih
        union = p[..., 2] ** 2 * p[..., 3] ** 2 + t[..., 2] ** 2 * t[..., 3] ** 2 - inter
        res.append(inter / (union + 1e-12))
    return ops.stack(res, axis=-1)


# %% wrong: predictor_iou
# idea: "centres in cells, sizes in pictures"
# fits: "Your centres are in cells"
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (-1, S, S, b, 5))
    t = ops.reshape(target[..., : 5 * b], (-1, S, S, b, 5))
    pw, tw = p[..., 2:4] ** 2, t[..., 2:4] ** 2
    lo = ops.maximum(p[..., :2] - pw / 2, t[..., :2] - tw / 2)
    hi = ops.minimum(p[..., :2] + pw / 2, t[..., :2] + tw / 2)
    inter = ops.prod(ops.relu(hi - lo), axis=-1)
    return inter / (ops.prod(pw, axis=-1) + ops.prod(tw, axis=-1) - inter + 1e-12)


# %% wrong: predictor_iou
# idea: "roots taken for sizes"
# fits: "You use the roots as if they were sizes"
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (-1, S, S, b, 5))
    t = ops.reshape(target[..., : 5 * b], (-1, S, S, b, 5))
    pw, tw = p[..., 2:4], t[..., 2:4]
    lo = ops.maximum(p[..., :2] / S - pw / 2, t[..., :2] / S - tw / 2)
    hi = ops.minimum(p[..., :2] / S + pw / 2, t[..., :2] / S + tw / 2)
    inter = ops.prod(ops.relu(hi - lo), axis=-1)
    return inter / (ops.prod(pw, axis=-1) + ops.prod(tw, axis=-1) - inter + 1e-12)


# %% wrong: predictor_iou
# idea: "no cut at zero"
# fits: "two negative sides make a positive area"
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (-1, S, S, b, 5))
    t = ops.reshape(target[..., : 5 * b], (-1, S, S, b, 5))
    pw, tw = p[..., 2:4] ** 2, t[..., 2:4] ** 2
    lo = ops.maximum(p[..., :2] / S - pw / 2, t[..., :2] / S - tw / 2)
    hi = ops.minimum(p[..., :2] / S + pw / 2, t[..., :2] / S + tw / 2)
    inter = (hi - lo)[..., 0] * (hi - lo)[..., 1]
    return ops.divide_no_nan(inter, ops.prod(pw, axis=-1) + ops.prod(tw, axis=-1) - inter)


# %% wrong: predictor_iou
# idea: "union without taking the common part off"
# fits: "Your union counts the common part twice"
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (-1, S, S, b, 5))
    t = ops.reshape(target[..., : 5 * b], (-1, S, S, b, 5))
    pw, tw = p[..., 2:4] ** 2, t[..., 2:4] ** 2
    lo = ops.maximum(p[..., :2] / S - pw / 2, t[..., :2] / S - tw / 2)
    hi = ops.minimum(p[..., :2] / S + pw / 2, t[..., :2] / S + tw / 2)
    inter = ops.prod(ops.relu(hi - lo), axis=-1)
    return ops.divide_no_nan(inter, ops.prod(pw, axis=-1) + ops.prod(tw, axis=-1))


# %% wrong: predictor_iou
# idea: "divides zero by zero"
# fits: "you divide 0 by 0"
def predictor_iou(pred, target, *, b=2):
    S = target.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (-1, S, S, b, 5))
    t = ops.reshape(target[..., : 5 * b], (-1, S, S, b, 5))
    pw, tw = p[..., 2:4] ** 2, t[..., 2:4] ** 2
    lo = ops.maximum(p[..., :2] / S - pw / 2, t[..., :2] / S - tw / 2)
    hi = ops.minimum(p[..., :2] / S + pw / 2, t[..., :2] / S + tw / 2)
    inter = ops.prod(ops.relu(hi - lo), axis=-1)
    return inter / (ops.prod(pw, axis=-1) + ops.prod(tw, axis=-1) - inter)


# %% right: responsible_mask
def responsible_mask(pred, target, *, b=2):
    iou = predictor_iou(pred, target, b=b)
    idx = ops.argmax(iou, axis=-1)
    hot = ops.one_hot(idx, b) * ops.cast(ops.convert_to_tensor(target)[..., 4:5], "float32")
    return hot > 0.5


# %% wrong: responsible_mask
# idea: "the surest predictor is responsible"
# fits: "You choose the most confident predictor"
def responsible_mask(pred, target, *, b=2):
    sure = ops.stack([pred[..., 5 * k + 4] for k in range(b)], axis=-1)
    best = ops.max(sure, axis=-1, keepdims=True)
    return ops.logical_and(ops.equal(sure, best), ops.equal(target[..., 4:5], 1.0))


# %% wrong: responsible_mask
# idea: "empty cells have one as well"
# fits: "In empty cells a predictor is responsible too"
def responsible_mask(pred, target, *, b=2):
    iou = predictor_iou(pred, target, b=b)
    return ops.cast(ops.one_hot(ops.argmax(iou, axis=-1), b), "bool")


# %% wrong: responsible_mask
# idea: "all that share the maximum"
# fits: "you make all of them responsible"
def responsible_mask(pred, target, *, b=2):
    iou = predictor_iou(pred, target, b=b)
    top = ops.max(iou, axis=-1, keepdims=True)
    return ops.logical_and(iou >= top, ops.cast(target[..., 4:5], "bool"))


# %% wrong: responsible_mask
# idea: "only above an IoU of one half"
# fits: "You ask for an IoU of 0.5"
def responsible_mask(pred, target, *, b=2):
    return ops.logical_and(predictor_iou(pred, target, b=b) > 0.5, ops.cast(target[..., 4:5], "bool"))


# %% wrong: responsible_mask
# idea: "floats"
# fits: "Your mask holds numbers"
def responsible_mask(pred, target, *, b=2):
    best = ops.argmax(predictor_iou(pred, target, b=b), axis=-1)
    return ops.one_hot(best, b) * target[..., 4:5]


# %% right: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target = ops.convert_to_tensor(target)
    pred = ops.convert_to_tensor(pred)
    resp = ops.cast(responsible_mask(pred, target, b=b), "float32")
    iou = ops.stop_gradient(predictor_iou(pred, target, b=b))
    xy, wh, obj, noobj = [], [], [], []
    for k in range(b):
        m = resp[..., k]
        p, t = pred[..., 5 * k : 5 * k + 5], target[..., 5 * k : 5 * k + 5]
        xy.append(m * ((p[..., 0] - t[..., 0]) ** 2 + (p[..., 1] - t[..., 1]) ** 2))
        wh.append(m * ((p[..., 2] - t[..., 2]) ** 2 + (p[..., 3] - t[..., 3]) ** 2))
        obj.append(m * (p[..., 4] - iou[..., k]) ** 2)
        noobj.append((1 - m) * p[..., 4] ** 2)
    cls = target[..., 4] * ops.sum((pred[..., 5 * b :] - target[..., 5 * b :]) ** 2, axis=-1)

    def reduce(parts):
        return ops.mean(ops.sum(sum(parts), axis=(1, 2)))

    return {
        "xy": lambda_coord * reduce(xy),
        "size": lambda_coord * reduce(wh),
        "object": reduce(obj),
        "no object": lambda_noobj * reduce(noobj),
        "class": reduce([cls]),
    }


# %% wrong: yolo_loss
# idea: "confidence of 1 as the target"
# fits: "You want a confidence of 1"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    r = lambda z: ops.mean(ops.sum(z, axis=(1, 2, 3)))
    return {
        "xy": lambda_coord * r(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": lambda_coord * r(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": r(m * (t[..., 4] - p[..., 4]) ** 2),
        "no object": lambda_noobj * r((1 - m) * p[..., 4] ** 2),
        "class": r(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "silence asked of empty cells alone"
# fits: "You ask only empty cells to keep quiet"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    u = ops.stop_gradient(predictor_iou(pred, target, b=b))
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    r = lambda z: ops.mean(ops.sum(z, axis=(1, 2, 3)))
    return {
        "xy": lambda_coord * r(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": lambda_coord * r(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": r(m * (u - p[..., 4]) ** 2),
        "no object": lambda_noobj * r((1 - t[..., 4]) * p[..., 4] ** 2),
        "class": r(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "gradient through the IoU"
# fits: "The IoU lets gradients through"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    u = predictor_iou(pred, target, b=b)
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    r = lambda z: ops.mean(ops.sum(z, axis=(1, 2, 3)))
    return {
        "xy": lambda_coord * r(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": lambda_coord * r(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": r(m * (u - p[..., 4]) ** 2),
        "no object": lambda_noobj * r((1 - m) * p[..., 4] ** 2),
        "class": r(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "means everywhere"
# fits: "You average over cells and predictors"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    u = ops.stop_gradient(predictor_iou(pred, target, b=b))
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    return {
        "xy": lambda_coord * ops.mean(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": lambda_coord * ops.mean(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": ops.mean(m * (u - p[..., 4]) ** 2),
        "no object": lambda_noobj * ops.mean((1 - m) * p[..., 4] ** 2),
        "class": ops.mean(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "lambda_coord on the centres alone"
# fits: "The sizes have no weight"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    u = ops.stop_gradient(predictor_iou(pred, target, b=b))
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    r = lambda z: ops.mean(ops.sum(z, axis=(1, 2, 3)))
    return {
        "xy": lambda_coord * r(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": r(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": r(m * (u - p[..., 4]) ** 2),
        "no object": lambda_noobj * r((1 - m) * p[..., 4] ** 2),
        "class": r(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "class error of all cells"
# fits: "You ask empty cells for a class"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    u = ops.stop_gradient(predictor_iou(pred, target, b=b))
    t = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    p = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    r = lambda z: ops.mean(ops.sum(z, axis=(1, 2, 3)))
    return {
        "xy": lambda_coord * r(m * ops.sum((t - p)[..., :2] ** 2, axis=-1)),
        "size": lambda_coord * r(m * ops.sum((t - p)[..., 2:4] ** 2, axis=-1)),
        "object": r(m * (u - p[..., 4]) ** 2),
        "no object": lambda_noobj * r((1 - m) * p[..., 4] ** 2),
        "class": r((target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% right: augment_with_boxes
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    dx, dy = shift
    out = np.zeros_like(image)
    for r in range(H):
        sy = (r + 0.5 - dy - H / 2) / scale + H / 2
        if sy < 0 or sy >= H:
            continue
        for c in range(W):
            cc = W - 1 - c if flip else c
            sx = (cc + 0.5 - dx - W / 2) / scale + W / 2
            if 0 <= sx < W:
                out[r, c] = image[int(np.floor(sy)), int(np.floor(sx))]
    bb = np.array(boxes, dtype=float).reshape(-1, 4)
    bb[:, [0, 2]] = (bb[:, [0, 2]] - W / 2) * scale + W / 2 + dx
    bb[:, [1, 3]] = (bb[:, [1, 3]] - H / 2) * scale + H / 2 + dy
    if flip:
        bb[:, [0, 2]] = W - bb[:, [2, 0]]
    full = (bb[:, 2] - bb[:, 0]) * (bb[:, 3] - bb[:, 1])
    bb[:, [0, 2]] = bb[:, [0, 2]].clip(0, W)
    bb[:, [1, 3]] = bb[:, [1, 3]].clip(0, H)
    rest = (bb[:, 2] - bb[:, 0]) * (bb[:, 3] - bb[:, 1])
    ok = np.logical_and(full > 0, rest >= 0.5 * full)
    return out, bb[ok], ok


# %% wrong: augment_with_boxes
# idea: "flip leaves x1 greater than x2"
# fits: "After your flip x1 is greater than x2"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    ys = np.floor((np.arange(H) + 0.5 - shift[1] - H / 2) / scale + H / 2).astype(int)
    xs = np.floor((np.arange(W) + 0.5 - shift[0] - W / 2) / scale + W / 2).astype(int)
    out = np.zeros_like(image)
    oky, okx = (ys >= 0) & (ys < H), (xs >= 0) & (xs < W)
    out[np.ix_(oky, okx)] = image[np.ix_(ys[oky], xs[okx])]
    bb = np.array(boxes, dtype=float).reshape(-1, 4)
    bb[:, [0, 2]] = (bb[:, [0, 2]] - W / 2) * scale + W / 2 + shift[0]
    bb[:, [1, 3]] = (bb[:, [1, 3]] - H / 2) * scale + H / 2 + shift[1]
    full = np.prod(bb[:, 2:] - bb[:, :2], axis=1)
    bb = np.clip(bb, 0, [W, H, W, H])
    ok = (full > 0) & (np.prod(bb[:, 2:] - bb[:, :2], axis=1) >= full / 2)
    if flip:
        out = out[:, ::-1]
        bb[:, [0, 2]] = W - bb[:, [0, 2]]
    return out, bb[ok], ok


# %% wrong: augment_with_boxes
# idea: "keeps whatever is still to be seen"
# fits: "A box of which only a sliver is left is kept"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    ys = np.floor((np.arange(H) + 0.5 - shift[1] - H / 2) / scale + H / 2).astype(int)
    xs = np.floor((np.arange(W) + 0.5 - shift[0] - W / 2) / scale + W / 2).astype(int)
    out = np.zeros_like(image)
    oky, okx = (ys >= 0) & (ys < H), (xs >= 0) & (xs < W)
    out[np.ix_(oky, okx)] = image[np.ix_(ys[oky], xs[okx])]
    bb = np.array(boxes, dtype=float).reshape(-1, 4)
    bb[:, [0, 2]] = (bb[:, [0, 2]] - W / 2) * scale + W / 2 + shift[0]
    bb[:, [1, 3]] = (bb[:, [1, 3]] - H / 2) * scale + H / 2 + shift[1]
    if flip:
        out = out[:, ::-1]
        bb[:, [0, 2]] = W - bb[:, [2, 0]]
    bb = np.clip(bb, 0, [W, H, W, H])
    ok = np.all(bb[:, 2:] > bb[:, :2], axis=1)
    return out, bb[ok], ok


# %% wrong: augment_with_boxes
# idea: "scaled about the corner"
# fits: "Your boxes are scaled about the upper left corner"
# fits: "You scale about the upper left corner"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    ys = np.floor((np.arange(H) + 0.5 - shift[1]) / scale).astype(int)
    xs = np.floor((np.arange(W) + 0.5 - shift[0]) / scale).astype(int)
    out = np.zeros_like(image)
    oky, okx = (ys >= 0) & (ys < H), (xs >= 0) & (xs < W)
    out[np.ix_(oky, okx)] = image[np.ix_(ys[oky], xs[okx])]
    bb = np.array(boxes, dtype=float).reshape(-1, 4) * scale + np.array([*shift, *shift])
    if flip:
        out = out[:, ::-1]
        bb[:, [0, 2]] = W - bb[:, [2, 0]]
    full = np.prod(bb[:, 2:] - bb[:, :2], axis=1)
    bb = np.clip(bb, 0, [W, H, W, H])
    ok = (full > 0) & (np.prod(bb[:, 2:] - bb[:, :2], axis=1) >= full / 2)
    return out, bb[ok], ok


# %% wrong: augment_with_boxes
# idea: "no clipping of boxes"
# fits: "Your boxes reach out of the picture"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    ys = np.floor((np.arange(H) + 0.5 - shift[1] - H / 2) / scale + H / 2).astype(int)
    xs = np.floor((np.arange(W) + 0.5 - shift[0] - W / 2) / scale + W / 2).astype(int)
    out = np.zeros_like(image)
    oky, okx = (ys >= 0) & (ys < H), (xs >= 0) & (xs < W)
    out[np.ix_(oky, okx)] = image[np.ix_(ys[oky], xs[okx])]
    bb = np.array(boxes, dtype=float).reshape(-1, 4)
    bb[:, [0, 2]] = (bb[:, [0, 2]] - W / 2) * scale + W / 2 + shift[0]
    bb[:, [1, 3]] = (bb[:, [1, 3]] - H / 2) * scale + H / 2 + shift[1]
    if flip:
        out = out[:, ::-1]
        bb[:, [0, 2]] = W - bb[:, [2, 0]]
    full = np.prod(bb[:, 2:] - bb[:, :2], axis=1)
    cut = np.clip(bb, 0, [W, H, W, H])
    ok = (full > 0) & (np.prod(cut[:, 2:] - cut[:, :2], axis=1) >= full / 2)
    return out, bb[ok], ok


# %% wrong: augment_with_boxes
# idea: "np.roll: what leaves on one side comes back on the other"
# fits: "comes back on the other side"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale has to be positive")
    H, W = image.shape[:2]
    ys = np.floor((np.arange(H) + 0.5 - shift[1] - H / 2) / scale + H / 2).astype(int) % H
    xs = np.floor((np.arange(W) + 0.5 - shift[0] - W / 2) / scale + W / 2).astype(int) % W
    out = image[np.ix_(ys, xs)]
    bb = np.array(boxes, dtype=float).reshape(-1, 4)
    bb[:, [0, 2]] = (bb[:, [0, 2]] - W / 2) * scale + W / 2 + shift[0]
    bb[:, [1, 3]] = (bb[:, [1, 3]] - H / 2) * scale + H / 2 + shift[1]
    if flip:
        out = out[:, ::-1]
        bb[:, [0, 2]] = W - bb[:, [2, 0]]
    full = np.prod(bb[:, 2:] - bb[:, :2], axis=1)
    bb = np.clip(bb, 0, [W, H, W, H])
    ok = (full > 0) & (np.prod(bb[:, 2:] - bb[:, :2], axis=1) >= full / 2)
    return out, bb[ok], ok


# %% right: encode_grid
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < -1 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    target = np.zeros((s, s, 5 * b + num_classes), np.float32)
    for index in reversed(np.flatnonzero(labels >= 0)):
        x1, y1, x2, y2 = (float(v) for v in boxes[index])
        x, y = (x1 + x2) / 2 * s / size, (y1 + y2) / 2 * s / size
        column, row = min(int(x), s - 1), min(int(y), s - 1)
        block = [x - column, y - row, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1]
        target[row, column] = block * b + [float(k == labels[index]) for k in range(num_classes)]
    return target


# %% right: encode_grid
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    boxes, labels = np.asarray(boxes, float).reshape(-1, 4), np.asarray(labels, int)
    if ((labels < -1) | (labels >= num_classes)).any():
        raise ValueError("no such class")
    boxes, labels = boxes[labels >= 0], labels[labels >= 0]
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 * s / size
    cells = np.minimum(np.floor(centres), s - 1).astype(int)
    flat = cells[:, 1] * s + cells[:, 0]
    places, first = np.unique(flat, return_index=True)
    target = np.zeros((s * s, 5 * b + num_classes), "float32")
    blocks = np.concatenate(
        [centres - cells, np.sqrt((boxes[:, 2:] - boxes[:, :2]) / size), np.ones((len(boxes), 1))], axis=1
    )
    target[places, : 5 * b] = np.tile(blocks[first], b)
    target[places, 5 * b + labels[first]] = 1
    return target.reshape(s, s, -1)


# %% wrong: encode_grid
# idea: "two objects in a cell: the first box stays, but both classes are marked"
# fits: "Two objects in a cell leave two classes there"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if np.any((labels < -1) | (labels >= num_classes)):
        raise ValueError("no such class")
    target = np.zeros((s, s, 5 * b + num_classes), "float32")
    for (x1, y1, x2, y2), label in zip(np.asarray(boxes, float), labels, strict=True):
        if label == -1:
            continue
        x, y = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        j, i = min(int(x), s - 1), min(int(y), s - 1)
        if target[i, j, 4] == 0:
            target[i, j, : 5 * b] = [x - j, y - i, np.sqrt((x2 - x1) / size), np.sqrt((y2 - y1) / size), 1] * b
        target[i, j, 5 * b + label] = 1
    return target


# %% wrong: encode_grid
# idea: "stops at the first row without an object"
# fits: "You stop at the first row without an object"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if np.any((labels < -1) | (labels >= num_classes)):
        raise ValueError("no such class")
    target = np.zeros((s, s, 5 * b + num_classes), "float32")
    for (x1, y1, x2, y2), label in zip(np.asarray(boxes, float), labels, strict=True):
        if label == -1:
            break
        x, y = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        j, i = min(int(x), s - 1), min(int(y), s - 1)
        if target[i, j, 4] == 0:
            target[i, j, : 5 * b] = [x - j, y - i, np.sqrt((x2 - x1) / size), np.sqrt((y2 - y1) / size), 1] * b
            target[i, j, 5 * b + label] = 1
    return target


# %% wrong: encode_grid
# idea: "a centre on the right or lower edge wraps round to the first cell"
# fits: "A centre on the right or lower edge"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if np.any((labels < -1) | (labels >= num_classes)):
        raise ValueError("no such class")
    target = np.zeros((s, s, 5 * b + num_classes), "float32")
    for (x1, y1, x2, y2), label in zip(np.asarray(boxes, float), labels, strict=True):
        if label == -1:
            continue
        x, y = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        j, i = int(x) % s, int(y) % s
        if target[i, j, 4] == 0:
            target[i, j, : 5 * b] = [x % 1, y % 1, np.sqrt((x2 - x1) / size), np.sqrt((y2 - y1) / size), 1] * b
            target[i, j, 5 * b + label] = 1
    return target


# %% wrong: encode_grid
# idea: "a label of -2 counts as a row without an object"
# fits: "A label below -1 gets through"
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if np.any(labels >= num_classes):
        raise ValueError("no such class")
    target = np.zeros((s, s, 5 * b + num_classes), "float32")
    for (x1, y1, x2, y2), label in zip(np.asarray(boxes, float), labels, strict=True):
        if label < 0:
            continue
        x, y = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
        j, i = min(int(x), s - 1), min(int(y), s - 1)
        if target[i, j, 4] == 0:
            target[i, j, : 5 * b] = [x - j, y - i, np.sqrt((x2 - x1) / size), np.sqrt((y2 - y1) / size), 1] * b
            target[i, j, 5 * b + label] = 1
    return target


# %% right: decode_grid
def decode_grid(grid, b, *, size=64):
    grid = np.asarray(grid, float)
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    boxes = np.empty((*grid.shape[:-1], b, 4))
    for i in range(s):
        for j in range(s):
            here = blocks[..., i, j, :, :]
            cx, cy = (j + here[..., 0]) * size / s, (i + here[..., 1]) * size / s
            w, h = here[..., 2] ** 2 * size, here[..., 3] ** 2 * size
            boxes[..., i, j, :, :] = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], axis=-1)
    return boxes, blocks[..., 4].copy(), grid[..., 5 * b :].copy()


# %% right: decode_grid
def decode_grid(grid, b, *, size=64):
    grid = np.asarray(grid)
    s = grid.shape[-3]
    x, y, rw, rh, confidence = (grid[..., k : 5 * b : 5] for k in range(5))
    steps = np.arange(s)
    cx, cy = (x + steps[:, None]) / s, (y + steps[:, None, None]) / s
    boxes = np.stack([cx - rw**2 / 2, cy - rh**2 / 2, cx + rw**2 / 2, cy + rh**2 / 2], axis=-1) * size
    return boxes, confidence, grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "cuts the boxes off at the picture's border"
# fits: "You cut the boxes at the edge of the picture"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = blocks[..., 2] ** 2, blocks[..., 3] ** 2
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1) * size
    return np.clip(boxes, 0, size), blocks[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "a negative root is taken for 0"
# fits: "You take a negative root for 0"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = np.maximum(blocks[..., 2], 0) ** 2, np.maximum(blocks[..., 3], 0) ** 2
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1) * size
    return boxes, blocks[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "the class scores go through a softmax"
# fits: "You put the class scores through a softmax"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = blocks[..., 2] ** 2, blocks[..., 3] ** 2
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1) * size
    e = np.exp(grid[..., 5 * b :])
    return boxes, blocks[..., 4], e / e.sum(axis=-1, keepdims=True)


# %% wrong: decode_grid
# idea: "the blocks are read as if all x came first, then all y"
# fits: "Your blocks are mixed up: the five numbers of a predictor"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    blocks = np.swapaxes(grid[..., : 5 * b].reshape(*grid.shape[:-1], 5, b), -1, -2)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = blocks[..., 2] ** 2, blocks[..., 3] ** 2
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1) * size
    return boxes, blocks[..., 4], grid[..., 5 * b :]


# %% wrong: decode_grid
# idea: "works for one picture and for a batch, and for no second leading axis"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    batch = grid.reshape(-1, s, s, grid.shape[-1])
    blocks = batch[..., : 5 * b].reshape(len(batch), s, s, b, 5)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = blocks[..., 2] ** 2, blocks[..., 3] ** 2
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1) * size
    if grid.ndim == 3:
        return boxes[0], blocks[0, ..., 4], batch[0, ..., 5 * b :]
    return boxes, blocks[..., 4], batch[..., 5 * b :]


# %% wrong: decode_grid
# idea: "the whole width lies on each side of the centre"
# fits: "Your boxes are twice as wide as they should be"
def decode_grid(grid, b, *, size=64):
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    i, j = np.indices((s, s))
    cx = (j[..., None] + blocks[..., 0]) / s
    cy = (i[..., None] + blocks[..., 1]) / s
    w, h = blocks[..., 2] ** 2, blocks[..., 3] ** 2
    boxes = np.stack([cx - w, cy - h, cx + w, cy + h], -1) * size
    return boxes, blocks[..., 4], grid[..., 5 * b :]


# %% right: predictor_iou
def predictor_iou(pred, target, *, b=2):
    s = target.shape[1]

    def corners(grid):
        x, y, w, h = (grid[..., k : 5 * b : 5] for k in range(4))
        w, h = ops.square(w) / 2, ops.square(h) / 2
        return x / s - w, y / s - h, x / s + w, y / s + h

    pred, target = ops.convert_to_tensor(pred, "float32"), ops.convert_to_tensor(target, "float32")
    p, t = corners(pred), corners(target)
    across = ops.relu(ops.minimum(p[2], t[2]) - ops.maximum(p[0], t[0]))
    down = ops.relu(ops.minimum(p[3], t[3]) - ops.maximum(p[1], t[1]))
    inter = across * down
    union = (p[2] - p[0]) * (p[3] - p[1]) + (t[2] - t[0]) * (t[3] - t[1]) - inter
    return ops.divide_no_nan(inter, union) * target[..., 4:5]


# %% right: predictor_iou
def predictor_iou(pred, target, *, b=2):
    pred, target = ops.cast(pred, "float32"), ops.cast(target, "float32")
    s = pred.shape[2]
    found = []
    for k in range(b):
        p, t = pred[..., 5 * k : 5 * k + 5], target[..., :5]
        pc, tc, ps, ts = p[..., :2] / s, t[..., :2] / s, p[..., 2:4] ** 2, t[..., 2:4] ** 2
        side = ops.minimum(pc + ps / 2, tc + ts / 2) - ops.maximum(pc - ps / 2, tc - ts / 2)
        inter = ops.prod(ops.maximum(side, 0.0), axis=-1)
        union = ops.prod(ps, axis=-1) + ops.prod(ts, axis=-1) - inter
        safe = ops.where(union > 0, union, ops.ones_like(union))
        found.append(ops.where(t[..., 4] > 0.5, inter / safe, ops.zeros_like(inter)))
    return ops.stack(found, axis=-1)


# %% wrong: predictor_iou
# idea: "a negative root is taken for no width"
# fits: "You take a negative root for 0"
def predictor_iou(pred, target, *, b=2):
    pred, target = ops.convert_to_tensor(pred), ops.convert_to_tensor(target)
    s = pred.shape[1]
    x, y, w, h = (pred[..., k : 5 * b : 5] for k in range(4))
    tx, ty, tw, th = (target[..., k : 5 * b : 5] for k in range(4))
    x, y, tx, ty = x / s, y / s, tx / s, ty / s
    w, h, tw, th = ops.relu(w) ** 2, ops.relu(h) ** 2, tw**2, th**2
    a = ops.maximum(ops.minimum(x + w / 2, tx + tw / 2) - ops.maximum(x - w / 2, tx - tw / 2), 0.0)
    d = ops.maximum(ops.minimum(y + h / 2, ty + th / 2) - ops.maximum(y - h / 2, ty - th / 2), 0.0)
    return ops.divide_no_nan(a * d, w * h + tw * th - a * d)


# %% wrong: predictor_iou
# idea: "reshapes with the number of pictures, which is unknown while Keras traces"
# fits: "You ask for the number of pictures"
def predictor_iou(pred, target, *, b=2):
    n, s = pred.shape[0], pred.shape[1]
    p = ops.reshape(pred[..., : 5 * b], (n, s, s, b, 5))
    t = ops.reshape(target[..., : 5 * b], (n, s, s, b, 5))
    pc, tc, ps, ts = p[..., :2] / s, t[..., :2] / s, p[..., 2:4] ** 2, t[..., 2:4] ** 2
    side = ops.maximum(ops.minimum(pc + ps / 2, tc + ts / 2) - ops.maximum(pc - ps / 2, tc - ts / 2), 0.0)
    inter = ops.prod(side, axis=-1)
    return ops.divide_no_nan(inter, ops.prod(ps, axis=-1) + ops.prod(ts, axis=-1) - inter)


# %% wrong: predictor_iou
# idea: "always two predictors: b is ignored"
# fits: "You always take two predictors"
def predictor_iou(pred, target, *, b=2):
    pred, target = ops.convert_to_tensor(pred), ops.convert_to_tensor(target)
    s = pred.shape[1]
    x, y, w, h = (pred[..., k:10:5] for k in range(4))
    tx, ty, tw, th = (target[..., k:10:5] for k in range(4))
    x, y, tx, ty = x / s, y / s, tx / s, ty / s
    w, h, tw, th = w**2, h**2, tw**2, th**2
    a = ops.maximum(ops.minimum(x + w / 2, tx + tw / 2) - ops.maximum(x - w / 2, tx - tw / 2), 0.0)
    d = ops.maximum(ops.minimum(y + h / 2, ty + th / 2) - ops.maximum(y - h / 2, ty - th / 2), 0.0)
    return ops.divide_no_nan(a * d, w * h + tw * th - a * d)


# %% right: responsible_mask
def responsible_mask(pred, target, *, b=2):
    overlap = predictor_iou(pred, target, b=b)
    there = ops.convert_to_tensor(target)[..., 4:5] > 0.5
    columns = []
    for k in range(b):
        wins = ops.ones_like(overlap[..., :1], dtype="bool")
        for other in range(b):
            mine, its = overlap[..., k : k + 1], overlap[..., other : other + 1]
            if other < k:
                wins = ops.logical_and(wins, mine > its)
            elif other > k:
                wins = ops.logical_and(wins, mine >= its)
        columns.append(wins)
    return ops.logical_and(ops.concatenate(columns, axis=-1), there)


# %% wrong: responsible_mask
# idea: "nobody is responsible where no box touches the object"
# fits: "Where no box touches the object you make nobody responsible"
def responsible_mask(pred, target, *, b=2):
    overlap = predictor_iou(pred, target, b=b)
    best = ops.one_hot(ops.argmax(overlap, axis=-1), b) > 0
    return ops.logical_and(best, overlap > 0)


# %% wrong: responsible_mask
# idea: "the last of equal ones is responsible"
# fits: "Where several are equally good you make the last of them responsible"
def responsible_mask(pred, target, *, b=2):
    overlap = ops.flip(predictor_iou(pred, target, b=b), axis=-1)
    best = ops.flip(ops.one_hot(ops.argmax(overlap, axis=-1), b), axis=-1) > 0
    return ops.logical_and(best, ops.convert_to_tensor(target)[..., 4:5] > 0)


# %% wrong: responsible_mask
# idea: "b is not handed on"
# fits: "You don't hand b on, so that the IoUs are always those of"
def responsible_mask(pred, target, *, b=2):
    best = ops.one_hot(ops.argmax(predictor_iou(pred, target), axis=-1), b) > 0
    return ops.logical_and(best, ops.convert_to_tensor(target)[..., 4:5] > 0)


# %% right: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target, pred = ops.convert_to_tensor(target), ops.convert_to_tensor(pred)
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    goal = ops.stop_gradient(predictor_iou(pred, target, b=b))
    slices = [(target[..., k : 5 * b : 5], pred[..., k : 5 * b : 5]) for k in range(5)]

    def total(values):
        return ops.mean(ops.sum(values, axis=(1, 2, 3)))

    return {
        "xy": lambda_coord * sum(total(m * (t - p) ** 2) for t, p in slices[:2]),
        "size": lambda_coord * sum(total(m * (t - p) ** 2) for t, p in slices[2:4]),
        "object": total(m * (goal - slices[4][1]) ** 2),
        "no object": lambda_noobj * total((1 - m) * slices[4][1] ** 2),
        "class": total(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% right: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target, pred = ops.cast(target, "float32"), ops.cast(pred, "float32")
    count = ops.cast(ops.shape(pred)[0], "float32")
    m = ops.stop_gradient(ops.cast(responsible_mask(pred, target, b=b), "float32"))
    iou = ops.stop_gradient(predictor_iou(pred, target, b=b))
    terms = dict.fromkeys(["xy", "size", "object", "no object", "class"], 0.0)
    for k in range(b):
        mine, block = m[..., k], pred[..., 5 * k : 5 * k + 5]
        gap = ops.square(block[..., :4] - target[..., :4])
        terms["xy"] += lambda_coord * ops.sum(mine[..., None] * gap[..., :2]) / count
        terms["size"] += lambda_coord * ops.sum(mine[..., None] * gap[..., 2:]) / count
        terms["object"] += ops.sum(mine * ops.square(block[..., 4] - iou[..., k])) / count
        terms["no object"] += lambda_noobj * ops.sum((1 - mine) * ops.square(block[..., 4])) / count
    gap = ops.square(pred[..., 5 * b :] - target[..., 5 * b :])
    terms["class"] = ops.sum(ops.sum(gap, axis=-1) * target[..., 4]) / count
    return terms


# %% wrong: yolo_loss
# idea: "summed over the batch too"
# fits: "You add up the pictures of the batch"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target, pred = ops.convert_to_tensor(target), ops.convert_to_tensor(pred)
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    iou = ops.stop_gradient(predictor_iou(pred, target, b=b))
    d = [(target[..., k : 5 * b : 5] - pred[..., k : 5 * b : 5]) ** 2 for k in range(4)]
    c = pred[..., 4 : 5 * b : 5]
    return {
        "xy": lambda_coord * ops.sum(m * (d[0] + d[1])),
        "size": lambda_coord * ops.sum(m * (d[2] + d[3])),
        "object": ops.sum(m * (iou - c) ** 2),
        "no object": lambda_noobj * ops.sum((1 - m) * c**2),
        "class": ops.sum(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2),
    }


# %% wrong: yolo_loss
# idea: "the roots are squared before they are compared"
# fits: "You square the roots before comparing"
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target, pred = ops.convert_to_tensor(target), ops.convert_to_tensor(pred)
    m = ops.cast(responsible_mask(pred, target, b=b), "float32")
    iou = ops.stop_gradient(predictor_iou(pred, target, b=b))
    d = [(target[..., k : 5 * b : 5] - pred[..., k : 5 * b : 5]) ** 2 for k in range(2)]
    d += [(target[..., k : 5 * b : 5] ** 2 - pred[..., k : 5 * b : 5] ** 2) ** 2 for k in (2, 3)]
    c = pred[..., 4 : 5 * b : 5]
    n = ops.cast(ops.shape(pred)[0], "float32")
    return {
        "xy": lambda_coord * ops.sum(m * (d[0] + d[1])) / n,
        "size": lambda_coord * ops.sum(m * (d[2] + d[3])) / n,
        "object": ops.sum(m * (iou - c) ** 2) / n,
        "no object": lambda_noobj * ops.sum((1 - m) * c**2) / n,
        "class": ops.sum(target[..., 4:5] * (target[..., 5 * b :] - pred[..., 5 * b :]) ** 2) / n,
    }


# %% right: augment_with_boxes
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if not scale > 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    new = np.zeros_like(image)
    for i in range(height):
        y = int(np.floor((i + 0.5 - shift[1] - height / 2) / scale + height / 2))
        if not 0 <= y < height:
            continue
        x = np.arange(width)[::-1] if flip else np.arange(width)
        x = np.floor((x + 0.5 - shift[0] - width / 2) / scale + width / 2).astype(int)
        inside = (x >= 0) & (x < width)
        new[i, inside] = image[y, x[inside]]
    moved = np.array(boxes, float).reshape(-1, 4)
    for k, (side, by) in enumerate([(width, shift[0]), (height, shift[1])] * 2):
        moved[:, k] = scale * (moved[:, k] - side / 2) + side / 2 + by
    if flip:
        moved[:, [0, 2]] = width - moved[:, [2, 0]]
    cut = np.clip(moved, 0, [width, height, width, height])
    area = (moved[:, 2] - moved[:, 0]) * (moved[:, 3] - moved[:, 1])
    left = (cut[:, 2] - cut[:, 0]) * (cut[:, 3] - cut[:, 1])
    kept = (area > 0) & (2 * left >= area)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "looks up the corner of each new pixel instead of its centre"
# fits: "You ask where a pixel's corner comes from"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    x = np.floor((np.arange(width) - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = np.floor((np.arange(height) - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    moved = ((np.asarray(boxes, float).reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    if flip:
        new = new[:, ::-1]
        moved = np.stack([width - moved[:, 2], moved[:, 1], width - moved[:, 0], moved[:, 3]], axis=1)
    cut = np.clip(moved, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (moved, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "cuts fractions off towards 0 instead of down: a pixel just outside is filled from the border"
# fits: "You cut fractions off towards 0"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    x = ((np.arange(width) + 0.5 - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = ((np.arange(height) + 0.5 - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    moved = ((np.asarray(boxes, float).reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    if flip:
        new = new[:, ::-1]
        moved = np.stack([width - moved[:, 2], moved[:, 1], width - moved[:, 0], moved[:, 3]], axis=1)
    cut = np.clip(moved, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (moved, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "compares what is left with the area before scaling"
# fits: "You compare what is left with the area before scaling"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    x = np.floor((np.arange(width) + 0.5 - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = np.floor((np.arange(height) + 0.5 - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    boxes = np.asarray(boxes, float)
    moved = ((boxes.reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    if flip:
        new = new[:, ::-1]
        moved = np.stack([width - moved[:, 2], moved[:, 1], width - moved[:, 0], moved[:, 3]], axis=1)
    cut = np.clip(moved, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (boxes, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "flips first and shifts after"
# fits: "You flip before you shift"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    moved = np.array(boxes, float)
    if flip:
        image = image[:, ::-1]
        moved = np.stack([width - moved[:, 2], moved[:, 1], width - moved[:, 0], moved[:, 3]], axis=1)
    x = np.floor((np.arange(width) + 0.5 - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = np.floor((np.arange(height) + 0.5 - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    moved = ((moved.reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    cut = np.clip(moved, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (moved, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "a box of which exactly half is left goes"
# fits: "A box that lies exactly half inside is dropped"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    x = np.floor((np.arange(width) + 0.5 - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = np.floor((np.arange(height) + 0.5 - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    moved = ((np.asarray(boxes, float).reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    if flip:
        new = new[:, ::-1]
        moved = np.stack([width - moved[:, 2], moved[:, 1], width - moved[:, 0], moved[:, 3]], axis=1)
    cut = np.clip(moved, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (moved, cut))
    kept = left > area / 2
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "the height stands for the width too"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    size = image.shape[0]
    width = image.shape[1]
    half = size / 2
    x = np.floor((np.arange(width) + 0.5 - half - shift[0]) / scale + half).astype(int)
    y = np.floor((np.arange(size) + 0.5 - half - shift[1]) / scale + half).astype(int)
    ok = ((y >= 0) & (y < size))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, size - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    moved = ((np.asarray(boxes, float).reshape(-1, 2, 2) - half) * scale + half + shift).reshape(-1, 4)
    if flip:
        new = new[:, ::-1]
        moved = np.stack([size - moved[:, 2], moved[:, 1], size - moved[:, 0], moved[:, 3]], axis=1)
    cut = np.clip(moved, 0, size)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (moved, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept


# %% wrong: augment_with_boxes
# idea: "moves the boxes in place"
# fits: "Your code changes one of its arguments in place"
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale must be above 0")
    height, width = image.shape[:2]
    half = np.array([width, height]) / 2
    x = np.floor((np.arange(width) + 0.5 - half[0] - shift[0]) / scale + half[0]).astype(int)
    y = np.floor((np.arange(height) + 0.5 - half[1] - shift[1]) / scale + half[1]).astype(int)
    ok = ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))
    new = np.where(ok[..., None], image[np.clip(y, 0, height - 1)][:, np.clip(x, 0, width - 1)], 0).astype(image.dtype)
    boxes = np.asarray(boxes, float)
    boxes -= np.tile(half, 2)
    boxes *= scale
    boxes += np.tile(half + shift, 2)
    if flip:
        new = new[:, ::-1]
        boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    cut = np.clip(boxes, 0, [width, height] * 2)
    area, left = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (boxes, cut))
    kept = (left >= area / 2) & (area > 0)
    return new, cut[kept], kept
