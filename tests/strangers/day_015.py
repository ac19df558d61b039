# %% right: similarity
def similarity(a, b, kind, shrink=0.0):
    if kind not in ("cosine", "pearson", "euclidean"):
        raise ValueError(f"unknown kind {kind!r}")
    pairs = [(float(p), float(q)) for p, q in zip(a, b, strict=True) if p != 0 and q != 0]
    c = len(pairs)
    if c == 0:
        return 0.0
    left, right = zip(*pairs, strict=True)
    if kind == "euclidean":
        s = 1 / (1 + (sum((p - q) ** 2 for p, q in pairs) / c) ** 0.5)
    else:
        if kind == "pearson":
            if min(left) == max(left) or min(right) == max(right):
                return 0.0
            mean_left, mean_right = sum(left) / c, sum(right) / c
            left = [p - mean_left for p in left]
            right = [q - mean_right for q in right]
        dot = sum(p * q for p, q in zip(left, right, strict=True))
        s = dot / (sum(p * p for p in left) * sum(q * q for q in right)) ** 0.5
    return s * c / (c + shrink)


# %% right: similarity
def similarity(a, b, kind, shrink=0.0):
    both = np.logical_and(a, b)
    pair = np.array([a[both], b[both]], dtype=np.float64)
    c = np.count_nonzero(both)
    match kind:
        case "pearson":
            flat = c == 0 or np.any(np.ptp(pair, axis=1) == 0)
            value = 0.0 if flat else np.corrcoef(pair)[0, 1]
        case "cosine":
            value = 0.0 if c == 0 else pair[0] @ pair[1] / np.prod(np.linalg.norm(pair, axis=1))
        case "euclidean":
            value = 0.0 if c == 0 else 1 / (1 + np.std(np.r_[pair[0] - pair[1], pair[1] - pair[0]]))
        case _:
            raise ValueError("kind is cosine, pearson or euclidean")
    return float(value) * (c / (c + shrink) if c else 0.0)


# %% wrong: similarity
# idea: "norms and means are over all that each viewer has rated, only the products over the shared films"
# fits: "Your lengths run over all that each has rated, and so do"
def similarity(a, b, kind, shrink=0.0):
    a, b = a.astype(float), b.astype(float)
    both = (a > 0) & (b > 0)
    c = both.sum()
    if kind not in ("cosine", "pearson", "euclidean"):
        raise ValueError("kind")
    if c == 0:
        return 0.0
    if kind == "euclidean":
        return float(1 / (1 + np.sqrt(np.mean((a - b)[both] ** 2))) * c / (c + shrink))
    if kind == "pearson":
        if np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
            return 0.0
        a = np.where(a > 0, a - a[a > 0].mean(), 0)
        b = np.where(b > 0, b - b[b > 0].mean(), 0)
    return float(np.sum((a * b)[both]) / (np.linalg.norm(a) * np.linalg.norm(b)) * c / (c + shrink))


# %% wrong: similarity
# idea: "holes count as zero stars; whole rows are compared, and c is the length of the row"
# fits: "You take missing ratings for zero stars. Which films can the"
def similarity(a, b, kind, shrink=0.0):
    a, b = np.asarray(a, float), np.asarray(b, float)
    if not np.any((a != 0) & (b != 0)):
        return 0.0
    if kind == "cosine":
        s = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    elif kind == "pearson":
        da, db = a - a.mean(), b - b.mean()
        bottom = np.linalg.norm(da) * np.linalg.norm(db)
        s = da @ db / bottom if bottom else 0.0
    elif kind == "euclidean":
        s = 1 / (1 + np.sqrt(np.mean((a - b) ** 2)))
    else:
        raise ValueError(kind)
    return float(s * len(a) / (len(a) + shrink))


# %% wrong: similarity
# idea: "whoever shares nothing is answered before the kind is looked at, so a wrong kind isn't refused there"
# fits: "Whoever shares nothing is answered before you look at the"
def similarity(a, b, kind, shrink=0.0):
    both = (a != 0) & (b != 0)
    c = int(both.sum())
    if c == 0:
        return 0.0
    u, v = a[both].astype(float), b[both].astype(float)
    if kind == "euclidean":
        value = 1 / (1 + np.sqrt(((u - v) ** 2).mean()))
    elif kind == "pearson" or kind == "cosine":
        if kind == "pearson":
            if len(set(u)) == 1 or len(set(v)) == 1:
                return 0.0
            u, v = u - u.mean(), v - v.mean()
        value = np.dot(u, v) / np.sqrt(np.dot(u, u) * np.dot(v, v))
    else:
        raise ValueError("no such kind")
    return float(value) * c / (c + shrink)


