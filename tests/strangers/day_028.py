# %% right: ewma
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% right: ewma
def ewma(x, beta, bias_correction):
    if beta < 0 or beta >= 1:
        raise ValueError("beta")
    kind = np.float32 if x.dtype == np.float32 else np.float64
    age = np.subtract.outer(np.arange(len(x)), np.arange(len(x)))
    weights = np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0.0)
    if bias_correction:
        weights /= weights.sum(axis=1, keepdims=True)
    else:
        weights *= 1 - beta
    return np.tensordot(weights, x.astype(float), axes=1).astype(kind)


# %% wrong: ewma
# idea: "beta is the weight of the new observation"
# fits: "Past and present have changed places: beta is"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = (1 - beta) * s + beta * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "starts from the first observation"
# fits: "You begin with the first observation instead of"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    if len(x):
        s = x[0].astype('float64')
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "the exponent is t, not t + 1"
# fits: "Your correction counts one observation too few"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / ((1 - beta**t or 1 - beta)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "carries the corrected average on"
# fits: "You carry the corrected average on to the"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        if bias_correction:
            s = s / (1 - beta ** (t + 1))
        out[t] = s
    return out


# %% wrong: ewma
# idea: "always corrects"
# fits: "You correct the bias also where nobody asked"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1))
    return out


# %% wrong: ewma
# idea: "ints come back as ints"
# fits: "The averages of whole numbers are cut off"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype=x.dtype)
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "float64 whatever came"
# fits: "The numbers are right, but they are"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype=float)
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "a float16 series is summed in float16"
# fits: "You multiply in float16"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "beta = 0 is refused"
# fits: "You refuse a beta of 0"
# fits: "Your own `raise` refuses what is allowed"
def ewma(x, beta, bias_correction):
    if not 0 < beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "beta is not checked"
# fits: "A beta that makes no average is taken"
def ewma(x, beta, bias_correction):
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "only beta = 1 is refused, not what is beyond"
# fits: "A beta above 1 is taken without a"
def ewma(x, beta, bias_correction):
    if beta == 1 or beta < 0:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "an average along the last axis"
# fits: "You average along the last axis"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s, out, x = np.zeros(x.shape[:-1]), out.T, x.T
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out.T


# %% wrong: ewma
# idea: "forgets the factor 1 - beta"
# fits: "The new observation has lost its weight"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + row
        out[t] = s / (1 - beta ** (t + 1)) if bias_correction else s
    return out


# %% wrong: ewma
# idea: "the plain mean so far"
# fits: "That is the plain mean of all so"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    counts = np.arange(1, len(x) + 1).reshape(-1, *[1] * (x.ndim - 1))
    return (np.cumsum(x, axis=0) / counts).astype("float32" if x.dtype == "float32" else "float64")


# %% wrong: ewma
# idea: "writes into x"
# fits: "What comes back is the argument itself, where"
# fits: "You write the averages into the caller's own"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    if x.dtype != np.float32:
        x = np.asarray(x, dtype=np.float64)
    for t in range(len(x)):
        x[t] = (1 - beta) * x[t] + (beta * x[t - 1] if t else 0)
    if bias_correction:
        for t in range(len(x)):
            x[t] /= 1 - beta ** (t + 1)
    return x


# %% wrong: ewma
# idea: "corrects all rows by the last one's weights"
# fits: "You correct every row by the weights of"
def ewma(x, beta, bias_correction):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    x = np.asarray(x)
    out = np.empty(x.shape, dtype="float32" if x.dtype == "float32" else "float64")
    s = np.zeros(x.shape[1:])
    for t, row in enumerate(x.astype("float64")):
        s = beta * s + (1 - beta) * row
        out[t] = s / (1 - beta ** len(x)) if bias_correction else s
    return out


# %% right: sgd_step
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% right: sgd_step
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    grad = np.asarray(grad)
    if grad.shape != np.shape(param):
        raise ValueError("shapes")
    steps = state["step"] if "step" in state else 0
    new = np.array(param)
    new[...] = param.astype(np.float64) - learning_rate / (1.0 + steps * decay) * grad.astype(np.float64)
    return new, dict(step=steps + 1)


