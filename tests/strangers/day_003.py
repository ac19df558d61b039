# %% right: fit_standardizer
def fit_standardizer(x):
    table = np.array(x, dtype=np.float64)
    mean = table.sum(axis=0) / len(table)
    scale = np.sqrt(((table - mean) ** 2).sum(axis=0) / len(table))
    scale[(table == table[:1]).all(axis=0)] = 1.0
    return mean, scale


# %% right: fit_standardizer
def fit_standardizer(x):
    mean, scale = [], []
    for column in x.T:
        column = column.astype(float)
        mean.append(column.mean())
        scale.append(1.0 if column.min() == column.max() else column.std())
    return np.array(mean), np.array(scale)


# %% wrong: fit_standardizer
# idea: "the sample's standard deviation, n - 1 below, and a constant column told by a sigma of exactly 0"
# fits: "You divide by m - 1 where the formula above divides by m"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    m = x.shape[0]
    mean = x.mean(axis=0)
    scale = np.sqrt(np.sum((x - mean) ** 2, axis=0) / max(m - 1, 1))
    scale[scale == 0] = 1
    return mean, scale


# %% wrong: fit_standardizer
# idea: "calls a column constant when its deviation is below a threshold, so a column in tiny units is never scaled"
# fits: "You ask whether the scale is nearly 0"
def fit_standardizer(x):
    x = np.asarray(x, dtype=np.float64)
    mean = np.mean(x, axis=0)
    std = np.std(x, axis=0)
    return mean, np.where(std < 1e-8, 1.0, std)


# %% wrong: fit_standardizer
# idea: "works in the table's own dtype and turns only the results into float64"
def fit_standardizer(x):
    mean = x.mean(axis=0)
    scale = x.std(axis=0)
    constant = np.ptp(x, axis=0) == 0
    scale = np.where(constant, 1, scale)
    return mean.astype(np.float64), scale.astype(np.float64)


# %% wrong: fit_standardizer
# idea: "mean of the squares minus square of the mean, which cancels far from zero"
# fits: "The mean square less the square of the mean is the variance on paper"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    variance = np.maximum((x**2).mean(axis=0) - mean**2, 0)
    scale = np.sqrt(variance)
    scale[np.all(x == x[0], axis=0)] = 1.0
    return mean, scale


# %% wrong: fit_standardizer
# idea: "centres the caller's own table on the way"
# fits: "Your code changes one of its arguments in place, and the caller still needs it"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    constant = x.max(axis=0) == x.min(axis=0)
    mean = x.mean(axis=0)
    x -= mean
    scale = np.sqrt(np.mean(x * x, axis=0))
    scale[constant] = 1.0
    return mean, scale


# %% wrong: fit_standardizer
# idea: "the range, largest minus smallest, as the scale: mean normalisation in place of z-scores"
# fits: "You scale by the range"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    span = x.max(axis=0) - x.min(axis=0)
    return x.mean(axis=0), np.where(span == 0, 1.0, span)


# %% right: standardize
def standardize(x, mean, scale):
    out = np.empty(x.shape)
    for j in range(x.shape[1]):
        out[:, j] = (x[:, j].astype(float) - mean[j]) / scale[j]
    return out


# %% right: standardize
def standardize(x, mean, scale):
    z = np.subtract(x, mean, dtype=np.float64)
    z /= scale
    return z


# %% wrong: standardize
# idea: "learns mean and deviation anew from the rows that it is given"
# fits: "You take new constants from these rows"
def standardize(x, mean, scale):
    x = np.asarray(x, dtype=float)
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)


# %% wrong: standardize
# idea: "does it in place, in the caller's table"
# fits: "You write the z-scores into the caller's table"
def standardize(x, mean, scale):
    x = np.asarray(x, dtype=float)
    x -= mean
    x /= scale
    return x


# %% wrong: standardize
# idea: "adds a small epsilon to a scale that is already above 0"
def standardize(x, mean, scale):
    return (np.asarray(x, dtype=np.float64) - mean) / (scale + 1e-7)


