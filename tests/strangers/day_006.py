# %% right: learning_curve
def learning_curve(fit, score, x, y, sizes):
    first = int(np.max(sizes))
    pairs = []
    for size in sizes:
        model = fit(x[:size], y[:size])
        pairs.append([score(model, x[:size], y[:size]), score(model, x[first:], y[first:])])
    training, validation = np.array(pairs, dtype=float).T
    return training, validation


# %% right: learning_curve
def learning_curve(fit, score, x, y, sizes):
    (x_train, x_val), (y_train, y_val) = (np.split(table, [max(sizes)]) for table in (x, y))
    models = {i: fit(x_train[:size], y_train[:size]) for i, size in enumerate(sizes)}
    training = np.array([float(score(models[i], x_train[:size], y_train[:size])) for i, size in enumerate(sizes)])
    validation = np.array([float(score(models[i], x_val, y_val)) for i in models])
    return training, validation


# %% wrong: learning_curve
# idea: "validates on all rows that this model has not seen, so every size sits another exam"
# fits: "Each model gets an exam of its own"
def learning_curve(fit, score, x, y, sizes):
    training, validation = [], []
    for size in sizes:
        model = fit(x[:size], y[:size])
        training.append(score(model, x[:size], y[:size]))
        validation.append(score(model, x[size:], y[size:]))
    return np.array(training, dtype=float), np.array(validation, dtype=float)


# %% wrong: learning_curve
# idea: "takes the last size for the largest"
# fits: "You take the last size for the largest"
def learning_curve(fit, score, x, y, sizes):
    cut = sizes[-1]
    training, validation = np.zeros(len(sizes)), np.zeros(len(sizes))
    for i, size in enumerate(sizes):
        model = fit(x[:size], y[:size])
        training[i] = score(model, x[:size], y[:size])
        validation[i] = score(model, x[cut:], y[cut:])
    return training, validation


# %% wrong: learning_curve
# idea: "the training score on all rows before the validation rows, not on those that were trained on"
# fits: "Your training score includes rows that this model has not been trained on"
def learning_curve(fit, score, x, y, sizes):
    cut = max(sizes)
    training, validation = np.zeros(len(sizes)), np.zeros(len(sizes))
    for i, size in enumerate(sizes):
        model = fit(x[:size], y[:size])
        training[i] = score(model, x[:cut], y[:cut])
        validation[i] = score(model, x[cut:], y[cut:])
    return training, validation


# %% wrong: learning_curve
# idea: "works through the sizes in rising order and returns them so"
# fits: "Your entries are in the order of growing size"
def learning_curve(fit, score, x, y, sizes):
    sizes = sorted(sizes)
    cut = sizes[-1]
    training, validation = [], []
    for size in sizes:
        model = fit(x[:size], y[:size])
        training.append(score(model, x[:size], y[:size]))
        validation.append(score(model, x[cut:], y[cut:]))
    return np.array(training, dtype=float), np.array(validation, dtype=float)


# %% wrong: learning_curve
# idea: "trains each model twice, once for each score"
def learning_curve(fit, score, x, y, sizes):
    m = max(sizes)
    training = [score(fit(x[:n], y[:n]), x[:n], y[:n]) for n in sizes]
    validation = [score(fit(x[:n], y[:n]), x[m:], y[m:]) for n in sizes]
    return np.array(training, dtype=float), np.array(validation, dtype=float)


# %% wrong: learning_curve
# idea: "fills arrays like sizes, so scores are cut to whole numbers, and the two come in the wrong order"
def learning_curve(fit, score, x, y, sizes):
    sizes = np.asarray(sizes)
    training, validation = np.zeros_like(sizes), np.zeros_like(sizes)
    for i, size in enumerate(sizes):
        model = fit(x[:size], y[:size])
        training[i] = score(model, x[:size], y[:size])
        validation[i] = score(model, x[sizes.max() :], y[sizes.max() :])
    return validation, training


# %% right: ridge
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    m, n = x.shape
    middle, level = x.mean(axis=0), y.mean()
    rows = np.vstack([x - middle, np.sqrt(m * alpha) * np.eye(n)])
    targets = np.concatenate([y - level, np.zeros(n)])
    w = np.linalg.lstsq(rows, targets, rcond=None)[0]
    return w, float(level - middle @ w)


# %% right: ridge
def ridge(x, y, alpha):
    x, y = x.astype(float), y.astype(float)
    centred = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    share = s / (s**2 + len(x) * alpha)
    w = vt.T @ (share * (u.T @ (y - y.mean())))
    return w, y.mean() - x.mean(axis=0) @ w


