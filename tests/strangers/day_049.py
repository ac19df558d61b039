# %% right: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = np.fliplr(x[i]) if rng.random() < rate else x[i]
    return out


# %% right: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    which = np.flatnonzero(rng.uniform(0, 1, len(x)) < rate)
    result = np.array(x, copy=True)
    result[which] = np.take(x[which], np.arange(x.shape[2])[::-1], axis=2)
    return result


# %% wrong: horizontal_flip
# idea: "the batch is flipped as a whole or not at all"
# fits: "One coin decides for the whole batch"
def horizontal_flip(x, rng, rate=0.5):
    return x[:, :, ::-1].copy() if rng.random() < rate else x.copy()


# %% wrong: horizontal_flip
# idea: "upside down"
# fits: "You turn pictures upside down"
def horizontal_flip(x, rng, rate=0.5):
    return np.stack([image[::-1] if rng.random() < rate else image for image in x])


# %% wrong: horizontal_flip
# idea: "in place"
# fits: "The pictures that were handed over have been mirrored"
def horizontal_flip(x, rng, rate=0.5):
    for i in np.flatnonzero(rng.random(len(x)) < rate):
        x[i] = x[i, :, ::-1].copy()
    return x


# %% wrong: horizontal_flip
# idea: "global random numbers"
# fits: "You draw from NumPy's global state"
def horizontal_flip(x, rng, rate=0.5):
    return np.stack([image[:, ::-1] if np.random.rand() < rate else image for image in x])


# %% wrong: horizontal_flip
# idea: "always half"
# fits: "rate goes unused"
# fits: "The result is the same whatever `"
def horizontal_flip(x, rng, rate=0.5):
    coins = rng.integers(0, 2, len(x)).astype(bool)
    return np.where(coins[:, None, None, None], x[:, :, ::-1], x)


# %% right: random_crop
def random_crop(x, size, rng, pad=0):
    h, w = size
    big = np.zeros((len(x), x.shape[1] + 2 * pad, x.shape[2] + 2 * pad, x.shape[3]), dtype=x.dtype)
    big[:, pad : pad + x.shape[1], pad : pad + x.shape[2]] = x
    if h > big.shape[1] or w > big.shape[2]:
        raise ValueError("too large")
    tops = rng.integers(0, big.shape[1] - h, len(x), endpoint=True)
    lefts = rng.integers(0, big.shape[2] - w, len(x), endpoint=True)
    return np.stack([page[a : a + h, b : b + w] for page, a, b in zip(big, tops, lefts, strict=True)])


# %% right: random_crop
def random_crop(x, size, rng, pad=0):
    big = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)], constant_values=0)
    rows_left, columns_left = big.shape[1] - size[0], big.shape[2] - size[1]
    if rows_left < 0 or columns_left < 0:
        raise ValueError(size)
    rows = rng.choice(rows_left + 1, size=(len(x), 1, 1)) + np.arange(size[0])[None, :, None]
    columns = rng.choice(columns_left + 1, size=(len(x), 1, 1)) + np.arange(size[1])[None, None, :]
    return big[np.arange(len(x))[:, None, None], rows, columns]


# %% wrong: random_crop
# idea: "the last place is never used, and a window of the full size fails"
# fits: "You lose the last place"
def random_crop(x, size, rng, pad=0):
    big = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    if size[0] > big.shape[1] or size[1] > big.shape[2]:
        raise ValueError(size)
    out = []
    for page in big:
        a = rng.integers(0, max(big.shape[1] - size[0], 1))
        b = rng.integers(0, max(big.shape[2] - size[1], 1))
        out.append(page[a : a + size[0], b : b + size[1]])
    return np.stack(out)


# %% wrong: random_crop
# idea: "one place for all pictures"
# fits: "All pictures are cut at the same place"
def random_crop(x, size, rng, pad=0):
    big = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    if size[0] > big.shape[1] or size[1] > big.shape[2]:
        raise ValueError(size)
    a = rng.integers(0, big.shape[1] - size[0] + 1)
    b = rng.integers(0, big.shape[2] - size[1] + 1)
    return big[:, a : a + size[0], b : b + size[1]].copy()


# %% wrong: random_crop
# idea: "padding forgotten"
def random_crop(x, size, rng, pad=0):
    if size[0] > x.shape[1] or size[1] > x.shape[2]:
        raise ValueError(size)
    tops = rng.integers(0, x.shape[1] - size[0] + 1, len(x))
    lefts = rng.integers(0, x.shape[2] - size[1] + 1, len(x))
    return np.stack([page[a : a + size[0], b : b + size[1]] for page, a, b in zip(x, tops, lefts, strict=True)])


# %% wrong: random_crop
# idea: "rows and columns of the window exchanged"
def random_crop(x, size, rng, pad=0):
    w, h = size
    big = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    if h > big.shape[1] or w > big.shape[2]:
        raise ValueError(size)
    tops = rng.integers(0, big.shape[1] - h + 1, len(x))
    lefts = rng.integers(0, big.shape[2] - w + 1, len(x))
    return np.stack([page[a : a + h, b : b + w] for page, a, b in zip(big, tops, lefts, strict=True)])


