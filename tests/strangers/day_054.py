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
# fits: "Results are right where there is one. But what the docstring refuses is taken"
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
# fits: "Results are right where there is one. But what the docstring refuses is taken"
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
# fits: "Tuples are due"
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


# %% right: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    f_h, f_w, channels, m = w.shape
    if x.shape[3] != channels:
        raise ValueError(f"filters for {channels} channels, pictures of {x.shape[3]}")
    rows = day_046.pad_amounts(x.shape[1], f_h, "same", stride)
    columns = day_046.pad_amounts(x.shape[2], f_w, "same", stride)
    padded = np.pad(x, ((0, 0), tuple(rows), tuple(columns), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (f_h, f_w), axis=(1, 2))[:, ::stride, ::stride]
    out = np.einsum("nijcuv,uvcm->nijcm", windows, w)
    return out.reshape(*out.shape[:3], channels * m).astype(x.dtype)


# %% right: depthwise_conv2d
def depthwise_conv2d(x, w, stride=1):
    n, height, width, channels = x.shape
    f_h, f_w, own, m = w.shape
    if own != channels:
        raise ValueError("another number of channels")
    h_out, w_out = -(-height // stride), -(-width // stride)
    down, across = max((h_out - 1) * stride + f_h - height, 0), max((w_out - 1) * stride + f_w - width, 0)
    padded = np.zeros((n, height + down, width + across, channels), x.dtype)
    padded[:, down // 2 : down // 2 + height, across // 2 : across // 2 + width] = x
    out = np.zeros((n, h_out, w_out, channels * m), x.dtype)
    for c in range(channels):
        for k in range(m):
            for u in range(f_h):
                for v in range(f_w):
                    rows = slice(u, u + (h_out - 1) * stride + 1, stride)
                    columns = slice(v, v + (w_out - 1) * stride + 1, stride)
                    out[..., c * m + k] += padded[:, rows, columns, c] * w[u, v, c, k]
    return out


# %% wrong: depthwise_conv2d
# idea: "turns the filter round by 180 degrees, as the convolution of mathematics does"
# fits: "Your filters are turned around"
def depthwise_conv2d(x, w, stride=1):
    n, height, width, channels = x.shape
    f_h, f_w, own, m = w.shape
    if own != channels:
        raise ValueError("another number of channels")
    padded = day_046.zero_pad(
        x,
        (day_046.pad_amounts(height, f_h, "same", stride), day_046.pad_amounts(width, f_w, "same", stride)),
    )
    h_out, w_out = math.ceil(height / stride), math.ceil(width / stride)
    out = np.zeros((n, h_out, w_out, channels * m), x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = padded[:, i * stride : i * stride + f_h, j * stride : j * stride + f_w]
            out[:, i, j] = np.einsum("nuvc,uvcm->ncm", window, w[::-1, ::-1]).reshape(n, -1)
    return out


# %% right: separable_params_and_macs
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if not (width > 0 and resolution > 0):
        raise ValueError("both multipliers have to be above 0")
    rows, columns, channels = input_shape
    rows, columns = (max(1, math.floor(n * resolution)) for n in (rows, columns))
    channels, filters = (max(1, math.floor(n * width)) for n in (channels, filters))
    weights = channels * (size * size + filters)
    return weights, weights * ((rows + stride - 1) // stride) * ((columns + stride - 1) // stride)


# %% wrong: separable_params_and_macs
# idea: "divides the side by the stride and rounds down"
# fits: "sizes are divided by the stride and rounded up"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("both multipliers have to be above 0")
    rows, columns = (max(1, int(n * resolution)) for n in input_shape[:2])
    channels, filters = max(1, int(input_shape[2] * width)), max(1, int(filters * width))
    weights = size**2 * channels + channels * filters
    return weights, weights * max(rows // stride, 1) * max(columns // stride, 1)


# %% wrong: separable_params_and_macs
# idea: "rounds after both steps at once: the multiply-adds of the full picture times rho squared"
# fits: "You apply the resolution, squared"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("both multipliers have to be above 0")
    channels, filters = max(1, int(input_shape[2] * width)), max(1, int(filters * width))
    weights = size**2 * channels + channels * filters
    places = math.ceil(input_shape[0] / stride) * math.ceil(input_shape[1] / stride)
    return weights, int(weights * places * resolution**2)


# %% wrong: separable_params_and_macs
# idea: "gives every output channel its own depthwise filter: f * f * D"
# fits: "works on the channels that come in, not on those that go out"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("both multipliers have to be above 0")
    rows, columns = (max(1, int(n * resolution)) for n in input_shape[:2])
    channels, filters = max(1, int(input_shape[2] * width)), max(1, int(filters * width))
    weights = size**2 * filters + channels * filters
    return weights, weights * math.ceil(rows / stride) * math.ceil(columns / stride)


# %% wrong: separable_params_and_macs
# idea: "a thin network can lose all of its channels: no floor of 1"
# fits: "no channel is left"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0 or resolution <= 0:
        raise ValueError("both multipliers have to be above 0")
    rows, columns = (max(1, int(n * resolution)) for n in input_shape[:2])
    channels, filters = int(input_shape[2] * width), int(filters * width)
    weights = size**2 * channels + channels * filters
    return weights, weights * math.ceil(rows / stride) * math.ceil(columns / stride)


# %% wrong: separable_params_and_macs
# idea: "checks the width and forgets the resolution"
# fits: "A resolution of 0 or less gets through"
def separable_params_and_macs(input_shape, filters, size=3, stride=1, width=1.0, resolution=1.0):
    if width <= 0:
        raise ValueError("the width has to be above 0")
    rows, columns = (max(1, int(n * resolution)) for n in input_shape[:2])
    channels, filters = max(1, int(input_shape[2] * width)), max(1, int(filters * width))
    weights = size**2 * channels + channels * filters
    return weights, weights * math.ceil(rows / stride) * math.ceil(columns / stride)


# %% right: inverted_residual
def inverted_residual(x, expansion, filters, stride):
    channels, y = x.shape[3], x
    if expansion != 1:
        y = layers.Conv2D(channels * expansion, kernel_size=(1, 1), use_bias=False)(y)
        y = ops.relu6(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D((3, 3), strides=(stride, stride), padding="same", use_bias=False)(y)
    y = ops.relu6(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, padding="same", use_bias=False)(y))
    return y + x if (stride, filters) == (1, channels) else y


# %% wrong: inverted_residual
# idea: "a ReLU6 after the sum, as Day 52's block has its ReLU"
# fits: "There is a ReLU after the sum"
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 1, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return layers.ReLU(6.0)(layers.Add()([x, y])) if stride == 1 and filters == x.shape[-1] else y


# %% wrong: inverted_residual
# idea: "widens to t times the filters that come out instead of the channels that come in"
# fits: "not of those that go out"
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * filters, 1, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, padding="same", use_bias=False)(y))
    return layers.Add()([x, y]) if stride == 1 and filters == x.shape[-1] else y


# %% wrong: inverted_residual
# idea: "the expansion strides, and the depthwise convolution does not"
# fits: "Your expansion strides"
def inverted_residual(x, expansion, filters, stride):
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, strides=stride, padding="same", use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.DepthwiseConv2D(3, strides=1 if expansion > 1 else stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, padding="same", use_bias=False)(y))
    return layers.Add()([x, y]) if stride == 1 and filters == x.shape[-1] else y


# %% wrong: inverted_residual
# idea: "norms with the momentum of 0.999 of keras.applications instead of Keras's own"
# fits: "Your norms have settings of their own"
def inverted_residual(x, expansion, filters, stride):
    def norm(y):
        return layers.BatchNormalization(momentum=0.999, epsilon=1e-3)(y)

    y = x
    if expansion > 1:
        y = layers.ReLU(6.0)(norm(layers.Conv2D(expansion * x.shape[-1], 1, padding="same", use_bias=False)(y)))
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6.0)(norm(y))
    y = norm(layers.Conv2D(filters, 1, padding="same", use_bias=False)(y))
    return layers.Add()([x, y]) if stride == 1 and filters == x.shape[-1] else y


# %% right: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    deeper, wider, larger = (q**phi for q in factors)
    scaled = []
    for filters, repeats in stages:
        scaled.append((divisible(filters * wider), math.ceil(repeats * deeper)))
    return scaled, round(side * larger), float(deeper * wider * wider * larger * larger)


# %% right: compound_scaling
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    depth, width, resolution = np.asarray(factors, dtype=float) ** phi
    return (
        [(int(divisible(width * f)), int(np.ceil(depth * n))) for f, n in stages],
        int(np.rint(resolution * side)),
        float(depth * (width * resolution) ** 2),
    )


# %% wrong: compound_scaling
# idea: "multiplies by phi instead of raising to it"
# fits: "You scale along a straight line"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    depth, width, resolution = (1 + (q - 1) * phi for q in factors)
    scaled = [(divisible(f * width), math.ceil(n * depth)) for f, n in stages]
    return scaled, round(side * resolution), float(depth * width**2 * resolution**2)


# %% wrong: compound_scaling
# idea: "growth from the rounded numbers: the sum of filters squared times repeats, times the side squared"
# fits: "Your growth is of the rounded numbers"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    depth, width, resolution = (q**phi for q in factors)
    scaled = [(divisible(f * width), math.ceil(n * depth)) for f, n in stages]
    new_side = round(side * resolution)
    old = sum(f * f * n for f, n in stages) * side**2
    new = sum(f * f * n for f, n in scaled) * new_side**2
    return scaled, new_side, new / old


# %% wrong: compound_scaling
# idea: "scales step by step in a loop, so only whole phi work"
# fits: "You take whole steps of phi only"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    depth = width = resolution = 1.0
    for _ in range(int(phi)):
        depth, width, resolution = depth * factors[0], width * factors[1], resolution * factors[2]
    scaled = [(divisible(f * width), math.ceil(n * depth)) for f, n in stages]
    return scaled, round(side * resolution), float(depth * width**2 * resolution**2)


# %% wrong: compound_scaling
# idea: "overwrites the list of stages that was given"
# fits: "changed in place"
def compound_scaling(phi, stages, side, factors=(1.2, 1.1, 1.15)):
    if phi < 0:
        raise ValueError("phi is negative")
    depth, width, resolution = (q**phi for q in factors)
    for i, (f, n) in enumerate(stages):
        stages[i] = (divisible(f * width), math.ceil(n * depth))
    return stages, round(side * resolution), float(depth * width**2 * resolution**2)


# %% right: build_mobilenet_small
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    def conv_norm_relu(x, filters, size, stride):
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        return layers.Activation("relu6")(layers.BatchNormalization()(x))

    inputs = keras.Input(tuple(input_shape))
    x = conv_norm_relu(inputs, divisible(stem * width), (3, 3), stem_stride)
    plan = [(t, divisible(f * width), s if i == 0 else 1) for t, f, n, s in stages for i in range(n)]
    for expansion, filters, stride in plan:
        x = inverted_residual(x, expansion, filters, stride)
    x = conv_norm_relu(x, divisible(last * max(1.0, width)), (1, 1), 1)
    x = ops.mean(x, axis=(1, 2))
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% wrong: build_mobilenet_small
# idea: "the last convolution is never scaled, also above 1"
# fits: "does not grow with a width above 1"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, divisible(filters * width), 1 if i else stride)
    x = layers.Conv2D(divisible(last), 1, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% wrong: build_mobilenet_small
# idea: "filters times the width cut to whole numbers, not made divisible"
# fits: "They are to be multiples of 8"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(max(1, int(stem * width)), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, max(1, int(filters * width)), 1 if i else stride)
    x = layers.Conv2D(int(last * max(width, 1)), 1, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% wrong: build_mobilenet_small
# idea: "an ordinary ReLU behind the stem and the last convolution"
# fits: "has no upper end"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, divisible(filters * width), 1 if i else stride)
    x = layers.Conv2D(divisible(last * max(width, 1)), 1, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x)))


# %% wrong: build_mobilenet_small
# idea: "the maximum over the places instead of the mean"
# fits: "You take the largest value of each channel"
def build_mobilenet_small(input_shape, num_classes, stages, stem=32, last=1280, stem_stride=1, width=1.0):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(divisible(stem * width), 3, strides=stem_stride, padding="same", use_bias=False)(inputs)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for expansion, filters, blocks, stride in stages:
        for i in range(blocks):
            x = inverted_residual(x, expansion, divisible(filters * width), 1 if i else stride)
    x = layers.Conv2D(divisible(last * max(width, 1)), 1, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(num_classes)(layers.GlobalMaxPooling2D()(x)))
