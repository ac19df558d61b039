# %% right: saliency
def saliency(model, image, class_index):
    batch = tf.convert_to_tensor(np.expand_dims(image, 0), dtype=tf.float32)
    n = model(batch, training=False).shape[-1]
    if class_index < 0 or class_index > n - 1:
        raise ValueError("no such class")
    with tf.GradientTape() as t:
        t.watch(batch)
        out = model(batch, training=False)[:, class_index]
    g = t.gradient(out, batch)
    return tf.squeeze(tf.reduce_max(tf.math.abs(g), axis=-1), 0).numpy()


# %% wrong: saliency
# idea: "max without abs"
# fits: "absolute values first"
def saliency(model, image, class_index):
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        t.watch(x)
        out = model(x, training=False)[0, class_index]
    return np.max(t.gradient(out, x).numpy()[0], axis=-1)


# %% wrong: saliency
# idea: "of the softmax"
# fits: "slope of the probability"
def saliency(model, image, class_index):
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        t.watch(x)
        out = tf.nn.softmax(model(x, training=False))[0, class_index]
    return np.abs(t.gradient(out, x).numpy()[0]).max(-1)


# %% wrong: saliency
# idea: "of the top class"
# fits: "about the class that the model names"
def saliency(model, image, class_index):
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        t.watch(x)
        z = model(x, training=False)
        out = z[0, int(np.argmax(z[0]))]
    return np.abs(t.gradient(out, x).numpy()[0]).max(-1)


# %% wrong: saliency
# idea: "averages the channels"
# fits: "mean over the channels"
def saliency(model, image, class_index):
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        t.watch(x)
        out = model(x, training=False)[0, class_index]
    return tf.reduce_mean(tf.abs(t.gradient(out, x)), axis=-1)[0].numpy()


# %% wrong: saliency
# idea: "normalised to 0..1 for plotting"
# fits: "You stretch the map"
def saliency(model, image, class_index):
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        t.watch(x)
        out = model(x, training=False)[0, class_index]
    s = np.abs(t.gradient(out, x).numpy()[0]).max(-1)
    return (s - s.min()) / (s.max() - s.min() + 1e-8)


# %% wrong: saliency
# idea: "training mode left on"
# fits: "called as in training"
def saliency(model, image, class_index):
    x = tf.Variable(np.asarray(image, "float32")[None])
    if not 0 <= class_index < model(x, training=False).shape[-1]:
        raise ValueError
    with tf.GradientTape() as t:
        out = model(x, training=True)[0, class_index]
    return np.abs(t.gradient(out, x).numpy()[0]).max(-1)


# %% right: localization_scores
def localization_scores(heatmap, mask):
    h = np.array(heatmap, dtype=float)
    m = np.array(mask).astype(bool)
    if h.shape != m.shape:
        raise ValueError("shape")
    h[h < 0] = 0
    s = np.sum(h)
    if s <= 0:
        return 0.0, False
    idx = np.unravel_index(h.argmax(), h.shape)
    return float((h * m).sum() / s), bool(m[idx])


# %% wrong: localization_scores
# idea: "negative heat counts as negative"
# fits: "Heat below 0 is added as it is"
def localization_scores(heatmap, mask):
    h, m = np.asarray(heatmap, float), np.asarray(mask)
    if h.shape != m.shape:
        raise ValueError
    if h.max() <= 0:
        return 0.0, False
    return float((h * m).sum() / h.sum()), bool(m.ravel()[h.argmax()])


# %% wrong: localization_scores
# idea: "mean heat in the mask"
# fits: "mean heat inside"
# fits: "number of pixels inside"
def localization_scores(heatmap, mask):
    h, m = np.maximum(np.asarray(heatmap, float), 0), np.asarray(mask)
    if h.shape != m.shape:
        raise ValueError
    if h.max() <= 0 or not m.any():
        return 0.0, False
    return float(h[m].mean()), bool(m.ravel()[h.argmax()])


# %% wrong: localization_scores
# idea: "empty map: division by an epsilon, and the first pixel counts as the hottest"
# fits: "small number you add"
# fits: "points at its first pixel"
def localization_scores(heatmap, mask):
    h, m = np.maximum(np.asarray(heatmap, float), 0), np.asarray(mask)
    if h.shape != m.shape:
        raise ValueError
    return float((h * m).sum() / (h.sum() + 1e-8)), bool(m.ravel()[h.argmax()])


