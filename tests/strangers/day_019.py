# %% right: nearest_neighbors
def nearest_neighbors(x, k):
    m = len(x)
    if k < 1 or k > m - 1:
        raise ValueError(f"k must be between 1 and {m - 1}")
    points = np.array(x, dtype=np.float64)
    rows = []
    for i in range(m):
        gaps = ((points - points[i]) ** 2).sum(axis=1)
        others = [j for j in range(m) if j != i]
        others.sort(key=lambda j: gaps[j])  # noqa: B023
        rows.append(others[:k])
    return np.array(rows)


# %% right: nearest_neighbors
def nearest_neighbors(x, k):
    m = x.shape[0]
    if not 1 <= k <= m - 1:
        raise ValueError("no such number of neighbours")
    x = x.astype(float)
    total = np.zeros((m, m))
    for column in x.T:
        total += np.subtract.outer(column, column) ** 2
    np.fill_diagonal(total, np.inf)
    index = np.broadcast_to(np.arange(m), (m, m))
    return np.lexsort((index, total), axis=1)[:, :k]


# %% wrong: nearest_neighbors
# idea: "sorts everything and drops the first column, as if a point were always first in its own row"
# fits: "You sort everything and drop the first, in the hope that it"
def nearest_neighbors(x, k):
    if k < 1 or k > len(x) - 1:
        raise ValueError("k is out of range")
    x = np.asarray(x, dtype=float)
    d = ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1)
    return np.argsort(d, axis=1, kind="stable")[:, 1 : k + 1]


# %% wrong: nearest_neighbors
# idea: "everything at distance 0 is put at infinity, so twins are lost too"
# fits: "You leave out everything at distance 0. A twin at the same"
def nearest_neighbors(x, k):
    if k not in range(1, len(x)):
        raise ValueError("bad k")
    x = x.astype(float)
    d = np.linalg.norm(x[:, None] - x, axis=2)
    d = np.where(d == 0, np.inf, d)
    return np.argsort(d, axis=1, kind="stable")[:, :k]


# %% wrong: nearest_neighbors
# idea: "the short cut with dot products, no digits left far from the origin; in the dtype of x besides"
def nearest_neighbors(x, k):
    m = len(x)
    if k < 1 or k >= m:
        raise ValueError("k must be 1 to m - 1")
    sq = (x * x).sum(axis=1)
    d = (sq[:, None] + sq[None, :] - 2 * x @ x.T).astype(float)
    d[range(m), range(m)] = np.inf
    return d.argsort(axis=1, kind="stable")[:, :k]


# %% wrong: nearest_neighbors
# idea: "argpartition finds the k nearest but leaves them in no order"
# fits: "Which of two equally far points comes first is left to"
def nearest_neighbors(x, k):
    if k < 1 or k > len(x) - 1:
        raise ValueError("k is out of range")
    x = np.asarray(x, dtype=float)
    d = ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1)
    np.fill_diagonal(d, np.inf)
    return np.argpartition(d, k - 1, axis=1)[:, :k]


# %% wrong: nearest_neighbors
# idea: "a default sort that isn't stable, and rounded distances as keys: ties don't go by index, near ties become ties"
def nearest_neighbors(x, k):
    m = len(x)
    if not 0 < k < m:
        raise ValueError("k")
    x = x.astype(float)
    d = np.sqrt(((x[:, None] - x) ** 2).sum(2)).round(3)
    np.fill_diagonal(d, np.inf)
    return d.argsort(axis=1)[:, :k]


# %% wrong: nearest_neighbors
# idea: "too large a k is cut down quietly, k = 0 gives an empty table"
# fits: "A k that is too large is cut down without a word. Whoever"
def nearest_neighbors(x, k):
    x = np.asarray(x, dtype=float)
    k = min(k, len(x) - 1)
    out = np.empty((len(x), k), dtype=int)
    for i, point in enumerate(x):
        d = ((x - point) ** 2).sum(axis=1)
        order = np.argsort(d, kind="stable")
        out[i] = order[order != i][:k]
    return out


