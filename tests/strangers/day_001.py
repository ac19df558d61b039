# %% right: broadcast_shape
def broadcast_shape(a, b):
    from itertools import zip_longest

    lengths = []
    for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if m == n or n == 1:
            lengths.append(m)
        elif m == 1:
            lengths.append(n)
        else:
            raise ValueError("cannot be broadcast")
    return tuple(reversed(lengths))


# %% right: broadcast_shape
def broadcast_shape(a, b):
    return np.broadcast(np.empty(a), np.empty(b)).shape


# %% wrong: broadcast_shape
# idea: "walks from the right, forgets to turn the result round, and takes the larger length"
# fits: "The lengths are right but their order is reversed"
def broadcast_shape(a, b):
    from itertools import zip_longest

    out = []
    for m, n in zip_longest(a[::-1], b[::-1], fillvalue=1):
        if m != n and m != 1 and n != 1:
            raise ValueError
        out.append(max(m, n))
    return tuple(out)


# %% wrong: broadcast_shape
# idea: "zip from the right without filling up, so the extra axes get lost"
# fits: "The axes that only one of the two shapes has are lost"
def broadcast_shape(a, b):
    out = []
    for m, n in zip(a[::-1], b[::-1], strict=False):
        if m != n and m != 1 and n != 1:
            raise ValueError("no fit")
        out.insert(0, n if m == 1 else m)
    return tuple(out)


# %% wrong: broadcast_shape
# idea: "fills up with ones on the right"
# fits: "You line the shapes up at the left"
def broadcast_shape(a, b):
    n = max(len(a), len(b))
    a = list(a) + [1] * (n - len(a))
    b = list(b) + [1] * (n - len(b))
    out = []
    for p, q in zip(a, b, strict=True):
        if p == q:
            out.append(p)
        elif p == 1:
            out.append(q)
        elif q == 1:
            out.append(p)
        else:
            raise ValueError(f"cannot broadcast {p} with {q}")
    return tuple(out)