# %% wrong: localization_scores
# idea: "a tie counts if any of the hottest pixels is inside"
# fits: "any that lies inside"
def localization_scores(heatmap, mask):
    h, m = np.maximum(np.asarray(heatmap, float), 0), np.asarray(mask)
    if h.shape != m.shape:
        raise ValueError
    if h.sum() == 0:
        return 0.0, False
    return float((h * m).sum() / h.sum()), bool(np.any(m & (h == h.max())))


# %% wrong: localization_scores
# idea: "IoU of the thresholded map instead of energy"
# fits: "You compare areas"
def localization_scores(heatmap, mask):
    h, m = np.maximum(np.asarray(heatmap, float), 0), np.asarray(mask)
    if h.shape != m.shape:
        raise ValueError
    if h.sum() == 0:
        return 0.0, False
    t = h > 0.5 * h.max()
    return float((t & m).sum() / (t | m).sum()), bool(m.ravel()[h.argmax()])


# %% wrong: localization_scores
# idea: "shapes are broadcast"
# fits: "another shape"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def localization_scores(heatmap, mask):
    h, m = np.maximum(np.asarray(heatmap, float), 0), np.asarray(mask)
    if h.sum() == 0:
        return 0.0, False
    m = np.broadcast_to(np.resize(m, h.shape), h.shape)
    return float((h * m).sum() / h.sum()), bool(m.ravel()[h.argmax()])


# %% right: grad_cam
def grad_cam(activations, gradients):
    a = np.asarray(activations, np.float64)
    g = np.asarray(gradients, np.float64)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError("bad shapes")
    h, w, d = a.shape
    alpha = g.reshape(h * w, d).mean(axis=0)
    cam = (a * alpha[None, None, :]).sum(axis=2)
    cam[cam < 0] = 0.0
    m = cam.max()
    if m == 0:
        return cam
    return cam / m


# %% wrong: grad_cam
# idea: "elementwise gradient times activation"
# fits: "gradient of each place"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = np.maximum((a * g).sum(-1), 0)
    return cam / cam.max() if cam.max() > 0 else cam


# %% wrong: grad_cam
# idea: "no ReLU"
# fits: "negative heat"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = a @ g.mean((0, 1))
    return cam / cam.max() if cam.max() > 0 else cam


# %% wrong: grad_cam
# idea: "min-max normalisation"
# fits: "smallest value is 0"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = np.maximum(a @ g.mean((0, 1)), 0)
    return (cam - cam.min()) / (cam.max() - cam.min()) if np.ptp(cam) > 0 else cam


# %% wrong: grad_cam
# idea: "epsilon in the divisor"
# fits: "small number in the divisor"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = np.maximum(a @ g.mean((0, 1)), 0)
    return cam / (cam.max() + 1e-7)


# %% wrong: grad_cam
# idea: "ReLU on each weighted map before the sum"
# fits: "before the sum"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = np.zeros(a.shape[:2])
    for d in range(a.shape[2]):
        cam += np.maximum(a[..., d] * g[..., d].mean(), 0)
    return cam / cam.max() if cam.max() > 0 else cam


# %% wrong: grad_cam
# idea: "absolute weights"
# fits: "size of the gradients"
def grad_cam(activations, gradients):
    a, g = np.asarray(activations, float), np.asarray(gradients, float)
    if a.shape != g.shape or a.ndim != 3:
        raise ValueError
    cam = np.maximum(a @ np.abs(g.mean((0, 1))), 0)
    return cam / cam.max() if cam.max() > 0 else cam


# %% right: overlay
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if np.isnan(h).any() or (h < 0).any() or (h > 1).any():
        raise ValueError("heat")
    big = tf.image.resize(h[..., None], image.shape[:2], method="bilinear").numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    out = strength * rgb + (1.0 - strength) * image.astype(float)
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