# %% right: lle_weights
def lle_weights(x, neighbors, reg):
    x = x.astype(np.float64)
    m, k = neighbors.shape
    weights = np.empty((m, k))
    for i in range(m):
        steps = x[neighbors[i]] - x[i]
        gram = steps @ steps.T
        size = gram.trace()
        if size == 0:
            weights[i] = 1 / k
            continue
        # Lagrange: gram w + multiplier = 0 and the sum is 1, in one system, in units of the trace
        system = np.ones((k + 1, k + 1))
        system[:k, :k] = gram / size + reg * np.eye(k)
        system[k, k] = 0
        weights[i] = np.linalg.solve(system, np.append(np.zeros(k), 1.0))[:k]
    return weights


# %% right: lle_weights
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    steps = x[neighbors] - x[:, None, :]  # (m, k, n)
    gram = np.einsum("man,mbn->mab", steps, steps)
    trace = np.einsum("maa->m", gram)
    ridge = reg * np.where(trace > 0, trace, 1.0)
    gram = gram + ridge[:, None, None] * np.eye(neighbors.shape[1])
    w = np.linalg.inv(gram).sum(axis=2)
    return w / w.sum(axis=1, keepdims=True)


# %% wrong: lle_weights
# idea: "the ridge is reg itself, whatever the size of the Gram matrix"
# fits: "Your ridge is a fixed number, so the weights depend on the"
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    k = neighbors.shape[1]
    out = []
    for i, row in enumerate(neighbors):
        z = x[row] - x[i]
        w = np.linalg.solve(z @ z.T + reg * np.eye(k), np.ones(k))
        out.append(w / w.sum())
    return np.array(out)


# %% wrong: lle_weights
# idea: "Roweis's old program: a ridge only where there are more neighbours than features"
# fits: "You add the ridge only where there are more neighbours than"
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    m, k = neighbors.shape
    tol = reg if k > x.shape[1] else 1e-12
    weights = np.zeros((m, k))
    for i in range(m):
        z = x[neighbors[i]] - x[i]
        c = z @ z.T
        t = np.trace(c) or 1.0
        w = np.linalg.solve(c + tol * t * np.eye(k), np.ones(k))
        weights[i] = w / w.sum()
    return weights


# %% wrong: lle_weights
# idea: "least squares on the places themselves with no step from point i, and the sum put right afterwards"
# fits: "You fit the point freely and scale the weights to sum 1"
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    m, k = neighbors.shape
    weights = np.zeros((m, k))
    for i in range(m):
        a = x[neighbors[i]]
        gram = a @ a.T
        gram += reg * np.trace(gram) * np.eye(k)
        w = np.linalg.solve(gram, a @ x[i])
        weights[i] = w / w.sum()
    return weights


# %% wrong: lle_weights
# idea: "the ridge is divided by the number of neighbours, as in Saul and Roweis's later paper"
# fits: "You add the mean of the diagonal where its sum, the trace,"
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    k = neighbors.shape[1]
    z = x[neighbors] - x[:, None]
    gram = z @ z.transpose(0, 2, 1)
    trace = np.trace(gram, axis1=1, axis2=2)
    trace = np.where(trace == 0, 1.0, trace)
    gram = gram + (reg * trace / k)[:, None, None] * np.eye(k)
    w = np.linalg.solve(gram, np.ones((len(x), k, 1)))[..., 0]
    return w / w.sum(axis=1)[:, None]


# %% wrong: lle_weights
# idea: "negative weights are cut off at 0, and where all neighbours are equal to the point the row is left at 0"
# fits: "You cut negative weights off. A point outside its neighbours"
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    m, k = neighbors.shape
    weights = np.zeros((m, k))
    for i in range(m):
        z = x[neighbors[i]] - x[i]
        gram = z @ z.T
        if np.trace(gram) == 0:
            continue
        w = np.linalg.solve(gram + reg * np.trace(gram) * np.eye(k), np.ones(k))
        w = np.maximum(w / w.sum(), 0)
        weights[i] = w / w.sum()
    return weights


