# %% right: cooccurrence
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    sentence = []
    for token in [*map(int, tokens), -1]:
        if token == -1:
            sentence = []
            continue
        for back, other in enumerate(reversed(sentence[-window:]), start=1):
            table[token, other] += 1 / back
            table[other, token] += 1 / back
        sentence.append(token)
    return table


# %% right: cooccurrence
def cooccurrence(tokens, window, num_words):
    tokens = np.asarray(tokens)
    number = np.cumsum(tokens == -1)
    words = np.flatnonzero(tokens >= 0)
    first, second = np.triu_indices(len(words), k=1)
    first, second = words[first], words[second]
    apart = second - first
    near = (number[first] == number[second]) & (apart <= window)
    flat = tokens[first[near]].astype(int) * num_words + tokens[second[near]]
    table = np.bincount(flat, weights=1.0 / apart[near], minlength=num_words**2).reshape(num_words, num_words)
    return (table + table.T).astype(float)


# %% wrong: cooccurrence
# idea: "the ends of sentences are dropped first, so pairs reach across"
# fits: "You take the -1 out before you count, and the two sentences grow together"
def cooccurrence(tokens, window, num_words):
    t = tokens[tokens >= 0]
    table = np.zeros((num_words, num_words))
    for s in range(1, min(window, len(t) - 1) + 1):
        np.add.at(table, (t[:-s], t[s:]), 1 / s)
        np.add.at(table, (t[s:], t[:-s]), 1 / s)
    return table


# %% wrong: cooccurrence
# idea: "leaves out pairs with -1, but those reach across that have it between them"
# fits: "Your window looks over the end of a sentence"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    for s in range(1, min(window, len(tokens) - 1) + 1):
        a, b = tokens[:-s], tokens[s:]
        ok = (a >= 0) & (b >= 0)
        np.add.at(table, (a[ok], b[ok]), 1 / s)
        np.add.at(table, (b[ok], a[ok]), 1 / s)
    return table


# %% wrong: cooccurrence
# idea: "adds with repeated indices by +=, which keeps one of them"
# fits: "Pairs that occur several times are counted once"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    sentence = np.cumsum(tokens == -1)
    for s in range(1, min(window, len(tokens) - 1) + 1):
        a, b = tokens[:-s], tokens[s:]
        ok = (a >= 0) & (b >= 0) & (sentence[:-s] == sentence[s:])
        table[a[ok], b[ok]] += 1 / s
        table[b[ok], a[ok]] += 1 / s
    return table


# %% wrong: cooccurrence
# idea: "only the words that come after count: not mutual"
# fits: "Your table only has the words after each word"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    for i, a in enumerate(tokens):
        for s, b in enumerate(tokens[i + 1 : i + 1 + window], start=1):
            if a == -1 or b == -1:
                break
            table[a, b] += 1 / s
    return table


# %% wrong: cooccurrence
# idea: "a word that meets itself is counted once"
# fits: "A word that meets itself counts in both directions, like any pair"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    for i, a in enumerate(tokens):
        for s, b in enumerate(tokens[i + 1 : i + 1 + window], start=1):
            if a == -1 or b == -1:
                break
            table[a, b] += 1 / s
            if a != b:
                table[b, a] += 1 / s
    return table


# %% wrong: cooccurrence
# idea: "every pair adds 1, however far apart"
# fits: "All distances count alike in your table"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    for i, a in enumerate(tokens):
        for b in tokens[i + 1 : i + 1 + window]:
            if a == -1 or b == -1:
                break
            table[a, b] += 1
            table[b, a] += 1
    return table


# %% wrong: cooccurrence
# idea: "the window's last place is left out"
# fits: "Your window is one place too small"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    for i, a in enumerate(tokens):
        for s in range(1, window):
            if a == -1 or i + s >= len(tokens) or tokens[i + s] == -1:
                break
            table[a, tokens[i + s]] += 1 / s
            table[tokens[i + s], a] += 1 / s
    return table


# %% wrong: cooccurrence
# idea: "each pair is met twice, once from either side, and adds to both entries each time"
# fits: "You meet every pair twice, once from each of its words, and add to both"
def cooccurrence(tokens, window, num_words):
    table = np.zeros((num_words, num_words))
    sentence = np.cumsum(tokens == -1)
    for i in range(len(tokens)):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if i != j and tokens[i] >= 0 and tokens[j] >= 0 and sentence[i] == sentence[j]:
                table[tokens[i], tokens[j]] += 1 / abs(i - j)
                table[tokens[j], tokens[i]] += 1 / abs(i - j)
    return table


