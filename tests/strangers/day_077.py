# %% right: make_dataset
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError("seq_len, batch_size and stride are at least 1")
    ids = np.asarray(ids)
    if len(ids) < seq_len + 1:
        raise ValueError("not even one window")
    windows = np.lib.stride_tricks.sliding_window_view(ids, seq_len + 1)[::stride]
    if len(windows) < batch_size:
        raise ValueError("too few windows")
    if rng is not None:
        windows = rng.permutation(windows)
    num = len(windows) // batch_size
    windows = windows[: num * batch_size].reshape(num, batch_size, seq_len + 1)
    return windows[..., :-1].astype("int32"), windows[..., 1:].astype("int32")


# %% right: make_dataset
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    if stride is None:
        stride = seq_len
    for number in (seq_len, batch_size, stride):
        if number < 1:
            raise ValueError(number)
    starts = [s for s in range(0, len(ids), stride) if s + seq_len + 1 <= len(ids)]
    if rng is not None:
        rng.shuffle(starts)
    batches = [starts[i : i + batch_size] for i in range(0, len(starts) - batch_size + 1, batch_size)]
    if not batches:
        raise ValueError("not one batch")
    x = np.array([[ids[s : s + seq_len] for s in batch] for batch in batches], dtype=np.int32)
    y = np.array([[ids[s + 1 : s + seq_len + 1] for s in batch] for batch in batches], dtype=np.int32)
    return x, y


