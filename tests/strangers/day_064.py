# %% right: build_yolo
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = keras.Input(shape=input_shape)
    x = inp
    has_dense = any(row[0] == "dense" for row in config)
    for i, row in enumerate(config):
        if row[0] == "conv":
            _, f, k, st = row
            if norm:
                x = layers.Conv2D(f, k, strides=st, padding="same", use_bias=False)(x)
                x = layers.BatchNormalization()(x)
            else:
                x = layers.Conv2D(f, k, strides=st, padding="same")(x)
            x = layers.LeakyReLU(negative_slope=0.1)(x)
        elif row[0] == "pool":
            x = layers.MaxPooling2D(pool_size=row[1], strides=row[2], padding="same")(x)
        elif row[0] == "dense":
            if i == 0 or config[i - 1][0] != "dense":
                x = layers.Flatten()(x)
            x = layers.LeakyReLU(negative_slope=0.1)(layers.Dense(row[1])(x))
        else:
            raise ValueError(f"unknown layer {row}")
    n = 5 * b + num_classes
    if has_dense:
        x = layers.Dense(s * s * n, activation=None)(x)
        out = layers.Reshape((s, s, n))(x)
    else:
        if x.shape[1] != s or x.shape[2] != s:
            raise ValueError("grid does not fit")
        out = layers.Conv2D(n, 1, activation="linear")(x)
    return keras.Model(inp, out)


