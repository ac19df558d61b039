# %% right: pad_amounts
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return 0, 0
    if padding == "same":
        out = math.ceil(n / stride)
        missing = (out - 1) * stride + f - n
        if missing < 0:
            missing = 0
        left = missing // 2
        return left, missing - left
    if isinstance(padding, (int, np.integer)) and not isinstance(padding, bool) and padding >= 0:
        return int(padding), int(padding)
    raise ValueError("padding must be valid, same or a whole number")


# %% right: pad_amounts
def pad_amounts(n, f, padding, stride):
    if isinstance(padding, str):
        if padding not in ["valid", "same"]:
            raise ValueError(padding)
        if padding == "valid":
            return (0, 0)
        rest = n % stride
        total = max(f - stride, 0) if rest == 0 else max(f - rest, 0)
        return (total // 2, (total + 1) // 2)
    if type(padding) is not int or padding < 0:
        raise ValueError(padding)
    return (padding, padding)


# %% wrong: pad_amounts
# idea: "same is always (f - 1) / 2 on each side"
# fits: "The result is the same whatever"
# fits: "With a larger stride the last window ends elsewhere"
# fits: "When the number of zeros is odd, you lose one"
# fits: "Half the filter on each side keeps"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        return ((f - 1) // 2, (f - 1) // 2)
    if isinstance(padding, int) and padding >= 0:
        return (padding, padding)
    raise ValueError(padding)


# %% wrong: pad_amounts
# idea: "same keeps the length whatever the stride: n outputs"
# fits: "You pad until the output is as long as the input"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = max((n - 1) * stride + f - n, 0)
        return (total // 2, total - total // 2)
    if isinstance(padding, int) and padding >= 0:
        return (padding, padding)
    raise ValueError(padding)


# %% wrong: pad_amounts
# idea: "the odd zero goes before"
# fits: "The odd zero belongs on the other side"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + f - n, 0)
        return (total - total // 2, total // 2)
    if isinstance(padding, int) and padding >= 0:
        return (padding, padding)
    raise ValueError(padding)


# %% wrong: pad_amounts
# idea: "a filter shorter than the stride gives a negative amount"
# fits: "there are no fewer than zero zeros"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = (-(-n // stride) - 1) * stride + f - n
        return (total // 2, total - total // 2)
    if isinstance(padding, int) and padding >= 0:
        return (padding, padding)
    raise ValueError(padding)


# %% wrong: pad_amounts
# idea: "an int is the number of zeros in all"
# fits: "An int says how many zeros go on each side"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + f - n, 0)
    elif isinstance(padding, int) and padding >= 0:
        total = padding
    else:
        raise ValueError(padding)
    return (total // 2, total - total // 2)


# %% wrong: pad_amounts
# idea: "a negative int gets through"
# fits: "A negative number of zeros"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + f - n, 0)
        return (total // 2, total - total // 2)
    if isinstance(padding, int):
        return (padding, padding)
    raise ValueError(padding)


# %% wrong: pad_amounts
# idea: "output length rounded down"
# fits: "The last, incomplete step counts too"
def pad_amounts(n, f, padding, stride):
    if padding == "valid":
        return (0, 0)
    if padding == "same":
        total = max((n // stride - 1) * stride + f - n, 0)
        return (total // 2, total - total // 2)
    if isinstance(padding, int) and padding >= 0:
        return (padding, padding)
    raise ValueError(padding)


# %% right: conv_output_size
def conv_output_size(n, f, padding, stride):
    before, after = pad_amounts(n, f, padding, stride)
    length = n + before + after
    if length < f:
        raise ValueError("the filter is too long")
    count = 0
    start = 0
    while start + f <= length:
        count += 1
        start += stride
    return count


# %% right: conv_output_size
def conv_output_size(n, f, padding, stride):
    if padding == "same":
        return -(-n // stride)
    room = n + sum(pad_amounts(n, f, padding, stride)) - f
    if room < 0:
        raise ValueError("no room")
    return 1 + room // stride


# %% wrong: conv_output_size
# idea: "rounds up"
# fits: "You round up. A last window"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n + p + q < f:
        raise ValueError
    return math.ceil((n + p + q - f) / stride) + 1


# %% wrong: conv_output_size
# idea: "counts the padding of one side only"
# fits: "There are zeros on both sides"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n + p + q < f:
        raise ValueError
    return (n + p - f) // stride + 1


# %% wrong: conv_output_size
# idea: "the first place is forgotten"
# fits: "There is one more place than there are steps"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n + p + q < f:
        raise ValueError
    return (n + p + q - f) // stride


# %% wrong: conv_output_size
# idea: "true division: a float comes back"
# fits: "A number of places is a whole number"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n + p + q < f:
        raise ValueError
    return np.floor((n + p + q - f) / stride + 1)


# %% wrong: conv_output_size
# idea: "a filter that does not fit gives 0 or a negative length"
# fits: "Where the filter does not fit, there is no output"
def conv_output_size(n, f, padding, stride):
    return (n + sum(pad_amounts(n, f, padding, stride)) - f) // stride + 1


# %% wrong: conv_output_size
# idea: "compares the filter with the unpadded axis"
# fits: "A filter longer than the axis may still fit"
# fits: "Your own `raise` refuses what is allowed"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n < f:
        raise ValueError
    return (n + p + q - f) // stride + 1


# %% wrong: conv_output_size
# idea: "the stride divides before the filter is taken off"
# fits: "The filter's length is taken off before"
def conv_output_size(n, f, padding, stride):
    p, q = pad_amounts(n, f, padding, stride)
    if n + p + q < f:
        raise ValueError
    return (n + p + q) // stride - f + 1


# %% right: zero_pad
def zero_pad(x, pad):
    (top, bottom), (left, right) = pad
    n, h, w, c = x.shape
    out = np.zeros((n, h + top + bottom, w + left + right, c), dtype=x.dtype)
    out[:, top : top + h, left : left + w, :] = x
    return out


# %% right: zero_pad
def zero_pad(x, pad):
    return np.pad(x, [(0, 0), *pad, (0, 0)], mode="constant", constant_values=0).copy()


# %% wrong: zero_pad
# idea: "the pads of rows and columns swapped"
# fits: "The first pair is for rows"
def zero_pad(x, pad):
    return np.pad(x, [(0, 0), pad[1], pad[0], (0, 0)])


# %% wrong: zero_pad
# idea: "pads the batch axis: channels first"
# fits: "The first two axes were padded"
# fits: "The last two axes were padded"
def zero_pad(x, pad):
    return np.pad(x, [(0, 0), (0, 0), pad[0], pad[1]])


# %% wrong: zero_pad
# idea: "floats come back for bytes"
# fits: "The pictures have become float64"
def zero_pad(x, pad):
    (t, b), (l, r) = pad
    n, h, w, c = x.shape
    out = np.zeros((n, h + t + b, w + l + r, c))
    out[:, t : t + h, l : l + w] = x
    return out


# %% wrong: zero_pad
# idea: "a slice to minus bottom, which is empty where bottom is 0"
# fits: "A slice that ends at -0"
def zero_pad(x, pad):
    (t, b), (l, r) = pad
    n, h, w, c = x.shape
    out = np.zeros((n, h + t + b, w + l + r, c), x.dtype)
    inside = out[:, t:-b, l:-r]
    if inside.shape == x.shape:
        inside[...] = x
    return out


# %% wrong: zero_pad
# idea: "the argument comes back where nothing is to be added"
# fits: "Where nothing is added you hand back"
def zero_pad(x, pad):
    if not np.any(pad):
        return x
    return np.pad(x, [(0, 0), *pad, (0, 0)])


# %% wrong: zero_pad
# idea: "the border is repeated instead of zeros"
# fits: "The border was repeated outwards"
def zero_pad(x, pad):
    return np.pad(x, [(0, 0), *pad, (0, 0)], mode="edge")


# %% wrong: zero_pad
# idea: "before and after swapped"
# fits: "Top and bottom, left and right are exchanged"
def zero_pad(x, pad):
    return np.pad(x, [(0, 0), pad[0][::-1], pad[1][::-1], (0, 0)])


# %% right: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw = w.shape[:2]
    pads = (pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride))
    xp = zero_pad(x, pads).astype(float)
    oh = conv_output_size(x.shape[1], fh, padding, stride)
    ow = conv_output_size(x.shape[2], fw, padding, stride)
    y = np.zeros((len(x), oh, ow, w.shape[3]))
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, i * stride : i * stride + fh, j * stride : j * stride + fw]
            y[:, i, j] = np.tensordot(patch, w, axes=3) + b
    return y


# %% right: conv2d_forward
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    conv_output_size(x.shape[1], fh, padding, stride)
    conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", win.astype(float), w) + b


# %% wrong: conv2d_forward
# idea: "a true convolution, the filter flipped"
# fits: "Your filter is turned round"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    w = w[::-1, ::-1]
    conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", win.astype(float), w) + b


# %% wrong: conv2d_forward
# idea: "the bias is added at every (u, v)"
# fits: "The bias enters once for each place"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    oh, ow = conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    y = np.zeros((len(x), oh, ow, d))
    for u in range(fh):
        for v in range(fw):
            y += xp[:, u : u + oh * stride : stride, v : v + ow * stride : stride].astype(float) @ w[u, v] + b
    return y


# %% wrong: conv2d_forward
# idea: "stride ignored in the slices: the first H' W' places"
# fits: "The stride goes unused: the filter moves by one"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    oh, ow = conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    y = np.zeros((len(x), oh, ow, d)) + b
    for u in range(fh):
        for v in range(fw):
            y += xp[:, u : u + oh, v : v + ow].astype(float) @ w[u, v]
    return y


# %% wrong: conv2d_forward
# idea: "height's padding used for both axes"
# fits: "Rows and columns need zeros of their own"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    p = pad_amounts(x.shape[1], fh, padding, stride)
    xp = zero_pad(x, (p, p)).astype(float)
    if xp.shape[1] < fh or xp.shape[2] < fw:
        raise ValueError
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", win, w) + b


# %% wrong: conv2d_forward
# idea: "one map: sums over the filters as well"
# fits: "Each filter has a map of its own"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nij", win.astype(float), w)[..., None] + b


# %% wrong: conv2d_forward
# idea: "only the first channel is looked at"
# fits: "A filter looks at all channels"
# fits: "Only the first channel"
# fits: "looks at all channels"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijuv,uvd->nijd", win[:, :, :, 0].astype(float), w[:, :, 0]) + b


# %% wrong: conv2d_forward
# idea: "bytes are multiplied as bytes with the filters turned into bytes"
# fits: "Bytes hold whole numbers up to 255"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", win, w.astype(x.dtype)) + b


# %% wrong: conv2d_forward
# idea: "no bias"
# fits: "The biases are missing"
def conv2d_forward(x, w, b, stride=1, padding="valid"):
    fh, fw, c, d = w.shape
    conv_output_size(x.shape[1], fh, padding, stride), conv_output_size(x.shape[2], fw, padding, stride)
    xp = zero_pad(x, [pad_amounts(x.shape[1], fh, padding, stride), pad_amounts(x.shape[2], fw, padding, stride)])
    win = np.lib.stride_tricks.sliding_window_view(xp, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcd->nijd", win.astype(float), w)


# %% right: sobel_edges
def sobel_edges(image):
    a = image.astype(float)
    gx = (a[:-2, 2:] - a[:-2, :-2] + 2 * (a[1:-1, 2:] - a[1:-1, :-2]) + a[2:, 2:] - a[2:, :-2]) / 8
    gy = (a[2:, :-2] - a[:-2, :-2] + 2 * (a[2:, 1:-1] - a[:-2, 1:-1]) + a[2:, 2:] - a[:-2, 2:]) / 8
    return gx, gy, np.hypot(gx, gy)


# %% right: sobel_edges
def sobel_edges(image):
    sx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8.0
    bank = np.stack([sx, sx.T], axis=-1).reshape(3, 3, 1, 2)
    maps = conv2d_forward(image.reshape(1, *image.shape, 1), bank, np.zeros(2))
    gx, gy = maps[0, ..., 0], maps[0, ..., 1]
    return gx, gy, np.sqrt(gx * gx + gy * gy)


# %% wrong: sobel_edges
# idea: "not divided by 8"
# fits: "Your slopes are eight times too steep"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float)
    m = conv2d_forward(image[None, :, :, None], np.stack([s, s.T], -1)[:, :, None], np.zeros(2))[0]
    return m[..., 0], m[..., 1], np.hypot(m[..., 0], m[..., 1])


# %% wrong: sobel_edges
# idea: "gx and gy swapped"
# fits: "The two slopes are exchanged"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float) / 8
    m = conv2d_forward(image[None, :, :, None], np.stack([s.T, s], -1)[:, :, None], np.zeros(2))[0]
    return m[..., 0], m[..., 1], np.hypot(m[..., 0], m[..., 1])


# %% wrong: sobel_edges
# idea: "slope upwards positive, as in a mathematician's plane"
# fits: "Your second slope is that upwards"
# fits: "downwards, as rows are counted"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float) / 8
    m = conv2d_forward(image[None, :, :, None], np.stack([s, -s.T], -1)[:, :, None], np.zeros(2))[0]
    return m[..., 0], m[..., 1], np.hypot(m[..., 0], m[..., 1])


# %% wrong: sobel_edges
# idea: "same padding, so the size stays and the frame is an edge"
# fits: "The zeros of same padding make an edge"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float) / 8
    m = conv2d_forward(image[None, :, :, None], np.stack([s, s.T], -1)[:, :, None], np.zeros(2), padding="same")[0]
    return m[..., 0], m[..., 1], np.hypot(m[..., 0], m[..., 1])


# %% wrong: sobel_edges
# idea: "magnitude as the sum of absolute values"
# fits: "The length of a vector is no sum of its sides"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float) / 8
    m = conv2d_forward(image[None, :, :, None], np.stack([s, s.T], -1)[:, :, None], np.zeros(2))[0]
    return m[..., 0], m[..., 1], np.abs(m[..., 0]) + np.abs(m[..., 1])


# %% wrong: sobel_edges
# idea: "differences of bytes wrap"
# fits: "Bytes can't go below 0"
def sobel_edges(image):
    a = image
    gx = (a[:-2, 2:] - a[:-2, :-2] + 2 * (a[1:-1, 2:] - a[1:-1, :-2]) + a[2:, 2:] - a[2:, :-2]) / 8
    gy = (a[2:, :-2] - a[:-2, :-2] + 2 * (a[2:, 1:-1] - a[:-2, 1:-1]) + a[2:, 2:] - a[:-2, 2:]) / 8
    return gx, gy, np.hypot(gx, gy)


# %% wrong: sobel_edges
# idea: "Prewitt: no doubled middle row"
# fits: "The middle row should count double"
def sobel_edges(image):
    s = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], float) / 6
    m = conv2d_forward(image[None, :, :, None], np.stack([s, s.T], -1)[:, :, None], np.zeros(2))[0]
    return m[..., 0], m[..., 1], np.hypot(m[..., 0], m[..., 1])


# %% right: receptive_field
def receptive_field(layers):
    first, last = 0, 0
    for f, stride in reversed(layers):
        first, last = first * stride, last * stride + f - 1
    return last - first + 1


# %% right: receptive_field
def receptive_field(layers):
    total, jump = 1, 1
    for f, s in layers:
        total += (f - 1) * jump
        jump *= s
    return total


# %% wrong: receptive_field
# idea: "the layer's own stride counts for its own field"
# fits: "A layer's own stride sets its outputs apart"
def receptive_field(layers):
    r, j = 1, 1
    for f, s in layers:
        j *= s
        r += (f - 1) * j
    return r


# %% wrong: receptive_field
# idea: "only the last stride counts: the jump is not multiplied up"
# fits: "Two layers of stride 2 set cells four pixels apart"
def receptive_field(layers):
    r, j = 1, 1
    for f, s in layers:
        r += (f - 1) * j
        j = s
    return r


# %% wrong: receptive_field
# idea: "fields add up: f each"
# fits: "Neighbours overlap"
# fits: "You add up whole filters"
# fits: "The strides go unused"
def receptive_field(layers):
    return sum(f for f, _ in layers) if layers else 1


# %% wrong: receptive_field
# idea: "strides ignored"
# fits: "The strides go unused"
def receptive_field(layers):
    return 1 + sum(f - 1 for f, _ in layers)


# %% wrong: receptive_field
# idea: "starts from 0 pixels"
# fits: "Before any layer, a cell is a pixel"
def receptive_field(layers):
    r, j = 0, 1
    for f, s in layers:
        r += (f - 1) * j
        j *= s
    return r


# %% wrong: receptive_field
# idea: "the layers are taken from last to first"
# fits: "with a formula that goes from the"
def receptive_field(layers):
    r, j = 1, 1
    for f, s in layers[::-1]:
        r += (f - 1) * j
        j *= s
    return r


# %% wrong: receptive_field
# idea: "the list is emptied on the way"
# fits: "changes one of its arguments in place"
# fits: "The caller's list has been"
def receptive_field(layers):
    r, j = 1, 1
    while layers:
        f, s = layers.pop(0)
        r += (f - 1) * j
        j *= s
    return r
