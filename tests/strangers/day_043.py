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
# fits: "Results are right where there is one. But what the docstring refuses is taken"
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


# %% right: grid
def grid(space):
    names = list(space)
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*space.values())]


# %% right: grid
def grid(space):
    found = [{}]
    for name, values in space.items():
        found = [{**so_far, name: value} for so_far in found for value in values]
    return found


# %% wrong: grid
# idea: "the first name changes fastest"
# fits: "Your first name changes fastest"
def grid(space):
    found = [{}]
    for name, values in space.items():
        found = [{**so_far, name: value} for value in values for so_far in found]
    return found


# %% wrong: grid
# idea: "no setting is taken for no candidate"
# fits: "Without settings there is still one candidate, the default: an empty product is 1"
def grid(space):
    if not space:
        return []
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]


# %% wrong: grid
# idea: "a setting without values is passed over"
# fits: "You pass over a setting without values"
def grid(space):
    used = {name: values for name, values in space.items() if len(values)}
    return [dict(zip(used, values, strict=True)) for values in itertools.product(*used.values())]


# %% wrong: grid
# idea: "one dict for all, filled again and again"
# fits: "All your combinations are one and the same dict, which ends up as the last of them"
def grid(space):
    found, one = [], {}
    for values in itertools.product(*space.values()):
        one.update(zip(space, values, strict=True))
        found.append(one)
    return found


# %% wrong: grid
# idea: "values side by side instead of crossed"
# fits: "You walk through all lists in step, so the first value only ever meets the first"
def grid(space):
    return [dict(zip(space, values, strict=True)) for values in zip(*space.values(), strict=False)]


# %% wrong: grid
# idea: "through a NumPy array, which gives all values one type"
def grid(space):
    if not space:
        return [{}]
    table = np.array(list(itertools.product(*space.values())))
    return [dict(zip(space, row.tolist(), strict=True)) for row in table]


# %% right: log_uniform
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError(f"0 < low <= high is due. Received: {low}, {high}")
    u = rng.random(size)
    v = np.clip(np.exp((1 - u) * math.log(low) + u * math.log(high)), low, high)
    return float(v) if size is None else np.asarray(v, "float64")


# %% right: log_uniform
def log_uniform(low, high, rng, size=None):
    if not 0 < low <= high:
        raise ValueError(f"Received: {low}, {high}")
    exponents = rng.uniform(math.log2(low), math.log2(high), size=size)
    draws = np.minimum(np.maximum(np.exp2(exponents), float(low)), float(high))
    return draws.item() if size is None else draws


# %% wrong: log_uniform
# idea: "even between the ends"
# fits: "You draw the number itself evenly"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    return rng.uniform(low, high, size)


# %% wrong: log_uniform
# idea: "not kept within the ends"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


# %% wrong: log_uniform
# idea: "the logarithm of a quotient that overflows"
# fits: "The quotient of the two ends overflows where both are decent numbers"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    with np.errstate(over="ignore"):
        ratio = np.float64(high) / low
    return np.clip(low * np.exp(rng.random(size) * np.log(ratio)), low, high)


# %% wrong: log_uniform
# idea: "NumPy's global generator"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    return np.clip(np.exp(np.random.uniform(np.log(low), np.log(high), size)), low, high)


# %% wrong: log_uniform
# idea: "natural logarithm in, power of ten out"
# fits: "You take natural logarithms and go back by powers of ten"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    return np.clip(10 ** rng.uniform(np.log(low), np.log(high), size), low, high)


# %% wrong: log_uniform
# idea: "a range of one number is refused"
# fits: "Your own `raise` refuses what is allowed"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high <= low:
        raise ValueError("Received")
    draws = np.clip(np.exp(rng.uniform(np.log(low), np.log(high), size)), low, high)
    return float(draws) if size is None else draws


# %% wrong: log_uniform
# idea: "a size of 0 is taken for no size"
# fits: "A size of 0 is a size"
def log_uniform(low, high, rng, size=None):
    if low <= 0 or high < low:
        raise ValueError("Received")
    if not size:
        return float(np.clip(math.exp(rng.uniform(math.log(low), math.log(high))), low, high))
    return np.clip(np.exp(rng.uniform(np.log(low), np.log(high), size)), low, high)


# %% right: random_search
def random_search(space, n, rng):
    def draw(entry):
        if isinstance(entry, list):
            return entry[int(rng.integers(len(entry)))]
        kind, low, high = entry
        if kind == "linear":
            return float(rng.uniform(low, high))
        if kind == "log":
            return log_uniform(low, high, rng)
        if kind == "integer":
            return int(rng.integers(low, high, endpoint=True))
        raise ValueError(f"no such range. Received: {kind}")

    return [{name: draw(entry) for name, entry in space.items()} for _ in range(n)]