# %% wrong: lle_weights
# idea: "stays in the dtype of x: whole numbers wrap around in the steps, float32 gives float32"
# fits: "Whole numbers stay in their own dtype with you, and steps"
def lle_weights(x, neighbors, reg):
    m, k = neighbors.shape
    weights = []
    for i in range(m):
        z = x[neighbors[i]] - x[i]
        gram = z @ z.T
        trace = np.trace(gram)
        gram = gram + np.eye(k, dtype=x.dtype) * (reg * trace if trace > 0 else reg)
        w = np.linalg.solve(gram, np.ones(k))
        weights.append(w / np.sum(w))
    return np.stack(weights)


# %% right: perplexity_affinities
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if perplexity <= 1 or perplexity >= m - 1:
        raise ValueError("perplexity must be above 1 and below m - 1")
    result = np.zeros((m, m))
    for i in range(m):
        others = np.delete(np.arange(m), i)
        d = distances[i, others].astype(np.float64)
        d = d - d.min()
        nearest = d == 0
        if nearest.sum() >= perplexity or not d.any():
            result[i, others] = nearest / nearest.sum()
            continue
        d = d / d[d > 0].min()  # no unit is left
        low, high = -60.0, 12.0  # of log beta: beta 0 to where all but the nearest are gone
        for _ in range(200):
            middle = (low + high) / 2
            p = np.exp(-np.exp(middle) * d)
            p /= p.sum()
            entropy = -np.sum(p[p > 0] * np.log(p[p > 0]))
            if entropy > np.log(perplexity):
                low = middle
            else:
                high = middle
        result[i, others] = p
    return result


# %% right: perplexity_affinities
def perplexity_affinities(distances, perplexity):
    m = distances.shape[0]
    if not 1 < perplexity < m - 1:
        raise ValueError("that perplexity cannot be had")
    d = distances.astype(float)
    np.fill_diagonal(d, np.inf)
    d = d - d.min(axis=1, keepdims=True)
    finite = np.isfinite(d)
    scale = np.max(np.where(finite, d, 0), axis=1, keepdims=True)
    d = np.where(finite, d / np.where(scale > 0, scale, 1), np.inf)
    low, high = np.zeros((m, 1)), np.full((m, 1), np.inf)
    beta = np.ones((m, 1))
    target = np.log(perplexity)
    for _ in range(400):
        e = np.where(finite, np.exp(-beta * np.where(finite, d, 0)), 0.0)
        p = e / e.sum(axis=1, keepdims=True)
        h = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1, keepdims=True)
        wide = h > target
        low, high = np.where(wide, beta, low), np.where(wide, high, beta)
        half = low / 2 + np.where(np.isfinite(high), high, 0) / 2
        beta = np.where(np.isinf(high), np.minimum(beta * 2, 1e290), half)
    return p


# %% wrong: perplexity_affinities
# idea: "van der Maaten's program as it is found on his page: at most 50 tries from beta 1, and no shift"
# fits: "Fifty tries from a beta of 1 are enough for distances of"
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError("perplexity")
    p = np.zeros((m, m))
    goal = np.log(perplexity)
    for i in range(m):
        rest = np.r_[0:i, i + 1 : m]
        d = distances[i, rest].astype(float)
        beta, low, high = 1.0, -np.inf, np.inf
        for _ in range(50):
            e = np.exp(-d * beta)
            total = max(e.sum(), 1e-12)
            h = np.log(total) + beta * np.sum(d * e) / total
            row = e / total
            if abs(h - goal) < 1e-5:
                break
            if h > goal:
                low = beta
                beta = beta * 2 if high == np.inf else (beta + high) / 2
            else:
                high = beta
                beta = beta / 2 if low == -np.inf else (beta + low) / 2
        p[i, rest] = row
    return p


