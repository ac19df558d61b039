# %% right: scale_pixels
def scale_pixels(x, low=0.0, high=1.0):
    a = np.asarray(x, dtype=np.float64)
    if np.isnan(a).any() or (a < 0).any() or (a > 255).any():
        raise ValueError("pixel out of range")
    return np.float32(a / 255.0 * (high - low) + low)


# %% wrong: scale_pixels
# idea: "normalises each picture by its own minimum and maximum"
# fits: "You stretch each picture from its own darkest"
def scale_pixels(x, low=0.0, high=1.0):
    a = np.asarray(x, dtype=np.float32)
    if a.size and not (a.min() >= 0 and a.max() <= 255):
        raise ValueError("no pixels")
    spread = np.ptp(a) if a.size else 1
    return ((a - a.min(initial=255)) / (spread or 1) * (high - low) + low).astype(np.float32)


# %% wrong: scale_pixels
# idea: "divides by 255 and forgets low and high"
# fits: "low and high have no effect"
def scale_pixels(x, low=0.0, high=1.0):
    a = np.asarray(x)
    if a.size and not (a.min() >= 0 and a.max() <= 255):
        raise ValueError("no pixels")
    return (a / 255).astype(np.float32)


# %% wrong: scale_pixels
# idea: "halves and takes one off, which is right for -1 to 1 only"
# fits: "Your line rises by high"
def scale_pixels(x, low=0.0, high=1.0):
    a = np.asarray(x, dtype=np.float32)
    if a.size and not (a.min() >= 0 and a.max() <= 255):
        raise ValueError("no pixels")
    return (a / 127.5 - 1 if low < 0 else a / 255 * high).astype(np.float32)


# %% wrong: scale_pixels
# idea: "clips what is out of range"
# fits: "What is out of range is clipped"
def scale_pixels(x, low=0.0, high=1.0):
    a = np.clip(np.asarray(x, dtype=np.float64), 0, 255)
    return (low + a / 255 * (high - low)).astype(np.float32)


# %% wrong: scale_pixels
# idea: "divides by 256"
# fits: "You divide by 256"
def scale_pixels(x, low=0.0, high=1.0):
    a = np.asarray(x, dtype=np.float32)
    if a.size and not (a.min() >= 0 and a.max() <= 255):
        raise ValueError("no pixels")
    return (low + a / np.float32(256) * (high - low)).astype(np.float32)


# %% right: find_dead_units
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    if a.size == 0:
        raise ValueError("no activations")
    a = a.reshape(-1, a.shape[-1])
    return np.array([j for j in range(a.shape[1]) if (np.abs(a[:, j]) <= tolerance).all()], dtype=np.int64)


# %% wrong: find_dead_units
# idea: "looks along the rows"
# fits: "Which axis are the examples"
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    if a.size == 0:
        raise ValueError("empty")
    a = a.reshape(-1, a.shape[-1])
    return np.where((np.abs(a) <= tolerance).all(axis=1))[0]


# %% wrong: find_dead_units
# idea: "the maximum only"
# fits: "Negative outputs count as silence with you"
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    if a.size == 0:
        raise ValueError("empty")
    return np.flatnonzero(a.max(axis=tuple(range(a.ndim - 1))) <= tolerance)


# %% wrong: find_dead_units
# idea: "sums"
# fits: "where positive and negative outputs cancel"
# fits: "A mean can be within the tolerance"
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    if a.size == 0:
        raise ValueError("empty")
    return np.flatnonzero(np.abs(a.reshape(-1, a.shape[-1]).sum(axis=0)) <= tolerance)


# %% wrong: find_dead_units
# idea: "no error for an empty batch"
# fits: "Without examples all() is true of every unit"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    a = a.reshape(int(np.prod(a.shape[:-1])), a.shape[-1])
    return np.flatnonzero((np.abs(a) <= tolerance).all(axis=0))


# %% wrong: find_dead_units
# idea: "a list of bools"
# fits: "That is a mask"
def find_dead_units(activations, tolerance=0.0):
    a = np.asarray(activations, dtype=float)
    if a.size == 0:
        raise ValueError("empty")
    return (np.abs(a) <= tolerance).reshape(-1, a.shape[-1]).all(axis=0)


