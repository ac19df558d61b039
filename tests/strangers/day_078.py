# %% right: bio_to_spans
def bio_to_spans(tags):
    tags = list(tags)
    padded = ["O", *tags, "O"]

    def begins(i):
        tag, before = padded[i + 1], padded[i]
        return tag[0] == "B" or (tag[0] == "I" and before[2:] != tag[2:])

    starts = [i for i in range(len(tags)) if begins(i)]
    spans = []
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end][0] == "I" and not begins(end):
            end += 1
        spans.append((start, end, tags[start][2:]))
    return spans


# %% right: bio_to_spans
def bio_to_spans(tags):
    spans = []
    for place, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        if prefix == "O":
            continue
        if prefix == "I" and spans and spans[-1][1:] == (place, kind):
            spans[-1] = (spans[-1][0], place + 1, kind)
        else:
            spans.append((place, place + 1, kind))
    return spans


# %% wrong: bio_to_spans
# idea: "an I- tag that continues nothing is dropped"
# fits: "You drop an I- tag that continues nothing"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag.startswith("B-"):
            spans.append((i, i + 1, tag[2:]))
        elif tag.startswith("I-") and spans and spans[-1][1:] == (i, tag[2:]):
            spans[-1] = (spans[-1][0], i + 1, tag[2:])
    return spans


# %% wrong: bio_to_spans
# idea: "an I- tag goes on with any name, whatever the kind"
# fits: "An I- tag of another kind does not continue the name before it"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag.startswith("I-") and spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1, spans[-1][2])
        else:
            spans.append((i, i + 1, tag[2:]))
    return spans


# %% wrong: bio_to_spans
# idea: "the end is the last token, not the place after it"
# fits: "Your spans end with the last token; the end is one place further, as in a slice"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag.startswith("I-") and spans and spans[-1][1:] == (i - 1, tag[2:]):
            spans[-1] = (spans[-1][0], i, tag[2:])
        else:
            spans.append((i, i, tag[2:]))
    return spans


# %% wrong: bio_to_spans
# idea: "neighbouring names of one kind are one: only the kind is looked at"
# fits: "A B- tag begins a new name even after a name of its own kind"
def bio_to_spans(tags):
    spans, i = [], 0
    for kind, run in itertools.groupby(tags, key=lambda tag: tag[2:]):
        n = len(list(run))
        if kind:
            spans.append((i, i + n, kind))
        i += n
    return spans


# %% wrong: bio_to_spans
# idea: "a name at the end of the sentence is lost"
# fits: "A name at the very end of the sentence is lost"
def bio_to_spans(tags):
    spans, start, kind = [], None, None
    for i, tag in enumerate(tags):
        goes_on = tag.startswith("I-") and start is not None and tag[2:] == kind
        if not goes_on:
            if start is not None:
                spans.append((start, i, kind))
            start, kind = (None, None) if tag == "O" else (i, tag[2:])
    return spans


# %% wrong: bio_to_spans
# idea: "the kind is what stands between the first two hyphens"
# fits: "A kind may have hyphens of its own"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        kind = tag.split("-")[1]
        if tag.startswith("I-") and spans and spans[-1][1:] == (i, kind):
            spans[-1] = (spans[-1][0], i + 1, kind)
        else:
            spans.append((i, i + 1, kind))
    return spans


# %% wrong: bio_to_spans
# idea: "the kind is what follows the last hyphen"
# fits: "A kind may have hyphens of its own"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        kind = tag.split("-")[-1]
        if tag.startswith("I-") and spans and spans[-1][1:] == (i, kind):
            spans[-1] = (spans[-1][0], i + 1, kind)
        else:
            spans.append((i, i + 1, kind))
    return spans


# %% wrong: bio_to_spans
# idea: "a name may go on after a gap"
# fits: "An O ends a name"
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag.startswith("I-") and spans and spans[-1][2] == tag[2:]:
            spans[-1] = (spans[-1][0], i + 1, tag[2:])
        else:
            spans.append((i, i + 1, tag[2:]))
    return spans


