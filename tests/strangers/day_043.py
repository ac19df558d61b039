# %% right: grid
def grid(space):
    names = list(space)
    result = []

    def fill(chosen):
        if len(chosen) == len(names):
            result.append(dict(zip(names, chosen, strict=True)))
            return
        for value in space[names[len(chosen)]]:
            fill([*chosen, value])

    fill([])
    return result


# %% right: grid
def grid(space):
    total = math.prod(len(values) for values in space.values())
    rows = [{} for _ in range(total)]
    block = total
    for name, values in space.items():
        block //= max(len(values), 1)
        for i, row in enumerate(rows):
            row[name] = values[i // block % len(values)]
    return rows


# %% wrong: grid
# idea: "zips the lists instead of combining them"
# fits: "in step"
def grid(space):
    return [dict(zip(space.keys(), row, strict=False)) for row in zip(*space.values(), strict=False)]


# %% wrong: grid
# idea: "the first name changes fastest"
# fits: "first name changes fastest"
def grid(space):
    combinations = [{}]
    for name in list(space)[::-1]:
        combinations = [{name: value, **entry} for entry in combinations for value in space[name]]
    return combinations


# %% wrong: grid
# idea: "duplicates are removed and the order is lost by sets of texts"
def grid(space):
    rows = itertools.product(*space.values())
    return [dict(zip(space, row, strict=True)) for row in sorted(rows, key=str)]


# %% wrong: grid
# idea: "one dict that is filled again and again"
# fits: "one and the same dict"
def grid(space):
    out, row = [], dict.fromkeys(space)
    for values in itertools.product(*space.values()):
        for name, value in zip(space, values, strict=True):
            row[name] = value
        out.append(row)
    return out


# %% wrong: grid
# idea: "an empty list for no settings"
# fits: "still one candidate"
def grid(space):
    result = []
    for values in itertools.product(*space.values()):
        if values:
            result.append(dict(zip(space, values, strict=True)))
    return result


# %% right: log_uniform
def log_uniform(low, high, rng, size=None):
    if low <= 0:
        raise ValueError(f"low must be above 0. Received: {low}")
    if high < low:
        raise ValueError(f"high is below low. Received: {low}, {high}")
    log_low, log_high = np.log10(float(low)), np.log10(float(high))
    exponent = log_low + (log_high - log_low) * rng.random(size)
    out = np.minimum(np.maximum(10.0**exponent, low), high)
    return float(out) if size is None else np.asarray(out, dtype=np.float64)


# %% right: log_uniform
def log_uniform(low, high, rng, size=None):
    if not (low > 0 and low <= high):
        raise ValueError
    shape = () if size is None else size
    draws = np.clip(np.exp(rng.uniform(np.log(float(low)), np.log(float(high)), shape)), low, high)
    return draws.item() if size is None else draws


# %% wrong: log_uniform
# idea: "uniform on the plain scale"
# fits: "draw the number itself evenly"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError
    draws = low + (high - low) * rng.random(size)
    return float(draws) if size is None else draws


# %% wrong: log_uniform
# idea: "base 10 there, base e back"
# fits: "natural logarithms and go back by powers of ten"
# fits: "not spread evenly"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError
    draws = np.exp(rng.uniform(np.log10(low), np.log10(high), size))
    return float(draws) if size is None else draws


# %% wrong: log_uniform
# idea: "quotient overflows"
# fits: "quotient of the two ends overflows"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError
    draws = np.clip(low * (float(high) / float(low)) ** rng.random(size), low, high)
    return float(draws) if size is None else draws


# %% wrong: log_uniform
# idea: "does not refuse low = 0"
# fits: "must be refused"
def log_uniform(low, high, rng, size=None):
    if low < 0 or high < low:
        raise ValueError
    low = max(low, 1e-300)
    draws = np.clip(np.exp(rng.uniform(np.log(low), np.log(high), size)), low, high)
    return float(draws) if size is None else draws


# %% wrong: log_uniform
# idea: "ignores size"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError
    return float(min(max(math.exp(rng.uniform(math.log(low), math.log(high))), low), high))


# %% right: random_search
def random_search(space, n, rng):
    def draw(entry):
        if type(entry) is list:
            return entry[int(rng.random() * len(entry))]
        kind, low, high = entry
        if kind == "integer":
            return int(rng.choice(np.arange(low, high + 1)))
        if kind == "linear":
            return float(low + (high - low) * rng.random())
        if kind != "log":
            raise ValueError(f"unknown kind. Received: {kind}")
        return log_uniform(low, high, rng)

    found = []
    while len(found) < n:
        found.append({name: draw(space[name]) for name in space})
    return found


# %% right: random_search
def random_search(space, n, rng):
    rows = [dict.fromkeys(space) for _ in range(n)]
    for name, entry in space.items():
        for row in rows:
            if isinstance(entry, list):
                row[name] = entry[rng.integers(0, len(entry))]
            elif entry[0] == "linear":
                row[name] = float(rng.uniform(entry[1], entry[2]))
            elif entry[0] == "log":
                row[name] = float(log_uniform(*entry[1:], rng))
            elif entry[0] == "integer":
                row[name] = int(rng.integers(*entry[1:], endpoint=True))
            else:
                raise ValueError(entry[0])
    return rows


# %% wrong: random_search
# idea: "rng.choice on the list"
# fits: "Draw a place instead of a value"
def random_search(space, n, rng):
    def draw(entry):
        if isinstance(entry, list):
            value = rng.choice(entry)
            return value.item() if hasattr(value, "item") else value
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        if kind == "integer":
            return int(rng.integers(low, high + 1))
        raise ValueError

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]


