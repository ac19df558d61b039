# %% right: default_boxes
def default_boxes(feature_maps, scales, ratios):
    n = len(feature_maps)
    if n + 1 != len(scales):
        raise ValueError(f"need {n + 1} scales")
    if n != len(ratios):
        raise ValueError(f"need {n} ratio lists")
    out = []
    for k in range(n):
        f_rows, f_cols = feature_maps[k]
        s = float(scales[k])
        extra = np.sqrt(s * float(scales[k + 1]))
        wh = [[s, s], [extra, extra]]
        for ar in ratios[k]:
            root = np.sqrt(float(ar))
            wh.append([s * root, s / root])
            wh.append([s / root, s * root])
        wh = np.asarray(wh)
        gy, gx = np.meshgrid((np.arange(f_rows) + 0.5) / f_rows, (np.arange(f_cols) + 0.5) / f_cols, indexing="ij")
        cxcy = np.repeat(np.column_stack([gx.ravel(), gy.ravel()]), len(wh), axis=0)
        sizes = np.tile(wh, (f_rows * f_cols, 1))
        out.append(day_061.convert_boxes(np.hstack([cxcy, sizes]), "cxcywh", "xyxy"))
    return np.concatenate(out, axis=0)


# %% wrong: default_boxes
# idea: "returns centre format, as the paper's code does"
# fits: "You return centre and size"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    mean = []
    for k, (fr, fc) in enumerate(feature_maps):
        for i in range(fr):
            for j in range(fc):
                cx, cy = (j + 0.5) / fc, (i + 0.5) / fr
                mean.append([cx, cy, scales[k], scales[k]])
                sp = np.sqrt(scales[k] * scales[k + 1])
                mean.append([cx, cy, sp, sp])
                for ar in ratios[k]:
                    mean.append([cx, cy, scales[k] * np.sqrt(ar), scales[k] / np.sqrt(ar)])
                    mean.append([cx, cy, scales[k] / np.sqrt(ar), scales[k] * np.sqrt(ar)])
    return np.array(mean)


# %% wrong: default_boxes
# idea: "clips to the picture, as many implementations do"
# fits: "You cut boxes off"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    boxes = []
    for k, (fr, fc) in enumerate(feature_maps):
        for i in range(fr):
            for j in range(fc):
                cx, cy = (j + 0.5) / fc, (i + 0.5) / fr
                sizes = [(scales[k], scales[k]), (np.sqrt(scales[k] * scales[k + 1]),) * 2]
                for ar in ratios[k]:
                    sizes.append((scales[k] * np.sqrt(ar), scales[k] / np.sqrt(ar)))
                    sizes.append((scales[k] / np.sqrt(ar), scales[k] * np.sqrt(ar)))
                for w, h in sizes:
                    boxes.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
    return np.clip(np.array(boxes), 0.0, 1.0)


# %% wrong: default_boxes
# idea: "arithmetic mean for the extra square"
# fits: "geometric"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    boxes = []
    for k, (fr, fc) in enumerate(feature_maps):
        mid = 0.5 * (scales[k] + scales[k + 1])
        for i in range(fr):
            for j in range(fc):
                cx, cy = (j + 0.5) / fc, (i + 0.5) / fr
                sizes = [(scales[k], scales[k]), (mid, mid)]
                for ar in ratios[k]:
                    sizes += [(scales[k] * ar**0.5, scales[k] / ar**0.5), (scales[k] / ar**0.5, scales[k] * ar**0.5)]
                boxes += [[cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2] for w, h in sizes]
    return np.array(boxes)


# %% wrong: default_boxes
# idea: "the ratio makes one box only, because ratios are thought to contain 1/2 already"
# fits: "Each ratio makes two boxes"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    boxes = []
    for k, (fr, fc) in enumerate(feature_maps):
        sizes = [(scales[k], scales[k]), ((scales[k] * scales[k + 1]) ** 0.5,) * 2]
        sizes += [(scales[k] * ar**0.5, scales[k] / ar**0.5) for ar in ratios[k]]
        for i in range(fr):
            for j in range(fc):
                cx, cy = (j + 0.5) / fc, (i + 0.5) / fr
                boxes += [[cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2] for w, h in sizes]
    return np.array(boxes)


