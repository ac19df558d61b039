# %% right: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    n, h, wd, c = x.shape
    fh, fw, cw, m = w.shape
    if cw != c:
        raise ValueError("channel mismatch")
    oh, ow = math.ceil(h / stride), math.ceil(wd / stride)
    ph = max((oh - 1) * stride + fh - h, 0)
    pw = max((ow - 1) * stride + fw - wd, 0)
    xp = np.pad(x, ((0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)))
    out = np.zeros((n, oh, ow, c * m), x.dtype)
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, i * stride : i * stride + fh, j * stride : j * stride + fw, :]
            for ch in range(c):
                for k in range(m):
                    out[:, i, j, ch * m + k] = (patch[..., ch] * w[:, :, ch, k]).sum(axis=(1, 2))
    return out


# %% right: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("w has the wrong number of channels")
    c, m = w.shape[2:]
    full = np.zeros((*w.shape[:3], c * m), w.dtype)  # a dense kernel, zero where channels differ
    for ch in range(c):
        full[:, :, ch, ch * m : (ch + 1) * m] = w[:, :, ch]
    return day_046.conv2d_forward(x, full, np.zeros(c * m), stride, "same").astype(x.dtype)


# %% wrong: depthwise_conv2d
# idea: "padding of half the filter on both sides, whatever the stride"
# fits: "depends on the stride"
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("channels")
    fh, fw, c, m = w.shape
    xp = np.pad(x, ((0, 0), (fh // 2, fh // 2), (fw // 2, fw // 2), (0, 0)))
    oh, ow = -(-x.shape[1] // stride), -(-x.shape[2] // stride)
    out = np.zeros((len(x), oh, ow, c, m), x.dtype)
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, i * stride : i * stride + fh, j * stride : j * stride + fw]
            out[:, i, j] = np.einsum("nuvc,uvcm->ncm", patch, w[: patch.shape[1], : patch.shape[2]])
    return out.reshape(len(x), oh, ow, c * m)


# %% wrong: depthwise_conv2d
# idea: "output channels ordered m first"
# fits: "All M outputs of channel 0"
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("channels")
    outs = []
    for k in range(w.shape[3]):
        for c in range(w.shape[2]):
            part = day_046.conv2d_forward(x[..., [c]], w[:, :, [c]][..., [k]], np.zeros(1), stride, "same")
            outs.append(part)
    return np.concatenate(outs, axis=-1).astype(x.dtype)


# %% wrong: depthwise_conv2d
# idea: "sums over the channels"
# fits: "You add up over the channels"
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("channels")
    return day_046.conv2d_forward(x, w, np.zeros(w.shape[3]), stride, "same").astype(x.dtype)


# %% wrong: depthwise_conv2d
# idea: "forgets the check of the channels"
# fits: "get through"
def depthwise_conv2d(x, w, stride=1):
    c = x.shape[3]
    parts = []
    for ch in range(c):
        kernel = w[:, :, min(ch, w.shape[2] - 1)][:, :, None, :]
        parts.append(day_046.conv2d_forward(x[..., ch : ch + 1], kernel, np.zeros(w.shape[3]), stride, "same"))
    return np.concatenate(parts, -1).astype(x.dtype)


# %% wrong: depthwise_conv2d
# idea: "result always float64"
# fits: "The numbers are right, but they are"
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("channels")
    pads = [day_046.pad_amounts(x.shape[1 + a], w.shape[a], "same", stride) for a in (0, 1)]
    xp = day_046.zero_pad(x, pads)
    oh, ow = -(-x.shape[1] // stride), -(-x.shape[2] // stride)
    out = np.zeros((len(x), oh, ow, w.shape[2], w.shape[3]))
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            for c in range(w.shape[2]):
                rows = xp[:, u : u + (oh - 1) * stride + 1 : stride, v : v + (ow - 1) * stride + 1 : stride, c]
                for m in range(w.shape[3]):
                    out[..., c, m] += rows * w[u, v, c, m]
    return out.reshape(*out.shape[:3], -1)


# %% wrong: depthwise_conv2d
# idea: "stride subsamples after a same convolution of stride 1, so windows sit elsewhere"
# fits: "depends on the stride"
def depthwise_conv2d(x, w, stride=1):
    if x.shape[-1] != w.shape[2]:
        raise ValueError("channels")
    pads = [day_046.pad_amounts(x.shape[1 + a], w.shape[a], "same", 1) for a in (0, 1)]
    xp = day_046.zero_pad(x, pads)
    win = np.lib.stride_tricks.sliding_window_view(xp, w.shape[:2], axis=(1, 2))
    out = np.einsum("nijcuv,uvcm->nijcm", win, w)[:, ::stride, ::stride]
    return out.reshape(*out.shape[:3], -1).astype(x.dtype)


# %% right: separable_params_and_macs
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if not (width > 0 and resolution > 0):
        raise ValueError("multipliers must be positive")
    h, w, c = input_shape
    h = max(1, math.floor(h * resolution))
    w = max(1, math.floor(w * resolution))
    c = max(1, math.floor(c * width))
    d = max(1, math.floor(filters * width))
    oh = (h + stride - 1) // stride
    ow = (w + stride - 1) // stride
    dw = size * size * c
    pw = c * d
    return dw + pw, (dw + pw) * oh * ow


# %% wrong: separable_params_and_macs
# idea: "multiply-adds at the input size, stride ignored"
# fits: "places that come in"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w, c = input_shape
    h, w = max(1, int(h * resolution)), max(1, int(w * resolution))
    c, d = max(1, int(c * width)), max(1, int(filters * width))
    p = size * size * c + c * d
    return p, p * h * w


# %% wrong: separable_params_and_macs
# idea: "depthwise part at the input size, pointwise at the output size"
# fits: "only where"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w, c = input_shape
    h, w = max(1, int(h * resolution)), max(1, int(w * resolution))
    c, d = max(1, int(c * width)), max(1, int(filters * width))
    oh, ow = math.ceil(h / stride), math.ceil(w / stride)
    return size**2 * c + c * d, size**2 * c * h * w + c * d * oh * ow


# %% wrong: separable_params_and_macs
# idea: "width only on the filters that go out"
# fits: "thins the channels that come in as well"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w, c = input_shape
    h, w = max(1, int(h * resolution)), max(1, int(w * resolution))
    d = max(1, int(filters * width))
    p = size * size * c + c * d
    return p, p * math.ceil(h / stride) * math.ceil(w / stride)


# %% wrong: separable_params_and_macs
# idea: "multiplies the parameters by width squared and the places by resolution squared"
# fits: "to the totals"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w, c = input_shape
    p = size**2 * c + c * filters
    macs = p * math.ceil(h / stride) * math.ceil(w / stride)
    return int(p * width**2), int(macs * width**2 * resolution**2)


# %% wrong: separable_params_and_macs
# idea: "counts a bias for every filter of both halves"
# fits: "You count biases"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w, c = input_shape
    h, w = max(1, int(h * resolution)), max(1, int(w * resolution))
    c, d = max(1, int(c * width)), max(1, int(filters * width))
    macs = (size * size * c + c * d) * -(-h // stride) * -(-w // stride)
    return (size * size + 1) * c + (c + 1) * d, macs


# %% wrong: separable_params_and_macs
# idea: "returns floats"
# fits: "two ints are due"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("multipliers")
    h, w = (max(np.floor(n * resolution), 1) for n in input_shape[:2])
    c, d = max(np.floor(input_shape[2] * width), 1), max(np.floor(filters * width), 1)
    p = size * size * c + c * d
    return p, p * np.ceil(h / stride) * np.ceil(w / stride)


# %% wrong: separable_params_and_macs
# idea: "nothing is refused"
# fits: "gets through"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    h, w, c = input_shape
    h, w = max(1, int(h * resolution)), max(1, int(w * resolution))
    c, d = max(1, int(c * width)), max(1, int(filters * width))
    p = size * size * c + c * d
    return p, p * -(-h // stride) * -(-w // stride)


# %% right: inverted_residual
def inverted_residual(x, expansion, filters, stride):
    in_channels = x.shape[-1]
    h = x
    if expansion != 1:
        h = layers.Conv2D(in_channels * expansion, kernel_size=1, padding="same", use_bias=False)(h)
        h = layers.BatchNormalization()(h)
        h = layers.ReLU(max_value=6)(h)
    h = layers.DepthwiseConv2D(kernel_size=3, strides=stride, padding="same", use_bias=False)(h)
    h = layers.BatchNormalization()(h)
    h = layers.ReLU(max_value=6)(h)
    h = layers.Conv2D(filters, kernel_size=1, padding="same", use_bias=False)(h)
    h = layers.BatchNormalization()(h)
    if stride == 1 and in_channels == filters:
        h = layers.Add()([x, h])
    return h


# %% wrong: inverted_residual
# idea: "ReLU6 after the projection"
# fits: "There is a ReLU behind the projection"
def inverted_residual(x, expansion, filters, stride):
    def cbr(layer, h):
        return layers.Activation("relu6")(layers.BatchNormalization()(layer(h)))

    h = x
    if expansion > 1:
        h = cbr(layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False), h)
    h = cbr(layers.DepthwiseConv2D(3, stride, "same", use_bias=False), h)
    h = cbr(layers.Conv2D(filters, 1, use_bias=False), h)
    return layers.add([x, h]) if stride == 1 and x.shape[-1] == filters else h


# %% wrong: inverted_residual
# idea: "plain ReLU"
# fits: "no upper end"
def inverted_residual(x, expansion, filters, stride):
    h = x
    if expansion > 1:
        h = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(h)
        h = layers.Activation("relu")(layers.BatchNormalization()(h))
    h = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(h)
    h = layers.Activation("relu")(layers.BatchNormalization()(h))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(h))
    return layers.add([x, h]) if stride == 1 and x.shape[-1] == filters else h


# %% wrong: inverted_residual
# idea: "expands even when expansion is 1"
# fits: "nothing to expand"
def inverted_residual(x, expansion, filters, stride):
    h = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(x)
    h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(h)
    h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(h))
    return x + h if stride == 1 and x.shape[-1] == filters else h


# %% wrong: inverted_residual
# idea: "projection shortcut where the shape changes, as in a ResNet"
# fits: "no shortcut"
def inverted_residual(x, expansion, filters, stride):
    h = x
    if expansion > 1:
        h = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(h)
        h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(h)
    h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(h))
    if stride != 1 or x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return x + h


# %% wrong: inverted_residual
# idea: "SeparableConv2D does depthwise and projection in one, without norm and ReLU6 between"
# fits: "behind the depthwise convolution"
def inverted_residual(x, expansion, filters, stride):
    h = x
    if expansion > 1:
        h = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(h)
        h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.SeparableConv2D(filters, 3, strides=stride, padding="same", use_bias=False)(h)
    h = layers.BatchNormalization()(h)
    return x + h if stride == 1 and x.shape[-1] == filters else h


# %% wrong: inverted_residual
# idea: "biases kept"
# fits: "have a bias"
def inverted_residual(x, expansion, filters, stride):
    h = x
    if expansion > 1:
        h = layers.ReLU(6)(layers.BatchNormalization()(layers.Conv2D(expansion * x.shape[-1], 1)(h)))
    h = layers.ReLU(6)(layers.BatchNormalization()(layers.DepthwiseConv2D(3, stride, "same")(h)))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 1)(h))
    return x + h if stride == 1 and x.shape[-1] == filters else h


