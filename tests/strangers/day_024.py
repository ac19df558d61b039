# %% right: reduce_loss
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "none":
        return losses.copy(), slopes.copy()
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    count = losses.size if reduction == "mean" else 1
    return float(losses.sum() / count), slopes / count


# %% right: reduce_loss
def reduce_loss(losses, slopes, reduction="mean"):
    match reduction:
        case "mean":
            return float(np.mean(losses)), slopes * (1 / np.prod(losses.shape))
        case "sum":
            return float(np.sum(losses)), np.array(slopes)
        case "none":
            return losses, slopes
        case _:
            raise ValueError(f"no reduction {reduction}")


# %% wrong: reduce_loss
# idea: "divides by the number of slopes, K times too many with a class axis"
# fits: "You divide by the number of slopes"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return float(np.mean(losses)), slopes / slopes.size
    if reduction == "sum":
        return float(np.sum(losses)), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError


# %% wrong: reduce_loss
# idea: "divides by the number of examples, also with M losses of each"
# fits: "You divide by the number of examples"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return float(np.mean(losses)), slopes / len(losses)
    if reduction == "sum":
        return float(np.sum(losses)), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError


# %% wrong: reduce_loss
# idea: "the loss is averaged, the slopes stay as they are"
# fits: "Your loss is a mean and your gradient that of a sum"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "none":
        return losses, slopes
    if reduction == "mean":
        return float(losses.mean()), slopes
    if reduction == "sum":
        return float(losses.sum()), slopes
    raise ValueError


# %% wrong: reduce_loss
# idea: "the caller's slopes are divided in place"
# fits: "The result is right"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        slopes /= losses.size
        return float(np.mean(losses)), slopes
    if reduction == "sum":
        return float(np.sum(losses)), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError


# %% wrong: reduce_loss
# idea: "any other word means none"
# fits: "Whatever is not mean or sum counts as none with you"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return float(np.mean(losses)), slopes / losses.size
    elif reduction == "sum":
        return float(np.sum(losses)), slopes
    else:
        return losses, slopes


# %% wrong: reduce_loss
# idea: "reduces over the examples only, which leaves one loss an output"
# fits: "You reduce over the examples only"
def reduce_loss(losses, slopes, reduction="mean"):
    if reduction == "mean":
        return losses.mean(axis=0), slopes / losses.size
    if reduction == "sum":
        return losses.sum(axis=0), slopes
    if reduction == "none":
        return losses, slopes
    raise ValueError


