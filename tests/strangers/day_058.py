# %% right: mean_iou
def mean_iou(y, pred, num_classes):
    y = np.array(y).astype("int64")
    pred = np.array(pred).astype("int64")
    if y.shape != pred.shape:
        raise ValueError(f"shape mismatch: {y.shape} vs {pred.shape}")
    if y.size == 0:
        raise ValueError("empty")
    both = np.concatenate([y.reshape(-1), pred.reshape(-1)])
    if (both < 0).any() or (both > num_classes - 1).any():
        raise ValueError("label out of range")
    confusion = np.bincount(y.reshape(-1) * num_classes + pred.reshape(-1), minlength=num_classes * num_classes)
    confusion = confusion.reshape(num_classes, num_classes)
    tp = np.diag(confusion)
    fp = confusion.sum(0) - tp
    fn = confusion.sum(1) - tp
    with np.errstate(invalid="ignore", divide="ignore"):
        iou = tp / (tp + fp + fn)
    return float(iou[~np.isnan(iou)].mean()), iou


# %% wrong: mean_iou
# idea: "absent classes count as zero"
# fits: "A class that occurs nowhere counts as 0"
# fits: "has an entry other than nan"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0 or y.min() < 0 or pred.min() < 0:
        raise ValueError
    if y.max() >= num_classes or pred.max() >= num_classes:
        raise ValueError
    out = []
    for k in range(num_classes):
        u = ((y == k) | (pred == k)).sum()
        i = ((y == k) & (pred == k)).sum()
        out.append(i / u if u > 0 else 0.0)
    return float(np.mean(out)), np.array(out)


# %% wrong: mean_iou
# idea: "smoothing in the fraction, as Keras's metric has, so absent classes get about 1"
# fits: "a reward for nothing"
# fits: "has an entry other than nan"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0 or y.min() < 0 or pred.min() < 0:
        raise ValueError
    if y.max() >= num_classes or pred.max() >= num_classes:
        raise ValueError
    out = np.zeros(num_classes)
    for k in range(num_classes):
        u = ((y == k) | (pred == k)).sum()
        i = ((y == k) & (pred == k)).sum()
        out[k] = (i + 1e-7) / (u + 1e-7)
    return out.mean(), out


# %% wrong: mean_iou
# idea: "only classes of the truth"
# fits: "A class that is said and not there is left out"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0 or y.min() < 0 or pred.min() < 0:
        raise ValueError
    if y.max() >= num_classes or pred.max() >= num_classes:
        raise ValueError
    out = np.full(num_classes, np.nan)
    for k in range(num_classes):
        if (y == k).sum() == 0:
            continue
        out[k] = ((y == k) & (pred == k)).sum() / ((y == k) | (pred == k)).sum()
    return np.nanmean(out), out


# %% wrong: mean_iou
# idea: "no checks"
# fits: "Negative numbers get through"
# fits: "Maps of different shapes get through"
# fits: "The number K itself"
# fits: "numbers that are no class"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    out = np.full(num_classes, np.nan)
    for k in range(num_classes):
        u = ((y == k) | (pred == k)).sum()
        if u:
            out[k] = ((y == k) & (pred == k)).sum() / u
    return np.nanmean(out), out


# %% wrong: mean_iou
# idea: "mean of the maps' mean IoUs"
# fits: "You average one mean IoU a map"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0 or y.min() < 0 or pred.min() < 0:
        raise ValueError
    if y.max() >= num_classes or pred.max() >= num_classes:
        raise ValueError
    rows = []
    for a, b in zip(y, pred):
        row = []
        for k in range(num_classes):
            u = ((a == k) | (b == k)).sum()
            row.append(((a == k) & (b == k)).sum() / u if u else np.nan)
        rows.append(row)
    rows = np.array(rows, dtype=float)
    with np.errstate(all="ignore"):
        count = (~np.isnan(rows)).sum(0)
        per = np.where(count > 0, np.nansum(rows, 0) / np.maximum(count, 1), np.nan)
    return np.nanmean(per), per