# %% wrong: default_boxes
# idea: "columns outer, rows inner"
# fits: "You go down the columns"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    boxes = []
    for k, (fr, fc) in enumerate(feature_maps):
        sizes = [(scales[k], scales[k]), ((scales[k] * scales[k + 1]) ** 0.5,) * 2]
        for ar in ratios[k]:
            sizes += [(scales[k] * ar**0.5, scales[k] / ar**0.5), (scales[k] / ar**0.5, scales[k] * ar**0.5)]
        for i in range(fc):
            for j in range(fr):
                cx, cy = (i + 0.5) / fc, (j + 0.5) / fr
                boxes += [[cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2] for w, h in sizes]
    return np.array(boxes)


# %% wrong: default_boxes
# idea: "centres at the upper left corners of cells"
# fits: "half a cell further"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError
    boxes = []
    for k, (fr, fc) in enumerate(feature_maps):
        sizes = [(scales[k], scales[k]), ((scales[k] * scales[k + 1]) ** 0.5,) * 2]
        for ar in ratios[k]:
            sizes += [(scales[k] * ar**0.5, scales[k] / ar**0.5), (scales[k] / ar**0.5, scales[k] * ar**0.5)]
        for i in range(fr):
            for j in range(fc):
                boxes += [[j / fc - w / 2, i / fr - h / 2, j / fc + w / 2, i / fr + h / 2] for w, h in sizes]
    return np.array(boxes)


# %% right: match
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = -np.ones(len(default), dtype=np.int64)
    if len(gt) == 0 or len(default) == 0:
        return result
    for d in range(len(default)):
        g = int(np.argmax(M[d]))
        if M[d, g] >= threshold:
            result[d] = g
    W = M.copy()
    for _ in range(len(gt)):
        best = W.max()
        if best <= 0:
            break
        d, g = np.argwhere(W == best)[0]
        result[d] = g
        W[d, :] = -1
        W[:, g] = -1
    return result


# %% wrong: match
# idea: "the usual two lines: best prior per truth by argmax, which two truths may share"
# fits: "Two true boxes may have the same best default box"
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = np.full(len(default), -1)
    if M.size == 0:
        return result
    best_gt = M.argmax(1)
    result[M.max(1) >= threshold] = best_gt[M.max(1) >= threshold]
    best_default = M.argmax(0)
    for g, d in enumerate(best_default):
        if M[d, g] > 0:
            result[d] = g
    return result


# %% wrong: match
# idea: "0 for background and index + 1 otherwise"
# fits: "You count true boxes from 1"
# fits: "where does the count begin?"
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = np.full(len(default), -1)
    if M.size == 0:
        return result + 1
    result[M.max(1) >= threshold] = M.argmax(1)[M.max(1) >= threshold]
    while M.max() > 0:
        d, g = divmod(int(M.argmax()), M.shape[1])
        result[d] = g
        M[d], M[:, g] = 0, 0
    return result + 1


# %% wrong: match
# idea: "only the threshold"
# fits: "Only the threshold counts"
def match(default, gt, threshold=0.5):
    if len(gt) == 0 or len(default) == 0:
        return np.full(len(default), -1)
    M = day_061.iou(default, gt)
    return np.where(M.max(axis=1) >= threshold, M.argmax(axis=1), -1)


# %% wrong: match
# idea: "strictly above the threshold, as in the paper's words"
# fits: "equals the threshold is enough"
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = np.full(len(default), -1)
    if M.size == 0:
        return result
    over = M.max(1) > threshold
    result[over] = M.argmax(1)[over]
    while M.max() > 0:
        d, g = divmod(int(M.argmax()), M.shape[1])
        result[d] = g
        M[d] = 0
        M[:, g] = 0
    return result


# %% wrong: match
# idea: "true boxes choose one after the other"
# fits: "choose in the order in which they are listed"
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = np.full(len(default), -1)
    if M.size == 0:
        return result
    over = M.max(1) >= threshold
    result[over] = M.argmax(1)[over]
    taken = set()
    for g in range(len(gt)):
        for d in np.argsort(-M[:, g], kind="stable"):
            if d not in taken and M[d, g] > 0:
                taken.add(d)
                result[d] = g
                break
    return result


