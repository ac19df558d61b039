# %% right: adaboost_round
def adaboost_round(y, pred, weights):
    share = np.asarray(weights, dtype=np.float64) / np.sum(weights, dtype=np.float64)
    agree = np.asarray(y, dtype=float) * np.asarray(pred, dtype=float)
    error = min(max(float(share[agree < 0].sum()), 1e-10), 1 - 1e-10)
    alpha = 0.5 * (np.log1p(-error) - np.log(error))
    raised = share * np.exp(-alpha * agree)
    return float(alpha), raised / raised.sum()


# %% right: adaboost_round
def adaboost_round(y, pred, weights):
    wrong = np.not_equal(y, pred)
    error = np.average(wrong, weights=weights)
    error = float(np.clip(error, 1e-10, 1 - 1e-10))
    factor = ((1 - error) / error) ** 0.5
    new = np.where(wrong, factor, 1 / factor) * weights
    return float(np.log(factor)), new / np.sum(new)


# %% wrong: adaboost_round
# idea: "the say without one half, as SAMME has it"
# fits: "That is SAMME's rule for two classes"
def adaboost_round(y, pred, weights):
    w = weights / np.sum(weights)
    error = np.clip(np.sum(w[y != pred]), 1e-10, 1 - 1e-10)
    alpha = np.log((1 - error) / error)
    new = w * np.exp(alpha * (y != pred))
    return float(alpha), new / new.sum()