# %% wrong: similarity
# idea: "equal entries are recognised by a standard deviation of exactly 0, which 0.1 three times doesn't have"
# fits: "The mean of equal numbers need not be that number to the last"
def similarity(a, b, kind, shrink=0.0):
    if kind not in {"cosine", "pearson", "euclidean"}:
        raise ValueError("kind")
    both = (a > 0) & (b > 0)
    c = both.sum()
    if c == 0:
        return 0.0
    u, v = a[both].astype(float), b[both].astype(float)
    if kind == "euclidean":
        s = 1 / (1 + np.sqrt(np.mean((u - v) ** 2)))
    elif kind == "cosine":
        s = np.sum(u * v) / np.sqrt(np.sum(u**2) * np.sum(v**2))
    else:
        if np.std(u) == 0 or np.std(v) == 0:
            return 0.0
        s = np.mean((u - u.mean()) * (v - v.mean())) / (np.std(u) * np.std(v))
    return float(s * c / (c + shrink))


# %% wrong: similarity
# idea: "the plain Euclidean distance, which grows with the number of shared films; in the dtype of the rows besides"
# fits: "Your distance grows with every film they share. The root of"
def similarity(a, b, kind, shrink=0.0):
    if kind not in {"cosine", "pearson", "euclidean"}:
        raise ValueError("kind")
    shared = np.flatnonzero((a != 0) & (b != 0))
    c = len(shared)
    if c == 0:
        return 0.0
    u, v = a[shared], b[shared]
    if kind == "euclidean":
        return float(1 / (1 + np.linalg.norm(u - v))) * c / (c + shrink)
    if kind == "pearson":
        if np.all(u == u[0]) or np.all(v == v[0]):
            return 0.0
        u, v = u - np.mean(u), v - np.mean(v)
    return float(np.sum(u * v) / (np.linalg.norm(u) * np.linalg.norm(v))) * c / (c + shrink)


# %% wrong: similarity
# idea: "Herlocker's weight min(c, beta) / beta for the shrinking, and names are recognised by their beginning"
# fits: "That is another way to shrink, which stops at beta shared"
def similarity(a, b, kind, shrink=0.0):
    both = (a != 0) & (b != 0)
    c = both.sum()
    u, v = a[both].astype(float), b[both].astype(float)
    if kind.startswith("e"):
        s = 1 / (1 + np.sqrt(np.mean((u - v) ** 2))) if c else 0.0
    elif kind.startswith("p"):
        s = np.corrcoef(u, v)[0, 1] if c and np.ptp(u) and np.ptp(v) else 0.0
    elif kind.startswith("cosine"):
        s = u @ v / np.sqrt((u @ u) * (v @ v)) if c else 0.0
    else:
        raise ValueError(kind)
    return float(s * min(c, shrink) / shrink) if shrink > 0 else float(s)


# %% right: predict_user_based
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    overall = ratings[mask].mean()
    means = np.array([row[have].mean() if have.any() else overall for row, have in zip(ratings, mask, strict=True)])
    out = np.empty((m, n))
    for i in range(m):
        order = [v for v in np.argsort(-alike[i]) if alike[i, v] > 0 and v != i]
        for j in range(n):
            near = [v for v in order if mask[v, j]][:k]
            out[i, j] = means[i]
            if near:
                out[i, j] += np.average(ratings[near, j] - means[near], weights=alike[i, near])
    return out


# %% right: predict_user_based
def predict_user_based(ratings, mask, k, shrink=0.0):
    m = len(ratings)
    alike = np.zeros((m, m))
    upper = np.triu_indices(m, 1)
    alike[upper] = [similarity(ratings[i], ratings[v], "pearson", shrink) for i, v in zip(*upper, strict=True)]
    alike += alike.T
    counts = mask.sum(axis=1)
    totals = np.where(mask, ratings, 0).sum(axis=1)
    means = np.where(counts > 0, totals / np.maximum(counts, 1), totals.sum() / counts.sum())
    up = np.where(mask, ratings - means[:, None], 0)
    out = np.tile(means[:, None], ratings.shape[1])
    for j in range(ratings.shape[1]):
        weights = np.where(mask[:, j], np.maximum(alike, 0), 0)  # (m, m)
        if k < m:
            keep = np.argsort(weights, axis=1)[:, -k:]
            chosen = np.zeros_like(weights)
            np.put_along_axis(chosen, keep, np.take_along_axis(weights, keep, 1), 1)
            weights = chosen
        total = weights.sum(axis=1)
        has = total > 0
        out[has, j] += (weights @ up[:, j])[has] / total[has]
    return out


