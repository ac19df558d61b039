# %% right: dense_block
def dense_block(x, num_layers, growth, bottleneck=False):
    def bn_relu_conv(h, f, k):
        h = keras.layers.BatchNormalization()(h)
        h = keras.layers.Activation("relu")(h)
        return keras.layers.Conv2D(f, k, padding="same", use_bias=False)(h)

    features = [x]
    for i in range(num_layers):
        h = layers.concatenate(features) if i > 0 else x
        if bottleneck:
            h = bn_relu_conv(h, growth * 4, 1)
        features.append(bn_relu_conv(h, growth, 3))
    return layers.concatenate(features)


# %% wrong: dense_block
# idea: "conv, norm, relu instead of norm, relu, conv"
# fits: "You convolve first and norm afterwards"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        h = x
        if bottleneck:
            h = layers.Conv2D(4 * growth, 1, use_bias=False)(h)
            h = layers.ReLU()(layers.BatchNormalization()(h))
        h = layers.Conv2D(growth, 3, padding="same", use_bias=False)(h)
        h = layers.ReLU()(layers.BatchNormalization()(h))
        x = layers.concatenate([x, h])
    return x


# %% wrong: dense_block
# idea: "adds, after a 1x1 convolution is not even needed"
# fits: "You add what each layer finds"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        h = layers.ReLU()(layers.BatchNormalization()(x))
        h = layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(h)
        x = layers.Add()([x, h])
    return x


# %% wrong: dense_block
# idea: "new features first"
# fits: "The new channels are in front"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        h = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            h = layers.Conv2D(4 * growth, 1, use_bias=False)(h)
            h = layers.ReLU()(layers.BatchNormalization()(h))
        h = layers.Conv2D(growth, 3, padding="same", use_bias=False)(h)
        x = layers.concatenate([h, x])
    return x


# %% wrong: dense_block
# idea: "biases left on"
# fits: "have a bias"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        h = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            h = layers.Conv2D(4 * growth, 1)(h)
            h = layers.ReLU()(layers.BatchNormalization()(h))
        h = layers.Conv2D(growth, 3, padding="same")(h)
        x = layers.concatenate([x, h])
    return x


# %% wrong: dense_block
# idea: "returns the new features only, without x"
# fits: "lacks the channels of x"
def dense_block(x, num_layers, growth, bottleneck=False):
    first = x.shape[-1]
    for _ in range(num_layers):
        h = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            h = layers.Conv2D(4 * growth, 1, use_bias=False)(h)
            h = layers.ReLU()(layers.BatchNormalization()(h))
        h = layers.Conv2D(growth, 3, padding="same", use_bias=False)(h)
        x = layers.concatenate([x, h])
    return x[..., first:]


# %% right: transition
def transition(x, compression=0.5):
    if compression > 1 or compression <= 0:
        raise ValueError("compression must be in (0, 1]")
    n = int(np.floor(x.shape[-1] * compression))
    h = layers.BatchNormalization()(x)
    h = ops.relu(h)
    h = layers.Conv2D(n, (1, 1), padding="same", use_bias=False)(h)
    return layers.AveragePooling2D((2, 2), strides=(2, 2))(h)


# %% wrong: transition
# idea: "max pooling"
# fits: "You take the maximum"
def transition(x, compression=0.5):
    if compression > 1 or compression <= 0:
        raise ValueError("compression must be in (0, 1]")
    h = layers.ReLU()(layers.BatchNormalization()(x))
    h = layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(h)
    return layers.MaxPool2D()(h)


# %% wrong: transition
# idea: "a strided 1x1 convolution instead of pooling"
# fits: "Your convolution strides"
def transition(x, compression=0.5):
    if compression > 1 or compression <= 0:
        raise ValueError("compression must be in (0, 1]")
    h = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Conv2D(int(x.shape[-1] * compression), 1, strides=2, use_bias=False)(h)