# %% right: mse
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.square(e), e + e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    slopes = (e > 0).astype(float) - (e < 0)
    return reduce_loss(e * slopes, slopes, reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    inside = np.clip(e, -delta, delta)
    return reduce_loss(inside * (e - inside / 2), inside, reduction)


# %% right: mse
def mse(y, predictions, reduction="mean"):
    if y.shape != predictions.shape:
        raise ValueError("shapes differ")
    e = predictions.astype(float) - y.astype(float)
    return reduce_loss(e**2, 2 * e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.abs(e), np.sign(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    far = np.abs(e) > delta
    losses = 0.5 * e**2
    losses[far] = delta * (np.abs(e[far]) - 0.5 * delta)
    slopes = e.copy()
    slopes[far] = delta * np.sign(e[far])
    return reduce_loss(losses, slopes, reduction)


# %% wrong: mse
# idea: "huber's slope beyond delta is 1, right only for delta = 1"
# fits: "Outside"
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(e**2, 2 * e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.abs(e), np.sign(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    near = np.abs(e) <= delta
    losses = np.where(near, e**2 / 2, delta * (np.abs(e) - delta / 2))
    return reduce_loss(losses, np.where(near, e, np.sign(e)), reduction)


# %% wrong: mse
# idea: "the gradient of MSE without its 2"
# fits: "The gradient of the squared error is half of what is due"
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(e**2, e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.abs(e), np.sign(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    near = np.abs(e) <= delta
    losses = np.where(near, e**2 / 2, delta * (np.abs(e) - delta / 2))
    return reduce_loss(losses, np.clip(e, -delta, delta), reduction)


# %% wrong: mse
# idea: "the sign as e over abs(e), which is 0 over 0 on a hit"
# fits: "At an error of 0 you divide 0 by 0. Which slope did we declare there?"
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(e**2, 2 * e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.abs(e), e / np.abs(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    near = np.abs(e) <= delta
    losses = np.where(near, e**2 / 2, delta * (np.abs(e) - delta / 2))
    return reduce_loss(losses, np.clip(e, -delta, delta), reduction)


# %% wrong: mse
# idea: "targets minus predictions, so all gradients point the other way"
# fits: "Your errors are target minus prediction"
def mse(y, predictions, reduction="mean"):
    e = -prediction_error(y, predictions)
    return reduce_loss(e**2, 2 * e, reduction)


def mae(y, predictions, reduction="mean"):
    e = -prediction_error(y, predictions)
    return reduce_loss(np.abs(e), np.sign(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = -prediction_error(y, predictions)
    near = np.abs(e) <= delta
    losses = np.where(near, e**2 / 2, delta * (np.abs(e) - delta / 2))
    return reduce_loss(losses, np.clip(e, -delta, delta), reduction)


# %% wrong: mse
# idea: "subtracts as the arrays come, so unsigned bytes wrap round"
def mse(y, predictions, reduction="mean"):
    if y.shape != predictions.shape:
        raise ValueError
    e = predictions - y
    return reduce_loss(e**2.0, 2.0 * e, reduction)


def mae(y, predictions, reduction="mean"):
    if y.shape != predictions.shape:
        raise ValueError
    e = predictions - y
    return reduce_loss(np.abs(e), np.sign(e) * 1.0, reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    if y.shape != predictions.shape:
        raise ValueError
    e = predictions - y
    near = np.abs(e) <= delta
    losses = np.where(near, e**2.0 / 2, delta * (np.abs(e) - delta / 2))
    return reduce_loss(losses, np.clip(e * 1.0, -delta, delta), reduction)


# %% wrong: mse
# idea: "huber's straight line is delta * abs(e), and does not join the square"
# fits: "Huber's two halves do not meet where the square ends"
def mse(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(e**2, 2 * e, reduction)


def mae(y, predictions, reduction="mean"):
    e = prediction_error(y, predictions)
    return reduce_loss(np.abs(e), np.sign(e), reduction)


def huber(y, predictions, delta=1.0, reduction="mean"):
    e = prediction_error(y, predictions)
    near = np.abs(e) <= delta
    losses = np.where(near, e**2 / 2, delta * np.abs(e))
    return reduce_loss(losses, np.clip(e, -delta, delta), reduction)


# %% right: binary_cross_entropy
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    z = np.asarray(logits, dtype=float)
    if np.shape(y) != z.shape:
        raise ValueError("shapes differ")
    t = (1 - label_smoothing) * np.asarray(y, dtype=float) + label_smoothing / 2
    losses = t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z)
    return reduce_loss(losses, np.exp(-np.logaddexp(0, -z)) - t, reduction)


# %% right: binary_cross_entropy
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if y.shape != logits.shape:
        raise ValueError("shapes differ")
    z = logits.astype(float)
    t = y * (1 - label_smoothing) + 0.5 * label_smoothing
    losses = np.where(z >= 0, (1 - t) * z, -t * z) + np.log1p(np.exp(-np.abs(z)))
    return reduce_loss(losses, (1 + np.tanh(z / 2)) / 2 - t, reduction)


# %% wrong: binary_cross_entropy
# idea: "the logarithm of a clipped probability"
# fits: "A clip at 1e-7 caps the loss of a confident mistake near 16. From the logit nothing need b"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    t = (1 - label_smoothing) * y + label_smoothing / 2
    p = 0.5 + 0.5 * np.tanh(logits / 2)
    clipped = np.clip(p, 1e-7, 1 - 1e-7)
    losses = -(t * np.log(clipped) + (1 - t) * np.log(1 - clipped))
    return reduce_loss(losses, p - t, reduction)


# %% wrong: binary_cross_entropy
# idea: "smooths the targets of the loss but not those of the gradient"
# fits: "Your gradient is that of the targets before smoothing"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    z = np.asarray(logits, dtype=float)
    t = (1 - label_smoothing) * y + label_smoothing / 2
    losses = np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))
    return reduce_loss(losses, 0.5 + 0.5 * np.tanh(z / 2) - y, reduction)


# %% wrong: binary_cross_entropy
# idea: "a yes becomes 1 - s/2 and all else s/2, which forgets soft targets"
# fits: "Whatever is no 1 counts as a no"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    z = np.asarray(logits, dtype=float)
    t = np.where(np.asarray(y) == 1, 1 - label_smoothing / 2, label_smoothing / 2)
    losses = np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))
    return reduce_loss(losses, 0.5 + 0.5 * np.tanh(z / 2) - t, reduction)


# %% wrong: binary_cross_entropy
# idea: "log(1 + e^z) minus y z, two large numbers whose small difference is lost"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    z = np.asarray(logits, dtype=float)
    t = (1 - label_smoothing) * y + label_smoothing / 2
    losses = np.logaddexp(0, z) - t * z
    return reduce_loss(losses, 0.5 + 0.5 * np.tanh(z / 2) - t, reduction)


# %% wrong: binary_cross_entropy
# idea: "the sigmoid as printed overflows, though the loss is safe"
# fits: "Your loss is safe"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    z = np.asarray(logits, dtype=float)
    t = (1 - label_smoothing) * y + label_smoothing / 2
    losses = np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))
    return reduce_loss(losses, 1 / (1 + np.exp(-z)) - t, reduction)


# %% wrong: binary_cross_entropy
# idea: "smoothing with s for a no and 1 - s for a yes, twice as strong as said"
# fits: "Your targets move by the whole smoothing instead of half of it"
def binary_cross_entropy(y, logits, label_smoothing=0.0, reduction="mean"):
    if np.shape(y) != np.shape(logits):
        raise ValueError
    z = np.asarray(logits, dtype=float)
    t = (1 - 2 * label_smoothing) * y + label_smoothing
    losses = np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))
    return reduce_loss(losses, 0.5 + 0.5 * np.tanh(z / 2) - t, reduction)


# %% right: categorical_cross_entropy
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    live = (probs >= eps).astype(float)
    safe = probs * live + eps * (1 - live)
    return reduce_loss(-(y * np.log(safe)).sum(axis=1), -1.0 * (y * live / safe), reduction)


# %% right: categorical_cross_entropy
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    prediction_error(y, probs)  # for its check of shapes
    safe = np.where(probs < eps, eps, probs)
    targets = np.array(y, dtype=float)
    return reduce_loss(np.sum(targets * -np.log(safe), axis=1), -targets * (probs >= eps) / safe, reduction)


# %% wrong: categorical_cross_entropy
# idea: "minus targets in unsigned bytes (first meant as right)"
# fits: "Minus a one in unsigned bytes is 255"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError("shapes differ")
    low = probs < eps
    safe = np.where(low, eps, probs)
    return reduce_loss(-np.sum(y * np.log(safe), axis=1), np.where(low, 0.0, -y / safe), reduction)


# %% wrong: categorical_cross_entropy
# idea: "minus targets in unsigned bytes, at the places that count (first meant as right)"
# fits: "Minus a one in unsigned bytes is 255"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if y.shape != probs.shape:
        raise ValueError("shapes differ")
    safe = np.maximum(probs, eps)
    losses = -np.einsum("nk,nk->n", y.astype(float), np.log(safe))
    slopes = np.zeros(probs.shape)
    n, k = np.nonzero((probs >= eps) & (y != 0))
    slopes[n, k] = -y[n, k] / probs[n, k]
    return reduce_loss(losses, slopes, reduction)


# %% wrong: categorical_cross_entropy
# idea: "the gradient goes on through the clip: -y / eps"
# fits: "Where the clip acts the loss does not change with the probability"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    safe = np.maximum(probs, eps)
    return reduce_loss(-np.sum(y * np.log(safe), axis=1), -y / safe, reduction)


# %% wrong: categorical_cross_entropy
# idea: "clips from above as well, so a sure hit still costs something"
# fits: "You clip from both ends"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    safe = np.clip(probs, eps, 1 - eps)
    return reduce_loss(-np.sum(y * np.log(safe), axis=1), -y / safe * (probs >= eps), reduction)


# %% wrong: categorical_cross_entropy
# idea: "adds eps to every probability in place of a clip"
# fits: "Adding eps moves every probability a little"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    safe = probs + eps
    return reduce_loss(-np.sum(y * np.log(safe), axis=1), -y / safe * (probs >= eps), reduction)


# %% wrong: categorical_cross_entropy
# idea: "clips the caller's probabilities in place"
# fits: "The loss is clipped"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    low = probs < eps
    probs[low] = eps
    return reduce_loss(-np.sum(y * np.log(probs), axis=1), np.where(low, 0.0, -y / probs), reduction)


# %% wrong: categorical_cross_entropy
# idea: "looks up the class with the largest target, so soft targets are lost"
# fits: "You look at the largest target of a row alone"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    n, c = np.arange(len(y)), np.argmax(y, axis=1)
    p = probs[n, c]
    safe = np.maximum(p, eps)
    slopes = np.zeros(probs.shape)
    slopes[n, c] = np.where(p < eps, 0.0, -1 / safe)
    return reduce_loss(-np.log(safe), slopes, reduction)


# %% wrong: categorical_cross_entropy
# idea: "the short cut p - y, which is the gradient for the logits"
# fits: "That is the gradient for the logits"
def categorical_cross_entropy(y, probs, eps=1e-7, reduction="mean"):
    if np.shape(y) != np.shape(probs):
        raise ValueError
    safe = np.maximum(probs, eps)
    return reduce_loss(-np.sum(y * np.log(safe), axis=1), probs - y, reduction)


# %% right: softmax_cross_entropy_backward
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    n, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True) - label_smoothing / k
    d[np.arange(n), labels] -= 1 - label_smoothing
    return d / n


# %% right: softmax_cross_entropy_backward
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    k = logits.shape[1]
    rows = []
    for row, c in zip(logits.astype(float), labels, strict=True):
        shifted = row - np.max(row)
        p = np.exp(shifted - np.log(np.sum(np.exp(shifted))))
        target = np.full(k, label_smoothing / k)
        target[c] += 1.0 - label_smoothing
        rows.append((p - target) / len(labels))
    return np.stack(rows)


# %% wrong: softmax_cross_entropy_backward
# idea: "not divided by the number of examples"
# fits: "Your gradient is that of the sum"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    n, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True) - label_smoothing / k
    d[np.arange(n), labels] -= 1 - label_smoothing
    return d


# %% wrong: softmax_cross_entropy_backward
# idea: "what is taken from the right class is shared among the others only"
# fits: "You share the smoothing among the wrong classes only"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    n, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    targets = np.full((n, k), label_smoothing / max(k - 1, 1))
    targets[np.arange(n), labels] = 1 - label_smoothing
    return (e / e.sum(axis=1, keepdims=True) - targets) / n


# %% wrong: softmax_cross_entropy_backward
# idea: "one largest logit for the whole batch: a row far below becomes 0 over 0"
# fits: "One maximum for all rows leaves 0 divided by 0 in rows far below it"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    n, k = z.shape
    e = np.exp(z - z.max())
    d = e / e.sum(axis=1, keepdims=True) - label_smoothing / k
    d[np.arange(n), labels] -= 1 - label_smoothing
    return d / n


# %% wrong: softmax_cross_entropy_backward
# idea: "takes 1 - s off the right class, and nothing off the others"
# fits: "The wrong classes should get a target too when labels are smoothed"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    n, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[np.arange(n), labels] -= 1 - label_smoothing
    return d / n


# %% wrong: softmax_cross_entropy_backward
# idea: "shifts the caller's logits in place"
# fits: "The result is right"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    logits -= logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    d = e / e.sum(axis=1, keepdims=True) - label_smoothing / k
    d[np.arange(n), labels] -= 1 - label_smoothing
    return d / n


# %% wrong: softmax_cross_entropy_backward
# idea: "the gradient in the type of the logits: whole logits give zeros and minus ones"
# fits: "Your gradient has the dtype of the logits"
def softmax_cross_entropy_backward(logits, labels, label_smoothing=0.0):
    n, k = logits.shape
    d = np.zeros_like(logits)
    for i in range(n):
        e = np.exp(logits[i].astype(float) - float(logits[i].max()))
        target = np.full(k, label_smoothing / k)
        target[labels[i]] += 1 - label_smoothing
        d[i] = (e / e.sum() - target) / n
    return d


# %% right: regression_accuracy
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError("a band has no negative width")
    hits = np.abs(prediction_error(y_true, y_pred)) <= precision
    return float(hits.sum() / hits.size)


# %% right: regression_accuracy
def regression_accuracy(y_true, y_pred, precision):
    if y_true.shape != y_pred.shape or precision < 0:
        raise ValueError("shapes differ, or precision is negative")
    difference = y_true.astype(float) - y_pred
    return float(np.count_nonzero((-precision <= difference) & (difference <= precision))) / y_true.size


# %% wrong: regression_accuracy
# idea: "the edges of the band don't count"
# fits: "A prediction just at the edge of the band is inside"
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError
    return float(np.mean(np.abs(prediction_error(y_true, y_pred)) < precision))


# %% wrong: regression_accuracy
# idea: "np.isclose with the precision, whose own relative tolerance is added"
# fits: "np.isclose adds a band of its own that grows with the number"
def regression_accuracy(y_true, y_pred, precision):
    if y_true.shape != y_pred.shape or precision < 0:
        raise ValueError
    return float(np.mean(np.isclose(y_pred.astype(float), y_true.astype(float), atol=precision)))


# %% wrong: regression_accuracy
# idea: "no check of shapes, so a column against a row pairs all with all"
# fits: "You subtract without a look at the shapes"
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError
    return float(np.mean(np.abs(y_true.astype(float) - y_pred) <= precision))


# %% wrong: regression_accuracy
# idea: "subtracts unsigned bytes as they come"
# fits: "You subtract bytes as they come"
def regression_accuracy(y_true, y_pred, precision):
    if y_true.shape != y_pred.shape or precision < 0:
        raise ValueError
    return float(np.mean(np.abs(y_pred - y_true) <= precision))


# %% wrong: regression_accuracy
# idea: "predictions that are NaN are left out"
# fits: "Predictions that are NaN are left out with you"
def regression_accuracy(y_true, y_pred, precision):
    e = np.abs(prediction_error(y_true, y_pred))
    if precision < 0:
        raise ValueError
    known = ~np.isnan(e)
    return float(np.mean(e[known] <= precision)) if known.any() else 0.0


# %% wrong: regression_accuracy
# idea: "an example is right only if all its outputs are"
# fits: "You ask whether all outputs of an example are inside"
def regression_accuracy(y_true, y_pred, precision):
    if precision < 0:
        raise ValueError
    right = np.abs(prediction_error(y_true, y_pred)) <= precision
    return float(np.mean(right.reshape(len(right), -1).all(axis=1)))
