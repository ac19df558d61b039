# %% right: entropy_and_gini
def entropy(labels):
    from collections import Counter
    from math import log2

    counts = Counter(labels.tolist()).values()
    m = sum(counts)
    return float(sum(c / m * (log2(m) - log2(c)) for c in counts))


def gini(labels):
    from collections import Counter

    m = len(labels)
    return sum(c * (m - c) for c in Counter(labels.tolist()).values()) / m**2 if m else 0.0


# %% right: entropy_and_gini
def _shares_of(labels):
    if labels.size == 0:
        return np.ones(1)
    _, inverse = np.unique(labels, return_inverse=True)
    return np.bincount(inverse.ravel()) / labels.size


def entropy(labels):
    p = _shares_of(labels)
    return float(abs(np.dot(p, np.log2(p))))


def gini(labels):
    p = _shares_of(labels)
    return float(1.0 - p @ p)


# %% wrong: entropy_and_gini
# idea: "natural logarithms, so nats where bits are due"
# fits: "You measure in nats"
def entropy(labels):
    if len(labels) == 0:
        return 0.0
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-np.sum(p * np.log(p)))


def gini(labels):
    if len(labels) == 0:
        return 0.0
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(1 - np.sum(p**2))


# %% wrong: entropy_and_gini
# idea: "bincount, which knows neither texts nor negative classes"
# fits: "You use the classes as positions in a table of counts"
def entropy(labels):
    counts = np.bincount(labels)
    p = counts[counts > 0] / max(len(labels), 1)
    return float(np.sum(p * np.log2(1 / p)))


def gini(labels):
    if len(labels) == 0:
        return 0.0
    p = np.bincount(labels) / len(labels)
    return float(1 - np.sum(p**2))


# %% wrong: entropy_and_gini
# idea: "a small number inside the logarithm, so that a pure node has an entropy below 0"
# fits: "A small number inside the logarithm shifts every entropy a little"
def entropy(labels):
    if len(labels) == 0:
        return 0.0
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-np.sum(p * np.log2(p + 1e-6)))


def gini(labels):
    if len(labels) == 0:
        return 0.0
    p = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(1 - np.sum(p**2))


# %% wrong: entropy_and_gini
# idea: "divides by the largest value that is possible, so that both measures end at 1"
# fits: "You divide by the largest value possible"
def entropy(labels):
    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2:
        return 0.0
    p = counts / len(labels)
    return float(-np.sum(p * np.log2(p)) / np.log2(len(counts)))


def gini(labels):
    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2:
        return 0.0
    p = counts / len(labels)
    return float((1 - np.sum(p**2)) / (1 - 1 / len(counts)))


# %% wrong: entropy_and_gini
# idea: "the formula for two classes, with the share of the first class found against all others"
# fits: "You know one class and all others together"
def entropy(labels):
    if len(labels) == 0:
        return 0.0
    p = np.mean(labels == labels[0])
    q = 1 - p
    return float(-p * np.log2(p) - (q * np.log2(q) if q > 0 else 0))


def gini(labels):
    if len(labels) == 0:
        return 0.0
    p = np.mean(labels == labels[0])
    return float(2 * p * (1 - p))


# %% wrong: entropy_and_gini
# idea: "sorts the labels where they are, to count runs"
# fits: "Your code changes one of its arguments in place"
def entropy(labels):
    m = len(labels)
    if m == 0:
        return 0.0
    labels.sort()
    ends = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    p = np.diff(np.concatenate([[0], ends, [m]])) / m
    return float(np.sum(p * np.log2(1 / p)))


def gini(labels):
    m = len(labels)
    if m == 0:
        return 0.0
    labels.sort()
    ends = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    p = np.diff(np.concatenate([[0], ends, [m]])) / m
    return float(1 - np.sum(p**2))


# %% right: information_gain
def information_gain(labels, mask, impurity):
    m = labels.shape[0]
    gain = float(impurity(labels))
    for side in (np.compress(mask, labels), np.compress(np.logical_not(mask), labels)):
        if side.size:
            gain -= side.size / m * float(impurity(side))
    return gain


# %% right: information_gain
def information_gain(labels, mask, impurity):
    number_left = int(np.count_nonzero(mask))
    if number_left in (0, len(labels)):
        return 0.0
    share = number_left / len(labels)
    return float(impurity(labels) - (share * impurity(labels[mask]) + (1 - share) * impurity(labels[~mask])))


