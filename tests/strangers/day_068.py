# %% right: ngram_counts
from collections import Counter, defaultdict


def ngram_counts(sentences, n):
    table = defaultdict(Counter)
    for sentence in sentences:
        tokens = (*sentence, BOUNDARY)
        for t, token in enumerate(tokens):
            table[context_of(tokens[:t], n)][token] += 1
    return table


# %% right: ngram_counts
from collections import Counter


def ngram_counts(sentences, n):
    grams = Counter()
    for sentence in sentences:
        padded = [BOUNDARY for _ in range(n - 1)] + list(sentence) + [BOUNDARY]
        grams.update(zip(*(padded[i:] for i in range(n))))
    result = {}
    for gram, count in grams.items():
        result.setdefault(gram[:-1], {})[gram[-1]] = count
    return result


# %% wrong: ngram_counts
# idea: "n boundaries before a sentence: one of them is predicted"
# fits: "The start is counted as something to predict"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * n + list(sentence) + [BOUNDARY]
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "one boundary before each sentence whatever n, so the first tokens of a sentence are lost"
# fits: "One boundary before the sentence fits only one n"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] + list(sentence) + [BOUNDARY]
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "n - 1 boundaries after a sentence too: an end after the end is counted"
# fits: "You predict the end more than once"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY] * max(n - 1, 1)
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "no end: the model could not stop"
# fits: "Your names never end"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * (n - 1) + list(sentence)
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "all sentences in one row, with a boundary between: n-grams reach over a border"
# fits: "Some of your n-grams reach from one sentence into the next"
def ngram_counts(sentences, n):
    counts = {}
    tokens = [BOUNDARY] * (n - 1)
    for sentence in sentences:
        tokens += [*sentence, BOUNDARY]
    for i in range(n - 1, len(tokens)):
        context = tuple(tokens[i - n + 1 : i])
        following = counts.setdefault(context, {})
        following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "the context is one str, not a tuple of tokens"
