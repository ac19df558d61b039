# %% right: make_windows
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count < 1:
        raise ValueError("too short for one pair")
    both = np.lib.stride_tricks.sliding_window_view(series, input_len + horizon)
    return both[:, :input_len].copy(), both[:, input_len:].copy()


# %% right: make_windows
def make_windows(series, input_len, horizon):
    series = np.asarray(series)
    starts = range(len(series) - input_len - horizon + 1)
    if not starts:
        raise ValueError("no pair fits")
    x = np.array([series[i : i + input_len] for i in starts])
    y = np.array([series[i + input_len : i + input_len + horizon] for i in starts])
    return x, y


# %% wrong: make_windows
# idea: "one pair too few: the last one is forgotten"
# fits: "The last pair is missing"
def make_windows(series, input_len, horizon):
    if len(series) < input_len + horizon:
        raise ValueError("too short")
    starts = np.arange(len(series) - input_len - horizon)[:, None]
    return series[starts + np.arange(input_len)], series[starts + input_len + np.arange(horizon)]


# %% wrong: make_windows
# idea: "pairs side by side, without overlap"
# fits: "Your pairs lie side by side"
# fits: "do not overlap"
def make_windows(series, input_len, horizon):
    if len(series) < input_len + horizon:
        raise ValueError("too short")
    starts = np.arange(0, len(series) - input_len - horizon + 1, input_len + horizon)[:, None]
    return series[starts + np.arange(input_len)], series[starts + input_len + np.arange(horizon)]


# %% wrong: make_windows
# idea: "windows on the record's own memory: a view"
# fits: "views of the record"
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count < 1:
        raise ValueError("too short")
    view = np.lib.stride_tricks.sliding_window_view
    return view(series, input_len)[:count], view(series, horizon)[input_len:]


# %% wrong: make_windows
# idea: "the target is the single value at the horizon, not all values up to it"
# fits: "one column"
# fits: "Only the last of the values"
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count < 1:
        raise ValueError("too short")
    starts = np.arange(count)[:, None]
    return series[starts + np.arange(input_len)], series[starts + input_len + horizon - 1]


# %% wrong: make_windows
# idea: "fills arrays of zeros: everything becomes float64"
# fits: "lost the record's dtype"
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count < 1:
        raise ValueError("too short")
    x, y = np.zeros((count, input_len)), np.zeros((count, horizon))
    for i in range(count):
        x[i] = series[i : i + input_len]
        y[i] = series[i + input_len : i + input_len + horizon]
    return x, y


# %% wrong: make_windows
# idea: "targets as in a language model: the window moved by the horizon"
# fits: "the window, moved along"
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count < 1:
        raise ValueError("too short")
    starts = np.arange(count)[:, None]
    columns = np.arange(input_len)
    return series[starts + columns], series[starts + horizon + columns]


# %% wrong: make_windows
# idea: "a record too short gives empty arrays"
# fits: "what the docstring refuses is taken"
# fits: "gives no pair, and no error"
def make_windows(series, input_len, horizon):
    starts = np.arange(max(len(series) - input_len - horizon + 1, 0))[:, None]
    return series[starts + np.arange(input_len)], series[starts + input_len + np.arange(horizon)]


# %% wrong: make_windows
# idea: "refuses a record of exactly one pair"
# fits: "refuses what is allowed"
def make_windows(series, input_len, horizon):
    count = len(series) - input_len - horizon + 1
    if count <= 1:
        raise ValueError("too short")
    starts = np.arange(count)[:, None]
    return series[starts + np.arange(input_len)], series[starts + input_len + np.arange(horizon)]


# %% right: seasonal_naive
def seasonal_naive(series, period, horizon):
    known = list(series)
    if len(known) < period:
        raise ValueError("less than a period is known")
    for _ in range(horizon):
        known.append(known[-period])
    return np.array(known[len(series) :], dtype=series.dtype)


# %% right: seasonal_naive
def seasonal_naive(series, period, horizon):
    if period > len(series):
        raise ValueError("less than a period is known")
    return np.resize(series[len(series) - period :], horizon)


# %% wrong: seasonal_naive
# idea: "one period only: cut off beyond it"
# fits: "A slice of the record ends"
def seasonal_naive(series, period, horizon):
    if len(series) < period:
        raise ValueError
    return series[len(series) - period :][:horizon].copy()


