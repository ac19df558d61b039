# %% right: fit_normalization
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(x)
    return layer


# %% right: fit_normalization
def fit_normalization(x, per_feature=True):
    x = np.array(x, dtype="float32")
    if per_feature:
        layer = keras.layers.Normalization()
    else:
        layer = keras.layers.Normalization(axis=None)
    layer.build(x.shape)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "never adapted"
# fits: "Your layer passes data through unchanged"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    return layer


# %% wrong: fit_normalization
# idea: "adapted to the first rows only"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(x[:2])
    return layer


# %% wrong: fit_normalization
# idea: "returns the normalised data"
# fits: "Those are the normalised data. The layer"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(x)
    return layer(x)


# %% wrong: fit_normalization
# idea: "per_feature ignored"
# fits: "per_feature=False should give one mean for"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "per_feature the other way round"
# fits: "The two cases are exchanged. axis names"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=None if per_feature else -1)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "axis 0: a mean for each example"
# fits: "You name the axis to average over. axis"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=0 if per_feature else None)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "axis 1, which is the last only in a table"
# fits: "Right for a table. Where there are more"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=1 if per_feature else None)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "a mean for each entry of an example"
# fits: "Each entry of an example gets a mean of"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=tuple(range(1, np.ndim(x))) if per_feature else None)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "batch normalisation"
# fits: "BatchNormalization learns a scale in training"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.BatchNormalization(axis=-1)
    layer(x, training=True)
    return layer


# %% wrong: fit_normalization
# idea: "standard deviation given as the variance"
# fits: "The result is too large by the root of a"
def fit_normalization(x, per_feature=True):
    axes = tuple(range(np.ndim(x) - 1)) if per_feature else None
    return keras.layers.Normalization(axis=-1 if per_feature else None, mean=np.mean(x, axis=axes), variance=np.std(x, axis=axes))


# %% wrong: fit_normalization
# idea: "variance with m - 1"
# fits: "You divide by m - 1. The variance of the"
def fit_normalization(x, per_feature=True):
    axes = tuple(range(np.ndim(x) - 1)) if per_feature else None
    return keras.layers.Normalization(axis=-1 if per_feature else None, mean=np.mean(x, axis=axes), variance=np.var(x, axis=axes, ddof=1))


# %% wrong: fit_normalization
# idea: "the data are scaled first, in place"
# fits: "Your code changes one of its arguments in place"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    x -= x.mean(axis=0).astype(x.dtype)
    layer.adapt(x)
    return layer


# %% wrong: fit_normalization
# idea: "a Rescaling to 0 and 1"
def fit_normalization(x, per_feature=True):
    low, high = float(np.min(x)), float(np.max(x))
    return keras.layers.Rescaling(1 / (high - low), offset=-low / (high - low))


# %% wrong: fit_normalization
# idea: "pixels divided by 255 before adapting"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(np.asarray(x) / 255.0)
    return layer


# %% wrong: fit_normalization
# idea: "adapted batch by batch: the last batch counts"
# fits: "Each call of adapt begins anew, so that"
def fit_normalization(x, per_feature=True):
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    for start in range(0, len(x), 32):
        layer.adapt(x[start : start + 32])
    return layer


# %% right: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% right: build_classifier
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    model = keras.Sequential(name="classifier")
    if normalization is not None:
        model.add(normalization)
    model.add(keras.layers.Flatten())
    for units in hidden:
        model.add(keras.layers.Dense(units, activation=keras.activations.relu))
    model.add(keras.layers.Dense(num_classes, activation=None))
    model.build((None, *input_shape))
    return model


# %% wrong: build_classifier
# idea: "softmax at the end"
# fits: "Your model gives probabilities. The logits"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes, activation="softmax"))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "relu at the end too"
# fits: "A logit may be negative; yours cannot."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes, activation="relu"))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "hidden layers without activation"
# fits: "Without activations between them, dense"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width) for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "no Flatten"
# fits: "A picture goes into the dense layers as"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "Flatten before the normalisation"
# fits: "The normalization gets flattened inputs."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    layers.append(keras.layers.Flatten())
    if normalization is not None:
        layers.append(normalization)
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "normalisation ignored"
# fits: "The normalization goes unused."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "normalisation after the hidden layers"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "no Input: no weights yet"
# fits: "The model has no weights before it meets"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = []
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "only the first hidden width"
# fits: "Only the first entry of hidden becomes a"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden[:1]]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "hidden widths from last to first"
# fits: "The hidden layers come from last to first."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in reversed(hidden)]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "hidden extended in place"
# fits: "The list that was handed over has grown"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    hidden.append(num_classes)
    for width in hidden[:-1]:
        layers.append(keras.layers.Dense(width, activation="relu"))
    layers.append(keras.layers.Dense(hidden[-1]))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "He start"
# fits: "That is He's start. Here the dense layers"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu", kernel_initializer="he_normal") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "all weights zero at the start"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes, kernel_initializer="zeros"))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "compiled already"
# fits: "The model is compiled already. Built, not"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    return model