# %% wrong: information_gain
# idea: "both sides count half, however many rows they have"
# fits: "Both sides count a half"
def information_gain(labels, mask, impurity):
    sides = [side for side in (labels[mask], labels[~mask]) if len(side)]
    return float(impurity(labels) - np.mean([impurity(side) for side in sides]))


# %% wrong: information_gain
# idea: "the weights of the two sides are swapped"
# fits: "Each side is weighted by the share of the other one"
def information_gain(labels, mask, impurity):
    left, right = labels[mask], labels[~mask]
    if len(left) == 0 or len(right) == 0:
        return 0.0
    m = len(labels)
    return float(impurity(labels) - len(right) / m * impurity(left) - len(left) / m * impurity(right))


# %% wrong: information_gain
# idea: "a negative gain is cut off at 0"
# fits: "You cut off gains below 0"
def information_gain(labels, mask, impurity):
    total = impurity(labels)
    for side in (labels[mask], labels[~mask]):
        if len(side):
            total -= len(side) / len(labels) * impurity(side)
    return max(float(total), 0.0)


# %% wrong: information_gain
# idea: "a side of one row is taken for pure without asking impurity"
# fits: "You take a side of one row for pure"
def information_gain(labels, mask, impurity):
    total = impurity(labels)
    for side in (labels[mask], labels[~mask]):
        if len(side) > 1:
            total -= len(side) / len(labels) * impurity(side)
    return float(total)


# %% wrong: information_gain
# idea: "divides by the entropy of the split, which is C4.5's gain ratio"
# fits: "You divide by the entropy of the split"
def information_gain(labels, mask, impurity):
    m, left = len(labels), int(np.sum(mask))
    if left in (0, m):
        return 0.0
    p, q = left / m, 1 - left / m
    gain = impurity(labels) - p * impurity(labels[mask]) - q * impurity(labels[~mask])
    return float(gain / -(p * np.log2(p) + q * np.log2(q)))


# %% wrong: information_gain
# idea: "the sum over all rows in place of the weighted mean: it forgets to divide by m"
# fits: "What is wrong is off by the number of something that was given"
def information_gain(labels, mask, impurity):
    total = len(labels) * impurity(labels)
    for side in (labels[mask], labels[~mask]):
        if side.size > 0:
            total -= side.size * impurity(side)
    return float(total)


# %% right: threshold_gains
def threshold_gains(values, y, criterion):
    values = np.asarray(values, dtype=np.float64)
    distinct = np.unique(values)
    low, high = distinct[:-1], distinct[1:]
    middle = low + (high / 2 - low / 2)
    thresholds = np.where(middle >= high, low, middle)
    measure = {"gini": gini, "entropy": entropy, "variance": lambda part: np.var(np.asarray(part, dtype=np.float64))}
    gains = [information_gain(y, values <= t, measure[criterion]) for t in thresholds]
    sizes = [int(np.sum(values <= t)) for t in thresholds]
    return thresholds, np.array(gains, dtype=np.float64), np.array(sizes, dtype=int)


# %% right: threshold_gains
def threshold_gains(values, y, criterion):
    order = np.argsort(values, kind="stable")
    v = values[order].astype(np.float64)
    cut = np.flatnonzero(v[1:] > v[:-1])
    low, high = v[cut], v[cut + 1]
    t = 0.5 * low + 0.5 * high
    t = np.where((t < high) & (t >= low), t, low)
    m, left = len(v), cut + 1
    right = m - left
    if criterion == "variance":
        target = y[order].astype(np.float64)
        target = target - target.mean()
        sums = np.cumsum(target)[cut]
        # the gap between the means of the two sides says all
        gap = sums / left - (target.sum() - sums) / right
        return t, left * right / m**2 * gap**2, left
    rows = (y[order][:, None] == np.unique(y)[None, :]).astype(np.float64)
    below = np.cumsum(rows, axis=0)[cut]
    above = rows.sum(axis=0) - below

    def impurity(counts):
        p = counts / counts.sum(axis=-1, keepdims=True)
        if criterion == "gini":
            return np.sum(p * (1 - p), axis=-1)
        return -np.sum(p * np.log2(np.where(p > 0, p, 1.0)), axis=-1)

    whole = impurity(rows.sum(axis=0))
    return t, whole - (left * impurity(below) + right * impurity(above)) / m, left


