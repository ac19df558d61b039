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