# %% wrong: make_dataset
# idea: "one window too few: the last start whose targets are all there is left out"
# fits: "A window that just fits is lost"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len - 1, stride)
    if len(starts) < batch_size:
        raise ValueError
    if rng is not None:
        rng.shuffle(starts)
    starts = starts[: len(starts) // batch_size * batch_size].reshape(-1, batch_size)
    places = starts[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% wrong: make_dataset
# idea: "the targets are the window rolled: the last target is the window's first token"
# fits: "The last target of your windows is their own first token"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    if rng is not None:
        rng.shuffle(starts)
    starts = starts[: len(starts) // batch_size * batch_size].reshape(-1, batch_size)
    x = ids[starts[..., None] + np.arange(seq_len)].astype("int32")
    return x, np.roll(x, -1, axis=-1)


# %% wrong: make_dataset
# idea: "whole batches are shuffled, with neighbours together"
# fits: "You shuffle whole batches"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    starts = starts[: len(starts) // batch_size * batch_size].reshape(-1, batch_size)
    if rng is not None:
        starts = rng.permutation(starts)
    places = starts[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% wrong: make_dataset
# idea: "what doesn't fill a batch is dropped before shuffling: always the same end of the text"
# fits: "You drop before you shuffle, so the end of the text is never seen"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    starts = starts[: len(starts) // batch_size * batch_size]
    if rng is not None:
        rng.shuffle(starts)
    places = starts.reshape(-1, batch_size)[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% wrong: make_dataset
# idea: "the stateful order: row i of a batch goes on where row i of the last one ended"
# fits: "In order, the windows of a batch are neighbours"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    if rng is not None:
        rng.shuffle(starts)
    num = len(starts) // batch_size
    starts = starts[: num * batch_size].reshape(batch_size, num).T
    places = starts[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% wrong: make_dataset
# idea: "inputs and targets are shuffled each for itself"
# fits: "x and y are shuffled each for itself, and no longer belong together"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    x = ids[starts[:, None] + np.arange(seq_len)]
    y = ids[starts[:, None] + np.arange(1, seq_len + 1)]
    if rng is not None:
        x, y = rng.permutation(x), rng.permutation(y)
    size = len(x) // batch_size * batch_size
    return tuple(a[:size].reshape(-1, batch_size, seq_len).astype("int32") for a in (x, y))


# %% wrong: make_dataset
# idea: "the tokens are shuffled, not the windows"
# fits: "You shuffle the tokens"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if len(starts) < batch_size:
        raise ValueError
    if rng is not None:
        ids = rng.permutation(ids)
    starts = starts[: len(starts) // batch_size * batch_size].reshape(-1, batch_size)
    places = starts[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% wrong: make_dataset
# idea: "too few windows give an empty array, no error"
# fits: "Results are right where there is one"
def make_dataset(ids, seq_len, batch_size, stride=None, rng=None):
    stride = seq_len if stride is None else stride
    if min(seq_len, batch_size, stride) < 1:
        raise ValueError
    starts = np.arange(0, len(ids) - seq_len, stride)
    if rng is not None:
        rng.shuffle(starts)
    starts = starts[: len(starts) // batch_size * batch_size].reshape(-1, batch_size)
    places = starts[..., None] + np.arange(seq_len)
    return ids[places].astype("int32"), ids[places + 1].astype("int32")


# %% right: sample_logits
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p")
    z = np.array(logits, dtype=float)
    z = (z - z.max(axis=1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    z = np.take_along_axis(z, order, axis=1)
    if top_k is not None:
        z[:, top_k:] = -np.inf
    if top_p is not None and top_p < 1:
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        before = np.zeros_like(p)
        before[:, 1:] = np.cumsum(p, axis=1)[:, :-1]
        z[before >= top_p] = -np.inf
    winners = np.argmax(z + rng.gumbel(size=z.shape), axis=1)  # the Gumbel trick
    return order[np.arange(len(z)), winners]


# %% right: sample_logits
def sample_logits(logits, temperature, top_k, top_p, rng):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and (top_p <= 0 or top_p > 1)):
        raise ValueError("out of range")
    tokens = []
    for row in np.asarray(logits, dtype=float):
        scaled = (row - row.max()) / temperature
        left = sorted(range(len(row)), key=lambda j: -scaled[j])[:top_k]
        weights = np.exp(scaled[left])
        weights /= weights.sum()
        if top_p is not None and top_p != 1:
            total, number = 0.0, 0
            while number < len(left) and total < top_p:
                total += weights[number]
                number += 1
            left, weights = left[:number], weights[:number] / weights[:number].sum()
        tokens.append(left[rng.choice(len(left), p=weights)])
    return np.array(tokens, dtype=int)


# %% wrong: sample_logits
# idea: "the sum for top-p is taken over the probabilities before top-k, not scaled again"
# fits: "You take the sum for top-p as if top-k had dropped nothing"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = (z - z.max(1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    p /= p.sum(1, keepdims=True)
    keep = np.ones(p.shape, bool)
    if top_p is not None and top_p < 1:
        keep = np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) < top_p
    if top_k is not None:
        keep[:, top_k:] = False
    p = np.where(keep, p, 0)
    p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "the token with which top-p is reached is dropped"
# fits: "You stop one token early"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = (z - z.max(1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        keep = np.cumsum(p, 1) <= top_p
        keep[:, 0] = True
        p = np.where(keep, p, 0)
        p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "the temperature comes last: top-p is measured at temperature 1"
# fits: "Your temperature comes last"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = z - z.max(1, keepdims=True)
    order = np.argsort(-z, axis=1, kind="stable")
    z = np.take_along_axis(z, order, 1)
    if top_k is not None:
        z[:, top_k:] = -np.inf
    if top_p is not None and top_p < 1:
        p = np.exp(z)
        p /= p.sum(1, keepdims=True)
        z[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = -np.inf
    p = np.exp(z / temperature)
    p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "top-k keeps all that reach the k-th largest logit: equal ones make it more than k"
# fits: "Tokens that tie with the last one that is kept stay too, so more than k are left"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = (z - z.max(1, keepdims=True)) / temperature
    if top_k is not None and top_k < z.shape[1]:
        z[z < np.sort(z, axis=1)[:, -top_k][:, None]] = -np.inf
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        p[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
        p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "one random number for all rows"
# fits: "All rows share one draw"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = (z - z.max(1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        p[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
        p /= p.sum(1, keepdims=True)
    place = (np.cumsum(p, 1) <= rng.random()).sum(1)
    return order[np.arange(len(p)), np.minimum(place, p.shape[1] - 1)]


# %% wrong: sample_logits
# idea: "what is dropped gets the logit 0, not minus infinity"
# fits: "A logit of 0 is no ban"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    z = np.take_along_axis(z, order, 1)
    if top_k is not None:
        z[:, top_k:] = 0
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        z[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "exponentials of the raw logits: large ones overflow"
# fits: "exp of a large logit is infinite, and infinite over infinite is no probability"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        p[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
        p /= p.sum(1, keepdims=True)
    return np.array([o[rng.choice(len(o), p=row)] for o, row in zip(order, p)], int)


# %% wrong: sample_logits
# idea: "places in the sorted list come back, not tokens"
# fits: "You give back the rank of the token"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = -np.sort(-np.array(logits, float), axis=1)
    p = np.exp((z - z[:, :1]) / temperature)
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        p[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
        p /= p.sum(1, keepdims=True)
    return np.array([rng.choice(len(row), p=row) for row in p], int)


# %% wrong: sample_logits
# idea: "among what is left the likeliest is taken, not drawn"
# fits: "You take the likeliest token, and draw nothing"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    return np.argmax(np.asarray(logits, float) / temperature, axis=1)


# %% wrong: sample_logits
# idea: "what is left is drawn from evenly, not in proportion"
# fits: "What is left is drawn from evenly"
def sample_logits(logits, temperature, top_k, top_p, rng):
    if not temperature > 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError
    z = np.array(logits, float)
    z = (z - z.max(1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(z, order, 1))
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(1, keepdims=True)
    if top_p is not None and top_p < 1:
        p[np.hstack([np.zeros((len(p), 1)), np.cumsum(p, 1)[:, :-1]]) >= top_p] = 0
    return np.array([o[rng.choice(np.flatnonzero(row))] for o, row in zip(order, p)], int)


# %% right: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    text = [int(token) for token in prompt]
    if not text:
        raise ValueError("the prompt is empty")
    state, unread = None, list(text)
    for _ in range(num_tokens):
        logits, state = model(np.array(unread)[None], state)
        token = int(choose(logits[:, -1])[0])
        text.append(token)
        unread = [token]
        if stop is not None and token == stop:
            return text
    return text


# %% right: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    if len(prompt) == 0:
        raise ValueError("nothing to go on from")
    if num_tokens == 0:
        return list(prompt)
    logits, state = model(np.asarray([list(prompt)]), None)
    new = [int(np.asarray(choose(logits[:, -1, :])).item())]
    while len(new) < num_tokens and (stop is None or new[-1] != stop):
        logits, state = model(np.array([[new[-1]]]), state)
        new.append(int(np.asarray(choose(logits[:, -1, :])).item()))
    return [*prompt, *new]


# %% right: generate
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError("empty")
    new = []
    logits, state = model(np.array([prompt]), None)
    while len(new) < num_tokens:
        new.append(int(choose(logits[:, -1])[0]))
        logits, state = model(np.array([[new[-1]]]), state)  # the last one too
        if new[-1] == stop:
            break
    return list(prompt) + new


# %% wrong: generate
# idea: "the state is not handed on"
# fits: "The new state is thrown away, so each token is read as if the text began with it"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread = list(prompt), list(prompt)
    for _ in range(num_tokens):
        logits, _ = model(np.array([unread]), None)
        text.append(int(choose(logits[:, -1])[0]))
        unread = text[-1:]
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "the prompt is read, and its last token again with the first draw"
# fits: "The prompt's last token is read twice"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text = list(prompt)
    _, state = model(np.array([text]), None)
    for _ in range(num_tokens):
        logits, state = model(np.array([text[-1:]]), state)
        text.append(int(choose(logits[:, -1])[0]))
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "the whole text is read again for each token, from a fresh state"
# fits: "Your text is right, but read from the start for each token"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text = list(prompt)
    for _ in range(num_tokens):
        logits, _ = model(np.array([text]), None)
        text.append(int(choose(logits[:, -1])[0]))
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "the whole text is read again, with the state carried along too"
# fits: "You read the whole text again for each token, on top of a state that knows it already"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, state = list(prompt), None
    for _ in range(num_tokens):
        logits, state = model(np.array([text]), state)
        text.append(int(choose(logits[:, -1])[0]))
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "a stop in the prompt ends the text before it begins"
# fits: "You look for stop before anything is written"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = list(prompt), list(prompt), None
    while len(text) < len(prompt) + num_tokens and text[-1] != stop:
        logits, state = model(np.array([unread]), state)
        text.append(int(choose(logits[:, -1])[0]))
        unread = text[-1:]
    return text


# %% wrong: generate
# idea: "stop itself is left out of the text"
# fits: "The stop token itself is missing at the end"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = list(prompt), list(prompt), None
    for _ in range(num_tokens):
        logits, state = model(np.array([unread]), state)
        token = int(choose(logits[:, -1])[0])
        if token == stop:
            break
        text.append(token)
        unread = [token]
    return text


# %% wrong: generate
# idea: "num_tokens counts the prompt too"
# fits: "num_tokens counts new tokens only"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = list(prompt), list(prompt), None
    while len(text) < num_tokens:
        logits, state = model(np.array([unread]), state)
        text.append(int(choose(logits[:, -1])[0]))
        unread = text[-1:]
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "the prompt is fed token by token"
# fits: "You feed the prompt token by token"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, state = list(prompt), None
    if num_tokens:
        for token in prompt:
            logits, state = model(np.array([[token]]), state)
    for i in range(num_tokens):
        text.append(int(choose(logits[:, -1])[0]))
        if text[-1] == stop or i == num_tokens - 1:
            break
        logits, state = model(np.array([text[-1:]]), state)
    return text


# %% wrong: generate
# idea: "the choice is made from the logits after the prompt's first token"
# fits: "You choose after the first token of the prompt"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = list(prompt), list(prompt), None
    for _ in range(num_tokens):
        logits, state = model(np.array([unread]), state)
        text.append(int(choose(logits[:, 0])[0]))
        unread = text[-1:]
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "the new tokens are appended to the caller's prompt"
# fits: "The new tokens are written into the prompt that was given"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = prompt, list(prompt), None
    for _ in range(num_tokens):
        logits, state = model(np.array([unread]), state)
        text.append(int(choose(logits[:, -1])[0]))
        unread = text[-1:]
        if text[-1] == stop:
            break
    return text


# %% wrong: generate
# idea: "only the new tokens come back"
# fits: "The prompt is missing in front"
def generate(model, prompt, num_tokens, choose, stop=None):
    if not prompt:
        raise ValueError
    text, unread, state = [], list(prompt), None
    for _ in range(num_tokens):
        logits, state = model(np.array([unread]), state)
        text.append(int(choose(logits[:, -1])[0]))
        unread = text[-1:]
        if text[-1] == stop:
            break
    return text


# %% right: notes_to_tokens
def notes_to_tokens(notes):
    table = np.asarray(notes, dtype=int).reshape(-1, 2)
    if ((table < [0, 1]) | (table > [127, 16])).any():
        raise ValueError("out of range")
    return [*(table + [0, FIRST_LENGTH - 1]).ravel().tolist(), END]


def tokens_to_notes(tokens):
    tokens = np.asarray(tokens, dtype=int)
    ends = np.flatnonzero(tokens == END)
    if len(ends):
        tokens = tokens[: ends[0]]
    first, second = tokens[:-1], tokens[1:]
    good = (first < FIRST_LENGTH) & (second >= FIRST_LENGTH)
    return np.stack([first[good], second[good] - (FIRST_LENGTH - 1)], axis=1)


# %% right: notes_to_tokens
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if number not in range(128) or length not in range(1, 17):
            raise ValueError((number, length))
        tokens += [int(number), int(length) + 127]
    tokens.append(END)
    return tokens


def tokens_to_notes(tokens):
    notes, waiting = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            waiting = token
        else:
            if waiting is not None:
                notes.append((waiting, token - FIRST_LENGTH + 1))
            waiting = None
    return np.array(notes, dtype=int).reshape(len(notes), 2)


# %% wrong: notes_to_tokens
# idea: "a length of 1 is 129: 16 falls on END"
# fits: "Both ways your lengths are one token too high"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes, waiting = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            waiting = token
        elif waiting is not None:
            notes.append((waiting, token - FIRST_LENGTH))
            waiting = None
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "tokens are read in pairs from the start: after one slip all is out of step"
# fits: "You take the tokens two by two"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    tokens = list(tokens)
    if END in tokens:
        tokens = tokens[: tokens.index(END)]
    notes = [
        (a, b - FIRST_LENGTH + 1) for a, b in zip(tokens[::2], tokens[1::2]) if a < FIRST_LENGTH and b >= FIRST_LENGTH
    ]
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "pitches and lengths are sorted out and paired by their order"
# fits: "You sort pitches and lengths apart and pair them by their order"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    tokens = list(tokens)
    if END in tokens:
        tokens = tokens[: tokens.index(END)]
    pitches = [t for t in tokens if t < FIRST_LENGTH]
    lengths = [t - FIRST_LENGTH + 1 for t in tokens if t >= FIRST_LENGTH]
    return np.array(list(zip(pitches, lengths)), dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "a second length belongs to the same pitch again"
# fits: "A second length in a row makes a second note of the same pitch"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes, pitch = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            pitch = token
        elif pitch is not None:
            notes.append((pitch, token - FIRST_LENGTH + 1))
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "END is skipped and the next tune read too"
# fits: "You read on after the end"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes = []
    for a, b in zip(tokens[:-1], tokens[1:]):
        if a < FIRST_LENGTH <= b < END:
            notes.append((a, b - FIRST_LENGTH + 1))
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "pitch 0 counts as no pitch: rests are lost on the way back"
# fits: "Rests are lost"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes, pitch = [], None
    for token in tokens:
        if token == END:
            break
        if token < FIRST_LENGTH:
            pitch = token
        else:
            if pitch:
                notes.append((pitch, token - FIRST_LENGTH + 1))
            pitch = None
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "no notes give an array of the shape (0,)"
# fits: "Without any note the array should still have two columns"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    notes = []
    tokens = list(tokens)
    tokens = tokens[: tokens.index(END)] if END in tokens else tokens
    for a, b in zip(tokens[:-1], tokens[1:]):
        if a < FIRST_LENGTH <= b:
            notes.append((a, b - FIRST_LENGTH + 1))
    return np.array(notes, dtype=int)


# %% wrong: notes_to_tokens
# idea: "all pitches first, then all lengths"
# fits: "All pitches come first, then all lengths"
def notes_to_tokens(notes):
    for number, length in notes:
        if not 0 <= number <= 127 or not 1 <= length <= 16:
            raise ValueError
    return [int(n) for n, _ in notes] + [int(k) + FIRST_LENGTH - 1 for _, k in notes] + [END]


def tokens_to_notes(tokens):
    tokens = list(tokens)
    tokens = tokens[: tokens.index(END)] if END in tokens else tokens
    notes = [(a, b - FIRST_LENGTH + 1) for a, b in zip(tokens[:-1], tokens[1:]) if a < FIRST_LENGTH <= b]
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% wrong: notes_to_tokens
# idea: "only lengths are checked: a number of 130 passes for a length"
# fits: "Results are right where there is one"
def notes_to_tokens(notes):
    tokens = []
    for number, length in notes:
        if not 1 <= length <= 16:
            raise ValueError
        tokens += [int(number), int(length) + FIRST_LENGTH - 1]
    return [*tokens, END]


def tokens_to_notes(tokens):
    tokens = list(tokens)
    tokens = tokens[: tokens.index(END)] if END in tokens else tokens
    notes = [(a, b - FIRST_LENGTH + 1) for a, b in zip(tokens[:-1], tokens[1:]) if a < FIRST_LENGTH <= b]
    return np.array(notes, dtype=int).reshape(-1, 2)


# %% right: write_wav
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    notes = np.asarray(notes)
    if len(notes) == 0 or not tempo > 0:
        raise ValueError("no notes or no tempo")
    ends = np.rint(np.cumsum(notes[:, 1]) * 15 * sample_rate / tempo).astype(int)
    begins = np.concatenate([[0], ends[:-1]])
    sound = np.zeros(ends[-1])
    for (number, _), begin, end in zip(notes, begins, ends, strict=True):
        if number == 0 or end == begin:
            continue
        j = np.arange(end - begin)
        edge = np.minimum(j, j[::-1]) / (0.01 * sample_rate)
        sound[begin:end] = voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * np.clip(edge, 0, 1)
    peak = np.abs(sound).max(initial=0)
    if peak > 0:
        sound = sound / peak
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound * 0.9 * 32767).astype("<i2").tobytes())
    return len(sound)


# %% right: write_wav
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) < 1:
        raise ValueError("no notes")
    if tempo <= 0:
        raise ValueError("no tempo")
    samples, sixteenths = [], 0
    for number, length in np.asarray(notes).tolist():
        begin = len(samples)
        sixteenths += length
        count = round(sixteenths * 15 / tempo * sample_rate) - begin
        for j in range(count):
            if number == 0:
                samples.append(0.0)
                continue
            volume = min(1, j / sample_rate / 0.01, (count - 1 - j) / sample_rate / 0.01)
            samples.append(volume * float(voice(2 ** ((number - 69) / 12) * 440, j / sample_rate)))
    peak = max(map(abs, samples), default=0) or 1.0
    data = b"".join(round(s / peak * 29490.3).to_bytes(2, "little", signed=True) for s in samples)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, sample_rate, 0, "NONE", "not compressed"))
        file.writeframes(data)
    return len(samples)


# %% wrong: write_wav
# idea: "each length is rounded: the tune drifts"
# fits: "You round the length of each note, and the errors add up"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    pieces = []
    for number, length in notes:
        j = np.arange(round(length * 15 / tempo * sample_rate))
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        pieces.append(volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0))
    sound = np.concatenate(pieces)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "every note is made equally loud"
# fits: "You make every note equally loud"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        piece = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
        sound[a:b] = piece / (np.abs(piece).max(initial=0) or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "time counts from the start of the tune, so later notes are struck long ago"
# fits: "Your clock runs from the start of the tune"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), (a + j) / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "samples are cut off towards 0, not rounded"
# fits: "Fractions are cut off"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(sound.astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "a length counts quarters, not sixteenths"
# fits: "Your notes are four times too long"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 60 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "a rest sounds as note 0, a rumble of 8 hertz"
# fits: "Rests sound as a very low tone"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "a note fades in but not out: clicks at its end"
# fits: "Your notes swell, but they end with a jump"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, j / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "in short notes swell and fade are multiplied, not the smaller taken"
# fits: "Growing and falling are multiplied"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        swell = np.minimum(1, j / sample_rate / 0.01)
        sound[a:b] = swell * swell[::-1] * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "the sound is never scaled: above 1 it wraps"
# fits: "The sound is not scaled"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / sample_rate / 0.01)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound * 0.9 * 32767).astype(int).astype("<i2").tobytes())
    return len(sound)


# %% wrong: write_wav
# idea: "swell and fade take a fixed number of samples, whatever the rate"
# fits: "Your notes swell for a fixed number of samples"
def write_wav(notes, path, tempo=100, sample_rate=16_000):
    if len(notes) == 0 or tempo <= 0:
        raise ValueError
    edges = np.rint(np.cumsum([0, *(n[1] for n in notes)]) * 15 / tempo * sample_rate).astype(int)
    sound = np.zeros(edges[-1])
    for (number, _), a, b in zip(notes, edges, edges[1:]):
        j = np.arange(b - a)
        volume = np.minimum(1, np.minimum(j, j[::-1]) / 160)
        sound[a:b] = volume * voice(440 * 2 ** ((number - 69) / 12), j / sample_rate) * (number > 0)
    sound = sound / (np.abs(sound).max() or 1) * 0.9 * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.rint(sound).astype("<i2").tobytes())
    return len(sound)
