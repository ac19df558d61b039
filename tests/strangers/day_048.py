# %% right: shift_images
def shift_images(x, down, right):
    result = np.zeros(x.shape, dtype=x.dtype)
    h, w = x.shape[1], x.shape[2]
    for i in range(h):
        if not 0 <= i - down < h:
            continue
        for j in range(w):
            if 0 <= j - right < w:
                result[:, i, j, :] = x[:, i - down, j - right, :]
    return result


# %% right: shift_images
def shift_images(x, down, right):
    def along(a, by, axis):
        a = np.moveaxis(a, axis, 0)
        out = np.zeros_like(a)
        n = len(a)
        if by == 0:
            out[:] = a
        elif 0 < by < n:
            out[by:] = a[: n - by]
        elif -n < by < 0:
            out[:by] = a[-by:]
        return np.moveaxis(out, 0, axis)

    return np.ascontiguousarray(along(along(x, down, 1), right, 2))


# %% wrong: shift_images
# idea: "rolled round"
# fits: "np.roll brings in on one side"
def shift_images(x, down, right):
    return np.roll(np.roll(x, down, 1), right, 2)


# %% wrong: shift_images
# idea: "down is taken for up"
# fits: "The picture moves the wrong way"
# fits: "Down means larger row numbers, since rows are counted from"
def shift_images(x, down, right):
    h, w = x.shape[1:3]
    page = np.pad(x, ((0, 0), (abs(down),) * 2, (abs(right),) * 2, (0, 0)))
    return page[:, abs(down) + down : abs(down) + down + h, abs(right) - right : abs(right) - right + w].copy()


# %% wrong: shift_images
# idea: "rows and columns exchanged"
# fits: "You take the two axes for each other"
def shift_images(x, down, right):
    h, w = x.shape[1:3]
    page = np.pad(x, ((0, 0), (abs(right),) * 2, (abs(down),) * 2, (0, 0)))
    return page[:, abs(right) - right : abs(right) - right + h, abs(down) - down : abs(down) - down + w].copy()


# %% wrong: shift_images
# idea: "floats come back"
# fits: "The result should have x's dtype"
def shift_images(x, down, right):
    h, w = x.shape[1:3]
    page = np.pad(x.astype(float), ((0, 0), (abs(down),) * 2, (abs(right),) * 2, (0, 0)))
    return page[:, abs(down) - down : abs(down) - down + h, abs(right) - right : abs(right) - right + w]


# %% wrong: shift_images
# idea: "a view where nothing moves"
# fits: "What comes back is the argument itself"
def shift_images(x, down, right):
    if down == 0 and right == 0:
        return x
    h, w = x.shape[1:3]
    page = np.pad(x, ((0, 0), (abs(down),) * 2, (abs(right),) * 2, (0, 0)))
    return page[:, abs(down) - down : abs(down) - down + h, abs(right) - right : abs(right) - right + w].copy()


# %% right: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    try:
        f1, f2 = kernel
    except TypeError:
        f1 = f2 = kernel
    if links is None:
        links = in_ch * out_ch
    if links < 0 or links > in_ch * out_ch:
        raise ValueError("links")
    total = f1 * f2 * links
    if use_bias:
        total += out_ch
    return total


# %% right: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links is not None and links not in range(in_ch * out_ch + 1):
        raise ValueError(f"{links} links between {in_ch} and {out_ch} channels")
    weights = area * (in_ch * out_ch if links is None else links)
    return weights + out_ch * int(use_bias)


# %% wrong: conv_params
# idea: "one bias in all"
# fits: "Each filter has a bias of its own"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links is not None and not 0 <= links <= in_ch * out_ch:
        raise ValueError(links)
    return area * (in_ch * out_ch if links is None else links) + int(use_bias)


# %% wrong: conv_params
# idea: "input channels forgotten"
# fits: "Every filter reaches through all channels"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links is not None and not 0 <= links <= in_ch * out_ch:
        raise ValueError(links)
    return (area + int(use_bias)) * out_ch