# %% wrong: transition
# idea: "divides by the compression"
# fits: "You divide by the compression"
def transition(x, compression=0.5):
    if compression > 1 or compression <= 0:
        raise ValueError("compression must be in (0, 1]")
    h = layers.ReLU()(layers.BatchNormalization()(x))
    h = layers.Conv2D(int(x.shape[-1] / compression), 1, use_bias=False)(h)
    return layers.AveragePooling2D(2)(h)


# %% wrong: transition
# idea: "rounds the channels up"
# fits: "rounded down"
def transition(x, compression=0.5):
    if compression > 1 or compression <= 0:
        raise ValueError("compression must be in (0, 1]")
    h = layers.ReLU()(layers.BatchNormalization()(x))
    h = layers.Conv2D(math.ceil(x.shape[-1] * compression), 1, use_bias=False)(h)
    return layers.AveragePooling2D(2)(h)


# %% wrong: transition
# idea: "no check of compression"
# fits: "gets through"
def transition(x, compression=0.5):
    h = layers.ReLU()(layers.BatchNormalization()(x))
    h = layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(h)
    return layers.AveragePooling2D(2)(h)


# %% right: grouped_conv
def grouped_conv(x, w, groups):
    c_in, c_out = x.shape[-1], w.shape[-1]
    if c_in % groups != 0:
        raise ValueError("channels not divisible")
    if c_out % groups != 0:
        raise ValueError("filters not divisible")
    if w.shape[-2] != c_in / groups:
        raise ValueError("kernel does not fit")
    out = []
    for g in range(groups):
        a, b = g * c_in // groups, (g + 1) * c_in // groups
        c, d = g * c_out // groups, (g + 1) * c_out // groups
        out.append(ops.conv(x[:, :, :, a:b], w[:, :, :, c:d], strides=(1, 1), padding="same"))
    return ops.concatenate(out, axis=3)


# %% wrong: grouped_conv
# idea: "reshape puts the groups in front, so channels are dealt out"
# fits: "deal the channels out"
def grouped_conv(x, w, groups):
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    if x.shape[-1] % groups or w.shape[-1] % groups or w.shape[2] * groups != x.shape[-1]:
        raise ValueError("groups")
    n = w.shape[-1] // groups
    return ops.concatenate(
        [ops.conv(x[..., g::groups], w[..., g * n : g * n + n], padding="same") for g in range(groups)], axis=-1
    )


# %% wrong: grouped_conv
# idea: "adds the groups"
# fits: "You add the groups"
def grouped_conv(x, w, groups):
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    if x.shape[-1] % groups or w.shape[-1] % groups or w.shape[2] * groups != x.shape[-1]:
        raise ValueError("groups")
    return sum(ops.conv(part, w, padding="same") for part in ops.split(x, groups, axis=-1))


# %% wrong: grouped_conv
# idea: "valid padding, Keras's default"
# fits: "The picture shrinks"
def grouped_conv(x, w, groups):
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    if x.shape[-1] % groups or w.shape[-1] % groups or w.shape[2] * groups != x.shape[-1]:
        raise ValueError("groups")
    pairs = zip(ops.split(x, groups, -1), ops.split(w, groups, -1))
    return ops.concatenate([ops.conv(a, b) for a, b in pairs], axis=-1)


# %% wrong: grouped_conv
# idea: "returns a NumPy array"
def grouped_conv(x, w, groups):
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    if x.shape[-1] % groups or w.shape[-1] % groups or w.shape[2] * groups != x.shape[-1]:
        raise ValueError("groups")
    pairs = zip(ops.split(x, groups, -1), ops.split(w, groups, -1))
    return np.concatenate([ops.convert_to_numpy(ops.conv(a, b, padding="same")) for a, b in pairs], axis=-1)


