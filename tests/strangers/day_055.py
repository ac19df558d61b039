# %% right: replace_head
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    features = model.layers[-2].output
    outputs = keras.layers.Dense(num_classes, name=name)(features)
    return keras.Model(model.inputs, outputs)


# %% wrong: replace_head
# idea: "stacks the new head on the old one"
# fits: "Your head sits on top of the old one"
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    return keras.Model(model.input, keras.layers.Dense(num_classes, name=name)(model.output))


# %% wrong: replace_head
# idea: "softmax head"
# fits: "You give probabilities"
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    x = model.layers[-2].output
    return keras.Model(model.input, keras.layers.Dense(num_classes, "softmax", name=name)(x))


# %% wrong: replace_head
# idea: "a clone with fresh weights"
# fits: "has not been trained at all"
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    copy = keras.models.clone_model(model)
    return keras.Model(copy.inputs, keras.layers.Dense(num_classes, name=name)(copy.layers[-2].output))


# %% wrong: replace_head
# idea: "trunk as one nested layer in a Sequential"
# fits: "one layer of the new model"
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    base = keras.Model(model.input, model.layers[-2].output)
    return keras.Sequential([keras.Input(base.input_shape[1:]), base, keras.layers.Dense(num_classes, name=name)])


# %% wrong: replace_head
# idea: "num_classes is not checked"
# fits: "A single class gets through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def replace_head(model, num_classes, name="head"):
    return keras.Model(model.input, keras.layers.Dense(max(num_classes, 1), name=name)(model.layers[-2].output))


# %% wrong: replace_head
# idea: "the name is ignored"
# fits: "does not have the name"
def replace_head(model, num_classes, name="head"):
    if num_classes <= 1:
        raise ValueError("need at least two classes")
    return keras.Model(model.input, keras.layers.Dense(num_classes, name="head")(model.layers[-2].output))


# %% right: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels).astype(int)
    if penalty <= 0:
        raise ValueError("penalty")
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("labels")
    f = np.array(features, dtype=np.float64)
    t = np.zeros((len(f), num_classes))
    for i, c in enumerate(labels):
        t[i, c] = 1.0
    fm, tm = f.mean(0), t.mean(0)
    fc, tc = f - fm, t - tm
    if f.shape[1] > f.shape[0]:  # the dual is smaller
        w = fc.T @ np.linalg.inv(fc @ fc.T + penalty * np.eye(len(f))) @ tc
    else:
        w = np.linalg.inv(fc.T @ fc + penalty * np.eye(f.shape[1])) @ fc.T @ tc
    return w, tm - fm @ w


# %% wrong: linear_probe
# idea: "a column of ones, penalised with the rest"
# fits: "The bias is penalised too"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    f = np.hstack([features.astype(float), np.ones((len(features), 1))])
    t = np.eye(num_classes)[labels]
    w = np.linalg.solve(f.T @ f + penalty * np.eye(f.shape[1]), f.T @ t)
    return w[:-1], w[-1]


# %% wrong: linear_probe
# idea: "no penalty: pinv"
# fits: "There is no penalty"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    f = features.astype(float)
    t = np.eye(num_classes)[labels]
    w = np.linalg.pinv(f - f.mean(0)) @ (t - t.mean(0))
    return w, t.mean(0) - f.mean(0) @ w


# %% wrong: linear_probe
# idea: "penalty times the number of examples"
# fits: "not a mean"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    f, t = features.astype(float), np.eye(num_classes)[labels]
    fc, tc = f - f.mean(0), t - t.mean(0)
    m = len(f)
    w = np.linalg.solve(fc.T @ fc / m + penalty * np.eye(f.shape[1]), fc.T @ tc / m)
    return w, t.mean(0) - f.mean(0) @ w


# %% wrong: linear_probe
# idea: "number of classes from the labels"
# fits: "You count the classes that occur"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    f = features.astype(float)
    t = (labels[:, None] == np.unique(labels)).astype(float)
    fc, tc = f - f.mean(0), t - t.mean(0)
    w = np.linalg.solve(fc.T @ fc + penalty * np.eye(f.shape[1]), fc.T @ tc)
    return w, t.mean(0) - f.mean(0) @ w


