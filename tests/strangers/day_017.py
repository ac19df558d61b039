# %% right: fit_gaussian
def fit_gaussian(x):
    m, n = x.shape
    x = x.astype(np.float64)
    mean = np.average(x, axis=0)
    cov = np.zeros((n, n))
    for row in x:
        cov += np.multiply.outer(row - mean, row - mean)
    return mean, cov / m


# %% right: fit_gaussian
def fit_gaussian(x):
    x = np.array(x, dtype=float)
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False, bias=True))


# %% wrong: fit_gaussian
# idea: "np.cov as it comes: divided by m - 1, and a single column has no matrix"
# fits: "By default np.cov divides by one less than the number of"
def fit_gaussian(x):
    x = x.astype(float)
    return x.mean(axis=0), np.cov(x.T)


# %% wrong: fit_gaussian
# idea: "mean of the products minus product of the means"
# fits: "Mean product minus product of means is right on paper. Far"
def fit_gaussian(x):
    x = x.astype(float)
    mean = x.mean(axis=0)
    return mean, x.T @ x / len(x) - np.outer(mean, mean)


# %% wrong: fit_gaussian
# idea: "the shape of a single column: a covariance of shape () by squeezing"
# fits: "For a single column your matrix loses its axes. One column"
def fit_gaussian(x):
    x = x.astype(float)
    mean = x.mean(axis=0)
    d = x - mean
    return mean, np.squeeze(d.T @ d / len(d))


# %% wrong: fit_gaussian
# idea: "in the dtype of x: float32 in, float32 out; whole numbers are centred on a truncated mean"
# fits: "Your mean has the dtype of x: that of whole numbers loses its"
def fit_gaussian(x):
    mean = x.mean(axis=0).astype(x.dtype)
    d = x - mean
    return mean, (d.T @ d) / len(x)


# %% wrong: fit_gaussian
# idea: "correlation instead of covariance: each deviation is divided by its standard deviation"
# fits: "Those are correlations: covariances divided by both standard"
def fit_gaussian(x):
    x = x.astype(float)
    mean, std = x.mean(axis=0), x.std(axis=0)
    u = (x - mean) / np.where(std > 0, std, 1)
    return mean, u.T @ u / len(x)


# %% wrong: fit_gaussian
# idea: "centres x itself, and keeps the variances only"
# fits: "Your code changes one of its arguments in place"
def fit_gaussian(x):
    mean = x.mean(axis=0)
    if x.dtype == np.float64:
        x -= mean
    else:
        x = x - mean
    return mean, np.diag(np.mean(x**2, axis=0))


# %% right: mahalanobis
def mahalanobis(x, mean, cov):
    values, vectors = np.linalg.eigh(cov)
    u = (x - mean) @ vectors / np.sqrt(values)
    return np.linalg.norm(u, axis=1)


# %% right: mahalanobis
def mahalanobis(x, mean, cov):
    out = np.empty(len(x))
    for i, row in enumerate(x):
        d = row - mean
        out[i] = np.sqrt(max(d @ np.linalg.solve(cov, d), 0.0))
    return out


# %% wrong: mahalanobis
# idea: "the square of the distance"
# fits: "That is the squared distance."
def mahalanobis(x, mean, cov):
    d = x - mean
    return np.sum(d * np.linalg.solve(cov, d.T).T, axis=1)


# %% wrong: mahalanobis
# idea: "each column by its own standard deviation, covariances left out"
# fits: "You divide each column by its own standard deviation. What"
def mahalanobis(x, mean, cov):
    return np.sqrt(np.sum(((x - mean) / np.sqrt(np.diag(cov))) ** 2, axis=1))


# %% wrong: mahalanobis
# idea: "the covariance itself instead of its inverse"
# fits: "You multiply by the covariance. Wide directions should make a"
def mahalanobis(x, mean, cov):
    d = x - mean
    return np.sqrt(np.einsum("ij,jl,il->i", d, cov, d))


# %% wrong: mahalanobis
# idea: "the Cholesky factor is used from the wrong side: d L^-1 is not (L^-1 d)"
# fits: "Of the two factors you solve with the transposed one. In"
def mahalanobis(x, mean, cov):
    factor = np.linalg.cholesky(cov)
    u = (x - mean) @ np.linalg.inv(factor)
    return np.sqrt((u**2).sum(axis=1))


# %% wrong: mahalanobis
# idea: "mean and covariance are taken from the rows that are judged, the arguments are ignored"
# fits: "The result is the same whatever"
def mahalanobis(x, mean, cov):
    x = x.astype(float)
    d = x - x.mean(axis=0)
    own = d.T @ d / len(x)
    return np.sqrt(np.abs(np.sum(d @ np.linalg.pinv(own) * d, axis=1)))


# %% wrong: mahalanobis
# idea: "something is added to the diagonal to be safe, which spoils small variances; and works in x"
# fits: "Your code changes one of its arguments in place"
def mahalanobis(x, mean, cov):
    if x.dtype.kind == "f":
        x -= mean
        d = x
    else:
        d = x - mean
    inverse = np.linalg.inv(cov + 1e-6 * np.eye(len(cov)))
    return np.sqrt(np.sum(d @ inverse * d, axis=1))


