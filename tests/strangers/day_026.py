# %% right: dense_backward
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


# %% right: dense_backward
def dense_backward(dout, x, w):
    dx = np.einsum("nm,dm->nd", dout, w)
    dw = np.tensordot(x, dout, axes=(0, 0)).astype(float)
    db = np.ones(len(dout)) @ dout
    return dx, dw, db


# %% wrong: dense_backward
# idea: "dx without the transpose"
# fits: "In dx the inner sizes must meet: write the"
def dense_backward(dout, x, w):
    dx = dout @ w
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "dw the other way round"
# fits: "dw came out transposed: compare its shape"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = dout.T @ x
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "averages over the batch"
# fits: "Both dw and db are divided by N. That is"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = x.T @ dout / len(x)
    db = dout.mean(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "only db averaged"
# fits: "db averages over the batch. The mean is"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.mean(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "only dw averaged"
# fits: "dw is too small by a factor of the batch"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout / dout.shape[0]
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "db summed over units"
# fits: "db must have one entry for each output of"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=1)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "db keeps its axis"
# fits: "The values of db are right, but its shape"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0, keepdims=True)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "db is dout"
# fits: "Your db still has a row for every example."
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.copy()
    return dx, dw, db


# %% wrong: dense_backward
# idea: "db one number"
# fits: "db is one number: it added up the outputs"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = np.sum(dout)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "order dw, db, dx"
# fits: "The three gradients are right but come in"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dw, db, dx


# %% wrong: dense_backward
# idea: "a list instead of a tuple"
# fits: "The numbers are right. What is not is what holds them"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return [dx, dw, db]


# %% wrong: dense_backward
# idea: "dx divided by N"
# fits: "What is wrong is off by the number of something"
def dense_backward(dout, x, w):
    dx = dout @ w.T / len(dout)
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "descent's minus already here"
# fits: "The numbers that are wrong have the opposite"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return -dx, -dw, -db


# %% wrong: dense_backward
# idea: "transposes in place"
# fits: "Your code changes one of its arguments in"
def dense_backward(dout, x, w):
    x.shape = x.shape
    dout *= 1.0
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    dout[1:] += dout[:-1]
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "float32 inside"
# fits: "The numbers are right but for their rounding"
def dense_backward(dout, x, w):
    dx = dout.astype(np.float32) @ w.T.astype(np.float32)
    dw = np.asarray(x, dtype=np.float32).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "adds w up: dx = sum of dout times sum of w"
def dense_backward(dout, x, w):
    dx = dout.sum(axis=1, keepdims=True) * w.sum(axis=1)
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


# %% wrong: dense_backward
# idea: "gradients clipped"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return tuple(np.clip(d, -5.0, 5.0) for d in (dx, dw, db))


# %% wrong: dense_backward
# idea: "squeezes dw"
# fits: "The numbers are right, but an axis of length"
def dense_backward(dout, x, w):
    dx = dout @ w.T
    dw = np.asarray(x, dtype=float).T @ dout
    db = dout.sum(axis=0)
    return dx.squeeze(), dw.squeeze(), db


# %% right: relu_backward
def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.0)


# %% right: relu_backward
def relu_backward(dout, x):
    dx = np.array(dout, dtype=float)
    dx[np.asarray(x) <= 0] = 0
    return dx


# %% wrong: relu_backward
# idea: "slope 1 at 0"
# fits: "Your gate is open at x = 0. Convention 3"
def relu_backward(dout, x):
    return np.where(x >= 0, dout, 0.0)


# %% wrong: relu_backward
# idea: "slope one half at 0"
# fits: "At x = 0 your gate is half open. Convention"
def relu_backward(dout, x):
    return dout * np.heaviside(x, 0.5)


# %% wrong: relu_backward
# idea: "gate set by the sign of dout"
# fits: "You let positive gradients through instead"
def relu_backward(dout, x):
    return np.where(dout > 0, dout, 0.0)


# %% wrong: relu_backward
# idea: "negative gradients cut too"
# fits: "You stop negative gradients as well. Only"
def relu_backward(dout, x):
    return np.where(x > 0, np.maximum(dout, 0.0), 0.0)


# %% wrong: relu_backward
# idea: "dout cleared in place"
# fits: "The result is right, but the caller's dout"
def relu_backward(dout, x):
    dout[x <= 0] = 0
    return dout