# %% wrong: threshold_gains
# idea: "counts only class 1 and takes all others for class 0"
# fits: "You count the rows of class 1 and take all others for one class"
def threshold_gains(values, y, criterion):
    order = np.argsort(values, kind="stable")
    v, t = values[order].astype(float), y[order].astype(float)
    cut = np.flatnonzero(np.diff(v) > 0)
    thresholds = v[cut] / 2 + v[cut + 1] / 2
    thresholds = np.where(thresholds >= v[cut + 1], v[cut], thresholds)
    m, left = len(v), cut + 1
    if criterion == "variance":
        t = t - t.mean()
        s = np.cumsum(t)[cut]
        return thresholds, (s**2 / left + (t.sum() - s) ** 2 / (m - left) - t.sum() ** 2 / m) / m, left
    ones = np.cumsum(t == 1)

    def impurity(p):
        if criterion == "gini":
            return 2 * p * (1 - p)
        p = np.clip(p, 1e-300, 1 - 1e-16)
        return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))

    inside = left / m * impurity(ones[cut] / left) + (1 - left / m) * impurity((ones[-1] - ones[cut]) / (m - left))
    return thresholds, impurity(ones[-1] / m) - inside, left


# %% wrong: threshold_gains
# idea: "mean of squares less square of the mean, without centring, so large targets lose their digits"
# fits: "The mean of the squares less the square of the mean is right on paper"
def threshold_gains(values, y, criterion):
    order = np.argsort(values, kind="stable")
    v = values[order].astype(float)
    cut = np.flatnonzero(np.diff(v) > 0)
    thresholds = v[cut] / 2 + v[cut + 1] / 2
    thresholds = np.where(thresholds >= v[cut + 1], v[cut], thresholds)
    m, left = len(v), cut + 1
    if criterion == "variance":
        t = y[order].astype(float)
        s, q = np.cumsum(t), np.cumsum(t**2)
        var_left = q[cut] / left - (s[cut] / left) ** 2
        var_right = (q[-1] - q[cut]) / (m - left) - ((s[-1] - s[cut]) / (m - left)) ** 2
        whole = q[-1] / m - (s[-1] / m) ** 2
        return thresholds, whole - left / m * var_left - (m - left) / m * var_right, left
    measure = gini if criterion == "gini" else entropy
    gains = [information_gain(y, values <= t, measure) for t in thresholds]
    return thresholds, np.array(gains, dtype=float), left


# %% wrong: threshold_gains
# idea: "the halfway is computed in the dtype of the column, float32 or even int8"
# fits: "Sums of small integers wrap around"
def threshold_gains(values, y, criterion):
    distinct = np.unique(values)
    middle = (distinct[:-1] + distinct[1:]) / 2
    thresholds = np.where(middle >= distinct[1:], distinct[:-1], middle).astype(float)
    measure = {"gini": gini, "entropy": entropy, "variance": lambda a: np.var(a.astype(float))}[criterion]
    masks = [values.astype(float) <= t for t in thresholds]
    gains = np.array([information_gain(y, mask, measure) for mask in masks], dtype=float)
    return thresholds, gains, np.array([mask.sum() for mask in masks], dtype=int)


# %% wrong: threshold_gains
# idea: "(a + b) / 2 as it is: the sum of two huge floats overflows, and between neighbours it rounds to the upper one"
# fits: "Between neighbouring floats halfway rounds to one of them"
def threshold_gains(values, y, criterion):
    v = values.astype(float)
    distinct = np.unique(v)
    thresholds = (distinct[:-1] + distinct[1:]) / 2
    measure = {"gini": gini, "entropy": entropy, "variance": lambda a: np.var(a.astype(float))}[criterion]
    gains = np.array([information_gain(y, v <= t, measure) for t in thresholds], dtype=float)
    return thresholds, gains, np.searchsorted(np.sort(v), distinct[1:], side="left")


# %% wrong: threshold_gains
# idea: "left_sizes counts distinct values in place of rows"
# fits: "left_sizes counts distinct values"
def threshold_gains(values, y, criterion):
    v = values.astype(float)
    distinct = np.unique(v)
    thresholds = distinct[:-1] + (distinct[1:] / 2 - distinct[:-1] / 2)
    thresholds = np.where(thresholds >= distinct[1:], distinct[:-1], thresholds)
    measure = {"gini": gini, "entropy": entropy, "variance": lambda a: np.var(a.astype(float))}[criterion]
    gains = np.array([information_gain(y, v <= t, measure) for t in thresholds], dtype=float)
    return thresholds, gains, np.arange(1, len(distinct))


