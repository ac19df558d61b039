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
def build_augmenter(shift=0.1, rotation=10.0, zoom=0.1, flip=False):
    L = keras.layers
    steps = [
        L.RandomTranslation(shift, shift, fill_mode="constant"),
        L.RandomRotation(rotation / 360, fill_mode="constant"),
        L.RandomZoom(zoom, fill_mode="constant"),
    ]
    return keras.Sequential([*steps, L.RandomFlip("horizontal")])
