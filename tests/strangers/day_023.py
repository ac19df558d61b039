# %% right: dense_forward
def dense_forward(x, w, b):
    if x.shape[-1] != w.shape[0] or np.shape(b) != (w.shape[1],):
        raise ValueError(f"{x.shape}, {w.shape} and {np.shape(b)} do not fit")
    return np.einsum("nd,dm->nm", x, w) + b


# %% right: dense_forward
def dense_forward(x, w, b):
    (_, inputs), (rows, units) = x.shape, w.shape
    if (inputs, b.shape) != (rows, (units,)):
        raise ValueError("the shapes do not fit")
    return np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([w, b])


# %% wrong: dense_forward
# idea: "lets NumPy find out, so a bias of another shape is broadcast"
# fits: "A bias of another shape is broadcast without a word"
def dense_forward(x, w, b):
    return x @ w + b


# %% wrong: dense_forward
# idea: "weights with one row a unit"
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[1] or b.shape != (w.shape[0],):
        raise ValueError
    return x @ w.T + b


# %% wrong: dense_forward
# idea: "checks the number of biases only, so (M, 1) and (1, M) pass"
# fits: "A bias with the right number of entries passes in whatever shape"
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.size != w.shape[1]:
        raise ValueError
    return x @ w + b.reshape(-1)


# %% wrong: dense_forward
# idea: "a result in the type of x, so whole inputs cut the fractions off"
# fits: "Your result has the dtype of x"
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.shape != (w.shape[1],):
        raise ValueError
    z = np.zeros((len(x), w.shape[1]), dtype=x.dtype)
    for n in range(len(x)):
        z[n] = x[n] @ w + b
    return z


# %% wrong: dense_forward
# idea: "an assertion in place of a ValueError"
def dense_forward(x, w, b):
    assert x.shape[1] == w.shape[0], "x and w do not fit"
    assert b.shape == (w.shape[1],), "b does not fit"
    return x @ w + b


# %% wrong: dense_forward
# idea: "cuts off what is below 0, as a hidden layer does"
# fits: "You bend the sums already"
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.shape != (w.shape[1],):
        raise ValueError
    return np.maximum(0.0, x @ w + b)