# %% wrong: match
# idea: "first best pairs, then the threshold for everybody, which overwrites"
# fits: "The threshold has the last word"
def match(default, gt, threshold=0.5):
    M = day_061.iou(default, gt)
    result = np.full(len(default), -1)
    if M.size == 0:
        return result
    W = M.copy()
    while W.max() > 0:
        d, g = np.unravel_index(np.argmax(W), W.shape)
        result[d] = g
        W[d, :], W[:, g] = 0, 0
    for d in range(len(default)):
        if M[d].max() >= threshold:
            result[d] = M[d].argmax()
    return result


# %% right: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    N, D = conf_loss.shape
    mask = np.zeros((N, D), dtype=bool)
    for n in range(N):
        k = min(int(ratio * positives[n].sum()), int((~positives[n]).sum()))
        candidates = [(-float(conf_loss[n, d]), d) for d in range(D) if not positives[n, d]]
        for _, d in sorted(candidates)[:k]:
            mask[n, d] = True
    return mask


# %% wrong: hard_negative_mask
# idea: "positives are candidates too"
# fits: "Positives compete for the places"
def hard_negative_mask(conf_loss, positives, ratio=3):
    k = ratio * positives.sum(axis=1)
    mask = np.zeros(positives.shape, dtype=bool)
    for n, idx in enumerate(np.argsort(-conf_loss, axis=1, kind="stable")):
        mask[n, idx[: k[n]]] = True
    return mask & ~positives


# %% wrong: hard_negative_mask
# idea: "the whole batch in one ranking, as tf implementations do"
# fits: "Each picture is mined by itself"
def hard_negative_mask(conf_loss, positives, ratio=3):
    k = int(ratio * positives.sum())
    loss = np.where(positives, -np.inf, conf_loss).reshape(-1)
    idx = np.argsort(-loss, kind="stable")[:k]
    mask = np.zeros(loss.shape, dtype=bool)
    mask[idx] = True
    return mask.reshape(positives.shape) & ~positives


# %% wrong: hard_negative_mask
# idea: "one argsort: the sorted indices are taken for ranks"
# fits: "its place in the order"
def hard_negative_mask(conf_loss, positives, ratio=3):
    loss = conf_loss.copy()
    loss[positives] = -1
    rank = np.argsort(-loss, axis=1, kind="stable")
    return (rank < ratio * positives.sum(1)[:, None]) & ~positives


# %% wrong: hard_negative_mask
# idea: "returns what counts: positives and hard negatives"
# fits: "has the positives in it"
def hard_negative_mask(conf_loss, positives, ratio=3):
    loss = conf_loss.copy()
    loss[positives] = -1
    rank = np.argsort(np.argsort(-loss, axis=1, kind="stable"), axis=1)
    return (rank < ratio * positives.sum(1)[:, None]) | positives


# %% wrong: hard_negative_mask
# idea: "at least some negatives in an empty picture"
# fits: "Three times none is none"
def hard_negative_mask(conf_loss, positives, ratio=3):
    loss = np.where(positives, -1, conf_loss)
    rank = np.argsort(np.argsort(-loss, axis=1, kind="stable"), axis=1)
    k = np.maximum(1, ratio * positives.sum(1))
    return (rank < k[:, None]) & ~positives


# %% wrong: hard_negative_mask
# idea: "threshold at the k-th loss, so that ties all come in"
# fits: "equal losses make too many"
def hard_negative_mask(conf_loss, positives, ratio=3):
    loss = np.where(positives, -1.0, conf_loss)
    out = np.zeros(positives.shape, dtype=bool)
    for n in range(len(loss)):
        k = min(ratio * positives[n].sum(), (~positives[n]).sum())
        if k > 0:
            out[n] = (loss[n] >= np.sort(loss[n])[::-1][k - 1]) & ~positives[n]
    return out


# %% right: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    logits = tf.convert_to_tensor(logits)
    pos = np.asarray(labels) > 0
    n_pos = float(pos.sum())
    ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=np.asarray(labels, "int32"), logits=logits)
    neg = hard_negative_mask(ce.numpy(), pos, ratio)
    conf = tf.reduce_sum(tf.where(pos, ce, 0.0)) + tf.reduce_sum(tf.where(neg, ce, 0.0))
    diff = tf.convert_to_tensor(offsets) - tf.cast(targets, "float32")
    a = tf.abs(diff)
    sl1 = tf.reduce_sum(tf.where(a < 1.0, 0.5 * diff * diff, a - 0.5), axis=-1)
    loc = tf.reduce_sum(sl1 * tf.cast(pos, "float32"))
    if n_pos == 0:
        return (conf + loc) * 0.0
    return (conf + alpha * loc) / n_pos