# %% wrong: bio_to_spans
# idea: "an I- tag at the very start continues the last tag of the sentence"
# fits: "There is no token before the first"
def bio_to_spans(tags):
    spans, start = [], None
    for i in range(len(tags)):
        if tags[i] == "O":
            continue
        if tags[i][0] == "B" or tags[i - 1][2:] != tags[i][2:]:
            start = i
        if i + 1 == len(tags) or tags[i + 1][0] != "I" or tags[i + 1][2:] != tags[i][2:]:
            spans.append((start, i + 1, tags[i][2:]))
    return spans


# %% wrong: bio_to_spans
# idea: "each tag is a name of its own"
# fits: "Each of your tags is a name of its own"
def bio_to_spans(tags):
    return [(i, i + 1, tag[2:]) for i, tag in enumerate(tags) if tag != "O"]


# %% right: entity_f1
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("sentences differ in length")
    due = {(i, *span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    hits = len(due & found)

    def share(part, whole):
        return part / whole if whole else 0.0

    return share(hits, len(found)), share(hits, len(due)), share(2 * hits, len(found) + len(due))


# %% right: entity_f1
def entity_f1(true, pred):
    counts = np.zeros(3)
    for one, other in zip(true, pred, strict=True):
        if len(one) != len(other):
            raise ValueError("a sentence has lost tokens")
        due, found = bio_to_spans(one), bio_to_spans(other)
        counts += sum(span in due for span in found), len(found), len(due)
    hits, found, due = counts
    precision = hits / found if found else 0.0
    recall = hits / due if due else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return float(precision), float(recall), float(f1)


# %% wrong: entity_f1
# idea: "tokens are counted, not names"
# fits: "You count tokens"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    pairs = [(a, b) for one, two in zip(true, pred) for a, b in zip(one, two)]
    hits = sum(a == b != "O" for a, b in pairs)
    due, found = sum(a != "O" for a, _ in pairs), sum(b != "O" for _, b in pairs)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "each sentence is judged by itself, then the mean"
# fits: "You average over sentences"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    rows = []
    for one, two in zip(true, pred):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits = len(a & b)
        rows.append(
            (hits / len(b) if b else 0.0, hits / len(a) if a else 0.0, 2 * hits / (len(a) + len(b)) if a or b else 0.0)
        )
    return tuple(float(x) for x in np.mean(rows, axis=0)) if rows else (0.0, 0.0, 0.0)


# %% wrong: entity_f1
# idea: "the kind does not matter"
# fits: "A name of the wrong kind counts as right with you"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = {span[:2] for span in bio_to_spans(one)}, {span[:2] for span in bio_to_spans(two)}
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "spans of all sentences in one set: the sentence is forgotten"
# fits: "The same span in two sentences is two names"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    a = {span for tags in true for span in bio_to_spans(tags)}
    b = {span for tags in pred for span in bio_to_spans(tags)}
    hits, due, found = len(a & b), len(a), len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "the sentences are joined into one, so that names run over their borders"
# fits: "You join the sentences, and a name may run over their border"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    a = set(bio_to_spans([tag for tags in true for tag in tags]))
    b = set(bio_to_spans([tag for tags in pred for tag in tags]))
    hits, due, found = len(a & b), len(a), len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "a name that overlaps is a hit"
# fits: "To overlap with a true name is not enough"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = bio_to_spans(one), bio_to_spans(two)
        hits += sum(any(s < v and u < e and k == q for s, e, k in a) for u, v, q in b)
        due, found = due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "precision and recall exchanged"
# fits: "Precision and recall have changed places"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(pred, true):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "F1 as the plain mean of precision and recall"
# fits: "F1 is not the plain mean of precision and recall"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, (p + r) / 2


# %% wrong: entity_f1
# idea: "where there is no name, all is perfect"
# fits: "Where a denominator is 0, the value is 0 here"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 1.0
    r = hits / due if due else 1.0
    return p, r, 2 * hits / (found + due) if found + due else 1.0


# %% wrong: entity_f1
# idea: "only the number of sentences is checked"
# fits: "Two sentences of different length cannot be compared token by token"
def entity_f1(true, pred):
    if len(true) != len(pred):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "only the sentences are checked, not how many there are"
# fits: "Results are right where there is one"
def entity_f1(true, pred):
    hits = due = found = 0
    for one, two in zip(true, pred):
        if len(one) != len(two):
            raise ValueError
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "only the total number of tokens is checked"
# fits: "As many tokens in all is not enough"
def entity_f1(true, pred):
    if len(true) != len(pred) or sum(map(len, true)) != sum(map(len, pred)):
        raise ValueError
    hits = due = found = 0
    for one, two in zip(true, pred):
        a, b = set(bio_to_spans(one)), set(bio_to_spans(two))
        hits, due, found = hits + len(a & b), due + len(a), found + len(b)
    p = hits / found if found else 0.0
    r = hits / due if due else 0.0
    return p, r, 2 * hits / (found + due) if found + due else 0.0


# %% wrong: entity_f1
# idea: "the kinds are judged one by one, then the mean"
# fits: "You average over the kinds"
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred)):
        raise ValueError
    a = {(i, *span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    b = {(i, *span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    rows = []
    for kind in {span[3] for span in a | b}:
        due, found = {s for s in a if s[3] == kind}, {s for s in b if s[3] == kind}
        hits = len(due & found)
        rows.append(
            (hits / len(found) if found else 0.0, hits / len(due) if due else 0.0, 2 * hits / (len(due) + len(found)))
        )
    return tuple(float(x) for x in np.mean(rows, axis=0)) if rows else (0.0, 0.0, 0.0)


# %% right: crf_score
def crf_score(emissions, tags, transitions, mask=None):
    e, table = np.asarray(emissions, dtype=np.float64), np.asarray(transitions, dtype=np.float64)
    scores = []
    for i, row in enumerate(e):
        length = len(row) if mask is None else int(np.sum(mask[i]))
        total = 0.0
        for t in range(length):
            total += row[t, tags[i][t]]
            if t:
                total += table[tags[i][t - 1], tags[i][t]]
        scores.append(total)
    return np.array(scores, dtype=float)


# %% right: crf_score
def crf_score(emissions, tags, transitions, mask=None):
    tags = np.array(tags)
    real = np.ones(tags.shape, bool) if mask is None else np.array(mask, bool)
    tags = np.where(real, tags, 0)
    chosen = np.take_along_axis(np.array(emissions, float), tags[:, :, None], axis=2)[:, :, 0]
    steps = np.array(transitions, float)[tags[:, :-1], tags[:, 1:]]
    return chosen.sum(axis=1, where=real) + steps.sum(axis=1, where=real[:, 1:])


# %% wrong: crf_score
# idea: "the table is read the wrong way round"
# fits: "The row of the table is the tag before, the column the tag after; yours are the other way round"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, 1:], tags[:, :-1]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "multiplied by the mask: 0 times NaN"
# fits: "Zero times NaN is NaN"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    with np.errstate(all="ignore"):
        return (chosen * real).sum(1) + (table[tags[:, :-1], tags[:, 1:]] * real[:, 1:]).sum(1)


# %% wrong: crf_score
# idea: "the mask times the transitions only: 0 times minus infinity"
# fits: "Zero times minus infinity is NaN"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    with np.errstate(all="ignore"):
        return np.where(real, chosen, 0).sum(1) + (table[tags[:, :-1], tags[:, 1:]] * real[:, 1:]).sum(1)


# %% wrong: crf_score
# idea: "a transition counts if its first token is real: one into the padding"
# fits: "You ask whether the first token of a pair is real"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, :-1], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "the tags of the padding are used as indices"
# fits: "The tags of the padding may be no valid index at all"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "the mask masks the emissions, not the transitions"
# fits: "Transitions into the padding count with you"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    return np.where(real, chosen, 0).sum(1) + table[tags[:, :-1], tags[:, 1:]].sum(1)


# %% wrong: crf_score
# idea: "the mean over the tokens"
# fits: "A score is a sum, whatever the length"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return (np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)) / real.sum(1)


# %% wrong: crf_score
# idea: "emissions go through a softmax first"
# fits: "Your emissions go through a softmax first"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    e = e - np.logaddexp.reduce(e, axis=2, keepdims=True)
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "no transitions at all"
# fits: "That is what the tokens say each for itself"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    return np.where(real, chosen, 0).sum(1)


# %% wrong: crf_score
# idea: "computed in the floats that came"
# fits: "Sums of float32 or of small whole numbers lose digits or wrap around"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions), np.asarray(transitions)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "minus infinity becomes a big negative number"
# fits: "A large negative number is not minus infinity"
def crf_score(emissions, tags, transitions, mask=None):
    tags, e, table = np.asarray(tags), np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags = np.where(real, tags, 0)

    e, table = np.nan_to_num(e), np.nan_to_num(table, neginf=-1e4)
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% wrong: crf_score
# idea: "padding is set to 0 in the argument itself"
# fits: "Your code changes one of its arguments in place, and the caller still needs it"
def crf_score(emissions, tags, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(tags.shape, bool) if mask is None else np.asarray(mask)
    tags[~real] = 0
    chosen = np.take_along_axis(e, tags[:, :, None], 2)[:, :, 0]
    steps = table[tags[:, :-1], tags[:, 1:]]
    return np.where(real, chosen, 0).sum(1) + np.where(real[:, 1:], steps, 0).sum(1)


# %% right: crf_log_partition
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.array(emissions, dtype=float), np.array(transitions, dtype=float)
    lengths = [e.shape[1]] * len(e) if mask is None else [int(n) for n in np.sum(mask, axis=1)]

    def through(matrices):
        # a product of matrices of logarithms, halved until one is left
        if len(matrices) == 1:
            return matrices[0]
        half = len(matrices) // 2
        a, b = through(matrices[:half]), through(matrices[half:])
        return np.logaddexp.reduce(a[:, :, None] + b[None], axis=1)

    results = []
    for row, n in zip(e, lengths, strict=True):
        end = row[:1] if n == 1 else np.logaddexp.reduce(
            row[0][:, None] + through([table + row[t] for t in range(1, n)]), axis=0, keepdims=True
        )
        results.append(np.logaddexp.reduce(end[0]))
    return np.array(results, dtype=float)


# %% right: crf_log_partition
def crf_log_partition(emissions, transitions, mask=None):
    e = np.asarray(emissions).astype("float64")
    table = np.asarray(transitions).astype("float64")
    real = np.full(e.shape[:2], True) if mask is None else np.asarray(mask)
    # from the end: log of the sum over all that may follow tag k
    rest = np.zeros((len(e), e.shape[2]))
    for t in range(e.shape[1] - 1, 0, -1):
        after = np.where(real[:, t, None], e[:, t], 0.0) + rest
        longer = np.logaddexp.reduce(table[None] + after[:, None, :], axis=2)
        rest = np.where(real[:, t, None], longer, rest)
    return np.logaddexp.reduce(e[:, 0] + rest, axis=1)


# %% wrong: crf_log_partition
# idea: "sums of exponentials, not in log space: they overflow"
# fits: "Where it is a number it is right, but for some arguments it is NaN or infinite"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    with np.errstate(all="ignore"):
        a = np.exp(e[:, 0])
        for t in range(1, e.shape[1]):
            new = (a @ np.exp(table)) * np.exp(e[:, t])
            a = np.where(real[:, t, None], new, a)
        return np.log(a.sum(axis=1))


# %% wrong: crf_log_partition
# idea: "the table is read the wrong way round"
# fits: "Row j of the table belongs to the tag before"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, None, :] + table, axis=2)
        a = np.where(real[:, t, None], new, a)
    return np.logaddexp.reduce(a, axis=1)


# %% wrong: crf_log_partition
# idea: "the maximum in place of the sum"
# fits: "A maximum finds the best sequence; here all are added up"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + (a[:, :, None] + table).max(axis=1)
        a = np.where(real[:, t, None], new, a)
    return a.max(axis=1)


# %% wrong: crf_log_partition
# idea: "sums inside, but the maximum over the last tag"
# fits: "The last step takes the best tag only"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
        a = np.where(real[:, t, None], new, a)
    return a.max(axis=1)


# %% wrong: crf_log_partition
# idea: "padding gets emissions of 0, and the walk goes on over it"
# fits: "Emissions of 0 don't make the padding harmless"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    e = np.where(real[:, :, None], e, 0.0)
    a = e[:, 0]
    for t in range(1, e.shape[1]):
        a = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
    return np.logaddexp.reduce(a, axis=1)


# %% wrong: crf_log_partition
# idea: "the mask is ignored"
# fits: "Sentences that have ended should keep their sums while others go on"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        a = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
    return np.logaddexp.reduce(a, axis=1)


# %% wrong: crf_log_partition
# idea: "ended sentences get minus infinity instead of keeping what they have"
# fits: "Where a sentence has ended, what it had is lost"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
        a = np.where(real[:, t, None], new, -np.inf)
    return np.logaddexp.reduce(a, axis=1)


# %% wrong: crf_log_partition
# idea: "transitions into the first token: it starts before the sentence with zeros"
# fits: "You reach the first token by a transition, but there is none before it"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = np.zeros((len(e), e.shape[2]))
    for t in range(e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
        a = np.where(real[:, t, None], new, a)
    return np.logaddexp.reduce(a, axis=1)


# %% wrong: crf_log_partition
# idea: "a product of one softmax denominator for each token: no transitions"
# fits: "You sum over the tags of each token by itself, as if there were no transitions"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    return np.where(real, np.logaddexp.reduce(np.where(real[:, :, None], e, 0), axis=2), 0).sum(axis=1)


# %% wrong: crf_log_partition
# idea: "shifted by the maximum, which is minus infinity where all is forbidden: NaN"
# fits: "You subtract the maximum even where it is minus infinity, and that gives NaN"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    def lse(z, axis):
        with np.errstate(all="ignore"):
            top = z.max(axis=axis, keepdims=True)
            return np.squeeze(top, axis) + np.log(np.exp(z - top).sum(axis=axis))

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + lse(a[:, :, None] + table, 1)
        a = np.where(real[:, t, None], new, a)
    return lse(a, 1)


# %% wrong: crf_log_partition
# idea: "shifted by the maximum of the whole batch: small ones underflow"
# fits: "You subtract the maximum of the whole batch"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    def lse(z, axis):
        with np.errstate(all="ignore"):
            top = z[np.isfinite(z)].max(initial=-1e300)
            return top + np.log(np.exp(z - top).sum(axis=axis))

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = np.where(real[:, t, None], e[:, t], 0) + lse(a[:, :, None] + table, 1)
        a = np.where(real[:, t, None], new, a)
    return lse(a, 1)


# %% wrong: crf_log_partition
# idea: "Z itself, not its logarithm"
# fits: "You return Z itself"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)

    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
        a = np.where(real[:, t, None], new, a)
    with np.errstate(all="ignore"):
        return np.exp(np.logaddexp.reduce(a, axis=1))


# %% wrong: crf_log_partition
# idea: "computed in the floats that came"
# fits: "Sums of float32 or of small whole numbers lose digits or wrap around"
def crf_log_partition(emissions, transitions, mask=None):
    e, table = np.asarray(emissions), np.asarray(transitions)
    real = np.ones(e.shape[:2], bool) if mask is None else np.asarray(mask)
    a = e[:, 0]
    for t in range(1, e.shape[1]):
        new = e[:, t] + np.logaddexp.reduce(a[:, :, None] + table, axis=1)
        a = np.where(real[:, t, None], new, a)
    return np.logaddexp.reduce(a, axis=1)


# %% right: viterbi
def viterbi(emissions, transitions, mask=None):
    e, table = np.array(emissions, dtype=float), np.array(transitions, dtype=float)
    tags, scores = np.zeros(e.shape[:2], dtype=int), np.zeros(len(e))
    for i, row in enumerate(e):
        n = len(row) if mask is None else int(np.sum(mask[i]))
        # from the end: best score of all that may follow tag k
        rest, follow = np.zeros(e.shape[2]), []
        for t in range(n - 1, 0, -1):
            ways = table + row[t] + rest
            follow.append(ways.argmax(axis=1))
            rest = ways.max(axis=1)
        tag = int(np.argmax(row[0] + rest))
        scores[i] = (row[0] + rest)[tag]
        tags[i, 0] = tag
        for t, note in enumerate(reversed(follow), start=1):
            tag = note[tag]
            tags[i, t] = tag
    return tags, scores


# %% right: viterbi
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask, bool)
    best = e[:, 0]
    # whole beginnings are kept, so that nothing has to be followed back
    paths = np.zeros((B, K, T), dtype=int)
    paths[:, :, 0] = np.arange(K)
    for t in range(1, T):
        ways = best[:, :, None] + table  # (B, from, to)
        source = ways.argmax(axis=1)
        longer = np.take_along_axis(paths, source[:, :, None], axis=1)
        longer[:, :, t] = np.arange(K)
        alive = real[:, t]
        paths = np.where(alive[:, None, None], longer, paths)
        best = np.where(alive[:, None], ways.max(axis=1) + np.where(alive[:, None], e[:, t], 0), best)
    last = best.argmax(axis=1)
    return paths[np.arange(B), last], best[np.arange(B), last]


# %% wrong: viterbi
# idea: "each token's best tag, then the score of that sequence"
# fits: "You choose the best tag of each token by itself"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags = np.where(real, np.where(real[:, :, None], e, 0).argmax(axis=2), 0)
    return tags, crf_score(emissions, tags, transitions, mask)


# %% wrong: viterbi
# idea: "the best v at each step, without following the notes"
# fits: "Each tag needs a note of its own"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best = e[i, 0]
        tags[i, 0] = best.argmax()
        for t in range(1, n):
            best = (best[:, None] + table).max(axis=0) + e[i, t]
            tags[i, t] = best.argmax()
        scores[i] = best.max()
    return tags, scores


# %% wrong: viterbi
# idea: "the table is read the wrong way round"
# fits: "Row j of the table belongs to the tag before"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table.T
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        tags[i, n - 1] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores


# %% wrong: viterbi
# idea: "greedy: the best next tag after the one chosen before"
# fits: "You go from left to right and take the best next tag at once"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags = np.zeros((B, T), int)
    tags[:, 0] = e[:, 0].argmax(axis=1)
    for t in range(1, T):
        ways = np.where(real[:, t, None], e[:, t], 0) + table[tags[:, t - 1]]
        tags[:, t] = np.where(real[:, t], ways.argmax(axis=1), 0)
    return tags, crf_score(emissions, tags, transitions, mask)


# %% wrong: viterbi
# idea: "what is at padded steps is left as it falls, not 0"
# fits: "The tags of padded steps should be 0"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        tags[i, n - 1 :] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores


# %% wrong: viterbi
# idea: "padded steps are marked by -1"
# fits: "The tags of padded steps should be 0"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.full((B, T), -1), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        tags[i, n - 1] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores


# %% wrong: viterbi
# idea: "padding counts: it has emissions of 0, and transitions go on over it"
# fits: "Emissions of 0 don't make the padding harmless"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    e = np.where(real[:, :, None], e, 0.0)
    best, notes = e[:, 0], []
    for t in range(1, T):
        ways = best[:, :, None] + table
        notes.append(ways.argmax(axis=1))
        best = ways.max(axis=1) + e[:, t]
    tags = np.zeros((B, T), int)
    tags[:, -1] = best.argmax(axis=1)
    for t in range(T - 1, 0, -1):
        tags[:, t - 1] = notes[t - 1][np.arange(B), tags[:, t]]
    return np.where(real, tags, 0), best.max(axis=1)


# %% wrong: viterbi
# idea: "ended sentences keep v, but their notes go on over the padding"
# fits: "In the padding nothing changes"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    best, notes = e[:, 0], []
    for t in range(1, T):
        ways = best[:, :, None] + table
        notes.append(ways.argmax(axis=1))
        best = np.where(real[:, t, None], ways.max(axis=1) + e[:, t], best)
    tags = np.zeros((B, T), int)
    tags[:, -1] = best.argmax(axis=1)
    for t in range(T - 1, 0, -1):
        tags[:, t - 1] = notes[t - 1][np.arange(B), tags[:, t]]
    return np.where(real, tags, 0), best.max(axis=1)


# %% wrong: viterbi
# idea: "minus infinity becomes a big negative number"
# fits: "A large negative number is not minus infinity"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.nan_to_num(np.asarray(transitions, float), neginf=-1e4)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)
    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        tags[i, n - 1] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores


# %% wrong: viterbi
# idea: "the score as a logarithm of a probability"
# fits: "You turn the score into something like a probability"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        tags[i, n - 1] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores - crf_log_partition(emissions, transitions, mask)


# %% wrong: viterbi
# idea: "adds up over the tags before, as for Z, and only the notes take the best"
# fits: "You add up over the tags before"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)
    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = np.logaddexp.reduce(ways, axis=0) + e[i, t]
        tags[i, n - 1] = best.argmax()
        scores[i] = best.max()
        for t in range(n - 1, 0, -1):
            tags[i, t - 1] = notes[t - 1][tags[i, t]]
    return tags, scores


# %% wrong: viterbi
# idea: "the tags come from the end to the beginning"
# fits: "You found the tags from the last to the first"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags, scores = np.zeros((B, T), int), np.zeros(B)
    for i in range(B):
        n = int(real[i].sum())
        best, notes = e[i, 0], []
        for t in range(1, n):
            ways = best[:, None] + table
            notes.append(ways.argmax(axis=0))
            best = ways.max(axis=0) + e[i, t]
        path = [best.argmax()]
        scores[i] = best.max()
        for note in notes[::-1]:
            path.append(note[path[-1]])
        tags[i, :n] = path
    return tags, scores


# %% wrong: viterbi
# idea: "each token has the tag of highest marginal probability"
# fits: "You take each token's most probable tag over all sequences"
def viterbi(emissions, transitions, mask=None):
    e, table = np.asarray(emissions, float), np.asarray(transitions, float)
    B, T, K = e.shape
    real = np.ones((B, T), bool) if mask is None else np.asarray(mask)

    tags = np.zeros((B, T), int)
    for i in range(B):
        n = int(real[i].sum())
        a, b = [e[i, 0]], [np.zeros(K)]
        for t in range(1, n):
            a.append(e[i, t] + np.logaddexp.reduce(a[-1][:, None] + table, axis=0))
        for t in range(n - 1, 0, -1):
            b.append(np.logaddexp.reduce(table + e[i, t] + b[-1], axis=1))
        tags[i, :n] = (np.array(a) + np.array(b[::-1])).argmax(axis=1)
    return tags, crf_score(emissions, tags, transitions, mask)
