# %% right: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError("mode")
    n, h, w, c = x.shape
    if size > h or size > w:
        raise ValueError("too small")
    out = np.empty((n, (h - size) // stride + 1, (w - size) // stride + 1, c))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            win = x[:, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
            if mode == "max":
                out[:, i, j] = win.max(axis=(1, 2))
            elif mode == "average":
                out[:, i, j] = win.mean(axis=(1, 2))
            else:
                out[:, i, j] = win.sum(axis=(1, 2))
    return out


# %% right: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    functions = dict(max=np.amax, average=np.average, sum=np.sum)
    if mode not in functions:
        raise ValueError(mode)
    h2 = day_046.conv_output_size(x.shape[1], size, 0, stride)
    w2 = day_046.conv_output_size(x.shape[2], size, 0, stride)
    rows = np.arange(h2)[:, None] * stride + np.arange(size)
    cols = np.arange(w2)[:, None] * stride + np.arange(size)
    win = x.astype("float64")[:, rows[:, None, :, None], cols[None, :, None, :]]
    return functions[mode](win, axis=(3, 4))


# %% wrong: pool2d_forward
# idea: "reshape trick, stride ignored"
# fits: "The stride goes unused"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    n, h, w, c = x.shape
    if size > h or size > w:
        raise ValueError
    y = x[:, : h // size * size, : w // size * size].reshape(n, h // size, size, w // size, size, c).astype(float)
    return y.max((2, 4)) if mode == "max" else y.mean((2, 4)) if mode == "average" else y.sum((2, 4))


# %% wrong: pool2d_forward
# idea: "maximum starts at 0"
# fits: "You start from 0"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    h2 = day_046.conv_output_size(x.shape[1], size, "valid", stride)
    w2 = day_046.conv_output_size(x.shape[2], size, "valid", stride)
    out = np.zeros((len(x), h2, w2, x.shape[3]))
    for u in range(size):
        for v in range(size):
            part = x[:, u : u + stride * h2 : stride, v : v + stride * w2 : stride]
            out = np.maximum(out, part) if mode == "max" else out + part
    return out / size**2 if mode == "average" else out


# %% wrong: pool2d_forward
# idea: "sum of bytes in bytes"
# fits: "Bytes end at 255"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    h2 = day_046.conv_output_size(x.shape[1], size, "valid", stride)
    w2 = day_046.conv_output_size(x.shape[2], size, "valid", stride)
    parts = [x[:, u : u + stride * h2 : stride, v : v + stride * w2 : stride] for u in range(size) for v in range(size)]
    if mode == "max":
        return np.max(parts, axis=0).astype(float)
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total / size**2 if mode == "average" else total.astype(float)


# %% wrong: pool2d_forward
# idea: "partial windows at the border"
# fits: "Only windows that lie wholly inside count"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum") or size > min(x.shape[1:3]):
        raise ValueError
    n, h, w, c = x.shape
    tops, lefts = range(0, h, stride), range(0, w, stride)
    out = np.zeros((n, len(tops), len(lefts), c))
    for i, t in enumerate(tops):
        for j, f in enumerate(lefts):
            win = x[:, t : t + size, f : f + size].astype(float)
            out[:, i, j] = {"max": np.max, "average": np.mean, "sum": np.sum}[mode](win, axis=(1, 2))
    return out


# %% wrong: pool2d_forward
# idea: "an empty result where no window fits"
# fits: "Where no window fits"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    n, h, w, c = x.shape
    out = np.zeros((n, max(0, (h - size) // stride + 1), max(0, (w - size) // stride + 1), c))
    for i, j in np.ndindex(*out.shape[1:3]):
        win = x[:, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
        out[:, i, j] = {"max": np.max, "average": np.mean, "sum": np.sum}[mode](win, axis=(1, 2))
    return out


# %% wrong: pool2d_forward
# idea: "one number for all channels"
# fits: "Each channel is pooled for itself"
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    win = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride].astype(float)
    f = {"max": np.max, "average": np.mean, "sum": np.sum}[mode]
    return np.repeat(f(win, axis=(3, 4, 5))[..., None], x.shape[3], axis=3)


# %% right: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    ph = day_046.pad_amounts(x.shape[1], kh, padding, stride)
    pw = day_046.pad_amounts(x.shape[2], kw, padding, stride)
    xp = np.pad(x, [(0, 0), ph, pw, (0, 0)])
    oh = day_046.conv_output_size(x.shape[1], kh, padding, stride)
    ow = day_046.conv_output_size(x.shape[2], kw, padding, stride)
    rows = []
    for n in range(len(x)):
        for i in range(oh):
            for j in range(ow):
                rows.append(xp[n, i * stride : i * stride + kh, j * stride : j * stride + kw].ravel())
    return np.array(rows, dtype=x.dtype)


# %% right: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    oh = day_046.conv_output_size(x.shape[1], kh, padding, stride)
    ow = day_046.conv_output_size(x.shape[2], kw, padding, stride)
    pads = (
        day_046.pad_amounts(x.shape[1], kh, padding, stride),
        day_046.pad_amounts(x.shape[2], kw, padding, stride),
    )
    xp = day_046.zero_pad(x, pads)
    pieces = [
        xp[:, u : u + stride * (oh - 1) + 1 : stride, v : v + stride * (ow - 1) + 1 : stride]
        for u in range(kh)
        for v in range(kw)
    ]
    return np.concatenate(pieces, axis=-1).reshape(len(x) * oh * ow, kh * kw * x.shape[3])


# %% wrong: im2col
# idea: "channels first in a row"
# fits: "In your rows the channel comes first"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    pads = [day_046.pad_amounts(x.shape[1 + a], kernel[a], padding, stride) for a in (0, 1)]
    win = np.lib.stride_tricks.sliding_window_view(day_046.zero_pad(x, pads), (kh, kw), axis=(1, 2))
    win = win[:, ::stride, ::stride]
    return np.array(win).reshape(-1, kh * kw * x.shape[3])


# %% wrong: im2col
# idea: "one patch a column"
# fits: "every patch is a row"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    pads = [day_046.pad_amounts(x.shape[1 + a], kernel[a], padding, stride) for a in (0, 1)]
    win = np.lib.stride_tricks.sliding_window_view(day_046.zero_pad(x, pads), (kh, kw), axis=(1, 2))
    win = win[:, ::stride, ::stride].transpose(4, 5, 3, 0, 1, 2)
    return np.array(win).reshape(kh * kw * x.shape[3], -1)


# %% wrong: im2col
# idea: "stride 1 always"
# fits: "The stride goes unused"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    oh = day_046.conv_output_size(x.shape[1], kh, padding, stride)
    ow = day_046.conv_output_size(x.shape[2], kw, padding, stride)
    pads = [day_046.pad_amounts(x.shape[1 + a], kernel[a], padding, stride) for a in (0, 1)]
    xp = day_046.zero_pad(x, pads)
    out = np.empty((len(x), oh, ow, kh, kw, x.shape[3]), x.dtype)
    for i in range(oh):
        for j in range(ow):
            out[:, i, j] = xp[:, i : i + kh, j : j + kw]
    return out.reshape(len(x) * oh * ow, -1)


# %% wrong: im2col
# idea: "rows by place, then picture"
# fits: "All patches of picture 0 come first"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    oh = day_046.conv_output_size(x.shape[1], kh, padding, stride)
    ow = day_046.conv_output_size(x.shape[2], kw, padding, stride)
    pads = [day_046.pad_amounts(x.shape[1 + a], kernel[a], padding, stride) for a in (0, 1)]
    xp = day_046.zero_pad(x, pads)
    rows = []
    for i in range(oh):
        for j in range(ow):
            s, t = i * stride, j * stride
            rows.append(xp[:, s : s + kh, t : t + kw].reshape(len(x), -1))
    return np.concatenate(rows)


# %% wrong: im2col
# idea: "float64 whatever comes in"
# fits: "The patches have become float64"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    oh = day_046.conv_output_size(x.shape[1], kh, padding, stride)
    ow = day_046.conv_output_size(x.shape[2], kw, padding, stride)
    pads = [day_046.pad_amounts(x.shape[1 + a], kernel[a], padding, stride) for a in (0, 1)]
    xp = day_046.zero_pad(x, pads)
    out = np.zeros((len(x) * oh * ow, kh * kw * x.shape[3]))
    for row, (n, i, j) in enumerate(np.ndindex(len(x), oh, ow)):
        out[row] = xp[n, i * stride : i * stride + kh, j * stride : j * stride + kw].ravel()
    return out


# %% wrong: im2col
# idea: "same padding as half the kernel on both sides"
# fits: "same padding"
def im2col(x, kernel, stride=1, padding="valid"):
    kh, kw = kernel
    ph, pw = (kh // 2, kw // 2) if padding == "same" else (0, 0) if padding == "valid" else (padding, padding)
    xp = np.pad(x, [(0, 0), (ph, ph), (pw, pw), (0, 0)])
    if kh > xp.shape[1] or kw > xp.shape[2]:
        raise ValueError
    win = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    return np.array(win.transpose(0, 1, 2, 4, 5, 3)).reshape(-1, kh * kw * x.shape[3])


# %% right: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c), dtype=float)
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for i in range(oh):
        for j in range(ow):
            acc[:, i * stride : i * stride + kh, j * stride : j * stride + kw] += p[:, i, j]
    return np.ascontiguousarray(acc[:, t : t + h, f : f + w])


# %% right: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    # The transpose, taken literally: unit pictures through im2col, one pixel at a time, are the matrix's columns.
    one = (1, *shape[1:])
    size = int(np.prod(one))
    basis = np.eye(size).reshape(size, *shape[1:])
    table = im2col(basis, kernel, stride, padding).reshape(size, -1)  # (pixels, entries)
    return (patches.reshape(shape[0], -1).astype(float) @ table.T).reshape(shape)


# %% wrong: col2im
# idea: "assigns instead of adding"
# fits: "keeps only what the last one brings"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c))
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for u in range(kh):
        for v in range(kw):
            acc[:, u : u + stride * oh : stride, v : v + stride * ow : stride] = p[:, :, :, u, v]
    return acc[:, t : t + h, f : f + w]


# %% wrong: col2im
# idea: "the inverse: averages what overlaps"
# fits: "only an inverse would average"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c))
    hits = np.zeros((h + t + b, w + f + r, 1))
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for u in range(kh):
        for v in range(kw):
            acc[:, u : u + stride * oh : stride, v : v + stride * ow : stride] += p[:, :, :, u, v]
            hits[u : u + stride * oh : stride, v : v + stride * ow : stride] += 1
    return (acc / np.where(hits > 0, hits, 1))[:, t : t + h, f : f + w]


# %% wrong: col2im
# idea: "padding not cut off"
# fits: "The zeros of the padding are still there"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c))
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for i in range(oh):
        for j in range(ow):
            acc[:, i * stride : i * stride + kh, j * stride : j * stride + kw] += p[:, i, j]
    return acc


# %% wrong: col2im
# idea: "cuts with -pad, which is empty for a pad of 0 and wrong for uneven ones"
# fits: "as many zeros before as there are after"
# fits: "padding"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c))
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for i in range(oh):
        for j in range(ow):
            acc[:, i * stride : i * stride + kh, j * stride : j * stride + kw] += p[:, i, j]
    return acc[:, b : h + b, r : w + r]


# %% wrong: col2im
# idea: "+= with index arrays"
# fits: "np.add.at adds every time"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c))
    row = np.repeat(np.arange(kh), kw)[None] + stride * np.repeat(np.arange(oh), ow)[:, None]
    col = np.tile(np.arange(kw), kh)[None] + stride * np.tile(np.arange(ow), oh)[:, None]
    acc[:, row, col] += patches.reshape(n, oh * ow, kh * kw, c)
    return acc[:, t : t + h, f : f + w]


# %% wrong: col2im
# idea: "the accumulator has the dtype of the patches"
# fits: "Sums of bytes run over"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, h, w, c = shape
    kh, kw = kernel
    oh = day_046.conv_output_size(h, kh, padding, stride)
    ow = day_046.conv_output_size(w, kw, padding, stride)
    (t, b), (f, r) = day_046.pad_amounts(h, kh, padding, stride), day_046.pad_amounts(w, kw, padding, stride)
    acc = np.zeros((n, h + t + b, w + f + r, c), patches.dtype)
    p = patches.reshape(n, oh, ow, kh, kw, c)
    for i in range(oh):
        for j in range(ow):
            acc[:, i * stride : i * stride + kh, j * stride : j * stride + kw] += p[:, i, j]
    return acc[:, t : t + h, f : f + w]


# %% right: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kh, kw, c, d = w.shape
    g = np.asarray(dout, dtype=float)
    cols = im2col(x.astype(float), (kh, kw), stride, padding)
    flat = g.reshape(-1, d)
    dw = np.einsum("pk,pd->kd", cols, flat).reshape(kh, kw, c, d)
    dx = col2im(np.einsum("pd,kd->pk", flat, w.reshape(kh * kw * c, d)), x.shape, (kh, kw), stride, padding)
    return dx, dw, g.sum(axis=(0, 1, 2))


# %% right: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kh, kw = w.shape[:2]
    (t, b) = day_046.pad_amounts(x.shape[1], kh, padding, stride)
    (f, r) = day_046.pad_amounts(x.shape[2], kw, padding, stride)
    xp = np.pad(x.astype(float), ((0, 0), (t, b), (f, r), (0, 0)))
    dxp, dw, db = np.zeros_like(xp), np.zeros(w.shape), np.zeros(w.shape[3])
    for n in range(len(x)):
        for i in range(dout.shape[1]):
            for j in range(dout.shape[2]):
                at = (n, slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
                dxp[at] += w @ dout[n, i, j].astype(float)
                dw += xp[at][..., None] * dout[n, i, j]
                db += dout[n, i, j]
    return dxp[:, t : t + x.shape[1], f : f + x.shape[2]], dw, db


# %% wrong: conv2d_backward
# idea: "means over the batch"
# fits: "You divide by the batch"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    flat = dout.reshape(-1, w.shape[3]).astype(float) / len(x)
    cols = im2col(x, w.shape[:2], stride, padding)
    dx = col2im(flat @ w.reshape(-1, w.shape[3]).T * len(x), x.shape, w.shape[:2], stride, padding)
    return dx, (cols.T @ flat).reshape(w.shape), flat.sum(0)


# %% wrong: conv2d_backward
# idea: "dx as a convolution of dout with the filters not turned"
# fits: "turn"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    flat = dout.reshape(-1, w.shape[3]).astype(float)
    cols = im2col(x, w.shape[:2], stride, padding)
    upright = w[::-1, ::-1].reshape(-1, w.shape[3])
    dx = col2im(flat @ upright.T, x.shape, w.shape[:2], stride, padding)
    return dx, (cols.T @ flat).reshape(w.shape), flat.sum(0)


# %% wrong: conv2d_backward
# idea: "one bias gradient for all filters"
# fits: "Each filter has a bias of its own"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    flat = dout.reshape(-1, w.shape[3]).astype(float)
    cols = im2col(x, w.shape[:2], stride, padding)
    dx = col2im(flat @ w.reshape(-1, w.shape[3]).T, x.shape, w.shape[:2], stride, padding)
    return dx, (cols.T @ flat).reshape(w.shape), float(flat.sum())


# %% wrong: conv2d_backward
# idea: "returns dw first"
# fits: "The order is dx, dw, db"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    flat = dout.reshape(-1, w.shape[3]).astype(float)
    cols = im2col(x, w.shape[:2], stride, padding)
    dx = col2im(flat @ w.reshape(-1, w.shape[3]).T, x.shape, w.shape[:2], stride, padding)
    return (cols.T @ flat).reshape(w.shape), dx, flat.sum(0)


# %% wrong: conv2d_backward
# idea: "overwrites in dx"
# fits: "Gradients of a pixel add up"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kh, kw = w.shape[:2]
    (t, b) = day_046.pad_amounts(x.shape[1], kh, padding, stride)
    (f, r) = day_046.pad_amounts(x.shape[2], kw, padding, stride)
    xp = np.pad(x.astype(float), ((0, 0), (t, b), (f, r), (0, 0)))
    dxp, dw = np.zeros_like(xp), np.zeros(w.shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dxp[at] = np.tensordot(dout[:, i, j], w, axes=(1, 3))
            dw += np.tensordot(xp[at], dout[:, i, j], axes=(0, 0))
    return dxp[:, t : t + x.shape[1], f : f + x.shape[2]], dw, dout.astype(float).sum((0, 1, 2))


# %% wrong: conv2d_backward
# idea: "bias gradient as a mean over places"
# fits: "is the sum over all of them"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    flat = dout.reshape(-1, w.shape[3]).astype(float)
    cols = im2col(x, w.shape[:2], stride, padding)
    dx = col2im(flat @ w.reshape(-1, w.shape[3]).T, x.shape, w.shape[:2], stride, padding)
    return dx, (cols.T @ flat).reshape(w.shape), flat.mean(0)


# %% right: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError("mode")
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        win = x[n, r : r + size, s : s + size, c]
        if mode == "max":
            u, v = np.unravel_index(win.argmax(), win.shape)
            dx[n, r + u, s + v, c] += dout[n, i, j, c]
        elif mode == "average":
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c] / (size * size)
        else:
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c]
    return dx


# %% right: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError("mode")
    c = x.shape[3]
    g = np.asarray(dout, dtype=float).reshape(-1, 1, c)
    if mode == "max":
        cols = im2col(x, (size, size), stride).reshape(-1, size * size, c)
        picked = np.zeros(cols.shape)
        np.put_along_axis(picked, np.argmax(cols, axis=1, keepdims=True), g, axis=1)
    else:
        picked = np.repeat(g, size * size, axis=1) / (size * size if mode == "average" else 1)
    return col2im(picked.reshape(len(picked), -1), x.shape, (size, size), stride)


# %% wrong: pool2d_backward
# idea: "mask of equality: all equals get it"
# fits: "more comes out than went in"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dout.shape[1:3]):
        at = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
        g = dout[:, i : i + 1, j : j + 1]
        if mode == "max":
            dx[at] += g * (x[at] == x[at].max(axis=(1, 2), keepdims=True))
        else:
            dx[at] += g / (size**2 if mode == "average" else 1)
    return dx


# %% wrong: pool2d_backward
# idea: "assigns, so that overlapping windows overwrite"
# fits: "one overwrites what another has sent"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        if mode == "max":
            k = int(np.argmax(x[n, r : r + size, s : s + size, c]))
            dx[n, r + k // size, s + k % size, c] = dout[n, i, j, c]
        else:
            dx[n, r : r + size, s : s + size, c] = dout[n, i, j, c] / (size**2 if mode == "average" else 1)
    return dx


# %% wrong: pool2d_backward
# idea: "average not divided"
# fits: "a part only"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        if mode == "max":
            k = int(np.argmax(x[n, r : r + size, s : s + size, c]))
            dx[n, r + k // size, s + k % size, c] += dout[n, i, j, c]
        else:
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c]
    return dx


# %% wrong: pool2d_backward
# idea: "average divided by size, not by its square"
# fits: "How many numbers does a window have"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        if mode == "max":
            k = int(np.argmax(x[n, r : r + size, s : s + size, c]))
            dx[n, r + k // size, s + k % size, c] += dout[n, i, j, c]
        else:
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c] / (size if mode == "average" else 1)
    return dx


# %% wrong: pool2d_backward
# idea: "the last of equals"
# fits: "Of several largest numbers yours is the last"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        if mode == "max":
            best = max(((x[n, r + u, s + v, c], u, v) for u in range(size) for v in range(size)))
            dx[n, r + best[1], s + best[2], c] += dout[n, i, j, c]
        else:
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c] / (size**2 if mode == "average" else 1)
    return dx


# %% wrong: pool2d_backward
# idea: "an unknown mode is taken for sum"
# fits: "A mode that does not exist"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dout.shape):
        r, s = i * stride, j * stride
        if mode == "max":
            k = int(np.argmax(x[n, r : r + size, s : s + size, c]))
            dx[n, r + k // size, s + k % size, c] += dout[n, i, j, c]
        else:
            dx[n, r : r + size, s : s + size, c] += dout[n, i, j, c] / (size**2 if mode == "average" else 1)
    return dx


# %% right: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    reducers = {"max": np.max, "average": np.mean, "sum": np.sum}
    if mode not in reducers:
        raise ValueError("mode must be max, average or sum")
    x = np.asarray(x, dtype=float)
    if x.shape[1] < size or x.shape[2] < size:
        raise ValueError("no window fits")
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (N, H', W', C, size, size)
    return np.array(reducers[mode](windows, axis=(-2, -1)))


# %% right: pool2d_forward
def pool2d_forward(x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    height, width = (day_046.conv_output_size(n, size, "valid", stride) for n in x.shape[1:3])
    out = None
    for u in range(size):
        for v in range(size):
            part = x[:, u : u + stride * (height - 1) + 1 : stride, v : v + stride * (width - 1) + 1 : stride]
            part = part.astype(float)
            if out is None:
                out = part
            elif mode == "max":
                out = np.maximum(out, part)
            else:
                out = out + part
    return out / size**2 if mode == "average" else out


# %% right: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    f_h, f_w = kernel
    (top, bottom), (left, right) = (
        day_046.pad_amounts(n, f, padding, stride) for n, f in zip(x.shape[1:3], kernel, strict=True)
    )
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    if padded.shape[1] < f_h or padded.shape[2] < f_w:
        raise ValueError("the window does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))[:, ::stride, ::stride]
    windows = windows.transpose(0, 1, 2, 4, 5, 3)  # N, H', W', f_h, f_w, C
    return windows.reshape(-1, f_h * f_w * x.shape[3]).copy()


# %% right: im2col
def im2col(x, kernel, stride=1, padding="valid"):
    f_h, f_w = kernel
    n, height, width, channels = x.shape
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    top, bottom = day_046.pad_amounts(height, f_h, padding, stride)
    left, right = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.zeros((n, height + top + bottom, width + left + right, channels), dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    i = np.arange(rows)[:, None, None, None] * stride + np.arange(f_h)[None, None, :, None]
    j = np.arange(columns)[None, :, None, None] * stride + np.arange(f_w)[None, None, None, :]
    return padded[:, i, j].reshape(n * rows * columns, f_h * f_w * channels)


# %% wrong: im2col
# idea: "padding with the height's amounts on both axes"
# fits: "The columns are padded like the rows"
def im2col(x, kernel, stride=1, padding="valid"):
    f_h, f_w = kernel
    pad = day_046.pad_amounts(x.shape[1], f_h, padding, stride)
    padded = np.pad(x, ((0, 0), pad, pad, (0, 0)))
    rows = day_046.conv_output_size(padded.shape[1], f_h, "valid", stride)
    columns = day_046.conv_output_size(padded.shape[2], f_w, "valid", stride)
    out = np.empty((len(x), rows, columns, f_h * f_w * x.shape[3]), x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w]
            out[:, i, j] = window.reshape(len(x), -1)
    return out.reshape(-1, out.shape[-1])


# %% wrong: im2col
# idea: "pads with the edge's pixels in place of zeros"
# fits: "Around the picture you repeat its edge"
def im2col(x, kernel, stride=1, padding="valid"):
    f_h, f_w = kernel
    rows = day_046.conv_output_size(x.shape[1], f_h, padding, stride)
    columns = day_046.conv_output_size(x.shape[2], f_w, padding, stride)
    vertical = day_046.pad_amounts(x.shape[1], f_h, padding, stride)
    horizontal = day_046.pad_amounts(x.shape[2], f_w, padding, stride)
    padded = np.pad(x, ((0, 0), vertical, horizontal, (0, 0)), mode="edge")
    i = np.arange(rows)[:, None, None, None] * stride + np.arange(f_h)[None, None, :, None]
    j = np.arange(columns)[None, :, None, None] * stride + np.arange(f_w)[None, None, None, :]
    return padded[:, i, j].reshape(len(x) * rows * columns, f_h * f_w * x.shape[3])


# %% right: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    places = np.arange(1, np.prod(shape) + 1).reshape(shape)
    origin = im2col(places, kernel, stride, padding)  # number of the pixel plus 1, 0 for padding
    sums = np.bincount(origin.ravel(), weights=np.asarray(patches, float).ravel(), minlength=places.size + 1)
    return sums[1:].reshape(shape)


# %% right: col2im
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    f_h, f_w = kernel
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    top, bottom = day_046.pad_amounts(height, f_h, padding, stride)
    left, right = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.zeros((n, height + top + bottom, width + left + right, channels))
    i = np.arange(rows)[:, None, None, None] * stride + np.arange(f_h)[None, None, :, None]
    j = np.arange(columns)[None, :, None, None] * stride + np.arange(f_w)[None, None, None, :]
    np.add.at(padded, (slice(None), i, j), np.reshape(patches, (n, rows, columns, f_h, f_w, channels)))
    return padded[:, top : top + height, left : left + width].copy()


# %% wrong: col2im
# idea: "the padding is cut off evenly: zeros before are reckoned as half, rounded up"
# fits: "You cut off as many zeros before as there are after"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    f_h, f_w = kernel
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    bottom, top = day_046.pad_amounts(height, f_h, padding, stride)
    right, left = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.zeros((n, height + top + bottom, width + left + right, channels))
    blocks = np.reshape(patches, (n, rows, columns, f_h, f_w, channels))
    for i in range(rows):
        for j in range(columns):
            padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w] += blocks[:, i, j]
    return padded[:, top : top + height, left : left + width].copy()


# %% wrong: col2im
# idea: "cuts off with -bottom, which is empty where there is no padding on that side"
# fits: "A slice that ends at -0 is empty, and no padding behind"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    f_h, f_w = kernel
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    top, bottom = day_046.pad_amounts(height, f_h, padding, stride)
    left, right = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.zeros((n, height + top + bottom, width + left + right, channels))
    blocks = np.reshape(patches, (n, rows, columns, f_h, f_w, channels))
    for i in range(rows):
        for j in range(columns):
            padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w] += blocks[:, i, j]
    if padding == "valid":
        return padded
    return padded[:, top:-bottom, left:-right].copy()


# %% wrong: col2im
# idea: "one patch set on top of the other: the last one wins"
# fits: "A pixel that several windows see keeps what the last of"
def col2im(patches, shape, kernel, stride=1, padding="valid"):
    n, height, width, channels = shape
    f_h, f_w = kernel
    rows = day_046.conv_output_size(height, f_h, padding, stride)
    columns = day_046.conv_output_size(width, f_w, padding, stride)
    top, bottom = day_046.pad_amounts(height, f_h, padding, stride)
    left, right = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.zeros((n, height + top + bottom, width + left + right, channels))
    blocks = np.reshape(patches, (n, rows, columns, f_h, f_w, channels))
    for i in range(rows):
        for j in range(columns):
            padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w] = blocks[:, i, j]
    return padded[:, top : top + height, left : left + width].copy()


# %% right: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    dout, x, w = (np.asarray(a, dtype=float) for a in (dout, x, w))
    n, height, width, channels = x.shape
    f_h, f_w = w.shape[:2]
    rows, columns = dout.shape[1:3]
    top, bottom = day_046.pad_amounts(height, f_h, padding, stride)
    left, right = day_046.pad_amounts(width, f_w, padding, stride)
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for u in range(f_h):
        for v in range(f_w):
            places = np.s_[:, u : u + stride * (rows - 1) + 1 : stride, v : v + stride * (columns - 1) + 1 : stride]
            dw[u, v] = np.einsum("nijc,nijd->cd", padded[places], dout)
            dpadded[places] += dout @ w[u, v].T
    return dpadded[:, top : top + height, left : left + width].copy(), dw, dout.sum(axis=(0, 1, 2))


# %% right: conv2d_backward
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kernel, d = w.shape[:2], w.shape[3]
    flat = dout.reshape(-1, d).astype(np.float64)
    dw = np.tensordot(im2col(x, kernel, stride, padding).astype(np.float64), flat, axes=(0, 0)).reshape(w.shape)
    dx = col2im(np.einsum("pd,kd->pk", flat, w.reshape(-1, d)), x.shape, kernel, stride, padding)
    return dx, dw, flat.sum(axis=0)


# %% wrong: conv2d_backward
# idea: "db sums over the batch only and takes the mean over places"
# fits: "The bias is added at every place of every picture: its"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kernel, d = w.shape[:2], w.shape[3]
    flat = dout.reshape(-1, d).astype(float)
    dw = (im2col(x, kernel, stride, padding).astype(float).T @ flat).reshape(w.shape)
    dx = col2im(flat @ w.reshape(-1, d).T, x.shape, kernel, stride, padding)
    return dx, dw, dout.mean(axis=(1, 2)).sum(axis=0)


# %% wrong: conv2d_backward
# idea: "padding is not handed on to the way back of dx, which is cut to size instead"
# fits: "The gradient for x still has the padding around it, or is"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kernel, d = w.shape[:2], w.shape[3]
    flat = dout.reshape(-1, d).astype(float)
    dw = (im2col(x, kernel, stride, padding).astype(float).T @ flat).reshape(w.shape)
    n, height, width, channels = x.shape
    extra_h = sum(day_046.pad_amounts(height, kernel[0], padding, stride))
    extra_w = sum(day_046.pad_amounts(width, kernel[1], padding, stride))
    big = (n, height + extra_h, width + extra_w, channels)
    dx = col2im(flat @ w.reshape(-1, d).T, big, kernel, stride)
    return dx[:, :height, :width].copy(), dw, flat.sum(axis=0)


# %% wrong: conv2d_backward
# idea: "integer dout and bytes multiplied as they are: they wrap round"
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kernel, d = w.shape[:2], w.shape[3]
    flat = dout.reshape(-1, d)
    dw = (im2col(x, kernel, stride, padding).T @ flat.astype(x.dtype)).reshape(w.shape).astype(float)
    dx = col2im(flat @ w.reshape(-1, d).T, x.shape, kernel, stride, padding)
    return dx, dw, flat.sum(axis=0).astype(float)


# %% wrong: conv2d_backward
# idea: "gradients in the order of a dense layer's list: weights, bias, input"
# fits: "The order is dx, dw, db."
def conv2d_backward(dout, x, w, stride=1, padding="valid"):
    kernel, d = w.shape[:2], w.shape[3]
    flat = dout.reshape(-1, d).astype(float)
    dw = (im2col(x, kernel, stride, padding).astype(float).T @ flat).reshape(w.shape)
    dx = col2im(flat @ w.reshape(-1, d).T, x.shape, kernel, stride, padding)
    return dw, flat.sum(axis=0), dx


# %% right: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    rows, columns = dout.shape[1:3]
    dx = np.zeros(x.shape)
    n, c = np.arange(len(x))[:, None], np.arange(x.shape[3])[None]
    for i in range(rows):
        for j in range(columns):
            window = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            arrived = dout[:, i, j].astype(float)  # (N, C)
            if mode == "max":
                winner = x[window].reshape(len(x), size * size, -1).argmax(axis=1)
                np.add.at(dx, (n, i * stride + winner // size, j * stride + winner % size, c), arrived)
            else:
                dx[window] += (arrived / (size**2 if mode == "average" else 1))[:, None, None]
    return dx


# %% right: pool2d_backward
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    n, height, width, channels = x.shape
    flat = np.moveaxis(x, 3, 1).reshape(n * channels, height, width, 1)  # each map a picture of one channel
    arrived = np.moveaxis(dout, 3, 1).reshape(-1, 1).astype(float)
    patches = im2col(flat, (size, size), stride)  # (N C H' W', size^2)
    if mode == "max":
        weights = np.arange(size**2) == patches.argmax(axis=1)[:, None]
    elif mode == "average":
        weights = np.full(patches.shape, 1 / size**2)
    elif mode == "sum":
        weights = np.ones(patches.shape)
    else:
        raise ValueError(f"no such mode: {mode}")
    back = col2im(weights * arrived, flat.shape, (size, size), stride)
    return np.ascontiguousarray(np.moveaxis(back.reshape(n, channels, height, width), 1, 3))


# %% wrong: pool2d_backward
# idea: "equals share the gradient"
# fits: "Between equals you share the gradient"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    dx = np.zeros(x.shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            window = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            arrived = dout[:, i : i + 1, j : j + 1].astype(float)
            if mode == "max":
                part = x[window]
                mask = part == part.max(axis=(1, 2), keepdims=True)
                dx[window] += arrived * mask / mask.sum(axis=(1, 2), keepdims=True)
            else:
                dx[window] += arrived / (size**2 if mode == "average" else 1)
    return dx


# %% wrong: pool2d_backward
# idea: "one winner for all channels"
# fits: "You look for one winner among all channels"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    dx = np.zeros(x.shape)
    n = np.arange(len(x))
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            window = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            arrived = dout[:, i, j].astype(float)
            if mode == "max":
                winner = x[window].sum(axis=3).reshape(len(x), -1).argmax(axis=1)
                dx[n, i * stride + winner // size, j * stride + winner % size] += arrived
            else:
                dx[window] += (arrived / (size**2 if mode == "average" else 1))[:, None, None]
    return dx


# %% wrong: pool2d_backward
# idea: "dx in the dtype of x: int maps cut off fractions"
def pool2d_backward(dout, x, size=2, stride=2, mode="max"):
    if mode not in ("max", "average", "sum"):
        raise ValueError(mode)
    dx = np.zeros_like(x)
    n, c = np.arange(len(x))[:, None], np.arange(x.shape[3])[None]
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            window = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            arrived = dout[:, i, j].astype(float)
            if mode == "max":
                winner = x[window].reshape(len(x), size * size, -1).argmax(axis=1)
                rows, columns = i * stride + winner // size, j * stride + winner % size
                dx[n, rows, columns, c] += arrived.astype(dx.dtype)
            else:
                part = (arrived / (size**2 if mode == "average" else 1))[:, None, None]
                dx[window] += part.astype(dx.dtype)
    return dx