# %% wrong: random_search
# idea: "upper end left out"
# fits: "upper end of an integer range"
def random_search(space, n, rng):
    def draw(entry):
        if isinstance(entry, list):
            return entry[rng.integers(len(entry))]
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        if kind == "integer":
            return int(rng.integers(low, max(high, low + 1)))
        raise ValueError

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]


# %% wrong: random_search
# idea: "linear where log was asked for"
# fits: "logarithmic scale was drawn evenly"
def random_search(space, n, rng):
    def draw(entry):
        if isinstance(entry, list):
            return entry[rng.integers(len(entry))]
        kind, low, high = entry
        if kind in ("linear", "log"):
            return float(rng.uniform(low, high))
        if kind == "integer":
            return int(rng.integers(low, high + 1))
        raise ValueError

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]


# %% wrong: random_search
# idea: "unknown kinds count as integers"
# fits: "A kind of range that nobody knows"
def random_search(space, n, rng):
    def draw(entry):
        if isinstance(entry, list):
            return entry[rng.integers(len(entry))]
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        return int(rng.integers(low, high + 1))

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]


# %% wrong: random_search
# idea: "values of a list without replacement, in turn"
def random_search(space, n, rng):
    def draw(entry, i):
        if isinstance(entry, list):
            return entry[i % len(entry)]
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        if kind == "integer":
            return low + i % (high - low + 1)
        raise ValueError

    return [{name: draw(entry, i) for name, entry in space.items()} for i in range(n)]


# %% right: successive_halving
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    if n == 0:
        raise ValueError("no candidates. Received: an empty list")
    rounds = math.ceil(math.log2(n))
    if rounds and budget // (n * rounds) < 1:
        raise ValueError(f"budget is too small. Received: {budget}")
    alive, total, history = set(range(n)), 0, []
    for _ in range(rounds):
        total += budget // (len(alive) * rounds)
        scores = {}
        for i in sorted(alive):
            loss = float(evaluate(configs[i], total))
            scores[i] = float("inf") if np.isnan(loss) else loss
        history.append((total, scores))
        keep = math.ceil(len(alive) / 2)
        alive = {i for _, i in sorted((loss, i) for i, loss in scores.items())[:keep]}
    return configs[alive.pop()], history


