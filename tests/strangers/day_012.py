# %% right: majority_accuracy
def majority_accuracy(q, num_voters):
    from scipy.stats import binom

    half = num_voters // 2
    right = float(binom.sf(half, num_voters, q))
    if num_voters % 2 == 0:
        right += 0.5 * float(binom.pmf(half, num_voters, q))
    return right


# %% right: majority_accuracy
def majority_accuracy(q, num_voters):
    k = np.arange(num_voters + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, num_voters + 1)))])
    logs = factorials[-1] - factorials - factorials[::-1] + xlogy(k, q) + xlogy(num_voters - k, 1 - q)
    weight = np.where(2 * k > num_voters, 1.0, np.where(2 * k == num_voters, 0.5, 0.0))
    return float(np.sum(weight * np.exp(logs)))


# %% wrong: majority_accuracy
# idea: "multiplies the binomial number with the powers, and it is too large for a float"
# fits: "The numbers of ways outgrow every float"
def majority_accuracy(q, num_voters):
    total = 0.0
    for k in range(num_voters + 1):
        p = float(math.comb(num_voters, k)) * q**k * (1 - q) ** (num_voters - k)
        if 2 * k > num_voters:
            total += p
        elif 2 * k == num_voters:
            total += p / 2
    return total


# %% wrong: majority_accuracy
# idea: "the normal approximation in place of the binomial sum"
# fits: "That is the normal distribution's answer"
def majority_accuracy(q, num_voters):
    if q in (0, 1):
        return float(q)
    z = num_voters * (q - 0.5) / math.sqrt(num_voters * q * (1 - q))
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


