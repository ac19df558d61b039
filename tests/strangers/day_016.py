# %% right: assign
def assign(x, centroids):
    x, centroids = x.astype(np.float64), centroids.astype(np.float64)
    labels = np.zeros(len(x), dtype=int)
    best = ((x - centroids[0]) ** 2).sum(axis=1)
    for j in range(1, len(centroids)):
        gap = ((x - centroids[j]) ** 2).sum(axis=1)
        nearer = gap < best
        labels[nearer] = j
        best[nearer] = gap[nearer]
    return labels


# %% right: assign
def assign(x, centroids):
    centroids = np.array(centroids, dtype=float)
    return np.array([np.argmin([np.sum(np.square(row - mu)) for mu in centroids]) for row in np.array(x, dtype=float)])


# %% wrong: assign
# idea: "the centroids are put into the dtype of the points, which rounds them down where the points are pixels"
# fits: "You put the centroids into the dtype of the points."
def assign(x, centroids):
    c = centroids.astype(x.dtype).astype(float)
    d = ((x.astype(float)[:, None] - c[None]) ** 2).sum(axis=-1)
    return d.argmin(axis=1)


# %% wrong: assign
# idea: "the short cut with dot products, exact only near the origin"
# fits: "Far from the origin your labels are noise: you subtract huge"
def assign(x, centroids):
    x, c = x.astype(float), centroids.astype(float)
    d = (x**2).sum(1)[:, None] - 2 * x @ c.T + (c**2).sum(1)
    return np.argmin(d, axis=1)


# %% wrong: assign
# idea: "sum of absolute differences instead of squares"
# fits: "You add up sizes of differences, the city-block distance."
def assign(x, centroids):
    return np.abs(x[:, None].astype(float) - centroids.astype(float)).sum(axis=2).argmin(axis=1)


# %% wrong: assign
# idea: "of equally near centroids the last, since a later one takes over at <="
# fits: "Of centroids equally near you take the last. The docstring"
def assign(x, centroids):
    x, centroids = np.asarray(x, float), np.asarray(centroids, float)
    labels = np.empty(len(x), dtype=int)
    for i, row in enumerate(x):
        best = np.inf
        for j, mu in enumerate(centroids):
            gap = np.linalg.norm(row - mu)
            if gap <= best:
                best, labels[i] = gap, j
    return labels


# %% wrong: assign
# idea: "squares in the dtype of the pixels"
# fits: "Whole numbers of 8 bits wrap around: 3 - 5 is 254 in uint8."
def assign(x, centroids):
    return np.argmin(np.sum((x[:, None, :] - centroids[None, :, :]) ** 2, axis=-1), axis=-1)


# %% wrong: assign
# idea: "shifts points and centroids to the mean in place, and takes the nearest point of each centroid: wrong axis"
# fits: "Your code changes one of its arguments in place"
def assign(x, centroids):
    if x.dtype.kind == "f" and centroids.dtype.kind == "f":
        middle = x.mean(axis=0)
        x -= middle
        centroids -= middle
    d = ((x.astype(float)[:, None] - centroids.astype(float)) ** 2).sum(axis=2)
    return d.argmin(axis=0)


# %% right: update_centroids
def update_centroids(x, labels, k):
    x = np.asarray(x, dtype=np.float64)
    centroids = np.zeros((k, x.shape[1]))
    gaps = np.zeros(len(x))
    empty = []
    for j in range(k):
        mine = labels == j
        if not mine.any():
            empty.append(j)
            continue
        centroids[j] = x[mine].mean(axis=0)
        gaps[mine] = ((x[mine] - centroids[j]) ** 2).sum(axis=1)
    for j in empty:
        worst = gaps.argmax()
        centroids[j] = x[worst]
        gaps[worst] = -1
    return centroids