# %% wrong: multibox_loss
# idea: "Keras's Huber over the last axis, a mean of four"
# fits: "mean of a box's four offsets"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = np.asarray(labels) > 0
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    neg = hard_negative_mask(ops.convert_to_numpy(ce), pos, ratio)
    loc = keras.losses.huber(targets, offsets)
    total = ops.sum(ce * (pos | neg).astype("float32")) + alpha * ops.sum(loc * pos.astype("float32"))
    return total / max(pos.sum(), 1)


# %% wrong: multibox_loss
# idea: "everything averaged over the boxes that count"
# fits: "You divide by all boxes that count"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = np.asarray(labels) > 0
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    neg = hard_negative_mask(ops.convert_to_numpy(ce), pos, ratio)
    used = (pos | neg).astype("float32")
    d = ops.abs(offsets - targets)
    loc = ops.sum(ops.where(d < 1, d * d / 2, d - 0.5), axis=-1)
    return (ops.sum(ce * used) + alpha * ops.sum(loc * pos.astype("float32"))) / max(used.sum(), 1.0)


# %% wrong: multibox_loss
# idea: "no mining, all negatives"
# fits: "All negatives count"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = (np.asarray(labels) > 0).astype("float32")
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    d = ops.abs(offsets - targets)
    loc = ops.sum(ops.where(d < 1, d * d / 2, d - 0.5), axis=-1)
    return (ops.sum(ce) + alpha * ops.sum(loc * pos)) / max(pos.sum(), 1.0)


# %% wrong: multibox_loss
# idea: "offsets of negatives are pulled to 0"
# fits: "Background has no place"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = np.asarray(labels) > 0
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    neg = hard_negative_mask(ops.convert_to_numpy(ce), pos, ratio)
    used = (pos | neg).astype("float32")
    d = ops.abs(offsets - targets)
    loc = ops.sum(ops.where(d < 1, d * d / 2, d - 0.5), axis=-1)
    return (ops.sum(ce * used) + alpha * ops.sum(loc * used)) / max(pos.sum(), 1)


# %% wrong: multibox_loss
# idea: "L2 loss of the offsets"
# fits: "a square however far"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = np.asarray(labels) > 0
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    neg = hard_negative_mask(ops.convert_to_numpy(ce), pos, ratio)
    loc = 0.5 * ops.sum(ops.square(offsets - targets), axis=-1)
    total = ops.sum(ce * (pos | neg).astype("float32")) + alpha * ops.sum(loc * pos.astype("float32"))
    return total / max(pos.sum(), 1)


# %% wrong: multibox_loss
# idea: "divides by 0 in a batch without objects"
# fits: "Without a positive you divide 0 by 0"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    pos = np.asarray(labels) > 0
    ce = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    neg = hard_negative_mask(ops.convert_to_numpy(ce), pos, ratio)
    d = ops.abs(offsets - targets)
    loc = ops.sum(ops.where(d < 1, d * d / 2, d - 0.5), axis=-1)
    total = ops.sum(ce * (pos | neg).astype("float32")) + alpha * ops.sum(loc * pos.astype("float32"))
    return total / ops.sum(pos.astype("float32"))


# %% right: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            h = conv_norm_relu(h, w)
            b = boxes[i - start]
            c = layers.Conv2D(filters=b * (num_classes + 1), kernel_size=3, padding="same")(h)
            l = layers.Conv2D(filters=b * 4, kernel_size=3, padding="same")(h)
            cells = h.shape[1] * h.shape[2]
            cls.append(layers.Reshape((cells * b, num_classes + 1))(c))
            loc.append(layers.Reshape((cells * b, 4))(l))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    if len(boxes) == 1:
        return keras.Model(image, [cls[0], loc[0]])
    return keras.Model(image, [layers.Concatenate(axis=1)(cls), layers.Concatenate(axis=1)(loc)])


# %% wrong: build_ssd_small
# idea: "no background logit"
# fits: "background is a class too"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            h = conv_norm_relu(h, w)
            b = boxes[i - start]
            cls.append(layers.Reshape((-1, num_classes))(layers.Conv2D(b * num_classes, 3, padding="same")(h)))
            loc.append(layers.Reshape((-1, 4))(layers.Conv2D(b * 4, 3, padding="same")(h)))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% wrong: build_ssd_small
