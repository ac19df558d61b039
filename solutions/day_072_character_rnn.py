# ---
# day: 72
# title: A character-level language model
# week: 15
# minutes: 100
# backend: numpy
# needs: [1, 5, 26, 29, 68, 71]
# data: [names]
# papers:
# - "Williams and Zipser 1989, A learning algorithm for continually running fully recurrent neural networks"
# - "Sutskever, Martens and Hinton 2011, Generating text with recurrent neural networks"
# - "Graves 2013, Generating sequences with recurrent neural networks"
# - "Bengio, Vinyals, Jaitly and Shazeer 2015, Scheduled sampling for sequence prediction with recurrent neural
#   networks"
# ---

# %% [markdown]
# # Day 72 · A character-level language model
#
# By the end you can train a recurrent network to spell, measure it against the n-grams of Day 68, and let it invent
# names of languages, as wild or as tame as you like.
#
# **You will build** the coding of names as batches of numbers, the loss of a recurrent network on characters with its
# gradients, its training, and a sampler with a temperature. The network needs fewer bits per character than a bigram
# model.
#
# **You need** softmax and its gradient (Day 5), the dense layer's backward pass (Day 26), Adam (Day 29), language
# models and bits per character (Day 68), and the recurrent network with its backpropagation through time (Day 71).
# **Not today:** gates (Days 73 and 74) and words. It takes about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B, T$ | names in a batch, steps: letters of the longest and its end | | |
# | $V$ | size of the vocabulary, the end counted: inputs and outputs a step | $()$ | |
# | $H$ | units of the network | $()$ | |
# | $x$, $x_t$ | what is read, as indices, and what of it at step $t$ | $(B, T)$, $(B,)$ | `x` |
# | $y$ | what comes next, as indices | $(B, T)$ | `y` |
# | $m$ | mask: True where $y$ is part of a name | $(B, T)$ | `mask` |
# | $h_{t-1}$, $h_t$ | hidden state before and after step $t$; $h_{-1}$ is 0 | $(B, H)$ | `h`, `h_next` |
# | $W_x$, $W_h$, $b$ | weights of the input and of the state, biases | $(V, H)$, $(H, H)$, $(H,)$ | `wx`, `wh`, `b` |
# | $W_y$, $b_y$ | weights and biases of the output | $(H, V)$, $(V,)$ | `wy`, `by` |
# | $z_t$ | logits for the next character | $(B, V)$ | `logits` |
# | $p$ | probabilities: the softmax of the logits | $(B, T, V)$ | `probs` |
# | $\tau$ | temperature | $()$ | `temperature` |
# | $L$ | loss: mean surprise of a character, in nats | $()$ | `loss` |
# | $a_t$ | what goes into the tanh | $(B, H)$ | |
# | $\bar v$ | short for $\partial L/\partial v$, in the shape of $v$ | | `dv` |
#
# As on Days 71 and 73 the batch comes first and time second, and `params` is a dict, here of five arrays.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

BOUNDARY = "\n"  # as on Day 68: the start of a name, and its end


def rnn_step(params, ix, h):
    """One step of Day 71's network on characters ix, (B,) ints: its state (B, H), and logits (B, V)."""
    h_next = np.tanh(params["wx"][ix] + h @ params["wh"] + params["b"])
    return h_next, h_next @ params["wy"] + params["by"]


def rnn_forward(params, x):
    """All steps on x, (B, T) ints, from a state of 0: the states (B, T, H), and logits (B, T, V)."""
    h, hs, logits = np.zeros((len(x), len(params["wh"]))), [], []
    for t in range(x.shape[1]):
        h, z = rnn_step(params, x[:, t], h)
        hs.append(h)
        logits.append(z)
    return np.stack(hs, axis=1), np.stack(logits, axis=1)


def adam_update(params, grads, state, learning_rate):
    """One step of Adam (Day 29); state is {} before the first. Returns new parameters and a new state."""
    t = state.get("t", 0) + 1
    new_params, new_state = {}, {"t": t}
    for name, grad in grads.items():
        mean, square = state.get(name, (0.0, 0.0))
        mean, square = 0.9 * mean + 0.1 * grad, 0.999 * square + 0.001 * grad**2
        step = mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        new_params[name] = params[name] - learning_rate * step
        new_state[name] = mean, square
    return new_params, new_state


# %% [markdown]
# ## What a network could know that a table doesn't
#
# Day 68's bigram model looks at one letter and forgets the rest. Longer contexts helped little: with 4,400 names many
# runs of four or five letters were never seen, and a table learns nothing about one context from another. A
# recurrent network has neither limit. Its state $h_t$ is a summary of *everything* read so far, and names that look
# alike lead to states that are alike.
#
# The rules are those of Day 68, to the letter. **Split:** the names of one word from the parts train (80%),
# validation (10%) and test (10%) of `names`. **Alphabet:** 26 letters and the end, $V = 27$. **Unit:** bits per
# character, minus $\log_2$ of the probability of all characters, each name's end counted, divided by their number.
# Which number has to be beaten?

# %% demo
split = {part: [name for name in dd.data.names(part) if name.isalpha()] for part in ("train", "validation", "test")}
alphabet = [BOUNDARY, *"abcdefghijklmnopqrstuvwxyz"]
char_to_ix = {char: ix for ix, char in enumerate(alphabet)}

pair_counts = {part: np.zeros((27, 27)) for part in split}
for part, some in split.items():
    for name in some:
        for first, second in zip(BOUNDARY + name, name + BOUNDARY, strict=True):
            pair_counts[part][char_to_ix[first], char_to_ix[second]] += 1


def bigram_probs(k):
    return (pair_counts["train"] + k) / (pair_counts["train"] + k).sum(axis=1, keepdims=True)


def bigram_bits(k, part):
    return -np.sum(pair_counts[part] * np.log2(bigram_probs(k))) / pair_counts[part].sum()


best_k = min((1, 0.1, 0.01), key=lambda k: bigram_bits(k, "validation"))
to_beat = bigram_bits(best_k, "test")
print({part: len(some) for part, some in split.items()})
print(f"{to_beat:.3f} bits per character: bigram, Laplace with k = {best_k:g}; knowing nothing costs {np.log2(27):.3f}")

# %% [markdown]
# ## Names as numbers
#
# A network reads numbers, so every character of the vocabulary gets an index. `char_to_ix` is that dict; its inverse
# leads back. The index is a name and not a quantity (`c` isn't more than `b`), so the network must not multiply it.
# It gets the index **one-hot** (Day 1): a row of $V$ zeros with a single 1. And a one-hot row times $W_x$ is nothing
# but *a row of* $W_x$:
#
# $$(0, 0, 1, 0)\,W_x = \text{row 2 of } W_x, \qquad \text{in code } \texttt{wx[ix]} .$$
#
# So we never build the zeros; `rnn_step` above looks the row up. Out comes the same kind of thing: $V$ logits, which
# a softmax turns into a probability for each character.
#
# What shall the network answer? After each character, **the next one**. So a name makes two rows, one shifted against
# the other. For `ana`, with ⏎ for the boundary, which is `\n` in code:
#
# | step $t$ | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | reads $x_t$ | ⏎ | a | n | a |
# | is to say $y_t$ | a | n | a | ⏎ |
#
# Look at step 2. Whatever the network said at step 1, it now reads the *true* letter `n`. That is **teacher forcing**
# (Williams and Zipser 1989): in training the past is always the true one. It makes all four questions of the row
# independent of the network's own errors, and training is quick and steady. The price comes when the network writes
# by itself: then it has to go on from its own mistakes, which it never met in training (*exposure bias*).
#
# Names differ in length, but a batch is an array. Short names are **padded** up to the longest, and a **mask** says
# what counts. With 0 for ⏎, 1 for a and 2 for n, `ana` and `an` become:
#
# $$x = \begin{pmatrix} 0 & 1 & 2 & 1 \\ 0 & 1 & 2 & 0 \end{pmatrix}, \quad
# y = \begin{pmatrix} 1 & 2 & 1 & 0 \\ 1 & 2 & 0 & 0 \end{pmatrix}, \quad
# m = \begin{pmatrix} \text{T} & \text{T} & \text{T} & \text{T} \\
# \text{T} & \text{T} & \text{T} & \text{F} \end{pmatrix}$$
#
# The end of `an` counts (its mask is True at step 2), and what lies behind it doesn't. Forget the one, and no name
# ever ends; forget the other, and the network is praised for predicting padding.


# %% exercise: encode
def encode(names, char_to_ix):
    """Names as a batch for teacher forcing.

    Args:
        names: list of B str, B >= 1, of characters in char_to_ix without BOUNDARY; a name may be empty.
        char_to_ix: dict of V characters to their indices 0 ... V - 1; BOUNDARY is among them, with any index.

    Returns:
        (x, y, mask), each (B, T) with T one more than the length of the longest name: x has ints, the index of BOUNDARY
        and then those of the name; y has ints, those of the name and then that of BOUNDARY; mask has bools, True at
        the name's steps of y, its end included. Behind that, x and y are filled up with the index of BOUNDARY.
        About 9 lines.
    """
    ### BEGIN SOLUTION
    shape = len(names), max(map(len, names)) + 1
    x = np.full(shape, char_to_ix[BOUNDARY])
    y = np.full(shape, char_to_ix[BOUNDARY])
    mask = np.zeros(shape, dtype=bool)
    for row, name in enumerate(names):
        indices = [char_to_ix[char] for char in name]
        x[row, 1 : len(name) + 1] = indices
        y[row, : len(name)] = indices
        mask[row, : len(name) + 1] = True
    return x, y, mask
    ### END SOLUTION


def decode(indices, char_to_ix):
    """The text of one row of indices, up to the first BOUNDARY.

    Args:
        indices: sequence of ints, a list or an array (T,), which may be empty or without BOUNDARY.
        char_to_ix: as for encode.

    Returns:
        str, without BOUNDARY and without what comes behind it. About 6 lines.
    """
    ### BEGIN SOLUTION
    ix_to_char = {ix: char for char, ix in char_to_ix.items()}
    text = ""
    for ix in indices:
        if ix_to_char[int(ix)] == BOUNDARY:
            break
        text += ix_to_char[int(ix)]
    return text
    ### END SOLUTION