# %% wrong: random_crop
# idea: "row and column by one draw"
# fits: "One number serves for the row and for the column"
def random_crop(x, size, rng, pad=0):
    big = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    if size[0] > big.shape[1] or size[1] > big.shape[2]:
        raise ValueError(size)
    out = []
    for page in big:
        u = rng.random()
        a, b = int(u * (big.shape[1] - size[0] + 1)), int(u * (big.shape[2] - size[1] + 1))
        out.append(page[a : a + size[0], b : b + size[1]])
    return np.stack(out)


# %% right: affine
def affine(image, matrix, fill=0.0):
    h, w, c = image.shape
    m = np.asarray(matrix, float)
    out = np.zeros((h, w, c))

    def pixel(i, j):
        return image[i, j].astype(float) if 0 <= i < h and 0 <= j < w else np.full(c, float(fill))

    for i in range(h):
        for j in range(w):
            u0, u1 = i - (h - 1) / 2, j - (w - 1) / 2
            v0 = m[0, 0] * u0 + m[0, 1] * u1 + m[0, 2] + (h - 1) / 2
            v1 = m[1, 0] * u0 + m[1, 1] * u1 + m[1, 2] + (w - 1) / 2
            i0, j0 = int(np.floor(v0)), int(np.floor(v1))
            a, b = v0 - i0, v1 - j0
            top = (1 - b) * pixel(i0, j0) + b * pixel(i0, j0 + 1)
            bottom = (1 - b) * pixel(i0 + 1, j0) + b * pixel(i0 + 1, j0 + 1)
            out[i, j] = (1 - a) * top + a * bottom
    return out


# %% right: affine
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    centre = np.array([[(h - 1) / 2], [(w - 1) / 2]])
    u = np.indices((h, w)).reshape(2, -1) - centre
    v = np.asarray(matrix)[:, :2] @ u + np.asarray(matrix)[:, 2:] + centre
    rows = np.maximum(0, 1 - np.abs(v[0][:, None] - np.arange(h)))  # how near each row is
    columns = np.maximum(0, 1 - np.abs(v[1][:, None] - np.arange(w)))
    weights = rows[:, :, None] * columns[:, None, :]
    inside = np.tensordot(weights, image.astype(float), axes=([1, 2], [0, 1]))
    rest = 1 - weights.sum(axis=(1, 2))
    return (inside + fill * rest[:, None]).reshape(image.shape)


# %% wrong: affine
# idea: "about the corner"
# fits: "You measure from the top left corner"
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    m = np.asarray(matrix, float)
    v = m[:, :2] @ np.indices((h, w)).reshape(2, -1) + m[:, 2:]
    rows = np.maximum(0, 1 - np.abs(v[0][:, None] - np.arange(h)))
    columns = np.maximum(0, 1 - np.abs(v[1][:, None] - np.arange(w)))
    weights = rows[:, :, None] * columns[:, None, :]
    inside = np.tensordot(weights, image.astype(float), axes=([1, 2], [0, 1]))
    return (inside + fill * (1 - weights.sum(axis=(1, 2)))[:, None]).reshape(image.shape)


# %% wrong: affine
# idea: "the nearest pixel"
# fits: "You take the nearest pixel"
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    centre = np.array([[(h - 1) / 2], [(w - 1) / 2]])
    u = np.indices((h, w)).reshape(2, -1) - centre
    i, j = np.rint(np.asarray(matrix)[:, :2] @ u + np.asarray(matrix)[:, 2:] + centre).astype(int)
    ok = (i >= 0) & (i < h) & (j >= 0) & (j < w)
    out = np.full((h * w, image.shape[2]), float(fill))
    out[ok] = image[i[ok], j[ok]]
    return out.reshape(image.shape)


# %% wrong: affine
# idea: "the inverse of what was asked for"
# fits: "You take the map forwards"
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    centre = np.array([[(h - 1) / 2], [(w - 1) / 2]])
    m = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    u = np.indices((h, w)).reshape(2, -1) - centre
    v = m[:2, :2] @ u + m[:2, 2:] + centre
    rows = np.maximum(0, 1 - np.abs(v[0][:, None] - np.arange(h)))
    columns = np.maximum(0, 1 - np.abs(v[1][:, None] - np.arange(w)))
    weights = rows[:, :, None] * columns[:, None, :]
    inside = np.tensordot(weights, image.astype(float), axes=([1, 2], [0, 1]))
    return (inside + fill * (1 - weights.sum(axis=(1, 2)))[:, None]).reshape(image.shape)


# %% wrong: affine
# idea: "fill ignored"
# fits: "fill goes unused"
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    centre = np.array([[(h - 1) / 2], [(w - 1) / 2]])
    u = np.indices((h, w)).reshape(2, -1) - centre
    v = np.asarray(matrix)[:, :2] @ u + np.asarray(matrix)[:, 2:] + centre
    rows = np.maximum(0, 1 - np.abs(v[0][:, None] - np.arange(h)))
    columns = np.maximum(0, 1 - np.abs(v[1][:, None] - np.arange(w)))
    weights = rows[:, :, None] * columns[:, None, :]
    return np.tensordot(weights, image.astype(float), axes=([1, 2], [0, 1])).reshape(image.shape)