# %% wrong: predict_user_based
# idea: "the k nearest are chosen once for each viewer, and then those of them who have rated the film are asked"
# fits: "You take the k nearest viewers first and ask those of them"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    overall = ratings[mask].mean()
    means = np.array([r[h].mean() if h.any() else overall for r, h in zip(ratings, mask, strict=True)])
    out = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        near = [v for v in np.argsort(-alike[i])[:k] if alike[i, v] > 0]
        for j in range(n):
            who = [v for v in near if mask[v, j]]
            if who:
                s = alike[i, who]
                out[i, j] += s @ (ratings[who, j] - means[who]) / s.sum()
    return out


# %% wrong: predict_user_based
# idea: "the weighted mean of the neighbours' stars themselves, without the step to their own means"
# fits: "You average the neighbours' stars as they are. By how much"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    out = np.zeros((m, n))
    for i in range(m):
        fallback = ratings[i, mask[i]].mean() if mask[i].any() else ratings[mask].mean()
        for j in range(n):
            who = [v for v in np.argsort(-alike[i]) if mask[v, j] and alike[i, v] > 0][:k]
            s = alike[i, who]
            out[i, j] = s @ ratings[who, j] / s.sum() if who else fallback
    return out


# %% wrong: predict_user_based
# idea: "viewers who are unlike count too, with their negative weight, over the sum of absolute values"
# fits: "You ask those who are most alike or most unlike, these with"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    overall = ratings[mask].mean()
    means = np.array([r[h].mean() if h.any() else overall for r, h in zip(ratings, mask, strict=True)])
    out = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        for j in range(n):
            who = [v for v in np.argsort(-np.abs(alike[i])) if mask[v, j] and v != i][:k]
            s = alike[i, who]
            if np.abs(s).sum() > 0:
                out[i, j] += s @ (ratings[who, j] - means[who]) / np.abs(s).sum()
    return out


# %% wrong: predict_user_based
# idea: "the viewer is a neighbour of his own, most like himself"
# fits: "Everyone is their own nearest neighbour in yours, and so"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i, m):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    overall = ratings[mask].mean()
    means = np.array([r[h].mean() if h.any() else overall for r, h in zip(ratings, mask, strict=True)])
    out = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        order = np.argsort(-alike[i], kind="stable")
        for j in range(n):
            who = [v for v in order if mask[v, j] and alike[i, v] > 0][:k]
            if who:
                s = alike[i, who]
                out[i, j] += s @ (ratings[who, j] - means[who]) / s.sum()
    return out


# %% wrong: predict_user_based
# idea: "each viewer's mean is over the whole row, holes and all; one without ratings has the mean of the others' means"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    means = ratings.mean(axis=1)
    means[~mask.any(axis=1)] = means[mask.any(axis=1)].mean()
    out = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        for j in range(n):
            who = [v for v in np.argsort(-alike[i]) if mask[v, j] and alike[i, v] > 0][:k]
            if who:
                s = alike[i, who]
                out[i, j] += s @ (ratings[who, j] - means[who]) / s.sum()
    return out


# %% wrong: predict_user_based
# idea: "shrink isn't handed on, and all who are alike are asked whatever k is"
# fits: "You ask everyone who is at all like her. k says how many."
def predict_user_based(ratings, mask, k, shrink=0.0):
    m = len(ratings)
    alike = np.zeros((m, m))
    for i in range(m):
        for v in range(i):
            alike[i, v] = alike[v, i] = max(similarity(ratings[i], ratings[v], "pearson"), 0)
    counts = mask.sum(axis=1)
    means = np.where(counts > 0, ratings.sum(axis=1) / np.maximum(counts, 1), ratings[mask].mean())
    up = (ratings - means[:, None]) * mask
    weight = alike @ mask
    return means[:, None] + np.where(weight > 0, alike @ up / np.where(weight > 0, weight, 1), 0)


# %% right: mean_normalize
def mean_normalize(ratings, mask):
    hidden = np.ma.masked_array(ratings.astype(float), ~mask)
    means = hidden.mean(axis=0).filled(hidden.mean())
    return (hidden - means).filled(0.0), np.asarray(means)


