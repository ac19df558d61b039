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
