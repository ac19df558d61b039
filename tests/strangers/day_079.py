# %% right: word_graph
def word_graph(tokens, window):
    if window < 2:
        raise ValueError("a window holds at least two places")
    words = list(dict.fromkeys(token for token in tokens if token is not None))
    held = np.array([[token == word for word in words] for token in tokens], float).reshape(len(tokens), len(words))
    places = np.arange(len(tokens))
    near = np.abs(places[:, None] - places) < window
    weights = held.T @ near.astype(float) @ held
    np.fill_diagonal(weights, 0)
    return words, weights


# %% right: word_graph
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    number = {}
    for token in tokens:
        if token is not None:
            number.setdefault(token, len(number))
    pairs = {}
    for step in range(1, min(window, len(tokens))):
        for a, b in zip(tokens, tokens[step:]):
            if a is not None and b is not None and a != b:
                for pair in ((a, b), (b, a)):
                    pairs[pair] = pairs.get(pair, 0) + 1
    weights = np.zeros((len(number), len(number)))
    for (a, b), count in pairs.items():
        weights[number[a], number[b]] = count
    return list(number), weights


# %% wrong: word_graph
# idea: "a distance equal to the window counts too"
# fits: "Your window reaches one place too far"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for j in range(i + 1, min(i + window + 1, len(tokens))):
            b = tokens[j]
            if None not in (a, b) and a != b:
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "links without weights, as in the TextRank paper"
# fits: "A pair that meets twice weighs no more with you than one that meets once"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + window]:
            if None not in (a, b) and a != b:
                weights[words.index(a), words.index(b)] = 1
                weights[words.index(b), words.index(a)] = 1
    return words, weights


# %% wrong: word_graph
# idea: "a word is its own company"
# fits: "Words are linked to themselves with you"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + window]:
            if None not in (a, b):
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "what was left out takes no place"
# fits: "You close the gaps"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    kept = [t for t in tokens if t is not None]
    words = list(dict.fromkeys(kept))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(kept):
        for b in kept[i + 1 : i + window]:
            if a != b:
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "a window slides over the text, and each pair counts once for every window that holds it"
# fits: "You slide a window over the text, and near places share several windows"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for first in range(max(len(tokens) - window + 1, 1)):
        for a, b in itertools.combinations(tokens[first : first + window], 2):
            if None not in (a, b) and a != b:
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "every pair counts twice: each place looks both ways and adds both directions"
# fits: "You meet each pair of places twice, once from either end"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for j, b in enumerate(tokens):
            if None not in (a, b) and a != b and abs(i - j) < window:
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "a link from the earlier word to the later one only"
# fits: "Company is mutual"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + window]:
            if None not in (a, b) and a != b:
                weights[words.index(a), words.index(b)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "words in alphabetical order"
# fits: "The words come sorted; they are due in order of first occurrence"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = sorted({t for t in tokens if t is not None})
    weights = np.zeros((len(words), len(words)))
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + window]:
            if None not in (a, b) and a != b:
                weights[words.index(a), words.index(b)] += 1
                weights[words.index(b), words.index(a)] += 1
    return words, weights


# %% wrong: word_graph
# idea: "only the first occurrence of a word has company"
# fits: "You look around the first place of a word only"
def word_graph(tokens, window):
    if window < 2:
        raise ValueError
    words = list(dict.fromkeys(t for t in tokens if t is not None))
    weights = np.zeros((len(words), len(words)))
    for a in words:
        i = tokens.index(a)
        for b in tokens[max(i - window + 1, 0) : i + window]:
            if b is not None and a != b:
                weights[words.index(a), words.index(b)] += 1
    return words, np.maximum(weights, weights.T)


# %% right: pagerank
def pagerank(adjacency, damping=0.85, start=None):
    if damping < 0 or damping >= 1:
        raise ValueError("damping")
    n = len(adjacency)
    p = np.ones(n) if start is None else np.array(start, float)
    p = p / p.sum()
    out = np.asarray(adjacency, float).sum(axis=1)
    shares = np.array([row / total if total > 0 else p for row, total in zip(adjacency, out)])
    return np.linalg.solve(np.eye(n) - damping * shares.T, (1 - damping) * p)