# %% wrong: build_classifier
# idea: "no biases"
# fits: "The last layer has lost its biases."
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes, use_bias=False))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "a dropout slipped in"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dropout(0.2))
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "tanh"
# fits: "The hidden layers squash. Which activation"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="tanh") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "one output for two classes"
# fits: "For two classes you give one output. K logits"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes if num_classes > 2 else 1))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "the batch size fixed at 32"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(batch_shape=(32, *input_shape))]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% wrong: build_classifier
# idea: "global pooling instead of Flatten"
def build_classifier(input_shape, num_classes, hidden, normalization=None):
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Reshape((-1, 1)))
    layers.append(keras.layers.GlobalAveragePooling1D())
    layers += [keras.layers.Dense(width, activation="relu") for width in hidden]
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


# %% right: count_layer_params
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% right: count_layer_params
def count_layer_params(model):
    def numbers(weights):
        return sum(int(np.size(ops.convert_to_numpy(weight))) for weight in weights)

    return [(one.name, numbers(one.trainable_weights), numbers(one.non_trainable_weights)) for one in model.layers]


# %% right: count_layer_params
def count_layer_params(model):
    table = []
    for layer in model.layers:
        free = int(sum(np.prod(w.shape) for w in layer.trainable_weights))
        table.append((layer.name, free, layer.count_params() - free))
    return table


# %% wrong: count_layer_params
# idea: "np.prod of () is a float"
# fits: "np.prod of an empty shape is the float 1.0"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(np.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "number of arrays"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [len(ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "sizes added instead of multiplied"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(sum(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "everything under trainable"
# fits: "All that a layer holds is counted as trainable"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.weights, [])]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "the two swapped"
# fits: "The two counts have changed places: the"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.non_trainable_weights, layer.trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "variables, random state included"
# fits: "You count the state of Dropout's random"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, [v for v in layer.variables if not any(v is w for w in layer.trainable_weights)])]
        rows.append((layer.name, *counts))
    return rows


# %% right: count_layer_params
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = {True: 0, False: 0}
        for weight in layer.weights:
            counts[bool(weight.trainable)] += int(math.prod(weight.shape))
        rows.append((layer.name, counts[True], counts[False]))
    return rows


# %% wrong: count_layer_params
# idea: "layers without weights left out"
# fits: "A layer without weights has its row too"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        if sum(counts):
            rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "class names"
# fits: "You give the layer's class. Its own name"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((type(layer).__name__, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "a dict"
# fits: "A dict was not asked for, but a list of"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return {name: (a, b) for name, a, b in rows}


# %% wrong: count_layer_params
# idea: "lists instead of tuples"
# fits: "Your rows are lists. A tuple for each layer"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append([layer.name, *counts])
    return rows


# %% wrong: count_layer_params
# idea: "the Input counted as a layer"
def count_layer_params(model):
    rows = [('input', 0, 0)]
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "inner models opened"
# fits: "You open up a model that is a layer of this"
def count_layer_params(model):
    rows = []
    for layer in [one for outer in model.layers for one in getattr(outer, 'layers', [outer])]:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "formula for dense layers"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            n, k = layer.kernel.shape
            rows.append((layer.name, (n + 1) * k, 0))
        else:
            rows.append((layer.name, 0, sum(math.prod(w.shape) for w in layer.non_trainable_weights)))
    return rows


# %% wrong: count_layer_params
# idea: "the total as second count"
# fits: "The second count has all that the layer"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.weights)]
        rows.append((layer.name, *counts))
    return rows


# %% wrong: count_layer_params
# idea: "the count of a normalisation left out"
def count_layer_params(model):
    rows = []
    for layer in model.layers:
        counts = [sum(math.prod(w.shape) for w in ws if len(w.shape)) for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        rows.append((layer.name, *counts))
    return rows


# %% right: compile_for_logits
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% right: compile_for_logits
def compile_for_logits(model, learning_rate):
    def mean_cross_entropy(labels, logits):
        return ops.mean(ops.sparse_categorical_crossentropy(labels, logits, from_logits=True))

    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    adam = keras.optimizers.Adam(learning_rate)
    model.compile(adam, mean_cross_entropy, metrics=[accuracy])
    return model


# %% wrong: compile_for_logits
# idea: "flag forgotten"
# fits: "The loss takes your logits for probabilities."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "flag False"
# fits: "The loss takes your logits for probabilities."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "loss by name"
# fits: "The loss takes your logits for probabilities."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "one-hot loss"
# fits: "That loss expects one-hot rows as labels."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "optimizer by name"
# fits: "The learning rate goes unused: Adam runs"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "SGD"
# fits: "Those are steps of plain gradient descent."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "RMSprop"
# fits: "That is RMSprop, which has no running mean"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "AdamW"
# fits: "AdamW also pulls all weights towards 0."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.AdamW(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "sum over the batch"
# fits: "Your loss grows with the batch. The mean"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum"),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "returns None"
# fits: "The model is compiled, but not handed back."
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return None


# %% wrong: compile_for_logits
# idea: "no metrics"
# fits: "Nobody will see the accuracy: it has to"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


# %% wrong: compile_for_logits
# idea: "two metrics"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", "sparse_categorical_crossentropy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "a softmax layer added"
# fits: "You compile another model, a copy or one"
def compile_for_logits(model, learning_rate):
    model = keras.Sequential([model, keras.layers.Softmax()])
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "binary accuracy"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model


# %% wrong: compile_for_logits
# idea: "metric under another name"
# fits: "The metric is the right one, under another"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["sparse_categorical_accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "top-5 accuracy"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseTopKCategoricalAccuracy(2, name="accuracy")],
    )
    return model


