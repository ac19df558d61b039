# %% right: adagrad_step
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% right: adagrad_step
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    if np.shape(grad) != param.shape:
        raise ValueError("grad and param")
    g = np.asarray(grad).astype(np.float64)
    past = state["accumulator"].astype(np.float64) if state else np.zeros(param.shape) + initial_accumulator
    total = past + np.square(g)
    inside, outside = (epsilon, 0.0) if epsilon_inside else (0.0, epsilon)
    step = float(learning_rate) * g / ((total + inside) ** 0.5 + outside)
    count = state["step"] + 1 if state else 1
    return np.array(param - step).astype(param.dtype), dict(step=count, accumulator=np.array(total).astype(param.dtype))


# %% wrong: adagrad_step
# idea: "the accumulator starts at 0"
# fits: "Your accumulator always starts at 0"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.zeros_like(param)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "the start value is added in every step"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.zeros_like(param)) + initial_accumulator + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "epsilon always inside the root"
# fits: "Your epsilon is always inside the root"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon)
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "epsilon always outside the root"
# fits: "Your epsilon is always outside the root"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "the two places of epsilon are swapped"
# fits: "Inside and outside have changed places"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if not epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "no root"
# fits: "You divide by the sum of squares itself"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = s + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "divides by the accumulator before this gradient"
# fits: "You divide by the history before the present"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    old = state.get("accumulator", np.full_like(param, initial_accumulator))
    root = np.sqrt(old + epsilon) if epsilon_inside else np.sqrt(old) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "adds up absolute values"
# fits: "You add up sizes"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + np.abs(g), dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "the gradient is squared in its own dtype"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + np.asarray(grad) ** 2, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "averages instead of adding up"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(0.9 * state.get("accumulator", np.full_like(param, initial_accumulator)) + 0.1 * g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "the accumulator is changed in place"
# fits: "You add to the accumulator inside the caller's"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = state.get("accumulator", np.full_like(param, initial_accumulator))
    s += g**2
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "one rate for the whole array: the squared length is added up"
# fits: "You divide by the length of the whole"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + np.sum(g * g), dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "goes up"
# fits: "You walk up the slope"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param + learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "float64 as soon as the rate is one"
# fits: "The numbers are right, but they are"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "the steps are not counted"
# fits: "Every step says that it is the first"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "a gradient of another shape is broadcast"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = np.asarray(grad, dtype=param.dtype)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s}


# %% wrong: adagrad_step
# idea: "divides by the root of the mean square"
# fits: "You average the squares"
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    s = np.asarray(state.get("accumulator", np.full_like(param, initial_accumulator)) + g * g, dtype=param.dtype)
    s_sum, s = s, s / (state.get("step", 0) + 1)
    root = np.sqrt(s + epsilon) if epsilon_inside else np.sqrt(s) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "accumulator": s_sum}


# %% right: rmsprop_step
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% right: rmsprop_step
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    if np.shape(grad) != param.shape:
        raise ValueError("grad and param")
    g = np.asarray(grad).astype(np.float64)
    past = np.asarray(state.get("second_moment", 0.0), dtype=np.float64)
    mean = past + (1.0 - rho) * (g * g - past)
    step = float(learning_rate) * g / (np.sqrt(mean + epsilon * bool(epsilon_inside)) + epsilon * (not epsilon_inside))
    count = state.get("step", 0) + 1
    return np.array(param - step).astype(param.dtype), dict(step=count, second_moment=np.array(mean).astype(param.dtype))


# %% wrong: rmsprop_step
# idea: "rho weighs the new square"
# fits: "Past and present have changed places: rho is"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray((1 - rho) * state.get("second_moment", np.zeros_like(param)) + rho * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "adds up, as AdaGrad"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(state.get("second_moment", np.zeros_like(param)) + g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "bias corrected, as Adam"
# fits: "You correct the bias of the second moment"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    raw, v = v, v / (1 - rho ** (state.get("step", 0) + 1))
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": raw}


# %% wrong: rmsprop_step
# idea: "the average starts at the first square"
# fits: "The first average is the first square in"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", g**2) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "the new square has weight 1"
# fits: "The new square has lost its weight"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "averages the gradient, not its square"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * np.abs(g), dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "epsilon always inside"
# fits: "Your epsilon is always inside the root"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon)
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "epsilon always outside"
# fits: "Your epsilon is always outside the root"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "epsilon in both places"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) + (not epsilon_inside) * epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "no root"
# fits: "You divide by the average of squares itself"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = v + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "squares before the cast"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * np.asarray(grad) ** 2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "the old average is in the denominator"
# fits: "You divide by the average before the present"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    new_v, v = v, state.get("second_moment", np.zeros_like(param))
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": new_v}