# %% wrong: linear_probe
# idea: "bias of the centred problem"
# fits: "Your bias belongs to centred features"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    f, t = features.astype(float), np.eye(num_classes)[labels]
    fc = f - f.mean(0)
    w = np.linalg.solve(fc.T @ fc + penalty * np.eye(f.shape[1]), fc.T @ t)
    return w, t.mean(0)


# %% wrong: linear_probe
# idea: "computes in float32 where the features are"
# fits: "own precision"
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("bad")
    t = np.eye(num_classes, dtype=features.dtype)[labels]
    fc, tc = features - features.mean(0), t - t.mean(0)
    w = np.linalg.solve(fc.T @ fc + penalty * np.eye(features.shape[1], dtype=features.dtype), fc.T @ tc)
    return w.astype(float), (t.mean(0) - features.mean(0) @ w).astype(float)


# %% right: freeze_until
def freeze_until(model, layer_name, norms=False):
    if not any(l.name == layer_name for l in model.layers):
        raise ValueError(f"no layer {layer_name}")
    model.trainable = True
    found = False
    for l in model.layers:
        if l.name == layer_name:
            found = True
        l.trainable = found
        if isinstance(l, keras.layers.BatchNormalization) and not norms:
            l.trainable = False
    total = 0
    for v in model.trainable_variables:
        n = 1
        for d in v.shape:
            n *= d
        total += n
    return total


# %% wrong: freeze_until
# idea: "freezes the named layer too"
# fits: "The named layer is frozen too"
def freeze_until(model, layer_name, norms=False):
    names = [l.name for l in model.layers]
    if layer_name not in names:
        raise ValueError("no such layer")
    model.trainable = True
    k = names.index(layer_name)
    for l in model.layers[: k + 1]:
        l.trainable = False
    if not norms:
        for l in model.layers:
            if isinstance(l, layers.BatchNormalization):
                l.trainable = False
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# %% wrong: freeze_until
# idea: "norms are not treated specially"
# fits: "The norms are thawed with the rest"
def freeze_until(model, layer_name, norms=False):
    names = [l.name for l in model.layers]
    if layer_name not in names:
        raise ValueError("no such layer")
    model.trainable = True
    for l in model.layers[: names.index(layer_name)]:
        l.trainable = False
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# %% wrong: freeze_until
# idea: "only ever freezes, never thaws"
# fits: "whatever they were"
# fits: "frozen before"
def freeze_until(model, layer_name, norms=False):
    names = [l.name for l in model.layers]
    if layer_name not in names:
        raise ValueError("no such layer")
    for i, l in enumerate(model.layers):
        if i < names.index(layer_name):
            l.trainable = False
        elif isinstance(l, layers.BatchNormalization) and not norms:
            l.trainable = False
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# %% wrong: freeze_until
# idea: "unknown name: thaws everything first, then raises"
# fits: "found out too late"
def freeze_until(model, layer_name, norms=False):
    model.trainable = True
    index = [l.name for l in model.layers].index(layer_name)
    for i, l in enumerate(model.layers):
        l.trainable = i >= index and (norms or not isinstance(l, layers.BatchNormalization))
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# %% wrong: freeze_until
# idea: "counts all parameters"
# fits: "You count all numbers of the model"
def freeze_until(model, layer_name, norms=False):
    names = [l.name for l in model.layers]
    if layer_name not in names:
        raise ValueError("no such layer")
    model.trainable = True
    for i, l in enumerate(model.layers):
        l.trainable = i >= names.index(layer_name) and (norms or not isinstance(l, layers.BatchNormalization))
    return model.count_params()