# %% wrong: inverted_residual
# idea: "adds whenever the channels agree, by cropping x to the strided size"
# fits: "no shortcut"
def inverted_residual(x, expansion, filters, stride):
    h = x
    if expansion > 1:
        h = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(h)
        h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(h)
    h = ops.relu6(layers.BatchNormalization()(h))
    h = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(h))
    return x[:, ::stride, ::stride] + h if x.shape[-1] == filters else h


# %% right: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi must be >= 0")
    qd, qw, qr = factors
    new = []
    for f, r in stages:
        new.append((int(divisible(f * qw**phi)), int(math.ceil(r * qd**phi))))
    growth = qd**phi * (qw**phi) ** 2 * (qr**phi) ** 2
    return new, int(round(side * qr**phi)), float(growth)


# %% wrong: compound_scaling
# idea: "repeats to the nearest"
# fits: "rounded up"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = (q**phi for q in factors)
    return (
        [(divisible(f * w), max(1, int(n * d + 0.5))) for f, n in stages],
        round(side * r),
        float(d * w * w * r * r),
    )


# %% wrong: compound_scaling
# idea: "takes width and depth in the order width, depth"
# fits: "Depth and width are mixed up"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    w, d, r = [f**phi for f in factors]
    return [(divisible(f * w), math.ceil(n * d)) for f, n in stages], round(side * r), float(d * w * w * r * r)


