# %% right: gru_cell_forward
def gru_cell_forward(x_t, h, params, reset_after=True):
    size = h.shape[1]
    wx, wh, b = params["wx"], params["wh"], params["b"]
    xs = [x_t @ wx[:, i * size : (i + 1) * size] for i in range(3)]
    b = b if reset_after else np.stack([b, np.zeros_like(b)])
    first = [b[0, i * size : (i + 1) * size] for i in range(3)]
    second = [b[1, i * size : (i + 1) * size] for i in range(3)]
    w = [wh[:, i * size : (i + 1) * size] for i in range(3)]
    u = sigmoid(xs[0] + first[0] + h @ w[0] + second[0])
    r = sigmoid(xs[1] + first[1] + h @ w[1] + second[1])
    inner = r * (h @ w[2] + second[2]) if reset_after else (r * h) @ w[2]
    g = np.tanh(xs[2] + first[2] + inner)
    return g + u * (h - g), {"u": u, "r": r, "g": g}


# %% right: gru_cell_forward
def gru_cell_forward(x_t, h, params, reset_after=True):
    size = h.shape[-1]
    bias_x, bias_h = params["b"] if reset_after else (params["b"], np.zeros_like(params["b"]))
    p = (x_t @ params["wx"] + bias_x).reshape(-1, 3, size)
    q = (h @ params["wh"] + bias_h).reshape(-1, 3, size)
    gates = sigmoid(p[:, :2] + q[:, :2])
    u, r = gates[:, 0], gates[:, 1]
    seen = r * q[:, 2] if reset_after else np.einsum("bi,ij->bj", r * h, params["wh"][:, 2 * size :])
    g = np.tanh(p[:, 2] + seen)
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "u and 1 - u exchanged, as in Chung et al."
# fits: "overwrites where it should keep"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    if reset_after:
        g = np.tanh(pg + r * qg)
    else:
        g = np.tanh(pg + (r * h) @ params["wh"][:, -h.shape[1] :])
    return (1 - u) * h + u * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "blocks in the order r, u, g, as in PyTorch"