# %% wrong: affine
# idea: "the edge is drawn out"
# fits: "Beyond its border the image's edge"
def affine(image, matrix, fill=0.0):
    h, w = image.shape[:2]
    centre = np.array([[(h - 1) / 2], [(w - 1) / 2]])
    u = np.indices((h, w)).reshape(2, -1) - centre
    v = np.asarray(matrix)[:, :2] @ u + np.asarray(matrix)[:, 2:] + centre
    v = np.clip(v, 0, [[h - 1], [w - 1]])
    rows = np.maximum(0, 1 - np.abs(v[0][:, None] - np.arange(h)))
    columns = np.maximum(0, 1 - np.abs(v[1][:, None] - np.arange(w)))
    weights = rows[:, :, None] * columns[:, None, :]
    return np.tensordot(weights, image.astype(float), axes=([1, 2], [0, 1])).reshape(image.shape)


# %% right: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    def luminance(a):
        return a @ np.array([[0.299], [0.587], [0.114]])

    a = np.minimum(image * brightness, 1.0)
    m = luminance(a).mean()
    a = np.clip(contrast * a + (1 - contrast) * m, 0.0, 1.0)
    return np.clip(saturation * a + (1 - saturation) * luminance(a), 0.0, 1.0)


# %% right: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    out = image.astype("float64")
    out *= brightness
    out.clip(0, 1, out=out)
    grey = np.einsum("hwc,c->hw", out, [0.299, 0.587, 0.114])
    out = (grey.mean() + contrast * (out - grey.mean())).clip(0, 1)
    grey = np.einsum("hwc,c->hw", out, [0.299, 0.587, 0.114])
    for channel in range(3):
        out[..., channel] = grey + saturation * (out[..., channel] - grey)
    return out.clip(0, 1)


# %% wrong: color_jitter
# idea: "contrast about one half"
# fits: "Contrast turns about the mean grey of this picture"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    a = np.clip(image * brightness, 0, 1)
    a = np.clip(0.5 + contrast * (a - 0.5), 0, 1)
    g = (a @ np.array([0.299, 0.587, 0.114]))[..., None]
    return np.clip(g + saturation * (a - g), 0, 1)


# %% wrong: color_jitter
# idea: "cut off at the end only"
# fits: "nothing is cut off"
# fits: "Only the last step cuts off"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    w = np.array([0.299, 0.587, 0.114])
    a = image * brightness
    m = (a @ w).mean()
    a = m + contrast * (a - m)
    g = (a @ w)[..., None]
    return np.clip(g + saturation * (a - g), 0, 1)


# %% wrong: color_jitter
# idea: "grey is the mean of the three"
# fits: "You take the plain mean of the colours"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    a = np.clip(image * brightness, 0, 1)
    m = a.mean()
    a = np.clip(m + contrast * (a - m), 0, 1)
    g = a.mean(axis=2, keepdims=True)
    return np.clip(g + saturation * (a - g), 0, 1)


# %% wrong: color_jitter
# idea: "brightness is added"
# fits: "Brightness multiplies"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    w = np.array([0.299, 0.587, 0.114])
    a = np.clip(image + (brightness - 1), 0, 1)
    m = (a @ w).mean()
    a = np.clip(m + contrast * (a - m), 0, 1)
    g = (a @ w)[..., None]
    return np.clip(g + saturation * (a - g), 0, 1)


# %% wrong: color_jitter
# idea: "saturation before contrast"
# fits: "in another order"
# fits: "Saturation comes last: first brightness, then contrast,"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    w = np.array([0.299, 0.587, 0.114])
    a = np.clip(image * brightness, 0, 1)
    g = (a @ w)[..., None]
    a = np.clip(g + saturation * (a - g), 0, 1)
    m = (a @ w).mean()
    return np.clip(m + contrast * (a - m), 0, 1)


# %% right: cutout
def cutout(x, size, rng):
    n, h, w, _ = x.shape
    out = x.copy()
    ci, cj = rng.integers(0, h, n), rng.integers(0, w, n)
    for k in range(n):
        i0, j0 = ci[k] - size // 2, cj[k] - size // 2
        i1, j1 = min(i0 + size, h), min(j0 + size, w)
        out[k, max(i0, 0) : i1, max(j0, 0) : j1, :] = 0
    return out


# %% right: cutout
def cutout(x, size, rng):
    out = np.array(x)
    page = np.pad(out, ((0, 0), (size, size), (size, size), (0, 0)))
    for k in range(len(x)):
        i = rng.choice(x.shape[1]) - size // 2 + size
        j = rng.choice(x.shape[2]) - size // 2 + size
        page[k, i : i + size, j : j + size] = 0
    return page[:, size : size + x.shape[1], size : size + x.shape[2]].copy()


# %% wrong: cutout
# idea: "negative starts count from the end"
# fits: "your slices turn negative"
def cutout(x, size, rng):
    out = x.copy()
    for k in range(len(x)):
        i, j = rng.integers(x.shape[1]) - size // 2, rng.integers(x.shape[2]) - size // 2
        out[k, i : i + size, j : j + size] = 0
    return out


