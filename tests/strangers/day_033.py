# %% right: batchnorm_forward
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% right: batchnorm_forward
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    table = np.reshape(x, (-1, np.shape(x)[-1])).astype(np.float64)  # one row an example or a place
    batch = {"mean": table.sum(axis=0) / len(table)}
    batch["var"] = np.square(table - batch["mean"]).sum(axis=0) / len(table)
    used = batch if training else running
    weight = momentum if training else 1.0
    new_running = {name: weight * running[name] + (1 - weight) * batch[name] for name in ("mean", "var")}
    inv_std = np.power(used["var"] + epsilon, -0.5)
    x_hat = ((table - used["mean"]) * inv_std).reshape(np.shape(x))
    cache = dict(x_hat=x_hat, inv_std=inv_std, gamma=np.array(gamma), training=bool(training))
    return x_hat * gamma + beta, new_running, cache


# %% wrong: batchnorm_forward
# idea: "the variance is divided by N - 1"
# fits: "You divide by N - 1. The batch is"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1) if x.size > x.shape[-1] else x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "epsilon outside the root"
# fits: "Your epsilon is added to the deviation"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / (np.sqrt(var) + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "momentum weighs the batch, as in PyTorch"
# fits: "Your momentum is the weight of the new"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": (1 - momentum) * running["mean"] + momentum * mean,
            "var": (1 - momentum) * running["var"] + momentum * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the running variance is the unbiased one"
# fits: "You average the variance with N - 1"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var * (x.size / x.shape[-1]) / max(x.size / x.shape[-1] - 1, 1),
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the running averages move in inference as well"
# fits: "In inference your running averages move"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    new_running = {
        "mean": momentum * running["mean"] + (1 - momentum) * x.mean(axis=axes),
        "var": momentum * running["var"] + (1 - momentum) * x.var(axis=axes),
    }
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "training normalises by the new running averages"
# fits: "You normalise by the running averages in training"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    mean, var = new_running["mean"], new_running["var"]
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "inference normalises by the batch"
# fits: "In inference you still normalise by the batch"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "means over the first axis only"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = 0
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean.reshape(-1, x.shape[-1]).mean(axis=0),
            "var": momentum * running["var"] + (1 - momentum) * var.reshape(-1, x.shape[-1]).mean(axis=0),
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std.reshape(-1, x.shape[-1])[0], "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "means of each row"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = -1
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the caller's running averages are moved"
# fits: "Your code changes one of its arguments in place"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
        new_running = running
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the cache has the deviation, not one over it"
# fits: "The cache holds the deviation where one over"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": 1 / inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the cache has x_hat after scale and shift"
# fits: "The cache holds the output"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": out, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the variance as mean square minus squared mean"
# fits: "A mean of squares less a squared mean"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), np.maximum((x**2).mean(axis=axes) - x.mean(axis=axes) ** 2, 0)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the running average is of the deviation"
# fits: "Your running average holds deviations where it should"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * np.sqrt(var),
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "epsilon is averaged into the running variance"
# fits: "Epsilon has got into the running variance, and"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * (var + epsilon),
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "PyTorch's epsilon and momentum as defaults"
def batchnorm_forward(x, gamma, beta, running, momentum=0.9, training=True, epsilon=1e-5):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "the cache always says training"
# fits: "The cache says training in inference too, and"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": True}


# %% wrong: batchnorm_forward
# idea: "inference ignores the running mean"
# fits: "In inference you take the batch's mean off"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    mean = x.mean(axis=axes)
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "gamma after the shift"
# fits: "You shift first and scale then, so that"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * (x_hat + beta)
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% wrong: batchnorm_forward
# idea: "float64 input is computed in float32"
def batchnorm_forward(x, gamma, beta, running, momentum=0.99, training=True, epsilon=1e-3):
    x = np.asarray(x, dtype="float32")
    axes = tuple(range(x.ndim - 1))
    new_running = {"mean": running["mean"].copy(), "var": running["var"].copy()}
    mean, var = running["mean"], running["var"]
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_running = {
            "mean": momentum * running["mean"] + (1 - momentum) * mean,
            "var": momentum * running["var"] + (1 - momentum) * var,
        }
    inv_std = 1 / np.sqrt(var + epsilon)
    x_hat = (x - mean) * inv_std
    out = gamma * x_hat + beta
    return out, new_running, {"x_hat": x_hat, "inv_std": inv_std, "gamma": gamma, "training": training}


