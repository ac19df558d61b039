# %% right: numerical_gradient
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad


# %% right: numerical_gradient
def numerical_gradient(f, x, eps=1e-5):
    def moved(i, amount):
        y = np.array(x, dtype=x.dtype, order="C")
        flat = y.reshape(-1)
        flat[i] = flat[i] + amount
        return f(y)

    slopes = [(moved(i, eps) - moved(i, -eps)) / (2.0 * eps) for i in range(x.size)]
    return np.array(slopes, dtype="float64").reshape(x.shape)


# %% wrong: numerical_gradient
# idea: "a one-sided difference"
# fits: "That is the one-sided difference"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        up = x.copy()
        up[index] += eps
        grad[index] = (f(up) - f(x.copy())) / eps
    return grad


# %% wrong: numerical_gradient
# idea: "divides by one step, not two"
# fits: "Your slopes are twice as steep as they"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / eps
    return grad


# %% wrong: numerical_gradient
# idea: "the lowered minus the raised value"
# fits: "The numbers that are wrong have the opposite"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(down)) - float(f(up))) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "moves the caller's array and puts it back"
# fits: "You put entries back by adding and taking"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += eps
        high = f(x)
        x[index] -= 2 * eps
        low = f(x)
        x[index] += eps
        grad[index] = (high - low) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "one working copy for all calls, entries put back, so f may spoil it"
# fits: "One array serves all calls"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    y = x.copy()
    for index in np.ndindex(y.shape):
        old = y[index]
        y[index] = old + eps
        high = f(y)
        y[index] = old - eps
        low = f(y)
        y[index] = old
        grad[index] = (high - low) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "does not put the entries of its copy back"
# fits: "You forget to put an entry back before"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    up, down = x.copy(), x.copy()
    for index in np.ndindex(x.shape):
        up[index] += eps
        down[index] -= eps
        grad[index] = (f(up.copy()) - f(down.copy())) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "the result has the dtype of x"
# fits: "The numbers are right but for their rounding"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "turns x into float64 before f sees it"
def numerical_gradient(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "walks along the first axis only"
# fits: "You loop over the first axis only, and"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "a fixed step, eps is ignored"
# fits: "You use a step of your own"
def numerical_gradient(f, x, eps=1e-5):
    eps = 1e-5
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad


# %% wrong: numerical_gradient
# idea: "a step in proportion to the entry"
# fits: "Your step grows with the entry"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        step = eps * max(1.0, abs(float(x[index])))
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        grad[index] = (float(f(up)) - float(f(down))) / (2 * step)
    return grad


# %% wrong: numerical_gradient
# idea: "comes back as one row"
# fits: "The numbers are right and in order, but"
def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad.ravel()


# %% wrong: numerical_gradient
# idea: "an extra call of f at the point itself"
def numerical_gradient(f, x, eps=1e-5):
    f(x.copy())
    grad = np.empty(x.shape, dtype=np.float64)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (float(f(up)) - float(f(down))) / (2 * eps)
    return grad


# %% right: relative_error
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% right: relative_error
def relative_error(a, b, floor=1e-6):
    if np.shape(a) != np.shape(b):
        raise ValueError("one shape, please")
    a, b = np.array(a, "float64"), np.array(b, "float64")
    out = np.full(a.shape, np.inf)
    ok = np.isfinite(a) & np.isfinite(b)
    p, q = a[ok], b[ok]
    scale = np.max([np.abs(p), np.abs(q), np.full(p.shape, floor)], axis=0)
    out[ok] = np.abs(p - q) / scale
    return out


# %% wrong: relative_error
# idea: "divides by the sum of both sizes"
# fits: "You divide by the sum of the two"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.abs(a) + np.abs(b), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "adds the floor"
# fits: "You add the floor to every size"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.abs(a), np.abs(b)) + floor
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "divides by the numerical gradient only"
# fits: "You divide by the second gradient"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.abs(b), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "divides by the smaller of the two"
# fits: "You divide by the smaller of the two"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.minimum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "no floor, 0 where both are 0"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.abs(a), np.abs(b))
    largest[largest == 0] = 1.0
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "NaN stays NaN"
# fits: "NaN stays NaN with you, and no comparison"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes")
    with np.errstate(all="ignore"):
        return np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)


