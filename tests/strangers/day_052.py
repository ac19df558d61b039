# %% right: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) != 2 and len(filters) != 3:
        raise ValueError(f"2 or 3 filters please, got {len(filters)}")
    if filters[len(filters) - 1] != x.shape[3]:
        raise ValueError("cannot add: channels differ")
    skip = x
    kernel = {2: [3, 3], 3: [1, 3, 1]}[len(filters)]
    n = len(filters)
    for k in range(n):
        x = keras.layers.Conv2D(filters=filters[k], kernel_size=kernel[k], strides=(1, 1), padding="same")(x)
        if norm:
            x = keras.layers.BatchNormalization()(x)
        if k + 1 != n:
            x = keras.layers.Activation("relu")(x)
    if shortcut:
        x = keras.layers.Add()([x, skip])
    return keras.layers.Activation("relu")(x)


# %% wrong: identity_block
# idea: "ReLU inside every convolution, also the last, then the sum"
# fits: "The last convolution is followed by a ReLU"
# fits: "norm after the ReLU"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    skip = x
    for f, k in zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1)):
        x = layers.Conv2D(f, k, padding="same", activation="relu")(x)
        if norm:
            x = layers.BatchNormalization()(x)
    if shortcut:
        x = layers.Add()([x, skip])
    return layers.ReLU()(x)


# %% wrong: identity_block
# idea: "no activation after the sum"
# fits: "The ReLU after the sum is missing"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    skip = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        x = layers.Conv2D(f, k, padding="same")(x)
        if norm:
            x = layers.BatchNormalization()(x)
        if i != len(filters) - 1:
            x = layers.ReLU()(x)
    return x + skip if shortcut else x


# %% wrong: identity_block
# idea: "a plain block also drops its last ReLU"
# fits: "the last ReLU is gone"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    skip = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        x = layers.Conv2D(f, k, padding="same")(x)
        if norm:
            x = layers.BatchNormalization()(x)
        if i != len(filters) - 1:
            x = layers.ReLU()(x)
    return layers.ReLU()(x + skip) if shortcut else x