# %% wrong: mean_iou
# idea: "Dice instead of IoU"
# fits: "That is the Dice coefficient"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0 or y.min() < 0 or pred.min() < 0:
        raise ValueError
    if y.max() >= num_classes or pred.max() >= num_classes:
        raise ValueError
    out = np.full(num_classes, np.nan)
    for k in range(num_classes):
        total = (y == k).sum() + (pred == k).sum()
        if total:
            out[k] = 2 * ((y == k) & (pred == k)).sum() / total
    return np.nanmean(out), out


# %% right: dice_loss
def dice_loss(y, probs, smooth=1.0):
    k = probs.shape[-1]
    p = keras.ops.reshape(probs, (-1, k))
    t = keras.ops.one_hot(keras.ops.reshape(keras.ops.cast(y, "int32"), (-1,)), k)
    num = 2.0 * keras.ops.sum(p * t, axis=0) + smooth
    den = keras.ops.sum(p, axis=0) + keras.ops.sum(t, axis=0) + smooth
    return keras.ops.mean(1.0 - num / den)


# %% wrong: dice_loss
# idea: "flattens classes and pixels together, binary Dice"
# fits: "You add the classes up before you divide"
def dice_loss(y, probs, smooth=1.0):
    t = ops.reshape(ops.one_hot(ops.cast(y, "int32"), probs.shape[-1]), (-1,))
    p = ops.reshape(probs, (-1,))
    return 1 - (2 * ops.sum(t * p) + smooth) / (ops.sum(t) + ops.sum(p) + smooth)


# %% wrong: dice_loss
# idea: "per picture, then mean"
# fits: "You average one loss a picture"
def dice_loss(y, probs, smooth=1.0):
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    inter = ops.sum(t * probs, axis=[1, 2])
    total = ops.sum(t + probs, axis=[1, 2])
    return ops.mean(1 - (2 * inter + smooth) / (total + smooth))


# %% wrong: dice_loss
# idea: "squares below"
# fits: "That is V-Net's form"
def dice_loss(y, probs, smooth=1.0):
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    inter = ops.sum(t * probs, axis=(0, 1, 2))
    total = ops.sum(ops.square(t) + ops.square(probs), axis=(0, 1, 2))
    return 1 - ops.mean((2 * inter + smooth) / (total + smooth))


# %% wrong: dice_loss
# idea: "y is not cast, and TensorFlow's one_hot refuses floats"
# fits: "one_hot wants whole numbers"
def dice_loss(y, probs, smooth=1.0):
    t = tf.one_hot(y, probs.shape[-1])
    inter = ops.sum(t * probs, axis=(0, 1, 2))
    total = ops.sum(t, axis=(0, 1, 2)) + ops.sum(probs, axis=(0, 1, 2))
    return 1 - ops.mean((2 * inter + smooth) / (total + smooth))


# %% wrong: dice_loss
# idea: "skips the background"
# fits: "You leave the background out"
def dice_loss(y, probs, smooth=1.0):
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])[..., 1:]
    p = ops.convert_to_tensor(probs)[..., 1:]
    inter = ops.sum(t * p, axis=(0, 1, 2))
    total = ops.sum(t, axis=(0, 1, 2)) + ops.sum(p, axis=(0, 1, 2))
    return 1 - ops.mean((2 * inter + smooth) / (total + smooth))


# %% wrong: dice_loss
# idea: "soft Jaccard"
# fits: "That is the soft form of IoU"
def dice_loss(y, probs, smooth=1.0):
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    inter = ops.sum(t * probs, axis=(0, 1, 2))
    union = ops.sum(t + probs - t * probs, axis=(0, 1, 2))
    return 1 - ops.mean((inter + smooth) / (union + smooth))


# %% right: conv_transpose2d
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, d, c2 = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d))
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abdc->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    return out


# %% wrong: conv_transpose2d
# idea: "forgets the gap when the filter is short"
# fits: "the gap behind the last copy is missing"
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, d, c2 = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + fh, stride * (wd - 1) + fw, d))
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abdc->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    return out


# %% wrong: conv_transpose2d
# idea: "overwrites overlaps"
# fits: "the last one wins"
# fits: "A later copy replaces"
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, d, c2 = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d))
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abdc->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] = patch
    return out


