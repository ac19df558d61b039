# %% right: vgg_block
def vgg_block(filters, num_convs):
    stack = [
        layers.Conv2D(filters, kernel_size=3, strides=1, padding="same", activation="relu", kernel_initializer="HeNormal")
        for _ in range(num_convs)
    ]
    stack.append(layers.MaxPooling2D(pool_size=2, strides=2))
    return keras.models.Sequential(stack)


# %% right: vgg_block
def vgg_block(filters, num_convs):
    net = keras.Sequential(name=f"vgg_{filters}")
    i = 0
    while i < num_convs:
        net.add(
            layers.Conv2D(
                filters,
                (3, 3),
                activation=keras.activations.relu,
                padding="SAME".lower(),
                kernel_initializer=keras.initializers.HeNormal(),
                bias_initializer="zeros",
            )
        )
        i += 1
    net.add(layers.MaxPooling2D())
    return net


# %% wrong: vgg_block
# idea: "one convolution too many"
# fits: "one convolution too many"
def vgg_block(filters, num_convs):
    m = keras.Sequential()
    for _ in range(num_convs + 1):
        m.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    m.add(layers.MaxPooling2D(2))
    return m


# %% wrong: vgg_block
# idea: "only the first convolution has its ReLU"
# fits: "Only your first convolution"
def vgg_block(filters, num_convs):
    c = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")
    m = keras.Sequential()
    m.add(c)
    for _ in range(num_convs - 1):
        m.add(layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal"))
    m.add(layers.MaxPooling2D(2))
    return m


# %% wrong: vgg_block
# idea: "average pooling"
# fits: "the mean of each pool"
def vgg_block(filters, num_convs):
    m = keras.Sequential()
    for _ in range(num_convs):
        m.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    m.add(layers.AvgPool2D())
    return m


# %% wrong: vgg_block
# idea: "default initializer"
# fits: "Glorot"
def vgg_block(filters, num_convs):
    return keras.Sequential(
        [layers.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(num_convs)] + [layers.MaxPooling2D()]
    )


# %% wrong: vgg_block
# idea: "batch normalization put in"
# fits: "atch normali"
def vgg_block(filters, num_convs):
    m = keras.Sequential()
    for _ in range(num_convs):
        m.add(layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal"))
        m.add(layers.BatchNormalization())
        m.add(layers.ReLU())
    m.add(layers.MaxPooling2D(2))
    return m


# %% wrong: vgg_block
# idea: "valid padding"
# fits: "not padded"
def vgg_block(filters, num_convs):
    m = keras.Sequential()
    for _ in range(num_convs):
        m.add(layers.Conv2D(filters, 3, activation="relu", kernel_initializer="he_normal"))
    m.add(layers.MaxPooling2D(2))
    return m


# %% right: nin_block
def nin_block(filters, kernel, stride, padding):
    he = keras.initializers.HeNormal
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer=he()),
            layers.Conv2D(filters, 1, activation="relu", kernel_initializer=he()),
            layers.Conv2D(filters, 1, activation="relu", kernel_initializer=he()),
        ]
    )


# %% right: nin_block
def nin_block(filters, kernel, stride, padding):
    b = keras.Sequential()
    for k, s, p in [(kernel, stride, padding), (1, 1, "same"), (1, 1, "valid")]:
        b.add(layers.Conv2D(filters, k, strides=(s, s), padding=p, activation="relu", kernel_initializer="he_uniform"))
    return b


# %% wrong: nin_block
# idea: "no relu on the last"
# fits: "The last convolution lacks its ReLU"
def nin_block(filters, kernel, stride, padding):
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer="he_normal"),
            layers.Conv2D(filters, 1, activation="relu", kernel_initializer="he_normal"),
            layers.Conv2D(filters, 1, kernel_initializer="he_normal"),
        ]
    )


# %% wrong: nin_block
# idea: "only one 1x1"
# fits: "Two convolutions of 1 x 1 follow"
def nin_block(filters, kernel, stride, padding):
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer="he_normal"),
            layers.Conv2D(filters, 1, activation="relu", kernel_initializer="he_normal"),
        ]
    )


# %% wrong: nin_block
# idea: "a pooling at the end"
# fits: "A NiN block has no pooling"
def nin_block(filters, kernel, stride, padding):
    s = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, **s),
            layers.Conv2D(filters, 1, **s),
            layers.Conv2D(filters, 1, **s),
            layers.MaxPooling2D(3, 2),
        ]
    )