# %% wrong: conv_params
# idea: "a bias for each link"
# fits: "You count a bias for every pair"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links is None:
        links = in_ch * out_ch
    if not 0 <= links <= in_ch * out_ch:
        raise ValueError(links)
    return (area + int(use_bias)) * links


# %% wrong: conv_params
# idea: "zero links is taken for none given"
# fits: "links=0 is not links=None"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links and not 0 <= links <= in_ch * out_ch:
        raise ValueError(links)
    return area * (links or in_ch * out_ch) + out_ch * int(use_bias)


# %% wrong: conv_params
# idea: "too many links are capped"
# fits: "More links than there are pairs"
# fits: "Too many links are taken for all of them"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    if links is None:
        links = in_ch * out_ch
    if links < 0:
        raise ValueError(links)
    return area * min(links, in_ch * out_ch) + out_ch * int(use_bias)


# %% right: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling == "max":
        pool = keras.layers.MaxPool2D
    elif pooling == "average":
        pool = keras.layers.AvgPool2D
    else:
        raise ValueError("max or average, please")
    net = keras.Sequential()
    net.add(keras.layers.Input(input_shape))
    net.add(keras.layers.Rescaling(1.0 / 255.0, name="scaling"))
    net.add(keras.layers.Conv2D(filters=6, kernel_size=5, padding="same", name="conv1", activation=activation))
    net.add(pool(pool_size=2, name="pool1"))
    net.add(keras.layers.Conv2D(filters=16, kernel_size=5, name="conv2", activation=activation))
    net.add(pool(pool_size=2, name="pool2"))
    net.add(keras.layers.Flatten(name="flatten"))
    net.add(keras.layers.Dense(120, activation=activation, name="dense1"))
    net.add(keras.layers.Dense(84, activation=activation, name="dense2"))
    net.add(keras.layers.Dense(num_classes, name="logits"))
    return net


# %% right: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    L = keras.layers
    pools = dict(max=L.MaxPooling2D, average=L.AveragePooling2D)
    try:
        pool = pools[pooling]
    except KeyError:
        raise ValueError(pooling) from None
    net = keras.Sequential(
        [
            L.Rescaling(1 / 255, name="scaling"),
            L.Conv2D(6, (5, 5), (1, 1), "same", activation=activation, name="conv1"),
            pool((2, 2), (2, 2), name="pool1"),
            L.Conv2D(16, (5, 5), (1, 1), "valid", activation=activation, name="conv2"),
            pool((2, 2), (2, 2), name="pool2"),
            L.Flatten(name="flatten"),
            L.Dense(120, activation, name="dense1"),
            L.Dense(84, activation, name="dense2"),
            L.Dense(num_classes, name="logits"),
        ]
    )
    net.build((None, *input_shape))
    return net


# %% wrong: build_lenet
# idea: "the first convolution is valid, as in the picture of the paper"
# fits: "The first convolution loses two pixels"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    L = keras.layers
    pool = L.MaxPooling2D if pooling == "max" else L.AveragePooling2D
    net = keras.Sequential([keras.Input(input_shape), L.Rescaling(1 / 255, name="scaling")])
    net.add(L.Conv2D(6, 5, activation=activation, name="conv1"))
    net.add(pool(2, name="pool1"))
    net.add(L.Conv2D(16, 5, activation=activation, name="conv2"))
    net.add(pool(2, name="pool2"))
    net.add(L.Flatten(name="flatten"))
    net.add(L.Dense(120, activation=activation, name="dense1"))
    net.add(L.Dense(84, activation=activation, name="dense2"))
    net.add(L.Dense(num_classes, name="logits"))
    return net


# %% wrong: build_lenet
# idea: "softmax at the end"
# fits: "Your model gives probabilities"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    L = keras.layers
    pool = L.MaxPooling2D if pooling == "max" else L.AveragePooling2D
    net = keras.Sequential([keras.Input(input_shape), L.Rescaling(1 / 255, name="scaling")])
    net.add(L.Conv2D(6, 5, padding="same", activation=activation, name="conv1"))
    net.add(pool(2, name="pool1"))
    net.add(L.Conv2D(16, 5, activation=activation, name="conv2"))
    net.add(pool(2, name="pool2"))
    net.add(L.Flatten(name="flatten"))
    net.add(L.Dense(120, activation=activation, name="dense1"))
    net.add(L.Dense(84, activation=activation, name="dense2"))
    net.add(L.Dense(num_classes, activation="softmax", name="logits"))
    return net