# %% wrong: conv_transpose2d
# idea: "filters as in Conv2D, channels in before channels out"
# fits: "You take the filters as (f_H, f_W, C, D)"
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, c2, d = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d))
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abcd->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    return out


# %% wrong: conv_transpose2d
# idea: "no check of the channels, einsum complains with ValueError only if neither is 1"
# fits: "Filters for another number of channels must raise"
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, d, _ = w.shape
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d))
    for i in range(h):
        for j in range(wd):
            patch = (x[:, i, j][:, None, None, None, :] * w[None]).sum(-1)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    return out


# %% wrong: conv_transpose2d
# idea: "same padding, as in many tutorials"
# fits: "That is same padding"
def conv_transpose2d(x, w, stride):
    x = np.asarray(x).astype(np.float64)
    w = np.asarray(w).astype(np.float64)
    n, h, wd, c = x.shape
    fh, fw, d, c2 = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d))
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abdc->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    a, b = max(fh - stride, 0) // 2, max(fw - stride, 0) // 2
    return out[:, a : a + h * stride, b : b + wd * stride]


# %% wrong: conv_transpose2d
# idea: "computes in the type of x, so bytes wrap"
# fits: "Products of bytes wrap around"
def conv_transpose2d(x, w, stride):
    n, h, wd, c = x.shape
    fh, fw, d, c2 = w.shape
    if c != c2:
        raise ValueError("channel mismatch")
    out = np.zeros((n, stride * (h - 1) + max(fh, stride), stride * (wd - 1) + max(fw, stride), d), dtype=float)
    for i in range(h):
        for j in range(wd):
            patch = np.einsum("nc,abdc->nabd", x[:, i, j], w)
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += patch
    return out


# %% right: encoder_block
def encoder_block(x, filters):
    conv1 = keras.layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
    conv1 = keras.layers.BatchNormalization(momentum=0.9)(conv1)
    conv1 = keras.layers.Activation("relu")(conv1)
    conv2 = keras.layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(conv1)
    conv2 = keras.layers.BatchNormalization(momentum=0.9)(conv2)
    skip = keras.layers.Activation("relu")(conv2)
    return keras.layers.MaxPooling2D((2, 2))(skip), skip


# %% wrong: encoder_block
# idea: "returns skip first"
# fits: "Skip and pooled are exchanged"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    pooled = layers.MaxPooling2D()(x)
    return x, pooled


# %% wrong: encoder_block
# idea: "biases stay, default of the layer"
# fits: "Your convolutions have a bias"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("relu")(x)
    return layers.MaxPooling2D()(x), x


# %% wrong: encoder_block
# idea: "activation in the convolution, norm behind it"
# fits: "You norm after the ReLU"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, activation="relu")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.MaxPooling2D()(x), x


# %% wrong: encoder_block
# idea: "default momentum"
# fits: "Your norms have Keras's momentum"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    return layers.MaxPooling2D()(x), x


# %% wrong: encoder_block
# idea: "pooling in the loop"
# fits: "Your skip is taken after the pooling"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D()(x)
    skip = x
    return x, skip


# %% right: decoder_block
def decoder_block(x, skip, filters):
    up = keras.layers.Conv2DTranspose(filters, (2, 2), strides=(2, 2), padding="valid")(x)
    merged = keras.layers.concatenate([skip, up], axis=3)
    _, out = encoder_block(merged, filters)
    return out


# %% wrong: decoder_block
# idea: "raised first"
# fits: "The skip comes first"
def decoder_block(x, skip, filters):
    up = keras.layers.Conv2DTranspose(filters, (2, 2), strides=(2, 2))(x)
    merged = keras.layers.concatenate([up, skip])
    return encoder_block(merged, filters)[1]


# %% wrong: decoder_block
# idea: "3x3 transposed convolution, as in many tutorials"
# fits: "Your transposed convolution is 3×3"
def decoder_block(x, skip, filters):
    up = keras.layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(x)
    return encoder_block(keras.layers.concatenate([skip, up]), filters)[1]


