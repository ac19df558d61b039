# %% right: texts_to_sequences
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1:
        raise ValueError("max_len")
    if any(number < 2 for number in vocab.values()):
        raise ValueError("0 and 1 are taken")
    rows = []
    for text in texts:
        row = [vocab.get(token, UNKNOWN) for token in words(text)][-max_len:]
        rows.append(row + [PADDING] * (max_len - len(row)))
    return np.array(rows, dtype="int32").reshape(len(texts), max_len)


# %% right: texts_to_sequences
def texts_to_sequences(texts, vocab, max_len):
    if not max_len >= 1 or (vocab and min(vocab.values()) < 2):
        raise ValueError("out of range")
    result = np.full((len(texts), max_len), PADDING, dtype=np.int32)
    for i in range(len(texts)):
        tokens = words(texts[i])
        first = max(0, len(tokens) - max_len)
        for place, token in enumerate(tokens[first:]):
            result[i, place] = vocab[token] if token in vocab else UNKNOWN
    return result


# %% wrong: texts_to_sequences
# idea: "unknown tokens are dropped"
# fits: "Tokens without a number vanish"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab[token] for token in words(text) if token in vocab][-max_len:]
        out[i, : len(row)] = row
    return out


# %% wrong: texts_to_sequences
# idea: "long texts keep their beginning"
# fits: "Of long texts you keep the beginning"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab.get(token, UNKNOWN) for token in words(text)][:max_len]
        out[i, : len(row)] = row
    return out


# %% wrong: texts_to_sequences
# idea: "padding in front"
# fits: "Your padding is in front of the text"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab.get(token, UNKNOWN) for token in words(text)][-max_len:]
        out[i, max_len - len(row) :] = row
    return out


# %% wrong: texts_to_sequences
# idea: "text.split() instead of words: capitals and marks stay on"
# fits: "At spaces alone a word keeps the mark behind it, and so it is another word"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab.get(token, UNKNOWN) for token in text.lower().split()][-max_len:]
        out[i, : len(row)] = row
    return out


# %% wrong: texts_to_sequences
# idea: "unknown tokens get 0, like padding"
# fits: "Unknown tokens have become padding"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab.get(token, 0) for token in words(text)][-max_len:]
        out[i, : len(row)] = row
    return out


# %% wrong: texts_to_sequences
# idea: "unknown tokens are entered into the caller's vocabulary"
# fits: "You give numbers of your own to tokens that the vocabulary doesn't have, and so change it"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    out = np.zeros((len(texts), max_len), "int32")
    for i, text in enumerate(texts):
        row = [vocab.setdefault(token, UNKNOWN) for token in words(text)][-max_len:]
        out[i, : len(row)] = row
    return out


# %% wrong: texts_to_sequences
# idea: "rows as long as the longest text, where that is shorter than T"
# fits: "You pad only up to the longest of these texts"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    rows = [[vocab.get(token, UNKNOWN) for token in words(text)][-max_len:] for text in texts]
    longest = max(map(len, rows), default=0)
    return np.array([row + [0] * (longest - len(row)) for row in rows], "int32").reshape(len(rows), longest)


# %% wrong: texts_to_sequences
# idea: "no texts give a flat array of shape (0,)"
# fits: "Without a single text the result should still have max_len columns, and no rows"
def texts_to_sequences(texts, vocab, max_len):
    if max_len < 1 or any(number < 2 for number in vocab.values()):
        raise ValueError
    rows = [[vocab.get(token, UNKNOWN) for token in words(text)][-max_len:] for text in texts]
    return np.array([row + [0] * (max_len - len(row)) for row in rows], "int32")