# %% wrong: relative_error
# idea: "two infinities of one sign agree"
# fits: "Two infinities of one sign agree with you"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    same = a == b
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite | same, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "NaN counts as right"
# fits: "Where there is no finite number you report"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, np.abs(a - b) / largest, 0.0)


# %% wrong: relative_error
# idea: "shapes that broadcast are taken"
# fits: "Two shapes are broadcast against each other, and"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "computes in the dtype that came"
# fits: "Whole numbers wrap around when they are subtracted"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, a.dtype.type(0)), np.where(finite, b, b.dtype.type(0))
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "one number for the whole array, by norms"
# fits: "You return one number for the whole gradient"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes")
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b), floor)


# %% wrong: relative_error
# idea: "infinities are picked out after the division, which warns"
# fits: "The values are right, but infinity minus infinity"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError("shapes")
    error = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(np.isfinite(a) & np.isfinite(b), error, np.inf)


# %% wrong: relative_error
# idea: "the floor is always a millionth"
# fits: "You use a floor of your own"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-6)
    return np.where(finite, np.abs(a - b) / largest, np.inf)


# %% wrong: relative_error
# idea: "the sign of the difference stays"
# fits: "Some of your errors are negative"
def relative_error(a, b, floor=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} and {b.shape} differ")
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, 0.0), np.where(finite, b, 0.0)
    largest = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return np.where(finite, (a - b) / largest, np.inf)


# %% right: check_gradients
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% right: check_gradients
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    first, second = (float(f({n: p.copy() for n, p in params.items()})) for _ in range(2))
    if not first == second:
        raise ValueError("two values")
    analytic = grad({n: p.copy() for n, p in params.items()})
    if sorted(analytic) != sorted(params) or any(np.shape(analytic[n]) != params[n].shape for n in params):
        raise ValueError("not the gradients of these parameters")

    def slopes(name):
        def with_array(array):
            moved = dict(params)
            moved[name] = array
            return f(moved)

        return numerical_gradient(with_array, params[name], eps)

    errors = {name: relative_error(analytic[name], slopes(name), floor) for name in params}
    name = max(errors, key=lambda n: errors[n].max(initial=-1.0))
    place = np.unravel_index(int(errors[name].argmax()), errors[name].shape)
    return name, tuple(int(i) for i in place), float(errors[name][place])


