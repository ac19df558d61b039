# %% right: encode
def encode(names, char_to_ix):
    end = char_to_ix[BOUNDARY]
    steps = max(map(len, names)) + 1
    rows = [[char_to_ix[char] for char in name.ljust(steps, BOUNDARY)] for name in names]
    y = np.array(rows, dtype=int)
    x = np.roll(y, 1, axis=1)
    x[:, 0] = end
    mask = np.arange(steps) <= np.array([len(name) for name in names])[:, None]
    return x, y, mask


def decode(indices, char_to_ix):
    back = {ix: char for char, ix in char_to_ix.items()}
    return "".join(back[int(ix)] for ix in indices).partition(BOUNDARY)[0]


# %% right: encode
def encode(names, char_to_ix):
    from itertools import zip_longest

    end = char_to_ix[BOUNDARY]
    reads = [[end, *(char_to_ix[c] for c in name)] for name in names]
    says = [[char_to_ix[c] for c in name] + [end] for name in names]
    x = np.array(list(zip_longest(*reads, fillvalue=end))).T
    y = np.array(list(zip_longest(*says, fillvalue=end))).T
    mask = np.array(list(zip_longest(*([True] * len(row) for row in says), fillvalue=False))).T
    return x, y, mask


def decode(indices, char_to_ix):
    chars = sorted(char_to_ix, key=char_to_ix.get)
    text = []
    for ix in indices:
        if ix == char_to_ix[BOUNDARY]:
            break
        text.append(chars[ix])
    return "".join(text)


# %% wrong: encode
# idea: "the end of a name is masked out"
# fits: "The mask leaves out the ends of the names, so the network would never"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
    return x, y, y != end


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "the boundary's index is taken to be 0"
# fits: "You take index 0 for the boundary in x and y"
def encode(names, char_to_ix):
    T = max(map(len, names)) + 1
    x, y = np.zeros((len(names), T), int), np.zeros((len(names), T), int)
    mask = np.zeros((len(names), T), bool)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
        mask[i, : len(ixs) + 1] = True
    return x, y, mask


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "the mask is made of x: the boundary at the front is left out"
# fits: "Your mask asks x where the padding is, and takes the boundary in front of"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
    return x, y, x != end


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "all of it counts, the padding too"
# fits: "Padding counts in your mask"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
    return x, y, np.ones((len(names), T), bool)


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "what is to be said is what is read: no shift"
# fits: "The network is to say what it reads at the same step"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x = np.full((len(names), T), end)
    mask = np.zeros((len(names), T), bool)
    for i, name in enumerate(names):
        x[i, 1 : len(name) + 1] = [char_to_ix[c] for c in name]
        mask[i, : len(name) + 1] = True
    return x, x.copy(), mask


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "decode leaves the boundaries out and reads on behind them"
# fits: "decode leaves the boundary out and goes on"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    mask = np.zeros((len(names), T), bool)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
        mask[i, : len(ixs) + 1] = True
    return x, y, mask


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    return "".join(chars[int(ix)] for ix in indices if ix != char_to_ix[BOUNDARY])


# %% wrong: encode
# idea: "decode takes the characters by their place in the dict, not by their index"
# fits: "decode counts the characters in the order in which the dict has them"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    mask = np.zeros((len(names), T), bool)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
        mask[i, : len(ixs) + 1] = True
    return x, y, mask


def decode(indices, char_to_ix):
    chars = list(char_to_ix)
    return "".join(chars[int(ix)] for ix in indices).split(BOUNDARY)[0]


# %% wrong: encode
# idea: "decode needs a boundary: it looks for its place"
# fits: "decode needs a boundary. A row may have none, and may be"
def encode(names, char_to_ix):
    end, T = char_to_ix[BOUNDARY], max(map(len, names)) + 1
    x, y = np.full((len(names), T), end), np.full((len(names), T), end)
    mask = np.zeros((len(names), T), bool)
    for i, name in enumerate(names):
        ixs = [char_to_ix[c] for c in name]
        x[i, 1 : len(ixs) + 1], y[i, : len(ixs)] = ixs, ixs
        mask[i, : len(ixs) + 1] = True
    return x, y, mask