# %% wrong: ridge
# idea: "a column of ones, and the bias is penalised with the weights"
# fits: "Your penalty includes the bias"
def ridge(x, y, alpha):
    a = np.column_stack([np.asarray(x, dtype=float), np.ones(len(x))])
    theta = np.linalg.solve(a.T @ a / len(a) + alpha * np.eye(a.shape[1]), a.T @ y / len(a))
    return theta[:-1], float(theta[-1])


# %% wrong: ridge
# idea: "scikit-learn's alpha, beside a sum of squares"
# fits: "You charge alpha beside a sum over the rows, as scikit-learn does"
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.linalg.solve(xc.T @ xc + alpha * np.eye(x.shape[1]), xc.T @ yc)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: ridge
# idea: "the slope of the penalty has its 2, that of the mean of squares has not"
# fits: "Your penalty is twice what was asked for"
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    xc, yc = x - x.mean(axis=0), y - y.mean()
    gram = xc.T @ xc / len(x)
    w = np.linalg.solve(gram + 2 * alpha * np.eye(len(gram)), xc.T @ yc / len(x))
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: ridge
# idea: "mean of products minus product of means, which cancels far from zero"
# fits: "Mean of the products less product of the means is right on paper"
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    m, n = x.shape
    mean_x, mean_y = x.mean(axis=0), y.mean()
    gram = x.T @ x / m - np.outer(mean_x, mean_x)
    right = x.T @ y / m - mean_x * mean_y
    w = np.linalg.solve(gram + alpha * np.eye(n), right)
    return w, float(mean_y - mean_x @ w)


# %% wrong: ridge
# idea: "the bias is the mean of the targets, as if the columns had been handed over centred"
# fits: "Your bias is right only for columns whose mean is zero"
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    xc = x - x.mean(axis=0)
    w = np.linalg.solve(xc.T @ xc / len(x) + alpha * np.identity(x.shape[1]), xc.T @ (y - y.mean()) / len(x))
    return w, float(np.mean(y))


# %% wrong: ridge
# idea: "adds alpha to every entry of the matrix, not to its diagonal"
# fits: "You add alpha to every entry of the matrix"
def ridge(x, y, alpha):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.linalg.solve(xc.T @ xc / len(x) + alpha, xc.T @ yc / len(x))
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% right: soft_threshold
def soft_threshold(w, t):
    w = 1.0 * w
    moved = np.maximum(w - t, 0.0) - np.maximum(-w - t, 0.0)
    return moved if isinstance(w, np.ndarray) else float(moved)


# %% right: soft_threshold
def soft_threshold(w, t):
    def one(value):
        value = float(value)
        if value > t:
            return value - t
        return value + t if value < -t else 0.0

    if np.ndim(w) == 0:
        return one(w)
    flat = [one(value) for value in np.ravel(w)]
    return np.array(flat, dtype=float).reshape(np.shape(w))


# %% wrong: soft_threshold
# idea: "a ReLU moved to the right: negative numbers become zero"
# fits: "All negative numbers become 0"
def soft_threshold(w, t):
    moved = np.maximum(np.asarray(w, dtype=float) - t, 0.0)
    return moved if np.ndim(w) else float(moved)


# %% wrong: soft_threshold
# idea: "goes t towards zero and does not stop there"
# fits: "Small numbers come out on the other side of zero"
def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    moved = w - t * np.sign(w)
    return moved if w.ndim else float(moved)


# %% wrong: soft_threshold
# idea: "clips to the range from -t to t, which is what the soft threshold takes away"
# fits: "You return what should be taken away, and not what is left of it"
def soft_threshold(w, t):
    clipped = np.clip(np.asarray(w, dtype=float), -t, t)
    return clipped if clipped.ndim else float(clipped)


# %% wrong: soft_threshold
# idea: "the textbook's line in the dtype of w, where small whole numbers wrap round below 0"
# fits: "Right for floats"
def soft_threshold(w, t):
    moved = np.sign(w) * np.maximum(np.abs(w) - t, 0)
    return moved * 1.0 if np.ndim(w) else float(moved)


# %% wrong: soft_threshold
# idea: "hands the same array back where t is 0"
# fits: "For t = 0 you hand the caller's own array back, and whoever changes one changes the other"
def soft_threshold(w, t):
    if t == 0:
        return w
    w = np.asarray(w, dtype=float)
    moved = np.sign(w) * np.maximum(np.abs(w) - t, 0)
    return moved if w.ndim else float(moved)


# %% wrong: soft_threshold
# idea: "three cases by np.where, which gives an array of no axes where w is a number"
def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