# %% wrong: majority_accuracy
# idea: "takes logarithms of q and 1 - q without thinking of 0 and 1"
# fits: "0 has no logarithm"
def majority_accuracy(q, num_voters):
    t = num_voters
    total = 0.0
    for k in range((t + 1) // 2, t + 1):
        log_p = math.lgamma(t + 1) - math.lgamma(k + 1) - math.lgamma(t - k + 1)
        log_p += k * math.log(q) + (t - k) * math.log(1 - q)
        total += math.exp(log_p) * (0.5 if 2 * k == t else 1)
    return total


# %% wrong: majority_accuracy
# idea: "a tie counts as right"
# fits: "A tie counts as a win for you"
def majority_accuracy(q, num_voters):
    from scipy.stats import binom

    return float(binom.sf(math.ceil(num_voters / 2) - 1, num_voters, q))


# %% wrong: majority_accuracy
# idea: "with an even number of voters the sum begins above the middle, and the tie is lost"
# fits: "A tie counts as lost for you"
def majority_accuracy(q, num_voters):
    k = np.arange(num_voters // 2 + 1, num_voters + 1)
    log_comb = [math.lgamma(num_voters + 1) - math.lgamma(i + 1) - math.lgamma(num_voters - i + 1) for i in k]
    return float(np.sum(np.exp(log_comb + xlogy(k, q) + xlogy(num_voters - k, 1 - q))))


# %% wrong: majority_accuracy
# idea: "lets a crowd vote many times in place of computing the probability"
# fits: "You draw votes and count"
def majority_accuracy(q, num_voters):
    votes = np.random.default_rng(0).binomial(num_voters, q, 200_000)
    return float(np.mean(2 * votes > num_voters) + 0.5 * np.mean(2 * votes == num_voters))


# %% right: hard_and_soft_vote
def hard_vote(predictions):
    from scipy.stats import mode

    return mode(predictions, axis=0).mode.astype(int)


def soft_vote(probabilities):
    return probabilities.sum(axis=0).argmax(axis=-1)


# %% right: hard_and_soft_vote
def hard_vote(predictions):
    winners = []
    for row in np.transpose(predictions).tolist():
        winners.append(min(set(row), key=lambda k: (-row.count(k), k)))
    return np.array(winners, dtype=int)


def soft_vote(probabilities):
    mean = np.einsum("tik->ik", probabilities) / len(probabilities)
    return np.array([int(np.argmax(row)) for row in mean])


# %% wrong: hard_and_soft_vote
# idea: "rounds the mean of the class numbers, as if classes were a scale"
# fits: "You average class numbers"
def hard_vote(predictions):
    return np.rint(np.mean(predictions, axis=0)).astype(int)


def soft_vote(probabilities):
    return np.argmax(np.mean(probabilities, axis=0), axis=1)


# %% wrong: hard_and_soft_vote
# idea: "among classes with as many votes the one that the first voter names wins"
# fits: "Of several classes with the most votes you take the one that was named first"
def hard_vote(predictions):
    from collections import Counter

    return np.array([Counter(column.tolist()).most_common(1)[0][0] for column in predictions.T])


def soft_vote(probabilities):
    return np.argmax(np.mean(probabilities, axis=0), axis=1)


# %% wrong: hard_and_soft_vote
# idea: "the soft vote lets each voter choose first, which is the hard vote again"
# fits: "You turn probabilities into names before counting"
def hard_vote(predictions):
    counts = np.stack([(predictions == k).sum(axis=0) for k in range(int(predictions.max()) + 1)])
    return np.argmax(counts, axis=0)


def soft_vote(probabilities):
    return hard_vote(np.argmax(probabilities, axis=2))


# %% wrong: hard_and_soft_vote
# idea: "multiplies the probabilities, so one voter with 0 has a veto"
# fits: "You multiply, so that a single voter's 0 is a veto. Soft"
def hard_vote(predictions):
    counts = np.stack([(predictions == k).sum(axis=0) for k in range(int(predictions.max()) + 1)])
    return np.argmax(counts, axis=0)


def soft_vote(probabilities):
    return np.argmax(np.prod(probabilities, axis=0), axis=1)


# %% wrong: hard_and_soft_vote
# idea: "the most confident voter decides alone"
# fits: "The most confident voter decides alone"
def hard_vote(predictions):
    counts = np.stack([(predictions == k).sum(axis=0) for k in range(int(predictions.max()) + 1)])
    return np.argmax(counts, axis=0)


def soft_vote(probabilities):
    return np.argmax(np.max(probabilities, axis=0), axis=1)


# %% wrong: hard_and_soft_vote
# idea: "keeps the last of several best classes in both votes"
# fits: "Of several best classes you take the last"
def hard_vote(predictions):
    best, most = np.zeros(predictions.shape[1], dtype=int), np.zeros(predictions.shape[1], dtype=int)
    for k in range(int(predictions.max()) + 1):
        votes = np.sum(predictions == k, axis=0)
        best, most = np.where(votes >= most, k, best), np.maximum(votes, most)
    return best


def soft_vote(probabilities):
    mean = probabilities.mean(axis=0)
    return mean.shape[1] - 1 - np.argmax(mean[:, ::-1], axis=1)


# %% right: bootstrap_indices
def bootstrap_indices(n, seed):
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    return np.floor(rng.random(n) * n).astype(int)


# %% right: bootstrap_indices
def bootstrap_indices(n, seed):
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n))
    return np.repeat(np.arange(n), counts)


# %% wrong: bootstrap_indices
# idea: "takes n - 1 for the last row, which integers leaves out"
# fits: "The last row is never drawn"
def bootstrap_indices(n, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, max(n - 1, 1), size=n)


# %% wrong: bootstrap_indices
# idea: "rounds, so the first and the last row come half as often as all others"
# fits: "Rounding gives the first and the last row half a chance each"
def bootstrap_indices(n, seed):
    rng = np.random.default_rng(seed)
    return np.rint(rng.uniform(0, n - 1, n)).astype(int)


# %% wrong: bootstrap_indices
# idea: "draws from a copy of the generator, which itself stays where it was"
# fits: "You draw from a copy of the generator"
def bootstrap_indices(n, seed):
    import copy

    rng = np.random.default_rng(copy.deepcopy(seed))
    return rng.choice(n, size=n, replace=True)


# %% wrong: bootstrap_indices
# idea: "choice without replacement, which is a permutation"
# fits: "Without replacement n draws from n rows give every row once"
def bootstrap_indices(n, seed):
    return np.random.default_rng(seed).choice(n, size=n, replace=False)


# %% wrong: bootstrap_indices
# idea: "seeds the old global generator, which cannot take a Generator"
# fits: "NumPy's old global generator is seeded with whole numbers only"
def bootstrap_indices(n, seed):
    np.random.seed(seed)
    return np.random.randint(0, n, n)