# %% wrong: adaboost_round
# idea: "the share of wrong rows in place of the share of their weight"
# fits: "You count the wrong rows"
def adaboost_round(y, pred, weights):
    error = np.clip(np.mean(y != pred), 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights * np.exp(-alpha * y * pred)
    return float(alpha), new / new.sum()


# %% wrong: adaboost_round
# idea: "the limit of the error is the smallest float step, so a perfect stump has a say of 18"
# fits: "You limit the error elsewhere than at 1e-10"
def adaboost_round(y, pred, weights):
    w = weights / np.sum(weights)
    tiny = np.finfo(float).eps
    error = np.clip(np.sum(w * (y != pred)), tiny, 1 - tiny)
    alpha = 0.5 * np.log((1 - error) / error)
    new = w * np.exp(-alpha * y * pred)
    return float(alpha), new / new.sum()


# %% wrong: adaboost_round
# idea: "a stump that is mostly wrong gets a say of 0 in place of a negative one"
# fits: "A stump that is mostly wrong is useful if one does the opposite"
def adaboost_round(y, pred, weights):
    w = weights / np.sum(weights)
    error = np.clip(np.sum(w * (y != pred)), 1e-10, 1 - 1e-10)
    alpha = max(0.0, 0.5 * np.log((1 - error) / error))
    new = w * np.exp(-alpha * y * pred)
    return float(alpha), new / new.sum()


# %% wrong: adaboost_round
# idea: "writes the new weights into a copy with the dtype of the old ones, so whole numbers are cut"
# fits: "You write the new weights into a copy of the old ones"
def adaboost_round(y, pred, weights):
    wrong = y != pred
    error = np.clip(weights[wrong].sum() / weights.sum(), 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = weights.copy()
    new[wrong] = new[wrong] * np.exp(alpha)
    new[~wrong] = new[~wrong] * np.exp(-alpha)
    return float(alpha), new / new.sum()


# %% wrong: adaboost_round
# idea: "only the wrong rows are changed, by exp(alpha), and the right ones keep their weight"
# fits: "The right rows are left alone"
def adaboost_round(y, pred, weights):
    w = weights / np.sum(weights)
    error = np.clip(np.sum(w[y != pred]), 1e-10, 1 - 1e-10)
    alpha = 0.5 * np.log((1 - error) / error)
    new = np.where(y != pred, w * np.exp(alpha), w)
    return float(alpha), new / new.sum()


# %% right: fit_adaboost
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    while len(ensemble) < num_rounds:
        stump = fit_stump(x, y, weights)
        answers = day_011.predict_tree(stump, x)
        error = weights[answers != y].sum()
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, answers, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    scores = np.zeros(x.shape[0])
    for alpha, stump in ensemble:
        scores += alpha * day_011.predict_tree(stump, x)
    return scores


# %% right: fit_adaboost
def fit_adaboost(x, y, num_rounds):
    def rounds(weights, left):
        if left == 0:
            return []
        stump = fit_stump(x, y, weights)
        said = np.array([_say(stump, row) for row in np.asarray(x, dtype=float)])
        alpha, after = adaboost_round(y, said, weights)
        error = float(np.dot(weights, said != y) / weights.sum())
        if error > 0.5 - 1e-9:
            return []
        return [(alpha, stump)] + ([] if error < 1e-9 else rounds(after, left - 1))

    return rounds(np.ones(len(y)) / len(y), num_rounds)


def _say(stump, row):
    if "feature" not in stump:
        return stump["value"]
    return stump["left" if row[stump["feature"]] <= stump["threshold"] else "right"]["value"]


def adaboost_scores(ensemble, x):
    rows = np.asarray(x, dtype=float)
    return np.array([float(sum(alpha * _say(stump, row) for alpha, stump in ensemble)) for row in rows])


# %% wrong: fit_adaboost
# idea: "whether a stump is better than a coin is asked of the plain share of wrong rows"
# fits: "You judge a stump by the share of rows it gets wrong"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.mean(pred != y)
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    total = np.zeros(len(x))
    for alpha, stump in ensemble:
        total += alpha * day_011.predict_tree(stump, x)
    return total


# %% wrong: fit_adaboost
# idea: "the sum over no stumps is the number 0 and not a row of zeros"
# fits: "With an empty list of stumps your scores are a single number"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    return sum(alpha * day_011.predict_tree(stump, x) for alpha, stump in ensemble)


# %% wrong: fit_adaboost
# idea: "the scores are divided by the sum of the says, a mean in place of a sum"
# fits: "You divide by the sum of all says"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    total = np.zeros(len(x))
    for alpha, stump in ensemble:
        total += alpha * day_011.predict_tree(stump, x)
    return total / sum(alpha for alpha, _ in ensemble) if ensemble else total


# %% wrong: fit_adaboost
# idea: "a stump without an error ends the loop before it is kept"
# fits: "The stump that makes no error is thrown away"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error < 1e-9 or error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
    return ensemble


def adaboost_scores(ensemble, x):
    total = np.zeros(len(x))
    for alpha, stump in ensemble:
        total += alpha * day_011.predict_tree(stump, x)
    return total


# %% wrong: fit_adaboost
# idea: "each stump adds its sign times its say rounded to a vote: the scores are signs"
# fits: "Those are the classes"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        if error > 0.5 - 1e-9:
            break
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error < 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    total = np.zeros(len(x))
    for alpha, stump in ensemble:
        total += alpha * day_011.predict_tree(stump, x)
    return np.sign(total)


# %% wrong: fit_adaboost
# idea: "a stump that is a coin is kept before the loop ends, and a perfect one does not end it"
def fit_adaboost(x, y, num_rounds):
    weights, ensemble = np.full(len(y), 1 / len(y)), []
    for _ in range(num_rounds):
        stump = fit_stump(x, y, weights)
        pred = day_011.predict_tree(stump, x)
        error = np.sum(weights[pred != y])
        alpha, weights = adaboost_round(y, pred, weights)
        ensemble.append((alpha, stump))
        if error > 0.5 - 1e-9:
            break
    return ensemble


def adaboost_scores(ensemble, x):
    total = np.zeros(len(x))
    for alpha, stump in ensemble:
        total += alpha * day_011.predict_tree(stump, x)
    return total


# %% right: fit_gradient_boosting
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    residuals = np.array(y, dtype=np.float64)
    start = float(residuals.mean())
    residuals -= start
    trees = []
    while len(trees) < num_trees:
        tree = day_011.build_tree(x, residuals, max_depth, 1, criterion="variance")
        trees.append(tree)
        residuals = residuals - learning_rate * day_011.predict_tree(tree, x)
    return {"trees": trees, "start": start, "learning_rate": learning_rate}


def staged_predictions(model, x):
    steps = [np.full(len(x), model["start"], dtype=np.float64)]
    steps += [model["learning_rate"] * day_011.predict_tree(tree, x) for tree in model["trees"]]
    return np.cumsum(steps, axis=0)


# %% right: fit_gradient_boosting
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y64 = y.astype(np.float64)
    model = dict(start=float(np.mean(y64)), learning_rate=learning_rate, trees=[])
    for _ in range(num_trees):
        left = y64 - staged_predictions(model, x)[-1]
        model["trees"].append(day_011.build_tree(x, left, max_depth, 1, "variance"))
    return model


def staged_predictions(model, x):
    staged = np.empty((len(model["trees"]) + 1, x.shape[0]))
    staged[0] = model["start"]
    for t, tree in enumerate(model["trees"], start=1):
        staged[t] = staged[t - 1] + model["learning_rate"] * day_011.predict_tree(tree, x, "value")
    return staged


# %% wrong: fit_gradient_boosting
# idea: "predictions are kept in an array like y, so with whole targets every step is cut to a whole number"
# fits: "Your predictions are kept in an array of the targets' dtype"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = float(np.mean(y, dtype=float))
    predictions = np.full_like(y, start)
    trees = []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, (y - predictions).astype(float), max_depth, 1, "variance")
        trees.append(tree)
        predictions[:] = predictions + learning_rate * day_011.predict_tree(tree, x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)


# %% wrong: fit_gradient_boosting
# idea: "each tree is fitted to what the start and the last tree alone leave"
# fits: "You take off what the start and the last tree answer"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = y.astype(float)
    start = float(y.mean())
    residuals, trees = y - start, []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, residuals, max_depth, 1, "variance")
        trees.append(tree)
        residuals = y - start - learning_rate * day_011.predict_tree(tree, x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)