# %% right: pagerank
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    w = np.array(adjacency, dtype=float)
    p = np.full(len(w), 1 / len(w)) if start is None else np.array(start, dtype=float) / np.sum(start)
    dead = w.sum(axis=1) == 0
    w[dead] = p
    w /= w.sum(axis=1, keepdims=True)
    step = damping * w.T + (1 - damping) * np.outer(p, np.ones(len(w)))
    while np.abs(step - step[:, :1]).max() > 1e-13:
        step = step @ step
        step /= step.sum(axis=0)
    return step[:, 0]


# %% wrong: pagerank
# idea: "dead ends are forgotten: score leaks"
# fits: "Score leaks away at nodes without links, and the sum falls below 1"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    total = adjacency.sum(axis=1, keepdims=True)
    shares = adjacency / np.where(total == 0, 1, total)
    s = p
    for _ in range(100_000):
        new = (1 - damping) * p + damping * shares.T @ s
        if np.abs(new - s).sum() < 1e-13:
            break
        s = new
    return new


# %% right: pagerank
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    # what leaks at dead ends would start again as every walk does, so it can be made up for at the end
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    total = adjacency.sum(axis=1, dtype=float, keepdims=True)
    shares = adjacency / np.where(total == 0, 1, total)
    s = np.linalg.solve(np.eye(n) - damping * shares.T, (1 - damping) * p)
    return s / s.sum()


# %% wrong: pagerank
# idea: "no transpose: a node gets what it points to"
# fits: "Each of your nodes collects from those that it points to"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    s = np.linalg.solve(np.eye(n) - damping * w, (1 - damping) * p)
    return s / s.sum()


# %% wrong: pagerank
# idea: "columns divided by their sums, not rows"
# fits: "You divide by what comes in"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= np.maximum(w.sum(axis=0, keepdims=True), 1e-12)
    s = np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)
    return s / s.sum()


# %% wrong: pagerank
# idea: "from a dead end to any node alike, not to the start"
# fits: "From a dead end one starts again, and starts need not be equally likely"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = 1 / n
    w /= w.sum(axis=1, keepdims=True)
    return np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)


# %% wrong: pagerank
# idea: "start is taken as a distribution, whatever its sum"
# fits: "The starts need not come with sum 1, but the chances of a start have to"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    return np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)


# %% wrong: pagerank
# idea: "the start is only where the iteration begins; later walks start anywhere"
# fits: "The result is the same whatever `"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n)
    s = p if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    for _ in range(10_000):
        s = (1 - damping) * p + damping * w.T @ s
    return s


# %% wrong: pagerank
# idea: "a hundred steps, whatever the damping"
# fits: "You stop before the scores have settled"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    s = np.full(n, 1 / n)
    for _ in range(100):
        s = (1 - damping) * p + damping * w.T @ s
    return s


# %% wrong: pagerank
# idea: "stops when a step changes little, which is not yet when little is missing"
# fits: "You stop when a step changes little"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    s = np.full(n, 1 / n)
    while True:
        new = (1 - damping) * p + damping * w.T @ s
        if np.abs(new - s).max() < 1e-6:
            return new
        s = new


# %% wrong: pagerank
# idea: "weights are ignored: every link has the same share"
# fits: "All links of a node get the same share with you"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = (np.asarray(adjacency) > 0).astype(float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    return np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)


# %% wrong: pagerank
# idea: "damping is the chance to start again"
# fits: "The damping is the share that is passed on along links; you use it for the starts"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    s = p
    for _ in range(5000):
        s = damping * p + (1 - damping) * w.T @ s
    return s


# %% wrong: pagerank
# idea: "TextRank's formula: 1 - damping for every node, the scores sum to n"
# fits: "Your scores add up to about n"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1.0) if start is None else np.asarray(start, float) / np.sum(start) * n
    w = np.array(adjacency, float)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    return np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)