# %% wrong: overlay
# idea: "nearest neighbour"
# fits: "You repeat each value"
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if not ((h >= 0) & (h <= 1)).all():
        raise ValueError
    big = tf.image.resize(h[..., None], image.shape[:2], method="nearest").numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    return np.rint(strength * rgb + (1 - strength) * image).astype(np.uint8)


# %% wrong: overlay
# idea: "corners aligned, by scipy-like interpolation from end to end"
# fits: "outermost values at the picture's edges"
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if not ((h >= 0) & (h <= 1)).all():
        raise ValueError
    H, W = image.shape[:2]
    rows = np.linspace(0, h.shape[0] - 1, H)
    cols = np.linspace(0, h.shape[1] - 1, W)
    big = np.array([np.interp(cols, np.arange(h.shape[1]), r) for r in h])
    big = np.array([np.interp(rows, np.arange(h.shape[0]), c) for c in big.T]).T
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    return np.rint(strength * rgb + (1 - strength) * image).astype(np.uint8)


# %% wrong: overlay
# idea: "adds the colours to the whole picture"
# fits: "keeps its full share"
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if not ((h >= 0) & (h <= 1)).all():
        raise ValueError
    big = tf.image.resize(h[..., None], image.shape[:2]).numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    return np.clip(image + strength * rgb, 0, 255).astype(np.uint8)


# %% wrong: overlay
# idea: "shares exchanged"
# fits: "strength is the share of the colour"
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if not ((h >= 0) & (h <= 1)).all():
        raise ValueError
    big = tf.image.resize(h[..., None], image.shape[:2]).numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    return ((1 - strength) * rgb + strength * image).astype(np.uint8)


# %% wrong: overlay
# idea: "heat clipped instead of refused"
# fits: "not from 0 to 1 goes through"
def overlay(image, heatmap, strength=0.6):
    h = np.clip(np.nan_to_num(np.asarray(heatmap, float)), 0, 1)
    big = tf.image.resize(h[..., None], image.shape[:2]).numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3] * 255.0
    return ((1 - strength) * image + strength * rgb).astype(np.uint8)


# %% wrong: overlay
# idea: "colours from 0 to 1 mixed with a picture from 0 to 255"
# fits: "Matplotlib's colours go from 0 to 1"
# fits: "You mix colours from 0 to 1"
def overlay(image, heatmap, strength=0.6):
    h = np.asarray(heatmap, float)
    if not ((h >= 0) & (h <= 1)).all():
        raise ValueError
    big = tf.image.resize(h[..., None], image.shape[:2]).numpy()[..., 0]
    rgb = plt.get_cmap("inferno")(big)[..., :3]
    return ((1 - strength) * image + strength * rgb).astype(np.uint8)


# %% right: guided_relu
@tf.custom_gradient
def guided_relu(x):
    mask = tf.cast(x > 0, x.dtype)

    def grad(dy):
        return mask * tf.maximum(dy, 0.0)

    return mask * x, grad


# %% wrong: guided_relu
# idea: "ordinary ReLU gradient"
# fits: "gradient of every ReLU"
@tf.custom_gradient
def guided_relu(x):
    def grad(dy):
        return dy * tf.cast(x > 0, x.dtype)

    return tf.nn.relu(x), grad


# %% wrong: guided_relu
# idea: "deconvnet"
# fits: "deconvolution"
@tf.custom_gradient
def guided_relu(x):
    def grad(dy):
        return tf.nn.relu(dy)

    return tf.nn.relu(x), grad


# %% wrong: guided_relu
# idea: "absolute gradient"
# fits: "negative gradients into positive ones"
@tf.custom_gradient
def guided_relu(x):
    def grad(dy):
        return tf.abs(dy) * tf.cast(x > 0, x.dtype)

    return tf.nn.relu(x), grad


# %% wrong: guided_relu
# idea: "the mask is returned as gradient"
# fits: "You pass on ones"
@tf.custom_gradient
def guided_relu(x):
    def grad(dy):
        return tf.cast(dy > 0, x.dtype) * tf.cast(x > 0, x.dtype)

    return tf.nn.relu(x), grad


# %% wrong: guided_relu
# idea: "no custom gradient"
# fits: "gradient of every ReLU"
def guided_relu(x):
    return tf.maximum(x, 0.0)