# %% wrong: bootstrap_indices
# idea: "draws 63 percent of the rows without replacement and fills up with repeats of those"
# fits: "You draw 63% of the rows and fill up with repeats of these"
def bootstrap_indices(n, seed):
    rng = np.random.default_rng(seed)
    distinct = rng.permutation(n)[: max(1, round(0.632 * n))]
    return np.concatenate([distinct, rng.choice(distinct, n - len(distinct))])


# %% right: bagged_trees
def bagged_trees(x, y, num_trees, max_features, seed):
    m, n = x.shape
    seeds = np.random.SeedSequence(seed).spawn(2 * num_trees)
    forest = {"trees": [], "rows": np.empty((num_trees, m), dtype=int)}
    for t in range(num_trees):
        rng = np.random.default_rng(seeds[2 * t])
        forest["rows"][t] = bootstrap_indices(m, np.random.default_rng(seeds[2 * t + 1]))
        sample = forest["rows"][t]

        def columns(rng=rng):
            return sorted(rng.permutation(n)[:max_features].tolist())

        tree = day_011.build_tree(x[sample], y[sample], None, 1, num_classes=int(y.max()) + 1, pick_features=columns)
        forest["trees"].append(tree)
    return forest


# %% right: bagged_trees
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    rows = np.stack([bootstrap_indices(len(y), rng) for _ in range(num_trees)])
    pick = lambda: np.argsort(rng.random(x.shape[1]))[:max_features]  # noqa: E731
    options = {"criterion": "gini", "num_classes": np.max(y) + 1, "pick_features": pick}
    trees = [day_011.build_tree(np.take(x, r, axis=0), np.take(y, r), None, 1, **options) for r in rows]
    return dict(trees=trees, rows=rows)


# %% wrong: bagged_trees
# idea: "columns are drawn once for the whole tree, which is the random subspace method"
# fits: "You draw the columns once for each tree"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    trees, rows = [], []
    for _ in range(num_trees):
        sample = bootstrap_indices(len(y), rng)
        columns = rng.choice(x.shape[1], max_features, replace=False)
        tree = day_011.build_tree(
            x[sample], y[sample], None, 1, num_classes=int(y.max()) + 1, pick_features=lambda c=columns: c
        )
        trees.append(tree)
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% wrong: bagged_trees
# idea: "columns are drawn with replacement, so some nodes look at fewer than max_features"
# fits: "You may draw a column twice"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    n = x.shape[1]
    trees, rows = [], []
    for _ in range(num_trees):
        sample = bootstrap_indices(len(y), rng)
        pick = None if max_features == n else (lambda: rng.integers(0, n, max_features))
        trees.append(
            day_011.build_tree(x[sample], y[sample], None, 1, num_classes=int(y.max()) + 1, pick_features=pick)
        )
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% wrong: bagged_trees
# idea: "pick_features starts its generator anew in each call, so all nodes look at the same columns"
# fits: "The generator that draws columns starts anew in each node of a tree"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    trees, rows = [], []
    for t in range(num_trees):
        sample = bootstrap_indices(len(y), rng)

        def pick(t=t):
            return np.random.default_rng([seed, t]).choice(x.shape[1], max_features, replace=False)

        trees.append(
            day_011.build_tree(x[sample], y[sample], None, 1, num_classes=int(y.max()) + 1, pick_features=pick)
        )
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% wrong: bagged_trees
# idea: "K is the number of different classes in the table, which a gap in the numbering makes too small"
# fits: "You count the classes that occur"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    k = len(np.unique(y))
    trees, rows = [], []
    for _ in range(num_trees):
        sample = bootstrap_indices(len(y), rng)
        pick = lambda: rng.choice(x.shape[1], max_features, replace=False)  # noqa: E731
        trees.append(day_011.build_tree(x[sample], y[sample], None, 1, num_classes=k, pick_features=pick))
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% wrong: bagged_trees
# idea: "repeated rows are thrown out before the tree is grown"
# fits: "You throw out repeated rows before the tree is grown"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng = np.random.default_rng(seed)
    trees, rows = [], []
    for _ in range(num_trees):
        sample = bootstrap_indices(len(y), rng)
        once = np.unique(sample)
        pick = lambda: rng.choice(x.shape[1], max_features, replace=False)  # noqa: E731
        trees.append(
            day_011.build_tree(x[once], y[once], None, 1, num_classes=int(y.max()) + 1, pick_features=pick)
        )
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% wrong: bagged_trees
# idea: "the columns come from a generator without a seed, so the same seed grows another forest"
def bagged_trees(x, y, num_trees, max_features, seed):
    rng, other = np.random.default_rng(seed), np.random.default_rng()
    trees, rows = [], []
    for _ in range(num_trees):
        sample = bootstrap_indices(len(y), rng)
        pick = lambda: other.choice(x.shape[1], max_features, replace=False)  # noqa: E731
        trees.append(
            day_011.build_tree(x[sample], y[sample], None, 1, num_classes=int(y.max()) + 1, pick_features=pick)
        )
        rows.append(sample)
    return {"trees": trees, "rows": np.array(rows)}