# %% wrong: fit_gradient_boosting
# idea: "float32 targets stay float32 all the way"
# fits: "Targets in float32 keep start and residuals in float32"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    start = y.mean()
    residuals, trees = y - start, []
    for _ in range(num_trees):
        tree = day_011.build_tree(x, residuals, max_depth, 1, "variance")
        trees.append(tree)
        residuals = (residuals - learning_rate * day_011.predict_tree(tree, x)).astype(residuals.dtype)
    return {"start": float(start), "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)


# %% wrong: fit_gradient_boosting
# idea: "one array is added to in place and appended each time, so all rows are the last prediction"
# fits: "You add to one array and append it each time"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = y.astype(float)
    start = float(y.mean())
    residuals, trees = y - start, []
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, residuals, max_depth, 1, "variance"))
        residuals = residuals - learning_rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    now, staged = np.full(len(x), model["start"]), []
    staged.append(now)
    for tree in model["trees"]:
        now += model["learning_rate"] * day_011.predict_tree(tree, x)
        staged.append(now)
    return np.array(staged)


# %% wrong: fit_gradient_boosting
# idea: "the learning rate shrinks the predictions but not what is taken off the residuals"
# fits: "A tree's whole answer is taken off the residuals"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = y.astype(float)
    start = float(y.mean())
    residuals, trees = y - start, []
    for _ in range(num_trees):
        trees.append(day_011.build_tree(x, residuals, max_depth, 1, "variance"))
        residuals = residuals - day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)