# %% right: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[0], img.shape[1]
    if patch < 1 or stride < 1 or patch > H or patch > W:
        raise ValueError("patch/stride")
    base = np.asarray(predict(img[None]))[0]
    heat = np.zeros((H, W))
    cnt = np.zeros((H, W))
    y = 0
    while y + patch <= H:
        x = 0
        while x + patch <= W:
            c = img.copy()
            c[y : y + patch, x : x + patch, :] = fill
            heat[y : y + patch, x : x + patch] += base - np.asarray(predict(c[None]))[0]
            cnt[y : y + patch, x : x + patch] += 1
            x += stride
        y += stride
    cnt[cnt == 0] = 1
    return heat / cnt


# %% wrong: occlusion_map
# idea: "score of the covered picture minus that of the whole"
# fits: "other way round"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    heat, cnt = np.zeros((H, W)), np.zeros((H, W))
    for y in range(0, H - patch + 1, stride):
        for x in range(0, W - patch + 1, stride):
            c = img.copy()
            c[y : y + patch, x : x + patch] = fill
            heat[y : y + patch, x : x + patch] += np.asarray(predict(c[None]))[0] - base
            cnt[y : y + patch, x : x + patch] += 1
    return heat / np.maximum(cnt, 1)


# %% wrong: occlusion_map
# idea: "no copy: squares pile up"
# fits: "Squares stay where they were"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    heat, cnt = np.zeros((H, W)), np.zeros((H, W))
    c = img.copy()
    for y in range(0, H - patch + 1, stride):
        for x in range(0, W - patch + 1, stride):
            c[y : y + patch, x : x + patch] = fill
            heat[y : y + patch, x : x + patch] += base - np.asarray(predict(c[None]))[0]
            cnt[y : y + patch, x : x + patch] += 1
    return heat / np.maximum(cnt, 1)


# %% wrong: occlusion_map
# idea: "last row and column of positions forgotten"
# fits: "last column of positions are missing"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    heat, cnt = np.zeros((H, W)), np.zeros((H, W))
    for y in range(0, H - patch, stride):
        for x in range(0, W - patch, stride):
            c = img.copy()
            c[y : y + patch, x : x + patch] = fill
            heat[y : y + patch, x : x + patch] += base - np.asarray(predict(c[None]))[0]
            cnt[y : y + patch, x : x + patch] += 1
    return heat / np.maximum(cnt, 1)


# %% wrong: occlusion_map
# idea: "one entry a position"
# fits: "entry for each position"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    rows = []
    for y in range(0, H - patch + 1, stride):
        row = []
        for x in range(0, W - patch + 1, stride):
            c = img.copy()
            c[y : y + patch, x : x + patch] = fill
            row.append(base - np.asarray(predict(c[None]))[0])
        rows.append(row)
    return np.array(rows, float)


# %% wrong: occlusion_map
# idea: "drops below 0 are dropped"
# fits: "You cut it off"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    heat, cnt = np.zeros((H, W)), np.zeros((H, W))
    for y in range(0, H - patch + 1, stride):
        for x in range(0, W - patch + 1, stride):
            c = img.copy()
            c[y : y + patch, x : x + patch] = fill
            heat[y : y + patch, x : x + patch] += max(0.0, base - np.asarray(predict(c[None]))[0])
            cnt[y : y + patch, x : x + patch] += 1
    return heat / np.maximum(cnt, 1)


# %% wrong: occlusion_map
# idea: "sum instead of mean"
# fits: "You add the drops up"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    img = np.array(image, dtype=np.float32)
    H, W = img.shape[:2]
    if patch < 1 or stride < 1 or patch > min(H, W):
        raise ValueError
    base = np.asarray(predict(img[None]))[0]
    heat = np.zeros((H, W))
    for y in range(0, H - patch + 1, stride):
        for x in range(0, W - patch + 1, stride):
            c = img.copy()
            c[y : y + patch, x : x + patch] = fill
            heat[y : y + patch, x : x + patch] += base - np.asarray(predict(c[None]))[0]
    return heat