# %% wrong: cutout
# idea: "the square always lies inside"
# fits: "You keep the whole square inside"
def cutout(x, size, rng):
    out = x.copy()
    for k in range(len(x)):
        i = rng.integers(max(x.shape[1] - size, 0) + 1)
        j = rng.integers(max(x.shape[2] - size, 0) + 1)
        out[k, i : i + size, j : j + size] = 0
    return out


# %% wrong: cutout
# idea: "one place for all"
# fits: "One place serves the whole batch"
def cutout(x, size, rng):
    out = x.copy()
    i, j = rng.integers(x.shape[1]) - size // 2, rng.integers(x.shape[2]) - size // 2
    out[:, max(i, 0) : max(i + size, 0), max(j, 0) : max(j + size, 0)] = 0
    return out


# %% wrong: cutout
# idea: "the corner where the middle should be"
# fits: "The pixel that was drawn is the middle"
def cutout(x, size, rng):
    out = x.copy()
    for k in range(len(x)):
        i, j = rng.integers(x.shape[1]), rng.integers(x.shape[2])
        out[k, i : i + size, j : j + size] = 0
    return out


# %% wrong: cutout
# idea: "noise in place of black"
def cutout(x, size, rng):
    out = x.copy()
    for k in range(len(x)):
        i, j = rng.integers(x.shape[1]) - size // 2, rng.integers(x.shape[2]) - size // 2
        hole = out[k, max(i, 0) : max(i + size, 0), max(j, 0) : max(j + size, 0)]
        hole[...] = rng.integers(1, 5, hole.shape)
    return out


# %% right: mixup
def mixup(x, y, alpha, rng):
    n = len(x)
    lam = np.array([rng.beta(alpha, alpha) for _ in range(n)])
    perm = rng.permutation(n)
    lx = lam.reshape((n,) + (1,) * (x.ndim - 1))
    ly = lam[:, None]
    return lx * x + (1 - lx) * x[perm], ly * y + (1 - ly) * y[perm]


# %% right: mixup
def mixup(x, y, alpha, rng):
    perm = rng.permutation(len(x))
    lam = rng.beta(alpha, alpha, len(x))
    both = []
    for a in (np.asarray(x, float), np.asarray(y, float)):
        both.append((a.T * lam + a[perm].T * (1 - lam)).T)
    return tuple(both)


# %% wrong: mixup
# idea: "one lambda for the batch"
# fits: "One share serves the whole batch"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha)
    perm = rng.permutation(len(x))
    return lam * x + (1 - lam) * x[perm], lam * y + (1 - lam) * y[perm]


# %% wrong: mixup
# idea: "two permutations"
# fits: "x and y are mixed with different partners"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha, len(x))
    lx = lam.reshape(-1, *[1] * (x.ndim - 1))
    px, py = rng.permutation(len(x)), rng.permutation(len(x))
    return lx * x + (1 - lx) * x[px], lam[:, None] * y + (1 - lam)[:, None] * y[py]


# %% wrong: mixup
# idea: "hard targets"
# fits: "You give each mixture the target of the larger part"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha, len(x))
    lx = lam.reshape(-1, *[1] * (x.ndim - 1))
    perm = rng.permutation(len(x))
    soft = lam[:, None] * y + (1 - lam)[:, None] * y[perm]
    return lx * x + (1 - lx) * x[perm], np.eye(y.shape[1])[soft.argmax(axis=1)]


# %% wrong: mixup
# idea: "the targets' shares exchanged"
# fits: "The targets have the two shares exchanged: the larger part"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha, len(x))
    lx = lam.reshape(-1, *[1] * (x.ndim - 1))
    perm = rng.permutation(len(x))
    return lx * x + (1 - lx) * x[perm], (1 - lam)[:, None] * y + lam[:, None] * y[perm]


# %% wrong: mixup
# idea: "lambda from an even distribution"
# fits: "alpha goes unused"
def mixup(x, y, alpha, rng):
    lam = rng.random(len(x))
    lx = lam.reshape(-1, *[1] * (x.ndim - 1))
    perm = rng.permutation(len(x))
    return lx * x + (1 - lx) * x[perm], lam[:, None] * y + (1 - lam)[:, None] * y[perm]


# %% right: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomRotation(rotation / 360, fill_mode="constant"),
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant", fill_value=0),
    ]
    return keras.Sequential(([L.RandomFlip("horizontal")] if flip else []) + steps)


# %% right: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    net = keras.Sequential()
    if shift:
        net.add(keras.layers.RandomTranslation((-shift, shift), (-shift, shift), fill_mode="constant"))
    net.add(keras.layers.RandomRotation(factor=rotation / 360.0, fill_mode="constant"))
    net.add(keras.layers.RandomZoom(height_factor=zoom, fill_mode="constant"))
    if flip:
        net.add(keras.layers.RandomFlip(mode="horizontal"))
    return net