# %% wrong: fit_gradient_boosting
# idea: "stops growing trees when nothing is left to fit, and lowers a learning rate above 1"
def fit_gradient_boosting(x, y, num_trees, learning_rate, max_depth):
    y = y.astype(float)
    start = float(y.mean())
    rate = min(learning_rate, 1.0)
    residuals, trees = y - start, []
    for _ in range(num_trees):
        if np.allclose(residuals, 0):
            break
        trees.append(day_011.build_tree(x, residuals, max_depth, 1, "variance"))
        residuals = residuals - rate * day_011.predict_tree(trees[-1], x)
    return {"start": start, "learning_rate": learning_rate, "trees": trees}


def staged_predictions(model, x):
    staged = [np.full(len(x), model["start"])]
    for tree in model["trees"]:
        staged.append(staged[-1] + model["learning_rate"] * day_011.predict_tree(tree, x))
    return np.array(staged)


# %% right: histogram_bins
def histogram_bins(x, max_bins):
    table = np.full(x.shape, max_bins, dtype=np.uint8)
    thresholds = []
    for j in range(x.shape[1]):
        column = x[:, j].astype(np.float64)
        known = column[~np.isnan(column)]
        distinct, counts = np.unique(known, return_counts=True)
        below = np.cumsum(counts) - counts
        raw = max_bins * (2 * below + counts) // (2 * max(len(known), 1))
        if len(distinct) <= max_bins:
            raw = np.arange(len(distinct))
        number = np.unique(raw, return_inverse=True)[1].reshape(raw.shape)
        table[~np.isnan(column), j] = number[np.searchsorted(distinct, known)]
        ends = np.flatnonzero(np.diff(number))
        low, high = distinct[ends], distinct[ends + 1]
        middle = low / 2 + high / 2
        thresholds.append(np.where((middle < high) & (middle >= low), middle, low))
    return table, thresholds


# %% right: histogram_bins
def histogram_bins(x, max_bins):
    bins, thresholds = np.empty(x.shape, dtype=np.uint8), []
    for j, column in enumerate(np.asarray(x, dtype=float).T):
        values = sorted(v for v in column.tolist() if v == v)
        m, bin_of, edges, previous = len(values), {}, [], None
        start = 0
        while start < m:
            end = start
            while end < m and values[end] == values[start]:
                end += 1
            raw = int(np.floor(max_bins * ((start + end) / 2) / m))
            if len(set(values)) <= max_bins:
                raw = len(bin_of)
            if previous is None:
                number = 0
            elif raw != previous[0]:
                number = previous[1] + 1
                low, high = previous[2], values[start]
                half = low + (high / 2 - low / 2)
                edges.append(half if low <= half < high else low)
            else:
                number = previous[1]
            bin_of[values[start]] = number
            previous = raw, number, values[start]
            start = end
        bins[:, j] = [bin_of[v] if v == v else max_bins for v in column.tolist()]
        thresholds.append(np.array(edges, dtype=float))
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "puts columns with few distinct values through the rule as well, which merges some of them"
# fits: "With at most max_bins distinct values each has a bin of its own"
def histogram_bins(x, max_bins):
    table = np.full(x.shape, max_bins, dtype=np.uint8)
    thresholds = []
    for j in range(x.shape[1]):
        column = x[:, j].astype(np.float64)
        known = column[~np.isnan(column)]
        distinct, counts = np.unique(known, return_counts=True)
        below = np.cumsum(counts) - counts
        raw = max_bins * (2 * below + counts) // (2 * max(len(known), 1))
        number = np.unique(raw, return_inverse=True)[1].reshape(raw.shape)
        table[~np.isnan(column), j] = number[np.searchsorted(distinct, known)]
        ends = np.flatnonzero(np.diff(number))
        low, high = distinct[ends], distinct[ends + 1]
        middle = low / 2 + high / 2
        thresholds.append(np.where((middle < high) & (middle >= low), middle, low))
    return table, thresholds