# %% right: saliency
def saliency(model, image, class_index):
    pictures = tf.Variable(np.asarray(image, dtype="float32")[np.newaxis])
    with tf.GradientTape() as tape:
        logits = model(pictures, training=False)
        if not 0 <= class_index < logits.shape[-1]:
            raise ValueError("no such class")
        wanted = tf.reduce_sum(logits * tf.one_hot(int(class_index), logits.shape[-1]))
    slopes = tape.gradient(wanted, pictures).numpy()[0]
    return np.maximum(slopes.max(axis=-1), -slopes.min(axis=-1))


# %% right: saliency
def saliency(model, image, class_index):
    pictures = ops.expand_dims(ops.convert_to_tensor(image, "float32"), 0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
    if class_index < 0 or class_index >= logits.shape[1]:
        raise ValueError("no such class")
    wanted = np.zeros(logits.shape, "float32")
    wanted[0, class_index] = 1.0
    slopes = tape.gradient(logits, pictures, output_gradients=tf.constant(wanted))
    return np.max(np.abs(ops.convert_to_numpy(slopes)), axis=(0, 3))


# %% wrong: saliency
# idea: "the largest slope over the channels, then its absolute value"
# fits: "absolute values first"
def saliency(model, image, class_index):
    x = tf.constant(np.asarray(image, "float32")[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)
        if not 0 <= class_index < logits.shape[1]:
            raise ValueError("no such class")
        z = logits[0, class_index]
    return np.abs(tape.gradient(z, x)[0].numpy().max(axis=-1))


# %% wrong: saliency
# idea: "a negative class counts from the end"
# fits: "A negative class goes through"
def saliency(model, image, class_index):
    x = tf.constant(np.asarray(image, "float32")[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)
        if class_index >= logits.shape[1]:
            raise ValueError("no such class")
        z = logits[0, class_index]
    return np.abs(tape.gradient(z, x)[0].numpy()).max(axis=-1)


# %% wrong: saliency
# idea: "divided by its largest value, as maps are for drawing"
# fits: "You scale the map to a largest value of 1"
def saliency(model, image, class_index):
    x = tf.constant(np.asarray(image, "float32")[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)
        if not 0 <= class_index < logits.shape[1]:
            raise ValueError("no such class")
        z = logits[0, class_index]
    each = np.abs(tape.gradient(z, x)[0].numpy()).max(axis=-1)
    return each / max(each.max(), 1e-12)


# %% wrong: saliency
# idea: "gradient times input"
# fits: "You multiply the slopes by the picture"
def saliency(model, image, class_index):
    x = tf.constant(np.asarray(image, "float32")[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)
        if not 0 <= class_index < logits.shape[1]:
            raise ValueError("no such class")
        z = logits[0, class_index]
    return np.abs((tape.gradient(z, x) * x)[0].numpy()).max(axis=-1)


# %% right: localization_scores
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError("shapes differ")
    heat = np.where(heatmap > 0, heatmap, 0).astype(float)
    if not heat.any():
        return 0.0, False
    hottest = np.unravel_index(np.argmax(heat), heat.shape)
    return float(heat[mask].sum() / heat.sum()), bool(mask[hottest])


# %% right: localization_scores
def localization_scores(heatmap, mask):
    if np.shape(heatmap) != np.shape(mask):
        raise ValueError("shapes differ")
    warm = [(float(value), bool(inside)) for value, inside in zip(np.ravel(heatmap), np.ravel(mask)) if value > 0]
    if not warm:
        return 0.0, False
    total = sum(value for value, _ in warm)
    hit = max(warm, key=lambda pair: pair[0])[1]
    return sum(value for value, inside in warm if inside) / total, hit


# %% wrong: localization_scores
# idea: "the mask's share that is hot instead of the heat's share in the mask"
# fits: "mean heat inside"
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap, dtype=float), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError("shapes differ")
    heat = np.maximum(heatmap, 0)
    if heat.sum() == 0:
        return 0.0, False
    return float(heat[mask].sum() / mask.sum()), bool(mask.ravel()[heat.argmax()])


# %% wrong: localization_scores
# idea: "without heat the hit is looked up at pixel 0"
# fits: "also not at its first pixel"
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap, dtype=float), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError("shapes differ")
    heat = np.maximum(heatmap, 0)
    total = heat.sum()
    energy = float(heat[mask].sum() / total) if total else 0.0
    return energy, bool(mask.ravel()[heat.argmax()])


# %% wrong: localization_scores
# idea: "a shape that broadcasts gets through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def localization_scores(heatmap, mask):
    heat = np.maximum(np.asarray(heatmap, dtype=float), 0)
    mask = np.asarray(mask)
    if heat.size != mask.size:
        raise ValueError("shapes differ")
    mask = mask.reshape(heat.shape)
    if heat.sum() == 0:
        return 0.0, False
    return float(heat[mask].sum() / heat.sum()), bool(mask.ravel()[heat.argmax()])


# %% wrong: localization_scores
# idea: "a small number in the denominator instead of a case of its own"
# fits: "The small number you add"
def localization_scores(heatmap, mask):
    heat = np.maximum(np.asarray(heatmap, dtype=float), 0)
    mask = np.asarray(mask)
    if heat.shape != mask.shape:
        raise ValueError("shapes differ")
    energy = float(heat[mask].sum() / (heat.sum() + 1e-8))
    return energy, bool(heat.max() > 0 and mask.ravel()[heat.argmax()])


# %% wrong: localization_scores
# idea: "the map is cut off in place"
# fits: "changes one of its arguments in place"
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError("shapes differ")
    heatmap[heatmap < 0] = 0
    if heatmap.sum() == 0:
        return 0.0, False
    return float(heatmap[mask].sum() / heatmap.sum()), bool(mask.ravel()[heatmap.argmax()])


# %% wrong: localization_scores
# idea: "the last of several equally hot pixels"
# fits: "you take the last"
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap, dtype=float), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError("shapes differ")
    heat = np.maximum(heatmap, 0)
    if heat.sum() == 0:
        return 0.0, False
    last = np.argsort(heat.ravel(), kind="stable")[-1]
    return float(heat[mask].sum() / heat.sum()), bool(mask.ravel()[last])


# %% right: grad_cam
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("both are (H', W', D)")
    beta = np.einsum("ijd->d", gradients) / (gradients.shape[0] * gradients.shape[1])
    heat = np.einsum("ijd,d->ij", activations, beta).clip(min=0)
    top = heat.max()
    return heat / top if top > 0 else heat


# %% right: grad_cam
def grad_cam(activations, gradients):
    if np.ndim(activations) != 3 or np.shape(activations) != np.shape(gradients):
        raise ValueError("both are (H', W', D)")
    rows, columns, count = np.shape(activations)
    total = np.zeros((rows, columns))
    for d in range(count):
        total = total + np.mean(np.asarray(gradients)[:, :, d]) * np.asarray(activations)[:, :, d]
    total[total < 0] = 0
    if total.max() > 0:
        total = total / total.max()
    return total


# %% wrong: grad_cam
# idea: "stretched from its least to its largest value instead of cut off"
# fits: "You stretch the map from its smallest value"
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("shapes")
    heat = (activations * gradients.mean(axis=(0, 1))).sum(axis=-1)
    if heat.max() <= 0:
        return np.zeros_like(heat)
    return (heat - heat.min()) / (heat.max() - heat.min())


# %% wrong: grad_cam
# idea: "divides by the largest value before the cut, so all-negative maps turn round"
# fits: "You divide first and cut off then"
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("shapes")
    heat = (activations * gradients.mean(axis=(0, 1))).sum(axis=-1)
    if heat.max() == 0:
        return np.zeros_like(heat)
    return np.maximum(heat / heat.max(), 0)


# %% wrong: grad_cam
# idea: "only positive gradients count in the mean, as in Grad-CAM++"
# fits: "You drop negative gradients"
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("shapes")
    beta = np.maximum(gradients, 0).mean(axis=(0, 1))
    heat = np.maximum(activations @ beta, 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% wrong: grad_cam
# idea: "rows (H' W', D) get through"
# fits: "more or fewer axes"
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.shape != gradients.shape:
        raise ValueError("shapes")
    places = tuple(range(activations.ndim - 1))
    heat = np.maximum(activations @ gradients.mean(axis=places), 0)
    return heat / heat.max() if heat.max() > 0 else heat


# %% right: overlay
def overlay(image, heatmap, strength=0.6):
    heatmap = np.asarray(heatmap, dtype=float)
    if not np.all((heatmap >= 0) & (heatmap <= 1)):
        raise ValueError("heat from 0 to 1")

    def weights(count, small):
        at = np.clip((np.arange(count) + 0.5) * small / count - 0.5, 0, small - 1)
        return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(small)))  # (count, small): hats

    height, width = np.shape(image)[:2]
    large = weights(height, heatmap.shape[0]) @ heatmap @ weights(width, heatmap.shape[1]).T
    colors = plt.get_cmap("inferno")(np.clip(large, 0, 1))[..., :3] * 255
    return np.rint((1 - strength) * np.asarray(image, dtype=float) + strength * colors).astype(np.uint8)


# %% right: overlay
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if np.isnan(heatmap).any() or heatmap.min() < 0 or heatmap.max() > 1:
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[:, :, np.newaxis], image.shape[:2], method="bilinear").numpy()[:, :, 0]
    colors = plt.get_cmap("inferno")(np.minimum(large, 1))[:, :, :3]
    mixed = (1 - strength) * (image / 255) + strength * colors
    return (255 * mixed).round().clip(0, 255).astype("uint8")