# %% wrong: standardize
# idea: "the result has the dtype of x, so whole numbers are cut off"
# fits: "You press the z-scores back into the dtype of x"
def standardize(x, mean, scale):
    z = np.zeros_like(x)
    for i, row in enumerate(x):
        z[i] = (row - mean) / scale
    return z


# %% wrong: standardize
# idea: "clips what lies more than three deviations out"
def standardize(x, mean, scale):
    z = (np.asarray(x, dtype=float) - mean) / scale
    return np.clip(z, -3.0, 3.0)


# %% wrong: standardize
# idea: "subtracts the mean over the scale: the brackets are missing"
# fits: "Mind which operation comes first"
def standardize(x, mean, scale):
    return np.asarray(x, dtype=float) - mean / scale


# %% right: polynomial_features
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=np.float64)
    n = x.shape[1]
    level = [((), np.ones(len(x)))]
    out = []
    for _ in range(degree):
        level = [((*word, j), column * x[:, j]) for word, column in level for j in range(word[-1] if word else 0, n)]
        out.extend(column for _, column in level)
    return np.stack(out, axis=1)


# %% right: polynomial_features
def polynomial_features(x, degree):
    x = x.astype(float)
    m, n = x.shape
    words = []
    for k in range(1, degree + 1):
        words += sorted({tuple(sorted(word)) for word in itertools.product(range(n), repeat=k)})
    out = np.ones((m, len(words)))
    for q, word in enumerate(words):
        for j in word:
            out[:, q] *= x[:, j]
    return out


# %% wrong: polynomial_features
# idea: "itertools.product: every order of a word, so 01 and 10 both"
# fits: "01 and 10 are both there, and they are the same product"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    columns = []
    for k in range(1, degree + 1):
        for word in itertools.product(range(x.shape[1]), repeat=k):
            columns.append(np.prod(x[:, word], axis=1))
    return np.column_stack(columns)


# %% wrong: polynomial_features
# idea: "begins with a column of ones, as scikit-learn does by default"
# fits: "Your first column is the product of no columns at all, a column of ones"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    columns = []
    for k in range(degree + 1):
        for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
            columns.append(np.prod(x[:, list(word)], axis=1))
    return np.stack(columns, axis=1)


# %% wrong: polynomial_features
# idea: "powers of each column alone, no products of different ones"
# fits: "You have the powers of each column and no product of two different ones"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=np.float64)
    return np.hstack([x**k for k in range(1, degree + 1)])


# %% wrong: polynomial_features
# idea: "multiplies in the dtype of x, where whole numbers wrap round, and turns the products into floats"
# fits: "You multiply in the dtype of the table and make floats of the products, when they have"
def polynomial_features(x, degree):
    out = []
    for k in range(1, degree + 1):
        for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
            column = x[:, word[0]]
            for j in word[1:]:
                column = column * x[:, j]
            out.append(column.astype(np.float64))
    return np.array(out).T


# %% wrong: polynomial_features
# idea: "new letter in the outer loop, so the order is 00 01 11 02 12 22; the same as it should be for two columns"
# fits: "Within a degree your words are sorted by their last letter, 00, 01, 11, 02"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    m, n = x.shape
    level = [(j, x[:, j]) for j in range(n)]
    out = [column for _, column in level]
    for _ in range(degree - 1):
        level = [(j, column * x[:, j]) for j in range(n) for last, column in level if last <= j]
        out += [column for _, column in level]
    return np.stack(out, axis=1)


# %% wrong: polynomial_features
# idea: "for degree 1 the caller's table comes back, no new array"
# fits: "What comes back is the argument itself, where something new is due"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    if degree == 1:
        return x
    words = itertools.chain.from_iterable(
        itertools.combinations_with_replacement(range(x.shape[1]), k) for k in range(1, degree + 1)
    )
    return np.stack([x[:, word].prod(axis=1) for word in words], axis=1)