# %% right: glove_loss_and_gradients
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    loss = 0.0
    grads = tuple(np.zeros(np.shape(array)) for array in (words, contexts, word_bias, context_bias))
    for i, j in np.argwhere(np.asarray(counts) > 0):
        count = float(counts[i, j])
        q = (count / max_count) ** power if count < max_count else 1.0
        r = float(words[i] @ contexts[j] + word_bias[i] + context_bias[j]) - np.log(count)
        loss += q * r * r
        grads[0][i] += 2 * q * r * contexts[j]
        grads[1][j] += 2 * q * r * words[i]
        grads[2][i] += 2 * q * r
        grads[3][j] += 2 * q * r
    return float(loss), grads


# %% right: glove_loss_and_gradients
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    i, j = np.nonzero(counts)
    seen = np.asarray(counts)[i, j].astype(float)
    q = np.exp(power * np.minimum(np.log(seen / max_count), 0))
    r = np.einsum("pd,pd->p", words[i], contexts[j]) + word_bias[i] + context_bias[j] - np.log(seen)
    g = np.zeros(np.shape(counts))
    g[i, j] = 2 * q * r
    gradients = (g.dot(contexts), np.tensordot(g, words, axes=(0, 0)), g.sum(axis=1), g.sum(axis=0))
    return float(np.dot(q * r, r)), gradients


# %% wrong: glove_loss_and_gradients
# idea: "the 2 of the square's derivative is left out"
# fits: "The derivative of a square has a factor that you lost"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    g = q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "the weight has no ceiling"
# fits: "Your frequent pairs weigh more than 1"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, (counts / max_count) ** power, 0)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    g = 2 * q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "fits log(1 + count)"
# fits: "You fit the logarithm of the count plus 1"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    q = np.minimum(1, (counts / max_count) ** power)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log1p(counts)
    g = 2 * q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "the logarithm of 0 is taken and then thrown away by where: a warning"
# fits: "np.where takes both of its branches everywhere, so the logarithm of 0 is"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    q = np.minimum(1, (counts / max_count) ** power)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(counts.astype(float))
    r = np.where(counts > 0, r, 0)
    g = 2 * q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "the weight is squared with the residual"