# %% wrong: check_gradients
# idea: "the largest difference, not the largest relative error"
# fits: "That is the absolute error, in which small"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = np.abs(given - measured)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "looks for the largest difference and reports its relative error"
# fits: "You look for the largest difference and name"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            off = abs(given[index] - measured[index])
            if best is None or off > worst:
                worst, best = off, (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "the last of equal entries"
# fits: "Of several entries with the same error you"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] >= best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "never asks whether the loss is random"
# fits: "A loss that changes from call to call"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "small differences between two calls are let pass"
# fits: "Small differences between two calls pass with you"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if abs(f(params) - f(params)) > 1e-6:
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "a NaN gradient loses every comparison"
# fits: "NaN never wins a comparison with max"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = (next(iter(params)), (0,) * next(iter(params.values())).ndim, 0.0)
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = np.abs(given - measured) / np.maximum(np.maximum(abs(given), abs(measured)), floor)
        for index in np.ndindex(value.shape):
            if errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "gradients of unknown names are overlooked"
# fits: "A gradient for a name that params does"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if not set(params) <= set(gradients):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "a gradient that is too small is broadcast"
# fits: "A gradient that is too small is broadcast"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.broadcast_to(gradients[name], value.shape)
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "the index counts along the flat array"
# fits: "Your index counts through the flat array"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    first, second = (float(f({n: p.copy() for n, p in params.items()})) for _ in range(2))
    if not first == second:
        raise ValueError("two values")
    analytic = grad({n: p.copy() for n, p in params.items()})
    if sorted(analytic) != sorted(params) or any(np.shape(analytic[n]) != params[n].shape for n in params):
        raise ValueError("not the gradients of these parameters")

    def slopes(name):
        def with_array(array):
            moved = dict(params)
            moved[name] = array
            return f(moved)

        return numerical_gradient(with_array, params[name], eps)

    errors = {name: relative_error(analytic[name], slopes(name), floor) for name in params}
    name = max(errors, key=lambda n: errors[n].max(initial=-1.0))
    place = np.unravel_index(int(errors[name].argmax()), errors[name].shape)
    return name, int(errors[name].argmax()), float(errors[name][place])


# %% wrong: check_gradients
# idea: "the order of grad's dict decides between equals"
# fits: "You go through the gradient's arrays in the"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name in gradients:
        value = params[name]
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "eps and floor are not handed on"
# fits: "You ignore the step of the caller"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value)
        errors = relative_error(given, measured)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "the first entry above a threshold comes back"
# fits: "You stop at the first error above a"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**params, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
            if errors[index] > 1e-4:
                return best
    return best


# %% wrong: check_gradients
# idea: "the parameters are moved in place and put back with rounding"
# fits: "Your code changes one of its arguments in"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        if np.shape(gradients[name]) != value.shape:
            raise ValueError("shape")
        measured = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            value[index] += eps
            high = f(params)
            value[index] -= 2 * eps
            low = f(params)
            value[index] += eps
            measured[index] = (high - low) / (2 * eps)
        errors = relative_error(np.asarray(gradients[name]), measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% wrong: check_gradients
# idea: "measures each array with the others at zero"
# fits: "While one array is measured the others are"
def check_gradients(f, grad, params, eps=1e-5, floor=1e-6):
    if f(params) != f(params):
        raise ValueError("the loss is random")
    gradients = grad(params)
    if set(gradients) != set(params):
        raise ValueError("names")
    best = None
    for name, value in params.items():
        given = np.asarray(gradients[name])
        if given.shape != value.shape:
            raise ValueError("shape of " + name)
        measured = numerical_gradient(lambda v: f({**{n: np.zeros_like(p) for n, p in params.items()}, name: v}), value, eps)
        errors = relative_error(given, measured, floor)
        for index in np.ndindex(value.shape):
            if best is None or errors[index] > best[2]:
                best = (name, index, float(errors[index]))
    return best


# %% right: find_the_bug
def find_the_bug(cases, rng):
    best = (-1, None)
    for which, (f, grad, params) in enumerate(cases):
        counts = {name: np.zeros(np.shape(value), dtype=int) for name, value in params.items()}
        for _ in range(20):
            point = {
                name: np.asarray(value + rng.uniform(-0.5, 0.5, np.shape(value))) for name, value in params.items()
            }
            given = grad(point)
            for name, value in point.items():
                measured = numerical_gradient(lambda v: f({**point, name: v}), value)
                counts[name] += ~(np.abs(np.asarray(given[name]) - measured) < 0.004)
        for name, table in counts.items():
            for index in np.ndindex(table.shape):
                if table[index] > best[0]:
                    best = (table[index], (which, name, index))
    return best[1]


# %% right: find_the_bug
def find_the_bug(cases, rng):
    def away(params):
        return {n: np.array(p + rng.uniform(-0.4, 0.4, size=p.shape)) for n, p in params.items()}

    votes = []
    for f, grad, params in cases:
        found = [check_gradients(f, grad, away(params)) for _ in range(21)]
        votes.append([(name, index) for name, index, error in found if error > 1e-5])
    which = max(range(len(cases)), key=lambda k: len(votes[k]))
    name, index = max(votes[which], key=votes[which].count)
    return which, name, index


# %% wrong: find_the_bug
# idea: "the worst entry at the given parameters"
# fits: "You check at the given parameters only"
def find_the_bug(cases, rng):
    found = [check_gradients(*case) for case in cases]
    which = int(np.argmax([error for _, _, error in found]))
    return which, found[which][0], found[which][1]


# %% wrong: find_the_bug
# idea: "a single other point"
def find_the_bug(cases, rng):
    found = []
    for f, grad, params in cases:
        point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
        found.append(check_gradients(f, grad, point))
    which = int(np.argmax([error for _, _, error in found]))
    return which, found[which][0], found[which][1]


# %% wrong: find_the_bug
# idea: "the largest error of many points: kinks win"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.max(errors))
        places.append(found[int(np.argmax(errors))][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% right: find_the_bug
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.min(errors))
        places.append(found[int(np.argmin(errors))][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "the mean error of many points"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.mean(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "far away, where nothing is promised"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.normal(0, 5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "the place comes from the given parameters"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(check_gradients(f, grad, params)[:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "the parameters of the cases are moved"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            for p in params.values():
                p += rng.uniform(-0.03, 0.03, p.shape)
            found.append(check_gradients(f, grad, params))
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "NaN gradients are left out of the count"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
            if np.isinf(found[-1][2]):
                found[-1] = (*found[-1][:2], 0.0)
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "numbers from NumPy's global generator"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + np.random.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which, *places[which]


# %% wrong: find_the_bug
# idea: "counts the position from 1"
def find_the_bug(cases, rng):
    scores, places = [], []
    for f, grad, params in cases:
        found = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            found.append(check_gradients(f, grad, point))
        errors = [error for _, _, error in found]
        scores.append(np.median(errors))
        places.append(found[int(np.argsort(errors)[7])][:2])
    which = int(np.argmax(scores))
    return which + 1, *places[which]


# %% wrong: find_the_bug
# idea: "only the first array of each model is looked at"
def find_the_bug(cases, rng):
    scores = []
    for f, grad, params in cases:
        name = next(iter(params))
        errors = []
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            measured = numerical_gradient(lambda v: f({**point, name: v}), point[name])
            errors.append(relative_error(grad(point)[name], measured))
        typical = np.median(errors, axis=0)
        index = np.unravel_index(np.argmax(typical), typical.shape)
        scores.append((float(typical[index]), name, tuple(int(i) for i in index)))
    which = int(np.argmax([score[0] for score in scores]))
    return which, scores[which][1], scores[which][2]


# %% wrong: find_the_bug
# idea: "the largest difference between gradients, not relative, at many points"
def find_the_bug(cases, rng):
    best = (-1.0,)
    for which, (f, grad, params) in enumerate(cases):
        for _ in range(15):
            point = {n: np.array(p + rng.uniform(-0.5, 0.5, p.shape)) for n, p in params.items()}
            given = grad(point)
            for name in point:
                off = np.abs(given[name] - numerical_gradient(lambda v: f({**point, name: v}), point[name]))
                index = np.unravel_index(np.argmax(off), off.shape)
                if off[index] > best[0]:
                    best = (off[index], which, name, tuple(int(i) for i in index))
    return best[1:]


# %% right: hill_climb
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% right: hill_climb
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    moves = step_size * rng.standard_normal((num_steps, *params.shape))
    history = np.empty(num_steps + 1)
    best = params.copy()
    history[0] = loss(params.copy())
    for t, move in enumerate(moves):
        history[t + 1] = loss(best + move if params.ndim else np.array(best + move))
        if history[t + 1] < history[t]:
            best = np.array(best + move)
        else:
            history[t + 1] = history[t]
    return best, history


# %% wrong: hill_climb
# idea: "takes moves that leave the loss as it is"
# fits: "You move on where the loss is equal"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value <= lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "goes on from the last trial, good or bad"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history, place = [lowest], best
    for _ in range(num_steps):
        trial = place = np.array(place + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the history has the losses that were tried"
# fits: "Your history has the loss of every trial"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(value)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the start is missing from the history"
# fits: "The loss of the start is missing in"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = []
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the loss gets the array that is kept"
# fits: "The loss may change the array that it"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "one random number moves all entries"
# fits: "All entries get the same move"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "uniform moves"
# fits: "Your moves are uniform, so none is longer"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.uniform(-step_size, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the loss of the best is computed anew in every step"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < loss(best.copy()):
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "NaN is taken for better"
# fits: "NaN is not at least as high as"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if not value >= lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "step_size is taken for the variance"
# fits: "You take step_size for the variance of a"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, np.sqrt(step_size), best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "NumPy's global generator"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + np.random.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the last trial comes back"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return trial if num_steps else best, np.array(history)


# %% wrong: hill_climb
# idea: "one entry moves in each step"
# fits: "You move one entry in each step"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = best.copy()
        trial.flat[rng.integers(trial.size)] += rng.normal(0.0, step_size)
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "the caller's parameters are moved"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = params
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best[...] = trial
            lowest = value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "step_size is ignored"
# fits: "Your moves have a size of your own"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, 0.1, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "moves start over from params each time"
# fits: "Every move starts at the start"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(params + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value < lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)


# %% wrong: hill_climb
# idea: "climbs: keeps what raises the loss"
# fits: "You keep what makes the loss higher"
def hill_climb(loss, params, num_steps, rng, step_size=0.1):
    best = np.array(params, dtype=float)
    lowest = float(loss(best.copy()))
    history = [lowest]
    for _ in range(num_steps):
        trial = np.array(best + rng.normal(0.0, step_size, best.shape))
        value = float(loss(trial.copy()))
        if value > lowest:
            best, lowest = trial, value
        history.append(lowest)
    return best, np.array(history)