# %% wrong: nin_block
# idea: "padding always same"
# fits: "padding goes unused"
def nin_block(filters, kernel, stride, padding):
    s = {"activation": "relu", "kernel_initializer": "he_normal", "padding": "same"}
    return keras.Sequential(
        [layers.Conv2D(filters, kernel, stride, **s), layers.Conv2D(filters, 1, **s), layers.Conv2D(filters, 1, **s)]
    )


# %% wrong: nin_block
# idea: "dense layers in place of 1x1"
# fits: "for each pixel"
def nin_block(filters, kernel, stride, padding):
    s = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential(
        [layers.Conv2D(filters, kernel, stride, padding, **s), layers.Flatten(), layers.Dense(filters, **s), layers.Dense(filters, **s)]
    )


# %% wrong: nin_block
# idea: "stride on all three"
# fits: "skip pixels"
def nin_block(filters, kernel, stride, padding):
    s = {"activation": "relu", "kernel_initializer": "he_normal", "strides": stride}
    return keras.Sequential(
        [layers.Conv2D(filters, kernel, padding=padding, **s), layers.Conv2D(filters, 1, **s), layers.Conv2D(filters, 1, **s)]
    )


# %% right: flops
def flops(layer_config, input_shape):
    out = []
    shape = tuple(int(n) for n in input_shape)
    for cfg in layer_config:
        k = cfg["kind"]
        p = m = 0
        if k == "conv" or k == "pool":
            f = cfg.get("kernel", cfg.get("size"))
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            if k == "conv":
                d = cfg["filters"]
                p = (f * f * shape[2] + 1) * d
                m = h * w * (p - d)
                shape = (h, w, d)
            else:
                shape = (h, w, shape[2])
        elif k == "flatten":
            n = 1
            for s in shape:
                n *= s
            shape = (n,)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            if len(shape) > 1:
                raise ValueError("flatten first")
            m = shape[0] * cfg["units"]
            p = m + cfg["units"]
            shape = (cfg["units"],)
        elif k != "dropout":
            raise ValueError("no such kind: " + str(k))
        out.append((p, m, shape))
    return out


# %% right: flops
def flops(layer_config, input_shape):
    import math

    def where(n, f, s, pad):
        if pad == "same":
            return math.ceil(n / s)
        if n < f:
            raise ValueError("too small")
        return (n - f) // s + 1

    shape = tuple(input_shape)
    result = []
    for layer in layer_config:
        if layer["kind"] == "conv":
            h = where(shape[0], layer["kernel"], layer["stride"], layer["padding"])
            w = where(shape[1], layer["kernel"], layer["stride"], layer["padding"])
            weights = layer["kernel"] ** 2 * shape[2] * layer["filters"]
            shape = (h, w, layer["filters"])
            result.append((weights + layer["filters"], weights * h * w, shape))
            continue
        if layer["kind"] == "dense":
            if len(shape) != 1:
                raise ValueError("not flat")
            result.append(((shape[0] + 1) * layer["units"], shape[0] * layer["units"], (layer["units"],)))
            shape = (layer["units"],)
            continue
        if layer["kind"] == "pool":
            shape = (
                where(shape[0], layer["size"], layer["stride"], layer["padding"]),
                where(shape[1], layer["size"], layer["stride"], layer["padding"]),
                shape[2],
            )
        elif layer["kind"] == "flatten":
            shape = (math.prod(shape),)
        elif layer["kind"] == "global_pool":
            shape = shape[-1:]
        elif layer["kind"] != "dropout":
            raise ValueError(layer["kind"])
        result.append((0, 0, shape))
    return result


# %% wrong: flops
# idea: "two operations for each multiply-add"
# fits: "A multiply-add is one"
def flops(layer_config, input_shape):
    out = []
    shape = tuple(input_shape)
    for cfg in layer_config:
        k = cfg["kind"]
        p = m = 0
        if k in ("conv", "pool"):
            f = cfg.get("kernel", cfg.get("size"))
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            c = shape[2]
            if k == "conv":
                p = (f * f * c + 1) * cfg["filters"]
                m = 2 * h * w * f * f * c * cfg["filters"]
                c = cfg["filters"]
            shape = (h, w, c)
        elif k == "flatten":
            shape = (int(np.prod(shape)),)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            if len(shape) > 1:
                raise ValueError
            m = 2 * shape[0] * cfg["units"]
            p = (shape[0] + 1) * cfg["units"]
            shape = (cfg["units"],)
        elif k != "dropout":
            raise ValueError
        out.append((p, m, shape))
    return out


