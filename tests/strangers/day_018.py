# %% right: covariance
def covariance(x):
    m, n = x.shape
    out = np.empty((n, n))
    deviations = [column.astype(float) - column.astype(float).mean() for column in x.T]
    for j in range(n):
        for i in range(n):
            out[i, j] = sum(deviations[i] * deviations[j]) / m
    return out


# %% right: covariance
def covariance(x):
    return np.cov(np.asarray(x, dtype=np.float64), rowvar=False, ddof=0).reshape(x.shape[1], x.shape[1])


# %% wrong: covariance
# idea: "divided by m - 1, like the usual library's; one row gives 0/0"
# fits: "You divide by m - 1; the formula above divides by m."
def covariance(x):
    d = x - x.mean(axis=0)
    return d.T @ d / (len(x) - 1)


# %% wrong: covariance
# idea: "mean of products minus product of means"
# fits: "The mean product minus the product of means is right on"
def covariance(x):
    x = x.astype(float)
    mu = x.mean(axis=0)
    return np.einsum("ij,il->jl", x, x) / x.shape[0] - mu[:, None] * mu


# %% wrong: covariance
# idea: "np.cov takes the rows for variables, so one entry a pair of rows"
# fits: "np.cov takes rows for variables unless it is told otherwise:"
def covariance(x):
    return np.atleast_2d(np.cov(x, bias=True))


# %% wrong: covariance
# idea: "correlation: each column is divided by its standard deviation"
# fits: "Those are correlations: covariances divided by both standard"
def covariance(x):
    x = x.astype(float)
    d = x - x.mean(axis=0)
    s = x.std(axis=0)
    return d.T @ d / len(x) / np.where(np.outer(s, s) > 0, np.outer(s, s), 1)


# %% wrong: covariance
# idea: "the mean of all entries instead of each column's, and divided by the number of columns"
def covariance(x):
    d = x - np.mean(x)
    return d.T @ d / x.shape[1]


# %% wrong: covariance
# idea: "centred in place where it can be, in float32 elsewhere"
# fits: "Your code changes one of its arguments in place, and the"
def covariance(x):
    if x.dtype == np.float64:
        x -= x.mean(axis=0)
        return x.T @ x / len(x)
    d = x.astype(np.float32)
    d = d - d.mean(axis=0)
    return (d.T @ d / len(x)).astype(float)


# %% right: pca_fit
def pca_fit(x, num_components):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    _, s, rows = np.linalg.svd(x - mean, full_matrices=False)
    components = []
    for row in rows[:num_components]:
        top = max(range(len(row)), key=lambda j: abs(row[j]))  # noqa: B023
        components.append(-row if row[top] < 0 else row)
    return mean, np.stack(components), s[:num_components] ** 2 / len(x)


# %% right: pca_fit
def pca_fit(x, num_components):
    m, n = x.shape
    x = x.astype(np.float64)
    mean = x.mean(axis=0)
    centred = x - mean
    q, r = np.linalg.qr(centred.T)  # (n, r), (r, m): the rows live in the columns of q
    left, s, _ = np.linalg.svd(r, full_matrices=False)
    v = (q @ left).T[:num_components]
    signs = np.sign(np.take_along_axis(v, np.abs(v).argmax(axis=1)[:, None], 1))
    return mean, v * signs, np.square(s[:num_components]) / m


# %% wrong: pca_fit
# idea: "eigh's rising order is taken as it comes: the components of least variance"
# fits: "eigh returns eigenvalues in rising order. You keep the"
def pca_fit(x, num_components):
    x = x.astype(float)
    mean = x.mean(axis=0)
    values, vectors = np.linalg.eigh(covariance(x))
    components = vectors.T[:num_components]
    flip = np.sign(components[np.arange(len(components)), np.abs(components).argmax(axis=1)])
    return mean, components * flip[:, None], np.maximum(values[:num_components], 0)


# %% wrong: pca_fit
# idea: "the sign rule looks at the largest entry, not at the one of largest absolute value"
# fits: "You look for the largest entry, which is positive nearly"
def pca_fit(x, num_components):
    x = x.astype(float)
    mean = x.mean(axis=0)
    _, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    components = vt[:num_components]
    components = np.array([v if v[np.argmax(v)] > 0 else -v for v in components])
    return mean, components, s[:num_components] ** 2 / len(x)


# %% wrong: pca_fit
# idea: "variances over m - 1, and the sign from the scores as libraries do it (svd_flip on U)"
# fits: "You divide by m - 1, as scikit-learn does. Here variances are"
def pca_fit(x, num_components):
    x = x.astype(float)
    mean = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    signs = np.sign(u[np.abs(u).argmax(axis=0), np.arange(u.shape[1])])
    vt = vt * signs[:, None]
    return mean, vt[:num_components], s[:num_components] ** 2 / (len(x) - 1)