# %% wrong: compound_scaling
# idea: "growth is 2 to the power phi"
# fits: "Take it as it is"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = [f**phi for f in factors]
    return [(divisible(f * w), math.ceil(n * d)) for f, n in stages], round(side * r), float(2**phi)


# %% wrong: compound_scaling
# idea: "the side is truncated"
# fits: "side down"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = [math.pow(f, phi) for f in factors]
    return [(divisible(f * w), math.ceil(n * d)) for f, n in stages], int(side * r), d * w * w * r * r


# %% wrong: compound_scaling
# idea: "filters not made divisible"
# fits: "multiples of 8"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = [math.pow(f, phi) for f in factors]
    return [(int(f * w), math.ceil(n * d)) for f, n in stages], round(side * r), d * w * w * r * r


# %% wrong: compound_scaling
# idea: "growth counts every factor once"
# fits: "four times the work"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = [math.pow(f, phi) for f in factors]
    return [(divisible(f * w), math.ceil(n * d)) for f, n in stages], round(side * r), math.prod(factors) ** phi


# %% wrong: compound_scaling
# idea: "lists instead of tuples"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi")
    d, w, r = [math.pow(f, phi) for f in factors]
    return [[divisible(f * w), math.ceil(n * d)] for f, n in stages], round(side * r), d * w * w * r * r


