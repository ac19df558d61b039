# %% right: skipgram_pairs
def skipgram_pairs(tokens, window):
    tokens = np.asarray(tokens)
    total = len(tokens)
    reach = min(window, total)
    steps = np.array([s for s in range(-reach, reach + 1) if s], dtype=int)
    there = np.arange(total)[:, None] + steps
    row, column = np.nonzero((there >= 0) & (there < total))
    return tokens[row], tokens[there[row, column]]


# %% right: skipgram_pairs
def skipgram_pairs(tokens, window):
    words = [int(x) for x in tokens]
    pairs = [
        (words[i], words[j])
        for i in range(len(words))
        for j in range(max(0, i - window), min(len(words), i + window + 1))
        if i != j
    ]
    table = np.array(pairs, dtype="int64").reshape(-1, 2)
    return table[:, 0], table[:, 1]


# %% wrong: skipgram_pairs
# idea: "only neighbours to the right: each pair in one direction"
# fits: "You only look to one side"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i in range(len(tokens)):
        for j in range(i + 1, min(len(tokens), i + window + 1)):
            centers.append(tokens[i])
            contexts.append(tokens[j])
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% wrong: skipgram_pairs
# idea: "compares words, not places: a word that occurs twice is never its own neighbour"
# fits: "not the same word"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i, center in enumerate(tokens):
        for context in tokens[max(0, i - window) : i + window + 1]:
            if context != center:
                centers.append(center)
                contexts.append(context)
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% wrong: skipgram_pairs
# idea: "range stops one early: the last neighbour on the right is missing"
# fits: "Your window is one place too small"
# fits: "but one fewer ahead"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i in range(len(tokens)):
        for j in range(max(0, i - window), min(len(tokens), i + window)):
            if i != j:
                centers.append(tokens[i])
                contexts.append(tokens[j])
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% wrong: skipgram_pairs
# idea: "the text is a ring: a negative index takes the last words as neighbours of the first"
# fits: "Your text is a ring"
# fits: "A negative place counts from the end"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for d in range(1, window + 1):
        centers += [tokens, tokens]
        contexts += [np.roll(tokens, d), np.roll(tokens, -d)]
    return np.concatenate(centers), np.concatenate(contexts)


# %% wrong: skipgram_pairs
# idea: "only words with a full window on both sides are centres"
# fits: "You skip centres whose window leaves"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i in range(window, len(tokens) - window):
        for d in range(-window, window + 1):
            if d:
                centers.append(tokens[i])
                contexts.append(tokens[i + d])
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% wrong: skipgram_pairs
# idea: "only words exactly window apart"
# fits: "exactly `window` places away"
def skipgram_pairs(tokens, window):
    a, b = tokens[:-window], tokens[window:]
    return np.concatenate([a, b]), np.concatenate([b, a])


# %% wrong: skipgram_pairs
# idea: "each pair of words once, as a set"
# fits: "You keep each pair once"
def skipgram_pairs(tokens, window):
    pairs = {
        (int(tokens[i]), int(tokens[j]))
        for i in range(len(tokens))
        for j in range(max(0, i - window), min(len(tokens), i + window + 1))
        if i != j
    }
    table = np.array(sorted(pairs), dtype=int).reshape(-1, 2)
    return table[:, 0], table[:, 1]


# %% wrong: skipgram_pairs
# idea: "a text without pairs gives arrays of floats"
# fits: "An array made of an empty list holds floats"
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i in range(len(tokens)):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if i != j:
                centers.append(tokens[i])
                contexts.append(tokens[j])
    return np.array(centers), np.array(contexts)


# %% wrong: skipgram_pairs
# idea: "the places come back, not the words there"
# fits: "You return places."
def skipgram_pairs(tokens, window):
    centers, contexts = [], []
    for i in range(len(tokens)):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if i != j:
                centers.append(i)
                contexts.append(j)
    return np.array(centers, dtype=int), np.array(contexts, dtype=int)