# %% wrong: pca_fit
# idea: "the table isn't centred before the decomposition"
# fits: "You decompose the table as it is, and the first component"
def pca_fit(x, num_components):
    x = x.astype(float)
    _, s, vt = np.linalg.svd(x, full_matrices=False)
    c = vt[:num_components]
    c = c * np.sign(c[np.arange(len(c)), np.abs(c).argmax(axis=1)])[:, None]
    return x.mean(axis=0), c, s[:num_components] ** 2 / len(x)


# %% wrong: pca_fit
# idea: "columns are standardised first, so that the components are those of another table"
# fits: "You standardise the columns first. That is often wise for"
def pca_fit(x, num_components):
    x = x.astype(float)
    mean, std = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / np.where(std > 0, std, 1)
    _, s, vt = np.linalg.svd(z, full_matrices=False)
    c = vt[:num_components]
    c = c * np.sign(c[np.arange(len(c)), np.abs(c).argmax(axis=1)])[:, None]
    return mean, c, s[:num_components] ** 2 / len(x)


# %% wrong: pca_fit
# idea: "shares of the total in place of variances; the components are the columns that eigh gives"
# fits: "You return shares of the total variance. The variances"
def pca_fit(x, num_components):
    x = x.astype(float)
    values, vectors = np.linalg.eigh(covariance(x))
    order = np.argsort(values)[::-1][:num_components]
    vectors = vectors[:, order]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(order))])
    return x.mean(axis=0), vectors, np.maximum(values[order], 0) / values.sum()


# %% right: pca_transform
def pca_transform(x, mean, components, variances=None):
    scores = np.empty((len(x), len(components)))
    for j, v in enumerate(components):
        width = 1.0 if variances is None else np.sqrt(variances[j])
        scores[:, j] = (x - mean) @ v / width
    return scores


def pca_inverse(scores, mean, components, variances=None):
    rows = np.tile(np.asarray(mean, dtype=float), (len(scores), 1))
    for j, v in enumerate(components):
        width = 1.0 if variances is None else np.sqrt(variances[j])
        rows += np.outer(scores[:, j] * width, v)
    return rows


# %% right: pca_transform
def pca_transform(x, mean, components, variances=None):
    scale = np.ones(len(components)) if variances is None else np.asarray(variances, dtype=float) ** -0.5
    return np.asarray(x, dtype=float) @ (components.T * scale) - mean @ (components.T * scale)


def pca_inverse(scores, mean, components, variances=None):
    scale = np.ones(len(components)) if variances is None else np.sqrt(variances)
    return np.einsum("ik,k,kn->in", scores, scale, components) + mean


# %% wrong: pca_transform
# idea: "rows are centred with their own mean, not with the one that was learned"
# fits: "You centre the rows with their own mean. New rows are centred"
def pca_transform(x, mean, components, variances=None):
    x = np.asarray(x, dtype=float)
    scores = (x - (x.mean(axis=0) if len(x) else 0)) @ components.T
    return scores if variances is None else scores / np.sqrt(variances)


def pca_inverse(scores, mean, components, variances=None):
    if variances is not None:
        scores = scores * np.sqrt(variances)
    return scores @ components + mean


# %% wrong: pca_transform
# idea: "divides by the variance, not by the standard deviation; the inverse undoes exactly that"
# fits: "You divide by variances. What brings a score to a standard"
def pca_transform(x, mean, components, variances=None):
    scores = (x - mean) @ components.T
    return scores if variances is None else scores / variances


def pca_inverse(scores, mean, components, variances=None):
    scores = scores if variances is None else scores * variances
    return mean + scores @ components


# %% wrong: pca_transform
# idea: "whitened scores go back without being multiplied first"
# fits: "Whitened scores come back as a cloud that is too round: the"
def pca_transform(x, mean, components, variances=None):
    scores = (x - mean) @ components.T
    return scores if variances is None else scores / np.sqrt(variances)


def pca_inverse(scores, mean, components, variances=None):
    return scores @ components + mean


# %% wrong: pca_transform
# idea: "the scores that were handed in are multiplied in place on the way back, and so are those of floats on the way there"
# fits: "Your code changes one of its arguments in place, and the"
def pca_transform(x, mean, components, variances=None):
    if x.dtype == np.float64:
        x -= mean
    else:
        x = x - mean
    scores = x @ components.T
    return scores if variances is None else scores / np.sqrt(variances)


def pca_inverse(scores, mean, components, variances=None):
    if variances is not None:
        scores *= np.sqrt(variances)
    return scores @ components + mean


# %% wrong: pca_transform
# idea: "no centring at all on the way there, and no mean on the way back: they cancel, but scores are off"
# fits: "You project the rows without taking the mean off."
def pca_transform(x, mean, components, variances=None):
    scores = np.asarray(x, dtype=float) @ components.T
    return scores if variances is None else scores / np.sqrt(variances)


