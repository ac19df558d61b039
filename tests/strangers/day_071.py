# %% right: rnn_cell_forward
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in {"tanh", "relu"}:
        raise ValueError(f"no such activation: {activation}")
    both = np.hstack([x_t, h])
    weights = np.vstack([params["wx"], params["wh"]])
    z = both @ weights + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.clip(z, 0, None)
    return h_next, dict(x_t=x_t, h=h, h_next=h_next)


def rnn_forward(x, h0, params, activation="tanh"):
    states, caches = [h0], []
    for x_t in x.swapaxes(0, 1):
        state, cache = rnn_cell_forward(x_t, states[-1], params, activation)
        states.append(state)
        caches.append(cache)
    return np.stack(states[1:], axis=1), caches


# %% right: rnn_cell_forward
ACTIVATIONS = {"tanh": np.tanh, "relu": lambda z: np.where(z > 0, z, np.zeros_like(z))}


def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ACTIVATIONS:
        raise ValueError(activation)
    z = np.einsum("bd,dh->bh", x_t, params["wx"])
    z = z + np.einsum("bg,gh->bh", h, params["wh"])
    h_next = ACTIVATIONS[activation](z + params["b"][None, :])
    return h_next, {"x_t": x_t.copy(), "h": h.copy(), "h_next": h_next.copy()}


def rnn_forward(x, h0, params, activation="tanh"):
    num_steps = x.shape[1]
    hs = np.empty((x.shape[0], num_steps, h0.shape[1]), dtype=h0.dtype)
    caches = [None] * num_steps
    h = h0
    for t in range(num_steps):
        h, caches[t] = rnn_cell_forward(x[:, t, :], h, params, activation)
        hs[:, t, :] = h
    return hs, caches


# %% wrong: rnn_cell_forward
# idea: "every step starts from h0: the state is not carried on"
# fits: "nothing is remembered"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h0, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% wrong: rnn_cell_forward
# idea: "the states are stacked with time first"
# fits: "Time is the first axis of your hidden states"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs), caches


# %% wrong: rnn_cell_forward
# idea: "h0 comes back as the first of the states and the last one is left off"
# fits: "Your states are a step late"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        hs.append(h)
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% wrong: rnn_cell_forward
# idea: "an activation that is none of the two counts as ReLU"
# fits: "A name that is none of the two passes"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% wrong: rnn_cell_forward
# idea: "the cache keeps the new state as h"
# fits: "In the cache, h is the state from before the step"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h_next, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% wrong: rnn_cell_forward
# idea: "the recurrent weights are used the other way round, one row a unit, as PyTorch keeps them"
# fits: "Your recurrent weights are used transposed"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"].T + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% wrong: rnn_cell_forward
# idea: "the new states are written into the array of the old one"
# fits: "Each step writes into the same array"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = np.empty((*x.shape[:2], h0.shape[1]), h0.dtype), [], h0.copy()
    for t in range(x.shape[1]):
        h[:], cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs[:, t] = h
        caches.append(cache)
    return hs, caches


# %% wrong: rnn_cell_forward
# idea: "the states are collected in float64, whatever the dtype"
# fits: "The numbers are right, but they are"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"] + params["b"]
    h_next = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs[:, t] = h
        caches.append(cache)
    return hs, caches


# %% wrong: rnn_cell_forward
# idea: "the biases are added outside the activation"
# fits: "The biases come after the activation"
def rnn_cell_forward(x_t, h, params, activation="tanh"):
    if activation not in ("tanh", "relu"):
        raise ValueError(activation)
    z = x_t @ params["wx"] + h @ params["wh"]
    h_next = (np.tanh(z) if activation == "tanh" else np.maximum(z, 0)) + params["b"]
    return h_next, {"x_t": x_t, "h": h, "h_next": h_next}


def rnn_forward(x, h0, params, activation="tanh"):
    hs, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_cell_forward(x[:, t], h, params, activation)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


# %% right: rnn_cell_backward
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    h_next = cache["h_next"]
    slope = (1 - h_next) * (1 + h_next) if activation == "tanh" else np.sign(h_next)
    dz = dh_next * slope
    grads = {
        "wx": np.einsum("bd,bh->dh", cache["x_t"], dz),
        "wh": np.einsum("bg,bh->gh", cache["h"], dz),
        "b": np.einsum("bh->h", dz),
    }
    return dz.dot(params["wx"].T), dz.dot(params["wh"].T), grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dxs, later, shares = [], np.zeros_like(dhs[:, 0]), []
    for dh, cache in zip(dhs.swapaxes(0, 1)[::-1], reversed(caches)):
        dx_t, later, share = rnn_cell_backward(dh + later, cache, params, activation)
        dxs.insert(0, dx_t)
        shares.append(share)
    return np.stack(dxs, 1), later, {name: sum(share[name] for share in shares) for name in ("wx", "wh", "b")}


