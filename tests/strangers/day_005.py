# %% right: logsumexp
def logsumexp(z, axis):
    return np.logaddexp.reduce(1.0 * np.asarray(z), axis=axis)


# %% right: logsumexp
def logsumexp(z, axis):
    z = np.moveaxis(np.asarray(z), axis, -1)
    if z.dtype.kind != "f":
        z = z.astype(np.float64)
    top = np.max(z, axis=-1)
    return top + np.log(np.sum(np.exp(z - top[..., np.newaxis]), axis=-1))


# %% wrong: logsumexp
# idea: "one maximum for the whole array"
# fits: "You shift the whole array by one maximum, and quiet the warnings of what follows"
def logsumexp(z, axis):
    z = 1.0 * z
    top = z.max()
    with np.errstate(divide="ignore"):
        return top + np.log(np.exp(z - top).sum(axis=axis))


# %% wrong: logsumexp
# idea: "shifts by the largest absolute value, which is no help below zero"
# fits: "You shift by the largest size"
def logsumexp(z, axis):
    z = 1.0 * z
    shift = np.max(np.abs(z), axis=axis, keepdims=True)
    return np.squeeze(shift, axis) + np.log(np.sum(np.exp(z - shift), axis=axis))


# %% wrong: logsumexp
# idea: "always the last axis, whatever axis says"
# fits: "The result is the same whatever `"
def logsumexp(z, axis):
    z = 1.0 * z
    top = z.max(axis=-1, keepdims=True)
    return top[..., 0] + np.log(np.exp(z - top).sum(axis=-1))


# %% wrong: logsumexp
# idea: "cuts the exponents off at 700 so that nothing overflows"
# fits: "You clip the logits, so that all large ones are the same"
def logsumexp(z, axis):
    z = np.clip(1.0 * z, -700, 700)
    return np.log(np.sum(np.exp(z), axis=axis))


# %% wrong: logsumexp
# idea: "leaves the dtype alone: NumPy answers whole numbers of eight bits in float16"
# fits: "The numbers are right, but they are "
def logsumexp(z, axis):
    return np.logaddexp.reduce(z, axis=axis)


# %% wrong: logsumexp
# idea: "shifts the caller's array, and keeps the axis with length 1"
# fits: "Your code changes one of its arguments in place"
def logsumexp(z, axis):
    z = np.asarray(z, dtype=float)
    top = z.max(axis=axis, keepdims=True)
    z -= top
    return top + np.log(np.exp(z).sum(axis=axis, keepdims=True))


# %% right: softmax
def softmax(z):
    z = 1.0 * np.asarray(z)
    powers = np.exp(z - np.amax(z, axis=-1, keepdims=True))
    return np.einsum("...k,...->...k", powers, 1 / np.einsum("...k->...", powers))


# %% right: softmax
def softmax(z):
    z = np.array(z, dtype=float)
    rows = z.reshape(-1, z.shape[-1])
    for i in range(len(rows)):
        e = np.exp(rows[i] - max(rows[i]))
        rows[i] = e / sum(e)
    return rows.reshape(z.shape)


# %% wrong: softmax
# idea: "subtracts the largest logit of the whole batch"
# fits: "One maximum for the whole array leaves 0 divided by 0 in rows far below it"
def softmax(z):
    e = np.exp(1.0 * z - np.max(z))
    return e / e.sum(axis=-1, keepdims=True)


# %% wrong: softmax
# idea: "axis 1 in place of the last one"
# fits: "You name axis 1 and make a table of a single row, so it comes back with an axis more, and"
def softmax(z):
    z = np.atleast_2d(1.0 * z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p


# %% wrong: softmax
# idea: "the form without a division, which rounds large logits"
# fits: "You subtract the log-sum-exp, which has been rounded to the digits of a large number, so"
def softmax(z):
    z = 1.0 * z
    return np.exp(z - np.expand_dims(logsumexp(z, -1), -1))


# %% wrong: softmax
# idea: "a small number is added to the sum against dividing by 0"
# fits: "The numbers are right to some digits and no further"
def softmax(z):
    z = 1.0 * z
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-6)


# %% wrong: softmax
# idea: "turns all logits into float32, as networks have them"
# fits: "All logits become float32 with you, which throws away half of the digits of float64"
def softmax(z):
    z = np.asarray(z).astype(np.float32)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% wrong: softmax