# %% wrong: threshold_gains
# idea: "running sums in the dtype of the targets, so int8 numbers wrap around when squared"
# fits: "Sums and squares of your targets keep their small dtype and wrap around"
def threshold_gains(values, y, criterion):
    order = np.argsort(values, kind="stable")
    v = values[order].astype(float)
    cut = np.flatnonzero(np.diff(v) > 0)
    thresholds = v[cut] / 2 + v[cut + 1] / 2
    thresholds = np.where(thresholds >= v[cut + 1], v[cut], thresholds)
    m, left = len(v), cut + 1
    if criterion == "variance":
        t = y[order] - y[0]
        s, q = np.cumsum(t), np.cumsum(t * t)
        ss = lambda n, total, squares: squares / n - (total / n) ** 2  # noqa: E731
        inside = left * ss(left, s[cut], q[cut]) + (m - left) * ss(m - left, s[-1] - s[cut], q[-1] - q[cut])
        return thresholds, ss(m, s[-1], q[-1]) - inside / m, left
    measure = gini if criterion == "gini" else entropy
    gains = [information_gain(y, values <= t, measure) for t in thresholds]
    return thresholds, np.array(gains, dtype=float), left


# %% right: best_split
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    m, n = x.shape
    measure = {"gini": gini, "entropy": entropy, "variance": lambda v: np.var(np.asarray(v, dtype=float))}[criterion]
    slack = 1e-9 * measure(y)
    questions = []
    for feature in sorted(int(f) for f in (range(n) if features is None else features)):
        for threshold, gain, left in zip(*threshold_gains(x[:, feature], y, criterion), strict=True):
            if min(left, m - left) >= min_samples_leaf:
                questions.append((feature, float(threshold), float(gain)))
    if not questions:
        return None
    top = max(gain for _, _, gain in questions)
    return next(question for question in questions if question[2] > top - slack or question[2] == top)


# %% right: best_split
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    columns = np.arange(x.shape[1]) if features is None else np.unique(np.asarray(features, dtype=int))
    if criterion == "variance":
        tolerance = 1e-9 * float(np.var(y.astype(np.float64)))
    else:
        tolerance = 1e-9 * (gini(y) if criterion == "gini" else entropy(y))
    found = None
    for j in columns:
        t, g, left = threshold_gains(x[:, j], y, criterion)
        ok = (left >= min_samples_leaf) & (len(y) - left >= min_samples_leaf)
        t, g = t[ok], g[ok]
        if len(g) == 0:
            continue
        i = np.flatnonzero(g >= g.max() - tolerance)[0]
        if found is None or g[i] > found[2] + tolerance:
            found = (int(j), float(t[i]), float(g[i]))
    return found


# %% wrong: best_split
# idea: "picks the best question first and then drops it if a side is too small"
# fits: "You take the best question first and ask afterwards whether its sides are large enough"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    slack = 1e-9 * {"gini": gini, "entropy": entropy, "variance": lambda v: float(np.var(v))}[criterion](y)
    best = None
    for j in sorted(range(x.shape[1]) if features is None else features):
        t, g, left = threshold_gains(x[:, j], y, criterion)
        for k in range(len(t)):
            if best is None or g[k] > best[2] + slack:
                best = (int(j), float(t[k]), float(g[k]), left[k])
    if best is None or not min_samples_leaf <= best[3] <= len(y) - min_samples_leaf:
        return None
    return best[:3]


# %% wrong: best_split
# idea: "goes through features in the order in which they were given, so among equals the first listed wins"
# fits: "The columns may come in any order"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    slack = 1e-9 * {"gini": gini, "entropy": entropy, "variance": lambda v: float(np.var(v))}[criterion](y)
    best = None
    for j in range(x.shape[1]) if features is None else features:
        t, g, left = threshold_gains(x[:, j], y, criterion)
        for k in range(len(t)):
            if not min_samples_leaf <= left[k] <= len(y) - min_samples_leaf:
                continue
            if best is None or g[k] > best[2] + slack:
                best = (int(j), float(t[k]), float(g[k]))
    return best