# %% right: rnn_cell_backward
def _dz(dh_next, h_next, activation):
    if activation == "tanh":
        return dh_next - dh_next * h_next**2
    return np.where(h_next > 0, dh_next, 0).astype(dh_next.dtype)


def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    dz = _dz(dh_next, cache["h_next"], activation)
    both = np.concatenate([cache["x_t"], cache["h"]], axis=1).T @ dz
    num_inputs = cache["x_t"].shape[1]
    grads = {"wx": both[:num_inputs], "wh": both[num_inputs:], "b": np.sum(dz, axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    num_steps = len(caches)
    dzs = np.empty_like(dhs)
    total = dhs[:, num_steps - 1]
    for t in range(num_steps - 1, -1, -1):
        dzs[:, t] = _dz(total, caches[t]["h_next"], activation)
        dh = dzs[:, t] @ params["wh"].T
        total = dhs[:, t - 1] + dh
    x = np.stack([cache["x_t"] for cache in caches], axis=1)
    h = np.stack([cache["h"] for cache in caches], axis=1)
    grads = {
        "wx": np.tensordot(x, dzs, ([0, 1], [0, 1])),
        "wh": np.tensordot(h, dzs, ([0, 1], [0, 1])),
        "b": dzs.sum(axis=(0, 1)),
    }
    return dzs @ params["wx"].T, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the slope takes tanh of what is tanh already"
# fits: "You take the tanh of what has been through the tanh already"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - np.tanh(cache["h_next"]) ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the slope is taken at the state before the step"
# fits: "you take it at the state from before the step"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h"] ** 2 if activation == "tanh" else cache["h"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "a state's gradient from the later steps is dropped: each step hears its own loss only"
# fits: "What later steps say about a state is lost"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t], caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "only the last state's loss goes in, as if the others had none"
# fits: "Only the last step's gradient enters"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = dhs[:, -1]
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the parameters' gradients are those of the last step visited, not the sum"
# fits: "Only one step's share"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] = step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the parameters' gradients are averaged over the steps"
# fits: "averaged over time"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, {name: value / len(caches) for name, value in grads.items()}


# %% wrong: rnn_cell_backward
# idea: "the way back multiplies by wh, not by its transpose"
# fits: "On the way back the recurrent weights are used transposed"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"], grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "goes through the steps from the first to the last"
# fits: "You walk forward in time"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in range(len(caches)):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the gradient of wh takes the state after the step"
# fits: "The recurrent weights met the state from before the step"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h_next"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the gradient of the biases is a mean over the batch"
# fits: "The bias is used by every sequence"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.mean(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "the loss's own gradient is added after the activation, where it has not been through the slope"
# fits: "The loss's own gradient skips the activation"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    return _after(dh_next * slope, cache, params)


def _after(dz, cache, params):
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        h = caches[t]["h_next"]
        slope = 1 - h**2 if activation == "tanh" else h > 0
        dx[:, t], dh, step = _after(dhs[:, t] + dh * slope, caches[t], params)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "adds each gradient into dhs itself, which belongs to the caller"
# fits: "changes one of its arguments in place"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] > 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dhs[:, t] += dh
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t], caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "a ReLU's slope at 0 counts as 1"
# fits: "your mask lets everything through"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2 if activation == "tanh" else cache["h_next"] >= 0
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% wrong: rnn_cell_backward
# idea: "tanh's slope whatever the activation"
# fits: "You use the slope of tanh whatever the activation is"
def rnn_cell_backward(dh_next, cache, params, activation="tanh"):
    slope = 1 - cache["h_next"] ** 2
    dz = dh_next * slope
    grads = {"wx": cache["x_t"].T @ dz, "wh": cache["h"].T @ dz, "b": dz.sum(axis=0)}
    return dz @ params["wx"].T, dz @ params["wh"].T, grads


def rnn_backward(dhs, caches, params, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
    return dx, dh, grads


# %% right: gradient_through_time
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w).astype(np.float64)
    if slopes is None:
        slopes = np.ones((num_steps, len(w)))
    total = np.eye(len(w))
    lengths = [1.0]
    for row in np.flip(np.asarray(slopes, dtype=float), axis=0)[:num_steps]:
        total = total @ np.diag(row) @ w.T
        lengths.append(np.linalg.svd(total, compute_uv=False).max())
    return np.array(lengths)


# %% right: gradient_through_time
def gradient_through_time(w, num_steps, slopes=None):
    matrix = np.identity(w.shape[0], dtype="float64")
    result = np.ones(num_steps + 1)
    for k in range(1, num_steps + 1):
        row = 1.0 if slopes is None else slopes[num_steps - k][:, np.newaxis].astype(float)
        matrix = w.astype(float) @ (row * matrix)
        result[k] = np.linalg.norm(matrix, ord=2)
    return result


# %% wrong: gradient_through_time
# idea: "the slopes are taken from the first step on, not from the last back"
# fits: "You begin with the earliest row"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    matrix = np.eye(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        matrix = (matrix * slopes[k - 1]) @ w.T
        result.append(np.linalg.norm(matrix, 2))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "the length of all entries (Frobenius), not the largest singular value; entry 0 set to 1"
# fits: "norm adds up the squares of all entries"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    matrix = np.eye(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        matrix = (matrix * slopes[-k]) @ w.T
        result.append(np.linalg.norm(matrix))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "the largest size of an eigenvalue"
# fits: "Eigenvalues tell of vectors that keep their direction"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    matrix = np.eye(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        matrix = (matrix * slopes[-k]) @ w.T
        result.append(np.abs(np.linalg.eigvals(matrix)).max())
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "the single steps' stretches are multiplied, a bound"
# fits: "You multiply the largest stretches of single steps"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    factors = [np.linalg.norm(row[:, None] * w.T, 2) for row in slopes[::-1]]
    return np.cumprod([1.0, *factors])


# %% wrong: gradient_through_time
# idea: "the slope comes after the matrix: that of the step before"
# fits: "you have them in the other order"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    matrix = np.eye(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        matrix = (matrix @ w.T) * slopes[-k]
        result.append(np.linalg.norm(matrix, 2))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "wh is not transposed"
# fits: "a gradient meets its transpose"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    matrix = np.eye(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        matrix = (matrix * slopes[-k]) @ w
        result.append(np.linalg.norm(matrix, 2))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "whole numbers stay whole: the powers run over"
# fits: "powers of small ints wrap around"
def gradient_through_time(w, num_steps, slopes=None):
    matrix = np.eye(len(w), dtype=w.dtype)
    result = [1.0]
    for k in range(1, num_steps + 1):
        if slopes is not None:
            matrix = matrix * slopes[-k]
        matrix = matrix @ w.T
        result.append(np.linalg.norm(matrix.astype(float), 2))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "follows one gradient, of equal entries, instead of the one that stays longest"
# fits: "You follow one gradient, with equal entries"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    gradient = np.ones(len(w)) / np.sqrt(len(w))
    result = [1.0]
    for k in range(1, num_steps + 1):
        gradient = (gradient * slopes[-k]) @ w.T
        result.append(np.linalg.norm(gradient))
    return np.array(result)


# %% wrong: gradient_through_time
# idea: "the direction that one step stretches most is followed for all steps"
# fits: "You follow the direction that the last step stretches most"
def gradient_through_time(w, num_steps, slopes=None):
    w = np.asarray(w, float)
    slopes = np.ones((num_steps, len(w))) if slopes is None else np.asarray(slopes, float)
    result = [1.0]
    if num_steps:
        gradient = np.linalg.svd(slopes[-1][:, None] * w.T)[0][:, 0]
    for k in range(1, num_steps + 1):
        gradient = (gradient * slopes[-k]) @ w.T
        result.append(np.linalg.norm(gradient))
    return np.array(result)


# %% right: clip_gradients
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm"):
        raise ValueError(f"by is {by}")
    if not max_value > 0:
        raise ValueError("the limit has to be above 0")
    if by == "value":
        return {key: np.clip(grad, -max_value, max_value).astype(grad.dtype) for key, grad in grads.items()}
    largest = max((np.abs(grad.astype(np.float64)).max() for grad in grads.values() if grad.size), default=0.0)
    if largest == 0:
        return {key: grad.copy() for key, grad in grads.items()}
    relative = np.sqrt(sum(np.sum((grad.astype(np.float64) / largest) ** 2) for grad in grads.values()))
    if relative <= max_value / largest:
        return {key: grad.copy() for key, grad in grads.items()}
    return {
        key: (grad.astype(np.float64) / largest * (max_value / relative)).astype(grad.dtype)
        for key, grad in grads.items()
    }


# %% right: clip_gradients
import math


def clip_gradients(grads, max_value, by="value"):
    if by == "value":
        if not max_value > 0:
            raise ValueError(max_value)
        clipped = {}
        for name in grads:
            new = np.array(grads[name])
            new[new > max_value] = max_value
            new[new < -max_value] = -max_value
            clipped[name] = new
        return clipped
    if by != "norm" or not max_value > 0:
        raise ValueError((by, max_value))
    quarter = [float(entry) / 2**40 for grad in grads.values() for entry in grad.ravel()]
    norm = math.hypot(*quarter)  # of a small part, so that it can't overflow
    limit = max_value / 2**40
    factor = limit / norm if norm > limit else 1.0
    return {name: np.asarray(grad * factor, dtype=grad.dtype) for name, grad in grads.items()}


# %% wrong: clip_gradients
# idea: "by norm, each array is clipped by itself"
# fits: "Each array gets a factor of its own"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    result = {}
    for name, grad in grads.items():
        largest = float(np.abs(grad).max()) if grad.size and grad.any() else 1.0
        scaled = grad.astype(float) / largest
        norm = np.sqrt(np.sum(scaled**2))
        factor = max_value / norm if norm > max_value / largest else largest
        result[name] = (scaled * factor).astype(grad.dtype)
    return result


# %% wrong: clip_gradients
# idea: "squares the entries as they are: infinite, and the gradient becomes 0"
# fits: "The squares leave the range"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad.astype(float) ** 2) for grad in grads.values()))
    factor = min(1.0, max_value / norm) if norm > 0 else 1.0
    return {name: (grad * factor).astype(grad.dtype) for name, grad in grads.items()}


# %% wrong: clip_gradients
# idea: "by norm, short gradients are made max_value long too"
# fits: "Clipping only ever shortens"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm == 0:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by value, all is scaled so that the largest entry is max_value"
# fits: "until the largest fits"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        top = max((float(np.abs(grad).max()) for grad in grads.values() if grad.size), default=0.0)
        factor = max_value / top if top > max_value else 1.0
        return {name: (grad * factor).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by value, only large positive entries are cut"
# fits: "You cut large positive entries only"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.minimum(grad, grad.dtype.type(max_value)) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "the limit is not checked"
# fits: "A limit of 0 (or NaN) passes your check"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm"):
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "a limit of 0 passes"
# fits: "A limit of 0 (or NaN) passes your check"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or max_value < 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "clips the arrays of the caller"
# fits: "What comes back is the argument itself"
# fits: "You cut the caller's own arrays"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        for grad in grads.values():
            np.clip(grad, -max_value, max_value, out=grad)
        return grads
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    norm = np.sqrt(sum(np.sum((grad.astype(float) / largest) ** 2) for grad in grads.values()))
    if norm > max_value / largest:
        for grad in grads.values():
            grad /= largest
            grad *= max_value / norm
    return grads


# %% wrong: clip_gradients
# idea: "by norm, float32 arrays come back as float64"
# fits: "The numbers are right, but they are"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by norm, the squared length is compared and divided by"
# fits: "A root is missing"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = sum(np.sum(grad**2) for grad in scaled.values()) * largest
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by norm, a small number is added to the length, as PyTorch does"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in scaled.values()))
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / (norm + 1e-6 / largest))).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by norm, the sizes of the entries are summed"
# fits: "You add up the entries' sizes"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    largest = max((np.abs(grad).max() for grad in grads.values() if grad.size), default=0.0)
    largest = float(largest) or 1.0
    scaled = {name: grad.astype(float) / largest for name, grad in grads.items()}
    norm = sum(np.sum(np.abs(grad)) for grad in scaled.values())
    if norm <= max_value / largest:
        return {name: grad.copy() for name, grad in grads.items()}
    return {name: (grad * (max_value / norm)).astype(grads[name].dtype) for name, grad in scaled.items()}