# %% right: update_centroids
def update_centroids(x, labels, k):
    import heapq

    x = x.astype(np.float64)
    groups = {j: [] for j in range(k)}
    for i, j in enumerate(labels):
        groups[int(j)].append(i)
    centroids, queue = np.zeros((k, x.shape[1])), []
    for j, members in groups.items():
        if members:
            centroids[j] = np.average(x[members], axis=0)
            queue += [(-float(np.sum((x[i] - centroids[j]) ** 2)), i) for i in members]
    heapq.heapify(queue)
    for j in range(k):
        if not groups[j]:
            centroids[j] = x[heapq.heappop(queue)[1]]
    return centroids


# %% wrong: update_centroids
# idea: "an empty cluster sits at the origin"
# fits: "An empty cluster is left at the origin, wherever the data may"
def update_centroids(x, labels, k):
    x = x.astype(float)
    centroids = np.zeros((k, x.shape[1]))
    for j in range(k):
        if np.any(labels == j):
            centroids[j] = x[labels == j].mean(axis=0)
    return centroids


# %% wrong: update_centroids
# idea: "all empty clusters get one and the same point"
# fits: "Two empty clusters get the same point, and one of them will"
def update_centroids(x, labels, k):
    x = x.astype(float)
    means = {j: x[labels == j].mean(axis=0) for j in np.unique(labels)}
    gaps = [np.sum((row - means[j]) ** 2) for row, j in zip(x, labels, strict=True)]
    worst = x[int(np.argmax(gaps))]
    return np.array([means.get(j, worst) for j in range(k)])


# %% wrong: update_centroids
# idea: "worst served is measured from the nearest mean, not from the mean of the cluster that the label names"
# fits: "Your empty cluster gets the point farthest from its *nearest*"
def update_centroids(x, labels, k):
    x = x.astype(float)
    used = np.unique(labels)
    means = np.stack([x[labels == j].mean(axis=0) for j in used])
    gaps = ((x[:, None] - means) ** 2).sum(axis=2).min(axis=1)
    order = np.argsort(-gaps, kind="stable")
    centroids = np.empty((k, x.shape[1]))
    centroids[used] = means
    empty = np.setdiff1d(np.arange(k), used)
    centroids[empty] = x[order[: len(empty)]]
    return centroids


# %% wrong: update_centroids
# idea: "the given point changes sides at once: labels are rewritten and the old mean is taken without it"
# fits: "Your code changes one of its arguments in place, and the"
def update_centroids(x, labels, k):
    x = x.astype(float)
    for j in range(k):
        if not np.any(labels == j):
            means = np.array([x[labels == c].mean(axis=0) if np.any(labels == c) else np.zeros(x.shape[1])
                              for c in range(k)])
            gaps = ((x - means[labels]) ** 2).sum(axis=1)
            labels[gaps.argmax()] = j
    return np.array([x[labels == j].mean(axis=0) for j in range(k)])


# %% wrong: update_centroids
# idea: "sums in the dtype of x: float32 means lose digits, and the result is float32"
# fits: "In which dtype are your sums and differences taken? Small"
def update_centroids(x, labels, k):
    kind = x.dtype if x.dtype.kind == "f" else float
    x = x.astype(kind)
    centroids = np.zeros((k, x.shape[1]), dtype=kind)
    counts = np.bincount(labels, minlength=k)
    np.add.at(centroids, labels, x)
    centroids /= np.maximum(counts, 1)[:, None].astype(kind)
    gaps = ((x - centroids[labels]) ** 2).sum(axis=1)
    order = np.argsort(-gaps, kind="stable")
    empty = np.flatnonzero(counts == 0)
    centroids[empty] = x[order[: len(empty)]]
    return centroids


# %% wrong: update_centroids
# idea: "as many centroids as labels occur, so that empty clusters are dropped"
# fits: "Clusters without a point are missing in yours. k says how"
def update_centroids(x, labels, k):
    return np.array([x[labels == j].astype(float).mean(axis=0) for j in np.unique(labels)])


# %% right: inertia
def inertia(x, labels, centroids):
    total = 0.0
    for i in range(len(x)):
        step = np.subtract(x[i], centroids[labels[i]], dtype=float)
        total += float(step @ step)
    return total