# %% right: lasso_coordinate_descent
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    m, n = x.shape
    xc, yc = x - x.mean(axis=0), y - y.mean()
    varies = [j for j in range(n) if np.any(x[:, j] != x[0, j])]
    gram, target = xc.T @ xc / m, xc.T @ yc / m
    w = np.zeros(n)
    for _ in range(num_sweeps):
        for j in varies:
            rho = target[j] - gram[j] @ w + gram[j, j] * w[j]
            w[j] = soft_threshold(rho, alpha / 2) / (gram[j, j] + l2)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% right: lasso_coordinate_descent
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = x.astype(np.float64), y.astype(np.float64)
    constant = x.max(axis=0) == x.min(axis=0)
    centred = np.where(constant, 0.0, x - x.mean(axis=0))
    residual = y - y.mean()
    w = np.zeros(x.shape[1])
    for j in list(np.flatnonzero(~constant)) * num_sweeps:
        column = centred[:, j]
        rho = np.mean(column * (residual + column * w[j]))
        new = soft_threshold(float(rho), alpha / 2) / (np.mean(column**2) + l2)
        residual = residual - column * (new - w[j])
        w[j] = new
    return w, float(np.mean(y - x @ w))


# %% wrong: lasso_coordinate_descent
# idea: "soft threshold by alpha, not by half of it"
# fits: "Your threshold is twice as high"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    constant = np.ptp(x, axis=0) == 0
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        for j in np.flatnonzero(~constant):
            rho = np.mean(xc[:, j] * (yc - xc @ w + xc[:, j] * w[j]))
            w[j] = soft_threshold(rho, alpha) / (np.mean(xc[:, j] ** 2) + l2)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: lasso_coordinate_descent
# idea: "leaves the column's own part in the prediction"
# fits: "Column j's own part is still in the prediction when you ask what is left for it to explain"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    constant = np.ptp(x, axis=0) == 0
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        for j in np.flatnonzero(~constant):
            residual = yc - xc @ w
            rho = np.mean(xc[:, j] * residual)
            w[j] = soft_threshold(rho, alpha / 2) / (np.mean(xc[:, j] ** 2) + l2)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: lasso_coordinate_descent
# idea: "works out all new weights from the old ones and changes them together"
# fits: "All your weights move at once, each as if the others had stayed"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    constant = np.ptp(x, axis=0) == 0
    xc, yc = x - x.mean(axis=0), y - y.mean()
    nu = np.mean(xc**2, axis=0)
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        rho = xc.T @ (yc - xc @ w) / len(y) + nu * w
        w = np.where(constant, 0.0, soft_threshold(rho, alpha / 2) / np.where(constant, 1.0, nu + l2))
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: lasso_coordinate_descent
# idea: "the lasso's weight, shrunk by 1 + l2 afterwards, as if every column had mean square 1"
# fits: "You shrink by 1 + l2 after the lasso's step, which is right only for columns whose mean"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    constant = np.ptp(x, axis=0) == 0
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        for j in np.flatnonzero(~constant):
            rho = np.mean(xc[:, j] * (yc - xc @ w + xc[:, j] * w[j]))
            w[j] = soft_threshold(rho, alpha / 2) / np.mean(xc[:, j] ** 2) / (1 + l2)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: lasso_coordinate_descent
# idea: "ends as soon as no weight moves by more than a tolerance, however many sweeps were asked for"
# fits: "You stop when a sweep changes little"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    constant = np.ptp(x, axis=0) == 0
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        before = w.copy()
        for j in np.flatnonzero(~constant):
            rho = np.mean(xc[:, j] * (yc - xc @ w + xc[:, j] * w[j]))
            w[j] = soft_threshold(rho, alpha / 2) / (np.mean(xc[:, j] ** 2) + l2)
        if np.max(np.abs(w - before)) < 1e-3:
            break
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% wrong: lasso_coordinate_descent
# idea: "tells a constant column by a mean square of exactly 0, which rounding spoils"
# fits: "You ask the mean square whether a column is constant"
def lasso_coordinate_descent(x, y, alpha, num_sweeps, l2=0.0):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    xc, yc = x - x.mean(axis=0), y - y.mean()
    nu = np.mean(xc**2, axis=0)
    w = np.zeros(x.shape[1])
    for _ in range(num_sweeps):
        for j in range(x.shape[1]):
            if nu[j] == 0:
                continue
            rho = np.mean(xc[:, j] * (yc - xc @ w + xc[:, j] * w[j]))
            w[j] = soft_threshold(rho, alpha / 2) / (nu[j] + l2)
    return w, float(y.mean() - x.mean(axis=0) @ w)