# %% right: log_density
def log_density(x, mean, cov):
    factor = np.linalg.cholesky(cov)
    u = np.linalg.solve(factor, (x - mean).T)  # (n, m)
    one_dimensional = -0.5 * u**2 - 0.5 * np.log(2 * np.pi)
    return one_dimensional.sum(axis=0) - np.log(np.diag(factor)).sum()


# %% right: log_density
def log_density(x, mean, cov):
    values, vectors = np.linalg.eigh(cov)
    total = np.full(len(x), -0.5 * len(mean) * np.log(2 * np.pi))
    for value, vector in zip(values, vectors.T, strict=True):
        total -= 0.5 * (((x - mean) @ vector) ** 2 / value + np.log(value))
    return total


# %% wrong: log_density
# idea: "the logarithm of the finished density"
# fits: "You compute the density and then take its logarithm. Far out"
def log_density(x, mean, cov):
    d2 = mahalanobis(x, mean, cov) ** 2
    p = np.exp(-0.5 * d2) / np.sqrt((2 * np.pi) ** len(mean) * np.linalg.det(cov))
    return np.log(p)


# %% wrong: log_density
# idea: "as above with 1e-300 against the logarithm of 0, so all that is far is equally far"
# fits: "A small number inside the logarithm makes all far rows alike."
def log_density(x, mean, cov):
    n = len(mean)
    d = x - mean
    d2 = np.sum(d * np.linalg.solve(cov, d.T).T, axis=1)
    _, log_det = np.linalg.slogdet(cov)
    p = np.exp(-0.5 * (d2 + log_det + n * np.log(2 * np.pi)))
    return np.log(np.maximum(p, 1e-300))


# %% wrong: log_density
# idea: "np.log of np.linalg.det, which is 0 or infinite for many columns"
# fits: "With many columns the determinant itself rounds to 0 or"
def log_density(x, mean, cov):
    d2 = mahalanobis(x, mean, cov) ** 2
    return -0.5 * (d2 + np.log(np.linalg.det(cov)) + len(mean) * np.log(2 * np.pi))


# %% wrong: log_density
# idea: "the distance itself stands where its square belongs"
# fits: "The exponent has the squared distance."
def log_density(x, mean, cov):
    _, log_det = np.linalg.slogdet(cov)
    return -(mahalanobis(x, mean, cov) + log_det + len(mean) * np.log(2 * np.pi)) / 2


# %% wrong: log_density
# idea: "log det by Cholesky without its factor of 2, and one log 2 pi for all columns"
def log_density(x, mean, cov):
    d2 = mahalanobis(x, mean, cov) ** 2
    log_det = np.log(np.diag(np.linalg.cholesky(cov))).sum()
    return -0.5 * (d2 + log_det + np.log(2 * np.pi))


# %% wrong: log_density
# idea: "independent columns: a sum of one-dimensional log densities from the diagonal"
# fits: "That is the logarithm for independent columns: you use the"
def log_density(x, mean, cov):
    var = np.diag(cov)
    return np.sum(-0.5 * np.log(2 * np.pi * var) - (x - mean) ** 2 / (2 * var), axis=1)


# %% right: select_threshold
def select_threshold(y_val, log_p):
    y = np.asarray(y_val).astype(bool)
    best = (-1.0, 0.0)
    for t in sorted(set(log_p.tolist()), reverse=True):
        flagged = log_p <= t
        f1 = 2 * np.count_nonzero(flagged & y) / (np.count_nonzero(flagged) + np.count_nonzero(y))
        if f1 >= best[0]:
            best = (f1, t)
    return float(best[1]), float(best[0])


# %% right: select_threshold
def select_threshold(y_val, log_p):
    values, where, counts = np.unique(log_p, return_inverse=True, return_counts=True)
    faults = np.bincount(where, weights=y_val.astype(float))
    hits, flagged = np.cumsum(faults), np.cumsum(counts)
    f1 = 2 * hits / (flagged + faults.sum())
    return float(values[f1.argmax()]), float(f1.max())


# %% wrong: select_threshold
# idea: "a grid of 1,000 even steps from the lowest to the highest"
# fits: "Your thresholds lie on an even grid. One extreme row makes"
def select_threshold(y_val, log_p):
    y = y_val.astype(bool)
    best_t, best = float(log_p.min()), 0.0
    for t in np.linspace(log_p.min(), log_p.max(), 1000):
        flagged = log_p <= t
        f1 = 2 * np.sum(flagged & y) / (flagged.sum() + y.sum())
        if f1 > best:
            best_t, best = float(t), float(f1)
    return best_t, best