# %% wrong: seasonal_naive
# idea: "counts the season from the record's start: the first period repeats"
# fits: "You repeat the first period"
def seasonal_naive(series, period, horizon):
    if len(series) < period:
        raise ValueError
    return series[np.arange(horizon) % period]


# %% wrong: seasonal_naive
# idea: "begins the last period at a multiple of the period"
# fits: "You count the season from the record's first step"
def seasonal_naive(series, period, horizon):
    if len(series) < period:
        raise ValueError
    return series[-period:][(len(series) + np.arange(horizon)) % period]


# %% wrong: seasonal_naive
# idea: "plain naive: the last value for ever"
# fits: "That is the naive forecast"
def seasonal_naive(series, period, horizon):
    if len(series) < period:
        raise ValueError
    return np.full(horizon, series[-1])


# %% wrong: seasonal_naive
# idea: "beyond one period it holds the last known value"
# fits: "stays at the last value"
def seasonal_naive(series, period, horizon):
    n = len(series)
    if n < period:
        raise ValueError
    return series[np.minimum(n - period + np.arange(horizon), n - 1)]


# %% wrong: seasonal_naive
# idea: "a slice: hands out the record's own memory"
# fits: "a piece of the record itself"
def seasonal_naive(series, period, horizon):
    n = len(series)
    if n < period:
        raise ValueError
    if horizon <= period:
        return series[n - period : n - period + horizon]
    return np.tile(series[n - period :], -(-horizon // period))[:horizon]


# %% wrong: seasonal_naive
# idea: "the mean of the same season over all periods"
# fits: "You average a season"
def seasonal_naive(series, period, horizon):
    n = len(series)
    if n < period:
        raise ValueError
    steps = np.arange(n)
    return np.array([series[steps % period == (n + k) % period].mean() for k in range(horizon)], dtype=series.dtype)


# %% wrong: seasonal_naive
# idea: "asks for more than a period: exactly one is refused"
# fits: "One period is just enough"
# fits: "refuses what is allowed"
def seasonal_naive(series, period, horizon):
    n = len(series)
    if n <= period:
        raise ValueError
    return series[n - period + np.arange(horizon) % period]


# %% right: walk_forward_splits
def walk_forward_splits(n, first, horizon, step=None, window=None):
    splits, cut = [], first
    stride = horizon if step is None else step
    while cut <= n - horizon:
        train = np.arange(cut)
        if window is not None:
            train = train[-window:]
        splits.append((train, cut + np.arange(horizon)))
        cut += stride
    return splits


# %% right: walk_forward_splits
def walk_forward_splits(n, first, horizon, step=None, window=None):
    steps = np.arange(n)
    return [
        (steps[max(0, cut - (window or n)) : cut].copy(), steps[cut : cut + horizon].copy())
        for cut in range(first, n, step or horizon)
        if len(steps[cut : cut + horizon]) == horizon
    ]


# %% wrong: walk_forward_splits
# idea: "forgets the last cut, whose test part ends with the record"
# fits: "ends exactly with the record is left out"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n - horizon, step or horizon)
    return [(np.arange(0 if window is None else max(0, c - window), c), np.arange(c, c + horizon)) for c in cuts]


# %% wrong: walk_forward_splits
# idea: "keeps a last test part that is cut short by the end"
# fits: "cut short by the end"
# fits: "less than a horizon behind them"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n, step or horizon)
    return [
        (np.arange(0 if window is None else max(0, c - window), c), np.arange(c, min(c + horizon, n))) for c in cuts
    ]


# %% wrong: walk_forward_splits
# idea: "without a step it moves on by one"
# fits: "one horizon apart"
def walk_forward_splits(n, first, horizon, step=1, window=None):
    cuts = range(first, n - horizon + 1, step or 1)
    return [(np.arange(0 if window is None else max(0, c - window), c), np.arange(c, c + horizon)) for c in cuts]


# %% wrong: walk_forward_splits
# idea: "a window longer than what is known reaches before step 0"
# fits: "begin before the record does"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n - horizon + 1, step or horizon)
    return [(np.arange(c - (window or c), c), np.arange(c, c + horizon)) for c in cuts]


# %% wrong: walk_forward_splits
# idea: "waits until a whole window is known"
# fits: "less than a window is known"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n - horizon + 1, step or horizon)
    return [(np.arange(c - (window or c), c), np.arange(c, c + horizon)) for c in cuts if window is None or c >= window]


# %% wrong: walk_forward_splits
# idea: "the window is the first steps of the record, not the last before the cut"
# fits: "never moves"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n - horizon + 1, step or horizon)
    return [(np.arange(c)[:window], np.arange(c, c + horizon)) for c in cuts]


# %% wrong: walk_forward_splits
# idea: "trains on the first part for ever: nothing new is learned at later cuts"
# fits: "at the first cut for ever"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    cuts = range(first, n - horizon + 1, step or horizon)
    return [
        (np.arange(0 if window is None else max(0, first - window), first), np.arange(c, c + horizon)) for c in cuts
    ]


# %% wrong: walk_forward_splits
# idea: "trains only on what came since the cut before"
# fits: "since the cut before"
# fits: "forget what was known before"
def walk_forward_splits(n, first, horizon, step=None, window=None):
    splits, start = [], 0
    for c in range(first, n - horizon + 1, step or horizon):
        train = np.arange(start, c)
        splits.append((train if window is None else train[-window:], np.arange(c, c + horizon)))
        start = c
    return splits


# %% right: build_forecaster
def build_forecaster(input_len, horizon, units, period):
    window = keras.Input((input_len, 1))
    flat = layers.Flatten()(window)
    season = flat[:, input_len - period :]
    rule = layers.Concatenate()([season] * (horizon // period + 2))[:, :horizon]
    centred = layers.Subtract()([window, layers.GlobalAveragePooling1D(keepdims=True)(window)])
    state = layers.RNN(layers.GRUCell(units))(centred)
    head = layers.Dense(horizon)
    correction = head(state)
    head.set_weights([np.zeros_like(w) for w in head.get_weights()])
    return keras.Model(window, layers.Add()([rule, correction]))


# %% right: build_forecaster
class Correction(layers.Layer):
    def __init__(self, horizon, units, period):
        super().__init__()
        self.horizon, self.period = horizon, period
        self.gru = layers.GRU(units, return_sequences=True)
        self.head = layers.Dense(horizon, kernel_initializer=keras.initializers.Constant(0.0))

    def call(self, x):
        season = x[:, -self.period :, 0]
        rule = ops.stack([season[:, k % self.period] for k in range(self.horizon)], axis=1)
        return rule + self.head(self.gru(x - ops.mean(x, axis=(1, 2), keepdims=True))[:, -1])


def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input(shape=(input_len, 1))
    return keras.Model(inputs, Correction(horizon, units, period)(inputs))


# %% wrong: build_forecaster
# idea: "the dense layer starts with drawn weights"
# fits: "already adds something to the rule"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs - ops.mean(inputs, axis=1, keepdims=True))
    return keras.Model(inputs, rule + layers.Dense(horizon)(state))


# %% wrong: build_forecaster
# idea: "the GRU reads the window with its level"
# fits: "sees the level"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs)
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "less the last value in place of the mean"
# fits: "You take the last value off"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs - inputs[:, -1:])
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "one mean over the whole batch"
# fits: "one mean for the whole batch"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs - ops.mean(inputs))
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "the last q values, not the same season: right only where q is P"
# fits: "as many values as are to be forecast"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], np.maximum(input_len - horizon + np.arange(horizon), 0), axis=1)
    state = layers.GRU(units)(inputs - ops.mean(inputs, axis=1, keepdims=True))
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "everything starts at zero, the GRU too: it can't learn"
# fits: "Your GRU starts at zero too"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    gru = layers.GRU(units, kernel_initializer="zeros", recurrent_initializer="zeros")
    state = gru(inputs - ops.mean(inputs, axis=1, keepdims=True))
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "the mean of all states, not the last"
# fits: "the mean of all states"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    states = layers.GRU(units, return_sequences=True)(inputs - ops.mean(inputs, axis=1, keepdims=True))
    state = layers.GlobalAveragePooling1D()(states)
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "the correction can't be negative: relu"
# fits: "only go upwards"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs - ops.mean(inputs, axis=1, keepdims=True))
    return keras.Model(inputs, rule + layers.Dense(horizon, activation="relu", kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "the window is divided by its spread too"
# fits: "by its spread as well"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    centred = inputs - ops.mean(inputs, axis=1, keepdims=True)
    state = layers.GRU(units)(centred / (ops.std(inputs, axis=1, keepdims=True) + 1e-6))
    return keras.Model(inputs, rule + layers.Dense(horizon, kernel_initializer="zeros")(state))


# %% wrong: build_forecaster
# idea: "only the kernel is zero: the bias starts at one"
# fits: "already adds something to the rule"
def build_forecaster(input_len, horizon, units, period):
    inputs = keras.Input((input_len, 1))
    rule = ops.take(inputs[:, :, 0], input_len - period + np.arange(horizon) % period, axis=1)
    state = layers.GRU(units)(inputs - ops.mean(inputs, axis=1, keepdims=True))
    dense = layers.Dense(horizon, kernel_initializer="zeros", bias_initializer="ones")
    return keras.Model(inputs, rule + dense(state))


# %% right: recursive_forecast
def recursive_forecast(model, history, steps):
    length = len(history)
    known = [float(v) for v in history]
    while len(known) < length + steps:
        window = np.array(known[-length:]).reshape(1, length, 1)
        known.extend(np.asarray(model(window), dtype=float).ravel().tolist())
    return np.array(known[length : length + steps], dtype=float)


# %% right: recursive_forecast
def recursive_forecast(model, history, steps):
    out = np.empty(steps)
    window, done = np.array(history), 0
    while done < steps:
        new = np.array(model(window[None, :, None]))[0]
        out[done : done + len(new)] = new[: steps - done]
        window = np.append(window, new)[-len(history) :]
        done += len(new)
    return out


# %% wrong: recursive_forecast
# idea: "the window slides by one, though q values joined"
# fits: "The window moves by one step"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window = np.append(window[1:], new[:1])
    return np.array(out[:steps], float)


# %% wrong: recursive_forecast
# idea: "the window grows"
# fits: "Your window grows"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window = np.append(window, new)
    return np.array(out[:steps], float)


# %% wrong: recursive_forecast
# idea: "only the first step of each forecast is used: one call a step"
# fits: "the first step alone"
# fits: "keep one step only"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    for _ in range(steps):
        new = np.asarray(model(window[None, :, None]))[0, 0]
        out.append(new)
        window = np.append(window[1:], new)
    return np.array(out, float)


# %% wrong: recursive_forecast
# idea: "as many calls as whole blocks: the rest is missing"
# fits: "whole blocks only"
def recursive_forecast(model, history, steps):
    window = np.array(history)
    new = np.asarray(model(window[None, :, None]))[0]
    out = [new]
    for _ in range(steps // len(new) - 1):
        window = np.append(window, new)[-len(history) :]
        new = np.asarray(model(window[None, :, None]))[0]
        out.append(new)
    return np.concatenate(out)[:steps].astype(float)


# %% wrong: recursive_forecast
# idea: "whole blocks come back: more than asked for"
# fits: "You return every step"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window = np.append(window, new)[-len(history) :]
    return np.array(out, float)


# %% wrong: recursive_forecast
# idea: "drops q of the oldest from the window, which fails where q is greater than T"
# fits: "one forecast is longer than the window"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window = np.concatenate([window[len(new) :], new])
    return np.array(out[:steps], float)


# %% wrong: recursive_forecast
# idea: "the known values are overwritten: the window is history itself"
# fits: "into the caller's history"
def recursive_forecast(model, history, steps):
    window, out = history, []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window[:] = np.append(window, new)[-len(window) :]
    return np.array(out[:steps], float)


# %% wrong: recursive_forecast
# idea: "always asks at least once, for no steps too"
# fits: "no steps there is nothing to ask"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while True:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        if len(out) >= steps:
            return np.array(out[:steps], float)
        window = np.append(window, new)[-len(history) :]


# %% wrong: recursive_forecast
# idea: "nothing is fed back: each block is forecast from the same window"
# fits: "repeat its answer"
# fits: "The model reads the same window"
def recursive_forecast(model, history, steps):
    new = np.asarray(model(np.array(history)[None, :, None]))[0] if steps else np.zeros(1)
    return np.resize(new, steps).astype(float)


# %% wrong: recursive_forecast
# idea: "the forecast joins at the front of the window"
# fits: "old end of the window"
def recursive_forecast(model, history, steps):
    window, out = np.array(history), []
    while len(out) < steps:
        new = np.asarray(model(window[None, :, None]))[0]
        out.extend(new)
        window = np.append(new, window)[: len(history)]
    return np.array(out[:steps], float)