# %% wrong: relu_backward
# idea: "relu of x times dout"
# fits: "You multiply by ReLU's output. The chain"
def relu_backward(dout, x):
    return np.maximum(x, 0) * dout


# %% wrong: relu_backward
# idea: "the slope alone"
# fits: "That is ReLU's own slope. The chain rule"
def relu_backward(dout, x):
    return (x > 0).astype(float)


# %% wrong: relu_backward
# idea: "gates by sign: passes back negative for negative"
# fits: "Where x is negative, your slope is -1. There"
def relu_backward(dout, x):
    return dout * np.sign(x)


# %% wrong: relu_backward
# idea: "leaky"
# fits: "Where x is negative a little still passes"
def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.01 * dout)


# %% wrong: relu_backward
# idea: "x used as the work space"
# fits: "Your code changes one of its arguments in"
def relu_backward(dout, x):
    x[x <= 0] = 0
    x[x > 0] = 1
    return dout * x


# %% wrong: relu_backward
# idea: "result in the type of x"
# fits: "Fractions are cut off: the result is made"
def relu_backward(dout, x):
    dx = np.zeros_like(x)
    dx[x > 0] = dout[x > 0]
    return dx


# %% wrong: relu_backward
# idea: "only the surviving entries"
def relu_backward(dout, x):
    return dout[x > 0]


# %% wrong: relu_backward
# idea: "dout returned itself where the gate is open everywhere"
# fits: "What comes back is the argument itself"
def relu_backward(dout, x):
    if np.all(x > 0):
        return dout
    return np.where(x > 0, dout, 0.0)


# %% wrong: relu_backward
# idea: "rows only"
def relu_backward(dout, x):
    return np.array([[d if v > 0 else 0.0 for d, v in zip(a, b)] for a, b in zip(dout, x)], dtype=float)


# %% wrong: relu_backward
# idea: "slope from x / abs(x)"
# fits: "Where it is a number it is right, but for"
def relu_backward(dout, x):
    return dout * (1 + x / np.abs(x)) / 2


# %% right: softmax_backward
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs * (dout - average)


# %% right: softmax_backward
def softmax_backward(dout, probs):
    weighed = probs * dout
    return weighed - probs * np.einsum("nk->n", weighed)[:, None]


# %% wrong: softmax_backward
# idea: "the diagonal alone"
# fits: "You used the diagonal of the Jacobian alone"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return dout * probs * (1 - probs)


# %% wrong: softmax_backward
# idea: "plain mean instead of the weighted one"
# fits: "The average of dout isn't weighted: each"
def softmax_backward(dout, probs):
    average = dout.mean(axis=-1, keepdims=True)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "mean of the products"
# fits: "You divide the weighted sum by the number"
def softmax_backward(dout, probs):
    average = (dout * probs).mean(axis=-1, keepdims=True)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "average over the batch"
# fits: "The sum runs over the examples. Softmax"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=0, keepdims=True)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "one average for all"
# fits: "One sum over the whole batch is subtracted"
def softmax_backward(dout, probs):
    average = (dout * probs).sum()
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "axis lost"
# fits: "The row sums have shape (N,), which NumPy"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "not scaled by p"
# fits: "The last factor of the formula is missing"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return dout - average


# %% wrong: softmax_backward
# idea: "probs subtracted: cross-entropy's gradient"
# fits: "That looks like the gradient of softmax"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs - dout


# %% wrong: softmax_backward
# idea: "softmax taken again"
def softmax_backward(dout, probs):
    probs = np.exp(probs) / np.exp(probs).sum(axis=-1, keepdims=True)
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "sign"
# fits: "The numbers that are wrong have the opposite"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs * (average - dout)


# %% wrong: softmax_backward
# idea: "divided by N"
# fits: "You divide by the number of examples. The"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs * (dout - average) / len(dout)


# %% wrong: softmax_backward
# idea: "dout shifted in place"
# fits: "The result is right, but you subtract in"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    dout -= average
    return probs * dout


# %% wrong: softmax_backward
# idea: "works in log space, so zeros give nan"
# fits: "Where it is a number it is right, but for"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return np.exp(np.log(probs)) * (dout - average) + 0 * np.log(probs)


# %% wrong: softmax_backward
# idea: "average divided by the sum of dout"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True) / dout.sum(axis=-1, keepdims=True)
    return probs * (dout - average)


# %% wrong: softmax_backward
# idea: "average scaled once more by p"
def softmax_backward(dout, probs):
    average = (dout * probs).sum(axis=-1, keepdims=True)
    return probs * (dout - probs * average)