# %% wrong: decoder_block
# idea: "upsampling and a convolution"
# fits: "You repeat pixels"
def decoder_block(x, skip, filters):
    up = layers.Conv2D(filters, 2, padding="same")(layers.UpSampling2D()(x))
    return encoder_block(layers.concatenate([skip, up]), filters)[1]


# %% wrong: decoder_block
# idea: "takes the pooled result"
# fits: "You give what is pooled"
def decoder_block(x, skip, filters):
    up = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    out, _ = encoder_block(layers.concatenate([skip, up]), filters)
    return out


# %% wrong: decoder_block
# idea: "one convolution only"
# fits: "One convolution is not enough"
def decoder_block(x, skip, filters):
    up = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(layers.concatenate([skip, up]))
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))


# %% right: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    inp = keras.layers.Input(shape=input_shape)
    h = inp
    kept = []
    for i in range(len(filters) - 1):
        h, s = encoder_block(h, filters[i])
        kept.append(s)
    _, h = encoder_block(h, filters[len(filters) - 1])
    for i in range(len(filters) - 2, -1, -1):
        h = decoder_block(h, kept[i], filters[i])
    h = keras.layers.Conv2D(num_classes, 1, padding="same")(h)
    return keras.models.Model(inp, keras.layers.Activation("softmax")(h))


# %% wrong: build_unet
# idea: "sigmoid outputs"
# fits: "do not add up to 1"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    h = inp = keras.Input(input_shape)
    kept = []
    for f in filters[:-1]:
        h, s = encoder_block(h, f)
        kept.append(s)
    h = encoder_block(h, filters[-1])[1]
    for f, s in zip(filters[-2::-1], kept[::-1]):
        h = decoder_block(h, s, f)
    return keras.Model(inp, layers.Conv2D(num_classes, 1, activation="sigmoid")(h))


# %% wrong: build_unet
# idea: "logits"
# fits: "Your model gives logits"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    h = inp = keras.Input(input_shape)
    kept = []
    for f in filters[:-1]:
        h, s = encoder_block(h, f)
        kept.append(s)
    h = encoder_block(h, filters[-1])[1]
    for f, s in zip(filters[-2::-1], kept[::-1]):
        h = decoder_block(h, s, f)
    return keras.Model(inp, layers.Conv2D(num_classes, 1)(h))


# %% wrong: build_unet
# idea: "all levels pool, the last too, and go up as often"
# fits: "You pool at the bottom too"
# fits: "The bottom of the U is missing"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    h = inp = keras.Input(input_shape)
    kept = []
    for f in filters:
        h, s = encoder_block(h, f)
        kept.append(s)
    for f, s in zip(filters[::-1], kept[::-1]):
        h = decoder_block(h, s, f)
    return keras.Model(inp, layers.Conv2D(num_classes, 1, activation="softmax")(h))


# %% wrong: build_unet
# idea: "skips in the order they were made"
# fits: "Your skips go to the wrong levels"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    h = inp = keras.Input(input_shape)
    kept = []
    for f in filters[:-1]:
        h, s = encoder_block(h, f)
        kept.append(s)
    h = encoder_block(h, filters[-1])[1]
    for f, s in zip(filters[-2::-1], kept):
        h = decoder_block(h, s, f)
    return keras.Model(inp, layers.Conv2D(num_classes, 1, activation="softmax")(h))


# %% wrong: build_unet
# idea: "four levels spelt out"
# fits: "default number of levels only"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    inp = keras.Input(input_shape)
    p1, c1 = encoder_block(inp, filters[0])
    p2, c2 = encoder_block(p1, filters[1])
    p3, c3 = encoder_block(p2, filters[2])
    bottom = encoder_block(p3, filters[3])[1]
    u3 = decoder_block(bottom, c3, filters[2])
    u2 = decoder_block(u3, c2, filters[1])
    u1 = decoder_block(u2, c1, filters[0])
    return keras.Model(inp, layers.Conv2D(num_classes, 1, activation="softmax")(u1))