# %% right: embedding_matrix
def embedding_matrix(vocab, vectors):
    if not vectors:
        raise ValueError("no vectors")
    if len({len(vector) for vector in vectors.values()}) > 1:
        raise ValueError("several lengths")
    given = np.array([np.asarray(vector, dtype="float64") for vector in vectors.values()])
    mean = given.mean(axis=0)
    by_number = sorted(vocab, key=vocab.get)
    rows = [np.zeros_like(mean), mean, *(vectors.get(token, mean) for token in by_number)]
    return np.array(rows, dtype="float32"), sorted(token for token in vocab if token not in vectors)


# %% right: embedding_matrix
def embedding_matrix(vocab, vectors):
    shapes = set(map(np.shape, vectors.values()))
    if len(shapes) != 1:
        raise ValueError("one length, please")
    (size,) = shapes.pop()
    total = np.zeros(size)
    for vector in vectors.values():
        total += np.asarray(vector, float)
    matrix = np.zeros((len(vocab) + 2, size), np.float32)
    matrix[1:] = total / len(vectors)
    for word, vector in vectors.items():
        if word in vocab:
            matrix[vocab[word]] = vector
    return matrix, sorted(set(vocab) - set(vectors))


# %% wrong: embedding_matrix
# idea: "rows in the order of the dict, not by number"
# fits: "You number the words anew, by their order in the dict"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    rows = [np.zeros(len(mean)), mean]
    for token in vocab:
        rows.append(np.asarray(vectors.get(token, mean), float))
    return np.array(rows, "float32"), sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "missing tokens stay zero, like padding"
# fits: "Words without a vector have zeros, like padding"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    matrix = np.zeros((len(vocab) + 2, len(mean)), "float32")
    matrix[1] = mean
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
    return matrix, sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "the mean is over the vectors of the vocabulary's words only"
# fits: "Your mean leaves out vectors of words that are not in the vocabulary"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    size = len(next(iter(vectors.values())))
    used = [np.asarray(vectors[t], float) for t in vocab if t in vectors]
    matrix = np.zeros((len(vocab) + 2, size), "float32")
    matrix[1:] = np.mean(used, axis=0) if used else 0
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
    return matrix, sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "missing tokens get random vectors"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    given = np.array([np.asarray(v, float) for v in vectors.values()])
    rng = np.random.default_rng(0)
    matrix = rng.normal(0, 0.05, (len(vocab) + 2, given.shape[1])).astype("float32")
    matrix[0] = 0
    matrix[1] = given.mean(axis=0)
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
    return matrix, sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "missing lists the words of the vectors that the vocabulary lacks"
# fits: "You list the words that came for nothing"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    matrix = np.tile(mean, (len(vocab) + 2, 1)).astype("float32")
    matrix[0] = 0
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
    return matrix, sorted(w for w in vectors if w not in vocab)


# %% wrong: embedding_matrix
# idea: "the padding row is the mean as well"
# fits: "Row 0 is not zeros"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    matrix = np.tile(mean, (len(vocab) + 2, 1)).astype("float32")
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
    return matrix, sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "the unknown row is zero, the missing ones are the mean"
# fits: "Row 1 is zeros"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    matrix = np.zeros((len(vocab) + 2, len(mean)), "float32")
    for token, number in vocab.items():
        matrix[number] = vectors.get(token, mean)
    return matrix, sorted(t for t in vocab if t not in vectors)


# %% wrong: embedding_matrix
# idea: "missing in the order of the vocabulary, not sorted"
# fits: "The missing tokens are not in order"
def embedding_matrix(vocab, vectors):
    if not vectors or len({len(v) for v in vectors.values()}) > 1:
        raise ValueError
    mean = np.mean([np.asarray(v, float) for v in vectors.values()], axis=0)
    matrix = np.tile(mean, (len(vocab) + 2, 1)).astype("float32")
    matrix[0] = 0
    missing = []
    for token, number in vocab.items():
        if token in vectors:
            matrix[number] = vectors[token]
        else:
            missing.append(token)
    return matrix, missing