# %% wrong: identity_block
# idea: "always three convolutions of the bottleneck, two filters fail with an index error"
# fits: "takes three filters only"
def identity_block(x, filters, norm=True, shortcut=True):
    f1, f2, f3 = filters
    if f3 != x.shape[-1]:
        raise ValueError("filters")

    def conv(y, f, k):
        y = layers.Conv2D(f, k, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = conv(layers.ReLU()(conv(layers.ReLU()(conv(x, f1, 1)), f2, 3)), f3, 1)
    return layers.ReLU()(x + y if shortcut else y)


# %% wrong: identity_block
# idea: "multiplies instead of adding"
# fits: "You multiply by the input"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(f, k, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i != len(filters) - 1:
            y = layers.ReLU()(y)
    return layers.ReLU()(layers.Multiply()([x, y]) if shortcut else y)


# %% right: convolutional_block
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) == 2:
        kernels = [3, 3]
    elif len(filters) == 3:
        kernels = [1, 3, 1]
    else:
        raise ValueError("need 2 or 3 filters")
    y = x
    strides = [stride, 1, 1]
    for f, k, s in zip(filters, kernels, strides):
        if y is not x:
            y = keras.activations.relu(y)
        y = layers.Conv2D(f, k, s, "same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
    if not shortcut:
        return keras.activations.relu(y)
    z = layers.Conv2D(filters[-1], 1, stride, "same")(x)
    if norm:
        z = layers.BatchNormalization()(z)
    return keras.activations.relu(layers.add([z, y]))


# %% wrong: convolutional_block
# idea: "the stride is put on the 3x3 convolution of a bottleneck"
# fits: "first one that strides"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")

    def cn(y, f, k, s):
        y = layers.Conv2D(f, k, strides=s, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    if len(filters) == 2:
        y = cn(layers.ReLU()(cn(x, filters[0], 3, stride)), filters[1], 3, 1)
    else:
        y = layers.ReLU()(cn(x, filters[0], 1, 1))
        y = cn(layers.ReLU()(cn(y, filters[1], 3, stride)), filters[2], 1, 1)
    if shortcut:
        y = y + cn(x, filters[-1], 1, stride)
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "the projection has no norm"
# fits: "The projection lacks the norm"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    side = layers.Conv2D(filters[-1], 1, strides=stride)(x)
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        x = layers.Conv2D(f, k, strides=1 if i else stride, padding="same")(x)
        if norm:
            x = layers.BatchNormalization()(x)
        if i < len(filters) - 1:
            x = layers.ReLU()(x)
    return layers.ReLU()(x + side if shortcut else x)


# %% wrong: convolutional_block
# idea: "stride 2 always"
# fits: "You stride by 2 whatever stride is"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")

    def cn(y, f, k, s):
        y = layers.Conv2D(f, k, strides=s, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = cn(layers.ReLU()(y) if i else y, f, k, 1 if i else 2)
    if shortcut:
        y = y + cn(x, filters[-1], 1, 2)
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "ReLU on both branches before the sum and none after"
# fits: "ReLU on the shortcut"
# fits: "ReLU after the sum"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")

    def cn(y, f, k, s):
        y = layers.Conv2D(f, k, strides=s, padding="same")(y)
        return layers.ReLU()(layers.BatchNormalization()(y) if norm else y)

    y = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = cn(y, f, k, 1 if i else stride)
    return y + cn(x, filters[-1], 1, stride) if shortcut else y


# %% wrong: convolutional_block
# idea: "without shortcut there is still a projection, added to nothing: the block returns the projection"
# fits: "you return the projection"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")

    def cn(y, f, k, s):
        y = layers.Conv2D(f, k, strides=s, padding="same")(y)
        return layers.BatchNormalization()(y) if norm else y

    y = x
    for i, (f, k) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = cn(layers.ReLU()(y) if i else y, f, k, 1 if i else stride)
    side = cn(x, filters[-1], 1, stride)
    return layers.ReLU()(y + side if shortcut else side)


# %% right: build_resnet
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(shape=input_shape)
    f = stages[0][0][0]
    if small:
        h = layers.Conv2D(f, 3, padding="same")(inp)
    else:
        h = layers.Conv2D(f, 7, strides=2, padding="same")(inp)
    if norm:
        h = layers.BatchNormalization()(h)
    h = layers.ReLU()(h)
    if not small:
        h = layers.MaxPooling2D((3, 3), strides=(2, 2), padding="same")(h)
    for i in range(len(stages)):
        filters, blocks = stages[i]
        for j in range(blocks):
            if j == 0:
                h = convolutional_block(h, filters, stride=1 if i == 0 else 2, norm=norm, shortcut=shortcut)
            else:
                h = identity_block(h, filters, norm=norm, shortcut=shortcut)
    h = layers.Flatten()(layers.GlobalAveragePooling2D(keepdims=True)(h))
    return keras.Model(inputs=inp, outputs=layers.Dense(num_classes, activation=None)(h))


# %% wrong: build_resnet
# idea: "stride 2 in the first stage too"
# fits: "Your first stage halves the picture"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(input_shape)
    f = stages[0][0][0]
    h = layers.Conv2D(f, 3 if small else 7, strides=1 if small else 2, padding="same")(inp)
    h = layers.ReLU()(layers.BatchNormalization()(h) if norm else h)
    if not small:
        h = layers.MaxPooling2D(3, 2, "same")(h)
    for filters, blocks in stages:
        h = convolutional_block(h, filters, 2, norm, shortcut)
        for _ in range(1, blocks):
            h = identity_block(h, filters, norm, shortcut)
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_resnet
# idea: "softmax at the end"
# fits: "You give probabilities"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(input_shape)
    f = stages[0][0][0]
    h = layers.Conv2D(f, 3 if small else 7, strides=1 if small else 2, padding="same")(inp)
    h = layers.ReLU()(layers.BatchNormalization()(h) if norm else h)
    if not small:
        h = layers.MaxPooling2D(3, 2, "same")(h)
    for i, (filters, blocks) in enumerate(stages):
        h = convolutional_block(h, filters, 2 if i else 1, norm, shortcut)
        for _ in range(1, blocks):
            h = identity_block(h, filters, norm, shortcut)
    h = layers.GlobalAveragePooling2D()(h)
    return keras.Model(inp, layers.Dense(num_classes, activation="softmax")(h))


# %% wrong: build_resnet
# idea: "switches are not handed to the identity blocks"
# fits: "The identity blocks are not told"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(input_shape)
    f = stages[0][0][0]
    h = layers.Conv2D(f, 3 if small else 7, strides=1 if small else 2, padding="same")(inp)
    h = layers.ReLU()(layers.BatchNormalization()(h) if norm else h)
    if not small:
        h = layers.MaxPooling2D(3, 2, "same")(h)
    for i, (filters, blocks) in enumerate(stages):
        h = convolutional_block(h, filters, 2 if i else 1, norm, shortcut)
        for _ in range(1, blocks):
            h = identity_block(h, filters)
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_resnet
# idea: "no norm in the stem"
# fits: "has no norm after it"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(input_shape)
    f = stages[0][0][0]
    h = layers.Conv2D(f, 3 if small else 7, strides=1 if small else 2, padding="same", activation="relu")(inp)
    if not small:
        h = layers.MaxPooling2D(3, 2, "same")(h)
    for i, (filters, blocks) in enumerate(stages):
        h = convolutional_block(h, filters, 2 if i else 1, norm, shortcut)
        for _ in range(1, blocks):
            h = identity_block(h, filters, norm, shortcut)
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% wrong: build_resnet
# idea: "the stem's convolution is not padded"
# fits: "is not padded"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inp = keras.Input(input_shape)
    f = stages[0][0][0]
    h = layers.Conv2D(f, 3 if small else 7, strides=1 if small else 2)(inp)
    h = layers.ReLU()(layers.BatchNormalization()(h) if norm else h)
    if not small:
        h = layers.MaxPooling2D(3, 2)(h)
    for i, (filters, blocks) in enumerate(stages):
        h = convolutional_block(h, filters, 2 if i else 1, norm, shortcut)
        for _ in range(1, blocks):
            h = identity_block(h, filters, norm, shortcut)
    return keras.Model(inp, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(h)))


# %% right: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    saved = [np.array(w) for w in model.get_weights()]
    kernels = []
    for layer in model.layers:
        if type(layer).__name__ in ("Conv2D", "Dense"):
            kernels.append(layer.weights[0])
    with tf.GradientTape() as tape:
        out = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(np.asarray(y, "int32"), out))
    result = np.zeros(len(kernels))
    for i, g in enumerate(tape.gradient(loss, kernels)):
        result[i] = tf.sqrt(tf.reduce_sum(g**2)).numpy()
    model.set_weights(saved)
    return result


# %% wrong: gradient_norm_by_depth
# idea: "inference mode"
# fits: "not called as in training"
def gradient_norm_by_depth(model, x, y):
    kernels = [l.kernel for l in model.layers if hasattr(l, "kernel")]
    with tf.GradientTape() as tape:
        loss = ops.mean(keras.losses.sparse_categorical_crossentropy(y, model(x), from_logits=True))
    return np.array([np.linalg.norm(np.ravel(g)) for g in tape.gradient(loss, kernels)])


# %% wrong: gradient_norm_by_depth
# idea: "running averages are not put back"
# fits: "running averages"
def gradient_norm_by_depth(model, x, y):
    kernels = [l.kernel for l in model.layers if hasattr(l, "kernel")]
    with tf.GradientTape() as tape:
        loss = ops.mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True))
    return np.array([np.linalg.norm(np.ravel(g)) for g in tape.gradient(loss, kernels)])