# idea: "softmax at the end"
# fits: "You give probabilities"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            h = conv_norm_relu(h, w)
            b = boxes[i - start]
            c = layers.Conv2D(b * (num_classes + 1), 3, padding="same")(h)
            cls.append(layers.Softmax()(layers.Reshape((-1, num_classes + 1))(c)))
            loc.append(layers.Reshape((-1, 4))(layers.Conv2D(b * 4, 3, padding="same")(h)))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% wrong: build_ssd_small
# idea: "transposes the channels to the front before the reshape, as in PyTorch code"
# fits: "bring the channels to the front"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            h = conv_norm_relu(h, w)
            b = boxes[i - start]
            c = ops.transpose(layers.Conv2D(b * (num_classes + 1), 3, padding="same")(h), (0, 3, 1, 2))
            o = ops.transpose(layers.Conv2D(b * 4, 3, padding="same")(h), (0, 3, 1, 2))
            cls.append(layers.Reshape((-1, num_classes + 1))(c))
            loc.append(layers.Reshape((-1, 4))(o))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% wrong: build_ssd_small
# idea: "heads of one by one"
# fits: "Your heads look at a single cell"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            h = conv_norm_relu(h, w)
            b = boxes[i - start]
            cls.append(layers.Reshape((-1, num_classes + 1))(layers.Conv2D(b * (num_classes + 1), 1)(h)))
            loc.append(layers.Reshape((-1, 4))(layers.Conv2D(b * 4, 1)(h)))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% wrong: build_ssd_small
# idea: "predicts from every stage"
# fits: "You take a map from every stage"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    counts = [boxes[0]] * (len(widths) - len(boxes)) + list(boxes)
    cls, loc = [], []
    for i, (w, b) in enumerate(zip(widths, counts)):
        h = conv_norm_relu(conv_norm_relu(h, w), w)
        cls.append(layers.Reshape((-1, num_classes + 1))(layers.Conv2D(b * (num_classes + 1), 3, padding="same")(h)))
        loc.append(layers.Reshape((-1, 4))(layers.Conv2D(b * 4, 3, padding="same")(h)))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% wrong: build_ssd_small
# idea: "one block a stage only"
# fits: "a second block is missing"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    image = keras.Input(shape=input_shape)
    h = image
    start = len(widths) - len(boxes)
    cls, loc = [], []
    for i, w in enumerate(widths):
        h = conv_norm_relu(h, w)
        if i >= start:
            b = boxes[i - start]
            c = layers.Conv2D(b * (num_classes + 1), 3, padding="same")(h)
            cls.append(layers.Reshape((-1, num_classes + 1))(c))
            loc.append(layers.Reshape((-1, 4))(layers.Conv2D(b * 4, 3, padding="same")(h)))
        if i != len(widths) - 1:
            h = layers.MaxPooling2D(2)(h)
    return keras.Model(image, [ops.concatenate(cls, 1), ops.concatenate(loc, 1)])


# %% right: default_boxes
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError("scales or ratios do not fit the maps")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        s, between = scales[k], (scales[k] * scales[k + 1]) ** 0.5
        sizes = [(s, s), (between, between)]
        for r in ratios[k]:
            sizes += [(s * r**0.5, s / r**0.5), (s / r**0.5, s * r**0.5)]
        for i in range(rows):
            for j in range(columns):
                x, y = (j + 0.5) / columns, (i + 0.5) / rows
                found += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in sizes]
    return np.array(found, dtype=float).reshape(-1, 4)


# %% wrong: default_boxes
# idea: "the ratio itself instead of its root"
# fits: "You take the ratio without its root"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError("lengths")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        s, between = scales[k], (scales[k] * scales[k + 1]) ** 0.5
        sizes = [(s, s), (between, between)]
        for r in ratios[k]:
            sizes += [(s * r, s / r), (s / r, s * r)]
        for i in range(rows):
            for j in range(columns):
                x, y = (j + 0.5) / columns, (i + 0.5) / rows
                found += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in sizes]
    return np.array(found)


# %% wrong: default_boxes
# idea: "all wide boxes come first, then all tall ones"
# fits: "You list all wide boxes and then all tall ones"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError("lengths")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        s, between = scales[k], (scales[k] * scales[k + 1]) ** 0.5
        sizes = [(s, s), (between, between)]
        sizes += [(s * r**0.5, s / r**0.5) for r in ratios[k]]
        sizes += [(s / r**0.5, s * r**0.5) for r in ratios[k]]
        for i in range(rows):
            for j in range(columns):
                x, y = (j + 0.5) / columns, (i + 0.5) / rows
                found += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in sizes]
    return np.array(found)


