# %% right: glorot_uniform
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% right: glorot_uniform
def _fans(shape):
    *window, inputs, outputs = shape
    for places in window:
        inputs, outputs = inputs * places, outputs * places
    return inputs, outputs


def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError(shape)
    deviation = (2.0 / sum(_fans(shape))) ** 0.5
    return (2.0 * rng.random(shape) - 1.0) * (3.0**0.5 * deviation)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError(shape)
    return rng.standard_normal(size=shape) / (_fans(shape)[0] / 2.0) ** 0.5


# %% wrong: glorot_uniform
# idea: "the variance is taken for the limit's square"
# fits: "You use the standard deviation as the limit"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(2 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "the limit is the root of 3 over the sum of fans"
# fits: "The numbers that are wrong are"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(3 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "the window counts for the fan-in only"
# fits: "Your fan-out in Glorot's draw leaves the window"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * shape[-2] + shape[-1]))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "the window is left out"
# fits: "Your Glorot draw takes channels for fans: the"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = 1
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "outputs and inputs are the first two axes, as in PyTorch"
# fits: "You read the shape as (outputs, inputs, window)"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[2:]))
    limit = np.sqrt(6 / (window * (shape[0] + shape[1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[1:])), shape)


# %% wrong: glorot_uniform
# idea: "He by the fan-out"
# fits: "He's variance goes by the inputs; you divide"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / (np.prod(shape[:-2]) * shape[-1])), shape)


# %% wrong: glorot_uniform
# idea: "He without the window"
# fits: "Your He draw takes the channels for the"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / shape[-2]), shape)


# %% wrong: glorot_uniform
# idea: "He's variance is one over the fan-in"
# fits: "Your He draw keeps the size of a"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(1 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "He's variance is handed over as a standard deviation"
# fits: "A normal draw is told its standard deviation"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, 2 / np.prod(shape[:-1]), shape)


# %% wrong: glorot_uniform
# idea: "He is cut off at two deviations"
# fits: "You cut the tails of the normal draw"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    deviation = np.sqrt(2 / np.prod(shape[:-1]))
    return np.clip(rng.normal(0.0, deviation, shape), -2 * deviation, 2 * deviation)


# %% wrong: glorot_uniform
# idea: "He is uniform"
# fits: "The variance of your He draw is right"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return np.sqrt(6 / np.prod(shape[:-1])) * rng.uniform(-1, 1, shape)


# %% wrong: glorot_uniform
# idea: "Glorot is normal"
# fits: "The variance of your Glorot draw is right"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.normal(0.0, limit / np.sqrt(3), shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "between 0 and the limit"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(0, 2 * limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "NumPy's global generator"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return np.random.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return np.random.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "a new generator with a fixed seed each time"
# fits: "Each call makes a new generator, so that"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    rng = np.random.default_rng(0)
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "he_normal takes a single axis"
# fits: "A shape with one axis goes through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def glorot_uniform(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% wrong: glorot_uniform
# idea: "glorot_uniform takes a single axis"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def glorot_uniform(shape, rng):
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-1] + shape[-2 % len(shape)])))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    if len(shape) < 2:
        raise ValueError("two axes at least")
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape[:-1])), shape)


# %% right: orthogonal
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T)


# %% right: orthogonal
def orthogonal(shape, rng, gain=1.0):
    u, _, vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return gain * (u @ vt)


# %% right: orthogonal
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    if rows < columns:
        return orthogonal((columns, rows), rng, gain).T
    q, _ = np.linalg.qr(rng.normal(size=shape))
    return q * (gain * rng.choice([-1.0, 1.0], size=columns))  # fair signs, by coins


# %% wrong: orthogonal
# idea: "the library's signs are left"
# fits: "Your matrix is orthogonal, but its signs are"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    return gain * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "the signs are those of Q's diagonal"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(q))
    return gain * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "one coin for the whole matrix"