# %% wrong: overlay
# idea: "colours from 0 to 1 are mixed with bytes: the heat is nearly black"
# fits: "You mix colours from 0 to 1"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if np.isnan(heatmap).any() or heatmap.min() < 0 or heatmap.max() > 1:
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0]
    colors = plt.get_cmap("inferno")(large)[..., :3]
    return ((1 - strength) * image + strength * colors).astype("uint8")


# %% wrong: overlay
# idea: "the popular rainbow, jet"
# fits: "That is another colour scale"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if np.isnan(heatmap).any() or heatmap.min() < 0 or heatmap.max() > 1:
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0]
    colors = 255 * plt.get_cmap("jet")(large)[..., :3]
    return ((1 - strength) * image + strength * colors).round().astype("uint8")


# %% wrong: overlay
# idea: "bytes are added: picture plus heat wraps around"
# fits: "You add colours to the whole picture as uint8"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if np.isnan(heatmap).any() or heatmap.min() < 0 or heatmap.max() > 1:
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0]
    colors = (255 * strength * plt.get_cmap("inferno")(large)[..., :3]).astype("uint8")
    return np.asarray(image) + colors


# %% wrong: overlay
# idea: "NaN gets through: comparisons with it are false"
# fits: "NaN goes through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if (heatmap < 0).any() or (heatmap > 1).any():
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0]
    colors = 255 * plt.get_cmap("inferno")(large)[..., :3]
    return ((1 - strength) * image + strength * colors).round().astype("uint8")