# %% right: activation
def activation(name, z, negative_slope=0.01):
    z = np.array(z, dtype=float)
    functions = {
        "linear": lambda: z,
        "sigmoid": lambda: expit(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.where(z > 0, z, 0.0),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "softplus": lambda: np.logaddexp(0.0, z),
        "gelu": lambda: z * 0.5 * (1 + erf(z / np.sqrt(2))),
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% right: activation
def activation(name, z, negative_slope=0.01):
    from scipy.special import ndtr

    z = z + 0.0
    if name == "linear":
        return z
    if name == "sigmoid":
        return 0.5 + 0.5 * np.tanh(z / 2)
    if name == "tanh":
        return 2 * expit(2 * z) - 1
    if name == "relu":
        return (z + np.abs(z)) / 2
    if name == "leaky_relu":
        return np.maximum(z, 0) + negative_slope * np.minimum(z, 0)
    if name == "softplus":
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    if name == "gelu":
        return z * ndtr(z)
    raise ValueError(f"unknown activation {name}")


# %% wrong: activation
# idea: "the sigmoid as printed, which overflows on the left"
# fits: "Your sigmoid is right"
def activation(name, z, negative_slope=0.01):
    functions = {
        "linear": lambda: z.astype(float),
        "sigmoid": lambda: 1 / (1 + np.exp(-z)),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0.0, z),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "softplus": lambda: np.logaddexp(0, z),
        "gelu": lambda: z * (1 + erf(z / np.sqrt(2))) / 2,
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% wrong: activation
# idea: "softplus by np.where, whose other branch overflows all the same"
# fits: "np.where computes both of its branches in full"
def activation(name, z, negative_slope=0.01):
    functions = {
        "linear": lambda: z.astype(float),
        "sigmoid": lambda: expit(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0.0, z),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "softplus": lambda: np.where(z > 30, z, np.log1p(np.exp(z))),
        "gelu": lambda: z * (1 + erf(z / np.sqrt(2))) / 2,
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% wrong: activation
# idea: "GPT-2's approximation of GELU"
# fits: "That is the approximation by tanh"
def activation(name, z, negative_slope=0.01):
    functions = {
        "linear": lambda: z.astype(float),
        "sigmoid": lambda: expit(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0.0, z),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "softplus": lambda: np.logaddexp(0, z),
        "gelu": lambda: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z.astype(float) ** 3))),
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% wrong: activation
# idea: "the larger of z and slope times z, which is the wrong one for a slope above 1"
# fits: "The larger of the two is the leaky ReLU only while the slope is between 0 and 1. It may be"
def activation(name, z, negative_slope=0.01):
    z = z.astype(float)
    functions = {
        "linear": lambda: z,
        "sigmoid": lambda: expit(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0.0, z),
        "leaky_relu": lambda: np.maximum(z, negative_slope * z),
        "softplus": lambda: np.logaddexp(0, z),
        "gelu": lambda: z * (1 + erf(z / np.sqrt(2))) / 2,
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% wrong: activation
# idea: "an unknown name changes nothing, like linear"
# fits: "An unknown name passes as linear"
def activation(name, z, negative_slope=0.01):
    z = z.astype(float)
    if name == "sigmoid":
        return expit(z)
    elif name == "tanh":
        return np.tanh(z)
    elif name == "relu":
        return np.maximum(0.0, z)
    elif name == "leaky_relu":
        return np.where(z > 0, z, negative_slope * z)
    elif name == "softplus":
        return np.logaddexp(0, z)
    elif name == "gelu":
        return z * (1 + erf(z / np.sqrt(2))) / 2
    return z


# %% wrong: activation
# idea: "ReLU cuts the caller's own array off at 0"
# fits: "Your code changes one of its arguments in place"
def activation(name, z, negative_slope=0.01):
    if name == "linear":
        return z.astype(float)
    if name == "sigmoid":
        return expit(z)
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        z[z < 0] = 0
        return z.astype(float)
    if name == "leaky_relu":
        return np.where(z > 0, z, negative_slope * z)
    if name == "softplus":
        return np.logaddexp(0, z)
    if name == "gelu":
        return z * (1 + erf(z / np.sqrt(2))) / 2
    raise ValueError(name)


# %% right: activation_derivative
def activation_derivative(name, z, negative_slope=0.01):
    z = np.asarray(z, dtype=float)
    match name:
        case "linear":
            return np.ones(z.shape)
        case "sigmoid":
            return expit(z) * expit(-z)
        case "tanh":
            return 1 - np.tanh(z) ** 2
        case "relu":
            return np.heaviside(z, 0.0)
        case "leaky_relu":
            return np.where(z > 0, 1.0, float(negative_slope))
        case "softplus":
            return expit(z)
        case "gelu":
            return (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    raise ValueError(name)


# %% right: activation_derivative
def activation_derivative(name, z, negative_slope=0.01):
    from scipy.stats import norm

    positive = (z > 0).astype(float)
    half = np.tanh(z / 2)
    slopes = {
        "linear": np.full(np.shape(z), 1.0),
        "sigmoid": (1 - half**2) / 4,
        "tanh": (1 - np.tanh(z)) * (1 + np.tanh(z)),
        "relu": positive,
        "leaky_relu": positive + negative_slope * (1 - positive),
        "softplus": 0.5 + half / 2,
        "gelu": norm.cdf(z) + z * norm.pdf(z),
    }
    try:
        return slopes[name]
    except KeyError:
        raise ValueError(f"no activation {name}") from None


# %% wrong: activation_derivative
# idea: "takes z for the activation's output: z(1 - z) and 1 - z squared"
# fits: "You take the slopes of sigmoid and tanh from z as if it were the activation's value"
def activation_derivative(name, z, negative_slope=0.01):
    z = z.astype(float)
    slopes = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: z * (1 - z),
        "tanh": lambda: 1 - z**2,
        "relu": lambda: (z > 0).astype(float),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]()


# %% wrong: activation_derivative
# idea: "GELU's slope without the product rule's second part"
# fits: "GELU is a product of two functions of z"
def activation_derivative(name, z, negative_slope=0.01):
    z = z.astype(float)
    slopes = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: expit(z) * (1 - expit(z)),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: (z > 0).astype(float),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2,
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]()


# %% wrong: activation_derivative
# idea: "leaky ReLU below 0: slope times z, the function and not its slope"
# fits: "Below 0 you give the leaky ReLU itself"
def activation_derivative(name, z, negative_slope=0.01):
    z = z.astype(float)
    slopes = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: expit(z) * (1 - expit(z)),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: (z > 0).astype(float),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope * z),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]()