# %% right: masked_mean_pool
def masked_mean_pool(x, mask):
    x = ops.cast(ops.convert_to_tensor(x), "float32")
    keep = ops.cast(mask, "float32")
    clean = ops.where(ops.expand_dims(mask, -1), x, 0.0)
    total = ops.einsum("btd,bt->bd", clean, keep)
    return total / ops.maximum(ops.sum(keep, axis=1, keepdims=True), 1.0)


# %% right: masked_mean_pool
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(mask, axis=2)
    total = ops.sum(ops.where(mask, x, ops.zeros_like(x)), axis=1)
    count = ops.sum(ops.cast(mask, "float32"), axis=1)
    return ops.where(count > 0, total / ops.where(count > 0, count, 1.0), 0.0)


# %% wrong: masked_mean_pool
# idea: "divided by all steps, padding too"
# fits: "You divide by all steps, the padding counted"
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(ops.convert_to_tensor(mask), -1)
    return ops.mean(ops.where(mask, x, 0.0), axis=1)


# %% wrong: masked_mean_pool
# idea: "multiplies by the mask: NaN times 0 is NaN"
# fits: "0 times infinity, or times NaN, is NaN"
def masked_mean_pool(x, mask):
    weights = ops.expand_dims(ops.cast(mask, "float32"), -1)
    total = ops.sum(ops.convert_to_tensor(x) * weights, axis=1)
    return total / ops.maximum(ops.sum(weights, axis=1), 1.0)


# %% wrong: masked_mean_pool
# idea: "a text without a token is 0 divided by 0"
# fits: "A text without a single token gives 0 / 0"
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(ops.convert_to_tensor(mask), -1)
    total = ops.sum(ops.where(mask, x, 0.0), axis=1)
    return total / ops.sum(ops.cast(mask, "float32"), axis=1)


# %% wrong: masked_mean_pool
# idea: "a small number is added to the count"
# fits: "A small number in every denominator makes every mean a little wrong"
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(ops.convert_to_tensor(mask), -1)
    total = ops.sum(ops.where(mask, x, 0.0), axis=1)
    return total / (ops.sum(ops.cast(mask, "float32"), axis=1) + 1e-3)


# %% wrong: masked_mean_pool
# idea: "the sum, not divided"
# fits: "That is the sum"
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(ops.convert_to_tensor(mask), -1)
    return ops.sum(ops.where(mask, x, 0.0), axis=1)


# %% wrong: masked_mean_pool
# idea: "NumPy inside: no symbolic tensors"
# fits: "NumPy cannot work on what a model is made of"
def masked_mean_pool(x, mask):
    x, mask = np.asarray(x), np.asarray(mask)[:, :, None]
    total = np.where(mask, x, 0).sum(axis=1)
    return ops.convert_to_tensor((total / np.maximum(mask.sum(axis=1), 1)).astype("float32"))


# %% wrong: masked_mean_pool
# idea: "loops over the steps: T must be known"
# fits: "A loop over the steps cannot run while a model is built that takes texts of any length"
def masked_mean_pool(x, mask):
    total, count = 0.0, 0.0
    for t in range(x.shape[1]):
        keep = ops.expand_dims(mask[:, t], -1)
        total = total + ops.where(keep, x[:, t], 0.0)
        count = count + ops.cast(keep, "float32")
    return ops.convert_to_tensor(total / ops.maximum(count, 1.0))


# %% wrong: masked_mean_pool
# idea: "the mean over the whole batch's number of tokens"
# fits: "You divide every text by the mean length of the batch"
def masked_mean_pool(x, mask):
    mask = ops.expand_dims(ops.convert_to_tensor(mask), -1)
    total = ops.sum(ops.where(mask, x, 0.0), axis=1)
    return total / ops.maximum(ops.mean(ops.sum(ops.cast(mask, "float32"), axis=1)), 1.0)


# %% wrong: masked_mean_pool
# idea: "a step counts where its vector isn't zero, the mask is not used"
# fits: "is: where is it used?"
def masked_mean_pool(x, mask):
    x = ops.convert_to_tensor(x)
    keep = ops.any(ops.not_equal(x, 0.0), axis=-1, keepdims=True)
    total = ops.sum(ops.where(keep, x, 0.0), axis=1)
    return total / ops.maximum(ops.sum(ops.cast(keep, "float32"), axis=1), 1.0)