# %% wrong: overlay
# idea: "stretches the heat from 0 to 1 first"
# fits: "You stretch the heat"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype="float32")
    if np.isnan(heatmap).any() or heatmap.min() < 0 or heatmap.max() > 1:
        raise ValueError("heat from 0 to 1")
    heatmap = (heatmap - heatmap.min()) / max(heatmap.max() - heatmap.min(), 1e-8)
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0]
    colors = 255 * plt.get_cmap("inferno")(large)[..., :3]
    return ((1 - strength) * image + strength * colors).round().astype("uint8")


# %% wrong: overlay
# idea: "integer heat goes to the colormap as indices of its table"
def overlay(image, heatmap, strength=0.6):
    heatmap = np.asarray(heatmap)
    if not ((heatmap >= 0) & (heatmap <= 1)).all():
        raise ValueError("heat from 0 to 1")
    large = tf.image.resize(heatmap[..., None], image.shape[:2]).numpy()[..., 0].astype(heatmap.dtype)
    colors = 255 * plt.get_cmap("inferno")(large)[..., :3]
    return ((1 - strength) * image + strength * colors).round().astype("uint8")


# %% right: guided_relu
@tf.custom_gradient
def guided_relu(x):
    def backward(upstream):
        return tf.where(tf.logical_and(x > 0, upstream > 0), upstream, tf.zeros_like(upstream))

    return tf.maximum(x, 0.0), backward


# %% right: guided_relu
def guided_relu(x):
    @tf.custom_gradient
    def inner(z):
        gate = tf.cast(z > 0, z.dtype)
        return z * gate, lambda g: tf.nn.relu(g) * gate

    return inner(tf.convert_to_tensor(x))