# %% right: mean_normalize
def mean_normalize(ratings, mask):
    m, n = ratings.shape
    everything = [float(ratings[i, j]) for i in range(m) for j in range(n) if mask[i, j]]
    means, normalized = np.zeros(n), np.zeros((m, n))
    for j in range(n):
        column = ratings[mask[:, j], j].astype(float)
        means[j] = column.mean() if column.size else sum(everything) / len(everything)
        normalized[mask[:, j], j] = column - means[j]
    return normalized, means


# %% wrong: mean_normalize
# idea: "the mean of each viewer's row in place of the film's column"
# fits: "You take each viewer's mean. Newcomers have none: whose mean"
def mean_normalize(ratings, mask):
    r = np.where(mask, ratings, 0).astype(float)
    counts = mask.sum(axis=1)
    means = np.where(counts > 0, r.sum(axis=1) / np.maximum(counts, 1), r.sum() / mask.sum())
    return np.where(mask, r - means[:, None], 0.0), means


# %% wrong: mean_normalize
# idea: "divides by all viewers, not by those who have rated"
# fits: "You divide by the number of viewers. How many have rated the"
def mean_normalize(ratings, mask):
    r = np.where(mask, ratings, 0.0)
    means = r.mean(axis=0)
    means[~mask.any(axis=0)] = r[mask].mean()
    return np.where(mask, r - means, 0.0), means


# %% wrong: mean_normalize
# idea: "a film without ratings gets the mean of the films' means"
# fits: "You average the films' means, so that a film with one rating"
def mean_normalize(ratings, mask):
    r = np.where(mask, ratings, 0.0)
    counts = mask.sum(axis=0)
    has = counts > 0
    means = r.sum(axis=0) / np.where(has, counts, 1)
    means[~has] = means[has].mean()
    return (r - means) * mask, means


# %% wrong: mean_normalize
# idea: "zeros are written into the holes of the argument, and a film without ratings has the mean 0"
# fits: "Your code changes one of its arguments in place, and the"
def mean_normalize(ratings, mask):
    ratings[~mask] = 0
    counts = mask.sum(axis=0)
    means = ratings.sum(axis=0) / np.maximum(counts, 1)
    normalized = ratings - means
    normalized[~mask] = 0
    return normalized, means


# %% wrong: mean_normalize
# idea: "the table is multiplied by the mask: NaN in a hole stays NaN, in the sums as well"
# fits: "You multiply by the mask to empty the cells, and NaN times 0"
def mean_normalize(ratings, mask):
    total = (ratings * mask).sum(axis=0, dtype=float)
    count = mask.sum(axis=0)
    means = np.where(count > 0, total / np.maximum(count, 1), total.sum() / count.sum())
    return (ratings - means) * mask, means


# %% wrong: mean_normalize
# idea: "what is above 0 counts as rated, whatever the mask says, and the holes become minus the mean"
def mean_normalize(ratings, mask):
    r = ratings.astype(float)
    known = r > 0
    count = known.sum(axis=0)
    means = np.where(count > 0, (r * known).sum(axis=0) / np.maximum(count, 1), r[known].mean())
    return r - means, means


# %% right: matrix_factorization_step
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    slope_users, slope_items = weight_decay * users, weight_decay * items
    for i, j in zip(*np.nonzero(mask), strict=True):
        e = users[i] @ items[j] - ratings[i, j]
        slope_users[i] += e * items[j]
        slope_items[j] += e * users[i]
    return users - learning_rate * slope_users, items - learning_rate * slope_items


# %% right: matrix_factorization_step
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.zeros(mask.shape)
    np.subtract(np.einsum("id,jd->ij", users, items), ratings, out=error, where=mask)
    keep = 1 - learning_rate * weight_decay
    return (
        keep * users - learning_rate * np.einsum("ij,jd->id", error, items),
        keep * items - learning_rate * np.einsum("ij,id->jd", error, users),
    )


# %% wrong: matrix_factorization_step
# idea: "the films are moved by the viewers that have moved already"
# fits: "The films see the viewers' new factors. Both slopes belong to"
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.where(mask, users @ items.T - ratings, 0)
    users = users - learning_rate * (error @ items + weight_decay * users)
    items = items - learning_rate * (error.T @ users + weight_decay * items)
    return users, items


# %% wrong: matrix_factorization_step
# idea: "one rating after the other, each with the factors as they are by then, and decay at each rating (Koren's way)"
# fits: "You step after each rating, so later ratings see factors that"
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    users, items = users.copy(), items.copy()
    for i, j in np.argwhere(mask):
        e = ratings[i, j] - users[i] @ items[j]
        old = users[i].copy()
        users[i] += learning_rate * (e * items[j] - weight_decay * users[i])
        items[j] += learning_rate * (e * old - weight_decay * items[j])
    return users, items