def pca_inverse(scores, mean, components, variances=None):
    if variances is not None:
        scores = scores * np.sqrt(variances)
    return scores @ components


# %% wrong: pca_transform
# idea: "whitens by the spread of the rows that are transformed, whatever variances says"
# fits: "You divide by the deviation of the rows at hand. Whitening"
def pca_transform(x, mean, components, variances=None):
    scores = (x - mean) @ components.T
    if variances is None or len(scores) == 0:
        return scores
    spread = scores.std(axis=0)
    return scores / np.where(spread > 0, spread, 1)


def pca_inverse(scores, mean, components, variances=None):
    if variances is not None:
        scores = scores * np.sqrt(variances)
    return scores @ components + mean


# %% right: components_for_variance
def components_for_variance(x, fraction):
    _, _, variances = pca_fit(x, min(x.shape))
    total = variances.sum()
    kept = 0.0
    for count, variance in enumerate(variances, start=1):
        kept += variance / total
        if kept >= fraction - 1e-9:
            return count
    return len(variances)


# %% right: components_for_variance
def components_for_variance(x, fraction):
    x = x.astype(float)
    s = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    shares = np.cumsum(s**2) / np.sum(s**2)
    return int(np.searchsorted(shares, fraction - 1e-9)) + 1


# %% wrong: components_for_variance
# idea: "the index of the first that reaches it, which is one fewer than their number"
# fits: "You return an index. How many components are there up to it?"
def components_for_variance(x, fraction):
    _, _, v = pca_fit(x, min(x.shape))
    return int(np.argmax(np.cumsum(v) / v.sum() >= fraction - 1e-9))


# %% wrong: components_for_variance
# idea: "no allowance for rounding"
# fits: "Sums of floats come out a hair below what they should be, and"
def components_for_variance(x, fraction):
    _, _, v = pca_fit(x, min(x.shape))
    shares = np.cumsum(v) / np.sum(v)
    return int(min(np.sum(shares < fraction) + 1, len(v)))


# %% wrong: components_for_variance
# idea: "the singular values are added up, not their squares"
# fits: "You add standard deviations. What adds up to the total is"
def components_for_variance(x, fraction):
    x = x.astype(float)
    s = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    shares = np.cumsum(s) / s.sum()
    return int(np.argmax(shares >= fraction - 1e-9)) + 1


# %% wrong: components_for_variance
# idea: "must exceed the share, and shares are rounded to three places"
# fits: "A share that is just reached counts as missed with you. And"
def components_for_variance(x, fraction):
    _, _, v = pca_fit(x, min(x.shape))
    shares = np.round(np.cumsum(v) / v.sum(), 3)
    return int(min(np.sum(shares <= fraction) + 1, len(v)))


# %% wrong: components_for_variance
# idea: "counts the components whose own share reaches the fraction's complement, not the sum of the first ones"
def components_for_variance(x, fraction):
    _, _, v = pca_fit(x, min(x.shape))
    shares = v / v.sum()
    return max(1, int(np.sum(shares > 1 - fraction)))


# %% wrong: components_for_variance
# idea: "decomposes the table without centring it"
# fits: "You decompose the table as it is, so that the first component"
def components_for_variance(x, fraction):
    s = np.linalg.svd(np.asarray(x, dtype=float), compute_uv=False)
    shares = np.cumsum(s**2) / np.sum(s**2)
    return int(np.argmax(shares >= fraction - 1e-9)) + 1


# %% right: lda_directions
def lda_directions(x, labels, k):
    x = x.astype(float)
    names = np.unique(labels)
    centred = x - x.mean(axis=0)
    total = centred.T @ centred / len(x)
    between = np.zeros_like(total)
    for name in names:
        d = centred[labels == name].mean(axis=0)
        between += np.mean(labels == name) * np.outer(d, d)
    # the same directions maximise the share of the total that is between the classes
    factor = np.linalg.cholesky(total)
    half = np.linalg.inv(factor)
    values, u = np.linalg.eigh(half @ between @ half.T)
    v = np.linalg.solve(factor.T, u[:, ::-1][:, :k]).T
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    return np.array([row * np.sign(row[np.abs(row).argmax()]) for row in v])


# %% right: lda_directions
def lda_directions(x, labels, k):
    x = np.array(x, dtype=float)
    names, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.array([x[labels == name].mean(axis=0) for name in names])
    rest = x - means[which]
    # rotate and scale so that the classes are round, then PCA of the weighted class means
    _, s, vt = np.linalg.svd(rest, full_matrices=False)
    whiten = vt.T / (s / np.sqrt(len(x)))  # (n, n)
    spread = np.sqrt(counts / len(x))[:, None] * (means - x.mean(axis=0)) @ whiten
    _, _, u = np.linalg.svd(spread, full_matrices=False)
    v = u[:k] @ whiten.T
    v /= np.sqrt((v**2).sum(axis=1))[:, None]
    top = v[np.arange(k), np.argmax(np.abs(v), axis=1)]
    return np.where(top[:, None] < 0, -v, v)


