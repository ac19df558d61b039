# %% right: encode_grid
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