# %% wrong: clip_gradients
# idea: "by norm, the squares are summed in the arrays' own dtype"
# fits: "The squares leave the range"
def clip_gradients(grads, max_value, by="value"):
    if by not in ("value", "norm") or not max_value > 0:
        raise ValueError((by, max_value))
    if by == "value":
        return {name: np.clip(grad, -max_value, max_value).astype(grad.dtype) for name, grad in grads.items()}
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    factor = min(1.0, max_value / norm) if norm > 0 else 1.0
    return {name: (grad * factor).astype(grad.dtype) for name, grad in grads.items()}


# %% right: truncated_rnn_backward
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    num_steps = dhs.shape[1]
    parts = [
        rnn_backward(dhs[:, start : start + chunk], caches[start : start + chunk], params, activation)
        for start in range(0, num_steps, chunk)
    ]
    dx = np.concatenate([part[0] for part in parts], axis=1)
    grads = {name: sum(part[2][name] for part in parts) for name in params}
    return dx, parts[0][1], grads


# %% right: truncated_rnn_backward
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx = np.zeros((dhs.shape[0], dhs.shape[1], params["wx"].shape[0]), dtype=dhs.dtype)
    grads = {name: np.zeros_like(params[name]) for name in ("wx", "wh", "b")}
    dh = np.zeros_like(dhs[:, 0])
    for t in range(dhs.shape[1] - 1, -1, -1):
        if (t + 1) % chunk == 0:
            dh = np.zeros_like(dh)  # step t is the last of its chunk
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name, value in step.items():
            grads[name] = grads[name] + value
    return dx, dh, grads