# %% wrong: gradient_norm_by_depth
# idea: "one gradient of all the layer's weights, kernel and bias together"
# fits: "biases"
def gradient_norm_by_depth(model, x, y):
    saved = model.get_weights()
    chosen = [l for l in model.layers if hasattr(l, "kernel")]
    with tf.GradientTape() as tape:
        loss = ops.mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True))
    grads = tape.gradient(loss, [l.trainable_weights for l in chosen])
    model.set_weights(saved)
    return np.array([np.sqrt(sum(np.sum(np.square(g)) for g in group)) for group in grads])


# %% wrong: gradient_norm_by_depth
# idea: "loss not told of logits"
# fits: "takes the logits for probabilities"
def gradient_norm_by_depth(model, x, y):
    saved = model.get_weights()
    kernels = [l.kernel for l in model.layers if hasattr(l, "kernel")]
    with tf.GradientTape() as tape:
        loss = ops.mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True)))
    grads = tape.gradient(loss, kernels)
    model.set_weights(saved)
    return np.array([np.linalg.norm(np.ravel(g)) for g in grads])


# %% wrong: gradient_norm_by_depth
# idea: "takes a training step to get the gradient and leaves it in"
# fits: "leave the model changed"
def gradient_norm_by_depth(model, x, y):
    before = [l.get_weights()[0] for l in model.layers if hasattr(l, "kernel")]
    model.compile(keras.optimizers.SGD(1.0), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.train_on_batch(x, y)
    after = [l.get_weights()[0] for l in model.layers if hasattr(l, "kernel")]
    return np.array([np.linalg.norm((b - a).ravel()) for a, b in zip(after, before)])


# %% right: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    filters = list(filters)
    if len(filters) == 2:
        sizes = [3, 3]
    elif len(filters) == 3:
        sizes = [1, 3, 1]
    else:
        raise ValueError("two or three filters")
    if filters[-1] != x.shape[-1]:
        raise ValueError("the last filters must equal the channels of x")
    y = x
    for number, (count, size) in enumerate(zip(filters, sizes)):
        if number > 0:
            y = ops.relu(y)
        y = layers.Conv2D(count, (size, size), padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
    if shortcut:
        y = y + x
    return ops.relu(y)


# %% right: identity_block
def identity_block(x, filters, norm=True, shortcut=True):
    def conv(z, count, size, last=False):
        z = layers.Convolution2D(count, size, strides=1, padding="same")(z)
        z = layers.BatchNormalization(axis=-1)(z) if norm else z
        return z if last else layers.Activation("relu")(z)

    channels = x.shape[-1]
    match tuple(filters):
        case (a, b) if b == channels:
            y = conv(conv(x, a, 3), b, 3, last=True)
        case (a, b, c) if c == channels:
            y = conv(conv(conv(x, a, 1), b, 3), c, 1, last=True)
        case _:
            raise ValueError(f"filters {filters} do not fit {channels} channels")
    return layers.Activation("relu")(layers.add([y, x]) if shortcut else y)


# %% wrong: identity_block
# idea: "ReLU after every convolution, the last too, and the sum is left as it is"
# fits: "You apply the last ReLU before the plus"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for count, size in zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(count, size, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        y = layers.ReLU()(y)
    return layers.Add()([x, y]) if shortcut else y


# %% wrong: identity_block
# idea: "ReLU after every convolution, the last too, and once more after the sum"
# fits: "so that nothing negative is ever added"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for count, size in zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1)):
        y = layers.Conv2D(count, size, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        y = layers.ReLU()(y)
    return layers.ReLU()(layers.Add()([x, y])) if shortcut else y


# %% wrong: identity_block
# idea: "pre-activation: norm and ReLU before each convolution, nothing after the sum"
# fits: "the block with pre-activation"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for count, size in zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1)):
        if norm:
            y = layers.BatchNormalization()(y)
        y = layers.Conv2D(count, size, padding="same")(layers.ReLU()(y))
    return layers.Add()([x, y]) if shortcut else y


# %% wrong: identity_block
# idea: "looks at the channels only where they are added: a plain block may change them"
# fits: "Without shortcut you let filters through"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    if shortcut and filters[-1] != x.shape[-1]:
        raise ValueError("channels")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% wrong: identity_block
# idea: "no bias where a norm follows, as libraries do it"
# fits: "Where there are norms your convolutions have no bias"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, padding="same", use_bias=not norm)(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% wrong: identity_block
# idea: "norm settings of another library: epsilon 1e-5, momentum 0.9"
# fits: "Your norms have the settings of another library"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, padding="same")(y)
        if norm:
            y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    return layers.ReLU()(layers.Add()([x, y]) if shortcut else y)


# %% wrong: identity_block
# idea: "one norm for the whole block, after the sum"
# fits: "You norm the sum"
def identity_block(x, filters, norm=True, shortcut=True):
    if len(filters) not in (2, 3) or filters[-1] != x.shape[-1]:
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, padding="same")(y)
        if i < len(filters) - 1:
            if norm:
                y = layers.BatchNormalization()(y)
            y = layers.ReLU()(y)
    if shortcut:
        y = layers.Add()([x, y])
    if norm:
        y = layers.BatchNormalization()(y)
    return layers.ReLU()(y)


# %% right: convolutional_block
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if not 2 <= len(filters) <= 3:
        raise ValueError("two or three filters")

    def unit(z, count, size, step=1):
        z = layers.Conv2D(count, size, step, padding="same")(z)
        return layers.BatchNormalization()(z) if norm else z

    beside = unit(x, filters[-1], 1, stride) if shortcut else None
    sizes = {2: "33", 3: "131"}[len(filters)]
    y = unit(x, filters[0], int(sizes[0]), stride)
    for count, size in zip(filters[1:], sizes[1:]):
        y = unit(ops.relu(y), count, int(size))
    return ops.relu(y if beside is None else beside + y)


# %% right: convolutional_block
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("two or three filters")
    kernels = [3, 3] if len(filters) == 2 else [1, 3, 1]
    strides = [stride] + [1] * (len(filters) - 1)
    steps = []
    for f, k, s in zip(filters, kernels, strides):
        steps.append(layers.Conv2D(f, k, strides=(s, s), padding="same"))
        if norm:
            steps.append(layers.BatchNormalization())
        steps.append(layers.ReLU())
    last = steps.pop()
    y = x
    for step in steps:
        y = step(y)
    if not shortcut:
        return last(y)
    small = x[:, ::stride, ::stride, :]
    p = layers.Conv2D(filters[-1], 1, padding="same")(small)
    if norm:
        p = layers.BatchNormalization()(p)
    return last(layers.Add()([y, p]))


# %% wrong: convolutional_block
# idea: "the projection is only made when the shape changes; otherwise x is added as it is"
# fits: "you leave the projection out"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, strides=stride if i == 0 else 1, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    if shortcut:
        p = x
        if stride != 1 or x.shape[-1] != filters[-1]:
            p = layers.Conv2D(filters[-1], 1, strides=stride, padding="same")(x)
            if norm:
                p = layers.BatchNormalization()(p)
        y = layers.Add()([y, p])
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "the projection shrinks by average pooling and then a convolution of stride 1"
# fits: "You shrink the shortcut by pooling"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, strides=stride if i == 0 else 1, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    if shortcut:
        p = layers.AveragePooling2D(stride, padding="same")(x)
        p = layers.Conv2D(filters[-1], 1, padding="same")(p)
        if norm:
            p = layers.BatchNormalization()(p)
        y = layers.Add()([y, p])
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "the projection gets a ReLU too, before the sum"
# fits: "There is a ReLU on the shortcut"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, strides=stride if i == 0 else 1, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    if shortcut:
        p = layers.Conv2D(filters[-1], 1, strides=stride, padding="same")(x)
        if norm:
            p = layers.BatchNormalization()(p)
        y = layers.Add()([y, layers.ReLU()(p)])
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "the last convolution of the main path strides"
# fits: "The last convolution of your main path strides"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) not in (2, 3):
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        last = i == len(filters) - 1
        y = layers.Conv2D(count, size, strides=stride if last else 1, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if not last:
            y = layers.ReLU()(y)
    if shortcut:
        p = layers.Conv2D(filters[-1], 1, strides=stride, padding="same")(x)
        if norm:
            p = layers.BatchNormalization()(p)
        y = layers.Add()([y, p])
    return layers.ReLU()(y)


# %% wrong: convolutional_block
# idea: "refuses only fewer than two filters: takes three of four"
# fits: "Four filters get through"
def convolutional_block(x, filters, stride, norm=True, shortcut=True):
    if len(filters) < 2:
        raise ValueError("filters")
    y = x
    for i, (count, size) in enumerate(zip(filters, (3, 3) if len(filters) == 2 else (1, 3, 1))):
        y = layers.Conv2D(count, size, strides=stride if i == 0 else 1, padding="same")(y)
        if norm:
            y = layers.BatchNormalization()(y)
        if i < len(filters) - 1:
            y = layers.ReLU()(y)
    if shortcut:
        p = layers.Conv2D(filters[-1], 1, strides=stride, padding="same")(x)
        if norm:
            p = layers.BatchNormalization()(p)
        y = layers.Add()([y, p])
    return layers.ReLU()(y)


# %% right: build_resnet
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    pictures = keras.Input(shape=tuple(input_shape))
    width = stages[0][0][0]
    if small:
        x = layers.Conv2D(width, 3, padding="same")(pictures)
    else:
        x = layers.Conv2D(width, 7, strides=2, padding="same")(pictures)
    if norm:
        x = layers.BatchNormalization()(x)
    x = ops.relu(x)
    if not small:
        x = layers.MaxPool2D(3, 2, padding="same")(x)
    stride = 1
    for filters, blocks in stages:
        for number in range(blocks):
            if number:
                x = identity_block(x, filters, norm, shortcut)
            else:
                x = convolutional_block(x, filters, stride, norm, shortcut)
        stride = 2
    x = ops.mean(x, axis=(1, 2))
    return keras.Model(pictures, layers.Dense(num_classes)(x))


# %% wrong: build_resnet
# idea: "a stage with n blocks gets n identity blocks after the first one"
# fits: "Your stages have a block too many"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(stages[0][0][0], 3 if small else 7, strides=1 if small else 2, padding="same")(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for i, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 1 if i == 0 else 2, norm=norm, shortcut=shortcut)
        for _ in range(blocks):
            x = identity_block(x, filters, norm=norm, shortcut=shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% wrong: build_resnet
# idea: "pooling of the stem with its default padding"
# fits: "The stem's pooling is not padded"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(stages[0][0][0], 3 if small else 7, strides=1 if small else 2, padding="same")(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2)(x)
    for i, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 1 if i == 0 else 2, norm=norm, shortcut=shortcut)
        for _ in range(blocks - 1):
            x = identity_block(x, filters, norm=norm, shortcut=shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% wrong: build_resnet
# idea: "no ReLU after the stem's norm"
# fits: "there is no ReLU"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(stages[0][0][0], 3 if small else 7, strides=1 if small else 2, padding="same")(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for i, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 1 if i == 0 else 2, norm=norm, shortcut=shortcut)
        for _ in range(blocks - 1):
            x = identity_block(x, filters, norm=norm, shortcut=shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% wrong: build_resnet
# idea: "flattens instead of global average pooling"
# fits: "You flatten the last maps"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(stages[0][0][0], 3 if small else 7, strides=1 if small else 2, padding="same")(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for i, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 1 if i == 0 else 2, norm=norm, shortcut=shortcut)
        for _ in range(blocks - 1):
            x = identity_block(x, filters, norm=norm, shortcut=shortcut)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% wrong: build_resnet
# idea: "the stem always has 64 filters"
# fits: "Your stem has 64 filters always"
def build_resnet(input_shape, num_classes, stages, small=False, norm=True, shortcut=True):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(64, 3 if small else 7, strides=1 if small else 2, padding="same")(inputs)
    if norm:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    if not small:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for i, (filters, blocks) in enumerate(stages):
        x = convolutional_block(x, filters, 1 if i == 0 else 2, norm=norm, shortcut=shortcut)
        for _ in range(blocks - 1):
            x = identity_block(x, filters, norm=norm, shortcut=shortcut)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


# %% right: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    kept = [weight.copy() for weight in model.get_weights()]
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]
    lossy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = lossy(y, model(x, training=True))
    slopes = tape.gradient(loss, kernels)
    model.set_weights(kept)
    return np.array([np.sqrt(np.sum(np.square(ops.convert_to_numpy(slope)))) for slope in slopes])


# %% right: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    names = [w for layer in model.layers if type(layer) in (layers.Conv2D, layers.Dense) for w in [layer.kernel]]
    before = [(w, w.numpy()) for w in model.weights]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for w in names:
            tape.watch(w.value)
        scores = tf.nn.log_softmax(model(tf.convert_to_tensor(x), training=True), axis=-1)
        picked = tf.gather(scores, tf.cast(y, "int32"), axis=1, batch_dims=1)
        loss = -tf.reduce_mean(picked)
    result = [float(tf.norm(g)) for g in tape.gradient(loss, [w.value for w in names])]
    for w, old in before:
        w.assign(old)
    return np.asarray(result, dtype=np.float64)


# %% wrong: gradient_norm_by_depth
# idea: "does not take the mean: the tape sums the losses of the batch"
# fits: "You differentiate the sum over the batch"
def gradient_norm_by_depth(model, x, y):
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]
    old = model.get_weights()
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True), from_logits=True)
    norms = np.array([float(tf.norm(g)) for g in tape.gradient(loss, kernels)])
    model.set_weights(old)
    return norms


# %% wrong: gradient_norm_by_depth
# idea: "root of the mean of the squares"
# fits: "You average the squares"
def gradient_norm_by_depth(model, x, y):
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]
    old = model.get_weights()
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    norms = np.array([float(tf.sqrt(tf.reduce_mean(g**2))) for g in tape.gradient(loss, kernels)])
    model.set_weights(old)
    return norms


# %% right: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    kernels = [weight for weight in model.trainable_weights if weight.name == "kernel"]
    old = model.get_weights()
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    norms = np.array([float(tf.norm(g)) for g in tape.gradient(loss, kernels)])
    model.set_weights(old)
    return norms


# %% right: gradient_norm_by_depth
def gradient_norm_by_depth(model, x, y):
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    old = model.get_weights()
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    norms = np.array([float(tf.norm(g)) for g in tape.gradient(loss, kernels)])
    model.set_weights(old)
    return norms