# %% right: inertia
def inertia(x, labels, centroids):
    steps = np.asarray(x, dtype=np.float64) - np.take(centroids, labels, axis=0).astype(np.float64)
    return np.linalg.norm(steps) ** 2


# %% wrong: inertia
# idea: "the nearest centroid counts, whatever the label says"
# fits: "You use the nearest centroid. The labels that you were given"
def inertia(x, labels, centroids):
    d = ((x.astype(float)[:, None] - centroids.astype(float)) ** 2).sum(axis=2)
    return float(d.min(axis=1).sum())


# %% wrong: inertia
# idea: "the mean over the points"
# fits: "You average over the points. Inertia is by custom a sum."
def inertia(x, labels, centroids):
    return float(np.mean(np.sum((x.astype(float) - centroids.astype(float)[labels]) ** 2, axis=1)))


# %% wrong: inertia
# idea: "distances are summed, not their squares"
# fits: "You add up distances. The mean is the best centroid for their"
def inertia(x, labels, centroids):
    return float(sum(np.linalg.norm(p - centroids[j].astype(float)) for p, j in zip(x.astype(float), labels, strict=True)))


# %% wrong: inertia
# idea: "pixels are subtracted and squared in their own dtype"
# fits: "Whole numbers of 8 bits wrap around before they are added up."
def inertia(x, labels, centroids):
    return float(np.sum((x - centroids[labels]) ** 2))


# %% wrong: inertia
# idea: "short cut by expanding the square, and whatever is below 0 is set to 0"
# fits: "You expand the square, and far from the origin huge sums are"
def inertia(x, labels, centroids):
    x = x.astype(float)
    mu = centroids.astype(float)[labels]
    return float(max(np.sum(x * x) - 2 * np.sum(x * mu) + np.sum(mu * mu), 0.0))


# %% wrong: inertia
# idea: "around the mean of the labelled points, recomputed, instead of the centroids that were given"
# fits: "You measure from the means of the clusters. The centroids"
def inertia(x, labels, centroids):
    total = 0.0
    for j in range(len(centroids)):
        mine = x[labels == j].astype(float)
        if len(mine):
            total += np.sum((mine - mine.mean(axis=0)) ** 2)
    return float(total)


# %% right: k_means
def k_means(x, centroids, max_steps):
    labels = assign(x, centroids)
    centroids = np.array(centroids, dtype=float)
    history = [inertia(x, labels, centroids)]
    moved = True
    while moved and len(history) <= max_steps:
        centroids = update_centroids(x, labels, len(centroids))
        before, labels = labels, assign(x, centroids)
        history.append(inertia(x, labels, centroids))
        moved = not np.array_equal(before, labels)
    return centroids, labels, np.array(history)


# %% right: k_means
def k_means(x, centroids, max_steps):
    def walk(mu, labels, left):
        cost = [inertia(x, labels, mu)]
        if left == 0:
            return mu, labels, cost
        new = update_centroids(x, labels, len(mu))
        after = assign(x, new)
        end = 0 if (after == labels).all() else left - 1
        mu, labels, later = walk(new, after, end)
        return mu, labels, cost + later

    start = centroids.astype(float)
    mu, labels, history = walk(start, assign(x, start), max_steps)
    return mu, labels, np.array(history)


# %% wrong: k_means
# idea: "the history begins after the first step"
# fits: "Your history lacks the cost at the start: with t steps there"
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = []
    for _ in range(max_steps):
        centroids = update_centroids(x, labels, len(centroids))
        new = assign(x, centroids)
        history.append(inertia(x, new, centroids))
        if np.array_equal(new, labels):
            break
        labels = new
    return centroids, labels, np.array(history)