# %% wrong: build_augmenter
# idea: "degrees go straight in"
# fits: "Degrees go into the layer as they are"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomRotation(min(rotation, 1.0), fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant"),
    ]
    return keras.Sequential(steps + ([L.RandomFlip("horizontal")] if flip else []))


# %% wrong: build_augmenter
# idea: "a half turn is taken for the unit"
# fits: "Pictures are turned too far"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomRotation(rotation / 180, fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant"),
    ]
    return keras.Sequential(steps + ([L.RandomFlip("horizontal")] if flip else []))


# %% wrong: build_augmenter
# idea: "Keras's own filling"
# fits: "The picture is mirrored at its edges"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [L.RandomTranslation(shift, shift), L.RandomRotation(rotation / 360), L.RandomZoom(zoom)]
    return keras.Sequential(steps + ([L.RandomFlip("horizontal")] if flip else []))


# %% wrong: build_augmenter
# idea: "flips both ways"
# fits: "Some pictures are turned upside down"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomRotation(rotation / 360, fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant"),
    ]
    return keras.Sequential(steps + ([L.RandomFlip()] if flip else []))


# %% wrong: build_augmenter
# idea: "always flips"
# fits: "The mirror is always there"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomRotation(rotation / 360, fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant"),
    ]
    return keras.Sequential([*steps, L.RandomFlip("horizontal")])


# %% right: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    mirrored = rng.random(len(x)) < rate
    return np.where(mirrored.reshape(-1, 1, 1, 1), np.flip(x, axis=2), x)


# %% right: horizontal_flip
def horizontal_flip(x, rng, rate=0.5):
    result = np.array(x)
    for i, toss in enumerate(rng.binomial(1, rate, size=len(x))):
        if toss:
            result[i] = np.fliplr(x[i])
    return result


# %% wrong: horizontal_flip
# idea: "exactly half of the batch, drawn without replacement"
# fits: "Always the same number of pictures is mirrored, and only"
def horizontal_flip(x, rng, rate=0.5):
    result = x.copy()
    chosen = rng.choice(len(x), int(round(rate * len(x))), replace=False)
    result[chosen] = x[chosen][:, :, ::-1]
    return result


# %% wrong: horizontal_flip
# idea: "channels are reversed too: [..., ::-1] on the last axis"
# fits: "The columns are reversed, and the channels too, which"
def horizontal_flip(x, rng, rate=0.5):
    result = x.copy()
    chosen = rng.random(len(x)) < rate
    result[chosen] = x[chosen][:, :, ::-1, ::-1]
    return result


# %% wrong: horizontal_flip
# idea: "rate the wrong way round: it is kept with that probability"
# fits: "You mirror the share that should be left as it is."
def horizontal_flip(x, rng, rate=0.5):
    result = x.copy()
    chosen = rng.random(len(x)) > rate
    result[chosen] = x[chosen][:, :, ::-1]
    return result


# %% right: random_crop
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
    n, height, width, _ = padded.shape
    if rows > height or columns > width:
        raise ValueError("the window is too large")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(1, 2))
    top, left = rng.integers(height - rows + 1, size=n), rng.integers(width - columns + 1, size=n)
    return np.moveaxis(windows[np.arange(n), top, left], 1, -1).copy()


# %% right: random_crop
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    n, height, width, channels = x.shape
    free_rows, free_columns = height + 2 * pad - rows + 1, width + 2 * pad - columns + 1
    if min(free_rows, free_columns) < 1:
        raise ValueError("no window of this size fits")
    result = np.zeros((n, rows, columns, channels), x.dtype)
    for i in range(n):
        top, left = divmod(int(rng.integers(0, free_rows * free_columns)), free_columns)
        page = np.zeros((height + 2 * pad, width + 2 * pad, channels), x.dtype)
        page[pad : pad + height, pad : pad + width] = x[i]
        result[i] = page[top : top + rows, left : left + columns]
    return result


# %% wrong: random_crop
# idea: "a window that is compared with the picture before it is padded"
# fits: "Your own `raise` refuses what is allowed"
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    if rows > x.shape[1] or columns > x.shape[2]:
        raise ValueError("too large")
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    height, width = padded.shape[1:3]
    result = []
    for image in padded:
        top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
        result.append(image[top : top + rows, left : left + columns])
    return np.stack(result)


# %% wrong: random_crop
# idea: "pads by reflecting"
# fits: "You pad with the picture's edge"
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="symmetric")
    height, width = padded.shape[1:3]
    if rows > height or columns > width:
        raise ValueError("too large")
    result = []
    for image in padded:
        top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
        result.append(image[top : top + rows, left : left + columns])
    return np.stack(result)


# %% wrong: random_crop
# idea: "pad in all on each axis, not on each side"
def random_crop(x, size, rng, pad=0):
    rows, columns = size
    before, after = pad // 2, pad - pad // 2
    padded = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    height, width = padded.shape[1:3]
    if rows > height or columns > width:
        raise ValueError("too large")
    result = []
    for image in padded:
        top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
        result.append(image[top : top + rows, left : left + columns])
    return np.stack(result)