# %% wrong: grouped_conv
# idea: "no checks at all"
# fits: "get through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def grouped_conv(x, w, groups):
    own, each = x.shape[-1] // groups, w.shape[-1] // groups
    out = []
    for g in range(groups):
        out.append(ops.conv(x[..., g * own : g * own + own], w[..., g * each : g * each + each], padding="same"))
    return ops.concatenate(out, axis=-1)


# %% right: se_block
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalAveragePooling2D()(x)
    h = layers.Reshape((1, 1, c))(h)
    h = layers.Dense(units=max(1, c // ratio))(h)
    h = layers.ReLU()(h)
    h = layers.Dense(units=c)(h)
    h = layers.Activation("sigmoid")(h)
    return layers.multiply([h, x])


# %% wrong: se_block
# idea: "softmax over channels"
# fits: "Your gates add up to 1"
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalAveragePooling2D(keepdims=True)(x)
    h = layers.Dense(max(1, c // ratio), activation="relu")(h)
    return x * layers.Dense(c, activation="softmax")(h)


# %% wrong: se_block
# idea: "hidden layer can have zero units"
# fits: "no unit at all"
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalAveragePooling2D(keepdims=True)(x)
    h = layers.Dense(c // ratio, activation="relu")(h)
    return x * layers.Dense(c, activation="sigmoid")(h)


# %% wrong: se_block
# idea: "no biases"
# fits: "bias"
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalAveragePooling2D(keepdims=True)(x)
    h = layers.Dense(max(1, c // ratio), activation="relu", use_bias=False)(h)
    return x * layers.Dense(c, activation="sigmoid", use_bias=False)(h)


# %% wrong: se_block
# idea: "gives the gates and forgets to apply them"
# fits: "You return the gates themselves"
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalAveragePooling2D(keepdims=True)(x)
    h = layers.Dense(max(1, c // ratio), activation="relu")(h)
    return layers.Dense(c, activation="sigmoid")(h)


# %% wrong: se_block
# idea: "global max pooling"
# fits: "You squeeze by the maximum"
def se_block(x, ratio=16):
    c = x.shape[-1]
    h = layers.GlobalMaxPooling2D(keepdims=True)(x)
    h = layers.Dense(max(1, c // ratio), activation="relu")(h)
    return x * layers.Dense(c, activation="sigmoid")(h)


# %% right: regnet_widths
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0:
        raise ValueError("slope")
    if step <= 1:
        raise ValueError("step")
    widths = []
    for j in range(depth):
        u = initial + slope * j
        e = round(math.log(u / initial) / math.log(step))
        widths.append(int(round(initial * step**e / 8) * 8))
    stages, j = [], 0
    while j < depth:
        n = widths.count(widths[j])
        g = group_width if group_width < widths[j] else widths[j]
        stages.append((int(round(widths[j] / g)) * g, n))
        j += n
    return stages


# %% wrong: regnet_widths
# idea: "floor of the exponents"
# fits: "You round the exponents down"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("bad")
    u = initial + slope * np.arange(depth)
    e = np.floor(np.log(u / initial) / np.log(step))
    v = (np.round(initial * step**e / 8) * 8).astype(int).tolist()
    out = []
    for w in sorted(set(v)):
        g = min(group_width, w)
        out.append((round(w / g) * g, v.count(w)))
    return out


# %% wrong: regnet_widths
# idea: "the line is rounded to multiples of 8, no powers"
# fits: "You round the line itself"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("bad")
    v = (np.round((initial + slope * np.arange(depth)) / 8) * 8).astype(int).tolist()
    out = []
    for w in sorted(set(v)):
        g = min(group_width, w)
        out.append((round(w / g) * g, v.count(w)))
    return out


# %% wrong: regnet_widths
# idea: "group width ignored"
# fits: "not made to fit the groups"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("bad")
    u = initial + slope * np.arange(depth)
    e = np.round(np.log(u / initial) / np.log(step))
    v = (np.round(initial * step**e / 8) * 8).astype(int).tolist()
    return [(w, v.count(w)) for w in sorted(set(v))]


# %% wrong: regnet_widths
# idea: "widths per block rather than stages"
# fits: "an entry for each block"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("bad")
    u = initial + slope * np.arange(depth)
    e = np.round(np.log(u / initial) / np.log(step))
    v = (np.round(initial * step**e / 8) * 8).astype(int).tolist()
    return [(round(w / min(group_width, w)) * min(group_width, w), 1) for w in v]


# %% wrong: regnet_widths
# idea: "NumPy integers come back"
# fits: "Your numbers are NumPy's"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("bad")
    u = initial + slope * np.arange(depth)
    e = np.round(np.log(u / initial) / np.log(step))
    v = np.round(initial * step**e / 8) * 8
    widths, counts = np.unique(v, return_counts=True)
    g = np.minimum(group_width, widths)
    return list(zip(np.round(widths / g) * g, counts))


# %% right: dense_block
def dense_block(x, num_layers, growth, bottleneck=False):
    collected = [x]
    for _ in range(num_layers):
        y = collected[0] if len(collected) == 1 else layers.Concatenate()(collected)
        if bottleneck:
            y = layers.Activation("relu")(layers.BatchNormalization()(y))
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
        y = layers.Activation("relu")(layers.BatchNormalization()(y))
        collected.append(layers.Conv2D(growth, 3, padding="same", use_bias=False)(y))
    return layers.Concatenate()(collected)


# %% right: dense_block
def dense_block(x, num_layers, growth, bottleneck=False):
    plan = [(4 * growth, 1), (growth, 3)] if bottleneck else [(growth, 3)]
    while num_layers > 0:
        y = x
        for count, size in plan:
            y = ops.relu(layers.BatchNormalization()(y))
            y = layers.Conv2D(count, size, padding="same", use_bias=False)(y)
        x = ops.concatenate([x, y], axis=3)
        num_layers -= 1
    return x


# %% wrong: dense_block
# idea: "norm and ReLU are applied to what is carried on, so that the old channels change"
# fits: "You carry on what norm and ReLU made"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        x = layers.ReLU()(layers.BatchNormalization()(x))
        y = x
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
            y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x


# %% wrong: dense_block
# idea: "each layer sees the one before it only, and all outputs are laid side by side at the end"
# fits: "Every layer of yours sees the layer before it alone"
def dense_block(x, num_layers, growth, bottleneck=False):
    outputs, y = [x], x
    for _ in range(num_layers):
        if bottleneck:
            y = layers.ReLU()(layers.BatchNormalization()(y))
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        outputs.append(y)
    return layers.Concatenate()(outputs)


# %% wrong: dense_block
# idea: "no norm and ReLU between the two convolutions of a bottleneck"
# fits: "follow each other directly"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x


# %% wrong: dense_block
# idea: "ReLU first, then the norm"
# fits: "You norm after"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        y = x
        if bottleneck:
            y = layers.BatchNormalization()(layers.ReLU()(y))
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization()(layers.ReLU()(y))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x


# %% wrong: dense_block
# idea: "norms with the epsilon of the published network, 1.001e-5, and not Keras's own"
# fits: "Your norms have the epsilon"
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        y = x
        if bottleneck:
            y = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(y))
            y = layers.Conv2D(4 * growth, 1, padding="same", use_bias=False)(y)
        y = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(y))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x


# %% right: transition
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    channels = math.floor(compression * x.shape[-1])
    y = layers.Activation("relu")(layers.BatchNormalization()(x))
    y = layers.AvgPool2D(2)(y)  # a mean of pixels and a sum over channels may change places
    return layers.Conv2D(channels, (1, 1), use_bias=False)(y)


# %% right: transition
def transition(x, compression=0.5):
    if compression > 0 and compression <= 1:
        y = ops.relu(layers.BatchNormalization()(x))
        y = layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(y)
        rows, columns = x.shape[1] // 2, x.shape[2] // 2
        y = y[:, : 2 * rows, : 2 * columns]
        y = ops.reshape(y, (-1, rows, 2, columns, 2, y.shape[-1]))
        return ops.mean(y, axis=(2, 4))
    raise ValueError("compression")


# %% wrong: transition
# idea: "channels rounded to the nearest whole number"
# fits: "You round theta C to the nearest"
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(round(x.shape[-1] * compression), 1, use_bias=False)(y)
    return layers.AveragePooling2D(2)(y)


# %% wrong: transition
# idea: "pooling with same padding: keeps an odd row at the end"
# fits: "You keep an odd row at the end"
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(y)
    return layers.AveragePooling2D(2, padding="same")(y)


# %% wrong: transition
# idea: "refuses a compression of 1, which keeps all channels"
# fits: "A compression of 1 is refused"
def transition(x, compression=0.5):
    if not 0 < compression < 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(y)
    return layers.AveragePooling2D(2)(y)


# %% wrong: transition
# idea: "a strided convolution makes the picture smaller, nothing is averaged"
# fits: "Your convolution strides"
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    rows, columns = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2
    return layers.Conv2D(int(x.shape[-1] * compression), 1, strides=2, use_bias=False)(y[:, :rows, :columns])


# %% wrong: transition
# idea: "pools first, before norm and ReLU"
# fits: "You pool before norm and ReLU"
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    y = layers.AveragePooling2D(2)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    return layers.Conv2D(int(x.shape[-1] * compression), 1, use_bias=False)(y)


# %% wrong: transition
# idea: "compression is the share that is taken away"
# fits: "Compression is the share that is kept"
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(x.shape[-1] - int(x.shape[-1] * compression) or 1, 1, use_bias=False)(y)
    return layers.AveragePooling2D(2)(y)


# %% wrong: transition
# idea: "a negative or zero compression is let through to a single channel"
# fits: "A compression of 0 or less gets through"
def transition(x, compression=0.5):
    if compression > 1:
        raise ValueError("compression")
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(max(int(x.shape[-1] * compression), 1), 1, use_bias=False)(y)
    return layers.AveragePooling2D(2)(y)


# %% right: grouped_conv
def grouped_conv(x, w, groups):
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    channels, filters = x.shape[-1], w.shape[-1]
    if channels % groups != 0 or filters % groups != 0 or w.shape[2] * groups != channels:
        raise ValueError("shapes do not fit")
    parts = zip(ops.split(x, groups, axis=-1), ops.split(w, groups, axis=-1))
    return ops.concatenate([ops.conv(a, b, strides=1, padding="same") for a, b in parts], axis=-1)


# %% right: grouped_conv
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or d % groups or w.shape[-2] != c // groups:
        raise ValueError("shapes do not fit")
    # one large kernel that is zero outside the blocks of its groups
    owner_in = np.repeat(np.arange(groups), c // groups)
    owner_out = np.repeat(np.arange(groups), d // groups)
    mask = (owner_in[:, None] == owner_out[None, :]).astype("float32")
    large = ops.tile(ops.convert_to_tensor(w), (1, 1, groups, 1)) * mask
    return ops.conv(ops.convert_to_tensor(x), large, padding="same")


# %% wrong: grouped_conv
# idea: "every group of filters sees the first C / G channels"
# fits: "Every group of filters sees the first channels"
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or d % groups or w.shape[2] != c // groups:
        raise ValueError("shapes")
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    return ops.conv(x[..., : c // groups], w, padding="same")


# %% wrong: grouped_conv
# idea: "hands the kernel to Keras, which works out the groups by itself"
# fits: "You hand the kernel to Keras"
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or d % groups or w.shape[2] != c // groups:
        raise ValueError("shapes")
    return ops.conv(ops.convert_to_tensor(x), ops.convert_to_tensor(w), padding="same")


# %% wrong: grouped_conv
# idea: "does not look at the channels of w, which Keras then takes for groups within groups"
# fits: "A kernel with another number of channels"
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or d % groups:
        raise ValueError("shapes")
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    m, n = c // groups, d // groups
    parts = [
        ops.conv(x[..., g * m : (g + 1) * m], w[..., g * n : (g + 1) * n], padding="same") for g in range(groups)
    ]
    return ops.concatenate(parts, axis=-1)


# %% wrong: grouped_conv
# idea: "filters that are left over are dropped: only C is looked at"
# fits: "Filters that cannot be cut"
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or w.shape[2] != c // groups:
        raise ValueError("shapes")
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    m, n = c // groups, d // groups
    parts = [
        ops.conv(x[..., g * m : (g + 1) * m], w[..., g * n : (g + 1) * n], padding="same") for g in range(groups)
    ]
    return ops.concatenate(parts, axis=-1)


# %% wrong: grouped_conv
# idea: "outputs of the groups dealt out in turn instead of laid one behind the other"
# fits: "The outputs of the groups are interleaved"
def grouped_conv(x, w, groups):
    c, d = x.shape[-1], w.shape[-1]
    if c % groups or d % groups or w.shape[2] != c // groups:
        raise ValueError("shapes")
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    m, n = c // groups, d // groups
    parts = [
        ops.conv(x[..., g * m : (g + 1) * m], w[..., g * n : (g + 1) * n], padding="same") for g in range(groups)
    ]
    y = ops.stack(parts, axis=-1)
    return ops.reshape(y, (*y.shape[:3], d))


# %% right: se_block
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.GlobalAveragePooling2D(keepdims=True)(x)
    q = layers.Dense(max(channels // ratio, 1), activation="relu")(q)
    return layers.Multiply()([x, layers.Dense(channels, activation="sigmoid")(q)])


# %% right: se_block
def se_block(x, ratio=16):
    hidden = x.shape[-1] // ratio
    if hidden == 0:
        hidden = 1
    q = ops.mean(x, axis=[1, 2])
    z = layers.Dense(x.shape[-1])(ops.relu(layers.Dense(hidden)(q)))
    return x * ops.sigmoid(z)[:, None, None, :]


# %% wrong: se_block
# idea: "ratio is taken for the number of hidden units"
# fits: "r is not the number of hidden units"
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.GlobalAveragePooling2D(keepdims=True)(x)
    q = layers.Dense(ratio, activation="relu")(q)
    return layers.Multiply()([x, layers.Dense(channels, activation="sigmoid")(q)])


# %% wrong: se_block
# idea: "the hidden layer is rounded up, not down"
# fits: "You round the hidden units up"
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.GlobalAveragePooling2D(keepdims=True)(x)
    q = layers.Dense(math.ceil(channels / ratio), activation="relu")(q)
    return layers.Multiply()([x, layers.Dense(channels, activation="sigmoid")(q)])


# %% wrong: se_block
# idea: "gates each pixel by itself: nothing is squeezed"
# fits: "Nothing is squeezed"
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.Dense(max(channels // ratio, 1), activation="relu")(x)
    return layers.Multiply()([x, layers.Dense(channels, activation="sigmoid")(q)])


# %% wrong: se_block
# idea: "returns the gates, spread over the picture, without x"
# fits: "You return the gates"
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.GlobalAveragePooling2D(keepdims=True)(x)
    q = layers.Dense(max(channels // ratio, 1), activation="relu")(q)
    return ops.ones_like(x) * layers.Dense(channels, activation="sigmoid")(q)


# %% wrong: se_block
# idea: "x plus gated x, a residual by habit"
# fits: "You add x once more"
def se_block(x, ratio=16):
    channels = x.shape[-1]
    q = layers.GlobalAveragePooling2D(keepdims=True)(x)
    q = layers.Dense(max(channels // ratio, 1), activation="relu")(q)
    return layers.Add()([x, layers.Multiply()([x, layers.Dense(channels, activation="sigmoid")(q)])])


# %% right: regnet_widths
def regnet_widths(depth, initial, slope, step, group_width=8):
    if not slope >= 0 or not step > 1:
        raise ValueError("slope or step")
    u = initial + slope * np.arange(depth)
    e = np.round(np.log(u / initial) / np.log(step))
    v = 8 * np.round(initial * np.power(float(step), e) / 8)
    stages = []
    for width, blocks in zip(*np.unique(v, return_counts=True)):
        width = int(width)
        g = min(group_width, width)
        stages.append((int(round(width / g) * g), int(blocks)))
    return stages


# %% right: regnet_widths
def regnet_widths(depth, initial, slope, step, group_width=8):
    import itertools

    if slope < 0:
        raise ValueError("slope")
    if step <= 1:
        raise ValueError("step")

    def width(j):
        exponent = round(math.log((initial + j * slope) / initial, step))
        return 8 * round(initial * step**exponent / 8)

    result = []
    for v, blocks in itertools.groupby(map(width, range(depth))):
        size = group_width if group_width < v else v
        result.append((size * round(v / size), len(list(blocks))))
    return result


# %% wrong: regnet_widths
# idea: "widths go to the nearest step in channels, not in the exponent"
# fits: "nearest in channels"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("slope or step")
    stages = []
    for j in range(depth):
        u = initial + slope * j
        low = math.floor(math.log(u / initial) / math.log(step) + 1e-9)
        e = min((low, low + 1), key=lambda power: abs(initial * step**power - u))
        v = 8 * round(initial * step**e / 8)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [(round(v / min(group_width, v)) * min(group_width, v), n) for v, n in stages]


# %% wrong: regnet_widths
# idea: "a half is rounded up instead of to the even number"
# fits: "From the middle you always round up"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("slope or step")

    def nearest(value):
        return math.floor(value + 0.5)

    stages = []
    for j in range(depth):
        e = nearest(math.log((initial + slope * j) / initial) / math.log(step))
        v = 8 * nearest(initial * step**e / 8)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [(nearest(v / min(group_width, v)) * min(group_width, v), n) for v, n in stages]


# %% wrong: regnet_widths
# idea: "a stage narrower than a group is widened to one group"
# fits: "A stage narrower than a group"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("slope or step")
    stages = []
    for j in range(depth):
        e = round(math.log((initial + slope * j) / initial) / math.log(step))
        v = 8 * round(initial * step**e / 8)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [(max(round(v / group_width), 1) * group_width, n) for v, n in stages]


# %% wrong: regnet_widths
# idea: "stages are formed after fitting to groups: two that become equally wide fuse"
# fits: "stay two stages"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("slope or step")
    stages = []
    for j in range(depth):
        e = round(math.log((initial + slope * j) / initial) / math.log(step))
        v = 8 * round(initial * step**e / 8)
        v = round(v / min(group_width, v)) * min(group_width, v)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [tuple(stage) for stage in stages]


# %% wrong: regnet_widths
# idea: "a level line is refused: slope 0"
# fits: "A slope of 0 is refused"
# fits: "Your own `raise` refuses what is allowed"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope <= 0 or step <= 1:
        raise ValueError("slope or step")
    stages = []
    for j in range(depth):
        e = round(math.log((initial + slope * j) / initial) / math.log(step))
        v = 8 * round(initial * step**e / 8)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [(round(v / min(group_width, v)) * min(group_width, v), n) for v, n in stages]


# %% wrong: regnet_widths
# idea: "no rounding to a multiple of 8 before the groups"
# fits: "no multiples of 8"
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError("slope or step")
    stages = []
    for j in range(depth):
        e = round(math.log((initial + slope * j) / initial) / math.log(step))
        v = round(initial * step**e)
        if stages and stages[-1][0] == v:
            stages[-1][1] += 1
        else:
            stages.append([v, 1])
    return [(round(v / min(group_width, v)) * min(group_width, v), n) for v, n in stages]