# %% right: subsample
def subsample(tokens, t, rng):
    often = Counter(tokens.tolist())
    kept = [x for x in tokens.tolist() if rng.uniform() < (t * len(tokens) / often[x]) ** 0.5]
    return np.array(kept, dtype=tokens.dtype)


# %% right: subsample
def subsample(tokens, t, rng):
    if tokens.size == 0:
        return tokens.copy()
    _, which, n = np.unique(tokens, return_inverse=True, return_counts=True)
    share = (n / n.sum())[which]
    return tokens[rng.binomial(1, np.clip(np.sqrt(t / share), 0, 1)) == 1]


# %% right: subsample
def subsample(tokens, t, rng):
    share = np.bincount(tokens) / max(len(tokens), 1)
    chance = np.minimum(1, np.sqrt(t / share[tokens]))
    return tokens[rng.uniform(size=len(tokens)) < chance]


# %% wrong: subsample
# idea: "no square root"
# fits: "The formula has a root"
def subsample(tokens, t, rng):
    f = np.bincount(tokens)[tokens] / max(len(tokens), 1)
    return tokens[rng.random(len(tokens)) < np.minimum(1, t / f)]


# %% wrong: subsample
# idea: "the probability is taken for the one to drop"
# fits: "You keep what should be dropped"
def subsample(tokens, t, rng):
    f = np.bincount(tokens)[tokens] / max(len(tokens), 1)
    return tokens[rng.random(len(tokens)) >= np.minimum(1, np.sqrt(t / f))]


# %% wrong: subsample
# idea: "one draw a word, not one an occurrence: all of a word's occurrences stay or go together"
# fits: "You toss one coin for each word"
def subsample(tokens, t, rng):
    if len(tokens) == 0:
        return tokens.copy()
    f = np.bincount(tokens) / len(tokens)
    chance = np.sqrt(t / np.maximum(f, 1e-300))
    return tokens[(rng.random(len(f)) < chance)[tokens]]


# %% wrong: subsample
# idea: "draws from np.random, not from rng"
# fits: "Your random numbers don't come from rng"
def subsample(tokens, t, rng):
    f = np.bincount(tokens)[tokens] / max(len(tokens), 1)
    return tokens[np.random.random(len(tokens)) < np.sqrt(t / f)]


# %% wrong: subsample
# idea: "counts in place of shares"
# fits: "t is a share of the text"
def subsample(tokens, t, rng):
    n = np.bincount(tokens)[tokens]
    return tokens[rng.random(len(tokens)) < np.sqrt(t / n)]


# %% wrong: subsample
# idea: "the original program's probability, sqrt(t / f) + t / f"
# fits: "That is the formula of the original program"
def subsample(tokens, t, rng):
    f = np.bincount(tokens)[tokens] / max(len(tokens), 1)
    return tokens[rng.random(len(tokens)) < np.sqrt(t / f) + t / f]


# %% wrong: subsample
# idea: "a fixed number of each word, drawn with choice: the occurrences are not independent, and their order is lost"
# fits: "You keep a fixed number"
# fits: "no longer in the order of the text"
def subsample(tokens, t, rng):
    parts = [tokens[:0]]
    for word in np.unique(tokens):
        n = int(np.sum(tokens == word))
        keep = min(n, round(n * np.sqrt(t * len(tokens) / n)))
        parts.append(np.full(keep, word))
    kept = np.concatenate(parts)
    return rng.permutation(kept).astype(tokens.dtype)


# %% wrong: subsample
# idea: "share of the different words, not of the text"
# fits: "not among the different words"
def subsample(tokens, t, rng):
    if len(tokens) == 0:
        return tokens.copy()
    n = np.bincount(tokens)
    f = n[tokens] / np.count_nonzero(n)
    return tokens[rng.random(len(tokens)) < np.sqrt(t / f)]


# %% right: subsample
def subsample(tokens, t, rng):
    shares = np.bincount(tokens) / len(tokens)
    chance = np.minimum(1, np.sqrt(t / shares))
    return tokens[rng.random(len(tokens)) < chance[tokens]]


# %% right: negative_sampling_distribution
def negative_sampling_distribution(counts, power=0.75):
    raised = [float(n) ** power for n in counts]
    total = sum(raised)
    return np.array([x / total for x in raised])