# %% right: affine
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    matrix = np.asarray(matrix, dtype=float)
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle
    v = places @ matrix[:, :2].T + matrix[:, 2] + middle  # (H, W, 2)
    floor = np.floor(v)
    share = v - floor
    result = np.zeros((height, width, channels))
    for below in (0, 1):
        for beside in (0, 1):
            row, column = floor[..., 0] + below, floor[..., 1] + beside
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            i = np.where(inside, row, 0).astype(int)
            j = np.where(inside, column, 0).astype(int)
            value = np.where(inside[..., None], image[i, j].astype(float), fill)
            weight = np.abs(1 - below - share[..., 0]) * np.abs(1 - beside - share[..., 1])
            result += weight[..., None] * value
    return result


# %% right: affine
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    result = np.empty((height, width, channels), dtype=np.float64)
    mid_row, mid_column = (height - 1) / 2, (width - 1) / 2

    def pixel(i, j):
        if 0 <= i < height and 0 <= j < width:
            return image[i, j].astype(np.float64)
        return np.full(channels, float(fill))

    for i in range(height):
        for j in range(width):
            u = (i - mid_row, j - mid_column)
            row = matrix[0][0] * u[0] + matrix[0][1] * u[1] + matrix[0][2] + mid_row
            column = matrix[1][0] * u[0] + matrix[1][1] * u[1] + matrix[1][2] + mid_column
            top, left = int(np.floor(row)), int(np.floor(column))
            down, along = row - top, column - left
            above = (1 - along) * pixel(top, left) + along * pixel(top, left + 1)
            below = (1 - along) * pixel(top + 1, left) + along * pixel(top + 1, left + 1)
            result[i, j] = (1 - down) * above + down * below
    return result


# %% wrong: affine
# idea: "(x, y) in place of (row, column)"
# fits: "You take the first number of a place for the column"
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    matrix = np.asarray(matrix, dtype=float)[::-1][:, [1, 0, 2]]
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle
    v = places @ matrix[:, :2].T + matrix[:, 2] + middle
    floor = np.floor(v).astype(int)
    share = v - floor
    padded = np.full((height + 2, width + 2, channels), float(fill))
    padded[1:-1, 1:-1] = image
    result = np.zeros((height, width, channels))
    for a in (0, 1):
        for b in (0, 1):
            i = np.clip(floor[..., 0] + a + 1, 0, height + 1)
            j = np.clip(floor[..., 1] + b + 1, 0, width + 1)
            weight = np.abs(1 - a - share[..., 0]) * np.abs(1 - b - share[..., 1])
            result += weight[..., None] * padded[i, j]
    return result