# %% test: encode, points=2
# The batch worked by hand above.
small = {"\n": 0, "a": 1, "n": 2}
result = encode(["ana", "an"], small)
dd.check.kind(result, tuple, why="inputs, targets and mask come back together")
assert len(result) == 3
x, y, mask = result
for array, kind, due, what in [
    (x, "int", [[0, 1, 2, 1], [0, 1, 2, 0]], "x"),
    (y, "int", [[1, 2, 1, 0], [1, 2, 0, 0]], "y"),
    (mask, "bool", [[True, True, True, True], [True, True, True, False]], "mask"),
]:
    dd.check.kind(array, np.ndarray, what=what)
    dd.check.shape(array, (2, 4), what=what, why="the longest name has three letters, and an end")
    dd.check.dtype(array, kind, what=what)
    dd.check.equal(array, np.array(due), what=what, why="the table worked by hand above")
dd.check.equal(decode([1, 2, 1, 0, 2], small), "ana", what="decode([1, 2, 1, 0, 2])", why="a name ends at its boundary")
dd.check.equal(decode(y[1], small), "an", what="decode of the second row of y")
### BEGIN HIDDEN TESTS
tables = [
    {"\n": 0, "a": 1, "b": 2, "c": 3, "é": 4},
    {"c": 0, "a": 1, "\n": 2, "é": 3, "b": 4},
    {"é": 0, "b": 1, "c": 2, "a": 3, "\n": 4},
    {"a": 3, "\n": 1, "é": 4, "b": 0, "c": 2},
]
for table in tables:
    end = table["\n"]
    for names in (["a"], [""], ["", "abc"], ["cab", "b", "", "éaaa", "cc"], ["bb", "bb"], ["abcabcabcab", "c"]):
        what = f" of encode({names}, {table})"
        with dd.check.unchanged(names), dd.check.unchanged(table):
            x, y, mask = encode(names, table)
        steps = 1 + max(len(name) for name in names)
        for array, kind, letter in [(x, "int", "x"), (y, "int", "y"), (mask, "bool", "mask")]:
            dd.check.kind(array, np.ndarray, what=letter + what)
            dd.check.shape(array, (len(names), steps), what=letter + what)
            dd.check.dtype(array, kind, what=letter + what)
        for row, name in enumerate(names):
            for t in range(steps):
                before = table[name[t - 1]] if 1 <= t <= len(name) else end
                now = table[name[t]] if t < len(name) else end
                place = f"[{row}, {t}]"
                dd.check.equal(int(x[row, t]), before, what="x" + place + what, why="x is one step behind y")
                dd.check.equal(int(y[row, t]), now, what="y" + place + what)
                counts = t <= len(name)
                dd.check.equal(bool(mask[row, t]), counts, what="mask" + place + what, why="letters and end count")
            dd.check.equal(decode(y[row], table), name, what="decode of a row of y" + what, why="there and back")
    for indices, due in [([], ""), ([end], ""), ([end, 0, 1], "")]:
        dd.check.equal(decode(indices, table), due, what=f"decode({indices}, {table})")
    letters = [ix for ix in (3, 0, 4, 1, 1, 2) if ix != end]
    due = "".join({ix: char for char, ix in table.items()}[ix] for ix in letters)
    dd.check.equal(decode(letters, table), due, what=f"decode({letters}, {table})", why="there may be no boundary")
    dd.check.equal(decode(np.array([*letters, end, end], dtype=np.uint8), table), due, what="decode of a uint8 array")
### END HIDDEN TESTS

# %% mistakes: encode
# - replace: "mask[row, : len(name) + 1] = True"
#   with: "mask[row, : len(name)] = True"
#   hint: "The mask leaves out the ends of the names, so the network would never learn to stop."
# - replace: "mask[row, : len(name) + 1] = True"
#   with: "mask[row] = True"
#   hint: "Padding counts in your mask: the network would be praised for predicting it."
# - replace: "x[row, 1 : len(name) + 1] = indices"
#   with: "x[row, : len(name)] = indices"
#   hint: "Your network reads the very character that it is to predict. Which of the two rows begins with the boundary?"
# - replace: max(map(len, names)) + 1
#   with: max(map(len, names)) + 2
#   hint: "There is one step too many. How often has the longest name something to predict?"
# - replace: x = np.full(shape, char_to_ix[BOUNDARY])
#   with: x = np.zeros(shape, dtype=int)
#   hint: "You take index 0 for the boundary in x. Look its index up."
# - replace: y = np.full(shape, char_to_ix[BOUNDARY])
#   with: y = np.zeros(shape, dtype=int)
#   hint: "You take index 0 for the boundary in y. Look its index up."
# - replace: mask = np.zeros(shape, dtype=bool)
#   with: mask = np.zeros(shape)
#   hint: "A mask has bools, not numbers."
# - replace: |-
#     if ix_to_char[int(ix)] == BOUNDARY:
#         break
#   with: pass
#   hint: "decode goes on behind the boundary. Where does a name end?"
# - replace: if ix_to_char[int(ix)] == BOUNDARY
#   with: if int(ix) == 0
#   hint: "decode takes index 0 for the boundary. Any index may be its."
# - replace: |-
#     if ix_to_char[int(ix)] == BOUNDARY:
#         break
#   with: |-
#     if ix_to_char[int(ix)] == BOUNDARY:
#         continue
#   hint: "decode leaves the boundary out and goes on. Where does a name end?"
# - replace: |-
#     x = np.full(shape, char_to_ix[BOUNDARY])
#     y = np.full(shape, char_to_ix[BOUNDARY])
#   with: |-
#     x = np.zeros(shape, dtype=int)
#     y = np.zeros(shape, dtype=int)
#   hint: "You take index 0 for the boundary in x and y. Look its index up."
# - replace: return x, y, mask
#   with: return x, y, x != char_to_ix[BOUNDARY]
#   hint: "Your mask asks x where the padding is, and takes the boundary in front of a name for it. A first letter is to
#     be predicted too."
# - replace: return x, y, mask
#   with: return x, x.copy(), mask
#   hint: "The network is to say what it reads at the same step: your two rows are not shifted against each other."
# - replace: "ix_to_char = {ix: char for char, ix in char_to_ix.items()}"
#   with: ix_to_char = dict(enumerate(char_to_ix))
#   hint: "decode counts the characters in the order in which the dict has them. Their indices are the dict's values."
# - replace: for ix in indices
#   with: "for ix in list(indices)[: list(indices).index(char_to_ix[BOUNDARY]) + 1]"
#   hint: "decode needs a boundary. A row may have none, and may be empty."


# %% accepts: encode
def encode(names, char_to_ix):
    steps = max(len(name) for name in names) + 1
    inputs = [(BOUNDARY + name).ljust(steps, BOUNDARY) for name in names]
    targets = [name.ljust(steps, BOUNDARY) for name in names]
    x, y = (np.array([[char_to_ix[char] for char in text] for text in texts]) for texts in (inputs, targets))
    return x, y, np.arange(steps) <= np.array([len(name) for name in names])[:, None]


def decode(indices, char_to_ix):
    chars = sorted(char_to_ix, key=char_to_ix.get)
    return "".join(chars[ix] for ix in indices).split(BOUNDARY)[0]


# %% accepts: encode
def encode(names, char_to_ix):
    end, longest = char_to_ix[BOUNDARY], len(max(names, key=len))
    y = np.array(
        [[*(char_to_ix[c] for c in name), *[end] * (longest + 1 - len(name))] for name in names], dtype=np.int32
    )
    x = np.concatenate([np.full((len(names), 1), end), y[:, :-1]], axis=1)
    ended_before = np.cumsum(y == end, axis=1) - (y == end)
    return x, y, ended_before == 0


def decode(indices, char_to_ix):
    inverse = dict(zip(char_to_ix.values(), char_to_ix, strict=True))
    text = [inverse[ix] for ix in np.asarray(indices, dtype=int).tolist()]
    return "".join(text[: text.index(BOUNDARY)] if BOUNDARY in text else text)


# %% [markdown]
# What does a batch look like, and how much of it is padding?

