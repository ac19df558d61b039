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
def gradient_norm_by_depth(model, x, y):
    before = [l.get_weights()[0] for l in model.layers if hasattr(l, "kernel")]
    model.compile(keras.optimizers.SGD(1.0), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.train_on_batch(x, y)
    after = [l.get_weights()[0] for l in model.layers if hasattr(l, "kernel")]
    return np.array([np.linalg.norm((b - a).ravel()) for a, b in zip(after, before)])