# %% wrong: flops
# idea: "the shape is not carried on: every layer sees the input"
# fits: "carried on"
def flops(layer_config, input_shape):
    out = []
    for cfg in layer_config:
        shape = tuple(input_shape)
        k = cfg["kind"]
        p = m = 0
        if k in ("conv", "pool"):
            f = cfg.get("kernel", cfg.get("size"))
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            c = shape[2]
            if k == "conv":
                p = (f * f * c + 1) * cfg["filters"]
                m = h * w * f * f * c * cfg["filters"]
                c = cfg["filters"]
            shape = (h, w, c)
        elif k == "flatten":
            shape = (int(np.prod(shape)),)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            m = int(np.prod(shape)) * cfg["units"]
            p = m + cfg["units"]
            shape = (cfg["units"],)
        elif k != "dropout":
            raise ValueError
        out.append((p, m, shape))
    return out


# %% wrong: flops
# idea: "pooling changes nothing: its stride is forgotten"
# fits: "A pooling costs nothing, and yet"
def flops(layer_config, input_shape):
    out = []
    shape = tuple(input_shape)
    for cfg in layer_config:
        k = cfg["kind"]
        p = m = 0
        if k == "conv":
            f = cfg["kernel"]
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            p = (f * f * shape[2] + 1) * cfg["filters"]
            m = h * w * f * f * shape[2] * cfg["filters"]
            shape = (h, w, cfg["filters"])
        elif k == "flatten":
            shape = (int(np.prod(shape)),)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            if len(shape) > 1:
                raise ValueError
            m = shape[0] * cfg["units"]
            p = m + cfg["units"]
            shape = (cfg["units"],)
        elif k not in ("dropout", "pool"):
            raise ValueError
        out.append((p, m, shape))
    return out


# %% wrong: flops
# idea: "a convolution's work without the channels that come in"
# fits: "every channel"
def flops(layer_config, input_shape):
    out = []
    shape = tuple(input_shape)
    for cfg in layer_config:
        k = cfg["kind"]
        p = m = 0
        if k in ("conv", "pool"):
            f = cfg.get("kernel", cfg.get("size"))
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            c = shape[2]
            if k == "conv":
                p = (f * f * c + 1) * cfg["filters"]
                m = h * w * f * f * cfg["filters"]
                c = cfg["filters"]
            shape = (h, w, c)
        elif k == "flatten":
            shape = (int(np.prod(shape)),)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            if len(shape) > 1:
                raise ValueError
            m = shape[0] * cfg["units"]
            p = m + cfg["units"]
            shape = (cfg["units"],)
        elif k != "dropout":
            raise ValueError
        out.append((p, m, shape))
    return out


# %% wrong: flops
# idea: "a dense layer quietly flattens"
# fits: "You let a dense layer follow on maps"
def flops(layer_config, input_shape):
    out = []
    shape = tuple(input_shape)
    for cfg in layer_config:
        k = cfg["kind"]
        p = m = 0
        if k in ("conv", "pool"):
            f = cfg.get("kernel", cfg.get("size"))
            h, w = (day_046.conv_output_size(shape[i], f, cfg["padding"], cfg["stride"]) for i in range(2))
            c = shape[2]
            if k == "conv":
                p = (f * f * c + 1) * cfg["filters"]
                m = h * w * f * f * c * cfg["filters"]
                c = cfg["filters"]
            shape = (h, w, c)
        elif k == "flatten":
            shape = (int(np.prod(shape)),)
        elif k == "global_pool":
            shape = (shape[-1],)
        elif k == "dense":
            n = int(np.prod(shape))
            m = n * cfg["units"]
            p = m + cfg["units"]
            shape = (cfg["units"],)
        elif k != "dropout":
            raise ValueError
        out.append((p, m, shape))
    return out


# %% right: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    return keras.Sequential(
        [
            layers.Input(shape=input_shape),
            C(24, 5, 2),
            P(),
            C(48, 5),
            P(),
            C(64, 3),
            C(64, 3),
            C(48, 3),
            P(),
            layers.Flatten(),
            D(),
            layers.Dropout(dropout),
            D(),
            layers.Dropout(dropout),
            layers.Dense(num_classes),
        ]
    )


