# %% right: count_vectorize
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    from collections import Counter

    fewest, most = ngram_range
    if fewest < 1 or most < fewest:
        raise ValueError(f"no such range: {ngram_range}")
    bags = []
    for doc in docs:
        tokens, bag = words(doc), Counter()
        for size in range(fewest, most + 1):
            bag.update(" ".join(run) for run in zip(*(tokens[start:] for start in range(size))))
        bags.append(bag)
    if terms is None:
        spread = Counter(term for bag in bags for term in bag)
        terms = sorted(term for term, number in spread.items() if number >= min_docs)
    rows = [[bag[term] for term in terms] for bag in bags]
    return np.array(rows, dtype=int).reshape(len(docs), len(terms)), [*terms]


# %% right: count_vectorize
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    if not 1 <= ngram_range[0] <= ngram_range[1]:
        raise ValueError("1 <= fewest <= most")

    def grams(text):
        tokens = words(text)
        for start in range(len(tokens)):
            for stop in range(start + ngram_range[0], min(start + ngram_range[1], len(tokens)) + 1):
                yield " ".join(tokens[start:stop])

    cut = [list(grams(doc)) for doc in docs]
    if terms is None:
        found = sorted(set().union(*map(set, cut)))
        terms = [term for term in found if sum(term in some for some in map(set, cut)) >= min_docs]
    place = {term: j for j, term in enumerate(terms)}
    counts = np.zeros((len(docs), len(place)), dtype=np.int64)
    pairs = [(i, place[term]) for i, some in enumerate(cut) for term in some if term in place]
    if pairs:
        np.add.at(counts, tuple(np.array(pairs).T), 1)
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "says whether a term is there, not how often"
# fits: "You note whether a term occurs"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        bags.append({" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)})
    if terms is None:
        terms = [t for t in sorted(set().union(*bags)) if sum(t in bag for bag in bags) >= min_docs]
    counts = np.array([[int(t in bag) for t in terms] for bag in bags], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "the longest n-grams are left out: range without its end"
# fits: "The largest n-grams are missing"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        sizes = range(low, high) if high > low else [low]
        bags.append([" ".join(t[i : i + n]) for n in sizes for i in range(len(t) - n + 1)])
    if terms is None:
        terms = [t for t in sorted({t for bag in bags for t in bag}) if sum(t in bag for bag in bags) >= min_docs]
    counts = np.array([[bag.count(t) for t in terms] for bag in bags], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "min_docs is held against all occurrences, not documents"
# fits: "For min_docs you count tokens"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        bags.append([" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)])
    if terms is None:
        terms = [t for t in sorted({t for bag in bags for t in bag}) if sum(bag.count(t) for bag in bags) >= min_docs]
    counts = np.array([[bag.count(t) for t in terms] for bag in bags], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "searches the term in the text: part of a longer word counts too, overlapping runs only once"
# fits: "You look for terms as parts of the text, so that cat is found in catalogue"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    if terms is None:
        seen = []
        for doc in docs:
            t = words(doc)
            seen.append({" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)})
        terms = [t for t in sorted(set().union(*seen)) if sum(t in bag for bag in seen) >= min_docs]
    texts = [" ".join(words(doc)) for doc in docs]
    counts = np.array([[text.count(t) for t in terms] for text in texts], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "a test document's new word has no column: KeyError"
# fits: "A document may have n-grams without a column, such as words that no"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        bags.append([" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)])
    if terms is None:
        terms = [t for t in sorted({t for bag in bags for t in bag}) if sum(t in bag for bag in bags) >= min_docs]
    place = {t: j for j, t in enumerate(terms)}
    counts = np.zeros((len(docs), len(terms)), dtype=int)
    for i, bag in enumerate(bags):
        for t in bag:
            counts[i, place[t]] += 1
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "columns in the order of first appearance"
# fits: "The terms are in the order in which they occur"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        bags.append([" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)])
    if terms is None:
        terms = [t for t in dict.fromkeys(t for bag in bags for t in bag) if sum(t in bag for bag in bags) >= min_docs]
    counts = np.array([[bag.count(t) for t in terms] for bag in bags], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% wrong: count_vectorize
# idea: "min_docs also drops given columns"
# fits: "Given columns all stay: min_docs is for choosing columns,"
def count_vectorize(docs, ngram_range=(1, 1), terms=None, min_docs=1):
    low, high = ngram_range
    if not 1 <= low <= high:
        raise ValueError
    bags = []
    for doc in docs:
        t = words(doc)
        bags.append([" ".join(t[i : i + n]) for n in range(low, high + 1) for i in range(len(t) - n + 1)])
    if terms is None:
        terms = sorted({t for bag in bags for t in bag})
    if min_docs > 1:
        terms = [t for t in terms if sum(t in bag for bag in bags) >= min_docs]
    counts = np.array([[bag.count(t) for t in terms] for bag in bags], dtype=int).reshape(len(docs), len(terms))
    return counts, list(terms)


# %% right: tf_idf
def tf_idf(counts, idf=None):
    import math

    m, n = counts.shape
    if idf is None:
        idf = [math.log((1 + m) / (1 + sum(1 for i in range(m) if counts[i, j] > 0))) + 1 for j in range(n)]
    idf = np.array(idf, dtype=float)
    weights = np.zeros((m, n))
    for i in range(m):
        row = [float(counts[i, j]) * idf[j] for j in range(n)]
        length = math.hypot(*row)
        if length > 0:
            weights[i] = [value / length for value in row]
    return weights, idf


# %% right: tf_idf
def tf_idf(counts, idf=None):
    share = np.asarray(counts, dtype=np.float64)
    tokens = share.sum(axis=1, keepdims=True)
    if idf is None:
        idf = 1.0 + np.log1p(len(share)) - np.log1p(np.count_nonzero(share, axis=0))
    else:
        idf = np.array(idf, dtype=np.float64)
    # Term frequency as a share of the document: the length of the row takes the number of tokens out again.
    share = np.divide(share, tokens, out=np.zeros_like(share), where=tokens > 0)
    weighted = np.einsum("ij,j->ij", share, idf)
    length = np.linalg.norm(weighted, axis=1)
    length[length == 0] = 1.0
    return (weighted.T / length).T, idf


# %% wrong: tf_idf
# idea: "the textbook's ln(m / d), without the ones"
# fits: "This is the idf of many textbooks"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    d = np.maximum(np.sum(x > 0, axis=0), 1)
    idf = np.log(len(x) / d) if idf is None else np.array(idf, float)
    v = x * idf
    length = np.sqrt(np.sum(v**2, axis=1, keepdims=True))
    return v / np.where(length > 0, length, 1), idf


# %% wrong: tf_idf
# idea: "d counts the occurrences, not the documents"
# fits: "You count tokens. The idf counts documents that have the"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    idf = np.log((1 + len(x)) / (1 + x.sum(axis=0))) + 1 if idf is None else np.array(idf, float)
    v = x * idf
    length = np.sqrt(np.sum(v**2, axis=1, keepdims=True))
    return v / np.where(length > 0, length, 1), idf


# %% wrong: tf_idf
# idea: "takes the idf anew from the test documents"
# fits: "An idf that was given is to be used"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    idf = np.log((1 + len(x)) / (1 + np.sum(x > 0, axis=0))) + 1
    v = x * idf
    length = np.sqrt(np.sum(v**2, axis=1, keepdims=True))
    return v / np.where(length > 0, length, 1), idf


# %% wrong: tf_idf
# idea: "rows sum to 1, instead of having length 1"
# fits: "Your rows have the sum 1. Their length should be 1: squares"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    idf = np.log((1 + len(x)) / (1 + np.sum(x > 0, axis=0))) + 1 if idf is None else np.array(idf, float)
    v = x * idf
    total = v.sum(axis=1, keepdims=True)
    return v / np.where(total > 0, total, 1), idf


# %% wrong: tf_idf
# idea: "an empty document divides 0 by 0; nan made 0 after the warning"
# fits: "You divide 0 by 0 and mend it afterwards"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    idf = np.log((1 + len(x)) / (1 + np.sum(x > 0, axis=0))) + 1 if idf is None else np.array(idf, float)
    v = x * idf
    return np.nan_to_num(v / np.sqrt(np.sum(v**2, axis=1, keepdims=True))), idf


# %% wrong: tf_idf
# idea: "scales the counts to length 1 first and weighs then"
# fits: "You divide by the length of the row of counts"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    idf = np.log((1 + len(x)) / (1 + np.sum(x > 0, axis=0))) + 1 if idf is None else np.array(idf, float)
    length = np.sqrt(np.sum(x**2, axis=1, keepdims=True))
    return x / np.where(length > 0, length, 1) * idf, idf


# %% wrong: tf_idf
# idea: "the given idf itself comes back"
# fits: "The idf that was given comes back as it is"
def tf_idf(counts, idf=None):
    x = np.array(counts, float)
    if idf is None:
        idf = np.log((1 + len(x)) / (1 + np.sum(x > 0, axis=0))) + 1
    v = x * idf
    length = np.sqrt(np.sum(v**2, axis=1, keepdims=True))
    return v / np.where(length > 0, length, 1), idf


# %% right: naive_bayes_fit
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    import math

    if smoothing <= 0:
        raise ValueError("smoothing must be above 0")
    m, n = counts.shape
    log_prior, log_likelihood = np.full(num_classes, -np.inf), np.empty((num_classes, n))
    for k in range(num_classes):
        rows = [i for i in range(m) if labels[i] == k]
        if rows:
            log_prior[k] = math.log(len(rows) / m)
        sums = [smoothing + sum(float(counts[i, j]) for i in rows) for j in range(n)]
        for j in range(n):
            log_likelihood[k, j] = math.log(sums[j] / math.fsum(sums))
    return log_prior, log_likelihood


# %% right: naive_bayes_fit
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if not smoothing > 0:
        raise ValueError(smoothing)
    member = np.equal.outer(np.arange(num_classes), labels).astype(float)
    theta = member @ np.asarray(counts, dtype=float) + smoothing
    sizes = member.sum(axis=1)
    log_prior = np.log(sizes, out=np.full(num_classes, -np.inf), where=sizes > 0) - np.log(len(labels))
    return log_prior, np.log(theta) - np.log(theta.sum(axis=1))[:, np.newaxis]


# %% wrong: naive_bayes_fit
# idea: "the smoothing once in the denominator, not once a term"
# fits: "The denominator has the smoothing once"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in range(num_classes)])
    share = np.array([np.mean(labels == k) for k in range(num_classes)])
    prior = np.log(share, out=np.full(num_classes, -np.inf), where=share > 0)
    return prior, np.log((c + smoothing) / (c.sum(axis=1, keepdims=True) + smoothing))


# %% wrong: naive_bayes_fit
# idea: "the prior is smoothed as well"
# fits: "The priors are smoothed too"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in range(num_classes)]) + smoothing
    sizes = np.bincount(labels, minlength=num_classes) + smoothing
    return np.log(sizes / sizes.sum()), np.log(c / c.sum(axis=1, keepdims=True))


# %% wrong: naive_bayes_fit
# idea: "the share of documents that have the term: Bernoulli's model"
# fits: "These are shares of the documents that have a term, those of Bernoulli"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    have = np.array([(np.asarray(counts)[labels == k] > 0).sum(axis=0) for k in range(num_classes)])
    sizes = np.bincount(labels, minlength=num_classes)
    prior = np.log(sizes / len(labels), out=np.full(num_classes, -np.inf), where=sizes > 0)
    return prior, np.log((have + smoothing) / (sizes[:, None] + 2 * smoothing))


# %% wrong: naive_bayes_fit
# idea: "shares over the classes of a term, not over the terms of a class"
# fits: "You divide by a term's sum over the classes"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in range(num_classes)]) + smoothing
    share = np.array([np.mean(labels == k) for k in range(num_classes)])
    prior = np.log(share, out=np.full(num_classes, -np.inf), where=share > 0)
    return prior, np.log(c / c.sum(axis=0))


# %% wrong: naive_bayes_fit
# idea: "the classes are those that occur in labels, num_classes is not used"
# fits: "Classes that do not occur among the labels are missing, and the others"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    classes = np.unique(labels)
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in classes]) + smoothing
    return np.log([np.mean(labels == k) for k in classes]), np.log(c / c.sum(axis=1, keepdims=True))


# %% wrong: naive_bayes_fit
# idea: "only zeros are smoothed"
# fits: "You smooth only what would be 0"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in range(num_classes)])
    c = np.where(c == 0, smoothing, c)
    share = np.array([np.mean(labels == k) for k in range(num_classes)])
    prior = np.log(share, out=np.full(num_classes, -np.inf), where=share > 0)
    return prior, np.log(c / c.sum(axis=1, keepdims=True))


# %% wrong: naive_bayes_fit
# idea: "log of 0 warns for a class without a document"
# fits: "The logarithm of 0 for a class without a document raises a warning"
def naive_bayes_fit(counts, labels, num_classes, smoothing=1.0):
    if smoothing <= 0:
        raise ValueError
    c = np.array([np.asarray(counts, float)[labels == k].sum(axis=0) for k in range(num_classes)]) + smoothing
    return np.log(np.bincount(labels, minlength=num_classes) / len(labels)), np.log(c / c.sum(axis=1, keepdims=True))


# %% right: naive_bayes_predict
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = log_prior + np.dot(counts, np.transpose(log_likelihood))
    return np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])


# %% right: naive_bayes_predict
def naive_bayes_predict(model, counts):
    import math

    log_prior, log_likelihood = model
    result = np.empty((len(counts), len(log_prior)))
    for i, row in enumerate(counts):
        scores = []
        for k in range(len(log_prior)):
            votes = (float(x) * float(log_likelihood[k, j]) for j, x in enumerate(row) if x > 0)
            scores.append(float(log_prior[k]) + math.fsum(votes))
        top = max(scores)
        parts = [math.exp(score - top) for score in scores]
        result[i] = [part / sum(parts) for part in parts]
    return result


# %% wrong: naive_bayes_predict
# idea: "exp without taking off the largest: long documents underflow"
# fits: "For a long document all products underflow to 0, and 0/0 remains"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = np.exp(log_prior + counts @ log_likelihood.T)
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "the largest of the whole table is taken off, not of each row"
# fits: "You take off the largest of the whole table"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = log_prior + counts @ log_likelihood.T
    joint = np.exp(joint - joint.max())
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "the prior is left out"
# fits: "The priors are missing: a document without any term should"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = counts @ log_likelihood.T
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "a term votes once, however often it occurs"
# fits: "A term counts as often as it occurs, not once"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = log_prior + (np.asarray(counts) > 0) @ log_likelihood.T
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "the terms that are absent vote too, as in Bernoulli's model"
# fits: "Terms that don't occur in the document count too with you, by what is left"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    absent = np.log1p(-np.minimum(np.exp(log_likelihood), 1 - 1e-12))
    joint = log_prior + counts @ log_likelihood.T + (np.asarray(counts) == 0) @ absent.T
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "divides by the number of tokens: the mean vote"
# fits: "You divide by the length of the document"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    tokens = np.maximum(np.sum(counts, axis=1, keepdims=True), 1)
    joint = log_prior + counts @ log_likelihood.T / tokens
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    return joint / joint.sum(axis=1, keepdims=True)


# %% wrong: naive_bayes_predict
# idea: "sums to 1 over the documents of a class"
# fits: "You divide by the sum over the documents"
def naive_bayes_predict(model, counts):
    log_prior, log_likelihood = model
    joint = log_prior + counts @ log_likelihood.T
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    return joint / joint.sum(axis=0, keepdims=True)


# %% right: top_terms
def top_terms(model, terms, k, label):
    import heapq

    _, table = model
    others = np.delete(np.asarray(table), label, axis=0).mean(axis=0)
    gap = (table[label] - others).tolist()
    return [(terms[j], gap[j]) for j in heapq.nlargest(k, range(len(terms)), key=lambda j: gap[j])]


# %% right: top_terms
def top_terms(model, terms, k, label):
    rows = [[float(value) for value in row] for row in model[1]]
    own = rows.pop(label)
    pairs = [(term, own[j] - sum(row[j] for row in rows) / len(rows)) for j, term in enumerate(terms)]
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs[:k]


# %% wrong: top_terms
# idea: "the mean over all classes, the own one too"
# fits: "The class itself is in the mean that it is compared with"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - table.mean(axis=0)
    return [(terms[j], float(gap[j])) for j in np.argsort(-gap, kind="stable")[:k]]


# %% wrong: top_terms
# idea: "the most frequent terms of the class, no comparison"
# fits: "The most frequent terms of the class come first, which are much the same"
def top_terms(model, terms, k, label):
    _, table = model
    return [(terms[j], float(table[label, j])) for j in np.argsort(-table[label], kind="stable")[:k]]


# %% wrong: top_terms
# idea: "against the strongest other class, not the mean of the others"
# fits: "You compare with the one class that is next"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - np.delete(table, label, axis=0).max(axis=0)
    return [(terms[j], float(gap[j])) for j in np.argsort(-gap, kind="stable")[:k]]


# %% wrong: top_terms
# idea: "the log of the mean probability, not the mean of the logs"
# fits: "You average the probabilities"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - np.log(np.exp(np.delete(table, label, axis=0)).mean(axis=0))
    return [(terms[j], float(gap[j])) for j in np.argsort(-gap, kind="stable")[:k]]


# %% wrong: top_terms
# idea: "argsort turned round: equal ones come last first"
# fits: "Turning a sorted order round also turns equal ones round"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - np.delete(table, label, axis=0).mean(axis=0)
    return [(terms[j], float(gap[j])) for j in np.argsort(gap, kind="stable")[::-1][:k]]


# %% wrong: top_terms
# idea: "the last k of the ascending order: k = 0 gives all"
# fits: "Taken from the end of a list, the last 0 are not none but all"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - np.delete(table, label, axis=0).mean(axis=0)
    backward = np.lexsort((-np.arange(len(terms)), gap))
    return [(terms[j], float(gap[j])) for j in backward[-k:][::-1]]


# %% wrong: top_terms
# idea: "the size of the difference counts, not its sign"
# fits: "Without its sign, a term that speaks against the class counts like one"
def top_terms(model, terms, k, label):
    _, table = model
    gap = table[label] - np.delete(table, label, axis=0).mean(axis=0)
    return [(terms[j], float(gap[j])) for j in np.argsort(-np.abs(gap), kind="stable")[:k]]