# %% wrong: freeze_until
# idea: "the model itself left frozen"
# fits: "hides what its layers say"
def freeze_until(model, layer_name, norms=False):
    names = [l.name for l in model.layers]
    if layer_name not in names:
        raise ValueError("no such layer")
    model.trainable = False
    for l in model.layers[names.index(layer_name) :]:
        if norms or not isinstance(l, layers.BatchNormalization):
            l.trainable = True
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# %% right: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    history = []
    for phase in range(2):
        freeze_until(model, [head, first][phase])
        if epochs[phase] == 0:
            continue
        model.compile(
            optimizer=keras.optimizers.Adam(rates[phase]),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        run = model.fit(x, labels, epochs=epochs[phase], batch_size=batch_size, verbose=0)
        history.extend(run.history["loss"])
    return history


# %% wrong: fine_tune
# idea: "thaws the whole model in phase 1, which leaves layers frozen that were frozen one by one"
# fits: "In phase 1 only the head is trained"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    history = []
    for phase in range(2):
        if phase == 0:
            freeze_until(model, head)
        else:
            model.trainable = True
        model.compile(keras.optimizers.Adam(rates[phase]), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        run = model.fit(x, labels, epochs=epochs[phase], batch_size=batch_size, verbose=0)
        history.extend(run.history.get("loss", []))
    return history


# %% wrong: fine_tune
# idea: "one rate for both"
# fits: "Both phases have the first rate"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    history = []
    for name, n in ((head, epochs[0]), (first, epochs[1])):
        freeze_until(model, name)
        model.compile(keras.optimizers.Adam(rates[0]), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        history += model.fit(x, labels, epochs=n, batch_size=batch_size, verbose=0).history.get("loss", [])
    return history


# %% wrong: fine_tune
# idea: "loss by its name, which expects probabilities"
# fits: "takes the logits for probabilities"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    history = []
    for name, n, rate in ((head, epochs[0], rates[0]), (first, epochs[1], rates[1])):
        freeze_until(model, name)
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        history += model.fit(x, labels, epochs=n, batch_size=batch_size, verbose=0).history.get("loss", [])
    return history


# %% wrong: fine_tune
# idea: "compiled once, layers thawed afterwards"
# fits: "Compile again"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    freeze_until(model, head)
    model.compile(keras.optimizers.Adam(rates[0]), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(x, labels, epochs=epochs[0], batch_size=batch_size, verbose=0).history.get("loss", [])
    freeze_until(model, first)
    model.optimizer.learning_rate.assign(rates[1])
    return history + model.fit(x, labels, epochs=epochs[1], batch_size=batch_size, verbose=0).history.get("loss", [])


# %% wrong: fine_tune
# idea: "default batch size"
# fits: "The batch size is not the one"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    history = []
    for name, n, rate in ((head, epochs[0], rates[0]), (first, epochs[1], rates[1])):
        freeze_until(model, name)
        model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        history += model.fit(x, labels, epochs=n, verbose=0).history.get("loss", [])
    return history


# %% wrong: fine_tune
# idea: "skips phase 0 and trains everything from first on, with the second rate"
# fits: "You leave phase 0 out"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    freeze_until(model, first)
    model.compile(keras.optimizers.Adam(rates[1]), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x, labels, epochs=sum(epochs), batch_size=batch_size, verbose=0).history["loss"]


# %% right: preprocess_for
def preprocess_for(application, images):
    images = np.asarray(images)
    if images.shape[-1] != 3:
        raise ValueError("RGB needed")
    x = images.astype("float32", copy=True)
    if application == "mobilenet_v2":
        return (x - 127.5) / 127.5
    if application == "vgg16":
        r, g, b = x[..., 0], x[..., 1], x[..., 2]
        return np.stack([b - 103.939, g - 116.779, r - 123.68], axis=-1).astype("float32")
    if application == "densenet121":
        mean = np.array([0.485, 0.456, 0.406], "float32")
        std = np.array([0.229, 0.224, 0.225], "float32")
        return (x / 255.0 - mean) / std
    if application == "efficientnet_b0":
        return x
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "everything from 0 to 1"
# fits: "Yours go from 0 to 1"
# fits: "The result is the same whatever"
def preprocess_for(application, images):
    if images.shape[-1] != 3 or application not in ("mobilenet_v2", "vgg16", "densenet121", "efficientnet_b0"):
        raise ValueError("no")
    return images.astype("float32") / 255


# %% wrong: preprocess_for
# idea: "vgg16 in the order red, green, blue"
# fits: "Blue comes first"
# fits: "blue comes first"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return (x - np.array([123.68, 116.779, 103.939])).astype("float32")
    if application == "densenet121":
        return ((x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).astype("float32")
    if application == "efficientnet_b0":
        return x
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "means swapped with the channels: subtracts before reversing"
# fits: "Turn the channels around first"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        x -= np.array([103.939, 116.779, 123.68], "float32")
        return x[..., ::-1]
    if application == "densenet121":
        return ((x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).astype("float32")
    if application == "efficientnet_b0":
        return x
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "densenet without dividing by 255"
# fits: "Divide by 255 first"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return (x[..., ::-1] - np.array([103.939, 116.779, 123.68])).astype("float32")
    if application == "densenet121":
        return ((x - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).astype("float32")
    if application == "efficientnet_b0":
        return x
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "efficientnet scaled to 0 to 1"
# fits: "EfficientNet scales the pixels itself"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return (x[..., ::-1] - np.array([103.939, 116.779, 123.68])).astype("float32")
    if application == "densenet121":
        return ((x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).astype("float32")
    if application == "efficientnet_b0":
        return x / 255
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "Keras's preprocess_input on the caller's floats, which changes them"
# fits: "Work on a copy"
# fits: "changes one of its arguments in place"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    if images.dtype == np.uint8:
        images = images.astype("float32")
    if application == "mobilenet_v2":
        return keras.applications.mobilenet_v2.preprocess_input(images).astype("float32")
    if application == "vgg16":
        return keras.applications.vgg16.preprocess_input(images).astype("float32")
    if application == "densenet121":
        return keras.applications.densenet.preprocess_input(images).astype("float32")
    if application == "efficientnet_b0":
        return np.array(images, "float32")
    raise ValueError(application)


# %% wrong: preprocess_for
# idea: "starts comparing names by prefix"
# fits: "You look at the beginning of a name"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("no")
    x = images.astype("float32")
    if application.startswith("mobilenet"):
        return x / 127.5 - 1
    if application.startswith("vgg"):
        return (x[..., ::-1] - np.array([103.939, 116.779, 123.68])).astype("float32")
    if application.startswith("densenet"):
        return ((x / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).astype("float32")
    if application.startswith("efficientnet"):
        return x
    raise ValueError(application)


# %% right: replace_head
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError("fewer than two classes")
    old = model.layers[-1]
    new = layers.Dense(units=num_classes, activation="linear", use_bias=True, name=name)
    return keras.Model(inputs=model.inputs, outputs=new(old.input))


# %% wrong: replace_head
# idea: "a clone of the model: copies of the layers, with the same weights"
# fits: "You copy the layers"
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError("fewer than two classes")
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return keras.Model(copy.input, layers.Dense(num_classes, name=name)(copy.layers[-1].input))


# %% wrong: replace_head
# idea: "freezes the trunk on the way, which the old model shares"
# fits: "You freeze the layers of the old model"
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError("fewer than two classes")
    for layer in model.layers[:-1]:
        layer.trainable = False
    return keras.Model(model.input, layers.Dense(num_classes, name=name)(model.layers[-1].input))


# %% wrong: replace_head
# idea: "starts the head at zero"
# fits: "Your head starts at zero"
def replace_head(model, num_classes, name="head"):
    if num_classes < 2:
        raise ValueError("fewer than two classes")
    head = layers.Dense(num_classes, kernel_initializer="zeros", name=name)
    return keras.Model(model.input, head(model.layers[-1].input))


# %% right: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    labels = np.asarray(labels)
    if not penalty > 0 or np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError("a penalty that is not above 0, or a label that is no class")
    phi = np.array(features, dtype=np.float64)
    targets = np.eye(num_classes)[labels]
    middle, share = phi.mean(axis=0), targets.mean(axis=0)
    u, s, vt = np.linalg.svd(phi - middle, full_matrices=False)
    w = vt.T @ ((s / (s**2 + penalty))[:, None] * (u.T @ (targets - share)))
    return w, share - middle @ w


# %% right: linear_probe
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0:
        raise ValueError("the penalty has to be above 0")
    if any(label not in range(num_classes) for label in labels.tolist()):
        raise ValueError("a label that is no class")
    phi = features.astype("float64")
    targets = np.zeros((len(phi), num_classes))
    targets[np.arange(len(phi)), labels] = 1
    centred = phi - phi.mean(axis=0)
    rows = np.vstack([centred, math.sqrt(penalty) * np.eye(phi.shape[1])])
    right = np.vstack([targets - targets.mean(axis=0), np.zeros((phi.shape[1], num_classes))])
    w = np.linalg.lstsq(rows, right, rcond=None)[0]
    return w, targets.mean(axis=0) - phi.mean(axis=0) @ w


# %% wrong: linear_probe
# idea: "labels below 0 count from the end, as in indexing"
# fits: "A label below 0 gets through"
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or labels.max() >= num_classes:
        raise ValueError("a penalty that is not above 0, or a label that is no class")
    phi, targets = features.astype(float), np.eye(num_classes)[labels]
    centred = phi - phi.mean(axis=0)
    gram = centred.T @ centred + penalty * np.eye(phi.shape[1])
    w = np.linalg.solve(gram, centred.T @ (targets - targets.mean(axis=0)))
    return w, targets.mean(axis=0) - phi.mean(axis=0) @ w


# %% wrong: linear_probe
# idea: "takes the means away after multiplying out, which loses all digits far from zero"
# fits: "You take the means away from the products"
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a penalty that is not above 0, or a label that is no class")
    phi, targets = features.astype(float), np.eye(num_classes)[labels]
    m, middle, share = len(phi), phi.mean(axis=0), targets.mean(axis=0)
    gram = phi.T @ phi - m * np.outer(middle, middle) + penalty * np.eye(phi.shape[1])
    w = np.linalg.solve(gram, phi.T @ targets - m * np.outer(middle, share))
    return w, share - middle @ w


# %% wrong: linear_probe
# idea: "centres float64 features in place"
# fits: "changes one of its arguments in place"
def linear_probe(features, labels, num_classes, penalty=1.0):
    if penalty <= 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a penalty that is not above 0, or a label that is no class")
    phi, targets = np.asarray(features, dtype=float), np.eye(num_classes)[labels]
    middle = phi.mean(axis=0)
    phi -= middle
    gram = phi.T @ phi + penalty * np.eye(phi.shape[1])
    w = np.linalg.solve(gram, phi.T @ (targets - targets.mean(axis=0)))
    return w, targets.mean(axis=0) - middle @ w


# %% right: freeze_until
def freeze_until(model, layer_name, norms=False):
    model.get_layer(layer_name)  # refuses a name that does not occur, before anything is touched
    model.trainable = True
    reached = False
    for layer in model.layers:
        reached = reached or layer.name == layer_name
        layer.trainable = reached and (norms or not isinstance(layer, layers.BatchNormalization))
    return int(sum(math.prod(tuple(weight.shape)) for weight in model.trainable_weights))


# %% right: freeze_until
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    start = names.index(layer_name)  # a ValueError where there is none
    model.trainable = True
    total = 0
    for i, layer in enumerate(model.layers):
        frozen = i < start or (isinstance(layer, keras.layers.BatchNormalization) and not norms)
        layer.trainable = not frozen
        total += sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)
    return total


# %% wrong: freeze_until
# idea: "with norms=True all norms are trained, also those in front"
# fits: "With norms=True the norms in front"
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    start = names.index(layer_name)
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = norms if isinstance(layer, layers.BatchNormalization) else i >= start
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% wrong: freeze_until
# idea: "counts the running averages of the trained norms as trained numbers"
# fits: "You count the running averages"
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    start = names.index(layer_name)
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = i >= start and (norms or not isinstance(layer, layers.BatchNormalization))
    return sum(layer.count_params() for layer in model.layers if layer.trainable)


# %% wrong: freeze_until
# idea: "counts the weights' arrays and not their numbers"
# fits: "You count arrays"
def freeze_until(model, layer_name, norms=False):
    names = [layer.name for layer in model.layers]
    start = names.index(layer_name)
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = i >= start and (norms or not isinstance(layer, layers.BatchNormalization))
    return len(model.trainable_weights)


# %% wrong: freeze_until
# idea: "takes the first layer whose name begins with what was given"
# fits: "merely begins with what was given"
def freeze_until(model, layer_name, norms=False):
    found = [i for i, layer in enumerate(model.layers) if layer.name.startswith(layer_name)]
    if not found:
        raise ValueError(f"no layer is called {layer_name!r}")
    model.trainable = True
    for i, layer in enumerate(model.layers):
        layer.trainable = i >= found[0] and (norms or not isinstance(layer, layers.BatchNormalization))
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


# %% right: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses, done = [], 0
    for phase, layer_name in enumerate((head, first)):
        freeze_until(model, layer_name)
        model.compile(
            optimizer=keras.optimizers.Adam(rates[phase]),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        until = done + epochs[phase]
        if epochs[phase]:
            past = model.fit(x, labels, batch_size=batch_size, epochs=until, initial_epoch=done, verbose=0)
            losses += [float(value) for value in past.history["loss"]]
        done = until
    return losses


# %% right: fine_tune
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    for name, count, rate in zip((head, first), epochs, rates, strict=True):
        model.trainable = True
        names = [layer.name for layer in model.layers]
        for i, layer in enumerate(model.layers):
            layer.trainable = i >= names.index(name) and not isinstance(layer, layers.BatchNormalization)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        for epoch in range(count):
            if epoch == 0:
                model.compile(keras.optimizers.Adam(rate), loss)
            losses.append(float(model.fit(x, labels, batch_size=batch_size, verbose=0).history["loss"][0]))
    return losses


# %% wrong: fine_tune
# idea: "phase 1 trains the norms too"
# fits: "The norms are trained"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    for phase, name in enumerate((head, first)):
        freeze_until(model, name, norms=phase == 1)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rates[phase]), loss)
        past = model.fit(x, labels, batch_size=batch_size, epochs=epochs[phase], verbose=0)
        losses += past.history.get("loss", [])
    return losses


# %% wrong: fine_tune
# idea: "trains everything that phase 1 has from the start"
# fits: "In phase 0 more than the head"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    for phase in (0, 1):
        freeze_until(model, first)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rates[phase]), loss)
        past = model.fit(x, labels, batch_size=batch_size, epochs=epochs[phase], verbose=0)
        losses += past.history.get("loss", [])
    return losses


# %% wrong: fine_tune
# idea: "examples in the same order in every epoch"
# fits: "The examples are shuffled"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    for phase, name in enumerate((head, first)):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rates[phase]), loss)
        past = model.fit(x, labels, batch_size=batch_size, epochs=epochs[phase], shuffle=False, verbose=0)
        losses += past.history.get("loss", [])
    return losses


# %% wrong: fine_tune
# idea: "one Adam for both phases, with the memory of the first"
# fits: "One Adam serves both phases"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    losses = []
    freeze_until(model, first)
    adam = keras.optimizers.Adam(rates[0])
    adam.build(model.trainable_variables)
    for phase, name in enumerate((head, first)):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        adam.learning_rate = rates[phase]
        model.compile(adam, loss)
        past = model.fit(x, labels, batch_size=batch_size, epochs=epochs[phase], verbose=0)
        losses += past.history.get("loss", [])
    return losses


# %% wrong: fine_tune
# idea: "returns the losses of the last phase only"
# fits: "The losses of the last phase alone"
def fine_tune(model, x, labels, head, first, epochs=(10, 20), rates=(0.01, 0.001), batch_size=16):
    for phase, name in enumerate((head, first)):
        freeze_until(model, name)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(rates[phase]), loss)
        past = model.fit(x, labels, batch_size=batch_size, epochs=epochs[phase], verbose=0)
    return past.history.get("loss", [])


# %% right: preprocess_for
def preprocess_for(application, images):
    if np.shape(images)[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    pixels = np.array(images, dtype=np.float64)
    if application == "mobilenet_v2":
        pixels = (pixels - 127.5) / 127.5
    elif application == "vgg16":
        pixels = (pixels - [123.68, 116.779, 103.939])[..., ::-1]
    elif application == "densenet121":
        pixels = (pixels - np.array([0.485, 0.456, 0.406]) * 255) / (np.array([0.229, 0.224, 0.225]) * 255)
    elif application != "efficientnet_b0":
        raise ValueError(f"nothing is known of {application!r}")
    return pixels.astype(np.float32)


# %% right: preprocess_for
def preprocess_for(application, images):
    ways = {
        "mobilenet_v2": lambda x: x / np.float32(127.5) - 1,
        "vgg16": lambda x: np.take(x, [2, 1, 0], axis=-1) - np.array([103.939, 116.779, 123.68], "float32"),
        "densenet121": lambda x: (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225]),
        "efficientnet_b0": lambda x: x.copy(),
    }
    if application not in ways or images.shape[-1] != 3:
        raise ValueError("another application, or another number of channels")
    return ways[application](images.astype("float32"))


# %% wrong: preprocess_for
# idea: "vgg16: turns the channels, but takes red's mean from blue"
# fits: "you subtract blue's mean from red"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return x[..., ::-1] - np.array([123.68, 116.779, 103.939], "float32")
    if application == "densenet121":
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    if application == "efficientnet_b0":
        return x
    raise ValueError(f"nothing is known of {application!r}")


# %% wrong: preprocess_for
# idea: "float32 pictures are scaled in place: asarray makes no copy"
# fits: "shares its memory with an argument"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = np.asarray(images, dtype="float32")
    if application == "mobilenet_v2":
        x /= 127.5
        x -= 1
    elif application == "vgg16":
        x = x[..., ::-1]
        x -= np.array([103.939, 116.779, 123.68], "float32")
    elif application == "densenet121":
        x /= 255
        x -= np.float32([0.485, 0.456, 0.406])
        x /= np.float32([0.229, 0.224, 0.225])
    elif application != "efficientnet_b0":
        raise ValueError(f"nothing is known of {application!r}")
    return x


# %% wrong: preprocess_for
# idea: "efficientnet_b0 gets the pictures themselves where they are float32 already"
# fits: "hand back what was given"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = images.astype("float32", copy=False)
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return x[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if application == "densenet121":
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    if application == "efficientnet_b0":
        return x
    raise ValueError(f"nothing is known of {application!r}")


# %% wrong: preprocess_for
# idea: "vgg16: turns the first axis round, which swaps rows or pictures, not colours"
# fits: "You turn around the first axis"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return x[::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if application == "densenet121":
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    if application == "efficientnet_b0":
        return x
    raise ValueError(f"nothing is known of {application!r}")


# %% wrong: preprocess_for
# idea: "densenet121 divides by 255 only, the means and deviations are left out"
# fits: "lack ImageNet's means"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = images.astype("float32")
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return x[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if application == "densenet121":
        return x / 255
    if application == "efficientnet_b0":
        return x
    raise ValueError(f"nothing is known of {application!r}")


# %% wrong: preprocess_for
# idea: "float pictures of 0 to 1 are guessed from their largest value and scaled up to bytes"
# fits: "You guess from the brightest pixel"
def preprocess_for(application, images):
    if images.shape[-1] != 3:
        raise ValueError("the last axis is not red, green and blue")
    x = images.astype("float32")
    if x.size and x.max() <= 1:
        x = x * 255
    if application == "mobilenet_v2":
        return x / 127.5 - 1
    if application == "vgg16":
        return x[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if application == "densenet121":
        return (x / 255 - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    if application == "efficientnet_b0":
        return x
    raise ValueError(f"nothing is known of {application!r}")
