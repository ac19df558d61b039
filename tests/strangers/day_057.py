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