# %% right: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    features = keras.Sequential([keras.Input(input_shape)])
    for step in [(24, 5, 2), "p", (48, 5, 1), "p", (64, 3, 1), (64, 3, 1), (48, 3, 1), "p"]:
        if step == "p":
            features.add(layers.MaxPooling2D((3, 3), strides=2, padding="same"))
        else:
            f, k, s = step
            features.add(layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_uniform"))
    head = keras.Sequential()
    head.add(layers.Flatten())
    for _ in range(2):
        head.add(layers.Dense(256, activation="relu", kernel_initializer="he_uniform"))
        head.add(layers.Dropout(dropout))
    head.add(layers.Dense(num_classes, kernel_initializer="he_normal"))
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, head(features(inputs)))


# %% wrong: build_alexnet_small
# idea: "softmax at the end"
# fits: "Logits are wanted"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    body = [C(24, 5, 2), P(), C(48, 5), P(), C(64, 3), C(64, 3), C(48, 3), P(), layers.Flatten()]
    head = [D(), layers.Dropout(dropout), D(), layers.Dropout(dropout), layers.Dense(num_classes), layers.Softmax()]
    return keras.Sequential([layers.Input(shape=input_shape), *body, *head])


# %% wrong: build_alexnet_small
# idea: "dropout in front of the dense layers instead of behind"
# fits: "in front of the wide dense layers"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    body = [C(24, 5, 2), P(), C(48, 5), P(), C(64, 3), C(64, 3), C(48, 3), P(), layers.Flatten()]
    head = [layers.Dropout(dropout), D(), layers.Dropout(dropout), D(), layers.Dense(num_classes)]
    return keras.Sequential([layers.Input(shape=input_shape), *body, *head])


# %% wrong: build_alexnet_small
# idea: "the third pooling is missing"
# fits: "third pooling"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    body = [C(24, 5, 2), P(), C(48, 5), P(), C(64, 3), C(64, 3), C(48, 3), layers.Flatten()]
    head = [D(), layers.Dropout(dropout), D(), layers.Dropout(dropout), layers.Dense(num_classes)]
    return keras.Sequential([layers.Input(shape=input_shape), *body, *head])


# %% wrong: build_alexnet_small
# idea: "compiled before it is returned"
# fits: "compiled"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    body = [C(24, 5, 2), P(), C(48, 5), P(), C(64, 3), C(64, 3), C(48, 3), P(), layers.Flatten()]
    head = [D(), layers.Dropout(dropout), D(), layers.Dropout(dropout), layers.Dense(num_classes)]
    model = keras.Sequential([layers.Input(shape=input_shape), *body, *head])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: build_alexnet_small
# idea: "the second convolution has a stride of two as well"
# fits: "Only the first convolution moves by 2"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    C = lambda f, k, s=1: layers.Conv2D(f, k, s, "same", activation="relu", kernel_initializer="he_normal")
    P = lambda: layers.MaxPooling2D(3, 2, "same")
    D = lambda: layers.Dense(256, activation="relu", kernel_initializer="he_normal")
    body = [C(24, 5, 2), P(), C(48, 5, 2), P(), C(64, 3), C(64, 3), C(48, 3), P(), layers.Flatten()]
    head = [D(), layers.Dropout(dropout), D(), layers.Dropout(dropout), layers.Dense(num_classes)]
    return keras.Sequential([layers.Input(shape=input_shape), *body, *head])