# fits: "The weight is not squared"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    g = 2 * q**2 * r
    return float(np.sum((q * r) ** 2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "mean over the pairs instead of the sum"
# fits: "You divide by the number of pairs"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, np.minimum(1, (counts / max_count) ** power), 0)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    n = max(seen.sum(), 1)
    g = 2 * q * r / n
    return float(np.sum(q * r**2) / n), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "pairs that never met have a target of 0 and full weight"
# fits: "Pairs that were never seen take part in your loss"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, np.minimum(1, (counts / max_count) ** power), 1)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    g = 2 * q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% wrong: glove_loss_and_gradients
# idea: "the paper's 3/4 is built in: power has no effect"
# fits: "power is an argument; 3/4 is only its default"
def glove_loss_and_gradients(words, contexts, word_bias, context_bias, counts, max_count=100.0, power=0.75):
    seen = counts > 0
    q = np.where(seen, np.minimum(1, (counts / max_count) ** 0.75), 0)
    r = words @ contexts.T + word_bias[:, None] + context_bias - np.log(np.where(seen, counts, 1))
    g = 2 * q * r
    return float(np.sum(q * r**2)), (g @ contexts, g.T @ words, g.sum(1), g.sum(0))


# %% right: analogy
def analogy(a, b, c, vectors):
    import math

    def scaled(vector):
        length = math.sqrt(sum(float(value) ** 2 for value in vector))
        return [float(value) / length for value in vector]

    one, two, three = scaled(vectors[a]), scaled(vectors[b]), scaled(vectors[c])
    goal = [y - x + z for x, y, z in zip(one, two, three)]
    best, answer = -math.inf, None
    for word, vector in vectors.items():
        if word in (a, b, c):
            continue
        product = sum(x * y for x, y in zip(scaled(vector), goal))
        if product > best:
            best, answer = product, word
    return answer


# %% right: analogy
def analogy(a, b, c, vectors):
    for word in (a, b, c):
        if word not in vectors:
            raise KeyError(word)
    names = list(vectors)
    rows = np.array([vectors[name] for name in names], dtype=float)
    rows = rows / np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    start, end, other = (rows[names.index(word)] for word in (a, b, c))
    close = rows @ (end - start + other)
    close[[names.index(word) for word in (a, b, c)]] = -np.inf
    return names[int(np.argmax(close))]


# %% wrong: analogy
# idea: "the three given words may win"
# fits: "The given words may be your answer"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return max(vectors, key=lambda word: unit(vectors[word]) @ goal)


# %% wrong: analogy
# idea: "a minus b plus c"
# fits: "Your difference has the wrong sign"
def analogy(a, b, c, vectors):
    goal = unit(vectors[a]) - unit(vectors[b]) + unit(vectors[c])
    return max((word for word in vectors if word not in (a, b, c)), key=lambda word: unit(vectors[word]) @ goal)


# %% wrong: analogy
# idea: "the goal is made of vectors that are not scaled"
# fits: "Scale the three vectors to length 1 first, or the longest of them decides"
def analogy(a, b, c, vectors):
    goal = vectors[b] - vectors[a] + vectors[c]
    return max((word for word in vectors if word not in (a, b, c)), key=lambda word: unit(vectors[word]) @ goal)


# %% wrong: analogy
# idea: "the candidates are not scaled: a long vector wins"
# fits: "You compare by plain product, which likes long vectors"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return max((word for word in vectors if word not in (a, b, c)), key=lambda word: vectors[word] @ goal)


# %% wrong: analogy
# idea: "the excluded get a cosine of 0, which beats negative ones"
# fits: "You exclude words by a score of 0"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return max(vectors, key=lambda word: 0.0 if word in (a, b, c) else unit(vectors[word]) @ goal)


# %% wrong: analogy
# idea: "the cosine's size counts: an opposite wins"
# fits: "A cosine of -1 is as far away as can be, not near"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return max((word for word in vectors if word not in (a, b, c)), key=lambda word: abs(unit(vectors[word]) @ goal))


# %% wrong: analogy
# idea: "of equals the last wins: a sort, and its end"
# fits: "Of words that tie you return the last"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return sorted((word for word in vectors if word not in (a, b, c)), key=lambda word: unit(vectors[word]) @ goal)[-1]


# %% wrong: analogy
# idea: "only c is excluded: of the plain nearest neighbours"
# fits: "All three given words are excluded, not only c"
def analogy(a, b, c, vectors):
    goal = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
    return max((word for word in vectors if word != c), key=lambda word: unit(vectors[word]) @ goal)


# %% right: bias_direction
def bias_direction(pairs):
    pairs = np.asarray(pairs, dtype=float)
    steps = pairs[:, 1] - pairs[:, 0]
    values, vectors = np.linalg.eigh(steps.T @ steps)
    g = vectors[:, np.argmax(values)]
    return g if steps.sum(axis=0) @ g > 0 else -g


# %% right: bias_direction
def bias_direction(pairs):
    steps = np.diff(np.asarray(pairs, dtype=float), axis=1)[:, 0]
    _, vectors = np.linalg.eigh(steps @ steps.T)  # (n, n): combine the differences with the top eigenvector
    g = vectors[:, -1] @ steps
    g = g / np.sqrt(g @ g)
    return g * np.sign(np.sum(steps @ g))


# %% wrong: bias_direction
# idea: "centres the differences first, as principal components usually are"
# fits: "You centre the differences, and so take out what they have in common,"
def bias_direction(pairs):
    d = pairs[:, 1] - pairs[:, 0]
    g = np.linalg.svd(d - d.mean(axis=0))[2][0]
    return g if d.sum(axis=0) @ g >= 0 else -g


# %% wrong: bias_direction
# idea: "the mean difference, scaled"
# fits: "That is the mean difference"
def bias_direction(pairs):
    g = (pairs[:, 1] - pairs[:, 0]).mean(axis=0)
    return g / np.linalg.norm(g)


# %% wrong: bias_direction
# idea: "the sign is left as the decomposition gives it"
# fits: "The sign of a singular vector is free, and yours is not set by the pairs"
def bias_direction(pairs):
    return np.linalg.svd(pairs[:, 1] - pairs[:, 0], full_matrices=False)[2][0]


# %% wrong: bias_direction
# idea: "each difference is scaled to length 1 first"
# fits: "Scaling each difference to length 1 first gives a near pair as much say as"
def bias_direction(pairs):
    d = pairs[:, 1] - pairs[:, 0]
    d = d / np.maximum(np.linalg.norm(d, axis=1, keepdims=True), 1e-300)
    g = np.linalg.svd(d, full_matrices=False)[2][0]
    return g if (pairs[:, 1] - pairs[:, 0]).sum(axis=0) @ g >= 0 else -g


# %% wrong: bias_direction
# idea: "the sign of most pairs, not of the sum"
# fits: "Pairs have no vote each on the sign"
def bias_direction(pairs):
    d = pairs[:, 1] - pairs[:, 0]
    g = np.linalg.svd(d, full_matrices=False)[2][0]
    return g if np.sum(np.sign(d @ g)) >= 0 else -g


# %% wrong: bias_direction
# idea: "a column of the matrix of right vectors, not its first row"
# fits: "Check the axes: which rows or columns are the right"
def bias_direction(pairs):
    d = pairs[:, 1] - pairs[:, 0]
    g = np.linalg.svd(d)[2][:, 0]
    return g if d.sum(axis=0) @ g >= 0 else -g


# %% wrong: bias_direction
# idea: "the main component of all words of the pairs, not of their differences"
# fits: "Those are principal components of the words"
def bias_direction(pairs):
    rows = pairs.reshape(-1, pairs.shape[-1])
    g = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[2][0]
    return g if (pairs[:, 1] - pairs[:, 0]).sum(axis=0) @ g >= 0 else -g


# %% wrong: bias_direction
# idea: "first word minus second"
# fits: "Your direction points from the second words to the first"
def bias_direction(pairs):
    d = pairs[:, 0] - pairs[:, 1]
    g = np.linalg.svd(d, full_matrices=False)[2][0]
    return g if d.sum(axis=0) @ g >= 0 else -g


# %% right: neutralize
def neutralize(x, direction):
    g = np.asarray(direction, dtype=float)
    g = g / np.sqrt(g @ g)
    away = np.eye(len(g)) - np.outer(g, g)
    left = np.asarray(x, dtype=float) @ away
    return left / np.sqrt(np.sum(left * left, axis=-1))[..., None]


# %% right: neutralize
def neutralize(x, direction):
    import math

    def one(vector):
        factor = sum(a * b for a, b in zip(vector, direction)) / sum(b * b for b in direction)
        rest = [a - factor * b for a, b in zip(vector, direction)]
        return [value / math.hypot(*rest) for value in rest]

    x = np.asarray(x, dtype=float)
    rows = [one(row) for row in np.atleast_2d(x).tolist()]
    return np.array(rows, dtype=float).reshape(x.shape)


# %% wrong: neutralize
# idea: "takes the direction to have length 1"
# fits: "The projection formula is for a direction of length 1, and any length may"
def neutralize(x, direction):
    rest = x - (x @ direction)[..., None] * direction
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)


# %% wrong: neutralize
# idea: "divides by the length once, though the direction comes in twice"
# fits: "The direction comes in twice, in the product and as what is taken off"
def neutralize(x, direction):
    rest = x - (x @ direction)[..., None] * direction / np.linalg.norm(direction)
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)