# %% wrong: k_means
# idea: "the cost is taken between the halves, with the old labels, which are also those returned"
# fits: "Your costs are those between update and assignment. A step"
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        centroids = update_centroids(x, labels, len(centroids))
        history.append(inertia(x, labels, centroids))
        new = assign(x, centroids)
        if np.array_equal(new, labels):
            break
        labels = new
    return centroids, labels, np.array(history)


# %% wrong: k_means
# idea: "stops as soon as the cost falls by less than a thousandth"
# fits: "You stop when the cost stays the same, which takes one step"
def k_means(x, centroids, max_steps):
    centroids = np.array(centroids, dtype=float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        centroids = update_centroids(x, labels, len(centroids))
        labels = assign(x, centroids)
        history.append(inertia(x, labels, centroids))
        if history[-2] - history[-1] < 1e-3 * history[-2]:
            break
    return centroids, labels, np.array(history)


# %% wrong: k_means
# idea: "breaks before the last step is written down: the step in which nothing moved is missing"
# fits: "When no label changes you throw the step away. It has moved"
def k_means(x, centroids, max_steps):
    centroids = np.array(centroids, dtype=float)
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        new_centroids = update_centroids(x, labels, len(centroids))
        new_labels = assign(x, new_centroids)
        if np.array_equal(new_labels, labels):
            break
        centroids, labels = new_centroids, new_labels
        history.append(inertia(x, labels, centroids))
    return centroids, labels, np.array(history)


# %% wrong: k_means
# idea: "means of its own in place of update_centroids: an empty cluster stays where it was; centroids are moved in place"
# fits: "Your code changes one of its arguments in place, and the"
def k_means(x, centroids, max_steps):
    labels = assign(x, centroids)
    history = [inertia(x, labels, centroids)]
    for _ in range(max_steps):
        for j in range(len(centroids)):
            if np.any(labels == j):
                centroids[j] = x[labels == j].mean(axis=0)
        old, labels = labels, assign(x, centroids)
        history.append(inertia(x, labels, centroids))
        if np.all(old == labels):
            break
    return centroids.astype(float), labels, np.array(history)


# %% wrong: k_means
# idea: "max_steps counts all assignments, so one step too few is made; with 0 it fails"
# fits: "You take one step too few. The assignment before the first"
def k_means(x, centroids, max_steps):
    centroids = centroids.astype(float)
    labels, history = None, []
    for step in range(max_steps):
        if step > 0:
            centroids = update_centroids(x, labels, len(centroids))
        new = assign(x, centroids)
        history.append(inertia(x, new, centroids))
        done = labels is not None and np.array_equal(new, labels)
        labels = new
        if done:
            break
    return centroids, labels, np.array(history)


# %% right: kmeans_plus_plus
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    points = np.array(x, dtype=np.float64)
    m = len(points)
    chosen = [int(rng.integers(m))]
    nearest = np.sum((points - points[chosen[0]]) ** 2, axis=1)
    while len(chosen) < k:
        total = nearest.sum()
        if total > 0:
            ladder = np.cumsum(nearest)
            pick = int(np.searchsorted(ladder, rng.random() * ladder[-1], side="right"))
        else:
            pick = int(rng.integers(m))
        chosen.append(pick)
        nearest = np.minimum(nearest, np.sum((points - points[pick]) ** 2, axis=1))
    return points[chosen]


# %% right: kmeans_plus_plus
def kmeans_plus_plus(x, k, seed):
    import random

    dice = random.Random(seed)
    rows = [tuple(float(v) for v in row) for row in x]
    picked = [dice.choice(rows)]
    for _ in range(k - 1):
        weights = [min(sum((a - b) ** 2 for a, b in zip(row, mu, strict=True)) for mu in picked) for row in rows]
        picked += dice.choices(rows, weights if any(weights) else None)
    return np.array(picked, dtype=float)


# %% wrong: kmeans_plus_plus
# idea: "probability proportional to the distance, not to its square"
# fits: "Your dice are loaded with the distance. With 1 and 3 away the"
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    out = [x[rng.integers(len(x))]]
    for _ in range(k - 1):
        d = np.min([np.linalg.norm(x - mu, axis=1) for mu in out], axis=0)
        p = d / d.sum() if d.sum() > 0 else None
        out.append(x[rng.choice(len(x), p=p)])
    return np.array(out)


# %% wrong: kmeans_plus_plus
# idea: "always the farthest row, without dice after the first"
# fits: "You always take the farthest row, which in real data is an"
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    out = [x[rng.integers(len(x))]]
    for _ in range(k - 1):
        d = np.min([((x - mu) ** 2).sum(axis=1) for mu in out], axis=0)
        out.append(x[np.argmax(d)])
    return np.array(out)


# %% wrong: kmeans_plus_plus
# idea: "distances to the centroid drawn last, not to the nearest so far"
# fits: "You look at the centroid drawn last only, so an earlier one"
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    out = [x[rng.integers(len(x))]]
    for _ in range(k - 1):
        d = ((x - out[-1]) ** 2).sum(axis=1)
        p = d / d.sum() if d.sum() > 0 else None
        out.append(x[rng.choice(len(x), p=p)])
    return np.array(out)


# %% wrong: kmeans_plus_plus
# idea: "the first row of x is always the first centroid; when all weights are 0 the division gives NaN"
# fits: "Your first centroid is always row 0. All rows should be"
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    out = x[:1]
    while len(out) < k:
        d = ((x[:, None] - out) ** 2).sum(axis=2).min(axis=1)
        out = np.vstack([out, x[rng.choice(len(x), p=d / d.sum())]])
    return out


# %% wrong: kmeans_plus_plus
# idea: "seeds NumPy's common generator anew, and squares pixels in their dtype"
def kmeans_plus_plus(x, k, seed):
    np.random.seed(seed)
    chosen = [np.random.randint(len(x))]
    for _ in range(k - 1):
        d = np.min([np.sum((x - x[i]) ** 2, axis=1) for i in chosen], axis=0).astype(float)
        p = d / d.sum() if d.sum() > 0 else None
        chosen.append(np.random.choice(len(x), p=p))
    return x[chosen].astype(float)


# %% wrong: kmeans_plus_plus
# idea: "chosen rows are taken out by their index, so a copy is never ruled out: weights get 1e-6 against division by 0"
def kmeans_plus_plus(x, k, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(float)
    chosen = [rng.integers(len(x))]
    for _ in range(k - 1):
        d = ((x[:, None] - x[chosen]) ** 2).sum(axis=2).min(axis=1) + 1e-2
        d[chosen] = 0
        chosen.append(rng.choice(len(x), p=d / d.sum()))
    return x[chosen]


# %% right: silhouette
def silhouette(x, labels):
    x = x.astype(float)
    m = len(x)
    s = np.zeros(m)
    names = sorted(set(labels.tolist()))
    for i in range(m):
        gaps = [np.sqrt(np.sum((x[i] - x[v]) ** 2)) for v in range(m)]
        own = [gaps[v] for v in range(m) if v != i and labels[v] == labels[i]]
        if not own:
            continue
        a = np.mean(own)
        b = min(np.mean([gaps[v] for v in range(m) if labels[v] == c]) for c in names if c != labels[i])
        if max(a, b) > 0:
            s[i] = (b - a) / max(a, b)
    return s


# %% right: silhouette
def silhouette(x, labels):
    x = np.asarray(x, dtype=np.float64)
    _, own = np.unique(labels, return_inverse=True)
    member = np.eye(own.max() + 1)[own]  # (m, K)
    counts = member.sum(axis=0)
    gaps = np.linalg.norm(x[:, None] - x[None], axis=-1)
    sums = gaps @ member  # (m, K)
    rows = np.arange(len(x))
    a = sums[rows, own] / np.maximum(counts[own] - 1, 1)
    others = sums / counts
    others[rows, own] = np.inf
    b = others.min(axis=1)
    larger = np.maximum(a, b)
    s = np.divide(b - a, larger, out=np.zeros(len(x)), where=larger > 0)
    return np.where(counts[own] == 1, 0.0, s)


# %% wrong: silhouette
# idea: "the mean to its own includes the point itself, at distance 0"
# fits: "The point itself is among those you average over, at distance"
def silhouette(x, labels):
    x = x.astype(float)
    gaps = np.linalg.norm(x[:, None] - x, axis=2)
    s = np.zeros(len(x))
    for i, label in enumerate(labels):
        mine = labels == label
        if mine.sum() == 1:
            continue
        a = gaps[i, mine].mean()
        b = min(gaps[i, labels == c].mean() for c in np.unique(labels) if c != label)
        s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% wrong: silhouette
# idea: "squared distances"
# fits: "You use squared distances. A silhouette compares distances."
def silhouette(x, labels):
    x = x.astype(float)
    gaps = ((x[:, None] - x) ** 2).sum(axis=2)
    s = np.zeros(len(x))
    for i, label in enumerate(labels):
        mine = labels == label
        n = mine.sum() - 1
        if n == 0:
            continue
        a = gaps[i, mine].sum() / n
        b = min(gaps[i, labels == c].mean() for c in set(labels) - {label})
        s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% wrong: silhouette
# idea: "b is the mean over all points of other clusters together"
# fits: "Your b is the mean distance to all points of other clusters."
def silhouette(x, labels):
    x = x.astype(float)
    gaps = np.linalg.norm(x[:, None] - x, axis=2)
    same = labels[:, None] == labels
    n = same.sum(axis=1) - 1
    a = np.where(same, gaps, 0).sum(axis=1) / np.maximum(n, 1)
    b = np.where(same, 0, gaps).sum(axis=1) / (~same).sum(axis=1)
    larger = np.maximum(a, b)
    return np.where(n > 0, (b - a) / np.where(larger > 0, larger, 1), 0.0)


# %% wrong: silhouette
# idea: "distances to the centroids of the clusters in place of mean distances to their points"
# fits: "You measure distances to the middles of clusters. The"
def silhouette(x, labels):
    x = x.astype(float)
    names, own = np.unique(labels, return_inverse=True)
    centroids = np.array([x[labels == c].mean(axis=0) for c in names])
    d = np.linalg.norm(x[:, None] - centroids, axis=2)
    rows = np.arange(len(x))
    a = d[rows, own].copy()
    d[rows, own] = np.inf
    b = d.min(axis=1)
    larger = np.maximum(a, b)
    alone = np.bincount(own)[own] == 1
    return np.where(alone | (larger == 0), 0.0, (b - a) / np.where(larger > 0, larger, 1))


# %% wrong: silhouette
# idea: "a point alone in its cluster has a = 0 and so the best silhouette of all, 1"
# fits: "A point that is alone has no others to be near to. What does"
def silhouette(x, labels):
    x = x.astype(float)
    gaps = np.linalg.norm(x[:, None] - x, axis=2)
    s = np.zeros(len(x))
    for i in range(len(x)):
        mine = (labels == labels[i]) & (np.arange(len(x)) != i)
        a = gaps[i, mine].mean() if mine.any() else 0.0
        b = min(gaps[i, labels == c].mean() for c in np.unique(labels) if c != labels[i])
        s[i] = (b - a) / max(a, b) if max(a, b) > 0 else 0.0
    return s


# %% wrong: silhouette
# idea: "clusters are taken to be 0 to the highest label; b is the nearest single point of another cluster"
def silhouette(x, labels):
    x = x.astype(float)
    k = labels.max() + 1
    gaps = np.sqrt(((x[:, None] - x) ** 2).sum(axis=2))
    s = np.zeros(len(x))
    for j in range(k):
        mine = np.flatnonzero(labels == j)
        if len(mine) < 2:
            continue
        for i in mine:
            a = gaps[i, mine].sum() / (len(mine) - 1)
            b = gaps[i, labels != j].min()
            s[i] = (b - a) / max(a, b, 1e-300)
    return s