# %% wrong: truncated_rnn_backward
# idea: "the chunks are counted from the end: the first one is the shorter"
# fits: "Your borders are counted from the last step"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    borders = [0, *range(len(caches) % chunk or chunk, len(caches) + 1, chunk)]
    for start, stop in zip(borders, borders[1:]):
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "dh0 is what the last chunk leaves"
# fits: "at the start of the first chunk, not of the last"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "what every chunk leaves is added up in dh0"
# fits: "Only the first chunk begins with h0"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0 + dh
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "the parameters' gradients are averaged over the chunks"
# fits: "You average the chunks"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] += step[name]
    grads = {name: value / len(dxs) for name, value in grads.items()}
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "the steps of a last chunk that is not full are left out"
# fits: "A last chunk that is shorter than the others gets lost"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, max(len(caches) - chunk + 1, 1), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] += step[name]
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    kept = np.concatenate(dxs, axis=1)
    dx[:, : kept.shape[1]] = kept
    return dx, dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "only the last chunk's shares are left in the parameters' gradients"
# fits: "Only one chunk's share"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] = step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "goes only the last chunk steps back and stops for good"
# fits: "You cut the steps that are furthest from the end"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    start = max(len(caches) - chunk, 0)
    dx[:, start:], dh0, grads = rnn_backward(dhs[:, start:], caches[start:], params, activation)
    return dx, dh0 if start == 0 else np.zeros_like(dh0), grads