# %% wrong: affine
# idea: "the middle at H / 2 and W / 2"
# fits: "The middle is off by half a pixel: the first row is number"
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    matrix = np.asarray(matrix, dtype=float)
    middle = np.array([height / 2, width / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle
    v = places @ matrix[:, :2].T + matrix[:, 2] + middle
    floor = np.floor(v).astype(int)
    share = v - floor
    padded = np.full((height + 2, width + 2, channels), float(fill))
    padded[1:-1, 1:-1] = image
    result = np.zeros((height, width, channels))
    for a in (0, 1):
        for b in (0, 1):
            i = np.clip(floor[..., 0] + a + 1, 0, height + 1)
            j = np.clip(floor[..., 1] + b + 1, 0, width + 1)
            weight = np.abs(1 - a - share[..., 0]) * np.abs(1 - b - share[..., 1])
            result += weight[..., None] * padded[i, j]
    return result


# %% wrong: affine
# idea: "truncates towards 0 in place of floor: wrong just outside the upper and left border"
# fits: "astype(int) cuts towards 0, so that a place of -0.5 has the"
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    matrix = np.asarray(matrix, dtype=float)
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle
    v = places @ matrix[:, :2].T + matrix[:, 2] + middle
    floor = v.astype(int)
    share = v - floor
    padded = np.full((height + 2, width + 2, channels), float(fill))
    padded[1:-1, 1:-1] = image
    result = np.zeros((height, width, channels))
    for a in (0, 1):
        for b in (0, 1):
            i = np.clip(floor[..., 0] + a + 1, 0, height + 1)
            j = np.clip(floor[..., 1] + b + 1, 0, width + 1)
            weight = (share[..., 0] if a else 1 - share[..., 0]) * (share[..., 1] if b else 1 - share[..., 1])
            result += weight[..., None] * padded[i, j]
    return result


# %% wrong: affine
# idea: "a place with one neighbour outside is filled as a whole, not blended"
# fits: "A place with one neighbour outside becomes fill altogether."
def affine(image, matrix, fill=0.0):
    height, width, channels = image.shape
    matrix = np.asarray(matrix, dtype=float)
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1) - middle
    v = places @ matrix[:, :2].T + matrix[:, 2] + middle
    outside = (v < 0).any(axis=-1) | (v[..., 0] > height - 1) | (v[..., 1] > width - 1)
    v = np.clip(v, 0, [height - 1, width - 1])
    floor = np.floor(v).astype(int)
    share = v - floor
    padded = np.full((height + 1, width + 1, channels), float(fill))
    padded[:-1, :-1] = image
    result = np.zeros((height, width, channels))
    for a in (0, 1):
        for b in (0, 1):
            weight = np.abs(1 - a - share[..., 0]) * np.abs(1 - b - share[..., 1])
            result += weight[..., None] * padded[floor[..., 0] + a, floor[..., 1] + b]
    result[outside] = fill
    return result


# %% right: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    weights = np.array([0.299, 0.587, 0.114])
    bright = np.clip(np.asarray(image, float) * brightness, 0, 1)
    mean = np.average(bright.mean(axis=(0, 1)), weights=weights)
    strong = np.clip(contrast * bright + (1 - contrast) * mean, 0, 1)
    grey = np.einsum("hwc,c->hw", strong, weights)[..., None]
    return np.clip(saturation * strong + (1 - saturation) * grey, 0, 1)


# %% right: color_jitter
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    def grey_of(picture):
        return 0.299 * picture[..., 0:1] + 0.587 * picture[..., 1:2] + 0.114 * picture[..., 2:3]

    result = np.minimum(image * float(brightness), 1.0)
    m = grey_of(result).mean()
    result = np.maximum(np.minimum(m + contrast * (result - m), 1.0), 0.0)
    g = grey_of(result)
    return np.maximum(np.minimum(g + saturation * (result - g), 1.0), 0.0)


# %% wrong: color_jitter
# idea: "contrast about the mean of all numbers, not about the mean grey"
# fits: "The mean is that of the grey, in which the three colours"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    weights = np.array([0.299, 0.587, 0.114])
    result = np.clip(brightness * image, 0, 1)
    m = result.mean()
    result = np.clip(m + contrast * (result - m), 0, 1)
    g = (result @ weights)[..., None]
    return np.clip(g + saturation * (result - g), 0, 1)


# %% wrong: color_jitter
# idea: "contrast for each channel about its own mean"
# fits: "Each colour has a mean of its own in your contrast, which"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    weights = np.array([0.299, 0.587, 0.114])
    result = np.clip(brightness * image, 0, 1)
    m = result.mean(axis=(0, 1))
    result = np.clip(m + contrast * (result - m), 0, 1)
    g = (result @ weights)[..., None]
    return np.clip(g + saturation * (result - g), 0, 1)


# %% wrong: color_jitter
# idea: "all greys of the picture as it came, not as the step before left it"
# fits: "All your greys are those of the picture as it came"
def color_jitter(image, brightness=1.0, contrast=1.0, saturation=1.0):
    weights = np.array([0.299, 0.587, 0.114])
    g = (image @ weights)[..., None]
    m = g.mean()
    result = np.clip(brightness * image, 0, 1)
    result = np.clip(m + contrast * (result - m), 0, 1)
    return np.clip(g + saturation * (result - g), 0, 1)


# %% right: cutout
def cutout(x, size, rng):
    n, height, width = x.shape[:3]
    top = rng.integers(0, height, n) - size // 2
    left = rng.integers(0, width, n) - size // 2
    rows, columns = np.arange(height), np.arange(width)
    hidden_rows = (rows >= top[:, None]) & (rows < top[:, None] + size)
    hidden_columns = (columns >= left[:, None]) & (columns < left[:, None] + size)
    hidden = hidden_rows[:, :, None] & hidden_columns[:, None, :]
    return np.where(hidden[..., None], np.zeros((), x.dtype), x)


# %% right: cutout
def cutout(x, size, rng):
    result = np.array(x, copy=True)
    for image in result:
        i, j = divmod(int(rng.integers(image.shape[0] * image.shape[1])), image.shape[1])
        top, left = i - size // 2, j - size // 2
        image[max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)] = 0
    return result


# %% wrong: cutout
# idea: "an even square loses a row: i - half to i + half, where half is size // 2, is one too many"
# fits: "Where size is even, your square has one row and one column"
def cutout(x, size, rng):
    result = x.copy()
    half = size // 2
    for image in result:
        i, j = rng.integers(image.shape[0]), rng.integers(image.shape[1])
        image[max(i - half, 0) : i + half + 1, max(j - half, 0) : j + half + 1] = 0
    return result


# %% wrong: cutout
# idea: "rows and columns are drawn from the same range"
# fits: "Row and column are drawn from one range"
def cutout(x, size, rng):
    result = x.copy()
    half = size // 2
    for image in result:
        i, j = rng.integers(0, min(image.shape[:2]), size=2)
        image[max(i - half, 0) : max(i - half + size, 0), max(j - half, 0) : max(j - half + size, 0)] = 0
    return result


# %% wrong: cutout
# idea: "only the first channel is blackened"
# fits: "Only the first channel is black."
def cutout(x, size, rng):
    result = x.copy()
    half = size // 2
    for image in result:
        i, j = rng.integers(image.shape[0]), rng.integers(image.shape[1])
        image[max(i - half, 0) : max(i - half + size, 0), max(j - half, 0) : max(j - half + size, 0), 0] = 0
    return result


