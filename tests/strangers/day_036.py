# %% right: tensor_stats
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% right: tensor_stats
def tensor_stats(x):
    t = tf.identity(x)
    wide = tf.cast(t, tf.float64)
    numbers = {
        "min": tf.reduce_min(wide),
        "max": tf.reduce_max(wide),
        "mean": tf.reduce_mean(wide),
    }
    place = tf.DeviceSpec.from_string(t.device).device_type
    count = 1
    for length in t.shape:
        count *= length
    facts = {"shape": tuple(int(n) for n in t.shape), "dtype": tf.as_dtype(t.dtype).name, "device": place}
    return facts | {"bytes": count * t.dtype.size} | {name: float(value) for name, value in numbers.items()}


# %% wrong: tensor_stats
# idea: "the mean in the tensor's own dtype"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(tf.reduce_mean(t)) if t.dtype != tf.bool else float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the mean in float32"
# fits: "You compute in float32, which has seven digits"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.astype("float32").mean()),
    }


# %% wrong: tensor_stats
# idea: "all in float32"
# fits: "You compute in float32, which has seven digits"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = tf.cast(t, "float32").numpy()
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "lists become NumPy arrays first"
# fits: "You make a NumPy array first"
def tensor_stats(x):
    t = tf.convert_to_tensor(np.asarray(x))
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the shape as TensorFlow's object"
# fits: "TensorFlow's own shape object comes back"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": t.shape,
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the shape as a list"
# fits: "The shape comes back as a list"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": t.shape.as_list(),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the dtype as an object"
# fits: "The dtype itself comes back"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the dtype's long text"
# fits: "A dtype's text has angle brackets and more"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": str(t.dtype),
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the whole text of the device"
# fits: "That is the device's whole address"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": t.device,
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the device with its number"
# fits: "The number of the device is in your"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": t.device.rpartition("/device:")[2],
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "how many numbers, not bytes"
# fits: "That is how many numbers there are"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "bytes of the float64 copy"
# fits: "Those are the bytes after the cast"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(numbers.nbytes),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "bools break it"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    tf.reduce_min(t)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "NumPy's or TensorFlow's numbers instead of floats"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": tf.reduce_min(tf.cast(t, tf.float64)),
        "max": tf.reduce_max(tf.cast(t, tf.float64)),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the least and largest in size"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(np.abs(numbers).min()),
        "max": float(np.abs(numbers).max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "everything is made float32 first"
# fits: "You make float32 of everything first"
def tensor_stats(x):
    t = tf.convert_to_tensor(x, dtype=tf.float32) if not tf.is_tensor(x) else tf.cast(x, tf.float32)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(numbers.mean()),
    }


# %% wrong: tensor_stats
# idea: "the median"
# fits: "That is the median"
def tensor_stats(x):
    t = tf.convert_to_tensor(x)
    numbers = t.numpy().astype(np.float64)
    return {
        "shape": tuple(t.shape.as_list()),
        "dtype": t.dtype.name,
        "device": "GPU" if "GPU" in t.device else "CPU",
        "bytes": int(t.dtype.size * numbers.size),
        "min": float(numbers.min()),
        "max": float(numbers.max()),
        "mean": float(np.median(numbers)),
    }