# %% wrong: select_threshold
# idea: "rows strictly below are flagged"
# fits: "The row at the threshold itself is flagged too."
def select_threshold(y_val, log_p):
    y = y_val.astype(bool)
    best_t, best = float(log_p.min()), 0.0
    for t in np.unique(log_p):
        flagged = log_p < t
        f1 = 2 * np.sum(flagged & y) / (flagged.sum() + y.sum())
        if f1 > best:
            best_t, best = float(t), float(f1)
    return best_t, best


# %% wrong: select_threshold
# idea: "of equal F1s the highest threshold, since a later one takes over at >="
# fits: "Of equally good thresholds you take the highest. The"
def select_threshold(y_val, log_p):
    y = y_val.astype(bool)
    best_t, best = float(log_p.min()), 0.0
    for t in np.sort(log_p):
        flagged = log_p <= t
        f1 = 2 * np.sum(flagged & y) / (flagged.sum() + y.sum())
        if f1 >= best:
            best_t, best = float(t), float(f1)
    return best_t, best


# %% wrong: select_threshold
# idea: "running sums over the sorted rows, as if of rows with the same log_p some could be flagged and some not"
# fits: "You count alarms row by row. Rows of equal density are"
def select_threshold(y_val, log_p):
    order = np.argsort(log_p, kind="stable")
    y = y_val[order].astype(int)
    hits = np.cumsum(y)
    f1 = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
    i = int(np.argmax(f1))
    return float(log_p[order][i]), float(f1[i])


# %% wrong: select_threshold
# idea: "accuracy is made as high as possible, and F1 reported"
# fits: "You choose by accuracy and report the F1 there. With few"
def select_threshold(y_val, log_p):
    y = y_val.astype(bool)
    values = np.unique(log_p)
    right = [np.mean((log_p <= t) == y) for t in values]
    t = values[int(np.argmax(right))]
    flagged = log_p <= t
    return float(t), float(2 * np.sum(flagged & y) / (flagged.sum() + y.sum()))


# %% wrong: select_threshold
# idea: "midway between neighbouring values, which is no value of log_p; and sorts the argument"
# fits: "Your code changes one of its arguments in place"
def select_threshold(y_val, log_p):
    y = y_val.astype(bool)
    original = log_p.copy()
    log_p.sort()
    values = np.unique(original)
    middles = np.append((values[1:] + values[:-1]) / 2, values[-1])
    best_t, best = float(middles[0]), -1.0
    for t in middles:
        flagged = original <= t
        f1 = 2 * np.sum(flagged & y) / (flagged.sum() + y.sum())
        if f1 > best:
            best_t, best = float(t), float(f1)
    return best_t, best


# %% right: detect_anomalies
def detect_anomalies(x_train, x_val, y_val, x_new):
    gaussian = fit_gaussian(x_train)
    limit = select_threshold(y_val, log_density(x_val, *gaussian))[0]
    return np.array([log_density(row[None], *gaussian)[0] <= limit for row in x_new], dtype=bool)


# %% right: detect_anomalies
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    # the distance falls as the density rises, so that its negative chooses the same rows
    reach = select_threshold(y_val, -mahalanobis(x_val, mean, cov))[0]
    return -mahalanobis(x_new, mean, cov) <= reach


# %% wrong: detect_anomalies
# idea: "fitted on training and validation rows together"
# fits: "The validation rows, anomalies among them, help to say what"
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(np.concatenate([x_train, x_val]))
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return log_density(x_new, mean, cov) <= threshold


# %% wrong: detect_anomalies
# idea: "columns are standardised with the statistics of whatever is judged, the new rows by their own"
# fits: "You standardise every table by itself, so the flag of a new"
def detect_anomalies(x_train, x_val, y_val, x_new):
    def scaled(x):
        x = x.astype(float)
        std = x.std(axis=0)
        return (x - x.mean(axis=0)) / np.where(std > 0, std, 1)

    mean, cov = fit_gaussian(scaled(x_train))
    threshold, _ = select_threshold(y_val, log_density(scaled(x_val), mean, cov))
    return log_density(scaled(x_new), mean, cov) <= threshold if len(x_new) else np.zeros(0, dtype=bool)


# %% wrong: detect_anomalies
# idea: "the limit is the lowest density of the training rows, the labels are not used"
# fits: "Your threshold is the lowest density of the training rows."
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    return log_density(x_new, mean, cov) < log_density(x_train, mean, cov).min()


# %% wrong: detect_anomalies
# idea: "a row exactly at the threshold is let through"
# fits: "A row just at the threshold is let through. select_threshold"
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return log_density(x_new, mean, cov) < threshold


# %% wrong: detect_anomalies
# idea: "independent columns, and the flags as 0 and 1"
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    cov = np.diag(np.diag(cov))
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return (log_density(x_new, mean, cov) <= threshold).astype(int)


# %% wrong: detect_anomalies
# idea: "flags the share of the new rows that was faulty in validation, the least dense ones first"
# fits: "You flag the same share of the new rows as was faulty in"
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    log_p = log_density(x_new, mean, cov)
    if len(log_p) == 0:
        return np.zeros(0, dtype=bool)
    return log_p <= np.quantile(log_p, np.mean(y_val))