# %% wrong: build_lenet
# idea: "ReLU everywhere, whatever was asked for"
# fits: "should have the activation that was asked for"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    L = keras.layers
    pool = L.MaxPooling2D if pooling == "max" else L.AveragePooling2D
    net = keras.Sequential([keras.Input(input_shape), L.Rescaling(1 / 255, name="scaling")])
    net.add(L.Conv2D(6, 5, padding="same", activation="relu", name="conv1"))
    net.add(pool(2, name="pool1"))
    net.add(L.Conv2D(16, 5, activation="relu", name="conv2"))
    net.add(pool(2, name="pool2"))
    net.add(L.Flatten(name="flatten"))
    net.add(L.Dense(120, activation="relu", name="dense1"))
    net.add(L.Dense(84, activation="relu", name="dense2"))
    net.add(L.Dense(num_classes, name="logits"))
    return net


# %% wrong: build_lenet
# idea: "scaled to -1 to 1"
# fits: "You bring the pixels to -1 to 1"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError(pooling)
    L = keras.layers
    pool = L.MaxPooling2D if pooling == "max" else L.AveragePooling2D
    net = keras.Sequential([keras.Input(input_shape), L.Rescaling(2 / 255, -1, name="scaling")])
    net.add(L.Conv2D(6, 5, padding="same", activation=activation, name="conv1"))
    net.add(pool(2, name="pool1"))
    net.add(L.Conv2D(16, 5, activation=activation, name="conv2"))
    net.add(pool(2, name="pool2"))
    net.add(L.Flatten(name="flatten"))
    net.add(L.Dense(120, activation=activation, name="dense1"))
    net.add(L.Dense(84, activation=activation, name="dense2"))
    net.add(L.Dense(num_classes, name="logits"))
    return net


# %% wrong: build_lenet
# idea: "any other word means average"
# fits: "Whatever is not max is taken for average"
# fits: "A pooling that does not exist"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    L = keras.layers
    pool = L.MaxPooling2D if pooling == "max" else L.AveragePooling2D
    net = keras.Sequential([keras.Input(input_shape), L.Rescaling(1 / 255, name="scaling")])
    net.add(L.Conv2D(6, 5, padding="same", activation=activation, name="conv1"))
    net.add(pool(2, name="pool1"))
    net.add(L.Conv2D(16, 5, activation=activation, name="conv2"))
    net.add(pool(2, name="pool2"))
    net.add(L.Flatten(name="flatten"))
    net.add(L.Dense(120, activation=activation, name="dense1"))
    net.add(L.Dense(84, activation=activation, name="dense2"))
    net.add(L.Dense(num_classes, name="logits"))
    return net


# %% right: feature_maps
def feature_maps(model, image, layer):
    for candidate in model.layers:
        if candidate.name == layer:
            extractor = keras.Model(inputs=model.inputs, outputs=[candidate.output])
            output = extractor(np.expand_dims(image, axis=0), training=False)
            output = output[0] if isinstance(output, list) else output
            return ops.convert_to_numpy(output)[0]
    raise ValueError(f"no layer {layer}")


# %% right: feature_maps
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return probe.predict(image.reshape(1, *image.shape), verbose=0).squeeze(axis=0)


# %% wrong: feature_maps
# idea: "the batch axis stays"
# fits: "The axis of the batch is still there"
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return probe.predict(image[np.newaxis], verbose=0)


# %% wrong: feature_maps
# idea: "every axis of length one squeezed"
# fits: "squeeze takes away every axis of length 1"
# fits: "np.squeeze takes away every axis"
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return probe.predict(image[np.newaxis], verbose=0).squeeze()