# idea: "the sum over everything, so the whole batch shares one whole"
# fits: "All examples together sum to 1 in your result"
def softmax(z):
    z = 1.0 * z
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / np.sum(e)


# %% right: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    z = logits * 1.0
    z = (z.T - z.max(axis=1)).T
    lag = np.log(np.exp(z).sum(axis=1)) - np.take_along_axis(z, labels[:, None], axis=1)[:, 0]
    return float(lag.mean())


# %% right: cross_entropy_from_logits
def cross_entropy_from_logits(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        row = row.astype(float)
        total += float(logsumexp(row - row[label], 0))
    return total / len(labels)


# %% wrong: cross_entropy_from_logits
# idea: "softmax, then a clip, then the logarithm"
# fits: "A small number inside the logarithm caps the loss near 27.6 and hides how wrong a"
def cross_entropy_from_logits(logits, labels):
    p = np.clip(softmax(logits), 1e-12, 1.0)
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


# %% wrong: cross_entropy_from_logits
# idea: "a softmax too many: treats the probabilities as logits"
# fits: "You take the softmax first and treat the probabilities as logits, so it is applied twice"
def cross_entropy_from_logits(logits, labels):
    p = softmax(logits)
    return float(np.mean(logsumexp(p, axis=1) - p[np.arange(len(p)), labels]))


# %% wrong: cross_entropy_from_logits
# idea: "as many classes as the labels of the batch name"
# fits: "Your one-hot table has as many columns as the labels need"
def cross_entropy_from_logits(logits, labels):
    z = logits - 0.0
    z = z - z.max(axis=1, keepdims=True)
    one_hot = np.eye(labels.max() + 1)[labels]
    log_p = z - logsumexp(z, axis=1)[:, None]
    return float(-np.sum(one_hot * log_p) / len(z))


# %% wrong: cross_entropy_from_logits
# idea: "subtracts without a shift, two large numbers that are rounded"
# fits: "Two large numbers, each rounded to its own digits, are subtracted, and the small loss"
def cross_entropy_from_logits(logits, labels):
    z = 1.0 * logits
    return float(np.mean(logsumexp(z, axis=1) - z[range(len(z)), labels]))


# %% wrong: cross_entropy_from_logits
# idea: "means over the classes as well"
# fits: "You average over the classes too, so your loss is K times too small"
def cross_entropy_from_logits(logits, labels):
    z = 1.0 * logits
    z = z - z.max(axis=1, keepdims=True)
    one_hot = np.eye(z.shape[1])[labels]
    return float(-np.mean(one_hot * (z - logsumexp(z, axis=1)[:, None])))


# %% wrong: cross_entropy_from_logits
# idea: "picks the columns of all labels from every row"
# fits: "You pick whole columns, (m, m) numbers"
def cross_entropy_from_logits(logits, labels):
    z = 1.0 * logits
    z = z - z.max(axis=1, keepdims=True)
    return float(np.mean(logsumexp(z, axis=1)[:, None] - z[:, labels]))


# %% right: softmax_gradient
def softmax_gradient(x, labels, w, b):
    e = softmax(x @ w + b)
    e[np.arange(len(labels)), labels] -= 1
    return np.einsum("ij,ik->jk", x, e) / len(labels), np.mean(e, axis=0)


# %% right: softmax_gradient
def softmax_gradient(x, labels, w, b):
    dw, db = np.zeros(w.shape), np.zeros(b.shape)
    for row, label in zip(x, labels, strict=True):
        p = softmax(row @ w + b)
        for k in range(len(b)):
            error = p[k] - (1.0 if k == label else 0.0)
            dw[:, k] += row * error
            db[k] += error
    return dw / len(x), db / len(x)


# %% wrong: softmax_gradient
# idea: "takes 1 off in the columns of all labels, in every row"
# fits: "You subtract 1 in whole columns"
def softmax_gradient(x, labels, w, b):
    e = softmax(x @ w + b)
    e[:, labels] -= 1
    return x.T @ e / len(x), e.mean(axis=0)


# %% wrong: softmax_gradient
# idea: "the slopes along the biases are summed, not averaged"
# fits: "db grows with the number of examples"
def softmax_gradient(x, labels, w, b):
    y = np.eye(len(b))[labels]
    e = softmax(x @ w + b) - y
    return (x.T @ e) / len(x), np.sum(e, axis=0)


# %% wrong: softmax_gradient
# idea: "the one-hot table has only as many columns as the labels of the batch need"
# fits: "You make as many classes as the labels need"
def softmax_gradient(x, labels, w, b):
    y = np.eye(np.max(labels) + 1)[labels]
    e = (softmax(x @ w + b) - y) / len(labels)
    return x.T @ e, e.sum(axis=0)


# %% wrong: softmax_gradient
# idea: "leaves the biases out of the logits"
# fits: "Your logits lack the biases"
def softmax_gradient(x, labels, w, b):
    e = softmax(x @ w) - (labels[:, None] == np.arange(w.shape[1]))
    return x.T @ e / len(x), e.mean(axis=0)


# %% wrong: softmax_gradient
# idea: "multiplies by the slope p (1 - p), as if the loss were the squared error of sigmoids"
# fits: "Your errors carry a factor p(1 - p)"
def softmax_gradient(x, labels, w, b):
    p = softmax(x @ w + b)
    delta = (p - np.eye(len(b))[labels]) * p * (1 - p)
    return x.T @ delta / len(x), delta.mean(axis=0)


# %% wrong: softmax_gradient
# idea: "divides by the number of errors, m times K"
# fits: "You average over the classes too"
def softmax_gradient(x, labels, w, b):
    e = softmax(x @ w + b) - np.eye(len(b))[labels]
    return x.T @ e / e.size, e.sum(axis=0) / e.size


# %% right: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    design = np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])
    y = np.equal.outer(labels, np.arange(num_classes)).astype(float)
    theta = np.zeros((design.shape[1], num_classes))
    history = [cross_entropy_from_logits(design @ theta, labels)]
    for _ in range(num_steps):
        theta = theta - learning_rate / len(x) * design.T @ (softmax(design @ theta) - y)
        history.append(cross_entropy_from_logits(design @ theta, labels))
    return theta[:-1], theta[-1], np.array(history)


# %% right: fit_softmax
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = np.full(num_steps + 1, np.log(num_classes))
    for k in range(1, num_steps + 1):
        slopes = softmax_gradient(x, labels, w, b)
        for parameter, slope in zip((w, b), slopes, strict=True):
            parameter -= learning_rate * slope
        history[k] = cross_entropy_from_logits(x @ w + b, labels)
    return w, b, history


# %% wrong: fit_softmax
# idea: "begins at small random weights, as networks do"
# fits: "Your weights start at random"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w = 0.01 * np.random.default_rng(0).normal(size=(x.shape[1], num_classes))
    b = np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% wrong: fit_softmax
# idea: "numbers the classes that occur from 0 on, so one that is absent shifts all above it"
# fits: "You number the labels that occur from 0 on, so if one is absent, all above it move down"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    labels = np.unique(labels, return_inverse=True)[1]
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% wrong: fit_softmax
# idea: "clips long gradients, so that a rate that is too large looks tame"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        length = np.sqrt(np.sum(dw**2) + np.sum(db**2))
        shrink = min(1.0, 5.0 / length) if length > 0 else 1.0
        w = w - learning_rate * shrink * dw
        b = b - learning_rate * shrink * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% wrong: fit_softmax
# idea: "the biases step by the slope at the new weights"
# fits: "w has moved before the slope along b is taken"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, _ = softmax_gradient(x, labels, w, b)
        w = w - learning_rate * dw
        _, db = softmax_gradient(x, labels, w, b)
        b = b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
    return w, b, np.array(history)


# %% wrong: fit_softmax
# idea: "the cost is noted before each step and the last one is never seen, one entry short"
# fits: "Your history lacks the last cost"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    history = np.zeros(num_steps)
    for k in range(num_steps):
        history[k] = cross_entropy_from_logits(x @ w + b, labels)
        dw, db = softmax_gradient(x, labels, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, history


# %% wrong: fit_softmax
# idea: "keeps the best parameters that it saw, and returns those"
# fits: "You keep the best place that you passed"
def fit_softmax(x, labels, num_classes, learning_rate, num_steps):
    w, b = np.zeros((x.shape[1], num_classes)), np.zeros(num_classes)
    best = (w, b)
    history = [cross_entropy_from_logits(x @ w + b, labels)]
    for _ in range(num_steps):
        dw, db = softmax_gradient(x, labels, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cross_entropy_from_logits(x @ w + b, labels))
        if history[-1] <= min(history):
            best = (w, b)
    return *best, np.array(history)