# %% wrong: best_split
# idea: "starts from a best gain of 0, so a question that gains nothing is no question"
# fits: "You refuse a question that gains nothing"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    slack = 1e-9 * {"gini": gini, "entropy": entropy, "variance": lambda v: float(np.var(v))}[criterion](y)
    best, best_gain = None, 0.0
    for j in sorted(range(x.shape[1]) if features is None else features):
        t, g, left = threshold_gains(x[:, j], y, criterion)
        for k in range(len(t)):
            if left[k] >= min_samples_leaf and len(y) - left[k] >= min_samples_leaf and g[k] > best_gain + slack:
                best_gain = g[k]
                best = (int(j), float(t[k]), float(g[k]))
    return best


# %% wrong: best_split
# idea: "gains within 1e-9 are equal whatever the impurity, so for tiny targets every question is"
# fits: "Gains within 1e-9 are all equal for you"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    best = None
    for j in sorted(range(x.shape[1]) if features is None else features):
        t, g, left = threshold_gains(x[:, j], y, criterion)
        for k in range(len(t)):
            if left[k] < min_samples_leaf or len(y) - left[k] < min_samples_leaf:
                continue
            if best is None or g[k] > best[2] + 1e-9:
                best = (int(j), float(t[k]), float(g[k]))
    return best


# %% wrong: best_split
# idea: "`features or range(n)`, which an array of several columns cannot answer"
# fits: "Asked whether it is true"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    slack = 1e-9 * {"gini": gini, "entropy": entropy, "variance": lambda v: float(np.var(v))}[criterion](y)
    best = None
    for j in sorted(features or range(x.shape[1])):
        t, g, left = threshold_gains(x[:, j], y, criterion)
        for k in range(len(t)):
            if left[k] < min_samples_leaf or len(y) - left[k] < min_samples_leaf:
                continue
            if best is None or g[k] > best[2] + slack:
                best = (int(j), float(t[k]), float(g[k]))
    return best


# %% wrong: best_split
# idea: "only the left side must have enough rows, and the column is counted within features"
def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    slack = 1e-9 * {"gini": gini, "entropy": entropy, "variance": lambda v: float(np.var(v))}[criterion](y)
    chosen = x if features is None else x[:, sorted(features)]
    best = None
    for j, column in enumerate(chosen.T):
        t, g, left = threshold_gains(column, y, criterion)
        t, g = t[left >= min_samples_leaf], g[left >= min_samples_leaf]
        for k in range(len(t)):
            if best is None or g[k] > best[2] + slack:
                best = (j, float(t[k]), float(g[k]))
    return best


# %% right: build_tree
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    x64 = np.array(x, dtype=np.float64)
    classes = None
    if criterion != "variance":
        classes = num_classes if num_classes is not None else int(np.max(y)) + 1

    def node_of(rows):
        node = {"size": len(rows)}
        if classes is None:
            node["value"] = float(np.mean(y[rows].astype(np.float64)))
        else:
            counts = [int(np.sum(y[rows] == k)) for k in range(classes)]
            node["value"] = counts.index(max(counts))
            node["shares"] = [count / len(rows) for count in counts]
        return node

    root = node_of(np.arange(len(y)))
    waiting = [(root, np.arange(len(y)), 0)]
    while waiting:
        node, rows, depth = waiting.pop()
        if (max_depth is not None and depth == max_depth) or np.all(y[rows] == y[rows[0]]):
            continue
        columns = None if pick_features is None else pick_features()
        split = best_split(x[rows], y[rows], criterion, min_samples_leaf, columns)
        if split is None:
            continue
        node["feature"], node["threshold"], node["gain"] = split
        yes = x64[rows, split[0]] <= split[1]
        for side, part in (("left", rows[yes]), ("right", rows[~yes])):
            node[side] = node_of(part)
            waiting.append((node[side], part, depth + 1))
    return root


# %% right: build_tree
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if criterion == "variance":
        answer = {"size": int(y.shape[0]), "value": float(np.average(y))}
    else:
        num_classes = int(y.max()) + 1 if num_classes is None else num_classes
        counts = np.bincount(y, minlength=num_classes)
        answer = {"size": int(y.size), "value": int(counts.argmax()), "shares": list(map(float, counts / y.size))}
    if len(set(y.tolist())) == 1 or max_depth == 0:
        return answer
    features = pick_features() if pick_features else None
    question = best_split(x, y, criterion, min_samples_leaf, features)
    if question:
        answer.update(zip(("feature", "threshold", "gain"), question, strict=True))
        goes_left = x[:, question[0]].astype(float) <= question[1]
        deeper = max_depth if max_depth is None else max_depth - 1
        for name, rows in {"left": goes_left, "right": ~goes_left}.items():
            answer[name] = build_tree(
                x[rows], y[rows], deeper, min_samples_leaf, criterion, num_classes, pick_features
            )
    return answer