# %% wrong: feature_maps
# idea: "layer after layer, in the order of the list"
# fits: "You call the layers one after another"
def feature_maps(model, image, layer):
    if layer not in {each.name for each in model.layers}:
        raise ValueError(layer)
    out = ops.convert_to_tensor(image[None])
    for each in model.layers:
        if "input" in type(each).__name__.lower():
            continue
        out = each(out, training=False) if "training" in each.call.__code__.co_varnames else each(out)
        if each.name == layer:
            break
    return ops.convert_to_numpy(out)[0]


# %% wrong: feature_maps
# idea: "in training mode"
# fits: "You run the model as if it were in training"
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return ops.convert_to_numpy(probe(image[None], training=True))[0]


# %% wrong: feature_maps
# idea: "the model's own answer"
# fits: "You ask the whole model"
def feature_maps(model, image, layer):
    if layer not in [each.name for each in model.layers]:
        raise ValueError(layer)
    answer = model(image[None], training=False)
    return ops.convert_to_numpy(answer[0] if isinstance(answer, list) else answer)[0]


# %% right: shift_robustness
def shift_robustness(model, x, y, pixels):
    total = 0.0
    for sign in (1, -1):
        for axis in (0, 1):
            move = [0, 0]
            move[axis] = sign * pixels
            probabilities = ops.softmax(model(shift_images(x, *move), training=False))
            total += float(np.mean(np.argmax(ops.convert_to_numpy(probabilities), -1) == y))
    return total / 4


# %% right: shift_robustness
def shift_robustness(model, x, y, pixels):
    moved = [shift_images(x, a, b) for a, b in [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]]
    hits = sum((model.predict(each, verbose=0).argmax(1) == np.asarray(y)).sum() for each in moved)
    return float(hits / (4 * len(y)))


# %% wrong: shift_robustness
# idea: "rolled"
# fits: "np.roll brings in on one side"
def shift_robustness(model, x, y, pixels):
    scores = []
    for axis in (1, 2):
        for sign in (1, -1):
            logits = model(np.roll(x, sign * pixels, axis), training=False)
            scores.append((np.asarray(logits).argmax(1) == y).mean())
    return float(np.mean(scores))


# %% wrong: shift_robustness
# idea: "to the right only"
# fits: "You move in one direction only"
def shift_robustness(model, x, y, pixels):
    logits = model(shift_images(x, 0, pixels), training=False)
    return float((np.asarray(logits).argmax(1) == y).mean())


# %% wrong: shift_robustness
# idea: "the fall in place of the accuracy"
# fits: "You return what the move costs"
def shift_robustness(model, x, y, pixels):
    def accuracy(pictures):
        return (np.asarray(model(pictures, training=False)).argmax(1) == y).mean()

    moves = [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]
    return float(accuracy(x) - np.mean([accuracy(shift_images(x, *move)) for move in moves]))


# %% wrong: shift_robustness
# idea: "agreement with the answer before the move"
# fits: "You count answers that stay the same"
def shift_robustness(model, x, y, pixels):
    before = np.asarray(model(x, training=False)).argmax(1)
    moves = [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]
    same = [(np.asarray(model(shift_images(x, *move), training=False)).argmax(1) == before).mean() for move in moves]
    return float(np.mean(same))


# %% wrong: shift_robustness
# idea: "diagonals"
# fits: "You move along the diagonals"
def shift_robustness(model, x, y, pixels):
    scores = []
    for down in (pixels, -pixels):
        for right in (pixels, -pixels):
            logits = model(shift_images(x, down, right), training=False)
            scores.append((np.asarray(logits).argmax(1) == y).mean())
    return float(np.mean(scores))


# %% right: shift_images
def shift_images(x, down, right):
    height, width = x.shape[1:3]
    rows = np.arange(height) - down
    columns = np.arange(width) - right
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
    moved = x[:, np.clip(rows, 0, height - 1)][:, :, np.clip(columns, 0, width - 1)]
    return np.where(inside[None, :, :, None], moved, np.zeros((), x.dtype))