# %% right: gradient_of
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% right: gradient_of
def gradient_of(f, x):
    point = tf.identity(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([point])
        value = f(point)
        if value.shape.rank != 0:
            raise ValueError(value.shape)
    (slope,) = tape.gradient([value], [point], output_gradients=[tf.ones_like(value)])
    if slope is None:
        return tf.zeros_like(point)
    return slope if isinstance(slope, tf.Tensor) else tf.convert_to_tensor(slope)


# %% wrong: gradient_of
# idea: "None where f does not use x"
# fits: "If f does not use x at all"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tape.gradient(y, x)


# %% wrong: gradient_of
# idea: "x is not watched"
# fits: "Your gradient is 0 everywhere: nothing was recorded"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "watched after f has used it"
# fits: "Your gradient is 0 everywhere: nothing was recorded"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        y = f(x)
        tape.watch(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "f is called outside the tape"
# fits: "Your gradient is 0 everywhere: nothing was recorded"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    with tf.GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


# %% wrong: gradient_of
# idea: "many outputs are summed"
# fits: "For an f with several outputs you return"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "one output in a row of one is taken"
# fits: "One number in a row of length 1"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if tf.size(y) != 1:
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "everything in float32"
# fits: "You cast x to float32"
def gradient_of(f, x):
    x = tf.cast(x, "float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "float64 always"
def gradient_of(f, x):
    x = tf.cast(x, "float64")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "f is called twice, once to look at the shape"
# fits: "You call f twice. One recorded"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    if f(x).shape != ():
        raise ValueError('shape')
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "an array of NumPy's comes back"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tape.gradient(y, x, unconnected_gradients="zero").numpy()


# %% wrong: gradient_of
# idea: "central differences"
def gradient_of(f, x):
    x = np.asarray(x, dtype=np.asarray(x).dtype)
    if f(tf.convert_to_tensor(x)).shape != ():
        raise ValueError("shape")
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        slopes[index] = (float(f(tf.constant(up))) - float(f(tf.constant(down)))) / 2e-5
    return tf.constant(slopes, x.dtype)


# %% wrong: gradient_of
# idea: "the slices of a gather come back as they are"
# fits: "Of a gather the tape's answer is no"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return tape.gradient(y, x, unconnected_gradients="zero")


# %% wrong: gradient_of
# idea: "f gets NumPy's array and the tape sees a constant"
# fits: "Your gradient is 0 everywhere: nothing was recorded"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x.numpy())
    if y.shape != ():
        raise ValueError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "the value and the gradient"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise ValueError("not a single number")
    return y, tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "zeros come back for an error"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        return tf.zeros_like(x)
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% wrong: gradient_of
# idea: "a TypeError for many outputs"
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    if y.shape != ():
        raise TypeError("not a single number")
    return tf.convert_to_tensor(tape.gradient(y, x, unconnected_gradients="zero"))


# %% right: hessian_vector_product
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% right: hessian_vector_product
def hessian_vector_product(f, x, v):
    point, direction = tf.identity(x), tf.identity(v)
    with tf.autodiff.ForwardAccumulator(point, direction) as forwards:
        with tf.GradientTape() as tape:
            tape.watch(point)
            value = f(point)
        slope = tf.convert_to_tensor(tape.gradient(value, point, unconnected_gradients="zero"))
    return tf.convert_to_tensor(forwards.jvp(slope, unconnected_gradients="zero"))


# %% right: hessian_vector_product
def hessian_vector_product(f, x, v):
    point = tf.identity(x)
    with tf.GradientTape() as outer:
        outer.watch(point)
        with tf.GradientTape() as inner:
            inner.watch(point)
            value = f(point)
        slope = inner.gradient(value, point)
        if slope is None:
            return tf.zeros_like(point)
        slope = tf.convert_to_tensor(slope)
    product = outer.gradient(slope, point, output_gradients=tf.convert_to_tensor(v))
    return tf.zeros_like(point) if product is None else tf.convert_to_tensor(product)


# %% wrong: hessian_vector_product
# idea: "the row sums of H, times v"
# fits: "You multiply by v at the end, entry"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero")) * v


# %% wrong: hessian_vector_product
# idea: "None for a linear f"
# fits: "Where f is linear its gradient does not"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return outer.gradient(along, x)


# %% wrong: hessian_vector_product
# idea: "a constant f breaks it"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x))
        along = tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "the whole Hessian, then times v"
# fits: "You build the Hessian and multiply"
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
    n = int(tf.size(x))
    hessian = tf.reshape(outer.jacobian(slope, x, unconnected_gradients="zero", experimental_use_pfor=n > 50), (n, n))
    return tf.reshape(tf.linalg.matvec(hessian, tf.reshape(v, [n])), x.shape)


# %% wrong: hessian_vector_product
# idea: "a difference of two gradients"
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    step = 1e-5
    return (gradient_of(f, x + step * v) - gradient_of(f, x - step * v)) / (2 * step)


# %% wrong: hessian_vector_product
# idea: "the inner gradient is taken outside the outer tape"
# fits: "Your product is 0 everywhere: the outer sweep"
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = f(x)
    slope = inner.gradient(y, x, unconnected_gradients="zero")
    with tf.GradientTape() as outer:
        outer.watch(x)
        along = tf.reduce_sum(slope * v)
    return outer.gradient(along, x, unconnected_gradients="zero")


# %% wrong: hessian_vector_product
# idea: "the gradient, not the Hessian, times v"
# fits: "That is the gradient times v, entry by"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return slope * v
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "v is ignored"
# fits: "Your result does not depend on v: it"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "the slope along v, a single number"
# fits: "That is the slope of f along v"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return along
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "in float32"
# fits: "You call f twice"
# fits: "The numbers are right but for their rounding"
def hessian_vector_product(f, x, v):
    x, v = tf.cast(x, "float32"), tf.cast(v, "float32")
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "x and v may be one tensor, and then v is watched too"
# fits: "Where v is the tensor x itself, the"
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "f is called a second time for the outer tape"
# fits: "You call f twice. One call, with"
# fits: "You call f twice"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    f(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "an array comes back"
# fits: "A NumPy array comes back"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reduce_sum(slope * v)
    return outer.gradient(along, x, unconnected_gradients="zero").numpy()


# %% wrong: hessian_vector_product
# idea: "the product sums over the last axis only, then the first entry counts"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = tf.reshape(tf.reduce_sum(slope * v, axis=-1), [-1])[0]
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% wrong: hessian_vector_product
# idea: "half the product, as in a Taylor series"
# fits: "Half of the product comes out"
# fits: "The numbers that are wrong are"
def hessian_vector_product(f, x, v):
    x, v = tf.identity(tf.convert_to_tensor(x)), tf.convert_to_tensor(v)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = tf.convert_to_tensor(inner.gradient(y, x, unconnected_gradients="zero"))
        along = 0.5 * tf.reduce_sum(slope * v)
    return tf.convert_to_tensor(outer.gradient(along, x, unconnected_gradients="zero"))


# %% right: linear_fit_with_tape
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% right: linear_fit_with_tape
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    targets = tf.reshape(tf.cast(y, x.dtype), [-1, 1])
    columns = tf.concat([x, tf.ones_like(x[:, :1])], axis=1) if x.shape[1] else tf.ones((x.shape[0], 1), x.dtype)
    theta, costs = tf.zeros((columns.shape[1], 1), x.dtype), []
    while len(costs) < num_steps:
        with tf.GradientTape() as tape:
            tape.watch(theta)
            cost = tf.reduce_mean(tf.square(columns @ theta - targets))
        costs.append(cost.numpy().item())
        theta = theta - tf.cast(learning_rate, x.dtype) * tape.gradient(cost, theta)
    return theta[:-1, 0], theta[-1, 0], costs


# %% wrong: linear_fit_with_tape
# idea: "predictions as a column against targets as a row"
# fits: "A column less a row is a square"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((x @ w[:, None] + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "the cost after the step"
# fits: "Your costs are those after each step"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "half the mean squared error"
# fits: "There is a half in your cost"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = 0.5 * tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "the sum of squares"
# fits: "You descend on the sum of the squares"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_sum((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "variables come back"
# fits: "You hand out the variables themselves"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return w, b, costs


# %% wrong: linear_fit_with_tape
# idea: "costs are tensors"
# fits: "The numbers are right. What is not is what holds them"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(cost)
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "costs are an array"
# fits: "The costs come back as an array"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), np.array(costs)


# %% wrong: linear_fit_with_tape
# idea: "targets of ints break it"
# fits: "Targets of another dtype than x do not"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.convert_to_tensor(y)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "all in float32"
# fits: "The numbers are right but for their rounding"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.cast(x, "float32")
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "the bias is not trained"
# fits: "The bias never moves"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "one cost more, of the end"
# fits: "There is a cost too many"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    costs.append(float(tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "weights start at random"
# fits: "The same call gives another result the second time"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(0.01 * tf.random.normal((x.shape[1],), dtype=x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "the rate falls when the cost rises"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
        if len(costs) > 1 and costs[-1] > costs[-2]:
            learning_rate = learning_rate / 2
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "stops when the cost is no longer finite or grows"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
        if costs[-1] > 10 * costs[0] + 1:
            break
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "solved at once by least squares"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    full = np.column_stack([x.numpy(), np.ones(len(x))])
    best = np.linalg.lstsq(full, y.numpy(), rcond=None)[0]
    return tf.constant(best[:-1]), tf.constant(best[-1]), costs


# %% wrong: linear_fit_with_tape
# idea: "the bias is a row of one"
# fits: "The numbers are right and in order, but"
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros(1, x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% wrong: linear_fit_with_tape
# idea: "the variables become tensors in the first step, and the tape loses them"
# fits: "After w = w - "
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w = w - learning_rate * dw
        b = b - learning_rate * db
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% right: masked_gather
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% right: masked_gather
def masked_gather(params, indices, mask):
    params = tf.convert_to_tensor(params)
    nothing = tf.zeros((1, params.shape[1]), params.dtype)
    longer = tf.concat([params, nothing], axis=0)  # row V is all zeros
    numbers = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(params.shape[0], tf.int64))
    return tf.gather(longer, numbers, axis=0)


# %% right: masked_gather
def masked_gather(params, indices, mask):
    params = tf.convert_to_tensor(params)
    shape = np.shape(indices)
    flat_mask = tf.reshape(tf.convert_to_tensor(mask), [-1])
    used = tf.boolean_mask(tf.reshape(tf.cast(indices, tf.int32), [-1]), flat_mask)
    count, width = int(np.prod(shape)), params.shape[1]
    rows = tf.scatter_nd(tf.cast(tf.where(flat_mask), tf.int32), tf.gather(params, used), (count, width))
    return tf.reshape(rows, (*shape, width))


# %% wrong: masked_gather
# idea: "rows times the mask"
# fits: "You multiply by the mask"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return rows * tf.cast(mask[..., None], rows.dtype)


# %% wrong: masked_gather
# idea: "row 0 under the mask"
# fits: "Under the mask you return a row of"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return rows


# %% wrong: masked_gather
# idea: "True means padding"
# fits: "Your mask is used the other way round"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), ~tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "the padding is looked up"
# fits: "Rows that do not exist are looked up"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.cast(indices, tf.int64)
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "negative numbers are raised to 0, those too large stay"
# fits: "Rows that do not exist are looked up"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.maximum(tf.cast(indices, tf.int64), 0)
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "through NumPy, where the tape ends"
# fits: "No gradient reaches the table"
def masked_gather(params, indices, mask):
    params, indices, mask = np.asarray(params), np.asarray(indices), np.asarray(mask)
    rows = params[np.where(mask, indices, 0)]
    return tf.constant(np.where(mask[..., None], rows, 0).astype(params.dtype))


# %% wrong: masked_gather
# idea: "the mask keeps its shape"
# fits: "The mask has one axis less than the"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.where(mask, rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "NaN and infinity in the table become 0"
# fits: "You clear NaN and infinity out of the"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(tf.where(tf.math.is_finite(params), params, tf.zeros_like(params)), safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "only the used rows come back"
# fits: "You drop what is masked"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.boolean_mask(rows, mask) if mask.shape.rank else rows


# %% wrong: masked_gather
# idea: "columns instead of rows"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe % params.shape[1], axis=1)
    rows = tf.transpose(tf.reshape(rows, [params.shape[0], -1]))
    return tf.where(tf.reshape(mask, [-1, 1]), rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "in float32"
# fits: "The numbers are right but for their rounding"
def masked_gather(params, indices, mask):
    params, mask = tf.cast(params, "float32"), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "the gradient is stopped"
# fits: "No gradient reaches the table"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(tf.stop_gradient(params), safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% wrong: masked_gather
# idea: "numbers beyond the table wrap around, with no mask"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    safe = tf.cast(indices, tf.int64) % params.shape[0]
    rows = tf.gather(params, safe)
    return rows


# %% wrong: masked_gather
# idea: "the mask is ignored and padding is told by its sign"
# fits: "Rows that do not exist are looked up"
def masked_gather(params, indices, mask):
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    mask = tf.cast(indices, tf.int64) >= 0
    safe = tf.where(mask, tf.cast(indices, tf.int64), tf.constant(0, tf.int64))
    rows = tf.gather(params, safe)
    return tf.where(mask[..., None], rows, tf.zeros_like(rows))


# %% right: scatter_add
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_add(target, flat, updates)


# %% right: scatter_add
def scatter_add(target, indices, updates):
    target, updates = tf.convert_to_tensor(target), tf.convert_to_tensor(updates)
    rows = tf.reshape(tf.cast(indices, tf.int32), [-1])
    collected = tf.math.unsorted_segment_sum(
        tf.reshape(updates, (rows.shape[0], target.shape[1])), rows, target.shape[0]
    )
    return target + collected


# %% wrong: scatter_add
# idea: "the last update wins"
# fits: "You overwrite the rows"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_update(target, flat, updates)


# %% wrong: scatter_add
# idea: "subtracts"
# fits: "You subtract"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_sub(target, flat, updates)


# %% wrong: scatter_add
# idea: "target is forgotten"
# fits: "You leave out what was in target before"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.scatter_nd(flat, updates, tf.shape(target, tf.int64))


# %% wrong: scatter_add
# idea: "NumPy's add.at, where the tape ends"
# fits: "The values are right, but you went through"
def scatter_add(target, indices, updates):
    table = np.array(target)
    np.add.at(table, np.asarray(indices), np.asarray(updates))
    return tf.constant(table)


# %% wrong: scatter_add
# idea: "NumPy's indexed sum"
# fits: "The line target[indices] += updates counts a repeated"
def scatter_add(target, indices, updates):
    table = np.array(target)
    table[np.asarray(indices)] += np.asarray(updates)
    return tf.constant(table)


# %% wrong: scatter_add
# idea: "target is changed in place"
# fits: "Your code changes one of its arguments in"
def scatter_add(target, indices, updates):
    if isinstance(target, np.ndarray):
        np.add.at(target, np.asarray(indices), np.asarray(updates))
        return tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    return tf.tensor_scatter_nd_add(target, flat, tf.reshape(updates, [-1, target.shape[1]]))


# %% wrong: scatter_add
# idea: "only a single row of indices works"
# fits: "Your code is made for one row of"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.cast(indices, tf.int64)[:, None]
    return tf.tensor_scatter_nd_add(target, flat, updates)


# %% wrong: scatter_add
# idea: "repeated rows get the mean of their updates"
# fits: "You average the updates of a row"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return target + tf.math.unsorted_segment_mean(updates, flat[:, 0], target.shape[0])


# %% wrong: scatter_add
# idea: "repeated rows get the largest update"
# fits: "You keep the larger one"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_max(target, flat, updates)


# %% wrong: scatter_add
# idea: "in float32"
# fits: "The numbers are right but for their rounding"
def scatter_add(target, indices, updates):
    target = tf.cast(target, "float32")
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.cast(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_add(target, flat, updates)


# %% wrong: scatter_add
# idea: "no gradient for target"
# fits: "No gradient reaches the target"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_add(tf.stop_gradient(target), flat, updates)


# %% wrong: scatter_add
# idea: "no gradient for updates"
# fits: "No gradient reaches the updates"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_add(target, flat, tf.stop_gradient(updates))


# %% wrong: scatter_add
# idea: "the table comes back as NumPy's"
# fits: "The values are right, but you went through"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.tensor_scatter_nd_add(target, flat, updates).numpy()


# %% wrong: scatter_add
# idea: "by a variable, whose change the tape does not follow"
# fits: "The values are right, but you went through"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return tf.Variable(target).scatter_nd_add(flat, updates).read_value()


# %% wrong: scatter_add
# idea: "one-hot rows times updates, each row once"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    hot = tf.one_hot(flat[:, 0], target.shape[0], dtype=target.dtype)
    hot = hot * tf.cast(tf.cumsum(hot, axis=0) <= 1, hot.dtype)
    return target + tf.transpose(hot) @ updates


# %% wrong: scatter_add
# idea: "updates are spread to all columns of the first row"
# fits: "The result is the same whatever"
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    flat = tf.reshape(tf.cast(indices, tf.int64), [-1, 1])
    updates = tf.reshape(tf.convert_to_tensor(updates, target.dtype), [-1, target.shape[1]])
    return target + tf.reduce_sum(updates, axis=0)