# %% wrong: build_tree
# idea: "`if not max_depth` takes a depth of 0 for no limit, so the countdown never ends the tree"
# fits: "A depth of 0 counts as no limit with you"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        num_classes = num_classes or int(y.max()) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if np.all(y == y[0]):
        return node
    features = pick_features() if pick_features is not None else None
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]].astype(np.float64) <= split[1]
    if max_depth:
        max_depth = max_depth - 1
    rest = (max_depth, min_samples_leaf, criterion, num_classes, pick_features)
    node["left"], node["right"] = build_tree(x[left], y[left], *rest), build_tree(x[~left], y[~left], *rest)
    return node


# %% wrong: build_tree
# idea: "Counter names the class that was met first among equals"
# fits: "Of classes that are equally common you name the one that is met first"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    from collections import Counter

    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        if num_classes is None:
            num_classes = int(y.max()) + 1
        counts = Counter(y.tolist())
        node = {"size": len(y), "value": counts.most_common(1)[0][0]}
        node["shares"] = [counts[k] / len(y) for k in range(num_classes)]
    if np.all(y == y[0]) or max_depth == 0:
        return node
    features = pick_features() if pick_features is not None else None
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]].astype(np.float64) <= split[1]
    rest = (None if max_depth is None else max_depth - 1, min_samples_leaf, criterion, num_classes, pick_features)
    node["left"], node["right"] = build_tree(x[left], y[left], *rest), build_tree(x[~left], y[~left], *rest)
    return node


# %% wrong: build_tree
# idea: "picks its columns on the first line, for leaves as well"
# fits: "You pick columns for nodes that are leaves already"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    features = pick_features() if pick_features is not None else None
    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        if num_classes is None:
            num_classes = int(y.max()) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if np.all(y == y[0]) or max_depth == 0:
        return node
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]].astype(np.float64) <= split[1]
    rest = (None if max_depth is None else max_depth - 1, min_samples_leaf, criterion, num_classes, pick_features)
    node["left"], node["right"] = build_tree(x[left], y[left], *rest), build_tree(x[~left], y[~left], *rest)
    return node


# %% wrong: build_tree
# idea: "the number of classes and the drawing of columns are not handed down to the two sides"
# fits: "Below the root K and pick_features are forgotten"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        if num_classes is None:
            num_classes = int(y.max()) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if np.all(y == y[0]) or max_depth == 0:
        return node
    features = pick_features() if pick_features is not None else None
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]].astype(np.float64) <= split[1]
    depth = None if max_depth is None else max_depth - 1
    node["left"] = build_tree(x[left], y[left], depth, min_samples_leaf, criterion)
    node["right"] = build_tree(x[~left], y[~left], depth, min_samples_leaf, criterion)
    return node


# %% wrong: build_tree
# idea: "a float32 column is compared with the threshold as it is, that is in float32"
# fits: "Beside a float32 column NumPy rounds the threshold to float32 too"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        if num_classes is None:
            num_classes = int(y.max()) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if np.all(y == y[0]) or max_depth == 0:
        return node
    features = pick_features() if pick_features is not None else None
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]] <= split[1]
    rest = (None if max_depth is None else max_depth - 1, min_samples_leaf, criterion, num_classes, pick_features)
    node["left"], node["right"] = build_tree(x[left], y[left], *rest), build_tree(x[~left], y[~left], *rest)
    return node


# %% wrong: build_tree
# idea: "stops at nodes with fewer than twice min_samples_leaf rows only, and where the best question gains nothing"
# fits: "You stop where the best question gains nothing"
def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    if criterion == "variance":
        node = {"size": len(y), "value": float(y.mean())}
    else:
        if num_classes is None:
            num_classes = int(y.max()) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if np.all(y == y[0]) or max_depth == 0 or len(y) < 2 * min_samples_leaf:
        return node
    features = pick_features() if pick_features is not None else None
    split = best_split(x, y, criterion, min_samples_leaf, features)
    if split is None or split[2] <= 1e-12:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, split[0]].astype(np.float64) <= split[1]
    rest = (None if max_depth is None else max_depth - 1, min_samples_leaf, criterion, num_classes, pick_features)
    node["left"], node["right"] = build_tree(x[left], y[left], *rest), build_tree(x[~left], y[~left], *rest)
    return node