# %% right: batchnorm_backward
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% right: batchnorm_backward
def batchnorm_backward(dout, cache):
    features = dout.shape[-1]
    up, hat = dout.reshape(-1, features), cache["x_hat"].reshape(-1, features)
    n = len(up)
    dgamma = np.einsum("nd,nd->d", up, hat)
    dbeta = np.ones(n) @ up
    dx = n * up
    if cache["training"]:
        dx = dx - dbeta - hat * dgamma
    return (cache["gamma"] * cache["inv_std"] / n * dx).reshape(dout.shape), dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "mean and variance are taken for constants in training too"
# fits: "You treat the batch's mean and variance as"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "inference goes back as training does"
# fits: "In inference mean and variance came from elsewhere"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if True:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "the path through the variance is missing"
# fits: "The path through the variance is missing: what"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "the path through the mean is missing"
# fits: "The path through the mean is missing: what"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "the part that stretches is added"
# fits: "The path through the variance has the wrong"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) + x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "sums in place of means"
# fits: "You take off sums where means are due"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.sum(axis=axes) - x_hat * (g * x_hat).sum(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "gamma is left out of dx"
# fits: "Your dx has no gamma in it"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "the deviation is left out of dx"
# fits: "You forget that x was divided by the"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "divides by inv_std"
# fits: "You multiply by the deviation"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g / inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "dgamma is not multiplied by x_hat"
# fits: "Your dgamma is a second dbeta"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), dout.sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "dgamma and dbeta are means"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.mean(axis=axes), (dout * x_hat).mean(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "dgamma and dbeta in the other order"
# fits: "dgamma and dbeta have changed places"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dbeta, dgamma


# %% wrong: batchnorm_backward
# idea: "pictures: over the first axis only"
def batchnorm_backward(dout, cache):
    axes = 0
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    every = tuple(range(dout.ndim - 1))
    dbeta, dgamma = dout.sum(axis=every), (dout * x_hat).sum(axis=every)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "pictures: divides by the number of pictures, not of places"
# fits: "On pictures you divide by the number of"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, n = cache["x_hat"], len(dout)
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    if not cache["training"]:
        return dout * cache["gamma"] * cache["inv_std"], dgamma, dbeta
    return cache["gamma"] * cache["inv_std"] * (dout - dbeta / n - x_hat * dgamma / n), dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "dout is changed in place"
# fits: "Your code changes one of its arguments in"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    dout *= cache["gamma"]
    if cache["training"]:
        dout -= dout.mean(axis=axes) + x_hat * (dout * x_hat).mean(axis=axes)
    return dout * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "dgamma takes the output instead of x_hat"
# fits: "dgamma has a gamma in it"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat * cache["gamma"]).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - x_hat * (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% wrong: batchnorm_backward
# idea: "x_hat is left out in front of its mean"
# fits: "From the path through the variance a factor"
def batchnorm_backward(dout, cache):
    axes = tuple(range(dout.ndim - 1))
    x_hat, inv_std = cache["x_hat"], cache["inv_std"]
    dbeta, dgamma = dout.sum(axis=axes), (dout * x_hat).sum(axis=axes)
    g = dout * cache["gamma"]
    if cache["training"]:
        g = g - g.mean(axis=axes) - (g * x_hat).mean(axis=axes)
    return g * inv_std, dgamma, dbeta


# %% right: layernorm_forward
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% right: layernorm_forward
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    width = np.shape(x)[-1]
    turned = np.reshape(x, (-1, width)).T.astype(float)  # (D, rows)
    centred = turned - turned.sum(axis=0) / width
    lengths = np.sqrt(np.einsum("dr,dr->r", centred, centred) / width + epsilon)
    return ((centred / lengths).T * gamma + beta).reshape(np.shape(x))


# %% wrong: layernorm_forward
# idea: "over the batch"
# fits: "You average over the batch"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "over all axes but the first"
# fits: "In a sequence you average over all its"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=tuple(range(1, x.ndim)), keepdims=True), x.var(axis=tuple(range(1, x.ndim)), keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "over all axes but the last"
# fits: "You average over the batch"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "over the whole array"
# fits: "You take one mean and one variance of"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "always axis 1"
# fits: "You average over axis 1"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "epsilon outside the root"
# fits: "Your epsilon is added to the deviation"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (np.sqrt(var) + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "no root"
# fits: "You divide by the variance"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "divided by D - 1"
# fits: "You divide by D - 1"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True, ddof=min(1, x.shape[-1] - 1))
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "mean square minus squared mean"
# fits: "A mean of squares less a squared mean"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), np.maximum((x**2).mean(axis=-1, keepdims=True) - x.mean(axis=-1, keepdims=True) ** 2, 0)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "scale and shift before the normalisation"
# fits: "You scale and shift before you normalise, and"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    x = gamma * x + beta
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + epsilon)