# %% wrong: compile_for_logits
# idea: "gradient clipping added"
# fits: "You clip long gradients. Nothing else about"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate, clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "PyTorch's epsilon"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate, epsilon=1e-8),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "a clone compiled"
# fits: "You compile another model, a copy or one"
def compile_for_logits(model, learning_rate):
    model = keras.models.clone_model(model)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "rate as beta_1"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3, learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: compile_for_logits
# idea: "layers frozen on the way"
def compile_for_logits(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.layers[0].trainable = False
    return model


# %% wrong: compile_for_logits
# idea: "last layer given a softmax"
# fits: "You gave the model another layer. It should"
def compile_for_logits(model, learning_rate):
    model.layers[-1].activation = keras.activations.softmax
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
        metrics=["accuracy"],
    )
    return model


# %% right: predict_labels
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1)


# %% right: predict_labels
def predict_labels(model, x):
    parts = [ops.convert_to_numpy(model(x[i : i + 256], training=False)) for i in range(0, len(x), 256)]
    return np.concatenate(parts).argmax(axis=1)


# %% wrong: predict_labels
# idea: "progress bar left on"
# fits: "The labels are right, but predict also prints"
def predict_labels(model, x):
    logits = model.predict(x)
    return np.argmax(logits, axis=-1)


# %% wrong: predict_labels
# idea: "argmax over the batch"
# fits: "That finds the best example for each class."
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=0)


# %% wrong: predict_labels
# idea: "argmax of everything"
# fits: "Without an axis, argmax looks for one place"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits)


# %% wrong: predict_labels
# idea: "probabilities above one half"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return (logits > 0.5).astype(int).argmax(axis=-1)


# %% wrong: predict_labels
# idea: "largest absolute logit"
# fits: "A large negative logit speaks against its"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(np.abs(logits), axis=-1)


# %% wrong: predict_labels
# idea: "the last of equals"
# fits: "Where two logits are equal you name the"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1)


# %% wrong: predict_labels
# idea: "counted from 1"
# fits: "Every whole number is one too "
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1) + 1


# %% wrong: predict_labels
# idea: "called as in training"
# fits: "Your model runs as in training, and its"
def predict_labels(model, x):
    logits = ops.convert_to_numpy(model(x, training=True))
    return np.argmax(logits, axis=-1)


# %% wrong: predict_labels
# idea: "one-hot answers"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.eye(logits.shape[1])[np.argmax(logits, axis=-1)]


# %% wrong: predict_labels
# idea: "the logits' maximum"
# fits: "That is how large the largest logit is"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.max(logits, axis=-1)


# %% wrong: predict_labels
# idea: "axis kept"
# fits: "The classes are right; one axis is left"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1, keepdims=True)


# %% wrong: predict_labels
# idea: "floats"
# fits: "The classes are right, but they are floats"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1).astype(float)


# %% wrong: predict_labels
# idea: "a tensor"
# fits: "The numbers are right. What is not is what holds them"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return ops.argmax(logits, axis=-1)


# %% wrong: predict_labels
# idea: "a list"
# fits: "The classes are right, but they come as"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1).tolist()


# %% wrong: predict_labels
# idea: "softmax in float16, which makes ties"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax((np.exp(logits - logits.max(-1, keepdims=True)) / np.exp(logits - logits.max(-1, keepdims=True)).sum(-1, keepdims=True)).astype('float16'), axis=-1)


# %% wrong: predict_labels
# idea: "probabilities by a softmax that overflows"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True), axis=-1)


# %% wrong: predict_labels
# idea: "compiles the model on the way"
def predict_labels(model, x):
    model.compile("sgd", "mse")
    logits = model.predict(x, verbose=0)
    return np.argmax(logits, axis=-1)


# %% wrong: predict_labels
# idea: "examples flattened first"
def predict_labels(model, x):
    logits = model.predict(x.reshape(len(x), -1), verbose=0)
    return np.argmax(logits, axis=-1)


# %% wrong: predict_labels
# idea: "a single example loses its axis"
# fits: "Where a single example comes, its axis gets"
def predict_labels(model, x):
    logits = model.predict(x, verbose=0)
    return np.argmax(np.squeeze(logits), axis=-1)


# %% wrong: predict_labels
# idea: "only the first batch of 32"
def predict_labels(model, x):
    logits = ops.convert_to_numpy(model(x[:32]))
    return np.argmax(logits, axis=-1)