def decode(indices, char_to_ix):
    chars = {ix: c for c, ix in char_to_ix.items()}
    indices = list(indices)
    return "".join(chars[int(ix)] for ix in indices[: indices.index(char_to_ix[BOUNDARY])])


# %% right: masked_loss
def masked_loss(logits, y, mask):
    log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    rows, steps = np.nonzero(mask)
    targets = y[rows, steps]
    dlogits = np.zeros_like(log_p)
    dlogits[rows, steps] = np.exp(log_p[rows, steps])
    dlogits[rows, steps, targets] -= 1
    return -float(log_p[rows, steps, targets].mean()), dlogits / len(rows)


# %% right: masked_loss
def masked_loss(logits, y, mask):
    import math

    count = int(np.sum(mask))
    total, dlogits = 0.0, np.zeros(np.shape(logits))
    for i in range(len(y)):
        for t in range(len(y[i])):
            if not mask[i][t]:
                continue
            z = [float(value) for value in logits[i, t]]
            top = max(z)
            log_sum = top + math.log(math.fsum(math.exp(value - top) for value in z))
            total += log_sum - z[y[i, t]]
            for k, value in enumerate(z):
                dlogits[i, t, k] = (math.exp(value - log_sum) - (k == y[i, t])) / count
    return total / count, dlogits


# %% wrong: masked_loss
# idea: "mean over all places, the padding too"
# fits: "You divide by all entries, padding included"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    d = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return float(-(picked * mask).sum() / mask.size), d * mask[..., None] / mask.size


# %% wrong: masked_loss
# idea: "a mean for each name, and the mean of those"
# fits: "You average each name first and then the names, so a letter of a short"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    weight = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1) / len(mask)
    d = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return float(-(picked * weight).sum()), d * weight[..., None]


# %% wrong: masked_loss
# idea: "divided by the number of names"
# fits: "You divide by the number of names"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    d = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return float(-(picked * mask).sum() / len(y)), d * mask[..., None] / len(y)


# %% wrong: masked_loss
# idea: "the loss is masked, its gradient isn't"
# fits: "Padding gets a gradient, although it doesn't count in the loss"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    d = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return float(-(picked * mask).sum() / mask.sum()), d / mask.sum()


# %% wrong: masked_loss
# idea: "exp of large logits overflows"
# fits: "something on the way overflows"
def masked_loss(logits, y, mask):
    p = np.exp(logits)
    p = p / p.sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(p, y[..., None], axis=-1)[..., 0]
    d = p - np.eye(logits.shape[-1])[y]
    return float(-(np.log(picked) * mask).sum() / mask.sum()), d * mask[..., None] / mask.sum()


# %% wrong: masked_loss
# idea: "a small number inside the logarithm keeps the loss from growing"
# fits: "A small number inside the logarithm puts a ceiling on the surprise"
def masked_loss(logits, y, mask):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(p, y[..., None], axis=-1)[..., 0]
    d = p - np.eye(logits.shape[-1])[y]
    return float(-(np.log(picked + 1e-12) * mask).sum() / mask.sum()), d * mask[..., None] / mask.sum()


# %% wrong: masked_loss
# idea: "the loss is a mean, the gradient that of the sum"
# fits: "Your loss is a mean, your gradient that of the sum"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    d = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return float(-(picked * mask).sum() / mask.sum()), d * mask[..., None]


# %% wrong: masked_loss
# idea: "bits instead of nats"
# fits: "That is bits; the loss is in nats, and so is its gradient"
def masked_loss(logits, y, mask):
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = (z - np.log(np.exp(z).sum(axis=-1, keepdims=True))) / np.log(2)
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    d = (np.exp(log_p * np.log(2)) - np.eye(logits.shape[-1])[y]) / np.log(2)
    return float(-(picked * mask).sum() / mask.sum()), d * mask[..., None] / mask.sum()