# %% wrong: activation_derivative
# idea: "ReLU's slope as True and False, and both ReLUs' slope is the right one at 0"
def activation_derivative(name, z, negative_slope=0.01):
    slopes = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: expit(z) * (1 - expit(z)),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: z >= 0,
        "leaky_relu": lambda: np.where(z >= 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]()


# %% wrong: activation_derivative
# idea: "the sigmoid's slope by exponentials, inf over inf far on the left"
# fits: "Far on the left your slope of the sigmoid is infinity over infinity"
def activation_derivative(name, z, negative_slope=0.01):
    z = z.astype(float)
    slopes = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: (z > 0).astype(float),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]()


# %% wrong: activation_derivative
# idea: "a numerical slope from both sides: half-way at the kink"
# fits: "Your slopes are ratios over a short step"
def activation_derivative(name, z, negative_slope=0.01):
    step = 1e-6
    up = activation(name, z + step, negative_slope)
    down = activation(name, z - step, negative_slope)
    return (up - down) / (2 * step)


# %% right: mlp_forward
def mlp_forward(x, layers):
    import functools

    return functools.reduce(lambda h, layer: activation(layer[2], dense_forward(h, layer[0], layer[1])), layers, x)


# %% right: mlp_forward
def mlp_forward(x, layers):
    if len(layers) == 0:
        return x
    (w, b, name), *others = layers
    return mlp_forward(activation(name, x @ w + b), others)


# %% wrong: mlp_forward
# idea: "the output layer never gets its activation"
# fits: "Your last layer doesn't bend"
def mlp_forward(x, layers):
    h = x
    for i, (w, b, name) in enumerate(layers):
        z = dense_forward(h, w, b)
        h = activation(name, z) if i < len(layers) - 1 else z
    return h


# %% wrong: mlp_forward
# idea: "ReLU in all hidden layers, whatever their names"
# fits: "Every hidden layer of yours is a ReLU layer"
def mlp_forward(x, layers):
    for i, (w, b, name) in enumerate(layers):
        x = activation("relu" if i < len(layers) - 1 else name, dense_forward(x, w, b))
    return x


# %% wrong: mlp_forward
# idea: "the activation is applied to what goes into the layer"
# fits: "You bend before you weigh"
def mlp_forward(x, layers):
    h = x
    for w, b, name in layers:
        h = dense_forward(activation(name, h), w, b)
    return h


# %% wrong: mlp_forward
# idea: "takes the layers off the caller's list"
# fits: "Your loop empties the list of layers that you were given"
def mlp_forward(x, layers):
    h = x
    while layers:
        w, b, name = layers.pop(0)
        h = activation(name, dense_forward(h, w, b))
    return h


# %% wrong: mlp_forward
# idea: "nothing is returned for an empty list"
# fits: "Nothing comes back"
def mlp_forward(x, layers):
    for i, (w, b, name) in enumerate(layers):
        x = activation(name, dense_forward(x, w, b))
        if i == len(layers) - 1:
            return x


# %% wrong: mlp_forward
# idea: "an output of one column loses its axis"
# fits: "You take axes of length 1 away"
def mlp_forward(x, layers):
    for w, b, name in layers:
        x = activation(name, dense_forward(x, w, b))
    return np.squeeze(x)


# %% right: count_parameters
def count_parameters(layer_sizes):
    sizes = [int(size) for size in layer_sizes]
    return sum((a + 1) * b for a, b in zip(sizes, sizes[1:], strict=False))


# %% right: count_parameters
def count_parameters(layer_sizes):
    total, before = 0, None
    for size in layer_sizes:
        size = int(size)
        if before is not None:
            total += before * size + size
        before = size
    return total


# %% wrong: count_parameters
# idea: "weights alone"
# fits: "You count the weights alone"
def count_parameters(layer_sizes):
    return sum(int(a) * int(b) for a, b in itertools.pairwise(layer_sizes))


# %% wrong: count_parameters
# idea: "the inputs have biases too"
# fits: "You add biases for the inputs as well"
def count_parameters(layer_sizes):
    sizes = [int(size) for size in layer_sizes]
    return sum(a * b for a, b in itertools.pairwise(sizes)) + sum(sizes)


# %% wrong: count_parameters
# idea: "products in the dtype of an int array, which wrap round when large"
# fits: "With large layers your count wraps around in the dtype of the sizes"
def count_parameters(layer_sizes):
    sizes = np.asarray(layer_sizes)
    return int(np.sum(sizes[:-1] * sizes[1:] + sizes[1:]))