# %% wrong: neutralize
# idea: "not scaled to length 1 afterwards"
# fits: "The direction is gone. The vectors should also be of length"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    return x - (x @ g)[..., None] * g


# %% wrong: neutralize
# idea: "gets its old length back, not length 1"
# fits: "You restore the old length"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    rest = x - (x @ g)[..., None] * g
    before, after = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (x, rest))
    return rest * before / after


# %% wrong: neutralize
# idea: "one length for the whole table"
# fits: "Each vector has a length of its own; you divide by one number for all of"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    rest = x - (x @ g)[..., None] * g
    return rest / np.linalg.norm(rest)


# %% wrong: neutralize
# idea: "in place: the vectors that were given change"
# fits: "What comes back is the argument itself"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    x -= (x @ g)[..., None] * g
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    return x


# %% wrong: neutralize
# idea: "tables only: a single vector has no axis 1"
# fits: "but the shape is another than the one due"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    rest = x - np.outer(x @ g, g)
    return rest / np.linalg.norm(rest, axis=1, keepdims=True)


# %% wrong: neutralize
# idea: "the mean component is taken off all of them"
# fits: "You remove the mean component of all vectors"
def neutralize(x, direction):
    g = direction / np.linalg.norm(direction)
    rest = x - np.mean(x @ g) * g
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)