# %% wrong: masked_mean_pool
# idea: "masked steps are kept, tokens left out"
# fits: "Your mean is that of the padding"
def masked_mean_pool(x, mask):
    mask = ops.logical_not(ops.expand_dims(ops.convert_to_tensor(mask), -1))
    total = ops.sum(ops.where(mask, x, 0.0), axis=1)
    return total / ops.maximum(ops.sum(ops.cast(mask, "float32"), axis=1), 1.0)


# %% right: build_bilstm_classifier
def build_bilstm_classifier(matrix, units, trainable=True):
    matrix = np.asarray(matrix, dtype="float32")
    numbers = keras.Input(shape=(None,), dtype="int32")
    table = layers.Embedding(
        len(matrix), matrix.shape[1], embeddings_initializer=keras.initializers.Constant(matrix), trainable=trainable
    )
    mask = ops.not_equal(numbers, 0)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(table(numbers), mask=mask)
    return keras.Model(numbers, layers.Dense(1)(masked_mean_pool(states, mask)))


# %% right: build_bilstm_classifier
def build_bilstm_classifier(matrix, units, trainable=True):
    # GlobalAveragePooling1D has a mask of its own; a text of padding alone is cared for by a factor.
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*np.shape(matrix), mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True), merge_mode="concat")(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, numbers > 0))
    model = keras.Model(numbers, logits)
    embedding.set_weights([np.asarray(matrix)])
    return model


# %% wrong: build_bilstm_classifier
# idea: "no mask in the LSTMs, only in the mean"
# fits: "Your LSTMs read the padding"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "the mean over all steps, padding too"
# fits: "Your mean takes in the steps of padding"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(ops.mean(states, axis=1))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "the last states of both, no mean"
# fits: "The last state of each direction goes into your dense layer"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    last = layers.Bidirectional(layers.LSTM(units))(embedding(numbers))
    logits = layers.Dense(1)(last)
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "a sigmoid on the output: a probability, no logit"
# fits: "Probabilities come out"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    pooled = masked_mean_pool(states, ops.not_equal(numbers, 0))
    logits = layers.Dense(1, activation="sigmoid")(pooled)
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "trainable is ignored"
# fits: "`trainable` is not used"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "frozen means the whole model"
# fits: "You freeze the whole model"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    embedding.set_weights([matrix])
    model = keras.Model(numbers, logits)
    model.trainable = trainable
    return model


# %% wrong: build_bilstm_classifier
# idea: "the given vectors are never put into the table"
# fits: "The word vectors are random"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "states of both directions are added, not put side by side"
# fits: "The two states are added up"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True), merge_mode="sum")(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "the unknown token is masked too"
# fits: "Your mask hides unknown tokens from the LSTMs, too"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, trainable=trainable)
    mask = numbers > UNKNOWN
    states = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(embedding(numbers), mask=mask)
    logits = layers.Dense(1)(masked_mean_pool(states, mask))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% wrong: build_bilstm_classifier