# %% right: rnn_step_loss
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    size = hs.shape[-1]
    da = np.zeros(hs.shape)
    later = np.zeros((len(x), size))
    for t in range(x.shape[1] - 1, -1, -1):
        da[:, t] = (dz[:, t] @ params["wy"].T + later) * (1 - hs[:, t] ** 2)
        later = da[:, t] @ params["wh"].T
    before = np.concatenate([np.zeros((len(x), 1, size)), hs[:, :-1]], axis=1)
    read = np.eye(len(params["wx"]))[x]
    return loss, {
        "wx": np.einsum("btv,bth->vh", read, da),
        "wh": np.einsum("bti,btj->ij", before, da),
        "b": da.sum(axis=(0, 1)),
        "wy": np.einsum("bth,btv->hv", hs, dz),
        "by": dz.sum(axis=(0, 1)),
    }


# %% right: rnn_step_loss
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for i, row in enumerate(x):  # a name at a time
        back = np.zeros(hs.shape[2])
        for t in reversed(range(len(row))):
            grads["by"] += dz[i, t]
            grads["wy"] += np.outer(hs[i, t], dz[i, t])
            back = (params["wy"] @ dz[i, t] + params["wh"] @ back) * (1 + hs[i, t]) * (1 - hs[i, t])
            grads["b"] += back
            grads["wx"][row[t]] += back
            if t:
                grads["wh"] += np.outer(hs[i, t - 1], back)
    return loss, grads


# %% wrong: rnn_step_loss
# idea: "+= with repeated characters keeps one of the rows"
# fits: "With repeated indices only one of the rows is added"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        da = (dz[:, t] @ params["wy"].T + da @ params["wh"].T) * (1 - h**2)
        g["wh"] += before.T @ da
        g["b"] += da.sum(axis=0)
        g["wx"][x[:, t]] += da
    return loss, g


# %% wrong: rnn_step_loss
# idea: "nothing comes back from later steps"
# fits: "Each state hears only its own step's loss"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        da = dz[:, t] @ params["wy"].T * (1 - h**2)
        g["wh"] += before.T @ da
        g["b"] += da.sum(axis=0)
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% wrong: rnn_step_loss
# idea: "hands back the gradient of the state, without the tanh between"
# fits: "What you hand to the step before has not passed this step's tanh"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    dh = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        dh = dz[:, t] @ params["wy"].T + dh @ params["wh"].T
        da = dh * (1 - h**2)
        g["wh"] += before.T @ da
        g["b"] += da.sum(axis=0)
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% wrong: rnn_step_loss
# idea: "W_h isn't turned round on the way back"
# fits: "A gradient goes back through the transpose of the weights that the state"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        da = (dz[:, t] @ params["wy"].T + da @ params["wh"]) * (1 - h**2)
        g["wh"] += before.T @ da
        g["b"] += da.sum(axis=0)
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% wrong: rnn_step_loss
# idea: "the state after the step in the gradient of W_h"
# fits: "The recurrent weights met the state from before the step, not the one"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h = hs[:, t]
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        da = (dz[:, t] @ params["wy"].T + da @ params["wh"].T) * (1 - h**2)
        g["wh"] += h.T @ da
        g["b"] += da.sum(axis=0)
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% wrong: rnn_step_loss
# idea: "the slope of a sigmoid"
# fits: "That is the slope of a sigmoid"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        g["wy"] += h.T @ dz[:, t]
        g["by"] += dz[:, t].sum(axis=0)
        da = (dz[:, t] @ params["wy"].T + da @ params["wh"].T) * h * (1 - h)
        g["wh"] += before.T @ da
        g["b"] += da.sum(axis=0)
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% wrong: rnn_step_loss
# idea: "the gradients of the last step done, not their sum over steps"
# fits: "Each step's gradients replace those of the step before it"
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dz = masked_loss(logits, y, mask)
    g = {}
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        h, before = hs[:, t], hs[:, t - 1] if t else np.zeros_like(hs[:, 0])
        da = (dz[:, t] @ params["wy"].T + da @ params["wh"].T) * (1 - h**2)
        g = {"wh": before.T @ da, "b": da.sum(axis=0), "wy": h.T @ dz[:, t], "by": dz[:, t].sum(axis=0)}
        g["wx"] = np.zeros_like(params["wx"])
        np.add.at(g["wx"], x[:, t], da)
    return loss, g