# %% right: successive_halving
def successive_halving(configs, evaluate, budget):
    rounds, count = 0, len(configs)
    while count > 1:
        count, rounds = (count + 1) // 2, rounds + 1
    if not len(configs) or budget < rounds * len(configs):
        raise ValueError("budget or candidates")
    left, epochs, history = [*range(len(configs))], 0, []
    while len(left) > 1:
        epochs = epochs + budget // (rounds * len(left))
        losses = np.nan_to_num([float(evaluate(configs[i], epochs)) for i in left], nan=np.inf, posinf=np.inf)
        history.append((epochs, {i: float(loss) for i, loss in zip(left, losses, strict=True)}))
        order = np.argsort(losses, kind="stable")
        left = sorted(left[j] for j in order[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "passes only the additional epochs"
# fits: "the epochs of this round alone"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or budget < n * rounds:
        raise ValueError
    left, history = list(range(n)), []
    while len(left) > 1:
        r = budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], r)) for i in left}
        losses = {i: math.inf if math.isnan(v) else v for i, v in losses.items()}
        history.append((r, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "rounds the half down"
# fits: "rounded up"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or budget < n * rounds:
        raise ValueError
    left, total, history = list(range(n)), 0, []
    while len(left) > 1:
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(v) else v for i, v in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: len(left) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "spends the whole budget each round"
# fits: "whole budget"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or budget < n * rounds:
        raise ValueError
    left, total, history = list(range(n)), 0, []
    while len(left) > 1:
        total += budget // len(left)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(v) else v for i, v in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "NaN left as it is"
# fits: "no number compares as false"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or budget < n * rounds:
        raise ValueError
    left, total, history = list(range(n)), 0, []
    while len(left) > 1:
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "keeps the highest, as for accuracies"
# fits: "You keep the highest losses"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = math.ceil(math.log2(n)) if n else 0
    if n == 0 or budget < n * rounds:
        raise ValueError
    left, total, history = list(range(n)), 0, []
    while len(left) > 1:
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(v) else v for i, v in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=lambda i: -losses[i])[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% right: expected_improvement
def expected_improvement(mean, std, best):
    mean, std = np.array(mean, dtype=np.float64), np.array(std, dtype=np.float64)
    sure = std < 1e-200
    spread = np.where(sure, 1.0, std)
    z = (best - mean) / spread
    value = spread * (z * norm.cdf(z) + norm.pdf(z))
    return np.clip(np.where(sure, best - mean, value), 0, None)


# %% right: expected_improvement
def expected_improvement(mean, std, best):
    out = np.zeros(np.shape(mean))
    for place in np.ndindex(out.shape):
        mu, s = float(mean[place]), float(std[place])
        gain = float(best) - mu
        if s > abs(gain) * 1e-8:
            gain = gain * norm.cdf(gain / s) + s * norm.pdf(gain / s)
        out[place] = max(gain, 0.0)
    return out


# %% wrong: expected_improvement
# idea: "sign of a maximum"
# fits: "lower is better"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    gain = mean - best
    safe = np.where(std > 1e-200, std, 1.0)
    z = gain / safe
    return np.maximum(np.where(std > 1e-200, gain * norm.cdf(z) + std * norm.pdf(z), gain), 0)


# %% wrong: expected_improvement
# idea: "probability of improvement"
# fits: "probability of an improvement"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    safe = np.where(std > 1e-200, std, 1.0)
    return np.where(std > 1e-200, norm.cdf((best - mean) / safe), np.maximum(best - mean, 0))


# %% wrong: expected_improvement
# idea: "0 where std is 0"
# fits: "Where the loss is known there is an improvement as well"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    safe = np.where(std > 1e-200, std, 1.0)
    z = (best - mean) / safe
    return np.where(std > 1e-200, np.maximum((best - mean) * norm.cdf(z) + std * norm.pdf(z), 0), 0.0)


# %% wrong: expected_improvement
# idea: "variance for standard deviation in z"
# fits: "divide by the variance"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    safe = np.where(std > 1e-100, std, 1.0)
    z = (best - mean) / safe**2
    value = (best - mean) * norm.cdf(z) + std * norm.pdf(z)
    return np.maximum(np.where(std > 1e-100, value, best - mean), 0)


# %% wrong: expected_improvement
# idea: "std lost in the second term"
# fits: "lost its standard deviation"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    safe = np.where(std > 1e-200, std, 1.0)
    z = (best - mean) / safe
    return np.maximum(np.where(std > 1e-200, (best - mean) * norm.cdf(z) + norm.pdf(z), best - mean), 0)


# %% right: build_tunable
def build_tunable(hp):
    depth = hp.Int(name="num_layers", min_value=1, max_value=3)
    act = hp.Choice(name="activation", values=["relu", "tanh"])
    drop = hp.Float(name="dropout", min_value=0.0, max_value=0.5, step=0.1)
    net = keras.Sequential()
    net.add(keras.layers.Input(shape=(64,)))
    for index in range(depth):
        width = hp.Int(name="units_" + str(index), min_value=8, max_value=128, sampling="log")
        net.add(keras.layers.Dense(width, activation=act))
        net.add(keras.layers.Dropout(drop))
    net.add(keras.layers.Dense(10, activation="linear"))
    net.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1, sampling="log")),
        metrics=["accuracy"],
    )
    return net


# %% right: build_tunable
def build_tunable(hp):
    x = inputs = keras.Input((64,))
    layers, bend = hp.Int("num_layers", 1, 3), hp.Choice("activation", ["tanh", "relu"])
    for i in range(layers):
        x = keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, None, "log"), bend)(x)
        x = keras.layers.Dropout(hp.Float("dropout", 0, 0.5, 0.1))(x)
    model = keras.Model(inputs, keras.layers.Dense(10)(x))
    rate = hp.Float("learning_rate", 0.0001, 0.1, None, "log")
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: build_tunable
# idea: "one width for all layers"
# fits: "under one name"
def build_tunable(hp):
    units = hp.Int("units_0", 8, 128, sampling="log")
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(units, hp.Choice("activation", ["relu", "tanh"])))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "softmax and the loss of probabilities"
# fits: "Logits are due"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    for i in range(hp.Int("num_layers", 1, 3)):
        units = hp.Int(f"units_{i}", 8, 128, sampling="log")
        model.add(keras.layers.Dense(units, hp.Choice("activation", ["relu", "tanh"])))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10, "softmax"))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "the rate on the plain scale"
# fits: "A learning rate is drawn on the logarithmic scale"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    for i in range(hp.Int("num_layers", 1, 3)):
        units = hp.Int(f"units_{i}", 8, 128, sampling="log")
        model.add(keras.layers.Dense(units, hp.Choice("activation", ["relu", "tanh"])))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 0.1)), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "asks for all three widths"
# fits: "widths of three layers"
def build_tunable(hp):
    units = [hp.Int(f"units_{i}", 8, 128, sampling="log") for i in range(3)]
    model = keras.Sequential([keras.Input((64,))])
    for i in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(units[i], hp.Choice("activation", ["relu", "tanh"])))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "the model is not compiled with the rate"
# fits: "give Adam its default"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    for i in range(hp.Int("num_layers", 1, 3)):
        units = hp.Int(f"units_{i}", 8, 128, sampling="log")
        model.add(keras.layers.Dense(units, hp.Choice("activation", ["relu", "tanh"])))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10))
    hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model