# %% wrong: pagerank
# idea: "links of a node to itself are struck out"
# fits: "A node may link to itself; you strike such links out"
def pagerank(adjacency, damping=0.85, start=None):
    if not 0 <= damping < 1:
        raise ValueError
    n = len(adjacency)
    p = np.full(n, 1 / n) if start is None else np.asarray(start, float) / np.sum(start)
    w = np.array(adjacency, float)
    np.fill_diagonal(w, 0)
    w[w.sum(axis=1) == 0] = p
    w /= w.sum(axis=1, keepdims=True)
    return np.linalg.solve(np.eye(n) - damping * w.T, (1 - damping) * p)


# %% right: keyphrases
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    chances = None
    if early:
        chances = [sum(1 / (i + 1) for i, token in enumerate(tokens) if token == word) for word in words]
    score = dict(zip(words, pagerank(weights, damping, chances)))
    kept = set(sorted(words, key=lambda word: -round(score[word], 9))[: -(-len(words) // 3)])
    runs = [list(run) for good, run in itertools.groupby(tokens, lambda token: token in kept) if good]
    total = {" ".join(run): float(sum(score[word] for word in run)) for run in runs}
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% right: keyphrases
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    n = len(words)
    if n == 0 or k == 0:
        return []
    index = {word: i for i, word in enumerate(words)}
    start = np.zeros(n)
    for place, token in enumerate(tokens, start=1):
        if token is not None:
            start[index[token]] += 1 / place
    scores = pagerank(weights, damping, start if early else None)
    best = np.argsort(-np.round(scores, 9), kind="stable")[: int(np.ceil(n / 3))]
    marked = " ".join(token if token is not None and index[token] in best else "|" for token in tokens)
    phrases = list(dict.fromkeys(piece.strip() for piece in marked.split("|") if piece.strip()))
    values = np.array([sum(scores[index[word]] for word in phrase.split()) for phrase in phrases])
    order = np.argsort(-np.round(values, 9), kind="stable")[:k]
    return [(phrases[i], float(values[i])) for i in order]


# %% wrong: keyphrases
# idea: "a phrase scores the mean of its words"
# fits: "Your phrases score the mean of their words"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run) / len(run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "a third rounded down (at least one)"
# fits: "A third is rounded up"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: max(len(words) // 3, 1)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "runs go on over what was left out: stop words and marks are dropped first"
# fits: "Your phrases run across commas, full stops and stop words"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby([t for t in tokens if t], lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "each occurrence of a phrase adds to its score"
# fits: "A phrase that occurs twice scores double with you"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = total.get(" ".join(run), 0) + sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "a phrase that occurs twice is listed twice"
# fits: "A phrase that occurs twice is listed twice with you"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = []
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total.append((" ".join(run), sum(score[w] for w in run)))
    return sorted(total, key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "nothing is rounded: of equal scores the one with a greater last digit comes first"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -score[w])[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -pair[1])[:k]


# %% wrong: keyphrases
# idea: "of equals the last comes first: an ascending order turned round"
# fits: "Of equals, the last comes first with you"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    scores = pagerank(weights, damping, start)
    score = dict(zip(words, scores))
    best = np.argsort(np.round(scores, 9), kind="stable")[::-1][: -(-len(words) // 3)]
    kept = {words[i] for i in best}
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    pairs = list(total.items())
    order = np.argsort([round(value, 9) for _, value in pairs], kind="stable")[::-1]
    return [pairs[i] for i in order][:k]


# %% wrong: keyphrases
# idea: "the start of a word counts its first place only"
# fits: "With early you count the first occurrence only; every place of a word adds to its start"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [1 / (tokens.index(w) + 1) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "places are counted among the words alone"
# fits: "Places count what was left out too; you number the words alone"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    only = [t for t in tokens if t]
    start = [sum(1 / (i + 1) for i, t in enumerate(only) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "the best k words, none joined"
# fits: "Your phrases are single words"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    return [(w, float(score[w])) for w in kept[:k]]


# %% wrong: keyphrases
# idea: "candidates are all runs of words between what was left out; the best third is never chosen"
# fits: "You keep all words"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t is not None):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in run)
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "parts of a run are phrases too"
# fits: "The parts of a run are phrases too with you"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for i in range(len(tokens)):
        for j in range(i + 1, len(tokens) + 1):
            if tokens[j - 1] not in kept:
                break
            total[" ".join(tokens[i:j])] = sum(score[w] for w in tokens[i:j])
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "a word that stands twice in a phrase is scored once"
# fits: "A word that occurs twice within a phrase counts twice in its sum"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total = {}
    for good, run in itertools.groupby(tokens, lambda t: t in kept):
        run = list(run)
        if good:
            total[" ".join(run)] = sum(score[w] for w in set(run))
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% wrong: keyphrases
# idea: "the run at the very end of the text is lost"
# fits: "A phrase at the very end of a text without a full stop is lost"
def keyphrases(text, k, window=4, damping=0.85, early=False):
    tokens = tokens_of(text)
    words, weights = word_graph(tokens, window)
    if not words:
        return []
    start = [sum(1 / (i + 1) for i, t in enumerate(tokens) if t == w) for w in words] if early else None
    score = dict(zip(words, pagerank(weights, damping, start)))
    kept = sorted(words, key=lambda w: -round(score[w], 9))[: -(-len(words) // 3)]
    total, run = {}, []
    for t in tokens:
        if t in kept:
            run.append(t)
        elif run:
            total[" ".join(run)] = sum(score[w] for w in run)
            run = []
    return sorted(total.items(), key=lambda pair: -round(pair[1], 9))[:k]


# %% right: extract_triples
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        # offsets into the masked text lead back to the names
        text, names = "", {}
        at = 0
        while at < len(tokens):
            end = at + 1
            text += " " if text else ""
            if tags[at][0] == "B":
                while end < len(tags) and tags[end][0] == "I":
                    end += 1
                names[len(text)] = " ".join(tokens[at:end])
                text += tags[at][2:] + str(len(names) - 1)
            else:
                text += tokens[at].lower()
            at = end
        for relation, expression in rules:
            for found in re.finditer(expression, text):
                facts.add((names[found.start("subject")], relation, names[found.start("object")]))
    return facts


# %% right: extract_triples
def extract_triples(sentences, rules=RULES):
    def masked(tokens, tags):
        number = np.cumsum([tag.startswith("B-") for tag in tags]) - 1
        names, pieces = {}, []
        for token, tag, i in zip(tokens, tags, number):
            if tag == "O":
                pieces.append(token.lower())
                continue
            mask = f"{tag[2:]}{i}"
            if tag.startswith("B-"):
                pieces.append(mask)
            names.setdefault(i, []).append(token)
        return " ".join(pieces), {i: " ".join(parts) for i, parts in names.items()}

    def number_of(mask):
        return int(re.search(r"\d+$", mask)[0])

    return {
        (names[number_of(hit["subject"])], relation, names[number_of(hit["object"])])
        for text, names in itertools.starmap(masked, sentences)
        for relation, expression in rules
        for hit in re.finditer(expression, text)
    }


# %% wrong: extract_triples
# idea: "only the first match of each rule in a sentence"
# fits: "A sentence may tell a relation more than once; you stop at its first match"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            hit = re.search(expression, " ".join(pieces))
            if hit:
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "each kind is numbered by itself"
# fits: "You number each kind by itself"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names, count = [], {}, {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                kind = tag[2:]
                mask = kind + str(count.get(kind, 0))
                count[kind] = count.get(kind, 0) + 1
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "tokens with tags other than O that touch are one entity: a B- after an entity starts none"
# fits: "Of neighbouring entities of one kind you make one"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for kind, group in itertools.groupby(zip(tokens, tags), lambda pair: pair[1][2:]):
            words = [token for token, _ in group]
            if kind:
                mask = kind + str(len(names))
                names[mask] = " ".join(words)
                pieces.append(mask)
            else:
                pieces += [word.lower() for word in words]
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "the first rule that matches ends the sentence"
# fits: "The first rule that matches ends your search in a sentence"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            hits = list(re.finditer(expression, " ".join(pieces)))
            facts |= {(names[hit["subject"]], relation, names[hit["object"]]) for hit in hits}
            if hits:
                break
    return facts


# %% wrong: extract_triples
# idea: "what comes first in the sentence is the subject"
# fits: "You take what comes first for the subject"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit.group(1)], relation, names[hit.group(2)]))
    return facts


# %% wrong: extract_triples
# idea: "the number of an entity is taken for one digit"
# fits: "You read one digit of an entity's number"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], []
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                pieces.append(tag[2:] + str(len(names)))
                names.append(token)
            elif tag[0] == "I":
                names[-1] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[int(hit["subject"][-1])], relation, names[int(hit["object"][-1])]))
    return facts


# %% wrong: extract_triples
# idea: "names in small letters too"
# fits: "Names are due as they are in the sentence, capitals and all"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip([token.lower() for token in tokens], tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token)
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "other words keep their capitals"
# fits: "A pattern in small letters misses the first word of a sentence, such as Born"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token)
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "the masks themselves come back, not the names"
# fits: "Your triples hold the masks, PER0 and the like"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, count = [], 0
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                pieces.append(tag[2:] + str(count))
                count += 1
            elif tag[0] == "O":
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((hit["subject"], relation, hit["object"]))
    return facts


# %% wrong: extract_triples
# idea: "the name is the first token alone"
# fits: "Your names end after their first token"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        pieces, names = [], {}
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "O":
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "numbers go on from sentence to sentence"
# fits: "Your numbers go on from one sentence to the next"
def extract_triples(sentences, rules=RULES):
    facts, names = set(), {}
    for tokens, tags in sentences:
        pieces = []
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
        for relation, expression in rules:
            for hit in re.finditer(expression, " ".join(pieces)):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "all sentences are one text: rules match across their borders"
# fits: "Your sentences run together, so that a rule may match over the border of two"
def extract_triples(sentences, rules=RULES):
    facts, names, pieces = set(), {}, []
    for tokens, tags in sentences:
        for token, tag in zip(tokens, tags):
            if tag[0] == "B":
                mask = tag[2:] + str(len(names))
                pieces.append(mask)
                names[mask] = token
            elif tag[0] == "I":
                names[mask] += " " + token
            else:
                pieces.append(token.lower())
    for relation, expression in rules:
        for hit in re.finditer(expression, " ".join(pieces)):
            facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% wrong: extract_triples
# idea: "names are looked for by their letters: one within another, or there twice, is masked wrongly"
# fits: "You look for names by their letters, and one may be there twice or within another"
def extract_triples(sentences, rules=RULES):
    facts = set()
    for tokens, tags in sentences:
        spans = []
        for i, tag in enumerate(tags):
            if tag[0] == "B":
                spans.append([i, i + 1, tag[2:]])
            elif tag[0] == "I":
                spans[-1][1] = i + 1
        text = " ".join(tokens)
        names = {f"{kind}{n}": " ".join(tokens[a:b]) for n, (a, b, kind) in enumerate(spans)}
        for mask, name in names.items():
            text = text.replace(name, mask)
        text = " ".join(word if word in names else word.lower() for word in text.split(" "))
        for relation, expression in rules:
            for hit in re.finditer(expression, text):
                facts.add((names[hit["subject"]], relation, names[hit["object"]]))
    return facts


# %% right: match
def match(graph, pattern):
    if not pattern:
        return [{}]
    *rest, last = pattern
    found = []
    for binding in match(graph, rest):
        for fact in graph:
            new = dict(binding)
            if all((new.setdefault(term, value) if term[:1] == "?" else term) == value for term, value in zip(last, fact)):
                found.append(new)
    return found


# %% right: match
def match(graph, pattern):
    # joins tables, the last triple first
    bindings = {frozenset()}
    for triple in reversed(pattern):
        rows = []
        for fact in graph:
            row, fits = {}, True
            for term, value in zip(triple, fact):
                if term.startswith("?"):
                    fits = fits and row.setdefault(term, value) == value
                else:
                    fits = fits and term == value
            if fits:
                rows.append(row)
        variables = {term for term in triple if term.startswith("?")}
        known = {variable for binding in bindings for variable, _ in binding}
        common = sorted(variables & known)
        table = {}
        for row in rows:
            table.setdefault(tuple(row[v] for v in common), []).append(row)
        joined = set()
        for binding in bindings:
            given = dict(binding)
            for row in table.get(tuple(given[v] for v in common), []):
                joined.add(frozenset({**given, **row}.items()))
        bindings = joined
        if not bindings:
            return []
    return [dict(binding) for binding in bindings]


# %% wrong: match
# idea: "a variable that occurs twice in one triple need not agree with itself"
# fits: "A variable that occurs twice in one triple may take two values with you"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            wanted = [binding.get(term, term) for term in triple]
            for fact in graph:
                if all(term.startswith("?") or term == value for term, value in zip(wanted, fact)):
                    grown.append({**binding, **{t: v for t, v in zip(triple, fact) if t.startswith("?")}})
        bindings = grown
    return bindings


# %% wrong: match
# idea: "two variables may not have the same value"
# fits: "Two variables may have the same value"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    if len(set(new.values())) == len(new):
                        grown.append(new)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "no fact may be used twice, as in Cypher"
# fits: "You don't let a fact be used twice"
def match(graph, pattern):
    states = [({}, frozenset())]
    for triple in pattern:
        grown = []
        for binding, used in states:
            for fact in graph - used:
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    grown.append((new, used | {fact}))
        states = grown
    return [binding for binding, _ in states]


# %% wrong: match
# idea: "a relation stands for itself always: no variable in the middle"
# fits: "The relation may be a variable too"
def match(graph, pattern):
    bindings = [{}]
    for s, relation, o in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                new = dict(binding)
                if relation == fact[1] and all(
                    (new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in ((s, fact[0]), (o, fact[2]))
                ):
                    grown.append(new)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "no join: a later triple overwrites the value of a variable"
# fits: "A variable takes a new value each time it occurs"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                new = {}
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    grown.append({**binding, **new})
        bindings = grown
    return [dict(pairs) for pairs in {tuple(sorted(b.items())) for b in bindings}]


# %% wrong: match
# idea: "one dict is changed in place for all facts"
# fits: "All your extensions write into the same dict"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                if all((binding.get(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    for t, v in zip(triple, fact):
                        if t.startswith("?"):
                            binding[t] = v
                    grown.append(binding)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "greedy: a binding goes on with the first fact that agrees"
# fits: "Each binding goes on with the first fact that agrees"
def match(graph, pattern):
    bindings = []
    for fact in sorted(graph) if pattern else ():
        binding = {}
        if not all((binding.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(pattern[0], fact)):
            continue
        for triple in pattern[1:]:
            for other in sorted(graph):
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, other)):
                    binding = new
                    break
            else:
                break
        else:
            bindings.append(binding)
    return bindings if pattern else [{}]


# %% wrong: match
# idea: "a binding that fails halfway stays: some triples fit is enough"
# fits: "Where a triple of the pattern fits nothing, nothing should be left"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            fitting = []
            for fact in graph:
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    fitting.append(new)
            grown += fitting or [binding]
        bindings = grown
    return bindings


# %% wrong: match
# idea: "variables without their question mark"
# fits: "The keys of a binding keep their question mark"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                new = dict(binding)
                if all((new.setdefault(t[1:], v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    grown.append(new)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "an empty pattern has no binding"
# fits: "An empty pattern asks for nothing, and that can be had in exactly one way"
def match(graph, pattern):
    if not pattern:
        return []
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for fact in graph:
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    grown.append(new)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "a triple without a variable is skipped"
# fits: "You pass over triples without a variable"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        if not any(t.startswith("?") for t in triple):
            continue
        grown = []
        for binding in bindings:
            for fact in graph:
                new = dict(binding)
                if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                    grown.append(new)
        bindings = grown
    return bindings


# %% wrong: match
# idea: "arrows may be followed both ways"
def match(graph, pattern):
    bindings = [{}]
    for triple in pattern:
        grown = []
        for binding in bindings:
            for s, relation, o in graph:
                for fact in ((s, relation, o), (o, relation, s)):
                    new = dict(binding)
                    if all((new.setdefault(t, v) if t.startswith("?") else t) == v for t, v in zip(triple, fact)):
                        grown.append(new)
        bindings = grown
    return [dict(pairs) for pairs in {tuple(sorted(b.items())) for b in bindings}]