# fits: "Glued to one text"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for i in range(n - 1, len(tokens)):
            context = "".join(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "a context of one token is that token itself"
# fits: "A context of one token is still a tuple"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            context = context[0] if n == 2 else context
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "empty sentences are skipped"
# fits: "Empty sentences are skipped"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        if not sentence:
            continue
        tokens = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "the boundaries are put into the caller's lists"
# fits: "changes one of its arguments in place"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = sentence if isinstance(sentence, list) else list(sentence)
        tokens[:0] = [BOUNDARY] * (n - 1)
        tokens.append(BOUNDARY)
        for i in range(n - 1, len(tokens)):
            context = tuple(tokens[i - n + 1 : i])
            following = counts.setdefault(context, {})
            following[tokens[i]] = following.get(tokens[i], 0) + 1
    return counts


# %% wrong: ngram_counts
# idea: "an n-gram counts once a sentence, however often it occurs in it"
# fits: "counts once for you"
def ngram_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        tokens = [BOUNDARY] * (n - 1) + list(sentence) + [BOUNDARY]
        for context, token in {(tuple(tokens[i - n + 1 : i]), tokens[i]) for i in range(n - 1, len(tokens))}:
            following = counts.setdefault(context, {})
            following[token] = following.get(token, 0) + 1
    return counts


# %% right: laplace_probability
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    if context not in counts:
        return 1 / vocab_size if k > 0 else 0.0
    seen = counts[context]
    return float(((seen[token] if token in seen else 0) + k) / (sum(seen.values()) + k * vocab_size))


# %% right: laplace_probability
from fractions import Fraction


def laplace_probability(counts, context, token, vocab_size, k=1.0):
    added = Fraction(k)
    top, bottom = added, added * vocab_size
    for other, count in counts.get(context, {}).items():
        bottom += count
        if other == token:
            top += count
    return float(top / bottom) if bottom else 0.0


# %% wrong: laplace_probability
# idea: "V is how many different tokens followed this context"
# fits: "You raise only the counts of tokens that were seen here"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k * len(following)
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "V is how many tokens the table knows"
# fits: "You count the tokens that the table knows"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k * len({w for row in counts.values() for w in row})
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "k is added below once, not once a token"
# fits: "How many counts were raised by k"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "V is added below, whatever k"
# fits: "Each of the V tokens got k more"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + vocab_size
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "a context that was never seen gives 0"
# fits: "After an unknown context no token should be impossible"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    if not following:
        return 0.0
    total = sum(following.values()) + k * vocab_size
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "0 / 0 with k = 0 after an unseen context"
# fits: "nothing is divided by nothing"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k * vocab_size
    return (following.get(token, 0) + k) / total


# %% wrong: laplace_probability
# idea: "only tokens that never followed get the k"
# fits: "Only a token that never followed gets its k"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k * vocab_size
    return (following.get(token, k)) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "a look at an unseen context leaves an entry in counts"
# fits: "Asking for a probability adds a context"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.setdefault(context, {})
    total = sum(following.values()) + k * vocab_size
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "the start is counted as one token more"
# fits: "vocab_size counts the end already"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(following.values()) + k * (vocab_size + 1)
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "c(h) is how often the context's last token was itself predicted"
# fits: "You divide by how often the context itself occurs"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = (sum(row.get(context[-1], 0) for row in counts.values()) if context else sum(following.values())) + k * vocab_size
    return (following.get(token, 0) + k) / total if total else 0.0


# %% wrong: laplace_probability
# idea: "divides by how often the token occurs after any context"
# fits: "You divide by how often the token occurs"
def laplace_probability(counts, context, token, vocab_size, k=1.0):
    following = counts.get(context, {})
    total = sum(row.get(token, 0) for row in counts.values()) + k * vocab_size
    return (following.get(token, 0) + k) / total if total else 0.0


# %% right: interpolated_probability
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    def mixed(j):
        if j < 0:
            return 1 / vocab_size
        row = counts_by_order[j].get(tuple(context)[len(context) - j :])
        if not row:
            return mixed(j - 1)
        return weights[j] * row.get(token, 0) / sum(row.values()) + (1 - weights[j]) * mixed(j - 1)

    return float(mixed(len(counts_by_order) - 1))


# %% right: interpolated_probability
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    left, probability = 1.0, 0.0
    for j in reversed(range(len(weights))):
        suffix = context[-j:] if j else ()
        if suffix in counts_by_order[j]:
            probability += left * weights[j] * laplace_probability(counts_by_order[j], suffix, token, vocab_size, k=0)
            left *= 1 - weights[j]
    return float(probability + left / vocab_size)


# %% wrong: interpolated_probability
# idea: "context[-0:] is the whole context: the table without context never speaks"
# fits: "the slice from -j is the whole context"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[-j:])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "the first j tokens of the context, not the last"
# fits: "You look up the oldest tokens"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[:j])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "the weights belong to the tables in reverse"
# fits: "handed out in reverse"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, reversed(list(weights)))):
        row = table.get(context[len(context) - j :])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "an unknown context counts as a probability of 0"
# fits: "A context that was never seen still takes its weight"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :], {})
        p = weight * row.get(token, 0) / max(sum(row.values()), 1) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "backs off: where the token never followed, the shorter context speaks alone"
# fits: "A seen context that this token never followed"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row and token in row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "begins from 0, without the 1/V"
# fits: "Where does the mixture start"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 0.0
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "trust and the rest are exchanged"
# fits: "The weights are the wrong way round"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row:
            p = (1 - weight) * row.get(token, 0) / sum(row.values()) + weight * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "a weighted sum of all tables, what is left of 1 goes to 1/V"
# fits: "side by side"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = (1 - sum(weights)) / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + p
    return float(p)


# %% wrong: interpolated_probability
# idea: "an unknown context leaves 1/V, and forgets what the shorter ones said"
# fits: "An unknown context makes you forget"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row:
            p = weight * row.get(token, 0) / sum(row.values()) + (1 - weight) * p
        else:
            p = 1 / vocab_size
    return float(p)


# %% wrong: interpolated_probability
# idea: "each table is smoothed by Laplace before it is mixed"
# fits: "You mix smoothed probabilities"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    p = 1 / vocab_size
    for j, (table, weight) in enumerate(zip(counts_by_order, weights)):
        row = table.get(context[len(context) - j :])
        if row:
            p = weight * (row.get(token, 0) + 1) / (sum(row.values()) + vocab_size) + (1 - weight) * p
    return float(p)


# %% wrong: interpolated_probability
# idea: "the longest context that is known answers alone, with its weight"
# fits: "Only the longest known context speaks"
def interpolated_probability(counts_by_order, context, token, weights, vocab_size):
    for j in reversed(range(len(weights))):
        row = counts_by_order[j].get(context[len(context) - j :])
        if row:
            return float(weights[j] * row.get(token, 0) / sum(row.values()) + (1 - weights[j]) / vocab_size)
    return 1 / vocab_size


# %% right: perplexity
import math


def perplexity(model, sentences):
    bits = []
    for sentence in sentences:
        history = ()
        for token in (*sentence, BOUNDARY):
            p = model(history, token)
            if p == 0:
                return math.inf
            bits.append(-math.log2(p))
            history += (token,)
    return 2.0 ** (math.fsum(bits) / len(bits))


# %% right: perplexity
def perplexity(model, sentences):
    tokens = [list(sentence) + [BOUNDARY] for sentence in sentences]
    probs = np.array([model(tuple(row[:t]), row[t]) for row in tokens for t in range(len(row))])
    with np.errstate(divide="ignore"):
        return float(np.exp(-np.log(probs).mean()))


# %% wrong: perplexity
# idea: "the product of all probabilities, which underflows"
# fits: "You multiply the probabilities"
def perplexity(model, sentences):
    product, num_tokens = 1.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            product *= model(tuple(tokens[:t]), token)
            num_tokens += 1
    return product ** (-1 / num_tokens) if product > 0 else float("inf")


# %% wrong: perplexity
# idea: "the mean of the sentences' perplexities"
# fits: "You average the perplexities of the sentences"
import math


def perplexity(model, sentences):
    each = []
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        probs = [model(tuple(tokens[:t]), token) for t, token in enumerate(tokens)]
        each.append(math.inf if 0 in probs else math.exp(-sum(map(math.log, probs)) / len(probs)))
    return sum(each) / len(each)


# %% wrong: perplexity
# idea: "the end is not predicted"
# fits: "The end of each sentence is a token that has to be predicted"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = list(sentence)
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / max(num_tokens, 1))