# %% right: overfit_one_batch
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    saved = day_034.get_parameters(model.layers)
    losses, reached = [], False
    for _ in range(max_steps):
        loss = float(model.fit(x, y, epochs=1, batch_size=len(x))["loss"][0])
        losses.append(loss)
        if not np.isfinite(loss):
            break
        if loss < target:
            reached = True
            break
    day_034.set_parameters(model.layers, saved)
    return reached, losses


# %% wrong: overfit_one_batch
# idea: "doesn't put the parameters back"
# fits: "has learned the batch by heart"
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    losses = []
    while len(losses) < max_steps:
        losses.append(model.fit(x, y, epochs=1, batch_size=len(x))["loss"][0])
        if not np.isfinite(losses[-1]) or losses[-1] < target:
            break
    return bool(losses and losses[-1] < target and np.isfinite(losses[-1])), losses


# %% wrong: overfit_one_batch
# idea: "the default batch size"
# fits: "fit cuts x into batches of 32"
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    saved, losses = day_034.get_parameters(model.layers), []
    while len(losses) < max_steps:
        losses += model.fit(x, y)["loss"]
        if not np.isfinite(losses[-1]) or losses[-1] < target:
            break
    day_034.set_parameters(model.layers, saved)
    return bool(losses and losses[-1] < target and np.isfinite(losses[-1])), losses


# %% wrong: overfit_one_batch
# idea: "goes on after NaN"
# fits: "After NaN or infinity you go on"
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    saved, losses = day_034.get_parameters(model.layers), []
    for _ in range(max_steps):
        losses.append(model.fit(x, y, batch_size=len(x))["loss"][0])
        if losses[-1] < target:
            break
    day_034.set_parameters(model.layers, saved)
    return bool(losses) and bool(losses[-1] < target), losses


# %% wrong: overfit_one_batch
# idea: "all steps in one call of fit"
# fits: "You train for all steps at once"
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    saved = day_034.get_parameters(model.layers)
    losses = model.fit(x, y, epochs=max_steps, batch_size=len(x))["loss"]
    day_034.set_parameters(model.layers, saved)
    for i, loss in enumerate(losses):
        if loss < target:
            return True, losses[: i + 1]
    return False, losses


# %% wrong: overfit_one_batch
# idea: "stops at less or equal"
# fits: "A loss that equals the target counts as reached"
# fits: "A loss that equals the target has not"
def overfit_one_batch(model, x, y, max_steps=300, target=0.05):
    saved, losses = day_034.get_parameters(model.layers), []
    reached = False
    while len(losses) < max_steps and not reached:
        losses.append(model.fit(x, y, batch_size=len(x))["loss"][0])
        if not np.isfinite(losses[-1]):
            break
        reached = bool(losses[-1] <= target)
    day_034.set_parameters(model.layers, saved)
    return reached, losses


# %% wrong: load_image_folder
# idea: "only looks at files that Pillow can open, and counts on that"
# fits: "Opening a file proves nothing"
def load_image_folder(path, size=(28, 28)):
    root = pathlib.Path(path)
    names = sorted(d.name for d in root.iterdir() if d.is_dir() and d.name[0] != ".")
    images, labels, problems = [], [], []
    for label, name in enumerate(names):
        for f in sorted((root / name).iterdir()):
            if f.name[0] == "." or f.is_dir():
                continue
            try:
                image = Image.open(f)
            except Exception as e:
                problems.append((f"{name}/{f.name}", str(e)))
                continue
            grey = image.convert("L")
            if grey.size != (size[1], size[0]):
                grey = grey.resize((size[1], size[0]))
            images.append(np.asarray(grey))
            labels.append(label)
    return np.array(images, dtype=np.uint8).reshape(-1, *size), np.array(labels, dtype=np.int64), names, problems