# %% wrong: sgd_step
# idea: "the rate falls from the first step on"
# fits: "Your rate falls before the first step"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * (t + 1))
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "the rate falls exponentially"
# fits: "Your rate falls by a factor with each"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) * (1 - decay) ** t
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "the rate falls with the root"
# fits: "Your rate falls with the root of the"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / np.sqrt(1 + decay * t)
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "goes uphill"
# fits: "You walk up the slope"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param + rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "no check of shapes"
# fits: "A gradient of another dtype or shape is"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param - rate * np.asarray(grad, dtype=param.dtype), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "the dtype is NumPy's choice"
# fits: "The numbers are right, but they are"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    if np.shape(grad) != param.shape:
        raise ValueError("shape")
    t = state.get("step", 0)
    return param - learning_rate / (1 + decay * t) * np.asarray(grad), {"step": t + 1}


# %% wrong: sgd_step
# idea: "param is changed in place"
# fits: "You subtract inside the caller's own array"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    param -= param.dtype.type(learning_rate / (1 + decay * t)) * as_param(grad, param)
    return param, {"step": t + 1}


# %% wrong: sgd_step
# idea: "the state is changed in place"
# fits: "You count in the caller's own state"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    state['step'] = t + 1
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), state


# %% wrong: sgd_step
# idea: "the count starts again each time"
# fits: "The result is the same whatever"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": 1}


# %% wrong: sgd_step
# idea: "the count is that before the step"
# fits: "The count stays where it was: this step"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t}