# %% wrong: cutout
# idea: "even squares are centred one pixel too far down: (size - 1) // 2"
# fits: "Where size is even, your square begins too late: size // 2"
def cutout(x, size, rng):
    result = x.copy()
    half = (size - 1) // 2
    for image in result:
        i, j = rng.integers(image.shape[0]), rng.integers(image.shape[1])
        image[max(i - half, 0) : max(i - half + size, 0), max(j - half, 0) : max(j - half + size, 0)] = 0
    return result


# %% right: mixup
def mixup(x, y, alpha, rng):
    n = len(x)
    partner = rng.permutation(n)
    share = rng.beta(alpha, alpha, size=n)

    def mix(a):
        lam = share.reshape((n,) + (1,) * (a.ndim - 1))
        return lam * a + (1 - lam) * a[partner]

    return mix(np.asarray(x, float)), mix(np.asarray(y, float))


# %% right: mixup
def mixup(x, y, alpha, rng):
    n = len(x)
    first, second = rng.gamma(alpha, size=n), rng.gamma(alpha, size=n)
    lam = np.where(first + second > 0, first / np.maximum(first + second, 1e-300), 1.0)
    order = np.argsort(rng.random(n))
    weights = np.zeros((n, n))
    weights[np.arange(n), np.arange(n)] = lam
    weights[np.arange(n), order] += 1 - lam
    return np.tensordot(weights, x.astype(float), axes=1), weights @ y.astype(float)


# %% wrong: mixup
# idea: "partners drawn with replacement"
# fits: "Some examples are partners of several others, and some of"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha, len(x))
    partner = rng.integers(0, len(x), len(x))
    wide = lam.reshape(-1, *[1] * (x.ndim - 1))
    return wide * x + (1 - wide) * x[partner], lam[:, None] * y + (1 - lam[:, None]) * y[partner]


# %% wrong: mixup
# idea: "the partner is the reversed batch"
# fits: "The partners are always the same, from the other end of the"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, alpha, len(x))
    wide = lam.reshape(-1, *[1] * (x.ndim - 1))
    return wide * x + (1 - wide) * x[::-1], lam[:, None] * y + (1 - lam[:, None]) * y[::-1]


# %% wrong: mixup
# idea: "Beta(alpha, 1)"
# fits: "Both parameters of the Beta distribution are alpha; yours"
def mixup(x, y, alpha, rng):
    lam = rng.beta(alpha, 1.0, len(x))
    partner = rng.permutation(len(x))
    wide = lam.reshape(-1, *[1] * (x.ndim - 1))
    return wide * x + (1 - wide) * x[partner], lam[:, None] * y + (1 - lam[:, None]) * y[partner]


# %% right: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    black = {"fill_mode": "constant", "fill_value": 0.0}
    model = keras.Sequential()
    if flip:
        model.add(keras.layers.RandomFlip("horizontal"))
    model.add(keras.layers.RandomZoom(height_factor=(-zoom, zoom), **black))
    model.add(keras.layers.RandomRotation(factor=rotation / 360, **black))
    model.add(keras.layers.RandomTranslation(height_factor=shift, width_factor=shift, **black))
    return model


# %% right: build_augmenter
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    turn = rotation / 360.0
    layers = [
        keras.layers.RandomTranslation((-shift, shift), (-shift, shift), fill_mode="constant"),
        keras.layers.RandomRotation((-turn, turn), fill_mode="constant"),
        keras.layers.RandomZoom(zoom, fill_mode="constant"),
    ]
    if flip:
        layers.insert(0, keras.layers.RandomFlip(mode="horizontal"))
    return keras.Sequential(layers)


# %% wrong: build_augmenter
# idea: "degrees divided by 100, as percents of something"
# fits: "You divide the degrees by 100"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    black = {"fill_mode": "constant", "fill_value": 0.0}
    layers = [
        keras.layers.RandomTranslation(shift, shift, **black),
        keras.layers.RandomRotation(rotation / 100, **black),
        keras.layers.RandomZoom(zoom, **black),
    ]
    if flip:
        layers.append(keras.layers.RandomFlip("horizontal"))
    return keras.Sequential(layers)


# %% wrong: build_augmenter
# idea: "zoom drawn for height and width on their own"
# fits: "Height and width are zoomed by draws of their own"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    black = {"fill_mode": "constant", "fill_value": 0.0}
    layers = [
        keras.layers.RandomTranslation(shift, shift, **black),
        keras.layers.RandomRotation(rotation / 360, **black),
        keras.layers.RandomZoom(zoom, zoom, **black),
    ]
    if flip:
        layers.append(keras.layers.RandomFlip("horizontal"))
    return keras.Sequential(layers)


# %% wrong: build_augmenter
# idea: "the range has one side: only down and to the right"
# fits: "All your ranges begin at 0"
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    black = {"fill_mode": "constant", "fill_value": 0.0}
    layers = [
        keras.layers.RandomTranslation((0, shift), (0, shift), **black),
        keras.layers.RandomRotation((0, rotation / 360), **black),
        keras.layers.RandomZoom((0, zoom), **black),
    ]
    if flip:
        layers.append(keras.layers.RandomFlip("horizontal"))
    return keras.Sequential(layers)