# %% right: equalize
def equalize(pair, direction):
    import math

    g = [value / math.hypot(*map(float, direction)) for value in map(float, direction)]
    first, second = (list(map(float, vector)) for vector in pair)
    mean = [(a + b) / 2 for a, b in zip(first, second)]
    along = sum(a * b for a, b in zip(mean, g))
    shared = [a - along * b for a, b in zip(mean, g)]
    height = math.sqrt(max(0.0, 1 - sum(value * value for value in shared)))
    first_lower = sum(a * b for a, b in zip(first, g)) < sum(a * b for a, b in zip(second, g))
    signs = (-1, 1) if first_lower else (1, -1)
    return np.array([[a + sign * height * b for a, b in zip(shared, g)] for sign in signs])


# %% right: equalize
def equalize(pair, direction):
    pair = np.asarray(pair, dtype=float)
    g = direction / np.sqrt(np.sum(np.square(direction)))
    middle = pair.sum(axis=0) / 2
    shared = middle - np.dot(middle, g) * g
    half = (pair[1] - pair[0]) @ g / 2
    rise = np.sqrt(1 - shared @ shared) * np.sign(half) * g
    return np.vstack([shared - rise, shared + rise])


# %% wrong: equalize
# idea: "the sign of the component itself, not relative to the mean"
# fits: "Both words may lie on the same side of 0"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    return rest + np.sqrt(1 - rest @ rest) * np.sign(pair @ g)[:, None] * g


# %% wrong: equalize
# idea: "the first word always gets the minus"
# fits: "You decide which word goes to which side by its place"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    height = np.sqrt(1 - rest @ rest)
    return np.stack([rest - height * g, rest + height * g])


# %% wrong: equalize
# idea: "the mean keeps its part along the direction"
# fits: "The mean still has a part along the direction, which shifts both words to"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    return mean + np.sqrt(1 - rest @ rest) * np.sign((pair - mean) @ g)[:, None] * g


# %% wrong: equalize
# idea: "each keeps its own rest, so they differ in more than the direction"
# fits: "Each word keeps a rest of its own, so the pair still differs in more than"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    rest = pair - (pair @ g)[:, None] * g
    height = np.sqrt(1 - np.sum(rest**2, axis=1, keepdims=True))
    return rest + height * np.sign((pair - pair.mean(axis=0)) @ g)[:, None] * g


# %% wrong: equalize
# idea: "half their old difference along the direction: not of length 1"
# fits: "You keep half of the old distance along the direction"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    return rest + ((pair - mean) @ g)[:, None] * g


# %% wrong: equalize
# idea: "the length of the mean in the root, not of what is left of it"
# fits: "What both words get is the mean without its part along the direction;"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    return rest + np.sqrt(1 - mean @ mean) * np.sign((pair - mean) @ g)[:, None] * g


# %% wrong: equalize
# idea: "half the difference along the direction, then scaled to length 1, so that the shared part changes"
# fits: "You scale the two words to length 1, which stretches the rest too"
def equalize(pair, direction):
    g = direction / np.linalg.norm(direction)
    mean = pair.mean(axis=0)
    rest = mean - (mean @ g) * g
    both = rest + ((pair - mean) @ g)[:, None] * g
    return both / np.linalg.norm(both, axis=1, keepdims=True)


# %% wrong: equalize
# idea: "the direction is taken to have length 1"
# fits: "The formulas are for a direction of length 1, and any length may come"
def equalize(pair, direction):
    mean = pair.mean(axis=0)
    rest = mean - (mean @ direction) * direction
    height = np.sqrt(np.maximum(1 - rest @ rest, 0))
    return rest + height * np.sign((pair - mean) @ direction)[:, None] * direction