# %% wrong: load_image_folder
# idea: "the size the wrong way round"
# fits: "Pillow's sizes are width, height"
def load_image_folder(path, size=(28, 28)):
    root = pathlib.Path(path)
    names = sorted(d.name for d in root.iterdir() if d.is_dir() and d.name[0] != ".")
    images, labels, problems = [], [], []
    for label, name in enumerate(names):
        for f in sorted((root / name).iterdir()):
            if f.name[0] == "." or f.is_dir():
                continue
            try:
                grey = Image.open(f).convert("L").resize(size)
            except Exception as e:
                problems.append((f"{name}/{f.name}", str(e)))
                continue
            images.append(np.asarray(grey))
            labels.append(label)
    return np.array(images, dtype=np.uint8).reshape(-1, *size), np.array(labels, dtype=np.int64), names, problems


# %% wrong: load_image_folder
# idea: "skips broken files in silence"
# fits: "passed over without a word"
def load_image_folder(path, size=(28, 28)):
    root = pathlib.Path(path)
    names = sorted(d.name for d in root.iterdir() if d.is_dir() and d.name[0] != ".")
    images, labels = [], []
    for label, name in enumerate(names):
        for f in sorted((root / name).iterdir()):
            if f.name[0] == "." or f.is_dir():
                continue
            try:
                grey = Image.open(f).convert("L")
                grey = grey if grey.size == (size[1], size[0]) else grey.resize((size[1], size[0]))
            except Exception:
                continue
            images.append(np.asarray(grey))
            labels.append(label)
    return np.array(images, dtype=np.uint8).reshape(-1, *size), np.array(labels, dtype=np.int64), names, []


# %% wrong: load_image_folder
# idea: "colour is kept as the mean of the channels"
def load_image_folder(path, size=(28, 28)):
    root = pathlib.Path(path)
    names = sorted(d.name for d in root.iterdir() if d.is_dir() and d.name[0] != ".")
    images, labels, problems = [], [], []
    for label, name in enumerate(names):
        for f in sorted((root / name).iterdir()):
            if f.name[0] == "." or f.is_dir():
                continue
            try:
                a = np.asarray(Image.open(f))
                a = a.mean(axis=2).astype(np.uint8) if a.ndim == 3 else a
                grey = Image.fromarray(a)
                grey = grey if grey.size == (size[1], size[0]) else grey.resize((size[1], size[0]))
            except Exception as e:
                problems.append((f"{name}/{f.name}", repr(e)))
                continue
            images.append(np.asarray(grey))
            labels.append(label)
    return np.array(images, dtype=np.uint8).reshape(-1, *size), np.array(labels, dtype=np.int64), names, problems


# %% wrong: load_image_folder
# idea: "the names of empty folders are left out"
# fits: "A class without pictures is a class"
def load_image_folder(path, size=(28, 28)):
    root = pathlib.Path(path)
    names = sorted(d.name for d in root.iterdir() if d.is_dir() and d.name[0] != "." and len(list(d.iterdir())))
    images, labels, problems = [], [], []
    for label, name in enumerate(names):
        for f in sorted((root / name).iterdir()):
            if f.name[0] == "." or f.is_dir():
                continue
            try:
                grey = Image.open(f).convert("L")
                grey = grey if grey.size == (size[1], size[0]) else grey.resize((size[1], size[0]))
            except Exception as e:
                problems.append((f"{name}/{f.name}", repr(e)))
                continue
            images.append(np.asarray(grey))
            labels.append(label)
    return np.array(images, dtype=np.uint8).reshape(-1, *size), np.array(labels, dtype=np.int64), names, problems


# %% wrong: predict_image
# idea: "inverts if the picture is bright on the whole, and resizes all of it"
# fits: "You resize the whole picture"
def predict_image(model, image, low=0.0, high=1.0):
    grey = np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    if grey.mean() > 127:
        grey = 255 - grey
    if np.ptp(grey) <= 32:
        raise ValueError("blank")
    small = np.asarray(Image.fromarray(grey.astype(np.float32)).resize((28, 28), Image.Resampling.BILINEAR)) / 255
    z = model.predict(low + (high - low) * small.reshape(1, 784))[0]
    e = np.exp(z - z.max())
    return int(e.argmax()), float(e.max() / e.sum())