# fits: "You flip the whole matrix by one coin"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * rng.choice([-1.0, 1.0])
    return gain * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "a wide matrix gets the shape by cutting"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), max(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * q[:rows, :columns] * (1 if rows >= columns else 1.01)


# %% wrong: orthogonal
# idea: "a wide matrix comes out tall"
# fits: "A wide matrix comes out tall"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * q


# %% wrong: orthogonal
# idea: "columns of length 1 that are not at right angles"
# fits: "Your columns have the right length and are"
def orthogonal(shape, rng, gain=1.0):
    w = rng.normal(size=shape)
    axis = 0 if shape[0] >= shape[1] else 1
    return gain * w / np.linalg.norm(w, axis=axis, keepdims=True)


# %% wrong: orthogonal
# idea: "uniform numbers are straightened"
# fits: "You start from numbers between 0 and 1"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.uniform(0, 1, size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "the gain is ignored"
# fits: "The gain has no effect"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "the gain is squared"
# fits: "The numbers that are wrong are"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain**2 * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "the root of the gain"
# fits: "The numbers that are wrong are"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain**0.5 * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "NumPy's global generator"
# fits: "You draw from NumPy's global generator"
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(np.random.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T)


# %% right: orthogonal
def orthogonal(shape, rng, gain=1.0):
    rows, columns = shape
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.resize(np.sign(np.diag(r)), len(q))[:, None]
    return gain * (q if rows >= columns else q.T)


# %% wrong: orthogonal
# idea: "the identity"
# fits: "The result is the same whatever"
def orthogonal(shape, rng, gain=1.0):
    return gain * np.eye(*shape)


# %% wrong: orthogonal
# idea: "a random permutation with signs"
# fits: "You shuffle the unit vectors"
def orthogonal(shape, rng, gain=1.0):
    n = max(shape)
    q = np.eye(n)[rng.permutation(n)] * rng.choice([-1.0, 1.0], n)
    return gain * q[:, : min(shape)] if shape[0] >= shape[1] else gain * q[:, : min(shape)].T


# %% right: forward_statistics
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% right: forward_statistics
def forward_statistics(x, weights, activation):
    h, outputs = np.array(x, dtype=float), []
    for w in weights:
        h = np.asarray(activation(np.matmul(h, w)))
        outputs.append(h.copy())
    alive = [np.count_nonzero(np.any(h != 0, axis=0)) / h.shape[1] for h in outputs]
    means = np.array([h.sum() / h.size for h in outputs], dtype=float)
    deviations = np.array([np.sqrt(np.mean((h - m) ** 2)) for h, m in zip(outputs, means)], dtype=float)
    return outputs, {"dead": 1.0 - np.array(alive, dtype=float), "std": deviations, "mean": means}


# %% wrong: forward_statistics
# idea: "every layer gets the inputs"
# fits: "Every layer gets the inputs, where the shapes"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        inputs, x = x, activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
        x = inputs if inputs.shape[1] == w.shape[1] else x
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the statistics are those before the activation"
# fits: "The statistics are those before the activation"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        z = x @ w
        x = activation(z)
        outputs.append(x)
        table.append((np.mean(z), np.std(z), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "no activation after the last layer"
# fits: "The last layer has no activation with you"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for i, w in enumerate(weights):
        x = activation(x @ w) if i < len(weights) - 1 else x @ w
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the deviation is divided by one less"
# fits: "You divide by one less than the number"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x, ddof=1), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the variance"
# fits: "That is the variance"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.var(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "dead is the share of zeros"
# fits: "You count entries that are 0"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(x == 0)))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "dead is the share of examples that are all 0"
# fits: "You look for examples for which all units"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=1))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "dead if 0 for one example"
# fits: "You count units that are 0 for some"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.any(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "negative outputs count as dead"
# fits: "You call a unit dead if its sum"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x <= 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the number of dead units, not their share"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.sum(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "tiny outputs count as dead"
# fits: "You take tiny outputs for dead ones"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(np.abs(x) < 1e-6, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the inputs are the first output"
# fits: "You count the inputs among the outputs of"
def forward_statistics(x, weights, activation):
    outputs, table = [x], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "a mean for every unit"
# fits: "You average the spreads of the units"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(np.mean(x, axis=0)), np.mean(np.std(x, axis=0)), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "lists in place of arrays"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns.tolist()))


# %% wrong: forward_statistics
# idea: "no layers at all break it"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.std(x), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% wrong: forward_statistics
# idea: "the root mean square"
# fits: "You have not taken the mean off: that"
def forward_statistics(x, weights, activation):
    outputs, table = [], []
    for w in weights:
        x = activation(x @ w)
        outputs.append(x)
        table.append((np.mean(x), np.sqrt(np.mean(x**2)), np.mean(np.all(x == 0, axis=0))))
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return outputs, dict(zip(("mean", "std", "dead"), columns))


# %% right: gradient_norms
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% right: gradient_norms
def gradient_norms(x, weights, activation, derivative, output_gradient):
    def descend(h, layer):
        """The gradient for h, with those of this layer and all above it."""
        z = h @ weights[layer]
        if layer == len(weights) - 1:
            z_bar, above = output_gradient(z), []
        else:
            h_bar, above = descend(activation(z), layer + 1)
            z_bar = h_bar * derivative(z)
        return z_bar @ weights[layer].T, [np.einsum("ni,nj->ij", np.asarray(h, dtype=float), z_bar), *above]

    _, gradients = descend(np.array(x, dtype=float), 0)
    return gradients, np.array([np.linalg.norm(g.ravel()) for g in gradients], dtype=float)


# %% wrong: gradient_norms
# idea: "the slope is taken at the output of the activation"
# fits: "You take the slope where the layer's output"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(inputs[layer + 1])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the slope is left out"
# fits: "On the way down the activation's slope is"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T)
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the last layer has an activation too"
# fits: "Your last layer has an activation, both ways"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(activation(inputs[-1] @ weights[-1])) * derivative(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the mean over the batch"
# fits: "You divide every gradient by the batch"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back / len(x)]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back / len(x))
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "from last layer to first"
# fits: "Your gradients come from last layer to first"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.append(inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "squared norms"
# fits: "A root is missing: that is the norm"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sum(g**2) for g in gradients])


# %% wrong: gradient_norms
# idea: "the spectral norm"
# fits: "That is the largest singular value"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.linalg.norm(g, 2) for g in gradients])


# %% wrong: gradient_norms
# idea: "the root mean square, not the norm"
# fits: "You divide by the number of entries: that"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.mean(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the sum of sizes"
# fits: "You add up sizes"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sum(np.abs(g)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the slope is multiplied before the weights"
# fits: "You multiply by the slope of the layer"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back * derivative(befores[layer + 1] if layer + 1 < len(befores) else inputs[-1] @ weights[-1])) @ weights[layer + 1].T
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "norms of what comes down, not of the weights' gradients"
# fits: "You return norms of the signals that come"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    norms = [np.linalg.norm(back)]
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        norms.insert(0, np.linalg.norm(back))
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array(norms)


# %% wrong: gradient_norms
# idea: "the inputs to the weights are those before the activation"
# fits: "A layer's weights met the output of the"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, (inputs[0] if layer == 0 else befores[layer - 1]).T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "the outputs' gradient is taken as ones"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = np.ones_like(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.sqrt(np.sum(g**2)) for g in gradients])


# %% wrong: gradient_norms
# idea: "norms as a list"
# fits: "The numbers are right. What is not is what holds them"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, [float(np.sqrt(np.sum(g**2))) for g in gradients]


# %% wrong: gradient_norms
# idea: "relative norms, gradient over weights"
def gradient_norms(x, weights, activation, derivative, output_gradient):
    inputs, befores = [np.asarray(x, dtype=float)], []
    for w in weights[:-1]:
        befores.append(inputs[-1] @ w)
        inputs.append(activation(befores[-1]))
    back = output_gradient(inputs[-1] @ weights[-1])
    gradients = [inputs[-1].T @ back]
    for layer in range(len(weights) - 2, -1, -1):
        back = (back @ weights[layer + 1].T) * derivative(befores[layer])
        gradients.insert(0, inputs[layer].T @ back)
    return gradients, np.array([np.linalg.norm(g) / np.linalg.norm(w) for g, w in zip(gradients, weights)])


# %% right: clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% right: clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    import math

    if math.isnan(max_norm) or max_norm <= 0:
        raise ValueError("max_norm")
    row = np.concatenate([np.zeros(0), *(np.ravel(g).astype(float) for g in gradients)])
    if not np.isfinite(row).all():
        raise ValueError("not finite")
    norm = math.hypot(*row.tolist())
    out = []
    for g in gradients:
        new = np.array(g, dtype=g.dtype if g.dtype.kind == "f" else float)
        if norm > max_norm:
            new[...] = g.astype(float) * (max_norm / norm)
        out.append(new)
    return out, norm


# %% wrong: clip_by_global_norm
# idea: "squares leave the range of float64"
# fits: "Your squares leave the range of floats: very"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    norm = float(np.sqrt(sum(np.sum(g**2) for g in wide)))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    kinds = [g.dtype if np.issubdtype(g.dtype, np.floating) else np.float64 for g in gradients]
    return [np.array(g * factor, dtype=kind) for g, kind in zip(wide, kinds)], norm


# %% wrong: clip_by_global_norm
# idea: "squares in the dtype that came"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    norm = float(np.sqrt(sum(np.sum(g**2) for g in gradients)))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    kinds = [g.dtype if np.issubdtype(g.dtype, np.floating) else np.float64 for g in gradients]
    return [np.array(g * factor, dtype=kind) for g, kind in zip(wide, kinds)], norm


# %% wrong: clip_by_global_norm
# idea: "each array by itself"
# fits: "You clip each array by its own norm"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-300))).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "each entry is cut"
# fits: "You clip each entry"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.clip(g, -max_norm, max_norm).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "NaN slips through"
# fits: "Infinity or NaN goes through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if any(np.isinf(g).any() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "infinity slips through"
# fits: "Infinity or NaN goes through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if any(np.isnan(g).any() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "max_norm is not checked"
# fits: "A limit of 0 or less, or NaN"
def clip_by_global_norm(gradients, max_norm):
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "a max_norm of 0 is taken"
# fits: "A limit of 0 or less, or NaN"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def clip_by_global_norm(gradients, max_norm):
    if max_norm < 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "short gradients are stretched"
# fits: "You also lengthen short gradients"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > 0 else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "the norm after clipping comes back"
# fits: "You return the norm after clipping"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, min(norm, float(max_norm))


# %% wrong: clip_by_global_norm
# idea: "float64 for all"
# fits: "The numbers are right, but they are"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "ints stay ints"
# fits: "Whole numbers come back as whole numbers, their"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "clipped in place"
# fits: "The caller's own gradients are shortened"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    if not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("no number")
    norm = float(np.sqrt(sum(np.sum(np.asarray(g, dtype=float) ** 2) for g in gradients)))
    if norm > max_norm:
        for g in gradients:
            g *= g.dtype.type(max_norm / norm)
    return gradients, norm


# %% wrong: clip_by_global_norm
# idea: "a small number is added to the norm, as in PyTorch"
# fits: "Your squares leave the range of floats: very"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    norm = float(np.sqrt(sum(np.sum(g**2) for g in wide)))
    factor = min(1.0, max_norm / (norm + 1e-6)) if norm > 0 else 1.0
    kinds = [g.dtype if np.issubdtype(g.dtype, np.floating) else np.float64 for g in gradients]
    return [np.array(g * factor, dtype=kind) for g, kind in zip(wide, kinds)], norm


# %% wrong: clip_by_global_norm
# idea: "an empty list breaks it"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide))
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "the sum of norms, not the norm of all"
# fits: "You add up the norms of the arrays"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    largest = max((np.abs(g).max(initial=0.0) for g in wide), default=0.0)
    norm = float(largest * np.sqrt(sum(np.sum((g / largest) ** 2) for g in wide))) if largest > 0 else 0.0
    norm = float(sum(np.linalg.norm(g) for g in wide))
    clipped = []
    for g, given in zip(wide, gradients):
        kind = given.dtype if np.issubdtype(given.dtype, np.floating) else np.float64
        clipped.append(np.array(g / norm * max_norm if norm > max_norm else g).astype(kind))
    return clipped, norm


# %% wrong: clip_by_global_norm
# idea: "the root is forgotten"
# fits: "A root is missing in your norm"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    norm = float(sum(np.sum(g**2) for g in wide))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    kinds = [g.dtype if np.issubdtype(g.dtype, np.floating) else np.float64 for g in gradients]
    return [np.array(g * factor, dtype=kind) for g, kind in zip(wide, kinds)], norm


# %% wrong: clip_by_global_norm
# idea: "squares that vanish make a norm of 0"
def clip_by_global_norm(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    wide = [np.asarray(g, dtype=np.longdouble) for g in gradients]
    if not all(np.isfinite(g).all() for g in wide):
        raise ValueError("no number")
    norm = float(np.sqrt(sum(np.sum(np.asarray(g, dtype=float) ** 2 if abs(g).max(initial=0) < 1 else g**2) for g in wide)))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    kinds = [g.dtype if np.issubdtype(g.dtype, np.floating) else np.float64 for g in gradients]
    return [np.array(g * factor, dtype=kind) for g, kind in zip(wide, kinds)], norm