# %% right: train_char_rnn
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    import math

    weights = {name: np.array(value) for name, value in params.items()}
    moments, history, last = {}, [], math.log(params["by"].size)
    per_epoch = math.ceil(len(x) / batch_size)
    total = per_epoch * num_epochs
    while len(history) < total:
        if len(history) % per_epoch == 0:
            queue = rng.permutation(len(x))
        rows, queue = queue[:batch_size], queue[batch_size:]
        loss, grads = rnn_step_loss(weights, x[rows], y[rows], mask[rows])
        length = math.hypot(*(np.linalg.norm(grad) for grad in grads.values()))
        if length > max_norm:
            grads = {name: grad / length * max_norm for name, grad in grads.items()}
        rate = learning_rate * (total - len(history)) / total
        weights, moments = adam_update(weights, grads, moments, rate)
        last += (loss - last) * 0.01
        history.append(float(last))
    return weights, history


# %% right: train_char_rnn
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    batches = []
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        batches.extend(np.array_split(order, np.arange(batch_size, len(x), batch_size)))
    trained, state, losses = {name: value.copy() for name, value in params.items()}, {}, []
    for rate, rows in zip(np.linspace(learning_rate, 0, len(batches), endpoint=False), batches):
        loss, grads = rnn_step_loss(trained, x[rows], y[rows], mask[rows])
        losses.append(loss)
        everything = np.concatenate([grad.ravel() for grad in grads.values()])
        factor = min(1.0, max_norm / max(np.sqrt(everything @ everything), 1e-300))
        trained, state = adam_update(trained, {name: factor * grad for name, grad in grads.items()}, state, rate)
    history = []
    for loss in losses:
        before = history[-1] if history else np.log(len(params["by"]))
        history.append(float(0.99 * before + 0.01 * loss))
    return trained, history