# %% wrong: rmsprop_step
# idea: "the state's array is changed in place"
# fits: "You average inside the caller's own state"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = state.get("second_moment", np.zeros_like(param))
    v *= rho
    v += (1 - rho) * g**2
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "param is changed in place"
# fits: "Your code changes one of its arguments in place"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = param
    new -= np.asarray(learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "the second moment becomes float64"
# fits: "The numbers are right, but they are"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros(param.shape)) + (1 - rho) * g.astype(float) ** 2)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% wrong: rmsprop_step
# idea: "rho is always 0.9"
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    rho = 0.9
    g = as_param(grad, param)
    v = np.asarray(rho * state.get("second_moment", np.zeros_like(param)) + (1 - rho) * g**2, dtype=param.dtype)
    root = np.sqrt(v + epsilon) if epsilon_inside else np.sqrt(v) + epsilon
    new = np.asarray(param - learning_rate * g / root, dtype=param.dtype)
    return new, {"step": state.get("step", 0) + 1, "second_moment": v}


# %% right: adam_step
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% right: adam_step
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    if np.shape(grad) != param.shape:
        raise ValueError("grad and param")
    g = np.asarray(grad).astype(np.float64)
    t = 1 + (state["step"] if state else 0)
    m, v = (state[k].astype(np.float64) if state else np.zeros(param.shape) for k in ("first_moment", "second_moment"))
    m = m + (1 - beta_1) * (g - m)
    v = v + (1 - beta_2) * (g * g - v)
    small = epsilon if epsilon_corrected else epsilon / np.sqrt(1 - beta_2**t)
    new = param - float(learning_rate) * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + small)
    kind = param.dtype
    moments = {"first_moment": np.array(m).astype(kind), "second_moment": np.array(v).astype(kind)}
    return np.array(new).astype(kind), {"step": t} | moments


# %% wrong: adam_step
# idea: "no bias correction"
# fits: "You correct nothing: both averages are still pulled"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1.0, 1.0
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "only the first moment is corrected"
# fits: "The second moment is not corrected"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1.0
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "only the second moment is corrected"
# fits: "The first moment is not corrected"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1.0, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the correction counts one step too many"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1 ** (t + 1), 1 - beta_2 ** (t + 1)
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the corrected moments are kept"
# fits: "You keep the corrected moments"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": np.asarray(m / left_1, param.dtype), "second_moment": np.asarray(v / left_2, param.dtype)}


# %% wrong: adam_step
# idea: "epsilon after the correction in both cases"
# fits: "Your epsilon always comes after the correction"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if True:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "epsilon before the correction in both cases"
# fits: "Your epsilon always comes before the correction, also"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if False:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the two places of epsilon are swapped"
# fits: "Before and after the correction have changed places"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if not epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "epsilon under the root"
# fits: "Your epsilon sits under the root"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / np.sqrt(v / left_2 + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / np.sqrt(v + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "beta_1 and beta_2 are swapped"
# fits: "The two betas have changed places: beta_1 belongs"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    beta_1, beta_2 = beta_2, beta_1
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the second moment averages the square of the first"
# fits: "You square the first moment"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * m**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the gradient instead of its average goes up in the fraction"
# fits: "You move along the gradient"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * g / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) * g / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "no root over the correction of the rate"
# fits: "Under the root the correction has to be"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * left_2 / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "squares the gradient before the cast"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * np.asarray(grad) ** 2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "moments are changed in place"
# fits: "You average inside the caller's own state"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m, v = state.get("first_moment", np.zeros_like(param)), state.get("second_moment", np.zeros_like(param))
    m += (1 - beta_1) * (g - m)
    v += (1 - beta_2) * (g * g - v)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "the step in the state is not raised"
# fits: "Every whole number is one too"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t - 1, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "float64 moments"
# fits: "The numbers are right, but they are"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = as_param(grad, param), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=float)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=float)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: adam_step
# idea: "no check of the shape"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    g, zero = np.asarray(grad, dtype=param.dtype), np.zeros_like(param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", zero) + (1 - beta_1) * g, dtype=param.dtype)
    v = np.asarray(beta_2 * state.get("second_moment", zero) + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% right: adamw_step
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * param, dtype=param.dtype), state


# %% right: adamw_step
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    as_param(grad, param)
    shrunk = np.array((1 - float(learning_rate) * weight_decay) * param, dtype=param.dtype)
    return adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "the decay is not multiplied by the rate"
# fits: "The decay has to be multiplied by the"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    as_param(grad, param)
    shrunk = np.array((1 - weight_decay) * param, dtype=param.dtype)
    return adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "a penalty in the gradient"
# fits: "You add the decay to the gradient, as"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    grad = as_param(grad, param) + weight_decay * param
    return adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "shrinks the weights after Adam's step"
# fits: "You shrink where the step has led to"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new * (1 - learning_rate * weight_decay), dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "grows instead of shrinking"
# fits: "Your weights grow"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    as_param(grad, param)
    shrunk = np.array((1 + float(learning_rate) * weight_decay) * param, dtype=param.dtype)
    return adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "no decay at all"