# %% wrong: truncated_rnn_backward
# idea: "every loss goes chunk steps back, across the borders: a window that slides"
# fits: "Your window slides"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh0 = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in range(len(caches)):
        dh = dhs[:, t]
        start = max(t - chunk + 1, 0)
        for s in range(t, start - 1, -1):
            dx_s, dh, step = rnn_cell_backward(dh, caches[s], params, activation)
            dx[:, s] += dx_s
            for name in grads:
                grads[name] += step[name]
        if start == 0:
            dh0 += dh
    return dx, dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "h0 is a constant too: dh0 is 0"
# fits: "You take h0 for a constant too"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        stop = start + chunk
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = np.zeros_like(dh)
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "the border is a step early: the gradient stops before the chunk's first step"
# fits: "You cut a step too early"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dx = np.zeros((*dhs.shape[:2], len(params["wx"])), dhs.dtype)
    dh = np.zeros_like(dhs[:, 0])
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in reversed(range(len(caches))):
        dx[:, t], dh, step = rnn_cell_backward(dhs[:, t] + dh, caches[t], params, activation)
        for name in grads:
            grads[name] += step[name]
        if t > 0 and (t - 1) % chunk == 0:
            dh = np.zeros_like(dh)
    return dx, dh, grads


# %% wrong: truncated_rnn_backward
# idea: "the state is not carried over either: each chunk starts from 0"
# fits: "Your chunks start from a state of 0"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    for start in range(0, len(caches), chunk):
        part = caches[start : start + chunk]
        x = np.stack([cache["x_t"] for cache in part], axis=1)
        h = caches[0]["h"] if start == 0 else np.zeros_like(caches[0]["h"])
        _, part = rnn_forward(x, h, params, activation)
        dx, dh, step = rnn_backward(dhs[:, start : start + chunk], part, params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads


# %% wrong: truncated_rnn_backward
# idea: "chunk is taken for the number of chunks"
# fits: "You cut into that many chunks"
def truncated_rnn_backward(dhs, caches, params, chunk, activation="tanh"):
    dxs, dh0, grads = [], None, {name: np.zeros_like(value) for name, value in params.items()}
    size = -(-len(caches) // chunk)
    for start in range(0, len(caches), size):
        stop = start + size
        dx, dh, step = rnn_backward(dhs[:, start:stop], caches[start:stop], params, activation)
        dxs.append(dx)
        dh0 = dh if dh0 is None else dh0
        for name in grads:
            grads[name] += step[name]
    return np.concatenate(dxs, axis=1), dh0, grads