# %% right: predict_tree
def predict_tree(tree, x, key="value"):
    def answer(node, row):
        while "feature" in node:
            node = node["left" if row[node["feature"]] <= node["threshold"] else "right"]
        return node[key]

    return np.array([answer(tree, row) for row in np.array(x, dtype=np.float64).tolist()])


# %% right: predict_tree
def predict_tree(tree, x, key="value"):
    x = x.astype(float)
    leaves, leaf_of = [], np.zeros(len(x), dtype=int)
    waiting = [(tree, np.arange(len(x)))]
    while waiting:
        node, rows = waiting.pop()
        if "left" not in node:
            leaf_of[rows] = len(leaves)
            leaves.append(node[key])
            continue
        yes = x[rows, node["feature"]] <= node["threshold"]
        waiting += [(node["left"], rows[yes]), (node["right"], rows[~yes])]
    return np.asarray(leaves)[leaf_of]


# %% wrong: predict_tree
# idea: "a value equal to the threshold goes right"
# fits: "A value that equals the threshold goes left"
def predict_tree(tree, x, key="value"):
    out = []
    for row in x.astype(np.float64):
        node = tree
        while "feature" in node:
            node = node["left"] if row[node["feature"]] < node["threshold"] else node["right"]
        out.append(node[key])
    return np.array(out)


# %% wrong: predict_tree
# idea: "fills an array of zeros, so classes come out as floats"
# fits: "Classes are whole numbers"
def predict_tree(tree, x, key="value"):
    first = tree
    while "feature" in first:
        first = first["left"]
    out = np.zeros((len(x), *np.shape(first[key])))
    for i, row in enumerate(x.astype(np.float64)):
        node = tree
        while "feature" in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        out[i] = node[key]
    return out


# %% wrong: predict_tree
# idea: "the answers of the left group are put before those of the right one, and not back in the order of rows"
# fits: "Your answers come in the order of the leaves"
def predict_tree(tree, x, key="value"):
    if len(x) == 0:
        return np.array([])
    if "feature" not in tree:
        return np.array([tree[key]] * len(x))
    left = x[:, tree["feature"]].astype(np.float64) <= tree["threshold"]
    parts = [predict_tree(tree["left"], x[left], key), predict_tree(tree["right"], x[~left], key)]
    return np.concatenate([part for part in parts if len(part)])


# %% wrong: predict_tree
# idea: "takes a node with a value for a leaf, and every node has one"
# fits: "You stop at the first node that holds an answer"
def predict_tree(tree, x, key="value"):
    out = []
    for row in x.astype(np.float64):
        node = tree
        while key not in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        out.append(node[key])
    return np.array(out)


# %% wrong: predict_tree
# idea: "compares in the dtype of the row, so float32 rows meet a threshold that is rounded"
# fits: "Beside a float32 column NumPy rounds the threshold to float32 too"
def predict_tree(tree, x, key="value"):
    def go(node, rows, out):
        if "feature" not in node:
            for i in rows:
                out[i] = node[key]
            return
        yes = x[rows, node["feature"]] <= node["threshold"]
        go(node["left"], rows[yes], out)
        go(node["right"], rows[~yes], out)

    out = [None] * len(x)
    go(tree, np.arange(len(x)), out)
    return np.array(out)


# %% wrong: predict_tree
# idea: "every value is taken for a class and cut to a whole number"
# fits: "Fractions are cut off"
def predict_tree(tree, x, key="value"):
    out = []
    for row in x.astype(np.float64):
        node = tree
        while "feature" in node:
            node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
        out.append(node[key] if key == "shares" else int(node[key]))
    return np.array(out)


# %% right: prune_tree
def prune_tree(tree, penalty):
    whole = tree["size"]

    def settle(node):
        """The pruned node, what its questions earn, and its leaves."""
        bare = {key: node[key] for key in ("size", "value", "shares") if key in node}
        if "feature" not in node:
            return bare, 0.0, 1
        left, earned_left, leaves_left = settle(node["left"])
        right, earned_right, leaves_right = settle(node["right"])
        earned = earned_left + earned_right + node["size"] / whole * node["gain"] - penalty
        if earned <= 1e-12:
            return bare, 0.0, 1
        return {**node, "left": left, "right": right}, earned, leaves_left + leaves_right

    return settle(tree)[0]