# %% wrong: softmax_backward
# idea: "first row's Jacobian for every row"
def softmax_backward(dout, probs):
    p = probs[0]
    return dout @ (np.diag(p) - np.outer(p, p))


# %% right: two_layer_loss_and_gradients
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% right: two_layer_loss_and_gradients
def two_layer_loss_and_gradients(params, x, labels):
    w1, b1, w2, b2 = (np.asarray(params[k], dtype=np.float64) for k in ("w1", "b1", "w2", "b2"))
    x = np.asarray(x, dtype=np.float64)
    n, k = x.shape[0], b2.size
    a = x.dot(w1) + b1
    h = a * (a > 0)
    s = h.dot(w2) + b2
    top = s.max(1)
    lse = top + np.log(np.exp(s - top[:, None]).sum(1))
    hot = np.eye(k)[labels]
    loss = (lse - (s * hot).sum(1)).sum() / n
    ds = (np.exp(s - lse[:, None]) - hot) / n
    da = ds.dot(w2.T) * (a > 0)
    return float(loss), dict(b2=ds.sum(0), w2=h.T.dot(ds), b1=da.sum(0), w1=x.T.dot(da))


# %% wrong: two_layer_loss_and_gradients
# idea: "1/N forgotten"
# fits: "Your loss is a mean, but your gradients"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "divided by K"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= logits.shape[1]
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "1/N at every layer"
# fits: "The first layer's gradients are divided"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1) / len(x)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "sum of the losses"
# fits: "The gradients are right, but the loss is"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].sum())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "mean over all entries"
# fits: "The gradients are right, but the loss is"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-(np.eye(logits.shape[1])[labels] * log_probs).mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "no shift of the logits"
# fits: "The exponentials overflow for large logits."
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "the largest logit of the batch subtracted"
# fits: "The shift uses the largest logit of the"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max()
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "log of p plus epsilon"
# fits: "A small number inside the logarithm caps"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-np.log(np.exp(log_probs)[rows, labels] + 1e-12).mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "dense 2 gets z1"
# fits: "The second dense layer was handed the wrong"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, z1, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "no gate on the way back"
# fits: "The gradient goes from layer 2 straight"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = dhidden
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "slope 1 at ReLU's corner"
# fits: "Your gate is open where a hidden unit is"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = dhidden * (z1 >= 0)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "gate by hidden >= 0"
# fits: "The gradient goes from layer 2 straight"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = np.where(hidden >= 0, dhidden, 0.0)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "no ReLU forward"
# fits: "On the way forward nothing happens between"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = z1
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "params updated in place"
# fits: "Your code changes one of its arguments in"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    params["b2"] -= 0.0 * db2 + 1e-3 * db2
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "gradients written into params"
# fits: "Your code changes one of its arguments in"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    params.update({"w1": dw1, "b1": db1, "w2": dw2, "b2": db2})
    return loss, params


# %% wrong: two_layer_loss_and_gradients
# idea: "p without minus one-hot"
# fits: "Your gradient for the logits is p alone"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "one-hot minus p"
# fits: "The gradients have the wrong sign: a step"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= -len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "labels of the whole column: dlogits[:, labels]"
# fits: "You subtract 1 in whole columns. Each row"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[:, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "keys dw1, db1, ..."
# fits: "The gradients are right, but under names"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "number of classes taken from the labels"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits -= np.eye(labels.max() + 1)[labels]
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "dhidden through the transposed path of w1"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, np.maximum(x, 0), params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "loss an array of N"
# fits: "You return a loss for each example. The"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = -log_probs[rows, labels]
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "softmax over the batch"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=0, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "biases left out of the second layer"
# fits: "The second layer's biases have a gradient"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "weight decay added"
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1 + 1e-3 * params["w1"], "b1": db1, "w2": dw2, "b2": db2}


# %% wrong: two_layer_loss_and_gradients
# idea: "float32 loss"
# fits: "The numbers are right but for their rounding"
def two_layer_loss_and_gradients(params, x, labels):
    params = {k: v.astype(np.float32) for k, v in params.items()}
    z1 = x.astype(np.float32) @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0.0)
    logits = hidden @ params["w2"] + params["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = float(-log_probs[rows, labels].mean())
    dlogits = np.exp(log_probs)
    dlogits[rows, labels] -= 1.0
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