# %% wrong: perplexity
# idea: "the end is predicted, but not among the tokens that divide"
# fits: "not among the tokens that you divide by"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            if p == 0:
                return math.inf
            total -= math.log(p)
        num_tokens += len(sentence)
    return math.exp(total / max(num_tokens, 1))


# %% wrong: perplexity
# idea: "the history begins with a boundary"
# fits: "The history is told without boundaries"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model((BOUNDARY, *tokens[:t]), token)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "natural logarithms, but a power of 2"
# fits: "yours have different bases"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return 2 ** (total / num_tokens)


# %% wrong: perplexity
# idea: "an impossible token breaks the logarithm"
# fits: "breaks your logarithm"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "an impossible token gets a tiny probability: large, but not infinite"
# fits: "a floor under the probabilities hides that"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            total -= math.log(p + 1e-12)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "impossible tokens are left out"
# fits: "You leave out the tokens that the model holds impossible"
# fits: "You skip the tokens that the model holds impossible"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            if p == 0:
                continue
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "the history goes on over the end of a sentence"
# fits: "Your history goes on over the end"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    history = ()
    for sentence in sentences:
        for token in [*sentence, BOUNDARY]:
            p = model(history, token)
            history += (token,)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "the history of a str is a str, that of a list a list"
# fits: "The history should be a tuple"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(sentence[:t], token)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% wrong: perplexity
# idea: "the mean of 1 / p"
# fits: "You take the mean of one over each probability"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[:t]), token)
            if p == 0:
                return math.inf
            total += 1 / p
            num_tokens += 1
    return total / num_tokens


# %% wrong: perplexity
# idea: "only the token before it is told, not the whole history"
# fits: "The model gets the last token alone"
import math


def perplexity(model, sentences):
    total, num_tokens = 0.0, 0
    for sentence in sentences:
        tokens = [*sentence, BOUNDARY]
        for t, token in enumerate(tokens):
            p = model(tuple(tokens[max(t - 1, 0) : t]), token)
            if p == 0:
                return math.inf
            total -= math.log(p)
            num_tokens += 1
    return math.exp(total / num_tokens)


# %% right: sample_text
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary], dtype=float)
        with np.errstate(divide="ignore"):
            waiting = rng.exponential(size=len(vocabulary)) / probs  # the first to come is a fair draw
        token = vocabulary[int(np.argmin(waiting))]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% right: sample_text
def sample_text(model, vocabulary, rng, max_tokens=50):
    history = ()
    for _ in range(max_tokens):
        level = rng.random() * sum(model(history, token) for token in vocabulary)
        for token in vocabulary:
            p = model(history, token)
            if level < p:
                break
            level -= p
        if token == BOUNDARY:
            return list(history)
        history = (*history, token)
    return list(history)


# %% wrong: sample_text
# idea: "takes the likeliest token"
# fits: "You always take the likeliest token"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[int(np.argmax(probs))]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "the end is in the result"
# fits: "The end is in your sentence"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        text.append(token)
        if token == BOUNDARY:
            break
    return text


# %% wrong: sample_text
# idea: "draws from NumPy's global generator"
# fits: "NumPy's global generator"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[np.random.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "makes a generator of its own for each sentence"
# fits: "Every call draws the same numbers"
def sample_text(model, vocabulary, rng, max_tokens=50):
    rng = np.random.default_rng(0)
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "every possible token is as likely as any other"
# fits: "All tokens that are possible are drawn alike"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=(probs > 0) / np.sum(probs > 0))]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "one token too many"
# fits: "One token too many"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) <= max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "the model hears only the last token"
# fits: "The model is told only the last token"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text[-1:]), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "the history begins with a boundary"
# fits: "The history is what was written, without boundaries"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model((BOUNDARY, *text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "the end is looked for at index 0 of the vocabulary"
# fits: "The end may be anywhere in the vocabulary"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == vocabulary[0]:
            break
        text.append(token)
    return text


# %% wrong: sample_text
# idea: "the sentence is one str"
# fits: "Your sentence is one text"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[rng.choice(len(vocabulary), p=probs / probs.sum())]
        if token == BOUNDARY:
            break
        text.append(token)
    return "".join(text)


# %% wrong: sample_text
# idea: "one random number decides the whole sentence"
# fits: "One random number decides on the whole sentence"
def sample_text(model, vocabulary, rng, max_tokens=50):
    text = []
    level = rng.random()
    while len(text) < max_tokens:
        probs = np.array([model(tuple(text), token) for token in vocabulary])
        token = vocabulary[min(int(np.searchsorted(np.cumsum(probs), level, side="right")), len(vocabulary) - 1)]
        if token == BOUNDARY:
            break
        text.append(token)
    return text