# %% wrong: guided_relu
# idea: "an input of 0 lets the gradient pass"
# fits: "Where x is exactly 0 nothing passes"
@tf.custom_gradient
def guided_relu(x):
    return tf.nn.relu(x), lambda g: tf.cast(x >= 0, tf.float32) * tf.nn.relu(g)


# %% wrong: guided_relu
# idea: "the forward value is left alone: x instead of max(0, x)"
# fits: "The value is x itself"
@tf.custom_gradient
def guided_relu(x):
    return tf.identity(x), lambda g: tf.cast(x > 0, tf.float32) * tf.nn.relu(g)


# %% wrong: guided_relu
# idea: "the gradient passes where the product of x and g is positive: two negatives too"
# fits: "sign of the product"
@tf.custom_gradient
def guided_relu(x):
    return tf.nn.relu(x), lambda g: tf.where(x * g > 0, g, tf.zeros_like(g))


# %% right: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    base = float(np.asarray(predict(image[None]))[0])
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            drop = base - float(np.asarray(predict(covered[None]))[0])
            heat[i : i + patch, j : j + patch] += drop
            seen[i : i + patch, j : j + patch] += 1
    return heat / np.maximum(seen, 1)


# %% right: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.array(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > height or patch > width:
        raise ValueError("patch or stride")
    boxes = []
    for top in range(0, height, stride):
        for left in range(0, width, stride):
            if top + patch <= height and left + patch <= width:
                cover = np.zeros((height, width), bool)
                cover[top : top + patch, left : left + patch] = True
                boxes.append(cover)
    boxes = np.stack(boxes)
    pictures = np.where(boxes[..., None], np.float32(fill), image)
    scores = np.asarray(predict(np.concatenate([image[None], pictures])), dtype="float64")
    drops = scores[0] - scores[1:]
    counts = boxes.sum(axis=0)
    return np.tensordot(drops, boxes, axes=1) / np.where(counts == 0, 1, counts)


# %% wrong: occlusion_map
# idea: "squares stick out at the lower and right edge"
# fits: "Your squares stick out"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    base = float(np.asarray(predict(image[None]))[0])
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height, stride):
        for j in range(0, width, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            heat[i : i + patch, j : j + patch] += base - float(np.asarray(predict(covered[None]))[0])
            seen[i : i + patch, j : j + patch] += 1
    return heat / np.maximum(seen, 1)


# %% wrong: occlusion_map
# idea: "the score of the covered picture, not its fall"
# fits: "You enter the score of the covered picture"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            heat[i : i + patch, j : j + patch] += float(np.asarray(predict(covered[None]))[0])
            seen[i : i + patch, j : j + patch] += 1
    return heat / np.maximum(seen, 1)


# %% wrong: occlusion_map
# idea: "fill is ignored, black it is"
# fits: "You fill with 0"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    base = float(np.asarray(predict(image[None]))[0])
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = 0
            heat[i : i + patch, j : j + patch] += base - float(np.asarray(predict(covered[None]))[0])
            seen[i : i + patch, j : j + patch] += 1
    return heat / np.maximum(seen, 1)


# %% wrong: occlusion_map
# idea: "pixels that no square covers are NaN"
# fits: "you divide 0 by 0"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    base = float(np.asarray(predict(image[None]))[0])
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            heat[i : i + patch, j : j + patch] += base - float(np.asarray(predict(covered[None]))[0])
            seen[i : i + patch, j : j + patch] += 1
    return np.divide(heat, seen, out=np.full_like(heat, np.nan), where=seen > 0)


# %% wrong: occlusion_map
# idea: "a whole-number copy of an integer picture: the fill is rounded down"
# fits: "In whole numbers the fill is rounded"
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.asarray(image)
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError("patch or stride")
    base = float(np.asarray(predict(image[None].astype("float32")))[0])
    heat, seen = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            drop = base - float(np.asarray(predict(covered[None].astype("float32")))[0])
            heat[i : i + patch, j : j + patch] += drop
            seen[i : i + patch, j : j + patch] += 1
    return heat / np.maximum(seen, 1)