# %% right: shift_images
def shift_images(x, down, right):
    moved = x.copy()
    for axis, by in ((1, down), (2, right)):
        moved = np.roll(moved, by, axis=axis)
        n = moved.shape[axis]
        lost = np.zeros(n, bool)
        if by >= 0:
            lost[: min(by, n)] = True
        else:
            lost[max(n + by, 0) :] = True
        if axis == 1:
            moved[:, lost] = 0
        else:
            moved[:, :, lost] = 0
    return moved


# %% wrong: shift_images
# idea: "a move larger than the picture makes slices with negative ends"
# fits: "Moved by more than its own size, a picture is empty"
def shift_images(x, down, right):
    moved = np.zeros_like(x)
    height, width = x.shape[1:3]
    to_rows, from_rows = slice(max(down, 0), height + min(down, 0)), slice(max(-down, 0), height - max(down, 0))
    to_columns, from_columns = slice(max(right, 0), width + min(right, 0)), slice(max(-right, 0), width - max(right, 0))
    moved[:, to_rows, to_columns] = x[:, from_rows, from_columns]
    return moved


# %% wrong: shift_images
# idea: "what moves in is the edge's pixel, not black"
# fits: "The strip is filled with the edge of the picture, drawn"
def shift_images(x, down, right):
    n, height, width, channels = x.shape
    big = np.pad(x, ((0, 0), (abs(down),) * 2, (abs(right),) * 2, (0, 0)), mode="edge")
    top, left = abs(down) - down, abs(right) - right
    return big[:, top : top + height, left : left + width].copy()


# %% right: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    f_h, f_w = np.broadcast_to(kernel, 2).tolist()
    pairs = in_ch * out_ch
    links = pairs if links is None else links
    if not 0 <= links <= pairs:
        raise ValueError(f"links must be from 0 to {pairs}")
    return int(f_h * f_w * links + out_ch * bool(use_bias))


# %% right: conv_params
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    area = kernel[0] * kernel[1] if isinstance(kernel, (tuple, list, np.ndarray)) else kernel**2
    if links is not None and (links < 0 or links > in_ch * out_ch):
        raise ValueError("there are not so many pairs")
    biases = out_ch if use_bias else 0
    if links is None:
        return area * in_ch * out_ch + biases
    return area * links + biases


# %% wrong: conv_params
# idea: "all pairs linked is refused: >= for >"
# fits: "Your own `raise` refuses what is allowed"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    f_h, f_w = (kernel, kernel) if isinstance(kernel, int) else kernel
    if links is not None and (links < 0 or links >= in_ch * out_ch):
        raise ValueError("links")
    links = in_ch * out_ch if links is None else links
    return f_h * f_w * links + (out_ch if use_bias else 0)


# %% wrong: conv_params
# idea: "a negative number of links goes through"
# fits: "A negative number of links gets through."
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    f_h, f_w = (kernel, kernel) if isinstance(kernel, int) else kernel
    links = in_ch * out_ch if links is None else links
    if links > in_ch * out_ch:
        raise ValueError("links")
    return f_h * f_w * links + (out_ch if use_bias else 0)


# %% wrong: conv_params
# idea: "one bias for each incoming channel of each filter: (f f + 1) C D"
# fits: "You count a bias for every pair of channels"
def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    f_h, f_w = (kernel, kernel) if isinstance(kernel, int) else kernel
    links = in_ch * out_ch if links is None else links
    if not 0 <= links <= in_ch * out_ch:
        raise ValueError("links")
    return (f_h * f_w + (1 if use_bias else 0)) * links


# %% right: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError("pooling is max or average")
    pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
    model = keras.Sequential()
    model.add(keras.Input(tuple(input_shape)))
    model.add(keras.layers.Rescaling(1.0 / 255.0, name="scaling"))
    model.add(keras.layers.Conv2D(6, (5, 5), padding="same", activation=activation, name="conv1"))
    model.add(pool((2, 2), strides=2, name="pool1"))
    model.add(keras.layers.Conv2D(16, (5, 5), activation=activation, name="conv2"))
    model.add(pool((2, 2), strides=2, name="pool2"))
    model.add(keras.layers.Flatten(name="flatten"))
    model.add(keras.layers.Dense(120, activation=activation, name="dense1"))
    model.add(keras.layers.Dense(84, activation=activation, name="dense2"))
    model.add(keras.layers.Dense(num_classes, name="logits"))
    return model