# %% right: early_stopping_index
def early_stopping_index(validation_losses, patience):
    losses = np.array(validation_losses, dtype=float)
    losses[np.isnan(losses)] = np.inf
    lowest = np.minimum.accumulate(losses)
    records = np.flatnonzero(np.r_[True, losses[1:] < lowest[:-1]])
    gaps = np.diff(records)
    late = np.flatnonzero(gaps > patience)
    return int(records[late[0]] if late.size else records[-1])


# %% right: early_stopping_index
def early_stopping_index(validation_losses, patience):
    kept = 0
    for epoch, loss in enumerate(validation_losses):
        if epoch - kept > patience:
            break
        if loss < validation_losses[kept]:
            kept = epoch
    return kept


# %% wrong: early_stopping_index
# idea: "returns the epoch at which training ended"
# fits: "You return the epoch at which training ended"
def early_stopping_index(validation_losses, patience):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch
    return len(validation_losses) - 1


# %% wrong: early_stopping_index
# idea: "the count of bad epochs is not set back by a new record"
# fits: "You add up all epochs without a record since the start"
def early_stopping_index(validation_losses, patience):
    best, kept, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best:
            best, kept = loss, epoch
        else:
            bad += 1
        if bad == patience:
            break
    return kept


# %% wrong: early_stopping_index
# idea: "compares with the epoch before, not with the record"
# fits: "You compare each loss with the one before"
def early_stopping_index(validation_losses, patience):
    kept, bad = 0, 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            bad = 0
        else:
            bad += 1
        if validation_losses[epoch] < validation_losses[kept]:
            kept = epoch
        if bad >= patience:
            break
    return kept


# %% wrong: early_stopping_index
# idea: "what is not at least the record is a new one, and so is NaN"
# fits: "Every comparison with NaN is false, so turned round like this NaN becomes a record"
def early_stopping_index(validation_losses, patience):
    best, kept, waited = validation_losses[0], 0, 0
    for epoch, loss in enumerate(validation_losses[1:], start=1):
        if loss >= best:
            waited += 1
            if waited == patience:
                break
        else:
            best, kept, waited = loss, epoch, 0
    return kept


