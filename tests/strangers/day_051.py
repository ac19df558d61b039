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
# fits: "a bill without bottlenecks"
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


# %% right: cost_with_and_without_bottleneck
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    bills = {}
    for name, chain in (
        ("without", [(kernel, channels, filters)]),
        ("with", [(1, channels, bottleneck), (kernel, bottleneck, filters)]),
    ):
        weights = [f * f * c * d for f, c, d in chain]
        biases = [d for _, _, d in chain]
        bills[name] = (sum(weights) + sum(biases), sum(height * width * w for w in weights))
    return bills


# %% wrong: cost_with_and_without_bottleneck
# idea: "forgets the bottleneck's own biases"
# fits: "biases of its own, r of them"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * kernel * channels * filters
    narrow = channels * bottleneck + kernel * kernel * bottleneck * filters
    places = height * width
    return {"without": (direct + filters, places * direct), "with": (narrow + filters, places * narrow)}


# %% wrong: cost_with_and_without_bottleneck
# idea: "the bottleneck itself is free"
# fits: "The 1 x 1 convolution itself is missing"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * kernel * channels * filters
    narrow = kernel * kernel * bottleneck * filters
    places = height * width
    return {"without": (direct + filters, places * direct), "with": (narrow + filters, places * narrow)}


# %% wrong: cost_with_and_without_bottleneck
# idea: "the bottleneck lies behind the large window"
# fits: "lies behind the large window"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * kernel * channels * filters
    narrow = kernel * kernel * channels * bottleneck + bottleneck * filters
    places = height * width
    return {
        "without": (direct + filters, places * direct),
        "with": (narrow + bottleneck + filters, places * narrow),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "a window has kernel weights, not kernel times kernel"
# fits: "side times side"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * channels * filters
    narrow = channels * bottleneck + kernel * bottleneck * filters
    places = height * width
    return {
        "without": (direct + filters, places * direct),
        "with": (narrow + bottleneck + filters, places * narrow),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "two operations for each multiply-add"
# fits: "A multiply-add is one"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * kernel * channels * filters
    narrow = channels * bottleneck + kernel * kernel * bottleneck * filters
    places = height * width
    return {
        "without": (direct + filters, 2 * places * direct),
        "with": (narrow + bottleneck + filters, 2 * places * narrow),
    }


# %% wrong: cost_with_and_without_bottleneck
# idea: "maps taken for square"
# fits: "maps for squares"
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    direct = kernel * kernel * channels * filters
    narrow = channels * bottleneck + kernel * kernel * bottleneck * filters
    places = height**2
    return {
        "without": (direct + filters, places * direct),
        "with": (narrow + bottleneck + filters, places * narrow),
    }


# %% right: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    branches = [
        [layers.MaxPooling2D(3, strides=1, padding="same"), (fp, 1)],
        [(f5r, 1), (f5, 5)],
        [(f3r, 1), (f3, 3)],
        [(f1, 1)],
    ]
    results = []
    for branch in branches:
        y = x
        for step in branch:
            if isinstance(step, tuple):
                step = layers.Conv2D(*step, padding="same", activation="relu", kernel_initializer="he_normal")
            y = step(y)
        results.append(y)
    return ops.concatenate(results[::-1], axis=-1)


# %% right: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    start = keras.initializers.VarianceScaling(2.0)

    def conv(filters, side, inputs):
        y = layers.Conv2D(filters, side, padding="same", kernel_initializer=start)(inputs)
        return layers.ReLU()(y)

    one = conv(f1, 1, x)
    three = conv(f3, 3, conv(f3r, 1, x))
    five = conv(f5, 5, conv(f5r, 1, x))
    pooled = conv(fp, 1, layers.MaxPool2D((3, 3), (1, 1), "same")(x))
    return layers.Concatenate()([one, three, five, pooled])


# %% wrong: inception_block
# idea: "the 1 x 1 comes before the pooling"
# fits: "the convolution comes before the pooling"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    one = layers.Conv2D(f1, 1, **how)(x)
    three = layers.Conv2D(f3, 3, **how)(layers.Conv2D(f3r, 1, **how)(x))
    five = layers.Conv2D(f5, 5, **how)(layers.Conv2D(f5r, 1, **how)(x))
    pooled = layers.MaxPooling2D(3, 1, "same")(layers.Conv2D(fp, 1, **how)(x))
    return layers.concatenate([one, three, five, pooled])


# %% wrong: inception_block
# idea: "averages in place of the maximum"
# fits: "You pool by the mean"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    one = layers.Conv2D(f1, 1, **how)(x)
    three = layers.Conv2D(f3, 3, **how)(layers.Conv2D(f3r, 1, **how)(x))
    five = layers.Conv2D(f5, 5, **how)(layers.Conv2D(f5r, 1, **how)(x))
    pooled = layers.Conv2D(fp, 1, **how)(layers.AveragePooling2D(3, 1, "same")(x))
    return layers.concatenate([one, three, five, pooled])


# %% wrong: inception_block
# idea: "the large windows look at all channels: no bottlenecks"
# fits: "Your large windows look at all channels"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    one = layers.Conv2D(f1, 1, **how)(x)
    three = layers.Conv2D(f3, 3, **how)(x)
    five = layers.Conv2D(f5, 5, **how)(x)
    pooled = layers.Conv2D(fp, 1, **how)(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.concatenate([one, three, five, pooled])


# %% wrong: inception_block
# idea: "the branch of 5 x 5 goes on from the branch of 3 x 3"
# fits: "goes on from that of 3 x 3"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    one = layers.Conv2D(f1, 1, **how)(x)
    three = layers.Conv2D(f3, 3, **how)(layers.Conv2D(f3r, 1, **how)(x))
    five = layers.Conv2D(f5, 5, **how)(layers.Conv2D(f5r, 1, **how)(three))
    pooled = layers.Conv2D(fp, 1, **how)(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.concatenate([one, three, five, pooled])


# %% wrong: inception_block
# idea: "pooling first in the concatenation"
# fits: "another order than in the table"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    one = layers.Conv2D(f1, 1, **how)(x)
    three = layers.Conv2D(f3, 3, **how)(layers.Conv2D(f3r, 1, **how)(x))
    five = layers.Conv2D(f5, 5, **how)(layers.Conv2D(f5r, 1, **how)(x))
    pooled = layers.Conv2D(fp, 1, **how)(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.concatenate([pooled, one, three, five])


# %% wrong: inception_block
# idea: "Keras's own first weights"
# fits: "Glorot's rule"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def conv(filters, side, inputs):
        return layers.Conv2D(filters, side, padding="same", activation="relu")(inputs)

    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    branches = [conv(f1, 1, x), conv(f3, 3, conv(f3r, 1, x)), conv(f5, 5, conv(f5r, 1, x)), conv(fp, 1, pooled)]
    return layers.concatenate(branches)


# %% wrong: inception_block
# idea: "ReLU once, on what was concatenated"
# fits: "Your bottlenecks have no ReLU"
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def conv(filters, side, inputs):
        return layers.Conv2D(filters, side, padding="same", kernel_initializer="he_normal")(inputs)

    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    branches = [conv(f1, 1, x), conv(f3, 3, conv(f3r, 1, x)), conv(f5, 5, conv(f5r, 1, x)), conv(fp, 1, pooled)]
    return layers.ReLU()(layers.concatenate(branches))


# %% wrong: inception_cost
# idea: "the bottlenecks' channels go out too"
# fits: "stay inside their branches"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    kernels = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    weights = sum(side * side * before * after for side, before, after in kernels)
    biases = sum(after for *_, after in kernels)
    return weights + biases, h * w * weights, (h, w, f1 + f3r + f3 + f5r + f5 + fp)


# %% wrong: inception_cost
# idea: "the large windows are charged for all channels, behind their bottlenecks or not"
# fits: "sees the bottleneck's channels"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    kernels = [(1, c, f1), (1, c, f3r), (3, c, f3), (1, c, f5r), (5, c, f5), (1, c, fp)]
    weights = sum(side * side * before * after for side, before, after in kernels)
    biases = sum(after for *_, after in kernels)
    return weights + biases, h * w * weights, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "the bottlenecks' biases are forgotten"
# fits: "The bottlenecks have biases too"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    weights = c * f1 + c * f3r + 9 * f3r * f3 + c * f5r + 25 * f5r * f5 + c * fp
    out = f1 + f3 + f5 + fp
    return weights + out, h * w * weights, (h, w, out)


# %% wrong: inception_cost
# idea: "the pooling branch's convolution is free, like the pooling"
# fits: "behind the pooling is missing from the bill"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    kernels = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5)]
    weights = sum(side * side * before * after for side, before, after in kernels)
    biases = sum(after for *_, after in kernels)
    return weights + biases, h * w * weights, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "work is parameters times places, biases and all"
# fits: "not counted as work"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    kernels = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    parameters = sum(side * side * before * after + after for side, before, after in kernels)
    return parameters, h * w * parameters, (h, w, f1 + f3 + f5 + fp)


# %% wrong: inception_cost
# idea: "a dimension for the batch in the output shape"
# fits: "length for the batch"
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    kernels = [(1, c, f1), (1, c, f3r), (3, f3r, f3), (1, c, f5r), (5, f5r, f5), (1, c, fp)]
    weights = sum(side * side * before * after for side, before, after in kernels)
    biases = sum(after for *_, after in kernels)
    return weights + biases, h * w * weights, (None, h, w, f1 + f3 + f5 + fp)


# %% right: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    def pool():
        return layers.MaxPooling2D(3, strides=2, padding="same")

    inputs = keras.Input(shape=tuple(input_shape))
    stem = keras.Sequential(
        [layers.Conv2D(16, 3, padding="same", kernel_initializer="he_uniform"), layers.ReLU(), pool()]
    )
    x = pool()(inception_block(stem(inputs), 10, 12, 16, 4, 6, 8))
    middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = pool()(inception_block(middle, 32, 36, 48, 10, 20, 20))
    x = inception_block(x, 48, 40, 64, 12, 24, 24)
    x = layers.Dropout(rate=dropout)(ops.mean(x, axis=(1, 2)))
    outputs = [layers.Dense(num_classes)(x)]
    if auxiliary:
        outputs.append(layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle)))
    return keras.Model(inputs, outputs if auxiliary else outputs[0])


# %% right: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    plan = [
        (10, 12, 16, 4, 6, 8),
        "pool",
        (24, 28, 40, 8, 16, 16),
        "side",
        (32, 36, 48, 10, 20, 20),
        "pool",
        (48, 40, 64, 12, 24, 24),
    ]
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, activation="relu", padding="same", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    side = None
    for step in plan:
        if step == "pool":
            x = layers.MaxPooling2D(3, 2, "same")(x)
        elif step == "side":
            if auxiliary:
                side = layers.Dense(num_classes, kernel_initializer="he_normal")(layers.GlobalAvgPool2D()(x))
        else:
            x = inception_block(x, *step)
    x = layers.GlobalAvgPool2D()(x)
    logits = layers.Dense(num_classes, kernel_initializer="he_normal")(layers.Dropout(dropout)(x))
    return keras.Model(inputs, logits if side is None else [logits, side])


# %% wrong: build_googlenet_small
# idea: "the auxiliary head's logits come first"
# fits: "The last head's output comes first"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 32, 36, 48, 10, 20, 20))
    x = layers.GlobalAveragePooling2D()(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    if not auxiliary:
        return keras.Model(inputs, last)
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
    return keras.Model(inputs, [side, last])


# %% wrong: build_googlenet_small
# idea: "the auxiliary head hangs on the third block, not on the second"
# fits: "hangs on another block"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = middle = inception_block(x, 32, 36, 48, 10, 20, 20)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.GlobalAveragePooling2D()(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    if not auxiliary:
        return keras.Model(inputs, last)
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
    return keras.Model(inputs, [last, side])


# %% wrong: build_googlenet_small
# idea: "dropout on the maps, in front of the global average"
# fits: "Dropout comes before the average"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 32, 36, 48, 10, 20, 20))
    x = layers.Dropout(dropout)(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(x))
    if not auxiliary:
        return keras.Model(inputs, last)
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
    return keras.Model(inputs, [last, side])


# %% wrong: build_googlenet_small
# idea: "flattens where it should average"
# fits: "The maps are flattened"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 32, 36, 48, 10, 20, 20))
    x = layers.Flatten()(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    if not auxiliary:
        return keras.Model(inputs, last)
    side = layers.Dense(num_classes)(layers.Flatten()(middle))
    return keras.Model(inputs, [last, side])


# %% wrong: build_googlenet_small
# idea: "the auxiliary head is there whatever auxiliary says"
# fits: "whether it is asked for or not"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 32, 36, 48, 10, 20, 20))
    x = layers.GlobalAveragePooling2D()(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
    return keras.Model(inputs, [last, side])


# %% wrong: build_googlenet_small
# idea: "poolings without padding"
# fits: "are not padded"
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = layers.MaxPooling2D(3, 2)(x)
    x = layers.MaxPooling2D(3, 2)(inception_block(x, 10, 12, 16, 4, 6, 8))
    x = middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2)(inception_block(x, 32, 36, 48, 10, 20, 20))
    x = layers.GlobalAveragePooling2D()(inception_block(x, 48, 40, 64, 12, 24, 24))
    last = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    if not auxiliary:
        return keras.Model(inputs, last)
    side = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
    return keras.Model(inputs, [last, side])


# %% right: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    def head(share):
        steps = [layers.GlobalAveragePooling2D()]
        if share:
            steps.append(layers.Dropout(share))
        return keras.Sequential([*steps, layers.Dense(num_classes)])

    pool = {"pool_size": (3, 3), "strides": (2, 2), "padding": "same"}
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = inception_block(layers.MaxPooling2D(**pool)(x), 10, 12, 16, 4, 6, 8)
    x = second = inception_block(layers.MaxPooling2D(**pool)(x), f1=24, f3r=28, f3=40, f5r=8, f5=16, fp=16)
    x = inception_block(x, 32, 36, 48, 10, 20, 20)
    x = inception_block(layers.MaxPooling2D(**pool)(x), 48, 40, 64, 12, 24, 24)
    if auxiliary:
        return keras.Model(inputs, [head(dropout)(x), head(0)(second)])
    return keras.Model(inputs, head(dropout)(x))