# %% wrong: broadcast_shape
# idea: "takes the larger of the two where one is 1, so 0 becomes 1"
# fits: "The larger length wins nearly always"
def broadcast_shape(a, b):
    n = max(len(a), len(b))
    a, b = (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b
    if not all(p == q or p == 1 or q == 1 for p, q in zip(a, b, strict=True)):
        raise ValueError("cannot broadcast")
    return tuple(max(p, q) for p, q in zip(a, b, strict=True))


# %% wrong: broadcast_shape
# idea: "prints a message and returns an empty shape where it should raise"
# fits: "For shapes that do not fit you return an empty shape, that of a single number"
def broadcast_shape(a, b):
    n = max(len(a), len(b))
    a, b = (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b
    out = ()
    for p, q in zip(a, b, strict=True):
        if p != q and p != 1 and q != 1:
            return ()
        out += (q if p == 1 else p,)
    return out


# %% wrong: broadcast_shape
# idea: "a length of 0 counts as missing, like 1"
# fits: "A length of 0 counts for nothing with you"
def broadcast_shape(a, b):
    n = max(len(a), len(b))
    a, b = (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b
    out = []
    for p, q in zip(a, b, strict=True):
        if p <= 1:
            out.append(q)
        elif q <= 1 or p == q:
            out.append(p)
        else:
            raise ValueError("cannot broadcast")
    return tuple(out)


# %% right: normalize_rows
def normalize_rows(x):
    x = x.astype(np.float64)
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    return x / lengths


# %% right: normalize_rows
def normalize_rows(x):
    with np.errstate(invalid="ignore"):
        unit = (x.T / np.hypot.reduce(x.astype(float), axis=1)).T
    return np.nan_to_num(unit)


# %% wrong: normalize_rows
# idea: "np.linalg.norm of the whole table, and 1 where it is 0"
# fits: "You divide everything by the length of the whole table"
def normalize_rows(x):
    norm = np.linalg.norm(x)
    return x / norm if norm > 0 else x.astype(float)


# %% wrong: normalize_rows
# idea: "sums the entries instead of their squares, so that rows sum to 1"
# fits: "Your rows sum to 1, and a negative entry changes all signs"
def normalize_rows(x):
    sums = x.sum(axis=1, keepdims=True)
    return np.divide(x, sums, out=np.zeros(x.shape), where=sums != 0)


# %% wrong: normalize_rows
# idea: "epsilon inside the root"
# fits: "You add a little under the root, and a row as short as the root of that little comes out far too short"
def normalize_rows(x):
    return x / np.sqrt(np.sum(x.astype(float) ** 2, axis=1, keepdims=True) + 1e-12)


# %% wrong: normalize_rows
# idea: "squares in the dtype of x, with einsum"
# fits: "The sums of products are calculated in the dtype that x came in, where they may not fit"
def normalize_rows(x):
    lengths = np.sqrt(np.einsum("ik,ik->i", x, x))[:, None]
    return np.where(lengths == 0, 0.0, x / np.where(lengths == 0, 1, lengths))


# %% wrong: normalize_rows
# idea: "np.apply_along_axis hides a loop"
# fits: "A loop of Python's goes over the rows"
def normalize_rows(x):
    def unit(row):
        length = np.linalg.norm(row)
        return row / length if length else row

    return np.apply_along_axis(unit, 1, x.astype(float))


# %% wrong: normalize_rows
# idea: "a list comprehension over the rows"
# fits: "A loop of Python's goes over the rows"
def normalize_rows(x):
    x = x.astype(float)
    return np.array([row / (np.sqrt(row @ row) or 1.0) for row in x])


# %% wrong: normalize_rows
# idea: "broadcasts the lengths along the wrong axis"
# fits: "Your lengths have rank 1, so they line up with the columns"
def normalize_rows(x):
    x = x.astype(float)
    lengths = np.sqrt((x**2).sum(axis=1))
    return x / np.where(lengths > 0, lengths, 1)


# %% wrong: normalize_rows
# idea: "min-max scales each row"
# fits: "You stretch each row to run from 0 to 1"
def normalize_rows(x):
    x = x.astype(float)
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    return (x - low) / np.where(high == low, 1, high - low)


# %% right: one_hot
def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if not ((labels >= 0) & (labels < num_classes)).all():
        raise ValueError("bad label")
    return np.identity(num_classes)[labels.astype(int), :]


# %% right: one_hot
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() > num_classes - 1:
        raise ValueError("bad label")
    out = np.zeros((len(labels), num_classes), dtype=np.float32)
    np.put_along_axis(out, labels.astype(np.int64).reshape(-1, 1), 1, axis=1)
    return out


# %% wrong: one_hot
# idea: "looks only at the largest label"
# fits: "A negative label gets through"
def one_hot(labels, num_classes):
    if labels.max() >= num_classes:
        raise ValueError("label too large")
    out = np.zeros((labels.size, num_classes))
    out[np.arange(labels.size), labels] = 1
    return out


# %% wrong: one_hot
# idea: "the number of classes is taken from the labels"
# fits: "Only the classes that occur get a column"
# fits: "You count the classes that occur"
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError
    k = len(set(labels.tolist()))
    return np.eye(k)[labels % k]


# %% wrong: one_hot
# idea: "rows and columns exchanged"
# fits: "Your table lies on its side"
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError
    out = np.zeros((num_classes, labels.size))
    out[labels, np.arange(labels.size)] = 1.0
    return out


# %% wrong: one_hot
# idea: "a double list comprehension"
# fits: "goes over the labels"
# fits: "goes over the classes"
def one_hot(labels, num_classes):
    if any(label < 0 or label >= num_classes for label in labels):
        raise ValueError
    return np.array([[float(label == k) for k in range(num_classes)] for label in labels])


# %% wrong: one_hot
# idea: "returns uint8"
# fits: "The pattern is right, but it is made of whole numbers"
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError
    return np.eye(num_classes, dtype=np.uint8)[labels]


# %% wrong: one_hot
# idea: "counts classes from 1 and refuses 0"
# fits: "Your labels count from 1"
def one_hot(labels, num_classes):
    if labels.min() < 1 or labels.max() > num_classes:
        raise ValueError
    return np.eye(num_classes)[labels - 1]


# %% wrong: one_hot
# idea: "np.eye alone, with mode clip through take"
# fits: "Labels that make no sense are pressed into the nearest class"
def one_hot(labels, num_classes):
    return np.take(np.eye(num_classes), labels, axis=0, mode="clip")


# %% right: pairwise_distances
def pairwise_distances(x, y):
    x = x.astype("float64")
    y = y.astype("float64")
    d = (x * x).sum(axis=1, keepdims=True) + (y * y).sum(axis=1) - 2 * x.dot(y.T)
    d[d < 0] = 0
    return d


# %% right: pairwise_distances
def pairwise_distances(x, y):
    d = np.subtract.outer(x.astype(float), y.astype(float))  # (m, n, r, n)
    return np.einsum("ikjk->ijk", d**2).sum(axis=2)


# %% wrong: pairwise_distances
# idea: "no clipping, and squares in the dtype given"
# fits: "The squares are calculated in the dtype that x and y came in, where they may not fit"
def pairwise_distances(x, y):
    return np.sum(x**2, axis=1)[:, None] + np.sum(y**2, axis=1) - 2 * x @ y.T


# %% wrong: pairwise_distances
# idea: "the lengths of y as a column and of x as a row"
# fits: "Your table is transposed"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.maximum(np.sum(x**2, axis=1) + np.sum(y**2, axis=1)[:, None] - 2 * y @ x.T, 0)


# %% wrong: pairwise_distances
# idea: "distance and not its square"
# fits: "You took the root"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.linalg.norm(x[:, None] - y[None], axis=-1)


# %% wrong: pairwise_distances
# idea: "one loop, over the rows of x, into a table of zeros"
# fits: "One loop of Python's is left, over the rows of x"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    out = np.zeros((x.shape[0], y.shape[0]))
    for i in range(x.shape[0]):
        out[i, :] = ((x[i] - y) ** 2).sum(axis=1)
    return out


# %% wrong: pairwise_distances
# idea: "casts the result to float, after the subtraction has wrapped around"
# fits: "You make floats of the differences, which have wrapped around by then"
def pairwise_distances(x, y):
    gaps = (x[:, np.newaxis] - y).astype(float)
    return (gaps**2).sum(-1)


# %% wrong: pairwise_distances
# idea: "forgets the 2"
# fits: "Expand (a - b) squared once more on paper"
def pairwise_distances(x, y):
    x, y = np.float64(x), np.float64(y)
    return np.clip((x**2).sum(1)[:, None] - x @ y.T + (y**2).sum(1), 0, None)


# %% wrong: pairwise_distances
# idea: "the dtype follows x: float32 for float32"
# fits: "Whole numbers become float64 with you, but float32 stays float32, which holds seven digits"
def pairwise_distances(x, y):
    kind = x.dtype if x.dtype.kind == "f" else np.float64
    x, y = x.astype(kind), y.astype(kind)
    return ((x[:, None] - y) ** 2).sum(axis=2)


# %% wrong: pairwise_distances
# idea: "puts np.abs where a floor of 0 was due, and forgets y's squares"
# fits: "The squares of y are missing"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.abs((x**2).sum(1, keepdims=True) - 2 * x @ y.T)


# %% right: sliding_windows
def sliding_windows(x, size, stride):
    return np.lib.stride_tricks.sliding_window_view(x, window_shape=size, axis=0)[0 : len(x) : stride]


# %% right: sliding_windows
def sliding_windows(x, size, stride):
    (step,) = x.strides
    shape = (1 + (x.shape[0] - size) // stride, size)
    return np.lib.stride_tricks.as_strided(x, shape=shape, strides=(step * stride, step))


# %% wrong: sliding_windows
# idea: "fancy indexing makes a copy"
# fits: "The numbers are right, but they are copies"
def sliding_windows(x, size, stride):
    n = (len(x) - size) // stride + 1
    return x[np.arange(size)[None, :] + stride * np.arange(n)[:, None]]


# %% wrong: sliding_windows
# idea: "np.stack of slices makes a copy"
# fits: "The numbers are right, but they are copies"
def sliding_windows(x, size, stride):
    return np.stack([x[i : i + size] for i in range(0, len(x) - size + 1, stride)])


# %% wrong: sliding_windows
# idea: "range stops one too early, and it is a copy"
# fits: "Your range of starts ends one too early"
# fits: "collecting windows copies them"
# fits: "they are copies"
def sliding_windows(x, size, stride):
    return np.stack([x[i : i + size] for i in range(0, len(x) - size, stride)])


# %% wrong: sliding_windows
# idea: "as_strided with the strides the wrong way round"
# fits: "Your two strides have changed places"
def sliding_windows(x, size, stride):
    n = (len(x) - size) // stride + 1
    s = x.strides[0]
    return np.lib.stride_tricks.as_strided(x, (n, size), (s, s * stride))


# %% wrong: sliding_windows
# idea: "as_strided that forgets the stride"
# fits: "There are as many windows as there should be, but each starts one entry after the last"
def sliding_windows(x, size, stride):
    n = (len(x) - size) // stride + 1
    s = x.strides[0]
    return np.lib.stride_tricks.as_strided(x, (n, size), (s, s))


# %% wrong: sliding_windows
# idea: "strides of 8 bytes"
# fits: "You walk 8 bytes from entry to entry"
def sliding_windows(x, size, stride):
    n = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, shape=(n, size), strides=(stride * 8, 8))


# %% wrong: sliding_windows
# idea: "strides of the itemsize"
# fits: "You walk one itemsize from entry to entry"
def sliding_windows(x, size, stride):
    n = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, shape=(n, size), strides=(stride * x.itemsize, x.itemsize))


# %% wrong: sliding_windows
# idea: "pads the last window with zeros"
# fits: "A last window is filled up with zeros"
def sliding_windows(x, size, stride):
    n = -(-(len(x) - size) // stride) + 1
    padded = np.concatenate([x, np.zeros(max(0, (n - 1) * stride + size - len(x)), x.dtype)])
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::stride]