# %% right: negative_sampling_distribution
def negative_sampling_distribution(counts, power=0.75):
    n = np.asarray(counts, dtype="float64")
    p = np.zeros(n.shape)
    there = n > 0
    logs = power * np.log(n[there])
    logs -= logs.max()
    p[there] = np.exp(logs) / np.exp(logs).sum()
    return p


# %% wrong: negative_sampling_distribution
# idea: "divides first, then raises: the sum is not 1"
# fits: "Normalise last"
def negative_sampling_distribution(counts, power=0.75):
    return (counts / np.sum(counts)) ** power


# %% wrong: negative_sampling_distribution
# idea: "raises, but divides by the sum of the plain counts"
# fits: "divide by the sum of the plain ones"
def negative_sampling_distribution(counts, power=0.75):
    return counts**power / np.sum(counts)


# %% wrong: negative_sampling_distribution
# idea: "3/4 written in, power is ignored"
# fits: "3/4 is only its default"
def negative_sampling_distribution(counts, power=0.75):
    raised = np.asarray(counts, float) ** 0.75
    return raised / raised.sum()


# %% wrong: negative_sampling_distribution
# idea: "one is added to every count, so that words that never occur are drawn"
# fits: "Your counts are one too high"
def negative_sampling_distribution(counts, power=0.75):
    raised = (np.asarray(counts, float) + 1) ** power
    return raised / raised.sum()


# %% wrong: negative_sampling_distribution
# idea: "a softmax of the raised counts"
# fits: "No softmax is needed"
def negative_sampling_distribution(counts, power=0.75):
    raised = np.asarray(counts, float) ** power
    e = np.exp(raised - raised.max())
    return e / e.sum()


# %% wrong: negative_sampling_distribution
# idea: "the running sums, from which one draws"
# fits: "These are running sums"
def negative_sampling_distribution(counts, power=0.75):
    raised = np.asarray(counts, float) ** power
    return np.cumsum(raised) / raised.sum()


# %% wrong: negative_sampling_distribution
# idea: "rare words are drawn more: the power is negative"
# fits: "The words you draw most are the rarest"
def negative_sampling_distribution(counts, power=0.75):
    n = np.asarray(counts, float)
    raised = np.where(n > 0, np.maximum(n, 1e-300) ** -power, 0)
    return raised / raised.sum()


# %% wrong: negative_sampling_distribution
# idea: "changes the counts in place"
# fits: "in place, and the caller still needs it"
# fits: "You raise the caller's counts in place"
def negative_sampling_distribution(counts, power=0.75):
    p = np.asarray(counts, dtype=float)
    p **= power
    p /= p.sum()
    return p


# %% right: sgns_loss_and_gradients
def sgns_loss_and_gradients(center, context, negatives):
    words = np.concatenate([context[:, None], negatives], axis=1)
    sign = -np.ones(words.shape[:2], dtype=center.dtype)
    sign[:, 0] = 1
    z = sign * np.einsum("bd,bnd->bn", center, words)
    loss = float(np.sum(np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z))), dtype="float64"))
    g = -sign * sigmoid(-z)
    dwords = g[:, :, None] * center[:, None]
    return loss, np.einsum("bn,bnd->bd", g, words), dwords[:, 0].copy(), dwords[:, 1:].copy()


# %% right: sgns_loss_and_gradients
def sgns_loss_and_gradients(center, context, negatives):
    loss = 0.0
    dcenter, dcontext, dnegatives = np.zeros_like(center), np.zeros_like(context), np.zeros_like(negatives)
    for b in range(len(center)):
        e, u = center[b], context[b]
        loss += float(np.logaddexp(0, -(e @ u)))
        g = sigmoid(e @ u) - 1
        dcontext[b] = g * e
        dcenter[b] = g * u
        for m in range(negatives.shape[1]):
            v = negatives[b, m]
            loss += float(np.logaddexp(0, e @ v))
            dnegatives[b, m] = sigmoid(e @ v) * e
            dcenter[b] += sigmoid(e @ v) * v
    return loss, dcenter, dcontext, dnegatives