# %% wrong: matrix_factorization_step
# idea: "the mean over the ratings, so that the slope is divided by their number"
# fits: "You average over the ratings. J sums over them."
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.where(mask, users @ items.T - np.where(mask, ratings, 0), 0) / max(mask.sum(), 1)
    new_users = users - learning_rate * (error @ items + weight_decay * users)
    new_items = items - learning_rate * (error.T @ users + weight_decay * items)
    return new_users, new_items


# %% wrong: matrix_factorization_step
# idea: "the holes are filled with zeros and count as ratings: the mask only chooses what is filled"
# fits: "You fill the holes with 0, and every hole counts as a rating"
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    filled = np.where(mask, ratings, 0.0)
    error = users @ items.T - filled
    return (
        users - learning_rate * (error @ items + weight_decay * users),
        items - learning_rate * (error.T @ users + weight_decay * items),
    )


# %% wrong: matrix_factorization_step
# idea: "the squares are differentiated with their 2, and decay isn't scaled by the rate"
# fits: "Your slopes of the errors are twice what is due. What stands"
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.where(mask, users @ items.T - ratings, 0)
    new_users = users * (1 - weight_decay) - 2 * learning_rate * error @ items
    new_items = items * (1 - weight_decay) - 2 * learning_rate * error.T @ users
    return new_users, new_items


# %% wrong: matrix_factorization_step
# idea: "works in the arrays that were handed in, and multiplies by the mask, which leaves NaN"
# fits: "You move the factors that were handed to you, and the"
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = (users @ items.T - ratings) * mask
    slope_users = error @ items + weight_decay * users
    slope_items = error.T @ users + weight_decay * items
    users -= learning_rate * slope_users
    items -= learning_rate * slope_items
    return users, items


# %% right: recommend
def recommend(user, scores, seen, k):
    films = [j for j in range(scores.shape[1]) if not seen[user, j]]
    films.sort(key=lambda j: (-scores[user, j], j))
    return np.array(films[:k], dtype=int)


# %% right: recommend
def recommend(user, scores, seen, k):
    unseen = np.nonzero(~seen[user])[0]
    return unseen[np.lexsort((unseen, -scores[user, unseen]))][:k]


# %% wrong: recommend
# idea: "seen films sink to the bottom but come up again when there are too few others"
# fits: "Once the unseen films run out, your list goes on with seen"
def recommend(user, scores, seen, k):
    row = np.where(seen[user], -np.inf, scores[user])
    return np.argsort(-row, kind="stable")[:k]


# %% wrong: recommend
# idea: "sorted upwards and turned round, so that of equals the larger column comes first"
# fits: "Turning a sorted list round also turns its ties: at equal"
def recommend(user, scores, seen, k):
    films = np.flatnonzero(~seen[user])
    return films[np.argsort(scores[user, films], kind="stable")[::-1]][:k]


# %% wrong: recommend
# idea: "places among the unseen films are returned as if they were columns"
# fits: "Your numbers count among the unseen films only. Which columns"
def recommend(user, scores, seen, k):
    left = scores[user][~seen[user]]
    return np.argsort(-left, kind="stable")[:k]


# %% wrong: recommend
# idea: "seen films get the score 0, and zeros are dropped at the end: scores below or at 0 are lost"
def recommend(user, scores, seen, k):
    row = scores[user] * ~seen[user]
    order = np.argsort(-row, kind="stable")
    return order[row[order] > 0][:k]


# %% wrong: recommend
# idea: "the last k of the ascending order, which for k = 0 are all; minus infinity is written into scores"
# fits: "Your code changes one of its arguments in place"
def recommend(user, scores, seen, k):
    row = scores[user]
    row[seen[user]] = -np.inf
    count = np.sum(~seen[user])
    order = np.lexsort((-np.arange(len(row)), row))
    return order[-min(k, count) :][::-1]


# %% wrong: recommend
# idea: "argpartition finds the best k, in no order, with k unchecked against the films left"
# fits: "Ties come out in any order. NumPy's usual sort need not keep"
def recommend(user, scores, seen, k):
    films = np.flatnonzero(~seen[user])
    k = min(k, len(films))
    if k == 0:
        return np.zeros(0, dtype=int)
    return films[np.argpartition(-scores[user, films], k - 1)[:k]]