# %% right: mean_iou
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError("y and pred need one shape, and pixels")
    for given in (y, pred):
        if int(given.min()) < 0 or int(given.max()) >= num_classes:
            raise ValueError("a pixel is of no class")
    places = y.ravel().astype(np.int64) * num_classes + pred.ravel().astype(np.int64)
    table = np.bincount(places, minlength=num_classes**2).reshape(num_classes, num_classes)
    both = np.diag(table)
    either = table.sum(axis=0) + table.sum(axis=1) - both
    ious = np.divide(both, either, out=np.full(num_classes, np.nan), where=either > 0)
    return float(ious[either > 0].mean()), ious


# %% right: mean_iou
def mean_iou(y, pred, num_classes):
    y, pred = np.array(y), np.array(pred)
    if y.shape != pred.shape or not y.size:
        raise ValueError("shapes")
    known = list(range(num_classes))
    if not (np.isin(y, known).all() and np.isin(pred, known).all()):
        raise ValueError("classes")
    ious = []
    for k in known:
        union = np.logical_or(y == k, pred == k).sum()
        ious.append(np.logical_and(y == k, pred == k).sum() / union if union else float("nan"))
    return float(np.nanmean(ious)), np.array(ious)


# %% wrong: mean_iou
# idea: "codes pairs as y times K plus pred in the dtype of the maps, which wraps on uint8"
# fits: "wraps around"
def mean_iou(y, pred, num_classes):
    y, pred = np.asarray(y), np.asarray(pred)
    if y.shape != pred.shape or y.size == 0:
        raise ValueError("shapes")
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError("classes")
    places = np.multiply(y, y.dtype.type(num_classes)) + pred
    table = np.bincount(places.ravel(), minlength=num_classes**2)[: num_classes**2]
    table = table.reshape(num_classes, num_classes)
    both = np.diag(table)
    either = table.sum(axis=0) + table.sum(axis=1) - both
    ious = np.divide(both, either, out=np.full(num_classes, np.nan), where=either > 0)
    return float(np.nanmean(ious)), ious


# %% wrong: mean_iou
# idea: "looks only for classes that are too large: -1 passes as a class that is nowhere"
# fits: "Negative numbers get through"
def mean_iou(y, pred, num_classes):
    if y.shape != pred.shape or y.size == 0:
        raise ValueError("shapes")
    if max(y.max(), pred.max()) >= num_classes:
        raise ValueError("classes")
    ious = np.full(num_classes, np.nan)
    for k in range(num_classes):
        either = ((y == k) | (pred == k)).sum()
        if either:
            ious[k] = ((y == k) & (pred == k)).sum() / either
    return float(np.nanmean(ious)), ious


# %% wrong: mean_iou
# idea: "weighs each class by how often it occurs (frequency-weighted IoU)"
# fits: "Your mean weighs classes"
def mean_iou(y, pred, num_classes):
    if y.shape != pred.shape or y.size == 0:
        raise ValueError("shapes")
    if min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError("classes")
    ious, weights = np.full(num_classes, np.nan), np.zeros(num_classes)
    for k in range(num_classes):
        either = ((y == k) | (pred == k)).sum()
        weights[k] = (y == k).sum()
        if either:
            ious[k] = ((y == k) & (pred == k)).sum() / either
    return float(np.nansum(ious * weights) / weights.sum()), ious


# %% wrong: mean_iou
# idea: "broadcasts one map against many in place of refusing them"
# fits: "Maps of different shapes get through"
def mean_iou(y, pred, num_classes):
    y, pred = np.broadcast_arrays(y, pred)
    if y.size == 0 or min(y.min(), pred.min()) < 0 or max(y.max(), pred.max()) >= num_classes:
        raise ValueError("classes")
    ious = np.full(num_classes, np.nan)
    for k in range(num_classes):
        either = ((y == k) | (pred == k)).sum()
        if either:
            ious[k] = ((y == k) & (pred == k)).sum() / either
    return float(np.nanmean(ious)), ious


# %% right: dice_loss
def dice_loss(y, probs, smooth=1.0):
    probs = ops.convert_to_tensor(probs)
    num_classes = probs.shape[-1]
    rows = ops.reshape(probs, (-1, num_classes))
    truth = ops.cast(ops.reshape(ops.cast(y, "int32"), (-1, 1)) == ops.arange(num_classes), rows.dtype)
    shared = ops.sum(truth * rows, axis=0)
    dice = (2 * shared + smooth) / (ops.sum(truth, axis=0) + ops.sum(rows, axis=0) + smooth)
    return ops.mean(1 - dice)