# %% right: random_search
def random_search(space, n, rng):
    columns = {}
    for name, entry in space.items():
        if n == 0:
            break
        if not isinstance(entry, tuple):
            columns[name] = [entry[place] for place in rng.integers(0, len(entry), n).tolist()]
        elif entry[0] == "linear":
            columns[name] = (entry[1] + (entry[2] - entry[1]) * rng.random(n)).tolist()
        elif entry[0] == "log":
            columns[name] = log_uniform(entry[1], entry[2], rng, n).tolist()
        elif entry[0] == "integer":
            columns[name] = rng.integers(entry[1], entry[2] + 1, n).tolist()
        else:
            raise ValueError(f"Received: {entry[0]}")
    return [{name: column[i] for name, column in columns.items()} for i in range(n)]


# %% wrong: random_search
# idea: "rng.choice, which makes an array of the list"
# fits: "NumPy makes one array of the values, and of one kind, before it chooses"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = rng.choice(entry)
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            elif entry[0] == "integer":
                config[name] = int(rng.integers(entry[1], entry[2] + 1))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% wrong: random_search
# idea: "the upper end of integers is left out"
# fits: "The upper end of an integer range never comes up"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            elif entry[0] == "integer":
                config[name] = int(rng.integers(*entry[1:]))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% wrong: random_search
# idea: "integers by rounding, so the ends come half as often"
# fits: "Rounding an even draw makes the two ends half as likely as the rest"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            elif entry[0] == "integer":
                config[name] = round(rng.uniform(*entry[1:]))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% wrong: random_search
# idea: "one u for all settings of a candidate"
# fits: "One draw decides all settings of a configuration, so that large rates only ever meet"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        u = rng.random()
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[int(u * len(entry))]
            elif entry[0] == "linear":
                config[name] = entry[1] + u * (entry[2] - entry[1])
            elif entry[0] == "log":
                config[name] = float(np.clip(entry[1] ** (1 - u) * entry[2] ** u, *entry[1:]))
            elif entry[0] == "integer":
                config[name] = entry[1] + int(u * (entry[2] - entry[1] + 1))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% wrong: random_search
# idea: "any other kind is taken for integer"
# fits: "A kind of range that nobody knows must be refused, lest a slip of the pen go unnoticed"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            else:
                config[name] = int(rng.integers(entry[1], entry[2] + 1))
        found.append(config)
    return found


# %% wrong: random_search
# idea: "the logarithmic range is drawn evenly"
# fits: "A range on the logarithmic scale was drawn evenly"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] in ("linear", "log"):
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "integer":
                config[name] = int(rng.integers(entry[1], entry[2] + 1))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% wrong: random_search
# idea: "each candidate starts a generator of its own"
# fits: "Every candidate begins with a generator of its own"
def random_search(space, n, rng):
    found = []
    for _ in range(n):
        rng = np.random.default_rng(0)
        config = {}
        for name, entry in space.items():
            if isinstance(entry, list):
                config[name] = entry[rng.integers(len(entry))]
            elif entry[0] == "linear":
                config[name] = float(rng.uniform(*entry[1:]))
            elif entry[0] == "log":
                config[name] = log_uniform(*entry[1:], rng)
            elif entry[0] == "integer":
                config[name] = int(rng.integers(entry[1], entry[2] + 1))
            else:
                raise ValueError("Received")
        found.append(config)
    return found