# %% right: build_lenet
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    layers = keras.layers
    if pooling == "max":
        pool1, pool2 = layers.MaxPooling2D(name="pool1"), layers.MaxPooling2D(name="pool2")
    elif pooling == "average":
        pool1, pool2 = layers.AveragePooling2D(2, name="pool1"), layers.AveragePooling2D(2, name="pool2")
    else:
        raise ValueError(pooling)
    model = keras.Sequential(
        [
            layers.Rescaling(1 / 255, name="scaling"),
            layers.Conv2D(6, 5, activation=activation, padding="same", name="conv1"),
            pool1,
            layers.Conv2D(16, 5, activation=activation, padding="valid", name="conv2"),
            pool2,
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation, name="dense1"),
            layers.Dense(84, activation, name="dense2"),
            layers.Dense(num_classes, name="logits"),
        ]
    )
    model.build((None, *input_shape))
    return model


# %% wrong: build_lenet
# idea: "dense layers always with relu, whatever the activation"
# fits: "Your dense layers have ReLU, whatever was asked for"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError("pooling is max or average")
    pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
    layers = [
        keras.layers.Rescaling(1 / 255, name="scaling"),
        keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
        pool(2, name="pool1"),
        keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
        pool(2, name="pool2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(120, activation="relu", name="dense1"),
        keras.layers.Dense(84, activation="relu", name="dense2"),
        keras.layers.Dense(num_classes, name="logits"),
    ]
    return keras.Sequential([keras.Input(input_shape), *layers])


# %% wrong: build_lenet
# idea: "the second pooling is always max"
# fits: "Your second one takes the maximum"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError("pooling is max or average")
    pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
    layers = [
        keras.layers.Rescaling(1 / 255, name="scaling"),
        keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
        pool(2, name="pool1"),
        keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
        keras.layers.MaxPool2D(2, name="pool2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(120, activation=activation, name="dense1"),
        keras.layers.Dense(84, activation=activation, name="dense2"),
        keras.layers.Dense(num_classes, name="logits"),
    ]
    return keras.Sequential([keras.Input(input_shape), *layers])


# %% wrong: build_lenet
# idea: "pooling with a stride of 1"
# fits: "Your poolings move on by one pixel at a time"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError("pooling is max or average")
    pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
    layers = [
        keras.layers.Rescaling(1 / 255, name="scaling"),
        keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
        pool(2, strides=1, name="pool1"),
        keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
        pool(2, strides=1, name="pool2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(120, activation=activation, name="dense1"),
        keras.layers.Dense(84, activation=activation, name="dense2"),
        keras.layers.Dense(num_classes, name="logits"),
    ]
    return keras.Sequential([keras.Input(input_shape), *layers])


# %% wrong: build_lenet
# idea: "the model has no weights yet: the input is not stated"
# fits: "The model has no weights before it meets a picture"
def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    if pooling not in ("max", "average"):
        raise ValueError("pooling is max or average")
    pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
    return keras.Sequential(
        [
            keras.layers.Rescaling(1 / 255, name="scaling"),
            keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
            pool(2, name="pool1"),
            keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
            pool(2, name="pool2"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(120, activation=activation, name="dense1"),
            keras.layers.Dense(84, activation=activation, name="dense2"),
            keras.layers.Dense(num_classes, name="logits"),
        ]
    )


# %% right: feature_maps
def feature_maps(model, image, layer):
    found = [each for each in model.layers if each.name == layer]
    if not found:
        raise ValueError(f"no layer is called {layer!r}")
    probe = keras.Model(model.inputs, found[0].output)
    return probe.predict(np.asarray(image)[np.newaxis], verbose=0)[0]


# %% right: feature_maps
def feature_maps(model, image, layer):
    output = model.get_layer(layer).output  # raises ValueError for a name that is none
    probe = keras.Model(inputs=model.inputs[0], outputs=output)
    batch = ops.expand_dims(ops.convert_to_tensor(image), axis=0)
    return ops.convert_to_numpy(ops.squeeze(probe(batch, training=False), axis=0))


# %% wrong: feature_maps
# idea: "a prefix of the name is enough"
# fits: "The beginning of a name is enough for you"
def feature_maps(model, image, layer):
    found = [each for each in model.layers if each.name.startswith(layer)]
    if not found:
        raise ValueError(layer)
    probe = keras.Model(model.inputs, found[0].output)
    return ops.convert_to_numpy(probe(image[None], training=False))[0]


# %% wrong: feature_maps
# idea: "the input of the layer in place of its output"
# fits: "Those are the numbers that go into the layer"
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).input)
    return ops.convert_to_numpy(probe(image[None], training=False))[0]


# %% wrong: feature_maps
# idea: "sets model.trainable to False to be safe"
# fits: "You freeze the model, and it stays so"
def feature_maps(model, image, layer):
    model.trainable = False
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return ops.convert_to_numpy(probe(image[None], training=False))[0]


# %% wrong: feature_maps
# idea: "a tensor in place of a NumPy array"
def feature_maps(model, image, layer):
    probe = keras.Model(model.inputs, model.get_layer(layer).output)
    return probe(image[None], training=False)[0]


# %% right: shift_robustness
def shift_robustness(model, x, y, pixels):
    correct = 0
    for down, right in ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
        logits = model.predict(shift_images(x, down, right), verbose=0)
        correct += int((np.argmax(logits, axis=-1) == y).sum())
    return correct / (4 * len(y))


# %% right: shift_robustness
def shift_robustness(model, x, y, pixels):
    moves = [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)]
    everything = np.concatenate([shift_images(x, *move) for move in moves])
    said = ops.argmax(model(everything, training=False), axis=1)
    return float(np.mean(ops.convert_to_numpy(said) == np.tile(y, 4)))


# %% wrong: shift_robustness
# idea: "only down and to the right"
# fits: "You move down and to the right only"
def shift_robustness(model, x, y, pixels):
    accuracies = []
    for move in ((pixels, 0), (0, pixels)):
        logits = np.asarray(model(shift_images(x, *move), training=False))
        accuracies.append(np.mean(logits.argmax(axis=1) == y))
    return float(np.mean(accuracies))


# %% wrong: shift_robustness
# idea: "the worst of the four in place of the mean"
# fits: "You return the accuracy of the worst direction"
def shift_robustness(model, x, y, pixels):
    accuracies = []
    for move in ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
        logits = np.asarray(model(shift_images(x, *move), training=False))
        accuracies.append(np.mean(logits.argmax(axis=1) == y))
    return float(min(accuracies))


# %% wrong: shift_robustness
# idea: "the unmoved pictures count as a fifth"
# fits: "The pictures as they are count with you as a fifth"
def shift_robustness(model, x, y, pixels):
    accuracies = []
    for move in ((0, 0), (pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
        logits = np.asarray(model(shift_images(x, *move), training=False))
        accuracies.append(np.mean(logits.argmax(axis=1) == y))
    return float(np.mean(accuracies))


# %% wrong: shift_robustness
# idea: "one move by all distances up to pixels: moves on from the last picture"
# fits: "You move on from where the last move ended"
def shift_robustness(model, x, y, pixels):
    accuracies, moved = [], x
    for move in ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
        moved = shift_images(moved, *move)
        logits = np.asarray(model(moved, training=False))
        accuracies.append(np.mean(logits.argmax(axis=1) == y))
    return float(np.mean(accuracies))


# %% wrong: shift_robustness
# idea: "training=True"
# fits: "You run the model as if it were in training"
def shift_robustness(model, x, y, pixels):
    accuracies = []
    for move in ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
        logits = np.asarray(model(shift_images(x, *move), training=True))
        accuracies.append(np.mean(logits.argmax(axis=1) == y))
    return float(np.mean(accuracies))