# %% right: prune_tree
def prune_tree(tree, penalty):
    import copy

    pruned = copy.deepcopy(tree)
    order = [(pruned, ())]
    for node, _ in order:
        if "feature" in node:
            order += [(node["left"], ()), (node["right"], ())]
    worth = {}
    for node, _ in reversed(order):
        worth[id(node)] = 0.0
        if "feature" in node:
            below = worth[id(node["left"])] + worth[id(node["right"])]
            worth[id(node)] = below + node["gain"] * node["size"] / tree["size"] - penalty
            if worth[id(node)] < 1e-13:
                worth[id(node)] = 0.0
                for key in ("feature", "threshold", "gain", "left", "right"):
                    del node[key]
    return pruned


# %% wrong: prune_tree
# idea: "from the top: a question that does not pay by itself is cut with all that is below it"
# fits: "You cut every question that alone is not worth a leaf"
def prune_tree(tree, penalty, whole=None):
    whole = whole or tree["size"]
    bare = {key: tree[key] for key in ("size", "value", "shares") if key in tree}
    if "feature" not in tree or tree["gain"] * tree["size"] / whole <= penalty:
        return bare
    sides = {side: prune_tree(tree[side], penalty, whole) for side in ("left", "right")}
    return {**tree, **sides}


# %% wrong: prune_tree
# idea: "recursion without the size of the root, so each subtree is weighed as if it were a whole tree"
# fits: "You weigh each gain by the rows of the node above"
def prune_tree(tree, penalty):
    bare = {key: tree[key] for key in ("size", "value", "shares") if key in tree}
    if "feature" not in tree:
        return bare
    left, right = prune_tree(tree["left"], penalty), prune_tree(tree["right"], penalty)

    def total(node, whole):
        if "feature" not in node:
            return 0.0
        own = node["gain"] * node["size"] / whole - penalty
        return own + total(node["left"], whole) + total(node["right"], whole)

    kept = {**tree, "left": left, "right": right}
    return kept if total(kept, tree["size"]) > 1e-12 else bare


# %% wrong: prune_tree
# idea: "among trees that cost the same the largest is kept"
# fits: "Where both cost the same the smaller tree is due"
def prune_tree(tree, penalty):
    def settle(node):
        bare = {key: node[key] for key in ("size", "value", "shares") if key in node}
        if "feature" not in node:
            return bare, 0.0
        left, a = settle(node["left"])
        right, b = settle(node["right"])
        worth = a + b + node["gain"] * node["size"] / tree["size"] - penalty
        return ({**node, "left": left, "right": right}, worth) if worth >= -1e-12 else (bare, 0.0)

    return settle(tree)[0]


# %% wrong: prune_tree
# idea: "cuts in the tree that it was handed"
# fits: "You cut the tree that you were given"
def prune_tree(tree, penalty):
    def settle(node):
        if "feature" not in node:
            return 0.0
        worth = settle(node["left"]) + settle(node["right"])
        worth += node["gain"] * node["size"] / tree["size"] - penalty
        if worth <= 1e-12:
            for key in ("feature", "threshold", "gain", "left", "right"):
                node.pop(key)
            return 0.0
        return worth

    settle(tree)
    return tree


# %% wrong: prune_tree
# idea: "only questions above two leaves are looked at, one at a time, so a pair that pays neither alone stays"
# fits: "With you a node stays as soon as"
def prune_tree(tree, penalty, whole=None):
    whole = whole or tree["size"]
    bare = {key: tree[key] for key in ("size", "value", "shares") if key in tree}
    if "feature" not in tree:
        return bare
    left, right = prune_tree(tree["left"], penalty, whole), prune_tree(tree["right"], penalty, whole)
    if "feature" not in left and "feature" not in right and tree["gain"] * tree["size"] / whole <= penalty + 1e-12:
        return bare
    return {**tree, "left": left, "right": right}


# %% wrong: prune_tree
# idea: "weighs what all questions below bring against the price of a single leaf"
# fits: "With you a node stays as soon as"
def prune_tree(tree, penalty):
    def settle(node):
        bare = {key: node[key] for key in ("size", "value", "shares") if key in node}
        if "feature" not in node:
            return bare, 0.0
        left, a = settle(node["left"])
        right, b = settle(node["right"])
        gain = a + b + node["gain"] * node["size"] / tree["size"]
        return ({**node, "left": left, "right": right}, gain) if gain > penalty + 1e-12 else (bare, 0.0)

    return settle(tree)[0]