# %% wrong: sgns_loss_and_gradients
# idea: "mean over the batch"
# fits: "is there a factor too many or too few?"
# fits: "You average over the pairs"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    size = len(center)
    loss = float((np.logaddexp(0, -p).sum() + np.logaddexp(0, n).sum()) / size)
    gp, gn = (sigmoid(p) - 1) / size, sigmoid(n) / size
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "the logarithm of the sigmoid as it is written: infinite for large products"
# fits: "its logarithm infinite"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    loss = float(-np.log(sigmoid(p)).sum() - np.log(sigmoid(-n)).sum())
    gp, gn = sigmoid(p) - 1, sigmoid(n)
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "a small number inside the logarithm"
# fits: "A small number inside the logarithm"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    loss = float(-np.log(sigmoid(p) + 1e-10).sum() - np.log(sigmoid(-n) + 1e-10).sum())
    gp, gn = sigmoid(p) - 1, sigmoid(n)
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "the centre's gradient leaves out the negatives"
# fits: "takes part in the products with the negatives"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    loss = float(np.logaddexp(0, -p).sum() + np.logaddexp(0, n).sum())
    gp, gn = sigmoid(p) - 1, sigmoid(n)
    return loss, gp * context, gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "negatives are treated as true: sigma - 1 for them too"
# fits: "Your negatives should be 1"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    loss = float(np.logaddexp(0, -p).sum() + np.logaddexp(0, -n).sum())
    gp, gn = sigmoid(p) - 1, sigmoid(n) - 1
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "mean over the negatives"
# fits: "You average over a pair's negatives"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    r = negatives.shape[1]
    loss = float(np.logaddexp(0, -p).sum() + np.logaddexp(0, n).sum() / r)
    gp, gn = sigmoid(p) - 1, sigmoid(n) / r
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "gradients of what is to be raised: every sign turned round"
# fits: "have the opposite sign of those due"
# fits: "All your gradients point uphill"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    loss = float(np.logaddexp(0, -p).sum() + np.logaddexp(0, n).sum())
    gp, gn = 1 - sigmoid(p), -sigmoid(n)
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "labels of float64: the gradients of float32 are float64"
# fits: "The numbers are right, but they are"
def sgns_loss_and_gradients(center, context, negatives):
    words = np.concatenate([context[:, None], negatives], axis=1)
    labels = np.zeros(words.shape[:2])
    labels[:, 0] = 1
    z = np.einsum("bd,bnd->bn", center, words)
    loss = float(np.sum(np.logaddexp(0, z) - labels * z))
    g = sigmoid(z) - labels
    dwords = g[:, :, None] * center[:, None]
    return loss, np.einsum("bn,bnd->bd", g, words), dwords[:, 0].copy(), dwords[:, 1:].copy()


# %% wrong: sgns_loss_and_gradients
# idea: "the squared error of the sigmoids in place of the logarithms"
# fits: "That is the squared error"
def sgns_loss_and_gradients(center, context, negatives):
    p = np.sum(center * context, axis=1, keepdims=True)
    n = np.einsum("bd,brd->br", center, negatives)
    sp, sn = sigmoid(p), sigmoid(n)
    loss = float(((sp - 1) ** 2).sum() + (sn**2).sum()) / 2
    gp, gn = (sp - 1) * sp * (1 - sp), sn * sn * (1 - sn)
    return loss, gp * context + np.einsum("br,brd->bd", gn, negatives), gp * center, gn[:, :, None] * center[:, None]


# %% wrong: sgns_loss_and_gradients
# idea: "the true neighbour and the negatives share a softmax"
# fits: "That is a softmax over the true word"
def sgns_loss_and_gradients(center, context, negatives):
    words = np.concatenate([context[:, None], negatives], axis=1)
    z = np.einsum("bd,bnd->bn", center, words)
    z = z - z.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    g = np.exp(logs)
    g[:, 0] -= 1
    dwords = g[:, :, None] * center[:, None]
    loss = float(-logs[:, 0].sum())
    return loss, np.einsum("bn,bnd->bd", g, words), dwords[:, 0].copy(), dwords[:, 1:].copy()