# %% right: oob_score
def oob_score(forest, x, y):
    shares = np.stack([day_011.predict_tree(tree, x, "shares") for tree in forest["trees"]])
    out = np.ones((len(forest["trees"]), len(y)), dtype=bool)
    for t, sample in enumerate(forest["rows"]):
        out[t, sample] = False
    judged = out.any(axis=0)
    if not judged.any():
        return float("nan")
    total = np.sum(shares * out[:, :, None], axis=0)
    return float(np.mean(total[judged].argmax(axis=1) == y[judged]))


# %% right: oob_score
def oob_score(forest, x, y):
    right = judged = 0
    bags = [set(map(int, sample)) for sample in forest["rows"]]
    votes = [day_011.predict_tree(tree, x, "shares") for tree in forest["trees"]]
    for i in range(len(y)):
        own = [vote[i] for vote, bag in zip(votes, bags, strict=True) if i not in bag]
        if own:
            judged += 1
            right += int(np.argmax(np.mean(own, axis=0)) == y[i])
    return right / judged if judged else math.nan


# %% wrong: oob_score
# idea: "rows that nobody may judge have the votes 0, 0, ... and count as class 0"
# fits: "Rows that no tree may judge end up as class 0"
def oob_score(forest, x, y):
    total = 0.0
    for tree, sample in zip(forest["trees"], forest["rows"], strict=True):
        out = ~np.isin(np.arange(len(y)), sample)
        total = total + out[:, None] * day_011.predict_tree(tree, x, "shares")
    return float(np.mean(np.argmax(total, axis=1) == y))


# %% wrong: oob_score
# idea: "counts the names that the trees give, a hard vote"
# fits: "You count names"
def oob_score(forest, x, y):
    num_classes = max(int(np.max(y)) + 1, len(day_011.predict_tree(forest["trees"][0], x, "shares")[0]))
    counts = np.zeros((len(y), num_classes))
    for tree, sample in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), sample)
        counts[out, day_011.predict_tree(tree, x)[out]] += 1
    judged = counts.sum(axis=1) > 0
    if not judged.any():
        return math.nan
    return float(np.mean(np.argmax(counts[judged], axis=1) == y[judged]))


# %% wrong: oob_score
# idea: "the mean of each tree's own accuracy on its rows out of the bag; the trees never vote"
# fits: "You score every tree on its own and average"
def oob_score(forest, x, y):
    scores = []
    for tree, sample in zip(forest["trees"], forest["rows"], strict=True):
        out = np.setdiff1d(np.arange(len(y)), sample)
        if len(out):
            said = np.argmax(day_011.predict_tree(tree, x[out], "shares"), axis=1)
            scores.append(np.mean(said == y[out]))
    return float(np.mean(scores)) if scores else math.nan


# %% wrong: oob_score
# idea: "0 where no row can be judged, and the share is taken of all rows"
# fits: "Rows that no tree may judge count as errors"
def oob_score(forest, x, y):
    right = 0
    for i in range(len(y)):
        own = [
            day_011.predict_tree(tree, x[i : i + 1], "shares")[0]
            for tree, sample in zip(forest["trees"], forest["rows"], strict=True)
            if i not in sample
        ]
        if own and np.argmax(np.mean(own, axis=0)) == y[i]:
            right += 1
    return right / len(y)


