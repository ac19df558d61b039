# %% right: cost_with_and_without_bottleneck
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters
    p1 = channels * bottleneck
    p2 = k2 * bottleneck * filters
    return {
        "without": (p0 + filters, hw * p0),
        "with": (p1 + bottleneck + p2 + filters, hw * (p1 + p2)),
    }


# %% right: cost_with_and_without_bottleneck
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    def conv(c, d, k):
        params = (k * k * c + 1) * d
        return np.array([params, (params - d) * height * width], dtype=object)

    direct = conv(channels, filters, kernel)
    squeezed = conv(channels, bottleneck, 1) + conv(bottleneck, filters, kernel)
    return dict(without=tuple(direct), **{"with": tuple(squeezed)})


# %% wrong: cost_with_and_without_bottleneck
# idea: "no biases"
# fits: "The biases are missing"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters
    p1 = channels * bottleneck
    p2 = k2 * bottleneck * filters
    return {"without": (p0, hw * p0), "with": (p1 + p2, hw * (p1 + p2))}


# %% wrong: cost_with_and_without_bottleneck
# idea: "the large window still sees all channels behind the bottleneck"
# fits: "only the bottleneck's channels"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters
    p1 = channels * bottleneck
    return {
        "without": (p0 + filters, hw * p0),
        "with": (p1 + bottleneck + p0 + filters, hw * (p1 + p0)),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "the places shrink, as for a convolution that is not padded"
# fits: "padded"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    inner = (height - kernel + 1) * (width - kernel + 1)
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters
    p1 = channels * bottleneck
    p2 = k2 * bottleneck * filters
    return {
        "without": (p0 + filters, inner * p0),
        "with": (p1 + bottleneck + p2 + filters, hw * p1 + inner * p2),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "the bottleneck also behind, as ResNet has it"
# fits: "One convolution of 1 x 1"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters
    p1 = channels * bottleneck
    p2 = k2 * bottleneck * bottleneck
    p3 = bottleneck * filters
    return {
        "without": (p0 + filters, hw * p0),
        "with": (p1 + p2 + p3 + 2 * bottleneck + filters, hw * (p1 + p2 + p3)),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "work counted with biases"
# fits: "not counted"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    hw = height * width
    k2 = kernel * kernel
    p0 = k2 * channels * filters + filters
    p1 = channels * bottleneck + bottleneck
    p2 = k2 * bottleneck * filters + filters
    return {"without": (p0, hw * p0), "with": (p1 + p2, hw * (p1 + p2))}


# %% right: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    a = conv(f1, 1)(x)
    b = conv(f3, 3)(conv(f3r, 1)(x))
    c = conv(f5, 5)(conv(f5r, 1)(x))
    d = conv(fp, 1)(layers.MaxPooling2D(pool_size=3, strides=1, padding="same")(x))
    return layers.concatenate([a, b, c, d])


# %% right: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    outputs = []
    for steps in ([("c", f1, 1)], [("c", f3r, 1), ("c", f3, 3)], [("c", f5r, 1), ("c", f5, 5)], [("p",), ("c", fp, 1)]):
        y = x
        for step in steps:
            if step[0] == "p":
                y = layers.MaxPooling2D((3, 3), (1, 1), "same")(y)
            else:
                y = layers.Conv2D(step[1], step[2], padding="same", kernel_initializer="he_uniform")(y)
                y = ops.relu(y)
        outputs.append(y)
    return ops.concatenate(outputs, axis=-1)


# %% wrong: inception_block
# idea: "the default stride of the pooling, made to fit by upsampling"
# fits: "shrink"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    a = conv(f1, 1)(x)
    b = conv(f3, 3)(conv(f3r, 1)(x))
    c = conv(f5, 5)(conv(f5r, 1)(x))
    d = conv(fp, 1)(layers.MaxPooling2D(3, padding="same")(x))
    return layers.concatenate([a, b, c, d])


# %% wrong: inception_block
# idea: "branches added up instead of concatenated"
# fits: "one behind the other"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    n = f1 + f3 + f5 + fp
    a = conv(n, 1)(x)
    b = conv(n, 3)(conv(f3r, 1)(x))
    c = conv(n, 5)(conv(f5r, 1)(x))
    d = conv(n, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
    return layers.add([a, b, c, d])


# %% wrong: inception_block
# idea: "no relu on the bottlenecks"
# fits: "Your bottlenecks have no ReLU"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    thin = lambda n: layers.Conv2D(n, 1, kernel_initializer="he_normal")
    a = conv(f1, 1)(x)
    b = conv(f3, 3)(thin(f3r)(x))
    c = conv(f5, 5)(thin(f5r)(x))
    d = conv(fp, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
    return layers.concatenate([a, b, c, d])


# %% wrong: inception_block
# idea: "the pooling branch without its 1x1"
# fits: "without its convolution"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    a = conv(f1, 1)(x)
    b = conv(f3, 3)(conv(f3r, 1)(x))
    c = conv(f5, 5)(conv(f5r, 1)(x))
    return layers.concatenate([a, b, c, layers.MaxPooling2D(3, 1, padding="same")(x)])


# %% wrong: inception_block
# idea: "two windows of 3x3 instead of 5x5, as in a later Inception"
# fits: "5 x 5"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    conv = lambda n, k: layers.Conv2D(n, k, padding="same", activation="relu", kernel_initializer="he_normal")
    a = conv(f1, 1)(x)
    b = conv(f3, 3)(conv(f3r, 1)(x))
    c = conv(f5, 3)(conv(f5, 3)(conv(f5r, 1)(x)))
    d = conv(fp, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
    return layers.concatenate([a, b, c, d])


# %% right: inception_cost
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    params = sum(k * k * a * b + b for k, a, b in convs)
    macs = sum(h * w * k * k * a * b for k, a, b in convs)
    return params, macs, (h, w, f1 + f3 + f5 + fp)


# %% right: inception_cost
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    b3 = cost_with_and_without_bottleneck(h, w, c, f3, 3, f3r)["with"]
    b5 = cost_with_and_without_bottleneck(h, w, c, f5, 5, f5r)["with"]
    b1 = cost_with_and_without_bottleneck(h, w, c, f1, 1, 1)["without"]
    bp = cost_with_and_without_bottleneck(h, w, c, fp, 1, 1)["without"]
    p, m = (sum(col) for col in zip(b1, b3, b5, bp))
    return (p, m, (h, w, f1 + f3 + f5 + fp))


# %% wrong: inception_cost
# idea: "the pooling counted as nine comparisons a number"
# fits: "Pooling"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    params = sum(k * k * a * b + b for k, a, b in convs)
    macs = sum(h * w * k * k * a * b for k, a, b in convs) + 9 * h * w * c
    return params, macs, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "no bottlenecks"
# fits: "The two bottlenecks are missing"
# fits: "sees the bottleneck's channels"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (3, c, f3), (5, c, f5), (1, c, fp)]
    params = sum(k * k * a * b + b for k, a, b in convs)
    macs = sum(h * w * k * k * a * b for k, a, b in convs)
    return params, macs, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "channels of the pooling branch are those that came in"
# fits: "pooling branch"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    params = sum(k * k * a * b + b for k, a, b in convs)
    macs = sum(h * w * k * k * a * b for k, a, b in convs)
    return params, macs, (h, w, f1 + f3 + f5 + c)


# %% wrong: inception_cost
# idea: "biases forgotten"
# fits: "biases"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    params = sum(k * k * a * b for k, a, b in convs)
    return params, h * w * params, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "square maps"
# fits: "square"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    convs = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    params = sum(k * k * a * b + b for k, a, b in convs)
    macs = sum(h**2 * k * k * a * b for k, a, b in convs)
    return params, macs, (h, w, f1 + f3 + f5 + fp)


# %% right: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inp = keras.Input(input_shape)
    pool = lambda t: layers.MaxPooling2D(3, 2, padding="same")(t)
    t = pool(layers.Conv2D(16, 3, activation="relu", padding="same", kernel_initializer="he_normal")(inp))
    t = pool(inception_block(t, 10, 12, 16, 4, 6, 8))
    t = inception_block(t, 24, 28, 40, 8, 16, 16)
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(t))
    t = pool(inception_block(t, 32, 36, 48, 10, 20, 20))
    t = inception_block(t, 48, 40, 64, 12, 24, 24)
    t = layers.GlobalAveragePooling2D()(t)
    t = layers.Dropout(dropout)(t)
    out = layers.Dense(num_classes)(t)
    return keras.Model(inp, [out, side]) if auxiliary else keras.Model(inp, out)


# %% right: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal")(x)
    x = layers.Activation("relu")(x)
    ends = []
    for i, sizes in enumerate([(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]):
        if i != 2:
            x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    heads = [layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalAvgPool2D()(ends[3])))]
    if auxiliary:
        heads.append(layers.Dense(num_classes)(layers.GlobalAvgPool2D()(ends[1])))
    return keras.Model(start, heads if auxiliary else heads[0])


# %% wrong: build_googlenet_small
# idea: "the auxiliary head on the first block"
# fits: "auxiliary head hangs on another block"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal", activation="relu")(x)
    ends = []
    for i, sizes in enumerate([(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]):
        if i != 2:
            x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    heads = [layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalAvgPool2D()(ends[3])))]
    if auxiliary:
        heads.append(layers.Dense(num_classes)(layers.GlobalAvgPool2D()(ends[0])))
    return keras.Model(start, heads if auxiliary else heads[0])


# %% wrong: build_googlenet_small
# idea: "global max pooling"
# fits: "the mean"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal", activation="relu")(x)
    ends = []
    for i, sizes in enumerate([(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]):
        if i != 2:
            x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    heads = [layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalMaxPool2D()(ends[3])))]
    if auxiliary:
        heads.append(layers.Dense(num_classes)(layers.GlobalMaxPool2D()(ends[1])))
    return keras.Model(start, heads if auxiliary else heads[0])


# %% wrong: build_googlenet_small
# idea: "dropout in the auxiliary head too"
# fits: "ropout"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal", activation="relu")(x)
    ends = []
    for i, sizes in enumerate([(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]):
        if i != 2:
            x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    head = lambda t: layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalAvgPool2D()(t)))
    return keras.Model(start, [head(ends[3]), head(ends[1])] if auxiliary else head(ends[3]))


# %% wrong: build_googlenet_small
# idea: "a pooling before every block"
# fits: "a pooling too many"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal", activation="relu")(x)
    ends = []
    for sizes in [(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]:
        x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    heads = [layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalAvgPool2D()(ends[3])))]
    if auxiliary:
        heads.append(layers.Dense(num_classes)(layers.GlobalAvgPool2D()(ends[1])))
    return keras.Model(start, heads if auxiliary else heads[0])


# %% wrong: build_googlenet_small
# idea: "probabilities"
# fits: "Logits are wanted"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = start = keras.Input(tuple(input_shape))
    x = layers.Conv2D(16, 3, padding="same", kernel_initializer="he_normal", activation="relu")(x)
    ends = []
    for i, sizes in enumerate([(10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)]):
        if i != 2:
            x = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(x)
        x = inception_block(x, *sizes)
        ends.append(x)
    sm = lambda t: layers.Dense(num_classes, activation="softmax")(t)
    heads = [sm(layers.Dropout(dropout)(layers.GlobalAvgPool2D()(ends[3])))]
    if auxiliary:
        heads.append(sm(layers.GlobalAvgPool2D()(ends[1])))
    return keras.Model(start, heads if auxiliary else heads[0])