# fits: "Nothing decays: that is Adam"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "half the decay, as from a penalty with a half"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay / 2 * param, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "decay by the sign, as L1"
# fits: "That is the slope of an absolute value"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * np.sign(param), dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "epsilon's place is not handed on"
# fits: "Where epsilon sits is the caller's choice, and"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon)
    return np.asarray(new - learning_rate * weight_decay * param, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "the betas are not handed on"
# fits: "You call Adam with its own defaults"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, epsilon=epsilon, epsilon_corrected=epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * param, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "epsilon is not handed on"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon_corrected=epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * param, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "param is shrunk in place"
# fits: "You shrink the caller's own parameters in place"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    as_param(grad, param)
    param *= 1 - param.dtype.type(learning_rate * weight_decay)
    return adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "float64 where the rate is one"
# fits: "The numbers are right, but they are"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * param), state


# %% wrong: adamw_step
# idea: "the decay is a constant, the weights do not count"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay, dtype=param.dtype), state


# %% wrong: adamw_step
# idea: "the strength is always the default"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    weight_decay = 0.004
    as_param(grad, param)
    shrunk = np.array((1 - float(learning_rate) * weight_decay) * param, dtype=param.dtype)
    return adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% wrong: adamw_step
# idea: "the decay fades with the bias correction of Adam"
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    new, state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return np.asarray(new - learning_rate * weight_decay * param / (1 - beta_1 ** state["step"]), dtype=param.dtype), state


# %% right: yogi_step
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% right: yogi_step
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = np.asarray(as_param(grad, param), dtype=float)
    square = np.square(g)
    v = np.asarray(state.get("second_moment", np.full(param.shape, initial_accumulator)), dtype=float)
    v = np.where(v < square, v + (1 - beta_2) * square, np.where(v > square, v - (1 - beta_2) * square, v))
    m = beta_1 * np.asarray(state.get("first_moment", 0.0), dtype=float) + (1 - beta_1) * g
    t = state.get("step", 0) + 1
    correction = np.sqrt(1 - beta_2**t)
    small = epsilon * correction if epsilon_corrected else epsilon
    new = param - float(learning_rate) / (1 - beta_1**t) * correction * m / (np.sqrt(v) + small)
    keep = {"first_moment": np.array(m).astype(param.dtype), "second_moment": np.array(v).astype(param.dtype)}
    return np.array(new).astype(param.dtype), {"step": t, **keep}


# %% wrong: yogi_step
# idea: "Adam's second moment"
# fits: "That is Adam's second moment"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(beta_2 * old + (1 - beta_2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "moves away from the square"
# fits: "Your second moment runs away from the square"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old + (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the move has no size, only a sign"
# fits: "Your steps have one fixed size"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2), dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "compares with the gradient, not its square"
# fits: "The second moment is compared with the gradient"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "where both are equal it moves up"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.where(old > g**2, 1, -1) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "where both are equal it moves down"
# fits: "Where the second moment equals the square already"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.where(old >= g**2, 1, -1) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the second moment starts at 0"
# fits: "Your second moment always starts at 0"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.zeros_like(param))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the first moment starts at the small number too"
# fits: "The first moment starts at 0"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.full_like(param, initial_accumulator)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the old second moment shrinks as in Adam before it moves"
# fits: "Your second moment also fades as Adam's does"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(beta_2 * old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "no bias correction"
# fits: "Neither moment is corrected"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1.0, 1.0
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "only the first moment is corrected"
# fits: "The correction of the second moment is missing"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1.0
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "one sign for the whole array"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(np.sum(old - g**2)) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the move is the distance, as in Adam"
# fits: "That is Adam's second moment"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * (old - g**2), dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "epsilon before the correction in both cases"
# fits: "Your epsilon always comes before the correction, also"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if False:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "epsilon after the correction in both cases"
# fits: "Your epsilon always comes after the correction"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if True:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the state's second moment is changed in place"
# fits: "You update the second moment inside the caller's"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = old
    v -= (1 - beta_2) * np.sign(old - g**2) * g**2
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "float64 comes back"
# fits: "The numbers are right, but they are"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=float), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "shapes may broadcast"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = np.asarray(grad, dtype=param.dtype)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - g**2) * g**2, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}


# %% wrong: yogi_step
# idea: "the gradient is squared in its own dtype"
# fits: "A gradient is squared as it comes"
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    g = as_param(grad, param)
    t = state.get("step", 0) + 1
    m = np.asarray(beta_1 * state.get("first_moment", np.zeros_like(param)) + (1 - beta_1) * g, dtype=param.dtype)
    square = np.asarray(grad) ** 2
    old = state.get("second_moment", np.full_like(param, initial_accumulator))
    v = np.asarray(old - (1 - beta_2) * np.sign(old - square) * square, dtype=param.dtype)
    left_1, left_2 = 1 - beta_1**t, 1 - beta_2**t
    if epsilon_corrected:
        change = learning_rate * (m / left_1) / (np.sqrt(v / left_2) + epsilon)
    else:
        change = learning_rate * np.sqrt(left_2) / left_1 * m / (np.sqrt(v) + epsilon)
    return np.asarray(param - change, dtype=param.dtype), {"step": t, "first_moment": m, "second_moment": v}