# %% wrong: early_stopping_index
# idea: "one epoch too patient: more than patience, not as many"
# fits: "You wait one epoch longer than patience allows"
def early_stopping_index(validation_losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited > patience:
            break
    return kept


# %% wrong: early_stopping_index
# idea: "the lowest of all losses, patience or no patience"
# fits: "You never stop"
def early_stopping_index(validation_losses, patience):
    return int(np.nanargmin(np.asarray(validation_losses, dtype=float)))


# %% right: select_features
def select_features(x, y, k, method):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n = x.shape[1]
    if method == "filter":
        strength = []
        for j in range(n):
            constant = np.all(x[:, j] == x[0, j]) or np.all(y == y[0])
            strength.append(0.0 if constant else abs(np.corrcoef(x[:, j], y)[0, 1]))
        return np.array(sorted(range(n), key=lambda j: (-round(strength[j], 12), j))[:k])
    if method != "forward":
        raise ValueError(f"unknown method {method!r}")
    chosen = []
    while len(chosen) < k:
        errors = {}
        for j in set(range(n)) - set(chosen):
            a = np.column_stack([x[:, [*chosen, j]], np.ones(len(y))])
            errors[j] = np.sum((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2)
        chosen.append(min(errors, key=errors.get))
    return np.array(chosen)


# %% right: select_features
def select_features(x, y, k, method):
    x, y = x.astype(float), y.astype(float)
    varies = np.any(x != x[:1], axis=0)
    xc = np.where(varies, x - x.mean(axis=0), 0.0)
    yc = y - y.mean()
    if method == "filter":
        lengths = np.linalg.norm(xc, axis=0)
        strength = np.abs(xc.T @ yc) / np.where(lengths > 0, lengths, 1.0)
        return np.argsort(-strength, kind="stable")[:k]
    if method == "forward":
        chosen = np.array([], dtype=int)
        for _ in range(k):
            best, least = -1, np.inf
            for j in range(x.shape[1]):
                if j in chosen:
                    continue
                columns = xc[:, np.append(chosen, j)]
                error = np.mean((yc - columns @ (np.linalg.pinv(columns) @ yc)) ** 2)
                if error < least:
                    best, least = j, error
            chosen = np.append(chosen, best)
        return chosen
    raise ValueError("method must be filter or forward")


# %% wrong: select_features
# idea: "the sign of the correlation counts: strongly negative ones come last"
# fits: "A strong negative correlation comes last with you"
def select_features(x, y, k, method):
    n = x.shape[1]
    if method == "filter":
        corr = np.array([0.0 if np.ptp(x[:, j]) == 0 else np.corrcoef(x[:, j], y)[0, 1] for j in range(n)])
        return np.argsort(-corr, kind="stable")[:k]
    if method == "forward":
        chosen = []
        for _ in range(k):

            def error(j):
                a = np.column_stack([x[:, chosen + [j]], np.ones(len(y))])
                return np.mean((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2)

            chosen.append(min((j for j in range(n) if j not in chosen), key=error))
        return np.array(chosen)
    raise ValueError(method)


# %% wrong: select_features
# idea: "turns a rising order round, so of equal columns the higher comes first; NaN of constant columns first of all"
def select_features(x, y, k, method):
    n = x.shape[1]
    if method == "filter":
        with np.errstate(all="ignore"):
            corr = np.abs(np.corrcoef(x.T, y)[-1, :-1])
        return np.argsort(corr)[::-1][:k]
    if method == "forward":
        chosen = []
        for _ in range(k):

            def error(j):
                a = np.column_stack([x[:, chosen + [j]], np.ones(len(y))])
                return np.mean((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2)

            chosen.append(min((j for j in range(n) if j not in chosen), key=error))
        return np.array(chosen)
    raise ValueError(method)


# %% wrong: select_features
# idea: "forward: the column that correlates most with the residuals"
# fits: "You take the column that correlates most with the present residuals"
def select_features(x, y, k, method):
    n = x.shape[1]

    def strengths(target):
        centred = x - x.mean(axis=0)
        length = np.sqrt((centred**2).sum(axis=0))
        return np.abs(centred.T @ (target - target.mean())) / np.where(length > 1e-12, length, np.inf)

    if method == "filter":
        return np.argsort(-strengths(y), kind="stable")[:k]
    if method != "forward":
        raise ValueError("filter or forward")
    chosen, residual = [], np.asarray(y, dtype=float)
    for _ in range(k):
        strength = strengths(residual)
        strength[chosen] = -1
        chosen.append(int(np.argmax(strength)))
        a = np.column_stack([x[:, chosen], np.ones(len(y))])
        residual = y - a @ np.linalg.lstsq(a, y, rcond=None)[0]
    return np.array(chosen)


# %% wrong: select_features
# idea: "forward: least squares without a bias"
# fits: "Your least squares has no bias, so a column is judged by its mean as well"
def select_features(x, y, k, method):
    n = x.shape[1]
    if method == "filter":
        corr = [0.0 if np.all(x[:, j] == x[0, j]) else abs(np.corrcoef(x[:, j], y)[0, 1]) for j in range(n)]
        return np.argsort(-np.array(corr), kind="stable")[:k]
    if method == "forward":
        chosen = []
        for _ in range(k):
            left = [j for j in range(n) if j not in chosen]
            errors = []
            for j in left:
                a = x[:, chosen + [j]]
                errors.append(np.mean((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2))
            chosen.append(left[int(np.argmin(errors))])
        return np.array(chosen)
    raise ValueError(method)


# %% wrong: select_features
# idea: "solves the normal equation, which has no single solution for constant columns and copies"
def select_features(x, y, k, method):
    n = x.shape[1]
    if method == "filter":
        corr = [0.0 if np.all(x[:, j] == x[0, j]) else abs(np.corrcoef(x[:, j], y)[0, 1]) for j in range(n)]
        return np.argsort(-np.array(corr), kind="stable")[:k]
    if method == "forward":
        chosen = []
        for _ in range(k):
            best, least = None, np.inf
            for j in range(n):
                if j in chosen:
                    continue
                w, b = day_003.normal_equation(x[:, chosen + [j]], y)
                error = mse(y, x[:, chosen + [j]] @ w + b)
                if error < least:
                    best, least = j, error
            chosen.append(best)
        return np.array(chosen)
    raise ValueError(method)


# %% wrong: select_features
# idea: "whatever is not filter counts as forward, and the columns come sorted by number"
def select_features(x, y, k, method):
    n = x.shape[1]
    if method == "filter":
        corr = [0.0 if np.all(x[:, j] == x[0, j]) else abs(np.corrcoef(x[:, j], y)[0, 1]) for j in range(n)]
        return np.sort(np.argsort(-np.array(corr), kind="stable")[:k])
    chosen = []
    for _ in range(k):
        left = [j for j in range(n) if j not in chosen]
        tables = [np.column_stack([x[:, chosen + [j]], np.ones(len(y))]) for j in left]
        errors = [np.mean((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2) for a in tables]
        chosen.append(left[int(np.argmin(errors))])
    return np.array(sorted(chosen))