# %% wrong: default_boxes
# idea: "lists that are too long are not refused"
# fits: "Scales or ratios that no map uses go through unnoticed"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) <= len(feature_maps) or len(ratios) < len(feature_maps):
        raise ValueError("lengths")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        s, between = scales[k], (scales[k] * scales[k + 1]) ** 0.5
        sizes = [(s, s), (between, between)]
        for r in ratios[k]:
            sizes += [(s * r**0.5, s / r**0.5), (s / r**0.5, s * r**0.5)]
        for i in range(rows):
            for j in range(columns):
                x, y = (j + 0.5) / columns, (i + 0.5) / rows
                found += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in sizes]
    return np.array(found)


# %% wrong: default_boxes
# idea: "a pair is read as columns, rows"
# fits: "You read a map's pair as columns"
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError("lengths")
    found = []
    for k, (columns, rows) in enumerate(feature_maps):
        s, between = scales[k], (scales[k] * scales[k + 1]) ** 0.5
        sizes = [(s, s), (between, between)]
        for r in ratios[k]:
            sizes += [(s * r**0.5, s / r**0.5), (s / r**0.5, s * r**0.5)]
        for i in range(rows):
            for j in range(columns):
                x, y = (j + 0.5) / columns, (i + 0.5) / rows
                found += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in sizes]
    return np.array(found)


# %% right: match
def match(default, gt, threshold=0.5):
    table = day_061.iou(np.asarray(default, float), np.asarray(gt, float).reshape(-1, 4))
    owner = np.full(len(default), -1)
    pairs = sorted(
        ((table[d, g], -d, -g) for d in range(table.shape[0]) for g in range(table.shape[1]) if table[d, g] > 0),
        reverse=True,
    )
    served = set()
    for _, d, g in pairs:
        if owner[-d] < 0 and -g not in served:
            owner[-d] = -g
            served.add(-g)
    for overlap, d, g in pairs:
        if overlap >= threshold and owner[-d] < 0:
            owner[-d] = -g
    return owner


# %% right: match
def match(default, gt, threshold=0.5):
    owner = np.full(len(default), -1, dtype=int)
    if len(gt) == 0 or len(default) == 0:
        return owner
    table = day_061.iou(default, gt)
    good = table.max(axis=1) >= threshold
    owner[good] = table.argmax(axis=1)[good]
    left = table.copy()
    while (best := left.max()) > 0:
        d, g = np.argwhere(left == best)[0]
        owner[d] = g
        left[d], left[:, g] = -1, -1
    return owner


# %% wrong: match
# idea: "a true box that overlaps nothing gets a default box all the same"
# fits: "A true box that overlaps no default box still gets one"
def match(default, gt, threshold=0.5):
    owner = np.full(len(default), -1)
    if len(gt) == 0:
        return owner
    table = day_061.iou(default, gt)
    good = table.max(axis=1) >= threshold
    owner[good] = table.argmax(axis=1)[good]
    left = table.copy()
    for _ in range(min(left.shape)):
        d, g = np.unravel_index(left.argmax(), left.shape)
        owner[d] = g
        left[d], left[:, g] = -1, -1
    return owner


# %% wrong: match
# idea: "strikes out the true box but not the default box, so that two share it"
# fits: "A default box that has been given away is not struck out"
def match(default, gt, threshold=0.5):
    owner = np.full(len(default), -1)
    if len(gt) == 0 or len(default) == 0:
        return owner
    table = day_061.iou(default, gt)
    good = table.max(axis=1) >= threshold
    owner[good] = table.argmax(axis=1)[good]
    left = table.copy()
    while left.max() > 0:
        d, g = np.unravel_index(left.argmax(), left.shape)
        owner[d] = g
        left[:, g] = -1
    return owner


# %% right: match
def match(default, gt, threshold=0.5):
    owner = np.full(len(default), -1)
    if len(gt) == 0 or len(default) == 0:
        return owner
    table = day_061.iou(default, gt)
    good = table.max(axis=1) >= threshold
    owner[good] = table.argmax(axis=1)[good]
    left = table.T.copy()
    while left.max() > 0:
        g, d = np.unravel_index(left.argmax(), left.shape)
        owner[d] = g
        left[g], left[:, d] = -1, -1
    return owner