# %% wrong: count_parameters
# idea: "one bias a layer"
# fits: "You count one bias a layer"
def count_parameters(layer_sizes):
    return sum(int(a) * int(b) + 1 for a, b in itertools.pairwise(layer_sizes))


# %% wrong: count_parameters
# idea: "takes the sizes off the caller's list"
# fits: "Your code changes one of its arguments in place"
def count_parameters(layer_sizes):
    if not isinstance(layer_sizes, list):
        layer_sizes = [int(size) for size in layer_sizes]
    total, before = 0, layer_sizes.pop(0)
    while layer_sizes:
        size = layer_sizes.pop(0)
        total += (before + 1) * size
        before = size
    return total


# %% wrong: count_parameters
# idea: "floats on the way, exact to 16 digits only"
# fits: "You count in floats"
def count_parameters(layer_sizes):
    sizes = np.array(layer_sizes, dtype=float)
    return int(np.dot(sizes[:-1] + 1, sizes[1:]))


# %% right: fit_bump
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if not width > 0:
        raise ValueError("width must be positive")
    s = sharpness / width
    w1 = np.array([[s, s]], dtype=float)
    b1 = np.array([sharpness / 2 - s * center, -sharpness / 2 - s * center], dtype=float)
    scale = height / np.tanh(sharpness / 4)
    return [(w1, b1, "sigmoid"), (np.array([[scale], [-scale]]), np.zeros(1), "linear")]


# %% right: fit_bump
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError(f"{width} is no width")
    s = sharpness / width
    left, right = center - width / 2, center + width / 2
    w1, b1 = np.array([[s, -s]]), np.array([-s * left, s * right])
    peak = expit(center * s + b1[0]) + expit(-center * s + b1[1]) - 1
    scale = float(height) / peak
    return [(w1, b1, "sigmoid"), (np.full((2, 1), scale), np.array([-scale]), "linear")]


# %% wrong: fit_bump
# idea: "the output weights are the height itself, so the bump is too low"
# fits: "Your bump stays below its height at the middle"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError
    s = sharpness / width
    b1 = np.array([-s * (center - width / 2), -s * (center + width / 2)])
    w2 = np.array([[height], [-height]], dtype=float)
    return [(np.array([[s, s]]), b1, "sigmoid"), (w2, np.zeros(1), "linear")]


# %% wrong: fit_bump
# idea: "the input is weighed with the sharpness, not with sharpness / width"
# fits: "The input's weight is the sharpness itself with you"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError
    s = float(sharpness)
    b1 = np.array([-s * (center - width / 2), -s * (center + width / 2)])
    scale = height / (2 * expit(s * width / 2) - 1)
    return [(np.array([[s, s]]), b1, "sigmoid"), (np.array([[scale], [-scale]]), np.zeros(1), "linear")]


# %% wrong: fit_bump
# idea: "plus in the bias, so the bump lies at minus center"
# fits: "Your bump sits at minus center"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError
    s = sharpness / width
    b1 = np.array([s * (center + width / 2), s * (center - width / 2)])
    scale = height / (2 * expit(sharpness / 2) - 1)
    return [(np.array([[s, s]]), b1, "sigmoid"), (np.array([[scale], [-scale]]), np.zeros(1), "linear")]


# %% wrong: fit_bump
# idea: "the steps lie a whole width from the middle"
# fits: "Your bump is twice as wide"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError
    s = sharpness / width
    b1 = np.array([-s * (center - width), -s * (center + width)])
    scale = height / (2 * expit(sharpness) - 1)
    return [(np.array([[s, s]]), b1, "sigmoid"), (np.array([[scale], [-scale]]), np.zeros(1), "linear")]


# %% wrong: fit_bump
# idea: "only a width of exactly 0 is refused"
# fits: "A negative width passes"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width == 0:
        raise ValueError
    s = sharpness / width
    b1 = np.array([-s * (center - width / 2), -s * (center + width / 2)])
    scale = height / (2 * expit(sharpness / 2) - 1)
    return [(np.array([[s, s]]), b1, "sigmoid"), (np.array([[scale], [-scale]]), np.zeros(1), "linear")]


# %% wrong: fit_bump
# idea: "both steps go up: a staircase that does not come back to 0"
# fits: "Both of your steps go up"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError
    s = sharpness / width
    b1 = np.array([-s * (center - width / 2), -s * (center + width / 2)])
    scale = float(height)
    return [(np.array([[s, s]]), b1, "sigmoid"), (np.array([[scale], [scale]]), np.zeros(1), "linear")]