# %% right: dice_loss
def dice_loss(y, probs, smooth=1.0):
    probs = ops.convert_to_tensor(probs)
    k = probs.shape[-1]
    t = ops.take(ops.eye(k, dtype=probs.dtype), ops.cast(y, "int32"), axis=0)
    top = 2 * ops.einsum("nhwk,nhwk->k", t, probs) + smooth
    bottom = ops.einsum("nhwk->k", t + probs) + smooth
    return 1 - ops.sum(top / bottom) / k


# %% wrong: dice_loss
# idea: "classes that do not occur in the batch are left out of the mean, as in mean_iou"
# fits: "You leave classes out that the batch lacks"
def dice_loss(y, probs, smooth=1.0):
    probs = ops.convert_to_tensor(probs)
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    size = ops.sum(t, axis=(0, 1, 2))
    dice = (2 * ops.sum(t * probs, axis=(0, 1, 2)) + smooth) / (size + ops.sum(probs, axis=(0, 1, 2)) + smooth)
    there = ops.cast(size > 0, dice.dtype)
    return 1 - ops.sum(dice * there) / ops.sum(there)


# %% wrong: dice_loss
# idea: "means over the pixels in place of sums, beside which epsilon is huge"
# fits: "You take means over the pixels"
def dice_loss(y, probs, smooth=1.0):
    probs = ops.convert_to_tensor(probs)
    t = ops.one_hot(ops.cast(y, "int32"), probs.shape[-1])
    shared = ops.mean(t * probs, axis=(0, 1, 2))
    below = ops.mean(t, axis=(0, 1, 2)) + ops.mean(probs, axis=(0, 1, 2))
    return 1 - ops.mean((2 * shared + smooth) / (below + smooth))


# %% wrong: dice_loss
# idea: "flattens with the sizes of the array, which are None while Keras traces"
def dice_loss(y, probs, smooth=1.0):
    probs = ops.convert_to_tensor(probs)
    n, h, w, k = probs.shape
    rows = ops.reshape(probs, (n * h * w, k))
    t = ops.one_hot(ops.reshape(ops.cast(y, "int32"), (n * h * w,)), k)
    shared = ops.sum(t * rows, axis=0)
    return 1 - ops.mean((2 * shared + smooth) / (ops.sum(t, axis=0) + ops.sum(rows, axis=0) + smooth))


# %% right: conv_transpose2d
def conv_transpose2d(x, w, stride):
    n, rows, columns, channels = x.shape
    f_h, f_w, d, channels_of_w = w.shape
    if channels != channels_of_w:
        raise ValueError("channels")
    y = np.zeros((n, stride * (rows - 1) + max(f_h, stride), stride * (columns - 1) + max(f_w, stride), d))
    for i in range(rows):
        for j in range(columns):
            copies = np.tensordot(x[:, i, j].astype(float), w.astype(float), axes=(1, 3))
            y[:, stride * i : stride * i + f_h, stride * j : stride * j + f_w] += copies
    return y