# %% wrong: perplexity_affinities
# idea: "the entropy is in bits and compared with the natural logarithm of the perplexity"
# fits: "Your entropy is in bits, and you compare it with a natural"
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError("perplexity")
    out = np.zeros((m, m))
    for i in range(m):
        d = np.delete(distances[i].astype(float), i)
        d -= d.min()
        low, high, beta = 0.0, None, 1.0 / (d.mean() or 1.0)
        for _ in range(300):
            row = np.exp(-beta * d)
            row /= row.sum()
            h = -np.sum(row * np.log2(np.maximum(row, 1e-300)))
            if h > np.log(perplexity):
                low = beta
                beta = min(beta * 2, 1e300) if high is None else (beta + high) / 2
            else:
                high = beta
                beta = (low + beta) / 2
        out[i] = np.insert(row, i, 0)
    return out


# %% wrong: perplexity_affinities
# idea: "one beta for all points, so that only the mean perplexity is right"
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError("perplexity")
    d = distances.astype(float)
    np.fill_diagonal(d, np.inf)
    d -= d.min(axis=1, keepdims=True)
    scale = d[np.isfinite(d)].mean() or 1.0
    low, high = 0.0, 1e6 / scale
    for _ in range(200):
        beta = (low + high) / 2
        p = np.exp(-beta * d) if beta > 0 else np.isfinite(d).astype(float)
        p /= p.sum(axis=1, keepdims=True)
        h = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1)
        if np.exp(h).mean() > perplexity:
            low = beta
        else:
            high = beta
    return p


# %% wrong: perplexity_affinities
# idea: "a point counts among its own companions in the search; only the finished row loses its diagonal"
# fits: "While you search, the point itself is among its companions"
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError("perplexity")
    d = distances.astype(float)
    np.fill_diagonal(d, 0)
    d /= d.max() or 1.0
    p = np.zeros((m, m))
    for i in range(m):
        low, high, beta = 0.0, np.inf, 1.0
        for _ in range(200):
            row = np.exp(-beta * d[i])
            row /= row.sum()
            h = -np.sum(row * np.log(np.maximum(row, 1e-300)))
            if h > np.log(perplexity):
                low = beta
            else:
                high = beta
            beta = min(2 * beta, 1e300) if np.isinf(high) else (low + high) / 2
        p[i] = row
        p[i, i] = 0
        p[i] /= max(p[i].sum(), 1e-300)
    return p


# %% wrong: perplexity_affinities
# idea: "writes infinity onto the diagonal of the argument, and masks twins by their distance 0"
# fits: "Your code changes one of its arguments in place, and the"
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if perplexity <= 1 or perplexity >= m - 1:
        raise ValueError("out of range")
    if distances.dtype.kind == "f":
        np.fill_diagonal(distances, np.inf)
        d = distances
    else:
        d = distances.astype(float)
        np.fill_diagonal(d, np.inf)
    p = np.zeros((m, m))
    for i in range(m):
        used = np.isfinite(d[i]) & (d[i] > 0)
        gaps = d[i][used]
        gaps = gaps - gaps.min()
        low, high, beta = 0.0, np.inf, 1 / (gaps.mean() or 1.0)
        for _ in range(300):
            row = np.exp(-beta * gaps)
            row /= row.sum()
            h = -np.sum(row * np.log(np.maximum(row, 1e-300)))
            low, high = (beta, high) if h > np.log(perplexity) else (low, beta)
            beta = min(beta * 2, 1e290) if high == np.inf else (low + high) / 2
        p[i, used] = row
    return p


# %% wrong: perplexity_affinities
# idea: "squares the squared distances once more, and searches sigma where the other formula has beta"
# fits: "The distances come squared already."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError("perplexity")
    d = distances.astype(float) ** 2
    p = np.zeros((m, m))
    for i in range(m):
        others = np.arange(m) != i
        gaps = d[i, others] - d[i, others].min()
        top = gaps.max() or 1.0
        low, high = 0.0, 1e4
        for _ in range(200):
            sigma = (low + high) / 2
            row = np.exp(-gaps / top / (2 * sigma**2 + 1e-300))
            row /= row.sum()
            h = -np.sum(row * np.log(np.maximum(row, 1e-300)))
            if h > np.log(perplexity):
                high = sigma
            else:
                low = sigma
        p[i, others] = row
    return p