# idea: "each direction has half the units"
# fits: "Your directions share the units"
def build_bilstm_classifier(matrix, units, trainable=True):
    numbers = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(*matrix.shape, mask_zero=True, trainable=trainable)
    states = layers.Bidirectional(layers.LSTM(max(units // 2, 1), return_sequences=True))(embedding(numbers))
    logits = layers.Dense(1)(masked_mean_pool(states, ops.not_equal(numbers, 0)))
    embedding.set_weights([matrix])
    return keras.Model(numbers, logits)


# %% right: negation_test
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError("no pairs")
    n = len(pairs)
    both = np.asarray(model([text for pair in pairs for text in pair]), dtype=float).reshape(n, 2)
    gap = both[:, 0] - both[:, 1]
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float((gap > margin).mean()),
        "tied": float((abs(gap) <= margin).mean()),
        "both": float(((both[:, 0] > 0) & (both[:, 1] < 0)).mean()),
        "failed": [int(i) for i in order if gap[i] <= margin],
    }


# %% right: negation_test
def negation_test(model, pairs, margin=1e-4):
    if len(pairs) < 1:
        raise ValueError("no pairs")
    ranked = tied = both = 0
    failed = []
    for i, (good, bad) in enumerate(pairs):
        high, low = float(model([good])[0]), float(model([bad])[0])
        if high - low > margin:
            ranked += 1
        else:
            tied += abs(high - low) <= margin
            failed.append((high - low, i))
        both += high > 0 > low
    n = len(pairs)
    return {"ranked": ranked / n, "tied": tied / n, "both": both / n, "failed": [i for _, i in sorted(failed)]}


# %% wrong: negation_test
# idea: "no margin: a difference in the last digit ranks a pair"
# fits: "Your margin is 0, whatever was asked for"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > 0)),
        "tied": float(np.mean(gap == 0)),
        "both": float(np.mean((good > 0) & (bad < 0))),
        "failed": [int(i) for i in order if gap[i] <= 0],
    }


# %% wrong: negation_test
# idea: "tied pairs aren't failures"
# fits: "Tied pairs have failed as well"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean((good > 0) & (bad < 0))),
        "failed": [int(i) for i in order if gap[i] < -margin],
    }


# %% wrong: negation_test
# idea: "failed lists those of which not both texts are right"
# fits: "You list the pairs that are not right on *both* sides"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    both = (good > 0) & (bad < 0)
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean(both)),
        "failed": [int(i) for i in order if not both[i]],
    }


# %% wrong: negation_test
# idea: "failed in the order of the pairs, not the worst first"
# fits: "The failures are in the order of the pairs"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean((good > 0) & (bad < 0))),
        "failed": np.flatnonzero(gap <= margin).tolist(),
    }


# %% wrong: negation_test
# idea: "both counts only pairs that are ranked"
# fits: "For *both* the margin does not matter"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean((good > 0) & (bad < 0) & (gap > margin))),
        "failed": [int(i) for i in order if gap[i] <= margin],
    }


# %% wrong: negation_test
# idea: "both is the share of texts that are right, an accuracy"
# fits: "You count texts"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float((np.mean(good > 0) + np.mean(bad < 0)) / 2),
        "failed": [int(i) for i in order if gap[i] <= margin],
    }


# %% wrong: negation_test
# idea: "ranked is a share of the pairs that aren't tied"
# fits: "Your share leaves the ties out below the line"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    tied = np.abs(gap) <= margin
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.sum(gap > margin) / max(np.sum(~tied), 1)),
        "tied": float(np.mean(tied)),
        "both": float(np.mean((good > 0) & (bad < 0))),
        "failed": [int(i) for i in order if gap[i] <= margin],
    }


# %% wrong: negation_test
# idea: "failed holds the texts, not the indices"
# fits: "You list the pairs themselves"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean((good > 0) & (bad < 0))),
        "failed": [pairs[i] for i in order if gap[i] <= margin],
    }


# %% wrong: negation_test
# idea: "a score of exactly 0 counts as right"
# fits: "A score of 0 is neither praise nor blame"
def negation_test(model, pairs, margin=1e-4):
    if not pairs:
        raise ValueError
    good = np.asarray(model([p[0] for p in pairs]), float)
    bad = np.asarray(model([p[1] for p in pairs]), float)
    gap = good - bad
    order = np.argsort(gap, kind="stable")
    return {
        "ranked": float(np.mean(gap > margin)),
        "tied": float(np.mean(np.abs(gap) <= margin)),
        "both": float(np.mean((good >= 0) & (bad <= 0))),
        "failed": [int(i) for i in order if gap[i] <= margin],
    }