# %% right: build_mobilenet_small
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.BatchNormalization()(h)
    h = layers.ReLU(max_value=6)(h)
    for t, c, n, s in stages:
        c = divisible(c * width)
        h = inverted_residual(h, t, c, s)
        for _ in range(n - 1):
            h = inverted_residual(h, t, c, 1)
    head = last if width <= 1 else last * width
    h = layers.Conv2D(divisible(head), 1, use_bias=False)(h)
    h = layers.BatchNormalization()(h)
    h = layers.ReLU(max_value=6)(h)
    h = layers.GlobalAveragePooling2D()(h)
    return keras.Model(inp, layers.Dense(num_classes)(h))


# %% wrong: build_mobilenet_small
# idea: "every block of a stage strides"
# fits: "Only its first does"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for _ in range(n):
            h = inverted_residual(h, t, divisible(c * width), s)
    h = layers.Conv2D(divisible(last * max(1, width)), 1, use_bias=False)(h)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_mobilenet_small
# idea: "last convolution thinned too"
# fits: "never gets narrower"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for i in range(n):
            h = inverted_residual(h, t, divisible(c * width), s if i == 0 else 1)
    h = layers.Conv2D(divisible(last * width), 1, use_bias=False)(h)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_mobilenet_small
# idea: "stem strides by 2 always"
# fits: "The stem strides by 2"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=2, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for i in range(n):
            h = inverted_residual(h, t, divisible(c * width), s if i == 0 else 1)
    h = layers.Conv2D(divisible(last * max(1, width)), 1, use_bias=False)(h)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_mobilenet_small
# idea: "softmax at the end"
# fits: "You give probabilities"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for i in range(n):
            h = inverted_residual(h, t, divisible(c * width), s if i == 0 else 1)
    h = layers.Conv2D(divisible(last * max(1, width)), 1, use_bias=False)(h)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    h = layers.GlobalAveragePooling2D()(h)
    return keras.Model(inp, layers.Dense(num_classes, activation="softmax")(h))


# %% wrong: build_mobilenet_small
# idea: "no norm and activation on the last convolution"
# fits: "Stem and last convolution lack"
# fits: "last convolution lacks"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for i in range(n):
            h = inverted_residual(h, t, divisible(c * width), s if i == 0 else 1)
    h = layers.Conv2D(divisible(last * max(1, width)), 1, use_bias=False)(h)
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_mobilenet_small
# idea: "width ignored by the stem"
# fits: "does not reach the stem"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inp = keras.Input(shape=input_shape)
    h = layers.Conv2D(stem, 3, strides=stem_stride, padding="same", use_bias=False)(inp)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    for t, c, n, s in stages:
        for i in range(n):
            h = inverted_residual(h, t, divisible(c * width), s if i == 0 else 1)
    h = layers.Conv2D(divisible(last * max(1, width)), 1, use_bias=False)(h)
    h = layers.ReLU(6)(layers.BatchNormalization()(h))
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))