# %% wrong: sgd_step
# idea: "decay is ignored"
# fits: "You do not use decay: your rate never"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate)
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "the rate is added up instead of divided"
# fits: "You subtract from the rate, and in the"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) - decay * t
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "weight decay instead of a falling rate"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate)
    return np.asarray((1 - decay) * param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "each step divides the last rate, so the decay compounds"
# fits: "Your rate is divided anew in every step"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / np.prod(1 + decay * np.arange(t + 1))
    return np.asarray(param - rate * as_param(grad, param), dtype=param.dtype), {"step": t + 1}


# %% wrong: sgd_step
# idea: "the length of the gradient is taken out"
# fits: "You bring the gradient to length 1"
def sgd_step(param, grad, state, learning_rate=0.01, decay=0.0):
    t = state.get("step", 0)
    rate = float(learning_rate) / (1 + decay * t)
    return np.asarray(param - rate * as_param(grad, param) / max(np.linalg.norm(as_param(grad, param)), 1e-12), dtype=param.dtype), {"step": t + 1}


# %% right: momentum_step
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% right: momentum_step
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = np.asarray(grad)
    if grad.shape != param.shape:
        raise ValueError(grad.shape)
    change = -float(learning_rate) * grad.astype(float)
    if state:
        change = change + float(momentum) * state["velocity"]
    change = np.array(change).astype(param.dtype)
    new = np.add(param, change)
    return np.array(new, dtype=param.dtype), {"velocity": change, "step": 1 + (state["step"] if state else 0)}


# %% wrong: momentum_step
# idea: "the velocity is a true average"
# fits: "You take the velocity as a true average"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - (1 - momentum) * learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "PyTorch's velocity of gradients, times the rate"
# fits: "You keep the velocity without the rate"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = np.asarray(momentum * state.get("velocity", np.zeros_like(param)) + as_param(grad, param), param.dtype)
    new = np.asarray(param - learning_rate * velocity, param.dtype)
    return new, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "PyTorch's rule, with the change written down as velocity"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    mean = momentum * state.get("mean", np.zeros_like(param)) + as_param(grad, param)
    change = np.asarray(-learning_rate * mean, param.dtype)
    return param + change, {"step": state.get("step", 0) + 1, "velocity": change, "mean": mean}


# %% wrong: momentum_step
# idea: "the velocity keeps the sign of the gradient"
# fits: "Keras writes it with the rate inside and"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past + learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param - velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "moves by the velocity before it is brought up to date"
# fits: "You move by the old velocity and update"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + past), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "Nesterov's look ahead"
# fits: "That is Nesterov's step"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + momentum * velocity - learning_rate * as_param(grad, param), dtype=param.dtype), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "the velocity is changed in place"
# fits: "You update the velocity inside the caller's own"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    velocity = state.get("velocity")
    if velocity is None:
        velocity = np.zeros_like(param)
    velocity *= momentum
    velocity -= param.dtype.type(learning_rate) * as_param(grad, param)
    return param + velocity, {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "the velocity becomes float64"
# fits: "The numbers are right, but they are"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - learning_rate * np.asarray(as_param(grad, param), dtype=float))
    return np.asarray(param + velocity, dtype=param.dtype), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "momentum is ignored after the first call"
# fits: "Your momentum is always 0.9"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(0.9 * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "the default rate is used"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - 0.01 * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "the steps are not counted on"
# fits: "Every step says that it is the first"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(momentum * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "plain descent"
# fits: "The old velocity is lost: that is plain"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray(0 * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "the first velocity is the gradient"
# fits: "Your velocity begins as the gradient"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", as_param(grad, param))
    velocity = np.asarray(momentum * past - learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% wrong: momentum_step
# idea: "a gradient of another shape is broadcast"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    grad = np.asarray(grad)
    change = -float(learning_rate) * grad.astype(float)
    if state:
        change = change + float(momentum) * state["velocity"]
    change = np.array(change).astype(param.dtype)
    new = np.add(param, change)
    return np.array(new, dtype=param.dtype), {"velocity": change, "step": 1 + (state["step"] if state else 0)}


# %% wrong: momentum_step
# idea: "momentum weighs the gradient and its complement the past"
def momentum_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    past = state.get("velocity", np.zeros_like(param))
    velocity = np.asarray((1 - momentum) * past - momentum * learning_rate * as_param(grad, param), dtype=param.dtype)
    return np.asarray(param + velocity), {"step": state.get("step", 0) + 1, "velocity": velocity}


# %% right: nesterov_step
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% right: nesterov_step
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    g = as_param(grad, param).astype(np.float64) * float(learning_rate)
    old = np.asarray(state.get("velocity", 0.0), dtype=np.float64)
    new = momentum * old - g
    theta = param - momentum * old  # where the textbook stands
    moved = theta + (1 + momentum) * new
    count = state.get("step", 0)
    return np.array(moved).astype(param.dtype), {"step": count + 1, "velocity": np.array(new).astype(param.dtype)}


# %% wrong: nesterov_step
# idea: "moves by the velocity, as the heavy ball"
# fits: "That is plain momentum: the parameters move by"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + new_state["velocity"]
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "looks ahead with the old velocity"
# fits: "That is plain momentum: the parameters move by"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * state.get("velocity", np.zeros_like(param)) - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "the gradient step is left out"
# fits: "One part of the move is missing"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"]
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "the velocity is added whole"
# fits: "The velocity is added in full"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + new_state["velocity"] - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "the state keeps the change of the parameters"
# fits: "You keep the change of the parameters as"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    new = np.asarray(new, dtype=param.dtype)
    return new, {**new_state, "velocity": new - param}


# %% wrong: nesterov_step
# idea: "the gradient step goes up"
# fits: "The gradient's share of the move goes uphill"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] + learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "moves by 1 + momentum times the velocity without going back first"
# fits: "Your move looks ahead from the wrong place"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    g = as_param(grad, param).astype(np.float64) * float(learning_rate)
    old = np.asarray(state.get("velocity", 0.0), dtype=np.float64)
    new = momentum * old - g
    theta = param - momentum * old  # where the textbook stands
    moved = param + (1 + momentum) * new
    count = state.get("step", 0)
    return np.array(moved).astype(param.dtype), {"step": count + 1, "velocity": np.array(new).astype(param.dtype)}


# %% wrong: nesterov_step
# idea: "the velocity is an average"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    g = as_param(grad, param).astype(np.float64) * float(learning_rate)
    old = np.asarray(state.get("velocity", 0.0), dtype=np.float64)
    new = momentum * old - (1 - momentum) * g
    theta = param - momentum * old  # where the textbook stands
    moved = theta + (1 + momentum) * new
    count = state.get("step", 0)
    return np.array(moved).astype(param.dtype), {"step": count + 1, "velocity": np.array(new).astype(param.dtype)}


# %% wrong: nesterov_step
# idea: "the old state is brought up to date in place"
# fits: "Your code changes one of its arguments in"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    state.update(new_state)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "no rate in front of the gradient"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "float64 comes back"
# fits: "The numbers are right, but they are"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=float), new_state


# %% wrong: nesterov_step
# idea: "the usual momentum, whatever was asked for"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    momentum = 0.9
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% wrong: nesterov_step
# idea: "the count stays"
# fits: "Every whole number is one too"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    g = as_param(grad, param).astype(np.float64) * float(learning_rate)
    old = np.asarray(state.get("velocity", 0.0), dtype=np.float64)
    new = momentum * old - g
    theta = param - momentum * old  # where the textbook stands
    moved = theta + (1 + momentum) * new
    count = state.get("step", 0)
    return np.array(moved).astype(param.dtype), {"step": count, "velocity": np.array(new).astype(param.dtype)}


# %% wrong: nesterov_step
# idea: "the velocity is moved on twice"
def nesterov_step(param, grad, state, learning_rate=0.01, momentum=0.9):
    _, new_state = momentum_step(param, grad, state, learning_rate, momentum)
    _, new_state = momentum_step(param, grad, new_state, learning_rate, momentum)
    new = param + momentum * new_state["velocity"] - learning_rate * as_param(grad, param)
    return np.asarray(new, dtype=param.dtype), new_state


# %% right: minimize
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% right: minimize
def minimize(loss_and_grad, start, step, num_steps):
    path = np.zeros((num_steps + 1, *start.shape), dtype=start.dtype)
    losses = np.zeros(num_steps + 1)
    path[0] = start
    place, memory = start.copy(), {}
    losses[0], slope = loss_and_grad(place)
    for t in range(1, num_steps + 1):
        place, memory = step(place, slope, memory)
        path[t] = place
        losses[t], slope = loss_and_grad(place)
    return path, losses


# %% wrong: minimize
# idea: "the last place has no loss"
# fits: "Your losses stop one place early: the last"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        if t < num_steps:
            losses.append(float(loss))
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "the start is not on the path"
# fits: "The start is missing: row 0 is the"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path[1:], dtype=start.dtype).reshape(num_steps, *start.shape), np.array(losses[1:])


# %% wrong: minimize
# idea: "each step begins with an empty state"
# fits: "Each step gets an empty state"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, _ = step(param, grad, {})
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "stops when the loss rises"
# fits: "You stop early, where the loss rises or"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t and losses[-1] > losses[-2]:
            break
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "goes back where the loss rises"
# fits: "Only places that are better than all before"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t and losses[-1] > losses[-2]:
            path[-1], losses[-1] = path[-2], losses[-2]
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "float64 whatever the start was"
# fits: "The numbers are right, but they are"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=float), np.array(losses)


# %% wrong: minimize
# idea: "the gradient is that of the start in every step"
# fits: "All your steps use the gradient of the"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, now = loss_and_grad(param)
        grad = now if t == 0 else grad
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "loss and gradient are asked for in two calls"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)[0], loss_and_grad(param)[1]
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "the losses are one place late"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(losses[-1] if t > 1 else loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "one step too many"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "lists come back"
# fits: "The numbers are right. What is not is what holds them"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return path, losses


# %% wrong: minimize
# idea: "the first state is None"
# fits: "Your first state is None"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), None
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "steps from the start each time"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if t < num_steps:
            param, state = step(np.array(start), grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "the lowest loss so far is kept"
# fits: "Only places that are better than all before"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(min([float(loss), *losses]))
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)


# %% wrong: minimize
# idea: "a diverging run is cut off at infinity"
# fits: "You stop early, where the loss rises or"
def minimize(loss_and_grad, start, step, num_steps):
    param, state = np.array(start), {}
    path, losses = [], []
    for t in range(num_steps + 1):
        loss, grad = loss_and_grad(param)
        path.append(np.array(param))
        losses.append(float(loss))
        if not np.isfinite(loss):
            break
        if t < num_steps:
            param, state = step(param, grad, state)
    return np.array(path, dtype=start.dtype), np.array(losses)