# %% right: normal_equation
def normal_equation(x, y):
    x, y = x.astype(float), y.astype(float)
    middle, level = x.mean(axis=0), y.mean()
    centred = x - middle
    w, *_ = np.linalg.lstsq(centred, y - level, rcond=None)
    return w, float(level - middle @ w)


# %% right: normal_equation
def normal_equation(x, y):
    a = np.hstack([np.asarray(x, dtype=np.float64), np.ones((len(x), 1))])
    q, r = np.linalg.qr(a)
    theta = np.linalg.solve(r, q.T @ np.asarray(y, dtype=np.float64))
    return theta[:-1], theta[-1].item()


# %% wrong: normal_equation
# idea: "the formula of the paper, with the inverse"
# fits: "You form the inverse"
def normal_equation(x, y):
    a = np.column_stack([x.astype(float), np.ones(len(x))])
    theta = np.linalg.inv(a.T @ a) @ a.T @ y.astype(float)
    return theta[:-1], float(theta[-1])


# %% wrong: normal_equation
# idea: "puts the ones first, then takes the last entry for the bias"
# fits: "Your column of ones comes first"
def normal_equation(x, y):
    a = np.insert(x.astype(float), 0, 1.0, axis=1)
    theta = np.linalg.solve(a.T @ a, a.T @ y)
    return theta[:-1], float(theta[-1])


# %% wrong: normal_equation
# idea: "centres both and takes the mean of y for the bias, as if the mean of x were still 0"
# fits: "You take means from the features and the targets, and the weights are right"
def normal_equation(x, y):
    x = np.asarray(x, dtype=float)
    y = np.asarray(y, dtype=float)
    centred = x - x.mean(axis=0)
    w = np.linalg.solve(centred.T @ centred, centred.T @ (y - y.mean()))
    return w, float(y.mean())


# %% wrong: normal_equation
# idea: "adds a little to the diagonal against singular tables: ridge regression"
def normal_equation(x, y):
    a = np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])
    gram = a.T @ a + 1e-6 * np.eye(a.shape[1])
    theta = np.linalg.solve(gram, a.T @ np.asarray(y, dtype=float))
    return theta[:-1], float(theta[-1])


# %% wrong: normal_equation
# idea: "the ones have the dtype of x, so the products wrap round or are rounded"
# fits: "Your column of ones has the dtype of x, so the products are worked out in it"
def normal_equation(x, y):
    a = np.concatenate([x, np.ones((x.shape[0], 1), x.dtype)], axis=1)
    theta = np.linalg.solve(a.T @ a, a.T @ y)
    return theta[:-1].astype(float), float(theta[-1])