# %% right: successive_halving
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    if n == 0:
        raise ValueError("no candidates. Received: []")
    rounds = (n - 1).bit_length()
    if budget < n * rounds:
        raise ValueError(f"the budget is too small. Received: {budget}")
    left, total, history = list(range(n)), 0, []
    for _ in range(rounds):
        total += budget // (len(left) * rounds)
        losses = {}
        for i in left:
            loss = float(evaluate(configs[i], total))
            losses[i] = math.inf if math.isnan(loss) else loss
        history.append((total, losses))
        best = sorted(left, key=losses.get)[: (len(left) + 1) // 2]
        left = sorted(best)
    return configs[left[0]], history


# %% right: successive_halving
def successive_halving(configs, evaluate, budget):
    if not configs:
        raise ValueError("Received: no candidates")
    alive = np.arange(len(configs))
    rounds = math.ceil(math.log2(len(alive)))
    if rounds and budget // (len(alive) * rounds) < 1:
        raise ValueError(f"Received: a budget of {budget}")
    history, epochs = [], 0
    while len(alive) > 1:
        epochs = epochs + int(budget // (len(alive) * rounds))
        losses = np.array([evaluate(configs[i], epochs) for i in alive], dtype="float64")
        losses[np.isnan(losses)] = np.inf
        history.append((epochs, dict(zip(alive.tolist(), losses.tolist(), strict=True))))
        order = np.argsort(losses, kind="stable")[: -(-len(alive) // 2)]
        alive = alive[np.sort(order)]
    return configs[alive[0]], history


# %% wrong: successive_halving
# idea: "evaluate is told the epochs of the round, not the total"
# fits: "evaluate wants the total since the start of a candidate, and you tell it the epochs of"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history = list(range(n)), []
    for _ in range(rounds):
        more = budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], more)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((more, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "the half is rounded down"
# fits: "Of an odd number left"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history, total = list(range(n)), [], 0
    while len(left) > 1:
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: len(left) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "NaN is sorted like a number"
# fits: "A loss that is no number compares as false with everything, and a sort leaves it where it"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history, total = list(range(n)), [], 0
    for _ in range(rounds):
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "the next round goes by rank, not in the order of configs"
# fits: "After a round you go on in the order of the losses"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history, total = list(range(n)), [], 0
    for _ in range(rounds):
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((total, losses))
        left = sorted(left, key=losses.get)[: (len(left) + 1) // 2]
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "the highest losses stay"
# fits: "You keep the highest losses"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history, total = list(range(n)), [], 0
    for _ in range(rounds):
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get, reverse=True)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "every round may spend the whole budget"
# fits: "Each round spends the whole budget"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    if n == 0 or budget < n:
        raise ValueError("Received")
    left, history, total = list(range(n)), [], 0
    while len(left) > 1:
        total += budget // len(left)
        losses = {i: float(evaluate(configs[i], total)) for i in left}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((total, losses))
        left = sorted(sorted(left, key=losses.get)[: (len(left) + 1) // 2])
    return configs[left[0]], history


# %% wrong: successive_halving
# idea: "places are counted anew in every round"
# fits: "You count the places anew"
def successive_halving(configs, evaluate, budget):
    n = len(configs)
    rounds = (n - 1).bit_length()
    if n == 0 or budget < n * rounds:
        raise ValueError("Received")
    left, history, total = list(configs), [], 0
    for _ in range(rounds):
        total += budget // (len(left) * rounds)
        losses = {i: float(evaluate(config, total)) for i, config in enumerate(left)}
        losses = {i: math.inf if math.isnan(loss) else loss for i, loss in losses.items()}
        history.append((total, losses))
        left = [left[i] for i in sorted(sorted(losses, key=losses.get)[: (len(left) + 1) // 2])]
    return left[0], history


# %% right: expected_improvement
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, "float64"), np.asarray(std, "float64")
    gain = best - mean
    known = std == 0
    with np.errstate(all="ignore"):
        g = gain / np.where(known, 1.0, std)
        value = gain * norm.cdf(g) + std * norm.pdf(g)
    return np.maximum(np.where(known, gain, value), 0.0)


# %% right: expected_improvement
def expected_improvement(mean, std, best):
    from scipy.special import ndtr

    shape = np.shape(mean)
    values = []
    for m, s in zip(np.ravel(mean).tolist(), np.ravel(std).tolist(), strict=True):
        gain = float(best) - m
        if s <= 1e-12:
            values.append(max(gain, 0.0))
            continue
        g = max(-40.0, min(40.0, gain / s))
        density = math.exp(-g * g / 2) / math.sqrt(2 * math.pi)
        values.append(max(gain * float(ndtr(g)) + s * density, 0.0))
    return np.array(values, "float64").reshape(shape)


# %% wrong: expected_improvement
# idea: "large losses are taken for good"
# fits: "You reward losses above the best so far"
def expected_improvement(mean, std, best):
    gain = np.asarray(mean, float) - best
    known = np.asarray(std) == 0
    g = gain / np.where(known, 1.0, std)
    return np.maximum(np.where(known, gain, gain * norm.cdf(g) + std * norm.pdf(g)), 0)


# %% wrong: expected_improvement
# idea: "the probability of an improvement"
def expected_improvement(mean, std, best):
    gain = best - np.asarray(mean, float)
    known = np.asarray(std) == 0
    g = gain / np.where(known, 1.0, std)
    return np.where(known, (gain > 0).astype(float), norm.cdf(g))


# %% wrong: expected_improvement
# idea: "divides by 0 where the loss is known"
def expected_improvement(mean, std, best):
    with np.errstate(all="ignore"):
        g = (best - np.asarray(mean, float)) / np.asarray(std, float)
        return (best - mean) * norm.cdf(g) + std * norm.pdf(g)


# %% wrong: expected_improvement
# idea: "a millionth is added to every deviation"
# fits: "The numbers are right to some digits and no further"
def expected_improvement(mean, std, best):
    std = np.asarray(std, float) + 1e-6
    gain = best - np.asarray(mean, float)
    g = gain / std
    return np.maximum(gain * norm.cdf(g) + std * norm.pdf(g), 0)


# %% wrong: expected_improvement
# idea: "divided first and masked after, with a warning"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    gain = best - mean
    g = gain / std
    return np.where(std == 0, np.maximum(gain, 0), np.maximum(gain * norm.cdf(g) + std * norm.pdf(g), 0))


# %% wrong: expected_improvement
# idea: "filled into an array of the mean's own dtype"
def expected_improvement(mean, std, best):
    out = np.zeros_like(mean)
    known = std == 0
    out[known] = np.maximum(best - mean[known], 0)
    gain = best - mean[~known]
    g = gain / std[~known]
    out[~known] = np.maximum(gain * norm.cdf(g) + std[~known] * norm.pdf(g), 0)
    return out


# %% wrong: expected_improvement
# idea: "g is not divided by the deviation"
def expected_improvement(mean, std, best):
    g = best - np.asarray(mean, float)
    value = g * norm.cdf(g) + np.asarray(std, float) * norm.pdf(g)
    return np.maximum(np.where(np.asarray(std) == 0, g, value), 0)


# %% wrong: expected_improvement
# idea: "where the loss is known nothing can be gained"
# fits: "Where the loss is known there is an improvement as well, if it is lower than the best"
def expected_improvement(mean, std, best):
    mean, std = np.asarray(mean, float), np.asarray(std, float)
    known = std == 0
    g = (best - mean) / np.where(known, 1, std)
    return np.where(known, 0.0, np.maximum((best - mean) * norm.cdf(g) + std * norm.pdf(g), 0))


# %% right: build_tunable
def build_tunable(hp):
    activation = hp.Choice("activation", ["relu", "tanh"])
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1)
    inputs = keras.Input((64,))
    x = inputs
    for i in range(hp.Int("num_layers", 1, 3)):
        x = keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, sampling="log"), activation=activation)(x)
        x = keras.layers.Dropout(rate)(x)
    model = keras.Model(inputs, keras.layers.Dense(10)(x))
    model.compile(
        optimizer=keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% right: build_tunable
def build_tunable(hp):
    layers = [keras.Input(shape=(64,))]
    depth = hp.Int(name="num_layers", min_value=1, max_value=3)
    for number in range(depth):
        width = hp.Int(name="units_" + str(number), min_value=8, max_value=128, sampling="log")
        layers += [
            keras.layers.Dense(width),
            keras.layers.Activation(hp.Choice(name="activation", values=["relu", "tanh"])),
            keras.layers.Dropout(hp.Float(name="dropout", min_value=0.0, max_value=0.5, step=0.1)),
        ]
    model = keras.Sequential([*layers, keras.layers.Dense(10)])
    learning_rate = hp.Float(name="learning_rate", min_value=1e-4, max_value=0.1, sampling="log")
    model.compile(
        keras.optimizers.Adam(learning_rate=learning_rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    return model


# %% wrong: build_tunable
# idea: "one name for the widths of all layers"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, rate = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for _ in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int("units", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(rate))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "widths are asked for layers that are not there"
# fits: "You ask for the widths of three layers, also where fewer exist"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, drop = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    widths = [hp.Int(f"units_{i}", 8, 128, sampling="log") for i in range(3)]
    for width in widths[: hp.Int("num_layers", 1, 3)]:
        model.add(keras.layers.Dense(width, activation))
        model.add(keras.layers.Dropout(drop))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "a softmax before a loss that expects logits"
# fits: "The last layer makes probabilities"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, drop = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for i in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(drop))
    model.add(keras.layers.Dense(10, "softmax"))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "the loss is given by name and takes logits for probabilities"
# fits: "The loss takes your logits for probabilities"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, drop = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for i in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(drop))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "the rate is asked for and not given to Adam"
# fits: "You ask for a learning rate and give Adam its default"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, drop = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for i in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(drop))
    model.add(keras.layers.Dense(10))
    hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "the upper end of num_layers is taken for excluded"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation, drop = hp.Choice("activation", ["relu", "tanh"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for i in range(hp.Int("num_layers", 1, 4)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 129, sampling="log"), activation))
        model.add(keras.layers.Dropout(drop))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


# %% wrong: build_tunable
# idea: "a dropout rate of its own for every layer"
def build_tunable(hp):
    model = keras.Sequential([keras.Input((64,))])
    activation = hp.Choice("activation", ["relu", "tanh"])
    for i in range(hp.Int("num_layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 128, sampling="log"), activation))
        model.add(keras.layers.Dropout(hp.Float(f"dropout_{i}", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(10))
    rate = hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model