# %% wrong: build_yolo
# idea: "class scores for each box"
# fits: "You give each predictor class scores of its own"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = x = keras.Input(input_shape)
    flat = False
    n = b * (5 + num_classes)
    for kind, *a in config:
        if kind == "conv":
            x = layers.Conv2D(a[0], a[1], a[2], padding="same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(a[0], a[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x = layers.Flatten()(x)
                flat = True
            x = layers.LeakyReLU(0.1)(layers.Dense(a[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inp, layers.Reshape((s, s, n))(layers.Dense(s * s * n)(x)))
    if x.shape[1] != s or x.shape[2] != s:
        raise ValueError("size")
    return keras.Model(inp, layers.Conv2D(n, 1)(x))


# %% wrong: build_yolo
# idea: "plain ReLU"
# fits: "Negative values are cut to 0"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = x = keras.Input(input_shape)
    flat = False
    n = b * 5 + num_classes
    for kind, *a in config:
        if kind == "conv":
            x = layers.Conv2D(a[0], a[1], a[2], padding="same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.Activation("relu")(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(a[0], a[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x = layers.Flatten()(x)
                flat = True
            x = layers.Dense(a[0], activation="relu")(x)
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inp, layers.Reshape((s, s, n))(layers.Dense(s * s * n)(x)))
    if x.shape[1] != s or x.shape[2] != s:
        raise ValueError("size")
    return keras.Model(inp, layers.Conv2D(n, 1)(x))


# %% wrong: build_yolo
# idea: "sigmoid at the end"
# fits: "Your last layer has an activation"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = x = keras.Input(input_shape)
    flat = False
    n = b * 5 + num_classes
    for kind, *a in config:
        if kind == "conv":
            x = layers.Conv2D(a[0], a[1], a[2], padding="same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(a[0], a[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x = layers.Flatten()(x)
                flat = True
            x = layers.LeakyReLU(0.1)(layers.Dense(a[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inp, layers.Reshape((s, s, n))(layers.Dense(s * s * n, activation="sigmoid")(x)))
    if x.shape[1] != s or x.shape[2] != s:
        raise ValueError("size")
    return keras.Model(inp, layers.Conv2D(n, 1, activation="sigmoid")(x))


# %% wrong: build_yolo
# idea: "norm after the activation"
# fits: "You norm after the activation"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = x = keras.Input(input_shape)
    flat = False
    n = b * 5 + num_classes
    for kind, *a in config:
        if kind == "conv":
            x = layers.Conv2D(a[0], a[1], a[2], padding="same", use_bias=not norm)(x)
            x = layers.LeakyReLU(0.1)(x)
            if norm:
                x = layers.BatchNormalization()(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(a[0], a[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x = layers.Flatten()(x)
                flat = True
            x = layers.LeakyReLU(0.1)(layers.Dense(a[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inp, layers.Reshape((s, s, n))(layers.Dense(s * s * n)(x)))
    if x.shape[1] != s or x.shape[2] != s:
        raise ValueError("size")
    return keras.Model(inp, layers.Conv2D(n, 1)(x))


# %% wrong: build_yolo
# idea: "valid padding in pools"
# fits: "Your pooling drops an odd row"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    inp = x = keras.Input(input_shape)
    flat = False
    n = b * 5 + num_classes
    for kind, *a in config:
        if kind == "conv":
            x = layers.Conv2D(a[0], a[1], a[2], padding="same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(pool_size=a[0], strides=a[1])(x)
        elif kind == "dense":
            if not flat:
                x = layers.Flatten()(x)
                flat = True
            x = layers.LeakyReLU(0.1)(layers.Dense(a[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inp, layers.Reshape((s, s, n))(layers.Dense(s * s * n)(x)))
    if x.shape[1] != s or x.shape[2] != s:
        raise ValueError("size")
    return keras.Model(inp, layers.Conv2D(n, 1)(x))


# %% right: filter_boxes
def filter_boxes(confidence, class_probs, boxes, threshold):
    c = np.minimum(np.maximum(confidence, 0), 1)
    p = np.minimum(np.maximum(class_probs, 0), 1)
    best = np.argmax(p, axis=2)
    top = np.max(p, axis=2)
    scores = c * top[:, :, np.newaxis]
    kinds = np.repeat(best[:, :, np.newaxis], c.shape[2], axis=2)
    mask = scores >= threshold
    return boxes[mask, :], scores[mask], kinds[mask]


# %% wrong: filter_boxes
# idea: "no clipping at all"
# fits: "A negative confidence times a negative probability"
def filter_boxes(confidence, class_probs, boxes, threshold):
    best = np.argmax(class_probs, axis=2)
    scores = confidence * np.max(class_probs, axis=2)[:, :, None]
    kinds = np.repeat(best[:, :, None], confidence.shape[2], axis=2)
    mask = scores >= threshold
    return boxes[mask], scores[mask], kinds[mask]


# %% wrong: filter_boxes
# idea: "confidence alone"
# fits: "Your score is the confidence alone"
def filter_boxes(confidence, class_probs, boxes, threshold):
    best = np.argmax(np.clip(class_probs, 0, 1), axis=2)
    scores = np.clip(confidence, 0, 1)
    kinds = np.repeat(best[:, :, None], confidence.shape[2], axis=2)
    mask = scores >= threshold
    return boxes[mask], scores[mask], kinds[mask]


# %% wrong: filter_boxes
# idea: "strictly above"
# fits: "A score that is just the threshold"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p = np.clip(class_probs, 0, 1)
    scores = np.clip(confidence, 0, 1) * p.max(2)[:, :, None]
    kinds = np.repeat(p.argmax(2)[:, :, None], confidence.shape[2], axis=2)
    mask = scores > threshold
    return boxes[mask], scores[mask], kinds[mask]


# %% wrong: filter_boxes
# idea: "clips the product"
# fits: "You clip the product"
def filter_boxes(confidence, class_probs, boxes, threshold):
    scores = np.clip(confidence * class_probs.max(2)[:, :, None], 0, 1)
    kinds = np.repeat(class_probs.argmax(2)[:, :, None], confidence.shape[2], axis=2)
    mask = scores >= threshold
    return boxes[mask], scores[mask], kinds[mask]


# %% wrong: filter_boxes
# idea: "returns masked arrays of the grid's shape, zeros for what goes"
# fits: "You keep the shape of the grid"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p = np.clip(class_probs, 0, 1)
    scores = np.clip(confidence, 0, 1) * p.max(2)[:, :, None]
    kinds = np.repeat(p.argmax(2)[:, :, None], confidence.shape[2], axis=2)
    mask = scores >= threshold
    return boxes * mask[..., None], scores * mask, kinds * mask


# %% right: class_nms
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    keep = []
    for c in set(classes.tolist()):
        idx = np.where(classes == c)[0]
        keep += idx[day_061.nms(boxes[idx], scores[idx], iou_threshold)].tolist()
    keep.sort(key=lambda i: (-scores[i], i))
    return np.array(keep, dtype=np.int64)


# %% wrong: class_nms
# idea: "one NMS for all"
# fits: "Boxes of different classes suppress each other"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    return day_061.nms(boxes, scores, iou_threshold)


# %% wrong: class_nms
# idea: "indices of the sublist"
# fits: "Your indices count within the class"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    keep = []
    for c in np.unique(classes):
        sel = classes == c
        keep += list(day_061.nms(boxes[sel], scores[sel], iou_threshold))
    keep = np.array(keep, dtype=int)
    return keep[np.argsort(-scores[keep], kind="stable")]


# %% wrong: class_nms
# idea: "class by class, not sorted"
# fits: "their order is another"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    keep = []
    for c in np.unique(classes):
        idx = np.nonzero(classes == c)[0]
        keep += list(idx[day_061.nms(boxes[idx], scores[idx], iou_threshold)])
    return np.array(keep, dtype=int)


# %% wrong: class_nms
# idea: "offset of the picture's size, negative coordinates break it"
# fits: "You shift each class by a fixed distance"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    shifted = boxes + 64 * classes.reshape(-1, 1)
    return day_061.nms(shifted, scores, iou_threshold)


# %% wrong: class_nms
# idea: "only the best of each class"
# fits: "You keep one box of each class"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    keep = [max(np.nonzero(classes == c)[0], key=lambda i: scores[i]) for c in np.unique(classes)]
    return np.array(sorted(keep, key=lambda i: -scores[i]), dtype=int)


# %% right: detect
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    x = np.stack([pixels(image)])
    y = ops.convert_to_numpy(model(x))
    bx, cf, cp = day_063.decode_grid(y, b, size=image.shape[0])
    bx = np.clip(bx[0], 0.0, float(image.shape[0]))
    bx, sc, cl = filter_boxes(cf[0], cp[0], bx, threshold)
    k = class_nms(bx, sc, cl, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% wrong: detect
# idea: "divides by 255"
# fits: "You normalise in another way"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    y = np.asarray(model((image / 255.0).astype("float32")[None]))[0]
    bx, cf, cp = day_063.decode_grid(y, b, size=image.shape[0])
    bx, sc, cl = filter_boxes(cf, cp, np.clip(bx, 0, image.shape[0]), threshold)
    k = class_nms(bx, sc, cl, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% wrong: detect
# idea: "raw image"
# fits: "The network sees raw pixels"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    y = np.asarray(model(image[None].astype("float32")))[0]
    bx, cf, cp = day_063.decode_grid(y, b, size=image.shape[0])
    bx, sc, cl = filter_boxes(cf, cp, np.clip(bx, 0, image.shape[0]), threshold)
    k = class_nms(bx, sc, cl, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% wrong: detect
# idea: "no clipping"
# fits: "Some boxes reach over the border"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    y = np.asarray(model(pixels(image)[None]))[0]
    bx, cf, cp = day_063.decode_grid(y, b, size=image.shape[0])
    bx, sc, cl = filter_boxes(cf, cp, bx, threshold)
    k = class_nms(bx, sc, cl, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% wrong: detect
# idea: "size 64 assumed"
# fits: "Your boxes are right for pictures of 64 pixels only"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    y = np.asarray(model(pixels(image)[None]))[0]
    bx, cf, cp = day_063.decode_grid(y, b)
    bx, sc, cl = filter_boxes(cf, cp, np.clip(bx, 0, 64), threshold)
    k = class_nms(bx, sc, cl, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% wrong: detect
# idea: "NMS across classes"
# fits: "Boxes of different classes suppress each other"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    y = np.asarray(model(pixels(image)[None]))[0]
    n = image.shape[0]
    bx, cf, cp = day_063.decode_grid(y, b, size=n)
    bx, sc, cl = filter_boxes(cf, cp, np.clip(bx, 0, n), threshold)
    k = day_061.nms(bx, sc, iou_threshold)
    return bx[k], sc[k], cl[k]


# %% right: evaluate_detector
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    n = len(detections)
    if sum(int((np.asarray(true_labels[i]) >= 0).sum()) for i in range(n)) == 0:
        raise ValueError("nothing to find")
    aps = []
    for c in range(num_classes):
        all_s, all_c, total = np.zeros(0), np.zeros(0, bool), 0
        for i in range(n):
            bx, sc, cl = detections[i]
            gt = np.asarray(true_boxes[i], dtype=float)[np.asarray(true_labels[i]) == c]
            total += len(gt)
            all_s = np.concatenate([all_s, sc[cl == c]])
            all_c = np.concatenate([all_c, day_061.match_detections(bx[cl == c], sc[cl == c], gt, iou_threshold)])
        aps.append(day_061.average_precision(all_s, all_c, total)[2] if total > 0 else float("nan"))
    aps = np.array(aps)
    return float(np.mean(aps[np.isfinite(aps)])), aps


# %% wrong: evaluate_detector
# idea: "classes without objects are 0"
# fits: "Classes without a true object count as 0"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    n = len(detections)
    if sum(int((np.asarray(true_labels[i]) >= 0).sum()) for i in range(n)) == 0:
        raise ValueError("nothing to find")
    aps = np.zeros(num_classes)
    for c in range(num_classes):
        s, ok, total = [], [], 0
        for i in range(n):
            bx, sc, cl = detections[i]
            gt = true_boxes[i][true_labels[i] == c]
            total += len(gt)
            s.append(sc[cl == c])
            ok.append(day_061.match_detections(bx[cl == c], sc[cl == c], gt, iou_threshold))
        if total:
            aps[c] = day_061.average_precision(np.concatenate(s), np.concatenate(ok), total)[2]
    return float(aps.mean()), aps


# %% wrong: evaluate_detector
# idea: "AP picture by picture"
# fits: "You take an AP for each picture and average them"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    table = np.full((len(detections), num_classes), np.nan)
    for i, (bx, sc, cl) in enumerate(detections):
        for c in range(num_classes):
            gt = true_boxes[i][true_labels[i] == c]
            if len(gt):
                ok = day_061.match_detections(bx[cl == c], sc[cl == c], gt, iou_threshold)
                table[i, c] = day_061.average_precision(sc[cl == c], ok, len(gt))[2]
    if np.isnan(table).all():
        raise ValueError("nothing to find")
    seen = ~np.isnan(table).all(axis=0)
    aps = np.full(num_classes, np.nan)
    aps[seen] = np.nanmean(table[:, seen], axis=0)
    return float(np.nanmean(aps)), aps


# %% wrong: evaluate_detector
# idea: "all objects are fair game for any class"
# fits: "A detection counts as right with the true box of another class"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    n = len(detections)
    if sum(int((np.asarray(true_labels[i]) >= 0).sum()) for i in range(n)) == 0:
        raise ValueError("nothing to find")
    aps = np.full(num_classes, np.nan)
    for c in range(num_classes):
        s, ok, total = [], [], 0
        for i in range(n):
            bx, sc, cl = detections[i]
            gt = true_boxes[i][true_labels[i] >= 0]
            total += int((true_labels[i] == c).sum())
            s.append(sc[cl == c])
            ok.append(day_061.match_detections(bx[cl == c], sc[cl == c], gt, iou_threshold))
        if total:
            aps[c] = day_061.average_precision(np.concatenate(s), np.concatenate(ok), total)[2]
    return float(np.nanmean(aps)), aps


# %% wrong: evaluate_detector
# idea: "all pictures in one heap"
# fits: "You throw all pictures into one"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    bx = np.concatenate([d[0] for d in detections])
    sc = np.concatenate([d[1] for d in detections])
    cl = np.concatenate([d[2] for d in detections])
    tb = np.concatenate([t for t in true_boxes])
    tl = np.concatenate([t for t in true_labels])
    if (tl < 0).all():
        raise ValueError("nothing to find")
    aps = np.full(num_classes, np.nan)
    for c in range(num_classes):
        if (tl == c).any():
            ok = day_061.match_detections(bx[cl == c], sc[cl == c], tb[tl == c], iou_threshold)
            aps[c] = day_061.average_precision(sc[cl == c], ok, int((tl == c).sum()))[2]
    return float(np.nanmean(aps)), aps


# %% wrong: evaluate_detector
# idea: "threshold of one half built in"
# fits: "Your IoU threshold is always 0.5"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    n = len(detections)
    if sum(int((np.asarray(true_labels[i]) >= 0).sum()) for i in range(n)) == 0:
        raise ValueError("nothing to find")
    aps = np.full(num_classes, np.nan)
    for c in range(num_classes):
        s, ok, total = [], [], 0
        for i in range(n):
            bx, sc, cl = detections[i]
            gt = true_boxes[i][true_labels[i] == c]
            total += len(gt)
            s.append(sc[cl == c])
            ok.append(day_061.match_detections(bx[cl == c], sc[cl == c], gt, 0.5))
        if total:
            aps[c] = day_061.average_precision(np.concatenate(s), np.concatenate(ok), total)[2]
    return float(np.nanmean(aps)), aps


# %% right: detect_stream
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        boxes, scores, classes = detect_frame(frame)
        for tr in tracks:
            tr["seen"] = False
        for i in range(len(scores)):
            best_iou, best = 0.0, None
            for tr in tracks:
                if tr["seen"] or tr["cls"] != classes[i]:
                    continue
                iou = float(day_061.iou(boxes[i : i + 1], tr["box"][None])[0, 0])
                if iou > best_iou:
                    best_iou, best = iou, tr
            if best is not None and best_iou >= match_iou:
                best["box"] = (1 - weight) * best["box"] + weight * boxes[i]
                best["score"] = (1 - weight) * best["score"] + weight * scores[i]
                best["seen"] = True
            else:
                tracks.append({"box": boxes[i].astype(float).copy(), "score": weight * scores[i], "cls": classes[i], "seen": True})
        for tr in tracks:
            if not tr["seen"]:
                tr["score"] *= 1 - weight
        tracks = [tr for tr in tracks if tr["score"] >= 0.05]
        out = [tr for tr in tracks if tr["score"] >= threshold]
        out.sort(key=lambda tr: -tr["score"])
        yield (
            np.array([tr["box"] for tr in out], dtype=float).reshape(-1, 4),
            np.array([tr["score"] for tr in out], dtype=float),
            np.array([tr["cls"] for tr in out], dtype=int),
        )


# %% wrong: detect_stream
# idea: "a new track has its full score"
# fits: "A new track starts with its full score"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        used = set()
        for box, score, label in zip(*detect_frame(frame)):
            cands = [(day_061.iou(box[None], t[0][None])[0, 0], -i) for i, t in enumerate(tracks) if i not in used and t[2] == label]
            if cands and max(cands)[0] >= match_iou:
                i = -max(cands)[1]
                tracks[i] = [weight * box + (1 - weight) * tracks[i][0], weight * score + (1 - weight) * tracks[i][1], label]
            else:
                i = len(tracks)
                tracks.append([np.array(box, float), score, label])
            used.add(i)
        for i, t in enumerate(tracks):
            if i not in used:
                t[1] = (1 - weight) * t[1]
        tracks = [t for t in tracks if t[1] >= 0.05]
        out = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield np.array([t[0] for t in out]).reshape(-1, 4), np.array([t[1] for t in out], float), np.array([t[2] for t in out], int)


# %% wrong: detect_stream
# idea: "a miss ends the track"
# fits: "A track that is missed once is gone"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        new = []
        left = list(tracks)
        for box, score, label in zip(*detect_frame(frame)):
            cands = [t for t in left if t[2] == label]
            ious = [day_061.iou(box[None], t[0][None])[0, 0] for t in cands]
            if ious and max(ious) >= match_iou:
                t = cands[int(np.argmax(ious))]
                left = [o for o in left if o is not t]
                new.append([weight * box + (1 - weight) * t[0], weight * score + (1 - weight) * t[1], label])
            else:
                new.append([np.array(box, float), weight * score, label])
        tracks = [t for t in new if t[1] >= 0.05]
        out = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield np.array([t[0] for t in out]).reshape(-1, 4), np.array([t[1] for t in out], float), np.array([t[2] for t in out], int)


# %% wrong: detect_stream
# idea: "class is ignored in matching"
# fits: "Detections are joined to tracks of another class"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        used = set()
        for box, score, label in zip(*detect_frame(frame)):
            cands = [(day_061.iou(box[None], t[0][None])[0, 0], -i) for i, t in enumerate(tracks) if i not in used]
            if cands and max(cands)[0] >= match_iou:
                i = -max(cands)[1]
                tracks[i] = [weight * box + (1 - weight) * tracks[i][0], weight * score + (1 - weight) * tracks[i][1], tracks[i][2]]
            else:
                i = len(tracks)
                tracks.append([np.array(box, float), weight * score, label])
            used.add(i)
        for i, t in enumerate(tracks):
            if i not in used:
                t[1] = (1 - weight) * t[1]
        tracks = [t for t in tracks if t[1] >= 0.05]
        out = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield np.array([t[0] for t in out]).reshape(-1, 4), np.array([t[1] for t in out], float), np.array([t[2] for t in out], int)


# %% wrong: detect_stream
# idea: "the weight is that of the past"
# fits: "Old and new have changed their weights"
# fits: "Old and new box have changed their weights"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        used = set()
        for box, score, label in zip(*detect_frame(frame)):
            cands = [(day_061.iou(box[None], t[0][None])[0, 0], -i) for i, t in enumerate(tracks) if i not in used and t[2] == label]
            if cands and max(cands)[0] >= match_iou:
                i = -max(cands)[1]
                tracks[i] = [(1 - weight) * box + weight * tracks[i][0], (1 - weight) * score + weight * tracks[i][1], label]
            else:
                i = len(tracks)
                tracks.append([np.array(box, float), (1 - weight) * score, label])
            used.add(i)
        for i, t in enumerate(tracks):
            if i not in used:
                t[1] = weight * t[1]
        tracks = [t for t in tracks if t[1] >= 0.05]
        out = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield np.array([t[0] for t in out]).reshape(-1, 4), np.array([t[1] for t in out], float), np.array([t[2] for t in out], int)


# %% wrong: detect_stream
# idea: "boxes are not smoothed"
# fits: "Your boxes jump to the newest detection"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        used = set()
        for box, score, label in zip(*detect_frame(frame)):
            cands = [(day_061.iou(box[None], t[0][None])[0, 0], -i) for i, t in enumerate(tracks) if i not in used and t[2] == label]
            if cands and max(cands)[0] >= match_iou:
                i = -max(cands)[1]
                tracks[i] = [np.array(box, float), weight * score + (1 - weight) * tracks[i][1], label]
            else:
                i = len(tracks)
                tracks.append([np.array(box, float), weight * score, label])
            used.add(i)
        for i, t in enumerate(tracks):
            if i not in used:
                t[1] = (1 - weight) * t[1]
        tracks = [t for t in tracks if t[1] >= 0.05]
        out = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield np.array([t[0] for t in out]).reshape(-1, 4), np.array([t[1] for t in out], float), np.array([t[2] for t in out], int)


# %% right: build_yolo
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            filters, size, stride = rest
            x = layers.Conv2D(filters, size, stride, "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(negative_slope=0.1)(x)
        elif kind == "pool":
            x = layers.MaxPool2D(rest[0], strides=rest[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x, flat = layers.Flatten()(x), True
            x = layers.Dense(rest[0])(x)
            x = layers.LeakyReLU(negative_slope=0.1)(x)
        else:
            raise ValueError(f"no layer is a {kind!r}")
    if flat:
        x = layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x))
    else:
        if tuple(x.shape[1:3]) != (s, s):
            raise ValueError("the maps do not fit the grid")
        x = layers.Conv2D(numbers, 1)(x)
    return keras.Model(inputs, x)


# %% wrong: build_yolo
# idea: "Keras's own slope of 0.3"
# fits: "Your leaky ReLU has Keras's own slope"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            x = layers.Conv2D(rest[0], rest[1], rest[2], "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU()(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(rest[0], rest[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x, flat = layers.Flatten()(x), True
            x = layers.LeakyReLU()(layers.Dense(rest[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inputs, layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x)))
    if x.shape[1:3] != (s, s):
        raise ValueError("grid")
    return keras.Model(inputs, layers.Conv2D(numbers, 1)(x))


# %% wrong: build_yolo
# idea: "the dense layers of the table stay linear"
# fits: "Your dense layers of the table stay linear"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            x = layers.Conv2D(rest[0], rest[1], rest[2], "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(rest[0], rest[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x, flat = layers.Flatten()(x), True
            x = layers.Dense(rest[0])(x)
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inputs, layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x)))
    if x.shape[1:3] != (s, s):
        raise ValueError("grid")
    return keras.Model(inputs, layers.Conv2D(numbers, 1)(x))


# %% wrong: build_yolo
# idea: "whatever is neither conv nor pool is taken for a dense layer"
# fits: "Whatever has another name is taken for a dense layer"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            x = layers.Conv2D(rest[0], rest[1], rest[2], "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(rest[0], rest[1], padding="same")(x)
        else:
            if not flat:
                x, flat = layers.Flatten()(x), True
            x = layers.LeakyReLU(0.1)(layers.Dense(rest[0])(x))
    if flat:
        return keras.Model(inputs, layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x)))
    if x.shape[1:3] != (s, s):
        raise ValueError("grid")
    return keras.Model(inputs, layers.Conv2D(numbers, 1)(x))


# %% wrong: build_yolo
# idea: "refuses maps that are not s by s even if a dense layer follows"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            x = layers.Conv2D(rest[0], rest[1], rest[2], "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(rest[0], rest[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                if x.shape[1:3] != (s, s):
                    raise ValueError("grid")
                x, flat = layers.Flatten()(x), True
            x = layers.LeakyReLU(0.1)(layers.Dense(rest[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inputs, layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x)))
    if x.shape[1:3] != (s, s):
        raise ValueError("grid")
    return keras.Model(inputs, layers.Conv2D(numbers, 1)(x))


# %% wrong: build_yolo
# idea: "checks the rows of the maps and not their columns"
# fits: "You check the rows of the last maps"
def build_yolo(input_shape, s, b, num_classes, config, *, norm=False):
    x = inputs = keras.Input(input_shape)
    numbers = 5 * b + num_classes
    flat = False
    for kind, *rest in config:
        if kind == "conv":
            x = layers.Conv2D(rest[0], rest[1], rest[2], "same", use_bias=not norm)(x)
            if norm:
                x = layers.BatchNormalization()(x)
            x = layers.LeakyReLU(0.1)(x)
        elif kind == "pool":
            x = layers.MaxPooling2D(rest[0], rest[1], padding="same")(x)
        elif kind == "dense":
            if not flat:
                x, flat = layers.Flatten()(x), True
            x = layers.LeakyReLU(0.1)(layers.Dense(rest[0])(x))
        else:
            raise ValueError(kind)
    if flat:
        return keras.Model(inputs, layers.Reshape((s, s, numbers))(layers.Dense(s * s * numbers)(x)))
    if x.shape[1] != s:
        raise ValueError("grid")
    return keras.Model(inputs, layers.Conv2D(numbers, 1)(x))


# %% right: filter_boxes
def filter_boxes(confidence, class_probs, boxes, threshold):
    found = []
    s, _, b = confidence.shape
    for i in range(s):
        for j in range(s):
            p = [min(max(float(v), 0.0), 1.0) for v in class_probs[i, j]]
            label = p.index(max(p))
            for k in range(b):
                score = min(max(float(confidence[i, j, k]), 0.0), 1.0) * p[label]
                if score >= threshold:
                    found.append((boxes[i, j, k], score, label))
    kept = np.array([f[0] for f in found], float).reshape(-1, 4)
    return kept, np.array([f[1] for f in found], float), np.array([f[2] for f in found], int)


# %% right: filter_boxes
def filter_boxes(confidence, class_probs, boxes, threshold):
    p = class_probs.clip(0, 1)
    scores = confidence.clip(0, 1) * p.max(axis=-1, keepdims=True)
    labels = np.broadcast_to(p.argmax(axis=-1)[..., None], scores.shape)
    i, j, k = np.nonzero(scores >= threshold)
    return boxes[i, j, k], scores[i, j, k], labels[i, j, k]


# %% wrong: filter_boxes
# idea: "cut off at 0, and not at 1"
# fits: "You cut off at 0 and not at 1"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p, c = np.maximum(class_probs, 0), np.maximum(confidence, 0)
    scores = c * p.max(-1)[..., None]
    keep = scores >= threshold
    classes = np.broadcast_to(p.argmax(-1)[..., None], scores.shape)
    return boxes[keep], scores[keep], classes[keep]


# %% wrong: filter_boxes
# idea: "the surest box comes first, instead of row by row"
# fits: "You sort the boxes by their score"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p, c = np.clip(class_probs, 0, 1), np.clip(confidence, 0, 1)
    scores = c * p.max(-1)[..., None]
    keep = scores >= threshold
    classes = np.broadcast_to(p.argmax(-1)[..., None], scores.shape)
    order = np.argsort(-scores[keep], kind="stable")
    return boxes[keep][order], scores[keep][order], classes[keep][order]


# %% wrong: filter_boxes
# idea: "a box is reported for every class that is above the threshold"
# fits: "A box is reported once for every class that is likely enough"
def filter_boxes(confidence, class_probs, boxes, threshold):
    scores = np.clip(confidence, 0, 1)[..., None] * np.clip(class_probs, 0, 1)[:, :, None, :]
    i, j, k, label = np.nonzero(scores >= threshold)
    return boxes[i, j, k], scores[i, j, k, label], label


# %% wrong: filter_boxes
# idea: "the threshold is put to the confidence alone"
# fits: "You hold the confidence against the threshold"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p, c = np.clip(class_probs, 0, 1), np.clip(confidence, 0, 1)
    keep = c >= threshold
    scores = c * p.max(-1)[..., None]
    classes = np.broadcast_to(p.argmax(-1)[..., None], scores.shape)
    return boxes[keep], scores[keep], classes[keep]


# %% wrong: filter_boxes
# idea: "the class is chosen before the cut: of 1.2 and 1.5 the second, where both count as 1"
# fits: "You choose the class before you cut off"
def filter_boxes(confidence, class_probs, boxes, threshold):
    p, c = np.clip(class_probs, 0, 1), np.clip(confidence, 0, 1)
    scores = c * p.max(-1)[..., None]
    keep = scores >= threshold
    classes = np.broadcast_to(class_probs.argmax(-1)[..., None], scores.shape)
    return boxes[keep], scores[keep], classes[keep]


# %% wrong: filter_boxes
# idea: "cuts off in place"
# fits: "Your code changes one of its arguments in place"
def filter_boxes(confidence, class_probs, boxes, threshold):
    np.clip(class_probs, 0, 1, out=class_probs)
    np.clip(confidence, 0, 1, out=confidence)
    scores = confidence * class_probs.max(-1)[..., None]
    keep = scores >= threshold
    classes = np.broadcast_to(class_probs.argmax(-1)[..., None], scores.shape)
    return boxes[keep], scores[keep], classes[keep]


# %% right: class_nms
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        rivals = [j for j in kept if classes[j] == classes[i]]
        if not rivals or day_061.iou(boxes[[i]], boxes[rivals]).max() <= iou_threshold:
            kept.append(i)
    return np.array(kept, dtype=int)


# %% right: class_nms
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    boxes = np.asarray(boxes, float)
    if len(boxes) == 0:
        return np.zeros(0, int)
    apart = boxes.max() - boxes.min() + 1
    _, number = np.unique(classes, return_inverse=True)
    return np.asarray(day_061.nms(boxes + (number * apart)[:, None], scores, iou_threshold), int)


# %% wrong: class_nms
# idea: "moves each class by the largest coordinate, which is too little where some are negative"
# fits: "You shift each class by the largest coordinate"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    if len(boxes) == 0:
        return np.zeros(0, int)
    moved = boxes + (classes * (boxes.max() + 1))[:, None]
    return day_061.nms(moved, scores, iou_threshold)


# %% wrong: class_nms
# idea: "sorted up and turned round: of equal scores the later comes first"
# fits: "A sort turned round turns round equal scores too"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    kept = [np.zeros(0, int)]
    for c in np.unique(classes):
        rows = np.flatnonzero(classes == c)
        kept.append(rows[day_061.nms(boxes[rows], scores[rows], iou_threshold)])
    kept = np.sort(np.concatenate(kept))
    return kept[np.argsort(scores[kept], kind="stable")[::-1]]


# %% wrong: class_nms
# idea: "fails where there is no box"
# fits: "Without boxes there is no class"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    kept = []
    for c in np.unique(classes):
        rows = np.flatnonzero(classes == c)
        kept.append(rows[day_061.nms(boxes[rows], scores[rows], iou_threshold)])
    kept = np.sort(np.concatenate(kept))
    return kept[np.argsort(-scores[kept], kind="stable")]


# %% wrong: class_nms
# idea: "of equal scores in different classes the one of the lower class comes first"
# fits: "Equal scores of different classes come in the order of their classes"
def class_nms(boxes, scores, classes, iou_threshold=0.5):
    kept = [np.zeros(0, int)]
    for c in np.unique(classes):
        rows = np.flatnonzero(classes == c)
        kept.append(rows[day_061.nms(boxes[rows], scores[rows], iou_threshold)])
    kept = np.concatenate(kept)
    return kept[np.argsort(-scores[kept], kind="stable")]


# %% right: detect
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    said = np.asarray(ops.convert_to_numpy(model(pixels(image)[np.newaxis], training=False)), float)
    boxes, confidence, probs = day_063.decode_grid(said, b, size=image.shape[0])
    boxes = boxes.clip(0, image.shape[0])
    boxes, scores, classes = filter_boxes(confidence[0], probs[0], boxes[0], threshold)
    best = class_nms(boxes, scores, classes, iou_threshold=iou_threshold)
    return boxes[best], scores[best], classes[best]


# %% wrong: detect
# idea: "the suppression's threshold is not handed on"
# fits: "Your suppression always uses its own IoU threshold"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    said = ops.convert_to_numpy(model(pixels(image)[None]))[0]
    boxes, confidence, probs = day_063.decode_grid(said, b, size=len(image))
    found = filter_boxes(confidence, probs, np.clip(boxes, 0, len(image)), threshold)
    kept = class_nms(*found)
    return tuple(each[kept] for each in found)


# %% wrong: detect
# idea: "subtracts from bytes, which wrap round"
# fits: "You subtract from bytes, which wrap round below 0. Use"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    batch = ((image - np.uint8(115)) / 64).astype("float32")[None]
    said = ops.convert_to_numpy(model(batch))[0]
    boxes, confidence, probs = day_063.decode_grid(said, b, size=len(image))
    found = filter_boxes(confidence, probs, np.clip(boxes, 0, len(image)), threshold)
    kept = class_nms(*found, iou_threshold)
    return tuple(each[kept] for each in found)


# %% wrong: detect
# idea: "the kept indices are used on all boxes of the grid instead of the filtered ones"
# fits: "The kept indices count among the filtered boxes"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    said = ops.convert_to_numpy(model(pixels(image)[None]))[0]
    boxes, confidence, probs = day_063.decode_grid(said, b, size=len(image))
    boxes = np.clip(boxes, 0, len(image))
    strong, scores, classes = filter_boxes(confidence, probs, boxes, threshold)
    kept = class_nms(strong, scores, classes, iou_threshold)
    return boxes.reshape(-1, 4)[kept], scores[kept], classes[kept]


# %% wrong: detect
# idea: "cut off at the last pixel's index instead of the border"
# fits: "You cut off at the last pixel's index"
def detect(model, image, *, b=2, threshold=0.3, iou_threshold=0.5):
    said = ops.convert_to_numpy(model(pixels(image)[None]))[0]
    boxes, confidence, probs = day_063.decode_grid(said, b, size=len(image))
    found = filter_boxes(confidence, probs, np.clip(boxes, 0, len(image) - 1), threshold)
    kept = class_nms(*found, iou_threshold)
    return tuple(each[kept] for each in found)


# %% right: evaluate_detector
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    labels = [np.asarray(each) for each in true_labels]
    ap = np.full(num_classes, np.nan)
    for k in range(num_classes):
        count, scores, verdicts = 0, [], []
        for (boxes, s, classes), gt, own in zip(detections, true_boxes, labels, strict=True):
            gt = np.asarray(gt, float).reshape(-1, 4)[own == k]
            count += len(gt)
            mine = np.asarray(classes) == k
            verdicts.extend(day_061.match_detections(boxes[mine], s[mine], gt, iou_threshold))
            scores.extend(s[mine])
        if count:
            ap[k] = day_061.average_precision(np.array(scores, float), np.array(verdicts, bool), count)[2]
    if np.isnan(ap).all():
        raise ValueError("no true object")
    return float(np.nanmean(ap)), ap


# %% wrong: evaluate_detector
# idea: "a class that nobody reported is left out, though it has objects"
# fits: "A class whose objects nobody reported is left out of your mean"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    ap = np.full(num_classes, np.nan)
    total = 0
    for k in range(num_classes):
        count, scores, right = 0, [np.zeros(0)], [np.zeros(0, bool)]
        for (boxes, s, classes), gt, own in zip(detections, true_boxes, true_labels, strict=True):
            gt = np.asarray(gt, float).reshape(-1, 4)[np.asarray(own) == k]
            count += len(gt)
            mine = classes == k
            right.append(day_061.match_detections(boxes[mine], s[mine], gt, iou_threshold))
            scores.append(s[mine])
        total += count
        if count and len(np.concatenate(scores)):
            ap[k] = day_061.average_precision(np.concatenate(scores), np.concatenate(right), count)[2]
    if total == 0:
        raise ValueError("no true object")
    return float(np.nanmean(ap)), ap


# %% wrong: evaluate_detector
# idea: "makes one array of all labels, which fails where pictures have different numbers of objects"
# fits: "You make one array of all labels"
def evaluate_detector(detections, true_boxes, true_labels, num_classes, *, iou_threshold=0.5):
    true_boxes, true_labels = np.array(true_boxes, float), np.array(true_labels, int)
    if not np.any(true_labels >= 0):
        raise ValueError("no true object")
    ap = np.full(num_classes, np.nan)
    for k in range(num_classes):
        count, scores, right = int(np.sum(true_labels == k)), [np.zeros(0)], [np.zeros(0, bool)]
        for (boxes, s, classes), gt, own in zip(detections, true_boxes, true_labels, strict=True):
            mine = classes == k
            right.append(day_061.match_detections(boxes[mine], s[mine], gt[own == k], iou_threshold))
            scores.append(s[mine])
        if count:
            ap[k] = day_061.average_precision(np.concatenate(scores), np.concatenate(right), count)[2]
    return float(np.nanmean(ap)), ap


# %% right: detect_stream
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        boxes, scores, classes = detect_frame(frame)
        free, fresh = list(range(len(tracks))), []
        for box, score, label in zip(boxes, scores, classes, strict=True):
            rivals = [t for t in free if tracks[t]["label"] == label]
            best, most = None, -1.0
            for t in rivals:
                overlap = float(day_061.iou(np.array([box], float), tracks[t]["box"][None])[0, 0])
                if overlap > most:
                    best, most = t, overlap
            if best is not None and most >= match_iou:
                free.remove(best)
                track = tracks[best]
                track["box"] = weight * np.asarray(box, float) + (1 - weight) * track["box"]
                track["score"] = weight * float(score) + (1 - weight) * track["score"]
            else:
                fresh.append({"box": np.array(box, float), "score": weight * float(score), "label": int(label)})
        for t in free:
            tracks[t]["score"] *= 1 - weight
        tracks = [track for track in tracks + fresh if track["score"] >= 0.05]
        shown = sorted((t for t in tracks if t["score"] >= threshold), key=lambda t: -t["score"])
        yield (
            np.array([t["box"] for t in shown], float).reshape(-1, 4),
            np.array([t["score"] for t in shown], float),
            np.array([t["label"] for t in shown], int),
        )


# %% wrong: detect_stream
# idea: "reads all frames before the first answer"
# fits: "You read all frames before you answer"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for boxes, scores, classes in [detect_frame(frame) for frame in list(frames)]:
        free, fresh = set(range(len(tracks))), []
        for box, score, label in zip(boxes, scores, classes, strict=True):
            own = [t for t in sorted(free) if tracks[t][2] == label]
            overlap = day_061.iou(np.array([box]), np.array([tracks[t][0] for t in own]).reshape(-1, 4))[0]
            if len(own) and overlap.max() >= match_iou:
                t = own[int(overlap.argmax())]
                free.discard(t)
                old = tracks[t]
                tracks[t] = (weight * box + (1 - weight) * old[0], weight * score + (1 - weight) * old[1], label)
            else:
                fresh.append((np.array(box, float), weight * score, label))
        for t in free:
            tracks[t] = (tracks[t][0], (1 - weight) * tracks[t][1], tracks[t][2])
        tracks = [t for t in tracks + fresh if t[1] >= 0.05]
        shown = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield (
            np.array([t[0] for t in shown], float).reshape(-1, 4),
            np.array([t[1] for t in shown], float),
            np.array([t[2] for t in shown], int),
        )


# %% wrong: detect_stream
# idea: "a detection may join a track that began in the same frame"
# fits: "A detection joins a track that began in the same frame"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        boxes, scores, classes = detect_frame(frame)
        used = set()
        before = len(tracks)
        for box, score, label in zip(boxes, scores, classes, strict=True):
            own = [t for t in range(len(tracks)) if tracks[t][2] == label and t not in used]
            overlap = day_061.iou(np.array([box]), np.array([tracks[t][0] for t in own]).reshape(-1, 4))[0]
            if len(own) and overlap.max() >= match_iou:
                t = own[int(overlap.argmax())]
                used.add(t)
                old = tracks[t]
                tracks[t] = (weight * box + (1 - weight) * old[0], weight * score + (1 - weight) * old[1], label)
            else:
                tracks.append((np.array(box, float), weight * score, label))
        for t in range(before):
            if t not in used:
                tracks[t] = (tracks[t][0], (1 - weight) * tracks[t][1], tracks[t][2])
        tracks = [t for t in tracks if t[1] >= 0.05]
        shown = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield (
            np.array([t[0] for t in shown], float).reshape(-1, 4),
            np.array([t[1] for t in shown], float),
            np.array([t[2] for t in shown], int),
        )


# %% wrong: detect_stream
# idea: "tracks below the reporting threshold are forgotten at once"
# fits: "A track below the threshold is forgotten at once"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        boxes, scores, classes = detect_frame(frame)
        free, fresh = set(range(len(tracks))), []
        for box, score, label in zip(boxes, scores, classes, strict=True):
            own = [t for t in sorted(free) if tracks[t][2] == label]
            overlap = day_061.iou(np.array([box]), np.array([tracks[t][0] for t in own]).reshape(-1, 4))[0]
            if len(own) and overlap.max() >= match_iou:
                t = own[int(overlap.argmax())]
                free.discard(t)
                old = tracks[t]
                tracks[t] = (weight * box + (1 - weight) * old[0], weight * score + (1 - weight) * old[1], label)
            else:
                fresh.append((np.array(box, float), weight * score, label))
        for t in free:
            tracks[t] = (tracks[t][0], (1 - weight) * tracks[t][1], tracks[t][2])
        tracks = [t for t in tracks + fresh if t[1] >= threshold]
        shown = sorted(tracks, key=lambda t: -t[1])
        yield (
            np.array([t[0] for t in shown], float).reshape(-1, 4),
            np.array([t[1] for t in shown], float),
            np.array([t[2] for t in shown], int),
        )


# %% wrong: detect_stream
# idea: "a track that no detection chose keeps its score"
# fits: "What has gone stays for ever"
def detect_stream(frames, detect_frame, *, weight=0.5, match_iou=0.3, threshold=0.3):
    tracks = []
    for frame in frames:
        boxes, scores, classes = detect_frame(frame)
        free, fresh = set(range(len(tracks))), []
        for box, score, label in zip(boxes, scores, classes, strict=True):
            own = [t for t in sorted(free) if tracks[t][2] == label]
            overlap = day_061.iou(np.array([box]), np.array([tracks[t][0] for t in own]).reshape(-1, 4))[0]
            if len(own) and overlap.max() >= match_iou:
                t = own[int(overlap.argmax())]
                free.discard(t)
                old = tracks[t]
                tracks[t] = (weight * box + (1 - weight) * old[0], weight * score + (1 - weight) * old[1], label)
            else:
                fresh.append((np.array(box, float), weight * score, label))
        tracks = [t for t in tracks + fresh if t[1] >= 0.05]
        shown = sorted([t for t in tracks if t[1] >= threshold], key=lambda t: -t[1])
        yield (
            np.array([t[0] for t in shown], float).reshape(-1, 4),
            np.array([t[1] for t in shown], float),
            np.array([t[2] for t in shown], int),
        )