# %% right: conv_transpose2d
def conv_transpose2d(x, w, stride):
    x, w = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    n, rows, columns, channels = x.shape
    f_h, f_w, d, channels_of_w = w.shape
    if channels != channels_of_w:
        raise ValueError("channels")
    spread = np.zeros((n, stride * (rows - 1) + 1, stride * (columns - 1) + 1, channels))
    spread[:, ::stride, ::stride] = x
    spread = np.pad(spread, [(0, 0), (f_h - 1, f_h - 1), (f_w - 1, f_w - 1), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(spread, (f_h, f_w), axis=(1, 2))
    y = np.einsum("nijcuv,uvdc->nijd", windows, w[::-1, ::-1])
    gap_h, gap_w = max(stride - f_h, 0), max(stride - f_w, 0)
    return np.pad(y, [(0, 0), (0, gap_h), (0, gap_w), (0, 0)])


# %% wrong: conv_transpose2d
# idea: "puts down the filter turned round by 180 degrees"
# fits: "You flip the filter"
def conv_transpose2d(x, w, stride):
    f_h, f_w, d, _ = w.shape
    n, rows, columns, _ = x.shape
    y = np.zeros((n, stride * (rows - 1) + max(f_h, stride), stride * (columns - 1) + max(f_w, stride), d))
    for u, v in np.ndindex(f_h, f_w):
        last = (u + stride * (rows - 1) + 1, v + stride * (columns - 1) + 1)
        y[:, u : last[0] : stride, v : last[1] : stride] += x @ w[f_h - 1 - u, f_w - 1 - v].T
    return y


# %% wrong: conv_transpose2d
# idea: "reckons in the type of x, where small whole numbers wrap around"
# fits: "small whole numbers wrap around"
def conv_transpose2d(x, w, stride):
    f_h, f_w, d, _ = w.shape
    n, rows, columns, _ = x.shape
    shape = (n, stride * (rows - 1) + max(f_h, stride), stride * (columns - 1) + max(f_w, stride), d)
    y = np.zeros(shape, np.result_type(x, w))
    for u, v in np.ndindex(f_h, f_w):
        last = (u + stride * (rows - 1) + 1, v + stride * (columns - 1) + 1)
        y[:, u : last[0] : stride, v : last[1] : stride] += x @ w[u, v].T
    return y.astype(float)


# %% wrong: conv_transpose2d
# idea: "takes the filters as (f_H, f_W, C, D), channels that go in first"
# fits: "You take the filters as (f_H, f_W, C, D)"
def conv_transpose2d(x, w, stride):
    f_h, f_w, _, d = w.shape
    n, rows, columns, _ = x.shape
    y = np.zeros((n, stride * (rows - 1) + max(f_h, stride), stride * (columns - 1) + max(f_w, stride), d))
    for u, v in np.ndindex(f_h, f_w):
        last = (u + stride * (rows - 1) + 1, v + stride * (columns - 1) + 1)
        y[:, u : last[0] : stride, v : last[1] : stride] += x @ w[u, v].astype(float)
    return y


# %% right: encoder_block
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
        x = ops.relu(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPool2D()(x), x


# %% right: encoder_block
def encoder_block(x, filters):
    steps = []
    for _ in range(2):
        steps.append(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        steps.append(layers.BatchNormalization(momentum=0.9))
        steps.append(layers.Activation("relu"))
    for step in steps:
        x = step(x)
    return ops.max_pool(x, 2, strides=2, padding="valid"), x


# %% right: encoder_block
def encoder_block(x, filters):
    level = keras.Sequential()
    for _ in range(2):
        level.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        level.add(layers.BatchNormalization(momentum=0.9))
        level.add(layers.ReLU())
    skip = level(x)
    return layers.MaxPooling2D(2)(skip), skip


# %% wrong: encoder_block
# idea: "pools with same padding, which keeps half a square of an odd size"
# fits: "You keep an odd row or column"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2, padding="same")(x), x


# %% wrong: encoder_block
# idea: "no ReLU behind the second norm"
# fits: "The second norm has no ReLU"
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.MaxPooling2D(2)(x), x


# %% wrong: encoder_block
# idea: "He's initialiser in place of Keras's own"
# fits: "another initializer"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2)(x), x


# %% wrong: encoder_block
# idea: "the skip is what comes out of the first convolution"
# fits: "Your skip is what the first convolution leads to"
def encoder_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    skip = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(skip)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(2)(x), skip


# %% wrong: encoder_block
# idea: "overlapping windows of 3×3 are pooled, with stride 2"
# fits: "Your pooling looks at 3×3"
def encoder_block(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    return layers.MaxPooling2D(3, strides=2, padding="same")(x), x


# %% right: decoder_block
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(x)
    return encoder_block(layers.concatenate([skip, raised]), filters)[1]


# %% right: decoder_block
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, (2, 2), (2, 2))(x)
    y = ops.concatenate([skip, raised], axis=-1)
    for _ in range(2):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization(momentum=0.9)(y)
        y = ops.maximum(y, 0)
    return y


# %% wrong: decoder_block
# idea: "a ReLU behind the transposed convolution"
# fits: "There is a ReLU on what is raised"
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2, activation="relu")(x)
    return encoder_block(layers.Concatenate()([skip, raised]), filters)[1]


# %% wrong: decoder_block
# idea: "the transposed convolution keeps the channels of x"
# fits: "keeps the channels of x"
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(x.shape[-1], 2, strides=2)(x)
    return encoder_block(layers.Concatenate()([skip, raised]), filters)[1]


# %% wrong: decoder_block
# idea: "crops the skip to the size of x in place of refusing it"
# fits: "You cut the larger of the two"
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    if None not in raised.shape[1:3] + skip.shape[1:3]:
        rows, columns = min(raised.shape[1], skip.shape[1]), min(raised.shape[2], skip.shape[2])
        raised, skip = raised[:, :rows, :columns], skip[:, :rows, :columns]
    return encoder_block(layers.Concatenate()([skip, raised]), filters)[1]


# %% wrong: decoder_block
# idea: "the skip is laid beside what the two convolutions gave, not before them"
# fits: "You lay the skip beside the result"
def decoder_block(x, skip, filters):
    raised = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    return layers.Concatenate()([skip, encoder_block(raised, filters)[1]])


# %% right: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    def level(x, i):
        pooled, skip = encoder_block(x, filters[i])
        if i == len(filters) - 1:
            return skip
        return decoder_block(level(pooled, i + 1), skip, filters[i])

    inputs = keras.Input(input_shape)
    y = layers.Conv2D(num_classes, 1, activation="softmax")(level(inputs, 0))
    return keras.Model(inputs, y)


# %% right: build_unet
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    *upper, bottom = filters
    x = inputs = layers.Input(tuple(input_shape))
    skips = []
    for width in upper:
        x, skip = encoder_block(x, width)
        skips.append((width, skip))
    _, x = encoder_block(x, bottom)
    while skips:
        width, skip = skips.pop()
        x = decoder_block(x, skip, width)
    return keras.Model(inputs, layers.Softmax()(layers.Conv2D(num_classes, (1, 1), padding="same")(x)))


# %% wrong: build_unet
# idea: "the way up has the filters of the level below each, F_(M-1) first"
# fits: "of the level that it goes up to"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters[:-1]:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for width, skip in zip(filters[:0:-1], skips[::-1], strict=True):
        x = decoder_block(x, skip, width)
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))


# %% wrong: build_unet
# idea: "takes filters off the list that it was given"
# fits: "You take numbers off the list"
# fits: "work on a copy"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    if isinstance(filters, tuple):
        filters = list(filters)
    bottom = filters.pop()
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, bottom)[1]
    while skips:
        x = decoder_block(x, skips.pop(), filters[len(skips)])
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))