# %% wrong: histogram_bins
# idea: "edges from np.quantile, which do not fall between the values as the rule has it"
# fits: "Your thresholds are quantiles"
def histogram_bins(x, max_bins):
    bins, thresholds = np.empty(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = column[~np.isnan(column)]
        edges = np.unique(np.quantile(known, np.arange(1, max_bins) / max_bins)) if len(known) else np.empty(0)
        bins[:, j] = np.where(np.isnan(column), max_bins, np.searchsorted(edges, column))
        thresholds.append(edges)
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "bins that nobody fell into are not closed up"
# fits: "Some of your bins are empty"
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = ~np.isnan(column)
        values, place, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        raw = max_bins * (2 * (np.cumsum(counts) - counts) + counts) // (2 * max(known.sum(), 1))
        raw = np.arange(len(values)) if len(values) <= max_bins else raw
        bins[known, j] = raw[place.ravel()]
        ends = np.flatnonzero(np.diff(raw))
        middle = values[ends] / 2 + values[ends + 1] / 2
        thresholds.append(np.where(middle < values[ends + 1], middle, values[ends]))
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "m counts the missing rows as well"
# fits: "Missing rows count in your m"
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = ~np.isnan(column)
        values, place, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        raw = max_bins * (2 * (np.cumsum(counts) - counts) + counts) // (2 * len(column))
        raw = np.arange(len(values)) if len(values) <= max_bins else raw
        number = np.unique(raw, return_inverse=True)[1].reshape(raw.shape)
        bins[known, j] = number[place.ravel()]
        ends = np.flatnonzero(np.diff(number))
        middle = values[ends] / 2 + values[ends + 1] / 2
        thresholds.append(np.where(middle < values[ends + 1], middle, values[ends]))
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "missing rows get the next free number, not max_bins"
def histogram_bins(x, max_bins):
    bins, thresholds = np.zeros(x.shape, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = ~np.isnan(column)
        values, place, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        raw = max_bins * (2 * (np.cumsum(counts) - counts) + counts) // (2 * max(known.sum(), 1))
        raw = np.arange(len(values)) if len(values) <= max_bins else raw
        number = np.unique(raw, return_inverse=True)[1].reshape(raw.shape)
        bins[known, j] = number[place.ravel()]
        bins[~known, j] = number.max() + 1 if len(number) else 0
        ends = np.flatnonzero(np.diff(number))
        middle = values[ends] / 2 + values[ends + 1] / 2
        thresholds.append(np.where(middle < values[ends + 1], middle, values[ends]))
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "cuts the sorted rows into equal pieces, so copies of one value land in two bins"
# fits: "You cut the sorted rows into parts of equal size"
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j].astype(float)
        known = np.flatnonzero(~np.isnan(column))
        order = known[np.argsort(column[known], kind="stable")]
        pieces = [piece for piece in np.array_split(order, max_bins) if len(piece)]
        for number, piece in enumerate(pieces):
            bins[piece, j] = number
        edges = [(column[a[-1]] + column[b[0]]) / 2 for a, b in zip(pieces, pieces[1:], strict=False)]
        thresholds.append(np.array(edges, dtype=float))
    return bins, thresholds


# %% wrong: histogram_bins
# idea: "the halfway is computed in the dtype of the column, where int8 sums wrap around; and infinite for huge floats"
# fits: "You compute halfway in the dtype of the column"
def histogram_bins(x, max_bins):
    bins, thresholds = np.full(x.shape, max_bins, dtype=np.uint8), []
    for j in range(x.shape[1]):
        column = x[:, j]
        known = ~np.isnan(column)
        values, place, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        raw = max_bins * (2 * (np.cumsum(counts) - counts) + counts) // (2 * max(known.sum(), 1))
        raw = np.arange(len(values)) if len(values) <= max_bins else raw
        number = np.unique(raw, return_inverse=True)[1].reshape(raw.shape)
        bins[known, j] = number[place.ravel()]
        ends = np.flatnonzero(np.diff(number))
        middle = (values[ends] + values[ends + 1]) / 2
        thresholds.append(np.where(middle < values[ends + 1], middle, values[ends]).astype(float))
    return bins, thresholds


# %% right: out_of_fold_predictions
def out_of_fold_predictions(models, x, y, k):
    m = len(y)
    if not 2 <= k <= m:
        raise ValueError(f"{k} folds for {m} rows")
    out = np.zeros((m, len(models)))
    for fold in range(k):
        held = np.arange(fold, m, k)
        rest = np.setdiff1d(np.arange(m), held)
        out[held] = np.stack([model(x[rest], y[rest], x[held]) for model in models], axis=1)
    return out


# %% right: out_of_fold_predictions
def out_of_fold_predictions(models, x, y, k):
    if k < 2 or k > x.shape[0]:
        raise ValueError("k is out of range")
    fold = np.arange(x.shape[0]) % k
    columns = []
    for model in models:
        column = np.empty(x.shape[0], dtype=np.float64)
        for j in range(k):
            column[fold == j] = model(x[fold != j], y[fold != j], x[fold == j])
        columns.append(column)
    return np.array(columns).T.copy()


# %% wrong: out_of_fold_predictions
# idea: "the folds' predictions are joined one after another and not put back in the rows' places"
# fits: "You put the folds' predictions one after another"
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    columns = []
    for model in models:
        parts = [model(x[fold != j], y[fold != j], x[fold == j]) for j in range(k)]
        columns.append(np.concatenate(parts).astype(float))
    return np.column_stack(columns)


# %% wrong: out_of_fold_predictions
# idea: "the table takes the dtype of the targets, so with whole targets predictions are cut"
# fits: "With targets that are whole numbers your predictions are cut off"
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    out = np.zeros((len(y), len(models)), dtype=y.dtype)
    for j in range(k):
        for i, model in enumerate(models):
            out[fold == j, i] = model(x[fold != j], y[fold != j], x[fold == j])
    return out


# %% wrong: out_of_fold_predictions
# idea: "refuses k below 2 only; with more folds than rows some models are asked about nothing"
# fits: "You refuse too few folds only"
def out_of_fold_predictions(models, x, y, k):
    if k < 2:
        raise ValueError("at least two folds")
    fold = np.arange(len(y)) % k
    out = np.zeros((len(y), len(models)))
    for j in range(k):
        for i, model in enumerate(models):
            out[fold == j, i] = model(x[fold != j], y[fold != j], x[fold == j])
    return out


# %% wrong: out_of_fold_predictions
# idea: "folds are neighbouring rows"
# fits: "Your folds are blocks of neighbouring rows"
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    out = np.zeros((len(y), len(models)))
    for held in np.array_split(np.arange(len(y)), k):
        rest = np.delete(np.arange(len(y)), held)
        for i, model in enumerate(models):
            out[held, i] = model(x[rest], y[rest], x[held])
    return out


# %% wrong: out_of_fold_predictions
# idea: "each of the k fits predicts all rows and the mean is taken, so most have seen the row"
# fits: "You average the predictions of all k fits"
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    out = np.zeros((len(y), len(models)))
    for j in range(k):
        for i, model in enumerate(models):
            out[:, i] += model(x[fold != j], y[fold != j], x) / k
    return out


# %% wrong: out_of_fold_predictions
# idea: "trains on the fold and predicts the others, so a row's prediction is that of the last fold but its own"
# fits: "You fit on one fold and predict all the others"
def out_of_fold_predictions(models, x, y, k):
    if not 2 <= k <= len(y):
        raise ValueError("k is out of range")
    fold = np.arange(len(y)) % k
    out = np.zeros((len(y), len(models)))
    for j in range(k):
        for i, model in enumerate(models):
            out[fold != j, i] = model(x[fold == j], y[fold == j], x[fold != j])
    return out