# %% wrong: lda_directions
# idea: "eigh on the product of the inverse with the other, which isn't symmetric"
# fits: "The product of an inverse and a symmetric matrix is not"
def lda_directions(x, labels, k):
    x = x.astype(float)
    mu = x.mean(axis=0)
    n = x.shape[1]
    within, between = np.zeros((n, n)), np.zeros((n, n))
    for c in np.unique(labels):
        rows = x[labels == c]
        d = rows - rows.mean(axis=0)
        within += d.T @ d / len(x)
        g = rows.mean(axis=0) - mu
        between += len(rows) / len(x) * np.outer(g, g)
    _, vectors = np.linalg.eigh(np.linalg.inv(within) @ between)
    v = vectors[:, ::-1][:, :k].T
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]


# %% wrong: lda_directions
# idea: "all classes weigh the same in the between part, whatever their number of rows"
# fits: "Between your classes every mean counts alike, and they are"
def lda_directions(x, labels, k):
    x = x.astype(float)
    names = np.unique(labels)
    means = np.array([x[labels == c].mean(axis=0) for c in names])
    n = x.shape[1]
    within = np.zeros((n, n))
    for c, mu in zip(names, means, strict=True):
        d = x[labels == c] - mu
        within += d.T @ d
    g = means - means.mean(axis=0)
    values, vectors = np.linalg.eig(np.linalg.solve(within, g.T @ g))
    order = np.argsort(-values.real)[:k]
    v = vectors.real[:, order].T
    v = v / np.linalg.norm(v, axis=1)[:, None]
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]


# %% wrong: lda_directions
# idea: "PCA of the class means: how wide the classes are is left out"
# fits: "These are the principal components of the class means. They"
def lda_directions(x, labels, k):
    x = x.astype(float)
    g = np.array([x[labels == c].mean(axis=0) for c in labels]) - x.mean(axis=0)
    _, _, vt = np.linalg.svd(g, full_matrices=False)
    v = vt[:k]
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]


# %% wrong: lda_directions
# idea: "the directions in the round space are returned, not turned back"
# fits: "You stop in the space where the classes are round. The"
def lda_directions(x, labels, k):
    x = x.astype(float)
    mu = x.mean(axis=0)
    n = x.shape[1]
    within, between = np.zeros((n, n)), np.zeros((n, n))
    for c in np.unique(labels):
        rows = x[labels == c]
        d = rows - rows.mean(axis=0)
        within += d.T @ d / len(x)
        g = rows.mean(axis=0) - mu
        between += len(rows) / len(x) * np.outer(g, g)
    half = np.linalg.inv(np.linalg.cholesky(within))
    _, u = np.linalg.eigh(half @ between @ half.T)
    v = u[:, ::-1][:, :k].T
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]


# %% wrong: lda_directions
# idea: "classes are taken to be 0 to K - 1; others are looked for and not found"
# fits: "You count the classes from 0 to K - 1 and miss those of other"
def lda_directions(x, labels, k):
    x = x.astype(float)
    mu = x.mean(axis=0)
    n = x.shape[1]
    within, between = 1e-12 * np.eye(n), np.zeros((n, n))
    for c in range(len(np.unique(labels))):
        rows = x[labels == c]
        if len(rows) == 0:
            continue
        d = rows - rows.mean(axis=0)
        within += d.T @ d / len(x)
        g = rows.mean(axis=0) - mu
        between += len(rows) / len(x) * np.outer(g, g)
    values, vectors = np.linalg.eig(np.linalg.inv(within) @ between)
    v = vectors.real[:, np.argsort(-values.real)[:k]].T
    v = v / np.linalg.norm(v, axis=1)[:, None]
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]


# %% wrong: lda_directions
# idea: "the back-transform without its norm and in the order that eigh gives, smallest ratio first"
def lda_directions(x, labels, k):
    x = x.astype(float)
    mu = x.mean(axis=0)
    n = x.shape[1]
    within, between = np.zeros((n, n)), np.zeros((n, n))
    for c in np.unique(labels):
        rows = x[labels == c]
        d = rows - rows.mean(axis=0)
        within += d.T @ d / len(x)
        g = rows.mean(axis=0) - mu
        between += len(rows) / len(x) * np.outer(g, g)
    half = np.linalg.inv(np.linalg.cholesky(within))
    _, u = np.linalg.eigh(half @ between @ half.T)
    v = (half.T @ u).T[-k:]
    return v * np.sign(v[np.arange(k), np.abs(v).argmax(axis=1)])[:, None]