# %% wrong: build_unet
# idea: "a softmax over the rows, axis 1"
# fits: "The softmax goes along an axis of pixels"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters[:-1]:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        x = decoder_block(x, skip, width)
    return keras.Model(inputs, layers.Softmax(axis=1)(layers.Conv2D(num_classes, 1)(x)))


# %% wrong: build_unet
# idea: "a last convolution 3×3"
# fits: "The last convolution looks at neighbours"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters[:-1]:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        x = decoder_block(x, skip, width)
    return keras.Model(inputs, layers.Conv2D(num_classes, 3, padding="same", activation="softmax")(x))


# %% wrong: build_unet
# idea: "compiles the model"
# fits: "Your model is compiled"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters[:-1]:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        x = decoder_block(x, skip, width)
    model = keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


# %% wrong: build_unet
# idea: "filters double from the first, whatever the others are"
# fits: "Your filters double"
def build_unet(input_shape, num_classes, filters=(16, 32, 64, 128)):
    filters = [filters[0] * 2**i for i in range(len(filters))]
    x = inputs = keras.Input(input_shape)
    skips = []
    for width in filters[:-1]:
        x, skip = encoder_block(x, width)
        skips.append(skip)
    x = encoder_block(x, filters[-1])[1]
    for width, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        x = decoder_block(x, skip, width)
    return keras.Model(inputs, layers.Conv2D(num_classes, 1, activation="softmax")(x))