# %% wrong: oob_score
# idea: "only rows that are in no bag at all are judged, and by all trees"
# fits: "You judge only rows that no tree at all has seen"
def oob_score(forest, x, y):
    out = np.setdiff1d(np.arange(len(y)), np.concatenate([*forest["rows"]]))
    if len(out) == 0:
        return math.nan
    votes = np.stack([day_011.predict_tree(tree, x[out], "shares") for tree in forest["trees"]])
    return float(np.mean(soft_vote(votes) == y[out]))


# %% wrong: oob_score
# idea: "the mean probability of the right class in place of the share of right votes"
# fits: "You average the probability of the right class"
def oob_score(forest, x, y):
    scores = []
    for i in range(len(y)):
        own = [
            day_011.predict_tree(tree, x[i : i + 1], "shares")[0]
            for tree, sample in zip(forest["trees"], forest["rows"], strict=True)
            if i not in sample
        ]
        if own:
            scores.append(np.mean(own, axis=0)[y[i]])
    return float(np.mean(scores)) if scores else math.nan


# %% right: permutation_importance
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    whole = metric(y, predict(x))
    drops = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            order = np.argsort(rng.random(len(x)))
            mixed = x.copy()
            mixed[:, j] = x[order, j]
            drops[j] += (whole - metric(y, predict(mixed))) / num_repeats
    return drops


# %% right: permutation_importance
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    generators = [np.random.default_rng([seed, column]) for column in range(x.shape[1])]

    def score_without(column):
        total = 0.0
        for _ in range(num_repeats):
            table = np.array(x)
            generators[column].shuffle(table[:, column])
            total += float(metric(y, predict(table)))
        return total / num_repeats

    return float(metric(y, predict(x))) - np.array([score_without(column) for column in range(x.shape[1])])


# %% wrong: permutation_importance
# idea: "starts the generator anew for each repeat, so all repeats are the same shuffle"
# fits: "Every repeat has the same order"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    base = metric(y, predict(x))
    out = []
    for j in range(x.shape[1]):
        scores = []
        for _ in range(num_repeats):
            table = x.copy()
            table[:, j] = np.random.default_rng(seed).permutation(table[:, j])
            scores.append(metric(y, predict(table)))
        out.append(base - np.mean(scores))
    return np.array(out)


# %% wrong: permutation_importance
# idea: "turns the table into floats first, whatever its dtype"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    x = np.array(x, dtype=float)
    base = metric(y, predict(x))
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            table = x.copy()
            table[:, j] = rng.permutation(x[:, j])
            out[j] += base - metric(y, predict(table))
    return out / num_repeats


# %% wrong: permutation_importance
# idea: "draws the column's values with replacement, a bootstrap and not a shuffle"
# fits: "You draw values with replacement"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    base = metric(y, predict(x))
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            table = x.copy()
            table[:, j] = rng.choice(x[:, j], len(x))
            out[j] += (base - metric(y, predict(table))) / num_repeats
    return out


# %% wrong: permutation_importance
# idea: "a column that makes the score better when shuffled is given 0"
# fits: "You hide columns whose shuffle makes the score better"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    base = metric(y, predict(x))
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            table = x.copy()
            table[:, j] = rng.permutation(x[:, j])
            out[j] += (base - metric(y, predict(table))) / num_repeats
    return np.maximum(out, 0.0)


# %% wrong: permutation_importance
# idea: "hands the predictions to the metric before the targets"
# fits: "You call the metric with the predictions first"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    base = metric(predict(x), y)
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            table = x.copy()
            table[:, j] = rng.permutation(x[:, j])
            out[j] += (base - metric(predict(table), y)) / num_repeats
    return out


# %% wrong: permutation_importance
# idea: "copies the table once, so columns that were shuffled stay so while the next ones are tried"
# fits: "You make one copy"
def permutation_importance(predict, x, y, metric, seed, num_repeats=5):
    rng = np.random.default_rng(seed)
    base = metric(y, predict(x))
    table = x.copy()
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for _ in range(num_repeats):
            table[:, j] = rng.permutation(table[:, j])
            out[j] += (base - metric(y, predict(table))) / num_repeats
    return out