# %% right: most_similar
def most_similar(word, vectors, k):
    own = vectors[word]
    found = []
    for other, v in vectors.items():
        if other != word:
            found.append((other, float((own / np.linalg.norm(own)) @ (v / np.linalg.norm(v)))))
    found.sort(key=lambda pair: -pair[1])
    return found[:k]


# %% right: most_similar
def most_similar(word, vectors, k):
    own = vectors[word]
    names = [name for name in vectors if name != word]
    if not names:
        return []
    table = np.stack([vectors[name] for name in names]).astype(float)
    cosines = (table * own).sum(axis=1) / np.sqrt((table**2).sum(axis=1) * (own * own).sum())
    order = np.argsort(-cosines, kind="stable")[:k]
    return [(names[i], float(cosines[i])) for i in order]


# %% wrong: most_similar
# idea: "the plain product, no lengths"
# fits: "The plain product likes long"
def most_similar(word, vectors, k):
    own = vectors[word]
    found = [(other, float(v @ own)) for other, v in vectors.items() if other != word]
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% wrong: most_similar
# idea: "nearest by distance"
# fits: "You rank by distance in space"
def most_similar(word, vectors, k):
    own = vectors[word]
    others = sorted((o for o in vectors if o != word), key=lambda o: np.linalg.norm(vectors[o] - own))
    norm = np.linalg.norm
    return [(o, float(vectors[o] @ own / norm(own) / norm(vectors[o]))) for o in others[:k]]


# %% wrong: most_similar
# idea: "the word itself comes first"
# fits: "Every word is its own nearest"
def most_similar(word, vectors, k):
    own = vectors[word]
    found = [(o, float(v @ own / np.linalg.norm(v) / np.linalg.norm(own))) for o, v in vectors.items()]
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% wrong: most_similar
# idea: "skips the first of the sorted, taking it for the word itself"
# fits: "You drop the best entry"
def most_similar(word, vectors, k):
    own = vectors[word]
    found = [(o, float(v @ own / np.linalg.norm(v) / np.linalg.norm(own))) for o, v in vectors.items()]
    return sorted(found, key=lambda pair: -pair[1])[1 : k + 1]


# %% wrong: most_similar
# idea: "sorted upwards and turned round: ties come in reverse order"
# fits: "Turning a sorted list round"
def most_similar(word, vectors, k):
    own = vectors[word]
    names = [name for name in vectors if name != word]
    cosines = np.array([vectors[o] @ own / np.linalg.norm(vectors[o]) / np.linalg.norm(own) for o in names])
    return [(names[i], float(cosines[i])) for i in np.argsort(cosines, kind="stable")[::-1][:k]]


# %% wrong: most_similar
# idea: "the last k of a sort upwards: with k = 0 that is all"
# fits: "With k = 0 such a slice"
def most_similar(word, vectors, k):
    own = vectors[word]
    names = [name for name in vectors if name != word][::-1]
    cosines = np.array([vectors[o] @ own / np.linalg.norm(vectors[o]) / np.linalg.norm(own) for o in names])
    return [(names[i], float(cosines[i])) for i in np.argsort(cosines, kind="stable")[-k:][::-1]]


# %% wrong: most_similar
# idea: "the sign does not count: opposite vectors are near"
# fits: "A cosine of -1 is as far"
def most_similar(word, vectors, k):
    own = vectors[word]
    norm = np.linalg.norm
    found = [(o, float(v @ own / norm(v) / norm(own))) for o, v in vectors.items() if o != word]
    return sorted(found, key=lambda pair: -abs(pair[1]))[:k]