# %% demo
x_train, y_train, mask_train = encode(split["train"], char_to_ix)
shown_names = [
    next(name for name in split["train"][place:] if len(name) == size)
    for place, size in [(100, 8), (900, 4), (1700, 6), (2500, 2), (3300, 9), (3900, 5)]
]
shown_x, shown_y, shown_mask = encode(shown_names, char_to_ix)
fig, axes = plt.subplots(1, 2, figsize=(11, 3.4))
for ax, indices, title in [(axes[0], shown_x, "x: what is read"), (axes[1], shown_y, "y: what is to be said")]:
    ax.grid(visible=False)
    ax.imshow(np.where(shown_mask, 0.0, 0.45), cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (row, t), ix in np.ndenumerate(indices):
        ax.text(t, row, "end" if ix == 0 else alphabet[ix], ha="center", va="center", fontsize=9, color="black")
    ax.set(title=title, xlabel="step", ylabel="name", yticks=range(len(shown_names)))
dd.plot.show(
    "Two grids of letters, one row a name and one column a step. In the left one each row begins with end, the "
    "boundary; in the right one the same letters lie one step further left. Grey cells on the right of short "
    "names are padding."
)
print(f"{x_train.shape} indices, of which {mask_train.mean():.0%} count")

# %% [markdown]
# The letters of the right grid lie one step further left, and grey is what the mask leaves out: more than half of the
# whole training array, which is made for its longest name.
#
# ## The loss, and where it starts
#
# At each step the softmax gives a probability to the true next character, and $-\ln$ of it is the network's surprise.
# The loss is the **mean over all characters that count**, of all names together:
#
# $$L = -\frac{1}{\sum m} \sum_{i,t} m_{it} \ln p_{i,t,y_{it}}, \qquad p = \text{softmax}(z)$$
#
# In `ana` and `an` seven of eight entries count, so we divide by 7: not by 8, and not by the number of names. Divided
# by $\ln 2$, the loss is Day 68's bits per character; its exponential is the perplexity.
#
# A network that has learned nothing gives each character $\frac1V$, and its loss is $\ln V = \ln 27 \approx 3.30$. If
# yours starts far above, its first weights are too large; far below, something is leaking.
#
# The gradient of the logits is Day 5's: probability minus one-hot target, here divided by the number of characters
# that count, and 0 where the mask is False.


# %% exercise: masked_loss
def masked_loss(logits, y, mask):
    """Mean cross-entropy of the characters that count, and its gradient.

    Args:
        logits: (B, T, V) floats of any size.
        y: (B, T) ints from 0 to V - 1, the true next characters.
        mask: (B, T) bools, True where y counts; at least one is.

    Returns:
        (loss, dlogits): loss is a float in nats, the mean over all True entries of mask together; dlogits is
        (B, T, V) floats, its gradient, 0 where mask is False. The arguments stay unchanged. About 9 lines.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (B, T, V)
    rows, steps = np.nonzero(mask)
    count = len(rows)
    loss = -log_probs[rows, steps, y[rows, steps]].sum() / count
    dlogits = np.exp(log_probs) * mask[:, :, None] / count
    dlogits[rows, steps, y[rows, steps]] -= 1 / count
    return float(loss), dlogits
    ### END SOLUTION


# %% test: masked_loss, points=2
# Three characters, two names: probabilities 1/2, 1/4 and 1/4 at every step, and three of four entries count.
logits = np.log(np.array([[[2.0, 1.0, 1.0], [2.0, 1.0, 1.0]], [[2.0, 1.0, 1.0], [2.0, 1.0, 1.0]]]))
y, mask = np.array([[0, 1], [0, 2]]), np.array([[True, True], [True, False]])
with dd.check.unchanged(logits), dd.check.unchanged(y), dd.check.unchanged(mask):
    result = masked_loss(logits, y, mask)
dd.check.kind(result, tuple, why="loss and gradient come back together")
assert len(result) == 2
loss, dlogits = result
dd.check.kind(loss, float, what="loss")
dd.check.close(loss, np.log(2 * 4 * 2) / 3, what="loss", why="three characters had 1/2, 1/4 and 1/2")
due = np.array([[[-0.5, 0.25, 0.25], [0.5, -0.75, 0.25]], [[-0.5, 0.25, 0.25], [0.0, 0.0, 0.0]]]) / 3
dd.check.like(dlogits, due, what="dlogits", why="probability minus target, over the number that count")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(72)
for b, t, v in [(1, 1, 2), (1, 4, 3), (3, 1, 5), (2, 5, 2), (4, 3, 6), (3, 3, 3)]:
    logits = 2 * rng.normal(size=(b, t, v))
    y = rng.integers(0, v, (b, t))
    for mask in (np.ones((b, t), bool), rng.random((b, t)) < 0.5, np.arange(b * t).reshape(b, t) == b * t - 1):
        if not mask.any():
            mask[0, 0] = True
        with dd.check.unchanged(logits), dd.check.unchanged(y), dd.check.unchanged(mask):
            loss, dlogits = masked_loss(logits, y, mask)
        surprises = []
        for i in range(b):
            for step in range(t):
                if mask[i, step]:
                    total = math.fsum(math.exp(z) for z in logits[i, step])
                    surprises.append(math.log(total) - float(logits[i, step, y[i, step]]))
        size = f" of {b} names, {t} steps and {v} characters"
        dd.check.kind(loss, float, what="loss" + size)
        dd.check.close(loss, math.fsum(surprises) / len(surprises), what="loss" + size, why="a mean over what counts")
        dd.check.shape(dlogits, (b, t, v), what="dlogits" + size)
        assert not np.any(dlogits[~mask]), "dlogits should be 0 where the mask is False"

        def slow_loss(z, y=y, mask=mask):
            largest = z.max(axis=2)
            logs = largest + np.log(np.sum(np.exp(z - largest[:, :, None]), axis=2))
            true = np.sum(z * (np.arange(z.shape[2]) == y[:, :, None]), axis=2)
            return np.sum((logs - true)[mask]) / mask.sum()

        dd.check.gradient(slow_loss, logits, dlogits, what="dlogits" + size)

# Logits of a thousand, sure and right, sure and wrong; whatever the padding's logits are.
logits = np.array([[[1000.0, 0.0], [1000.0, 0.0], [-1000.0, -1000.0]], [[0.0, -1000.0], [5e4, -5e4], [-5e4, 5e4]]])
y, mask = np.array([[0, 1, 0], [0, 1, 0]]), np.array([[True, True, True], [True, False, False]])
loss, dlogits = masked_loss(logits, y, mask)
dd.check.close(loss, (1000 + math.log(2)) / 4, what="loss", why="one sure error costs 1000, one coin ln 2")
due = np.array([[[0.0, 0.0], [1.0, -1.0], [-0.5, 0.5]], [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]]) / 4
dd.check.close(dlogits, due, what="dlogits", why="large logits must not overflow")
### END HIDDEN TESTS

# %% mistakes: masked_loss
# - replace: count = len(rows)
#   with: count = y.size
#   hint: "You divide by all entries, padding included. Over how many characters is the mean?"
# - replace: count = len(rows)
#   with: count = len(y)
#   hint: "You divide by the number of names. The mean is over characters."
# - replace: count = len(rows)
#   with: count = 1
#   hint: "That is a sum. The loss is a mean over the characters that count."
# - replace: "np.exp(log_probs) * mask[:, :, None] / count"
#   with: "np.exp(log_probs) / count"
#   hint: "Padding gets a gradient, although it doesn't count in the loss."
# - replace: dlogits[rows, steps, y[rows, steps]] -= 1 / count
#   with: dlogits[rows, steps, y[rows, steps]] -= 1
#   hint: "The loss is a mean, so both parts of its gradient are divided by the number of characters."
# - replace: dlogits[rows, steps, y[rows, steps]] -= 1 / count
#   with: dlogits[rows, steps, y[rows, steps]] += 1 / count
#   hint: "The target's logit should be pushed up: check the sign of its gradient."
# - replace: shifted = logits - logits.max(axis=-1, keepdims=True)
#   with: shifted = logits
#   hint: "Logits of a thousand overflow the exponential. What may be taken off all logits of a
#     step without changing the softmax?"
# - replace: "loss = -log_probs[rows, steps, y[rows, steps]].sum() / count"
#   with: "loss = -np.take_along_axis(log_probs, y[:, :, None], 2).sum() / count"
#   hint: "The surprise at padding is part of your loss."
# - replace: "loss = -log_probs[rows, steps, y[rows, steps]].sum() / count"
#   with: "loss = -log_probs[rows, steps, y[rows, steps]].sum() / count / np.log(2)"
#   hint: "That is bits; the loss is in nats, and so is its gradient."
# - replace: np.exp(shifted).sum(axis=-1, keepdims=True)
#   with: np.exp(shifted).sum(axis=1, keepdims=True)
#   hint: "Your softmax adds up over the steps. Which axis has the characters?"
# - replace: |-
#     dlogits = np.exp(log_probs) * mask[:, :, None] / count
#     dlogits[rows, steps, y[rows, steps]] -= 1 / count
#   with: dlogits = (np.exp(log_probs) - np.eye(logits.shape[2])[y]) / count
#   hint: "Padding gets a gradient, although it doesn't count in the loss."
# - replace: |-
#     dlogits = np.exp(log_probs) * mask[:, :, None] / count
#     dlogits[rows, steps, y[rows, steps]] -= 1 / count
#   with: |-
#     dlogits = np.exp(log_probs) * mask[:, :, None]
#     dlogits[rows, steps, y[rows, steps]] -= 1
#   hint: "Your loss is a mean, your gradient that of the sum."
# - replace: shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
#   with: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True) + 1e-12)
#   hint: "A small number inside the logarithm puts a ceiling on the surprise. Stay with the logits, and no logarithm of
#     0 is needed."
# - replace: return float(loss), dlogits
#   with: return float(loss / np.log(2)), dlogits / np.log(2)
#   hint: "That is bits; the loss is in nats, and so is its gradient."


# %% mistake: masked_loss
# hint: "You average each name first and then the names, so a letter of a short name weighs more. All
#   characters go in one mean."
def masked_loss(logits, y, mask):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    weights = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1) / max(1, np.sum(mask.any(axis=1)))
    true = np.eye(logits.shape[2])[y]
    loss = -np.sum(weights[:, :, None] * true * log_probs)
    return float(loss), (np.exp(log_probs) - true) * weights[:, :, None]


# %% mistake: masked_loss
# hint: "You average each name first and then the names, so a letter of a short name weighs more. All
#   characters go in one mean."
def masked_loss(logits, y, mask):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    weights = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1) / len(mask)
    true = np.eye(logits.shape[2])[y]
    loss = -np.sum(weights[:, :, None] * true * log_probs)
    return float(loss), (np.exp(log_probs) - true) * weights[:, :, None]


# %% accepts: masked_loss
def masked_loss(logits, y, mask):
    kept, targets = logits[mask], y[mask]  # (n, V), (n,)
    largest = kept.max(axis=1)
    norms = largest + np.log(np.sum(np.exp(kept - largest[:, None]), axis=1))
    dlogits = np.zeros(logits.shape)
    dlogits[mask] = (np.exp(kept - norms[:, None]) - np.eye(kept.shape[1])[targets]) / len(kept)
    return float(np.mean(norms - kept[np.arange(len(kept)), targets])), dlogits


# %% accepts: masked_loss
def masked_loss(logits, y, mask):
    loss, dlogits, count = 0.0, np.zeros_like(logits), int(np.sum(mask))
    for i, t in zip(*np.where(mask), strict=True):
        z = logits[i, t] - np.max(logits[i, t])
        probs = np.exp(z) / np.sum(np.exp(z))
        loss += (np.log(np.sum(np.exp(z))) - z[y[i, t]]) / count
        probs[y[i, t]] -= 1.0
        dlogits[i, t] = probs / count
    return float(loss), dlogits


# %% [markdown]
# ## Back through time
#
# The way back is Day 71's, with one thing more: here *every* step has a loss of its own, so every state receives two
# gradients. One comes up from its own logits, one back from the next step. For $t = T-1, \dots, 0$:
#
# $$\bar h_t = \bar z_t W_y^\top + \bar a_{t+1} W_h^\top, \qquad \bar a_t = \bar h_t \odot (1 - h_t^2),$$
#
# where $a_t = x_t W_x + h_{t-1} W_h + b$ is what goes into the tanh, and $\bar a_T = 0$. The parameters are shared by
# all steps, so their gradients add up over names and steps:
#
# $$\bar W_y = \sum_t h_t^\top \bar z_t, \quad \bar b_y = \sum \bar z_t,
# \quad \bar W_h = \sum_t h_{t-1}^\top \bar a_t, \quad \bar b = \sum \bar a_t,
# \quad \bar W_x = \sum_t x_t^\top \bar a_t .$$
#
# The last one has one-hot rows again: the row $\bar a_t$ of a name is *added to that row of* $\bar W_x$ *whose
# character was read*. The same character is read many times in a batch. `grad[ix] += rows` with repeated indices
# keeps only one of the rows; `np.add.at(grad, ix, rows)` adds them all.
#
# Where a name has ended, $\bar z_t$ is 0 and nothing comes back from later steps, so $\bar a_t$ is 0 too: the padding
# is harmless without further care.


# %% exercise: rnn_step_loss
def rnn_step_loss(params, x, y, mask):
    """Loss of a character network on a batch of names, and the gradients of its parameters: one step's worth.

    Args:
        params: dict of wx (V, H), wh (H, H), b (H,), wy (H, V) and by (V,), floats.
        x, y: (B, T) ints, what is read and what comes next.
        mask: (B, T) bools, True where y counts; at least one is.

    Returns:
        (loss, grads): the loss of masked_loss, for a state that starts at 0, and a dict with the same keys and shapes
        as params. The arguments stay unchanged. About 15 lines; call rnn_forward and masked_loss.
    """
    ### BEGIN SOLUTION
    hs, logits = rnn_forward(params, x)
    loss, dlogits = masked_loss(logits, y, mask)
    dhs = dlogits @ params["wy"].T  # (B, T, H)
    da = np.zeros_like(hs)
    from_later = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        da[:, t] = (dhs[:, t] + from_later) * (1 - hs[:, t] ** 2)
        from_later = da[:, t] @ params["wh"].T
    grads = {"wx": np.zeros_like(params["wx"]), "b": da.sum(axis=(0, 1)), "by": dlogits.sum(axis=(0, 1))}
    np.add.at(grads["wx"], x, da)
    grads["wh"] = np.tensordot(hs[:, :-1], da[:, 1:], axes=([0, 1], [0, 1]))
    grads["wy"] = np.tensordot(hs, dlogits, axes=([0, 1], [0, 1]))
    return loss, grads
    ### END SOLUTION


# %% test: rnn_step_loss, points=3
rng = np.random.default_rng(0)
params = {"wx": rng.normal(size=(3, 2)), "wh": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}
params |= {"wy": rng.normal(size=(2, 3)), "by": rng.normal(size=3)}
x, y = np.array([[0, 1, 2, 1], [0, 1, 2, 0]]), np.array([[1, 2, 1, 0], [1, 2, 0, 0]])  # ana and an
mask = np.array([[True, True, True, True], [True, True, True, False]])
with dd.check.unchanged(params), dd.check.unchanged(x), dd.check.unchanged(y), dd.check.unchanged(mask):
    result = rnn_step_loss(params, x, y, mask)
dd.check.kind(result, tuple, why="loss and gradients come back together")
assert len(result) == 2
loss, grads = result
dd.check.kind(loss, float, what="loss")
dd.check.kind(grads, dict, what="grads")
dd.check.equal(set(grads), set(params), what="the keys of grads", why="every parameter has a gradient")


def slow_loss(params, x, y, mask):
    """The mean surprise, one name and one step at a time."""
    total = 0.0
    for i in range(len(x)):
        h = np.zeros(len(params["b"]))
        for t in range(x.shape[1]):
            h = np.tanh(params["wx"][x[i, t]] + h @ params["wh"] + params["b"])
            z = h @ params["wy"] + params["by"]
            total += (np.log(np.sum(np.exp(z - z.max()))) + z.max() - z[y[i, t]]) * mask[i, t]
    return total / np.sum(mask)


dd.check.close(loss, slow_loss(params, x, y, mask), what="loss", why="it is the mean surprise at what counts")
for name in params:
    dd.check.gradient(
        lambda w, name=name: slow_loss(params | {name: w}, x, y, mask),
        params[name],
        grads[name],
        what=f'grads["{name}"]',
    )
### BEGIN HIDDEN TESTS
from functools import partial


def loss_with(params, name, x, y, mask, w):
    return slow_loss(params | {name: w}, x, y, mask)


rng = np.random.default_rng(7)
for b, t, v, size in [(1, 1, 2, 1), (1, 5, 3, 2), (4, 1, 2, 3), (3, 4, 5, 1), (2, 6, 2, 4), (3, 3, 3, 3)]:
    params = {"wx": rng.normal(size=(v, size)), "wh": rng.normal(size=(size, size)), "b": rng.normal(size=size)}
    params |= {"wy": rng.normal(size=(size, v)), "by": rng.normal(size=v)}
    x, y = rng.integers(0, v, (b, t)), rng.integers(0, v, (b, t))
    mask = np.arange(t) <= rng.integers(0, t, b)[:, None]
    for one in (mask, rng.random((b, t)) < 0.5):
        if not one.any():
            one[-1, -1] = True
        of = f" for {b} names, {t} steps, {v} characters and {size} units"
        with dd.check.unchanged(params), dd.check.unchanged(x), dd.check.unchanged(y), dd.check.unchanged(one):
            loss, grads = rnn_step_loss(params, x, y, one)
        dd.check.kind(loss, float, what="loss" + of)
        dd.check.close(loss, slow_loss(params, x, y, one), what="loss" + of)
        dd.check.equal(set(grads), set(params), what="the keys of grads" + of)
        for name in params:
            dd.check.shape(grads[name], params[name].shape, what=f'grads["{name}"]' + of)
            dd.check.gradient(
                partial(loss_with, params, name, x, y, one),
                params[name],
                grads[name],
                what=f'grads["{name}"]' + of,
            )

# More padding changes nothing, whatever lies in it, and names in a batch don't touch one another.
longer = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 1]])
wide_x, wide_y = np.hstack([x, longer]), np.hstack([y, longer[::-1]])
wide_mask = np.hstack([mask, np.zeros((3, 3), bool)])
loss, grads = rnn_step_loss(params, x, y, mask)
wide_loss, wide_grads = rnn_step_loss(params, wide_x, wide_y, wide_mask)
dd.check.close(wide_loss, loss, what="loss with more padding", why="padding doesn't count")
counts = mask.sum(axis=1)
single = [rnn_step_loss(params, x[i : i + 1], y[i : i + 1], mask[i : i + 1]) for i in range(3)]
for name in params:
    dd.check.close(wide_grads[name], grads[name], what=f'grads["{name}"] with more padding')
    due = sum(n * one[1][name] for n, one in zip(counts, single, strict=True)) / counts.sum()
    dd.check.close(grads[name], due, what=f'grads["{name}"]', why="it is the mean over characters of each name's own")
again_loss, again = rnn_step_loss(params, x, y, mask)
dd.check.close(again["wx"], grads["wx"], what="grads of a second call", why="nothing is kept between calls")
### END HIDDEN TESTS

# %% mistakes: rnn_step_loss
# - replace: np.add.at(grads["wx"], x, da)
#   with: grads["wx"][x] += da
#   hint: "With repeated indices only one of the rows is added. The same character is read many times in a batch."
# - replace: (dhs[:, t] + from_later) * (1 - hs[:, t] ** 2)
#   with: "dhs[:, t] * (1 - hs[:, t] ** 2)"
#   hint: "Each state hears only its own step's loss: nothing comes back from later steps."
# - replace: (dhs[:, t] + from_later) * (1 - hs[:, t] ** 2)
#   with: "dhs[:, t] * (1 - hs[:, t] ** 2) + from_later"
#   hint: "What comes back from later steps has to pass the slope of the tanh as well."
# - replace: (dhs[:, t] + from_later) * (1 - hs[:, t] ** 2)
#   with: "(dhs[:, t] + from_later)"
#   hint: "The slope of the tanh is missing on the way back."
# - replace: "from_later = da[:, t] @ params[\"wh\"].T"
#   with: "from_later = da[:, t] @ params[\"wh\"]"
#   hint: "A gradient goes back through the transpose of the weights that the state went forward through."
# - replace: "from_later = da[:, t] @ params[\"wh\"].T"
#   with: "from_later = from_later + da[:, t] @ params[\"wh\"].T"
#   hint: "You add up what comes from all later steps once more; the next step's share has theirs in it."
# - replace: reversed(range(x.shape[1]))
#   with: range(x.shape[1])
#   hint: "The way back starts at the last step."
# - replace: "np.tensordot(hs[:, :-1], da[:, 1:], axes=([0, 1], [0, 1]))"
#   with: np.tensordot(hs, da, axes=([0, 1], [0, 1]))
#   hint: "The recurrent weights met the state from before the step, not the one after it."
# - replace: "np.tensordot(hs[:, :-1], da[:, 1:], axes=([0, 1], [0, 1]))"
#   with: "np.tensordot(da[:, 1:], hs[:, :-1], axes=([0, 1], [0, 1]))"
#   hint: "The gradient of the recurrent weights is transposed, which their square shape hides."
# - replace: '"b": da.sum(axis=(0, 1))'
#   with: '"b": da.mean(axis=(0, 1))'
#   hint: "All names and steps share one bias, so its gradients add up; the mean is in the loss already."
# - replace: '"by": dlogits.sum(axis=(0, 1))'
#   with: '"by": dlogits[:, -1].sum(axis=0)'
#   hint: "Every step has an output, not only the last one."
# - replace: da.sum(axis=(0, 1))
#   with: "np.array(da[:, 0].sum(axis=0))"
#   hint: "The bias is used at every step, and each adds to its gradient."
# - replace: np.add.at(grads["wx"], x, da)
#   with: |-
#     for t in range(x.shape[1]):
#             grads["wx"][x[:, t]] += da[:, t]
#   hint: "With repeated indices only one of the rows is added. The same character is read many times in a batch."
# - replace: "from_later = da[:, t] @ params[\"wh\"].T"
#   with: "from_later = (dhs[:, t] + from_later) @ params[\"wh\"].T"
#   hint: "What you hand to the step before has not passed this step's tanh. The way forward went through it."
# - replace: (1 - hs[:, t] ** 2)
#   with: "hs[:, t] * (1 - hs[:, t])"
#   hint: "That is the slope of a sigmoid. The state comes out of a tanh."


# %% equivalents: rnn_step_loss
# - replace: da = np.zeros_like(hs)
#   with: da = np.ones_like(hs)
#   reason: "Every step is written over."
# - replace: 'from_later = np.zeros_like(hs[:, 0])'
#   with: 'from_later = np.zeros_like(hs[:, -1])'
#   reason: "All steps have the same shape."


# %% mistake: rnn_step_loss
# hint: "Each step's gradients replace those of the step before it. All steps share the parameters, so they add up."
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dlogits = masked_loss(logits, y, mask)
    da = np.zeros_like(hs[:, 0])
    for t in reversed(range(x.shape[1])):
        before = hs[:, t - 1] if t else np.zeros_like(da)
        da = (dlogits[:, t] @ params["wy"].T + da @ params["wh"].T) * (1 - hs[:, t] ** 2)
        grads = {"wx": np.zeros_like(params["wx"]), "wh": before.T @ da, "b": da.sum(axis=0)}
        np.add.at(grads["wx"], x[:, t], da)
        grads |= {"wy": hs[:, t].T @ dlogits[:, t], "by": dlogits[:, t].sum(axis=0)}
    return loss, grads


# %% accepts: rnn_step_loss
def rnn_step_loss(params, x, y, mask):
    hs, logits = rnn_forward(params, x)
    loss, dlogits = masked_loss(logits, y, mask)
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    one_hot = np.eye(len(params["wx"]))
    dh = np.zeros((len(x), hs.shape[2]))
    for t in range(x.shape[1] - 1, -1, -1):
        grads["wy"] += hs[:, t].T @ dlogits[:, t]
        grads["by"] += dlogits[:, t].sum(axis=0)
        dz = (dh + dlogits[:, t] @ params["wy"].T) * (1 - np.square(hs[:, t]))
        before = hs[:, t - 1] if t else np.zeros_like(dh)
        grads["wh"] += before.T @ dz
        grads["wx"] += one_hot[x[:, t]].T @ dz
        grads["b"] += np.ones(len(x)) @ dz
        dh = np.einsum("bh,kh->bk", dz, params["wh"])
    return loss, grads


# %% accepts: rnn_step_loss
def rnn_step_loss(params, x, y, mask):
    """Name by name, without the padding behind a name."""
    total, loss, grads = int(np.sum(mask)), 0.0, {name: 0.0 * value for name, value in params.items()}
    for i in range(len(x)):
        if not mask[i].any():
            continue
        steps = int(np.flatnonzero(mask[i])[-1]) + 1
        hs, logits = rnn_forward(params, x[i : i + 1, :steps])
        part, dlogits = masked_loss(logits, y[i : i + 1, :steps], mask[i : i + 1, :steps])
        share = np.sum(mask[i]) / total
        loss, dz, hs, later = loss + share * part, share * dlogits[0], hs[0], 0.0
        for t in reversed(range(steps)):
            da = (params["wy"] @ dz[t] + later) * (1 - hs[t] ** 2)
            grads["wy"] += np.outer(hs[t], dz[t])
            grads["by"] += dz[t]
            grads["wx"][x[i, t]] += da
            grads["b"] += da
            if t > 0:
                grads["wh"] += np.outer(hs[t - 1], da)
            later = params["wh"] @ da
    return float(loss), grads


# %% [markdown]
# ## Training, and how to see that it works
#
# The loop is that of Day 29 and Day 71: shuffle the names each epoch, take them in batches, find the gradients, clip
# their joint length, and let Adam take a step. Its rate falls linearly: update number $s$ of $S$ (from 0) uses
# $\alpha\,(1 - s/S)$, so that the last steps are small.
#
# What a batch of a few names costs depends on which names are in it, and a curve of such losses is a thick band of
# noise. So it is common to print a **smoothed loss**, an exponential average that starts where a network that knows
# nothing starts:
#
# $$\ell_{-1} = \ln V, \qquad \ell_s = 0.99\,\ell_{s-1} + 0.01\,L_s .$$
#
# It remembers about 100 batches, so it lags behind: early on it looks worse than the network is. It is for the eye;
# what counts is the loss on names that weren't trained on.


# %% exercise: train_char_rnn
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    """Train a character network with Adam on clipped gradients.

    Args:
        params: dict of wx, wh, b, wy and by, as for rnn_step_loss.
        x, y, mask: (N, T) each, as encode gives them.
        num_epochs: passes over the names, int >= 0. Each takes one rng.permutation(N), and the names in that order.
        batch_size: names in a batch, int >= 1; the last batch of an epoch has what is left, if that is fewer.
        learning_rate: rate of the first update; update s of S in all, from 0, uses learning_rate * (1 - s / S).
        rng: np.random.Generator, used for the permutations alone.
        max_norm: limit > 0 of the square root of the sum of all squares of all gradients together; if it is above, all
            are multiplied by one factor that brings it to max_norm.

    Returns:
        (params, history): a new dict of trained parameters, and a list of S floats, the smoothed loss after each batch:
        0.99 times the one before plus 0.01 times the batch's loss before its update, from ln V on. The arguments stay
        unchanged.
        About 15 lines; call rnn_step_loss and adam_update.
    """
    ### BEGIN SOLUTION
    params, state, history = dict(params), {}, []
    smoothed = np.log(len(params["by"]))
    num_updates = num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
            if norm > max_norm:
                grads = {name: grad * (max_norm / norm) for name, grad in grads.items()}
            rate = learning_rate * (1 - len(history) / num_updates)
            params, state = adam_update(params, grads, state, rate)
            smoothed = 0.99 * smoothed + 0.01 * loss
            history.append(float(smoothed))
    return params, history
    ### END SOLUTION


# %% test: train_char_rnn, points=3
def network(v, size, seed):
    rng = np.random.default_rng(seed)
    weights = {"wx": rng.normal(size=(v, size)), "wh": rng.normal(size=(size, size)), "b": rng.normal(size=size)}
    return weights | {"wy": rng.normal(size=(size, v)), "by": rng.normal(size=v)}


def slow_training(params, x, y, mask, num_epochs, batch_size, learning_rate, seed, max_norm):
    """Gradients by names and steps, clipping and Adam written out on one long vector."""
    names = ["wx", "wh", "b", "wy", "by"]
    shapes = [params[name].shape for name in names]
    cuts = np.cumsum([params[name].size for name in names])[:-1]
    w = np.concatenate([params[name].ravel() for name in names])
    m, v, history, smoothed = np.zeros(w.size), np.zeros(w.size), [], np.log(len(params["by"]))
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(num_epochs):
        order = list(rng.permutation(len(x)))
        batches += [order[k : k + batch_size] for k in range(0, len(x), batch_size)]
    for s, rows in enumerate(batches):
        wx, wh, b, wy, by = (part.reshape(shape) for part, shape in zip(np.split(w, cuts), shapes, strict=True))
        parts, loss, count = [np.zeros(shape) for shape in shapes], 0.0, sum(mask[i].sum() for i in rows)
        for i in rows:
            hs = [np.zeros(len(b))]
            for t in range(x.shape[1]):
                hs.append(np.tanh(wx[x[i, t]] + hs[-1] @ wh + b))
            later = np.zeros(len(b))
            for t in reversed(range(x.shape[1])):
                z = hs[t + 1] @ wy + by
                p = np.exp(z) / np.exp(z).sum()
                loss -= np.log(p[y[i, t]]) * mask[i, t] / count
                dz = (p - (np.arange(len(by)) == y[i, t])) * mask[i, t] / count
                da = (wy @ dz + later) * (1 - hs[t + 1] ** 2)
                for k, grad in enumerate([np.outer(hs[t], da), da, np.outer(hs[t + 1], dz), dz]):
                    parts[k + 1] += grad
                parts[0][x[i, t]] += da
                later = wh @ da
        g = np.concatenate([part.ravel() for part in parts])
        g = g * min(1.0, max_norm / np.linalg.norm(g))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        rate = learning_rate * (len(batches) - s) / len(batches)
        w = w - rate * (m / (1 - 0.9 ** (s + 1))) / (np.sqrt(v / (1 - 0.999 ** (s + 1))) + 1e-8)
        smoothed = 0.99 * smoothed + 0.01 * loss
        history.append(smoothed)
    trained = (part.reshape(shape) for part, shape in zip(np.split(w, cuts), shapes, strict=True))
    return dict(zip(names, trained, strict=True)), history


x = np.array([[0, 1, 2, 1], [0, 1, 2, 0], [0, 2, 0, 0]])  # ana, an and n
y = np.array([[1, 2, 1, 0], [1, 2, 0, 0], [2, 0, 0, 0]])
mask = np.array([[True, True, True, True], [True, True, True, False], [True, True, False, False]])
params = network(3, 2, 0)
with dd.check.unchanged(params), dd.check.unchanged(x), dd.check.unchanged(y), dd.check.unchanged(mask):
    result = train_char_rnn(params, x, y, mask, 2, 2, 0.1, np.random.default_rng(5))
dd.check.kind(result, tuple, why="parameters and history come back together")
assert len(result) == 2
trained, history = result
dd.check.kind(trained, dict, what="params")
dd.check.kind(history, list, what="history")
dd.check.equal(len(history), 4, what="the length of history", why="three names are two batches, twice")
due_params, due_history = slow_training(params, x, y, mask, 2, 2, 0.1, 5, 1.0)
dd.check.close(history, due_history, what="history", why="it starts near ln 3 and follows the batches' losses slowly")
dd.check.equal(set(trained), set(params), what="the keys of params")
for name, due in due_params.items():
    dd.check.close(trained[name], due, rtol=1e-5, atol=1e-7, what=f'params["{name}"]', why="four updates were due")
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(3)
lengths = draw.integers(0, 5, 7)
y7 = np.where(np.arange(5) < lengths[:, None], draw.integers(1, 4, (7, 5)), 0)
x7 = np.hstack([np.zeros((7, 1), int), y7[:, :-1]])
mask7 = np.arange(5) <= lengths[:, None]
for num_epochs, batch_size, learning_rate, max_norm, seed in [
    (1, 7, 0.1, 1.0, 0),
    (2, 3, 0.03, 0.05, 1),
    (2, 2, 0.05, 1e6, 2),
    (1, 100, 0.1, 0.5, 3),
    (2, 1, 0.01, 0.3, 4),
]:
    params = network(4, 3, seed)
    of = f" of {num_epochs} epochs of 7 names in batches of {batch_size}, rate {learning_rate}, max_norm {max_norm}"
    with dd.check.unchanged(params), dd.check.unchanged(x7), dd.check.unchanged(y7), dd.check.unchanged(mask7):
        trained, history = train_char_rnn(
            params, x7, y7, mask7, num_epochs, batch_size, learning_rate, np.random.default_rng(seed), max_norm=max_norm
        )
    due_params, due_history = slow_training(
        params, x7, y7, mask7, num_epochs, batch_size, learning_rate, seed, max_norm
    )
    dd.check.kind(history, list, what="history" + of)
    dd.check.equal(len(history), len(due_history), what="the length of history" + of)
    dd.check.close(history, due_history, what="history" + of)
    for name, due in due_params.items():
        dd.check.close(trained[name], due, rtol=1e-5, atol=1e-7, what=f'params["{name}"]' + of)

trained, history = train_char_rnn(params, x7, y7, mask7, 0, 3, 0.1, np.random.default_rng(0))
dd.check.equal(history, [], what="the history of no epoch")
for name, due in params.items():
    dd.check.close(trained[name], due, what=f'params["{name}"] after no epoch', why="nothing was trained")

# A rate that is far too high is taken as it is; the generator moves on; a second run gives the same.
wild, _ = train_char_rnn(params, x7, y7, mask7, 1, 7, 100.0, np.random.default_rng(0))
assert np.abs(wild["by"] - params["by"]).max() > 50, "a learning rate of 100 should move the parameters by about 100"
rng = np.random.default_rng(9)
first = train_char_rnn(params, x7, y7, mask7, 2, 3, 0.1, rng)
second = train_char_rnn(params, x7, y7, mask7, 2, 3, 0.1, rng)
again = train_char_rnn(params, x7, y7, mask7, 2, 3, 0.1, np.random.default_rng(9))
dd.check.close(again[1], first[1], what="history of a second run", why="all randomness comes from rng")
assert not np.allclose(first[1], second[1], rtol=1e-9), "a second call with one rng should shuffle anew"
left = np.random.default_rng(9)
for _ in range(4):
    left.permutation(7)
dd.check.equal(
    rng.integers(10**6), left.integers(10**6), what="the next number of rng", why="it gave permutations alone"
)
### END HIDDEN TESTS

# %% mistakes: train_char_rnn
# - replace: 'rows = order[start : start + batch_size]'
#   with: 'rows = np.arange(len(x))[start : start + batch_size]'
#   hint: "The names come in the same order in every epoch: your permutation isn't used."
# - replace: range(0, len(x), batch_size)
#   with: range(0, len(x) - batch_size + 1, batch_size)
#   hint: "The names that don't fill a batch are left out. The last batch may be short."
# - replace: norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
#   with: norm = max(np.sqrt(np.sum(grad**2)) for grad in grads.values())
#   hint: "Your length is that of one array. All gradients together make one long vector."
# - replace: norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
#   with: norm = sum(np.sum(grad**2) for grad in grads.values())
#   hint: "That is the square of the length."
# - replace: if norm > max_norm
#   with: if norm > 0
#   hint: "Gradients that are short enough get stretched. Clipping only ever shortens."
# - replace: "grads = {name: grad * (max_norm / norm) for name, grad in grads.items()}"
#   with: "grads = {name: np.clip(grad, -max_norm, max_norm) for name, grad in grads.items()}"
#   hint: "You cut each entry, which bends the direction. One factor for all gradients is asked for."
# - replace: "grads = {name: grad * (max_norm / norm) for name, grad in grads.items()}"
#   with: pass
#   hint: "Long gradients are not shortened. What is max_norm for?"
# - replace: learning_rate * (1 - len(history) / num_updates)
#   with: learning_rate
#   hint: "The rate stays where it is; it should fall linearly over the updates."
# - replace: learning_rate * (1 - len(history) / num_updates)
#   with: learning_rate * (1 - (len(history) + 1) / num_updates)
#   hint: "Your rate is one update ahead: updates are counted from 0, and the first uses the full rate."
# - replace: 0.99 * smoothed + 0.01 * loss
#   with: loss
#   hint: "The history has each batch's own loss. Which average was asked for?"
# - replace: 0.99 * smoothed + 0.01 * loss
#   with: 0.01 * smoothed + 0.99 * loss
#   hint: "The two weights have changed places: the average should move slowly."
# - replace: smoothed = np.log(len(params["by"]))
#   with: smoothed = 0.0
#   hint: "Your average starts at 0, which is a perfect network's loss. Where does one start that knows nothing?"
# - replace: params, state = adam_update
#   with: params, _ = adam_update
#   hint: "Adam's averages start anew at every update: its state has to be handed on."
# - replace: rng.permutation(len(x))
#   with: np.random.default_rng(0).permutation(len(x))
#   hint: "Every epoch has the same order, and rng isn't used."
# - replace: "grads = {name: grad * (max_norm / norm) for name, grad in grads.items()}"
#   with: "grads = {name: grad * min(1.0, max_norm / max(np.linalg.norm(grad), 1e-9)) for name, grad in grads.items()}"
#   hint: "You shorten each array by its own length, which bends the direction. One factor for all is asked for."
# - replace: |-
#     num_updates = num_epochs * -(-len(x) // batch_size)
#     for _ in range(num_epochs):
#         order = rng.permutation(len(x))
#         for start in range(0, len(x), batch_size):
#   with: |-
#     num_updates = num_epochs * (len(x) // batch_size)
#     for _ in range(num_epochs):
#         order = rng.permutation(len(x))
#         for start in range(0, len(x) - batch_size + 1, batch_size):
#   hint: "The names that don't fill a batch are left out. The last batch may be short."
# - replace: 1 - len(history) / num_updates
#   with: 1 - len(history) * num_epochs // num_updates / num_epochs
#   hint: "Your rate falls once an epoch. It should fall a little with every update."
# - replace: order = rng.permutation(len(x))
#   with: order, state = rng.permutation(len(x)), {}
#   hint: "Adam's averages start anew in every epoch. Its state lives as long as the training does."
# - replace: smoothed = 0.99 * smoothed + 0.01 * loss
#   with: smoothed = 0.99 * smoothed + 0.01 * loss if history else loss
#   hint: "Your average starts at the first batch's loss. It should start where a network starts that knows nothing."
# - replace: |-
#     for _ in range(num_epochs):
#         order = rng.permutation(len(x))
#   with: |-
#     order = rng.permutation(len(x))
#     for _ in range(num_epochs):
#   hint: "All epochs have one and the same order. Each should be shuffled anew."


# %% mistake: train_char_rnn
# hint: "The parameters that came in were trained in place. That dict isn't yours to write to."
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    state, history, smoothed = {}, [], np.log(len(params["by"]))
    num_updates = num_epochs * -(-len(x) // batch_size)
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = rnn_step_loss(params, x[rows], y[rows], mask[rows])
            norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
            grads = {name: grad * min(1.0, max_norm / norm) for name, grad in grads.items()}
            new, state = adam_update(params, grads, state, learning_rate * (1 - len(history) / num_updates))
            params.update(new)
            smoothed = 0.99 * smoothed + 0.01 * loss
            history.append(float(smoothed))
    return params, history


# %% equivalents: train_char_rnn
# - replace: 'if norm > max_norm:'
#   with: 'if norm >= max_norm:'
#   reason: "At the limit itself the factor is 1."


# %% accepts: train_char_rnn
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    batches = []
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        batches += np.split(order, range(batch_size, len(x), batch_size))
    trained = {name: value.copy() for name, value in params.items()}
    averages, losses = {}, []
    for rate, rows in zip(np.linspace(learning_rate, 0, len(batches) + 1), batches, strict=False):
        steps = int(mask[rows].sum(axis=1).max())
        loss, grads = rnn_step_loss(trained, x[rows, :steps], y[rows, :steps], mask[rows, :steps])
        length = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads.values()]))
        factor = max_norm / max(length, max_norm)
        trained, averages = adam_update(trained, {k: factor * grad for k, grad in grads.items()}, averages, rate)
        losses.append((losses[-1] if losses else np.log(params["by"].size)) * 0.99 + 0.01 * loss)
    return trained, [float(loss) for loss in losses]


# %% accepts: train_char_rnn
def train_char_rnn(params, x, y, mask, num_epochs, batch_size, learning_rate, rng, max_norm=1.0):
    per_epoch = int(np.ceil(len(x) / batch_size))
    current, adam, history = {**params}, {}, [float(np.log(params["wx"].shape[0]))]
    for update in range(num_epochs * per_epoch):
        place = update % per_epoch
        if place == 0:
            order = rng.permutation(len(x))
        rows = order[place * batch_size :][:batch_size]
        loss, grads = rnn_step_loss(current, x[rows], y[rows], mask[rows])
        length = sum(float((grad**2).sum()) for grad in grads.values()) ** 0.5
        if length > max_norm:
            for name in grads:
                grads[name] = grads[name] / length * max_norm
        current, adam = adam_update(current, grads, adam, learning_rate * (1 - update / (num_epochs * per_epoch)))
        history.append(history[-1] + 0.01 * (loss - history[-1]))
    return current, history[1:]


# %% [markdown]
# Now for real: 64 units, six epochs of 70 batches. Small random weights start near $\ln 27$, which is worth a look
# before any training. So that one lucky start can't decide, three networks with other weights and other orders are
# trained. Do they get below the bigrams?


# %% demo
def start_params(vocab_size, size, rng):
    return {
        "wx": rng.normal(0, 0.2, (vocab_size, size)),
        "wh": rng.normal(0, 0.8 / np.sqrt(size), (size, size)),
        "b": np.zeros(size),
        "wy": rng.normal(0, 1 / np.sqrt(size), (size, vocab_size)),
        "by": np.zeros(vocab_size),
    }


def bits_per_character(params, names):
    x, y, mask = encode(names, char_to_ix)
    return masked_loss(rnn_forward(params, x)[1], y, mask)[0] / np.log(2)


results = []
for seed in (72, 73, 74):
    start = start_params(27, 64, np.random.default_rng(seed))
    trained, history = train_char_rnn(
        start, x_train, y_train, mask_train, 6, 64, 0.01, np.random.default_rng(seed + 1000)
    )
    bits = {part: bits_per_character(trained, some) for part, some in split.items()}
    results.append((bits, trained, history))
    after = ", ".join(f"{part} {value:.3f}" for part, value in bits.items())
    print(f"test names before training {bits_per_character(start, split['test']):.3f}; after: {after}")
bits, trained, history = results[0]
print(f"to beat: {to_beat:.3f} bits per character of the test names")
assert max(result[0]["test"] for result in results) < to_beat - 0.1

# %% demo
smoothed_bits = np.array([np.log(27), *history]) / np.log(2)
batch_bits = (smoothed_bits[1:] - 0.99 * smoothed_bits[:-1]) / 0.01  # the average turned back into what went in
fig, ax = plt.subplots(figsize=(9, 4.4))
ax.plot(batch_bits, color="0.7", linewidth=1, label="each batch")
ax.plot(smoothed_bits[1:], label="smoothed")
ax.axhline(np.log2(27), color="black", linewidth=1, linestyle=":")
ax.text(len(history), np.log2(27) + 0.02, "all characters alike", ha="right", va="bottom", fontsize=11)
ax.axhline(to_beat, color="black", linewidth=1, linestyle="--")
ax.text(len(history), to_beat + 0.02, "bigram on the test names", ha="right", va="bottom", fontsize=11)
ax.set(title="Training a network to spell", xlabel="batch", ylabel="bits per character", ylim=(2.4, 4.95))
ax.legend(loc="upper right", bbox_to_anchor=(1, 0.8))
dd.plot.show(
    "Bits per character over 420 batches. A grey noisy line falls steeply from 4.75 in the first fifty batches and "
    "then slowly to about 3.3, with spikes up or down at ends of epochs, every 70 batches; the smoothed curve falls "
    "later, and ends below the dashed line of the bigram."
)

# %% [markdown]
# The grey band drops within the first epoch, and the smoothed curve follows with its delay: where it still says 4,
# the network has long been better. The spikes, up or down, are last batches of an epoch, which have two names. At the
# end all three networks need about 3.35 bits for a character of the test names, 0.2 fewer than the bigrams. Day 68's
# best mixture of all contexts up to five letters came to about 3.5. The networks' bits on the training names are only
# a little lower, so this isn't memory.
#
# 0.2 bits sounds little. For a name of six letters and an end it means that the true name is, on average,
# $2^{7 \cdot 0.2} \approx 2.6$ times as likely to the network as to the table.
#
# **Where** does it win? A bigram sees the same one letter at each place. So at which steps should the network's lead
# be largest?

# %% demo
x_test, y_test, mask_test = encode(split["test"], char_to_ix)
_, test_logits = rnn_forward(trained, x_test)
network_surprise = np.empty(y_test.shape)  # in bits
for (i, t), ix in np.ndenumerate(y_test):
    z = test_logits[i, t] - test_logits[i, t].max()
    network_surprise[i, t] = (np.log(np.exp(z).sum()) - z[ix]) / np.log(2)
table_surprise = -np.log2(bigram_probs(best_k)[x_test, y_test])
steps = np.arange(9)
means = [[surprise[:, t][mask_test[:, t]].mean() for t in steps] for surprise in (table_surprise, network_surprise)]
fig, ax = plt.subplots(figsize=(8, 4.2))
for values, label, marker in zip(means, ["bigram", "recurrent network"], "os", strict=True):
    ax.plot(steps, values, marker=marker, label=label)
ax.set(title="What the next character costs, by its place in the name", xlabel="step", ylabel="bits", ylim=(2.2, 4.5))
ax.legend()
dd.plot.show(
    "Mean surprise in bits at steps 0 to 8 for the bigram and the network. Both start together above 4; from step 1 on "
    "the network's curve lies below, least so at steps 4 and 5 and most of all at the last steps."
)
lead, late = table_surprise - network_surprise, mask_test & (np.arange(x_test.shape[1]) >= 5)
for name, chosen in [("ends of names", late & (y_test == 0)), ("letters", late & (y_test != 0))]:
    print(f"from step 5 on, at {name}: {lead[chosen].mean():.2f} bits ahead of the bigram")

# %% [markdown]
# At step 0 both know the same: that a name begins. At step 1 both have read one letter, and yet the network is ahead
# already: it knows that this letter was the *first*, while the table mixes all places where the letter occurs. At
# step 2 it has a letter more, and the gap widens. In the middle the two are closest. Towards the end the gap widens
# once more, and the numbers below the figure say why: all of it is won at the ends. The network carries along how long
# the name already is, which says much about whether it ends now. The table gives the end too little there, and at
# letters even does a little better for it.
#
# ## Temperature
#
# To write, sample: start with ⏎ and a state of 0; draw a character from the softmax; feed it back as the next input;
# go on until ⏎ is drawn. A **temperature** $\tau > 0$ makes the draws bolder or more careful. It divides the logits
# before the softmax:
#
# $$p_k = \frac{e^{z_k/\tau}}{\sum_j e^{z_j/\tau}} \qquad \text{that is,}
# \qquad p_k \propto \big(\text{softmax}(z)_k\big)^{1/\tau} .$$
#
# By hand, for two characters of probability $0.8$ and $0.2$: $\tau = \frac12$ squares them, $0.64 : 0.04$, which
# makes $0.94$ and $0.06$; $\tau = 2$ takes roots, $0.894 : 0.447$, which makes $\frac23$ and $\frac13$. Towards 0
# only the likeliest is left, and the network writes the same name every time; towards infinity all characters
# are alike.
#
# The network has to **read** before it writes. If a name shall begin with a given *prefix*, all its letters go
# through the network first, after ⏎, and their outputs are ignored; the state then knows them. That is prefix
# continuation, and a chatbot's answer to your question is made in the same way.


# %% exercise: sample
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    """Let a character network write a name.

    Args:
        params: dict of wx (V, H), wh (H, H), b (H,), wy (H, V) and by (V,).
        char_to_ix: dict of V characters to their indices, BOUNDARY among them with any index.
        temperature: number > 0, even as small as 1e-6 or as large as 1e6; divides the logits.
        rng: np.random.Generator, from which every random number is drawn.
        prefix: how the name begins, str of characters in char_to_ix without BOUNDARY.
        max_length: the name is cut off when it has so many characters, int >= 0.

    Returns:
        str: prefix and the characters drawn behind it, up to the first BOUNDARY, without it. A prefix of max_length or
        more characters comes back as it is. The arguments stay unchanged. About 14 lines; call rnn_step.
    """
    ### BEGIN SOLUTION
    ix_to_char = {ix: char for char, ix in char_to_ix.items()}
    h = np.zeros((1, len(params["wh"])))
    for char in BOUNDARY + prefix:
        h, logits = rnn_step(params, np.array([char_to_ix[char]]), h)
    text = prefix
    while len(text) < max_length:
        z = (logits[0] - logits[0].max()) / temperature
        probs = np.exp(z) / np.exp(z).sum()
        ix = int(rng.choice(len(probs), p=probs))
        if ix_to_char[ix] == BOUNDARY:
            break
        text += ix_to_char[ix]
        h, logits = rnn_step(params, np.array([ix]), h)
    return text
    ### END SOLUTION


# %% test: sample, points=3
# Weights of 0: the biases alone decide. Probabilities 0.8 and 0.2 at temperature 1, as worked by hand above.
small = {"a": 0, "\n": 1, "b": 2}
flat = {"wx": np.zeros((3, 2)), "wh": np.zeros((2, 2)), "b": np.zeros(2), "wy": np.zeros((2, 3))}
flat["by"] = np.array([np.log(0.8), -800.0, np.log(0.2)])
rng = np.random.default_rng(0)
with dd.check.unchanged(flat), dd.check.unchanged(small):
    result = sample(flat, small, 1.0, rng, max_length=5)
dd.check.kind(result, str, why="a name is a text")
dd.check.equal(
    len(result), 5, what="the length of the name", why="the end is impossible here, so max_length cuts it off"
)
dd.check.equal(sample(flat, small, 1.0, rng, prefix="bb", max_length=4)[:2], "bb", what="the first two letters")
for temperature, due in [(0.5, 16 / 17), (1.0, 0.8), (2.0, 2 / 3)]:
    share = sample(flat, small, temperature, rng, max_length=500).count("a") / 500
    bound = 5 * (due * (1 - due) / 500) ** 0.5
    dd.check.close(share, due, rtol=0, atol=bound, what=f"the share of a at temperature {temperature}")


### BEGIN HIDDEN TESTS
def network(v, size, seed):
    rng = np.random.default_rng(seed)
    weights = {"wx": rng.normal(size=(v, size)), "wh": rng.normal(size=(size, size)), "b": rng.normal(size=size)}
    return weights | {"wy": 3 * rng.normal(size=(size, v)), "by": rng.normal(size=v)}


def likeliest(params, table, prefix, max_length):
    """What is written when every draw is the likeliest character."""
    inverse, text = {ix: char for char, ix in table.items()}, prefix
    while len(text) < max_length:
        h = np.zeros(len(params["b"]))
        for char in "\n" + text:
            h = np.tanh(params["wx"][table[char]] + h @ params["wh"] + params["b"])
        char = inverse[int(np.argmax(h @ params["wy"] + params["by"]))]
        if char == "\n":
            break
        text += char
    return text


# Cold, the network has no choice, and what it writes shows whether it has read and remembered.
for seed, order in enumerate(["\nabcd", "abcd\n", "ca\ndb", "b\nadc"]):
    table = {char: ix for ix, char in enumerate(order)}
    if seed % 2:
        table = dict(reversed(table.items()))  # the order in the dict says nothing
    for size in (1, 6):
        params = network(5, size, 10 * seed + size)
        for prefix in ("", "a", "cab", "bacb"):
            due = likeliest(params, table, prefix, 9)
            with dd.check.unchanged(params), dd.check.unchanged(table):
                text = sample(params, table, 1e-6, np.random.default_rng(1), prefix=prefix, max_length=9)
            dd.check.kind(text, str)
            dd.check.equal(text, due, what=f"the coldest name from {prefix!r} on")

# Stops.
always = flat | {"by": np.array([900.0, 0.0, 0.0])}
for length in (0, 1, 7):
    dd.check.equal(sample(always, small, 1.0, rng, max_length=length), "a" * length, what=f"at most {length} letters")
dd.check.equal(sample(always, small, 1.0, rng), "a" * 20, why="20 is the default")
dd.check.equal(sample(always, small, 1.0, rng, prefix="ba", max_length=4), "baaa", why="the prefix counts as well")
dd.check.equal(sample(always, small, 1.0, rng, prefix="bab", max_length=3), "bab", why="the prefix is long enough")
dd.check.equal(sample(always, small, 1.0, rng, prefix="baba", max_length=3), "baba", why="a prefix is never cut")
never = flat | {"by": np.array([0.0, 900.0, 0.0])}
dd.check.equal(sample(never, small, 1.0, rng), "", why="the end may be drawn first")
dd.check.equal(sample(never, small, 1e-6, rng, prefix="ab"), "ab", why="the end may be drawn right after the prefix")

# Hot, all is alike; one-character shares hold with the end among them; all chance comes from rng.
mixed = flat | {"by": np.log(np.array([0.6, 0.3, 0.1]))}
for temperature, dues in [(1.0, [0.6, 0.3, 0.1]), (1e6, [1 / 3, 1 / 3, 1 / 3]), (0.5, [36 / 46, 9 / 46, 1 / 46])]:
    drawn = [sample(mixed, small, temperature, rng, max_length=1) for _ in range(150)]
    for text, due in zip(["a", "", "b"], dues, strict=True):
        bound = 5 * (due * (1 - due) / 150) ** 0.5
        what = f"the share of {text!r} at temperature {temperature}"
        dd.check.close(drawn.count(text) / 150, due, rtol=0, atol=bound, what=what)
texts = [sample(mixed, small, 1.0, np.random.default_rng(seed)) for seed in range(10)]
again = [sample(mixed, small, 1.0, np.random.default_rng(seed)) for seed in range(10)]
dd.check.equal(again, texts, what="names of a second run", why="all randomness comes from rng")
assert len(set(texts)) > 2, "ten seeds give hardly any different names"
### END HIDDEN TESTS

# %% mistakes: sample
# - replace: (logits[0] - logits[0].max()) / temperature
#   with: (logits[0] - logits[0].max()) * temperature
#   hint: "Your temperature works the wrong way round: a low one should make the draws careful."
# - replace: (logits[0] - logits[0].max()) / temperature
#   with: logits[0] - logits[0].max()
#   hint: "The temperature isn't used."
# - replace: (logits[0] - logits[0].max()) / temperature
#   with: logits[0] / temperature
#   hint: "Logits over a tiny temperature overflow the exponential. What may be taken off all of them first?"
# - replace: int(rng.choice(len(probs), p=probs))
#   with: int(np.argmax(probs))
#   hint: "You always take the likeliest character, at every temperature. A sample is drawn."
# - replace: int(rng.choice(len(probs), p=probs))
#   with: int(np.random.default_rng(0).choice(len(probs), p=probs))
#   hint: "Every draw uses the same random number. The generator that you were given is there to move on."
# - replace: for char in BOUNDARY + prefix
#   with: for char in prefix or BOUNDARY
#   hint: "The network learned that every name starts behind the boundary. With a prefix it never reads one."
# - replace: for char in BOUNDARY + prefix
#   with: for char in BOUNDARY + prefix[-1:]
#   hint: "Only the last letter of the prefix is read. The state should know all of them, in order."
# - replace: for char in BOUNDARY + prefix
#   with: for char in BOUNDARY
#   hint: "The prefix is written down, but the network never reads it."
# - replace: h, logits = rnn_step(params, np.array([ix]), h)
#   with: _, logits = rnn_step(params, np.array([ix]), h)
#   hint: "The state stays where the prefix left it: the network forgets what it writes."
# - replace: h, logits = rnn_step(params, np.array([ix]), h)
#   with: h, logits = rnn_step(params, np.array([ix]), 0 * h)
#   hint: "The state starts from 0 at every letter: that network is a bigram."
# - replace: if ix_to_char[ix] == BOUNDARY
#   with: if ix == 0
#   hint: "You take index 0 for the boundary. Any index may be its."
# - replace: text = prefix
#   with: text = ""
#   hint: "The prefix is part of the name that is asked for."
# - replace: len(text) < max_length
#   with: len(text) < max_length + len(prefix)
#   hint: "max_length counts the whole name, with its prefix."
# - replace: |-
#     if ix_to_char[ix] == BOUNDARY:
#         break
#     text += ix_to_char[ix]
#   with: |-
#     text += ix_to_char[ix]
#     if ix_to_char[ix] == BOUNDARY:
#         break
#   hint: "The boundary is in your name. It ends the name and is no part of it."
# - replace: probs = np.exp(z) / np.exp(z).sum()
#   with: probs = np.exp(z) / np.exp(z).sum() * 0 + 1 / len(z)
#   hint: "All characters are drawn equally often, whatever the network says."
# - replace: for char in BOUNDARY + prefix
#   with: "for char in (BOUNDARY + prefix)[-1:]"
#   hint: "Only the last letter of the prefix is read. The state should know all of them, in order."
# - replace: |-
#     z = (logits[0] - logits[0].max()) / temperature
#     probs = np.exp(z) / np.exp(z).sum()
#   with: |-
#     z = np.exp(logits[0] - logits[0].max())
#     probs = (z / z.sum()) ** (1 / temperature)
#     probs = probs / probs.sum()
#   hint: "At a low temperature the powers of all probabilities underflow, and 0/0 is left. Logits can be divided
#     without that."
# - replace: return text
#   with: "return text[len(prefix) :]"
#   hint: "The prefix is part of the name that is asked for."
# - replace: int(rng.choice(
#   with: int(np.random.choice(
#   hint: "Your draws come from NumPy's global generator, not from the one that was given."
# - replace: "ix_to_char = {ix: char for char, ix in char_to_ix.items()}"
#   with: ix_to_char = dict(enumerate(char_to_ix))
#   hint: "You count the characters in the order in which the dict has them. Their indices are the dict's values."


# %% equivalents: sample
# - replace: h = np.zeros((1, len(params["wh"])))
#   with: h = np.zeros((2, len(params["wh"])))
#   reason: "Two equal rows are computed, and the first is used."
# - replace: z = (logits[0] - logits[0].max()) / temperature
#   with: z = (logits[-1] - logits[0].max()) / temperature
#   reason: "There is one row, the first and the last."
# - replace: z = (logits[0] - logits[0].max()) / temperature
#   with: z = (logits[0] - logits[-1].max()) / temperature
#   reason: "There is one row, the first and the last."


# %% accepts: sample
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    chars = sorted(char_to_ix, key=char_to_ix.get)
    h, read, text = np.zeros((1, params["b"].size)), [BOUNDARY, *prefix], prefix
    while len(text) < max_length:
        for char in read:
            h, logits = rnn_step(params, [char_to_ix[char]], h)
        noise = rng.gumbel(
            size=len(chars)
        )  # the largest of logits / temperature + Gumbel noise is a sample of the softmax
        char = chars[int(np.argmax((logits[0] - np.max(logits)) / temperature + noise))]
        if char == BOUNDARY:
            return text
        text, read = text + char, [char]
    return text


# %% accepts: sample
def sample(params, char_to_ix, temperature, rng, prefix="", max_length=20):
    inverse = {ix: char for char, ix in char_to_ix.items()}
    indices = [char_to_ix[BOUNDARY]] + [char_to_ix[char] for char in prefix]
    while len(indices) - 1 < max_length:
        h = np.zeros((1, params["wh"].shape[0]))
        for ix in indices:  # reads everything anew each time
            h, logits = rnn_step(params, np.array([ix]), h)
        z = (logits[0] - logits[0].max()) / temperature
        edges = np.cumsum(np.exp(z))
        chosen = int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))
        if inverse[chosen] == BOUNDARY:
            break
        indices.append(chosen)
    return "".join(inverse[ix] for ix in indices[1:])


# %% [markdown]
# ## Put it together: names that nobody speaks
#
# What does the temperature do to the network's opinion on one letter? And which of the temperatures gives the best
# names?

# %% demo
h = np.zeros((1, 64))
for char in BOUNDARY + "ka":
    h, logits = rnn_step(trained, np.array([char_to_ix[char]]), h)
fig, axes = plt.subplots(3, 1, figsize=(9, 6), sharex=True, sharey=True)
for ax, temperature in zip(axes, (0.5, 1.0, 2.0), strict=True):
    weights = np.exp((logits[0] - logits[0].max()) / temperature)
    ax.bar(range(27), weights / weights.sum(), edgecolor="black", linewidth=0.5)
    ax.set(title=f"After ka, at temperature {temperature}", ylabel="probability")
axes[2].set_xticks(range(27), ["end", *alphabet[1:]])
axes[2].set_xlabel("next character")
dd.plot.show(
    "Three bar charts of the probability of the 27 characters after ka. At temperature 0.5 a few bars are tall and "
    "most are hardly visible; at 1 they are more even; at 2 all characters have a share."
)

rng = np.random.default_rng(72)
known = {name for some in split.values() for name in some}
for temperature in (0.3, 0.7, 1.0, 1.5):
    written = [sample(trained, char_to_ix, temperature, rng) for _ in range(200)]
    new = np.mean([name not in known for name in written])
    print(f"temperature {temperature}: {new:4.0%} new, {len(set(written))} different of 200;", ", ".join(written[:7]))
for prefix in ("man", "zu", "ngo", "swe"):
    print(f"{prefix}…:", ", ".join(sample(trained, char_to_ix, 0.7, rng, prefix=prefix) for _ in range(7)))

# %% [markdown]
# The order of the bars never changes, only how much taller the tall ones are. At 0.3 the network plays safe: fewer
# different names, all easy to say, and some of them real. At 1 it writes as it has learned, and at 1.5 letters meet
# that no language would put together. For names, somewhere below 1 is a good place. "New" here means: in none of the
# three lists. It is the first thing to check of anything that writes, since a model that recites would look
# excellent.
#
# What if we want not *a* name but the **likeliest** one? To take the likeliest letter at each step (temperature
# towards 0) need not find it: a good beginning may have no good end. **Beam search** keeps the best few beginnings at
# once. For translation that is the right thing (Day 82); for inventing it is dull.
#
# All of this is in the models that write texts today. They have words or pieces of words in place of letters, and
# attention in place of $h$ (Day 84), but the shifted rows, teacher forcing, the cross-entropy, the temperature and
# the prefix are the same.
#
# ## What you should remember
#
# 1. A name is two rows, one shifted: at each step the network reads the true character (teacher forcing) and predicts
#    the next. The end is predicted too, padding isn't.
# 2. A one-hot row times $W_x$ is a row of $W_x$; its gradient is *added* to that row, as often as the character was
#    read.
# 3. The loss is a mean over characters. It starts at $\ln V$; divided by $\ln 2$ it is bits per character.
# 4. Every state hears from its own output and from the next step.
# 5. The temperature divides the logits: low is careful, high is wild. A prefix has to be read before writing starts.
#
# ## Check yourself, without code
#
# 1. A network shows a loss of 6 nats before any training, with $V = 27$. What is likely to be wrong?
# 2. The same network is trained on names written backwards. Its bits per *name* could come out the same. Why isn't
#    that certain?
# 3. You sample at $\tau = 0.5$ and measure the share of letters. Can you compare it with that of the training names?
#
# <details><summary>Answers</summary>
#
# 1. It is far above $\ln 27 \approx 3.3$, so the network is sure of wrong things: its first weights, above all $W_y$,
#    are too large.
# 2. By the chain rule the probability of a name can be taken apart in either direction, so a perfect model would have
#    the same bits. A trained network isn't perfect, and one direction may be easier to learn than the other.
# 3. No. Only at $\tau = 1$ does the network write with the probabilities that it has learned; at 0.5 frequent
#    letters come even more often.
#
# </details>
#
# ## Go further
#
# - Sutskever, Martens and Hinton (2011), *Generating text with recurrent neural networks*, ICML: characters of whole
#   encyclopaedia articles.
# - Graves (2013), *Generating sequences with recurrent neural networks*, arXiv:1308.0850: text and handwriting.
# - Williams and Zipser (1989), *A learning algorithm for continually running fully recurrent neural networks*, Neural
#   Computation 1: teacher forcing; Bengio et al. (2015), *Scheduled sampling for sequence prediction with recurrent
#   neural networks*, NeurIPS: how to wean a network off it.
# - A name of a thousand letters would need Day 71's truncated way back: cut it into pieces, hand the state on and let
#   the gradient stop. Try it on the names joined to one long text.
# - Day 73 gives the network a better memory. Put its cell in place of `rnn_step`: do names need it?