# %% wrong: normal_equation
# idea: "walks there by descent, a fixed number of steps that is not enough"
def normal_equation(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    w, b = np.zeros(x.shape[1]), 0.0
    rate = 1 / (1 + np.mean(x**2, axis=0).sum())
    for _ in range(2000):
        error = x @ w + b - y
        w, b = w - rate * 2 * x.T @ error / len(y), b - rate * 2 * error.mean()
    return w, float(b)


# %% right: minibatches
def minibatches(x, y, batch_size, seed):
    keys = np.random.default_rng(seed).random(len(x))
    order = np.argsort(keys)
    while order.size:
        now, order = order[:batch_size], order[batch_size:]
        yield x[now], y[now]


# %% right: minibatches
def minibatches(x, y, batch_size, seed):
    order = list(range(len(y)))
    np.random.Generator(np.random.PCG64(seed)).shuffle(order)
    cuts = range(batch_size, len(y), batch_size)
    return list(zip(np.split(x[order], cuts), np.split(y[order], cuts), strict=True))


# %% wrong: minibatches
# idea: "two permutations of one generator: rows lose their targets"
# fits: "You shuffle features and targets each for itself, so districts get the prices of others"
def minibatches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(x), rng.permutation(y)
    return [(x[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(x), batch_size)]


# %% wrong: minibatches
# idea: "seeds NumPy's global random numbers"
# fits: "You seed NumPy's global generator, so that everyone else's random numbers start again too"
def minibatches(x, y, batch_size, seed):
    np.random.seed(seed)
    order = np.random.permutation(len(x))
    return [(x[rows], y[rows]) for rows in (order[i : i + batch_size] for i in range(0, len(x), batch_size))]


# %% wrong: minibatches
# idea: "shuffles the caller's arrays, each with the same seed"
# fits: "You shuffle the caller's own table, if only when the batches are read"
def minibatches(x, y, batch_size, seed):
    np.random.default_rng(seed).shuffle(x)
    np.random.default_rng(seed).shuffle(y)
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size].copy(), y[start : start + batch_size].copy()


# %% wrong: minibatches
# idea: "cuts into parts of nearly equal size"
# fits: "You cut the rows into parts of nearly equal size"
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    parts = np.array_split(order, -(-len(x) // batch_size))
    return [(x[part], y[part]) for part in parts]


# %% wrong: minibatches
# idea: "cuts first and shuffles the batches, so neighbours stay together"
# fits: "You shuffle whole batches"
def minibatches(x, y, batch_size, seed):
    starts = np.arange(0, len(x), batch_size)
    ends = np.minimum(starts + batch_size, len(x))
    batches = [(x[a:b], y[a:b]) for a, b in zip(starts, ends, strict=True)]
    full = np.random.default_rng(seed).permutation(len(x) // batch_size)
    batches = [batches[i] for i in full] + batches[len(full) :]
    return batches


# %% wrong: minibatches
# idea: "ignores the seed, another order in each call"
# fits: "The same call gives another result the second time"
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng().permutation(x.shape[0])
    return [(x[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


# %% right: sgd_regression
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    a = np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])
    y = np.asarray(y, dtype=float)
    theta = np.zeros(a.shape[1])
    history = [theta]
    for epoch in range(num_epochs):
        for rows, targets in minibatches(a, y, batch_size, seed + epoch):
            rate = learning_rate / (1 + decay * (len(history) - 1))
            slope = 2 * np.mean((rows @ theta - targets)[:, None] * rows, axis=0)
            theta = theta - rate * slope
            history.append(theta)
    return theta[:-1].copy(), float(theta[-1]), np.array(history)


# %% right: sgd_regression
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = x.astype(np.float64), y.astype(np.float64)
    per_epoch = math.ceil(len(x) / batch_size)
    history = np.zeros((per_epoch * num_epochs + 1, x.shape[1] + 1))
    batches = (batch for i in range(num_epochs) for batch in minibatches(x, y, batch_size, seed + i))
    for t, (xs, ys) in enumerate(batches):
        now = history[t]
        error = xs @ now[:-1] + now[-1] - ys
        gradient = np.append(error @ xs, error.sum()) * (2 / len(ys))
        history[t + 1] = now - learning_rate / (1 + decay * t) * gradient
    return history[-1, :-1].copy(), float(history[-1, -1]), history


# %% wrong: sgd_regression
# idea: "every epoch takes the same batches in the same order"
# fits: "Every epoch takes the batches in the same order"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    w, b, t = np.zeros(x.shape[1]), 0.0, 0
    history = [np.append(w, b)]
    batches = list(minibatches(x.astype(float), y.astype(float), batch_size, seed))
    for _ in range(num_epochs):
        for xs, ys in batches:
            rate = learning_rate / (1 + decay * t)
            error = xs @ w + b - ys
            w, b = w - rate * 2 * xs.T @ error / len(ys), b - rate * 2 * error.mean()
            t += 1
            history.append(np.append(w, b))
    return w, float(b), np.array(history)


# %% wrong: sgd_regression
# idea: "the rate falls once an epoch, not after each update"
# fits: "Your rate falls once an epoch"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = x.astype(float), y.astype(float)
    w, b = np.zeros(x.shape[1]), 0.0
    history = [np.r_[w, b]]
    for epoch in range(num_epochs):
        rate = learning_rate / (1 + decay * epoch)
        for xs, ys in minibatches(x, y, batch_size, seed + epoch):
            error = predict(xs, w, b) - ys
            w = w - rate * 2 / len(ys) * xs.T @ error
            b = b - rate * 2 * error.mean()
            history.append(np.r_[w, b])
    return w, float(b), np.array(history)


# %% wrong: sgd_regression
# idea: "divides by batch_size in the short last batch as well"
# fits: "The last batch of an epoch may be shorter than the others, and you divide its sum as if"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    size = min(batch_size, len(x))
    theta = np.zeros(x.shape[1] + 1)
    history = [theta.copy()]
    for i in range(num_epochs):
        for xs, ys in minibatches(x, y, batch_size, seed + i):
            error = xs @ theta[:-1] + theta[-1] - ys
            rate = learning_rate / (1 + decay * (len(history) - 1))
            theta[:-1] -= rate * 2 / size * (xs.T @ error)
            theta[-1] -= rate * 2 / size * error.sum()
            history.append(theta.copy())
    return theta[:-1], float(theta[-1]), np.array(history)


# %% wrong: sgd_regression
# idea: "lets the decay compound: the rate that was already lowered is divided again"
# fits: "You divide a rate that was divided before"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    w, b, rate, t = np.zeros(x.shape[1]), 0.0, learning_rate, 0
    history = [[*w, b]]
    for i in range(num_epochs):
        for xs, ys in minibatches(x, y, batch_size, seed + i):
            rate = rate / (1 + decay * t)
            error = predict(xs, w, b) - ys
            w = w - rate * 2 * (xs.T @ error) / len(xs)
            b = b - rate * 2 * np.mean(error)
            t += 1
            history.append([*w, b])
    return w, float(b), np.array(history)


# %% wrong: sgd_regression
# idea: "the bias goes down the slope at the new weights, whose error is worked out again"
# fits: "w has moved before the slope along b is taken"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    w, b, t = np.zeros(x.shape[1]), 0.0, 0
    history = [np.append(w, b)]
    for i in range(num_epochs):
        for xs, ys in minibatches(x, y, batch_size, seed + i):
            rate = learning_rate / (1 + decay * t)
            w = w - rate * 2 * xs.T @ (predict(xs, w, b) - ys) / len(ys)
            b = b - rate * 2 * np.mean(predict(xs, w, b) - ys)
            t += 1
            history.append(np.append(w, b))
    return w, float(b), np.array(history)


# %% wrong: sgd_regression
# idea: "one array is changed in place and put into the history again and again, so all its rows are the last"
# fits: "Every row of your history is the last place"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    design = np.column_stack([x.astype(float), np.ones(len(x))])
    theta = np.zeros(design.shape[1])
    history = [theta]
    t = 0
    for i in range(num_epochs):
        for rows, targets in minibatches(design, y.astype(float), batch_size, seed + i):
            error = rows @ theta - targets
            theta -= learning_rate / (1 + decay * t) * 2 * rows.T @ error / len(targets)
            history.append(theta)
            t += 1
    return theta[:-1], float(theta[-1]), np.array(history)


# %% wrong: sgd_regression
# idea: "one generator for all epochs in place of a seed for each"
# fits: "You shuffle with one generator for all epochs"
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    x, y = x.astype(float), y.astype(float)
    w, b, t = np.zeros(x.shape[1]), 0.0, 0
    history = [np.append(w, b)]
    rng = np.random.default_rng(seed)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            error = x[rows] @ w + b - y[rows]
            rate = learning_rate / (1 + decay * t)
            w, b, t = w - rate * 2 * x[rows].T @ error / len(rows), b - rate * 2 * error.mean(), t + 1
            history.append(np.append(w, b))
    return w, float(b), np.array(history)