# %% wrong: layernorm_forward
# idea: "gamma and beta are left out"
# fits: "Scale and shift are left out: gamma and"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + epsilon)


# %% wrong: layernorm_forward
# idea: "the mean stays (RMS norm)"
# fits: "You divide by the root mean square and"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = 0.0, (x**2).mean(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "PyTorch's epsilon"
def layernorm_forward(x, gamma, beta, epsilon=1e-5):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "x is centred in place"
# fits: "Your code changes one of its arguments in"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == 'f' else float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    x -= mean
    return gamma * x / np.sqrt(var + epsilon) + beta


# %% wrong: layernorm_forward
# idea: "the result is rounded to the ints that came"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    kind = np.asarray(x).dtype
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (gamma * (x - mean) / np.sqrt(var + epsilon) + beta).astype(kind)


# %% wrong: layernorm_forward
# idea: "shift without the scale's order: gamma times both"
# fits: "You shift first and scale then, so that"
def layernorm_forward(x, gamma, beta, epsilon=1e-3):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * ((x - mean) / np.sqrt(var + epsilon) + beta)


# %% right: fold_batchnorm
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% right: fold_batchnorm
def fold_batchnorm(w, b, bn):
    units = w.shape[-1]
    stretch = np.diag(bn["gamma"] * (bn["var"] + bn["epsilon"]) ** -0.5)
    shift = bn["beta"] - bn["mean"] @ stretch
    folded = (w.reshape(-1, units) @ stretch).reshape(w.shape)
    return folded, shift if b is None else shift + b @ stretch


# %% wrong: fold_batchnorm
# idea: "the old bias is not scaled"
# fits: "Your biases are not scaled"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, old - bn["mean"] * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "the old bias is forgotten"
# fits: "The layer's own biases are lost"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (0 * old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "a layer without biases breaks it"
# fits: "A layer without biases hands you None"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = b
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "a layer without biases gets beta alone"
# fits: "Without biases you return beta alone"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    if b is None:
        return w * scale, bn["beta"].copy()
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "epsilon is left out"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + 1e-300)
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "epsilon outside the root"
# fits: "Your epsilon is added to the deviation"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / (np.sqrt(bn["var"]) + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "divides by the variance"
# fits: "You divide by the variance"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / (bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "gamma is left out of the bias"
# fits: "The scale gamma is missing"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale / bn["gamma"] + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "the mean is added"
# fits: "Batch norm takes the running mean off; you"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old + bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "beta is scaled too"
# fits: "You scale beta"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"] + bn["beta"]) * scale


# %% wrong: fold_batchnorm
# idea: "the rows of w are scaled"
# fits: "You scale the rows of w"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return (w.T * np.resize(scale, w.shape[0])).T, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "filters are scaled along their first axis where sizes agree"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return (w * scale if w.ndim == 2 else w * scale.reshape(-1, 1, 1, 1) if len(w) == len(scale) else w * scale[0]), (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "w is changed in place"
# fits: "You change the caller's own weights"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    w *= scale
    return w, (old - bn["mean"]) * scale + bn["beta"]


# %% wrong: fold_batchnorm
# idea: "b is changed in place"
# fits: "Your code changes one of its arguments in place"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    old -= bn["mean"]
    old *= scale
    old += bn["beta"]
    return w * scale, old


# %% wrong: fold_batchnorm
# idea: "beta is left out"
# fits: "The shift beta is missing"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return w * scale, (old - bn["mean"]) * scale


# %% wrong: fold_batchnorm
# idea: "weights as float32"
# fits: "The numbers are right but for their rounding"
def fold_batchnorm(w, b, bn):
    scale = bn["gamma"] / np.sqrt(bn["var"] + bn["epsilon"])
    old = np.zeros_like(bn["mean"]) if b is None else b
    return (w * scale).astype("float32"), (old - bn["mean"]) * scale + bn["beta"]