# fits: "have changed places"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pr, pu, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qr, qu, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    if reset_after:
        g = np.tanh(pg + r * qg)
    else:
        g = np.tanh(pg + (r * h) @ params["wh"][:, -h.shape[1] :])
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "the reset gate comes after the product in both conventions"
# fits: "In the classic convention the reset gate acts"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    g = np.tanh(pg + r * qg)
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "the state's bias for the candidate lies outside the reset gate's reach"
# fits: "has escaped the reset gate"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"].sum(axis=0) if reset_after else params["b"]
    pu, pr, pg = np.split(x_t @ params["wx"] + b, 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    if reset_after:
        g = np.tanh(pg + r * qg)
    else:
        g = np.tanh(pg + (r * h) @ params["wh"][:, -h.shape[1] :])
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "the reset gate resets the kept state too"
# fits: "no part in what is kept"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    if reset_after:
        g = np.tanh(pg + r * qg)
    else:
        g = np.tanh(pg + (r * h) @ params["wh"][:, -h.shape[1] :])
    return u * (r * h) + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "gates come back before the sigmoid and tanh"
# fits: "sums before the squashing"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = pu + qu, pr + qr
    if reset_after:
        g = pg + sigmoid(r) * qg
    else:
        g = pg + (sigmoid(r) * h) @ params["wh"][:, -h.shape[1] :]
    return sigmoid(u) * h + (1 - sigmoid(u)) * np.tanh(g), {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "the candidate goes through the sigmoid like the gates"
# fits: "content and not a gate"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    u, r = sigmoid(pu + qu), sigmoid(pr + qr)
    if reset_after:
        g = sigmoid(pg + r * qg)
    else:
        g = sigmoid(pg + (r * h) @ params["wh"][:, -h.shape[1] :])
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% wrong: gru_cell_forward
# idea: "the state is reset before the gates, which then read the reset state too"
# fits: "reads the state after the reset"
def gru_cell_forward(x_t, h, params, reset_after=True):
    b = params["b"] if reset_after else (params["b"], 0 * params["b"])
    pu, pr, pg = np.split(x_t @ params["wx"] + b[0], 3, axis=1)
    qu, qr, qg = np.split(h @ params["wh"] + b[1], 3, axis=1)
    r = sigmoid(pr + qr)
    rest = np.split((r * h) @ params["wh"] + b[1], 3, axis=1)
    u = sigmoid(pu + rest[0])
    g = np.tanh(pg + (r * qg if reset_after else rest[2]))
    return u * h + (1 - u) * g, {"u": u, "r": r, "g": g}


# %% right: gru_forward
def gru_forward(x, h0, params, mask=None, reset_after=True):
    batch, steps = x.shape[:2]
    hs = np.empty((batch, steps, h0.shape[1]), dtype=h0.dtype)
    for t in range(steps):
        hs[:, t] = hs[:, t - 1] if t else h0
        real = np.arange(batch) if mask is None else np.flatnonzero(mask[:, t])
        if len(real):
            hs[real, t] = gru_cell_forward(x[real, t], hs[real, t].copy(), params, reset_after)[0]
    return hs


# %% right: gru_forward
def gru_forward(x, h0, params, mask=None, reset_after=True):
    if mask is None:
        mask = np.full(x.shape[:2], True)
    x = np.where(mask[..., None], x, np.zeros((), x.dtype))
    states = [h0]
    for step, real in zip(np.swapaxes(x, 0, 1), mask.T, strict=True):
        new, _ = gru_cell_forward(step, states[-1], params, reset_after)
        states.append(np.where(real[:, np.newaxis], new, states[-1]))
    return np.stack(states[1:], axis=1)


# %% wrong: gru_forward
# idea: "keeps by multiplying with 0 and 1: NaN in the padding spreads"
# fits: "NaN times 0 is NaN"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        new, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        if mask is not None:
            m = mask[:, t : t + 1].astype(h0.dtype)
            new = m * new + (1 - m) * h
        h = new
        hs.append(h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "padded steps give zeros, and the state is lost"
# fits: "set to zero, so all that was read is forgotten"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        if mask is not None:
            h = np.where(mask[:, t : t + 1], h, np.zeros_like(h))
        hs.append(h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "the state is kept inside, but zeros are shown at padded steps"
# fits: "zeros come back at padded steps"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    for t in range(x.shape[1]):
        new, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = np.where(mask[:, t : t + 1], new, h)
        hs.append(np.where(mask[:, t : t + 1], h, np.zeros_like(h)))
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "the padding is set to zero and read"
# fits: "set the padding to zero and read it"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    if mask is not None:
        x = np.where(mask[:, :, None], x, np.zeros((), x.dtype))
    h, hs = h0, []
    for t in range(x.shape[1]):
        h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "the padded step is hidden, but the state behind it moves on"
# fits: "the loop goes on from"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, shown, hs = h0, h0, []
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    for t in range(x.shape[1]):
        x_t = np.where(mask[:, t : t + 1], x[:, t], np.zeros((), x.dtype))
        h, _ = gru_cell_forward(x_t, h, params, reset_after)
        shown = np.where(mask[:, t : t + 1], h, shown)
        hs.append(shown)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "takes the mask for lengths: padding only at the end"
# fits: "You make lengths of the mask"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    h, hs = h0, []
    for t in range(x.shape[1]):
        new, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = np.where((t < lengths)[:, None], new, h)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "the convention is not handed on"
# fits: "does not reach the cell"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    for t in range(x.shape[1]):
        new, _ = gru_cell_forward(x[:, t], h, params)
        h = np.where(mask[:, t : t + 1], new, h)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "states before each step, h0 first"
# fits: "those before each step"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    for t in range(x.shape[1]):
        hs.append(h)
        new, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        h = np.where(mask[:, t : t + 1], new, h)
    return np.stack(hs, axis=1)


# %% wrong: gru_forward
# idea: "skips a step only where the whole batch is padded"
# fits: "only where all sequences are padded"
def gru_forward(x, h0, params, mask=None, reset_after=True):
    h, hs = h0, []
    for t in range(x.shape[1]):
        if mask is None or mask[:, t].any():
            h, _ = gru_cell_forward(x[:, t], h, params, reset_after)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% right: bidirectional
def bidirectional(forward, backward, x, mask=None):
    turned = None if mask is None else np.flip(mask, axis=1).copy()
    left = forward(x, mask)
    right = np.flip(backward(np.flip(x, axis=1).copy(), turned), axis=1)
    hs = np.concatenate([left, right], axis=-1)
    if mask is not None:
        hs[~mask] = 0
    return hs


# %% right: bidirectional
def bidirectional(forward, backward, x, mask=None):
    order = np.arange(x.shape[1])[::-1]
    both = [forward(x, mask), backward(x[:, order], mask if mask is None else mask[:, order])[:, order]]
    width = both[0].shape[2]
    hs = np.zeros((*x.shape[:2], width + both[1].shape[2]), dtype=both[0].dtype)
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    hs[real, :width], hs[real, width:] = both[0][real], both[1][real]
    return hs


# %% wrong: bidirectional
# idea: "the backward states are not flipped back"
# fits: "in the order in which they were read"
def bidirectional(forward, backward, x, mask=None):
    back = backward(x[:, ::-1], None if mask is None else mask[:, ::-1])
    hs = np.concatenate([forward(x, mask), back], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "the mask is not flipped with the sequence"
# fits: "flip the inputs and not the mask"
def bidirectional(forward, backward, x, mask=None):
    hs = np.concatenate([forward(x, mask), backward(x[:, ::-1], mask)[:, ::-1]], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "padded steps keep the readers' states"
# fits: "kept states come through"
def bidirectional(forward, backward, x, mask=None):
    back = backward(x[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]
    return np.concatenate([forward(x, mask), back], axis=2)


# %% wrong: bidirectional
# idea: "the second reader reads forward too"
# fits: "Both readers go from left to right"
def bidirectional(forward, backward, x, mask=None):
    hs = np.concatenate([forward(x, mask), backward(x, mask)], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "the states are added"
# fits: "are added up"
def bidirectional(forward, backward, x, mask=None):
    hs = forward(x, mask) + backward(x[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "padding removed by multiplying with the mask: NaN stays"
# fits: "NaN times 0 is NaN"
def bidirectional(forward, backward, x, mask=None):
    back = backward(x[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]
    hs = np.concatenate([forward(x, mask), back], axis=2)
    return hs if mask is None else hs * mask[:, :, None]


# %% wrong: bidirectional
# idea: "flips the batch"
# fits: "or that of the"
def bidirectional(forward, backward, x, mask=None):
    back = backward(x[::-1], None if mask is None else mask[::-1])[::-1]
    hs = np.concatenate([forward(x, mask), back], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "flips only the real part of each sequence by its length: holes are moved"
# fits: "as many first steps as are real"
def bidirectional(forward, backward, x, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    turned = x.copy()
    for row, n in enumerate(lengths):
        turned[row, :n] = x[row, :n][::-1]
    back = backward(turned, mask)
    hs = forward(x, mask)
    again = back.copy()
    for row, n in enumerate(lengths):
        again[row, :n] = back[row, :n][::-1]
    hs = np.concatenate([hs, again], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% wrong: bidirectional
# idea: "the backward reader starts on the forward reader's states"
# fits: "reads the forward one's states"
def bidirectional(forward, backward, x, mask=None):
    ahead = forward(x, mask)
    back = backward(ahead[:, ::-1], None if mask is None else mask[:, ::-1])[:, ::-1]
    hs = np.concatenate([ahead, back], axis=2)
    return hs if mask is None else np.where(mask[:, :, None], hs, 0)


# %% right: rnn_parameter_count
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    if kind not in {"rnn", "lstm", "gru", "classic gru"}:
        raise ValueError(f"unknown kind {kind}")
    directions = 2 if both_ways else 1
    blocks = {"rnn": 1, "lstm": 4}.get(kind, 3)
    weights = units * inputs + (num_layers - 1) * units * units * directions + num_layers * units * units
    biases = num_layers * units * (2 if kind == "gru" else 1)
    return directions * blocks * (weights + biases)


# %% right: rnn_parameter_count
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    try:
        blocks, biases = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}[kind]
    except KeyError:
        raise ValueError(kind) from None
    if num_layers == 0:
        return 0
    ways = 1 + bool(both_ways)
    here = ways * blocks * units * (inputs + units + biases)
    return here + rnn_parameter_count(kind, units, ways * units, num_layers - 1, both_ways)


# %% wrong: rnn_parameter_count
# idea: "the upper layers read H inputs, in both directions too"
# fits: "more than one direction's states"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    sizes = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}
    if kind not in sizes:
        raise ValueError(kind)
    blocks, biases = sizes[kind]
    total = 0
    for layer in range(num_layers):
        total += blocks * units * ((units if layer else inputs) + units + biases)
    return total * (2 if both_ways else 1)


# %% wrong: rnn_parameter_count
# idea: "every layer reads the D inputs"
# fits: "all layers like the lowest one"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    sizes = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}
    if kind not in sizes:
        raise ValueError(kind)
    blocks, biases = sizes[kind]
    return num_layers * blocks * units * (inputs + units + biases) * (2 if both_ways else 1)


# %% wrong: rnn_parameter_count
# idea: "one bias a unit in Keras's GRU as well"
# fits: "more biases than you count"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3, "classic gru": 3}
    if kind not in blocks:
        raise ValueError(kind)
    total, ways = 0, 2 if both_ways else 1
    for _ in range(num_layers):
        total += ways * blocks[kind] * units * (inputs + units + 1)
        inputs = ways * units
    return total


# %% wrong: rnn_parameter_count
# idea: "the second bias row everywhere, as in PyTorch"
# fits: "You give every kind a second bias"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    sizes = {"rnn": (1, 2), "lstm": (4, 2), "gru": (3, 2), "classic gru": (3, 1)}
    if kind not in sizes:
        raise ValueError(kind)
    blocks, biases = sizes[kind]
    total, ways = 0, 2 if both_ways else 1
    for _ in range(num_layers):
        total += ways * blocks * units * (inputs + units + biases)
        inputs = ways * units
    return total


# %% wrong: rnn_parameter_count
# idea: "both directions double the units, recurrent weights included"
# fits: "Each direction reads its own states only"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    sizes = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}
    if kind not in sizes:
        raise ValueError(kind)
    blocks, biases = sizes[kind]
    units *= 2 if both_ways else 1
    total = 0
    for _ in range(num_layers):
        total += blocks * units * (inputs + units + biases)
        inputs = units
    return total


# %% wrong: rnn_parameter_count
# idea: "an unknown kind raises KeyError"
# fits: "not in the one that the docstring promises"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    blocks, biases = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}[kind]
    total, ways = 0, 2 if both_ways else 1
    for _ in range(num_layers):
        total += ways * blocks * units * (inputs + units + biases)
        inputs = ways * units
    return total


# %% wrong: rnn_parameter_count
# idea: "only the lowest layer reads both ways"
# fits: "Only your lowest layer"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    sizes = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2), "classic gru": (3, 1)}
    if kind not in sizes:
        raise ValueError(kind)
    blocks, biases = sizes[kind]
    total, ways = 0, 2 if both_ways else 1
    for layer in range(num_layers):
        total += (1 if layer else ways) * blocks * units * (inputs + units + biases)
        inputs = ways * units
    return total


# %% wrong: rnn_parameter_count
# idea: "every other kind is taken for the classic GRU"
# fits: "what the docstring refuses is taken"
# fits: "counted as if it were another"
def rnn_parameter_count(kind, units, inputs, num_layers=1, both_ways=False):
    blocks, biases = {"rnn": (1, 1), "lstm": (4, 1), "gru": (3, 2)}.get(kind, (3, 1))
    total, ways = 0, 2 if both_ways else 1
    for _ in range(num_layers):
        total += ways * blocks * units * (inputs + units + biases)
        inputs = ways * units
    return total


# %% right: build_deep_rnn
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    if kind not in ("rnn", "lstm", "gru"):
        raise ValueError("kind is one of rnn, lstm, gru")
    layer_class = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[kind]
    model = keras.Sequential([keras.Input((None, num_inputs))])
    if mask_value is not None:
        model.add(layers.Masking(mask_value))
    for place, size in enumerate(units, start=1):
        layer = layer_class(size, return_sequences=place < len(units))
        model.add(layers.Bidirectional(layer) if both_ways else layer)
    model.add(layers.Dense(num_outputs))
    return model


# %% right: build_deep_rnn
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    make = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}.get(kind)
    if make is None:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    mask = None if mask_value is None else ops.any(ops.not_equal(inputs, mask_value), axis=-1)
    states = inputs
    *lower, top = units
    for size in lower:
        layer = make(size, return_sequences=True)
        layer = layers.Bidirectional(layer) if both_ways else layer
        states = layer(states, mask=mask)
    layer = layers.Bidirectional(make(top)) if both_ways else make(top)
    return keras.Model(inputs, layers.Dense(num_outputs)(layer(states, mask=mask)))


# %% wrong: build_deep_rnn
# idea: "the top layer hands up all states, the last column is taken: the backward half has read one step"
# fits: "You take the column of the last step"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for size in units:
        layer = kinds[kind](size, return_sequences=True)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states[:, -1]))


# %% wrong: build_deep_rnn
# idea: "lower layers hand up the last state only"
# fits: "must hand up the states of all steps"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for size in units:
        layer = kinds[kind](size)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "probabilities, not logits"
# fits: "Probabilities come out"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for place, size in enumerate(units):
        layer = kinds[kind](size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs, activation="softmax")(states))


# %% wrong: build_deep_rnn
# idea: "a mask value of 0 counts as none"
# fits: "A mask value of 0 is taken for none"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = layers.Masking(mask_value)(inputs) if mask_value else inputs
    for place, size in enumerate(units):
        layer = kinds[kind](size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "the directions' states are added"
# fits: "The two directions are added up"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for place, size in enumerate(units):
        layer = kinds[kind](size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer, merge_mode="sum") if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "always masks, with 0 where no value is given"
# fits: "Steps of zeros are skipped"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = layers.Masking(0.0 if mask_value is None else mask_value)(inputs)
    for place, size in enumerate(units):
        layer = kinds[kind](size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "only the top layer reads both ways"
# fits: "Only the top layer reads"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for place, size in enumerate(units):
        top = place == len(units) - 1
        layer = kinds[kind](size, return_sequences=not top)
        states = (layers.Bidirectional(layer) if both_ways and top else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "the mean of all states, padding included"
# fits: "You average the states over time"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for size in units:
        layer = kinds[kind](size, return_sequences=True)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(ops.mean(states, axis=1)))


# %% wrong: build_deep_rnn
# idea: "units in the order from the top down"
# fits: "in the reverse order"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    if kind not in kinds:
        raise ValueError(kind)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for place, size in enumerate(units[::-1]):
        layer = kinds[kind](size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))


# %% wrong: build_deep_rnn
# idea: "an unknown kind becomes a GRU"
# fits: "built as if it were one"
# fits: "what the docstring refuses is taken"
def build_deep_rnn(kind, num_inputs, units, num_outputs, both_ways=False, mask_value=None):
    make = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM}.get(kind, layers.GRU)
    inputs = keras.Input((None, num_inputs))
    states = inputs if mask_value is None else layers.Masking(mask_value)(inputs)
    for place, size in enumerate(units):
        layer = make(size, return_sequences=place < len(units) - 1)
        states = (layers.Bidirectional(layer) if both_ways else layer)(states)
    return keras.Model(inputs, layers.Dense(num_outputs)(states))