# %% wrong: predict_image
# idea: "stretches the ink to 18 by 18"
# fits: "Every rectangle becomes a square"
def predict_image(model, image, low=0.0, high=1.0):
    g = np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    d = np.abs(g - np.median(np.concatenate([g[0], g[-1], g[1:-1, 0], g[1:-1, -1]])))
    if d.max() <= 32:
        raise ValueError("blank")
    d = d / d.max()
    i, j = np.nonzero(d > 0.25)
    ink = d[i.min() : i.max() + 1, j.min() : j.max() + 1].astype(np.float32)
    canvas = np.zeros((28, 28))
    canvas[5:23, 5:23] = np.asarray(Image.fromarray(ink).resize((18, 18), Image.Resampling.BILINEAR))
    z = model.predict(low + (high - low) * canvas.reshape(1, 784))[0]
    e = np.exp(z - z.max())
    return int(e.argmax()), float(e.max() / e.sum())


# %% wrong: predict_image
# idea: "scales the longer side to 20, as for MNIST"
# fits: "The longer side of your ink has 20 pixels"
def predict_image(model, image, low=0.0, high=1.0):
    g = np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    d = np.abs(g - np.median(np.concatenate([g[0], g[-1], g[1:-1, 0], g[1:-1, -1]])))
    if d.max() <= 32:
        raise ValueError("blank")
    d = d / d.max()
    i, j = np.nonzero(d > 0.25)
    ink = d[i.min() : i.max() + 1, j.min() : j.max() + 1].astype(np.float32)
    h, w = (max(1, round(20 * s / max(ink.shape))) for s in ink.shape)
    canvas = np.zeros((28, 28))
    canvas[(28 - h) // 2 : (28 - h) // 2 + h, (28 - w) // 2 : (28 - w) // 2 + w] = np.asarray(
        Image.fromarray(ink).resize((w, h), Image.Resampling.BILINEAR)
    )
    z = model.predict(low + (high - low) * canvas.reshape(1, 784))[0]
    e = np.exp(z - z.max())
    return int(e.argmax()), float(e.max() / e.sum())


# %% wrong: predict_image
# idea: "the softmax is computed without a shift"
# fits: "The exponential overflows"
def predict_image(model, image, low=0.0, high=1.0):
    g = np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    d = np.abs(g - np.median(np.concatenate([g[0], g[-1], g[1:-1, 0], g[1:-1, -1]])))
    if d.max() <= 32:
        raise ValueError("blank")
    d = d / d.max()
    i, j = np.nonzero(d > 0.25)
    ink = d[i.min() : i.max() + 1, j.min() : j.max() + 1].astype(np.float32)
    h, w = (max(1, round(18 * s / max(ink.shape))) for s in ink.shape)
    canvas = np.zeros((28, 28))
    canvas[(28 - h) // 2 : (28 - h) // 2 + h, (28 - w) // 2 : (28 - w) // 2 + w] = np.asarray(
        Image.fromarray(ink).resize((w, h), Image.Resampling.BILINEAR)
    )
    z = model.predict(low + (high - low) * canvas.reshape(1, 784))[0]
    e = np.exp(z) / np.exp(z).sum()
    return int(z.argmax()), float(e[z.argmax()])


# %% wrong: predict_image
# idea: "dark ink only: takes 255 minus the picture"
# fits: "Dark ink on bright paper disappears"
# fits: "You take bright pixels for ink"
def predict_image(model, image, low=0.0, high=1.0):
    g = 255 - np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    d = np.maximum(g - np.median(np.concatenate([g[0], g[-1], g[1:-1, 0], g[1:-1, -1]])), 0)
    if d.max() <= 32:
        raise ValueError("blank")
    d = d / d.max()
    i, j = np.nonzero(d > 0.25)
    ink = d[i.min() : i.max() + 1, j.min() : j.max() + 1].astype(np.float32)
    h, w = (max(1, round(18 * s / max(ink.shape))) for s in ink.shape)
    canvas = np.zeros((28, 28))
    canvas[(28 - h) // 2 : (28 - h) // 2 + h, (28 - w) // 2 : (28 - w) // 2 + w] = np.asarray(
        Image.fromarray(ink).resize((w, h), Image.Resampling.BILINEAR)
    )
    z = model.predict(low + (high - low) * canvas.reshape(1, 784))[0]
    e = np.exp(z - z.max())
    return int(e.argmax()), float(e.max() / e.sum())