# %% right: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(positives.shape, bool)
    for row, (losses, taken) in enumerate(zip(conf_loss, positives, strict=True)):
        candidates = [i for i in range(len(losses)) if not taken[i]]
        candidates.sort(key=lambda i: -losses[i])
        mask[row, candidates[: ratio * int(taken.sum())]] = True
    return mask


# %% right: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    left = np.where(positives, -np.inf, conf_loss)
    rank = np.argsort(np.argsort(-left, axis=1, kind="stable"), axis=1, kind="stable")
    return (rank < ratio * positives.sum(axis=1, keepdims=True)) & ~positives


# %% wrong: hard_negative_mask
# idea: "of equal losses the later"
# fits: "A sort turned round turns round equal losses too"
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(positives.shape, bool)
    for i in range(len(mask)):
        negatives = np.flatnonzero(~positives[i])
        order = negatives[np.argsort(conf_loss[i, negatives], kind="stable")[::-1]]
        mask[i, order[: ratio * int(positives[i].sum())]] = True
    return mask


# %% wrong: hard_negative_mask
# idea: "positives have their loss set to 0 and tie with negatives of no loss"
# fits: "Your positives compete with those for a place"
def hard_negative_mask(conf_loss, positives, ratio=3):
    left = conf_loss * ~positives
    rank = np.argsort(np.argsort(-left, axis=1, kind="stable"), axis=1)
    return rank < ratio * positives.sum(axis=1, keepdims=True)


# %% wrong: hard_negative_mask
# idea: "takes the last k of a sorted list, which is all of it for k = 0"
# fits: "You take the last k of a sorted list"
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(positives.shape, bool)
    for i in range(len(mask)):
        negatives = np.flatnonzero(~positives[i])[::-1]
        order = negatives[np.argsort(conf_loss[i, negatives], kind="stable")]
        mask[i, order[-ratio * int(positives[i].sum()) :]] = True
    return mask


# %% wrong: hard_negative_mask
# idea: "marks the positives in the losses it was given"
# fits: "You write into conf_loss. It belongs to the caller, who"
def hard_negative_mask(conf_loss, positives, ratio=3):
    conf_loss[positives] = -1
    rank = np.argsort(np.argsort(-conf_loss, axis=1, kind="stable"), axis=1)
    return (rank < ratio * positives.sum(axis=1, keepdims=True)) & ~positives


# %% right: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    logits, offsets = ops.convert_to_tensor(logits), ops.convert_to_tensor(offsets)
    labels = np.asarray(labels)
    positives = labels > 0
    count = int(positives.sum())
    logp = ops.log_softmax(logits, axis=-1)
    entropy = -ops.sum(logp * ops.one_hot(labels, logits.shape[-1]), axis=-1)
    chosen = hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio) | positives
    e = ops.abs(offsets - ops.convert_to_tensor(targets, "float32"))
    smooth = ops.sum(ops.where(e < 1, 0.5 * e * e, e - 0.5), axis=-1)
    class_part = ops.sum(entropy * chosen.astype("float32"))
    place_part = ops.sum(smooth * positives.astype("float32"))
    return (class_part + alpha * place_part) / max(count, 1)


# %% right: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    flat = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=tf.convert_to_tensor(logits))
    positives = labels > 0
    if not positives.any():
        return tf.constant(0.0) * tf.reduce_sum(flat)
    hard = hard_negative_mask(flat.numpy(), positives, ratio)
    rows = np.nonzero(positives)
    gap = tf.gather_nd(tf.convert_to_tensor(offsets), np.stack(rows, axis=1)) - np.asarray(targets, "float32")[rows]
    small = tf.clip_by_value(tf.abs(gap), 0.0, 1.0)
    place = tf.reduce_sum(small * (tf.abs(gap) - small / 2))
    return (tf.reduce_sum(tf.boolean_mask(flat, positives | hard)) + alpha * place) / float(len(rows[0]))


# %% wrong: multibox_loss
# idea: "divided by the number of pictures"
# fits: "You divide by the number of pictures"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    positives = labels > 0
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    chosen = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    e = ops.abs(ops.convert_to_tensor(offsets) - targets)
    smooth = ops.sum(ops.where(e < 1, e**2 / 2, e - 0.5), axis=-1)
    total = ops.sum(entropy * chosen.astype("float32")) + alpha * ops.sum(smooth * positives.astype("float32"))
    return total / len(labels)