# %% right: tsne_gradient
def tsne_gradient(p, y):
    y = y.astype(float)
    m = len(y)
    closeness = np.zeros((m, m))
    for i in range(m):
        for j in range(i):
            closeness[i, j] = closeness[j, i] = 1 / (1 + np.sum((y[i] - y[j]) ** 2))
    stiffness = (p - closeness / closeness.sum()) * closeness
    slope = np.zeros(y.shape)
    for i in range(m):
        for j in range(m):
            slope[i] += 4 * stiffness[i, j] * (y[i] - y[j])
    return slope


# %% right: tsne_gradient
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=np.float64)
    y = y - y.mean(axis=0)
    inner = y @ y.T
    squares = np.diag(inner)
    c = 1 / (1 + np.maximum(squares[:, None] + squares - 2 * inner, 0))
    c = c - np.diag(np.diag(c))
    s = (p - c / np.sum(c)) * c
    return 4 * (np.diag(s.sum(axis=1)) - s) @ y  # a graph Laplacian


# %% wrong: tsne_gradient
# idea: "the gradient of the older SNE: no factor 1 / (1 + distance), and 2 in place of 4"
# fits: "That is the gradient of the older SNE: 2, and no 1 plus the"
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    diff = y[:, None] - y[None]
    c = 1 / (1 + (diff**2).sum(-1))
    np.fill_diagonal(c, 0)
    q = c / c.sum()
    return 2 * ((p - q)[:, :, None] * diff).sum(axis=1)


# %% wrong: tsne_gradient
# idea: "the diagonal of the closeness counts in the sum that normalises"
# fits: "Each point is its own companion on your map, and takes part"
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    diff = y[:, None] - y[None]
    c = 1 / (1 + (diff**2).sum(-1))
    q = c / c.sum()
    return 4 * np.einsum("ij,ij,ijd->id", p - q, c, diff)


# %% wrong: tsne_gradient
# idea: "p is made to sum to 1 first, which undoes the exaggeration"
# fits: "You bring p back to a sum of 1 and so undo the exaggeration."
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    p = p / p.sum()
    diff = y[:, None] - y[None]
    c = 1 / (1 + (diff**2).sum(-1))
    np.fill_diagonal(c, 0)
    q = c / c.sum()
    return 4 * np.sum(((p - q) * c)[..., None] * diff, axis=1)


# %% wrong: tsne_gradient
# idea: "each row of q is normalised by itself, like the conditional table, and 1 / m puts the whole right"
# fits: "You make the map's similarities as those of the data: each"
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    m = len(y)
    diff = y[:, None] - y[None]
    c = 1 / (1 + (diff**2).sum(-1))
    np.fill_diagonal(c, 0)
    q = c / c.sum(axis=1, keepdims=True)
    q = (q + q.T) / (2 * m)
    return 4 * np.sum(((p - q) * c)[..., None] * diff, axis=1)


# %% wrong: tsne_gradient
# idea: "distances instead of their squares in the t, and the sum runs over the wrong axis, which turns the sign"
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    diff = y[:, None] - y[None]
    c = 1 / (1 + np.sqrt((diff**2).sum(-1)))
    np.fill_diagonal(c, 0)
    q = c / c.sum()
    return 4 * np.sum(((p - q) * c)[..., None] * diff, axis=0)


# %% wrong: tsne_gradient
# idea: "collects into an array of the dtype of y, and keeps the differences there: whole numbers are cut off"
def tsne_gradient(p, y):
    slope = np.zeros_like(y)
    c = np.array([[1 / (1 + float(((a - b) ** 2).sum())) for b in y] for a in y])
    np.fill_diagonal(c, 0)
    q = c / c.sum()
    for i in range(len(y)):
        pull = (4 * ((p[i] - q[i]) * c[i])[:, None] * (y[i] - y)).sum(axis=0)
        slope[i] = pull
    return slope