# %% wrong: train_char_rnn
# idea: "each array is clipped by its own length"
# fits: "You shorten each array by its own length, which bends the direction"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            grads = {n: g * min(1, max_norm / max(np.linalg.norm(g), 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "each entry is cut to the limit"
# fits: "You cut each entry, which bends the direction"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            grads = {n: np.clip(g, -max_norm, max_norm) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "short gradients are stretched to the limit as well"
# fits: "Gradients that are short enough get stretched"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * max_norm / max(length, 1e-300) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "the names that don't fill a batch are dropped"
# fits: "The names that don't fill a batch are left out"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * (len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x) - batch_size + 1, batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * min(1, max_norm / max(length, 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "the rate falls once an epoch, not with every update"
# fits: "Your rate falls once an epoch"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history = {k: v.copy() for k, v in params.items()}, {}, []
    smooth = np.log(len(params["by"]))
    for epoch in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * min(1, max_norm / max(length, 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - epoch / num_epochs))
            smooth = 0.99 * smooth + 0.01 * loss
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "Adam begins anew each epoch"
# fits: "Adam's averages start anew in every epoch"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, history, s = {k: v.copy() for k, v in params.items()}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order, state = rng.permutation(len(x)), {}
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * min(1, max_norm / max(length, 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "the smoothed loss starts at the first batch's loss"
# fits: "Your average starts at the first batch's loss"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = None, num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * min(1, max_norm / max(length, 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = loss if smooth is None else 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% wrong: train_char_rnn
# idea: "one order for all epochs"
# fits: "All epochs have one and the same order"
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    params, state, history, s = {k: v.copy() for k, v in params.items()}, {}, [], 0
    smooth, total = np.log(len(params["by"])), num_epochs * -(-len(x) // batch_size)
    order = rng.permutation(len(x))
    for _ in range(num_epochs):
        for k in range(0, len(x), batch_size):
            rows = order[k : k + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            length = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
            grads = {n: g * min(1, max_norm / max(length, 1e-300)) for n, g in grads.items()}
            params, state = adam_update(params, grads, state, learning_rate * (1 - s / total))
            smooth, s = 0.99 * smooth + 0.01 * loss, s + 1
            history.append(float(smooth))
    return params, history


# %% right: sample
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars = {ix: char for char, ix in char_to_ix.items()}
    name, h = prefix, np.zeros((1, params["b"].size))
    for char in BOUNDARY + prefix:
        h, logits = rnn_step(params, np.array([char_to_ix[char]]), h)
    while len(name) < max_length:
        # Gumbel's trick: the largest of logits with noise is a draw from their softmax.
        ix = int(np.argmax((logits[0] - logits[0].max()) / temperature + rng.gumbel(size=logits.shape[1])))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, logits = rnn_step(params, np.array([ix]), h)
    return name


# %% right: sample
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    vocabulary = sorted(char_to_ix, key=lambda char: char_to_ix[char])

    def after(char, h):
        h, logits = rnn_step(params, np.array([char_to_ix[char]]), h)
        z = (logits[0] - np.max(logits)) / temperature
        return h, np.cumsum(np.exp(z))

    h, heights = after(BOUNDARY, np.zeros((1, len(params["wh"]))))
    text = []
    while True:
        if len(text) < len(prefix):
            char = prefix[len(text)]
        elif len(text) >= max_length:
            return "".join(text)
        else:
            char = vocabulary[int(np.searchsorted(heights, rng.random() * heights[-1], side="right"))]
            if char == BOUNDARY:
                return "".join(text)
        text.append(char)
        h, heights = after(char, h)


# %% wrong: sample
# idea: "the prefix isn't read, only its last letter"
# fits: "Only the last letter of the prefix is read"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h, ix = np.zeros((1, len(params["b"]))), char_to_ix[prefix[-1] if prefix else BOUNDARY]
    while len(name) < max_length:
        h, z = rnn_step(params, np.array([ix]), h)
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
    return name


# %% wrong: sample
# idea: "with a prefix, the boundary isn't read first"
# fits: "The network learned that every name starts behind the boundary"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in prefix or BOUNDARY:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(name) < max_length:
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name


# %% wrong: sample
# idea: "multiplies by the temperature"
# fits: "Your temperature works the wrong way round"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(name) < max_length:
        p = np.exp((z[0] - z[0].max()) * temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name


# %% wrong: sample
# idea: "raises the probabilities to 1 / temperature: all underflow when it is small"
# fits: "At a low temperature the powers of all probabilities underflow, and 0/0 is"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(name) < max_length:
        p = np.exp(z[0] - z[0].max())
        p = (p / p.sum()) ** (1 / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name


# %% wrong: sample
# idea: "max_length counts only what is drawn"
# fits: "max_length counts the whole name, with its prefix"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    for _ in range(max_length):
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name


# %% wrong: sample
# idea: "what comes back is the continuation alone"
# fits: "The prefix is part of the name that is asked for"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, ""
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(prefix) + len(name) < max_length:
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name


# %% wrong: sample
# idea: "the state starts at 0 again at every drawn letter: a bigram model"
# fits: "The state starts from 0 at every letter"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(name) < max_length:
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(rng.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        _, z = rnn_step(params, np.array([ix]), np.zeros((1, len(params["b"]))))
    return name


# %% wrong: sample
# idea: "the draws come from NumPy's global generator"
# fits: "Your draws come from NumPy's global generator, not from the one that was"
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars, name = {ix: c for c, ix in char_to_ix.items()}, prefix
    h = np.zeros((1, len(params["b"])))
    for c in BOUNDARY + prefix:
        h, z = rnn_step(params, np.array([char_to_ix[c]]), h)
    while len(name) < max_length:
        p = np.exp((z[0] - z[0].max()) / temperature)
        ix = int(np.random.choice(len(p), p=p / p.sum()))
        if chars[ix] == BOUNDARY:
            break
        name += chars[ix]
        h, z = rnn_step(params, np.array([ix]), h)
    return name