# %% wrong: multibox_loss
# idea: "each picture is divided by its own positives, then the mean"
# fits: "You divide picture by picture"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    positives = labels > 0
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    chosen = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    e = ops.abs(ops.convert_to_tensor(offsets) - targets)
    smooth = ops.sum(ops.where(e < 1, e**2 / 2, e - 0.5), axis=-1)
    total = entropy * chosen.astype("float32") + alpha * smooth * positives.astype("float32")
    return ops.mean(ops.sum(total, axis=1) / np.maximum(positives.sum(axis=1), 1).astype("float32"))


# %% wrong: multibox_loss
# idea: "a logarithm of the softmax, which is minus infinity for logits far apart"
# fits: "You make probabilities and then take logarithms"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    positives = labels > 0
    p = ops.softmax(ops.convert_to_tensor(logits), axis=-1)
    entropy = -ops.log(ops.sum(p * ops.one_hot(labels, p.shape[-1]), axis=-1))
    chosen = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    e = ops.abs(ops.convert_to_tensor(offsets) - targets)
    smooth = ops.sum(ops.where(e < 1, e**2 / 2, e - 0.5), axis=-1)
    zero = ops.zeros_like(entropy)
    total = ops.sum(ops.where(chosen, entropy, zero)) + alpha * ops.sum(smooth * positives.astype("float32"))
    return total / max(int(positives.sum()), 1)


# %% wrong: multibox_loss
# idea: "always three negatives for each positive"
# fits: "You don't hand ratio"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    positives = labels > 0
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    chosen = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives)
    e = ops.abs(ops.convert_to_tensor(offsets) - targets)
    smooth = ops.sum(ops.where(e < 1, e**2 / 2, e - 0.5), axis=-1)
    total = ops.sum(entropy * chosen.astype("float32")) + alpha * ops.sum(smooth * positives.astype("float32"))
    return total / max(int(positives.sum()), 1)


# %% wrong: multibox_loss
# idea: "alpha weighs the whole sum"
# fits: "alpha weighs the whole loss in your version"
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    labels = np.asarray(labels)
    positives = labels > 0
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    chosen = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    e = ops.abs(ops.convert_to_tensor(offsets) - targets)
    smooth = ops.sum(ops.where(e < 1, e**2 / 2, e - 0.5), axis=-1)
    total = ops.sum(entropy * chosen.astype("float32")) + ops.sum(smooth * positives.astype("float32"))
    return alpha * total / max(int(positives.sum()), 1)


# %% right: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% wrong: build_ssd_small
# idea: "the maps are taken behind the first stages"
# fits: "You take the maps of the first stages"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(x, filters)
        if stage < len(boxes):
            x = conv_norm_relu(x, filters)
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(boxes[stage] * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% wrong: build_ssd_small
# idea: "channels of a head are read class by class instead of box by box"
# fits: "You read a head's channels class by class"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(x)
                y = layers.Permute((1, 3, 2))(layers.Reshape((-1, numbers, count))(y))
                found.append(layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% wrong: build_ssd_small
# idea: "two blocks in every stage"
# fits: "All your stages have two blocks"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(conv_norm_relu(x, filters), filters)
        if stage >= first:
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% wrong: build_ssd_small
# idea: "the heads look at the first block of a stage, not at the second"
# fits: "Your heads look at the first block of a stage"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        seen = x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(seen)
                found.append(layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% wrong: build_ssd_small
# idea: "coarse maps come first"
# fits: "Your coarse maps come first"
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(x)
                found.insert(0, layers.Reshape((-1, numbers))(y))
    joined = [each[0] if len(each) == 1 else layers.Concatenate(axis=1)(each) for each in (logits, offsets)]
    return keras.Model(pictures, joined)


# %% right: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    pictures = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    x, logits, offsets = pictures, [], []
    for stage, filters in enumerate(widths):
        if stage:
            x = layers.MaxPooling2D(2)(x)
        x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
            count = boxes[stage - first]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = layers.Conv2D(count * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(y))
    return keras.Model(pictures, [layers.Concatenate(axis=1)(logits), layers.Concatenate(axis=1)(offsets)])