# %% right: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(f, n) for n, f in blocks]
    head = [layers.Flatten()]
    for i in (1, 2):
        head += [layers.Dense(128, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head + [layers.Dense(num_classes)])


# %% right: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    net = inputs = keras.Input(input_shape)
    for num_convs, filters in blocks:
        net = vgg_block(filters, num_convs)(net)
    net = layers.Flatten()(net)
    net = layers.Dropout(dropout)(layers.Dense(128, activation="relu", kernel_initializer="he_uniform")(net))
    net = layers.Dropout(dropout)(layers.Dense(128, activation="relu", kernel_initializer="he_uniform")(net))
    return keras.Model(inputs=inputs, outputs=layers.Dense(num_classes, activation="linear")(net))


# %% wrong: build_vgg_small
# idea: "heads of 256 as in AlexNet"
# fits: "another width than 128"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(f, n) for n, f in blocks]
    head = [layers.Flatten()]
    for i in (1, 2):
        head += [layers.Dense(256, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head + [layers.Dense(num_classes)])


# %% wrong: build_vgg_small
# idea: "blocks read as (filters, convolutions)"
# fits: "exchanged on the way to vgg_block"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(*block) for block in blocks]
    head = [layers.Flatten()]
    for i in (1, 2):
        head += [layers.Dense(128, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head + [layers.Dense(num_classes)])


# %% wrong: build_vgg_small
# idea: "global average pooling"
# fits: "as NiN does"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(f, n) for n, f in blocks]
    head = [layers.GlobalAvgPool2D()]
    for i in (1, 2):
        head += [layers.Dense(128, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head + [layers.Dense(num_classes)])


# %% wrong: build_vgg_small
# idea: "dropout also behind each block"
# fits: "between your blocks"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    net = keras.Sequential([keras.Input(shape=tuple(input_shape))])
    for n, f in blocks:
        net.add(vgg_block(f, n))
        net.add(layers.Dropout(dropout))
    net.add(layers.Flatten())
    for i in (1, 2):
        net.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
        net.add(layers.Dropout(dropout))
    net.add(layers.Dense(num_classes))
    return net


# %% wrong: build_vgg_small
# idea: "softmax at the end"
# fits: "Logits are wanted"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(f, n) for n, f in blocks]
    head = [layers.Flatten()]
    for i in (1, 2):
        head += [layers.Dense(128, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    head.append(layers.Dense(num_classes, activation="softmax"))
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head)


# %% wrong: build_vgg_small
# idea: "one dropout only, before the last layer"
# fits: "in front of the last layer only"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    body = [vgg_block(f, n) for n, f in blocks]
    head = [layers.Flatten()]
    for i in (1, 2):
        head += [layers.Dense(128, activation="relu", kernel_initializer="he_normal")]
    head += [layers.Dropout(dropout), layers.Dense(num_classes)]
    return keras.Sequential([keras.Input(shape=tuple(input_shape))] + body + head)


# %% right: vgg_block
def vgg_block(filters, num_convs):
    start = keras.initializers.VarianceScaling(scale=2.0, mode="fan_in", distribution="uniform")
    convs = []
    for _ in range(num_convs):
        convs.append(layers.Conv2D(filters, (3, 3), padding="same", activation=ops.relu, kernel_initializer=start))
    return keras.Sequential([*convs, layers.MaxPool2D(pool_size=2)])


# %% wrong: vgg_block
# idea: "no activation at all"
# fits: "No ReLU follows your convolutions"
def vgg_block(filters, num_convs):
    convs = [layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal") for _ in range(num_convs)]
    return keras.Sequential([*convs, layers.MaxPooling2D(2)])


# %% wrong: vgg_block
# idea: "ReLU only on the last convolution of the block"
# fits: "Only your last convolution has a ReLU"
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for i in range(num_convs):
        activation = "relu" if i == num_convs - 1 else None
        block.add(
            layers.Conv2D(filters, 3, padding="same", activation=activation, kernel_initializer="he_normal")
        )
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: vgg_block
# idea: "a pooling behind every convolution"
# fits: "You pool after every convolution"
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
        block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: vgg_block
# idea: "the pooling is padded as well, so odd sizes are rounded up"
# fits: "You round up where"
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    block.add(layers.MaxPooling2D(2, padding="same"))
    return block


# %% wrong: vgg_block
# idea: "pools by AlexNet's 3 x 3 windows with stride 2"
# fits: "Your pools are 3 x 3"
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
    block.add(layers.MaxPooling2D(3, strides=2, padding="same"))
    return block


# %% wrong: vgg_block
# idea: "filters double from convolution to convolution inside the block"
# fits: "You double the filters"
def vgg_block(filters, num_convs):
    block = keras.Sequential()
    for i in range(num_convs):
        block.add(
            layers.Conv2D(filters * 2**i, 3, padding="same", activation="relu", kernel_initializer="he_normal")
        )
    block.add(layers.MaxPooling2D(2))
    return block


# %% right: nin_block
def nin_block(filters, kernel, stride, padding):
    common = {"activation": "relu", "kernel_initializer": keras.initializers.HeNormal()}
    block = keras.Sequential([layers.Conv2D(filters, kernel, strides=stride, padding=padding, **common)])
    for _ in range(2):
        block.add(layers.Conv2D(filters, 1, padding=padding, **common))
    return block


# %% wrong: nin_block
# idea: "no ReLU behind the convolutions of 1 x 1"
# fits: "Your convolutions of 1 x 1 have no ReLU"
def nin_block(filters, kernel, stride, padding):
    return keras.Sequential(
        [
            layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer="he_normal"),
            layers.Conv2D(filters, 1, kernel_initializer="he_normal"),
            layers.Conv2D(filters, 1, kernel_initializer="he_normal"),
        ]
    )


# %% wrong: nin_block
# idea: "the layers of 1 x 1 come first and the window looks at their mixture"
# fits: "come first in your block"
def nin_block(filters, kernel, stride, padding):
    block = keras.Sequential()
    block.add(layers.Conv2D(filters, 1, activation="relu", kernel_initializer="he_normal"))
    block.add(layers.Conv2D(filters, 1, activation="relu", kernel_initializer="he_normal"))
    block.add(layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer="he_normal"))
    return block


# %% wrong: nin_block
# idea: "He's rule only on the first convolution"
# fits: "kernels of 1 x 1 start by Glorot"
def nin_block(filters, kernel, stride, padding):
    block = keras.Sequential()
    block.add(layers.Conv2D(filters, kernel, stride, padding, activation="relu", kernel_initializer="he_normal"))
    block.add(layers.Conv2D(filters, 1, activation="relu"))
    block.add(layers.Conv2D(filters, 1, activation="relu"))
    return block


# %% right: flops
def flops(layer_config, input_shape):
    def size(n, f, s, padding):
        if padding == "same":
            return -(-n // s)
        if f > n:
            raise ValueError("window larger than the maps")
        return (n - f) // s + 1

    if not layer_config:
        return []
    first, *rest = layer_config
    shape = tuple(int(n) for n in input_shape)
    kind = first["kind"]
    parameters = work = 0
    if kind == "conv":
        f, s, d = first["kernel"], first["stride"], first["filters"]
        after = (size(shape[0], f, s, first["padding"]), size(shape[1], f, s, first["padding"]), d)
        parameters = (f**2 * shape[2] + 1) * d
        work = after[0] * after[1] * (parameters - d)
    elif kind == "pool":
        f, s = first["size"], first["stride"]
        after = (size(shape[0], f, s, first["padding"]), size(shape[1], f, s, first["padding"]), shape[2])
    elif kind == "dense":
        if len(shape) != 1:
            raise ValueError("dense on maps")
        after = (first["units"],)
        work = shape[0] * first["units"]
        parameters = work + first["units"]
    elif kind == "flatten":
        after = (int(np.prod(shape)),)
    elif kind == "global_pool":
        after = shape[-1:]
    elif kind == "dropout":
        after = shape
    else:
        raise ValueError(kind)
    return [(parameters, work, after), *flops(rest, after)]


# %% wrong: flops
# idea: "work at the places that come in, not those that come out"
# fits: "for each place of the input"
def flops(layer_config, input_shape):
    rows, shape = [], tuple(input_shape)
    for layer in layer_config:
        kind, parameters, work = layer["kind"], 0, 0
        if kind == "conv":
            f = layer["kernel"]
            sizes = [day_046.conv_output_size(n, f, layer["padding"], layer["stride"]) for n in shape[:2]]
            weights = f * f * shape[2] * layer["filters"]
            parameters, work = weights + layer["filters"], weights * shape[0] * shape[1]
            shape = (*sizes, layer["filters"])
        elif kind == "pool":
            sizes = [
                day_046.conv_output_size(n, layer["size"], layer["padding"], layer["stride"]) for n in shape[:2]
            ]
            shape = (*sizes, shape[2])
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("dense needs what is flat")
            work = shape[0] * layer["units"]
            parameters = work + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = (shape[-1],)
        elif kind != "dropout":
            raise ValueError(kind)
        rows.append((parameters, work, shape))
    return rows


# %% wrong: flops
# idea: "a global pooling leaves (1, 1, C)"
# fits: "Global pooling leaves (C,)"
def flops(layer_config, input_shape):
    rows, shape = [], tuple(input_shape)
    for layer in layer_config:
        kind, parameters, work = layer["kind"], 0, 0
        if kind == "conv":
            f = layer["kernel"]
            sizes = [day_046.conv_output_size(n, f, layer["padding"], layer["stride"]) for n in shape[:2]]
            weights = f * f * shape[2] * layer["filters"]
            parameters, work = weights + layer["filters"], weights * sizes[0] * sizes[1]
            shape = (*sizes, layer["filters"])
        elif kind == "pool":
            sizes = [
                day_046.conv_output_size(n, layer["size"], layer["padding"], layer["stride"]) for n in shape[:2]
            ]
            shape = (*sizes, shape[2])
        elif kind == "global_pool":
            shape = (1, 1, shape[2])
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("dense needs what is flat")
            work = shape[0] * layer["units"]
            parameters = work + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "dropout":
            raise ValueError(kind)
        rows.append((parameters, work, shape))
    return rows


# %% wrong: flops
# idea: "a window that does not fit gives maps of nothing"
# fits: "A window that does not fit"
def flops(layer_config, input_shape):
    def size(n, f, padding, stride):
        return -(-n // stride) if padding == "same" else max((n - f) // stride + 1, 0)

    rows, shape = [], tuple(input_shape)
    for layer in layer_config:
        kind, parameters, work = layer["kind"], 0, 0
        if kind == "conv":
            f = layer["kernel"]
            sizes = [size(n, f, layer["padding"], layer["stride"]) for n in shape[:2]]
            weights = f * f * shape[2] * layer["filters"]
            parameters, work = weights + layer["filters"], weights * sizes[0] * sizes[1]
            shape = (*sizes, layer["filters"])
        elif kind == "pool":
            sizes = [size(n, layer["size"], layer["padding"], layer["stride"]) for n in shape[:2]]
            shape = (*sizes, shape[2])
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("dense needs what is flat")
            work = shape[0] * layer["units"]
            parameters = work + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = (shape[-1],)
        elif kind != "dropout":
            raise ValueError(kind)
        rows.append((parameters, work, shape))
    return rows


# %% wrong: flops
# idea: "takes the kind out of each dict with pop, so the caller's list is spoilt"
# fits: "changes one of its arguments in place"
# fits: "You take the kind out"
def flops(layer_config, input_shape):
    rows, shape = [], tuple(input_shape)
    for layer in layer_config:
        kind, parameters, work = layer.pop("kind"), 0, 0
        if kind == "conv":
            f = layer["kernel"]
            sizes = [day_046.conv_output_size(n, f, layer["padding"], layer["stride"]) for n in shape[:2]]
            weights = f * f * shape[2] * layer["filters"]
            parameters, work = weights + layer["filters"], weights * sizes[0] * sizes[1]
            shape = (*sizes, layer["filters"])
        elif kind == "pool":
            sizes = [
                day_046.conv_output_size(n, layer["size"], layer["padding"], layer["stride"]) for n in shape[:2]
            ]
            shape = (*sizes, shape[2])
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("dense needs what is flat")
            work = shape[0] * layer["units"]
            parameters = work + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = (shape[-1],)
        elif kind != "dropout":
            raise ValueError(kind)
        rows.append((parameters, work, shape))
    return rows


# %% wrong: flops
# idea: "the width is worked out from the height, as if maps were square"
# fits: "number of rows for the number of columns"
def flops(layer_config, input_shape):
    rows, shape = [], tuple(input_shape)
    for layer in layer_config:
        kind, parameters, work = layer["kind"], 0, 0
        if kind == "conv":
            f = layer["kernel"]
            side = day_046.conv_output_size(shape[0], f, layer["padding"], layer["stride"])
            weights = f * f * shape[2] * layer["filters"]
            parameters, work = weights + layer["filters"], weights * side * side
            shape = (side, side, layer["filters"])
        elif kind == "pool":
            side = day_046.conv_output_size(shape[0], layer["size"], layer["padding"], layer["stride"])
            shape = (side, side, shape[2])
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("dense needs what is flat")
            work = shape[0] * layer["units"]
            parameters = work + layer["units"]
            shape = (layer["units"],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "global_pool":
            shape = (shape[-1],)
        elif kind != "dropout":
            raise ValueError(kind)
        rows.append((parameters, work, shape))
    return rows


# %% right: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    inputs = keras.Input(tuple(input_shape))
    x = inputs
    for filters, kernel, stride, pooled in (
        (24, 5, 2, True),
        (48, 5, 1, True),
        (64, 3, 1, False),
        (64, 3, 1, False),
        (48, 3, 1, True),
    ):
        x = layers.Conv2D(filters, kernel, strides=stride, padding="same", kernel_initializer="he_normal")(x)
        x = layers.Activation("relu")(x)
        if pooled:
            x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.ReLU()(layers.Dense(256, kernel_initializer="he_uniform")(x))
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% right: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"activation": "relu", "kernel_initializer": "he_normal"}
    features = keras.Sequential(
        [
            layers.Conv2D(24, 5, 2, "same", **how),
            layers.MaxPooling2D(3, 2, "same"),
            layers.Conv2D(48, 5, 1, "same", **how),
            layers.MaxPooling2D(3, 2, "same"),
            layers.Conv2D(64, 3, 1, "same", **how),
            layers.Conv2D(64, 3, 1, "same", **how),
            layers.Conv2D(48, 3, 1, "same", **how),
            layers.MaxPooling2D(3, 2, "same"),
            layers.Flatten(),
        ]
    )
    head = keras.Sequential(
        [
            layers.Dense(256, **how),
            layers.Dropout(dropout),
            layers.Dense(256, **how),
            layers.Dropout(dropout),
            layers.Dense(num_classes, kernel_initializer="he_normal"),
        ]
    )
    return keras.Sequential([keras.Input(input_shape), features, head])


# %% wrong: build_alexnet_small
# idea: "dropout is always one half"
# fits: "dropout goes unused"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(24, 5, 2, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Conv2D(48, 5, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    for filters in (64, 64, 48):
        model.add(layers.Conv2D(filters, 3, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, "relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(num_classes))
    return model


# %% wrong: build_alexnet_small
# idea: "takes the share to drop for the share to keep"
# fits: "the share that is kept"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(24, 5, 2, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Conv2D(48, 5, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    for filters in (64, 64, 48):
        model.add(layers.Conv2D(filters, 3, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, "relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(1 - dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% wrong: build_alexnet_small
# idea: "poolings of 2 x 2, which come to the same sizes on 32 x 32"
# fits: "Your pools are 2 x 2"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(24, 5, 2, **how))
    model.add(layers.MaxPooling2D(2, 2, "same"))
    model.add(layers.Conv2D(48, 5, **how))
    model.add(layers.MaxPooling2D(2, 2, "same"))
    for filters in (64, 64, 48):
        model.add(layers.Conv2D(filters, 3, **how))
    model.add(layers.MaxPooling2D(2, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, "relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% wrong: build_alexnet_small
# idea: "dense layers keep Keras's first weights"
# fits: "Your dense kernels start by Glorot"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(24, 5, 2, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Conv2D(48, 5, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    for filters in (64, 64, 48):
        model.add(layers.Conv2D(filters, 3, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, "relu"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% wrong: build_alexnet_small
# idea: "no activation on the two hidden dense layers"
# fits: "The dense layers have no ReLU"
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(24, 5, 2, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Conv2D(48, 5, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    for filters in (64, 64, 48):
        model.add(layers.Conv2D(filters, 3, **how))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% right: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    x = inputs = keras.Input(input_shape)
    for num_convs, filters in list(blocks):
        x = vgg_block(filters, num_convs)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(128, activation="relu", kernel_initializer="he_normal")(x)
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(num_classes, kernel_initializer="zeros")(x))


# %% right: build_vgg_small
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([vgg_block(d, n) for n, d in blocks] + [layers.Flatten()])
    for _ in (0, 1):
        model.add(layers.Dense(128, kernel_initializer="he_uniform"))
        model.add(layers.ReLU())
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    model.build((None, *input_shape))
    return model


# %% wrong: build_vgg_small
# idea: "the four blocks are written out and the argument is never read"
# fits: "blocks goes unused"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(vgg_block(16, 1))
    model.add(vgg_block(32, 1))
    model.add(vgg_block(48, 2))
    model.add(vgg_block(48, 2))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, "relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% wrong: build_vgg_small
# idea: "ReLU on the logits too"
# fits: "ReLU cuts your logits off"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape)])
    for num_convs, filters in blocks:
        model.add(vgg_block(filters, num_convs))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, "relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes, "relu"))
    return model


# %% wrong: build_vgg_small
# idea: "dense layers by Keras's rule, not He's"
# fits: "Dense kernels start by Glorot"
def build_vgg_small(input_shape, num_classes, blocks=((1, 16), (1, 32), (2, 48), (2, 48)), dropout=0.5):
    model = keras.Sequential([keras.Input(input_shape)])
    for num_convs, filters in blocks:
        model.add(vgg_block(filters, num_convs))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, "relu"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model


# %% right: build_alexnet_small
def build_alexnet_small(input_shape, num_classes, dropout=0.5):
    how = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(input_shape)])
    for step in [(24, 5, 2), None, (48, 5, 1), None, (64, 3, 1), (64, 3, 1), (48, 3, 1), None]:
        model.add(layers.Conv2D(*step, **how) if step else layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, activation="relu", kernel_initializer="he_normal"))
        if dropout > 0:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(num_classes))
    return model