# %% wrong: most_similar
# idea: "no other word, no vector: an unknown word gives an empty list"
# fits: "You answer with an empty list"
def most_similar(word, vectors, k):
    if word not in vectors:
        return []
    own = vectors[word]
    norm = np.linalg.norm
    found = [(o, float(v @ own / norm(v) / norm(own))) for o, v in vectors.items() if o != word]
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% wrong: most_similar
# idea: "takes the word out of the caller's dict"
# fits: "in place, and the caller still needs it"
# fits: "You take the word out of the caller's dict"
def most_similar(word, vectors, k):
    own = vectors.pop(word)
    norm = np.linalg.norm
    found = [(o, float(v @ own / norm(v) / norm(own))) for o, v in vectors.items()]
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% wrong: most_similar
# idea: "leaves out every vector equal to the word's, not only the word"
# fits: "Another word may have the same vector"
def most_similar(word, vectors, k):
    own = vectors[word]
    norm = np.linalg.norm
    found = [(o, float(v @ own / norm(v) / norm(own))) for o, v in vectors.items() if not np.allclose(v, own)]
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% wrong: most_similar
# idea: "centres the vectors first: a correlation"
# fits: "You take each vector's mean off"
def most_similar(word, vectors, k):
    own = vectors[word] - np.mean(vectors[word])
    found = []
    for o, v in vectors.items():
        if o != word:
            v = v - np.mean(v)
            found.append((o, float(v @ own / (np.linalg.norm(v) * np.linalg.norm(own) + 1e-12))))
    return sorted(found, key=lambda pair: -pair[1])[:k]


# %% right: cbow_forward
def cbow_forward(context_ids, embeddings, outputs):
    hidden, probs = [], []
    for row in context_ids:
        h = np.mean([embeddings[i] for i in row if i != -1], axis=0)
        z = outputs @ h
        e = np.exp(z - z.max())
        hidden.append(h)
        probs.append(e / e.sum())
    return np.array(hidden), np.array(probs)


# %% right: cbow_forward
def cbow_forward(context_ids, embeddings, outputs):
    times = np.zeros((len(context_ids), len(embeddings)))
    rows, columns = np.nonzero(context_ids >= 0)
    np.add.at(times, (rows, context_ids[rows, columns]), 1)
    hidden = times @ embeddings / times.sum(axis=1, keepdims=True)
    z = hidden @ outputs.T
    return hidden, np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


# %% wrong: cbow_forward
# idea: "-1 read as the last word"
# fits: "it joins your mean for every absent place"
def cbow_forward(context_ids, embeddings, outputs):
    hidden = embeddings[context_ids].mean(axis=1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "missing places are masked, but count in the mean"
# fits: "Absent places count as zeros"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).mean(axis=1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "the sum, not the mean"
# fits: "It is their mean"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "softmax without a shift: overflows"
# fits: "exp overflows on large scores"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / there.sum(axis=1)
    e = np.exp(hidden @ outputs.T)
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "one maximum for the whole batch: a row far below it underflows to 0 / 0"
# fits: "The largest score of the whole batch"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / there.sum(axis=1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max())
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "softmax over the batch, not the vocabulary"
# fits: "Your softmax runs over the gaps"
# fits: "Probabilities add up over the words of the vocabulary"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / there.sum(axis=1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=0))
    return hidden, e / e.sum(axis=0)


# %% wrong: cbow_forward
# idea: "a word that occurs twice counts once"
# fits: "counts twice in the mean"
def cbow_forward(context_ids, embeddings, outputs):
    hidden = np.array([embeddings[[i for i in set(row.tolist()) if i >= 0]].mean(axis=0) for row in context_ids])
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "word 0 taken for padding"
# fits: "Word 0 is a word like any other"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids > 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    z = hidden @ outputs.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "scores against E, not U"
# fits: "are scored with the other table"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / there.sum(axis=1)
    z = hidden @ embeddings.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


# %% wrong: cbow_forward
# idea: "the words around cannot be the answer: their probability is 0"
# fits: "You rule out the words"
def cbow_forward(context_ids, embeddings, outputs):
    there = (context_ids >= 0)[..., None]
    hidden = (embeddings[context_ids] * there).sum(axis=1) / there.sum(axis=1)
    z = hidden @ outputs.T
    for row, ids in zip(z, context_ids, strict=True):
        row[ids[ids >= 0]] = -np.inf
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)
